// The texts about the other people on a board, which are loaded when there are any.

import type { SignName } from "../together/attention.js";

const number = new Intl.NumberFormat("en");
const list = new Intl.ListFormat("en");
const NAMED_MAX = 2;

/** "Ada", "Ada and Bo", "Ada, Bo and 3 more". */
function some(names: readonly string[]): string {
  if (names.length <= NAMED_MAX + 1) return list.format(names);
  return list.format([...names.slice(0, NAMED_MAX), `${number.format(names.length - NAMED_MAX)} more`]);
}

const signNames: Readonly<Record<SignName, string>> = {
  agree: "Agree",
  disagree: "Disagree",
  heart: "Heart",
  laugh: "Laugh",
  celebrate: "Celebrate",
  idea: "Idea",
};

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
  thisIs: ". This is ",
  follows: "follows",
  leads: "leads",
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
  // attention
  group: "Together",
  attention: "Get attention",
  raiseHand: "Raise hand",
  lowerMine: "Lower hand",
  raiseOrLower: "Raise or lower my hand",
  youRaised: "Your hand is raised.",
  loweredForYou: "Your hand was lowered.",
  raised: (name: string, hands: number) => `${name} raised a hand${hands > 1 ? `, ${number.format(hands)} hands are raised` : ""}.`,
  hands: (n: number) => (n === 1 ? "1 raised hand" : `${number.format(n)} raised hands`),
  place: (n: number) => `${number.format(n)}.`,
  lower: "Lower",
  lowerOf: (name: string) => `Lower the hand of ${name}`,
  lowerAll: "Lower all",
  handIs: (place: number) => `hand raised, number ${number.format(place)}`,
  giveSign: "React",
  signs: "Reactions",
  signNames,
  signed: (counts: ReadonlyMap<SignName, number>, names: readonly string[]) =>
    `${some(names)}: ${list.format([...counts].map(([sign, n]) => (n === 1 ? signNames[sign] : `${signNames[sign]} ${number.format(n)} times`)))}.`,
  point: "Point",
  pointing: "You point: others see where you move. Escape ends it.",
  stopPointing: "Stop pointing",
  follow: "Follow",
  followOf: (name: string) => `Follow ${name}`,
  youFollow: (name: string) => `You follow ${name}`,
  followedAway: "Whom you follow is away for a moment",
  followsPerson: (name: string) => `follows ${name}`,
  howToStop: "You see what they see. Escape ends it, and moving the view does.",
  stop: "Stop",
  stopFollowing: "Stop following",
  stopped: "You follow nobody now.",
  lost: (name: string) => `${name} has left, so you follow nobody now.`,
  followYou: (names: readonly string[]) => `${some(names)} ${names.length === 1 ? "follows" : "follow"} you`,
  hideCursors: "Hide cursors for me",
  hideForAll: "Hide participants' cursors for everybody",
  hiddenForAll: "The facilitator has hidden participants' cursors.",
  hideOrShow: "Hide or show the cursors of others",
  cursorsHidden: "The cursors of others are hidden.",
  cursorsShown: "The cursors of others are shown.",
  searchPeople: "Search people",
  nobodyFound: "Nobody by that name is here.",
};
