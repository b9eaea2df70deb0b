// Gathering: what lies about is sorted into groups, laid out in columns or framed clusters, joined
// in a card or counted. From the records as they are seen to operations. No DOM.

import { inReadingOrder } from "../edit/arrange.js";
import { boundsOf, exact } from "../edit/transform.js";
import { joined } from "../edit/naming.js";
import { cardHeight } from "../edit/measure.js";
import { CARD_WIDTH, FRAME_HEAD, TEXT_CHARS_MAX } from "../generated/constants.js";
import { SIZE_MAX, SIZE_MIN, TAGS_MAX } from "../generated/limits.js";
import type { AnyOp, NodeSet, NodeShape } from "../generated/wire.js";

export type By = "color" | "author" | "tag" | "votes";

/** A node with the layer that it lies in. */
export interface Seen {
  readonly layer: string;
  readonly shape: NodeShape;
}

/** What belongs together; `key` "" is what has nothing of the kind. */
export interface Group {
  readonly key: string;
  readonly nodes: readonly Seen[];
}

export interface Making {
  fresh(): string;
  readonly lang: string;
}

const GAP = 20; // between two things of a group, in board units
const COLUMN_GAP = 64; // between two groups
const ROWS = 8; // of a group in columns; more stand in another column beside
const PADDING = 24; // from what is framed to its frame
const CARD_WIDE = 1.5 * CARD_WIDTH;

/** The seat by which a node was made; "" for what was imported. */
export function authorOf({ id }: NodeShape): string {
  const dot = id.indexOf(".");
  return dot === 13 ? id.slice(0, dot) : "";
}

/** What a node got in a round. */
export const votesOf = (shape: NodeShape, round: string): number => shape.votes?.[round]?.count ?? 0;

/** In the order in which they are read. */
function ordered(nodes: readonly Seen[]): Seen[] {
  const seen = new Map(nodes.map((node) => [node.shape.id, node]));
  return inReadingOrder(nodes.map(({ shape }) => shape)).map(({ id }) => seen.get(id)!);
}

/**
 * Nodes in groups: by votes, most first; else the largest first, what has nothing of the kind last.
 * A node with several tags counts with the one that most of them have.
 */
export function grouped(nodes: readonly Seen[], by: By, about: { readonly colorOf: (node: Seen) => string; readonly round: string }): Group[] {
  const tags = new Map(tallied(nodes).tags);
  const keyOf = (node: Seen): string => {
    switch (by) {
      case "color":
        return about.colorOf(node);
      case "author":
        return authorOf(node.shape);
      case "tag":
        return [...(node.shape.tags ?? [])].sort((a, b) => (tags.get(b) ?? 0) - (tags.get(a) ?? 0) || (a < b ? -1 : 1))[0] ?? "";
      case "votes":
        return String(votesOf(node.shape, about.round));
    }
  };
  const found = new Map<string, Seen[]>();
  for (const node of ordered(nodes)) {
    const key = keyOf(node);
    if (found.get(key)?.push(node) === undefined) found.set(key, [node]);
  }
  const groups = [...found].map(([key, held]): Group => ({ key, nodes: held }));
  if (by === "votes") return groups.sort((a, b) => Number(b.key) - Number(a.key));
  return groups.sort((a, b) => Number(a.key === "") - Number(b.key === "") || b.nodes.length - a.nodes.length || (a.key < b.key ? -1 : 1));
}

/** How often each tag is there, most first, and how many have none. */
export function tallied(nodes: readonly Seen[]): { readonly tags: readonly (readonly [string, number])[]; readonly without: number } {
  const counts = new Map<string, number>();
  let without = 0;
  for (const { shape: { tags = [] } } of nodes) {
    if (tags.length === 0) without += 1;
    for (const tag of new Set(tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  }
  return { tags: [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)), without };
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** A group as a grid of so many rows or columns from a corner: where each goes, and the box around all. */
function grid(nodes: readonly Seen[], left: number, top: number, columns: number): { readonly moves: NodeSet[]; readonly box: Box } {
  const boxes = nodes.map(({ shape }) => boundsOf(shape));
  const [w, h] = [Math.max(...boxes.map((box) => box.w)), Math.max(...boxes.map((box) => box.h))];
  const rows = Math.ceil(nodes.length / columns);
  const moves = nodes.map(({ shape }, at): NodeSet => {
    const box = boxes[at]!;
    const [x, y] = [left + (at % columns) * (w + GAP), top + Math.floor(at / columns) * (h + GAP)];
    return { op: "node.set", id: shape.id, x: exact(shape.x + x - box.x), y: exact(shape.y + y - box.y) };
  });
  return { moves, box: { x: left, y: top, w: columns * (w + GAP) - GAP, h: rows * (h + GAP) - GAP } };
}

/** Where the corner of all of them is now. */
function cornerOf(nodes: readonly Seen[]): { readonly x: number; readonly y: number } {
  const boxes = nodes.map(({ shape }) => boundsOf(shape));
  return { x: Math.min(...boxes.map(({ x }) => x)), y: Math.min(...boxes.map(({ y }) => y)) };
}

/** Only what goes elsewhere. */
function moving(moves: readonly NodeSet[], nodes: readonly Seen[]): NodeSet[] {
  const was = new Map(nodes.map(({ shape }) => [shape.id, shape]));
  return moves.filter(({ id, x, y }) => was.get(id)?.x !== x || was.get(id)?.y !== y);
}

/** Groups in columns side by side, from the corner where they begin now. */
export function columns(groups: readonly Group[]): NodeSet[] {
  const all = groups.flatMap(({ nodes }) => nodes);
  if (all.length === 0) return [];
  const { x, y } = cornerOf(all);
  let left = x;
  const moves = groups.flatMap(({ nodes }) => {
    const laid = grid(nodes, left, y, Math.ceil(nodes.length / ROWS));
    left += laid.box.w + COLUMN_GAP;
    return laid.moves;
  });
  return moving(moves, all);
}

/** The operation that frames a box, behind all in a layer. */
function frameOp(title: string, layer: string, { x, y, w, h }: Box, before: string | null, { fresh, lang }: Making): AnyOp {
  const side = (size: number): number => Math.max(SIZE_MIN, Math.min(SIZE_MAX, exact(size + 2 * PADDING)));
  return {
    op: "node.create", id: fresh(), layer, kind: "frame", before,
    x: exact(x - PADDING), y: exact(y - PADDING), w: side(w), h: side(h),
    ...(title === "" ? {} : { text: { title: { [lang]: title } } }),
  };
}

/** Each group as a tidy grid in a frame with its title, side by side. `backOf`: the first node of a layer. */
export function clusters(
  groups: readonly { readonly title: string; readonly nodes: readonly Seen[] }[],
  backOf: (layer: string) => string | null, making: Making,
): AnyOp[] {
  const all = groups.flatMap(({ nodes }) => nodes);
  if (all.length === 0) return [];
  const { x, y } = cornerOf(all);
  let left = x;
  const frames: AnyOp[] = [];
  const moves = groups.flatMap(({ title, nodes }) => {
    const laid = grid(nodes, left, y, Math.ceil(Math.sqrt(nodes.length)));
    const { layer } = nodes[0]!;
    frames.push(frameOp(title, layer, laid.box, backOf(layer), making));
    left += laid.box.w + 2 * PADDING + FRAME_HEAD;
    return laid.moves;
  });
  return [...frames, ...moving(moves, all)];
}

/** A new layer of a title, with all of them in it as they lie. */
export function asLayer(nodes: readonly Seen[], title: string, color: string, { fresh, lang }: Making): AnyOp[] {
  const layer = fresh();
  return [
    { op: "layer.create", id: layer, color, text: { title: { [lang]: title } } },
    ...nodes.map(({ shape: { id } }): AnyOp => ({ op: "node.set", id, layer })),
  ];
}

/** What a node says, in a line. */
function lineOf({ shape }: Seen): string {
  return [joined(shape.title).trim(), joined(shape.text).trim(), shape.alt ?? ""].filter((said) => said !== "").join(": ").replace(/\s*\n\s*/g, " ");
}

/** A card in the place of them, with what each says in a line of its own; null: that is more than a card may say. */
export function asCard(nodes: readonly Seen[], title: string, { fresh, lang }: Making): { readonly id: string; readonly ops: AnyOp[] } | null {
  const read = ordered(nodes);
  const text = read.map(lineOf).filter((line) => line !== "").join("\n");
  if ([...text].length > TEXT_CHARS_MAX) return null;
  const { x, y } = cornerOf(read);
  const tags = tallied(read).tags.slice(0, TAGS_MAX).map(([tag]) => tag);
  const colors = new Set(read.map(({ shape }) => shape.color ?? null));
  const [color = null] = colors;
  const id = fresh();
  return {
    id,
    ops: [
      {
        op: "node.create", id, layer: read[0]!.layer, kind: "card", x: exact(x), y: exact(y), w: CARD_WIDE,
        h: cardHeight(title, text, CARD_WIDE) + (tags.length > 0 ? GAP + 6 : 0),
        ...(colors.size === 1 && color !== null ? { color } : {}), ...(tags.length > 0 ? { tags } : {}),
        text: { title: { [lang]: title }, ...(text === "" ? {} : { text: { [lang]: text } }) },
      },
      ...read.map(({ shape }): AnyOp => ({ op: "node.remove", id: shape.id })),
    ],
  };
}
