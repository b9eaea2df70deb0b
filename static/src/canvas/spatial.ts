// Which things lie in a box: flatbush for the bulk, and an overlay of what moved since.
//
// A thing is a slot, a small number that stays the same while it lives. The bulk is indexed in
// paint order, so that what a search finds there only needs its numbers sorted.

import Flatbush from "flatbush";

/** How many edits the overlay takes before everything is indexed again. */
export const OVERLAY_MAX = 2_000;

/** What the index asks of whoever holds the things. */
export interface Slots {
  /** Boxes by slot: left, top, right, bottom. Single precision, as in the index. */
  readonly boxes: Float32Array;
  /** All slots in use, in paint order. */
  inOrder(): number[];
  /** Below 0 when slot a is painted before slot b. */
  compare(a: number, b: number): number;
}

const BULK = 1;
const OVERLAY = 2;

export class SpatialIndex {
  private readonly slots: Slots;
  private bulk: Flatbush | null = null;
  private bulkSlots: Int32Array = new Int32Array(0);
  private place: Uint8Array = new Uint8Array(0); // by slot: 0, BULK or OVERLAY
  private overlay = new Set<number>();
  private gone = 0; // entries of the bulk that are no longer true
  private stale = false;
  /** How often everything was indexed. */
  builds = 0;

  constructor(slots: Slots) {
    this.slots = slots;
  }

  /** A slot has a new box, or a new place in the paint order, or is new. */
  moved(slot: number): void {
    if (this.stale) return;
    if (slot >= this.place.length) {
      const place = new Uint8Array(Math.max(slot + 1, this.place.length * 2, 1024));
      place.set(this.place);
      this.place = place;
    }
    if (this.place[slot] === BULK) this.gone++;
    this.place[slot] = OVERLAY;
    this.overlay.add(slot);
    this.bound();
  }

  /** A slot is no longer in use. */
  removed(slot: number): void {
    if (this.stale) return;
    if (this.place[slot] === BULK) this.gone++;
    this.place[slot] = 0;
    this.overlay.delete(slot);
    this.bound();
  }

  /** The paint order changed as a whole: index everything before the next search. */
  reorder(): void {
    this.stale = true;
  }

  private bound(): void {
    if (this.overlay.size > OVERLAY_MAX || this.gone > OVERLAY_MAX) this.stale = true;
  }

  private build(): void {
    const slots = this.slots.inOrder();
    const { boxes } = this.slots;
    this.bulkSlots = Int32Array.from(slots);
    this.place = new Uint8Array(Math.max(1024, boxes.length / 4));
    this.overlay.clear();
    this.gone = 0;
    this.stale = false;
    this.builds++;
    if (slots.length === 0) {
      this.bulk = null;
      return;
    }
    const bulk = new Flatbush(slots.length, 16, Float32Array);
    for (const slot of slots) {
      const at = slot * 4;
      bulk.add(boxes[at]!, boxes[at + 1]!, boxes[at + 2]!, boxes[at + 3]!);
      this.place[slot] = BULK;
    }
    bulk.finish();
    this.bulk = bulk;
  }

  /**
   * The slots whose boxes meet a box and that `test` lets through, in paint order. `test` runs
   * inside the search, so what it turns away costs nothing more.
   */
  search(
    left: number, top: number, right: number, bottom: number,
    test: (slot: number) => boolean,
  ): number[] {
    // an overlay larger than the bulk: the board is still being loaded
    if (this.stale || this.overlay.size > Math.max(64, this.bulkSlots.length)) this.build();
    const { boxes } = this.slots;
    const { place, bulkSlots } = this;
    let found: number[] = [];
    if (this.bulk) {
      const hits = Int32Array.from(
        this.bulk.search(left, top, right, bottom, (i) => {
          const slot = bulkSlots[i]!;
          return place[slot] === BULK && test(slot);
        }),
      ).sort();
      found = Array.from(hits, (i) => bulkSlots[i]!);
    }
    if (this.overlay.size === 0) return found;
    const moved: number[] = [];
    for (const slot of this.overlay) {
      const at = slot * 4;
      if (
        boxes[at]! <= right && boxes[at + 2]! >= left &&
        boxes[at + 1]! <= bottom && boxes[at + 3]! >= top && test(slot)
      ) {
        moved.push(slot);
      }
    }
    if (moved.length === 0) return found;
    moved.sort((a, b) => this.slots.compare(a, b));
    return merged(found, moved, (a, b) => this.slots.compare(a, b));
  }
}

/** Two ordered lists as one. */
function merged(a: number[], b: number[], compare: (a: number, b: number) => number): number[] {
  const all: number[] = [];
  let i = 0;
  for (const slot of b) {
    while (i < a.length && compare(a[i]!, slot) < 0) all.push(a[i++]!);
    all.push(slot);
  }
  while (i < a.length) all.push(a[i++]!);
  return all;
}
