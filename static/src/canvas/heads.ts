// The heads of relations: as in layers/route.py, which also says how far from its tip a line ends.

import { HEAD_LENGTH, HEAD_WIDTH, HEADS } from "./route.js";

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** From an outline to the bar before it, and half the bar's length: board units. */
const BAR_AWAY = 5;
const BAR_HALF = 5;
const DIAMOND_HALF = 4;

/**
 * Paints a head with its tip at a point and its direction (toX, toY), `unit` pixels a board unit, in
 * the colours that the canvas is set to; a bar is as thick as the line.
 */
export function paintHead(
  ctx: Context, head: string, x: number, y: number, toX: number, toY: number, unit: number, width: number,
): void {
  // a point so far back from the tip and so far aside
  const to = (back: number, aside: number): [number, number] => [
    x - (toX * back + toY * aside) * unit, y - (toY * back - toX * aside) * unit,
  ];
  const corners = (points: readonly (readonly [number, number])[]): void => {
    ctx.beginPath();
    points.forEach(([back, aside], i) => (i === 0 ? ctx.moveTo(...to(back, aside)) : ctx.lineTo(...to(back, aside))));
  };
  switch (head) {
    case "arrow":
      corners([[0, 0], [HEAD_LENGTH, HEAD_WIDTH / 2], [HEAD_LENGTH, -HEAD_WIDTH / 2]]);
      ctx.closePath();
      ctx.fill();
      break;
    case "diamond": {
      const long = HEADS["diamond"]!;
      corners([[0, 0], [long / 2, DIAMOND_HALF], [long, 0], [long / 2, -DIAMOND_HALF]]);
      ctx.closePath();
      ctx.fill();
      break;
    }
    case "dot": {
      const radius = HEADS["dot"]! / 2;
      ctx.beginPath();
      ctx.arc(...to(radius, 0), radius * unit, 0, 2 * Math.PI);
      ctx.fill();
      break;
    }
    case "bar":
      ctx.lineWidth = Math.max(width, 1.6 * unit);
      corners([[BAR_AWAY, BAR_HALF], [BAR_AWAY, -BAR_HALF]]);
      ctx.stroke();
      ctx.lineWidth = width;
      break;
  }
}
