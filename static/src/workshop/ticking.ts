// The timer as it passes: what is left now, what is said of it, and its sound.

import { effect, signal } from "@preact/signals";
import { words } from "../i18n/stage.js";
import { keep, kept } from "../ui/kept.js";
import { isForgotten, isOver, leftMs, MINUTE_MS, nextMs, shownTime } from "./clock.js";
import type { Workshop } from "./index.js";
import { Chime } from "./chime.js";

const SOUND = "orientation-board/sound";

export interface Shown {
  readonly time: string;
  readonly running: boolean;
  readonly over: boolean;
}

export class Ticking {
  /** What the timer shows; null: there is none. */
  readonly shown = signal<Shown | null>(null);
  /** Whether it ends with a sound here. Kept in the browser. */
  readonly sounds = signal(kept(SOUND) !== "off");
  private readonly chime = new Chime();
  private timer = 0;
  private before: { left: number; running: boolean } | null = null; // what was left when it was looked at last

  constructor(private readonly workshop: Workshop) {
    effect(() => {
      workshop.told.value;
      this.tick();
    });
    document.addEventListener("visibilitychange", () => this.tick());
    // browsers let nothing sound before somebody has touched the page
    if (navigator.userActivation?.hasBeenActive) this.chime.wake();
    for (const kind of ["pointerdown", "keydown"] as const) {
      addEventListener(kind, () => this.chime.wake(), { capture: true, passive: true });
    }
  }

  /** What is left, in milliseconds; 0: there is no timer. */
  leftMs(): number {
    const { timer } = this.workshop.told.peek();
    return timer === null ? 0 : Math.max(0, leftMs(timer, this.workshop.now()));
  }

  setSounds(on: boolean): void {
    this.sounds.value = on;
    keep(SOUND, on ? "on" : "off");
    if (on) this.chime.ring(); // so that one knows what it is like
  }

  private tick(): void {
    clearTimeout(this.timer);
    const { workshop, before } = this;
    const { timer } = workshop.told.value;
    const now = workshop.now();
    if (timer === null || isForgotten(timer, now)) {
      // who is put out knows nothing of it any more
      if (before !== null && before.left > 0 && workshop.store.session.model.board !== null) workshop.store.announcer.say(words.timerStopped);
      this.before = null;
      if (this.shown.peek() !== null) this.shown.value = null;
      return;
    }
    const left = leftMs(timer, now);
    const running = timer.running === true;
    const over = isOver(timer, now);
    const time = shownTime(left);
    const was = this.shown.peek();
    if (was?.time !== time || was.running !== running || was.over !== over) this.shown.value = { time, running, over };
    this.tell(left, running, over);
    this.before = { left, running };
    const wait = nextMs(timer, now);
    if (wait !== null) this.timer = window.setTimeout(() => this.tick(), wait);
  }

  /** Says what a person must not miss, and nothing that they have come too late for. */
  private tell(left: number, running: boolean, over: boolean): void {
    const { before } = this;
    const { announcer } = this.workshop.store;
    if (over) {
      if (before === null || before.left <= 0) return;
      announcer.say(words.timeUpSaid);
      if (this.sounds.peek()) this.chime.ring();
    } else if (running && before?.running !== true) announcer.say(words.started(left));
    else if (!running && before?.running === true) announcer.say(words.paused(shownTime(left)));
    else if (running && before !== null && before.left > MINUTE_MS && left <= MINUTE_MS) announcer.say(words.oneMinute);
  }
}
