"""A room with clients on a network that loses nothing and takes no time."""

from collections.abc import Sequence

from board import ops
from board.ops import AnyOp
from board.roles import Role
from board.state import Board
from layers import stream as streams
from server import protocol
from server.protocol import Inbound, Reject, Submit, Undo
from server.room import Close, Command, Effect, Identity, Record, Reply, Request, Room, Send
from tests.sim.client import Client, Reader

ROLES: tuple[Role, ...] = ("owner", "facilitator", "participant", "viewer")


# a salt by which versions rise by one: tests tell them easily
DENSE = "salt 308224"


class Roomful:
    """A room whose links are named by their roles, with its clients by name."""

    def __init__(self) -> None:
        self.now_s = 1.0
        self.room = Room(Board(), epoch=1, salt=self._salt)
        self.reader = Reader()
        self.clients: dict[int, Client] = {}
        self.sessions: dict[str, int] = {}
        self.frames: dict[str, list[bytes]] = {}  # of the lane log, by client
        self.presence: dict[str, list[bytes]] = {}
        self.closes: dict[str, int] = {}
        self.sends: list[Send] = []
        self.replies: list[Reply] = []
        self.records: list[Record] = []
        self.pulling = True
        self._session = 0
        self.admin(*(ops.LinkSet(role, role, 1) for role in ROLES))

    def _salt(self) -> str:
        return DENSE

    @property
    def board(self) -> Board:
        return self.room.board

    # -- what clients and the administrator do

    def admin(self, *batch: AnyOp) -> protocol.Ack | protocol.Reject | protocol.Conflict:
        self.decide(Command(0, batch))
        return self.replies[-1].outcome

    def decide(self, *requests: Request | Command) -> None:
        """One commit."""
        self.room.decide(requests, 1_000, self.now_s)
        self.carry_out(self.room.committed())

    def join(
        self,
        name: str,
        link: str = "participant",
        generation: int = 1,
        client: Client | None = None,
    ) -> Client:
        """Connect a client (again)."""
        client = client or Client(name, self.reader)
        self._session += 1
        self.clients[self._session] = client
        self.sessions[name] = self._session
        self.frames.setdefault(name, [])
        self.presence.setdefault(name, [])
        self.closes.pop(name, None)
        identity = Identity(name, link, generation if link else 0)
        hello = client.hello()
        self.carry_out(self.room.hello(self._session, identity, hello, self.now_s))
        self.pull()
        return client

    def submit(self, name: str, *batch: AnyOp, n: int | None = None) -> None:
        self.decide(self.request(name, *batch, n=n))

    def request(self, name: str, *batch: AnyOp, n: int | None = None) -> Request:
        client = self.clients[self.sessions[name]]
        if n is None:
            return Request(self.sessions[name], client.submit(lambda n: Submit(n, batch)))
        return Request(self.sessions[name], Submit(n, batch))

    def undo(self, name: str, of: int) -> None:
        client = self.clients[self.sessions[name]]
        self.decide(Request(self.sessions[name], client.submit(lambda n: Undo(n, of))))

    def say(self, name: str, frame: Inbound | Reject) -> None:
        assert not isinstance(frame, Submit | Undo)
        self.carry_out(self.room.receive(self.sessions[name], frame, self.now_s))
        self.pull()

    def leave(self, name: str) -> Client:
        session = self.sessions.pop(name)
        self.carry_out(self.room.leave(session))
        return self.clients.pop(session)

    # -- what comes back

    def carry_out(self, effects: Sequence[Effect]) -> None:
        for effect in effects:
            match effect:
                case Send():
                    self.sends.append(effect)
                    for session in effect.sessions:
                        self._hear(session, effect)
                case Close():
                    name = self.clients.pop(effect.session).name
                    if self.sessions.get(name) == effect.session:
                        self.closes[name] = effect.code
                case Reply():
                    self.replies.append(effect)
                case Record():
                    self.records.append(effect)
        self.steer()

    def _hear(self, session: int, effect: Send) -> None:
        client = self.clients[session]
        lane = self.frames if effect.lane == "log" else self.presence
        lane[client.name].append(effect.frame)
        client.hear(effect.frame)

    def steer(self) -> None:
        """Every client follows what it shows."""
        for session, client in list(self.clients.items()):
            for frame in client.steer():
                self.carry_out(self.room.receive(session, frame, self.now_s))

    def pull(self) -> None:
        """All chunks are pulled."""
        while self.pulling:
            effects = [
                effect for session in list(self.clients) for effect in self.room.drained(session)
            ]
            if not effects:
                return
            self.carry_out(effects)

    def heard(self, name: str) -> list[object]:
        """The frames of a client since this was last asked, read; patches as lists of parts."""
        frames, self.frames[name] = self.frames[name], []
        return [self.reader.read(frame) for frame in frames]

    def check(self, *names: str) -> None:
        """What a client holds and shows is what the board is."""
        for name in names:
            client = self.clients[self.sessions[name]]
            board = self.room.board
            for layer in board.layers:
                may = board.may_read(client.role, layer)
                assert (f"head/{layer}" in client.streams) == may, f"{name} {layer}"
            for stream in ["board", *(f"body/{layer}" for layer in sorted(client.followed))]:
                held = client.streams.get(stream)
                assert held is not None or not board.versions.get(stream), f"{name} {stream}"
            for stream, held in client.streams.items():
                followed = client.followed.issuperset(streams.layers_of(stream))
                if followed or stream.startswith("head/"):
                    assert held.whole, f"{name} {stream}"
                    shapes = streams.project(board, stream)
                    fresh = {shape.id: protocol.record(shape) for shape in shapes}
                    assert held.records == fresh, f"{name} {stream}"
                    assert held.version == board.versions[stream], f"{name} {stream}"
