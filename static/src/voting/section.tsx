import { useId, useRef, useState } from "preact/hooks";
import { ROUND_NODES_MAX, VOTES_MAX } from "../generated/limits.js";
import type { RoundOpen } from "../generated/wire.js";
import { words } from "../i18n/voting.js";
import { layerTitle } from "../edit/naming.js";
import { QuestionField, Twice } from "../workshop/forms.js";
import type { Voting } from "./index.js";
import type { Round } from "./results.js";

const VOTED_KINDS = new Set(["card", "sticky", "text", "shape", "image"]);
const VOTES = 3; // of each person, as long as nobody says otherwise

/** The facilitator's part: a round is opened, followed, closed, repeated and removed. */
export function VotingSection({ voting }: { voting: Voting }) {
  const round = voting.round.value;
  const { closed } = voting;
  return (
    <>
      {round === null ? <Opening voting={voting} /> : <Running voting={voting} round={round} />}
      {closed.length > 0 && (
        <div class="votes-past">
          <h4 class="field-label">{words.past}</h4>
          <ul>
            {[...closed].reverse().map((each) => (
              <Past key={each.id} voting={voting} round={each} idle={round === null} />
            ))}
          </ul>
        </div>
      )}
    </>
  );
}

function Running({ voting, round }: { voting: Voting; round: Round }) {
  const { voters } = voting.tally.value;
  return (
    <div class="votes-running">
      <p class="votes-ask" dir="auto">
        {round.question}
      </p>
      <p class="hint">{words.soFar(voters, voting.store.here.value)}</p>
      <div class="votes-actions">
        <button type="button" class="button solid" onClick={() => voting.workshop.do({ op: "round.close", id: round.id })}>
          {words.close}
        </button>
        <Twice style="button" label={words.discard} really={words.really} says={words.discardOf(round.question)} run={() => voting.workshop.do({ op: "round.remove", id: round.id })} />
      </div>
    </div>
  );
}

function Past({ voting, round, idle }: { voting: Voting; round: Round; idle: boolean }) {
  const repeat = (): void => {
    if (voting.workshop.awaits("round.open")) return;
    const { question, votes, several = false, named = false, live = false, by_link = false } = round;
    voting.workshop.do({ op: "round.open", id: voting.store.session.fresh(), question, votes, several, named, live, by_link, again: round.id });
  };
  return (
    <li class="votes-round">
      <span dir="auto">
        {words.round(round.number)}: {round.question}
      </span>
      <span class="votes-actions">
        <button type="button" class="button small" aria-label={words.resultsOf(round.question)} onClick={() => voting.show({ what: "results", round: round.id })}>
          {words.results}
        </button>
        {idle && (
          <button type="button" class="button small" aria-label={words.repeatOf(round.question)} onClick={repeat}>
            {words.repeat}
          </button>
        )}
        <Twice
          style="button small quiet" label={words.remove} really={words.really} says={words.removeOf(round.question)}
          run={() => {
            voting.workshop.do({ op: "round.remove", id: round.id });
            voting.store.tell(words.removed(round.question));
          }}
        />
      </span>
    </li>
  );
}

type About = Pick<RoundOpen, "layer" | "tag" | "nodes">;

/** What a round may be about: what is selected, a layer, a tag. */
function subjects({ store }: Voting): readonly { key: string; label: string; about: About }[] {
  const { session } = store;
  const nodes = [...store.selection.value].filter((id) => VOTED_KINDS.has(session.model.node(id)?.shape.kind ?? (session.model.node(id) === undefined ? "" : "card")));
  const layers = [...session.layers.values()].filter(({ id }) => session.on.has(id));
  const first = (id: string): number => (id === store.active.value ? 0 : 1);
  layers.sort((a, b) => first(a.id) - first(b.id));
  const tags = new Set(layers.flatMap(({ id }) => session.model.nodesOf(id).flatMap(({ tags: each }) => each ?? [])));
  return [
    ...(nodes.length > 1 && nodes.length <= ROUND_NODES_MAX ? [{ key: "selection", label: words.aboutSelection(nodes.length), about: { nodes } }] : []),
    ...layers.map((layer) => ({ key: `layer ${layer.id}`, label: words.aboutLayer(layerTitle(layer)), about: { layer: layer.id } })),
    ...[...tags].sort().map((tag) => ({ key: `tag ${tag}`, label: words.aboutTag(tag), about: { tag } })),
  ];
}

function Opening({ voting }: { voting: Voting }) {
  voting.store.revision.value;
  voting.store.on.value;
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const question = voting.question.value;
  const ask = (text: string): void => void (voting.question.value = text);
  const [votes, give] = useState(VOTES);
  const [key, choose] = useState("");
  const [flags, set] = useState({ several: false, named: false, live: false, by_link: false });
  const [problem, complain] = useState("");
  const choices = subjects(voting);
  const chosen = choices.find((choice) => choice.key === key) ?? choices[0];
  const open = (event: Event): void => {
    event.preventDefault();
    if (question.trim() === "") {
      complain(words.needsQuestion);
      field.current?.focus();
      return;
    }
    if (chosen === undefined || voting.workshop.awaits("round.open")) return;
    voting.workshop.do({ op: "round.open", id: voting.store.session.fresh(), question: question.trim(), votes, ...chosen.about, ...flags });
  };
  const flag = (name: keyof typeof flags, label: string, hint?: string) => (
    <label class="votes-choice">
      <input
        type="checkbox"
        checked={flags[name]}
        aria-describedby={hint === undefined ? undefined : `${id}-${name}`}
        onChange={({ currentTarget }) => set({ ...flags, [name]: currentTarget.checked })}
      />
      <span>
        {label}
        {hint !== undefined && (
          <span id={`${id}-${name}`} class="hint">
            {hint}
          </span>
        )}
      </span>
    </label>
  );
  return (
    <form class="votes-form" onSubmit={open}>
      <QuestionField
        label={words.ask} hint={words.askHint} value={question} problem={problem} field={field}
        set={(typed) => {
          ask(typed);
          complain("");
        }}
      />
      <label class="field-label" for={`${id}-about`}>
        {words.about}
      </label>
      <select id={`${id}-about`} class="field" value={chosen?.key ?? ""} onChange={({ currentTarget }) => choose(currentTarget.value)}>
        {choices.map((choice) => (
          <option key={choice.key} value={choice.key}>
            {choice.label}
          </option>
        ))}
      </select>
      <label class="field-label" for={`${id}-votes`}>
        {words.each}
      </label>
      <input
        id={`${id}-votes`}
        class="field votes-number"
        type="number"
        required
        min={1}
        max={VOTES_MAX}
        value={votes}
        onInput={({ currentTarget }) => {
          const count = Math.round(currentTarget.valueAsNumber);
          if (count >= 1 && count <= VOTES_MAX) give(count);
        }}
      />
      <div class="votes-flags">
        {flag("several", words.several)}
        {flag("live", words.liveRound)}
        {flag("named", words.namedRound)}
        {flag("by_link", words.linkRound, words.linkHint)}
      </div>
      <button type="submit" class="button solid wide" disabled={chosen === undefined}>
        {words.open}
      </button>
    </form>
  );
}
