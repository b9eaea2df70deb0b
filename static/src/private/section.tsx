import { useId, useRef, useState } from "preact/hooks";
import { layerTitle } from "../edit/naming.js";
import type { LayerShape } from "../generated/wire.js";
import { words } from "../i18n/private.js";
import { QuestionField, Twice } from "../workshop/forms.js";
import type { PrivateWriting } from "./index.js";

/** The facilitator's part: a private round is opened, counted, revealed or ended. */
export function PrivateSection({ writing }: { writing: PrivateWriting }) {
  writing.store.revision.value;
  const round = writing.round.value;
  return round?.open === true ? <Running key={round.id} writing={writing} question={round.question} /> : <Opening writing={writing} />;
}

function Opening({ writing }: { writing: PrivateWriting }) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [question, ask] = useState("");
  const [layer, choose] = useState("");
  const [wrong, complain] = useState(false);
  const targets = writing.targets();
  const target = targets.find((each) => each.id === layer) ?? targets[0];
  const open = (event: Event): void => {
    event.preventDefault();
    if (question.trim() === "") {
      complain(true);
      field.current?.focus();
      return;
    }
    if (target !== undefined) writing.open(question, target.id);
  };
  return (
    <form class="private-opening" onSubmit={open}>
      <p class="hint">{words.hint}</p>
      <QuestionField
        label={words.ask} hint={words.askHint} value={question} problem={wrong ? words.needsQuestion : ""} field={field}
        set={(typed) => {
          ask(typed);
          complain(false);
        }}
      />
      <Target id={`${id}-into`} targets={targets} target={target} choose={choose} />
      <button type="submit" class="button solid wide" disabled={target === undefined}>
        {words.open}
      </button>
    </form>
  );
}

interface Choosing {
  readonly id: string;
  readonly targets: readonly LayerShape[];
  readonly target: LayerShape | undefined;
  readonly choose: (layer: string) => void;
}

function Target({ id, targets, target, choose }: Choosing) {
  return (
    <>
      <label class="field-label" for={id}>
        {words.into}
      </label>
      <select id={id} class="field" value={target?.id ?? ""} onChange={({ currentTarget }) => choose(currentTarget.value)}>
        {targets.map((each) => (
          <option key={each.id} value={each.id}>
            {layerTitle(each)}
          </option>
        ))}
      </select>
    </>
  );
}

function Running({ writing, question }: { writing: PrivateWriting; question: string }) {
  const id = useId();
  const [order, arrange] = useState<"random" | "author">("random");
  const [named, name] = useState(false);
  const [layer, choose] = useState("");
  const { stickies, people } = writing.written.value;
  const targets = writing.targets();
  const target = targets.find((each) => each.id === layer) ?? targets[0];
  return (
    <div class="private-running">
      <p class="private-ask" dir="auto">
        {question}
      </p>
      <p class="private-count" role="status">
        {words.written(stickies, people)}
      </p>
      <Target id={`${id}-into`} targets={targets} target={target} choose={choose} />
      <label class="field-label" for={`${id}-order`}>
        {words.order}
      </label>
      <select id={`${id}-order`} class="field" value={order} onChange={({ currentTarget }) => arrange(currentTarget.value as "random" | "author")}>
        <option value="random">{words.random}</option>
        <option value="author">{words.author}</option>
      </select>
      <label class="private-choice">
        <input
          type="checkbox" checked={named} aria-describedby={`${id}-names`}
          onChange={({ currentTarget }) => name(currentTarget.checked)}
        />
        {words.named}
      </label>
      <p id={`${id}-names`} class="hint">
        {named ? words.namedHint : words.namelessHint}
      </p>
      <button type="button" class="button solid wide" disabled={target === undefined} onClick={() => target !== undefined && writing.reveal(named, order, target.id)}>
        {words.reveal}
      </button>
      <Twice
        style="button wide" label={words.discard} really={words.really(words.discard)} hint={`${id}-end`}
        run={() => writing.close()}
      />
      <p id={`${id}-end`} class="hint">
        {words.discardHint}
      </p>
    </div>
  );
}
