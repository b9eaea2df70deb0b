// Who came, by which links, and how people are let in: two sections of the facilitator's panel and
// the join screen. A script of its own, loaded for whoever may lead.

import { computed, signal } from "@preact/signals";
import { render } from "preact";
import keyRound from "lucide-static/icons/key-round.svg";
import users from "lucide-static/icons/users.svg";
import { RANK } from "../generated/constants.js";
import type { AnyOp, Role } from "../generated/wire.js";
import type { JoinCode } from "../generated/people.js";
import { words } from "../i18n/people.js";
import { called } from "../together/called.js";
import { adopt } from "../ui/sheet.js";
import type { Store } from "../ui/store.js";
import type { Workshop } from "../workshop/index.js";
import { Asking, type Question } from "./asking.js";
import { JoinScreen } from "./join.js";
import { LinksSection } from "./links.js";
import { PeopleSection } from "./people.js";
import sheet from "./people.lazy.css";
import { came, type Came, type Link, stamp } from "./seats.js";

export class People {
  readonly store: Store;
  readonly asking = signal<Question | null>(null);
  /** The link whose join screen is shown. */
  readonly shown = signal<string | null>(null);
  private back: HTMLElement | null = null; // what had the focus before something was asked
  private readonly stamp = computed((): string => {
    void this.store.revision.value; // what is read here changes with it
    return stamp(this.store.session.model.held("lead"));
  });
  private readonly read = computed((): Came => {
    const { people, session } = this.store;
    void this.stamp.value;
    const records = session.model.held("lead")?.records ?? new Map();
    return came(records, new Set(people.value.keys()), (seat, name) => called({ seat, name }));
  });

  constructor(private readonly workshop: Workshop) {
    adopt(sheet);
    const { store } = workshop;
    this.store = store;
    workshop.invitation = () => this.invitation();
    workshop.sections.add({ id: "people", title: words.people, icon: users, order: 12, view: () => <PeopleSection people={this} /> });
    workshop.sections.add({ id: "links", title: words.links, icon: keyRound, order: 14, view: () => <LinksSection people={this} /> });
    const when = (): boolean => workshop.leads.value;
    store.commands.add(
      { id: "people.section", title: words.people, group: words.group, when, run: () => workshop.show("people") },
      { id: "people.links", title: words.links, group: words.group, when, run: () => workshop.show("links") },
      { id: "people.start", title: words.start, group: words.group, when: () => when() && this.waits, run: () => this.wait(false) },
    );
    const host = document.createElement("div");
    document.querySelector("#app")?.after(host);
    render(<Over people={this} />, host);
  }

  get me(): string {
    return this.store.session.seat;
  }

  get role(): Role {
    return this.store.role.value;
  }

  get mayMakeLinks(): boolean {
    return this.role === "owner";
  }

  /** Everybody who came, and all links. */
  get came(): Came {
    return this.read.value;
  }

  get waits(): boolean {
    void this.store.revision.value; // what is read here changes with it
    return this.store.session.model.board?.waiting === true;
  }

  /** Those who are here and below a facilitator. */
  get waiters(): number {
    return [...this.store.people.value.values()].filter(({ role }) => RANK[role as Role] < RANK.facilitator).length;
  }

  called(link: Link): string {
    return link.name || words.usual(link.role);
  }

  /** Does something with who may come in; `done` is said when the server has done it. */
  submit(ops: readonly AnyOp[], done: string, then?: () => void): void {
    this.workshop.done(ops, () => {
      if (done !== "") this.store.announcer.say(done);
      then?.();
    });
  }

  wait(waiting: boolean): void {
    this.submit([{ op: "access.wait", waiting }], waiting ? words.waits : words.started);
  }

  /** A link with something changed. */
  set(link: Link, change: Partial<Pick<Link, "generation" | "name" | "expiresMs">>, done: string): void {
    const { id, role, generation, name, expiresMs, single } = { ...link, ...change };
    this.submit([{ op: "link.set", id, role, generation, name, expires_ms: expiresMs, single }], done);
  }

  // -- over HTTP

  private async call<T>(path: string, body?: object): Promise<T> {
    const response = await fetch(`/api/boards/${encodeURIComponent(this.store.board)}/${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { Authorization: `Ticket ${await this.store.world.ticket()}`, "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      cache: "no-store",
      credentials: "omit",
      referrerPolicy: "no-referrer",
    });
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return (await response.json()) as T;
  }

  /** The addresses of the links that I may pass on, by id. */
  async addresses(): Promise<ReadonlyMap<string, string>> {
    const { links } = await this.call<{ links: { id: string; key: string }[] }>("links");
    return new Map(links.map(({ id, key }) => [id, `${location.origin}/b/${this.store.board}#k=${key}`]));
  }

  /** The address by which participants come; null: no link for many is theirs now. */
  private async invitation(): Promise<string | null> {
    const now = this.workshop.now();
    const link = this.came.links.find(({ role, single, expiresMs }) => role === "participant" && !single && (expiresMs === 0 || expiresMs > now));
    return link === undefined ? null : ((await this.addresses()).get(link.id) ?? null);
  }

  code(link: string): Promise<JoinCode> {
    return this.call<JoinCode>("codes", { link });
  }

  /** Puts the address of a link where it can be pasted; where that is not allowed, it is shown. */
  async copy(link: Link): Promise<void> {
    const { store } = this;
    let address = "";
    try {
      address = (await this.addresses()).get(link.id) ?? "";
      if (address === "") throw new Error("no address");
      await navigator.clipboard.writeText(address);
      store.tell(words.copied(this.called(link)));
    } catch {
      if (address === "") store.tell(words.noWay, true);
      else this.ask({ kind: "address", link: link.id, address });
    }
  }

  // -- what is asked

  ask(question: Question): void {
    this.back ??= document.activeElement as HTMLElement | null;
    this.asking.value = question;
  }

  answered(): void {
    this.asking.value = null;
    this.giveBack();
  }

  show(link: string): void {
    this.back = document.activeElement as HTMLElement | null;
    this.shown.value = link;
  }

  hide(): void {
    this.shown.value = null;
    this.giveBack();
  }

  private giveBack(): void {
    if (this.back?.isConnected === true) this.back.focus();
    else document.querySelector<HTMLElement>(".workshop-panel h2")?.focus();
    this.back = null;
  }
}

function Over({ people }: { people: People }) {
  return (
    <>
      <Asking people={people} />
      {people.shown.value !== null && <JoinScreen key={people.shown.value} people={people} link={people.shown.value} />}
    </>
  );
}

export function begin(workshop: Workshop): void {
  new People(workshop);
}
