// What pointers mean to who edits: which tool takes them, what lies under them, and the spots of a
// selection that can be taken hold of.

import type { Grip, Hit, Press, Tools } from "../canvas/index.js";
import type { Seen } from "./doing.js";
import {
  AttachGrip, EraserGrip, LassoGrip, MoveGrip, PenGrip, PlaceGrip, RelateGrip, ResizeGrip, RotateGrip,
} from "./grips.js";
import type { Editor } from "./index.js";
import { carried, toggled } from "./selection.js";
import { boundsOfAll, cursorOf, type Handle, HANDLES, placeOn, type Point, type Turned } from "./transform.js";

/** A place of the selection that can be taken hold of, in CSS pixels of the canvas. */
export type Spot = Point & (
  | { readonly does: "resize"; readonly handle: Handle; readonly angle: number }
  | { readonly does: "rotate" }
  | { readonly does: "relate"; readonly id: string }
  | { readonly does: "attach"; readonly id: string; readonly end: "source" | "target" }
);

/** How far from a selection its spots are, in CSS pixels. */
const ROTATE_PX = 26;
const RELATE_PX = 20;
const SPOT_REACH_MOUSE_PX = 9;
const SPOT_REACH_TOUCH_PX = 22;
/** Handles in the middle of an edge need so much of it, in CSS pixels. */
const EDGE_PX = 56;

export class Pointing implements Tools {
  private spaceHeld = false;
  /** Where the pointer was last, for what is pasted there. */
  at: Point | null = null;

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

  /** Where the selection can be taken hold of. */
  spots(): Spot[] {
    const { editor } = this;
    const { tool, typing, store } = editor;
    if (tool.value !== "select" || typing.value !== null || store.canvas === null) return [];
    const spots: Spot[] = [];
    const { camera } = store.canvas;
    const place = (box: Turned, x: number, y: number): Point => {
      const point = placeOn(box, x, y);
      const [left, top] = camera.toWindow(point.x, point.y);
      return { x: left, y: top };
    };
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
      spots.push({ does: "resize", handle, angle, ...place(box, handle.x, handle.y) });
    }
    const away = (px: number, size: number): number => 1 + (2 * px) / Math.max(size, 1);
    const [one] = nodes;
    // a corner of its own: the middle above is where relations begin
    spots.push({ does: "rotate", ...place(box, away(ROTATE_PX * 0.7, wide), -away(ROTATE_PX * 0.7, high)) });
    if (nodes.length === 1 && one !== undefined) {
      for (const [x, y] of [[0, -1], [1, 0], [0, 1], [-1, 0]] as const) {
        spots.push({
          does: "relate", id: one.shape.id, ...place(box, x * away(RELATE_PX, wide), y * away(RELATE_PX, high)),
        });
      }
    }
    return spots;
  }

  private spotAt({ x, y, kind }: Pick<Press, "x" | "y" | "kind">): Spot | null {
    let reach = kind === "touch" ? SPOT_REACH_TOUCH_PX : SPOT_REACH_MOUSE_PX;
    let best: Spot | null = null;
    for (const spot of this.spots()) {
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
    this.at = editor.onBoard(press);
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
    this.at = editor.onBoard({ x, y });
    if (this.spaceHeld) return { cursor: "grab", marks: false };
    switch (editor.tool.value) {
      case "hand":
        return { cursor: "grab", marks: true };
      case "select": {
        const spot = this.spotAt({ x, y, kind: "mouse" });
        if (spot?.does === "resize") return { cursor: cursorOf(spot.handle, spot.angle), marks: false };
        if (spot !== null) return { cursor: spot.does === "rotate" ? "grab" : "crosshair", marks: false };
        const hit = this.hit({ x, y, reach: 6 });
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
