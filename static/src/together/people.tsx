import { signal } from "@preact/signals";
import hand from "lucide-static/icons/hand.svg";
import { useEffect, useRef, useState } from "preact/hooks";
import { NAME_CHARS_MAX, RANK } from "../generated/constants.js";
import type { Person, Role } from "../generated/wire.js";
import { text } from "../i18n/index.js";
import { together as words } from "../i18n/together.js";
import { Glyph, Icon } from "../ui/icon.js";
import type { Store } from "../ui/store.js";
import { called } from "./called.js";
import { together, type Together } from "./index.js";

const SHOWN_MAX = 100;
/** Among more, one is looked for by name. */
const SEARCHED = 20;

/** The list is opened to choose a name. */
export const choosing = signal(false);

/** Who is here: hands first in their order, then me, then by role and name; and what I am called. */
export function PeoplePanel({ store, close }: { store: Store; close: () => void }) {
  const [query, setQuery] = useState("");
  const panel = useRef<HTMLElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (choosing.value) document.getElementById("my-name")?.focus();
    else heading.current?.focus();
    choosing.value = false;
    const outside = (event: PointerEvent): void => {
      const target = event.target as Element;
      if (panel.current?.contains(target) === false && target.closest(".people") === null) store.peopleOpen.value = false;
    };
    document.addEventListener("pointerdown", outside, true);
    return () => document.removeEventListener("pointerdown", outside, true);
  }, []);
  const { seat } = store.session;
  const everybody = sorted([...store.people.value.values()], seat);
  const searched = everybody.length > SEARCHED;
  const people = searched && query.trim() !== "" ? everybody.filter((person) => isNamed(person, query)) : everybody;
  const visitors = store.here.value - everybody.length;
  const mayPresent = RANK[store.role.value] >= RANK.participant;
  return (
    <section
      ref={panel}
      id="people"
      class="people-panel"
      role="dialog"
      aria-labelledby="people-title"
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        close();
      }}
    >
      <div class="people-head">
        <h2 id="people-title" ref={heading} tabIndex={-1}>
          {words.people}
        </h2>
        <button type="button" class="button quiet square" aria-label={text.close} onClick={close}>
          <Icon name="x" />
        </button>
      </div>
      {searched && (
        <input
          class="people-search" type="search" value={query} placeholder={words.searchPeople} aria-label={words.searchPeople}
          onInput={(event) => setQuery(event.currentTarget.value)}
        />
      )}
      <div class="people-body" tabIndex={people.length > 8 ? 0 : undefined} role="group" aria-label={words.people}>
        <Hands together={together} />
        <ul class="people-list">
          {people.slice(0, SHOWN_MAX).map((person) => (
            <PersonLine key={person.seat} person={person} together={together} />
          ))}
        </ul>
        {people.length === 0 && <p class="people-rest">{words.nobodyFound}</p>}
      </div>
      {(people.length > SHOWN_MAX || visitors > 0) && (
        <p class="people-rest">
          {people.length > SHOWN_MAX && words.others(people.length - SHOWN_MAX)} {visitors > 0 && words.visitors(visitors)}
        </p>
      )}
      {everybody.length > 1 && (
        <label class="people-choice">
          <input type="checkbox" checked={together.hides.value} onChange={(event) => together.hide(event.currentTarget.checked)} />
          {words.hideCursors}
        </label>
      )}
      {everybody.length > 1 && <Cursors store={store} />}
      {mayPresent && <MyName store={store} />}
    </section>
  );
}

/** Whether cursors are hidden from everybody; whoever leads says so. */
function Cursors({ store }: { store: Store }) {
  void store.revision.value; // what is read here changes with it
  const { session } = store;
  const hidden = session.model.board?.cursors === false;
  if (!session.isFacilitator) return hidden ? <p class="people-rest">{words.hiddenForAll}</p> : null;
  return (
    <label class="people-choice follows">
      <input
        type="checkbox" checked={hidden}
        onChange={(event) => session.edit([{ op: "stage.cursors", shown: !event.currentTarget.checked }])}
      />
      {words.hideForAll}
    </label>
  );
}

/** The raised hands, in the order in which they were raised; whoever leads lowers them. */
function Hands({ together }: { together: Together }) {
  const { attention, store } = together;
  const hands = attention.hands.value;
  const me = store.session.seat;
  const leads = store.session.isFacilitator;
  if (hands.length === 0) return null;
  return (
    <section class="people-hands" aria-labelledby="hands-title">
      <div class="people-hands-head">
        <h3 id="hands-title">
          <Glyph name="hand" markup={hand} size={16} />
          {words.hands(hands.length)}
        </h3>
        {leads && hands.length > 1 && (
          <button type="button" class="button quiet small" onClick={() => attention.lower(null)}>
            {words.lowerAll}
          </button>
        )}
      </div>
      <ol>
        {hands.slice(0, SHOWN_MAX).map((person, at) => (
          <li key={person.seat}>
            <span class="people-place">{words.place(at + 1)}</span>
            <Mark person={person} />
            <span class="people-name" dir="auto">
              {called(person)}
            </span>
            {person.seat === me && !leads && <span class="people-you">{words.you}</span>}
            {(leads || person.seat === me) && (
              <button type="button" class="button quiet small" aria-label={words.lowerOf(called(person))} onClick={() => attention.lower(person.seat)}>
                {words.lower}
              </button>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Mark({ person }: { person: Person }) {
  return (
    <span class="people-mark" data-color={person.color} aria-hidden="true">
      {[...(person.name || words.word(person.seat))][0]?.toLocaleUpperCase()}
    </span>
  );
}

function PersonLine({ person, together }: { person: Person; together: Together }) {
  const { attention, store } = together;
  const name = called(person);
  const { following = true, watching = "" } = person;
  const watched = watching === "" ? undefined : store.people.value.get(watching);
  const isMe = person.seat === store.session.seat;
  const state = watched !== undefined ? words.followsPerson(called(watched))
    : following ? words.follows
    : isMe && store.leads.value ? words.leads
    : !isMe && RANK[person.role as Role] >= RANK.facilitator && store.stageOpen.value ? "" // whether they lead is not said
    : words.ownView;
  const place = attention.hands.value.findIndex(({ seat }) => seat === person.seat) + 1;
  const followed = attention.followed.value === person.seat;
  return (
    <li>
      <Mark person={person} />
      <span>
        <span class="people-name" dir="auto">
          {name}
        </span>
        <span class="people-role">
          {[words.roles[person.role] ?? person.role, state].filter((part) => part !== "").join(" · ")}
        </span>
      </span>
      {place > 0 && (
        <span class="people-hand" title={words.handIs(place)}>
          <span class="spoken">{words.handIs(place)}</span>
          <Glyph name="hand" markup={hand} size={16} />
          <span aria-hidden="true">{place}</span>
        </span>
      )}
      {isMe && (
        <span class="people-you">
          <span class="spoken">{words.thisIs}</span>
          {words.you}
        </span>
      )}
      {attention.mayFollow(person) && (
        <button
          type="button" class="button quiet small strong" aria-label={words.followOf(name)} aria-pressed={followed}
          onClick={() => attention.follow(followed ? null : person.seat)}
        >
          {words.follow}
        </button>
      )}
    </li>
  );
}

/** Whether a person's name, or the word of a guest, holds what is looked for; case and marks aside. */
function isNamed(person: Person, query: string): boolean {
  return plain(called(person)).includes(plain(query.trim()));
}

function plain(name: string): string {
  return name.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}

function MyName({ store }: { store: Store }) {
  const { session } = store;
  const [name, setName] = useState(session.name);
  const [saved, setSaved] = useState(false);
  const me = store.people.value.get(session.seat);
  return (
    <form
      class="people-me"
      onSubmit={(event) => {
        event.preventDefault();
        session.name = name.trim();
        setSaved(true);
      }}
    >
      <label for="my-name">{words.yourName}</label>
      <input
        id="my-name"
        autocomplete="nickname"
        maxLength={NAME_CHARS_MAX}
        value={name}
        placeholder={me && words.guest(me.seat)}
        aria-describedby="my-name-hint"
        onInput={(event) => {
          setName(event.currentTarget.value);
          setSaved(false);
        }}
      />
      <button type="submit" class="button solid">
        {words.save}
      </button>
      <p id="my-name-hint" role="status">
        {saved ? words.saved : words.nameHint}
      </p>
    </form>
  );
}

function sorted(people: Person[], me: string): Person[] {
  const rank = ({ seat, role }: Person): number => (seat === me ? -10 : -RANK[role as Role]);
  return people.sort((a, b) => rank(a) - rank(b) || called(a).localeCompare(called(b)) || (a.seat < b.seat ? -1 : 1));
}
