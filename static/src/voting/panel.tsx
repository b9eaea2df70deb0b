import arrow from "lucide-static/icons/arrow-down.svg";
import download from "lucide-static/icons/download.svg";
import { useEffect, useRef, useState } from "preact/hooks";
import { text } from "../i18n/index.js";
import { words } from "../i18n/voting.js";
import { nameOf } from "../together/called.js";
import { saveTable } from "../ui/files.js";
import { Glyph, Icon } from "../ui/icon.js";
import { VoteButton } from "./dots.js";
import type { Votable, Voting } from "./index.js";
import { countIn, familyOf, type Result, resultsOf, type Round, sorted, type Sorting, sortingOf, TITLE } from "./results.js";

/** The list of what can be voted on, or what rounds have come to. */
export function VotesPanel({ voting }: { voting: Voting }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const showing = voting.panel.value;
  const asked = voting.asked.value;
  useEffect(() => {
    if (showing !== null) heading.current?.focus();
    voting.store.settleCovers();
  }, [asked, showing === null]);
  return (
    <section
      id="votes"
      class="panel side-panel workshop-panel"
      data-covers
      aria-labelledby="votes-title"
      hidden={showing === null}
      onKeyDown={(event) => event.key === "Escape" && voting.close()}
    >
      <div class="panel-head">
        <h2 id="votes-title" ref={heading} tabIndex={-1}>
          {showing?.what === "results" ? words.resultsTitle : words.ballotTitle}
        </h2>
        <button type="button" class="button quiet square" aria-label={text.close} onClick={() => voting.close()}>
          <Icon name="x" />
        </button>
      </div>
      {showing?.what === "ballot" && <BallotList voting={voting} />}
      {showing?.what === "results" && <Results key={`${asked}`} voting={voting} first={showing.round} />}
    </section>
  );
}

// -- voting

function BallotList({ voting }: { voting: Voting }) {
  voting.store.revision.value;
  voting.store.on.value;
  const round = voting.round.value;
  if (round === null) return null;
  const things = voting.votable();
  const terms = [
    round.named === true ? words.named : words.anonymous,
    round.live === true ? words.live : words.hidden,
    ...(round.by_link === true ? [words.byLink] : []),
  ];
  return (
    <div class="panel-body votes-body">
      <p class="votes-ask" dir="auto">
        {round.question}
      </p>
      <p class="hint">
        <strong>{words.left(voting.left, round.votes)}.</strong> {terms.join(" ")}
      </p>
      {things.length === 0 ? (
        <p class="hint none">{words.nothing}</p>
      ) : (
        <ul class="votes-list">
          {things.map(({ shape, title, layer }) => (
            <li key={shape.id} class="votes-item">
              <Thing voting={voting} node={shape.id} title={title} layer={layer} />
              <VoteButton voting={voting} node={shape.id} title={title} />
            </li>
          ))}
        </ul>
      )}
      <p class="hint">{words.elsewhere}</p>
    </div>
  );
}

function Thing({ voting, node, title, layer }: { voting: Voting; node: string; title: string; layer: string }) {
  return (
    <button type="button" class="votes-thing" title={words.show(title)} onClick={() => voting.store.select(node, true)}>
      <span dir="auto">{title}</span>
      <span class="votes-layer" dir="auto">
        {layer}
      </span>
    </button>
  );
}

// -- what it has come to

function Results({ voting, first }: { voting: Voting; first: string | null }) {
  voting.store.revision.value;
  voting.store.on.value;
  const { closed } = voting;
  const start = first ?? closed.at(-1)?.id ?? "";
  const [chosen, choose] = useState<ReadonlySet<string>>(() => new Set(familyOf(closed, start).slice(-3).map(({ id }) => id)));
  const [wanted, sort] = useState<Sorting>({ by: start, down: true });
  if (closed.length === 0) return <p class="hint none">{words.noResults}</p>;
  const rounds = closed.filter(({ id }) => chosen.has(id));
  const sorting = sortingOf(rounds, wanted);
  const things = [...voting.nodes(({ votes }) => votes !== undefined)];
  const results = resultsOf(things, rounds);
  const shown = sorted(results, sorting);
  const most = Math.max(1, ...rounds.flatMap(({ id }) => results.map((result) => countIn(result, id))));
  const [before, after] = rounds.slice(-2);
  return (
    <div class="panel-body votes-body">
      {closed.length > 1 && (
        <fieldset class="votes-rounds">
          <legend class="field-label">{words.rounds}</legend>
          {closed.map((round) => (
            <label key={round.id} class="votes-choice">
              <input
                type="checkbox"
                checked={chosen.has(round.id)}
                onChange={({ currentTarget }) => {
                  const next = new Set(chosen);
                  if (currentTarget.checked) next.add(round.id);
                  else next.delete(round.id);
                  choose(next);
                }}
              />
              <span dir="auto">
                {words.round(round.number)}: {round.question}
              </span>
            </label>
          ))}
        </fieldset>
      )}
      {rounds.map((round) => (
        <p key={round.id} class="hint">
          <strong dir="auto">{closed.length > 1 ? words.round(round.number) : round.question}</strong> {sayVoters(voting, round)}
        </p>
      ))}
      {shown.length === 0 ? (
        <p class="hint none">{words.nobodyVoted}</p>
      ) : (
        <table class="votes-table">
          <thead>
            <tr>
              <Head label={words.thing} by={TITLE} sorting={sorting} sort={sort} />
              {rounds.map((round) => (
                <Head key={round.id} label={words.round(round.number)} by={round.id} sorting={sorting} sort={sort} />
              ))}
              {after !== undefined && <th scope="col">{words.change}</th>}
            </tr>
          </thead>
          <tbody>
            {shown.map((result) => (
              <tr key={result.node}>
                <th scope="row">
                  <Thing voting={voting} node={result.node} title={result.title} layer={whoIn(voting, result, rounds.slice(-1)) || result.layer} />
                  {rounds.length === 1 && <span class="votes-bar" style={{ inlineSize: `${(100 * countIn(result, rounds[0]!.id)) / most}%` }} />}
                </th>
                {rounds.map(({ id }) => (
                  <td key={id}>{countIn(result, id)}</td>
                ))}
                {after !== undefined && before !== undefined && <td class="votes-change">{words.changed(countIn(result, after.id) - countIn(result, before.id))}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <button type="button" class="button wide" disabled={rounds.length === 0} onClick={() => saveResults(voting, things, rounds)}>
        <Glyph name="download" markup={download} />
        {words.save}
      </button>
      <p class="hint">{words.elsewhere}</p>
    </div>
  );
}

function sayVoters(voting: Voting, { id }: Round): string {
  const { count, exact } = voting.votersOf(id);
  return exact ? words.voters(count) : words.atLeast(count);
}

function whoIn(voting: Voting, result: Result, rounds: readonly Round[]): string {
  return rounds.flatMap(({ id }) => Object.entries(result.votes[id]?.by ?? {}).map(([seat, count]) => words.by(nameOf(voting.store.session, seat), count))).join(", ");
}

interface HeadProps {
  readonly label: string;
  readonly by: string;
  readonly sorting: Sorting;
  readonly sort: (sorting: Sorting) => void;
}

function Head({ label, by, sorting, sort }: HeadProps) {
  const on = sorting.by === by;
  return (
    <th scope="col" aria-sort={on ? (sorting.down ? "descending" : "ascending") : "none"}>
      <button type="button" class="votes-sort" title={words.sortBy(label)} onClick={() => sort({ by, down: on ? !sorting.down : by !== TITLE })}>
        {label}
        {on && (
          <span class={sorting.down ? "votes-arrow" : "votes-arrow up"}>
            <Glyph name="arrow-down" markup={arrow} size={14} />
          </span>
        )}
      </button>
    </th>
  );
}

function saveResults(voting: Voting, things: readonly Votable[], rounds: readonly Round[]): void {
  const names = rounds.map((round) => `${words.round(round.number)}: ${round.question}`);
  const named = rounds.filter((round) => round.named === true);
  const head = [words.thing, words.layer, ...names, ...named.map((round) => words.whoIn(words.round(round.number)))];
  const rows = sorted(resultsOf(things, rounds), { by: rounds.at(-1)!.id, down: true }).map((result) => [
    result.title, result.layer, ...rounds.map(({ id }) => countIn(result, id)), ...named.map((round) => whoIn(voting, result, [round])),
  ]);
  saveTable([head, ...rows], words.fileName(voting.store.title.value));
}
