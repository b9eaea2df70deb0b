// How much is drawn, without a page: rules CV10 and CV11 of docs/SPEC.md.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  BARS_ZOOM, BLOCKS_ZOOM, FULL_ZOOM, levelAt, linesAt, loneTitle, SMALL_COUNT, TITLES_ZOOM, titleGrowth,
} from "./detail.js";
import type { Region } from "./scene.js";
import { WordWidths } from "./text.js";
import { placeTitles, TITLE_PX_MIN } from "./titles.js";

/** A font whose letters are all half as wide as it is high. */
const widths = new WordWidths((text) => Array.from(text).length * 50);
const MANY = SMALL_COUNT + 1;

test("CV10: the level of detail follows from the zoom and the number of cards", () => {
  const levels = [FULL_ZOOM, TITLES_ZOOM, BARS_ZOOM, BLOCKS_ZOOM, 0].map((zoom) => levelAt(zoom, MANY));
  assert.deepEqual(levels, ["full", "titles", "bars", "blocks", "pixels"]);
  assert.equal(levelAt(FULL_ZOOM - 1e-9, MANY), "titles");
  assert.equal(levelAt(BLOCKS_ZOOM - 1e-9, SMALL_COUNT), "blocks", "a small board never becomes pixels");
  assert.deepEqual([0.5, 0.2, 0.1].map((zoom) => linesAt(zoom, MANY)), ["curves", "straight", "none"]);
  assert.deepEqual([0.5, 0.2, 0.1].map((zoom) => linesAt(zoom, 10)), ["curves", "curves", "curves"]);
});

test("CV10: a title that stands alone grows as far as its card has room, and no word is broken", () => {
  const record = { id: "n", key: "V", x: 0, y: 0, w: 220, h: 64, title: ["Urban ", "equality"] };
  const near = loneTitle(record, 1, widths);
  assert.deepEqual(near, { lines: ["Urban", "equality"], size: 15 });
  const far = loneTitle(record, titleGrowth(TITLES_ZOOM), widths);
  assert.ok(far.size > 20 && far.lines.join(" ") === "Urban equality");
  const long = { ...record, title: ["Antidisestablishmentarianism "] };
  assert.deepEqual(loneTitle(long, 1.6, widths).lines, ["Antidisestablishmentarianism"]);
  for (const zoom of [0.36, 0.45, 0.6]) assert.ok(titleGrowth(zoom) * 15 * zoom >= 8, `${zoom}`);
});

test("CV10: lines are broken at spaces and after hyphens, else refused", () => {
  assert.deepEqual(widths.wrap("one two three", 10, 400, 40, 9), ["one two", "three"]);
  assert.deepEqual(widths.wrap("human-centred policy", 10, 400, 40, 9), ["human-", "centred", "policy"]);
  assert.equal(widths.wrap("one two three", 10, 400, 40, 1), null);
  assert.equal(widths.wrap("unbreakable", 10, 400, 40, 9), null);
  assert.equal(widths.cut("unbreakable", 10, 400, 40), "unbreak…");
  assert.equal(widths.cut("short", 10, 400, 40), "short");
});

function region(layer: string, title: string, x: number, y: number, w: number, h: number, group = false): Region {
  return { layer, title, group, tone: 0, opacity: 1, depth: group ? 0 : 1, box: { x, y, w, h } };
}

const REGIONS = [
  region("g", "Members", 0, 0, 1300, 700, true),
  region("a", "National authorities", 24, 48, 400, 300),
  region("b", "European or national city umbrella organisations", 460, 48, 400, 300),
  region("c", "Other stakeholders", 980, 48, 280, 130),
  region("d", "European institutions", 24, 380, 1200, 130),
];

test("CV11: far away region titles stay readable, on their panels, and never overlap", () => {
  for (const zoom of [0.25, 0.18, 0.12, 0.08, 0.04, 0.02]) {
    const titles = placeTitles(REGIONS, zoom, widths);
    assert.ok(titles.length > 0 || zoom < 0.04, `${zoom}`);
    for (const [i, one] of titles.entries()) {
      assert.ok(one.over && one.size >= TITLE_PX_MIN);
      const { box } = one.region;
      assert.ok(one.x >= box.x * zoom && one.x <= (box.x + box.w) * zoom);
      for (const other of titles.slice(i + 1)) {
        const apart = one.right <= other.left || other.right <= one.left || one.bottom <= other.top || other.bottom <= one.top;
        assert.ok(apart, `${zoom}: ${one.lines} and ${other.lines}`);
      }
    }
  }
  assert.deepEqual(placeTitles(REGIONS, 0.18, widths).map((t) => t.region.layer), ["a", "b", "c", "d", "g"], "on a phone each has its place");
});

test("CV11: close up a title heads its panel, in it and no smaller than can be read", () => {
  for (const zoom of [0.3, 0.5, 0.64, 1, 3]) {
    const titles = placeTitles(REGIONS, zoom, widths);
    assert.equal(titles.length, 5);
    for (const { over, lines, size, x, region: { box } } of titles) {
      assert.ok(!over && lines.length === 1 && size >= TITLE_PX_MIN);
      assert.ok(x + widths.width(lines[0]!, size, 600) <= (box.x + box.w) * zoom + 1e-9);
    }
  }
});
