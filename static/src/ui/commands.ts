// What can be done on the page, each with its name and its shortcut: the one place from which
// shortcuts, the command palette and the sheet of shortcuts all come.
//
// A part of the page adds what it can do (`store.commands.add`), and takes it away again with what
// that returns. Of several commands that have the same keys, the one that was added last and can
// be done now (`when`) is the one: a selection may take the arrow keys from the view.

import { signal } from "@preact/signals";
import { keep, kept } from "./kept.js";
import { isCharacter, isPressed, onMac, type Press } from "./keys.js";

/** Where the focus is: in a field, on the canvas (or nowhere), or on anything else. */
export type Place = "typing" | "canvas" | "page";

export interface Command {
  /** Names it for good: "view.fit". Another one of that id takes its place. */
  readonly id: string;
  /** What it does, in words: "Show the whole board". */
  readonly title: string;
  /** The heading that it stands under in the sheet of shortcuts. */
  readonly group: string;
  /** Its shortcuts, as keys.ts reads them: "Mod+K", "Shift+F3", "?". The first is the one that is shown. */
  readonly keys?: readonly string[];
  /**
   * Where its shortcuts are heard: on the canvas alone (the usual; the only place for Enter, Space,
   * Escape and arrows, which mean something to every control), on the whole page but where
   * somebody types, or anywhere.
   */
  readonly where?: "canvas" | "page" | "anywhere";
  /** Whether it can be done now; left out: always. */
  readonly when?: () => boolean;
  /** Whether the palette offers it; false for what makes sense by its keys alone. */
  readonly offered?: boolean;
  /** Does it. The event is there when it was done by its keys. */
  readonly run: (event?: KeyboardEvent) => void;
}

const SINGLES = "orientation-board/single-keys";

export class Commands {
  /** Rises when commands come or go. */
  readonly revision = signal(0);
  /** Whether shortcuts of one character are heard. A person may turn them off, and that is kept. */
  readonly singles = signal(kept(SINGLES) !== "off");
  private readonly held = new Map<string, Command>();

  constructor(private readonly mac: boolean = onMac) {}

  /** Adds commands. Returns how to take them away. */
  add(...commands: readonly Command[]): () => void {
    for (const command of commands) {
      this.held.delete(command.id); // so that it is the last
      this.held.set(command.id, command);
    }
    this.revision.value += 1;
    return () => {
      for (const command of commands) if (this.held.get(command.id) === command) this.held.delete(command.id);
      this.revision.value += 1;
    };
  }

  /** All commands, in the order in which they were added. */
  all(): readonly Command[] {
    return [...this.held.values()];
  }

  /** Does a command, when it is there and can be done now. */
  run(id: string): void {
    const command = this.held.get(id);
    if (command !== undefined && isDoable(command)) command.run();
  }

  /** The command that a press of keys means, with the focus at a place. */
  meant(press: Press, place: Place): Command | undefined {
    return [...this.held.values()].reverse().find((command) => {
      const keys = (command.keys ?? []).find((each) => isPressed(each, press, this.mac));
      if (keys === undefined || !isHeard(command, place)) return false;
      if (isCharacter(keys) && !this.singles.value) return false;
      return isDoable(command);
    });
  }

  /** Turns the shortcuts of one character on or off, for this browser. */
  setSingles(on: boolean): void {
    this.singles.value = on;
    keep(SINGLES, on ? "on" : "off");
  }

  /** Does what shortcuts mean from now on. What a control has used itself is no shortcut. */
  listen(): void {
    document.addEventListener("keydown", (event) => {
      if (event.defaultPrevented || event.isComposing) return;
      const command = this.meant(event, placeOf(event.target));
      if (command === undefined) return;
      event.preventDefault();
      command.run(event);
    });
  }
}

export function isDoable({ when }: Command): boolean {
  return when === undefined || when();
}

function isHeard({ where = "canvas" }: Command, place: Place): boolean {
  return where === "anywhere" || place === "canvas" || (where === "page" && place === "page");
}

const FIELDS = "input:not([type=checkbox],[type=radio],[type=range],[type=button],[type=color]), textarea, select, [contenteditable]:not([contenteditable=false])";

/** Where an event happened. In a dialog that stands over the page, only what is heard anywhere is. */
export function placeOf(target: EventTarget | null): Place {
  if (!(target instanceof Element) || target === document.body || target === document.documentElement) return "canvas";
  if (target.closest(FIELDS) !== null || target.closest("dialog") !== null) return "typing";
  return target.closest(".canvas") === null ? "page" : "canvas";
}
