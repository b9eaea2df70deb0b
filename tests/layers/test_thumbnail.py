"""layers/thumbnail.py: a board in small, whatever its size."""

import time
import xml.etree.ElementTree as ElementTree

import pytest

from board import limits, ops
from board.ops import AnyOp
from layers.palette import DARK, LIGHT
from layers.thumbnail import thumbnail
from server.documents import BOARD_JSON, Document, documents, preview


def drawn(*made: AnyOp) -> str:
    return thumbnail(preview(Document(BOARD_JSON, "", made)))


def title(text: str) -> dict[str, dict[str, str]]:
    return {"title": {"en": text}}


@pytest.mark.parametrize("name", sorted(documents()))
def test_DK16_the_templates_are_drawn_whole(name: str) -> None:
    board = preview(documents()[name])
    for theme in (LIGHT, DARK):
        picture = thumbnail(board, theme)
        root = ElementTree.fromstring(picture)
        assert len(picture) <= limits.THUMBNAIL_CHARS_MAX
        assert theme.background in picture
        _, _, w, h = map(float, root.attrib["viewBox"].split())
        assert 0.4 < w / h < 4  # it fills a card


def test_DK16_what_is_published_is_drawn_and_where_that_is_nothing_all_of_it() -> None:
    layers: tuple[AnyOp, ...] = (
        ops.LayerCreate("on", text=title("On")),
        ops.LayerCreate("off", published=False, text=title("Off")),
        ops.NodeCreate("hidden", "off", text=title("Hidden")),
    )
    assert "Hidden" in drawn(*layers)
    both = drawn(*layers, ops.NodeCreate("shown", "on", text=title("Shown")))
    assert "Shown" in both and "Hidden" not in both
    assert ElementTree.fromstring(drawn()).tag.endswith("svg")


def test_DK16_a_large_board_is_boxes_and_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    def board(count: int) -> tuple[AnyOp, ...]:
        return (
            ops.LayerCreate("l", color="red"),
            *(
                ops.NodeCreate(
                    f"n{at}", "l", x=at % 250 * 240.0, y=at // 250 * 80.0, text=title("Word")
                )
                for at in range(count)
            ),
        )

    at = limits.THUMBNAIL_NODES_MAX
    assert "Word" in drawn(*board(at))
    large = drawn(*board(at + 1))
    assert "Word" not in large and large.count("M") == at + 1
    assert LIGHT.tones["red"].bar in large
    many = preview(Document(BOARD_JSON, "", board(20_000)))
    begin = time.process_time()
    picture = thumbnail(many)
    assert time.process_time() - begin < 1
    assert picture.count("M") <= limits.THUMBNAIL_BOXES_MAX
    assert len(picture) < 60 * limits.THUMBNAIL_BOXES_MAX
    monkeypatch.setattr(limits, "THUMBNAIL_CHARS_MAX", 500)
    assert "Word" not in drawn(*board(5))
