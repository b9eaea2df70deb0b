// A page of its own for the canvas: tests in a browser and bench/canvas put it into an empty page.
// It is not part of the application.

import { THEMES } from "../generated/constants.js";
import { BoardCanvas, type Box, type Change, type Hit, Scene, type Theme } from "./index.js";
import { random } from "./random.js";
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

export function cardOf(next: () => number, id: string, key: number, x: number, y: number): {
  id: string; key: string; x: number; y: number; w: number; h: number; title: string[]; text: string[];
} {
  const title = Array.from({ length: 1 + Math.floor(next() * 2) }, () => words(next, 2));
  const text = Array.from({ length: Math.floor(next() * 3) }, () => words(next, 3));
  return {
    id, key: String(key).padStart(KEY_DIGITS, "0"), x, y, w: 220,
    h: 28 + title.length * 20 + text.length * 18 + (text.length ? 4 : 0), title, text,
  };
}

/** A board of cards in regions on a grid, with relations mostly between neighbours. */
export function board(cards: number, layers: number, relations: number, seed: number): Change[] {
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
      put.push(cardOf(next, `n${layerOf.length}`, i, x, y));
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
      }],
    });
  }
  return changes;
}

function themeOf(mode: "light" | "dark"): Theme {
  const t = THEMES[mode];
  return {
    ...t, groupEdge: t.group_edge, groupInk: t.group_ink, cardEdge: t.card_edge, cardShade: t.shade,
    labelPlate: t.label_plate, labelInk: t.label_ink, tone: t.tones.slate, font: '"Inter", system-ui, sans-serif',
  };
}

const themes = { light: themeOf("light"), dark: themeOf("dark") };

/** How two pictures differ: pixels, the largest difference of one channel, and where. */
export interface Difference {
  pixels: number;
  most: number;
  box: Box | null;
  size: number;
}

/** A board on a page, and what a test does with it. */
export class Trial {
  readonly scene = new Scene();
  readonly canvas: BoardCanvas;
  private readonly host: HTMLElement;
  private layers: string[] = [];
  private cards = new Map<string, { layer: string; card: ReturnType<typeof cardOf> }>();
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
          this.cards.set(card.id, { layer, card: card as ReturnType<typeof cardOf> });
        }
      }
    }
    this.on = new Set(on ?? this.layers);
    this.scene.setVisible(this.on);
    this.canvas = new BoardCanvas(host, this.scene, theme);
    this.canvas.draw(true);
  }

  /** Compares the picture with the same view painted at once, pixel by pixel. */
  compare(): Difference {
    this.canvas.draw(true);
    const { camera, picture } = this.canvas;
    const { width, height } = camera;
    const is = picture.pixels();
    const { originX, originY } = camera;
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    const ctx = canvas.getContext("2d", { alpha: false })!;
    const tile = document.createElement("canvas");
    tile.width = tile.height = TILE;
    const tileContext = tile.getContext("2d", { alpha: false })!;
    for (let row = Math.floor(originY / TILE); row * TILE < originY + height; row++) {
      for (let column = Math.floor(originX / TILE); column * TILE < originX + width; column++) {
        this.canvas.painter.paint(tileContext, camera, tileRect(column, row));
        ctx.drawImage(tile, column * TILE - originX, row * TILE - originY);
      }
    }
    const full = ctx.getImageData(0, 0, width, height);
    let pixels = 0;
    let most = 0;
    let [x0, y0, x1, y1] = [width, height, -1, -1];
    for (let i = 0; i < is.data.length; i += 4) {
      let by = 0;
      for (let c = 0; c < 4; c++) by = Math.max(by, Math.abs(is.data[i + c]! - full.data[i + c]!));
      if (by === 0) continue;
      pixels++;
      most = Math.max(most, by);
      const at = i / 4;
      const x = at % width;
      const y = Math.floor(at / width);
      [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x), Math.max(y1, y)];
    }
    return { pixels, most, size: width * height, box: pixels ? { x: x0, y: y0, w: x1 - x0 + 1, h: y1 - y0 + 1 } : null };
  }

  /** One random step: what a person or the wire may do. Returns its name. */
  step(next: () => number): string {
    const { canvas, scene } = this;
    const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
    const dice = next();
    if (dice < 0.4) {
      canvas.panBy((next() - 0.5) * 900, (next() - 0.5) * 700);
      return "pan";
    }
    if (dice < 0.55) {
      canvas.zoomBy(2 ** ((next() - 0.5) * 3), [next() * 800, next() * 600]);
      return "zoom";
    }
    if (dice < 0.6) {
      canvas.fit();
      return "fit";
    }
    if (dice < 0.65) {
      const layer = pick(this.layers);
      if (!this.on.delete(layer)) this.on.add(layer);
      scene.setVisible(this.on);
      canvas.changed();
      return "toggle";
    }
    if (dice < 0.7) {
      canvas.select(next() < 0.3 ? null : { kind: "node", id: pick([...this.cards.keys()]) });
      return "select";
    }
    if (dice < 0.73) {
      this.host.style.width = `${500 + Math.floor(next() * 500)}px`;
      this.host.style.height = `${400 + Math.floor(next() * 300)}px`;
      return "resize";
    }
    const { x, y, w, h } = canvas.camera.view();
    if (dice < 0.8) {
      const layer = pick(this.layers);
      const card = cardOf(next, `new${this.made}`, this.made++, x + next() * w, y + next() * h);
      this.cards.set(card.id, { layer, card });
      scene.apply([
        { stream: `body/${layer}`, put: [card] },
        {
          stream: `pair/${layer}/x`,
          put: [{ id: `newr${this.made}`, source: card.id, target: pick([...this.cards.keys()]), label: ["new"] }],
        },
      ]);
      canvas.changed();
      return "create";
    }
    if (dice < 0.83) {
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
    const [id, held] = pick([...this.cards]);
    if (dice < 0.86) {
      this.cards.delete(id);
      scene.apply([{ stream: `body/${held.layer}`, drop: [id] }]);
      canvas.changed();
      return "remove";
    }
    if (dice < 0.89) {
      const layer = pick(this.layers);
      scene.apply([
        { stream: `body/${layer}`, put: [held.card] },
        ...(layer === held.layer ? [] : [{ stream: `body/${held.layer}`, drop: [id] }]),
      ]);
      held.layer = layer;
      canvas.changed();
      return "change layer";
    }
    if (dice < 0.91) {
      held.card = { ...held.card, title: [words(next, 2)], text: [words(next, 3)] };
      scene.apply([{ stream: `body/${held.layer}`, put: [held.card] }]);
      canvas.changed();
      return "text";
    }
    if (dice < 0.92) {
      canvas.setTheme(pick([themes.light, themes.dark]));
      return "theme";
    }
    held.card = { ...held.card, x: held.card.x + (next() - 0.5) * 600, y: held.card.y + (next() - 0.5) * 400 };
    scene.apply([{ stream: `body/${held.layer}`, put: [held.card] }]);
    canvas.changed();
    return "move";
  }

  /** Lets the page lay out and paint once. */
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
