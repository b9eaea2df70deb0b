import assert from "node:assert/strict";
import { test } from "node:test";
import type { Group } from "../generated/wire.js";
import { plan } from "./connections.js";

const group = (nodes: string[], layers: string[], locked: string[] = []): Group => ({
  head: { id: nodes[0]!, layer: layers[0]! }, nodes, layers, locked,
});

test("GR5 what making layers would do is worked out, and leaves what may not be changed", () => {
  let made = 0;
  const proposals = [
    { group: group(["a", "b", "c"], ["one", "two", "shut"]), name: " Water ", taken: true },
    { group: group(["d", "e"], ["one", "one"]), name: "Not this", taken: false },
    { group: group(["f", "g"], ["one", "one"], ["g"]), name: " ", taken: true },
  ];
  const { ops, layers, moved, kept } = plan(proposals, "en", () => `new${(made += 1)}`, (layer) => layer !== "shut");
  assert.deepEqual([layers, moved, kept], [2, 3, 2]);
  assert.deepEqual(ops, [
    { op: "layer.create", id: "new1", color: "blue", text: { title: { en: "Water" } } },
    { op: "node.set", id: "a", layer: "new1" },
    { op: "node.set", id: "b", layer: "new1" },
    { op: "layer.create", id: "new2", color: "green" },
    { op: "node.set", id: "f", layer: "new2" },
  ]);
  assert.deepEqual(plan([], "en", () => "", () => true), { ops: [], layers: 0, moved: 0, kept: 0 });
});
