import assert from "node:assert/strict";
import { test } from "node:test";
import type { NodeShape } from "../generated/wire.js";
import { familyOf, resultsOf, roundsOf, sorted, sortingOf, TITLE } from "./results.js";

const round = (id: string, number: number, again = "") => ({ id: `round/${id}`, number, question: id, votes: 3, again });
const node = (id: string, votes: NodeShape["votes"]) => ({
  shape: { id, key: id, x: 0, y: 0, w: 8, h: 8, votes } as NodeShape, title: `Title ${id}`, layer: "ideas",
});

const rounds = roundsOf([{ id: "board" }, round("q", 2, "r"), round("r", 1), round("x", 3), { id: "scene/r" }]);
const results = resultsOf([node("a", { r: { count: 2 } }), node("b", { r: { count: 5 }, q: { count: 1 } }), node("c", {}), node("d", { q: { count: 4 } })], rounds);

test("VO22: rounds are in the order of their numbers, and a repeated one belongs to the first", () => {
  assert.deepEqual(rounds.map(({ id }) => id), ["r", "q", "x"]);
  for (const id of ["r", "q"]) assert.deepEqual(familyOf(rounds, id).map((each) => each.id), ["r", "q"]);
  assert.deepEqual(familyOf(rounds, "x").map((each) => each.id), ["x"]);
});

test("VO22: results are sorted by any round or by the title, either way", () => {
  const order = (by: string, down: boolean): string => sorted(results, { by, down }).map((each) => each.node).join("");
  assert.equal(order("r", true), "bad");
  assert.equal(order("r", false), "dab");
  assert.equal(order("q", true), "dba");
  assert.equal(order(TITLE, false), "abd");
  assert.equal(order(TITLE, true), "dba");
});

test("VO22: a table whose column was put away is sorted by the last round, and says so", () => {
  const [r, q] = rounds;
  assert.deepEqual(sortingOf([r!, q!], { by: "r", down: false }), { by: "r", down: false });
  assert.deepEqual(sortingOf([q!], { by: "r", down: false }), { by: "q", down: true });
  assert.deepEqual(sortingOf([q!], { by: TITLE, down: false }), { by: TITLE, down: false });
});
