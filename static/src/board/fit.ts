// Where the lines of a text break: layers/measure.py, as far as predictions need it. Both are held
// to the same cases (tests/frames/fit.json), so that a text that was foreseen does not move when
// the server's record of it comes.

import { RUNS, UNITS_PER_EM, WIDE } from "../generated/advances.js";
import {
  CARD_BAR, CARD_PADDING, FREE_LEADING, LABEL_SIZE, LABEL_WIDTH, SHAPE_INSET_PADDING, SHAPE_INSETS, SHAPE_PADDING,
  SHAPE_SIZES, STICKY_PADDING, STICKY_SIDE, STICKY_SIZES, TEXT_SIZE, TEXT_SIZES, TEXT_WEIGHT, TITLE_SIZE, TITLE_WEIGHT,
} from "../generated/constants.js";
import type { NodeShape } from "../generated/wire.js";
import type { Fit } from "./predict.js";

type Weight = keyof typeof RUNS;

const WIDE_EM = 1.0;
const EMOJI_EM = 1.25;
const UNKNOWN_EM = 0.65;
const LINES_BALANCED_MAX = 4;
const KEPT_MAX = 4_096; // texts whose lines are remembered

const ENDS = "\\n\\r\\v\\f\\x1c-\\x1e\\x85\\u2028\\u2029";
const PARAGRAPH = new RegExp(`[^${ENDS}]*(?:\\r\\n|[${ENDS}])|[^${ENDS}]+`, "gu");
const SPACES = " \\t\\u1680\\u2000-\\u2006\\u2008-\\u200b\\u205f\\u3000";
const HANGING = new RegExp(`[${SPACES}${ENDS}]+$`, "u");
const WORD = new RegExp(`[^${SPACES}]+[${SPACES}]*|[${SPACES}]+`, "gu");
const IDEOGRAPH =
  "\\u2e80-\\u2fff\\u3041-\\u30ff\\u3105-\\u31ff\\u3400-\\u4dbf\\u4e00-\\ua4cf\\uac00-\\ud7a3\\u{20000}-\\u{3ffff}";
const OPENING = "(\\[{\\u3008\\u300a\\u300c\\u300e\\u3010\\u3014\\uff08\\u201c\\u2018";
const CLOSING =
  ")\\]}.,:;!?%\\u3001\\u3002\\u3009\\u300b\\u300d\\u300f\\u3011\\u3015\\uff01\\uff09\\uff0c\\uff0e\\uff1a\\uff1b" +
  "\\uff1f\\u201d\\u2019\\u30fc\\u3005";
const DASH = "\\u2010\\u2013\\u2014";
const PIECE = new RegExp(
  `[${OPENING}]*[${IDEOGRAPH}]\\S?(?<=[${CLOSING}])[${CLOSING}]*[${SPACES}]*` +
    `|[${OPENING}]*[${IDEOGRAPH}][${SPACES}]*` +
    `|(?:[^\\-/${DASH}${IDEOGRAPH}]|[\\-/${DASH}]+(?=[0-9${CLOSING}])|(?<![^${OPENING}])[\\-${DASH}]+)*[\\-/${DASH}]*[${SPACES}]*`,
  "gu",
);

// -- widths, in units of the em

/** The first code points of ranges that are wide, and those after them, in turn. */
const wideEdges = WIDE.split(" ").map((edge) => parseInt(edge, 16));

function isWide(point: number): boolean {
  let low = 0;
  let high = wideEdges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((wideEdges[middle] ?? 0) <= point) low = middle + 1;
    else high = middle;
  }
  return low % 2 === 1;
}

function judged(character: string): number {
  let em = UNKNOWN_EM;
  if (/[\p{Mn}\p{Me}\p{Cf}\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(character)) em = 0;
  else if (isWide(character.codePointAt(0) ?? 0)) em = /\p{S}/u.test(character) ? EMOJI_EM : WIDE_EM;
  return Math.round(em * UNITS_PER_EM);
}

function read(runs: string): Map<string, number> {
  const widths = new Map<string, number>();
  let point = 0;
  for (const word of runs.split(" ")) {
    const at = word.indexOf(":");
    if (at >= 0) point = parseInt(word.slice(0, at), 16);
    widths.set(String.fromCodePoint(point), Number(word.slice(at + 1)));
    point += 1;
  }
  widths.set("\t", widths.get(" ") ?? 0);
  return widths;
}

const tables = new Map<Weight, Map<string, number>>();

function tableOf(weight: Weight): Map<string, number> {
  const table = tables.get(weight) ?? read(RUNS[weight]);
  tables.set(weight, table);
  return table;
}

function advance(character: string, table: Map<string, number>): number {
  let width = table.get(character);
  if (width === undefined) table.set(character, (width = judged(character)));
  return width;
}

function widthOf(text: string, table: Map<string, number>): number {
  let width = 0;
  for (const character of text) width += advance(character, table);
  return width;
}

const ink = (text: string): string => text.replace(HANGING, "");
const roomOf = (width: number, size: number): number => Math.trunc((width * UNITS_PER_EM) / size + 1e-6);

// -- breaking

const paragraphs = (text: string): string[] => text.match(PARAGRAPH) ?? [];

/** The lines of a text; joined, they are the text. See `break_lines`. */
export function breakLines(text: string, width: number, size: number, weight: Weight): string[] {
  const table = tableOf(weight);
  const room = roomOf(width, size);
  return paragraphs(text).flatMap((each) => (widthOf(ink(each), table) <= room ? [each] : paragraph(each, room, table)));
}

/** As many lines, but of like length, for titles and labels. See `balanced_lines`. */
export function balancedLines(text: string, width: number, size: number, weight: Weight): string[] {
  let lines = breakLines(text, width, size, weight);
  if (lines.length <= 1 || lines.length > LINES_BALANCED_MAX) return lines;
  const table = tableOf(weight);
  let low = width / 2;
  let high = width;
  while (high - low > size / 4) {
    const middle = (low + high) / 2;
    const narrower = breakLines(text, middle, size, weight);
    const fits = narrower.every((line) => (widthOf(ink(line), table) * size) / UNITS_PER_EM <= width);
    if (narrower.length === lines.length && fits) [high, lines] = [middle, narrower];
    else low = middle;
  }
  return lines;
}

function paragraph(text: string, room: number, table: Map<string, number>): string[] {
  const lines: string[] = [];
  let line = "";
  let taken = 0;
  for (let piece of pieces(text)) {
    let inked = ink(piece);
    let width = widthOf(inked, table);
    if (taken + width > room) {
      if (line !== "") lines.push(line);
      [line, taken] = ["", 0];
      if (width > room) {
        const parts = cut(piece, room, table);
        piece = parts.pop() ?? "";
        lines.push(...parts);
        inked = ink(piece);
        width = widthOf(inked, table);
      }
    }
    line += piece;
    taken += width + widthOf(piece.slice(inked.length), table);
  }
  if (line !== "") lines.push(line);
  return lines;
}

/** The pieces of a paragraph that no line break divides, each with the spaces after it. */
function pieces(text: string): string[] {
  return (text.match(WORD) ?? []).flatMap((word) =>
    /^[\0-\x7f]*$/.test(word) && !/[-/]/.test(word) ? [word] : (word.match(PIECE) ?? []).filter((piece) => piece !== ""),
  );
}

function cut(piece: string, room: number, table: Map<string, number>): string[] {
  const parts: string[] = [];
  let part = "";
  let taken = 0;
  for (const character of piece) {
    const width = advance(character, table);
    const joined = /[\p{M}\u200d\u{1f3fb}-\u{1f3ff}]/u.test(character) || part.endsWith("\u200d");
    if (part !== "" && taken + width > room && !joined && !/[ \t\r\n]/.test(character)) {
      parts.push(part);
      [part, taken] = ["", 0];
    }
    part += character;
    taken += width;
  }
  parts.push(part);
  return parts;
}

// -- nodes

type Lines = Pick<NodeShape, "title" | "text" | "font">;

/** The lines of a node's texts, and the size of its text. See `fit_node`. */
export function fitNode(shape: NodeShape, title: string, text: string): Lines {
  const { w, h } = shape;
  const titled = title === "" ? [] : [title];
  let sizes: readonly number[];
  let inner = w;
  let room = h;
  switch (shape.kind) {
    case "sticky": {
      const scale = Math.max(1, Math.min(w, h) / STICKY_SIDE);
      sizes = STICKY_SIZES.map((size) => Math.trunc(size * scale));
      inner -= 2 * STICKY_PADDING;
      room -= 2 * STICKY_PADDING;
      break;
    }
    case "shape": {
      sizes = SHAPE_SIZES;
      const [left, top, right, bottom] = textBox(shape.shape ?? "rectangle", w, h);
      inner = right - left;
      room = bottom - top;
      break;
    }
    case "text":
      sizes = [TEXT_SIZES[(shape.text_size ?? "medium") as keyof typeof TEXT_SIZES]];
      break;
    case "frame":
      return { title: titled, text: [], font: 0 };
    default: {
      const width = w - CARD_BAR - 2 * CARD_PADDING;
      return {
        title: balancedLines(title, width, TITLE_SIZE, TITLE_WEIGHT),
        text: breakLines(text, width, TEXT_SIZE, TEXT_WEIGHT),
        font: 0,
      };
    }
  }
  const smallest = sizes.at(-1) ?? 0;
  inner = Math.max(inner, smallest);
  for (const size of sizes) {
    const lines = breakLines(text, inner, size, TEXT_WEIGHT);
    const fits = lines.length * size * FREE_LEADING <= room && isUncut(text, inner, size);
    if (fits || size === smallest) return { title: titled, text: lines, font: size };
  }
  return { title: titled, text: [], font: smallest };
}

/** Where the text of a shape stands in its box: left, top, right, bottom. */
function textBox(shape: string, width: number, height: number): [number, number, number, number] {
  const insets: readonly number[] = SHAPE_INSETS[shape as keyof typeof SHAPE_INSETS];
  const [left = 0, top = 0, right = 0, bottom = 0] = insets;
  const padding = insets.some((inset) => inset !== 0) ? SHAPE_INSET_PADDING : SHAPE_PADDING;
  return [width * left + padding, height * top + padding, width * (1 - right) - padding, height * (1 - bottom) - padding];
}

function isUncut(text: string, width: number, size: number): boolean {
  const table = tableOf(TEXT_WEIGHT);
  const room = roomOf(width, size);
  return paragraphs(text).every((each) => pieces(each).every((piece) => widthOf(ink(piece), table) <= room));
}

/** Breaks texts as the server does. A gesture asks for the same lines in every frame. */
export class Fitting implements Fit {
  private readonly kept = new Map<string, Lines>();

  node(shape: NodeShape, title: string, text: string): Lines {
    if (title === "" && text === "" && shape.kind !== "sticky" && shape.kind !== "shape" && shape.kind !== "text") {
      return { title: [], text: [], font: 0 };
    }
    const key = JSON.stringify([shape.kind, shape.shape, shape.text_size, shape.w, shape.h, title, text]);
    let lines = this.kept.get(key);
    if (lines === undefined) {
      if (this.kept.size >= KEPT_MAX) this.kept.clear();
      this.kept.set(key, (lines = fitNode(shape, title, text)));
    }
    return lines;
  }

  label(text: string): string[] {
    return balancedLines(text, LABEL_WIDTH, LABEL_SIZE, TEXT_WEIGHT);
  }
}
