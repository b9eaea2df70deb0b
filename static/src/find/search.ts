// Looking for something: the question, its hits, and which of them one stands at.

import { batch, signal } from "@preact/signals";
import type { AnyResult, Hit } from "../generated/wire.js";
import { words } from "../i18n/find.js";
import { text } from "../i18n/index.js";
import type { Store } from "../ui/store.js";
import { layerTitle, reveal } from "./reveal.js";

const TYPED_MS = 180; // after the last key

export class Search {
  readonly text = signal("");
  readonly hits = signal<readonly Hit[]>([]);
  readonly count = signal(0);
  readonly more = signal(false);
  /** The hit that one stands at; -1: none yet. */
  readonly at = signal(-1);
  readonly waits = signal(false);
  /** Why there is no answer; "": there is one. */
  readonly trouble = signal("");
  /** The layers that the last step has switched on. */
  readonly switched = signal<readonly string[]>([]);
  private timer = 0;
  private asked = 0;

  constructor(private readonly store: Store) {}

  /** Somebody types. */
  type(sought: string): void {
    this.text.value = sought;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(), TYPED_MS);
  }

  async ask(): Promise<void> {
    clearTimeout(this.timer);
    this.asked += 1;
    const round = this.asked;
    const sought = this.text.value.trim();
    if (sought === "") return this.take({ about: "search" });
    this.waits.value = true;
    const result = await this.store.session.ask({ about: "search", text: sought });
    if (round === this.asked) this.take(result);
  }

  private take(result: AnyResult | null): void {
    batch(() => {
      this.waits.value = false;
      this.trouble.value = troubleOf(result);
      const found = result?.about === "search" ? result : null;
      this.hits.value = found?.hits ?? [];
      this.count.value = found?.count ?? 0;
      this.more.value = found?.more ?? false;
      this.at.value = -1;
      this.switched.value = [];
    });
    if (this.text.value.trim() === "") return;
    this.store.announcer.say(this.trouble.value || (this.count.value === 0 ? words.none : words.found(this.count.value, this.more.value)));
  }

  /** To the next hit or the one before, round and round. */
  step(by: 1 | -1): void {
    const { length } = this.hits.value;
    if (length === 0) return;
    const at = this.at.value;
    this.go(at < 0 ? (by > 0 ? 0 : length - 1) : (at + by + length) % length);
  }

  /** Selects a hit on the canvas, in the middle. */
  go(at: number): void {
    const hit = this.hits.value[at];
    if (hit === undefined) return;
    const { store } = this;
    this.at.value = at;
    this.switched.value = reveal(store, { ...hit, ends: hit.ends?.map(({ id }) => id) ?? [] });
    const layer = hit.owner === "layer" ? "" : hit.layers.map((id) => layerTitle(store, id)).join(", ");
    store.announcer.say(words.said(at + 1, this.hits.value.length, titleOf(hit), layer));
  }
}

/** Why a question has no answer, in words; "": it has one. */
export function troubleOf(result: AnyResult | null): string {
  if (result === null) return words.away;
  return result.about === "unanswered" ? (words.unanswered[result.code] ?? result.message) : "";
}

export function titleOf({ title, owner, ends }: Hit): string {
  const said = (title ?? []).join("");
  if (said !== "") return said;
  if (owner === "relation") return (ends ?? []).map((end) => end.title || text.untitled).join(" → ");
  return text.untitled;
}
