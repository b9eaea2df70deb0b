import assert from "node:assert/strict";
import { test } from "node:test";
import { type Order, placed, reattached, removed, reordered, turned } from "./doing.js";

const MAKING = { fresh: () => "new", lang: "en" };

/** The order that the server comes to. */
function done(order: readonly string[], steps: readonly { id: string; before: string | null }[]): string[] {
  const now = [...order];
  for (const { id, before } of steps) {
    now.splice(now.indexOf(id), 1);
    now.splice(before === null ? now.length : now.indexOf(before), 0, id);
  }
  return now;
}

test("ED6 to the front and to the back, or by one: those that go keep their order among each other", () => {
  const order = [..."abcdefg"];
  const go = (which: string, how: Order): string => done(order, reordered(order, new Set(which), how)).join("");
  assert.equal(go("bd", "front"), "acefgbd");
  assert.equal(go("fd", "back"), "dfabceg");
  assert.equal(go("bd", "forward"), "acbedfg");
  assert.equal(go("bd", "backward"), "badcefg");
  assert.equal(go("bc", "forward"), "adbcefg");
  assert.equal(go("g", "forward"), "abcdefg");
  assert.equal(go("ab", "backward"), "abcdefg");
  assert.deepEqual(reordered(order, new Set("fg"), "front"), []);
  assert.deepEqual(reordered(order, new Set("abcdefg"), "back"), []);
  for (let bits = 1; bits < 127; bits++) {
    const which = new Set(order.filter((_, at) => bits & (1 << at)));
    for (const how of ["front", "forward", "backward", "back"] as const) {
      const now = done(order, reordered(order, which, how));
      assert.deepEqual([...now].sort(), order);
      for (const part of [which, new Set(order.filter((id) => !which.has(id)))]) {
        assert.deepEqual(now.filter((id) => part.has(id)), order.filter((id) => part.has(id)));
      }
    }
  }
});

test("ED4 only what has changed is said", () => {
  const was = new Map([["a", { x: 1, y: 2, w: 30, h: 40 }], ["b", { x: 0, y: 0, w: 10, h: 10, angle: 30 }]]);
  assert.deepEqual(placed([{ id: "a", x: 1.004, y: 5, w: 30, h: 40 }, { id: "b", x: 0, y: 0, w: 10, h: 10, angle: 30 }], was), [
    { op: "node.set", id: "a", y: 5 },
  ]);
  assert.deepEqual(placed([{ id: "b", x: 0, y: 0, w: 10, h: 10, angle: 0 }], was), [{ op: "node.set", id: "b", angle: 0 }]);
});

test("ED7 a relation that is attached elsewhere keeps its looks and its label", () => {
  const relation = { id: "r", source: "a", target: "b", label: ["why"], dashed: true, color: "red", line: "elbow", start: "dot" };
  assert.deepEqual(reattached(relation, { source: "a", target: "c" }, MAKING), {
    id: "new",
    ops: [
      { op: "relation.remove", id: "r" },
      {
        op: "relation.create", id: "new", source: "a", target: "c", dashed: true, color: "red", line: "elbow", start: "dot",
        text: { label: { en: "why" } },
      },
    ],
  });
});

test("ED14 a relation that is turned around has its ends exchanged; only its heads where it may not begin at the other", () => {
  const relation = { id: "r", source: "a", target: "b", label: ["warum"], lang: "de", start: "dot" };
  assert.deepEqual(turned(relation, true, MAKING), {
    id: "new",
    ops: [
      { op: "relation.remove", id: "r" },
      { op: "relation.create", id: "new", source: "b", target: "a", start: "dot", text: { label: { de: "warum" } } },
    ],
  });
  assert.deepEqual(turned(relation, false, MAKING), {
    id: "r", ops: [{ op: "relation.set", id: "r", start: "arrow", end: "dot" }],
  });
});

test("ED4 what goes with its nodes is not removed twice", () => {
  const relations = [{ id: "r", source: "a", target: "b" }, { id: "s", source: "c", target: "d" }];
  assert.deepEqual(removed(["a"], relations), [{ op: "relation.remove", id: "s" }, { op: "node.remove", id: "a" }]);
});
