import assert from "node:assert/strict";
import { test } from "node:test";
import { tree } from "../board/visibility.js";
import type { AnyOp, LayerShape, NodeShape, RelationShape } from "../generated/wire.js";
import { copyNodes, duplicateLayer, type Held, moveNodes, removeLayer, reorder } from "./copies.js";

const LAYERS: LayerShape[] = [
  { id: "g", parent: null, key: "a", title: "Group", color: "red", published: true, group: true, note: "Why" },
  {
    id: "l", parent: "g", key: "a", title: "Leaf", color: "blue", published: false, opacity: 0.5, write: "facilitator",
    seats: { ann: ["write", "participant", "participant"], ben: ["", "participant", "facilitator"] },
  },
];
const NODES: NodeShape[] = [
  {
    id: "1", key: "a", x: 0, y: 0, w: 100, h: 50, title: ["Two ", "lines"], text: ["x\n", "y"], tags: ["t"],
    href: "https://a.b", color: "#112233", locked: true,
  },
  { id: "2", key: "b", x: 0, y: 80, w: 100, h: 50, kind: "shape", shape: "star", angle: 45, lang: "el", text: ["μ"] },
];
const RELATIONS: RelationShape[] = [
  { id: "r", source: "1", target: "2", label: ["to ", "it"], dashed: true, line: "elbow", end: "dot" },
  { id: "s", source: "1", target: "elsewhere" },
];
const held: Held = {
  nodesOf: (id) => (id === "l" ? NODES : []),
  relationsOf: (id) => RELATIONS.filter(({ source, target }) => source === id || target === id),
};

function making(): { fresh: () => string; lang: string } {
  let n = 0;
  return { fresh: () => `me.${(n += 1)}`, lang: "en" };
}

test("OE7: a copy has all that a node has but its lock, and the relations between what is copied", () => {
  const ops = copyNodes(held, NODES.map((node) => ({ ...node, layer: "l" })), making(), { dx: 10, dy: 20 });
  assert.deepEqual(ops, [
    {
      op: "node.create", id: "me.1", layer: "l", kind: "card", x: 10, y: 20, w: 100, h: 50, color: "#112233",
      href: "https://a.b", tags: ["t"], text: { title: { en: "Two lines" }, text: { en: "x\ny" } },
    },
    {
      op: "node.create", id: "me.2", layer: "l", kind: "shape", x: 10, y: 100, w: 100, h: 50, shape: "star", angle: 45,
      text: { text: { el: "μ" } },
    },
    {
      op: "relation.create", id: "me.3", source: "me.1", target: "me.2", dashed: true, line: "elbow", end: "dot",
      text: { label: { en: "to it" } },
    },
  ]);
});

test("LP5: a layer is copied with its layers, nodes and the relations in it", () => {
  const [branch] = tree(new Map(LAYERS.map((layer) => [layer.id, layer])));
  assert.ok(branch);
  const ops = duplicateLayer(held, branch, making(), { before: "z", title: "Group (copy)", dx: 500, dy: 0 });
  assert.deepEqual(ops.slice(0, 2), [
    {
      op: "layer.create", id: "me.1", parent: null, before: "z", color: "red", published: true, group: true,
      text: { title: { en: "Group (copy)" }, note: { en: "Why" } },
    },
    {
      op: "layer.create", id: "me.2", parent: "me.1", before: null, color: "blue", published: false, opacity: 0.5,
      // all may add, as there, though few may write; and who is named there is named here
      write: "facilitator", add: "participant", seats: { ann: "write" }, text: { title: { en: "Leaf" } },
    },
  ]);
  assert.deepEqual(ops.slice(2).map(({ op }) => op), ["node.create", "node.create", "relation.create"]);
  assert.ok(ops.slice(2, 4).every((op) => op.op === "node.create" && op.layer === "me.2"));
});

test("LP6: what lies in a layer goes with it, or into another one first, a locked node as well", () => {
  const [branch] = tree(new Map(LAYERS.map((layer) => [layer.id, layer])));
  assert.ok(branch);
  assert.deepEqual(removeLayer(held, branch, null), [{ op: "layer.remove", id: "g" }]);
  const ops: AnyOp[] = removeLayer(held, branch, "z");
  assert.deepEqual(ops, [...moveNodes(NODES, "z"), { op: "layer.remove", id: "g" }]);
  assert.deepEqual(ops.slice(0, 4), [
    { op: "node.set", id: "1", locked: false },
    { op: "node.set", id: "1", layer: "z" },
    { op: "node.set", id: "1", locked: true },
    { op: "node.set", id: "2", layer: "z" },
  ]);
});

test("OE7: a node goes up and down in the order of its layer, to its ends and no farther", () => {
  const nodes = ["a", "b", "c"].map((id) => ({ id }));
  assert.equal(reorder(nodes, "a", "up"), undefined);
  assert.equal(reorder(nodes, "b", "up"), "a");
  assert.equal(reorder(nodes, "a", "down"), "c");
  assert.equal(reorder(nodes, "b", "down"), null);
  assert.equal(reorder(nodes, "c", "down"), undefined);
  assert.equal(reorder(nodes, "gone", "down"), undefined);
});
