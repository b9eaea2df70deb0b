// Talks to the server's desk: the key is exchanged for a ticket, and the ticket goes with every call.

import type { DeskTicket, Problem } from "../generated/desk.js";

/** The server refused, for the reason that it gives: `where` is the place in what was asked. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly where: string,
  ) {
    super(message);
  }
}

/** The key opens the desk no more. */
export class Closed extends Error {}

export type Method = "GET" | "POST" | "PATCH" | "DELETE";

export class DeskClient {
  private ticket: Promise<string> | null = null;

  constructor(
    private readonly key: string,
    private readonly send: typeof fetch = (...given) => fetch(...given),
  ) {}

  /** What a call gives, as JSON. */
  async json<T>(method: Method, path: string, body?: unknown): Promise<T> {
    const response = await this.call(method, path, body === undefined ? undefined : JSON.stringify(body));
    return (response.status === 204 ? undefined : await response.json()) as T;
  }

  /** What a call gives, as text. */
  async text(path: string): Promise<string> {
    return (await this.call("GET", path)).text();
  }

  /** What a call gives, as bytes. */
  async blob(path: string): Promise<Blob> {
    return (await this.call("GET", path)).blob();
  }

  /** Sends a file as it is. */
  async upload<T>(path: string, file: Blob): Promise<T> {
    return (await (await this.call("POST", path, file)).json()) as T;
  }

  private async call(method: Method, path: string, body?: BodyInit): Promise<Response> {
    const ticket = this.enter();
    let response = await this.request(method, path, await ticket, body);
    if (response.status === 401) {
      // the ticket is too old, or the key was revoked: asking for another tells which
      if (this.ticket === ticket) this.ticket = null;
      response = await this.request(method, path, await this.enter(), body);
    }
    if (!response.ok) throw await refusal(response);
    return response;
  }

  /** The ticket of now: asked for once, however many calls wait for it. */
  private enter(): Promise<string> {
    this.ticket ??= this.exchange().catch((error: unknown) => {
      this.ticket = null;
      throw error;
    });
    return this.ticket;
  }

  private async exchange(): Promise<string> {
    const response = await this.request("POST", "/tickets", null, JSON.stringify({ key: this.key }));
    if (response.ok) return ((await response.json()) as DeskTicket).ticket;
    // what is no key at all is refused in another way than one that has ended
    if (response.status === 401 || response.status === 400) throw new Closed();
    throw await refusal(response);
  }

  private request(method: Method, path: string, ticket: string | null, body?: BodyInit): Promise<Response> {
    const headers: Record<string, string> = ticket === null ? {} : { Authorization: `Bearer ${ticket}` };
    if (typeof body === "string") headers["Content-Type"] = "application/json";
    return this.send(`/api/desk${path}`, {
      method,
      headers,
      cache: "no-store",
      credentials: "omit",
      referrerPolicy: "no-referrer",
      ...(body === undefined ? {} : { body }),
    });
  }
}

async function refusal(response: Response): Promise<Refused> {
  const { code = "", message = response.statusText, where = "" } = (await response
    .json()
    .catch(() => ({}))) as Partial<Problem>;
  return new Refused(response.status, code, message, where);
}
