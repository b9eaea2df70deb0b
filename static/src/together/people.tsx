import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { NAME_CHARS_MAX, RANK } from "../generated/constants.js";
import type { Person, Role } from "../generated/wire.js";
import { text } from "../i18n/index.js";
import { together as words } from "../i18n/together.js";
import { Icon } from "../ui/icon.js";
import type { Store } from "../ui/store.js";
import { called } from "./index.js";

const SHOWN_MAX = 100;

/** The list is opened to choose a name. */
export const choosing = signal(false);

/** Who is here: me first, then by role and name; and what I am called. */
export function PeoplePanel({ store, close }: { store: Store; close: () => void }) {
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
  const people = sorted([...store.people.value.values()], seat);
  const visitors = store.here.value - people.length;
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
      <ul class="people-list" tabIndex={people.length > 8 ? 0 : undefined}>
        {people.slice(0, SHOWN_MAX).map((person) => (
          <PersonLine key={person.seat} person={person} me={person.seat === seat} />
        ))}
      </ul>
      {(people.length > SHOWN_MAX || visitors > 0) && (
        <p class="people-rest">
          {people.length > SHOWN_MAX && words.others(people.length - SHOWN_MAX)} {visitors > 0 && words.visitors(visitors)}
        </p>
      )}
      {mayPresent && <MyName store={store} />}
    </section>
  );
}

function PersonLine({ person, me }: { person: Person; me: boolean }) {
  const name = called(person);
  const { following = true } = person;
  return (
    <li>
      <span class="people-mark" data-color={person.color} aria-hidden="true">
        {[...(person.name || words.word(person.seat))][0]?.toLocaleUpperCase()}
      </span>
      <span>
        <span class="people-name" dir="auto">
          {name}
        </span>
        <span class="people-role">
          {words.roles[person.role] ?? person.role} · {following ? words.follows : words.ownView}
        </span>
      </span>
      {me && <span class="people-you">{words.you}</span>}
    </li>
  );
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
