// Shortcuts as they are written in commands ("Mod+K", "Shift+F3", "?"), and pressed.
//
// Mod is Ctrl, on a Mac the command key. A character that is no letter stands for itself, however
// a keyboard makes it: its Shift and AltGr say nothing. A letter is also found by its place on the
// keyboard where the layout has other letters, as the Greek and the Cyrillic do.

export { shownKeys, spokenKeys } from "./shown-keys.js";

/** What is read of a KeyboardEvent. */
export interface Press {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  getModifierState?(name: string): boolean;
}

interface Parts {
  readonly key: string;
  readonly modifiers: ReadonlySet<string>;
}

export function parts(keys: string): Parts {
  const names = keys.split("+");
  if (names.at(-1) === "") names.splice(-2, 2, "+"); // the key is the plus itself
  return { key: names.at(-1) ?? "", modifiers: new Set(names.slice(0, -1)) };
}

/** Whether a shortcut is one character without Ctrl, Alt or the command key: somebody may mean to write it. */
export function isCharacter(keys: string): boolean {
  const { key, modifiers } = parts(keys);
  return [...key].length === 1 && !["Mod", "Ctrl", "Alt"].some((name) => modifiers.has(name));
}

/** Whether a press is this shortcut. */
export function isPressed(keys: string, press: Press, mac: boolean): boolean {
  const { key, modifiers } = parts(keys);
  const letter = /^[a-z]$/i.test(key);
  const written = [...press.key].length === 1;
  const altGraph = written && !letter && press.getModifierState?.("AltGraph") === true;
  const ctrl = modifiers.has("Ctrl") || (modifiers.has("Mod") && !mac);
  const meta = modifiers.has("Mod") && mac;
  if (!altGraph && (press.ctrlKey !== ctrl || press.altKey !== modifiers.has("Alt"))) return false;
  if (press.metaKey !== meta) return false;
  const shiftCounts = letter || [...key].length > 1;
  if (shiftCounts && press.shiftKey !== modifiers.has("Shift")) return false;
  if (letter && written && press.key > "\u007f") return press.code === `Key${key.toUpperCase()}`;
  return key.toLowerCase() === (press.key === " " ? "space" : press.key.toLowerCase());
}

/** Whether this is a Mac, or what has the same keyboard. */
export const onMac = typeof navigator !== "undefined" && /mac|iphone|ipad/i.test(navigator.platform);
