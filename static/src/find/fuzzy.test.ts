import assert from "node:assert/strict";
import { test } from "node:test";
import { fit, fitting } from "./fuzzy.js";

const TITLES = [
  "Layers", "Outline", "Show the whole board", "Zoom in", "Zoom out", "Find on the board", "Keyboard shortcuts",
  "Show all layers", "Hide all layers", "Élargir la vue",
];

test("CM5 the palette finds commands by letters in their order, best where words begin", () => {
  const best = (sought: string): string | undefined => fitting(sought, TITLES, (title) => title)[0]?.item;
  assert.equal(best("zo"), "Zoom out", "the beginnings of two words");
  assert.equal(best("zoom"), "Zoom in");
  assert.equal(best("zoo out"), "Zoom out");
  assert.equal(best("zout"), "Zoom out");
  assert.equal(best("swb"), "Show the whole board");
  assert.equal(best("hal"), "Hide all layers");
  assert.equal(best("lay"), "Layers");
  assert.equal(best("elarg"), "Élargir la vue");
  assert.equal(best("ks"), "Keyboard shortcuts");
  assert.equal(best("xyz"), undefined);
});

test("CM5 nothing sought fits everything, in its order", () => {
  assert.deepEqual(fitting(" ", TITLES, (title) => title).map(({ item }) => item), TITLES);
});

test("CM5 the places of a fit are those of its letters", () => {
  assert.deepEqual(fit("zo", "Zoom out")?.at, [0, 5]);
  assert.deepEqual(fit("zout", "Zoom out")?.at, [0, 5, 6, 7]);
  assert.deepEqual(fit("out", "Zoom out")?.at, [5, 6, 7]);
  for (const title of TITLES) {
    for (const sought of ["o", "oa", "la", "e", "sh", "zzz", ""]) {
      const found = fit(sought, title);
      if (found === null) continue;
      const plain = (text: string): string => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
      assert.equal(found.at.map((at) => plain([...title][at] ?? "")).join(""), sought);
      assert.deepEqual([...found.at], [...new Set(found.at)].sort((a, b) => a - b));
    }
  }
  assert.equal(fit("a", ""), null);
  assert.deepEqual(fit("", ""), { score: 0, at: [] });
});
