import lockIcon from "lucide-static/icons/lock-keyhole.svg";
import { useEffect, useRef, useState } from "preact/hooks";
import { TEXT_CHARS_MAX } from "../generated/constants.js";
import { words } from "../i18n/private.js";
import { Glyph } from "../ui/icon.js";
import type { PrivateWriting } from "./index.js";

/** What everybody sees along the top while a private round is open, and where they write. */
export function PrivateSign({ writing }: { writing: PrivateWriting }) {
  const round = writing.round.value;
  if (round === null || round.open !== true) return null;
  const own = writing.own.value;
  return (
    <div class="sign-pill private-sign" role="group" aria-label={words.title}>
      <Glyph name="lock-keyhole" markup={lockIcon} />
      <span class="private-question">
        <strong dir="auto">{round.question}</strong>
        {own !== null && <span class="private-mine">{words.onlyYou(writing.mine.value)}</span>}
        {own === null && !writing.mayWrite && <span class="private-mine">{words.lookOn}</span>}
      </span>
      {own === null && writing.mayWrite && (
        <button type="button" class="button solid small" aria-label={words.writeOn(round.question)} onClick={() => writing.write()}>
          {words.write}
        </button>
      )}
      {own !== null && writing.mayWrite && <Writing writing={writing} question={round.question} />}
    </div>
  );
}

function Writing({ writing, question }: { writing: PrivateWriting; question: string }) {
  const [said, say] = useState("");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (writing.takesFocus()) field.current?.focus();
  }, []);
  return (
    <form
      class="private-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (writing.add(said)) say("");
        field.current?.focus(); // for the next one: on a phone the keyboard stays
      }}
    >
      <input
        ref={field}
        class="field private-text"
        aria-label={words.yours(question)}
        value={said}
        maxLength={TEXT_CHARS_MAX}
        placeholder={words.placeholder}
        autocomplete="off"
        dir="auto"
        onInput={({ currentTarget }) => say(currentTarget.value)}
      />
      <button type="submit" class="button solid small">
        {words.add}
      </button>
    </form>
  );
}
