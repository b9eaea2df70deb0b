import assert from "node:assert/strict";
import { test } from "node:test";
import { directionOf } from "./text.js";

test("CV18 a text runs as its first letter does, whatever stands before and after it", () => {
  for (const lines of [[], [""], ["2030!"], ["Cities"], ["(1) Cities ", "المدن"], ["«Ville»"], ["城市"]]) {
    assert.equal(directionOf(lines), "ltr", lines.join());
  }
  for (const lines of [["المساواة الحضرية (2030)"], ["(2) שוויון Europe"], ["“المدن”"], ["\ufefb"]]) {
    assert.equal(directionOf(lines), "rtl", lines.join());
  }
});
