import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import message from "lucide-static/icons/message-square.svg";
import plus from "lucide-static/icons/message-square-plus.svg";
import checks from "lucide-static/icons/check-check.svg";
import { words } from "../i18n/comments.js";
import { text } from "../i18n/index.js";
import { Glyph, Icon } from "../ui/icon.js";
import type { Comments } from "./index.js";
import { Words } from "./talk.js";
import { lastIn, listed, saidIn, type Thread } from "./threads.js";

const LISTED_MAX = 200;
const isOpen = signal(true); // the threads that are listed

/** The way to the list, with how much was not read. */
export function CommentsButton({ comments }: { comments: Comments }) {
  const { store } = comments;
  const unread = [...comments.unread.value.values()].reduce((sum, said) => sum + said.length, 0);
  const calls = comments.threads.value.some((thread) => comments.callsMe(thread));
  if (!store.ready.value || (comments.threads.value.length === 0 && !store.mayEdit.value)) return null;
  return (
    <button
      type="button"
      class="comments-button"
      aria-expanded={comments.panel.value}
      aria-controls="comments"
      aria-label={words.button(unread)}
      aria-keyshortcuts="Shift+C"
      title={`${words.button(unread)} (⇧C)`}
      onClick={() => comments.toggle()}
    >
      <Glyph name="message" markup={message} />
      {unread > 0 && <span class="comments-badge" aria-hidden="true">{calls ? "@" : unread > 99 ? "99+" : unread}</span>}
    </button>
  );
}

/** All threads in what is shown, those with something unread first. */
export function CommentsPanel({ comments }: { comments: Comments }) {
  const { store } = comments;
  const heading = useRef<HTMLHeadingElement>(null);
  const open = comments.panel.value;
  const asked = comments.asked.value;
  useEffect(() => {
    if (open) heading.current?.focus();
    else if (comments.returns) document.querySelector<HTMLElement>(".comments-button")?.focus();
    comments.returns = false;
    store.settleCovers();
  }, [asked, open]);
  const all = comments.threads.value.filter(({ first }) => (first.shape.resolved !== true) === isOpen.value);
  const threads = listed(all, (thread) => comments.unreadOf(thread) > 0);
  return (
    <section
      id="comments"
      class="panel side-panel comments-panel"
      data-covers
      aria-labelledby="comments-title"
      hidden={!open}
      onKeyDown={(event) => event.key === "Escape" && comments.closePanel()}
    >
      <div class="panel-head">
        <h2 id="comments-title" ref={heading} tabIndex={-1}>
          {words.comments}
        </h2>
        <button type="button" class="button quiet square" aria-label={text.close} onClick={() => comments.closePanel()}>
          <Icon name="x" />
        </button>
      </div>
      {open && (
        <>
          <div class="panel-row comments-row">
            <div class="segments" role="group" aria-label={words.which}>
              {[true, false].map((which) => (
                <button
                  key={String(which)} type="button" class="button small" aria-pressed={isOpen.value === which}
                  onClick={() => (isOpen.value = which)}
                >
                  {which ? words.open : words.resolved}
                </button>
              ))}
            </div>
            <span class="comments-space" />
            <button
              type="button" class="button quiet square" aria-label={words.readAll} title={words.readAll}
              aria-disabled={comments.unread.value.size === 0} onClick={() => comments.unread.value.size > 0 && comments.readAll()}
            >
              <Glyph name="checks" markup={checks} />
            </button>
            {store.mayEdit.value && (
              <button type="button" class="button quiet square" aria-label={words.addHere} title={`${words.addHere} (M)`} onClick={() => comments.add()}>
                <Glyph name="plus" markup={plus} />
              </button>
            )}
          </div>
          <ul class="panel-body comments-list">
            {threads.slice(0, LISTED_MAX).map((thread) => (
              <Line key={thread.first.shape.id} comments={comments} thread={thread} />
            ))}
          </ul>
          {threads.length === 0 && <p class="hint comments-none">{isOpen.value ? words.noneOpen : words.noneResolved}</p>}
          {threads.length > LISTED_MAX && <p class="hint comments-none">{words.more(threads.length - LISTED_MAX)}</p>}
        </>
      )}
    </section>
  );
}

function Line({ comments, thread }: { comments: Comments; thread: Thread }) {
  const { first: { shape }, answers } = thread;
  const unread = comments.unreadOf(thread);
  const last = lastIn(thread);
  const isHere = comments.open.value?.thread === shape.id;
  return (
    <li>
      <button
        type="button" class={`comments-line ${unread > 0 ? "unread" : ""}`} aria-current={isHere ? "true" : undefined}
        onClick={({ currentTarget }) => comments.show(thread, true, currentTarget)}
      >
        <span class="comments-what" dir="auto">{comments.title(comments.spotOf(thread))}</span>
        <span class="comments-head">
          <span class="comments-by" dir="auto">{comments.isMine(thread.first) ? words.me : shape.by || text.untitled}</span>
          <span class="comments-when">{last === Infinity ? words.sending : words.when(last, Date.now())}</span>
        </span>
        <span class="comments-words" lang={shape.lang || undefined} dir="auto">
          <Words comments={comments} words={saidIn(thread)[0]!.shape.text} />
        </span>
        <span class="comments-foot">
          {answers.length > 0 && <span>{words.answers(answers.length)}</span>}
          {unread > 0 && <span class="comments-new">{comments.callsMe(thread) ? words.mentionsYou : words.unreadCount(unread)}</span>}
        </span>
      </button>
    </li>
  );
}
