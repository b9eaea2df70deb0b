import assert from "node:assert/strict";
import { test } from "node:test";
import { csv } from "./files.js";

test("VO23, PE5: a table is quoted, and no cell of it is a formula", () => {
  assert.equal(csv([["Thing", "Votes"], ['He said "no", so', 3], ["=1+1", 0], ["two\nlines", 1], ["-x", 2]]),
    'Thing,Votes\r\n"He said ""no"", so",3\r\n\'=1+1,0\r\n"two\nlines",1\r\n\'-x,2\r\n');
});
