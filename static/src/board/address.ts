// The address: what the fragment of the page's URL says of my own view, both ways.
//
//   #layers=vision,themes&view=-40,0,1280,800&node=urban-equality
//
// `layers` are the switches that are on in my own view (without it: I follow), `view` what is
// seen, in board units, `node` what is selected. `k` is the token of a share link: it is read
// once and never written.

import { COORDINATE_MAX } from "../generated/constants.js";

export type Viewport = [number, number, number, number];

export interface Address {
  readonly key: string | null;
  /** Null: I follow. */
  readonly layers: ReadonlySet<string> | null;
  readonly view: Viewport | null;
  readonly node: string | null;
}

const ID = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
const KEY_CHARS_MAX = 512;

/** Reads a fragment, with or without its `#`. What is not understood is passed over. */
export function readAddress(fragment: string): Address {
  const fields = new URLSearchParams(fragment.replace(/^#/, ""));
  const layers = fields.get("layers");
  const on = new Set((layers ?? "").split(",").filter((id) => ID.test(id)));
  const view = (fields.get("view") ?? "").split(",").map((part) => (part.trim() === "" ? NaN : Number(part)));
  const [x = NaN, y = NaN, w = NaN, h = NaN] = view;
  const seen = view.length === 4 && view.every((part) => Math.abs(part) <= COORDINATE_MAX) && w > 0 && h > 0;
  const node = fields.get("node") ?? "";
  const key = fields.get("k") ?? "";
  return {
    key: key !== "" && key.length <= KEY_CHARS_MAX ? key : null,
    layers: layers === null || (layers !== "" && on.size === 0) ? null : on,
    view: seen ? [x, y, w, h] : null,
    node: ID.test(node) ? node : null,
  };
}

/** Writes a fragment with its `#`, or "" when there is nothing to say. Never the key. */
export function writeAddress({ layers, view, node }: Omit<Address, "key">): string {
  const parts: string[] = [];
  if (layers !== null) parts.push(`layers=${[...layers].sort().join(",")}`);
  if (view !== null) parts.push(`view=${view.map((part) => Math.round(part)).join(",")}`);
  if (node !== null) parts.push(`node=${node}`);
  return parts.length === 0 ? "" : `#${parts.join("&")}`;
}
