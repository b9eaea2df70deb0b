// The texts about images, in English: loaded with what edits.

import { IMAGE_BYTES_MAX, IMAGE_PIXELS_MAX } from "../generated/limits.js";

const number = new Intl.NumberFormat("en");
const megabytes = number.format(IMAGE_BYTES_MAX / 1024 / 1024);
const megapixels = number.format(IMAGE_PIXELS_MAX / 1_000_000);
const bound = `an image has at most ${megabytes} MB and ${megapixels} megapixels`;

export const words = {
  lang: "en",
  group: "Images",
  add: "Add an image…",
  describe: "Describe the image…",
  describeTitle: "What does the image show?",
  describeHint: "In a sentence, for those who cannot see it. The outline says it, and exports do.",
  description: "Description",
  save: "Save",
  decorative: "It is decorative",
  charactersLeft: (left: number) => `${number.format(left)} characters left`,

  sending: "Images on their way",
  sendingOne: (name: string) => `Adding ${name}`,
  sendingCount: (at: number, all: number) => `${number.format(at)} of ${number.format(all)}`,
  making: "Being checked…",
  cancel: "Cancel",
  added: (n: number) => (n === 1 ? "The image was added." : `${number.format(n)} images were added.`),

  dropHere: "Drop images here",
  noImage: (name: string) => `“${name}” is no picture that can be read here: PNG, JPEG, WebP and GIF can.`,
  tooLarge: (name: string) => `“${name}” is too large: ${bound}.`,
  offline: "Images need the connection. Nothing was added: try again when it is back.",
  broken: (name: string) => `The connection was lost, and “${name}” was not added.`,
  refused: (name: string, why: string) => `“${name}” was not added: ${why}.`,
  noLayer: "There is no layer here that you may put an image on.",
  pasted: "pasted image",
};
