// Files that a person keeps: made by the page itself, or by the server for whoever has a ticket.

import { Refused } from "../board/wire.js";
import type { Store } from "./store.js";

/** So long a browser may take to keep a file. */
const KEPT_MS = 60_000;

/** Lets the browser keep a file under a name. */
export function save(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}

/** A file of this board, as the server makes it: "results?authors=none". Rejects with Refused, or when it was not reached. */
export async function fetched({ world, board }: Store, what: string): Promise<Blob> {
  const ticket = await world.ticket();
  const response = await fetch(`/api/boards/${encodeURIComponent(board)}/${what}`, {
    headers: { Authorization: `Ticket ${ticket}` },
    cache: "no-store",
    credentials: "omit",
  });
  if (response.ok) return response.blob();
  const { code = "", message = "" } = (await response.json().catch(() => ({}))) as { code?: string; message?: string };
  throw new Refused(response.status, code, message, 0);
}

/** Lets the browser keep a table as CSV. */
export function saveTable(rows: readonly (readonly (string | number)[])[], name: string): void {
  // the mark at the beginning tells spreadsheets that this is UTF-8
  save(new Blob(["\uFEFF", csv(rows)], { type: "text/csv;charset=utf-8" }), name);
}

/** A table as CSV (RFC 4180). What a spreadsheet would take for a formula is text. */
export function csv(rows: readonly (readonly (string | number)[])[]): string {
  const cell = (value: string | number): string => {
    if (typeof value === "number") return String(value);
    const plain = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
    return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
  };
  return rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}
