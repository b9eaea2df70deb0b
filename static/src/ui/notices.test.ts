import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Announcer } from "./notices.js";

test("UI24 what is to be said at the same time is said together, and of much of it the last four", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  Object.assign(globalThis, { window: globalThis });
  const announcer = new Announcer();
  const opening = ["The facilitator is leading now.", "Pillars switched on.", "Step 1 of 2.", "Scene 1 of 3."];
  for (const words of opening) announcer.say(words);
  mock.timers.tick(150);
  assert.equal(announcer.spoken.value, opening.join(" "));
  for (const words of ["1 of 9", "2 of 9", "3 of 9", "4 of 9", "5 of 9"]) announcer.say(words);
  mock.timers.tick(1_499);
  assert.equal(announcer.spoken.value, opening.join(" ")); // there is time to hear it
  mock.timers.tick(1);
  assert.equal(announcer.spoken.value, "2 of 9 3 of 9 4 of 9 5 of 9");
  mock.timers.reset();
});
