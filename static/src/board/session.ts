// My part in a board: what I see, whether I follow, what I may switch. It joins the model, the
// formula of visibility and the wire, and is free of the DOM.

import { COORDINATE_MAX, LAYERS_MAX, RANK } from "../generated/constants.js";
import type {
  Ack, AnyOp, AnyQuestion, AnyResult, Conflict, LayerShape, Outbound, Person, Present, Reject, Role, Tally, TextSet, Voted,
} from "../generated/wire.js";
import type { Viewport } from "./address.js";
import type { Telling } from "../together/telling.js";
import { Company, type Doings } from "./company.js";
import type { Editing, TextConflict } from "./editing.js";
import { bodyOf, type Change, Model, type Pending } from "./model.js";
import type { Kept } from "./outbox.js";
import { above, type Branch, lineage, onLayers, type Own, switched, switches, tree } from "./visibility.js";
import { type Status, Wire, type World } from "./wire.js";

/** Something that a person is to be told. The words are in i18n/. */
export type Notice =
  | { readonly kind: "refused"; readonly code: string; readonly message: string }
  | { readonly kind: "conflict"; readonly current: string }
  | { readonly kind: "given-up"; readonly count: number }
  | { readonly kind: "left" } // I have left the facilitator's view for my own
  | { readonly kind: "default-saved"; readonly undo: number }
  | { readonly kind: "undone"; readonly skipped: number }
  | { readonly kind: "not-undone"; readonly code: string }
  | { readonly kind: "merged" } // my text and somebody else's
  | { readonly kind: "stage"; readonly open: boolean }
  | { readonly kind: "told"; readonly text: string; readonly warns: boolean } // in words already
  | { readonly kind: "switched"; readonly on: readonly string[]; readonly off: readonly string[] };

const NOTHING: readonly never[] = [];

export type Answer = Ack | Reject | Conflict;

export interface SessionEvents {
  /** Records changed: to be drawn. */
  changes(changes: readonly Change[]): void;
  /** Other layers are on. */
  visible(on: ReadonlySet<string>): void;
  notice(notice: Notice): void;
  /** Anything else may have changed. */
  updated(): void;
  /** What is seen, in board units, or null when that is not known yet. */
  viewport(): Viewport | null;
  /** What edits (editing.ts) is to be brought: somebody drags something. */
  needsEditing(): void;
}

export class Session {
  readonly model = new Model();
  readonly wire: Wire;
  role: Role = "viewer";
  seat = "";
  /** All that the last hello asked for has come. */
  ready = false;
  /** The switches that are on in my own view; null: I follow. */
  own: Own;
  /** The layers that are on, groups included. */
  on: ReadonlySet<string> = new Set();
  /** Those of them that the canvas shows: while I am held, what is driven. */
  shown: ReadonlySet<string> = new Set();
  readonly company = new Company();
  /** Calls whoever draws what others do, when that has changed. */
  onDoing: (() => void) | null = null;
  /** Calls what shows rounds of voting, once that has come. */
  onVotes: ((frame: Voted | Tally) => void) | null = null;
  layers: ReadonlyMap<string, LayerShape> = new Map();
  stageOpen = false;
  /** My person has pressed in this tab that it leads. */
  hasLead = false;
  private telling: Telling | null = null; // comes with the script that draws others
  private doings: Partial<Doings> = {}; // what I do
  private followed = new Set<string>();
  private saidFollowing = true;
  private known: ReadonlySet<string> | null = null; // the layers that my own view has met
  private readonly awaited = new Map<number, (outcome: Answer) => void>();
  /** Edits, once that has come; see `begin`. */
  editing: Editing | null = null;
  private dragged: readonly AnyOp[] = []; // by others
  private chosen: string | null = null; // the layer that my person made the active one
  private made = 0; // ids
  private questions = 0;
  private readonly asked = new Map<number, (result: AnyResult | null) => void>(); // without an answer yet

  constructor(
    private readonly world: World,
    own: Own,
    private readonly events: SessionEvents,
  ) {
    this.own = own;
    this.wire = new Wire(world, this.model, {
      greet: () => {
        const viewport = events.viewport();
        this.saidFollowing = this.own === null;
        return {
          own: this.own === null ? null : [...this.own].slice(0, LAYERS_MAX),
          viewport: viewport?.every((part) => Math.abs(part) <= COORDINATE_MAX) ? viewport : null,
          ...(this.name === "" ? {} : { name: this.name }),
        };
      },
      on: () => this.on,
      welcome: (frame, role) => {
        this.role = role;
        this.seat = frame.seat;
        this.ready = false;
        this.hasLead = world.leader === frame.seat;
        this.followed = new Set(frame.follow);
        this.telling?.renewed();
        this.update();
        const waits = world.recall("waits") === frame.seat && this.editing?.hasTakenUp(frame.seat) !== true;
        if (this.editing !== null) this.editing.takeUp(frame.seat);
        else if (waits) events.needsEditing();
        return waits;
      },
      frame: (frame) => this.take(frame),
      changes: (changes) => this.show(changes),
      status: () => {
        if (this.status.kind !== "live" && this.company.doing.size > 0) {
          this.company.doing.clear(); // it may be over, for all that is known
          this.onDoing?.();
        }
        if (this.status.kind !== "live") this.unanswered();
        this.update();
      },
      abandoned: (pending) => {
        this.awaited.clear();
        this.editing?.abandoned(pending);
        if (pending.length > 0) events.notice({ kind: "given-up", count: pending.length });
      },
    });
  }

  get status(): Status {
    return this.wire.status;
  }

  // -- the others

  /** Everybody who came by a link, by seat. */
  get people(): ReadonlyMap<string, Person> {
    return this.company.people;
  }

  /** How many connections there are, and how many of them follow. */
  get here(): number {
    return this.company.here;
  }

  get following(): number {
    return this.company.following;
  }

  /** Whether others are told what I do. */
  private get isSeen(): boolean {
    return this.people.has(this.seat) && RANK[this.role] >= RANK.participant;
  }

  /** I do this now, for others to see; what is left out stays as it was. */
  present(part: Partial<Doings>): void {
    this.doings = { ...this.doings, ...part };
    this.telling?.present(part);
  }

  /** Nobody sees this page, or somebody does again. */
  hide(hidden: boolean): void {
    this.telling?.hide(hidden);
  }

  /** From now on others are told what I do. */
  tellOthers(make: (world: World, say: (frame: Present) => void) => Telling): void {
    this.telling = make(this.world, (frame) => this.wire.say(frame));
    this.telling.present(this.doings);
    this.watch();
  }

  private watch(): void {
    this.telling?.watch(this.isSeen && this.people.size > 1);
  }

  get name(): string {
    return this.world.name ?? "";
  }

  /** Whether I was never asked what I am called. From then on I was. */
  asksName(): boolean {
    if (this.world.name !== null) return false;
    this.world.name = "";
    return true;
  }

  /** What I am called from now on, on every board. */
  set name(name: string) {
    this.world.name = name;
    this.sayHere();
  }

  get isFacilitator(): boolean {
    return mayLead(this.role);
  }

  /** The canvas is held to what is driven. My own view counts in the outline. */
  get held(): boolean {
    return this.stageOpen && this.model.board?.locked === true && !this.isFacilitator;
  }

  /** My switches act for everyone who follows. */
  get leads(): boolean {
    return this.isFacilitator && this.stageOpen && this.hasLead && this.own === null;
  }

  /** Whether anybody else is here who may lead; taken for granted until it is known who is here. */
  get facilitatorHere(): boolean {
    if (this.here === 0) return true;
    return [...this.people.values()].some(({ seat, role }) => seat !== this.seat && mayLead(role as Role));
  }

  /** All that lies in the layers that are on has come. */
  get whole(): boolean {
    return [...this.on].every((id) => this.layers.get(id)?.group === true || this.model.isWhole(bodyOf(id)));
  }

  /** A layer's own switch, as I see it. */
  isSwitchedOn(layer: LayerShape): boolean {
    return switched(layer, this.own, this.stageOpen);
  }

  // -- switching

  /** Switches one layer. What is switched on is to be seen, so its groups are switched on, too. */
  switch(layer: string, on: boolean): void {
    this.switchAll(new Map([layer, ...(on ? above(this.layers, layer) : [])].map((id) => [id, on])));
  }

  /** Shows one layer, or one group with all in it, and nothing else. */
  only(layer: string): void {
    const wanted = lineage(this.layers, layer);
    this.switchAll(new Map([...this.layers.keys()].map((id) => [id, wanted.has(id)])));
  }

  /** Switches every layer on or off. */
  all(on: boolean): void {
    this.switchAll(new Map([...this.layers.keys()].map((id) => [id, on])));
  }

  private switchAll(wanted: ReadonlyMap<string, boolean>): void {
    const now = switches(this.layers, this.own, this.stageOpen);
    const changed = [...wanted].filter(([id, on]) => now.has(id) !== on);
    if (changed.length === 0) return;
    if (this.leads) {
      this.submit([{ op: "stage.drive", layers: Object.fromEntries(changed) }]);
      return;
    }
    for (const [id, on] of changed) {
      if (on) now.add(id);
      else now.delete(id);
    }
    if (this.own === null) this.events.notice({ kind: "left" });
    this.see(now);
  }

  /** Takes these switches as my own view; null: follows again. */
  see(own: Own): void {
    this.own = own;
    this.known = own === null ? null : new Set(this.layers.keys());
    this.update();
  }

  /** Leaves for a view of my own that starts from what I see. */
  leave(): void {
    this.see(switches(this.layers, this.own, this.stageOpen));
  }

  follow(): void {
    this.see(null);
  }

  /**
   * Leads, from what I see now: the stage is open on it, everyone who follows sees it, and my
   * switches drive. Who follows a lead sees what everyone sees, and only joins it.
   */
  lead(): void {
    this.setLead(true);
    if (this.stageOpen && this.own === null) return this.update();
    const now = switches(this.layers, this.own, this.stageOpen);
    const layers = Object.fromEntries([...this.layers.keys()].map((id) => [id, now.has(id)]));
    const open: AnyOp = { op: "stage.set", open: true };
    const drive: AnyOp = { op: "stage.drive", layers };
    this.submit(this.layers.size === 0 ? [open] : [drive, open]);
    this.see(null);
  }

  /** Closes the stage: everyone who follows sees what is published. */
  stopLeading(): void {
    this.submit([{ op: "stage.set", open: false }]);
  }

  private setLead(on: boolean): void {
    this.hasLead = on;
    this.world.leader = on ? this.seat : null;
  }

  /** Whether what I see differs from what is published. */
  get differsFromPublished(): boolean {
    return [...this.layers.values()].some((layer) => this.isSwitchedOn(layer) !== layer.published);
  }

  /** Publishes what I see: what everyone sees who follows while nobody leads. */
  publish(): void {
    const ops = [...this.layers.values()].flatMap((layer): AnyOp[] => {
      const published = this.isSwitchedOn(layer);
      return published === layer.published ? [] : [{ op: "layer.set", id: layer.id, published }];
    });
    if (ops.length === 0) return;
    const { n } = this.submit(ops);
    this.answered(n, (answer) => {
      if (answer.t !== "ack") return this.tellRefused(answer);
      this.events.notice({ kind: "default-saved", undo: n });
      this.update(); // without what was pending: is my own view what everyone sees now?
      if (!this.stageOpen && !this.differsFromPublished) this.follow();
    });
  }

  /** Takes back what I submitted under the number `of`. */
  takeBack(of: number): void {
    const { n } = this.wire.undo(of);
    this.answered(n, (answer) => {
      if (answer.t !== "ack") this.tellRefused(answer);
      else this.events.notice({ kind: "undone", skipped: answer.skipped ?? 0 });
    });
    this.update();
  }

  // -- editing

  /** Whether my role may change anything. */
  get mayEdit(): boolean {
    return RANK[this.role] >= RANK.participant && this.model.board?.archived !== true;
  }

  /** Whether I may change all that lies in a layer; or, named, one thing of it: perhaps I made that. */
  canWrite(layer: string, thing = ""): boolean {
    return this.isOpen(layer, thing.startsWith(`${this.seat}.`));
  }

  /** Whether I may put something new into a layer. */
  canAdd(layer: string): boolean {
    return this.isOpen(layer, true);
  }

  private isOpen(layer: string, adds: boolean): boolean {
    const held = this.layers.get(layer);
    if (held === undefined || held.group === true || !this.mayEdit) return false;
    const named = held.seats?.[this.seat];
    const least = (adds ? (named?.[1] ?? held.add) : (named?.[2] ?? held.write)) ?? "participant";
    if (RANK[this.role] < RANK[least as Role]) return false;
    return [layer, ...above(this.layers, layer)].every((id) => this.layers.get(id)?.locked !== true);
  }

  /** The layer where new things land: the chosen one, else the topmost that is on and that I may change. */
  get active(): string | null {
    const fits = (id: string): boolean => this.on.has(id) && this.canAdd(id);
    if (this.chosen !== null && fits(this.chosen)) return this.chosen;
    const first = (branches: readonly Branch[]): string | null => {
      for (const { layer, children } of branches) {
        const found = fits(layer.id) ? layer.id : first(children);
        if (found !== null) return found;
      }
      return null;
    };
    return first(tree(this.layers));
  }

  setActive(layer: string): void {
    this.chosen = layer;
    this.events.updated();
  }

  /** A new id that I may create. */
  fresh(): string {
    const digits = (): string => Math.floor(this.world.random() * 36 ** 5).toString(36).padStart(5, "0");
    this.made += 1;
    return `${this.seat}.${digits()}${digits()}${this.made.toString(36)}`;
  }

  /** Edits from now on: operations are laid over what is confirmed, and can be taken back. */
  begin(editing: Editing): void {
    this.editing = editing;
    this.show(editing.changes());
    this.others(this.dragged);
    if (this.status.kind === "live") editing.takeUp(this.seat);
    this.update();
  }

  private get edits(): Editing {
    if (this.editing === null) throw new Error("nothing that edits has come yet");
    return this.editing;
  }

  /** Does these operations as one step: seen at once, sent now or when there is a connection. */
  edit(ops: readonly AnyOp[]): void {
    this.edits.edit(ops);
    this.update();
  }

  /** What a gesture is doing now: seen, never sent. Replaces the last; [] ends it. */
  draft(ops: readonly AnyOp[]): void {
    this.show(this.model.draft(ops));
  }

  /** What others are dragging just now; replaces the last. */
  others(ops: readonly AnyOp[]): void {
    this.dragged = ops;
    if (this.editing !== null) this.show(this.model.others(ops));
    else if (ops.length > 0) this.events.needsEditing();
  }

  /** Sets a text. `base`: what stood there when my person began to type; else what stands there now. */
  setText(owner: TextSet["owner"], id: string, field: TextSet["field"], text: string, base?: string): void {
    this.edits.setText(owner, id, field, text, base);
    this.update();
  }

  get canUndo(): boolean {
    return this.editing?.history.canUndo === true;
  }

  get canRedo(): boolean {
    return this.editing?.history.canRedo === true;
  }

  /** Takes my last step back. */
  undo(): void {
    this.edits.turn("undo");
    this.update();
  }

  /** Does again what I took back last. */
  redo(): void {
    this.edits.turn("redo");
    this.update();
  }

  /** Texts of mine that touch what somebody else has changed: my person says what stands. */
  get conflicts(): readonly TextConflict[] {
    return this.editing?.conflicts ?? NOTHING;
  }

  /** What could not be done; while I may not come in, what waits as well. */
  get unsaved(): readonly Kept[] {
    const { status, seat } = this;
    const given = this.editing?.unsaved ?? NOTHING;
    if (status.kind !== "stopped" || status.why !== "closed") return given;
    return [...given, ...this.model.pending.filter(({ of }) => of === undefined).map(({ n, ops }) => ({ seat, n, ops }))];
  }

  /** Whether the page may go: nothing waits, or all of it is kept. */
  get mayGo(): boolean {
    return this.model.pending.every((pending) => this.editing?.keeps(pending) === true);
  }

  refresh(): void {
    this.update();
  }

  tell(notice: Notice): void {
    this.events.notice(notice);
  }

  /** Calls back with the answer to the submit `n`, which is then not told to my person. */
  answered(n: number, tell: (outcome: Answer) => void): void {
    this.awaited.set(n, tell);
  }

  /** Tells what is seen otherwise now. */
  show(changes: readonly Change[]): void {
    if (changes.length === 0) return;
    this.events.changes(changes);
    if (changes.some(({ stream }) => stream === "board" || stream.startsWith("head/"))) this.update();
    else this.events.updated();
  }

  // -- questions

  /** Asks about the board. null: there is no connection, or it ended before the answer came. */
  ask(question: AnyQuestion): Promise<AnyResult | null> {
    if (this.status.kind !== "live") return Promise.resolve(null);
    this.questions += 1;
    const id = this.questions;
    return new Promise((tell) => {
      this.asked.set(id, tell);
      this.wire.say({ t: "ask", id, question });
    });
  }

  private unanswered(): void {
    for (const tell of this.asked.values()) tell(null);
    this.asked.clear();
  }

  /** Proposes what is seen when the server has done it, and is no step to take back by undo. */
  submit(ops: readonly AnyOp[]): Pending {
    const pending = this.wire.submit(ops);
    this.update();
    return pending;
  }

  // -- what comes in

  private take(frame: Outbound): void {
    switch (frame.t) {
      case "synced":
        if (frame.ready === true) this.ready = true;
        return this.update();
      case "ack":
      case "reject":
      case "conflict":
        return this.settle(frame);
      case "answer":
        this.asked.get(frame.id)?.(frame.result);
        this.asked.delete(frame.id);
        return;
      case "voted":
      case "tally":
        return this.onVotes?.(frame);
      case "presence":
        if (this.company.take(frame)) {
          this.watch();
          this.events.updated();
        }
        return this.onDoing?.();
    }
  }

  /** A submit has its answer; nothing happens when it had one before. */
  private settle(frame: Answer): void {
    const outcome = this.model.settle(frame.n, frame.t === "ack");
    if (outcome === undefined && !(frame.t === "reject" && frame.n === 0)) return;
    if (outcome !== undefined) this.show(outcome.changes);
    const told = this.awaited.get(frame.n);
    this.awaited.delete(frame.n);
    if (told !== undefined) told(frame);
    else if (frame.t !== "ack") this.tellRefused(frame);
    this.update();
  }

  private tellRefused(frame: Reject | Conflict): void {
    if (frame.t === "conflict") this.events.notice({ kind: "conflict", current: frame.current });
    else this.events.notice({ kind: "refused", code: frame.code, message: frame.message });
  }

  /** Works out anew what is on, tells what changed, and follows it. */
  private update(): void {
    const wasOpen = this.stageOpen;
    this.layers = this.model.layers();
    this.stageOpen = this.model.stageOpen();
    // a lead ends for all who lead; the next one is for them to begin or to join
    if (this.ready && this.model.board !== null && !this.stageOpen && this.hasLead) this.setLead(false);
    this.meetNewLayers();
    const before = this.shown;
    this.on = onLayers(this.layers, this.own, this.stageOpen);
    this.shown = this.held ? onLayers(this.layers, null, this.stageOpen) : this.on;
    const on = [...this.shown].filter((id) => !before.has(id));
    const off = [...before].filter((id) => !this.shown.has(id));
    if (on.length > 0 || off.length > 0) this.events.visible(this.shown);
    this.followWhatIsOn();
    this.sayFollowing();
    if (this.ready && this.own === null && !this.leads && !this.model.setsStage) {
      if (this.stageOpen !== wasOpen) this.events.notice({ kind: "stage", open: this.stageOpen });
      else if (on.length > 0 || off.length > 0) this.events.notice({ kind: "switched", on, off });
    }
    this.events.updated();
  }

  /** Says whether I follow: who leads does not, and who is on an own view. */
  private sayFollowing(): void {
    const following = this.own === null && !this.leads;
    if (!this.ready || following === this.saidFollowing) return;
    this.saidFollowing = following;
    this.sayHere();
  }

  private sayHere(): void {
    const { name } = this;
    this.wire.say({ t: "here", following: this.saidFollowing, ...(name === "" ? {} : { name }) });
  }

  /** A layer that is made while I am on my own view starts there as it is published. */
  private meetNewLayers(): void {
    if (this.own === null || !this.ready) return;
    const known = this.known;
    const met = new Set(this.layers.keys());
    if (known !== null) {
      const fresh = [...this.layers.values()].filter(({ id, published }) => published && !known.has(id));
      if (fresh.length > 0) this.own = new Set([...this.own, ...fresh.map(({ id }) => id)]);
    }
    this.known = met;
  }

  private followWhatIsOn(): void {
    if (this.status.kind !== "live" || !this.model.headersWhole) return;
    // a group holds no nodes, and what the server has not made yet has none to send
    const wanted = new Set([...this.on, ...this.shown].filter((id) => this.layers.get(id)?.group !== true && this.model.headers.has(id)));
    const begin = [...wanted].filter((id) => !this.followed.has(id));
    const end = [...this.followed].filter((id) => !wanted.has(id));
    this.followed = wanted;
    if (end.length > 0) {
      this.wire.say({ t: "unfollow", layers: end });
      this.events.changes(this.model.forgetPartial(new Set(end)));
    }
    if (begin.length === 0) return;
    const viewport = this.events.viewport();
    const have = this.model.have(new Set(begin));
    this.wire.say({ t: "follow", layers: begin, have, ...(viewport === null ? {} : { viewport }) });
  }
}

function mayLead(role: Role): boolean {
  return RANK[role] >= RANK.facilitator;
}
