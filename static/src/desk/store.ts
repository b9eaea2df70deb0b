// What the desk shows, as signals, and what can be done there. What can be foreseen shows at
// once, and is taken back with a reason when the server refuses it.

import { batch, computed, signal } from "@preact/signals";
import type { BoardChange, DeskBoard, DeskBoards, DeskMade, DeskTemplate, NewBoard, ShareLinks } from "../generated/desk.js";
import type { Role } from "../generated/wire.js";
import { deskText as text } from "../i18n/desk.js";
import { keepKey } from "../ui/tab.js";
import type { Shown } from "../ui/toast.js";
import { Closed, DeskClient, Refused } from "./client.js";
import { shown, type Sort } from "./list.js";
import { Pictures } from "./pictures.js";

const REFRESH_MS = 30_000;
const STAYS_MS = 6_000;
const STAYS_LONG_MS = 14_000;

export type Phase = "loading" | "ready" | "closed" | "failed";

/** A dialog that is open, and the board that it is about. */
export type Dialog =
  | { readonly kind: "new" }
  | { readonly kind: "rename" | "share" | "remove"; readonly board: string };

/** The title that a board is called by. */
export function called({ title }: { title: string }): string {
  return title.trim() || text.untitled;
}

/** A file that was chosen cannot be read any more. */
export class Unreadable extends Error {}

/** An error in words for people. */
export function why(error: unknown): string {
  if (error instanceof Unreadable) return text.fileUnreadable;
  if (error instanceof Refused) return error.message;
  return text.unreachable;
}

export class DeskStore {
  readonly phase = signal<Phase>("loading");
  readonly problem = signal("");
  readonly boards = signal<ReadonlyMap<string, DeskBoard>>(new Map());
  readonly templates = signal<readonly DeskTemplate[]>([]);
  readonly words = signal("");
  readonly sort = signal<Sort>("changed");
  readonly archived = signal(false);
  readonly now = signal(Date.now());
  readonly dialog = signal<Dialog | null>(null);
  readonly toasts = signal<readonly Shown[]>([]);
  readonly spoken = signal("");
  /** The board that the focus goes to once it is drawn. */
  readonly wanted = signal<string | null>(null);
  readonly archivedCount = computed(() => [...this.boards.value.values()].filter((board) => board.archived).length);
  readonly list = computed(() =>
    shown(this.boards.value.values(), { words: this.words.value, sort: this.sort.value, archived: this.archived.value }),
  );
  readonly pictures: Pictures;
  private readonly client: DeskClient;
  private address = "";
  private count = 0;
  private busy = 0; // changes under way
  private changes = 0; // that were begun: what was asked for before one may be older than it
  private readonly ends = new AbortController();

  constructor(key: string) {
    this.client = new DeskClient(key);
    this.pictures = new Pictures(this.client);
    const { signal } = this.ends;
    document.addEventListener("visibilitychange", () => void this.refresh(), { signal });
    const timer = setInterval(() => void this.refresh(), REFRESH_MS);
    signal.addEventListener("abort", () => clearInterval(timer));
  }

  /** Ends what goes on by itself. */
  close(): void {
    this.ends.abort();
  }

  board(name: string): DeskBoard | undefined {
    return this.boards.value.get(name);
  }

  /** Fetches everything, and says so when that fails. */
  async load(): Promise<void> {
    this.phase.value = "loading";
    await this.fetch((error) => {
      batch(() => {
        this.phase.value = "failed";
        this.problem.value = why(error);
      });
    });
  }

  /** Fetches everything again, without a word when that fails. */
  async refresh(): Promise<void> {
    if (document.hidden || this.busy > 0 || this.phase.value !== "ready") return;
    await this.fetch(() => undefined);
  }

  private begin(): void {
    this.busy += 1;
    this.changes += 1;
  }

  private async fetch(failed: (error: unknown) => void): Promise<void> {
    const { changes, busy } = this;
    try {
      const { boards, templates, address } = await this.client.json<DeskBoards>("GET", "/boards");
      const isOld = busy > 0 || changes !== this.changes;
      if (isOld && this.phase.value === "loading") return await this.fetch(failed);
      if (isOld) return; // the next time will do
      batch(() => {
        this.boards.value = new Map(boards.map((board) => [board.name, board]));
        this.templates.value = templates;
        this.address = address;
        this.now.value = Date.now();
        this.phase.value = "ready";
      });
    } catch (error) {
      if (!this.left(error)) failed(error);
    }
  }

  /** Whether an error is that the desk is closed to this key. Then nothing of it stays. */
  private left(error: unknown): boolean {
    if (!(error instanceof Closed)) return false;
    batch(() => {
      this.phase.value = "closed";
      this.boards.value = new Map();
      this.dialog.value = null;
      this.toasts.value = [];
    });
    this.close();
    return true;
  }

  // -- new boards

  /** Makes a board; what is wrong is thrown. */
  async make(wanted: NewBoard): Promise<void> {
    await this.made(this.client.json<DeskMade>("POST", "/boards", wanted), text.made);
  }

  /** Makes a board of a file; what is wrong with it is thrown. */
  async importFile(file: File): Promise<void> {
    let content: ArrayBuffer;
    try {
      content = await file.arrayBuffer();
    } catch {
      throw new Unreadable(); // it was moved or written since it was chosen
    }
    await this.made(this.client.upload<DeskMade>("/imports", new Blob([content])), text.made);
  }

  async duplicate(board: DeskBoard): Promise<void> {
    const title = text.copyOf(called(board)).slice(0, 200);
    const path = `/boards/${board.name}/copies`;
    await this.attempt(() => this.made(this.client.json<DeskBoard>("POST", path, { title }), text.copied));
  }

  private async made(asked: Promise<DeskBoard | DeskMade>, words: (title: string) => string): Promise<void> {
    this.begin();
    try {
      const board = await asked;
      const lost = "losses" in board ? board.losses.length : 0;
      batch(() => {
        this.put(board);
        this.words.value = "";
        this.wanted.value = board.name;
      });
      this.say(words(called(board)) + (lost > 0 ? ` ${text.without(lost)}` : ""));
    } catch (error) {
      if (!this.left(error)) throw error;
    } finally {
      this.busy -= 1;
    }
  }

  // -- one board

  async rename(name: string, title: string): Promise<void> {
    await this.change(name, { title }, text.renamed(title));
  }

  async archive(name: string, archived: boolean): Promise<void> {
    const board = this.board(name);
    if (board === undefined) return;
    const words = archived ? text.archived : text.unarchived;
    await this.change(name, { archived }, words(called(board)), () => void this.archive(name, !archived));
  }

  async publish(name: string, isPublic: boolean): Promise<void> {
    const board = this.board(name);
    if (board === undefined) return;
    const words = isPublic ? text.opened : text.shut;
    await this.change(name, { public: isPublic }, words(called(board)), () => void this.publish(name, !isPublic));
  }

  private async change(name: string, change: BoardChange, words: string, undo?: () => void): Promise<void> {
    const before = this.board(name);
    if (before === undefined) return;
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== null));
    this.put({ ...before, ...given }); // at once; the answer says what came of it
    this.begin();
    await this.attempt(
      async () => {
        this.put(await this.client.json<DeskBoard>("PATCH", `/boards/${name}`, change));
        this.say(words, undo);
      },
      () => this.put(before),
    );
    this.busy -= 1;
  }

  async remove(board: DeskBoard): Promise<void> {
    const names = this.list.value.map(({ name }) => name);
    const at = names.indexOf(board.name);
    this.begin();
    await this.attempt(
      async () => {
        this.drop(board.name);
        this.wanted.value = names[at + 1] ?? names[at - 1] ?? null;
        await this.client.json("DELETE", `/boards/${board.name}`);
        this.say(text.removed(called(board)));
      },
      () => this.put(board),
    );
    this.busy -= 1;
  }

  async save(board: DeskBoard): Promise<void> {
    await this.attempt(async () => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(await this.client.blob(`/boards/${board.name}/export`));
      link.download = `${board.name}.json`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
      this.say(text.saved(called(board)));
    });
  }

  // -- links

  /** A board's key for a role. */
  private async key(name: string, role: Role, revoke = false): Promise<string> {
    const { links } = await this.client.json<ShareLinks>("POST", `/boards/${name}/links`, { role, revoke });
    return links[0]?.key ?? "";
  }

  /** The share link of a role; `revoke`: a new one, and the old one ends. */
  async link(name: string, role: Role, revoke = false): Promise<string> {
    const key = await this.key(name, role, revoke);
    return `${this.address || location.origin}/b/${name}#k=${key}`;
  }

  /** Goes to a board, in this tab or in another one. */
  async open(name: string, role: Role, elsewhere: boolean): Promise<void> {
    await this.attempt(async () => {
      const key = await this.key(name, role);
      if (elsewhere) {
        open(`/b/${name}#k=${key}`, "_blank", "noopener");
      } else {
        keepKey(name, key); // so that it stands in no address
        location.assign(`/b/${name}`);
      }
    });
  }

  // -- words

  /** Does something; when it fails, takes back what was foreseen and says why. */
  private async attempt(work: () => Promise<void>, takeBack: () => void = () => undefined): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (this.left(error)) return;
      takeBack();
      this.toast({ text: text.notDone(why(error)), warns: true, stays: STAYS_LONG_MS });
    }
  }

  say(words: string, undo?: () => void): void {
    this.toast({ text: words, warns: false, stays: undo ? STAYS_LONG_MS : STAYS_MS, ...(undo && { action: { label: text.undo, run: undo } }) });
  }

  private toast(toast: Omit<Shown, "id">): void {
    this.count += 1;
    batch(() => {
      this.toasts.value = [...this.toasts.value, { ...toast, id: this.count }].slice(-3);
      // the same words twice would not be read twice
      this.spoken.value = toast.text === this.spoken.value ? `${toast.text}\u00a0` : toast.text;
    });
  }

  dismiss(id: number): void {
    this.toasts.value = this.toasts.value.filter((toast) => toast.id !== id);
  }

  private put(board: DeskBoard): void {
    this.boards.value = new Map(this.boards.value).set(board.name, board);
  }

  private drop(name: string): void {
    const boards = new Map(this.boards.value);
    boards.delete(name);
    this.boards.value = boards;
  }
}
