"""One connection: a reader that only enqueues, and an outbox that never waits.

A wire goes through: opened -> hello and its ticket -> member of a Live board -> closed. What
comes in is decoded and put into the board's inbox at once; when too much of it waits there,
nothing more is read. What goes out is one of three:

- **clear**: the system takes what is written about as fast as it comes;
- **behind**: more than OUTBOX_CLEAR_BYTES_MAX has not been taken. Presence is dropped, and no
  chunk is asked for;
- **parked**: more than OUTBOX_BYTES_MAX has not been taken. Frames wait beside the outbox (they
  are the same bytes for everybody, so waiting costs next to nothing), in order. The socket is
  closed (4008) when more than PARKED_BYTES_MAX wait or when it does not get clear within
  PARKED_S; it comes back and resumes from the versions that it has.

Its carrier is a Socket. ``live_route`` is the endpoint of the websocket: on uvicorn with
server/sockets.py it talks to the socket directly; on any other ASGI server, over plain ASGI
messages. Where a proxy lets no websocket through, server/events.py carries the same frames.
"""

import asyncio
import itertools
import logging
from collections import deque
from typing import Final, Protocol

import msgspec
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from board import limits
from server.access import Access
from server.live import Boards, Live, NoSuchBoard, Unavailable
from server.protocol import (
    CLOSE_CODES,
    PROTOCOL,
    Hello,
    Inbound,
    Lane,
    Reject,
    Unreadable,
    decode,
)
from server.room import Bucket, Identity, Session
from server.sockets import DIRECT, DirectSocket, Framed, Listener

LIVE_PATH: Final = "/api/boards/{board}/live"

_log = logging.getLogger(__name__)
_sessions = itertools.count(1)


class _Opening(msgspec.Struct):
    """What every version of hello has."""

    t: str = ""
    protocol: int = 0


_opening = msgspec.json.Decoder(_Opening)


class Socket(Protocol):
    """What a wire needs of its carrier: see server/sockets.py, DirectSocket."""

    @property
    def clear(self) -> bool: ...

    @property
    def backlog_bytes(self) -> int: ...

    def write(self, message: Framed) -> None: ...

    def close(self, code: int, reason: str = "") -> None: ...

    def abort(self) -> None: ...

    def pause(self) -> None: ...

    def resume(self) -> None: ...


class Wire:
    """One connection to one board: the Listener of its socket, and a Member of its board."""

    def __init__(self, socket: Socket, boards: Boards, access: Access, board: str) -> None:
        self.session: Session = next(_sessions)
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._socket = socket
        self._boards = boards
        self._access = access
        self._board = board
        self._loop = asyncio.get_running_loop()
        self._live: Live | None = None
        self._joining: asyncio.Task[None] | None = None
        self._early: list[tuple[Inbound | Reject, int]] = []  # came before the board was open
        self._closing = False
        self._hello_timer: asyncio.TimerHandle | None = None
        # inbox
        self._bucket = Bucket(
            limits.RATE_FRAMES_S, limits.RATE_FRAMES_BURST, asyncio.get_running_loop().time()
        )
        self._inbox = 0
        self._inbox_bytes = 0
        self._paused = False
        # outbox
        self._parked: deque[Framed] = deque()
        self._parked_bytes = 0
        self._parked_timer: asyncio.TimerHandle | None = None

    def open(self) -> None:
        """The opening handshake is done: hello has HELLO_S to come."""
        if self._boards.draining:
            self.close(1012)
        elif self._boards.sockets > limits.SOCKETS_MAX:
            self.close(4013)
        elif self._joining is None:
            self._hello_timer = self._loop.call_later(limits.HELLO_S, self.close, 4002)

    # -- what the socket calls (server/sockets.py, Listener)

    def text(self, raw: bytes) -> None:
        """Decode a frame and enqueue it."""
        if self._closing or not self._spend():
            return
        if self._joining is None:
            if self._hello_timer is not None:
                self._hello_timer.cancel()
            self._joining = self._loop.create_task(self._join(bytes(raw)))
            return
        try:
            frame = decode(raw)
        except Unreadable:
            self.close(4000)
            return
        size_bytes = len(raw)
        self._inbox += 1
        self._inbox_bytes += size_bytes
        if self._inbox >= limits.INBOX_MAX or self._inbox_bytes >= limits.INBOX_BYTES_MAX:
            self._paused = True
            self._socket.pause()
        if self._live is None:
            self._early.append((frame, size_bytes))
        else:
            self._live.receive(self.session, frame, size_bytes)

    def binary(self) -> None:
        """No frame is binary."""
        self.close(4000)

    def ping(self) -> None:
        """Pings count as frames."""
        if not self._closing:
            self._spend()

    def writable(self) -> None:
        """Send what was parked, then let the board go on with chunks."""
        while self._parked and self._socket.clear:
            message = self._parked.popleft()
            self._parked_bytes -= len(message.plain)
            self._socket.write(message)
        if not self._parked:
            self._unpark()
            if self._live is not None and self._socket.clear:
                self._live.drained(self.session)

    def shutdown(self) -> None:
        """The server stops: all boards are drained, and this is closed with its board's."""
        self._boards.shutdown()
        if self._live is None:
            self.close(1012)

    def lost(self) -> None:
        """The connection has ended."""
        self._closing = True
        self._unpark()
        self._parked.clear()
        if self._hello_timer is not None:
            self._hello_timer.cancel()
        if self._joining is not None:
            self._joining.cancel()
        if self._live is not None:
            self._live.leave(self.session)
        if not self.ended.done():
            self.ended.set_result(None)

    # -- what the board calls (server/live.py, Member)

    @property
    def clear(self) -> bool:
        """Whether the outbox has room for a chunk."""
        return not self._parked and self._socket.clear

    def send(self, message: Framed, lane: Lane) -> bool:
        """Write a message, or park it; drop it when it is presence. It never waits."""
        if self._closing:
            return True
        if self._socket.clear and not self._parked:
            self._socket.write(message)
            return True
        if lane == "presence":
            return False
        if not self._parked and self._socket.backlog_bytes <= limits.OUTBOX_BYTES_MAX:
            self._socket.write(message)
            return True
        self._parked.append(message)
        self._parked_bytes += len(message.plain)
        if self._parked_bytes > limits.PARKED_BYTES_MAX:
            self._too_slow()
        elif self._parked_timer is None:
            self._parked_timer = self._loop.call_later(limits.PARKED_S, self._too_slow)
        return True

    def close(self, code: int) -> None:
        """Send what is queued, then close. What comes in from now on is not looked at."""
        if self._closing:
            return
        self._closing = True
        self._boards.counts[f"closed {code}"] += 1
        for message in self._parked:
            self._socket.write(message)
        self._parked.clear()
        self._unpark()
        self._socket.close(code, CLOSE_CODES[code])

    def taken(self, size_bytes: int) -> None:
        """A frame has been taken out of the inbox; read on when half of it is free."""
        self._inbox -= 1
        self._inbox_bytes -= size_bytes
        if (
            self._paused
            and self._inbox <= limits.INBOX_MAX // 2
            and self._inbox_bytes <= limits.INBOX_BYTES_MAX // 2
        ):
            self._paused = False
            self._socket.resume()

    # -- inside

    def _too_slow(self) -> None:
        self._parked.clear()  # what waits will be had by resuming
        self.close(4008)
        if self._live is not None:
            self._live.leave(self.session)

    def _unpark(self) -> None:
        self._parked_bytes = 0
        if self._parked_timer is not None:
            self._parked_timer.cancel()
            self._parked_timer = None

    def _spend(self) -> bool:
        """Whether one more frame may come now. The room counts again, by client: this is for
        what never gets there, and before it costs anything."""
        if self._bucket.take(1, self._loop.time()):
            self.close(4029)
            if self._live is not None:
                self._live.leave(self.session)
            return False
        return True

    async def _join(self, raw: bytes) -> None:
        try:
            code = await self._admit(raw)
        except Exception:
            # the frame holds a ticket, so only where it went wrong is logged
            _log.error("a hello could not be answered", exc_info=True)
            code = 1012
        if code:
            self.close(code)

    async def _admit(self, raw: bytes) -> int:
        """Become a member. Returns the code to close with, or 0."""
        hello = _hello(raw)
        if isinstance(hello, int):
            return hello
        ticket = self._access.read(self._board, hello.ticket)
        if ticket is None:
            return 4001
        try:
            live = await self._boards.open(self._board)
        except NoSuchBoard:
            return 4004
        except Unavailable:
            return 1012
        if self._closing:
            return 0
        self._live = live
        live.join(self, Identity(ticket.client, ticket.link, ticket.generation), hello)
        for frame, size_bytes in self._early:
            live.receive(self.session, frame, size_bytes)
        self._early.clear()
        return 0


def _hello(raw: bytes) -> Hello | int:
    """The first frame, or the code to close with."""
    try:
        opening = _opening.decode(raw)
    except msgspec.ValidationError:
        return 4002 if _is_object(raw) else 4000
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return 4000
    if opening.t != "hello":
        return 4002
    if opening.protocol != PROTOCOL:
        return 4005
    try:
        frame = decode(raw)
    except Unreadable:
        return 4000
    return frame if isinstance(frame, Hello) else 4000


def _is_object(raw: bytes) -> bool:
    try:
        msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return False
    return True


class Queued:
    """The outbox of a Socket that a task of its own sends from."""

    def __init__(self) -> None:
        self._outbox: deque[Framed] = deque()
        self._outbox_bytes = 0
        self._closing: tuple[int, str] | None = None
        self._wake = asyncio.Event()
        self._reading = asyncio.Event()
        self._reading.set()
        self._task: asyncio.Task[None] | None = None
        self._was_clear = True

    @property
    def clear(self) -> bool:
        """See DirectSocket."""
        return self._outbox_bytes <= limits.OUTBOX_CLEAR_BYTES_MAX

    @property
    def backlog_bytes(self) -> int:
        """See DirectSocket."""
        return self._outbox_bytes

    def write(self, message: Framed) -> None:
        """See DirectSocket."""
        if self._closing is None:
            self._outbox.append(message)
            self._outbox_bytes += len(message.plain)
            self._was_clear = self._was_clear and self.clear
            self._wake.set()

    def close(self, code: int, reason: str = "") -> None:
        """See DirectSocket."""
        if self._closing is None:
            self._closing = (code, reason)
            self._wake.set()
            self._reading.set()
            asyncio.get_running_loop().call_later(limits.CLOSE_S, self.abort)

    def abort(self) -> None:
        """See DirectSocket."""
        if self._task is not None:
            self._task.cancel()

    def pause(self) -> None:
        """See DirectSocket."""
        self._reading.clear()

    def resume(self) -> None:
        """See DirectSocket."""
        self._reading.set()

    def _took(self, count: int, listener: Listener) -> None:
        """So many messages have left the outbox."""
        for _ in range(count):
            self._outbox_bytes -= len(self._outbox.popleft().plain)
        if not self._was_clear and self.clear:
            self._was_clear = True
            listener.writable()


class AsgiSocket(Queued):
    """A Socket over plain ASGI messages, for servers that know no shorter way."""

    def __init__(self, websocket: WebSocket) -> None:
        super().__init__()
        self._websocket = websocket

    async def serve(self, listener: Listener) -> None:
        """Read and send until the connection has ended."""
        self._task = asyncio.create_task(self._read(listener))
        sender = asyncio.create_task(self._send(listener))
        try:
            await asyncio.wait([self._task])
        finally:
            self._task.cancel()
            sender.cancel()
            listener.lost()
            await asyncio.gather(self._task, sender, return_exceptions=True)

    async def _read(self, listener: Listener) -> None:
        while True:
            await self._reading.wait()
            message = await self._websocket.receive()
            if message["type"] == "websocket.disconnect":
                return
            text = message.get("text")
            if text is None:
                listener.binary()
            else:
                listener.text(text.encode(errors="surrogatepass"))

    async def _send(self, listener: Listener) -> None:
        try:
            while True:
                while self._outbox:
                    await self._websocket.send_text(self._outbox[0].payload.decode())
                    self._took(1, listener)
                if self._closing is not None:
                    await self._websocket.close(*self._closing)
                    return
                self._wake.clear()
                await self._wake.wait()
        except (WebSocketDisconnect, OSError):
            return  # the reader is told, too


def live_route(boards: Boards, access: Access) -> WebSocketRoute:
    """The websocket of every board: /api/boards/{board}/live."""

    async def live(websocket: WebSocket) -> None:
        headers = websocket.headers
        if not access.admits(headers.getlist("origin"), headers.getlist("host")):
            await websocket.close()  # before it is accepted: 403
            return
        extension = (websocket.scope.get("extensions") or {}).get(DIRECT)
        direct: DirectSocket | None = extension["socket"] if extension else None
        socket = direct or AsgiSocket(websocket)
        wire = Wire(socket, boards, access, websocket.path_params["board"])
        boards.sockets += 1
        try:
            if direct is not None:
                direct.listen(wire)
            await websocket.accept()
            wire.open()
            if isinstance(socket, AsgiSocket):
                await socket.serve(wire)
            else:
                await wire.ended
        except (WebSocketDisconnect, OSError):
            pass  # it was gone before it was open
        finally:
            boards.sockets -= 1
            wire.lost()
            # what was written may never be read, and the end must not wait for that
            asyncio.get_running_loop().call_later(limits.CLOSE_S, socket.abort)

    return WebSocketRoute(LIVE_PATH, live, name="live")
