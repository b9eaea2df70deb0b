// What pointers and wheels mean. Drag pans, two fingers pinch, double tap zooms in. A wheel that
// clicks zooms, as on maps and on Miro; two fingers on a touchpad pan, and pinch with ctrl, as there.

/** What gestures ask for; points are CSS pixels of the element. */
export interface Asked {
  panBy(dx: number, dy: number): void;
  zoomBy(factor: number, x: number, y: number): void;
  /** A click or a tap that was no drag. `reach`: how far it may miss, in CSS pixels. */
  tap(x: number, y: number, reach: number): void;
  /** Where a mouse or pen points now; null: it has left, or presses. */
  point(at: readonly [number, number] | null): void;
  /** Whether a drag is going on. */
  dragging(on: boolean): void;
}

/** What is known of one wheel event. */
export interface WheelFacts {
  readonly deltaX: number;
  readonly deltaY: number;
  /** 0: pixels, 1: lines, 2: pages. */
  readonly deltaMode: number;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  /** Where a browser has it: 120 for each click of a wheel. */
  readonly wheelDeltaY?: number;
}

export type WheelMeaning = "zoom" | "pan";

/** Wheel events that follow each other so soon mean the same, in milliseconds. */
export const WHEEL_GAP_MS = 250;
const LINE_PX = 33;
const PAGE_PX = 400;
const TAP_MOVE_MOUSE_PX = 4;
const TAP_MOVE_TOUCH_PX = 10;
const REACH_MOUSE_PX = 6;
const REACH_TOUCH_PX = 16;
const DOUBLE_MS = 320;
const DOUBLE_PX = 28;
const DOUBLE_FACTOR = 2;

/** Whether a wheel event zooms or pans: what clicks is a wheel, what flows is a touchpad. */
export function wheelMeaning(facts: WheelFacts): WheelMeaning {
  if (facts.ctrlKey || facts.metaKey) return "zoom";
  if (facts.shiftKey) return "pan";
  if (facts.deltaMode !== 0) return "zoom";
  if (facts.deltaX !== 0 || facts.deltaY === 0) return "pan";
  if (facts.wheelDeltaY !== undefined) {
    // a touchpad reports three times its pixels here; a wheel whole clicks of 120
    if (facts.wheelDeltaY === -3 * facts.deltaY && Math.abs(facts.wheelDeltaY) % 120 !== 0) return "pan";
    return Math.abs(facts.wheelDeltaY) % 120 === 0 ? "zoom" : "pan";
  }
  return Math.abs(facts.deltaY) >= 50 && Number.isInteger(facts.deltaY) ? "zoom" : "pan";
}

/** How far a wheel event goes, in CSS pixels. */
export function wheelPixels(facts: WheelFacts): [number, number] {
  const unit = facts.deltaMode === 1 ? LINE_PX : facts.deltaMode === 2 ? PAGE_PX : 1;
  return [facts.deltaX * unit, facts.deltaY * unit];
}

/** The factor of a zooming wheel event: 1.25 for a click, finer for a pinch on a touchpad. */
export function wheelFactor(facts: WheelFacts): number {
  const [, dy] = wheelPixels(facts);
  const pinch = facts.ctrlKey && facts.deltaMode === 0 && Math.abs(dy) < 50;
  const steps = pinch ? dy / 22 : Math.max(-2, Math.min(2, dy / 100));
  return 1.25 ** -steps;
}

interface Finger {
  x: number;
  y: number;
}

/** Listens on an element until the returned function is called. */
export function listen(element: HTMLElement, asked: Asked): () => void {
  const fingers = new Map<number, Finger>();
  const over = new AbortController();
  const { signal } = over;
  let from: Finger = { x: 0, y: 0 };
  let isTap = false;
  let lastTap: { x: number; y: number; at: number } | null = null;
  let wheel: { meaning: WheelMeaning; at: number } | null = null;

  const place = (event: MouseEvent): Finger => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  /** The middle of two fingers and how far they are apart. */
  const pinch = (): { x: number; y: number; apart: number } => {
    const [a, b] = [...fingers.values()] as [Finger, Finger];
    return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, apart: Math.hypot(a.x - b.x, a.y - b.y) };
  };

  element.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse" && event.button !== 0 && event.button !== 1) return;
    if (fingers.size >= 2) return;
    if (event.button === 1) event.preventDefault(); // no scrolling by the middle button
    element.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, place(event));
    isTap = fingers.size === 1 && event.button === 0;
    from = place(event);
    asked.point(null);
  }, { signal });

  element.addEventListener("pointermove", (event) => {
    const finger = fingers.get(event.pointerId);
    const now = place(event);
    if (!finger) {
      if (event.pointerType !== "touch" && fingers.size === 0) asked.point([now.x, now.y]);
      return;
    }
    const slack = event.pointerType === "touch" ? TAP_MOVE_TOUCH_PX : TAP_MOVE_MOUSE_PX;
    if (isTap && Math.hypot(now.x - from.x, now.y - from.y) <= slack) return;
    if (fingers.size === 2) {
      const old = pinch();
      fingers.set(event.pointerId, now);
      const is = pinch();
      asked.panBy(old.x - is.x, old.y - is.y);
      if (old.apart > 1 && is.apart > 1) asked.zoomBy(is.apart / old.apart, is.x, is.y);
      return;
    }
    if (isTap) asked.dragging(true);
    isTap = false;
    asked.panBy(finger.x - now.x, finger.y - now.y);
    fingers.set(event.pointerId, now);
  }, { signal });

  const lift = (event: PointerEvent): void => {
    if (!fingers.delete(event.pointerId)) return;
    if (fingers.size === 0) asked.dragging(false);
    if (event.type === "pointercancel" || !isTap) return;
    isTap = false;
    const now = place(event);
    const touch = event.pointerType === "touch";
    if (
      lastTap && event.timeStamp - lastTap.at <= DOUBLE_MS &&
      Math.hypot(now.x - lastTap.x, now.y - lastTap.y) <= DOUBLE_PX
    ) {
      lastTap = null;
      asked.zoomBy(event.shiftKey ? 1 / DOUBLE_FACTOR : DOUBLE_FACTOR, now.x, now.y);
      return;
    }
    lastTap = { ...now, at: event.timeStamp };
    asked.tap(now.x, now.y, touch ? REACH_TOUCH_PX : REACH_MOUSE_PX);
    if (!touch) asked.point([now.x, now.y]);
  };
  element.addEventListener("pointerup", lift, { signal });
  element.addEventListener("pointercancel", lift, { signal });
  element.addEventListener("pointerleave", (event) => {
    if (!fingers.has(event.pointerId)) asked.point(null);
  }, { signal });

  element.addEventListener("wheel", (event) => {
    event.preventDefault();
    const facts = event as WheelFacts;
    const goesOn = wheel !== null && event.timeStamp - wheel.at <= WHEEL_GAP_MS &&
      !event.ctrlKey && !event.metaKey;
    const meaning = goesOn ? wheel!.meaning : wheelMeaning(facts);
    wheel = { meaning, at: event.timeStamp };
    const now = place(event);
    if (meaning === "zoom") {
      asked.zoomBy(wheelFactor(facts), now.x, now.y);
      return;
    }
    const [dx, dy] = wheelPixels(facts);
    if (event.shiftKey && dx === 0) asked.panBy(dy, 0);
    else asked.panBy(dx, dy);
  }, { signal, passive: false });

  // Safari's own pinch would zoom the page
  element.addEventListener("gesturestart", (event) => event.preventDefault(), { signal });

  return () => over.abort();
}
