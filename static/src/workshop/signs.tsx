import bell from "lucide-static/icons/bell.svg";
import bellOff from "lucide-static/icons/bell-off.svg";
import clapperboard from "lucide-static/icons/clapperboard.svg";
import listOrdered from "lucide-static/icons/list-ordered.svg";
import spotlightIcon from "lucide-static/icons/spotlight.svg";
import timerIcon from "lucide-static/icons/timer.svg";
import { words } from "../i18n/stage.js";
import { Glyph, Icon } from "../ui/icon.js";
import type { Workshop } from "./index.js";
import { sceneAsked } from "./told.js";

const NOTE_OPEN_CHARS_MAX = 160; // a longer one, and any on a phone, is unfolded by who wants to read it

/** What everybody sees along the top, while it lasts. */
export function addSigns(workshop: Workshop): void {
  const { signs } = workshop;
  signs.add({ id: "held", order: 10, view: () => <Held workshop={workshop} /> });
  signs.add({ id: "step", order: 15, view: () => <StepSign workshop={workshop} /> });
  signs.add({ id: "scene", order: 20, view: () => <SceneSign workshop={workshop} /> });
  signs.add({ id: "spotlight", order: 25, view: () => <SpotlightSign workshop={workshop} /> });
  signs.add({ id: "timer", order: 30, view: () => <TimerSign workshop={workshop} /> });
  signs.add({ id: "leads-to", order: 90, view: () => <LeadsTo workshop={workshop} /> });
}

type Shown = { workshop: Workshop };

function Held({ workshop }: Shown) {
  if (!workshop.held.value) return null;
  return (
    <p class="sign-pill sign-held" title={words.heldSaid}>
      <Icon name="lock" size={16} />
      {workshop.store.own.value ? words.heldOwn : words.held}
    </p>
  );
}

function StepSign({ workshop }: Shown) {
  const { step, steps } = workshop.told.value;
  if (step === null) return null;
  const at = steps.indexOf(step) + 1;
  const title = step.title || words.untitledStep(at);
  const { note = "" } = step;
  const head = (
    <>
      <Glyph name="list-ordered" markup={listOrdered} size={16} />
      <span class="sign-at">{words.at(at, steps.length)}</span>
      <strong lang={step.lang || undefined}>{title}</strong>
    </>
  );
  if (note === "") return <p class="sign-pill">{head}</p>;
  return (
    <details key={step.id} class="sign-pill sign-step" open={note.length <= NOTE_OPEN_CHARS_MAX && innerWidth >= 720}>
      <summary>{head}</summary>
      <p lang={step.lang || undefined}>{note}</p>
    </details>
  );
}

function SceneSign({ workshop }: Shown) {
  const { scene, scenes, open } = workshop.told.value;
  if (scene === null || !open || !workshop.sharing.value) return null;
  const at = scenes.indexOf(scene) + 1;
  return (
    <p class="sign-pill">
      <Glyph name="clapperboard" markup={clapperboard} size={16} />
      <span class="sign-at">{words.at(at, scenes.length)}</span>
      <strong lang={scene.lang || undefined}>{scene.title || words.untitledScene(at)}</strong>
    </p>
  );
}

function SpotlightSign({ workshop }: Shown) {
  const lit = workshop.lit.value;
  if (lit === undefined || !workshop.told.value.open || !workshop.sharing.value) return null;
  return (
    <p class="sign-pill sign-spotlight">
      <Glyph name="spotlight" markup={spotlightIcon} size={16} />
      {words.spotlit(lit.title)}
    </p>
  );
}

function TimerSign({ workshop }: Shown) {
  const { ticking } = workshop;
  const shown = ticking.shown.value;
  if (shown === null) return null;
  const sounds = ticking.sounds.value;
  return (
    <div class={shown.over ? "sign-pill sign-timer over" : "sign-pill sign-timer"}>
      <Glyph name="timer" markup={timerIcon} size={16} />
      <strong role="timer" aria-label={words.timer}>
        {shown.over ? words.timeUp : shown.time}
      </strong>
      {!shown.running && <span class="aside">{words.pausedSign}</span>}
      <button
        type="button"
        class="button quiet square"
        aria-pressed={sounds}
        aria-label={sounds ? words.soundOn : words.soundOff}
        title={sounds ? words.soundOn : words.soundOff}
        onClick={() => ticking.setSounds(!sounds)}
      >
        <Glyph name="bell" markup={sounds ? bell : bellOff} size={16} />
      </button>
    </div>
  );
}

/** The card that is selected leads to a scene: what shows it on the canvas, for everybody. */
function LeadsTo({ workshop }: Shown) {
  const { store } = workshop;
  store.revision.value;
  const selected = store.selected.value;
  const id = sceneAsked((selected === null ? undefined : store.session.model.node(selected)?.shape.href) ?? "");
  const { scenes } = workshop.told.value;
  const at = scenes.findIndex((scene) => scene.id === `scene/${id}`);
  if (id === null || at < 0) return null;
  return (
    <div class="sign-pill">
      <Glyph name="clapperboard" markup={clapperboard} size={16} />
      <a class="button quiet strong" href={`#scene=${id}`} title={words.leadsTo}>
        {words.goToScene(scenes[at]!.title || words.untitledScene(at + 1))}
      </a>
    </div>
  );
}
