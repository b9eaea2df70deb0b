// What the server has put: the records of each stream, as the frames say, and where each thing is.

import { FRAME_BYTES_MAX, HAVE_MAX } from "../generated/constants.js";
import type { BoardShape, CommentShape, LayerShape, NodeShape, Outbound, Part, RelationShape, Shape } from "../generated/wire.js";
import { type Place, Placement } from "./placement.js";

/** What changed in one stream. `clear` forgets all its records first. */
export interface Change {
  readonly stream: string;
  readonly clear?: boolean;
  readonly put?: readonly Shape[];
  readonly drop?: readonly string[];
}

interface Held {
  version: number;
  /** False from `begin` to `synced`: then it is not whole, and cannot be resumed. */
  whole: boolean;
  readonly records: Map<string, Shape>;
}

export const BOARD = "board";

/** Orders records by key, then by id, as the server does: by code units, not by language. */
export function byKey(a: { key: string; id: string }, b: { key: string; id: string }): number {
  if (a.key !== b.key) return a.key < b.key ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** The streams of a layer's header and of what lies in it, and of the relations between two. */
export const headOf = (layer: string): string => `head/${layer}`;
export const bodyOf = (layer: string): string => `body/${layer}`;
export const talkOf = (layer: string): string => `talk/${layer}`;
export const pairOf = (a: string, b: string): string => (a <= b ? `pair/${a}/${b}` : `pair/${b}/${a}`);

/** The layers that a stream is about: none for the board, two for a pair. */
export function layersOf(stream: string): string[] {
  return stream.split("/").slice(1);
}

const NOTHING: readonly Change[] = [];

export class Confirmed {
  private readonly streams = new Map<string, Held>();
  private readonly heads = new Map<string, LayerShape>();
  private readonly nodes = new Placement<NodeShape>();
  private readonly relations = new Placement<RelationShape>();
  private readonly comments = new Placement<CommentShape>();
  private readonly ends = new Map<string, Set<string>>(); // node -> its relations

  /** A patch did not fit. Never happens on one connection; the cure is to connect again. */
  gap = false;

  // -- what is confirmed

  get board(): BoardShape | null {
    const held = this.streams.get(BOARD)?.records.get(BOARD);
    return held === undefined ? null : (held as BoardShape);
  }

  /** Where a thing is, by its name (`node/x`, `board/`; see predict.ts). */
  place(thing: string): Place<Shape> | undefined {
    const at = thing.indexOf("/");
    const id = thing.slice(at + 1);
    switch (thing.slice(0, at)) {
      case "board":
        return this.board === null ? undefined : { stream: BOARD, shape: this.board };
      case "layer": {
        const shape = this.heads.get(id);
        return shape === undefined ? undefined : { stream: headOf(id), shape };
      }
      case "node":
        return this.nodes.get(id);
      case "comment":
        return this.comments.get(id);
      default:
        return this.relations.get(id);
    }
  }

  get headers(): ReadonlyMap<string, LayerShape> {
    return this.heads;
  }

  layers(): Map<string, LayerShape> {
    return new Map(this.heads);
  }

  /** The relations of a node, both ways, by id. */
  tiedTo(node: string): string[] {
    return [...(this.ends.get(node) ?? [])].sort();
  }

  /** The nodes of a layer, in no order that means anything. */
  nodesIn(layer: string): NodeShape[] {
    const stream = bodyOf(layer);
    const records = [...(this.streams.get(stream)?.records.values() ?? [])] as NodeShape[];
    return records.filter(({ id }) => this.nodes.get(id)?.stream === stream);
  }

  /** What is held of a stream, and at which version; undefined: nothing was heard of it. */
  held(stream: string): { readonly version: number; readonly records: ReadonlyMap<string, Shape> } | undefined {
    return this.streams.get(stream);
  }

  /** Whether all of a stream has come. */
  isWhole(stream: string): boolean {
    return this.streams.get(stream)?.whole === true;
  }

  /** Whether the board and all headers that were begun have come. */
  get headersWhole(): boolean {
    for (const [stream, held] of this.streams) {
      if (!held.whole && (stream === BOARD || stream.startsWith("head/"))) return false;
    }
    return this.streams.has(BOARD);
  }

  // -- frames

  /** Takes what a frame says of records. Returns what changed, to be drawn as one. */
  take(frame: Outbound): readonly Change[] {
    switch (frame.t) {
      case "begin":
        return Object.entries(frame.streams).flatMap(([stream, version]) => {
          const changes = this.forget(stream);
          this.streams.set(stream, { version, whole: false, records: new Map() });
          return changes;
        });
      case "chunk": {
        const held = this.streams.get(frame.stream);
        if (held === undefined || held.whole) return NOTHING; // it ended while this was under way
        return this.change(held, { stream: frame.stream, put: frame.put });
      }
      case "synced":
        for (const stream of frame.streams ?? []) {
          const held = this.streams.get(stream);
          if (held !== undefined) held.whole = true;
        }
        return NOTHING;
      case "patch":
        return this.patch(frame.parts);
      case "end":
        return frame.streams.flatMap((stream) => [...this.forget(stream), ...this.forgetContent(stream)]);
      default:
        return NOTHING;
    }
  }

  private patch(parts: readonly Part[]): readonly Change[] {
    const changes: Change[] = [];
    for (const { stream, since, version, put = [], drop = [] } of parts) {
      if (since === 0) {
        // this is the whole stream, whatever was held
        changes.push(...this.forget(stream));
        this.streams.set(stream, { version: 0, whole: true, records: new Map() });
      }
      const held = this.streams.get(stream);
      if (held === undefined) continue; // it ended while this was under way
      if (version <= held.version) continue;
      if (since > held.version) {
        held.whole = false; // so that it is not resumed, but begun anew
        this.gap = true;
        continue;
      }
      held.version = version;
      changes.push(...this.change(held, { stream, put, drop }));
      for (const id of drop) if (stream === headOf(id)) changes.push(...this.forgetContent(stream));
    }
    return changes;
  }

  /** Applies one change to its stream and to the indexes. Returns it, with what it entails. */
  private change(held: Held, change: Change): Change[] {
    const { stream, put = [], drop = [] } = change;
    const entailed: Change[] = [];
    for (const id of drop) if (held.records.delete(id)) entailed.push(...this.unindex(stream, id));
    for (const shape of put) {
      held.records.set(shape.id, shape);
      this.index(stream, shape);
    }
    return [change, ...entailed];
  }

  private index(stream: string, shape: Shape): void {
    const [kind] = stream.split("/");
    if (kind === "head") this.heads.set(shape.id, shape as LayerShape);
    if (kind === "body") this.nodes.put(stream, shape as NodeShape);
    if (kind === "talk") this.comments.put(stream, shape as CommentShape);
    if (kind === "pair") {
      const before = this.relations.put(stream, shape as RelationShape);
      if (before !== undefined) this.untie(before.shape);
      this.tie(shape as RelationShape);
    }
  }

  /** A record is gone from a stream. Returns that it is in another one, if it is. */
  private unindex(stream: string, id: string): Change[] {
    const [kind] = stream.split("/");
    if (kind === "head") this.heads.delete(id);
    if (kind === "body") return puts(this.nodes.drop(stream, id).now);
    if (kind === "talk") return puts(this.comments.drop(stream, id).now);
    if (kind === "pair") {
      const { was, now } = this.relations.drop(stream, id);
      if (was !== undefined) this.untie(was);
      if (now !== undefined) this.tie(now.shape);
      return puts(now);
    }
    return [];
  }

  private tie(relation: RelationShape): void {
    for (const node of [relation.source, relation.target]) {
      const held = this.ends.get(node);
      if (held === undefined) this.ends.set(node, new Set([relation.id]));
      else held.add(relation.id);
    }
  }

  private untie(relation: RelationShape): void {
    for (const node of [relation.source, relation.target]) {
      const held = this.ends.get(node);
      held?.delete(relation.id);
      if (held?.size === 0) this.ends.delete(node);
    }
  }

  /** Forgets a stream, as if nothing had ever been heard of it. */
  private forget(stream: string): Change[] {
    const held = this.streams.get(stream);
    if (held === undefined) return [];
    this.streams.delete(stream);
    return [{ stream, clear: true }, ...[...held.records.keys()].flatMap((id) => this.unindex(stream, id))];
  }

  /** Once a layer's header is gone, so is what was kept of the layer while it was off. */
  private forgetContent(head: string): Change[] {
    const [layer] = layersOf(head);
    if (layer === undefined || head !== headOf(layer)) return [];
    return [...this.streams.keys()]
      .filter((stream) => stream !== head && layersOf(stream).includes(layer))
      .flatMap((stream) => this.forget(stream));
  }

  /** No more comes of these layers: forgets what had only begun to come. */
  forgetPartial(layers: ReadonlySet<string>): Change[] {
    return [...this.streams]
      .filter(([stream, { whole }]) => !whole && !stream.startsWith("head/") && layersOf(stream).some((id) => layers.has(id)))
      .flatMap(([stream]) => this.forget(stream));
  }

  // -- resuming

  /**
   * The versions to name in a hello or a follow, at most HAVE_MAX of them and well within a
   * frame. `layers` null: of all streams, those of `first` before others.
   */
  have(layers: ReadonlySet<string> | null, first: ReadonlySet<string> = new Set()): Record<string, number> {
    const wanted = [...this.streams].filter(([stream, held]) => {
      if (!held.whole || held.version === 0) return false;
      return layers === null || layersOf(stream).some((layer) => layers.has(layer));
    });
    const rank = (stream: string): number => {
      if (stream === BOARD || stream.startsWith("head/")) return 0;
      return layersOf(stream).every((layer) => first.has(layer)) ? 1 : 2;
    };
    if (layers === null) wanted.sort(([a], [b]) => rank(a) - rank(b));
    const have: Record<string, number> = {};
    let bytes = 0;
    for (const [stream, { version }] of wanted.slice(0, HAVE_MAX)) {
      bytes += stream.length + 24;
      if (bytes > FRAME_BYTES_MAX / 2) break;
      have[stream] = version;
    }
    return have;
  }

  /** All streams that anything is held of. */
  get names(): readonly string[] {
    return [...this.streams.keys()];
  }

  /** Forgets every stream that a hello did not name. Returns what changed. */
  keepOnly(have: Readonly<Record<string, number>>): Change[] {
    this.gap = false;
    return [...this.streams.keys()].filter((stream) => !(stream in have)).flatMap((stream) => this.forget(stream));
  }
}

function puts(place: Place<Shape> | undefined): Change[] {
  return place === undefined ? [] : [{ stream: place.stream, put: [place.shape] }];
}
