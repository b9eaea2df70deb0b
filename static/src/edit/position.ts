// The places and sizes of things as numbers that are typed: of one its box and angle, of many the
// corner of all. No DOM.

import { COORDINATE_MAX } from "../generated/constants.js";
import { SIZE_MAX, SIZE_MIN } from "../generated/limits.js";
import type { NodeSet, NodeShape } from "../generated/wire.js";
import { bounded, boundsOfAll, type Turned } from "./transform.js";

export type PositionField = "x" | "y" | "w" | "h" | "angle";
export type Position = Readonly<Partial<Record<PositionField, number>>>;

export const POSITION_BOUNDS: Readonly<Record<PositionField, readonly [number, number]>> = {
  x: [-COORDINATE_MAX, COORDINATE_MAX], y: [-COORDINATE_MAX, COORDINATE_MAX],
  w: [SIZE_MIN, SIZE_MAX], h: [SIZE_MIN, SIZE_MAX], angle: [0, 359],
};

/** What is shown of these, to be changed; nothing of nothing. */
export function positionOf(nodes: readonly NodeShape[]): Position {
  const [one] = nodes;
  const box: Turned | null = nodes.length === 1 && one !== undefined ? one : boundsOfAll(nodes);
  if (box === null) return {};
  const at = { x: Math.round(box.x), y: Math.round(box.y) };
  return nodes.length === 1 ? { ...at, w: Math.round(box.w), h: Math.round(box.h), angle: Math.round(box.angle ?? 0) } : at;
}

/** What was typed over what was shown, as operations: what stayed as it was shown stays as it is now. */
export function repositioned(nodes: readonly NodeShape[], shown: Position, typed: Position): NodeSet[] {
  const changed = Object.fromEntries(
    Object.entries(typed).filter(([field, value]) => value !== shown[field as PositionField] && Number.isFinite(value)),
  ) as Position;
  if (Object.keys(changed).length === 0) return [];
  const [one] = nodes;
  if (nodes.length === 1 && one !== undefined) return [{ op: "node.set", id: one.id, ...changed }];
  const off = (field: "x" | "y"): number => (changed[field] ?? shown[field] ?? 0) - (shown[field] ?? 0);
  const [dx, dy] = bounded(nodes, off("x"), off("y"));
  return nodes.map(({ id, x, y }) => ({ op: "node.set", id, x: x + dx, y: y + dy }));
}
