// The front page. With the desk's key it becomes the desk, which is a script of its own; who has
// none loads no more than this.

import { readAddress } from "./board/address.js";
import { DESK_KEY, keep, recall } from "./ui/tab.js";

/** Takes a key out of the address and its history; then opens the desk, where there is a key. */
async function enter(): Promise<void> {
  const { key } = readAddress(location.hash);
  if (key !== null) {
    keep(DESK_KEY, key);
    history.replaceState(history.state, "", location.pathname + location.search);
  }
  const held = recall(DESK_KEY);
  if (held === null) return;
  const { openDesk } = await import("./desk/index.js");
  openDesk(held);
}

addEventListener("hashchange", () => void enter()); // a link that is pasted where the page is open
void enter();
