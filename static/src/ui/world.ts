// What the browser gives the wire: tickets, sockets, timers, and the tab's own name.

import { signal } from "@preact/signals";
import { NAME_CHARS_MAX } from "../generated/constants.js";
import { Refused, type Socket, type SocketEvents, type Status, type World } from "../board/wire.js";
import type { Detour } from "../detour/index.js";
import { keep, keyName, recall as stored } from "./tab.js";

export { keepKey } from "./tab.js";

const SECRET = "orientation-board/secret";

function freshSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(20));
  const secret = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  keep(SECRET, secret);
  return secret;
}

/**
 * The secret behind this tab's name. A duplicated tab comes with a copy of it, so it is held
 * under a lock, and whoever finds it held takes another.
 */
async function holdSecret(): Promise<string> {
  const secret = stored(SECRET) ?? freshSecret();
  if (!("locks" in navigator)) return secret;
  const free = await new Promise<boolean>((tell) => {
    void navigator.locks.request(`orientation-board/${secret}`, { ifAvailable: true }, (lock) => {
      tell(lock !== null);
      return lock === null ? undefined : new Promise(() => undefined); // held as long as the tab
    });
  });
  if (free) return secret;
  freshSecret();
  return holdSecret();
}

interface TicketAnswer {
  ticket: string;
}

interface ErrorAnswer {
  code?: string;
  message?: string;
}

const SILENT_MS = 8_000; // for a websocket's first frame
const NAME = "orientation-board/name";
const memory = new Map<string, string>(); // where the browser keeps nothing

/** A name that the server takes, whoever has kept it. */
function bounded(name: string): string {
  return [...name].slice(0, NAME_CHARS_MAX).join("");
}

const leaderName = (board: string): string => `orientation-board/leader/${board}`;

/** What is said of the connection by another way than a websocket, instead of the usual. */
export type Via = Partial<Record<Status["kind"], { readonly words: string; readonly hint: string }>>;

export class BrowserWorld implements World {
  readonly via = signal<Via>({});
  private secret: Promise<string>;
  private detour: Detour | null = null; // once a websocket has failed in this tab

  constructor(readonly board: string) {
    this.secret = holdSecret();
  }

  get leader(): string | null {
    return stored(leaderName(this.board)) || null;
  }

  set leader(seat: string | null) {
    keep(leaderName(this.board), seat ?? "");
  }

  /** The share link that this tab came by, without what makes it good; "": none. */
  get link(): string {
    return (stored(keyName(this.board)) ?? "").split(".")[0] ?? "";
  }

  recall(name: string): string | null {
    return stored(`orientation-board/${name}/${this.board}`);
  }

  keep(name: string, value: string): void {
    keep(`orientation-board/${name}/${this.board}`, value);
  }

  get name(): string | null {
    let kept: string | null;
    try {
      kept = localStorage.getItem(NAME);
    } catch {
      kept = memory.get(NAME) ?? null;
    }
    return kept === null ? null : bounded(kept);
  }

  set name(given: string | null) {
    const name = bounded(given ?? "");
    try {
      localStorage.setItem(NAME, name);
    } catch {
      memory.set(NAME, name);
    }
  }

  async ticket(): Promise<string> {
    const key = stored(keyName(this.board));
    const secret = await this.secret;
    if (this.recall("way")) await this.around();
    const response = await fetch(`/api/boards/${encodeURIComponent(this.board)}/tickets`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(key === null ? { secret } : { key, secret }),
      cache: "no-store",
      credentials: "omit",
      referrerPolicy: "no-referrer",
    });
    if (response.ok) return ((await response.json()) as TicketAnswer).ticket;
    const { code = "", message = response.statusText } = (await response
      .json()
      .catch(() => ({}))) as ErrorAnswer;
    const retryAfterS = Number(response.headers.get("Retry-After") ?? 0);
    throw new Refused(response.status, code, message, Number.isFinite(retryAfterS) ? retryAfterS * 1000 : 0);
  }

  /** Brings what goes other ways; without it the websocket is tried again. */
  private async around(): Promise<Detour | null> {
    try {
      return (this.detour ??= new (await import("../detour/index.js")).Detour(this));
    } catch {
      return null;
    }
  }

  connect(events: SocketEvents): Socket {
    if (this.detour?.due) return this.detour.connect(events);
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const path = `/api/boards/${encodeURIComponent(this.board)}/live`;
    const socket = new WebSocket(`${scheme}//${location.host}${path}`);
    let silent = true;
    const end = (code: number): void => {
      clearTimeout(timer);
      // proxies that know no websocket refuse it, cut it, or swallow what it says
      if (silent && code === 1006) void this.around().then((detour) => (detour?.failed("websocket"), events.closed(code)));
      else events.closed(code);
    };
    const timer = setTimeout(() => end(1006), SILENT_MS);
    socket.onopen = () => events.open();
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      if (silent) this.detour?.works("websocket");
      silent = false;
      clearTimeout(timer);
      events.text(data);
    };
    socket.onclose = ({ code }) => end(code);
    return {
      send: (text) => {
        if (socket.readyState === WebSocket.OPEN) socket.send(text);
      },
      close: () => {
        silent = false;
        socket.close();
      },
    };
  }

  now(): number {
    return performance.now();
  }

  after(delayMs: number, call: () => void): () => void {
    const timer = setTimeout(call, delayMs);
    return () => clearTimeout(timer);
  }

  random(): number {
    return Math.random();
  }

  online(): boolean {
    return navigator.onLine;
  }

  renew(): void {
    freshSecret();
    this.secret = holdSecret();
  }
}
