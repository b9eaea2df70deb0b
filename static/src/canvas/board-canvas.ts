// The canvas in its host element: camera, picture, focus and gestures joined, one frame at a time.

import { Camera } from "./camera.js";
import { type Kept, keptMarks, type Marked, marked, paintFocus } from "./focus.js";
import { type Grip, listen, type Press } from "./gestures.js";
import { type Hit, hitAt } from "./hit.js";
import { type Context, Painter } from "./painter.js";
import { Picture } from "./picture.js";
import type { Scene } from "./scene.js";
import type { Theme } from "./theme.js";

type Viewport = [number, number, number, number];

/** Who edits: asked about every pointer before it means what it means to those who look. */
export interface Tools {
  /** Takes a pointer that presses; null: it pans. */
  take(press: Press): Grip | null;
  /** Takes a finger that has rested where it pressed. */
  hold(press: Press): Grip | null;
  /** The second of two taps; true: it means something. */
  double(press: Press): boolean;
  tap(press: Press): void;
  /** The cursor over a point, and whether what lies there is marked. */
  hover(x: number, y: number): { cursor: string; marks: boolean };
}

/** Paints over the board, in device pixels of the window; says whether it painted anything. */
export type Overpaint = (ctx: Context, camera: Camera, theme: Theme) => boolean;

/** CSS pixels that stay free around a fitted board, and around what is revealed. */
const FIT_ROOM = 20;
const REVEAL_ROOM = 48;

export class BoardCanvas {
  readonly camera = new Camera();
  readonly picture: Picture;
  private readonly scene: Scene;
  readonly painter: Painter;
  /** Holds the canvases, and hears pointers. */
  readonly element: HTMLDivElement;
  private readonly overlay: HTMLCanvasElement;
  private readonly overlayContext: CanvasRenderingContext2D;
  private readonly sizes: ResizeObserver;
  private readonly deaf: () => void;
  private theme: Theme;
  private viewportCalls = new Set<(viewport: Viewport) => void>();
  private moveCalls = new Set<() => void>();
  private selectCalls = new Set<(hit: Hit | null) => void>();
  private overpaints = new Set<Overpaint>();
  /** Who edits here. */
  tools: Tools | null = null;
  /** A selection lays a veil over what it is not related to, and rings what it is. */
  veiled = true;
  private selected: Hit | null = null;
  private hovered: Hit | null = null;
  private kept: Kept | null = null;
  private marks: { selected: Marked | null; hovered: Marked | null; kept: Marked | null } | null = null;
  private focusShown = false;
  private fitted = false; // the view was fitted and not moved since: it stays fitted
  private frame = 0;
  private timer = 0;
  private told = "";

  /**
   * Puts its canvases into `host` and fills it, following its size. The font must be loaded; when
   * it loads later, say `setTheme` again.
   */
  constructor(host: HTMLElement, scene: Scene, theme: Theme) {
    this.scene = scene;
    this.theme = theme;
    const element = document.createElement("div");
    this.element = element;
    Object.assign(element.style, {
      position: "absolute", inset: "0", overflow: "hidden", touchAction: "none", userSelect: "none", cursor: "grab",
      contain: "strict", background: theme.background,
    });
    element.style.setProperty("-webkit-user-select", "none");
    host.append(element);
    this.painter = new Painter(scene, theme);
    this.painter.lacking = () => this.loadSigns();
    this.picture = new Picture(element, this.painter, this.camera);
    this.overlay = document.createElement("canvas");
    this.overlay.setAttribute("aria-hidden", "true");
    Object.assign(this.overlay.style, {
      position: "absolute", left: "0", top: "0", width: "100%", height: "100%", pointerEvents: "none", display: "none",
    });
    element.append(this.overlay);
    this.overlayContext = this.overlay.getContext("2d")!;
    this.resize(element.clientWidth, element.clientHeight, window.devicePixelRatio);
    this.sizes = new ResizeObserver(([entry]) => this.resized(entry!));
    try {
      this.sizes.observe(element, { box: "device-pixel-content-box" });
    } catch {
      this.sizes.observe(element); // Safari has no sizes in device pixels
    }
    this.deaf = listen(element, {
      panBy: (dx, dy) => this.panBy(dx, dy),
      zoomBy: (factor, x, y) => this.zoomBy(factor, [x, y]),
      take: (press) => this.tools?.take(press) ?? null,
      hold: (press) => this.tools?.hold(press) ?? null,
      double: (press) => this.tools?.double(press) ?? false,
      tap: (press) => (this.tools === null ? this.tap(press) : this.tools.tap(press)),
      point: (at) => this.point(at),
      dragging: (on) => {
        element.style.cursor = on ? "grabbing" : this.tools === null ? "grab" : "default";
      },
    });
    this.fit();
  }

  // -- the view

  /** Shows the whole board, and keeps showing it while the host is resized, until the view is moved. */
  fit(): void {
    const bounds = this.scene.bounds();
    this.limit();
    if (bounds) this.camera.fit(bounds, FIT_ROOM);
    this.fitted = true;
    this.ask();
  }

  /** Moves the view by CSS pixels: dx > 0 shows what is further right. */
  panBy(dx: number, dy: number): void {
    this.move(() => this.camera.panBy(dx, dy));
    for (const call of this.moveCalls) call();
  }

  /** Zooms in by a factor, about a point in CSS pixels of the host, else about its middle. */
  zoomBy(factor: number, at?: readonly [number, number]): void {
    const { camera } = this;
    const [x, y] = at ?? [camera.width / camera.ratio / 2, camera.height / camera.ratio / 2];
    this.move(() => camera.zoomBy(factor, x, y));
    for (const call of this.moveCalls) call();
  }

  /** CSS pixels in a board unit. */
  zoom(): number {
    return this.camera.zoom;
  }

  /** What is seen, in board units: x, y, w, h. */
  viewport(): Viewport {
    const { x, y, w, h } = this.camera.view();
    return [x, y, w, h];
  }

  /** Shows this box of the board, as large as it fits. */
  showViewport(box: readonly [number, number, number, number]): void {
    const [x, y, w, h] = box;
    this.move(() => this.camera.fit({ x, y, w, h }, 0, Infinity));
  }

  /** Brings a node into view, with as little movement as that takes. False: it is not drawn. */
  reveal(id: string): boolean {
    const box = this.scene.nodeBox(id);
    if (box) this.move(() => this.camera.reveal(box, REVEAL_ROOM));
    return box !== null;
  }

  /** Calls back after every change of the viewport, once a frame at most. Returns how to stop. */
  onViewport(call: (viewport: Viewport) => void): () => void {
    this.viewportCalls.add(call);
    return () => this.viewportCalls.delete(call);
  }

  /** Calls back when a person pans or zooms, by gesture, key or button. Returns how to stop. */
  onMove(call: () => void): () => void {
    this.moveCalls.add(call);
    return () => this.moveCalls.delete(call);
  }

  private move(by: () => void): void {
    this.limit();
    by();
    this.fitted = false;
    this.ask();
  }

  private limit(): void {
    this.camera.limits = this.scene.bounds();
  }

  // -- selecting

  /** Calls back when a person selects something, or nothing (null), by pointer. Returns how to stop. */
  onSelect(call: (hit: Hit | null) => void): () => void {
    this.selectCalls.add(call);
    return () => this.selectCalls.delete(call);
  }

  /** Marks a node or a relation with all that it is related to; null marks nothing. Calls nobody back. */
  select(hit: Hit | null): void {
    if (sameHit(hit, this.selected)) return;
    this.selected = hit;
    this.marks = null;
    this.ask();
  }

  /** Keeps these bright and fades everything else, whatever is selected; null: nothing fades. */
  keep(kept: Kept | null): void {
    this.kept = kept;
    this.marks = null;
    this.ask();
  }

  private tap({ x, y, reach }: Press): void {
    const hit = this.hit(x, y, reach);
    this.select(hit);
    for (const call of this.selectCalls) call(hit);
  }

  private point(at: readonly [number, number] | null): void {
    const over = at && this.tools ? this.tools.hover(at[0], at[1]) : null;
    const hit = at && over?.marks !== false ? this.hit(at[0], at[1]) : null;
    if (at) this.element.style.cursor = over?.cursor ?? (hit ? "pointer" : "grab");
    if (sameHit(hit, this.hovered)) return;
    this.hovered = hit;
    this.marks = null;
    this.ask();
  }

  /** What lies at a point in CSS pixels of the host; relations may be missed by `reach` of them. */
  hit(x: number, y: number, reach = 6): Hit | null {
    const [boardX, boardY] = this.camera.toBoard(x, y);
    return hitAt(this.scene, boardX, boardY, reach / this.camera.zoom, this.camera.zoom);
  }

  // -- drawing

  /** Loads what paints more than plain cards, and paints again once it is there. */
  private loadSigns(): void {
    this.painter.lacking = () => {}; // it is on its way
    import("./signs.js").then(
      (signs) => {
        if (this.painter.signs) return;
        this.painter.signs = signs;
        this.picture.forget();
        this.ask();
      },
      () => {
        this.painter.lacking = () => this.loadSigns(); // the network is away: with the next that is painted
      },
    );
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    this.painter.setTheme(theme);
    this.element.style.background = theme.background;
    this.picture.forget();
    this.marks = null;
    this.ask();
  }

  /** Paints over the board with every frame. Returns how to stop. */
  onPaint(call: Overpaint): () => void {
    this.overpaints.add(call);
    this.ask();
    return () => {
      this.overpaints.delete(call);
      this.ask();
    };
  }

  /** Paints again what lies over the board. */
  repaint(): void {
    this.ask();
  }

  /** Draws, in the next frame, what the scene says changed. */
  changed(): void {
    this.marks = null;
    this.ask();
  }

  /** Draws now, not in the next frame; `settle`: a new zoom, too, which may else wait. False: there is more to do. */
  draw(settle = false): boolean {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.timer);
    this.frame = this.timer = 0;
    const again = this.picture.draw(performance.now(), settle);
    this.drawFocus();
    if (again !== null) this.timer = window.setTimeout(() => this.ask(), Math.max(0, again));
    const viewport = this.viewport();
    const told = viewport.join(" ");
    if (told !== this.told) {
      this.told = told;
      for (const call of this.viewportCalls) call(viewport);
    }
    return again === null;
  }

  private ask(): void {
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.draw());
  }

  private drawFocus(): void {
    this.marks ??= {
      selected: marked(this.scene, this.selected),
      hovered: sameHit(this.hovered, this.selected) ? null : marked(this.scene, this.hovered),
      kept: keptMarks(this.scene, this.kept),
    };
    const { selected, hovered, kept } = this.marks;
    const { overlayContext: ctx, camera, theme } = this;
    const marks = selected !== null || hovered !== null || kept !== null;
    if (marks) paintFocus(ctx, camera, this.painter, theme, selected, hovered, this.veiled, kept);
    else if (this.focusShown) ctx.clearRect(0, 0, camera.width, camera.height);
    let shown = marks;
    for (const paint of this.overpaints) shown = paint(ctx, camera, theme) || shown;
    if (shown !== this.focusShown) this.overlay.style.display = shown ? "" : "none";
    this.focusShown = shown;
  }

  private resized(entry: ResizeObserverEntry): void {
    const device = entry.devicePixelContentBoxSize?.[0];
    const { width, height } = entry.contentRect;
    const ratio = window.devicePixelRatio;
    // an emulated screen gives CSS pixels there: only what differs by rounding is believed
    if (device && Math.abs(device.inlineSize - width * ratio) <= 1 && Math.abs(device.blockSize - height * ratio) <= 1) {
      this.resize(device.inlineSize / ratio, device.blockSize / ratio, ratio);
    } else {
      this.resize(width, height, ratio);
    }
  }

  private resize(cssWidth: number, cssHeight: number, ratio: number): void {
    const { camera } = this;
    const width = Math.max(1, Math.round(cssWidth * ratio));
    const height = Math.max(1, Math.round(cssHeight * ratio));
    if (width === camera.width && height === camera.height && ratio === camera.ratio) return;
    camera.resize(width, height, ratio);
    this.picture.resize();
    this.overlay.width = width;
    this.overlay.height = height;
    if (this.fitted) this.fit();
    // before the next paint, so that the window is never seen empty
    this.draw();
  }

  /** Takes its canvases out of the host and stops listening. */
  destroy(): void {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.timer);
    this.sizes.disconnect();
    this.deaf();
    this.picture.destroy();
    this.element.remove();
  }
}

function sameHit(a: Hit | null, b: Hit | null): boolean {
  return a === b || (a !== null && b !== null && a.kind === b.kind && a.id === b.id);
}
