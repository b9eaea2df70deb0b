// The wire: one websocket at a time to the board, kept alive, and opened again when it ends.
//
// It knows frames and clocks, and nothing of layers. What the browser offers (sockets, timers,
// tickets) comes in as a World, so that tests drive it by hand.

import { PROTOCOL, RATE_FRAMES_BURST, RATE_FRAMES_S, SILENCE_S } from "../generated/constants.js";
import type { AnyOp, Hello, Inbound, Outbound, Role, Welcome } from "../generated/wire.js";
import type { Change, Model, Outcome, Pending } from "./model.js";
import type { Predicted } from "./predict.js";

/** An open or opening websocket. */
export interface Socket {
  send(text: string): void;
  close(): void;
}

export interface SocketEvents {
  open(): void;
  text(text: string): void;
  closed(code: number): void;
}

/** Why a ticket was not given. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly retryAfterMs: number = 0,
  ) {
    super(message);
  }
}

export interface World {
  /** Fetches a ticket. Rejects with Refused, or with anything when the server was not reached. */
  ticket(): Promise<string>;
  connect(events: SocketEvents): Socket;
  /** Milliseconds, by a clock that never goes back. */
  now(): number;
  /** Calls back once, after so many milliseconds. Returns how to stop it. */
  after(delayMs: number, call: () => void): () => void;
  /** From 0 up to 1. */
  random(): number;
  online(): boolean;
  /** Takes another name for this tab: the one it has is in use elsewhere. */
  renew(): void;
  /** The seat under which this tab leads, as long as the tab lives; null: it does not. */
  leader: string | null;
  /** What the tab keeps, as long as it lives, under a name; null: nothing. */
  recall(name: string): string | null;
  keep(name: string, value: string): void;
  /** What this browser's person is called; "": they gave no name; null: they were not asked. */
  name: string | null;
}

/** Why no connection is tried any more, until a person says so. */
export type Stop = "closed" | "protocol" | "elsewhere";

export type Status =
  | { readonly kind: "connecting" }
  | { readonly kind: "live" }
  | { readonly kind: "reconnecting"; readonly againAt: number }
  | { readonly kind: "offline" }
  | { readonly kind: "stopped"; readonly why: Stop; readonly says?: string };

export interface WireEvents {
  /** What hello is to say of my view. */
  greet(): Pick<Hello, "own" | "viewport" | "name">;
  /** The layers that are on: their streams are the first to be resumed. */
  on(): ReadonlySet<string>;
  /** True: what was kept from before is still to be taken up, and nothing is sent until `release`. */
  welcome(frame: Welcome, role: Role): boolean;
  frame(frame: Outbound): void;
  changes(changes: readonly Change[]): void;
  status(status: Status): void;
  /** These were given up: the name under which they were numbered is no longer ours. */
  abandoned(pending: readonly Pending[]): void;
}

const RECONNECT_MS = 400;
const RECONNECT_MS_MAX = 15_000;
const RECONNECT_MS_MIN = 50;
const HELLO_MS_MAX = 15_000;
// half of what the server takes of a client: there are other frames, too
const SUBMITS_BURST = RATE_FRAMES_BURST / 2;
const SUBMITS_S = RATE_FRAMES_S / 2;
const SENT = "sent"; // the last number that was given, with the seat that it belongs to
const FULL_ATTEMPTS = 4; // a full server is asked less often

export class Wire {
  status: Status = { kind: "connecting" };
  /** What is to be added to my clock to have the server's time of day. */
  skewMs = 0;
  private socket: Socket | null = null;
  private round = 0; // of connecting; whatever an earlier one still says is not heard
  private attempts = 0;
  private greeted = false;
  private heardAt = 0;
  private goawayMs: number | null = null;
  private readonly timers = new Set<() => void>();
  private retryFrom: number | null = null;
  private seat = "";
  private held = false;
  private sent = 0; // the last submit that was sent on this connection
  private room = SUBMITS_BURST; // for submits; it grows back
  private roomAt = 0;
  private pausing = false;

  constructor(
    private readonly world: World,
    private readonly model: Model,
    private readonly events: WireEvents,
  ) {}

  /** Connects, whatever was before. */
  start(): void {
    this.drop();
    void this.connect(this.round);
  }

  /** The network is back, or the page is seen again: do not wait any longer. */
  wake(): void {
    if (this.status.kind === "reconnecting" || this.status.kind === "offline") this.start();
  }

  /** A person says: try again. A name that is in use elsewhere is changed. */
  again(): void {
    if (this.status.kind === "stopped" && this.status.why === "elsewhere") {
      this.world.renew();
      this.abandon();
    }
    this.attempts = 0;
    this.start();
  }

  /** Gives up what is pending, since a new name cannot speak of it. */
  abandon(): void {
    const { given, changes } = this.model.abandon();
    this.events.changes(changes);
    this.events.abandoned(given);
  }

  /** Sends a frame that need not arrive: the next hello says it anew. */
  say(frame: Inbound): void {
    if (this.greeted) this.socket?.send(JSON.stringify(frame));
  }

  /** Proposes a batch, and sends it now or when there is a connection. */
  submit(ops: readonly AnyOp[]): Pending {
    return this.post(this.model.propose(ops, this.world.now()));
  }

  /** Proposes to take back what was submitted under the number `of`; `shows`: what is seen of it. */
  undo(of: number, shows: readonly Predicted[] = []): Pending {
    return this.post(this.model.propose([], this.world.now(), of, shows));
  }

  private post({ pending, changes }: Outcome): Pending {
    this.events.changes(changes);
    this.world.keep(SENT, `${this.seat} ${pending.n}`);
    this.pump();
    return pending;
  }

  // -- connecting

  private async connect(round: number): Promise<void> {
    if (!this.world.online()) {
      this.tell({ kind: "offline" });
      this.later(RECONNECT_MS_MAX, () => this.start()); // some systems only guess
      return;
    }
    if (this.status.kind !== "reconnecting") this.tell({ kind: "connecting" });
    let ticket: string;
    try {
      ticket = await this.world.ticket();
    } catch (error) {
      if (round === this.round) this.refused(error);
      return;
    }
    if (round !== this.round) return;
    this.socket = this.world.connect({
      open: () => round === this.round && this.greet(ticket),
      text: (text) => round === this.round && this.hear(text),
      closed: (code) => round === this.round && this.closed(code),
    });
    this.later(HELLO_MS_MAX, () => this.greeted || this.closed(1006));
  }

  private refused(error: unknown): void {
    const refused = error instanceof Refused ? error : null;
    const final = refused !== null && refused.status >= 400 && refused.status < 500 && refused.status !== 429;
    // 403: it is there, and not for me; why, the server says best
    if (final) this.stop("closed", refused.status === 403 ? refused.message : "");
    else this.reconnect(refused?.retryAfterMs ?? 0);
  }

  private greet(ticket: string): void {
    const have = this.model.have(null, this.events.on());
    this.events.changes(this.model.keepOnly(have));
    const hello: Hello = { t: "hello", protocol: PROTOCOL, ticket, have, ...this.events.greet() };
    this.socket?.send(JSON.stringify(hello));
  }

  private closed(code: number): void {
    const goawayMs = this.goawayMs;
    this.drop();
    switch (code) {
      case 4004:
        return this.stop("closed");
      case 4005:
        return this.stop("protocol");
      case 4010:
        return this.stop("elsewhere");
      case 4013:
        this.attempts += FULL_ATTEMPTS;
    }
    this.reconnect(goawayMs ?? 0);
  }

  /** Tries again after the wait that the server named, and a jitter that grows. */
  private reconnect(waitMs: number): void {
    this.drop();
    if (!this.world.online()) return void this.connect(this.round);
    // full jitter, drawn after the cap, so that 250 people do not come back at once
    const jitterMs = this.world.random() * Math.min(RECONNECT_MS_MAX, RECONNECT_MS * 2 ** this.attempts);
    const delayMs = Math.max(RECONNECT_MS_MIN, waitMs + jitterMs);
    this.attempts += 1;
    this.tell({ kind: "reconnecting", againAt: this.world.now() + delayMs });
    this.later(delayMs, () => this.start());
  }

  private stop(why: Stop, says = ""): void {
    this.drop();
    // who may not come in any more keeps nothing of the board, either
    if (why === "closed") this.events.changes(this.model.keepOnly({}));
    this.tell({ kind: "stopped", why, says });
  }

  /** Lets go of the socket and of all that waits; nothing that they still say is heard. */
  private drop(): void {
    this.round += 1;
    for (const cancel of this.timers) cancel();
    this.timers.clear();
    this.socket?.close();
    this.socket = null;
    this.greeted = false;
    this.goawayMs = null;
    this.retryFrom = null;
    this.sent = 0;
    this.pausing = false;
  }

  private later(delayMs: number, call: () => void): void {
    const cancel = this.world.after(delayMs, () => {
      this.timers.delete(cancel);
      call();
    });
    this.timers.add(cancel);
  }

  private tell(status: Status): void {
    this.status = status;
    this.events.status(status);
  }

  // -- hearing

  private hear(text: string): void {
    this.heardAt = this.world.now();
    const frame = JSON.parse(text) as Outbound;
    if (frame.t === "welcome") return this.welcome(frame);
    this.events.changes(this.model.take(frame));
    if (this.model.gap) return this.start();
    if (frame.t === "synced" && frame.ready === true) this.attempts = 0;
    // it was that time when it was sent: the quickest of them comes nearest
    if (frame.t === "beat") this.skewMs = Math.max(this.skewMs, (frame.at_ms ?? 0) - this.heardAt);
    if (frame.t === "goaway") this.goawayMs = frame.after_ms;
    if (frame.t === "retry") this.retry(frame.n, frame.after_ms);
    this.events.frame(frame);
  }

  private welcome(frame: Welcome): void {
    this.greeted = true;
    this.seat = frame.seat;
    this.skewMs = frame.at_ms - this.heardAt;
    const [seat, sent] = this.world.recall(SENT)?.split(" ") ?? [];
    // a number that was sent before the page was loaded again may still be under way
    this.model.resumeAt(Math.max(frame.last, seat === frame.seat ? Number(sent) : 0));
    this.tell({ kind: "live" });
    this.held = this.events.welcome(frame, frame.role as Role);
    this.beat(frame.beat_s * 1000);
    this.pump();
  }

  /** What was kept from before has been taken up: all that waits is sent. */
  release(): void {
    if (!this.held) return;
    this.held = false;
    this.pump();
  }

  /**
   * Sends what is pending and was not sent on this connection, in order; the server knows what it
   * has had. No more at once than it takes: after a long time offline there may be much.
   */
  private pump(): void {
    // while the server waits for an earlier number, later ones would only come back
    if (!this.greeted || this.held || this.pausing || this.retryFrom !== null) return;
    const now = this.world.now();
    this.room = Math.min(SUBMITS_BURST, this.room + ((now - this.roomAt) / 1000) * SUBMITS_S);
    this.roomAt = now;
    for (const pending of this.model.pending) {
      if (pending.n <= this.sent) continue;
      if (this.room < 1) {
        this.pausing = true;
        this.later(1000 / SUBMITS_S, () => {
          this.pausing = false;
          this.pump();
        });
        return;
      }
      this.room -= 1;
      this.sent = pending.n;
      this.say(submitFrame(pending));
    }
  }

  private retry(n: number, afterMs: number): void {
    if (this.retryFrom !== null) {
      this.retryFrom = Math.min(this.retryFrom, n);
      return;
    }
    this.retryFrom = n;
    this.later(afterMs * (1 + this.world.random() / 2), () => {
      this.sent = Math.min(this.sent, (this.retryFrom ?? n) - 1);
      this.retryFrom = null;
      this.pump();
    });
  }

  private beat(everyMs: number): void {
    this.later(everyMs, () => {
      if (this.world.now() - this.heardAt > SILENCE_S * 1000) return this.closed(4011);
      this.say({ t: "beat" });
      this.beat(everyMs);
    });
  }
}

function submitFrame({ n, ops, of }: Pending): Inbound {
  return of === undefined ? { t: "submit", n, ops: [...ops] } : { t: "undo", n, of };
}
