import assert from "node:assert/strict";
import { test } from "node:test";
import { type Command, Commands, type Place } from "./commands.js";
import { isCharacter, isPressed, type Press } from "./keys.js";
import { shownKeys, spokenKeys } from "./shown-keys.js";

function press(key: string, more: Partial<Press> = {}): Press {
  return { key, code: "", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more };
}

function command(id: string, more: Partial<Command> = {}): Command {
  return { id, title: id, group: "", run: () => undefined, ...more };
}

test("CM1 a shortcut is pressed with exactly its modifiers, however a keyboard makes its character", () => {
  assert.ok(isPressed("Mod+K", press("k", { ctrlKey: true }), false));
  assert.ok(isPressed("Mod+K", press("k", { metaKey: true }), true));
  assert.ok(!isPressed("Mod+K", press("k", { ctrlKey: true }), true));
  assert.ok(!isPressed("Mod+K", press("k", { ctrlKey: true, shiftKey: true }), false));
  assert.ok(!isPressed("K", press("k", { ctrlKey: true }), false));
  assert.ok(!isPressed("K", press("K", { shiftKey: true }), false));
  assert.ok(isPressed("K", press("K"), false), "with caps lock");
  assert.ok(isPressed("Shift+F3", press("F3", { shiftKey: true }), false));
  assert.ok(!isPressed("F3", press("F3", { shiftKey: true }), false));
  assert.ok(isPressed("?", press("?", { shiftKey: true }), false));
  assert.ok(isPressed("/", press("/", { shiftKey: true }), false), "as a German keyboard makes it");
  assert.ok(isPressed("+", press("+", { shiftKey: true }), false));
  assert.ok(isPressed("Mod++", press("+", { ctrlKey: true }), false));
  assert.ok(isPressed("Space", press(" "), false));
  assert.ok(!isPressed("/", press("/", { ctrlKey: true }), false));
  const altGraph = { ctrlKey: true, altKey: true, getModifierState: (name: string) => name === "AltGraph" };
  assert.ok(isPressed("[", press("[", altGraph), false));
});

test("CM1 a letter is found by its place where the layout has other letters", () => {
  assert.ok(isPressed("Mod+K", press("κ", { ctrlKey: true, code: "KeyK" }), false));
  assert.ok(isPressed("L", press("д", { code: "KeyL" }), false));
  assert.ok(!isPressed("L", press("д", { code: "KeyK" }), false));
  assert.ok(!isPressed("Q", press("a", { code: "KeyQ" }), false), "a French keyboard has its own a");
});

test("CM1 keys are shown as the machine's keyboard names them", () => {
  assert.deepEqual(shownKeys("Mod+Shift+K", false), ["Ctrl", "Shift", "K"]);
  assert.deepEqual(shownKeys("Mod+Shift+K", true), ["⌘", "⇧", "K"]);
  assert.deepEqual(shownKeys("ArrowLeft", false), ["←"]);
  assert.deepEqual(shownKeys("Mod++", false), ["Ctrl", "+"]);
  assert.equal(spokenKeys("Mod+Shift+K", false), "Control+Shift+K");
  assert.equal(spokenKeys("Mod+K", true), "Meta+K");
  assert.equal(spokenKeys("+", false), "Plus");
});

test("CM2 shortcuts are heard where they say, and nowhere while somebody types", () => {
  const commands = new Commands(false);
  commands.add(
    command("canvas", { keys: ["Enter"] }),
    command("page", { keys: ["S"], where: "page" }),
    command("anywhere", { keys: ["F3"], where: "anywhere" }),
  );
  const meant = (key: string): string =>
    (["canvas", "page", "typing"] satisfies Place[]).filter((place) => commands.meant(press(key), place)).join();
  assert.equal(meant("Enter"), "canvas");
  assert.equal(meant("s"), "canvas,page");
  assert.equal(meant("F3"), "canvas,page,typing");
  assert.equal(meant("x"), "");
});

test("CM3 of several commands with the same keys the last is meant that can be done now", () => {
  const commands = new Commands(false);
  let selected = true;
  let ran = "";
  commands.add(command("pan", { keys: ["ArrowLeft"], run: () => (ran += "pan ") }));
  const take = commands.add(command("nudge", { keys: ["ArrowLeft"], when: () => selected, run: () => (ran += "nudge ") }));
  assert.equal(commands.meant(press("ArrowLeft"), "canvas")?.id, "nudge");
  commands.run("nudge");
  selected = false;
  assert.equal(commands.meant(press("ArrowLeft"), "canvas")?.id, "pan");
  commands.run("nudge"); // it cannot be done now
  commands.run("pan");
  commands.run("nothing");
  assert.equal(ran, "nudge pan ");
  selected = true;
  take();
  assert.equal(commands.meant(press("ArrowLeft"), "canvas")?.id, "pan");
  assert.deepEqual(commands.all().map(({ id }) => id), ["pan"]);
});

test("CM3 a command of an id that is there takes its place, and is not taken away with the former", () => {
  const commands = new Commands(false);
  const take = commands.add(command("fit", { title: "old" }));
  commands.add(command("fit", { title: "new" }));
  take();
  assert.deepEqual(commands.all().map(({ title }) => title), ["new"]);
});

test("CM4 shortcuts of one character can be turned off, all others stay", () => {
  const commands = new Commands(false);
  commands.add(
    command("letter", { keys: ["S"], where: "page" }),
    command("sign", { keys: ["?"], where: "page" }),
    command("shifted", { keys: ["Shift+L"], where: "page" }),
    command("chord", { keys: ["Mod+K"], where: "page" }),
    command("named", { keys: ["F3"], where: "page" }),
  );
  const heard = (): string =>
    [press("s"), press("?"), press("L", { shiftKey: true }), press("k", { ctrlKey: true }), press("F3")]
      .flatMap((each) => commands.meant(each, "page")?.id ?? [])
      .join();
  assert.equal(heard(), "letter,sign,shifted,chord,named");
  commands.setSingles(false);
  assert.equal(heard(), "chord,named");
  commands.setSingles(true);
  assert.equal(heard(), "letter,sign,shifted,chord,named");
  assert.deepEqual(["S", "Shift+L", "?", "+", "Mod+K", "F3", "Space"].map(isCharacter), [true, true, true, true, false, false, false]);
});
