"""The room of one board: who is connected, what each may have, and what each is sent.

Pure: no clock, no random, no I/O. Times come in as arguments, and what has to be done comes out
as effects, to be carried out in their order.

The one who runs it (server/live.py) keeps this order, so that nobody sees what is not durable::

    entries = room.decide(requests, at_ms, now_s)    # decided and applied, nothing told yet
    await log.append(name, room.durable, entries)    # skipped when there are none
    effects = room.committed()                       # patches, then replies, then closes

``Behind`` from the log: ``entries = room.behind(board, winners, at_ms)``, then append again.
Any other error of the log: drop the room, close its sockets (1012), load the board anew.
``hello`` and ``receive`` must not be called between ``decide`` and ``committed``; ``drained``,
``missed``, ``refuse``, ``tick`` and ``leave`` may be called at any time.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from msgspec import UNSET, Struct
from msgspec.structs import replace

from board import decide as deciding
from board import limits
from board.apply import apply
from board.decide import (
    ADMINISTRATOR,
    Actor,
    AlreadyDone,
    Decision,
    Refusal,
    decide,
    decide_undo,
)
from board.ops import AnyOp, Entry, PrivateReveal, RoundClose, SeatSet
from board.roles import Role, at_least
from board.state import (
    BOARD_STREAM,
    LEAD_STREAM,
    Board,
    body_stream,
    head_stream,
    talk_stream,
)
from layers import stream as streams
from layers.stream import Box
from layers.visible import on_layers
from server import protocol, voting
from server.audiences import OUT_OF_REACH, Audiences, Group, Reader, Rights, leads
from server.glean import Gleaned, Gleaner
from server.polls import Poll
from server.presence import People, clean_name
from server.protocol import (
    Ack,
    Answer,
    Ask,
    Beat,
    Begin,
    Conflict,
    End,
    Follow,
    Goaway,
    Hello,
    Here,
    Lane,
    Lower,
    Outbound,
    Person,
    Present,
    Reject,
    Retry,
    Submit,
    Synced,
    Undo,
    Unfollow,
    Vote,
    Voter,
    Welcome,
    encode,
)
from server.questions import AnyResult, Unanswered
from server.streams import Piece, Streams
from server.voting import Destroy, Keep, Voting

Session = int  # one connection, named by whoever runs the room; never used twice


class Identity(Struct, frozen=True):
    """Who a connection is, as its ticket says.

    ``client`` is its public name (13 characters); ``link`` is the share link that it came by, at
    ``generation``; "" and 0: none, for a board that is open to the public.
    """

    client: str
    link: str
    generation: int


class Request(Struct, frozen=True):
    """A frame of a session that asks for an entry."""

    session: Session
    frame: Submit | Undo

    @property
    def ops(self) -> tuple[AnyOp, ...]:
        """What is submitted; an undo names no operations."""
        return self.frame.ops if isinstance(self.frame, Submit) else ()


class Command(Struct, frozen=True):
    """A batch of the administrator: an import, the command line. Bound to no client's ``n``.

    ``key`` comes back in the Reply.
    """

    key: int
    ops: tuple[AnyOp, ...]
    author: str = ""


class Send(Struct, frozen=True):
    """Send the same bytes, one text message, to these sessions.

    The lane ``log`` must arrive, in order, or the session must be closed (4008). A frame of the
    lane ``presence`` may be dropped instead; then call ``Room.missed``.
    """

    sessions: Sequence[Session]
    frame: bytes
    lane: Lane = "log"


class Close(Struct, frozen=True):
    """Send what is queued for the session, then close it with this code. It has left the room."""

    session: Session
    code: int


class Reply(Struct, frozen=True):
    """The outcome of a Command."""

    key: int
    outcome: Ack | Reject | Conflict


class Look(Struct, frozen=True):
    """Work out the answer to a question, for a role; then call ``Room.answered``.

    It may take its time: read what ``Room.glean`` gives, not the board. ``rights`` counts how
    often rights had changed. ``also`` are layers that who asks may read by their seat alone.
    """

    session: Session
    role: Role
    frame: Ask
    rights: int
    also: frozenset[str] = frozenset()


class Record(Struct, frozen=True):
    """Have these operations of the server's own done, as a Command; nobody waits for a Reply."""

    ops: tuple[AnyOp, ...]
    author: str


Effect = Send | Close | Reply | Look | Keep | Destroy | Record


NOT_DONE: Final = {
    "role": deciding.REFUSALS["role"],
    "slow_down": "that was a lot at once: wait a moment",
}
RETRY_MS: Final = 200  # when it is not the rate that makes a submit wait
RECORD_BYTES: Final = 80  # a record has hardly fewer


class Bucket:
    """A token bucket: ``burst`` at once, ``rate`` a second for ever."""

    def __init__(self, rate: float, burst: float, now_s: float) -> None:
        self.rate = rate
        self.burst = burst
        self.held = burst
        self.at_s = now_s

    def take(self, count: int, now_s: float) -> float:
        """Take tokens, all or none. Gives 0.0, or the seconds until there are enough."""
        self.held = min(self.burst, self.held + (now_s - self.at_s) * self.rate)
        self.at_s = now_s
        if count > self.held:
            return (count - self.held) / self.rate
        self.held -= count
        return 0.0

    def is_full(self, now_s: float) -> bool:
        """Whether it may be forgotten."""
        return self.held + (now_s - self.at_s) * self.rate >= self.burst


class Rates(NamedTuple):
    """How much a client may do, over all its connections."""

    ops: Bucket
    frames: Bucket
    asks: Bucket
    signs: Bucket
    votes: Bucket
    names: Bucket  # that it goes by


class Member:
    """One session: who it is, what it follows, and what it is still to be sent."""

    def __init__(
        self, session: Session, identity: Identity, group: Group, frame: Hello, now_s: float
    ) -> None:
        self.session = session
        self.identity = identity
        self.group = group
        self.following = frame.own is None
        self.name = clean_name(frame.name)
        self.noted: str | None = None  # the name that it was noted under, or is to be
        self.heard_s = now_s
        self.here = True  # as others see it
        self.queue: deque[Piece] = deque()  # chunks to send, nearest first
        self.left: dict[str, int] = {}  # stream -> its chunks in the queue
        # begun, and let go of before all of it was sent: what a browser says that it has of them
        # it may have said before it heard of the begin
        self.cut: set[str] = set()
        self.viewport: Box | None = None
        self.ready_owed = True
        self.retried: set[int] = set()  # what is to come again, before all that is later
        self.refused = 0  # the highest n that was refused here
        self.asked = 0  # questions without an answer

    def person(self) -> Person | None:
        """The session as others see it; None when it came by no link."""
        if not self.identity.link:
            return None
        return Person(self.identity.client, self.group.role, self.following, self.name)


class Room:
    """The sessions of one board, and what they follow.

    ``board`` stands at a durable seq. ``epoch`` is the term of this writer: above that of every
    entry in the log. ``salt`` gives a fresh random text for each entry. ``poll`` are the ballots
    of the open round that were kept. ``counts`` says how often something was refused, by
    ``refused <code>``.
    """

    def __init__(
        self, board: Board, *, epoch: int, salt: Callable[[], str], poll: Poll | None = None
    ) -> None:
        self.board = board
        self.epoch = epoch
        self.salt = salt
        self.counts: Counter[str] = Counter()
        self.durable: int = board.seq  # the seq that the log stands at, as far as is known
        self._streams = Streams(board)
        self._members: dict[Session, Member] = {}
        self._clients: dict[str, Member] = {}
        self._rates: dict[str, Rates] = {}  # by client
        self._gleaner = Gleaner()
        self._asked = 0  # questions without an answer
        self._rights = 0  # how often rights have changed
        self._audiences = Audiences(Rights(board))
        self._may_read = self._audiences.may_read
        self._voting = Voting(
            lambda: self.board, lambda role, layer: self._may_read(Reader(role), layer), salt, poll
        )
        self._people = People(self._reach, self._may_change, lambda: not self.board.stage.cursors)
        self._beat_s = 0.0
        self._swept_s = 0.0
        self._pairs: dict[str, set[str]] = {}  # layer -> its pair streams that ever held anything
        for stream in board.versions:
            self._index_pair(stream)
        # link that is for one -> its generation, and who came first
        self._claims: dict[str, tuple[int, str]] = {}
        # between decide and committed
        self._kept: list[Keep] = []  # durable meanwhile
        self._items: list[tuple[Request | Command, Retry | None]] | None = None
        self._replies: list[tuple[Request | Command, Outbound]] = []
        self._touched: dict[str, tuple[int, set[str]]] = {}  # stream -> version before, ids
        self._access = False
        self._won: tuple[dict[str, tuple[int, set[str]]], bool] = ({}, False)
        self._refused: dict[Session, int] = {}
        self._closing: dict[Session, int] = {}
        self._waiting: dict[Session, None] = {}  # drained meanwhile

    @property
    def sessions(self) -> Sequence[Session]:
        """All sessions that are here, in order of arrival."""
        return tuple(self._members)

    # -- entries

    def decide(
        self, requests: Sequence[Request | Command], at_ms: int, now_s: float
    ) -> list[Entry]:
        """Decide requests in their order, and apply what they come to.

        Returns the entries to append after ``durable``. Replies are kept until ``committed``,
        which is to be called even when there are no entries. ``at_ms`` is the time of day in
        milliseconds since 1970 UTC, ``now_s`` a clock that never goes back.
        """
        assert self._items is None, "committed comes first"
        self._items = []
        for request in requests:
            if isinstance(request, Command):
                self._items.append((request, None))
                continue
            member = self._heard(request.session, now_s)
            if member is not None:
                self._items.append((request, self._held_back(member, request, now_s)))
        return self._settle(at_ms)

    def _heard(self, session: Session, now_s: float) -> Member | None:
        """The member that a frame came from; None when it is not here, or is thrown out."""
        member = self._members.get(session)
        if member is None or session in self._closing:
            return None
        member.heard_s = now_s
        if not member.here:
            self._show(member)
        if self._rates[member.identity.client].frames.take(1, now_s):
            self._closing[session] = 4029
            return None
        return member

    def _held_back(self, member: Member, request: Request, now_s: float) -> Retry | None:
        n, count = request.frame.n, len(request.ops) or 1
        if self._is_settled(member, n):
            return None
        while member.retried and self._is_settled(member, min(member.retried)):
            member.retried.discard(min(member.retried))  # a copy of it came in the same batch
        earlier = bool(member.retried) and min(member.retried) < n
        wait_s = 0.0 if earlier else self._rates[member.identity.client].ops.take(count, now_s)
        if not earlier and not wait_s:
            member.retried.discard(n)
            return None
        member.retried.add(n)
        if len(member.retried) > limits.RETRIED_MAX:
            self._closing[member.session] = 4029
        return Retry(n, int(wait_s * 1000) + 1 if wait_s else RETRY_MS)

    def _settle(self, at_ms: int) -> list[Entry]:
        """Decide the items and apply what they come to, from the durable board on."""
        entries: list[Entry] = []
        self._refused.clear()
        for request, held_back in self._items or ():
            if held_back is not None:
                self._replies.append((request, held_back))
                continue
            entry, outcome = self._one(request, at_ms)
            if outcome is not None:
                self._replies.append((request, outcome))
            if isinstance(request, Request) and isinstance(outcome, Reject | Conflict):
                refused = self._refused.get(request.session, 0)
                self._refused[request.session] = max(refused, outcome.n)
            if entry is not None:
                self._apply(entry)
                entries.append(entry)
        return entries

    def _one(self, request: Request | Command, at_ms: int) -> tuple[Entry | None, Outbound | None]:
        """The entry that a request comes to, and what is told of it once it is durable."""
        if isinstance(request, Command):
            author, n, actor = request.author, 0, ADMINISTRATOR
            answer = decide(self.board, actor, n, self._counted(request.ops))
        else:
            member = self._members.get(request.session)
            role = None if member is None else self._role(member.identity)
            if member is None or role is None:  # left, or lost its role just before
                if member is not None:  # it may have one again by the end: it is to ask anew
                    self._closing[member.session] = 4009
                return None, None
            author = member.identity.client
            n, actor = request.frame.n, Actor(role, author)
            if n <= max(member.refused, self._refused.get(request.session, 0)):
                answer = self._again(author, n)
            elif isinstance(request.frame, Submit):
                answer = decide(self.board, actor, n, self._counted(request.frame.ops))
            else:
                answer = decide_undo(self.board, actor, n, request.frame.of)
        match answer:
            case Decision():
                entry = deciding.entry(
                    self.board, answer, at=at_ms, epoch=self.epoch, author=author,
                    client=actor.client, n=n, salt=self.salt(),
                )  # fmt: skip
                return entry, Ack(n, answer.skipped)
            case Refusal():
                return None, Reject(n, answer.code, answer.message, answer.where)
            case deciding.Conflict():
                return None, Conflict(n, answer.where, answer.current)
            case AlreadyDone(refused=True):
                return None, Reject(n, "refused_before", deciding.REFUSALS["refused_before"])
            case AlreadyDone():
                return None, Ack(n)

    def _counted(self, batch: tuple[AnyOp, ...]) -> tuple[AnyOp, ...]:
        """A batch in which what a round has come to is what its durable ballots come to.

        And the order of what is revealed is at random, by nobody's choice.
        """
        return tuple(
            self._voting.closed(op.id)
            if isinstance(op, RoundClose)
            else replace(op, seed=self.salt())
            if isinstance(op, PrivateReveal)
            else op
            for op in batch
        )

    def _is_settled(self, member: Member, n: int) -> bool:
        """Whether a number has its answer already: then nothing later has to wait for it."""
        held = self.board.clients.get(member.identity.client)
        return n <= max(member.refused, 0 if held is None else held.n)

    def _again(self, client: str, n: int) -> deciding.Answer:
        """A number up to one that was refused on this connection: a refusal is final."""
        held = self.board.clients.get(client)
        if held is None or n > held.n:
            return AlreadyDone(refused=True)
        return decide(self.board, Actor("viewer", client), n, ())

    def _apply(self, entry: Entry) -> None:
        changes = apply(self.board, entry)
        self._access |= changes.access
        for stream, ids in changes.touched.items():
            held = self._touched.get(stream)
            if held is None:
                self._touched[stream] = (self.board.versions[stream] - changes.step, ids)
            else:
                held[1].update(ids)

    def behind(self, board: Board, winners: Sequence[Entry], at_ms: int) -> list[Entry]:
        """Another writer was first: begin again after its entries.

        ``board`` is a fresh board at the seq ``durable``; ``winners`` are the entries of the log
        after it. Returns what the same requests come to now; they are appended after ``durable``
        (which now counts the winners) and ``committed`` tells of both.
        """
        assert self._items is not None and board.seq == self.durable
        self.board = board
        self._streams.reset(board)
        self._replies.clear()
        touched, self._access = self._won
        self._touched = {stream: (since, set(ids)) for stream, (since, ids) in touched.items()}
        for entry in winners:
            self._apply(entry)
        touched = {stream: (since, set(ids)) for stream, (since, ids) in self._touched.items()}
        self._won = touched, self._access
        self.durable = board.seq
        self.epoch = max(self.epoch, board.epoch + 1)
        return self._settle(at_ms)

    def committed(self) -> list[Effect]:
        """What is told now that the entries are durable: patches, then replies, then closes."""
        assert self._items is not None, "decide comes first"
        self._items = None
        self.durable = self.board.seq
        touched, access = self._touched, self._access
        self._touched, self._access, self._won = {}, False, ({}, False)
        replies, self._replies = self._replies, []
        closing, self._closing = self._closing, {}
        waiting, self._waiting = self._waiting, {}
        if access:
            for member in self._members.values():
                if self._role(member.identity) != member.group.role:
                    closing[member.session] = 4009
        closing = {session: code for session, code in closing.items() if session in self._members}
        for session in closing:
            self.leave(session)
        effects = self._tell(touched, access)
        for request, outcome in replies:
            if isinstance(outcome, Reject):
                self.counts[f"refused {outcome.code}"] += 1
            if isinstance(request, Command):
                assert isinstance(outcome, Ack | Reject | Conflict)
                effects.append(Reply(request.key, outcome))
            elif request.session in self._members or request.session in closing:
                effects.append(Send((request.session,), encode(outcome)))
        effects.extend(self._voting.change())
        recounted = self._voting.recount(None if access else _nodes(touched))
        effects.extend(Send((told,), encode(voted)) for told, voted in recounted)
        kept, self._kept = self._kept, []
        effects.extend(self.kept(kept))
        for session, n in self._refused.items():
            if session in self._members:
                self._members[session].refused = max(self._members[session].refused, n)
        effects.extend(Close(session, code) for session, code in closing.items())
        for session in waiting:
            effects.extend(self.drained(session))
        return effects

    # -- what a commit tells

    def _tell(self, touched: Mapping[str, tuple[int, set[str]]], access: bool) -> list[Effect]:
        """End, patch and begin streams, as the entries of one commit ask for it."""
        self._rights += access
        for stream, (_, ids) in touched.items():
            self._index_pair(stream)
            self._gleaner.touch(stream, ids)
        effects: list[Effect] = []
        gained = self._change_readers(effects) if access else {}
        # what is touched there may be rights or locks of any of them
        anew = access or any(streams.kind(stream) in ("board", "head") for stream in touched)
        self._people.touched(None if anew else _nodes(touched))
        hits: dict[Group, list[tuple[str, bool]]] = {}  # (stream, whether whole)
        large: dict[Group, list[str]] = {}
        parts: dict[tuple[str, bool], bytes] = {}
        for stream in sorted(touched):
            since, ids = touched[stream]
            followers = self._audiences.following(stream)
            if not followers or len(ids) > limits.PATCH_RECORDS_MAX:
                self._streams.touch(stream, ids)
                for group in followers:
                    if streams.is_cut(stream):
                        large.setdefault(group, []).append(stream)
                    else:
                        parts[stream, True] = self._streams.whole(stream)
                        hits.setdefault(group, []).append((stream, True))
                continue
            parts[stream, False] = self._streams.part(stream, since, ids)
            for group in followers:
                if stream not in gained.get(group.reader, ()):
                    hits.setdefault(group, []).append((stream, False))
        for reader, heads in gained.items():
            for stream in heads:
                parts[stream, True] = self._streams.whole(stream)
                for group in self._audiences.groups(reader):
                    hits.setdefault(group, []).append((stream, True))
        audiences: dict[tuple[tuple[str, bool], ...], list[Session]] = {}
        for group, names in hits.items():
            audiences.setdefault(tuple(sorted(names)), []).extend(group.sessions)
        for key, sessions in audiences.items():
            effects.append(Send(sessions, protocol.patch(parts[name] for name in key)))
        for group, begun in large.items():
            for session in group.sessions:
                effects.extend(self._begin(self._members[session], begun))
        return effects

    def _change_readers(self, effects: list[Effect]) -> dict[Reader, list[str]]:
        """Take note of who may read which layer now. What a reader lost, ends.

        Returns the header streams that each reader gained: they begin, as if created.
        """
        rights = Rights(self.board)
        former = self._audiences.note(rights)
        for member in list(self._members.values()):  # whom a layer names now is told apart
            self._regroup(member, member.group.layers)
        changed = rights.differ(former)
        for layer in changed:  # its past is not for all who may read it now
            for stream in self._streams_about(layer):
                self._streams.forget(stream)
        gained: dict[Reader, list[str]] = {}
        for reader in self._audiences.readers():
            lost: set[str] = set()
            for layer in changed:
                had, has = former.admit(reader, layer), rights.admit(reader, layer)
                if had and not has:
                    lost.add(layer)
                if has and not had:
                    gained.setdefault(reader, []).append(head_stream(layer))
            if lost:
                ended = {
                    stream
                    for layer in lost
                    for stream in self._streams_about(layer)
                    if all(former.admit(reader, end) for end in streams.layers_of(stream))
                }
                self._end(reader, lost, ended, effects)
        return gained

    def _end(self, reader: Reader, lost: set[str], ended: set[str], effects: list[Effect]) -> None:
        groups = self._audiences.groups(reader)
        sessions = [session for group in groups for session in group.sessions]
        effects.append(Send(sessions, encode(End(tuple(sorted(ended))))))
        for group in groups:
            if not lost.isdisjoint(group.layers):
                kept = group.layers - lost
                for session in list(group.sessions):
                    member = self._members[session]
                    self._regroup(member, kept)
                    effects.extend(self._prune(member))

    def _role(self, identity: Identity) -> Role | None:
        """The role that a ticket gives as the board is now; None when it gives none any more."""
        return self.board.role_of(identity.link, identity.generation, identity.client)

    def _reach(self, node: str) -> int:
        """The least rank that may read a node."""
        held = self.board.node(node)
        return OUT_OF_REACH if held is None else self._audiences.rights.reach(held.layer)

    def _may_change(self, role: Role, seat: str, node: str) -> bool:
        """Whether a seat whose role may read a node may also change it."""
        held = self.board.node(node)
        if held is None or held.locked or self.board.archived or self.board.locked(held.layer):
            return False
        made = Actor(role, seat).made(node)
        least_of = self.board.add_role if made else self.board.write_role
        return at_least(role, least_of(held.layer, seat))

    # -- audiences

    def _index_pair(self, stream: str) -> None:
        if streams.kind(stream) == "pair":
            for layer in streams.layers_of(stream):
                self._pairs.setdefault(layer, set()).add(stream)

    def _streams_about(self, layer: str) -> list[str]:
        """All streams that a layer has a part in."""
        own = [head_stream(layer), body_stream(layer), talk_stream(layer)]
        return own + sorted(self._pairs.get(layer, ()))

    def _regroup(self, member: Member, layers: frozenset[str]) -> None:
        reader = self._audiences.reader(member.group.role, member.identity.client)
        member.group = self._audiences.put(member.session, reader, layers)

    def _followable(self, reader: Reader, layers: Iterable[str]) -> frozenset[str]:
        held = self.board.layers
        return frozenset(
            layer for layer in layers if self._may_read(reader, layer) and not held[layer].group
        )

    # -- sessions

    def hello(
        self, session: Session, identity: Identity, frame: Hello, now_s: float, at_ms: int = 0
    ) -> list[Effect]:
        """A session joins: welcome, and what it lacks; or a Close that says why not.

        What does not fit into the first frames is pulled by ``drained``. ``at_ms`` is the time of
        day, which is told; it is never before that of the last entry.
        """
        assert self._items is None and session not in self._members and identity.client
        role = self._role(identity)
        if frame.protocol != protocol.PROTOCOL:
            return [Close(session, 4005)]
        if role is None:
            return [Close(session, 4009)]
        effects: list[Effect] = []
        older = self._clients.get(identity.client)
        if older is not None:
            self.leave(older.session)
            effects.append(Close(older.session, 4010))
        elif len(self._members) >= limits.SOCKETS_BOARD_MAX:
            return [Close(session, 4013)]
        if not self._claim(identity):
            return [*effects, Close(session, 4009)]
        self._open_rates(identity.client, now_s)
        own = None if frame.own is None else frozenset(frame.own)
        reader = self._audiences.reader(role, identity.client)
        on = on_layers(self.board, role, own, seat=identity.client)
        layers = self._followable(reader, on)
        group = self._audiences.put(session, reader, layers)
        member = Member(session, identity, group, frame, now_s)
        self._members[session] = self._clients[identity.client] = member
        seat = self.board.seats.get(identity.client)
        member.noted = None if seat is None else seat.name
        self._voting.put(
            voting.Voter(
                session, identity.client, identity.link, role,
                lambda layer: self._may_read(member.group.reader, layer),
            )
        )  # fmt: skip
        self._show(member)
        last = self.board.clients.get(identity.client)
        welcome = Welcome(
            protocol=protocol.PROTOCOL,
            role=role,
            seat=identity.client,
            last=0 if last is None else last.n,
            follow=tuple(sorted(layers)),
            beat_s=limits.BEAT_S,
            ops_max=limits.OPS_MAX,
            at_ms=max(at_ms, self.board.at),
        )
        effects.append(Send((session,), encode(welcome)))
        effects.extend(self._note_seat(member, now_s))
        ended = tuple(sorted(name for name in frame.have if not self._readable(reader, name)))
        if ended:
            effects.append(Send((session,), encode(End(ended))))
        heads = [head_stream(layer) for layer in self._audiences.readable(reader)]
        if leads(role):
            heads.append(LEAD_STREAM)
        effects.extend(
            self._catch_up(
                member,
                [BOARD_STREAM, *heads, *self._bodies(layers, layers)],
                frame.have,
                frame.viewport,
            )
        )
        return effects

    def _note_seat(self, member: Member, now_s: float) -> list[Effect]:
        """Have it noted that a client came by a link, and by which name it goes.

        Names that change too often are noted later: ``tick`` asks again.
        """
        identity = member.identity
        if not identity.link or member.name == member.noted:
            return []
        if self._rates[identity.client].names.take(1, now_s):
            return []
        member.noted = member.name
        noted = SeatSet(identity.client, link=identity.link, name=member.name)
        return [Record((noted,), identity.client)]

    def _claim(self, identity: Identity) -> bool:
        """Whether nobody else has come by a link that is for one, though that is not noted yet."""
        link = self.board.links.get(identity.link)
        if link is None or not link.single:
            return True
        if self._claims.get(link.id, (0, ""))[0] != link.generation:
            self._claims[link.id] = link.generation, identity.client
        return self._claims[link.id][1] == identity.client

    def _open_rates(self, client: str, now_s: float) -> None:
        if len(self._rates) >= 2 * limits.SOCKETS_BOARD_MAX:
            self._rates = {
                name: rates
                for name, rates in self._rates.items()
                if name in self._clients or not all(bucket.is_full(now_s) for bucket in rates)
            }
        if client not in self._rates:
            self._rates[client] = Rates(
                ops=Bucket(limits.RATE_OPS_S, limits.RATE_OPS_BURST, now_s),
                frames=Bucket(limits.RATE_FRAMES_S, limits.RATE_FRAMES_BURST, now_s),
                asks=Bucket(limits.RATE_ASKS_S, limits.RATE_ASKS_BURST, now_s),
                signs=Bucket(limits.RATE_SIGNS_S, limits.RATE_SIGNS_BURST, now_s),
                votes=Bucket(limits.RATE_VOTES_S, limits.RATE_VOTES_BURST, now_s),
                names=Bucket(limits.RATE_SIGNS_S, limits.RATE_SIGNS_BURST, now_s),
            )

    def _readable(self, reader: Reader, stream: str) -> bool:
        if stream == LEAD_STREAM:
            return leads(reader.role)
        try:
            return all(self._may_read(reader, layer) for layer in streams.layers_of(stream))
        except ValueError:
            return False

    def _bodies(self, new: Iterable[str], followed: frozenset[str]) -> list[str]:
        """The streams that come with following new layers, when these are followed in all."""
        found = [name(layer) for layer in sorted(new) for name in (body_stream, talk_stream)]
        pairs = {
            stream
            for layer in new
            for stream in self._pairs.get(layer, ())
            if followed.issuperset(streams.layers_of(stream))
        }
        return found + sorted(pairs)

    def receive(
        self,
        session: Session,
        frame: (
            Follow | Unfollow | Here | Lower | Present | Ask | Voter | Vote | Beat | Hello | Reject
        ),
        now_s: float,
    ) -> list[Effect]:
        """A frame that asks for no entry; or the Reject that ``protocol.decode`` made of one.

        Nothing happens for a session that is not here (any more).
        """
        assert self._items is None
        member = self._heard(session, now_s)
        if session in self._closing:
            code = self._closing.pop(session)
            return [*self.leave(session), Close(session, code)]
        if member is None:
            return []
        match frame:
            case Follow():
                return self._follow(member, frame)
            case Unfollow():
                self._regroup(member, member.group.layers.difference(frame.layers))
                return self._prune(member)
            case Here():
                member.following = frame.following
                member.name = clean_name(frame.name)
                self._show(member)
                if self._people.asks(session, frame) and self._is_too_much(member, now_s):
                    where = "hand" if frame.watch is UNSET else "watch"
                    return self._reject(session, "slow_down", where)
                self._people.here(session, frame)
                return self._note_seat(member, now_s)
            case Lower():
                if not at_least(member.group.role, "facilitator"):
                    return self._reject(session, "role")
                self._people.lower(frame.seat)
                return []
            case Present():
                if frame.reaction is not UNSET and self._is_too_much(member, now_s):
                    self._people.present(session, replace(frame, reaction=UNSET), now_s)
                    return self._reject(session, "slow_down", "reaction")
                self._people.present(session, frame, now_s)
                return []
            case Ask():
                return self._ask(member, frame, now_s)
            case Voter():
                heard = self._voting.hear(session, frame.secret)
                return [Send((session,), encode(said)) for said in heard]
            case Vote():
                return self._vote(member, frame, now_s)
            case Hello():
                said_before = Reject(0, "invalid", "hello was said before")
                self.counts[f"refused {said_before.code}"] += 1
                return [Send((session,), encode(said_before))]
            case Reject():
                self.counts[f"refused {frame.code}"] += 1
                return [Send((session,), encode(frame))]
            case Beat():
                return []

    def _is_too_much(self, member: Member, now_s: float) -> bool:
        """Whether a client gives more signs than it may."""
        return self._rates[member.identity.client].signs.take(1, now_s) > 0

    def _reject(self, session: Session, code: str, where: str = "") -> list[Effect]:
        """Refuse what is bound to no number."""
        self.counts[f"refused {code}"] += 1
        return [Send((session,), encode(Reject(0, code, NOT_DONE[code], where)))]

    def _follow(self, member: Member, frame: Follow) -> list[Effect]:
        new = self._followable(member.group.reader, frame.layers)
        followed = member.group.layers | new
        self._regroup(member, followed)
        return self._catch_up(member, self._bodies(new, followed), frame.have, frame.viewport)

    # -- votes

    def _vote(self, member: Member, frame: Vote, now_s: float) -> list[Effect]:
        is_late = self._rates[member.identity.client].votes.take(1, now_s) > 0
        answer = self._voting.vote(member.session, frame, is_late=is_late)
        if isinstance(answer, Keep):
            return [answer]
        self.counts[f"refused {answer.code}"] += 1
        return [Send((member.session,), encode(answer))]

    def kept(self, keeps: Sequence[Keep]) -> list[Effect]:
        """These ballots are durable: they count from now on. It may be called at any time."""
        if self._items is not None:
            self._kept.extend(keeps)
            return []
        self.counts["votes"] += sum(self._voting.is_open(keep.cast.round) for keep in keeps)
        return [Send((told,), encode(voted)) for told, voted in self._voting.kept(keeps)]

    # -- questions

    def _ask(self, member: Member, frame: Ask, now_s: float) -> list[Effect]:
        refused = None
        if member.asked >= limits.ASKS_MAX or self._asked >= limits.ASKS_BOARD_MAX:
            refused = Unanswered("busy", "too many questions wait for their answers")
        elif self._rates[member.identity.client].asks.take(1, now_s):
            refused = Unanswered("slow_down", "too many questions at once")
        if refused is not None:
            self.counts[f"refused {refused.code}"] += 1
            return [Send((member.session,), encode(Answer(frame.id, refused)))]
        member.asked += 1
        self._asked += 1
        self.counts["questions"] += 1
        return [self._look(member, frame)]

    def _look(self, member: Member, frame: Ask) -> Look:
        reader = member.group.reader
        by_role = Reader(reader.role)
        also = frozenset(
            layer
            for layer in (self._audiences.rights.named if reader.seat else ())
            if self._may_read(reader, layer) and not self._may_read(by_role, layer)
            # what one writes privately is before one's eyes: no index is made for it
            and layer in self.board.layers and not self.board.layers[layer].private
        )  # fmt: skip
        return Look(member.session, reader.role, frame, self._rights, also)

    def glean(self) -> Gleaned:
        """What has changed on the board since this was last called, at first everything.

        Not to be called between ``decide`` and ``committed``.
        """
        assert self._items is None
        return self._gleaner.glean(self.board, self._audiences.rights.reads)

    def forget(self) -> None:
        """Nobody keeps what was gleaned any more."""
        self._gleaner.forget()

    def answered(self, look: Look, result: AnyResult) -> list[Effect]:
        """The answer to a question, for who asked. It may be called at any time.

        When rights have changed since, it has to be worked out again.
        """
        member = self._members.get(look.session)
        if member is None:
            return []
        if look.rights != self._rights:
            return [self._look(member, look.frame)]
        member.asked -= 1
        self._asked -= 1
        return [Send((look.session,), encode(Answer(look.frame.id, result)))]

    def leave(self, session: Session) -> list[Effect]:
        """A session's connection has ended. Nothing happens when it is not here."""
        member = self._members.pop(session, None)
        if member is not None:
            del self._clients[member.identity.client]
            self._asked -= member.asked
            self._voting.drop(session)
            self._audiences.drop(session)
            self._people.drop(session)
        return []

    # -- what a session lacks

    def _catch_up(
        self,
        member: Member,
        names: Iterable[str],
        have: Mapping[str, int],
        viewport: Box | None,
    ) -> list[Effect]:
        """Send what a session lacks of streams: what came since, or all, whole or in chunks."""
        if viewport is not None:
            member.viewport = viewport
        heads: list[bytes] = []  # these come in one patch, so that the tree is always a tree
        parts: list[bytes] = []
        lacking: list[str] = []
        for stream in names:
            held = 0 if stream in member.cut else have.get(stream, 0)
            member.cut.discard(stream)
            if held == self._streams.version(stream):
                continue
            changed = self._streams.since(stream, held)
            if not streams.is_cut(stream):
                heads.append(changed or self._streams.whole(stream))
            elif changed is not None:
                parts.append(changed)
            else:
                lacking.append(stream)
        room = limits.WHOLE_BYTES_MAX
        begun: list[str] = []
        for stream in self._nearest(lacking, member.viewport):
            small = self._streams.count(stream) * RECORD_BYTES < room
            if small and len(self._streams.pieces(stream)) <= 1:
                whole = self._streams.whole(stream)
                room -= len(whole)
                if room >= 0:
                    parts.append(whole)
                    continue
            begun.append(stream)
        lots = [heads, *_bounded(parts)] if heads else _bounded(parts)
        effects: list[Effect] = [Send((member.session,), protocol.patch(lot)) for lot in lots]
        effects.extend(self._begin(member, begun))
        return effects

    def _nearest(self, names: list[str], viewport: Box | None) -> list[str]:
        far = {
            stream: min(
                (streams.distance(piece.box, viewport) for piece in self._streams.pieces(stream)),
                default=0.0,
            )
            for stream in names
        }
        return sorted(names, key=lambda stream: (far[stream], streams.kind(stream)))

    def _begin(self, member: Member, names: Sequence[str]) -> list[Effect]:
        """Begin streams anew for a session, and put their chunks into its queue."""
        begun = set(names)
        queue = [piece for piece in member.queue if piece.stream not in begun]
        empty: list[str] = []
        for stream in names:
            pieces = self._streams.pieces(stream)
            queue.extend(pieces)
            member.left[stream] = len(pieces)
            if not pieces:
                del member.left[stream]
                empty.append(stream)
        order = streams.nearest([piece.box for piece in queue], member.viewport)
        member.queue = deque(queue[at] for at in order)
        effects: list[Effect] = []
        if names:
            versions = {stream: self._streams.version(stream) for stream in names}
            effects.append(Send((member.session,), encode(Begin(versions))))
        return effects + self._synced(member, empty)

    def _synced(self, member: Member, done: Sequence[str]) -> list[Effect]:
        ready = member.ready_owed and not member.queue
        if not done and not ready:
            return []
        member.ready_owed = member.ready_owed and not ready
        return [Send((member.session,), encode(Synced(tuple(done), ready)))]

    def _prune(self, member: Member) -> list[Effect]:
        """Send no more chunks of streams that are followed no longer."""
        followed = member.group.layers
        gone = {
            stream for stream in member.left if not followed.issuperset(streams.layers_of(stream))
        }
        if not gone:
            return []
        member.queue = deque(piece for piece in member.queue if piece.stream not in gone)
        for stream in gone:
            del member.left[stream]
        member.cut |= gone
        return self._synced(member, ())

    def drained(self, session: Session) -> list[Effect]:
        """The session's outbox has room: its next chunk. [] when it has all (or must wait).

        Call it after ``hello``, after a ``follow`` and whenever the outbox has drained, again
        and again until it gives []. Between ``decide`` and ``committed`` it gives [], and
        ``committed`` brings the chunk.
        """
        member = self._members.get(session)
        if member is None or not member.queue:
            return []
        if self._items is not None:
            self._waiting[session] = None
            return []
        if member.queue[0].is_whole:
            return self._next_wholes(member)
        piece = member.queue.popleft()
        effects: list[Effect] = [Send((session,), self._streams.chunk(piece))]
        member.left[piece.stream] -= 1
        if not member.left[piece.stream]:
            del member.left[piece.stream]
            effects.extend(self._synced(member, (piece.stream,)))
        return effects

    def _next_wholes(self, member: Member) -> list[Effect]:
        """The next streams of one chunk, whole, in one patch of about WHOLE_BYTES_MAX."""
        parts: list[bytes] = []
        names: list[str] = []
        room = limits.WHOLE_BYTES_MAX
        while member.queue and member.queue[0].is_whole and room > 0:
            stream = member.queue.popleft().stream
            del member.left[stream]
            names.append(stream)
            parts.append(self._streams.whole(stream))
            room -= len(parts[-1])
        patch = Send((member.session,), protocol.patch(parts))
        return [patch, *self._synced(member, names)]

    # -- presence, heartbeats, the end

    def _show(self, member: Member) -> None:
        member.here = True
        self._people.put(member.session, member.person(), member.following)

    def missed(self, session: Session) -> None:
        """A presence frame to the session was dropped: the next tick sends all of it again."""
        self._people.missed(session)

    def tick(self, now_s: float, at_ms: int = 0) -> list[Effect]:
        """Presence that is due, heartbeats, names to be noted, and the close of silent sessions.

        To be called PRESENCE_HZ times a second while there are sessions. ``at_ms`` as in ``hello``.
        """
        effects: list[Effect] = []
        if now_s - self._swept_s >= 1.0:
            self._swept_s = now_s
            for member in list(self._members.values()):
                silent_s = now_s - member.heard_s
                if silent_s >= limits.SILENCE_S:
                    self.leave(member.session)
                    effects.append(Close(member.session, 4011))
                    continue
                if silent_s >= limits.PRESENCE_EXPIRES_S and member.here:
                    member.here = False
                    self._people.hide(member.session)
                effects.extend(self._note_seat(member, now_s))
            self._people.expire(now_s)
        if self._items is None:  # else it would go by rights that are not durable yet
            for sessions, frame in self._people.frames():
                effects.append(Send(sessions, frame, "presence"))
            for sessions, tally in self._voting.tallies(now_s):
                effects.append(Send(sessions, encode(tally)))
        if now_s - self._beat_s >= limits.BEAT_S and self._members:
            self._beat_s = now_s
            effects.append(Send(self.sessions, encode(Beat(max(at_ms, self.board.at))), "presence"))
        return effects

    def goaway(self, after_ms: int) -> list[Effect]:
        """Tell all sessions that the server is about to close."""
        if not self._members:
            return []
        return [Send(self.sessions, encode(Goaway(after_ms)))]


def _nodes(touched: Mapping[str, tuple[int, set[str]]]) -> set[str]:
    """The nodes among what was touched."""
    bodies = (ids for stream, (_, ids) in touched.items() if streams.kind(stream) == "body")
    return {id for ids in bodies for id in ids}


def _bounded(parts: list[bytes]) -> list[list[bytes]]:
    """Parts in their order, in lots of about WHOLE_BYTES_MAX."""
    lots: list[list[bytes]] = []
    room = 0
    for part in parts:
        if len(part) > room:
            lots.append([])
            room = limits.WHOLE_BYTES_MAX
        lots[-1].append(part)
        room -= len(part)
    return lots
