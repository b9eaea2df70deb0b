// Which boards are shown, and in which order.

import type { DeskBoard } from "../generated/desk.js";

export type Sort = "changed" | "title" | "nodes";

export interface Choice {
  readonly words: string;
  readonly sort: Sort;
  readonly archived: boolean;
}

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** A text without what is lost in a hurry: case, accents, spaces around. */
export function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();
}

/** The boards that a choice shows: those that are archived after all others. */
export function shown(boards: Iterable<DeskBoard>, { words, sort, archived }: Choice): DeskBoard[] {
  const wanted = folded(words).split(/\s+/).filter((word) => word !== "");
  return [...boards]
    .filter((board) => archived || !board.archived)
    .filter((board) => {
      const text = folded(`${board.title} ${board.name}`);
      return wanted.every((word) => text.includes(word));
    })
    .sort(
      (one, other) =>
        Number(one.archived) - Number(other.archived) ||
        by(sort, one, other) ||
        collator.compare(one.title, other.title) ||
        (one.name < other.name ? -1 : 1),
    );
}

function by(sort: Sort, one: DeskBoard, other: DeskBoard): number {
  switch (sort) {
    case "changed":
      return other.changed_ms - one.changed_ms;
    case "nodes":
      return other.nodes - one.nodes;
    case "title":
      return 0;
  }
}
