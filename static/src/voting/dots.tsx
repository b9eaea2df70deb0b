import check from "lucide-static/icons/check.svg";
import minus from "lucide-static/icons/minus.svg";
import { words } from "../i18n/voting.js";
import { Glyph } from "../ui/icon.js";
import { mayAdd } from "./ballot.js";
import type { Voting } from "./index.js";

interface VoteButtonProps {
  readonly voting: Voting;
  readonly node: string;
  readonly title: string;
  readonly tabIndex?: number;
  /** There is room for one thing to press: votes are taken back elsewhere. */
  readonly narrow?: boolean;
}

/** What votes for a thing: it says how many votes of mine the thing has, and, live, how many of all. */
export function VoteButton({ voting, node, title, tabIndex, narrow }: VoteButtonProps) {
  const round = voting.round.value;
  if (round === null) return null;
  const ballot = voting.ballot.value;
  const mine = ballot[node] ?? 0;
  const all = round.live === true ? (voting.tally.value.votes[node] ?? 0) : null;
  const says = [words.voteFor(title), words.mine(mine), ...(all === null ? [] : [words.got(all)])].join(", ");
  const isSpent = !mayAdd(round, ballot, node) && !(mine > 0 && round.several !== true);
  return (
    <span class="vote" data-mine={mine > 0 ? "" : undefined}>
      <button
        type="button"
        class="vote-button"
        data-node={node}
        aria-label={says}
        aria-pressed={round.several === true ? undefined : mine > 0}
        data-spent={isSpent ? "" : undefined}
        tabIndex={tabIndex}
        onClick={(event) => {
          event.stopPropagation();
          voting.press(node);
        }}
        onDblClick={(event) => event.stopPropagation()}
      >
        {round.several === true && mine > 0 ? <span class="vote-mine" data-count={mine} /> : <Glyph name={mine > 0 ? "check" : "ring"} markup={mine > 0 ? check : RING} size={16} />}
        {all !== null && <span class="vote-all" data-count={all} />}
      </button>
      {round.several === true && mine > 0 && narrow !== true && (
        <button
          type="button"
          class="vote-button vote-back"
          aria-label={words.takeBack(title)}
          tabIndex={tabIndex}
          onClick={(event) => {
            event.stopPropagation();
            voting.takeBack(node);
          }}
          onDblClick={(event) => event.stopPropagation()}
        >
          <Glyph name="minus" markup={minus} size={16} />
        </button>
      )}
    </span>
  );
}

const RING = '<circle cx="12" cy="12" r="9" />';
