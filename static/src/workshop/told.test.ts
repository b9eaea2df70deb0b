import assert from "node:assert/strict";
import { test } from "node:test";
import type { LayerShape, Shape } from "../generated/wire.js";
import { beside, idOf, layersOf, placeFor, sceneAsked, sceneSought, toldBy } from "./told.js";

const scene = (id: string, key: string) => ({ id: `scene/${id}`, key });
const records = (...all: readonly Shape[]): ReadonlyMap<string, Shape> => new Map(all.map((shape) => [shape.id, shape]));
const board = { id: "board", title: "", description: "", lang: "en", stage: true, public: false };

test("SG5: scenes and steps are read in their order, whatever else is there", () => {
  const held = records(scene("b", "2"), board, scene("a", "1"), { id: "step/x", key: "1" }, { id: "round/r" } as Shape);
  const told = toldBy(held, { ...board, scene: "a", step: "gone" });
  assert.deepEqual(told.scenes.map(idOf), ["a", "b"]);
  assert.deepEqual(told.steps.map(idOf), ["x"]);
  assert.equal(told.scene?.id, "scene/a");
  assert.equal(told.step, null);
  assert.deepEqual([told.open, told.locked, told.timer, told.look], [true, false, null, null]);
  assert.deepEqual(toldBy(undefined, null).scenes, []);
});

test("SG5: the layers of a scene are those whose headers name it", () => {
  const layer = (id: string, ...scenes: string[]): [string, LayerShape] =>
    [id, { id, parent: null, key: id, title: "", color: "red", published: true, ...(scenes.length > 0 ? { scenes } : {}) }];
  const layers = new Map([layer("a", "one"), layer("b"), layer("c", "two", "one")]);
  assert.deepEqual(layersOf("one", layers), ["a", "c"]);
  assert.deepEqual(layersOf("none", layers), []);
});

test("SG11: a fragment asks for a scene by its id, and for nothing else", () => {
  assert.equal(sceneAsked("#scene=a.1-b_2"), "a.1-b_2");
  for (const href of ["", "#scene=", "#scene=a&k=secret", "#node=a", "https://x/#scene=a", "#scene=a b", `#scene=${"a".repeat(65)}`]) {
    assert.equal(sceneAsked(href), null, href);
  }
});

test("SG11: an address asks for one with the key of a share link before it, too", () => {
  for (const fragment of ["#scene=a.1", "#k=participant.ABC&scene=a.1"]) assert.equal(sceneSought(fragment), "a.1", fragment);
  for (const fragment of ["", "#k=participant.ABC", "#scene=a&k=ABC", "#k=ABC&node=b&scene=a", "#k=ABC&scene=a&node=b"]) {
    assert.equal(sceneSought(fragment), null, fragment);
  }
});

test("SG7: next and previous end at both ends, and begin there", () => {
  const all = [scene("a", "1"), scene("b", "2"), scene("c", "3")];
  assert.equal(beside(all, all[0]!, 1), all[1]);
  assert.equal(beside(all, all[2]!, 1), null);
  assert.equal(beside(all, all[0]!, -1), null);
  assert.equal(beside(all, null, 1), all[0]);
  assert.equal(beside(all, null, -1), all[2]);
  assert.equal(beside([], null, 1), null);
});

test("SG7: one that is moved goes before the one after next, or before the one above", () => {
  const all = [scene("a", "1"), scene("b", "2"), scene("c", "3")];
  assert.equal(placeFor(all, all[0]!, 1), "c");
  assert.equal(placeFor(all, all[1]!, 1), null);
  assert.equal(placeFor(all, all[2]!, 1), undefined);
  assert.equal(placeFor(all, all[2]!, -1), "b");
  assert.equal(placeFor(all, all[0]!, -1), undefined);
});
