import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { JoinCode } from "../generated/people.js";
import { text } from "../i18n/index.js";
import { words } from "../i18n/people.js";
import { Icon } from "../ui/icon.js";
import type { People } from "./index.js";

const RENEW_MS = 3_600_000; // while it is shown, the code stays good

/** What a hall sees on the wall: a QR code, a code that can be said, and how many are here. */
export function JoinScreen({ people, link }: { people: People; link: string }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [made, setMade] = useState<JoinCode | null>(null);
  const [failed, fail] = useState(false);
  const { store } = people;
  const generation = people.came.links.find(({ id }) => id === link)?.generation;
  const asked = useRef(0); // of several answers the one to the last question counts
  const ask = (): void => {
    const now = (asked.current += 1);
    fail(false);
    people.code(link).then(
      (code) => now === asked.current && setMade(code),
      () => now === asked.current && fail(true),
    );
  };
  useLayoutEffect(() => {
    dialog.current?.showModal();
    dialog.current?.querySelector("h2")?.focus();
  }, []);
  useEffect(() => {
    setMade(null);
    ask();
    const timer = setInterval(ask, RENEW_MS);
    return () => clearInterval(timer);
  }, [generation]); // a link that was revoked has another address
  const half = (made?.code.length ?? 0) / 2;
  const page = made?.page.replace(/^https?:\/\//, "") ?? "";
  return (
    <dialog ref={dialog} class="join-screen" aria-labelledby="join-title" onClose={() => people.hide()}>
      <header class="join-head">
        <h2 id="join-title" tabIndex={-1} dir="auto" lang={store.lang.value || undefined}>
          {store.title.value || text.untitled}
        </h2>
        <button type="button" class="button quiet square" aria-label={words.leave} onClick={() => dialog.current?.close()}>
          <Icon name="x" size={24} />
        </button>
      </header>
      {made === null ? (
        <div class="join-none" role="status">
          <p>{failed ? words.failed : words.loading}</p>
          {failed && (
            <button type="button" class="button solid" onClick={ask}>
              {words.again}
            </button>
          )}
        </div>
      ) : (
        <div class="join-ways">
          <figure class="join-scan">
            <svg viewBox={`0 0 ${made.square.side} ${made.square.side}`} role="img" aria-label={words.qr} shape-rendering="crispEdges">
              <path d={made.square.path} />
            </svg>
            <figcaption>{words.scan}</figcaption>
          </figure>
          <div class="join-type">
            <p>{words.or}</p>
            <p class="join-code">
              <span class="spoken">{words.code([...made.code].join(" "))}</span>
              <span aria-hidden="true">
                <span>{made.code.slice(0, half)}</span>
                <span>{made.code.slice(half)}</span>
              </span>
            </p>
            <p>
              {words.at} <strong class="join-page">{page}</strong>
            </p>
          </div>
        </div>
      )}
      <footer class="join-foot">
        <p role="status">{words.hereNow(store.here.value)}</p>
        {people.waits && (
          <>
            <p>{words.soon}</p>
            <button type="button" class="button solid" onClick={() => people.wait(false)}>
              {words.start}
            </button>
          </>
        )}
      </footer>
    </dialog>
  );
}
