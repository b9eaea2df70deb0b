// The texts about private rounds, in English, loaded with what shows them.

const number = new Intl.NumberFormat("en");
const stickies = (count: number): string => (count === 1 ? "1 sticky" : `${number.format(count)} stickies`);
const people = (count: number): string => (count === 1 ? "1 person" : `${number.format(count)} people`);

export const words = {
  title: "Private writing",
  group: "Private writing",
  // the sign
  write: "Write",
  writeOn: (question: string): string => `Write on: ${question}`,
  lookOn: "people write, each for themselves",
  onlyYou: (count: number): string => `${stickies(count)} of yours · only you see them`,
  yours: (question: string): string => `Your answer to: ${question}`,
  placeholder: "Write a sticky …",
  add: "Add",
  entered: "You write for yourself now. Nobody else sees it until it is revealed.",
  added: (count: number): string => `Added. You have ${stickies(count)}, and only you see them.`,
  opened: (question: string): string => `Private writing has begun: ${question}`,
  revealed: (question: string): string => `What was written is revealed to everyone: ${question}`,
  ended: (question: string): string => `Private writing has ended, and nothing of it is kept: ${question}`,
  tooLate: (text: string): string => `Private writing ended before you added: “${text}”`,
  // the facilitator
  ask: "Question",
  askHint: "What do we miss?",
  needsQuestion: "Write what people are asked first.",
  into: "Reveal into",
  hint: "People answer on stickies that nobody else sees, not even you. You see how many there are.",
  open: "Open private writing",
  written: (count: number, by: number): string => (count === 0 ? "Nothing is written yet" : `${stickies(count)} by ${people(by)}`),
  reveal: "Reveal to everyone",
  order: "Order",
  random: "at random",
  author: "by author",
  named: "With names",
  namedHint: "Each sticky gets the name of who wrote it as a tag.",
  namelessHint: "Nobody can find out who wrote what, not even from the log: it is erased.",
  discard: "End without revealing",
  discardHint: "What was written is destroyed.",
  really: (what: string): string => `Really ${what[0]!.toLowerCase()}${what.slice(1)}?`,
};
