// What people are called.

import type { Session } from "../board/session.js";
import type { Person, SeatShape } from "../generated/wire.js";
import { together as words } from "../i18n/together.js";

/** What somebody is called: whoever gives no name is a guest. */
export function called({ name = "", seat }: Pick<Person, "name" | "seat">): string {
  return name || words.guest(seat);
}

/** What the person of a seat is called. Of those who are gone it is whoever may lead who knows their names. */
export function nameOf({ people, model }: Pick<Session, "people" | "model">, seat: string): string {
  const came = model.held("lead")?.records.get(`seat/${seat}`) as SeatShape | undefined;
  return called({ seat, name: people.get(seat)?.name || came?.name || "" });
}
