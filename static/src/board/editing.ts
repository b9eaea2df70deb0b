// What edits a board: operations laid over what is confirmed, steps that can be taken back, texts
// and their conflicts, and what waits while there is no connection. It comes once the role may
// write, or once somebody drags something, or when something waits from before.

import {
  ALT_CHARS_MAX, COMMENT_CHARS_MAX, FRAME_BYTES_MAX, LABEL_CHARS_MAX, NOTE_CHARS_MAX, OPS_MAX, TEXT_CHARS_MAX, TITLE_CHARS_MAX,
} from "../generated/constants.js";
import type { AnyOp, NodeShape, TextSet } from "../generated/wire.js";
import { Fitting } from "./fit.js";
import { History, type Step } from "./history.js";
import { merge } from "./merge.js";
import type { Change, Pending } from "./model.js";
import type { Kept, Outbox, Why } from "./outbox.js";
import { holds, inverse, type Predicted, textOf, things } from "./predict.js";
import { Seen } from "./seen.js";
import type { Answer, Session } from "./session.js";
import type { World } from "./wire.js";

/** Two changes of one text that touch, so that a person has to say what stands. */
export interface TextConflict {
  readonly owner: TextSet["owner"];
  readonly id: string;
  readonly field: TextSet["field"];
  readonly lang: string;
  readonly base: string;
  readonly mine: string;
  readonly theirs: string;
  /** Both, one below the other; null where that is too long. */
  readonly joined: string | null;
  keepMine(): void;
  takeTheirs(): void;
  both(): void;
}

const STEPS = "steps"; // what the tab keeps of its steps
const WAITS = "waits"; // the seat for which something is in the outbox

export class Editing {
  readonly history = new History();
  conflicts: readonly TextConflict[] = [];
  /** What could not be done, until my person has seen it. */
  unsaved: readonly Kept[] = [];
  private readonly superseded = new Set<string>(); // texts of submits that a later one of mine replaces
  private readonly lacking = new Set<number>(); // submits that may lack what an earlier one in conflict has put off
  private readonly repeated = new Set<number>(); // and those that were sent again for that
  private readonly waiting = new Set<number>(); // submits that are kept
  private loading = ""; // the seat whose outbox is being read
  private seat = ""; // and that of which it was

  constructor(
    private readonly session: Session,
    private readonly world: World,
    private readonly outbox: Outbox | null,
  ) {}

  /** What is seen otherwise now that operations are laid over what is confirmed. */
  changes(): readonly Change[] {
    return this.session.model.layOver((confirmed) => new Seen(confirmed, new Fitting()));
  }

  /** Whether all that was kept for a seat has been taken up. */
  hasTakenUp(seat: string): boolean {
    return this.seat === seat || this.outbox === null;
  }

  /** Takes up what was kept for a seat, and lets it be sent. */
  takeUp(seat: string): void {
    if (seat === "" || this.hasTakenUp(seat)) return this.session.wire.release();
    if (this.loading === seat) return;
    this.loading = seat;
    const steps = this.world.recall(STEPS);
    if (steps?.startsWith(`${seat} `) === true) this.history.restore(steps.slice(seat.length + 1));
    void this.outbox?.load(seat).then(
      ({ mine, left }) => this.found(seat, mine, left),
      () => this.found(seat, [], []),
    );
  }

  private found(seat: string, mine: readonly Kept[], left: readonly Kept[]): void {
    if (this.loading !== seat) return;
    this.seat = seat;
    const { model } = this.session;
    const known = new Set(model.pending.map(({ n }) => n));
    for (const kept of mine) {
      if (kept.why !== undefined) this.list(kept);
      else if (!known.has(kept.n)) {
        const { n, ops, of } = kept;
        this.session.show(model.await({ n, ops, at: this.world.now(), ...(of === undefined ? {} : { of, shows: [] }) }));
        this.await(kept);
      }
    }
    for (const kept of left) this.list({ ...kept, why: kept.why ?? { code: "left", message: "" } });
    this.session.wire.release();
    this.session.refresh();
  }

  // -- editing

  edit(ops: readonly AnyOp[]): void {
    if (ops.length === 0) return;
    const parts = this.parts(ops);
    this.history.push({ ns: split(ops).map((batch) => this.submit(batch)), parts });
    this.keepSteps();
  }

  private submit(ops: readonly AnyOp[]): number {
    const { n } = this.session.wire.submit(ops);
    this.keep({ seat: this.session.seat, n, ops });
    return n;
  }

  /** Keeps a submit until it is answered. */
  private keep(kept: Kept): void {
    this.outbox?.put(kept);
    this.world.keep(WAITS, kept.seat);
    this.await(kept);
  }

  private await(kept: Kept): void {
    this.waiting.add(kept.n);
    this.session.answered(kept.n, (answer) => {
      this.waiting.delete(kept.n);
      this.outbox?.drop(kept.seat, kept.n);
      const lacked = this.lacking.delete(kept.n);
      this.repeated.delete(kept.n);
      if (kept.of !== undefined) this.wasBack(kept.of, answer);
      else if (answer.t === "conflict") this.conflict(kept, answer.where, answer.current);
      else if (answer.t === "reject" && lacked && LACKS.has(answer.code)) this.repeated.add(this.again(kept, kept.ops, []));
      else if (answer.t === "reject") this.refused(kept, answer);
      if (this.waiting.size === 0 && this.unsaved.length === 0) this.world.keep(WAITS, "");
      this.keepSteps();
    });
  }

  private refused(kept: Kept, why: Why): void {
    this.history.refuse(kept.n);
    this.list({ ...kept, why: { code: why.code, message: why.message } });
    this.session.tell({ kind: "refused", code: why.code, message: why.message });
  }

  // -- what could not be done

  /** Lists what could not be done, to be seen by my person. */
  private list(kept: Kept): void {
    this.unsaved = [...this.unsaved, kept];
    this.outbox?.put(kept);
  }

  /** The name under which these were numbered is no longer ours. */
  abandoned(pending: readonly Pending[]): void {
    for (const { n, ops, of } of pending) {
      if (of === undefined) this.list({ seat: this.session.seat, n, ops, why: { code: "given-up", message: "" } });
      else this.outbox?.drop(this.session.seat, n);
    }
    this.history.clear();
    this.waiting.clear();
    for (const numbers of [this.lacking, this.repeated]) numbers.clear();
    this.superseded.clear();
    this.seat = this.loading = "";
  }

  /** My person has seen it. */
  dismiss(kept: Kept): void {
    this.unsaved = this.unsaved.filter((each) => each !== kept);
    this.outbox?.drop(kept.seat, kept.n);
    this.session.refresh();
  }

  /** Whether a submit is kept, whatever happens to the page. */
  keeps({ n }: Pending): boolean {
    return this.outbox?.lasts === true && this.waiting.has(n);
  }

  // -- texts

  setText(owner: TextSet["owner"], id: string, field: TextSet["field"], text: string, base?: string): void {
    const { model } = this.session;
    const place = model.place(`${owner}/${id}`);
    if (place === undefined) return;
    const typedOver = base ?? textOf(place, field);
    if (text === typedOver) return;
    const lang = (place.shape as NodeShape).lang || model.board?.lang || "en";
    this.edit([{ op: "text.set", owner, id, field, lang, text, base: typedOver }]);
  }

  /** A text of a submit was typed over what is no longer there. The rest of the submit is done all the same. */
  private conflict(kept: Kept, where: string, current: string): void {
    const at = Number(/^ops\[(\d+)\]/.exec(where)?.[1]);
    const op = kept.ops[at];
    if (op?.op !== "text.set") return this.refused(kept, { code: "conflict", message: where });
    const done = this.resolve(op, kept, this.laterThan(kept), current);
    this.again(kept, kept.ops.filter((each) => each !== op), done === null ? [] : [done]);
  }

  private laterThan({ n }: Kept): Pending[] {
    return this.session.model.pending.filter((pending) => pending.n > n);
  }

  /**
   * Sends again what a submit asked for, but for what was asked for again since, and what is `more`;
   * returns the number, 0 where nothing is left. What waits behind it may be about things that it makes, and is refused then.
   */
  private again(kept: Kept, ops: readonly AnyOp[], more: readonly AnyOp[]): number {
    const later = this.laterThan(kept);
    const rest = ops.filter((each) => !later.some((pending) => pending.ops.some((one) => covers(one, each))));
    if (rest.length + more.length === 0) {
      this.history.refuse(kept.n);
      return 0;
    }
    for (const { n, of } of later) if (of === undefined && !this.repeated.has(n)) this.lacking.add(n);
    const now = this.submit([...rest, ...more]);
    this.history.replace(kept.n, now);
    return now;
  }

  /** What is to be set now in place of a text that was typed over something else; null: nothing. */
  private resolve(op: TextSet, kept: Kept, later: readonly Pending[], theirs: string): TextSet | null {
    if (this.superseded.delete(`${kept.n} ${nameOf(op)}`)) return null;
    let mine = op.text;
    for (const { n: next, ops } of later) {
      for (const one of ops) {
        if (one.op !== "text.set" || nameOf(one) !== nameOf(op)) continue;
        mine = one.text; // what was typed since has this as its base, and conflicts as well
        this.superseded.add(`${next} ${nameOf(op)}`);
      }
    }
    const most = op.owner === "comment" ? COMMENT_CHARS_MAX : MOST[op.field];
    const merged = theirs === "" ? mine : merge(op.base, mine, theirs); // nothing is lost of an empty text
    if (merged !== null && [...merged].length <= most) {
      if (merged !== mine) this.session.tell({ kind: "merged" });
      return merged === theirs ? null : { ...op, text: merged, base: theirs };
    }
    this.offer({ ...kept, ops: [{ ...op, text: mine }] }, op, mine, theirs, most);
    return null;
  }

  private offer(kept: Kept, op: TextSet, mine: string, theirs: string, most: number): void {
    const { owner, field, lang, base, id = "" } = op;
    const both = theirs + (field === "title" || field === "label" ? " / " : "\n") + mine;
    const joined = [...both].length <= most ? both : null;
    // when the page goes before an answer, what was typed is listed in the next one
    this.outbox?.put({ ...kept, why: { code: "conflict", message: "" } });
    const set = (text: string | null): void => {
      this.conflicts = this.conflicts.filter((each) => each !== conflict);
      this.outbox?.drop(kept.seat, kept.n);
      // scenes and steps are no things that are seen before the server has them
      if (text !== null && things(op).length === 0) this.edit([{ ...op, text, base: theirs }]);
      else if (text !== null) this.setText(owner, id, field, text);
      this.session.refresh();
    };
    const conflict: TextConflict = {
      owner, id, field, lang, base, mine, theirs, joined,
      keepMine: () => set(mine),
      takeTheirs: () => set(null),
      both: () => set(joined),
    };
    this.conflicts = [...this.conflicts.filter((each) => nameOf(each) !== nameOf(op)), conflict];
    this.session.tell({ kind: "conflict", current: theirs });
  }

  // -- taking back

  /** Takes the last step back, or does again what was taken back last. */
  turn(way: "undo" | "redo"): void {
    this.history.turn(way, (step) => this.back(step));
    this.keepSteps();
  }

  /** Takes a step back. Returns the step that this is. */
  private back({ ns, parts }: Step): Step {
    // what somebody else has changed since is for the server to skip
    const shows = parts.filter(({ op }) => holds(op, this.place)).reverse().flatMap(({ back }) => back);
    const again = this.parts(shows);
    const undone = [...ns].reverse().map((of, at) => {
      const { n } = this.session.wire.undo(of, at === 0 ? shows : []);
      this.keep({ seat: this.session.seat, n, ops: [], of });
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

  private keepSteps(): void {
    this.world.keep(STEPS, `${this.session.seat} ${this.history.kept()}`);
  }

  private readonly place = (thing: string): ReturnType<Session["model"]["place"]> => this.session.model.place(thing);

  private parts(ops: readonly Predicted[]): Step["parts"] {
    const tiedTo = (node: string): string[] => this.session.model.relationsOf(node).map(({ id }) => id);
    return ops.map((op) => ({ op, back: inverse(op, this.place, tiedTo) }));
  }
}

const MOST: Readonly<Record<TextSet["field"], number>> = {
  title: TITLE_CHARS_MAX, label: LABEL_CHARS_MAX, alt: ALT_CHARS_MAX, text: TEXT_CHARS_MAX, note: TEXT_CHARS_MAX,
  description: TEXT_CHARS_MAX, spoken: NOTE_CHARS_MAX, question: TITLE_CHARS_MAX,
};

const nameOf = ({ owner, id = "", field, lang }: Pick<TextSet, "owner" | "id" | "field" | "lang">): string => `${owner}/${id} ${field} ${lang}`;

/** Refusals of what is about a thing that is not there. */
const LACKS: ReadonlySet<string> = new Set(["unknown_layer", "unknown_node", "unknown_relation", "unknown_neighbour", "ends_missing"]);

/** Whether a later operation sets all that an earlier one did. */
function covers(later: AnyOp, earlier: AnyOp): boolean {
  if (later.op !== earlier.op || things(later).join() !== things(earlier).join()) return false;
  if (later.op === "text.set") return earlier.op === "text.set" && nameOf(later) === nameOf(earlier);
  return Object.keys(earlier).every((name) => name in later);
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
