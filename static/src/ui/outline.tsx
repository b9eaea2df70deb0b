import { useEffect, useRef, useState } from "preact/hooks";
import type { Branch } from "../board/visibility.js";
import type { LayerShape, NodeShape, RelationShape } from "../generated/wire.js";
import { text } from "../i18n/index.js";
import { Icon } from "./icon.js";
import { Swatch } from "./layers.js";
import type { Store } from "./store.js";

const NODES_AT_ONCE = 200; // of one layer, before a person asks for more
const NODES_AT_ONCE_ALL = 600; // of all layers, but some of each
const NODES_AT_ONCE_MIN = 10;

/** The visible layers as headings and lists: all that the canvas shows, as text. */
export function OutlinePanel({ store, open, close }: { store: Store; open: boolean; close: () => void }) {
  const panels = store.editor.value?.panels.value ?? null;
  return (
    <section
      id="outline"
      class="panel outline-panel"
      data-covers
      aria-labelledby="outline-title"
      hidden={!open}
      onKeyDown={(event) => event.key === "Escape" && close()}
    >
      <div class="panel-head">
        <h2 id="outline-title" tabIndex={-1}>
          {text.outline}
        </h2>
        <button type="button" class="button quiet square" aria-label={text.close} onClick={close}>
          <Icon name="x" />
        </button>
      </div>
      <div class="panel-body" lang={store.lang.value || undefined}>
        {open && store.workshop.value?.outline()}
        {open && (panels !== null && store.mayEdit.value ? <panels.Outline /> : <Outline store={store} />)}
      </div>
    </section>
  );
}

function Outline({ store }: { store: Store }) {
  const on = store.on.value;
  const shown = store.branches.value.filter(({ layer }) => on.has(layer.id));
  const selected = store.selected.value;
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (selected === null) return;
    const item = body.current?.querySelector(`[data-node="${CSS.escape(selected)}"]`);
    item?.scrollIntoView({ block: "nearest" });
  }, [selected]);
  if (!store.ready.value) return <p class="hint">{text.opening}</p>;
  return (
    <div ref={body} class="outline">
      {store.description.value !== "" && <p class="description">{store.description.value}</p>}
      {shown.length === 0 && (
        <p class="hint">{store.layers.value.size === 0 ? text.noLayers : text.outlineEmpty}</p>
      )}
      {shown.map((branch) => (
        <LayerSection key={branch.layer.id} store={store} branch={branch} level={3} />
      ))}
    </div>
  );
}

function LayerSection({ store, branch, level }: { store: Store; branch: Branch; level: number }) {
  const { layer, children } = branch;
  const on = store.on.value;
  const below = children.filter(({ layer: { id } }) => on.has(id));
  const [asked, ask] = useState(0);
  const shownMax = asked + atOnce(store);
  store.revision.value; // the records are no signals: this says when they change
  const nodes = store.session.model.nodesOf(layer.id);
  const selected = nodes.findIndex(({ id }) => id === store.selected.value);
  const shown = nodes.filter((_, at) => at < shownMax || at === selected);
  return (
    <section class={layer.group === true ? "outline-layer group" : "outline-layer"}>
      <Heading level={level} layer={layer} />
      {layer.note !== undefined && layer.note !== "" && <p class="note">{layer.note}</p>}
      {nodes.length > 0 && (
        <ul class="outline-nodes">
          {shown.map((node) => (
            <NodeItem key={node.id} store={store} node={node} />
          ))}
        </ul>
      )}
      {nodes.length > shown.length && (
        <button type="button" class="button wide" onClick={() => ask(asked + NODES_AT_ONCE)}>
          {text.more(nodes.length - shown.length)}
        </button>
      )}
      {nodes.length === 0 && below.length === 0 && layer.group !== true && (
        <p class="hint">{text.noCards}</p>
      )}
      {below.map((child) => (
        <LayerSection key={child.layer.id} store={store} branch={child} level={level + 1} />
      ))}
    </section>
  );
}

/** How many nodes of each layer are shown at first: the more layers are on, the fewer. */
function atOnce(store: Store): number {
  const each = Math.floor(NODES_AT_ONCE_ALL / Math.max(1, store.on.value.size));
  return Math.min(NODES_AT_ONCE, Math.max(NODES_AT_ONCE_MIN, each));
}

function Heading({ level, layer }: { level: number; layer: LayerShape }) {
  const Tag = `h${Math.min(level, 6)}` as "h3";
  return (
    <Tag class="outline-heading">
      <Swatch layer={layer} />
      {layer.title || text.untitled}
    </Tag>
  );
}

function NodeItem({ store, node }: { store: Store; node: NodeShape }) {
  const { model } = store.session;
  const selected = store.selected.value === node.id;
  const body = (node.text ?? []).join("");
  const relations = model.relationsOf(node.id).filter(({ source, target }) => {
    const other = model.node(source === node.id ? target : source);
    return other !== undefined && store.on.value.has(other.layer);
  });
  return (
    <li class={selected ? "outline-node selected" : "outline-node"} data-node={node.id} lang={node.lang || undefined}>
      <button
        type="button"
        class="node-title"
        aria-current={selected ? "true" : undefined}
        onClick={() => choose(store, node.id)}
      >
        {titleOf(node)}
      </button>
      {body !== "" && <p class="node-text">{body}</p>}
      {node.href !== undefined && node.href !== "" && (
        <a class="node-link" href={node.href} target="_blank" rel="noopener noreferrer">
          {text.link} <Icon name="externalLink" size={14} />
        </a>
      )}
      {node.tags !== undefined && node.tags.length > 0 && (
        <ul class="tags">
          {node.tags.map((tag) => (
            <li key={tag}>{tag}</li>
          ))}
        </ul>
      )}
      {relations.length > 0 && (
        <ul class="outline-relations" aria-label={text.relations}>
          {gathered(relations, node.id).map(({ key, ...group }) => (
            <RelationItem key={key} store={store} {...group} />
          ))}
        </ul>
      )}
    </li>
  );
}

interface Gathered {
  readonly key: string;
  readonly outgoing: boolean;
  readonly label: string;
  readonly dashed: boolean;
  readonly lang: string | undefined;
  readonly others: readonly string[];
}

/** A node's relations, those of one kind together: first those that leave it. */
function gathered(relations: readonly RelationShape[], node: string): Gathered[] {
  const groups = new Map<string, Gathered & { others: string[] }>();
  for (const { source, target, label = [], dashed = false, lang } of relations) {
    const outgoing = source === node;
    const words = label.join("").trim();
    const key = `${outgoing ? 0 : 1}${dashed ? 1 : 0}${words}`;
    const group = groups.get(key) ?? { key, outgoing, label: words, dashed, lang, others: [] };
    group.others.push(outgoing ? target : source);
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => Number(b.outgoing) - Number(a.outgoing));
}

/** As seen from a node: "pursued through -> Better regulation"; at the other end, "<- Urban equality (pursued through)". */
function RelationItem({ store, outgoing, label, dashed, lang, others }: { store: Store } & Omit<Gathered, "key">) {
  const ends = others.map((id, at) => {
    const other = store.session.model.node(id);
    if (other === undefined) return null;
    return (
      <span key={id}>
        {at > 0 && ", "}
        <a
          class="node-ref"
            href={`#node=${id}`}
          lang={other.shape.lang || undefined}
          onClick={(event) => {
            event.preventDefault(); // the fragment may say more than the node
            choose(store, id);
          }}
        >
          {titleOf(other.shape)}
        </a>
      </span>
    );
  });
  const arrow = (
    <>
      <span class="arrow" aria-hidden="true">
        {outgoing ? "→" : "←"}
      </span>
      <span class="spoken">{outgoing ? text.to : text.from}</span>{" "}
    </>
  );
  const reading = dashed && label.toLowerCase() !== text.ourReading;
  return (
    <li class={dashed ? "dashed" : undefined}>
      {outgoing && label !== "" && (
        <>
          <span class="label" lang={lang || undefined}>
            {label}
          </span>{" "}
        </>
      )}
      {arrow}
      {ends}
      {!outgoing && label !== "" && (
        <>
          {" "}
          (
          <span class="label" lang={lang || undefined}>
            {label}
          </span>
          )
        </>
      )}
      {reading && <span class="reading"> ({text.ourReading})</span>}
    </li>
  );
}

function titleOf(node: NodeShape): string {
  return (node.title ?? []).join("").trim() || (node.text?.[0] ?? "").trim() || text.untitled;
}

/** Selects a node; where the outline fills the window, it gives way to the canvas. */
function choose(store: Store, node: string): void {
  if (matchMedia("(max-width: 719px)").matches) store.outlineOpen.value = false;
  requestAnimationFrame(() => store.select(node, true));
}
