// The index, without a page: rule CV7 of docs/SPEC.md.

import assert from "node:assert/strict";
import { test } from "node:test";
import { partsIn } from "./bezier.js";
import { segmentMeets } from "./box.js";
import { random } from "./random.js";
import { Scene } from "./scene.js";
import { OVERLAY_MAX, type Slots, SpatialIndex } from "./spatial.js";

/** Slots in an order of their own: by a rank that can change. */
class Things implements Slots {
  boxes = new Float32Array(4 * 6000);
  rank = new Map<number, number>();
  inOrder(): number[] {
    return [...this.rank.keys()].sort(this.compare);
  }
  readonly compare = (a: number, b: number): number => this.rank.get(a)! - this.rank.get(b)! || a - b;
  put(slot: number, x: number, y: number, w: number, h: number, rank: number): void {
    this.boxes.set([x, y, x + w, y + h], slot * 4);
    this.rank.set(slot, rank);
  }
}

test("CV7: a search finds what a look at everything finds, in paint order, after any edits", () => {
  const next = random(7);
  const things = new Things();
  const index = new SpatialIndex(things);
  for (let i = 0; i < 3000; i++) {
    const slot = Math.floor(next() * 1500);
    if (next() < 0.2 && things.rank.has(slot)) {
      things.rank.delete(slot);
      index.removed(slot);
    } else {
      things.put(slot, next() * 1000, next() * 1000, next() * 60, next() * 60, Math.floor(next() * 100));
      index.moved(slot);
    }
    if (i % 10) continue;
    const [x, y, w, h] = [next() * 1000, next() * 1000, next() * 300, next() * 300];
    const odd = (slot: number): boolean => slot % 2 === 1;
    const found = index.search(x, y, x + w, y + h, odd);
    const b = things.boxes;
    const all = things.inOrder().filter((slot) => odd(slot) &&
      b[slot * 4]! <= x + w && b[slot * 4 + 2]! >= x && b[slot * 4 + 1]! <= y + h && b[slot * 4 + 3]! >= y);
    assert.deepEqual(found, all);
  }
});

test("CV7: everything is indexed anew after so many edits, and not before", () => {
  const things = new Things();
  const index = new SpatialIndex(things);
  for (let slot = 0; slot < 5000; slot++) {
    things.put(slot, slot, 0, 1, 1, slot);
    index.moved(slot);
  }
  index.search(0, 0, 1, 1, () => true);
  assert.equal(index.builds, 1);
  for (let slot = 0; slot <= OVERLAY_MAX; slot++) {
    index.search(0, 0, 1, 1, () => true);
    assert.equal(index.builds, 1);
    things.put(slot, slot, 5, 1, 1, slot);
    index.moved(slot);
  }
  assert.equal(index.search(10, 5, 10, 5, () => true).length, 2);
  assert.equal(index.builds, 2);
});

test("CV7: layers that are off are turned away inside the search", () => {
  const scene = new Scene();
  const put = Array.from({ length: 100 }, (_, i) => ({ id: `n${i}`, key: "V", x: i * 300, y: 0, w: 220, h: 64 }));
  scene.apply([{ stream: "body/a", put }, { stream: "body/b", put: [{ ...put[0]!, id: "other" }] }]);
  assert.equal(scene.nodesIn(-1e6, -1e6, 1e6, 1e6).length, 0);
  scene.setVisible(new Set(["b"]));
  assert.equal(scene.nodesIn(-1e6, -1e6, 1e6, 1e6).length, 1);
});

test("CV7: a long relation is found where it runs, not all over its bounds", () => {
  const scene = new Scene();
  scene.apply([
    { stream: "body/a", put: [
      { id: "one", key: "A", x: 0, y: 0, w: 220, h: 64 }, { id: "two", key: "B", x: 9000, y: 9000, w: 220, h: 64 },
    ] },
    { stream: "pair/a/a", put: [{ id: "r", source: "one", target: "two" }] },
  ]);
  scene.setVisible(new Set(["a"]));
  const slot = scene.relationSlot("r")!;
  const next = random(3);
  let far = 0;
  for (let i = 0; i < 400; i++) {
    const [x, y] = [next() * 9200, next() * 9200];
    const found = scene.relationsIn(x, y, x + 300, y + 300, 0).length === 1;
    let hits = false;
    for (let t = 0; t < 2000 && !hits; t++) {
      const [x0, y0] = scene.pointOn(slot, t / 2000);
      const [x1, y1] = scene.pointOn(slot, (t + 1) / 2000);
      hits = segmentMeets(x0, y0, x1, y1, x, y, x + 300, y + 300);
    }
    if (hits) assert.equal(found, true, `${x} ${y}`);
    else if (found) far++;
  }
  assert.ok(far < 4, `${far} boxes were taken that the curve does not meet`);
});

test("CV7: the parts of a curve in a box are in order and hold all of it that is there", () => {
  const curve = Float32Array.from([0, 0, 4000, 0, 0, 3000, 4000, 3000]);
  const all: number[] = [];
  partsIn(curve, 0, -1e6, -1e6, 1e6, 1e6, 100, (_0, _1, _2, _3, _4, _5, _6, _7, t0, t1) => {
    all.push(t0, t1);
    return false;
  });
  assert.deepEqual([all[0], all[all.length - 1]], [0, 1]);
  const near: [number, number][] = [];
  partsIn(curve, 0, 1900, 1400, 2100, 1600, 50, (_0, _1, _2, _3, _4, _5, _6, _7, t0, t1) => {
    near.push([t0, t1]);
    return false;
  });
  assert.ok(near.length > 0 && near.every(([t0, t1], i) => t0 < t1 && (i === 0 || near[i - 1]![1] <= t0)));
  assert.ok(near.some(([t0, t1]) => t0 <= 0.5 && 0.5 <= t1), "the middle of the curve lies in the box");
  assert.equal(partsIn(curve, 0, 3900, 0, 4000, 100, 50, () => true), false, "its control point is no part of it");
});
