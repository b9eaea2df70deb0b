// How an image is made ready in the browser, and sent. What is larger than the server takes is made
// smaller here first, and so is what only this browser can read.

import { IMAGE_BYTES_MAX, IMAGE_PIXELS_MAX, IMAGE_SIDE_MAX } from "../generated/limits.js";

/** What the server reads. */
const READ = new Set(["image/png", "image/jpeg", "image/webp", "image/gif"]);
/** A larger file is not even tried: decoding it might take all the memory that there is. */
export const TRIED_BYTES_MAX = 8 * IMAGE_BYTES_MAX;
const QUALITY = 0.9;
const TRIES = 6;
/** An image is at most so wide and high on the board at first, in board units. */
export const PLACED_SIDE_MAX = 480;

/** Why an image was not sent. `code`: of the server, or "no_image", "too_large", "network", "cancelled". */
export class NotSent extends Error {
  constructor(
    readonly code: string,
    message = "",
    readonly retryAfterMs = 0,
  ) {
    super(message);
  }
}

/** An image that the server has: what it is named, and its pixels across and down. */
export interface Sent {
  readonly image: string;
  readonly width: number;
  readonly height: number;
}

/** How many times narrower a picture must be made before it is sent; 1: it may go as it is. */
export function shrinking(width: number, height: number): number {
  return Math.min(1, IMAGE_SIDE_MAX / Math.max(width, height));
}

/** Whether a file may be sent as it is. */
export function isReady(type: string, bytes: number, width: number, height: number): boolean {
  return READ.has(type) && bytes <= IMAGE_BYTES_MAX && width * height <= IMAGE_PIXELS_MAX;
}

/** How large an image stands on the board at first. */
export function placedSize(width: number, height: number, least: number): { w: number; h: number } {
  const scale = Math.min(1, PLACED_SIDE_MAX / Math.max(width, height));
  const side = (pixels: number): number => Math.max(least, Math.round(pixels * scale));
  return { w: side(width), h: side(height) };
}

/** The file, or a smaller picture of it, as the server takes it. Rejects with NotSent. */
export async function readied(file: File): Promise<Blob> {
  if (file.size > TRIED_BYTES_MAX) throw new NotSent("too_large");
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new NotSent("no_image");
  }
  try {
    if (isReady(file.type, file.size, bitmap.width, bitmap.height)) return file;
    let scale = shrinking(bitmap.width, bitmap.height);
    for (let tries = 0; tries < TRIES; tries++) {
      const made = await drawn(bitmap, scale);
      if (made.size <= IMAGE_BYTES_MAX) return made;
      scale *= 0.75;
    }
  } catch {
    // a canvas of that size cannot be had
  } finally {
    bitmap.close();
  }
  throw new NotSent("too_large");
}

async function drawn(bitmap: ImageBitmap, scale: number): Promise<Blob> {
  const canvas = new OffscreenCanvas(
    Math.max(1, Math.round(bitmap.width * scale)),
    Math.max(1, Math.round(bitmap.height * scale)),
  );
  const ctx = canvas.getContext("2d");
  if (ctx === null) throw new NotSent("too_large");
  ctx.imageSmoothingQuality = "high";
  ctx.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  // a browser that writes no WebP writes a PNG
  return canvas.convertToBlob({ type: "image/webp", quality: QUALITY });
}

/** Sends an image with a ticket. `progress`: how much of it is on its way, of 1. Rejects with NotSent. */
export function sent(
  board: string,
  ticket: string,
  image: Blob,
  progress: (share: number) => void,
  signal: AbortSignal,
): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // fetch does not say how far it is
    request.open("POST", `/api/boards/${encodeURIComponent(board)}/images`);
    request.setRequestHeader("Authorization", `Ticket ${ticket}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => progress(total === 0 ? 0 : loaded / total);
    request.onerror = () => reject(new NotSent("network"));
    request.onabort = () => reject(new NotSent("cancelled"));
    request.onload = () => {
      const answer = request.response as (Sent & { code?: string; message?: string }) | null;
      if (request.status === 200 && answer !== null) return resolve(answer);
      const { code = "network", message = "" } = answer ?? {};
      reject(new NotSent(code, message, 1000 * Number(request.getResponseHeader("Retry-After") ?? 0)));
    };
    signal.addEventListener("abort", () => request.abort());
    if (signal.aborted) return reject(new NotSent("cancelled"));
    request.send(image);
  });
}
