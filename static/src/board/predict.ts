// What an operation will come to: the record that the server will put when it accepts it. Each
// function takes one thing's record and gives another; who may do it is for the server to say.

import type { AnyOp, BoardShape, CommentCreate, CommentShape, LayerShape, NodeCreate, NodeShape, RelationCreate, RelationShape, Shape } from "../generated/wire.js";
import { bodyOf, headOf, pairOf, talkOf } from "./confirmed.js";
import type { Place } from "./placement.js";
import { RANK } from "../generated/constants.js";

/** Brings back what was seen before: what an undo shows until its answer comes. Never sent. */
export interface Revive {
  readonly op: "revive";
  readonly thing: string;
  readonly place: Place<Shape>;
}

export type Predicted = AnyOp | Revive;

/** Breaks texts into lines as the server does (fit.ts). */
export interface Fit {
  node(shape: NodeShape, title: string, text: string): Pick<NodeShape, "title" | "text" | "font">;
  label(text: string): string[];
}

/** What a prediction asks of the things around. */
export interface Surroundings {
  readonly lang: string;
  readonly fit: Fit | null;
  /** A layer's header, as seen. */
  header(layer: string): LayerShape | undefined;
  /** The layer that a node or a comment is seen in, by its name among things. */
  layerOf(thing: string): string | undefined;
  /** A key for a thing that goes before another in a layer or group, or last (null). */
  keyFor(thing: string, container: string | null, before: string | null): string;
}

/** The things that an operation is about: `node/x`, `layer/l`, `relation/r`, and `board/`. */
export function things(op: Predicted): string[] {
  switch (op.op) {
    case "revive":
      return [op.thing];
    case "board.archive":
    case "access.set":
    case "access.wait":
    case "stage.set":
      return ["board/"];
    case "stage.drive":
      return Object.keys(op.layers).map((id) => `layer/${id}`);
    case "text.set":
      return op.owner === "scene" || op.owner === "step" ? [] : [`${op.owner}/${op.id ?? ""}`];
    case "stage.spotlight": // of all of these the server's answer comes soon enough
    case "stage.look":
    case "stage.cursors":
    case "scene.create":
    case "scene.set":
    case "scene.move":
    case "scene.remove":
    case "scene.show":
    case "timer.set":
    case "step.create":
    case "step.set":
    case "step.move":
    case "step.remove":
    case "agenda.go":
      return [];
    case "board.set": // changes which language is shown of every text: only the server knows them
    case "layer.grant": // and what seats may do
    case "seat.set":
    case "link.set":
    case "round.open": // what is voted on, and what it has come to, only the server knows
    case "round.close":
    case "round.remove":
    case "private.open":
    case "private.enter":
    case "private.reveal":
    case "private.close":
      return [];
    default:
      return [`${op.op.slice(0, op.op.indexOf("."))}/${op.id}`];
  }
}

/** A thing after operations on it, from how it is before them. */
export function after(
  thing: string, before: Place<Shape> | undefined, ops: readonly Predicted[], around: Surroundings,
): Place<Shape> | undefined {
  let was = before;
  let now = before;
  for (const op of ops) {
    const next = apply(thing, now, was, op, around);
    was = next ?? was;
    now = next;
  }
  return now;
}

function apply(
  thing: string, place: Place<Shape> | undefined, was: Place<Shape> | undefined, op: Predicted, around: Surroundings,
): Place<Shape> | undefined {
  switch (op.op) {
    case "revive":
      return place ?? op.place;
    case "node.create":
      return place ?? { stream: bodyOf(op.layer), shape: node(op, around) };
    case "layer.create":
      return place ?? { stream: headOf(op.id), shape: layer(op, around) };
    case "relation.create":
      return place ?? { stream: "", shape: relation(op, around) };
    case "comment.create":
      return place ?? comment(op, around);
    case "node.remove":
    case "layer.remove":
    case "relation.remove":
    case "comment.remove":
      return undefined;
    case "node.restore":
    case "layer.restore":
    case "relation.restore":
    case "comment.restore":
      return place ?? was;
  }
  if (place === undefined) return undefined;
  const { stream, shape } = place;
  switch (op.op) {
    case "node.set":
      return setNode(thing, place as Place<NodeShape>, op, around);
    case "relation.set":
    case "comment.set":
      return { stream, shape: withFields(shape, op) };
    case "layer.set":
      return { stream, shape: setLayer(shape as LayerShape, op, around) };
    case "layer.move": {
      const parent = op.parent ?? null;
      const key = op.key || around.keyFor(thing, parent, op.before ?? null);
      const moved = { ...(shape as LayerShape), parent, key };
      return { stream, shape: roles(moved, moved.read ?? "viewer", addOf(moved), moved.write ?? "participant", around) };
    }
    case "stage.drive":
      return { stream, shape: trim({ ...(shape as LayerShape), driven: op.layers[shape.id] ?? null }) };
    case "text.set":
      return { stream, shape: setText(place, op, around) };
    case "stage.set":
      return { stream, shape: trim({ ...(shape as BoardShape), stage: op.open, ...(op.locked === undefined ? {} : { locked: op.locked }) }) };
    case "access.set":
      return { stream, shape: { ...(shape as BoardShape), public: op.public } };
    case "access.wait":
      return { stream, shape: trim({ ...(shape as BoardShape), waiting: op.waiting }) };
    case "board.archive":
      return { stream, shape: trim({ ...(shape as BoardShape), archived: op.archived }) };
    default:
      return place;
  }
}

// -- records in the form that the server gives them: what is usual is left out

const USUAL: Readonly<Record<string, unknown>> = {
  count: 0, group: false, driven: null, locked: false, restricted: false, opacity: 1, note: "", read: "viewer",
  write: "participant", add: "participant", kind: "card", href: "", lang: "", shape: "rectangle", angle: 0, text_size: "medium", font: 0,
  image: "", alt: "", dashed: false, line: "curved", start: "none", end: "arrow", archived: false, waiting: false,
  resolved: false,
};
// fields of an operation that are not fields of the record, or are not simply copied
const OWN = new Set(["op", "id", "layer", "parent", "before", "text", "source", "target"]);

function trim<S extends Shape>(shape: S): S {
  const kept = Object.entries(shape).filter(
    ([name, value]) =>
      value !== undefined &&
      !(name in USUAL && USUAL[name] === value) &&
      !(Array.isArray(value) && value.length === 0) &&
      !(name === "color" && value === null),
  );
  return Object.fromEntries(kept) as unknown as S;
}

/** A record with the fields of an operation; null is what is usual. */
function withFields<S extends Shape>(shape: S, op: Predicted): S {
  const fields: Record<string, unknown> = { ...shape };
  for (const [name, value] of Object.entries(op)) {
    if (OWN.has(name) || value === undefined) continue;
    fields[name] = value === null ? USUAL[name] : typeof value === "number" ? exact(value) % (name === "angle" ? 360 : Infinity) : value;
  }
  return trim(fields as unknown as S);
}

/** To the hundredth, as the server keeps it: exactly, and what lies in the middle to the even one. */
function exact(value: number): number {
  const below = Math.floor(value * 100);
  const isMiddle = Number.isInteger(value * 8) && value * 100 - below === 0.5;
  return (isMiddle ? (below + Math.abs(below % 2)) / 100 : Number(value.toFixed(2))) + 0;
}

type Texts = Record<string, Record<string, string>> | undefined;

/** The language that new texts are shown in: the board's where they have it, else the first. */
function language(texts: Texts, lang: string): string {
  const all = Object.values(texts ?? {}).flatMap((each) => Object.keys(each).filter((name) => each[name] !== ""));
  return all.includes(lang) || all.length === 0 ? lang : (all.sort()[0] ?? lang);
}

function said(texts: Texts, field: string, lang: string): string {
  const found = texts?.[field] ?? {};
  const first = Object.keys(found).sort().find((name) => found[name] !== "");
  return found[lang] || found[first ?? ""] || "";
}

const foreign = (lang: string, board: string): string => (lang === board ? "" : lang);

function node(op: NodeCreate, around: Surroundings): NodeShape {
  const lang = language(op.text, around.lang);
  const { kind = "card", x = 0, y = 0, w = 220, h = 64, key = "", before = null, ...rest } = op;
  const place = { id: op.id, key: key || around.keyFor(`node/${op.id}`, op.layer, before), x, y, w, h };
  const bare = withFields({ ...place, kind, lang: foreign(lang, around.lang), alt: said(op.text, "alt", lang) }, {
    ...rest, x, y, w, h,
  });
  return fitted(bare, said(op.text, "title", lang), said(op.text, "text", lang), around.fit);
}

function fitted(shape: NodeShape, title: string, text: string, fit: Fit | null): NodeShape {
  const lines = fit?.node(shape, title, text) ?? { title: title === "" ? [] : [title], text: text === "" ? [] : [text] };
  return trim({ ...shape, ...lines });
}

/** A text as it was before it was broken into lines. */
export const joined = (lines: readonly string[] | undefined): string => (lines ?? []).join("");

const REFITS = ["w", "h", "text_size", "shape"] as const;

function setNode(
  thing: string, { stream, shape }: Place<NodeShape>, op: Extract<AnyOp, { op: "node.set" }>, around: Surroundings,
): Place<NodeShape> {
  let made = withFields(shape, op);
  const now = bodyOf(op.layer ?? stream.slice(5));
  if (op.key === undefined && (op.before !== undefined || now !== stream)) {
    made = { ...made, key: around.keyFor(thing, now.slice(5), op.before ?? null) };
  }
  if (around.fit !== null && REFITS.some((name) => made[name] !== shape[name])) {
    made = fitted(made, joined(shape.title), joined(shape.text), around.fit);
  }
  return { stream: now, shape: made };
}

function relation(op: RelationCreate, around: Surroundings): RelationShape {
  const lang = language(op.text, around.lang);
  const bare = { id: op.id, source: op.source, target: op.target, lang: foreign(lang, around.lang) };
  return withFields({ ...bare, label: labelled(said(op.text, "label", lang), around.fit) }, op);
}

function labelled(text: string, fit: Fit | null): string[] {
  return text === "" ? [] : (fit?.label(text) ?? [text]);
}

/** A relation in the stream of its ends; it is not to be seen while one of them is not. */
export function tied(place: Place<Shape>, around: Surroundings): Place<Shape> | undefined {
  const { source, target } = place.shape as RelationShape;
  const from = around.layerOf(`node/${source}`);
  const to = around.layerOf(`node/${target}`);
  if (from === undefined || to === undefined) return place.stream === "" ? undefined : place;
  const stream = pairOf(from, to);
  return stream === place.stream ? place : { stream, shape: place.shape };
}

/** Where a comment will be; its time is the server's to say. */
function comment(op: CommentCreate, around: Surroundings): Place<CommentShape> | undefined {
  const { id, layer, node, answers, x = 0, y = 0, by, at = 0 } = op;
  const on = layer ?? around.layerOf(answers ? `comment/${answers}` : `node/${node ?? ""}`);
  const lang = language(op.text, around.lang);
  const shape: CommentShape = {
    id, at, text: said(op.text, "text", lang),
    ...(by ? { by } : {}), ...(node ? { node } : {}), ...(answers ? { answers } : {}),
    ...(layer && x !== 0 ? { x: exact(x) } : {}), ...(layer && y !== 0 ? { y: exact(y) } : {}),
    ...(lang === around.lang ? {} : { lang }),
  };
  return on === undefined ? undefined : { stream: talkOf(on), shape };
}

function layer(op: Extract<AnyOp, { op: "layer.create" }>, around: Surroundings): LayerShape {
  const { parent = null, color = "slate", published = true, before = null } = op;
  const lang = language(op.text, around.lang);
  const bare: LayerShape = {
    id: op.id, parent, color, published, key: op.key || around.keyFor(`layer/${op.id}`, parent, before),
    title: said(op.text, "title", lang), note: said(op.text, "note", lang),
  };
  const { read, write, add, seats, key, ...rest } = op; // the server says what seats may do
  const shape = withFields(bare, rest);
  return roles(shape, read ?? "viewer", add ?? null, write ?? "participant", around);
}

type RoleName = keyof typeof RANK;
const stricter = (a: string, b: string): string => (RANK[a as RoleName] >= RANK[b as RoleName] ? a : b);

/** Who may add to a layer, where that is not who may write it: null. */
const addOf = (shape: LayerShape): string | null => (shape.add === shape.write ? null : (shape.add ?? "participant"));

/** A layer that asks for these least roles: those of its group count, too. */
function roles(shape: LayerShape, read: string, add: string | null, write: string, around: Surroundings): LayerShape {
  const above = shape.parent === null ? undefined : around.header(shape.parent);
  const least = stricter(read, above?.read ?? "viewer");
  const most = stricter(stricter(write, least), above?.write ?? "participant");
  const adds = add === null || RANK[add as RoleName] > RANK[write as RoleName] ? write : add;
  const more = stricter(stricter(adds, least), above?.add ?? "participant");
  return trim({ ...shape, read: least, add: more, write: most, restricted: least !== "viewer" });
}

function setLayer(shape: LayerShape, op: Extract<AnyOp, { op: "layer.set" }>, around: Surroundings): LayerShape {
  const { read, write, add, ...rest } = op;
  const made = withFields(shape, rest);
  if (read === undefined && write === undefined && add === undefined) return made;
  const adds = add === undefined ? addOf(shape) : add;
  return roles(made, read ?? shape.read ?? "viewer", adds, write ?? shape.write ?? "participant", around);
}

// -- texts

/** A text of a thing, as it is seen, whole. */
export function textOf(place: Place<Shape> | undefined, field: string): string {
  const found = (place?.shape as unknown as Record<string, string | string[] | undefined> | undefined)?.[field];
  return typeof found === "string" ? found : joined(found);
}

const FIELDS = ["title", "text", "alt", "label"];

function setText(place: Place<Shape>, op: Extract<AnyOp, { op: "text.set" }>, around: Surroundings): Shape {
  const { shape } = place;
  if (op.owner === "board" || op.owner === "layer") {
    const lang = op.owner === "board" ? (shape as BoardShape).lang : around.lang;
    return op.lang === lang ? trim({ ...shape, [op.field]: op.text }) : shape;
  }
  if (op.owner === "comment") {
    const lang = (shape as CommentShape).lang || around.lang;
    return op.lang === lang && op.text !== "" ? { ...(shape as CommentShape), text: op.text } : shape;
  }
  const owner = shape as NodeShape | RelationShape;
  const bare = FIELDS.every((field) => field === op.field || textOf(place, field) === "");
  const lang = owner.lang || around.lang;
  if (op.lang !== lang && !(bare && textOf(place, op.field) === "")) return shape; // another language is shown
  const shown = bare && op.text === "" ? "" : foreign(op.lang, around.lang);
  if (op.owner === "relation") {
    return trim({ ...(owner as RelationShape), lang: shown, label: labelled(op.text, around.fit) });
  }
  const texts = { title: textOf(place, "title"), text: textOf(place, "text"), alt: textOf(place, "alt"), [op.field]: op.text };
  const made = { ...(owner as NodeShape), lang: shown, alt: texts.alt };
  return fitted(made, texts.title, texts.text, around.fit);
}

// -- taking back

/** What takes an operation back, from how its things are seen before it. */
export function inverse(op: Predicted, seen: (thing: string) => Place<Shape> | undefined, tiedTo: (node: string) => Iterable<string>): Predicted[] {
  const thing = things(op)[0];
  const place = thing === undefined ? undefined : seen(thing);
  if (thing === undefined) return [];
  const revived = (name: string): Revive[] => {
    const held = seen(name);
    return held === undefined ? [] : [{ op: "revive", thing: name, place: held }];
  };
  switch (op.op) {
    case "node.create":
    case "relation.create":
    case "layer.create":
    case "comment.create":
    case "revive": {
      if (place !== undefined) return [];
      const at = thing.indexOf("/");
      return [{ op: `${thing.slice(0, at)}.remove`, id: thing.slice(at + 1) } as AnyOp];
    }
    case "node.remove":
      return [...revived(thing), ...[...tiedTo(op.id)].flatMap((id) => revived(`relation/${id}`))];
    case "relation.remove":
    case "comment.remove":
      return revived(thing);
  }
  if (place === undefined) return [];
  const shape = place.shape as unknown as Record<string, unknown>;
  switch (op.op) {
    case "node.set":
    case "relation.set":
    case "comment.set":
    case "layer.set": {
      const back: Record<string, unknown> = { op: op.op, id: op.id };
      for (const name of Object.keys(op)) if (!OWN.has(name)) back[name] = shape[name] ?? USUAL[name] ?? null;
      if (op.op === "node.set" && (op.layer !== undefined || op.before !== undefined)) {
        Object.assign(back, { layer: place.stream.slice(5), key: shape["key"] });
      }
      return [back as unknown as AnyOp];
    }
    case "layer.move":
      return [{ op: "layer.move", id: op.id, parent: (place.shape as LayerShape).parent, key: (place.shape as LayerShape).key }];
    case "text.set":
      return [{ ...op, text: textOf(place, op.field), base: op.text }];
    default:
      return []; // the server's answer shows it
  }
}

/** Whether an operation still stands: doing it again would change nothing of what is seen. */
export function holds(op: Predicted, seen: (thing: string) => Place<Shape> | undefined): boolean {
  const around: Surroundings = {
    lang: (seen(BOARD_THING)?.shape as BoardShape | undefined)?.lang ?? "en",
    fit: null,
    header: (id) => seen(`layer/${id}`)?.shape as LayerShape | undefined,
    layerOf: (thing) => seen(thing)?.stream.slice(5),
    keyFor: (thing) => (seen(thing)?.shape as NodeShape | LayerShape | undefined)?.key ?? "", // not looked at
  };
  return things(op).every((thing) => {
    const place = seen(thing);
    if (op.op === "text.set" && place !== undefined) return textOf(place, op.field) === op.text;
    return same(place, after(thing, place, [op], around));
  });
}

/** Whether two records say the same. */
export function same(a: Place<Shape> | undefined, b: Place<Shape> | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.stream === b.stream && equal(a.shape, b.shape));
}

function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => equal((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name]));
}

/** The board itself, among things. */
export const BOARD_THING = "board/";
