"""Real servers on free ports, and the two kinds of clients that tests talk to them with."""

import asyncio
import base64
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, ClassVar

import uvicorn
import websockets

from server.sockets import UVICORN


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

    def send(self, payload: bytes, *, opcode: int = 1, fin: bool = True, rsv1: bool = False) -> None:
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
