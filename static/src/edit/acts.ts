// What can be done to a board by its outline: each action as operations, with what is said of it.

import { above } from "../board/visibility.js";
import { CARD_WIDTH } from "../generated/constants.js";
import type { AnyOp, NodeCreate, NodeShape, RelationShape } from "../generated/wire.js";
import { words } from "../i18n/outline.js";
import { onMac, shownKeys } from "../ui/keys.js";
import type { Store } from "../ui/store.js";
import { copyNodes, type Making, moveNodes, reorder } from "./copies.js";
import { reattached, turned, USUAL } from "./doing.js";
import { openLayers } from "./layer-moves.js";
import { cardHeight } from "./measure.js";
import { isTitled, joined, layerTitle, nodeName, titleOf } from "./naming.js";
import { about, beside, inTheWay, near, type Side, type Size, type Spot } from "./places.js";
import { boundsOfAll } from "./transform.js";

/** The kinds that words alone can make. */
export const KINDS = ["card", "sticky", "text", "shape", "frame"] as const;
export type Kind = (typeof KINDS)[number];

export type Direction = "to" | "from" | "both" | "none";

export interface Line {
  readonly label: string;
  readonly direction: Direction;
  readonly line: "curved" | "straight" | "elbow";
  readonly dashed: boolean;
}

export type Placed = NodeShape & { readonly layer: string };

export class Acts {
  constructor(readonly store: Store) {}

  get session(): Store["session"] {
    return this.store.session;
  }

  /** Says something to everyone who listens, and shows it for a while, with undo if that helps. */
  tell(said: string, canUndo = false): void {
    this.store.tell(said, false, canUndo ? { label: words.undo, run: () => this.session.undo() } : undefined);
  }

  say(said: string): void {
    this.store.announcer.say(said);
  }

  get lang(): string {
    return this.session.model.board?.lang || "en";
  }

  /** What new things are made with. */
  get making(): Making {
    return { fresh: () => this.session.fresh(), lang: this.lang };
  }

  node(id: string): Placed | undefined {
    const place = this.session.model.node(id);
    return place === undefined ? undefined : { ...place.shape, layer: place.layer };
  }

  mayMakeLayers(): boolean {
    return this.session.isFacilitator && this.session.mayEdit;
  }

  /** Whether a layer or a group above it is locked. */
  isLocked(layer: string): boolean {
    const { layers } = this.session;
    return [layer, ...above(layers, layer)].some((id) => layers.get(id)?.locked === true);
  }

  /** Whether I may change a node: its layer is open to me, and it is not locked. */
  mayChange(id: string): boolean {
    const node = this.node(id);
    return node !== undefined && node.locked !== true && this.session.canWrite(node.layer, id);
  }

  /** Whether I may unlock it, copy it and relate it. */
  mayReach(id: string): boolean {
    const node = this.node(id);
    return node !== undefined && this.session.canWrite(node.layer, id);
  }

  mayChangeRelation(relation: RelationShape | undefined): boolean {
    return relation !== undefined && this.mayReach(relation.source);
  }

  /** The layers that I may add to, or move these nodes into, in the order of the panel. */
  writable(nodes: readonly string[] = []): string[] {
    return openLayers(this.session, this.store.branches.value, nodes).map(({ id }) => id);
  }

  /** Every node of the layers that are on. */
  all(): Placed[] {
    const { model, on } = this.session;
    return [...on].flatMap((layer) => model.nodesOf(layer).map((node) => ({ ...node, layer })));
  }

  /** Switches a layer on in my view, with the groups that hold it, so that what comes into it is seen. */
  show(layer: string): void {
    const { session } = this;
    if (session.on.has(layer)) return;
    for (let held = session.layers.get(layer); held !== undefined; held = session.layers.get(held.parent ?? "")) {
      if (!session.isSwitchedOn(held)) session.switch(held.id, true);
    }
  }

  // -- making

  /** Makes a node that says something, after another one in the order and next to it. Returns its id. */
  create(kind: Kind, said: string, layer: string, after: string | null): string {
    const nodes = this.session.model.nodesOf(layer);
    const size = { ...USUAL[kind], ...(kind === "card" ? { h: cardHeight(said, "", CARD_WIDTH) } : {}) };
    const spot = this.spot(layer, after, size);
    const index = nodes.findIndex(({ id }) => id === after);
    const before = index < 0 ? null : (nodes[index + 1]?.id ?? null);
    const id = this.session.fresh();
    const op: NodeCreate = {
      op: "node.create", id, layer, kind, ...size, ...spot, before,
      ...(said === "" ? {} : { text: { [isTitled(kind) ? "title" : "text"]: { [this.lang]: said } } }),
    };
    this.session.edit([op]);
    this.say(words.made(words.node(kind, said || words.kinds[kind] || kind)));
    return id;
  }

  /** Where something of a size goes: next to a node, else to the last one of its layer, else in the middle of what is seen. */
  spot(layer: string, after: string | null, size: Size): Spot {
    const { model } = this.session;
    const neighbour = (after === null ? undefined : model.node(after)?.shape) ?? model.nodesOf(layer).at(-1);
    const all = this.all();
    return neighbour === undefined ? about(this.middle(), size, all) : near(neighbour, size, inTheWay(neighbour, all));
  }

  /** The middle of what is seen and nothing lies over. */
  private middle(): { x: number; y: number } {
    const [x, y, w, h] = this.store.free() ?? [0, 0, 0, 0];
    return { x: x + w / 2, y: y + h / 2 };
  }

  /** Makes a layer or a group, after another one at its level. Returns its id. */
  createLayer(title: string, isGroup: boolean, after: string | null): string {
    const layer = after === null ? undefined : this.session.layers.get(after);
    const siblings = this.siblings(layer?.parent ?? null);
    const index = siblings.indexOf(after ?? "");
    const id = this.session.fresh();
    this.session.edit([
      {
        op: "layer.create", id, group: isGroup, parent: layer?.parent ?? null,
        before: index < 0 ? null : (siblings[index + 1] ?? null),
        ...(title === "" ? {} : { text: { title: { [this.lang]: title } } }),
      },
    ]);
    this.say(words.made(words.layer(title, isGroup)));
    return id;
  }

  siblings(parent: string | null): string[] {
    const find = (branches: Store["branches"]["value"]): Store["branches"]["value"] | undefined => {
      if (parent === null) return branches;
      for (const branch of branches) {
        const found = branch.layer.id === parent ? branch.children : find(branch.children);
        if (found !== undefined) return found;
      }
      return undefined;
    };
    return (find(this.store.branches.value) ?? []).map(({ layer }) => layer.id);
  }

  duplicate(ids: readonly string[]): string[] {
    const nodes = ids.flatMap((id) => this.node(id) ?? []).filter(({ id, layer }) => this.session.canWrite(layer, id));
    const [first] = nodes;
    const around = boundsOfAll(nodes);
    if (first === undefined || around === null) return [];
    const spot = near(around, around, inTheWay(around, this.all()));
    const ops = copyNodes(this.session.model, nodes, this.making, { dx: spot.x - around.x, dy: spot.y - around.y });
    this.session.edit(ops);
    this.say(words.made(nodeName(first)));
    return ops.flatMap((op) => (op.op === "node.create" ? op.id : []));
  }

  // -- changing

  /** Sets what a node says, and makes a card as high as that needs. `base`: what was typed over. */
  setNodeText(id: string, field: "title" | "text" | "alt", value: string, base: string): void {
    const node = this.node(id);
    if (node === undefined) return;
    const ops: AnyOp[] = [
      { op: "text.set", owner: "node", id, field, lang: node.lang || this.lang, text: value, base },
    ];
    if ((node.kind ?? "card") === "card" && field !== "alt") {
      const title = field === "title" ? value : joined(node.title);
      const body = field === "text" ? value : joined(node.text);
      const h = cardHeight(title, body, node.w);
      if (h > node.h) ops.push({ op: "node.set", id, h });
    }
    this.session.edit(ops);
  }

  lock(ids: readonly string[], locked: boolean): void {
    this.session.edit(ids.map((id): AnyOp => ({ op: "node.set", id, locked })));
    this.say(locked ? words.locked : words.unlocked);
  }

  moveTo(ids: readonly string[], layer: string): void {
    const nodes = ids.filter((id) => this.mayChange(id)).flatMap((id) => this.node(id) ?? []);
    const [first] = nodes;
    if (first === undefined) return;
    this.session.edit(moveNodes(nodes, layer));
    const title = layerTitle(this.session.layers.get(layer));
    this.say(nodes.length === 1 ? words.moved(titleOf(first), title) : words.movedMany(nodes.length, title));
  }

  /** One step in the order of its layer. */
  step(id: string, way: "up" | "down"): void {
    const node = this.node(id);
    if (node === undefined) return;
    const nodes = this.session.model.nodesOf(node.layer);
    const before = reorder(nodes, id, way);
    if (before === undefined) return this.say(words.atEnd);
    this.session.edit([{ op: "node.set", id, before }]);
    const at = nodes.findIndex((each) => each.id === id) + (way === "up" ? 0 : 2);
    this.say(words.placed(at, nodes.length));
  }

  putBeside(id: string, other: string, side: Side): void {
    const node = this.node(id);
    const target = this.node(other);
    if (node === undefined || target === undefined) return;
    const others = this.all().filter((each) => each.id !== id);
    this.session.edit([{ op: "node.set", id, ...beside(target, side, node, inTheWay(target, others)) }]);
    this.say(words.besideNow(words.sides[side], titleOf(target)));
  }

  /** Relates two nodes. False: I may not change what it would begin at. */
  connect(id: string, other: string, { label, direction, line, dashed }: Line): boolean {
    const [source, target] = direction === "from" ? [other, id] : [id, other];
    if (!this.mayReach(source)) return false;
    this.session.edit([
      {
        op: "relation.create", id: this.session.fresh(), source, target,
        ...(line === "curved" ? {} : { line }),
        ...(direction === "both" ? { start: "arrow" as const } : {}),
        ...(direction === "none" ? { end: "none" as const } : {}),
        ...(dashed ? { dashed } : {}),
        ...(label === "" ? {} : { text: { label: { [this.lang]: label } } }),
      },
    ]);
    const far = this.node(other);
    this.say(words.connected(far === undefined ? "" : titleOf(far)));
    return true;
  }

  /** The same relation the other way round. Returns its id. */
  turn(relation: RelationShape): string {
    const { id, ops } = turned(relation, this.mayReach(relation.target), this.making);
    this.session.edit(ops);
    return id;
  }

  /** Gives a relation another node at one of its ends. Returns its new id; null: I may not. */
  attach(relation: RelationShape, end: "source" | "target", node: string): string | null {
    const ends = { source: relation.source, target: relation.target, [end]: node };
    if (ends.source === ends.target || !this.mayReach(relation.source) || !this.mayReach(ends.source)) return null;
    const { id, ops } = reattached(relation, ends, this.making);
    this.session.edit(ops);
    const far = this.node(node);
    this.say(words.connected(far === undefined ? "" : titleOf(far)));
    return id;
  }

  /** Removes nodes and relations, says what went, and how it comes back. */
  remove(nodes: readonly string[], relations: readonly string[], name: string): void {
    this.session.edit([
      ...relations.map((id): AnyOp => ({ op: "relation.remove", id })),
      ...nodes.map((id): AnyOp => ({ op: "node.remove", id })),
    ]);
    const n = nodes.length + relations.length;
    const undo = shownKeys("Mod+Z", onMac).join(onMac ? "" : "+");
    this.tell(n === 1 ? words.removed(name, undo) : words.removedMany(n, undo), true);
  }
}
