// The texts about the other people on a board, which are loaded when there are any.

const number = new Intl.NumberFormat("en");

/** Whoever gives no name is a guest with a word of their own, the same for everybody. */
const WORDS = [
  "Alder", "Aspen", "Birch", "Cedar", "Clover", "Elm", "Fern", "Hazel", "Heather", "Iris", "Juniper", "Larch",
  "Laurel", "Linden", "Maple", "Mint", "Oak", "Olive", "Pine", "Poppy", "Rowan", "Sage", "Sorrel", "Thyme",
  "Tulip", "Violet", "Willow", "Yarrow",
] as const;

function word(seat: string): string {
  let sum = 0;
  for (const character of seat) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  return WORDS[sum % WORDS.length] ?? "";
}

/** One or two by their names, more by their number. */
function named(names: readonly string[]): string {
  return names.length > 2 ? `${number.format(names.length)} people` : names.join(" and ");
}

export const together = {
  word,
  guest: (seat: string) => `Guest ${word(seat)}`,
  writing: (name: string) => `${name} is writing`,
  /** Who is here at first, or has come and gone since. */
  arrivals: (came: readonly string[], went: readonly string[], isFirst: boolean) =>
    [
      came.length === 0 ? "" : `${named(came)} ${isFirst ? (came.length === 1 ? "is here" : "are here") : "joined"}.`,
      went.length === 0 ? "" : `${named(went)} left.`,
    ].filter((said) => said !== "").join(" "),
  people: "People",
  you: "you",
  follows: "follows",
  ownView: "own view",
  roles: { viewer: "Viewer", participant: "Participant", facilitator: "Facilitator", owner: "Owner" } as Record<string, string>,
  visitors: (n: number) => `${number.format(n)} ${n === 1 ? "visitor" : "visitors"} without a link`,
  others: (n: number) => `and ${number.format(n)} more`,
  seenAs: (name: string) => `Others see you as ${name}.`,
  chooseName: "Choose a name",
  yourName: "Your name",
  nameHint: "Others on this board see it beside your cursor. It is kept in this browser.",
  save: "Save",
  saved: "Saved",
};
