import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { SEARCH_CHARS_MAX } from "../generated/limits.js";
import type { Hit } from "../generated/wire.js";
import { words } from "../i18n/find.js";
import { text } from "../i18n/index.js";
import { Glyph, Icon } from "../ui/icon.js";
import { Swatch } from "../ui/layers.js";
import type { Store } from "../ui/store.js";
import up from "lucide-static/icons/chevron-up.svg";
import type { Find } from "./index.js";
import { layerTitle } from "./reveal.js";
import { titleOf } from "./search.js";

/** A field and its hits: arrows and Enter go from hit to hit on the canvas. */
export function SearchPanel({ finding, open }: { finding: Find; open: boolean }) {
  const { store, search } = finding;
  const field = useRef<HTMLInputElement>(null);
  const asked = finding.asked.value;
  useLayoutEffect(() => {
    if (!open) return;
    field.current?.focus();
    field.current?.select();
  }, [asked, open]);
  const hits = search.hits.value;
  const at = search.at.value;
  useEffect(() => {
    document.getElementById(`hit-${at}`)?.scrollIntoView({ block: "nearest" });
  }, [at]);
  const keyed = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") search.step(1);
    else if (event.key === "ArrowUp") search.step(-1);
    else if (event.key === "Enter" && hits.length === 0) void search.ask();
    else if (event.key === "Enter") search.step(event.shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
  };
  const { value: trouble } = search.trouble;
  const switched = search.switched.value;
  return (
    <section
      id="find"
      class="panel side-panel find-panel"
      data-covers
      aria-label={words.find}
      hidden={!open}
      onKeyDown={(event) => event.key === "Escape" && finding.close()}
    >
      <div class="find-field">
        <Icon name="search" />
        <input
          ref={field}
          type="text"
          enterkeyhint="search"
          class="find-input"
          role="combobox"
          aria-expanded={hits.length > 0}
          aria-controls="find-hits"
          aria-autocomplete="list"
          aria-activedescendant={at >= 0 ? `hit-${at}` : undefined}
          aria-label={words.find}
          placeholder={words.findHint}
          maxLength={SEARCH_CHARS_MAX}
          autocomplete="off"
          spellcheck={false}
          value={search.text.value}
          onInput={(event) => search.type(event.currentTarget.value)}
          onKeyDown={keyed}
        />
        <button type="button" class="button quiet square" aria-label={text.close} onClick={() => finding.close()}>
          <Icon name="x" />
        </button>
      </div>
      {search.text.value.trim() !== "" && (
        <div class="find-state">
          <p class="hint">{stateOf(search)}</p>
          {hits.length > 0 && (
            <>
              <button type="button" class="button quiet square" aria-label={words.previous} title={`${words.previous} (⇧F3)`} onClick={() => search.step(-1)}>
                <Glyph name="up" markup={up} />
              </button>
              <button type="button" class="button quiet square" aria-label={words.next} title={`${words.next} (F3)`} onClick={() => search.step(1)}>
                <Icon name="chevron" />
              </button>
            </>
          )}
        </div>
      )}
      {switched.length > 0 && (
        <p class="find-switched">
          <Icon name="eye" size={16} />
          {words.switchedOn(switched)}
        </p>
      )}
      {trouble !== "" && (
        <div class="find-trouble">
          <p class="hint">{trouble}</p>
          <button type="button" class="button small" onClick={() => void search.ask()}>
            {words.tryAgain}
          </button>
        </div>
      )}
      <ul id="find-hits" class="find-hits" role="listbox" aria-label={words.results} lang={store.lang.value || undefined} hidden={hits.length === 0}>
        {hits.map((hit, number) => (
          <li
            key={`${hit.owner}/${hit.id}`}
            id={`hit-${number}`}
            role="option"
            aria-selected={number === at}
            class={number === at ? "hit chosen" : "hit"}
            onPointerDown={(event) => event.preventDefault() /* the field keeps the focus */}
            onClick={() => search.go(number)}
          >
            <HitBody store={store} hit={hit} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function stateOf({ waits, trouble, hits, count, more, at }: Find["search"]): string {
  if (waits.value) return words.finding;
  if (trouble.value !== "") return "";
  const { length } = hits.value;
  if (length === 0) return words.none;
  if (at.value >= 0) return words.at(at.value + 1, length);
  return count.value > length ? words.foundShown(length, count.value, more.value) : words.found(count.value, more.value);
}

function HitBody({ store, hit }: { store: Store; hit: Hit }) {
  const on = store.on.value;
  const { title = [], snippet = [], ends = [] } = hit;
  return (
    <>
      <p class="hit-title" lang={hit.lang || undefined} dir="auto">
        {title.length > 0 ? <Parts parts={title} /> : titleOf(hit)}
      </p>
      {(hit.owner === "relation" || hit.owner === "comment") && title.length > 0 && ends.length > 0 && (
        <p class="hit-ends" dir="auto">{ends.map((end) => end.title || text.untitled).join(" → ")}</p>
      )}
      {snippet.length > 0 && snippet.join("") !== title.join("") && (
        <p class="hit-snippet" lang={hit.snippet_lang || undefined} dir="auto">
          <Parts parts={snippet} />
        </p>
      )}
      <p class="hit-layers">
        {hit.owner !== "node" && <span class="hit-kind">{words.is[hit.owner]}</span>}
        {hit.layers.map((id) => {
          const layer = store.session.layers.get(id);
          return (
            <span key={id} class="hit-layer">
              {layer !== undefined && <Swatch layer={layer} />}
              {hit.owner !== "layer" && layerTitle(store, id)}
              {!on.has(id) && <span class="hit-off">{words.off}</span>}
            </span>
          );
        })}
      </p>
    </>
  );
}

/** A text in parts: every second one is what was looked for. */
export function Parts({ parts }: { parts: readonly string[] }) {
  return <>{parts.map((part, at) => (at % 2 === 1 ? <mark key={at}>{part}</mark> : part))}</>;
}
