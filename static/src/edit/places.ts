// Where something new goes: places on the board that are free. Free of the DOM.

import type { Box } from "../canvas/box.js";
import { CARD_GAP, COORDINATE_MAX } from "../generated/constants.js";

export type Side = "below" | "right" | "left" | "above";
export const SIDES: readonly Side[] = ["below", "right", "left", "above"];

export interface Size {
  readonly w: number;
  readonly h: number;
}

export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** The first free place on one side of a box, its edges in line with it, going outwards. */
export function beside(near: Box, side: Side, size: Size, taken: readonly Box[], gap: number = CARD_GAP): Spot {
  const isRow = side === "left" || side === "right"; // goes along x
  const sign = side === "right" || side === "below" ? 1 : -1;
  const across = isRow ? near.y : near.x;
  const breadth = isRow ? size.h : size.w;
  const length = isRow ? size.w : size.h;
  // of what stands in the way: where it begins and ends, as seen by who walks outwards
  const lane = taken
    .map((box) => ({
      from: isRow ? box.x : box.y, long: isRow ? box.w : box.h, over: isRow ? box.y : box.x, wide: isRow ? box.h : box.w,
    }))
    .filter(({ over, wide }) => over < across + breadth + gap && over + wide > across - gap)
    .map(({ from, long }) => (sign > 0 ? [from, from + long] : [-from - long, -from]) as [number, number])
    .sort((a, b) => a[0] - b[0]);
  const edge = isRow ? near.x : near.y;
  let start = sign > 0 ? edge + (isRow ? near.w : near.h) + gap : -edge + gap;
  for (const [from, to] of lane) {
    if (from >= start + length + gap) break;
    if (to > start - gap) start = to + gap;
  }
  const along = sign > 0 ? start : -start - length;
  return isRow ? within({ x: along, y: across }, size) : within({ x: across, y: along }, size);
}

/** The free place nearest to a box; where one reads on, below or to the right, half as far counts. */
export function near(box: Box, size: Size, taken: readonly Box[], gap: number = CARD_GAP): Spot {
  const spots = SIDES.map((side) => {
    const { x, y } = beside(box, side, size, taken, gap);
    const distance = Math.hypot(x + size.w / 2 - box.x - box.w / 2, y + size.h / 2 - box.y - box.h / 2);
    return { x, y, far: side === "left" || side === "above" ? 2 * distance : distance };
  });
  const { x, y } = spots.reduce((best, spot) => (spot.far < best.far ? spot : best));
  return { x, y };
}

/** A free place about a point, as its middle: there, or as near to it as can be. */
export function about(point: Spot, size: Size, taken: readonly Box[], gap: number = CARD_GAP): Spot {
  const box = { x: point.x - size.w / 2, y: point.y - size.h / 2, ...size };
  const isFree = taken.every(
    ({ x, y, w, h }) => x >= box.x + box.w + gap || x + w <= box.x - gap || y >= box.y + box.h + gap || y + h <= box.y - gap,
  );
  return isFree ? within(box, size) : near(box, size, taken, gap);
}

const STEP = 20;
const STEPS_MAX = 12;

/** Points that were asked for more than once, each time a step further, so that nothing lies unseen under its like. */
export class Steps {
  private last: Spot | null = null;
  private taken = 0;

  from(point: Spot): Spot {
    const isSame = this.last !== null && Math.hypot(point.x - this.last.x, point.y - this.last.y) < 1;
    this.taken = isSame ? (this.taken + 1) % STEPS_MAX : 0;
    this.last = point;
    return { x: point.x + this.taken * STEP, y: point.y + this.taken * STEP };
  }
}

/** The boxes that something beside `near` must keep clear of: all but itself and frames that hold it. */
export function inTheWay(
  near: Box,
  all: Iterable<Box & { readonly kind?: string }>,
): Box[] {
  const holds = ({ x, y, w, h }: Box): boolean =>
    x <= near.x && y <= near.y && x + w >= near.x + near.w && y + h >= near.y + near.h;
  return [...all].filter((box) => box.kind !== "frame" || !holds(box));
}

function within({ x, y }: Spot, { w, h }: Size): Spot {
  return {
    x: Math.round(Math.min(COORDINATE_MAX - w, Math.max(-COORDINATE_MAX, x))),
    y: Math.round(Math.min(COORDINATE_MAX - h, Math.max(-COORDINATE_MAX, y))),
  };
}
