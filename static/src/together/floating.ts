// Signs that people give, as they float up: at the cursor of whoever gave one, else in a corner.

import celebrate from "lucide-static/icons/party-popper.svg";
import heart from "lucide-static/icons/heart.svg";
import laugh from "lucide-static/icons/laugh.svg";
import idea from "lucide-static/icons/lightbulb.svg";
import disagree from "lucide-static/icons/thumbs-down.svg";
import agree from "lucide-static/icons/thumbs-up.svg";
import { h, render } from "preact";
import { Glyph } from "../ui/icon.js";
import type { SignName } from "./attention.js";

export const MARKS: Readonly<Record<SignName, string>> = { agree, disagree, heart, laugh, celebrate, idea };

const SHOWN_MAX = 24;
const STAYS_MS = 2_400;

/** The signs that are seen just now. */
export class Floating {
  private readonly place: HTMLDivElement;
  private lane = 0;

  constructor(host: HTMLElement) {
    this.place = document.createElement("div");
    this.place.className = "floating";
    this.place.setAttribute("aria-hidden", "true");
    host.append(this.place);
  }

  /** Shows a sign; `at`: CSS pixels of the host, null: in the corner. */
  show(sign: SignName, name: string, color: string, at: readonly [number, number] | null): void {
    const one = document.createElement("div");
    one.className = at === null ? "floating-sign cornered" : "floating-sign";
    one.dataset.color = color;
    one.dataset.sign = sign;
    if (at !== null) {
      one.style.left = `${at[0]}px`;
      one.style.top = `${at[1]}px`;
    } else {
      one.style.setProperty("--lane", String(this.lane));
      this.lane = (this.lane + 1) % 4;
    }
    const mark = h(Glyph, { name: sign, markup: MARKS[sign], size: 22 });
    render([h("span", { class: "floating-mark" }, mark), h("span", { class: "floating-name", dir: "auto" }, name)], one);
    this.place.append(one);
    while (this.place.childElementCount > SHOWN_MAX) this.place.firstElementChild?.remove();
    setTimeout(() => one.remove(), STAYS_MS);
  }

  remove(): void {
    this.place.remove();
  }
}
