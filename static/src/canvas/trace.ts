// The outlines of shapes, as paths of a canvas.

import { CYLINDER_RIM, SHAPE_RADIUS } from "../generated/constants.js";
import { pointsOf } from "./figure.js";

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Adds the outline of a shape to the path of a canvas. */
export function trace(ctx: Context, shape: string, x: number, y: number, w: number, h: number, k: number): void {
  if (shape === "rectangle") {
    ctx.rect(x, y, w, h);
  } else if (shape === "rounded") {
    ctx.roundRect(x, y, w, h, Math.min(SHAPE_RADIUS * k, w / 3, h / 3));
  } else if (shape === "ellipse") {
    ctx.ellipse(x + w / 2, y + h / 2, w / 2, h / 2, 0, 0, 2 * Math.PI);
  } else if (shape === "cylinder") {
    const rim = CYLINDER_RIM * h;
    const out = rim / 3; // a curve's middle lies at three quarters of its control points
    ctx.moveTo(x, y + rim);
    ctx.bezierCurveTo(x, y - out, x + w, y - out, x + w, y + rim);
    ctx.lineTo(x + w, y + h - rim);
    ctx.bezierCurveTo(x + w, y + h + out, x, y + h + out, x, y + h - rim);
    ctx.closePath();
  } else {
    const points = pointsOf(shape);
    for (let at = 0; at < points.length; at += 2) {
      if (at === 0) ctx.moveTo(x + points[0]! * w, y + points[1]! * h);
      else ctx.lineTo(x + points[at]! * w, y + points[at + 1]! * h);
    }
    ctx.closePath();
  }
}
