// Where things that are moved or resized come to rest beside others: at their edges and middles,
// at equal gaps, on the grid; and the lines that show it. Upright boxes, board units, no DOM.

import type { Box } from "../canvas/box.js";

export type Axis = "x" | "y";

/** A line that shows why something rests there: at `at` on its axis, along the other one. */
export interface Guide {
  readonly axis: Axis;
  readonly at: number;
  readonly from: number;
  readonly to: number;
  /** A gap that equals another one: it runs along its own axis, from `from` to `to`, at `at` of the other. */
  readonly gap?: boolean;
}

export interface Snapped {
  readonly dx: number;
  readonly dy: number;
  readonly guides: readonly Guide[];
}

/** How far apart the lines of the grid are, in board units. */
export const GRID = 20;
/** Only so many neighbours are looked at. */
const NEIGHBOURS_MAX = 400;
const SAME = 0.01;

/** A span of a box on one axis, and its span on the other. */
interface Span {
  readonly low: number;
  readonly high: number;
  readonly from: number;
  readonly to: number;
}

function span(box: Box, axis: Axis): Span {
  return axis === "x"
    ? { low: box.x, high: box.x + box.w, from: box.y, to: box.y + box.h }
    : { low: box.y, high: box.y + box.h, from: box.x, to: box.x + box.w };
}

/** The edges of a span that may rest: all three, or those that are moved. */
function edges({ low, high }: Span, moves: -1 | 0 | 1 | "all"): number[] {
  if (moves === "all") return [low, (low + high) / 2, high];
  return moves === 0 ? [] : [moves < 0 ? low : high];
}

/** The nearest way to an edge or a middle of another one; null: none is within reach. */
function toEdges(mine: Span, others: readonly Span[], moves: -1 | 0 | 1 | "all", reach: number): number | null {
  let best: number | null = null;
  for (const edge of edges(mine, moves)) {
    for (const other of others) {
      for (const theirs of edges(other, "all")) {
        const by = theirs - edge;
        if (Math.abs(by) <= reach && (best === null || Math.abs(by) < Math.abs(best))) best = by;
      }
    }
  }
  return best;
}

function edgeGuides(axis: Axis, mine: Span, others: readonly Span[], moves: -1 | 0 | 1 | "all"): Guide[] {
  const found = new Map<number, Guide>();
  for (const edge of edges(mine, moves)) {
    for (const other of others) {
      if (!edges(other, "all").some((theirs) => Math.abs(theirs - edge) < SAME)) continue;
      const held = found.get(edge);
      found.set(edge, {
        axis, at: edge,
        from: Math.min(held?.from ?? mine.from, other.from),
        to: Math.max(held?.to ?? mine.to, other.to),
      });
    }
  }
  return [...found.values()];
}

/** Whether two stand beside each other: they share a part of the other axis. */
function beside(a: Span, b: Span): boolean {
  return a.from < b.to && b.from < a.to;
}

/** Equal gaps: between two neighbours, or as far from one as that is from the next. */
function toGaps(axis: Axis, mine: Span, others: readonly Span[], reach: number): { by: number; guides: Guide[] } | null {
  const row = others.filter((other) => beside(mine, other));
  const size = mine.high - mine.low;
  const slack = reach + SAME;
  const before = row.filter(({ high }) => high <= mine.low + slack).sort((a, b) => b.high - a.high);
  const after = row.filter(({ low }) => low >= mine.high - slack).sort((a, b) => a.low - b.low);
  const wanted: { low: number; gaps: (readonly [number, number])[] }[] = [];
  const [left, beyondLeft] = [before[0], before.find((each) => before[0] !== undefined && each.high <= before[0].low)];
  const [right, beyondRight] = [after[0], after.find((each) => after[0] !== undefined && each.low >= after[0].high)];
  if (left !== undefined && right !== undefined) {
    const low = (left.high + right.low - size) / 2;
    if (low >= left.high) wanted.push({ low, gaps: [[left.high, low], [low + size, right.low]] });
  }
  if (left !== undefined && beyondLeft !== undefined) {
    const low = left.high + (left.low - beyondLeft.high);
    wanted.push({ low, gaps: [[beyondLeft.high, left.low], [left.high, low]] });
  }
  if (right !== undefined && beyondRight !== undefined) {
    const low = right.low - (beyondRight.low - right.high) - size;
    wanted.push({ low, gaps: [[low + size, right.low], [right.high, beyondRight.low]] });
  }
  let best: { by: number; guides: Guide[] } | null = null;
  for (const { low, gaps } of wanted) {
    const by = low - mine.low;
    if (Math.abs(by) > reach || (best !== null && Math.abs(best.by) <= Math.abs(by))) continue;
    const at = (mine.from + mine.to) / 2;
    best = { by, guides: gaps.filter(([from, to]) => to - from > SAME).map(([from, to]) => ({ axis, at, from, to, gap: true })) };
  }
  return best;
}

function toGrid(mine: Span, moves: -1 | 0 | 1 | "all", grid: number, reach: number): number {
  const edge = edges(mine, moves)[0];
  if (edge === undefined) return 0;
  const by = Math.round(edge / grid) * grid - edge;
  return Math.abs(by) <= reach ? by : 0;
}

/** The nearest ones: a board may hold very many. */
function nearest(box: Box, others: readonly Box[]): readonly Box[] {
  if (others.length <= NEIGHBOURS_MAX) return others;
  const [x, y] = [box.x + box.w / 2, box.y + box.h / 2];
  const far = (other: Box): number => Math.abs(other.x + other.w / 2 - x) + Math.abs(other.y + other.h / 2 - y);
  return [...others].sort((a, b) => far(a) - far(b)).slice(0, NEIGHBOURS_MAX);
}

function shifted(box: Box, axis: Axis, by: number): Box {
  return axis === "x" ? { ...box, x: box.x + by } : { ...box, y: box.y + by };
}

/**
 * How much further a box goes that has been moved, to rest beside others: within `reach` of an
 * edge, a middle or an equal gap; else on the grid, when there is one.
 */
export function snapMoved(box: Box, others: readonly Box[], reach: number, grid = 0): Snapped {
  const near = nearest(box, others);
  const by = { x: 0, y: 0 };
  const gaps: Guide[] = [];
  for (const axis of ["x", "y"] as const) {
    const mine = span(box, axis);
    const theirs = near.map((other) => span(other, axis));
    const edge = toEdges(mine, theirs, "all", reach);
    const gap = toGaps(axis, mine, theirs, reach);
    if (gap !== null && (edge === null || Math.abs(gap.by) < Math.abs(edge) - SAME)) {
      by[axis] = gap.by;
      gaps.push(...gap.guides);
    } else if (edge !== null) {
      by[axis] = edge;
    } else if (grid > 0) {
      by[axis] = toGrid(mine, "all", grid, grid / 2);
    }
  }
  const rests = shifted(shifted(box, "x", by.x), "y", by.y);
  const guides = (["x", "y"] as const).flatMap((axis) =>
    edgeGuides(axis, span(rests, axis), near.map((other) => span(other, axis)), "all"));
  return { dx: by.x, dy: by.y, guides: [...guides, ...gaps] };
}

/** The same for the edges that a handle moves. */
export function snapResized(
  box: Box, handle: { readonly x: -1 | 0 | 1; readonly y: -1 | 0 | 1 }, others: readonly Box[], reach: number, grid = 0,
): Snapped {
  const near = nearest(box, others);
  const by = { x: 0, y: 0 };
  const guides: Guide[] = [];
  for (const axis of ["x", "y"] as const) {
    const moves = handle[axis];
    const mine = span(box, axis);
    const theirs = near.map((other) => span(other, axis));
    const edge = toEdges(mine, theirs, moves, reach);
    by[axis] = edge ?? (grid > 0 ? toGrid(mine, moves, grid, grid / 2) : 0);
    if (edge !== null) {
      const rests = moves < 0 ? { ...mine, low: mine.low + edge } : { ...mine, high: mine.high + edge };
      guides.push(...edgeGuides(axis, rests, theirs, moves));
    }
  }
  return { dx: by.x, dy: by.y, guides };
}
