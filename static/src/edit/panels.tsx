// The outline and the panel of layers as editors: a script of its own, loaded when one of the two is
// first opened by somebody who may write.

import { adopt } from "../ui/sheet.js";
import type { Store } from "../ui/store.js";
import { LayersEditing } from "./layers.js";
import { outlineCommands, OutlineEditor, OutlineState } from "./outline.js";
import sheet from "./outline.lazy.css";

export class Panels {
  readonly layers: LayersEditing;
  readonly outline: OutlineState;

  constructor(readonly store: Store) {
    adopt(sheet);
    this.layers = new LayersEditing(store);
    this.outline = new OutlineState(store);
    store.commands.add(...this.layers.commands(), ...outlineCommands(this.outline));
    // the one is drawn in the place of the other only after this
    store.mayEdit.subscribe((may) => (may ? this.outline.takeOver() : this.outline.handOver()));
  }

  /** The outline that edits, in the place of the one that is read. */
  readonly Outline = () => <OutlineEditor store={this.store} state={this.outline} />;
}
