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

from collections.abc import Callable, Sequence

from msgspec import Struct

from board.ops import AnyOp, Entry
from board.state import Board
from server.protocol import (
    Ack,
    Beat,
    Conflict,
    Follow,
    Hello,
    Here,
    Lane,
    Reject,
    Submit,
    Undo,
    Unfollow,
)

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


Effect = Send | Close | Reply


class Room:
    """The sessions of one board, and what they follow.

    ``board`` stands at a durable seq. ``epoch`` is the term of this writer: above that of every
    entry in the log. ``salt`` gives a fresh random text for each entry.
    """

    def __init__(self, board: Board, *, epoch: int, salt: Callable[[], str]) -> None:
        self.board = board
        self.epoch = epoch
        self.durable: int = board.seq  # the seq that the log stands at, as far as is known

    @property
    def sessions(self) -> Sequence[Session]:
        """All sessions that are here, in order of arrival."""
        raise NotImplementedError

    # -- entries

    def decide(
        self, requests: Sequence[Request | Command], at_ms: int, now_s: float
    ) -> list[Entry]:
        """Decide requests in their order, and apply what they come to.

        Returns the entries to append after ``durable``. Replies are kept until ``committed``,
        which is to be called even when there are no entries. ``at_ms`` is the time of day in
        milliseconds since 1970 UTC, ``now_s`` a clock that never goes back.
        """
        raise NotImplementedError

    def committed(self) -> list[Effect]:
        """What is told now that the entries are durable: patches, then replies, then closes."""
        raise NotImplementedError

    def behind(self, board: Board, winners: Sequence[Entry], at_ms: int) -> list[Entry]:
        """Another writer was first: begin again after its entries.

        ``board`` is a fresh board at the seq ``durable``; ``winners`` are the entries of the log
        after it. Returns what the same requests come to now; they are appended after ``durable``
        (which now counts the winners) and ``committed`` tells of both.
        """
        raise NotImplementedError

    # -- sessions

    def hello(
        self, session: Session, identity: Identity, frame: Hello, now_s: float
    ) -> list[Effect]:
        """A session joins: welcome, and what it lacks; or a Close that says why not.

        What does not fit into the first frames is pulled by ``drained``.
        """
        raise NotImplementedError

    def receive(
        self,
        session: Session,
        frame: Follow | Unfollow | Here | Beat | Hello | Reject,
        now_s: float,
    ) -> list[Effect]:
        """A frame that asks for no entry; or the Reject that ``protocol.decode`` made of one.

        Nothing happens for a session that is not here (any more).
        """
        raise NotImplementedError

    def refuse(self, request: Request) -> list[Effect]:
        """Answer a submit that there is no room for in the inbox: it is to be sent again."""
        raise NotImplementedError

    def leave(self, session: Session) -> list[Effect]:
        """A session's connection has ended. Nothing happens when it is not here."""
        raise NotImplementedError

    def drained(self, session: Session) -> list[Effect]:
        """The session's outbox has room: its next chunk. [] when it has all (or must wait).

        Call it after ``hello``, after a ``follow`` and whenever the outbox has drained, again
        and again until it gives []. Between ``decide`` and ``committed`` it gives [], and
        ``committed`` brings the chunk.
        """
        raise NotImplementedError

    def missed(self, session: Session) -> None:
        """A presence frame to the session was dropped: the next tick sends all of it again."""
        raise NotImplementedError

    def tick(self, now_s: float) -> list[Effect]:
        """Presence that is due, heartbeats, and the close of silent sessions.

        To be called PRESENCE_HZ times a second while there are sessions.
        """
        raise NotImplementedError

    def goaway(self, after_ms: int) -> list[Effect]:
        """Tell all sessions that the server is about to close."""
        raise NotImplementedError
