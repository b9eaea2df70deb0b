// One connection over HTTP, where no websocket gets through: a Socket, as the wire knows it.
//
// Frames come as server-sent events in the answer to one request (or, with `polls`, in one answer
// after the other), and go in posts that are numbered, one at a time: a post that has no answer
// is sent again under its number, and the server does it once. See server/events.py.

import { FRAME_BYTES_MAX } from "../generated/constants.js";
import { POLL_S } from "../generated/limits.js";
import type { Socket, SocketEvents } from "../board/wire.js";

/** What the server answers: its text comes in pieces. */
export interface Answer {
  readonly status: number;
  readonly retryAfterMs: number;
  readonly pieces: AsyncIterable<string>;
}

/** What a line needs of the browser. */
export interface Posting {
  /** Rejects when the server was not reached, or when it was stopped. */
  post(path: "events" | "frames", body: string, stop: AbortSignal): Promise<Answer>;
  /** Calls back once, after so many milliseconds. Returns how to stop it. */
  after(delayMs: number, call: () => void): () => void;
}

/**
 * How a line ended, beyond its close code: `unreached`, as networks fail; `refused`: not even its
 * first event came; `held`: what the server sent is held back on the way.
 */
export type End = "closed" | "unreached" | "refused" | "held";

export const OPEN_MS = 8_000; // for the first event, then something holds the answer back
export const HELD_MS = 6_000; // for what the server says that it has sent
export const CHECK_MS = 3_000; // from the first post to one that asks what was sent
const POST_MS = 20_000; // for the answer to a post
const TRIES = 4; // of a post or a poll
const AGAIN_MS = 500; // before the second of them; twice as long before each other
const HEAD_BYTES = 64; // of a post, beside its frames

const DROPPED = 1006; // as a websocket says that it ended without a close code

/** Server-sent events, as they come in pieces. */
export class Events {
  private rest = "";

  /** The events that are whole now: name ("" is none) and data. */
  *take(piece: string): Generator<[string, string]> {
    const events = (this.rest + piece).split("\n\n");
    this.rest = events.pop() ?? "";
    for (const event of events) {
      let name = "";
      let data: string | null = null;
      for (const line of event.split("\n")) {
        if (line.startsWith("event: ")) name = line.slice(7);
        else if (line.startsWith("data: ")) data = line.slice(6);
      }
      if (data !== null) yield [name, data];
    }
  }
}

export class Line implements Socket {
  private id = "";
  private n = 0; // of the last post
  private seen = 0; // events that came
  private pieces = 0; // and pieces of them, whole or not
  private ended = false;
  private posting = false;
  private queue: string[] = [];
  private readonly stop = new AbortController();
  private readonly cancels = new Set<() => void>();

  constructor(
    private readonly posts: Posting,
    private readonly events: SocketEvents,
    private readonly ends: (end: End) => void,
    private readonly polls = false,
  ) {
    this.later(OPEN_MS, () => this.id === "" && this.end("refused"));
    void (polls ? this.poll() : this.stream());
  }

  send(text: string): void {
    this.queue.push(text);
    if (!this.posting) void this.pump();
  }

  close(): void {
    this.ended = true;
    for (const cancel of this.cancels) cancel();
    this.stop.abort();
  }

  // -- out of the server

  private async stream(): Promise<void> {
    try {
      const answer = await this.posts.post("events", "{}", this.stop.signal);
      if (answer.status !== 200) return this.end("refused");
      await this.read(answer);
      this.end(this.id === "" ? "refused" : "unreached");
    } catch {
      this.end("unreached");
    }
  }

  private async poll(): Promise<void> {
    let tries = 0;
    while (!this.ended) {
      const { id, seen } = this;
      const asked = { poll: true, id, seen };
      const answer = await this.tried("events", JSON.stringify(asked), POLL_S * 1000 + POST_MS);
      if (answer !== null && answer.status === 200) {
        try {
          await this.read(answer);
          tries = 0;
          // an answer with nothing in it may have come at once, and so may the next
          if (this.id === id && this.seen === seen) await this.pause(1, null);
          continue;
        } catch {
          // it was cut short: what was not seen is told again
        }
      }
      if (this.ended) return;
      const final = answer !== null && answer.status >= 400 && answer.status < 500 && answer.status !== 429;
      tries += 1;
      if (final || tries === TRIES) return this.end(this.id === "" && answer !== null ? "refused" : "unreached");
      await this.pause(tries, answer);
    }
  }

  private async read(answer: Answer): Promise<void> {
    const events = new Events();
    for await (const piece of answer.pieces) {
      this.pieces += 1;
      for (const [name, data] of events.take(piece)) {
        if (this.ended) return;
        this.hear(name, data);
      }
    }
  }

  private hear(name: string, data: string): void {
    if (name === "open") {
      this.id = (JSON.parse(data) as { id: string }).id;
      this.events.open();
    } else if (name === "close") {
      this.end("closed", (JSON.parse(data) as { code: number }).code);
    } else if (name === "") {
      this.seen += 1;
      this.events.text(data);
    }
  }

  // -- into the server

  private async pump(): Promise<void> {
    this.posting = true;
    while (this.queue.length > 0 && !this.ended) {
      this.n += 1;
      if (!(await this.put(`${this.id} ${this.n}\n${this.batch()}`))) return;
      if (this.n === 1 && !this.polls) this.later(CHECK_MS, () => this.send("")); // no frame
    }
    this.posting = false;
  }

  /** As many of the frames that wait as go into one post. */
  private batch(): string {
    let bytes = HEAD_BYTES;
    let count = 0;
    for (const text of this.queue) {
      bytes += new TextEncoder().encode(text).length + 1;
      if (count > 0 && bytes > FRAME_BYTES_MAX) break;
      count += 1;
    }
    return this.queue.splice(0, count).join("\n");
  }

  /** Sends a post until it was done. False: the line has ended. */
  private async put(body: string): Promise<boolean> {
    for (let tries = 1; !this.ended; tries += 1) {
      const answer = await this.tried("frames", body, POST_MS);
      if (this.ended) return false;
      if (answer?.status === 200) {
        this.check(answer);
        return true;
      }
      const final = answer !== null && answer.status < 500 && answer.status !== 408 && answer.status !== 429;
      if (final || tries === TRIES) break;
      await this.pause(tries, answer);
    }
    this.end("unreached");
    return false;
  }

  /** What the server has sent must come: a proxy that gathers an answer before it passes it on is no way. */
  private check(answer: Answer): void {
    void (async () => {
      let text = "";
      for await (const piece of answer.pieces) text += piece;
      const { sent } = JSON.parse(text) as { sent: number };
      if (this.polls || sent <= this.seen) return;
      const pieces = this.pieces;
      this.later(HELD_MS, () => this.seen < sent && this.pieces === pieces && this.end("held"));
    })().catch(() => undefined); // the post itself was done
  }

  // -- both

  /** One try of a request; null: the server was not reached, or not in time. */
  private async tried(path: "events" | "frames", body: string, withinMs: number): Promise<Answer | null> {
    const stop = new AbortController();
    const abort = (): void => stop.abort();
    this.stop.signal.addEventListener("abort", abort);
    const timer = this.posts.after(withinMs, abort);
    const cancel = (): void => {
      timer();
      this.stop.signal.removeEventListener("abort", abort);
    };
    try {
      const answer = await this.posts.post(path, body, stop.signal);
      const { pieces } = answer;
      const whole = async function* (): AsyncGenerator<string> {
        try {
          yield* pieces;
        } finally {
          cancel();
        }
      };
      return { ...answer, pieces: whole() };
    } catch {
      cancel();
      return null;
    }
  }

  private pause(tries: number, answer: Answer | null): Promise<void> {
    const delayMs = Math.max(AGAIN_MS * 2 ** (tries - 1), answer?.retryAfterMs ?? 0);
    return new Promise((resolve) => this.later(delayMs, resolve));
  }

  private later(delayMs: number, call: () => void): void {
    const cancel = this.posts.after(delayMs, () => {
      this.cancels.delete(cancel);
      call();
    });
    this.cancels.add(cancel);
  }

  private end(end: End, code = DROPPED): void {
    if (this.ended) return;
    this.close();
    this.ends(end);
    this.events.closed(code);
  }
}
