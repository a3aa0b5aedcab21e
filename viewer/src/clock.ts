export const SPEEDS = [0.1, 0.25, 0.5, 1, 2] as const;

/** Where playback is; the page asks it, and moves it on, once a frame. */
export class Clock {
  time_s: number;
  playing = false;
  speed = 1;

  constructor(
    readonly first_s: number,
    readonly last_s: number,
    readonly step_s: number,
  ) {
    this.time_s = first_s;
  }

  /** Lets so much time of the watcher pass; stops at the end. */
  advance(passed_s: number): void {
    if (!this.playing) return;
    this.time_s = this.within(this.time_s + passed_s * this.speed);
    if (this.time_s >= this.last_s) this.playing = false;
  }

  /** Play or pause; from the end, again from the start. */
  toggle(): void {
    if (!this.playing && this.time_s >= this.last_s) this.time_s = this.first_s;
    this.playing = !this.playing;
  }

  /** Goes to a time, playing on if it did. */
  seek(time_s: number): void {
    this.time_s = this.within(time_s);
  }

  /** Pauses, and goes to the sample so many samples away. */
  step(samples: number): void {
    this.playing = false;
    const now = Math.round((this.time_s - this.first_s) / this.step_s);
    this.seek(this.first_s + (now + samples) * this.step_s);
  }

  private within(time_s: number): number {
    return Math.min(Math.max(time_s, this.first_s), this.last_s);
  }
}
