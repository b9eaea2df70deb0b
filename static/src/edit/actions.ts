// What can be done by who edits, as commands: shortcuts, the palette and the bars come from here.

import type { AnyOp, NodeShape } from "../generated/wire.js";
import { text } from "../i18n/edit.js";
import type { Command } from "../ui/commands.js";
import { align, distribute, type Moved, type Placed, tidy } from "./arrange.js";
import { copyNodes } from "./copies.js";
import { saveFrame } from "./framed.js";
import { moved, type Order, reordered, removed, type Seen, turned, USUAL } from "./doing.js";
import type { Editor } from "./index.js";
import { next, towards } from "./selection.js";
import { TOOLS } from "./toolbar.js";
import { bounded } from "./transform.js";

const NUDGE = 1;
const NUDGE_FAR = 10;
const COPY_OFF = 20;

const WAYS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
};

/** The canvas itself has the focus: with none anywhere, Tab goes into the page as on every page. */
const onCanvas = (): boolean => document.activeElement?.closest(".canvas") != null;

export function actions(editor: Editor): readonly Command[] {
  const { store } = editor;
  const group = text.editing;
  const may = (): boolean => editor.session.mayEdit && store.ready.value;
  const open = (): Seen[] => editor.changeable(editor.nodes());
  const some = (): boolean => may() && open().length > 0;
  const many = (): boolean => may() && open().length > 1;
  const any = (): boolean => may() && store.selection.value.size > 0;
  const boxes = (): Placed[] => open().map(({ shape }) => shape);
  const arrange = (moves: readonly Moved[]): void => editor.edit(moved(moves));
  const nudging = (far: number) => (event?: KeyboardEvent): void => {
    const [x, y] = WAYS[event?.key ?? ""] ?? [0, 0];
    if (editor.source.value === null) editor.nudge(x * far, y * far);
    else walk(editor, [x, y]);
  };
  const ways = Object.keys(WAYS);

  return [
    ...TOOLS.map(({ name, keys }): Command => ({
      id: `tool.${name}`, title: text[name], group: text.tools, keys,
      when: may, run: () => editor.use(name),
    })),
    {
      id: "edit.put", title: text.sticky, group, keys: ["Enter"], offered: false,
      when: () => may() && editor.tool.value in USUAL,
      run: () => void editor.make(editor.tool.value as keyof typeof USUAL, null),
    },
    {
      id: "edit.text", title: text.editText, group, keys: ["Enter", "F2"],
      when: () => may() && editor.tool.value === "select" && store.selection.value.size === 1,
      run: () => editor.type([...store.selection.value][0]!),
    },
    {
      id: "edit.relate-to", title: text.relate, group, keys: ["Enter"], offered: false,
      when: () => may() && editor.source.value !== null && store.selected.value !== null && store.selected.value !== editor.source.value,
      run: () => editor.relate(editor.source.value!, store.selected.value!),
    },
    {
      id: "edit.relate", title: text.relate, group, when: () => may() && editor.nodes().length === 1,
      run: () => editor.relateFrom(editor.nodes()[0]!.shape.id),
    },
    {
      id: "edit.relate-find", title: text.findOther, group, keys: ["/"], offered: false,
      when: () => may() && editor.source.value !== null, run: () => document.querySelector<HTMLElement>("#relating input")?.focus(),
    },
    {
      id: "edit.turn", title: text.turn, group, when: () => may() && editor.openRelations(editor.relations()).length > 0,
      run: () => turnAround(editor),
    },
    ...(["source", "target"] as const).map((end): Command => ({
      id: `edit.attach-${end}`, title: end === "source" ? text.attachStart : text.attachEnd, group,
      when: () => may() && store.selection.value.size === 1 && editor.openRelations(editor.relations()).length === 1,
      run: () => (editor.attaching.value = { id: editor.relations()[0]!.id, end }),
    })),
    {
      id: "edit.escape", title: text.nothing, group, keys: ["Escape"], offered: false,
      when: () => may() && (editor.tool.value !== "select" || editor.source.value !== null),
      run: () => editor.use("select"),
    },
    {
      id: "edit.stop", title: text.stopDrag, group, keys: ["Escape"], offered: false, when: () => editor.gesture !== null,
      run: () => editor.gesture?.cancel(),
    },
    { id: "edit.next", title: text.next, group, keys: ["Tab"], offered: false, when: () => onCanvas() && may() && step(editor, 1) !== null, run: () => go(editor, step(editor, 1)) },
    { id: "edit.previous", title: text.previous, group, keys: ["Shift+Tab"], offered: false, when: () => onCanvas() && may() && step(editor, -1) !== null, run: () => go(editor, step(editor, -1)) },
    {
      id: "edit.actions", title: text.openActions, group, keys: ["Mod+.", "Shift+F10", "ContextMenu"], when: any,
      run: () => document.querySelector<HTMLElement>("#selection-bar button, #selection-bar a")?.focus(),
    },
    { id: "edit.undo", title: text.undo, group, keys: ["Mod+Z"], where: "page", when: () => editor.session.canUndo, run: () => back(editor, "undo") },
    { id: "edit.redo", title: text.redo, group, keys: ["Mod+Shift+Z", "Mod+Y"], where: "page", when: () => editor.session.canRedo, run: () => back(editor, "redo") },
    { id: "edit.nudge", title: text.nudge, group, keys: ways, offered: false, when: () => any() && (editor.nodes().length > 0), run: nudging(NUDGE) },
    { id: "edit.nudge-far", title: text.nudgeFar, group, keys: ways.map((key) => `Shift+${key}`), offered: false, when: () => any() && editor.nodes().length > 0, run: nudging(NUDGE_FAR) },
    { id: "edit.remove", title: text.remove, group, keys: ["Delete", "Backspace"], when: any, run: () => remove(editor) },
    { id: "edit.duplicate", title: text.duplicate, group, keys: ["Mod+D"], when: () => may() && editor.reachable(editor.nodes()).length > 0, run: () => duplicate(editor) },
    {
      id: "edit.save-frame", title: text.saveFrame, group, when: () => store.ready.value && oneFrame(editor) !== null,
      run: () => void saveFrame(store, oneFrame(editor)!),
    },
    { id: "edit.lock", title: `${text.lock} / ${text.unlock}`, group, keys: ["Mod+Shift+L"], when: any, run: () => lock(editor) },
    {
      id: "edit.select-all", title: text.selectAll, group, keys: ["Mod+A"], when: may,
      run: () => editor.select(editor.changeable(editor.things()).map(({ shape }) => shape.id)),
    },
    {
      id: "edit.select-layer", title: text.selectLayer, group, when: () => may() && editor.session.active !== null,
      run: () => editor.selectLayers([editor.session.active!]),
    },
    {
      id: "edit.select-same-layer", title: text.selectSameLayer, group, when: () => may() && editor.nodes().length > 0,
      run: () => editor.selectLayers(editor.nodes().map(({ layer }) => layer)),
    },
    {
      id: "edit.select-tag", title: text.selectTag, group, when: () => may() && editor.nodes().some(({ shape }) => (shape.tags ?? []).length > 0),
      run: () => {
        const tags = new Set(editor.nodes().flatMap(({ shape }) => shape.tags ?? []));
        editor.select(editor.things().flatMap(({ shape }) => ((shape.tags ?? []).some((tag) => tags.has(tag)) ? [shape.id] : [])));
      },
    },
    ...(["front", "forward", "backward", "back"] as const).map((how): Command => ({
      id: `edit.${how}`, title: text[how], group, when: some, run: () => reorder(editor, how),
      // with Shift a bracket is a brace, and of a character only itself is heard
      keys: [{ front: "Mod+}", forward: "Mod+]", backward: "Mod+[", back: "Mod+{" }[how]],
    })),
    ...(["left", "center", "right", "top", "middle", "bottom"] as const).map((how): Command => ({
      id: `edit.align-${how}`, title: text[how], group, when: many, run: () => arrange(align(boxes(), how)),
    })),
    { id: "edit.distribute-x", title: text.across, group, when: many, run: () => arrange(distribute(boxes(), "x")) },
    { id: "edit.distribute-y", title: text.down, group, when: many, run: () => arrange(distribute(boxes(), "y")) },
    { id: "edit.tidy", title: text.tidy, group, when: many, run: () => arrange(tidy(boxes())) },
    {
      id: "edit.tidy-layer", title: text.tidyLayer, group, when: () => may() && editor.session.active !== null,
      run: () => {
        const { active, model } = editor.session;
        const nodes = editor.changeable(model.nodesOf(active!).map((shape) => ({ layer: active!, shape })));
        arrange(tidy(nodes.map(({ shape }) => shape)));
      },
    },
    ...(["color", "author", "tag", "votes"] as const).map((by): Command => ({
      id: `gather.${by}`, title: text.sortBy[by], group: text.gathering, when: may, run: () => editor.gather((gather) => gather.sort(by)),
    })),
    { id: "gather.open", title: text.gather, group: text.gathering, keys: ["Shift+A"], where: "page", when: may, run: () => editor.gather((gather) => gather.ask("sort")) },
    { id: "gather.cluster", title: text.cluster, group: text.gathering, when: may, run: () => editor.gather((gather) => gather.ask("cluster")) },
    { id: "gather.tags", title: text.countTags, group: text.gathering, when: may, run: () => editor.gather((gather) => gather.ask("tags")) },
    { id: "edit.snap", title: text.snap, group, when: may, run: () => turn(editor, "snaps", text.snap) },
    { id: "edit.grid", title: text.grid, group, when: may, run: () => turn(editor, "grid", text.grid) },
  ];
}

function turn(editor: Editor, which: "snaps" | "grid", words: string): void {
  editor[which].value = !editor[which].value;
  editor.tell(editor[which].value ? text.isOn(words) : text.isOff(words));
}

function back(editor: Editor, way: "undo" | "redo"): void {
  editor.finish();
  editor.settle();
  editor.session[way]();
  // what is gone is not selected any more
  const { selection } = editor.store;
  const there = [...selection.value].filter((id) => editor.node(id) !== undefined || editor.session.model.relation(id) !== undefined);
  if (there.length !== selection.value.size) editor.store.selectAll(there);
}

/** The one that Tab goes to; null: Tab leaves the canvas. */
function step(editor: Editor, way: 1 | -1): string | null {
  const things = editor.store.inView();
  const current = editor.store.selected.value;
  const found = next(things, current, way);
  if (found === null || things.length === 0) return null;
  // after the last one, and before the first, Tab leaves
  return current !== null && found === next(things, null, way) && things.some(({ id }) => id === current) ? null : found;
}

function go(editor: Editor, id: string | null): void {
  if (id === null) return;
  editor.select([id]);
  editor.store.canvas?.reveal(id);
}

/** Arrow keys choose the other end of a relation. */
function walk(editor: Editor, [x, y]: readonly [number, number]): void {
  const from = editor.node(editor.store.selected.value ?? editor.source.value ?? "");
  if (from === undefined) return;
  const source = editor.source.value;
  const there = editor.things().map(({ shape }) => shape).filter(({ id }) => id !== source);
  go(editor, towards(there, from.shape, { x, y }));
}

/** The frame that is selected alone; null: something else is. */
function oneFrame(editor: Editor): NodeShape | null {
  const [one, ...others] = editor.nodes();
  return one?.shape.kind === "frame" && others.length === 0 ? one.shape : null;
}

function remove(editor: Editor): void {
  const nodes = editor.changeable(editor.nodes());
  const relations = editor.openRelations(editor.relations());
  if (nodes.length + relations.length === 0) {
    const locked = editor.nodes().some(({ shape }) => shape.locked === true);
    editor.tell(locked ? text.lockedWhy : text.closed);
    return;
  }
  editor.edit(removed(nodes.map(({ shape }) => shape.id), relations));
  editor.store.selectAll([]);
  editor.say(text.removed(nodes.length + relations.length));
}

function duplicate(editor: Editor): void {
  const nodes = editor.reachable(editor.pointing.carried()).map(({ layer, shape }) => ({ ...shape, layer }));
  const [dx, dy] = bounded(nodes, COPY_OFF, COPY_OFF);
  const ops = copyNodes(editor.session.model, nodes, editor.making, { dx, dy });
  editor.edit(ops);
  editor.select(ops.flatMap((op) => (op.op === "node.create" ? [op.id] : [])));
}

/** The relations that are selected, the other way round. */
function turnAround(editor: Editor): void {
  const relations = editor.openRelations(editor.relations());
  const turns = relations.map((relation) => turned(relation, editor.mayRelate(relation.target), editor.making));
  editor.edit(turns.flatMap(({ ops }) => ops));
  editor.select(turns.map(({ id }) => id));
}

/** Locks what is selected, or unlocks it when all of it is locked. */
function lock(editor: Editor): void {
  const within = editor.reachable(editor.nodes());
  if (within.length === 0) return editor.tell(text.closed);
  const locked = !within.every(({ shape }) => shape.locked === true);
  editor.edit(within.filter(({ shape }) => (shape.locked === true) !== locked).map(({ shape: { id } }) => ({ op: "node.set", id, locked })));
  editor.say(locked ? text.locked : text.unlock);
}

function reorder(editor: Editor, how: Order): void {
  const nodes = editor.changeable(editor.nodes());
  const layers = new Set(nodes.map(({ layer }) => layer));
  const ids = new Set(nodes.map(({ shape }) => shape.id));
  const ops = [...layers].flatMap((layer): AnyOp[] =>
    reordered(editor.session.model.nodesOf(layer).map(({ id }) => id), ids, how).map(({ id, before }) => ({ op: "node.set", id, before })));
  editor.edit(ops);
}
