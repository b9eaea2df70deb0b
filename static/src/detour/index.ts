// The way around what lets no websocket through: loaded when a websocket has failed.

import { detour as text } from "../i18n/detour.js";
import type { Socket, SocketEvents } from "../board/wire.js";
import type { BrowserWorld } from "../ui/world.js";
import { type Answer, Line, type Posting } from "./line.js";
import { type Way, Ways } from "./ways.js";

export class Detour {
  private readonly ways: Ways;

  constructor(private readonly world: BrowserWorld) {
    this.ways = new Ways(world.recall("way"), Date.now());
  }

  /** Whether the next connection is made here. */
  get due(): boolean {
    return this.ways.around(Date.now());
  }

  connect(events: SocketEvents): Socket {
    const way = this.ways.now;
    let works = false;
    const begunMs = Date.now();
    return new Line(
      posting(this.world),
      {
        open: () => events.open(),
        text: (frame) => {
          if (!works) this.works(way);
          works = true;
          events.text(frame);
        },
        closed: (code) => events.closed(code),
      },
      (end) => {
        if (end === "held" || (end !== "closed" && !works)) this.failed(way);
        else if (end !== "closed") this.dropped(way, Date.now() - begunMs);
      },
      way === "polls",
    );
  }

  failed(way: Way): void {
    this.ways.failed(way);
    this.show();
  }

  works(way: Way): void {
    this.ways.works(way, Date.now());
    this.show();
  }

  private dropped(way: Way, lastedMs: number): void {
    this.ways.dropped(way, lastedMs);
    this.show();
  }

  private show(): void {
    const { now, blocked, kept } = this.ways;
    this.world.keep("way", kept);
    if (blocked) this.world.via.value = { reconnecting: { words: text.blocked, hint: text.blockedHint } };
    else this.world.via.value = now === "websocket" ? {} : { live: { words: text.live, hint: text[now] } };
  }
}

/** Requests to a board, as the browser makes them. */
function posting(world: BrowserWorld): Posting {
  return {
    async post(path, body, signal): Promise<Answer> {
      const response = await fetch(`/api/boards/${encodeURIComponent(world.board)}/${path}`, {
        method: "POST",
        // what is only text, no proxy tries to understand
        headers: { "Content-Type": path === "frames" ? "text/plain; charset=utf-8" : "application/json" },
        body,
        signal,
        cache: "no-store",
        credentials: "omit",
        referrerPolicy: "no-referrer",
      });
      const retryAfterS = Number(response.headers.get("Retry-After") ?? 0);
      return {
        status: response.status,
        retryAfterMs: Number.isFinite(retryAfterS) ? retryAfterS * 1000 : 0,
        pieces: pieces(response),
      };
    },
    after: (delayMs, call) => world.after(delayMs, call),
  };
}

async function* pieces({ body }: Response): AsyncGenerator<string> {
  const reader = body?.getReader();
  if (reader === undefined) return;
  const decoder = new TextDecoder();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield decoder.decode(value, { stream: true });
  }
}
