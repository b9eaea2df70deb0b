// What lies under a point, without a page: rule CV14 of docs/SPEC.md.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hitAt } from "./hit.js";
import type { NodeShape } from "../generated/wire.js";
import { Scene } from "./scene.js";

/** A scene of one node between (0, 0) and (200, 100). */
function alone(more: Partial<NodeShape>): Scene {
  const made = new Scene();
  made.apply([{ stream: "body/a", put: [{ id: "n", key: "A", x: 0, y: 0, w: 200, h: 100, ...more }] }]);
  made.setVisible(new Set(["a"]));
  return made;
}

function scene(): Scene {
  const made = new Scene();
  made.apply([
    { stream: "head/a", put: [{ id: "a", key: "A", parent: null, title: "", color: "", published: true }] },
    { stream: "head/b", put: [{ id: "b", key: "B", parent: null, title: "", color: "", published: true }] },
    { stream: "body/a", put: [
      { id: "low", key: "A", x: 0, y: 0, w: 220, h: 64 }, { id: "high", key: "B", x: 100, y: 20, w: 220, h: 64 },
      { id: "far", key: "C", x: 900, y: 0, w: 220, h: 64 },
    ] },
    { stream: "body/b", put: [{ id: "top", key: "A", x: 200, y: 0, w: 220, h: 64 }] },
    { stream: "pair/a/a", put: [{ id: "r", source: "high", target: "far" }, { id: "s", source: "far", target: "high" }] },
  ]);
  made.setVisible(new Set(["a"]));
  return made;
}

test("CV14: the uppermost node that is on is hit", () => {
  const made = scene();
  assert.deepEqual(hitAt(made, 10, 10, 6), { kind: "node", id: "low" });
  assert.deepEqual(hitAt(made, 150, 40, 6), { kind: "node", id: "high" });
  assert.deepEqual(hitAt(made, 250, 40, 6), { kind: "node", id: "high" });
  made.setVisible(new Set(["a", "b"]));
  assert.deepEqual(hitAt(made, 250, 40, 6), { kind: "node", id: "top" });
});

test("CV14: else the nearest relation within reach is hit, else nothing", () => {
  const made = scene();
  const r = made.pointOn(made.relationSlot("r")!, 0.5);
  const s = made.pointOn(made.relationSlot("s")!, 0.5);
  assert.ok(Math.hypot(r[0] - s[0], r[1] - s[1]) > 5);
  assert.deepEqual(hitAt(made, r[0], r[1] - 1, 6), { kind: "relation", id: "r" });
  assert.deepEqual(hitAt(made, s[0], s[1] + 1, 6), { kind: "relation", id: "s" });
  assert.deepEqual(hitAt(made, s[0], s[1] + 1, 30), { kind: "relation", id: "s" });
  assert.equal(hitAt(made, r[0], r[1] + 100, 6), null);
  made.setVisible(new Set());
  assert.equal(hitAt(made, r[0], r[1], 6), null);
});

test("CV14: a long curve is hit along all of it, and not beside it", () => {
  const made = new Scene();
  made.apply([
    { stream: "body/a", put: [
      { id: "one", key: "A", x: 0, y: 0, w: 220, h: 64 }, { id: "two", key: "B", x: 20000, y: 9000, w: 220, h: 64 },
    ] },
    { stream: "pair/a/a", put: [{ id: "r", source: "one", target: "two" }] },
  ]);
  made.setVisible(new Set(["a"]));
  const slot = made.relationSlot("r")!;
  for (let t = 0.01; t < 1; t += 0.01) {
    const [x, y] = made.pointOn(slot, t);
    assert.deepEqual(hitAt(made, x + 2, y - 2, 6), { kind: "relation", id: "r" }, `t ${t}`);
    assert.equal(hitAt(made, x + 40, y - 40, 6), null, `t ${t}`);
  }
});

test("CV14: a shape is hit within its outline, and a turned node as it is turned", () => {
  const hits = (more: Partial<NodeShape>, x: number, y: number): boolean => hitAt(alone(more), x, y, 6) !== null;
  assert.ok(hits({ kind: "shape", shape: "ellipse" }, 100, 50));
  assert.ok(!hits({ kind: "shape", shape: "ellipse" }, 4, 4));
  assert.ok(!hits({ kind: "shape", shape: "diamond" }, 40, 20));
  assert.ok(hits({ kind: "shape", shape: "diamond" }, 60, 40));
  assert.ok(!hits({ kind: "shape", shape: "star" }, 100, 95));
  assert.ok(hits({ kind: "sticky" }, 4, 4));
  assert.ok(!hits({ kind: "sticky", angle: 90 }, 4, 50));
  assert.ok(hits({ kind: "sticky", angle: 90 }, 100, 140));
});

test("CV14: a frame is hit at its border and its title, and what lies in it through it", () => {
  const made = alone({ kind: "frame", title: ["A title"], key: "Z" });
  assert.deepEqual(hitAt(made, 2, 50, 6), { kind: "node", id: "n" });
  assert.deepEqual(hitAt(made, 20, -10, 6), { kind: "node", id: "n" });
  assert.equal(hitAt(made, 190, -10, 6), null, "beside the title");
  assert.equal(hitAt(made, 100, 50, 6), null);
  made.apply([{ stream: "body/a", put: [{ id: "low", key: "A", x: 60, y: 30, w: 80, h: 40 }] }]);
  assert.deepEqual(hitAt(made, 100, 50, 6), { kind: "node", id: "low" });
});

test("CV14: a drawing is hit near its line, however it is turned", () => {
  const points = [0, 0, 10_000, 0, 10_000, 10_000];
  const made = alone({ kind: "drawing", points });
  assert.deepEqual(hitAt(made, 100, 3, 6), { kind: "node", id: "n" });
  assert.deepEqual(hitAt(made, 204, 60, 6), { kind: "node", id: "n" }, "just beside its box");
  assert.equal(hitAt(made, 60, 60, 6), null);
  const turned = alone({ kind: "drawing", points, angle: 180 });
  assert.equal(hitAt(turned, 100, 3, 6), null);
  assert.deepEqual(hitAt(turned, 100, 97, 6), { kind: "node", id: "n" });
});
