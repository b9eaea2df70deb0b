import more from "lucide-static/icons/ellipsis.svg";
import { Choosing } from "../edit/choosing.js";
import type { Choice } from "../edit/menu.js";
import { words } from "../i18n/people.js";
import { nameOf } from "../together/called.js";
import { Glyph, Icon } from "../ui/icon.js";
import type { People } from "./index.js";
import { type Link, mayPassOn } from "./seats.js";

/** The links: who came by each, its end, and how it is shown to a hall. */
export function LinksSection({ people }: { people: People }) {
  const { links } = people.came;
  const usual = links.filter(({ single }) => !single);
  const singles = links.filter(({ single }) => single);
  return (
    <>
      <ul class="seats" aria-label={words.links}>
        {usual.map((link) => (
          <LinkLine key={link.id} people={people} link={link} />
        ))}
      </ul>
      {singles.length > 0 && (
        <details class="links-singles">
          <summary>{words.singles(singles.length)}</summary>
          <ul class="seats" aria-label={words.singles(singles.length)}>
            {singles.map((link) => (
              <LinkLine key={link.id} people={people} link={link} />
            ))}
          </ul>
        </details>
      )}
      {people.mayMakeLinks ? (
        <div class="links-acts">
          <button type="button" class="button" onClick={() => people.ask({ kind: "link", link: null })}>
            <Icon name="plus" />
            {words.newLink}
          </button>
          <button type="button" class="button" onClick={() => people.ask({ kind: "many" })}>
            {words.manyLinks}
          </button>
        </div>
      ) : (
        <p class="hint">{words.ownersOnly}</p>
      )}
    </>
  );
}

function LinkLine({ people, link }: { people: People; link: Link }) {
  const name = people.called(link);
  const choices: Choice[] = [];
  const passesOn = mayPassOn(link, people.role);
  if (passesOn) choices.push({ label: words.copy, run: () => void people.copy(link) });
  if (people.mayMakeLinks) {
    choices.push(
      { label: words.settings, run: () => people.ask({ kind: "link", link: link.id }) },
      "line",
      { label: words.revoke, warns: true, run: () => people.ask({ kind: "revoke", link: link.id }) },
    );
  }
  const state = [
    ...(link.name === "" ? [] : [words.roles[link.role]]),
    link.single ? (link.seat === "" ? words.free : words.heldBy(nameOf(people.store.session, link.seat))) : words.cameBy(link.came, link.here),
    ...(link.expiresMs > 0 ? [words.ends(link.expiresMs)] : []),
  ];
  return (
    <li class="seat">
      <span class="seat-words">
        <span class="seat-name" dir="auto">
          {name}
        </span>
        <span class="seat-state" dir="auto">
          {state.join(" · ")}
        </span>
      </span>
      {passesOn && !link.single && (
        <button type="button" class="button small" aria-label={words.joinScreenOf(name)} onClick={() => people.show(link.id)}>
          {words.joinScreen}
        </button>
      )}
      {choices.length > 0 && (
        <Choosing label={words.moreFor(name)} class="button quiet square" choices={() => choices}>
          <Glyph name="ellipsis" markup={more} />
        </Choosing>
      )}
    </li>
  );
}
