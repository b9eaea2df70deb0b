// Two changes of one text, joined where they do not touch: a difference by words, and a three-way
// merge. Pure and bounded by the length that a text may have.

/** A part of the base that somebody replaced, by its first token and the one after its last. */
interface Hunk {
  readonly from: number;
  readonly to: number;
  readonly put: readonly string[];
}

// an ideograph alone, a word, spaces, and everything else one by one
const TOKEN = /\p{Ideographic}|[\p{L}\p{M}\p{N}_]+|[^\S\n]+|[^]/gu;
const CELLS_MAX = 4_000_000; // of the table that finds what two texts have in common

/** Both changes of `base` in one text, or null where they touch. */
export function merge(base: string, mine: string, theirs: string): string | null {
  if (mine === theirs || theirs === base) return mine;
  if (mine === base) return theirs;
  const tokens = tokensOf(base);
  const ours = hunks(tokens, tokensOf(mine));
  const others = hunks(tokens, tokensOf(theirs));
  const joined: string[] = [];
  let at = 0;
  for (let i = 0, j = 0; i < ours.length || j < others.length; ) {
    const a = ours[i];
    const b = others[j];
    let next = a ?? b;
    if (a !== undefined && b !== undefined) {
      if (equal(a, b)) j += 1; // both did the same
      else if (a.from <= b.to && b.from <= a.to) return null;
      next = a.from <= b.from ? a : b;
    }
    if (next === undefined) break;
    if (next === a) i += 1;
    else j += 1;
    joined.push(...tokens.slice(at, next.from), ...next.put);
    at = next.to;
  }
  return [...joined, ...tokens.slice(at)].join("");
}

const tokensOf = (text: string): string[] => text.match(TOKEN) ?? [];

function equal(a: Hunk, b: Hunk): boolean {
  return a.from === b.from && a.to === b.to && a.put.join("\0") === b.put.join("\0");
}

/** What has to be replaced in `a` to make `b` of it, from its beginning to its end. */
function hunks(a: readonly string[], b: readonly string[]): Hunk[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  const rows = a.length - start - end;
  const columns = b.length - start - end;
  if (rows === 0 && columns === 0) return [];
  if (rows === 0 || columns === 0 || rows * columns > CELLS_MAX) {
    return [{ from: start, to: start + rows, put: b.slice(start, start + columns) }];
  }
  // the longest common part of the rest from each place on
  const width = columns + 1;
  const common = new Uint16Array((rows + 1) * width);
  for (let i = rows - 1; i >= 0; i -= 1) {
    for (let j = columns - 1; j >= 0; j -= 1) {
      common[i * width + j] =
        a[start + i] === b[start + j]
          ? (common[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(common[(i + 1) * width + j] ?? 0, common[i * width + j + 1] ?? 0);
    }
  }
  const found: Hunk[] = [];
  let from = 0; // of the hunk that is open, in both
  let first = 0;
  let i = 0;
  let j = 0;
  const close = (): void => {
    if (i > from || j > first) found.push({ from: start + from, to: start + i, put: b.slice(start + first, start + j) });
  };
  while (i < rows && j < columns) {
    if (a[start + i] === b[start + j]) {
      close();
      i += 1;
      j += 1;
      [from, first] = [i, j];
    } else if ((common[(i + 1) * width + j] ?? 0) >= (common[i * width + j + 1] ?? 0)) i += 1;
    else j += 1;
  }
  [i, j] = [rows, columns];
  close();
  return found;
}
