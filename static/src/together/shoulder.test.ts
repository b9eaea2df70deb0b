import assert from "node:assert/strict";
import { test } from "node:test";
import type { Viewport } from "../board/address.js";
import { fitted } from "./shoulder.js";

const NOTHING = { top: 0, right: 0, bottom: 0, left: 0 };

test("TG8 a phone and a wall show all of what somebody sees, in the middle of what is free", () => {
  const seen: Viewport = [100, 50, 1200, 700];
  for (const [width, height, insets] of [
    [390, 844, { ...NOTHING, top: 120, bottom: 110 }],
    [3840, 1080, NOTHING],
    [1280, 800, { top: 64, right: 396, bottom: 0, left: 320 }],
  ] as const) {
    const [x, y, w, h] = fitted(seen, width, height, insets);
    const zoom = width / w;
    assert.ok(Math.abs(zoom - height / h) < 1e-9);
    const free = [x + insets.left / zoom, y + insets.top / zoom, x + w - insets.right / zoom, y + h - insets.bottom / zoom] as const;
    assert.ok(free[0] <= 100.001 && free[1] <= 50.001 && free[2] >= 1299.999 && free[3] >= 749.999);
    assert.ok(Math.abs((free[0] + free[2]) / 2 - 700) < 1e-6 && Math.abs((free[1] + free[3]) / 2 - 400) < 1e-6);
    const fills = (free[2] - free[0] - 1200) * (free[3] - free[1] - 700);
    assert.ok(Math.abs(fills) < 1e-6, "as large as it fits");
  }
});

test("TG8 a window that has no room, and a view that has none, give a view all the same", () => {
  for (const found of [
    fitted([0, 0, 0, 0], 390, 844, NOTHING),
    fitted([0, 0, 10, 10], 0, 0, NOTHING),
    fitted([0, 0, 10, 10], 100, 100, { top: 90, right: 90, bottom: 90, left: 90 }),
  ]) assert.ok(found.every(Number.isFinite));
});
