// What the board says of a workshop: its records, as they are wanted here. Free of the DOM.

import { byKey } from "../board/model.js";
import type { BoardShape, LayerShape, LookShape, SceneShape, Shape, StepCreate, StepShape, TimerShape } from "../generated/wire.js";

/** What a step of the agenda can open. */
export type StepRound = NonNullable<StepCreate["round"]>;

export interface Told {
  readonly scenes: readonly SceneShape[];
  readonly steps: readonly StepShape[];
  readonly timer: TimerShape | null;
  readonly look: LookShape | null;
  /** The scene and the step that were shown last, when they are still there. */
  readonly scene: SceneShape | null;
  readonly step: StepShape | null;
  readonly open: boolean;
  readonly locked: boolean;
}

const SCENE = "scene/";
const STEP = "step/";

/** The id of a scene or step, of the id of its record. */
export function idOf({ id }: { readonly id: string }): string {
  return id.slice(id.indexOf("/") + 1);
}

/** By the records of the board's stream; `board` is the board's own, as it is seen already. */
export function toldBy(records: ReadonlyMap<string, Shape> | undefined, board: BoardShape | null): Told {
  const of = (id: string): Shape | null => records?.get(id) ?? null;
  const all = (prefix: string): Shape[] => [...(records?.values() ?? [])].filter(({ id }) => id.startsWith(prefix));
  return {
    scenes: (all(SCENE) as SceneShape[]).sort(byKey),
    steps: (all(STEP) as StepShape[]).sort(byKey),
    timer: of("timer") as TimerShape | null,
    look: of("look") as LookShape | null,
    scene: of(SCENE + (board?.scene ?? "")) as SceneShape | null,
    step: of(STEP + (board?.step ?? "")) as StepShape | null,
    open: board?.stage === true,
    locked: board?.locked === true,
  };
}

/** The layers that are on in a scene, as far as I may know of them. */
export function layersOf(scene: string, layers: ReadonlyMap<string, LayerShape>): string[] {
  return [...layers.values()].filter(({ scenes }) => scenes?.includes(scene) === true).map(({ id }) => id);
}

/** What is asked for by a fragment or a link: `#scene=id`; null: no scene. */
export function sceneAsked(href: string): string | null {
  return /^#scene=([A-Za-z0-9][A-Za-z0-9_.-]{0,63})$/.exec(href)?.[1] ?? null;
}

/** The same of the fragment of an address, which may begin with the key of a share link. */
export function sceneSought(fragment: string): string | null {
  return sceneAsked(fragment.replace(/^#k=[^&]*&/, "#"));
}

/** The one before or after another, by its id; null: there is none. Of none it is the first, or the last. */
export function beside<T extends { readonly id: string }>(all: readonly T[], now: T | null, by: 1 | -1): T | null {
  const at = now === null ? -1 : all.findIndex(({ id }) => id === now.id);
  if (at < 0) return all[by === 1 ? 0 : all.length - 1] ?? null;
  return all[at + by] ?? null;
}

/** Where one goes that is moved up or down: before this one (null: to the end); undefined: nowhere. */
export function placeFor<T extends { readonly id: string }>(all: readonly T[], one: T, by: 1 | -1): string | null | undefined {
  const at = all.findIndex(({ id }) => id === one.id);
  if (at < 0 || at + by < 0 || at + by >= all.length) return undefined;
  const before = all[by === 1 ? at + 2 : at - 1];
  return before === undefined ? null : idOf(before);
}
