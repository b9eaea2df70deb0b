// Paints a scene on a plane of device pixels whose origin is the board's. What a rectangle of the
// plane shows depends on the scene, the scale and the theme alone; straight edges fall on whole pixels.

import {
  CARD_BAR, CARD_PADDING, CARD_RADIUS, CARD_TEXT_GAP, LABEL_LEADING, LABEL_SIZE, REGION_RADIUS, TEXT_LEADING,
  TEXT_SIZE, TEXT_WEIGHT, TITLE_LEADING, TITLE_SIZE, TITLE_WEIGHT,
} from "../generated/constants.js";
import type { NodeShape } from "../generated/wire.js";
import { lengths, partsIn } from "./bezier.js";
import type { Box } from "./box.js";
import type { Camera } from "./camera.js";
import {
  LABELS_ZOOM, type Level, type LoneTitle, levelAt, linesAt, loneTitle, SHADE, SMALL_COUNT, titleGrowth,
} from "./detail.js";
import { bounds, figureOf } from "./figure.js";
import { paintHead } from "./heads.js";
import type { Brush } from "./kinds.js";
import { CARD, CURVE, END, LABEL, OTHER, type Region, type Scene, START } from "./scene.js";
import type * as Signs from "./signs.js";
import { directionOf, inked, WordWidths } from "./text.js";
import { channels, mixed, type Theme, type Tone, toneOf } from "./theme.js";
import { placeTitles, REGION_TITLE_WEIGHT, type RegionTitle, TITLE_HALO } from "./titles.js";
import { trace } from "./trace.js";

/** The context of a canvas, in the document or off it. */
export type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** How the board is laid on the plane: `zoom` CSS pixels a unit, `ratio` device pixels each. */
export interface Scale {
  readonly zoom: number;
  readonly ratio: number;
}

/** A rectangle of whole device pixels on the plane. */
export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** What is painted beyond a thing's own box, at least, in device pixels: half a line, and rounding. */
const OVERHANG = 4;
const BASELINE = 0.353; // from the middle of a line to the baseline of Inter's capitals, in sizes
const LINE_WIDTH = 1.4; // CSS pixels
const HEAD_PX_MIN = 4.5; // CSS pixels: the least length of an arrow head
const HEAD_LENGTH = 9;
const LINE_SHOWN = 3 * HEAD_LENGTH; // board units of a line that its label leaves to be seen
const LINE_STEPS = 16; // that this is measured in
const DASH = [5, 4] as const;
/** Curves are drawn in parts no larger than this, in device pixels, beyond the rectangle's edge. */
const PART_PX = 128;
/** Steps that a dashed curve's length is measured in. */
const LENGTHS = 64;
/** How much of its bar's colour a card has that is nothing but a rectangle. */
const BLOCK_SHARE = 0.55;

/** What has a colour of its own when there is nothing but pixels. */
const PIXEL_KINDS = ["card", "sticky", "text", "shape", "frame", "ground", "image", "drawing"];

interface Paint {
  readonly ctx: Context;
  readonly scale: Scale;
  readonly k: number;
  readonly rect: Rect;
  /** The rectangle's corner on the plane: the canvas's top left pixel. */
  readonly left: number;
  readonly top: number;
  /** The rectangle in board units. */
  readonly box: Box;
  readonly level: Level;
  readonly small: boolean;
}

export class Painter {
  readonly scene: Scene;
  private theme: Theme;
  private tones: Tone[] = [];
  readonly widths: WordWidths;
  private lone = new WeakMap<NodeShape, { growth: number; title: LoneTitle }>();
  private titles: { zoom: number; version: number; list: RegionTitle[] } | null = null;
  private buffer = new Uint32Array(0);
  /**
   * The picture of an image node, to be painted so many device pixels wide; null: a placeholder is
   * painted. Whoever has it later says so with `Scene.redraw`.
   */
  picture: (record: NodeShape, width: number) => CanvasImageSource | null = () => null;

  /** What paints all that is more than a card with a title and a text; null: not loaded. */
  signs: typeof Signs | null = null;
  /** Called when something is to be painted that `signs` is needed for, and not loaded. */
  lacking: () => void = () => {};

  constructor(scene: Scene, theme: Theme) {
    this.scene = scene;
    this.theme = theme;
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 1;
    const ctx = canvas.getContext("2d")!;
    ctx.textRendering = "geometricPrecision";
    this.widths = new WordWidths((text, weight) => {
      ctx.font = `${weight} 100px ${this.theme.font}`;
      return ctx.measureText(text).width;
    });
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    this.tones = [];
    this.widths.clear();
    this.lone = new WeakMap();
    this.titles = null;
  }

  /** The tone of that number in the scene. */
  tone(number: number): Tone {
    const held = this.tones[number];
    if (held) return held;
    const name = this.scene.tones[number]!;
    const tone = toneOf(name, this.theme);
    this.tones[number] = tone;
    return tone;
  }

  /** Where the regions' titles stand at a zoom. */
  titlesAt(zoom: number): readonly RegionTitle[] {
    const regions = this.scene.regions();
    const version = this.scene.regionsVersion;
    if (!this.titles || this.titles.zoom !== zoom || this.titles.version !== version) {
      this.titles = { zoom, version, list: placeTitles(regions, zoom, this.widths) };
    }
    return this.titles.list;
  }

  /** The colour behind everything. */
  get background(): string {
    return this.theme.background;
  }

  /** Paints a rectangle of the plane into a canvas of its size. */
  paint(ctx: Context, scale: Scale, rect: Rect): void {
    const k = scale.zoom * scale.ratio;
    const count = this.scene.count();
    const overhang = Math.max(OVERHANG, (SHADE + 1) * k);
    const p: Paint = {
      ctx, scale, k, left: rect.left, top: rect.top, rect,
      box: {
        x: (rect.left - overhang) / k,
        y: (rect.top - overhang) / k,
        w: (rect.right - rect.left + 2 * overhang) / k,
        h: (rect.bottom - rect.top + 2 * overhang) / k,
      },
      level: levelAt(scale.zoom, count),
      small: count <= SMALL_COUNT,
    };
    ctx.save(); // nothing that one rectangle sets may show in the next
    ctx.textBaseline = "alphabetic";
    ctx.textRendering = "geometricPrecision";
    ctx.lineJoin = "round";
    if (p.level === "pixels") {
      this.writePixels(p);
    } else {
      ctx.fillStyle = this.theme.background;
      ctx.fillRect(0, 0, rect.right - rect.left, rect.bottom - rect.top);
      const { box } = p;
      const nodes = this.nodesIn(box.x, box.y, box.x + box.w, box.y + box.h);
      this.paintRegions(p);
      this.paintNodes(p, nodes, true);
      this.paintRelations(p);
      this.paintTitles(p, false);
      this.paintNodes(p, nodes, false);
    }
    this.paintTitles(p, true);
    ctx.restore();
  }

  /**
   * Paints what is lifted, with its relations, into a canvas over the window. Returns the patches
   * of it that were painted, in device pixels of the window.
   */
  paintLifted(ctx: Context, { zoom, ratio, k, originX, originY, width, height }: Camera): Rect[] {
    const nodes = this.scene.liftedNodes();
    if (nodes.length === 0) return [];
    const rect = { left: originX, top: originY, right: originX + width, bottom: originY + height };
    const count = this.scene.count();
    const p: Paint = {
      ctx, scale: { zoom, ratio }, k, left: originX, top: originY, rect,
      box: { x: originX / k, y: originY / k, w: width / k, h: height / k },
      level: levelAt(zoom, count),
      small: count <= SMALL_COUNT,
    };
    const patches: Rect[] = [];
    const patch = (x: number, y: number, right: number, bottom: number, out: number): boolean => {
      const at = {
        left: Math.floor(x * k - originX - out), top: Math.floor(y * k - originY - out),
        right: Math.ceil(right * k - originX + out), bottom: Math.ceil(bottom * k - originY + out),
      };
      const seen = at.right > 0 && at.bottom > 0 && at.left < width && at.top < height;
      if (seen) patches.push(at);
      return seen;
    };
    ctx.save();
    ctx.textBaseline = "alphabetic";
    ctx.textRendering = "geometricPrecision";
    ctx.lineJoin = "round";
    if (linesAt(zoom, count) !== "none") {
      const boxes = this.scene.relationBoxes;
      const reach = this.lineWidth(p.scale) + HEAD_PX_MIN * ratio;
      for (const slot of new Set(nodes.flatMap((node) => [...this.scene.relationsOf(node)]))) {
        const at = slot * 4;
        if (!this.scene.relationOn(slot) || !patch(boxes[at]!, boxes[at + 1]!, boxes[at + 2]!, boxes[at + 3]!, reach)) continue;
        const tone = this.scene.relationTone(slot);
        this.paintRelation(ctx, slot, p.scale, rect, tone ? this.tone(tone).bar : this.theme.relation, 1);
      }
    }
    const seen = nodes.filter((slot) => {
      const { x, y, w, h } = this.scene.boundsOf(slot);
      return patch(x, y, x + w, y + h, OVERHANG + (SHADE + 1) * k);
    });
    const drawn = p.level === "pixels" ? { ...p, level: "blocks" as const } : p;
    this.paintNodes(drawn, seen, true);
    this.paintNodes(drawn, seen, false);
    ctx.restore();
    return patches;
  }

  private nodesIn(left: number, top: number, right: number, bottom: number): number[] {
    const slots = this.scene.nodesIn(left, top, right, bottom);
    return this.scene.lifts ? slots.filter((slot) => !this.scene.isLifted(slot)) : slots;
  }

  private relationsIn(left: number, top: number, right: number, bottom: number, reach: number): number[] {
    const slots = this.scene.relationsIn(left, top, right, bottom, reach);
    return this.scene.lifts ? slots.filter((slot) => !this.scene.isPulled(slot)) : slots;
  }

  // -- regions

  private paintRegions(p: Paint): void {
    for (const region of this.scene.regions()) {
      const at = edges(region.box, p.k);
      if (!overlaps(at, p.rect)) continue;
      const line = Math.max(1, Math.round(p.scale.ratio));
      const radius = Math.min(REGION_RADIUS * p.k, (at.right - at.left) / 2, (at.bottom - at.top) / 2);
      const [ground, edge] = this.groundOf(region);
      p.ctx.globalAlpha = region.opacity;
      round(p, at, radius, edge);
      round(p, shrunk(at, line), radius - line, ground);
      p.ctx.globalAlpha = 1;
    }
  }

  private groundOf(region: Region): [string, string] {
    if (region.group) return [this.theme.group, this.theme.groupEdge];
    const tone = this.tone(region.tone);
    return [tone.panel, tone.edge];
  }

  private paintTitles(p: Paint, over: boolean): void {
    const { ctx, scale } = p;
    const { ratio } = scale;
    for (const title of this.titlesAt(scale.zoom)) {
      if (title.over !== over) continue;
      const at = {
        left: Math.floor(title.left * ratio), top: Math.floor(title.top * ratio),
        right: Math.ceil(title.right * ratio), bottom: Math.ceil(title.bottom * ratio),
      };
      if (!overlaps(at, p.rect)) continue;
      const { region } = title;
      const [ground] = this.groundOf(region);
      const size = title.size * ratio;
      ctx.font = `${REGION_TITLE_WEIGHT} ${size}px ${this.theme.font}`;
      ctx.textAlign = over ? "center" : "left";
      ctx.globalAlpha = over ? 1 : Math.max(0.5, region.opacity);
      ctx.direction = directionOf(title.lines);
      const x = title.x * ratio - p.left;
      title.lines.forEach((line, i) => {
        const y = Math.round((title.y + i * title.leading + title.size * BASELINE) * ratio) - p.top;
        ctx.strokeStyle = ground; // a halo, against lines and cards
        ctx.lineWidth = 2 * TITLE_HALO * ratio;
        ctx.strokeText(line, x, y);
        ctx.fillStyle = region.group ? this.theme.groupInk : this.tone(region.tone).ink;
        ctx.fillText(line, x, y);
      });
      ctx.globalAlpha = 1;
    }
  }

  // -- relations

  private paintRelations(p: Paint): void {
    const how = linesAt(p.scale.zoom, this.scene.count());
    if (how === "none") return;
    const { box } = p;
    const reach = (this.lineWidth(p.scale) + HEAD_PX_MIN * p.scale.ratio) / p.k;
    const slots = this.relationsIn(box.x, box.y, box.x + box.w, box.y + box.h, reach);
    if (how === "straight") {
      this.paintStraight(p, slots);
      return;
    }
    for (const slot of slots) {
      const tone = this.scene.relationTone(slot);
      this.paintRelation(p.ctx, slot, p.scale, p.rect, tone ? this.tone(tone).bar : this.theme.relation, 1);
    }
    if (p.scale.zoom < LABELS_ZOOM) return;
    for (const slot of slots) {
      const plate = this.plateOf(slot, p.scale, 1);
      if (plate && overlaps(plate, p.rect) && this.labelFree(slot, plate, p.scale)) {
        this.paintLabel(p.ctx, slot, p.scale, p.left, p.top, plate, 1);
      }
    }
  }

  private lineWidth(scale: Scale): number {
    return LINE_WIDTH * Math.max(0.55, Math.min(scale.zoom, 2)) * scale.ratio;
  }

  /** Draws what a rectangle of the plane shows of a relation, its width times `weight`. */
  paintRelation(ctx: Context, slot: number, scale: Scale, rect: Rect, color: string, weight: number): void {
    const { path, at, count } = this.scene.wayOf(slot);
    const k = scale.zoom * scale.ratio;
    const { left, top } = rect;
    const width = this.lineWidth(scale) * weight;
    ctx.strokeStyle = color;
    ctx.fillStyle = color;
    ctx.lineWidth = width;
    ctx.lineCap = "butt";
    const size = PART_PX / k;
    const reach = (width + 2) / k;
    const [boxLeft, boxTop] = [rect.left / k - reach, rect.top / k - reach];
    const [boxRight, boxBottom] = [rect.right / k + reach, rect.bottom / k + reach];
    const relation = this.scene.relations[slot]!;
    if (relation.dashed === true) {
      // each part by itself, its dashes counted from the whole way's start
      const unit = Math.max(0.6, Math.min(scale.zoom, 2)) * scale.ratio;
      ctx.setLineDash([DASH[0] * unit, DASH[1] * unit]);
      let before = 0;
      for (let i = 0; i < count; i++) {
        const along = lengths(path, at + 6 * i, LENGTHS);
        partsIn(path, at + 6 * i, boxLeft, boxTop, boxRight, boxBottom, size, (x0, y0, x1, y1, x2, y2, x3, y3, t0) => {
          const step = t0 * LENGTHS;
          const i = Math.floor(step);
          const length = before + along[i]! + (step - i) * ((along[i + 1] ?? along[i]!) - along[i]!);
          ctx.lineDashOffset = (length * k) % ((DASH[0] + DASH[1]) * unit);
          ctx.beginPath();
          ctx.moveTo(x0 * k - left, y0 * k - top);
          ctx.bezierCurveTo(
            x1 * k - left, y1 * k - top, x2 * k - left, y2 * k - top, x3 * k - left, y3 * k - top,
          );
          ctx.stroke();
          return false;
        });
        before += along[LENGTHS]!;
      }
      ctx.setLineDash([]);
    } else {
      let endX = NaN;
      let endY = NaN;
      ctx.beginPath();
      for (let i = 0; i < count; i++) {
        partsIn(path, at + 6 * i, boxLeft, boxTop, boxRight, boxBottom, size, (x0, y0, x1, y1, x2, y2, x3, y3) => {
          if (x0 !== endX || y0 !== endY) ctx.moveTo(x0 * k - left, y0 * k - top);
          ctx.bezierCurveTo(
            x1 * k - left, y1 * k - top, x2 * k - left, y2 * k - top, x3 * k - left, y3 * k - top,
          );
          endX = x3;
          endY = y3;
          return false;
        });
      }
      ctx.stroke();
    }
    // the heads, about their tips, no smaller than can be seen
    const grow = Math.max(1, (HEAD_PX_MIN * scale.ratio) / (HEAD_LENGTH * k)) * (weight > 1 ? 1.15 : 1);
    const far = 2 * HEAD_LENGTH * grow;
    const c = this.scene.curves;
    for (const [head, from] of [[relation.end ?? "arrow", END], [relation.start ?? "none", START]] as const) {
      const tip = slot * CURVE + from;
      const [x, y] = [c[tip]!, c[tip + 1]!];
      if (x + far < boxLeft || x - far > boxRight || y + far < boxTop || y - far > boxBottom) continue;
      paintHead(ctx, head, x * k - left, y * k - top, c[tip + 2]!, c[tip + 3]!, grow * k, width);
    }
  }

  /**
   * The plate of a relation's label, about a point of its curve (else where the route puts it), on
   * the plane; null: it has none.
   */
  plateOf(slot: number, scale: Scale, growth: number, at?: readonly [number, number]): Rect | null {
    const lines = linesOf(this.scene.relations[slot]!.label);
    if (lines.length === 0) return null;
    const k = scale.zoom * scale.ratio;
    const x = (at ? at[0] : this.scene.curves[slot * CURVE + LABEL]!) * k;
    const y = (at ? at[1] : this.scene.curves[slot * CURVE + LABEL + 1]!) * k;
    const size = LABEL_SIZE * k * growth;
    const width = Math.max(...lines.map((line) => this.widths.width(line, size, TEXT_WEIGHT)));
    const half = width / 2 + size * 0.5;
    const tall = (LABEL_LEADING * k * growth * lines.length) / 2 + size * 0.1;
    return {
      left: Math.round(x - half), right: Math.round(x + half), top: Math.round(y - tall), bottom: Math.round(y + tall),
    };
  }

  /** Whether a label leaves enough of its line, and lies on no card and on no label of a relation before it. */
  private labelFree(slot: number, plate: Rect, scale: Scale): boolean {
    const { scene } = this;
    const k = scale.zoom * scale.ratio;
    const [left, top, right, bottom] = [plate.left / k, plate.top / k, plate.right / k, plate.bottom / k];
    if (!this.leavesLine(slot, plate, scale)) return false;
    if (this.nodesIn(left, top, right, bottom).some((node) => scene.covers(node))) return false;
    for (const other of this.relationsIn(left, top, right, bottom, 0)) {
      if (other === slot) return true; // those that come after give way to this one
      const its = this.plateOf(other, scale, 1);
      if (its && overlaps(its, plate) && this.leavesLine(other, its, scale)) return false;
    }
    return true;
  }

  /** Whether enough of a line lies beside its label to be seen. */
  leavesLine(slot: number, plate: Rect, scale: Scale): boolean {
    const k = scale.zoom * scale.ratio;
    let seen = 0;
    let [fromX, fromY] = this.scene.pointOn(slot, 0);
    for (let i = 1; i <= LINE_STEPS && seen < LINE_SHOWN; i++) {
      const [x, y] = this.scene.pointOn(slot, i / LINE_STEPS);
      const middleX = ((fromX + x) / 2) * k;
      const middleY = ((fromY + y) / 2) * k;
      const hidden = middleX > plate.left && middleX < plate.right && middleY > plate.top && middleY < plate.bottom;
      if (!hidden) seen += Math.hypot(x - fromX, y - fromY);
      [fromX, fromY] = [x, y];
    }
    return seen >= LINE_SHOWN;
  }

  /** Draws a relation's label on its plate; (left, top) is the plane's point at the canvas's corner. */
  paintLabel(
    ctx: Context, slot: number, scale: Scale, left: number, top: number, plate: Rect, growth: number,
  ): void {
    const k = scale.zoom * scale.ratio;
    const size = LABEL_SIZE * k * growth;
    const leading = LABEL_LEADING * k * growth;
    ctx.fillStyle = this.theme.labelPlate;
    path(ctx, plate.left - left, plate.top - top, plate.right - plate.left, plate.bottom - plate.top, size * 0.5);
    ctx.fillStyle = this.theme.labelInk;
    ctx.font = `${TEXT_WEIGHT} ${size}px ${this.theme.font}`;
    ctx.textAlign = "center";
    const x = (plate.left + plate.right) / 2 - left;
    const middle = (plate.top + plate.bottom) / 2;
    const lines = linesOf(this.scene.relations[slot]!.label);
    ctx.direction = directionOf(lines);
    lines.forEach((line, i) => {
      const y = middle + (i - (lines.length - 1) / 2) * leading + size * BASELINE;
      ctx.fillText(line, x, Math.round(y) - top);
    });
  }

  private paintStraight(p: Paint, slots: readonly number[]): void {
    const { ctx, k, left, top } = p;
    const c = this.scene.curves;
    ctx.strokeStyle = this.theme.relation;
    ctx.lineWidth = p.scale.ratio;
    for (const slot of slots) {
      const at = slot * CURVE;
      ctx.beginPath(); // one line a path: in one path crossings would not add up as they do apart
      ctx.moveTo(c[at]! * k - left, c[at + 1]! * k - top);
      ctx.lineTo(c[at + END]! * k - left, c[at + END + 1]! * k - top);
      ctx.stroke();
    }
  }

  // -- nodes

  /** The nodes, or only the grounds of the frames among them. */
  private paintNodes(p: Paint, slots: readonly number[], grounds: boolean): void {
    const { ctx } = p;
    let alpha = 1;
    const { nodeForm } = this.scene;
    for (const slot of slots) {
      if (grounds && nodeForm[slot] !== OTHER) continue;
      const opacity = this.scene.opacityOf(slot);
      if (opacity !== alpha) ctx.globalAlpha = alpha = opacity;
      if (nodeForm[slot] === CARD) {
        this.paintNode(p, slot);
        continue;
      }
      const record = this.scene.nodes[slot]!;
      if (grounds && record.kind !== "frame") continue;
      const card = record.kind === undefined || record.kind === "card";
      ctx.save(); // what one node sets is no other's
      this.turn(ctx, record, p.k, p.left, p.top);
      if (card) this.paintNode(p, slot);
      else if (grounds) this.signsNow()?.paintGround(this.brushOf(p, slot));
      else this.paintOther(p, slot, record);
      ctx.restore();
    }
    ctx.globalAlpha = 1;
  }

  private signsNow(): typeof Signs | null {
    if (!this.signs) this.lacking();
    return this.signs;
  }

  private paintOther(p: Paint, slot: number, record: NodeShape): void {
    const signs = this.signsNow();
    if (!signs) return;
    const brush = this.brushOf(p, slot);
    signs.paintKind(brush, record, record.kind === "image" && record.image ? this.picture(record, brush.w) : null);
    if (p.level === "full" && (record.locked || record.href)) signs.paintSigns(brush, record);
  }

  private brushOf(p: Paint, slot: number): Brush {
    const at = this.nodeEdges(slot, p.k);
    const { ctx, level, small, k } = p;
    return {
      ctx, level, small, k, theme: this.theme, tone: this.tone(this.scene.nodeTone[slot]!), widths: this.widths,
      ratio: p.scale.ratio, x: at.left - p.left, y: at.top - p.top, w: at.right - at.left, h: at.bottom - at.top,
    };
  }

  /** Turns a canvas about the middle of a node; (left, top) is the plane's point at its corner. */
  turn(ctx: Context, record: NodeShape, k: number, left: number, top: number): void {
    if (!record.angle) return;
    const x = (record.x + record.w / 2) * k - left;
    const y = (record.y + record.h / 2) * k - top;
    ctx.translate(x, y);
    ctx.rotate((record.angle * Math.PI) / 180);
    ctx.translate(-x, -y);
  }

  /** Adds a node's outline to the path of a canvas, so many pixels further out. */
  outline(ctx: Context, slot: number, k: number, left: number, top: number, out: number): void {
    const record = this.scene.nodes[slot]!;
    const at = this.nodeEdges(slot, k);
    const [x, y] = [at.left - left - out, at.top - top - out];
    const [w, h] = [at.right - at.left + 2 * out, at.bottom - at.top + 2 * out];
    ctx.save();
    this.turn(ctx, record, k, left, top);
    if (record.kind === "shape") {
      trace(ctx, record.shape ?? "rectangle", x, y, w, h, k);
    } else {
      const radius = record.kind === "sticky" || record.kind === "text" ? 1.5 : record.kind === "drawing" ? 4 : CARD_RADIUS;
      ctx.roundRect(x, y, w, h, Math.max(0, Math.min(radius * k, (w - 2 * out) / 2, (h - 2 * out) / 2)) + out);
    }
    ctx.restore();
  }

  private paintNode(p: Paint, slot: number): void {
    const at = this.nodeEdges(slot, p.k);
    const { ctx, level, scale, small } = p;
    const { theme } = this;
    const tone = this.tone(this.scene.nodeTone[slot]!);
    const x = at.left - p.left;
    const y = at.top - p.top;
    const w = at.right - at.left;
    const h = at.bottom - at.top;
    const line = Math.max(1, Math.round(scale.ratio));
    const bar = Math.max(1, Math.round(CARD_BAR * p.k));
    if (level === "blocks" && !small) {
      ctx.fillStyle = tone.bar;
      ctx.globalAlpha *= BLOCK_SHARE;
      ctx.fillRect(x, y, w, h);
      ctx.globalAlpha = this.scene.opacityOf(slot);
      return;
    }
    if (level === "bars" && !small) {
      ctx.fillStyle = theme.card;
      ctx.fillRect(x, y, w, h);
      ctx.fillStyle = tone.bar;
      ctx.fillRect(x, y, bar, h);
    } else {
      const radius = Math.min(CARD_RADIUS * p.k, w / 2, h / 2);
      const shade = Math.max(1, Math.round(1.5 * p.k));
      ctx.fillStyle = theme.cardShade;
      path(ctx, x, y + shade, w, h, radius);
      ctx.fillStyle = theme.cardEdge;
      path(ctx, x, y, w, h, radius);
      // the bar: the card's left, and the card's ground over the rest of it
      ctx.fillStyle = tone.bar;
      ctx.beginPath();
      ctx.roundRect(x, y, Math.min(w, bar + radius), h, [radius, 0, 0, radius]);
      ctx.fill();
      ctx.fillStyle = theme.cardEdge;
      ctx.beginPath();
      ctx.roundRect(x + bar, y, w - bar, h, [0, radius, radius, 0]);
      ctx.fill();
      const inner = Math.max(0, radius - line);
      ctx.fillStyle = theme.card;
      ctx.beginPath();
      ctx.roundRect(x + bar, y + line, w - bar - line, h - 2 * line, [0, inner, inner, 0]);
      ctx.fill();
    }
    if (level === "blocks") return;
    if (level === "bars") this.paintBars(p, slot, at);
    else if (level === "titles") this.paintLoneTitle(p, slot, at);
    else {
      this.paintText(p, slot, at);
      const record = this.scene.nodes[slot]!;
      if (record.tags?.length || record.locked || record.href) this.signsNow()?.paintSigns(this.brushOf(p, slot), record);
    }
  }

  /** Bars that stand for the lines of a card. */
  private paintBars(p: Paint, slot: number, at: Rect): void {
    const { ctx, k } = p;
    const record = this.scene.nodes[slot]!;
    const titles = record.title?.length ?? 0;
    const texts = record.text?.length ?? 0;
    const x = at.left + Math.round((CARD_BAR + CARD_PADDING) * k) - p.left;
    const inner = at.right - at.left - Math.round((CARD_BAR + 2 * CARD_PADDING) * k);
    let middle = at.top + (CARD_PADDING + TITLE_LEADING / 2) * k;
    ctx.fillStyle = this.theme.bars;
    const thick = Math.max(1, Math.round(6 * k));
    const thin = Math.max(1, Math.round(4 * k));
    const bottom = at.bottom - 1;
    for (let i = 0; i < titles; i++, middle += TITLE_LEADING * k) {
      const y = Math.round(middle - thick / 2);
      if (y + thick > bottom) return;
      ctx.fillRect(x, y - p.top, Math.round(inner * (i === titles - 1 ? 0.7 : 1)), thick);
    }
    middle += (CARD_TEXT_GAP + (TEXT_LEADING - TITLE_LEADING) / 2) * k;
    ctx.globalAlpha *= 0.55;
    for (let i = 0; i < texts; i++, middle += TEXT_LEADING * k) {
      const y = Math.round(middle - thin / 2);
      if (y + thin > bottom) break;
      ctx.fillRect(x, y - p.top, Math.round(inner * (i === texts - 1 ? 0.55 : 0.95)), thin);
    }
    ctx.globalAlpha = this.scene.opacityOf(slot);
  }

  /** The title alone, in the middle of the card's height. */
  private paintLoneTitle(p: Paint, slot: number, at: Rect): void {
    const { ctx, k } = p;
    const record = this.scene.nodes[slot]!;
    const growth = titleGrowth(p.scale.zoom);
    let held = this.lone.get(record);
    if (!held || held.growth !== growth) {
      held = { growth, title: loneTitle(record, growth, this.widths) };
      this.lone.set(record, held);
    }
    const { lines, size } = held.title;
    const leading = (size * TITLE_LEADING) / TITLE_SIZE;
    ctx.fillStyle = this.theme.title;
    ctx.font = `${TITLE_WEIGHT} ${size * k}px ${this.theme.font}`;
    const { room, ...sides } = insideOf(p, at);
    const x = beginAt(ctx, lines, sides);
    const fits = Math.max(1, Math.floor((record.h - 4) / leading));
    const shown = lines.slice(0, fits);
    const first = record.y + record.h / 2 - ((shown.length - 1) * leading) / 2;
    shown.forEach((line, i) => {
      if (line) ctx.fillText(line, x, Math.round((first + i * leading + size * BASELINE) * k) - p.top, room);
    });
  }

  private paintText(p: Paint, slot: number, at: Rect): void {
    const { ctx, k } = p;
    const { theme } = this;
    const record = this.scene.nodes[slot]!;
    const { room, ...sides } = insideOf(p, at);
    const end = record.y + record.h;
    let y = record.y + CARD_PADDING;
    const titles = record.title ?? [];
    const texts = record.text ?? [];
    if (titles.length) {
      const x = beginAt(ctx, titles, sides);
      ctx.fillStyle = theme.title;
      ctx.font = `${TITLE_WEIGHT} ${TITLE_SIZE * k}px ${theme.font}`;
      for (const line of titles) {
        if (y + TITLE_LEADING > end) return;
        ctx.fillText(inked(line), x, Math.round((y + TITLE_LEADING / 2 + TITLE_SIZE * BASELINE) * k) - p.top, room);
        y += TITLE_LEADING;
      }
      y += CARD_TEXT_GAP;
    }
    if (texts.length) {
      const x = beginAt(ctx, texts, sides);
      ctx.fillStyle = theme.text;
      ctx.font = `${TEXT_WEIGHT} ${TEXT_SIZE * k}px ${theme.font}`;
      for (const line of texts) {
        if (y + TEXT_LEADING > end) return;
        ctx.fillText(inked(line), x, Math.round((y + TEXT_LEADING / 2 + TEXT_SIZE * BASELINE) * k) - p.top, room);
        y += TEXT_LEADING;
      }
    }
  }

  /** A node's edges on the plane, as if it were not turned: whole pixels. */
  nodeEdges(slot: number, k: number): Rect {
    if (this.scene.nodeForm[slot] === OTHER) {
      const { x, y, w, h } = this.scene.nodes[slot]!;
      const left = Math.round(x * k);
      const top = Math.round(y * k);
      return {
        left, top,
        right: Math.max(left + 1, Math.round((x + w) * k)), bottom: Math.max(top + 1, Math.round((y + h) * k)),
      };
    }
    const b = this.scene.nodeBoxes;
    const i = slot * 4;
    const left = Math.round(b[i]! * k);
    const top = Math.round(b[i + 1]! * k);
    return {
      left, top,
      right: Math.max(left + 1, Math.round(b[i + 2]! * k)),
      bottom: Math.max(top + 1, Math.round(b[i + 3]! * k)),
    };
  }

  // -- pixels

  /** Regions and nodes as plain rectangles, written into memory and put at once. */
  private writePixels(p: Paint): void {
    const { rect, k } = p;
    const width = rect.right - rect.left;
    const height = rect.bottom - rect.top;
    if (this.buffer.length < width * height) this.buffer = new Uint32Array(width * height);
    const pixels = this.buffer.subarray(0, width * height);
    pixels.fill(packed(this.theme.background));
    const write = (at: Rect, color: number): void => {
      const x0 = Math.max(at.left, rect.left) - rect.left;
      const x1 = Math.min(at.right, rect.right) - rect.left;
      const y0 = Math.max(at.top, rect.top) - rect.top;
      const y1 = Math.min(at.bottom, rect.bottom) - rect.top;
      if (x0 >= x1) return;
      for (let y = y0, row = y0 * width; y < y1; y++, row += width) pixels.fill(color, row + x0, row + x1);
    };
    const line = Math.max(1, Math.round(p.scale.ratio));
    for (const region of this.scene.regions()) {
      const at = edges(region.box, k);
      if (!overlaps(at, rect)) continue;
      const [ground, edge] = this.groundOf(region);
      write(at, packed(mixed(edge, this.theme.background, 1 - region.opacity)));
      write(shrunk(at, line), packed(mixed(ground, this.theme.background, 1 - region.opacity)));
    }
    const { box } = p;
    const slots = this.nodesIn(box.x, box.y, box.x + box.w, box.y + box.h);
    const { nodeForm } = this.scene;
    const blended = new Map<number, number>();
    const colorOf = (slot: number, kind: string): number => {
      const tone = this.scene.nodeTone[slot]!;
      const opacity = this.scene.opacityOf(slot);
      const name = (tone * 1024 + Math.round(opacity * 1000)) * PIXEL_KINDS.length + PIXEL_KINDS.indexOf(kind);
      let color = blended.get(name);
      if (color === undefined) {
        const { panel, bar, paper } = this.tone(tone);
        const own = kind === "sticky" ? paper
          : kind === "ground" ? mixed(this.theme.card, panel, 0.35)
          : mixed(bar, panel, kind === "drawing" || kind === "frame" ? 0.25 : kind === "text" ? 0.7 : 1 - BLOCK_SHARE);
        color = packed(mixed(own, panel, 1 - opacity));
        blended.set(name, color);
      }
      return color;
    };
    const edgesOf = (slot: number, record: NodeShape): Rect =>
      record.angle ? edges(bounds(figureOf(record)), k) : this.nodeEdges(slot, k);
    for (const slot of slots) {
      if (nodeForm[slot] !== OTHER) continue;
      const record = this.scene.nodes[slot]!;
      if (record.kind === "frame") write(edgesOf(slot, record), colorOf(slot, "ground"));
    }
    for (const slot of slots) {
      if (nodeForm[slot] === CARD) {
        write(this.nodeEdges(slot, k), colorOf(slot, "card"));
        continue;
      }
      const record = this.scene.nodes[slot]!;
      const kind = record.kind ?? "card";
      const color = colorOf(slot, kind);
      if (kind === "drawing") {
        for (const [left, top] of this.signsNow()?.penPixels(record, k) ?? []) {
          write({ left, top, right: left + 1, bottom: top + 1 }, color);
        }
      } else if (kind === "frame") {
        const { left, top, right, bottom } = edgesOf(slot, record);
        write({ left, top, right, bottom: top + line }, color);
        write({ left, top: bottom - line, right, bottom }, color);
        write({ left, top, right: left + line, bottom }, color);
        write({ left: right - line, top, right, bottom }, color);
      } else {
        write(edgesOf(slot, record), color);
      }
    }
    const bytes = new Uint8ClampedArray(pixels.buffer, 0, width * height * 4);
    p.ctx.putImageData(new ImageData(bytes, width, height), 0, 0);
  }
}

// -- geometry and colours

/** What text of a card stands between, and how wide it may be, in pixels of the canvas. */
function insideOf(p: Paint, at: Rect): { left: number; right: number; room: number } {
  const left = at.left + Math.round((CARD_BAR + CARD_PADDING) * p.k) - p.left;
  const right = at.right - Math.round(CARD_PADDING * p.k) - p.left;
  return { left, right, room: at.right - p.left - left - 2 * p.k }; // another font may be wider: it stays on its card
}

/** Readies a canvas for a text's direction; where its lines begin. */
function beginAt(ctx: Context, lines: readonly string[], { left, right }: { left: number; right: number }): number {
  ctx.direction = directionOf(lines);
  ctx.textAlign = ctx.direction === "rtl" ? "right" : "left";
  return ctx.textAlign === "right" ? right : left;
}

function linesOf(lines: readonly string[] | undefined): string[] {
  return (lines ?? []).map(inked).filter((line) => line !== "");
}

/** A box's edges on the plane, rounded to whole device pixels. */
export function edges(box: Box, k: number): Rect {
  return {
    left: Math.round(box.x * k), top: Math.round(box.y * k),
    right: Math.round((box.x + box.w) * k), bottom: Math.round((box.y + box.h) * k),
  };
}

export function overlaps(a: Rect, b: Rect): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

function shrunk(rect: Rect, by: number): Rect {
  return { left: rect.left + by, top: rect.top + by, right: rect.right - by, bottom: rect.bottom - by };
}

function path(ctx: Context, x: number, y: number, w: number, h: number, radius: number): void {
  ctx.beginPath();
  ctx.roundRect(x, y, w, h, radius);
  ctx.fill();
}

function round(p: Paint, at: Rect, radius: number, color: string): void {
  p.ctx.fillStyle = color;
  path(
    p.ctx, at.left - p.left, at.top - p.top, Math.max(0, at.right - at.left), Math.max(0, at.bottom - at.top),
    Math.max(0, radius),
  );
}

/** A colour as one pixel of an ImageData on a little-endian machine. */
function packed(color: string): number {
  const [red, green, blue] = channels(color);
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
