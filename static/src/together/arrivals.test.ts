import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeWorld } from "../board/fake.js";
import type { Person } from "../generated/wire.js";
import { together as words } from "../i18n/together.js";
import { Arrivals } from "./arrivals.js";

function arrivals() {
  const world = new FakeWorld();
  const said: string[] = [];
  const names = (people: readonly Person[]): string[] => people.map(({ name = "" }) => name);
  const told = new Arrivals(world, (came, went, isFirst) => said.push(words.arrivals(names(came), names(went), isFirst)));
  const here = (...all: string[]): void => told.take(all.map((name) => ({ seat: name, name, role: "participant" })));
  return { world, said, here, told };
}

test("TG5 who is here at first is said, then who comes and who goes", async () => {
  const { world, said, here } = arrivals();
  here("Ada");
  await world.pass(3_000);
  here("Ada", "Ben", "Cleo");
  await world.pass(20_000);
  here("Cleo");
  await world.pass(20_000);
  here("Dan", "Eve", "Finn");
  await world.pass(20_000);
  assert.deepEqual(said, ["Ada is here.", "Ben and Cleo joined.", "Ada and Ben left.", "3 people joined.", "Cleo left."]);
});

test("TG5 who took a name after they came leaves under it", async () => {
  const { world, said, told } = arrivals();
  const person = (name: string): Person => ({ seat: "s", name, role: "participant" });
  told.take([person("Guest")]);
  await world.pass(20_000);
  told.take([person("Ada")]);
  told.take([]);
  await world.pass(30_000);
  assert.deepEqual(said, ["Guest is here.", "Ada left."]);
});

test("TG5 however many come and go, it is said now and then", async () => {
  const { world, said, here } = arrivals();
  const all: string[] = [];
  for (let at = 0; at < 60; at++) {
    all.push(`${at}`);
    here(...all);
    await world.pass(1_000);
  }
  await world.pass(20_000);
  assert.ok(said.length >= 4 && said.length <= 6, `${said.length}`);
  assert.equal(said.shift(), "0 and 1 are here.");
  const counted = said.map((one) => Number(/^(\d+) people joined[.]$/.exec(one)?.[1]));
  assert.equal(counted.reduce((sum, one) => sum + one), 58);
});

test("TG5 who loads the page again, or was cut off with all others, has not been away", async () => {
  const { world, said, here } = arrivals();
  here("Ada", "Ben");
  await world.pass(20_000);
  said.length = 0;
  here();
  await world.pass(5_000);
  here("Ada");
  await world.pass(2_000);
  here("Ada", "Ben", "Cleo");
  await world.pass(60_000);
  assert.deepEqual(said, ["Cleo joined."]);
  here("Cleo", "Dan");
  await world.pass(4_000);
  assert.deepEqual(said, ["Cleo joined.", "Dan joined."]);
  await world.pass(60_000);
  assert.deepEqual(said.slice(2), ["Ada and Ben left."]);
});
