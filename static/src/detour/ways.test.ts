import assert from "node:assert/strict";
import { test } from "node:test";
import { AGAIN_MS, Ways } from "./ways.js";

test("WY1 where no websocket gets through events are tried, then polls, then the websocket again", () => {
  const ways = new Ways(null, 0);
  assert.equal(ways.around(0), false);
  ways.failed("websocket");
  assert.deepEqual([ways.around(0), ways.now], [true, "events"]);
  ways.failed("events");
  assert.deepEqual([ways.around(0), ways.now], [true, "polls"]);
  assert.equal(ways.blocked, false);
  ways.failed("polls");
  assert.equal(ways.around(0), false);
  assert.equal(ways.blocked, true);
  ways.works("websocket", 0);
  assert.equal(ways.blocked, false);
  assert.equal(ways.kept, "");
});

test("WY1 the way that works is kept for the tab, and the websocket is tried again after a while", () => {
  const ways = new Ways(null, 1000);
  ways.failed("websocket");
  ways.failed("events");
  ways.works("polls", 1000);
  const kept = ways.kept;
  const again = new Ways(kept, 2000);
  assert.deepEqual([again.around(2000), again.now], [true, "polls"]);
  assert.equal(again.around(1000 + AGAIN_MS), false);
  again.failed("websocket");
  assert.equal(again.now, "polls"); // straight to what worked
  again.works("polls", 1000 + AGAIN_MS);
  assert.equal(again.around(1000 + AGAIN_MS), true);
  assert.equal(again.around(1000 + 2 * AGAIN_MS), false);
  const late = new Ways(kept, 1000 + AGAIN_MS);
  assert.equal(late.around(1000 + AGAIN_MS), false);
  late.failed("websocket");
  assert.equal(late.now, "polls");
});

test("WY1 a frame does not put off the next look for the websocket, and what failed before does not count", () => {
  const ways = new Ways(null, 0);
  ways.failed("websocket");
  ways.works("events", 0);
  ways.works("events", AGAIN_MS - 1);
  assert.equal(ways.around(AGAIN_MS), false);
  ways.failed("polls"); // of an earlier connection
  assert.equal(ways.now, "websocket");
});

test("WY1 whatever the tab has kept, there is a way", () => {
  for (const kept of ["", "events", "events x", "telegraph 99999", "websocket 99999", "polls -1", "events NaN"]) {
    const ways = new Ways(kept, 5);
    assert.equal(ways.around(5), false, kept);
  }
});

test("WY1 events that are dropped soon, three times in a row, give way to polls", () => {
  const ways = new Ways(null, 0);
  ways.failed("websocket");
  ways.works("events", 0);
  for (const lastedMs of [30_000, 30_000, 80_000, 30_000, 30_000]) {
    ways.dropped("events", lastedMs);
    ways.works("events", 0);
  }
  assert.equal(ways.now, "events");
  ways.dropped("events", 60_000);
  assert.equal(ways.now, "polls");
  ways.works("polls", 0);
  for (let at = 0; at < 9; at += 1) ways.dropped("polls", 1_000);
  assert.equal(ways.now, "polls");
  assert.match(ways.kept, /^polls /);
});
