// Small signs in the lower right corner of a node: that it is locked, that it has a link.

import type { NodeShape } from "../generated/wire.js";
import { type Brush, textBox } from "./kinds.js";
import { mixed } from "./theme.js";

const SIGN = 9; // board units
const AWAY = 5; // from the edges
const APART = 4; // between two

/** Paints the signs of a node. */
export function paintSigns({ ctx, theme, tone, k, ratio, x, y, w, h }: Brush, record: NodeShape): void {
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
