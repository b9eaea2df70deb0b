// The board's picture on a canvas larger than the window: panning moves it by a CSS transform, and
// zooming scales it until there is time to paint it anew.
//
// The plane of device pixels is divided into square tiles, and only whole tiles are painted: each
// is the same whenever and for whatever reason it is painted, to the last pixel. (Strips and dirty
// rectangles of any size are not: antialiasing depends a little on where a curve is clipped, and
// on how far from the canvas's corner it lies. So each tile is painted on the same small canvas,
// from the same numbers, and copied to its place.) The tiles that the window shows are painted at
// once, those of the margin in the frames after.

import { LABEL_LEADING, LABEL_SIZE, LABEL_WIDTH } from "../generated/constants.js";
import type { Box } from "./box.js";
import type { Camera } from "./camera.js";
import { LABELS_ZOOM } from "./detail.js";
import { edges, type Painter, type Rect } from "./painter.js";

/** A tile's side in device pixels, and how far the canvas reaches beyond the window at least, twice over. */
export const TILE = 256;
/** While zooming, a window that took less than this is painted anew at once, in milliseconds. */
export const QUICK_MS = 5;
/** A slower one no more often than this, and finally so long after the last change of zoom. */
export const THROTTLE_MS = 160;
export const SETTLE_MS = 90;
/** For tiles of the margin a frame has so much time. */
const MARGIN_MS = 4;
/** How far beyond its box a thing is painted: its shade, a line's width, a far arrow head; CSS pixels. */
const FRINGE_PX = 8;
/** Lines of a label: LABEL_CHARS_MAX letters on LABEL_WIDTH make no more. */
const LABEL_LINES_MAX = 12;

/** What painting has cost, counted for tests and measurements. */
export interface Work {
  /** Tiles painted. */
  tiles: number;
  /** How often everything was to be painted, and how often tiles were kept and moved. */
  anew: number;
  shifts: number;
}

interface Sheet {
  readonly canvas: HTMLCanvasElement;
  readonly ctx: CanvasRenderingContext2D;
}

export class Picture {
  readonly work: Work = { tiles: 0, anew: 0, shifts: 0 };
  /** The scale that the tiles are painted at; 0: there are none yet. */
  zoom = 0;
  ratio = 1;
  private readonly painter: Painter;
  private readonly camera: Camera;
  private front: Sheet;
  private back: Sheet;
  private readonly scratch: Sheet;
  // the tiles on the canvas: columns and rows, the first ones on the plane, and which are painted
  private columns = 0;
  private rows = 0;
  private column = 0;
  private row = 0;
  private painted = new Uint8Array(0);
  private titles: ReturnType<Painter["titlesAt"]> = [];
  private tookMs = 0;
  private anewAt = -Infinity;
  private zoomedAt = -Infinity;
  private lastZoom = 0;

  constructor(host: HTMLElement, painter: Painter, camera: Camera) {
    this.painter = painter;
    this.camera = camera;
    this.front = sheet(host);
    this.back = sheet(host);
    this.back.canvas.style.visibility = "hidden";
    this.scratch = sheet(null);
    this.scratch.canvas.width = this.scratch.canvas.height = TILE;
  }

  /** The canvases follow the camera's window. */
  resize(): void {
    const { width, height, ratio } = this.camera;
    this.columns = Math.ceil(width / TILE) + 2;
    this.rows = Math.ceil(height / TILE) + 2;
    this.painted = new Uint8Array(this.columns * this.rows);
    for (const { canvas } of [this.front, this.back]) {
      canvas.width = this.columns * TILE;
      canvas.height = this.rows * TILE;
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
   * Brings the window's picture to the camera and the scene. `settle`: painted anew now, where a
   * new zoom may wait. Returns in how many milliseconds there is more to do, or null.
   */
  draw(nowMs: number, settle = false): number | null {
    const { camera } = this;
    const dirt = this.painter.scene.takeDirt();
    if (camera.zoom !== this.lastZoom) {
      this.lastZoom = camera.zoom;
      this.zoomedAt = nowMs;
    }
    if (this.zoom === 0 || camera.ratio !== this.ratio) {
      this.begin(nowMs);
    } else if (dirt.all) {
      if (camera.zoom === this.zoom) this.painted.fill(0);
      else this.begin(nowMs);
    } else if (camera.zoom !== this.zoom) {
      this.soil(dirt.boxes);
      const due = Math.min(
        this.tookMs < QUICK_MS ? nowMs : this.anewAt + Math.max(THROTTLE_MS, 3 * this.tookMs),
        this.zoomedAt + SETTLE_MS,
      );
      if (!settle && nowMs < due) {
        this.present();
        return due - nowMs;
      }
      this.begin(nowMs);
    } else {
      this.soil(dirt.boxes);
    }
    this.follow();
    const from = performance.now();
    const some = this.paintWindow();
    if (some && this.anewAt === nowMs) this.tookMs = performance.now() - from;
    this.present();
    return this.paintMargin(performance.now() + (some ? 0 : MARGIN_MS)) ? null : 0;
  }

  /** Starts anew at the camera's scale, with no tile painted. */
  private begin(nowMs: number): void {
    const { camera } = this;
    this.zoom = camera.zoom;
    this.ratio = camera.ratio;
    this.painted.fill(0);
    this.centre();
    this.titles = this.painter.titlesAt(this.zoom);
    this.anewAt = nowMs;
    this.work.anew++;
  }

  /** Puts the tiles around the window. */
  private centre(): void {
    const { camera, columns, rows } = this;
    this.column = Math.round((camera.originX + camera.width / 2) / TILE - columns / 2);
    this.row = Math.round((camera.originY + camera.height / 2) / TILE - rows / 2);
  }

  /** When the window has left the canvas: keeps the tiles that it still needs, moved into the other canvas. */
  private follow(): void {
    const { camera, columns, rows } = this;
    const dx = camera.originX - this.column * TILE;
    const dy = camera.originY - this.row * TILE;
    if (dx >= 0 && dy >= 0 && dx + camera.width <= columns * TILE && dy + camera.height <= rows * TILE) return;
    const [oldColumn, oldRow, old] = [this.column, this.row, this.painted];
    this.centre();
    const [right, down] = [this.column - oldColumn, this.row - oldRow];
    this.painted = new Uint8Array(columns * rows);
    [this.front, this.back] = [this.back, this.front];
    this.front.canvas.style.visibility = "";
    this.back.canvas.style.visibility = "hidden";
    const { ctx } = this.front;
    ctx.fillStyle = this.painter.background;
    ctx.fillRect(0, 0, columns * TILE, rows * TILE);
    if (Math.abs(right) >= columns || Math.abs(down) >= rows) return;
    ctx.drawImage(this.back.canvas, -right * TILE, -down * TILE);
    for (let y = Math.max(0, -down); y < Math.min(rows, rows - down); y++) {
      for (let x = Math.max(0, -right); x < Math.min(columns, columns - right); x++) {
        this.painted[y * columns + x] = old[(y + down) * columns + x + right]!;
      }
    }
    this.work.shifts++;
  }

  /** Paints what the window shows and is not painted; false: there was nothing. */
  private paintWindow(): boolean {
    const { camera } = this;
    const x0 = Math.floor(camera.originX / TILE) - this.column;
    const y0 = Math.floor(camera.originY / TILE) - this.row;
    const x1 = Math.ceil((camera.originX + camera.width) / TILE) - this.column;
    const y1 = Math.ceil((camera.originY + camera.height) / TILE) - this.row;
    let some = false;
    for (let y = y0; y < y1; y++) {
      for (let x = x0; x < x1; x++) some = this.paintTile(x, y) || some;
    }
    return some;
  }

  /** Paints tiles of the margin until that time; true: all are painted. */
  private paintMargin(untilMs: number): boolean {
    for (let y = 0; y < this.rows; y++) {
      for (let x = 0; x < this.columns; x++) {
        if (this.painted[y * this.columns + x]) continue;
        if (performance.now() >= untilMs) return false;
        this.paintTile(x, y);
      }
    }
    return true;
  }

  private paintTile(x: number, y: number): boolean {
    const at = y * this.columns + x;
    if (this.painted[at]) return false;
    this.painted[at] = 1;
    this.painter.paint(this.scratch.ctx, this, tileRect(this.column + x, this.row + y));
    this.front.ctx.drawImage(this.scratch.canvas, x * TILE, y * TILE);
    this.work.tiles++;
    return true;
  }

  // -- what has to be painted again

  private soil(boxes: readonly Box[]): void {
    const k = this.zoom * this.ratio;
    const fringe = Math.ceil(FRINGE_PX * this.ratio * Math.max(1, this.zoom));
    // a label gives way to a card or another label: what is painted again reaches to its far end
    const label = this.zoom >= LABELS_ZOOM
      ? { x: Math.ceil((LABEL_WIDTH + 2 * LABEL_SIZE) * k), y: Math.ceil(LABEL_LINES_MAX * LABEL_LEADING * k) }
      : { x: 0, y: 0 };
    for (const box of boxes) {
      const { left, top, right, bottom } = edges(box, k);
      this.soilRect({
        left: left - fringe - label.x, top: top - fringe - label.y,
        right: right + fringe + label.x, bottom: bottom + fringe + label.y,
      });
    }
    this.soilTitles();
  }

  private soilRect(rect: Rect): void {
    const { columns } = this;
    const x0 = Math.max(0, Math.floor(rect.left / TILE) - this.column);
    const y0 = Math.max(0, Math.floor(rect.top / TILE) - this.row);
    const x1 = Math.min(columns, Math.ceil(rect.right / TILE) - this.column);
    const y1 = Math.min(this.rows, Math.ceil(rect.bottom / TILE) - this.row);
    for (let y = y0; y < y1; y++) {
      for (let x = x0; x < x1; x++) this.painted[y * columns + x] = 0;
    }
  }

  /** An edit of one region can make the titles of others give way. */
  private soilTitles(): void {
    const now = this.painter.titlesAt(this.zoom);
    if (now === this.titles) return;
    const name = ({ region, size, x, y, lines, over }: (typeof now)[number]): string =>
      [region.layer, region.tone, region.opacity, size, x, y, over, ...lines].join("\n");
    const old = new Map(this.titles.map((title) => [name(title), title]));
    this.titles = now;
    for (const title of [...now.filter((title) => !old.delete(name(title))), ...old.values()]) {
      this.soilRect({
        left: Math.floor(title.left * this.ratio), top: Math.floor(title.top * this.ratio),
        right: Math.ceil(title.right * this.ratio), bottom: Math.ceil(title.bottom * this.ratio),
      });
    }
  }

  /** Puts the front canvas where the camera sees it. */
  private present(): void {
    const { camera } = this;
    const by = camera.zoom / this.zoom;
    const x = (this.column * TILE * by - camera.originX) / camera.ratio;
    const y = (this.row * TILE * by - camera.originY) / camera.ratio;
    const { style } = this.front.canvas;
    style.transform = by === 1 ? `translate(${x}px,${y}px)` : `translate(${x}px,${y}px) scale(${by})`;
  }

  /** The pixels of the window as they are on the canvas now; the picture must have settled. */
  pixels(): ImageData {
    const { camera } = this;
    return this.front.ctx.getImageData(
      camera.originX - this.column * TILE, camera.originY - this.row * TILE, camera.width, camera.height,
    );
  }

  destroy(): void {
    this.front.canvas.remove();
    this.back.canvas.remove();
  }
}

/** What a tile covers of the plane. */
export function tileRect(column: number, row: number): Rect {
  return { left: column * TILE, top: row * TILE, right: (column + 1) * TILE, bottom: (row + 1) * TILE };
}

/** A canvas, in the host when there is one. */
function sheet(host: HTMLElement | null): Sheet {
  const canvas = document.createElement("canvas");
  canvas.setAttribute("aria-hidden", "true");
  Object.assign(canvas.style, {
    position: "absolute", left: "0", top: "0", transformOrigin: "0 0", willChange: "transform", pointerEvents: "none",
  });
  host?.append(canvas);
  return { canvas, ctx: canvas.getContext("2d", { alpha: false })! };
}
