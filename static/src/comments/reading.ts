// What somebody has read: of each thread, until when. It is kept by this browser, for itself alone.

/** So many threads are remembered; those that were read longest ago are forgotten first. */
const KEPT_MAX = 2_000;

/** Where it is kept. */
export interface Shelf {
  load(): string | null;
  save(text: string): void;
}

export class Reading {
  private readonly read: Map<string, number>;

  constructor(private readonly shelf: Shelf) {
    this.read = taken(shelf.load());
  }

  /** Until when a thread was read; 0: never. */
  at(thread: string): number {
    return this.read.get(thread) ?? 0;
  }

  /** These threads were read until then. Says whether that is news. */
  mark(threads: Iterable<readonly [string, number]>): boolean {
    const kept = taken(this.shelf.load()); // another tab may have read on
    for (const [id, at] of kept) if (at > this.at(id)) this.read.set(id, at);
    let isNews = false;
    for (const [id, at] of threads) {
      if (!Number.isFinite(at) || at <= this.at(id)) continue;
      this.read.delete(id); // so that it is the last
      this.read.set(id, at);
      isNews = true;
    }
    if (!isNews) return false;
    const rest = [...this.read].slice(-KEPT_MAX);
    this.read.clear();
    for (const [id, at] of rest) this.read.set(id, at);
    this.shelf.save(JSON.stringify(rest));
    return true;
  }
}

/** What was kept, as far as it can be read. */
function taken(text: string | null): Map<string, number> {
  try {
    const rows: unknown = JSON.parse(text ?? "[]");
    if (!Array.isArray(rows)) return new Map();
    return new Map(rows.slice(-KEPT_MAX).filter((row): row is [string, number] =>
      Array.isArray(row) && typeof row[0] === "string" && typeof row[1] === "number"));
  } catch {
    return new Map();
  }
}
