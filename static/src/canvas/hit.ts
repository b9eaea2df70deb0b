// What lies under a point of the board.

import { partsIn } from "./bezier.js";
import { DRAWING_WIDTH, POINT_MAX } from "../generated/constants.js";
import type { NodeShape } from "../generated/wire.js";
import { segmentDistance2 } from "./box.js";
import { frameTitleSize } from "./detail.js";
import { figureOf, holds, inside } from "./figure.js";
import type { Scene } from "./scene.js";

/** Something that is drawn and can be selected. */
export interface Hit {
  readonly kind: "node" | "relation";
  readonly id: string;
}

/**
 * The uppermost node at a point, else the nearest relation within `reach` board units; else null.
 * A frame is hit at its border and its title, a drawing near its line.
 */
export function hitAt(scene: Scene, x: number, y: number, reach: number, zoom = 1): Hit | null {
  const nodes = scene.nodesIn(x - reach, y - reach, x + reach, y + reach);
  for (let at = nodes.length - 1; at >= 0; at--) {
    const record = scene.nodes[nodes[at]!]!;
    if (nodeHit(record, x, y, reach, zoom)) return { kind: "node", id: record.id };
  }
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

/** Whether a point hits a node. */
export function nodeHit(record: NodeShape, x: number, y: number, reach: number, zoom: number): boolean {
  const it = figureOf(record);
  if (record.kind === "frame") {
    const [across, down] = inside(it, x, y);
    const [overX, overY] = [Math.abs(across) - record.w / 2, Math.abs(down) - record.h / 2];
    const far = Math.max(overX, overY); // from the border: below 0 inside
    if (far <= reach / 2 && far >= -reach) return true;
    // the title, as far as its letters may reach
    const size = frameTitleSize(zoom);
    const wide = Math.min(record.w, (record.title ?? []).join("").length * size * 0.7);
    return overX <= 0 && across + record.w / 2 <= wide && down < 0 && overY > 0 && overY <= size * 1.4;
  }
  if (record.kind === "drawing") {
    const [across, down] = inside(it, x, y);
    const near = Math.max(reach, DRAWING_WIDTH) ** 2;
    const points = (record.points ?? []).map((at, i) => (at / POINT_MAX - 0.5) * (i % 2 ? record.h : record.w));
    for (let at = 0; at + 1 < points.length; at += 2) {
      const to = Math.min(at + 2, points.length - 2);
      if (segmentDistance2(across, down, points[at]!, points[at + 1]!, points[to]!, points[to + 1]!) <= near) return true;
    }
    return false;
  }
  return holds(it, x, y);
}

/** The squared distance of a point from a relation's curve, when that is within `reach`; else infinite. */
export function relationDistance2(scene: Scene, slot: number, x: number, y: number, reach: number): number {
  let least = Infinity;
  const { path, at, count } = scene.wayOf(slot);
  for (let i = 0; i < count; i++) {
    partsIn(
      path, at + 6 * i, x - reach, y - reach, x + reach, y + reach, reach,
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
  }
  return least <= reach * reach ? least : Infinity;
}
