// Brings what edits to a session: a script of its own, for a page that edits and for one that only
// sees what others drag.

import { Editing } from "../board/editing.js";
import { BrowserOutbox } from "./outbox.js";
import type { Store } from "./store.js";

export function beginEditing({ session, world, board }: Store): void {
  if (session.editing === null) session.begin(new Editing(session, world, new BrowserOutbox(board)));
}
