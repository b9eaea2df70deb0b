// Who comes and goes, to be said to whoever does not see it: a few together, and not often. Free of
// the DOM.

import type { World } from "../board/wire.js";
import type { Person } from "../generated/wire.js";

/** So long those who come are gathered before they are said. */
const GATHER_MS = 2_000;
/** So long somebody is away who has left: loading a page again, or a server that starts again, takes less. */
const AWAY_MS = 8_000;
/** From one time that something is said to the next. */
const QUIET_MS = 15_000;

/** What is said: who came, who went, and whether these are who is here at first. */
export type Say = (came: readonly Person[], went: readonly Person[], isFirst: boolean) => void;

export class Arrivals {
  private now: ReadonlyMap<string, Person> = new Map();
  private readonly told = new Map<string, Person>(); // those of whom it was said that they are here, as they are now
  private readonly awaySince = new Map<string, number>(); // of these, by seat
  private isFirst = true;
  private saidAt = Number.NEGATIVE_INFINITY;
  private due = Number.POSITIVE_INFINITY;
  private stop: () => void = () => undefined;

  constructor(
    private readonly world: Pick<World, "now" | "after">,
    private readonly say: Say,
  ) {}

  /** These are the others now. */
  take(others: readonly Person[]): void {
    this.now = new Map(others.map((person) => [person.seat, person]));
    for (const seat of this.told.keys()) {
      const person = this.now.get(seat);
      if (person === undefined) {
        if (!this.awaySince.has(seat)) this.awaySince.set(seat, this.world.now());
        continue;
      }
      this.awaySince.delete(seat);
      this.told.set(seat, person); // they leave under the name that they gave since
    }
    this.plan();
  }

  private get came(): readonly Person[] {
    return [...this.now.values()].filter(({ seat }) => !this.told.has(seat));
  }

  private plan(): void {
    const now = this.world.now();
    const due = Math.min(
      this.came.length === 0 ? Number.POSITIVE_INFINITY : now + GATHER_MS,
      ...[...this.awaySince.values()].map((since) => since + AWAY_MS),
    );
    const next = Math.max(due, this.saidAt + QUIET_MS);
    if (next >= this.due) return;
    this.stop();
    this.due = next;
    this.stop = this.world.after(next - now, () => {
      this.due = Number.POSITIVE_INFINITY;
      this.tell();
      this.plan();
    });
  }

  private tell(): void {
    const { came } = this;
    const now = this.world.now();
    const went = [...this.told.values()].filter(({ seat }) => (this.awaySince.get(seat) ?? now) + AWAY_MS <= now);
    if (came.length + went.length === 0) return;
    for (const { seat } of went) {
      this.awaySince.delete(seat);
      this.told.delete(seat);
    }
    for (const person of came) this.told.set(person.seat, person);
    this.saidAt = now;
    this.say(came, went, this.isFirst);
    this.isFirst = false;
  }
}
