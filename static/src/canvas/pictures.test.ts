import assert from "node:assert/strict";
import { test } from "node:test";
import { type Bitmap, Gone, Pictures, widthFor } from "./pictures.js";

interface Drawn extends Bitmap {
  readonly name: string;
}

/** A source that answers when it is told to, and a canvas that remembers what it was asked. */
function stage(bytesMax?: number) {
  const asked: string[] = [];
  const waiting = new Map<string, { give: () => void; fail: (error: Error) => void }>();
  const redrawn: string[] = [];
  const closed: string[] = [];
  const later: { ms: number; call: () => void }[] = [];
  const far = new Set<string>();
  const pictures = new Pictures<Drawn>(
    {
      load: (name) => {
        asked.push(name);
        return new Promise((resolve, reject) => {
          waiting.set(name, { give: () => resolve(new Blob([name])), fail: reject });
        });
      },
      decode: async (bytes, width = 1000) => {
        const name = await bytes.text();
        const height = Math.round(width / 2);
        return { name, width, height, close: () => closed.push(`${name} ${width}`) };
      },
    },
    {
      isNear: (node) => !far.has(node),
      redraw: (nodes) => redrawn.push(...nodes),
      after: (ms, call) => later.push({ ms, call }),
    },
    bytesMax,
  );
  const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
  const give = async (name: string): Promise<void> => {
    waiting.get(name)!.give();
    await settled();
  };
  return { pictures, asked, redrawn, closed, later, far, waiting, settled, give };
}

test("IM10 a picture is fetched once, and its nodes are painted again when it has come", async () => {
  const { pictures, asked, redrawn, give } = stage();
  assert.equal(pictures.at("n1", "a", 900), null);
  assert.equal(pictures.at("n1", "a", 900), null);
  assert.equal(pictures.at("n2", "a", 900), null);
  assert.deepEqual(asked, ["a"]);
  await give("a");
  assert.deepEqual(redrawn, ["n1", "n2"]);
  assert.equal(pictures.at("n1", "a", 900)?.name, "a");
  assert.deepEqual(asked, ["a"]);
});

test("IM10 a picture is decoded about as wide as it is seen, and again when that is too little or far too much", async () => {
  const { pictures, asked, closed, give } = stage();
  pictures.at("n", "a", 200);
  await give("a");
  assert.equal(pictures.at("n", "a", 200)?.width, 250);
  assert.equal(pictures.at("n", "a", 150)?.width, 250); // wide enough
  assert.deepEqual(closed, ["a 1000"]);
  assert.equal(pictures.at("n", "a", 400)?.width, 250); // what there is, until more has come
  await give("a");
  assert.equal(pictures.at("n", "a", 400)?.width, 500);
  assert.equal(pictures.at("n", "a", 9000)?.width, 500);
  await give("a");
  assert.equal(pictures.at("n", "a", 9000)?.width, 1000); // it has no more
  assert.equal(asked.length, 3);
  pictures.at("n", "a", 10);
  assert.equal(asked.length, 4);
  await give("a");
  assert.equal(pictures.at("n", "a", 10)?.width, 125);
  assert.deepEqual(closed, ["a 1000", "a 250", "a 500", "a 1000"]);
});

test("IM10 what was moved out of sight is not fetched, and is when it comes back", async () => {
  const { pictures, asked, far, give, settled } = stage();
  for (const name of ["a", "b", "c", "d", "e", "f"]) pictures.at(`n-${name}`, name, 100);
  assert.deepEqual(asked, ["a", "b", "c", "d"]); // no more at once
  far.add("n-e");
  await give("a");
  assert.deepEqual(asked, ["a", "b", "c", "d", "f"]); // the newest first
  await give("b");
  await settled();
  assert.equal(asked.includes("e"), false);
  far.delete("n-e");
  pictures.at("n-e", "e", 100);
  assert.equal(asked.at(-1), "e");
});

test("IM10 pictures take so much memory and no more; those not used for longest go", async () => {
  const each = 125 * 63 * 4; // 100 pixels wide as they are seen
  const { pictures, asked, closed, give } = stage(3 * each);
  for (const name of ["a", "b", "c"]) {
    pictures.at("n", name, 100);
    await give(name);
  }
  assert.equal(pictures.at("n", "a", 100)?.name, "a"); // used again
  pictures.at("n", "d", 100);
  await give("d");
  assert.deepEqual(closed.filter((each) => each.endsWith(" 125")), ["b 125"]);
  assert.equal(pictures.at("n", "c", 100)?.name, "c");
  assert.equal(pictures.at("n", "b", 100), null);
  assert.equal(asked.at(-1), "b"); // fetched anew
});

test("IM10 one that is larger than all the room is shown all the same", async () => {
  const { pictures, give } = stage(10);
  pictures.at("n", "a", 100);
  await give("a");
  assert.equal(pictures.at("n", "a", 100)?.name, "a");
});

test("IM10 an image that is not there is not asked for again; one that could not come is", async () => {
  const { pictures, asked, redrawn, later, waiting, settled, give } = stage();
  pictures.at("n", "gone", 100);
  waiting.get("gone")!.fail(new Gone());
  await settled();
  assert.equal(pictures.at("n", "gone", 100), null);
  assert.deepEqual([asked.length, redrawn.length, later.length], [1, 0, 0]);

  const waits = [];
  for (let at = 0; at < 7; at++) {
    pictures.at("n", "a", 100);
    waiting.get("a")!.fail(new Error("the network is away"));
    await settled();
    const { ms, call } = later.pop()!;
    waits.push(ms);
    call();
  }
  assert.deepEqual(waits, [3000, 6000, 12000, 24000, 48000, 60000, 60000]);
  assert.deepEqual(redrawn, Array.from({ length: 7 }, () => "n"));
  pictures.at("n", "a", 100);
  await give("a");
  assert.equal(pictures.at("n", "a", 100)?.name, "a");
});

test("IM10 widths are halves of the picture's own, never below what is wanted", () => {
  assert.equal(widthFor(1000, 1000), 1000);
  assert.equal(widthFor(1000, 501), 1000);
  assert.equal(widthFor(1000, 500), 500);
  assert.equal(widthFor(1000, 1), 125); // 62 would be below the least
  assert.equal(widthFor(40, 10), 40);
  for (let wanted = 1; wanted < 4096; wanted += 7) {
    const width = widthFor(4096, wanted);
    assert.ok(width >= wanted && (width < 2 * wanted || width === 64));
  }
});
