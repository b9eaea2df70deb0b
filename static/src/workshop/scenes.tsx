import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Choosing } from "../edit/choosing.js";
import { Frame } from "../edit/forms.js";
import type { Choice } from "../edit/menu.js";
import { NOTE_CHARS_MAX, TITLE_CHARS_MAX } from "../generated/constants.js";
import { SCENES_MAX } from "../generated/limits.js";
import type { AnyOp, SceneSet, SceneShape, TextSet } from "../generated/wire.js";
import { words } from "../i18n/stage.js";
import { Icon } from "../ui/icon.js";
import type { Workshop } from "./index.js";
import type { Presenting } from "./lead.js";
import { More } from "./more.js";
import { idOf, layersOf, placeFor } from "./told.js";

/** What is seen now, as a scene has it: the layers that are on, and the part of the board. */
function seenNow(workshop: Workshop): { readonly layers: string[]; readonly viewport: SceneShape["viewport"] } {
  return { layers: [...workshop.store.session.shown], viewport: workshop.seenPart() };
}

/** The scenes: made, ordered, described, shown; and the presentation. */
export function ScenesSection({ workshop, presenting }: { workshop: Workshop; presenting: Presenting }) {
  const { store } = workshop;
  const { session } = store;
  const { scenes, scene: shown, open } = workshop.told.value;
  const [edited, edit] = useState<string | null>(null);
  const titleOf = (scene: SceneShape): string => scene.title || words.untitledScene(scenes.indexOf(scene) + 1);
  const add = (): void => {
    const id = session.fresh();
    const { layers, viewport } = seenNow(workshop);
    const title = words.sceneNumber(scenes.length + 1);
    workshop.edit({ op: "scene.create", id, layers, ...(viewport == null ? {} : { viewport }), text: { title: { [store.lang.value || "en"]: title } } });
    edit(`scene/${id}`);
  };
  const choices = (scene: SceneShape): readonly Choice[] => {
    const id = idOf(scene);
    const title = titleOf(scene);
    return [
      { label: words.rename, run: () => edit(scene.id) },
      { label: words.take, run: () => take(workshop, scene, title) },
      ...moves(workshop, "scene.move", scenes, scene, title),
      "line",
      { label: words.link, run: () => link(workshop, id, title) },
      { label: words.copyLink, run: () => void copy(workshop, id) },
      "line",
      { label: words.remove, warns: true, run: () => remove(workshop, { op: "scene.remove", id }, title) },
    ];
  };
  return (
    <>
      {scenes.length === 0 && <p class="hint">{words.noScenes}</p>}
      <ol class="workshop-list">
        {scenes.map((scene, at) => (
          <li key={scene.id} data-scene={idOf(scene)} class={open && scene.id === shown?.id ? "current" : undefined}>
            <div class="workshop-row">
              <button
                type="button"
                class="workshop-name"
                lang={scene.lang || undefined}
                title={words.showScene(titleOf(scene))}
                aria-current={open && scene.id === shown?.id ? "true" : undefined}
                onClick={() => {
                  session.lead();
                  workshop.do({ op: "scene.show", scene: idOf(scene) });
                }}
              >
                <span class="sign-at">{at + 1}</span>
                <span>{titleOf(scene)}</span>
              </button>
              <Choosing label={words.more(titleOf(scene))} class="button quiet square" choices={() => choices(scene)}>
                <More />
              </Choosing>
            </div>
            {edited === scene.id && <SceneForm workshop={workshop} scene={scene} close={() => edit(null)} />}
          </li>
        ))}
      </ol>
      <div class="workshop-actions">
        <button type="button" class="button" disabled={scenes.length >= SCENES_MAX} onClick={add}>
          <Icon name="plus" />
          {words.addScene}
        </button>
        {scenes.length > 0 && (
          <button type="button" class="button solid" onClick={() => presenting.begin()}>
            <Icon name="presentation" />
            {words.present}
          </button>
        )}
      </div>
    </>
  );
}

/** Gives a scene the layers and the part of the board that are seen now. */
function take(workshop: Workshop, scene: SceneShape, title: string): void {
  const { session } = workshop.store;
  const { layers, viewport } = seenNow(workshop);
  const on = new Set(layers);
  const had = new Set(layersOf(idOf(scene), session.layers));
  const changed = [...session.layers.keys()].filter((id) => on.has(id) !== had.has(id)).map((id) => [id, on.has(id)] as const);
  const set: SceneSet = {
    op: "scene.set", id: idOf(scene), viewport: viewport ?? null,
    ...(changed.length === 0 ? {} : { layers: Object.fromEntries(changed) }),
  };
  workshop.edit(set);
  workshop.store.tell(words.taken(title));
}

/** The card that is selected leads to the scene from now on. */
function link({ store }: Workshop, id: string, title: string): void {
  const node = store.selected.value;
  if (node === null) return store.tell(words.selectCard);
  store.session.edit([{ op: "node.set", id: node, href: `#scene=${id}` }]);
  store.tell(words.linked(title));
}

/**
 * Puts the address of a scene where it can be pasted. A board that opens by link only opens for
 * those who are sent it by the link that participants come by.
 */
async function copy({ store, invitation }: Workshop, id: string): Promise<void> {
  try {
    const invited = store.session.model.board?.public === true ? null : ((await invitation?.()) ?? null);
    await navigator.clipboard.writeText(`${invited === null ? `${location.origin}${location.pathname}#` : `${invited}&`}scene=${id}`);
    store.tell(invited === null ? words.copied : words.copiedInviting);
  } catch {
    store.tell(words.notCopied, true);
  }
}

/** What moves a scene or a step among the others. */
export function moves<T extends { readonly id: string }>(
  workshop: Workshop, op: "scene.move" | "step.move", all: readonly T[], one: T, title: string,
): Choice[] {
  return ([-1, 1] as const).flatMap((by) => {
    const before = placeFor(all, one, by);
    if (before === undefined) return [];
    const run = (): void => {
      workshop.edit({ op, id: idOf(one), before });
      workshop.store.announcer.say(words.moved(title, all.indexOf(one) + 1 + by, all.length));
    };
    return { label: by < 0 ? words.up : words.down, run };
  });
}

/** Removes a scene or a step, with the way back. */
export function remove(workshop: Workshop, op: AnyOp, title: string): void {
  const { store } = workshop;
  workshop.edit(op);
  store.tell(words.removed(title), false, store.session.canUndo ? { label: words.undo, run: () => store.session.undo() } : undefined);
}

/** What changes the texts of a scene or a step: only those that were changed. */
export function texts(
  owner: "scene" | "step", shape: { readonly id: string; readonly lang?: string }, lang: string,
  typed: Readonly<Partial<Record<TextSet["field"], string>>>,
): TextSet[] {
  const held = shape as unknown as Readonly<Record<string, string | undefined>>;
  return Object.entries(typed).flatMap(([field, text]): TextSet[] => {
    const base = held[field] ?? "";
    if (text === base) return [];
    return [{ op: "text.set", owner, id: idOf(shape), field: field as TextSet["field"], lang: shape.lang || lang, text, base }];
  });
}

interface LinesProps {
  readonly label: string;
  readonly value: string;
  readonly most: number;
  readonly rows?: number;
  readonly focused?: boolean;
  readonly set: (typed: string) => void;
}

/** A text of one line or some. */
export function Lines({ label, value, most, rows = 1, focused = false, set }: LinesProps) {
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    if (focused) field.current?.select();
  }, []);
  return (
    <div>
      <label class="field-label" for={id}>
        {label}
      </label>
      <textarea
        ref={field}
        id={id}
        class="field"
        rows={rows}
        dir="auto"
        maxLength={most}
        value={value}
        onInput={({ currentTarget }) => set(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.isComposing || (rows > 1 && !event.ctrlKey && !event.metaKey)) return;
          event.preventDefault();
          event.currentTarget.form?.requestSubmit();
        }}
      />
    </div>
  );
}

function SceneForm({ workshop, scene, close }: { workshop: Workshop; scene: SceneShape; close: () => void }) {
  const [first] = useState(scene); // what stood there when the typing began
  const [title, setTitle] = useState(scene.title ?? "");
  const [note, setNote] = useState(scene.note ?? "");
  const [spoken, setSpoken] = useState(scene.spoken ?? "");
  return (
    <Frame
      label={words.rename} cancel={close}
      save={() => {
        const ops = texts("scene", first, workshop.store.lang.value || "en", { title: title.trim(), note: note.trim(), spoken: spoken.trim() });
        close();
        if (ops.length > 0) workshop.edit(...ops);
      }}
    >
      <Lines label={words.sceneTitle} value={title} most={TITLE_CHARS_MAX} set={setTitle} focused />
      <Lines label={words.sceneNote} value={note} most={NOTE_CHARS_MAX} rows={2} set={setNote} />
      <Lines label={words.spoken} value={spoken} most={NOTE_CHARS_MAX} rows={2} set={setSpoken} />
    </Frame>
  );
}
