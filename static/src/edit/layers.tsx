// The panel of layers as an editor: for facilitators all that makes and orders layers, for everyone who
// may write the layer where new things land. It joins ui/layers.tsx by a few hooks.

import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useState } from "preact/hooks";
import { bodyOf } from "../board/model.js";
import type { Branch } from "../board/visibility.js";
import { RANK, REGION_GAP, TITLE_CHARS_MAX } from "../generated/constants.js";
import type { AnyOp, LayerSet, LayerShape, Least, Role } from "../generated/wire.js";
import { text } from "../i18n/index.js";
import { words } from "../i18n/outline.js";
import type { Command } from "../ui/commands.js";
import { Icon } from "../ui/icon.js";
import { onMac, shownKeys } from "../ui/keys.js";
import type { Store } from "../ui/store.js";
import { duplicateLayer, removeLayer } from "./copies.js";
import { Acts } from "./acts.js";
import { readText } from "./fields.js";
import { BOUNDS, Check, Choose, Colours, type Draft, Frame, LineForm, PickForm, TextForm } from "./forms.js";
import { EditIcon } from "./icons.js";
import { branchOf, type DragRow, type Drop, drop, slot, type Way, within } from "./layer-moves.js";
import { type Choice, Menu } from "./menu.js";
import { granted, type Grants, grantsOf, NamedPeople } from "./named.js";
import { layerTitle } from "./naming.js";
import type { Option } from "./picker.js";
import { near } from "./places.js";
import { boundsOfAll } from "./transform.js";

const DRAG_PX = 5;
const PRESS_MS = 350;
const INDENT_PX = 28; // of a level, as the panel's style has it
const EDGE_PX = 28;
const SCROLL_PX = 6; // a frame

type What = "rename" | "layer" | "group" | "settings" | "merge" | "remove";

interface Form {
  readonly id: string | null; // the layer that it stands under
  readonly what: What;
  readonly draft: Draft;
}

/** What a layer's row can be told to do, by a key or by its menu. */
export type LayerCommand = What | Way | "duplicate" | "lock" | "land" | "only" | "select";

export class LayersEditing {
  readonly acts: Acts;
  readonly form = signal<Form | null>(null);
  readonly menu = signal<{ readonly id: string; readonly at: DOMRect; readonly back: HTMLElement } | null>(null);
  readonly line = signal<Drop | null>(null); // where a drag would land

  constructor(readonly store: Store) {
    this.acts = new Acts(store);
  }

  get mayArrange(): boolean {
    return this.acts.mayMakeLayers();
  }

  /** What the palette offers of this. */
  commands(): Command[] {
    return (["layer", "group"] as const).map((what) => ({
      id: `layers.${what}`, title: what === "layer" ? words.addLayer : words.addGroup, group: words.inLayers,
      when: () => this.mayArrange,
      run: () => {
        this.store.layersOpen.value = true;
        this.open(null, what);
      },
    }));
  }

  private layer(id: string): LayerShape | undefined {
    return this.store.session.layers.get(id);
  }

  branch(id: string): Branch | undefined {
    return branchOf(this.store.branches.value, id);
  }

  isLocked(id: string): boolean {
    return this.acts.isLocked(id);
  }

  /** All that lies in a branch has come, so that it can be moved and copied. */
  isWhole(branch: Branch): boolean {
    const { model, on } = this.store.session;
    return within(branch).every(({ layer: { id, group } }) => group === true || (on.has(id) && model.isWhole(bodyOf(id))));
  }

  open(id: string | null, what: What): void {
    const title = (id === null ? undefined : this.layer(id)?.title) ?? "";
    this.form.value = { id, what, draft: { value: title, base: title } };
  }

  close(): void {
    const { value } = this.form;
    this.form.value = null;
    if (value?.id != null) focusRow(value.id);
  }

  act(id: string, command: string, then: () => void = () => focusRow(id)): void {
    const { session } = this.store;
    const layer = this.layer(id);
    if (layer === undefined) return;
    if (command === "land") return session.setActive(id);
    if (command === "only") return session.only(id);
    if (command === "select") return this.select(id);
    if (!this.mayArrange) return this.acts.say(words.readOnly);
    if (command === "lock") return session.edit([{ op: "layer.set", id, locked: layer.locked !== true }]);
    if (command === "layer" || command === "group") return this.open(id, command);
    if (this.isLocked(id)) return this.acts.say(words.isLocked);
    switch (command) {
      case "rename":
      case "settings":
      case "merge":
      case "remove":
        return this.open(id, command);
      case "duplicate":
        this.duplicate(id);
        return then();
      case "up":
      case "down":
      case "in":
      case "out": {
        const to = slot(this.store.branches.value, id, command);
        if (to === undefined || this.closed(to.parent)) return this.acts.say(words.atEnd);
        this.move(id, to);
        return then();
      }
    }
  }

  /** Selects all that is seen in a layer, or in the layers of a group. */
  select(id: string): void {
    const branch = this.branch(id);
    this.store.editor.value?.selectLayers(branch === undefined ? [] : within(branch).map(({ layer }) => layer.id));
  }

  private closed(parent: string | null): boolean {
    return parent !== null && this.isLocked(parent);
  }

  move(id: string, { parent, before }: { parent: string | null; before: string | null }): void {
    const layer = this.layer(id);
    if (layer === undefined || before === id) return;
    const siblings = this.acts.siblings(layer.parent);
    if (layer.parent === parent && (siblings[siblings.indexOf(id) + 1] ?? null) === before) return; // it is there
    this.store.session.edit([{ op: "layer.move", id, parent, before }]);
    const order = this.acts.siblings(parent).filter((each) => each !== id);
    const at = before === null ? order.length : order.indexOf(before);
    const group = parent === null ? null : layerTitle(this.layer(parent));
    this.acts.say(words.layerMoved(layerTitle(layer), at + 1, order.length + 1, group));
  }

  private duplicate(id: string): void {
    const branch = this.branch(id);
    if (branch === undefined) return;
    if (!this.isWhole(branch)) return this.acts.tell(words.showFirst);
    const { session } = this.store;
    const around = boundsOfAll(within(branch).flatMap(({ layer }) => session.model.nodesOf(layer.id))) ?? { x: 0, y: 0, w: 0, h: 0 };
    const spot = near(around, around, this.acts.all(), 2 * REGION_GAP);
    const siblings = this.acts.siblings(branch.layer.parent);
    const title = [...words.copyOf(layerTitle(branch.layer))].slice(0, TITLE_CHARS_MAX).join("");
    const ops = duplicateLayer(session.model, branch, this.acts.making, {
      before: siblings[siblings.indexOf(id) + 1] ?? null, title,
      dx: spot.x - around.x, dy: spot.y - around.y,
    });
    session.edit(ops);
    this.acts.say(words.made(title));
  }

  /** Removes a layer, and moves what lies in it to another one first if that is named. Returns its neighbour. */
  remove(id: string, into: string | null): string | null {
    const branch = this.branch(id);
    if (branch === undefined) return null;
    const title = layerTitle(branch.layer);
    const siblings = this.acts.siblings(branch.layer.parent);
    const next = siblings[siblings.indexOf(id) + 1] ?? siblings[siblings.indexOf(id) - 1] ?? branch.layer.parent;
    this.store.session.edit(removeLayer(this.store.session.model, branch, into));
    const undo = shownKeys("Mod+Z", onMac).join(onMac ? "" : "+");
    this.acts.tell(into === null ? words.removed(title, undo) : words.merged(title, layerTitle(this.layer(into))), true);
    return next;
  }

  /** The same, by the panel's own form. */
  removed(id: string, into: string | null): void {
    this.form.value = null;
    const next = this.remove(id, into);
    if (next !== null) requestAnimationFrame(() => focusRow(next));
  }

  // -- keys

  readonly keyDown = (event: KeyboardEvent): void => {
    const target = event.target as Element;
    const id = target.closest<HTMLElement>("[data-row]")?.dataset.row;
    if (id === undefined || target.closest(".edit-form") !== null || event.ctrlKey || event.metaKey || event.isComposing) return;
    const ways: Readonly<Record<string, Way>> = { ArrowUp: "up", ArrowDown: "down", ArrowRight: "in", ArrowLeft: "out" };
    const way = ways[event.key];
    if (event.altKey) {
      if (way === undefined || !this.mayArrange) return;
      this.act(id, way);
    } else if (event.key === "F2" && this.mayArrange) this.act(id, "rename");
    else if (event.key === "Delete" && this.mayArrange) this.act(id, "remove");
    else if (event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) this.openMenu(id, target as HTMLElement);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  openMenu(id: string, from: HTMLElement): void {
    this.menu.value = { id, at: from.getBoundingClientRect(), back: from };
  }

  // -- dragging

  readonly pointerDown = (event: PointerEvent): void => {
    const target = event.target as Element;
    const row = target.closest<HTMLElement>("[data-row]");
    const id = row?.dataset.row;
    const body = event.currentTarget as HTMLElement;
    if (id === undefined || event.button !== 0 || !this.mayArrange || this.isLocked(id)) return;
    if (target.closest("button, input, select, textarea, form, [role=menu]") !== null) return;
    new LayerDrag(this, body, id, event);
  };

  /** The rows as a drag meets them, from the top of what scrolls. */
  rows(body: HTMLElement): DragRow[] {
    const top = body.getBoundingClientRect().top - body.scrollTop;
    return [...body.querySelectorAll<HTMLElement>("[data-row]")].flatMap((element) => {
      const id = element.dataset.row ?? "";
      const layer = this.layer(id);
      if (layer === undefined) return [];
      const box = element.getBoundingClientRect();
      return {
        id, depth: Number(element.dataset.depth), group: layer.group === true, locked: this.isLocked(id),
        top: box.top - top, bottom: box.bottom - top,
      };
    });
  }

  // -- what stands in the panel

  /** Above the layers: where new things land, and what makes layers. */
  readonly Head = (): ComponentChildren => <PanelHead editing={this} />;
  /** At the end of a layer's row. */
  readonly Tools = ({ layer }: { layer: LayerShape }): ComponentChildren => <RowTools editing={this} layer={layer} />;
  /** Below a layer's row: a form. */
  readonly Below = ({ layer }: { layer: LayerShape }): ComponentChildren => {
    const form = this.form.value;
    return form?.id === layer.id ? <LayerForm key={form.what} editing={this} form={form} /> : null;
  };
  /** Over the layers: where a drag would land, and the menu of a row. */
  readonly Over = (): ComponentChildren => <PanelOver editing={this} />;
}

function focusRow(id: string): void {
  requestAnimationFrame(() =>
    document.querySelector<HTMLElement>(`#layers [data-row="${CSS.escape(id)}"] input[type=checkbox]`)?.focus(),
  );
}

/** One drag of a row, from the press to the drop. */
class LayerDrag {
  private isOn = false;
  private readonly end = new AbortController();
  private readonly depth: number;
  private pressTimer = 0;
  private scrolling = 0;
  private at: readonly [number, number]; // where it was seen last, in the window
  private to: Drop | undefined;

  constructor(
    private readonly editing: LayersEditing,
    private readonly body: HTMLElement,
    private readonly id: string,
    private readonly start: PointerEvent,
  ) {
    this.depth = Number(this.row?.dataset.depth ?? 0);
    this.at = [start.clientX, start.clientY];
    const { signal: ended } = this.end;
    addEventListener("pointermove", (event) => this.moved(event), { signal: ended });
    addEventListener("pointerup", () => this.drop(), { signal: ended });
    addEventListener("pointercancel", () => this.stop(), { signal: ended });
    addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.isOn) return;
      event.preventDefault();
      event.stopPropagation();
      this.stop();
    }, { signal: ended, capture: true });
    if (start.pointerType === "mouse") return;
    // a finger scrolls, unless it rests first
    this.pressTimer = window.setTimeout(() => this.begin(), PRESS_MS);
    addEventListener("touchmove", (event) => this.isOn && event.preventDefault(), { signal: ended, passive: false });
    addEventListener("contextmenu", (event) => event.preventDefault(), { signal: ended, capture: true });
  }

  private get row(): HTMLElement | null {
    return this.body.querySelector(`[data-row="${CSS.escape(this.id)}"]`);
  }

  private begin(): void {
    this.isOn = true;
    this.row?.classList.add("dragged");
    document.documentElement.classList.add("dragging-layer");
    this.scroll();
  }

  /** Scrolls for as long as the layer is held at an end of what is seen. */
  private scroll(): void {
    this.scrolling = requestAnimationFrame(() => this.scroll());
    const { top, bottom } = this.body.getBoundingClientRect();
    const [, y] = this.at;
    const by = y < top + EDGE_PX ? -SCROLL_PX : y > bottom - EDGE_PX ? SCROLL_PX : 0;
    const before = this.body.scrollTop;
    if (by !== 0) this.body.scrollTop += by;
    if (this.body.scrollTop !== before) this.aim();
  }

  private moved(event: PointerEvent): void {
    if (event.pointerId !== this.start.pointerId) return;
    if (!this.isOn) {
      if (Math.hypot(event.clientX - this.start.clientX, event.clientY - this.start.clientY) < DRAG_PX) return;
      if (event.pointerType !== "mouse") return this.stop();
      this.begin();
    }
    this.at = [event.clientX, event.clientY];
    this.aim();
  }

  /** Finds where it would land. */
  private aim(): void {
    const branch = this.editing.branch(this.id);
    if (branch === undefined) return this.stop();
    const [x, top] = this.at;
    const y = top - this.body.getBoundingClientRect().top + this.body.scrollTop;
    const depth = this.depth + Math.round((x - this.start.clientX) / INDENT_PX);
    this.to = drop(this.editing.rows(this.body), branch, y, depth);
    this.editing.line.value = this.to ?? null;
  }

  private drop(): void {
    const { isOn, to } = this;
    this.stop();
    if (!isOn) return;
    // the release is no click on what lies under it
    const swallow = (event: MouseEvent): void => {
      event.preventDefault();
      event.stopPropagation();
    };
    addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", swallow, { capture: true }), 0);
    if (to !== undefined) this.editing.move(this.id, to);
  }

  private stop(): void {
    clearTimeout(this.pressTimer);
    cancelAnimationFrame(this.scrolling);
    this.end.abort();
    this.row?.classList.remove("dragged");
    document.documentElement.classList.remove("dragging-layer");
    this.editing.line.value = null;
  }
}

function PanelHead({ editing }: { editing: LayersEditing }) {
  const id = useId();
  const { store, acts } = editing;
  store.layers.value; // what may be written follows from the headers
  const active = store.active.value;
  const writable = acts.writable();
  const form = editing.form.value;
  return (
    <div class="layers-tools">
      {writable.length > 0 && (
        <div class="form-row landing">
          <label class="field-label" for={id}>
            {words.landsIn}
          </label>
          <select
            id={id} class="field" value={active ?? ""}
            onChange={({ currentTarget: { value } }) => store.session.setActive(value)}
          >
            {active === null && <option value="">–</option>}
            {writable.map((each) => (
              <option key={each} value={each} disabled={!store.on.value.has(each)}>
                {layerTitle(store.session.layers.get(each))}
              </option>
            ))}
          </select>
        </div>
      )}
      {editing.mayArrange && (
        <div class="layers-makers">
          <button type="button" class="button small" onClick={() => editing.open(null, "layer")}>
            <Icon name="plus" size={16} />
            {words.addLayer}
          </button>
          <button type="button" class="button small" onClick={() => editing.open(null, "group")}>
            <EditIcon name="folderPlus" size={16} />
            {words.addGroup}
          </button>
        </div>
      )}
      {form !== null && form.id === null && <LayerForm key={form.what} editing={editing} form={form} />}
    </div>
  );
}

function RowTools({ editing, layer }: { editing: LayersEditing; layer: LayerShape }) {
  const title = layerTitle(layer);
  const { store } = editing;
  const isActive = store.active.value === layer.id;
  return (
    <>
      {layer.private === true && <span class="sign own-sign">{words.onlyYou}</span>}
      {isActive && (
        <span class="sign landing-sign" title={words.landing}>
          <EditIcon name="pencil" size={14} />
          <span class="spoken">{words.landing}. </span>
        </span>
      )}
      <button
        type="button"
        class="button quiet square row-menu"
        aria-label={words.actions(title)}
        aria-haspopup="menu"
        aria-expanded={editing.menu.value?.id === layer.id}
        onClick={({ currentTarget }) => editing.openMenu(layer.id, currentTarget)}
      >
        <EditIcon name="ellipsis" />
      </button>
    </>
  );
}

function PanelOver({ editing }: { editing: LayersEditing }) {
  const line = editing.line.value;
  const menu = editing.menu.value;
  const layer = menu === null ? undefined : editing.store.session.layers.get(menu.id);
  return (
    <>
      {line !== null && <div class="drop-line" style={{ "--y": `${line.y}px`, "--depth": line.depth }} />}
      {menu !== null && layer !== undefined && (
        <Menu
          key={menu.id}
          label={words.actions(layerTitle(layer))}
          choices={choicesOf(editing, layer)}
          at={menu.at}
          close={(back) => {
            editing.menu.value = null;
            if (back) menu.back.focus();
          }}
        />
      )}
    </>
  );
}

function choicesOf(editing: LayersEditing, layer: LayerShape): readonly Choice[] {
  const { store } = editing;
  const { id } = layer;
  const choice = (command: LayerCommand, label: string, more: { keys?: string; on?: boolean; warns?: boolean } = {}): Choice => ({
    label, ...more, run: () => editing.act(id, command),
  });
  const isOpen = !editing.isLocked(id);
  const mayUnlock = layer.parent === null || !editing.isLocked(layer.parent);
  const moves: [Way, string, string][] = [
    ["up", words.moveUp, "Alt+ArrowUp"], ["down", words.moveDown, "Alt+ArrowDown"],
    ["in", words.moveIn, "Alt+ArrowRight"], ["out", words.moveOut, "Alt+ArrowLeft"],
  ];
  return [
    ...(store.session.canAdd(id) ? [choice("land", words.landHere, { on: store.session.active === id })] : []),
    choice("only", text.onlyThis),
    ...(store.on.value.has(id) ? [choice("select", words.selectIn)] : []),
    ...(editing.mayArrange
      ? [
          "line" as const,
          choice("layer", words.addLayer),
          choice("group", words.addGroup),
          ...(isOpen
            ? [
                "line" as const,
                choice("rename", words.renameLayer, { keys: "F2" }),
                choice("settings", words.settings),
                ...moves.flatMap(([way, label, keys]) =>
                  slot(store.branches.value, id, way) === undefined ? [] : [choice(way, label, { keys })],
                ),
              ]
            : []),
          "line" as const,
          ...(mayUnlock ? [choice("lock", layer.locked === true ? words.unlock : words.lock)] : []),
          ...(isOpen
            ? [
                choice("duplicate", words.duplicate),
                choice("merge", words.merge),
                choice("remove", words.remove, { keys: "Delete", warns: true }),
              ]
            : []),
        ]
      : []),
  ];
}

// -- forms

function LayerForm({ editing, form }: { editing: LayersEditing; form: Form }) {
  const { acts, store } = editing;
  const { session } = store;
  const { id, what, draft } = form;
  const close = (): void => editing.close();
  store.layers.value;
  const layer = id === null ? undefined : session.layers.get(id);
  if (what === "layer" || what === "group") {
    return (
      <LineForm
        label={what === "group" ? words.groupTitle : words.layerTitle} value="" verb={words.create} cancel={close}
        read={(typed) => readText(typed.trim(), BOUNDS.title, true)}
        save={(title) => {
          editing.form.value = null;
          const made = acts.createLayer(title, what === "group", id);
          if (what === "layer") session.setActive(made);
          focusRow(made);
        }}
      />
    );
  }
  if (layer === undefined || id === null) return null;
  switch (what) {
    case "rename":
      return (
        <TextForm
          label={words.title} field="title" draft={draft} now={layer.title} cancel={close}
          save={(title, base) => {
            close();
            session.setText("layer", id, "title", title, base);
          }}
        />
      );
    case "settings":
      return <SettingsForm editing={editing} layer={layer} close={close} />;
    case "merge":
      return <MergeForm editing={editing} id={id} close={close} />;
    case "remove":
      return <RemoveLayerForm editing={editing} id={id} cancel={close} save={(into) => editing.removed(id, into)} />;
  }
}

/** The layers that may take what lies in a branch: those that I may write to, outside of it. */
function outside(editing: LayersEditing, branch: Branch): Option[] {
  const own = new Set(within(branch).map(({ layer }) => layer.id));
  const { layers } = editing.store.session;
  return editing.acts.writable().filter((id) => !own.has(id)).map((id) => {
    const layer = layers.get(id);
    return { id, title: layerTitle(layer), detail: layer?.parent == null ? "" : layerTitle(layers.get(layer.parent)) };
  });
}

function countOf(branch: Branch): number {
  return within(branch).reduce((sum, { layer }) => sum + (layer.count ?? 0), 0);
}

function MergeForm({ editing, id, close }: { editing: LayersEditing; id: string; close: () => void }) {
  const branch = editing.branch(id);
  if (branch === undefined) return null;
  if (!editing.isWhole(branch)) return <Notice words={words.showFirst} close={close} />;
  return (
    <PickForm
      label={words.mergeInto(layerTitle(branch.layer))} options={outside(editing, branch)} verb={words.merge} cancel={close}
      save={(into) => editing.removed(id, into)}
    />
  );
}

function Notice({ words: said, close }: { words: string; close: () => void }) {
  useLayoutEffect(() => document.querySelector<HTMLElement>(".edit-form button")?.focus(), []);
  return (
    <div class="edit-form">
      <p role="alert">{said}</p>
      <div class="form-actions">
        <button type="button" class="button small" onClick={close}>
          {text.close}
        </button>
      </div>
    </div>
  );
}

/** What becomes of what lies in a layer that is deleted. */
export function RemoveLayerForm({ editing, id, save, cancel }: {
  readonly editing: LayersEditing;
  readonly id: string;
  readonly save: (into: string | null) => void;
  readonly cancel: () => void;
}) {
  const name = useId();
  const branch = editing.branch(id);
  const [moves, setMoves] = useState(false);
  const options = branch === undefined ? [] : outside(editing, branch);
  const [into, choose] = useState(options[0]?.id ?? "");
  useLayoutEffect(() => {
    const form = document.getElementById(name)?.closest("form");
    form?.querySelector<HTMLElement>("input:checked, button")?.focus();
  }, []);
  if (branch === undefined) return null;
  const count = countOf(branch);
  const things = text.cards(count);
  const isWhole = editing.isWhole(branch);
  return (
    <Frame
      label={words.deleteLayer(layerTitle(branch.layer))} verb={words.remove} cancel={cancel}
      save={() => save(moves ? into : null)}
    >
      <p id={name} class="form-title">{words.deleteLayer(layerTitle(branch.layer))}</p>
      {count > 0 && (
        <div class="choices" role="radiogroup" aria-label={words.deleteLayer(layerTitle(branch.layer))}>
          <label class="check">
            <input type="radio" name={name} checked={!moves} onChange={() => setMoves(false)} />
            <span>{words.deleteAll(things)}</span>
          </label>
          {options.length > 0 && (
            <label class="check">
              <input type="radio" name={name} checked={moves} disabled={!isWhole} onChange={() => setMoves(true)} />
              <span>
                {words.deleteMove(things)}
                {!isWhole && <span class="hint">{words.showFirst}</span>}
              </span>
            </label>
          )}
          {moves && (
            <Choose label={words.into} value={into} choices={options.map((option) => [option.id, option.title])} choose={choose} />
          )}
        </div>
      )}
    </Frame>
  );
}

function SettingsForm({ editing, layer, close }: { editing: LayersEditing; layer: LayerShape; close: () => void }) {
  const slider = useId();
  const { session } = editing.store;
  const { id } = layer;
  const [color, paint] = useState<string | null>(layer.color);
  const [opacity, dim] = useState(layer.opacity ?? 1);
  const [published, publish] = useState(layer.published);
  const [read, setRead] = useState((layer.read ?? "viewer") as Least);
  const [add, setAdd] = useState((layer.add ?? "participant") as Least);
  const [write, setWrite] = useState((layer.write ?? "participant") as Least);
  const [grants, grant] = useState<Grants>(() => grantsOf(layer));
  const [first] = useState(layer);
  useLayoutEffect(() => {
    document.querySelector<HTMLElement>(".edit-form input:checked, .edit-form input")?.focus();
    return () => session.draft([]);
  }, []);
  const draft = (more: Partial<LayerSet>): void => session.draft([{ op: "layer.set", id, color: color ?? "slate", opacity, ...more }]);
  /** Those that I may ask for, and what is so already. */
  const leasts = (now: Least, from: Role): (readonly [Least, string])[] =>
    (Object.keys(RANK) as Least[])
      .filter((each) => each === now || (each !== "nobody" && RANK[each] <= RANK[session.role] && RANK[each] >= RANK[from]))
      .map((each) => [each, each === "nobody" ? words.nobodyElse : words.roles[each]]);
  return (
    <Frame
      label={words.settingsOf(layerTitle(layer))} cancel={close}
      save={() => {
        session.draft([]);
        const set: LayerSet = {
          op: "layer.set", id,
          ...(color !== null && color !== first.color ? { color } : {}),
          ...(opacity === (first.opacity ?? 1) ? {} : { opacity }),
          ...(published === first.published ? {} : { published }),
          ...(read === (first.read ?? "viewer") ? {} : { read }),
          ...(add === (first.add ?? "participant") ? {} : { add }),
          ...(write === (first.write ?? "participant") ? {} : { write }),
        };
        close();
        // who is named first may stay in what is closed to their role then
        const ops: AnyOp[] = granted(id, grantsOf(first), grants);
        if (Object.keys(set).length > 2) ops.push(set);
        if (ops.length > 0) session.edit(ops);
      }}
    >
      <p class="form-title">{words.settingsOf(layerTitle(layer))}</p>
      <Colours
        value={color} none={false}
        pick={(picked) => {
          paint(picked);
          draft({ color: picked ?? "slate" });
        }}
      />
      <div class="form-row">
        <label class="field-label" for={slider}>
          {words.opacity}
        </label>
        <input
          id={slider} class="slider" type="range" min="0.1" max="1" step="0.05" value={opacity} aria-valuetext={words.percent(opacity)}
          onInput={({ currentTarget }) => {
            dim(currentTarget.valueAsNumber);
            draft({ opacity: currentTarget.valueAsNumber });
          }}
        />
        <output class="slider-value" for={slider}>
          {words.percent(opacity)}
        </output>
      </div>
      <Check label={words.published} hint={words.publishedHint} on={published} set={publish} />
      <Choose label={words.whoSees} value={read} choices={leasts(read, "viewer")} choose={setRead} />
      <Choose label={words.whoAdds} value={add} choices={leasts(add, "participant")} choose={setAdd} />
      <Choose label={words.whoChanges} value={write} choices={leasts(write, "participant")} choose={setWrite} />
      <NamedPeople session={session} grants={grants} grant={grant} />
    </Frame>
  );
}
