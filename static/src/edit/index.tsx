// What a page loads when its person may change the board: tools, text in place, the clipboard.
//
// It is a script of its own (static/build.mjs), so that whoever only looks does not load it.

import { effect, signal } from "@preact/signals";
import type { Hit, Press } from "../canvas/index.js";
import { DRAGGED_MAX } from "../generated/limits.js";
import type { AnyOp, LayerShape, NodeShape, RelationShape, TextSet } from "../generated/wire.js";
import { text } from "../i18n/edit.js";
import { text as common } from "../i18n/index.js";
import { beginEditing } from "../ui/begin.js";
import { adopt } from "../ui/sheet.js";
import type { Store } from "../ui/store.js";
import { actions } from "./actions.js";
import { SelectionBar } from "./bar.js";
import { listenToClipboard } from "./clipping.js";
import type { Making } from "./copies.js";
import { type Kind, moved, placed, reattached, related, type Seen, type ShapeName, USUAL } from "./doing.js";
import canvasSheet from "./canvas.lazy.css";
import sheet from "./edit.lazy.css";
import { Images } from "./images.js";
import { Landing } from "./landing.js";
import { openLayers } from "./layer-moves.js";
import { Overlay } from "./overlay.js";
import type { Gather } from "../gather/index.js";
import type { Panels } from "./panels.js";
import { Pointing } from "./pointing.js";
import type { Guide } from "./snapping.js";
import { Relating } from "./relating.js";
import { ToolBar } from "./toolbar.js";
import { bounded, boundsOf, boundsOfAll, type Point, type Turned } from "./transform.js";
import { TypingLayer } from "./typing.js";

export type ToolName =
  | "select" | "hand" | "sticky" | "card" | "text" | "shape" | "frame" | "relation" | "pen" | "eraser" | "image";

export type End = "source" | "target";

/** What somebody types in: the text of a thing. */
export interface Typing {
  readonly owner: "node" | "relation";
  readonly id: string;
  readonly field: TextSet["field"];
  /** It was made just now: without a word it goes again. */
  readonly isNew: boolean;
}

const NUDGE_MS = 450;

/** What makes a page one to edit in. One for each page, made when its role first may write. */
export class Editor {
  readonly tool = signal<ToolName>("select");
  readonly shape = signal<ShapeName>("rounded");
  readonly typing = signal<Typing | null>(null);
  /** A gesture is going on: bars step aside. */
  readonly busy = signal(false);
  /** It, from its first move on. */
  gesture: { cancel(): void } | null = null;
  /** The node that a relation will come from, when it is made by the keyboard or by two clicks. */
  readonly source = signal<string | null>(null);
  /** The end of a relation that another node is chosen for, without a pointer. */
  readonly attaching = signal<{ readonly id: string; readonly end: End } | null>(null);
  readonly snaps = signal(true);
  readonly grid = signal(false);
  // what is painted over the board while a gesture goes on
  guides: readonly Guide[] = [];
  lasso: { x: number; y: number; w: number; h: number } | null = null;
  stroke: readonly Point[] = [];
  wire: { from: Point; to: Point } | null = null;
  readonly landing: Landing;
  readonly pointing: Pointing;
  readonly images: Images;
  /** The outline and the panel of layers as editors, once one of them was opened. */
  readonly panels = signal<Panels | null>(null);
  private panelsAsked = false;
  private gathering: Promise<Gather> | null = null;
  private readonly overlay: Overlay;
  private nudged: { ids: readonly string[]; dx: number; dy: number; timer: number } | null = null;
  private finishTyping: (() => void) | null = null;

  constructor(readonly store: Store) {
    for (const each of [sheet, canvasSheet]) adopt(each);
    beginEditing(store);
    this.landing = new Landing(store);
    this.pointing = new Pointing(this);
    this.overlay = new Overlay(this);
    store.commands.add(...actions(this));
    this.images = new Images(store, this.landing);
    effect(() => {
      if (store.layersOpen.value || store.outlineOpen.value) this.loadPanels();
    });
    listenToClipboard(this);
    store.loadComments();
    // the canvas may come later, or again
    effect(() => {
      const on = store.ready.value && store.role.value !== "viewer" && store.revision.value >= 0 && this.session.mayEdit;
      const looks = this.tool.value === "hand" || !on;
      const selection = store.selection.value;
      const { canvas } = store;
      if (canvas === null) return;
      canvas.tools = on ? this.pointing : null;
      this.pointing.follow(canvas);
      canvas.veiled = looks;
      this.overlay.attach(canvas, on);
      canvas.select(this.hitOf(selection));
      canvas.repaint();
    });
    addEventListener("pagehide", () => this.finish());
  }

  get session(): Store["session"] {
    return this.store.session;
  }

  /** What is drawn over the page. */
  view() {
    return (
      <>
        <TypingLayer editor={this} />
        <SelectionBar editor={this} />
        <Relating editor={this} />
        <ToolBar editor={this} />
      </>
    );
  }

  /** What the canvas marks with all that it is related to: one thing alone. */
  private hitOf(selection: ReadonlySet<string>): Hit | null {
    const [id] = selection;
    if (selection.size !== 1 || id === undefined) return null;
    if (this.session.model.node(id) !== undefined) return { kind: "node", id };
    return this.session.model.relation(id) === undefined ? null : { kind: "relation", id };
  }

  // -- what is there

  node(id: string): Seen | undefined {
    return this.session.model.node(id);
  }

  /** All nodes in the layers that are on, layer by layer. */
  things(): Seen[] {
    const { model, on, layers } = this.session;
    return [...on].flatMap((layer) =>
      layers.get(layer)?.group === true ? [] : model.nodesOf(layer).map((shape) => ({ layer, shape })));
  }

  /** Those that I may change. */
  changeable(things: readonly Seen[]): Seen[] {
    return things.filter(({ layer, shape }) => shape.locked !== true && this.session.canWrite(layer, shape.id));
  }

  /** Those that I may copy and unlock. */
  reachable(things: readonly Seen[]): Seen[] {
    return things.filter(({ layer, shape }) => this.session.canWrite(layer, shape.id));
  }

  mayChange(id: string): boolean {
    const seen = this.node(id);
    return seen !== undefined && seen.shape.locked !== true && this.session.canWrite(seen.layer, seen.shape.id);
  }

  mayRelate(id: string): boolean {
    const seen = this.node(id);
    return seen !== undefined && this.session.canWrite(seen.layer, seen.shape.id);
  }

  /** The nodes that are selected and drawn. */
  nodes(): Seen[] {
    return [...this.store.selection.value].flatMap((id) => {
      const seen = this.node(id);
      return seen !== undefined && this.session.on.has(seen.layer) ? [seen] : [];
    });
  }

  relations(): RelationShape[] {
    return [...this.store.selection.value].flatMap((id) => this.session.model.relation(id) ?? []);
  }

  /** The relations among these that I may change: their source's layer is open to me. */
  openRelations(relations: readonly RelationShape[]): RelationShape[] {
    return relations.filter(({ source }) => this.mayRelate(source));
  }

  get lang(): string {
    return this.session.model.board?.lang || "en";
  }

  /** What new things are made with. */
  get making(): Making {
    return { fresh: () => this.session.fresh(), lang: this.lang };
  }

  /** What a node is called. */
  nameOf({ shape }: Seen): string {
    const name = [shape.title, shape.text].map((lines) => (lines ?? []).join("").trim()).find((words) => words !== "");
    return (name || shape.alt || "").replace(/\s+/g, " ").slice(0, 80);
  }

  /** A node in words, as it is announced. */
  describe(seen: Seen): string {
    const layer = this.session.layers.get(seen.layer)?.title || text.untitled;
    const words = text.named(text.kinds[seen.shape.kind ?? "card"] ?? "", this.nameOf(seen), layer);
    return seen.shape.locked === true ? `${words}, ${text.lockedThing}` : words;
  }

  // -- saying

  say(words: string): void {
    this.store.announcer.say(words);
  }

  /** Tells a person, to be seen and heard. */
  tell(words: string): void {
    this.store.tell(words);
  }

  /** The layers that I may add to, or move these nodes into, in their order. */
  layersOpen(nodes: readonly string[] = []): LayerShape[] {
    return openLayers(this.session, this.store.branches.value, nodes);
  }

  /** Why nothing can be added now; null: it can. */
  closedWhy(): string | null {
    const { session } = this;
    if (session.active !== null) return null;
    if (session.model.board?.archived === true) return text.archived;
    const layers = [...session.layers.values()].filter(({ group }) => group !== true);
    if (layers.length === 0) return text.noLayer;
    return layers.some(({ id }) => session.canAdd(id)) ? text.noLayerOn : text.noLayerOpen;
  }

  // -- doing

  edit(ops: readonly AnyOp[]): void {
    this.settle();
    this.store.stay();
    if (ops.length > 0) this.session.edit(ops);
  }

  /** Shows what a gesture comes to, here and to the others; nothing is done yet. */
  draft(ops: readonly AnyOp[], boxes: readonly (Turned & { readonly id: string })[] = []): void {
    this.store.stay();
    this.session.draft(ops);
    this.session.present({ drag: boxes.slice(0, DRAGGED_MAX).map(({ id, x, y, w, h, angle }) => [id, x, y, w, h, angle ?? 0]) });
  }

  /** The gesture is over: what it came to is done in one step. */
  drop(ops: readonly AnyOp[]): void {
    this.guides = [];
    // first: what takes a step back is read from what is seen before it
    this.session.draft([]);
    if (ops.length > 0) this.session.edit(ops);
    this.session.present({ drag: [] });
    this.store.canvas?.repaint();
  }

  /** Chooses a tool. */
  use(tool: ToolName): void {
    this.finish();
    this.source.value = this.attaching.value = null;
    const why = tool === "select" || tool === "hand" ? null : this.closedWhy();
    if (why !== null) {
      this.tell(why);
      return;
    }
    if (tool === "image") return this.images.choose();
    this.tool.value = tool;
    if (tool === "relation") {
      const [one] = this.nodes();
      if (this.nodes().length === 1 && one !== undefined && this.mayRelate(one.shape.id)) this.relateFrom(one.shape.id);
      else this.say(text.connectFrom);
    } else if (tool in USUAL) this.say(text.placing(text[tool as keyof typeof USUAL]));
    else this.say(text[tool]);
  }

  select(ids: Iterable<string>): void {
    this.settle();
    this.attaching.value = null;
    this.store.selectAll(ids);
    const nodes = this.nodes();
    const relations = this.relations();
    const [node] = nodes;
    const [relation] = relations;
    if (nodes.length + relations.length > 1) this.say(text.selected(nodes.length + relations.length));
    else if (node !== undefined) this.say(this.describe(node));
    else if (relation !== undefined) this.say(this.describeRelation(relation));
  }

  /** Selects all that lies in some layers and is drawn. */
  selectLayers(ids: readonly string[]): void {
    this.select(this.things().flatMap(({ layer, shape }) => (ids.includes(layer) ? [shape.id] : [])));
  }

  describeRelation({ source, target, label }: RelationShape): string {
    const name = (id: string): string => {
      const seen = this.node(id);
      return (seen && this.nameOf(seen)) || text.untitled;
    };
    return text.relationNamed(name(source), (label ?? []).join("").trim(), name(target));
  }

  /**
   * Makes something where it is asked for, in the active layer, and begins to type in it. Its
   * box, or the point that is its middle; null: in the middle of what is seen, where it is free.
   */
  make(kind: Exclude<Kind, "image" | "drawing">, where: Turned | Point | null, relatedTo: string | null = null): string | null {
    const layer = this.session.active;
    const why = this.closedWhy();
    if (layer === null || why !== null) {
      this.tell(why ?? text.noLayerOn);
      return null;
    }
    const size = USUAL[kind];
    const box = where !== null && "w" in where ? where : this.boxAbout(where, size);
    const [dx, dy] = bounded([box], 0, 0);
    const { model } = this.session;
    const id = this.session.fresh();
    const ops: AnyOp[] = [{
      op: "node.create", id, layer, kind, ...rounded({ ...box, x: box.x + dx, y: box.y + dy }),
      ...(kind === "shape" ? { shape: this.shape.value } : {}),
      // what is put on a frame lies on it
      ...(kind === "frame" ? { before: model.nodesOf(layer)[0]?.id ?? null } : {}),
    }];
    if (relatedTo !== null) ops.push(related(this.session.fresh(), relatedTo, id));
    this.tool.value = "select";
    this.edit(ops);
    this.select([id]);
    this.type(id, true);
    return id;
  }

  private boxAbout(point: Point | null, size: { readonly w: number; readonly h: number }): Turned {
    const { x, y } = point ?? this.landing.free(size);
    return { x: x - size.w / 2, y: y - size.h / 2, ...size };
  }

  /** Relates two nodes and selects the relation. */
  relate(source: string, target: string): void {
    this.source.value = null;
    this.tool.value = "select";
    const id = this.session.fresh();
    this.edit([related(id, source, target)]);
    this.select([id]);
    const [from, to] = [this.node(source), this.node(target)];
    if (from && to) this.say(text.connected(this.nameOf(from) || text.untitled, this.nameOf(to) || text.untitled));
  }

  /** Gives a relation another node at one of its ends, and selects it. */
  attach(id: string, end: End, node: string): void {
    this.attaching.value = null;
    const relation = this.session.model.relation(id);
    if (relation === undefined || relation[end] === node) return;
    const ends = { source: relation.source, target: relation.target, [end]: node };
    if (ends.source === ends.target) return;
    if (!this.mayRelate(relation.source) || !this.mayRelate(ends.source)) return this.tell(text.closed);
    const made = reattached(relation, ends, this.making);
    this.edit(made.ops);
    this.select([made.id]);
  }

  /** Begins a relation by the keyboard, or by two clicks. */
  relateFrom(id: string): void {
    const seen = this.node(id);
    if (seen === undefined) return;
    if (!this.mayRelate(id)) return this.tell(text.closed);
    this.tool.value = "relation";
    this.source.value = id;
    this.say(text.connectTo(this.nameOf(seen) || text.untitled));
  }

  /** Moves what is selected by the keyboard; what is pressed soon after is the same step. */
  nudge(dx: number, dy: number): void {
    const nodes = this.changeable(this.pointing.carried());
    if (nodes.length === 0) return this.tell(this.nodes().some(({ shape }) => shape.locked === true) ? text.lockedWhy : text.closed);
    const ids = nodes.map(({ shape }) => shape.id);
    const before = this.nudged;
    if (before !== null) clearTimeout(before.timer);
    const far = before === null ? { dx, dy } : { dx: before.dx + dx, dy: before.dy + dy };
    this.session.draft([]);
    const was = ids.flatMap((id) => this.node(id)?.shape ?? []);
    const [x, y] = bounded(was, far.dx, far.dy);
    this.nudged = { ids, dx: x, dy: y, timer: window.setTimeout(() => this.settle(), NUDGE_MS) };
    const boxes = was.map((shape) => ({ ...shape, x: shape.x + x, y: shape.y + y }));
    this.draft(moved(boxes), boxes);
    const { selected } = this.store;
    if (selected.value !== null) this.store.canvas?.reveal(selected.value);
  }

  /** Does what was begun by the keyboard and waits for more of it. */
  settle(): void {
    const nudged = this.nudged;
    if (nudged === null) return;
    this.nudged = null;
    clearTimeout(nudged.timer);
    this.session.draft([]);
    const was = nudged.ids.flatMap((id) => this.node(id)?.shape ?? []);
    const boxes = was.map((shape) => ({ ...shape, x: shape.x + nudged.dx, y: shape.y + nudged.dy }));
    this.drop(placed(boxes, new Map(was.map((shape) => [shape.id, shape]))));
  }

  // -- typing

  /** Begins to type in a thing. */
  type(id: string, isNew = false): void {
    this.finish();
    this.settle();
    const seen = this.node(id);
    if (seen === undefined) {
      const relation = this.session.model.relation(id);
      if (relation === undefined || !this.mayRelate(relation.source)) return this.tell(text.closed);
      this.begin({ owner: "relation", id, field: "label", isNew: false });
      return;
    }
    const kind = seen.shape.kind ?? "card";
    if (kind === "drawing") return;
    if (!this.mayChange(id)) return this.tell(seen.shape.locked === true ? text.lockedWhy : text.closed);
    if (kind === "image") return this.images.describe(id);
    this.begin({ owner: "node", id, field: kind === "card" || kind === "frame" ? "title" : "text", isNew });
  }

  private begin(typing: Typing): void {
    if (!this.store.selection.value.has(typing.id)) this.select([typing.id]);
    this.store.readable(typing.id);
    this.typing.value = typing;
    if (typing.owner === "node") this.session.present({ typing: { id: typing.id, field: typing.field as "title" | "text" } });
  }

  /** Where typing says how it ends. */
  whenFinished(call: (() => void) | null): void {
    this.finishTyping = call;
  }

  /** Ends typing, and keeps what was typed. */
  finish(): void {
    this.finishTyping?.();
  }

  /** Typing has ended. */
  typed(): void {
    this.typing.value = null;
    this.session.draft([]);
    this.session.present({ typing: null });
  }

  // -- selecting

  /** The bounds of what is selected, on the board. */
  selectionBox(): Turned | null {
    const { scene } = this.store;
    const boxes: Turned[] = this.nodes().map(({ shape }) => shape);
    for (const { id } of this.relations()) {
      const slot = scene.relationSlot(id);
      if (slot === undefined) continue;
      const [x, y] = scene.pointOn(slot, 0.5);
      boxes.push({ x, y, w: 0, h: 0 });
    }
    return boundsOfAll(boxes);
  }

  /** Where something lies in the window, in CSS pixels. */
  inWindow(box: Turned): { left: number; top: number; right: number; bottom: number } {
    const { camera } = this.store.canvas!;
    const { x, y, w, h } = boundsOf(box);
    const [left, top] = camera.toWindow(x, y);
    const [right, bottom] = camera.toWindow(x + w, y + h);
    return { left, top, right, bottom };
  }

  /** A press on the board. */
  onBoard({ x, y }: Pick<Press, "x" | "y">): Point {
    const [boardX, boardY] = this.store.canvas!.camera.toBoard(x, y);
    return { x: boardX, y: boardY };
  }

  /** Gathers what is selected, once the script of that has come. */
  gather(run: (gather: Gather) => void): void {
    this.gathering ??= import("../gather/index.js").then(({ Gather }) => new Gather(this));
    this.gathering.then(run, () => {
      this.gathering = null; // the network is away: asked again the next time
      this.say(common.notLoaded);
    });
  }

  private loadPanels(): void {
    if (this.panelsAsked) return;
    this.panelsAsked = true;
    import("./panels.js").then(
      ({ Panels }) => (this.panels.value = new Panels(this.store)),
      () => (this.panelsAsked = false), // the network is away: asked again when one is opened
    );
  }
}

function rounded({ x, y, w, h }: Turned): Pick<NodeShape, "x" | "y" | "w" | "h"> {
  return { x: Math.round(x), y: Math.round(y), w: Math.round(w), h: Math.round(h) };
}
