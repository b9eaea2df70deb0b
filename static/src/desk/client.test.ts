import assert from "node:assert/strict";
import { test } from "node:test";
import { Closed, DeskClient, Refused } from "./client.js";

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly ticket: string | null;
  readonly init: RequestInit;
}

/** A server whose tickets can end, and whose key can. */
class Server {
  key = "desk.good";
  tickets = 0;
  readonly asked: Asked[] = [];

  readonly send = (async (path: string, init: RequestInit) => {
    const ticket = new Headers(init.headers).get("Authorization");
    this.asked.push({ method: init.method ?? "", path, ticket, init });
    if (path === "/api/desk/tickets") {
      const { key } = JSON.parse(String(init.body)) as { key: string };
      if (key !== this.key) return Response.json({ code: "no_desk", message: "no", where: "key" }, { status: 401 });
      this.tickets += 1;
      return Response.json({ ticket: `t${this.tickets}` });
    }
    if (ticket !== `Bearer t${this.tickets}`) return Response.json({ code: "no_desk" }, { status: 401 });
    if (path.endsWith("/bad")) return Response.json({ code: "full", message: "too many", where: "" }, { status: 409 });
    return Response.json({ path });
  }) as typeof fetch;
}

test("DK21 a key is exchanged once for all calls, and again when its ticket has aged", async () => {
  const server = new Server();
  const client = new DeskClient("desk.good", server.send);
  await Promise.all([client.json("GET", "/boards"), client.json("GET", "/other")]);
  assert.equal(server.tickets, 1);
  server.tickets += 1; // the ticket is too old
  assert.deepEqual(await client.json("GET", "/boards"), { path: "/api/desk/boards" });
  assert.equal(server.tickets, 3);
});

test("DK21 a key that has ended closes the desk", async () => {
  const server = new Server();
  const client = new DeskClient("desk.good", server.send);
  await client.json("GET", "/boards");
  server.key = "desk.newer";
  server.tickets += 1;
  await assert.rejects(client.json("GET", "/boards"), Closed);
  await assert.rejects(new DeskClient("desk.bad", server.send).json("GET", "/boards"), Closed);
});

test("DK21 a refusal says why, and no call brings cookies, a referrer or a key in its address", async () => {
  const server = new Server();
  const client = new DeskClient("desk.good", server.send);
  await assert.rejects(
    client.json("POST", "/bad", { title: "A" }),
    (error: unknown) => error instanceof Refused && error.code === "full" && error.message === "too many",
  );
  for (const { init, path } of server.asked) {
    assert.equal(init.credentials, "omit");
    assert.equal(init.referrerPolicy, "no-referrer");
    assert.ok(!path.includes("desk.good") && !path.includes("t1"));
  }
});
