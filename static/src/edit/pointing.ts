// What pointers mean to who edits: which tool takes them, what lies under them, and the spots of a
// selection that can be taken hold of.

import type { BoardCanvas, Grip, Hit, Press, Tools } from "../canvas/index.js";
import type { NodeShape } from "../generated/wire.js";
import type { Seen } from "./doing.js";
import {
  AttachGrip, EraserGrip, LassoGrip, MoveGrip, PenGrip, PlaceGrip, RelateGrip, ResizeGrip, RotateGrip,
} from "./grips.js";
import type { Editor, End } from "./index.js";
import { carried, toggled } from "./selection.js";
import { boundsOfAll, cursorOf, type Handle, HANDLES, holds, placeOn, type Point, type Turned } from "./transform.js";

/** A place of the selection that can be taken hold of, in CSS pixels of the canvas. */
export type Spot = Point & (
  | { readonly does: "resize"; readonly handle: Handle; readonly angle: number }
  | { readonly does: "rotate" }
  | { readonly does: "relate"; readonly id: string; readonly isNear: boolean }
  | { readonly does: "attach"; readonly id: string; readonly end: End }
);

/** How far from a selection its spots are, in CSS pixels. */
const ROTATE_PX = 26;
const RELATE_PX = 20;
/** The dots of what is not selected are nearer to it, in the gap between two cards: on the way to them lies nothing else. */
const NEAR_PX = 7;
/** And it has none where it is smaller than this, in CSS pixels. */
const NEAR_SIDE_PX = 40;
const SPOT_REACH_MOUSE_PX = 9;
const SPOT_REACH_TOUCH_PX = 22;
/** Handles in the middle of an edge need so much of it, in CSS pixels. */
const EDGE_PX = 56;

/** A place on a box, or so many CSS pixels out of it, in CSS pixels of the canvas. */
function placeAway({ camera }: BoardCanvas, box: Turned, x: number, y: number, px: number): Point {
  const away = (size: number): number => 1 + (2 * px) / Math.max(size * camera.zoom, 1);
  const point = placeOn(box, x * away(box.w), y * away(box.h));
  const [left, top] = camera.toWindow(point.x, point.y);
  return { x: left, y: top };
}

export class Pointing implements Tools {
  private spaceHeld = false;
  private heard: HTMLElement | null = null;
  /** The node that a mouse is over, or by: relations begin at its dots, though it is not selected. */
  private near: string | null = null;

  constructor(private readonly editor: Editor) {
    document.addEventListener("keydown", (event) => {
      if (event.key === " " && event.target instanceof Element && event.target.closest(".canvas") !== null) {
        this.spaceHeld = true;
        event.preventDefault();
      }
    });
    document.addEventListener("keyup", (event) => {
      if (event.key === " ") this.spaceHeld = false;
    });
    addEventListener("blur", () => (this.spaceHeld = false));
  }

  /** Hears when the pointer leaves a canvas. */
  follow({ element }: BoardCanvas): void {
    if (element === this.heard) return;
    this.heard = element;
    element.addEventListener("pointerleave", () => {
      this.editor.landing.pointer = null;
      this.comeBy(null);
    });
  }

  // -- what is there

  /** What lies under a press. A frame lies under all else. */
  hit({ x, y, reach }: Pick<Press, "x" | "y" | "reach">): Hit | null {
    const { canvas } = this.editor.store;
    const hit = canvas!.hit(x, y, reach);
    if (hit?.kind !== "node" || this.editor.node(hit.id)?.shape.kind !== "frame") return hit;
    const [boardX, boardY] = canvas!.camera.toBoard(x, y);
    const { scene } = this.editor.store;
    const others = scene.nodesIn(boardX, boardY, boardX, boardY).map((slot) => scene.nodes[slot]!);
    const above = others.filter(({ kind }) => kind !== "frame").at(-1);
    return above === undefined ? hit : { kind: "node", id: above.id };
  }

  /** What is selected and can be transformed; null where that is nothing. */
  frame(): { readonly nodes: readonly Seen[]; readonly box: Turned } | null {
    const nodes = this.editor.changeable(this.editor.nodes());
    const [one] = nodes;
    if (one === undefined) return null;
    const box = nodes.length === 1 ? one.shape : boundsOfAll(nodes.map(({ shape }) => shape))!;
    return { nodes, box };
  }

  /** The nodes that move with the selection: what lies in its frames, too. */
  carried(from: readonly Seen[] = this.editor.nodes()): Seen[] {
    const { scene } = this.editor.store;
    const frames = from.filter(({ shape }) => shape.kind === "frame");
    const inside = frames.flatMap(({ shape: { x, y, w, h } }) =>
      scene.nodesIn(x, y, x + w, y + h).map((slot) => scene.nodes[slot]!));
    const near = new Map(inside.map((shape) => [shape.id, shape]));
    return carried(from.map(({ shape }) => shape), near.values()).flatMap(({ id }) => this.editor.node(id) ?? []);
  }

  /** What can be taken hold of: the spots of the selection, and the dots of what the mouse is by. */
  spots(): Spot[] {
    const { tool, typing, store } = this.editor;
    if (tool.value !== "select" || typing.value !== null || store.canvas === null) return [];
    return [...this.spotsOfSelection(store.canvas), ...this.dotsNear(store.canvas)];
  }

  /** The dots beside a node at which relations begin, so many CSS pixels away. */
  private dots(canvas: BoardCanvas, shape: NodeShape, px: number, isNear: boolean): Spot[] {
    return ([[0, -1], [1, 0], [0, 1], [-1, 0]] as const).map(([x, y]) => ({
      does: "relate", id: shape.id, isNear, ...placeAway(canvas, shape, x, y, px),
    }));
  }

  private dotsNear(canvas: BoardCanvas): Spot[] {
    const { editor, near } = this;
    const seen = near === null ? undefined : editor.node(near);
    if (seen === undefined || editor.store.selection.value.has(seen.shape.id) || !editor.mayRelate(seen.shape.id)) return [];
    const { w, h } = seen.shape;
    return Math.min(w, h) * canvas.zoom() < NEAR_SIDE_PX ? [] : this.dots(canvas, seen.shape, NEAR_PX, true);
  }

  /** The mouse has come by another node, or by none. */
  private comeBy(id: string | null): void {
    if (id === this.near) return;
    this.near = id;
    this.editor.store.canvas?.repaint();
  }

  /** The node that the mouse is by: what it is over, else the one whose dots it may be on its way to. */
  private nodeBy(hit: Hit | null, x: number, y: number): string | null {
    if (hit?.kind === "node") return hit.id;
    const seen = this.near === null ? undefined : this.editor.node(this.near);
    if (seen === undefined) return null;
    const reach = (NEAR_PX + SPOT_REACH_MOUSE_PX) / this.editor.store.canvas!.zoom();
    return holds(seen.shape, this.editor.onBoard({ x, y }), reach) ? seen.shape.id : null;
  }

  private spotsOfSelection(canvas: BoardCanvas): Spot[] {
    const { editor } = this;
    const { store } = editor;
    const spots: Spot[] = [];
    const { camera } = canvas;
    const relations = editor.relations();
    const held = this.frame();
    if (relations.length === 1 && held === null) {
      const [relation] = editor.openRelations(relations);
      const slot = relation === undefined ? undefined : store.scene.relationSlot(relation.id);
      if (relation === undefined || slot === undefined) return [];
      for (const [end, t] of [["source", 0], ["target", 1]] as const) {
        const [x, y] = camera.toWindow(...store.scene.pointOn(slot, t));
        spots.push({ does: "attach", id: relation.id, end, x, y });
      }
      return spots;
    }
    if (held === null) return [];
    const { box, nodes } = held;
    const angle = box.angle ?? 0;
    const wide = box.w * camera.zoom;
    const high = box.h * camera.zoom;
    for (const handle of HANDLES) {
      if (handle.x === 0 && wide < EDGE_PX) continue;
      if (handle.y === 0 && high < EDGE_PX) continue;
      spots.push({ does: "resize", handle, angle, ...placeAway(canvas, box, handle.x, handle.y, 0) });
    }
    // a corner of its own: the middle above is where relations begin
    spots.push({ does: "rotate", ...placeAway(canvas, box, 1, -1, ROTATE_PX * 0.7) });
    const [one] = nodes;
    if (nodes.length === 1 && one !== undefined) spots.push(...this.dots(canvas, one.shape, RELATE_PX, false));
    return spots;
  }

  private spotAt({ x, y, kind }: Pick<Press, "x" | "y" | "kind">): Spot | null {
    let reach = kind === "touch" ? SPOT_REACH_TOUCH_PX : SPOT_REACH_MOUSE_PX;
    let best: Spot | null = null;
    for (const spot of this.spots()) {
      if (spot.does === "relate" && spot.isNear && kind === "touch") continue;
      const far = Math.hypot(spot.x - x, spot.y - y);
      if (far <= reach) [best, reach] = [spot, far];
    }
    return best;
  }

  // -- what a pointer does

  take(press: Press): Grip | null {
    const { editor } = this;
    editor.finish();
    editor.settle();
    if (this.spaceHeld) return null;
    const tool = editor.tool.value;
    switch (tool) {
      case "hand":
      case "image":
        return null;
      case "pen":
        return editor.session.active === null ? null : new PenGrip(editor, press);
      case "eraser":
        return new EraserGrip(editor, press);
      case "relation": {
        const hit = this.hit(press);
        return hit?.kind === "node" && editor.mayRelate(hit.id) ? new RelateGrip(editor, hit.id) : null;
      }
      case "select":
        return this.takeSelecting(press);
      default:
        return new PlaceGrip(editor, tool, press);
    }
  }

  private takeSelecting(press: Press): Grip | null {
    const { editor } = this;
    const spot = this.spotAt(press);
    switch (spot?.does) {
      case "resize":
        return new ResizeGrip(editor, press, spot.handle);
      case "rotate":
        return new RotateGrip(editor, press);
      case "relate":
        return new RelateGrip(editor, spot.id);
      case "attach":
        return new AttachGrip(editor, spot.id, spot.end);
    }
    const hit = this.hit(press);
    const selected = hit !== null && editor.store.selection.value.has(hit.id);
    // a finger moves what is selected, and else the view
    if (press.kind === "touch") return hit?.kind === "node" && selected && editor.mayChange(hit.id) ? new MoveGrip(editor, press, hit.id) : null;
    if (hit?.kind === "node" && editor.mayChange(hit.id) && (selected || !this.isHollow(hit.id, press))) {
      return new MoveGrip(editor, press, hit.id);
    }
    return new LassoGrip(editor, press);
  }

  /** Whether this is the inside of a frame, where a rectangle may begin. */
  private isHollow(id: string, press: Press): boolean {
    const seen = this.editor.node(id);
    if (seen?.shape.kind !== "frame") return false;
    const { left, top, right, bottom } = this.editor.inWindow(seen.shape);
    const edge = press.reach * 2;
    return press.x > left + edge && press.x < right - edge && press.y > top + edge && press.y < bottom - edge;
  }

  hold(press: Press): Grip | null {
    const { editor } = this;
    if (editor.tool.value !== "select") return null;
    const hit = this.hit(press);
    navigator.vibrate?.(10);
    if (hit === null) return new LassoGrip(editor, press);
    if (!editor.store.selection.value.has(hit.id)) editor.select([...editor.store.selection.value, hit.id]);
    return hit.kind === "node" && editor.mayChange(hit.id) ? new MoveGrip(editor, press, hit.id) : null;
  }

  double(press: Press): boolean {
    const { editor } = this;
    if (editor.tool.value !== "select") return editor.tool.value !== "hand";
    const hit = this.hit(press);
    if (hit !== null) {
      if (hit.kind === "node" && this.isHollow(hit.id, press)) return this.makeAt(press);
      editor.type(hit.id);
      return true;
    }
    return this.makeAt(press);
  }

  /** A sticky where a mouse clicks twice; a finger that taps twice comes nearer. */
  private makeAt(press: Press): boolean {
    if (press.kind === "touch") return false;
    this.editor.make("sticky", this.editor.onBoard(press));
    return true;
  }

  tap(press: Press): void {
    const { editor } = this;
    const hit = this.hit(press);
    editor.store.hintsOutline.value = false;
    const source = editor.source.value;
    if (editor.tool.value === "relation") {
      if (hit?.kind !== "node") return;
      if (source !== null && source !== hit.id) editor.relate(source, hit.id);
      else editor.relateFrom(hit.id);
      return;
    }
    if (hit === null) {
      if (!press.shift) editor.select([]);
      return;
    }
    editor.select(press.shift ? toggled(editor.store.selection.value, [hit.id]) : [hit.id]);
  }

  hover(x: number, y: number): { cursor: string; marks: boolean } {
    const { editor } = this;
    editor.landing.pointer = { x, y };
    if (this.spaceHeld) return { cursor: "grab", marks: false };
    switch (editor.tool.value) {
      case "hand":
        return { cursor: "grab", marks: true };
      case "select": {
        const spot = this.spotAt({ x, y, kind: "mouse" });
        if (spot?.does === "resize") return { cursor: cursorOf(spot.handle, spot.angle), marks: false };
        if (spot !== null) return { cursor: spot.does === "rotate" ? "grab" : "crosshair", marks: false };
        const hit = this.hit({ x, y, reach: 6 });
        this.comeBy(this.nodeBy(hit, x, y));
        if (hit === null) return { cursor: "default", marks: true };
        return { cursor: hit.kind === "node" && editor.store.selection.value.has(hit.id) && editor.mayChange(hit.id) ? "move" : "pointer", marks: true };
      }
      case "relation":
        return { cursor: "crosshair", marks: true };
      case "text":
        return { cursor: "text", marks: false };
      default:
        return { cursor: "crosshair", marks: false };
    }
  }
}
