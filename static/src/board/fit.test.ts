import assert from "node:assert/strict";
import { test } from "node:test";
import recorded from "../../../tests/frames/fit.json" with { type: "json" };
import type { NodeShape } from "../generated/wire.js";
import { Fitting } from "./fit.js";

interface Case {
  kind: string; w: number; h: number; title: string; text: string; text_size?: string; shape?: string;
  lines: { title: string[]; text: string[]; font: number };
}

test("SE5 a text that is foreseen breaks where the server breaks it", () => {
  const fitting = new Fitting();
  for (const { lines, title, text, ...rest } of recorded.nodes as Case[]) {
    const shape: NodeShape = { id: "n", key: "k", x: 0, y: 0, ...rest };
    for (let again = 0; again < 2; again += 1) {
      assert.deepEqual(fitting.node(shape, title, text), lines, JSON.stringify([rest, title, text]));
    }
  }
  for (const { text, lines } of recorded.labels) assert.deepEqual(fitting.label(text), lines, text);
});
