import assert from "node:assert/strict";
import { test } from "node:test";
import { fitNode } from "../board/fit.js";
import { CARD_PADDING, CARD_TEXT_GAP, CARD_WIDTH, TEXT_LEADING, TITLE_LEADING } from "../generated/constants.js";
import { SIZE_MAX } from "../generated/limits.js";
import { cardHeight } from "./measure.js";

test("OE6: a card is as high as the lines that it says", () => {
  assert.equal(cardHeight("", "", CARD_WIDTH), 2 * CARD_PADDING + TITLE_LEADING);
  assert.equal(cardHeight("A title", "", CARD_WIDTH), 2 * CARD_PADDING + TITLE_LEADING);
  assert.equal(cardHeight("", "one\ntwo", CARD_WIDTH), 2 * CARD_PADDING + 2 * TEXT_LEADING);
  const [title, text] = ["A title that is as long as two lines of a card", "words ".repeat(40)];
  const lines = fitNode({ id: "", key: "", x: 0, y: 0, w: CARD_WIDTH, h: 0 }, title, text);
  assert.ok(lines.title!.length === 2 && lines.text!.length > 4);
  assert.equal(
    cardHeight(title, text, CARD_WIDTH),
    2 * CARD_PADDING + 2 * TITLE_LEADING + CARD_TEXT_GAP + lines.text!.length * TEXT_LEADING,
  );
  assert.equal(cardHeight("", "\n".repeat(4_000), CARD_WIDTH), SIZE_MAX);
});
