import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Branch } from "../board/visibility.js";
import type { LayersEditing } from "../edit/layers.js";
import type { LayerShape } from "../generated/wire.js";
import { text } from "../i18n/index.js";
import { Icon } from "./icon.js";
import type { Store } from "./store.js";

/** The layers as a tree of switches, and for a facilitator whom they act for. */
export function LayersPanel({ store, open, close }: { store: Store; open: boolean; close: () => void }) {
  const { session } = store;
  const layers = store.layers.value;
  const on = store.on.value;
  const editing = editingOf(store);
  const leaves = [...layers.values()].filter((layer) => layer.group !== true);
  return (
    <section
      id="layers"
      class={store.leads.value ? "panel layers-panel leads" : "panel layers-panel"}
      data-covers
      aria-labelledby="layers-title"
      hidden={!open}
      onKeyDown={(event) => event.key === "Escape" && close()}
    >
      <div class="panel-head">
        <h2 id="layers-title">{text.layers}</h2>
        <button type="button" class="button quiet square" aria-label={text.close} onClick={close}>
          <Icon name="x" />
        </button>
      </div>
      {session.isFacilitator && <Lead store={store} />}
      <div class="panel-row">
        <p class="count-line">
          {text.layersShown(leaves.filter(({ id }) => on.has(id)).length, leaves.length)}
        </p>
        <button type="button" class="button small" aria-label={text.allOfThem} onClick={() => session.all(true)}>
          {text.all}
        </button>
        <button type="button" class="button small" aria-label={text.noneOfThem} onClick={() => session.all(false)}>
          {text.none}
        </button>
      </div>
      {editing !== undefined && <editing.Head />}
      <div
        class="panel-body"
        lang={store.lang.value || undefined}
        onKeyDown={editing?.keyDown}
        onPointerDown={editing?.pointerDown}
      >
        {editing !== undefined && <editing.Over />}
        {layers.size === 0 ? <p class="hint none">{text.noLayers}</p> : <Level store={store} branches={store.branches.value} depth={0} />}
      </div>
      {store.canPublish.value && (
        <div class="panel-foot">
          <HintedButton id="publish" class="wide" hint={text.publishHint} onClick={() => session.publish()}>
            <Icon name="check" />
            {text.publish}
          </HintedButton>
        </div>
      )}
    </section>
  );
}

/** What edits layers, once it is there and while my role may edit. */
function editingOf(store: Store): LayersEditing | undefined {
  const panels = store.editor.value?.panels.value;
  return panels != null && store.mayEdit.value ? panels.layers : undefined;
}

interface Hinted {
  readonly id: string;
  readonly class: string;
  readonly hint: string;
  readonly onClick: () => void;
  readonly children: ComponentChildren;
}

/** A button with what it does in words below it, which is also read with it. */
function HintedButton({ id, class: looks, hint, onClick, children }: Hinted) {
  return (
    <>
      <button type="button" class={`button ${looks}`} aria-describedby={`${id}-hint`} onClick={onClick}>
        {children}
      </button>
      <p id={`${id}-hint`} class="hint">
        {hint}
      </p>
    </>
  );
}

/** Leading: whether it happens, and whether my switches act for everyone or for me. */
function Lead({ store }: { store: Store }) {
  const { session } = store;
  if (!store.stageOpen.value) {
    return (
      <div class="lead">
        <HintedButton id="lead" class="solid wide" hint={text.leadHint} onClick={() => session.lead()}>
          <Icon name="presentation" />
          {text.lead}
        </HintedButton>
      </div>
    );
  }
  const own = store.own.value;
  if (!store.hasLead.value) {
    return (
      <div class="lead open">
        <p class="lead-state">{text.leadOn}</p>
        <div class="lead-actions">
          <HintedButton id="lead" class="solid" hint={text.leadTooHint} onClick={() => session.lead()}>
            {own ? text.showEveryone : text.leadToo}
          </HintedButton>
          <button type="button" class="button" onClick={() => session.stopLeading()}>
            {text.stopLeading}
          </button>
        </div>
      </div>
    );
  }
  return (
    <div class={own ? "lead open" : "lead open leading"}>
      <fieldset class="segments">
        <legend>{text.actFor}</legend>
        <label>
          <input type="radio" name="act-for" checked={!own} onChange={() => session.follow()} />
          <span>
            <Icon name="users" size={16} />
            {text.everyone}
          </span>
        </label>
        <label>
          <input type="radio" name="act-for" checked={own} onChange={() => session.leave()} />
          <span>
            <Icon name="eye" size={16} />
            {text.onlyMe}
          </span>
        </label>
      </fieldset>
      <div class="lead-actions">
        {own && (
          <button type="button" class="button solid" onClick={() => session.lead()}>
            {text.showEveryone}
          </button>
        )}
        <button type="button" class="button" onClick={() => session.stopLeading()}>
          {text.stopLeading}
        </button>
      </div>
    </div>
  );
}

interface LevelProps {
  readonly store: Store;
  readonly branches: readonly Branch[];
  readonly depth: number;
  readonly label?: string;
}

function Level({ store, branches, depth, label }: LevelProps) {
  return (
    <ul class="level" aria-label={label}>
      {branches.map((branch) => (
        <Row key={branch.layer.id} store={store} branch={branch} depth={depth} />
      ))}
    </ul>
  );
}

function Row({ store, branch: { layer, children }, depth }: { store: Store; branch: Branch; depth: number }) {
  const editing = editingOf(store);
  const [unfolded, unfold] = useState(true);
  const { session } = store;
  const own = session.isSwitchedOn(layer);
  const shadowed = own && !store.on.value.has(layer.id);
  const title = layer.title || text.untitled;
  const cards = cardsIn({ layer, children });
  const notes = `about-${layer.id}`;
  return (
    <li>
      <div class={shadowed ? "row shadowed" : "row"} data-row={layer.id} data-depth={depth}>
        <label class="switch">
          <input
            type="checkbox"
            checked={own}
            data-layer={layer.id}
            aria-describedby={notes}
            onChange={(event) => {
              const box = event.currentTarget;
              session.switch(layer.id, box.checked);
              box.checked = session.isSwitchedOn(session.layers.get(layer.id) ?? layer);
            }}
          />
          <Swatch layer={layer} />
          <span class={layer.group === true ? "row-title group" : "row-title"}>{title}</span>
        </label>
        <button
          type="button"
          class="button quiet small only"
          aria-label={text.onlyLayer(title)}
          onClick={() => session.only(layer.id)}
        >
          {text.onlyThis}
        </button>
        <span id={notes} class="row-notes">
          {shadowed && <span class="spoken">{text.offAbove}. </span>}
          {layer.locked === true && <Sign name="lock" words={text.locked} />}
          {layer.restricted === true && <Sign name="keyRound" words={text.restricted} />}
          <span class="count" title={text.cards(cards)}>
            <span aria-hidden="true">{cards}</span>
            <span class="spoken">{text.cards(cards)}</span>
          </span>
        </span>
        {children.length > 0 ? (
          <button
            type="button"
            class={unfolded ? "button quiet square fold" : "button quiet square fold folded"}
            aria-expanded={unfolded}
            aria-label={text.openGroup(title)}
            onClick={() => unfold(!unfolded)}
          >
            <Icon name="chevron" size={16} />
          </button>
        ) : (
          <span class="fold" />
        )}
        {editing !== undefined && <editing.Tools layer={layer} />}
      </div>
      {editing !== undefined && <editing.Below layer={layer} />}
      {children.length > 0 && unfolded && (
        <Level store={store} branches={children} depth={depth + 1} label={text.openGroup(title)} />
      )}
    </li>
  );
}

function Sign({ name, words }: { name: "lock" | "keyRound"; words: string }) {
  return (
    <span class="sign" title={words}>
      <Icon name={name} size={14} />
      <span class="spoken">{words}. </span>
    </span>
  );
}

/** A layer's colour: by the palette's name, or as it is. */
export function Swatch({ layer: { color, group } }: { layer: LayerShape }) {
  const plain = color.startsWith("#");
  return (
    <span
      class={group === true ? "swatch group" : "swatch"}
      data-color={plain ? undefined : color}
      style={plain ? { "--bar": color } : undefined}
      aria-hidden="true"
    />
  );
}

function cardsIn({ layer, children }: Branch): number {
  return children.reduce((sum, child) => sum + cardsIn(child), layer.count ?? 0);
}
