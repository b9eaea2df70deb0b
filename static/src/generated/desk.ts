// Made from the Python types by `python -m server.typescript`. Do not edit by hand.

import type { Role } from "./wire.js";

/** All boards of the server, and the templates that there are. */
export interface DeskBoards {
  boards: DeskBoard[];
  templates: DeskTemplate[];
  boards_max: number;
  address: string;
}

/** A board, as the desk shows it. */
export interface DeskBoard {
  name: string;
  version: string;
  title: string;
  lang: string;
  public: boolean | null;
  archived: boolean;
  nodes: number;
  changed_ms: number;
  unreadable: string;
}

/** A template that a board can be made of. ``lang`` is the language of its texts. */
export interface DeskTemplate {
  name: string;
  title: string;
  description: string;
  lang: string;
}

/** A board that was made, and a line for each thing that could not be brought along. */
export interface DeskMade {
  name: string;
  version: string;
  title: string;
  lang: string;
  public: boolean | null;
  archived: boolean;
  nodes: number;
  changed_ms: number;
  unreadable: string;
  losses: string[];
}

/** A ticket to the desk, good for TICKET_S seconds: the bearer token of every call there. */
export interface DeskTicket {
  ticket: string;
}

/** Asks for a new board: of a template, or, without one, with one layer titled ``layer``. */
export interface NewBoard {
  title: string;
  template?: string | null;
  lang?: string;
  layer?: string;
}

/** Asks for changes of a board as a whole; what is null stays. */
export interface BoardChange {
  title?: string | null;
  archived?: boolean | null;
  public?: boolean | null;
}

/** Asks for a copy of a board under another title. */
export interface BoardCopy {
  title: string;
}

/** Asks for the share links of a role; ``revoke``: new ones, and the old ones end. */
export interface LinksRequest {
  role: Role;
  revoke?: boolean;
}

/** The share links of a role, at least one. */
export interface ShareLinks {
  links: ShareLink[];
}

/** A share link: its role, and the token that goes behind #k= in the board's address. */
export interface ShareLink {
  role: Role;
  key: string;
}

/** Why a request was refused: ``where`` names the place in it, "" is the whole of it. */
export interface Problem {
  code: string;
  message: string;
  where?: string;
}
