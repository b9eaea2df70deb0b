import assert from "node:assert/strict";
import { test } from "node:test";
import { HREF_CHARS_MAX, TAG_CHARS_MAX, TAGS_MAX } from "../generated/limits.js";
import { cleaned, readHref, readTags, readText } from "./fields.js";
import { matching } from "./picker.js";

test("OE8: what is typed is made plain text, bounded by characters and not by code units", () => {
  assert.equal(cleaned("a\r\nb\tc\u0000\ud800", false), "a\nb c\ufffd");
  assert.equal(cleaned(" two \n lines ", true), " two lines ");
  assert.deepEqual(readText("🏙🏙", 2, true), { value: "🏙🏙" });
  assert.ok("problem" in readText("🏙🏙🏙", 2, true));
});

test("OE8: tags and links are bounded, and a link is of the web or of mail", () => {
  assert.deepEqual(readTags(" a, b,,a\nc "), { value: ["a", "b", "c"] });
  assert.ok("problem" in readTags(Array.from({ length: TAGS_MAX + 1 }, (_, n) => `${n}`).join()));
  assert.ok("problem" in readTags("x".repeat(TAG_CHARS_MAX + 1)));
  assert.deepEqual(readHref(""), { value: "" });
  assert.deepEqual(readHref(" example.org/a?b "), { value: "https://example.org/a?b" });
  assert.deepEqual(readHref("mailto:a@b.c"), { value: "mailto:a@b.c" });
  assert.deepEqual(readHref("#scene=a.1"), { value: "#scene=a.1" });
  assert.ok("problem" in readHref("#scene=a&k=b") && "problem" in readHref("#node=a"));
  for (const bad of ["javascript:alert(1)", "data:text/html,x", "https://a b", "ftp://a.b", `https://a.b/${"x".repeat(HREF_CHARS_MAX)}`]) {
    assert.ok("problem" in readHref(bad), bad);
  }
});

test("OE3: a search finds what contains the letters, what begins with them first", () => {
  const options = ["Boat", "Lifeboat", "Böoa", "Car"].map((title) => ({ id: title, title, detail: "" }));
  assert.deepEqual(matching(options, "bo").map(({ id }) => id), ["Boat", "Böoa", "Lifeboat"]);
  assert.equal(matching(options, "").length, 4);
});
