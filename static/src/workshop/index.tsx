// What a workshop adds to the page: a panel for whoever leads it, and a calm strip of signs for all.
// A script of its own, loaded when I may lead, or when there is something of it to be seen.

import { effect, signal } from "@preact/signals";
import clapperboard from "lucide-static/icons/clapperboard.svg";
import { words } from "../i18n/stage.js";
import { Glyph } from "../ui/icon.js";
import { adopt } from "../ui/sheet.js";
import type { Store } from "../ui/store.js";
import { WorkshopPanel } from "./panel.js";
import { Registry, type RowPart, type Section, type Sign } from "./registry.js";
import { ROOMS } from "./rooms.js";
import sheet from "./workshop.lazy.css";

export class Workshop {
  /** The parts of the facilitator's panel. */
  readonly sections = new Registry<Section>();
  /** What everybody sees along the top. */
  readonly signs = new Registry<Sign>();
  /** What stands in rows of the outline. */
  readonly rows = new Registry<RowPart>();
  readonly open = signal(false);
  /** The sections that are unfolded. */
  readonly unfolded = signal<ReadonlySet<string>>(new Set());
  /** Rises when the panel is asked for: it takes the focus, though it may be open already. */
  readonly asked = signal(0);
  private readonly coming = new Set(ROOMS);

  constructor(readonly store: Store) {
    adopt(sheet);
    store.commands.add({
      id: "workshop.panel", title: words.workshop, group: words.group, keys: ["Shift+W"], where: "page",
      when: () => this.mayLead, run: () => (this.open.value ? this.close() : this.show()),
    });
    for (const other of [store.outlineOpen, store.peopleOpen]) {
      other.subscribe((open) => {
        if (open) this.open.value = false; // they stand in the same place
      });
    }
    effect(() => {
      if (store.finding.value?.panel.value != null) this.open.value = false;
    });
    effect(() => {
      if (store.role.value === "viewer" || store.role.value === "participant") this.open.value = false;
    });
    effect(() => {
      store.revision.value;
      store.role.value;
      this.bring();
    });
  }

  /** Whether the panel is for me. */
  get mayLead(): boolean {
    return this.store.session.isFacilitator;
  }

  private bring(): void {
    for (const room of this.coming) {
      if (!room.wanted(this)) continue;
      this.coming.delete(room);
      room.begin(this).catch(() => this.coming.add(room)); // the network is away: asked again with the next change
    }
  }

  /** Opens the panel, with one of its sections unfolded when that is named. */
  show(section?: string): void {
    const { store } = this;
    if (section !== undefined) this.unfolded.value = new Set([...this.unfolded.value, section]);
    store.outlineOpen.value = store.peopleOpen.value = false;
    if (store.finding.value !== null) store.finding.value.panel.value = null;
    this.open.value = true;
    this.asked.value += 1;
  }

  close(): void {
    this.open.value = false;
    document.querySelector<HTMLElement>(".workshop-button")?.focus();
  }

  /** The button in the bar along the top. */
  button() {
    if (this.store.role.value === "viewer" || this.store.role.value === "participant") return null;
    const open = this.open.value;
    return (
      <button
        type="button"
        class="button workshop-button"
        aria-expanded={open}
        aria-controls="workshop"
        aria-keyshortcuts="Shift+W"
        onClick={() => (open ? this.close() : this.show())}
      >
        <Glyph name="clapperboard" markup={clapperboard} />
        <span class="button-label">{words.workshop}</span>
      </button>
    );
  }

  /** The signs. */
  strip() {
    return (
      <div class="signs" role="group" aria-label={words.now}>
        {this.signs.all.value.map(({ id, view: View }) => (
          <View key={id} />
        ))}
      </div>
    );
  }

  /** The panel. */
  view() {
    return <WorkshopPanel workshop={this} />;
  }
}
