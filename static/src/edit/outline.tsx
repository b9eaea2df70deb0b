// The outline as an editor: a tree of layers, nodes and relations with the keyboard of the ARIA tree
// pattern. Everything that the canvas can do is here by a key and by a menu.

import { signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { NodeShape, RelationShape } from "../generated/wire.js";
import { text as drawn } from "../i18n/edit.js";
import { text } from "../i18n/index.js";
import { words } from "../i18n/outline.js";
import type { Command } from "../ui/commands.js";
import { Icon } from "../ui/icon.js";
import { imageAddress } from "../ui/image-address.js";
import { Swatch } from "../ui/layers.js";
import type { Store } from "../ui/store.js";
import { Acts, type Kind } from "./acts.js";
import { arrangements } from "./arranging.js";
import { readHref, readTags, readText } from "./fields.js";
import {
  BesideForm, BOUNDS, ColourForm, ConnectForm, CreateForm, type Draft, LineForm, LooksForm, PickForm, PositionForm, RelationForm,
  type TextField, TextForm,
} from "./forms.js";
import { EditIcon, KindIcon } from "./icons.js";
import { RemoveLayerForm } from "./layers.js";
import { type Choice, Menu } from "./menu.js";
import { directionOf, isTitled, joined, layerTitle, nodeName, nodeOption, relationName, titleOf } from "./naming.js";
import { News } from "./news.js";
import type { Option } from "./picker.js";
import type { Size, Spot } from "./places.js";
import { repositioned } from "./position.js";
import { middleOf } from "./transform.js";
import { flat, grow, layerKey, nearest, nodeKey, relationKey, type Row, step, typedTo } from "./tree.js";

const NODES_AT_ONCE = 100; // of one layer, before a person asks for more
const NODES_AT_ONCE_ALL = 400; // of all layers, but some of each
const NODES_AT_ONCE_MIN = 10;
const TYPED_MS = 700; // letters that come sooner are one word
const NEWS_MS = 4_000;
const REDRAW_MS = 120;

type TextOwner = "board" | "layer" | "node" | "relation";

/** A form that is open, under a row or (where the row is not there any more) over all. */
type Form = { readonly key: string } & (
  | { readonly what: "create"; readonly layer: string; readonly after: string | null; readonly draft: Draft }
  | { readonly what: "layer"; readonly after: string | null; readonly group: boolean }
  | {
      readonly what: "text"; readonly owner: TextOwner; readonly id: string;
      readonly field: TextField; readonly name: string; readonly draft: Draft;
    }
  | { readonly what: "tags" | "link" | "colour" | "move" | "beside" | "connect" | "relation" | "remove-layer" | "position" | "looks" | "source" | "target"; readonly id: string }
);

/** A layer, and where in it the middle of what is so large goes. */
interface Landing {
  readonly layer: string;
  middleFor(size: Size): Spot;
}

/** The menu of a row; `arranges`: the one of how it lies on the board. */
interface OpenMenu {
  readonly key: string;
  readonly arranges: boolean;
  readonly at: DOMRect;
  readonly back: HTMLElement;
}

/** What the outline remembers while its panel is closed. */
export class OutlineState {
  readonly current = signal<string | null>(null);
  readonly toggled = signal<ReadonlyMap<string, boolean>>(new Map());
  readonly asked = signal<ReadonlyMap<string, number>>(new Map());
  readonly form = signal<Form | null>(null);
  readonly menu = signal<OpenMenu | null>(null);
  readonly acts: Acts;
  kind: Kind = "card"; // what was made last
  rows: readonly Row[] = []; // as they are drawn
  wanted: string | null = null; // the row that gets the focus once it is there
  readonly revision = signal(0); // of what is drawn here
  private readonly news = new News();
  private newsTimer = 0;
  private drawTimer = 0;

  constructor(readonly store: Store) {
    this.acts = new Acts(store);
    store.watchers.add((changes) => {
      this.redraw();
      const { model } = store.session;
      const mine = new Set(model.pending.flatMap(({ ops }) => ops.flatMap((op) => ("id" in op && op.id !== undefined ? op.id : []))));
      this.news.take(changes, (stream) => (model.isWhole(stream) ? model.held(stream)?.version : undefined), mine);
      if (!this.news.isEmpty && this.newsTimer === 0) this.newsTimer = window.setTimeout(() => this.tellNews(), NEWS_MS);
    });
    store.session.model.everything().forEach(({ stream }) => this.news.take([{ stream }], () => store.session.model.held(stream)?.version, new Set()));
  }

  /** Draws at once what I have done, and what others do now and then. */
  private redraw(): void {
    if (this.drawTimer !== 0) return;
    this.revision.value += 1;
    this.drawTimer = window.setTimeout(() => {
      this.drawTimer = 0;
      this.revision.value += 1;
    }, REDRAW_MS);
  }

  private tellNews(): void {
    this.newsTimer = 0;
    const told = this.news.tell();
    const [first] = told;
    if (first === undefined || !this.store.outlineOpen.value) return;
    const all = told.reduce((sum, { count }) => sum + count, 0);
    const title = layerTitle(this.store.session.layers.get(first.layer));
    this.store.announcer.say(told.length === 1 ? words.news(first.count, title) : words.newsMany(all, told.length));
  }

  toggle(key: string, open: boolean): void {
    this.toggled.value = new Map(this.toggled.value).set(key, open);
  }

  showMore(layer: string): void {
    this.asked.value = new Map(this.asked.value).set(layer, (this.asked.value.get(layer) ?? 0) + NODES_AT_ONCE);
  }

  /** Opens all that a node lies in, so that its row is there. */
  reveal(node: string): void {
    const place = this.store.session.model.node(node);
    if (place === undefined) return;
    const toggled = new Map(this.toggled.value);
    for (let id: string | null = place.layer; id !== null; id = this.store.session.layers.get(id)?.parent ?? null) {
      toggled.set(layerKey(id), true);
    }
    this.toggled.value = toggled;
  }

  /** Switches the layer of a node on, so that it has a row. */
  show(node: string): void {
    const place = this.acts.node(node);
    if (place !== undefined) this.acts.show(place.layer);
  }

  /** Goes to a node when its row is there. */
  goTo(node: string): void {
    this.reveal(node);
    this.wanted = nodeKey(node);
    this.current.value = this.wanted;
    this.revision.value += 1;
  }

  /** The current row. */
  get row(): Row | undefined {
    return this.rows.find(({ key }) => key === this.current.value);
  }

  /** The nodes that copying is for: that of the current row, or all that are selected with it. */
  get copied(): readonly string[] {
    const { row } = this;
    return row?.kind === "node" ? targets(this, row) : [];
  }

  /** Removes those again, as its key does. */
  cut(): void {
    const { row } = this;
    if (row !== undefined) act(this, this.rows, row, "remove");
  }

  /** Where what is pasted lands: after the current row, or where new things land; null: nowhere. */
  get landing(): Landing | null {
    const place = placeFor(this, this.row);
    return place === null ? null : { layer: place.layer, middleFor: (size) => middleOf({ ...this.acts.spot(place.layer, place.after, size), ...size }) };
  }

  /** The tree is about to take the place of the outline that is read: whoever is in that goes on at the same node. */
  takeOver(): void {
    const focused = document.activeElement;
    if (focused?.closest("#outline .outline") == null) return;
    // in a node, else on what shows more, after the last one
    const item = focused.closest("[data-node]") ?? focused.previousElementSibling?.lastElementChild;
    const node = item?.getAttribute("data-node");
    if (node) this.goTo(node);
  }

  /** And the other way round, for whoever may not write any more. */
  handOver(): void {
    if (document.activeElement?.closest("#outline .tree-editor") == null) return;
    const { row } = this;
    const node = row?.kind === "node" ? row.id : (row?.node ?? "");
    requestAnimationFrame(() => {
      const title = document.querySelector<HTMLElement>(`#outline [data-node="${CSS.escape(node)}"] .node-title`);
      (title ?? document.getElementById("outline-title"))?.focus();
    });
  }
}

/** What a row needs of the tree that it is in. */
interface Around {
  readonly state: OutlineState;
  readonly store: Store;
  readonly current: string | null;
  readonly selection: ReadonlySet<string>;
  readonly landing: string | null;
  readonly form: Form | null;
  readonly menuKey: string | null;
}

export function OutlineEditor({ store, state }: { store: Store; state: OutlineState }) {
  const root = useRef<HTMLDivElement>(null);
  const before = useRef<readonly Row[]>([]);
  const typed = useRef({ letters: "", at: 0 });
  const backTo = useRef<HTMLElement | null>(null);
  state.revision.value;
  const { acts } = state;
  const { session } = store;
  const selection = store.selection.value;
  const form = state.form.value;
  const toggled = state.toggled.value;
  const asked = state.asked.value;
  const each = Math.max(NODES_AT_ONCE_MIN, Math.min(NODES_AT_ONCE, Math.floor(NODES_AT_ONCE_ALL / Math.max(1, store.on.value.size))));
  const kept = new Set(selection);
  for (const key of [state.current.value, state.wanted, form?.key]) if (key?.startsWith("node/")) kept.add(key.slice(5));
  const tree = grow({
    branches: store.branches.value,
    on: store.on.value,
    nodesOf: (layer) => session.model.nodesOf(layer),
    relationsOf: (node) => shownRelations(store, node),
    titleOf,
    relationWords: (relation, node) => relationWords(store, relation, node),
    isOpen: (key, usually) => toggled.get(key) ?? usually,
    shownMax: (layer) => each + (asked.get(layer) ?? 0),
    kept,
  });
  const rows = flat(tree);
  const current = rows.some(({ key }) => key === state.current.value) ? state.current.value : nearestNow(state, before.current, rows);
  const held = root.current?.contains(document.activeElement) === true ? (document.activeElement as HTMLElement) : null;
  const isOfBoard = form?.what === "text" && form.owner === "board";
  const stray = form !== null && form.key !== "" && !rows.some(({ key }) => key === form.key);
  const around: Around = {
    state, store, current, selection, landing: store.active.value, form: stray ? null : form,
    menuKey: state.menu.value?.key ?? null,
  };

  useLayoutEffect(() => {
    state.rows = rows;
    const gone = state.current.value !== null && current !== state.current.value ? state.current.value : null;
    const row = before.current.find(({ key }) => key === gone);
    before.current = rows;
    if (gone !== null) state.current.value = current;
    if (state.wanted !== null && rows.some(({ key }) => key === state.wanted)) {
      state.current.value = state.wanted;
      focusRow(root.current, state.wanted);
      state.wanted = null;
      return;
    }
    // a row that moved, or went, has lost the focus that stood on it or in it
    if (held === null || (document.activeElement !== null && document.activeElement !== document.body)) return;
    if (held.isConnected && held.closest("[data-key]")?.getAttribute("data-key") === state.current.value) held.focus();
    else if (form !== null) root.current?.querySelector<HTMLElement>(".edit-form .field, .edit-form input")?.focus();
    else focusRow(root.current, current);
    const now = rows.find(({ key }) => key === current);
    if (gone !== null && row !== undefined && now !== undefined && state.form.value === null) {
      store.announcer.say(words.gone(row.words || text.untitled, now.words || text.untitled));
    }
  });

  // what is selected elsewhere is the current row here; the focus stays where it is
  const selected = store.selected.value;
  useEffect(() => {
    if (selected === null || state.current.value === nodeKey(selected)) return;
    state.reveal(selected);
    state.current.value = nodeKey(selected);
    requestAnimationFrame(() => rowOf(root.current, nodeKey(selected))?.firstElementChild?.scrollIntoView({ block: "nearest" }));
  }, [selected]);

  const menu = state.menu.value;
  const menuRow = menu === null ? undefined : rows.find(({ key }) => key === menu.key);
  const closeForm = (): void => {
    state.form.value = null;
    if (isOfBoard && backTo.current?.isConnected) return backTo.current.focus();
    state.wanted = current;
    state.revision.value += 1;
  };

  if (!store.ready.value) return <p class="hint">{text.opening}</p>;
  return (
    <div ref={root} class="tree-editor">
      <BoardTexts
        store={store} mayEdit={acts.mayMakeLayers()}
        edit={(field, from) => {
          backTo.current = from;
          openBoardText(state, field);
        }}
      />
      {isOfBoard && <FormOf key={form.field} state={state} form={form} close={closeForm} />}
      <div class="tree-bar" role="toolbar" aria-label={words.toolbar}>
        <button type="button" class="button small" disabled={store.active.value === null} onClick={() => begin(state, rows, current)}>
          <Icon name="plus" size={16} />
          {words.add}
        </button>
        {acts.mayMakeLayers() && (
          <button type="button" class="button small" onClick={() => beginLayer(state, rows, current, false)}>
            <Icon name="layers" size={16} />
            {words.addLayer}
          </button>
        )}
        <span class="tree-bar-space" />
        <button
          type="button" class="button quiet square" aria-label={words.undo} title={words.undo} aria-disabled={!session.canUndo}
          onClick={() => session.undo()}
        >
          <Icon name="undo" size={16} />
        </button>
        <button
          type="button" class="button quiet square" aria-label={words.redo} title={words.redo} aria-disabled={!session.canRedo}
          onClick={() => session.redo()}
        >
          <EditIcon name="redo" size={16} />
        </button>
      </div>
      {form !== null && !isOfBoard && (stray || form.key === "") && (
        <div class="stray">
          {stray && form.what === "text" && isGone(store, form) && <p role="alert">{words.orphan(form.name)}</p>}
          <FormOf state={state} form={form} close={closeForm} />
        </div>
      )}
      {rows.length === 0 ? (
        <p class="hint">{acts.mayMakeLayers() ? words.empty : words.emptyForMany}</p>
      ) : (
        <ul
          class="tree"
          role="tree"
          aria-label={words.tree}
          aria-multiselectable="true"
          aria-describedby="tree-hint"
          onKeyDown={(event) => keyDown(event, state, rows, typed.current)}
          onFocusIn={({ target }) => {
            const key = (target as Element).closest("[data-key]")?.getAttribute("data-key") ?? null;
            if (key !== null) state.current.value = key;
          }}
        >
          {tree.map((row) => (
            <Twig key={row.key} row={row} around={around} close={closeForm} />
          ))}
        </ul>
      )}
      <p id="tree-hint" class="hint tree-hint">
        <span aria-hidden="true">{words.hint}</span>
        <span class="spoken">{words.treeHint}</span>
      </p>
      {menu !== null && menuRow !== undefined && (
        <Menu
          key={`${menu.key} ${menu.arranges}`}
          label={words.actions(menuRow.words || sentence(store, menuRow))}
          choices={menu.arranges ? arrangingOf(state, menuRow) : choicesOf(state, rows, menuRow)}
          at={menu.at}
          close={(back) => {
            state.menu.value = null;
            if (back) menu.back.focus();
          }}
        />
      )}
    </div>
  );
}

type BoardField = "title" | "description";
type NodeField = "title" | "text" | "alt";

/** What the board says of itself, and how that is changed. */
function BoardTexts({ store, mayEdit, edit }: {
  readonly store: Store;
  readonly mayEdit: boolean;
  readonly edit: (field: BoardField, from: HTMLElement) => void;
}) {
  const line = (field: BoardField, said: string) => (
    <div class={`board-line board-${field}`}>
      <p class={said === "" ? "hint" : ""} lang={store.lang.value || undefined} dir="auto">
        {said || (field === "title" ? text.untitled : words.noBoardText)}
      </p>
      {mayEdit && (
        <button
          type="button" class="button quiet square" aria-label={words.editBoard[field]} title={words.editBoard[field]}
          onClick={({ currentTarget }) => edit(field, currentTarget)}
        >
          <EditIcon name="pencil" size={16} />
        </button>
      )}
    </div>
  );
  return (
    <div class="board-texts">
      {line("title", store.title.value)}
      {(mayEdit || store.description.value !== "") && line("description", store.description.value)}
    </div>
  );
}

function nearestNow(state: OutlineState, before: readonly Row[], rows: readonly Row[]): string | null {
  const { value } = state.current;
  if (value === null || value === state.wanted) return rows[0]?.key ?? null;
  return nearest(before, rows, value) ?? null;
}

function isGone({ session: { model, layers } }: Store, { owner, id }: Form & { what: "text" }): boolean {
  if (owner === "board") return false;
  if (owner === "layer") return !layers.has(id);
  return owner === "node" ? model.node(id) === undefined : model.relation(id) === undefined;
}

/** A node's relations of which the other end is shown as well. */
function shownRelations({ session: { model }, on }: Store, node: string): RelationShape[] {
  return model.relationsOf(node).filter(({ source, target }) => {
    const other = model.node(source === node ? target : source);
    return other !== undefined && on.value.has(other.layer);
  });
}

function otherEnd(relation: RelationShape, node: string): string {
  return relation.source === node ? relation.target : relation.source;
}

function relationWords({ session: { model } }: Store, relation: RelationShape, node: string): string {
  const other = model.node(otherEnd(relation, node));
  const name = other === undefined ? "" : titleOf(other.shape);
  return joined(relation.label).trim() || name;
}

/** What a row says: its title first, as it is seen, then what it is. */
export function sentence(store: Store, row: Row): string {
  const { session } = store;
  const { model, layers } = session;
  switch (row.kind) {
    case "layer": {
      const layer = layers.get(row.id);
      if (layer === undefined) return text.untitled;
      const isGroup = layer.group === true;
      const inside = isGroup ? [...layers.values()].filter(({ parent }) => parent === row.id).length : (layer.count ?? 0);
      return words.sentence([
        layerTitle(layer),
        words.layerKind(isGroup),
        isGroup ? words.layersIn(inside) : text.cards(inside),
        store.on.value.has(row.id) ? "" : words.off,
        layer.locked === true ? words.locked : "",
        store.active.value === row.id ? words.landing : "",
      ]);
    }
    case "node": {
      const shape = model.node(row.id)?.shape;
      if (shape === undefined) return text.untitled;
      const relations = shownRelations(store, row.id).length;
      return words.sentence([
        titleOf(shape),
        words.kinds[shape.kind ?? "card"] ?? "",
        relations === 0 ? "" : words.relationCount(relations),
        shape.href ? words.hasLink : "",
        shape.locked === true ? words.locked : "",
        commentsOn(store, row.id),
        writingIn(store, row.id),
        ...(store.workshop.value?.rows.all.value ?? []).map(({ says }) => says(row.id)),
      ]);
    }
    case "relation": {
      const relation = model.relation(row.id);
      return relation === undefined ? text.untitled : words.sentence([seenRelation(store, relation, row), words.relationKind]);
    }
    case "more":
      return words.moreRows(row.rest);
  }
}

const ARROWS = { to: "→", from: "←", both: "↔", none: "–" };

/** A relation as it is seen under its node. */
function seenRelation({ session: { model } }: Store, relation: RelationShape, { node }: Row): string {
  const other = model.node(otherEnd(relation, node ?? ""));
  const name = relationName(relation, node ?? "", other === undefined ? text.untitled : titleOf(other.shape));
  return words.sentence([name, relation.dashed === true ? words.reading : ""]);
}

/** What is said about a node, in words; "" nothing is. */
function commentsOn({ comments }: Store, node: string): string {
  const { threads, unread } = comments.value?.countOn(node) ?? { threads: 0, unread: 0 };
  return threads === 0 ? "" : words.commentsOn(threads, unread);
}

/** Who else is writing in a node, in words; "" nobody is. */
function writingIn({ together }: Store, node: string): string {
  const names = together.value?.writing.value.get(node);
  return names === undefined ? "" : words.writing(names);
}

function Twig({ row, around, close }: { row: Row; around: Around; close: () => void }) {
  const { state, store, current, selection, form } = around;
  const { model, layers } = store.session;
  const isCurrent = row.key === current;
  const isSelected = row.kind !== "layer" && row.kind !== "more" && selection.has(row.id);
  const shape = row.kind === "node" ? model.node(row.id)?.shape : undefined;
  const layer = row.kind === "layer" ? layers.get(row.id) : undefined;
  const relation = row.kind === "relation" ? model.relation(row.id) : undefined;
  const said = sentence(store, row);
  const says = layer?.note ?? (shape !== undefined && isTitled(shape.kind) ? joined(shape.text) || (shape.alt ?? "") : "");
  const body = says === row.words ? "" : says; // of an image without a title this is its name
  const writing = shape === undefined ? "" : writingIn(store, row.id);
  const isOff = row.kind === "layer" && !store.on.value.has(row.id);
  const comments = shape === undefined ? "" : commentsOn(store, row.id);
  const lang = shape?.lang || undefined;
  return (
    <li
      role="treeitem"
      class={`twig twig-${row.kind}`}
      data-key={row.key}
      aria-label={said}
      aria-level={row.level}
      aria-posinset={row.at}
      aria-setsize={row.of}
      aria-expanded={row.open ?? undefined}
      aria-selected={row.kind === "node" || row.kind === "relation" ? isSelected : undefined}
      aria-describedby={body === "" ? undefined : `says-${row.id}`}
      tabIndex={isCurrent ? 0 : -1}
    >
      <div
        class={["twig-row", isSelected ? "selected" : "", isOff ? "off" : "", isCurrent ? "current" : ""].join(" ")}
        style={{ "--level": row.level - 1 }}
        onClick={(event) => clicked(event, state, row)}
        onDblClick={() => edit(state, row)}
        onContextMenu={(event) => {
          event.preventDefault();
          focusRow(event.currentTarget.closest(".tree"), row.key);
          openMenu(state, row, event.currentTarget);
        }}
      >
        <span class="twig-fold" onClick={(event) => row.open !== null && (event.stopPropagation(), state.toggle(row.key, !row.open))}>
          {row.open !== null && <Icon name="chevron" size={16} />}
          {relation !== undefined && <span class="twig-arrow" data-arrow={ARROWS[directionOf(relation, row.node ?? "")]} />}
        </span>
        {layer !== undefined && <Swatch layer={layer} />}
        {shape !== undefined && (
          <span class="twig-kind">
            <KindIcon kind={shape.kind ?? "card"} />
          </span>
        )}
        {shape?.image && (
          <img
            key={shape.image} class="twig-picture" src={imageAddress(store.board, shape.image)} alt={shape.alt ?? ""}
            width={40} height={40} loading="lazy" decoding="async" draggable={false}
            onError={({ currentTarget }) => (currentTarget.hidden = true)}
          />
        )}
        <span class="twig-words">
          <span class="twig-title" lang={lang} dir="auto">
            {(relation !== undefined ? seenRelation(store, relation, row) : row.kind === "more" ? said : row.words) || text.untitled}
          </span>
          {writing !== "" && (
            <span class="twig-writing" dir="auto">
              <EditIcon name="pencil" size={12} />
              {writing}
            </span>
          )}
          {body !== "" && (
            <span id={`says-${row.id}`} class="twig-body" lang={lang} dir="auto">
              {body}
            </span>
          )}
          {shape?.tags !== undefined && shape.tags.length > 0 && (
            <span class="twig-tags">
              {shape.tags.map((tag) => (
                <span key={tag} class="twig-tag">
                  {tag}
                </span>
              ))}
            </span>
          )}
        </span>
        {shape !== undefined &&
          store.workshop.value?.rows.all.value.map(({ id, view: View }) => <View key={id} node={row.id} current={isCurrent} />)}
        {row.kind === "layer" && around.landing === row.id && (
          <span class="sign" title={words.landing}>
            <EditIcon name="pencil" size={14} />
          </span>
        )}
        {shape?.href && (
          <span class="sign" title={words.hasLink}>
            <EditIcon name="link" size={14} />
          </span>
        )}
        {(shape?.locked === true || layer?.locked === true) && (
          <span class="sign" title={words.locked}>
            <Icon name="lock" size={14} />
          </span>
        )}
        {comments !== "" && (
          <button
            type="button"
            class="button quiet square twig-comments"
            tabIndex={isCurrent ? 0 : -1}
            aria-label={comments}
            title={comments}
            onClick={(event) => {
              event.stopPropagation();
              store.comments.value?.at({ node: row.id }, event.currentTarget);
            }}
          >
            <EditIcon name="comment" size={14} />
            <span aria-hidden="true">{store.comments.value?.countOn(row.id).threads}</span>
          </button>
        )}
        {row.kind === "more" ? null : (
          <button
            type="button"
            class="button quiet square twig-menu"
            tabIndex={isCurrent ? 0 : -1}
            aria-label={words.actions(row.words || said)}
            aria-haspopup="menu"
            aria-expanded={around.menuKey === row.key}
            onClick={(event) => {
              event.stopPropagation();
              openMenu(state, row, event.currentTarget);
            }}
          >
            <EditIcon name="ellipsis" />
          </button>
        )}
      </div>
      {form !== null && form.key === row.key && <FormOf state={state} form={form} close={close} />}
      {row.rows.length > 0 && (
        <ul role="group">
          {row.rows.map((inner) => (
            <Twig key={inner.key} row={inner} around={around} close={close} />
          ))}
        </ul>
      )}
    </li>
  );
}

// -- the focus

function rowOf(root: Element | null, key: string | null): HTMLElement | null {
  return key === null ? null : (root?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`) ?? null);
}

function focusRow(root: Element | null, key: string | null): void {
  const row = rowOf(root, key);
  row?.focus({ preventScroll: true });
  row?.firstElementChild?.scrollIntoView({ block: "nearest" });
}

function openMenu(state: OutlineState, row: Row, from: HTMLElement): void {
  const active = document.activeElement;
  state.menu.value = { key: row.key, arranges: false, at: from.getBoundingClientRect(), back: active instanceof HTMLElement ? active : from };
}

/** Opens the menu of how a node lies on the board, from its row or from the row's other menu. */
function openArranging(state: OutlineState, row: Row): void {
  const back = rowOf(document.querySelector(".tree"), row.key);
  const from = back?.querySelector(".twig-row");
  if (back && from) state.menu.value = { key: row.key, arranges: true, at: from.getBoundingClientRect(), back };
}

function clicked(event: MouseEvent, state: OutlineState, row: Row): void {
  const { store } = state;
  state.current.value = row.key;
  focusRow((event.currentTarget as Element).closest(".tree"), row.key);
  if (row.kind === "more") state.showMore(row.layer);
  else if (row.kind !== "layer") select(store, row, event.ctrlKey || event.metaKey || event.shiftKey);
}

/** Selects what a row is, here and on the canvas; `add`: with what is selected already. */
function select(store: Store, row: Row, add: boolean): void {
  if (add) {
    const selection = new Set(store.selection.value);
    if (!selection.delete(row.id)) selection.add(row.id);
    store.selectAll(selection);
  } else if (row.kind === "node") store.select(row.id, true);
  else if (row.kind === "relation") store.selectAll([row.id]);
}

function keyDown(
  event: KeyboardEvent, state: OutlineState, rows: readonly Row[], typed: { letters: string; at: number },
): void {
  const target = event.target as Element;
  if (target.getAttribute("role") !== "treeitem" || event.isComposing) return;
  const root = target.closest(".tree");
  // the one with the focus: a command that has selected others may have made another one current
  const current = target.getAttribute("data-key");
  const row = rows.find(({ key }) => key === current);
  if (row === undefined) return;
  state.current.value = row.key;
  const use = (): void => {
    event.preventDefault();
    event.stopPropagation();
  };
  const command = commandOf(event);
  if (command !== undefined) {
    use();
    if (command === "menu") {
      const button = rowOf(root, row.key)?.querySelector<HTMLElement>(".twig-row");
      if (button) openMenu(state, row, button);
    } else act(state, rows, row, command);
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === " " && Date.now() - typed.at > TYPED_MS) {
    use();
    if (row.kind === "layer" && row.open !== null) state.toggle(row.key, !row.open);
    else if (row.kind === "more") state.showMore(row.layer);
    else if (row.kind !== "layer") select(state.store, row, event.shiftKey);
    return;
  }
  const went = event.shiftKey && event.key !== "*" ? undefined : step(rows, current, event.key);
  if (went !== undefined) {
    use();
    for (const key of went.open ?? []) state.toggle(key, true);
    if (went.close !== undefined) state.toggle(went.close, false);
    if (went.focus !== undefined) focusRow(root, went.focus);
    return;
  }
  // what begins no word may be a shortcut of the page
  if ([...event.key].length !== 1 || !(/[\p{L}\p{N}]/u.test(event.key) || Date.now() - typed.at <= TYPED_MS)) return;
  typed.letters = Date.now() - typed.at > TYPED_MS ? event.key : typed.letters + event.key;
  typed.at = Date.now();
  const found = typedTo(rows, current, typed.letters);
  use();
  if (found !== undefined) focusRow(root, found);
}

// -- what can be done

type Name =
  | "new" | "new-layer" | "new-group" | "title" | "text" | "alt" | "tags" | "link" | "colour" | "move" | "up" | "down"
  | "beside" | "connect" | "relation" | "turn" | "lock" | "duplicate" | "remove" | "menu" | "go" | "select" | "show" | "land" | "comment" | "arrange" | "select-in"
  | "all" | "source" | "target";

const KEYS: Partial<Record<Name, string>> = {
  new: "Enter", "new-layer": "Shift+Enter", title: "F2", text: "Shift+F2", alt: "Alt+A", tags: "Alt+T", link: "Alt+L",
  colour: "Alt+O", move: "Alt+M", up: "Alt+ArrowUp", down: "Alt+ArrowDown", beside: "Alt+P", connect: "Alt+C",
  lock: "Mod+Shift+L", duplicate: "Mod+D", remove: "Delete", go: "Alt+G", select: "Space", comment: "Alt+K", arrange: "Alt+R",
  all: "Mod+A",
};
const LETTERS: Readonly<Record<string, Name>> = {
  KeyA: "alt", KeyT: "tags", KeyL: "link", KeyO: "colour", KeyM: "move", KeyP: "beside", KeyC: "connect", KeyG: "go",
  KeyK: "comment", KeyR: "arrange",
};

/** What a press means to the row that has the focus. */
function commandOf({ key, code, altKey, ctrlKey, metaKey, shiftKey }: KeyboardEvent): Name | undefined {
  const mod = ctrlKey || metaKey;
  if (altKey && !mod && !shiftKey) {
    if (key === "ArrowUp") return "up";
    if (key === "ArrowDown") return "down";
    return LETTERS[code];
  }
  if (mod && !altKey) {
    if (shiftKey) return code === "KeyL" ? "lock" : undefined;
    return code === "KeyD" ? "duplicate" : code === "KeyA" ? "all" : undefined;
  }
  if (altKey || mod) return undefined;
  switch (key) {
    case "Enter":
      return shiftKey ? "new-layer" : "new";
    case "Insert":
      return shiftKey ? "new-layer" : "new";
    case "F2":
      return shiftKey ? "text" : "title";
    case "Delete":
    case "Backspace":
      return "remove";
    case "ContextMenu":
      return "menu";
    case "F10":
      return shiftKey ? "menu" : undefined;
    default:
      return undefined;
  }
}

/** The keys of the tree, to be listed with all others; the tree hears them itself. */
export function outlineCommands(state: OutlineState): Command[] {
  const titles: [Name, string][] = [
    ["new", words.addAfter], ["new-layer", words.addLayer], ["title", words.rename], ["text", words.editText], ["select", words.select],
    ["up", words.moveUp], ["down", words.moveDown], ["move", words.moveTo], ["beside", words.beside], ["connect", words.connect],
    ["go", words.goTo], ["tags", words.tags], ["link", words.link], ["colour", words.colour], ["alt", words.editAlt],
    ["arrange", words.arrange], ["all", drawn.selectAll], ["lock", words.lock], ["duplicate", words.duplicate], ["remove", words.remove],
  ];
  const ofBoard = (["title", "description"] as const).map((field): Command => ({
    id: `outline.board-${field}`, title: words.editBoard[field], group: words.inOutline, when: () => state.acts.mayMakeLayers(),
    run: () => {
      state.store.outlineOpen.value = true;
      openBoardText(state, field);
    },
  }));
  const ofRows = titles.map(([name, title]): Command => ({
    id: `outline.${name}`, title, group: words.inOutline, keys: [KEYS[name] ?? ""], where: "page", offered: false,
    when: () => document.activeElement?.getAttribute("role") === "treeitem" && state.row !== undefined,
    run: () => {
      const current = state.row;
      if (current !== undefined) act(state, state.rows, current, name);
    },
  }));
  return [...ofBoard, ...ofRows];
}

/** Begins something new, after the current row, or where new things land. */
function begin(state: OutlineState, rows: readonly Row[], key: string | null): void {
  const place = placeFor(state, rows.find((each) => each.key === key));
  if (place === null) return state.acts.say(words.noLayer);
  const { layer, after, here } = place;
  const under = rows.some((each) => each.key === (here?.key ?? layerKey(layer))) ? (here?.key ?? layerKey(layer)) : "";
  state.form.value = { key: under, what: "create", layer, after, draft: { value: "", base: "" } };
}

/** Where something new goes from a row: into its layer and after its node, else where new things land; null: nowhere. */
function placeFor({ store: { session } }: OutlineState, row: Row | undefined): { layer: string; after: string | null; here: Row | undefined } | null {
  const here = row !== undefined && session.canAdd(row.layer) ? row : undefined;
  const layer = here?.layer ?? session.active;
  return layer === null ? null : { layer, after: here?.kind === "node" ? here.id : (here?.node ?? null), here };
}

function beginLayer(state: OutlineState, rows: readonly Row[], key: string | null, group: boolean): void {
  const row = rows.find((each) => each.key === key);
  state.form.value = { key: row === undefined ? "" : layerKey(row.layer), what: "layer", after: row?.layer ?? null, group };
}

function edit(state: OutlineState, row: Row): void {
  act(state, [], row, "title");
}

/** The nodes that an action on a row is for: all that are selected, when it is one of them. */
function targets(state: OutlineState, row: Row): string[] {
  return targetsOf(state.store, row.id);
}

function targetsOf({ selection, session }: Store, id: string): string[] {
  if (!selection.value.has(id)) return [id];
  return [...selection.value].filter((each) => session.model.node(each) !== undefined);
}

function openText(state: OutlineState, row: Row, owner: TextOwner, field: TextField, value: string): void {
  state.form.value = {
    key: row.key, what: "text", owner, id: row.id, field, name: row.words || sentence(state.store, row), draft: { value, base: value },
  };
}

/** Opens a text of the board itself, over the tree. */
export function openBoardText(state: OutlineState, field: BoardField): void {
  const value = textNow(state.store, "board", "", field) ?? "";
  state.form.value = { key: "", what: "text", owner: "board", id: "", field, name: words.boardTitle, draft: { value, base: value } };
}

function act(state: OutlineState, rows: readonly Row[], row: Row, command: Name): void {
  const { acts, store } = state;
  if (command === "all") return store.commands.run("edit.select-all");
  if (row.kind === "more") return command === "new" ? state.showMore(row.layer) : undefined;
  if (command === "new") return row.kind === "layer" && store.layers.value.get(row.id)?.group === true && acts.mayMakeLayers() ? beginLayer(state, rows, row.key, false) : begin(state, rows, row.key);
  if (command === "new-layer" || command === "new-group") {
    return acts.mayMakeLayers() ? beginLayer(state, rows, row.key, command === "new-group") : undefined;
  }
  if (row.kind === "layer") return actOnLayer(state, row, command);
  if (row.kind === "relation") return actOnRelation(state, rows, row, command);
  const node = acts.node(row.id);
  if (node === undefined) return;
  if (command === "select") {
    if (matchMedia("(max-width: 719px)").matches) store.outlineOpen.value = false;
    return select(store, row, false);
  }
  if (command === "go") return;
  if (command === "comment") return store.comments.value?.at({ node: row.id });
  if (!acts.mayReach(row.id)) return acts.say(words.readOnly);
  if (command === "arrange") return openArranging(state, row);
  if (command === "lock") {
    const ids = targets(state, row);
    return acts.lock(ids.filter((id) => acts.mayReach(id)), node.locked !== true);
  }
  if (command === "connect") {
    state.form.value = { key: row.key, what: "connect", id: row.id };
    return;
  }
  if (command === "duplicate") {
    const made = acts.duplicate(targets(state, row));
    if (made[0] !== undefined) state.goTo(made[0]);
    return;
  }
  if (!acts.mayChange(row.id)) return acts.say(words.isLocked);
  switch (command) {
    case "title":
      return isTitled(node.kind) ? openText(state, row, "node", "title", joined(node.title)) : openText(state, row, "node", "text", joined(node.text));
    case "text":
      return node.kind === "frame" ? undefined : openText(state, row, "node", "text", joined(node.text));
    case "alt":
      return openText(state, row, "node", "alt", node.alt ?? "");
    case "tags":
    case "link":
    case "colour":
    case "move":
    case "beside":
      state.form.value = { key: row.key, what: command, id: row.id };
      return;
    case "up":
    case "down":
      state.wanted = row.key;
      return acts.step(row.id, command);
    case "remove": {
      const ids = targets(state, row).filter((id) => acts.mayChange(id));
      leave(state, rows, ids.map(nodeKey));
      return acts.remove(ids, [], nodeName(node));
    }
  }
}

/** Goes to the row that will be nearest when these are gone. */
function leave(state: OutlineState, rows: readonly Row[], gone: readonly string[]): void {
  const [first] = gone;
  if (first === undefined) return;
  const removed = new Set(gone);
  const left = rows.filter(({ key, parent }) => !removed.has(key) && !(parent !== null && removed.has(parent)));
  const to = nearest(rows, left, first) ?? null;
  state.current.value = to;
  state.wanted = to;
}

function actOnLayer(state: OutlineState, row: Row, command: Name): void {
  const { acts, store } = state;
  const { session } = store;
  const layer = session.layers.get(row.id);
  if (layer === undefined) return;
  if (command === "show") return session.switch(row.id, !session.isSwitchedOn(layer));
  if (command === "land") return session.setActive(row.id);
  if (command === "select-in") return store.editor.value?.panels.value?.layers.select(row.id);
  if (!acts.mayMakeLayers()) return acts.say(words.readOnly);
  if (command === "lock") {
    if (layer.parent !== null && acts.isLocked(layer.parent)) return acts.say(words.isLocked);
    return session.edit([{ op: "layer.set", id: row.id, locked: layer.locked !== true }]);
  }
  if (command !== "new-layer" && command !== "new-group" && acts.isLocked(row.id)) return acts.say(words.isLocked);
  if (command === "title" || command === "text") {
    return command === "title" ? openText(state, row, "layer", "title", layer.title) : openText(state, row, "layer", "note", layer.note ?? "");
  }
  if (command === "colour" || command === "remove") {
    state.form.value = { key: row.key, what: command === "remove" ? "remove-layer" : command, id: row.id };
    return;
  }
  store.editor.value?.panels.value?.layers.act(row.id, command, () => (state.wanted = row.key));
}

function actOnRelation(state: OutlineState, rows: readonly Row[], row: Row, command: Name): void {
  const { acts, store } = state;
  const relation = store.session.model.relation(row.id);
  if (relation === undefined) return;
  if (command === "go") return state.goTo(otherEnd(relation, row.node ?? ""));
  if (command === "select") return select(store, row, false);
  if (!acts.mayChangeRelation(relation)) return acts.say(words.readOnly);
  switch (command) {
    case "title":
      return openText(state, row, "relation", "label", joined(relation.label));
    case "relation":
    case "colour":
    case "source":
    case "target":
      state.form.value = { key: row.key, what: command, id: row.id };
      return;
    case "turn":
      // another relation, as it is made anew: the focus stays on its row
      state.wanted = state.current.value = relationKey(acts.turn(relation), row.node ?? "");
      return;
    case "remove":
      leave(state, rows, [row.key]);
      return acts.remove([], [row.id], words.relationNamed(seenRelation(store, relation, row)));
  }
}

/** The menu of a row: what can be done with it now, by whoever this is. */
function choicesOf(state: OutlineState, rows: readonly Row[], row: Row): readonly Choice[] {
  const { acts, store } = state;
  const { session } = store;
  const choice = (command: Name, label: string, more: { on?: boolean; warns?: boolean } = {}): Choice => {
    const keys = KEYS[command];
    return { label, ...more, ...(keys === undefined ? {} : { keys }), run: () => act(state, rows, row, command) };
  };
  if (row.kind === "layer") {
    const layer = session.layers.get(row.id);
    const isGroup = layer?.group === true;
    const mayLead = acts.mayMakeLayers();
    const isLocked = acts.isLocked(row.id);
    const mayUnlock = layer?.parent == null || !acts.isLocked(layer.parent);
    return [
      ...(session.canAdd(row.id) ? [choice("new", words.addHere), choice("land", words.landHere, { on: session.active === row.id })] : []),
      choice("show", words.showOne, { on: layer !== undefined && session.isSwitchedOn(layer) }),
      ...(store.on.value.has(row.id) ? [choice("select-in", words.selectIn)] : []),
      ...(mayLead
        ? [
            "line" as const, choice("new-layer", words.addLayer), choice("new-group", words.addGroup), "line" as const,
            ...(isLocked
              ? []
              : [
                  choice("title", words.rename), choice("text", words.editNote), choice("colour", words.colour),
                  choice("up", words.moveUp), choice("down", words.moveDown),
                ]),
            ...(mayUnlock ? [choice("lock", layer?.locked === true ? words.unlock : words.lock)] : []),
            ...(isGroup || isLocked ? [] : [choice("duplicate", words.duplicate)]),
            ...(isLocked ? [] : [choice("remove", words.remove, { warns: true })]),
          ]
        : []),
    ];
  }
  if (row.kind === "relation") {
    const may = acts.mayChangeRelation(session.model.relation(row.id));
    return [
      choice("go", words.goTo),
      choice("select", words.select),
      ...(may
        ? [
            "line" as const, choice("title", words.editLabel), choice("relation", words.editRelation), choice("turn", words.turn),
            choice("source", drawn.attachStart), choice("target", drawn.attachEnd),
            choice("colour", words.colour), "line" as const, choice("remove", words.disconnect, { warns: true }),
          ]
        : []),
    ];
  }
  const node = acts.node(row.id);
  if (node === undefined) return [];
  const may = acts.mayChange(row.id);
  const titled = isTitled(node.kind);
  return [
    choice("select", words.select),
    choice("comment", words.comments),
    ...(acts.mayReach(row.id) ? [choice("new", words.addAfter), choice("connect", words.connect), choice("duplicate", words.duplicate)] : []),
    ...(may
      ? [
          "line" as const,
          choice("title", titled ? words.rename : words.editWords),
          ...(titled && node.kind !== "frame" ? [choice("text", words.editText)] : []),
          ...(node.kind === "image" || node.kind === "drawing" ? [choice("alt", words.editAlt)] : []),
          choice("tags", words.tags),
          choice("link", words.link),
          choice("colour", words.colour),
          "line" as const,
          choice("up", words.moveUp),
          choice("down", words.moveDown),
          choice("move", words.moveTo),
          choice("beside", words.beside),
        ]
      : []),
    ...(acts.mayReach(row.id) ? [choice("arrange", words.arrange)] : []),
    ...(acts.mayReach(row.id)
      ? ["line" as const, choice("lock", node.locked === true ? words.unlock : words.lock), ...(may ? [choice("remove", words.remove, { warns: true })] : [])]
      : []),
  ];
}

/** The menu of how a node lies on the board, with all that is selected, when it is one of that. */
function arrangingOf(state: OutlineState, row: Row): readonly Choice[] {
  const { acts, store } = state;
  const node = acts.node(row.id);
  if (node === undefined) return [];
  return arrangements(node, {
    mayChange: acts.mayChange(row.id),
    isOneOf: targets(state, row).length,
    open: (what) => (state.form.value = { key: row.key, what, id: row.id }),
    run: (command, alone) => {
      if (alone || !store.selection.value.has(row.id)) store.selectAll([row.id]);
      store.commands.run(command);
    },
  });
}

// -- forms

function nodeOptions(state: OutlineState, but: string): Option[] {
  return state.acts.all()
    .filter(({ id }) => id !== but)
    .map((node) => nodeOption(node, state.store.session.layers.get(node.layer)));
}

/** The layers that I may move these nodes into, but the one that one of them is in, as options. */
function layerOptions(acts: Acts, nodes: readonly string[], but: string | null): Option[] {
  const { layers } = acts.session;
  return acts.writable(nodes).filter((id) => id !== but).map((id) => {
    const layer = layers.get(id);
    const parent = layer?.parent == null ? "" : layerTitle(layers.get(layer.parent));
    return { id, title: layerTitle(layer), detail: parent };
  });
}

function FormOf({ state, form, close }: { state: OutlineState; form: Form; close: () => void }) {
  const { acts, store } = state;
  const { session } = store;
  const { model } = session;
  const done = (run: () => void): void => {
    close();
    run();
  };
  switch (form.what) {
    case "create":
      return (
        <CreateForm
          where={layerTitle(session.layers.get(form.layer))} kind={state.kind} draft={form.draft} cancel={close}
          save={(kind, said) => {
            state.kind = kind;
            close();
            acts.show(form.layer);
            const made = acts.create(kind, said, form.layer, form.after);
            state.goTo(made);
            store.select(made, true);
          }}
        />
      );
    case "layer":
      return (
        <LineForm
          label={form.group ? words.groupTitle : words.layerTitle} value="" verb={words.create} cancel={close}
          read={(typed) => readText(typed.trim(), BOUNDS.title, true)}
          save={(title) => {
            close();
            const id = acts.createLayer(title, form.group, form.after);
            state.wanted = state.current.value = layerKey(id);
            if (!form.group) session.setActive(id);
          }}
        />
      );
    case "text":
      return <TextOf state={state} form={form} close={close} />;
    case "tags":
    case "link": {
      const node = acts.node(form.id);
      if (node === undefined) return null;
      return form.what === "tags" ? (
        <LineForm
          label={words.tags} hint={words.tagsHint} value={(node.tags ?? []).join(", ")} read={readTags} cancel={close}
          save={(tags) => done(() => session.edit([{ op: "node.set", id: form.id, tags }]))}
        />
      ) : (
        <LineForm
          label={words.link} hint={words.linkHint} value={node.href ?? ""} read={readHref} cancel={close}
          save={(href) => done(() => session.edit([{ op: "node.set", id: form.id, href }]))}
        />
      );
    }
    case "colour": {
      const row = form.key.split("/")[0];
      const held = row === "layer" ? session.layers.get(form.id) : row === "node" ? acts.node(form.id) : model.relation(form.id);
      return (
        <ColourForm
          value={held?.color ?? null} none={row !== "layer"} cancel={close}
          save={(color) =>
            done(() => {
              if (row === "layer") session.edit([{ op: "layer.set", id: form.id, color: color ?? "slate" }]);
              else if (row === "node") {
                const ids = store.selection.value.has(form.id) ? [...store.selection.value] : [form.id];
                session.edit(ids.filter((id) => acts.mayChange(id)).map((id) => ({ op: "node.set", id, color })));
              } else session.edit([{ op: "relation.set", id: form.id, color }]);
            })
          }
        />
      );
    }
    case "move": {
      const ids = store.selection.value.has(form.id) ? [...store.selection.value] : [form.id];
      const moving = ids.filter((id) => acts.mayChange(id));
      return (
        <PickForm
          label={words.moveTo} options={layerOptions(acts, moving, acts.node(form.id)?.layer ?? null)} verb={words.moveVerb} cancel={close}
          save={(layer) => {
            close();
            acts.moveTo(ids, layer);
            state.goTo(form.id);
          }}
        />
      );
    }
    case "position":
    case "looks": {
      const shapes = targetsOf(store, form.id).filter((id) => acts.mayChange(id)).flatMap((id) => acts.node(id) ?? []);
      const node = acts.node(form.id);
      if (node === undefined) return null;
      return form.what === "position" ? (
        <PositionForm nodes={shapes} cancel={close} save={(shown, typed) => done(() => session.edit(repositioned(shapes, shown, typed)))} />
      ) : (
        <LooksForm
          node={node} cancel={close}
          save={(looks) =>
            done(() => session.edit(shapes.filter(({ kind }) => kind === node.kind).map(({ id }) => ({ op: "node.set", id, ...looks }))))}
        />
      );
    }
    case "beside":
      return (
        <BesideForm
          options={nodeOptions(state, form.id)} cancel={close}
          save={(other, side) => done(() => acts.putBeside(form.id, other, side))}
        />
      );
    case "connect":
      return (
        <ConnectForm
          options={nodeOptions(state, form.id)} cancel={close}
          save={(other, line) => done(() => acts.connect(form.id, other, line) || acts.say(words.readOnly))}
        />
      );
    case "source":
    case "target": {
      const relation = model.relation(form.id);
      if (relation === undefined) return null;
      const end = form.what;
      const far = end === "source" ? relation.target : relation.source;
      return (
        <PickForm
          label={end === "source" ? drawn.attachStart : drawn.attachEnd} verb={words.connectVerb} cancel={close}
          options={nodeOptions(state, far).filter(({ id }) => id !== relation[end])}
          save={(node) => {
            const from = state.rows.find(({ key }) => key === form.key)?.node ?? far;
            close();
            const made = acts.attach(relation, end, node);
            if (made === null) acts.say(words.readOnly);
            // its row stands under the end that stayed; from the other one it is gone
            else if (from === far) state.wanted = state.current.value = relationKey(made, far);
            else state.goTo(from);
          }}
        />
      );
    }
    case "remove-layer": {
      const editing = store.editor.value?.panels.value?.layers;
      if (editing === undefined) return null;
      return (
        <RemoveLayerForm
          editing={editing} id={form.id} cancel={close}
          save={(into) =>
            done(() => {
              const next = editing.remove(form.id, into);
              if (next !== null) state.wanted = state.current.value = layerKey(next);
            })
          }
        />
      );
    }
    case "relation": {
      const relation = model.relation(form.id);
      if (relation === undefined) return null;
      return (
        <RelationForm
          relation={relation} cancel={close}
          save={(drawn) => done(() => session.edit([{ op: "relation.set", id: form.id, ...drawn }]))}
        />
      );
    }
  }
}

function TextOf({ state, form, close }: { state: OutlineState; form: Form & { what: "text" }; close: () => void }) {
  const { acts, store } = state;
  const { session } = store;
  const { owner, id, field, draft } = form;
  const now = textNow(store, owner, id, field);
  useEffect(() => {
    if (owner !== "node") return undefined;
    session.present({ typing: { id, field: field as NodeField } }); // others see that somebody writes there
    return () => session.present({ typing: null });
  }, [id, field]);
  const labels: Readonly<Record<TextField, string>> = {
    title: owner === "board" ? words.boardTitle : words.title, text: words.text, alt: words.alt, label: words.label,
    note: words.note, description: words.boardText,
  };
  if (now === undefined) {
    // what it was typed into is gone: the text is not
    return (
      <TextForm
        label={labels[field]} field={field} draft={draft} now={draft.base} cancel={close}
        save={(said) => {
          const layer = session.active;
          close();
          if (layer !== null && owner === "node") state.goTo(acts.create(field === "title" ? "card" : "sticky", said, layer, null));
        }}
      />
    );
  }
  return (
    <TextForm
      label={labels[field]} field={field} draft={draft} now={now} cancel={close}
      save={(said, base) => {
        close();
        if (said === base) return;
        if (owner === "node") acts.setNodeText(id, field as NodeField, said, base);
        else session.setText(owner, id, field, said, base);
      }}
    />
  );
}

function textNow(store: Store, owner: TextOwner, id: string, field: TextField): string | undefined {
  const { model, layers } = store.session;
  if (owner === "board") return field === "title" ? model.board?.title : model.board?.description;
  if (owner === "layer") {
    const layer = layers.get(id);
    return field === "title" || layer === undefined ? layer?.title : (layer.note ?? "");
  }
  if (owner === "relation") {
    const relation = model.relation(id);
    return relation === undefined ? undefined : joined(relation.label);
  }
  const shape: NodeShape | undefined = model.node(id)?.shape;
  if (shape === undefined) return undefined;
  return field === "alt" ? (shape.alt ?? "") : joined(field === "title" ? shape.title : shape.text);
}
