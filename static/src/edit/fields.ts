// What is typed into fields, as operations take it, or why they do not. Free of the DOM.

import { HREF_CHARS_MAX, TAG_CHARS_MAX, TAGS_MAX } from "../generated/limits.js";
import { words } from "../i18n/outline.js";

/** What the address of a thing may be. */
export const HREF = /^(https?:\/\/\S+|mailto:\S+|#scene=[A-Za-z0-9][A-Za-z0-9_.-]{0,63})$/;

/** What was typed, as it is to be sent, or what is wrong with it. */
export type Typed<T> = { readonly value: T } | { readonly problem: string };

/** A text without what no text may hold; `oneLine`: and without line breaks. */
export function cleaned(text: string, oneLine: boolean): string {
  const broken = text.replace(/\r\n?|[\u2028\u2029]/g, "\n").replace(/\t/g, " ");
  const clean = broken.replace(/\p{Surrogate}/gu, "\ufffd").replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\ufffe\uffff]/g, "");
  return oneLine ? clean.replace(/\s*\n\s*/g, " ") : clean;
}

/** A text of at most so many characters, as the server counts them. */
export function readText(text: string, max: number, oneLine: boolean): Typed<string> {
  const value = cleaned(text, oneLine);
  return [...value].length > max ? { problem: words.tooLong(max) } : { value };
}

/** Tags with commas or line breaks between them, each once. */
export function readTags(text: string): Typed<string[]> {
  const tags = [...new Set(cleaned(text, false).split(/[,\n]/).map((tag) => tag.trim()).filter((tag) => tag !== ""))];
  if (tags.length > TAGS_MAX) return { problem: words.tooManyTags(TAGS_MAX) };
  if (tags.some((tag) => [...tag].length > TAG_CHARS_MAX)) return { problem: words.tooLong(TAG_CHARS_MAX) };
  return { value: tags };
}

/** An address that may stand on a board; one without a scheme is taken for one of the web. */
export function readHref(text: string): Typed<string> {
  const typed = text.trim();
  if (typed === "") return { value: "" };
  const href = /^[\w-]+(\.[\w-]+)+([/?#:]\S*)?$/.test(typed) ? `https://${typed}` : typed;
  if (!HREF.test(href)) return { problem: words.badLink };
  return [...href].length > HREF_CHARS_MAX ? { problem: words.tooLong(HREF_CHARS_MAX) } : { value: href };
}
