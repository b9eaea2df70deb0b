import assert from "node:assert/strict";
import { test } from "node:test";
import { tree } from "../board/visibility.js";
import type { LayerShape, NodeShape, RelationShape } from "../generated/wire.js";
import { flat, grow, layerKey, moreKey, nearest, nodeKey, relationKey, type Row, type Source, step, typedTo } from "./tree.js";

function layer(id: string, more: Partial<LayerShape> = {}): LayerShape {
  return { id, parent: null, key: id, title: id, color: "slate", published: true, ...more };
}

function node(id: string, title = id): NodeShape {
  return { id, key: id, x: 0, y: 0, w: 10, h: 10, title: [title] };
}

const LAYERS = [
  layer("a"),
  layer("g", { group: true }),
  layer("h", { parent: "g" }),
  layer("i", { parent: "g" }),
];
const NODES: Record<string, NodeShape[]> = {
  a: [node("a1", "Älva"), node("a2", "Boat"), node("a3", "bottle")],
  h: [node("h1")],
  i: [node("i1")],
};
const RELATIONS: RelationShape[] = [{ id: "r", source: "a1", target: "h1" }];

function rows(more: Partial<Source> = {}, toggled: Record<string, boolean> = {}): Row[] {
  return flat(
    grow({
      branches: tree(new Map(LAYERS.map((each) => [each.id, each]))),
      on: new Set(["a", "g", "h"]),
      nodesOf: (id) => NODES[id] ?? [],
      relationsOf: (id) => RELATIONS.filter(({ source, target }) => source === id || target === id),
      titleOf: ({ title = [] }) => title.join(""),
      relationWords: ({ id }) => id,
      isOpen: (key, usually) => toggled[key] ?? usually,
      shownMax: () => 200,
      kept: new Set(),
      ...more,
    }),
  );
}

const keys = (all: readonly Row[]): string[] => all.map(({ key }) => key);

test("OE1: layers are open and nodes closed; what is off holds nothing; a relation stands at both of its ends", () => {
  assert.deepEqual(keys(rows()), ["layer/a", "node/a1", "node/a2", "node/a3", "layer/g", "layer/h", "node/h1", "layer/i"]);
  const open = rows({}, { "node/a1": true, "node/h1": true });
  assert.ok(keys(open).includes(relationKey("r", "a1")) && keys(open).includes(relationKey("r", "h1")));
  const h1 = open.find(({ key }) => key === "node/h1");
  assert.deepEqual([h1?.level, h1?.at, h1?.of, h1?.parent], [3, 1, 1, "layer/h"]);
  const g = open.find(({ key }) => key === "layer/g");
  assert.deepEqual([g?.level, g?.at, g?.of, g?.open], [1, 2, 2, true]);
  assert.equal(open.find(({ key }) => key === "layer/i")?.open, null);
});

test("OE5: of many nodes the first ones are rows, those that are kept, and one that shows more", () => {
  const many = Array.from({ length: 30 }, (_, n) => node(`n${String(n).padStart(2, "0")}`));
  const found = rows({ nodesOf: (id) => (id === "a" ? many : []), shownMax: () => 10, kept: new Set(["n25"]) });
  const inA = found.filter(({ parent }) => parent === "layer/a");
  assert.equal(inA.length, 12);
  assert.equal(inA[10]?.key, nodeKey("n25"));
  assert.deepEqual([inA[11]?.key, inA[11]?.rest], [moreKey("a"), 19]);
});

test("OE2: the keys of the tree pattern", () => {
  const all = rows({}, { "node/a1": true });
  assert.deepEqual(step(all, "layer/a", "ArrowDown"), { focus: "node/a1" });
  assert.deepEqual(step(all, "layer/a", "ArrowUp"), {});
  assert.deepEqual(step(all, "layer/a", "End"), { focus: "layer/i" });
  assert.deepEqual(step(all, "layer/i", "Home"), { focus: "layer/a" });
  assert.deepEqual(step(all, "node/a1", "ArrowRight"), { focus: relationKey("r", "a1") });
  assert.deepEqual(step(all, relationKey("r", "a1"), "ArrowLeft"), { focus: "node/a1" });
  assert.deepEqual(step(all, "node/a1", "ArrowLeft"), { close: "node/a1" });
  assert.deepEqual(step(all, "node/h1", "ArrowRight"), { open: ["node/h1"] });
  assert.deepEqual(step(all, "node/a2", "ArrowRight"), {}); // nothing in it
  assert.deepEqual(step(all, "node/a2", "ArrowLeft"), { focus: "layer/a" });
  assert.deepEqual(step(rows(), "node/a2", "*"), { open: ["node/a1"] });
  assert.equal(step(all, "layer/a", "F2"), undefined);
  assert.deepEqual(step(all, "layer/gone", "ArrowDown"), { focus: "node/a1" }); // as from the first
});

test("OE2: typing goes to what begins so, marks and case aside; one letter again goes on", () => {
  const all = rows();
  assert.equal(typedTo(all, layerKey("g"), "al"), "node/a1");
  assert.equal(typedTo(all, "node/a1", "b"), "node/a2");
  assert.equal(typedTo(all, "node/a2", "bb"), "node/a3");
  assert.equal(typedTo(all, "node/a3", "b"), "node/a2");
  assert.equal(typedTo(all, "node/a2", "bot"), "node/a3");
  assert.equal(typedTo(all, "node/a3", "bot"), "node/a3");
  assert.equal(typedTo(all, "node/a3", "x"), undefined);
  assert.equal(typedTo(all, "node/a3", " "), undefined);
});

test("OE4: when a row is gone the focus goes to what came after it, then before it, then above it", () => {
  const before = rows();
  const without = (...gone: string[]): Row[] => before.filter(({ key }) => !gone.includes(key));
  assert.equal(nearest(before, before, "node/a2"), "node/a2");
  assert.equal(nearest(before, without("node/a2"), "node/a2"), "node/a3");
  assert.equal(nearest(before, without("node/a3"), "node/a3"), "node/a2");
  assert.equal(nearest(before, without("node/a1", "node/a2", "node/a3"), "node/a2"), "layer/a");
  assert.equal(nearest(before, without("layer/g", "layer/h", "node/h1", "layer/i"), "node/h1"), "layer/a");
  assert.equal(nearest(before, [], "node/a1"), undefined);
});
