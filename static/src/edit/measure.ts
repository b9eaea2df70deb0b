// How high a card must be for what it says, judged by the browser's own measure of its letters. The
// server breaks the lines; this only keeps room for them.

import {
  CARD_BAR, CARD_PADDING, CARD_TEXT_GAP, FONT_FAMILY, SIZE_MAX, TEXT_LEADING, TEXT_SIZE, TEXT_WEIGHT, TITLE_LEADING,
  TITLE_SIZE, TITLE_WEIGHT,
} from "../generated/constants.js";

type Width = (text: string) => number;

/** How many lines a text takes in a width, broken at spaces, or anywhere in a word that is wider. */
export function lineCount(text: string, width: number, widthOf: Width): number {
  if (text === "") return 0;
  let lines = 0;
  for (const paragraph of text.split("\n")) {
    let used = 0;
    lines += 1;
    for (const word of paragraph.split(/(?<= )/)) {
      const full = widthOf(word.trimEnd());
      if (used > 0 && used + full > width) {
        lines += 1;
        used = 0;
      }
      if (full > width) {
        lines += Math.ceil(full / width) - 1;
        used = full % width;
      } else used += widthOf(word);
    }
  }
  return lines;
}

/** The height of a card of a width that says this. */
export function cardHeight(title: string, text: string, width: number, widthOf: (weight: number, size: number) => Width = measured): number {
  const inner = width - CARD_BAR - 2 * CARD_PADDING;
  const titles = lineCount(title, inner, widthOf(TITLE_WEIGHT, TITLE_SIZE));
  const texts = lineCount(text, inner, widthOf(TEXT_WEIGHT, TEXT_SIZE));
  const height = 2 * CARD_PADDING + Math.max(titles, texts > 0 ? 0 : 1) * TITLE_LEADING + texts * TEXT_LEADING;
  return Math.min(SIZE_MAX, height + (titles > 0 && texts > 0 ? CARD_TEXT_GAP : 0));
}

let context: CanvasRenderingContext2D | null = null;

function measured(weight: number, size: number): Width {
  context ??= document.createElement("canvas").getContext("2d");
  const font = `${weight} ${size}px ${FONT_FAMILY}, sans-serif`;
  return (text) => {
    if (context === null) return text.length * size * 0.6;
    context.font = font;
    return context.measureText(text).width;
  };
}
