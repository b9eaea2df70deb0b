// Boxes that are turned about their middle, and what moving, resizing and rotating make of them.
// Angles are degrees, clockwise, as on the wire. No DOM.

import { COORDINATE_MAX } from "../generated/constants.js";
import { SIZE_MAX, SIZE_MIN } from "../generated/limits.js";
import type { Box } from "../canvas/box.js";

/** A box, turned by its angle about its middle. */
export interface Turned extends Box {
  readonly angle?: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Which edges a handle moves: -1 the left or upper, 1 the right or lower, 0 neither. */
export interface Handle {
  readonly x: -1 | 0 | 1;
  readonly y: -1 | 0 | 1;
}

/** The eight handles, clockwise from the upper left corner. */
export const HANDLES: readonly Handle[] = [
  { x: -1, y: -1 }, { x: 0, y: -1 }, { x: 1, y: -1 }, { x: 1, y: 0 },
  { x: 1, y: 1 }, { x: 0, y: 1 }, { x: -1, y: 1 }, { x: -1, y: 0 },
];

export interface Resizing {
  readonly keepsRatio?: boolean;
  /** Both sides move, and the middle stays. */
  readonly fromMiddle?: boolean;
}

/** To the hundredth, as the server keeps it. */
export function exact(value: number): number {
  return Math.round(value * 100) / 100 + 0;
}

export function middleOf(box: Box): Point {
  return { x: box.x + box.w / 2, y: box.y + box.h / 2 };
}

/** A point, turned about another one. */
export function turned(point: Point, about: Point, degrees: number): Point {
  if (degrees === 0) return point;
  const by = (degrees * Math.PI) / 180;
  const [sin, cos] = [Math.sin(by), Math.cos(by)];
  const [dx, dy] = [point.x - about.x, point.y - about.y];
  return { x: about.x + dx * cos - dy * sin, y: about.y + dx * sin + dy * cos };
}

/** A place on a box: (-1, -1) is its upper left corner, (1, 1) its lower right one. */
export function placeOn(box: Turned, x: number, y: number): Point {
  const middle = middleOf(box);
  return turned({ x: middle.x + (x * box.w) / 2, y: middle.y + (y * box.h) / 2 }, middle, box.angle ?? 0);
}

/** The smallest upright box around a turned one. */
export function boundsOf(box: Turned): Box {
  const angle = box.angle ?? 0;
  if (angle === 0) return { x: box.x, y: box.y, w: box.w, h: box.h };
  const by = (angle * Math.PI) / 180;
  const [sin, cos] = [Math.abs(Math.sin(by)), Math.abs(Math.cos(by))];
  const w = box.w * cos + box.h * sin;
  const h = box.w * sin + box.h * cos;
  const { x, y } = middleOf(box);
  return { x: x - w / 2, y: y - h / 2, w, h };
}

/** The smallest upright box around them all; null: there are none. */
export function boundsOfAll(boxes: Iterable<Turned>): Box | null {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const box of boxes) {
    const { x, y, w, h } = boundsOf(box);
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + w);
    bottom = Math.max(bottom, y + h);
  }
  return left > right ? null : { x: left, y: top, w: right - left, h: bottom - top };
}

/** Whether a point lies in a turned box, or so near to it. */
export function holds(box: Turned, point: Point, reach = 0): boolean {
  const middle = middleOf(box);
  const { x, y } = turned(point, middle, -(box.angle ?? 0));
  return Math.abs(x - middle.x) <= box.w / 2 + reach && Math.abs(y - middle.y) <= box.h / 2 + reach;
}

/** Whether a box lies wholly in another one. */
export function within(inner: Turned, outer: Turned): boolean {
  return ([[-1, -1], [1, -1], [1, 1], [-1, 1]] as const).every(([x, y]) => holds(outer, placeOn(inner, x, y)));
}

/** How far all of these can go of what is asked, so that none leaves the board. */
export function bounded(boxes: Iterable<Box>, dx: number, dy: number): [number, number] {
  let [left, right, up, down] = [-Infinity, Infinity, -Infinity, Infinity];
  for (const { x, y } of boxes) {
    left = Math.max(left, -COORDINATE_MAX - x);
    right = Math.min(right, COORDINATE_MAX - x);
    up = Math.max(up, -COORDINATE_MAX - y);
    down = Math.min(down, COORDINATE_MAX - y);
  }
  return [Math.min(right, Math.max(left, dx)), Math.min(down, Math.max(up, dy))];
}

const sized = (size: number): number => Math.min(SIZE_MAX, Math.max(SIZE_MIN, size));

/** A box whose handle was moved by (dx, dy) on the board. What lies opposite of it stays. */
export function resized(box: Turned, handle: Handle, dx: number, dy: number, how: Resizing = {}): Turned {
  const angle = box.angle ?? 0;
  const pulled = turned({ x: dx, y: dy }, { x: 0, y: 0 }, -angle);
  const both = how.fromMiddle === true ? 2 : 1;
  let w = sized(box.w + handle.x * pulled.x * both);
  let h = sized(box.h + handle.y * pulled.y * both);
  if (how.keepsRatio === true) {
    const [byW, byH] = [w / box.w, h / box.h];
    // the side that was pulled further leads
    const lead = handle.x === 0 ? byH : handle.y === 0 ? byW : Math.abs(byW - 1) > Math.abs(byH - 1) ? byW : byH;
    const least = Math.max(SIZE_MIN / box.w, SIZE_MIN / box.h);
    const most = Math.min(SIZE_MAX / box.w, SIZE_MAX / box.h);
    const by = Math.min(most, Math.max(least, lead));
    w = sized(box.w * by);
    h = sized(box.h * by);
  }
  if (how.fromMiddle === true) {
    const { x, y } = middleOf(box);
    return { ...box, x: x - w / 2, y: y - h / 2, w, h };
  }
  const anchor = placeOn(box, -handle.x, -handle.y);
  const out = turned({ x: (handle.x * w) / 2, y: (handle.y * h) / 2 }, { x: 0, y: 0 }, angle);
  return { ...box, x: anchor.x + out.x - w / 2, y: anchor.y + out.y - h / 2, w, h };
}

/**
 * Boxes that are resized as one, by a handle of the upright box around them. What is turned keeps
 * its form, and so keeps the ratio for all.
 */
export function resizedAll(boxes: readonly Turned[], handle: Handle, dx: number, dy: number, how: Resizing = {}): Turned[] {
  const [one] = boxes;
  if (boxes.length === 1 && one !== undefined) return [resized(one, handle, dx, dy, how)];
  const all = boundsOfAll(boxes);
  if (all === null) return [];
  const keepsRatio = how.keepsRatio === true || boxes.some(({ angle = 0 }) => angle !== 0);
  const now = resized(all, handle, dx, dy, { ...how, keepsRatio });
  let [byX, byY] = [now.w / Math.max(all.w, 1e-6), now.h / Math.max(all.h, 1e-6)];
  // none of them becomes too small or too large
  for (const { w, h } of boxes) {
    byX = Math.min(SIZE_MAX / w, Math.max(SIZE_MIN / w, byX));
    byY = Math.min(SIZE_MAX / h, Math.max(SIZE_MIN / h, byY));
  }
  if (keepsRatio) byX = byY = handle.x === 0 ? byY : byX;
  const stays = how.fromMiddle === true ? middleOf(all) : placeOn(all, -handle.x, -handle.y);
  return boxes.map((box) => {
    const { x, y } = middleOf(box);
    const [w, h] = [sized(box.w * byX), sized(box.h * byY)];
    return { ...box, x: stays.x + (x - stays.x) * byX - w / 2, y: stays.y + (y - stays.y) * byY - h / 2, w, h };
  });
}

/** Boxes that are rotated as one, about a point. */
export function rotatedAll(boxes: readonly Turned[], about: Point, degrees: number): Turned[] {
  return boxes.map((box) => {
    const { x, y } = turned(middleOf(box), about, degrees);
    return { ...box, x: x - box.w / 2, y: y - box.h / 2, angle: wholeTurn((box.angle ?? 0) + degrees) };
  });
}

/** An angle from 0 to below 360, to the hundredth. */
export function wholeTurn(degrees: number): number {
  return exact(((degrees % 360) + 360) % 360) % 360;
}

/** The angle of a point about another one: 0 is straight up. */
export function angleAbout(point: Point, about: Point): number {
  return (Math.atan2(point.x - about.x, about.y - point.y) * 180) / Math.PI;
}

/** The cursor of a handle on a box that is turned so far. */
export function cursorOf(handle: Handle, angle: number): string {
  const at = (Math.atan2(handle.y, handle.x) * 180) / Math.PI + angle;
  const eighth = ((Math.round(at / 45) % 4) + 4) % 4;
  return ["ew-resize", "nwse-resize", "ns-resize", "nesw-resize"][eighth]!;
}
