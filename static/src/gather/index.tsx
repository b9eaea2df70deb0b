// Gathering on the page: a dialog that sorts what is selected, or the sticky notes of a layer. A
// script of its own, loaded when something is to be gathered.

import { computed, signal } from "@preact/signals";
import { render } from "preact";
import icon from "lucide-static/icons/group.svg";
import { BOARD } from "../board/model.js";
import type { Editor } from "../edit/index.js";
import { layerTitle } from "../edit/naming.js";
import { TEXT_CHARS_MAX, TITLE_CHARS_MAX } from "../generated/constants.js";
import { GATHERED_MAX } from "../generated/limits.js";
import type { AnyOp } from "../generated/wire.js";
import { text as edit } from "../i18n/edit.js";
import { words } from "../i18n/gather.js";
import type { Section } from "../workshop/registry.js";
import { nameOf } from "../together/called.js";
import { adopt } from "../ui/sheet.js";
import type { Store } from "../ui/store.js";
import { roundsOf } from "../voting/results.js";
import { GatherDialog } from "./dialog.js";
import sheet from "./gather.lazy.css";
import { asCard, asLayer, type By, clusters, columns, type Group, grouped, type Seen } from "./gathering.js";

/** The part of the facilitator's panel. */
export function section(store: Store): Section {
  adopt(sheet);
  const view = () => (
    <>
      <p class="hint">{words.hint}</p>
      <div class="gather-acts">
        {(["gather.open", "gather.cluster", "gather.tags"] as const).map((id) => (
          <button key={id} type="button" class="button" onClick={() => store.commands.run(id)}>{words.acts[id]}</button>
        ))}
      </div>
    </>
  );
  return { id: "gather", title: words.gather, icon, order: 60, view };
}

/** What the dialog begins with. */
export type Part = "sort" | "cluster" | "tags";

const KINDS: ReadonlySet<string> = new Set(["sticky", "card", "text", "shape", "image"]);

/** What is to be gathered. */
export interface Gathered {
  readonly nodes: readonly Seen[];
  /** The frames that are selected with what lies in them. */
  readonly frames: readonly Seen[];
  /** The layer whose notes these are; null: they are selected. */
  readonly layer: string | null;
}

export class Gather {
  readonly open = signal<Part | null>(null);
  readonly by = signal<By>("color");
  readonly name = signal("");
  /** Why a cluster could not be made of them. */
  readonly problem = signal("");
  private back: HTMLElement | null = null;

  readonly gathered = computed((): Gathered => {
    const { store } = this;
    void [store.revision.value, store.selection.value, store.on.value, store.active.value];
    return this.find();
  });
  readonly groups = computed((): readonly Group[] => this.groupsBy(this.by.value));

  constructor(private readonly editor: Editor) {
    adopt(sheet);
    const host = document.createElement("div");
    document.querySelector("#app")?.after(host);
    render(<GatherDialog gather={this} />, host);
  }

  get store(): Store {
    return this.editor.store;
  }

  /** What is selected and can be moved, with what lies in selected frames; else the notes of a layer. */
  private find(): Gathered {
    const { editor } = this;
    const { model, active } = editor.session;
    const carried = editor.changeable(editor.pointing.carried());
    const frames = carried.filter(({ shape }) => shape.kind === "frame");
    const nodes = carried.filter(({ shape }) => KINDS.has(shape.kind ?? "card"));
    if (nodes.length > 1 || frames.length > 0) return { nodes, frames, layer: null };
    const layer = nodes[0]?.layer ?? active;
    if (layer === null) return { nodes: [], frames: [], layer };
    const notes = editor.changeable(model.nodesOf(layer).map((shape) => ({ layer, shape })));
    return { nodes: notes.filter(({ shape }) => shape.kind === "sticky"), frames: [], layer };
  }

  /** The newest round that has ended, and that told of votes. */
  get round(): string {
    const rounds = roundsOf(this.editor.session.model.held(BOARD)?.records.values() ?? []);
    return rounds.filter(({ open }) => open !== true).at(-1)?.id ?? "";
  }

  private groupsBy(by: By): Group[] {
    const { layers } = this.editor.session;
    const colorOf = ({ layer, shape }: Seen): string => shape.color ?? layers.get(layer)?.color ?? "";
    return grouped(this.gathered.value.nodes, by, { colorOf, round: this.round });
  }

  /** What a group is called. */
  titleOf(key: string, by: By): string {
    switch (by) {
      case "color":
        return edit.colors[key as keyof typeof edit.colors] ?? (key || words.plain);
      case "author":
        return key === "" ? words.imported : nameOf(this.store.session, key);
      case "tag":
        return key || words.untagged;
      case "votes":
        return words.votes(Number(key));
    }
  }

  get mayMakeLayers(): boolean {
    return this.store.session.isFacilitator;
  }

  /** Why nothing can be gathered; null: it can. */
  get why(): string | null {
    const { length } = this.gathered.value.nodes;
    if (length === 0) return words.nothing;
    return length > GATHERED_MAX ? words.tooMany(GATHERED_MAX) : null;
  }

  // -- doing: each is one step

  private edit(ops: readonly AnyOp[], said: string): void {
    const { store } = this;
    this.editor.edit(ops);
    // where everything lies well already there is no step to take back
    store.tell(said, false, ops.length === 0 ? undefined : { label: words.undo, run: () => store.session.undo() });
    this.close();
  }

  private isPossible(): boolean {
    const { why } = this;
    if (why !== null && this.open.value === null) this.store.tell(why);
    return why === null;
  }

  sort(by: By): void {
    if (!this.isPossible()) return;
    const groups = this.groupsBy(by);
    this.edit(columns(groups), words.sorted(this.gathered.value.nodes.length, groups.length, by));
    this.show(this.gathered.value.nodes);
  }

  /** A frame for each group. */
  frames(): void {
    if (!this.isPossible()) return;
    const by = this.by.value;
    const groups = this.groups.value.map(({ key, nodes }) => ({ title: this.titleOf(key, by), nodes }));
    const { nodes } = this.gathered.value;
    this.edit(clusters(groups, this.backOf, this.editor.making), words.framed(groups.length));
    this.show(nodes);
  }

  /** A name that was given, or that of the one frame; null: there is none, and that was said. */
  private named(): string | null {
    const { frames } = this.gathered.value;
    const name = this.name.value.trim() || (frames.length === 1 ? this.editor.nameOf(frames[0]!) : "");
    this.problem.value = name === "" ? words.nameless : "";
    return name === "" ? null : [...name].slice(0, TITLE_CHARS_MAX).join("");
  }

  cluster(): void {
    const name = this.isPossible() ? this.named() : null;
    if (name === null) return;
    const { nodes } = this.gathered.value;
    this.edit(clusters([{ title: name, nodes }], this.backOf, this.editor.making), words.clustered(name, nodes.length));
    this.show(nodes);
  }

  layer(): void {
    const name = this.isPossible() ? this.named() : null;
    if (name === null) return;
    const { nodes, frames } = this.gathered.value;
    const color = this.store.session.layers.get(nodes[0]!.layer)?.color ?? "slate";
    // behind what lies in them
    this.edit(asLayer([...frames, ...nodes], name, color, this.editor.making), words.layered(name, nodes.length));
  }

  card(): void {
    const name = this.isPossible() ? this.named() : null;
    if (name === null) return;
    const { nodes, frames } = this.gathered.value;
    const made = asCard(nodes, name, this.editor.making);
    if (made === null) {
      this.problem.value = words.tooLong(TEXT_CHARS_MAX);
      return;
    }
    const around = frames.map(({ shape: { id } }): AnyOp => ({ op: "node.remove", id }));
    this.edit([...made.ops, ...around], words.carded(name, nodes.length));
    this.store.select(made.id, true);
  }

  private readonly backOf = (layer: string): string | null => this.store.session.model.nodesOf(layer)[0]?.id ?? null;

  /** They are selected, and seen. */
  private show(nodes: readonly Seen[]): void {
    this.store.selectAll(nodes.map(({ shape }) => shape.id));
    const [first] = nodes;
    if (first !== undefined) this.store.canvas?.reveal(first.shape.id);
  }

  // -- the dialog

  ask(part: Part): void {
    const active = document.activeElement;
    this.back = active instanceof HTMLElement && active !== document.body ? active : null;
    const { frames } = this.gathered.value;
    this.name.value = frames.length === 1 ? this.editor.nameOf(frames[0]!) : "";
    this.problem.value = "";
    this.open.value = part;
  }

  close(): void {
    if (this.open.value === null) return;
    this.open.value = null;
    const back = this.back?.isConnected === true ? this.back : document.querySelector<HTMLElement>(".canvas");
    back?.focus({ preventScroll: true });
  }

  layerTitle(layer: string): string {
    return layerTitle(this.store.session.layers.get(layer));
  }
}
