// What tools do with a pointer that they have taken, from the first move to the last.

import type { Grip, Press } from "../canvas/index.js";
import type { AnyOp, NodeCreate } from "../generated/wire.js";
import { copyNodes } from "./copies.js";
import { placed, removed, type Seen, USUAL } from "./doing.js";
import type { Editor, End, ToolName } from "./index.js";
import { caught } from "./selection.js";
import { GRID, snapMoved, snapResized } from "./snapping.js";
import { drawingOf, touches } from "./stroke.js";
import {
  angleAbout, bounded, boundsOf, boundsOfAll, type Handle, middleOf, type Point, resizedAll, rotatedAll, type Turned,
} from "./transform.js";

const SNAP_PX = 6;
const TURN_STEP = 15;
/** So near to the edge of the window the view moves along, in CSS pixels, and so far with each frame. */
const EDGE_PX = 28;
const EDGE_SPEED_PX = 11;
const ERASER_PX = 8;
const PEN_GRAIN_PX = 0.6;

type Box = Turned & { readonly id: string };

/** A gesture that shows what it comes to: bars step aside, and the view moves along at its edge. */
abstract class Gesture implements Grip {
  private frame = 0;
  private last: Press | null = null;
  private isOver = false;

  constructor(protected readonly editor: Editor) {}

  move(to: Press): void {
    if (this.isOver) return;
    this.editor.gesture = this;
    this.last = to;
    this.editor.busy.value = true;
    this.show(to);
    this.editor.store.canvas?.repaint();
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.along());
  }

  end(at: Press): void {
    if (this.over()) this.drop(at);
  }

  cancel(): void {
    if (this.over()) this.undo();
  }

  /** Whether it was not over before: Escape may have ended it, while the button is still held. */
  private over(): boolean {
    if (this.isOver) return false;
    this.isOver = true;
    this.editor.gesture = null;
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.editor.busy.value = false;
    this.editor.guides = [];
    this.editor.store.canvas?.repaint();
    return true;
  }

  /** Moves the view while the pointer is at its edge. */
  private along(): void {
    this.frame = 0;
    const { canvas } = this.editor.store;
    const last = this.last;
    if (canvas === null || last === null || !this.goesAlong) return;
    const { width, height, ratio } = canvas.camera;
    const speed = (at: number, size: number): number => {
      if (at < EDGE_PX) return -EDGE_SPEED_PX * Math.min(1, (EDGE_PX - at) / EDGE_PX);
      if (at > size - EDGE_PX) return EDGE_SPEED_PX * Math.min(1, (at - size + EDGE_PX) / EDGE_PX);
      return 0;
    };
    const [dx, dy] = [speed(last.x, width / ratio), speed(last.y, height / ratio)];
    if (dx === 0 && dy === 0) return;
    canvas.panBy(dx, dy);
    this.move(last);
  }

  protected readonly goesAlong: boolean = true;

  protected get zoom(): number {
    return this.editor.store.canvas?.zoom() ?? 1;
  }

  /** The upright boxes of what is seen and does not move. */
  protected neighbours(moving: ReadonlySet<string>): Turned[] {
    const { canvas, scene } = this.editor.store;
    const [x, y, w, h] = canvas!.viewport();
    return scene.nodesIn(x, y, x + w, y + h).flatMap((slot) => {
      const shape = scene.nodes[slot]!;
      return moving.has(shape.id) || shape.kind === "drawing" ? [] : [boundsOf(shape)];
    });
  }

  protected snapping(press: Press): { reach: number; grid: number } | null {
    if (press.ctrl) return null;
    const { snaps, grid } = this.editor;
    if (!snaps.value && !grid.value) return null;
    return { reach: snaps.value ? SNAP_PX / this.zoom : 0, grid: grid.value ? GRID : 0 };
  }

  protected abstract show(to: Press): void;
  protected abstract drop(at: Press): void;
  protected undo(): void {
    this.editor.drop([]);
  }
}

/** Moves what is selected, with what lies in its frames; with Alt, copies of it. */
export class MoveGrip extends Gesture {
  private readonly from: Point;
  private seen: readonly Seen[] = [];
  private boxes: readonly Box[] = [];
  private was = new Map<string, Turned>();
  private copies: readonly AnyOp[] = [];
  private by: [number, number] = [0, 0];

  constructor(editor: Editor, press: Press, private readonly id: string) {
    super(editor);
    this.from = editor.onBoard(press);
  }

  private begin(press: Press): void {
    const { editor } = this;
    const { selection } = editor.store;
    if (!selection.value.has(this.id)) editor.select(press.shift ? [...selection.value, this.id] : [this.id]);
    this.seen = editor.changeable(editor.pointing.carried());
    this.boxes = this.seen.map(({ shape }) => shape);
    this.was = new Map(this.boxes.map((box) => [box.id, box]));
  }

  protected show(to: Press): void {
    if (this.boxes.length === 0) this.begin(to);
    const { editor } = this;
    const at = editor.onBoard(to);
    let [dx, dy] = [at.x - this.from.x, at.y - this.from.y];
    if (to.shift) [dx, dy] = Math.abs(dx) > Math.abs(dy) ? [dx, 0] : [0, dy];
    const all = boundsOfAll(this.boxes);
    const snap = this.snapping(to);
    editor.guides = [];
    if (all !== null && snap !== null) {
      const moving = new Set(to.alt ? [] : this.boxes.map(({ id }) => id));
      const snapped = snapMoved({ ...all, x: all.x + dx, y: all.y + dy }, this.neighbours(moving), snap.reach, snap.grid);
      const locked = to.shift ? (dx === 0 ? "x" : "y") : null;
      if (locked !== "x") dx += snapped.dx;
      if (locked !== "y") dy += snapped.dy;
      editor.guides = snapped.guides.filter(({ axis }) => axis !== locked);
    }
    this.by = bounded(this.boxes, dx, dy);
    const [x, y] = this.by;
    if (to.alt) {
      const nodes = this.seen.map(({ layer, shape }) => ({ ...shape, layer }));
      if (this.copies.length === 0) this.copies = copyNodes(editor.session.model, nodes, editor.making, { dx: 0, dy: 0 });
      editor.draft(this.copiesAt(x, y));
      return;
    }
    const boxes = this.boxes.map((box) => ({ ...box, x: box.x + x, y: box.y + y }));
    editor.draft(placed(boxes, this.was), boxes);
  }

  private copiesAt(dx: number, dy: number): AnyOp[] {
    return this.copies.map((op) => (op.op === "node.create" ? { ...op, x: (op.x ?? 0) + dx, y: (op.y ?? 0) + dy } : op));
  }

  protected drop(at: Press): void {
    const [dx, dy] = this.by;
    if (at.alt && this.copies.length > 0) {
      const copies = this.copiesAt(dx, dy);
      this.editor.drop(copies);
      this.editor.select(copies.flatMap((op) => (op.op === "node.create" ? [op.id] : [])));
      return;
    }
    this.editor.drop(placed(this.boxes.map((box) => ({ ...box, x: box.x + dx, y: box.y + dy })), this.was));
  }
}

/** Gives what is selected other boxes. */
abstract class TransformGrip extends Gesture {
  protected readonly from: Point;
  protected readonly boxes: readonly (Box & { readonly kind?: string })[];
  private readonly was: ReadonlyMap<string, Turned>;
  private now: readonly Box[];

  constructor(editor: Editor, press: Press) {
    super(editor);
    this.from = editor.onBoard(press);
    this.boxes = this.now = (editor.pointing.frame()?.nodes ?? []).map(({ shape }) => shape);
    this.was = new Map(this.boxes.map((box) => [box.id, box]));
  }

  protected abstract transformed(to: Press): readonly Turned[];

  protected show(to: Press): void {
    this.editor.guides = [];
    this.now = this.transformed(to).map((box, at) => ({ ...box, id: this.boxes[at]!.id }));
    this.editor.draft(placed(this.now, this.was), this.now);
  }

  protected drop(): void {
    this.editor.drop(placed(this.now, this.was));
  }
}

/** Resizes what is selected by a handle. */
export class ResizeGrip extends TransformGrip {
  private readonly isImage: boolean;

  constructor(editor: Editor, press: Press, private readonly handle: Handle) {
    super(editor, press);
    this.isImage = this.boxes.some(({ kind }) => kind === "image");
  }

  protected transformed(to: Press): readonly Turned[] {
    const at = this.editor.onBoard(to);
    const how = { keepsRatio: to.shift !== this.isImage, fromMiddle: to.alt };
    const [dx, dy] = [at.x - this.from.x, at.y - this.from.y];
    const freely = resizedAll(this.boxes, this.handle, dx, dy, how);
    const all = boundsOfAll(freely);
    const snap = this.snapping(to);
    const upright = this.boxes.length > 1 || (this.boxes[0]?.angle ?? 0) === 0;
    if (all === null || snap === null || !upright || how.keepsRatio) return freely;
    const others = this.neighbours(new Set(this.boxes.map(({ id }) => id)));
    const snapped = snapResized(all, this.handle, others, snap.reach, snap.grid);
    this.editor.guides = snapped.guides;
    return resizedAll(this.boxes, this.handle, dx + snapped.dx, dy + snapped.dy, how);
  }
}

/** Turns what is selected about its middle. */
export class RotateGrip extends TransformGrip {
  private readonly about = middleOf(boundsOfAll(this.boxes) ?? { x: 0, y: 0, w: 0, h: 0 });

  protected transformed(to: Press): readonly Turned[] {
    let by = angleAbout(this.editor.onBoard(to), this.about) - angleAbout(this.from, this.about);
    const first = this.boxes.length === 1 ? (this.boxes[0]!.angle ?? 0) : 0;
    if (to.shift) by = Math.round((first + by) / TURN_STEP) * TURN_STEP - first;
    // what is as good as upright is meant to be
    else if (Math.abs(((first + by + 45) % 90 + 90) % 90 - 45) < 2) by = Math.round((first + by) / 90) * 90 - first;
    return rotatedAll(this.boxes, this.about, by);
  }
}

/** Draws a rectangle, and selects what it touches. */
export class LassoGrip extends Gesture {
  private readonly from: Point;
  private readonly before: ReadonlySet<string>;
  private found: readonly string[] = [];

  constructor(editor: Editor, press: Press) {
    super(editor);
    this.from = editor.onBoard(press);
    this.before = press.shift ? editor.store.selection.value : new Set();
  }

  protected show(to: Press): void {
    const { editor } = this;
    const at = editor.onBoard(to);
    const box = between(this.from, at);
    editor.lasso = box;
    const { scene } = editor.store;
    const shapes = scene.nodesIn(box.x, box.y, box.x + box.w, box.y + box.h).map((slot) => scene.nodes[slot]!);
    this.found = [...new Set([...this.before, ...caught(shapes, box)])];
    const { selection } = editor.store;
    if (selection.value.size !== this.found.length || this.found.some((id) => !selection.value.has(id))) {
      editor.store.selectAll(this.found);
    }
  }

  protected drop(): void {
    this.editor.lasso = null;
    this.editor.select(this.found);
  }

  protected override undo(): void {
    this.editor.lasso = null;
  }
}

/** Puts something down: where it is clicked, or as large as it is drawn. */
export class PlaceGrip extends Gesture {
  readonly atOnce = true;
  private readonly from: Point;
  private readonly start: Press;
  private readonly kind: keyof typeof USUAL;

  constructor(editor: Editor, tool: ToolName, press: Press) {
    super(editor);
    this.kind = tool as keyof typeof USUAL;
    this.start = press;
    this.from = editor.onBoard(press);
  }

  private box(to: Press): Turned | null {
    if (Math.hypot(to.x - this.start.x, to.y - this.start.y) < 8) return null;
    const at = this.editor.onBoard(to);
    const box = between(this.from, at);
    if (this.kind === "text") return { ...box, h: USUAL.text.h, w: Math.max(40, box.w) };
    const square = this.kind === "sticky" || to.shift;
    if (!square) return { ...box, w: Math.max(24, box.w), h: Math.max(24, box.h) };
    const side = Math.max(24, box.w, box.h);
    return {
      x: at.x < this.from.x ? this.from.x - side : this.from.x,
      y: at.y < this.from.y ? this.from.y - side : this.from.y, w: side, h: side,
    };
  }

  protected show(to: Press): void {
    this.editor.lasso = this.box(to);
  }

  protected drop(at: Press): void {
    this.editor.lasso = null;
    this.editor.make(this.kind, this.box(at) ?? this.from);
  }

  protected override undo(): void {
    this.editor.lasso = null;
  }
}

/** Draws a line to the other end of a relation. */
abstract class WireGrip extends Gesture {
  protected abstract from(): Point | null;

  protected show(to: Press): void {
    const from = this.from();
    this.editor.wire = from === null ? null : { from, to: this.editor.onBoard(to) };
  }

  protected dropped(at: Press): string | null {
    this.editor.wire = null;
    const hit = this.editor.pointing.hit(at);
    return hit?.kind === "node" ? hit.id : null;
  }

  protected override undo(): void {
    this.editor.wire = null;
  }
}

/** A relation from a node: to the one where it is dropped, or to a new one. */
export class RelateGrip extends WireGrip {
  constructor(editor: Editor, private readonly id: string) {
    super(editor);
  }

  protected from(): Point | null {
    const seen = this.editor.node(this.id);
    return seen === undefined ? null : middleOf(seen.shape);
  }

  protected drop(at: Press): void {
    const target = this.dropped(at);
    if (target === this.id) return;
    if (target !== null && !this.isAround(target)) this.editor.relate(this.id, target);
    else this.editor.make("sticky", this.editor.onBoard(at), this.id);
  }

  /** Whether this is the frame that the node lies in: dropped there, it is dropped on nothing. */
  private isAround(target: string): boolean {
    const [frame, node] = [this.editor.node(target), this.editor.node(this.id)];
    return frame?.shape.kind === "frame" && node !== undefined &&
      this.editor.pointing.carried([frame]).some(({ shape }) => shape.id === this.id);
  }
}

/** Another end for a relation. */
export class AttachGrip extends WireGrip {
  constructor(editor: Editor, private readonly id: string, private readonly which: End) {
    super(editor);
  }

  protected from(): Point | null {
    const relation = this.editor.session.model.relation(this.id);
    const seen = relation && this.editor.node(this.which === "source" ? relation.target : relation.source);
    return seen === undefined ? null : middleOf(seen.shape);
  }

  protected drop(at: Press): void {
    const node = this.dropped(at);
    if (node !== null) this.editor.attach(this.id, this.which, node);
  }
}

/** Draws a line by hand. */
export class PenGrip extends Gesture {
  readonly atOnce = true;
  protected override readonly goesAlong = false;
  private readonly line: Point[];

  constructor(editor: Editor, press: Press) {
    super(editor);
    this.line = [editor.onBoard(press)];
    editor.stroke = this.line;
  }

  protected show(to: Press): void {
    const point = this.editor.onBoard(to);
    const last = this.line.at(-1)!;
    if (Math.hypot(point.x - last.x, point.y - last.y) * this.zoom >= 1) this.line.push(point);
  }

  protected drop(): void {
    const { editor } = this;
    editor.stroke = [];
    const layer = editor.session.active;
    if (layer === null) return;
    const { points, ...box } = drawingOf(this.line, PEN_GRAIN_PX / this.zoom);
    const create: NodeCreate = { op: "node.create", id: editor.session.fresh(), layer, kind: "drawing", ...box, points };
    editor.edit([create]);
  }

  protected override undo(): void {
    this.editor.stroke = [];
  }
}

/** Removes the drawings that it touches, all in one step. */
export class EraserGrip extends Gesture {
  readonly atOnce = true;
  protected override readonly goesAlong = false;
  private at: Point;
  private readonly gone = new Set<string>();

  constructor(editor: Editor, press: Press) {
    super(editor);
    this.at = editor.onBoard(press);
    this.wipe(this.at, press.reach);
  }

  private wipe(to: Point, reachPx: number): void {
    const reach = Math.max(ERASER_PX, reachPx) / this.zoom;
    const { scene } = this.editor.store;
    const box = between(this.at, to);
    for (const slot of scene.nodesIn(box.x - reach, box.y - reach, box.x + box.w + reach, box.y + box.h + reach)) {
      const shape = scene.nodes[slot]!;
      if (shape.kind !== "drawing" || this.gone.has(shape.id) || !this.editor.mayChange(shape.id)) continue;
      if (touches(shape, this.at, to, reach)) this.gone.add(shape.id);
    }
    this.at = to;
    if (this.gone.size > 0) this.editor.session.draft(removed([...this.gone], []));
  }

  protected show(to: Press): void {
    this.wipe(this.editor.onBoard(to), to.reach);
  }

  protected drop(): void {
    this.editor.drop(removed([...this.gone], []));
  }
}

function between(a: Point, b: Point): { x: number; y: number; w: number; h: number } {
  return { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), w: Math.abs(a.x - b.x), h: Math.abs(a.y - b.y) };
}
