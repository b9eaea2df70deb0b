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
  /** A sticky: at least 4.5:1 against `paperInk`. */
  readonly paper: string;
  /** The ground of a shape, and of a tag on a card. */
  readonly tint: string;
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
  /** The text of a sticky. */
  readonly paperInk: string;
  /** What is selected or under the pointer: at least 3:1 against card and panel. */
  readonly focus: string;
  /** By palette name, as LayerShape.color and NodeShape.color name it. */
  readonly tones: Readonly<Record<string, Tone>>;
  /** For names that `tones` lacks. */
  readonly tone: Tone;
  /** The font's CSS family list, as in `"Inter", system-ui, sans-serif`. */
  readonly font: string;
}

/** The tone of a layer's or node's colour: a name of the palette, or "#rrggbb"; as in layers/palette.py. */
export function toneOf(color: string, theme: Theme): Tone {
  if (!color.startsWith("#")) return theme.tones[color] ?? theme.tone;
  const panel = mixed(color, theme.background, 0.92);
  const tint = mixed(color, theme.card, 0.88);
  const grounds = [theme.card, panel, tint];
  return {
    panel,
    edge: mixed(color, theme.background, 0.75),
    bar: seen(color, theme.title, 3, grounds),
    ink: seen(color, theme.title, 4.5, grounds),
    paper: seen(color, "#ffffff", 4.5, [theme.paperInk]),
    tint,
  };
}

/** A colour, moved towards the ink until it has that contrast on every ground. */
function seen(color: string, ink: string, least: number, grounds: readonly string[]): string {
  let found = color;
  for (let step = 0; step <= 10; step++) {
    found = mixed(color, ink, step / 10);
    if (Math.min(...grounds.map((ground) => contrast(found, ground))) >= least) break;
  }
  return found;
}

/** Red, green and blue, 0 to 255. */
export function channels(color: string): [number, number, number] {
  const value = Number.parseInt(color.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** A colour with a share (0 to 1) of another in it. */
export function mixed(color: string, other: string, share: number): string {
  const a = channels(color);
  const b = channels(other);
  const sum = a.map((value, i) => Math.round(value * (1 - share) + b[i]! * share));
  return `#${sum.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

/** The contrast of two colours, from 1 to 21 (WCAG 2.2). */
export function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: string): number {
  const [red, green, blue] = channels(color).map((channel) => {
    const value = channel / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
