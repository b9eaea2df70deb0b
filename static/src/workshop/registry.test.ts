import assert from "node:assert/strict";
import { test } from "node:test";
import { Registry } from "./registry.js";

const part = (id: string, order: number) => ({ id, order, view: () => null });

test("SG1: parts stand in the order that they say, whenever they come", () => {
  const registry = new Registry();
  registry.add(part("late", 30));
  registry.add(part("early", 10));
  registry.add(part("b", 20));
  registry.add(part("a", 20));
  assert.deepEqual(registry.all.value.map(({ id }) => id), ["early", "a", "b", "late"]);
});

test("SG1: a part takes the place of another of its id, and goes alone", () => {
  const registry = new Registry();
  const first = registry.add(part("timer", 10));
  const second = registry.add(part("timer", 20));
  assert.deepEqual(registry.all.value.map(({ order }) => order), [20]);
  first();
  assert.equal(registry.all.value.length, 1);
  second();
  assert.equal(registry.all.value.length, 0);
});
