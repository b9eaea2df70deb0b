// The canvas: what a board looks like, drawn on canvases of our own.
//
// Scene holds the records that the wire sent and is free of the DOM; BoardCanvas paints a scene
// into a host element and turns pointers into camera movements and selections. The page tells the
// scene what changed, then says `canvas.changed()`: one frame draws it.

export { BoardCanvas, type Overpaint, type Tools } from "./board-canvas.js";
export type { Box } from "./box.js";
export { TITLES_ZOOM } from "./detail.js";
export type { Camera } from "./camera.js";
export type { Grip, Press } from "./gestures.js";
export type { Kept } from "./focus.js";
export type { Hit } from "./hit.js";
export type { Context } from "./painter.js";
export { type Change, type Region, Scene } from "./scene.js";
export type { Theme, Tone } from "./theme.js";
