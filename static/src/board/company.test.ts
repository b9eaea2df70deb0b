import assert from "node:assert/strict";
import { test } from "node:test";
import { Company } from "./company.js";

test("UI14 who is here and what they do is as the newest frame says", () => {
  const company = new Company();
  assert.ok(company.take({ t: "presence", here: 2, following: 1, reset: true, put: [{ seat: "a", role: "owner" }, { seat: "b", role: "viewer" }] }));
  const people = company.people;
  assert.equal(company.take({ t: "presence", here: 2, following: 1, doing: [{ seat: "a", cursor: [1, 2], selection: ["n"] }] }), false);
  assert.equal(company.people, people);
  company.take({ t: "presence", here: 2, following: 1, doing: [{ seat: "a", cursor: null }] });
  assert.deepEqual(company.doing.get("a"), { cursor: null, selection: ["n"], drag: [], typing: null });
  assert.ok(company.take({ t: "presence", here: 1, following: 1, drop: ["a"] }));
  assert.deepEqual([[...company.people.keys()], company.doing.size, company.here], [["b"], 0, 1]);
  company.take({ t: "presence", here: 1, following: 1, reset: true, put: [{ seat: "c", role: "owner" }] });
  assert.deepEqual([...company.people.keys()], ["c"]);
});
