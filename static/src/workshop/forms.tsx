// What sections ask with.

import type { RefObject } from "preact";
import { useId, useState } from "preact/hooks";
import { QUESTION_CHARS_MAX } from "../generated/limits.js";

interface QuestionFieldProps {
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  /** Why the round cannot be opened; "": it can. */
  readonly problem: string;
  readonly field: RefObject<HTMLInputElement | null>;
  readonly set: (question: string) => void;
}

/** What a round asks people. */
export function QuestionField({ label, hint, value, problem, field, set }: QuestionFieldProps) {
  const id = useId();
  return (
    <>
      <label class="field-label" for={id}>
        {label}
      </label>
      <input
        ref={field}
        id={id}
        class="field"
        value={value}
        maxLength={QUESTION_CHARS_MAX}
        placeholder={hint}
        autocomplete="off"
        dir="auto"
        aria-invalid={problem !== ""}
        aria-describedby={problem === "" ? undefined : `${id}-problem`}
        onInput={({ currentTarget }) => set(currentTarget.value)}
      />
      {problem !== "" && (
        <p id={`${id}-problem`} class="hint wrong" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}

interface TwiceProps {
  readonly style: string;
  readonly label: string;
  /** What it says when it was pressed once. */
  readonly really: string;
  /** Names what it does, where its label is too short for that. */
  readonly says?: string;
  readonly hint?: string;
  readonly run: () => void;
}

/** What cannot be taken back is asked for once more. */
export function Twice({ style, label, really, says, hint, run }: TwiceProps) {
  const [asked, ask] = useState(false);
  return (
    <button
      type="button" class={asked ? `${style} warns` : style} aria-label={asked && says !== undefined ? `${really} ${says}` : says}
      aria-describedby={hint}
      onClick={() => (asked ? run() : ask(true))}
      onBlur={() => ask(false)}
    >
      {asked ? really : label}
    </button>
  );
}
