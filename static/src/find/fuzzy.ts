// How well a few letters fit a title: each of them in their order, best at the beginnings of words
// and one after the other.

export interface Fit {
  readonly score: number;
  /** The places of the letters in the title, in order. */
  readonly at: readonly number[];
}

const START = 8;
const FOLLOWS = 5;
const PLAIN = 1;
const TITLE_CHARS = 120; // of a title that are looked at

function folded(text: string): string[] {
  // sign by sign, so that places stay what they are
  return [...text].map((sign) => (sign.normalize("NFKD").replace(/\p{M}/gu, "") || sign).toLowerCase()[0] ?? sign);
}

/** Fits letters to a title; null: they are not all in it. Spaces in what is sought mean nothing. */
export function fit(sought: string, title: string): Fit | null {
  const letters = folded(sought.replace(/\s+/g, ""));
  const signs = folded(title.slice(0, TITLE_CHARS));
  const { length } = signs;
  if (letters.length > length) return null;
  // best[j]: the best score with the letters so far, the last of them at j; `from` leads back
  let best: number[] = [];
  const from: number[][] = [];
  for (const [i, letter] of letters.entries()) {
    const next = new Array<number>(length).fill(-Infinity);
    const back = new Array<number>(length).fill(-1);
    let before = i === 0 ? 0 : -Infinity; // the best that ends before j - 1
    let beforeAt = -1;
    for (let j = 0; j < length; j += 1) {
      const adjacent = i > 0 && j > 0 ? best[j - 1]! : -Infinity;
      if (signs[j] === letter) {
        const start = j === 0 || !/[\p{L}\p{N}]/u.test(signs[j - 1]!);
        const gain = start ? START : PLAIN;
        if (adjacent + FOLLOWS >= before) {
          next[j] = adjacent + FOLLOWS + gain;
          back[j] = j - 1;
        } else {
          next[j] = before + gain;
          back[j] = beforeAt;
        }
      }
      if (i > 0 && adjacent > before) {
        before = adjacent;
        beforeAt = j - 1;
      }
    }
    best = next;
    from.push(back);
  }
  if (letters.length === 0) return { score: 0, at: [] };
  let end = 0;
  for (let j = 1; j < length; j += 1) if (best[j]! > best[end]!) end = j;
  if (best[end] === -Infinity || length === 0) return null;
  const at: number[] = [];
  for (let i = letters.length - 1, j = end; i >= 0; i -= 1) {
    at.unshift(j);
    j = from[i]![j]!;
  }
  return { score: best[end]! - length / TITLE_CHARS, at };
}

/** Those that fit, best first; those that fit as well stay in their order. */
export function fitting<Item>(
  sought: string, items: readonly Item[], titleOf: (item: Item) => string,
): { readonly item: Item; readonly fit: Fit }[] {
  return items
    .flatMap((item) => {
      const found = fit(sought, titleOf(item));
      return found === null ? [] : [{ item, fit: found }];
    })
    .sort((a, b) => b.fit.score - a.fit.score);
}
