// Lines that are drawn by hand: how they become drawings of few points, and what an eraser touches.

import type { Box } from "../canvas/box.js";
import { segmentDistance2 } from "../canvas/box.js";
import { POINT_MAX } from "../generated/constants.js";
import { POINTS_MAX, SIZE_MAX, SIZE_MIN } from "../generated/limits.js";
import { exact, middleOf, type Point, type Turned, turned } from "./transform.js";

/** A drawing's box and its points, x and y in turn, each from 0 to POINT_MAX across the box. */
export interface Drawing extends Box {
  readonly points: number[];
}

/** The points that matter: without them the line would run elsewhere by more than `tolerance` (Ramer, Douglas, Peucker). */
export function simplified(points: readonly Point[], tolerance: number): Point[] {
  if (points.length < 3) return [...points];
  const kept = new Uint8Array(points.length);
  kept[0] = kept[points.length - 1] = 1;
  const parts: [number, number][] = [[0, points.length - 1]];
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    const [first, last] = part;
    const [a, b] = [points[first]!, points[last]!];
    let [worst, at] = [tolerance * tolerance, -1];
    for (let i = first + 1; i < last; i++) {
      const { x, y } = points[i]!;
      const far = segmentDistance2(x, y, a.x, a.y, b.x, b.y);
      if (far > worst) [worst, at] = [far, i];
    }
    if (at < 0) continue;
    kept[at] = 1;
    parts.push([first, at], [at, last]);
  }
  return points.filter((_, at) => kept[at] === 1);
}

/** A line as a drawing of at most POINTS_MAX points; coarser where it must be. `grain` in board units. */
export function drawingOf(line: readonly Point[], grain: number): Drawing {
  const dotted = line.length === 1 ? [line[0]!, line[0]!] : line;
  let points = simplified(dotted, grain);
  for (let coarse = grain * 2; points.length > POINTS_MAX; coarse *= 2) points = simplified(dotted, coarse);
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const w = Math.min(SIZE_MAX, Math.max(SIZE_MIN, Math.max(...xs) - left));
  const h = Math.min(SIZE_MAX, Math.max(SIZE_MIN, Math.max(...ys) - top));
  // a line that is as good as straight lies in the middle of its box
  const x = Math.max(...xs) - left < SIZE_MIN ? (left + Math.max(...xs)) / 2 - w / 2 : left;
  const y = Math.max(...ys) - top < SIZE_MIN ? (top + Math.max(...ys)) / 2 - h / 2 : top;
  const scaled = (value: number, from: number, size: number): number =>
    Math.min(POINT_MAX, Math.max(0, Math.round(((value - from) / size) * POINT_MAX)));
  return {
    x: exact(x), y: exact(y), w: exact(w), h: exact(h),
    points: points.flatMap((point) => [scaled(point.x, x, w), scaled(point.y, y, h)]),
  };
}

/** The points of a drawing on the board. */
export function lineOf(drawing: Turned & { readonly points?: readonly number[] }): Point[] {
  const { x, y, w, h, angle = 0, points = [] } = drawing;
  const middle = middleOf(drawing);
  const line: Point[] = [];
  for (let i = 0; i + 1 < points.length; i += 2) {
    const point = { x: x + (points[i]! / POINT_MAX) * w, y: y + (points[i + 1]! / POINT_MAX) * h };
    line.push(turned(point, middle, angle));
  }
  return line;
}

/** Whether an eraser that goes from a to b comes within `reach` of a drawing's line. */
export function touches(
  drawing: Turned & { readonly points?: readonly number[] }, a: Point, b: Point, reach: number,
): boolean {
  const line = lineOf(drawing);
  return line.some((point, at) => near(point, line[at + 1] ?? point, a, b, reach * reach));
}

/** Whether two segments come so near to each other, or cross. */
function near(p: Point, q: Point, a: Point, b: Point, reach2: number): boolean {
  if (segmentDistance2(a.x, a.y, p.x, p.y, q.x, q.y) <= reach2) return true;
  if (segmentDistance2(b.x, b.y, p.x, p.y, q.x, q.y) <= reach2) return true;
  if (segmentDistance2(p.x, p.y, a.x, a.y, b.x, b.y) <= reach2) return true;
  if (segmentDistance2(q.x, q.y, a.x, a.y, b.x, b.y) <= reach2) return true;
  const side = (from: Point, to: Point, point: Point): number =>
    Math.sign((to.x - from.x) * (point.y - from.y) - (to.y - from.y) * (point.x - from.x));
  return side(p, q, a) * side(p, q, b) < 0 && side(a, b, p) * side(a, b, q) < 0;
}
