import { words } from "../i18n/stage.js";
import { Icon } from "../ui/icon.js";
import type { Presenting } from "./lead.js";

/** What whoever presents steps with, at the foot of the window. */
export function PresentingBar({ presenting }: { presenting: Presenting }) {
  const { workshop } = presenting;
  if (!presenting.on.value) return null;
  const { scene, scenes } = workshop.told.value;
  const at = scene === null ? 0 : scenes.indexOf(scene) + 1;
  return (
    <div
      class="presenting"
      role="group"
      aria-label={words.presenting}
      title={words.presentHint}
      onKeyDown={(event) => {
        const { key } = event;
        if (key === "ArrowRight" || key === "ArrowDown") workshop.step(1);
        else if (key === "ArrowLeft" || key === "ArrowUp") workshop.step(-1);
        else if (key === "Escape") presenting.end();
        else return;
        event.preventDefault();
      }}
    >
      <div class="bar">
        <button type="button" class="button previous" aria-disabled={at === 1} onClick={() => workshop.step(-1)}>
          <Icon name="chevron" />
          <span class="button-label">{words.previous}</span>
        </button>
        <p class="presenting-at">
          <span class="sign-at">{words.at(at, scenes.length)}</span>
          <strong lang={scene?.lang || undefined}>{scene === null ? "" : scene.title || words.untitledScene(at)}</strong>
        </p>
        <button type="button" class="button next" aria-disabled={at === scenes.length} onClick={() => workshop.step(1)}>
          <span class="button-label">{words.next}</span>
          <Icon name="chevron" />
        </button>
        <button type="button" class="button end" onClick={() => presenting.end()}>
          <Icon name="x" />
          <span class="button-label">{words.end}</span>
        </button>
      </div>
      {scene?.note && (
        <p class="presenting-note" lang={scene.lang || undefined}>
          {scene.note}
        </p>
      )}
    </div>
  );
}
