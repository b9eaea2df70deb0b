// What a tab keeps for itself, and for no longer than it lives: keys, and its own name.

const memory = new Map<string, string>(); // where the browser keeps nothing

/** What was kept under a name, or null. */
export function recall(name: string): string | null {
  try {
    return sessionStorage.getItem(name);
  } catch {
    return memory.get(name) ?? null;
  }
}

/** Keeps something under a name. */
export function keep(name: string, value: string): void {
  try {
    sessionStorage.setItem(name, value);
  } catch {
    memory.set(name, value);
  }
}

/** Forgets what was kept under a name. */
export function forget(name: string): void {
  try {
    sessionStorage.removeItem(name);
  } catch {
    memory.delete(name);
  }
}

/** Where the token of a board's share link is kept. */
export const keyName = (board: string): string => `orientation-board/key/${board}`;

/** Keeps the token of a share link for this tab. */
export function keepKey(board: string, key: string): void {
  keep(keyName(board), key);
}

/** Where the desk's key is kept. */
export const DESK_KEY = "orientation-board/desk";
