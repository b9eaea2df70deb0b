import { useEffect } from "preact/hooks";
import type { DeskBoard } from "../generated/desk.js";
import { deskText as text } from "../i18n/desk.js";
import { Glyph, Icon } from "../ui/icon.js";
import openIcon from "lucide-static/icons/key-round.svg";
import leadIcon from "lucide-static/icons/presentation.svg";
import archiveIcon from "lucide-static/icons/archive.svg";
import bringBack from "lucide-static/icons/archive-restore.svg";
import copyIcon from "lucide-static/icons/copy.svg";
import download from "lucide-static/icons/download.svg";
import globe from "lucide-static/icons/globe.svg";
import pencil from "lucide-static/icons/pencil.svg";
import search from "lucide-static/icons/search.svg";
import share from "lucide-static/icons/share-2.svg";
import trash from "lucide-static/icons/trash-2.svg";
import { ToastCard } from "../ui/toast.js";
import { Dialogs } from "./dialogs.js";
import type { Sort } from "./list.js";
import { type Item, MenuButton } from "./menu.js";
import { called, type DeskStore } from "./store.js";
import { Thumbnail } from "./thumbnail.js";

const SORTS: readonly Sort[] = ["changed", "title", "nodes"];

/** The start page of who has the desk's link. */
export function Desk({ store }: { store: DeskStore }) {
  if (store.phase.value === "closed") return <ClosedNote />;
  return (
    <div class="desk" lang={text.lang}>
      <header class="desk-top">
        <a class="brand" href="/" aria-current="page">
          <Icon name="layers" size={24} />
          {text.product}
        </a>
        <button type="button" class="button solid new-board" onClick={() => (store.dialog.value = { kind: "new" })}>
          <Icon name="plus" />
          {text.newBoard}
        </button>
      </header>
      <main class="desk-main">
        <div class="desk-head">
          <h1 id="desk-title" tabIndex={-1}>
            {text.boards}
          </h1>
          {store.boards.value.size > 0 && <Choice store={store} />}
        </div>
        <Boards store={store} />
      </main>
      <Dialogs store={store} />
      <Toasts store={store} />
      <div class="spoken" role="status">
        {store.spoken.value}
      </div>
    </div>
  );
}

function ClosedNote() {
  return (
    <section class="page desk-closed" role="alert" lang={text.lang}>
      <h2>{text.closedTitle}</h2>
      <p>{text.closed}</p>
    </section>
  );
}

/** Which boards are shown: search, order, the archive. */
function Choice({ store }: { store: DeskStore }) {
  const archived = store.archivedCount.value;
  return (
    <search class="desk-choice">
      <span class="search-field">
        <Glyph name="search" markup={search} size={16} />
        <input
          type="search"
          aria-label={text.search}
          placeholder={text.search}
          value={store.words.value}
          onInput={(event) => (store.words.value = event.currentTarget.value)}
        />
      </span>
      <label class="sort-field">
        <span>{text.sort}</span>
        <select value={store.sort.value} onChange={(event) => (store.sort.value = event.currentTarget.value as Sort)}>
          {SORTS.map((sort) => (
            <option key={sort} value={sort}>
              {text.sorts[sort]}
            </option>
          ))}
        </select>
      </label>
      {archived > 0 && (
        <label class="archived-field">
          <input
            type="checkbox"
            checked={store.archived.value}
            onChange={(event) => (store.archived.value = event.currentTarget.checked)}
          />
          {text.showArchived(archived)}
        </label>
      )}
      <span class="spoken" role="status">
        {store.words.value.trim() === "" ? "" : text.found(store.list.value.length)}
      </span>
    </search>
  );
}

function Boards({ store }: { store: DeskStore }) {
  const list = store.list.value;
  const wanted = store.wanted.value;
  useEffect(() => {
    if (wanted === null) return;
    store.wanted.value = null;
    (document.getElementById(`board-${wanted}`) ?? document.getElementById("desk-title"))?.focus();
  }, [wanted]);
  switch (store.phase.value) {
    case "loading":
      return <p class="desk-note">{text.loading}</p>;
    case "failed":
      return (
        <div class="desk-note" role="alert">
          <p>{text.failed(store.problem.value)}</p>
          <button type="button" class="button" onClick={() => void store.load()}>
            <Icon name="refresh" size={16} />
            {text.tryAgain}
          </button>
        </div>
      );
  }
  if (store.boards.value.size === 0) {
    return (
      <div class="desk-note desk-empty">
        <Icon name="layers" size={48} />
        <h2>{text.emptyTitle}</h2>
        <p>{text.empty}</p>
        <button type="button" class="button solid" onClick={() => (store.dialog.value = { kind: "new" })}>
          <Icon name="plus" />
          {text.newBoard}
        </button>
      </div>
    );
  }
  if (list.length === 0) {
    const words = store.words.value.trim();
    return <p class="desk-note">{words === "" ? text.onlyArchived : text.nothingFound(words)}</p>;
  }
  return (
    <ul class="desk-boards">
      {list.map((board) => (
        <Card key={board.name} store={store} board={board} />
      ))}
    </ul>
  );
}

function Card({ store, board }: { store: DeskStore; board: DeskBoard }) {
  const title = called(board);
  const open = (event: MouseEvent): void => {
    if (event.button > 1) return;
    event.preventDefault();
    void store.open(board.name, "owner", event.button === 1 || event.ctrlKey || event.metaKey || event.shiftKey);
  };
  return (
    <li class={board.archived ? "desk-card archived" : "desk-card"}>
      <Thumbnail pictures={store.pictures} path={`/boards/${board.name}/thumbnail.svg`} version={board.version} />
      <div class="desk-card-words">
        <h2 lang={board.lang || undefined}>
          <a id={`board-${board.name}`} href={`/b/${board.name}`} onClick={open} onAuxClick={open}>
            {title}
          </a>
        </h2>
        <p class="desk-card-facts">
          <span>{text.nodes(board.nodes)}</span> <span>{text.changed(board.changed_ms, store.now.value)}</span>
        </p>
        <State board={board} />
      </div>
      <MenuButton label={text.actions(title)} items={actions(store, board)} />
    </li>
  );
}

/** Who may come in, and what else is to be known: in words and in a sign. */
function State({ board }: { board: DeskBoard }) {
  return (
    <p class="desk-card-state">
      {board.archived && (
        <span class="state">
          <Glyph name="archive" markup={archiveIcon} size={14} />
          {text.isArchived}
        </span>
      )}
      {board.public === null ? (
        <span class="state bad">
          <Icon name="alert" size={14} />
          {text.cannotOpen}
        </span>
      ) : (
        <span class={board.public ? "state open" : "state"}>
          {board.public ? <Glyph name="globe" markup={globe} size={14} /> : <Icon name="lock" size={14} />}
          {board.public ? text.isPublic : text.isPrivate}
        </span>
      )}
      {board.unreadable !== "" && (
        <span class="state bad">
          <Icon name="alert" size={14} />
          {text.damaged(board.unreadable)}
        </span>
      )}
    </p>
  );
}

function actions(store: DeskStore, board: DeskBoard): Item[] {
  const { name, archived } = board;
  const ask = (kind: "rename" | "share" | "remove") => () => (store.dialog.value = { kind, board: name });
  const rename: Item = { name: "pencil", markup: pencil, label: text.rename, run: ask("rename") };
  return [
    { name: "key", markup: openIcon, label: text.open, run: () => void store.open(name, "owner", false) },
    { name: "presentation", markup: leadIcon, label: text.openLeading, run: () => void store.open(name, "facilitator", false) },
    { name: "share", markup: share, label: text.share, run: ask("share") },
    ...(archived ? [] : [{ ...rename, parted: true }]),
    { name: "copy", markup: copyIcon, label: text.duplicate, run: () => void store.duplicate(board), parted: archived },
    { name: "download", markup: download, label: text.exportJson, run: () => void store.save(board) },
    {
      name: "globe", markup: globe, parted: true,
      label: board.public ? text.makePrivate : text.makePublic,
      run: () => void store.publish(name, !board.public),
    },
    {
      name: "archive", markup: archived ? bringBack : archiveIcon,
      label: archived ? text.unarchive : text.archive,
      run: () => void store.archive(name, !archived),
    },
    { name: "trash", markup: trash, label: text.remove, run: ask("remove"), grave: true },
  ];
}

// -- words in passing

function Toasts({ store }: { store: DeskStore }) {
  const toasts = store.toasts.value;
  if (toasts.length === 0) return null;
  return (
    <section class="toasts desk-toasts" aria-label={text.notices}>
      {toasts.map((toast) => (
        <ToastCard key={toast.id} toast={toast} label={text.dismiss} dismiss={() => store.dismiss(toast.id)} />
      ))}
    </section>
  );
}
