import assert from "node:assert/strict";
import { test } from "node:test";
import { begun, completed, mentions, offered, parted } from "./mentions.js";
import { Reading } from "./reading.js";
import { lastIn, listed, type Said, threadsOf, unreadIn } from "./threads.js";

const said = (id: string, at: number, more: Partial<Said["shape"]> = {}): Said => ({
  layer: "l", shape: { id, at, text: id, ...more },
});

test("TK6 threads are in the order in which they were begun, with their answers; what waits is last", () => {
  const threads = threadsOf([
    said("b.2", 0, { answers: "a.1" }), said("a.2", 5), said("b.1", 9, { answers: "a.1" }), said("a.1", 3, { node: "n" }),
    said("c.1", 7, { answers: "gone" }),
  ]);
  assert.deepEqual(threads.map(({ first, answers, spot }) => [first.shape.id, answers.map(({ shape }) => shape.id), spot]), [
    ["a.1", ["b.1", "b.2"], "node/n"],
    ["a.2", [], "place/a.2"],
  ]);
});

test("TK7 what others have said since one read is unread, and comes first", () => {
  const [older, newer] = threadsOf([said("a.1", 3), said("b.1", 9, { answers: "a.1" }), said("b.2", 20), said("a.9", 30, { answers: "a.1" })]);
  assert.deepEqual(unreadIn(older!, 0, "a").map(({ shape }) => shape.id), ["b.1"]);
  assert.deepEqual(unreadIn(older!, 9, "a"), []);
  assert.equal(lastIn(older!), 30);
  assert.deepEqual(listed([older!, newer!], (thread) => thread === newer).map(({ first }) => first.shape.id), ["b.2", "a.1"]);
  assert.deepEqual(listed([older!, newer!], () => false).map(({ first }) => first.shape.id), ["a.1", "b.2"]);
});

test("TK7 what was read is kept, bounded, and joined with what another tab has read", () => {
  let kept: string | null = null;
  const shelf = { load: () => kept, save: (text: string) => void (kept = text) };
  const [one, other] = [new Reading(shelf), new Reading(shelf)];
  assert.equal(one.mark([["t", 5]]), true);
  assert.equal(one.mark([["t", 4]]), false);
  assert.equal(other.mark([["u", 7]]), true);
  assert.equal(other.at("t"), 5);
  assert.equal(one.mark([["v", Infinity]]), false);
  assert.deepEqual([new Reading(shelf).at("t"), new Reading(shelf).at("u"), new Reading(shelf).at("w")], [5, 7, 0]);
  one.mark(Array.from({ length: 2_100 }, (_, at): [string, number] => [`x${at}`, at + 1]));
  assert.deepEqual([new Reading(shelf).at("t"), new Reading(shelf).at("x2099")], [0, 2_100]);
  for (const broken of ["{", "7", '[1, ["a"], ["b", "c"], ["d", 3]]']) {
    const reading = new Reading({ load: () => broken, save: () => undefined });
    assert.equal(reading.at("d"), broken.startsWith("[1") ? 3 : 0);
  }
});

test("TK8 an @ and a name mention whoever is called so, whole and whatever its case", () => {
  assert.equal(mentions("Ask @ada, please", "Ada"), true);
  assert.equal(mentions("@Ada Lovelace knows", "Ada Lovelace"), true);
  assert.equal(mentions("@Adam knows", "Ada"), false);
  assert.equal(mentions("mail@Ada", "Ada"), false);
  assert.equal(mentions("@", ""), false);
  assert.equal(mentions("@Zoë!", "Zoe\u0308".normalize("NFC")), true);
  assert.deepEqual(parted("Hi @Ada Lovelace and @Ben.", ["Ada", "Ada Lovelace", "Ben", ""]), [
    { text: "Hi ", name: null }, { text: "@Ada Lovelace", name: "Ada Lovelace" }, { text: " and ", name: null },
    { text: "@Ben", name: "Ben" }, { text: ".", name: null },
  ]);
  assert.deepEqual(parted("none", ["Ada"]), [{ text: "none", name: null }]);
});

test("TK8 names are offered while one is typed, and put in with a space", () => {
  const names = ["Ada Lovelace", "Ben", "Grace Adams"];
  assert.deepEqual(begun("Hi @ad", 6), { at: 3, typed: "ad" });
  assert.equal(begun("Hi@ad", 5), null);
  assert.equal(begun("@a\nb", 4), null);
  assert.equal(begun("@Ada", 0), null); // the caret stands before it
  assert.deepEqual(offered("ad", names, 5), ["Ada Lovelace", "Grace Adams"]);
  assert.deepEqual(offered("", names, 2), ["Ada Lovelace", "Ben"]);
  assert.deepEqual(offered("ben", names, 5), []);
  assert.deepEqual(completed("Hi @ad you", 6, "Ada Lovelace"), { text: "Hi @Ada Lovelace you", caret: 17 });
  assert.deepEqual(completed("no", 2, "Ben"), { text: "no", caret: 2 });
});
