// The canvas's theme: the tones of layers/palette.py, or the system's own colours where a person
// has asked for those (forced colours).

import type { Theme, Tone } from "../canvas/index.js";
import { FONT_FAMILY, THEMES } from "../generated/constants.js";

const FONT = `"${FONT_FAMILY}", system-ui, sans-serif`;
const dark = matchMedia("(prefers-color-scheme: dark)");
const forced = matchMedia("(forced-colors: active)");

/** The theme of now. */
export function theme(): Theme {
  return forced.matches ? systemTheme() : paletteTheme(dark.matches ? "dark" : "light");
}

/** Calls back whenever another theme is due. */
export function onTheme(call: () => void): void {
  for (const query of [dark, forced]) query.addEventListener("change", call);
}

function paletteTheme(name: keyof typeof THEMES): Theme {
  const { group_edge, group_ink, card_edge, shade, label_plate, label_ink, paper_ink, ...same } = THEMES[name];
  return {
    ...same,
    groupEdge: group_edge,
    groupInk: group_ink,
    cardEdge: card_edge,
    cardShade: shade,
    labelPlate: label_plate,
    labelInk: label_ink,
    paperInk: paper_ink,
    tone: same.tones.slate,
    font: FONT,
  };
}

function systemTheme(): Theme {
  const probe = document.createElement("span");
  document.body.append(probe);
  const color = (name: string): string => {
    probe.style.color = name;
    const parts = getComputedStyle(probe).color.match(/[\d.]+/g) ?? [];
    return `#${parts
      .slice(0, 3)
      .map((part) => Math.round(Number(part)).toString(16).padStart(2, "0"))
      .join("")}`;
  };
  const ground = color("Canvas");
  const ink = color("CanvasText");
  const quiet = color("GrayText");
  const focus = color("Highlight");
  probe.remove();
  const tone: Tone = { panel: ground, edge: ink, bar: ink, ink, paper: ground, tint: ground };
  return {
    dark: dark.matches,
    background: ground,
    group: ground,
    groupEdge: ink,
    groupInk: ink,
    card: ground,
    cardEdge: ink,
    cardShade: ground,
    title: ink,
    text: ink,
    bars: quiet,
    relation: ink,
    labelPlate: ground,
    labelInk: ink,
    paperInk: ink,
    focus,
    tones: {},
    tone,
    font: FONT,
  };
}
