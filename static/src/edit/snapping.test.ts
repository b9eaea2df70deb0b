import assert from "node:assert/strict";
import { test } from "node:test";
import { snapMoved, snapResized } from "./snapping.js";

const box = (x: number, y: number, w = 100, h = 60) => ({ x, y, w, h });

test("ED5 what is moved comes to rest at the edges and middles of others, and a guide shows it", () => {
  const snapped = snapMoved(box(203, 497), [box(200, 100), box(900, 900)], 6);
  assert.equal(snapped.dx, -3);
  assert.equal(snapped.dy, 0);
  // left, middle and right edges are the same
  const vertical = snapped.guides.filter(({ axis }) => axis === "x");
  assert.deepEqual(vertical.map(({ at }) => at).sort(), [200, 250, 300]);
  for (const { from, to } of vertical) assert.deepEqual([from, to], [100, 557]);
});

test("ED5 the nearest edge wins, and what is out of reach says nothing", () => {
  const others = [box(0, 0), box(108, 300)];
  assert.equal(snapMoved(box(104, 600), others, 6).dx, -4);
  assert.equal(snapMoved(box(105, 600), others, 6).dx, 3);
  assert.deepEqual(snapMoved(box(2500, 2500), others, 6), { dx: 0, dy: 0, guides: [] });
});

test("ED5 gaps become equal: between two, and as the last one", () => {
  const between = snapMoved(box(198, 0), [box(0, 2), box(400, 2)], 6);
  assert.equal(between.dx, 2);
  assert.equal(between.guides.filter(({ gap }) => gap).length, 2);
  const last = snapMoved(box(297, 0, 90, 53), [box(0, 3), box(150, 3)], 6);
  assert.equal(last.dx, 3);
  const first = snapMoved(box(4, 200, 90, 53), [box(150, 201), box(300, 201)], 6);
  assert.equal(first.dx, 6);
});

test("ED5 with nothing near, it rests on the grid; without a grid it goes where it is put", () => {
  assert.deepEqual(snapMoved(box(33, 47), [], 6, 20), { dx: 7, dy: -7, guides: [] });
  assert.deepEqual(snapMoved(box(33, 47), [], 6), { dx: 0, dy: 0, guides: [] });
});

test("ED5 only the edges that a handle moves come to rest", () => {
  const snapped = snapResized(box(0, 0, 196, 60), { x: 1, y: 0 }, [box(200, 300), box(3, 500)], 6);
  assert.equal(snapped.dx, 4);
  assert.equal(snapped.dy, 0);
  assert.deepEqual(snapped.guides.map(({ axis, at }) => [axis, at]), [["x", 200]]);
  assert.equal(snapResized(box(0, 0, 100, 60), { x: -1, y: 0 }, [box(3, 500)], 6).dx, 3);
  assert.equal(snapResized(box(0, 0, 109, 60), { x: 1, y: 0 }, [], 6, 20).dx, -9);
});

test("ED5 what rests, rests: snapping again moves nothing", () => {
  const others = Array.from({ length: 900 }, (_, at) => box((at % 30) * 137, Math.floor(at / 30) * 91));
  for (let at = 0; at < 60; at++) {
    const mine = box(at * 71.3, at * 40.7, 83, 47);
    const { dx, dy } = snapMoved(mine, others, 6);
    const again = snapMoved({ ...mine, x: mine.x + dx, y: mine.y + dy }, others, 0.001);
    assert.ok(Math.abs(again.dx) < 0.01 && Math.abs(again.dy) < 0.01);
  }
});
