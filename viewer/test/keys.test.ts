// @vitest-environment happy-dom
import { beforeEach, expect, test } from "vitest";

import { listen } from "../src/keys.ts";

let heard: string[] = [];
listen(Object.fromEntries([" ", "ArrowLeft", "ArrowRight", ",", "1"].map((key) => [key, () => heard.push(key)])));

beforeEach(() => {
  heard = [];
  document.body.innerHTML = `<p>text</p><button>b</button><select></select><summary></summary><input type="checkbox"><input type="range">`;
});

/** Presses a key where the focus is; says whether the page took it from the browser. */
function press(key: string, where = "p", held: KeyboardEventInit = {}): boolean {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...held });
  document.querySelector(where)!.dispatchEvent(event);
  return event.defaultPrevented;
}

test("a key does its own thing, once, and the page does not scroll", () => {
  for (const key of [",", "ArrowRight", " ", "1"]) expect(press(key)).toBe(true);
  expect(heard).toEqual([",", "ArrowRight", " ", "1"]);
});

test("other keys stay the browser's", () => {
  for (const key of ["Tab", "a", "ArrowUp", "Enter"]) expect(press(key)).toBe(false);
  expect(heard).toEqual([]);
});

test.each(["ctrlKey", "altKey", "metaKey"])("a key with %s is a command of the browser's", (held) => {
  expect(press("1", "p", { [held]: true })).toBe(false);
  expect(press("ArrowLeft", "p", { [held]: true })).toBe(false);
  expect(heard).toEqual([]);
});

test.each(["button", "select", "summary", "input[type=checkbox]"])("space presses a %s that has the focus", (where) => {
  expect(press(" ", where)).toBe(false);
  expect(heard).toEqual([]);
});

test("arrows choose in a list that has the focus, and other keys still move the body", () => {
  expect(press("ArrowLeft", "select")).toBe(false);
  expect(press("ArrowRight", "select")).toBe(false);
  expect(press(",", "select")).toBe(true);
  expect(heard).toEqual([","]);
});

test("arrows on the timeline's handle move a second, as anywhere, and space plays", () => {
  for (const key of ["ArrowLeft", "ArrowRight", " "]) expect(press(key, "input[type=range]")).toBe(true);
  expect(press("ArrowLeft", "button")).toBe(true);
  expect(heard).toEqual(["ArrowLeft", "ArrowRight", " ", "ArrowLeft"]);
});
