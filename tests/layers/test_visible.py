"""The formula of visibility; tests/frames/visible.json has cases that the browser shares."""

import itertools

from board import ops
from board.state import Board
from layers.visible import on_layers
from tests.board.making import Scribe


def board() -> Board:
    scribe = Scribe()
    scribe.submit(
        ops.LayerCreate("group", group=True),
        ops.LayerCreate("in", parent="group"),
        ops.LayerCreate("off", published=False),
        ops.LayerCreate("shut", group=True, read="facilitator"),
        ops.LayerCreate("secret", parent="shut"),
        client="",
    )
    return scribe.board


def test_VI1_own_else_driven_while_the_stage_is_open_else_published() -> None:
    """Every combination, against the formula written out."""
    held = board()
    cases = itertools.product(
        (None, False, True), (None, False, True), (False, True), (False, True)
    )
    for driven_in, driven_off, stage, own in cases:
        held.driven = {
            id: on for id, on in (("in", driven_in), ("off", driven_off)) if on is not None
        }
        held.stage_open = stage
        on = on_layers(held, "viewer", {"group", "off"} if own else None)
        expected = {"group"}
        if own:
            expected.add("off")
        else:
            if not (stage and driven_in is False):
                expected.add("in")
            if stage and driven_off is True:
                expected.add("off")
        assert on == expected


def test_VI2_a_layer_is_on_only_when_every_group_that_holds_it_is() -> None:
    held = board()
    assert on_layers(held, "viewer", {"in", "off"}) == {"off"}
    held.driven = {"group": False, "in": True}
    held.stage_open = True
    assert on_layers(held, "viewer") == set()


def test_VI3_what_a_role_may_not_read_is_never_on() -> None:
    held = board()
    every = {"group", "in", "off", "shut", "secret"}
    assert on_layers(held, "viewer", every) == {"group", "in", "off"}
    assert on_layers(held, "facilitator", every) == every


def test_VI4_an_embed_leaves_the_stage_out() -> None:
    held = board()
    held.driven = {"in": False}
    held.stage_open = True
    assert on_layers(held, "viewer", stage=False) == {"group", "in"}
