// The geometry of relations, against the cases that layers/route.py gave: rule CV9 of docs/SPEC.md.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Box } from "./box.js";
import { curve } from "./route.js";

interface Case {
  name: string;
  source: [number, number, number, number];
  target: [number, number, number, number];
  lane: number;
  line: number[];
  head: number[];
  label: number[];
}

const { curves } = JSON.parse(readFileSync("../tests/frames/route.json", "utf8")) as { curves: Case[] };
const box = ([x, y, w, h]: Case["source"]): Box => ({ x, y, w, h });

test("CV9: a relation runs in the browser as it does on the server, to the last digit", () => {
  assert.ok(curves.length >= 10);
  for (const { name, source, target, lane, line, head, label } of curves) {
    assert.deepEqual(curve(box(source), box(target), lane), { line, head, label }, name);
  }
});
