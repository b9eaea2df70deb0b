// The outbox of a browser: IndexedDB, for all boards of this server. What a seat has put there is
// sent by that seat alone; what a tab has left that is closed, is shown by another one that came by
// the same link, since what was written may be about what others may not read.

import type { Kept, Outbox } from "../board/outbox.js";

const NAME = "orientation-board";
const STORE = "outbox";
const KEPT_MAX = 2_000;
const LEFT_MS = 60_000; // a tab that is just being loaded again has not been left

interface Row extends Kept {
  readonly board: string;
  readonly link: string;
  readonly at: number; // milliseconds since 1970
}

function result<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("IndexedDB"));
  });
}

async function open(): Promise<IDBDatabase> {
  const asked = indexedDB.open(NAME, 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: ["board", "seat", "n"] });
  return result(asked);
}

export class BrowserOutbox implements Outbox {
  lasts = "indexedDB" in globalThis;
  private readonly base: Promise<IDBDatabase | null>;
  private readonly held = new Set<string>(); // seats of this tab
  private count = 0;

  constructor(
    private readonly board: string,
    private readonly link: () => string,
  ) {
    this.base = open().catch(() => {
      this.lasts = false; // a browser that keeps nothing
      return null;
    });
  }

  async load(seat: string): Promise<{ mine: Kept[]; left: Kept[] }> {
    this.hold(seat);
    const base = await this.base;
    if (base === null) return { mine: [], left: [] };
    const range = IDBKeyRange.bound([this.board], [this.board, []]);
    const rows = (await result(base.transaction(STORE).objectStore(STORE).getAll(range))) as Row[];
    const open = await this.open();
    const isLeft = (row: Row): boolean =>
      row.link === this.link() && open !== null && !open.has(this.lock(row.seat)) && Date.now() - row.at > LEFT_MS;
    const mine = rows.filter((row) => row.seat === seat).sort((a, b) => a.n - b.n);
    this.count = mine.length;
    return { mine, left: rows.filter((row) => row.seat !== seat && isLeft(row)) };
  }

  put(kept: Kept): void {
    if (this.count >= KEPT_MAX) {
      this.lasts = false; // then the page asks before it goes
      return;
    }
    this.count += 1;
    this.write((store) => store.put({ link: this.link(), ...kept, board: this.board, at: Date.now() }));
  }

  drop(seat: string, n: number): void {
    this.count = Math.max(0, this.count - 1);
    this.write((store) => store.delete([this.board, seat, n]));
  }

  private write(act: (store: IDBObjectStore) => IDBRequest): void {
    void this.base
      .then((base) => base && result(act(base.transaction(STORE, "readwrite", { durability: "strict" }).objectStore(STORE))))
      .catch(() => (this.lasts = false));
  }

  private readonly lock = (seat: string): string => `${NAME}/outbox/${this.board}/${seat}`;

  /** Says to other tabs that this one is open. */
  private hold(seat: string): void {
    if (this.held.has(seat) || !("locks" in navigator)) return;
    this.held.add(seat);
    void navigator.locks.request(this.lock(seat), () => new Promise(() => undefined));
  }

  /** The seats of tabs that are open, by their locks; null: the browser does not say. */
  private async open(): Promise<Set<string> | null> {
    if (!("locks" in navigator)) return null;
    const { held = [] } = await navigator.locks.query();
    return new Set(held.map(({ name = "" }) => name));
  }
}
