// What the canvas is painted with. Every colour is "#rrggbb" and opaque, so that the painter can
// also write it as a pixel; the page makes a Theme from the tones of layers/palette.py.

/** The colours of one palette entry: a layer's, or a card's that has its own. */
export interface Tone {
  /** The soft panel under a layer's cards. */
  readonly panel: string;
  /** The panel's hairline edge. */
  readonly edge: string;
  /** The bar at a card's left, and the card itself when it is too small for a bar. */
  readonly bar: string;
  /** A region's title on the panel: at least 4.5:1 against `panel`. */
  readonly ink: string;
}

/** All colours of one appearance of the board. */
export interface Theme {
  readonly dark: boolean;
  /** The canvas behind everything. */
  readonly background: string;
  /** A group's panel around the regions of its layers, its edge and its title. */
  readonly group: string;
  readonly groupEdge: string;
  readonly groupInk: string;
  readonly card: string;
  readonly cardEdge: string;
  /** The line under a card that lifts it off the panel. */
  readonly cardShade: string;
  readonly title: string;
  readonly text: string;
  /** The bars that stand for text when it would be too small to read. */
  readonly bars: string;
  /** A relation at rest; with a colour of its own it is painted in that tone's `bar`. */
  readonly relation: string;
  readonly labelPlate: string;
  readonly labelInk: string;
  /** What is selected or under the pointer: at least 3:1 against card and panel. */
  readonly focus: string;
  /** By palette name, as LayerShape.color and NodeShape.color name it. */
  readonly tones: Readonly<Record<string, Tone>>;
  /** For names that `tones` lacks. */
  readonly tone: Tone;
  /** The font's CSS family list, as in `"Inter", system-ui, sans-serif`. */
  readonly font: string;
}
