// What other people do, as it is drawn: cursors with names, outlines of what they have selected,
// and a sign where they are typing. Everything has its person's name; colour alone tells nothing.

import type { Camera } from "./camera.js";
import type { Context, Painter } from "./painter.js";
import { type Theme, toneOf } from "./theme.js";

/** A box that may be turned about its middle, in board units and degrees. */
export interface Turned {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly angle: number;
}

/** One person, as they are drawn now. */
export interface Other {
  readonly name: string;
  readonly color: string;
  readonly cursor: readonly [number, number] | null;
  readonly selection: readonly Turned[];
  /** The node that they are typing in. */
  readonly typing: Turned | null;
  /** The trail of their pointer, the oldest first: x, y, and how much it still glows, up to 1. */
  readonly trail: readonly (readonly [number, number, number])[];
  /** Where their pointer shines; null: it is off. */
  readonly shines: readonly [number, number] | null;
}

/** Device pixels of the window: left, top, right, bottom. */
type Patch = readonly [number, number, number, number];

// CSS pixels
const TAG_FONT = 12;
const TAG_HEIGHT = 20;
const TAG_PAD = 7;
const TAG_WIDTH_MAX = 180;
const TAG_AT: readonly [number, number] = [11, 15]; // from the cursor's tip
const OUTLINE = 2;
const OUTLINE_GAP = 3;
/** The arrow, from its tip. */
const ARROW: readonly (readonly [number, number])[] = [
  [0, 0],
  [0, 15.5],
  [4.2, 11.9],
  [6.8, 17.6],
  [9.5, 16.4],
  [6.9, 10.8],
  [12.2, 10.4],
];
const ARROW_SIZE: readonly [number, number] = [15, 20];
const TRAIL_WIDTH = 5;
const SHINE = 5;
/** The soft light around a trail, as many times as wide, and how much of it there is. */
const HALO = 2.6;
const HALO_SHARE = 0.22;
/** A cursor that is so close to what its person has selected names both. */
const CLOSE = 60;
const TAGS_KEPT = 200;

/** Draws others on a canvas of their own, and clears no more of it than it has drawn on. */
export class OthersPainter {
  private readonly tags = new Map<string, HTMLCanvasElement>();
  private patches: Patch[] = [];

  constructor(
    private readonly context: Context,
    private readonly writing: (name: string) => string,
  ) {}

  /** Colours, or the font, are others now. */
  forget(): void {
    this.tags.clear();
  }

  /** Takes away all that was drawn. */
  clear(): void {
    for (const [left, top, right, bottom] of this.patches) this.context.clearRect(left, top, right - left, bottom - top);
    this.patches = [];
  }

  /** Draws what moves of the board itself, and others over it. */
  paint(camera: Camera, theme: Theme, others: readonly Other[], moving: Painter): void {
    this.clear();
    for (const { left, top, right, bottom } of moving.paintLifted(this.context, camera)) this.patches.push([left, top, right, bottom]);
    const signs = new Map<string, number>(); // at one node so many are typing
    for (const other of others) {
      const cursor = other.cursor && place(camera, other.cursor);
      const shown = cursor !== null && this.near(camera, cursor) ? cursor : null;
      other.selection.forEach((box, at) => {
        const corner = this.outline(camera, theme, other, box);
        // who points at it has their name there already
        if (corner !== null && at === 0 && !lies(shown, camera, box)) this.tag(camera, theme, other.color, other.name, corner[0], corner[1] - (TAG_HEIGHT + 2) * camera.ratio);
      });
      if (other.typing !== null) {
        const { x, y, h } = other.typing;
        const key = `${x} ${y}`;
        const below = signs.get(key) ?? 0;
        signs.set(key, below + 1);
        const [left, top] = place(camera, [x, y + h]);
        this.tag(camera, theme, other.color, this.writing(other.name), left, top + (OUTLINE_GAP + 3 + below * (TAG_HEIGHT + 2)) * camera.ratio);
      }
    }
    for (const other of others) this.trail(camera, theme, other);
    // cursors lie above all else
    for (const other of others) {
      const cursor = other.cursor && place(camera, other.cursor);
      if (cursor !== null && this.near(camera, cursor)) this.cursor(camera, theme, other, cursor);
    }
  }

  private near({ width, height, ratio }: Camera, [x, y]: readonly [number, number]): boolean {
    const reach = ARROW_SIZE[1] * ratio;
    return x > -reach && y > -reach && x < width && y < height;
  }

  /** Returns the outline's top left corner, or null when it is not in the window. */
  private outline(camera: Camera, theme: Theme, { color }: Other, { x, y, w, h, angle }: Turned): readonly [number, number] | null {
    const { context: ctx } = this;
    const { k, ratio, width, height } = camera;
    const [left, top] = place(camera, [x, y]);
    const gap = (OUTLINE_GAP + OUTLINE / 2) * ratio;
    const boxWidth = w * k + 2 * gap;
    const boxHeight = h * k + 2 * gap;
    const middleX = left + (w * k) / 2;
    const middleY = top + (h * k) / 2;
    const turn = (angle * Math.PI) / 180;
    const cos = Math.abs(Math.cos(turn));
    const sin = Math.abs(Math.sin(turn));
    const halfWidth = (boxWidth * cos + boxHeight * sin) / 2 + OUTLINE * ratio;
    const halfHeight = (boxWidth * sin + boxHeight * cos) / 2 + OUTLINE * ratio;
    if (middleX + halfWidth < 0 || middleX - halfWidth > width || middleY + halfHeight < 0 || middleY - halfHeight > height) return null;
    ctx.save();
    ctx.translate(middleX, middleY);
    ctx.rotate(turn);
    ctx.strokeStyle = strong(color, theme);
    ctx.lineWidth = OUTLINE * ratio;
    ctx.beginPath();
    ctx.roundRect(-boxWidth / 2, -boxHeight / 2, boxWidth, boxHeight, 6 * ratio);
    ctx.stroke();
    ctx.restore();
    this.patch(middleX - halfWidth, middleY - halfHeight, middleX + halfWidth, middleY + halfHeight);
    return [middleX - halfWidth + OUTLINE * ratio, middleY - halfHeight + OUTLINE * ratio];
  }

  /** A line of light that thins out towards where it began, and a point of it where the pointer is. */
  private trail(camera: Camera, theme: Theme, { color, trail, shines }: Other): void {
    if (trail.length === 0 && shines === null) return;
    const { context: ctx } = this;
    const { ratio, width, height } = camera;
    ctx.save();
    ctx.lineCap = "butt"; // else the light of two pieces adds up where they meet
    ctx.strokeStyle = ctx.fillStyle = strong(color, theme);
    for (const [wider, share] of [[HALO, HALO_SHARE], [1, 1]] as const) {
      trail.forEach(([x, y, glow], at) => {
        const [fromX, fromY] = trail[at - 1] ?? [x, y];
        const from = place(camera, [fromX, fromY]);
        const to = place(camera, [x, y]);
        const line = TRAIL_WIDTH * (0.3 + 0.7 * glow) * wider * ratio;
        const left = Math.min(from[0], to[0]) - line;
        const top = Math.min(from[1], to[1]) - line;
        const right = Math.max(from[0], to[0]) + line;
        const bottom = Math.max(from[1], to[1]) + line;
        if (right < 0 || bottom < 0 || left > width || top > height) return;
        ctx.globalAlpha = glow * share;
        ctx.lineWidth = line;
        ctx.beginPath();
        ctx.moveTo(...from);
        ctx.lineTo(...to);
        ctx.stroke();
        this.patch(Math.max(0, left), Math.max(0, top), Math.min(width, right), Math.min(height, bottom));
      });
      const head = shines && place(camera, shines);
      if (head === null || !this.near(camera, head)) continue;
      const reach = SHINE * wider * ratio;
      ctx.globalAlpha = share;
      ctx.beginPath();
      ctx.arc(head[0], head[1], reach, 0, 2 * Math.PI);
      ctx.fill();
      this.patch(head[0] - reach, head[1] - reach, head[0] + reach, head[1] + reach);
    }
    ctx.restore();
  }

  private cursor(camera: Camera, theme: Theme, { name, color }: Other, [x, y]: readonly [number, number]): void {
    const { context: ctx } = this;
    const { ratio } = camera;
    ctx.beginPath();
    for (const [dx, dy] of ARROW) ctx.lineTo(x + dx * ratio, y + dy * ratio);
    ctx.closePath();
    ctx.lineJoin = "round";
    ctx.lineWidth = 2.5 * ratio;
    ctx.strokeStyle = theme.card;
    ctx.stroke();
    ctx.fillStyle = strong(color, theme);
    ctx.fill();
    this.patch(x - 2 * ratio, y - 2 * ratio, x + ARROW_SIZE[0] * ratio, y + ARROW_SIZE[1] * ratio);
    this.tag(camera, theme, color, name, x + TAG_AT[0] * ratio, y + TAG_AT[1] * ratio);
  }

  /** Draws words in a person's colour, whole where the window has room. */
  private tag({ ratio, width, height }: Camera, theme: Theme, color: string, words: string, x: number, y: number): void {
    const image = this.tagImage(theme, color, words, ratio);
    if (x > width || y > height || x + image.width < 0 || y + image.height < 0) return;
    const left = Math.round(Math.max(0, Math.min(x, width - image.width)));
    const top = Math.round(Math.max(0, y));
    this.context.drawImage(image, left, top);
    this.patch(left, top, left + image.width, top + image.height);
  }

  private tagImage(theme: Theme, color: string, words: string, ratio: number): HTMLCanvasElement {
    const key = `${ratio} ${color} ${words}`;
    const kept = this.tags.get(key);
    if (kept !== undefined) return kept;
    const image = document.createElement("canvas");
    const ctx = image.getContext("2d")!;
    const font = `600 ${TAG_FONT * ratio}px ${theme.font}`;
    ctx.font = font;
    const least = TAG_HEIGHT * ratio;
    const most = TAG_WIDTH_MAX * ratio;
    const text = shortened(ctx, words, most - 2 * TAG_PAD * ratio);
    image.width = Math.ceil(Math.min(most, Math.max(least, ctx.measureText(text).width + 2 * TAG_PAD * ratio)));
    image.height = Math.ceil(least);
    ctx.font = font; // a canvas forgets it with its size
    ctx.fillStyle = strong(color, theme);
    ctx.beginPath();
    ctx.roundRect(0, 0, image.width, image.height, 6 * ratio);
    ctx.fill();
    ctx.fillStyle = theme.card;
    ctx.textBaseline = "middle";
    ctx.fillText(text, Math.round((image.width - ctx.measureText(text).width) / 2), Math.round(image.height / 2 + ratio / 2));
    if (this.tags.size >= TAGS_KEPT) this.tags.clear();
    this.tags.set(key, image);
    return image;
  }

  private patch(left: number, top: number, right: number, bottom: number): void {
    this.patches.push([Math.floor(left) - 1, Math.floor(top) - 1, Math.ceil(right) + 1, Math.ceil(bottom) + 1]);
  }
}

/** Whether a point of the window lies on a box or close to it. */
function lies(point: readonly [number, number] | null, camera: Camera, { x, y, w, h }: Turned): boolean {
  if (point === null) return false;
  const room = CLOSE * camera.ratio;
  const [left, top] = place(camera, [x, y]);
  const [right, bottom] = place(camera, [x + w, y + h]);
  return point[0] > left - room && point[0] < right + room && point[1] > top - room && point[1] < bottom + room;
}

function place({ k, originX, originY }: Camera, [x, y]: readonly [number, number]): readonly [number, number] {
  return [x * k - originX, y * k - originY];
}

/** A person's colour, as far from a card's ground as text has to be. */
function strong(color: string, theme: Theme): string {
  const { bar } = toneOf(color, theme);
  return theme.tones[color] === undefined ? toneOf(color, theme).ink : toneOf(bar, theme).ink;
}

/** As many whole characters as have room, with an ellipsis where some have none. */
function shortened(ctx: Context, words: string, width: number): string {
  if (ctx.measureText(words).width <= width) return words;
  const characters = [...words];
  while (characters.length > 1 && ctx.measureText(`${characters.join("")}…`).width > width) characters.pop();
  return `${characters.join("")}…`;
}
