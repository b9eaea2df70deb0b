import assert from "node:assert/strict";
import { test } from "node:test";
import { type Answer, CHECK_MS, type End, Events, HELD_MS, Line, OPEN_MS, type Posting } from "./line.js";

/** An answer whose text comes when a test says so. */
class Told implements Answer {
  status = 200;
  retryAfterMs = 0;
  begins: Promise<void> = Promise.resolve();
  private readonly said: (string | null)[] = [];
  private wake: () => void = () => undefined;

  say(...texts: (string | null)[]): this {
    this.said.push(...texts);
    this.wake();
    return this;
  }

  get pieces(): AsyncIterable<string> {
    return this.read();
  }

  private async *read(): AsyncGenerator<string> {
    for (;;) {
      const next = this.said.shift();
      if (next === null) return;
      if (next !== undefined) yield next;
      else await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }
}

const taken = (sent: number): Told => new Told().say(JSON.stringify({ sent }), null);
const refused = (status: number): Told => Object.assign(new Told().say(null), { status });

class FakePosts implements Posting {
  readonly bodies: [string, string][] = [];
  readonly answers: (Told | Error)[] = [];
  timers: { at: number; call: () => void }[] = [];
  nowMs = 0;

  async post(path: "events" | "frames", body: string, stop: AbortSignal): Promise<Answer> {
    this.bodies.push([path, body]);
    const answer = this.answers.shift() ?? new Told();
    if (answer instanceof Error) throw answer;
    stop.addEventListener("abort", () => answer.say(null));
    await answer.begins;
    return answer;
  }

  after(delayMs: number, call: () => void): () => void {
    const timer = { at: this.nowMs + delayMs, call };
    this.timers.push(timer);
    return () => (this.timers = this.timers.filter((each) => each !== timer));
  }

  async pass(ms: number): Promise<void> {
    const until = this.nowMs + ms;
    for (;;) {
      await settled();
      const next = this.timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.timers = this.timers.filter((each) => each !== next);
      this.nowMs = next.at;
      next.call();
    }
    this.nowMs = until;
  }
}

async function settled(): Promise<void> {
  for (let at = 0; at < 4; at += 1) await new Promise((resolve) => setImmediate(resolve));
}

const OPEN = 'event: open\ndata: {"id":"ID"}\n\n:   \n:  \n\n';
const FRAME = 'data: {"t":"beat"}\n\n';

/** An answer that begins when the function beside it is called. */
function late(): [Told, () => void] {
  const answer = taken(0);
  let begin = (): void => undefined;
  answer.begins = new Promise((resolve) => (begin = resolve));
  return [answer, () => begin()];
}

interface Heard {
  readonly posts: FakePosts;
  readonly line: Line;
  readonly stream: Told;
  readonly said: string[];
  readonly codes: number[];
  readonly ends: End[];
}

function begun(polls = false, ...answers: (Told | Error)[]): Heard {
  const posts = new FakePosts();
  const stream = new Told();
  posts.answers.push(...(answers.length > 0 ? answers : [stream]));
  const said: string[] = [];
  const codes: number[] = [];
  const ends: End[] = [];
  const line = new Line(
    posts,
    { open: () => said.push("open"), text: (text) => said.push(text), closed: (code) => codes.push(code) },
    (end) => ends.push(end),
    polls,
  );
  return { posts, line, stream, said, codes, ends };
}

test("WY2 events are read in whatever pieces they come", () => {
  const whole = `${OPEN}data: {"t":"a b: c"}\n\nevent: close\ndata: {"code":4009}\n\n`;
  const expected = [["open", '{"id":"ID"}'], ["", '{"t":"a b: c"}'], ["close", '{"code":4009}']];
  for (let size = 1; size < whole.length; size += 1) {
    const events = new Events();
    const found: [string, string][] = [];
    for (let at = 0; at < whole.length; at += size) found.push(...events.take(whole.slice(at, at + size)));
    assert.deepEqual(found, expected);
  }
});

test("WY2 a stream opens, brings frames, and ends with the code that the server says", async () => {
  const { stream, said, codes, ends, posts } = begun();
  stream.say(OPEN, FRAME, FRAME + 'event: close\ndata: {"code":4009,"reason":""}\n\n', null);
  await settled();
  assert.deepEqual(said, ["open", '{"t":"beat"}', '{"t":"beat"}']);
  assert.deepEqual(codes, [4009]);
  assert.deepEqual(ends, ["closed"]);
  assert.deepEqual(posts.bodies, [["events", "{}"]]);
});

test("WY2 a stream that is dropped ends as a websocket that is dropped", async () => {
  const { stream, codes, ends } = begun();
  stream.say(OPEN, FRAME, null);
  await settled();
  assert.deepEqual(codes, [1006]);
  assert.deepEqual(ends, ["unreached"]);
});

test("WY2 no answer, one that is refused, and one that holds its first event back are told apart", async () => {
  for (const [answer, end] of [[new Error("reset"), "unreached"], [refused(502), "refused"], [new Told().say("<html>", null), "refused"]] as const) {
    const { codes, ends } = begun(false, answer);
    await settled();
    assert.deepEqual([codes, ends], [[1006], [end]]);
  }
  const { posts, codes, ends } = begun();
  await posts.pass(OPEN_MS - 1);
  assert.deepEqual(codes, []);
  await posts.pass(1);
  assert.deepEqual([codes, ends], [[1006], ["refused"]]);
});

test("WY2 posts are numbered, one at a time, each with all that waits", async () => {
  const { posts, line, stream, codes } = begun();
  stream.say(OPEN);
  await settled();
  const [first, begin] = late();
  posts.answers.push(first, taken(0));
  line.send("one");
  line.send("two");
  line.send("three");
  await settled();
  assert.deepEqual(posts.bodies.slice(1), [["frames", "ID 1\none"]]);
  begin();
  await settled();
  assert.deepEqual(posts.bodies.slice(2), [["frames", "ID 2\ntwo\nthree"]]);
  assert.deepEqual(codes, []);
});

test("WY2 a post holds no more than the server takes", async () => {
  const { posts, line, stream } = begun();
  stream.say(OPEN);
  await settled();
  const [first, begin] = late();
  posts.answers.push(first);
  line.send("first");
  await settled();
  const long = "ä".repeat(60_000);
  for (let at = 0; at < 5; at += 1) line.send(long);
  posts.answers.push(taken(0), taken(0), taken(0));
  begin();
  await settled();
  assert.deepEqual(posts.bodies.slice(2).map(([, body]) => body.split("\n").length - 1), [2, 2, 1]);
});

test("WY2 a post without an answer is sent again under its number, and the next one waits for it", async () => {
  const { posts, line, stream, codes } = begun();
  stream.say(OPEN);
  await settled();
  posts.answers.push(new Error("reset"), refused(503), taken(0), taken(0));
  line.send("one");
  line.send("two");
  await posts.pass(400);
  assert.deepEqual(posts.bodies.slice(1), [["frames", "ID 1\none"]]);
  await posts.pass(10_000);
  assert.deepEqual(posts.bodies.slice(1).map(([, body]) => body), ["ID 1\none", "ID 1\none", "ID 1\none", "ID 2\ntwo", "ID 3\n"]);
  assert.deepEqual(codes, []);
});

test("WY2 soon after the first post another asks what was sent, for a page that has nothing to say", async () => {
  const { posts, line, stream, ends } = begun();
  stream.say(OPEN);
  await settled();
  posts.answers.push(taken(0), taken(2)); // the answer to hello comes before what hello brings
  line.send("hello");
  await posts.pass(CHECK_MS);
  assert.deepEqual(posts.bodies.slice(1).map(([, body]) => body), ["ID 1\nhello", "ID 2\n"]);
  await posts.pass(HELD_MS);
  assert.deepEqual(ends, ["held"]);
});

test("WY2 a post that is refused for good, or never answered, ends the line", async () => {
  for (const answers of [[refused(404)], Array.from({ length: 4 }, () => new Error("reset"))]) {
    const { posts, line, stream, codes, ends } = begun();
    stream.say(OPEN);
    await settled();
    posts.answers.push(...answers);
    line.send("one");
    await posts.pass(30_000);
    assert.deepEqual([codes, ends], [[1006], ["unreached"]]);
    const sent = posts.bodies.length;
    line.send("more");
    await posts.pass(30_000);
    assert.equal(posts.bodies.length, sent);
  }
});

test("WY2 what the server has sent and what does not come is held back on the way", async () => {
  const held = begun();
  held.stream.say(OPEN, FRAME);
  await settled();
  held.posts.answers.push(taken(3));
  held.line.send("one");
  await held.posts.pass(HELD_MS - 1);
  assert.deepEqual(held.ends, []);
  await held.posts.pass(1);
  assert.deepEqual([held.codes, held.ends], [[1006], ["held"]]);
  const slow = begun();
  slow.stream.say(OPEN, FRAME);
  await settled();
  slow.posts.answers.push(taken(3));
  slow.line.send("one");
  await slow.posts.pass(HELD_MS / 2);
  slow.stream.say("data: {"); // a slow network brings at least a part
  await slow.posts.pass(HELD_MS);
  assert.deepEqual(slow.ends, []);
});

test("WY2 polls ask for what was not seen, again and again, and end with the server's code", async () => {
  const { posts, said, codes, ends } = begun(
    true,
    new Told().say(OPEN, null),
    new Told().say(FRAME, FRAME, null),
    new Told().say(null),
    new Error("reset"),
    new Told().say(`${FRAME}event: close\ndata: {"code":1012,"reason":""}\n\n`, null),
  );
  await posts.pass(5_000);
  const asked = posts.bodies.map(([, body]) => JSON.parse(body) as { id: string; seen: number });
  assert.deepEqual(asked.map(({ id, seen }) => `${id} ${seen}`), [" 0", "ID 0", "ID 2", "ID 2", "ID 2"]);
  assert.equal(said.length, 4);
  assert.deepEqual([codes, ends], [[1012], ["closed"]]);
});

test("WY2 polls that are answered at once, with nothing in it, are not asked without a pause", async () => {
  const nothing = Array.from({ length: 200 }, () => new Told().say(null));
  const { posts, ends } = begun(true, new Told().say(OPEN, null), ...nothing);
  await posts.pass(10_000);
  assert.ok(posts.bodies.length > 5 && posts.bodies.length < 30, `${posts.bodies.length}`);
  assert.deepEqual(ends, []);
});

test("WY2 polls that are refused, or never answered, end the line", async () => {
  const refusals = begun(true, refused(502), refused(502), refused(502), refused(502));
  await refusals.posts.pass(60_000);
  assert.deepEqual([refusals.codes, refusals.ends], [[1006], ["refused"]]);
  const gone = begun(true, new Told().say(OPEN, null), refused(404));
  await gone.posts.pass(60_000);
  assert.deepEqual([gone.codes, gone.ends], [[1006], ["unreached"]]);
  assert.equal(gone.posts.bodies.length, 2);
});

test("WY2 a line that was closed says and sends nothing more", async () => {
  const { posts, line, stream, said, codes } = begun();
  stream.say(OPEN);
  await settled();
  line.close();
  stream.say(FRAME);
  line.send("one");
  await posts.pass(60_000);
  assert.deepEqual([said, codes, posts.bodies.length], [["open"], [], 1]);
});
