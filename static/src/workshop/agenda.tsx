import { useState } from "preact/hooks";
import { Choosing } from "../edit/choosing.js";
import { Choose, Frame } from "../edit/forms.js";
import type { Choice } from "../edit/menu.js";
import { NOTE_CHARS_MAX, STEPS_MAX, TITLE_CHARS_MAX } from "../generated/constants.js";
import { TIMER_MS_MAX } from "../generated/limits.js";
import type { AnyOp, StepShape } from "../generated/wire.js";
import { words } from "../i18n/stage.js";
import { Icon } from "../ui/icon.js";
import { MINUTE_MS } from "./clock.js";
import { FORMATS, stepsOf } from "./formats.js";
import type { Workshop } from "./index.js";
import { More } from "./more.js";
import { Lines, moves, remove, texts } from "./scenes.js";
import { beside, idOf, type StepRound } from "./told.js";

/** The steps of the workshop, and the way through them. */
export function AgendaSection({ workshop }: { workshop: Workshop }) {
  const { store } = workshop;
  const { steps, step: now, scenes } = workshop.told.value;
  const [edited, edit] = useState<string | null>(null);
  const titleOf = (step: StepShape): string => step.title || words.untitledStep(steps.indexOf(step) + 1);
  const next = beside(steps, now, 1);
  const previous = now === null ? null : beside(steps, now, -1);
  const go = (step: StepShape): void => {
    if (step.scene) store.session.lead();
    workshop.do({ op: "agenda.go", step: idOf(step) });
  };
  const choices = (step: StepShape): readonly Choice[] => {
    const id = idOf(step);
    return [
      { label: words.editStep, run: () => edit(step.id) },
      ...moves(workshop, "step.move", steps, step, titleOf(step)),
      "line",
      { label: words.remove, warns: true, run: () => remove(workshop, { op: "step.remove", id }, titleOf(step)) },
    ];
  };
  return (
    <>
      {steps.length === 0 && <p class="hint">{words.noSteps}</p>}
      <ol class="workshop-list">
        {steps.map((step, at) => (
          <li key={step.id} data-step={idOf(step)} class={step.id === now?.id ? "current" : undefined}>
            <div class="workshop-row">
              <button
                type="button"
                class="workshop-name"
                lang={step.lang || undefined}
                title={words.go(titleOf(step))}
                aria-current={step.id === now?.id ? "step" : undefined}
                onClick={() => go(step)}
              >
                <span class="sign-at">{at + 1}</span>
                <span>
                  {titleOf(step)}
                  <Needs step={step} scene={scenes.find((scene) => idOf(scene) === step.scene)?.title ?? ""} />
                </span>
              </button>
              <Choosing label={words.more(titleOf(step))} class="button quiet square" choices={() => choices(step)}>
                <More />
              </Choosing>
            </div>
            {step.id === now?.id && <Round workshop={workshop} step={step} />}
            {edited === step.id && <StepForm workshop={workshop} step={step} close={() => edit(null)} />}
          </li>
        ))}
      </ol>
      {steps.length > 0 && (
        <div class="workshop-actions">
          {previous !== null && (
            <button type="button" class="button" onClick={() => go(previous)}>
              {words.previousStep}
            </button>
          )}
          {next !== null && (
            <button type="button" class="button solid" onClick={() => go(next)}>
              {now === null ? words.firstStep : words.nextStep}
            </button>
          )}
          {now !== null && (
            <button type="button" class="button" onClick={() => workshop.do({ op: "agenda.go", step: null })}>
              {words.end}
            </button>
          )}
        </div>
      )}
      <div class="workshop-actions">
        <button
          type="button"
          class="button"
          disabled={steps.length >= STEPS_MAX}
          onClick={() => {
            const id = store.session.fresh();
            workshop.edit({ op: "step.create", id, text: { title: { [store.lang.value || "en"]: words.untitledStep(steps.length + 1) } } });
            edit(`step/${id}`);
          }}
        >
          <Icon name="plus" />
          {words.addStep}
        </button>
        {steps.length === 0 && (
          <Choosing label={words.formats} class="button" choices={() => FORMATS.map((format) => ({ label: format.title, run: () => begin(workshop, format) }))}>
            {words.formats}
            <Icon name="chevron" size={16} />
          </Choosing>
        )}
      </div>
    </>
  );
}

function begin(workshop: Workshop, format: (typeof FORMATS)[number]): void {
  const { store } = workshop;
  workshop.edit(...stepsOf(format, () => store.session.fresh()));
  store.announcer.say(words.stepsMade(format.steps.length));
}

/** What a step switches, in few words. */
function Needs({ step, scene }: { step: StepShape; scene: string }) {
  const parts = [
    step.timer_ms ? words.minutes(step.timer_ms) : "",
    scene,
    step.round ? (words.rounds[step.round] ?? "") : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? null : <span class="step-needs">{parts.join(" · ")}</span>;
}

/** What opens the round of the step that one is at, when there is something that runs it. */
function Round({ workshop, step }: { workshop: Workshop; step: StepShape }) {
  const activity = step.round ? workshop.activities.value.get(step.round as StepRound) : undefined;
  if (activity === undefined) return null;
  return (
    <div class="step-round">
      {step.question && <p>{step.question}</p>}
      <button type="button" class="button small" onClick={() => activity.open(step.question ?? "")}>
        {activity.isOpen?.() === true ? words.roundIsOpen : activity.label}
      </button>
    </div>
  );
}

function StepForm({ workshop, step, close }: { workshop: Workshop; step: StepShape; close: () => void }) {
  const [first] = useState(step);
  const [title, setTitle] = useState(step.title ?? "");
  const [note, setNote] = useState(step.note ?? "");
  const [question, setQuestion] = useState(step.question ?? "");
  const [minutes, setMinutes] = useState(step.timer_ms ? String(step.timer_ms / MINUTE_MS) : "");
  const [scene, setScene] = useState(step.scene ?? "");
  const [round, setRound] = useState(step.round ?? "");
  const [problem, complain] = useState("");
  const { scenes } = workshop.told.value;
  const save = (): void => {
    const ms = Math.round(Number(minutes.trim().replace(",", ".") || "0") * MINUTE_MS);
    if (!(ms >= 0 && ms <= TIMER_MS_MAX)) return complain(words.badMinutes(TIMER_MS_MAX / MINUTE_MS));
    const lang = workshop.store.lang.value || "en";
    const ops: AnyOp[] = texts("step", first, lang, { title: title.trim(), note: note.trim(), question: question.trim() });
    const set = {
      ...(ms === (first.timer_ms ?? 0) ? {} : { timer_ms: ms === 0 ? null : ms }),
      ...(scene === (first.scene ?? "") ? {} : { scene: scene === "" ? null : scene }),
      ...(round === (first.round ?? "") ? {} : { round: round === "" ? null : (round as StepRound) }),
    };
    if (Object.keys(set).length > 0) ops.push({ op: "step.set", id: idOf(first), ...set });
    close();
    if (ops.length > 0) workshop.edit(...ops);
  };
  const known = scenes.some((each) => idOf(each) === scene);
  return (
    <Frame label={words.editStep} cancel={close} problem={problem} save={save}>
      <Lines label={words.stepTitle} value={title} most={TITLE_CHARS_MAX} set={setTitle} focused />
      <Lines label={words.stepNote} value={note} most={NOTE_CHARS_MAX} rows={3} set={setNote} />
      <Choose
        label={words.stepScene} value={known ? scene : ""} choose={setScene}
        choices={[["", words.none], ...scenes.map((each, at) => [idOf(each), each.title || words.untitledScene(at + 1)] as const)]}
      />
      <Lines label={words.stepMinutes} value={minutes} most={8} set={setMinutes} />
      <Choose label={words.stepRound} value={round} choices={Object.entries(words.rounds)} choose={setRound} />
      {round !== "" && <Lines label={words.question} value={question} most={TITLE_CHARS_MAX} set={setQuestion} />}
    </Frame>
  );
}
