// What a person is told in passing: toasts that can be read and acted upon, and one live region
// that speaks to screen readers, not more often than a person can listen.

import { signal } from "@preact/signals";
import type { Notice, Session } from "../board/session.js";
import { text } from "../i18n/index.js";

export interface Toast {
  readonly id: number;
  readonly kind: Notice["kind"] | "nameless";
  readonly text: string;
  readonly shown: boolean;
  readonly warns: boolean;
  /** How long it stays, in milliseconds. */
  readonly stays: number;
  readonly action?: { readonly label: string; readonly run: () => void };
}

const STAYS_MS = 6_000;
export const STAYS_LONG_MS = 14_000;
let count = 0;

/** The words and the action of a notice. */
export function toast(notice: Notice, session: Session): Toast {
  count += 1;
  const plain = { id: count, kind: notice.kind, shown: true, warns: false, stays: STAYS_MS };
  const titles = (ids: readonly string[]): string[] =>
    ids.map((id) => session.layers.get(id)?.title ?? "").filter((title) => title !== "");
  switch (notice.kind) {
    case "left":
      return { ...plain, text: text.left, shown: false }; // the state at the top shows it, with the way back
    case "refused":
      return { ...plain, text: text.refused(notice.message), warns: true, stays: STAYS_LONG_MS };
    case "conflict":
      return { ...plain, text: text.conflict, warns: true, stays: STAYS_LONG_MS };
    case "given-up":
      return { ...plain, text: text.givenUp(notice.count), warns: true, stays: STAYS_LONG_MS };
    case "default-saved":
      return {
        ...plain,
        text: text.defaultSaved,
        stays: STAYS_LONG_MS,
        action: { label: text.undo, run: () => session.takeBack(notice.undo) },
      };
    case "undone":
      return { ...plain, text: notice.skipped === 0 ? text.undone : text.undonePartly };
    case "merged":
      return { ...plain, text: text.merged };
    case "not-undone":
      return { ...plain, text: text.notUndone(notice.code), warns: true };
    case "told":
      return { ...plain, text: notice.text, warns: notice.warns, stays: notice.warns ? STAYS_LONG_MS : STAYS_MS };
    case "stage":
      return { ...plain, text: notice.open ? text.stageOpened : text.stageClosed };
    case "switched": {
      const on = titles(notice.on);
      const off = titles(notice.off);
      const words = [on.length > 0 ? text.switchedOn(on) : "", off.length > 0 ? text.switchedOff(off) : ""];
      return { ...plain, text: words.filter((each) => each !== "").join(" "), shown: false };
    }
  }
}

const SPEAK_MS = 1_500;

/** Speaks through one live region: at most once in SPEAK_MS, and then the last few things to say. */
export class Announcer {
  readonly spoken = signal("");
  private waiting: string[] = [];
  private timer = 0;

  say(words: string): void {
    this.waiting = [...this.waiting, words].slice(-4);
    this.timer ||= window.setTimeout(() => {
      this.timer = 0;
      const said = this.waiting.join(" ");
      // the same words twice would not be read twice
      this.spoken.value = said === this.spoken.value ? `${said}\u00a0` : said;
      this.waiting = [];
    }, this.spoken.value === "" ? 150 : SPEAK_MS);
  }
}
