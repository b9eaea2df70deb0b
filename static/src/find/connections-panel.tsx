import { type ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { DEPTH_MAX, TITLE_CHARS_MAX } from "../generated/constants.js";
import type { Mention } from "../generated/wire.js";
import { words } from "../i18n/find.js";
import { text } from "../i18n/index.js";
import { Icon } from "../ui/icon.js";
import { Swatch } from "../ui/layers.js";
import type { Store } from "../ui/store.js";
import { type Connections, nameOf } from "./connections.js";
import type { Find } from "./index.js";

const NEAR_SHOWN = 60; // as a list; the canvas shows them all
const RANKED_SHOWN = 40;

/** What the graph says, and what can be made of it. */
export function ConnectionsPanel({ finding, open }: { finding: Find; open: boolean }) {
  const { store, connections } = finding;
  const heading = useRef<HTMLHeadingElement>(null);
  const asked = finding.asked.value;
  useEffect(() => {
    if (!open) return;
    heading.current?.focus();
    connections.look(store.selected.value);
  }, [asked, open]);
  const near = connections.near.value;
  useLayoutEffect(() => {
    // what had the focus may stand in the list no more
    if (open && connections.chose && document.activeElement === document.body) heading.current?.focus();
    connections.chose = false;
  }, [near]);
  return (
    <section
      id="connections"
      class="panel side-panel find-panel"
      data-covers
      aria-labelledby="connections-title"
      hidden={!open}
      onKeyDown={(event) => event.key === "Escape" && finding.close()}
    >
      <div class="panel-head">
        <h2 id="connections-title" ref={heading} tabIndex={-1}>
          {words.graph}
        </h2>
        <button type="button" class="button quiet square" aria-label={text.close} onClick={() => finding.close()}>
          <Icon name="x" />
        </button>
      </div>
      {open && (
        <div class="panel-body connections" lang={store.lang.value || undefined}>
          {connections.trouble.value !== "" && <p class="hint find-trouble">{connections.trouble.value}</p>}
          <Around store={store} connections={connections} />
          <WayBetween store={store} connections={connections} />
          <Ranked store={store} connections={connections} />
          <Proposals store={store} connections={connections} />
        </div>
      )}
    </section>
  );
}

function Part({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="graph-part">
      <h3>{title}</h3>
      {children}
    </section>
  );
}

interface Shown {
  readonly store: Store;
  readonly connections: Connections;
}

function Around({ store, connections }: Shown) {
  const near = connections.near.value;
  const [self, ...others] = near?.nodes ?? [];
  const depth = connections.depth.value;
  return (
    <Part title={words.around}>
      {self === undefined ? (
        <p class="hint">{words.chooseOne}</p>
      ) : (
        <>
          <p class="graph-self">
            <Named store={store} node={self.node} />
          </p>
          <div class="graph-row">
            <fieldset class="segments depth">
              <legend class="spoken">{words.depth}</legend>
              {Array.from({ length: DEPTH_MAX }, (_, at) => at + 1).map((steps) => (
                <label key={steps}>
                  <input type="radio" name="depth" checked={depth === steps} onChange={() => connections.setDepth(steps)} />
                  <span>{words.steps(steps)}</span>
                </label>
              ))}
            </fieldset>
            <label class="check">
              <input
                type="checkbox"
                checked={connections.fades.value}
                onChange={(event) => connections.setFades(event.currentTarget.checked)}
              />
              {words.keepBright}
            </label>
          </div>
          <p class="hint">{others.length === 0 ? words.noNeighbours : words.neighbours(others.length, near?.more ?? false)}</p>
          <ul class="graph-list">
            {others.slice(0, NEAR_SHOWN).map(({ node, distance }) => (
              <Choice key={node.id} store={store} connections={connections} node={node} aside={words.steps(distance)} />
            ))}
          </ul>
          {others.length > NEAR_SHOWN && <p class="hint">{words.more(others.length - NEAR_SHOWN)}</p>}
        </>
      )}
    </Part>
  );
}

function WayBetween({ store, connections }: Shown) {
  const way = connections.way.value;
  const nodes = way?.nodes ?? [];
  const selected = store.selected.value !== null;
  const on = store.on.value;
  const end = (which: "from" | "to", name: string, take: string) => {
    const node = connections[which].value;
    return (
      <div class="way-end">
        <p>
          <span class="way-word">{name}</span>{" "}
          {node === null ? <span class="hint">{words.notChosen}</span> : <Named store={store} node={node} />}
        </p>
        <button type="button" class="button small" disabled={!selected} onClick={() => connections.take(which)}>
          {take}
        </button>
      </div>
    );
  };
  return (
    <Part title={words.way}>
      {end("from", words.from, words.takeFrom)}
      {end("to", words.to, words.takeTo)}
      <label class="check">
        <input
          type="checkbox"
          checked={connections.directed.value}
          onChange={(event) => connections.setDirected(event.currentTarget.checked)}
        />
        {words.directed}
      </label>
      {way !== null && <p class="hint">{nodes.length === 0 ? words.noWay : words.wayOf(nodes.length - 1)}</p>}
      {way !== null && nodes.length > 0 && (
        <>
          <ol class="graph-list way">
            {nodes.map((node, at) => {
              const hop = way.hops?.[at - 1];
              return (
                <Choice key={node.id} store={store} connections={connections} node={node}>
                  {hop !== undefined && (
                    <span class="way-hop" lang={hop.lang || undefined}>
                      <span aria-hidden="true">{hop.forward === false ? "↑ " : "↓ "}</span>
                      {hop.label}
                      {hop.forward === false && <span class="spoken"> ({words.against})</span>}
                    </span>
                  )}
                </Choice>
              );
            })}
          </ol>
          {nodes.some(({ layer }) => !on.has(layer)) && (
            <button type="button" class="button small" onClick={() => connections.showLayers(way)}>
              <Icon name="eye" size={16} />
              {words.showLayers}
            </button>
          )}
        </>
      )}
    </Part>
  );
}

function Ranked({ store, connections }: Shown) {
  const ranking = connections.ranking.value;
  const opened = (event: Event): void => {
    if ((event.currentTarget as HTMLDetailsElement).open) void connections.rank();
  };
  const related = ranking?.related ?? [];
  const alone = ranking?.unrelated ?? [];
  const rest = (all: number | undefined, shown: number) =>
    (all ?? 0) > shown && <p class="hint">{words.more((all ?? 0) - shown)}</p>;
  return (
    <>
      <details class="graph-part" onToggle={opened}>
        <summary>{words.degrees}</summary>
        {ranking !== null && related.length === 0 && <p class="hint">{words.nothingRelated}</p>}
        <ol class="graph-list">
          {related.slice(0, RANKED_SHOWN).map(({ node, relations }) => (
            <Choice key={node.id} store={store} connections={connections} node={node} aside={words.relations(relations)} />
          ))}
        </ol>
        {rest(ranking?.related_count, Math.min(related.length, RANKED_SHOWN))}
      </details>
      <details class="graph-part" onToggle={opened}>
        <summary>{words.unrelated}</summary>
        {ranking !== null && alone.length === 0 && <p class="hint">{words.everythingRelated}</p>}
        <ul class="graph-list">
          {alone.map((node) => (
            <Choice key={node.id} store={store} connections={connections} node={node} />
          ))}
        </ul>
        {rest(ranking?.unrelated_count, alone.length)}
      </details>
    </>
  );
}

function Proposals({ store, connections }: Shown) {
  const { session } = store;
  const proposals = connections.proposals.value;
  const preview = connections.preview.value;
  const makes = session.isFacilitator && session.mayEdit;
  return (
    <Part title={words.groups}>
      <p class="hint">{words.groupsHint}</p>
      {connections.groups.value !== null && proposals.length === 0 && <p class="hint">{words.noGroups}</p>}
      {proposals.length === 0 && (
        <button type="button" class="button small" onClick={() => void connections.lookForGroups()}>
          {words.lookForGroups}
        </button>
      )}
      <ul class="graph-groups">
        {proposals.map(({ group, name, taken }, at) => (
          <li key={group.head.id} class="graph-group">
            {makes && (
              <input
                type="checkbox"
                checked={taken}
                aria-label={words.takeGroup(name)}
                onChange={(event) => connections.change(at, { taken: event.currentTarget.checked })}
              />
            )}
            {makes ? (
              <input
                type="text"
                class="group-name"
                value={name}
                maxLength={TITLE_CHARS_MAX}
                aria-label={words.groupName(at + 1)}
                onInput={(event) => connections.change(at, { name: event.currentTarget.value })}
              />
            ) : (
              <span class="group-name" dir="auto">{name}</span>
            )}
            <span class="group-size">{words.cards(group.nodes.length)}</span>
            <button type="button" class="button small" aria-label={`${words.showGroup}: ${name}`} onClick={() => connections.showGroup(group)}>
              {words.showGroup}
            </button>
          </li>
        ))}
      </ul>
      {makes && proposals.length > 0 && preview === null && (
        <button
          type="button"
          class="button wide"
          disabled={!proposals.some(({ taken }) => taken)}
          onClick={() => connections.prepare()}
        >
          {words.makeLayers}
        </button>
      )}
      {preview !== null && (
        <div class="graph-preview" role="group" aria-label={words.makeLayers}>
          <p role="status">
            {words.makeSummary(preview.layers, preview.moved)} {preview.kept > 0 && words.stay(preview.kept)} {words.oneStep}
          </p>
          <div class="graph-row">
            <button type="button" class="button solid" onClick={() => connections.make()}>
              {words.makeNow}
            </button>
            <button type="button" class="button" onClick={() => (connections.preview.value = null)}>
              {words.cancel}
            </button>
          </div>
        </div>
      )}
    </Part>
  );
}

/** A node by its name, with the colour of its layer. */
function Named({ store, node }: { store: Store; node: Mention }) {
  const layer = store.layers.value.get(node.layer);
  return (
    <span class="named" lang={node.lang || undefined}>
      {layer !== undefined && <Swatch layer={layer} />}
      <span dir="auto">{nameOf(node)}</span>
      {layer !== undefined && <span class="spoken"> ({layer.title || text.untitled})</span>}
    </span>
  );
}

function Choice({ store, connections, node, aside, children }: Shown & { node: Mention; aside?: string; children?: ComponentChildren }) {
  const selected = store.selected.value === node.id;
  return (
    <li>
      {children}
      <button
        type="button"
        class={selected ? "graph-node chosen" : "graph-node"}
        aria-current={selected ? "true" : undefined}
        onClick={() => connections.go(node)}
      >
        <Named store={store} node={node} />
        {!store.on.value.has(node.layer) && <span class="hit-off">{words.off}</span>}
        {aside !== undefined && <span class="graph-aside">{aside}</span>}
      </button>
    </li>
  );
}
