// What is asked before something is done: a <dialog>, in which the browser keeps the focus.

import type { ComponentChildren } from "preact";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { LABEL_CHARS_MAX, RANK } from "../generated/constants.js";
import { LINKS_MAX } from "../generated/limits.js";
import type { Role } from "../generated/wire.js";
import { text } from "../i18n/index.js";
import { words } from "../i18n/people.js";
import { saveTable } from "../ui/files.js";
import { Icon } from "../ui/icon.js";
import type { People } from "./index.js";
import { endOfDate, endOfDay } from "./seats.js";

export type Question =
  | { readonly kind: "remove"; readonly seat: string; readonly name: string }
  | { readonly kind: "revoke"; readonly link: string }
  | { readonly kind: "link"; readonly link: string | null }
  | { readonly kind: "address"; readonly link: string; readonly address: string }
  | { readonly kind: "many" }
  | { readonly kind: "made"; readonly ids: readonly string[] };

const MANY = 30;
const WEEK = 7; // days

export function Asking({ people }: { people: People }) {
  const question = people.asking.value;
  if (question === null) return null;
  const link = "link" in question && question.link !== null ? people.came.links.find(({ id }) => id === question.link) : undefined;
  switch (question.kind) {
    case "remove":
      return (
        <Box
          people={people} title={words.removeOf(question.name)} verb={words.removeNow} warns
          save={() => people.submit([{ op: "seat.set", id: question.seat, removed: true }], words.isRemoved(question.name))}
        >
          <p>{words.removeHint}</p>
        </Box>
      );
    case "revoke":
      if (link === undefined) return null;
      return (
        <Box
          people={people} title={words.revokeOf(people.called(link))} verb={words.revokeNow} warns
          save={() => people.set(link, { generation: link.generation + 1 }, words.revoked(people.called(link)))}
        >
          <p>{words.revokeHint(link.here)}</p>
        </Box>
      );
    case "address":
      if (link === undefined) return null;
      return (
        <Box people={people} title={people.called(link)}>
          <p>{words.notCopied}</p>
          <input class="field" readOnly value={question.address} aria-label={words.address} onFocus={(event) => event.currentTarget.select()} />
        </Box>
      );
    case "link":
      return <LinkForm key={question.link} people={people} id={question.link} />;
    case "many":
      return <ManyForm people={people} />;
    case "made":
      return <Made people={people} ids={question.ids} />;
  }
}

interface BoxProps {
  readonly people: People;
  readonly title: string;
  readonly children: ComponentChildren;
  /** What the button says that does it; without one there is nothing to be done. */
  readonly verb?: string;
  readonly warns?: boolean;
  /** False: it is not done, and the question stays. */
  readonly save?: () => boolean | void;
}

function Box({ people, title, verb, warns = false, save, children }: BoxProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = `asked-${useId()}`; // another tree has such ids, too
  useLayoutEffect(() => {
    dialog.current?.showModal();
    dialog.current?.querySelector<HTMLElement>(".people-asking-body input, .people-asking-body select, .button.plain")?.focus();
  }, []);
  return (
    <dialog
      ref={dialog}
      class="people-asking"
      aria-labelledby={id}
      onClose={() => people.answered()}
      onClick={(event) => event.target === dialog.current && dialog.current?.close()}
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (save?.() !== false) dialog.current?.close();
        }}
      >
        <div class="panel-head">
          <h2 id={id}>{title}</h2>
          <button type="button" class="button quiet square" aria-label={text.close} onClick={() => dialog.current?.close()}>
            <Icon name="x" />
          </button>
        </div>
        <div class="people-asking-body">{children}</div>
        <div class="people-asking-acts">
          {verb !== undefined && (
            <button type="submit" class={warns ? "button warns" : "button solid"}>
              {verb}
            </button>
          )}
          <button type="button" class="button plain" onClick={() => dialog.current?.close()}>
            {verb === undefined ? text.close : words.cancel}
          </button>
        </div>
      </form>
    </dialog>
  );
}

function freshLink(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(6));
  return `l${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

function RoleField({ people, value, set }: { people: People; value: Role; set: (role: Role) => void }) {
  const id = `asked-${useId()}`; // another tree has such ids, too
  return (
    <>
      <label class="field-label" for={id}>
        {words.role}
      </label>
      <select id={id} class="field" value={value} onChange={(event) => set(event.currentTarget.value as Role)}>
        {(Object.keys(RANK) as Role[]).filter((role) => RANK[role] <= RANK[people.role]).map((role) => (
          <option key={role} value={role}>
            {words.roles[role]}
          </option>
        ))}
      </select>
    </>
  );
}

/** The name of a link, its role when it is new, and its end. */
function LinkForm({ people, id }: { people: People; id: string | null }) {
  const link = people.came.links.find((each) => each.id === id);
  const [name, setName] = useState(link?.name ?? "");
  const [role, setRole] = useState<Role>(link?.role ?? "participant");
  const [until, setUntil] = useState((link?.expiresMs ?? 0) > 0 ? "kept" : "never");
  const [date, setDate] = useState("");
  const [problem, complain] = useState("");
  const field = `asked-${useId()}`;
  const untils = Object.entries(words.untils);
  if ((link?.expiresMs ?? 0) > 0) untils.unshift(["kept", words.ends(link!.expiresMs)]);
  const save = (): boolean => {
    const now = Date.now();
    const ends = { kept: link?.expiresMs ?? 0, never: 0, today: endOfDay(now, 0), week: endOfDay(now, WEEK), date: endOfDate(date) };
    const expiresMs = ends[until as keyof typeof ends];
    if (Number.isNaN(expiresMs) || (expiresMs > 0 && expiresMs <= now && until !== "kept")) {
      complain(words.noDate);
      document.getElementById(`${field}-date`)?.focus();
      return false;
    }
    if (link !== undefined) people.set(link, { name: name.trim(), expiresMs }, "");
    else people.submit([{ op: "link.set", id: freshLink(), role, generation: 1, name: name.trim(), expires_ms: expiresMs }], words.made(1));
    return true;
  };
  return (
    <Box
      people={people} verb={link === undefined ? words.makeNow : words.save} save={save}
      title={link === undefined ? words.newLink.replace("…", "") : words.settingsOf(people.called(link))}
    >
      <label class="field-label" for={`${field}-name`}>
        {words.name}
      </label>
      <input
        id={`${field}-name`} class="field" type="text" dir="auto" autocomplete="off" maxLength={LABEL_CHARS_MAX} value={name}
        aria-describedby={`${field}-hint`} onInput={(event) => setName(event.currentTarget.value)}
      />
      <p id={`${field}-hint`} class="hint">
        {words.nameHint}
      </p>
      {link === undefined && <RoleField people={people} value={role} set={setRole} />}
      <label class="field-label" for={`${field}-until`}>
        {words.until}
      </label>
      <select id={`${field}-until`} class="field" value={until} onChange={(event) => setUntil(event.currentTarget.value)}>
        {untils.map(([key, said]) => (
          <option key={key} value={key}>
            {said}
          </option>
        ))}
      </select>
      {until === "date" && (
        <>
          <label class="field-label" for={`${field}-date`}>
            {words.date}
          </label>
          <input
            id={`${field}-date`} class="field" type="date" value={date} aria-invalid={problem !== ""}
            aria-describedby={`${field}-problem`} onInput={(event) => setDate(event.currentTarget.value)}
          />
        </>
      )}
      <p id={`${field}-problem`} class="people-problem" role="alert">
        {problem}
      </p>
    </Box>
  );
}

/** Links for one person each, so many at once. */
function ManyForm({ people }: { people: People }) {
  const room = LINKS_MAX - people.came.links.length;
  const [name, setName] = useState(words.badgeName);
  const [role, setRole] = useState<Role>("participant");
  const [count, setCount] = useState(String(Math.min(MANY, Math.max(1, room))));
  const [problem, complain] = useState("");
  const field = `asked-${useId()}`;
  const save = (): boolean => {
    const n = Number(count);
    if (!Number.isInteger(n) || n < 1 || n > room) {
      complain(room < 1 ? words.full(LINKS_MAX) : words.countWrong(room));
      document.getElementById(`${field}-count`)?.focus();
      return false;
    }
    const kind = name.trim() || words.badgeName;
    const taken = new Set(people.came.links.map((link) => link.name));
    const ids: string[] = [];
    const ops = [];
    for (let at = 1; ids.length < n; at += 1) {
      const called = words.badge(kind, at);
      if (taken.has(called)) continue;
      const id = freshLink();
      ids.push(id);
      ops.push({ op: "link.set" as const, id, role, generation: 1, name: called, single: true });
    }
    people.submit(ops, words.made(n), () => people.ask({ kind: "made", ids }));
    return true;
  };
  return (
    <Box people={people} title={words.manyTitle} verb={words.makeNow} save={save}>
      <p>{words.manyHint}</p>
      <label class="field-label" for={`${field}-count`}>
        {words.count}
      </label>
      <input
        id={`${field}-count`} class="field" type="number" min={1} max={Math.max(1, room)} value={count} aria-invalid={problem !== ""}
        aria-describedby={`${field}-problem`} onInput={(event) => setCount(event.currentTarget.value)}
      />
      <label class="field-label" for={`${field}-name`}>
        {words.name}
      </label>
      <input
        id={`${field}-name`} class="field" type="text" dir="auto" autocomplete="off" maxLength={LABEL_CHARS_MAX - 8} value={name}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <RoleField people={people} value={role} set={setRole} />
      <p id={`${field}-problem`} class="people-problem" role="alert">
        {problem}
      </p>
    </Box>
  );
}

/** What was made: a list to print, or to send from a table. */
function Made({ people, ids }: { people: People; ids: readonly string[] }) {
  const [addresses, setAddresses] = useState<ReadonlyMap<string, string> | null>(null);
  const [failed, fail] = useState(false);
  useEffect(() => {
    people.addresses().then(setAddresses, () => fail(true));
  }, []);
  const links = people.came.links.filter(({ id }) => ids.includes(id));
  const rows = links.map((link) => [people.called(link), addresses?.get(link.id) ?? ""] as const);
  const saveCsv = (): void => saveTable([[words.person, words.address], ...rows], `${people.store.board}-links.csv`);
  return (
    <Box people={people} title={words.singles(ids.length)}>
      {failed && <p role="alert">{words.noWay}</p>}
      {addresses !== null && (
        <>
          <div class="links-acts">
            <button type="button" class="button solid" onClick={saveCsv}>
              {words.saveCsv}
            </button>
            <button type="button" class="button" onClick={() => print()}>
              {words.print}
            </button>
          </div>
          <div class="people-made" tabIndex={0} role="group" aria-label={words.singles(ids.length)}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{words.person}</th>
                  <th scope="col">{words.address}</th>
                </tr>
              </thead>
              <tbody>
                {rows.map(([name, address]) => (
                  <tr key={name}>
                    <th scope="row" dir="auto">
                      {name}
                    </th>
                    <td>{address}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </Box>
  );
}
