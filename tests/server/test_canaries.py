"""Canaries: a word of each closed layer in every kind of content, looked for in all that goes out.

A room in which people work in layers that others may not read, name what they should not know
of, and are let in and shut out. Each frame to each session, each answer to a question, and each
export and page of each role is searched for the words of the layers that may not be read there.
"""

import io
import random
import re
import zipfile
from collections import Counter
from typing import Final

import msgspec
import pytest

from board import ops
from board.apply import apply
from board.decide import Decision, entry
from board.formats import json as board_json
from board.ops import AnyOp
from board.roles import Least, Right, Role, at_least
from board.state import Board
from layers.outline import outline
from layers.svg import svg
from layers.thumbnail import thumbnail
from layers.visible import on_layers
from server import protocol
from server.find import Answers
from server.protocol import Ask, Beat, Follow, Here, Present, Typing, Unfollow, Vote, Voter
from server.questions import Degrees, Neighbours, Path, Search
from server.results import results
from server.room import (
    Close,
    Command,
    Effect,
    Identity,
    Look,
    Record,
    Reply,
    Request,
    Room,
    Send,
)
from server.voting import Keep
from tests.server import test_app
from tests.server.roomful import DENSE, ROLES

# who is here: name -> link; "" is a visitor of the public board
PEOPLE: Final = {
    "o" * 13: "owner",
    "f" * 13: "facilitator",
    "p" * 13: "participant",
    "q" * 13: "participant",
    "v" * 13: "viewer",
    "z" * 13: "",
}
OWNER, LEAD, PAT, QUIN, VIEW, VISITOR = PEOPLE
CANARY: Final = re.compile(rb"canary(\d)x")
ECHO: Final = re.compile(rb'"where":"ballot\[[^\]]*\]"')  # what the voter named
QUESTION: Final = "canaries?"


def word(layer: int) -> str:
    return f"canary{layer}x"


# the layers: least role to read, who is named, the group; who works there
LAYERS: Final[dict[int, tuple[Least, dict[str, Right], str | None, str]]] = {
    1: ("participant", {}, None, PAT),
    2: ("facilitator", {}, None, LEAD),
    3: ("owner", {}, None, OWNER),
    4: ("nobody", {PAT: "write"}, None, PAT),
    5: ("nobody", {QUIN: "write"}, None, QUIN),
    6: ("facilitator", {QUIN: "read"}, None, LEAD),
    7: ("viewer", {}, "closed", LEAD),
    8: ("owner", {VIEW: "read", QUIN: "write"}, None, QUIN),
}


def id_of(layer: int) -> str:
    return f"lay.{word(layer)}"


def titled(layer: int) -> dict[str, dict[str, str]]:
    return {"title": {"en": word(layer)}, "note": {"en": word(layer)}}


def cages() -> Board:
    """The board as it begins. It is made past the checks, as private writing makes its layers:
    nobody can ask for a layer that no role may read."""
    batch: list[AnyOp] = [
        ops.AccessSet(True),
        ops.StageSet(True),
        *(ops.LinkSet(role, role, 1) for role in ROLES),
        *(ops.SeatSet(name, link=link, name="Robin") for name, link in PEOPLE.items() if link),
        ops.LayerCreate("open", key="1"),
        ops.LayerCreate("closed", key="2", group=True, read="facilitator", text=titled(7)),
        ops.NodeCreate("n", "open", key="1"),
        ops.NodeCreate("m", "open", key="2"),
        ops.SceneCreate("scene", ("open",), key="1", text={"title": {"en": "Scene"}}),
    ]
    for at, (read, seats, parent, _) in LAYERS.items():
        made = ops.LayerCreate(id_of(at), parent=parent, key=f"3{at}", read=read, write="viewer")
        batch.append(msgspec.structs.replace(made, seats=seats, text=titled(at)))
    board = Board()
    all_of_it = Decision(tuple(batch), ())
    apply(board, entry(board, all_of_it, at=0, epoch=1, author="", client="", n=0, salt=DENSE))
    return board


class Aviary:
    """A room whose every byte is searched."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.room = Room(cages(), epoch=1, salt=lambda: DENSE)
        self.now_s = 1.0
        self.answers = Answers()
        self.sessions: dict[str, int] = {}
        self.names: dict[int, str] = {}  # the same, the other way
        self.before: set[tuple[str, int]] = set()  # who could read what before this commit
        self.n: Counter[str] = Counter()  # the last number of each
        self.done: dict[str, list[int]] = {name: [] for name in PEOPLE}
        self.pairs = 0  # (a reader, a layer that is closed to them, an operation done in it)
        self.kinds: Counter[str] = Counter()  # what was done and looked at, to be sure that it was
        self.serial = 0
        for name, link in PEOPLE.items():
            self.enter(name, link)

    # -- what is done

    def command(self, *batch: AnyOp) -> None:
        self.decide(Command(0, batch))

    def decide(self, *requests: Request | Command) -> None:
        self.before = {
            (name, layer)
            for name in self.sessions
            for layer in LAYERS
            if id_of(layer) in self.board.layers and self.may_read(name, layer)
        }
        self.room.decide(requests, 1_000, self.now_s)
        self.carry_out(self.room.committed())

    def enter(self, name: str, link: str) -> None:
        session = self.sessions[name] = len(self.sessions) + 1
        self.names[session] = name
        layers = ("open", *map(id_of, LAYERS), "closed")
        hello = protocol.Hello(protocol.PROTOCOL, "ticket", own=layers, name="Robin")
        identity = Identity(name, link, 1 if link else 0)
        self.carry_out(self.room.hello(session, identity, hello, self.now_s))
        self.drain()

    def drain(self) -> None:
        while True:
            effects = [
                effect
                for session in list(self.sessions.values())
                for effect in self.room.drained(session)
            ]
            if not effects:
                return
            self.carry_out(effects)

    @property
    def board(self) -> Board:
        return self.room.board

    # -- what goes out

    def may_read(self, name: str, layer: int) -> bool:
        identity = self.board.role_of(PEOPLE[name], 1, name)
        return identity is not None and self.board.may_read(identity, id_of(layer), name)

    def carry_out(self, effects: list[Effect]) -> None:
        for effect in effects:
            match effect:
                case Send(sessions, frame, _):
                    self.search(frame, [self.names[session] for session in sessions])
                case Look():
                    self.look(effect)
                case Keep():
                    self.carry_out(self.room.kept([effect]))
                case Close(session, code):
                    raise AssertionError(f"{self.names[session]} was closed with {code}")
                case Record() | Reply():
                    pass

    def search(self, frame: bytes, names: list[str]) -> None:
        said = ECHO.sub(b"", frame)
        found = {int(held) for held in CANARY.findall(said)}
        self.kinds["found"] += bool(found)
        ends = frame.startswith(b'{"t":"end"')  # it names what one has had
        for layer in found:
            for name in names:
                if ends and (name, layer) in self.before:
                    continue
                assert self.may_read(name, layer), f"{word(layer)} reached {name}: {frame!r}"

    def look(self, look: Look) -> None:
        gleaned = self.room.glean()
        result = self.answers.answer(gleaned, look.role, look.frame.question, look.also)
        self.carry_out(self.room.answered(look, result))
        self.kinds["answers"] += 1

    # -- one thing that somebody does

    def text(self, layer: int) -> str:
        self.serial += 1
        return f"{word(layer)} {self.serial}"

    def fresh(self, name: str, layer: int) -> str:
        self.serial += 1
        return f"{name}.{word(layer)}.{self.serial}"

    def operation(self, name: str, layer: int) -> AnyOp:
        """Something that is done inside a closed layer, by who may."""
        rng, board, lay = self.rng, self.board, id_of(layer)
        nodes = [id for _, id in board.members[lay]]
        relations = [
            held for held in board.relations.values() if {held.source, held.target} & set(nodes)
        ]
        said = {field: {"en": self.text(layer)} for field in ("title", "text", "alt")}
        if len(nodes) < 3 or (len(nodes) < 9 and rng.random() < 0.1):
            return ops.NodeCreate(
                self.fresh(name, layer), lay, x=rng.random() * 900, text=said,
                tags=(self.text(layer),), href=f"https://example.org/{word(layer)}",
                kind=rng.choice(["card", "sticky", "text", "shape", "frame"]),
            )  # fmt: skip
        node = rng.choice(nodes)
        graves = [
            held.id
            for held in board.tombstones.values()
            if held.owner == "node" and held.nodes[0].layer == lay
        ]
        held = board.node(node)
        assert held is not None
        match rng.randrange(16):
            case 0 | 1:
                return ops.NodeSet(node, x=rng.random() * 900, tags=(self.text(layer),))
            case 2:
                base = held.text.get("title", {}).get("en", "")
                return ops.TextSet("node", "title", "en", self.text(layer), base, node)
            case 3 if len(nodes) > 6:
                return ops.NodeRemove(node)
            case 4 if graves:
                return ops.NodeRestore(rng.choice(graves))
            case 5 | 6:
                ends = (node, rng.choice(["n", "m", *nodes]))
                label = {"label": {"en": self.text(layer)}}
                source, target = ends if rng.random() < 0.5 else ends[::-1]
                made = self.fresh(name, layer)
                return ops.RelationCreate(made, source, target, text=label)
            case 7 if relations:
                relation = rng.choice(relations)
                base = relation.text.get("label", {}).get("en", "")
                return ops.TextSet("relation", "label", "en", self.text(layer), base, relation.id)
            case 8 if len(relations) > 8:
                return ops.RelationRemove(rng.choice(relations).id)
            case 9:
                text = {"text": {"en": self.text(layer)}}
                by = self.text(layer)[:40]
                return ops.CommentCreate(self.fresh(name, layer), node=node, by=by, text=text)
            case 10:
                return ops.NodeSet(node, locked=False, color=rng.choice(["red", "blue"]))
            case 11:
                return ops.NodeSet(node, before=rng.choice([None, *nodes]))
            case _:
                return ops.NodeSet(node, y=rng.random() * 900, w=100 + rng.random() * 50)

    def by_lead(self, layer: int) -> AnyOp:
        """Something about a closed layer itself, by who leads and may read it."""
        rng, lay = self.rng, id_of(layer)
        held = self.board.layers[lay]
        match rng.randrange(7):
            case 0:
                return ops.StageDrive({lay: rng.choice([True, False, None])})
            case 1:
                return ops.LayerSet(lay, published=rng.random() < 0.5)
            case 2:
                return ops.LayerSet(lay, opacity=rng.choice([0.5, 1.0]))
            case 3:
                base = held.text.get("note", {}).get("en", "")
                return ops.TextSet("layer", "note", "en", self.text(layer), base, lay)
            case 4:
                return ops.SceneSet("scene", layers={lay: rng.random() < 0.5})
            case 5:
                return ops.LayerSet(lay, color=rng.choice(["red", "teal"]))
            case _:
                return ops.LayerMove(lay, held.parent)

    def submit(self, name: str, *batch: AnyOp, of: int = 0) -> bool:
        """Submit, or undo; whether it was done."""
        self.n[name] += 1
        n = self.n[name]
        frame = protocol.Undo(n, of) if of else protocol.Submit(n, batch)
        before = self.board.seq
        self.decide(Request(self.sessions[name], frame))
        if self.board.seq > before:
            self.done[name].append(n)
            return True
        return False

    def work(self, layer: int) -> None:
        """One operation inside or about a closed layer; counts whom it must not reach."""
        rng = self.rng
        worker = LAYERS[layer][3]
        leads = [name for name in (OWNER, LEAD) if self.may_read(name, layer)]
        if leads and rng.random() < 0.15:
            did = self.submit(rng.choice(leads), self.by_lead(layer))
        elif self.done[worker] and rng.random() < 0.08:
            did = self.submit(worker, of=self.done[worker][-1])
        else:
            op = self.operation(worker, layer)
            did = self.submit(worker, op)
            self.kinds[ops.tag(op)] += did
        if did:
            self.pairs += sum(not self.may_read(name, layer) for name in PEOPLE)

    def pry(self, name: str) -> None:
        """Somebody names what they may not know of: they hear what they would of nothing."""
        rng, board = self.rng, self.board
        layer = rng.choice(list(LAYERS))
        if self.may_read(name, layer):
            return
        lay = id_of(layer)
        node = rng.choice([id for _, id in board.members[lay]] or ["nothing"])
        prying: list[AnyOp] = [
            ops.NodeSet(node, x=1.0),
            ops.NodeCreate(f"{name}.{self.serial}", lay),
            ops.NodeSet("n", layer=lay),
            ops.RelationCreate(f"{name}.{self.serial}", "n", node),
            ops.CommentCreate(f"{name}.{self.serial}", node=node, text={"text": {"en": "?"}}),
            ops.NodeRestore(node),
            ops.StageDrive({lay: True}),
            ops.LayerMove("open", None, before=lay),
            ops.LayerGrant(lay, name, "write"),
            ops.StageSpotlight(lay),
            ops.RoundOpen(f"{name}.{self.serial}", "?", nodes=(node,)),
        ]
        op = rng.choice(prying)
        nothing = nothing_of(op, node, lay)
        answers = []
        for asked in (nothing, op):
            self.n[name] += 1
            frame = protocol.Submit(self.n[name], (asked,))
            request = Request(self.sessions[name], frame)
            self.room.decide([request], 1_000, self.now_s)
            told = [
                effect.frame
                for effect in self.room.committed()
                if isinstance(effect, Send) and self.sessions[name] in effect.sessions
            ]
            plain = b"".join(told).replace(lay.encode(), b"?").replace(node.encode(), b"?")
            plain = plain.replace(b"nothing", b"?").replace(b'"n":%d,' % self.n[name], b"")
            answers.append(plain)
        assert answers[0] == answers[1], f"{name} learns of {op}"
        self.kinds["prying"] += 1

    def around(self) -> None:
        """What is no operation: presence, questions, votes, following."""
        rng, board = self.rng, self.board
        name = rng.choice(list(PEOPLE))
        session = self.sessions[name]
        layer = rng.choice(list(LAYERS))
        nodes = [id for _, id in board.members[id_of(layer)]] or ["n"]
        node = rng.choice(nodes)
        frames: list[protocol.Inbound] = [
            Present(
                cursor=(1.0, 2.0), selection=(node,), drag=((node, 1.0, 2.0, 30.0, 30.0, 0.0),),
                typing=Typing(node, "text"),
            ),
            Ask(self.serial + 1, Search(word(layer))),
            Ask(self.serial + 1, Neighbours("n", 3)),
            Ask(self.serial + 1, Path("n", node)),
            Ask(self.serial + 1, Degrees()),
            Follow((id_of(layer),)),
            Unfollow((id_of(layer),)),
            Here(rng.random() < 0.5, "Robin", hand=rng.random() < 0.3),
            Voter(),
        ]  # fmt: skip
        frame = rng.choice(frames)
        self.serial += 1
        self.carry_out(self.room.receive(session, frame, self.now_s))
        round = board.open_round
        if round is not None and round.nodes:
            node = rng.choice(round.nodes)
            vote = Vote(self.serial, round.id, {node: 1})
            self.carry_out(self.room.receive(session, vote, self.now_s))

    def change_rights(self) -> None:
        rng = self.rng
        batch = rng.choice(
            [
                (ops.LayerGrant(id_of(6), QUIN, rng.choice(["read", "write", None])),),
                (ops.LayerGrant(id_of(3), PAT, rng.choice(["read", None])),),
                (ops.LayerSet(id_of(2), read=rng.choice(["participant", "facilitator"])),),
                (ops.LayerSet("closed", read=rng.choice(["participant", "facilitator"])),),
                (ops.AccessWait(True),),
                (ops.AccessWait(False),),
                (ops.AccessWait(False),),
            ]
        )
        self.command(*batch)

    def step(self) -> None:
        rng = self.rng
        self.now_s += 0.5
        for layer in LAYERS:
            self.work(layer)
        self.around()
        if rng.random() < 0.3:
            self.pry(rng.choice(list(PEOPLE)))
        if rng.random() < 0.03:
            self.change_rights()
        if rng.random() < 0.05:
            self.carry_out(self.room.tick(self.now_s))
        if rng.random() < (0.05 if self.board.open_round is None else 0.01):
            round = self.board.open_round
            if round is None:
                seen = [id for id in LAYERS if self.may_read(LEAD, id)]
                nodes = [
                    node
                    for id in seen
                    for _, node in self.board.members[id_of(id)]
                    if (held := self.board.node(node)) is not None and held.kind != "frame"
                ]
                named = tuple(rng.sample(nodes, min(len(nodes), 60)))
                self.serial += 1
                made = ops.RoundOpen(f"{LEAD}.{self.serial}", QUESTION, nodes=named, live=True)
                self.submit(LEAD, made)
            else:
                self.submit(LEAD, ops.RoundClose(round.id))
        for session in self.sessions.values():
            self.room.receive(session, Beat(), self.now_s)
        self.drain()

    def exports(self) -> None:
        """Files and pages, as each role gets them; of the desk's pictures what owners may read."""
        board = self.board
        made: list[tuple[Role, bytes]] = [("owner", thumbnail(board).encode())]
        for role in ROLES:
            every = on_layers(board, role, board.layers)
            made += [
                (role, board_json.write(board, role)),
                (role, svg(board, every).encode()),
                (role, repr(outline(board, role, every)).encode()),
            ]
        for role in ROLES:
            if at_least(role, "facilitator"):
                file = io.BytesIO(results(board, role, "name", "aviary", None))
                with zipfile.ZipFile(file) as held:
                    made += [(role, held.read(name)) for name in held.namelist()]
        for role, raw in made:
            check(board, role, raw)
        self.kinds["exports"] += 1


def check(board: Board, role: Role, raw: bytes) -> set[int]:
    """Whose words are in what a role gets: only those of layers that it may read."""
    found = {int(held) for held in CANARY.findall(raw)}
    for layer in found:
        assert board.may_read(role, id_of(layer)), f"{word(layer)} in a file for {role}: {raw!r}"
    return found


def nothing_of(op: AnyOp, node: str, lay: str) -> AnyOp:
    """The same about nothing."""
    nothing: dict[str, object] = {}
    for field, value in msgspec.structs.asdict(op).items():
        if value in (node, lay):
            nothing[field] = "nothing"
        elif value == (node,):
            nothing[field] = ("nothing",)
        elif value == {lay: True}:
            nothing[field] = {"nothing": True}
    return msgspec.structs.replace(op, **nothing)


def released(seed: int, pairs: int) -> Aviary:
    aviary = Aviary(seed)
    while aviary.pairs < pairs:
        for _ in range(40):
            aviary.step()
        aviary.exports()
    return aviary


async def check_over_http(board: Board) -> None:
    """The same content behind a real application: everything that it gives out by itself."""
    content = board_json.read(board_json.write(board))[0]
    readers: list[tuple[str, Role]] = [
        ("", "viewer"), ("viewer", "viewer"), ("participant", "participant"),
        ("facilitator", "facilitator"),
    ]  # fmt: skip
    found: dict[str, set[int]] = {}
    async with test_app.serving() as site:
        await site.boards.create(
            "aviary", (ops.AccessSet(True), *test_app.FIRST_LINKS, *content)
        )
        address = "/api/boards/aviary"
        for link, role in readers:
            key = site.key("aviary", link) if link else ""
            found[link] = set()
            for path in (address, f"{address}/export?format=json", f"{address}/export?format=svg"):
                shown = await site.get(path, key)
                assert shown.status_code == 200
                found[link] |= check(board, role, shown.content)
        page = await site.get("/b/aviary")
        assert page.status_code == 200
        check(board, "viewer", page.content)
    assert not found[""] and {1, 2} <= found["facilitator"]


async def test_RO1_RO9_no_canary_leaves_its_layer() -> None:
    aviary = released(1, 12_000)
    assert aviary.room.counts["votes"] > 10
    kinds = ("prying", "answers", "exports", "node.set", "node.remove", "found")
    assert min(aviary.kinds[kind] for kind in kinds) > 3
    aviary.command(ops.AccessWait(False))
    await check_over_http(aviary.board)


@pytest.mark.slow
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("seed", range(2, 6))
def test_RO1_RO9_no_canary_leaves_its_layer_in_a_long_time(seed: int) -> None:
    """RO1: 25,000 pairs on each seed, 100,000 in all."""
    released(seed, 25_000)
