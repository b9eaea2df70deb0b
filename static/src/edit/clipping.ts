// Copying, cutting and pasting: the events of the clipboard. What they carry is in clipboard.ts.

import { PASTE_CHARS_MAX } from "../generated/limits.js";
import { text } from "../i18n/edit.js";
import { placeOf } from "../ui/commands.js";
import { clip, CLIP_CHARS_MAX, CLIP_TYPE, type Paste, pasteClip, pasteText, plainText, readClip, type TooMuch } from "./clipboard.js";
import type { Editor } from "./index.js";
import type { OutlineState } from "./outline.js";

/** HTML carries a clip between browsers that pass on no types of our own. */
const ATTRIBUTE = "data-orientation-board";

/** The outline, while the focus is on one of its rows. */
function rowsOf(editor: Editor): OutlineState | null {
  const inTree = document.activeElement?.getAttribute("role") === "treeitem";
  return inTree ? (editor.panels.value?.outline ?? null) : null;
}

export function listenToClipboard(editor: Editor): void {
  const heard = (event: Event): boolean =>
    editor.session.mayEdit && !event.defaultPrevented && (rowsOf(editor) !== null || placeOf(event.target) === "canvas");
  // words that somebody has marked in a row are meant themselves
  const meant = (event: Event): boolean => heard(event) && (rowsOf(editor) === null || getSelection()?.isCollapsed !== false);
  document.addEventListener("copy", (event) => {
    if (meant(event) && copy(editor, event.clipboardData)) event.preventDefault();
  });
  document.addEventListener("cut", (event) => {
    if (!meant(event) || !copy(editor, event.clipboardData)) return;
    event.preventDefault();
    const rows = rowsOf(editor);
    if (rows === null) editor.store.commands.run("edit.remove");
    else rows.cut();
  });
  document.addEventListener("paste", (event) => {
    if (!heard(event) || event.clipboardData === null) return;
    const { files } = event.clipboardData;
    if (files.length > 0 && event.clipboardData.getData("text/plain") === "") return; // images.tsx has those
    event.preventDefault();
    paste(editor, event.clipboardData);
  });
}

function copy(editor: Editor, data: DataTransfer | null): boolean {
  const chosen = rowsOf(editor)?.copied.flatMap((id) => editor.node(id) ?? []);
  const nodes = editor.pointing.carried(chosen);
  if (data === null || nodes.length === 0) return false;
  const { model } = editor.session;
  const relations = new Map(nodes.flatMap(({ shape }) => model.relationsOf(shape.id)).map((relation) => [relation.id, relation]));
  const copied = clip({ board: editor.store.board, lang: editor.lang }, nodes.map(({ shape }) => shape), [...relations.values()]);
  const json = JSON.stringify(copied);
  const words = plainText(copied);
  data.setData("text/plain", words);
  data.setData(CLIP_TYPE, json);
  const carrier = document.createElement("div");
  carrier.setAttribute(ATTRIBUTE, json);
  carrier.innerText = words;
  data.setData("text/html", carrier.outerHTML);
  editor.say(text.copied(nodes.length));
  return true;
}

function paste(editor: Editor, data: DataTransfer): void {
  const rows = rowsOf(editor);
  const { active } = editor.session;
  const landing = rows === null ? active !== null && { layer: active, middleFor: editor.landing.middleFor } : rows.landing;
  if (!landing) return editor.tell(editor.closedWhy() ?? text.noLayerOn);
  const target = { board: editor.store.board, ...landing, ...editor.making };
  const html = data.getData("text/html");
  const held = readClip(data.getData(CLIP_TYPE)) ?? clipIn(html);
  if (held !== null) return done(editor, pasteClip(held, target));
  const bounded = html.length <= 4 * PASTE_CHARS_MAX ? html : "";
  const words = tableIn(bounded) ?? (data.getData("text/plain") || textIn(bounded));
  if (words === "" && html !== bounded) return editor.tell(text.tooMuch.characters(html.length, PASTE_CHARS_MAX));
  if (words.trim() === "") return editor.tell(text.nothingToPaste);
  done(editor, pasteText(words, target));
}

function done(editor: Editor, pasted: Paste | TooMuch): void {
  if ("what" in pasted) return editor.tell(text.tooMuch[pasted.what](pasted.found, pasted.max));
  if (pasted.ids.length === 0) return editor.tell(pasted.left > 0 ? text.imagesLeft(pasted.left) : text.nothingToPaste);
  editor.edit(pasted.ops);
  const rows = rowsOf(editor);
  rows?.show(pasted.ids[0]!);
  editor.select(pasted.ids);
  rows?.goTo(pasted.ids[0]!);
  // where all that is seen is taken, it lies beside that
  if (editor.landing.pointer === null) editor.store.canvas?.reveal(pasted.ids[0]!);
  editor.say(text.pasted(pasted.ids.length));
  if (pasted.left > 0) editor.tell(text.imagesLeft(pasted.left));
}

/** HTML that was copied, as a document of its own: no script in it runs, and nothing is fetched. */
function read(html: string): Document {
  return new DOMParser().parseFromString(html, "text/html");
}

function clipIn(html: string): ReturnType<typeof readClip> {
  if (!html.includes(ATTRIBUTE) || html.length > 2 * CLIP_CHARS_MAX) return null;
  return readClip(read(html).querySelector(`[${ATTRIBUTE}]`)?.getAttribute(ATTRIBUTE) ?? "");
}

function textIn(html: string): string {
  return html === "" ? "" : (read(plain(html)).body.textContent ?? "");
}

/** HTML whose elements listen to nothing: a browser would complain of each that does. */
function plain(html: string): string {
  return html.replace(/<[^>]*>/g, (element) => element.replace(/[\s/"']on\w+\s*=/gi, " data-was="));
}

/** The first table of HTML, as a spreadsheet writes it: tabs between cells. */
function tableIn(html: string): string | null {
  if (!/<table/i.test(html)) return null;
  const table = read(plain(html)).querySelector("table");
  if (table === null) return null;
  return [...table.rows]
    .map((row) => [...row.cells].map((cell) => quoted((cell.textContent ?? "").trim())).join("\t"))
    .join("\n");
}

function quoted(cell: string): string {
  return /[\t\n"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
