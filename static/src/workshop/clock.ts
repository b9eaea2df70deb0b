// What a timer says, as numbers. The server's clock counts: `now` is its time of day.

import type { TimerShape } from "../generated/wire.js";

export const MINUTE_MS = 60_000;
export const OVER_SHOWN_MS = 5 * MINUTE_MS; // then it is taken for forgotten

/** What is left, in milliseconds; less than nothing when it is over. */
export function leftMs(timer: TimerShape, now: number): number {
  return timer.running === true ? timer.left_ms - (now - timer.at_ms) : timer.left_ms;
}

/** Whether its time is up, and for so short a while that it is worth saying. */
export function isOver(timer: TimerShape, now: number): boolean {
  return timer.running === true && leftMs(timer, now) <= 0;
}

/** Whether there is nothing to be seen of it any more. */
export function isForgotten(timer: TimerShape, now: number): boolean {
  return leftMs(timer, now) < -OVER_SHOWN_MS;
}

/** Minutes and seconds: a second that has begun counts, so that it ends at 0:00. */
export function shownTime(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const two = (part: number): string => String(part).padStart(2, "0");
  return `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(seconds % 60)}`;
}

/** When what it shows changes next, from now on, in milliseconds; null: it stands. */
export function nextMs(timer: TimerShape, now: number): number | null {
  if (timer.running !== true) return null;
  const left = leftMs(timer, now);
  if (left <= 0) return OVER_SHOWN_MS + left + 1;
  return left - (Math.ceil(left / 1000) - 1) * 1000;
}
