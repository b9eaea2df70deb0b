// What can be done with the selection: a bar beside it, on a phone at the foot of the window.

import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import alignLeft from "lucide-static/icons/align-start-vertical.svg";
import bringToFront from "lucide-static/icons/bring-to-front.svg";
import download from "lucide-static/icons/download.svg";
import captions from "lucide-static/icons/captions.svg";
import copy from "lucide-static/icons/copy.svg";
import heads from "lucide-static/icons/move-up-right.svg";
import layersIcon from "lucide-static/icons/layers-2.svg";
import linkIcon from "lucide-static/icons/link.svg";
import open from "lucide-static/icons/lock-open.svg";
import palette from "lucide-static/icons/palette.svg";
import pencil from "lucide-static/icons/pencil.svg";
import ruler from "lucide-static/icons/ruler.svg";
import shapes from "lucide-static/icons/shapes.svg";
import sizeIcon from "lucide-static/icons/a-large-small.svg";
import splines from "lucide-static/icons/spline.svg";
import tag from "lucide-static/icons/tag.svg";
import trash from "lucide-static/icons/trash-2.svg";
import waypoints from "lucide-static/icons/waypoints.svg";
import { THEMES } from "../generated/constants.js";
import type { AnyOp, NodeSet, RelationSet, RelationShape } from "../generated/wire.js";
import { text } from "../i18n/edit.js";
import { words as imageWords } from "../i18n/images.js";
import { text as common } from "../i18n/index.js";
import { Glyph, Icon } from "../ui/icon.js";
import { Choosing } from "./choosing.js";
import type { Seen } from "./doing.js";
import { readHref, readTags } from "./fields.js";
import { focusCanvas } from "./focus.js";
import type { Editor } from "./index.js";
import type { Choice } from "./menu.js";
import { positionOf, repositioned } from "./position.js";
import { PositionFields, typedPosition } from "./position-fields.js";
import { rove } from "./toolbar.js";

const GAP_PX = 14;
const MARGIN_PX = 8;
/** What stands out of a selection: its handles. */
const OUT_PX = 28;

export function SelectionBar({ editor }: { editor: Editor }) {
  const { store, session } = editor;
  const bar = useRef<HTMLDivElement>(null);
  void [store.revision.value, store.selection.value, store.layers.value, store.on.value];
  const nodes = editor.nodes();
  const relations = editor.relations();
  const shown = nodes.length + relations.length > 0 && editor.typing.value === null && session.mayEdit &&
    (editor.tool.value === "select" || editor.tool.value === "hand");
  const busy = editor.busy.value;
  useLayoutEffect(() => {
    if (!shown) return;
    const lay = (): void => place(editor, bar.current);
    lay();
    return store.canvas?.onPaint(() => {
      lay();
      return false;
    });
  }, [shown]);
  useLayoutEffect(() => {
    if (shown) place(editor, bar.current);
  });
  if (!shown) return null;
  return (
    <div
      ref={bar}
      id="selection-bar"
      class={busy ? "bar selection-bar busy" : "bar selection-bar"}
      role="toolbar"
      aria-label={text.actions}
      onKeyDown={(event) => {
        rove(event);
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.preventDefault();
        event.stopPropagation();
        focusCanvas();
      }}
    >
      <Actions editor={editor} nodes={nodes} relations={relations} />
    </div>
  );
}

/** Above the selection, or below it where there is no room; never off the window. */
function place(editor: Editor, bar: HTMLElement | null): void {
  const box = editor.selectionBox();
  const { canvas } = editor.store;
  if (bar === null || box === null || canvas === null) return;
  if (matchMedia("(max-width: 719px)").matches) {
    bar.style.left = bar.style.top = "";
    return;
  }
  const { left, top, right, bottom } = editor.inWindow(box);
  const [width, height] = [bar.offsetWidth, bar.offsetHeight];
  const { width: wide, height: high, ratio } = canvas.camera;
  const insets = editor.store.insets();
  const ceiling = insets.top + MARGIN_PX;
  const floor = high / ratio - insets.bottom - MARGIN_PX - height;
  const above = top - OUT_PX - GAP_PX - height;
  const y = above >= ceiling ? above : Math.min(floor, bottom + OUT_PX + GAP_PX);
  const x = (left + right) / 2 - width / 2;
  bar.style.left = `${Math.round(Math.max(MARGIN_PX, Math.min(wide / ratio - width - MARGIN_PX, x)))}px`;
  bar.style.top = `${Math.round(Math.max(ceiling, Math.min(floor, y)))}px`;
}

function Actions({ editor, nodes, relations }: { editor: Editor; nodes: readonly Seen[]; relations: readonly RelationShape[] }) {
  const { session, store } = editor;
  const changeable = editor.changeable(nodes);
  const lines = editor.openRelations(relations);
  const locked = nodes.filter(({ shape, layer }) => shape.locked === true && session.canWrite(layer, shape.id));
  const [one] = changeable;
  const [line] = lines;
  const run = (id: string) => () => store.commands.run(id);
  if (changeable.length + lines.length === 0) {
    const only = nodes.length === 1 ? nodes[0]!.shape : undefined;
    const linked = only?.href || null;
    return (
      <>
        <p class="bar-words">
          <Icon name="lock" size={16} />
          {locked.length > 0 ? text.locked : text.closed}
        </p>
        {linked !== null && <OpenLink href={linked} />}
        {only?.kind === "frame" && <Do label={text.saveFrame} icon={download} run={run("edit.save-frame")} />}
        {locked.length > 0 && (
          <button type="button" class="button quiet strong" onClick={run("edit.lock")}>
            <Glyph name="lock-open" markup={open} />
            {text.unlock}
          </button>
        )}
      </>
    );
  }
  const only = nodes.length === 1 && relations.length === 0 ? one : undefined;
  const kinds = new Set(changeable.map(({ shape }) => shape.kind ?? "card"));
  const setAll = (props: Omit<NodeSet, "op" | "id">): void =>
    editor.edit(changeable.map(({ shape: { id } }) => ({ op: "node.set", id, ...props })));
  const setLines = (props: Omit<RelationSet, "op" | "id">): void =>
    editor.edit(lines.map(({ id }) => ({ op: "relation.set", id, ...props })));
  return (
    <>
      {nodes.length + relations.length > 1 && <p class="bar-words">{text.selected(nodes.length + relations.length)}</p>}
      {(only !== undefined && !["image", "drawing"].includes(only.shape.kind ?? "")) && (
        <Do label={text.editText} icon={pencil} run={() => editor.type(only.shape.id)} />
      )}
      {only?.shape.kind === "frame" && <Do label={text.saveFrame} icon={download} run={run("edit.save-frame")} />}
      {only?.shape.kind === "image" && <Do label={imageWords.describe} icon={captions} run={run("image.describe")} />}
      {line !== undefined && nodes.length === 0 && (
        <>
          {lines.length === 1 && relations.length === 1 && <Do label={text.label} icon={pencil} run={() => editor.type(line.id)} />}
          <Choosing label={text.line} choices={() => [
            ...entries(text.lines, line.line ?? "curved", (name) => setLines({ line: name as NonNullable<RelationSet["line"]> })),
            "line",
            { label: text.dashed, on: line.dashed === true, run: () => setLines({ dashed: line.dashed !== true }) },
            { label: text.turn, run: run("edit.turn") },
            ...(lines.length === 1 ? [{ label: text.attachStart, run: run("edit.attach-source") }, { label: text.attachEnd, run: run("edit.attach-target") }] : []),
          ]}>
            <Glyph name="spline" markup={splines} />
          </Choosing>
          <Choosing label={text.start} choices={() => entries(text.heads, line.start ?? "none", (name) => setLines({ start: name as NonNullable<RelationSet["start"]> }))}>
            <span class="flipped"><Glyph name="start" markup={heads} /></span>
          </Choosing>
          <Choosing label={text.end} choices={() => entries(text.heads, line.end ?? "arrow", (name) => setLines({ end: name as NonNullable<RelationSet["end"]> }))}>
            <Glyph name="end" markup={heads} />
          </Choosing>
        </>
      )}
      <Pop label={text.color} icon={palette}>
        {(close) => (
          <Swatches
            now={(one?.shape ?? line)?.color ?? null}
            none={one === undefined ? text.plainColor : text.layerColor}
            choose={(color) => {
              close();
              editor.edit([
                ...changeable.map(({ shape: { id } }): AnyOp => ({ op: "node.set", id, color })),
                ...lines.map(({ id }): AnyOp => ({ op: "relation.set", id, color })),
              ]);
            }}
          />
        )}
      </Pop>
      {kinds.size === 1 && kinds.has("shape") && (
        <Choosing label={text.shape} choices={() => entries(text.shapes, one?.shape.shape ?? "rectangle", (name) => setAll({ shape: name as NonNullable<NodeSet["shape"]> }))}>
          <Glyph name="shapes" markup={shapes} />
        </Choosing>
      )}
      {kinds.size === 1 && kinds.has("text") && (
        <Choosing label={text.size} choices={() => entries(text.sizes, one?.shape.text_size ?? "medium", (name) => setAll({ text_size: name as NonNullable<NodeSet["text_size"]> }))}>
          <Glyph name="size" markup={sizeIcon} />
        </Choosing>
      )}
      {only !== undefined && (
        <Pop label={text.link} icon={linkIcon}>{(close) => <LinkForm editor={editor} seen={only} close={close} />}</Pop>
      )}
      {only?.shape.href && <OpenLink href={only.shape.href} />}
      {one !== undefined && <Pop label={text.tags} icon={tag}>{(close) => <TagsForm editor={editor} nodes={changeable} close={close} />}</Pop>}
      {changeable.length > 1 && (
        <Choosing label={text.arrange} choices={() => [
          ...(["left", "center", "right", "top", "middle", "bottom"] as const).map((how): Choice => ({ label: text[how], run: run(`edit.align-${how}`) })),
          "line",
          { label: text.across, run: run("edit.distribute-x") },
          { label: text.down, run: run("edit.distribute-y") },
          "line",
          { label: text.tidy, run: run("edit.tidy") },
          { label: text.gather, keys: "Shift+A", run: run("gather.open") },
        ]}>
          <Glyph name="align" markup={alignLeft} />
        </Choosing>
      )}
      {one !== undefined && (
        <>
          <Choosing label={text.order} choices={() => [
            { label: text.front, keys: "Mod+}", run: run("edit.front") },
            { label: text.forward, keys: "Mod+]", run: run("edit.forward") },
            { label: text.backward, keys: "Mod+[", run: run("edit.backward") },
            { label: text.back, keys: "Mod+{", run: run("edit.back") },
          ]}>
            <Glyph name="order" markup={bringToFront} />
          </Choosing>
          <Choosing label={text.layer} choices={() => editor.layersOpen(changeable.map(({ shape }) => shape.id)).map(({ id, title }): Choice => ({
            label: title || common.untitled,
            on: changeable.every(({ layer }) => layer === id),
            run: () => {
              const moving = changeable.filter(({ layer }) => layer !== id);
              editor.edit(moving.map(({ shape }) => ({ op: "node.set", id: shape.id, layer: id })));
            },
          }))}>
            <Glyph name="layers" markup={layersIcon} />
          </Choosing>
          <Pop label={text.position} icon={ruler}>{(close) => <PositionForm editor={editor} nodes={changeable} close={close} />}</Pop>
          {only !== undefined && <Do label={text.relate} icon={heads} run={run("edit.relate")} />}
          {only !== undefined && <Do label={common.graph} icon={waypoints} run={() => editor.store.find("graph")} />}
          <Do label={text.duplicate} icon={copy} run={run("edit.duplicate")} />
          <button type="button" class="button square" aria-label={text.lock} title={text.lock} onClick={run("edit.lock")}>
            <Icon name="lock" />
          </button>
        </>
      )}
      <Do label={text.remove} icon={trash} run={run("edit.remove")} />
    </>
  );
}

function entries(names: Readonly<Record<string, string>>, now: string, choose: (name: string) => void): Choice[] {
  return Object.entries(names).map(([name, label]) => ({ label, on: name === now, run: () => choose(name) }));
}

function Do({ label, icon, run }: { label: string; icon: string; run: () => void }) {
  return (
    <button type="button" class="button square" aria-label={label} title={label} onClick={run}>
      <Glyph name="do" markup={icon} />
    </button>
  );
}

function OpenLink({ href }: { href: string }) {
  return (
    <a class="button square" href={href} target="_blank" rel="noopener noreferrer" aria-label={text.openLink} title={href}>
      <Icon name="externalLink" />
    </a>
  );
}

/** A button with a small panel below it. */
function Pop({ label, icon, children }: { label: string; icon: string; children: (close: () => void) => ComponentChildren }) {
  const [shown, show] = useState(false);
  const around = useRef<HTMLSpanElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = panel.current;
    if (!shown || element === null) return;
    element.showPopover?.();
    const at = button.current!.getBoundingClientRect();
    const { width, height } = element.getBoundingClientRect();
    element.style.left = `${Math.max(MARGIN_PX, Math.min(innerWidth - width - MARGIN_PX, (at.left + at.right - width) / 2))}px`;
    element.style.top = `${at.bottom + 6 + height > innerHeight - MARGIN_PX ? Math.max(MARGIN_PX, at.top - 6 - height) : at.bottom + 6}px`;
    element.querySelector<HTMLElement>("input, [aria-pressed=true], button")?.focus();
    const outside = (event: PointerEvent): void => {
      if (around.current?.contains(event.target as Node) !== true) show(false);
    };
    document.addEventListener("pointerdown", outside, true);
    return () => document.removeEventListener("pointerdown", outside, true);
  }, [shown]);
  const close = (): void => {
    show(false);
    button.current?.focus();
  };
  return (
    <span ref={around} class="pop">
      <button
        ref={button} type="button" class="button square" aria-label={label} title={label}
        aria-haspopup="dialog" aria-expanded={shown} onClick={() => show(!shown)}
      >
        <Glyph name="pop" markup={icon} />
      </button>
      {shown && (
        <div
          ref={panel}
          class="pop-panel"
          role="dialog"
          aria-label={label}
          popover="manual"
          onKeyDown={(event) => {
            event.stopPropagation();
            if (event.key !== "Escape") return;
            event.preventDefault();
            close();
          }}
          onFocusOut={(event) => {
            if (event.relatedTarget instanceof Node && around.current?.contains(event.relatedTarget) !== true) show(false);
          }}
        >
          {children(close)}
        </div>
      )}
    </span>
  );
}

function Swatches({ now, none, choose }: { now: string | null; none: string; choose: (color: string | null) => void }) {
  return (
    <div class="swatches" onKeyDown={(event) => rove(event as unknown as KeyboardEvent)}>
      <button type="button" class="button small none" aria-pressed={now === null} onClick={() => choose(null)}>{none}</button>
      {Object.keys(THEMES.light.tones).map((name) => (
        <button
          key={name} type="button" class="swatch-button" aria-pressed={now === name}
          aria-label={text.colors[name] ?? name} title={text.colors[name] ?? name} onClick={() => choose(name)}
        >
          <span class="swatch" data-color={name}>{now === name && <Icon name="check" size={14} />}</span>
        </button>
      ))}
    </div>
  );
}

/** A form of one field, with what is wrong with it. */
function FieldForm({ label, hint, value, read, close }: {
  label: string; hint: string; value: string;
  /** Does it, or says what is wrong. */
  read: (typed: string) => string | null; close: () => void;
}) {
  const id = useId();
  const [problem, setProblem] = useState<string | null>(null);
  return (
    <form
      class="pop-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const found = read(new FormData(event.currentTarget).get("value") as string);
        setProblem(found);
        if (found === null) close();
      }}
    >
      <label class="field-label" for={id}>{label}</label>
      <div class="pop-row">
        <input
          id={id} name="value" class="field" type="text" defaultValue={value} autocomplete="off"
          aria-describedby={`${id}-hint`} aria-invalid={problem !== null}
        />
        <button type="submit" class="button solid">{text.save}</button>
      </div>
      <p id={`${id}-hint`} class={problem === null ? "hint" : "hint wrong"} role={problem === null ? undefined : "alert"}>
        {problem ?? hint}
      </p>
    </form>
  );
}

function LinkForm({ editor, seen, close }: { editor: Editor; seen: Seen; close: () => void }) {
  return (
    <FieldForm
      label={text.linkAddress} hint={text.linkHint} value={seen.shape.href ?? ""} close={close}
      read={(typed) => {
        const found = readHref(typed);
        if ("problem" in found) return found.problem;
        if (found.value !== (seen.shape.href ?? "")) editor.edit([{ op: "node.set", id: seen.shape.id, href: found.value }]);
        return null;
      }}
    />
  );
}

function TagsForm({ editor, nodes, close }: { editor: Editor; nodes: readonly Seen[]; close: () => void }) {
  const [first] = nodes;
  const shared = (first?.shape.tags ?? []).filter((each) => nodes.every(({ shape }) => shape.tags?.includes(each) === true));
  return (
    <>
      <FieldForm
        label={text.tags} hint={text.tagsHint} value={shared.join(", ")} close={close}
        read={(typed) => {
          const found = readTags(typed);
          if ("problem" in found) return found.problem;
          const gone = new Set(shared.filter((each) => !found.value.includes(each)));
          const wanted = nodes.map(({ shape }) => {
            const tags = [...new Set([...(shape.tags ?? []).filter((each) => !gone.has(each)), ...found.value])];
            return { id: shape.id, tags, was: shape.tags ?? [] };
          });
          const tooMany = wanted.map(({ tags }) => readTags(tags.join(","))).find((each) => "problem" in each);
          if (tooMany !== undefined && "problem" in tooMany) return tooMany.problem;
          editor.edit(wanted.filter(({ tags, was }) => tags.join() !== was.join()).map(({ id, tags }) => ({ op: "node.set", id, tags })));
          return null;
        }}
      />
      {nodes.some(({ shape }) => (shape.tags ?? []).length > 0) && (
        <button
          type="button" class="button small wide"
          onClick={() => {
            close();
            editor.store.commands.run("edit.select-tag");
          }}
        >
          {text.selectTag}
        </button>
      )}
    </>
  );
}

/** Numbers in place of dragging. */
function PositionForm({ editor, nodes, close }: { editor: Editor; nodes: readonly Seen[]; close: () => void }) {
  const shapes = nodes.map(({ shape }) => shape);
  const [shown] = useState(() => positionOf(shapes));
  return (
    <form
      class="pop-form position-form"
      onSubmit={(event) => {
        event.preventDefault();
        editor.edit(repositioned(shapes, shown, typedPosition(event.currentTarget)));
        close();
      }}
    >
      <PositionFields shown={shown} />
      <button type="submit" class="button solid">{text.save}</button>
    </form>
  );
}
