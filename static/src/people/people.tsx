import { useState } from "preact/hooks";
import more from "lucide-static/icons/ellipsis.svg";
import { Choosing } from "../edit/choosing.js";
import type { Choice } from "../edit/menu.js";
import { RANK } from "../generated/constants.js";
import type { Role } from "../generated/wire.js";
import { words } from "../i18n/people.js";
import { Glyph } from "../ui/icon.js";
import type { People } from "./index.js";
import { named, possible, type Seat } from "./seats.js";

const SHOWN_MAX = 50;
/** Among more, one is looked for by name. */
const SEARCHED = 12;

/** Who came, and what each may do. */
export function PeopleSection({ people }: { people: People }) {
  const [query, setQuery] = useState("");
  const { seats, links } = people.came;
  const found = named(seats, query);
  const titles = new Map(links.map((link) => [link.id, people.called(link)]));
  return (
    <>
      <Waiting people={people} />
      <p class="hint">{seats.length === 0 ? words.nobody : words.summary(seats.filter(({ here }) => here).length, seats.length)}</p>
      {seats.length > SEARCHED && (
        <>
          <input
            class="field" type="search" value={query} placeholder={words.search} aria-label={words.search}
            onInput={(event) => setQuery(event.currentTarget.value)}
          />
          <p class="spoken" role="status">
            {query.trim() === "" ? "" : words.found(found.length)}
          </p>
        </>
      )}
      {seats.length > 0 && (
        <ul class="seats" aria-label={words.people}>
          {found.slice(0, SHOWN_MAX).map((seat) => (
            <SeatLine key={seat.id} people={people} seat={seat} link={titles.get(seat.link) ?? ""} />
          ))}
        </ul>
      )}
      {found.length === 0 && seats.length > 0 && <p class="hint">{words.noMatch}</p>}
      {found.length > SHOWN_MAX && <p class="hint">{words.more(found.length - SHOWN_MAX)}</p>}
    </>
  );
}

function Waiting({ people }: { people: People }) {
  if (people.waits) {
    return (
      <div class="seats-waiting" role="group" aria-label={words.wait}>
        <p role="status">{words.waiting(people.waiters)}</p>
        <button type="button" class="button solid" onClick={() => people.wait(false)}>
          {words.start}
        </button>
      </div>
    );
  }
  return (
    <label class="check">
      <input
        type="checkbox" checked={false}
        onChange={({ currentTarget }) => {
          currentTarget.checked = false; // until it is so: it may be refused
          people.wait(true);
        }}
      />
      <span>
        {words.wait}
        <span class="hint">{words.waitHint}</span>
      </span>
    </label>
  );
}

function SeatLine({ people, seat, link }: { people: People; seat: Seat; link: string }) {
  const { id, name, role, here } = seat;
  const choices = choicesFor(people, seat);
  const state = [
    role === null ? words.removed : words.roles[role], here ? words.here : words.away, ...(link === "" ? [] : [words.by(link)]),
  ];
  return (
    <li class={here ? "seat" : "seat gone"}>
      <span class="seat-light" aria-hidden="true" />
      <span class="seat-words">
        <span class="seat-name" dir="auto">
          {name}
          {id === people.me && <span class="seat-you"> ({words.you})</span>}
        </span>
        <span class="seat-state" dir="auto">
          {state.join(" · ")}
        </span>
      </span>
      {choices.length > 0 && (
        <Choosing label={words.actionsFor(name)} class="button quiet square" choices={() => choices}>
          <Glyph name="ellipsis" markup={more} />
        </Choosing>
      )}
    </li>
  );
}

function choicesFor(people: People, seat: Seat): Choice[] {
  const { id, name, linkRole } = seat;
  const can = possible(seat, people.me, people.role);
  if (can.letBack) {
    return [{ label: words.letBack, run: () => people.submit([{ op: "seat.set", id, removed: false }], words.isBack(name)) }];
  }
  const be = (role: Role): void => {
    // what the link gives is no exception
    people.submit(
      [{ op: "seat.set", id, role: role === linkRole ? null : role }],
      role === "viewer" ? words.muted(name) : words.isNow(name, role),
    );
  };
  const back: Role = linkRole === null || RANK[linkRole] < RANK.participant ? "participant" : linkRole;
  const isMuted = seat.role === "viewer" && can.roles.includes(back);
  const choices: Choice[] = isMuted ? [{ label: words.unmute, run: () => be(back) }] : [];
  for (const role of [...can.roles].reverse()) {
    if (!isMuted || role !== back) choices.push({ label: words.make[role], run: () => be(role) });
  }
  if (can.remove) choices.push("line", { label: words.remove, warns: true, run: () => people.ask({ kind: "remove", seat: id, name }) });
  return choices;
}
