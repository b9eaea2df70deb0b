// Private rounds on the page: what is asked, what I write that nobody else sees, and for who leads
// how much was written. A script of its own, loaded when there is such a round, or for who may open one.

import { effect, signal } from "@preact/signals";
import lock from "lucide-static/icons/lock-keyhole.svg";
import { BOARD } from "../board/model.js";
import { USUAL } from "../edit/doing.js";
import { focusCanvas } from "../edit/focus.js";
import { exact } from "../edit/transform.js";
import type { LayerShape, PrivateShape, WrittenShape } from "../generated/wire.js";
import { words } from "../i18n/private.js";
import { adopt } from "../ui/sheet.js";
import type { Store } from "../ui/store.js";
import type { Workshop } from "../workshop/index.js";
import { idOf } from "../workshop/told.js";
import sheet from "./private.lazy.css";
import { PrivateSection } from "./section.js";
import { PrivateSign } from "./sign.js";

const LEAD = "lead";
const PREFIX = "private/";

export class PrivateWriting {
  readonly store: Store;
  /** The round that was opened last. */
  readonly round = signal<PrivateShape | null>(null);
  /** How much was written, for who leads. */
  readonly written = signal<{ readonly stickies: number; readonly people: number }>({ stickies: 0, people: 0 });
  /** My own layer in it. */
  readonly own = signal<LayerShape | null>(null);
  /** How many stickies of mine are not empty. */
  readonly mine = signal(0);
  private late = ""; // the round in which something was typed and not added when it ended
  private entering = false; // by my own press: the field is to take the focus when it is there

  constructor(readonly workshop: Workshop) {
    adopt(sheet);
    const { store } = workshop;
    this.store = store;
    workshop.sections.add({ id: "private", title: words.title, icon: lock, order: 45, view: () => <PrivateSection writing={this} /> });
    workshop.signs.add({ id: "private", order: 50, view: () => <PrivateSign writing={this} /> });
    workshop.activities.value = new Map([
      ...workshop.activities.value,
      ["write", { label: words.open, isOpen: () => this.round.value?.open === true, open: (question) => this.openWith(question) }] as const,
    ]);
    store.commands.add({
      id: "private.write", title: words.write, group: words.group,
      when: () => this.mayWrite, run: () => this.write(),
    });
    effect(() => {
      store.revision.value;
      store.layers.value;
      this.read();
    });
  }

  /** Whether I may write in the round that is open. */
  get mayWrite(): boolean {
    return this.round.value?.open === true && this.store.mayEdit.value;
  }

  get id(): string {
    const round = this.round.value;
    return round === null ? "" : idOf(round);
  }

  private read(): void {
    const { session } = this.store;
    const held = [...(session.model.held(BOARD)?.records.values() ?? [])].find(({ id }) => id.startsWith(PREFIX)) as PrivateShape | undefined;
    const before = this.round.value;
    const now = held ?? null;
    if (JSON.stringify(before) !== JSON.stringify(now)) {
      this.round.value = now;
      this.tellTurn(before, now);
    }
    const { stickies = 0, people = 0 } = (session.model.held(LEAD)?.records.get(now?.id ?? "") ?? {}) as Partial<WrittenShape>;
    if (stickies !== this.written.value.stickies || people !== this.written.value.people) this.written.value = { stickies, people };
    const own = [...session.layers.values()].find((layer) => layer.private === true) ?? null;
    if (own?.id !== this.own.value?.id) this.enterOwn(own);
    const texts = own === null ? [] : session.model.nodesOf(own.id).filter(({ title, text }) => [...(title ?? []), ...(text ?? [])].join("") !== "");
    this.mine.value = texts.length;
  }

  private tellTurn(before: PrivateShape | null, now: PrivateShape | null): void {
    const { store } = this;
    if (now?.open === true) {
      if (before?.id !== now.id && this.mayWrite) store.announcer.say(words.opened(now.question));
    } else if (now !== null && before?.open === true) {
      const ended = now.revealed === true ? words.revealed(now.question) : words.ended(now.question);
      if (this.late === now.id) store.announcer.say(ended); // what came too late is still to be read
      else store.tell(ended);
    }
  }

  /** My layer has come, or gone: what I make lands in it from now on. */
  private enterOwn(own: LayerShape | null): void {
    const { session } = this.store;
    const { entering } = this;
    if (own === null) this.leave();
    this.own.value = own;
    if (own === null) return;
    queueMicrotask(() => {
      if (!session.on.has(own.id)) session.see(new Set([...session.on, own.id]));
      session.setActive(own.id);
      if (entering) this.store.announcer.say(words.entered);
    });
  }

  /** Enters, or goes to where I write. */
  write(): void {
    const field = document.querySelector<HTMLElement>(".private-text");
    if (this.own.value !== null || this.workshop.awaits("private.enter")) return field?.focus();
    this.entering = true;
    this.workshop.done([{ op: "private.enter", id: this.id }], () => undefined, () => (this.entering = false));
  }

  /** Whether the field that has come is to take the focus, asked once. */
  takesFocus(): boolean {
    const takes = this.entering;
    this.entering = false;
    return takes;
  }

  /** The field is about to go: what was typed in it is told, and the focus has another place. */
  private leave(): void {
    const field = document.querySelector<HTMLInputElement>(".private-text");
    const said = field?.value.trim();
    if (said) {
      this.store.tell(words.tooLate(said), true);
      this.late = this.round.value?.id ?? "";
    }
    if (field === null || document.activeElement !== field) return;
    if (this.store.outlineOpen.value) document.getElementById("outline-title")?.focus();
    else focusCanvas();
  }

  /**
   * Makes a sticky of mine with a text, in the middle of what is seen, where it is free. False: it
   * cannot be made yet.
   */
  add(said: string): boolean {
    const own = this.own.value;
    const editor = this.store.editor.value;
    if (own === null || editor === null) return false;
    if (said.trim() === "") return true;
    const { w, h } = USUAL.sticky;
    const { x, y } = editor.landing.free(USUAL.sticky);
    editor.edit([{
      op: "node.create", id: this.store.session.fresh(), layer: own.id, kind: "sticky",
      x: exact(x - w / 2), y: exact(y - h / 2), w, h, text: { text: { [this.store.lang.value || "en"]: said.trim() } },
    }]);
    this.store.announcer.say(words.added(this.mine.value + 1));
    return true;
  }

  // -- what a facilitator does

  /** The layers that a round may be revealed into, the one where new things land first. */
  targets(): LayerShape[] {
    const { session, active } = this.store;
    const fits = [...session.layers.values()].filter((layer) => layer.private !== true && session.canAdd(layer.id));
    const first = (layer: LayerShape): number => (layer.reveals === this.id && this.id !== "" ? 0 : layer.id === active.value ? 1 : 2);
    return fits.sort((a, b) => first(a) - first(b));
  }

  private openWith(question: string): void {
    const [layer] = this.targets();
    this.workshop.show("private");
    if (question.trim() !== "" && layer !== undefined && this.round.value?.open !== true) this.open(question, layer.id);
  }

  open(question: string, layer: string): void {
    if (this.workshop.awaits("private.open")) return;
    this.workshop.do({ op: "private.open", id: this.store.session.fresh(), question: question.trim(), layer });
  }

  reveal(named: boolean, order: "random" | "author", layer: string): void {
    this.workshop.do({ op: "private.reveal", id: this.id, named, order, layer });
  }

  close(): void {
    this.workshop.do({ op: "private.close", id: this.id });
  }
}

export function begin(workshop: Workshop): void {
  new PrivateWriting(workshop);
}
