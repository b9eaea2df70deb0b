import assert from "node:assert/strict";
import { test } from "node:test";
import { isForgotten, isOver, leftMs, nextMs, OVER_SHOWN_MS, shownTime } from "./clock.js";

const timer = { id: "timer", left_ms: 60_000, at_ms: 1_000_000, running: true };

test("SG8: what is left goes by the server's time of day", () => {
  assert.equal(leftMs(timer, 1_000_000), 60_000);
  assert.equal(leftMs(timer, 1_010_500), 49_500);
  assert.equal(leftMs({ ...timer, running: false }, 1_010_500), 60_000);
});

test("SG8: a timer is over when nothing is left, and after a while forgotten", () => {
  assert.equal(isOver(timer, 1_059_999), false);
  assert.equal(isOver(timer, 1_060_000), true);
  assert.equal(isForgotten(timer, 1_060_000 + OVER_SHOWN_MS), false);
  assert.equal(isForgotten(timer, 1_060_001 + OVER_SHOWN_MS), true);
  assert.equal(isOver({ ...timer, running: false, left_ms: 1 }, 9_000_000), false);
});

test("SG8: a second that has begun counts", () => {
  assert.equal(shownTime(60_000), "1:00");
  assert.equal(shownTime(59_001), "1:00");
  assert.equal(shownTime(59_000), "0:59");
  assert.equal(shownTime(1), "0:01");
  assert.equal(shownTime(0), "0:00");
  assert.equal(shownTime(-5_000), "0:00");
  assert.equal(shownTime(3_600_000), "1:00:00");
  assert.equal(shownTime(3_661_000), "1:01:01");
});

test("SG8: what is shown is looked at again just when it changes", () => {
  for (const now of [1_000_000, 1_000_001, 1_000_999, 1_059_000, 1_059_999]) {
    const wait = nextMs(timer, now)!;
    assert.ok(wait > 0 && wait <= 1000);
    assert.equal(shownTime(leftMs(timer, now + wait - 1)), shownTime(leftMs(timer, now)));
    assert.notEqual(shownTime(leftMs(timer, now + wait)), shownTime(leftMs(timer, now)));
  }
  assert.equal(isForgotten(timer, 1_060_000 + nextMs(timer, 1_060_000)!), true);
  assert.equal(nextMs({ ...timer, running: false }, 1_000_000), null);
});
