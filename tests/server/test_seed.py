"""The built-in board, as it comes along."""

from board.formats import json as board_json
from server import documents, make_built_in, seed


def test_PA6_the_built_in_paper_comes_along_as_it_is_now() -> None:
    kept = seed.arranged_paper()
    assert kept == make_built_in.written()
    board = documents.preview(documents.read(kept))
    assert board_json.write(board) == kept
    assert all(node.source is not None for node in board.nodes())


def test_PA6_no_template_is_left_to_be_arranged() -> None:
    assert all(one.kind == documents.BOARD_JSON for one in documents.documents().values())
