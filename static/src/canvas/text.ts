// Words and lines that the canvas breaks by itself: a title larger than its card's measure when the
// board is far away, a region's title. All other lines come broken from the server.

/** How wide a text is at a size of 100, in that weight. */
export type Measure = (text: string, weight: number) => number;

const WORDS_MAX = 20_000;

/** Widths of words, measured once. */
export class WordWidths {
  private readonly measure: Measure;
  private readonly held = new Map<string, number>();

  constructor(measure: Measure) {
    this.measure = measure;
  }

  /** The width of a text at a size. */
  width(text: string, size: number, weight: number): number {
    const name = `${weight}${text}`;
    let width = this.held.get(name);
    if (width === undefined) {
      if (this.held.size >= WORDS_MAX) this.held.clear();
      width = this.measure(text, weight);
      this.held.set(name, width);
    }
    return (width * size) / 100;
  }

  /** Breaks a text at its spaces, and after hyphens and slashes; null: a word is wider than that, or the lines are too many. */
  wrap(text: string, size: number, weight: number, widthMax: number, linesMax: number): string[] | null {
    const lines: string[] = [];
    let line = "";
    let taken = 0;
    for (const word of text.split(/\s+/).flatMap((part) => part.split(/(?<=[^-/][-/])(?=[^-/])/).map((piece, i) => (i ? piece : ` ${piece}`)))) {
      const joined = word.startsWith(" ");
      const bare = joined ? word.slice(1) : word;
      if (!bare) continue;
      const width = this.width(bare, size, weight);
      if (width > widthMax) return null;
      const space = joined && line ? this.width(" ", size, weight) : 0;
      if (line && taken + space + width > widthMax) {
        lines.push(line);
        if (lines.length >= linesMax) return null;
        line = bare;
        taken = width;
      } else {
        line += (space ? " " : "") + bare;
        taken += space + width;
      }
    }
    if (line) lines.push(line);
    return lines;
  }

  /** A text cut to a width, with an ellipsis when it is cut. */
  cut(text: string, size: number, weight: number, widthMax: number): string {
    if (this.width(text, size, weight) <= widthMax) return text;
    const characters = Array.from(text);
    let low = 0;
    let high = characters.length;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      const short = `${characters.slice(0, middle).join("").trimEnd()}…`;
      if (this.width(short, size, weight) <= widthMax) low = middle;
      else high = middle - 1;
    }
    return low === 0 ? "" : `${characters.slice(0, low).join("").trimEnd()}…`;
  }

  /** Forgets all widths: the font has changed. */
  clear(): void {
    this.held.clear();
  }
}

/** A server's line as it is drawn: without the space or line break that ends it. */
export function inked(line: string): string {
  return line.trimEnd();
}

const RIGHT_TO_LEFT = /^[^\p{L}]*[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/u;

/** The direction of a text, by its first letter. */
export function directionOf(lines: readonly string[]): "ltr" | "rtl" {
  return RIGHT_TO_LEFT.test(lines[0] ?? "") ? "rtl" : "ltr";
}
