// The desk: a script of its own (static/build.mjs), loaded by the front page for who has its key.

import { effect } from "@preact/signals";
import { render } from "preact";
import { DESK_KEY, forget, recall } from "../ui/tab.js";
import { adopt } from "../ui/sheet.js";
import sheet from "./desk.lazy.css";
import { Desk } from "./desk.js";
import { DeskStore } from "./store.js";

let opened: DeskStore | null = null;

/** Opens the desk with a key, in the place of the public boards; these stay when it does not open. */
export function openDesk(key: string): void {
  const root = document.getElementById("desk-root");
  const page = document.querySelector<HTMLElement>("main.home");
  if (root === null || page === null) return;
  adopt(sheet);
  opened?.close();
  const store = new DeskStore(key);
  opened = store;
  effect(() => {
    const closed = store.phase.value === "closed";
    page.hidden = !closed;
    if (closed && recall(DESK_KEY) === key) forget(DESK_KEY);
  });
  render(null, root);
  render(<Desk store={store} />, root);
  void store.load();
  // for the console, and for the tests
  Object.assign(window, { desk: store });
}
