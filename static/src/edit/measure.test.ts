import assert from "node:assert/strict";
import { test } from "node:test";
import { CARD_BAR, CARD_PADDING, CARD_TEXT_GAP, TEXT_LEADING, TITLE_LEADING } from "../generated/constants.js";
import { cardHeight, lineCount } from "./measure.js";

const each = (text: string): number => 10 * text.length;

test("OE6: a card is as high as the lines that it says", () => {
  assert.equal(lineCount("", 100, each), 0);
  assert.equal(lineCount("ab cd", 100, each), 1);
  assert.equal(lineCount("abcd efgh ijkl", 100, each), 2); // the space at the end of a line takes no room
  assert.equal(lineCount("a".repeat(25), 100, each), 3);
  assert.equal(lineCount("a\n\nb", 100, each), 3);
  const width = 100 + CARD_BAR + 2 * CARD_PADDING;
  assert.equal(cardHeight("", "", width, () => each), 2 * CARD_PADDING + TITLE_LEADING);
  assert.equal(
    cardHeight("abcd efgh ijkl", "x", width, () => each),
    2 * CARD_PADDING + 2 * TITLE_LEADING + CARD_TEXT_GAP + TEXT_LEADING,
  );
});
