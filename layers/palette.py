"""The colours of a board, light and dark: one definition for the canvas and for SVG.

The tones were chosen in OKLCH (one lightness and chroma for all hues, so that no layer shouts),
and keep the contrasts of WCAG 2.2 AA: text 4.5:1, what one must see to understand 3:1 (the test
of this module computes them). Nothing is told by colour alone.
"""

from typing import Final, NamedTuple


class Tone(NamedTuple):
    """One colour of the palette, as six hex values.

    ``panel`` is the ground of a layer's region, ``edge`` its hairline, ``bar`` the left edge of
    a card and whatever must stand out, ``ink`` the region's title; ``paper`` is a sticky, and
    ``tint`` the ground of a shape, and of a tag on a card.
    """

    panel: str
    edge: str
    bar: str
    ink: str
    paper: str
    tint: str


class Theme(NamedTuple):
    """Everything that a board is painted with, in one appearance.

    ``background`` lies behind all. ``group`` is the ground of a group's region, with its edge
    and its title's ink. ``card`` with its edge, and ``shade``, the line under a card that lifts
    it. ``title`` and ``text`` are a card's ink, ``bars`` stand for text that is too small.
    ``relation`` is a line with its head; a label's ``label_ink`` is on a ``label_plate``.
    ``paper_ink`` is the text of a sticky. ``focus`` marks what is selected. ``tones`` has the
    palette by name.
    """

    dark: bool
    background: str
    group: str
    group_edge: str
    group_ink: str
    card: str
    card_edge: str
    shade: str
    title: str
    text: str
    bars: str
    relation: str
    label_plate: str
    label_ink: str
    paper_ink: str
    focus: str
    tones: dict[str, Tone]


# fmt: off
_LIGHT: Final = {
    "slate": Tone("#f1f4f9", "#d2dae4", "#6c82a1", "#3c4b60", "#d7e0ed", "#eaeef2"),
    "red": Tone("#fff0ef", "#f8ceca", "#cc5351", "#7d2b2a", "#ffd4d0", "#f8e7e7"),
    "orange": Tone("#fff1ea", "#f5d0be", "#c75d15", "#783301", "#fed6c2", "#f7e8de"),
    "amber": Tone("#fbf3e5", "#ead6b6", "#ae7c06", "#624400", "#ffe79e", "#f4eddc"),
    "green": Tone("#ebf8ed", "#c4e3c9", "#1d994a", "#005a26", "#b8f0c2", "#dff1e6"),
    "teal": Tone("#e6f8f5", "#b7e4dd", "#089487", "#05574f", "#9df3e6", "#dcf0ee"),
    "cyan": Tone("#e6f7fd", "#b7e1ef", "#018fad", "#055366", "#aeebfe", "#dbeff4"),
    "blue": Tone("#edf5ff", "#c5dbf9", "#3980da", "#194a87", "#cde2fe", "#e3edfa"),
    "indigo": Tone("#f1f3ff", "#d2d6f9", "#7072da", "#404087", "#d9ddfe", "#ebebfa"),
    "violet": Tone("#f7f1ff", "#e0d2f3", "#9664c9", "#59377b", "#e8d7ff", "#f0e9f7"),
    "pink": Tone("#feeff5", "#f4cddc", "#c2538a", "#762a51", "#ffd1e4", "#f6e7ef"),
    "brown": Tone("#f9f2ee", "#e6d5ca", "#a47453", "#63422b", "#e7d3c1", "#f2ece7"),
}
_DARK: Final = {
    "slate": Tone("#1e2125", "#3a4049", "#91a6c4", "#c6d2e3", "#b6becb", "#3b4452"),
    "red": Tone("#2c1c1a", "#573533", "#f07e79", "#ffbeb9", "#f0a9a3", "#4e3c43"),
    "orange": Tone("#2b1d16", "#563828", "#ea8751", "#fbc3a7", "#ecae8e", "#4d3d3b"),
    "amber": Tone("#271f12", "#4e3d1f", "#d29922", "#ebcc99", "#e2c56b", "#484132"),
    "green": Tone("#17241a", "#2c4732", "#5bbd74", "#aedfb7", "#97cea1", "#314842"),
    "teal": Tone("#112522", "#1c4843", "#0ebead", "#98e2d6", "#7bd0c4", "#21484e"),
    "cyan": Tone("#112329", "#1d4652", "#09b7dc", "#99ddf3", "#7ccbe3", "#204757"),
    "blue": Tone("#18212d", "#2e415a", "#67a6fb", "#b4d4fe", "#9ac0f4", "#33445d"),
    "indigo": Tone("#1e1f2d", "#3a3d5a", "#9499fa", "#c7cdfe", "#b2b8f4", "#3c415d"),
    "violet": Tone("#231d2b", "#463955", "#b98cea", "#dcc5f9", "#cab0ea", "#433e5a"),
    "pink": Tone("#2a1b22", "#543542", "#e67dae", "#f9bdd6", "#e9a7c4", "#4c3b4e"),
    "brown": Tone("#261f1b", "#4a3c33", "#c8997b", "#e5cbba", "#cbb09c", "#464144"),
}
# fmt: on

LIGHT: Final = Theme(
    dark=False,
    background="#fafafb",
    group="#f1f2f5",
    group_edge="#dcdfe5",
    group_ink="#3b4252",
    card="#ffffff",
    card_edge="#dde1e8",
    shade="#cfd5df",
    title="#161b26",
    text="#475063",
    bars="#c3c9d4",
    relation="#6f7b8f",
    label_plate="#ffffff",
    label_ink="#3f495b",
    paper_ink="#161b26",
    focus="#0b57d0",
    tones=_LIGHT,
)
DARK: Final = Theme(
    dark=True,
    background="#0f1218",
    group="#171b23",
    group_edge="#2b313d",
    group_ink="#cfd6e4",
    card="#262b36",
    card_edge="#3a4150",
    shade="#0a0c11",
    title="#f1f4f9",
    text="#b9c2d0",
    bars="#525b6c",
    relation="#8d98ab",
    label_plate="#1b2029",
    label_ink="#c8d0dd",
    paper_ink="#161b26",
    focus="#8ab4ff",
    tones=_DARK,
)
THEMES: Final = {"light": LIGHT, "dark": DARK}


def luminance(color: str) -> float:
    """The relative luminance of ``#rrggbb``, from 0 to 1 (WCAG 2.2)."""
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21 (WCAG 2.2)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def tone(color: str, theme: Theme) -> Tone:
    """The tone of a layer's or node's colour: a name of the palette, or ``#rrggbb``.

    A colour of one's own is its own bar, moved towards the theme's ink until it has the
    contrast that a bar and a title need; and its own paper, as light as its text needs it.
    """
    if not color.startswith("#"):
        return theme.tones.get(color, theme.tones["slate"])
    panel, tint = mixed(color, theme.background, 0.92), mixed(color, theme.card, 0.88)
    grounds = (theme.card, panel, tint)
    return Tone(
        panel,
        mixed(color, theme.background, 0.75),
        _seen(color, theme.title, 3.0, grounds),
        _seen(color, theme.title, 4.5, grounds),
        _seen(color, "#ffffff", 4.5, (theme.paper_ink,)),
        tint,
    )


def mixed(color: str, other: str, share: float) -> str:
    """A colour with a share (0 to 1) of another in it."""
    channels = (
        round(int(color[at : at + 2], 16) * (1 - share) + int(other[at : at + 2], 16) * share)
        for at in (1, 3, 5)
    )
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def _seen(color: str, ink: str, least: float, grounds: tuple[str, ...]) -> str:
    for step in range(11):
        found = mixed(color, ink, step / 10)
        if min(contrast(found, ground) for ground in grounds) >= least:
            break
    return found
