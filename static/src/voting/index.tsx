// Rounds of voting on the page: what I vote for, what others do as far as it is told, and what it
// has come to. A script of its own, loaded when there is a round, or for who may open one.

import { effect, signal } from "@preact/signals";
import { render } from "preact";
import vote from "lucide-static/icons/vote.svg";
import { BOARD } from "../board/model.js";
import { titleOf } from "../edit/naming.js";
import type { NodeShape, Tally, Voted } from "../generated/wire.js";
import { words } from "../i18n/voting.js";
import { adopt } from "../ui/sheet.js";
import type { Store } from "../ui/store.js";
import type { Workshop } from "../workshop/index.js";
import { type Ballot, left, pressed, withVotes } from "./ballot.js";
import { Casting } from "./casting.js";
import { Marks } from "./marks.js";
import { VotesPanel } from "./panel.js";
import { type Round, roundsOf } from "./results.js";
import { RowVotes } from "./row.js";
import { VotingSection } from "./section.js";
import { VotingSign } from "./sign.js";
import { voterSecret } from "./secret.js";
import sheet from "./voting.lazy.css";

/** Something that may be voted on, or has got votes. */
export interface Votable {
  readonly shape: NodeShape;
  readonly title: string;
  readonly layer: string;
}

export type Showing = { readonly what: "ballot" } | { readonly what: "results"; readonly round: string | null };

export class Voting {
  readonly store: Store;
  readonly rounds = signal<readonly Round[]>([]);
  /** The open one. */
  readonly round = signal<Round | null>(null);
  /** What the others have voted, as far as it is told. */
  readonly tally = signal<{ readonly voters: number; readonly votes: Ballot }>({ voters: 0, votes: {} });
  readonly panel = signal<Showing | null>(null);
  /** Rises when the panel is asked for. */
  readonly asked = signal(0);
  /** The question of the round that is being prepared. */
  readonly question = signal("");
  /** The round whose sign was put away. */
  readonly hidden = signal("");
  // only when there is something to vote on does a browser make the secret that it votes by
  private readonly casting = new Casting((frame) => this.store.session.wire.say(frame), voterSecret);
  readonly ballot = this.casting.ballot;
  private tallied = "";

  constructor(readonly workshop: Workshop) {
    adopt(sheet);
    const { store } = workshop;
    this.store = store;
    this.hidden.value = store.world.recall("votes") ?? "";
    store.session.onVotes = (frame) => this.hear(frame);
    workshop.sections.add({ id: "voting", title: words.voting, icon: vote, order: 50, view: () => <VotingSection voting={this} /> });
    workshop.signs.add({ id: "voting", order: 40, view: () => <VotingSign voting={this} /> });
    workshop.rows.add({
      id: "voting", order: 10,
      view: ({ node, current }) => <RowVotes voting={this} node={node} current={current} />,
      says: (node) => this.saysOf(node),
    });
    workshop.activities.value = new Map(workshop.activities.value).set("vote", {
      label: words.openVote,
      isOpen: () => this.round.value !== null,
      open: (question) => {
        if (this.round.value === null) this.question.value = question;
        workshop.show("voting");
      },
    });
    const canVote = (): boolean => this.mayVote;
    store.commands.add(
      {
        id: "votes.give", title: words.select, group: words.group, keys: ["Shift+V"], where: "page",
        when: canVote, run: () => this.voteSelected(),
      },
      { id: "votes.take", title: words.unvote, group: words.group, when: canVote, run: () => this.voteSelected(true) },
      { id: "votes.ballot", title: words.openBallot, group: words.group, when: canVote, run: () => this.show({ what: "ballot" }) },
      {
        id: "votes.results", title: words.openResults, group: words.group,
        when: () => this.closed.length > 0, run: () => this.show({ what: "results", round: null }),
      },
    );
    effect(() => {
      store.revision.value;
      this.read();
    });
    effect(() => {
      const { value } = store.status; // another one with each connection, also where the page heard of no end
      this.casting.connect(value.kind === "live" && store.ready.value && this.round.value !== null ? value : null);
    });
    for (const other of [store.outlineOpen, store.peopleOpen, workshop.open]) {
      other.subscribe((open) => {
        if (open) this.panel.value = null; // they stand in the same place
      });
    }
    effect(() => {
      if (store.finding.value?.panel.value != null || store.comments.value?.panel.value === true) this.panel.value = null;
    });
    effect(() => {
      if (this.panel.value?.what !== "ballot" || this.mayVote) return;
      // the round has ended, or I may not vote any more
      if (document.activeElement?.closest("#votes") != null) document.querySelector<HTMLElement>(".canvas")?.focus();
      this.panel.value = null;
    });
    new Marks(this);
    const place = document.createElement("div");
    document.querySelector(".board")?.append(place);
    render(<VotesPanel voting={this} />, place);
  }

  // -- what there is

  /** Reads the rounds out of the board's records. */
  private read(): void {
    const rounds = roundsOf(this.store.session.model.held(BOARD)?.records.values() ?? []);
    if (JSON.stringify(rounds) === JSON.stringify(this.rounds.value)) return;
    const before = this.round.value;
    this.rounds.value = rounds;
    const open = rounds.find((round) => round.open === true) ?? null;
    if (open?.id !== before?.id) {
      this.casting.begin();
      this.tally.value = { voters: 0, votes: {} };
      this.tallied = "";
      if (open?.question === this.question.value.trim()) this.question.value = ""; // it has been asked
      this.tellTurn(before, open);
    }
    this.round.value = open;
  }

  private tellTurn(before: Round | null, open: Round | null): void {
    const { announcer } = this.store;
    if (open !== null && this.mayVote) announcer.say(words.opened(open.question, open.votes));
    else if (before !== null && open === null && this.store.session.model.board !== null) announcer.say(words.closed(before.question));
  }

  get closed(): readonly Round[] {
    return this.rounds.value.filter((round) => round.open !== true);
  }

  /** Whether a vote of mine may count. */
  get mayVote(): boolean {
    return this.store.mayEdit.value && this.rounds.value.some(({ open }) => open === true);
  }

  get left(): number {
    const round = this.round.value;
    return round === null ? 0 : left(round, this.ballot.value);
  }

  /** Nodes in layers that are on, by layer, in their order. */
  *nodes(wanted: (shape: NodeShape) => boolean): Generator<Votable> {
    const { session } = this.store;
    for (const layer of session.layers.values()) {
      if (!session.on.has(layer.id) || layer.group === true) continue;
      for (const shape of session.model.nodesOf(layer.id)) if (wanted(shape)) yield { shape, title: titleOf(shape), layer: layer.title };
    }
  }

  /** What may be voted on now, in layers that are on. */
  votable(): Votable[] {
    const round = this.round.value;
    return round === null ? [] : [...this.nodes((shape) => shape.round === round.id)];
  }

  /** How many people voted in a closed round, as far as layers tell it; `exact`: in one layer alone. */
  votersOf(round: string): { readonly count: number; readonly exact: boolean } {
    const counts = [...this.store.session.layers.values()].flatMap(({ voters }) => voters?.[round] ?? []);
    return { count: Math.max(0, ...counts), exact: counts.length < 2 };
  }

  private isVotable(node: string): NodeShape | null {
    const shape = this.store.session.model.node(node)?.shape;
    return shape !== undefined && this.round.value !== null && shape.round === this.round.value.id ? shape : null;
  }

  /** What is said of a node's votes where it is a row. */
  saysOf(node: string): string {
    return this.isVotable(node) === null || !this.mayVote ? "" : words.mineRow(this.ballot.value[node] ?? 0);
  }

  // -- voting

  /** One press on a thing. */
  press(node: string): void {
    const round = this.round.value;
    const shape = this.isVotable(node);
    if (round === null || shape === null || !this.mayVote) return;
    const next = pressed(round, this.ballot.value, node);
    if (next === null) return this.store.tell(words.noneLeft);
    this.cast(next, node);
  }

  /** Takes one vote back from a thing. */
  takeBack(node: string): void {
    const has = this.ballot.value[node] ?? 0;
    if (this.round.value !== null && has > 0) this.cast(withVotes(this.ballot.value, node, has - 1), node);
  }

  private voteSelected(back = false): void {
    const nodes = [...this.store.selection.value].filter((id) => this.isVotable(id) !== null);
    if (nodes.length === 0) return this.store.tell(words.nothingSelected);
    for (const node of nodes) if (back) this.takeBack(node);
    else this.press(node);
  }

  private cast(ballot: Ballot, node: string): void {
    const round = this.round.value!;
    const shape = this.isVotable(node);
    const gave = (ballot[node] ?? 0) > (this.ballot.value[node] ?? 0);
    this.casting.vote(round.id, ballot);
    const title = shape === null ? "" : titleOf(shape);
    this.store.announcer.say(gave ? words.voted(title, this.left) : words.tookBack(title, this.left));
  }

  private hear(frame: Voted | Tally): void {
    if (frame.t === "tally") return this.hearTally(frame);
    const isMine = this.casting.hear(frame, this.round.value?.id);
    if (isMine && frame.code && frame.id > 0) this.store.tell(words.refused(frame.message ?? ""), true);
  }

  private hearTally({ round, voters, votes = {}, reset }: Tally): void {
    const known = reset === true || round !== this.tallied ? {} : this.tally.value.votes;
    this.tallied = round;
    const merged = Object.fromEntries(Object.entries({ ...known, ...votes }).filter(([, count]) => count > 0));
    this.tally.value = { voters, votes: merged };
  }

  // -- the panel

  show(showing: Showing): void {
    const { store, workshop } = this;
    store.outlineOpen.value = store.peopleOpen.value = workshop.open.value = false;
    if (store.finding.value !== null) store.finding.value.panel.value = null;
    if (store.comments.value !== null) store.comments.value.panel.value = false;
    this.panel.value = showing;
    this.asked.value += 1;
  }

  close(): void {
    this.panel.value = null;
    document.querySelector<HTMLElement>(".votes-sign button, .canvas")?.focus();
  }

  /** Puts the sign of a round that has ended away, in this tab. */
  hide(round: string): void {
    this.hidden.value = round;
    this.store.world.keep("votes", round);
  }
}

export function begin(workshop: Workshop): void {
  new Voting(workshop);
}
