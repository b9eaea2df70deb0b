// What others have changed, counted by layer, to be said now and then. Free of the DOM.

import type { Change } from "../board/model.js";

/** How many things others have changed, by layer. */
export class News {
  private readonly versions = new Map<string, number>();
  private readonly changed = new Map<string, Set<string>>();

  /**
   * Takes what is seen otherwise. What counts is what the server has confirmed in a stream that was
   * held before, unless it is `mine`; what others are only dragging is no news yet.
   */
  take(changes: readonly Change[], version: (stream: string) => number | undefined, mine: ReadonlySet<string>): void {
    const fresh = new Set<string>();
    for (const { stream } of changes) {
      const now = version(stream);
      if (now === undefined) {
        this.versions.delete(stream);
        continue;
      }
      const before = this.versions.get(stream);
      if (before !== undefined && now > before) fresh.add(stream);
      this.versions.set(stream, now);
    }
    for (const { stream, clear, put = [], drop = [] } of changes) {
      const [kind, layer] = stream.split("/");
      if (layer === undefined || clear === true || !fresh.has(stream) || (kind !== "body" && kind !== "pair")) continue;
      for (const id of [...put.map((shape) => shape.id), ...drop]) {
        if (mine.has(id)) continue;
        const held = this.changed.get(layer) ?? new Set();
        this.changed.set(layer, held.add(id));
      }
    }
  }

  /** What has come together since this was asked last, the layers with most of it first. */
  tell(): { readonly layer: string; readonly count: number }[] {
    const told = [...this.changed].map(([layer, ids]) => ({ layer, count: ids.size }));
    this.changed.clear();
    return told.sort((a, b) => b.count - a.count);
  }

  get isEmpty(): boolean {
    return this.changed.size === 0;
  }
}
