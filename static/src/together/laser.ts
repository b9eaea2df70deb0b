// My pointer: while it is on, moving over the board draws a trail that others see, and nothing
// else. It is on while its key is held, or from one press to the next.

import { effect, signal } from "@preact/signals";
import type { Point } from "../board/company.js";
import { POINTED_MAX } from "../generated/limits.js";
import type { Store } from "../ui/store.js";

/** A press that is shorter switches it, a longer one holds it. */
const HOLD_MS = 350;
/** From one point of the trail to the next, at least. */
const POINT_MS = 22;

export class Laser {
  readonly on = signal(false);
  private points: Point[] = [];
  private pointAt = 0;
  private away: AbortController | null = null;
  private stopWatching: (() => void) | null = null;

  /** `moved`: my own trail is another one, to be drawn. */
  constructor(
    private readonly store: Store,
    private readonly moved: (points: readonly Point[]) => void,
  ) {}

  /** Its key was pressed, or its button. */
  press(event?: KeyboardEvent): void {
    if (event?.repeat === true) return;
    if (this.on.value) return this.stop();
    this.start();
    if (event === undefined) return;
    const { code, timeStamp } = event;
    const lifts = new AbortController();
    const lift = (up: KeyboardEvent): void => {
      if (up.code !== code) return;
      lifts.abort();
      if (up.timeStamp - timeStamp > HOLD_MS) this.stop();
    };
    // it may be let go where the page does not hear of it: the next press is another one
    this.away?.signal.addEventListener("abort", () => lifts.abort());
    addEventListener("keyup", lift, { capture: true, signal: lifts.signal });
  }

  private start(): void {
    const { canvas } = this.store;
    if (canvas === null || this.on.value) return;
    const away = (this.away = new AbortController());
    const { element } = canvas;
    const listens = { capture: true, signal: away.signal };
    const takes = (event: PointerEvent): void => {
      if (event.type !== "pointerup" && event.type !== "pointercancel") event.stopPropagation(); // it points, and neither pans nor selects
      const { left, top } = element.getBoundingClientRect();
      if (event.type === "pointermove" || event.type === "pointerdown") this.point(canvas.camera.toBoard(event.clientX - left, event.clientY - top));
      if (event.type === "pointerleave" || (event.type === "pointerup" && event.pointerType === "touch")) this.rest();
    };
    for (const type of ["pointerdown", "pointermove", "pointerup", "pointercancel", "pointerleave"] as const) element.addEventListener(type, takes, listens);
    // the mouse is moved and the rest follows: also a click that a browser makes of a tap
    for (const type of ["click", "dblclick", "touchend"]) element.addEventListener(type, (event) => event.stopPropagation(), listens);
    addEventListener("blur", () => this.stop(), { signal: away.signal });
    element.classList.add("points");
    this.on.value = true;
    // who works with the keyboard points at what they have selected
    this.stopWatching = effect(() => {
      const box = this.store.selected.value === null ? null : this.store.scene.nodeBox(this.store.selected.value);
      if (box !== null) this.point([box.x + box.w / 2, box.y + box.h / 2], true);
    });
  }

  stop(): void {
    if (!this.on.peek()) return;
    this.away?.abort();
    this.stopWatching?.();
    this.store.canvas?.element.classList.remove("points");
    this.on.value = false;
    this.rest();
  }

  private point(at: Point, now = false): void {
    const timeStamp = performance.now();
    if (!now && timeStamp - this.pointAt < POINT_MS) return;
    this.pointAt = timeStamp;
    this.points = [...this.points, at].slice(-POINTED_MAX);
    this.store.session.present({ cursor: at, pointer: this.points });
    this.moved(this.points);
  }

  /** It points at nothing. */
  private rest(): void {
    this.points = [];
    this.store.session.present({ pointer: [] });
    this.moved(this.points);
  }
}
