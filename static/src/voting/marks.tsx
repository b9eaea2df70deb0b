import { effect, signal } from "@preact/signals";
import { render } from "preact";
import { titleOf } from "../edit/naming.js";
import type { NodeShape } from "../generated/wire.js";
import { words } from "../i18n/voting.js";
import { VoteButton } from "./dots.js";
import type { Voting } from "./index.js";

const MARKED_MAX = 200; // buttons over one view; more say nothing to anybody
// CSS pixels of a thing on the screen: on a smaller one no button has room, or but one
const SIDE_MIN = 56;
const SIDE_MIN_COARSE = 84;
const SIDE_WIDE = 150;
// that stay free on the right and below, where what is pressed reaches over its thing
const EDGE_FREE = 10;
const EDGE_COARSE = 16;
const EDGE = 4; // CSS pixels beyond the window, where one is no longer seen

interface Mark {
  readonly shape: NodeShape;
  /** The lower right corner of its box, CSS pixels of the canvas: away from where a text begins, and from comments. */
  readonly x: number;
  readonly y: number;
  /** Its upper edge, by which marks are in rows. */
  readonly top: number;
  /** What it got in the round that is shown; null: it may be voted on. */
  readonly count: number | null;
  readonly narrow: boolean;
}

/** What stands on things on the canvas: what votes for them, and what they got in the round that is shown. */
export class Marks {
  private readonly marks = signal<readonly Mark[]>([]);
  private readonly place = document.createElement("div");
  private deaf: (() => void) | null = null;
  private host: unknown = null;
  private frame = 0;
  private readonly coarse = matchMedia("(pointer: coarse)");

  constructor(private readonly voting: Voting) {
    const { store } = voting;
    this.place.className = "votes-marks";
    document.querySelector(".board main")?.append(this.place);
    render(<MarksView voting={voting} marks={this.marks} />, this.place);
    effect(() => {
      store.revision.value;
      store.on.value;
      store.zoom.value;
      voting.rounds.value;
      voting.panel.value;
      this.ask();
    });
  }

  private ask(): void {
    if (this.host !== this.voting.store.canvas) this.attach();
    if (this.frame !== 0) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.lay();
    });
  }

  private attach(): void {
    const { canvas } = this.voting.store;
    this.deaf?.();
    this.host = canvas;
    this.deaf = canvas?.onViewport(() => this.ask()) ?? null;
  }

  /** The round whose votes stand on the things. */
  private get shown(): string | null {
    const { panel } = this.voting;
    if (this.voting.round.value !== null) return null;
    if (panel.value?.what === "results") return panel.value.round ?? this.voting.closed.at(-1)?.id ?? null;
    const last = this.voting.rounds.value.at(-1);
    return last === undefined || last.id === this.voting.hidden.value ? null : last.id;
  }

  private lay(): void {
    const { voting } = this;
    const { store } = voting;
    const { canvas, scene } = store;
    const round = voting.round.value;
    const shown = this.shown;
    if (canvas === null || (round === null && shown === null)) {
      if (this.marks.value.length > 0) this.marks.value = [];
      return;
    }
    const { camera } = canvas;
    const width = camera.width / camera.ratio;
    const height = camera.height / camera.ratio;
    const zoom = canvas.zoom();
    const found: Mark[] = [];
    const [x, y, w, h] = canvas.viewport();
    for (const slot of scene.nodesIn(x, y, x + w, y + h)) {
      const shape = scene.nodes[slot];
      if (shape === null || shape === undefined || found.length >= MARKED_MAX) continue;
      const count = round !== null ? null : (shape.votes?.[shown ?? ""]?.count ?? 0);
      if (round !== null ? shape.round !== round.id : count === 0) continue;
      const box = scene.boundsOf(slot);
      if (Math.min(box.w, box.h) * zoom < (this.coarse.matches ? SIDE_MIN_COARSE : SIDE_MIN)) continue;
      const [left, top] = camera.toWindow(box.x + box.w, box.y);
      const free = this.coarse.matches ? EDGE_COARSE : EDGE_FREE;
      if (left < -EDGE || top < -EDGE || left > width + EDGE + box.w * zoom || top > height + EDGE) continue;
      found.push({ shape, x: Math.round(Math.min(left, width - free)), y: Math.round(Math.min(top + box.h * zoom, height - free)), top, count, narrow: box.w * zoom < (this.coarse.matches ? SIDE_WIDE : SIDE_MIN_COARSE) });
    }
    // by rows, so that the keyboard goes over them as one reads
    found.sort((a, b) => Math.round(a.top / 40) - Math.round(b.top / 40) || a.x - b.x);
    this.marks.value = found;
  }
}

function MarksView({ voting, marks }: { voting: Voting; marks: { readonly value: readonly Mark[] } }) {
  if (marks.value.length === 0) return null;
  return (
    <div class="votes-places" role="group" aria-label={voting.round.value === null ? words.resultsTitle : words.ballotTitle}>
      {marks.value.map(({ shape, x, y, count, narrow }) => (
        <div key={shape.id} class="votes-place" style={{ transform: `translate(${x}px, ${y}px)` }}>
          {count === null ? (
            voting.mayVote && <VoteButton voting={voting} node={shape.id} title={titleOf(shape)} narrow={narrow} />
          ) : (
            <span class="vote-count" role="img" aria-label={`${titleOf(shape)}: ${words.came(count)}`}>
              {count}
            </span>
          )}
        </div>
      ))}
    </div>
  );
}
