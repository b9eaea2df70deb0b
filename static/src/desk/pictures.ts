// Thumbnails: fetched with the ticket, a few at a time, and kept as long as their board stays as it is.

import type { DeskClient } from "./client.js";

const AT_ONCE = 3;
const KEPT_MAX = 200;

export class Pictures {
  private readonly kept = new Map<string, string>(); // newest use last
  private readonly waiting: (() => void)[] = [];
  private free = AT_ONCE;

  constructor(private readonly client: DeskClient) {}

  /** A picture that is there already. */
  held(path: string, version: string, theme: string): string | undefined {
    return this.kept.get(`${path} ${version} ${theme}`);
  }

  /** The address of a picture: data of this page, so that no key stands in any address. */
  async picture(path: string, version: string, theme: string): Promise<string> {
    const name = `${path} ${version} ${theme}`;
    await this.turn();
    try {
      const known = this.kept.get(name);
      const found =
        known ?? `data:image/svg+xml;charset=utf-8,${encodeURIComponent(await this.client.text(`${path}?theme=${theme}`))}`;
      this.kept.delete(name);
      this.kept.set(name, found);
      for (const oldest of this.kept.keys()) {
        if (this.kept.size <= KEPT_MAX) break;
        this.kept.delete(oldest);
      }
      return found;
    } finally {
      this.free += 1;
      this.waiting.shift()?.();
    }
  }

  private async turn(): Promise<void> {
    while (this.free === 0) await new Promise<void>((go) => this.waiting.push(go));
    this.free -= 1;
  }
}
