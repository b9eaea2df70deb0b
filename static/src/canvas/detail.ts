// How much is drawn at which zoom. Every decision is made from the zoom and the scene as a whole,
// never from what the window happens to show: the same card looks the same in every strip.

import {
  CARD_BAR, CARD_PADDING, FRAME_HEAD, FRAME_TITLE_SIZE, FREE_LEADING, TITLE_LEADING, TITLE_SIZE, TITLE_WEIGHT,
} from "../generated/constants.js";
import type { NodeShape } from "../generated/wire.js";
import type { WordWidths } from "./text.js";

/**
 * full: title and text, as the server broke them. titles: the title alone, larger than its
 * measure. bars: bars in place of text. blocks: plain cards. pixels: written without paths.
 */
export type Level = "full" | "titles" | "bars" | "blocks" | "pixels";

export const FULL_ZOOM = 0.58;
export const TITLES_ZOOM = 0.36;
export const BARS_ZOOM = 0.26;
export const BLOCKS_ZOOM = 0.1;
/** Region titles lie over their cards below this zoom, where those are blocks. */
export const OVER_ZOOM = BARS_ZOOM;
/** Labels of relations are drawn from this zoom. */
export const LABELS_ZOOM = 0.8;
/** A scene of at most so many cards is drawn with round corners, and never as pixels. */
export const SMALL_COUNT = 800;
/** A scene of more cards has straight lines for relations from this zoom to `TITLES_ZOOM`, and none below. */
export const STRAIGHT_ZOOM = 0.16;

/** Frames' titles are no smaller than this, while there is room above the frame. */
const FRAME_TITLE_PX_MIN = 11;
/** How far a sticky's shade reaches below it, in board units: nothing is painted further beyond its box. */
export const SHADE = 5;

/** How much of the cards is drawn. `count` is how many are drawn on the whole board. */
export function levelAt(zoom: number, count: number): Level {
  if (zoom >= FULL_ZOOM) return "full";
  if (zoom >= TITLES_ZOOM) return "titles";
  if (zoom >= BARS_ZOOM) return "bars";
  if (zoom >= BLOCKS_ZOOM || count <= SMALL_COUNT) return "blocks";
  return "pixels";
}

export type Lines = "curves" | "straight" | "none";

/** How relations are drawn. */
export function linesAt(zoom: number, count: number): Lines {
  if (zoom >= TITLES_ZOOM || count <= SMALL_COUNT) return "curves";
  return zoom >= STRAIGHT_ZOOM ? "straight" : "none";
}

/** How much larger than its measure a title is drawn when it stands alone. */
export function titleGrowth(zoom: number): number {
  if (zoom >= FULL_ZOOM) return 1;
  const far = (FULL_ZOOM - zoom) / (FULL_ZOOM - TITLES_ZOOM);
  return 1.25 + 0.4 * Math.min(1, Math.max(0, far));
}

/** A title that stands alone on its card: its lines, and its size in board units. */
export interface LoneTitle {
  readonly lines: readonly string[];
  readonly size: number;
}

/** The title in the largest size, up to its growth, in which it fits its card by whole words. */
export function loneTitle(record: NodeShape, growth: number, widths: WordWidths): LoneTitle {
  const served = record.title ?? [];
  const text = served.join("").trim();
  const width = record.w - CARD_BAR - 2 * CARD_PADDING;
  const height = record.h - CARD_PADDING;
  for (let by = growth; by > 1; by -= 0.1) {
    const size = TITLE_SIZE * by;
    const leading = TITLE_LEADING * by;
    const lines = widths.wrap(text, size, TITLE_WEIGHT, width, Math.floor(height / leading));
    if (lines) return { lines, size };
  }
  return { lines: served.map((line) => line.trimEnd()), size: TITLE_SIZE };
}

/** The size of a frame's title, in board units: larger from afar, as far as there is room above the frame. */
export function frameTitleSize(zoom: number): number {
  return Math.min(Math.max(FRAME_TITLE_SIZE, FRAME_TITLE_PX_MIN / zoom), FRAME_HEAD / FREE_LEADING);
}
