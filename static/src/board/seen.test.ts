import assert from "node:assert/strict";
import { test } from "node:test";
import type { AnyOp, LayerShape, NodeShape, Outbound, Part, RelationShape, Shape } from "../generated/wire.js";
import { bodyOf, type Change, headOf, Model, type Pending } from "./model.js";
import { between } from "./order.js";
import { Seen } from "./seen.js";

const head = (id: string, more: Partial<LayerShape> = {}): LayerShape => ({
  id, parent: null, key: id, title: id, color: "slate", published: true, ...more,
});
const node = (id: string, more: Partial<NodeShape> = {}): NodeShape => ({ id, key: id, x: 0, y: 0, w: 220, h: 64, title: [id], ...more });
const relation = (id: string, source: string, target: string): RelationShape => ({ id, source, target });

const LAYERS = ["a", "b", "m"];
const board: Outbound = {
  t: "patch",
  parts: [
    { stream: "board", since: 0, version: 1, put: [{ id: "board", title: "T", description: "", lang: "en", stage: false, public: false }] },
    { stream: "head/a", since: 0, version: 1, put: [head("a")] },
    { stream: "head/b", since: 0, version: 1, put: [head("b")] },
    { stream: "head/g", since: 0, version: 1, put: [head("g", { group: true })] },
    { stream: "head/m", since: 0, version: 1, put: [head("m", { parent: "g" })] },
    { stream: "body/a", since: 0, version: 1, put: [node("x"), node("y")] },
    { stream: "body/b", since: 0, version: 1, put: [node("z")] },
    { stream: "body/m", since: 0, version: 1, put: [] },
    { stream: "pair/a/a", since: 0, version: 1, put: [relation("r", "x", "y")] },
    { stream: "pair/a/b", since: 0, version: 1, put: [relation("s", "x", "z")] },
  ],
};

/** A model with somebody who draws only by what they are told. */
class Watched {
  readonly model = new Model();
  readonly drawn = new Map<string, Map<string, Shape>>();
  told = 0;

  constructor(...frames: Outbound[]) {
    this.draw(this.model.layOver((confirmed) => new Seen(confirmed)));
    for (const frame of frames) this.draw(this.model.take(frame));
  }

  draw(changes: readonly Change[]): void {
    for (const { stream, clear, put = [], drop = [] } of changes) {
      const records = clear === true ? new Map<string, Shape>() : (this.drawn.get(stream) ?? new Map<string, Shape>());
      for (const id of drop) if (records.delete(id)) this.told += 1;
      for (const shape of put) {
        // a thing is in one stream: what draws it moves it
        for (const [other, held] of this.drawn) if (other.slice(0, 4) === stream.slice(0, 4)) held.delete(shape.id);
        records.set(shape.id, shape);
        this.told += 1;
      }
      this.drawn.set(stream, records);
    }
  }

  edit(...ops: AnyOp[]): Pending {
    const { pending, changes } = this.model.propose(ops, 0);
    this.draw(changes);
    return pending;
  }

  draft(...ops: AnyOp[]): void {
    this.draw(this.model.draft(ops));
  }

  settle(n: number, acked = false): void {
    this.draw(this.model.settle(n, acked)?.changes ?? []);
  }

  patch(...parts: Part[]): void {
    this.draw(this.model.take({ t: "patch", parts }));
  }

  /** What is drawn is what is seen: no more, no less. */
  check(): void {
    const layers = this.model.layers();
    const heads = [...this.drawn].filter(([stream]) => stream.startsWith("head/")).flatMap(([, held]) => [...held.values()]);
    assert.deepEqual(new Map(heads.map((shape) => [shape.id, shape])), new Map([...layers].sort(([a], [b]) => (a < b ? -1 : 1))));
    for (const stream of this.drawn.keys()) {
      if (!stream.startsWith("body/")) continue;
      const seen = this.model.nodesOf(stream.slice(5));
      const there = new Map([...(this.drawn.get(stream) ?? [])]);
      assert.deepEqual(there, new Map(seen.map((shape) => [shape.id, shape])), stream);
      for (const shape of seen) assert.deepEqual(this.model.node(shape.id), { layer: stream.slice(5), shape });
    }
    const drawnRelations = new Set([...this.drawn].filter(([stream]) => stream.startsWith("pair/")).flatMap(([, held]) => [...held.keys()]));
    const nodes = [...this.drawn].filter(([stream]) => stream.startsWith("body/")).flatMap(([, held]) => [...held.keys()]);
    const seenRelations = new Set(nodes.flatMap((id) => this.model.relationsOf(id).map((each) => each.id)));
    // a relation is told to whoever draws, and seen at its ends
    for (const id of seenRelations) assert.equal(drawnRelations.has(id), true, id);
    for (const id of drawnRelations) assert.notEqual(this.model.relation(id), undefined, id);
    const anew = new Watched();
    anew.draw(this.model.everything());
    const filled = (drawn: Watched["drawn"]): unknown =>
      new Map([...drawn].filter(([, held]) => held.size > 0).sort(([a], [b]) => (a < b ? -1 : 1)).map(([stream, held]) => [
        stream, new Map([...held].sort(([a], [b]) => (a < b ? -1 : 1))),
      ]));
    assert.deepEqual(filled(anew.drawn), filled(this.drawn));
  }
}

test("SE1 each kind of change of a node is seen at once, and only that node is told", () => {
  const seen = new Watched(board);
  seen.told = 0;
  seen.edit({ op: "node.set", id: "x", x: 10.004, angle: 90, color: "red", tags: ["t"] });
  assert.equal(seen.told, 1);
  assert.deepEqual(seen.model.node("x")?.shape, node("x", { x: 10, angle: 90, color: "red", tags: ["t"] }));
  seen.edit({ op: "node.set", id: "x", color: null, angle: null, tags: [] });
  assert.deepEqual(seen.model.node("x")?.shape, node("x", { x: 10 }));
  seen.check();
});

test("SE1 a node that is moved to another layer takes its relations to other streams", () => {
  const seen = new Watched(board);
  seen.edit({ op: "node.set", id: "x", layer: "b" });
  assert.equal(seen.model.node("x")?.layer, "b");
  assert.equal(seen.drawn.get("pair/b/b")?.has("s"), true);
  assert.equal(seen.drawn.get("pair/a/b")?.has("r"), true);
  assert.equal((seen.model.node("x")?.shape.key ?? "") > "z", true); // last
  seen.check();
  seen.settle(1);
  assert.equal(seen.model.node("x")?.layer, "a");
  assert.equal(seen.drawn.get("pair/a/a")?.has("r"), true);
  seen.check();
});

test("SE1 a node that is removed takes its relations; restored, it brings them back", () => {
  const seen = new Watched(board);
  seen.edit({ op: "node.remove", id: "x" });
  assert.equal(seen.model.node("x"), undefined);
  assert.deepEqual([seen.model.relation("r"), seen.model.relation("s")], [undefined, undefined]);
  assert.deepEqual(seen.model.relationsOf("y"), []);
  seen.check();
  seen.edit({ op: "node.restore", id: "x" });
  assert.deepEqual(seen.model.relationsOf("x").map(({ id }) => id), ["r", "s"]);
  seen.check();
});

test("SE1 what is made is seen at once: nodes last or before a neighbour, and relations of them", () => {
  const seen = new Watched(board);
  seen.edit(
    { op: "node.create", id: "n", layer: "a", kind: "sticky", text: { text: { en: "words" } } },
    { op: "node.create", id: "o", layer: "a", before: "y" },
    { op: "node.create", id: "p", layer: "a" },
    { op: "relation.create", id: "t", source: "n", target: "z", text: { label: { en: "says" } } },
  );
  assert.deepEqual(seen.model.nodesOf("a").map(({ id }) => id), ["x", "o", "y", "n", "p"]);
  assert.deepEqual(seen.model.node("n")?.shape.text, ["words"]);
  assert.deepEqual(seen.model.relationsOf("z").map(({ id }) => id), ["s", "t"]);
  assert.deepEqual(seen.model.relation("t")?.label, ["says"]);
  seen.check();
  seen.edit({ op: "node.set", id: "n", layer: "b" }, { op: "relation.set", id: "t", dashed: true, line: "elbow" });
  assert.equal((seen.drawn.get("pair/b/b")?.get("t") as RelationShape).line, "elbow");
  seen.check();
  seen.edit({ op: "relation.remove", id: "t" });
  assert.equal(seen.model.relation("t"), undefined);
  seen.check();
});

test("SE1 layers are made, set, moved and removed with all that lies in them", () => {
  const seen = new Watched(board);
  seen.edit(
    { op: "layer.create", id: "l", parent: "g", before: "m", text: { title: { en: "New" } }, write: "facilitator" },
    { op: "node.create", id: "n", layer: "l" },
  );
  assert.deepEqual(seen.model.layers().get("l"), head("l", { parent: "g", key: between("", "m"), title: "New", write: "facilitator", add: "facilitator" }));
  seen.check();
  seen.edit({ op: "layer.move", id: "a", parent: "g" }, { op: "layer.set", id: "a", color: "red", read: "facilitator" });
  assert.deepEqual(seen.model.layers().get("a"), head("a", {
    parent: "g", key: between("m", null), color: "red", read: "facilitator", write: "facilitator", add: "facilitator", restricted: true,
  }));
  seen.edit({ op: "layer.remove", id: "g" });
  assert.deepEqual([...seen.model.layers().keys()], ["b"]);
  assert.deepEqual([seen.model.node("n"), seen.model.node("x"), seen.model.relation("s")], [undefined, undefined, undefined]);
  seen.check();
  // somebody puts something into it, and somebody moves a node out of it
  seen.patch({ stream: "body/m", since: 1, version: 2, put: [node("w")] });
  assert.equal(seen.model.node("w"), undefined);
  seen.patch({ stream: "body/a", since: 1, version: 2, drop: ["y"] }, { stream: "body/b", since: 1, version: 2, put: [node("y")] },
    { stream: "pair/a/a", since: 1, version: 2, drop: ["r"] }, { stream: "pair/a/b", since: 1, version: 2, put: [relation("r", "x", "y")] });
  assert.equal(seen.model.node("y")?.layer, "b");
  assert.equal(seen.model.relation("r"), undefined);
  seen.check();
  seen.edit({ op: "layer.restore", id: "g" });
  assert.deepEqual([...seen.model.layers().keys()].sort(), ["a", "b", "g", "l", "m"]);
  assert.deepEqual(seen.model.relationsOf("x").map(({ id }) => id), ["r", "s"]);
  seen.check();
});

test("SE1 texts, the stage and what is driven are seen at once", () => {
  const seen = new Watched(board);
  const text = (owner: "board" | "layer" | "node" | "relation", id: string, field: "title" | "description" | "note" | "text" | "label" | "alt", lang = "en"): AnyOp => ({
    op: "text.set", owner, id, field, lang, text: "new", base: "",
  });
  seen.edit(text("board", "", "description"), text("layer", "a", "note"), text("node", "x", "text"), text("node", "x", "alt"), text("relation", "r", "label"));
  assert.equal(seen.model.board?.description, "new");
  assert.equal(seen.model.layers().get("a")?.note, "new");
  assert.deepEqual(seen.model.node("x")?.shape, node("x", { text: ["new"], alt: "new" }));
  assert.deepEqual(seen.model.relation("r")?.label, ["new"]);
  // another language is not shown where there is this one, and is where there is none
  seen.edit(text("node", "x", "title", "de"), text("relation", "s", "label", "de"));
  assert.deepEqual(seen.model.node("x")?.shape.title, ["x"]);
  assert.deepEqual(seen.model.relation("s"), { ...relation("s", "x", "z"), label: ["new"], lang: "de" });
  seen.edit({ op: "stage.set", open: true }, { op: "stage.drive", layers: { a: false, m: true } }, { op: "board.archive", archived: true }, { op: "access.set", public: true }, { op: "access.wait", waiting: true });
  assert.equal(seen.model.stageOpen(), true);
  assert.deepEqual([seen.model.layers().get("a")?.driven, seen.model.layers().get("m")?.driven], [false, true]);
  assert.deepEqual([seen.model.board?.archived, seen.model.board?.public, seen.model.board?.waiting], [true, true, true]);
  seen.edit({ op: "board.set", lang: "de" }); // what this does to every text only the server knows
  assert.equal(seen.model.board?.lang, "en");
  seen.check();
});

test("SE2 others' drags lie below what is pending, and that below what is being done", () => {
  const seen = new Watched(board);
  const x = (): number | undefined => seen.model.node("x")?.shape.x;
  seen.draft({ op: "node.set", id: "x", x: 3 });
  seen.edit({ op: "node.set", id: "x", x: 2 });
  seen.draw(seen.model.others([{ op: "node.set", id: "x", x: 1, y: 7 }]));
  assert.equal(x(), 3);
  assert.equal(seen.model.node("x")?.shape.y, 7);
  seen.draft();
  assert.equal(x(), 2);
  seen.settle(1);
  assert.equal(x(), 1);
  seen.draw(seen.model.others([]));
  assert.deepEqual(seen.model.node("x")?.shape, node("x"));
  seen.check();
});

test("SE2 a pending change does not jump back when its patch and its answer come", () => {
  const seen = new Watched(board);
  seen.edit({ op: "node.set", id: "x", x: 5 });
  seen.edit({ op: "node.set", id: "x", x: 9 });
  seen.edit({ op: "node.create", id: "n", layer: "a" });
  const drawn = (): Shape | undefined => seen.drawn.get("body/a")?.get("x");
  const made = seen.drawn.get("body/a")?.get("n") as NodeShape;
  const places: (number | undefined)[] = [];
  const note = (): unknown => places.push((drawn() as NodeShape).x);
  seen.patch({ stream: "body/a", since: 1, version: 2, put: [node("x", { x: 5 })] });
  note();
  seen.settle(1, true);
  note();
  seen.patch({ stream: "body/a", since: 2, version: 3, put: [node("x", { x: 9 }), { ...made, key: "yz" }] });
  note();
  seen.told = 0;
  seen.settle(2, true);
  seen.settle(3, true);
  note();
  assert.deepEqual(places, [9, 9, 9, 9]);
  assert.equal(seen.told, 0);
  assert.equal(seen.model.node("n")?.shape.key, "yz");
  seen.check();
});

test("SE2 a refused change is not seen any more", () => {
  const seen = new Watched(board);
  seen.edit({ op: "node.remove", id: "x" }, { op: "node.create", id: "n", layer: "a" });
  seen.settle(1, false);
  assert.deepEqual(seen.model.nodesOf("a").map(({ id }) => id), ["x", "y"]);
  assert.deepEqual(seen.model.relationsOf("x").map(({ id }) => id), ["r", "s"]);
  seen.check();
});

test("SE2 what somebody else removes is gone under what is pending on it; what was never held is not seen", () => {
  const seen = new Watched(board);
  seen.edit({ op: "node.set", id: "x", x: 4 }, { op: "node.set", id: "nowhere", x: 1 }, { op: "relation.create", id: "t", source: "x", target: "nowhere" });
  assert.equal(seen.model.relation("t"), undefined);
  seen.patch({ stream: "body/a", since: 1, version: 2, drop: ["x"] }, { stream: "pair/a/a", since: 1, version: 2, drop: ["r"] }, { stream: "pair/a/b", since: 1, version: 2, drop: ["s"] });
  assert.equal(seen.model.node("x"), undefined);
  seen.patch({ stream: "body/b", since: 1, version: 2, put: [node("nowhere"), node("x")] });
  assert.equal(seen.model.node("nowhere")?.shape.x, 1);
  assert.equal(seen.drawn.get("pair/b/b")?.has("t"), true);
  seen.check();
});

test("SE2 what was made in a layer that has not come is seen until it comes", () => {
  const seen = new Watched(board);
  seen.edit({ op: "layer.create", id: "l" }, { op: "node.create", id: "n", layer: "l" });
  seen.patch({ stream: headOf("l"), since: 0, version: 1, put: [head("l", { count: 1 })] });
  seen.settle(1, true);
  assert.equal(seen.model.node("n")?.layer, "l");
  assert.deepEqual(seen.model.pending, []);
  seen.patch({ stream: bodyOf("l"), since: 0, version: 1, put: [node("n", { x: 1 })] });
  assert.equal(seen.model.node("n")?.shape.x, 1);
  seen.draw(seen.model.take({ t: "end", streams: [headOf("l"), bodyOf("l")] }));
  assert.equal(seen.model.node("n"), undefined);
  seen.check();
});

test("SE2 streams that end, begin anew or are forgotten take nothing pending with them", () => {
  const seen = new Watched(board);
  seen.edit({ op: "node.create", id: "n", layer: "a" }, { op: "node.set", id: "x", layer: "b" }, { op: "relation.create", id: "t", source: "n", target: "y" });
  seen.draw(seen.model.take({ t: "begin", streams: { "body/a": 5 } }));
  assert.equal(seen.model.node("n")?.layer, "a");
  assert.equal(seen.model.node("x"), undefined);
  seen.draw(seen.model.take({ t: "chunk", stream: "body/a", put: [node("x"), node("y")] }));
  assert.equal(seen.model.node("x")?.layer, "b");
  assert.equal(seen.drawn.get("pair/a/a")?.has("t"), true);
  seen.check();
  seen.draw(seen.model.keepOnly({ board: 1 }));
  assert.deepEqual([seen.model.node("n")?.layer, seen.model.node("x")], ["a", undefined]);
  seen.draw(seen.model.abandon().changes);
  assert.deepEqual([...seen.drawn.values()].filter((held) => held.size > 0).length, 1);
});

test("SE1 whatever happens, what was told is what is seen", () => {
  for (let seed = 1; seed <= 120; seed += 1) new Chance(seed).run();
});

/** Random edits, answers and frames; the same for the same seed. */
class Chance {
  private readonly seen = new Watched(board);
  private readonly versions = new Map<string, number>();
  private readonly server = new Map<string, Map<string, Shape>>(); // what the server has of each stream
  private ids = 0;

  constructor(private state: number) {
    for (const { stream, version, put = [] } of (board as { parts: Part[] }).parts) {
      this.versions.set(stream, version);
      this.server.set(stream, new Map(put.map((shape) => [shape.id, shape])));
    }
  }

  private below(count: number): number {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.state / 2 ** 32) * count);
  }

  private one<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  private node(): string {
    return this.one(["x", "y", "z", ...Array.from({ length: this.ids }, (_, at) => `n${at}`)]);
  }

  private op(): AnyOp {
    switch (this.below(11)) {
      case 0: return { op: "node.create", id: `n${this.ids++}`, layer: this.one(LAYERS), before: this.one([null, this.node()]) };
      case 1: return { op: "node.set", id: this.node(), x: this.below(100) };
      case 2: return { op: "node.set", id: this.node(), layer: this.one(LAYERS) };
      case 3: return { op: "node.remove", id: this.node() };
      case 4: return { op: "node.restore", id: this.node() };
      case 5: return { op: "relation.create", id: `r${this.below(6)}`, source: this.node(), target: this.node() };
      case 6: return { op: "relation.remove", id: this.one(["r", "s", "r0", "r1"]) };
      case 7: return { op: "layer.remove", id: this.one(["a", "b", "g", "m"]) };
      case 8: return { op: "layer.restore", id: this.one(["a", "b", "g", "m"]) };
      case 9: return { op: "layer.move", id: this.one(["a", "b", "m"]), parent: this.one([null, "g"]) };
      default: return { op: "relation.set", id: this.one(["r", "s", "r0"]), dashed: this.below(2) === 0 };
    }
  }

  /** Somebody else's patch: a node comes, goes, moves to another layer or across it. */
  private frame(): void {
    const id = this.one(["x", "y", "z", "w", `n${this.below(this.ids + 1)}`]);
    const from = LAYERS.find((layer) => this.server.get(bodyOf(layer))?.has(id));
    const to = this.one([...LAYERS, undefined]);
    const parts = new Map<string, { put: Shape[]; drop: string[] }>();
    const part = (stream: string): { put: Shape[]; drop: string[] } => {
      const found = parts.get(stream) ?? { put: [], drop: [] };
      parts.set(stream, found);
      return found;
    };
    if (from !== undefined) {
      this.server.get(bodyOf(from))?.delete(id);
      if (from !== to) part(bodyOf(from)).drop.push(id);
    }
    if (to !== undefined) {
      const shape = node(id, { y: this.below(50) });
      this.server.get(bodyOf(to))?.set(id, shape);
      part(bodyOf(to)).put.push(shape);
    }
    const layerOf = (node: string): string | undefined => LAYERS.find((layer) => this.server.get(bodyOf(layer))?.has(node));
    for (const [stream, held] of this.server) {
      if (!stream.startsWith("pair/")) continue;
      for (const shape of [...held.values()] as RelationShape[]) {
        const ends = [layerOf(shape.source), layerOf(shape.target)].sort();
        const now = ends.includes(undefined) ? undefined : `pair/${ends.join("/")}`;
        if (now === stream) continue;
        held.delete(shape.id);
        part(stream).drop.push(shape.id);
        if (now === undefined) continue;
        if (!this.server.has(now)) this.server.set(now, new Map());
        this.server.get(now)?.set(shape.id, shape);
        part(now).put.push(shape);
      }
    }
    this.seen.patch(...[...parts].map(([stream, { put, drop }]) => {
      const since = this.versions.get(stream) ?? 0;
      this.versions.set(stream, since + 1);
      return { stream, since, version: since + 1, put, drop };
    }));
  }

  run(): void {
    const { seen } = this;
    for (let step = 0; step < 40; step += 1) {
      switch (this.below(6)) {
        case 0:
        case 1:
          seen.edit(...Array.from({ length: 1 + this.below(3) }, () => this.op()));
          break;
        case 2:
          seen.draft(...Array.from({ length: this.below(3) }, () => this.op()));
          break;
        case 3:
          if (seen.model.pending.length > 0) seen.settle(this.one(seen.model.pending).n);
          break;
        case 4:
          this.frame();
          break;
        default:
          seen.draw(seen.model.others(Array.from({ length: this.below(3) }, () => ({ op: "node.set" as const, id: this.node(), x: 7 }))));
      }
      seen.check();
    }
    seen.draft();
    seen.draw(seen.model.others([]));
    for (const { n } of seen.model.pending) seen.settle(n);
    seen.check();
    for (const layer of LAYERS) {
      assert.deepEqual(new Map(seen.model.nodesOf(layer).map((shape) => [shape.id, shape])), new Map([...(this.server.get(bodyOf(layer)) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1))));
    }
  }
}

test("SE1 what a gesture, an answer or a frame costs does not grow with the board", () => {
  const spent = (count: number): number => {
    const nodes = Array.from({ length: count }, (_, at) => node(`n${at}`));
    const model = new Model();
    model.layOver((confirmed) => new Seen(confirmed));
    model.take({ t: "patch", parts: [
      { stream: "head/a", since: 0, version: 1, put: [head("a")] },
      { stream: "body/a", since: 0, version: 1, put: nodes },
      { stream: "pair/a/a", since: 0, version: 1, put: nodes.map(({ id }, at) => relation(`r${at}`, id, `n${(at + 1) % count}`)) },
    ] });
    const moved = (at: number): AnyOp[] => nodes.slice(0, 50).map(({ id }) => ({ op: "node.set", id, x: at }));
    let changes = 0;
    const started = performance.now();
    for (let at = 1; at <= 200; at += 1) {
      changes += model.draft([...moved(at), { op: "node.create", id: "new", layer: "a", x: at }]).length;
      if (at % 10 === 0) model.propose(moved(at), 0);
      model.take({ t: "patch", parts: [{ stream: "body/a", since: at, version: at + 1, put: [node("n1", { y: at })] }] });
      if (at % 10 === 0) model.settle(at / 10);
      changes += model.others([{ op: "node.set", id: "n60", x: at }]).length;
    }
    assert.equal(changes, 400);
    return performance.now() - started;
  };
  spent(1_000); // what runs for the first time is slow
  const small = Math.min(spent(1_000), spent(1_000));
  const large = Math.min(spent(60_000), spent(60_000));
  assert.equal(large < 6 * small + 20, true, `${small} ms on a small board, ${large} ms on a large one`);
});
