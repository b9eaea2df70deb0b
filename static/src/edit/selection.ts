// What is selected: sets of ids of nodes and relations, and how they change. No DOM.

import type { Box } from "../canvas/box.js";
import { inReadingOrder, type Placed } from "./arrange.js";
import { boundsOf, middleOf, type Point, within } from "./transform.js";

export type Ids = ReadonlySet<string>;

/** With these turned over: what was in is out, what was out is in. */
export function toggled(selection: Ids, ids: Iterable<string>): Set<string> {
  const now = new Set(selection);
  for (const id of ids) if (!now.delete(id)) now.add(id);
  return now;
}

/** What a rectangle that is drawn catches: what it touches, a frame only as a whole. */
export function caught<T extends Placed & { readonly kind?: string }>(things: Iterable<T>, by: Box): string[] {
  return [...things].flatMap((thing) => {
    if (thing.kind === "frame") return within(thing, by) ? [thing.id] : [];
    const { x, y, w, h } = boundsOf(thing);
    return x <= by.x + by.w && by.x <= x + w && y <= by.y + by.h && by.y <= y + h ? [thing.id] : [];
  });
}

/** The one after the one that is selected, in the order of reading; from the last to the first. */
export function next(things: readonly Placed[], current: string | null, step: 1 | -1): string | null {
  if (things.length === 0) return null;
  const ordered = inReadingOrder(things);
  const at = ordered.findIndex(({ id }) => id === current);
  if (at < 0) return ordered.at(step > 0 ? 0 : -1)!.id;
  return ordered[(at + step + ordered.length) % ordered.length]!.id;
}

/** The nearest one that way, as arrow keys look for it; null: there is none. */
export function towards(things: Iterable<Placed>, from: Placed, way: Point): string | null {
  const begin = middleOf(from);
  let best: { id: string; far: number } | null = null;
  for (const thing of things) {
    if (thing.id === from.id) continue;
    const { x, y } = middleOf(thing);
    const along = (x - begin.x) * way.x + (y - begin.y) * way.y;
    const aside = Math.abs((x - begin.x) * way.y) + Math.abs((y - begin.y) * way.x);
    if (along <= 0 || aside > along * 2) continue;
    const far = along + 2 * aside;
    if (best === null || far < best.far) best = { id: thing.id, far };
  }
  return best?.id ?? null;
}

/** What moves with these: what lies in the frames among them. */
export function carried<T extends Placed & { readonly kind?: string }>(moving: readonly T[], things: Iterable<T>): T[] {
  const frames = moving.filter(({ kind }) => kind === "frame");
  const held = new Set(moving.map(({ id }) => id));
  if (frames.length === 0) return [...moving];
  const carriedToo = [...things].filter((thing) => !held.has(thing.id) && frames.some((frame) => within(thing, frame)));
  return [...moving, ...carriedToo];
}
