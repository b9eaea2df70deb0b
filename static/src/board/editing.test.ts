import assert from "node:assert/strict";
import { test } from "node:test";
import type { AnyOp, LayerShape, NodeShape, Outbound, TextSet } from "../generated/wire.js";
import { Editing } from "./editing.js";
import { FakeOutbox, type FakeSocket, FakeWorld } from "./fake.js";
import { type Notice, Session } from "./session.js";

const head = (id: string): LayerShape => ({ id, parent: null, key: id, title: id, color: "slate", published: true });
const node = (id: string, more: Partial<NodeShape> = {}): NodeShape => ({ id, key: id, x: 0, y: 0, w: 220, h: 64, ...more });

const joined: Outbound[] = [
  { t: "patch", parts: [
    { stream: "board", since: 0, version: 1, put: [{ id: "board", title: "T", description: "", lang: "en", stage: false, public: false }] },
    { stream: "head/a", since: 0, version: 1, put: [head("a")] },
    { stream: "body/a", since: 0, version: 1, put: [node("x", { text: ["one two three four"] })] },
  ] },
  { t: "synced", ready: true },
];

interface Tab { world: FakeWorld; outbox: FakeOutbox; session: Session; notices: Notice[] }

/** A tab; given those of another one, it is the same tab, loaded again. */
function tab(kept?: Tab): Tab {
  const world = new FakeWorld();
  for (const [name, value] of kept?.world.kept ?? []) world.kept.set(name, value);
  const outbox = kept?.outbox ?? new FakeOutbox();
  const notices: Notice[] = [];
  const begin = (): void => session.begin(new Editing(session, world, outbox));
  const session: Session = new Session(world, null, {
    changes: () => undefined,
    visible: () => undefined,
    notice: (notice) => notices.push(notice),
    updated: () => undefined,
    viewport: () => null,
    needsEditing: begin,
  });
  session.wire.start();
  return { world, outbox, session, notices };
}

async function ready(made: Tab, last = 0, seat = "s"): Promise<FakeSocket> {
  const socket = await made.world.welcome({ role: "participant", follow: ["a"], last, seat });
  await made.world.pass(1);
  socket.say(...joined);
  if (made.session.editing === null) made.session.begin(new Editing(made.session, made.world, made.outbox));
  await made.world.pass(1);
  return socket;
}

const set = (x: number): AnyOp => ({ op: "node.set", id: "x", x });
const typed = (text: string, base: string): TextSet => ({ op: "text.set", owner: "node", id: "x", field: "text", lang: "en", text, base });
const BASE = "one two three four";

test("SE7 what waits is kept, sent once after the page was loaded again, in order, and under its own numbers", async () => {
  const first = tab();
  const socket = await ready(first);
  socket.events.closed(1006); // the connection is down
  first.session.edit([set(1)]);
  first.session.edit([set(2)]);
  first.session.undo();
  assert.equal(first.session.mayGo, true);
  const again = tab(first);
  const second = await ready(again);
  assert.deepEqual([...second.tagged("submit"), ...second.tagged("undo")], [
    { t: "submit", n: 1, ops: [set(1)] }, { t: "submit", n: 2, ops: [set(2)] }, { t: "undo", n: 3, of: 2 },
  ]);
  assert.equal(again.session.model.node("x")?.shape.x, 2); // what an old undo shows, only the server knows
  second.say({ t: "ack", n: 1 }, { t: "ack", n: 2 }, { t: "ack", n: 3 });
  assert.deepEqual([again.session.model.pending.length, again.outbox.kept.size], [0, 0]);
  again.session.edit([set(3)]);
  assert.equal(second.tagged("submit").at(-1)?.n, 4);
  second.say({ t: "ack", n: 4 });
  const third = await ready(tab(again), 4);
  assert.deepEqual(third.tagged("submit"), []);
});

test("SE7 nothing is sent before what was kept: its numbers come first", async () => {
  const first = tab();
  (await ready(first)).events.closed(1006);
  first.session.edit([set(1)]);
  const again = tab(first);
  let opened = (_: unknown): void => undefined;
  const { load } = again.outbox;
  again.outbox.load = async (seat) => {
    await new Promise((resolve) => (opened = resolve));
    return load.call(again.outbox, seat);
  };
  const socket = await again.world.welcome({ role: "facilitator", follow: ["a"] });
  socket.say(...joined);
  again.session.lead();
  await again.world.pass(1);
  assert.deepEqual(socket.tagged("submit"), []);
  opened(null);
  await again.world.pass(1);
  assert.deepEqual(socket.tagged("submit").map(({ n }) => n), [1, 2]);
});

test("SE7 a number that is still under way is not given again after the page was loaded again", async () => {
  const first = tab();
  const socket = await ready(first);
  first.session.edit([set(1)]);
  first.session.edit([set(2)]);
  socket.say({ t: "ack", n: 1 });
  first.outbox.kept.clear(); // the browser has lost it
  const again = tab(first);
  await ready(again, 1);
  again.session.edit([set(3)]);
  assert.equal(again.world.socket.tagged("submit").at(-1)?.n, 3);
});

test("SE7 another seat sends nothing of it; what a closed tab has left is listed", async () => {
  const first = tab();
  (await ready(first)).events.closed(1006);
  first.session.edit([typed("mine", BASE)]);
  const other = tab(first);
  other.outbox.left = [...first.outbox.kept.values()];
  const socket = await ready(other, 0, "another");
  assert.deepEqual(socket.tagged("submit"), []);
  assert.equal(other.session.canUndo, false);
  assert.deepEqual(other.session.unsaved.map(({ seat, ops, why }) => [seat, ops, why?.code]), [["s", [typed("mine", BASE)], "left"]]);
  other.session.editing?.dismiss(other.session.unsaved[0]!);
  assert.deepEqual([other.session.unsaved.length, other.outbox.kept.size], [0, 0]);
});

test("SE8 what could not be done is listed with what it was, until it was seen, also in the next page", async () => {
  const first = tab();
  const socket = await ready(first);
  first.session.edit([typed("mine", BASE)]);
  socket.say({ t: "reject", n: 1, code: "not_writable", message: "this layer is not open to your role" });
  assert.deepEqual(first.notices.map(({ kind }) => kind), ["refused"]);
  const again = tab(first);
  const second = await ready(again);
  assert.deepEqual(second.tagged("submit"), []);
  assert.deepEqual(again.session.unsaved.map(({ ops, why }) => [ops, why?.code]), [[[typed("mine", BASE)], "not_writable"]]);
  again.session.editing?.dismiss(again.session.unsaved[0]!);
  assert.equal(again.outbox.kept.size, 0);
});

test("SE8 a name that is given up gives up what waits under it, and says what that was", async () => {
  const made = tab();
  const socket = await ready(made);
  made.session.edit([set(1)]);
  made.session.undo();
  socket.events.closed(4010);
  made.session.wire.again();
  await ready(made, 0, "t");
  assert.deepEqual(made.session.unsaved.map(({ n, why }) => [n, why?.code]), [[1, "given-up"]]);
  assert.deepEqual([made.session.canUndo, made.session.canRedo, made.session.model.pending.length], [false, false, 0]);
  made.session.edit([set(2)]);
  assert.equal(made.world.socket.tagged("submit").at(-1)?.n, 1);
});

test("SE8 who may not come in any more sees what was not saved", async () => {
  const made = tab();
  const socket = await ready(made);
  made.session.edit([set(1)]);
  socket.events.closed(4004);
  assert.deepEqual(made.session.unsaved.map(({ ops }) => ops), [[set(1)]]);
});

test("SE7 without a place to keep it, the page asks before it goes", async () => {
  const made = tab();
  await ready(made);
  assert.equal(made.session.mayGo, true);
  made.session.edit([set(1)]);
  assert.equal(made.session.mayGo, true);
  made.outbox.lasts = false;
  assert.equal(made.session.mayGo, false);
  made.world.socket.say({ t: "ack", n: 1 });
  assert.equal(made.session.mayGo, true);
});

test("SE3 steps are kept by the tab as long as its seat is the same", async () => {
  const first = tab();
  const socket = await ready(first);
  first.session.edit([set(1)]);
  first.session.edit([set(2)]);
  first.session.undo();
  socket.say({ t: "ack", n: 1 }, { t: "ack", n: 2 }, { t: "ack", n: 3 });
  const again = tab(first);
  const second = await ready(again, 3);
  again.session.redo();
  again.session.undo();
  again.session.undo();
  assert.deepEqual(second.tagged("undo"), [{ t: "undo", n: 4, of: 3 }, { t: "undo", n: 5, of: 4 }, { t: "undo", n: 6, of: 1 }]);
  assert.equal(again.session.canUndo, false);
});

test("SE6 a text that somebody else has changed elsewhere is joined, and sent again by itself", async () => {
  const { session, world, notices } = await conflicted("one two three FOUR", "ONE two three four");
  assert.deepEqual(world.socket.tagged("submit").at(-1), { t: "submit", n: 2, ops: [typed("ONE two three FOUR", "ONE two three four")] });
  assert.deepEqual([session.conflicts, notices], [[], [{ kind: "merged" }]]);
  assert.equal(session.model.node("x")?.shape.text?.join(""), "ONE two three FOUR");
  world.socket.say({ t: "ack", n: 2 });
  session.undo();
  assert.deepEqual(world.socket.tagged("undo").at(-1), { t: "undo", n: 3, of: 2 });
});

async function conflicted(mine: string, theirs: string, rest: AnyOp[] = []): Promise<Tab> {
  const made = tab();
  const socket = await ready(made);
  made.session.edit([...rest, typed(mine, BASE)]);
  socket.say(
    { t: "patch", parts: [{ stream: "body/a", since: 1, version: 2, put: [node("x", { text: [theirs] })] }] },
    { t: "conflict", n: 1, where: `ops[${rest.length}].base`, current: theirs },
  );
  return made;
}

test("SE6 where two changes touch, both are offered, and a person says what stands", async () => {
  const answers = [
    ["keepMine", "one mine"], ["both", "one theirs\none mine"], ["takeTheirs", null],
  ] as const;
  for (const [answer, stands] of answers) {
    const { session, world, notices, outbox } = await conflicted("one mine", "one theirs");
    assert.equal(world.socket.tagged("submit").length, 1);
    assert.deepEqual(notices.map(({ kind }) => kind), ["conflict"]);
    const [conflict] = session.conflicts;
    assert.deepEqual([conflict?.mine, conflict?.theirs, conflict?.base], ["one mine", "one theirs", BASE]);
    assert.equal(session.model.node("x")?.shape.text?.join(""), "one theirs");
    assert.equal(session.canUndo, false);
    assert.equal(outbox.kept.size, 1); // what was typed is kept while it is nowhere else
    conflict?.[answer]();
    const sent = world.socket.tagged("submit").slice(1).flatMap(({ ops }) => ops);
    assert.deepEqual(sent, stands === null ? [] : [typed(stands, "one theirs")]);
    assert.deepEqual(session.conflicts, []);
    world.socket.say({ t: "ack", n: 2 });
    assert.equal(outbox.kept.size, 0);
  }
});

test("SE6 of a scene's text as well, though it is seen only when the server has it", async () => {
  const answers = [["keepMine", "one mine"], ["both", "one theirs\none mine"], ["takeTheirs", null]] as const;
  const note = (text: string, base: string): TextSet => ({ op: "text.set", owner: "scene", id: "s.1", field: "note", lang: "en", text, base });
  for (const [answer, stands] of answers) {
    const { session, world } = tab();
    const socket = await world.welcome({ role: "facilitator", follow: ["a"], last: 0, seat: "s" }).then((open) => (open.say(...joined), open));
    session.begin(new Editing(session, world, new FakeOutbox()));
    await world.pass(1);
    session.edit([note("one mine", BASE)]);
    socket.say({ t: "conflict", n: 1, where: "ops[0].base", current: "one theirs" });
    session.conflicts[0]?.[answer]();
    const sent = socket.tagged("submit").slice(1).flatMap(({ ops }) => ops);
    assert.deepEqual(sent, stands === null ? [] : [note(stands, "one theirs")]);
    assert.deepEqual(session.conflicts, []);
  }
});

test("SE6 what else was in the submit is done all the same, but for what was done again since", async () => {
  const { world } = await conflicted("one mine", "one theirs", [set(5), { op: "node.set", id: "x", y: 1 }]);
  assert.deepEqual(world.socket.tagged("submit").at(-1)?.ops, [set(5), { op: "node.set", id: "x", y: 1 }]);
  const made = tab();
  const socket = await ready(made);
  made.session.edit([set(5), typed("one mine", BASE)]);
  made.session.edit([set(6)]);
  socket.say({ t: "conflict", n: 1, where: "ops[1].base", current: "one theirs" });
  assert.deepEqual(socket.tagged("submit").map(({ n }) => n), [1, 2]);
  assert.equal(made.session.model.node("x")?.shape.x, 6);
});

test("SE6 what is about a thing that a conflict has put off is done after it, once", async () => {
  const made = tab();
  const socket = await ready(made);
  const make: AnyOp = { op: "node.create", id: "s.1", layer: "a" };
  const place = (id: string, x: number): AnyOp => ({ op: "node.set", id, x });
  made.session.edit([make, typed("one mine", BASE)]);
  made.session.edit([place("s.1", 1), place("x", 1)]);
  made.session.edit([place("x", 2)]);
  const missing = (n: number): Outbound => ({ t: "reject", n, code: "unknown_node", message: "ops[0].id" });
  socket.say({ t: "conflict", n: 1, where: "ops[1].base", current: "one theirs" }, missing(2));
  // what was set again since is not set back
  assert.deepEqual(socket.tagged("submit").slice(3), [
    { t: "submit", n: 4, ops: [make] }, { t: "submit", n: 5, ops: [place("s.1", 1)] },
  ]);
  assert.deepEqual([made.session.unsaved, made.notices.map(({ kind }) => kind)], [[], ["conflict"]]);
  socket.say({ t: "ack", n: 3 }, { t: "ack", n: 4 }, missing(5));
  assert.equal(socket.tagged("submit").length, 5);
  assert.deepEqual(made.session.unsaved.map(({ n, why }) => [n, why?.code]), [[5, "unknown_node"]]);
  assert.deepEqual(made.session.model.pending, []);
});

test("SE6 what is refused for another reason, or without a conflict before it, is not sent again", async () => {
  const made = tab();
  const socket = await ready(made);
  made.session.edit([{ op: "node.create", id: "s.1", layer: "a" }, typed("one mine", BASE)]);
  made.session.edit([{ op: "node.set", id: "s.1", x: 1 }]);
  socket.say(
    { t: "conflict", n: 1, where: "ops[1].base", current: "one theirs" }, { t: "reject", n: 2, code: "locked", message: "ops[0].id" },
  );
  made.session.edit([{ op: "node.set", id: "gone", x: 1 }]);
  socket.say({ t: "ack", n: 3 }, { t: "reject", n: 4, code: "unknown_node", message: "ops[0].id" });
  assert.equal(socket.tagged("submit").length, 4);
  assert.deepEqual(made.session.unsaved.map(({ n }) => n), [2, 4]);
});

test("SE6 what was typed since is joined as one, and its own conflict asks nothing more", async () => {
  const made = tab();
  const socket = await ready(made);
  made.session.setText("node", "x", "text", "one two three FOUR");
  made.session.setText("node", "x", "text", "one two three FOUR five");
  const theirs = "ONE two three four";
  socket.say(
    { t: "patch", parts: [{ stream: "body/a", since: 1, version: 2, put: [node("x", { text: [theirs] })] }] },
    { t: "conflict", n: 1, where: "ops[0].base", current: theirs },
  );
  assert.deepEqual(socket.tagged("submit").at(-1), { t: "submit", n: 3, ops: [typed("ONE two three FOUR five", theirs)] });
  socket.say({ t: "conflict", n: 2, where: "ops[0].base", current: theirs }, { t: "ack", n: 3 });
  assert.deepEqual([made.session.conflicts, made.session.model.pending], [[], []]);
  assert.equal(socket.tagged("submit").length, 3);
});

test("SE6 nothing is lost of an empty text; what would be too long is offered", async () => {
  const { world } = await conflicted("one two", "");
  assert.deepEqual(world.socket.tagged("submit").at(-1)?.ops, [typed("one two", "")]);
  const long = "y".repeat(3_990);
  const { session } = await conflicted(`${BASE} ${"z ".repeat(20)}`, `${long} ${BASE}`);
  assert.equal(session.conflicts.length, 1);
  assert.equal(session.conflicts[0]?.joined, null);
});
