// What edits a board: operations laid over what is confirmed, steps that can be taken back, texts.
// It comes once the role may write, or once somebody drags something.

import { FRAME_BYTES_MAX, OPS_MAX } from "../generated/constants.js";
import type { AnyOp, NodeShape, TextSet } from "../generated/wire.js";
import { Fitting } from "./fit.js";
import { History, type Step } from "./history.js";
import type { Change } from "./model.js";
import { holds, inverse, type Predicted, textOf } from "./predict.js";
import { Seen } from "./seen.js";
import type { Answer, Session } from "./session.js";

export class Editing {
  readonly history = new History();

  constructor(private readonly session: Session) {}

  /** What is seen otherwise now that operations are laid over what is confirmed. */
  changes(): readonly Change[] {
    return this.session.model.layOver((confirmed) => new Seen(confirmed, new Fitting()));
  }

  edit(ops: readonly AnyOp[]): void {
    if (ops.length === 0) return;
    const parts = this.parts(ops);
    const ns = split(ops).map((batch) => this.submit(batch));
    this.history.push({ ns, parts });
  }

  private submit(ops: readonly AnyOp[]): number {
    const { n } = this.session.wire.submit(ops);
    this.session.answered(n, (answer) => this.settled(answer));
    return n;
  }

  private settled(answer: Answer): void {
    if (answer.t === "ack") return;
    this.history.refuse(answer.n);
    this.session.tellRefused(answer);
  }

  setText(owner: TextSet["owner"], id: string, field: TextSet["field"], text: string, base?: string): void {
    const { model } = this.session;
    const place = model.place(`${owner}/${id}`);
    if (place === undefined) return;
    const typedOver = base ?? textOf(place, field);
    if (text === typedOver) return;
    const lang = (place.shape as NodeShape).lang || model.board?.lang || "en";
    this.edit([{ op: "text.set", owner, id, field, lang, text, base: typedOver }]);
  }

  // -- taking back

  /** Takes the last step back, or does again what was taken back last. */
  turn(way: "undo" | "redo"): void {
    this.history.turn(way, (step) => this.back(step));
  }

  /** Takes a step back. Returns the step that this is. */
  private back({ ns, parts }: Step): Step {
    // what somebody else has changed since is for the server to skip
    const shows = parts.filter(({ op }) => holds(op, this.place)).reverse().flatMap(({ back }) => back);
    const again = this.parts(shows);
    const undone = [...ns].reverse().map((of, at) => {
      const { n } = this.session.wire.undo(of, at === 0 ? shows : []);
      this.session.answered(n, (answer) => this.wasBack(of, answer));
      return n;
    });
    return { ns: undone, parts: again };
  }

  private wasBack(of: number, answer: Answer): void {
    if (answer.t === "ack") {
      const { skipped = 0 } = answer;
      if (skipped > 0) this.session.tell({ kind: "undone", skipped });
      return;
    }
    this.history.refuse(answer.n);
    if (this.history.wasRefused(of)) return; // that was told already
    const code = answer.t === "reject" ? answer.code : answer.t;
    if (code === "not_yours") this.history.forgetUpTo(of);
    this.session.tell({ kind: "not-undone", code });
  }

  private readonly place = (thing: string): ReturnType<Session["model"]["place"]> => this.session.model.place(thing);

  private parts(ops: readonly Predicted[]): Step["parts"] {
    const tiedTo = (node: string): string[] => this.session.model.relationsOf(node).map(({ id }) => id);
    return ops.map((op) => ({ op, back: inverse(op, this.place, tiedTo) }));
  }
}

// somewhat below what the server takes: an inverse may need more operations than what it takes back
const SUBMIT_OPS_MAX = OPS_MAX - 112;
const SUBMIT_BYTES_MAX = FRAME_BYTES_MAX / 2;

/** Operations in batches that the server takes. */
function split(ops: readonly AnyOp[]): AnyOp[][] {
  const batches: AnyOp[][] = [];
  let bytes = Infinity;
  for (const op of ops) {
    const text = JSON.stringify(op);
    const more = text.length + 2 * (text.match(/[^\x00-\x7f]/g)?.length ?? 0);
    const batch = batches.at(-1);
    if (batch === undefined || batch.length === SUBMIT_OPS_MAX || bytes + more > SUBMIT_BYTES_MAX) {
      batches.push([op]);
      bytes = more;
    } else {
      batch.push(op);
      bytes += more;
    }
  }
  return batches;
}
