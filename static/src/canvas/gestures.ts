// What pointers and wheels mean. Drag pans, two fingers pinch, double tap zooms in. A wheel that
// clicks zooms, as on maps and on Miro; two fingers on a touchpad pan, and pinch with ctrl, as there.
// Where somebody edits, a tool may take a pointer before it pans; a second finger takes it back.

/** A pointer when it presses, moves, lifts or taps: where, in CSS pixels of the element, and how. */
export interface Press {
  readonly x: number;
  readonly y: number;
  readonly kind: "mouse" | "pen" | "touch";
  readonly shift: boolean;
  readonly alt: boolean;
  /** Ctrl, or the command key. */
  readonly ctrl: boolean;
  /** How far it may miss, in CSS pixels. */
  readonly reach: number;
}

/** What a tool does with a pointer that it has taken. Exactly one of `end` and `cancel` ends it. */
export interface Grip {
  /** It begins with the press, not with the first move that is too far for a tap; then it is never a tap. */
  readonly atOnce?: boolean;
  move(to: Press): void;
  end(at: Press): void;
  /** It was a tap, or another finger has come, or the browser took the pointer. */
  cancel(): void;
}

/** What gestures ask for; points are CSS pixels of the element. */
export interface Asked {
  panBy(dx: number, dy: number): void;
  zoomBy(factor: number, x: number, y: number): void;
  /** A tool takes a pointer that presses; null: it pans. */
  take?(press: Press): Grip | null;
  /** A tool takes a finger that has rested where it pressed. */
  hold?(press: Press): Grip | null;
  /** The second of two taps. True: that was what it meant, and it does not zoom. */
  double?(press: Press): boolean;
  /** A click or a tap that was no drag. */
  tap(press: Press): void;
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
/** A finger that rests so long holds, in milliseconds. */
export const HOLD_MS = 450;

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

  let grip: Grip | null = null;
  let gripped = false; // the grip has been told of a move, or began at once
  let tapped = false; // the finger that was lifted last meant a tap, or put something down
  let holding = 0; // the timer of a finger that rests
  let turned = false; // the right button was dragged, which is no wish for a menu

  const place = (event: MouseEvent): Finger => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const pressOf = (event: PointerEvent): Press => {
    const kind = event.pointerType === "touch" || event.pointerType === "pen" ? event.pointerType : "mouse";
    return {
      ...place(event), kind, shift: event.shiftKey, alt: event.altKey, ctrl: event.ctrlKey || event.metaKey,
      reach: kind === "touch" ? REACH_TOUCH_PX : REACH_MOUSE_PX,
    };
  };
  /** The middle of two fingers and how far they are apart. */
  const pinch = (): { x: number; y: number; apart: number } => {
    const [a, b] = [...fingers.values()] as [Finger, Finger];
    return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, apart: Math.hypot(a.x - b.x, a.y - b.y) };
  };
  const letGo = (): void => {
    grip?.cancel();
    grip = null;
    gripped = false;
  };

  element.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse" && event.button > 2) return;
    if (fingers.size >= 2) return;
    if (event.button === 1) event.preventDefault(); // no scrolling by the middle button
    element.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, place(event));
    isTap = fingers.size === 1 && event.button === 0;
    from = place(event);
    turned = false;
    clearTimeout(holding);
    asked.point(null);
    if (!isTap) return letGo(); // two fingers look around
    const press = pressOf(event);
    grip = asked.take?.(press) ?? null;
    gripped = grip?.atOnce === true;
    if (gripped) isTap = false;
    if (press.kind !== "touch" || gripped || !asked.hold) return;
    holding = window.setTimeout(() => {
      const held = isTap && fingers.size === 1 ? asked.hold!(press) : null;
      if (held === null) return;
      letGo();
      isTap = false;
      grip = held;
      gripped = true;
    }, HOLD_MS);
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
    clearTimeout(holding);
    if (grip) {
      isTap = false;
      gripped = true;
      fingers.set(event.pointerId, now);
      grip.move(pressOf(event));
      return;
    }
    if (isTap) asked.dragging(true);
    isTap = false;
    turned = true;
    asked.panBy(finger.x - now.x, finger.y - now.y);
    fingers.set(event.pointerId, now);
  }, { signal });

  const lift = (event: PointerEvent): void => {
    if (!fingers.delete(event.pointerId)) return;
    clearTimeout(holding);
    if (fingers.size === 0) asked.dragging(false);
    if (grip && gripped && event.type !== "pointercancel") {
      const held = grip;
      grip = null;
      gripped = false;
      tapped = held.atOnce === true;
      held.end(pressOf(event));
      return;
    }
    letGo();
    if (event.type === "pointercancel" || !isTap) return;
    isTap = false;
    tapped = true;
    const press = pressOf(event);
    const now = { x: press.x, y: press.y };
    if (
      lastTap && event.timeStamp - lastTap.at <= DOUBLE_MS &&
      Math.hypot(now.x - lastTap.x, now.y - lastTap.y) <= DOUBLE_PX
    ) {
      lastTap = null;
      if (asked.double?.(press) === true) return;
      asked.zoomBy(event.shiftKey ? 1 / DOUBLE_FACTOR : DOUBLE_FACTOR, now.x, now.y);
      return;
    }
    lastTap = { ...now, at: event.timeStamp };
    asked.tap(press);
    if (press.kind !== "touch") asked.point([now.x, now.y]);
  };
  element.addEventListener("pointerup", lift, { signal });
  element.addEventListener("pointercancel", lift, { signal });
  element.addEventListener("pointerleave", (event) => {
    if (!fingers.has(event.pointerId)) asked.point(null);
  }, { signal });

  element.addEventListener("contextmenu", (event) => {
    // a finger that rests holds, and the right button that was dragged has panned
    if (turned || (event as PointerEvent).pointerType === "touch") event.preventDefault();
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

  // the mouse events that a browser makes of a tap come late, and would take the focus from a field
  element.addEventListener("touchend", (event) => {
    if (tapped && event.cancelable) event.preventDefault();
    tapped = false;
  }, { signal, passive: false });

  // Safari's own pinch would zoom the page
  element.addEventListener("gesturestart", (event) => event.preventDefault(), { signal });

  return () => {
    clearTimeout(holding);
    over.abort();
  };
}
