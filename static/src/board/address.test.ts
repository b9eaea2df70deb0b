import assert from "node:assert/strict";
import { test } from "node:test";
import { readAddress, writeAddress } from "./address.js";

test("UI8 what is written is read again", () => {
  const address = { layers: new Set(["themes", "a.b-c_1"]), view: [-40, 0, 1280, 800] as [number, number, number, number], node: "urban-equality" };
  const fragment = writeAddress(address);
  assert.equal(fragment, "#layers=a.b-c_1,themes&view=-40,0,1280,800&node=urban-equality");
  assert.deepEqual(readAddress(fragment), { key: null, ...address });
});

test("UI8 nothing to say is no fragment, and reads as following", () => {
  assert.equal(writeAddress({ layers: null, view: null, node: null }), "");
  assert.deepEqual(readAddress(""), { key: null, layers: null, view: null, node: null });
});

test("UI8 an own view with nothing on is not the same as following", () => {
  const fragment = writeAddress({ layers: new Set(), view: null, node: null });
  assert.equal(fragment, "#layers=");
  assert.deepEqual(readAddress(fragment).layers, new Set());
});

test("UI8 what is not understood is passed over", () => {
  for (const view of ["1,2,3", "1,2,0,4", "1,2,-3,4", "a,b,c,d", "1,2,3,", "Infinity,0,1,1", "1e9,0,5,5", ""]) {
    assert.equal(readAddress(`#view=${view}`).view, null, view);
  }
  assert.equal(readAddress("#node=<script>").node, null);
  assert.deepEqual(readAddress("#layers=ok,<b>,,%00,-no").layers, new Set(["ok"]));
  for (const layers of ["%E0%A4%A", "<b>", ","]) assert.equal(readAddress(`#layers=${layers}`).layers, null, layers);
  assert.deepEqual(readAddress("#other=1&%zz"), { key: null, layers: null, view: null, node: null });
});

test("UI9 the key is read, and never written", () => {
  const address = readAddress("#k=fac.abc234&layers=a");
  assert.equal(address.key, "fac.abc234");
  assert.equal(writeAddress(address), "#layers=a");
  assert.equal(readAddress(`#k=${"x".repeat(600)}`).key, null);
});
