/** A canvas that remembers what was drawn: no browser is needed to say where a line went. */

export type Point = [number, number];

/** One line or filled shape, or one rectangle, in pixels from the upper left corner. */
export interface Mark {
  kind: "stroke" | "fill" | "rectangle";
  colour: string;
  alpha: number;
  dashed: boolean;
  points: Point[];
}

class Path {
  points: Point[];
  constructor(of?: Path) {
    this.points = [...(of?.points ?? [])];
  }
  moveTo(x: number, y: number): void {
    this.points.push([x, y]);
  }
  lineTo(x: number, y: number): void {
    this.points.push([x, y]);
  }
  rect(): void {}
  closePath(): void {}
  addPath(): void {}
}

class Ink {
  fillStyle = "";
  strokeStyle = "";
  globalAlpha = 1;
  marks: Mark[] = [];
  words: string[] = [];
  private dash: number[] = [];

  constructor(readonly canvas: HTMLCanvasElement) {}

  setLineDash(dash: number[]): void {
    this.dash = dash;
  }
  stroke(path?: Path): void {
    this.mark("stroke", this.strokeStyle, path?.points ?? []);
  }
  fill(path?: Path): void {
    this.mark("fill", this.fillStyle, path?.points ?? []);
  }
  fillRect(x: number, y: number, width: number, height: number): void {
    this.mark("rectangle", this.fillStyle, [[x, y], [x + width, y + height]]);
  }
  fillText(word: string): void {
    this.words.push(word);
  }
  measureText(word: string): { width: number } {
    return { width: 7 * word.length };
  }
  clearRect(): void {
    this.marks = [];
    this.words = [];
  }
  scale(): void {}
  save(): void {}
  restore(): void {}
  beginPath(): void {}
  moveTo(): void {}
  lineTo(): void {}
  translate(): void {}
  rotate(): void {}
  clip(): void {}

  private mark(kind: Mark["kind"], colour: string, points: Point[]): void {
    this.marks.push({ kind, colour, alpha: this.globalAlpha, dashed: this.dash.length > 0, points });
  }
}

const inks = new WeakMap<HTMLCanvasElement, Ink>();

/** What is drawn on a canvas by now. */
export function inkOf(canvas: HTMLCanvasElement): Ink {
  if (!inks.has(canvas)) inks.set(canvas, new Ink(canvas));
  return inks.get(canvas)!;
}

/** Gives every canvas of the page such ink; setting a size wipes it, as in browsers. */
export function useInk(): void {
  Object.assign(globalThis, { Path2D: Path });
  const { prototype } = HTMLCanvasElement;
  prototype.getContext = function (this: HTMLCanvasElement) {
    return inkOf(this);
  } as unknown as HTMLCanvasElement["getContext"];
  for (const side of ["width", "height"] as const) {
    const usual = Object.getOwnPropertyDescriptor(prototype, side)!;
    Object.defineProperty(prototype, side, {
      ...usual,
      set(this: HTMLCanvasElement, value: number) {
        usual.set!.call(this, value);
        Object.assign(inkOf(this), { marks: [], globalAlpha: 1 });
      },
    });
  }
}
