// Comments: pins on the canvas, what is said at one of them, and a list of all threads. A script of
// its own, loaded for whoever may comment, and for others once a comment has come.

import { computed, effect, signal } from "@preact/signals";
import { render } from "preact";
import type { BoardCanvas } from "../canvas/index.js";
import { NAME_CHARS_MAX, RANK } from "../generated/constants.js";
import type { AnyOp, CommentShape, Role } from "../generated/wire.js";
import { words } from "../i18n/comments.js";
import { text } from "../i18n/index.js";
import { called } from "../together/called.js";
import { keep, kept } from "../ui/kept.js";
import { adopt } from "../ui/sheet.js";
import sideSheet from "../ui/side.lazy.css";
import type { Store } from "../ui/store.js";
import sheet from "./comments.lazy.css";
import { mentions } from "./mentions.js";
import { CommentsButton, CommentsPanel } from "./panel.js";
import { Pins } from "./pins.js";
import { Reading } from "./reading.js";
import { Talk } from "./talk.js";
import { isBy, lastIn, type Said, saidIn, type Thread, threadsOf, unreadIn } from "./threads.js";

/** Where somebody begins a thread: a node, or a point in a layer. */
export type Spot =
  | { readonly node: string }
  | { readonly layer: string; readonly x: number; readonly y: number };

/** What is open: a spot with all that is said there. */
export interface Open {
  /** As threads name it: `node/x`, `place/c`; "new": a point where nothing was said yet. */
  readonly key: string;
  readonly spot: Spot;
  /** The thread that was meant. */
  readonly thread: string | null;
  /** What had not been read when it was opened. */
  readonly fresh: ReadonlySet<string>;
  readonly back: HTMLElement | null;
  /** The focus stays where it is. */
  readonly quiet: boolean;
}

const TITLE_CHARS = 60;

export class Comments {
  private readonly held = new Map<string, Said>();
  private readonly revision = signal(0); // of what is held
  private readonly readings = signal(0); // of what was read
  readonly panel = signal(false);
  readonly asked = signal(0); // rises when the panel is asked for
  readonly open = signal<Open | null>(null);
  /** The focus goes back to the button. */
  returns = false;
  readonly placing = signal(false);
  /** What was written and not sent, by what it is for. */
  readonly drafts = new Map<string, string>();
  private readonly reading: Reading;
  private readonly told = new Set<string>(); // mentions that my person was told of
  private canvas: BoardCanvas | null = null;
  private pins: HTMLElement | null = null;
  private away: (() => void) | null = null;

  /** All threads in layers that are on. */
  readonly threads = computed((): readonly Thread[] => {
    this.revision.value;
    const on = this.store.on.value;
    return threadsOf([...this.held.values()].filter(({ layer }) => on.has(layer)));
  });
  /** The same by what they are on, the oldest first. */
  readonly spots = computed((): ReadonlyMap<string, readonly Thread[]> => {
    const spots = new Map<string, Thread[]>();
    for (const thread of this.threads.value) {
      const threads = spots.get(thread.spot);
      if (threads === undefined) spots.set(thread.spot, [thread]);
      else threads.push(thread);
    }
    return spots;
  });
  /** Of those what others said and I have not read, by thread. */
  readonly unread = computed((): ReadonlyMap<string, readonly Said[]> => {
    this.readings.value;
    const { seat } = this.store.session;
    const found = this.threads.value.map((thread) => [thread.first.shape.id, unreadIn(thread, this.reading.at(thread.first.shape.id), seat)] as const);
    return new Map(found.filter(([, said]) => said.length > 0));
  });

  private readonly known = computed((): readonly string[] => {
    const { people, session } = this.store;
    this.revision.value;
    const here = [...people.value.values()].filter(({ seat }) => seat !== session.seat);
    const names = new Set(here.map(called));
    for (const { shape } of this.held.values()) if (shape.by) names.add(shape.by);
    names.delete(this.me);
    return [...names].sort((a, b) => a.localeCompare(b));
  });

  constructor(readonly store: Store) {
    for (const each of [sideSheet, sheet]) adopt(each);
    const name = `orientation-board/read/${store.board}`;
    this.reading = new Reading({
      load: () => kept(name),
      save: (text) => keep(name, text),
    });
    this.take(store.session.model.everything());
    store.watchers.add((changes) => this.take(changes));
    this.addCommands();
    const host = document.createElement("div");
    document.querySelector("#app")?.after(host);
    render(<Page comments={this} />, host);
    for (const other of [store.outlineOpen, store.peopleOpen]) {
      other.subscribe((open) => {
        if (open) this.panel.value = false; // they stand in the same place
      });
    }
    effect(() => {
      if (store.finding.value?.panel.value != null || store.workshop.value?.open.value === true) this.panel.value = false;
    });
    // the canvas may come later, or again
    effect(() => {
      store.ready.value;
      store.revision.value;
      if (store.canvas !== null && store.canvas !== this.canvas) this.attach(store.canvas);
    });
    effect(() => this.tellMentions());
    effect(() => this.readOpen());
    document.addEventListener("visibilitychange", () => this.readOpen());
  }

  // -- what there is

  private take(changes: Iterable<{ readonly stream: string; readonly clear?: boolean; readonly put?: readonly { id: string }[]; readonly drop?: readonly string[] }>): void {
    const { model } = this.store.session;
    const touched = new Set<string>();
    for (const { stream, clear, put = [], drop = [] } of changes) {
      if (!stream.startsWith("talk/")) continue;
      for (const { id } of put) touched.add(id);
      for (const id of drop) touched.add(id);
      if (clear === true) for (const [id, { layer }] of this.held) if (stream === `talk/${layer}`) touched.add(id);
    }
    for (const id of touched) {
      const place = model.place(`comment/${id}`);
      if (place === undefined) this.held.delete(id);
      else this.held.set(id, { layer: place.stream.slice(5), shape: place.shape as CommentShape });
    }
    if (touched.size > 0) this.revision.value += 1;
  }

  /** The threads on a spot, the oldest first. */
  on(key: string): readonly Thread[] {
    return this.spots.value.get(key) ?? [];
  }

  /** How much is said on a node, and how much of it was not read. */
  countOn(node: string): { readonly threads: number; readonly unread: number } {
    const open = this.on(`node/${node}`).filter(({ first }) => first.shape.resolved !== true);
    return { threads: open.length, unread: open.reduce((sum, thread) => sum + this.unreadOf(thread), 0) };
  }

  unreadOf({ first }: Thread): number {
    return this.unread.value.get(first.shape.id)?.length ?? 0;
  }

  /** Whether something unread in a thread mentions me. */
  callsMe({ first }: Thread): boolean {
    return (this.unread.value.get(first.shape.id) ?? []).some(({ shape }) => mentions(shape.text, this.me));
  }

  /** What I am called. */
  get me(): string {
    const { session } = this.store;
    return called(session);
  }

  /** Who can be mentioned: who is here, and who has said something. */
  get names(): readonly string[] {
    return this.known.value;
  }

  /** What a spot is called. */
  title(spot: Spot): string {
    const { model, layers } = this.store.session;
    if (!("node" in spot)) return words.placeIn(layers.get(spot.layer)?.title || text.untitled);
    const shape = model.node(spot.node)?.shape;
    const said = shape && ([shape.title, shape.text].map((lines) => (lines ?? []).join("").trim()).find((each) => each !== "") || shape.alt);
    const letters = [...(said ?? "").replace(/\s+/g, " ")];
    return letters.length > TITLE_CHARS ? `${letters.slice(0, TITLE_CHARS - 1).join("")}…` : letters.join("") || text.untitled;
  }

  spotOf({ first: { layer, shape } }: Thread): Spot {
    return shape.node ? { node: shape.node } : { layer, x: shape.x ?? 0, y: shape.y ?? 0 };
  }

  // -- what I may do

  /** Whether I may say something in a layer: it may be locked. */
  mayComment(layer: string): boolean {
    const { session } = this.store;
    const held = session.layers.get(layer);
    if (held === undefined || held.group === true || !session.mayEdit) return false;
    const least = held.seats?.[session.seat]?.[1] ?? held.add ?? "participant";
    return RANK[session.role] >= RANK[least as Role];
  }

  isMine({ shape }: Said): boolean {
    return isBy(shape, this.store.session.seat);
  }

  /** Whether I may resolve a thread, or remove something that was said. */
  mayLead(said: Said): boolean {
    return this.mayComment(said.layer) && (this.isMine(said) || this.store.session.isFacilitator);
  }

  private layerOf(spot: Spot): string | undefined {
    return "node" in spot ? this.store.session.model.node(spot.node)?.layer : spot.layer;
  }

  mayBegin(spot: Spot): boolean {
    const layer = this.layerOf(spot);
    return layer !== undefined && this.mayComment(layer);
  }

  // -- doing

  private edit(op: AnyOp): void {
    this.store.session.edit([op]);
  }

  private said(about: { readonly node: string } | { readonly answers: string } | Spot, said: string): string {
    const { session } = this.store;
    const id = session.fresh();
    const lang = session.model.board?.lang || "en";
    this.edit({ op: "comment.create", id, by: [...this.me].slice(0, NAME_CHARS_MAX).join(""), text: { text: { [lang]: said } }, ...about });
    this.store.announcer.say(words.sent);
    return id;
  }

  /** Begins a thread where something is open. */
  begin(said: string): void {
    const open = this.open.value;
    if (open === null) return;
    const id = this.said(open.spot, said);
    this.open.value = { ...open, quiet: false, key: open.key === "new" ? `place/${id}` : open.key, thread: id };
  }

  answer(thread: Thread, said: string): void {
    this.said({ answers: thread.first.shape.id }, said);
  }

  change({ shape }: Said, said: string): void {
    this.store.session.setText("comment", shape.id, "text", said, shape.text);
  }

  resolve({ first }: Thread, resolved: boolean): void {
    this.edit({ op: "comment.set", id: first.shape.id, resolved });
    this.store.announcer.say(resolved ? words.wasResolved : words.wasReopened);
  }

  remove({ shape: { id } }: Said): void {
    this.edit({ op: "comment.remove", id });
    this.store.tell(words.removed, false, { label: words.undo, run: () => this.edit({ op: "comment.restore", id }) });
    const open = this.open.value;
    if (open?.key === `place/${id}`) this.close();
  }

  // -- going there

  /** Opens a spot: a node, or a point where somebody says something. */
  at(spot: Spot, back: HTMLElement | null = here()): void {
    this.openAt("node" in spot ? `node/${spot.node}` : "new", spot, null, back);
  }

  /** Opens a thread; `move`: and brings what it is on into the view. */
  show(thread: Thread, move: boolean, back: HTMLElement | null = here(), quiet = false): void {
    const spot = this.spotOf(thread);
    if (move) this.bring(spot);
    this.openAt(thread.spot, spot, thread.first.shape.id, back, quiet);
  }

  /** Opens the thread of a comment; `quiet`: the focus stays where it is. Says whether it is there. */
  find(comment: string, quiet: boolean): boolean {
    const thread = this.threads.peek().find((each) => saidIn(each).some(({ shape }) => shape.id === comment));
    if (thread !== undefined) this.show(thread, true, here(), quiet);
    return thread !== undefined;
  }

  private openAt(key: string, spot: Spot, thread: string | null, back: HTMLElement | null, quiet = false): void {
    const fresh = this.on(key).flatMap(({ first }) => this.unread.value.get(first.shape.id) ?? []);
    this.placing.value = false;
    this.open.value = { key, spot, thread, back, quiet, fresh: new Set(fresh.map(({ shape }) => shape.id)) };
  }

  private bring(spot: Spot): void {
    const { store } = this;
    if ("node" in spot) {
      const box = store.scene.nodeBox(spot.node);
      if (box === null || store.canvas === null) return;
      if (!store.sees({ x: box.x + box.w, y: box.y })) store.canvas.reveal(spot.node);
      store.select(spot.node, false);
    } else if (!store.sees(spot)) {
      const [, , w, h] = store.free() ?? [0, 0, 800, 600];
      store.stay();
      store.canvas?.showViewport([spot.x - w / 2, spot.y - h / 2, w, h]);
    }
  }

  close(): void {
    const open = this.open.value;
    this.open.value = null;
    if (open === null) return;
    const back = open.back?.isConnected === true ? open.back : document.querySelector<HTMLElement>(".canvas");
    back?.focus({ preventScroll: true });
  }

  /** Comments on what is selected, or lets a point be chosen. */
  add(): void {
    const { session, selected } = this.store;
    const node = selected.value;
    if (node !== null && this.mayBegin({ node })) return this.at({ node });
    if (node !== null && session.model.node(node) !== undefined) return this.store.tell(words.noneCloser);
    if (this.landing() === null) return this.store.tell(words.nowhere);
    this.placing.value = true;
    this.store.announcer.say(words.placing);
    document.querySelector<HTMLElement>(".canvas")?.focus({ preventScroll: true });
  }

  /** The layer where a comment on a point lands: the active one, else one that is on. */
  private landing(): string | null {
    const { session } = this.store;
    if (session.active !== null) return session.active;
    return [...session.on].find((id) => this.mayComment(id)) ?? null;
  }

  /** A point was chosen, in CSS pixels of the canvas; null: the middle of what is seen. */
  put(at: readonly [number, number] | null): void {
    const { canvas } = this.store;
    this.placing.value = false;
    const layer = this.landing();
    if (canvas === null || layer === null) return;
    const hit = at && canvas.hit(at[0], at[1]);
    if (hit?.kind === "node" && this.mayBegin({ node: hit.id })) return this.at({ node: hit.id });
    const [left, top, w, h] = this.store.free() ?? [0, 0, 0, 0];
    const [x, y] = at === null ? [left + w / 2, top + h / 2] : canvas.camera.toBoard(at[0], at[1]);
    this.at({ layer, x: Math.round(x), y: Math.round(y) });
  }

  toggle(): void {
    if (this.panel.value) return this.closePanel();
    const { store } = this;
    store.outlineOpen.value = store.peopleOpen.value = false;
    if (store.finding.value !== null) store.finding.value.panel.value = null;
    if (store.workshop.value !== null) store.workshop.value.open.value = false;
    this.panel.value = true;
    this.asked.value += 1;
  }

  closePanel(): void {
    this.returns = true; // once the panel does not stand over it
    this.panel.value = false;
  }

  private addCommands(): void {
    const { group } = words;
    this.store.commands.add(
      { id: "comments.panel", title: words.panel, group, keys: ["Shift+C"], where: "page", run: () => this.toggle() },
      { id: "comments.add", title: words.addHere, group, keys: ["M"], when: () => this.store.session.mayEdit, run: () => this.add() },
      { id: "comments.put", title: words.addHere, group, keys: ["Enter"], offered: false, when: () => this.placing.value, run: () => this.put(null) },
      {
        id: "comments.stop", title: words.cancel, group, keys: ["Escape"], offered: false, when: () => this.placing.value,
        run: () => void (this.placing.value = false),
      },
      {
        id: "comments.close", title: words.close, group, keys: ["Escape"], offered: false, when: () => this.open.value !== null,
        run: () => this.close(),
      },
      { id: "comments.read", title: words.readAll, group, when: () => this.unread.value.size > 0, run: () => this.readAll() },
    );
  }

  // -- reading

  private readOpen(): void {
    const open = this.open.value;
    if (open === null || document.hidden) return;
    this.mark(this.on(open.key));
  }

  readAll(): void {
    this.mark(this.threads.value);
    this.store.announcer.say(words.allRead);
  }

  private mark(threads: readonly Thread[]): void {
    const until = threads.map((thread) => {
      const times = saidIn(thread).map(({ shape }) => shape.at);
      return [thread.first.shape.id, Math.max(...times)] as const;
    });
    if (this.reading.mark(until)) this.readings.value = this.readings.peek() + 1;
  }

  /** Tells my person that they were mentioned, once. */
  private tellMentions(): void {
    const thread = this.threads.value.filter((each) => this.callsMe(each)).sort((a, b) => lastIn(b) - lastIn(a))[0];
    const said = thread && this.unread.value.get(thread.first.shape.id)?.filter(({ shape }) => mentions(shape.text, this.me)).at(-1);
    if (thread === undefined || said === undefined || this.told.has(said.shape.id) || this.open.peek()?.key === thread.spot) return;
    this.told.add(said.shape.id);
    queueMicrotask(() => this.store.tell(words.mentioned(said.shape.by || text.untitled), false, { label: words.show, run: () => void this.find(said.shape.id, false) }));
  }

  // -- the canvas

  private attach(canvas: BoardCanvas): void {
    this.away?.();
    this.pins?.remove();
    this.canvas = canvas;
    this.pins = document.createElement("div");
    this.pins.className = "pins";
    canvas.element.append(this.pins);
    render(<Pins comments={this} canvas={canvas} />, this.pins);
    const { pins } = this;
    this.away = () => render(null, pins);
  }
}

/** What is about the canvas: the button, the list, what is said at a spot. */
function Page({ comments }: { comments: Comments }) {
  return (
    <>
      <CommentsButton comments={comments} />
      <CommentsPanel comments={comments} />
      <Talk comments={comments} />
    </>
  );
}

/** Where the focus is now, to be given back. */
function here(): HTMLElement | null {
  return document.activeElement instanceof HTMLElement && document.activeElement !== document.body ? document.activeElement : null;
}
