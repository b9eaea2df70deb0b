import { useLayoutEffect, useRef } from "preact/hooks";
import { words } from "../i18n/find.js";
import { text } from "../i18n/index.js";
import type { Command } from "../ui/commands.js";
import { Icon } from "../ui/icon.js";
import type { Find } from "./index.js";
import { Keys } from "./palette.js";

interface Line {
  readonly title: string;
  readonly keys: readonly string[];
  readonly onCanvas: boolean;
}

/** The shortcuts under their headings; commands of one name stand in one line. */
export function shortcuts(commands: readonly Command[]): ReadonlyMap<string, readonly Line[]> {
  const groups = new Map<string, Map<string, Line>>();
  for (const { group, title, keys = [], where = "canvas" } of commands) {
    if (keys.length === 0) continue;
    const lines = groups.get(group) ?? new Map<string, Line>();
    const held = lines.get(title);
    const all = [...new Set([...(held?.keys ?? []), ...keys])];
    lines.set(title, { title, keys: all, onCanvas: where === "canvas" && (held?.onCanvas ?? true) });
    groups.set(group, lines);
  }
  return new Map([...groups].map(([group, lines]) => [group, [...lines.values()]]));
}

/** All shortcuts, and the switch for those of one character. */
export function KeysSheet({ finding }: { finding: Find }) {
  const { commands } = finding.store;
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => dialog.current?.showModal(), []);
  commands.revision.value;
  return (
    <dialog
      ref={dialog}
      class="over keys-sheet"
      aria-labelledby="keys-title"
      onClose={() => (finding.dialog.value = null)}
      onClick={(event) => event.target === dialog.current && dialog.current?.close()}
    >
      <div class="over-body">
        <div class="panel-head">
          <h2 id="keys-title">{words.shortcuts}</h2>
          <button type="button" class="button quiet square" aria-label={text.close} onClick={() => dialog.current?.close()}>
            <Icon name="x" />
          </button>
        </div>
        <div class="keys-groups" role="group" aria-labelledby="keys-title" tabIndex={0}>
          {[...shortcuts(commands.all())].map(([group, lines]) => (
            <section key={group} class="keys-group">
              <h3>{group}</h3>
              <dl>
                {lines.map(({ title, keys, onCanvas }) => (
                  <div key={title}>
                    <dt>
                      {title}
                      {onCanvas && <span class="keys-where"> {words.onCanvas}</span>}
                    </dt>
                    <dd>
                      {keys.map((each) => (
                        <Keys key={each} keys={each} />
                      ))}
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
        <div class="keys-singles">
          <label class="check">
            <input
              type="checkbox"
              checked={commands.singles.value}
              aria-describedby="singles-hint"
              onChange={(event) => commands.setSingles(event.currentTarget.checked)}
            />
            {words.singles}
          </label>
          <p id="singles-hint" class="hint">
            {words.singlesHint}
          </p>
        </div>
      </div>
    </dialog>
  );
}
