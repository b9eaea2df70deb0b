"""The simulation: real rooms over a faulty log and a faulty network, all from one seed.

Two servers race for one log; clients (tests/sim/client.py) submit, drop out, come back, read
slowly; rights change under their feet; servers crash and lose all that was not durable. Every
frame is checked when it is sent; at checkpoints the network falls quiet and everything that
should be equal is compared.
"""

import gc
import random
import re
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import msgspec
from msgspec import UNSET, Struct

from board import limits, ops
from board.ops import AnyOp, Entry
from board.replay import digest, fingerprint, fold, restore, snapshot
from board.roles import RANK
from board.state import LEAD_STREAM, Board, body_stream, head_stream, talk_stream
from layers import stream as streams
from layers.visible import on_layers
from server import protocol
from server.audiences import leads
from server.find import Answers
from server.log import Behind
from server.polls import Poll
from server.protocol import (
    Ack,
    Ask,
    Begin,
    Conflict,
    Hello,
    Here,
    Lower,
    Presence,
    Present,
    Reject,
    Retry,
    Submit,
    Tally,
    Typing,
    Undo,
    Vote,
    Voted,
    Voter,
)
from server.questions import AnyResult
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
from server.voting import Destroy, Keep
from tests.sim import asking
from tests.sim.client import Client, Put, Reader
from tests.sim.making import CANARY, HUSH, VAULT, Maker

ROLES = ("owner", "facilitator", "facilitator") + 5 * ("participant",) + 3 * ("viewer",) + ("",)
OUTBOX_BYTES = 30_000  # above it presence is dropped and no chunk is pulled
OUTBOX_BYTES_MAX = 200_000  # above it a session is closed as too slow
SNAPSHOT_ENTRIES = 150
BACK = 24  # undos of one going back, over all people
BACK_EACH = 8  # of one person: the last of them must still be kept when all are redone
AWAY_S = 40.0  # a long span without a connection; an ordinary one is below 3
STEP_S = 0.12

ANSWERS = (b'{"t":"ack"', b'{"t":"reject"', b'{"t":"conflict"', b'{"t":"retry"')
SMALL = {
    "CHUNK_NODES": 9,
    "WHOLE_BYTES_MAX": 1_500,
    "RING_BYTES_MAX": 12_000,
    "RINGS_BYTES_MAX": 120_000,
    "PATCH_RECORDS_MAX": 60,
    "TOMBSTONES_MAX": 60,
    "UNDO_STEPS_MAX": 20,
    "LAYERS_MAX": 40,
}


@contextmanager
def small_limits() -> Iterator[None]:
    """Bounds so small that a small board meets them."""
    before = {name: getattr(limits, name) for name in SMALL}
    try:
        for name, value in SMALL.items():
            setattr(limits, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(limits, name, value)


@contextmanager
def seldom_collected() -> Iterator[None]:
    """The garbage collector looks at the young less often: a fifth of the time is saved."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def named_nodes(doing: protocol.Doing) -> list[str]:
    """The nodes that are named in what somebody does."""
    found = [*(doing.selection or ()), *(held[0] for held in doing.drag or ())]
    return [*found, doing.typing.id] if doing.typing else found


MOMENTS = ("reaction", "pointer")  # they last less than the network takes to fall quiet


def visible(
    board: Board, reader: str, doer: str, seat: str, said: Present, watched: bool
) -> dict[str, object]:
    """What one may know of what somebody says that they do, field by field.

    ``watched``: whether one watches them.
    """

    def readable(id: str) -> bool:
        return board.sees(reader, "node", id) and board.sees(doer, "node", id)

    def changeable(id: str) -> bool:
        node = board.node(id)
        if node is None or node.locked or board.archived or board.locked(node.layer):
            return False
        least_of = board.add_role if id.startswith(seat + ".") else board.write_role
        return readable(id) and RANK[doer] >= RANK[least_of(node.layer, seat)]

    drag = tuple(held for held in said.drag or () if changeable(held[0]))
    typing = said.typing if said.typing and changeable(said.typing.id) else None
    selection = tuple(id for id in said.selection or () if readable(id))
    fields = {
        "cursor": said.cursor, "selection": selection, "drag": drag,
        "typing": typing,
        "viewport": said.viewport if watched else None,
    }  # fmt: skip
    if not board.stage.cursors and not leads(doer):  # they are hidden
        del fields["cursor"]
    return {field: value for field, value in fields.items() if value}


class Lost(Exception):
    """The log failed, and it is not known whether the entries were written."""


_entries = msgspec.json.Decoder(Entry)
_encode = msgspec.json.encode


class FaultyLog:
    """The entries of one board, as bytes. ``fault`` says what the next append does."""

    def __init__(self) -> None:
        self.entries: list[bytes] = []
        self.submits: set[tuple[str, int]] = set()
        self.ops = 0
        self.replica = Board()
        self.kept: tuple[int, bytes] = (0, b"")

    def append(self, after: int, entries: Sequence[Entry], fault: str = "") -> None:
        """All of them or none. Faults: "before" and "after" it is written, both unknown."""
        if after != len(self.entries):
            raise Behind(len(self.entries))
        if fault == "before":
            raise Lost
        for entry in entries:
            header = entry.header
            if header.client:
                assert (header.client, header.n) not in self.submits, "applied twice"
                self.submits.add((header.client, header.n))
            self.ops += len(entry.body.ops)
            self.entries.append(_encode(entry))
        if len(self.entries) > self.kept[0] + SNAPSHOT_ENTRIES:
            self.keep()
        if fault == "after":
            raise Lost

    def read(self, after: int) -> list[Entry]:
        """The entries after a seq."""
        return [_entries.decode(raw) for raw in self.entries[after:]]

    def board(self, at: int | None = None) -> Board:
        """The board at a seq, from the snapshot when that is not after it."""
        at = len(self.entries) if at is None else at
        seq, kept = self.kept
        if kept and seq <= at:
            start, board = seq, restore(kept)
        else:
            start, board = 0, Board()
        return fold((_entries.decode(raw) for raw in self.entries[start:at]), board)

    def keep(self) -> None:
        """Make a snapshot of what is durable, from the replica, which replays the whole log."""
        fold(self.read(self.replica.seq), self.replica)
        self.kept = (self.replica.seq, snapshot(self.replica))


class Socket:
    """One connection: what is under way, in both directions, in order."""

    def __init__(self, session: int, client: Client, identity: Identity, server: "Server") -> None:
        self.session = session
        self.client = client
        self.identity = identity
        self.server = server
        self.up: deque[bytes] = deque()
        self.down: deque[bytes | int] = deque()  # frames, and the code of a close
        self.down_bytes = 0
        self.asked: Counter[int] = Counter()  # submits under a number that have no answer yet


class Server:
    """One process: a room, its sockets, and the loop that runs it (as server/live.py does)."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.sockets: dict[int, Socket] = {}
        self.known: dict[int, Socket] = {}  # those that are closed, too
        self.busy = False
        self.polls: dict[str, Poll] = {}  # the ballots that this server has kept, by round
        self.start()

    def start(self) -> None:
        """Load the board from the log."""
        board = self.world.log.board()
        open = board.open_round
        kept = self.polls.get(open.id) if open is not None else None
        self.polls = {} if kept is None else {kept.round: kept}
        copy = None if kept is None else Poll(kept.round, kept.key, kept.ballots)
        self.keeps: list[Keep] = []
        self.room = Room(board, epoch=board.epoch + 1, salt=self.world.salt, poll=copy)
        self.answers = Answers()
        self.records: list[Command] = []
        self.looks: list[Look] = []
        self.found: list[tuple[Look, AnyResult]] = []  # worked out, and not told yet

    def crash(self) -> None:
        """Lose everything that is not in the log, all connections too."""
        for socket in self.sockets.values():
            socket.up.clear()
            socket.down.append(1012)
        self.sockets.clear()
        self.answers.close()
        self.start()
        self.world.counts["crash"] += 1

    def role(self, identity: Identity) -> str | None:
        """The role that an identity has on the durable board."""
        return self.room.board.role_of(identity.link, identity.generation, identity.client)

    def turn(self, commands: Sequence[Command] = (), faults: bool = True) -> None:
        """One round of the loop; ``faults`` allows the log to fail and others to be first."""
        world = self.world
        rng = world.rng
        self.busy = True
        requests: list[Request | Command] = [*self.records, *commands]
        self.records = []
        others: list[tuple[int, bytes]] = []
        for socket in list(self.sockets.values()):
            count = len(socket.up) if not faults or rng.random() < 0.6 else rng.randrange(3)
            for _ in range(min(count, len(socket.up))):
                self._take(socket, socket.up.popleft(), requests, others)
        try:
            if len(world.log.entries) > self.room.durable:
                self._catch_up()
            if requests:
                self._decide(requests, faults)
        except Lost:
            self.crash()
            self.busy = False
            return
        for session, raw in others:
            if session in self.sockets:
                frame = protocol.decode(raw)
                assert not isinstance(frame, Submit | Undo)
                self.carry_out(self.room.receive(session, frame, world.now_s))
        self._look(faults)
        if not faults or rng.random() < 0.7:
            self._keep()
        for session in list(self.sockets):
            self.pull(session)
        self.busy = False

    def _look(self, faults: bool) -> None:
        """Tell answers, and work out others, which may be told much later."""
        rng = self.world.rng
        found, self.found = self.found, []
        for look, result in found:
            self.carry_out(self.room.answered(look, result))
        looks, self.looks = self.looks, []
        for look in looks:
            if faults and rng.random() < 0.3:
                self.looks.append(look)
                continue
            question = look.frame.question
            result = self.answers.answer(self.room.glean(), look.role, question, look.also)
            if rng.random() < 0.3:
                self._check_also(look)
                asking.check(self.room.board, self.room._audiences.rights.reads, look, result)
                self.world.counts["answers checked"] += 1
                self.world.counts["by seat"] += bool(look.also)
            self.found.append((look, result))
            if rng.random() < 0.01:
                self.room.forget()

    def _check_also(self, look: Look) -> None:
        """What is read by a seat alone is what the board says, when the answer may be told."""
        board, socket = self.room.board, self.sockets.get(look.session)
        if socket is None or look.rights != self.room._rights:
            return
        expected = {
            layer.id
            for layer in board.layers.values()
            if not layer.private and not board.may_read(look.role, layer.id)
            and board.may_read(look.role, layer.id, socket.identity.client)
        }  # fmt: skip
        assert look.also == expected, f"{look.also} for {expected}"

    def _take(
        self,
        socket: Socket,
        raw: bytes,
        requests: list[Request | Command],
        others: list[tuple[int, bytes]],
    ) -> None:
        frame = protocol.decode(raw)
        if isinstance(frame, Hello):
            now_s = self.world.now_s
            self.carry_out(self.room.hello(socket.session, socket.identity, frame, now_s))
        elif isinstance(frame, Submit | Undo):
            request = Request(socket.session, frame)
            socket.asked[frame.n] += 1
            requests.append(request)
        else:
            others.append((socket.session, raw))

    def _catch_up(self) -> None:
        """Follow what the other server has written, as a room that has nothing of its own."""
        assert self.room.decide([], self.world.at_ms, self.world.now_s) == []
        winners = self.world.log.read(self.room.durable)
        assert self.room.behind(self.room.board, winners, self.world.at_ms) == []
        self.carry_out(self.room.committed())

    def _decide(self, requests: Sequence[Request | Command], faults: bool) -> None:
        world = self.world
        rng = world.rng
        entries = self.room.decide(requests, world.at_ms, world.now_s)
        if faults and rng.random() < 0.2:
            self._meanwhile()
        while True:
            if faults and rng.random() < 0.06:
                world.other(self)
            fault = rng.choice(["before", "after"]) if faults and rng.random() < 0.002 else ""
            try:
                # empty appends too: with two writers, a refusal stands only if none was first
                world.log.append(self.room.durable, entries, fault)
                self._note(entries)
                break
            except Lost:
                if fault == "after":
                    self._note(entries)
                raise
            except Behind:
                world.counts["behind"] += 1
                board = world.log.board(self.room.durable)
                winners = world.log.read(self.room.durable)
                entries = self.room.behind(board, winners, world.at_ms)
        self.carry_out(self.room.committed())

    def _note(self, entries: Sequence[Entry]) -> None:
        """What was refused beside what is durable stands, even if nobody hears of it; and what
        these entries reveal is for all."""
        done = [op for entry in entries for op in entry.body.ops]
        if any(isinstance(op, ops.PrivateReveal) for op in done):
            self.world.note_shared(self.room.board)
        for request, outcome in self.room._replies:
            again = isinstance(outcome, Reject) and outcome.code == "refused_before"
            if (
                isinstance(request, Request)
                and isinstance(outcome, Reject | Conflict)
                and not again
            ):
                self.world.refused.add((self.known[request.session].client.name, outcome.n))

    def _meanwhile(self) -> None:
        """What may happen while the log is waited for."""
        for session in list(self.sockets):
            dice = self.world.rng.random()
            if dice < 0.01:
                self.world.cut(self.sockets[session])
            elif dice < 0.1:
                assert self.room.drained(session) == []
        self.carry_out(self.room.tick(self.world.now_s))

    def pull(self, session: int) -> None:
        """Chunks, while the outbox has room."""
        while (socket := self.sockets.get(session)) and socket.down_bytes < OUTBOX_BYTES:
            effects = self.room.drained(session)
            if not effects:
                return
            self.carry_out(effects)

    def carry_out(self, effects: Sequence[Effect]) -> None:
        """Check and carry out effects, in their order."""
        for effect in effects:
            match effect:
                case Send():
                    self.world.check_send(self, effect)
                    for session in effect.sessions:
                        self._send(session, effect)
                case Close():
                    socket = self.sockets.pop(effect.session, None)
                    if socket is not None:
                        socket.down.append(effect.code)
                        self.world.counts[f"close {effect.code}"] += 1
                case Reply():
                    self.world.replies.append(effect)
                case Look():
                    self.looks.append(effect)
                case Record():
                    self.records.append(Command(-1, effect.ops, effect.author))
                case Keep():
                    self.keeps.append(effect)
                case Destroy():
                    self._keep()
                    self.polls.pop(effect.round, None)

    def _keep(self) -> None:
        """Make ballots durable, and tell of them."""
        keeps, self.keeps = self.keeps, []
        for keep in keeps:
            held = self.polls.setdefault(keep.cast.round, Poll(keep.cast.round, keep.cast.key))
            held.put(keep.cast.voter, keep.cast.ballot)
            self.world.counts["votes"] += 1
        self.carry_out(self.room.kept(keeps))

    def _send(self, session: int, effect: Send) -> None:
        if effect.frame.startswith(ANSWERS):
            self.world.check_answer(self.known[session], self.world.reader.read(effect.frame))
        socket = self.sockets.get(session)
        if socket is None:
            return
        if effect.lane == "presence" and socket.down_bytes > OUTBOX_BYTES:
            self.room.missed(session)
            self.world.counts["presence dropped"] += 1
            return
        socket.down.append(effect.frame)
        socket.down_bytes += len(effect.frame)
        if socket.down_bytes > OUTBOX_BYTES_MAX:
            del self.sockets[session]
            self.room.leave(session)
            socket.down.append(4008)
            self.world.counts["close 4008"] += 1


class Person(Struct):
    """A client with its link and its connection, as the world sees it."""

    client: Client
    link: str
    socket: Socket | None = None
    away_s: float = 0.0  # no new connection before
    slow: bool = False
    sent: deque[Submit | Undo] = msgspec.field(default_factory=lambda: deque(maxlen=8))


class World:
    """Everything, from one seed."""

    def __init__(self, seed: int, servers: int = 2) -> None:
        self.rng = random.Random(seed)
        self.now_s = 1.0
        self.at_ms = 1_000
        self.log = FaultyLog()
        self.reader = Reader()
        self.counts: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        self.refused: set[tuple[str, int]] = set()
        self.replies: list[Reply] = []
        self.asked = 0
        self.revealed: set[str] = set()  # what was written privately, and is for all
        self.undone = 0  # undos that were done
        self._session = 0
        self._questions = 0
        self._salt = 0
        self.links = [f"link{index}" for index, role in enumerate(ROLES) if role]
        self.maker = Maker(self.rng, self.links[1:], [f"c{at:012d}" for at in range(len(ROLES))])
        self.people = [
            Person(Client(f"c{index:012d}", self.reader), f"link{index}" if role else "")
            for index, role in enumerate(ROLES)
        ]
        self.servers = [Server(self)]
        self.command(
            *(
                ops.LinkSet(f"link{at}", role, 1, single=at % 2 > 0)  # type: ignore[arg-type]
                for at, role in enumerate(ROLES)
                if role
            ),
            ops.AccessSet(True),
            ops.StageSet(True),
            ops.LayerCreate("top", group=True),
            ops.LayerCreate("base", parent="top"),
            ops.LayerCreate(VAULT, read="owner", text={"title": {"en": CANARY}}),
        )
        self.servers.extend(Server(self) for _ in range(1, servers))

    def salt(self) -> str:
        """A salt that the seed gives."""
        self._salt += 1
        return f"salt {self._salt}"

    @property
    def board(self) -> Board:
        """The board as the first server has it."""
        return self.servers[0].room.board

    def command(self, *batch: AnyOp) -> None:
        """The administrator's operations, done by the first server."""
        self.servers[0].turn([Command(len(self.replies), batch)], faults=False)
        outcome = next(held.outcome for held in reversed(self.replies) if held.key >= 0)
        assert isinstance(outcome, protocol.Ack), outcome

    # -- checks of every frame

    def check_send(self, server: Server, effect: Send) -> None:
        """Nobody is sent what they may not read, and only what is durable and true."""
        read = self.reader.read(effect.frame)
        named: set[str] = set()
        puts: list[Put] = []
        if isinstance(read, list):
            puts = read
            named = {part.stream for part in read}
        elif isinstance(read, Put):
            puts = [read]
            named = {read.stream}
        elif isinstance(read, Begin):
            named = set(read.streams)
        elif isinstance(read, Presence):
            self._check_presence(server, effect, read)
        elif isinstance(read, Voted | Tally):
            self._check_votes(server, effect, read)
        elif isinstance(read, protocol.Answer):
            assert len(effect.sessions) == 1, "an answer is for who asked"
        secret = CANARY.encode() in effect.frame
        board = server.room.board
        if HUSH.encode() in effect.frame:
            self._check_hush(server, effect)
        assert board.seq <= len(self.log.entries) or effect.lane == "presence"
        if named or secret:
            readers = set()
            for session in effect.sessions:
                if session in server.sockets:
                    identity = server.sockets[session].identity
                    readers.add((server.role(identity), identity.client))
            for role, seat in readers:
                assert role is not None, "sent to one whose link is revoked"
                assert role == "owner" or not secret, f"a canary reached a {role}"
                for stream in named:
                    assert stream != LEAD_STREAM or leads(role), f"{stream} reached a {role}"
                    for layer in streams.layers_of(stream):
                        assert layer in board.layers, f"{stream} is there no more"
                        assert board.may_read(role, layer, seat), f"{stream} reached a {role}"
        if puts and self.rng.random() < 0.05:
            for part in puts:
                for id, held in part.put.items():
                    shape = streams.record(board, part.stream, id)
                    assert shape is not None and held == protocol.record(shape), id

    def _check_hush(self, server: Server, effect: Send) -> None:
        """What is written privately is sent to its seat alone, until it is revealed."""
        found = set(re.findall(HUSH + r"\d+x\d\d", effect.frame.decode()))
        self.note_shared(server.room.board)
        found -= self.revealed  # an answer may be about what was there when it was asked for
        for session in effect.sessions if found else ():
            if session in server.sockets:
                seat = server.sockets[session].identity.client
                assert all(mark.endswith(seat[-2:]) for mark in found), f"{found} reached {seat}"
        self.counts["told what is private"] += bool(found)

    def note_shared(self, board: Board) -> None:
        """What is for all now: somebody may change it before anybody else is told of it."""
        shared = [node for node in board.nodes() if not board.layers[node.layer].private]
        self.revealed |= {node.text["text"].get("en", "") for node in shared if "text" in node.text}

    def _check_votes(self, server: Server, effect: Send, frame: Voted | Tally) -> None:
        """A ballot or a tally names only what each receiver may read; 0 takes something away."""
        board = server.room.board
        votes = frame.ballot if isinstance(frame, Voted) else frame.votes
        for session in effect.sessions:
            socket = server.sockets.get(session)
            if socket is None:
                continue
            role, seat = server.role(socket.identity), socket.identity.client
            assert role is not None
            for id, count in votes.items():
                assert not count or board.sees(role, "node", id, seat), f"{id} reached a {role}"
        self.counts[f"heard {type(frame).__name__}"] += bool(votes)

    def _check_presence(self, server: Server, effect: Send, frame: Presence) -> None:
        """What people do names only what each receiver may read, and nobody without a link."""
        board = server.room.board
        for session in effect.sessions:
            socket = server.sockets.get(session)
            if socket is None:
                continue
            if not socket.identity.link:
                assert not frame.doing
                assert not any(
                    held.name or held.color or held.hand or held.watching for held in frame.put
                )
                continue
            role = server.role(socket.identity)
            assert role is not None
            for doing in frame.doing:
                if doing.viewport:
                    self.counts["seen over a shoulder"] += 1
                for id in named_nodes(doing):
                    node = board.node(id)
                    assert node is not None, f"{id} is there no more"
                    assert board.may_read(role, node.layer), f"{id} reached a {role}"
                    self.counts["seen doing"] += 1

    def check_answer(self, socket: Socket, answer: object) -> None:
        """Each submit has one answer, and that is true: for good, if it is not to wait."""
        assert isinstance(answer, Ack | Reject | Conflict | Retry)
        if answer.n == 0:
            return  # to what was no frame
        socket.asked[answer.n] -= 1
        assert socket.asked[answer.n] >= 0, f"{answer} answers nothing"
        submit = (socket.client.name, answer.n)
        if isinstance(answer, Ack):
            assert submit in self.log.submits, f"{submit} was acked, and lost"
        elif isinstance(answer, Retry):
            self.counts["retry"] += 1
        elif isinstance(answer, Reject) and answer.code == "refused_before":
            assert submit in self.refused, f"{submit} was never refused before"
            self.counts["refused before"] += 1
        else:
            assert submit not in self.log.submits, f"{submit} was refused, and applied"

    # -- what happens

    def other(self, server: Server) -> None:
        """Another server takes a turn, and may be first."""
        for other in self.servers:
            if other is not server and not other.busy:
                other.turn(faults=False)

    def step(self) -> None:
        """A little time, and a little of everything."""
        rng = self.rng
        self.now_s += rng.random() * 2 * STEP_S
        self.at_ms += rng.randrange(100)
        for person in self.people:
            self._act(person)
        for server in self.servers:
            if rng.random() < 0.8:
                server.turn()
            if rng.random() < 0.3:
                server.carry_out(server.room.tick(self.now_s))
        for person in self.people:
            self._listen(person)
        if rng.random() < 0.002:
            rng.choice(self.servers).crash()

    def _act(self, person: Person) -> None:
        rng = self.rng
        client = person.client
        if person.socket is None:
            if self.now_s >= person.away_s:
                self.connect(person, strays=rng.random() < 0.1)
        elif rng.random() < 0.004:
            self.cut(person.socket)
        elif rng.random() < 0.004:
            person.slow = not person.slow
        if rng.random() < 0.02 and person.socket is not None:
            self._change_view(person)
        eager = 0.02 if client.role == "viewer" else 0.4
        if client.role and rng.random() < eager:
            for _ in range(rng.choice((1, 1, 1, 2, 5)) if rng.random() > 0.003 else 80):
                self._submit(person)
        if person.socket is not None and client.online:
            if client.retry_from:
                for frame in client.again():
                    self.up(person, frame)
            if rng.random() < 0.05:
                self.up(person, protocol.Beat())
            if rng.random() < 0.03:
                self.up(person, self._present())
            if rng.random() < 0.03:
                self.up(person, self._vote(client))
            if rng.random() < 0.01:
                self._questions += 1
                self.up(person, Ask(self._questions, asking.question(rng, self.board)))
            if rng.random() < 0.002:
                assert isinstance(protocol.decode(b'{"t":"submit","n":0}'), Reject)
                person.socket.up.append(b'{"t":"submit","n":0}')

    def _vote(self, client: Client) -> Voter | Vote:
        """A ballot with nodes of all layers, and some that are not there."""
        rng = self.rng
        if rng.random() < 0.2:
            return Voter(rng.choice(["", "one browser", f"that of {client.name}"]))
        round = self.board.open_round
        about = [] if round is None else [node.id for node in self.board.voted_on(round)]
        nodes = [*about, *about, *sorted(self.board.graph)[:3], "nothing"]
        self._questions += 1
        ballot = {rng.choice(nodes): rng.randint(0, 2) for _ in range(rng.randint(0, 3))}
        return Vote(self._questions, "gone" if round is None else round.id, ballot)

    def _present(self) -> Present:
        """What somebody may do, with nodes of all layers, and some that are not there."""
        rng = self.rng
        nodes = [*self.board.graph, "nothing"]

        def some() -> list[str]:
            return rng.sample(nodes, min(len(nodes), rng.randrange(5)))

        typing = Typing(rng.choice(nodes), "text") if rng.random() < 0.5 else None
        return Present(
            cursor=(float(rng.randrange(99)), 7.5) if rng.random() < 0.7 else None,
            selection=tuple(some()) if rng.random() < 0.7 else UNSET,
            drag=tuple((id, 1.0, 2.0, 30.0, 40.0, 0.0) for id in some()),
            typing=typing,
            viewport=(0.0, 0.0, float(rng.randrange(99)), 50.0) if rng.random() < 0.7 else None,
            pointer=((1.0, 2.0), (3.0, 4.0))[: rng.randrange(3)],
            reaction="heart" if rng.random() < 0.2 else UNSET,
        )

    def _change_view(self, person: Person) -> None:
        rng = self.rng
        client = person.client
        client.viewport = rng.choice([None, (0.0, 0.0, 500.0, 500.0), (900.0, 900.0, 400.0, 300.0)])
        if client.own is None:
            heads = [stream[5:] for stream in client.streams if stream.startswith("head/")]
            client.own = {layer for layer in heads if rng.random() < 0.7}
        elif rng.random() < 0.3:
            client.own = None
        else:
            heads = [stream[5:] for stream in client.streams if stream.startswith("head/")]
            if heads:
                client.own ^= {rng.choice(heads)}
        self.up(
            person,
            Here(
                client.own is None,
                hand=rng.random() < 0.5 if rng.random() < 0.3 else UNSET,
                watch=self._whom() if rng.random() < 0.3 else UNSET,
            ),
        )
        if rng.random() < 0.05:
            self.up(person, Lower(self._whom()))

    def _whom(self) -> str | None:
        """Somebody who may be here, or somebody who never is; None: nobody, or everybody."""
        seats = [person.client.name for person in self.people]
        return self.rng.choice([None, "nobody", *seats])

    def _submit(self, person: Person) -> None:
        rng = self.rng
        client = person.client
        board = self.board
        if client.acked and rng.random() < 0.08:
            of = client.acked[-1] if rng.random() < 0.7 else rng.choice(client.acked)
            frame = client.submit(lambda n: Undo(n, of))
            self.asked += 1
        else:
            count = rng.choice((1, 2, 4, 8, 16)) if rng.random() < 0.995 else 120
            batch = tuple(self.maker.op(board, client.name, client.role) for _ in range(count))
            frame = client.submit(lambda n: Submit(n, batch))
            self.asked += count
        person.sent.append(frame)
        if person.socket is not None and client.online and not client.retry_from:
            self.up(person, frame)
            if rng.random() < 0.02:
                self.up(person, rng.choice(person.sent))  # one of the last again

    def up(self, person: Person, frame: protocol.Inbound) -> None:
        """Put a frame on its way to the server."""
        assert person.socket is not None
        person.socket.up.append(_encode(frame))

    def connect(self, person: Person, strays: bool = False) -> None:
        """A new connection, to either server, with a ticket that is good now.

        ``strays``: by a link that is for somebody else alone, if there is one, and in vain.
        """
        server = self.rng.choice(self.servers)
        links = server.room.board.links
        link = links.get(person.link)
        name = person.client.name
        others = [held for held in links.values() if held.single and held.seat not in ("", name)]
        if strays and link is not None and others:
            link = self.rng.choice(others)
            self.counts["strays"] += 1
        comes_by = ("", 0) if link is None else (link.id, link.generation)
        identity = Identity(name, *comes_by)
        self._session += 1
        socket = Socket(self._session, person.client, identity, server)
        server.sockets[socket.session] = server.known[socket.session] = socket
        person.socket = socket
        self.up(person, person.client.hello())
        self.counts["connect"] += 1

    def may_come(self, person: Person) -> bool:
        """Whether there is a way in for somebody."""
        link = self.board.links.get(person.link)
        generation = 0 if link is None else link.generation
        return self.board.role_of(person.link, generation, person.client.name) is not None

    def cut(self, socket: Socket) -> None:
        """The connection breaks: what was under way is lost, on both sides."""
        lost = self.rng.randrange(len(socket.up) + 1)
        for _ in range(lost):
            socket.up.pop()
        person = next(held for held in self.people if held.client is socket.client)
        if person.socket is socket:
            person.socket = None
            span_s = AWAY_S if self.rng.random() < 0.1 else 3.0
            person.away_s = self.now_s + self.rng.random() * span_s
            person.client.online = False
        if self.rng.random() < 0.5 and not socket.server.busy:
            socket.server.sockets.pop(socket.session, None)
            self.now_s += 0.001
            socket.server.room.leave(socket.session)
        # else the server does not know yet, and takes what is still in its buffers
        socket.down.clear()

    def _listen(self, person: Person) -> None:
        socket = person.socket
        if socket is None:
            return
        count = len(socket.down)
        if person.slow:
            count = min(count, self.rng.randrange(2))
        elif self.rng.random() < 0.3:
            count = self.rng.randrange(count + 1)
        self.hear(person, socket, count)

    def hear(self, person: Person, socket: Socket, count: int) -> None:
        """The client takes in frames, and answers what they ask for."""
        client = person.client
        was_online = client.online
        for _ in range(count):
            raw = socket.down.popleft()
            if isinstance(raw, int):
                person.socket = None
                client.online = False
                person.away_s = self.now_s + self.rng.random()
                return
            socket.down_bytes -= len(raw)
            before = len(client.acked)
            pending = dict(client.pending)
            client.hear(raw)
            for n in client.acked[before:]:
                self.undone += isinstance(pending[n], Undo)
                assert (client.name, n) in self.log.submits, (
                    f"{client.name} {n} was acked, and lost"
                )
        if client.online and not was_online:
            for _, frame in sorted(client.pending.items()):
                self.up(person, frame)
        if count:
            for said in client.steer():
                self.up(person, said)

    # -- checkpoints

    def settle(self) -> None:
        """Let the network fall quiet: everybody connects, everything arrives."""
        for person in self.people:
            person.slow = False
        was_quiet = False
        for round_ in range(400):
            self.now_s += 0.5
            self.at_ms += 500
            for person in self.people:
                if person.socket is None and self.may_come(person):
                    self.connect(person)
                elif person.client.online and person.client.retry_from:
                    for frame in person.client.again():
                        self.up(person, frame)
                elif person.socket is not None and round_ % 20 == 0:
                    self.up(person, protocol.Beat())
            for server in self.servers:
                for session in list(server.sockets):
                    if all(person.socket is not server.sockets[session] for person in self.people):
                        server.room.leave(session)
                        del server.sockets[session]
                server.turn(faults=False)
            for server in self.servers:
                server.turn(faults=False)
                server.carry_out(server.room.tick(self.now_s))
            quiet = True
            for person in self.people:
                if person.socket is not None:
                    self.hear(person, person.socket, len(person.socket.down))
                    for said in person.client.steer():
                        self.up(person, said)
                socket = person.socket
                if socket is None:
                    quiet = quiet and not self.may_come(person)
                elif not person.client.ready or socket.up or socket.down or person.client.pending:
                    quiet = False
                elif chunk := socket.server.room.drained(socket.session):
                    socket.server.carry_out(chunk)
                    quiet = False
            if quiet and was_quiet:  # presence that was dropped comes with the next tick
                return
            was_quiet = quiet
        raise AssertionError("the network does not fall quiet")

    def checkpoint(self) -> None:
        """All that should be equal is equal."""
        self.settle()
        if VAULT not in self.board.layers:
            if "layer/" + VAULT in self.board.tombstones:
                self.command(ops.LayerRestore(VAULT))
            elif "layer/" + VAULT not in self.board.buried:
                self.command(ops.LayerCreate(VAULT, read="owner", text={"title": {"en": CANARY}}))
            self.settle()
        board = self.board
        mark = fingerprint(board)
        assert fingerprint(self.log.board()) == mark, "snapshot and tail differ"
        self.log.keep()
        assert fingerprint(self.log.replica) == mark, "the replay of the whole log differs"
        for server in self.servers[1:]:
            assert fingerprint(server.room.board) == mark, "the servers differ"
        self._check_doing()
        fresh = self._fresh(board)
        for person in self.people:
            if person.socket is not None:
                self._check_view(person, board, fresh)
            for n in person.client.refused:
                assert (person.client.name, n) not in self.log.submits, "refused, and applied"
        self.counts["checkpoint"] += 1
        self.back_and_forth()

    def _check_doing(self) -> None:
        """Everybody says what they do, and each sees of it what they may."""
        said: dict[str, Present] = {}
        here = [person for person in self.people if person.socket is not None]
        for person in here:
            frame = said[person.client.name] = self._present()
            if frame.selection is UNSET:
                frame = said[person.client.name] = msgspec.structs.replace(frame, selection=())
            self.up(person, frame)
        self.settle()
        board = self.board
        for person in here:
            client, socket = person.client, person.socket
            assert socket is not None
            expected = {}
            for other in here:
                other_client, other_socket = other.client, other.socket
                assert other_socket is not None
                together = person.link and other.link and other_socket.server is socket.server
                if together and RANK[other_client.role] >= RANK["participant"]:
                    me = client.people[client.name]
                    seen = visible(
                        board, client.role, other_client.role, other_client.name,
                        said[other_client.name],
                        watched=me.watching == other_client.name,
                    )  # fmt: skip
                    if seen:
                        expected[other_client.name] = seen
            for other in here:
                if person.link and other.link and other.socket.server is socket.server:  # type: ignore[union-attr]
                    assert client.people == other.client.people, "hands, and who watches whom"
            lasting = {
                seat: {field: value for field, value in held.items() if field not in MOMENTS}
                for seat, held in client.doing.items()
            }
            lasting = {seat: held for seat, held in lasting.items() if held}
            assert lasting == expected, f"{client.name} sees {lasting}"

    def back_and_forth(self) -> None:
        """Undo a lot, each their own, and redo all of it from the last: nothing has changed."""
        before = digest(self.board)
        undone: list[tuple[Person, int]] = []
        left = {
            person.client.name: person.client.acked[-BACK_EACH:]
            for person in self.people
            if person.socket is not None
        }
        for _ in range(BACK):
            who = [person for person in self.people if left.get(person.client.name)]
            if not who:
                break
            person = self.rng.choice(who)
            n = self._ask_back(person, left[person.client.name].pop())
            if n is not None:
                undone.append((person, n))
        self.counts["went back"] += len(undone)
        self.counts["went back to another board"] += digest(self.board) != before
        for person, n in reversed(undone):
            assert self._ask_back(person, n) is not None, f"{person.client.name} cannot redo {n}"
        assert digest(self.board) == before, "undo a lot, redo to the present changes something"

    def _ask_back(self, person: Person, of: int) -> int | None:
        """Take back one submit, while nobody does anything else. None: that was refused."""
        client = person.client
        assert person.socket is not None
        frame = client.submit(lambda n: Undo(n, of))
        self.up(person, frame)
        self.asked += 1
        for _ in range(20):
            self.now_s += 0.5
            self.at_ms += 500
            for server in (person.socket.server, *self.servers):  # the others follow
                server.turn(faults=False)
            for other in self.people:
                if other.socket is not None:
                    self.hear(other, other.socket, len(other.socket.down))
            if frame.n in client.refused:
                return None
            if frame.n not in client.pending:
                return frame.n
            for again in client.again():
                self.up(person, again)
        raise AssertionError(f"{client.name} {frame.n} has no answer")

    def _fresh(self, board: Board) -> Callable[[str], dict[str, bytes]]:
        made: dict[str, dict[str, bytes]] = {}

        def fresh(stream: str) -> dict[str, bytes]:
            if stream not in made:
                shapes = streams.project(board, stream)
                made[stream] = {shape.id: protocol.record(shape) for shape in shapes}
            return made[stream]

        return fresh

    def _check_view(
        self, person: Person, board: Board, fresh: Callable[[str], dict[str, bytes]]
    ) -> None:
        client = person.client
        assert person.socket is not None
        role = person.socket.server.role(person.socket.identity)
        assert role == client.role
        assert role is not None
        readable = {layer for layer in board.layers if board.may_read(role, layer, client.name)}
        on = on_layers(board, role, client.own, seat=client.name)
        followed = {layer for layer in on if not board.layers[layer].group}
        assert client.followed == followed, f"{client.name} follows {client.followed}"
        expected = {"board", *map(head_stream, readable), *map(body_stream, followed)}
        expected.update(map(talk_stream, followed))
        expected.update(
            stream for stream in board.pairs if followed.issuperset(streams.layers_of(stream))
        )
        if leads(role):
            expected.add(LEAD_STREAM)
        for stream in expected:
            held = client.streams.get(stream)
            if held is None:
                assert board.versions.get(stream, 0) == 0, f"{client.name} lacks {stream}"
                assert not fresh(stream), f"{client.name} lacks {stream}"
                continue
            assert held.whole, f"{client.name}: {stream} is not whole"
            assert held.version == board.versions[stream], f"{client.name} {stream}"
            assert held.records == fresh(stream), f"{client.name} differs in {stream}"
        for stream, held in client.streams.items():
            assert readable.issuperset(streams.layers_of(stream)), f"{client.name} has {stream}"
            assert stream != LEAD_STREAM or leads(role), f"{client.name} has {stream}"
            if held.whole and held.version == board.versions.get(stream, 0):
                assert held.records == fresh(stream), f"{client.name} differs in {stream}"
        room = person.socket.server.room
        here = [other for other in self.people if other.socket and other.socket.server.room is room]
        assert client.here == len(here) == len(room.sessions)
        assert client.following == sum(other.client.own is None for other in here)
        seats = {other.client.name for other in here if other.link}
        assert set(client.people) == seats, f"{client.name} sees {set(client.people)}"

    def finish(self) -> None:
        """The last checkpoint, and which operations the log holds."""
        self.checkpoint()
        for server in self.servers:
            server.answers.close()
        for raw in self.log.entries:
            for op in _entries.decode(raw).body.ops:
                self.kinds[ops.tag(op)] += 1


def run(seed: int, ops_min: int, servers: int = 2, checkpoint_ops: int = 10_000) -> World:
    """Simulate until so many operations were applied. Raises AssertionError."""
    with small_limits(), seldom_collected():
        world = World(seed, servers)
        due = checkpoint_ops
        while world.log.ops < ops_min:
            world.step()
            if world.log.ops >= due:
                world.checkpoint()
                due += checkpoint_ops
        world.finish()
        return world
