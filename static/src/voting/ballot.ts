// What a ballot may hold: pure, so that the page says beforehand what the server would.

/** What a round gives each person. */
export interface Terms {
  readonly votes: number;
  readonly several?: boolean;
}

export type Ballot = Readonly<Record<string, number>>;

/** How many votes are still to be given. */
export function left({ votes }: Terms, ballot: Ballot): number {
  return Math.max(0, votes - Object.values(ballot).reduce((sum, count) => sum + count, 0));
}

/** A ballot with so many votes for a thing; none: without it. */
export function withVotes(ballot: Ballot, node: string, count: number): Ballot {
  const { [node]: _, ...others } = ballot;
  return count > 0 ? { ...others, [node]: count } : others;
}

/** Whether a thing may get one more vote. */
export function mayAdd(terms: Terms, ballot: Ballot, node: string): boolean {
  return left(terms, ballot) > 0 && (terms.several === true || (ballot[node] ?? 0) === 0);
}

/**
 * What one press on a thing comes to: one more vote; where a thing has one at most, it is given
 * and taken back in turn. null: there is no vote left.
 */
export function pressed(terms: Terms, ballot: Ballot, node: string): Ballot | null {
  const has = ballot[node] ?? 0;
  if (has > 0 && terms.several !== true) return withVotes(ballot, node, 0);
  return mayAdd(terms, ballot, node) ? withVotes(ballot, node, has + 1) : null;
}
