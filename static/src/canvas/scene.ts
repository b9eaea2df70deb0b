// What there is to draw: the records of the streams, laid out for drawing. Free of the DOM.
//
// Nodes and relations are slots in arrays (Float32 boxes, Uint16 layer and tone). A slot stays the
// same while its thing lives. The paint order is by layer, then key, then id.

import {
  GROUP_HEAD, GROUP_PADDING, LABEL_LEADING, LABEL_WIDTH, REGION_HEAD, REGION_PADDING,
} from "../generated/constants.js";
import type { LayerShape, NodeShape, RelationShape, Shape } from "../generated/wire.js";
import { partsIn } from "./bezier.js";
import { type Box, same, segmentMeets, union } from "./box.js";
import { figureOf, taken } from "./figure.js";
import { route } from "./route.js";
import { type Slots, SpatialIndex } from "./spatial.js";

/** What changed in one stream. `clear` forgets all its records first (a `begin` or an `end`). */
export interface Change {
  /** `head/<layer>`, `body/<layer>` or `pair/<layer>/<layer>`; others are ignored. */
  readonly stream: string;
  readonly clear?: boolean;
  readonly put?: readonly Shape[];
  readonly drop?: readonly string[];
}

/** The panel of a layer, or of a group around the panels of its layers. */
export interface Region {
  readonly layer: string;
  readonly group: boolean;
  readonly title: string;
  readonly tone: number;
  readonly opacity: number;
  /** How many groups it lies in. */
  readonly depth: number;
  readonly box: Box;
}

/** What has to be drawn again: everything, or these boxes of the board. */
export interface Dirt {
  readonly all: boolean;
  readonly boxes: readonly Box[];
}

/** Above so many boxes everything is drawn again. */
const DIRTY_BOXES_MAX = 256;
/** Numbers that a relation takes: its first curve, from 8 its end's tip, from 12 its start's, from 16 its label's middle. */
export const CURVE = 18;
export const END = 8;
export const START = 12;
export const LABEL = 16;
/** A card that is not turned; another node whose box is what it takes up; all others. */
export const CARD = 0;
export const UPRIGHT = 1;
export const OTHER = 2;
/** A head reaches no further than this from its tip. */
const HEAD_REACH = 13;
/** Parts of a curve no larger than this, in board units, are tested as straight. */
const FLAT = 4;
const NOWHERE = -1;
/** The rank of a layer whose header is not there. */
const TOP = 1_000_000;

/** The first part of a stream's name, and the rest. */
function split(stream: string): [string, string] {
  const at = stream.indexOf("/");
  return at < 0 ? [stream, ""] : [stream.slice(0, at), stream.slice(at + 1)];
}

/** The array, or a longer copy of it with room for `length` numbers. */
function wider<T extends Float32Array | Uint16Array | Int32Array | Uint8Array>(array: T, length: number): T {
  if (length <= array.length) return array;
  const Kind = array.constructor as new (length: number) => T;
  const grown = new Kind(Math.max(length, array.length * 2, 256));
  grown.set(array);
  return grown;
}

function before(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Where `item` stands or would stand in an ordered list. */
function place(list: readonly number[], item: number, compare: (a: number, b: number) => number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(list[middle]!, item) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The layers: their headers, their order, which are on. A layer's number stays while it lives. */
class Layers {
  readonly headers = new Map<string, LayerShape>();
  readonly ids: string[] = [];
  readonly numbers = new Map<string, number>();
  /** By number. */
  on = new Uint8Array(64);
  rank = new Int32Array(64).fill(TOP);
  opacity = new Float32Array(64).fill(1);
  readonly members: number[][] = []; // node slots in paint order
  // of the members that are cards, and of the others; undefined: to be worked out
  readonly cards: (Box | null | undefined)[] = [];
  readonly others: (Box | null | undefined)[] = [];
  visible: ReadonlySet<string> = new Set();
  /** The layers with headers in the order of the tree, each with its depth. */
  tree: { id: string; depth: number }[] = [];

  number(id: string): number {
    const held = this.numbers.get(id);
    if (held !== undefined) return held;
    const number = this.ids.length;
    this.numbers.set(id, number);
    this.ids.push(id);
    this.members.push([]);
    this.cards.push(null);
    this.others.push(null);
    this.on = wider(this.on, number + 1);
    this.on[number] = this.visible.has(id) ? 1 : 0;
    if (number >= this.opacity.length) this.opacity = wider(this.opacity, number + 1).fill(1, number);
    this.rank = wider(this.rank, number + 1);
    this.rank[number] = TOP; // until its header comes: above all others
    return number;
  }

  show(visible: ReadonlySet<string>): void {
    this.visible = visible;
    for (const [id, number] of this.numbers) this.on[number] = visible.has(id) ? 1 : 0;
  }

  /** Works out the tree's order anew. True: layers that were there before changed their order. */
  arrange(): boolean {
    const children = new Map<string | null, LayerShape[]>();
    for (const header of this.headers.values()) {
      const parent = header.parent !== null && this.headers.has(header.parent) ? header.parent : null;
      const list = children.get(parent);
      if (list) list.push(header);
      else children.set(parent, [header]);
    }
    for (const list of children.values()) list.sort((a, b) => before(a.key, b.key) || before(a.id, b.id));
    const old = this.inOrder();
    this.tree = [];
    const walk = (parent: string | null, depth: number): void => {
      for (const header of children.get(parent) ?? []) {
        this.tree.push({ id: header.id, depth });
        if (depth < 64) walk(header.id, depth + 1);
      }
    };
    walk(null, 0);
    this.rank.fill(TOP);
    this.tree.forEach(({ id }, at) => {
      this.rank[this.number(id)] = at;
    });
    return old.some((number, i) => i > 0 && this.compare(old[i - 1]!, number) > 0);
  }

  /** Below 0 when layer a is painted before layer b. */
  compare(a: number, b: number): number {
    return this.rank[a]! - this.rank[b]! || before(this.ids[a]!, this.ids[b]!);
  }

  inOrder(): number[] {
    return this.ids.map((_, number) => number).sort((a, b) => this.compare(a, b));
  }
}

export class Scene {
  // -- nodes, by slot
  /** What a node takes up, turned as it is: left, top, right, bottom. */
  nodeBoxes: Float32Array = new Float32Array(0);
  nodeLayer: Uint16Array = new Uint16Array(0);
  /** CARD, UPRIGHT or OTHER. */
  nodeForm: Uint8Array = new Uint8Array(0);
  /** The node's own tone, or its layer's: an index of `tones`. */
  nodeTone: Uint16Array = new Uint16Array(0);
  readonly nodes: (NodeShape | null)[] = [];
  private readonly nodeSlots = new Map<string, number>();
  private readonly nodeFree: number[] = [];
  private readonly touching: number[][] = []; // relation slots of a node, each once

  // -- relations, by slot
  relationBoxes: Float32Array = new Float32Array(0);
  /** See CURVE. */
  curves: Float32Array = new Float32Array(0);
  /** The whole way of a relation that is made of several curves: see route.ts. */
  private readonly bends: (Float32Array | null)[] = [];
  relationSource: Int32Array = new Int32Array(0); // node slot, or NOWHERE
  relationTarget: Int32Array = new Int32Array(0);
  readonly relations: (RelationShape | null)[] = [];
  private readonly relationStreams: string[] = [];
  private readonly relationSlots = new Map<string, number>();
  private readonly relationFree: number[] = [];
  private readonly relationStream = new Map<string, Set<number>>(); // stream -> slots
  private readonly waiting = new Map<string, Set<number>>(); // node id -> relations without it
  private readonly between = new Map<string, number[]>(); // two node slots -> relations, by id

  /** Names of colours, as they came: index 0 stands for a name that was never given. */
  readonly tones: string[] = [""];
  private readonly toneNumbers = new Map<string, number>([["", 0]]);

  private readonly layers = new Layers();
  private readonly nodeIndex: SpatialIndex;
  private readonly relationIndex: SpatialIndex;

  /** The nodes that are painted apart, with the places that they left: by slot. */
  private readonly lifted = new Map<number, Box>();
  private dirty: Box[] = [];
  private allDirty = true;
  private regionsStale = false;
  private drawnRegions: readonly Region[] = [];
  private shownNodes: number | null = null;
  /** Rises with every change of the regions. */
  regionsVersion = 0;

  constructor() {
    const scene = this;
    this.nodeIndex = new SpatialIndex({
      get boxes() { return scene.nodeBoxes; },
      inOrder: () => scene.nodesInOrder(),
      compare: scene.compareNodes,
    } satisfies Slots);
    this.relationIndex = new SpatialIndex({
      get boxes() { return scene.relationBoxes; },
      inOrder: () => scene.relationsInOrder(),
      compare: scene.compareRelations,
    } satisfies Slots);
  }

  // -- changing

  /**
   * Applies what changed, as one. Records may come in any order: a relation before its nodes, a
   * node before its layer's header. Dropping what a stream does not hold does nothing, so a node
   * that moved to another stream survives the drop in the one that it left.
   */
  apply(changes: readonly Change[]): void {
    for (const change of changes) {
      const [kind, name] = split(change.stream);
      if (kind === "head") this.applyHead(name, change);
      else if (kind === "body") this.applyBody(name, change);
      else if (kind === "pair") this.applyPair(change);
    }
    this.shownNodes = null;
  }

  /** The layers that are on, each counted with all its ancestors: ids of layers and groups. */
  setVisible(layers: ReadonlySet<string>): void {
    const { visible } = this.layers;
    if (visible.size === layers.size && [...layers].every((id) => visible.has(id))) return;
    this.layers.show(new Set(layers));
    this.allDirty = true;
    this.regionsStale = true;
    this.shownNodes = null;
  }

  private applyHead(layer: string, change: Change): void {
    const { headers } = this.layers;
    let moved = false;
    const gone = new Set(change.drop ?? []);
    if (change.clear) gone.add(layer);
    const puts = (change.put ?? []) as readonly LayerShape[];
    for (const header of puts) gone.delete(header.id);
    for (const id of gone) {
      if (!headers.delete(id)) continue;
      moved = true;
      const number = this.layers.number(id);
      this.layers.opacity[number] = 1;
      for (const slot of this.layers.members[number]!) this.nodeTone[slot] = this.toneOf(slot);
      this.allDirty = true;
    }
    for (const header of puts) {
      const old = headers.get(header.id);
      headers.set(header.id, header);
      moved ||= !old || old.parent !== header.parent || old.key !== header.key;
      const number = this.layers.number(header.id);
      this.layers.opacity[number] = header.opacity ?? 1;
      if (!old || old.color !== header.color) {
        for (const slot of this.layers.members[number]!) this.nodeTone[slot] = this.toneOf(slot);
      }
      if (old && (old.color !== header.color || old.opacity !== header.opacity)) this.allDirty = true;
    }
    if (moved && this.layers.arrange()) {
      this.nodeIndex.reorder();
      this.allDirty = true;
    }
    this.regionsStale = true;
  }

  private applyBody(layer: string, change: Change): void {
    const number = this.layers.number(layer);
    if (change.clear) {
      const kept = new Set((change.put ?? []).map((record) => record.id));
      for (const slot of [...this.layers.members[number]!]) {
        if (!kept.has(this.nodes[slot]!.id)) this.dropNode(slot);
      }
    }
    for (const id of change.drop ?? []) {
      const slot = this.nodeSlots.get(id);
      if (slot !== undefined && this.nodeLayer[slot] === number) this.dropNode(slot);
    }
    for (const record of (change.put ?? []) as readonly NodeShape[]) this.putNode(record, number);
  }

  private applyPair(change: Change): void {
    const { stream } = change;
    if (change.clear) {
      const kept = new Set((change.put ?? []).map((record) => record.id));
      for (const slot of [...(this.relationStream.get(stream) ?? [])]) {
        if (!kept.has(this.relations[slot]!.id)) this.dropRelation(slot);
      }
    }
    for (const id of change.drop ?? []) {
      const slot = this.relationSlots.get(id);
      if (slot !== undefined && this.relationStreams[slot] === stream) this.dropRelation(slot);
    }
    for (const record of (change.put ?? []) as readonly RelationShape[]) this.putRelation(record, stream);
  }

  private putNode(record: NodeShape, layer: number): void {
    let slot = this.nodeSlots.get(record.id);
    const isNew = slot === undefined;
    const crosses = slot !== undefined && this.nodeLayer[slot] !== layer;
    if (slot === undefined) {
      slot = this.nodeFree.pop() ?? this.nodes.length;
      this.nodeSlots.set(record.id, slot);
      this.nodeBoxes = wider(this.nodeBoxes, slot * 4 + 4);
      this.nodeLayer = wider(this.nodeLayer, slot + 1);
      this.nodeTone = wider(this.nodeTone, slot + 1);
      this.nodeForm = wider(this.nodeForm, slot + 1);
      this.touching[slot] = [];
    } else {
      this.soilNode(slot);
      // in another layer its relations may be on or off
      if (crosses) for (const relation of this.touching[slot]!) this.soilRelation(relation);
      this.leaveLayer(slot);
    }
    const at = slot * 4;
    const boxes = this.nodeBoxes;
    const old = this.nodes[slot];
    const stays = !isNew && sameFigure(old!, record);
    this.nodeForm[slot] = record.angle || record.kind === "frame" ? OTHER : isCard(record) ? CARD : UPRIGHT;
    const { x, y, w, h } = this.nodeForm[slot] === OTHER ? taken(record) : record;
    boxes[at] = x;
    boxes[at + 1] = y;
    boxes[at + 2] = x + w;
    boxes[at + 3] = y + h;
    const climbs = !old || this.nodeLayer[slot] !== layer || old.key !== record.key;
    this.nodes[slot] = record;
    this.nodeLayer[slot] = layer;
    this.nodeTone[slot] = this.toneOf(slot);
    this.joinLayer(slot);
    if (!stays || climbs) this.nodeIndex.moved(slot);
    this.soilNode(slot);
    if (isNew) this.meetWaiting(record.id, slot);
    else if (!stays) for (const relation of this.touching[slot]!) this.route(relation);
    else if (crosses) for (const relation of this.touching[slot]!) this.soilRelation(relation);
  }

  private dropNode(slot: number): void {
    const record = this.nodes[slot]!;
    this.soilNode(slot);
    for (const relation of [...this.touching[slot]!]) {
      this.unroute(relation);
      this.wait(record.id, relation);
    }
    this.leaveLayer(slot);
    this.nodes[slot] = null;
    this.nodeSlots.delete(record.id);
    this.touching[slot] = [];
    this.nodeIndex.removed(slot);
    this.nodeFree.push(slot);
    this.lifted.delete(slot);
  }

  private joinLayer(slot: number): void {
    const layer = this.nodeLayer[slot]!;
    const members = this.layers.members[layer]!;
    const last = members.length - 1;
    if (last < 0 || this.compareNodes(members[last]!, slot) < 0) members.push(slot);
    else members.splice(place(members, slot, this.compareNodes), 0, slot);
    const held = this.boundsWith(slot);
    const bounds = held[layer];
    if (bounds !== undefined) held[layer] = union(bounds, this.placeOf(slot));
    this.regionsStale = true;
  }

  private leaveLayer(slot: number): void {
    const layer = this.nodeLayer[slot]!;
    const members = this.layers.members[layer]!;
    members.splice(place(members, slot, this.compareNodes), 1);
    const held = this.boundsWith(slot);
    const bounds = held[layer];
    const box = this.placeOf(slot);
    if (
      bounds && (members.length === 0 || box.x <= bounds.x || box.y <= bounds.y ||
        box.x + box.w >= bounds.x + bounds.w || box.y + box.h >= bounds.y + bounds.h)
    ) {
      held[layer] = undefined; // it held an edge: work them out when asked
    }
    this.regionsStale = true;
  }

  private putRelation(record: RelationShape, stream: string): void {
    const held = this.relationSlots.get(record.id);
    if (held !== undefined) {
      const old = this.relations[held]!;
      if (old.source === record.source && old.target === record.target) {
        this.changeStream(held, stream);
        this.soilRelation(held);
        this.relations[held] = record;
        if (this.relationSource[held] !== NOWHERE) this.route(held);
        return;
      }
      this.dropRelation(held);
    }
    const slot = this.relationFree.pop() ?? this.relations.length;
    this.relationSlots.set(record.id, slot);
    this.relations[slot] = record;
    this.relationStreams[slot] = "";
    this.changeStream(slot, stream);
    this.relationBoxes = wider(this.relationBoxes, slot * 4 + 4);
    this.curves = wider(this.curves, (slot + 1) * CURVE);
    this.relationSource = wider(this.relationSource, slot + 1);
    this.relationTarget = wider(this.relationTarget, slot + 1);
    this.relationSource[slot] = this.relationTarget[slot] = NOWHERE;
    this.toneNumber(record.color ?? "");
    this.connect(slot);
  }

  private changeStream(slot: number, stream: string): void {
    const old = this.relationStreams[slot]!;
    if (old === stream) return;
    this.relationStream.get(old)?.delete(slot);
    this.relationStreams[slot] = stream;
    const held = this.relationStream.get(stream);
    if (held) held.add(slot);
    else this.relationStream.set(stream, new Set([slot]));
  }

  private dropRelation(slot: number): void {
    const record = this.relations[slot]!;
    this.unroute(slot);
    this.waiting.get(record.source)?.delete(slot);
    this.waiting.get(record.target)?.delete(slot);
    this.relationStream.get(this.relationStreams[slot]!)?.delete(slot);
    this.relationSlots.delete(record.id);
    this.relations[slot] = null;
    this.relationFree.push(slot);
  }

  private wait(id: string, relation: number): void {
    const held = this.waiting.get(id);
    if (held) held.add(relation);
    else this.waiting.set(id, new Set([relation]));
  }

  private meetWaiting(id: string, slot: number): void {
    const held = this.waiting.get(id);
    if (!held) return;
    this.waiting.delete(id);
    for (const relation of held) {
      const record = this.relations[relation];
      if (record && (this.nodeSlots.get(id) === slot)) this.connect(relation);
    }
  }

  /** Joins a relation to its two nodes, or lets it wait for the one that is not there. */
  private connect(slot: number): void {
    const record = this.relations[slot]!;
    const source = this.nodeSlots.get(record.source);
    const target = this.nodeSlots.get(record.target);
    if (source === undefined) this.wait(record.source, slot);
    if (target === undefined) this.wait(record.target, slot);
    if (source === undefined || target === undefined) return;
    this.relationSource[slot] = source;
    this.relationTarget[slot] = target;
    this.touching[source]!.push(slot);
    if (target !== source) this.touching[target]!.push(slot);
    const name = betweenName(source, target);
    const lanes = this.between.get(name);
    if (!lanes) {
      this.between.set(name, [slot]);
      this.route(slot);
      return;
    }
    lanes.splice(place(lanes, slot, this.compareRelations), 0, slot);
    for (const lane of lanes) this.route(lane);
  }

  /** Takes a relation from its nodes, if it was joined to them. */
  private unroute(slot: number): void {
    const source = this.relationSource[slot]!;
    const target = this.relationTarget[slot]!;
    if (source === NOWHERE) return;
    this.soilRelation(slot);
    const name = betweenName(source, target);
    const lanes = this.between.get(name)!;
    lanes.splice(lanes.indexOf(slot), 1);
    if (lanes.length === 0) this.between.delete(name);
    for (const end of [source, target]) {
      const list = this.touching[end]!;
      const at = list.indexOf(slot);
      if (at >= 0) list.splice(at, 1);
    }
    this.relationSource[slot] = this.relationTarget[slot] = NOWHERE;
    this.relationIndex.removed(slot);
    for (const lane of lanes) this.route(lane);
  }

  /** Works out where a joined relation runs. */
  private route(slot: number): void {
    const record = this.relations[slot]!;
    const source = this.relationSource[slot]!;
    const target = this.relationTarget[slot]!;
    const lane = this.between.get(betweenName(source, target))!.indexOf(slot);
    this.soilRelation(slot);
    const { path, start, end, label } = route(
      figureOf(this.nodes[source]!), figureOf(this.nodes[target]!), lane, record.line, record.start, record.end,
    );
    const at = slot * CURVE;
    this.curves.set(path.length > 8 ? path.slice(0, 8) : path, at);
    this.curves.set(end, at + END);
    this.curves.set(start, at + START);
    this.curves.set(label, at + LABEL);
    this.bends[slot] = path.length > 8 ? Float32Array.from(path) : null;
    let left = Infinity;
    let top = Infinity;
    let right = -Infinity;
    let bottom = -Infinity;
    const reach = (x: number, y: number, by: number): void => {
      left = Math.min(left, x - by);
      right = Math.max(right, x + by);
      top = Math.min(top, y - by);
      bottom = Math.max(bottom, y + by);
    };
    for (let i = 0; i < path.length; i += 2) reach(path[i]!, path[i + 1]!, 0);
    reach(end[0], end[1], record.end === "none" ? 0 : HEAD_REACH);
    reach(start[0], start[1], (record.start ?? "none") === "none" ? 0 : HEAD_REACH);
    if (record.label?.length) {
      const x = this.curves[at + LABEL]!;
      const y = this.curves[at + LABEL + 1]!;
      const half = labelHalf(record);
      left = Math.min(left, x - half.w);
      right = Math.max(right, x + half.w);
      top = Math.min(top, y - half.h);
      bottom = Math.max(bottom, y + half.h);
    }
    this.relationBoxes.set([left, top, right, bottom], slot * 4);
    this.relationIndex.moved(slot);
    this.soilRelation(slot);
  }

  // -- tones

  private toneNumber(name: string): number {
    const held = this.toneNumbers.get(name);
    if (held !== undefined) return held;
    const number = this.tones.length;
    this.tones.push(name);
    this.toneNumbers.set(name, number);
    return number;
  }

  private toneOf(slot: number): number {
    const own = this.nodes[slot]!.color;
    return this.toneNumber(own ?? this.layers.headers.get(this.layers.ids[this.nodeLayer[slot]!]!)?.color ?? "");
  }

  /** A relation's own tone, or 0: none. */
  relationTone(slot: number): number {
    return this.toneNumber(this.relations[slot]!.color ?? "");
  }

  // -- reading

  private readonly compareNodes = (a: number, b: number): number => {
    const layerA = this.nodeLayer[a]!;
    const layerB = this.nodeLayer[b]!;
    if (layerA !== layerB) return this.layers.compare(layerA, layerB);
    const one = this.nodes[a]!;
    const two = this.nodes[b]!;
    return before(one.key, two.key) || before(one.id, two.id);
  };

  private readonly compareRelations = (a: number, b: number): number =>
    before(this.relations[a]!.id, this.relations[b]!.id);

  private nodesInOrder(): number[] {
    return this.layers.inOrder().flatMap((number) => this.layers.members[number]!);
  }

  private relationsInOrder(): number[] {
    const slots: number[] = [];
    this.relationSource.forEach((source, slot) => {
      if (slot < this.relations.length && this.relations[slot] && source !== NOWHERE) slots.push(slot);
    });
    return slots.sort(this.compareRelations);
  }

  /** Whether a node's layer is on. */
  nodeOn(slot: number): boolean {
    return this.layers.on[this.nodeLayer[slot]!] === 1;
  }

  /** Whether both ends of a relation are there and on. */
  relationOn(slot: number): boolean {
    const source = this.relationSource[slot]!;
    return source !== NOWHERE && this.nodeOn(source) && this.nodeOn(this.relationTarget[slot]!);
  }

  /** Drawn nodes that meet a box, in paint order. */
  nodesIn(left: number, top: number, right: number, bottom: number): number[] {
    return this.nodeIndex.search(left, top, right, bottom, (slot) => this.nodeOn(slot));
  }

  /** Drawn relations whose curve, head or label comes within `reach` of a box, in paint order. */
  relationsIn(left: number, top: number, right: number, bottom: number, reach: number): number[] {
    const [x0, y0, x1, y1] = [left - reach, top - reach, right + reach, bottom + reach];
    return this.relationIndex.search(
      x0, y0, x1, y1,
      (slot) => this.relationOn(slot) && this.relationMeets(slot, x0, y0, x1, y1),
    );
  }

  /** Whether a relation itself meets a box, not just its bounds. */
  private relationMeets(slot: number, left: number, top: number, right: number, bottom: number): boolean {
    const boxes = this.relationBoxes;
    const b = slot * 4;
    // bounds that reach out of the box on one side only, or lie inside it, are sure to meet it
    const inX = boxes[b]! >= left && boxes[b + 2]! <= right;
    const inY = boxes[b + 1]! >= top && boxes[b + 3]! <= bottom;
    if (inX && inY) return true;
    const c = this.curves;
    const first = slot * CURVE;
    for (const tip of [first + END, first + START]) {
      const [x, y] = [c[tip]!, c[tip + 1]!];
      if (x + HEAD_REACH >= left && x - HEAD_REACH <= right && y + HEAD_REACH >= top && y - HEAD_REACH <= bottom) return true;
    }
    if (this.relations[slot]!.label?.length) {
      const half = labelHalf(this.relations[slot]!);
      const x = c[first + LABEL]!;
      const y = c[first + LABEL + 1]!;
      if (x + half.w >= left && x - half.w <= right && y + half.h >= top && y - half.h <= bottom) return true;
    }
    const { path, at, count } = this.wayOf(slot);
    for (let i = 0; i < count; i++) {
      const meets = partsIn(path, at + 6 * i, left, top, right, bottom, FLAT, (x0, y0, _1, _2, _3, _4, x3, y3) =>
        segmentMeets(x0, y0, x3, y3, left - FLAT / 4, top - FLAT / 4, right + FLAT / 4, bottom + FLAT / 4));
      if (meets) return true;
    }
    return false;
  }

  /** The curves that a relation is made of: so many, each of eight numbers that begin six after the one before. */
  wayOf(slot: number): { path: Float32Array; at: number; count: number } {
    const bends = this.bends[slot];
    return bends ? { path: bends, at: 0, count: (bends.length - 2) / 6 } : { path: this.curves, at: slot * CURVE, count: 1 };
  }

  /** The point of a relation's way at t from 0 to 1. */
  pointOn(slot: number, t: number): [number, number] {
    const { path, at, count } = this.wayOf(slot);
    if (count === 1) return pointAt(path, at, t);
    const sizes = Array.from({ length: count }, (_, i) => {
      const c = at + 6 * i;
      return Math.hypot(path[c + 6]! - path[c]!, path[c + 7]! - path[c + 1]!);
    });
    let left = t * sizes.reduce((sum, size) => sum + size, 0);
    let part = 0;
    while (part < count - 1 && left > sizes[part]!) left -= sizes[part++]!;
    return pointAt(path, at + 6 * part, sizes[part] ? Math.min(1, left / sizes[part]!) : 0);
  }

  /** The relations that a node has, drawn or not. */
  relationsOf(node: number): readonly number[] {
    return this.touching[node] ?? [];
  }

  /** A node's slot, when it is drawn. */
  nodeSlot(id: string): number | undefined {
    const slot = this.nodeSlots.get(id);
    return slot !== undefined && this.nodeOn(slot) ? slot : undefined;
  }

  /** A relation's slot, when it is drawn. */
  relationSlot(id: string): number | undefined {
    const slot = this.relationSlots.get(id);
    return slot !== undefined && this.relationOn(slot) ? slot : undefined;
  }

  /** A drawn node's own box, or null. */
  nodeBox(id: string): Box | null {
    const slot = this.nodeSlot(id);
    return slot === undefined ? null : this.boxOf(slot);
  }

  /** Whether a node hides the relations that pass behind it. */
  hides(slot: number): boolean {
    return this.covers(slot) && this.nodes[slot]!.kind !== "text";
  }

  /** Whether a label keeps off a node: a frame and a drawing leave what lies in their box to be seen. */
  covers(slot: number): boolean {
    const { kind } = this.nodes[slot]!;
    return kind !== "frame" && kind !== "drawing";
  }

  /** A node's own box, as if it were not turned. */
  boxOf(slot: number): Box {
    const { x, y, w, h } = this.nodes[slot]!;
    return { x, y, w, h };
  }

  /** What a node takes up, turned as it is. */
  boundsOf(slot: number): Box {
    const boxes = this.nodeBoxes;
    const at = slot * 4;
    const x = boxes[at]!;
    const y = boxes[at + 1]!;
    return { x, y, w: boxes[at + 2]! - x, h: boxes[at + 3]! - y };
  }

  /** What a node takes up in its layer's panel: what is lifted, still where it was. */
  private placeOf(slot: number): Box {
    return this.lifted.get(slot) ?? this.boundsOf(slot);
  }

  /** How many nodes are drawn. */
  count(): number {
    if (this.shownNodes === null) {
      this.shownNodes = 0;
      this.layers.members.forEach((members, number) => {
        if (this.layers.on[number]) this.shownNodes! += members.length;
      });
    }
    return this.shownNodes;
  }

  /** The opacity of a node's layer. */
  opacityOf(slot: number): number {
    return this.layers.opacity[this.nodeLayer[slot]!]!;
  }

  /** What everything that is drawn takes up, regions and their titles included; null: nothing. */
  bounds(): Box | null {
    let all: Box | null = null;
    for (const region of this.regions()) all = union(all, region.box);
    this.layers.members.forEach((_, number) => {
      if (!this.layers.on[number]) return;
      all = union(union(all, this.membersBounds(number, this.layers.cards)), this.membersBounds(number, this.layers.others));
    });
    return all;
  }

  /** The bounds that a node counts to: those of its layer's cards, or of what is no card. */
  private boundsWith(slot: number): (Box | null | undefined)[] {
    return isCard(this.nodes[slot]!) ? this.layers.cards : this.layers.others;
  }

  private membersBounds(number: number, held: (Box | null | undefined)[]): Box | null {
    let bounds = held[number];
    if (bounds === undefined) {
      let left = Infinity;
      let top = Infinity;
      let right = -Infinity;
      let bottom = -Infinity;
      for (const slot of this.layers.members[number]!) {
        if (this.boundsWith(slot) !== held) continue;
        const { x, y, w, h } = this.placeOf(slot);
        left = Math.min(left, x);
        top = Math.min(top, y);
        right = Math.max(right, x + w);
        bottom = Math.max(bottom, y + h);
      }
      bounds = left > right ? null : { x: left, y: top, w: right - left, h: bottom - top };
      held[number] = bounds;
    }
    return bounds;
  }

  /** The panels of all layers and groups that are on and in which there are cards: outer ones first. */
  regions(): readonly Region[] {
    if (!this.regionsStale) return this.drawnRegions;
    this.regionsStale = false;
    const found: Region[] = [];
    const { tree } = this.layers;
    const inner: (Box | null)[] = []; // by depth: what the groups on the way hold so far
    // from the last to the first, so that a group comes after all that lies in it
    for (let at = tree.length - 1; at >= 0; at--) {
      const { id, depth } = tree[at]!;
      const header = this.layers.headers.get(id)!;
      const held = inner[depth + 1] ?? null;
      inner.length = Math.min(inner.length, depth + 1);
      const number = this.layers.number(header.id);
      if (!this.layers.on[number]) continue;
      const own = this.membersBounds(number, this.layers.cards);
      const group = header.group ?? false;
      let box: Box | null = null;
      if (own) box = padded(own, REGION_PADDING, REGION_HEAD);
      if (group && (held || own)) box = padded(union(held, box)!, GROUP_PADDING, GROUP_HEAD);
      if (!box) {
        inner[depth] = union(inner[depth] ?? null, held);
        continue;
      }
      inner[depth] = union(inner[depth] ?? null, group ? box : union(held, box));
      found.push({
        layer: header.id, group, title: header.title, tone: this.toneNumber(header.color),
        opacity: header.opacity ?? 1, depth, box,
      });
    }
    found.reverse();
    found.sort((a, b) => Number(b.group) - Number(a.group)); // stable: groups first, outer before inner
    this.soilRegions(this.drawnRegions, found);
    this.drawnRegions = found;
    return found;
  }

  private soilRegions(old: readonly Region[], now: readonly Region[]): void {
    const held = new Map(old.map((region) => [region.layer, region]));
    let changed = old.length !== now.length;
    for (const region of now) {
      const was = held.get(region.layer);
      held.delete(region.layer);
      if (
        was && same(was.box, region.box) && was.title === region.title && was.tone === region.tone &&
        was.opacity === region.opacity && was.depth === region.depth
      ) continue;
      changed = true;
      if (was) this.soil(was.box);
      this.soil(region.box);
    }
    for (const gone of held.values()) this.soil(gone.box);
    if (changed) this.regionsVersion++;
  }

  // -- what is under way

  /**
   * These nodes, and no others, are painted apart from now on, with their relations: while they
   * move nothing else has to be drawn again, and the panels stay as they are. Returns whether
   * anything is to be drawn again now.
   */
  lift(ids: ReadonlySet<string>): boolean {
    let changed = false;
    for (const slot of [...this.lifted.keys()]) {
      if (ids.has(this.nodes[slot]!.id)) continue;
      this.lifted.delete(slot);
      this.boundsWith(slot)[this.nodeLayer[slot]!] = undefined;
      this.regionsStale = true;
      this.soilWith(slot);
      changed = true;
    }
    for (const id of ids) {
      const slot = this.nodeSlots.get(id);
      if (slot === undefined || this.lifted.has(slot)) continue;
      this.soilWith(slot);
      this.lifted.set(slot, this.boundsOf(slot));
      changed = true;
    }
    return changed;
  }

  /** The nodes that are lifted and on, in paint order. */
  liftedNodes(): number[] {
    return [...this.lifted.keys()].filter((slot) => this.nodeOn(slot)).sort(this.compareNodes);
  }

  /** Whether anything is lifted. */
  get lifts(): boolean {
    return this.lifted.size > 0;
  }

  isLifted(slot: number): boolean {
    return this.lifted.has(slot);
  }

  /** Whether a relation moves with a node that is lifted. */
  isPulled(slot: number): boolean {
    return this.lifted.has(this.relationSource[slot]!) || this.lifted.has(this.relationTarget[slot]!);
  }

  private soilWith(slot: number): void {
    this.soilNode(slot);
    for (const relation of this.touching[slot]!) this.soilRelation(relation);
  }

  // -- what has to be drawn again

  private soil(box: Box): void {
    if (this.allDirty) return;
    this.dirty.push(box);
    if (this.dirty.length > DIRTY_BOXES_MAX) this.allDirty = true;
  }

  /** Nodes are to be drawn again: what they show has come from elsewhere. */
  redraw(ids: Iterable<string>): void {
    for (const id of ids) {
      const slot = this.nodeSlots.get(id);
      if (slot !== undefined) this.soilNode(slot);
    }
  }

  private soilNode(slot: number): void {
    if (!this.allDirty && this.nodeOn(slot) && !this.lifted.has(slot)) this.soil(this.boundsOf(slot));
  }

  private soilRelation(slot: number): void {
    if (this.allDirty || !this.relationOn(slot) || this.isPulled(slot)) return;
    const at = slot * 4;
    const boxes = this.relationBoxes;
    this.soil({
      x: boxes[at]!, y: boxes[at + 1]!, w: boxes[at + 2]! - boxes[at]!, h: boxes[at + 3]! - boxes[at + 1]!,
    });
  }

  /** What has to be drawn again since the last time this was asked. */
  takeDirt(): Dirt {
    this.regions();
    const dirt = { all: this.allDirty, boxes: this.allDirty ? [] : this.dirty };
    this.dirty = [];
    this.allDirty = false;
    return dirt;
  }

  /** How often the index was built anew, for tests: nodes, relations. */
  builds(): [number, number] {
    return [this.nodeIndex.builds, this.relationIndex.builds];
  }
}

/** Whether a node is a card: it has a place in its layer's panel. */
function isCard({ kind }: NodeShape): boolean {
  return kind === undefined || kind === "card";
}

/** Whether two records of a node have the same outline in the same place. */
function sameFigure(a: NodeShape, b: NodeShape): boolean {
  return a.x === b.x && a.y === b.y && a.w === b.w && a.h === b.h && a.kind === b.kind && a.shape === b.shape &&
    a.angle === b.angle;
}

/** The point at t of the curve that begins at `c[at]`. */
function pointAt(c: Float32Array, at: number, t: number): [number, number] {
  const s = 1 - t;
  const [a, b, d, e] = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t];
  return [
    a * c[at]! + b * c[at + 2]! + d * c[at + 4]! + e * c[at + 6]!,
    a * c[at + 1]! + b * c[at + 3]! + d * c[at + 5]! + e * c[at + 7]!,
  ];
}

function betweenName(a: number, b: number): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}

function padded(box: Box, padding: number, head: number): Box {
  return {
    x: box.x - padding, y: box.y - head, w: box.w + 2 * padding, h: box.h + head + padding,
  };
}

/** Half the size of a relation's label on its plate, at most. */
export function labelHalf(record: RelationShape): { w: number; h: number } {
  return { w: LABEL_WIDTH / 2 + 8, h: ((record.label?.length ?? 0) * LABEL_LEADING) / 2 + 5 };
}
