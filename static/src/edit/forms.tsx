// The forms that open under a row: a text, tags, a link, a colour, a place, a relation. Each does one
// step of its own, and keeps what was typed until that is done or dropped.

import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import {
  ALT_CHARS_MAX, LABEL_CHARS_MAX, TEXT_CHARS_MAX, TITLE_CHARS_MAX,
} from "../generated/constants.js";
import type { NodeSet, NodeShape, RelationSet, RelationShape } from "../generated/wire.js";
import { text } from "../i18n/edit.js";
import { words } from "../i18n/outline.js";
import type { Direction, Kind, Line } from "./acts.js";
import { KINDS } from "./acts.js";
import type { Typed } from "./fields.js";
import { readText } from "./fields.js";
import { isTitled } from "./naming.js";
import { type Option, Picker } from "./picker.js";
import { type Side, SIDES } from "./places.js";
import { type Position, positionOf } from "./position.js";
import { PositionFields, typedPosition } from "./position-fields.js";

const TONES = Object.keys(words.colours);

/** A form's frame: Escape drops it, Enter does it where a field does not use it. */
export function Frame({ label, save, cancel, children, verb = words.save, problem = "" }: {
  readonly label: string;
  readonly save: () => void;
  readonly cancel: () => void;
  readonly children: ComponentChildren;
  readonly verb?: string;
  readonly problem?: string;
}) {
  return (
    <form
      class="edit-form"
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key !== "Escape" || event.isComposing) return;
        event.preventDefault();
        cancel();
      }}
    >
      {children}
      {problem !== "" && (
        <p class="field-problem" role="alert">
          {problem}
        </p>
      )}
      <div class="form-actions">
        <button type="submit" class="button solid small">
          {verb}
        </button>
        <button type="button" class="button small" onClick={cancel}>
          {words.cancel}
        </button>
      </div>
    </form>
  );
}

/** A draft that outlives the form that it is typed into. */
export interface Draft {
  value: string;
  base: string;
}

export type TextField = "title" | "text" | "alt" | "label" | "note" | "description";
export const BOUNDS: Readonly<Record<TextField, number>> = {
  title: TITLE_CHARS_MAX, text: TEXT_CHARS_MAX, alt: ALT_CHARS_MAX, label: LABEL_CHARS_MAX,
  note: TEXT_CHARS_MAX, description: TEXT_CHARS_MAX,
};

/**
 * A text. `now` is what stands there: when somebody else has changed it since the typing began, both
 * are shown, and the person says which stays.
 */
export function TextForm({ label, field, draft, now, save, cancel }: {
  readonly label: string;
  readonly field: TextField;
  readonly draft: Draft;
  readonly now: string;
  readonly save: (text: string, base: string) => void;
  readonly cancel: () => void;
}) {
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const [problem, complain] = useState("");
  const [base, setBase] = useState(draft.base);
  const oneLine = field === "title" || field === "label";
  const isOvertaken = now !== base && now !== draft.value;
  useLayoutEffect(() => {
    const { current } = area;
    if (current === null) return;
    current.focus();
    current.setSelectionRange(current.value.length, current.value.length);
    fit(current);
  }, []);
  const keep = (): void => {
    const typed = readText(draft.value, BOUNDS[field], oneLine);
    if ("problem" in typed) return complain(typed.problem);
    if (isOvertaken) return void document.getElementById(`${id}-mine`)?.focus();
    save(typed.value, base);
  };
  return (
    <Frame label={label} save={keep} cancel={cancel} problem={problem}>
      <label class="field-label" for={id}>
        {label}
      </label>
      <textarea
        ref={area}
        id={id}
        class="field"
        rows={oneLine ? 1 : 3}
        dir="auto"
        defaultValue={draft.value}
        aria-describedby={isOvertaken ? `${id}-theirs` : undefined}
        onInput={({ currentTarget }) => {
          draft.value = currentTarget.value;
          complain("");
          fit(currentTarget);
        }}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.isComposing) return;
          if (!oneLine && !event.ctrlKey && !event.metaKey) return; // a line break
          if (oneLine && event.shiftKey) return;
          event.preventDefault();
          keep();
        }}
      />
      {isOvertaken && (
        <div class="overtaken">
          <p id={`${id}-theirs`} role="status">
            {words.theirs} <q dir="auto">{now}</q>
          </p>
          <div class="form-actions">
            <button
              id={`${id}-mine`}
              type="button"
              class="button small"
              onClick={() => {
                draft.base = now;
                setBase(now);
                area.current?.focus();
              }}
            >
              {words.keepMine}
            </button>
            <button
              type="button"
              class="button small"
              onClick={() => {
                draft.value = draft.base = now;
                setBase(now);
                if (area.current !== null) area.current.value = now;
                area.current?.focus();
              }}
            >
              {words.takeTheirs}
            </button>
          </div>
        </div>
      )}
    </Frame>
  );
}

/** As high as what is in it, up to some lines. */
function fit(area: HTMLTextAreaElement): void {
  area.style.height = "auto";
  area.style.height = `${Math.min(240, area.scrollHeight + 2)}px`;
}

/** One line that is read in a way of its own: tags, a link, the title of a layer. */
export function LineForm<T>({ label, hint, value, read, save, cancel, verb, children }: {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly read: (typed: string) => Typed<T>;
  readonly save: (value: T) => void;
  readonly cancel: () => void;
  readonly verb?: string;
  readonly children?: ComponentChildren;
}) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [problem, complain] = useState("");
  useLayoutEffect(() => field.current?.select(), []);
  const keep = (): void => {
    const typed = read(field.current?.value ?? "");
    if ("problem" in typed) complain(typed.problem);
    else save(typed.value);
  };
  return (
    <Frame label={label} save={keep} cancel={cancel} problem={problem} {...(verb === undefined ? {} : { verb })}>
      <label class="field-label" for={id}>
        {label}
      </label>
      <input
        ref={field} id={id} class="field" type="text" dir="auto" autocomplete="off" defaultValue={value}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`} onInput={() => complain("")}
      />
      {hint !== undefined && (
        <p id={`${id}-hint`} class="hint">
          {hint}
        </p>
      )}
      {children}
    </Frame>
  );
}

/** What is new: its kind, and what it says. */
export function CreateForm({ where, kind, draft, save, cancel }: {
  readonly where: string;
  readonly kind: Kind;
  readonly draft: Draft;
  readonly save: (kind: Kind, said: string) => void;
  readonly cancel: () => void;
}) {
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const [chosen, choose] = useState<Kind>(kind);
  const [problem, complain] = useState("");
  const field = isTitled(chosen) ? "title" : "text";
  useLayoutEffect(() => area.current?.focus(), []);
  const keep = (): void => {
    const typed = readText(draft.value.trim(), BOUNDS[field], field === "title");
    if ("problem" in typed) complain(typed.problem);
    else save(chosen, typed.value);
  };
  return (
    <Frame label={words.newIn(where)} save={keep} cancel={cancel} verb={words.create} problem={problem}>
      <p class="form-title">{words.newIn(where)}</p>
      <div class="form-row">
        <label class="field-label" for={`${id}-kind`}>
          {words.kind}
        </label>
        <select
          id={`${id}-kind`} class="field" value={chosen}
          onChange={({ currentTarget: { value } }) => choose(value as Kind)}
        >
          {KINDS.map((each) => (
            <option key={each} value={each}>
              {words.kinds[each]}
            </option>
          ))}
        </select>
      </div>
      <label class="field-label" for={id}>
        {field === "title" ? words.title : words.text}
      </label>
      <textarea
        ref={area} id={id} class="field" rows={1} dir="auto" defaultValue={draft.value}
        onInput={({ currentTarget }) => {
          draft.value = currentTarget.value;
          complain("");
          fit(currentTarget);
        }}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.isComposing || (event.shiftKey && field === "text")) return;
          event.preventDefault();
          keep();
        }}
      />
    </Frame>
  );
}

/** The colours of the palette; null is the layer's own. */
export function Colours({ value, none, pick }: {
  readonly value: string | null;
  readonly none: boolean;
  readonly pick: (colour: string | null) => void;
}) {
  const name = useId();
  const choices = [...(none ? [null] : []), ...TONES];
  return (
    <fieldset class="colours">
      <legend class="field-label">{words.colour}</legend>
      {choices.map((colour) => (
        <label key={colour ?? ""} class="colour" title={colour === null ? words.asLayer : words.colours[colour]}>
          <input type="radio" name={name} checked={value === colour} onChange={() => pick(colour)} />
          <span class={colour === null ? "swatch none" : "swatch"} data-color={colour ?? undefined} aria-hidden="true" />
          <span class="spoken">{colour === null ? words.asLayer : words.colours[colour]}</span>
        </label>
      ))}
    </fieldset>
  );
}

export function ColourForm({ value, none, save, cancel }: {
  readonly value: string | null;
  readonly none: boolean;
  readonly save: (colour: string | null) => void;
  readonly cancel: () => void;
}) {
  const [picked, pick] = useState(value);
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    (box.current?.querySelector<HTMLInputElement>("input:checked") ?? box.current?.querySelector("input"))?.focus();
  }, []);
  return (
    <Frame label={words.colour} save={() => save(picked)} cancel={cancel}>
      <div ref={box}>
        <Colours value={picked} none={none} pick={pick} />
      </div>
    </Frame>
  );
}

/** One of a list, found by typing. */
export function PickForm({ label, options, verb, save, cancel }: {
  readonly label: string;
  readonly options: readonly Option[];
  readonly verb: string;
  readonly save: (id: string) => void;
  readonly cancel: () => void;
}) {
  const [picked, pick] = useState<Option | null>(null);
  const [problem, complain] = useState("");
  return (
    <Frame
      label={label} cancel={cancel} verb={verb} problem={problem}
      save={() => (picked === null ? complain(words.needsChoice) : save(picked.id))}
    >
      <Picker label={label} options={options} picked={picked} pick={pick} focused />
    </Frame>
  );
}

export function BesideForm({ options, save, cancel }: {
  readonly options: readonly Option[];
  readonly save: (id: string, side: Side) => void;
  readonly cancel: () => void;
}) {
  const [picked, pick] = useState<Option | null>(null);
  const [side, turn] = useState<Side>("right");
  const [problem, complain] = useState("");
  return (
    <Frame
      label={words.beside} cancel={cancel} problem={problem}
      save={() => (picked === null ? complain(words.needsChoice) : save(picked.id, side))}
    >
      <Picker label={words.beside} options={options} picked={picked} pick={pick} focused />
      <Choose label={words.side} value={side} choices={SIDES.map((each) => [each, words.sides[each]])} choose={turn} />
    </Frame>
  );
}

/** Where things lie and how large they are, as numbers. */
export function PositionForm({ nodes, save, cancel }: {
  readonly nodes: readonly NodeShape[];
  readonly save: (shown: Position, typed: Position) => void;
  readonly cancel: () => void;
}) {
  const [shown] = useState(() => positionOf(nodes)); // it stays when others move them
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => box.current?.querySelector("input")?.select(), []);
  return (
    <Frame label={text.position} save={() => save(shown, typedPosition(box.current!.closest("form")!))} cancel={cancel}>
      <div ref={box} class="position-fields">
        <PositionFields shown={shown} />
      </div>
    </Frame>
  );
}

/** The form of a shape, or the size of a plain text. */
export function LooksForm({ node, save, cancel }: {
  readonly node: NodeShape;
  readonly save: (looks: Pick<NodeSet, "shape" | "text_size">) => void;
  readonly cancel: () => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const isShape = node.kind === "shape";
  const [shape, form] = useState((node.shape ?? "rectangle") as keyof typeof text.shapes);
  const [size, measure] = useState((node.text_size ?? "medium") as keyof typeof text.sizes);
  useLayoutEffect(() => box.current?.querySelector("select")?.focus(), []);
  return (
    <Frame
      label={isShape ? text.shape : text.size} cancel={cancel}
      save={() => save(isShape ? { shape } : { text_size: size })}
    >
      <div ref={box}>
        {isShape ? (
          <Choose label={text.shape} value={shape} choices={listOf(text.shapes)} choose={form} />
        ) : (
          <Choose label={text.size} value={size} choices={listOf(text.sizes)} choose={measure} />
        )}
      </div>
    </Frame>
  );
}

/** A select with its label beside it. */
export function Choose<T extends string>({ label, value, choices, choose }: {
  readonly label: string;
  readonly value: T;
  readonly choices: readonly (readonly [T, string])[];
  readonly choose: (value: T) => void;
}) {
  const id = useId();
  return (
    <div class="form-row">
      <label class="field-label" for={id}>
        {label}
      </label>
      <select id={id} class="field" value={value} onChange={({ currentTarget }) => choose(currentTarget.value as T)}>
        {choices.map(([each, said]) => (
          <option key={each} value={each}>
            {said}
          </option>
        ))}
      </select>
    </div>
  );
}

const listOf = <T extends string>(known: Readonly<Record<T, string>>): [T, string][] => Object.entries(known) as [T, string][];

export function ConnectForm({ options, save, cancel }: {
  readonly options: readonly Option[];
  readonly save: (id: string, line: Line) => void;
  readonly cancel: () => void;
}) {
  const id = useId();
  const [picked, pick] = useState<Option | null>(null);
  const [label, name] = useState("");
  const [direction, turn] = useState<Direction>("to");
  const [line, draw] = useState<Line["line"]>("curved");
  const [dashed, dash] = useState(false);
  const [problem, complain] = useState("");
  const keep = (): void => {
    if (picked === null) return complain(words.needsChoice);
    const typed = readText(label.trim(), LABEL_CHARS_MAX, true);
    if ("problem" in typed) complain(typed.problem);
    else save(picked.id, { label: typed.value, direction, line, dashed });
  };
  return (
    <Frame label={words.connect} save={keep} cancel={cancel} verb={words.connectVerb} problem={problem}>
      <Picker label={words.connect} options={options} picked={picked} pick={pick} focused />
      <label class="field-label" for={id}>
        {words.label}
      </label>
      <input id={id} class="field" type="text" dir="auto" autocomplete="off" value={label} onInput={({ currentTarget }) => name(currentTarget.value)} />
      <Choose label={words.direction} value={direction} choices={listOf(words.directions)} choose={turn} />
      <Choose label={words.line} value={line} choices={listOf(words.lines)} choose={draw} />
      <Check label={words.dashed} on={dashed} set={dash} />
    </Frame>
  );
}

export function Check({ label, on, set, hint }: {
  readonly label: string;
  readonly on: boolean;
  readonly set: (on: boolean) => void;
  readonly hint?: string;
}) {
  return (
    <label class="check">
      <input type="checkbox" checked={on} onChange={({ currentTarget }) => set(currentTarget.checked)} />
      <span>
        {label}
        {hint !== undefined && <span class="hint">{hint}</span>}
      </span>
    </label>
  );
}

type Head = keyof typeof words.heads;
export type Drawn = Pick<RelationSet, "line" | "start" | "end" | "dashed">;

export function RelationForm({ relation, save, cancel }: {
  readonly relation: RelationShape;
  readonly save: (drawn: Drawn) => void;
  readonly cancel: () => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const [line, draw] = useState((relation.line ?? "curved") as keyof typeof words.lines);
  const [start, setStart] = useState((relation.start ?? "none") as Head);
  const [end, setEnd] = useState((relation.end ?? "arrow") as Head);
  const [dashed, dash] = useState(relation.dashed === true);
  useLayoutEffect(() => box.current?.querySelector("select")?.focus(), []);
  return (
    <Frame label={words.editRelation} save={() => save({ line, start, end, dashed })} cancel={cancel}>
      <div ref={box}>
        <Choose label={words.line} value={line} choices={listOf(words.lines)} choose={draw} />
        <Choose label={words.start} value={start} choices={listOf(words.heads)} choose={setStart} />
        <Choose label={words.end} value={end} choices={listOf(words.heads)} choose={setEnd} />
      </div>
      <Check label={words.dashed} on={dashed} set={dash} />
    </Frame>
  );
}
