import assert from "node:assert/strict";
import { test } from "node:test";
import cases from "../../../tests/frames/visible.json" with { type: "json" };
import type { LayerShape } from "../generated/wire.js";
import { above, type Branch, lineage, onLayers, switches, tree } from "./visibility.js";

/** Layers from little: what is left out is at the top, published, and in the order given. */
export function layersOf(given: readonly (Partial<LayerShape> & { id: string })[]): Map<string, LayerShape> {
  return new Map(
    given.map((each, at) => [
      each.id,
      { parent: null, key: String(at).padStart(4, "0"), title: each.id, color: "slate", published: true, ...each },
    ]),
  );
}

for (const { name, layers, stage, own, on } of cases.cases) {
  test(`UI4 ${name}`, () => {
    const found = onLayers(layersOf(layers), own === null ? null : new Set(own), stage);
    assert.deepEqual([...found].sort(), [...on].sort());
  });
}

const some = layersOf([
  { id: "b", key: "1" },
  { id: "g", key: "0", group: true },
  { id: "a", parent: "g", key: "1" },
  { id: "h", parent: "g", key: "0", group: true, published: false },
  { id: "c", parent: "h" },
]);

test("UI4 a cycle of groups, which cannot be, does not hang the page", () => {
  const layers = layersOf([{ id: "a", parent: "b" }, { id: "b", parent: "a" }]);
  assert.deepEqual(onLayers(layers, null, false), new Set());
  assert.equal(above(layers, "a").length <= 3, true);
});

test("UI5 an own view starts from the switches, whatever the groups above say", () => {
  assert.deepEqual([...switches(some, null, false)].sort(), ["a", "b", "c", "g"]);
});

test("UI3 the tree is in the order of the keys, level by level", () => {
  const shape = (branches: readonly Branch[]): unknown =>
    branches.map(({ layer, children }) => (children.length > 0 ? [layer.id, shape(children)] : layer.id));
  assert.deepEqual(shape(tree(some)), [["g", [["h", ["c"]], "a"]], "b"]);
});

test("UI3 a layer whose group is not known stands at the top", () => {
  assert.deepEqual(tree(layersOf([{ id: "a", parent: "hidden" }])).map(({ layer }) => layer.id), ["a"]);
});

test("UI6 only this: the layer, the groups above, and all below", () => {
  assert.deepEqual([...lineage(some, "h")].sort(), ["c", "g", "h"]);
  assert.deepEqual(above(some, "c"), ["h", "g"]);
});
