// What a browser keeps for whoever uses it, from one visit to the next.

/** What was kept, or null. */
export function kept(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/** Keeps it, where the browser lets us. */
export function keep(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // it is kept as long as the page
  }
}
