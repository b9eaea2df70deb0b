// Aligning, distributing, tidying into a grid, and the order in which things are read. No DOM.

import type { Box } from "../canvas/box.js";
import { boundsOf, boundsOfAll, exact, type Turned } from "./transform.js";

/** Something that can be put elsewhere. */
export interface Placed extends Turned {
  readonly id: string;
}

/** Where its upper left corner goes. */
export interface Moved {
  readonly id: string;
  readonly x: number;
  readonly y: number;
}

export type Alignment = "left" | "center" | "right" | "top" | "middle" | "bottom";

/** Between two neighbours of a grid, in board units. */
export const TIDY_GAP = 20;

/** Those that have to move, so that their bounds begin elsewhere. */
function moves(things: readonly Placed[], to: (bounds: Box, at: number) => { x?: number; y?: number }): Moved[] {
  return things.flatMap((thing, at) => {
    const bounds = boundsOf(thing);
    const { x = bounds.x, y = bounds.y } = to(bounds, at);
    const moved = { id: thing.id, x: exact(thing.x + x - bounds.x), y: exact(thing.y + y - bounds.y) };
    return moved.x === exact(thing.x) && moved.y === exact(thing.y) ? [] : [moved];
  });
}

/** Lines things up with an edge or a middle of the box around them all. */
export function align(things: readonly Placed[], how: Alignment): Moved[] {
  const all = boundsOfAll(things);
  if (all === null) return [];
  return moves(things, ({ w, h }) => {
    switch (how) {
      case "left":
        return { x: all.x };
      case "center":
        return { x: all.x + (all.w - w) / 2 };
      case "right":
        return { x: all.x + all.w - w };
      case "top":
        return { y: all.y };
      case "middle":
        return { y: all.y + (all.h - h) / 2 };
      case "bottom":
        return { y: all.y + all.h - h };
    }
  });
}

/** Equal gaps between three things or more, from the first to the last, which stay. */
export function distribute(things: readonly Placed[], axis: "x" | "y"): Moved[] {
  const all = boundsOfAll(things);
  if (all === null || things.length < 3) return [];
  const size = axis === "x" ? "w" : "h";
  const row = things
    .map((thing) => ({ thing, bounds: boundsOf(thing) }))
    .sort((a, b) => a.bounds[axis] + a.bounds[size] / 2 - (b.bounds[axis] + b.bounds[size] / 2));
  const taken = row.reduce((sum, { bounds }) => sum + bounds[size], 0);
  const gap = (all[size] - taken) / (row.length - 1);
  let at = all[axis];
  const begins = row.map(({ bounds }) => {
    const begin = at;
    at += bounds[size] + gap;
    return begin;
  });
  return moves(row.map(({ thing }) => thing), (_, index) => ({ [axis]: begins[index]! }));
}

/** The order in which things are read: rows from above, each from the left; `rightToLeft`: from the right. */
export function inReadingOrder<T extends Turned>(things: readonly T[], rightToLeft = false): T[] {
  const all = things.map((thing) => ({ thing, bounds: boundsOf(thing) })).sort((a, b) => a.bounds.y - b.bounds.y);
  const ordered: T[] = [];
  for (let begin = 0, end = 0; begin < all.length; begin = end) {
    const { bounds: first } = all[begin]!;
    // a row: what begins above the middle of the one that begins first
    while (end < all.length && all[end]!.bounds.y <= first.y + first.h / 2) end += 1;
    const row = all.slice(begin, end);
    row.sort((a, b) => (rightToLeft ? b.bounds.x - a.bounds.x : a.bounds.x - b.bounds.x) || a.bounds.y - b.bounds.y);
    ordered.push(...row.map(({ thing }) => thing));
  }
  return ordered;
}

/** Puts things into a grid, in the order in which they are read, from where they begin. */
export function tidy(things: readonly Placed[], gap = TIDY_GAP): Moved[] {
  const all = boundsOfAll(things);
  if (all === null || things.length < 2) return [];
  const ordered = inReadingOrder(things);
  const boxes = ordered.map(boundsOf);
  const columns = columnsFor(boxes, all, gap);
  const widths: number[] = [];
  const heights: number[] = [];
  boxes.forEach(({ w, h }, at) => {
    const [column, row] = [at % columns, Math.floor(at / columns)];
    widths[column] = Math.max(widths[column] ?? 0, w);
    heights[row] = Math.max(heights[row] ?? 0, h);
  });
  const begins = (sizes: readonly number[], from: number): number[] => {
    let at = from;
    return sizes.map((size) => {
      const begin = at;
      at += size + gap;
      return begin;
    });
  };
  const [lefts, tops] = [begins(widths, all.x), begins(heights, all.y)];
  return moves(ordered, (_, at) => ({ x: lefts[at % columns]!, y: tops[Math.floor(at / columns)]! }));
}

/** So many columns that the grid has about the form of what it takes the place of. */
function columnsFor(boxes: readonly Box[], all: Box, gap: number): number {
  const wide = boxes.reduce((sum, { w }) => sum + w + gap, 0) / boxes.length;
  const high = boxes.reduce((sum, { h }) => sum + h + gap, 0) / boxes.length;
  // a long row stays a row, a column a column; else it is about as it was
  const form = Math.min(20, Math.max(0.05, Math.max(all.w, wide) / Math.max(all.h, high)));
  return Math.min(boxes.length, Math.max(1, Math.round(Math.sqrt((boxes.length * form * high) / wide))));
}
