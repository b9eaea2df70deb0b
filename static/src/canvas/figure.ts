// The outline of a node: its shape in its box, turned about the middle of it. The same as
// layers/figure.py, to the last digit: so only +, -, *, /, the square root, min and max are used,
// and the sine and cosine are sums of their own.

import { FRAME_HEAD, SHAPE_POINTS } from "../generated/constants.js";
import type { NodeShape } from "../generated/wire.js";
import { type Box, segmentDistance2 } from "./box.js";

const RADIAN = 0.017453292519943295;
const TOUCHING = 1e-9;

/** A box, the name of the outline in it, and its angle in degrees, clockwise. */
export interface Figure {
  readonly box: Box;
  readonly shape: string;
  readonly angle: number;
}

/** The figure of a node. */
export function figureOf(record: NodeShape): Figure {
  const { x, y, w, h, kind, shape, angle } = record;
  return { box: { x, y, w, h }, shape: kind === "shape" ? shape ?? "rectangle" : "rectangle", angle: angle ?? 0 };
}

/** Whether the outline of a figure is its box. */
export function isPlain({ shape, angle }: Figure): boolean {
  return angle === 0 && (shape === "rectangle" || shape === "rounded");
}

/** Corners of an outline: x and y in turn, of 1 across the box; an ellipse has none. */
export function pointsOf(shape: string): readonly number[] {
  return (SHAPE_POINTS as Readonly<Record<string, readonly number[]>>)[shape] ?? SHAPE_POINTS.rectangle;
}

/** The cosine and the sine of an angle in degrees, exact at right angles. */
export function turned(angle: number): [number, number] {
  const quarters = Math.floor((angle + 45) / 90);
  const x = (angle - 90 * quarters) * RADIAN;
  const s = x * x;
  const sine = x * (1 + s * (-1 / 6 + s * (1 / 120 + s * (-1 / 5040 + s * (1 / 362880 + s / -39916800)))));
  const cosine = 1 + s *
    (-1 / 2 + s * (1 / 24 + s * (-1 / 720 + s * (1 / 40320 + s * (-1 / 3628800 + s / 479001600)))));
  switch (((quarters % 4) + 4) % 4) {
    case 1:
      return [-sine, cosine];
    case 2:
      return [-cosine, -sine];
    case 3:
      return [sine, -cosine];
    default:
      return [cosine, sine];
  }
}

/** The corners of a figure, in board units; an ellipse has those of its box. */
export function corners({ box: { x, y, w, h }, shape, angle }: Figure): number[] {
  const [cos, sin] = turned(angle);
  const middleX = x + w / 2;
  const middleY = y + h / 2;
  const points = shape === "ellipse" ? SHAPE_POINTS.rectangle : pointsOf(shape);
  const found: number[] = [];
  for (let at = 0; at < points.length; at += 2) {
    const across = (points[at]! - 0.5) * w;
    const down = (points[at + 1]! - 0.5) * h;
    found.push(middleX + across * cos - down * sin, middleY + across * sin + down * cos);
  }
  return found;
}

/** The upright box around a figure. */
export function bounds(it: Figure): Box {
  const { box, shape, angle } = it;
  if (angle === 0) return box;
  if (shape === "ellipse") {
    const [cos, sin] = turned(angle);
    const [a, b] = [(box.w / 2) * cos, (box.h / 2) * sin];
    const [c, d] = [(box.w / 2) * sin, (box.h / 2) * cos];
    const across = Math.sqrt(a * a + b * b);
    const down = Math.sqrt(c * c + d * d);
    return { x: box.x + box.w / 2 - across, y: box.y + box.h / 2 - down, w: 2 * across, h: 2 * down };
  }
  const points = corners(it);
  let [left, top, right, bottom] = [points[0]!, points[1]!, points[0]!, points[1]!];
  for (let at = 2; at < points.length; at += 2) {
    left = Math.min(left, points[at]!);
    right = Math.max(right, points[at]!);
    top = Math.min(top, points[at + 1]!);
    bottom = Math.max(bottom, points[at + 1]!);
  }
  return { x: left, y: top, w: right - left, h: bottom - top };
}

/** What a node takes up: the bounds of its figure, and of a frame the title above it. */
export function taken(record: NodeShape): Box {
  const { x, y, w, h } = bounds(figureOf(record));
  if (record.kind !== "frame") return { x, y, w, h };
  const [cos, sin] = turned(record.angle ?? 0);
  const right = FRAME_HEAD * sin;
  const down = -FRAME_HEAD * cos;
  return {
    x: Math.min(x, x + right), y: Math.min(y, y + down), w: w + Math.max(right, -right), h: h + Math.max(down, -down),
  };
}

/** A point as it lies in a box that is not turned, from the box's middle. */
export function inside({ box: { x, y, w, h }, angle }: Figure, atX: number, atY: number): [number, number] {
  const across = atX - (x + w / 2);
  const down = atY - (y + h / 2);
  if (angle === 0) return [across, down];
  const [cos, sin] = turned(angle);
  return [across * cos + down * sin, down * cos - across * sin];
}

/** Where a ray from a point first meets the outline; null: it passes by. */
export function met(it: Figure, x: number, y: number, toX: number, toY: number): [number, number] | null {
  const { box: { x: left, y: top, w, h }, shape, angle } = it;
  const [cos, sin] = turned(angle);
  const across = x - (left + w / 2);
  const down = y - (top + h / 2);
  const fromX = across * cos + down * sin;
  const fromY = down * cos - across * sin;
  const rayX = toX * cos + toY * sin;
  const rayY = toY * cos - toX * sin;
  let far = shape === "ellipse" ? ellipse(fromX, fromY, rayX, rayY, w, h) : Infinity;
  const points = pointsOf(shape);
  const count = points.length;
  for (let at = 0; at < count; at += 2) {
    const aX = (points[at]! - 0.5) * w;
    const aY = (points[at + 1]! - 0.5) * h;
    const edgeX = (points[(at + 2) % count]! - 0.5) * w - aX;
    const edgeY = (points[(at + 3) % count]! - 0.5) * h - aY;
    const slant = rayX * edgeY - rayY * edgeX;
    if (slant === 0) continue;
    const offX = aX - fromX;
    const offY = aY - fromY;
    const along = (offX * rayY - offY * rayX) / slant;
    const away = (offX * edgeY - offY * edgeX) / slant;
    if (away >= 0 && along >= -TOUCHING && along <= 1 + TOUCHING && away < far) far = away;
  }
  return far === Infinity ? null : [x + toX * far, y + toY * far];
}

/** How far along a ray an ellipse about the origin is met first; infinite: never. */
function ellipse(fromX: number, fromY: number, rayX: number, rayY: number, w: number, h: number): number {
  const [x, y, toX, toY] = [(2 * fromX) / w, (2 * fromY) / h, (2 * rayX) / w, (2 * rayY) / h];
  const a = toX * toX + toY * toY;
  const b = x * toX + y * toY;
  const c = x * x + y * y - 1;
  const root = b * b - a * c;
  if (root < 0) return Infinity;
  const away = (-b - Math.sqrt(root)) / a;
  return away >= 0 ? away : Infinity;
}

/** Whether a point lies in a figure, or on its outline. */
export function holds(it: Figure, atX: number, atY: number): boolean {
  const { w, h } = it.box;
  const [x, y] = inside(it, atX, atY);
  if (Math.abs(x) > w / 2 || Math.abs(y) > h / 2) return false;
  if (it.shape === "ellipse") return (2 * x / w) ** 2 + (2 * y / h) ** 2 <= 1;
  if (it.shape === "rectangle" || it.shape === "rounded") return true;
  const points = pointsOf(it.shape);
  const count = points.length;
  let odd = false;
  for (let at = 0; at < count; at += 2) {
    const aX = (points[at]! - 0.5) * w;
    const aY = (points[at + 1]! - 0.5) * h;
    const bX = (points[(at + 2) % count]! - 0.5) * w;
    const bY = (points[(at + 3) % count]! - 0.5) * h;
    if (segmentDistance2(x, y, aX, aY, bX, bY) <= TOUCHING) return true;
    if (aY > y !== bY > y && x < aX + ((y - aY) / (bY - aY)) * (bX - aX)) odd = !odd;
  }
  return odd;
}
