// A quiet page for those who wait until it starts. A script of its own, loaded for them alone.

import { effect } from "@preact/signals";
import { render } from "preact";
import { RANK } from "../generated/constants.js";
import { waitingWords as words } from "../i18n/waiting.js";
import { adopt } from "../ui/sheet.js";
import type { Store } from "../ui/store.js";
import type { Workshop } from "../workshop/index.js";
import sheet from "./waiting.lazy.css";

/** Whether whoever looks at this page waits. */
export function waits({ role, session, revision }: Store): boolean {
  void revision.value; // what is read here changes with it
  return session.model.board?.waiting === true && RANK[role.value] < RANK.facilitator;
}

function Waiting({ store }: { store: Store }) {
  if (!waits(store) || store.status.value.kind === "stopped") return null;
  return (
    <section class="waiting" aria-labelledby="waiting-title">
      <span class="waiting-mark" aria-hidden="true" />
      <h2 id="waiting-title">{words.title}</h2>
      <p>{words.words}</p>
      <p class="waiting-here">{words.here(store.here.value)}</p>
    </section>
  );
}

export function begin({ store }: Workshop): void {
  adopt(sheet);
  const host = document.createElement("div");
  document.querySelector(".board > main")?.append(host);
  render(<Waiting store={store} />, host);
  let waited = false;
  effect(() => {
    const now = waits(store);
    const { board } = store.session.model;
    if (now && !waited) store.announcer.say(`${words.title}. ${words.words}`);
    // for who is put out, or leads by now, it has not begun
    else if (waited && board !== null && board.waiting !== true) store.announcer.say(words.begun);
    waited = now;
  });
}
