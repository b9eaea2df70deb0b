// Cubic Bezier curves by their parts: a long curve is halved, and what lies outside is let go at
// once, so that one that crosses the whole board costs a window no more than a short one.

/** A curve is halved so often at most. */
const DEPTH_MAX = 14;
/** Numbers on the stack: a curve of eight, and where it begins and ends. */
const FRAME = 10;
const stack = new Float64Array(FRAME * (DEPTH_MAX + 2));

/** What is called with each part: its eight coordinates and its place from t0 to t1 on the whole. */
export type Part = (
  x0: number, y0: number, x1: number, y1: number, x2: number, y2: number, x3: number, y3: number,
  t0: number, t1: number,
) => boolean;

/**
 * Calls back with parts of the curve at `c[at]`, in their order, that together hold all that lies
 * in the box; each part is no larger than `size` on either side. Which parts a curve has does not
 * depend on the box. Returns true, and stops, when the callback does.
 */
export function partsIn(
  c: Float32Array, at: number, left: number, top: number, right: number, bottom: number, size: number, call: Part,
): boolean {
  for (let i = 0; i < 8; i++) stack[i] = c[at + i]!;
  stack[8] = 0;
  stack[9] = 1;
  let depth = 1;
  while (depth > 0) {
    const f = --depth * FRAME;
    const x0 = stack[f]!, y0 = stack[f + 1]!, x1 = stack[f + 2]!, y1 = stack[f + 3]!;
    const x2 = stack[f + 4]!, y2 = stack[f + 5]!, x3 = stack[f + 6]!, y3 = stack[f + 7]!;
    const t0 = stack[f + 8]!, t1 = stack[f + 9]!;
    const l = Math.min(x0, x1, x2, x3), r = Math.max(x0, x1, x2, x3);
    const t = Math.min(y0, y1, y2, y3), b = Math.max(y0, y1, y2, y3);
    if (l > right || r < left || t > bottom || b < top) continue;
    const small = r - l <= size && b - t <= size;
    if (small || depth >= DEPTH_MAX) {
      if (call(x0, y0, x1, y1, x2, y2, x3, y3, t0, t1)) return true;
      continue;
    }
    const ax = (x0 + x1) / 2, ay = (y0 + y1) / 2, mx = (x1 + x2) / 2, my = (y1 + y2) / 2;
    const dx = (x2 + x3) / 2, dy = (y2 + y3) / 2;
    const bx = (ax + mx) / 2, by = (ay + my) / 2, cx = (mx + dx) / 2, cy = (my + dy) / 2;
    const hx = (bx + cx) / 2, hy = (by + cy) / 2, th = (t0 + t1) / 2;
    // the second half below the first on the stack, so that parts come in order
    let g = f;
    stack[g] = hx; stack[g + 1] = hy; stack[g + 2] = cx; stack[g + 3] = cy;
    stack[g + 4] = dx; stack[g + 5] = dy; stack[g + 6] = x3; stack[g + 7] = y3;
    stack[g + 8] = th; stack[g + 9] = t1;
    g += FRAME;
    stack[g] = x0; stack[g + 1] = y0; stack[g + 2] = ax; stack[g + 3] = ay;
    stack[g + 4] = bx; stack[g + 5] = by; stack[g + 6] = hx; stack[g + 7] = hy;
    stack[g + 8] = t0; stack[g + 9] = th;
    depth += 2;
  }
  return false;
}

/** How long the curve at `c[at]` is from its start to each of so many equal steps of t. */
export function lengths(c: Float32Array, at: number, steps: number): Float64Array {
  const sums = new Float64Array(steps + 1);
  let fromX = c[at]!;
  let fromY = c[at + 1]!;
  for (let i = 1; i <= steps; i++) {
    const t = i / steps;
    const s = 1 - t;
    const a = s * s * s, b = 3 * s * s * t, d = 3 * s * t * t, e = t * t * t;
    const x = a * c[at]! + b * c[at + 2]! + d * c[at + 4]! + e * c[at + 6]!;
    const y = a * c[at + 1]! + b * c[at + 3]! + d * c[at + 5]! + e * c[at + 7]!;
    sums[i] = sums[i - 1]! + Math.hypot(x - fromX, y - fromY);
    fromX = x;
    fromY = y;
  }
  return sums;
}
