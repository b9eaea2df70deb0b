import assert from "node:assert/strict";
import { test } from "node:test";
import { left, mayAdd, pressed, withVotes } from "./ballot.js";

test("VO20: a press gives a vote, and where a thing has one at most, takes it back", () => {
  const terms = { votes: 2 };
  const one = pressed(terms, {}, "a");
  assert.deepEqual(one, { a: 1 });
  assert.deepEqual(pressed(terms, one!, "a"), {});
  const two = pressed(terms, one!, "b")!;
  assert.equal(left(terms, two), 0);
  assert.equal(pressed(terms, two, "c"), null);
  assert.deepEqual(pressed(terms, two, "a"), { b: 1 });
});

test("VO20: several votes for one thing are added by presses, within what the round gives", () => {
  const terms = { votes: 3, several: true };
  let ballot = {};
  for (const expected of [1, 2, 3]) {
    ballot = pressed(terms, ballot, "a")!;
    assert.deepEqual(ballot, { a: expected });
  }
  assert.equal(pressed(terms, ballot, "a"), null);
  assert.equal(mayAdd(terms, ballot, "b"), false);
  assert.deepEqual(withVotes(ballot, "a", 2), { a: 2 });
  assert.deepEqual(withVotes(ballot, "a", 0), {});
});
