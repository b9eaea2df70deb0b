// What a page loads when its person may change the board: tools, text in place, the clipboard.
//
// It is a script of its own (static/build.mjs), so that whoever only looks does not load it.

import { beginEditing } from "../ui/begin.js";
import { adopt } from "../ui/sheet.js";
import type { Store } from "../ui/store.js";
import sheet from "./edit.lazy.css";
import { Images } from "./images.js";

/** What makes a page one to edit in. One for each page, made when its role first may write. */
export class Editor {
  readonly images: Images;

  constructor(readonly store: Store) {
    adopt(sheet);
    beginEditing(store);
    this.images = new Images(store);
  }
}
