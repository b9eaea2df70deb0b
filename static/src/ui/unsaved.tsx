// What could not be saved, for a person to see: two versions of one text, and changes that the
// server refused or that could not be sent, with their texts to be copied. It takes no focus, as
// somebody may be typing; it stays until it was dealt with.

import { useRef, useState } from "preact/hooks";
import type { TextConflict } from "../board/editing.js";
import type { Kept } from "../board/outbox.js";
import { textOf } from "../board/predict.js";
import type { AnyOp } from "../generated/wire.js";
import { unsavedText as text } from "../i18n/unsaved.js";
import type { Store } from "./store.js";

const SHOWN_MAX = 20;

export function Unsaved({ store }: { store: Store }) {
  const conflicts = store.conflicts.value;
  const unsaved = store.lost.value;
  if (conflicts.length === 0 && unsaved.length === 0) return null;
  return (
    <section class="unsaved" aria-label={text.region}>
      {conflicts.map((conflict) => (
        <Conflict key={`${conflict.owner}/${conflict.id} ${conflict.field}`} conflict={conflict} store={store} />
      ))}
      {unsaved.length > 0 && <Lost unsaved={unsaved} store={store} />}
    </section>
  );
}

function Conflict({ conflict, store }: { conflict: TextConflict; store: Store }) {
  const { owner, id, field, mine, theirs, joined } = conflict;
  const place = store.session.model.place(`${owner}/${id}`);
  const named = field === "title" ? "" : textOf(place, "title").trim();
  return (
    <article class="unsaved-card">
      <h2>{text.conflict(field, named)}</h2>
      <p>{text.conflictWhy}</p>
      <dl class="versions">
        <Version name={text.mine} words={mine} />
        <Version name={text.theirs} words={theirs} />
      </dl>
      <p class="unsaved-actions">
        <button type="button" class="button solid" onClick={() => conflict.keepMine()}>
          {text.keepMine}
        </button>
        <button type="button" class="button" onClick={() => conflict.takeTheirs()}>
          {text.takeTheirs}
        </button>
        {joined !== null && (
          <button type="button" class="button" onClick={() => conflict.both()}>
            {text.both}
          </button>
        )}
      </p>
    </article>
  );
}

function Version({ name, words }: { name: string; words: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd dir="auto" tabIndex={0}>
        {words === "" ? text.empty : words}
      </dd>
    </div>
  );
}

function Lost({ unsaved, store }: { unsaved: readonly Kept[]; store: Store }) {
  const { editing } = store.session;
  const seen = unsaved.filter(({ why }) => why !== undefined);
  return (
    <article class="unsaved-card">
      <h2>{text.unsaved(unsaved.length)}</h2>
      <ul>
        {unsaved.slice(0, SHOWN_MAX).map((kept) => (
          <li key={`${kept.seat} ${kept.n}`}>
            <p>
              <strong>{described(kept.ops)}:</strong> {text.why(kept.why?.code ?? "waits", kept.why?.message ?? "")}
            </p>
            <Words words={wordsOf(kept.ops)} />
            {kept.why !== undefined && (
              <button type="button" class="button small" onClick={() => editing?.dismiss(kept)}>
                {text.dismiss}
              </button>
            )}
          </li>
        ))}
      </ul>
      {unsaved.length > SHOWN_MAX && <p>{text.more(unsaved.length - SHOWN_MAX)}</p>}
      {seen.length > 1 && (
        <p class="unsaved-actions">
          <button type="button" class="button" onClick={() => seen.forEach((kept) => editing?.dismiss(kept))}>
            {text.dismissAll}
          </button>
        </p>
      )}
    </article>
  );
}

function Words({ words }: { words: string }) {
  const [copied, setCopied] = useState(false);
  const shown = useRef<HTMLPreElement>(null);
  if (words === "") return null;
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(words);
      setCopied(true);
    } catch {
      // a page without HTTPS has no clipboard: selected, the words can be copied by hand
      if (shown.current !== null) getSelection()?.selectAllChildren(shown.current);
    }
  };
  return (
    <>
      <pre ref={shown} dir="auto" tabIndex={0}>
        {words}
      </pre>
      <button
        type="button"
        class="button small"
        onClick={() => void copy()}
      >
        {copied ? text.copied : text.copy}
      </button>
    </>
  );
}

type Did = keyof typeof text.did;

/** What operations do, in words: how many of what. */
function described(ops: readonly AnyOp[]): string {
  const counts = new Map<Did, number>();
  for (const { op } of ops) {
    const kind: Did = op in text.did ? (op as Did) : op.startsWith("layer.") ? "layer" : "other";
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const words = [...counts].map(([kind, count]) => text.did[kind](count)).join(", ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The texts that operations would have set. */
function wordsOf(ops: readonly AnyOp[]): string {
  return ops
    .flatMap((op) => {
      if (op.op === "text.set") return [op.text];
      if (!("text" in op)) return [];
      return Object.values(op.text ?? {}).flatMap((languages) => Object.values(languages));
    })
    .filter((words) => words !== "")
    .join("\n\n");
}
