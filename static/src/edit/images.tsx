// Images: chosen, pasted or dropped, sent, put on the board, and described in words.

import { signal } from "@preact/signals";
import { render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Refused } from "../board/wire.js";
import { ALT_CHARS_MAX, COORDINATE_MAX } from "../generated/constants.js";
import { SIZE_MIN } from "../generated/limits.js";
import { words } from "../i18n/images.js";
import { imageAddress } from "../ui/image-address.js";
import { adopt } from "../ui/sheet.js";
import type { Store } from "../ui/store.js";
import { focusCanvas } from "./focus.js";
import sheet from "./images.lazy.css";
import type { Landing } from "./landing.js";
import { NotSent, placedSize, readied, type Sent, sent } from "./uploading.js";

/** A point of the board. */
type Point = readonly [number, number];

/** The image that is on its way. */
interface Going {
  readonly name: string;
  readonly at: number;
  readonly all: number;
  /** How much of it is sent, of 1. */
  readonly share: number;
  readonly cancel: () => void;
}

/** Nodes whose description is asked for, and how many were asked for before them. */
interface Asked {
  readonly nodes: readonly string[];
  readonly before: number;
}

const GAP = 20; // between images that come together
const SENT_AGAIN_MS = 60_000; // the server may ask for a wait of this, and is obeyed once
const LEFT_SHOWN = 200; // characters, before a description is full

export class Images {
  readonly going = signal<Going | null>(null);
  readonly asked = signal<Asked>({ nodes: [], before: 0 });
  readonly dropping = signal(false);

  constructor(readonly store: Store, private readonly landing: Landing) {
    adopt(sheet);
    const host = document.createElement("div");
    document.body.append(host);
    render(<View images={this} />, host);
    store.commands.add(
      {
        id: "image.add",
        title: words.add,
        group: words.group,
        when: () => store.session.mayEdit,
        run: () => this.choose(),
      },
      {
        id: "image.describe",
        title: words.describe,
        group: words.group,
        when: () => this.selected !== null,
        run: () => this.selected !== null && this.describe(this.selected),
      },
    );
    document.addEventListener("paste", (event) => this.pasted(event));
    document.addEventListener("dragover", (event) => this.draggedOver(event));
    document.addEventListener("dragleave", (event) => {
      if (event.relatedTarget === null) this.dropping.value = false;
    });
    document.addEventListener("drop", (event) => this.dropped(event));
  }

  /** The image that is selected alone, when it can be changed. */
  private get selected(): string | null {
    const id = this.store.selected.value;
    const held = id === null ? undefined : this.store.session.model.node(id);
    if (id === null || held?.shape.kind !== "image" || held.shape.locked === true) return null;
    return this.store.session.canWrite(held.layer, id) ? id : null;
  }

  // -- where they come from

  /** Has files chosen, and places them; `at`: the middle of the first, else where there is room. */
  choose(at: Point | null = null): void {
    const field = document.createElement("input");
    field.type = "file";
    field.accept = "image/*";
    field.multiple = true;
    field.onchange = () => void this.place(field.files ?? [], at);
    field.click();
  }

  private pasted(event: ClipboardEvent): void {
    const { target, clipboardData: data } = event;
    if (data === null || data.files.length === 0 || !this.store.session.mayEdit || isField(target)) return;
    if (data.getData("text/plain") !== "") return; // a spreadsheet gives a picture of its cells, too
    event.preventDefault();
    const at = this.landing.pointed();
    void this.place(data.files, at === null ? null : [at.x, at.y]);
  }

  private draggedOver(event: DragEvent): void {
    if (event.dataTransfer === null || !event.dataTransfer.types.includes("Files")) return;
    event.preventDefault(); // else the browser leaves the page for the file
    const over = this.store.session.mayEdit && this.pointOf(event) !== null;
    event.dataTransfer.dropEffect = over ? "copy" : "none";
    this.dropping.value = over;
  }

  private dropped(event: DragEvent): void {
    this.dropping.value = false;
    if (event.dataTransfer === null || event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    const at = this.pointOf(event);
    if (at !== null && this.store.session.mayEdit) void this.place(event.dataTransfer.files, at);
  }

  /** The point of the board under a pointer, or null when something else lies there. */
  private pointOf({ target, clientX, clientY }: MouseEvent): Point | null {
    const host = target instanceof Element ? target.closest(".canvas") : null;
    if (host === null || this.store.canvas === null) return null;
    const { left, top } = host.getBoundingClientRect();
    return this.store.canvas.camera.toBoard(clientX - left, clientY - top);
  }

  // -- sending and placing

  /** Sends images and puts them on the active layer: the first about a point, the others to its right. */
  async place(files: Iterable<File>, at: Point | null): Promise<void> {
    const all = [...files];
    const made: string[] = [];
    let next = at;
    for (const [index, file] of all.entries()) {
      const name = file.name || words.pasted;
      const abort = new AbortController();
      const show = (share: number): void => {
        this.going.value = { name, at: index + 1, all: all.length, share, cancel: () => abort.abort() };
      };
      try {
        if (this.store.session.active === null) throw new NotSent("no_layer");
        if (this.store.status.value.kind !== "live") throw new NotSent("offline");
        show(0);
        const image = await this.sent(await readied(file), show, abort.signal);
        const { id, w } = this.put(image, next, made.length > 0);
        made.push(id);
        const box = this.store.session.model.node(id)?.shape;
        if (box !== undefined) next = [box.x + w + GAP, box.y];
      } catch (error) {
        if (!(error instanceof NotSent)) throw error;
        if (error.code !== "cancelled") this.store.tell(said(name, error), true);
        if (error.code === "no_layer" || error.code === "offline" || error.code === "archived") break;
      } finally {
        this.going.value = null;
      }
    }
    if (made.length === 0) return;
    this.store.announcer.say(words.added(made.length));
    this.store.selectAll(made);
    this.store.canvas?.reveal(made[0]!);
    this.ask(made);
  }

  private async sent(image: Blob, show: (share: number) => void, signal: AbortSignal): Promise<Sent> {
    for (let again = true; ; again = false) {
      try {
        return await sent(this.store.board, await this.ticket(), image, show, signal);
      } catch (error) {
        const wait = error instanceof NotSent ? error.retryAfterMs : 0;
        if (!again || wait === 0 || wait > SENT_AGAIN_MS) throw error;
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  }

  private async ticket(): Promise<string> {
    try {
      return await this.store.world.ticket();
    } catch (error) {
      throw error instanceof Refused ? new NotSent(error.code, error.message, error.retryAfterMs) : new NotSent("network");
    }
  }

  /** Makes the node of an image; `beside`: the point is its upper left corner, not its middle. */
  private put({ image, width, height }: Sent, at: Point | null, beside: boolean): { id: string; w: number } {
    const { session } = this.store;
    const layer = session.active;
    if (layer === null) throw new NotSent("no_layer"); // it went while the image was on its way
    const size = placedSize(width, height, SIZE_MIN);
    const id = session.fresh();
    const free = at === null ? this.landing.free(size) : null;
    const [left, top] = free === null ? at! : [free.x, free.y];
    const [x, y] = [within(left - (beside ? 0 : size.w / 2)), within(top - (beside ? 0 : size.h / 2))];
    session.edit([{ op: "node.create", id, layer, kind: "image", x, y, ...size, image }]);
    return { id, w: size.w };
  }

  // -- in words

  /** Asks what an image shows. */
  describe(node: string): void {
    this.ask([node]);
  }

  private ask(nodes: readonly string[]): void {
    const asked = this.asked.value;
    if (asked.nodes.length === 0) this.asked.value = { nodes, before: 0 };
    else this.asked.value = { ...asked, nodes: [...asked.nodes, ...nodes] };
  }

  /** The first of those that were asked for is done; null: it stays as it was. */
  answer(alt: string | null, base: string): void {
    const [node, ...rest] = this.asked.value.nodes;
    if (node !== undefined && alt !== null) this.store.session.setText("node", node, "alt", alt.trim(), base);
    this.asked.value = { nodes: rest, before: this.asked.value.before + 1 };
    // not before the dialog has gone: as long as it is there, nothing else takes the focus
    if (rest.length === 0) requestAnimationFrame(() => focusCanvas());
  }
}

function within(value: number): number {
  return Math.max(-COORDINATE_MAX, Math.min(COORDINATE_MAX, Math.round(value)));
}

function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}

function said(name: string, { code, message }: NotSent): string {
  switch (code) {
    case "no_image":
      return words.noImage(name);
    case "too_large":
      return words.tooLarge(name);
    case "offline":
      return words.offline;
    case "no_layer":
      return words.noLayer;
    case "network":
      return words.broken(name);
  }
  return words.refused(name, message);
}

function View({ images }: { images: Images }) {
  const { nodes, before } = images.asked.value;
  return (
    <>
      {images.dropping.value && (
        <div class="drop-here" aria-hidden="true">
          <span>{words.dropHere}</span>
        </div>
      )}
      {images.going.value !== null && <Progress {...images.going.value} />}
      {nodes[0] !== undefined && (
        <Description key={nodes[0]} images={images} node={nodes[0]} at={before + 1} all={before + nodes.length} />
      )}
    </>
  );
}

function Progress({ name, at, all, share, cancel }: Going) {
  return (
    <section class="sending" aria-label={words.sending}>
      <p title={name}>{words.sendingOne(name)}</p>
      {all > 1 && <small>{words.sendingCount(at, all)}</small>}
      <button type="button" class="button quiet small" onClick={cancel}>
        {words.cancel}
      </button>
      {/* all of it has gone: the server is at work, for nobody knows how long */}
      <progress max={1} value={share < 1 ? share : undefined} aria-label={share < 1 ? name : words.making} />
    </section>
  );
}

interface DescriptionProps {
  readonly images: Images;
  readonly node: string;
  readonly at: number;
  readonly all: number;
}

function Description({ images, node, at, all }: DescriptionProps) {
  const { store } = images;
  const shape = store.session.model.node(node)?.shape;
  const dialog = useRef<HTMLDialogElement>(null);
  const [base] = useState(shape?.alt ?? "");
  const [alt, write] = useState(base);
  useEffect(() => dialog.current?.showModal(), []);
  const left = ALT_CHARS_MAX - [...alt].length;
  return (
    <dialog
      ref={dialog}
      class="describe"
      lang={words.lang}
      aria-labelledby="describe-title"
      onCancel={(event) => {
        event.preventDefault();
        images.answer(null, base);
      }}
    >
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          images.answer(alt, base);
        }}
      >
        <h2 id="describe-title">
          {words.describeTitle}
          {all > 1 && <small>{words.sendingCount(at, all)}</small>}
        </h2>
        {shape?.image && <img src={imageAddress(store.board, shape.image)} alt="" />}
        <label for="describe-text">{words.description}</label>
        <textarea
          id="describe-text"
          rows={3}
          dir="auto"
          lang={store.lang.value || undefined}
          value={alt}
          maxLength={ALT_CHARS_MAX}
          aria-describedby="describe-hint"
          onInput={({ currentTarget }) => write(currentTarget.value)}
        />
        <p id="describe-hint">
          {words.describeHint}
          {left < LEFT_SHOWN && ` ${words.charactersLeft(left)}`}
        </p>
        <div class="describe-actions">
          <button type="button" class="button" onClick={() => images.answer("", base)}>
            {words.decorative}
          </button>
          <button type="submit" class="button solid" disabled={alt.trim() === ""}>
            {words.save}
          </button>
        </div>
      </form>
    </dialog>
  );
}
