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
    if (open) heading.current?.focus();
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

function Unfolding({ workshop, section: { id, title, icon, view: View } }: { workshop: Workshop; section: Section }) {
  const body = useId();
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
      <div id={body} class="workshop-content" hidden={!open}>
        {open && <View />}
      </div>
    </div>
  );
}
