// The board's picture on a canvas larger than the window: panning moves it by a CSS transform, and
// paints only what the margin uncovers; zooming scales it until there is time to paint it anew.

import type { Camera } from "./camera.js";
import { type Context, edges, overlaps, type Painter, type Rect } from "./painter.js";

/** How far the canvas reaches beyond the window on each side, in device pixels. */
export const MARGIN = 256;
/** While zooming, a picture that took less than this is painted anew at once, in milliseconds. */
export const QUICK_MS = 5;
/** A slower one no more often than this, and finally so long after the last change of zoom. */
export const THROTTLE_MS = 160;
export const SETTLE_MS = 90;
/** A dirty rectangle is larger than its box by what is painted beyond it, in device pixels. */
const FRINGE = 8;
/** When the dirty rectangles together are more than this share of the canvas, all is painted. */
const DIRTY_SHARE = 0.6;

/** What painting has cost, counted for tests and measurements. */
export interface Work {
  full: number;
  strips: number;
  dirty: number;
  shifts: number;
}

interface Sheet {
  readonly canvas: HTMLCanvasElement;
  readonly ctx: CanvasRenderingContext2D;
}

export class Picture {
  readonly work: Work = { full: 0, strips: 0, dirty: 0, shifts: 0 };
  private readonly painter: Painter;
  private readonly camera: Camera;
  private front: Sheet;
  private back: Sheet;
  // what the front canvas shows: its corner on the plane, and the scale that it was painted at
  private left = 0;
  private top = 0;
  zoom = 0; // 0: nothing yet
  ratio = 1;
  private tookMs = 0;
  private paintedAt = -Infinity;
  private zoomedAt = -Infinity;
  private lastZoom = 0;

  constructor(host: HTMLElement, painter: Painter, camera: Camera) {
    this.painter = painter;
    this.camera = camera;
    this.front = sheet(host);
    this.back = sheet(host);
    this.back.canvas.style.visibility = "hidden";
  }

  /** The canvases follow the camera's window. */
  resize(): void {
    const { width, height, ratio } = this.camera;
    for (const { canvas } of [this.front, this.back]) {
      canvas.width = width + 2 * MARGIN;
      canvas.height = height + 2 * MARGIN;
      canvas.style.width = `${canvas.width / ratio}px`;
      canvas.style.height = `${canvas.height / ratio}px`;
    }
    this.zoom = 0;
  }

  /** Forgets the picture: the next frame paints all of it. */
  forget(): void {
    this.zoom = 0;
  }

  /**
   * Brings the picture to the camera and the scene. `settle`: now and whole, whatever it takes.
   * Returns in how many milliseconds there is more to do, or null.
   */
  draw(nowMs: number, settle = false): number | null {
    const { camera, painter } = this;
    const dirt = painter.scene.takeDirt();
    if (camera.zoom !== this.lastZoom) {
      this.lastZoom = camera.zoom;
      this.zoomedAt = nowMs;
    }
    if (this.zoom === 0 || dirt.all || camera.ratio !== this.ratio) {
      this.paintAll(nowMs);
      return null;
    }
    if (camera.zoom !== this.zoom) {
      const due = Math.min(
        this.tookMs < QUICK_MS ? nowMs : this.paintedAt + Math.max(THROTTLE_MS, 3 * this.tookMs),
        this.zoomedAt + SETTLE_MS,
      );
      if (settle || nowMs >= due) {
        this.paintAll(nowMs);
        return null;
      }
      this.paintDirty(dirt.boxes);
      this.present();
      return due - nowMs;
    }
    this.follow();
    this.paintDirty(dirt.boxes);
    this.present();
    return null;
  }

  /** The whole canvas anew, the window in its middle. */
  private paintAll(nowMs: number): void {
    const { camera } = this;
    const { canvas, ctx } = this.front;
    this.left = camera.originX - MARGIN;
    this.top = camera.originY - MARGIN;
    this.zoom = camera.zoom;
    this.ratio = camera.ratio;
    const from = performance.now();
    this.painter.paint(ctx, this, this.left, this.top, this.covered(canvas));
    this.tookMs = performance.now() - from;
    this.paintedAt = nowMs;
    this.work.full++;
    this.present();
  }

  /** When the window has left the canvas: shifts what is kept, and paints the strips that are new. */
  private follow(): void {
    const { camera } = this;
    const { canvas } = this.front;
    const dx = camera.originX - this.left;
    const dy = camera.originY - this.top;
    if (dx >= 0 && dy >= 0 && dx <= 2 * MARGIN && dy <= 2 * MARGIN) return;
    const old = this.covered(canvas);
    this.left = camera.originX - MARGIN;
    this.top = camera.originY - MARGIN;
    const now = this.covered(canvas);
    const kept = {
      left: Math.max(old.left, now.left), top: Math.max(old.top, now.top),
      right: Math.min(old.right, now.right), bottom: Math.min(old.bottom, now.bottom),
    };
    const { ctx } = this.front;
    if (kept.left >= kept.right || kept.top >= kept.bottom) {
      this.painter.paint(ctx, this, this.left, this.top, now);
      this.work.full++;
      return;
    }
    this.swap();
    this.front.ctx.drawImage(this.back.canvas, old.left - now.left, old.top - now.top);
    this.work.shifts++;
    this.strip({ ...now, bottom: kept.top });
    this.strip({ ...now, top: kept.bottom });
    this.strip({ left: now.left, right: kept.left, top: kept.top, bottom: kept.bottom });
    this.strip({ left: kept.right, right: now.right, top: kept.top, bottom: kept.bottom });
  }

  private strip(rect: Rect): void {
    if (rect.left >= rect.right || rect.top >= rect.bottom) return;
    this.painter.paint(this.front.ctx, this, this.left, this.top, rect);
    this.work.strips++;
  }

  private swap(): void {
    [this.front, this.back] = [this.back, this.front];
    this.front.canvas.style.visibility = "";
    this.back.canvas.style.visibility = "hidden";
  }

  private paintDirty(boxes: readonly { x: number; y: number; w: number; h: number }[]): void {
    if (boxes.length === 0 && !this.titlesMoved()) return;
    const k = this.zoom * this.ratio;
    const all = this.covered(this.front.canvas);
    const rects: Rect[] = [];
    for (const rect of [...boxes.map((box) => edges(box, k)), ...this.soiledTitles()]) {
      const wide = {
        left: Math.max(all.left, rect.left - FRINGE - Math.ceil(2 * this.ratio)),
        top: Math.max(all.top, rect.top - FRINGE - Math.ceil(2 * this.ratio)),
        right: Math.min(all.right, rect.right + FRINGE + Math.ceil(2 * this.ratio)),
        bottom: Math.min(all.bottom, rect.bottom + FRINGE + Math.ceil(2 * this.ratio)),
      };
      if (wide.left < wide.right && wide.top < wide.bottom) rects.push(wide);
    }
    const apart = joined(rects);
    const area = apart.reduce((sum, rect) => sum + (rect.right - rect.left) * (rect.bottom - rect.top), 0);
    const whole = (all.right - all.left) * (all.bottom - all.top);
    for (const rect of area > whole * DIRTY_SHARE ? [all] : apart) {
      this.painter.paint(this.front.ctx, this, this.left, this.top, rect);
      this.work.dirty++;
    }
  }

  // -- titles: an edit of one region can make the titles of others give way

  private heldTitles: ReturnType<Painter["titlesAt"]> = [];

  private titlesMoved(): boolean {
    return this.painter.titlesAt(this.zoom) !== this.heldTitles;
  }

  private soiledTitles(): Rect[] {
    const now = this.painter.titlesAt(this.zoom);
    const old = this.heldTitles;
    this.heldTitles = now;
    if (now === old) return [];
    const name = (title: (typeof now)[number]): string =>
      [title.region.layer, title.size, title.x, title.y, title.lines.join("\n"), title.region.tone].join(" ");
    const before = new Map(old.map((title) => [name(title), title]));
    const soiled = now.filter((title) => !before.delete(name(title)));
    return [...soiled, ...before.values()].map((title) => ({
      left: Math.floor(title.left * this.ratio), top: Math.floor(title.top * this.ratio),
      right: Math.ceil(title.right * this.ratio), bottom: Math.ceil(title.bottom * this.ratio),
    }));
  }

  /** What a canvas covers of the plane. */
  private covered(canvas: HTMLCanvasElement): Rect {
    return {
      left: this.left, top: this.top, right: this.left + canvas.width, bottom: this.top + canvas.height,
    };
  }

  /** Puts the front canvas where the camera sees it. */
  private present(): void {
    const { camera } = this;
    const by = (camera.zoom * camera.ratio) / (this.zoom * this.ratio);
    const x = (this.left * by - camera.originX) / camera.ratio;
    const y = (this.top * by - camera.originY) / camera.ratio;
    const { style } = this.front.canvas;
    style.transform = by === 1 ? `translate(${x}px,${y}px)` : `translate(${x}px,${y}px) scale(${by})`;
  }

  /** The pixels of the window as they are on the canvas now; the picture must have settled. */
  pixels(): ImageData {
    const { camera } = this;
    return this.front.ctx.getImageData(
      camera.originX - this.left, camera.originY - this.top, camera.width, camera.height,
    );
  }

  destroy(): void {
    this.front.canvas.remove();
    this.back.canvas.remove();
  }
}

function sheet(host: HTMLElement): Sheet {
  const canvas = document.createElement("canvas");
  canvas.setAttribute("aria-hidden", "true");
  const { style } = canvas;
  style.position = "absolute";
  style.left = style.top = "0";
  style.transformOrigin = "0 0";
  style.willChange = "transform";
  style.pointerEvents = "none";
  host.append(canvas);
  return { canvas, ctx: canvas.getContext("2d", { alpha: false })! };
}

/** Rectangles that do not meet, and cover at least the same. */
export function joined(rects: readonly Rect[]): Rect[] {
  const apart: Rect[] = [];
  for (const rect of rects) {
    let grown = rect;
    for (let i = 0; i < apart.length; ) {
      if (overlaps(apart[i]!, grown)) {
        const [other] = apart.splice(i, 1) as [Rect];
        grown = {
          left: Math.min(grown.left, other.left), top: Math.min(grown.top, other.top),
          right: Math.max(grown.right, other.right), bottom: Math.max(grown.bottom, other.bottom),
        };
        i = 0;
      } else {
        i++;
      }
    }
    apart.push(grown);
  }
  return apart;
}

/** A context that paints are compared on. */
export function freshContext(width: number, height: number): Context {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  return canvas.getContext("2d", { alpha: false, willReadFrequently: true })!;
}
