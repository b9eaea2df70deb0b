// What lies under a point of the board.

import { partsIn } from "./bezier.js";
import { segmentDistance2 } from "./box.js";
import { CURVE, type Scene } from "./scene.js";

/** Something that is drawn and can be selected. */
export interface Hit {
  readonly kind: "node" | "relation";
  readonly id: string;
}

/** The uppermost node at a point, else the nearest relation within `reach` board units; else null. */
export function hitAt(scene: Scene, x: number, y: number, reach: number): Hit | null {
  const nodes = scene.nodesIn(x, y, x, y);
  const top = nodes[nodes.length - 1];
  if (top !== undefined) return { kind: "node", id: scene.nodes[top]!.id };
  let nearest: number | null = null;
  let least = reach * reach;
  for (const slot of scene.relationsIn(x, y, x, y, reach)) {
    const distance2 = relationDistance2(scene, slot, x, y, reach);
    if (distance2 <= least) {
      least = distance2;
      nearest = slot;
    }
  }
  return nearest === null ? null : { kind: "relation", id: scene.relations[nearest]!.id };
}

/** The squared distance of a point from a relation's curve, when that is within `reach`; else infinite. */
export function relationDistance2(scene: Scene, slot: number, x: number, y: number, reach: number): number {
  let least = Infinity;
  partsIn(
    scene.curves, slot * CURVE, x - reach, y - reach, x + reach, y + reach, reach,
    (x0, y0, x1, y1, x2, y2, x3, y3) => {
      // halfway by way of the curve's own middle: parts are no larger than the reach
      const midX = (x0 + 3 * x1 + 3 * x2 + x3) / 8;
      const midY = (y0 + 3 * y1 + 3 * y2 + y3) / 8;
      least = Math.min(
        least, segmentDistance2(x, y, x0, y0, midX, midY), segmentDistance2(x, y, midX, midY, x3, y3),
      );
      return false;
    },
  );
  return least <= reach * reach ? least : Infinity;
}
