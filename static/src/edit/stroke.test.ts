import assert from "node:assert/strict";
import { test } from "node:test";
import { segmentDistance2 } from "../canvas/box.js";
import { POINT_MAX } from "../generated/constants.js";
import { POINTS_MAX, SIZE_MIN } from "../generated/limits.js";
import { drawingOf, lineOf, simplified, touches } from "./stroke.js";

const wave = (count: number, rough = 0): { x: number; y: number }[] =>
  Array.from({ length: count }, (_, i) => ({ x: i, y: 80 * Math.sin(i / 25) + (i % 2 ? rough : -rough) }));

test("ED9 a drawn line keeps its ends and runs nowhere else by more than the grain", () => {
  const line = wave(2000);
  const few = simplified(line, 0.5);
  assert.ok(few.length < 400 && few.length > 20);
  assert.deepEqual([few[0], few.at(-1)], [line[0], line.at(-1)]);
  for (const { x, y } of line) {
    const least = Math.min(...few.slice(1).map((b, i) => segmentDistance2(x, y, few[i]!.x, few[i]!.y, b.x, b.y)));
    assert.ok(least <= 0.25 + 1e-9);
  }
});

test("ED9 a drawing has at most POINTS_MAX points, all in its box, and lies where it was drawn", () => {
  for (const line of [wave(6000, 30), wave(3), [{ x: 5, y: 5 }], [{ x: 0, y: 7 }, { x: 300, y: 7 }]]) {
    const drawing = drawingOf(line, 0.4);
    assert.ok(drawing.points.length <= 2 * POINTS_MAX && drawing.points.length >= 4);
    assert.equal(drawing.points.length % 2, 0);
    assert.ok(drawing.points.every((value) => Number.isInteger(value) && value >= 0 && value <= POINT_MAX));
    assert.ok(drawing.w >= SIZE_MIN && drawing.h >= SIZE_MIN);
    const back = lineOf(drawing);
    for (const [here, there] of [[back[0]!, line[0]!], [back.at(-1)!, line.at(-1)!]] as const) {
      assert.ok(Math.hypot(here.x - there.x, here.y - there.y) < 0.7, `${here.x} ${here.y}`);
    }
  }
});

test("ED9 an eraser takes what it touches or crosses, as it is turned", () => {
  const drawing = drawingOf([{ x: 0, y: 0 }, { x: 100, y: 0 }, { x: 100, y: 100 }], 0.1);
  assert.ok(touches(drawing, { x: 50, y: -40 }, { x: 50, y: 40 }, 1));
  assert.ok(touches(drawing, { x: 50, y: 3 }, { x: 50, y: 3 }, 4));
  assert.ok(!touches(drawing, { x: 30, y: 50 }, { x: 60, y: 50 }, 4));
  assert.ok(touches({ ...drawing, angle: 180 }, { x: -2, y: 50 }, { x: 2, y: 50 }, 1));
  assert.ok(!touches({ ...drawing, angle: 180 }, { x: 98, y: 50 }, { x: 102, y: 50 }, 1));
});
