"""Open boards: one task for each, which decides, makes durable, and tells.

A board's task goes round in turns. What one turn does is what came in while the one before it
waited for the disk, so that the more there is to do, the more is done at once::

    hellos -> room.decide(submits) -> await log.append -> room.committed()
           -> the other frames -> heartbeats and presence -> one chunk for each that lacks some

Ballots go to a file of their own (server/ballots.py), beside the turns, and count once they are
durable there.

What was written in a private round that ended without names is erased from the log, beside the
turns as well; if that fails, or is cut off, it is done when the board is opened again.

Nobody reads the board between ``decide`` and the end of the append: neither a hello nor
``read``. So nothing is seen before it is durable.

What can go wrong with the log, and what follows:

- another writer was first (Behind): the board is built again from the log, and the same
  requests are decided again after the winner's entries;
- anything else, or no answer within APPEND_S: nobody knows whether the entries (or the ballots)
  are durable.
  All sockets are closed (1012), the board is let go, and its next use reads the log;
- the board cannot be loaded: nothing is served and nothing is saved. A board is only ever new
  by ``Boards.create``;
- an entry cannot be read: the board is served as it was before it, and refuses every submit.
"""

import asyncio
import gc
import logging
import secrets
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Final, Protocol, TypeVar

from board import limits
from board.ops import AnyOp, Body, Entry, PrivateOpen
from board.private import Erasing, Erasure, erasure
from board.replay import fold, restore, snapshot
from board.state import Board
from server import metrics
from server.access import revoked
from server.ballots import Ballots, MemoryBallots
from server.find import Finder
from server.log import Behind, Log, Removed, Unreadable, check_board_name
from server.polls import Poll
from server.protocol import (
    Ack,
    Conflict,
    Hello,
    Inbound,
    Lane,
    Reject,
    Submit,
    Undo,
)
from server.questions import Unanswered
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
    Session,
)
from server.sockets import Framed
from server.voting import Destroy, Keep

T = TypeVar("T")

GOAWAY_AFTER_MS: Final = 1_000
_BEHIND_MAX: Final = 8  # times in a row that another writer may be first
_CHUNK: Final = b'{"t":"chunk",'
_PATCH: Final = b'{"t":"patch",'
_PART: Final = b'{"stream":"'  # how each part of a patch begins; no text can hold these bytes

_log = logging.getLogger(__name__)


class NoSuchBoard(LookupError):
    """There is no board of this name."""


class BoardExists(Exception):
    """There is a board of this name already."""


class NameUsed(BoardExists):
    """There was a board of this name: its share links would open the new one."""


class NotCreated(Exception):
    """The operations of a new board were refused: ``outcome`` says which and why."""

    def __init__(self, outcome: Reject | Conflict) -> None:
        super().__init__(outcome)
        self.outcome = outcome


class Unavailable(Exception):
    """The board cannot be used now: its log failed, or the server is stopping. Try again."""


class Member(Protocol):
    """One connection, as the board's task sees it (server/wire.py has the real one)."""

    session: Session

    @property
    def clear(self) -> bool:
        """Whether its outbox has room for a chunk."""

    def send(self, message: Framed, lane: Lane) -> bool:
        """Queue a message. False: it was presence, and was dropped."""

    def close(self, code: int) -> None:
        """Send what is queued, then close."""

    def taken(self, size_bytes: int) -> None:
        """A frame of its inbox has been taken out."""


class Live:
    """One open board: its Room, the task that runs it, and the members that it talks to.

    Made by ``Boards.open``. ``unreadable`` is the entry of the log that cannot be read, if
    there is one: then the board only shows what was before it. ``poll`` are the ballots of its
    open round that ``ballots`` has kept.
    """

    def __init__(
        self,
        name: str,
        log: Log,
        board: Board,
        unreadable: Unreadable | None,
        ballots: Ballots,
        poll: Poll | None,
    ) -> None:
        self.name = name
        self.unreadable = unreadable
        self.used_s = time.monotonic()
        self._log = log
        self._ballots = ballots
        self._room = Room(board, epoch=board.epoch + 1, salt=_salt, poll=poll)
        self.counts = self._room.counts
        self._members: dict[Session, Member] = {}
        self._hellos: deque[tuple[Member, Identity, Hello]] = deque()
        self._requests: deque[tuple[Request | Command, int]] = deque()  # and its size in bytes
        self._frames: deque[tuple[Session, Inbound | Reject, int]] = deque()
        self._lacking: dict[Session, None] = {}  # may lack chunks; in the order of their turns
        self._replies: dict[int, asyncio.Future[Ack | Reject | Conflict]] = {}
        self._framed: OrderedDict[bytes, Framed] = OrderedDict()  # chunks, newest use last
        self._framed_bytes = 0
        self._snapshot_seq = board.seq
        self._next_commit_s = 0.0
        self._next_tick_s = 0.0
        self._next_expiry_s = 0.0
        self._key = 0
        self._finder: Finder | None = None  # once somebody has asked
        self._looks: deque[Look] = deque()
        self._looking: asyncio.Task[None] | None = None
        self._keeps: deque[Keep | Destroy] = deque()  # to be done with ballots, in this order
        self._keeping: asyncio.Task[None] | None = None
        self._lost: BaseException | None = None  # what ended that
        self._erased: Erasure | None = None  # what has been, or is being, erased
        self._erasing: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()
        self._settled = asyncio.Event()  # no decided entry waits for the log
        self._settled.set()
        self._draining = False
        self._removing = False
        self._failed: Unavailable | None = None
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._task = asyncio.create_task(self._run(), name=f"board {name}")

    # -- for HTTP and the administrator

    async def read(self, fn: Callable[[Board], T]) -> T:
        """What ``fn`` makes of the board, between two commits. It must not change or keep it.

        Raises Unavailable.
        """
        while not self._settled.is_set():
            await self._settled.wait()
        if self._failed is not None:
            raise self._failed
        self.used_s = time.monotonic()
        return fn(self._room.board)

    async def submit(self, ops: Sequence[AnyOp], author: str = "") -> Ack | Reject | Conflict:
        """Have the administrator's operations done, all or none.

        Ack: they are durable. Raises Unavailable: it is not known whether they were done.
        """
        if self._failed is not None or self._draining:
            raise self._failed or Unavailable("the server is stopping")
        if self.unreadable is not None:
            return _damaged(0, self.unreadable)
        self._key += 1
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Ack | Reject | Conflict] = loop.create_future()
        self._replies[self._key] = future
        self._requests.append((Command(self._key, tuple(ops), author), 0))
        self._wake.set()
        return await future

    # -- for the members

    @property
    def members(self) -> int:
        """How many connections there are."""
        return len(self._members)

    @property
    def durable(self) -> int:
        """The seq of the last entry that is known to be durable."""
        return self._room.durable

    @property
    def usable(self) -> bool:
        """Whether it is still open to be used."""
        return self._failed is None and not self._draining

    def join(self, member: Member, identity: Identity, hello: Hello) -> None:
        """Let a connection in; the room answers, or closes it."""
        if self._failed is not None or self._draining:
            member.close(1012)
        else:
            self._members[member.session] = member
            self._hellos.append((member, identity, hello))
            self._wake.set()

    def receive(self, session: Session, frame: Inbound | Reject, size_bytes: int) -> None:
        """Put a frame of a member into the inbox. It only enqueues."""
        if isinstance(frame, Submit | Undo) and self.unreadable is not None:
            frame = _damaged(frame.n, self.unreadable)
        if self._draining:
            return  # it was not acknowledged, so it will be sent again
        if isinstance(frame, Submit | Undo):
            if not self._requests:
                self._wake.set()
            self._requests.append((Request(session, frame), size_bytes))
        else:
            self._frames.append((session, frame, size_bytes))
            self._wake.set()

    def drained(self, session: Session) -> None:
        """A member's outbox has room again."""
        if session in self._members:
            self._lacking[session] = None
            self._wake.set()

    def leave(self, session: Session) -> None:
        """A connection has ended."""
        if self._members.pop(session, None) is not None:
            self._lacking.pop(session, None)
            self._perform(self._room.leave(session))

    # -- the task

    async def _run(self) -> None:
        try:
            self._erase_when_due()
            while not (self._draining and self._idle()):
                await self._wait()
                await self._turn()
            if self._removing:
                self._close_all(4004)
            else:
                self._perform(self._room.goaway(GOAWAY_AFTER_MS))
                self._close_all(1012)
                await self._save()
        except Exception as error:
            self._fail(error)
        except asyncio.CancelledError as error:
            self._fail(error)
            raise
        finally:
            if self._failed is None:
                self._failed = Unavailable("the board was let go")
            self._settled.set()
            if self._looking is not None:
                self._looking.cancel()
            if self._keeping is not None:
                self._keeping.cancel()
            if self._erasing is not None:
                self._erasing.cancel()
            self._let_finder_go()
            if not self.ended.done():
                self.ended.set_result(None)

    def _idle(self) -> bool:
        beside = self._keeping is not None or self._erasing is not None
        return not self._requests and self._settled.is_set() and not beside

    async def _wait(self) -> None:
        """Wait for something to do; what one turn of the event loop reads is taken at once."""
        delay_s = self._delay_s()
        if delay_s > 0:
            try:
                async with asyncio.timeout(delay_s):
                    await self._wake.wait()
            except TimeoutError:
                pass
        else:
            await asyncio.sleep(0)
        self._wake.clear()

    def _delay_s(self) -> float:
        if self._draining:
            # what is done beside the turns says when it has ended
            return 0.0 if self._requests else limits.APPEND_S
        if any(self._members[held].clear for held in self._lacking):
            return 0.0
        due = [self._next_tick_s if self._members else self.used_s + limits.UNUSED_S]
        if self._requests:
            due.append(self._next_commit_s)
        return max(0.0, min(due) - time.monotonic())

    async def _turn(self) -> None:
        if self._lost is not None:
            raise self._lost
        now_s = time.monotonic()
        await self._expire_links(now_s)
        # what comes in while a commit is under way is for the next turn, hellos before frames
        hellos, self._hellos = self._hellos, deque()
        frames, self._frames = self._frames, deque()
        for member, identity, hello in hellos:
            if member.session in self._members:
                self._lacking[member.session] = None
                self._perform(self._room.hello(member.session, identity, hello, now_s, _at_ms()))
        if self._requests and (now_s >= self._next_commit_s or self._draining):
            self._next_commit_s = now_s + limits.TURN_MS / 1000
            await self._commit(self._take(), now_s)
        for session, frame, size_bytes in frames:
            if (sender := self._members.get(session)) is not None:
                sender.taken(size_bytes)
                assert not isinstance(frame, Submit | Undo)
                self._lacking[session] = None
                self._perform(self._room.receive(session, frame, now_s))
        if self._members and now_s >= self._next_tick_s:
            self._next_tick_s = now_s + 1 / limits.PRESENCE_HZ
            self._perform(self._room.tick(now_s, _at_ms()))
        if self._finder is not None and now_s - self._finder.used_s >= limits.UNUSED_S:
            self._let_finder_go()
        if self._members:
            self.used_s = now_s
        elif now_s - self.used_s >= limits.UNUSED_S:
            self._draining = True
        for session in list(self._lacking):
            self._send_chunk(session)

    async def _expire_links(self, now_s: float) -> None:
        """Revoke the links whose time is over, before anybody is let in by one of them."""
        if now_s < self._next_expiry_s or self.unreadable is not None:
            return
        self._next_expiry_s = now_s + 1.0
        at_ms = _at_ms()
        over = tuple(
            revoked(link)
            for link in self._room.board.links.values()
            if 0 < link.expires_ms <= at_ms
        )
        if over:
            await self._commit([Command(0, over)], now_s)

    def _take(self) -> list[Request | Command]:
        """The requests of one batch: as many as came in, within TURN_OPS_MAX operations."""
        requests: list[Request | Command] = []
        ops = 0
        while self._requests and ops < limits.TURN_OPS_MAX:
            request, size_bytes = self._requests[0]
            if requests and _opens_private(request):
                break  # what comes before it may end the last private round: see _commit
            self._requests.popleft()
            if isinstance(request, Request):
                member = self._members.get(request.session)
                if member is None:
                    continue  # it has gone, and will send this again
                member.taken(size_bytes)
            ops += len(request.ops) or 1
            requests.append(request)
        return requests

    async def _commit(self, requests: list[Request | Command], now_s: float) -> None:
        if self._erasing is not None and any(map(_opens_private, requests)):
            # the board remembers one private round: the one before it is erased by then
            await asyncio.wait([self._erasing])
            if self._lost is not None:
                raise self._lost
        self._settled.clear()
        entries = self._room.decide(requests, _at_ms(), now_s)
        tries = 0
        while entries:
            try:
                async with asyncio.timeout(limits.APPEND_S):
                    with metrics.APPEND_SECONDS.time():
                        await self._log.append(self.name, self._room.durable, entries)
                break
            except Behind:
                tries += 1
                if tries > _BEHIND_MAX:
                    raise
                durable = self._room.durable
                async with asyncio.timeout(limits.LOAD_S):
                    board, _ = await load(self._log, self.name, until=durable)
                    winners = await _after(self._log, self.name, durable)
                entries = self._room.behind(board, winners, _at_ms())
        self._settled.set()
        self.counts["batches"] += 1
        self.counts["entries"] += len(entries)
        self._perform(self._room.committed())
        self._erase_when_due()
        await self._save_when_due()

    def _send_chunk(self, session: Session) -> None:
        member = self._members.get(session)
        if member is None:
            self._lacking.pop(session, None)
        elif member.clear:
            effects = self._room.drained(session)
            if effects:
                self._perform(effects)
            else:
                self._lacking.pop(session, None)
        # else it stays, until its outbox has drained

    def _perform(self, effects: Iterable[Effect]) -> None:
        for effect in effects:
            match effect:
                case Send(sessions, frame, lane):
                    message = self._frame(frame)
                    self.counts["bytes"] += len(frame) * len(sessions)
                    for session in sessions:
                        member = self._members.get(session)
                        if member is not None and not member.send(message, lane):
                            self._room.missed(session)
                case Close(session, code):
                    self._lacking.pop(session, None)
                    leaver = self._members.pop(session, None)
                    if leaver is not None:
                        leaver.close(code)
                case Look():
                    self._looks.append(effect)
                    if self._looking is None:
                        self._looking = asyncio.create_task(self._look(), name=f"find {self.name}")
                case Keep() | Destroy():
                    self._keeps.append(effect)
                    if self._keeping is None:
                        self._keeping = asyncio.create_task(
                            self._keep(), name=f"ballots {self.name}"
                        )
                case Record(ops, author):
                    self._requests.append((Command(0, ops, author), 0))
                    self._wake.set()
                case Reply(key, outcome):
                    future = self._replies.pop(key, None)
                    if future is not None and not future.done():
                        future.set_result(outcome)

    # -- ballots

    async def _keep(self) -> None:
        """Make ballots durable, all at once that have come in meanwhile, and destroy others."""
        try:
            while self._keeps:
                keeps: list[Keep] = []
                while self._keeps and isinstance(first := self._keeps[0], Keep):
                    keeps.append(first)
                    self._keeps.popleft()
                if keeps:
                    async with asyncio.timeout(limits.APPEND_S):
                        await self._ballots.cast(self.name, [keep.cast for keep in keeps])
                    self._perform(self._room.kept(keeps))
                elif isinstance(ended := self._keeps.popleft(), Destroy):
                    async with asyncio.timeout(limits.APPEND_S):
                        await self._ballots.destroy(self.name, ended.round)
        except Exception as error:
            self._lost = error
        self._keeping = None
        self._wake.set()

    # -- what was written privately

    def _erase_when_due(self) -> None:
        """Begin to erase what was written in a private round that ended without names."""
        due = erasure(self._room.board.private)
        if due is None or due == self._erased or self.unreadable is not None:
            return
        former, self._erased = self._erasing, due
        self._erasing = asyncio.create_task(self._erase(due, former), name=f"erase {self.name}")

    async def _erase(self, due: Erasure, former: asyncio.Task[None] | None) -> None:
        try:
            if former is not None:
                await asyncio.wait([former])
            bodies = await _private_bodies(self._log, self.name, due)
            if bodies:
                await self._log.redact(self.name, bodies)
                self._snapshot_seq = 0  # there is none any more
        except Exception as error:
            self._lost = error
        if self._erasing is asyncio.current_task():
            self._erasing = None
        self._wake.set()

    # -- frames

    def _frame(self, frame: bytes) -> Framed:
        # All of a chunk is one stream, which has one audience. A patch may join what one person
        # writes with what that person must not know, so each of its parts is compressed alone.
        if len(frame) < limits.DEFLATE_BYTES_MIN:
            return Framed(frame)
        if frame.startswith(_PATCH):
            return Framed(frame, deflate=True, cut=_PART)
        if not frame.startswith(_CHUNK):
            return Framed(frame)
        message = self._framed.pop(frame, None)
        if message is None:
            message = Framed(frame, deflate=True)
            self._framed_bytes += len(message.plain)
        self._framed[frame] = message
        while self._framed_bytes > limits.FRAMED_BYTES_MAX:
            _, oldest = self._framed.popitem(last=False)
            self._framed_bytes -= len(oldest.plain)
        return message

    # -- questions

    async def _look(self) -> None:
        """Answer what was asked, one after the other, beside the turns."""
        while self._looks:
            while not self._settled.is_set():
                await self._settled.wait()
            if self._failed is not None:
                break
            look = self._looks.popleft()
            if look.session not in self._members:
                continue
            self._finder = self._finder or Finder()
            try:
                result = await self._finder.answer(
                    self._room.glean(), look.role, look.frame.question, look.also
                )
            except Exception:
                # whatever it was, it is no reason to let the board go
                _log.error("board %s: a question has no answer", self.name, exc_info=True)
                result = Unanswered("failed", "this could not be answered")
                self._let_finder_go()
            self._perform(self._room.answered(look, result))
        self._looking = None

    def _let_finder_go(self) -> None:
        if self._finder is not None:
            self._finder.close()
            self._finder = None
            self._room.forget()

    # -- the end

    async def drain(self) -> None:
        """Finish what came in, acknowledge it, close all members (1012) and let the board go."""
        self._draining = True
        self._wake.set()
        await asyncio.wait([self._task])

    async def dissolve(self) -> None:
        """Finish what came in, close all members for good (4004) and let the board go."""
        self._removing = True
        await self.drain()

    async def stop(self) -> None:
        """Let the board go at once, whatever has not been done."""
        self._task.cancel()
        await asyncio.wait([self._task])

    def _fail(self, error: BaseException) -> None:
        # whatever happened, what is in memory may be more, or less, than what is durable
        if isinstance(error, asyncio.CancelledError):
            _log.error("board %s is let go before it was drained", self.name)
        else:
            _log.error("board %s is let go and will be loaded anew", self.name, exc_info=error)
        self._failed = Unavailable(f"board {self.name} is being loaded anew")
        for future in self._replies.values():
            if not future.done():
                future.set_exception(self._failed)
                future.exception()  # whoever waited may have gone
        self._replies.clear()
        self._close_all(1012)

    def _close_all(self, code: int) -> None:
        members, self._members = self._members, {}
        for member in members.values():
            member.close(code)

    # -- snapshots

    async def _save_when_due(self) -> None:
        board = self._room.board
        # writing a snapshot takes as long as the board is large, so a large board waits longer
        things = len(board.graph) + len(board.relations)
        entries = max(limits.SNAPSHOT_ENTRIES, things // 10)
        if board.seq - self._snapshot_seq >= entries:
            await self._save()

    async def _save(self) -> None:
        board = self._room.board
        if board.seq == self._snapshot_seq or board.seq != self._room.durable:
            return
        try:
            async with asyncio.timeout(limits.APPEND_S):
                await self._log.save_snapshot(self.name, board.seq, snapshot(board))
            self._snapshot_seq = board.seq
        except Exception as error:
            _log.warning("board %s: no snapshot was saved", self.name, exc_info=error)


class Boards:
    """All boards of one log. A board is opened when it is first used, and let go when unused.

    ``draining``: the server is stopping, and opens no board any more.
    """

    def __init__(self, log: Log, ballots: Ballots | None = None) -> None:
        self.ballots = MemoryBallots() if ballots is None else ballots
        self.draining = False
        self.counts: Counter[str] = Counter()  # of boards that were let go, and of wires
        self.sockets = 0
        self.log = log
        self._lives: dict[str, Live] = {}
        self._opening: dict[str, asyncio.Task[Live]] = {}
        self._removing: set[str] = set()
        self._drain: asyncio.Task[None] | None = None

    async def open(self, name: str) -> Live:
        """The open board of this name. Raises NoSuchBoard, Unavailable."""
        if self.draining:
            raise Unavailable("the server is stopping")
        if name in self._removing:
            raise NoSuchBoard(name)
        live = self._lives.get(name)
        if live is not None and live.usable:
            live.used_s = time.monotonic()
            return live
        opening = self._opening.get(name)
        if opening is None:
            opening = asyncio.create_task(self._open(name), name=f"open {name}")
            self._opening[name] = opening
            opening.add_done_callback(partial(self._opened, name))
        return await asyncio.shield(opening)

    async def create(self, name: str, ops: Sequence[AnyOp], author: str = "") -> None:
        """Make a new board of these operations, as one commit: all of it is there, or nothing.

        Raises BoardExists, NotCreated, Unavailable (it is not known whether it was made), and
        ValueError for a name that cannot be a board's.
        """
        check_board_name(name)
        if self.draining:
            raise Unavailable("the server is stopping")
        if await self.last(name):
            raise BoardExists(name)
        room = Room(Board(), epoch=1, salt=_salt)
        command = Command(0, tuple(ops), author)
        # in a thread: an import may hold a hundred thousand operations
        entries = await asyncio.to_thread(room.decide, [command], _at_ms(), time.monotonic())
        if entries:
            try:
                async with asyncio.timeout(limits.LOAD_S):
                    await self.log.append(name, 0, entries)
            except Behind as error:
                raise BoardExists(name) from error
            except Removed as error:
                raise NameUsed(name) from error
            except Exception as error:
                raise Unavailable(f"board {name} may not have been made") from error
        for effect in room.committed():
            if isinstance(effect, Reply) and isinstance(effect.outcome, Reject | Conflict):
                raise NotCreated(effect.outcome)

    async def names(self) -> list[str]:
        """The names of all boards, sorted."""
        return [name for name in await self.log.boards() if name not in self._removing]

    async def glance(self, name: str, fn: Callable[[Board], T]) -> T:
        """What ``fn`` makes of a board as it is durable now, without keeping it open for that.

        For lists of many boards: one that is not open is loaded and let go again. ``fn`` must
        not change or keep it. Raises NoSuchBoard, Unavailable.
        """
        if self.draining:
            raise Unavailable("the server is stopping")
        live = self._lives.get(name)
        if live is not None and live.usable:
            return await live.read(fn)
        if name in self._removing or not await self.last(name):
            raise NoSuchBoard(name)
        board, _ = await self._loaded(name)
        if not board.seq and not await self.last(name):
            raise NoSuchBoard(name)  # it was removed meanwhile
        return fn(board)

    async def remove(self, name: str) -> None:
        """Remove a board for good; who is on it is closed (4004).

        Raises NoSuchBoard, and Unavailable: it is not known whether it was removed.
        """
        if self.draining:
            raise Unavailable("the server is stopping")
        if name in self._removing:
            raise NoSuchBoard(name)
        self._removing.add(name)
        try:
            if (opening := self._opening.get(name)) is not None:
                await asyncio.wait([opening])
            if (live := self._lives.get(name)) is not None:
                await live.dissolve()
            async with asyncio.timeout(limits.LOAD_S):
                await self.log.remove(name)
                await self.ballots.destroy(name)
        except LookupError as error:
            raise NoSuchBoard(name) from error
        except Exception as error:
            _log.error("board %s may not have been removed", name, exc_info=error)
            raise Unavailable(f"board {name} may not have been removed") from error
        finally:
            self._removing.discard(name)

    async def sweep(self) -> None:
        """Destroy the ballots of rounds that are no longer open: what a crash has left behind.

        To be called before boards are used. A board that cannot be read keeps its ballots.
        """
        for name in await self.ballots.boards():
            if not await self.last(name):
                await self.ballots.destroy(name)
                continue
            try:
                board, unreadable = await self._loaded(name)
            except Unavailable:
                continue
            await self._poll(name, board, unreadable)

    async def _poll(self, name: str, board: Board, unreadable: Unreadable | None) -> Poll | None:
        """The kept ballots of the round that is open; those of all others are destroyed."""
        polls = await self.ballots.polls(name)
        open = board.open_round
        poll = None if open is None else polls.pop(open.id, None)
        if unreadable is None:  # else rounds may have been opened behind it
            for round in polls:
                await self.ballots.destroy(name, round)
        return poll

    @property
    def lives(self) -> list[Live]:
        """The boards that are open now."""
        return list(self._lives.values())

    def tally(self) -> Counter[str]:
        """What has been done since the start: entries, batches, bytes sent, closes by code."""
        total = Counter(self.counts)
        for live in self._lives.values():
            total += live.counts
        return total

    def shutdown(self) -> None:
        """Begin to drain: see ``drain``. It returns at once."""
        self.draining = True
        if self._drain is None:
            self._drain = asyncio.create_task(self._drain_all(), name="drain")

    async def drain(self) -> None:
        """Take nothing more; commit and acknowledge what came in; say goaway, close with 1012.

        Done within DRAIN_S; what takes longer is cut off. May be called again.
        """
        self.shutdown()
        assert self._drain is not None
        await asyncio.shield(self._drain)

    async def _drain_all(self) -> None:
        lives = self.lives
        if not lives:
            return
        drains = [asyncio.create_task(live.drain()) for live in lives]
        _, late = await asyncio.wait(drains, timeout=limits.DRAIN_S)
        for drain in late:
            drain.cancel()
        for live in lives:
            if not live.ended.done():
                _log.error("board %s could not be drained in time", live.name)
                await live.stop()

    async def _open(self, name: str) -> Live:
        former = self._lives.get(name)
        if former is not None:
            await asyncio.wait([former.ended])
        if not await self.last(name):
            raise NoSuchBoard(name)
        board, unreadable = await self._loaded(name)
        # a collection of garbage would go through every record of the board, for nothing
        gc.freeze()
        if self.draining:
            raise Unavailable("the server is stopping")
        try:
            async with asyncio.timeout(limits.APPEND_S):
                poll = await self._poll(name, board, unreadable)
        except Exception as error:
            _log.error("the ballots of board %s cannot be read", name, exc_info=error)
            raise Unavailable(f"the ballots of board {name} cannot be read") from error
        if self.draining:
            raise Unavailable("the server is stopping")
        live = Live(name, self.log, board, unreadable, self.ballots, poll)
        self._lives[name] = live
        live.ended.add_done_callback(lambda _: self._let_go(live))
        return live

    async def _loaded(self, name: str) -> tuple[Board, Unreadable | None]:
        try:
            async with asyncio.timeout(limits.LOAD_S):
                return await load(self.log, name)
        except Exception as error:
            _log.error("board %s cannot be loaded", name, exc_info=error)
            raise Unavailable(f"board {name} cannot be loaded") from error

    def _opened(self, name: str, opening: asyncio.Task[Live]) -> None:
        del self._opening[name]
        if not opening.cancelled():
            opening.exception()  # whoever waited for it may have gone

    async def last(self, name: str) -> int:
        """The seq that the log of a board stands at, 0 when there is none. Raises Unavailable."""
        live = self._lives.get(name)
        if live is not None and live.usable:
            return live.durable
        try:
            async with asyncio.timeout(limits.APPEND_S):
                return await self.log.last(name)
        except Exception as error:
            _log.error("the log cannot be read", exc_info=error)
            raise Unavailable("the log cannot be read") from error

    def _let_go(self, live: Live) -> None:
        if self._lives.get(live.name) is not live:
            return
        del self._lives[live.name]
        self.counts += live.counts
        if not self.draining:
            # what was frozen is never collected, and a graph refers to itself
            gc.unfreeze()
            gc.collect()
            gc.freeze()


async def load(log: Log, name: str, until: int | None = None) -> tuple[Board, Unreadable | None]:
    """A board from its newest snapshot and the entries after it, or from its entries alone.

    ``until``: only up to this seq. An entry that cannot be read ends it there, and comes back
    beside the board as it was before. Raises board.apply.BrokenLog, and what the log raises.
    """
    board = Board()
    held = await log.snapshot(name)
    if held is not None and (until is None or held[0] <= until):
        try:
            board = await asyncio.to_thread(restore, held[1])
        except Exception as error:
            # a snapshot is a cache: another version's, say, or one that is not sound, is left aside
            _log.warning("board %s: the snapshot cannot be used: %s", name, error)
            board = Board()
    while until is None or board.seq < until:
        limit = limits.READ_ENTRIES
        if until is not None:
            limit = min(limit, until - board.seq)
        try:
            entries = await log.read(name, board.seq, limit)
        except Unreadable as unreadable:
            return board, unreadable
        if not entries:
            break
        # in a thread, so that other boards go on meanwhile; nobody else knows this one yet
        await asyncio.to_thread(fold, entries, board)
    return board, None


async def _after(log: Log, name: str, seq: int) -> list[Entry]:
    found: list[Entry] = []
    while more := await log.read(name, seq + len(found), limits.READ_ENTRIES):
        found += more
    return found


async def _private_bodies(log: Log, name: str, due: Erasure) -> dict[int, Body]:
    """The bodies of entries without what was written in a private round, of those that hold any."""
    erasing = Erasing(due.number)
    found: dict[int, Body] = {}
    at = due.since - 1
    while at < due.until:
        entries = await log.read(name, at, min(limits.READ_ENTRIES, due.until - at))
        if not entries:
            break
        found |= erasing.bodies(entries)
        at = entries[-1].header.seq
    return found


def _opens_private(request: Request | Command) -> bool:
    return any(isinstance(op, PrivateOpen) for op in request.ops)


def _damaged(n: int, unreadable: Unreadable) -> Reject:
    why = f"the board can only be read: entry {unreadable.seq} of its log is damaged"
    return Reject(n, "damaged", why)


def _salt() -> str:
    return secrets.token_hex(16)


def _at_ms() -> int:
    return time.time_ns() // 1_000_000
