// What parts of the page bring to the workshop, in an order that each says for itself.

import { type ReadonlySignal, signal } from "@preact/signals";
import type { VNode } from "preact";

interface Part {
  /** Names it for good; another one of that id takes its place. */
  readonly id: string;
  /** Those with a lower number stand before it. */
  readonly order: number;
}

/** A part of the facilitator's panel. */
export interface Section extends Part {
  readonly title: string;
  /** The markup of its icon: an imported .svg. */
  readonly icon: string;
  /** A component: it may have state of its own. */
  readonly view: () => VNode | null;
}

/** What everybody sees along the top while it lasts. */
export interface Sign extends Part {
  /** A component; null while there is nothing to be seen. */
  readonly view: () => VNode | null;
}

/** What stands in the row of a node, in the outline of who may write. */
export interface RowPart extends Part {
  /** `current`: its row has the focus, and so may what is pressed in it. */
  readonly view: (props: { readonly node: string; readonly current: boolean }) => VNode | null;
  /** What the row says of it; "": nothing. */
  readonly says: (node: string) => string;
}

export class Registry<T extends Part> {
  private readonly held = signal<readonly T[]>([]);

  get all(): ReadonlySignal<readonly T[]> {
    return this.held;
  }

  /** Adds a part. Returns how to take it away. */
  add(part: T): () => void {
    const others = this.held.value.filter(({ id }) => id !== part.id);
    this.held.value = [...others, part].sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1));
    return () => {
      this.held.value = this.held.value.filter((each) => each !== part);
    };
  }
}
