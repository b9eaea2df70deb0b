// The people who have a right of their own in a layer, whatever their role.

import { useState } from "preact/hooks";
import type { Session } from "../board/session.js";
import { GRANTS_MAX } from "../generated/limits.js";
import type { AnyOp, LayerShape, SeatShape } from "../generated/wire.js";
import { words } from "../i18n/outline.js";
import { nameOf } from "../together/called.js";
import { Choose } from "./forms.js";
import { type Option, Picker } from "./picker.js";

export type Right = keyof typeof words.rights;
/** Seat -> its right. */
export type Grants = ReadonlyMap<string, Right>;

const RIGHTS = Object.keys(words.rights) as Right[];

/** Those whom a layer itself names; its groups may name more. */
export function grantsOf({ seats = {} }: Pick<LayerShape, "seats">): Grants {
  return new Map(Object.entries(seats).flatMap(([seat, [right]]) => (right === "" ? [] : [[seat, right as Right] as const])));
}

/** What makes of some rights others. */
export function granted(id: string, before: Grants, after: Grants): AnyOp[] {
  const given = [...after].filter(([seat, right]) => before.get(seat) !== right);
  const taken = [...before.keys()].filter((seat) => !after.has(seat));
  return [
    ...given.map(([seat, right]): AnyOp => ({ op: "layer.grant", id, seat, right })),
    ...taken.map((seat): AnyOp => ({ op: "layer.grant", id, seat, right: null })),
  ];
}

export function NamedPeople({ session, grants, grant }: {
  readonly session: Session;
  readonly grants: Grants;
  readonly grant: (grants: Grants) => void;
}) {
  const [added, count] = useState(0);
  const seats = [...(session.model.held("lead")?.records.values() ?? [])].filter(({ id }) => id.startsWith("seat/")) as SeatShape[];
  const called = (seat: string): string => nameOf(session, seat);
  const options = seats
    .filter(({ id, removed }) => removed !== true && !grants.has(id.slice(5)))
    .map(({ id }): Option => ({ id: id.slice(5), title: called(id.slice(5)), detail: session.people.has(id.slice(5)) ? words.isHere : "" }))
    .sort((a, b) => a.title.localeCompare(b.title));
  return (
    <div class="named-people" role="group" aria-label={words.namedPeople}>
      {[...grants].map(([seat, right]) => (
        <div key={seat} class="named-person">
          <Choose
            label={called(seat)} value={right} choices={RIGHTS.map((each) => [each, words.rights[each]])}
            choose={(chosen) => grant(new Map([...grants, [seat, chosen]]))}
          />
          <button
            type="button" class="button quiet small" aria-label={words.unname(called(seat))}
            onClick={(event) => {
              // the focus stays in the form when its button goes
              event.currentTarget.closest(".named-people")?.querySelector<HTMLElement>("input")?.focus();
              grant(new Map([...grants].filter(([each]) => each !== seat)));
            }}
          >
            {words.unnameShort}
          </button>
        </div>
      ))}
      {options.length > 0 && grants.size < GRANTS_MAX && (
        <Picker
          key={added} label={words.namePerson} options={options} picked={null} focused={added > 0}
          pick={(option) => {
            if (option === null) return;
            count(added + 1); // the field is empty again
            grant(new Map([...grants, [option.id, "write"]]));
          }}
        />
      )}
    </div>
  );
}
