// Brings what edits to a session: a script of its own, for a page that edits, for one that only
// sees what others drag, and for one in which something waits from before.

import { render } from "preact";
import { Editing } from "../board/editing.js";
import { BrowserOutbox } from "./outbox.js";
import { adopt } from "./sheet.js";
import type { Store } from "./store.js";
import { Unsaved } from "./unsaved.js";
import sheet from "./unsaved.lazy.css";

export function beginEditing(store: Store): void {
  const { session, world, board } = store;
  if (session.editing !== null) return;
  session.begin(new Editing(session, world, new BrowserOutbox(board, () => world.link)));
  adopt(sheet);
  const host = document.createElement("div");
  document.querySelector("#app")?.after(host);
  render(<Unsaved store={store} />, host);
}
