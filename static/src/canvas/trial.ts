// A page of its own for the canvas: tests in a browser and bench/canvas put it into an empty page.
// It is not part of the application.

import { POINT_MAX, SHAPE_POINTS, THEMES } from "../generated/constants.js";
import type { NodeShape, RelationShape } from "../generated/wire.js";
import { BoardCanvas, type Box, type Change, type Hit, Scene, type Theme } from "./index.js";
import { random } from "./random.js";
import * as signs from "./signs.js";
import { TILE, tileRect } from "./picture.js";

const WORDS = (
  "urban equality city access services participation neighbourhood housing mobility care green public space " +
  "funding regulation knowledge intersectional design people planning inclusion justice rights data culture"
).split(" ");
const COLORS = ["slate", "red", "orange", "amber", "green", "teal", "cyan", "blue", "indigo", "violet", "pink", "brown"];
const KEY_DIGITS = 7;

function words(next: () => number, count: number): string {
  return Array.from({ length: count }, () => WORDS[Math.floor(next() * WORDS.length)]!).join(" ");
}

export function cardOf(next: () => number, id: string, key: number, x: number, y: number): NodeShape {
  const title = Array.from({ length: 1 + Math.floor(next() * 2) }, () => words(next, 2));
  const text = Array.from({ length: Math.floor(next() * 3) }, () => words(next, 3));
  return {
    id, key: String(key).padStart(KEY_DIGITS, "0"), x, y, w: 220,
    h: 28 + title.length * 20 + text.length * 18 + (text.length ? 4 : 0), title, text,
  };
}

const SHAPES = Object.keys(SHAPE_POINTS);
const LINES = ["straight", "elbow", "curved"];
const HEADS = ["none", "arrow", "dot", "diamond", "bar"];

/** A node of any kind, at any angle. */
export function thingOf(next: () => number, id: string, key: number, x: number, y: number): NodeShape {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
  const card = cardOf(next, id, key, x, y);
  const kind = pick(["card", "card", "sticky", "text", "shape", "shape", "frame", "image", "drawing"]);
  return {
    ...card, kind, color: pick([null, ...COLORS, "#7a5230"]), shape: pick(SHAPES),
    w: kind === "card" ? card.w : 60 + Math.floor(next() * 240), h: kind === "card" ? card.h + 26 : 40 + Math.floor(next() * 160),
    angle: pick([0, 0, 90, Math.floor(next() * 360), next() * 360]), font: pick([11, 16, 28, 44]), locked: next() < 0.2,
    href: next() < 0.2 ? "https://example.org/" : "", tags: next() < 0.3 ? [words(next, 1), words(next, 2)] : [],
    alt: words(next, 3), points: Array.from({ length: 4 + 2 * Math.floor(next() * 12) }, () => Math.floor(next() * POINT_MAX)),
  };
}

function styleOf(next: () => number): Partial<RelationShape> {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
  return { line: pick(LINES), start: pick(HEADS), end: pick(HEADS), dashed: next() < 0.3, color: pick([null, null, ...COLORS]) };
}

/** A board of cards, or of `all` kinds, in regions on a grid, with relations mostly between neighbours. */
export function board(cards: number, layers: number, relations: number, seed: number, all = false): Change[] {
  const next = random(seed);
  const changes: Change[] = [];
  const perLayer = Math.ceil(cards / layers);
  const columns = Math.max(1, Math.ceil(Math.sqrt(perLayer)));
  const regionColumns = Math.max(1, Math.ceil(Math.sqrt(layers)));
  const step = { x: columns * 244 + 160, y: Math.ceil(perLayer / columns) * 154 + 200 };
  const layerOf: string[] = [];
  for (let layer = 0; layer < layers; layer++) {
    const id = `layer-${layer}`;
    changes.push({
      stream: `head/${id}`,
      put: [{
        id, parent: null, key: String(layer).padStart(KEY_DIGITS, "0"), title: `Layer ${layer} ${words(next, 2)}`,
        color: COLORS[layer % COLORS.length]!, published: true,
      }],
    });
    const put = [];
    for (let i = 0; i < perLayer && layerOf.length < cards; i++) {
      const x = (layer % regionColumns) * step.x + (i % columns) * 244;
      const y = Math.floor(layer / regionColumns) * step.y + Math.floor(i / columns) * 154;
      put.push((all ? thingOf : cardOf)(next, `n${layerOf.length}`, i, x, y));
      layerOf.push(id);
    }
    changes.push({ stream: `body/${id}`, put });
  }
  for (let i = 0; i < relations; i++) {
    const from = Math.floor(next() * cards);
    const near = next() < 0.9;
    const to = near ? Math.min(cards - 1, from + 1 + Math.floor(next() * 8)) : Math.floor(next() * cards);
    const pair = [layerOf[from]!, layerOf[to]!].sort();
    changes.push({
      stream: `pair/${pair[0]}/${pair[1]}`,
      put: [{
        id: `r${i}`, source: `n${from}`, target: `n${to}`,
        ...(next() < 0.3 ? { label: [words(next, 2)] } : {}), ...(next() < 0.2 ? { dashed: true } : {}),
        ...(all ? styleOf(next) : {}),
      }],
    });
  }
  return changes;
}

function themeOf(mode: "light" | "dark"): Theme {
  const t = THEMES[mode];
  return {
    ...t, groupEdge: t.group_edge, groupInk: t.group_ink, cardEdge: t.card_edge, cardShade: t.shade,
    labelPlate: t.label_plate, labelInk: t.label_ink, paperInk: t.paper_ink, tone: t.tones.slate, font: '"Inter", system-ui, sans-serif',
  };
}

const themes = { light: themeOf("light"), dark: themeOf("dark") };

/** How two pictures differ: pixels, the largest difference of one channel, and where. */
export interface Difference {
  pixels: number;
  most: number;
  box: Box | null;
}

function contextOf(width: number, height: number): CanvasRenderingContext2D {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  return canvas.getContext("2d", { alpha: false })!;
}

function difference(one: ImageData, other: ImageData): Difference {
  const { width, height } = one;
  let pixels = 0;
  let most = 0;
  let [x0, y0, x1, y1] = [width, height, -1, -1];
  for (let i = 0; i < one.data.length; i += 4) {
    let by = 0;
    for (let c = 0; c < 4; c++) by = Math.max(by, Math.abs(one.data[i + c]! - other.data[i + c]!));
    if (by === 0) continue;
    pixels++;
    most = Math.max(most, by);
    const x = (i / 4) % width;
    const y = Math.floor(i / 4 / width);
    [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x), Math.max(y1, y)];
  }
  return { pixels, most, box: pixels ? { x: x0, y: y0, w: x1 - x0 + 1, h: y1 - y0 + 1 } : null };
}

/** A board on a page, and what a test does with it. */
export class Trial {
  readonly scene = new Scene();
  readonly canvas: BoardCanvas;
  private readonly host: HTMLElement;
  private layers: string[] = [];
  private cards = new Map<string, { layer: string; card: NodeShape }>();
  private made = 0;
  private on = new Set<string>();

  constructor(host: HTMLElement, mode: "light" | "dark", changes: readonly Change[], on?: readonly string[]) {
    this.host = host;
    const theme = themes[mode];
    this.scene.apply(changes);
    for (const change of changes) {
      const [kind, layer] = change.stream.split("/") as [string, string];
      if (kind === "head") this.layers.push(layer);
      if (kind === "body") {
        for (const card of change.put ?? []) {
          this.cards.set(card.id, { layer, card: card as NodeShape });
        }
      }
    }
    this.on = new Set(on ?? this.layers);
    this.scene.setVisible(this.on);
    this.canvas = new BoardCanvas(host, this.scene, theme);
    this.canvas.painter.signs = signs;
    this.canvas.picture.forget();
    this.canvas.draw(true);
  }

  /** Paints all there is to paint, the margin too. */
  rest(): void {
    while (!this.canvas.draw(true));
  }

  /** Compares the window with the same view painted anew, tile by tile, pixel by pixel. */
  compare(): Difference {
    this.canvas.draw(true);
    const { camera, picture } = this.canvas;
    const { width, height, originX, originY } = camera;
    const ctx = contextOf(width, height);
    const tile = contextOf(TILE, TILE);
    for (let row = Math.floor(originY / TILE); row * TILE < originY + height; row++) {
      for (let column = Math.floor(originX / TILE); column * TILE < originX + width; column++) {
        this.canvas.painter.paint(tile, camera, tileRect(column, row));
        ctx.drawImage(tile.canvas, column * TILE - originX, row * TILE - originY);
      }
    }
    return difference(picture.pixels(), ctx.getImageData(0, 0, width, height));
  }

  /** Compares the window with the same view painted as one rectangle, so with no seams of tiles. */
  compareWhole(): Difference {
    this.canvas.draw(true);
    const { camera, picture } = this.canvas;
    const { width, height, originX: left, originY: top } = camera;
    const ctx = contextOf(width, height);
    this.canvas.painter.paint(ctx, camera, { left, top, right: left + width, bottom: top + height });
    return difference(picture.pixels(), ctx.getImageData(0, 0, width, height));
  }

  /** One random step: what a person or the wire may do. Returns its name. */
  step(next: () => number): string {
    const { canvas, scene } = this;
    const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
    const dice = next();
    if (dice < 0.25) {
      const far = next() < 0.2 ? 1000 : 200;
      canvas.panBy((next() - 0.5) * far, (next() - 0.5) * far);
      const { x, y, w, h } = canvas.camera.view();
      if (scene.nodesIn(x, y, x + w, y + h).length === 0) canvas.fit(); // a view of nothing tests nothing
      return "pan";
    }
    if (dice < 0.33) {
      const to = pick([0.04, 0.07, 0.12, 0.2, 0.24, 0.3, 0.4, 0.55, 0.7, 0.9, 1, 1.2, 1.5]) * (0.9 + 0.2 * next());
      canvas.zoomBy(to / canvas.zoom(), [next() * 500, next() * 400]);
      return "zoom";
    }
    if (dice < 0.36) {
      canvas.fit();
      return "fit";
    }
    if (dice < 0.39) {
      const layer = pick(this.layers);
      if (!this.on.delete(layer)) this.on.add(layer);
      scene.setVisible(this.on);
      canvas.changed();
      return "toggle";
    }
    const { x, y, w, h } = canvas.camera.view();
    // mostly what is in view: what happens elsewhere shows nothing
    const seen = scene.nodesIn(x, y, x + w, y + h).map((slot) => scene.nodes[slot]!.id);
    const ids = seen.length > 0 && next() < 0.9 ? seen : [...this.cards.keys()];
    const id = pick(ids);
    const held = this.cards.get(id)!;
    if (dice < 0.42) {
      canvas.select(next() < 0.3 ? null : { kind: "node", id });
      return "select";
    }
    if (dice < 0.44) {
      this.host.style.width = `${350 + Math.floor(next() * 400)}px`;
      this.host.style.height = `${250 + Math.floor(next() * 350)}px`;
      return "resize";
    }
    if (dice < 0.5) {
      const layer = pick(this.layers);
      const card = thingOf(next, `new${this.made}`, this.made++, x + next() * w, y + next() * h);
      this.cards.set(card.id, { layer, card });
      scene.apply([
        { stream: `body/${layer}`, put: [card] },
        {
          stream: `pair/${layer}/x`,
          put: [{ id: `newr${this.made}`, source: card.id, target: id, label: [words(next, 2)], ...styleOf(next) }],
        },
      ]);
      canvas.changed();
      return "create";
    }
    if (dice < 0.54) {
      const stream = `pair/${this.made}`;
      scene.apply([{
        stream, put: [{ id: `newr${this.made++}`, source: id, target: pick(ids), label: [words(next, 1)], ...styleOf(next) }],
      }]);
      canvas.changed();
      return "relate";
    }
    if (dice < 0.58) {
      const id = pick(this.layers);
      const key = String(Math.floor(next() * 99)).padStart(KEY_DIGITS, "0");
      const shape = {
        id, key, parent: null, title: words(next, 1 + Math.floor(next() * 4)), color: pick(COLORS), published: true,
        opacity: pick([1, 1, 0.4]),
      };
      scene.apply([{ stream: `head/${id}`, put: [shape] }]);
      canvas.changed();
      return "header";
    }
    if (dice < 0.61) {
      this.cards.delete(id);
      scene.apply([{ stream: `body/${held.layer}`, drop: [id] }]);
      canvas.changed();
      return "remove";
    }
    if (dice < 0.64) {
      const layer = pick(this.layers);
      scene.apply([
        { stream: `body/${layer}`, put: [held.card] },
        ...(layer === held.layer ? [] : [{ stream: `body/${held.layer}`, drop: [id] }]),
      ]);
      held.layer = layer;
      canvas.changed();
      return "change layer";
    }
    if (dice < 0.68) {
      held.card = { ...held.card, title: [words(next, 2)], text: [words(next, 3)] };
      scene.apply([{ stream: `body/${held.layer}`, put: [held.card] }]);
      canvas.changed();
      return "text";
    }
    if (dice < 0.71) {
      held.card = { ...thingOf(next, id, 0, held.card.x, held.card.y), key: held.card.key };
      scene.apply([{ stream: `body/${held.layer}`, put: [held.card] }]);
      canvas.changed();
      return "kind";
    }
    if (dice < 0.74) {
      held.card = { ...held.card, angle: pick([0, 45, next() * 360]) };
      scene.apply([{ stream: `body/${held.layer}`, put: [held.card] }]);
      canvas.changed();
      return "turn";
    }
    if (dice < 0.76) {
      canvas.setTheme(pick([themes.light, themes.dark]));
      return "theme";
    }
    const far = next() < 0.3 ? 800 : 80;
    let [toX, toY] = [held.card.x + (next() - 0.5) * far, held.card.y + (next() - 0.5) * far];
    if (next() < 0.5) {
      // an edge of the card on an edge of a tile, give or take a pixel
      const { k } = canvas.camera;
      const grid = (at: number): number => (Math.round((at * k) / TILE) * TILE + Math.floor(next() * 3) - 1) / k;
      toX = next() < 0.5 ? grid(toX) : grid(toX + held.card.w) - held.card.w;
      toY = next() < 0.5 ? grid(toY) : grid(toY + held.card.h) - held.card.h;
    }
    held.card = { ...held.card, x: toX, y: toY };
    scene.apply([{ stream: `body/${held.layer}`, put: [held.card] }]);
    canvas.changed();
    return "move";
  }

  /** Lets the page lay out and paint. */
  async frames(count: number): Promise<void> {
    for (let i = 0; i < count; i++) await new Promise((done) => requestAnimationFrame(done));
  }

  /** So many random steps, each compared. Returns what differed, and how often each step was taken. */
  async run(steps: number, seed: number): Promise<{ bad: unknown[]; taken: Record<string, number> }> {
    const next = random(seed);
    const bad: unknown[] = [];
    const taken: Record<string, number> = {};
    for (let i = 0; i < steps; i++) {
      const name = this.step(next);
      taken[name] = (taken[name] ?? 0) + 1;
      if (name === "resize") await this.frames(2);
      const difference = this.compare();
      if (difference.pixels > 0) bad.push({ step: i, name, zoom: this.canvas.zoom(), ...difference });
    }
    return { bad, taken };
  }

  /** Moves one card that is in view to and fro. */
  move(count: number): void {
    const { x, y, w, h } = this.canvas.camera.view();
    const slot = this.scene.nodesIn(x + w / 4, y + h / 4, x + w, y + h)[0];
    if (slot === undefined) throw new Error("no card is in view");
    const held = this.cards.get(this.scene.nodes[slot]!.id)!;
    held.card = { ...held.card, x: held.card.x + (count % 20 < 10 ? 4 : -4) };
    this.scene.apply([{ stream: `body/${held.layer}`, put: [held.card] }]);
    this.canvas.changed();
  }

  toggle(layer: string, on: boolean): void {
    if (on) this.on.add(layer);
    else this.on.delete(layer);
    this.scene.setVisible(this.on);
    this.canvas.changed();
  }

  select(hit: Hit | null): void {
    this.canvas.select(hit);
    this.canvas.draw(true);
  }
}

declare global {
  interface Window {
    trial: { Trial: typeof Trial; board: typeof board; random: typeof random; now?: Trial };
  }
}
window.trial = { Trial, board, random };
