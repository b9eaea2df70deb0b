// Threads: what is said about one node or place, with the answers to it. Free of the DOM.

import type { CommentShape } from "../generated/wire.js";

/** A comment with the layer that it lies in. */
export interface Said {
  readonly layer: string;
  readonly shape: CommentShape;
}

export interface Thread {
  readonly first: Said;
  readonly answers: readonly Said[];
  /** What it is on: `node/x`, or `place/c` by its first comment. */
  readonly spot: string;
}

/** When something was said; what has no answer from the server yet was said last. */
export const timeOf = ({ shape: { at } }: Said): number => at || Infinity;

function byTime(a: Said, b: Said): number {
  const [one, other] = [timeOf(a), timeOf(b)];
  if (one !== other) return one < other ? -1 : 1;
  return a.shape.id < b.shape.id ? -1 : 1;
}

/** All threads, the oldest first. An answer to what is not there is in none. */
export function threadsOf(all: Iterable<Said>): Thread[] {
  const firsts: Said[] = [];
  const answers = new Map<string, Said[]>();
  for (const said of all) {
    const { answers: to } = said.shape;
    if (!to) firsts.push(said);
    else if (answers.get(to)?.push(said) === undefined) answers.set(to, [said]);
  }
  return firsts.sort(byTime).map((first) => ({
    first,
    answers: (answers.get(first.shape.id) ?? []).sort(byTime),
    spot: first.shape.node ? `node/${first.shape.node}` : `place/${first.shape.id}`,
  }));
}

/** All that was said in a thread, in its order. */
export const saidIn = ({ first, answers }: Thread): readonly Said[] => [first, ...answers];

/** Whether the person of a seat wrote it. */
export const isBy = ({ id }: CommentShape, seat: string): boolean => id.startsWith(`${seat}.`);

/** What others have said since a time. */
export function unreadIn(thread: Thread, readAt: number, seat: string): Said[] {
  return saidIn(thread).filter(({ shape }) => shape.at > readAt && !isBy(shape, seat));
}

/** The last time that something was said in it. */
export const lastIn = (thread: Thread): number => Math.max(...saidIn(thread).map(timeOf));

/** Orders threads for a list: what was not read comes first, then what was said last. */
export function listed(threads: readonly Thread[], isUnread: (thread: Thread) => boolean): Thread[] {
  return [...threads].sort((a, b) => {
    const [one, other] = [isUnread(a), isUnread(b)];
    if (one !== other) return one ? -1 : 1;
    return lastIn(b) === lastIn(a) ? 0 : lastIn(b) - lastIn(a);
  });
}
