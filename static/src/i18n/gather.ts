// The texts of gathering, in English: loaded with it.

const number = new Intl.NumberFormat("en");

function count(n: number, one: string, many: string): string {
  return `${number.format(n)} ${n === 1 ? one : many}`;
}

const by = { color: "Colour", author: "Author", tag: "Tag", votes: "Votes" };

export const words = {
  gather: "Gather",
  hint: "Of what is selected, else of the sticky notes of the layer.",
  acts: { "gather.open": "Sort…", "gather.cluster": "Cluster…", "gather.tags": "Count tags…" },
  by,
  sortBy: "Sort by",
  chosen: (n: number) => `${count(n, "selected thing", "selected things")}`,
  inLayer: (n: number, layer: string) => `${count(n, "sticky note", "sticky notes")} in ${layer}`,
  nothing: "Select what you want to gather, or choose a layer with sticky notes.",
  tooMany: (most: number) => `At most ${number.format(most)} things are gathered at once.`,
  groups: "What that comes to",
  columns: "Sort into columns",
  frames: "Frame for each",
  sorted: (n: number, groups: number, how: keyof typeof by) =>
    `${count(n, "thing", "things")} sorted by ${by[how].toLocaleLowerCase("en")} into ${count(groups, "column", "columns")}.`,
  framed: (groups: number) => `${count(groups, "frame", "frames")} made.`,
  cluster: "As one cluster",
  name: "Name of the cluster",
  frame: "Frame around them",
  layer: "Make a layer",
  card: "Make a card",
  cardHint: "A card joins their texts, and takes their place.",
  clustered: (name: string, n: number) => `${count(n, "thing", "things")} framed as ${name}.`,
  layered: (name: string, n: number) => `${count(n, "thing", "things")} moved to the new layer ${name}.`,
  carded: (name: string, n: number) => `${count(n, "thing", "things")} joined in the card ${name}.`,
  tooLong: (most: number) => `Their texts are longer than the ${number.format(most)} characters of a card. Take fewer.`,
  nameless: "Give the cluster a name.",
  tags: "Tags",
  tally: (tags: number, n: number) => `${count(tags, "tag", "tags")} on ${count(n, "thing", "things")}`,
  noTags: "None of them has a tag.",
  untagged: "Without a tag",
  imported: "From an import",
  plain: "Plain",
  votes: (n: number) => count(n, "vote", "votes"),
  noVotes: "No round of voting has ended yet.",
  copy: "Copy the tally",
  copied: "Copied",
  notCopied: "The browser did not let it be copied.",
  undo: "Undo",
};
