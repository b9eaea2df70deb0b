import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { COMMENT_CHARS_MAX } from "../generated/constants.js";
import { words } from "../i18n/comments.js";
import { onMac, shownKeys } from "../ui/keys.js";
import type { Comments } from "./index.js";
import { begun, completed, offered } from "./mentions.js";

const OFFERED_MAX = 6;
const NEAR = 0.9; // of what there is room for

interface ComposerProps {
  readonly comments: Comments;
  /** Names what is kept of it while it is not sent. */
  readonly draft: string;
  readonly label: string;
  readonly hint?: string;
  readonly begin?: string;
  readonly sendLabel?: string;
  /** It is large from the start, and takes the focus. */
  readonly grows?: boolean;
  readonly send: (said: string) => void;
  readonly cancel?: () => void;
}

/** A field to say something in. Names are offered after an @. */
export function Composer({ comments, draft, label, hint = words.writeHint, begin = "", sendLabel = words.send, grows = false, send, cancel }: ComposerProps) {
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const [said, setSaid] = useState(comments.drafts.get(draft) ?? begin);
  const [caret, setCaret] = useState(0);
  const [used, setUsed] = useState(grows || said !== "");
  const [chosen, setChosen] = useState(0);
  const [quiet, setQuiet] = useState(false);
  const start = quiet ? null : begun(said, caret);
  const names = start === null ? [] : offered(start.typed, comments.names, OFFERED_MAX);
  const at = Math.min(chosen, names.length - 1);
  const left = COMMENT_CHARS_MAX - [...said].length;
  const may = said.trim() !== "" && left >= 0;
  const fit = (): void => {
    const element = area.current;
    if (element === null) return;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight + 2}px`;
  };
  useLayoutEffect(fit, [said, used]);
  useLayoutEffect(() => {
    if (grows) area.current?.focus({ preventScroll: true });
  }, []);
  const type = (now: string, to: number): void => {
    setSaid(now);
    setCaret(to);
    setQuiet(false);
    setChosen(0);
    comments.drafts.set(draft, now);
  };
  const take = (name: string): void => {
    const done = completed(said, caret, name);
    type(done.text, done.caret);
    const element = area.current;
    if (element === null) return;
    element.value = done.text;
    element.focus();
    element.setSelectionRange(done.caret, done.caret);
  };
  const done = (): void => {
    comments.drafts.delete(draft);
    setSaid("");
    setUsed(grows);
  };
  /** It goes: the focus stays with what it was for. */
  const leave = (): void => area.current?.closest<HTMLElement>("article")?.focus({ preventScroll: true });
  const submit = (): void => {
    if (!may) return;
    const now = said.trim();
    done();
    if (cancel !== undefined) leave();
    send(now);
  };
  const stop = (): void => {
    comments.drafts.delete(draft);
    leave();
    cancel?.();
  };
  const keyed = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit();
    else if (names.length > 0 && event.key === "ArrowDown") setChosen((at + 1) % names.length);
    else if (names.length > 0 && event.key === "ArrowUp") setChosen((at + names.length - 1) % names.length);
    else if (names.length > 0 && (event.key === "Enter" || event.key === "Tab")) take(names[at]!);
    else if (names.length > 0 && event.key === "Escape") setQuiet(true);
    else if (cancel !== undefined && event.key === "Escape") stop();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <form
      class={used ? "composer used" : "composer"}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <textarea
        ref={area}
        class="composer-field"
        rows={1}
        aria-label={label}
        aria-autocomplete="list"
        aria-controls={`${id}-names`}
        aria-activedescendant={names.length > 0 ? `${id}-${at}` : undefined}
        aria-describedby={left < COMMENT_CHARS_MAX * (1 - NEAR) ? `${id}-left` : undefined}
        aria-invalid={left < 0}
        placeholder={hint}
        value={said}
        dir="auto"
        onFocus={() => setUsed(true)}
        onInput={({ currentTarget }) => type(currentTarget.value, currentTarget.selectionEnd)}
        onSelect={({ currentTarget }) => setCaret(currentTarget.selectionEnd)}
        onKeyDown={keyed}
      />
      <ul id={`${id}-names`} class="composer-names" role="listbox" aria-label={words.people} hidden={names.length === 0}>
        {names.map((name, index) => (
          <li
            key={name} id={`${id}-${index}`} role="option" aria-selected={index === at} dir="auto"
            onPointerDown={(event) => event.preventDefault() /* the field keeps the focus */}
            onClick={() => take(name)}
          >
            {name}
          </li>
        ))}
      </ul>
      {used && (
        <div class="composer-foot">
          {left < COMMENT_CHARS_MAX * (1 - NEAR) ? (
            <span id={`${id}-left`} class={left < 0 ? "hint wrong" : "hint"} role="status">{words.left(left)}</span>
          ) : (
            <span class="hint composer-keys" aria-hidden="true">{words.sendKeys(shownKeys("Mod+Enter", onMac).join(onMac ? "" : "+"))}</span>
          )}
          {cancel !== undefined && (
            <button type="button" class="button quiet small" onClick={stop}>{words.cancel}</button>
          )}
          <button type="submit" class="button solid small" aria-disabled={!may}>{sendLabel}</button>
        </div>
      )}
    </form>
  );
}
