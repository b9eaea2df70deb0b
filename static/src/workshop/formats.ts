// The formats that an agenda can begin with, each a data file.

import type { StepCreate } from "../generated/wire.js";
import { MINUTE_MS } from "./clock.js";
import brainstorming from "./formats/brainstorming.json";
import cityMeeting from "./formats/city-meeting.json";
import retrospective from "./formats/retrospective.json";
import type { StepRound } from "./told.js";

export interface Format {
  readonly title: string;
  readonly lang: string;
  readonly steps: readonly {
    readonly title: string;
    readonly note: string;
    readonly minutes: number;
    readonly round?: string;
    readonly question?: string;
  }[];
}

export const FORMATS: readonly Format[] = [retrospective, brainstorming, cityMeeting];

/** What makes the steps of a format, after those that are there. */
export function stepsOf({ lang, steps }: Format, fresh: () => string): StepCreate[] {
  return steps.map(({ title, note, minutes, round, question }) => ({
    op: "step.create",
    id: fresh(),
    timer_ms: minutes * MINUTE_MS,
    ...(round === undefined ? {} : { round: round as StepRound }),
    text: { title: { [lang]: title }, note: { [lang]: note }, ...(question === undefined ? {} : { question: { [lang]: question } }) },
  }));
}
