"""The steps of tests/frames/predict.json, which the browser foresees, are those of now."""

from board import ops
from tests.frames import make_predict


def test_SE9_the_steps_are_fresh_and_know_every_operation_that_is_foreseen() -> None:
    assert make_predict.PATH.read_text() == make_predict.written()
    kinds = {op["op"] for step in make_predict.steps(11) for op in step["ops"]}
    known = {str(kind.__struct_config__.tag) for kind in ops.Op.__subclasses__()}
    # restoring is for the server to answer; these others the next test of the browser names
    later = {"board.set", "board.archive", "access.set", "access.wait", "link.set"}
    later |= {"layer.grant", "seat.set"}  # what seats may do the server alone says
    later |= {"round.open", "round.close", "round.remove"}
    later |= {name for name in known if name.startswith("private.")}
    # and of what leads a workshop the browser foresees nothing but the stage
    led = ("scene.", "step.", "timer.", "agenda.", "stage.spotlight", "stage.look",
           "stage.cursors")
    later |= {name for name in known if name.startswith(led)}
    assert known - kinds == later | {name for name in known if name.endswith(".restore")}
