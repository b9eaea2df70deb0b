import assert from "node:assert/strict";
import { test } from "node:test";
import { NOTE_CHARS_MAX, STEPS_MAX, TITLE_CHARS_MAX } from "../generated/constants.js";
import { TIMER_MS_MAX } from "../generated/limits.js";
import { FORMATS, stepsOf } from "./formats.js";

test("SG12: every format makes steps that the board takes, and says how long it is", () => {
  assert.equal(FORMATS.length, 3);
  for (const format of FORMATS) {
    let made = 0;
    const steps = stepsOf(format, () => `a.${(made += 1)}`);
    assert.ok(steps.length > 3 && steps.length <= STEPS_MAX);
    assert.equal(new Set(steps.map(({ id }) => id)).size, steps.length);
    for (const { timer_ms: ms, round, text } of steps) {
      assert.ok(ms! > 0 && ms! <= TIMER_MS_MAX);
      assert.ok(round === undefined || round === "vote" || round === "write");
      const { title, note, question } = text as Record<string, Record<string, string>>;
      assert.ok(title!["en"]!.length <= TITLE_CHARS_MAX && note!["en"]!.length <= NOTE_CHARS_MAX);
      assert.equal(question === undefined, round === undefined);
    }
    const minutes = format.steps.reduce((sum, step) => sum + step.minutes, 0);
    assert.ok(format.title.endsWith(`${minutes} minutes`), `${format.title}: ${minutes}`);
  }
});
