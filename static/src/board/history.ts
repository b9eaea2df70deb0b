// My own steps, to be taken back and done again. The server keeps how; here is which submits a
// step was, and, as long as the page lives, what it did, so that an undo is seen at once.

import { UNDO_STEPS_MAX } from "../generated/constants.js";
import type { Predicted } from "./predict.js";

/** An operation, and what takes it back. */
export interface Part {
  readonly op: Predicted;
  readonly back: readonly Predicted[];
}

/** What is taken back as one: the submits that it was, in their order. */
export interface Step {
  readonly ns: readonly number[];
  readonly parts: readonly Part[];
}

// an undo is an entry as well, and the server keeps UNDO_STEPS_MAX of both
const STEPS_MAX = UNDO_STEPS_MAX / 2;

export class History {
  private done: Step[] = [];
  private undone: Step[] = [];
  private readonly refused = new Set<number>(); // and could be neither undone nor missed

  get canUndo(): boolean {
    return this.done.length > 0;
  }

  get canRedo(): boolean {
    return this.undone.length > 0;
  }

  /** Something new was done: what was undone cannot be done again. */
  push(step: Step): void {
    this.done = [...this.done, step].slice(-STEPS_MAX);
    this.undone = [];
  }

  /** Takes the last step out of those that were done (or undone), and puts what took it back there. */
  turn(way: "undo" | "redo", back: (step: Step) => Step): void {
    const [from, to] = way === "undo" ? [this.done, this.undone] : [this.undone, this.done];
    const step = from.pop();
    if (step !== undefined) to.push(back(step));
  }

  /** The submit `n` was refused: there is nothing under it. True: it belonged to a step. */
  refuse(n: number): boolean {
    this.refused.add(n);
    const [done, undone] = [without(this.done, n), without(this.undone, n)];
    const known = done !== this.done || undone !== this.undone;
    [this.done, this.undone] = [done, undone];
    return known;
  }

  wasRefused(n: number): boolean {
    return this.refused.has(n);
  }

  /** The submit `n` was sent again as `now`, changed. */
  replace(n: number, now: number): void {
    const swap = (steps: Step[]): Step[] =>
      steps.map((step) => (step.ns.includes(n) ? { ...step, ns: step.ns.map((each) => (each === n ? now : each)) } : step));
    [this.done, this.undone] = [swap(this.done), swap(this.undone)];
  }

  /** The server keeps nothing of the submit `n` any more, and so of none before it. */
  forgetUpTo(n: number): void {
    const keep = (step: Step): boolean => step.ns.every((each) => each > n);
    [this.done, this.undone] = [this.done.filter(keep), this.undone.filter(keep)];
  }

  /** The submits of all steps, for the tab to keep. */
  kept(): string {
    return JSON.stringify([this.done, this.undone].map((steps) => steps.map(({ ns }) => ns)));
  }

  /** Takes up the steps that a tab has kept; what they did is not known any more. */
  restore(kept: string): void {
    let read: number[][][];
    try {
      read = JSON.parse(kept) as number[][][];
    } catch {
      return; // it was not kept whole
    }
    const [done = [], undone = []] = read;
    const steps = (all: number[][]): Step[] => all.map((ns) => ({ ns, parts: [] }));
    [this.done, this.undone] = [[...steps(done), ...this.done], [...steps(undone), ...this.undone]];
  }

  clear(): void {
    [this.done, this.undone] = [[], []];
    this.refused.clear();
  }
}

function without(steps: Step[], n: number): Step[] {
  if (!steps.some(({ ns }) => ns.includes(n))) return steps;
  return steps
    .map((step) => ({ ...step, ns: step.ns.filter((each) => each !== n) }))
    .filter(({ ns }) => ns.length > 0);
}
