// What lies under a point of the board.

import { segmentDistance2 } from "./box.js";
import type { Scene } from "./scene.js";

/** Something that is drawn and can be selected. */
export interface Hit {
  readonly kind: "node" | "relation";
  readonly id: string;
}

const PIECES = 24;

/** The uppermost node at a point, else the nearest relation within `reach` board units; else null. */
export function hitAt(scene: Scene, x: number, y: number, reach: number): Hit | null {
  const nodes = scene.nodesIn(x, y, x, y);
  const top = nodes[nodes.length - 1];
  if (top !== undefined) return { kind: "node", id: scene.nodes[top]!.id };
  let nearest: number | null = null;
  let least = reach * reach;
  for (const slot of scene.relationsIn(x, y, x, y, reach)) {
    const distance2 = relationDistance2(scene, slot, x, y);
    if (distance2 <= least) {
      least = distance2;
      nearest = slot;
    }
  }
  return nearest === null ? null : { kind: "relation", id: scene.relations[nearest]!.id };
}

/** The squared distance of a point from a relation's curve. */
export function relationDistance2(scene: Scene, slot: number, x: number, y: number): number {
  let [fromX, fromY] = scene.pointOn(slot, 0);
  let least = Infinity;
  for (let piece = 1; piece <= PIECES; piece++) {
    const [toX, toY] = scene.pointOn(slot, piece / PIECES);
    least = Math.min(least, segmentDistance2(x, y, fromX, fromY, toX, toY));
    fromX = toX;
    fromY = toY;
  }
  return least;
}
