import assert from "node:assert/strict";
import { test } from "node:test";
import type { AnyOp, NodeShape } from "../generated/wire.js";
import { asCard, asLayer, authorOf, clusters, columns, grouped, type Seen, tallied } from "./gathering.js";

const ADA = "aaaaaaaaaaaaa";
const BEN = "bbbbbbbbbbbbb";

function sticky(id: string, x: number, y: number, more: Partial<NodeShape> = {}): Seen {
  return { layer: "l", shape: { id, key: id, x, y, w: 100, h: 100, kind: "sticky", text: [id], ...more } };
}

const about = { colorOf: ({ shape }: Seen) => shape.color ?? "", round: "r2" };
const keys = (nodes: readonly Seen[], by: Parameters<typeof grouped>[1]): [string, string[]][] =>
  grouped(nodes, by, about).map(({ key, nodes: held }) => [key, held.map(({ shape }) => shape.id)]);
const making = () => {
  let made = 0;
  return { fresh: () => `new${(made += 1)}`, lang: "en" };
};

/** Where operations put each node. */
function places(nodes: readonly Seen[], ops: readonly AnyOp[]): Map<string, [number, number]> {
  const at = new Map(nodes.map(({ shape }): [string, [number, number]] => [shape.id, [shape.x, shape.y]]));
  for (const op of ops) if (op.op === "node.set") at.set(op.id, [op.x!, op.y!]);
  return at;
}

test("GA1 groups are by colour, author, tag and votes; the largest first, what has none last", () => {
  const nodes = [
    sticky(`${BEN}.1`, 0, 0, { color: "red", tags: ["b", "a"], votes: { r2: { count: 2 } } }),
    sticky(`${ADA}.1`, 300, 0, { tags: ["a"], votes: { r1: { count: 9 } } }),
    sticky(`${ADA}.2`, 600, 0, { color: "red", votes: { r2: { count: 11 } } }),
    sticky("paper", 0, 300, { color: "blue", tags: ["a", "a"] }),
  ];
  assert.deepEqual(keys(nodes, "color"), [["red", [`${BEN}.1`, `${ADA}.2`]], ["blue", ["paper"]], ["", [`${ADA}.1`]]]);
  assert.deepEqual(keys(nodes, "author"), [[ADA, [`${ADA}.1`, `${ADA}.2`]], [BEN, [`${BEN}.1`]], ["", ["paper"]]]);
  assert.deepEqual(keys(nodes, "tag"), [["a", [`${BEN}.1`, `${ADA}.1`, "paper"]], ["", [`${ADA}.2`]]]);
  assert.deepEqual(keys(nodes, "votes"), [["11", [`${ADA}.2`]], ["2", [`${BEN}.1`]], ["0", [`${ADA}.1`, "paper"]]]);
  assert.equal(authorOf(sticky("a.b", 0, 0).shape), "");
  assert.deepEqual(tallied(nodes), { tags: [["a", 3], ["b", 1]], without: 1 });
  assert.deepEqual(tallied([]), { tags: [], without: 0 });
});

test("GA2 groups stand in columns from where they began, without lying over each other", () => {
  const nodes = Array.from({ length: 21 }, (_, at) => sticky(`n${String(at).padStart(2, "0")}`, (at * 37) % 500, (at * 91) % 400, {
    color: at % 3 === 0 ? "red" : "blue", w: 80 + (at % 4) * 10, ...(at === 4 ? { angle: 45 } : {}),
  }));
  const groups = grouped(nodes, "color", about);
  const ops = columns(groups);
  const at = places(nodes, ops);
  const xs = groups.map(({ nodes: held }) => held.map(({ shape }) => at.get(shape.id)![0]));
  assert.ok(Math.max(...xs[0]!) + 110 < Math.min(...xs[1]!));
  const all = [...at.values()];
  for (const [one, [x, y]] of all.entries()) {
    for (const [other, [u, v]] of all.entries()) assert.ok(one === other || Math.abs(x - u) >= 80 || Math.abs(y - v) >= 100);
  }
  const sorted = nodes.map(({ layer, shape }) => ({ layer, shape: { ...shape, x: at.get(shape.id)![0], y: at.get(shape.id)![1] } }));
  assert.deepEqual(columns(grouped(sorted, "color", about)), [], "what is sorted stays");
  assert.deepEqual(columns([]), []);
});

test("GA3 each cluster is a frame behind all else that holds its things, with its title", () => {
  const nodes = Array.from({ length: 7 }, (_, at) => sticky(`n${at}`, at * 10, at * 10, { color: at < 5 ? "red" : "blue" }));
  const groups = grouped(nodes, "color", about).map(({ key, nodes: held }) => ({ title: key, nodes: held }));
  const ops = clusters(groups, () => "first", making());
  const frames = ops.flatMap((op) => (op.op === "node.create" ? [op] : []));
  const at = places(nodes, ops);
  assert.deepEqual(frames.map(({ kind, before, text }) => [kind, before, text?.["title"]?.["en"]]), [["frame", "first", "red"], ["frame", "first", "blue"]]);
  frames.forEach(({ x = 0, y = 0, w = 0, h = 0 }, which) => {
    for (const { shape } of nodes) {
      const [left, top] = at.get(shape.id)!;
      const inside = left >= x && top >= y && left + 100 <= x + w && top + 100 <= y + h;
      assert.equal(inside, groups[which]!.nodes.some((held) => held.shape.id === shape.id), shape.id);
    }
  });
  assert.deepEqual(clusters([], () => null, making()), []);
});

test("GA4 a cluster becomes a layer, or a card that says what each said", () => {
  const nodes = [
    sticky("b", 0, 300, { text: ["second\n", "line"], tags: ["t"], color: "red" }),
    sticky("a", 0, 0, { title: ["First"], text: ["thing"], color: "red" }),
  ];
  assert.deepEqual(asLayer(nodes, "Ideas", "teal", making()), [
    { op: "layer.create", id: "new1", color: "teal", text: { title: { en: "Ideas" } } },
    { op: "node.set", id: "b", layer: "new1" }, { op: "node.set", id: "a", layer: "new1" },
  ]);
  const { id, ops } = asCard(nodes, "Ideas", making())!;
  const [card, ...rest] = ops;
  assert.ok(card?.op === "node.create" && card.h! > 60);
  assert.deepEqual([card.id, card.layer, card.x, card.y, card.color, card.tags, card.text], [
    id, "l", 0, 0, "red", ["t"], { title: { en: "Ideas" }, text: { en: "First: thing\nsecond line" } },
  ]);
  assert.deepEqual(rest, [{ op: "node.remove", id: "a" }, { op: "node.remove", id: "b" }]);
  assert.equal(asCard([sticky("x", 0, 0, { text: ["é".repeat(4_001)] })], "Long", making()), null);
  assert.ok(asCard([sticky("x", 0, 0, { text: ["é".repeat(4_000)] })], "Long", making()));
});
