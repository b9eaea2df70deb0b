// The texts of the page for those who wait, in English, loaded for them alone.

const number = new Intl.NumberFormat("en");

export const waitingWords = {
  title: "You are in",
  words: "It has not started yet. This page opens by itself as soon as it does.",
  here: (n: number): string => (n === 1 ? "1 person is here" : `${number.format(n)} people are here`),
  begun: "It has started.",
};
