import { titleOf } from "../edit/naming.js";
import { VoteButton } from "./dots.js";
import type { Voting } from "./index.js";

/** What votes for a node where it is a row of the outline. */
export function RowVotes({ voting, node, current }: { voting: Voting; node: string; current: boolean }) {
  const shape = voting.store.session.model.node(node)?.shape;
  const round = voting.round.value;
  if (round === null || shape?.round !== round.id || !voting.mayVote) return null;
  return <VoteButton voting={voting} node={node} title={titleOf(shape)} tabIndex={current ? 0 : -1} />;
}
