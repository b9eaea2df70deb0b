// What the page shows, as signals: set at most once a frame from the session, and read by the
// components. The canvas and the address are joined to the session here, too.

import { batch, signal } from "@preact/signals";
import { readAddress, type Viewport, writeAddress } from "../board/address.js";
import type { TextConflict } from "../board/editing.js";
import type { Kept } from "../board/outbox.js";
import type { Change } from "../board/model.js";
import { type Notice, Session } from "../board/session.js";
import { type Branch, tree } from "../board/visibility.js";
import type { Status } from "../board/wire.js";
import type { Find, FindPart } from "../find/index.js";
import { BoardCanvas, type Box, Scene } from "../canvas/index.js";
import type { Editor } from "../edit/index.js";
import { RANK } from "../generated/constants.js";
import type { LayerShape, NodeShape, Person, Role } from "../generated/wire.js";
import { text } from "../i18n/index.js";
import { actions } from "./actions.js";
import { Commands } from "./commands.js";
import type { Together } from "../together/index.js";
import type { Comments } from "../comments/index.js";
import type { Workshop } from "../workshop/index.js";
import { Announcer, type Toast, toast } from "./notices.js";
import { onTheme, theme } from "./theme.js";
import { BrowserWorld, keepKey } from "./world.js";

const ADDRESS_MS = 400; // browsers bound how often an address may change
const READABLE_ZOOM = 0.7;
const CENTRED_ZOOM_MIN = 0.75;
const CENTRED_ZOOM_MAX = 1.5;
const FIT_ZOOM_MAX = 1.5;
const SAVING_MS = 500; // most submits are answered sooner, and a sign that flickers says nothing
const FIT_MARGIN = 20;
const FIT_MARGIN_NARROW = 8;
const NARROW = 720;
const SIDE_MIN = 40; // CSS pixels: a smaller canvas is not laid out yet
const REFIT_SHARE = 0.25; // of what was fitted to: when less is left, it is fitted again
const FONTS = ["600 15px Inter", "400 13px Inter"];

/** CSS pixels of the canvas that something else lies over. */
export interface Insets {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

export class Store {
  // what the board says
  readonly title = signal("");
  readonly description = signal("");
  readonly lang = signal("");
  readonly branches = signal<readonly Branch[]>([]);
  readonly layers = signal<ReadonlyMap<string, LayerShape>>(new Map());
  readonly on = signal<ReadonlySet<string>>(new Set());
  readonly revision = signal(0); // of the records
  // my part in it
  readonly role = signal<Role>("viewer");
  readonly own = signal(false);
  readonly stageOpen = signal(false);
  readonly leads = signal(false);
  readonly hasLead = signal(false); // and comes back to leading from an own view
  readonly canPublish = signal(false);
  readonly mayEdit = signal(false);
  readonly active = signal<string | null>(null); // the layer where new things land
  readonly ready = signal(false);
  readonly selected = signal<string | null>(null); // the node that is selected, when it is one alone
  readonly selection = signal<ReadonlySet<string>>(new Set()); // all nodes and relations that are
  readonly zoom = signal(1);
  // the others, and the way to them
  readonly here = signal(0);
  readonly following = signal(0);
  readonly facilitatorHere = signal(true);
  readonly people = signal<ReadonlyMap<string, Person>>(new Map()); // with a link, by seat
  readonly linked = signal(false); // I am one of them
  readonly together = signal<typeof import("../together/index.js") | null>(null); // once others are here
  readonly status = signal<Status>({ kind: "connecting" });
  readonly unsaved = signal(0);
  readonly conflicts = signal<readonly TextConflict[]>([]); // for a person to say what stands
  readonly lost = signal<readonly Kept[]>([]); // what could not be saved
  readonly saving = signal(false); // and for so long that it is worth a word
  // the page
  readonly layersOpen = signal(false);
  readonly outlineOpen = signal(false);
  readonly peopleOpen = signal(false);
  readonly hintsOutline = signal(false); // at the first sight of the board in a tall window
  readonly toasts = signal<readonly Toast[]>([]);
  readonly editor = signal<Editor | null>(null); // once my role may write, and its script is there
  readonly comments = signal<Comments | null>(null); // once I may say something, or somebody has
  readonly workshop = signal<Workshop | null>(null); // once I may lead, or something of it is to be seen
  readonly finding = signal<Find | null>(null); // once something was looked for

  readonly scene = new Scene();
  readonly session: Session;
  readonly world: BrowserWorld;
  readonly watchers = new Set<(changes: readonly Change[]) => void>(); // told of all records that change
  readonly announcer = new Announcer();
  readonly commands = new Commands();
  readonly startHash = location.hash; // the workshop looks for a scene in it
  canvas: BoardCanvas | null = null;
  private host: HTMLElement | null = null;
  private fitted: boolean; // the view was not moved since it was fitted
  private shown: Box | null = null; // what it was fitted to
  private asked: Viewport | null = null; // what the address asks to see, until the view is moved
  private switched = false; // layers went on or off, and the view has not answered to it
  private sizes: ResizeObserver | null = null;
  private startNode: string | null;
  private refreshing = false;
  private addressTimer = 0;
  private readonly scripts = new Set<string>(); // those that were asked for
  private others: Together | null = null;

  constructor(readonly board: string) {
    const address = readAddress(location.hash);
    const query = new URLSearchParams(location.search).get("layers");
    const asked = query === null ? null : readAddress(`layers=${query}`).layers;
    this.fitted = address.view === null;
    this.startNode = address.node;
    this.takeKey(address.key);
    this.world = new BrowserWorld(board);
    this.session = new Session(this.world, address.layers ?? asked, {
      changes: (changes) => {
        this.scene.apply(changes);
        this.revision.value += 1;
        for (const watch of this.watchers) watch(changes);
        if (changes.some(({ stream }) => stream[0] === "t")) this.loadComments();
        this.drawn();
      },
      visible: (on) => {
        this.scene.setVisible(on);
        this.switched = true;
        this.drawn();
      },
      notice: (notice) => this.notice(notice),
      updated: () => this.refresh(),
      viewport: () => this.canvas?.viewport() ?? address.view,
      needsEditing: () => this.loadEditing(),
    });
    addEventListener("hashchange", () => this.readAddress());
    addEventListener("online", () => this.session.wire.wake());
    addEventListener("offline", () => this.session.wire.start());
    document.addEventListener("visibilitychange", () => document.hidden || this.session.wire.wake());
    addEventListener("beforeunload", (event) => {
      if (!this.session.mayGo) event.preventDefault();
    });
    onTheme(() => this.setTheme());
    this.commands.add(...actions(this));
    this.commands.listen();
    this.session.wire.start();
  }

  // -- the canvas

  /** Draws into a host from now on. */
  attach(host: HTMLElement): void {
    const canvas = new BoardCanvas(host, this.scene, theme());
    this.host = host;
    this.canvas = canvas;
    this.readyPictures(canvas);
    this.asked = this.fitted ? null : readAddress(location.hash).view;
    canvas.onViewport(() => (this.zoom.value = canvas.zoom()));
    canvas.onMove(() => {
      this.stay();
      this.hintsOutline.value = false;
      this.writeAddress();
    });
    canvas.onSelect((hit) => {
      this.hintsOutline.value = false;
      if (hit?.kind === "relation") this.selectAll([hit.id]);
      else this.select(hit?.id ?? null, false);
    });
    this.sizes = new ResizeObserver(() => this.refit());
    this.sizes.observe(host);
    this.settleCovers();
    this.refit();
    if (this.selected.value !== null) canvas.select({ kind: "node", id: this.selected.value });
    // the browser loads a face when text first needs it, and a canvas does not wait for that
    void Promise.all(FONTS.map((font) => document.fonts.load(font))).then(() => this.setTheme());
    this.others?.attach();
    this.drawn();
  }

  /** What shows pictures is loaded when the first one is to be painted: most boards have none. */
  private readyPictures(canvas: BoardCanvas): void {
    const lacking = new Set<string>();
    const load = (): void => {
      import("./pictures.js").then(
        ({ picturesOf }) => {
          const pictures = picturesOf(this.board, canvas, this.scene);
          canvas.painter.picture = (record, width) => pictures.at(record.id, record.image ?? "", width);
          this.scene.redraw(lacking);
          canvas.changed();
        },
        () => lacking.clear(), // the network is away: asked again with the next image
      );
    };
    canvas.painter.picture = ({ id }) => {
      if (lacking.size === 0) load();
      lacking.add(id);
      return null;
    };
  }

  /** The host goes: nothing is drawn any more, and no size of it says anything. */
  detach(): void {
    this.sizes?.disconnect();
    this.canvas?.destroy();
    this.sizes = this.canvas = this.host = null;
  }

  private setTheme(): void {
    this.canvas?.setTheme(theme());
    this.others?.repaint();
  }

  private drawn(): void {
    const bounds = this.scene.bounds();
    // what was switched on must not lie outside of what is seen
    if (this.fitted && bounds !== null && !contains(this.shown, bounds)) {
      this.shown = union(this.shown, bounds);
      this.refit();
    }
    this.canvas?.changed();
  }

  /** What is left of a fitted board must not lie lost in a corner; a little less of it moves nothing. */
  private settle(): void {
    if (!this.switched || !this.session.whole) return;
    this.switched = false;
    const bounds = this.scene.bounds();
    if (!this.fitted || this.shown === null || bounds === null) return;
    if (bounds.w * bounds.h >= REFIT_SHARE * this.shown.w * this.shown.h) return;
    this.shown = bounds;
    this.refit();
  }

  /** Fits again to what was shown, as something else may lie over the canvas now. */
  private refit(): void {
    if (this.fitted && this.shown !== null) this.place(this.shown, 0, FIT_ZOOM_MAX, true);
    else if (this.asked !== null) this.show(this.asked);
  }

  /** Shows the whole board in the part of the canvas that nothing lies over. */
  fit(): void {
    this.fitted = true;
    this.asked = null;
    this.shown = this.scene.bounds();
    this.refit();
    this.writeAddress();
  }

  /** Moves the view so that a node is in the middle of what is free, large enough to be read. */
  centre(node: string): void {
    const box = this.scene.nodeBox(node);
    if (this.canvas === null || box === null) return;
    this.stay();
    const zoom = Math.min(CENTRED_ZOOM_MAX, Math.max(CENTRED_ZOOM_MIN, this.canvas.zoom()));
    this.place(box, zoom, zoom);
    this.writeAddress();
  }

  /** Moves the view so that a box of the board is in the middle of what is free, and all of it seen. */
  look(box: Box): void {
    this.stay();
    this.place(box, 0, CENTRED_ZOOM_MAX);
    this.writeAddress();
  }

  /**
   * Puts a box into the middle of what is free, as large as it fits between two zooms; `high`: in a
   * tall window at its top, as the sheet of layers comes from below.
   */
  private place(box: Box, min: number, max: number, high = false): void {
    if (this.host === null || !this.laidOut) return;
    const { clientWidth: width, clientHeight: height } = this.host;
    const { top, right, bottom, left } = this.insets();
    const margin = width < NARROW ? FIT_MARGIN_NARROW : FIT_MARGIN;
    const freeWidth = Math.max(80, width - left - right - 2 * margin);
    const freeHeight = Math.max(80, height - top - bottom - 2 * margin);
    const zoom = Math.max(min, Math.min(max, freeWidth / box.w, freeHeight / box.h));
    // a text begins on the left: what is too wide is shown from there
    const middleX = left + margin + Math.max(freeWidth, box.w * zoom) / 2;
    const middleY = top + margin + (high && freeHeight > freeWidth ? box.h * zoom : freeHeight) / 2;
    this.show([
      box.x + box.w / 2 - middleX / zoom,
      box.y + box.h / 2 - middleY / zoom,
      width / zoom,
      height / zoom,
    ]);
  }

  private show(viewport: Viewport): void {
    if (this.canvas === null || !this.laidOut) return;
    this.canvas.showViewport(viewport);
    this.zoom.value = this.canvas.zoom();
  }

  private get laidOut(): boolean {
    return this.host !== null && Math.min(this.host.clientWidth, this.host.clientHeight) >= SIDE_MIN;
  }

  /** What lies over the canvas: the elements with `data-covers`; the style says which side. */
  insets(): Insets {
    const insets = { top: 0, right: 0, bottom: 0, left: 0 };
    const { clientWidth: width = 0, clientHeight: height = 0 } = this.host ?? {};
    for (const element of document.querySelectorAll<HTMLElement>("[data-covers]")) {
      const box = element.getBoundingClientRect();
      if (box.width === 0) continue;
      switch (getComputedStyle(element).getPropertyValue("--covers").trim()) {
        case "top":
          insets.top = Math.max(insets.top, box.bottom);
          break;
        case "bottom":
          insets.bottom = Math.max(insets.bottom, height - box.top);
          break;
        case "left":
          insets.left = Math.max(insets.left, box.right);
          break;
        case "right":
          insets.right = Math.max(insets.right, width - box.left);
      }
    }
    return insets;
  }

  /** The part of the board that is seen and that nothing lies over: x, y, w, h. */
  free(): Viewport | null {
    if (this.canvas === null || this.host === null) return null;
    const { top, right, bottom, left } = this.insets();
    const [x, y, w, h] = this.canvas.viewport();
    const zoom = this.canvas.zoom();
    return [x + left / zoom, y + top / zoom, Math.max(1, w - (left + right) / zoom), Math.max(1, h - (top + bottom) / zoom)];
  }

  /** The view stays where it is from now on, though the board grows: somebody works in it. */
  stay(): void {
    this.fitted = false;
    this.asked = null;
  }

  /** Whether a point of the board is seen. */
  sees({ x, y }: { readonly x: number; readonly y: number }): boolean {
    const [left, top, w, h] = this.free() ?? [0, 0, 0, 0];
    return x >= left && x <= left + w && y >= top && y <= top + h;
  }

  /** The nodes that are seen. */
  inView(): NodeShape[] {
    const [x, y, w, h] = this.free() ?? [0, 0, 0, 0];
    return this.scene.nodesIn(x, y, x + w, y + h).map((slot) => this.scene.nodes[slot]!);
  }

  /** Comes near enough to a node for its text to be read and written; a finger needs room for its keyboard. */
  readable(node: string): void {
    const box = this.scene.nodeBox(node);
    if (this.canvas === null || this.host === null || box === null) return;
    const keyboard = matchMedia("(pointer: coarse)").matches && this.host.clientWidth < NARROW;
    if (this.canvas.zoom() < READABLE_ZOOM || keyboard) this.place(box, READABLE_ZOOM, Math.max(READABLE_ZOOM, this.canvas.zoom()), true);
    else this.canvas.reveal(node);
  }

  /** What lies over the canvas has another size now. */
  settleCovers(): void {
    for (const element of document.querySelectorAll("[data-covers]")) this.sizes?.observe(element);
  }

  // -- what a person does

  /** Selects a node, here and on the canvas; `move`: and brings it into the middle. */
  select(node: string | null, move: boolean): void {
    batch(() => {
      this.selected.value = node;
      this.selection.value = new Set(node === null ? [] : [node]);
    });
    if (move) this.canvas?.select(node === null ? null : { kind: "node", id: node });
    if (move && node !== null) this.centre(node);
    this.writeAddress();
  }

  /** Selects nodes and relations, here and where somebody edits on the canvas. */
  selectAll(ids: Iterable<string>): void {
    const selection = new Set(ids);
    const [one] = selection;
    batch(() => {
      this.selection.value = selection;
      this.selected.value = selection.size === 1 && this.session.model.node(one!) !== undefined ? one! : null;
    });
    this.writeAddress();
  }

  /** Opens the outline and goes there: whoever asks for it by keys, or cannot see the canvas, reads on in it. */
  openOutline(): void {
    this.outlineOpen.value = true;
    requestAnimationFrame(() => document.getElementById("outline-title")?.focus());
  }

  /** Opens what finds things and lists commands; its script is loaded when it is first wanted. */
  find(part: FindPart): void {
    import("../find/index.js").then(
      ({ Find }) => {
        this.finding.value ??= new Find(this);
        this.finding.value.show(part);
      },
      () => this.announcer.say(text.notLoaded),
    );
  }

  dismiss(id: number): void {
    this.toasts.value = this.toasts.value.filter((each) => each.id !== id);
  }

  /** Tells my person something in passing, with what can be done about it; `warns`: that something was not done. */
  tell(text: string, warns = false, action?: Toast["action"]): void {
    this.notice({ kind: "told", text, warns }, action);
  }

  private notice(notice: Notice, action?: Toast["action"]): void {
    const made = { ...toast(notice, this.session), ...(action === undefined ? {} : { action }) };
    if (made.shown) this.toasts.value = [...this.toasts.value.filter((each) => each.kind !== made.kind), made].slice(-3);
    if (made.text !== "") this.announcer.say(made.text);
  }

  // -- the address

  private takeKey(key: string | null): void {
    if (key === null) return;
    keepKey(this.board, key);
    const rest = readAddress(location.hash);
    history.replaceState(null, "", location.pathname + location.search + writeAddress(rest));
  }

  /** Somebody has put another fragment into the address. One of a scene is the workshop's. */
  private readAddress(): void {
    if (location.hash.startsWith("#scene=")) return;
    const address = readAddress(location.hash);
    if (address.key !== null) {
      this.takeKey(address.key);
      this.session.wire.abandon();
      this.session.wire.again();
    }
    this.session.see(address.layers);
    this.select(address.node, address.view === null);
    if (address.view !== null) {
      this.fitted = false;
      this.asked = address.view;
      this.refit();
    }
  }

  private writeAddress(): void {
    clearTimeout(this.addressTimer);
    this.addressTimer = window.setTimeout(() => {
      const fragment = writeAddress({
        layers: this.session.own,
        view: this.fitted || this.canvas === null || !this.laidOut ? this.asked : this.canvas.viewport(),
        node: this.selected.value,
      });
      if (fragment === location.hash && location.search === "") return;
      history.replaceState(null, "", location.pathname + fragment);
    }, ADDRESS_MS);
  }

  // -- from the session

  private refresh(): void {
    if (this.refreshing) return;
    this.refreshing = true;
    const run = (): void => {
      this.refreshing = false;
      batch(() => this.copy());
    };
    if (document.hidden) setTimeout(run, 100);
    else requestAnimationFrame(run);
  }

  private copy(): void {
    const { session } = this;
    const { model } = session;
    const { board } = model;
    if (board !== null) {
      this.title.value = board.title;
      this.description.value = board.description;
      this.lang.value = board.lang;
      document.title = `${board.title || text.untitled} - ${text.product}`;
    }
    if (session.layers !== this.layers.value) {
      this.layers.value = session.layers;
      this.branches.value = tree(session.layers);
    }
    this.on.value = session.on;
    this.role.value = session.role;
    if (this.own.value !== (session.own !== null)) this.own.value = session.own !== null;
    this.stageOpen.value = session.stageOpen;
    this.mayEdit.value = session.mayEdit;
    this.active.value = session.active;
    this.leads.value = session.leads;
    this.hasLead.value = session.hasLead;
    this.canPublish.value = session.isFacilitator && session.differsFromPublished;
    this.here.value = session.here;
    this.following.value = session.following;
    this.facilitatorHere.value = session.facilitatorHere;
    this.people.value = session.people;
    this.linked.value = session.people.has(session.seat);
    this.status.value = session.status;
    this.unsaved.value = model.pending.length;
    this.conflicts.value = session.conflicts;
    this.lost.value = session.unsaved;
    const oldest = model.pending[0];
    const waitedMs = oldest === undefined ? 0 : performance.now() - oldest.at;
    this.saving.value = waitedMs > SAVING_MS;
    if (oldest !== undefined && waitedMs <= SAVING_MS) setTimeout(() => this.refresh(), SAVING_MS + 1 - waitedMs);
    if (session.ready && !this.ready.value) this.becomeReady();
    if (session.ready && RANK[session.role] >= RANK.participant) this.loadEditor();
    if (session.ready && this.linked.value && session.people.size > 1) this.loadTogether();
    if (session.ready && (session.isFacilitator || session.stageOpen || model.hasWorkshop)) this.loadWorkshop();
    this.settle();
    this.writeAddress();
  }

  /** Brings a script, once; the network may be away: then it is asked for again with the next change. */
  private bring<T>(name: string, script: () => Promise<T>, take: (script: T) => void): void {
    if (this.scripts.has(name)) return;
    this.scripts.add(name);
    script().then(take, () => this.scripts.delete(name));
  }

  private loadEditor(): void {
    this.bring("edit", () => import("../edit/index.js"), ({ Editor }) => (this.editor.value = new Editor(this)));
  }

  /** Somebody says something (in a stream `talk/`), or may. */
  loadComments(): void {
    this.bring("comments", () => import("../comments/index.js"), ({ Comments }) => (this.comments.value = new Comments(this)));
  }

  private loadWorkshop(): void {
    this.bring("workshop", () => import("../workshop/index.js"), ({ Workshop }) => (this.workshop.value = new Workshop(this)));
  }

  /** Brings what lays operations over the board, for a page that does not edit. */
  private loadEditing(): void {
    this.bring("begin", () => import("./begin.js"), ({ beginEditing }) => beginEditing(this));
  }

  /** Others are here, or the list of them is asked for. */
  loadTogether(): void {
    this.bring("together", () => import("../together/index.js"), (script) => {
      this.others = new script.Together(this);
      this.together.value = script;
    });
  }

  private becomeReady(): void {
    this.ready.value = true;
    if (this.fitted) this.fit();
    const { clientWidth: width = 0, clientHeight: height = 0 } = this.host ?? {};
    this.hintsOutline.value = this.fitted && width < NARROW && height > width;
    if (this.startNode !== null) this.select(this.startNode, readAddress(location.hash).view === null);
    this.startNode = null;
  }
}

function contains(outer: Box | null, inner: Box): boolean {
  return (
    outer !== null &&
    outer.x <= inner.x &&
    outer.y <= inner.y &&
    outer.x + outer.w >= inner.x + inner.w &&
    outer.y + outer.h >= inner.y + inner.h
  );
}

function union(a: Box | null, b: Box): Box {
  if (a === null) return b;
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  return { x, y, w: Math.max(a.x + a.w, b.x + b.w) - x, h: Math.max(a.y + a.h, b.y + b.h) - y };
}
