// What is selected or under the pointer, on a canvas of its own above the board's picture: the
// picture below stays as it is. A selection lays a veil over all but what it is related to.

import { LABEL_SIZE } from "../generated/constants.js";
import type { Camera } from "./camera.js";
import type { Hit } from "./hit.js";
import { type Context, edges, overlaps, type Painter, type Rect } from "./painter.js";
import type { Scene } from "./scene.js";
import { channels, type Theme } from "./theme.js";

/** Of one node so many relations are marked at most. */
export const MARKED_MAX = 500;
/** Above so many relations their labels are not drawn. */
const LABELS_MAX = 40;
/** Labels are no smaller than this, in CSS pixels. */
const LABEL_PX_MIN = 11;
/** Where on its curve a label may stand, best first. */
const PLACES = [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.1, 0.9];

/** What is marked: nodes and relations by slot; `heads` are those that were pointed at. */
export interface Marked {
  readonly heads: readonly number[];
  readonly nodes: ReadonlySet<number>;
  readonly relations: readonly number[];
}

/** What belongs to a hit: a node with its relations and their other ends, a relation with its ends. */
export function marked(scene: Scene, hit: Hit | null): Marked | null {
  if (!hit) return null;
  if (hit.kind === "relation") {
    const slot = scene.relationSlot(hit.id);
    if (slot === undefined) return null;
    const ends = [scene.relationSource[slot]!, scene.relationTarget[slot]!];
    return { heads: [], nodes: new Set(ends), relations: [slot] };
  }
  const node = scene.nodeSlot(hit.id);
  if (node === undefined) return null;
  const relations = scene.relationsOf(node).filter((slot) => scene.relationOn(slot)).slice(0, MARKED_MAX);
  const nodes = new Set([node]);
  for (const slot of relations) {
    nodes.add(scene.relationSource[slot]!);
    nodes.add(scene.relationTarget[slot]!);
  }
  return { heads: [node], nodes, relations };
}

/** What is to stay bright while everything else fades, by ids. */
export interface Kept {
  readonly nodes: ReadonlySet<string>;
  /** Left out: all relations between these nodes. */
  readonly relations?: ReadonlySet<string>;
  readonly heads?: readonly string[];
}

/** What of that is drawn, and on. */
export function keptMarks(scene: Scene, kept: Kept | null): Marked | null {
  if (kept === null) return null;
  const slots = (ids: Iterable<string>): number[] => [...ids].flatMap((id) => scene.nodeSlot(id) ?? []);
  const nodes = new Set(slots(kept.nodes));
  const relations = new Set([...(kept.relations ?? [])].flatMap((id) => scene.relationSlot(id) ?? []));
  for (const node of kept.relations === undefined ? nodes : []) {
    for (const slot of scene.relationsOf(node)) {
      const inside = nodes.has(scene.relationSource[slot]!) && nodes.has(scene.relationTarget[slot]!);
      if (inside && scene.relationOn(slot) && relations.size < MARKED_MAX) relations.add(slot);
    }
  }
  return { heads: slots(kept.heads ?? []), nodes, relations: [...relations] };
}

/** Paints what is marked; the context's canvas shows the window and nothing else. */
export function paintFocus(
  ctx: Context, camera: Camera, painter: Painter, theme: Theme, selected: Marked | null, hovered: Marked | null,
  veiled = true, kept: Marked | null = null,
): void {
  ctx.globalCompositeOperation = "source-over";
  ctx.clearRect(0, 0, camera.width, camera.height);
  if (kept) paintMarked(ctx, camera, painter, theme, kept, true, true);
  if (selected && !kept) paintMarked(ctx, camera, painter, theme, selected, veiled, veiled);
  if (hovered) paintMarked(ctx, camera, painter, theme, hovered, false, true);
}

function paintMarked(
  ctx: Context, camera: Camera, painter: Painter, theme: Theme, what: Marked, veiled: boolean, ringed: boolean,
): void {
  const { scene } = painter;
  const { originX, originY, k, ratio, zoom } = camera;
  const window = { left: originX, top: originY, right: originX + camera.width, bottom: originY + camera.height };
  const scale = { zoom, ratio };
  const marks = [...what.nodes].filter((slot) => overlaps(edges(scene.boundsOf(slot), k), window));

  // 1. the lines; 2. they pass behind every card: what they cover there is taken out again
  for (const slot of what.relations) {
    painter.paintRelation(ctx, slot, scale, window, theme.focus, 1.7);
  }
  ctx.globalCompositeOperation = "destination-out";
  const bounds = linesBounds(scene, what.relations, camera);
  if (bounds) {
    for (const slot of scene.nodesIn(bounds.left, bounds.top, bounds.right, bounds.bottom)) {
      if (scene.hides(slot)) fillNode(ctx, painter, slot, camera);
    }
  }
  // 3. the veil, behind the lines; 4. taken out again over the cards that are marked
  if (veiled) {
    const [red, green, blue] = channels(theme.background);
    ctx.globalCompositeOperation = "destination-over";
    ctx.fillStyle = `rgba(${red},${green},${blue},${theme.dark ? 0.68 : 0.72})`;
    ctx.fillRect(0, 0, camera.width, camera.height);
    ctx.globalCompositeOperation = "destination-out";
    for (const slot of marks) fillNode(ctx, painter, slot, camera);
  }
  ctx.globalCompositeOperation = "source-over";

  // 5. a ring around each marked card, a strong one around the one that was meant
  ctx.strokeStyle = theme.focus;
  const heads = new Set(what.heads);
  for (const slot of ringed ? what.nodes : []) {
    const strong = heads.has(slot);
    const width = (strong ? 2.5 : 1.25) * ratio;
    ctx.lineWidth = width;
    ctx.beginPath();
    painter.outline(ctx, slot, k, originX, originY, width / 2 + (strong ? ratio : 0));
    ctx.stroke();
  }

  // 6. labels, above all, no smaller than can be read; not on a board that is only colours
  if (zoom < 0.3 || what.relations.length > LABELS_MAX) return;
  const growth = Math.max(1, LABEL_PX_MIN / (LABEL_SIZE * zoom));
  const plates: Rect[] = [];
  const cards = [...what.nodes].filter((slot) => scene.covers(slot)).map((slot) => edges(scene.boundsOf(slot), k));
  for (const slot of what.relations) {
    let best: Rect | null = null;
    for (const t of PLACES) {
      const plate = painter.plateOf(slot, scale, growth, scene.pointOn(slot, t));
      if (!plate || !painter.leavesLine(slot, plate, scale) || plates.some((other) => overlaps(plate, other))) continue;
      if (cards.some((card) => overlaps(plate, card))) continue;
      best = plate;
      break;
    }
    if (!best) continue; // the outline has it
    plates.push(best);
    painter.paintLabel(ctx, slot, scale, originX, originY, best, growth);
  }
}

function fillNode(ctx: Context, painter: Painter, slot: number, camera: Camera): void {
  ctx.fillStyle = "#000";
  ctx.beginPath();
  painter.outline(ctx, slot, camera.k, camera.originX, camera.originY, 0);
  ctx.fill();
}

/** What the lines take up of the window, in board units. */
function linesBounds(
  scene: Scene, relations: readonly number[], camera: Camera,
): { left: number; top: number; right: number; bottom: number } | null {
  const view = camera.view();
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const slot of relations) {
    const at = slot * 4;
    left = Math.min(left, scene.relationBoxes[at]!);
    top = Math.min(top, scene.relationBoxes[at + 1]!);
    right = Math.max(right, scene.relationBoxes[at + 2]!);
    bottom = Math.max(bottom, scene.relationBoxes[at + 3]!);
  }
  left = Math.max(left, view.x);
  top = Math.max(top, view.y);
  right = Math.min(right, view.x + view.w);
  bottom = Math.min(bottom, view.y + view.h);
  return left <= right && top <= bottom ? { left, top, right, bottom } : null;
}
