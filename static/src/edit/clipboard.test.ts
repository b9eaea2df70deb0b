import assert from "node:assert/strict";
import { test } from "node:test";
import { POINT_MAX, STICKY_SIDE, TEXT_CHARS_MAX } from "../generated/constants.js";
import { PASTE_CHARS_MAX, PASTE_THINGS_MAX, POINTS_MAX } from "../generated/limits.js";
import type { AnyOp, NodeCreate, NodeShape, RelationCreate, RelationShape } from "../generated/wire.js";
import { clip, GAP, type Paste, pasteClip, pasteText, plainText, readClip, readTable, type Target, type TooMuch } from "./clipboard.js";

const HOME = { board: "here", lang: "en" };
const IMAGE = "a".repeat(32);

function target(more: Partial<Target> = {}): Target {
  let serial = 0;
  return { board: "here", layer: "ideas", lang: "en", middleFor: () => ({ x: 0, y: 0 }), fresh: () => `me.${(serial += 1)}`, ...more };
}

const node = (id: string, more: Partial<NodeShape> = {}): NodeShape => ({ id, key: "a", x: 0, y: 0, w: 100, h: 50, ...more });
const relation = (id: string, source: string, end: string, more: Partial<RelationShape> = {}): RelationShape => ({
  id, source, target: end, ...more,
});

function made(paste: Paste | TooMuch): Paste {
  assert.ok("ops" in paste, JSON.stringify(paste));
  return paste;
}

function refused(paste: Paste | TooMuch): TooMuch {
  assert.ok("what" in paste);
  return paste;
}

const creates = (ops: readonly AnyOp[]): NodeCreate[] => ops.filter((op): op is NodeCreate => op.op === "node.create");
const said = (ops: readonly AnyOp[]): string[] => creates(ops).map(({ text }) => text?.text?.en ?? "");

test("CB1 what is copied comes again, with new ids, its looks, and the relations among it", () => {
  const nodes = [
    node("a", { kind: "sticky", text: ["one ", "two"], color: "amber", tags: ["x"], text_size: "large", locked: true, font: 20 }),
    node("b", { x: 300, y: 100, kind: "shape", shape: "star", angle: 15, href: "https://example.org/", title: ["B"] }),
    node("c", { x: 200, kind: "drawing", points: [0, 0, 10_000, 5_000] }),
  ];
  const relations = [
    relation("r", "a", "b", { label: ["says"], dashed: true, line: "elbow", start: "dot", end: "none", color: "red" }),
    relation("s", "a", "elsewhere"),
  ];
  const copied = readClip(JSON.stringify(clip(HOME, nodes, relations)));
  assert.ok(copied !== null);
  const { ops, ids, left } = made(pasteClip(copied, target({ middleFor: () => ({ x: 1000, y: 500 }) })));
  assert.deepEqual(ids, ["me.1", "me.2", "me.3"]);
  assert.equal(left, 0);
  const [a, b, c, r] = ops as [NodeCreate, NodeCreate, NodeCreate, RelationCreate];
  assert.equal(ops.length, 4);
  assert.deepEqual(a, {
    op: "node.create", id: "me.1", layer: "ideas", x: 798, y: 419, w: 100, h: 50, kind: "sticky", color: "amber",
    tags: ["x"], text_size: "large", text: { text: { en: "one two" } },
  });
  assert.deepEqual([b.x, b.y, b.shape, b.angle, b.href, b.text], [1098, 519, "star", 15, "https://example.org/", { title: { en: "B" } }]);
  assert.deepEqual(c.points, [0, 0, 10_000, 5_000]);
  assert.deepEqual(r, {
    op: "relation.create", id: "me.4", source: "me.1", target: "me.2", dashed: true, color: "red", line: "elbow",
    start: "dot", end: "none", text: { label: { en: "says" } },
  });
});

test("CB1 for other programs it is what the things say", () => {
  const nodes = [node("a", { title: ["A ", "title"], text: ["more"] }), node("b"), node("c", { alt: "A map" })];
  assert.equal(plainText(clip(HOME, nodes, [])), "A title\nmore\n\nA map");
});

test("CB2 each line with a word is a sticky, and together they stand around the point", () => {
  const { ops } = made(pasteText("one\r\n\n  \r two \nthree", target({ middleFor: () => ({ x: 50, y: 60 }) })));
  assert.deepEqual(said(ops), ["one", "two", "three"]);
  const boxes = creates(ops);
  assert.ok(boxes.every(({ kind, w, h }) => kind === "sticky" && w === STICKY_SIDE && h === STICKY_SIDE));
  const left = Math.min(...boxes.map(({ x = 0 }) => x));
  const right = Math.max(...boxes.map(({ x = 0, w = 0 }) => x + w));
  assert.ok(Math.abs((left + right) / 2 - 50) <= 1);
  assert.equal(new Set(boxes.map(({ x, y }) => `${x} ${y}`)).size, 3);
});

test("CB2 each cell of a table is a sticky in its row and column", () => {
  const { ops } = made(pasteText('a\tb\n\t"two\nlines, ""quoted"""\n', target()));
  assert.deepEqual(said(ops), ["a", "b", 'two\nlines, "quoted"']);
  const [a, b, c] = creates(ops) as [NodeCreate, NodeCreate, NodeCreate];
  const step = STICKY_SIDE + GAP;
  assert.deepEqual([b.x! - a.x!, b.y! - a.y!], [step, 0]);
  assert.deepEqual([c.x! - a.x!, c.y! - a.y!], [step, step]);
});

test("CB2 a quote that ends no cell is a quote", () => {
  assert.deepEqual(readTable('"a" b\t"c\n"d"\te"'), [['"a" b', '"c'], ["d", 'e"']]);
  assert.deepEqual(readTable('"a\tb"\tc'), [["a\tb", "c"]]);
  const start = process.cpuUsage().user;
  readTable('"a\n'.repeat(PASTE_CHARS_MAX / 3));
  assert.ok(process.cpuUsage().user - start < 2_000_000, "unclosed quotes cost more than others");
});

test("CB2 CB3 characters that no text may hold are left out", () => {
  assert.deepEqual(said(made(pasteText("a\u0000b\u001b\ud800c\ufffe", target())).ops), ["abc"]);
  const hostile = { format: "orientation-board-clip", version: 1, board: "here", relations: [], nodes: [node("a", { alt: "x\u0007\ty" })] };
  const copied = readClip(JSON.stringify(hostile));
  assert.deepEqual(copied?.nodes[0]?.alt, "x y");
});

test("CB3 what is no clip is none, and fields that are none are passed over", () => {
  for (const text of ["", "{", "null", "[]", '{"format":"orientation-board-clip","version":2}', "[".repeat(50_000)]) {
    assert.equal(readClip(text), null);
  }
  const copied = readClip(JSON.stringify({
    format: "orientation-board-clip", version: 1,
    nodes: [
      { id: "a", x: 1e12, y: -1e12, w: 0, h: 1e9, kind: "script", color: "constructor", href: "javascript:alert(1)", angle: -90, lang: "English",
        tags: ["ok", 1, "x".repeat(99)], image: "../etc", points: [1, 2, 3], shape: "blob", locked: true, title: { en: 1 } },
      { id: "b", x: "1", y: 0, w: 1, h: 1 }, null, 7, "x",
    ],
    relations: [{ source: "a", target: "b" }, { source: "a", target: "a", color: "#12345g", line: "zig", end: "dot" }],
  }));
  assert.ok(copied !== null);
  assert.deepEqual(copied.nodes, [{ id: "a", x: 1e6, y: -1e6, w: 8, h: 20_000, tags: ["ok"], angle: 270 }]);
  assert.deepEqual(copied.relations, [{ source: "a", target: "a", end: "dot" }]);
  assert.deepEqual([copied.board, copied.lang], ["", ""]);
  const twice = { format: "orientation-board-clip", version: 1, nodes: [node("a"), node("a")], relations: [] };
  assert.equal(readClip(JSON.stringify(twice)), null);
});

test("CB4 too much is refused as a whole, with the bound", () => {
  const lines = (count: number): string => Array.from({ length: count }, (_, at) => `n${at}`).join("\n");
  assert.equal(made(pasteText(lines(PASTE_THINGS_MAX), target())).ids.length, PASTE_THINGS_MAX);
  assert.deepEqual(refused(pasteText(lines(PASTE_THINGS_MAX + 1), target())), {
    what: "things", found: PASTE_THINGS_MAX + 1, max: PASTE_THINGS_MAX,
  });
  assert.equal(made(pasteText("😀".repeat(TEXT_CHARS_MAX), target())).ids.length, 1);
  assert.deepEqual(refused(pasteText("x".repeat(TEXT_CHARS_MAX + 1), target())), {
    what: "text", found: TEXT_CHARS_MAX + 1, max: TEXT_CHARS_MAX,
  });
  assert.equal(refused(pasteText(" ".repeat(PASTE_CHARS_MAX + 1), target())).what, "characters");
  const nodes = Array.from({ length: PASTE_THINGS_MAX }, (_, at) => node(`n${at}`));
  assert.equal(refused(pasteClip(clip(HOME, nodes, [relation("r", "n0", "n1")]), target())).max, PASTE_THINGS_MAX);
  const full = Array.from({ length: 101 }, (_, at) => node(`n${at}`, { text: ["x".repeat(TEXT_CHARS_MAX)] }));
  assert.equal(refused(pasteClip(clip(HOME, full, []), target())).max, PASTE_CHARS_MAX);
});

test("CB4 as many drawings as one paste may make, each of as many points as it may have, are pasted", () => {
  const points = Array.from({ length: 2 * POINTS_MAX }, () => POINT_MAX);
  const drawings = Array.from({ length: PASTE_THINGS_MAX }, (_, at) => node(`s.${at}`, { kind: "drawing", points, tags: ["t".repeat(40)] }));
  const copied = readClip(JSON.stringify(clip(HOME, drawings, [])));
  assert.ok(copied !== null);
  const { ops } = made(pasteClip(copied, target()));
  assert.equal(creates(ops).length, PASTE_THINGS_MAX);
  assert.ok(creates(ops).every((op) => op.points?.length === 2 * POINTS_MAX));
});

test("CB5 an image stays with its board", () => {
  const copied = clip({ ...HOME, board: "there" }, [node("a", { kind: "image", image: IMAGE, alt: "A map" }), node("b")], []);
  const foreign = made(pasteClip(copied, target()));
  assert.equal(foreign.left, 1);
  assert.deepEqual(creates(foreign.ops).map(({ image }) => image), [undefined, undefined]);
  const own = made(pasteClip(copied, target({ board: "there" })));
  assert.equal(own.left, 0);
  assert.equal(creates(own.ops)[0]?.image, IMAGE);
});

test("CB5 what a clip says stays in its language, whatever that of the board where it is pasted", () => {
  const nodes = [node("a", { title: ["Haus"], lang: "de" }), node("b", { text: ["house"] })];
  const copied = readClip(JSON.stringify(clip(HOME, nodes, [relation("r", "a", "b", { label: ["ist"], lang: "de" })])));
  assert.ok(copied !== null);
  const [a, b, r] = made(pasteClip(copied, target({ lang: "fr", board: "there" }))).ops as [NodeCreate, NodeCreate, RelationCreate];
  assert.deepEqual([a.text, b.text, r.text], [{ title: { de: "Haus" } }, { text: { en: "house" } }, { label: { de: "ist" } }]);
  assert.deepEqual(creates(made(pasteText("maison", target({ lang: "fr" }))).ops)[0]?.text, { text: { fr: "maison" } });
});

test("ED10 where a paste goes is asked for with how large it is", () => {
  let asked: unknown = null;
  const middleFor = (size: unknown): { x: number; y: number } => {
    asked = size;
    return { x: 0, y: 0 };
  };
  made(pasteClip(clip(HOME, [node("a"), node("b", { x: 300, y: 100 })], []), target({ middleFor })));
  assert.deepEqual(asked, { w: 400, h: 150 });
});
