// What everybody with a link has at hand while others are here: a hand to raise, signs to give, a
// pointer. And what is said while somebody follows somebody.

import { useEffect, useRef } from "preact/hooks";
import eye from "lucide-static/icons/eye.svg";
import hand from "lucide-static/icons/hand.svg";
import pointer from "lucide-static/icons/mouse-pointer-click.svg";
import smile from "lucide-static/icons/smile-plus.svg";
import { together as words } from "../i18n/together.js";
import { Glyph, Icon } from "../ui/icon.js";
import { onMac, shownKeys, spokenKeys } from "../ui/keys.js";
import { SIGNS } from "./attention.js";
import { MARKS } from "./floating.js";
import { called } from "./called.js";
import type { Together } from "./index.js";

/** The shortcuts of what stands here. */
export const KEYS = { hand: "Shift+H", sign: "Shift+S", pointer: "Shift+P", people: "Shift+U" } as const;

function titled(label: string, keys: string): string {
  return `${label} (${shownKeys(keys, onMac).join("+")})`;
}

/** The bar: one small column at the edge of the canvas. */
export function AttentionBar({ together }: { together: Together }) {
  const { store, attention, laser } = together;
  const signButton = useRef<HTMLButtonElement>(null);
  const others = store.people.value.size > 1;
  useEffect(() => store.settleCovers(), [others]);
  if (!store.linked.value || !others) return null;
  const acts = together.mayPresent(store.role.value);
  const raised = attention.hand.value;
  const open = together.signing.value;
  return (
    <div class="bar attention" data-covers role="group" aria-label={words.attention}>
      <button
        type="button" class="button square raise" aria-label={words.raiseHand} aria-pressed={raised}
        title={titled(raised ? words.lowerMine : words.raiseHand, KEYS.hand)} aria-keyshortcuts={spokenKeys(KEYS.hand, onMac)}
        onClick={() => attention.raise(!raised)}
      >
        <Glyph name="hand" markup={hand} />
      </button>
      {acts && (
        <button
          ref={signButton} type="button" class="button square" aria-label={words.giveSign} aria-expanded={open} aria-controls="signs"
          title={titled(words.giveSign, KEYS.sign)} aria-keyshortcuts={spokenKeys(KEYS.sign, onMac)}
          onClick={() => (together.signing.value = !open)}
        >
          <Glyph name="smile" markup={smile} />
        </button>
      )}
      {acts && (
        <button
          type="button" class="button square" aria-label={words.point} aria-pressed={laser.on.value}
          title={titled(words.point, KEYS.pointer)} aria-keyshortcuts={spokenKeys(KEYS.pointer, onMac)}
          onClick={() => laser.press()}
        >
          <Glyph name="pointer" markup={pointer} />
        </button>
      )}
      {acts && open && <Signs together={together} close={() => {
        together.signing.value = false;
        signButton.current?.focus();
      }} />}
    </div>
  );
}

function Signs({ together, close }: { together: Together; close: () => void }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.querySelector("button")?.focus();
    const outside = (event: PointerEvent): void => {
      const target = event.target as Element;
      if (target.closest(".attention") === null) together.signing.value = false;
    };
    document.addEventListener("pointerdown", outside, true);
    return () => document.removeEventListener("pointerdown", outside, true);
  }, []);
  return (
    <div
      ref={box} id="signs" class="signs-offered" role="toolbar" aria-label={words.signs}
      onKeyDown={(event) => {
        const step = ["ArrowRight", "ArrowDown"].includes(event.key) ? 1 : ["ArrowLeft", "ArrowUp"].includes(event.key) ? -1 : 0;
        if (event.key === "Escape") close();
        else if (step !== 0) {
          const buttons = [...event.currentTarget.querySelectorAll("button")];
          const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
          buttons.at((at + step) % buttons.length)?.focus();
        } else return;
        event.preventDefault();
      }}
    >
      {SIGNS.map((sign) => (
        <button
          key={sign} type="button" class="button square" aria-label={words.signNames[sign]} title={words.signNames[sign]}
          onClick={() => together.attention.give(sign)}
        >
          <Glyph name={sign} markup={MARKS[sign]} size={22} />
        </button>
      ))}
    </div>
  );
}

/** Who is followed, for whoever follows, and the way out; and who follows me. */
export function Following({ together }: { together: Together }) {
  const { store, attention } = together;
  const seat = attention.followed.value;
  const followers = attention.followers.value;
  const person = seat === null ? undefined : store.people.value.get(seat);
  if (seat === null && followers.length === 0) return null;
  return (
    <>
      {seat !== null && (
        <div class="sign-pill" data-sign="follows" data-color={person?.color}>
          <Glyph name="eye" markup={eye} size={16} />
          <span>{person === undefined ? words.followedAway : words.youFollow(called(person))}</span>
          <button type="button" class="button quiet strong" aria-keyshortcuts="Escape" title={`${words.stop} (Esc)`} onClick={() => attention.follow(null)}>
            {words.stop}
          </button>
        </div>
      )}
      {followers.length > 0 && (
        <p class="sign-pill" data-sign="followed">
          <Icon name="users" size={16} />
          <span>{words.followYou(followers.map(called))}</span>
        </p>
      )}
    </>
  );
}
