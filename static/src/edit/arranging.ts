// How a node lies on the board and what it looks like there, for the menu of its row in the outline:
// what the bar beside a selection does on the canvas. No DOM.

import type { NodeShape } from "../generated/wire.js";
import { text } from "../i18n/edit.js";
import type { Choice } from "./menu.js";

export interface Arranging {
  readonly mayChange: boolean;
  /** So many things are meant: it, or all that is selected with it. */
  readonly isOneOf: number;
  /** Opens a form under the row. */
  open(what: "position" | "looks"): void;
  /** Selects it, unless it is among what is selected, and does a command; `alone`: selects it alone. */
  run(command: string, alone: boolean): void;
}

const ALIGNMENTS = ["left", "center", "right", "top", "middle", "bottom"] as const;

export function arrangements({ kind, tags = [] }: NodeShape, { mayChange, isOneOf, open, run }: Arranging): Choice[] {
  const does = (label: string, command: string, alone = false): Choice => ({ label, run: () => run(command, alone) });
  return [
    ...(mayChange
      ? [
          { label: `${text.position}…`, run: () => open("position") },
          ...(kind === "shape" || kind === "text" ? [{ label: `${kind === "shape" ? text.shape : text.size}…`, run: () => open("looks") }] : []),
          "line" as const,
          does(text.front, "edit.front"), does(text.forward, "edit.forward"),
          does(text.backward, "edit.backward"), does(text.back, "edit.back"),
          "line" as const,
        ]
      : []),
    ...(mayChange && isOneOf > 1
      ? [
          ...ALIGNMENTS.map((how) => does(text[how], `edit.align-${how}`)),
          does(text.across, "edit.distribute-x"), does(text.down, "edit.distribute-y"), does(text.tidy, "edit.tidy"),
          "line" as const,
        ]
      : []),
    does(text.selectSameLayer, "edit.select-same-layer", true),
    ...(tags.length > 0 ? [does(text.selectTag, "edit.select-tag", true)] : []),
    ...(kind === "frame" ? [does(text.saveFrame, "edit.save-frame", true)] : []),
  ];
}
