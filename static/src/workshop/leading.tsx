import { useId } from "preact/hooks";
import type { Branch } from "../board/visibility.js";
import { words } from "../i18n/stage.js";
import { text } from "../i18n/index.js";
import { Icon } from "../ui/icon.js";
import type { Workshop } from "./index.js";

/** Whether somebody leads, and what that does to all who follow. */
export function LeadingSection({ workshop }: { workshop: Workshop }) {
  const { store } = workshop;
  const { session } = store;
  const { open, locked } = workshop.told.value;
  const leads = store.leads.value;
  return (
    <>
      <p class="hint">{leads ? words.youLead : open ? words.leadOn : words.leadHint}</p>
      <div class="workshop-actions">
        {!leads && (
          <button type="button" class="button solid" onClick={() => session.lead()}>
            {words.lead}
          </button>
        )}
        {open && (
          <button type="button" class="button" onClick={() => session.stopLeading()}>
            {words.stopLeading}
          </button>
        )}
      </div>
      {open && (
        <>
          <label class="check">
            <input
              type="checkbox"
              checked={locked}
              onChange={({ currentTarget: { checked } }) => workshop.do({ op: "stage.set", open: true, locked: checked })}
            />
            <span>
              {words.hold}
              <span class="hint">{words.holdHint}</span>
            </span>
          </label>
          <Spotlight workshop={workshop} />
        </>
      )}
      <div>
        <button type="button" class="button wide" aria-describedby="bring-hint" onClick={() => workshop.bringEveryone()}>
          <Icon name="users" />
          {words.bring}
        </button>
        <p id="bring-hint" class="hint">
          {words.bringHint}
        </p>
      </div>
    </>
  );
}

function Spotlight({ workshop }: { workshop: Workshop }) {
  const id = useId();
  const { store } = workshop;
  const flat = (branches: readonly Branch[], depth: number): (readonly [string, string])[] =>
    branches.filter(({ layer }) => layer.restricted !== true).flatMap(({ layer, children }) => [
      [layer.id, `${"\u2003".repeat(depth)}${layer.title || text.untitled}`] as const, ...flat(children, depth + 1),
    ]);
  return (
    <div>
      <label class="field-label" for={id}>
        {words.spotlight}
      </label>
      <select
        id={id}
        class="field"
        aria-describedby={`${id}-hint`}
        value={workshop.lit.value?.id ?? ""}
        onChange={({ currentTarget }) => {
          const { value } = currentTarget;
          workshop.done(
            [{ op: "stage.spotlight", layer: value || null }],
            () => store.announcer.say(value === "" ? words.spotlightEnded : words.spotlit(store.session.layers.get(value)?.title ?? "")),
            () => (currentTarget.value = workshop.lit.value?.id ?? ""),
          );
        }}
      >
        <option value="">{words.noSpotlight}</option>
        {flat(store.branches.value, 0).map(([layer, title]) => (
          <option key={layer} value={layer}>
            {title}
          </option>
        ))}
      </select>
      <p id={`${id}-hint`} class="hint">
        {words.spotlightHint}
      </p>
    </div>
  );
}
