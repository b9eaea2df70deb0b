// What finds things: the panel of results, the panel of connections, the command palette and the
// sheet of shortcuts. A script of its own, loaded when one of them is first wanted.

import { signal } from "@preact/signals";
import { words } from "../i18n/find.js";
import { text } from "../i18n/index.js";
import { adopt } from "../ui/sheet.js";
import sideSheet from "../ui/side.lazy.css";
import type { Store } from "../ui/store.js";
import { DESK_KEY, recall } from "../ui/tab.js";
import { Connections } from "./connections.js";
import { ConnectionsPanel } from "./connections-panel.js";
import sheet from "./find.lazy.css";
import { KeysSheet } from "./keys-sheet.js";
import { Palette } from "./palette.js";
import { Search } from "./search.js";
import { SearchPanel } from "./search-panel.js";

/** search and graph are panels beside the board, palette and keys are dialogs over it. */
export type FindPart = "search" | "graph" | "palette" | "keys";

export class Find {
  readonly panel = signal<"search" | "graph" | null>(null);
  readonly dialog = signal<"palette" | "keys" | null>(null);
  /** Rises when a panel is asked for: it takes the focus, though it may be open already. */
  readonly asked = signal(0);
  readonly search: Search;
  readonly connections: Connections;
  private before: Element | null = null; // what had the focus

  constructor(readonly store: Store) {
    for (const each of [sideSheet, sheet]) adopt(each);
    this.search = new Search(store);
    this.connections = new Connections(store);
    const group = text.findGroup;
    store.commands.add(
      { id: "find.next", title: words.next, group, keys: ["F3"], where: "anywhere", run: () => this.step(1) },
      { id: "find.previous", title: words.previous, group, keys: ["Shift+F3"], where: "anywhere", run: () => this.step(-1) },
      {
        id: "desk.go", title: words.allBoards, group,
        when: () => recall(DESK_KEY) !== null, // else there is nothing more to see than here
        run: () => location.assign("/"),
      },
    );
    for (const other of [store.outlineOpen, store.peopleOpen]) {
      other.subscribe((open) => {
        if (open) this.panel.value = null; // they stand in the same place
      });
    }
    this.panel.subscribe((panel) => panel !== "graph" && this.connections.rest());
  }

  show(part: FindPart): void {
    if (part === "palette" || part === "keys") {
      this.dialog.value = part;
      return;
    }
    if (this.panel.value === null) this.before = document.activeElement;
    this.store.outlineOpen.value = this.store.peopleOpen.value = false;
    this.panel.value = part;
    this.asked.value += 1;
  }

  /** Closes the panel, and gives the focus back to where it was. */
  close(): void {
    this.panel.value = null;
    const { before } = this;
    this.before = null;
    if (before instanceof HTMLElement && before.isConnected && before !== document.body) before.focus();
    else document.querySelector<HTMLElement>(".canvas")?.focus();
  }

  private step(by: 1 | -1): void {
    if (this.search.hits.value.length === 0) this.show("search");
    else this.search.step(by);
  }

  view() {
    return (
      <>
        <SearchPanel finding={this} open={this.panel.value === "search"} />
        <ConnectionsPanel finding={this} open={this.panel.value === "graph"} />
        {this.dialog.value === "palette" && <Palette finding={this} />}
        {this.dialog.value === "keys" && <KeysSheet finding={this} />}
      </>
    );
  }
}
