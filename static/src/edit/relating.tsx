// While one end of a relation is chosen: a field that finds the other one, for those who do not point.

import { useMemo } from "preact/hooks";
import { text } from "../i18n/edit.js";
import type { Editor } from "./index.js";
import { nodeOption } from "./naming.js";
import { Picker } from "./picker.js";

export function Relating({ editor }: { editor: Editor }) {
  const source = editor.source.value;
  return source === null || editor.node(source) === undefined ? null : <Chooser key={source} editor={editor} source={source} />;
}

function Chooser({ editor, source }: { editor: Editor; source: string }) {
  const { layers } = editor.session;
  const options = useMemo(
    () => editor.things().filter(({ shape }) => shape.id !== source).map(({ shape, layer }) => nodeOption(shape, layers.get(layer))),
    [source],
  );
  const seen = editor.node(source);
  const name = (seen && editor.nameOf(seen)) || text.untitled;
  const leave = (): void => document.querySelector<HTMLElement>(".canvas")?.focus({ preventScroll: true });
  return (
    <div
      id="relating"
      class="bar relating"
      role="group"
      aria-label={text.other(name)}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.preventDefault();
        editor.use("select");
        leave();
      }}
    >
      <Picker
        label={text.other(name)} options={options} picked={null}
        pick={(option) => {
          if (option === null) return;
          leave();
          editor.relate(source, option.id);
        }}
      />
    </div>
  );
}
