import type { Touchdowns } from "../events.ts";
import { colour } from "../theme.ts";

const THUMB_PX = 16; // as in page.css: the middle of the thumb reaches neither end

/** Touchdowns over the whole recording: right ones above, left ones below. */
export class Timeline {
  private readonly canvas = document.createElement("canvas");

  constructor(
    private readonly place: HTMLElement,
    private readonly touchdowns: Touchdowns,
    private readonly first_s: number,
    private readonly last_s: number,
  ) {
    place.append(this.canvas);
    new ResizeObserver(() => this.draw()).observe(place);
    this.draw();
  }

  draw(): void {
    const { clientWidth: wide, clientHeight: high } = this.place;
    const scale = devicePixelRatio;
    Object.assign(this.canvas, { width: Math.round(wide * scale), height: Math.round(high * scale) });
    const ink = this.canvas.getContext("2d");
    if (!ink || this.last_s <= this.first_s) return;
    ink.scale(scale, scale);
    const colours = { r: colour("--right"), l: colour("--left") };
    const each_px = ((wide - THUMB_PX) * 2) / Math.max(this.touchdowns.all.length, 1);
    ink.globalAlpha = Math.min(1, Math.max(0.15, each_px / 4)); // an hour's ticks lie on each other
    for (const { time_s, side } of this.touchdowns.all) {
      const share = (time_s - this.first_s) / (this.last_s - this.first_s);
      ink.fillStyle = colours[side];
      ink.fillRect(THUMB_PX / 2 + share * (wide - THUMB_PX) - 0.75, side === "r" ? 6 : high / 2 + 2, 1.5, high / 2 - 8);
    }
  }
}
