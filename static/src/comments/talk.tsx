import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import check from "lucide-static/icons/circle-check.svg";
import reopen from "lucide-static/icons/rotate-ccw.svg";
import { words } from "../i18n/comments.js";
import { text } from "../i18n/index.js";
import { Glyph, Icon } from "../ui/icon.js";
import { Composer } from "./composer.js";
import type { Comments, Open } from "./index.js";
import { parted } from "./mentions.js";
import { pointOf } from "./pins.js";
import { type Said, saidIn, type Thread } from "./threads.js";

const GAP_PX = 12;
const PIN_PX = 32;
const NARROW = "(max-width: 719px)";

/** What is said at the spot that is open. */
export function Talk({ comments }: { comments: Comments }) {
  const open = comments.open.value;
  return open === null ? null : <TalkAt key={open.key === "new" ? "new" : open.key} comments={comments} open={open} />;
}

function TalkAt({ comments, open }: { comments: Comments; open: Open }) {
  const box = useRef<HTMLElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const threads = comments.on(open.key);
  const [begins, setBegins] = useState(false);
  const [showsResolved, setShowsResolved] = useState(false);
  const isResolved = ({ first: { shape } }: Thread): boolean => shape.resolved === true && shape.id !== open.thread;
  const shown = threads.filter((thread) => showsResolved || !isResolved(thread));
  const hidden = threads.length - shown.length;
  const may = comments.mayBegin(open.spot);
  const title = comments.title(open.spot);
  const held = box.current?.contains(document.activeElement) === true;
  useLayoutEffect(() => {
    // what had the focus may be gone, with the thread that others have resolved
    if (held && document.activeElement === document.body) heading.current?.focus({ preventScroll: true });
  });
  useLayoutEffect(() => {
    const { canvas } = comments.store;
    const lay = (): void => place(comments, open, box.current);
    lay();
    addEventListener("resize", lay);
    const stop = canvas?.onPaint(() => {
      lay();
      return false;
    });
    return () => {
      stop?.();
      removeEventListener("resize", lay);
    };
  }, [open.key, threads.length]);
  useEffect(() => {
    const thread = open.thread === null ? null : document.getElementById(`thread-${open.thread}`);
    if (open.quiet) thread?.scrollIntoView({ block: "nearest" });
    else if (threads.length === 0) box.current?.querySelector("textarea")?.focus();
    else (thread ?? heading.current)?.focus();
  }, [open.key, open.thread]);
  return (
    <section
      ref={box}
      class="talk"
      role="dialog"
      aria-labelledby="talk-title"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.preventDefault();
        event.stopPropagation();
        comments.close();
      }}
    >
      <div class="talk-head">
        <h2 id="talk-title" ref={heading} tabIndex={-1} dir="auto">
          <span class="spoken">{words.on("")}</span>
          {title}
        </h2>
        <button type="button" class="button quiet square" aria-label={text.close} onClick={() => comments.close()}>
          <Icon name="x" />
        </button>
      </div>
      <div class="talk-body">
        {shown.map((thread) => (
          <ThreadOf key={thread.first.shape.id} comments={comments} thread={thread} open={open} what={title} />
        ))}
        {hidden > 0 && (
          <button type="button" class="button quiet small" onClick={() => setShowsResolved(true)}>
            {words.resolvedThreads(hidden)}
          </button>
        )}
        {may && (threads.length === 0 || begins) && (
          <Composer
            comments={comments} draft={open.key} label={words.write} grows
            send={(said) => {
              comments.begin(said);
              setBegins(false);
            }}
            {...(threads.length === 0 ? {} : { cancel: () => setBegins(false) })}
          />
        )}
        {may && threads.length > 0 && !begins && (
          <button type="button" class="button quiet small talk-another" onClick={() => setBegins(true)}>
            <Icon name="plus" size={16} />
            {words.another}
          </button>
        )}
        {threads.length === 0 && !may && <p class="hint">{words.none}</p>}
      </div>
    </section>
  );
}

function ThreadOf({ comments, thread, open, what }: { comments: Comments; thread: Thread; open: Open; what: string }) {
  const { first } = thread;
  const { id, by, resolved = false } = first.shape;
  return (
    <article
      id={`thread-${id}`} class={resolved ? "thread resolved" : "thread"} tabIndex={-1}
      aria-label={words.thread(by || text.untitled, what)}
    >
      {saidIn(thread).map((said) => (
        <SaidIn key={said.shape.id} comments={comments} said={said} isFresh={open.fresh.has(said.shape.id)}>
          {said === first && comments.mayLead(first) && (
            <button
              type="button" class="button quiet square" aria-label={resolved ? words.reopen : words.resolve} title={resolved ? words.reopen : words.resolve}
              onClick={() => comments.resolve(thread, !resolved)}
            >
              <Glyph name="resolve" markup={resolved ? reopen : check} />
            </button>
          )}
        </SaidIn>
      ))}
      {resolved && <p class="thread-state"><Icon name="check" size={16} />{words.wasResolved}</p>}
      {!resolved && comments.mayComment(first.layer) && (
        <Composer
          comments={comments} draft={`answer/${id}`} label={words.answerTo(by || text.untitled)} hint={words.answer}
          send={(said) => comments.answer(thread, said)}
        />
      )}
    </article>
  );
}

function SaidIn({ comments, said, isFresh, children }: {
  readonly comments: Comments; readonly said: Said; readonly isFresh: boolean; readonly children?: preact.ComponentChildren;
}) {
  const { id, by = "", at, text: body, lang, answers } = said.shape;
  const [state, setState] = useState<"" | "changing" | "removing">("");
  const sure = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (state === "removing") sure.current?.focus({ preventScroll: true }); // what was pressed is gone
  }, [state]);
  const isMine = comments.isMine(said);
  const mayChange = isMine && comments.mayComment(said.layer);
  const name = by || text.untitled;
  return (
    <div class={answers ? "said answer" : "said"} data-comment={id}>
      <div class="said-head">
        <span class="said-mark" aria-hidden="true">{[...name][0]?.toLocaleUpperCase()}</span>
        <span class="said-by" dir="auto">{name}</span>
        {isMine && <span class="said-me">{words.me}</span>}
        <time class="said-when" dateTime={at === 0 ? undefined : new Date(at).toISOString()}>
          {at === 0 ? words.sending : words.when(at, Date.now())}
        </time>
        {isFresh && <span class="said-new">{words.unread}</span>}
        <span class="comments-space" />
        {children}
      </div>
      {state === "changing" ? (
        <Composer
          comments={comments} draft={`change/${id}`} label={words.write} begin={body} send={(now) => {
            comments.change(said, now);
            setState("");
          }}
          cancel={() => setState("")} sendLabel={words.save} grows
        />
      ) : (
        <p class="said-words" lang={lang || undefined} dir="auto"><Words comments={comments} words={body} /></p>
      )}
      {state === "removing" && (
        <p class="said-sure" role="alert">
          {words.removeSure}
          <button ref={sure} type="button" class="button small" onClick={() => comments.remove(said)}>{words.remove}</button>
          <button
            type="button" class="button quiet small"
            onClick={({ currentTarget }) => {
              currentTarget.closest<HTMLElement>("article")?.focus({ preventScroll: true });
              setState("");
            }}
          >
            {words.cancel}
          </button>
        </p>
      )}
      {state === "" && (mayChange || comments.mayLead(said)) && (
        <p class="said-acts">
          {mayChange && <button type="button" class="said-act" onClick={() => setState("changing")}>{words.edit}</button>}
          {comments.mayLead(said) && (
            <button type="button" class="said-act" onClick={() => (answers ? comments.remove(said) : setState("removing"))}>{words.remove}</button>
          )}
        </p>
      )}
    </div>
  );
}

/** A text with those whom it mentions. */
export function Words({ comments, words: said }: { comments: Comments; words: string }) {
  const { me } = comments;
  return (
    <>
      {parted(said, [me, ...comments.names]).map(({ text: part, name }, at) =>
        name === null ? part : <span key={at} class={name === me ? "mention me" : "mention"}>{part}</span>,
      )}
    </>
  );
}

/** Beside its pin, where there is room; on a phone a sheet, by its style. */
function place(comments: Comments, { spot }: Open, box: HTMLElement | null): void {
  const { canvas } = comments.store;
  if (box === null || canvas === null) return;
  if (matchMedia(NARROW).matches) {
    box.style.left = box.style.top = "";
    return;
  }
  const { left: hostLeft, top: hostTop, width, height } = canvas.element.getBoundingClientRect();
  const insets = comments.store.insets();
  const at = pointOf(comments, canvas, spot) ?? [width / 2, height / 3];
  const [wide, high] = [box.offsetWidth, box.offsetHeight];
  const right = width - insets.right - GAP_PX - wide;
  const beside = at[0] + PIN_PX + GAP_PX;
  const x = beside <= right ? beside : Math.max(insets.left + GAP_PX, Math.min(right, at[0] - wide - GAP_PX));
  const y = Math.max(insets.top + GAP_PX, Math.min(height - insets.bottom - GAP_PX - high, at[1] - PIN_PX));
  box.style.left = `${Math.round(hostLeft + x)}px`;
  box.style.top = `${Math.round(hostTop + y)}px`;
}
