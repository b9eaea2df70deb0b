import { useLayoutEffect, useRef } from "preact/hooks";
import type { BoardCanvas } from "../canvas/index.js";
import { words } from "../i18n/comments.js";
import type { Comments, Spot } from "./index.js";
import type { Thread } from "./threads.js";

/** So many are drawn at once; those with something unread before others. */
const DRAWN_MAX = 300;
const OUT_PX = 40;

interface Pin {
  readonly key: string;
  readonly spot: Spot;
  readonly threads: readonly Thread[];
  readonly unread: number;
}

/** A pin for each node or place that something is said about. The keyboard has the list for that. */
export function Pins({ comments, canvas }: { comments: Comments; canvas: BoardCanvas }) {
  const host = useRef<HTMLDivElement>(null);
  const open = comments.open.value;
  const placing = comments.placing.value;
  const pins = pinsOf(comments);
  const spots = new Map(pins.map(({ key, spot }) => [key, spot]));
  if (open?.key === "new") spots.set("new", open.spot);
  const lay = (): void => {
    for (const element of host.current?.querySelectorAll<HTMLElement>("[data-pin]") ?? []) {
      const spot = spots.get(element.dataset["pin"] ?? "");
      const at = spot === undefined ? null : pointOf(comments, canvas, spot);
      const { width, height, ratio } = canvas.camera;
      const isOut = at === null || at[0] < -OUT_PX || at[1] < -OUT_PX || at[0] > width / ratio + OUT_PX || at[1] > height / ratio + OUT_PX;
      element.hidden = isOut;
      if (at !== null) element.style.transform = `translate(${Math.round(at[0])}px, ${Math.round(at[1])}px)`;
    }
  };
  const laying = useRef(lay);
  laying.current = lay;
  useLayoutEffect(lay);
  useLayoutEffect(() => canvas.onPaint(() => {
    laying.current();
    return false;
  }), [canvas]);
  return (
    <div ref={host}>
      {placing && (
        <div
          class="pin-aim"
          onPointerDown={(event) => event.stopPropagation()}
          onClick={(event) => {
            const { left, top } = canvas.element.getBoundingClientRect();
            comments.put([event.clientX - left, event.clientY - top]);
          }}
        />
      )}
      {pins.map(({ key, spot, threads, unread }) => (
        <button
          key={key}
          type="button"
          class={["pin", unread > 0 ? "unread" : "", open?.key === key ? "open" : ""].join(" ")}
          data-pin={key}
          tabIndex={-1}
          aria-label={words.pin(comments.title(spot), threads.length, unread)}
          title={words.pin(comments.title(spot), threads.length, unread)}
          onPointerDown={(event) => event.stopPropagation()}
          onKeyDown={(event) => event.stopPropagation()}
          onClick={(event) => {
            const [first] = threads;
            if (open?.key === key) comments.close();
            else if (first !== undefined) comments.show(first, false, event.currentTarget);
          }}
        >
          <span aria-hidden="true">{signOf(threads)}</span>
        </button>
      ))}
      {open?.key === "new" && <span class="pin open" data-pin="new" aria-hidden="true" />}
    </div>
  );
}

/** Of one thread who began it, of more how many. */
function signOf(threads: readonly Thread[]): string {
  const [first] = threads;
  if (threads.length > 1 || first === undefined) return String(threads.length);
  return [...(first.first.shape.by || "•")][0]?.toLocaleUpperCase() ?? "";
}

function pinsOf(comments: Comments): Pin[] {
  const open = comments.open.value?.key;
  const pins = [...comments.spots.value].flatMap(([key, all]): Pin[] => {
    const threads = all.filter(({ first }) => first.shape.resolved !== true || key === open);
    const [first] = threads;
    if (first === undefined) return [];
    const unread = threads.reduce((sum, thread) => sum + comments.unreadOf(thread), 0);
    return [{ key, threads, spot: comments.spotOf(first), unread }];
  });
  if (pins.length <= DRAWN_MAX) return pins;
  return pins.sort((a, b) => Number(b.unread > 0) - Number(a.unread > 0)).slice(0, DRAWN_MAX);
}

/** Where a spot is in the window, in CSS pixels of the canvas; null: it is not drawn. */
export function pointOf(comments: Comments, canvas: BoardCanvas, spot: Spot): readonly [number, number] | null {
  if (!("node" in spot)) return canvas.camera.toWindow(spot.x, spot.y);
  const box = comments.store.scene.nodeBox(spot.node);
  return box === null ? null : canvas.camera.toWindow(box.x + box.w, box.y);
}
