// Where each record is. A node lies in one layer and a relation in one pair of layers, but two
// streams may hold it for a while: one that is not followed any more still has what has moved
// since, and one that is resumed tells again of what came and went. The last put wins; when that
// stream drops the record, it is again where another one holds it.

/** A record with the stream that it counts in. */
export interface Place<S> {
  readonly stream: string;
  readonly shape: S;
}

export class Placement<S extends { readonly id: string }> {
  private readonly places = new Map<string, Place<S>>();
  private readonly others = new Map<string, Map<string, S>>(); // id -> stream -> what that one holds

  get(id: string): Place<S> | undefined {
    return this.places.get(id);
  }

  /** A stream puts a record. Returns where it was until now. */
  put(stream: string, shape: S): Place<S> | undefined {
    const { id } = shape;
    const before = this.places.get(id);
    this.others.get(id)?.delete(stream);
    if (before !== undefined && before.stream !== stream) {
      const others = this.others.get(id) ?? new Map<string, S>();
      this.others.set(id, others.set(before.stream, before.shape));
    }
    this.places.set(id, { stream, shape });
    return before;
  }

  /** A stream drops a record. Returns where it was, if that is over, and where it is instead. */
  drop(stream: string, id: string): { was?: S; now?: Place<S> } {
    const others = this.others.get(id);
    const place = this.places.get(id);
    others?.delete(stream);
    const other = others === undefined ? undefined : [...others].at(-1);
    if (others?.size === 0 || (others?.size === 1 && place?.stream === stream)) this.others.delete(id);
    if (place?.stream !== stream) return {};
    this.places.delete(id);
    if (other === undefined) return { was: place.shape };
    const now = { stream: other[0], shape: other[1] };
    others?.delete(now.stream);
    this.places.set(id, now);
    return { was: place.shape, now };
  }
}
