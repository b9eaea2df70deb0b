import assert from "node:assert/strict";
import { test } from "node:test";
import { merge } from "./merge.js";

const base = "The city is for all.\nWater, housing and work.\nWho decides?";

test("SE6 changes that do not touch are joined", () => {
  const mine = base.replace("city", "town");
  const theirs = base.replace("Who", "And who");
  assert.equal(merge(base, mine, theirs), base.replace("city", "town").replace("Who", "And who"));
  assert.equal(merge(base, `${base}\nMine.`, `Theirs.\n${base}`), `Theirs.\n${base}\nMine.`);
  assert.equal(merge(base, base.replace("housing ", ""), base.replace("all", "everyone")), base.replace("housing ", "").replace("all", "everyone"));
  assert.equal(merge("\u6f22\u5b57\u4ea4\u6587", "\u6f22\u5b57\u4ea4\u66f8", "\u5b57\u5b57\u4ea4\u6587"), "\u5b57\u5b57\u4ea4\u66f8");
});

test("SE6 changes of one place are not joined, unless both did the same", () => {
  assert.equal(merge(base, base.replace("city", "town"), base.replace("city", "village")), null);
  assert.equal(merge(base, `${base} Mine`, `${base} Theirs`), null);
  assert.equal(merge(base, base.replace("city", "town"), base.replace("The city", "The")), null);
  assert.equal(merge("", "mine", "theirs"), null);
  const both = base.replace("city", "town");
  assert.equal(merge(base, both.replace("Who", "What"), both), both.replace("Who", "What"));
  assert.equal(merge(base, both, both), both);
});

test("SE6 merging with a side that did nothing gives the other; the two sides are equal before it", () => {
  let state = 7;
  const below = (count: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * count);
  };
  const words = ["a", "b", " ", "\n", "city", "-", "\u6f22", "e\u0301", "\ud83d\ude00"];
  const text = (length: number): string => Array.from({ length: below(length) }, () => words[below(words.length)]).join("");
  const changed = (from: string): string => {
    const at = below(from.length + 1);
    return from.slice(0, at) + text(4) + from.slice(at + below(5));
  };
  let joined = 0;
  for (let run = 0; run < 3_000; run += 1) {
    const from = text(40);
    const [mine, theirs] = [changed(changed(from)), changed(from)];
    assert.equal(merge(from, from, theirs), theirs);
    assert.equal(merge(from, mine, from), mine);
    assert.equal(merge(from, mine, mine), mine);
    const found = merge(from, mine, theirs);
    assert.equal(merge(from, theirs, mine), found);
    if (found === null) continue;
    joined += 1;
    // what was joined holds both: nothing is left to do for either
    if (mine !== theirs && mine !== from && theirs !== from) assert.notEqual(found, from);
  }
  assert.equal(joined > 300, true);
});

test("SE6 the longest texts are joined in no time that a person notices", () => {
  const long = Array.from({ length: 2_000 }, (_, at) => `${"ab"[at % 2]}`).join(" ");
  const started = performance.now();
  assert.equal(merge(long, `x ${long}`, `${long} y`), `x ${long} y`);
  merge(long, long.replaceAll("a", "c"), long.replaceAll("b", "d"));
  assert.equal(performance.now() - started < 2_000, true);
});
