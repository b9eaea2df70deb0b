// By which way a page reaches its board: a websocket, and where none gets through, events or polls.
//
// The way that worked is kept for the tab, and after a while the websocket is tried again first:
// the tab may be on another network by then.

export type Way = "websocket" | "events" | "polls";

export const AGAIN_MS = 10 * 60_000;

const NEXT: Record<Way, Way> = { websocket: "events", events: "polls", polls: "websocket" };
const ALL = 3;
const SHORT_MS = 70_000; // proxies that let an answer last a minute drop it then
const SHORT_MAX = 3;

export class Ways {
  /** The way of the next connection: ask `around` first. */
  now: Way = "websocket";
  private worked: Way = "events"; // when the websocket did not
  private until = 0; // until then, by the clock, the websocket is not tried; 0: it is
  private failures = 0; // one after the other
  private short = 0; // connections by events, one after the other, that were dropped soon

  /** `kept`: what `kept` was, in the same tab. */
  constructor(kept: string | null, nowMs: number) {
    const [way, until] = kept?.split(" ") ?? [];
    if (way !== "events" && way !== "polls") return;
    this.worked = way;
    if (!(Number(until) > nowMs)) return;
    this.until = Number(until);
    this.now = way;
  }

  /** Whether the next connection goes around the websocket. */
  around(nowMs: number): boolean {
    if (this.until !== 0 && nowMs >= this.until) {
      this.until = 0;
      this.now = "websocket";
    }
    return this.now !== "websocket";
  }

  /** No frame came by this way, or what came was held back. */
  failed(way: Way): void {
    if (way !== this.now) return;
    this.failures += 1;
    this.until = 0;
    this.now = way === "websocket" ? this.worked : NEXT[way];
  }

  /** A frame came by this way. */
  works(way: Way, nowMs: number): void {
    this.failures = 0;
    this.now = way;
    if (way === "websocket") {
      this.until = 0;
    } else {
      this.worked = way;
      this.until ||= nowMs + AGAIN_MS;
    }
  }

  /** A connection that worked was dropped, after so long. Events that never last are no way. */
  dropped(way: Way, lastedMs: number): void {
    this.short = way === "events" && lastedMs < SHORT_MS ? this.short + 1 : 0;
    if (this.short < SHORT_MAX) return;
    this.short = 0;
    this.now = this.worked = "polls";
  }

  /** Nothing leads to the board, though the server is there. */
  get blocked(): boolean {
    return this.failures >= ALL;
  }

  /** What the tab is to keep; "": nothing, as the websocket works. */
  get kept(): string {
    return this.until === 0 ? "" : `${this.worked} ${this.until}`;
  }
}
