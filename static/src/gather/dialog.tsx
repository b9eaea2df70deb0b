import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { TITLE_CHARS_MAX } from "../generated/constants.js";
import { words } from "../i18n/gather.js";
import { text } from "../i18n/index.js";
import { Icon } from "../ui/icon.js";
import { type By, tallied } from "./gathering.js";
import type { Gather } from "./index.js";

const BYS: readonly By[] = ["color", "author", "tag", "votes"];
const SHOWN_MAX = 30; // groups, or tags, of a list

/** Sorts, clusters and counts what is selected. */
export function GatherDialog({ gather }: { gather: Gather }) {
  return gather.open.value === null ? null : <Asking gather={gather} />;
}

function Asking({ gather }: { gather: Gather }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    const part = gather.open.value;
    element?.querySelector<HTMLElement>(part === "cluster" ? "input[type=text]" : part === "tags" ? "#gather-tags" : "input:checked")?.focus();
  }, []);
  const { nodes, layer } = gather.gathered.value;
  const { why } = gather;
  return (
    <dialog
      ref={dialog}
      class="gather"
      aria-labelledby="gather-title"
      onClose={() => gather.close()}
      onClick={(event) => event.target === dialog.current && dialog.current?.close()}
    >
      <div>
        <div class="panel-head">
          <h2 id="gather-title">{words.gather}</h2>
          <button type="button" class="button quiet square" aria-label={text.close} onClick={() => dialog.current?.close()}>
            <Icon name="x" />
          </button>
        </div>
        <div class="gather-body">
          <p class="hint">{layer === null ? words.chosen(nodes.length) : words.inLayer(nodes.length, gather.layerTitle(layer))}</p>
          {why === null ? (
            <>
              <Sorting gather={gather} />
              <Clustering gather={gather} />
              <Tags gather={gather} />
            </>
          ) : (
            <p role="status">{why}</p>
          )}
        </div>
      </div>
    </dialog>
  );
}

function Sorting({ gather }: { gather: Gather }) {
  const by = gather.by.value;
  const groups = gather.groups.value;
  const noVotes = by === "votes" && gather.round === "";
  return (
    <section class="gather-part">
      <fieldset class="gather-by">
        <legend>{words.sortBy}</legend>
        {BYS.map((each) => (
          <label key={each}>
            <input type="radio" name="gather-by" value={each} checked={each === by} onChange={() => (gather.by.value = each)} />
            <span>{words.by[each]}</span>
          </label>
        ))}
      </fieldset>
      {noVotes ? (
        <p class="hint">{words.noVotes}</p>
      ) : (
        <ul class="gather-groups" aria-label={words.groups}>
          {groups.slice(0, SHOWN_MAX).map(({ key, nodes }) => (
            <li key={key}>
              {by === "color" && <span class="swatch" data-color={key} aria-hidden="true" />}
              <span class="gather-name" dir="auto">{gather.titleOf(key, by)}</span>
              <span class="gather-count">{nodes.length}</span>
            </li>
          ))}
          {groups.length > SHOWN_MAX && <li>…</li>}
        </ul>
      )}
      <div class="gather-acts">
        <button type="button" class="button solid" disabled={noVotes} onClick={() => gather.sort(by)}>{words.columns}</button>
        <button type="button" class="button" disabled={noVotes} onClick={() => gather.frames()}>{words.frames}</button>
      </div>
    </section>
  );
}

function Clustering({ gather }: { gather: Gather }) {
  const named = gather.name.value.trim() !== "";
  const problem = gather.problem.value;
  return (
    <section class="gather-part">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          gather.cluster();
        }}
      >
        <h3>{words.cluster}</h3>
        <label class="field-label" for="gather-name">{words.name}</label>
        <input
          id="gather-name" class="field" type="text" maxLength={TITLE_CHARS_MAX} autocomplete="off" dir="auto"
          value={gather.name.value} aria-invalid={problem !== ""}
          onInput={({ currentTarget }) => {
            gather.name.value = currentTarget.value;
            gather.problem.value = "";
          }}
        />
        <div class="gather-acts">
          <button type="submit" class="button solid" aria-disabled={!named}>{words.frame}</button>
          {gather.mayMakeLayers && <button type="button" class="button" aria-disabled={!named} onClick={() => gather.layer()}>{words.layer}</button>}
          <button type="button" class="button" aria-disabled={!named} aria-describedby="gather-card" onClick={() => gather.card()}>{words.card}</button>
        </div>
        <p id="gather-card" class={problem === "" ? "hint" : "hint wrong"} role={problem === "" ? undefined : "alert"}>
          {problem || words.cardHint}
        </p>
      </form>
    </section>
  );
}

function Tags({ gather }: { gather: Gather }) {
  const [copied, setCopied] = useState("");
  const { nodes } = gather.gathered.value;
  const { tags, without } = tallied(nodes);
  const rows = without === 0 ? tags : [...tags, [words.untagged, without] as const];
  return (
    <section class="gather-part" aria-labelledby="gather-tags">
      <h3 id="gather-tags" tabIndex={-1}>{words.tags}</h3>
      {tags.length === 0 ? (
        <p class="hint">{words.noTags}</p>
      ) : (
        <>
          <p class="hint">{words.tally(tags.length, nodes.length)}</p>
          <ul class="gather-groups" aria-labelledby="gather-tags">
            {rows.map(([tag, count]) => (
              <li key={tag}>
                <span class="gather-name" dir="auto">{tag}</span>
                <span class="gather-count">{count}</span>
              </li>
            ))}
          </ul>
          <div class="gather-acts">
            <button
              type="button" class="button"
              onClick={() =>
                void navigator.clipboard.writeText(rows.map((row) => row.join("\t")).join("\n"))
                  .then(() => setCopied(words.copied), () => setCopied(words.notCopied))
              }
            >
              {words.copy}
            </button>
            <span class="hint" role="status">{copied}</span>
          </div>
        </>
      )}
    </section>
  );
}
