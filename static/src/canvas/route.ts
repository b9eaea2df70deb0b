// How a relation is drawn: one calm curve between two boxes, with its arrow head and label. The
// same as layers/route.py, which says why; tests/frames/route.json holds cases that both sides
// agree on to the last digit, so only +, -, *, /, min and max are used here.

import type { Box } from "./box.js";

const GUTTER = 24;
const ROW_GUTTER = 76;
const THROUGH = 96;
const ARC = 14;
const BEND_MIN = 16;
const CORNER = 10;
const LANE = 14;
const HEAD_LENGTH = 9;
const HEAD_WIDTH = 8;
const LOOP = 28;

/** The geometry of a relation, in board units. */
export interface Curve {
  /** A cubic Bezier curve: x and y of its start, its two control points and its end. */
  readonly line: readonly number[];
  /** The arrow head, a triangle: its tip, on the target's edge, and its two other corners. */
  readonly head: readonly number[];
  /** The middle of the label. */
  readonly label: readonly number[];
}

/** The curve of a relation; `lane` tells the relations of the same two boxes apart: 0, 1, 2, ... */
export function curve(source: Box, target: Box, lane = 0): Curve {
  if (source.x === target.x && source.y === target.y && source.w === target.w && source.h === target.h) {
    return loop(source, lane);
  }
  const across = Math.max(target.x - source.x - source.w, source.x - target.x - target.w);
  const down = Math.max(target.y - source.y - source.h, source.y - target.y - target.h);
  if (across >= THROUGH && flush(source.y, target.y)) {
    return arc(middle(source.x, source.w, lane), source.y, middle(target.x, target.w, lane), target.y, 0, -1);
  }
  if (down >= THROUGH && flush(source.x + source.w, target.x + target.w)) {
    return arc(
      source.x + source.w, middle(source.y, source.h, lane), target.x + target.w, middle(target.y, target.h, lane), 1, 0,
    );
  }
  if (across < GUTTER ? down > across : ROW_GUTTER <= down && down <= across) {
    const [start, end] = sides(source.y, source.h, target.y, target.h);
    const [a, b] = opposite(source.x, source.w, target.x, target.w, lane);
    return drawn(a, start, b, end, 0, source.y <= target.y ? 1 : -1);
  }
  const [start, end] = sides(source.x, source.w, target.x, target.w);
  const [a, b] = opposite(source.y, source.h, target.y, target.h, lane);
  return drawn(start, a, end, b, source.x <= target.x ? 1 : -1, 0);
}

/** Whether two edges lie in one line: those of the cards of a row, or of a column. */
function flush(edge: number, other: number): boolean {
  return -CORNER <= edge - other && edge - other <= CORNER;
}

/** Where a line leaves and arrives, along its own direction. */
function sides(source: number, length: number, target: number, other: number): [number, number] {
  return source <= target ? [source + length, target] : [source, target + other];
}

/** Where a line leaves and arrives, across its own direction: the same where it can be. */
function opposite(
  source: number, length: number, target: number, other: number, lane: number,
): [number, number] {
  let start = source + length / 2;
  let end = target + other / 2;
  const low = Math.max(source, target) + CORNER;
  const high = Math.min(source + length, target + other) - CORNER;
  if (low <= high) start = end = Math.min(Math.max(start, low), high);
  const shift = shiftOf(lane);
  return [within(start + shift, source, length), within(end + shift, target, other)];
}

/** The middle of a side, moved for a lane. */
function middle(start: number, length: number, lane: number): number {
  return within(start + length / 2 + shiftOf(lane), start, length);
}

function shiftOf(lane: number): number {
  return Math.floor((lane + 1) / 2) * (lane % 2 ? LANE : -LANE);
}

/** A place on a side, away from its corners; the middle of a side that is too short. */
function within(at: number, start: number, length: number): number {
  const corner = Math.min(CORNER, length / 2);
  return Math.min(Math.max(at, start + corner), start + length - corner);
}

/** The curve from a start to a tip, with the direction that it leaves and arrives in. */
function drawn(x: number, y: number, tipX: number, tipY: number, toX: number, toY: number): Curve {
  const endX = tipX - toX * HEAD_LENGTH;
  const endY = tipY - toY * HEAD_LENGTH;
  const bend = Math.max(((endX - x) * toX + (endY - y) * toY) / 2, BEND_MIN);
  const oneX = x + toX * bend;
  const oneY = y + toY * bend;
  const twoX = endX - toX * bend;
  const twoY = endY - toY * bend;
  const halfX = (toY * HEAD_WIDTH) / 2;
  const halfY = (toX * HEAD_WIDTH) / 2;
  return {
    line: [x, y, oneX, oneY, twoX, twoY, endX, endY],
    head: [tipX, tipY, endX - halfX, endY - halfY, endX + halfX, endY + halfY],
    label: [(x + 3 * oneX + 3 * twoX + endX) / 8, (y + 3 * oneY + 3 * twoY + endY) / 8],
  };
}

/** The arc from a start to a tip on the same side of two boxes, which it leaves that way. */
function arc(x: number, y: number, tipX: number, tipY: number, toX: number, toY: number): Curve {
  const endX = tipX + toX * HEAD_LENGTH;
  const endY = tipY + toY * HEAD_LENGTH;
  const farX = (toX > 0 ? Math.max(x, tipX) : Math.min(x, tipX)) + toX * ARC;
  const farY = (toY > 0 ? Math.max(y, tipY) : Math.min(y, tipY)) + toY * ARC;
  const [oneX, oneY] = toX ? [farX, y] : [x, farY];
  const [twoX, twoY] = toX ? [farX, endY] : [endX, farY];
  const halfX = (toY * HEAD_WIDTH) / 2;
  const halfY = (toX * HEAD_WIDTH) / 2;
  return {
    line: [x, y, oneX, oneY, twoX, twoY, endX, endY],
    head: [tipX, tipY, endX - halfX, endY - halfY, endX + halfX, endY + halfY],
    label: [(x + 3 * oneX + 3 * twoX + endX) / 8, (y + 3 * oneY + 3 * twoY + endY) / 8],
  };
}

/** A relation of a box with itself: out of its right side, into its top. */
function loop(box: Box, lane: number): Curve {
  const out = LOOP + lane * LANE;
  const x = box.x + box.w;
  const y = box.y + Math.min(LOOP, box.h / 2);
  const tipX = box.x + box.w - Math.min(LOOP, box.w / 2);
  const tipY = box.y;
  const endY = tipY - HEAD_LENGTH;
  const half = HEAD_WIDTH / 2;
  const line = [x, y, x + out, y, tipX, endY - out, tipX, endY] as const;
  return {
    line,
    head: [tipX, tipY, tipX - half, endY, tipX + half, endY],
    label: [
      (x + 3 * line[2] + 3 * line[4] + line[6]) / 8,
      (y + 3 * line[3] + 3 * line[5] + line[7]) / 8,
    ],
  };
}
