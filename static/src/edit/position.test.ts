import assert from "node:assert/strict";
import { test } from "node:test";
import { COORDINATE_MAX } from "../generated/constants.js";
import type { NodeShape } from "../generated/wire.js";
import { positionOf, repositioned } from "./position.js";

const A: NodeShape = { id: "a", key: "a", x: 10.4, y: 20, w: 100, h: 50, angle: 30 };
const B: NodeShape = { id: "b", key: "b", x: 300, y: 400, w: 100, h: 50 };

test("ED4: of one thing its box and angle are typed, and what was not changed is not rounded", () => {
  assert.deepEqual(positionOf([A]), { x: 10, y: 20, w: 100, h: 50, angle: 30 });
  assert.deepEqual(repositioned([A], positionOf([A]), { x: 10, y: 20, w: 120, h: 50, angle: 0 }), [{ op: "node.set", id: "a", w: 120, angle: 0 }]);
  assert.deepEqual(repositioned([A], positionOf([A]), { x: 10, y: 20, w: 100, h: 50, angle: 30 }), []);
  assert.deepEqual(repositioned([A], positionOf([A]), { x: Number.NaN }), []);
  // somebody else has moved it meanwhile: only what was typed is set
  const moved = { ...A, x: 500 };
  assert.deepEqual(repositioned([moved], positionOf([A]), { x: 10, y: 20, w: 100, h: 60, angle: 30 }), [{ op: "node.set", id: "a", h: 60 }]);
});

test("ED4: of many the corner of all is typed: they move together, and none leaves the board", () => {
  const both = [{ ...A, angle: 0 }, B];
  assert.deepEqual(positionOf(both), { x: 10, y: 20 });
  assert.deepEqual(repositioned(both, positionOf(both), { x: 15, y: 20 }), [
    { op: "node.set", id: "a", x: 15.4, y: 20 }, { op: "node.set", id: "b", x: 305, y: 400 },
  ]);
  const far = repositioned(both, positionOf(both), { x: COORDINATE_MAX, y: 20 });
  assert.equal(far[1]?.x, COORDINATE_MAX);
  assert.deepEqual(positionOf([]), {});
  assert.deepEqual(repositioned([], {}, { x: 1 }), []);
});
