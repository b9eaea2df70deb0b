// What is painted over the board for who edits: outlines and handles of the selection, guides,
// the rectangle that is drawn, a line by hand before it is one.

import type { BoardCanvas, Camera, Context } from "../canvas/index.js";
import { toneOf, type Theme } from "../canvas/theme.js";
import type { Editor } from "./index.js";
import { placeOn, type Turned } from "./transform.js";

const HANDLE_PX = 9;
const DOT_PX = 4.5;
const PEN_PX = 2.5;
/** The selection outlines so many things; more are one box. */
const OUTLINED_MAX = 300;

export class Overlay {
  private stop: (() => void) | null = null;
  private canvas: BoardCanvas | null = null;

  constructor(private readonly editor: Editor) {}

  /** Paints over a canvas, or no longer. */
  attach(canvas: BoardCanvas, on: boolean): void {
    if (this.canvas !== canvas) {
      this.stop = null;
      this.canvas = canvas;
    }
    if (on && this.stop === null) this.stop = canvas.onPaint((ctx, camera, theme) => this.paint(ctx, camera, theme));
    if (!on) {
      this.stop?.();
      this.stop = null;
    }
  }

  private paint(ctx: Context, camera: Camera, theme: Theme): boolean {
    const { editor } = this;
    const { ratio } = camera;
    ctx.save();
    ctx.globalCompositeOperation = "source-over";
    ctx.scale(ratio, ratio);
    const places = new Places(camera);
    const painted = [
      this.paintSelection(ctx, places, theme), this.paintSource(ctx, places, theme), this.paintLasso(ctx, places, theme),
      this.paintStroke(ctx, places, theme), this.paintGuides(ctx, places, theme), this.paintWire(ctx, places, theme),
    ];
    if (!editor.busy.value) painted.push(this.paintSpots(ctx, theme));
    ctx.restore();
    return painted.some(Boolean);
  }

  private paintSelection(ctx: Context, places: Places, theme: Theme): boolean {
    const { editor } = this;
    const nodes = editor.nodes();
    if (nodes.length === 0) return false;
    ctx.strokeStyle = theme.focus;
    ctx.lineWidth = nodes.length > 1 ? 1 : 1.5;
    for (const { shape, layer } of nodes.slice(0, OUTLINED_MAX)) {
      const open = shape.locked !== true && editor.session.canWrite(layer, shape.id);
      ctx.setLineDash(open ? [] : [5, 4]);
      outline(ctx, places, shape, nodes.length > 1 ? 0.5 : 1);
    }
    ctx.setLineDash([]);
    const held = editor.pointing.frame();
    ctx.lineWidth = 1.5;
    if (held !== null && held.nodes.length > 1) outline(ctx, places, held.box, 0);
    return true;
  }

  private paintSource(ctx: Context, places: Places, theme: Theme): boolean {
    const { editor } = this;
    const source = editor.source.value;
    const seen = source === null ? undefined : editor.node(source);
    if (seen === undefined) return false;
    ctx.strokeStyle = theme.focus;
    ctx.lineWidth = 3;
    outline(ctx, places, seen.shape, 4);
    return true;
  }

  private paintSpots(ctx: Context, theme: Theme): boolean {
    const spots = this.editor.pointing.spots();
    for (const spot of spots) {
      ctx.fillStyle = theme.card;
      ctx.strokeStyle = theme.focus;
      ctx.lineWidth = 1.5;
      ctx.beginPath();
      if (spot.does === "resize") {
        ctx.save();
        ctx.translate(spot.x, spot.y);
        ctx.rotate((spot.angle * Math.PI) / 180);
        ctx.roundRect(-HANDLE_PX / 2, -HANDLE_PX / 2, HANDLE_PX, HANDLE_PX, 2);
        ctx.restore();
      } else if (spot.does === "relate") {
        if (!spot.isNear) ctx.fillStyle = theme.focus;
        ctx.arc(spot.x, spot.y, DOT_PX, 0, 2 * Math.PI);
      } else {
        ctx.arc(spot.x, spot.y, spot.does === "rotate" ? 6.5 : 6, 0, 2 * Math.PI);
      }
      ctx.fill();
      ctx.stroke();
      if (spot.does === "rotate") {
        // an arrow that goes round
        ctx.beginPath();
        ctx.lineWidth = 1.25;
        ctx.arc(spot.x, spot.y, 3, -2.6, 1.9);
        ctx.stroke();
      }
    }
    return spots.length > 0;
  }

  private paintLasso(ctx: Context, places: Places, theme: Theme): boolean {
    const { lasso } = this.editor;
    if (lasso === null) return false;
    const [x, y] = places.of(lasso.x, lasso.y);
    const [right, bottom] = places.of(lasso.x + lasso.w, lasso.y + lasso.h);
    ctx.globalAlpha = 0.1;
    ctx.fillStyle = theme.focus;
    ctx.fillRect(x, y, right - x, bottom - y);
    ctx.globalAlpha = 1;
    ctx.strokeStyle = theme.focus;
    ctx.lineWidth = 1;
    ctx.strokeRect(Math.round(x) + 0.5, Math.round(y) + 0.5, Math.round(right - x), Math.round(bottom - y));
    return true;
  }

  private paintStroke(ctx: Context, places: Places, theme: Theme): boolean {
    const { stroke, session } = this.editor;
    const [first] = stroke;
    if (first === undefined) return false;
    const layer = session.active === null ? undefined : session.layers.get(session.active);
    ctx.strokeStyle = toneOf(layer?.color ?? "", theme).bar;
    ctx.lineWidth = Math.max(1, PEN_PX * places.zoom);
    ctx.lineCap = ctx.lineJoin = "round";
    ctx.beginPath();
    ctx.moveTo(...places.of(first.x, first.y));
    for (const { x, y } of stroke) ctx.lineTo(...places.of(x, y));
    ctx.stroke();
    return true;
  }

  private paintGuides(ctx: Context, places: Places, theme: Theme): boolean {
    const { guides } = this.editor;
    ctx.strokeStyle = toneOf("pink", theme).bar;
    ctx.lineWidth = 1;
    for (const { axis, at, from, to, gap } of guides) {
      const along = (axis === "x") === (gap === true); // it runs along x
      const [x0, y0] = along ? places.of(from, at) : places.of(at, from);
      const [x1, y1] = along ? places.of(to, at) : places.of(at, to);
      const [left, top] = [Math.round(x0) + 0.5, Math.round(y0) + 0.5];
      const [right, bottom] = [Math.round(x1) + 0.5, Math.round(y1) + 0.5];
      ctx.beginPath();
      ctx.moveTo(left, top);
      ctx.lineTo(right, bottom);
      if (gap) {
        for (const [x, y] of [[left, top], [right, bottom]] as const) {
          ctx.moveTo(along ? x : x - 4, along ? y - 4 : y);
          ctx.lineTo(along ? x : x + 4, along ? y + 4 : y);
        }
      }
      ctx.stroke();
    }
    return guides.length > 0;
  }

  private paintWire(ctx: Context, places: Places, theme: Theme): boolean {
    const { wire } = this.editor;
    if (wire === null) return false;
    ctx.strokeStyle = theme.focus;
    ctx.lineWidth = 2;
    ctx.beginPath();
    ctx.moveTo(...places.of(wire.from.x, wire.from.y));
    ctx.lineTo(...places.of(wire.to.x, wire.to.y));
    ctx.stroke();
    ctx.fillStyle = theme.focus;
    ctx.beginPath();
    ctx.arc(...places.of(wire.to.x, wire.to.y), DOT_PX, 0, 2 * Math.PI);
    ctx.fill();
    return true;
  }
}

/** Places of the board in CSS pixels of the window. */
class Places {
  constructor(private readonly camera: Camera) {}

  get zoom(): number {
    return this.camera.zoom;
  }

  of(x: number, y: number): [number, number] {
    return this.camera.toWindow(x, y);
  }
}

/** The edge of a turned box, so many CSS pixels outside of it. */
function outline(ctx: Context, places: Places, box: Turned, out: number): void {
  const by = out / places.zoom;
  const grown = { ...box, x: box.x - by, y: box.y - by, w: box.w + 2 * by, h: box.h + 2 * by };
  ctx.beginPath();
  for (const [x, y] of [[-1, -1], [1, -1], [1, 1], [-1, 1]] as const) {
    const corner = placeOn(grown, x, y);
    ctx.lineTo(...places.of(corner.x, corner.y));
  }
  ctx.closePath();
  ctx.stroke();
}
