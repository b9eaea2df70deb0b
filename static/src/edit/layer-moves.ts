// Where a layer can go in the tree of layers, by a key or by a drag. Free of the DOM.

import type { Branch } from "../board/visibility.js";
import { LAYER_DEPTH_MAX } from "../generated/limits.js";
import type { LayerShape } from "../generated/wire.js";

/** A place in the tree: under a parent (null: the top), before a sibling (null: last). */
export interface Slot {
  readonly parent: string | null;
  readonly before: string | null;
}

export type Way = "up" | "down" | "in" | "out";
export const WAYS: readonly Way[] = ["up", "down", "in", "out"];

interface Found {
  readonly siblings: readonly Branch[];
  readonly at: number;
  /** The groups above, from the outside in. */
  readonly above: readonly Branch[];
}

function find(branches: readonly Branch[], id: string, above: readonly Branch[] = []): Found | undefined {
  const at = branches.findIndex(({ layer }) => layer.id === id);
  if (at >= 0) return { siblings: branches, at, above };
  for (const branch of branches) {
    const found = find(branch.children, id, [...above, branch]);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** How many levels a branch has, itself included. */
export function height({ children }: Branch): number {
  return 1 + Math.max(0, ...children.map(height));
}

/** All layers of a branch, itself first. */
export function within(branch: Branch): Branch[] {
  return [branch, ...branch.children.flatMap(within)];
}

interface Rights {
  canAdd(layer: string): boolean;
  canWrite(layer: string, thing: string): boolean;
}

/** The layers that one may add to, or move all these things into, in the order of the panel. */
export function openLayers(session: Rights, branches: readonly Branch[], things: readonly string[] = []): LayerShape[] {
  return branches.flatMap(within).map(({ layer }) => layer)
    .filter(({ id }) => session.canAdd(id) && things.every((thing) => session.canWrite(id, thing)));
}

/** The branch of a layer, wherever it is. */
export function branchOf(branches: readonly Branch[], id: string): Branch | undefined {
  const found = find(branches, id);
  return found?.siblings[found.at];
}

/** Where a layer goes by one step; undefined: there is no such place for it. */
export function slot(branches: readonly Branch[], id: string, way: Way): Slot | undefined {
  const found = find(branches, id);
  const branch = found?.siblings[found.at];
  if (found === undefined || branch === undefined) return undefined;
  const { siblings, at, above } = found;
  const group = above.at(-1) ?? null;
  const parent = group?.layer.id ?? null;
  const before = siblings[at - 1];
  const after = siblings[at + 1];
  switch (way) {
    case "up":
      return before === undefined ? undefined : { parent, before: before.layer.id };
    case "down":
      return after === undefined ? undefined : { parent, before: siblings[at + 2]?.layer.id ?? null };
    case "in": {
      if (above.length + 1 + height(branch) > LAYER_DEPTH_MAX) return undefined;
      if (isOpenGroup(before)) return { parent: before.layer.id, before: null };
      if (isOpenGroup(after)) return { parent: after.layer.id, before: after.children[0]?.layer.id ?? null };
      return undefined;
    }
    case "out": {
      if (group === null) return undefined;
      const outer = find(branches, group.layer.id);
      if (outer === undefined) return undefined;
      return {
        parent: outer.above.at(-1)?.layer.id ?? null,
        before: outer.siblings[outer.at + 1]?.layer.id ?? null,
      };
    }
  }
}

function isOpenGroup(branch: Branch | undefined): branch is Branch {
  return branch?.layer.group === true && branch.layer.locked !== true;
}

/** A row of the panel as a drag meets it: where it begins, ends, and how deep it lies. */
export interface DragRow {
  readonly id: string;
  readonly depth: number;
  readonly group: boolean;
  readonly locked: boolean;
  readonly top: number;
  readonly bottom: number;
}

export interface Drop extends Slot {
  /** Where the line of insertion lies, and how deep. */
  readonly y: number;
  readonly depth: number;
}

/**
 * Where a layer lands that is dragged over rows: between the two that are nearest to `y`, as deep
 * as `depth` asks and the two allow. `rows` are those that are seen, from top to bottom. Undefined:
 * it may not go there.
 */
export function drop(
  rows: readonly DragRow[], dragged: Branch, y: number, depth: number,
): Drop | undefined {
  const own = new Set(within(dragged).map(({ layer }) => layer.id));
  const others = rows.filter(({ id }) => !own.has(id));
  const at = others.findIndex(({ top, bottom }) => y < (top + bottom) / 2);
  const index = at < 0 ? others.length : at;
  const before = others[index - 1];
  const after = others[index];
  const least = after?.depth ?? 0;
  const inGroup = before !== undefined && before.group && !before.locked;
  const most = before === undefined ? 0 : before.depth + (inGroup ? 1 : 0);
  const wanted = Math.max(least, Math.min(most, depth));
  if (wanted + height(dragged) > LAYER_DEPTH_MAX) return undefined;
  let parent: DragRow | undefined;
  for (const row of others.slice(0, index)) if (row.depth === wanted - 1) parent = row;
  if (wanted === 0) parent = undefined;
  if (parent?.locked === true) return undefined;
  return {
    parent: parent?.id ?? null,
    before: after !== undefined && after.depth === wanted ? after.id : null,
    y: before?.bottom ?? after?.top ?? y,
    depth: wanted,
  };
}
