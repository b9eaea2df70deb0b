// Signs are told to whoever does not see them in sums, and not more often than one can listen.
// Free of the DOM.

import type { World } from "../board/wire.js";
import type { SignName } from "./attention.js";

const FIRST_MS = 1_200;
const NEXT_MS = 12_000;

/** Counts signs, and tells how many of each there were. */
export class Tally {
  private readonly counts = new Map<SignName, number>();
  private names = new Set<string>();
  private toldAt = Number.NEGATIVE_INFINITY;
  private waits = false;

  constructor(
    private readonly world: Pick<World, "now" | "after">,
    private readonly tell: (counts: ReadonlyMap<SignName, number>, names: readonly string[]) => void,
  ) {}

  add(sign: SignName, name: string): void {
    this.counts.set(sign, (this.counts.get(sign) ?? 0) + 1);
    this.names.add(name);
    if (this.waits) return;
    this.waits = true;
    const { world } = this;
    world.after(Math.max(FIRST_MS, this.toldAt + NEXT_MS - world.now()), () => {
      this.waits = false;
      this.toldAt = world.now();
      this.tell(new Map(this.counts), [...this.names]);
      this.counts.clear();
      this.names = new Set();
    });
  }
}
