// How a relation is drawn: one calm line between two nodes, with its heads and its label. The same
// as layers/route.py, which says why; tests/frames/route.json holds cases that both sides agree on
// to the last digit, so only +, -, *, /, the square root, min and max are used here.

import type { Box } from "./box.js";
import { bounds, type Figure, isPlain, met } from "./figure.js";

const GUTTER = 24;
const ROW_GUTTER = 76;
const THROUGH = 96;
const ARC = 14;
const BEND_MIN = 16;
const CORNER = 10;
const LANE = 14;
export const HEAD_LENGTH = 9;
export const HEAD_WIDTH = 8;
/** How far from the outline a line ends: what is nearer belongs to the head. */
export const HEADS: Readonly<Record<string, number>> = { none: 0, arrow: HEAD_LENGTH, dot: 7, diamond: 12, bar: 0 };
const LOOP = 28;
const STUB = 24;
const ELBOW_RADIUS = 12;
const ROUND = 0.5523;

/** Where a line meets an outline: x, y, and the direction, of length 1, in which it goes there. */
export type Tip = readonly [number, number, number, number];

/** The geometry of a relation, in board units. */
export interface Route {
  /** Where it starts, and for each cubic Bezier curve that it is made of two control points and an end. */
  readonly path: readonly number[];
  readonly start: Tip;
  readonly end: Tip;
  /** The middle of the label. */
  readonly label: readonly [number, number];
}

/** From where to where a line runs; `around`: out of a side and into the same, or one beside it. */
interface Course {
  readonly start: Tip;
  readonly end: Tip;
  readonly around: boolean;
}

/**
 * The way of a relation from one figure to another. `lane` tells the relations of the same two
 * apart: 0, 1, 2, ...; `line` is straight, elbow or curved; `start` and `end` name the heads.
 */
export function route(
  source: Figure, target: Figure, lane = 0, line = "curved", start = "none", end = "arrow",
): Route {
  const first = HEADS[start] ?? 0;
  const last = HEADS[end] ?? 0;
  const one = bounds(source);
  const other = bounds(target);
  const same = one.x === other.x && one.y === other.y && one.w === other.w && one.h === other.h;
  if (line === "straight" && !same) return straight(source, target, lane, first, last);
  const way = same ? looped(one) : line === "elbow" ? bent(one, other, lane) : courseOf(one, other, lane);
  const course = { ...way, start: onto(source, way.start), end: onto(target, way.end) };
  if (line === "elbow") return elbow(course, first, last, lane);
  const path = bezier(course, first, last, same ? lane : -1);
  return { path, start: course.start, end: course.end, label: middleOf(path) };
}

/** A tip on the bounds of a figure, moved on its way to the outline. */
function onto(it: Figure, tip: Tip): Tip {
  if (isPlain(it)) return tip;
  const [x, y, toX, toY] = tip;
  const found = met(it, x - toX, y - toY, toX, toY);
  return found ? [...found, toX, toY] : tip;
}

/** Where a curve between two boxes leaves and arrives. */
function courseOf(source: Box, target: Box, lane: number): Course {
  const across = Math.max(target.x - source.x - source.w, source.x - target.x - target.w);
  const down = Math.max(target.y - source.y - source.h, source.y - target.y - target.h);
  if (across >= THROUGH && flush(source.y, target.y)) {
    const [start, end] = [middle(source.x, source.w, lane), middle(target.x, target.w, lane)];
    return { start: [start, source.y, 0, 1], end: [end, target.y, 0, 1], around: true };
  }
  if (down >= THROUGH && flush(source.x + source.w, target.x + target.w)) {
    const [start, end] = [middle(source.y, source.h, lane), middle(target.y, target.h, lane)];
    return { start: [source.x + source.w, start, -1, 0], end: [target.x + target.w, end, -1, 0], around: true };
  }
  return facing(source, target, lane, across, down);
}

/** Out of the side that faces the target, into the side that faces the source. */
function facing(source: Box, target: Box, lane: number, across: number, down: number): Course {
  if (across < GUTTER ? down > across : ROW_GUTTER <= down && down <= across) {
    const [start, end] = sides(source.y, source.h, target.y, target.h);
    const [a, b] = opposite(source.x, source.w, target.x, target.w, lane);
    const to = source.y <= target.y ? 1 : -1;
    return { start: [a, start, 0, -to], end: [b, end, 0, to], around: false };
  }
  const [start, end] = sides(source.x, source.w, target.x, target.w);
  const [a, b] = opposite(source.y, source.h, target.y, target.h, lane);
  const to = source.x <= target.x ? 1 : -1;
  return { start: [start, a, -to, 0], end: [end, b, to, 0], around: false };
}

/** Where an elbow between two boxes leaves and arrives. */
function bent(source: Box, target: Box, lane: number): Course {
  const across = Math.max(target.x - source.x - source.w, source.x - target.x - target.w);
  const down = Math.max(target.y - source.y - source.h, source.y - target.y - target.h);
  if (Math.max(across, down) > 0) return facing(source, target, lane, across, down);
  let [start, end] = [middle(source.y, source.h, lane), middle(target.y, target.h, lane)];
  if (-CORNER < start - end && start - end < CORNER) { // out of the upper part, into the lower
    start = within(source.y + source.h / 4, source.y, source.h);
    end = within(target.y + (target.h * 3) / 4, target.y, target.h);
  }
  return { start: [source.x + source.w, start, -1, 0], end: [target.x + target.w, end, -1, 0], around: true };
}

/** A relation of a box with itself: out of its right side, into its top. */
function looped(box: Box): Course {
  return {
    start: [box.x + box.w, box.y + Math.min(LOOP, box.h / 2), -1, 0],
    end: [box.x + box.w - Math.min(LOOP, box.w / 2), box.y, 0, 1],
    around: true,
  };
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

function middleOf([x, y, oneX, oneY, twoX, twoY, endX, endY]: readonly number[]): [number, number] {
  return [(x! + 3 * oneX! + 3 * twoX! + endX!) / 8, (y! + 3 * oneY! + 3 * twoY! + endY!) / 8];
}

/** The curve of a course, which ends so far from the tips; `loop` is the lane of a loop. */
function bezier({ start, end, around }: Course, first: number, last: number, loop: number): number[] {
  const [tipX, tipY, toX, toY] = end;
  const x = start[0] - start[2] * first;
  const y = start[1] - start[3] * first;
  const endX = tipX - toX * last;
  const endY = tipY - toY * last;
  if (loop >= 0) {
    const out = LOOP + loop * LANE;
    return [x, y, x + out, y, endX, endY - out, endX, endY];
  }
  if (around && toY > 0) {
    const far = Math.min(y, tipY) - ARC;
    return [x, y, x, far, endX, far, endX, endY];
  }
  if (around) {
    const far = Math.max(x, tipX) + ARC;
    return [x, y, far, y, far, endY, endX, endY];
  }
  const bend = Math.max(((endX - x) * toX + (endY - y) * toY) / 2, BEND_MIN);
  return [x, y, x + toX * bend, y + toY * bend, endX - toX * bend, endY - toY * bend, endX, endY];
}

/** A line from middle to middle, as far as it can be seen. */
function straight(source: Figure, target: Figure, lane: number, headFirst: number, headLast: number): Route {
  const x = source.box.x + source.box.w / 2;
  const y = source.box.y + source.box.h / 2;
  const endX = target.box.x + target.box.w / 2;
  const endY = target.box.y + target.box.h / 2;
  let apart = Math.sqrt((endX - x) * (endX - x) + (endY - y) * (endY - y));
  const [toX, toY] = apart === 0 ? [1, 0] : [(endX - x) / apart, (endY - y) / apart];
  // a lane lies on the same side, whichever of the two is the source
  const side = toX < 0 || (toX === 0 && toY < 0) ? -shiftOf(lane) : shiftOf(lane);
  let [out, into] = [[x, y], [endX, endY]] as [[number, number], [number, number]]; // when one lies over the other
  for (const shift of [side, 0]) {
    const overX = -toY * shift;
    const overY = toX * shift;
    const one = met(source, endX + overX, endY + overY, -toX, -toY);
    const other = met(target, x + overX, y + overY, toX, toY);
    if (!one || !other) continue;
    const length = (other[0] - one[0]) * toX + (other[1] - one[1]) * toY;
    if (length > 0) {
      [out, into, apart] = [one, other, length];
      break;
    }
  }
  const first = Math.min(headFirst, apart / 2);
  const last = Math.min(headLast, apart / 2);
  const aX = out[0] + toX * first;
  const aY = out[1] + toY * first;
  const bX = into[0] - toX * last;
  const bY = into[1] - toY * last;
  return {
    path: [aX, aY, ...lineTo(aX, aY, bX, bY)],
    start: [...out, -toX, -toY], end: [...into, toX, toY], label: [(aX + bX) / 2, (aY + bY) / 2],
  };
}

/** A straight line as a curve, without its start. */
function lineTo(x: number, y: number, endX: number, endY: number): number[] {
  const thirdX = (endX - x) / 3;
  const thirdY = (endY - y) / 3;
  return [x + thirdX, y + thirdY, endX - thirdX, endY - thirdY, endX, endY];
}

/** A line of upright and level parts, with round bends. */
function elbow(course: Course, headFirst: number, headLast: number, lane: number): Route {
  const points = bends(course, lane);
  const count = points.length;
  const first = Math.min(headFirst, lengthOf(points[0]!, points[1]!) / 2);
  const last = Math.min(headLast, lengthOf(points[count - 2]!, points[count - 1]!) / 2);
  const { start, end } = course;
  points[0] = [start[0] - start[2] * first, start[1] - start[3] * first];
  points[count - 1] = [end[0] - end[2] * last, end[1] - end[3] * last];
  let longest = -1;
  let label: [number, number] = points[0];
  const path: number[] = [...points[0]];
  for (let at = 1; at < count; at++) {
    const from = points[at - 1]!;
    const [x, y] = points[at]!;
    const length = lengthOf(from, points[at]!);
    if (length > longest) {
      longest = length;
      label = [(from[0] + x) / 2, (from[1] + y) / 2];
    }
    const [penX, penY] = [path[path.length - 2]!, path[path.length - 1]!];
    if (at + 1 === count) {
      path.push(...lineTo(penX, penY, x, y));
      break;
    }
    const next = points[at + 1]!;
    const after = lengthOf(points[at]!, next);
    const radius = Math.min(ELBOW_RADIUS, length / 2, after / 2);
    const [oneX, oneY] = [(x - from[0]) / length, (y - from[1]) / length];
    const [twoX, twoY] = [(next[0] - x) / after, (next[1] - y) / after];
    path.push(...lineTo(penX, penY, x - oneX * radius, y - oneY * radius));
    const bend = radius * (1 - ROUND);
    path.push(
      x - oneX * bend, y - oneY * bend, x + twoX * bend, y + twoY * bend, x + twoX * radius, y + twoY * radius,
    );
  }
  return { path, start, end, label };
}

/** The corners of an elbow, from its start to its end; no two are the same. */
function bends({ start, end, around }: Course, lane: number): [number, number][] {
  const [x, y, inX] = start;
  const [endX, endY, toX, toY] = end;
  let found: [number, number][];
  if (inX !== 0 && toY !== 0) { // a relation with itself
    const out = LOOP + lane * LANE;
    found = [[x + out, y], [x + out, endY - out], [endX, endY - out]];
  } else if (toX !== 0) {
    if (y === endY && !around) return [[x, y], [endX, endY]];
    const level = around ? Math.max(x, endX) + STUB + lane * LANE : (x + endX) / 2 + aside(lane, x, endX);
    found = [[level, y], [level, endY]];
  } else {
    if (x === endX) return [[x, y], [endX, endY]];
    const level = (y + endY) / 2 + aside(lane, y, endY);
    found = [[x, level], [endX, level]];
  }
  const points: [number, number][] = [[x, y]];
  for (const corner of [...found, [endX, endY] as [number, number]]) {
    if (lengthOf(points[points.length - 1]!, corner) > 0) points.push(corner);
  }
  return points;
}

/** How far from the middle of a gap the bend of a lane lies. */
function aside(lane: number, start: number, end: number): number {
  const room = Math.max(start - end, end - start) / 4;
  return Math.min(Math.max(shiftOf(lane), -room), room);
}

/** The length of an upright or level line. */
function lengthOf([x, y]: readonly [number, number], [endX, endY]: readonly [number, number]): number {
  return Math.max(x - endX, endX - x) + Math.max(y - endY, endY - y);
}
