"""The cases of tests/frames/visible.json, which the browser's formula must answer alike."""

import json
from pathlib import Path
from typing import Any

import pytest

from board.ops import LayerCreate
from board.state import Board, Layer
from layers.visible import on_layers

CASES = json.loads((Path(__file__).parent.parent / "frames" / "visible.json").read_text())["cases"]


def board_of(case: dict[str, Any]) -> Board:
    board = Board()
    for at, given in enumerate(case["layers"]):
        plain = LayerCreate(given["id"], group=given.get("group", False))
        board.put_layer(
            Layer(
                id=plain.id,
                parent=given.get("parent"),
                key=f"{at:04}",
                group=plain.group,
                color=plain.color,
                opacity=plain.opacity,
                published=given.get("published", True),
                locked=False,
                read=plain.read,
                write=plain.write,
                text={},
            )
        )
        if "driven" in given:
            board.driven[plain.id] = given["driven"]
    board.stage_open = case["stage"]
    return board


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_UI4_the_formula_of_visibility(case: dict[str, Any]) -> None:
    """UI4: server and browser answer the same cases alike."""
    assert sorted(on_layers(board_of(case), "viewer", case["own"])) == sorted(case["on"])
