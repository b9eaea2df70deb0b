"""Real servers on free ports, and the two kinds of clients that tests talk to them with."""

import asyncio
import base64
import contextlib
import socket
import struct
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, ClassVar

import msgspec
import uvicorn
import websockets
import websockets.datastructures
import websockets.frames
import websockets.http11
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from board import ops
from board.ops import AnyOp
from server.access import SECRET_BYTES, Access, Ticket
from server.api import Refused
from server.events import event_routes
from server.live import Boards
from server.protocol import PROTOCOL
from server.sockets import UVICORN
from server.web import as_json
from server.wire import live_route

SECRET = bytes(range(SECRET_BYTES))
LIVE = "/api/boards/city/live"


def small_board(nodes: int = 3) -> list[AnyOp]:
    """A board with a link for each role and two layers, the first with some nodes.

    Those who come to it in most tests have been noted, so that their coming is no entry.
    """
    people = [Access(SECRET).client("city", "people", secret) for secret in ("tab", "1", "2", "3")]
    return [
        ops.LinkSet("hosts", "facilitator", 1),
        ops.LinkSet("people", "participant", 1),
        ops.LinkSet("viewers", "viewer", 1),
        *(ops.SeatSet(client, link="people", name="") for client in people),
        ops.LayerCreate("first"),
        ops.LayerCreate("second"),
        *(
            ops.NodeCreate(f"card{at}", "first", x=300.0 * (at % 40), y=100.0 * (at // 40))
            for at in range(nodes)
        ),
    ]


def site(boards: Boards, access: Access | None = None) -> Starlette:
    """An application that serves only the connections of boards."""
    access = access or Access(SECRET)
    return Starlette(
        routes=[live_route(boards, access), *event_routes(boards, access)],
        exception_handlers={Refused: _refused},
    )


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return as_json(error.problem, error.status)


class Guest:
    """A browser, as the server sees it: it says hello, counts its submits, keeps all frames."""

    def __init__(self, socket: Any, access: Access | None = None, *, board: str = "city") -> None:
        self.socket = socket
        self.access = access or Access(SECRET)
        self.board = board
        self.n = 0
        self.frames: deque[dict[str, Any]] = deque()

    def ticket(self, link: str = "people", secret: str = "tab", generation: int = 1) -> str:
        client = self.access.client(self.board, link, secret)
        return self.access.ticket(Ticket(self.board, link, generation, client))

    async def say(self, t: str, **fields: Any) -> None:
        await self.socket.send(msgspec.json.encode({"t": t, **fields}).decode())

    async def hear(self) -> dict[str, Any]:
        """The next frame."""
        async with asyncio.timeout(10):
            held: dict[str, Any] = msgspec.json.decode(await self.socket.recv())
        self.frames.append(held)
        return held

    async def until(self, t: str, **fields: Any) -> dict[str, Any]:
        """The next frame of this type, and with these fields."""
        while True:
            held = await self.hear()
            if held["t"] == t and all(held.get(name) == value for name, value in fields.items()):
                return held

    async def join(
        self, link: str = "people", secret: str = "tab", **fields: Any
    ) -> dict[str, Any]:
        """Say hello, and hear until everything is there; gives the welcome."""
        fields.setdefault("ticket", self.ticket(link, secret))
        await self.say("hello", protocol=PROTOCOL, **fields)
        welcome = await self.until("welcome")
        await self.until("synced", ready=True)
        self.n = max(self.n, welcome["last"])
        return welcome

    async def submit(self, *made: AnyOp) -> int:
        self.n += 1
        await self.say("submit", n=self.n, ops=msgspec.to_builtins(made))
        return self.n

    async def close_code(self) -> int:
        """Hear until the connection is closed: the server's code, 0 without one."""
        try:
            while True:
                await self.hear()
        except websockets.ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd is not None else 0


@asynccontextmanager
async def serving(app: Any, **options: Any) -> AsyncIterator[int]:
    """Run an ASGI application on uvicorn, in this loop; yields its port."""
    listening = socket.create_server(("127.0.0.1", 0))
    settings = {"log_config": None, "lifespan": "auto", **UVICORN, **options}
    server = uvicorn.Server(uvicorn.Config(app, **settings))
    task = asyncio.create_task(server.serve([listening]))
    try:
        while not server.started:
            assert not task.done(), task.exception()
            await asyncio.sleep(0.005)
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        await task
        while RawClient.opened:
            await RawClient.opened.pop().close()


async def eventually(condition: Callable[[], object]) -> None:
    """Wait until a condition holds, at most ten seconds."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


def connect(port: int, path: str, **options: Any) -> Any:
    """A client of the websockets library, from the server's own origin."""
    settings = {"origin": f"http://127.0.0.1:{port}", "max_size": None, "proxy": None, **options}
    return websockets.connect(f"ws://127.0.0.1:{port}{path}", **settings)


class Answer:
    """The answer to one POST, as it comes: each request has a connection of its own."""

    def __init__(self, status: int, headers: dict[str, str], reader: asyncio.StreamReader) -> None:
        self.status = status
        self.headers = headers
        self._reader = reader

    async def parts(self) -> AsyncIterator[bytes]:
        """The body, in pieces. It ends early when the connection is cut."""
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            if "transfer-encoding" in self.headers:
                while size := int(await self._reader.readuntil(b"\r\n"), 16):
                    yield (await self._reader.readexactly(size + 2))[:-2]
            else:
                yield await self._reader.readexactly(int(self.headers["content-length"]))

    async def json(self) -> Any:
        return msgspec.json.decode(b"".join([part async for part in self.parts()]))


@asynccontextmanager
async def post(
    port: int, path: str, body: bytes, *, origin: str | None = ""
) -> AsyncIterator[Answer]:
    """Send a POST, from the server's own origin."""
    origin = f"http://127.0.0.1:{port}" if origin == "" else origin
    from_there = "" if origin is None else f"Origin: {origin}\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n{from_there}"
            f"Content-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        first, *more = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[:-2]
        headers = dict(line.lower().split(": ", 1) for line in more)
        yield Answer(int(first.split()[1]), headers, reader)
    finally:
        writer.transport.abort()


class EventLine:
    """A client of the same frames over HTTP. What it offers is what ``connect`` gives.

    ``polls``: it asks for events again and again, as where a proxy holds a stream back.
    """

    FRAMES_MAX = 10  # in one post

    def __init__(self, port: int, board: str, polls: bool, origin: str | None) -> None:
        self.port = port
        self.path = f"/api/boards/{board}"
        self.polls = polls
        self.origin = origin
        self.id = ""
        self.n = 0  # of the last post
        self.seen = 0
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._heard: asyncio.Queue[str | websockets.ConnectionClosed] = asyncio.Queue()
        self._unsent: asyncio.Queue[bytes] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "EventLine":
        self._tasks = [asyncio.create_task(self._hear()), asyncio.create_task(self._send())]
        try:
            await self.opened
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def send(self, text: str | bytes) -> None:
        self._unsent.put_nowait(text.encode() if isinstance(text, str) else text)

    async def recv(self) -> str:
        held = await self._heard.get()
        if isinstance(held, websockets.ConnectionClosed):
            self._heard.put_nowait(held)
            raise held
        return held

    async def post(self, n: int, *frames: bytes) -> tuple[int, Any]:
        """Send a post, whatever its number. Gives the status and the answer."""
        body = b"\n".join((f"{self.id} {n}".encode(), *frames))
        async with post(self.port, f"{self.path}/frames", body, origin=self.origin) as answer:
            return answer.status, await answer.json()

    async def _send(self) -> None:
        await self.opened
        while True:
            frames = [await self._unsent.get()]
            while not self._unsent.empty() and len(frames) < self.FRAMES_MAX:
                frames.append(self._unsent.get_nowait())
            self.n += 1
            for _ in range(10):
                status, _ = await self.post(self.n, *frames)
                if status != 503:
                    break
                await asyncio.sleep(0.05)

    async def _hear(self) -> None:
        code = 0
        try:
            while not code:
                asked = {"poll": True, "id": self.id, "seen": self.seen} if self.polls else {}
                body = msgspec.json.encode(asked)
                async with post(
                    self.port, f"{self.path}/events", body, origin=self.origin
                ) as answer:
                    if answer.status != 200:
                        if not self.opened.done():
                            self.opened.set_exception(_invalid(answer.status))
                        return
                    code = await self._take(answer)
                if not self.polls:
                    break
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            close = websockets.frames.Close(code, "") if code else None
            self._heard.put_nowait(websockets.ConnectionClosedError(close, None))

    async def _take(self, answer: Answer) -> int:
        """Hear the events of an answer; gives the close code, or 0."""
        text = b""
        async for part in answer.parts():
            *events, text = (text + part).split(b"\n\n")
            for event in events:
                name, _, value = event.rpartition(b"data: ")
                if name.startswith(b"event: open"):
                    self.id = msgspec.json.decode(value)["id"]
                    self.opened.set_result(None)
                elif name.startswith(b"event: close"):
                    return int(msgspec.json.decode(value)["code"])
                elif not event.startswith(b":"):
                    self.seen += 1
                    self._heard.put_nowait(value.decode())
        return 0


def _invalid(status: int) -> websockets.InvalidStatus:
    return websockets.InvalidStatus(
        websockets.http11.Response(status, "", websockets.datastructures.Headers())
    )


def connect_events(
    port: int, path: str, *, polls: bool = False, origin: str | None = ""
) -> EventLine:
    """A client over HTTP, from the server's own origin; ``path`` is that of the websocket."""
    return EventLine(port, path.split("/")[3], polls, origin)


class RawClient:
    """A client that sends whatever bytes it likes, and reads only when it likes."""

    opened: ClassVar[list["RawClient"]] = []  # closed at the latest with the server

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def open(
        cls, port: int, path: str, *, headers: str = "", receive_bytes: int = 0, early: bytes = b""
    ) -> "RawClient":
        """Shake hands. ``receive_bytes``: the size of the system's receive buffer; ``early``: what
        is sent before the server has answered."""
        connection = socket.socket()
        if receive_bytes:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        connection.setblocking(False)
        await asyncio.get_running_loop().sock_connect(connection, ("127.0.0.1", port))
        limit = receive_bytes or 2**16
        reader, writer = await asyncio.open_connection(sock=connection, limit=limit)
        client = cls(reader, writer)
        cls.opened.append(client)
        key = base64.b64encode(bytes(16)).decode()
        writer.write(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key}\r\n{headers}\r\n".encode()
        )
        if early:
            await asyncio.sleep(0.05)
            writer.write(early)
        client.answer = (await reader.readuntil(b"\r\n\r\n")).decode()
        return client

    answer = ""

    def send(
        self, payload: bytes, *, opcode: int = 1, fin: bool = True, rsv1: bool = False
    ) -> None:
        """Send one frame."""
        self.writer.write(frame(payload, opcode=opcode, fin=fin, rsv1=rsv1))

    async def receive(self) -> tuple[int, bool, bytes]:
        """The next frame: opcode, RSV1, payload. Raises IncompleteReadError at the end."""
        first, second = await self.reader.readexactly(2)
        size = second & 127
        if size == 126:
            (size,) = struct.unpack("!H", await self.reader.readexactly(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", await self.reader.readexactly(8))
        return first & 15, bool(first & 64), await self.reader.readexactly(size)

    async def close_code(self) -> int:
        """Read on up to the close frame: its code; 0 when the connection just ends."""
        while True:
            try:
                opcode, _, payload = await self.receive()
            except (asyncio.IncompleteReadError, ConnectionError):
                return 0
            if opcode == 8:
                return int.from_bytes(payload[:2])

    async def close(self) -> None:
        """Cut the connection."""
        self.writer.transport.abort()
        await asyncio.sleep(0)


def frame(payload: bytes, *, opcode: int = 1, fin: bool = True, rsv1: bool = False) -> bytes:
    """One frame of a client, masked with zeros."""
    first = opcode | (0x80 if fin else 0) | (0x40 if rsv1 else 0)
    size = len(payload)
    if size < 126:
        head = struct.pack("!BB", first, 0x80 | size)
    elif size < 65_536:
        head = struct.pack("!BBH", first, 0x80 | 126, size)
    else:
        head = struct.pack("!BBQ", first, 0x80 | 127, size)
    return head + bytes(4) + payload
