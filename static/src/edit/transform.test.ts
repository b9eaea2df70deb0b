import assert from "node:assert/strict";
import { test } from "node:test";
import { SIZE_MAX, SIZE_MIN } from "../generated/limits.js";
import {
  angleAbout, bounded, boundsOf, boundsOfAll, cursorOf, HANDLES, holds, middleOf, placeOn, resized, resizedAll,
  rotatedAll, type Turned, turned, wholeTurn, within,
} from "./transform.js";

/** The same numbers every time. */
function numbers(seed: number): (low: number, high: number) => number {
  let state = seed;
  return (low, high) => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return low + (state / 4294967296) * (high - low);
  };
}

function near(a: number, b: number, by = 1e-6): void {
  assert.ok(Math.abs(a - b) <= by, `${a} is not ${b}`);
}

function boxOf(number: (low: number, high: number) => number): Turned {
  return {
    x: number(-500, 500), y: number(-500, 500), w: number(20, 400), h: number(20, 400), angle: number(0, 360),
  };
}

test("ED4 whatever is resized, the place opposite of the handle stays where it was", () => {
  const number = numbers(1);
  for (let round = 0; round < 400; round++) {
    const box = boxOf(number);
    for (const handle of HANDLES) {
      const keepsRatio = number(0, 1) < 0.5;
      const now = resized(box, handle, number(-300, 300), number(-300, 300), { keepsRatio });
      const [was, is] = [placeOn(box, -handle.x, -handle.y), placeOn(now, -handle.x, -handle.y)];
      near(is.x, was.x, 1e-6);
      near(is.y, was.y, 1e-6);
      assert.ok(now.w >= SIZE_MIN && now.h >= SIZE_MIN && now.w <= SIZE_MAX && now.h <= SIZE_MAX);
      if (keepsRatio) near(now.w / now.h, box.w / box.h, 1e-6);
    }
  }
});

test("ED4 resizing from the middle leaves the middle, and moving a handle back gives the box back", () => {
  const number = numbers(2);
  for (let round = 0; round < 400; round++) {
    const box = boxOf(number);
    const handle = HANDLES[round % 8]!;
    const [dx, dy] = [number(-8, 200), number(-8, 200)];
    const about = resized(box, handle, dx, dy, { fromMiddle: true });
    near(middleOf(about).x, middleOf(box).x);
    near(middleOf(about).y, middleOf(box).y);
    const there = resized(box, handle, dx, dy);
    const pulled = turned({ x: dx, y: dy }, { x: 0, y: 0 }, -(box.angle ?? 0));
    if (box.w + handle.x * pulled.x < SIZE_MIN || box.h + handle.y * pulled.y < SIZE_MIN) continue;
    const back = resized(there, handle, -dx, -dy);
    for (const field of ["x", "y", "w", "h"] as const) near(back[field], box[field], 1e-6);
  }
});

test("ED4 many are resized as one: each keeps its place in the box around them all", () => {
  const number = numbers(3);
  for (let round = 0; round < 200; round++) {
    const boxes = Array.from({ length: 4 }, () => ({ ...boxOf(number), angle: 0 }));
    const was = boundsOfAll(boxes)!;
    const now = resizedAll(boxes, HANDLES[round % 8]!, number(0, 100), number(0, 100));
    const is = boundsOfAll(now)!;
    boxes.forEach((box, at) => {
      near((middleOf(now[at]!).x - is.x) / is.w, (middleOf(box).x - was.x) / was.w, 1e-6);
      near((middleOf(now[at]!).y - is.y) / is.h, (middleOf(box).y - was.y) / was.h, 1e-6);
    });
  }
});

test("ED4 what is turned keeps its form when many are resized, and none becomes too small", () => {
  const boxes: Turned[] = [
    { x: 0, y: 0, w: 100, h: 40, angle: 30 },
    { x: 200, y: 100, w: 10, h: 10 },
  ];
  for (const handle of HANDLES) {
    const now = resizedAll(boxes, handle, -150 * handle.x, -90 * handle.y);
    near(now[0]!.w / now[0]!.h, 2.5, 1e-6);
    for (const { w, h } of now) assert.ok(w >= SIZE_MIN - 1e-9 && h >= SIZE_MIN - 1e-9, `${w} ${h}`);
  }
});

test("ED4 turning there and back gives the boxes back; an angle is from 0 to below 360", () => {
  const number = numbers(4);
  for (let round = 0; round < 200; round++) {
    const boxes = [boxOf(number), boxOf(number)];
    const about = middleOf(boundsOfAll(boxes)!);
    const by = number(-720, 720);
    const back = rotatedAll(rotatedAll(boxes, about, by), about, -by);
    back.forEach((box, at) => {
      near(box.x, boxes[at]!.x, 1e-6);
      near(box.y, boxes[at]!.y, 1e-6);
      near(Math.cos(((box.angle! - boxes[at]!.angle!) * Math.PI) / 180), 1, 1e-6);
      assert.ok(box.angle! >= 0 && box.angle! < 360);
    });
  }
  assert.equal(wholeTurn(359.999), 0);
  assert.equal(wholeTurn(-90), 270);
});

test("a turned box holds its corners, and its bounds hold it", () => {
  const number = numbers(5);
  for (let round = 0; round < 200; round++) {
    const box = boxOf(number);
    const bounds = boundsOf(box);
    for (const [x, y] of [[-1, -1], [1, -1], [1, 1], [-1, 1]] as const) {
      const corner = placeOn(box, x, y);
      assert.ok(holds(box, corner, 1e-6));
      assert.ok(holds(bounds, corner, 1e-6));
    }
    const grown = { x: bounds.x - 1, y: bounds.y - 1, w: bounds.w + 2, h: bounds.h + 2 };
    assert.ok(within(box, grown));
    assert.ok(!holds(box, { x: bounds.x - 5, y: bounds.y - 5 }));
  }
});

test("nothing is moved off the board", () => {
  assert.deepEqual(bounded([{ x: 999_990, y: 0, w: 10, h: 10 }], 50, -3), [10, -3]);
  assert.deepEqual(bounded([{ x: -999_990, y: 0, w: 10, h: 10 }], -50, 3), [-10, 3]);
});

test("a handle's cursor turns with its box", () => {
  assert.equal(cursorOf({ x: 1, y: 0 }, 0), "ew-resize");
  assert.equal(cursorOf({ x: 1, y: 0 }, 90), "ns-resize");
  assert.equal(cursorOf({ x: 1, y: 1 }, 0), "nwse-resize");
  assert.equal(cursorOf({ x: -1, y: 1 }, 0), "nesw-resize");
});

test("an angle about a point is read from straight up, clockwise", () => {
  near(angleAbout({ x: 0, y: -1 }, { x: 0, y: 0 }), 0);
  near(angleAbout({ x: 1, y: 0 }, { x: 0, y: 0 }), 90);
  near(angleAbout({ x: -1, y: 0 }, { x: 0, y: 0 }), -90);
});
