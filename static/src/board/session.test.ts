import assert from "node:assert/strict";
import { test } from "node:test";
import type { AnyOp, LayerShape, Outbound } from "../generated/wire.js";
import { Editing } from "./editing.js";
import { FakeOutbox, FakeWorld } from "./fake.js";
import { type Notice, Session } from "./session.js";

const head = (id: string, more: Partial<LayerShape> = {}): LayerShape => ({
  id, parent: null, key: id, title: id.toUpperCase(), color: "slate", published: true, ...more,
});
const heads = [head("a"), head("b", { published: false }), head("g", { group: true }), head("m", { parent: "g" })];

function joined(stage = false, layers: LayerShape[] = heads): Outbound[] {
  const streams = ["board", ...layers.map(({ id }) => `head/${id}`)];
  return [
    { t: "begin", streams: Object.fromEntries(streams.map((stream) => [stream, 1])) },
    { t: "chunk", stream: "board", put: [{ id: "board", title: "T", description: "", lang: "en", stage, public: false }] },
    ...layers.map((layer): Outbound => ({ t: "chunk", stream: `head/${layer.id}`, put: [layer] })),
    { t: "synced", streams, ready: true },
  ];
}

/** A session that is ready; `leader`: the seat under which this tab led before. */
async function session(
  role: string, stage = false, own: Set<string> | null = null, follow = ["a", "m"], leader: string | null = null,
  layers = heads, world = new FakeWorld(), outbox = new FakeOutbox(),
) {
  world.leader = leader;
  const notices: Notice[] = [];
  const seen: string[][] = [];
  const made: Session = new Session(world, own, {
    changes: () => undefined,
    visible: (on) => seen.push([...on].sort()),
    notice: (notice) => notices.push(notice),
    updated: () => undefined,
    viewport: () => [0, 0, 100, 100],
    needsEditing: () => made.begin(new Editing(made, world, outbox)),
  });
  made.begin(new Editing(made, world, outbox));
  made.wire.start();
  const socket = await world.welcome({ role, follow });
  socket.say(...joined(stage, layers));
  return { world, outbox, session: made, socket, notices, seen };
}

test("UI5 who follows and switches is on an own view that starts from what was seen, and is told", async () => {
  const { session: mine, socket, notices } = await session("participant");
  assert.deepEqual([...mine.on].sort(), ["a", "g", "m"]);
  mine.switch("a", false);
  assert.deepEqual([...(mine.own ?? [])].sort(), ["g", "m"]);
  assert.deepEqual(notices, [{ kind: "left" }]);
  assert.deepEqual(socket.tagged("here"), [{ t: "here", following: false }]);
  assert.deepEqual(socket.tagged("submit"), []);
  assert.deepEqual(socket.tagged("unfollow"), [{ t: "unfollow", layers: ["a"] }]);
  mine.follow();
  assert.equal(mine.own, null);
  assert.deepEqual([...mine.on].sort(), ["a", "g", "m"]);
  assert.deepEqual(socket.tagged("here").at(-1), { t: "here", following: true });
  assert.deepEqual(socket.tagged("follow").at(-1)?.layers, ["a"]);
});

test("UI5 a viewer's or participant's switch is never sent as an operation, even while somebody leads", async () => {
  for (const role of ["viewer", "participant"]) {
    const { session: mine, socket } = await session(role, true);
    mine.switch("a", false);
    mine.only("b");
    mine.all(true);
    mine.all(false);
    assert.deepEqual(socket.tagged("submit"), []);
    assert.notEqual(mine.own, null);
  }
});

test("UI6 a facilitator who leads drives: one absolute operation of what changes", async () => {
  const { session: mine, socket } = await session("facilitator", true, null, ["a", "m"], "s");
  assert.equal(mine.leads, true);
  mine.switch("a", false);
  assert.deepEqual(socket.tagged("submit").at(-1)?.ops, [{ op: "stage.drive", layers: { a: false } }]);
  assert.equal(mine.own, null);
  assert.deepEqual([...mine.on].sort(), ["g", "m"]); // shown at once
  mine.only("b");
  assert.deepEqual(socket.tagged("submit").at(-1)?.ops, [{ op: "stage.drive", layers: { b: true, g: false, m: false } }]);
  mine.all(true);
  assert.deepEqual(socket.tagged("submit").at(-1)?.ops, [{ op: "stage.drive", layers: { a: true, g: true, m: true } }]);
});

test("UI6 a facilitator's switches act for them alone while nobody leads, or on their own view", async () => {
  const closed = await session("facilitator", false);
  closed.session.switch("a", false);
  assert.deepEqual(closed.socket.tagged("submit"), []);
  const own = await session("facilitator", true, null, ["a", "m"], "s");
  own.session.leave();
  assert.equal(own.session.leads, false);
  own.session.switch("a", false);
  assert.deepEqual(own.socket.tagged("submit"), []);
  assert.deepEqual([...own.session.on].sort(), ["g", "m"]);
});

test("UI6 leading begins with what the facilitator sees, in one batch", async () => {
  const { session: mine, socket } = await session("facilitator", false, new Set(["b", "g"]), ["b"]);
  mine.lead();
  assert.deepEqual(socket.tagged("submit")[0]?.ops, [
    { op: "stage.drive", layers: { a: false, b: true, g: true, m: false } },
    { op: "stage.set", open: true },
  ]);
  assert.equal(mine.own, null);
  assert.equal(mine.leads, true);
  assert.deepEqual([...mine.on].sort(), ["b", "g"]);
  mine.stopLeading();
  assert.deepEqual(socket.tagged("submit")[1]?.ops, [{ op: "stage.set", open: false }]);
});

test("UI6 a facilitator's tab follows a lead until its person leads, too", async () => {
  const { world, session: mine, socket, notices } = await session("facilitator", true);
  assert.equal(mine.leads, false);
  mine.switch("a", false);
  assert.deepEqual(socket.tagged("submit"), []);
  assert.deepEqual(notices, [{ kind: "left" }]);
  mine.follow();
  mine.lead(); // what everyone sees is seen here already
  assert.deepEqual(socket.tagged("submit"), []);
  assert.deepEqual([mine.leads, world.leader], [true, "s"]);
  mine.switch("a", false);
  assert.deepEqual(socket.tagged("submit").at(-1)?.ops, [{ op: "stage.drive", layers: { a: false } }]);
});

test("UI6 a tab leads on after it is loaded again, a copy under another seat does not", async () => {
  const again = await session("facilitator", true, null, ["a", "m"], "s");
  assert.equal(again.session.leads, true);
  const copy = await session("facilitator", true, null, ["a", "m"], "another");
  assert.equal(copy.session.leads, false);
});

test("UI6 a lead that has ended is not taken up again by whoever leads next", async () => {
  const { world, session: mine, socket, notices } = await session("facilitator", true, null, ["a", "m"], "s");
  const stage = (open: boolean, version: number): Outbound => ({
    t: "patch",
    parts: [{
      stream: "board", since: version - 1, version,
      put: [{ id: "board", title: "T", description: "", lang: "en", stage: open, public: false }],
    }],
  });
  socket.say(stage(false, 2));
  assert.equal(world.leader, null);
  socket.say(stage(true, 3));
  assert.equal(mine.leads, false);
  assert.deepEqual(notices, [{ kind: "stage", open: false }, { kind: "stage", open: true }]);
  mine.stopLeading();
  assert.equal(mine.stageOpen, false);
  assert.equal(notices.length, 2); // who did it knows it
});

test("UI14 who leads does not count as one who follows", async () => {
  const { session: mine, socket } = await session("facilitator", false);
  mine.lead();
  assert.deepEqual(socket.tagged("here"), [{ t: "here", following: false }]);
  mine.leave();
  mine.follow();
  mine.stopLeading();
  assert.deepEqual(socket.tagged("here").map(({ following }) => following), [false, true]);
});

test("UI14 whether another facilitator is here", async () => {
  const { session: mine, socket } = await session("facilitator", true);
  assert.equal(mine.facilitatorHere, true); // nothing was heard yet
  const me = { seat: "s", role: "facilitator" };
  socket.say({ t: "presence", here: 2, following: 2, put: [me, { seat: "x", role: "participant" }], reset: true });
  assert.equal(mine.facilitatorHere, false);
  socket.say({ t: "presence", here: 3, following: 3, put: [{ seat: "y", role: "owner" }] });
  assert.equal(mine.facilitatorHere, true);
  socket.say({ t: "presence", here: 2, following: 2, drop: ["y"] });
  assert.equal(mine.facilitatorHere, false);
});

test("UI7 a refused switch is taken back, and its reason is told", async () => {
  const { session: mine, socket, notices } = await session("facilitator", true, null, ["a", "m"], "s");
  mine.switch("a", false);
  assert.equal(mine.on.has("a"), false);
  socket.say({ t: "reject", n: 1, code: "role", message: "a viewer may not drive" });
  assert.equal(mine.on.has("a"), true);
  assert.deepEqual(notices, [{ kind: "refused", code: "role", message: "a viewer may not drive" }]);
  assert.deepEqual(mine.model.pending, []);
});

test("UI6 switching a layer on switches its groups on; switching a group off keeps what is in it", async () => {
  const { session: mine } = await session("participant");
  mine.switch("g", false);
  assert.deepEqual([...(mine.own ?? [])].sort(), ["a", "m"]);
  assert.deepEqual([...mine.on], ["a"]);
  mine.switch("m", true);
  mine.switch("m", false);
  mine.switch("g", false);
  mine.switch("m", true);
  assert.deepEqual([...mine.on].sort(), ["a", "g", "m"]);
});

test("UI5 a layer that is made while I am on my own view starts there as it is published", async () => {
  const { session: mine, socket } = await session("viewer", false, new Set(["a"]), ["a"]);
  for (const [id, published] of [["new", true], ["draft", false]] as const) {
    socket.say({ t: "patch", parts: [{ stream: `head/${id}`, since: 0, version: 1, put: [head(id, { published })] }] });
  }
  assert.deepEqual([...mine.on].sort(), ["a", "new"]);
  assert.deepEqual(socket.tagged("follow").at(-1)?.layers, ["new"]);
});

test("UI5 the layers of an address are the own view that hello names", async () => {
  const { socket, session: mine } = await session("viewer", false, new Set(["b"]), ["b"]);
  assert.deepEqual(socket.tagged("hello")[0]?.own, ["b"]);
  assert.deepEqual([...mine.on], ["b"]);
  assert.deepEqual(socket.tagged("follow"), []);
});

test("UI4 what the facilitator switches shows to who follows, and not to who is on an own view", async () => {
  const drive: Outbound = {
    t: "patch",
    parts: [{ stream: "head/g", since: 1, version: 2, put: [head("g", { group: true, driven: false })] }],
  };
  const follower = await session("viewer", true);
  follower.socket.say(drive);
  assert.deepEqual([...follower.session.on], ["a"]);
  assert.deepEqual(follower.socket.tagged("unfollow"), [{ t: "unfollow", layers: ["m"] }]);
  assert.deepEqual(follower.notices, [{ kind: "switched", on: [], off: ["g", "m"] }]);
  const other = await session("viewer", true, new Set(["g", "m"]), ["m"]);
  other.socket.say(drive);
  assert.deepEqual([...other.session.on].sort(), ["g", "m"]);
  assert.deepEqual(other.notices, []);
});

test("UI6 the default is published in one batch that can be taken back", async () => {
  const { session: mine, socket, notices } = await session("facilitator", false, new Set(["b", "g", "m"]), []);
  assert.equal(mine.differsFromPublished, true);
  mine.publish();
  assert.deepEqual(socket.tagged("submit")[0]?.ops, [
    { op: "layer.set", id: "a", published: false }, { op: "layer.set", id: "b", published: true },
  ]);
  socket.say({ t: "ack", n: 1 });
  assert.deepEqual(notices, [{ kind: "default-saved", undo: 1 }]);
  mine.takeBack(1);
  assert.deepEqual(socket.tagged("undo"), [{ t: "undo", n: 2, of: 1 }]);
  socket.say({ t: "ack", n: 2, skipped: 1 });
  assert.deepEqual(notices.at(-1), { kind: "undone", skipped: 1 });
});

test("UI6 who publishes their own view follows again, as it is what everyone sees", async () => {
  const { session: mine, socket, notices } = await session("facilitator", false, new Set(["a", "b", "g", "m"]), ["a", "b", "m"]);
  mine.publish();
  socket.say({ t: "patch", parts: [{ stream: "head/b", since: 1, version: 2, put: [head("b")] }] }, { t: "ack", n: 1 });
  assert.equal(mine.own, null);
  assert.deepEqual([...mine.on].sort(), ["a", "b", "g", "m"]);
  assert.deepEqual(notices, [{ kind: "default-saved", undo: 1 }]);
});

test("UI14 presence: newest wins, and a reset is everybody", async () => {
  const { session: mine, socket } = await session("viewer");
  socket.say({ t: "presence", here: 2, following: 1, put: [{ seat: "x", role: "viewer" }, { seat: "y", role: "viewer" }] });
  socket.say({ t: "presence", here: 5, following: 4, drop: ["x"], put: [{ seat: "z", role: "owner", following: false }] });
  assert.deepEqual([mine.here, mine.following, [...mine.people.keys()]], [5, 4, ["y", "z"]]);
  socket.say({ t: "presence", here: 1, following: 1, reset: true, put: [{ seat: "w", role: "viewer" }] });
  assert.deepEqual([...mine.people.keys()], ["w"]);
});

const tree = [head("a"), head("g", { group: true, locked: true }), head("m", { parent: "g" }), head("o", { write: "facilitator", add: "facilitator" }), head("z")];

async function editing(role = "participant", follow = ["a", "m", "o", "z"]) {
  const made = await session(role, false, null, follow, null, tree);
  made.socket.sent.length = 0;
  return made;
}

test("SE4 where I may write", async () => {
  const may = async (role: string): Promise<string[]> => {
    const { session: mine } = await editing(role);
    return tree.map(({ id }) => id).filter((id) => mine.canWrite(id));
  };
  assert.deepEqual(await may("viewer"), []);
  assert.deepEqual(await may("participant"), ["a", "z"]);
  assert.deepEqual(await may("facilitator"), ["a", "o", "z"]);
  const { session: mine, socket } = await editing("owner");
  assert.equal(mine.canWrite("nowhere"), false);
  assert.equal(mine.mayEdit, true);
  const put = [{ id: "board", title: "T", description: "", lang: "en", stage: false, public: false, archived: true }];
  socket.say({ t: "patch", parts: [{ stream: "board", since: 1, version: 2, put }] });
  assert.deepEqual([mine.mayEdit, mine.canWrite("a")], [false, false]);
});

test("SE4 what is new goes into the chosen layer, else into the topmost that is on and open to me", async () => {
  const { session: mine } = await editing();
  assert.equal(mine.active, "a");
  mine.setActive("z");
  assert.equal(mine.active, "z");
  mine.switch("z", false);
  assert.equal(mine.active, "a");
  mine.setActive("o");
  assert.equal(mine.active, "a");
  mine.switch("a", false);
  assert.equal(mine.active, null);
});

test("SE4 a new id begins with my seat, and is new each time", async () => {
  const { session: mine } = await editing();
  const ids = Array.from({ length: 50 }, () => mine.fresh());
  assert.equal(new Set(ids).size, 50);
  for (const id of ids) assert.match(id, /^s\.[a-z0-9]{10,}$/);
});

test("SE1 an edit is seen and sent at once, a draft is seen and never sent", async () => {
  const { session: mine, socket } = await editing();
  mine.draft([{ op: "node.create", id: "s.1", layer: "a", x: 1 }]);
  assert.equal(mine.model.node("s.1")?.shape.x, 1);
  assert.deepEqual(socket.sent, []);
  mine.edit([{ op: "node.create", id: "s.1", layer: "a", x: 2 }]);
  mine.draft([]);
  assert.equal(mine.model.node("s.1")?.shape.x, 2);
  assert.deepEqual(socket.tagged("submit"), [{ t: "submit", n: 1, ops: [{ op: "node.create", id: "s.1", layer: "a", x: 2 }] }]);
  mine.others([{ op: "node.set", id: "s.1", y: 9 }]); // it is not there yet for them
  assert.equal(mine.model.node("s.1")?.shape.y, 0);
  mine.edit([]);
  assert.equal(socket.sent.length, 1);
});

test("SE3 undo and redo: each step at once, as a submit of its own", async () => {
  const { session: mine, socket } = await editing();
  mine.edit([{ op: "node.create", id: "s.1", layer: "a" }]);
  mine.edit([{ op: "node.set", id: "s.1", x: 10 }, { op: "text.set", owner: "node", id: "s.1", field: "title", lang: "en", text: "T", base: "" }]);
  mine.undo();
  assert.deepEqual([mine.model.node("s.1")?.shape.x, mine.model.node("s.1")?.shape.title], [0, undefined]);
  mine.undo();
  assert.equal(mine.model.node("s.1"), undefined);
  assert.deepEqual([mine.canUndo, mine.canRedo], [false, true]);
  mine.undo();
  mine.redo();
  mine.redo();
  mine.redo();
  assert.deepEqual([mine.model.node("s.1")?.shape.x, mine.model.node("s.1")?.shape.title], [10, ["T"]]);
  assert.deepEqual([mine.canUndo, mine.canRedo], [true, false]);
  assert.deepEqual(socket.tagged("undo").map(({ n, of }) => [n, of]), [[3, 2], [4, 1], [5, 4], [6, 3]]);
  mine.undo();
  assert.deepEqual(socket.tagged("undo").at(-1), { t: "undo", n: 7, of: 6 });
  mine.edit([{ op: "node.set", id: "s.1", x: 11 }]);
  assert.equal(mine.canRedo, false);
});

test("SE3 undo a lot, redo to the present changes nothing", async () => {
  const { session: mine } = await editing();
  const seen = (): unknown => [mine.model.nodesOf("a"), mine.model.nodesOf("z"), ["s.1", "s.2"].map((id) => mine.model.relationsOf(id))];
  const states = [seen()];
  const steps: AnyOp[][] = [
    [{ op: "node.create", id: "s.1", layer: "a" }, { op: "node.create", id: "s.2", layer: "a", color: "red" }],
    [{ op: "relation.create", id: "s.3", source: "s.1", target: "s.2" }],
    [{ op: "node.set", id: "s.1", x: 5, y: 6, color: "blue", angle: 30, tags: ["t"] }],
    [{ op: "node.set", id: "s.1", layer: "z" }, { op: "relation.set", id: "s.3", dashed: true, start: "dot" }],
    [{ op: "text.set", owner: "relation", id: "s.3", field: "label", lang: "en", text: "L", base: "" }],
    [{ op: "node.set", id: "s.2", before: null }],
    [{ op: "node.remove", id: "s.2" }],
    [{ op: "relation.create", id: "s.4", source: "s.1", target: "s.1" }],
    [{ op: "relation.remove", id: "s.4" }],
  ];
  for (const ops of steps) {
    mine.edit(ops);
    states.push(seen());
  }
  for (let round = 0; round < 3; round += 1) {
    for (let at = steps.length - 1; at >= 0; at -= 1) {
      mine.undo();
      assert.deepEqual(seen(), states[at], `undo to ${at}`);
    }
    for (let at = 1; at <= steps.length; at += 1) {
      mine.redo();
      assert.deepEqual(seen(), states[at], `redo to ${at}`);
    }
  }
});

test("SE3 what is too much for one submit is sent as several, and taken back as one", async () => {
  const { session: mine, socket } = await editing();
  mine.edit(Array.from({ length: 1000 }, (_, at) => ({ op: "node.create" as const, id: `s.${at}`, layer: "a" })));
  const ns = socket.tagged("submit").map(({ n }) => n);
  assert.equal(socket.tagged("submit").flatMap(({ ops }) => ops).length, 1000);
  assert.equal(ns.length > 1, true);
  mine.edit(Array.from({ length: 60 }, (_, at) => ({
    op: "text.set" as const, owner: "node" as const, id: `s.${at}`, field: "text" as const, lang: "en", text: "\u6f22".repeat(4000), base: "",
  })));
  for (const frame of socket.tagged("submit")) assert.equal(new TextEncoder().encode(JSON.stringify(frame)).length <= 262_144, true);
  mine.undo();
  mine.undo();
  assert.deepEqual(mine.model.nodesOf("a"), []);
  assert.deepEqual(socket.tagged("undo").slice(-ns.length).map(({ of }) => of), [...ns].reverse());
});

test("SE3 a step that others have overtaken is told, left out, and the one before it comes next", async () => {
  const { session: mine, socket, notices } = await editing();
  for (const x of [1, 2, 3]) mine.edit([{ op: "node.create", id: `s.${x}`, layer: "a" }]);
  mine.undo();
  socket.say({ t: "ack", n: 1 }, { t: "ack", n: 2 }, { t: "ack", n: 3 }, { t: "reject", n: 4, code: "overtaken", message: "" });
  assert.deepEqual(notices, [{ kind: "not-undone", code: "overtaken" }]);
  assert.equal(mine.canRedo, false);
  mine.undo();
  assert.deepEqual(socket.tagged("undo").at(-1), { t: "undo", n: 5, of: 2 });
  socket.say({ t: "ack", n: 5, skipped: 2 });
  assert.deepEqual(notices.at(-1), { kind: "undone", skipped: 2 });
});

test("SE3 when the server keeps no more of a step, it keeps none of those before; a refused edit is no step", async () => {
  const { session: mine, socket, notices } = await editing();
  for (const x of [1, 2, 3, 4]) mine.edit([{ op: "node.create", id: `s.${x}`, layer: "a" }]);
  mine.undo();
  socket.say({ t: "reject", n: 4, code: "not_writable", message: "m" }, { t: "reject", n: 5, code: "not_yours", message: "" });
  assert.deepEqual(notices.map(({ kind }) => kind), ["refused"]); // said once
  mine.undo();
  assert.deepEqual(socket.tagged("undo").at(-1), { t: "undo", n: 6, of: 3 });
  socket.say({ t: "reject", n: 6, code: "not_yours", message: "" });
  assert.deepEqual(notices.at(-1), { kind: "not-undone", code: "not_yours" });
  assert.equal(mine.canUndo, false);
});

test("SE1 a text is set in the language that is shown, over what was there when typing began", async () => {
  const { session: mine, socket } = await editing();
  socket.say({ t: "patch", parts: [{ stream: "body/a", since: 0, version: 1, put: [
    { id: "n", key: "a", x: 0, y: 0, w: 100, h: 50, text: ["two ", "lines"], lang: "de" },
  ] }] });
  mine.setText("node", "n", "text", "three");
  mine.setText("node", "n", "text", "three"); // nothing to do
  mine.setText("node", "n", "title", "T", "was");
  mine.setText("layer", "z", "title", "Zed");
  mine.setText("node", "nowhere", "title", "T");
  assert.deepEqual(socket.tagged("submit").flatMap(({ ops }) => ops), [
    { op: "text.set", owner: "node", id: "n", field: "text", lang: "de", text: "three", base: "two lines" },
    { op: "text.set", owner: "node", id: "n", field: "title", lang: "de", text: "T", base: "was" },
    { op: "text.set", owner: "layer", id: "z", field: "title", lang: "en", text: "Zed", base: "Z" },
  ]);
  assert.equal(mine.layers.get("z")?.title, "Zed");
});

test("SE1 a layer that the server has not made is on at once, and followed once it is there", async () => {
  const { session: mine, socket } = await editing("facilitator");
  mine.edit([{ op: "layer.create", id: "s.l" }]);
  assert.equal(mine.on.has("s.l"), true);
  assert.deepEqual(socket.tagged("follow"), []);
  socket.say({ t: "patch", parts: [{ stream: "head/s.l", since: 0, version: 1, put: [head("s.l")] }] }, { t: "ack", n: 1 });
  assert.deepEqual(socket.tagged("follow").map(({ layers }) => layers), [["s.l"]]);
});

test("SG13 held to the stage, the canvas shows what is driven, and my own choice counts beside it", async () => {
  const held: LayerShape[] = [head("a", { driven: false }), head("b", { published: false, driven: true }), head("g", { group: true }), head("m", { parent: "g" })];
  const { session: mine, socket, seen } = await session("participant", true, null, ["b", "m"], null, held);
  const board = { id: "board", title: "T", description: "", lang: "en", stage: true, public: false };
  const patch = (version: number, more: object): void => socket.say({ t: "patch", parts: [{ stream: "board", since: version - 1, version, put: [{ ...board, ...more }] }] });
  assert.deepEqual([...mine.shown].sort(), ["b", "g", "m"]);
  patch(2, { locked: true });
  assert.equal(mine.held, true);
  mine.switch("a", true);
  mine.switch("b", false);
  assert.deepEqual([...mine.on].sort(), ["a", "g", "m"]);
  assert.deepEqual([...mine.shown].sort(), ["b", "g", "m"]);
  assert.deepEqual(seen.at(-1), ["b", "g", "m"]);
  // what is drawn and what is read are both followed
  assert.deepEqual(socket.tagged("follow").at(-1)?.layers, ["a"]);
  assert.deepEqual(socket.tagged("unfollow"), []);
  patch(3, {});
  assert.equal(mine.held, false);
  assert.deepEqual([...mine.shown].sort(), ["a", "g", "m"]);
  assert.deepEqual(socket.tagged("unfollow").at(-1)?.layers, ["b"]);
  // a closed stage holds nobody, nor does an open one hold those who may lead
  patch(4, { locked: true, stage: false });
  assert.equal(mine.held, false);
  const { session: leader } = await session("facilitator", true);
  assert.equal(leader.held, false);
});
