// Hands, signs, and who follows whom: what the server says of them, and what I say. Free of the DOM.

import { batch, signal } from "@preact/signals";
import type { Session } from "../board/session.js";
import type { World } from "../board/wire.js";
import { RANK } from "../generated/constants.js";
import type { Here, Person, Present, Role } from "../generated/wire.js";

export type SignName = NonNullable<Present["reaction"]>;

export const SIGNS: readonly SignName[] = ["agree", "disagree", "heart", "laugh", "celebrate", "idea"];

/** What was refused, or lost, is said again after so long: as often as the server lets me. */
const AGAIN_MS = 2_500;
/** So long one waits for somebody who is followed and is away. */
const AWAY_MS = 30_000;

export interface AttentionEvents {
  /** Somebody gave a sign, I included. */
  signed(person: Person, sign: SignName): void;
  /** A hand was raised by another one. */
  raised(person: Person): void;
  /** My hand went down, and not by me. */
  lowered(): void;
  /** I follow somebody no more: they are gone. */
  lost(name: string): void;
}

/** What of the people on a board asks for attention. */
export class Attention {
  /** Who has a hand raised, in the order in which they did. */
  readonly hands = signal<readonly Person[]>([]);
  /** Whether mine is. */
  readonly hand = signal(false);
  /** The seat of whom I follow: I see what they see. */
  readonly followed = signal<string | null>(null);
  /** Who sees what I see. */
  readonly followers = signal<readonly Person[]>([]);
  private people: ReadonlyMap<string, Person> = new Map();
  private readonly given = new Map<string, number>(); // seat -> the count of its last sign
  private raises: boolean | null = null; // whether I want my hand up, until the server has it so
  private name = ""; // of whom I follow
  private saidAt = { hand: Number.NEGATIVE_INFINITY, watch: Number.NEGATIVE_INFINITY };
  private awayAt: number | null = null;
  private stopWaiting: (() => void) | null = null;

  constructor(
    private readonly session: Session,
    private readonly world: Pick<World, "now" | "after">,
    private readonly called: (person: Person) => string,
    private readonly events: AttentionEvents,
  ) {}

  /** Whether a person may be followed. */
  mayFollow({ seat, role }: Person): boolean {
    return seat !== this.session.seat && RANK[role as Role] >= RANK.participant;
  }

  // -- what I do

  raise(on: boolean): void {
    this.raises = on;
    this.say({ hand: on });
    this.settle();
  }

  /** Lowers the hand of a seat, or all of them; for who may lead. */
  lower(seat: string | null): void {
    if (seat === this.session.seat) this.raise(false);
    else this.session.wire.say(seat === null ? { t: "lower" } : { t: "lower", seat });
  }

  give(reaction: SignName): void {
    this.session.wire.say({ t: "present", reaction });
  }

  /** Sees what a person sees from now on; null: what I want to. */
  follow(seat: string | null): void {
    if (seat === this.followed.value) return;
    const person = seat === null ? undefined : this.session.people.get(seat);
    if (seat !== null && (person === undefined || !this.mayFollow(person))) return;
    this.name = person === undefined ? "" : this.called(person);
    this.awayAt = null;
    this.followed.value = seat;
    this.say({ watch: seat });
    this.settle();
  }

  private say(part: Pick<Here, "hand" | "watch">): void {
    const { session } = this;
    const following = session.own === null && !session.leads;
    session.wire.say({ t: "here", following, ...(session.name === "" ? {} : { name: session.name }), ...part });
    for (const what of Object.keys(part) as (keyof typeof part)[]) this.saidAt[what] = this.world.now();
  }

  // -- what I hear

  /** Others are here now, or do something else. */
  hear(): void {
    const { people, seat } = this.session;
    if (people !== this.people) {
      const before = this.people;
      this.people = people;
      batch(() => this.takeIn(before, seat));
      this.settle();
    }
    const { doing } = this.session.company;
    for (const id of this.given.keys()) if (!doing.has(id)) this.given.delete(id);
    for (const [id, { reaction = null }] of doing) {
      const person = people.get(id);
      if (reaction === null || person === undefined || this.given.get(id) === reaction[1]) continue;
      this.given.set(id, reaction[1]);
      this.events.signed(person, reaction[0]);
    }
  }

  private takeIn(before: ReadonlyMap<string, Person>, seat: string): void {
    const hands = [...this.people.values()].filter(({ hand = 0 }) => hand > 0).sort((a, b) => (a.hand ?? 0) - (b.hand ?? 0));
    const known = this.hands.value;
    if (known.length !== hands.length || known.some((person, at) => person !== hands[at])) this.hands.value = hands;
    for (const person of hands) {
      const then = before.get(person.seat);
      if (person.seat !== seat && then !== undefined && (then.hand ?? 0) === 0) this.events.raised(person);
    }
    const mine = (this.people.get(seat)?.hand ?? 0) > 0;
    if (this.hand.value && !mine && this.raises !== false && this.people.has(seat)) this.events.lowered();
    if (mine !== this.hand.value) this.hand.value = mine;
    if (mine === this.raises) this.raises = null;
    const followers = [...this.people.values()].filter((person) => person.watching === seat && person.seat !== seat);
    const had = this.followers.value;
    if (had.length !== followers.length || had.some((person, at) => person !== followers[at])) this.followers.value = followers;
  }

  /** Says whom I follow, and whether my hand is up, until the server has it so; gives up whoever stays away. */
  private settle(): void {
    const { session, world, people, raises } = this;
    const me = people.get(session.seat);
    const wanted = this.followed.value;
    if (wanted !== null) {
      const person = people.get(wanted);
      if (person !== undefined && !this.mayFollow(person)) return this.lose();
      if (person !== undefined) this.awayAt = null;
      else this.awayAt ??= world.now();
      if (this.awayAt !== null && world.now() - this.awayAt >= AWAY_MS) return this.lose();
    }
    const isDue = (what: keyof typeof this.saidAt): boolean => world.now() - this.saidAt[what] >= AGAIN_MS;
    const isThere = wanted === null || people.has(wanted);
    const differs = me !== undefined && (me.watching ?? "") !== (wanted ?? "");
    if (differs && isThere && isDue("watch")) this.say({ watch: wanted });
    const lacks = me !== undefined && raises !== null;
    if (lacks && isDue("hand")) this.say({ hand: raises });
    if (differs || lacks || this.awayAt !== null) {
      this.stopWaiting ??= world.after(AGAIN_MS, () => {
        this.stopWaiting = null;
        this.settle();
      });
    }
  }

  private lose(): void {
    const { name } = this;
    this.follow(null);
    this.events.lost(name);
  }
}
