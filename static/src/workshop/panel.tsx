import { useEffect, useId, useRef } from "preact/hooks";
import { words } from "../i18n/stage.js";
import { text } from "../i18n/index.js";
import { Glyph, Icon } from "../ui/icon.js";
import type { Workshop } from "./index.js";
import type { Section } from "./registry.js";

/** All that a facilitator leads a workshop with, in sections that unfold. */
export function WorkshopPanel({ workshop }: { workshop: Workshop }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const open = workshop.open.value;
  const asked = workshop.asked.value;
  useEffect(() => {
    if (open) goTo(workshop.sought, heading.current);
    workshop.store.settleCovers();
  }, [asked, open]);
  return (
    <section
      id="workshop"
      class="panel side-panel workshop-panel"
      data-covers
      aria-labelledby="workshop-title"
      hidden={!open}
      onKeyDown={(event) => event.key === "Escape" && workshop.close()}
    >
      <div class="panel-head">
        <h2 id="workshop-title" ref={heading} tabIndex={-1}>
          {words.workshop}
        </h2>
        <button type="button" class="button quiet square" aria-label={text.close} onClick={() => workshop.close()}>
          <Icon name="x" />
        </button>
      </div>
      {open && (
        <div class="panel-body workshop-body">
          {workshop.sections.all.value.map((section) => (
            <Unfolding key={section.id} workshop={workshop} section={section} />
          ))}
        </div>
      )}
    </section>
  );
}

/** The focus goes to the section that was asked for, which comes to the top of the panel; else to the panel's title. */
function goTo(sought: string | null, title: HTMLElement | null): void {
  const section = sought === null ? null : document.querySelector<HTMLElement>(`#workshop [data-section="${CSS.escape(sought)}"]`);
  const body = section?.closest(".panel-body");
  if (section === null || body == null) return title?.focus();
  section.querySelector<HTMLElement>(".workshop-heading")?.focus({ preventScroll: true });
  body.scrollTop += section.getBoundingClientRect().top - body.getBoundingClientRect().top;
}

/** Where what had the focus goes with what was done (a round is open, a timer runs), the focus stays in the part. */
function useFocusIn(part: { readonly current: HTMLElement | null }): void {
  useEffect(() => {
    const { current: element } = part;
    if (element === null) return;
    let held: EventTarget | null = null;
    const isGone = (): boolean => held instanceof Node && !held.isConnected;
    const enter = ({ target }: FocusEvent): void => void (held = target);
    const leave = ({ target }: FocusEvent): void => queueMicrotask(() => {
      if (held === target && !isGone()) held = null; // it went by itself
    });
    const changes = new MutationObserver(() => {
      if (!isGone()) return;
      held = null;
      if (document.activeElement === document.body) element.focus({ preventScroll: true });
    });
    element.addEventListener("focusin", enter);
    element.addEventListener("focusout", leave);
    changes.observe(element, { childList: true, subtree: true });
    return () => changes.disconnect();
  }, []);
}

function Unfolding({ workshop, section: { id, title, icon, view: View } }: { workshop: Workshop; section: Section }) {
  const body = useId();
  const content = useRef<HTMLDivElement>(null);
  useFocusIn(content);
  const unfolded = workshop.unfolded.value;
  const open = unfolded.has(id);
  return (
    <div class="workshop-section" data-section={id}>
      <h3>
        <button
          type="button"
          class="workshop-heading"
          aria-expanded={open}
          aria-controls={body}
          onClick={() => {
            workshop.unfolded.value = open ? new Set([...unfolded].filter((each) => each !== id)) : new Set([...unfolded, id]);
          }}
        >
          <Glyph name={id} markup={icon} />
          <span>{title}</span>
          <Icon name="chevron" size={16} />
        </button>
      </h3>
      <div ref={content} id={body} class="workshop-content" role="group" aria-label={title} tabIndex={-1} hidden={!open}>
        {open && <View />}
      </div>
    </div>
  );
}
