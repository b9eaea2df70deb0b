// What waits for its answer, kept so that loading the page again loses nothing; and what could not
// be done, kept until my person has seen it.

import type { AnyOp } from "../generated/wire.js";

/** Why something could not be done: a refusal, a conflict, or a name that was given up. */
export interface Why {
  readonly code: string;
  readonly message: string;
}

/** A submit, or an undo of the submit `of`. With `why` it is never sent again. */
export interface Kept {
  readonly seat: string;
  readonly n: number;
  readonly ops: readonly AnyOp[];
  readonly of?: number;
  readonly why?: Why;
}

export interface Outbox {
  /** Whether all that was put is kept, whatever happens to the page. */
  readonly lasts: boolean;
  /** All that a seat has kept on this board, in order, and what tabs that are closed have left. */
  load(seat: string): Promise<{ readonly mine: readonly Kept[]; readonly left: readonly Kept[] }>;
  put(kept: Kept): void;
  drop(seat: string, n: number): void;
}
