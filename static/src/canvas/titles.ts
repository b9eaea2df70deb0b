// Where the titles of regions stand. Close up they head their panel; far away they grow against the
// panel, as the names on a map do, and stand over the cards that can no longer be read.

import {
  GROUP_HEAD, GROUP_PADDING, GROUP_TITLE_SIZE, LAYER_TITLE_SIZE, REGION_HEAD, REGION_PADDING,
} from "../generated/constants.js";
import { OVER_ZOOM } from "./detail.js";
import type { Region } from "./scene.js";
import type { WordWidths } from "./text.js";

export const REGION_TITLE_WEIGHT = 600;
/** CSS pixels: no title is smaller, and far away none is larger. */
export const TITLE_PX_MIN = 8;
export const TITLE_PX_HEAD = 12;
/** Far away titles are of one size, the largest of these at which most of them have room. */
export const TITLE_PX_OVER = [14, 13, 12, 11, 10] as const;
/** How far its panel's colour reaches around a title, over lines and cards: CSS pixels. */
export const TITLE_HALO = 3;
const MOST = 0.7;
const SPILT_PX = 10;
const LINES_MAX = 3;
const LEADING = 1.18;

/** A region's title, in CSS pixels on the plane whose origin is the board's. */
export interface RegionTitle {
  readonly region: Region;
  readonly lines: readonly string[];
  readonly size: number;
  readonly leading: number;
  /** Over the cards, in the middle of the panel; else at the panel's head. */
  readonly over: boolean;
  /** Where the lines begin, or their middle when `over`; and the first line's middle. */
  readonly x: number;
  readonly y: number;
  /** What it covers, halo included. */
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The titles that are drawn at a zoom, in the order of the regions. */
export function placeTitles(regions: readonly Region[], zoom: number, widths: WordWidths): RegionTitle[] {
  if (zoom >= OVER_ZOOM) return regions.flatMap((region) => headed(region, zoom, widths) ?? []);
  const layers = regions.filter((region) => !region.group);
  const size = TITLE_PX_OVER.find(
    (px) => layers.filter((region) => wrapped(region, zoom, px, 0.94, widths)).length >= MOST * layers.length,
  ) ?? TITLE_PX_OVER[TITLE_PX_OVER.length - 1]!;
  // the layers first: a group's name takes the room that is left
  const placed: RegionTitle[] = [];
  for (const region of regions) {
    const title = region.group ? null : over(region, zoom, size, widths, placed);
    if (title) placed.push(title);
  }
  for (const region of regions) {
    const title = region.group ? above(region, zoom, size, widths, placed) : null;
    if (title) placed.push(title);
  }
  return placed;
}

/** At the head of its panel. */
function headed(region: Region, zoom: number, widths: WordWidths): RegionTitle | null {
  const padding = (region.group ? GROUP_PADDING : REGION_PADDING) * zoom;
  const head = (region.group ? GROUP_HEAD : REGION_HEAD) * zoom;
  const room = region.box.w * zoom - 2 * padding;
  const natural = (region.group ? GROUP_TITLE_SIZE : LAYER_TITLE_SIZE) * zoom;
  let size = Math.min(Math.max(natural, TITLE_PX_HEAD), Math.max(head * 0.9, TITLE_PX_MIN));
  const text = region.title.replace(/\s+/g, " ").trim();
  const width = widths.width(text, size, REGION_TITLE_WEIGHT);
  if (width > room) size = Math.max(Math.min(size, natural), TITLE_PX_MIN, (size * room) / width);
  const line = widths.cut(text, size, REGION_TITLE_WEIGHT, room);
  if (!line) return null;
  const x = region.box.x * zoom + padding;
  const y = region.box.y * zoom + head * 0.52;
  return laid(region, [line], size, false, x, y, widths);
}

/** Its lines when they have room in the panel, which they may exceed by a factor. */
function wrapped(region: Region, zoom: number, size: number, spill: number, widths: WordWidths): string[] | null {
  const lines = widths.wrap(region.title, size, REGION_TITLE_WEIGHT, region.box.w * zoom * spill, LINES_MAX);
  const height = Math.max(region.box.h * zoom, size * LEADING) * Math.min(spill, 1.15);
  return lines && lines.length * size * LEADING <= height ? lines : null;
}

/** Over its cards, in the middle; null when there is no room for it. */
function over(
  region: Region, zoom: number, sizeMax: number, widths: WordWidths, placed: readonly RegionTitle[],
): RegionTitle | null {
  const { box } = region;
  for (const spill of [0.94, 1.15, 1.5]) {
    // what would stand out far over its panel is small, at least
    for (let size = spill > 1.2 ? Math.min(sizeMax, SPILT_PX) : sizeMax; size >= TITLE_PX_MIN; size--) {
      const lines = wrapped(region, zoom, size, spill, widths);
      if (!lines) continue;
      const y = (box.y + box.h / 2) * zoom - ((lines.length - 1) * size * LEADING) / 2;
      const title = laid(region, lines, size, true, (box.x + box.w / 2) * zoom, y, widths);
      if (!placed.some((other) => touch(title, other))) return title;
    }
  }
  return null;
}

/** A group's, on the upper edge of its panel. */
function above(
  region: Region, zoom: number, sizeMax: number, widths: WordWidths, placed: readonly RegionTitle[],
): RegionTitle | null {
  const { box } = region;
  const text = region.title.replace(/\s+/g, " ").trim();
  for (let size = sizeMax; size >= TITLE_PX_MIN; size--) {
    if (widths.width(text, size, REGION_TITLE_WEIGHT) > box.w * zoom) continue;
    const y = box.y * zoom + (GROUP_HEAD * zoom) / 2;
    for (const up of [0, size * 0.4, size * 0.8]) {
      const title = laid(region, [text], size, true, (box.x + box.w / 2) * zoom, y - up, widths);
      if (!placed.some((other) => touch(title, other))) return title;
    }
  }
  return null;
}

function touch(a: RegionTitle, b: RegionTitle): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

function laid(
  region: Region, lines: readonly string[], size: number, isOver: boolean, x: number, y: number, widths: WordWidths,
): RegionTitle {
  const width = Math.max(...lines.map((line) => widths.width(line, size, REGION_TITLE_WEIGHT)));
  const leading = size * LEADING;
  const left = isOver ? x - width / 2 : x;
  return {
    region, lines, size, leading, over: isOver, x, y,
    left: left - TITLE_HALO, right: left + width + TITLE_HALO,
    top: y - leading / 2 - TITLE_HALO, bottom: y + leading * (lines.length - 0.5) + TITLE_HALO,
  };
}
