// The other people on a board: where they point, what they have selected, drag and type in, the
// signs that they give, and the list of them. A script of its own, loaded when somebody else is
// here or the list is asked for.

import { effect, signal } from "@preact/signals";
import { h, render } from "preact";
import type { Doings, Point } from "../board/company.js";
import { bodyOf } from "../board/model.js";
import { OthersPainter, type Other, type Turned } from "../canvas/others.js";
import { RANK } from "../generated/constants.js";
import type { NodeShape, Person, Role } from "../generated/wire.js";
import { together as words } from "../i18n/together.js";
import { adopt } from "../ui/sheet.js";
import { keep, kept } from "../ui/kept.js";
import signSheet from "../ui/sign.lazy.css";
import { STAYS_LONG_MS, type Toast } from "../ui/notices.js";
import type { Store } from "../ui/store.js";
import { theme } from "../ui/theme.js";
import { Arrivals } from "./arrivals.js";
import { Attention, type SignName } from "./attention.js";
import { AttentionBar, Following, KEYS } from "./bar.js";
import { called } from "./called.js";
import { Floating } from "./floating.js";
import { Drags, Glide } from "./glide.js";
import { Laser } from "./laser.js";
import { choosing } from "./people.js";
import { Shoulder } from "./shoulder.js";
import { Tally } from "./tally.js";
import { Telling } from "./telling.js";
import sheet from "./together.lazy.css";
import { Trail } from "./trail.js";

export { PeoplePanel } from "./people.js";

/** Of its time a page gives this share to drawing what others do: where it is slow, in fewer pictures. */
const SHARE = 1 / 3;

/** Who else is writing in which node, by name: for what shows nodes and is no canvas. */
export const writing = signal<ReadonlyMap<string, readonly string[]>>(new Map());
const HIDDEN = "orientation-board/cursors";

/** The one of this page. */
export let together: Together;

/** Draws what others do, and tells them what I do. One for each page. */
export class Together {
  private readonly cursors = new Map<string, Glide>();
  private readonly drags: Drags;
  private readonly motion = matchMedia("(prefers-reduced-motion: reduce)");
  private painter: OthersPainter | null = null;
  private surface: HTMLCanvasElement | null = null;
  private pointer: Point | null = null; // CSS pixels of the window
  private lifted: ReadonlySet<string> = new Set();
  private restUntil = 0;
  private frame = 0;
  private away: AbortController | null = null;
  private readonly arrivals: Arrivals;
  readonly attention: Attention;
  readonly laser: Laser;
  /** The signs are offered. */
  readonly signing = signal(false);
  /** Whether I want to see no cursors of others. Kept in this browser. */
  readonly hides = signal(kept(HIDDEN) === "hidden");
  private readonly shoulder: Shoulder;
  private readonly tally: Tally;
  private readonly trails = new Map<string, Trail>(); // by seat, mine included
  private floating: Floating | null = null;
  private readonly strip = document.createElement("div");
  private readonly bar = document.createElement("div");

  constructor(readonly store: Store) {
    for (const each of [signSheet, sheet]) adopt(each);
    together = this;
    const { session } = store;
    this.attention = new Attention(session, store.world, called, {
      signed: (person, sign) => this.signed(person, sign),
      raised: (person) => this.raised(person),
      lowered: () => store.tell(words.loweredForYou),
      lost: (name) => store.tell(words.lost(name)),
    });
    this.laser = new Laser(store, (points) => this.shine(session.seat, points, 0));
    this.shoulder = new Shoulder(store, () => this.attention.follow(null), () => this.motion.matches);
    this.tally = new Tally(store.world, (counts, names) => store.announcer.say(words.signed(counts, names)));
    this.strip.className = "signs together-signs";
    this.drags = new Drags((id) => this.confirmed(id));
    this.arrivals = new Arrivals(store.world, (came, went, isFirst) =>
      store.announcer.say(words.arrivals(came.map(called), went.map(called), isFirst)),
    );
    session.onDoing = () => this.hear();
    session.tellOthers((world, say) => new Telling(world, say));
    effect(() => {
      const { model } = session;
      session.present({ selection: [...store.selection.value].filter((id) => model.node(id) !== undefined) });
    });
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.laser.stop();
      session.hide(document.hidden);
    });
    this.act();
    session.hide(document.hidden);
    effect(() => {
      this.arrivals.take([...store.people.value.values()].filter(({ seat }) => seat !== session.seat));
      this.tellWriting(); // under the names of now
    });
    this.attach();
    this.hear();
  }

  /** Asks, once in this browser, what others are to call me. */
  private askName(): void {
    const { store } = this;
    const { session } = store;
    const me = session.people.get(session.seat);
    if (me === undefined || RANK[session.role] < RANK.participant || session.people.size < 2 || !session.asksName()) return;
    const asking: Toast = {
      id: -1,
      kind: "nameless",
      text: words.seenAs(called(me)),
      shown: true,
      warns: false,
      stays: STAYS_LONG_MS,
      action: {
        label: words.chooseName,
        run: () => {
          choosing.value = true;
          store.peopleOpen.value = true;
        },
      },
    };
    store.toasts.value = [...store.toasts.value, asking];
    store.announcer.say(asking.text);
  }

  // -- attention

  /** Whether others are told what a role does. */
  mayPresent(role: Role): boolean {
    return RANK[role] >= RANK.participant;
  }

  /** What can be done here by keys and in the palette, and what follows from it. */
  private act(): void {
    const { store, attention } = this;
    const { session } = store;
    const group = words.group;
    const linked = (): boolean => store.linked.value && session.people.size > 1;
    const acts = (): boolean => linked() && this.mayPresent(session.role);
    store.commands.add(
      { id: "together.people", title: words.people, group, keys: [KEYS.people], where: "page", when: () => store.linked.value, run: () => (store.peopleOpen.value = !store.peopleOpen.value) },
      { id: "together.hand", title: words.raiseOrLower, group, keys: [KEYS.hand], where: "page", when: linked, run: () => attention.raise(!attention.hand.value) },
      { id: "together.sign", title: words.giveSign, group, keys: [KEYS.sign], where: "page", when: acts, run: () => (this.signing.value = !this.signing.value) },
      { id: "together.point", title: words.point, group, keys: [KEYS.pointer], where: "page", when: acts, run: (event) => this.laser.press(event) },
      { id: "together.cursors", title: words.hideOrShow, group, when: linked, run: () => this.hide(!this.hides.value) },
    );
    let wasRaised = attention.hand.value;
    attention.hand.subscribe((raised) => {
      if (raised && !wasRaised) store.announcer.say(words.youRaised);
      wasRaised = raised;
    });
    let unfollow: (() => void) | null = null;
    attention.followed.subscribe((followed) => {
      this.shoulder.stop();
      const person = followed === null ? undefined : session.people.get(followed);
      if (person !== undefined) store.announcer.say(`${words.youFollow(called(person))}. ${words.howToStop}`);
      else if (unfollow !== null) store.announcer.say(words.stopped);
      unfollow?.();
      unfollow = null;
      if (followed === null) return;
      this.shoulder.begin();
      unfollow = store.commands.add({
        id: "together.unfollow", title: words.stopFollowing, group, keys: ["Escape"], where: "page", run: () => attention.follow(null),
      });
      this.look();
    });
    effect(() => {
      // alone, or no more allowed to: nobody sees it, and the way to end it is gone
      if (store.people.value.size > 1 && this.mayPresent(store.role.value)) return;
      this.signing.value = false;
      this.laser.stop();
    });
    let unpoint: (() => void) | null = null;
    this.laser.on.subscribe((on) => {
      unpoint?.();
      unpoint = null;
      if (!on) return;
      store.announcer.say(words.pointing);
      unpoint = store.commands.add({
        id: "together.unpoint", title: words.stopPointing, group, keys: ["Escape"], where: "page", run: () => this.laser.stop(),
      });
    });
    let followers = 0;
    attention.followers.subscribe((now) => {
      if (now.length > followers) store.announcer.say(words.followYou(now.map(called)));
      followers = now.length;
      this.showView();
    });
    this.hides.subscribe(() => this.paint());
  }

  /** Shows or hides the cursors of others, for me alone. */
  hide(on: boolean): void {
    this.hides.value = on;
    keep(HIDDEN, on ? "hidden" : "shown");
    this.store.announcer.say(on ? words.cursorsHidden : words.cursorsShown);
  }

  /** What I see is told to those who follow me. */
  private showView(): void {
    const { session } = this.store;
    session.present({ viewport: this.attention.followers.peek().length === 0 ? null : this.store.free() });
  }

  /** Goes where the one looks whom I follow. */
  private look(): void {
    const seat = this.attention.followed.peek();
    const viewport = seat === null ? null : this.store.session.company.doing.get(seat)?.viewport;
    if (viewport != null) this.shoulder.look(viewport);
  }

  private signed(person: Person, sign: SignName): void {
    const { canvas, session } = this.store;
    const cursor = this.hides.peek() ? undefined : session.company.doing.get(person.seat)?.cursor;
    const at = canvas && cursor ? canvas.camera.toWindow(...cursor) : null;
    const { clientWidth = 0, clientHeight = 0 } = canvas?.element ?? {};
    const seen = at !== null && at[0] > 0 && at[1] > 0 && at[0] < clientWidth && at[1] < clientHeight;
    this.floating?.show(sign, person.seat === session.seat ? words.you : called(person), person.color ?? "slate", seen ? at : null);
    if (person.seat !== session.seat) this.tally.add(sign, called(person));
  }

  /** Who leads is told of hands; all others see them. */
  private raised(person: Person): void {
    const { announcer, session } = this.store;
    if (session.isFacilitator) announcer.say(words.raised(called(person), this.attention.hands.peek().length));
  }

  private shine(seat: string, points: readonly Point[], spread?: number): void {
    let trail = this.trails.get(seat);
    if (trail === undefined) {
      if (points.length === 0) return;
      this.trails.set(seat, (trail = new Trail()));
    }
    trail.say(points, performance.now(), spread);
    this.ask();
  }

  // -- the canvas, which may be another one later

  /** Draws over the page's canvas as it is now. */
  attach(): void {
    const { canvas, session } = this.store;
    this.away?.abort();
    this.laser.stop();
    if (this.attention.followed.peek() !== null) this.shoulder.begin();
    if (canvas === null) return;
    const away = (this.away = new AbortController());
    const { element, camera } = canvas;
    const surface = document.createElement("canvas");
    surface.className = "others";
    surface.setAttribute("aria-hidden", "true");
    element.append(surface);
    this.surface = surface;
    const floating = (this.floating = new Floating(element));
    document.querySelector("header.top")?.append(this.strip);
    document.querySelector(".board > main")?.append(this.bar);
    render(h(Following, { together: this }), this.strip);
    render(h(AttentionBar, { together: this }), this.bar);
    this.painter = new OthersPainter(surface.getContext("2d")!, words.writing);
    const point = (): void => session.present({ cursor: this.pointer && camera.toBoard(...this.pointer) });
    const follow = (event: PointerEvent): void => {
      const { left, top } = element.getBoundingClientRect();
      this.pointer = [event.clientX - left, event.clientY - top];
      point();
    };
    const leave = (): void => {
      this.pointer = null;
      point();
    };
    const { signal } = away;
    element.addEventListener("pointermove", follow, { signal, passive: true });
    element.addEventListener("pointerdown", follow, { signal, passive: true });
    element.addEventListener("pointerleave", leave, { signal });
    element.addEventListener("pointercancel", leave, { signal });
    const deaf = canvas.onViewport(() => {
      if (this.pointer !== null) point(); // what lies under it is something else now
      if (this.attention.followers.peek().length > 0) this.showView();
      this.paint();
    });
    signal.addEventListener("abort", () => {
      deaf();
      surface.remove();
      floating.remove();
    });
    this.paint();
  }

  /** The theme is another one, or the font has come. */
  repaint(): void {
    this.painter?.forget();
    this.paint();
  }

  // -- what others do

  private hear(): void {
    const { people, company, seat } = this.store.session;
    this.attention.hear();
    this.look();
    const now = performance.now();
    const still = this.motion.matches;
    for (const id of this.cursors.keys()) if ((company.doing.get(id)?.cursor ?? null) === null) this.cursors.delete(id);
    const drags = [];
    for (const id of this.trails.keys()) if (id !== seat && !company.doing.has(id)) this.trails.delete(id);
    for (const [id, { cursor, drag, pointer = [] }] of company.doing) {
      if (id === seat || !people.has(id)) continue;
      drags.push(...drag);
      this.shine(id, pointer);
      if (cursor === null) continue;
      const glide = this.cursors.get(id);
      if (glide === undefined) this.cursors.set(id, new Glide(cursor));
      else if (glide.target[0] !== cursor[0] || glide.target[1] !== cursor[1]) glide.aim(cursor, now, still);
    }
    this.drags.say(drags, now, still);
    this.tellWriting();
    this.askName();
    this.ask();
  }

  private tellWriting(): void {
    const { people, company, seat } = this.store.session;
    const names = new Map<string, string[]>();
    for (const [id, { typing }] of company.doing) {
      const person = people.get(id);
      if (typing === null || person === undefined || id === seat) continue;
      names.set(typing.id, [...(names.get(typing.id) ?? []), called(person)]);
    }
    if (JSON.stringify([...names]) !== JSON.stringify([...writing.value])) writing.value = names;
  }

  /** What the board itself has of a node that is on. */
  private confirmed(id: string): NodeShape | undefined {
    const { model, on } = this.store.session;
    const layer = model.node(id)?.layer;
    if (layer === undefined || !on.has(layer)) return undefined;
    return model.held(bodyOf(layer))?.records.get(id) as NodeShape | undefined;
  }

  private ask(): void {
    if (this.frame !== 0) return;
    this.frame = requestAnimationFrame((now) => {
      this.frame = 0;
      if (now < this.restUntil) this.ask();
      else this.draw();
    });
  }

  private draw(): void {
    const { session, scene, canvas } = this.store;
    const now = performance.now();
    const { ops, moving } = this.drags.step(now, this.motion.matches);
    const { ids } = this.drags;
    if (ids.size > 0 || scene.lifts) {
      // only what is lifted is drawn in every frame, and not the board below it
      scene.lift(new Set([...ids, ...this.lifted]));
      if (session.editing === null) session.others(ops); // what lays them over the board is not here yet
      // only the picture: the outline goes by what is dropped, and the view stays fitted as it is
      scene.apply(session.model.others(ops));
      scene.lift(ids);
      this.lifted = ids;
      if (this.store.selection.value.size > 0) canvas?.changed(); // marks go with what they mark
      canvas?.draw(); // in this frame, so that nothing is seen twice, or not at all
    }
    this.paint(now);
    this.restUntil = now + (performance.now() - now) / SHARE;
    const glows = [...this.trails.values()].some((trail) => trail.glows(now));
    if (moving || glows || [...this.cursors.values()].some((glide) => glide.moves(now))) this.ask();
  }

  private paint(now = performance.now()): void {
    const { canvas, session } = this.store;
    const { surface, painter } = this;
    if (canvas === null || surface === null || painter === null) return;
    const { camera } = canvas;
    if (surface.width !== camera.width || surface.height !== camera.height) {
      surface.width = camera.width;
      surface.height = camera.height;
    }
    const others: Other[] = [];
    for (const person of session.people.values()) {
      const doing = session.company.doing.get(person.seat);
      if (doing === undefined || person.seat === session.seat) continue;
      others.push(this.other(person, doing, now));
    }
    const mine = this.trails.get(session.seat);
    if (mine !== undefined && (mine.glows(now) || mine.head !== null)) {
      const color = session.people.get(session.seat)?.color ?? "slate";
      others.push({ name: "", color, cursor: null, selection: [], typing: null, trail: mine.at(now), shines: mine.head });
    }
    surface.style.display = others.length > 0 || this.store.scene.lifts ? "" : "none";
    painter.paint(camera, theme(), others, canvas.painter);
  }

  private other(person: Person, doing: Doings, now: number): Other {
    const hidden = this.hides.peek() && person.seat !== this.attention.followed.peek();
    const cursor = hidden ? undefined : this.cursors.get(person.seat)?.at(now);
    const trail = hidden ? undefined : this.trails.get(person.seat);
    return {
      name: called(person),
      color: person.color ?? "slate",
      cursor: cursor === undefined ? null : [cursor[0] ?? 0, cursor[1] ?? 0],
      selection: doing.selection.flatMap((id) => this.box(id) ?? []),
      typing: doing.typing && this.box(doing.typing.id),
      trail: trail?.at(now) ?? [],
      shines: trail?.head ?? null,
    };
  }

  private box(id: string): Turned | null {
    const { model, on } = this.store.session;
    const placed = model.node(id);
    if (placed === undefined || !on.has(placed.layer)) return null;
    const { x, y, w, h, angle = 0 } = placed.shape;
    return { x, y, w, h, angle };
  }
}
