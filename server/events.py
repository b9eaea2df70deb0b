"""The same frames where a proxy lets no websocket through: events out, posts in.

A ``Line`` is one connection made of HTTP requests, and the Socket of one Wire, so the board sees
no difference:

- **out**: the answer to POST ``/api/boards/{board}/events`` is a stream of server-sent events
  that ends with the connection. Its first event gives the line's id, which nobody can guess;
  then each event without a name is one frame; the last, ``close``, is the close code.
- **in**: POST ``/api/boards/{board}/frames`` brings frames, one a line, below a line with the id
  and the post's number. The numbers are 1, 2, 3 and so on, and a post is done whole or not at
  all, so a post that is sent again (by a proxy, or by a browser that heard no answer) is done
  once. The answer says how many events have been sent, so a browser notices a proxy that holds
  them back.
- **polls**: where a proxy holds answers back until they end, the browser asks again and again
  instead. Each answer has an end: what there is, or nothing after POLL_S. Events are kept until
  the next request says that they were seen. Who does not ask for POLL_GAP_S has gone.

Nothing is in an address or a header that must not be logged: the ticket is in the first frame,
the id in bodies. All of this is POST because only then does a browser say its Origin, and no
cache and no prefetch takes part. A dropped line is not mended: the browser makes a new one and
resumes from what it has, as after a dropped websocket.
"""

import asyncio
import re
import secrets
from collections.abc import Callable
from typing import Final

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from board import limits
from server.access import Access
from server.api import EventsRequest, Refused, Taken, read
from server.live import Boards
from server.sockets import DIRECT, DirectHttp
from server.web import as_json, body
from server.wire import Queued, Wire

EVENTS_PATH: Final = "/api/boards/{board}/events"
FRAMES_PATH: Final = "/api/boards/{board}/frames"
TOO_LARGE: Final = 1009  # as a websocket is closed on too large a message (RFC 6455)

_ID_BYTES: Final = 24
_HEAD: Final = re.compile(rb"([A-Za-z0-9_-]{32}) ([1-9][0-9]{0,14})")
_HEAD_BYTES_MAX: Final = 64
_PAD: Final = 72  # characters of one line of padding
_POSTS_MAX: Final = 2  # of one line at a time: one, and the same again

# no-transform: a proxy must not compress, and so gather, what is to come at once
_KEPT: Final = (b"cache-control", b"no-store, no-transform")
_UNBUFFERED: Final = (b"x-accel-buffering", b"no")
_STREAM: Final = ((b"content-type", b"text/event-stream; charset=utf-8"), _KEPT, _UNBUFFERED)
# a proxy that lets no event stream through has nothing against text
_POLLED: Final = {
    "content-type": "text/plain; charset=utf-8",
    "cache-control": "no-store, no-transform",
}


def event_routes(boards: Boards, access: Access) -> list[Route]:
    """What carries frames over HTTP."""
    lines = Lines(boards, access)
    return [
        Route(EVENTS_PATH, lines.events, methods=["POST"], name="events"),
        Route(FRAMES_PATH, lines.frames, methods=["POST"], name="frames"),
    ]


class Lines:
    """All lines of one server, by their ids."""

    def __init__(self, boards: Boards, access: Access) -> None:
        self._boards = boards
        self._access = access
        self._lines: dict[str, Line] = {}

    async def events(self, request: Request) -> Response:
        """Open a line, or ask for what has come on one."""
        self._check_origin(request)
        asked = read(await body(request) or b"{}", EventsRequest)
        if asked.id:
            line = self._line(request, asked.id)
            if not line.polled:
                raise Refused("no_connection")
            return _Poll(line, asked.seen)
        line = Line(request.path_params["board"], self._boards, self._access, self._forget)
        line.polled = asked.poll
        self._lines[line.id] = line
        if not asked.poll:
            return _Stream(line)
        line.wire.open()
        line.wait()
        return Response(line.opening(), headers=_POLLED)

    async def frames(self, request: Request) -> Response:
        """Take a post: frames that a browser sends."""
        self._check_origin(request)
        line: Line | None = None
        raw = bytearray()
        n = 0
        try:
            async with asyncio.timeout(limits.BODY_S):
                async for part in request.stream():
                    raw += part
                    if line is None and (b"\n" in raw or len(raw) > _HEAD_BYTES_MAX):
                        line, n = self._begun(request, bytes(raw))
                    if len(raw) > limits.POST_BYTES_MAX:
                        break
            if line is None:  # the first line alone
                line, n = self._begun(request, bytes(raw))
            return as_json(Taken(await line.post(n, bytes(raw))))
        except TimeoutError:
            raise Refused("too_slow") from None
        finally:
            if line is not None:
                line.posts -= 1

    def _begun(self, request: Request, raw: bytes) -> "tuple[Line, int]":
        found = _HEAD.fullmatch(raw.partition(b"\n")[0])
        if found is None:
            raise Refused("bad_request", message="the first line is no id and number")
        line = self._line(request, found[1].decode())
        line.begin()
        return line, int(found[2])

    def _line(self, request: Request, id: str) -> "Line":
        line = self._lines.get(id)
        if line is None or line.board != request.path_params["board"]:
            raise Refused("no_connection")
        return line

    def _forget(self, line: "Line") -> None:
        self._lines.pop(line.id, None)

    def _check_origin(self, request: Request) -> None:
        headers = request.headers
        if not self._access.admits(headers.getlist("origin"), headers.getlist("host")):
            raise Refused("wrong_origin")


class Line(Queued):
    """One connection over HTTP: see the module's docstring. ``ended`` is told of its end."""

    def __init__(
        self, board: str, boards: Boards, access: Access, ended: "Callable[[Line], None]"
    ) -> None:
        super().__init__()
        self.id = secrets.token_urlsafe(_ID_BYTES)
        self.board = board
        self.wire = Wire(self, boards, access, board)
        self.polled = False  # its events are asked for, again and again
        self.posts = 0  # under way
        self._boards = boards
        self._ended: Callable[[Line], None] | None = ended
        self._next = 1  # the number of the post that comes next
        self._posting = asyncio.Lock()
        self._sent = 0  # events that were sent, or, when they are asked for, were seen
        self._asked = 0  # polls so far: the newest is answered
        self._gap: asyncio.TimerHandle | None = None
        boards.sockets += 1

    def opening(self) -> bytes:
        """The first event, and as much more as makes a proxy pass on what has come."""
        opened = b"event: open\ndata: %b\n\n" % orjson.dumps({"id": self.id})
        padding = (b":" + b" " * (_PAD - 2) + b"\n") * (limits.EVENTS_PADDING_BYTES // _PAD)
        return opened + padding + b"\n"

    def end(self) -> None:
        """Nothing more comes, and nothing more is sent."""
        if self._ended is not None:
            self._ended(self)
            self._ended = None
            self._boards.sockets -= 1
            self._stay()
            self.wire.lost()
            self._reading.set()
            self._wake.set()

    def abort(self) -> None:
        """See DirectSocket."""
        super().abort()
        if self._task is None:
            self.end()

    # -- in

    def begin(self) -> None:
        """A post has begun. Raises Refused: too many have."""
        if self.posts >= _POSTS_MAX:
            raise Refused("slow_down", message="one post at a time", wait_s=1.0)
        self.posts += 1

    async def post(self, n: int, raw: bytes) -> int:
        """Do post ``n``, once: all lines of it but the first are frames.

        Gives how many events were sent. Raises Refused.
        """
        texts = [text for text in raw.split(b"\n")[1:] if text]
        async with self._posting:
            if len(raw) > limits.POST_BYTES_MAX or (
                texts and len(max(texts, key=len)) > limits.FRAME_BYTES_MAX
            ):
                self.close(TOO_LARGE, "too large a frame")
                most = limits.FRAME_BYTES_MAX
                raise Refused("too_large", message=f"a frame has at most {most} bytes")
            if n > self._next:
                self.wire.close(4000)
                raise Refused("order", message=f"post {self._next} has not come")
            if n == self._next:
                await self._ready()
                self._next += 1
            else:
                texts = []
            for text in texts:
                self.wire.text(text)
            if not texts:
                self.wire.ping()  # it costs as much as a frame
        return self._sent

    async def _ready(self) -> None:
        """Wait until there is room in the inbox."""
        try:
            async with asyncio.timeout(limits.BODY_S):
                await self._reading.wait()
        except TimeoutError:
            raise Refused("unavailable", wait_s=1.0) from None
        if self._ended is None:
            raise Refused("no_connection")

    # -- out, as one answer

    async def stream(self, receive: Receive, send: Send, connection: DirectHttp | None) -> None:
        """Send events until the connection has ended."""
        finished = False
        if connection is not None:
            connection.listener = self.wire
        try:
            await send({"type": "http.response.start", "status": 200, "headers": list(_STREAM)})
            await send(_piece(self.opening()))
            self.wire.open()
            self._task = asyncio.create_task(_gone(receive))
            sender = asyncio.create_task(self._send(send))
            try:
                await asyncio.wait([self._task, sender], return_when=asyncio.FIRST_COMPLETED)
                finished = sender.done()
            finally:
                self._task.cancel()
                sender.cancel()
                await asyncio.gather(self._task, sender, return_exceptions=True)
        finally:
            self.end()
            if connection is not None:
                connection.listener = None
                if not finished:
                    connection.abort()
                    await asyncio.sleep(0)

    async def _send(self, send: Send) -> None:
        while True:
            while self._outbox:
                events: list[bytes] = []
                size_bytes = 0
                for message in self._outbox:
                    events.append(message.event)
                    size_bytes += len(message.event)
                    if size_bytes > limits.OUTBOX_CLEAR_BYTES_MAX:
                        break
                await send(_piece(b"".join(events)))
                self._sent += len(events)
                self._took(len(events), self.wire)
            if self._closing is not None:
                await send(_piece(_closed(*self._closing), more=False))
                return
            self._wake.clear()
            await self._wake.wait()

    # -- out, as one answer after the other

    def wait(self) -> None:
        """Who asks for events has POLL_GAP_S to ask again."""
        self._stay()
        if self._ended is not None:
            loop = asyncio.get_running_loop()
            self._gap = loop.call_later(limits.POLL_GAP_S, self.end)

    def _stay(self) -> None:
        if self._gap is not None:
            self._gap.cancel()
            self._gap = None

    async def poll(self, seen: int, receive: Receive) -> bytes:
        """What came after event ``seen``, as soon as there is something. Raises Refused."""
        self.wire.ping()  # it costs as much as a frame
        if seen < self._sent:
            return b""  # sent again by a proxy: whoever asked has had its answer
        if seen > self._sent + len(self._outbox):
            raise Refused("invalid", "seen", "so many events were never sent")
        self._asked += 1
        mine = self._asked
        self._wake.set()  # whoever asked before has gone
        self._stay()
        count = seen - self._sent
        self._sent = seen
        self._took(count, self.wire)
        waiting = asyncio.create_task(self._something(mine))
        gone = asyncio.create_task(_gone(receive))
        try:
            await asyncio.wait([waiting, gone], return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
            gone.cancel()
            await asyncio.gather(waiting, gone, return_exceptions=True)
            if mine == self._asked:
                self.wait()
        if mine != self._asked:
            return b""
        events = b"".join(message.event for message in self._outbox)
        if self._closing is None:
            return events
        self.end()
        return events + _closed(*self._closing)

    async def _something(self, mine: int) -> None:
        try:
            async with asyncio.timeout(limits.POLL_S):
                while not self._outbox and self._closing is None and mine == self._asked:
                    self._wake.clear()
                    await self._wake.wait()
        except TimeoutError:
            return
        if self.clear and self._closing is None:
            # more often comes with it, and who asks anew for each would ask too often
            await asyncio.sleep(limits.POLL_GATHER_MS / 1000)


class _Stream(Response):
    """The answer that lasts as long as its line."""

    def __init__(self, line: Line) -> None:
        super().__init__()
        self._line = line

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        extension = (scope.get("extensions") or {}).get(DIRECT)
        await self._line.stream(receive, send, extension["connection"] if extension else None)


class _Poll(Response):
    """The answer that ends when there is something."""

    def __init__(self, line: Line, seen: int) -> None:
        super().__init__()
        self._line = line
        self._seen = seen

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = Response(await self._line.poll(self._seen, receive), headers=_POLLED)
        await answer(scope, receive, send)


def _piece(data: bytes, *, more: bool = True) -> dict[str, object]:
    return {"type": "http.response.body", "body": data, "more_body": more}


def _closed(code: int, reason: str) -> bytes:
    return b"event: close\ndata: %b\n\n" % orjson.dumps({"code": code, "reason": reason})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
