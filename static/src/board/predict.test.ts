import assert from "node:assert/strict";
import { test } from "node:test";
import recorded from "../../../tests/frames/predict.json" with { type: "json" };
import type { AnyOp, Outbound, Shape } from "../generated/wire.js";
import { Fitting } from "./fit.js";
import { type Change, Model } from "./model.js";
import { Seen } from "./seen.js";

const UNKNOWN = { key: undefined, count: undefined, read: undefined, write: undefined, add: undefined, restricted: undefined };

/**
 * What is drawn of each stream, without what only the server can tell: keys of the order, counts,
 * and least roles, of which a header says what they come to and not what was asked for.
 */
class Drawn {
  private readonly streams = new Map<string, Map<string, Shape>>();

  draw(changes: readonly Change[]): void {
    for (const { stream, clear, put = [], drop = [] } of changes) {
      const records = clear === true ? new Map<string, Shape>() : (this.streams.get(stream) ?? new Map<string, Shape>());
      for (const id of drop) records.delete(id);
      for (const shape of put) records.set(shape.id, shape);
      this.streams.set(stream, records);
    }
  }

  get all(): Record<string, unknown> {
    const found: Record<string, unknown> = {};
    for (const [stream, records] of [...this.streams].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const ordered = [...records.values()] as (Shape & { key?: string })[];
      ordered.sort((a, b) => ((a.key ?? a.id) < (b.key ?? b.id) ? -1 : 1)); // keys differ, the order does not
      const plain = ordered.map((shape) => ({ ...shape, ...UNKNOWN }));
      if (plain.length > 0) found[stream] = plain;
    }
    return found;
  }
}

test("SE9 what is foreseen is what the server puts, record by record", () => {
  const model = new Model();
  const drawn = new Drawn();
  drawn.draw(model.layOver((confirmed) => new Seen(confirmed, new Fitting())));
  const board = { id: "board", title: "Board", description: "", lang: "en", stage: false, public: false };
  drawn.draw(model.take({ t: "patch", parts: [{ stream: "board", since: 0, version: 1, put: [board] }] }));
  let foreseen = 0;
  for (const [at, { ops, patch }] of (recorded as unknown as { ops: AnyOp[]; patch: Extract<Outbound, { t: "patch" }> }[]).entries()) {
    const before = drawn.all;
    const { pending, changes } = model.propose(ops, 0);
    drawn.draw(changes);
    const predicted = drawn.all;
    // whatever came before, this board follows all of it
    const parts = patch.parts.map((part) => (part.since > (model.held(part.stream)?.version ?? 0) ? { ...part, since: model.held(part.stream)?.version ?? 0 } : part));
    drawn.draw(model.take({ t: "patch", parts }));
    drawn.draw(model.settle(pending.n, true)?.changes ?? []);
    assert.equal(model.gap, false);
    assert.deepEqual(predicted, drawn.all, `step ${at}: ${JSON.stringify(ops)}`);
    if (JSON.stringify(before) !== JSON.stringify(predicted)) foreseen += 1;
  }
  assert.equal(foreseen > 200, true);
});
