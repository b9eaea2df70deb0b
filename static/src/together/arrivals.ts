// Who comes and goes, to be said to whoever does not see it: a few together, and not often. Free of
// the DOM.

import type { World } from "../board/wire.js";
import type { Person } from "../generated/wire.js";

/** So long they are gathered before they are said. */
const GATHER_MS = 2_000;
/** From one time that something is said to the next. */
const QUIET_MS = 15_000;

/** What is said: who came, who went, and whether these are who is here at first. */
export type Say = (came: readonly Person[], went: readonly Person[], isFirst: boolean) => void;

export class Arrivals {
  private now = new Map<string, Person>();
  private told: ReadonlyMap<string, Person> = new Map();
  private waits = false;
  private isFirst = true;
  private saidAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly world: Pick<World, "now" | "after">,
    private readonly say: Say,
  ) {}

  /** These are the others now. Who comes back before it is said has not been away. */
  take(others: readonly Person[]): void {
    this.now = new Map(others.map((person) => [person.seat, person]));
    if (this.waits || !this.isNews) return;
    this.waits = true;
    const { world } = this;
    world.after(Math.max(GATHER_MS, this.saidAt + QUIET_MS - world.now()), () => {
      this.waits = false;
      this.tell();
    });
  }

  private get isNews(): boolean {
    return this.now.size !== this.told.size || [...this.now.keys()].some((seat) => !this.told.has(seat));
  }

  private tell(): void {
    if (!this.isNews) return;
    const came = [...this.now.values()].filter(({ seat }) => !this.told.has(seat));
    const went = [...this.told.values()].filter(({ seat }) => !this.now.has(seat));
    this.told = this.now;
    this.saidAt = this.world.now();
    this.say(came, went, this.isFirst);
    this.isFirst = false;
  }
}
