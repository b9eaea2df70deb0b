import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeWorld } from "../board/fake.js";
import { Session } from "../board/session.js";
import type { Person, Presence } from "../generated/wire.js";
import { Attention } from "./attention.js";
import { Tally } from "./tally.js";

async function attending(role: "participant" | "facilitator" = "participant") {
  const world = new FakeWorld();
  const session = new Session(world, null, {
    changes: () => undefined, visible: () => undefined, notice: () => undefined, updated: () => undefined, viewport: () => null, needsEditing: () => undefined,
  });
  session.wire.start();
  const socket = await world.welcome({ role, seat: "me" });
  socket.say({ t: "synced", ready: true });
  const happened: string[] = [];
  const attention = new Attention(session, world, ({ seat, name }) => name || seat, {
    signed: (person, sign) => happened.push(`${person.seat} ${sign}`),
    raised: (person) => happened.push(`${person.seat} raised`),
    lowered: () => happened.push("lowered"),
    lost: (name) => happened.push(`lost ${name}`),
  });
  session.onDoing = () => attention.hear();
  const people = new Map<string, Person>();
  const put = (...changed: Person[]): void => {
    for (const person of changed) people.set(person.seat, person);
    socket.say({ t: "presence", here: people.size, following: 0, put: changed });
  };
  const say = (frame: Partial<Presence>): void => socket.say({ t: "presence", here: people.size, following: 0, ...frame });
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 5_000) {
      await world.pass(5_000);
      socket.say({ t: "beat" });
    }
  };
  put({ seat: "me", role }, { seat: "ada", role: "facilitator", name: "Ada" }, { seat: "bo", role: "participant" }, { seat: "cy", role: "viewer" });
  return { world, session, socket, attention, happened, put, say, pass };
}

test("TG7 hands stand in the order in which they were raised, and mine is as the server has it", async () => {
  const { attention, put, socket, happened } = await attending();
  attention.raise(true);
  assert.deepEqual(socket.tagged("here").at(-1), { t: "here", following: true, hand: true });
  assert.equal(attention.hand.value, false); // it may be refused
  put({ seat: "cy", role: "viewer", hand: 2 }, { seat: "bo", role: "participant", hand: 1 });
  put({ seat: "me", role: "participant", hand: 3 });
  assert.deepEqual(attention.hands.value.map(({ seat }) => seat), ["bo", "cy", "me"]);
  assert.equal(attention.hand.value, true);
  assert.deepEqual(happened, ["bo raised", "cy raised"]);
  attention.raise(false);
  put({ seat: "me", role: "participant" });
  assert.deepEqual([attention.hand.value, happened.length], [false, 2]);
  put({ seat: "me", role: "participant", hand: 4 });
  put({ seat: "me", role: "participant" });
  assert.equal(happened.at(-1), "lowered"); // and not by me
});

test("TG7 a hand that is raised while there is no connection is up once there is one", async () => {
  const { world, attention, socket } = await attending();
  socket.events.closed(1006);
  attention.raise(true);
  await world.pass(1_000);
  const next = await world.welcome({ role: "participant", seat: "me" });
  assert.deepEqual(next.tagged("here"), []);
  await world.pass(5_000);
  assert.equal(next.tagged("here").at(-1)?.hand, true);
  next.say({ t: "presence", here: 1, following: 0, put: [{ seat: "me", role: "participant", hand: 1 }] });
  const count = next.tagged("here").length;
  await world.pass(20_000);
  assert.deepEqual([attention.hand.value, next.tagged("here").length], [true, count]);
});

test("TG7 who leads lowers one hand or all", async () => {
  const { attention, socket } = await attending("facilitator");
  attention.lower("bo");
  attention.lower(null);
  assert.deepEqual(socket.tagged("lower"), [{ t: "lower", seat: "bo" }, { t: "lower" }]);
  attention.lower("me");
  assert.deepEqual(socket.tagged("here").at(-1), { t: "here", following: true, hand: false });
});

test("TG10 a sign is shown once, the same again once more, and who comes again begins anew", async () => {
  const { attention, say, socket, happened } = await attending();
  attention.give("heart");
  assert.deepEqual(socket.tagged("present"), [{ t: "present", reaction: "heart" }]);
  say({ doing: [{ seat: "bo", reaction: ["agree", 1] }] });
  say({ doing: [{ seat: "bo", cursor: [1, 2] }] });
  say({ doing: [{ seat: "bo", reaction: ["agree", 2] }] });
  say({ doing: [{ seat: "bo", reaction: null }] });
  assert.deepEqual(happened, ["bo agree", "bo agree"]);
  say({ drop: ["bo"] });
  say({ put: [{ seat: "bo", role: "participant" }], doing: [{ seat: "bo", reaction: ["agree", 1] }] });
  assert.equal(happened.length, 3);
});

test("TG10 signs are read out in sums, at first soon and then seldom", async () => {
  const world = new FakeWorld();
  const told: [string, string][] = [];
  const tally = new Tally(world, (counts, names) => told.push([JSON.stringify([...counts]), names.join()]));
  tally.add("agree", "Ada");
  tally.add("agree", "Bo");
  tally.add("heart", "Bo");
  await world.pass(2_000);
  assert.deepEqual(told, [['[["agree",2],["heart",1]]', "Ada,Bo"]]);
  for (let at = 0; at < 100; at++) {
    tally.add("laugh", "Bo");
    await world.pass(100);
  }
  assert.equal(told.length, 1);
  await world.pass(12_000);
  assert.deepEqual(told.at(-1), ['[["laugh",100]]', "Bo"]);
});

test("TG8 one follows who is here and may change something, and says so until the server has it", async () => {
  const { world, attention, put, socket } = await attending();
  for (const seat of ["me", "cy", "nobody"]) {
    attention.follow(seat);
    assert.equal(attention.followed.value, null);
  }
  attention.follow("ada");
  assert.equal(attention.followed.value, "ada");
  assert.deepEqual(socket.tagged("here"), [{ t: "here", following: true, watch: "ada" }]);
  await world.pass(10_000); // it was refused, or lost
  assert.ok(socket.tagged("here").length >= 3 && socket.tagged("here").length <= 5);
  put({ seat: "me", role: "participant", watching: "ada" });
  const count = socket.tagged("here").length;
  await world.pass(20_000);
  assert.equal(socket.tagged("here").length, count);
  attention.follow(null);
  assert.deepEqual(socket.tagged("here").at(-1), { t: "here", following: true, watch: null });
});

test("TG8 who is followed knows who follows", async () => {
  const { attention, put } = await attending();
  put({ seat: "bo", role: "participant", watching: "me" }, { seat: "cy", role: "viewer", watching: "ada" });
  assert.deepEqual(attention.followers.value.map(({ seat }) => seat), ["bo"]);
  put({ seat: "bo", role: "participant" });
  assert.deepEqual(attention.followers.value, []);
});

test("TG8 who is away for a moment is followed again, who stays away is not", async () => {
  const { attention, put, say, happened, pass } = await attending();
  attention.follow("ada");
  put({ seat: "me", role: "participant", watching: "ada" });
  say({ drop: ["ada"] });
  await pass(10_000);
  put({ seat: "ada", role: "facilitator", name: "Ada" });
  await pass(60_000);
  assert.equal(attention.followed.value, "ada");
  say({ drop: ["ada"] });
  await pass(40_000);
  assert.equal(attention.followed.value, null);
  assert.deepEqual(happened, ["lost Ada"]);
});
