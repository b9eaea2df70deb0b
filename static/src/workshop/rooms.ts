// The parts of a workshop that are scripts of their own. Each is brought as soon as it is wanted,
// and adds its sections, signs and commands.

import type { Workshop } from "./index.js";

export interface Room {
  /** Whether it has something to do now; it is asked with every change, until it was brought. */
  readonly wanted: (workshop: Workshop) => boolean;
  /** Imports it, and lets it begin. */
  readonly begin: (workshop: Workshop) => Promise<unknown>;
}

/** Whether I may lead, or the board has a round of a kind. */
function leadsOrHas({ leads, store }: Workshop, prefix: string): boolean {
  return leads.value || [...(store.session.model.held("board")?.records.keys() ?? [])].some((id) => id.startsWith(prefix));
}

export const ROOMS: readonly Room[] = [
  {
    wanted: ({ leads, store }) => leads.value && store.editor.value !== null,
    begin: (workshop) => import("../people/index.js").then(({ begin }) => begin(workshop)),
  },
  {
    wanted: ({ leads, store }) => !leads.value && store.session.model.board?.waiting === true,
    begin: (workshop) => import("../people/waiting.js").then(({ begin }) => begin(workshop)),
  },
  {
    wanted: ({ leads, store }) => leads.value && store.editor.value !== null,
    begin: (workshop) => import("../gather/index.js").then(({ section }) => workshop.sections.add(section(workshop.store))),
  },
  {
    wanted: (workshop) => leadsOrHas(workshop, "round/"),
    begin: (workshop) => import("../voting/index.js").then(({ begin }) => begin(workshop)),
  },
  {
    wanted: (workshop) => leadsOrHas(workshop, "private/"),
    begin: (workshop) => import("../private/index.js").then(({ begin }) => begin(workshop)),
  },
  { wanted: ({ leads }) => leads.value, begin: (workshop) => import("./lead.js").then(({ begin }) => begin(workshop)) },
  { wanted: ({ leads }) => leads.value, begin: (workshop) => import("../results/index.js").then(({ begin }) => begin(workshop)) },
];
