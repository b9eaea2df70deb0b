// Text in place: a field that lies over a thing exactly as its text does, in its font, at the
// board's zoom and angle.

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import {
  CARD_PADDING, CARD_TEXT_GAP, FRAME_TITLE_SIZE, FREE_LEADING, LABEL_CHARS_MAX, LABEL_LEADING, LABEL_SIZE,
  LABEL_WIDTH, SHAPE_PADDING, SHAPE_SIZES, STICKY_PADDING, STICKY_SIDE, STICKY_SIZES, TEXT_CHARS_MAX, TEXT_LEADING,
  TEXT_SIZE, TEXT_SIZES, TITLE_CHARS_MAX, TITLE_LEADING, TITLE_SIZE,
} from "../generated/constants.js";
import type { AnyOp, NodeShape, RelationShape, TextSet } from "../generated/wire.js";
import { text } from "../i18n/edit.js";
import { Icon } from "../ui/icon.js";
import { cleaned } from "./fields.js";
import { focusCanvas } from "./focus.js";
import type { Editor, Typing } from "./index.js";

type Field = TextSet["field"];

/** Of its bound so much may be used before what is left is said. */
const NEAR = 0.9;

/** A field, as the thing's text is drawn. */
interface Look {
  readonly field: Field;
  readonly label: string;
  readonly max: number;
  readonly sizes: readonly number[];
  readonly leading: number;
  readonly bold: boolean;
  readonly centred: boolean;
  /** A line of its own: Enter ends it. */
  readonly single: boolean;
}

function looks(shape: NodeShape | null): readonly Look[] {
  const usual = { max: TEXT_CHARS_MAX, label: text.textField, field: "text" as Field, bold: false, centred: false, single: false };
  if (shape === null) {
    return [{ ...usual, field: "label", label: text.label, max: LABEL_CHARS_MAX, sizes: [LABEL_SIZE], leading: LABEL_LEADING / LABEL_SIZE, centred: true, single: true }];
  }
  const title = { ...usual, field: "title" as Field, label: text.titleField, max: TITLE_CHARS_MAX, bold: true, single: true };
  switch (shape.kind ?? "card") {
    case "sticky": {
      const scale = Math.max(1, Math.min(shape.w, shape.h) / STICKY_SIDE);
      return [{ ...usual, sizes: STICKY_SIZES.map((size) => Math.trunc(size * scale)), leading: FREE_LEADING, centred: true }];
    }
    case "shape":
      return [{ ...usual, sizes: SHAPE_SIZES, leading: FREE_LEADING, centred: true }];
    case "text":
      return [{ ...usual, sizes: [TEXT_SIZES[(shape.text_size ?? "medium") as keyof typeof TEXT_SIZES]], leading: FREE_LEADING }];
    case "frame":
      return [{ ...title, sizes: [FRAME_TITLE_SIZE], leading: 1.3 }];
    default:
      return [
        { ...title, sizes: [TITLE_SIZE], leading: TITLE_LEADING / TITLE_SIZE },
        { ...usual, sizes: [TEXT_SIZE], leading: TEXT_LEADING / TEXT_SIZE },
      ];
  }
}

function joined(shape: NodeShape | RelationShape | undefined, field: Field): string {
  const lines = (shape as unknown as Record<string, readonly string[] | undefined> | undefined)?.[field];
  return (lines ?? []).join("");
}

export function TypingLayer({ editor }: { editor: Editor }) {
  const typing = editor.typing.value;
  return typing === null ? null : <Fields key={`${typing.owner}/${typing.id}`} editor={editor} typing={typing} />;
}

function Fields({ editor, typing }: { editor: Editor; typing: Typing }) {
  const { session, store } = editor;
  const box = useRef<HTMLDivElement>(null);
  const seen = editor.node(typing.id);
  const relation = session.model.relation(typing.id);
  const [left, setLeft] = useState<number | null>(null);
  const [changed, setChanged] = useState(false);
  const confirmed = (): NodeShape | RelationShape | undefined => {
    const stream = session.model.place(`${typing.owner}/${typing.id}`)?.stream;
    return stream === undefined ? undefined : (session.model.held(stream)?.records.get(typing.id) as NodeShape | undefined);
  };
  // what stood there when typing began, and what is shown at first
  const state = useRef<{ base: Map<Field, string>; fields: readonly Look[]; ended: boolean; height: number; least: number; first: NodeShape | RelationShape | undefined } | null>(null);
  if (state.current === null) {
    const fields = looks(typing.owner === "node" ? (seen?.shape ?? null) : null);
    const shape = typing.owner === "node" ? seen?.shape : relation;
    state.current = { base: new Map(fields.map(({ field }) => [field, joined(shape, field)])), fields, ended: false, height: seen?.shape.h ?? 0, least: seen?.shape.h ?? 0, first: confirmed() };
  }
  const { base, fields } = state.current;
  const areas = (): HTMLTextAreaElement[] => [...(box.current?.querySelectorAll("textarea") ?? [])];

  /** The place of the text under the fields is empty while they stand over it; a card grows with them. */
  const draft = (): void => {
    const held = state.current!;
    const ops: AnyOp[] = fields.map(({ field }) => ({
      op: "text.set", owner: typing.owner, id: typing.id, field, lang: langOf(), text: "", base: base.get(field) ?? "",
    }));
    if (held.height !== held.least && typing.owner === "node") ops.push({ op: "node.set", id: typing.id, h: held.height });
    session.draft(ops);
  };
  const langOf = (): string => (typing.owner === "node" ? seen?.shape.lang : relation?.lang) || editor.lang;

  /** Lays the fields over the thing. */
  const lay = (): void => {
    const { canvas } = store;
    const element = box.current;
    if (canvas === null || element === null) return;
    const zoom = canvas.zoom();
    const held = state.current!;
    const node = editor.node(typing.id)?.shape ?? seen?.shape;
    for (const [at, area] of areas().entries()) fit(area, fields[at]!, node);
    if (typing.owner === "node" && node !== undefined) {
      if ((node.kind ?? "card") === "card") held.height = grown(areas(), held.least);
      if (node.kind === "text") held.height = Math.max(fields[0]!.sizes[0]! * FREE_LEADING, areas()[0]?.scrollHeight ?? 0);
      const frame = node.kind === "frame";
      const h = frame ? FRAME_TITLE_SIZE * 1.6 : Math.max(node.h, held.height);
      const [x, y] = canvas.camera.toWindow(node.x, frame ? node.y - h : node.y);
      Object.assign(element.style, { width: `${node.w}px`, height: `${h}px` });
      const turn = node.angle ? ` translate(${node.w / 2}px, ${h / 2}px) rotate(${node.angle}deg) translate(${-node.w / 2}px, ${-h / 2}px)` : "";
      element.style.transform = `translate(${x}px, ${y}px) scale(${zoom})${turn}`;
      return;
    }
    const slot = store.scene.relationSlot(typing.id);
    if (slot === undefined) return;
    const [x, y] = canvas.camera.toWindow(...store.scene.pointOn(slot, 0.5));
    const size = Math.max(1, zoom);
    Object.assign(element.style, { width: `${LABEL_WIDTH}px`, height: `${LABEL_LEADING * 2}px` });
    element.style.transform = `translate(${x}px, ${y}px) scale(${size}) translate(-50%, -50%)`;
  };

  const end = (): void => {
    const held = state.current!;
    if (held.ended) return;
    held.ended = true;
    editor.whenFinished(null);
    const typed = areas().map((area, at) => ({ field: fields[at]!.field, words: cleaned(area.value, fields[at]!.single) }));
    const height = held.height;
    editor.typed();
    if (typing.isNew && typed.every(({ words }) => words.trim() === "") && goesEmpty(seen?.shape.kind ?? "card")) {
      store.selectAll([]);
      if (editor.node(typing.id) !== undefined) session.edit([{ op: "node.remove", id: typing.id }]);
      return;
    }
    const ops: AnyOp[] = typed.flatMap(({ field, words }): AnyOp[] => {
      const over = base.get(field) ?? "";
      if (words === over) return [];
      return [{ op: "text.set", owner: typing.owner, id: typing.id, field, lang: langOf(), text: words, base: over }];
    });
    if (ops.length > 0 && height > 0 && height !== held.least && typing.owner === "node") {
      ops.push({ op: "node.set", id: typing.id, h: Math.ceil(height) });
    }
    editor.edit(ops);
  };

  useLayoutEffect(() => {
    editor.whenFinished(end);
    lay();
    draft();
    const area = areas()[0];
    area?.focus({ preventScroll: true });
    if (typing.isNew) area?.select();
    else area?.setSelectionRange(area.value.length, area.value.length);
    const stop = store.canvas?.onPaint(() => {
      lay();
      return false;
    });
    return () => {
      stop?.();
      end();
    };
  }, []);

  // somebody else may change the same text meanwhile
  const revision = store.revision.value;
  useLayoutEffect(() => {
    const now = confirmed();
    const { first } = state.current!;
    if (now === undefined) return;
    // what comes is my own change from before, or what was there all the time
    const isNews = (field: Field): boolean => ![base.get(field) ?? "", joined(first, field)].includes(joined(now, field));
    setChanged(fields.some(({ field }) => isNews(field)));
  }, [revision]);

  const input = (area: HTMLTextAreaElement, look: Look, composing: boolean): void => {
    const characters = [...area.value];
    if (!composing && characters.length > look.max) {
      const caret = area.selectionStart;
      area.value = characters.slice(0, look.max).join("");
      area.setSelectionRange(caret, caret);
    }
    const count = Math.min(characters.length, look.max);
    setLeft(count > look.max * NEAR ? look.max - count : null);
    lay();
    draft();
    store.canvas?.repaint();
  };

  const key = (event: KeyboardEvent, at: number): void => {
    event.stopPropagation();
    // Enter and Escape within a composition belong to it
    if (event.isComposing || event.keyCode === 229) return;
    const look = fields[at]!;
    const next = areas()[at + 1];
    const back = (): void => {
      end();
      focusCanvas();
    };
    if (event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || event.metaKey))) back();
    else if (event.key === "Enter" && look.single && !event.shiftKey) next === undefined ? back() : next.focus();
    else if (event.key === "Tab") {
      const to = areas()[at + (event.shiftKey ? -1 : 1)];
      if (to === undefined) back();
      else to.focus();
    } else return;
    event.preventDefault();
  };

  const kind = typing.owner === "node" ? (seen?.shape.kind ?? "card") : "label";
  return (
    <div
      ref={box}
      class={`typing ${kind}`}
      lang={langOf()}
      onFocusOut={(event) => {
        if (!(event.relatedTarget instanceof Node) || box.current?.contains(event.relatedTarget) !== true) end();
      }}
      onPointerDown={(event) => event.stopPropagation()}
    >
      {fields.map((look, at) => (
        <textarea
          key={look.field}
          class={look.bold ? "bold" : undefined}
          aria-label={look.label}
          placeholder={fields.length > 1 ? look.label : undefined}
          dir="auto"
          rows={1}
          spellcheck
          autocomplete="off"
          defaultValue={base.get(look.field)}
          onInput={(event) => input(event.currentTarget, look, (event as InputEvent).isComposing)}
          onCompositionEnd={(event) => input(event.currentTarget, look, false)}
          onKeyDown={(event) => key(event, at)}
          onFocus={() => typing.owner === "node" && session.present({ typing: { id: typing.id, field: look.field as "title" | "text" } })}
        />
      ))}
      {(left !== null || changed) && (
        <p class={changed ? "typing-note warns" : "typing-note"} role="status">
          {changed && <Icon name="alert" size={14} />}
          {changed ? text.changedMeanwhile : text.charactersLeft(left ?? 0)}
        </p>
      )}
    </div>
  );
}

/** What is nothing without a word. */
function goesEmpty(kind: string): boolean {
  return kind === "sticky" || kind === "text" || kind === "card";
}

/** The size of a field's text is the largest with which it fits its box, as the server chooses it. */
function fit(area: HTMLTextAreaElement, look: Look, shape: NodeShape | undefined): void {
  const { style } = area;
  const padding = shape?.kind === "sticky" ? STICKY_PADDING : shape?.kind === "shape" ? SHAPE_PADDING : 0;
  const room = (shape?.h ?? 0) - 2 * padding;
  for (const size of look.sizes) {
    style.fontSize = `${size}px`;
    style.lineHeight = `${size * look.leading}px`;
    style.height = "0";
    style.height = `${area.scrollHeight}px`;
    if (area.scrollHeight <= room || look.sizes.length === 1) break;
  }
}

/** The height that a card needs, and has at least. */
function grown([title, words]: HTMLTextAreaElement[], least: number): number {
  if (title === undefined || words === undefined) return least;
  const gap = words.value === "" ? 0 : CARD_TEXT_GAP;
  const inner = title.scrollHeight + (words.value === "" ? 0 : words.scrollHeight) + gap;
  return Math.max(least, Math.ceil(inner + 2 * CARD_PADDING));
}
