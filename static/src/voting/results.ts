// What rounds have come to, thing by thing: sorted and compared.

import type { NodeShape, RoundShape } from "../generated/wire.js";

/** A thing with its name, and what it got in each round. */
export interface Result {
  readonly node: string;
  readonly title: string;
  readonly layer: string;
  /** By round. A round that it got nothing in is not there. */
  readonly votes: Readonly<Record<string, { readonly count: number; readonly by?: Readonly<Record<string, number>> }>>;
}

export interface Round extends Omit<RoundShape, "id"> {
  readonly id: string;
}

/** What a column is sorted by: a round, or the title. */
export interface Sorting {
  readonly by: string;
  readonly down: boolean;
}

export const TITLE = "title";

const PREFIX = "round/";

/** The rounds among the records of the board, by their numbers. */
export function roundsOf(records: Iterable<{ readonly id: string }>): Round[] {
  const rounds = [...records].filter(({ id }) => id.startsWith(PREFIX)) as RoundShape[];
  return rounds.map((round) => ({ ...round, id: round.id.slice(PREFIX.length) })).sort((a, b) => a.number - b.number);
}

/** A round and those that it repeats, or that repeat it, by their numbers. */
export function familyOf(rounds: readonly Round[], id: string): Round[] {
  const found = new Set([id]);
  for (let before = 0; before !== found.size; ) {
    before = found.size;
    for (const round of rounds) {
      if (found.has(round.id) && round.again && rounds.some((other) => other.id === round.again)) found.add(round.again);
      if (round.again && found.has(round.again)) found.add(round.id);
    }
  }
  return rounds.filter((round) => found.has(round.id));
}

/** What got votes in any of these rounds. */
export function resultsOf(
  nodes: Iterable<{ readonly shape: NodeShape; readonly title: string; readonly layer: string }>, rounds: readonly Round[],
): Result[] {
  const results: Result[] = [];
  for (const { shape, title, layer } of nodes) {
    const votes = Object.fromEntries(
      rounds.flatMap(({ id }) => {
        const got = shape.votes?.[id];
        return got === undefined ? [] : [[id, got] as const];
      }),
    );
    if (Object.keys(votes).length > 0) results.push({ node: shape.id, title, layer, votes });
  }
  return results;
}

export const countIn = ({ votes }: Result, round: string): number => votes[round]?.count ?? 0;

/** What these rounds are sorted by: what was asked for, and where that is not among them the last. */
export function sortingOf(rounds: readonly Pick<Round, "id">[], wanted: Sorting): Sorting {
  return [TITLE, ...rounds.map(({ id }) => id)].includes(wanted.by) ? wanted : { by: rounds.at(-1)?.id ?? TITLE, down: true };
}

/** Equals stay in the order of their titles, whichever way the column goes. */
export function sorted(results: readonly Result[], { by, down }: Sorting): Result[] {
  const titles = new Intl.Collator("en", { numeric: true });
  const byTitle = (a: Result, b: Result): number => titles.compare(a.title, b.title) || (a.node < b.node ? -1 : 1);
  if (by === TITLE) return [...results].sort((a, b) => (down ? -byTitle(a, b) : byTitle(a, b)));
  return [...results].sort((a, b) => (countIn(b, by) - countIn(a, by)) * (down ? 1 : -1) || byTitle(a, b));
}
