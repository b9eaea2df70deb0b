// The tools, undo and redo, and the layer in which new things land.

import { useEffect, useState } from "preact/hooks";
import arrowUpRight from "lucide-static/icons/move-up-right.svg";
import eraser from "lucide-static/icons/eraser.svg";
import frame from "lucide-static/icons/frame.svg";
import hand from "lucide-static/icons/hand.svg";
import image from "lucide-static/icons/image.svg";
import pencil from "lucide-static/icons/pencil.svg";
import pointer from "lucide-static/icons/mouse-pointer-2.svg";
import redo from "lucide-static/icons/redo-2.svg";
import shapes from "lucide-static/icons/shapes.svg";
import sticky from "lucide-static/icons/sticky-note.svg";
import rectangle from "lucide-static/icons/rectangle-horizontal.svg";
import type from "lucide-static/icons/type.svg";
import { text } from "../i18n/edit.js";
import { text as common } from "../i18n/index.js";
import { Glyph, Icon } from "../ui/icon.js";
import { onMac, shownKeys, spokenKeys } from "../ui/keys.js";
import type { ShapeName } from "./doing.js";
import { focusCanvas } from "./focus.js";
import type { Editor, ToolName } from "./index.js";
import { Choosing } from "./choosing.js";

export const TOOLS: readonly { readonly name: ToolName; readonly keys: readonly string[]; readonly icon: string }[] = [
  { name: "select", keys: ["V"], icon: pointer },
  { name: "hand", keys: ["H"], icon: hand },
  { name: "sticky", keys: ["S", "N"], icon: sticky },
  { name: "card", keys: ["C"], icon: rectangle },
  { name: "text", keys: ["T"], icon: type },
  { name: "shape", keys: ["R"], icon: shapes },
  { name: "frame", keys: ["F"], icon: frame },
  { name: "relation", keys: ["L"], icon: arrowUpRight },
  { name: "pen", keys: ["P"], icon: pencil },
  { name: "eraser", keys: ["E"], icon: eraser },
  { name: "image", keys: ["I"], icon: image },
];

export function ToolBar({ editor }: { editor: Editor }) {
  const { store, session } = editor;
  const [folded, setFolded] = useState(false);
  // what is read here changes with these
  void [store.revision.value, store.layers.value, store.on.value, store.role.value, store.unsaved.value];
  const why = editor.closedWhy();
  useEffect(() => store.settleCovers(), [folded, why !== null]);
  if (!store.ready.value || !session.mayEdit) {
    return store.ready.value && session.model.board?.archived === true && store.role.value !== "viewer"
      ? <p class="tools-why bar" data-covers>{text.archived}</p>
      : null;
  }
  const tool = editor.tool.value;
  if (folded) {
    return (
      <div class="bar tools folded" data-covers>
        <button type="button" class="button square" aria-label={text.showTools} title={text.showTools} onClick={() => setFolded(false)}>
          <Glyph name="pencil" markup={pencil} />
        </button>
      </div>
    );
  }
  return (
    <div class="bar tools" data-covers role="toolbar" aria-label={text.tools} onKeyDown={(event) => rove(event)}>
      <div class="tools-row">
        {TOOLS.map(({ name, keys, icon }) => (
          <ToolButton
            key={name} editor={editor} name={name} keys={keys[0]!} icon={icon} pressed={tool === name}
            disabled={why !== null && name !== "select" && name !== "hand"}
          />
        ))}
        <span class="tools-line" role="separator" />
        <button
          type="button" class="button square" aria-label={text.undo} title={`${text.undo} (${shownKeys("Mod+Z", onMac).join("+")})`}
          aria-keyshortcuts={spokenKeys("Mod+Z", onMac)} disabled={!session.canUndo} onClick={() => store.commands.run("edit.undo")}
        >
          <Icon name="undo" />
        </button>
        <button
          type="button" class="button square" aria-label={text.redo} title={`${text.redo} (${shownKeys("Mod+Shift+Z", onMac).join("+")})`}
          aria-keyshortcuts={spokenKeys("Mod+Shift+Z", onMac)} disabled={!session.canRedo} onClick={() => store.commands.run("edit.redo")}
        >
          <Glyph name="redo" markup={redo} />
        </button>
        <button type="button" class="button square fold-tools" aria-label={text.hideTools} title={text.hideTools} onClick={() => setFolded(true)}>
          <Icon name="chevron" />
        </button>
      </div>
      {why === null ? <ActiveLayer editor={editor} /> : <p class="tools-why">{why}</p>}
    </div>
  );
}

function ToolButton({ editor, name, keys, icon, pressed, disabled }: {
  editor: Editor; name: ToolName; keys: string; icon: string; pressed: boolean; disabled: boolean;
}) {
  const label = text[name];
  const button = (
    <button
      type="button"
      class="button square tool"
      aria-label={label}
      aria-pressed={pressed}
      aria-keyshortcuts={spokenKeys(keys, onMac)}
      title={`${label} (${shownKeys(keys, onMac).join("+")})`}
      disabled={disabled}
      onClick={(event) => {
        editor.use(pressed && name !== "select" ? "select" : name);
        // who works with the keyboard goes on at the canvas: Enter puts it in the middle
        if (event.detail === 0) focusCanvas();
      }}
    >
      <Glyph name={name} markup={icon} />
    </button>
  );
  if (name !== "shape") return button;
  return (
    <span class="tool-pair">
      {button}
      <Choosing
        label={text.otherShape}
        class="button square tool-more"
        choices={() => Object.entries(text.shapes).map(([shape, words]) => ({
          label: words,
          on: editor.shape.value === shape,
          run: () => {
            editor.shape.value = shape as ShapeName;
            editor.use("shape");
          },
        }))}
      >
        <Icon name="chevron" size={12} />
      </Choosing>
    </span>
  );
}

/** Where new things land: a swatch, its title, and the others that one may choose. */
function ActiveLayer({ editor }: { editor: Editor }) {
  const { session, store } = editor;
  const { active } = session;
  const layer = active === null ? undefined : session.layers.get(active);
  if (layer === undefined) return null;
  const title = layer.title || common.untitled;
  return (
    <Choosing
      label={text.landsIn(title)}
      class="button quiet active-layer"
      choices={() => editor.layersOpen().map(({ id, title: name }) => ({
        label: name || common.untitled,
        on: id === active,
        run: () => {
          session.setActive(id);
          if (!session.on.has(id)) session.switch(id, true);
          store.announcer.say(text.landsIn(name || common.untitled));
        },
      }))}
    >
      <span class="swatch" data-color={layer.color.startsWith("#") ? undefined : layer.color} ref={(element) => paint(element, layer.color)} />
      <span class="active-title">{title}</span>
      <Icon name="chevron" size={14} />
    </Choosing>
  );
}

/** A colour that is no name of the palette is set by the script. */
export function paint(element: HTMLElement | null, color: string): void {
  if (element !== null) element.style.background = color.startsWith("#") ? color : "";
}

/** Arrow keys go along a toolbar. */
export function rove(event: KeyboardEvent): void {
  const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
  if (step === 0 || !(event.currentTarget instanceof HTMLElement) || !(event.target instanceof HTMLButtonElement)) return;
  const buttons = [...event.currentTarget.querySelectorAll<HTMLButtonElement>("button:not(:disabled)")];
  const at = buttons.indexOf(event.target);
  if (at < 0) return;
  buttons[(at + step + buttons.length) % buttons.length]?.focus();
  event.preventDefault();
  event.stopPropagation();
}
