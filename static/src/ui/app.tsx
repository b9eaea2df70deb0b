import { useEffect, useRef } from "preact/hooks";
import { TITLES_ZOOM } from "../canvas/index.js";
import { text } from "../i18n/index.js";
import { Icon } from "./icon.js";
import { LayersPanel } from "./layers.js";
import { Message } from "./message.js";
import { OutlinePanel } from "./outline.js";
import type { Store } from "./store.js";
import { ToastCard } from "./toast.js";
import { Connection, People, ViewState, ZoomBar } from "./toolbar.js";

/** The whole page of a board. */
export function App({ store }: { store: Store }) {
  const lang = store.lang.value || text.lang;
  const layersOpen = store.layersOpen.value;
  const outlineOpen = store.outlineOpen.value;
  const layersButton = useRef<HTMLButtonElement>(null);
  const outlineButton = useRef<HTMLButtonElement>(null);

  const closeLayers = (): void => {
    store.layersOpen.value = false;
    layersButton.current?.focus();
  };
  const closeOutline = (): void => {
    store.outlineOpen.value = false;
    outlineButton.current?.focus();
  };

  const PeoplePanel = store.together.value?.PeoplePanel;
  const closePeople = (): void => {
    store.peopleOpen.value = false;
    document.querySelector<HTMLElement>(".people")?.focus();
  };

  const status = store.status.value;
  if (status.kind === "stopped" && status.why === "closed") {
    return (
      <main class="board" lang={text.lang}>
        <Message why={status.why} says={status.says} store={store} />
      </main>
    );
  }
  return (
    <div class="board" lang={text.lang}>
      <a
        class="skip"
        href="#outline-title"
        onClick={(event) => {
          event.preventDefault(); // the fragment is the view's
          store.openOutline();
        }}
      >
        {text.skipToOutline}
      </a>
      <header class="top" data-covers>
        <div class="bar">
          <button
            ref={layersButton}
            type="button"
            class="button layers-button"
            aria-expanded={layersOpen}
            aria-controls="layers"
            onClick={() => (store.layersOpen.value = !layersOpen)}
          >
            <Icon name="layers" />
            <span class="button-label">{text.layers}</span>
          </button>
          <h1 class="title" lang={lang} title={store.title.value}>
            {store.title.value || (store.ready.value ? text.untitled : text.product)}
          </h1>
        </div>
        <ViewState store={store} />
        <div class="bar">
          {store.workshop.value?.button()}
          <People store={store} />
          <Connection store={store} />
          <button
            type="button"
            class="button find-button"
            aria-expanded={store.finding.value?.panel.value === "search"}
            aria-label={text.find}
            title={`${text.find} (/)`}
            aria-keyshortcuts="/"
            onClick={() => store.find("search")}
          >
            <Icon name="search" />
          </button>
          <button
            ref={outlineButton}
            type="button"
            class="button"
            aria-expanded={outlineOpen}
            aria-controls="outline"
            onClick={() => (store.outlineOpen.value = !outlineOpen)}
          >
            <Icon name="listTree" />
            <span class="button-label">{text.outline}</span>
          </button>
        </div>
        {store.workshop.value?.strip()}
      </header>
      <LayersPanel store={store} open={layersOpen} close={closeLayers} />
      <main>
        <CanvasHost store={store} />
        <Empty store={store} />
        {store.hintsOutline.value && store.zoom.value < TITLES_ZOOM && !layersOpen && !outlineOpen && store.on.value.size > 0 && (
          <button
            type="button"
            class="button read-hint"
            onClick={() => {
              store.hintsOutline.value = false;
              store.openOutline();
            }}
          >
            <Icon name="listTree" />
            {text.readAsOutline}
          </button>
        )}
        <ZoomBar store={store} />
        {store.editor.value?.view()}
      </main>
      <OutlinePanel store={store} open={outlineOpen} close={closeOutline} />
      {PeoplePanel !== undefined && store.peopleOpen.value && <PeoplePanel store={store} close={closePeople} />}
      {store.finding.value?.view()}
      {store.workshop.value?.view()}
      <Toasts store={store} />
      {status.kind === "stopped" && <Message why={status.why} store={store} />}
      <div class="spoken" role="status" aria-live="polite">
        {store.announcer.spoken.value}
      </div>
    </div>
  );
}

function CanvasHost({ store }: { store: Store }) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (host.current !== null) store.attach(host.current);
    return () => store.detach();
  }, [store]);
  return (
    <div
      ref={host}
      class="canvas"
      role="application"
      aria-label={text.board}
      aria-describedby="board-hint"
      tabIndex={0}
      onPointerDown={() => host.current?.focus({ preventScroll: true })}
    >
      <span id="board-hint" class="spoken">
        {text.boardHint}
      </span>
    </div>
  );
}

/** What stands on the canvas when nothing is drawn. */
function Empty({ store }: { store: Store }) {
  if (store.status.value.kind === "stopped") return null;
  if (!store.ready.value) return <p class="empty">{store.world.via.value.reconnecting?.hint ?? text.opening}</p>;
  if (store.on.value.size > 0) return null;
  if (store.layers.value.size === 0) return <p class="empty">{text.noLayers}</p>;
  return (
    <div class="empty">
      <p>{text.nothingOn}</p>
      <button type="button" class="button solid" onClick={() => store.session.all(true)}>
        {text.allOfThem}
      </button>
    </div>
  );
}

function Toasts({ store }: { store: Store }) {
  const toasts = store.toasts.value;
  if (toasts.length === 0) return null;
  return (
    <section class="toasts" aria-label={text.notices}>
      {toasts.map((toast) => (
        <ToastCard key={toast.id} toast={toast} label={text.dismiss} dismiss={() => store.dismiss(toast.id)} />
      ))}
    </section>
  );
}
