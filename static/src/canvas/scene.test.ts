// The scene, without a page: rules CV1 to CV5 of docs/SPEC.md.

import assert from "node:assert/strict";
import { test } from "node:test";
import { GROUP_HEAD, GROUP_PADDING, REGION_HEAD, REGION_PADDING } from "../generated/constants.js";
import type { LayerShape, NodeShape, RelationShape } from "../generated/wire.js";
import { type Box, union } from "./box.js";
import { random } from "./random.js";
import { type Change, CURVE, Scene } from "./scene.js";

const EVERYWHERE = [-1e7, -1e7, 1e7, 1e7] as const;

function header(id: string, key: string, more: Partial<LayerShape> = {}): Change {
  return { stream: `head/${id}`, put: [{ id, key, parent: null, title: id, color: "blue", published: true, ...more }] };
}

function card(id: string, x = 0, y = 0, more: Partial<NodeShape> = {}): NodeShape {
  return { id, key: "V", x, y, w: 220, h: 64, ...more };
}

function relation(id: string, source: string, target: string, more: Partial<RelationShape> = {}): RelationShape {
  return { id, source, target, ...more };
}

function sceneOf(changes: readonly Change[], on: readonly string[]): Scene {
  const scene = new Scene();
  scene.apply(changes);
  scene.setVisible(new Set(on));
  return scene;
}

const drawnNodes = (scene: Scene): string[] => scene.nodesIn(...EVERYWHERE).map((slot) => scene.nodes[slot]!.id);
const drawnRelations = (scene: Scene): string[] =>
  scene.relationsIn(...EVERYWHERE, 0).map((slot) => scene.relations[slot]!.id);

/** The numbers of a relation's way. */
function wayOf(scene: Scene, slot: number): number[] {
  const { path, at, count } = scene.wayOf(slot);
  return [...path.subarray(at, at + 6 * count + 2)];
}

/** All that a picture depends on, in the order of painting. */
function seen(scene: Scene): unknown {
  return {
    nodes: scene.nodesIn(...EVERYWHERE).map((slot) => [
      scene.nodes[slot], scene.boundsOf(slot), scene.tones[scene.nodeTone[slot]!], scene.opacityOf(slot),
    ]),
    relations: scene.relationsIn(...EVERYWHERE, 0).map((slot) => [
      scene.relations[slot], [...scene.curves.subarray(slot * CURVE, (slot + 1) * CURVE)], wayOf(scene, slot),
    ]),
    regions: scene.regions().map((region) => ({ ...region, tone: scene.tones[region.tone] })),
    count: scene.count(),
    bounds: scene.bounds(),
  };
}

test("TG2: what is lifted moves without anything else being drawn again, and settles when it is let go", () => {
  const rest = [card("a", 0, 0), card("b", 300, 0), card("c", 600, 0)];
  const board = (put: NodeShape[]): Scene => sceneOf([
    header("top", "A"),
    { stream: "body/top", put },
    { stream: "pair/top/top", put: [relation("r", "a", "b")] },
  ], ["top"]);
  const scene = board(rest);
  scene.takeDirt();
  const [region] = scene.regions();
  assert.equal(scene.lift(new Set(["a", "gone"])), true);
  assert.equal(scene.lift(new Set(["a"])), false);
  const lifted = scene.takeDirt();
  assert.ok(!lifted.all && lifted.boxes.length > 0);
  assert.ok(lifted.boxes.some(({ x, w }) => x <= 0 && x + w >= 150)); // where it was is painted without it
  for (let at = 1; at <= 20; at++) {
    scene.apply([{ stream: "body/top", put: [card("a", -50 * at, -40 * at)] }]);
    assert.deepEqual(scene.takeDirt(), { all: false, boxes: [] });
    assert.deepEqual(scene.regions()[0], region);
  }
  assert.equal(scene.nodeBox("a")?.x, -1000);
  assert.deepEqual(scene.liftedNodes().map((slot) => scene.nodes[slot]?.id), ["a"]);
  assert.ok(scene.isPulled(scene.relationSlot("r") ?? -1));
  scene.lift(new Set());
  const dropped = scene.takeDirt();
  assert.ok(dropped.boxes.some(({ x }) => x <= -1000));
  assert.ok((scene.regions()[0]?.box.x ?? 0) < -1000);
  assert.deepEqual(seen(scene), seen(board([card("a", -1000, -800), ...rest.slice(1)])));
  scene.lift(new Set(["b"]));
  scene.apply([{ stream: "body/top", drop: ["b"] }]);
  assert.ok(!scene.lifts);
});

test("CV1: nodes are painted by their layer's place in the tree, then by key, then by id", () => {
  const scene = sceneOf([
    { stream: "body/top", put: [card("t", 0, 0, { key: "A" })] },
    { stream: "body/low", put: [card("b", 0, 0, { key: "K" }), card("a", 0, 0, { key: "K" }), card("z", 0, 0, { key: "B" })] },
    { stream: "body/inner", put: [card("i")] },
    header("top", "Z"),
    header("low", "A"),
    header("group", "M", { group: true }),
    header("inner", "0", { parent: "group" }),
  ], ["top", "low", "group", "inner"]);
  assert.deepEqual(drawnNodes(scene), ["z", "a", "b", "i", "t"]);
  scene.apply([header("top", "0")]);
  assert.deepEqual(drawnNodes(scene), ["t", "z", "a", "b", "i"]);
  scene.apply([{ stream: "body/low", put: [card("b", 0, 0, { key: "0" })] }]);
  assert.deepEqual(drawnNodes(scene), ["t", "b", "z", "a", "i"]);
});

test("CV2: a relation is drawn when both its ends are there and on, in whatever order they came", () => {
  const scene = sceneOf([
    { stream: "pair/a/b", put: [relation("r", "one", "two")] },
    header("a", "A"), header("b", "B"),
    { stream: "body/b", put: [card("two", 500, 0)] },
  ], ["a", "b"]);
  assert.deepEqual(drawnRelations(scene), []);
  scene.apply([{ stream: "body/a", put: [card("one")] }]);
  assert.deepEqual(drawnRelations(scene), ["r"]);
  scene.setVisible(new Set(["a"]));
  assert.deepEqual(drawnRelations(scene), []);
  scene.setVisible(new Set(["a", "b"]));
  scene.apply([{ stream: "body/a", drop: ["one"] }]);
  assert.deepEqual(drawnRelations(scene), []);
  scene.apply([{ stream: "body/a", put: [card("one", 0, 300)] }]);
  assert.deepEqual(drawnRelations(scene), ["r"]);
  scene.apply([{ stream: "pair/a/b", clear: true }]);
  assert.deepEqual(drawnRelations(scene), []);
});

test("CV2: relations of the same two nodes take lanes by their ids, and close ranks", () => {
  const nodes: Change[] = [
    header("a", "A"), { stream: "body/a", put: [card("one"), card("two", 300, 0)] },
  ];
  const scene = sceneOf([...nodes, { stream: "pair/a/a", put: [relation("m", "one", "two"), relation("b", "two", "one")] }], ["a"]);
  scene.apply([{ stream: "pair/a/a", put: [relation("c", "one", "two")] }]);
  const start = (id: string): number => scene.curves[scene.relationSlot(id)! * CURVE + 1]!;
  assert.deepEqual([start("b"), start("c"), start("m")], [32, 46, 18]);
  scene.apply([{ stream: "pair/a/a", drop: ["b"] }]);
  assert.deepEqual([start("c"), start("m")], [32, 46]);
});

test("CV3: what a stream does not hold is not dropped from it", () => {
  const scene = sceneOf([header("a", "A"), header("b", "B"), { stream: "body/a", put: [card("n")] }], ["a", "b"]);
  scene.apply([{ stream: "body/b", put: [card("n", 10, 10)] }, { stream: "body/a", drop: ["n"] }]);
  assert.deepEqual(drawnNodes(scene), ["n"]);
  scene.apply([{ stream: "body/a", clear: true }, { stream: "body/a", drop: ["nobody"] }]);
  assert.deepEqual(scene.nodeBox("n"), { x: 10, y: 10, w: 220, h: 64 });
  scene.apply([{ stream: "body/b", drop: ["n"] }]);
  assert.equal(scene.nodeBox("n"), null);
});

test("CV3: clear keeps what the same change puts again", () => {
  const scene = sceneOf([header("a", "A"), { stream: "body/a", put: [card("n"), card("m", 300, 0)] }], ["a"]);
  scene.apply([{ stream: "body/a", clear: true, put: [card("m", 0, 0)] }]);
  assert.deepEqual(drawnNodes(scene), ["m"]);
});

test("CV4: a layer's region holds its cards with room around, a group's those of its layers", () => {
  const scene = sceneOf([
    header("g", "A", { group: true }), header("a", "A", { parent: "g" }), header("b", "B", { parent: "g" }), header("empty", "C"),
    { stream: "body/a", put: [card("n", 100, 100), card("m", 400, 200)] },
    { stream: "body/b", put: [card("o", 100, 500)] },
  ], ["g", "a", "b", "empty"]);
  const around = (x: number, y: number, w: number, h: number, pad: number, head: number): Box => (
    { x: x - pad, y: y - head, w: w + 2 * pad, h: h + head + pad });
  const region = (x: number, y: number, w: number, h: number): Box => around(x, y, w, h, REGION_PADDING, REGION_HEAD);
  const group = ({ x, y, w, h }: Box): Box => around(x, y, w, h, GROUP_PADDING, GROUP_HEAD);
  const boxes = (): unknown => Object.fromEntries(scene.regions().map(({ layer, box }) => [layer, box]));
  const a = region(100, 100, 520, 164);
  const b = region(100, 500, 220, 64);
  assert.deepEqual(boxes(), { a, b, g: group(union(a, b)!) });
  assert.deepEqual(scene.regions().map(({ layer }) => layer), ["g", "a", "b"], "the group lies under its layers");
  assert.deepEqual(scene.bounds(), group(union(a, b)!));
  scene.setVisible(new Set(["g", "a"]));
  assert.deepEqual(boxes(), { a, g: group(a) });
  scene.apply([{ stream: "body/a", drop: ["m"] }]);
  assert.deepEqual(boxes(), { a: region(100, 100, 220, 64), g: group(region(100, 100, 220, 64)) });
  scene.setVisible(new Set());
  assert.equal(scene.bounds(), null);
});

test("CV4: what is no card makes no region, and belongs to the bounds of all", () => {
  const scene = sceneOf([
    header("a", "A"), { stream: "body/a", put: [card("n", 0, 0, { kind: "sticky" }), card("d", 500, 900, { kind: "drawing" })] },
  ], ["a"]);
  assert.deepEqual(scene.regions(), []);
  assert.deepEqual(scene.bounds(), { x: 0, y: 0, w: 720, h: 964 });
  scene.apply([{ stream: "body/a", put: [card("n", 0, 0)] }]);
  const around = { x: -REGION_PADDING, y: -REGION_HEAD, w: 220 + 2 * REGION_PADDING, h: 64 + REGION_HEAD + REGION_PADDING };
  assert.deepEqual(scene.regions().map(({ box }) => box), [around]);
  scene.apply([{ stream: "body/a", put: [card("n", 0, 0, { kind: "text" })] }]);
  assert.deepEqual(scene.regions(), []);
});

test("CV7: a turned node is found where it lies, and its relations follow it", () => {
  const scene = sceneOf([
    header("a", "A"), { stream: "body/a", put: [card("n", 0, 0, { w: 400, h: 20 }), card("m", 600, 400)] },
    { stream: "pair/a/a", put: [relation("r", "n", "m", { line: "straight" })] },
  ], ["a"]);
  const found = (x: number, y: number): string[] => scene.nodesIn(x, y, x, y).map((slot) => scene.nodes[slot]!.id);
  const before = wayOf(scene, scene.relationSlot("r")!);
  assert.deepEqual([found(10, 10), found(200, 180)], [["n"], []]);
  scene.takeDirt();
  scene.apply([{ stream: "body/a", put: [card("n", 0, 0, { w: 400, h: 20, angle: 90 })] }]);
  assert.deepEqual([found(10, 10), found(200, 180)], [[], ["n"]]);
  assert.notDeepEqual(wayOf(scene, scene.relationSlot("r")!), before);
  assert.deepEqual(scene.nodeBox("n"), { x: 0, y: 0, w: 400, h: 20 }, "its own box is as it was");
  const { boxes } = scene.takeDirt();
  assert.ok(boxes.some(({ x, y, w, h }) => x === 190 && y === -190 && w === 20 && h === 400));
});

test("CV7: an elbow is found along all of its parts, and not in its corner", () => {
  const scene = sceneOf([
    header("a", "A"), { stream: "body/a", put: [card("n"), card("m", 600, 400)] },
    { stream: "pair/a/a", put: [relation("r", "n", "m", { line: "elbow" })] },
  ], ["a"]);
  const slot = scene.relationSlot("r")!;
  for (let t = 0; t <= 1; t += 0.01) {
    const [x, y] = scene.pointOn(slot, t);
    assert.deepEqual(scene.relationsIn(x, y, x, y, 2), [slot], `t ${t}`);
  }
  assert.deepEqual(scene.relationsIn(700, 60, 720, 90, 0), []);
});

test("CV5: after any changes the scene is as one made anew from the last records", () => {
  for (let seed = 1; seed <= 12; seed++) {
    const next = random(seed);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
    const headers = new Map<string, LayerShape>();
    const nodes = new Map<string, [string, NodeShape]>();
    const relations = new Map<string, [string, RelationShape]>();
    const layers = ["g", "a", "b", "c", "d"];
    let on = new Set(layers);
    const scene = new Scene();
    scene.setVisible(on);
    scene.takeDirt();
    const ids = Array.from({ length: 40 }, (_, i) => `n${i}`);
    for (let step = 0; step < 400; step++) {
      const dice = next();
      if (dice < 0.08) {
        const id = pick(layers);
        const shape: LayerShape = {
          id, key: String(Math.floor(next() * 5)), parent: id !== "g" && next() < 0.5 ? "g" : null, title: id,
          color: pick(["red", "blue"]), published: true, group: id === "g", opacity: pick([1, 0.5]),
        };
        headers.set(id, shape);
        scene.apply([{ stream: `head/${id}`, put: [shape] }]);
      } else if (dice < 0.1) {
        const id = pick(layers);
        headers.delete(id);
        scene.apply([{ stream: `head/${id}`, drop: [id] }]);
      } else if (dice < 0.55) {
        const id = pick(ids);
        const layer = pick(layers);
        const old = nodes.get(id);
        const shape = card(id, Math.floor(next() * 2000), Math.floor(next() * 2000), {
          key: String(Math.floor(next() * 9)), color: pick([null, "green", "#123456"]), h: pick([64, 90]),
          kind: pick(["card", "sticky", "shape", "frame", "drawing"]), shape: pick(["rectangle", "ellipse", "star"]),
          angle: pick([0, 30, 90]),
        });
        nodes.set(id, [layer, shape]);
        const changes: Change[] = [{ stream: `body/${layer}`, put: [shape] }];
        if (old && old[0] !== layer) changes.push({ stream: `body/${old[0]}`, drop: [id] });
        scene.apply(next() < 0.5 ? changes : changes.reverse());
      } else if (dice < 0.65) {
        const id = pick(ids);
        const old = nodes.get(id);
        nodes.delete(id);
        if (old) scene.apply([{ stream: `body/${old[0]}`, drop: [id] }]);
      } else if (dice < 0.85) {
        const id = `r${Math.floor(next() * 60)}`;
        const held = relations.get(id);
        const shape = held && next() < 0.5
          ? { ...held[1], label: next() < 0.5 ? ["label"] : [] }
          : relation(id, pick(ids), pick(ids), {
            label: pick([[], ["text"]]), line: pick(["straight", "elbow", "curved"]), start: pick(["none", "diamond"]),
          });
        relations.set(id, ["pair/x", shape]);
        scene.apply([{ stream: "pair/x", put: [shape] }]);
      } else if (dice < 0.92) {
        const id = `r${Math.floor(next() * 60)}`;
        relations.delete(id);
        scene.apply([{ stream: "pair/x", drop: [id] }]);
      } else if (dice < 0.97) {
        on = new Set(layers.filter(() => next() < 0.7));
        scene.setVisible(on);
      } else {
        const layer = pick(layers);
        for (const [id, [held]] of nodes) if (held === layer) nodes.delete(id);
        scene.apply([{ stream: `body/${layer}`, clear: true }]);
      }
      if (step % 20 === 0) scene.takeDirt();
      if (step % 10 !== 9) continue;
      const fresh = sceneOf([
        ...[...headers.values()].map((shape) => ({ stream: `head/${shape.id}`, put: [shape] })),
        ...[...nodes.values()].map(([layer, shape]) => ({ stream: `body/${layer}`, put: [shape] })),
        ...[...relations.values()].map(([stream, shape]) => ({ stream, put: [shape] })),
      ], [...on]);
      assert.deepEqual(seen(scene), seen(fresh), `seed ${seed}, step ${step}`);
    }
  }
});

test("CV6: what changed is told once, as boxes that hold it before and after", () => {
  const scene = sceneOf([
    header("a", "A"), { stream: "body/a", put: [card("n", 0, 0), card("m", 0, 900), card("o", 900, 900)] },
  ], ["a"]);
  assert.equal(scene.takeDirt().all, true);
  assert.deepEqual(scene.takeDirt(), { all: false, boxes: [] });
  scene.apply([{ stream: "body/a", put: [card("m", 300, 400)] }]);
  const { all, boxes } = scene.takeDirt();
  assert.equal(all, false);
  assert.deepEqual(boxes, [{ x: 0, y: 900, w: 220, h: 64 }, { x: 300, y: 400, w: 220, h: 64 }]);
  scene.setVisible(new Set());
  scene.apply([{ stream: "body/a", put: [card("m", 0, 0)] }]);
  assert.equal(scene.takeDirt().all, true);
  scene.apply([{ stream: "body/a", put: [card("m", 50, 50)] }]);
  assert.deepEqual(scene.takeDirt(), { all: false, boxes: [] }, "what is off soils nothing");
});
