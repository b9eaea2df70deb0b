// What is cut, copied and pasted: things of a board as a clip, text and tables as stickies. Free of
// the DOM: events, files and the words for a person are elsewhere.

import {
  ALT_CHARS_MAX, COORDINATE_MAX, LABEL_CHARS_MAX, POINT_MAX, STICKY_SIDE, TEXT_CHARS_MAX, THEMES, TITLE_CHARS_MAX,
} from "../generated/constants.js";
import {
  HREF_CHARS_MAX, PASTE_CHARS_MAX, PASTE_THINGS_MAX, POINTS_MAX, SIZE_MAX, SIZE_MIN, TAG_CHARS_MAX, TAGS_MAX,
} from "../generated/limits.js";
import type { AnyOp, NodeCreate, NodeShape, RelationCreate, RelationShape } from "../generated/wire.js";
import { HREF } from "./fields.js";
import { boundsOfAll } from "./transform.js";

/** The type under which a clip lies in the clipboard, beside plain text. */
export const CLIP_TYPE = "application/x-orientation-board";

/** The largest clip that can be pasted is no longer: its points, its texts, and the rest of each thing. */
export const CLIP_CHARS_MAX = PASTE_THINGS_MAX * (2 * POINTS_MAX * "10000,".length + 1_000) + PASTE_CHARS_MAX;

/** Between the stickies of one paste, in board units. */
export const GAP = 20;
/** Lines are laid out in rows of about this shape, width to height. */
const SHAPE = 1.6;
const KINDS = ["card", "sticky", "text", "shape", "frame", "image", "drawing"] as const;
const SHAPES = [
  "rectangle", "rounded", "ellipse", "diamond", "triangle", "parallelogram", "trapezoid", "pentagon", "hexagon",
  "octagon", "star", "cylinder",
] as const;
const SIZES = ["small", "medium", "large", "huge"] as const;
const LINES = ["straight", "elbow", "curved"] as const;
const HEADS = ["none", "arrow", "dot", "diamond", "bar"] as const;

/** Things that can be made again: as on the wire, but for `title`, `text` and `label`, which are whole. */
export interface Clip {
  readonly format: "orientation-board-clip";
  readonly version: 1;
  /** The board that it comes from: its images are known there alone. */
  readonly board: string;
  /** The language of the texts that name none of their own; "": it is not known. */
  readonly lang: string;
  readonly nodes: readonly ClipNode[];
  readonly relations: readonly ClipRelation[];
}

type Looks = Pick<NodeCreate, "kind" | "color" | "href" | "tags" | "shape" | "angle" | "text_size" | "image" | "points">;

export interface ClipNode extends Looks {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly title?: string;
  readonly text?: string;
  readonly alt?: string;
  readonly lang?: string;
}

export interface ClipRelation extends Pick<RelationCreate, "dashed" | "color" | "line" | "start" | "end"> {
  readonly source: string;
  readonly target: string;
  readonly label?: string;
  readonly lang?: string;
}

/** What a paste is refused for: the bound, and what there was. */
export interface TooMuch {
  readonly what: "things" | "characters" | "text";
  readonly found: number;
  readonly max: number;
}

/** What a paste makes. `left`: so many images were left out, since they belong to another board. */
export interface Paste {
  readonly ops: readonly AnyOp[];
  readonly ids: readonly string[];
  readonly left: number;
}

/** Where a paste goes, and who pastes. */
export interface Target extends Home {
  readonly layer: string;
  fresh(): string;
  /** Where the middle of what is so large goes, in board units. */
  middleFor(size: { readonly w: number; readonly h: number }): { readonly x: number; readonly y: number };
}

/** A board, and the language of its texts that name none. */
export interface Home {
  readonly board: string;
  readonly lang: string;
}

// -- copying

/** The clip of some things: nodes from the back to the front, and the relations among them. */
export function clip({ board, lang }: Home, nodes: readonly NodeShape[], relations: readonly RelationShape[]): Clip {
  const copied = new Set(nodes.map(({ id }) => id));
  return {
    format: "orientation-board-clip",
    version: 1,
    board,
    lang,
    nodes: nodes.map(({ id, x, y, w, h, title, text, alt, lang: own, ...looks }) => ({
      id, x, y, w, h, ...looksOf(looks), ...spoken(own), ...said({ title: title?.join(""), text: text?.join(""), alt }),
    })),
    relations: relations
      .filter(({ source, target }) => copied.has(source) && copied.has(target))
      .map(({ source, target, label, lang: own, ...looks }) => ({
        source, target, ...lineOf(looks), ...spoken(own), ...said({ label: label?.join("") }),
      })),
  };
}

/** What a clip says, for other programs: a paragraph for each node. */
export function plainText({ nodes }: Clip): string {
  return nodes
    .map(({ title = "", text = "", alt = "" }) => [title, text || alt].filter((part) => part !== "").join("\n"))
    .filter((part) => part !== "")
    .join("\n\n");
}

// -- reading what comes from anywhere

/** The clip that a text is, or null. Whatever the text: fields that are none are passed over. */
export function readClip(text: string): Clip | null {
  if (text.length > CLIP_CHARS_MAX) return null;
  let held: unknown;
  try {
    held = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(held) || held.format !== "orientation-board-clip" || held.version !== 1) return null;
  const nodes = list(held.nodes).flatMap((each): ClipNode[] => {
    const { id, x, y, w, h } = each;
    if (typeof id !== "string" || !isNumber(x) || !isNumber(y) || !isNumber(w) || !isNumber(h)) return [];
    const { title, text, alt } = each;
    return [{
      id, x: place(x), y: place(y), w: between(w, SIZE_MIN, SIZE_MAX), h: between(h, SIZE_MIN, SIZE_MAX),
      ...looksOf(each), ...spoken(each.lang), ...said({ title, text, alt }),
    }];
  });
  const known = new Set(nodes.map(({ id }) => id));
  const relations = list(held.relations).flatMap((each): ClipRelation[] => {
    const { source, target, label } = each;
    if (typeof source !== "string" || typeof target !== "string" || !known.has(source) || !known.has(target)) return [];
    return [{ source, target, ...lineOf(each), ...spoken(each.lang), ...said({ label }) }];
  });
  if (known.size !== nodes.length) return null; // an id that is there twice names nothing
  return {
    format: held.format, version: held.version, board: typeof held.board === "string" ? held.board : "",
    lang: spoken(held.lang).lang ?? "", nodes, relations,
  };
}

/**
 * A text as the cells of a table: rows of columns. What a spreadsheet copies has tabs between
 * cells, and quotes around a cell with tabs, line breaks or quotes in it (RFC 4180, with tabs).
 */
export function readTable(text: string): string[][] {
  const rows: string[][] = [[]];
  let cell = "";
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]!;
    if (isQuoted) {
      if (character !== '"') cell += character;
      else if (text[at + 1] === '"') cell += text[(at += 1)]!;
      else isQuoted = false;
    } else if (character === '"' && cell === "" && closes(text, at)) isQuoted = true;
    else if (character === "\t" || character === "\n") {
      rows.at(-1)!.push(cell);
      cell = "";
      if (character === "\n") rows.push([]);
    } else if (character !== "\r") cell += character;
  }
  rows.at(-1)!.push(cell);
  return rows;
}

/** Whether the quote at the begin of a cell has another one, not doubled, that ends the cell. */
function closes(text: string, from: number): boolean {
  let at = text.indexOf('"', from + 1);
  while (at >= 0 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at >= 0 && (at + 1 === text.length || "\t\r\n".includes(text[at + 1]!));
}

// -- pasting

/** Makes the things of a clip again, around a point. What they say stays in its language. */
export function pasteClip({ board, lang, nodes, relations }: Clip, target: Target): Paste | TooMuch {
  const things = nodes.length + relations.length;
  if (things > PASTE_THINGS_MAX) return { what: "things", found: things, max: PASTE_THINGS_MAX };
  const tooLong = longest(nodes, relations);
  if (tooLong !== null) return tooLong;
  const [dx, dy] = shift(nodes, target);
  const theirs = lang || target.lang;
  const ids = new Map(nodes.map(({ id }) => [id, target.fresh()]));
  const foreign = board !== target.board;
  let left = 0;
  const ops: AnyOp[] = nodes.map(({ id, x, y, w, h, title, text, alt, image, lang: own, ...looks }): NodeCreate => {
    if (foreign && image) left += 1;
    return {
      op: "node.create", id: ids.get(id)!, layer: target.layer, x: place(x + dx), y: place(y + dy), w, h,
      ...looks, ...(image && !foreign ? { image } : {}), ...texts(own ?? theirs, { title, text, alt }),
    };
  });
  for (const { source, target: end, label, lang: own, ...looks } of relations) {
    const id = target.fresh();
    ops.push({
      op: "relation.create", id, source: ids.get(source)!, target: ids.get(end)!,
      ...looks, ...texts(own ?? theirs, { label }),
    });
  }
  return { ops, ids: [...ids.values()], left };
}

/** Makes a sticky of each line of a text, or of each cell where it is a table. */
export function pasteText(text: string, target: Target): Paste | TooMuch {
  if (text.length > PASTE_CHARS_MAX) return { what: "characters", found: text.length, max: PASTE_CHARS_MAX };
  const plain = clean(text);
  const rows = plain.includes("\t") ? readTable(plain) : inRows(plain.split("\n"));
  const cells = rows.flatMap((row, at) =>
    row.map((cell, column) => ({ text: cell.replaceAll("\t", " ").trim(), at, column })),
  );
  const filled = cells.filter((cell) => cell.text !== "");
  if (filled.length > PASTE_THINGS_MAX) return { what: "things", found: filled.length, max: PASTE_THINGS_MAX };
  const long = filled.find((cell) => length(cell.text) > TEXT_CHARS_MAX);
  if (long !== undefined) return { what: "text", found: length(long.text), max: TEXT_CHARS_MAX };
  const step = STICKY_SIDE + GAP;
  const nodes = filled.map(({ text: said, at, column }, index): ClipNode => ({
    id: String(index), x: column * step, y: at * step, w: STICKY_SIDE, h: STICKY_SIDE, kind: "sticky", text: said,
  }));
  return pasteClip({ ...clip(target, [], []), nodes }, target);
}

/** A text without what no text of a board may hold: control characters, surrogates, non-characters. */
function clean(text: string): string {
  return text.replaceAll("\r\n", "\n").replaceAll("\r", "\n").replace(/[^\P{Cc}\t\n]|[\ufffe\uffff]|\p{Cs}/gu, "");
}

/** Lines that say something, in rows that together have a pleasant shape. */
function inRows(lines: readonly string[]): string[][] {
  const filled = lines.filter((line) => line.trim() !== "");
  const columns = Math.max(1, Math.ceil(Math.sqrt(filled.length * SHAPE)));
  const rows: string[][] = [];
  for (let at = 0; at < filled.length; at += columns) rows.push(filled.slice(at, at + columns));
  return rows;
}

/** How far things go so that their middle comes to where it is wanted. */
function shift(nodes: readonly ClipNode[], target: Target): [number, number] {
  const all = boundsOfAll(nodes.map(({ angle, ...box }) => ({ ...box, angle: angle ?? 0 })));
  if (all === null) return [0, 0];
  const { x, y } = target.middleFor({ w: all.w, h: all.h });
  return [Math.round(x - all.x - all.w / 2), Math.round(y - all.y - all.h / 2)];
}

function longest(nodes: readonly ClipNode[], relations: readonly ClipRelation[]): TooMuch | null {
  let chars = 0;
  const fields: [string | undefined, number][] = [
    ...nodes.flatMap(({ title, text, alt }): [string | undefined, number][] => [
      [title, TITLE_CHARS_MAX], [text, TEXT_CHARS_MAX], [alt, ALT_CHARS_MAX],
    ]),
    ...relations.map(({ label }): [string | undefined, number] => [label, LABEL_CHARS_MAX]),
  ];
  for (const [text = "", max] of fields) {
    const found = length(text);
    if (found > max) return { what: "text", found, max };
    chars += found;
  }
  return chars > PASTE_CHARS_MAX ? { what: "characters", found: chars, max: PASTE_CHARS_MAX } : null;
}

// -- fields

/** What says something, of texts by their names. */
function said(fields: Readonly<Record<string, unknown>>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, text] of Object.entries(fields)) {
    const plain = typeof text === "string" ? clean(text).replaceAll("\t", " ") : "";
    if (plain !== "") kept[name] = plain;
  }
  return kept;
}

/** Texts as an operation that creates has them. */
function texts(lang: string, fields: Readonly<Record<string, string | undefined>>): Pick<NodeCreate, "text"> {
  const kept = Object.entries(said(fields)).map(([field, text]) => [field, { [lang]: text }]);
  return kept.length === 0 ? {} : { text: Object.fromEntries(kept) as Record<string, Record<string, string>> };
}

function looksOf(from: Readonly<Record<string, unknown>> | NodeShape | object): Looks {
  const { kind, color, href, tags, shape, angle, text_size, image, points } = from as Record<string, unknown>;
  const looks: Looks = {};
  if (isOne(KINDS, kind)) looks.kind = kind;
  if (isColor(color)) looks.color = color;
  if (typeof href === "string" && href.length <= HREF_CHARS_MAX && HREF.test(href)) looks.href = href;
  if (Array.isArray(tags)) {
    const plain = tags.map((tag) => (typeof tag === "string" ? clean(tag).replaceAll(/[\t\n]/g, " ") : ""));
    const kept = plain.filter((tag) => tag !== "" && length(tag) <= TAG_CHARS_MAX);
    if (kept.length > 0) looks.tags = kept.slice(0, TAGS_MAX);
  }
  if (isOne(SHAPES, shape)) looks.shape = shape;
  if (isNumber(angle) && angle !== 0) looks.angle = ((angle % 360) + 360) % 360;
  if (isOne(SIZES, text_size)) looks.text_size = text_size;
  if (typeof image === "string" && /^[a-z2-7]{32}$/.test(image)) looks.image = image;
  if (Array.isArray(points) && points.length >= 4 && points.length % 2 === 0 && points.length <= 2 * POINTS_MAX) {
    if (points.every((point) => Number.isInteger(point) && point >= 0 && point <= POINT_MAX)) looks.points = points as number[];
  }
  return looks;
}

function lineOf(from: object): Omit<ClipRelation, "source" | "target" | "label"> {
  const { dashed, color, line, start, end } = from as Record<string, unknown>;
  return {
    ...(dashed === true ? { dashed } : {}),
    ...(isColor(color) ? { color } : {}),
    ...(isOne(LINES, line) ? { line } : {}),
    ...(isOne(HEADS, start) ? { start } : {}),
    ...(isOne(HEADS, end) ? { end } : {}),
  };
}

function isOne<T extends string>(among: readonly T[], value: unknown): value is T {
  return (among as readonly unknown[]).includes(value);
}

/** A language, where it is one. */
function spoken(lang: unknown): { lang?: string } {
  return typeof lang === "string" && lang.length <= 24 && /^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/.test(lang) ? { lang } : {};
}

function isColor(value: unknown): value is string {
  return typeof value === "string" && (Object.hasOwn(THEMES.light.tones, value) || /^#[0-9a-f]{6}$/.test(value));
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function list(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function between(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}

function place(value: number): number {
  return between(value, -COORDINATE_MAX, COORDINATE_MAX);
}

/** In characters, as the server counts them. */
function length(text: string): number {
  return [...text].length;
}
