import assert from "node:assert/strict";
import { test } from "node:test";
import type { Point } from "../board/company.js";
import { GLOW_MS, Trail } from "./trail.js";

test("TG9 a trail appears point by point, fades, and is gone", () => {
  const trail = new Trail();
  trail.say([[0, 0], [1, 0], [2, 0], [3, 0]], 1000);
  assert.deepEqual(trail.at(1000), []);
  assert.deepEqual(trail.at(1050).map(([x]) => x), [0, 1]);
  const glows = trail.at(1100).map(([, , glow]) => glow);
  assert.equal(glows.length, 4);
  assert.deepEqual(glows, [...glows].sort((a, b) => a - b)); // what is older glows less
  assert.deepEqual(trail.head, [3, 0]);
  assert.equal(trail.glows(1100), true);
  assert.equal(trail.glows(1100 + GLOW_MS), false); // also when it was not drawn meanwhile
  assert.deepEqual(trail.at(1100 + GLOW_MS), []);
  trail.say([[1, 0], [2, 0], [3, 0]], 2500); // said again, as it lasts
  assert.deepEqual(trail.at(2600), []);
  assert.deepEqual(trail.head, [3, 0]); // it rests there, and is still on
  trail.say([], 3000);
  assert.equal(trail.head, null);
});

test("TG9 points that were heard before do not glow again, and lost ones leave a straight line", () => {
  const trail = new Trail();
  const way = Array.from({ length: 30 }, (_, at): Point => [at, 0]);
  trail.say(way.slice(0, 8), 1000);
  trail.say(way.slice(4, 12), 1100);
  trail.say(way.slice(4, 12), 1200);
  trail.say(way.slice(20, 28), 1300); // two updates were lost
  const seen = trail.at(1400).map(([x]) => x);
  assert.deepEqual(seen, [...way.slice(0, 12), ...way.slice(20, 28)].map(([x]) => x));
});

test("TG9 a trail that never ends is bounded", () => {
  const trail = new Trail();
  for (let at = 0; at < 5_000; at++) trail.say([[at, 0]], 1000);
  assert.ok(trail.at(1100).length <= 200);
});
