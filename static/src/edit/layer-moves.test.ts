import assert from "node:assert/strict";
import { test } from "node:test";
import { type Branch, tree } from "../board/visibility.js";
import { LAYER_DEPTH_MAX } from "../generated/limits.js";
import type { LayerShape } from "../generated/wire.js";
import { branchOf, type DragRow, drop, openLayers, slot, within } from "./layer-moves.js";

function layer(id: string, parent: string | null = null, group = false, locked = false): LayerShape {
  return { id, parent, key: id, title: id, color: "slate", published: true, group, locked };
}

function branches(...layers: LayerShape[]): readonly Branch[] {
  return tree(new Map(layers.map((each) => [each.id, each])));
}

const BOARD = branches(layer("a"), layer("b", null, true), layer("c", "b"), layer("d", "b"), layer("e"));

test("LP3: a layer goes up and down among its siblings, into the group beside it and out of its own", () => {
  assert.equal(slot(BOARD, "a", "up"), undefined);
  assert.deepEqual(slot(BOARD, "a", "down"), { parent: null, before: "e" });
  assert.deepEqual(slot(BOARD, "e", "up"), { parent: null, before: "b" });
  assert.equal(slot(BOARD, "e", "down"), undefined);
  assert.deepEqual(slot(BOARD, "c", "down"), { parent: "b", before: null });
  assert.deepEqual(slot(BOARD, "a", "in"), { parent: "b", before: "c" });
  assert.deepEqual(slot(BOARD, "e", "in"), { parent: "b", before: null });
  assert.equal(slot(BOARD, "c", "in"), undefined);
  assert.deepEqual(slot(BOARD, "d", "out"), { parent: null, before: "e" });
  assert.equal(slot(BOARD, "a", "out"), undefined);
  assert.equal(slot(BOARD, "gone", "up"), undefined);
});

test("LP3: nothing goes into a locked group, nor deeper than LAYER_DEPTH_MAX", () => {
  assert.equal(slot(branches(layer("a", null, true, true), layer("b")), "b", "in"), undefined);
  const chain = Array.from({ length: LAYER_DEPTH_MAX }, (_, n) => layer(`g${n}`, n === 0 ? null : `g${n - 1}`, true));
  const deep = branches(...chain, layer("z", `g${LAYER_DEPTH_MAX - 2}`));
  assert.equal(slot(deep, "z", "in"), undefined); // g7 is on the last level
  assert.deepEqual(slot(deep, "z", "out"), { parent: `g${LAYER_DEPTH_MAX - 3}`, before: null });
});

const HEIGHT = 40;
const ROWS: readonly DragRow[] = ([["a", 0], ["b", 0, true], ["c", 1], ["d", 1], ["e", 0]] as [string, number, boolean?][]).map(
  ([id, depth, group = false], n) => ({ id, depth, group, locked: false, top: n * HEIGHT, bottom: (n + 1) * HEIGHT }),
);

function dropped(id: string, y: number, depth: number, rows = ROWS): unknown {
  const branch = branchOf(BOARD, id);
  assert.ok(branch);
  const found = drop(rows, branch, y, depth);
  return found === undefined ? undefined : [found.parent, found.before, found.depth];
}

test("LP4: a drag lands between two rows, as deep as it is held and they allow", () => {
  assert.deepEqual(dropped("e", 0, 0), [null, "a", 0]);
  assert.deepEqual(dropped("e", 2 * HEIGHT, 0), ["b", "c", 1]); // over b's content there is only inside
  assert.deepEqual(dropped("e", 3 * HEIGHT, 5), ["b", "d", 1]);
  assert.deepEqual(dropped("e", 4 * HEIGHT, 1), ["b", null, 1]);
  assert.deepEqual(dropped("e", 4 * HEIGHT, 0), [null, null, 0]);
  assert.deepEqual(dropped("a", 4 * HEIGHT, 0), [null, "e", 0]);
  assert.deepEqual(dropped("a", 9 * HEIGHT, 3), [null, null, 0]); // e is no group
});

test("LP4: a group is not dropped into itself, and nothing into what is locked", () => {
  assert.deepEqual(dropped("b", 3 * HEIGHT, 1), [null, "e", 0]); // as if its rows were not there
  const locked = ROWS.map((row) => (row.id === "b" ? { ...row, locked: true } : row));
  assert.equal(dropped("e", 3 * HEIGHT, 1, locked), undefined);
});

test("LP5: a branch is its layer and all below it", () => {
  const b = branchOf(BOARD, "b");
  assert.ok(b);
  assert.deepEqual(within(b).map(({ layer: { id } }) => id), ["b", "c", "d"]);
});

test("LP1: the layers that one may add to come in the order of the panel", () => {
  const session = { canAdd: (id: string) => id !== "b" && id !== "d", canWrite: (id: string, thing: string) => id === "a" || thing === "mine" };
  const open = (things?: string[]) => openLayers(session, BOARD, things).map(({ id }) => id);
  assert.deepEqual(open(), ["a", "c", "e"]);
  assert.deepEqual(open(["mine"]), ["a", "c", "e"]);
  assert.deepEqual(open(["mine", "theirs"]), ["a"]); // where one may only add go one's own things
});
