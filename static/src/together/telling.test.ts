import assert from "node:assert/strict";
import { test } from "node:test";
import type { Dragged } from "../board/company.js";
import { FakeWorld } from "../board/fake.js";
import { Session } from "../board/session.js";
import { DRAGGED_MAX, PRESENCE_EXPIRES_S, PRESENCE_HZ, SELECTED_MAX } from "../generated/limits.js";
import type { Present } from "../generated/wire.js";
import { Telling } from "./telling.js";

function telling() {
  const world = new FakeWorld();
  const said: Present[] = [];
  const tells = new Telling(world, (frame) => said.push(frame));
  tells.watch(true);
  return { world, said, tells };
}

test("TG3 the first of what I do is told at once, the last always, and no more than PRESENCE_HZ times a second", async () => {
  const { world, said, tells } = telling();
  for (let at = 0; at < 100; at++) {
    tells.present({ cursor: [at, 0] });
    await world.pass(10);
  }
  await world.pass(1000);
  assert.deepEqual(said[0], { t: "present", cursor: [0, 0], selection: [], drag: [], typing: null });
  assert.deepEqual(said.at(-1), { t: "present", cursor: [99, 0] });
  assert.ok(said.length >= PRESENCE_HZ - 1 && said.length <= PRESENCE_HZ + 2, `${said.length}`);
  tells.present({ cursor: [99, 0.01] }); // nothing that could be seen
  await world.pass(1000);
  assert.deepEqual(said.at(-1), { t: "present", cursor: [99, 0] });
});

test("TG3 what I do goes together, and only what changed", async () => {
  const { world, said, tells } = telling();
  tells.present({ selection: ["a"] });
  await world.pass(200);
  tells.present({ cursor: [1, 2] });
  tells.present({ typing: { id: "a", field: "text" } });
  tells.present({ drag: [["a", 1, 2, 30, 40, 359.97]] });
  await world.pass(200);
  assert.deepEqual(said.slice(1), [
    { t: "present", cursor: [1, 2] },
    { t: "present", drag: [["a", 1, 2, 30, 40, 0]], typing: { id: "a", field: "text" } },
  ]);
});

test("TG3 nothing is told that the wire would refuse", async () => {
  const { said, tells } = telling();
  const many = Array.from({ length: 300 }, (_, at): Dragged => [`n${at}`, at, 0, 1, 99_999, -10]);
  tells.present({ cursor: [2_000_000, 0], selection: many.map(([id]) => id), drag: [["far", 2_000_000, 0, 9, 9, 0], ...many] });
  const [frame] = said;
  assert.deepEqual([frame?.cursor, frame?.selection?.length, frame?.drag?.length], [null, SELECTED_MAX, DRAGGED_MAX]);
  assert.deepEqual(frame?.drag?.[0], ["n0", 0, 0, 8, 20_000, 350]);
});

test("TG3 what lasts is said again before it expires, even while I move; a cursor that rests is not", async () => {
  const { world, said, tells } = telling();
  tells.present({ cursor: [0, 0], selection: ["a"] });
  for (let at = 1; at <= PRESENCE_EXPIRES_S; at++) {
    tells.present({ cursor: [at, 0] });
    await world.pass(1000);
  }
  assert.ok(said.filter(({ selection }) => selection !== undefined).length >= 3);
  said.length = 0;
  await world.pass(PRESENCE_EXPIRES_S * 1000);
  assert.ok(said.length >= 2 && said.every(({ cursor, selection }) => cursor === undefined && selection?.length === 1));
  tells.present({ selection: [] });
  await world.pass(200);
  said.length = 0;
  await world.pass(120_000);
  assert.deepEqual(said, []);
});

test("TG3 nothing is told while nobody is there to be told, and whoever comes is told all", async () => {
  const { world, said, tells } = telling();
  tells.watch(false);
  tells.present({ selection: ["a"] });
  await world.pass(60_000);
  assert.deepEqual(said, []);
  tells.watch(true);
  assert.deepEqual(said, [{ t: "present", cursor: null, selection: ["a"], drag: [], typing: null }]);
  tells.renewed();
  await world.pass(1000);
  assert.equal(said.length, 1);
  tells.watch(true);
  assert.equal(said.length, 2);
});

test("TG3 a page that nobody sees says that it does nothing, and then nothing more", async () => {
  const { world, said, tells } = telling();
  tells.present({ cursor: [1, 2], selection: ["a"] });
  await world.pass(200);
  tells.hide(true);
  assert.deepEqual(said.at(-1), { t: "present", cursor: null, selection: [], drag: [], typing: null, viewport: null, pointer: [] });
  tells.present({ cursor: [3, 4] });
  await world.pass(60_000);
  assert.equal(said.length, 2);
  tells.hide(false);
  assert.deepEqual(said.at(-1), { t: "present", cursor: [3, 4], selection: ["a"], drag: [], typing: null });
});

async function joined(role: "participant" | "viewer", others = 1) {
  const world = new FakeWorld();
  world.name = "Ada";
  const session = new Session(world, null, {
    changes: () => undefined, visible: () => undefined, notice: () => undefined, updated: () => undefined, viewport: () => null, needsEditing: () => undefined,
  });
  session.tellOthers((clock, say) => new Telling(clock, say));
  session.wire.start();
  const socket = await world.welcome({ role, seat: "me" });
  socket.say({ t: "synced", ready: true });
  const put = ["me", "you", "they"].slice(0, 1 + others).map((seat) => ({ seat, role }));
  socket.say({ t: "presence", here: put.length, following: 1, put, reset: true });
  return { world, session, socket };
}

test("TG3 who may change the board tells those who came by a link, and nobody else tells anybody", async () => {
  const { session, socket } = await joined("participant");
  session.present({ cursor: [1, 2] });
  assert.equal(socket.tagged("present").length, 1);
  for (const { session, socket } of [await joined("viewer"), await joined("participant", 0)]) {
    session.present({ cursor: [1, 2] });
    assert.equal(socket.tagged("present").length, 0);
  }
});

test("TG5 my name comes with hello, and a new one at once", async () => {
  const { world, session, socket } = await joined("participant");
  assert.equal(socket.tagged("hello")[0]?.name, "Ada");
  session.name = "Bea";
  assert.equal(world.name, "Bea");
  assert.deepEqual(socket.tagged("here"), [{ t: "here", following: true, name: "Bea" }]);
  session.name = "";
  assert.deepEqual(socket.tagged("here").at(-1), { t: "here", following: true });
});

test("TG1 while there is no connection nobody is seen to do anything", async () => {
  const { world, session, socket } = await joined("participant");
  let told = 0;
  session.onDoing = () => (told += 1);
  socket.say({ t: "presence", here: 2, following: 1, doing: [{ seat: "you", cursor: [1, 2] }] });
  assert.deepEqual([told, session.company.doing.size], [1, 1]);
  socket.events.closed(1006);
  await world.pass(1);
  assert.deepEqual([told, session.company.doing.size], [2, 0]);
});

test("TG6 what I did before the script came that tells it is told with it", async () => {
  const world = new FakeWorld();
  const session = new Session(world, null, {
    changes: () => undefined, visible: () => undefined, notice: () => undefined, updated: () => undefined, viewport: () => null, needsEditing: () => undefined,
  });
  session.wire.start();
  const socket = await world.welcome({ role: "participant", seat: "me" });
  socket.say({ t: "presence", here: 2, following: 1, put: ["me", "you"].map((seat) => ({ seat, role: "participant" })), reset: true });
  session.present({ selection: ["a"] });
  session.present({ typing: { id: "a", field: "text" } });
  assert.equal(socket.tagged("present").length, 0);
  session.tellOthers((clock, say) => new Telling(clock, say));
  const [frame] = socket.tagged("present");
  assert.deepEqual([frame?.selection, frame?.typing], [["a"], { id: "a", field: "text" }]);
});
