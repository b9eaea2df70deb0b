// The canvas: what a board looks like, drawn on canvases of our own.
//
// Scene holds the records that the wire sent and is free of the DOM; BoardCanvas paints a scene
// into a host element and turns pointers into camera movements and selections. The page tells the
// scene what changed, then says `canvas.changed()`: one frame draws it.

import type { LayerShape, NodeShape, RelationShape } from "../generated/wire.js";
import type { Theme } from "./theme.js";

export type { Theme, Tone } from "./theme.js";

/** A box in board units: x, y is the top left corner. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** What changed in one stream. `clear` forgets all its records first (a `begin` or an `end`). */
export interface Change {
  /** `head/<layer>`, `body/<layer>` or `pair/<layer>/<layer>`; others are ignored. */
  readonly stream: string;
  readonly clear?: boolean;
  readonly put?: readonly (LayerShape | NodeShape | RelationShape)[];
  readonly drop?: readonly string[];
}

/** Something that is drawn and can be selected. */
export interface Hit {
  readonly kind: "node" | "relation";
  readonly id: string;
}

export declare class Scene {
  constructor();
  /**
   * Applies what changed, as one. Records may come in any order: a relation before its nodes, a
   * node before its layer's header. Dropping what a stream does not hold does nothing, so a node
   * that moved to another stream survives the drop in the one that it left.
   */
  apply(changes: readonly Change[]): void;
  /** The layers that are on, each counted with all its ancestors: ids of layers and groups. */
  setVisible(layers: ReadonlySet<string>): void;
  /** What everything that is drawn takes up, regions and their titles included; null: nothing. */
  bounds(): Box | null;
  /** A drawn node's box, or null. */
  nodeBox(id: string): Box | null;
}

export declare class BoardCanvas {
  /**
   * Puts its canvases into `host`, fills it, and follows its size. `host` needs a size and
   * `position` other than static. The font must be loaded; when it loads later, say `setTheme`.
   */
  constructor(host: HTMLElement, scene: Scene, theme: Theme);
  /** Shows the whole board, with a little room around. Stays fitted while the host is resized until the view is moved. */
  fit(): void;
  /** Moves the view by CSS pixels: dx > 0 shows what is further right. */
  panBy(dx: number, dy: number): void;
  /** Zooms in by a factor, about a point in CSS pixels of the host, else about its middle. */
  zoomBy(factor: number, at?: readonly [number, number]): void;
  /** CSS pixels in a board unit. */
  zoom(): number;
  /** What is seen, in board units: x, y, w, h. */
  viewport(): [number, number, number, number];
  /** Shows this box of the board, as large as it fits. */
  showViewport(box: readonly [number, number, number, number]): void;
  /** Brings a node into view, with as little movement as that takes. False: it is not drawn. */
  reveal(id: string): boolean;
  /** Calls back after every change of the viewport, once a frame at most. Returns how to stop. */
  onViewport(call: (viewport: [number, number, number, number]) => void): () => void;
  /** Calls back when a person selects something, or nothing (null), by pointer. Returns how to stop. */
  onSelect(call: (hit: Hit | null) => void): () => void;
  /** Marks a node or a relation with all that it is related to; null marks nothing. Calls nobody back. */
  select(hit: Hit | null): void;
  setTheme(theme: Theme): void;
  /** Draws, in the next frame, what the scene says changed. */
  changed(): void;
  /** Takes its canvases out of the host and stops listening. */
  destroy(): void;
}
