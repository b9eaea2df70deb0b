// The traces that Python recorded (tests/frames/record.py), replayed through the browser's model.

import assert from "node:assert/strict";
import { test } from "node:test";
import recorded from "../../../tests/frames/traces.json" with { type: "json" };
import type { Outbound, Shape } from "../generated/wire.js";
import { Scene } from "../canvas/index.js";
import { type Change, layersOf, Model } from "./model.js";

type Have = Record<string, number>;
type Held = Record<string, { version: number; records: Record<string, Shape> }>;
interface Step {
  hello?: Have;
  frame?: Outbound;
  follow?: { layers: string[]; have: Have };
  unfollow?: string[];
  held?: Held;
}

/** The nodes that are drawn when every layer that is followed is on. */
function drawn(scene: Scene, model: Model, followed: ReadonlySet<string>): string[] {
  const groups = [...model.layers().values()].flatMap(({ id, group }) => (group === true ? id : []));
  scene.setVisible(new Set([...followed, ...groups]));
  return [...followed].flatMap((layer) =>
    model.nodesOf(layer).flatMap(({ id }) => (scene.nodeBox(id) === null ? [] : id)),
  );
}

for (const { name, steps } of recorded as unknown as { name: string; steps: Step[] }[]) {
  test(`UI2 trace: ${name}`, () => {
    const model = new Model();
    const scene = new Scene();
    let followed = new Set<string>();
    const draw = (changes: readonly Change[]): void => scene.apply(changes as Parameters<Scene["apply"]>[0]);
    let marks = 0;
    for (const { hello, frame, follow, unfollow, held } of steps) {
      if (hello !== undefined) {
        const have = model.have(null);
        assert.deepEqual(have, hello);
        draw(model.keepOnly(have));
      }
      if (frame !== undefined) {
        if (frame.t === "welcome") followed = new Set(frame.follow);
        if (frame.t === "end") for (const stream of frame.streams) if (stream.startsWith("head/")) followed.delete(stream.slice(5));
        draw(model.take(frame));
        assert.equal(model.gap, false);
      }
      if (follow !== undefined) {
        assert.deepEqual(model.have(new Set(follow.layers)), follow.have);
        for (const layer of follow.layers) followed.add(layer);
      }
      if (unfollow !== undefined) {
        draw(model.forgetPartial(new Set(unfollow)));
        for (const layer of unfollow) followed.delete(layer);
      }
      if (held !== undefined) {
        marks += 1;
        check(model, held, followed);
        const nodes = [...followed].flatMap((layer) => Object.keys(held[`body/${layer}`]?.records ?? {}));
        assert.deepEqual(drawn(scene, model, followed).sort(), nodes.sort());
      }
    }
    assert.notEqual(marks, 0);
  });
}

/** Every followed stream is as recorded, and every record is found by its id. */
function check(model: Model, expected: Held, followed: ReadonlySet<string>): void {
  for (const [stream, { version, records }] of Object.entries(expected)) {
    const held = model.held(stream);
    assert.deepEqual({ version: held?.version, records: Object.fromEntries(held?.records ?? []) }, { version, records }, stream);
    const [kind, layer] = stream.split("/");
    for (const [id, record] of Object.entries(records)) {
      if (kind === "head") assert.deepEqual(model.layers().get(id), record);
      if (kind === "body") assert.deepEqual(model.node(id), { layer, shape: record });
      if (kind === "pair") assert.deepEqual(model.relation(id), record);
    }
  }
  for (const { stream, put = [] } of model.everything()) {
    const isFollowed = stream.startsWith("head/") || layersOf(stream).every((layer) => followed.has(layer));
    if (isFollowed && !(stream in expected)) assert.deepEqual(put, [], `${stream} is held, and should not be`);
  }
}
