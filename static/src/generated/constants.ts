// Made from the Python types by `python -m server.typescript`. Do not edit by hand.

export const PROTOCOL = 1;
export const RANK = {"viewer": 0, "participant": 1, "facilitator": 2, "owner": 3, "nobody": 4} as const;
export const THEMES = {
  "light": {
    "dark": false,
    "background": "#fafafb",
    "group": "#f1f2f5",
    "group_edge": "#dcdfe5",
    "group_ink": "#3b4252",
    "card": "#ffffff",
    "card_edge": "#dde1e8",
    "shade": "#cfd5df",
    "title": "#161b26",
    "text": "#475063",
    "bars": "#c3c9d4",
    "relation": "#6f7b8f",
    "label_plate": "#ffffff",
    "label_ink": "#3f495b",
    "paper_ink": "#161b26",
    "focus": "#0b57d0",
    "tones": {
      "slate": {
        "panel": "#f1f4f9",
        "edge": "#d2dae4",
        "bar": "#6c82a1",
        "ink": "#3c4b60",
        "paper": "#d7e0ed",
        "tint": "#eaeef2"
      },
      "red": {
        "panel": "#fff0ef",
        "edge": "#f8ceca",
        "bar": "#cc5351",
        "ink": "#7d2b2a",
        "paper": "#ffd4d0",
        "tint": "#f8e7e7"
      },
      "orange": {
        "panel": "#fff1ea",
        "edge": "#f5d0be",
        "bar": "#c75d15",
        "ink": "#783301",
        "paper": "#fed6c2",
        "tint": "#f7e8de"
      },
      "amber": {
        "panel": "#fbf3e5",
        "edge": "#ead6b6",
        "bar": "#ae7c06",
        "ink": "#624400",
        "paper": "#ffe79e",
        "tint": "#f4eddc"
      },
      "green": {
        "panel": "#ebf8ed",
        "edge": "#c4e3c9",
        "bar": "#1d994a",
        "ink": "#005a26",
        "paper": "#b8f0c2",
        "tint": "#dff1e6"
      },
      "teal": {
        "panel": "#e6f8f5",
        "edge": "#b7e4dd",
        "bar": "#089487",
        "ink": "#05574f",
        "paper": "#9df3e6",
        "tint": "#dcf0ee"
      },
      "cyan": {
        "panel": "#e6f7fd",
        "edge": "#b7e1ef",
        "bar": "#018fad",
        "ink": "#055366",
        "paper": "#aeebfe",
        "tint": "#dbeff4"
      },
      "blue": {
        "panel": "#edf5ff",
        "edge": "#c5dbf9",
        "bar": "#3980da",
        "ink": "#194a87",
        "paper": "#cde2fe",
        "tint": "#e3edfa"
      },
      "indigo": {
        "panel": "#f1f3ff",
        "edge": "#d2d6f9",
        "bar": "#7072da",
        "ink": "#404087",
        "paper": "#d9ddfe",
        "tint": "#ebebfa"
      },
      "violet": {
        "panel": "#f7f1ff",
        "edge": "#e0d2f3",
        "bar": "#9664c9",
        "ink": "#59377b",
        "paper": "#e8d7ff",
        "tint": "#f0e9f7"
      },
      "pink": {
        "panel": "#feeff5",
        "edge": "#f4cddc",
        "bar": "#c2538a",
        "ink": "#762a51",
        "paper": "#ffd1e4",
        "tint": "#f6e7ef"
      },
      "brown": {
        "panel": "#f9f2ee",
        "edge": "#e6d5ca",
        "bar": "#a47453",
        "ink": "#63422b",
        "paper": "#e7d3c1",
        "tint": "#f2ece7"
      }
    }
  },
  "dark": {
    "dark": true,
    "background": "#0f1218",
    "group": "#171b23",
    "group_edge": "#2b313d",
    "group_ink": "#cfd6e4",
    "card": "#262b36",
    "card_edge": "#3a4150",
    "shade": "#0a0c11",
    "title": "#f1f4f9",
    "text": "#b9c2d0",
    "bars": "#525b6c",
    "relation": "#8d98ab",
    "label_plate": "#1b2029",
    "label_ink": "#c8d0dd",
    "paper_ink": "#161b26",
    "focus": "#8ab4ff",
    "tones": {
      "slate": {
        "panel": "#1e2125",
        "edge": "#3a4049",
        "bar": "#91a6c4",
        "ink": "#c6d2e3",
        "paper": "#b6becb",
        "tint": "#3b4452"
      },
      "red": {
        "panel": "#2c1c1a",
        "edge": "#573533",
        "bar": "#f07e79",
        "ink": "#ffbeb9",
        "paper": "#f0a9a3",
        "tint": "#4e3c43"
      },
      "orange": {
        "panel": "#2b1d16",
        "edge": "#563828",
        "bar": "#ea8751",
        "ink": "#fbc3a7",
        "paper": "#ecae8e",
        "tint": "#4d3d3b"
      },
      "amber": {
        "panel": "#271f12",
        "edge": "#4e3d1f",
        "bar": "#d29922",
        "ink": "#ebcc99",
        "paper": "#e2c56b",
        "tint": "#484132"
      },
      "green": {
        "panel": "#17241a",
        "edge": "#2c4732",
        "bar": "#5bbd74",
        "ink": "#aedfb7",
        "paper": "#97cea1",
        "tint": "#314842"
      },
      "teal": {
        "panel": "#112522",
        "edge": "#1c4843",
        "bar": "#0ebead",
        "ink": "#98e2d6",
        "paper": "#7bd0c4",
        "tint": "#21484e"
      },
      "cyan": {
        "panel": "#112329",
        "edge": "#1d4652",
        "bar": "#09b7dc",
        "ink": "#99ddf3",
        "paper": "#7ccbe3",
        "tint": "#204757"
      },
      "blue": {
        "panel": "#18212d",
        "edge": "#2e415a",
        "bar": "#67a6fb",
        "ink": "#b4d4fe",
        "paper": "#9ac0f4",
        "tint": "#33445d"
      },
      "indigo": {
        "panel": "#1e1f2d",
        "edge": "#3a3d5a",
        "bar": "#9499fa",
        "ink": "#c7cdfe",
        "paper": "#b2b8f4",
        "tint": "#3c415d"
      },
      "violet": {
        "panel": "#231d2b",
        "edge": "#463955",
        "bar": "#b98cea",
        "ink": "#dcc5f9",
        "paper": "#cab0ea",
        "tint": "#433e5a"
      },
      "pink": {
        "panel": "#2a1b22",
        "edge": "#543542",
        "bar": "#e67dae",
        "ink": "#f9bdd6",
        "paper": "#e9a7c4",
        "tint": "#4c3b4e"
      },
      "brown": {
        "panel": "#261f1b",
        "edge": "#4a3c33",
        "bar": "#c8997b",
        "ink": "#e5cbba",
        "paper": "#cbb09c",
        "tint": "#464144"
      }
    }
  }
} as const;

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
export const LAYER_TITLE_SIZE = 17.0;
export const LAYER_TITLE_LEADING = 22.0;
export const CARD_WIDTH = 208.0;
export const CARD_PADDING = 12.0;
export const CARD_GAP = 14.0;
export const CARD_TEXT_GAP = 4.0;
export const CARD_RADIUS = 10.0;
export const CARD_BAR = 4.0;
export const STICKY_SIDE = 160.0;
export const STICKY_PADDING = 14.0;
export const STICKY_SIZES = [28.0, 24.0, 20.0, 17.0, 15.0, 13.0, 11.0] as const;
export const SHAPE_PADDING = 10.0;
export const SHAPE_INSET_PADDING = 4.0;
export const SHAPE_SIZES = [16.0, 14.0, 12.0, 10.0] as const;
export const SHAPE_INSETS = {
  "rectangle": [
    0.0,
    0.0,
    0.0,
    0.0
  ],
  "rounded": [
    0.0,
    0.0,
    0.0,
    0.0
  ],
  "ellipse": [
    0.14,
    0.14,
    0.14,
    0.14
  ],
  "diamond": [
    0.22,
    0.22,
    0.22,
    0.22
  ],
  "triangle": [
    0.24,
    0.44,
    0.24,
    0.0
  ],
  "parallelogram": [
    0.18,
    0.0,
    0.18,
    0.0
  ],
  "trapezoid": [
    0.16,
    0.0,
    0.16,
    0.0
  ],
  "pentagon": [
    0.15,
    0.25,
    0.15,
    0.0
  ],
  "hexagon": [
    0.14,
    0.1,
    0.14,
    0.1
  ],
  "octagon": [
    0.12,
    0.12,
    0.12,
    0.12
  ],
  "star": [
    0.3,
    0.36,
    0.3,
    0.3
  ],
  "cylinder": [
    0.0,
    0.2,
    0.0,
    0.06
  ]
} as const;
export const SHAPE_POINTS = {
  "rectangle": [
    0.0,
    0.0,
    1.0,
    0.0,
    1.0,
    1.0,
    0.0,
    1.0
  ],
  "rounded": [
    0.0,
    0.0,
    1.0,
    0.0,
    1.0,
    1.0,
    0.0,
    1.0
  ],
  "ellipse": [],
  "diamond": [
    0.5,
    0.0,
    1.0,
    0.5,
    0.5,
    1.0,
    0.0,
    0.5
  ],
  "triangle": [
    0.5,
    0.0,
    1.0,
    1.0,
    0.0,
    1.0
  ],
  "parallelogram": [
    0.2,
    0.0,
    1.0,
    0.0,
    0.8,
    1.0,
    0.0,
    1.0
  ],
  "trapezoid": [
    0.2,
    0.0,
    0.8,
    0.0,
    1.0,
    1.0,
    0.0,
    1.0
  ],
  "pentagon": [
    0.5,
    0.0,
    1.0,
    0.382,
    0.809,
    1.0,
    0.191,
    1.0,
    0.0,
    0.382
  ],
  "hexagon": [
    0.25,
    0.0,
    0.75,
    0.0,
    1.0,
    0.5,
    0.75,
    1.0,
    0.25,
    1.0,
    0.0,
    0.5
  ],
  "octagon": [
    0.293,
    0.0,
    0.707,
    0.0,
    1.0,
    0.293,
    1.0,
    0.707,
    0.707,
    1.0,
    0.293,
    1.0,
    0.0,
    0.707,
    0.0,
    0.293
  ],
  "star": [
    0.5,
    0.0,
    0.618,
    0.382,
    1.0,
    0.382,
    0.691,
    0.618,
    0.809,
    1.0,
    0.5,
    0.764,
    0.191,
    1.0,
    0.309,
    0.618,
    0.0,
    0.382,
    0.382,
    0.382
  ],
  "cylinder": [
    0.0,
    0.1,
    0.067,
    0.05,
    0.25,
    0.0134,
    0.5,
    0.0,
    0.75,
    0.0134,
    0.933,
    0.05,
    1.0,
    0.1,
    1.0,
    0.9,
    0.933,
    0.95,
    0.75,
    0.9866,
    0.5,
    1.0,
    0.25,
    0.9866,
    0.067,
    0.95,
    0.0,
    0.9
  ]
} as const;
export const CYLINDER_RIM = 0.1;
export const SHAPE_RADIUS = 16.0;
export const TEXT_SIZES = {"small": 13.0, "medium": 18.0, "large": 28.0, "huge": 44.0} as const;
export const FREE_LEADING = 1.3;
export const FRAME_TITLE_SIZE = 15.0;
export const FRAME_HEAD = 44.0;
export const DRAWING_WIDTH = 3.0;
export const TAGS_HEIGHT = 26.0;
export const TAG_SIZE = 10.5;
export const LABEL_WIDTH = 150.0;
export const REGION_PADDING = 16.0;
export const REGION_HEAD = 44.0;
export const REGION_RADIUS = 14.0;
export const REGION_GAP = 32.0;
export const GROUP_PADDING = 16.0;
export const GROUP_TITLE_SIZE = 20.0;
export const GROUP_HEAD = 46.0;

// board.limits, as far as the browser keeps to them
export const ALT_CHARS_MAX = 1000;
export const COMMENT_CHARS_MAX = 2000;
export const COORDINATE_MAX = 1000000.0;
export const DEPTH_MAX = 3;
export const FRAME_BYTES_MAX = 262144;
export const HAVE_MAX = 2000;
export const LABEL_CHARS_MAX = 120;
export const LAYERS_MAX = 500;
export const NAME_CHARS_MAX = 40;
export const NOTE_CHARS_MAX = 1000;
export const OPS_MAX = 512;
export const POINT_MAX = 10000;
export const RATE_FRAMES_BURST = 240;
export const RATE_FRAMES_S = 60;
export const SILENCE_S = 45;
export const STEPS_MAX = 50;
export const TEXT_CHARS_MAX = 4000;
export const TITLE_CHARS_MAX = 200;
export const UNDO_STEPS_MAX = 200;
