import assert from "node:assert/strict";
import { test } from "node:test";
import { align, type Alignment, distribute, inReadingOrder, type Moved, type Placed, tidy } from "./arrange.js";
import { boundsOf, boundsOfAll } from "./transform.js";

const at = (id: string, x: number, y: number, w = 100, h = 60, angle = 0): Placed => ({ id, x, y, w, h, angle });

/** The things where they were put. */
function after(things: readonly Placed[], moves: readonly Moved[]): Placed[] {
  const by = new Map(moves.map((move) => [move.id, move]));
  return things.map((thing) => ({ ...thing, ...by.get(thing.id) }));
}

const some = [at("a", 0, 0), at("b", 330, 40, 60, 90), at("c", 170, 210, 40, 40, 45), at("d", 20, 400, 200, 30)];

test("ED6 aligning brings one edge or middle of all together, and moves along one axis alone", () => {
  const edge: Record<Alignment, (box: Placed) => number> = {
    left: (box) => boundsOf(box).x,
    right: (box) => boundsOf(box).x + boundsOf(box).w,
    center: (box) => boundsOf(box).x + boundsOf(box).w / 2,
    top: (box) => boundsOf(box).y,
    bottom: (box) => boundsOf(box).y + boundsOf(box).h,
    middle: (box) => boundsOf(box).y + boundsOf(box).h / 2,
  };
  for (const how of Object.keys(edge) as Alignment[]) {
    const now = after(some, align(some, how));
    const edges = now.map(edge[how]);
    assert.ok(Math.max(...edges) - Math.min(...edges) < 0.02, how);
    const sideways = ["left", "center", "right"].includes(how);
    now.forEach((box, i) => assert.equal(sideways ? box.y : box.x, sideways ? some[i]!.y : some[i]!.x));
    assert.deepEqual(align(now, how), [], "aligned once is aligned");
  }
});

test("ED6 distributing makes equal gaps, and the outer ones stay", () => {
  for (const axis of ["x", "y"] as const) {
    const size = axis === "x" ? "w" : "h";
    const now = after(some, distribute(some, axis)).map(boundsOf).sort((a, b) => a[axis] - b[axis]);
    const gaps = now.slice(1).map((box, i) => box[axis] - now[i]![axis] - now[i]![size]);
    assert.ok(Math.max(...gaps) - Math.min(...gaps) < 0.05);
    const [was, is] = [boundsOfAll(some)!, boundsOfAll(now)!];
    assert.ok(Math.abs(was[axis] - is[axis]) < 0.02 && Math.abs(was[size] - is[size]) < 0.02);
  }
  assert.deepEqual(distribute(some.slice(0, 2), "x"), []);
});

test("ED6 tidying puts all into a grid without overlaps, in the order of reading, and a tidy grid stays", () => {
  const many = Array.from({ length: 23 }, (_, i) => at(`n${i}`, (i % 6) * 123 + (i % 5) * 9, Math.floor(i / 6) * 97 + (i % 3) * 7, 60 + (i % 4) * 20, 50));
  const now = after(many, tidy(many));
  for (const one of now) {
    for (const other of now) {
      if (one === other) continue;
      const apart = one.x + one.w <= other.x || other.x + other.w <= one.x || one.y + one.h <= other.y || other.y + other.h <= one.y;
      assert.ok(apart, `${one.id} lies on ${other.id}`);
    }
  }
  assert.deepEqual(inReadingOrder(now).map(({ id }) => id), inReadingOrder(many).map(({ id }) => id));
  const [was, is] = [boundsOfAll(many)!, boundsOfAll(now)!];
  assert.ok(Math.abs(was.x - is.x) < 0.02 && Math.abs(was.y - is.y) < 0.02);
});

test("ED6 a row stays a row, and a column a column", () => {
  const row = [at("a", 0, 3), at("b", 190, 0), at("c", 310, 9), at("d", 480, 1)];
  assert.equal(new Set(after(row, tidy(row)).map(({ y }) => y)).size, 1);
  const column = [at("a", 3, 0), at("b", 0, 100), at("c", 8, 170), at("d", 1, 300)];
  assert.equal(new Set(after(column, tidy(column)).map(({ x }) => x)).size, 1);
});

test("ED3 things are read in rows, from the side where reading begins", () => {
  const things = [at("c", 0, 200), at("b", 200, 10), at("a", 0, 0), at("d", 210, 190)];
  assert.deepEqual(inReadingOrder(things).map(({ id }) => id), ["a", "b", "c", "d"]);
  assert.deepEqual(inReadingOrder(things, true).map(({ id }) => id), ["b", "a", "d", "c"]);
});

test("ED6 a layer as full as a board can be is tidied in a moment", () => {
  const column = Array.from({ length: 100_000 }, (_, at) => ({ id: `n${at}`, x: at % 7, y: at * 60, w: 50, h: 50 }));
  const start = process.cpuUsage().user;
  assert.deepEqual(inReadingOrder(column), column);
  assert.ok(tidy(column).length > 0);
  assert.equal(distribute(column, "y").length, 0);
  assert.ok(process.cpuUsage().user - start < 5_000_000, "more than what grows with the number of things");
});
