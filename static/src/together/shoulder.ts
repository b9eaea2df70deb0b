// To see what somebody else sees: their part of the board, as large as it fits beside what lies
// over mine. It is told as a box of the board, so that a phone and a wall show the same things.

import type { Viewport } from "../board/address.js";
import type { BoardCanvas } from "../canvas/index.js";
import type { Insets, Store } from "../ui/store.js";
import { Glide } from "./glide.js";

/** The view of a window of this size, in CSS pixels, that shows all of a box where nothing lies over it. */
export function fitted([x, y, w, h]: Viewport, width: number, height: number, { top, right, bottom, left }: Insets): Viewport {
  const freeWidth = Math.max(1, width - left - right);
  const freeHeight = Math.max(1, height - top - bottom);
  const zoom = Math.min(freeWidth / Math.max(w, 1e-6), freeHeight / Math.max(h, 1e-6));
  return [
    x + w / 2 - (left + freeWidth / 2) / zoom,
    y + h / 2 - (top + freeHeight / 2) / zoom,
    width / zoom,
    height / zoom,
  ];
}

/** Moves my view to where somebody else looks, for as long as I do not move it myself. */
export class Shoulder {
  private glide: Glide | null = null;
  private frame = 0;
  private shown = ""; // what I see by following, as far as I know
  private away: (() => void) | null = null;

  /** `left`: my person has moved the view. `still`: no motion is wanted. */
  constructor(
    private readonly store: Store,
    private readonly left: () => void,
    private readonly still: () => boolean,
  ) {}

  /** Nobody is followed from now on. */
  stop(): void {
    this.away?.();
    this.away = this.glide = null;
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }

  /** Somebody is followed from now on: whatever moves the view but this ends it. */
  begin(): void {
    this.stop();
    const { canvas } = this.store;
    if (canvas === null) return;
    this.store.stay();
    this.shown = key(canvas);
    const deaf = [
      canvas.onMove(() => this.leave()),
      // also what was found, and what was asked to be seen whole
      canvas.onViewport(() => key(canvas) !== this.shown && this.moved(canvas)),
    ];
    this.away = () => deaf.forEach((stop) => stop());
  }

  /** They see this now. */
  look(viewport: Viewport): void {
    const { store } = this;
    const { canvas } = store;
    if (canvas === null || this.away === null) return;
    const { camera } = canvas;
    const { ratio } = camera;
    const box = fitted(viewport, camera.width / ratio, camera.height / ratio, store.insets());
    if (this.glide !== null && this.glide.target.every((value, at) => value === box[at])) return;
    this.glide ??= new Glide(canvas.viewport());
    this.glide.aim(box, performance.now(), this.still());
    if (this.frame === 0) this.step(canvas);
  }

  private leave(): void {
    this.stop();
    this.left();
  }

  private moved(canvas: BoardCanvas): void {
    const [, size] = this.shown.split("|");
    if (size === key(canvas).split("|")[1]) return this.leave();
    this.shown = key(canvas); // the window has another size
  }

  private step(canvas: BoardCanvas): void {
    const { glide } = this;
    this.frame = 0;
    if (glide === null) return;
    const now = performance.now();
    const [x = 0, y = 0, w = 1, h = 1] = glide.at(now);
    canvas.showViewport([x, y, w, h]);
    this.shown = key(canvas);
    if (glide.moves(now)) this.frame = requestAnimationFrame(() => this.step(canvas));
  }
}

/** What a canvas shows, and at what size. */
function key(canvas: BoardCanvas): string {
  const { width, height } = canvas.camera;
  return `${canvas.viewport().map((value) => value.toFixed(3)).join(" ")}|${width} ${height}`;
}
