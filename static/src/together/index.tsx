// The other people on a board: where they point, what they have selected, drag and type in, and
// the list of them. A script of its own, loaded when somebody else is here or the list is asked for.

import { effect, signal } from "@preact/signals";
import type { Doings, Point } from "../board/company.js";
import { bodyOf } from "../board/model.js";
import { OthersPainter, type Other, type Turned } from "../canvas/others.js";
import { RANK } from "../generated/constants.js";
import type { NodeShape, Person } from "../generated/wire.js";
import { together as words } from "../i18n/together.js";
import { adopt } from "../ui/sheet.js";
import { STAYS_LONG_MS, type Toast } from "../ui/notices.js";
import type { Store } from "../ui/store.js";
import { theme } from "../ui/theme.js";
import { Arrivals } from "./arrivals.js";
import { Drags, Glide } from "./glide.js";
import { choosing } from "./people.js";
import { Telling } from "./telling.js";
import sheet from "./together.lazy.css";

export { PeoplePanel } from "./people.js";

/** Of its time a page gives this share to drawing what others do: where it is slow, in fewer pictures. */
const SHARE = 1 / 3;

/** Who else is writing in which node, by name: for what shows nodes and is no canvas. */
export const writing = signal<ReadonlyMap<string, readonly string[]>>(new Map());

/** What somebody is called. */
export function called({ name = "", seat }: Person): string {
  return name || words.guest(seat);
}

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

  constructor(private readonly store: Store) {
    adopt(sheet);
    const { session } = store;
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
    document.addEventListener("visibilitychange", () => session.hide(document.hidden));
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

  // -- the canvas, which may be another one later

  /** Draws over the page's canvas as it is now. */
  attach(): void {
    const { canvas, session } = this.store;
    this.away?.abort();
    if (canvas === null) return;
    const away = (this.away = new AbortController());
    const { element, camera } = canvas;
    const surface = document.createElement("canvas");
    surface.className = "others";
    surface.setAttribute("aria-hidden", "true");
    element.append(surface);
    this.surface = surface;
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
      this.paint();
    });
    signal.addEventListener("abort", () => {
      deaf();
      surface.remove();
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
    const now = performance.now();
    const still = this.motion.matches;
    for (const id of this.cursors.keys()) if ((company.doing.get(id)?.cursor ?? null) === null) this.cursors.delete(id);
    const drags = [];
    for (const [id, { cursor, drag }] of company.doing) {
      if (id === seat || !people.has(id)) continue;
      drags.push(...drag);
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
    if (moving || [...this.cursors.values()].some((glide) => glide.moves(now))) this.ask();
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
    surface.style.display = others.length > 0 || this.store.scene.lifts ? "" : "none";
    painter.paint(camera, theme(), others, canvas.painter);
  }

  private other(person: Person, doing: Doings, now: number): Other {
    const cursor = this.cursors.get(person.seat)?.at(now);
    return {
      name: called(person),
      color: person.color ?? "slate",
      cursor: cursor === undefined ? null : [cursor[0] ?? 0, cursor[1] ?? 0],
      selection: doing.selection.flatMap((id) => this.box(id) ?? []),
      typing: doing.typing && this.box(doing.typing.id),
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
