// The camera, without a page: rule CV8 of docs/SPEC.md.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Camera, ZOOM_FIT_MAX, ZOOM_MAX, ZOOM_MIN } from "./camera.js";
import { random } from "./random.js";

function camera(width = 1280, height = 800, ratio = 1): Camera {
  const made = new Camera();
  made.resize(width * ratio, height * ratio, ratio);
  return made;
}

function near(is: readonly number[], should: readonly number[], by: number): void {
  is.forEach((value, i) => assert.ok(Math.abs(value - should[i]!) <= by, `${is} is not ${should}`));
}

test("CV8: the window always begins on a whole device pixel", () => {
  const next = random(1);
  const one = camera(1000, 700, 1.5);
  for (let i = 0; i < 500; i++) {
    if (next() < 0.5) one.panBy((next() - 0.5) * 99, (next() - 0.5) * 99);
    else one.zoomBy(0.5 + next(), next() * 1000, next() * 700);
    assert.ok(Number.isInteger(one.originX) && Number.isInteger(one.originY));
  }
});

test("CV8: small movements add up", () => {
  const one = camera();
  one.fit({ x: 0, y: 0, w: 2000, h: 1000 }, 0);
  const from = one.originX;
  for (let i = 0; i < 1000; i++) one.panBy(0.1, 0);
  near([one.originX - from], [100], 1);
});

test("CV8: what a zoom is about stays where it is, and zooming back comes back", () => {
  const one = camera(1280, 800, 2);
  one.fit({ x: -500, y: 200, w: 3000, h: 2000 }, 20);
  const before = one.toBoard(300, 200);
  for (let i = 0; i < 40; i++) one.zoomBy(1.05, 300, 200);
  near(one.toBoard(300, 200), before, 1e-6);
  for (let i = 0; i < 40; i++) one.zoomBy(1 / 1.05, 300, 200);
  near(one.toBoard(300, 200), before, 1e-6);
  near(one.toWindow(...before), [300, 200], 0.5);
});

test("CV8: fit shows all of a box in the middle, and blows up no small one", () => {
  const one = camera(390, 844, 3);
  one.fit({ x: 100, y: 100, w: 2000, h: 1000 }, 20);
  const view = one.view();
  assert.ok(view.x <= 100 && view.y <= 100 && view.x + view.w >= 2100 && view.y + view.h >= 1100);
  near([view.x + view.w / 2, view.y + view.h / 2], [1100, 600], 3);
  one.fit({ x: 0, y: 0, w: 10, h: 10 }, 20);
  assert.equal(one.zoom, ZOOM_FIT_MAX);
});

test("CV8: zooming by hand keeps its bounds; a huge board may be fitted below them", () => {
  const one = camera();
  for (let i = 0; i < 100; i++) one.zoomBy(2, 0, 0);
  assert.equal(one.zoom, ZOOM_MAX);
  for (let i = 0; i < 100; i++) one.zoomBy(0.5, 0, 0);
  assert.equal(one.zoom, ZOOM_MIN);
  one.fit({ x: 0, y: 0, w: 1_000_000, h: 1_000_000 }, 20);
  const fitted = one.zoom;
  assert.ok(fitted < ZOOM_MIN);
  one.zoomBy(0.5, 0, 0);
  assert.equal(one.zoom, fitted);
});

test("CV8: the board cannot be lost: a part of the window keeps showing it", () => {
  const one = camera(1000, 600);
  one.limits = { x: 0, y: 0, w: 2000, h: 1000 };
  for (const [dx, dy] of [[1e6, -1e6], [-1e6, 1e6]] as const) {
    one.fit(one.limits, 20);
    one.panBy(dx, dy);
    const { x, y, w, h } = one.view();
    assert.ok(Math.min(x + w, 2000) - Math.max(x, 0) >= 0.05 * w, `${x}`);
    assert.ok(Math.min(y + h, 1000) - Math.max(y, 0) >= 0.05 * h, `${y}`);
  }
});

test("CV8: a new size keeps the middle; a new ratio of pixels keeps the view", () => {
  const one = camera(1000, 600);
  one.fit({ x: 0, y: 0, w: 2000, h: 1000 }, 20);
  one.resize(500 * 2, 900 * 2, 2);
  const view = one.view();
  near([view.x + view.w / 2, view.y + view.h / 2], [1000, 500], 2);
  near([view.w], [500 / one.zoom], 1e-6);
});

test("CV8: reveal moves as little as it takes", () => {
  const one = camera(1000, 600);
  one.fit({ x: 0, y: 0, w: 1000, h: 600 }, 0, 1);
  one.reveal({ x: 100, y: 100, w: 220, h: 64 }, 48);
  assert.deepEqual([one.originX, one.originY], [0, 0]);
  one.reveal({ x: 1000, y: 100, w: 220, h: 64 }, 48);
  assert.deepEqual([one.originX, one.originY], [268, 0]);
  one.reveal({ x: 0, y: 0, w: 5000, h: 64 }, 48);
  assert.deepEqual([one.originX, one.originY], [2000, -48]);
});
