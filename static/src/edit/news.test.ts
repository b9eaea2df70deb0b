import assert from "node:assert/strict";
import { test } from "node:test";
import type { Change } from "../board/model.js";
import type { NodeShape } from "../generated/wire.js";
import { News } from "./news.js";

const put = (stream: string, ...ids: string[]): Change => ({
  stream,
  put: ids.map((id): NodeShape => ({ id, key: id, x: 0, y: 0, w: 1, h: 1 })),
});

test("OE9: what others change is counted by layer, each thing once; what is mine or not confirmed is not", () => {
  const news = new News();
  const versions = new Map([["body/a", 1], ["body/b", 4], ["pair/a/b", 2], ["head/a", 1]]);
  const take = (mine: string[], ...changes: Change[]): void =>
    news.take(changes, (stream) => versions.get(stream), new Set(mine));
  take([], put("body/a", "1", "2"), put("body/b", "3"), put("pair/a/b", "r"), put("head/a", "a")); // all comes for the first time
  assert.ok(news.isEmpty);
  versions.set("body/a", 2).set("pair/a/b", 3).set("head/a", 2);
  take(["mine"], put("body/a", "1", "mine"), put("pair/a/b", "r"), put("head/a", "a"));
  take([], put("body/b", "3")); // somebody drags it
  versions.set("body/a", 3);
  take([], put("body/a", "1"), { stream: "body/a", drop: ["2"] });
  assert.deepEqual(news.tell(), [{ layer: "a", count: 3 }]);
  assert.deepEqual(news.tell(), []);
  versions.set("body/b", 9);
  take([], { stream: "body/b", clear: true, put: [] }); // it begins anew
  assert.ok(news.isEmpty);
});
