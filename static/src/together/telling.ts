// What others are told of me, so often and no oftener. Free of the DOM.

import { type Doings, type Dragged, NOTHING, type Point } from "../board/company.js";
import type { World } from "../board/wire.js";
import { COORDINATE_MAX } from "../generated/constants.js";
import { DRAGGED_MAX, POINTED_MAX, PRESENCE_EXPIRES_S, PRESENCE_HZ, SELECTED_MAX, SIZE_MAX, SIZE_MIN } from "../generated/limits.js";
import type { Present } from "../generated/wire.js";

const SEND_MS = 1000 / PRESENCE_HZ;
const RENEW_MS = (PRESENCE_EXPIRES_S * 1000) / 3;
const FIELDS = ["cursor", "selection", "drag", "typing", "viewport", "pointer"] as const;
/** What says that none of it is done. */
const NONE: Present = { t: "present", cursor: null, selection: [], drag: [], typing: null, viewport: null, pointer: [] };

/**
 * What I tell others that I do: what has changed, PRESENCE_HZ times a second at most, the first
 * of it at once and the last of it always.
 */
export class Telling {
  private now: Doings = NOTHING;
  private told: Doings | null = null; // what the server has of me; null: that is not known
  private watched = false;
  private hidden = false;
  private sentAt = Number.NEGATIVE_INFINITY;
  private stopSending: (() => void) | null = null;
  private stopRenewing: (() => void) | null = null;

  constructor(
    private readonly world: Pick<World, "now" | "after">,
    private readonly say: (frame: Present) => void,
  ) {}

  /** I do this now; what is left out stays as it was. */
  present(part: Partial<Doings>): void {
    this.now = { ...this.now, ...within(part) };
    this.plan();
  }

  /** Whether anybody is there to be told. Whoever comes has heard nothing of me. */
  watch(watched: boolean): void {
    if (watched && !this.watched) this.told = null;
    this.watched = watched;
    this.plan();
  }

  /** The connection is a new one: nothing was said on it. */
  renewed(): void {
    this.told = null;
    this.watched = false;
  }

  /** A page that nobody sees says that it does nothing, and then nothing more. */
  hide(hidden: boolean): void {
    if (hidden === this.hidden) return;
    if (hidden && this.watched && this.told !== null && FIELDS.some((field) => isSomething(this.told?.[field]))) {
      this.say(NONE);
    }
    this.hidden = hidden;
    this.told = null;
    this.plan();
  }

  private get silent(): boolean {
    return this.hidden || !this.watched;
  }

  private changed(): Partial<Doings> {
    const { now, told } = this;
    const fields = FIELDS.filter((field) =>
      told === null ? isSomething(now[field]) : JSON.stringify(now[field]) !== JSON.stringify(told[field]),
    );
    return Object.fromEntries(fields.map((field) => [field, now[field]]));
  }

  private plan(): void {
    if (this.stopSending !== null || this.silent || Object.keys(this.changed()).length === 0) return;
    const wait = this.sentAt + SEND_MS - this.world.now();
    if (wait <= 0) return this.send();
    this.stopSending = this.world.after(wait, () => {
      this.stopSending = null;
      this.send();
    });
  }

  private send(): void {
    const changed = this.changed();
    if (this.silent || Object.keys(changed).length === 0) return;
    // what the server has of me and I no longer know of would come to an end by itself, but late
    this.say({ t: "present", ...(this.told === null ? this.now : changed) } as Present);
    this.told = this.now;
    this.sentAt = this.world.now();
    this.renew();
  }

  /** What lasts is said again, before it expires; a cursor that rests is not. */
  private renew(): void {
    this.stopRenewing ??= this.world.after(RENEW_MS, () => {
      this.stopRenewing = null;
      const { cursor: _, ...lasting } = this.now;
      const fields = Object.entries(lasting).filter(([, value]) => isSomething(value));
      if (this.silent || this.told === null || fields.length === 0) return;
      this.say({ t: "present", ...Object.fromEntries(fields) } as Present);
      this.renew();
    });
  }
}

function isSomething(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== null && value !== undefined;
}

/** The same in the bounds of the wire, and no finer than can be seen. */
function within(part: Partial<Doings>): Partial<Doings> {
  const { cursor, selection, drag, viewport, pointer } = part;
  return {
    ...part,
    ...(cursor ? { cursor: cursor.every(isPlace) ? finePoint(cursor) : null } : {}),
    ...(selection ? { selection: selection.slice(0, SELECTED_MAX) } : {}),
    ...(drag ? { drag: drag.filter(([, x, y]) => isPlace(x) && isPlace(y)).slice(0, DRAGGED_MAX).map(fineDrag) } : {}),
    ...(viewport ? { viewport: viewport.every(isPlace) ? (viewport.map(fine) as typeof viewport) : null } : {}),
    ...(pointer ? { pointer: pointer.filter((point) => point.every(isPlace)).slice(-POINTED_MAX).map(finePoint) } : {}),
  };
}

function finePoint([x, y]: Point): Point {
  return [fine(x), fine(y)];
}

function fineDrag([id, x, y, w, h, angle]: Dragged): Dragged {
  return [id, fine(x), fine(y), side(w), side(h), ((fine(angle) % 360) + 360) % 360];
}

function side(length: number): number {
  return Math.min(SIZE_MAX, Math.max(SIZE_MIN, fine(length)));
}

function fine(value: number): number {
  return Math.round(value * 10) / 10;
}

function isPlace(value: number): boolean {
  return Math.abs(value) <= COORDINATE_MAX;
}
