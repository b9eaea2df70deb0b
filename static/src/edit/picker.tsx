// A field to type into, and a list of what it finds: the combobox pattern with a list.

import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { words } from "../i18n/outline.js";
import { folded } from "./tree.js";

export interface Option {
  readonly id: string;
  readonly title: string;
  readonly detail: string;
}

const SHOWN_MAX = 30;

/** The options that contain what was typed: those that begin with it first, in their order. */
export function matching(options: readonly Option[], typed: string): readonly Option[] {
  const wanted = folded(typed);
  if (wanted === "") return options;
  const found = options
    .map((option) => ({ option, at: folded(option.title).indexOf(wanted) }))
    .filter(({ at }) => at >= 0);
  return [...found.filter(({ at }) => at === 0), ...found.filter(({ at }) => at > 0)].map(({ option }) => option);
}

interface PickerProps {
  readonly label: string;
  readonly options: readonly Option[];
  readonly picked: Option | null;
  readonly pick: (option: Option | null) => void;
  readonly focused?: boolean;
}

export function Picker({ label, options, picked, pick, focused = false }: PickerProps) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [typed, type] = useState("");
  const [open, setOpen] = useState(false);
  const [at, go] = useState(0);
  const found = matching(options, typed);
  const shown = open ? found.slice(0, SHOWN_MAX) : [];
  useLayoutEffect(() => {
    if (focused) field.current?.focus();
  }, []);
  useLayoutEffect(() => {
    if (open) document.getElementById(`${id}-${at}`)?.scrollIntoView({ block: "nearest" });
  }, [at, open]);
  const choose = (option: Option | undefined): void => {
    if (option === undefined) return;
    setOpen(false);
    field.current?.focus();
    pick(option); // last: it may take the focus elsewhere
  };
  return (
    <div class="picker">
      <label class="field-label" for={id}>
        {label}
      </label>
      <input
        ref={field}
        id={id}
        class="field"
        type="text"
        role="combobox"
        autocomplete="off"
        spellcheck={false}
        aria-expanded={open}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={shown[at] === undefined ? undefined : `${id}-${at}`}
        placeholder={words.find}
        value={picked === null ? typed : picked.title}
        onInput={({ currentTarget: { value } }) => {
          type(value);
          go(0);
          setOpen(true);
          if (picked !== null) pick(null);
        }}
        onFocus={({ currentTarget }) => currentTarget.select()}
        onClick={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={(event) => {
          if (event.isComposing) return;
          if (event.key === "ArrowDown" || event.key === "ArrowUp") {
            if (!open) setOpen(true);
            else go(Math.max(0, Math.min(shown.length - 1, at + (event.key === "ArrowDown" ? 1 : -1))));
          } else if (event.key === "Enter" && open && shown[at] !== undefined) choose(shown[at]);
          else if (event.key === "Escape" && open) setOpen(false);
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      <div class="picker-anchor">
        <ul id={`${id}-list`} class="picker-list" role="listbox" aria-label={label} hidden={!open || shown.length === 0}>
          {shown.map((option, index) => (
            <li
              key={option.id}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === at}
              class={index === at ? "picker-option at" : "picker-option"}
              onPointerDown={(event) => event.preventDefault()} // the field keeps the focus
              onClick={() => choose(option)}
            >
              <span class="picker-title">{option.title}</span>
              <span class="picker-detail">{option.detail}</span>
            </li>
          ))}
        </ul>
      </div>
      <p class="hint" role="status">
        {open && found.length === 0 && words.noMatch}
        {open && found.length > SHOWN_MAX && words.typeMore(found.length - SHOWN_MAX)}
      </p>
    </div>
  );
}
