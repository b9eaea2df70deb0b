import assert from "node:assert/strict";
import { test } from "node:test";
import { IMAGE_BYTES_MAX, IMAGE_PIXELS_MAX, IMAGE_SIDE_MAX } from "../generated/limits.js";
import { isReady, PLACED_SIDE_MAX, placedSize, shrinking } from "./uploading.js";

test("IM11 what the server would refuse is not sent as it is", () => {
  const side = Math.floor(Math.sqrt(IMAGE_PIXELS_MAX));
  assert.ok(isReady("image/png", IMAGE_BYTES_MAX, side, side));
  assert.ok(!isReady("image/png", IMAGE_BYTES_MAX + 1, side, side));
  assert.ok(!isReady("image/png", 1, side + 1, side + 1));
  for (const type of ["image/jpeg", "image/webp", "image/gif"]) assert.ok(isReady(type, 1, 1, 1));
  for (const type of ["image/avif", "image/heic", "image/svg+xml", "image/bmp", "text/html", ""]) {
    assert.ok(!isReady(type, 1, 1, 1), type);
  }
});

test("IM11 what is made smaller is no smaller than it must be", () => {
  assert.equal(shrinking(100, 50), 1);
  assert.equal(shrinking(IMAGE_SIDE_MAX, 10), 1);
  assert.equal(shrinking(2 * IMAGE_SIDE_MAX, 10), 0.5);
  assert.equal(shrinking(10, 4 * IMAGE_SIDE_MAX), 0.25);
});

test("IM11 an image stands on the board in its own proportions, not too large and never too small", () => {
  assert.deepEqual(placedSize(200, 100, 8), { w: 200, h: 100 });
  assert.deepEqual(placedSize(4000, 3000, 8), { w: PLACED_SIDE_MAX, h: 360 });
  assert.deepEqual(placedSize(3000, 4000, 8), { w: 360, h: PLACED_SIDE_MAX });
  assert.deepEqual(placedSize(4000, 1, 8), { w: PLACED_SIDE_MAX, h: 8 });
  assert.deepEqual(placedSize(1, 1, 8), { w: 8, h: 8 });
});
