import { words } from "../i18n/stage.js";
import type { Workshop } from "./index.js";
import { idOf } from "./told.js";

/** The scenes as a list, in the outline: what they show is described there. */
export function ScenesToGoTo({ workshop }: { workshop: Workshop }) {
  const { scenes, scene: shown } = workshop.told.value;
  if (scenes.length === 0) return null;
  return (
    <details class="outline-scenes">
      <summary>
        {words.scenes} <span class="aside">{scenes.length}</span>
      </summary>
      <ol>
        {scenes.map((scene, at) => (
          <li key={scene.id} lang={scene.lang || undefined}>
            <button
              type="button"
              class="node-title"
              aria-current={scene.id === shown?.id ? "true" : undefined}
              onClick={() => workshop.goTo(idOf(scene))}
            >
              {scene.title || words.untitledScene(at + 1)}
              {scene.id === shown?.id && <span class="aside"> ({words.isShown})</span>}
            </button>
            {scene.spoken && <p class="node-text">{scene.spoken}</p>}
          </li>
        ))}
      </ol>
    </details>
  );
}
