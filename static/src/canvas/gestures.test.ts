// What wheels mean, without a page: rule CV15 of docs/SPEC.md.

import assert from "node:assert/strict";
import { test } from "node:test";
import { type WheelFacts, wheelFactor, wheelMeaning, wheelPixels } from "./gestures.js";

function wheel(more: Partial<WheelFacts>): WheelFacts {
  return { deltaX: 0, deltaY: 0, deltaMode: 0, ctrlKey: false, metaKey: false, shiftKey: false, ...more };
}

test("CV15: a wheel that clicks zooms", () => {
  assert.equal(wheelMeaning(wheel({ deltaY: 100, wheelDeltaY: -120 })), "zoom");
  assert.equal(wheelMeaning(wheel({ deltaY: -125, wheelDeltaY: 120 })), "zoom");
  assert.equal(wheelMeaning(wheel({ deltaY: 3, deltaMode: 1 })), "zoom");
});

test("CV15: two fingers on a touchpad pan, and pinch with ctrl", () => {
  assert.equal(wheelMeaning(wheel({ deltaY: 7, wheelDeltaY: -21 })), "pan");
  assert.equal(wheelMeaning(wheel({ deltaX: 4, deltaY: 40, wheelDeltaY: -120 })), "pan");
  assert.equal(wheelMeaning(wheel({ deltaX: 12 })), "pan");
  assert.equal(wheelMeaning(wheel({ deltaY: 1.5, ctrlKey: true })), "zoom");
  assert.equal(wheelMeaning(wheel({ deltaY: 7, wheelDeltaY: -21, metaKey: true })), "zoom");
});

test("CV15: shift pans whatever turns", () => {
  assert.equal(wheelMeaning(wheel({ deltaY: 100, wheelDeltaY: -120, shiftKey: true })), "pan");
});

test("CV15: one click zooms by a quarter, no event by more than two, a pinch finely", () => {
  assert.equal(wheelFactor(wheel({ deltaY: -100 })), 1.25);
  assert.equal(wheelFactor(wheel({ deltaY: 100 })), 1 / 1.25);
  assert.equal(wheelFactor(wheel({ deltaY: -5000 })), 1.25 ** 2);
  const pinch = wheelFactor(wheel({ deltaY: -2, ctrlKey: true }));
  assert.ok(pinch > 1.01 && pinch < 1.05);
  assert.deepEqual(wheelPixels(wheel({ deltaY: 3, deltaMode: 1 })), [0, 99]);
});
