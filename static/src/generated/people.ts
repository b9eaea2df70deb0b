// Made from the Python types by `python -m server.typescript`. Do not edit by hand.

/** How people come to a board by a share link. */
export interface JoinCode {
  code: string;
  until_ms: number;
  page: string;
  address: string;
  square: Square;
}

/** A QR code: how many modules a side has, and the dark ones as the path of an SVG. */
export interface Square {
  side: number;
  path: string;
}
