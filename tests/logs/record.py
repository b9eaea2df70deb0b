"""Records a log that holds every operation, once for each released form of entries.

    python -m tests.logs.record

It writes tests/logs/<version>.jsonl, one line an entry: its header and body as a store keeps
them, whether the body was redacted, and the digest of the board after it. What has been recorded
is never written anew: it shows that a log of then is still understood (LG17).
"""

import sys
from pathlib import Path

from msgspec.structs import replace

from board.apply import apply
from board.chain import canonical
from board.decide import ADMINISTRATOR, Actor, Decision, decide, decide_undo, entry
from board.ops import (
    UNSET,
    AccessSet,
    AccessWait,
    AgendaGo,
    AnyOp,
    BoardArchive,
    BoardSet,
    CommentCreate,
    CommentRemove,
    CommentRestore,
    CommentSet,
    Entry,
    LayerCreate,
    LayerGrant,
    LayerMove,
    LayerRemove,
    LayerRestore,
    LayerSet,
    LinkSet,
    NodeCreate,
    NodeRemove,
    NodeRestore,
    NodeSet,
    PrivateClose,
    PrivateEnter,
    PrivateOpen,
    PrivateReveal,
    RelationCreate,
    RelationRemove,
    RelationRestore,
    RelationSet,
    RoundClose,
    RoundOpen,
    RoundRemove,
    SceneCreate,
    SceneMove,
    SceneRemove,
    SceneSet,
    SceneShow,
    SeatSet,
    Source,
    StageCursors,
    StageDrive,
    StageLook,
    StageSet,
    StageSpotlight,
    StepCreate,
    StepMove,
    StepRemove,
    StepSet,
    TextSet,
    TimerSet,
)
from board.replay import digest, fold
from board.state import Board

VERSION = "0.2.0"
HERE = Path(__file__).parent
HOST = Actor("facilitator", "hosthosthost2")
GUEST = Actor("participant", "guestguestgu2")
ERASED = "Wilhelmina asked to be forgotten"


class Recording:
    """A board and the entries that made it."""

    def __init__(self) -> None:
        self.board = Board()
        self.entries: list[Entry] = []
        self.numbers: dict[str, int] = {}

    def do(self, actor: Actor, *requested: AnyOp, undo: int | None = None) -> None:
        """Have a batch of operations done, or a submit taken back; it must not be refused."""
        n = 0
        if actor.client:
            n = self.numbers[actor.client] = self.numbers.get(actor.client, 0) + 1
        answer = (
            decide(self.board, actor, n, requested)
            if undo is None
            else decide_undo(self.board, actor, n, undo)
        )
        assert isinstance(answer, Decision), answer
        seq = len(self.entries) + 1
        made = entry(
            self.board, answer, at=1_790_000_000_000 + 1_000 * seq, epoch=1 + seq // 10,
            author=actor.client, client=actor.client, n=n, salt=f"{seq:032x}",
        )  # fmt: skip
        apply(self.board, made)
        self.entries.append(made)


def record() -> list[Entry]:
    """The entries: every operation, with every field, by three kinds of actors."""
    log = Recording()
    log.do(
        ADMINISTRATOR,
        BoardSet("de"),
        TextSet("board", "title", "de", "Städte der Gleichheit", base=""),
        TextSet("board", "description", "en", "Two lines,\nand a “quote”.", base=""),
        LayerCreate("group", group=True, text={"title": {"en": "Group"}}),
        LayerCreate("inner", parent="group", color="teal", opacity=0.5, published=False),
        LayerCreate("first", before="group", color="#0a0b0c", key=""),
        LayerCreate("closed", read="facilitator", write="owner", text={"note": {"en": "n"}}),
        LayerCreate("locked", locked=True),
        NodeCreate(
            "all", "first", x=-1.5, y=2e6 / 3, w=200.25, h=64, color="red", tags=("a", "ß"),
            href="https://example.org/?q=1", source=Source(12, "Heading"),
            text={"title": {"de": "Titel", "en": "Title"}, "text": {"en": "Text\nof two lines"}},
        ),
        NodeCreate("below", "first", before="all"),
        NodeCreate("inside", "inner"),
        NodeCreate("secret", "closed", text={"title": {"en": "Secret"}}),
        RelationCreate("r1", "all", "inside", text={"label": {"en": "serves"}}),
        RelationCreate("r2", "inside", "inside", dashed=True, color="pink"),
        RelationCreate("r3", "secret", "all"),
        NodeCreate("sticky", "first", "sticky", text_size="large", locked=True),
        NodeCreate("shape", "first", "shape", shape="hexagon", angle=12.345),
        NodeCreate("drawing", "inner", "drawing", points=(0, 0, 10_000, 5_000)),
        NodeCreate("image", "inner", "image", image="a" * 32, text={"alt": {"en": "A map"}}),
        RelationCreate("r4", "sticky", "shape", line="elbow", start="dot", end="none"),
        AccessSet(True),
        LinkSet("viewer", "viewer", 1),
        LinkSet("facilitator", "facilitator", 1, "on the wall", 1_800_000_000_000),
        SeatSet("guestguestgu2", link="viewer", name="Ada"),
        LayerCreate("named", read="owner", add="viewer", seats={"guestguestgu2": "read"}),
    )  # fmt: skip
    log.do(HOST, StageSet(True), StageDrive({"first": False, "inner": True, "group": None}))
    log.do(HOST, LayerSet("first", color="blue", opacity=1.0, published=False, locked=True))
    log.do(HOST, LayerSet("first", locked=False))
    log.do(HOST, LayerSet("first", read="participant", write="facilitator"))
    log.do(HOST, LayerSet("first", read="viewer", write="participant"))
    log.do(HOST, LayerMove("inner", None, before="first"))
    log.do(HOST, LayerMove("first", "group"))
    log.do(HOST, TextSet("layer", "note", "en", "A note", base="", id="first"))
    log.do(HOST, StageDrive({"first": None}))
    log.do(HOST, undo=1)
    log.do(HOST, StageSet(False))
    log.do(HOST, SeatSet("guestguestgu2", role="participant", removed=False))
    log.do(HOST, LayerGrant("first", "guestguestgu2", "add"), LayerSet("first", add="facilitator"))
    log.do(HOST, AccessWait(True))
    log.do(HOST, AccessWait(False))
    own = GUEST.client
    log.do(GUEST, NodeCreate(f"{own}.1", "first", text={"title": {"en": "Mine"}}))
    log.do(GUEST, NodeCreate(f"{own}.2", "first", before="all"))
    log.do(GUEST, NodeSet(f"{own}.1", x=10, y=-0.5, w=100, h=100, color=None, tags=(), href=""))
    log.do(GUEST, NodeSet("all", before=f"{own}.1", layer=UNSET, color="green"))
    log.do(GUEST, NodeSet(f"{own}.2", layer="inner"))
    log.do(GUEST, RelationCreate(f"{own}.3", f"{own}.1", "all"))
    log.do(GUEST, RelationSet(f"{own}.3", dashed=True, color="amber"))
    log.do(GUEST, RelationRemove(f"{own}.3"))
    log.do(GUEST, RelationRestore(f"{own}.3"))
    log.do(GUEST, NodeRemove("all"))
    log.do(GUEST, NodeRestore("all"))
    log.do(GUEST, TextSet("node", "title", "en", ERASED, base="Mine", id=f"{own}.1"))
    log.do(GUEST, TextSet("node", "title", "en", "Calm", base=ERASED, id=f"{own}.1"))
    log.do(GUEST, TextSet("relation", "label", "en", "", base="serves", id="r1"))
    log.do(GUEST, undo=14)
    log.do(GUEST, NodeRemove(f"{own}.2"))
    log.do(GUEST, NodeSet("shape", shape="rectangle", angle=0.0, text_size="medium"))
    log.do(GUEST, NodeSet("sticky", locked=False))
    log.do(GUEST, NodeSet("drawing", points=(0, 0, 1, 1), locked=True))
    log.do(GUEST, NodeSet("image", image=None))
    log.do(GUEST, RelationSet("r4", line="curved", start="none", end="arrow"))
    log.do(ADMINISTRATOR, BoardArchive(True))
    log.do(ADMINISTRATOR, BoardArchive(False))
    log.do(HOST, NodeSet("inside", x=1.0), NodeSet("inside", x=2.0))
    log.do(HOST, LayerRemove("group"))
    log.do(HOST, LayerRestore("group"))
    log.do(HOST, LayerRemove("inner"))
    log.do(ADMINISTRATOR, LinkSet("viewer", "viewer", 2), AccessSet(False))
    log.do(
        HOST,
        StageSet(True, True), StageSpotlight("first"), StageLook((-10.5, 0, 640, 480)),
        StageCursors(False), TimerSet(True, 300_000),
        SceneCreate(f"{HOST.client}.s1", ("first",), text={"title": {"en": "Begin"}}),
        SceneCreate(f"{HOST.client}.s2", (), (0, 0, 100, 50), before=f"{HOST.client}.s1"),
        SceneSet(f"{HOST.client}.s2", layers={"first": True}, viewport=None),
        SceneMove(f"{HOST.client}.s2"),
        StepCreate(f"{HOST.client}.t1", f"{HOST.client}.s1", 60_000, "vote"),
        StepCreate(f"{HOST.client}.t2", before=f"{HOST.client}.t1"),
        StepSet(f"{HOST.client}.t2", timer_ms=1_000), StepMove(f"{HOST.client}.t2"),
        TextSet("scene", "spoken", "en", "Two cards.", base="", id=f"{HOST.client}.s1"),
        TextSet("step", "question", "en", "Which?", base="", id=f"{HOST.client}.t1"),
    )  # fmt: skip
    log.do(HOST, SceneShow(f"{HOST.client}.s1"))
    log.do(HOST, AgendaGo(f"{HOST.client}.t1"))
    log.do(HOST, SceneRemove(f"{HOST.client}.s2"), StepRemove(f"{HOST.client}.t2"))
    log.do(HOST, RoundOpen(f"{HOST.client}.r1", "Which?", 2, layer="first", several=True))
    log.do(HOST, RoundClose(f"{HOST.client}.r1", {"below": 2}, {"first": 1}))
    log.do(HOST, RoundOpen(f"{HOST.client}.r2", "Again?", again=f"{HOST.client}.r1", named=True))
    log.do(HOST, RoundRemove(f"{HOST.client}.r2"))
    own = GUEST.client
    log.do(GUEST, CommentCreate(f"{own}.9", node="below", text={"text": {"en": "Why?"}}))
    log.do(GUEST, CommentCreate(f"{own}.8", layer="first", x=1, y=2, text={"text": {"en": "Here"}}))
    log.do(HOST, CommentSet(f"{own}.9", True))
    log.do(GUEST, CommentRemove(f"{own}.9"))
    log.do(GUEST, CommentRestore(f"{own}.9"))
    write = f"{HOST.client}.w"
    log.do(HOST, PrivateOpen(f"{write}1", "What is missing?", "first"))
    log.do(GUEST, PrivateEnter(f"{write}1"))
    said = {"text": {"en": "A bench"}}
    log.do(GUEST, NodeCreate(f"{own}.20", f"{own}.private-1", "sticky", text=said))
    log.do(HOST, PrivateReveal(f"{write}1", True, "author", seed="one that the server gives"))
    log.do(HOST, PrivateOpen(f"{write}2", "What else?", "first"))
    log.do(GUEST, PrivateEnter(f"{write}2"))
    log.do(HOST, PrivateClose(f"{write}2"))

    return log.entries


def without(entries: list[Entry], text: str) -> list[Entry]:
    """The same log with a text erased from its bodies."""

    def clean(op: AnyOp) -> AnyOp:
        if isinstance(op, TextSet):
            return replace(
                op, text=op.text.replace(text, "[erased]"), base=op.base.replace(text, "[erased]")
            )
        return op

    return [
        Entry(
            one.header,
            replace(
                one.body, ops=tuple(map(clean, one.body.ops)), undo=tuple(map(clean, one.body.undo))
            ),
        )
        for one in entries
    ]


def lines(entries: list[Entry], kept: list[Entry]) -> list[bytes]:
    """A line for each entry; ``entries`` as they were before anything was erased."""
    board = Board()
    found = []
    for before, after in zip(entries, kept, strict=True):
        fold([after], board)
        redacted = b"true" if before.body != after.body else b"false"
        found.append(
            b'{"header":%b,"body":%b,"redacted":%b,"digest":"%b"}\n'
            % (canonical(after.header), canonical(after.body), redacted, digest(board).encode())
        )
    return found


def main() -> int:
    """Record, unless it has been."""
    path = HERE / f"{VERSION}.jsonl"
    if path.exists():
        print(f"{path.name} has been recorded")
        return 1
    entries = record()
    path.write_bytes(b"".join(lines(entries, without(entries, ERASED))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
