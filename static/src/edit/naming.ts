// What things are called: the sentences by which rows, menus and messages name them.

import type { LayerShape, NodeShape, RelationShape } from "../generated/wire.js";
import { text } from "../i18n/index.js";
import { words } from "../i18n/outline.js";
import type { Option } from "./picker.js";

const CHARS = 80; // of a name: a text without a title may be long

/** Whether what a kind says stands in its title; else in its text. */
export function isTitled(kind: string | undefined): boolean {
  return kind === undefined || kind === "card" || kind === "frame" || kind === "image" || kind === "drawing";
}

export const joined = (lines: readonly string[] | undefined): string => (lines ?? []).join("");

/** A node in a few words: its title, else the beginning of its text. */
export function titleOf(node: NodeShape): string {
  const said = joined(node.title).trim() || joined(node.text).trim() || (node.alt ?? "").trim();
  const line = said.split("\n")[0] ?? "";
  const letters = [...line];
  return letters.length > CHARS ? `${letters.slice(0, CHARS - 1).join("")}…` : line || text.untitled;
}

export const layerTitle = (layer: LayerShape | undefined): string => layer?.title || text.untitled;

/** "Card: Urban equality". */
export function nodeName(node: NodeShape): string {
  return words.node(node.kind ?? "card", titleOf(node));
}

/** A node among others to choose from. */
export function nodeOption(node: NodeShape, layer: LayerShape | undefined): Option {
  return { id: node.id, title: titleOf(node), detail: words.inLayer(words.kinds[node.kind ?? "card"] ?? "", layerTitle(layer)) };
}

/** Which way a relation points, as seen from one of its ends. */
export function directionOf({ source, start, end }: RelationShape, node: string): "to" | "from" | "both" | "none" {
  const atStart = start !== undefined && start !== "none";
  const atEnd = end !== "none";
  if (atStart === atEnd) return atEnd ? "both" : "none";
  return (source === node) === atEnd ? "to" : "from";
}

/** "pursued through, to Better regulation", as seen from one of its ends. */
export function relationName(relation: RelationShape, node: string, other: string): string {
  const label = joined(relation.label).trim();
  const direction = directionOf(relation, node);
  if (direction === "to" || direction === "from") return words.relation(label, direction === "to", other);
  return words.both(label, other);
}
