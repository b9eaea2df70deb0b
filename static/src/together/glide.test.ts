import assert from "node:assert/strict";
import { test } from "node:test";
import type { Dragged } from "../board/company.js";
import type { NodeShape } from "../generated/wire.js";
import { Drags, Glide } from "./glide.js";

function card(id: string, more: Partial<NodeShape> = {}): NodeShape {
  return { id, key: "a", x: 0, y: 0, w: 100, h: 50, ...more };
}

function setup(...shapes: NodeShape[]) {
  const board = new Map(shapes.map((shape) => [shape.id, shape]));
  return { board, drags: new Drags((id) => board.get(id)) };
}

const to = (id: string, x: number, more: Partial<{ w: number; angle: number }> = {}): Dragged =>
  [id, x, 0, more.w ?? 100, 50, more.angle ?? 0];

function xOf(drags: Drags, now: number): number | undefined {
  const [op] = drags.step(now).ops;
  return op?.op === "node.set" ? op.x : undefined;
}

test("TG1 what moves is between two updates where it would be, and comes to rest where it was said to be", () => {
  const glide = new Glide([0, 10]);
  glide.aim([100, 10], 1000);
  const seen = [1000, 1030, 1060, 1090, 1130, 9000].map((now) => glide.at(now)[0] ?? Number.NaN);
  assert.deepEqual(seen, [...seen].sort((a, b) => a - b));
  assert.equal(seen[0], 0);
  assert.ok((seen[2] ?? 0) > 30 && (seen[2] ?? 0) < 80);
  assert.equal(seen.at(-1), 100);
  assert.ok(glide.moves(1100) && !glide.moves(1131));
});

test("TG1 an update on the way goes on from where it is, without a jump", () => {
  const glide = new Glide([0]);
  glide.aim([100], 0);
  glide.aim([200], 100);
  const before = glide.at(100)[0] ?? 0;
  assert.ok(before > 50 && before < 100);
  let last = before;
  for (let now = 101; now < 260; now += 8) {
    const next = glide.at(now)[0] ?? 0;
    assert.ok(next >= last && next - last < 20);
    last = next;
  }
  assert.equal(last, 200);
});

test("TG1 who wants no motion sees each update at once", () => {
  const glide = new Glide([0]);
  glide.aim([100], 0, true);
  assert.equal(glide.at(0)[0], 100);
  assert.equal(glide.moves(0), false);
});

test("TG2 a node that is dragged moves, and only in what changes", () => {
  const { drags } = setup(card("a"), card("b"));
  drags.say([to("a", 100), to("gone", 5)], 0);
  assert.deepEqual(drags.step(0).ops, []);
  const { ops, moving } = drags.step(60);
  assert.ok(moving);
  assert.deepEqual(ops.map((op) => Object.keys(op)), [["op", "id", "x"]]);
  assert.deepEqual(drags.step(500).ops, [{ op: "node.set", id: "a", x: 100 }]);
  assert.equal(drags.step(500).moving, false);
});

test("TG2 a size that was only rounded on its way is the size that it was", () => {
  const { drags } = setup(card("a", { w: 100.04, h: 49.96, angle: 12.345 }));
  drags.say([["a", 100, 0, 100, 50, 12.3]], 0);
  assert.deepEqual(drags.step(500).ops, [{ op: "node.set", id: "a", x: 100 }]);
  drags.say([["a", 100, 0, 101, 50, 12.3]], 600);
  assert.deepEqual(drags.step(1200).ops, [{ op: "node.set", id: "a", x: 100, w: 101 }]);
});

test("TG2 at the drop nothing jumps back, whichever comes first", () => {
  for (const dropFirst of [true, false]) {
    const { board, drags } = setup(card("a"));
    drags.say([to("a", 100)], 0);
    drags.step(10);
    if (dropFirst) board.set("a", card("a", { x: 101 }));
    drags.step(200);
    drags.say([], 210);
    const held = drags.step(230);
    assert.ok(held.moving);
    assert.equal(xOf(drags, 230), dropFirst ? 100 : 100);
    if (!dropFirst) board.set("a", card("a", { x: 101 }));
    for (let now = 240; now < 1200; now += 16) {
      const x = xOf(drags, now) ?? board.get("a")?.x ?? 0;
      assert.ok(x >= 100 && x <= 101, `${x} at ${now}`);
    }
    assert.deepEqual(drags.step(1200), { ops: [], moving: false });
  }
});

test("TG2 a drag that came to nothing goes back, after a while", () => {
  const { drags } = setup(card("a"));
  drags.say([to("a", 100)], 0);
  drags.say([], 200);
  drags.step(200);
  assert.equal(xOf(drags, 500), 100);
  drags.step(900);
  const back = xOf(drags, 940) ?? 0;
  assert.ok(back > 0 && back < 100);
  assert.deepEqual(drags.step(1100), { ops: [], moving: false });
});

test("TG2 a node is turned the short way, and what is gone or off moves no more", () => {
  const { board, drags } = setup(card("a", { angle: 350 }));
  drags.say([to("a", 0, { angle: 10 })], 0);
  const [op] = drags.step(70).ops;
  assert.ok(op?.op === "node.set" && (op.angle === null || (op.angle ?? 180) >= 350 || (op.angle ?? 180) <= 10));
  board.delete("a");
  assert.deepEqual(drags.step(80), { ops: [], moving: false });
});
