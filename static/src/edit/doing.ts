// What is done to things, as operations: made from the records as they are seen. No DOM.

import { CARD_WIDTH, STICKY_SIDE, TEXT_SIZES } from "../generated/constants.js";
import type { AnyOp, NodeCreate, NodeSet, NodeShape, RelationCreate, RelationSet, RelationShape } from "../generated/wire.js";
import type { Moved } from "./arrange.js";
import { copyRelation, type Making } from "./copies.js";
import { exact, type Turned } from "./transform.js";

/** A node with the layer that it lies in. */
export interface Seen {
  readonly layer: string;
  readonly shape: NodeShape;
}

export type Kind = NonNullable<NodeCreate["kind"]>;
export type ShapeName = Exclude<NodeCreate["shape"], null | undefined>;

/** What a thing measures when it is put down by a click. */
export const USUAL: Readonly<Record<Exclude<Kind, "image" | "drawing">, { readonly w: number; readonly h: number }>> = {
  card: { w: CARD_WIDTH, h: 72 },
  sticky: { w: STICKY_SIDE, h: STICKY_SIDE },
  text: { w: 240, h: Math.ceil(TEXT_SIZES.medium * 1.3) },
  shape: { w: 160, h: 112 },
  frame: { w: 640, h: 400 },
};

/** Where boxes have come to, as operations on those that changed. */
export function placed(now: readonly (Turned & { readonly id: string })[], was: ReadonlyMap<string, Turned>): NodeSet[] {
  return now.flatMap((box) => {
    const before = was.get(box.id);
    const op: NodeSet = { op: "node.set", id: box.id };
    for (const field of ["x", "y", "w", "h"] as const) {
      if (before === undefined || exact(box[field]) !== exact(before[field])) op[field] = exact(box[field]);
    }
    if (exact(box.angle ?? 0) !== exact(before?.angle ?? 0)) op.angle = exact(box.angle ?? 0);
    return Object.keys(op).length > 2 ? [op] : [];
  });
}

export function moved(moves: readonly Moved[]): NodeSet[] {
  return moves.map(({ id, x, y }) => ({ op: "node.set", id, x, y }));
}

export type Order = "front" | "forward" | "backward" | "back";

/**
 * Another place in the order of a layer, from the back to the front, for some of its nodes, which
 * keep their order among each other. Each goes before the one that is named; null: to the front.
 */
export function reordered(ids: readonly string[], which: ReadonlySet<string>, how: Order): { id: string; before: string | null }[] {
  const order = [...ids];
  const mine = order.filter((id) => which.has(id));
  const others = order.filter((id) => !which.has(id));
  if (mine.length === 0 || others.length === 0) return [];
  if (how === "front") {
    if (order.slice(-mine.length).every((id) => which.has(id))) return [];
    return mine.map((id) => ({ id, before: null }));
  }
  if (how === "back") {
    if (order.slice(0, mine.length).every((id) => which.has(id))) return [];
    return mine.map((id) => ({ id, before: others[0]! }));
  }
  const steps: { id: string; before: string | null }[] = [];
  const step = how === "forward" ? 1 : -1;
  for (const id of step > 0 ? [...mine].reverse() : mine) {
    const at = order.indexOf(id);
    const other = order[at + step];
    if (other === undefined || which.has(other)) continue;
    order[at + step] = id;
    order[at] = other;
    steps.push({ id, before: order[at + step + 1] ?? null });
  }
  return steps;
}

/** A relation with another end: it is made anew with the same looks, as an end cannot be set. */
export function reattached(
  relation: RelationShape, ends: { source: string; target: string }, making: Making,
): { id: string; ops: AnyOp[] } {
  const copy = copyRelation(relation, making, ends);
  return { id: copy.id, ops: [{ op: "relation.remove", id: relation.id }, copy] };
}

/**
 * A relation the other way round: its ends change places, and its heads stay at its start and end. One
 * that may not begin at its other end exchanges its heads alone. With the id that it has then.
 */
export function turned(relation: RelationShape, mayBegin: boolean, making: Making): { id: string; ops: AnyOp[] } {
  const { id, source, target, start = "none", end = "arrow" } = relation;
  if (!mayBegin) {
    const heads = { start: end, end: start } as Pick<RelationSet, "start" | "end">;
    return { id, ops: [{ op: "relation.set", id, ...heads }] };
  }
  return reattached(relation, { source: target, target: source }, making);
}

/** What is removed with one step. What goes with its nodes is not named again. */
export function removed(nodes: readonly string[], relations: readonly RelationShape[]): AnyOp[] {
  const gone = new Set(nodes);
  const own = relations.filter(({ source, target }) => !gone.has(source) && !gone.has(target));
  return [
    ...own.map(({ id }): AnyOp => ({ op: "relation.remove", id })),
    ...nodes.map((id): AnyOp => ({ op: "node.remove", id })),
  ];
}

/** A relation between two nodes. */
export function related(id: string, source: string, target: string): RelationCreate {
  return { op: "relation.create", id, source, target };
}
