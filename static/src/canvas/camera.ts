// Which part of the board the window shows, and how large.
//
// The board is scaled by `zoom` CSS pixels a unit, `k` device pixels a unit. What is drawn lies on
// a plane of device pixels whose origin is the board's; the window's top left corner lies on it at
// whole numbers (originX, originY), so that a picture can be moved by copying pixels.

import type { Box } from "./box.js";

/** CSS pixels in a board unit: the bounds of zooming by hand. Fitting may go below. */
export const ZOOM_MIN = 0.02;
export const ZOOM_MAX = 4;
/** No larger than this when a board is fitted: a small board is not blown up. */
export const ZOOM_FIT_MAX = 1.25;
/** The part of the window, on each side, that the board cannot be moved out of. */
const KEPT = 0.1;

export class Camera {
  /** CSS pixels in a board unit. */
  zoom = 1;
  /** Device pixels in a CSS pixel. */
  ratio = 1;
  /** The window's size in device pixels. */
  width = 1;
  height = 1;
  /** The window's top left corner on the plane of device pixels: whole numbers. */
  originX = 0;
  originY = 0;
  // what panning has left over below one device pixel
  private restX = 0;
  private restY = 0;
  /** What can be looked for: it cannot be moved out of the window. null: anything. */
  limits: Box | null = null;

  /** Device pixels in a board unit. */
  get k(): number {
    return this.zoom * this.ratio;
  }

  /** Takes a new size of the window, in device pixels, and keeps what is in its middle there. */
  resize(width: number, height: number, ratio: number): void {
    const [x, y] = this.toBoard(this.width / 2 / this.ratio, this.height / 2 / this.ratio);
    this.width = Math.max(1, Math.round(width));
    this.height = Math.max(1, Math.round(height));
    this.ratio = ratio;
    this.place(x, y, this.width / 2 / ratio, this.height / 2 / ratio);
  }

  /** A point of the window, in CSS pixels, on the board. */
  toBoard(cssX: number, cssY: number): [number, number] {
    return [
      (this.originX + this.restX + cssX * this.ratio) / this.k,
      (this.originY + this.restY + cssY * this.ratio) / this.k,
    ];
  }

  /** A point of the board in the window, in CSS pixels. */
  toWindow(x: number, y: number): [number, number] {
    return [(x * this.k - this.originX) / this.ratio, (y * this.k - this.originY) / this.ratio];
  }

  /** What the window shows, in board units. */
  view(): Box {
    const k = this.k;
    return { x: this.originX / k, y: this.originY / k, w: this.width / k, h: this.height / k };
  }

  /** Moves the window over the board by CSS pixels. */
  panBy(dx: number, dy: number): void {
    this.snap(
      this.originX + this.restX + dx * this.ratio,
      this.originY + this.restY + dy * this.ratio,
    );
  }

  /** Zooms by a factor about a point of the window, in CSS pixels: what is there stays there. */
  zoomBy(factor: number, cssX: number, cssY: number): void {
    const [x, y] = this.toBoard(cssX, cssY);
    // a board that was fitted below the least zoom may stay there, and only come nearer
    const least = Math.min(ZOOM_MIN, this.zoom);
    const most = Math.max(ZOOM_MAX, this.zoom);
    this.zoom = Math.min(most, Math.max(least, this.zoom * factor));
    this.place(x, y, cssX, cssY);
  }

  /** Shows a box as large as it fits, in the middle, with `room` CSS pixels around it. */
  fit(box: Box, room: number, zoomMax = ZOOM_FIT_MAX): void {
    const width = this.width / this.ratio;
    const height = this.height / this.ratio;
    const inner = Math.min(room, width / 4, height / 4);
    this.zoom = Math.min(
      zoomMax,
      (width - 2 * inner) / Math.max(box.w, 1e-6),
      (height - 2 * inner) / Math.max(box.h, 1e-6),
    );
    this.place(box.x + box.w / 2, box.y + box.h / 2, width / 2, height / 2);
  }

  /** Moves as little as it takes to show a box, with room around; its middle when it is too large. */
  reveal(box: Box, room: number): void {
    const k = this.k;
    const margin = room * this.ratio;
    this.snap(
      revealed(this.originX, this.width, box.x * k, box.w * k, margin),
      revealed(this.originY, this.height, box.y * k, box.h * k, margin),
    );
  }

  /** Puts a point of the board at a point of the window. */
  private place(x: number, y: number, cssX: number, cssY: number): void {
    this.snap(x * this.k - cssX * this.ratio, y * this.k - cssY * this.ratio);
  }

  private snap(x: number, y: number): void {
    const k = this.k;
    if (this.limits) {
      const { x: left, y: top, w, h } = this.limits;
      // panels lie over most of a small window, so the board may be moved aside, but not out of it
      const keptW = this.width * KEPT;
      const keptH = this.height * KEPT;
      x = Math.min((left + w) * k - keptW, Math.max(left * k + keptW - this.width, x));
      y = Math.min((top + h) * k - keptH, Math.max(top * k + keptH - this.height, y));
    }
    this.originX = Math.round(x);
    this.originY = Math.round(y);
    this.restX = x - this.originX;
    this.restY = y - this.originY;
  }
}

/** Where a window of `size` at `origin` begins so that it shows [from, from + length]. */
function revealed(origin: number, size: number, from: number, length: number, margin: number): number {
  if (length + 2 * margin > size) return from + length / 2 - size / 2;
  return Math.max(from + length + margin - size, Math.min(from - margin, origin));
}
