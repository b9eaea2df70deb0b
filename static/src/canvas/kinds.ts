// How the nodes that are no cards are painted: stickies, plain texts, shapes, frames, images and
// drawings. Each is painted as if it were not turned; the painter turns the plane. A board of cards
// alone needs none of this: the page loads it once there is something to paint with it.

import {
  CYLINDER_RIM, DRAWING_WIDTH, FREE_LEADING, POINT_MAX, SHAPE_INSET_PADDING, SHAPE_INSETS, SHAPE_PADDING,
  STICKY_PADDING, TEXT_SIZE, TEXT_WEIGHT, TITLE_WEIGHT,
} from "../generated/constants.js";
import type { NodeShape } from "../generated/wire.js";
import { frameTitleSize, type Level, SHADE } from "./detail.js";
import { bounds, figureOf, turned } from "./figure.js";
import { directionOf, inked, type WordWidths } from "./text.js";
import { mixed, type Theme, type Tone } from "./theme.js";
import { trace } from "./trace.js";

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** What a node is painted with: its edges on the canvas, in pixels of it, and `k` pixels a board unit. */
export interface Brush {
  readonly ctx: Context;
  readonly theme: Theme;
  readonly tone: Tone;
  readonly widths: WordWidths;
  readonly level: Level;
  /** On a board of few nodes all are drawn with their round corners. */
  readonly small: boolean;
  readonly k: number;
  readonly ratio: number;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** Text of this size and more is drawn as text, else as bars: CSS pixels. */
export const READABLE_PX = 6;
const BASELINE = 0.353; // from the middle of a line to the baseline of Inter's capitals, in sizes
const CORNER = 1.5; // of a sticky
const IMAGE_RADIUS = 6;
const LINE = 1.5; // of a shape's outline
const PEN_PX_MIN = 1;

/** Paints a node that is no card. */
export function paintKind(brush: Brush, record: NodeShape, picture: CanvasImageSource | null): void {
  switch (record.kind) {
    case "sticky":
      paintSticky(brush, record);
      break;
    case "text":
      paintWords(brush, record, record.color ? brush.tone.ink : brush.theme.title, {
        left: 0, top: 0, right: record.w, bottom: record.h,
      }, false);
      break;
    case "shape":
      paintShape(brush, record);
      break;
    case "frame":
      paintFrame(brush, record);
      break;
    case "image":
      paintImage(brush, record, picture);
      break;
    case "drawing":
      paintDrawing(brush, record);
      break;
  }
}

// -- stickies

function paintSticky(brush: Brush, record: NodeShape): void {
  const { ctx, theme, tone, k, x, y, w, h } = brush;
  if (!plainest(brush)) {
    // the shade of a sheet whose lower corners have come off a little
    const far = Math.max(1, SHADE * k);
    const inset = Math.min(w / 4, 7 * k);
    ctx.fillStyle = theme.cardShade;
    ctx.beginPath();
    ctx.moveTo(x + inset * 0.3, y + h - far);
    ctx.lineTo(x + inset * 0.5, y + h + far);
    ctx.quadraticCurveTo(x + w / 2, y + h + far * 0.2, x + w - inset * 0.5, y + h + far);
    ctx.lineTo(x + w - inset * 0.3, y + h - far);
    ctx.closePath();
    ctx.fill();
  }
  ctx.fillStyle = tone.paper;
  if (plainest(brush)) {
    ctx.fillRect(x, y, w, h);
  } else {
    ctx.beginPath();
    ctx.roundRect(x, y, w, h, CORNER * k);
    ctx.fill();
    const line = Math.max(1, Math.round(brush.ratio));
    ctx.fillStyle = mixed(tone.paper, theme.paperInk, 0.1);
    ctx.fillRect(x, y + h - line, w, line);
    ctx.fillRect(x, y, line, h - line);
    ctx.fillRect(x + w - line, y, line, h - line);
    ctx.fillRect(x + line, y, w - 2 * line, line);
  }
  paintWords(brush, record, theme.paperInk, {
    left: STICKY_PADDING, top: STICKY_PADDING, right: record.w - STICKY_PADDING, bottom: record.h - STICKY_PADDING,
  }, true);
}

// -- shapes

function paintShape(brush: Brush, record: NodeShape): void {
  const { ctx, tone, k, ratio, x, y, w, h } = brush;
  const shape = record.shape ?? "rectangle";
  ctx.beginPath();
  trace(ctx, shape, x, y, w, h, k);
  ctx.fillStyle = plainest(brush) ? mixed(tone.tint, tone.bar, 0.4) : tone.tint;
  ctx.fill();
  if (!plainest(brush)) {
    ctx.strokeStyle = tone.bar;
    ctx.lineWidth = Math.max(ratio, LINE * k);
    ctx.stroke();
    if (shape === "cylinder") {
      const rim = CYLINDER_RIM * h;
      ctx.beginPath();
      ctx.moveTo(x, y + rim);
      ctx.bezierCurveTo(x, y + rim * (7 / 3), x + w, y + rim * (7 / 3), x + w, y + rim);
      ctx.stroke();
    }
  }
  paintWords(brush, record, brush.theme.title, textBox(shape, record.w, record.h), true);
}

/** Where the text of a shape stands: as in layers/measure.py. */
export function textBox(shape: string, w: number, h: number): { left: number; top: number; right: number; bottom: number } {
  const insets = (SHAPE_INSETS as Readonly<Record<string, readonly number[]>>)[shape] ?? SHAPE_INSETS.rectangle;
  const padding = insets.some((inset) => inset > 0) ? SHAPE_INSET_PADDING : SHAPE_PADDING;
  return {
    left: w * insets[0]! + padding, top: h * insets[1]! + padding,
    right: w * (1 - insets[2]!) - padding, bottom: h * (1 - insets[3]!) - padding,
  };
}

// -- frames

/** The ground of a frame: it lies below all nodes and relations, so that what lies in it stays clear. */
export function paintGround({ ctx, theme, tone, x, y, w, h, k }: Brush): void {
  ctx.fillStyle = mixed(theme.card, tone.panel, 0.35);
  ctx.beginPath();
  ctx.roundRect(x, y, w, h, frameRadius(k, w, h));
  ctx.fill();
}

function frameRadius(k: number, w: number, h: number): number {
  return Math.min(8 * k, w / 2, h / 2);
}

function paintFrame(brush: Brush, record: NodeShape): void {
  const { ctx, theme, tone, k, ratio, x, y, w, h } = brush;
  const line = Math.max(1, Math.round(ratio));
  ctx.strokeStyle = mixed(tone.bar, theme.background, 0.25);
  ctx.lineWidth = line;
  ctx.beginPath();
  ctx.roundRect(x + line / 2, y + line / 2, Math.max(0, w - line), Math.max(0, h - line), frameRadius(k, w, h));
  ctx.stroke();
  const size = frameTitleSize(k / ratio);
  if ((size * k) / ratio < READABLE_PX) return;
  const title = (record.title ?? []).map(inked).join(" ").trim();
  const line1 = brush.widths.cut(title, size * k, TITLE_WEIGHT, w);
  if (!line1) return;
  ctx.fillStyle = tone.ink;
  ctx.font = `${TITLE_WEIGHT} ${size * k}px ${theme.font}`;
  ctx.direction = directionOf([line1]);
  ctx.textAlign = ctx.direction === "rtl" ? "right" : "left";
  ctx.fillText(line1, ctx.textAlign === "right" ? x + w - 2 * k : x + 2 * k, Math.round(y - size * 0.45 * k), w);
}

// -- images

function paintImage(brush: Brush, record: NodeShape, picture: CanvasImageSource | null): void {
  const { ctx, theme, tone, k, ratio, x, y, w, h } = brush;
  const radius = Math.min(IMAGE_RADIUS * k, w / 4, h / 4);
  if (picture) {
    ctx.save();
    ctx.beginPath();
    ctx.roundRect(x, y, w, h, radius);
    ctx.clip();
    ctx.imageSmoothingQuality = "high";
    ctx.drawImage(picture, x, y, w, h);
    ctx.restore();
    return;
  }
  if (plainest(brush)) {
    ctx.fillStyle = mixed(tone.tint, tone.bar, 0.3);
    ctx.fillRect(x, y, w, h);
    return;
  }
  const line = Math.max(1, Math.round(ratio));
  ctx.fillStyle = tone.tint;
  ctx.beginPath();
  ctx.roundRect(x, y, w, h, radius);
  ctx.fill();
  ctx.strokeStyle = mixed(tone.bar, tone.tint, 0.5);
  ctx.lineWidth = line;
  ctx.beginPath();
  ctx.roundRect(x + line / 2, y + line / 2, Math.max(0, w - line), Math.max(0, h - line), radius);
  ctx.stroke();
  // hills and a sun
  const size = Math.min(record.w * 0.4, record.h * 0.4, 44) * k;
  const words = record.alt && record.h >= 72 && record.w >= 72 ? record.alt : "";
  const cx = x + w / 2;
  const cy = y + h / 2 - (words ? TEXT_SIZE * 0.9 * k : 0);
  ctx.strokeStyle = tone.bar;
  ctx.lineWidth = Math.max(ratio, 1.6 * k);
  ctx.lineCap = "round";
  ctx.beginPath();
  ctx.roundRect(cx - size / 2, cy - size * 0.4, size, size * 0.8, size * 0.1);
  ctx.moveTo(cx - size * 0.06, cy - size * 0.12);
  ctx.arc(cx - size * 0.17, cy - size * 0.12, size * 0.11, 0, 2 * Math.PI);
  ctx.moveTo(cx - size * 0.4, cy + size * 0.3);
  ctx.lineTo(cx - size * 0.14, cy + size * 0.1);
  ctx.lineTo(cx, cy + size * 0.22);
  ctx.lineTo(cx + size * 0.2, cy - size * 0.06);
  ctx.lineTo(cx + size * 0.42, cy + size * 0.22);
  ctx.stroke();
  if (!words || (TEXT_SIZE * k) / ratio < READABLE_PX) return;
  ctx.fillStyle = theme.text;
  ctx.font = `${TEXT_WEIGHT} ${TEXT_SIZE * k}px ${theme.font}`;
  ctx.textAlign = "center";
  ctx.direction = directionOf([words]);
  const shown = brush.widths.cut(words.replace(/\s+/g, " "), TEXT_SIZE * k, TEXT_WEIGHT, w - 16 * k);
  if (shown) ctx.fillText(shown, cx, Math.round(cy + size * 0.4 + TEXT_SIZE * 1.5 * k), w);
}

// -- drawings

function paintDrawing(brush: Brush, record: NodeShape): void {
  const { ctx, tone, k, ratio } = brush;
  ctx.strokeStyle = tone.bar;
  ctx.lineWidth = Math.max(PEN_PX_MIN * ratio, DRAWING_WIDTH * k);
  ctx.lineCap = "round";
  ctx.lineJoin = "round";
  const points = penPoints(record, brush.x, brush.y, brush.w, brush.h);
  const last = points.length - 2;
  if (last < 0) return;
  ctx.beginPath();
  ctx.moveTo(points[0]!, points[1]!);
  if (last === 0) ctx.lineTo(points[0]!, points[1]!);
  // round through the middles: each point pulls the line towards itself
  for (let at = 2; at < last; at += 2) {
    const [x, y] = [points[at]!, points[at + 1]!];
    ctx.quadraticCurveTo(x, y, (x + points[at + 2]!) / 2, (y + points[at + 3]!) / 2);
  }
  if (last > 0) ctx.lineTo(points[last]!, points[last + 1]!);
  ctx.stroke();
}

/** The points of a drawing, in a box that leaves room for the half of its line. */
export function penPoints(record: NodeShape, x: number, y: number, w: number, h: number): number[] {
  return (record.points ?? []).map((at, i) => (i % 2 ? y + (at / POINT_MAX) * h : x + (at / POINT_MAX) * w));
}

// -- text

/** Whether it is painted as simply as can be. */
function plainest({ level, small }: Brush): boolean {
  return level === "blocks" && !small;
}

/** The text of a node in a part of its box, given in board units from the box's corner. */
function paintWords(
  brush: Brush, record: NodeShape, ink: string,
  room: { left: number; top: number; right: number; bottom: number }, centred: boolean,
): void {
  const { ctx, theme, k, ratio, x, y, level } = brush;
  const lines = record.text ?? [];
  const size = record.font ?? 0;
  if (lines.length === 0 || size === 0) return;
  const leading = size * FREE_LEADING;
  const readable = (size * k) / ratio >= READABLE_PX;
  if (!readable && level === "blocks") return;
  const high = room.bottom - room.top;
  const spills = lines.length * leading > high + 0.5;
  const top = room.top + (centred && !spills ? (high - lines.length * leading) / 2 : 0);
  const wide = (room.right - room.left) * k;
  ctx.save();
  if (spills) {
    ctx.beginPath();
    ctx.rect(x, y + room.top * k, brush.w, high * k);
    ctx.clip();
  }
  ctx.fillStyle = ink;
  const shown = Math.min(lines.length, Math.max(1, Math.ceil(high / leading)));
  if (readable) {
    ctx.font = `${TEXT_WEIGHT} ${size * k}px ${theme.font}`;
    ctx.direction = directionOf(lines);
    const right = ctx.direction === "rtl";
    ctx.textAlign = centred ? "center" : right ? "right" : "left";
    const at = x + (centred ? ((room.left + room.right) / 2) * k : (right ? room.right : room.left) * k);
    for (let i = 0; i < shown; i++) {
      const line = inked(lines[i]!);
      if (line) ctx.fillText(line, at, Math.round(y + (top + (i + 0.5) * leading + size * BASELINE) * k), wide + 2 * k);
    }
  } else {
    ctx.globalAlpha *= 0.4;
    const thick = Math.max(1, Math.round(size * 0.35 * k));
    for (let i = 0; i < shown; i++) {
      const length = Math.min(wide, inked(lines[i]!).length * size * 0.5 * k);
      const from = x + room.left * k + (centred ? (wide - length) / 2 : 0);
      if (length > 0) ctx.fillRect(Math.round(from), Math.round(y + (top + (i + 0.5) * leading) * k - thick / 2), Math.round(length), thick);
    }
  }
  ctx.restore();
}

/** The pixels of a drawing on the plane, where it is too small for more: x and y of each. */
export function* penPixels(record: NodeShape, k: number): Generator<[number, number]> {
  const it = figureOf(record);
  const { x: left, y: top, w, h } = bounds(it);
  const [right, bottom] = [Math.round((left + w) * k) - 1, Math.round((top + h) * k) - 1];
  const [cos, sin] = turned(it.angle);
  const points = penPoints(record, -record.w / 2, -record.h / 2, record.w, record.h);
  let [fromX, fromY] = [NaN, NaN];
  for (let at = 0; at < points.length; at += 2) {
    const [across, down] = [points[at]!, points[at + 1]!];
    const x = (record.x + record.w / 2 + across * cos - down * sin) * k;
    const y = (record.y + record.h / 2 + across * sin + down * cos) * k;
    const steps = at === 0 ? 1 : Math.max(1, Math.ceil(Math.max(Math.abs(x - fromX), Math.abs(y - fromY))));
    for (let i = 1; i <= steps; i++) {
      const column = Math.floor(at === 0 ? x : fromX + ((x - fromX) * i) / steps);
      const row = Math.floor(at === 0 ? y : fromY + ((y - fromY) * i) / steps);
      yield [
        Math.min(Math.max(column, Math.round(left * k)), right), Math.min(Math.max(row, Math.round(top * k)), bottom),
      ];
    }
    [fromX, fromY] = [x, y];
  }
}
