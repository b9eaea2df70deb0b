// What a workshop adds to the page: a panel for whoever leads it, and a calm strip of signs for all.
// A script of its own, loaded when I may lead, or when there is something of it to be seen.

import { batch, computed, effect, signal } from "@preact/signals";
import clapperboard from "lucide-static/icons/clapperboard.svg";
import { above, lineage } from "../board/visibility.js";
import { headOf } from "../board/model.js";
import { RANK } from "../generated/constants.js";
import type { AnyOp, LayerShape, LookShape, SceneShape } from "../generated/wire.js";
import { words } from "../i18n/stage.js";
import { Glyph } from "../ui/icon.js";
import { adopt } from "../ui/sheet.js";
import sideSheet from "../ui/side.lazy.css";
import signSheet from "../ui/sign.lazy.css";
import type { Store } from "../ui/store.js";
import { WorkshopPanel } from "./panel.js";
import { Registry, type RowPart, type Section, type Sign } from "./registry.js";
import { ROOMS } from "./rooms.js";
import { ScenesToGoTo } from "./outline.js";
import { addSigns } from "./signs.js";
import { Ticking } from "./ticking.js";
import { beside, idOf, layersOf, sceneAsked, sceneSought, type StepRound, type Told, toldBy } from "./told.js";
import sheet from "./workshop.lazy.css";

const DIMMED = 0.3; // of the opacity of a layer, while another is in the spotlight
const SIDE_MIN = 8; // of a part of the board, in its units
const HIDDEN_MS = 150; // after the page has drawn, where it does not draw
const AFTER_NOTICES_MS = 60; // what the page says by itself of switched layers comes first

/** What a step of the agenda can open. The part that runs such rounds says how. */
export interface Activity {
  readonly label: string;
  /** Whether one is open: then it is gone to, and no other opened. */
  readonly isOpen?: () => boolean;
  readonly open: (question: string) => void;
}

export class Workshop {
  /** The parts of the facilitator's panel. */
  readonly sections = new Registry<Section>();
  /** What everybody sees along the top. */
  readonly signs = new Registry<Sign>();
  /** What stands in rows of the outline. */
  readonly rows = new Registry<RowPart>();
  readonly open = signal(false);
  /** The sections that are unfolded. */
  readonly unfolded = signal<ReadonlySet<string>>(new Set());
  /** Rises when the panel is asked for: it takes the focus, though it may be open already. */
  readonly asked = signal(0);
  /** The section that was asked for with it. */
  sought: string | null = null;
  /** What the board says of it. */
  readonly told = computed((): Told => {
    this.store.revision.value;
    const { model } = this.store.session;
    const records = model.held("board")?.records;
    const shapes = [...(records?.values() ?? []), model.board];
    // most changes are of other streams, and nothing of this is to be shown anew for them
    if (shapes.length !== this.read.shapes.length || shapes.some((shape, at) => shape !== this.read.shapes[at])) {
      this.read = { shapes, told: toldBy(records, model.board) };
    }
    return this.read.told;
  });
  /** Whether I see what everyone sees: I follow, or lead, or am held to it. */
  readonly sharing = computed(() => !this.store.own.value || this.held.value);
  /** The canvas is held to what is driven. */
  readonly held = computed(() => this.told.value.locked && this.told.value.open && !this.leads.value);
  /** Whether my role may lead: the panel is for me. */
  readonly leads = computed(() => RANK[this.store.role.value] >= RANK.facilitator);
  /** The layer in the spotlight. */
  readonly lit = computed(() => [...this.store.layers.value.values()].find(({ spotlight }) => spotlight));
  /** What steps of the agenda can open, by `StepShape.round`. */
  readonly activities = signal<ReadonlyMap<StepRound, Activity>>(new Map());
  readonly ticking: Ticking;
  /** The address by which participants come; null: there is none. Whoever may pass it on has this. */
  invitation: (() => Promise<string | null>) | null = null;
  private read: { readonly shapes: readonly unknown[]; readonly told: Told } = { shapes: [], told: toldBy(undefined, null) };
  private readonly coming = new Set(ROOMS);
  private wanted: string | null; // a scene that an address asks for, and that is not there yet
  private seen = { scene: "", look: 0, step: "" }; // what of it I have seen and heard
  private mine: string | null = null; // where I bring everyone: I am there already
  private dimmed: ReadonlySet<string> = new Set();
  private again: LookShape["viewport"] | null = null; // where to go when all that is on has come

  constructor(readonly store: Store) {
    for (const each of [sideSheet, signSheet, sheet]) adopt(each);
    const { session } = store;
    this.ticking = new Ticking(this);
    this.wanted = sceneSought(store.startHash);
    store.commands.add(
      {
        id: "workshop.panel", title: words.workshop, group: words.group, keys: ["Shift+W"], where: "page",
        when: () => this.leads.value, run: () => (this.open.value ? this.close() : this.show()),
      },
    );
    addSigns(this);
    for (const other of [store.outlineOpen, store.peopleOpen]) {
      other.subscribe((open) => {
        if (open) this.open.value = false; // they stand in the same place
      });
    }
    effect(() => {
      if (store.finding.value?.panel.value != null) this.open.value = false;
    });
    effect(() => {
      if (!this.leads.value) this.open.value = false;
    });
    effect(() => {
      store.revision.value;
      store.role.value;
      this.bring();
    });
    effect(() => this.follow());
    effect(() => this.dim());
    let held = false;
    effect(() => {
      if (this.held.value === held || !store.ready.value) return;
      held = this.held.value;
      store.announcer.say(held ? words.heldSaid : words.letGo);
    });
    store.watchers.add((changes) => {
      if (this.again !== null && session.whole) this.look(this.again);
      // a header that came anew brought its own opacity with it
      if (this.dimmed.size > 0 && changes.some(({ stream }) => stream.startsWith("head/"))) this.paintDimmed();
    });
    addEventListener("hashchange", ({ newURL }) => { // a key in it does not stand in the address any more
      this.wanted = sceneSought(new URL(newURL).hash);
      this.goToWanted();
    });
    document.addEventListener("click", (event) => {
      const link = (event.target as Element | null)?.closest?.("a[href^='#scene=']");
      const asked = sceneAsked(link?.getAttribute("href") ?? "");
      if (asked === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.goTo(asked);
    });
    // layers come with what hello asked for: a scene can be gone to when all of it is there
    effect(() => {
      store.revision.value;
      if (store.ready.value && session.ready) this.goToWanted();
    });
  }

  private bring(): void {
    for (const room of this.coming) {
      if (!room.wanted(this)) continue;
      this.coming.delete(room);
      room.begin(this).catch(() => this.coming.add(room)); // the network is away: asked again with the next change
    }
  }

  /** Proposes operations, and shows them when the server has done them. */
  do(...ops: readonly AnyOp[]): number {
    return this.store.session.submit(ops).n;
  }

  /** Proposes operations, and calls back when the server has done them, or has refused them: that is told here. */
  done(ops: readonly AnyOp[], then: () => void, refused?: () => void): void {
    const { session } = this.store;
    session.answered(this.do(...ops), (answer) => {
      if (answer.t === "ack") return then();
      if (answer.t === "reject") session.tell({ kind: "refused", code: answer.code, message: answer.message });
      refused?.();
    });
  }

  /** Whether an operation of a kind waits for its answer: pressed again, it is meant once. */
  awaits(kind: AnyOp["op"]): boolean {
    return this.store.session.model.pending.some(({ ops }) => ops.some(({ op }) => op === kind));
  }

  /** Changes scenes or the agenda: a step of mine, which undo takes back. */
  edit(...ops: readonly AnyOp[]): void {
    const { session } = this.store;
    if (session.editing === null) session.submit(ops); // what edits has not come yet
    else session.edit(ops);
  }

  /** Milliseconds since 1970, by the server's clock. */
  now(): number {
    return this.store.world.now() + this.store.session.wire.skewMs;
  }

  // -- what is shown to all who follow

  /** Goes where everyone is brought, and says which scene and step it is. */
  private follow(): void {
    const { store } = this;
    const { look, scene, step, scenes, steps } = this.told.value;
    if (!store.ready.value || !this.sharing.value) {
      this.seen.look = 0; // whoever comes back is brought to where everyone is
      return;
    }
    const isNewScene = scene !== null && scene.id !== this.seen.scene;
    const isNewStep = step !== null && step.id !== this.seen.step;
    if (look !== null && look.number !== this.seen.look) {
      const isMine = this.mine === JSON.stringify(look.viewport);
      this.mine = null;
      if (!isMine) this.look(look.viewport);
      if (!isMine && !isNewScene && this.seen.look !== 0) this.say(words.brought);
    } else if (isNewScene && look === null) store.fit();
    this.seen = { scene: scene?.id ?? "", look: look?.number ?? 0, step: step?.id ?? "" };
    if (isNewStep) this.say(`${words.step(steps.indexOf(step) + 1, steps.length, step.title ?? "")}. ${step.note ?? ""}`);
    if (isNewScene) this.say(this.described(scene, scenes));
  }

  private described(scene: SceneShape, scenes: readonly SceneShape[]): string {
    const at = scenes.indexOf(scene) + 1;
    return `${words.scene(at, scenes.length, scene.title || words.untitledScene(at))}. ${scene.spoken ?? ""}`.trim();
  }

  private say(said: string): void {
    setTimeout(() => this.store.announcer.say(said), AFTER_NOTICES_MS);
  }

  /** Goes to a part of the board, when what comes with it has its place over the canvas. */
  private look([x, y, w, h]: LookShape["viewport"]): void {
    const { store } = this;
    const go = (): void => {
      store.look({ x, y, w, h });
      // the view stays near what there is: once more when all that is on has come
      this.again = store.session.whole ? null : [x, y, w, h];
    };
    if (document.hidden) setTimeout(go, HIDDEN_MS);
    else requestAnimationFrame(() => requestAnimationFrame(go));
  }

  /** The part of the board that I see, as scenes and the others have it. */
  seenPart(): LookShape["viewport"] | null {
    const seen = this.store.free();
    if (seen === null) return null;
    const [x, y, w, h] = seen.map((part) => Math.round(part * 100) / 100) as [number, number, number, number];
    return [x, y, Math.max(SIDE_MIN, w), Math.max(SIDE_MIN, h)];
  }

  /** Brings everyone who follows to what I see. */
  bringEveryone(): void {
    const viewport = this.seenPart();
    if (viewport === null) return;
    this.mine = JSON.stringify(viewport);
    this.do({ op: "stage.look", viewport });
    this.store.tell(words.broughtDone);
  }

  // -- the spotlight

  private dim(): void {
    const { store } = this;
    store.revision.value;
    const layers = store.layers.value;
    const lit = this.told.value.open && this.sharing.value ? this.lit.value : undefined;
    const bright = lit === undefined ? null : lineage(layers, lit.id);
    const dimmed = new Set(bright === null ? [] : [...layers.keys()].filter((id) => !bright.has(id)));
    const before = this.dimmed;
    this.dimmed = dimmed;
    const freed = [...before].filter((id) => !dimmed.has(id) && layers.has(id));
    if (freed.length > 0) this.paint(freed, 1);
    if (dimmed.size > 0) this.paintDimmed();
  }

  private paintDimmed(): void {
    this.paint([...this.dimmed], DIMMED);
  }

  /** Draws layers with a part of the opacity that they have. */
  private paint(ids: readonly string[], share: number): void {
    const { store } = this;
    const headers = ids.flatMap((id): LayerShape | never[] => store.session.layers.get(id) ?? []);
    store.scene.apply(headers.map((header) => ({
      stream: headOf(header.id), put: [{ ...header, opacity: (header.opacity ?? 1) * share }],
    })));
    store.canvas?.changed();
  }

  // -- scenes

  /** Shows a scene: to everyone when I lead, else in my own view. */
  goTo(id: string): void {
    const { store } = this;
    const { session } = store;
    const scene = this.told.value.scenes.find((each) => idOf(each) === id);
    if (scene === undefined) return store.tell(words.noScene);
    if (store.leads.value) return void this.do({ op: "scene.show", scene: id });
    if (this.held.value) return store.tell(words.heldSaid);
    const layers = layersOf(id, session.layers);
    batch(() => session.see(new Set(layers.flatMap((layer) => [layer, ...above(session.layers, layer)]))));
    if (scene.viewport == null) store.fit();
    else this.look(scene.viewport);
    const at = this.told.value.scenes.indexOf(scene) + 1;
    this.say(`${words.ownScene(scene.title || words.untitledScene(at))}. ${scene.spoken ?? ""}`);
  }

  private goToWanted(): void {
    const { wanted } = this;
    if (wanted === null || !this.store.session.ready) return;
    this.wanted = null;
    this.goTo(wanted);
  }

  /** Shows everyone the next scene, or the one before. */
  step(by: 1 | -1): void {
    const { scene, scenes } = this.told.value;
    const next = beside(scenes, scene, by);
    if (next === null) this.store.announcer.say(by === 1 ? words.lastScene : words.firstScene);
    else this.do({ op: "scene.show", scene: idOf(next) });
  }

  // -- the page

  /** Opens the panel, with one of its sections unfolded when that is named. */
  show(section?: string): void {
    const { store } = this;
    if (section !== undefined) this.unfolded.value = new Set([...this.unfolded.value, section]);
    store.outlineOpen.value = store.peopleOpen.value = false;
    if (store.finding.value !== null) store.finding.value.panel.value = null;
    this.open.value = true;
    this.sought = section ?? null;
    this.asked.value += 1;
  }

  close(): void {
    this.open.value = false;
    document.querySelector<HTMLElement>(".workshop-button")?.focus();
  }

  /** The button in the bar along the top. */
  button() {
    if (!this.leads.value) return null;
    const open = this.open.value;
    return (
      <button
        type="button"
        class="button workshop-button"
        aria-expanded={open}
        aria-controls="workshop"
        aria-keyshortcuts="Shift+W"
        onClick={() => (open ? this.close() : this.show())}
      >
        <Glyph name="clapperboard" markup={clapperboard} />
        <span class="button-label">{words.workshop}</span>
      </button>
    );
  }

  /** The signs. */
  strip() {
    return (
      <div class="signs" role="group" aria-label={words.now}>
        {this.signs.all.value.map(({ id, view: View }) => (
          <View key={id} />
        ))}
      </div>
    );
  }

  /** What stands over the outline: the scenes, to be gone to. */
  outline() {
    return <ScenesToGoTo workshop={this} />;
  }

  /** The panel. */
  view() {
    return <WorkshopPanel workshop={this} />;
  }
}
