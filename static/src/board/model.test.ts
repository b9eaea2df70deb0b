import assert from "node:assert/strict";
import { test } from "node:test";
import type { LayerShape, NodeShape, Outbound, RelationShape } from "../generated/wire.js";
import { type Change, Model } from "./model.js";
import { Seen } from "./seen.js";

const head = (id: string, more: Partial<LayerShape> = {}): LayerShape => ({
  id, parent: null, key: "a", title: id, color: "slate", published: true, ...more,
});
const node = (id: string, key = "a"): NodeShape => ({ id, key, x: 0, y: 0, w: 220, h: 64, title: [id] });
const relation = (id: string, source: string, target: string): RelationShape => ({ id, source, target });

function model(...frames: Outbound[]): Model {
  const made = new Model();
  for (const frame of frames) made.take(frame);
  return made;
}

const board: Outbound[] = [
  { t: "begin", streams: { board: 1, "head/a": 1, "head/b": 1, "body/a": 3, "body/b": 2, "pair/a/b": 2 } },
  { t: "chunk", stream: "board", put: [{ id: "board", title: "T", description: "", lang: "en", stage: false, public: true }] },
  { t: "chunk", stream: "head/a", put: [head("a", { count: 2 })] },
  { t: "chunk", stream: "head/b", put: [head("b", { key: "b", published: false })] },
  { t: "chunk", stream: "body/a", put: [node("x", "b"), node("y", "a")] },
  { t: "chunk", stream: "body/b", put: [node("z")] },
  { t: "chunk", stream: "pair/a/b", put: [relation("r", "x", "z")] },
  { t: "synced", streams: ["board", "head/a", "head/b", "body/a", "body/b", "pair/a/b"], ready: true },
];

test("UI2 begin, chunks and synced make a board", () => {
  const made = model(...board);
  assert.equal(made.board?.title, "T");
  assert.deepEqual([...made.layers().keys()], ["a", "b"]);
  assert.deepEqual(made.nodesOf("a").map(({ id }) => id), ["y", "x"]);
  assert.deepEqual(made.relationsOf("z").map(({ id }) => id), ["r"]);
  assert.equal(made.node("z")?.layer, "b");
  assert.equal(made.headersWhole, true);
});

test("UI2 begin forgets what was held of the stream, and only of that", () => {
  const made = model(...board);
  assert.deepEqual(made.take({ t: "begin", streams: { "body/a": 9 } }), [{ stream: "body/a", clear: true }]);
  assert.deepEqual(made.nodesOf("a"), []);
  assert.equal(made.node("x"), undefined);
  assert.equal(made.node("z")?.layer, "b");
});

test("UI2 a part raises its stream's version; one that is not above it is passed over", () => {
  const made = model(...board);
  const patch: Outbound = {
    t: "patch",
    parts: [{ stream: "body/a", since: 3, version: 4, put: [node("new")], drop: ["y"] }],
  };
  assert.equal(made.take(patch).length, 1);
  assert.deepEqual(made.nodesOf("a").map(({ id }) => id), ["new", "x"]);
  assert.deepEqual(made.take(patch), []);
  assert.equal(made.have(null)["body/a"], 4);
  assert.equal(made.gap, false);
});

test("UI2 a part with since 0 is the whole stream", () => {
  const made = model(...board);
  made.take({ t: "patch", parts: [{ stream: "body/a", since: 0, version: 7, put: [node("only")] }] });
  assert.deepEqual(made.nodesOf("a").map(({ id }) => id), ["only"]);
  made.take({ t: "patch", parts: [{ stream: "body/a", since: 0, version: 2, put: [node("less")] }] });
  assert.deepEqual(made.nodesOf("a").map(({ id }) => id), ["less"]);
  assert.equal(made.have(null)["body/a"], 2);
  made.take({ t: "patch", parts: [{ stream: "body/new", since: 0, version: 1, put: [node("n")] }] });
  assert.equal(made.have(null)["body/new"], 1);
});

test("UI2 a part of a stream that has ended is passed over", () => {
  const made = model(...board, { t: "end", streams: ["body/a"] });
  assert.deepEqual(made.take({ t: "patch", parts: [{ stream: "body/a", since: 3, version: 4, put: [node("q")] }] }), []);
  assert.equal(made.gap, false);
  assert.equal(made.node("q"), undefined);
});

test("UI2 a gap changes nothing, is noticed, and that stream is not resumed", () => {
  const made = model(...board);
  const changes = made.take({ t: "patch", parts: [{ stream: "body/a", since: 5, version: 6, drop: ["x"] }] });
  assert.deepEqual(changes, []);
  assert.equal(made.gap, true);
  assert.equal("body/a" in made.have(null), false);
  assert.equal(made.node("x")?.layer, "a");
});

test("UI2 a node that moves between streams is in one of them, in whatever order it is told", () => {
  const drop = { stream: "body/a", since: 3, version: 4, drop: ["x"] };
  const put = { stream: "body/b", since: 2, version: 3, put: [node("x")] };
  for (const parts of [[drop, put], [put, drop]]) {
    const made = model(...board, { t: "patch", parts });
    assert.equal(made.node("x")?.layer, "b");
    assert.deepEqual(made.nodesOf("a").map(({ id }) => id), ["y"]);
  }
});

test("UI2 a node that moved while its old layer was not followed is in the new one alone", () => {
  const made = model(...board);
  made.take({ t: "patch", parts: [{ stream: "body/b", since: 2, version: 3, put: [node("x")] }] });
  assert.equal(made.node("x")?.layer, "b");
  assert.deepEqual(made.nodesOf("a").map(({ id }) => id), ["y"]);
  // when the old layer is followed again, it says so itself
  made.take({ t: "patch", parts: [{ stream: "body/a", since: 3, version: 4, drop: ["x"] }] });
  assert.equal(made.node("x")?.layer, "b");
});

test("UI2 what a resumed stream tells of a node that came and went takes it from nowhere else", () => {
  const made = model(...board);
  const came = { stream: "body/b", since: 2, version: 3, put: [node("x")] };
  const went = { stream: "body/b", since: 3, version: 4, drop: ["x"] };
  const changes = made.take({ t: "patch", parts: [came, went] });
  assert.equal(made.node("x")?.layer, "a");
  assert.deepEqual(made.nodesOf("a").map(({ id }) => id), ["y", "x"]);
  assert.deepEqual(changes.at(-1), { stream: "body/a", put: [node("x", "b")] });
  made.take({ t: "end", streams: ["body/a"] });
  assert.equal(made.node("x"), undefined);
});

test("UI2 what had only begun to come of a layer is forgotten when the layer is not followed any more", () => {
  const made = model(...board, { t: "begin", streams: { "body/a": 9, "pair/a/b": 4 } }, { t: "chunk", stream: "body/a", put: [node("x")] });
  assert.deepEqual(made.forgetPartial(new Set(["a"])).map(({ stream }) => stream), ["body/a", "pair/a/b"]);
  assert.deepEqual(made.take({ t: "chunk", stream: "body/a", put: [node("y")] }), []);
  assert.equal(made.node("y"), undefined);
  assert.equal("body/a" in made.have(null), false);
});

test("UI2 a relation whose pair changes is told once, in whatever order", () => {
  const drop = { stream: "pair/a/b", since: 2, version: 3, drop: ["r"] };
  const put = { stream: "pair/b/b", since: 0, version: 1, put: [relation("r", "x", "z")] };
  for (const parts of [[drop, put], [put, drop]]) {
    const made = model(...board, { t: "patch", parts });
    assert.deepEqual(made.relationsOf("x").map(({ id }) => id), ["r"]);
  }
  const gone = model(...board, { t: "patch", parts: [drop] });
  assert.deepEqual(gone.relationsOf("x"), []);
  assert.deepEqual(gone.relationsOf("z"), []);
});

test("UI2 the end of a header takes what was kept of the layer while it was off", () => {
  for (const frame of [
    { t: "end", streams: ["head/a"] },
    { t: "patch", parts: [{ stream: "head/a", since: 1, version: 2, drop: ["a"] }] },
  ] as Outbound[]) {
    const made = model(...board);
    const streams = made.take(frame).map((change: Change) => change.stream);
    assert.equal(streams.includes("body/a") && streams.includes("pair/a/b"), true);
    assert.equal(made.node("x"), undefined);
    assert.deepEqual(made.relationsOf("z"), []);
    assert.deepEqual([...made.layers().keys()], ["b"]);
  }
});

test("UI2 a stream that was begun and never synced is neither resumed nor kept", () => {
  const made = model(...board, { t: "begin", streams: { "body/b": 8 } }, { t: "chunk", stream: "body/b", put: [node("z")] });
  const have = made.have(null);
  assert.deepEqual(have, { board: 1, "head/a": 1, "head/b": 1, "body/a": 3, "pair/a/b": 2 });
  assert.deepEqual(made.keepOnly(have), [{ stream: "body/b", clear: true }]);
  assert.equal(made.node("z"), undefined);
});

test("UI2 what a follow has: the streams of those layers", () => {
  const made = model(...board);
  assert.deepEqual(made.have(new Set(["b"])), { "head/b": 1, "body/b": 2, "pair/a/b": 2 });
});

test("UI2 what hello has is bounded, what is on comes first", () => {
  const streams: Record<string, number> = { board: 1 };
  for (let at = 0; at < 2500; at += 1) streams[`body/l${at}`] = 1;
  const made = model({ t: "begin", streams }, { t: "synced", streams: Object.keys(streams) });
  const have = made.have(null, new Set(["l2499"]));
  assert.equal(Object.keys(have).length, 2000);
  assert.equal(have.board, 1);
  assert.equal(have["body/l2499"], 1);
});

test("UI7 pending switches show at once, and go when they are settled", () => {
  const made = model(...board);
  made.layOver((confirmed) => new Seen(confirmed));
  const { pending: { n } } = made.propose(
    [{ op: "stage.drive", layers: { a: false } }, { op: "stage.set", open: true }, { op: "layer.set", id: "b", published: true }],
    0,
  );
  assert.equal(made.layers().get("a")?.driven, false);
  assert.equal(made.layers().get("b")?.published, true);
  assert.equal(made.stageOpen(), true);
  assert.equal(made.settle(n)?.pending.n, n);
  assert.equal(made.layers().get("a")?.driven, undefined);
  assert.equal(made.stageOpen(), false);
  assert.equal(made.settle(n), undefined);
});

test("UI7 numbers rise by one, above the last that the server knows", () => {
  const made = new Model();
  assert.equal(made.propose([], 0).pending.n, 1);
  made.resumeAt(9);
  assert.equal(made.propose([], 0).pending.n, 10);
  assert.equal(made.propose([], 0, 10).pending.of, 10);
  assert.deepEqual(made.abandon().given.map(({ n }) => n), [1, 10, 11]);
  assert.equal(made.propose([], 0).pending.n, 1);
});
