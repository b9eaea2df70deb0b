// What is seen: the confirmed records with operations laid over them that the server has not
// confirmed. Only the things that those are about are worked out anew, from their confirmed
// records, so that a prediction and its confirmation may come in any order; what a frame, a
// gesture or an answer costs depends on what it touches, not on the size of the board.

import type { CommentShape, LayerShape, NodeShape, RelationShape, Shape } from "../generated/wire.js";
import { BOARD, bodyOf, byKey, type Change, type Confirmed, talkOf } from "./confirmed.js";
import type { Overlay, Whose } from "./model.js";
import { between } from "./order.js";
import type { Place } from "./placement.js";
import { after, BOARD_THING, type Fit, type Predicted, same, type Surroundings, things, tied } from "./predict.js";

/** Operations by the things that they are about, each laid by somebody who can take them away. */
class Source {
  private readonly laid = new Map<string, { by: unknown; op: Predicted }[]>();
  private readonly by = new Map<unknown, Set<string>>();

  of(thing: string): Predicted[] {
    return this.laid.get(thing)?.map(({ op }) => op) ?? [];
  }

  /** Lays operations. Returns the things that they are about. */
  lay(by: unknown, ops: readonly Predicted[]): string[] {
    const touched = this.by.get(by) ?? new Set();
    for (const op of ops) {
      for (const thing of things(op)) {
        touched.add(thing);
        const list = this.laid.get(thing);
        if (list === undefined) this.laid.set(thing, [{ by, op }]);
        else list.push({ by, op });
      }
    }
    if (touched.size > 0) this.by.set(by, touched);
    return [...touched];
  }

  take(by: unknown): string[] {
    const touched = [...(this.by.get(by) ?? [])];
    this.by.delete(by);
    for (const thing of touched) {
      const left = this.laid.get(thing)?.filter((each) => each.by !== by) ?? [];
      if (left.length === 0) this.laid.delete(thing);
      else this.laid.set(thing, left);
    }
    return touched;
  }
}

/** What has changed of many things, told stream by stream; of each what it was first and is last. */
class Told {
  private readonly places = new Map<string, { before: Place<Shape> | undefined; now: Place<Shape> | undefined }>();

  tell(thing: string, before: Place<Shape> | undefined, now: Place<Shape> | undefined): void {
    const first = this.places.get(thing);
    this.places.set(thing, { before: first === undefined ? before : first.before, now });
  }

  get changes(): Change[] {
    const streams = new Map<string, { put: Shape[]; drop: string[] }>();
    const of = (stream: string): { put: Shape[]; drop: string[] } => {
      const found = streams.get(stream) ?? { put: [], drop: [] };
      streams.set(stream, found);
      return found;
    };
    for (const [thing, { before, now }] of this.places) {
      if (same(before, now)) continue;
      if (before !== undefined && before.stream !== now?.stream) of(before.stream).drop.push(idOf(thing) || BOARD);
      if (now !== undefined) of(now.stream).put.push(now.shape);
    }
    return [...streams].map(([stream, { put, drop }]) => ({
      stream,
      ...(put.length > 0 ? { put } : {}),
      ...(drop.length > 0 ? { drop } : {}),
    }));
  }
}

const idOf = (thing: string): string => thing.slice(thing.indexOf("/") + 1);
const is = (owner: string, thing: string): boolean => thing.startsWith(owner) && thing[owner.length] === "/";

export class Seen implements Overlay {
  private readonly sources: Record<Whose, Source> = { others: new Source(), pending: new Source(), draft: new Source() };
  /** How each thing is seen that operations are laid over, or that depends on one; null: not at all. */
  private readonly places = new Map<string, Place<Shape> | null>();
  private hidden: ReadonlySet<string> = new Set(); // layers that will be gone, with all in them
  private readonly ends = new Map<string, Set<string>>(); // node -> relations that are only predicted
  private readonly tiedEnds = new Map<string, readonly string[]>(); // and their ends
  private readonly gone = new Set<string>(); // nodes that are there, and not seen any more
  private readonly keys = new Map<string, Map<string, string>>(); // thing -> where -> its key there
  private readonly around: Surroundings;

  constructor(private readonly confirmed: Confirmed, fit: Fit | null = null) {
    this.around = {
      get lang() { return confirmed.board?.lang ?? "en"; },
      fit,
      header: (id) => this.place(`layer/${id}`)?.shape as LayerShape | undefined,
      layerOf: (thing) => this.place(thing)?.stream.slice(5),
      keyFor: (thing, container, before) => this.keyFor(thing, container, before),
    };
  }

  // -- reading

  /** Where a thing is seen. */
  place(thing: string): Place<Shape> | undefined {
    const held = this.places.get(thing);
    return held === undefined ? this.confirmed.place(thing) : (held ?? undefined);
  }

  /** The relations of a node, both ways, by id, as far as they are seen. */
  tiedTo(node: string): string[] {
    const ids = new Set([...this.confirmed.tiedTo(node), ...(this.ends.get(node) ?? [])]);
    return [...ids].filter((id) => this.place(`relation/${id}`) !== undefined).sort();
  }

  /** The nodes of a layer, in no order that means anything. */
  nodesIn(layer: string): NodeShape[] {
    const confirmed = this.confirmed.nodesIn(layer);
    if (this.places.size === 0) return confirmed;
    const found = confirmed.filter(({ id }) => !this.places.has(`node/${id}`));
    const stream = bodyOf(layer);
    for (const place of this.places.values()) if (place?.stream === stream) found.push(place.shape as NodeShape);
    return found;
  }

  layers(): Map<string, LayerShape> {
    const layers = new Map(this.confirmed.headers);
    for (const [thing, place] of this.places) {
      if (!is("layer", thing)) continue;
      if (place === null) layers.delete(idOf(thing));
      else layers.set(idOf(thing), place.shape as LayerShape);
    }
    return layers;
  }

  /** All that is laid over the streams, as changes to what is confirmed. */
  overlaid(): Change[] {
    const told = new Told();
    for (const [thing, place] of this.places) {
      const confirmed = this.confirmed.place(thing);
      told.tell(thing, confirmed, place ?? undefined);
    }
    return told.changes;
  }

  // -- laying and taking away

  /** Lays operations over what is there, after all that `whose` has laid before. */
  lay(whose: Whose, by: unknown, ops: readonly Predicted[]): Change[] {
    return this.workOut(this.sources[whose].lay(by, ops));
  }

  /** Takes away what was laid by `by`. */
  take(whose: Whose, by: unknown): Change[] {
    return this.workOut(this.sources[whose].take(by));
  }

  /** Lays operations in the place of all that `whose` had laid. */
  replace(whose: Whose, ops: readonly Predicted[]): Change[] {
    const source = this.sources[whose];
    return this.workOut([...source.take(whose), ...source.lay(whose, ops)]);
  }

  /** Confirmed records have changed, and whoever draws is told so. Returns that, and what else follows. */
  follow(changes: readonly Change[]): readonly Change[] {
    if (this.places.size === 0 || changes.length === 0) return changes;
    const dirty = new Set<string>();
    for (const { stream, clear, put = [], drop = [] } of changes) {
      const owner = OWNERS[stream.slice(0, 4)];
      if (clear === true) {
        for (const [thing, place] of this.places) {
          dirty.add(thing);
          if (place?.stream === stream) this.places.set(thing, null);
        }
      }
      for (const id of drop) {
        const thing = `${owner}/${id}`;
        if (this.places.get(thing)?.stream === stream) this.places.set(thing, null);
        this.meet(dirty, thing);
      }
      for (const shape of put) {
        const thing = `${owner}/${owner === "board" ? "" : shape.id}`;
        if (this.places.has(thing)) this.places.set(thing, { stream, shape });
        else if (owner === "relation" && this.endsOf(shape as RelationShape)) dirty.add(thing);
        else if (owner === "comment") dirty.add(thing);
        else if (owner === "node" && this.hidden.has(stream.slice(5))) dirty.add(thing);
        this.meet(dirty, thing);
      }
    }
    return [...changes, ...this.workOut(dirty)];
  }

  private endsOf({ source, target }: RelationShape): boolean {
    return this.places.has(`node/${source}`) || this.places.has(`node/${target}`);
  }

  /** A confirmed thing has changed: whether what is laid over it, or hangs on it, changes, too. */
  private meet(dirty: Set<string>, thing: string): void {
    if (this.places.has(thing)) dirty.add(thing);
    for (const id of this.ends.get(idOf(thing)) ?? []) if (is("node", thing)) dirty.add(`relation/${id}`);
  }

  // -- working out

  /** Works these things out anew, and what depends on them. Returns what is seen otherwise now. */
  private workOut(touched: Iterable<string>): Change[] {
    const dirty = new Set(touched);
    const told = new Told();
    const all = [...dirty];
    const layers = all.filter((thing) => is("layer", thing) || thing === BOARD_THING);
    for (const thing of layers) this.rework(thing, told);
    if (layers.length > 0) this.hide(dirty, told);
    const moved = new Set<string>();
    const homes = new Set<string | undefined>();
    for (const thing of dirty) {
      if (!is("node", thing)) continue;
      const before = this.place(thing)?.stream;
      this.rework(thing, told);
      if (this.place(thing)?.stream === before) continue;
      const id = idOf(thing);
      for (const relation of [...this.confirmed.tiedTo(id), ...(this.ends.get(id) ?? [])]) dirty.add(`relation/${relation}`);
      moved.add(id);
      homes.add(this.confirmed.place(thing)?.stream.slice(5));
    }
    for (const layer of homes) this.meetTalk(dirty, layer, ({ node }) => node !== undefined && moved.has(node));
    for (const thing of dirty) if (is("relation", thing)) this.rework(thing, told);
    for (const thing of dirty) {
      if (!is("comment", thing)) continue;
      this.rework(thing, told);
      this.meetTalk(dirty, this.confirmed.place(thing)?.stream.slice(5), ({ answers }) => answers === idOf(thing));
    }
    // an answer may have come before what it answers
    for (const thing of dirty) if (is("comment", thing)) this.rework(thing, told);
    return told.changes;
  }

  /** Where comments lie changes: those of a layer that are meant, and all that are predicted. */
  private meetTalk(dirty: Set<string>, layer: string | undefined, isMeant: (shape: CommentShape) => boolean): void {
    const held = layer === undefined ? undefined : this.confirmed.held(talkOf(layer));
    for (const shape of held?.records.values() ?? []) if (isMeant(shape as CommentShape)) dirty.add(`comment/${shape.id}`);
    for (const thing of this.places.keys()) if (is("comment", thing)) dirty.add(thing);
  }

  /** A comment where that lies which it is on; it goes with that. */
  private attached(place: Place<Shape>): Place<Shape> | undefined {
    const { node, answers } = place.shape as CommentShape;
    if (node !== undefined && this.gone.has(node)) return undefined;
    if (answers !== undefined && this.places.get(`comment/${answers}`) === null) return undefined;
    const on = this.place(answers === undefined ? `node/${node ?? ""}` : `comment/${answers}`);
    const stream = on === undefined ? place.stream : talkOf(on.stream.slice(5));
    return stream === place.stream ? place : { stream, shape: place.shape };
  }

  private rework(thing: string, told: Told): void {
    const before = this.place(thing);
    const confirmed = this.confirmed.place(thing);
    const ops = this.opsOf(thing);
    let now = after(thing, confirmed, ops, this.around);
    if (is("relation", thing)) {
      this.tie(thing, confirmed === undefined ? (now?.shape as RelationShape | undefined) : undefined);
      now = now === undefined || this.lacksEnd(now.shape as RelationShape) ? undefined : tied(now, this.around);
    }
    if (is("comment", thing) && now !== undefined) now = this.attached(now);
    if (now !== undefined && this.hidden.has(now.stream.slice(5))) now = undefined;
    if (is("node", thing)) {
      const wasThere = confirmed !== undefined || ops.some(({ op }) => op === "node.create" || op === "revive");
      if (now === undefined && wasThere) this.gone.add(idOf(thing));
      else this.gone.delete(idOf(thing));
    }
    if (ops.length === 0 && now === confirmed) {
      this.places.delete(thing);
      this.keys.delete(thing);
    } else this.places.set(thing, now ?? null);
    told.tell(thing, before, now);
  }

  private opsOf(thing: string): Predicted[] {
    const { others, pending, draft } = this.sources;
    return [...others.of(thing), ...pending.of(thing), ...draft.of(thing)];
  }

  private lacksEnd({ source, target }: RelationShape): boolean {
    return this.gone.has(source) || this.gone.has(target);
  }

  /** Notes the ends of a relation that is only predicted; undefined: it is not, or no more. */
  private tie(thing: string, shape: RelationShape | undefined): void {
    const id = idOf(thing);
    for (const node of this.tiedEnds.get(id) ?? []) {
      const held = this.ends.get(node);
      held?.delete(id);
      if (held?.size === 0) this.ends.delete(node);
    }
    this.tiedEnds.delete(id);
    if (shape === undefined) return;
    const nodes = [shape.source, shape.target];
    this.tiedEnds.set(id, nodes);
    for (const node of nodes) this.ends.set(node, (this.ends.get(node) ?? new Set()).add(id));
  }

  /** Works out which layers are gone with one that will be removed; what is in them is dirty. */
  private hide(dirty: Set<string>, told: Told): void {
    const parents = new Map([...this.confirmed.headers].map(([id, { parent }]) => [id, parent]));
    const removed = new Set<string>();
    for (const thing of this.places.keys()) {
      if (!is("layer", thing)) continue;
      const place = after(thing, this.confirmed.place(thing), this.opsOf(thing), this.around);
      if (place === undefined) removed.add(idOf(thing));
      else parents.set(idOf(thing), (place.shape as LayerShape).parent);
    }
    const hidden = new Set(removed);
    const before = this.hidden;
    if (removed.size > 0) {
      for (const id of parents.keys()) {
        let above: string | null = id;
        for (let depth = 0; above !== null && depth <= parents.size; depth += 1) {
          if (removed.has(above)) hidden.add(id);
          above = parents.get(above) ?? null;
        }
      }
    }
    this.hidden = hidden;
    const changed = [...new Set([...before, ...hidden])].filter((id) => before.has(id) !== hidden.has(id));
    if (changed.length === 0) return;
    for (const id of changed) {
      this.rework(`layer/${id}`, told);
      for (const node of this.confirmed.nodesIn(id)) dirty.add(`node/${node.id}`);
      this.meetTalk(dirty, id, () => true);
    }
    for (const thing of this.places.keys()) if (is("node", thing)) dirty.add(thing);
  }

  /** A key for a thing before another of its layer or group, until the server gives it one. */
  private keyFor(thing: string, container: string | null, before: string | null): string {
    const where = `${container ?? ""} ${before ?? ""}`;
    const kept = this.keys.get(thing) ?? new Map<string, string>();
    this.keys.set(thing, kept);
    let key = kept.get(where);
    if (key === undefined) kept.set(where, (key = this.freshKey(thing, container, before)));
    return key;
  }

  private freshKey(thing: string, container: string | null, before: string | null): string {
    const id = idOf(thing);
    const siblings: { id: string; key: string }[] = is("node", thing)
      ? this.nodesIn(container ?? "")
      : [...this.layers().values()].filter(({ parent }) => parent === container);
    const neighbour = siblings.find((each) => each.id === before && each.id !== id);
    let low = "";
    for (const each of siblings) {
      if (each.id === id || (neighbour !== undefined && byKey(each, neighbour) >= 0)) continue;
      if (each.key > low) low = each.key;
    }
    if (neighbour === undefined) return between(low, null);
    // where two have the same key there is no room: the server makes some
    return low < neighbour.key ? between(low, neighbour.key) : neighbour.key;
  }
}

const OWNERS: Readonly<Record<string, string>> = { boar: "board", head: "layer", body: "node", pair: "relation", talk: "comment" };
