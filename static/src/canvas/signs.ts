// What a node shows beside its texts: the tags of a card, and small signs in its lower right corner
// that it is locked, and that it has a link. With kinds.ts it is loaded when it is needed.

import {
  CARD_BAR, CARD_PADDING, CARD_TEXT_GAP, TAG_SIZE, TAGS_HEIGHT, TEXT_LEADING, TEXT_WEIGHT, TITLE_LEADING,
} from "../generated/constants.js";
import type { NodeShape } from "../generated/wire.js";
import { type Brush, textBox } from "./kinds.js";
import { directionOf } from "./text.js";
import { mixed } from "./theme.js";

export { paintGround, paintKind, penPixels } from "./kinds.js";

const SIGN = 9; // board units
const AWAY = 5; // from the edges
const APART = 4; // between two
const TAG_HEIGHT = 18;
const BASELINE = 0.353; // from the middle of a line to the baseline of Inter's capitals, in sizes

/** Paints the tags of a card, and the signs of a node. */
export function paintSigns(brush: Brush, record: NodeShape): void {
  const { ctx, theme, tone, k, ratio, x, y, w, h } = brush;
  if (record.tags?.length && (record.kind ?? "card") === "card") paintTags(brush, record, record.tags);
  const sticky = record.kind === "sticky";
  // within the outline of a shape
  const box = record.kind === "shape" ? textBox(record.shape ?? "rectangle", record.w, record.h) : null;
  let right = box ? x + Math.min((box.right + 4) * k, w - AWAY * k) : x + w - AWAY * k;
  const bottom = box ? y + Math.min((box.bottom + 4) * k, h - AWAY * k) : y + h - AWAY * k;
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = sticky ? mixed(theme.paperInk, tone.paper, 0.4) : theme.relation;
  ctx.lineWidth = Math.max(ratio, 1.3 * k);
  ctx.lineCap = ctx.lineJoin = "round";
  if (record.locked) {
    const [left, top] = [right - SIGN * k, bottom - SIGN * k];
    ctx.beginPath();
    ctx.roundRect(left + k, top + 4 * k, 7 * k, 5 * k, k);
    ctx.fill();
    ctx.beginPath();
    ctx.moveTo(left + 2.4 * k, top + 4 * k);
    ctx.lineTo(left + 2.4 * k, top + 2.8 * k);
    ctx.arc(left + 4.5 * k, top + 2.8 * k, 2.1 * k, Math.PI, 0);
    ctx.lineTo(left + 6.6 * k, top + 4 * k);
    ctx.stroke();
    right = left - APART * k;
  }
  if (record.href) {
    const [left, top] = [right - SIGN * k, bottom - SIGN * k];
    ctx.beginPath();
    ctx.moveTo(left + k, top + 8 * k);
    ctx.lineTo(left + 8 * k, top + k);
    ctx.moveTo(left + 3.4 * k, top + k);
    ctx.lineTo(left + 8 * k, top + k);
    ctx.lineTo(left + 8 * k, top + 5.6 * k);
    ctx.stroke();
  }
  ctx.restore();
}

/** The tags of a card at its foot, where there is room below its text; those that fit in one row. */
function paintTags({ ctx, theme, tone, widths, k, x, y, w, h }: Brush, record: NodeShape, tags: readonly string[]): void {
  const titles = record.title?.length ?? 0;
  const texts = record.text?.length ?? 0;
  const gap = titles && texts ? CARD_TEXT_GAP : 0;
  const taken = CARD_PADDING + (titles || texts ? titles : 1) * TITLE_LEADING + gap + texts * TEXT_LEADING;
  if (record.h - taken - 5 < TAG_HEIGHT + 2) return;
  const right = x + w - (CARD_PADDING + (record.locked || record.href ? 16 : 0)) * k;
  const top = Math.round(y + h - ((TAGS_HEIGHT - TAG_HEIGHT) / 2 + 4 + TAG_HEIGHT) * k);
  let left = x + (CARD_BAR + CARD_PADDING - 2) * k;
  ctx.save();
  ctx.font = `${TEXT_WEIGHT} ${TAG_SIZE * k}px ${theme.font}`;
  for (const [i, tag] of tags.entries()) {
    const shown = i > 0 ? tag : widths.cut(tag, TAG_SIZE * k, TEXT_WEIGHT, right - left - 14 * k);
    const width = widths.width(shown, TAG_SIZE * k, TEXT_WEIGHT) + 14 * k;
    if (!shown || left + width > right) break;
    ctx.fillStyle = tone.tint;
    ctx.beginPath();
    ctx.roundRect(left, top, width, TAG_HEIGHT * k, (TAG_HEIGHT / 2) * k);
    ctx.fill();
    ctx.fillStyle = theme.text;
    ctx.direction = directionOf([shown]);
    ctx.textAlign = "left";
    ctx.fillText(shown, left + 7 * k, Math.round(top + (TAG_HEIGHT / 2 + TAG_SIZE * BASELINE) * k));
    left += width + 5 * k;
  }
  ctx.restore();
}
