// While one end of a relation is chosen: a field that finds the other one, for those who do not point.

import { useMemo } from "preact/hooks";
import { text } from "../i18n/edit.js";
import { focusCanvas } from "./focus.js";
import type { Editor } from "./index.js";
import { nodeOption } from "./naming.js";
import { Picker } from "./picker.js";

export function Relating({ editor }: { editor: Editor }) {
  const source = editor.source.value;
  const attaching = editor.attaching.value;
  if (source !== null) {
    const seen = editor.node(source);
    if (seen === undefined) return null;
    const label = text.other(editor.nameOf(seen) || text.untitled);
    return <Chooser key={source} editor={editor} label={label} but={source} choose={(id) => editor.relate(source, id)} />;
  }
  const relation = attaching === null ? undefined : editor.session.model.relation(attaching.id);
  if (attaching === null || relation === undefined || !editor.store.selection.value.has(attaching.id)) return null;
  const { id, end } = attaching;
  return (
    <Chooser
      key={`${id} ${end}`} editor={editor} label={end === "source" ? text.attachStart : text.attachEnd} focused
      but={end === "source" ? relation.target : relation.source} choose={(node) => editor.attach(id, end, node)}
    />
  );
}

interface ChooserProps {
  readonly editor: Editor;
  readonly label: string;
  readonly focused?: boolean;
  /** The node that cannot be chosen. */
  readonly but: string;
  readonly choose: (node: string) => void;
}

function Chooser({ editor, label, focused = false, but, choose }: ChooserProps) {
  const { layers } = editor.session;
  const options = useMemo(
    () => editor.things().filter(({ shape }) => shape.id !== but).map(({ shape, layer }) => nodeOption(shape, layers.get(layer))),
    [but],
  );
  return (
    <div
      id="relating"
      class="bar relating"
      role="group"
      aria-label={label}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.preventDefault();
        editor.use("select");
        focusCanvas();
      }}
    >
      <Picker
        label={label} options={options} picked={null} focused={focused}
        pick={(option) => {
          if (option === null) return;
          focusCanvas();
          choose(option.id);
        }}
      />
    </div>
  );
}
