// What is asked before something is done. Each is a <dialog>: the browser keeps the focus in it,
// closes it on Escape, and gives the focus back.

import type { ComponentChildren, RefObject } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { DeskBoard, DeskTemplate } from "../generated/desk.js";
import type { Role } from "../generated/wire.js";
import { TITLE_CHARS_MAX } from "../generated/constants.js";
import { deskText as text } from "../i18n/desk.js";
import { Glyph, Icon } from "../ui/icon.js";
import fileIcon from "lucide-static/icons/file-up.svg";
import copyIcon from "lucide-static/icons/copy.svg";
import { Refused } from "./client.js";
import { called, type DeskStore, Unreadable, why } from "./store.js";
import { Thumbnail } from "./thumbnail.js";

/** The dialog that is open. */
export function Dialogs({ store }: { store: DeskStore }) {
  const dialog = store.dialog.value;
  if (dialog === null) return null;
  const close = (): void => {
    store.dialog.value = null;
  };
  if (dialog.kind === "new") return <NewDialog store={store} close={close} />;
  const board = store.board(dialog.board);
  if (board === undefined) return null;
  switch (dialog.kind) {
    case "rename":
      return <RenameDialog store={store} board={board} close={close} />;
    case "share":
      return <ShareDialog store={store} board={board} close={close} />;
    case "remove":
      return <RemoveDialog store={store} board={board} close={close} />;
  }
}

interface FrameProps {
  title: string;
  close: () => void;
  wide?: boolean;
  children: ComponentChildren;
}

function Frame({ title, close, wide = false, children }: FrameProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    dialog.current?.showModal();
    return () => {
      if (before?.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={wide ? "dialog wide" : "dialog"}
      aria-labelledby={id}
      onClose={close}
      onPointerDown={(event) => {
        if (event.target === dialog.current) dialog.current?.close(); // beside it
      }}
    >
      <div class="dialog-inside">
        <header class="dialog-head">
          <h2 id={id}>{title}</h2>
          <button type="button" class="button quiet square" aria-label={text.close} onClick={() => dialog.current?.close()}>
            <Icon name="x" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}

function Problem({ words }: { words: string }) {
  return (
    <div role="alert" class="dialog-problem">
      {words !== "" && (
        <p>
          <Icon name="alert" size={16} />
          {words}
        </p>
      )}
    </div>
  );
}

interface TitleFieldProps {
  field: RefObject<HTMLInputElement | null>;
  value: string;
  placeholder?: string | undefined;
  change: (title: string) => void;
}

function TitleField({ field, value, placeholder = "", change }: TitleFieldProps) {
  return (
    <label class="field">
      <span>{text.title}</span>
      <input
        ref={field}
        type="text"
        value={value}
        maxLength={TITLE_CHARS_MAX}
        placeholder={placeholder}
        autoFocus
        autocomplete="off"
        onInput={(event) => change(event.currentTarget.value)}
      />
    </label>
  );
}

// -- a new board

const BLANK = "";
const FILE = "/"; // no template is named like that

function NewDialog({ store, close }: { store: DeskStore; close: () => void }) {
  const [from, setFrom] = useState(BLANK);
  const [title, setTitle] = useState("");
  const [file, setFile] = useState<File | null>(null);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const fileField = useRef<HTMLInputElement>(null);
  const id = useId();
  const { templates } = store;
  const chosen = templates.value.find(({ name }) => name === from);

  /** A browser says nothing when the same file is chosen again, unless it was let go before. */
  const forgetFile = (): void => {
    if (fileField.current !== null) fileField.current.value = "";
    setFile(null);
  };

  const create = async (): Promise<void> => {
    const called = title.trim() || chosen?.title || "";
    if (from === FILE && file === null) {
      setProblem(text.fileMissing);
      fileField.current?.focus();
      return;
    }
    if (from !== FILE && called === "") {
      setProblem(text.titleMissing);
      field.current?.focus();
      return;
    }
    setBusy(true);
    setProblem("");
    try {
      if (from === FILE && file !== null) await store.importFile(file);
      else await store.make({ title: called, template: from === BLANK ? null : from, lang: text.lang, layer: text.firstLayer });
      close();
    } catch (error) {
      const placed = error instanceof Refused && error.where !== "" && from === FILE;
      setProblem(placed ? text.wrongAt(capital(error.where), error.message) : why(error));
      if (error instanceof Unreadable) forgetFile();
      setBusy(false);
    }
  };

  return (
    <Frame title={text.newBoard} close={close} wide>
      <form
        class="dialog-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        {from !== FILE && <TitleField field={field} value={title} placeholder={chosen?.title} change={setTitle} />}
        {from === FILE && (
          <label class="field">
            <span>{text.fileField}</span>
            <input
              ref={fileField}
              type="file"
              accept=".md,.markdown,.json,text/markdown,application/json"
              aria-describedby={`${id}-file`}
              onClick={forgetFile}
              onChange={(event) => {
                setFile(event.currentTarget.files?.[0] ?? null);
                setProblem("");
              }}
            />
            <span id={`${id}-file`} class="hint">
              {text.fileHint}
            </span>
          </label>
        )}
        <fieldset class="sources">
          <legend>{text.from}</legend>
          <Source name={id} value={BLANK} from={from} choose={setFrom} title={text.blank} hint={text.blankHint}>
            <span class="source-sign">
              <Icon name="plus" size={24} />
            </span>
          </Source>
          {templates.value.map((template) => (
            <TemplateSource key={template.name} name={id} template={template} from={from} choose={setFrom} store={store} />
          ))}
          <Source name={id} value={FILE} from={from} choose={setFrom} title={text.file} hint={text.fileHint}>
            <span class="source-sign">
              <Glyph name="file" markup={fileIcon} size={24} />
            </span>
          </Source>
        </fieldset>
        <div class="dialog-foot">
          <Problem words={problem} />
          <p class="dialog-actions">
            <button type="button" class="button" onClick={close}>
              {text.cancel}
            </button>
            <button type="submit" class="button solid" aria-disabled={busy} onClick={(event) => busy && event.preventDefault()}>
              {busy ? text.creating : text.create}
            </button>
          </p>
        </div>
      </form>
    </Frame>
  );
}

function capital(words: string): string {
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

interface SourceProps {
  name: string;
  value: string;
  from: string;
  choose: (value: string) => void;
  title: string;
  hint: string;
  lang?: string;
  children: ComponentChildren;
}

function Source({ name, value, from, choose, title, hint, lang, children }: SourceProps) {
  const id = useId();
  return (
    <label class="source">
      {children}
      <span class="source-words" lang={lang}>
        <span class="source-title">
          <input
            type="radio"
            name={name}
            value={value}
            checked={from === value}
            aria-labelledby={`${id}-title`}
            aria-describedby={`${id}-hint`}
            onChange={() => choose(value)}
          />
          <strong id={`${id}-title`}>{title}</strong>
        </span>
        <span class="source-hint" id={`${id}-hint`}>
          {hint}
        </span>
      </span>
    </label>
  );
}

function TemplateSource({
  template,
  store,
  ...choice
}: { template: DeskTemplate; store: DeskStore } & Pick<SourceProps, "name" | "from" | "choose">) {
  return (
    <Source {...choice} value={template.name} title={template.title} hint={template.description} lang={template.lang}>
      <Thumbnail pictures={store.pictures} path={`/templates/${template.name}/thumbnail.svg`} version="" />
    </Source>
  );
}

// -- one board

interface BoardDialogProps {
  store: DeskStore;
  board: DeskBoard;
  close: () => void;
}

function RenameDialog({ store, board, close }: BoardDialogProps) {
  const [title, setTitle] = useState(board.title);
  const [problem, setProblem] = useState("");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);
  return (
    <Frame title={text.renameTitle} close={close}>
      <form
        class="dialog-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          const wanted = title.trim();
          if (wanted === "") {
            setProblem(text.titleMissing);
            field.current?.focus();
            return;
          }
          close();
          if (wanted !== board.title) void store.rename(board.name, wanted);
        }}
      >
        <TitleField field={field} value={title} change={setTitle} />
        <div class="dialog-foot">
          <Problem words={problem} />
          <p class="dialog-actions">
            <button type="button" class="button" onClick={close}>
              {text.cancel}
            </button>
            <button type="submit" class="button solid">
              {text.save}
            </button>
          </p>
        </div>
      </form>
    </Frame>
  );
}

const ROLES: readonly Role[] = ["facilitator", "participant", "viewer", "owner"];

function ShareDialog({ store, board, close }: BoardDialogProps) {
  return (
    <Frame title={text.shareTitle(called(board))} close={close}>
      <p class="dialog-words">{text.shareHint}</p>
      <ul class="links">
        {ROLES.map((role) => (
          <LinkRow key={role} store={store} board={board} role={role} />
        ))}
      </ul>
    </Frame>
  );
}

function LinkRow({ store, board, role }: { store: DeskStore; board: DeskBoard; role: Role }) {
  const [sure, setSure] = useState(false);
  const [said, setSaid] = useState("");
  const [byHand, setByHand] = useState("");
  const name = text.roles[role];

  const copy = async (revoke: boolean): Promise<void> => {
    setSure(false);
    setSaid("");
    setByHand("");
    try {
      const link = await store.link(board.name, role, revoke);
      try {
        await navigator.clipboard.writeText(link);
        setSaid(revoke ? `${text.linkRenewed(name)} ${text.linkCopied(name)}` : text.linkCopied(name));
      } catch {
        setByHand(link);
        setSaid(text.linkByHand);
      }
    } catch (error) {
      setSaid(text.notDone(why(error)));
    }
  };

  return (
    <li class="link-row">
      <p class="link-role">
        <strong>{name}</strong>
        <span>{text.rights[role]}</span>
      </p>
      <span class="link-actions">
        <button type="button" class="button" aria-label={text.copyLinkOf(name)} onClick={() => void copy(false)}>
          <Glyph name="copy" markup={copyIcon} size={16} />
          {text.copyLink}
        </button>
        <button
          type="button"
          class="button quiet"
          aria-label={text.newLinkOf(name)}
          aria-expanded={sure}
          onClick={() => setSure(!sure)}
        >
          {text.newLink}
        </button>
      </span>
      {sure && (
        <p class="link-sure">
          {text.newLinkSure}
          <button type="button" class="button small danger" onClick={() => void copy(true)}>
            {text.newLinkYes}
          </button>
        </p>
      )}
      <p class="link-said" role="status">
        {said}
      </p>
      {byHand !== "" && (
        <input class="link-text" type="text" readOnly value={byHand} aria-label={name} onFocus={(event) => event.currentTarget.select()} />
      )}
    </li>
  );
}

function RemoveDialog({ store, board, close }: BoardDialogProps) {
  return (
    <Frame title={text.removeTitle(called(board))} close={close}>
      <p class="dialog-words">{text.removeHint(board.nodes)}</p>
      <p class="dialog-actions">
        <button type="button" class="button" autoFocus onClick={close}>
          {text.keep}
        </button>
        {!board.archived && (
          <button
            type="button"
            class="button"
            onClick={() => {
              close();
              void store.archive(board.name, true);
            }}
          >
            {text.removeInstead}
          </button>
        )}
        <button
          type="button"
          class="button danger"
          onClick={() => {
            close();
            void store.remove(board);
          }}
        >
          {text.removeYes}
        </button>
      </p>
    </Frame>
  );
}
