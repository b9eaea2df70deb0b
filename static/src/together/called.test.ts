import assert from "node:assert/strict";
import { test } from "node:test";
import type { Session } from "../board/session.js";
import { together } from "../i18n/together.js";
import { called, nameOf } from "./called.js";

function session(here: Record<string, string>, came: Record<string, string> | null): Session {
  const records = new Map(Object.entries(came ?? {}).map(([seat, name]) => [`seat/${seat}`, { id: `seat/${seat}`, link: "all", name }]));
  const people = new Map(Object.entries(here).map(([seat, name]) => [seat, { seat, name, role: "participant" }]));
  return { people, model: { held: () => (came === null ? undefined : { records }) } } as unknown as Session;
}

test("the person of a seat has one name everywhere, and keeps it for who leads when they are gone", () => {
  const facilitator = session({ a: "Ada", b: "" }, { a: "A.", b: "", c: "Cy" });
  assert.deepEqual(["a", "b", "c", "d"].map((seat) => nameOf(facilitator, seat)), ["Ada", together.guest("b"), "Cy", together.guest("d")]);
  assert.equal(nameOf(session({ a: "Ada" }, null), "c"), together.guest("c"));
  assert.equal(called({ seat: "b" }), together.guest("b"));
});
