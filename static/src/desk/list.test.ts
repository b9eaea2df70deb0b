import assert from "node:assert/strict";
import { test } from "node:test";
import type { DeskBoard } from "../generated/desk.js";
import { shown, type Choice } from "./list.js";

const board = (name: string, title: string, more: Partial<DeskBoard> = {}): DeskBoard => ({
  name, title, version: name, lang: "en", public: false, archived: false, nodes: 0, changed_ms: 0, unreadable: "", ...more,
});

const boards = [
  board("a", "Zürich 10", { changed_ms: 3, nodes: 1 }),
  board("b", "Zürich 9", { changed_ms: 1, nodes: 9 }),
  board("c", "Évora", { changed_ms: 2, nodes: 5 }),
  board("old", "Amsterdam", { changed_ms: 9, archived: true }),
];

const names = (choice: Partial<Choice>): string[] =>
  shown(boards, { words: "", sort: "changed", archived: false, ...choice }).map(({ name }) => name);

test("DK20 boards are sorted by change, title or size, archived ones last and only when asked for", () => {
  assert.deepEqual(names({}), ["a", "c", "b"]);
  assert.deepEqual(names({ sort: "title" }), ["c", "b", "a"]);
  assert.deepEqual(names({ sort: "nodes" }), ["b", "c", "a"]);
  assert.deepEqual(names({ archived: true }), ["a", "c", "b", "old"]);
});

test("DK20 a search finds all its words, without case and accents", () => {
  assert.deepEqual(names({ words: " ZURICH " }), ["a", "b"]);
  assert.deepEqual(names({ words: "10 zur" }), ["a"]);
  assert.deepEqual(names({ words: "evora" }), ["c"]);
  assert.deepEqual(names({ words: "amsterdam" }), []);
  assert.deepEqual(names({ words: "amsterdam", archived: true }), ["old"]);
  assert.deepEqual(names({ words: "old", archived: true }), ["old"]);
});
