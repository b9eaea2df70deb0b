import { useId, useState } from "preact/hooks";
import { TIMER_MS_MAX } from "../generated/limits.js";
import { words } from "../i18n/stage.js";
import { MINUTE_MS } from "./clock.js";
import type { Workshop } from "./index.js";

const PRESETS = [1, 3, 5, 10, 15];

/** The timer: how long, and what is done with it while it is there. */
export function TimerSection({ workshop }: { workshop: Workshop }) {
  const id = useId();
  const [typed, type] = useState("5");
  const [wrong, complain] = useState(false);
  const { ticking } = workshop;
  const shown = ticking.shown.value;
  const set = (running: boolean, leftMs: number): void => {
    workshop.do({ op: "timer.set", running, left_ms: Math.round(Math.max(0, Math.min(TIMER_MS_MAX, leftMs))) });
  };
  const start = (): void => {
    const ms = Number(typed.replace(",", ".")) * MINUTE_MS;
    if (!(ms >= 6_000 && ms <= TIMER_MS_MAX)) return complain(true);
    set(true, ms);
  };
  if (shown !== null) {
    return (
      <>
        <p class={shown.over ? "timer-face over" : "timer-face"}>{shown.over ? words.timeUp : shown.time}</p>
        <div class="workshop-actions">
          {!shown.over && (
            <button type="button" class="button" onClick={() => set(!shown.running, ticking.leftMs())}>
              {shown.running ? words.pause : words.goOn}
            </button>
          )}
          <button type="button" class="button" onClick={() => set(shown.running, ticking.leftMs() + MINUTE_MS)}>
            {words.addMinute}
          </button>
          <button type="button" class="button" onClick={() => set(false, 0)}>
            {words.stop}
          </button>
        </div>
      </>
    );
  }
  return (
    <>
      <div class="workshop-presets" role="group" aria-label={words.presets}>
        {PRESETS.map((minutes) => (
          <button key={minutes} type="button" class="button small" onClick={() => set(true, minutes * MINUTE_MS)}>
            {words.preset(minutes)}
          </button>
        ))}
      </div>
      <form
        class="workshop-line"
        onSubmit={(event) => {
          event.preventDefault();
          start();
        }}
      >
        <label class="field-label" for={id}>
          {words.minutesLabel}
        </label>
        <input
          id={id}
          class="field"
          inputMode="decimal"
          autocomplete="off"
          value={typed}
          aria-invalid={wrong}
          aria-describedby={wrong ? `${id}-wrong` : undefined}
          onInput={({ currentTarget }) => {
            type(currentTarget.value);
            complain(false);
          }}
        />
        <button type="submit" class="button solid">
          {words.start}
        </button>
      </form>
      {wrong && (
        <p id={`${id}-wrong`} class="hint wrong" role="alert">
          {words.badMinutes(TIMER_MS_MAX / MINUTE_MS)}
        </p>
      )}
    </>
  );
}
