// Who is here, and what each of them is doing: the presence lane, where the newest wins. Free of
// the DOM.

import type { Doing, Person, Presence, Present, Typing } from "../generated/wire.js";

/** A place on the board. */
export type Point = readonly [number, number];

/** A node as somebody drags it: its id, x, y, w, h and angle. */
export type Dragged = readonly [string, number, number, number, number, number];

/** What somebody is doing just now. */
export interface Doings {
  readonly cursor: Point | null;
  readonly selection: readonly string[];
  readonly drag: readonly Dragged[];
  readonly typing: Typing | null;
  /** What they see; told to those who watch them. */
  readonly viewport?: Present["viewport"];
  /** The last points of the trail that they draw to show something. */
  readonly pointer?: readonly Point[];
}

/** What is heard of somebody: what they do, and the last sign that they gave, with how many they have given. */
export interface Heard extends Doings {
  readonly reaction?: Doing["reaction"];
}

export const NOTHING: Doings = { cursor: null, selection: [], drag: [], typing: null };

/** The people of a board, and what they do. */
export class Company {
  /** Everybody who came by a link, me included, by seat; another map when it is others. */
  people: ReadonlyMap<string, Person> = new Map();
  /** What they do, by seat, as far as it is anything. */
  readonly doing = new Map<string, Heard>();
  /** How many connections there are, and how many of them follow. */
  here = 0;
  following = 0;

  /** Takes in a frame. Returns whether others are here now, and not only what they do. */
  take({ reset = false, put = [], drop = [], doing = [], here, following }: Presence): boolean {
    const changed = reset || put.length + drop.length > 0 || here !== this.here || following !== this.following;
    if (reset || put.length + drop.length > 0) {
      const people = new Map(reset ? [] : this.people);
      for (const person of put) people.set(person.seat, person);
      for (const seat of drop) people.delete(seat);
      this.people = people;
    }
    if (reset) this.doing.clear();
    for (const seat of drop) this.doing.delete(seat);
    for (const { seat, ...part } of doing) this.doing.set(seat, { ...(this.doing.get(seat) ?? NOTHING), ...part });
    this.here = here;
    this.following = following;
    return changed;
  }
}
