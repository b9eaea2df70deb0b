// The pictures of a board's images, for its canvas: loaded when the first image is to be painted.

import { type BoardCanvas, type Scene } from "../canvas/index.js";
import { Gone, Pictures } from "../canvas/pictures.js";
import { imageAddress } from "./image-address.js";

/** How far beyond the window the canvas is painted at most, in device pixels: see canvas/picture.ts. */
const MARGIN = 2 * 256;

/** The pictures that a canvas paints. */
export function picturesOf(board: string, canvas: BoardCanvas, scene: Scene): Pictures<ImageBitmap> {
  return new Pictures<ImageBitmap>(
    {
      load: async (name) => {
        const response = await fetch(imageAddress(board, name), { credentials: "omit", referrerPolicy: "no-referrer" });
        if (response.status === 404) throw new Gone();
        if (!response.ok) throw new Error(response.statusText);
        return response.blob();
      },
      decode: (bytes, resizeWidth) =>
        createImageBitmap(bytes, resizeWidth === undefined ? {} : { resizeWidth, resizeQuality: "high" }),
    },
    {
      isNear: (node) => {
        const box = scene.nodeBox(node);
        if (box === null) return false;
        const { x, y, w, h } = canvas.camera.view();
        const margin = MARGIN / (canvas.camera.zoom * canvas.camera.ratio);
        return (
          box.x < x + w + margin && box.x + box.w > x - margin && box.y < y + h + margin && box.y + box.h > y - margin
        );
      },
      redraw: (nodes) => {
        scene.redraw(nodes);
        canvas.changed();
      },
      after: (delayMs, call) => void setTimeout(call, delayMs),
    },
  );
}
