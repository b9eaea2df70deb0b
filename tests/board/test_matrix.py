"""Who may do what to a thing that is open, locked, restricted or archived: all of it in one table.

The table is written out by hand from the rules (docs/SPEC.md, Rights): nothing in it is worked
out by the code that it judges. A new operation fails a test here until it has its lines.
"""

from typing import Final, get_args

import pytest
from msgspec import Struct

from board import ops
from board.decide import Decision, Refusal
from board.ops import AnyOp
from board.replay import digest
from tests.board.making import CLIENTS, Scribe

ANN: Final = CLIENTS[0]
NEW: Final = f"{ANN}.new"
OWN: Final = f"{ANN}.said"
SAID: Final = {"text": {"fr": "Oui"}}
RANKS: Final = {"viewer": 0, "participant": 1, "facilitator": 2, "owner": 3}

# What has been done to the layer "here", its group, its node "a" or the board; for whom it counts
# is said by the least role that it does not stop ("" stops everybody).
SITUATIONS: Final[dict[str, tuple[str, tuple[AnyOp, ...]]]] = {
    "open": ("viewer", ()),
    "layer locked": ("", (ops.LayerSet("here", locked=True),)),
    "group locked": ("", (ops.LayerSet("group", locked=True),)),
    "node locked": ("", (ops.NodeSet("a", locked=True),)),
    "written by facilitators": ("facilitator", (ops.LayerSet("here", write="facilitator"),)),
    "written by owners": ("owner", (ops.LayerSet("here", write="owner"),)),
    "read by facilitators": ("facilitator", (ops.LayerSet("here", read="facilitator"),)),
    "read by owners": ("owner", (ops.LayerSet("here", read="owner"),)),
    "archived": ("", (ops.BoardArchive(True),)),
}


class Case(Struct, frozen=True):
    """One way of changing something.

    ``least`` may do it where all is open. The others are the codes of the refusals where that
    what the field is named after has been done; "" is none. ``locked`` is that of the layer.
    """

    op: AnyOp
    least: str
    locked: str = ""
    group: str = ""
    node: str = ""
    written: str = ""
    read: str = ""
    archived: str = "archived"
    before: tuple[AnyOp, ...] = ()  # what must have been done


def inside(op: AnyOp, unknown: str, *, node: str = "") -> Case:
    """A change of what lies in the layer, by those who may take part."""
    return Case(op, "participant", "locked", "locked", node, "not_writable", unknown)


def spoken(op: AnyOp, unknown: str) -> Case:
    """A change of one's own among the comments in the layer."""
    return Case(op, "participant", written="not_writable", read=unknown)


def outside(op: AnyOp, least: str, archived: str = "archived") -> Case:
    """A change of something that does not lie in the layer."""
    return Case(op, least, archived=archived)


CASES: Final[dict[str, Case]] = {
    # nodes
    "a node is made": inside(ops.NodeCreate(NEW, "here"), "unknown_layer"),
    "a node is moved": inside(ops.NodeSet("a", x=5.0), "unknown_node", node="locked"),
    "a node is resized": inside(ops.NodeSet("a", w=50.0), "unknown_node", node="locked"),
    "a node is turned": inside(ops.NodeSet("a", angle=5.0), "unknown_node", node="locked"),
    "a node is coloured": inside(ops.NodeSet("a", color="red"), "unknown_node", node="locked"),
    "a node is linked": inside(
        ops.NodeSet("a", href="https://x"), "unknown_node", node="locked"
    ),
    "a node is tagged": inside(ops.NodeSet("a", tags=("x",)), "unknown_node", node="locked"),
    "a node is reshaped": inside(ops.NodeSet("a", shape="star"), "unknown_node", node="locked"),
    "a node is drawn anew": inside(
        ops.NodeSet("a", points=(0, 0, 1, 1)), "unknown_node", node="locked"
    ),
    "a node gets an image": inside(
        ops.NodeSet("a", image="a" * 32), "unknown_node", node="locked"
    ),
    "a node is written larger": inside(
        ops.NodeSet("a", text_size="huge"), "unknown_node", node="locked"
    ),
    "a node comes to the front": inside(
        ops.NodeSet("a", before=None), "unknown_node", node="locked"
    ),
    "a node is locked, or unlocked": inside(ops.NodeSet("a", locked=False), "unknown_node"),
    "a node is unlocked and moved": inside(
        ops.NodeSet("a", locked=False, x=5.0), "unknown_node", node="locked"
    ),
    "a node is moved out": inside(
        ops.NodeSet("a", layer="there"), "unknown_node", node="locked"
    ),
    "a node is moved in": inside(ops.NodeSet("c", layer="here"), "unknown_layer"),
    "a node is removed": inside(ops.NodeRemove("a"), "unknown_node", node="locked"),
    "a node comes back": inside(ops.NodeRestore("gone"), "not_removed"),
    "a text is set": inside(
        ops.TextSet("node", "title", "en", "new", base="A", id="a"), "unknown_node", node="locked"
    ),
    "an image is described": inside(
        ops.TextSet("node", "alt", "en", "new", base="", id="a"), "unknown_node", node="locked"
    ),
    # relations belong to the layer of their source; a locked node lets them come and go
    "a relation is made": inside(ops.RelationCreate(NEW, "a", "b"), "unknown_node"),
    "a relation is made to elsewhere": inside(ops.RelationCreate(NEW, "a", "c"), "unknown_node"),
    "a relation is made from elsewhere": Case(
        ops.RelationCreate(NEW, "c", "a"), "participant", read="unknown_node"
    ),
    "a relation is set": inside(ops.RelationSet("ab", dashed=True), "unknown_relation"),
    "a relation from elsewhere is set": Case(
        ops.RelationSet("ca", dashed=True), "participant", read="unknown_relation"
    ),
    "a relation is removed": inside(ops.RelationRemove("ab"), "unknown_relation"),
    "a relation from elsewhere is removed": Case(
        ops.RelationRemove("ca"), "participant", read="unknown_relation"
    ),
    "a relation comes back": inside(ops.RelationRestore("lost"), "not_removed"),
    "a label is set": inside(
        ops.TextSet("relation", "label", "en", "new", base="", id="ab"), "unknown_relation"
    ),
    # comments belong to the layer of what they are on, and are taken though it is locked
    "a comment is made": spoken(ops.CommentCreate(NEW, node="a", text=SAID), "unknown_node"),
    "a comment is made on a place": spoken(
        ops.CommentCreate(NEW, layer="here", text=SAID), "unknown_layer"
    ),
    "a comment is answered": spoken(
        ops.CommentCreate(NEW, answers="theirs", text=SAID), "unknown_comment"
    ),
    "a comment is resolved": spoken(ops.CommentSet(OWN, True), "unknown_comment"),
    "a comment is removed": spoken(ops.CommentRemove(OWN), "unknown_comment"),
    "a comment comes back": spoken(ops.CommentRestore(f"{ANN}.unsaid"), "not_removed"),
    "a comment is written anew": spoken(
        ops.TextSet("comment", "text", "en", "new", base="", id=OWN), "unknown_comment"
    ),
    # layers
    "a layer is made": outside(ops.LayerCreate(NEW), "facilitator"),
    "a layer is made in the group": Case(
        ops.LayerCreate(NEW, parent="group"), "facilitator", group="locked"
    ),
    "a layer is coloured": Case(
        ops.LayerSet("here", color="red"), "facilitator",
        "locked", "locked", "", "not_writable", "unknown_layer",
    ),
    "a layer's opacity is set": Case(
        ops.LayerSet("here", opacity=0.5), "facilitator",
        "locked", "locked", "", "not_writable", "unknown_layer",
    ),
    "a layer is opened to all readers": Case(
        ops.LayerSet("here", read="viewer"), "facilitator",
        "locked", "locked", "", "not_writable", "unknown_layer",
    ),
    "a layer is opened to all writers": Case(
        ops.LayerSet("here", write="participant"), "facilitator",
        "locked", "locked", "", "not_writable", "unknown_layer",
    ),
    "a layer is opened to all who add": Case(
        ops.LayerSet("here", add="viewer"), "facilitator",
        "locked", "locked", "", "not_writable", "unknown_layer",
    ),
    "a seat is let into a layer": Case(
        ops.LayerGrant("here", "somebody", "read"), "facilitator",
        "locked", "locked", "", "not_writable", "unknown_layer",
    ),
    "a layer is published, or not": Case(
        ops.LayerSet("here", published=False), "facilitator", group="locked", read="unknown_layer"
    ),
    "a layer is locked, or unlocked": Case(
        ops.LayerSet("here", locked=False), "facilitator", group="locked", read="unknown_layer"
    ),
    "a layer is unlocked and coloured": Case(
        ops.LayerSet("here", locked=False, color="red"), "facilitator",
        "locked", "locked", "", "not_writable", "unknown_layer",
    ),
    "a group is locked, or unlocked": outside(ops.LayerSet("group", locked=False), "facilitator"),
    "a layer is moved out": Case(
        ops.LayerMove("here"), "facilitator",
        "locked", "locked", "", "not_writable", "unknown_layer",
    ),
    "a layer is moved into the group": Case(
        ops.LayerMove("there", parent="group"), "facilitator", group="locked"
    ),
    "a layer is removed": Case(
        ops.LayerRemove("here"), "facilitator",
        "locked", "locked", "", "not_writable", "unknown_layer",
    ),
    "a group is removed": Case(  # what one may not read goes with it, unsaid
        ops.LayerRemove("group"), "facilitator", "locked", "locked", "", "not_writable"
    ),
    "a layer comes back into the group": Case(
        ops.LayerRestore("old"), "facilitator", group="locked"
    ),
    "a layer's title is set": Case(
        ops.TextSet("layer", "title", "en", "new", base="", id="here"), "facilitator",
        "locked", "locked", "", "not_writable", "unknown_layer",
    ),
    # the board, the stage, access
    "the board's title is set": outside(
        ops.TextSet("board", "title", "en", "new", base=""), "facilitator"
    ),
    "the board's language is set": outside(ops.BoardSet("de"), "facilitator"),
    "the board is archived, or not": outside(ops.BoardArchive(False), "owner", ""),
    "the stage is opened": outside(ops.StageSet(True), "facilitator"),
    "a layer is driven": Case(ops.StageDrive({"here": True}), "facilitator", read="unknown_layer"),
    # rounds of voting: they change nothing of what is voted on
    "a round is opened": Case(
        ops.RoundOpen(NEW, "Which?", layer="here"), "facilitator", read="unknown_layer",
        before=(ops.RoundClose("round"),),
    ),
    "a round is repeated": Case(
        ops.RoundOpen(NEW, "Which?", again="round"), "facilitator", read="unknown_layer",
        before=(ops.RoundClose("round"),),
    ),
    "a round is closed": outside(ops.RoundClose("round"), "facilitator"),
    "a round is removed": outside(ops.RoundRemove("round"), "facilitator"),
    # private rounds
    "a private round is opened": Case(
        ops.PrivateOpen(NEW, "What?", layer="here"), "facilitator",
        "locked", "locked", "", "not_writable", "unknown_layer",
        before=(ops.PrivateClose("quiet"),),
    ),
    "a private round is entered": outside(ops.PrivateEnter("quiet"), "participant"),
    "a private round is revealed": Case(
        ops.PrivateReveal("quiet", False), "facilitator",
        "locked", "locked", "", "not_writable", "unknown_layer",
    ),
    "a private round is closed": outside(ops.PrivateClose("quiet"), "facilitator"),
    "everyone is held to the stage": outside(ops.StageSet(True, True), "facilitator"),
    "a layer stands out": Case(ops.StageSpotlight("here"), "facilitator", read="unknown_layer"),
    "cursors are hidden": outside(ops.StageCursors(False), "facilitator"),
    "no layer stands out": outside(ops.StageSpotlight(), "facilitator"),
    "everyone is brought here": outside(ops.StageLook((0.0, 0.0, 9.0, 9.0)), "facilitator"),
    "a scene is made": outside(ops.SceneCreate(NEW, ("there",)), "facilitator"),
    "a scene gets other layers": Case(
        ops.SceneSet("first", layers={"here": True}), "facilitator", read="unknown_layer"
    ),
    "a scene gets another viewport": outside(
        ops.SceneSet("first", viewport=(1.0, 1.0, 9.0, 9.0)), "facilitator"
    ),
    "a scene is moved": outside(ops.SceneMove("first"), "facilitator"),
    "a scene is removed": outside(ops.SceneRemove("first"), "facilitator"),
    "a scene is shown": outside(ops.SceneShow("first"), "facilitator"),
    "a scene is named": outside(
        ops.TextSet("scene", "title", "en", "new", base="", id="first"), "facilitator"
    ),
    "the timer is set": outside(ops.TimerSet(True, 60_000), "facilitator"),
    "a step is made": outside(ops.StepCreate(NEW, scene="first"), "facilitator"),
    "a step is set": outside(ops.StepSet("begin", timer_ms=1_000), "facilitator"),
    "a step is moved": outside(ops.StepMove("begin"), "facilitator"),
    "a step is removed": outside(ops.StepRemove("begin"), "facilitator"),
    "a step is gone to": outside(ops.AgendaGo("begin"), "facilitator"),
    "a step says what to do": outside(
        ops.TextSet("step", "note", "en", "new", base="", id="begin"), "facilitator"
    ),
    "the board is opened to the public": outside(ops.AccessSet(True), "owner", ""),
    "the board waits": outside(ops.AccessWait(True), "facilitator", ""),
    "a seat is muted": outside(ops.SeatSet("somebody", role="viewer"), "facilitator", ""),
    "a link is made": outside(ops.LinkSet("people", "participant", 1), "owner", ""),
}  # fmt: skip


def board() -> Scribe:
    """A group with the layer "here", the layer "there" beside it, and something removed of each."""
    held = Scribe()
    for batch in (
        (
            ops.LayerCreate("group", group=True),
            ops.LayerCreate("here", parent="group"),
            ops.LayerCreate("old", parent="group"),
            ops.LayerCreate("there"),
            ops.NodeCreate("a", "here", text={"title": {"en": "A"}}),
            ops.NodeCreate("b", "here"),
            ops.NodeCreate("gone", "here"),
            ops.NodeCreate("c", "there"),
            ops.RelationCreate("ab", "a", "b"),
            ops.RelationCreate("lost", "a", "b"),
            ops.RelationCreate("ca", "c", "a"),
            ops.CommentCreate(OWN, node="a", text=SAID),
            ops.CommentCreate("theirs", node="b", text=SAID),
            ops.CommentCreate(f"{ANN}.unsaid", answers="theirs", text=SAID),
            ops.SceneCreate("first", ("there",)),
            ops.StepCreate("begin", scene="first"),
            ops.SeatSet("somebody", link="people"),
        ),
        (
            ops.NodeRemove("gone"), ops.RelationRemove("lost"), ops.LayerRemove("old"),
            ops.CommentRemove(f"{ANN}.unsaid"),
        ),
        (ops.RoundOpen("round", "Which?", layer="here"),),
        (ops.PrivateOpen("quiet", "What?", layer="here"),),
    ):
        assert isinstance(held.submit(*batch, client=""), Decision)
    return held


def ready(case: Case) -> Scribe:
    """The board, with what the case needs."""
    held = board()
    if case.before:
        assert isinstance(held.submit(*case.before, client=""), Decision)
    return held


def bring_about(held: Scribe, situation: str) -> None:
    _, done = SITUATIONS[situation]
    if done:
        assert isinstance(held.submit(*done, client=""), Decision)


def expected(case: Case, role: str, situation: str) -> str:
    """The code of the refusal, "" for none: looked up, not worked out."""
    if RANKS[role] < RANKS[case.least]:
        # a text is a participant's to set; whose text it is comes after the board
        first = situation == "archived" and isinstance(case.op, ops.TextSet) and role != "viewer"
        return "archived" if first else "role"
    free, _ = SITUATIONS[situation]
    if case.op == ops.StageSpotlight("here") and situation.startswith("read by"):
        return "restricted" if RANKS[role] >= RANKS[free] else case.read
    if free and RANKS[role] >= RANKS[free]:
        return ""
    return {
        "open": "",
        "layer locked": case.locked,
        "group locked": case.group,
        "node locked": case.node,
        "written by facilitators": case.written,
        "written by owners": case.written,
        "read by facilitators": case.read,
        "read by owners": case.read,
        "archived": case.archived,
    }[situation]


def test_every_operation_is_in_the_matrix() -> None:
    there = {ops.tag(case.op) for case in CASES.values()}
    assert there == {str(kind.__struct_config__.tag) for kind in get_args(AnyOp)}


def test_every_property_that_can_be_set_is_in_the_matrix() -> None:
    """A field of its own is a way of changing a thing: it has its own line."""
    for kind in (ops.NodeSet, ops.LayerSet):
        there = {
            field
            for case in CASES.values()
            if isinstance(case.op, kind)
            for field in kind.__struct_fields__
            if getattr(case.op, field) != kind.__struct_defaults__[0]
        }
        twins = {"key", "y", "h"}  # a key is the server's; y goes as x does, h as w
        assert there | twins >= set(kind.__struct_fields__), set(kind.__struct_fields__) - there


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("role", RANKS)
@pytest.mark.parametrize("name", CASES)
def test_RO2_RO3_RO6_RO7_each_way_of_changing_is_refused_or_done(
    name: str, role: str, situation: str
) -> None:
    case = CASES[name]
    held = ready(case)
    bring_about(held, situation)
    before = digest(held.board)
    answer = held.submit(case.op, client=ANN, role=role)
    code = expected(case, role, situation)
    if code:
        assert isinstance(answer, Refusal), answer
        assert answer.code == code
        assert digest(held.board) == before
    else:
        assert isinstance(answer, Decision), answer


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("name", CASES)
def test_RO2_RO3_RO6_RO7_what_is_refused_is_refused_in_a_batch_with_what_is_not(
    name: str, situation: str
) -> None:
    case = CASES[name]
    if not expected(case, case.least, situation):
        return
    held = ready(case)
    bring_about(held, situation)
    before = digest(held.board)
    harmless = ops.NodeSet("c", color="teal")
    answer = held.submit(harmless, case.op, harmless, client=ANN, role=case.least)
    assert isinstance(answer, Refusal)
    assert digest(held.board) == before


# these take away, or change, the very thing that the situation is brought about with
UNMAKING = {"a layer is removed", "a group is removed", "a node is removed"}


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("name", sorted(CASES.keys() - UNMAKING))
def test_UN7_what_may_not_be_done_may_not_be_taken_back_either(name: str, situation: str) -> None:
    """Done while all was open, then closed: its undo is as much of a change as it was."""
    case = CASES[name]
    held = ready(case)
    assert isinstance(held.submit(case.op, client=ANN, role=case.least), Decision)
    bring_about(held, situation)
    before = digest(held.board)
    answer = held.undo(held.n[ANN], role=case.least)
    if expected(case, case.least, situation) not in ("", "restricted"):
        assert isinstance(answer, Refusal), answer
        assert digest(held.board) == before


# -- hostile values: links, and what is too long


BAD_LINKS = [
    "javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)",
    "data:text/html,x", "vbscript:x", "file:///etc/passwd", "blob:https://x/1", "ftp://x/y",
    "//evil.example", "/path", "path", "#x", "#scene=", "#scene=a b",
    "#scene=a&k=secret", "#scene=-a", "x#scene=a", "#scene=" + "a" * 65, "http:", "http://",
    "https:///", "http:// x", "http://x y", "http://x\n", "http://x\tjavascript:alert(1)",
    "mailto:", "mailto: x",
    "view-source:http://x", "about:blank", "\x00http://x", "http\u200b://x", "https//x",
    "filesystem:http://x", "tel:1", "ws://x", "intent://x",
]  # fmt: skip


@pytest.mark.parametrize("href", BAD_LINKS)
def test_OP8_a_link_leads_to_http_https_mail_or_a_scene_and_nowhere_else(href: str) -> None:
    for op in (ops.NodeCreate(NEW, "here", href=href), ops.NodeSet("a", href=href)):
        problem = ops.problem(op)
        if href == "https:///":  # an address like any other, which no browser can open
            assert problem == ""
        else:
            assert "$.href" in problem, href


@pytest.mark.parametrize(
    "href", ["", "http://x", "https://x/y?z#w", "mailto:a@b.example", "#scene=a.1"]
)
def test_OP8_a_good_link_is_taken(href: str) -> None:
    assert ops.problem(ops.NodeSet("a", href=href)) == ""


@pytest.mark.parametrize(
    ("owner", "field", "most"),
    [
        ("board", "title", 200), ("board", "description", 4_000),
        ("layer", "title", 200), ("layer", "note", 4_000),
        ("node", "title", 200), ("node", "text", 4_000), ("node", "alt", 1_000),
        ("relation", "label", 120), ("comment", "text", 2_000),
        ("scene", "title", 200), ("scene", "note", 1_000), ("scene", "spoken", 1_000),
        ("step", "title", 200), ("step", "note", 1_000), ("step", "question", 200),
    ],
)  # fmt: skip
def test_TX2_a_text_that_is_too_long_is_refused_with_its_bound(
    owner: str, field: str, most: int
) -> None:
    id = {
        "board": "", "layer": "here", "node": "b", "relation": "ab", "comment": OWN,
        "scene": "first", "step": "begin",
    }[owner]  # fmt: skip
    for length, good in ((most, True), (most + 1, False)):
        held = board()
        base = ops.TextSet(owner, field, "en", "é" * length, base="", id=id)  # type: ignore[arg-type]
        answer = held.submit(base, client=ANN, role="owner") if not ops.problem(base) else None
        if good:
            assert isinstance(answer, Decision), answer
        elif answer is None:
            assert f"<= {most}" in ops.problem(base) and "$.text" in ops.problem(base)
        else:
            assert isinstance(answer, Refusal)
            assert (answer.code, answer.where) == ("invalid", "ops[0].text")
            assert f"at most {most}" in answer.message


@pytest.mark.parametrize(
    ("op", "place", "bound"),
    [
        (ops.NodeSet("a", tags=("x",) * 13), "$.tags", "12"),
        (ops.NodeSet("a", tags=("x" * 41,)), "$.tags[0]", "40"),
        (ops.NodeSet("a", href="http://" + "x" * 1_994), "$.href", "2000"),
        (ops.NodeSet("a", points=(1,) * 1_026), "$.points", "1024"),
        (ops.NodeSet("a", points=(1, 2, 3, 10_001)), "$.points[3]", "10000"),
        (ops.NodeSet("a", w=20_001.0), "$.w", "20000"),
        (ops.NodeSet("a", w=7.9), "$.w", "8.0"),
        (ops.NodeSet("a", x=1_000_001.0), "$.x", "1000000"),
        (ops.NodeSet("a", angle=360.0), "$.angle", "360"),
        (ops.NodeSet("a", image="x"), "$.image", "a-z2-7"),
        (ops.NodeSet("a", image="../../../../../../../../../secret"), "$.image", "a-z2-7"),
        (ops.LayerSet("here", opacity=0.0), "$.opacity", "0.1"),
    ],
)
def test_OP8_a_value_out_of_bounds_is_refused_with_the_bound(
    op: AnyOp, place: str, bound: str
) -> None:
    problem = ops.problem(op)
    assert place in problem, problem
    assert bound in problem, problem
