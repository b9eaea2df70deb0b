// What others move, between two updates: some ten of them come in a second, and the screen shows
// sixty pictures. Free of the DOM.

import type { Dragged } from "../board/company.js";
import type { AnyOp, NodeSet, NodeShape } from "../generated/wire.js";

/** How long a way takes: about as long as from one update to the next. */
const GLIDE_MS_MIN = 80;
const GLIDE_MS_MAX = 130;
/** What is told is rounded to tenths. */
const ROUNDED = 0.051;
/** So long a node stays where it was let go, until the operation that puts it there has come. */
const HOLD_MS = 600;

/** Numbers on their way to where they were last said to be. */
export class Glide {
  private from: readonly number[];
  private to: readonly number[];
  private begun = 0;
  private ms = 0;
  private aimedAt = Number.NEGATIVE_INFINITY;

  constructor(at: readonly number[]) {
    this.from = this.to = at;
  }

  /** From where they are now, to there; `still`: at once. */
  aim(to: readonly number[], now: number, still = false): void {
    const gap = now - this.aimedAt;
    this.from = this.at(now);
    this.to = to;
    this.begun = this.aimedAt = now;
    this.ms = still ? 0 : Math.min(GLIDE_MS_MAX, Math.max(GLIDE_MS_MIN, gap));
  }

  /** Where they are to come to rest. */
  get target(): readonly number[] {
    return this.to;
  }

  at(now: number): readonly number[] {
    const part = this.part(now);
    if (part === 1) return this.to;
    return this.to.map((value, index) => {
      const from = this.from[index] ?? value;
      return from === value ? value : value * part + from * (1 - part);
    });
  }

  moves(now: number): boolean {
    return this.part(now) < 1;
  }

  private part(now: number): number {
    return now >= this.begun + this.ms ? 1 : Math.max(0, (now - this.begun) / this.ms);
  }
}

interface Moved {
  readonly glide: Glide;
  /** Where the board last had the node while it was dragged. */
  base: readonly number[];
  /** Since when nobody drags it; null: somebody does. */
  endedAt: number | null;
  homing: boolean;
}

/** What a board says of a node without what others drag; undefined: it is not there, or not on. */
export type Confirmed = (id: string) => NodeShape | undefined;

/** The nodes that others drag, from the first update until the board itself has them there. */
export class Drags {
  private readonly moved = new Map<string, Moved>();

  constructor(private readonly confirmed: Confirmed) {}

  /** This is all that others drag now. */
  say(drags: Iterable<Dragged>, now: number, still = false): void {
    const held = new Set<string>();
    for (const [id, ...place] of drags) {
      const shape = this.confirmed(id);
      if (shape === undefined || held.has(id)) continue;
      held.add(id);
      let moved = this.moved.get(id);
      if (moved === undefined) {
        moved = { glide: new Glide(placeOf(shape)), base: placeOf(shape), endedAt: null, homing: false };
        this.moved.set(id, moved);
      }
      moved.endedAt = null;
      moved.homing = false;
      moved.glide.aim(turnedFrom(moved.glide.at(now), kept(place, moved.base)), now, still);
    }
    for (const [id, moved] of this.moved) if (!held.has(id)) moved.endedAt ??= now;
  }

  /** The nodes that are under way. */
  get ids(): ReadonlySet<string> {
    return new Set(this.moved.keys());
  }

  /** What is seen of it now, as operations, and whether that will soon be something else. */
  step(now: number, still = false): { readonly ops: readonly AnyOp[]; readonly moving: boolean } {
    const ops: AnyOp[] = [];
    let moving = false;
    for (const [id, moved] of this.moved) {
      const shape = this.confirmed(id);
      if (shape === undefined) {
        this.moved.delete(id);
        continue;
      }
      const home = placeOf(shape);
      if (moved.endedAt === null) moved.base = home;
      else if (!moved.homing && (!same(moved.base, home) || now >= moved.endedAt + HOLD_MS)) {
        moved.homing = true;
        moved.glide.aim(turnedFrom(moved.glide.at(now), home), now, still);
      }
      if (moved.homing && !moved.glide.moves(now)) {
        this.moved.delete(id);
        continue;
      }
      moving ||= moved.endedAt !== null || moved.glide.moves(now);
      const op = difference(id, home, moved.glide.at(now));
      if (op !== null) ops.push(op);
    }
    return { ops, moving };
  }
}

function placeOf({ x, y, w, h, angle = 0 }: NodeShape): readonly number[] {
  return [x, y, w, h, angle];
}

/** A place with the size and angle that a node has, where they differ by no more than the wire rounds. */
function kept(place: readonly number[], base: readonly number[]): readonly number[] {
  return place.map((value, index) => {
    const before = base[index] ?? value;
    return index >= 2 && Math.abs(value - before) <= ROUNDED ? before : value;
  });
}

/** A place whose angle is reached the short way round. */
function turnedFrom(from: readonly number[], [x = 0, y = 0, w = 0, h = 0, angle = 0]: readonly number[]): readonly number[] {
  const turn = angle - (from[4] ?? 0);
  return [x, y, w, h, Math.abs(turn) <= 180 ? angle : angle - 360 * Math.round(turn / 360)];
}

function same(one: readonly number[], other: readonly number[]): boolean {
  return one.every((value, index) => value === other[index]);
}

/** The operation that puts a node there; what stays is left out, as a size breaks lines anew. */
function difference(id: string, home: readonly number[], now: readonly number[]): NodeSet | null {
  const op: NodeSet = { op: "node.set", id };
  const [x = 0, y = 0, w = 0, h = 0, turn = 0] = now;
  const angle = turn >= 0 && turn < 360 ? turn : ((turn % 360) + 360) % 360;
  if (x !== home[0]) op.x = x;
  if (y !== home[1]) op.y = y;
  if (w !== home[2]) op.w = w;
  if (h !== home[3]) op.h = h;
  if (angle !== home[4]) op.angle = angle === 0 ? null : angle;
  return Object.keys(op).length > 2 ? op : null;
}
