// The operations of what is more than one: copies, and what becomes of all that lies in a layer.
// Free of the DOM.

import type { Branch } from "../board/visibility.js";
import type { AnyOp, LayerCreate, LayerShape, Least, NodeCreate, NodeShape, RelationCreate, RelationShape } from "../generated/wire.js";
import { within } from "./layer-moves.js";

/** What the operations are made from, as it is seen. */
export interface Held {
  nodesOf(layer: string): readonly NodeShape[];
  relationsOf(node: string): readonly RelationShape[];
}

export interface Making {
  fresh(): string;
  /** The language of texts that name none. */
  readonly lang: string;
}

/** A text of the record, joined from its lines; none where it is empty. */
function texts(fields: Record<string, string>, lang: string): { text?: Record<string, Record<string, string>> } {
  const filled = Object.entries(fields).filter(([, text]) => text !== "");
  return filled.length === 0 ? {} : { text: Object.fromEntries(filled.map(([field, text]) => [field, { [lang]: text }])) };
}

/** A node like another one, in a layer, so far from it. A copy is not locked. */
export function copyNode(
  node: NodeShape, { fresh, lang }: Making, to: { layer: string; dx: number; dy: number },
): NodeCreate {
  const { x, y, w, h, kind = "card", color, href, tags, shape, angle, text_size: textSize, image, points } = node;
  return {
    op: "node.create", id: fresh(), layer: to.layer, kind: kind as NonNullable<NodeCreate["kind"]>,
    x: x + to.dx, y: y + to.dy, w, h,
    ...(color == null ? {} : { color }),
    ...(href ? { href } : {}),
    ...(tags !== undefined && tags.length > 0 ? { tags } : {}),
    ...(shape === undefined || kind !== "shape" ? {} : { shape: shape as NonNullable<NodeCreate["shape"]> }),
    ...(angle ? { angle } : {}),
    ...(textSize === undefined ? {} : { text_size: textSize as NonNullable<NodeCreate["text_size"]> }),
    ...(image ? { image } : {}),
    ...(points !== undefined && points.length > 0 ? { points } : {}),
    ...texts(
      { title: (node.title ?? []).join(""), text: (node.text ?? []).join(""), alt: node.alt ?? "" },
      node.lang || lang,
    ),
  };
}

/** A relation like another one, between other ends. */
export function copyRelation(
  relation: RelationShape, { fresh, lang }: Making, ends: { source: string; target: string },
): RelationCreate {
  const { dashed, color, line, start, end } = relation;
  return {
    op: "relation.create", id: fresh(), ...ends,
    ...(dashed === true ? { dashed } : {}),
    ...(color == null ? {} : { color }),
    ...(line === undefined ? {} : { line: line as NonNullable<RelationCreate["line"]> }),
    ...(start === undefined ? {} : { start: start as NonNullable<RelationCreate["start"]> }),
    ...(end === undefined ? {} : { end: end as NonNullable<RelationCreate["end"]> }),
    ...texts({ label: (relation.label ?? []).join("") }, relation.lang || lang),
  };
}

/** Copies of nodes, and of the relations whose two ends are among them. */
export function copyNodes(
  held: Held, nodes: readonly (NodeShape & { readonly layer: string })[], making: Making, by: { dx: number; dy: number },
): AnyOp[] {
  const made = new Map<string, string>();
  const ops: AnyOp[] = nodes.map((node) => {
    const copy = copyNode(node, making, { layer: node.layer, ...by });
    made.set(node.id, copy.id);
    return copy;
  });
  const relations = new Map(nodes.flatMap(({ id }) => held.relationsOf(id)).map((relation) => [relation.id, relation]));
  for (const relation of relations.values()) {
    const source = made.get(relation.source);
    const target = made.get(relation.target);
    if (source !== undefined && target !== undefined) ops.push(copyRelation(relation, making, { source, target }));
  }
  return ops;
}

function copyLayer(
  layer: LayerShape, { lang }: Making, id: string, place: { parent: string | null; before: string | null; title: string },
): LayerCreate {
  const { write = "participant", add = "participant" } = layer;
  const seats = Object.entries(layer.seats ?? {}).flatMap(([seat, [right]]) => (right === "" ? [] : [[seat, right]]));
  return {
    op: "layer.create", id, parent: place.parent, before: place.before, color: layer.color, published: layer.published,
    ...(layer.group === true ? { group: true } : {}),
    ...(layer.opacity === undefined ? {} : { opacity: layer.opacity }),
    ...(layer.read === undefined ? {} : { read: layer.read as Least }),
    ...(layer.write === undefined ? {} : { write: layer.write as Least }),
    ...(add === write ? {} : { add: add as Least }),
    ...(seats.length === 0 ? {} : { seats: Object.fromEntries(seats) as NonNullable<LayerCreate["seats"]> }),
    ...texts({ title: place.title, note: layer.note ?? "" }, lang),
  };
}

/** A layer with all in it once more, after it: its layers, nodes and the relations among those. */
export function duplicateLayer(
  held: Held, branch: Branch, making: Making,
  to: { before: string | null; title: string; dx: number; dy: number },
): AnyOp[] {
  const layers: AnyOp[] = [];
  const nodes: (NodeShape & { layer: string })[] = [];
  const copy = ({ layer, children }: Branch, place: { parent: string | null; before: string | null; title: string }): void => {
    const id = making.fresh();
    layers.push(copyLayer(layer, making, id, place));
    nodes.push(...held.nodesOf(layer.id).map((node) => ({ ...node, layer: id })));
    for (const child of children) copy(child, { parent: id, before: null, title: child.layer.title });
  };
  copy(branch, { parent: branch.layer.parent, before: to.before, title: to.title });
  return [...layers, ...copyNodes(held, nodes, making, to)];
}

/** Moves nodes into a layer. One that is locked is unlocked for it, and locked again. */
export function moveNodes(nodes: readonly NodeShape[], layer: string): AnyOp[] {
  return nodes.flatMap(({ id, locked }): AnyOp[] =>
    locked === true
      ? [{ op: "node.set", id, locked: false }, { op: "node.set", id, layer }, { op: "node.set", id, locked: true }]
      : [{ op: "node.set", id, layer }],
  );
}

/** Removes a layer with all in it; what lies in it goes into `into` first, if that is named. */
export function removeLayer(held: Held, branch: Branch, into: string | null): AnyOp[] {
  const moved = into === null ? [] : within(branch).flatMap(({ layer }) => moveNodes(held.nodesOf(layer.id), into));
  return [...moved, { op: "layer.remove", id: branch.layer.id }];
}

/** The order of nodes by one step: the one that a node goes before (null: last); undefined: it is there. */
export function reorder(nodes: readonly { readonly id: string }[], id: string, way: "up" | "down"): string | null | undefined {
  const at = nodes.findIndex((node) => node.id === id);
  if (at < 0) return undefined;
  if (way === "up") return nodes[at - 1]?.id;
  return at === nodes.length - 1 ? undefined : (nodes[at + 2]?.id ?? null);
}
