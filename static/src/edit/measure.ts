// How high a card must be for what it says, in the lines that the server will make of it.

import { fitNode } from "../board/fit.js";
import { CARD_PADDING, CARD_TEXT_GAP, TEXT_LEADING, TITLE_LEADING } from "../generated/constants.js";
import { SIZE_MAX } from "../generated/limits.js";

/** The height of a card of a width that says this. */
export function cardHeight(title: string, text: string, width: number): number {
  const lines = fitNode({ id: "", key: "", x: 0, y: 0, w: width, h: 0 }, title, text);
  const [titles, texts] = [lines.title?.length ?? 0, lines.text?.length ?? 0];
  const height = 2 * CARD_PADDING + Math.max(titles, texts > 0 ? 0 : 1) * TITLE_LEADING + texts * TEXT_LEADING;
  return Math.min(SIZE_MAX, height + (titles > 0 && texts > 0 ? CARD_TEXT_GAP : 0));
}
