// Where what is pasted or uploaded lands, and what the keyboard makes: under the pointer where that
// is over the board, else in the middle of what is seen, where it is free.

import type { Store } from "../ui/store.js";
import { about, inTheWay, type Size, Steps } from "./places.js";
import { middleOf, type Point } from "./transform.js";

export class Landing {
  /** Where a mouse or a pen points, in CSS pixels of the canvas; null: elsewhere. */
  pointer: Point | null = null;
  private readonly steps = new Steps();

  constructor(private readonly store: Store) {}

  /** The point of the board under the pointer, a step further each time that it is asked for; null: there is none. */
  pointed(): Point | null {
    const { pointer, store: { canvas } } = this;
    if (pointer === null || canvas === null) return null;
    const [x, y] = canvas.camera.toBoard(pointer.x, pointer.y);
    return this.steps.from({ x, y });
  }

  /** The middle of what nothing lies over. */
  get middle(): Point {
    const [x, y, w, h] = this.store.free() ?? [0, 0, 0, 0];
    return middleOf({ x, y, w, h });
  }

  /** The middle for something new of a size, in the middle of what is seen or near it, where it is free. */
  free(size: Size): Point {
    const { middle, store: { scene } } = this;
    const [x, y, w, h] = this.store.free() ?? [0, 0, 0, 0];
    const seen = scene.nodesIn(x, y, x + w, y + h).map((slot) => scene.nodes[slot]!);
    const wanted = { x: middle.x - size.w / 2, y: middle.y - size.h / 2, ...size };
    return middleOf({ ...about(middle, size, inTheWay(wanted, seen)), ...size });
  }

  /** The middle for what is pasted. */
  readonly middleFor = (size: Size): Point => this.pointed() ?? this.free(size);
}
