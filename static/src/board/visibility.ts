// Which layers are on: the same formula as layers/visible.py, held to the same cases
// (tests/frames/visible.json).

import type { LayerShape } from "../generated/wire.js";
import { byKey } from "./model.js";

type Layers = ReadonlyMap<string, LayerShape>;
export type Own = ReadonlySet<string> | null;

/** A layer in the order of the panel, with what lies below it. */
export interface Branch {
  readonly layer: LayerShape;
  readonly children: readonly Branch[];
}

/** A layer's own switch. `own` null: I follow. Closed, the stage says nothing. */
export function switched(layer: LayerShape, own: Own, stageOpen: boolean): boolean {
  if (own !== null) return own.has(layer.id);
  return stageOpen ? (layer.driven ?? layer.published) : layer.published;
}

/** The layers that are on: those whose own switch is on, and that of every group above them. */
export function onLayers(layers: Layers, own: Own, stageOpen: boolean): Set<string> {
  const known = new Map<string, boolean>();
  const isOn = (id: string, depth: number): boolean => {
    const before = known.get(id);
    if (before !== undefined) return before;
    const layer = layers.get(id);
    const on =
      layer !== undefined &&
      depth <= layers.size && // a cycle cannot be, yet must not hang the page
      switched(layer, own, stageOpen) &&
      (layer.parent === null || isOn(layer.parent, depth + 1));
    known.set(id, on);
    return on;
  };
  return new Set([...layers.keys()].filter((id) => isOn(id, 0)));
}

/** The layers whose own switch is on: what an own view starts from. */
export function switches(layers: Layers, own: Own, stageOpen: boolean): Set<string> {
  return new Set([...layers.values()].flatMap((layer) => (switched(layer, own, stageOpen) ? layer.id : [])));
}

/** The layers as a tree, each level in the order of its keys. */
export function tree(layers: Layers): Branch[] {
  const below = new Map<string | null, LayerShape[]>();
  for (const layer of layers.values()) {
    const parent = layer.parent !== null && layers.has(layer.parent) ? layer.parent : null;
    const siblings = below.get(parent);
    if (siblings === undefined) below.set(parent, [layer]);
    else siblings.push(layer);
  }
  const grow = (parent: string | null): Branch[] =>
    (below.get(parent) ?? []).sort(byKey).map((layer) => ({ layer, children: grow(layer.id) }));
  return grow(null);
}

/** A layer with the groups above it and all that lies below it. */
export function lineage(layers: Layers, id: string): Set<string> {
  const found = new Set([...above(layers, id), id]);
  const parents = new Set([id]);
  for (let size = 0; size !== parents.size; ) {
    size = parents.size;
    for (const layer of layers.values()) if (layer.parent !== null && parents.has(layer.parent)) parents.add(layer.id);
  }
  for (const each of parents) found.add(each);
  return found;
}

/** The groups above a layer, from the inside out. */
export function above(layers: Layers, id: string): string[] {
  const found: string[] = [];
  let parent = layers.get(id)?.parent ?? null;
  while (parent !== null && found.length <= layers.size) {
    found.push(parent);
    parent = layers.get(parent)?.parent ?? null;
  }
  return found;
}
