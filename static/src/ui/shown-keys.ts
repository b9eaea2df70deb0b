// Shortcuts as people are shown them, and as a screen reader is told of them.

import { parts } from "./keys.js";

const SHOWN: Readonly<Record<string, string>> = {
  ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc", Delete: "Del",
};
const SHOWN_ON_MAC: Readonly<Record<string, string>> = { Mod: "⌘", Shift: "⇧", Alt: "⌥", Ctrl: "⌃" };

/** A shortcut's keys as they are shown to people, one after the other. */
export function shownKeys(keys: string, mac: boolean): string[] {
  const { key, modifiers } = parts(keys);
  const names = [...modifiers].map((name) => (mac ? SHOWN_ON_MAC[name] : undefined) ?? (name === "Mod" ? "Ctrl" : name));
  return [...names, SHOWN[key] ?? (key.length === 1 ? key.toUpperCase() : key)];
}

/** The same for `aria-keyshortcuts`. */
export function spokenKeys(keys: string, mac: boolean): string {
  const { key, modifiers } = parts(keys);
  const names = [...modifiers].map((name) => (name === "Mod" ? (mac ? "Meta" : "Control") : name === "Ctrl" ? "Control" : name));
  return [...names, key === "+" ? "Plus" : key].join("+");
}
