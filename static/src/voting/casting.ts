// My ballot in the round that is open: what I have cast, and what the server has of it. Free of
// the DOM.

import { signal } from "@preact/signals";
import type { Vote, Voted, Voter } from "../generated/wire.js";
import type { Ballot } from "./ballot.js";

export class Casting {
  /** As it is seen: what was cast last, else what the server has. */
  readonly ballot = signal<Ballot>({});
  private cast: { readonly id: number; readonly round: string; readonly ballot: Ballot } | null = null; // without an answer yet
  private confirmed: Ballot = {};
  private ids = 0;
  private connection: object | null = null;
  private again = false; // what was cast is to be sent on this connection, too

  /** `say`: sends a frame, which goes nowhere while there is no connection. */
  constructor(
    private readonly say: (frame: Vote | Voter) => void,
    private readonly secret: () => string,
  ) {}

  /** Another round is open now, or none. */
  begin(): void {
    this.cast = null;
    this.again = false;
    this.confirmed = this.ballot.value = {};
  }

  /** The connection, while there is one, and a round. What the server has of my ballot is asked on each. */
  connect(connection: object | null): void {
    const isNew = connection !== null && connection !== this.connection;
    this.connection = connection;
    if (!isNew) return;
    this.say({ t: "voter", secret: this.secret() });
    this.again = this.cast !== null; // or its answer was lost: a ballot is whole, and may be sent twice
  }

  vote(round: string, ballot: Ballot): void {
    this.ids += 1;
    this.cast = { id: this.ids, round, ballot };
    this.ballot.value = ballot;
    this.send();
  }

  private send(): void {
    const { cast } = this;
    if (cast !== null) this.say({ t: "vote", id: cast.id, round: cast.round, ballot: { ...cast.ballot } });
  }

  /** What the server has, as an answer or (`id` 0) by itself. `round`: the open one. Says whether it is about that. */
  hear(frame: Voted, round: string | undefined): boolean {
    const { cast } = this;
    if (frame.round !== round && frame.round !== cast?.round) return false;
    this.confirmed = frame.ballot ?? {};
    if (frame.id === cast?.id) this.cast = null;
    else if (frame.id === 0 && this.again) {
      this.again = false;
      this.send();
    }
    this.ballot.value = this.cast?.ballot ?? this.confirmed;
    return true;
  }
}
