// The texts of what finds things, of the palette and of the shortcuts, in English: loaded with them.

const number = new Intl.NumberFormat("en");

function count(n: number, one: string, many: string): string {
  return `${number.format(n)} ${n === 1 ? one : many}`;
}

export const words = {
  find: "Find on the board",
  findHint: "Titles, texts, tags, labels, layers and comments",
  results: "Results",
  finding: "Looking…",
  none: "Nothing found. Only what you may see is looked through.",
  found: (n: number, more: boolean) => (more ? `At least ${number.format(n)} found` : `${number.format(n)} found`),
  foundShown: (shown: number, n: number, more: boolean) =>
    `The best ${number.format(shown)} of ${more ? "at least " : ""}${number.format(n)}`,
  at: (at: number, shown: number) => `${number.format(at)} of ${number.format(shown)}`,
  said: (at: number, shown: number, title: string, layer: string) =>
    `${number.format(at)} of ${number.format(shown)}: ${title}${layer === "" ? "" : `, layer ${layer}`}`,
  allBoards: "Go to all boards",
  next: "Next",
  previous: "Previous",
  off: "off",
  is: { layer: "Layer", relation: "Relation", comment: "Comment" } as Readonly<Record<string, string>>,
  switchedOn: (layers: readonly string[]) =>
    `Switched on in your own view: ${new Intl.ListFormat("en").format(layers)}.`,

  away: "There is no connection just now. Try again when it is back.",
  unanswered: {
    slow_down: "That was a lot at once. Try again in a moment.",
    busy: "Many are asking just now. Try again in a moment.",
    unknown_node: "This is not on the board any more.",
    too_many: "The board has too many relations for groups to be worked out.",
    too_long: "This took too long, or the way is too long.",
    failed: "This could not be worked out.",
  } as Readonly<Record<string, string>>,
  tryAgain: "Try again",

  graph: "Connections",
  around: "Around a card",
  chooseOne: "Select a card, and see what it is connected with.",
  depth: "Steps",
  keepBright: "Fade the rest",
  neighbours: (n: number, more: boolean) => (more ? `More than ${count(n, "card", "cards")}` : count(n, "card", "cards")),
  noNeighbours: "It is connected with nothing.",
  steps: (n: number) => count(n, "step", "steps"),
  way: "Shortest way",
  from: "From",
  to: "To",
  notChosen: "not chosen",
  takeFrom: "Start at what is selected",
  takeTo: "End at what is selected",
  directed: "Along the arrows only",
  noWay: "There is no way between them.",
  wayOf: (n: number) => `A way of ${count(n, "step", "steps")}`,
  showLayers: "Show its layers in my own view",
  against: "against its arrow",
  degrees: "Most connected",
  unrelated: "Without connections",
  relations: (n: number) => count(n, "relation", "relations"),
  more: (n: number) => `and ${count(n, "other", "others")}`,
  everythingRelated: "Everything is connected.",
  nothingRelated: "Nothing is connected yet.",
  groups: "Groups",
  groupsHint: "What is connected among itself more than with the rest. Nothing changes by itself.",
  lookForGroups: "Look for groups",
  noGroups: "There are no groups: nothing is connected.",
  cards: (n: number) => count(n, "card", "cards"),
  groupName: (n: number) => `Name of group ${number.format(n)}`,
  takeGroup: (name: string) => `Use the group ${name}`,
  showGroup: "Show",
  makeLayers: "Make layers of these…",
  makeSummary: (layers: number, cards: number) =>
    `${count(layers, "new layer", "new layers")}; ${count(cards, "card moves", "cards move")} there.`,
  stay: (n: number) => `${count(n, "card stays", "cards stay")} where you may not change it.`,
  oneStep: "One step, which you can undo.",
  makeNow: "Make them",
  cancel: "Cancel",
  made: (n: number) => `${count(n, "layer was", "layers were")} made.`,

  palette: "Do something",
  paletteHint: "What do you want to do?",
  noCommand: "There is no such command.",
  shortcuts: "Keyboard shortcuts",
  onCanvas: "on the board",
  singles: "Shortcuts of a single character",
  singlesHint: "Turn them off when speech input or a slip of the hand sets them off.",
};
