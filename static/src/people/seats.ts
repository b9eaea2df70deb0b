// Who came to a board and by which link, from the records for those who lead; and what one of them
// may do with another.

import { folded } from "../edit/tree.js";
import { RANK } from "../generated/constants.js";
import type { LinkShape, Role, SeatShape, Shape } from "../generated/wire.js";

export interface Link {
  readonly id: string;
  readonly role: Role;
  readonly generation: number;
  readonly name: string;
  /** Milliseconds since 1970 UTC; 0: it does not end. */
  readonly expiresMs: number;
  /** It is for one person. */
  readonly single: boolean;
  /** Who holds it, if it is for one. */
  readonly seat: string;
  /** Seats that came by it, and how many of them are here. */
  readonly came: number;
  readonly here: number;
}

export interface Seat {
  readonly id: string;
  readonly name: string;
  /** What it may do now; null: it is removed. */
  readonly role: Role | null;
  /** That of its link; null: there is no such link any more. */
  readonly linkRole: Role | null;
  readonly link: string;
  readonly here: boolean;
}

export interface Came {
  /** Those who are here first, then by role and name. */
  readonly seats: readonly Seat[];
  /** By role, the highest first, then by name. */
  readonly links: readonly Link[];
}

type Records = ReadonlyMap<string, Shape>;

/** Another text when what a stream holds is something else: it need not be read anew with each change of the board. */
export function stamp(held: { readonly version: number; readonly records: Records } | undefined): string {
  return held === undefined ? "" : `${held.version} ${held.records.size}`; // in chunks, more comes of one version
}

/** Reads the stream `lead`; `here` are the seats that are connected. */
export function came(records: Records, here: ReadonlySet<string>, called: (seat: string, name: string) => string): Came {
  const shapes = [...records.values()];
  const linkShapes = shapes.filter(({ id }) => id.startsWith("link/")) as LinkShape[];
  const roles = new Map(linkShapes.map(({ id, role }) => [id.slice(5), role as Role]));
  const counts = new Map<string, { came: number; here: number }>();
  const seats = (shapes.filter(({ id }) => id.startsWith("seat/")) as SeatShape[]).map((shape): Seat => {
    const id = shape.id.slice(5);
    const linkRole = roles.get(shape.link) ?? null;
    const seat: Seat = {
      id, linkRole, link: shape.link, name: called(id, shape.name ?? ""), here: here.has(id),
      role: shape.removed === true ? null : ((shape.role as Role | undefined) || linkRole),
    };
    const count = counts.get(shape.link) ?? { came: 0, here: 0 };
    counts.set(shape.link, { came: count.came + 1, here: count.here + Number(seat.here) });
    return seat;
  });
  const links = linkShapes.map(({ id, role, generation, name = "", expires_ms = 0, single = false, seat = "" }): Link => {
    const key = id.slice(5);
    const count = counts.get(key) ?? { came: 0, here: 0 };
    return { id: key, role: role as Role, generation, name, expiresMs: expires_ms, single, seat, ...count };
  });
  const rank = (role: Role | null): number => (role === null ? -1 : RANK[role]);
  const collator = new Intl.Collator(undefined, { numeric: true });
  return {
    seats: seats.sort(
      (a, b) => Number(b.here) - Number(a.here) || rank(b.role) - rank(a.role) || collator.compare(a.name, b.name) || (a.id < b.id ? -1 : 1),
    ),
    links: links.sort((a, b) => rank(b.role) - rank(a.role) || collator.compare(a.name, b.name) || (a.id < b.id ? -1 : 1)),
  };
}

/** What may be done with a seat, by whom. */
export interface Possible {
  /** The roles that it can be given. */
  readonly roles: readonly Role[];
  readonly remove: boolean;
  readonly letBack: boolean;
}

const NOTHING: Possible = { roles: [], remove: false, letBack: false };

/** Nobody changes their own seat, nor one whose role, by itself or by its link, is above their own. */
export function possible(seat: Seat, me: string, mine: Role): Possible {
  const above = (role: Role | null): boolean => role !== null && RANK[role] > RANK[mine];
  const led = RANK[mine] >= RANK.facilitator;
  if (!led || seat.id === me || above(seat.role) || above(seat.linkRole)) return NOTHING;
  if (seat.role === null) return { ...NOTHING, letBack: true };
  const roles = (Object.keys(RANK) as Role[]).filter((role) => RANK[role] <= RANK[mine] && role !== seat.role);
  return { roles, remove: true, letBack: false };
}

/** The links that one may pass on and show: an owner all, a facilitator those of roles below. */
export function mayPassOn(link: Link, mine: Role): boolean {
  return mine === "owner" || (RANK[mine] >= RANK.facilitator && RANK[link.role] < RANK.facilitator);
}

/** The seats whose name holds what is looked for. */
export function named(seats: readonly Seat[], query: string): readonly Seat[] {
  const wanted = folded(query);
  return wanted === "" ? seats : seats.filter(({ name }) => folded(name).includes(wanted));
}

/** The end of a day, so many days from now, by the clock of whoever reads it here. */
export function endOfDay(nowMs: number, days: number): number {
  const end = new Date(nowMs);
  end.setHours(23, 59, 59, 0);
  end.setDate(end.getDate() + days);
  return end.getTime();
}

/** A day as a field of type date gives it; its end. NaN: it is none. */
export function endOfDate(value: string): number {
  const [year = NaN, month = NaN, day = NaN] = value.split("-").map(Number);
  return new Date(year, month - 1, day, 23, 59, 59).getTime();
}
