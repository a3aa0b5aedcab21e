// @vitest-environment happy-dom
import { beforeAll, expect, test, vi } from "vitest";

import { changeTheme, colour, wearUsualTheme } from "../src/theme.ts";
import { wearPageStyle } from "./page_style.ts";

beforeAll(wearPageStyle);

function computerIs(scheme: "light" | "dark"): void {
  vi.stubGlobal("matchMedia", (asked: string) => ({ matches: asked.includes(`prefers-color-scheme: ${scheme}`) }));
  wearUsualTheme();
}

test("the page is as the computer is", () => {
  computerIs("dark");
  const dark = colour("--paper");
  computerIs("light");
  expect([dark, colour("--paper")]).toEqual(["#14171b", "#ffffff"]);
});

test("the button turns to the other one, and back", () => {
  computerIs("dark");
  const seen = [0, 1, 2].map(() => {
    changeTheme();
    return document.documentElement.dataset.theme;
  });
  expect(seen).toEqual(["light", "dark", "light"]);
});

/** Relative luminance of a colour of six digits (WCAG 2.2). */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
  const linear = (share: number) => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

test.each(["light", "dark"] as const)("words can be read in the %s, and sides told apart", (scheme) => {
  computerIs(scheme);
  const paper = luminance(colour("--paper"));
  for (const name of ["--ink", "--soft", "--right", "--left"]) {
    expect(colour(name)).toMatch(/^#[0-9a-f]{6}$/); // bands append two digits of alpha
    const [bright, dim] = [paper, luminance(colour(name))].sort((a, b) => b - a);
    expect((bright + 0.05) / (dim + 0.05), name).toBeGreaterThan(4.5);
  }
  expect(colour("--right")).not.toBe(colour("--left"));
});
