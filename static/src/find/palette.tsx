import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { words } from "../i18n/find.js";
import { type Command, isDoable } from "../ui/commands.js";
import { onMac } from "../ui/keys.js";
import { shownKeys } from "../ui/shown-keys.js";
import { type Fit, fitting } from "./fuzzy.js";
import type { Find } from "./index.js";

/** All that can be done now, by its name. */
export function Palette({ finding }: { finding: Find }) {
  const { commands } = finding.store;
  const [sought, seek] = useState("");
  const [chosen, choose] = useState(0);
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => dialog.current?.showModal(), []);
  const revision = commands.revision.value;
  const offered = useMemo(
    () => commands.all().filter((each) => each.offered !== false && isDoable(each)),
    [revision],
  );
  const found = fitting(sought, offered, ({ title }) => title);
  const at = Math.min(chosen, found.length - 1);
  useEffect(() => {
    document.getElementById(`command-${at}`)?.scrollIntoView({ block: "nearest" });
  }, [at]);
  const run = (command: Command | undefined): void => {
    if (command === undefined) return;
    dialog.current?.close(); // which gives the focus back to where it was
    commands.run(command.id);
  };
  const keyed = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    const { length } = found;
    if (event.key === "ArrowDown") choose(length === 0 ? 0 : (at + 1) % length);
    else if (event.key === "ArrowUp") choose(length === 0 ? 0 : (at - 1 + length) % length);
    else if (event.key === "Enter") run(found[at]?.item);
    else return;
    event.preventDefault();
  };
  return (
    <dialog
      ref={dialog}
      class="over palette"
      aria-label={words.palette}
      onClose={() => (finding.dialog.value = null)}
      onClick={(event) => event.target === dialog.current && dialog.current?.close()}
    >
      <div class="over-body">
        <input
          type="text"
          class="palette-input"
          role="combobox"
          aria-expanded="true"
          aria-controls="palette-commands"
          aria-autocomplete="list"
          aria-activedescendant={found.length > 0 ? `command-${at}` : undefined}
          aria-label={words.palette}
          placeholder={words.paletteHint}
          autocomplete="off"
          spellcheck={false}
          value={sought}
          onInput={(event) => {
            seek(event.currentTarget.value);
            choose(0);
          }}
          onKeyDown={keyed}
        />
        {found.length === 0 && <p class="hint palette-none" role="status">{words.noCommand}</p>}
        <ul id="palette-commands" class="palette-commands" role="listbox" aria-label={words.palette}>
          {found.map(({ item, fit }, number) => (
            <li
              key={item.id}
              id={`command-${number}`}
              role="option"
              aria-selected={number === at}
              class={number === at ? "command chosen" : "command"}
              onPointerMove={() => number !== at && choose(number)}
              onClick={() => run(item)}
            >
              <span class="command-title">
                <Letters title={item.title} fit={fit} />
              </span>
              <span class="command-group">{item.group}</span>
              {item.keys?.[0] !== undefined && <Keys keys={item.keys[0]} />}
            </li>
          ))}
        </ul>
      </div>
    </dialog>
  );
}

function Letters({ title, fit }: { title: string; fit: Fit }) {
  const marked = new Set(fit.at);
  return <>{[...title].map((sign, at) => (marked.has(at) ? <b key={at}>{sign}</b> : sign))}</>;
}

/** The keys of a shortcut, each as a key. */
export function Keys({ keys }: { keys: string }) {
  return (
    <span class="keys">
      {shownKeys(keys, onMac).map((key) => (
        <kbd key={key}>{key}</kbd>
      ))}
    </span>
  );
}
