import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outbound } from "../generated/wire.js";
import { FakeWorld } from "./fake.js";
import { Model, type Pending } from "./model.js";
import { Refused, type Status, Wire } from "./wire.js";

function set(): {
  world: FakeWorld; model: Model; wire: Wire; statuses: Status[]; frames: Outbound[]; abandoned: Pending[];
} {
  const world = new FakeWorld();
  const model = new Model();
  const statuses: Status[] = [];
  const frames: Outbound[] = [];
  const abandoned: Pending[] = [];
  const wire = new Wire(world, model, {
    greet: () => ({ own: ["a"], viewport: null }),
    on: () => new Set(),
    welcome: () => false,
    frame: (frame) => frames.push(frame),
    changes: () => undefined,
    status: (status) => statuses.push(status),
    abandoned: (pending) => abandoned.push(...pending),
  });
  return { world, model, wire, statuses, frames, abandoned };
}

const open: [{ op: "stage.set"; open: boolean }] = [{ op: "stage.set", open: true }];

test("UI10 the ticket goes into the first frame, with what is seen and what is held", async () => {
  const { world, model, wire } = set();
  model.take({ t: "begin", streams: { board: 4 } });
  model.take({ t: "synced", streams: ["board"] });
  wire.start();
  const socket = await world.welcome();
  assert.deepEqual(socket.sent[0], {
    t: "hello", protocol: 1, ticket: "ticket", have: { board: 4 }, own: ["a"], viewport: null,
  });
  assert.equal(wire.status.kind, "live");
});

test("UI10 what was proposed is sent when there is a connection, in order, and again after the next", async () => {
  const { world, model, wire } = set();
  wire.start();
  const first = await world.welcome();
  wire.submit(open);
  wire.submit(open);
  wire.undo(1);
  assert.deepEqual(first.sent.slice(1), [
    { t: "submit", n: 1, ops: open }, { t: "submit", n: 2, ops: open }, { t: "undo", n: 3, of: 1 },
  ]);
  model.settle(1);
  first.events.closed(1006);
  wire.submit(open);
  await world.pass(20_000);
  const second = await world.welcome({ last: 1 });
  assert.notEqual(second, first);
  assert.deepEqual(second.sent.slice(1).map((frame) => "n" in frame && frame.n), [2, 3, 4]);
});

test("UI10 nothing is sent before the welcome, so a name that changed is known first", async () => {
  const { world, wire } = set();
  wire.start();
  await world.pass(0);
  world.socket.events.open();
  wire.submit(open);
  assert.deepEqual(world.socket.sent.map(({ t }) => t), ["hello"]);
});

test("UI11 each wait is drawn at random, below a bound that doubles up to its cap", async () => {
  const { world, wire, statuses } = set();
  world.tickets = Array.from({ length: 9 }, () => new Error("not reached"));
  world.randoms = Array.from({ length: 9 }, () => 0.999_999);
  wire.start();
  for (let at = 0; at < 9; at += 1) await world.pass(15_000);
  const waits = world.waits.filter((wait) => wait !== 0).slice(0, 9).map((wait) => Math.round(wait));
  assert.deepEqual(waits.slice(0, 7), [400, 800, 1600, 3200, 6400, 12800, 15000]);
  assert.equal(statuses.at(0)?.kind, "connecting");
  assert.equal(statuses.at(-1)?.kind, "reconnecting");
});

test("UI11 the first wait is drawn, too", async () => {
  for (const [random, wait] of [[0, 50], [0.25, 100], [0.75, 300]] as const) {
    const { world, wire } = set();
    wire.start();
    const socket = await world.welcome();
    world.waits.length = 0;
    world.randoms = [random];
    socket.events.closed(1006);
    assert.deepEqual(world.waits, [wait]);
  }
});

test("UI11 the server names the wait, and the jitter comes on top", async () => {
  const { world, wire } = set();
  wire.start();
  const socket = await world.welcome();
  socket.say({ t: "goaway", after_ms: 2000 });
  world.waits.length = 0;
  world.randoms = [0.5];
  socket.events.closed(1012);
  assert.deepEqual(world.waits, [2200]);
});

test("UI11 a connection that has all begins the waits anew", async () => {
  const { world, wire } = set();
  world.tickets = [new Error(), new Error(), new Error()];
  wire.start();
  await world.pass(10_000);
  const socket = await world.welcome();
  socket.say({ t: "synced", streams: [], ready: true });
  world.waits.length = 0;
  world.randoms = [0.5];
  socket.events.closed(1006);
  assert.deepEqual(world.waits, [200]);
});

test("UI11 no network: nothing is tried until there is one", async () => {
  const { world, wire } = set();
  wire.start();
  const socket = await world.welcome();
  world.isOnline = false;
  socket.events.closed(1006);
  await world.pass(10);
  assert.equal(wire.status.kind, "offline");
  assert.equal(world.sockets.length, 1);
  world.isOnline = true;
  wire.wake();
  await world.welcome();
  assert.equal(wire.status.kind, "live");
});

test("UI12 close codes that are final stop, with their reason", async () => {
  for (const [code, why] of [[4004, "closed"], [4005, "protocol"], [4010, "elsewhere"]] as const) {
    const { world, wire } = set();
    wire.start();
    (await world.welcome()).events.closed(code);
    await world.pass(60_000);
    assert.deepEqual(wire.status, { kind: "stopped", why, says: "" });
    assert.equal(world.sockets.length, 1);
  }
});

test("UI12 all other close codes come back, with a new ticket", async () => {
  for (const code of [1006, 1012, 4000, 4001, 4002, 4008, 4009, 4011, 4013, 4029]) {
    const { world, wire } = set();
    world.tickets = ["one", "two"];
    wire.start();
    (await world.welcome()).events.closed(code);
    await world.pass(7_000);
    await world.welcome();
    assert.equal(world.socket.tagged("hello")[0]?.ticket, "two", String(code));
  }
});

test("UI12 a ticket that is refused for good stops and keeps nothing; too many tries wait", async () => {
  const { world, wire, model } = set();
  model.take({ t: "begin", streams: { board: 1 } });
  world.tickets = [new Refused(429, "slow_down", "", 7000), new Refused(404, "no_board", "")];
  world.randoms = [0.5];
  wire.start();
  await world.pass(0);
  assert.equal(wire.status.kind, "reconnecting");
  assert.equal(world.waits.includes(7200), true);
  await world.pass(7200);
  assert.deepEqual(wire.status, { kind: "stopped", why: "closed", says: "" });
  assert.deepEqual(model.everything(), []);
});

test("UI12 a tab whose name is used elsewhere takes another when a person says so, and tells what is lost", async () => {
  const { world, wire, abandoned, model } = set();
  wire.start();
  const socket = await world.welcome();
  wire.submit(open);
  socket.events.closed(4010);
  wire.again();
  await world.welcome();
  assert.equal(world.renewed, 1);
  assert.deepEqual(abandoned.map(({ n }) => n), [1]);
  assert.deepEqual(model.pending, []);
});

test("UI13 however long a connection lasts, nothing is left of the heartbeats that were sent", async () => {
  const { world, wire } = set();
  const after = world.after.bind(world);
  let stopped = 0;
  world.after = (delayMs, call) => {
    const stop = after(delayMs, call);
    return () => {
      stopped += 1;
      stop();
    };
  };
  wire.start();
  const socket = await world.welcome({ beat_s: 15 });
  for (let beats = 0; beats < 100; beats++) {
    await world.pass(15_000);
    socket.say({ t: "beat" });
  }
  assert.equal(socket.tagged("beat").length, 100);
  socket.events.closed(1006);
  assert.equal(stopped, 1); // the next one
});

test("UI13 heartbeats are sent in time; silence ends the connection", async () => {
  const { world, wire } = set();
  wire.start();
  const socket = await world.welcome({ beat_s: 15 });
  await world.pass(30_000);
  assert.equal(socket.tagged("beat").length, 2);
  socket.say({ t: "beat" });
  await world.pass(45_000);
  assert.equal(socket.isClosed, false);
  await world.pass(15_000);
  assert.equal(socket.isClosed, true);
  assert.notEqual(wire.status.kind, "live");
});

test("UI13 a socket that never welcomes is given up", async () => {
  const { world, wire } = set();
  wire.start();
  await world.pass(0);
  world.socket.events.open();
  await world.pass(15_001);
  assert.equal(world.sockets[0]?.isClosed, true);
  assert.equal(wire.status.kind, "reconnecting");
});

test("UI10 retry: that number and all after it are sent again, in order, after the wait", async () => {
  const { world, wire } = set();
  wire.start();
  const socket = await world.welcome();
  wire.submit(open);
  wire.submit(open);
  wire.submit(open);
  socket.sent.length = 0;
  world.randoms = [0];
  socket.say({ t: "retry", n: 2, after_ms: 300 }, { t: "retry", n: 3, after_ms: 300 });
  wire.submit(open); // waits with them: the server would only send it back
  await world.pass(299);
  assert.deepEqual(socket.sent, []);
  await world.pass(1);
  assert.deepEqual(socket.tagged("submit").map(({ n }) => n), [2, 3, 4]);
});

test("UI2 a gap connects anew, without that stream", async () => {
  const { world, wire, model } = set();
  wire.start();
  const first = await world.welcome();
  first.say(
    { t: "begin", streams: { board: 1, "body/a": 1 } },
    { t: "synced", streams: ["board", "body/a"] },
    { t: "patch", parts: [{ stream: "body/a", since: 5, version: 6 }] },
  );
  assert.equal(first.isClosed, true);
  await world.welcome();
  assert.deepEqual(world.socket.tagged("hello")[0]?.have, { board: 1 });
  assert.equal(model.gap, false);
});

test("UI10 what an earlier socket still says is not heard", async () => {
  const { world, wire, frames } = set();
  wire.start();
  const first = await world.welcome();
  first.events.closed(1006);
  first.say({ t: "ack", n: 1 });
  first.events.closed(4004);
  assert.equal(frames.length, 0);
  assert.equal(wire.status.kind, "reconnecting");
});

test("UI10 after a long time offline, what waits is sent in order, and no more at once than the server takes", async () => {
  const { world, wire, model } = set();
  wire.start();
  for (let at = 0; at < 400; at += 1) wire.submit(open);
  const socket = await world.welcome();
  assert.equal(socket.tagged("submit").length, 120);
  await world.pass(1_000);
  const soon = socket.tagged("submit").length;
  assert.equal(soon >= 148 && soon <= 152, true, String(soon));
  await world.pass(9_000);
  assert.deepEqual(socket.tagged("submit").map(({ n }) => n), Array.from({ length: 400 }, (_, at) => at + 1));
  socket.say({ t: "retry", n: 399, after_ms: 100 });
  model.settle(1);
  await world.pass(200);
  assert.deepEqual(socket.tagged("submit").slice(400).map(({ n }) => n), [399, 400]);
});

test("SG8 the server's time of day is known by the quickest of its frames, whatever one's own clock says", async () => {
  const { world, wire } = set();
  await world.pass(700);
  wire.start();
  const socket = await world.welcome({ at_ms: 1_000_000 }); // it was under way for a while
  assert.equal(wire.skewMs, 1_000_000 - world.now());
  const slow = wire.skewMs;
  await world.pass(15_000);
  socket.say({ t: "beat", at_ms: 1_015_200 });
  assert.equal(wire.skewMs, slow + 200); // this one was quicker
  await world.pass(15_000);
  socket.say({ t: "beat", at_ms: 1_029_000 });
  assert.equal(wire.skewMs, slow + 200); // and this one was late
  socket.say({ t: "beat" });
  assert.equal(wire.skewMs, slow + 200);
  // a machine that slept may have lost time: the next welcome begins anew
  socket.events.closed(1006);
  await world.pass(20_000);
  await world.welcome({ at_ms: 1_010_000 });
  assert.equal(wire.skewMs, 1_010_000 - world.now());
});
