// Mentions: an @ and the name that somebody goes by. A mention is plain text, and whoever is called
// so is meant. Free of the DOM.

import { NAME_CHARS_MAX } from "../generated/constants.js";

const LETTER = /[\p{L}\p{N}_]/u;

const folded = (name: string): string => name.normalize("NFC").toLocaleLowerCase("en");

/** A part of a text; `name`: it mentions somebody. */
export interface Part {
  readonly text: string;
  readonly name: string | null;
}

/** A text in parts, with the mentions of these names. Of names that begin alike the longest is meant. */
export function parted(text: string, names: Iterable<string>): Part[] {
  const known = [...new Set([...names].map((name) => name.trim()).filter((name) => name !== ""))].sort((a, b) => b.length - a.length);
  const parts: Part[] = [];
  let from = 0;
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
    if (at < from || LETTER.test(text[at - 1] ?? " ")) continue; // an address of e-mail
    const rest = text.slice(at + 1);
    const name = known.find((each) => folded(rest.slice(0, each.length)) === folded(each) && !LETTER.test(rest[each.length] ?? " "));
    if (name === undefined) continue;
    const end = at + 1 + name.length;
    if (at > from) parts.push({ text: text.slice(from, at), name: null });
    parts.push({ text: text.slice(at, end), name });
    from = end;
  }
  if (from < text.length) parts.push({ text: text.slice(from), name: null });
  return parts;
}

/** Whether a text mentions somebody of that name; "" is no name. */
export function mentions(text: string, name: string): boolean {
  return parted(text, [name]).some((part) => part.name !== null);
}

/** What is being typed after an @ before the caret, and where that @ stands; null: nothing. */
export function begun(text: string, caret: number): { readonly at: number; readonly typed: string } | null {
  const at = text.slice(0, caret).lastIndexOf("@");
  if (at < 0 || LETTER.test(text[at - 1] ?? " ")) return null;
  const typed = text.slice(at + 1, caret);
  return /[\n@]/.test(typed) || typed.length > NAME_CHARS_MAX ? null : { at, typed };
}

/** The names that what is typed may become, those that begin with it first. */
export function offered(typed: string, names: readonly string[], most: number): string[] {
  const sought = folded(typed.trimStart());
  const starts = names.filter((name) => folded(name).startsWith(sought));
  const holds = names.filter((name) => !starts.includes(name) && sought !== "" && folded(name).split(/\s+/).some((word) => word.startsWith(sought)));
  const found = [...starts, ...holds].slice(0, most);
  return found.length === 1 && folded(found[0]!) === sought ? [] : found; // it stands there already
}

/** A text with a name put where it was begun, and where the caret is then. */
export function completed(text: string, caret: number, name: string): { readonly text: string; readonly caret: number } {
  const start = begun(text, caret);
  if (start === null) return { text, caret };
  const before = `${text.slice(0, start.at)}@${name} `;
  return { text: before + text.slice(caret).replace(/^ /, ""), caret: before.length };
}
