// The trail of a pointer: what somebody shows by moving over it glows for a moment. Free of the DOM.

import type { Point } from "../board/company.js";

/** So long a point of a trail glows. */
export const GLOW_MS = 900;
/** About from one update to the next: the points of one appear one after the other. */
const SPREAD_MS = 100;
const POINTS_KEPT = 200;

/** A point of a trail: x, y, and how much of its glow is left, from 1 down to 0. */
export type Glow = readonly [number, number, number];

/** One person's trail, as far as it still glows. */
export class Trail {
  private points: { readonly at: Point; readonly from: number }[] = [];
  private held: Point | null = null; // where the pointer is now
  private end: Point | null = null; // the last that was heard

  /** The pointer has gone on: the last points of its way, which may have been heard before; none: it is off. */
  say(points: readonly Point[], now: number, spread = SPREAD_MS): void {
    const last = points.at(-1);
    this.held = last ?? null;
    if (last === undefined) {
      this.end = null;
      return;
    }
    const fresh = points.slice(this.known(points) + 1);
    fresh.forEach((at, index) => this.points.push({ at, from: now + (spread * (index + 1)) / fresh.length }));
    this.points = this.points.slice(-POINTS_KEPT);
    this.end = last;
  }

  /** How far these points were heard before: the place of the last that was, or -1. */
  private known(points: readonly Point[]): number {
    const { end } = this;
    return end === null ? -1 : points.findLastIndex(([x, y]) => x === end[0] && y === end[1]);
  }

  /** What glows now, the oldest first. */
  at(now: number): Glow[] {
    this.points = this.points.filter(({ from }) => now - from < GLOW_MS);
    return this.points.filter(({ from }) => from <= now).map(({ at: [x, y], from }) => [x, y, 1 - (now - from) / GLOW_MS]);
  }

  /** Where the pointer rests or goes; null: it is off. */
  get head(): Point | null {
    return this.held;
  }

  /** Whether any of it still glows, be it drawn or not. */
  glows(now: number): boolean {
    return this.points.some(({ from }) => now - from < GLOW_MS);
  }
}
