// The graph at work: what lies around a node, the way between two, what is connected most or not
// at all, and groups as a proposal. What was asked is kept bright on the canvas. Nothing here
// changes the board but `make`, which a person presses after having seen what it will do.

import { batch, effect, signal } from "@preact/signals";
import type { AnyOp, AnyResult, Group, Groups, Mention, Near, Ranking, Way } from "../generated/wire.js";
import { words } from "../i18n/find.js";
import { text } from "../i18n/index.js";
import type { Store } from "../ui/store.js";
import { reveal, switchOn } from "./reveal.js";
import { troubleOf } from "./search.js";

/** The colours that layers made of groups take, one after the other. */
const COLOURS = ["blue", "green", "amber", "violet", "teal", "red", "cyan", "orange", "indigo", "pink", "brown", "slate"];

/** A group as a person takes it: by its name, or not. */
export interface Proposal {
  readonly group: Group;
  readonly name: string;
  readonly taken: boolean;
}

/** What making layers of groups would do. */
export interface Plan {
  readonly ops: readonly AnyOp[];
  readonly layers: number;
  readonly moved: number;
  readonly kept: number;
}

/** The operations that make a layer of each group that is taken, and put its nodes there. */
export function plan(
  proposals: readonly Proposal[], lang: string, fresh: () => string, canWrite: (layer: string, node: string) => boolean,
): Plan {
  const taken = proposals.filter((each) => each.taken);
  let [moved, kept] = [0, 0];
  const ops = taken.flatMap(({ group, name }, at): AnyOp[] => {
    const locked = new Set(group.locked ?? []);
    const movable = group.nodes.filter((id, number) => !locked.has(id) && canWrite(group.layers[number] ?? "", id));
    moved += movable.length;
    kept += group.nodes.length - movable.length;
    const layer = fresh();
    const color = COLOURS[at % COLOURS.length]!;
    const title = name.trim();
    return [
      { op: "layer.create", id: layer, color, ...(title === "" ? {} : { text: { title: { [lang]: title } } }) },
      ...movable.map((id): AnyOp => ({ op: "node.set", id, layer })),
    ];
  });
  return { ops, layers: taken.length, moved, kept };
}

export function nameOf(node: Mention): string {
  return node.title || text.untitled;
}

export class Connections {
  readonly depth = signal(1);
  readonly fades = signal(false);
  readonly near = signal<Near | null>(null);
  readonly from = signal<Mention | null>(null);
  readonly to = signal<Mention | null>(null);
  readonly directed = signal(false);
  readonly way = signal<Way | null>(null);
  readonly ranking = signal<Ranking | null>(null);
  readonly groups = signal<Groups | null>(null);
  readonly proposals = signal<readonly Proposal[]>([]);
  /** What making layers would do, shown before it is done. */
  readonly preview = signal<Plan | null>(null);
  readonly trouble = signal("");
  /** Somebody has just chosen a node in the panel: what stands there will be something else. */
  chose = false;
  private node: string | null = null; // the one that is looked around
  private asked = 0;

  constructor(private readonly store: Store) {
    let before: string | null = null;
    effect(() => {
      const selected = store.selected.value;
      if (selected === before) return;
      before = selected;
      if (selected !== null && store.finding.peek()?.panel.peek() === "graph") this.look(selected);
    });
  }

  // -- around a node

  /** Looks around a node, or again around the one that was looked around. */
  look(node: string | null = this.node): void {
    this.node = node;
    if (node !== null) void this.around(node);
  }

  private async around(node: string): Promise<void> {
    this.asked += 1;
    const round = this.asked;
    const result = await this.store.session.ask({ about: "neighbours", node, depth: this.depth.value });
    if (round !== this.asked) return;
    this.trouble.value = troubleOf(result);
    this.near.value = result?.about === "neighbours" ? result : null;
    if (this.fades.value) this.keepNear();
  }

  setDepth(depth: number): void {
    this.depth.value = depth;
    this.look();
  }

  setFades(on: boolean): void {
    this.fades.value = on;
    if (on) this.keepNear();
    else this.store.canvas?.keep(null);
  }

  private keepNear(): void {
    const near = this.near.value;
    if (near === null) return this.store.canvas?.keep(null);
    const ids = near.nodes.map(({ node }) => node.id);
    this.store.canvas?.keep({ nodes: new Set(ids), heads: ids.slice(0, 1) });
  }

  /** Everything on the canvas is as bright as it was. */
  rest(): void {
    this.fades.value = false;
    this.store.canvas?.keep(null);
  }

  // -- a way

  /** The selected node is where the way starts, or ends. */
  take(end: "from" | "to"): void {
    const id = this.store.selected.value;
    const held = id === null ? undefined : this.store.session.model.node(id);
    if (id === null || held === undefined) return;
    const { title = [], text: lines = [], alt = "" } = held.shape;
    this[end].value = { id, layer: held.layer, title: title.join("").trim() || (lines[0] ?? "").trim() || alt };
    void this.findWay();
  }

  setDirected(on: boolean): void {
    this.directed.value = on;
    void this.findWay();
  }

  private async findWay(): Promise<void> {
    const [from, to] = [this.from.value, this.to.value];
    this.way.value = null;
    if (from === null || to === null) return;
    const directed = this.directed.value;
    const result = await this.ask({ about: "path", source: from.id, target: to.id, directed });
    if (result?.about !== "path") return;
    this.way.value = result;
    const nodes = result.nodes ?? [];
    this.store.announcer.say(nodes.length === 0 ? words.noWay : `${words.wayOf(nodes.length - 1)}: ${nodes.map(nameOf).join(", ")}`);
    if (nodes.length > 0) this.keepWay(result);
  }

  keepWay({ nodes = [], hops = [] }: Way): void {
    this.fades.value = false;
    const ids = nodes.map(({ id }) => id);
    this.store.canvas?.keep({
      nodes: new Set(ids), relations: new Set(hops.map(({ relation }) => relation)), heads: [ids[0]!, ids.at(-1)!],
    });
  }

  /** Switches on, in my own view, the layers that a way goes through. */
  showLayers({ nodes = [] }: Way): void {
    const switched = switchOn(this.store, nodes.map(({ layer }) => layer));
    if (switched.length > 0) this.store.announcer.say(words.switchedOn(switched));
  }

  // -- all nodes

  async rank(): Promise<void> {
    const result = await this.ask({ about: "degrees" });
    if (result?.about === "degrees") this.ranking.value = result;
  }

  /** Selects a node that was named, wherever it lies. */
  go(node: Mention): void {
    this.chose = true;
    reveal(this.store, { owner: "node", id: node.id, layers: [node.layer] });
  }

  // -- groups

  async lookForGroups(): Promise<void> {
    const result = await this.ask({ about: "communities" });
    if (result?.about !== "communities") return;
    batch(() => {
      this.groups.value = result;
      this.preview.value = null;
      this.proposals.value = (result.groups ?? []).map((group) => ({ group, name: nameOf(group.head), taken: true }));
    });
    this.store.announcer.say(this.proposals.value.length === 0 ? words.noGroups : `${words.groups}: ${result.count ?? 0}`);
  }

  change(at: number, proposal: Partial<Proposal>): void {
    this.preview.value = null;
    this.proposals.value = this.proposals.value.map((each, number) => (number === at ? { ...each, ...proposal } : each));
  }

  showGroup(group: Group): void {
    this.fades.value = false;
    this.store.canvas?.keep({ nodes: new Set(group.nodes), heads: [group.head.id] });
  }

  /** Works out what making layers would do, and shows it. */
  prepare(): void {
    const { session, lang } = this.store;
    this.preview.value = plan(this.proposals.value, lang.value || text.lang, () => session.fresh(), (layer, node) => session.canWrite(layer, node));
  }

  /** Makes the layers that were shown, in one step. */
  make(): void {
    const made = this.preview.value;
    if (made === null) return;
    batch(() => {
      this.preview.value = null;
      this.groups.value = null;
      this.proposals.value = [];
    });
    this.store.session.edit(made.ops);
    this.store.announcer.say(words.made(made.layers));
  }

  private async ask(question: Parameters<Store["session"]["ask"]>[0]): Promise<AnyResult | null> {
    const result = await this.store.session.ask(question);
    this.trouble.value = troubleOf(result);
    if (this.trouble.value !== "") this.store.announcer.say(this.trouble.value);
    return result;
  }
}
