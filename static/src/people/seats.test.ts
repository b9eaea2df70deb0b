import assert from "node:assert/strict";
import { test } from "node:test";
import type { Role, Shape } from "../generated/wire.js";
import { came, endOfDate, endOfDay, mayPassOn, named, possible, type Seat, stamp } from "./seats.js";

const records = (...shapes: readonly object[]): ReadonlyMap<string, Shape> =>
  new Map(shapes.map((shape) => [(shape as Shape).id, shape as Shape]));

const called = (seat: string, name: string): string => name || `Guest ${seat}`;

const LINKS = [
  { id: "link/host", role: "facilitator", generation: 1 },
  { id: "link/all", role: "participant", generation: 3, name: "Hall" },
  { id: "link/own", role: "participant", generation: 1, name: "Badge 1", single: true, seat: "d" },
];

test("PE1: seats are those who are here first, with the role that they have now", () => {
  const found = came(
    records(
      ...LINKS,
      { id: "seat/a", link: "all", name: "Zoe" },
      { id: "seat/b", link: "all", name: "Ada", role: "viewer" },
      { id: "seat/c", link: "host" },
      { id: "seat/d", link: "own", name: "Bo", removed: true },
      { id: "seat/e", link: "gone", name: "Cy" },
    ),
    new Set(["a", "c"]),
    called,
  );
  assert.deepEqual(found.seats.map(({ name, role, here }) => [name, role, here]), [
    ["Guest c", "facilitator", true],
    ["Zoe", "participant", true],
    ["Ada", "viewer", false],
    ["Bo", null, false],
    ["Cy", null, false],
  ]);
  assert.deepEqual(found.links.map(({ id, came, here }) => [id, came, here]), [["host", 1, 1], ["own", 1, 0], ["all", 2, 1]]);
});

test("PE1: people are read anew when their stream has changed, and not with whatever else has", () => {
  const held = (version: number, ...shapes: readonly object[]) => ({ version, records: records(...shapes) });
  const before = stamp(held(3, ...LINKS));
  assert.equal(stamp(held(3, ...LINKS)), before);
  assert.notEqual(stamp(held(4, ...LINKS)), before);
  assert.notEqual(stamp(held(3, ...LINKS, { id: "seat/a" })), before); // more of it has come
  assert.notEqual(stamp(undefined), before);
});

const seat = (role: Role | null, linkRole: Role | null = "participant"): Seat => ({
  id: "s", name: "S", role, linkRole, link: "l", here: true,
});

test("PE2: what one may not do with a seat is not offered", () => {
  assert.deepEqual(possible(seat("participant"), "me", "facilitator"), { roles: ["viewer", "facilitator"], remove: true, letBack: false });
  assert.deepEqual(possible(seat("participant"), "me", "owner").roles, ["viewer", "facilitator", "owner"]);
  const nothing = { roles: [], remove: false, letBack: false };
  assert.deepEqual(possible(seat("participant"), "s", "owner"), nothing);
  assert.deepEqual(possible(seat("owner", "owner"), "me", "facilitator"), nothing);
  assert.deepEqual(possible(seat("viewer", "owner"), "me", "facilitator"), nothing);
  assert.deepEqual(possible(seat("participant"), "me", "participant"), nothing);
  assert.deepEqual(possible(seat(null), "me", "facilitator"), { ...nothing, letBack: true });
});

test("PE3: a facilitator passes on the links of roles below, an owner all", () => {
  const { links } = came(records(...LINKS), new Set(), called);
  const on = (mine: Role): string[] => links.filter((link) => mayPassOn(link, mine)).map(({ id }) => id);
  assert.deepEqual(on("owner"), ["host", "own", "all"]);
  assert.deepEqual(on("facilitator"), ["own", "all"]);
  assert.deepEqual(on("participant"), []);
});

test("PE4: people are found by a part of their name, whatever its case and marks", () => {
  const seats = ["Zoë", "zoe b", "Ada"].map((name) => ({ ...seat("viewer"), name }));
  assert.deepEqual(named(seats, " ZOE ").map(({ name }) => name), ["Zoë", "zoe b"]);
  assert.equal(named(seats, "").length, 3);
  assert.equal(named(seats, "x").length, 0);
});

test("PE5: a link ends with a day", () => {
  const noon = new Date(2026, 1, 27, 12).getTime();
  assert.equal(endOfDay(noon, 0), new Date(2026, 1, 27, 23, 59, 59).getTime());
  assert.equal(endOfDay(noon, 7), new Date(2026, 2, 6, 23, 59, 59).getTime());
  assert.equal(endOfDate("2026-02-27"), endOfDay(noon, 0));
  assert.ok(Number.isNaN(endOfDate("")));
});
