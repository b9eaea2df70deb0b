// What whoever leads has in the panel of the workshop, and to present with. Loaded for them alone.

import { effect, signal } from "@preact/signals";
import listOrdered from "lucide-static/icons/list-ordered.svg";
import clapperboard from "lucide-static/icons/clapperboard.svg";
import presentation from "lucide-static/icons/presentation.svg";
import timerIcon from "lucide-static/icons/timer.svg";
import { words } from "../i18n/stage.js";
import { adopt } from "../ui/sheet.js";
import outlineSheet from "../edit/outline.lazy.css";
import { AgendaSection } from "./agenda.js";
import type { Workshop } from "./index.js";
import sheet from "./lead.lazy.css";
import { LeadingSection } from "./leading.js";
import { PresentingBar } from "./presenting.js";
import { ScenesSection } from "./scenes.js";
import { TimerSection } from "./timer.js";
import { idOf } from "./told.js";

/** Stepping through scenes: begun, ended, and by keys meanwhile. */
export class Presenting {
  readonly on = signal(false);

  constructor(readonly workshop: Workshop) {
    const { store } = workshop;
    const group = words.group;
    const when = (): boolean => this.on.value && workshop.leads.value;
    const next = { title: words.next, group, when, run: () => workshop.step(1) };
    const previous = { title: words.previous, group, when, run: () => workshop.step(-1) };
    store.commands.add(
      { id: "workshop.present", title: words.present, group, when: () => workshop.leads.value && !this.on.value && workshop.told.value.scenes.length > 0, run: () => this.begin() },
      { ...next, id: "workshop.next", keys: ["ArrowRight", "ArrowDown", "Space"] },
      { ...next, id: "workshop.next-page", keys: ["PageDown"], where: "page", offered: false },
      { ...previous, id: "workshop.previous", keys: ["ArrowLeft", "ArrowUp"] },
      { ...previous, id: "workshop.previous-page", keys: ["PageUp"], where: "page", offered: false },
      { id: "workshop.end", title: words.end, group, keys: ["Escape"], when, run: () => this.end() },
    );
    effect(() => {
      if (this.on.value && (!workshop.leads.value || workshop.told.value.scenes.length === 0)) this.on.value = false;
    });
  }

  /** Begins with the scene that is shown, else with the first. */
  begin(): void {
    const { workshop } = this;
    const { store } = workshop;
    const { scene, scenes, open } = workshop.told.value;
    const [first] = scenes;
    if (first === undefined) return;
    store.session.lead();
    this.on.value = true;
    workshop.open.value = false;
    workshop.do({ op: "scene.show", scene: idOf(open && scene !== null ? scene : first) });
    requestAnimationFrame(() => document.querySelector<HTMLElement>(".presenting .next")?.focus());
  }

  end(): void {
    const { store } = this.workshop;
    this.on.value = false;
    store.tell(words.presentEnded);
    document.querySelector<HTMLElement>(".workshop-button")?.focus();
  }
}

export function begin(workshop: Workshop): void {
  for (const each of [outlineSheet, sheet]) adopt(each); // the forms are those of the outline
  const presenting = new Presenting(workshop);
  const { sections, signs, store } = workshop;
  sections.add({ id: "stage", order: 10, title: words.leading, icon: presentation, view: () => <LeadingSection workshop={workshop} /> });
  sections.add({ id: "agenda", order: 20, title: words.agenda, icon: listOrdered, view: () => <AgendaSection workshop={workshop} /> });
  sections.add({ id: "scenes", order: 30, title: words.scenes, icon: clapperboard, view: () => <ScenesSection workshop={workshop} presenting={presenting} /> });
  sections.add({ id: "timer", order: 40, title: words.timer, icon: timerIcon, view: () => <TimerSection workshop={workshop} /> });
  signs.add({ id: "presenting", order: 100, view: () => <PresentingBar presenting={presenting} /> });
  if (workshop.unfolded.peek().size === 0) workshop.unfolded.value = new Set(["stage"]);
  const group = words.group;
  const when = (): boolean => workshop.leads.value;
  store.commands.add(
    { id: "workshop.bring", title: words.bring, group, keys: ["Shift+B"], where: "page", when, run: () => workshop.bringEveryone() },
    { id: "workshop.agenda", title: words.agenda, group, when, run: () => workshop.show("agenda") },
    { id: "workshop.scenes", title: words.scenes, group, when, run: () => workshop.show("scenes") },
    { id: "workshop.timer", title: words.timer, group, when, run: () => workshop.show("timer") },
  );
}
