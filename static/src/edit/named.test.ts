import assert from "node:assert/strict";
import { test } from "node:test";
import { granted, grantsOf, type Right } from "./named.js";

test("PE14: only rights that are others now are given and taken back", () => {
  const before = grantsOf({ seats: { ann: ["write", "viewer", "viewer"], ben: ["read", "viewer", "nobody"], far: ["", "viewer", "viewer"] } });
  assert.deepEqual([...before], [["ann", "write"], ["ben", "read"]]);
  assert.deepEqual(granted("here", before, before), []);
  const after = new Map<string, Right>([["ann", "write"], ["cat", "add"]]);
  assert.deepEqual(granted("here", before, after), [
    { op: "layer.grant", id: "here", seat: "cat", right: "add" },
    { op: "layer.grant", id: "here", seat: "ben", right: null },
  ]);
});
