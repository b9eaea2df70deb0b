// What everybody can do on the page, as commands. Parts that are loaded later add their own.

import { text } from "../i18n/index.js";
import type { Command } from "./commands.js";
import type { Store } from "./store.js";

const PAN_PX = 80;
const PAN_FAR_PX = 320;
export const ZOOM_STEP = 1.25;

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
};

export function actions(store: Store): readonly Command[] {
  const group = text.view;
  const { session } = store;
  const pan = (event: KeyboardEvent | undefined, px: number): void => {
    const [x, y] = ARROWS[event?.key ?? ""] ?? [0, 0];
    store.canvas?.panBy(x * px, y * px);
  };
  return [
    {
      id: "view.layers", title: text.layers, group, keys: ["Shift+L"], where: "page",
      run: () => (store.layersOpen.value = !store.layersOpen.value),
    },
    {
      id: "view.outline", title: text.outline, group, keys: ["Shift+O"], where: "page",
      run: () => (store.outlineOpen.value ? (store.outlineOpen.value = false) : store.openOutline()),
    },
    { id: "view.fit", title: text.fit, group, keys: ["0"], run: () => store.fit() },
    { id: "view.in", title: text.zoomIn, group, keys: ["+", "="], run: () => store.canvas?.zoomBy(ZOOM_STEP) },
    { id: "view.out", title: text.zoomOut, group, keys: ["-", "_"], run: () => store.canvas?.zoomBy(1 / ZOOM_STEP) },
    {
      id: "view.pan", title: text.pan, group, offered: false, run: (event) => pan(event, PAN_PX),
      keys: Object.keys(ARROWS),
    },
    {
      id: "view.pan-far", title: text.panFar, group, offered: false, run: (event) => pan(event, PAN_FAR_PX),
      keys: Object.keys(ARROWS).map((key) => `Shift+${key}`),
    },
    { id: "view.deselect", title: text.deselect, group, keys: ["Escape"], offered: false, run: () => store.select(null, true) },
    { id: "find.search", title: text.find, group: text.findGroup, keys: ["/"], where: "page", run: () => store.find("search") },
    { id: "find.search-here", title: text.find, group: text.findGroup, keys: ["Mod+F"], offered: false, run: () => store.find("search") },
    { id: "find.graph", title: text.graph, group: text.findGroup, keys: ["Shift+G"], where: "page", run: () => store.find("graph") },
    { id: "find.palette", title: text.palette, group: text.findGroup, keys: ["Mod+K"], where: "anywhere", offered: false, run: () => store.find("palette") },
    { id: "find.keys", title: text.shortcuts, group: text.findGroup, keys: ["?"], where: "page", run: () => store.find("keys") },
    { id: "view.follow", title: text.followAgain, group, when: () => session.own !== null, run: () => session.follow() },
    { id: "view.leave", title: text.goOwn, group, when: () => session.own === null, run: () => session.leave() },
    { id: "view.all", title: text.allOfThem, group, run: () => session.all(true) },
    { id: "view.none", title: text.noneOfThem, group, run: () => session.all(false) },
  ];
}
