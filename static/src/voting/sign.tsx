import voteIcon from "lucide-static/icons/vote.svg";
import { words } from "../i18n/voting.js";
import { Glyph, Icon } from "../ui/icon.js";
import type { Voting } from "./index.js";

/** What everybody sees along the top: the question and what is left, then that it has ended. */
export function VotingSign({ voting }: { voting: Voting }) {
  const round = voting.round.value;
  if (round !== null) {
    const mayVote = voting.mayVote;
    return (
      <div class="sign-pill votes-sign" role="group" aria-label={words.voting}>
        <Glyph name="vote" markup={voteIcon} />
        <span class="votes-question">
          <strong dir="auto">{round.question}</strong>
          <span class="votes-left">{mayVote ? words.left(voting.left, round.votes) : words.lookOn}</span>
        </span>
        {mayVote && (
          <button type="button" class="button small" aria-label={words.listTitle} onClick={() => voting.show({ what: "ballot" })}>
            {words.list}
          </button>
        )}
      </div>
    );
  }
  const last = voting.rounds.value.at(-1);
  if (last === undefined || voting.hidden.value === last.id) return null;
  return (
    <div class="sign-pill votes-sign ended" role="group" aria-label={words.voting}>
      <Glyph name="vote" markup={voteIcon} />
      <span class="votes-question">
        <span dir="auto">{words.ended(last.question)}</span>
      </span>
      <button type="button" class="button small" onClick={() => voting.show({ what: "results", round: last.id })}>
        {words.results}
      </button>
      <button type="button" class="button quiet square" aria-label={words.hide} title={words.hide} onClick={() => voting.hide(last.id)}>
        <Icon name="x" />
      </button>
    </div>
  );
}
