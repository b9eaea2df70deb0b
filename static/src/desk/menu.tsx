// A button with a menu, as the ARIA pattern describes it.

import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Glyph } from "../ui/icon.js";
import more from "lucide-static/icons/ellipsis.svg";

export interface Item {
  readonly name: string;
  readonly markup: string;
  readonly label: string;
  readonly run: () => void;
  /** Whether a line stands above it. */
  readonly parted?: boolean;
  /** Whether what it does cannot be taken back. */
  readonly grave?: boolean;
}

const TYPED_MS = 600;

export function MenuButton({ label, items }: { label: string; items: readonly Item[] }) {
  const [open, setOpen] = useState<"first" | "last" | null>(null);
  const [upwards, setUpwards] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  const typed = useRef({ text: "", at: 0 });
  const id = useId();

  const entries = (): HTMLElement[] => [...(menu.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
  const close = (refocus: boolean): void => {
    setOpen(null);
    if (refocus) button.current?.focus();
  };

  useLayoutEffect(() => {
    if (open === null || menu.current === null) return;
    const { bottom, height } = menu.current.getBoundingClientRect();
    setUpwards(bottom > innerHeight && (button.current?.getBoundingClientRect().top ?? 0) > height);
    entries().at(open === "first" ? 0 : -1)?.focus();
  }, [open]);

  useEffect(() => {
    if (open === null) return;
    const outside = (event: PointerEvent): void => {
      const at = event.target as Node;
      if (!menu.current?.contains(at) && !button.current?.contains(at)) close(false);
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [open]);

  const keys = (event: KeyboardEvent): void => {
    const all = entries();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const go = (to: number): void => all[(to + all.length) % all.length]?.focus();
    switch (event.key) {
      case "ArrowDown":
        go(at + 1);
        break;
      case "ArrowUp":
        go(at - 1);
        break;
      case "Home":
        go(0);
        break;
      case "End":
        go(-1);
        break;
      case "Escape":
        close(true);
        break;
      case "Tab":
        close(true); // and the focus goes on from the button
        return;
      default: {
        if (event.key.length !== 1 || event.key === " " || event.ctrlKey || event.metaKey || event.altKey) return;
        const since = event.timeStamp - typed.current.at;
        const text = (since < TYPED_MS ? typed.current.text : "") + event.key.toLowerCase();
        typed.current = { text, at: event.timeStamp };
        const from = text.length > 1 ? at : at + 1;
        const found = items.map((_, step) => (from + step) % items.length);
        const next = found.find((index) => items[index]?.label.toLowerCase().startsWith(text));
        if (next !== undefined) go(next);
      }
    }
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div class="menu-host">
      <button
        ref={button}
        type="button"
        class="button quiet square menu-button"
        aria-haspopup="menu"
        aria-expanded={open !== null}
        aria-controls={open === null ? undefined : id}
        aria-label={label}
        onClick={() => setOpen(open === null ? "first" : null)}
        onKeyDown={(event) => {
          if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
          setOpen(event.key === "ArrowDown" ? "first" : "last");
          event.preventDefault();
        }}
      >
        <Glyph name="more" markup={more} />
      </button>
      {open !== null && (
        <div ref={menu} id={id} class={upwards ? "menu upwards" : "menu"} role="menu" aria-label={label} onKeyDown={keys}>
          {items.map((item) => (
            <button
              key={item.label}
              type="button"
              role="menuitem"
              tabIndex={-1}
              class={`menu-item${item.parted ? " parted" : ""}${item.grave ? " grave" : ""}`}
              onClick={() => {
                close(true);
                item.run();
              }}
            >
              <Glyph name={item.name} markup={item.markup} size={16} />
              {item.label}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
