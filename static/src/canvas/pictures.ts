// The pictures of image nodes: fetched when a painter first asks, decoded off the main thread at
// about the size that they are seen at, and forgotten when others need the room. Free of the DOM:
// where the bytes come from, and how they are decoded, is given.

/** A decoded picture, as a canvas takes it. */
export interface Bitmap {
  readonly width: number;
  readonly height: number;
  close(): void;
}

/** Where pictures come from. */
export interface Source<B extends Bitmap> {
  /** The bytes of an image. Rejects with Gone when there is none of that name. */
  load(name: string): Promise<Blob>;
  /** Decodes it: whole, or this many pixels wide. */
  decode(bytes: Blob, width?: number): Promise<B>;
}

/** What the pictures ask of the canvas that they are painted on. */
export interface Place {
  /** Whether a node is in view, or so near that it may be painted. */
  isNear(node: string): boolean;
  /** A node is to be painted again. */
  redraw(nodes: Iterable<string>): void;
  after(delayMs: number, call: () => void): void;
}

/** There is no such image. */
export class Gone extends Error {}

/** What decoded pictures may take together, in bytes. */
export const PICTURES_BYTES_MAX = 96 * 1024 * 1024;
/** Pictures that are fetched and decoded at once. */
const AT_ONCE = 4;
/** A bitmap so many times wider than it is seen makes room for a smaller one. */
const TOO_WIDE = 4;
/** Narrower than this nothing is made, in pixels. */
const WIDTH_MIN = 64;
const RETRY_MS = 3_000;
const RETRY_MS_MAX = 60_000;

interface Held<B> {
  bitmap: B | null;
  /** The width of the picture itself; 0: not known yet. */
  full: number;
  wanted: number;
  state: "idle" | "waiting" | "loading" | "gone";
  failures: number;
  /** The nodes that were painted without it. */
  readonly lacking: Set<string>;
}

export class Pictures<B extends Bitmap> {
  private readonly held = new Map<string, Held<B>>(); // by the image's name; the last used is last
  private readonly queue: string[] = []; // the newest is fetched first
  private running = 0;
  private bytes = 0;

  constructor(
    private readonly source: Source<B>,
    private readonly place: Place,
    private readonly bytesMax = PICTURES_BYTES_MAX,
  ) {}

  /** What there is of a node's image now, to be drawn so many device pixels wide; null: nothing yet. */
  at(node: string, name: string, width: number): B | null {
    const held = this.held.get(name) ?? {
      bitmap: null, full: 0, wanted: 0, state: "idle", failures: 0, lacking: new Set<string>(),
    };
    this.held.delete(name);
    this.held.set(name, held);
    if (!fits(held, width)) {
      held.lacking.add(node);
      held.wanted = held.state === "idle" ? width : Math.max(held.wanted, width);
      if (held.state === "idle") {
        held.state = "waiting";
        this.queue.push(name);
        this.run();
      }
    }
    return held.bitmap;
  }

  private run(): void {
    while (this.running < AT_ONCE) {
      const name = this.queue.pop();
      if (name === undefined) return;
      const held = this.held.get(name)!;
      // what was moved out of sight meanwhile is painted again, and asks again, when it comes back
      if (![...held.lacking].some((node) => this.place.isNear(node))) {
        this.settle(held);
        continue;
      }
      held.state = "loading";
      this.running += 1;
      void this.fetch(name, held).finally(() => {
        this.running -= 1;
        this.run();
      });
    }
  }

  private async fetch(name: string, held: Held<B>): Promise<void> {
    try {
      const bytes = await this.source.load(name);
      let bitmap: B | null = null;
      if (held.full === 0) {
        bitmap = await this.source.decode(bytes);
        held.full = bitmap.width;
      }
      const width = widthFor(held.full, held.wanted);
      if (bitmap?.width !== width) {
        const smaller = await this.source.decode(bytes, width);
        bitmap?.close();
        bitmap = smaller;
      }
      this.replace(held, bitmap);
      held.failures = 0;
      this.trim(name);
      this.place.redraw(this.settle(held));
    } catch (error) {
      const lacking = this.settle(held);
      if (error instanceof Gone) {
        held.state = "gone";
        return;
      }
      // the network is away, or the server is: what is still in view asks again later
      held.failures += 1;
      const wait = Math.min(RETRY_MS_MAX, RETRY_MS * 2 ** (held.failures - 1));
      this.place.after(wait, () => this.place.redraw(lacking));
    }
  }

  /** It waits for nothing any more. Returns who was painted without it. */
  private settle(held: Held<B>): string[] {
    const lacking = [...held.lacking];
    held.lacking.clear();
    held.state = "idle";
    return lacking;
  }

  private replace(held: Held<B>, bitmap: B | null): void {
    if (held.bitmap !== null) this.bytes -= size(held.bitmap);
    held.bitmap?.close();
    held.bitmap = bitmap;
    if (bitmap !== null) this.bytes += size(bitmap);
  }

  /** Forgets those that were not used for longest, but never the one that has just come. */
  private trim(kept: string): void {
    for (const [name, held] of this.held) {
      if (this.bytes <= this.bytesMax) return;
      if (name === kept || held.bitmap === null) continue;
      this.replace(held, null);
    }
  }
}

/** Half as wide, and half again, as long as it is wide enough. */
export function widthFor(full: number, wanted: number): number {
  let width = full;
  while (width / 2 >= Math.max(wanted, WIDTH_MIN)) width = Math.ceil(width / 2);
  return width;
}

function fits(held: Held<Bitmap>, wanted: number): boolean {
  if (held.state === "gone") return true;
  if (held.bitmap === null) return false;
  const best = widthFor(held.full, wanted);
  return held.bitmap.width >= best && held.bitmap.width <= TOO_WIDE * best;
}

function size({ width, height }: Bitmap): number {
  return width * height * 4;
}
