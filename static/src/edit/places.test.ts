import assert from "node:assert/strict";
import { test } from "node:test";
import { CARD_GAP } from "../generated/constants.js";
import { meet } from "../canvas/box.js";
import { random as randomOf } from "../canvas/random.js";
import { about, beside, inTheWay, near, SIDES, Steps } from "./places.js";

const CARD = { x: 0, y: 0, w: 100, h: 50 };
const SIZE = { w: 100, h: 50 };

test("OE6: beside a node, in line with it, with a gap", () => {
  assert.deepEqual(beside(CARD, "below", SIZE, []), { x: 0, y: 50 + CARD_GAP });
  assert.deepEqual(beside(CARD, "above", SIZE, []), { x: 0, y: -50 - CARD_GAP });
  assert.deepEqual(beside(CARD, "right", SIZE, []), { x: 100 + CARD_GAP, y: 0 });
  assert.deepEqual(beside(CARD, "left", { w: 30, h: 9 }, []), { x: -30 - CARD_GAP, y: 0 });
});

test("OE6: what stands in the way is passed, outwards, and a hole that is large enough is taken", () => {
  const below = { x: 0, y: 64, w: 100, h: 50 };
  assert.deepEqual(beside(CARD, "below", SIZE, [CARD, below]), { x: 0, y: 128 });
  assert.deepEqual(beside(CARD, "below", SIZE, [CARD, below, { ...below, y: 192 }]), { x: 0, y: 128 });
  assert.deepEqual(beside(CARD, "below", SIZE, [CARD, below, { ...below, y: 191 }]), { x: 0, y: 255 });
  assert.deepEqual(near(CARD, SIZE, [CARD, below]), { x: 114, y: 0 });
});

test("OE6: a new node lies on nothing, wherever the others are", () => {
  const random = randomOf(7);
  const taken = [CARD];
  for (let n = 0; n < 200; n += 1) {
    const size = { w: 20 + Math.round(random() * 200), h: 20 + Math.round(random() * 100) };
    const by = taken[Math.floor(random() * taken.length)] ?? CARD;
    const side = SIDES[n % 4] ?? "below";
    const spot = n % 3 === 0 ? beside(by, side, size, taken) : n % 3 === 1 ? near(by, size, taken) : about(by, size, taken);
    const box = { ...spot, ...size };
    assert.ok(!taken.some((other) => meet(other, box)), `${n}: ${JSON.stringify(box)}`);
    taken.push(box);
  }
});

test("OE6: a frame that holds the node is not in the way of what is put into it", () => {
  const frame = { x: -50, y: -50, w: 500, h: 500, kind: "frame" };
  const other = { x: 114, y: 0, w: 10, h: 10, kind: "frame" };
  assert.deepEqual(inTheWay(CARD, [frame, other]), [other]);
});

test("ED10: a place that is asked for again is a step further, so that a copy does not lie unseen on its like", () => {
  const steps = new Steps();
  const point = { x: 10, y: 5 };
  assert.deepEqual([steps.from(point), steps.from(point), steps.from(point)], [{ x: 10, y: 5 }, { x: 30, y: 25 }, { x: 50, y: 45 }]);
  assert.deepEqual(steps.from({ x: 90, y: 5 }), { x: 90, y: 5 });
  assert.deepEqual(steps.from(point), point);
  const far = Array.from({ length: 100 }, () => steps.from(point).x);
  assert.ok(Math.max(...far) < 300, "and never far from where it was asked for");
});
