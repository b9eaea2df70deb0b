// Bringing to the eye what was found: its layers are switched on in my own view, and once it is
// drawn it is selected and stands in the middle.

import { effect } from "@preact/signals";
import { bodyOf } from "../board/model.js";
import { words } from "../i18n/find.js";
import { text } from "../i18n/index.js";
import type { Store } from "../ui/store.js";

/** What can be brought to the eye: a node, a relation or a comment with the layers that show it, or a layer. */
export interface Goal {
  readonly owner: string;
  readonly id: string;
  readonly layers: readonly string[];
  /** A relation's ends; the node that a comment is on. */
  readonly ends?: readonly string[];
}

let stop: (() => void) | null = null; // waiting for the goal before

/**
 * Switches layers on in my own view alone, whoever leads. Returns the titles of those that were
 * off. A layer that is not there any more is passed over.
 */
export function switchOn(store: Store, layers: readonly string[]): string[] {
  const { session } = store;
  const off = layers.filter((layer) => session.layers.has(layer) && !session.on.has(layer));
  if (off.length === 0) return [];
  if (session.own === null) session.leave();
  for (const layer of off) session.switch(layer, true);
  return off.map((layer) => layerTitle(store, layer));
}

export function layerTitle(store: Store, layer: string): string {
  return store.session.layers.get(layer)?.title || text.untitled;
}

/** Brings something to the eye, now or as soon as it has come. Returns the layers switched on. */
export function reveal(store: Store, goal: Goal): string[] {
  stop?.();
  stop = null;
  const switched = switchOn(store, goal.layers);
  if (switched.length > 0) store.announcer.say(words.switchedOn(switched));
  if (arrive(store, goal)) return switched;
  const end = effect(() => {
    store.revision.value;
    store.on.value;
    if (store.session.status.kind === "stopped" || arrive(store, goal)) queueMicrotask(() => stop?.());
  });
  stop = () => {
    end();
    stop = null;
  };
  return switched;
}

/** Whether it is drawn, and therefore selected now; also when it is there no more. */
function arrive(store: Store, { owner, id, layers, ends = [] }: Goal): boolean {
  const { scene, session } = store;
  const here = layers.every((layer) => session.on.has(layer) && session.model.isWhole(bodyOf(layer)));
  if (owner === "layer") {
    const region = scene.regions().find((each) => each.layer === id);
    if (region !== undefined) store.look(region.box);
    return region !== undefined || here;
  }
  if (owner === "relation") {
    const [source = ""] = ends;
    if (session.model.relation(id) === undefined || ends.some((end) => scene.nodeBox(end) === null)) return false;
    store.selectAll([id]);
    store.canvas?.select({ kind: "relation", id });
    store.centre(source);
    return true;
  }
  if (owner === "comment") {
    if (session.model.place(`comment/${id}`) === undefined) return here && session.model.isWhole(`talk/${layers[0] ?? ""}`);
    return store.comments.value?.find(id, true) === true;
  }
  if (scene.nodeBox(id) === null) return here;
  store.select(id, true);
  return true;
}
