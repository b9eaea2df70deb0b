import assert from "node:assert/strict";
import { test } from "node:test";
import type { LayerShape, Outbound } from "../generated/wire.js";
import { FakeWorld } from "./fake.js";
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
) {
  const world = new FakeWorld();
  world.leader = leader;
  const notices: Notice[] = [];
  const seen: string[][] = [];
  const made = new Session(world, own, {
    changes: () => undefined,
    visible: (on) => seen.push([...on].sort()),
    notice: (notice) => notices.push(notice),
    updated: () => undefined,
    viewport: () => [0, 0, 100, 100],
  });
  made.wire.start();
  const socket = await world.welcome({ role, follow });
  socket.say(...joined(stage));
  return { world, session: made, socket, notices, seen };
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
  mine.undo(1);
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
