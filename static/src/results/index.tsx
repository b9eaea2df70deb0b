// What a workshop came to, as one file, for whoever leads it.

import { useState } from "preact/hooks";
import download from "lucide-static/icons/download.svg";
import { Refused } from "../board/wire.js";
import { words } from "../i18n/results.js";
import { fetched, save } from "../ui/files.js";
import { Glyph } from "../ui/icon.js";
import { adopt } from "../ui/sheet.js";
import type { Workshop } from "../workshop/index.js";
import sheet from "./results.lazy.css";

const AUTHORS = ["number", "name", "none"] as const;
type Authors = (typeof AUTHORS)[number];

export function begin(workshop: Workshop): void {
  adopt(sheet);
  const { store } = workshop;
  const group = words.group;
  workshop.sections.add({ id: "results", title: words.results, icon: download, order: 90, view: () => <Results workshop={workshop} /> });
  store.commands.add({
    id: "workshop.results", title: words.open, group, when: () => workshop.leads.value, run: () => workshop.show("results"),
  });
}

function Results({ workshop }: { workshop: Workshop }) {
  const [authors, setAuthors] = useState<Authors>("number");
  const [waits, setWaits] = useState(false);
  const get = async (): Promise<void> => {
    setWaits(true);
    const { store } = workshop;
    try {
      save(await fetched(store, `results?authors=${authors}`), `${store.board}-results.zip`);
      store.tell(words.saved);
    } catch (error) {
      store.tell(error instanceof Refused && error.message !== "" ? words.refused(error.message) : words.notThere, true);
    } finally {
      setWaits(false);
    }
  };
  return (
    <form
      class="results"
      onSubmit={(event) => {
        event.preventDefault();
        if (!waits) void get();
      }}
    >
      <p>{words.what}</p>
      <fieldset>
        <legend>{words.people}</legend>
        {AUTHORS.map((one) => (
          <label key={one}>
            <input type="radio" name="authors" checked={authors === one} onChange={() => setAuthors(one)} />
            <span>
              {words.authors[one]}
              <small>{words.hints[one]}</small>
            </span>
          </label>
        ))}
      </fieldset>
      <button type="submit" class="button solid wide" aria-disabled={waits}>
        <Glyph name="download" markup={download} />
        {waits ? words.waits : words.get}
      </button>
    </form>
  );
}
