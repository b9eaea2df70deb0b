// A frame with what lies in it as a picture, for a person to keep.

import { Refused } from "../board/wire.js";
import type { NodeShape } from "../generated/wire.js";
import { text } from "../i18n/edit.js";
import { fetched, save } from "../ui/files.js";
import type { Store } from "../ui/store.js";
import { joined } from "./naming.js";

const NAME_CHARS_MAX = 60;

/** Saves it as SVG, with the layers that I see; what waits for the server is not in it. */
export async function saveFrame(store: Store, frame: NodeShape): Promise<void> {
  const layers = [...store.session.on].join(",");
  const words = joined(frame.title).replace(/[^\p{L}\p{M}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
  const name = [...words].slice(0, NAME_CHARS_MAX).join("") || store.board;
  try {
    const query = new URLSearchParams({ format: "svg", frame: frame.id, layers });
    save(await fetched(store, `export?${query}`), `${name}.svg`);
    store.tell(text.frameSaved);
  } catch (error) {
    store.tell(error instanceof Refused && error.message !== "" ? text.frameRefused(error.message) : text.frameNotThere, true);
  }
}
