// A menu that a button opens, or the menu key: the menu button pattern. It lies in the top layer,
// so that no panel cuts it off.

import { useLayoutEffect, useRef } from "preact/hooks";
import { Icon } from "../ui/icon.js";
import { onMac, shownKeys, spokenKeys } from "../ui/keys.js";
import { folded } from "./tree.js";

/** An entry of a menu; "line" parts groups. */
export type Choice =
  | "line"
  | {
      readonly label: string;
      /** Shown beside it, as commands.ts writes keys; what hears them is not the menu. */
      readonly keys?: string;
      /** It is one that is on or off; left out: it does something. */
      readonly on?: boolean;
      readonly warns?: boolean;
      readonly run: () => void;
    };

const MARGIN = 8;
const LONG = 8; // entries: more are found by the keyboard as in any list, yet scrolled to

interface MenuProps {
  readonly label: string;
  readonly choices: readonly Choice[];
  /** What it stands beside. */
  readonly at: DOMRect;
  /** Closed without a choice; `back`: the focus is to go where it was. */
  readonly close: (back: boolean) => void;
}

export function Menu({ label, choices, at, close }: MenuProps) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const menu = box.current;
    if (menu === null) return;
    menu.showPopover?.();
    place(menu, at);
    entries(menu)[0]?.focus();
    const outside = (event: PointerEvent): void => {
      if (!menu.contains(event.target as Node)) close(false);
    };
    const gone = (): void => close(false);
    document.addEventListener("pointerdown", outside, true);
    addEventListener("resize", gone);
    return () => {
      document.removeEventListener("pointerdown", outside, true);
      removeEventListener("resize", gone);
    };
  }, []);
  return (
    <div
      ref={box}
      class={choices.length > LONG ? "menu long" : "menu"}
      role="menu"
      aria-label={label}
      popover="manual"
      onKeyDown={(event) => steer(event, box.current, close)}
      onContextMenu={(event) => event.preventDefault()}
    >
      {choices.map((choice, index) =>
        choice === "line" ? (
          <div key={index} class="menu-line" role="separator" />
        ) : (
          <button
            key={choice.label}
            type="button"
            role={choice.on === undefined ? "menuitem" : "menuitemcheckbox"}
            aria-checked={choice.on}
            aria-keyshortcuts={choice.keys === undefined ? undefined : spokenKeys(choice.keys, onMac)}
            class={choice.warns === true ? "menu-choice warns" : "menu-choice"}
            tabIndex={-1}
            onClick={() => {
              close(false);
              choice.run();
            }}
          >
            <span class="menu-check">{choice.on === true && <Icon name="check" size={16} />}</span>
            <span class="menu-words">{choice.label}</span>
            {choice.keys !== undefined && (
              <span class="menu-keys" aria-hidden="true">
                {shownKeys(choice.keys, onMac).join(onMac ? "" : "+")}
              </span>
            )}
          </button>
        ),
      )}
    </div>
  );
}

function entries(menu: HTMLElement): HTMLButtonElement[] {
  return [...menu.querySelectorAll<HTMLButtonElement>(".menu-choice")];
}

/** Below what it belongs to, or above it, or where it fits; in a narrow window at its foot. */
function place(menu: HTMLElement, at: DOMRect): void {
  if (innerWidth < 720 && matchMedia("(pointer: coarse)").matches) return; // a sheet, by its style
  const { width, height } = menu.getBoundingClientRect();
  const tallest = innerHeight - 2 * MARGIN;
  menu.style.maxHeight = `${tallest}px`;
  const tall = Math.min(height, tallest);
  const below = at.bottom + 4;
  const above = at.top - tall - 4;
  const lowest = innerHeight - tall - MARGIN;
  const top = below <= lowest ? below : above >= MARGIN ? above : Math.max(MARGIN, lowest);
  menu.style.top = `${top}px`;
  menu.style.left = `${Math.max(MARGIN, Math.min(at.right - width, innerWidth - width - MARGIN))}px`;
}

function steer(event: KeyboardEvent, menu: HTMLElement | null, close: (back: boolean) => void): void {
  if (menu === null) return;
  event.stopPropagation();
  const all = entries(menu);
  const now = all.indexOf(document.activeElement as HTMLButtonElement);
  const to = (index: number): void => all[(index + all.length) % all.length]?.focus();
  switch (event.key) {
    case "ArrowDown":
      to(now + 1);
      break;
    case "ArrowUp":
      to(now < 0 ? -1 : now - 1);
      break;
    case "Home":
      to(0);
      break;
    case "End":
      to(-1);
      break;
    case "Escape":
    case "ArrowLeft":
      close(true);
      break;
    case "Tab":
      close(true);
      break;
    case "Enter":
    case " ":
      all[now]?.click();
      break;
    default: {
      if ([...event.key].length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return;
      const begins = folded(event.key);
      const turned = [...all.slice(now + 1), ...all.slice(0, now + 1)];
      turned.find((entry) => folded(entry.querySelector(".menu-words")?.textContent ?? "").startsWith(begins))?.focus();
    }
  }
  event.preventDefault();
}
