// Made from the Python types by `python -m server.typescript`. Do not edit by hand.

export const PROTOCOL = 1;
export const CLOSE_CODES = {
  "1012": "the server restarts: come back",
  "4000": "a frame could not be read",
  "4001": "the ticket is not valid, or is too old: fetch a new one",
  "4002": "hello did not come first, or in time",
  "4004": "there is no such board, or none for you",
  "4005": "another protocol version is spoken here: reload the page",
  "4008": "too slow: come back and resume",
  "4009": "the link was revoked, or rights changed: fetch a new ticket",
  "4010": "the same client has connected elsewhere",
  "4011": "nothing was heard for too long",
  "4013": "the board or the server is full",
  "4029": "too many frames"
} as const;
export const LEAST_ROLE = {
  "board.set": "facilitator",
  "layer.create": "facilitator",
  "layer.set": "facilitator",
  "layer.move": "facilitator",
  "layer.remove": "facilitator",
  "layer.restore": "facilitator",
  "node.create": "participant",
  "node.set": "participant",
  "node.remove": "participant",
  "node.restore": "participant",
  "relation.create": "participant",
  "relation.set": "participant",
  "relation.remove": "participant",
  "relation.restore": "participant",
  "text.set": "participant",
  "stage.set": "facilitator",
  "stage.drive": "facilitator",
  "access.set": "owner",
  "link.set": "owner"
} as const;
export const RANK = {"viewer": 0, "participant": 1, "facilitator": 2, "owner": 3} as const;

// layers.shapes
export const FONT_FAMILY = "Inter";
export const TITLE_SIZE = 15.0;
export const TITLE_LEADING = 20.0;
export const TITLE_WEIGHT = 600;
export const TEXT_SIZE = 13.0;
export const TEXT_LEADING = 18.0;
export const TEXT_WEIGHT = 400;
export const LABEL_SIZE = 12.0;
export const LABEL_LEADING = 16.0;
export const LAYER_TITLE_SIZE = 22.0;
export const LAYER_TITLE_LEADING = 28.0;
export const CARD_WIDTH = 220.0;
export const CARD_PADDING = 14.0;
export const CARD_GAP = 24.0;
export const CARD_TEXT_GAP = 4.0;
export const CARD_RADIUS = 10.0;
export const CARD_BAR = 5.0;
export const LABEL_WIDTH = 150.0;
export const REGION_PADDING = 28.0;
export const REGION_HEAD = 44.0;
export const REGION_RADIUS = 18.0;
export const GROUP_PADDING = 24.0;
export const GROUP_HEAD = 48.0;

// layers.palette

// board.limits
export const INTEGER_MAX = 9007199254740991;
export const COORDINATE_MAX = 1000000.0;
export const SIZE_MIN = 8.0;
export const SIZE_MAX = 20000.0;
export const ID_CHARS_MAX = 64;
export const CLIENT_CHARS = 13;
export const KEY_CHARS_MAX = 48;
export const TITLE_CHARS_MAX = 200;
export const TEXT_CHARS_MAX = 4000;
export const LABEL_CHARS_MAX = 120;
export const HREF_CHARS_MAX = 2000;
export const TAG_CHARS_MAX = 40;
export const TAGS_MAX = 12;
export const LANGUAGES_MAX = 24;
export const LAYERS_MAX = 500;
export const LAYER_DEPTH_MAX = 8;
export const NODES_MAX = 100000;
export const RELATIONS_MAX = 200000;
export const LINKS_MAX = 200;
export const BOARDS_MAX = 1000;
export const TOMBSTONES_MAX = 1000;
export const TOMBSTONE_THINGS_MAX = 200000;
export const UNDO_STEPS_MAX = 100;
export const UNDO_OPS_MAX = 512;
export const CLIENTS_MAX = 10000;
export const SKIPS_MAX = 64;
export const OPS_MAX = 512;
export const IMPORT_OPS_MAX = 400000;
export const FRAME_BYTES_MAX = 262144;
export const IMPORT_BYTES_MAX = 67108864;
export const PAPER_BYTES_MAX = 2097152;
export const BODY_BYTES_MAX = 16384;
export const JSON_DEPTH_MAX = 32;
export const CHUNK_NODES = 500;
export const RING_BYTES_MAX = 1048576;
export const HAVE_MAX = 2000;
export const INBOX_MAX = 256;
export const OUTBOX_BYTES_MAX = 262144;
export const PARKED_S = 30;
export const SOCKETS_MAX = 2000;
export const SOCKETS_BOARD_MAX = 1000;
export const HELLO_S = 10;
export const BEAT_S = 15;
export const SILENCE_S = 45;
export const RATE_OPS_S = 100;
export const RATE_OPS_BURST = 1000;
export const RATE_FRAMES_S = 60;
export const RATE_FRAMES_BURST = 240;
export const PRESENCE_HZ = 10;
export const PRESENCE_EXPIRES_S = 30;
export const DRAIN_S = 5;
export const TICKET_S = 600;
export const TICKET_USES_S = 60;
export const TOKEN_BITS = 160;
