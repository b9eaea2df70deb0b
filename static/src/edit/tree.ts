// The tree of the outline that edits: which rows it has, and where the keyboard goes among them.
// Free of the DOM.

import type { Branch } from "../board/visibility.js";
import type { NodeShape, RelationShape } from "../generated/wire.js";

/** A row of the tree, with the rows in it. */
export interface Row {
  /** Names the row for as long as the thing stands where it is; a relation has a row at either end. */
  readonly key: string;
  readonly kind: "layer" | "node" | "relation" | "more";
  readonly id: string;
  /** The layer that it stands in; of a layer itself, its own id. */
  readonly layer: string;
  /** Of a relation, the node that it stands under. */
  readonly node: string | null;
  readonly parent: string | null;
  readonly level: number;
  /** Its place among its siblings, from 1, and how many they are. */
  readonly at: number;
  readonly of: number;
  /** What typing finds it by. */
  readonly words: string;
  /** Null: there is nothing in it. */
  readonly open: boolean | null;
  readonly rows: readonly Row[];
  /** Of "more": how many are not shown. */
  readonly rest: number;
}

/** What a tree is made from. */
export interface Source {
  readonly branches: readonly Branch[];
  readonly on: ReadonlySet<string>;
  nodesOf(layer: string): readonly NodeShape[];
  /** Those that are shown. */
  relationsOf(node: string): readonly RelationShape[];
  titleOf(node: NodeShape): string;
  relationWords(relation: RelationShape, node: string): string;
  /** Whether a row is open, given what it is when nobody has touched it. */
  isOpen(key: string, usually: boolean): boolean;
  /** How many nodes of a layer are shown. */
  shownMax(layer: string): number;
  /** Nodes that are shown however many there are. */
  readonly kept: ReadonlySet<string>;
}

export const layerKey = (id: string): string => `layer/${id}`;
export const nodeKey = (id: string): string => `node/${id}`;
export const relationKey = (id: string, node: string): string => `relation/${id}/${node}`;
export const moreKey = (layer: string): string => `more/${layer}`;

/** A row that has no place yet, and how to make the rows in it. */
interface Seed extends Omit<Row, "at" | "of" | "level" | "parent" | "rows"> {
  readonly inside?: () => readonly Seed[];
}

/** The tree: each layer with its nodes, then the layers in it; each node with its relations. */
export function grow(source: Source): readonly Row[] {
  return placed(layerSeeds(source, source.branches), null);
}

function layerSeeds(source: Source, branches: readonly Branch[]): readonly Seed[] {
  return branches.map(({ layer, children }): Seed => {
    const { id } = layer;
    const key = layerKey(id);
    const nodes = source.on.has(id) ? source.nodesOf(id) : [];
    const holds = nodes.length > 0 || children.length > 0;
    return {
      key, kind: "layer", id, layer: id, node: null, words: layer.title, rest: 0,
      open: holds ? source.isOpen(key, true) : null,
      inside: () => [...nodeSeeds(source, id, nodes), ...layerSeeds(source, children)],
    };
  });
}

function nodeSeeds(source: Source, layer: string, nodes: readonly NodeShape[]): readonly Seed[] {
  const max = source.shownMax(layer);
  const shown = nodes.length <= max ? nodes : nodes.filter(({ id }, at) => at < max || source.kept.has(id));
  const seeds = shown.map((node): Seed => {
    const { id } = node;
    const key = nodeKey(id);
    const relations = source.relationsOf(id);
    return {
      key, kind: "node", id, layer, node: null, words: source.titleOf(node), rest: 0,
      open: relations.length > 0 ? source.isOpen(key, false) : null,
      inside: () =>
        relations.map((relation) => ({
          key: relationKey(relation.id, id), kind: "relation", id: relation.id, layer, node: id,
          words: source.relationWords(relation, id), rest: 0, open: null,
        })),
    };
  });
  const rest = nodes.length - shown.length;
  if (rest === 0) return seeds;
  return [...seeds, { key: moreKey(layer), kind: "more", id: layer, layer, node: null, words: "", rest, open: null }];
}

/** Rows in their places; what is closed holds none. */
function placed(seeds: readonly Seed[], parent: { key: string; level: number } | null): readonly Row[] {
  return seeds.map(({ inside, ...plain }, index) => {
    const level = (parent?.level ?? 0) + 1;
    const rows = plain.open === true && inside !== undefined ? placed(inside(), { key: plain.key, level }) : [];
    return { ...plain, parent: parent?.key ?? null, level, at: index + 1, of: seeds.length, rows };
  });
}

/** The rows from top to bottom, as they are seen. */
export function flat(rows: readonly Row[]): Row[] {
  return rows.flatMap((row) => [row, ...flat(row.rows)]);
}

/** What a key of the tree pattern does: where the focus goes, what opens and what closes. */
export interface Step {
  readonly focus?: string;
  readonly open?: readonly string[];
  readonly close?: string;
}

/** What a key does on a row; undefined: it means nothing to a tree. */
export function step(rows: readonly Row[], at: string | null, key: string): Step | undefined {
  const index = Math.max(0, rows.findIndex((row) => row.key === at));
  const row = rows[index];
  if (row === undefined) return undefined;
  const to = (target: Row | undefined): Step => (target === undefined ? {} : { focus: target.key });
  switch (key) {
    case "ArrowDown":
      return to(rows[index + 1]);
    case "ArrowUp":
      return to(rows[index - 1]);
    case "Home":
      return to(rows[0]);
    case "End":
      return to(rows.at(-1));
    case "ArrowRight":
      if (row.open === null) return {};
      return row.open ? to(row.rows[0]) : { open: [row.key] };
    case "ArrowLeft":
      if (row.open === true) return { close: row.key };
      return to(rows.find((each) => each.key === row.parent));
    case "*":
      return {
        open: rows.filter((each) => each.parent === row.parent && each.open === false).map((each) => each.key),
      };
    default:
      return undefined;
  }
}

/** A text as it is compared: without case and without marks over letters. */
export function folded(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase().trim();
}

/** The next row that begins with what was typed; one letter again and again goes from one to the next. */
export function typedTo(rows: readonly Row[], at: string | null, typed: string): string | undefined {
  const wanted = folded(typed);
  if (wanted === "") return undefined;
  const same = [...wanted].every((letter) => letter === wanted[0]);
  const begins = same ? (wanted[0] ?? "") : wanted;
  const index = rows.findIndex((row) => row.key === at);
  const from = same ? index + 1 : Math.max(0, index); // more letters may still mean the same row
  const turned = [...rows.slice(from), ...rows.slice(0, from)];
  return turned.find((row) => row.kind !== "more" && folded(row.words).startsWith(begins))?.key;
}

/**
 * Where the focus goes when its row is gone: what came after it, else what came before, among its
 * siblings if one is left, else what it stood in.
 */
export function nearest(before: readonly Row[], now: readonly Row[], gone: string): string | undefined {
  const left = new Set(now.map(({ key }) => key));
  if (left.has(gone)) return gone;
  const index = before.findIndex(({ key }) => key === gone);
  const row = before[index];
  if (row === undefined) return now[0]?.key;
  const siblings = before.filter(({ parent, kind }) => parent === row.parent && kind === row.kind);
  const place = siblings.indexOf(row);
  const near = [...siblings.slice(place + 1), ...siblings.slice(0, place).reverse()];
  const found = near.find(({ key }) => left.has(key));
  if (found !== undefined) return found.key;
  return row.parent === null ? now[0]?.key : nearest(before, now, row.parent);
}
