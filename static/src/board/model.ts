// The model: what this browser holds of a board. Confirmed records, as the server put them, and
// over them, as one, what others drag, the submits that wait for their answer, and what is being
// done just now. What is told of nodes, relations and layers is what is SEEN. No DOM, no clock.
//
// What lays operations over records (seen.ts) comes with what edits; until then the confirmed
// records are what is seen.

import type { AnyOp, BoardShape, LayerShape, NodeShape, Outbound, RelationShape, Shape } from "../generated/wire.js";
import { BOARD, bodyOf, byKey, type Change, Confirmed } from "./confirmed.js";
import type { Place } from "./placement.js";
import type { Predicted } from "./predict.js";

export { BOARD, bodyOf, byKey, type Change, headOf, layersOf } from "./confirmed.js";

/** A submit, or an undo of the submit `of`, that has no answer yet. */
export interface Pending {
  readonly n: number;
  readonly ops: readonly AnyOp[];
  readonly of?: number;
  /** What is shown of an undo until its answer comes. */
  readonly shows?: readonly Predicted[];
  /** Milliseconds, by the clock of whoever proposed it. */
  readonly at: number;
}

/** A node with the layer that it lies in. */
export interface Placed {
  readonly layer: string;
  readonly shape: NodeShape;
}

/** A submit, and what is seen otherwise because of what became of it. */
export interface Outcome {
  readonly pending: Pending;
  readonly changes: readonly Change[];
}

/** Whose operations are laid: others' first, then my own that wait, then what I am doing. */
export type Whose = "others" | "pending" | "draft";

/** What there is to be read of a board, confirmed or seen. */
interface Reading {
  place(thing: string): Place<Shape> | undefined;
  tiedTo(node: string): string[];
  nodesIn(layer: string): NodeShape[];
  layers(): Map<string, LayerShape>;
}

/** What lays operations over the confirmed records. Its changes are those of what is seen. */
export interface Overlay extends Reading {
  overlaid(): Change[];
  lay(whose: Whose, by: unknown, ops: readonly Predicted[]): Change[];
  take(whose: Whose, by: unknown): Change[];
  replace(whose: Whose, ops: readonly Predicted[]): Change[];
  follow(changes: readonly Change[]): readonly Change[];
}

/** An acknowledged submit, shown until these streams have come. */
interface Lingering {
  readonly pending: Pending;
  readonly streams: readonly string[];
}

export class Model {
  private readonly confirmed = new Confirmed();
  private overlay: Overlay | null = null;
  private waiting: Pending[] = [];
  private lingering: Lingering[] = [];
  private last = 0;

  // -- what is confirmed

  /** A patch did not fit. Never happens on one connection; the cure is to connect again. */
  get gap(): boolean {
    return this.confirmed.gap;
  }

  /** What is held of a stream, and at which version; undefined: nothing was heard of it. */
  held(stream: string): { readonly version: number; readonly records: ReadonlyMap<string, Shape> } | undefined {
    return this.confirmed.held(stream);
  }

  /** Whether all of a stream has come. */
  isWhole(stream: string): boolean {
    return this.confirmed.isWhole(stream);
  }

  /** Whether the board and all headers that were begun have come. */
  get headersWhole(): boolean {
    return this.confirmed.headersWhole;
  }

  /** The layers that the server has. */
  get headers(): ReadonlyMap<string, LayerShape> {
    return this.confirmed.headers;
  }

  /** The versions to name in a hello or a follow; see `Confirmed`. */
  have(layers: ReadonlySet<string> | null, first: ReadonlySet<string> = new Set()): Record<string, number> {
    return this.confirmed.have(layers, first);
  }

  // -- what is seen

  private get seen(): Reading {
    return this.overlay ?? this.confirmed;
  }

  /** From now on operations are laid over what is confirmed. */
  layOver(make: (confirmed: Confirmed) => Overlay): readonly Change[] {
    this.overlay = make(this.confirmed);
    return this.waiting.flatMap((pending) => this.lay(pending));
  }

  private lay({ n, ops, shows }: Pending): readonly Change[] {
    return this.overlay?.lay("pending", n, shows ?? ops) ?? [];
  }

  private lift({ n }: Pending): readonly Change[] {
    return this.overlay?.take("pending", n) ?? [];
  }

  private follow(changes: readonly Change[]): readonly Change[] {
    return this.overlay?.follow(changes) ?? changes;
  }

  get board(): BoardShape | null {
    return (this.seen.place(BOARD_ITSELF)?.shape as BoardShape | undefined) ?? null;
  }

  /** Whether the board says more than itself: a scene, a step, a timer. */
  get hasWorkshop(): boolean {
    return (this.held(BOARD)?.records.size ?? 0) > 1 || this.board?.waiting === true;
  }

  node(id: string): Placed | undefined {
    const place = this.seen.place(`node/${id}`);
    return place === undefined ? undefined : { layer: place.stream.slice(5), shape: place.shape as NodeShape };
  }

  relation(id: string): RelationShape | undefined {
    return this.seen.place(`relation/${id}`)?.shape as RelationShape | undefined;
  }

  /** A thing with its stream: `node/x`, `relation/r`, `layer/l`, `board/`. */
  place(thing: string): Place<Shape> | undefined {
    return this.seen.place(thing);
  }

  /** The relations of a node, both ways, in the order of their ids. */
  relationsOf(node: string): RelationShape[] {
    return this.seen.tiedTo(node).flatMap((id) => this.relation(id) ?? []);
  }

  /** The nodes of a layer, in the order of its keys. */
  nodesOf(layer: string): NodeShape[] {
    return this.seen.nodesIn(layer).sort(byKey);
  }

  /** The layers, by id. */
  layers(): Map<string, LayerShape> {
    return this.seen.layers();
  }

  /** Whether opening or closing the stage is among what is pending. */
  get setsStage(): boolean {
    return this.waiting.some(({ ops }) => ops.some(({ op }) => op === "stage.set"));
  }

  /** Whether the stage is open, or will be when all that is pending is accepted. */
  stageOpen(): boolean {
    return this.board?.stage ?? false;
  }

  /** All that is seen, as changes to something that is still empty. */
  everything(): Change[] {
    const streams = this.confirmed.names.map((stream) => ({
      stream,
      clear: true,
      put: [...(this.confirmed.held(stream)?.records.values() ?? [])],
    }));
    return [...streams, ...(this.overlay?.overlaid() ?? [])];
  }

  // -- what comes in. Each returns what is seen otherwise now, to be drawn as one.

  take(frame: Outbound): readonly Change[] {
    const changes = this.follow(this.confirmed.take(frame));
    return this.lingering.length === 0 ? changes : [...changes, ...this.release()];
  }

  /** Forgets every stream that a hello did not name. */
  keepOnly(have: Readonly<Record<string, number>>): readonly Change[] {
    return this.follow(this.confirmed.keepOnly(have));
  }

  /** No more comes of these layers: forgets what had only begun to come. */
  forgetPartial(layers: ReadonlySet<string>): readonly Change[] {
    return this.follow(this.confirmed.forgetPartial(layers));
  }

  // -- what others do, and what I am doing

  /** What others are dragging just now; replaces the last. */
  others(ops: readonly AnyOp[]): readonly Change[] {
    return this.overlay?.replace("others", ops) ?? [];
  }

  /** What a gesture is doing: seen and never sent. Replaces the last; [] ends it. */
  draft(ops: readonly AnyOp[]): readonly Change[] {
    return this.overlay?.replace("draft", ops) ?? [];
  }

  // -- pending

  /** The submits that have no answer yet, in their order. */
  get pending(): readonly Pending[] {
    return this.waiting;
  }

  /** The number that the next submit gets. */
  get next(): number {
    return this.last + 1;
  }

  /**
   * Numbers a batch, or an undo of the batch `of`, and keeps it until it is settled. It is seen
   * at once; `shows`: what is seen of an undo.
   */
  propose(ops: readonly AnyOp[], at: number, of?: number, shows: readonly Predicted[] = []): Outcome {
    const pending: Pending = { n: this.next, ops, at, ...(of === undefined ? {} : { of, shows }) };
    return { pending, changes: this.await(pending) };
  }

  /** Takes up a submit that has its number already. */
  await(pending: Pending): readonly Change[] {
    const later = this.waiting.filter(({ n }) => n > pending.n);
    this.last = Math.max(this.last, pending.n);
    this.waiting = [...this.waiting.filter(({ n }) => n < pending.n), pending, ...later];
    // what was proposed since lies over it
    return [...later.flatMap((each) => this.lift(each)), ...this.lay(pending), ...later.flatMap((each) => this.lay(each))];
  }

  /** The server's last number of this client: the next one is above it. */
  resumeAt(last: number): void {
    this.last = Math.max(this.last, last);
  }

  /**
   * Takes out the submit `n`, which has its answer; undefined: it had one before. What was made in
   * a layer that has not come yet is seen on until it comes.
   */
  settle(n: number, acked = false): Outcome | undefined {
    const found = this.waiting.find((pending) => pending.n === n);
    if (found === undefined) return undefined;
    this.waiting = this.waiting.filter((pending) => pending !== found);
    const streams = acked && this.overlay !== null ? this.lacking(found.ops) : [];
    if (streams.length > 0) {
      this.lingering = [...this.lingering, { pending: found, streams }];
      return { pending: found, changes: [] };
    }
    return { pending: found, changes: this.lift(found) };
  }

  /** The bodies in which operations have made something, and which have not come. */
  private lacking(ops: readonly AnyOp[]): string[] {
    const made = ops.flatMap((op) => (op.op === "node.create" ? (this.node(op.id)?.layer ?? []) : []));
    return [...new Set(made)].map(bodyOf).filter((stream) => !this.isWhole(stream));
  }

  private release(): Change[] {
    const stays = ({ streams }: Lingering): boolean =>
      streams.some((stream) => !this.isWhole(stream) && this.headers.has(stream.slice(5)));
    const kept = new Set(this.lingering.filter(stays).slice(-LINGERING_MAX));
    const done = this.lingering.filter((each) => !kept.has(each));
    this.lingering = [...kept];
    return done.flatMap(({ pending }) => this.lift(pending));
  }

  /** Gives up all that is pending, as another client cannot take it over. */
  abandon(): { readonly given: readonly Pending[]; readonly changes: readonly Change[] } {
    const given = this.waiting;
    const changes = [...given, ...this.lingering.map(({ pending }) => pending)].flatMap((pending) => this.lift(pending));
    this.waiting = [];
    this.lingering = [];
    this.last = 0;
    return { given, changes };
  }
}

const BOARD_ITSELF = "board/"; // among things: see predict.ts
const LINGERING_MAX = 1_000; // submits whose layer was never switched on since
