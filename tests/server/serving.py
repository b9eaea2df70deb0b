"""Real servers on free ports, and the two kinds of clients that tests talk to them with."""

import asyncio
import base64
import socket
import struct
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, ClassVar

import msgspec
import uvicorn
import websockets
from starlette.applications import Starlette

from board import ops
from board.ops import AnyOp
from server.access import SECRET_BYTES, Access, Ticket
from server.live import Boards
from server.protocol import PROTOCOL
from server.sockets import UVICORN
from server.wire import live_route

SECRET = bytes(range(SECRET_BYTES))
LIVE = "/api/boards/city/live"


def small_board(nodes: int = 3) -> list[AnyOp]:
    """A board with a link for each role and two layers, the first with some nodes."""
    return [
        ops.LinkSet("hosts", "facilitator", 1),
        ops.LinkSet("people", "participant", 1),
        ops.LinkSet("viewers", "viewer", 1),
        ops.LayerCreate("first"),
        ops.LayerCreate("second"),
        *(
            ops.NodeCreate(f"card{at}", "first", x=300.0 * (at % 40), y=100.0 * (at // 40))
            for at in range(nodes)
        ),
    ]


def site(boards: Boards, access: Access | None = None) -> Starlette:
    """An application that serves only the websocket of boards."""
    return Starlette(routes=[live_route(boards, access or Access(SECRET))])


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
