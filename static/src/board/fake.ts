// A world for tests: sockets, timers and tickets that are moved by hand.

import type { Inbound, Outbound } from "../generated/wire.js";
import type { Kept, Outbox } from "./outbox.js";
import { Refused, type Socket, type SocketEvents, type World } from "./wire.js";

export class FakeSocket implements Socket {
  readonly sent: Inbound[] = [];
  isClosed = false;

  constructor(readonly events: SocketEvents) {}

  send(text: string): void {
    assertOpen(this);
    this.sent.push(JSON.parse(text) as Inbound);
  }

  close(): void {
    this.isClosed = true;
  }

  /** What was sent with this tag. */
  tagged<T extends Inbound["t"]>(tag: T): Extract<Inbound, { t: T }>[] {
    return this.sent.filter((frame) => frame.t === tag) as Extract<Inbound, { t: T }>[];
  }

  say(...frames: Outbound[]): void {
    for (const frame of frames) this.events.text(JSON.stringify(frame));
  }
}

function assertOpen(socket: FakeSocket): void {
  if (socket.isClosed) throw new Error("sent on a closed socket");
}

export class FakeWorld implements World {
  readonly sockets: FakeSocket[] = [];
  readonly waits: number[] = [];
  tickets: (string | Refused | Error)[] = [];
  randoms: number[] = [];
  isOnline = true;
  renewed = 0;
  leader: string | null = null;
  readonly kept = new Map<string, string>(); // what the tab keeps: give it to the next world, and it was loaded again
  name: string | null = null;
  private nowMs = 0;
  private timers: { at: number; call: () => void }[] = [];

  get socket(): FakeSocket {
    const last = this.sockets.at(-1);
    if (last === undefined) throw new Error("no socket yet");
    return last;
  }

  async ticket(): Promise<string> {
    const next = this.tickets.shift() ?? "ticket";
    if (typeof next === "string") return next;
    throw next;
  }

  connect(events: SocketEvents): Socket {
    const socket = new FakeSocket(events);
    this.sockets.push(socket);
    return socket;
  }

  now(): number {
    return this.nowMs;
  }

  after(delayMs: number, call: () => void): () => void {
    const timer = { at: this.nowMs + delayMs, call };
    this.waits.push(delayMs);
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((each) => each !== timer);
    };
  }

  random(): number {
    return this.randoms.shift() ?? 0.5;
  }

  online(): boolean {
    return this.isOnline;
  }

  renew(): void {
    this.renewed += 1;
  }

  recall(name: string): string | null {
    return this.kept.get(name) ?? null;
  }

  keep(name: string, value: string): void {
    this.kept.set(name, value);
  }

  /** Lets time pass, and every promise that is settled be told. */
  async pass(ms: number): Promise<void> {
    const until = this.nowMs + ms;
    await settled();
    for (;;) {
      const next = this.timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.nowMs = next.at;
      this.timers = this.timers.filter((each) => each !== next);
      next.call();
      await settled();
    }
    this.nowMs = until;
  }

  /** Opens the newest socket and welcomes whoever said hello. */
  async welcome(more: Partial<Extract<Outbound, { t: "welcome" }>> = {}): Promise<FakeSocket> {
    await settled();
    const { socket } = this;
    socket.events.open();
    socket.say({
      t: "welcome", protocol: 1, role: "viewer", seat: "s", last: 0, follow: [], beat_s: 15, ops_max: 512, at_ms: 0, ...more,
    });
    return socket;
  }
}

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Keeps what it is given as long as the test: give it to the next session, and the page was loaded again. */
export class FakeOutbox implements Outbox {
  lasts = true;
  left: Kept[] = [];
  readonly kept = new Map<string, Kept>();

  async load(seat: string): Promise<{ mine: Kept[]; left: Kept[] }> {
    const mine = [...this.kept.values()].filter((each) => each.seat === seat).sort((a, b) => a.n - b.n);
    return { mine, left: this.left };
  }

  put(kept: Kept): void {
    this.kept.set(`${kept.seat} ${kept.n}`, JSON.parse(JSON.stringify(kept)) as Kept);
  }

  drop(seat: string, n: number): void {
    this.kept.delete(`${seat} ${n}`);
  }
}
