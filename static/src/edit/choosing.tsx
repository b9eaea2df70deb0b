// A button that opens a menu.

import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { type Choice, Menu } from "./menu.js";

interface ChoosingProps {
  readonly label: string;
  readonly class?: string;
  /** What there is to choose from, when it is opened. */
  readonly choices: () => readonly Choice[];
  readonly children: ComponentChildren;
}

export function Choosing({ label, class: style = "button square", choices, children }: ChoosingProps) {
  const button = useRef<HTMLButtonElement>(null);
  const [at, open] = useState<DOMRect | null>(null);
  return (
    <>
      <button
        ref={button}
        type="button"
        class={style}
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={at !== null}
        onClick={() => open(at === null ? button.current!.getBoundingClientRect() : null)}
      >
        {children}
      </button>
      {at !== null && (
        <Menu
          label={label}
          choices={choices()}
          at={at}
          close={(back) => {
            open(null);
            if (back) button.current?.focus();
          }}
        />
      )}
    </>
  );
}
