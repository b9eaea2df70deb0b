import assert from "node:assert/strict";
import { test } from "node:test";
import { carried, caught, next, toggled, towards } from "./selection.js";

const at = (id: string, x: number, y: number, more: { w?: number; h?: number; kind?: string } = {}) =>
  ({ id, x, y, w: 100, h: 60, ...more });
const grid = [at("a", 0, 0), at("b", 200, 0), at("c", 0, 200), at("d", 200, 200)];

test("ED3 turning over what is selected twice changes nothing", () => {
  const selection = new Set(["a", "b"]);
  assert.deepEqual([...toggled(selection, ["b", "c"])].sort(), ["a", "c"]);
  assert.deepEqual(toggled(toggled(selection, ["b", "c"]), ["c", "b"]), selection);
});

test("ED3 a rectangle catches what it touches, and a frame only as a whole", () => {
  const things = [...grid, at("frame", -50, -50, { w: 500, h: 400, kind: "frame" })];
  assert.deepEqual(caught(things, { x: 50, y: 30, w: 200, h: 10 }), ["a", "b"]);
  assert.deepEqual(caught(things, { x: -60, y: -60, w: 600, h: 600 }).length, 5);
  assert.deepEqual(caught(things, { x: 120, y: 80, w: 10, h: 10 }), []);
});

test("ED3 one goes through all in the order of reading, round and back", () => {
  const seen: string[] = [];
  let current: string | null = null;
  for (let i = 0; i < 5; i++) seen.push((current = next(grid, current, 1))!);
  assert.equal(seen.join(""), "abcda");
  assert.equal(next(grid, null, -1), "d");
  assert.equal(next(grid, "a", -1), "d");
  assert.equal(next([], null, 1), null);
});

test("ED3 arrows find the nearest one that way", () => {
  assert.equal(towards(grid, grid[0]!, { x: 1, y: 0 }), "b");
  assert.equal(towards(grid, grid[0]!, { x: 0, y: 1 }), "c");
  assert.equal(towards(grid, grid[0]!, { x: -1, y: 0 }), null);
});

test("ED4 a frame takes along what lies in it, once", () => {
  const frame = at("frame", -50, -50, { w: 200, h: 400, kind: "frame" });
  const inner = at("inner", -10, 150, { w: 150, h: 120, kind: "frame" });
  const all = [...grid, frame, inner];
  assert.deepEqual(carried([frame, grid[0]!], all).map(({ id }) => id), ["frame", "a", "c", "inner"]);
  assert.deepEqual(carried([grid[1]!], all).map(({ id }) => id), ["b"]);
});
