import { text } from "../i18n/index.js";
import type { Stop } from "../board/wire.js";
import type { Store } from "./store.js";

/** Why there is no connection any more, and what a person can do about it. */
export function Message({ why, says, store }: { why: Stop; says?: string | undefined; store: Store }) {
  const { title, words, action } = said(why);
  const Heading = why === "closed" ? "h1" : "h2"; // alone on the page, or over the board
  return (
    <section class="message-card" role="alert">
      <Heading>{title}</Heading>
      <p>{says ? `${says[0]!.toUpperCase()}${says.slice(1)}.` : words}</p>
      <p class="message-actions">
        {why === "protocol" ? (
          <button type="button" class="button solid" onClick={() => location.reload()}>
            {action}
          </button>
        ) : (
          <button type="button" class="button solid" onClick={() => store.session.wire.again()}>
            {action}
          </button>
        )}
        <a class="button" href="/">
          {text.home}
        </a>
      </p>
    </section>
  );
}

function said(why: Stop): { title: string; words: string; action: string } {
  switch (why) {
    case "closed":
      return { title: text.closedTitle, words: text.closed, action: text.tryAgain };
    case "protocol":
      return { title: text.protocolTitle, words: text.protocol, action: text.reload };
    case "elsewhere":
      return { title: text.elsewhereTitle, words: text.elsewhere, action: text.useHere };
  }
}
