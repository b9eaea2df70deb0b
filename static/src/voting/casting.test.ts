import assert from "node:assert/strict";
import { test } from "node:test";
import type { Vote, Voter } from "../generated/wire.js";
import { Casting } from "./casting.js";

/** A ballot on a connection that is there or not: what is said while it is not goes nowhere. */
function casting() {
  const sent: (Vote | Voter)[] = [];
  let on = false;
  const mine = new Casting((frame) => on && sent.push(frame), () => "secret");
  const connect = (there: boolean): void => {
    on = there;
    mine.connect(there ? {} : null);
  };
  connect(true);
  return { mine, sent, connect, ballots: () => sent.flatMap((frame) => (frame.t === "vote" ? [frame.ballot] : [])) };
}

test("VO21: what is cast is seen at once, and then what the server has", () => {
  const { mine, sent } = casting();
  mine.vote("r", { a: 1 });
  assert.deepEqual(sent, [{ t: "voter", secret: "secret" }, { t: "vote", id: 1, round: "r", ballot: { a: 1 } }]);
  assert.equal(mine.hear({ t: "voted", id: 0, round: "r", ballot: {} }, "r"), true);
  assert.deepEqual(mine.ballot.value, { a: 1 });
  mine.hear({ t: "voted", id: 1, round: "r", ballot: {} }, "r"); // it was refused
  assert.deepEqual(mine.ballot.value, {});
  mine.hear({ t: "voted", id: 0, round: "r", ballot: { b: 1 } }, "r"); // of another tab
  assert.deepEqual(mine.ballot.value, { b: 1 });
  assert.equal(mine.hear({ t: "voted", id: 0, round: "other", ballot: { c: 1 } }, "r"), false);
  assert.deepEqual(mine.ballot.value, { b: 1 });
});

test("VO21: a ballot whose answer was lost with the connection is sent again, once", () => {
  const { mine, connect, ballots } = casting();
  mine.vote("r", { a: 1 });
  connect(false);
  connect(true);
  for (let times = 0; times < 2; times++) mine.hear({ t: "voted", id: 0, round: "r", ballot: {} }, "r");
  assert.deepEqual(ballots(), [{ a: 1 }, { a: 1 }]);
});

test("VO21: a connection that took the place of another one unheard is a new one", () => {
  const { mine, connect, sent, ballots } = casting();
  mine.vote("r", { a: 1 });
  connect(true);
  mine.hear({ t: "voted", id: 0, round: "r", ballot: {} }, "r");
  assert.deepEqual([ballots().length, sent.filter(({ t }) => t === "voter").length], [2, 2]);
});

test("VO21: a ballot that is cast while there is no connection is sent when there is one", () => {
  const { mine, connect, ballots } = casting();
  mine.hear({ t: "voted", id: 0, round: "r", ballot: {} }, "r");
  connect(false);
  mine.vote("r", { a: 1 });
  mine.vote("r", { a: 1, b: 1 });
  assert.deepEqual([ballots(), mine.ballot.value], [[], { a: 1, b: 1 }]);
  connect(true);
  mine.hear({ t: "voted", id: 0, round: "r", ballot: {} }, "r");
  assert.deepEqual([ballots(), mine.ballot.value], [[{ a: 1, b: 1 }], { a: 1, b: 1 }]);
  mine.hear({ t: "voted", id: 2, round: "r", ballot: { a: 1, b: 1 } }, "r");
  connect(false);
  connect(true);
  mine.hear({ t: "voted", id: 0, round: "r", ballot: { a: 1, b: 1 } }, "r");
  assert.equal(ballots().length, 1); // it was answered
});

test("VO21: what was cast in a round that has ended is not sent into the next", () => {
  const { mine, connect, ballots } = casting();
  connect(false);
  mine.vote("r", { a: 1 });
  connect(true);
  mine.begin();
  mine.hear({ t: "voted", id: 0, round: "next", ballot: {} }, "next");
  assert.deepEqual([ballots(), mine.ballot.value], [[], {}]);
});
