// The geometry of relations, against the cases that layers/route.py gave: rule CV9 of docs/SPEC.md.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Box } from "./box.js";
import { bounds, type Figure, holds, met } from "./figure.js";
import { route } from "./route.js";

type Written = [[number, number, number, number], string, number];

interface Case {
  name: string;
  source: Written;
  target: Written;
  lane: number;
  line: string;
  heads: [string, string];
  bounds: [number, number, number, number][];
  path: number[];
  start: number[];
  end: number[];
  label: number[];
}

const { routes } = JSON.parse(readFileSync("../tests/frames/route.json", "utf8")) as { routes: Case[] };
const box = ([x, y, w, h]: Written[0]): Box => ({ x, y, w, h });
const figure = ([around, shape, angle]: Written): Figure => ({ box: box(around), shape, angle });

test("CV9: a relation runs in the browser as it does on the server, to the last digit", () => {
  assert.ok(routes.length >= 100);
  for (const { name, source, target, lane, line, heads, path, start, end, label } of routes) {
    const ran = route(figure(source), figure(target), lane, line, ...heads);
    assert.deepEqual({ ...ran, path: [...ran.path] }, { path, start, end, label }, name);
  }
});

test("CV9: a turned figure has the same bounds in the browser as on the server", () => {
  for (const { name, source, target, bounds: around } of routes) {
    assert.deepEqual([source, target].map((one) => bounds(figure(one))), around.map(box), name);
  }
});

test("CV14: a figure holds what lies within its outline, however it is turned", () => {
  for (const { name, source } of routes) {
    const it = figure(source);
    const middleX = it.box.x + it.box.w / 2;
    const middleY = it.box.y + it.box.h / 2;
    assert.ok(holds(it, middleX, middleY), name);
    for (let turn = 0; turn < 12; turn++) {
      const [toX, toY] = [Math.cos(turn / 2), Math.sin(turn / 2)];
      const [edgeX, edgeY] = met(it, middleX + toX * 1e5, middleY + toY * 1e5, -toX, -toY)!;
      assert.ok(holds(it, edgeX - toX * 1e-3, edgeY - toY * 1e-3), `${name}: within, ${turn}`);
      assert.ok(!holds(it, edgeX + toX * 1e-3, edgeY + toY * 1e-3), `${name}: beyond, ${turn}`);
    }
  }
});
