"""What a workshop is led with: the stage, scenes, the timer, the agenda; in the core."""

import random

import pytest
from msgspec.structs import replace

from board import limits, ops
from board.decide import Decision, Refusal
from board.formats import json as board_json
from board.replay import digest, fingerprint, fold, restore, snapshot
from board.stage import Look, Scene, Timer
from board.state import Board
from layers import stream
from layers.shapes import LayerShape, LookShape, SceneShape, StepShape, TimerShape
from tests.board.making import CLIENTS, Scribe, led, staged

ANN, BEN, _ = CLIENTS
VIEW = (1.0, 2.0, 300.0, 200.0)


@pytest.fixture
def scribe() -> Scribe:
    """A group with a layer, a layer beside it and one for owners; two scenes and two steps."""
    held = Scribe()
    done(
        held,
        ops.LayerCreate("group", group=True),
        ops.LayerCreate("one", parent="group"),
        ops.LayerCreate("two"),
        ops.LayerCreate("secret", read="owner", published=False),
        ops.SceneCreate("wide", ("group", "one"), text={"title": {"en": "All of it"}}),
        ops.SceneCreate("near", ("two",), VIEW, text={"spoken": {"en": "Two cards."}}),
        ops.StepCreate("talk", "near", 300_000, text={"note": {"en": "Talk in pairs."}}),
        ops.StepCreate("choose", round="vote", text={"question": {"en": "Which?"}}),
        client="",
    )
    return held


def done(
    held: Scribe, *requested: ops.AnyOp, client: str = ANN, role: str = "facilitator"
) -> Decision:
    answer = held.submit(*requested, client=client, role="owner" if not client else role)
    assert isinstance(answer, Decision), answer
    return answer


def head(board: Board, layer: str) -> LayerShape:
    shape = stream.record(board, f"head/{layer}", layer)
    assert isinstance(shape, LayerShape)
    return shape


# -- the stage


def test_SG2_closing_the_stage_ends_what_goes_with_it(scribe: Scribe) -> None:
    """SG2: the lock, the spotlight, the place and the scene end with it, and come back with it."""
    done(scribe, ops.SceneShow("near"), ops.StageSet(True, True), ops.StageSpotlight("two"))
    assert scribe.board.stage.locked and stream.board_shape(scribe.board).locked
    done(scribe, ops.StageSet(False))
    stage = scribe.board.stage
    assert not scribe.board.stage_open
    assert (stage.locked, stage.spotlight, stage.look, stage.scene) == (False, None, None, None)
    assert isinstance(scribe.undo(2, role="facilitator"), Decision)
    stage = scribe.board.stage
    assert scribe.board.stage_open and stage.locked
    assert (stage.spotlight, stage.scene) == ("two", "near")
    assert stage.look is not None and stage.look.viewport == VIEW


def test_SG2_opening_it_says_nothing_of_the_lock(scribe: Scribe) -> None:
    done(scribe, ops.StageSet(True, True))
    done(scribe, ops.StageSet(True))
    assert scribe.board.stage.locked
    done(scribe, ops.StageSet(True, False))
    assert not scribe.board.stage.locked


def test_SG3_the_spotlight_is_told_by_the_layer_alone(scribe: Scribe) -> None:
    """SG3: what all may read does not name the layer that stands out."""
    before = stream.project(scribe.board, "board")
    done(scribe, ops.StageSpotlight("two"), role="owner")
    assert head(scribe.board, "two").spotlight
    assert stream.project(scribe.board, "board") == before


def test_SG3_what_some_may_not_read_does_not_stand_out(scribe: Scribe) -> None:
    """SG3: else the others would see that theirs stands out no more."""
    for role, code in (("owner", "restricted"), ("facilitator", "unknown_layer")):
        answer = scribe.submit(ops.StageSpotlight("secret"), client=BEN, role=role)
        assert isinstance(answer, Refusal) and answer.code == code


def test_SG3_a_layer_that_comes_back_stands_out_again(scribe: Scribe) -> None:
    done(scribe, ops.StageSpotlight("two"), ops.LayerRemove("two"))
    assert stream.project(scribe.board, "head/two") == []
    done(scribe, ops.LayerRestore("two"))
    assert head(scribe.board, "two").spotlight


def test_SG4_to_be_brought_to_the_same_place_again_is_another_look(scribe: Scribe) -> None:
    done(scribe, ops.StageLook(VIEW))
    first = stream.record(scribe.board, "board", "look")
    done(scribe, ops.StageLook(VIEW))
    second = stream.record(scribe.board, "board", "look")
    assert isinstance(first, LookShape) and isinstance(second, LookShape)
    assert first.viewport == second.viewport == VIEW
    assert second.number == first.number + 1
    done(scribe, ops.StageLook())
    assert stream.record(scribe.board, "board", "look") is None
    assert stream.patch(scribe.board, "board", {"look"}) == ([], ["look"])


# -- scenes


def test_SG5_the_layers_of_a_scene_are_told_by_their_headers(scribe: Scribe) -> None:
    """SG5: a scene that the owner gave a closed layer tells nobody of it."""
    done(scribe, ops.SceneSet("near", layers={"secret": True}), role="owner")
    assert scribe.board.scenes["near"].layers == ("secret", "two")
    assert head(scribe.board, "secret").scenes == ("near",)
    assert head(scribe.board, "one").scenes == ("wide",)
    shape = stream.record(scribe.board, "board", "scene/near")
    assert isinstance(shape, SceneShape)
    assert "secret" not in repr(shape)
    assert (shape.spoken, shape.viewport) == ("Two cards.", VIEW)


def test_SG5_nobody_names_a_layer_that_is_closed_to_them(scribe: Scribe) -> None:
    for op in (
        ops.SceneCreate(f"{BEN}.s", ("secret",)),
        ops.SceneSet("near", layers={"secret": False}),
    ):
        answer = scribe.submit(op, client=BEN, role="facilitator")
        assert isinstance(answer, Refusal)
        assert answer.code == "unknown_layer"


def test_SG5_whoever_may_not_know_of_a_layer_leaves_it_in_the_scene(scribe: Scribe) -> None:
    done(scribe, ops.SceneSet("near", layers={"secret": True}), role="owner")
    done(scribe, ops.SceneSet("near", layers={"one": True, "two": False}), client=BEN)
    assert scribe.board.scenes["near"].layers == ("one", "secret")
    decision = done(scribe, ops.SceneShow("near"), client=BEN)
    drive = decision.ops[0]
    assert isinstance(drive, ops.StageDrive)
    assert drive.layers == {"group": False, "one": True, "two": False}


def test_SG5_what_is_done_with_a_closed_layer_shows_nowhere(scribe: Scribe) -> None:
    """SG5: neither in what is sent to all, nor in what an undo of others comes to."""
    done(scribe, ops.SceneSet("near", layers={"one": True}), client=BEN)
    done(scribe, ops.SceneCreate(f"{BEN}.s"), client=BEN)
    version = scribe.board.versions["board"]
    done(scribe, ops.SceneSet("near", layers={"secret": True}), role="owner")
    done(scribe, ops.SceneSet(f"{BEN}.s", layers={"secret": True}), role="owner")
    assert scribe.board.versions["board"] == version
    answer = scribe.undo(1, client=BEN, role="facilitator")
    assert isinstance(answer, Decision)
    assert answer.skipped == 0
    assert scribe.board.scenes["near"].layers == ("secret", "two")
    assert isinstance(scribe.undo(2, client=BEN, role="facilitator"), Decision)
    assert f"{BEN}.s" not in scribe.board.scenes


def test_SG5_a_removed_layer_comes_back_into_its_scenes(scribe: Scribe) -> None:
    done(scribe, ops.LayerRemove("two"))
    assert scribe.board.scenes["near"].layers == ("two",)
    done(scribe, ops.LayerRestore("two"))
    assert head(scribe.board, "two").scenes == ("near",)


def test_SG5_a_scene_has_at_most_so_many_layers_the_removed_ones_among_them(
    scribe: Scribe, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SG5: one with more could not be removed: no entry could hold what takes that back."""
    monkeypatch.setattr(limits, "LAYERS_MAX", 5)
    done(scribe, ops.SceneSet("near", {"one": True, "group": True}))
    for name in "ab":
        made = f"{ANN}.{name}"
        kept = ops.SceneSet("near", {made: True})
        done(scribe, ops.LayerCreate(made), kept, ops.LayerRemove(made))
    assert len(scribe.board.scenes["near"].layers) == limits.LAYERS_MAX
    done(scribe, ops.LayerCreate(f"{ANN}.c"))
    answer = scribe.submit(ops.SceneSet("near", {f"{ANN}.c": True}), role="facilitator")
    assert isinstance(answer, Refusal)
    assert (answer.code, answer.where) == ("too_many", "ops[0].layers")
    assert "at most 5" in answer.message
    done(scribe, ops.SceneSet("near", {f"{ANN}.c": True, "one": False}))
    done(scribe, ops.SceneSet("near", {"two": False}))


def test_SG6_showing_a_scene_is_one_entry_of_what_it_means(scribe: Scribe) -> None:
    """SG6: what is on, the open stage, the place, and the scene itself; taken back as one."""
    before = fingerprint_of_stage(scribe.board)
    decision = done(scribe, ops.SceneShow("near"))
    assert decision.ops == (
        ops.StageDrive({"group": False, "one": False, "two": True}),
        ops.StageSet(True),
        ops.StageLook(VIEW),
        ops.SceneShow("near"),
    )
    assert stream.board_shape(scribe.board).scene == "near"
    assert "secret" not in scribe.board.driven
    decision = done(scribe, ops.SceneShow("wide"))
    assert ops.StageSet(True) not in decision.ops
    assert ops.StageLook(None) in decision.ops  # all of it is to be seen, and nothing of before
    assert isinstance(scribe.undo(2, role="facilitator"), Decision)
    assert stream.board_shape(scribe.board).scene == "near"
    assert isinstance(scribe.undo(1, role="facilitator"), Decision)
    assert fingerprint_of_stage(scribe.board) == before


def fingerprint_of_stage(board: Board) -> tuple[object, ...]:
    return board.stage_open, dict(board.driven), replace(board.stage, looks=0)


def test_SG6_of_two_facilitators_the_order_of_the_log_decides(scribe: Scribe) -> None:
    done(scribe, ops.SceneShow("near"), client=ANN)
    done(scribe, ops.SceneShow("wide"), client=BEN)
    assert stream.board_shape(scribe.board).scene == "wide"
    assert scribe.board.driven["one"] and not scribe.board.driven["two"]
    # what another has shown since is not taken from under them
    answer = scribe.undo(1, client=ANN, role="facilitator")
    assert isinstance(answer, Decision | Refusal)
    assert stream.board_shape(scribe.board).scene == "wide"


def test_SG7_scenes_and_steps_have_an_order(scribe: Scribe) -> None:
    done(scribe, ops.SceneCreate(f"{ANN}.s", before="near"), ops.StepCreate(f"{ANN}.t"))
    assert [scene.id for scene in scribe.board.scenes_in_order()] == ["wide", f"{ANN}.s", "near"]
    done(scribe, ops.SceneMove("near", "wide"), ops.StepMove(f"{ANN}.t", "talk"))
    assert [scene.id for scene in scribe.board.scenes_in_order()] == ["near", "wide", f"{ANN}.s"]
    assert [step.id for step in scribe.board.agenda_in_order()] == [f"{ANN}.t", "talk", "choose"]
    done(scribe, ops.SceneMove("near"))
    assert [scene.id for scene in scribe.board.scenes_in_order()] == ["wide", f"{ANN}.s", "near"]
    answer = scribe.submit(ops.SceneMove("near", "near"), client=ANN, role="facilitator")
    assert isinstance(answer, Refusal)
    assert answer.code == "unknown_neighbour"


def test_SG7_there_is_always_room_between_two(scribe: Scribe) -> None:
    """SG7: moving to and fro for long gives others new keys, and never one that is too long."""
    for index in range(400):
        done(scribe, ops.SceneMove(("wide", "near")[index % 2], ("near", "wide")[index % 2]))
        done(scribe, ops.StepMove(("talk", "choose")[index % 2], ("choose", "talk")[index % 2]))
    assert all(len(scene.key) <= limits.KEY_CHARS_MAX for scene in scribe.board.scenes.values())
    assert all(len(step.key) <= limits.KEY_CHARS_MAX for step in scribe.board.agenda.values())


def test_SG7_what_was_removed_comes_back_as_it_was(scribe: Scribe) -> None:
    """SG7: also when another had made it, and nobody has made it again."""
    before = digest(scribe.board)
    done(scribe, ops.SceneRemove("near"), ops.StepRemove("talk"), client=BEN)
    assert stream.patch(scribe.board, "board", {"scene/near"}) == ([], ["scene/near"])
    assert head(scribe.board, "two").scenes == ()
    assert isinstance(scribe.undo(1, client=BEN, role="facilitator"), Decision)
    assert digest(scribe.board) == before
    assert isinstance(scribe.undo(2, client=BEN, role="facilitator"), Decision)  # done again
    assert set(scribe.board.scenes) == {"wide"}


def test_SG7_what_others_have_changed_since_is_not_removed_by_an_undo(scribe: Scribe) -> None:
    done(scribe, ops.SceneCreate(f"{ANN}.s", ("two",)))
    done(scribe, ops.SceneSet(f"{ANN}.s", viewport=VIEW), client=BEN)
    answer = scribe.undo(1, client=ANN, role="facilitator")
    assert isinstance(answer, Refusal)
    assert answer.code == "overtaken"
    assert f"{ANN}.s" in scribe.board.scenes


def test_SG7_there_are_at_most_so_many(scribe: Scribe) -> None:
    for index in range(limits.SCENES_MAX - 2):
        done(scribe, ops.SceneCreate(f"{ANN}.{index}"))
    for index in range(limits.STEPS_MAX - 2):
        done(scribe, ops.StepCreate(f"{ANN}.{index}"))
    for op, bound in (
        (ops.SceneCreate(f"{ANN}.more"), limits.SCENES_MAX),
        (ops.StepCreate(f"{ANN}.more"), limits.STEPS_MAX),
    ):
        answer = scribe.submit(op, client=ANN, role="facilitator")
        assert isinstance(answer, Refusal)
        assert answer.code == "too_many"
        assert str(bound) in answer.message


@pytest.mark.parametrize(
    ("op", "place"),
    [
        (ops.StageLook((0.0, 0.0, 0.0, 9.0)), "$.viewport[2]"),
        (ops.StageLook((1_000_001.0, 0.0, 9.0, 9.0)), "$.viewport[0]"),
        (ops.SceneCreate("a", ("x",) * 501), "$.layers"),
        (ops.TimerSet(True, -1), "$.left_ms"),
        (ops.TimerSet(True, limits.TIMER_MS_MAX + 1), "$.left_ms"),
        (ops.StepCreate("a", timer_ms=limits.TIMER_MS_MAX + 1), "$.timer_ms"),
        (ops.StepCreate("a", round="dance"), "$.round"),  # type: ignore[arg-type]
    ],
)
def test_SG7_what_is_out_of_bounds_is_no_operation(op: ops.AnyOp, place: str) -> None:
    assert place in ops.problem(op)


# -- the timer


def test_SG8_the_timer_counts_from_the_moment_of_its_entry(scribe: Scribe) -> None:
    done(scribe, ops.TimerSet(True, 60_000))
    entry = replace(scribe.log[-1], header=replace(scribe.log[-1].header, at=5_000))
    board = fold([*scribe.log[:-1], entry])
    assert board.stage.timer == Timer(True, 60_000, 5_000)
    assert stream.record(board, "board", "timer") == TimerShape("timer", 60_000, 5_000, True)
    assert restore(snapshot(board)).stage.timer == board.stage.timer


def test_SG8_a_timer_with_nothing_left_is_gone(scribe: Scribe) -> None:
    done(scribe, ops.TimerSet(True, 60_000), ops.TimerSet(False, 0))
    assert scribe.board.stage.timer is None
    assert stream.record(scribe.board, "board", "timer") is None
    assert isinstance(scribe.undo(1, role="facilitator"), Decision)
    assert scribe.board.stage.timer is None


# -- the agenda


def test_SG9_going_to_a_step_switches_what_it_needs(scribe: Scribe) -> None:
    decision = done(scribe, ops.AgendaGo("talk"))
    assert [ops.tag(op) for op in decision.ops] == [
        "stage.drive", "stage.set", "stage.look", "scene.show", "timer.set", "agenda.go",
    ]  # fmt: skip
    assert scribe.board.stage.timer == Timer(True, 300_000, 0)
    assert stream.board_shape(scribe.board).step == "talk"
    decision = done(scribe, ops.AgendaGo("choose"))
    assert decision.ops == (ops.AgendaGo("choose"),)
    shape = stream.record(scribe.board, "board", "step/choose")
    assert isinstance(shape, StepShape)
    assert (shape.round, shape.question) == ("vote", "Which?")


def test_SG9_a_step_goes_on_without_its_scene(scribe: Scribe) -> None:
    done(scribe, ops.SceneRemove("near"))
    decision = done(scribe, ops.AgendaGo("talk"))
    assert [ops.tag(op) for op in decision.ops] == ["timer.set", "agenda.go"]


# -- what is kept


def test_SG10_scenes_and_the_agenda_are_content_and_the_stage_is_not(scribe: Scribe) -> None:
    """SG10: Board JSON holds them; the digest of a board without any is what it always was."""
    document = board_json.write(scribe.board)
    again = Scribe()
    done(again, *board_json.read(document)[0], client="")
    assert digest(again.board) == digest(scribe.board)
    assert board_json.write(again.board) == document
    before = digest(scribe.board)
    done(scribe, ops.AgendaGo("talk"), ops.StageSpotlight("two"), ops.StageSet(True, True))
    assert digest(scribe.board) == before
    plain = Scribe()
    done(plain, ops.LayerCreate("one"), client="")
    assert b"scenes" not in board_json.write(plain.board)
    assert b"agenda" not in board_json.write(plain.board)


def test_SG10_an_export_names_no_layer_that_its_role_may_not_read(scribe: Scribe) -> None:
    done(scribe, ops.SceneSet("near", layers={"secret": True}), role="owner")
    assert b"secret" in board_json.write(scribe.board)
    assert b"secret" not in board_json.write(scribe.board, "facilitator")


@pytest.mark.parametrize(
    ("place", "document"),
    [
        ("$.scenes[0].layers[0]", '"scenes":[{"id":"a","layers":["none"]}]'),
        ("$.scenes[1].id", '"scenes":[{"id":"a"},{"id":"a"}]'),
        ("$.agenda[1].id", '"agenda":[{"id":"a"},{"id":"a"}]'),
        ("$.agenda[0].scene", '"agenda":[{"id":"a","scene":"none"}]'),
        ("$.agenda[0].round", '"agenda":[{"id":"a","round":"dance"}]'),
    ],
)
def test_SG10_what_is_no_scene_or_step_is_refused_with_its_place(place: str, document: str) -> None:
    with pytest.raises(board_json.FormatError) as caught:
        board_json.read(f'{{"format":"orientation-board","version":1,{document}}}'.encode())
    assert caught.value.where == place


def test_UN2_a_scene_comes_back_with_who_wrote_its_texts(scribe: Scribe) -> None:
    """UN2: seed 3 of the simulation, with two servers. Its text was undone, then its making."""
    mine = f"{ANN}.scene"
    done(scribe, ops.SceneCreate(mine, text={"title": {"en": "Mine"}}))
    done(scribe, ops.TextSet("scene", "title", "fr", "Le mien", "", mine))
    before = digest(scribe.board)
    first = scribe.n[ANN]
    for of in (first, first - 1):
        assert isinstance(scribe.undo(of, role="facilitator"), Decision)
    assert mine not in scribe.board.scenes
    for of in (scribe.n[ANN], scribe.n[ANN] - 1):
        assert isinstance(scribe.undo(of, role="facilitator"), Decision)
    assert digest(scribe.board) == before


def test_SG10_a_snapshot_keeps_all_of_it(scribe: Scribe) -> None:
    done(scribe, ops.AgendaGo("talk"), ops.StageSpotlight("two"), ops.StageSet(True, True))
    again = restore(snapshot(scribe.board))
    assert fingerprint(again) == fingerprint(scribe.board)
    assert again.stage == scribe.board.stage and again.stage.locked
    assert again.stage.look == Look(VIEW, 1)
    assert again.scenes == scribe.board.scenes and again.agenda == scribe.board.agenda
    assert again.chars == scribe.board.chars
    still = scribe.board.still()
    assert stream.project(still, "board") == stream.project(scribe.board, "board")


def test_SG10_random_requests_leave_every_record_in_its_stream() -> None:
    """SG10: the ids of the board's stream are those that it has a record of, and no others."""
    rng = random.Random(7)
    held = Scribe()
    done(held, ops.LayerCreate("one"), ops.LayerCreate("two"), client="")
    counts = 0
    for index in range(600):
        fresh = f"{ANN}.{index}"
        op = (
            staged(rng, held.board, fresh, lambda: rng.choice(["one", "two"]))
            if rng.random() < 0.6
            else led(rng, held.board, fresh)
        )
        counts += isinstance(held.submit(op, client=ANN, role="facilitator"), Decision)
        if index % 7 == 0:
            held.undo(rng.randint(1, held.n[ANN]), client=ANN, role="facilitator")
        ids = stream.ids(held.board, "board")
        assert all(stream.holds(held.board, "board", id) for id in ids)
        assert [shape.id for shape in stream.project(held.board, "board")] == ids
        assert all(isinstance(scene, Scene) for scene in held.board.scenes.values())
    assert counts > 200
    assert fingerprint(fold(held.log)) == fingerprint(held.board)
    assert held.board.chars == sum(
        len(text)
        for thing in (
            *held.board.layers.values(), *held.board.scenes.values(), *held.board.agenda.values(),
        )
        for languages in thing.text.values()
        for text in languages.values()
    )  # fmt: skip
