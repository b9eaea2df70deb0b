// The texts about what a workshop came to, loaded with its panel.

export const words = {
  group: "Workshop",
  results: "Results",
  open: "Get the results",
  what: "One file with tables (CSV) of what was written, voted and commented, a report (Markdown) with the scenes as pictures, and the board itself (JSON). It holds only what you may read.",
  people: "People stand in it",
  authors: { number: "with numbers", name: "with names", none: "not at all" },
  hints: {
    number: "Person 1, Person 2: one can tell who wrote several things, and not who that is.",
    name: "As they have signed. Tell them before.",
    none: "Nobody can tell who wrote what. Those who took part are counted.",
  },
  get: "Get the results",
  waits: "The results are made …",
  saved: "The results were saved.",
  refused: (why: string) => `The results could not be made: ${why}.`,
  notThere: "The results could not be fetched. Is there a connection?",
};
