// The texts of a workshop: its panel and its signs, in English, loaded with them.

export const words = {
  workshop: "Workshop",
  group: "Workshop",
  now: "Now",
};
