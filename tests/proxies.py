"""Proxies between a page and its server, as they stand in front of some networks."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

Mode = Literal[
    "open",  # passes everything on, websockets too
    "403",  # refuses to upgrade, with this status
    "400",
    "drop",  # knows no upgrade: takes its headers away and passes the rest on
    "cut",  # upgrades, and cuts the connection at once
    "hang",  # never answers a request to upgrade
    "swallow",  # upgrades by itself, and passes nothing on
    "blocks",  # refuses to upgrade, and passes answers on in blocks of 4 KiB
    "buffer",  # refuses to upgrade, and passes an answer on when it has ended
    "pages",  # passes on nothing that carries frames
]
BLOCK_BYTES = 4_096
_HOP = (b"connection:", b"upgrade:", b"keep-alive:", b"proxy-connection:")


@dataclass
class Proxy:
    """A proxy that can be changed while it runs, and taken away."""

    server: int  # port
    mode: Mode
    port: int = 0
    requests: list[str] = field(default_factory=list)  # the first line of each
    upgrades: int = 0  # asked for
    open: set[asyncio.StreamWriter] = field(default_factory=set)
    away: bool = False

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def leave(self) -> None:
        """Cut all connections, and let no new one in until ``come``."""
        self.away = True
        self.cut()

    def come(self) -> None:
        self.away = False

    def cut(self) -> None:
        """Cut all connections."""
        for writer in self.open:
            writer.transport.abort()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open.add(writer)
        try:
            if not self.away:
                await self._answer(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self.open.discard(writer)
            writer.transport.abort() if self.away else writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request of each connection: a browser opens another for the next."""
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head[:-4].split(b"\r\n")
        self.requests.append(first.decode())
        names = {line.partition(b":")[0].lower(): line.partition(b": ")[2] for line in lines}
        upgrades = b"upgrade" in names
        self.upgrades += upgrades
        carries = first.partition(b" HTTP")[0].endswith((b"/events", b"/frames", b"/live"))
        if upgrades and self.mode == "hang":
            await reader.read()
            return
        if upgrades and self.mode in ("403", "400", "blocks", "buffer"):
            status = "400 Bad Request" if self.mode == "400" else "403 Forbidden"
            writer.write(_page(status))
            return
        if carries and self.mode == "pages":
            writer.write(_page("502 Bad Gateway"))
            return
        there, to_there = await asyncio.open_connection("127.0.0.1", self.server)
        self.open.add(to_there)
        try:
            tunnel = upgrades and self.mode in ("open", "cut", "swallow")
            if not tunnel:
                lines = [line for line in lines if not line.lower().startswith(_HOP)]
                lines.append(b"Connection: close")
            body = await reader.readexactly(int(names.get(b"content-length", b"0")))
            to_there.write(b"\r\n".join((first, *lines)) + b"\r\n\r\n" + body)
            if not tunnel:
                gone = asyncio.create_task(_end(reader, to_there))
                await self._pass_on(there, writer)
                gone.cancel()
                return
            writer.write(await there.readuntil(b"\r\n\r\n"))
            if self.mode == "cut":
                return
            if self.mode == "swallow":
                await reader.read()
                return
            await asyncio.gather(_pipe(reader, to_there), _pipe(there, writer))
        finally:
            self.open.discard(to_there)
            to_there.transport.abort()

    async def _pass_on(self, there: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held = await there.readuntil(b"\r\n\r\n")
        if self.mode == "blocks":
            writer.write(held)
            try:
                while True:
                    writer.write(await there.readexactly(BLOCK_BYTES))
                    await writer.drain()
            except asyncio.IncompleteReadError as last:
                held = last.partial
        while more := await there.read(65_536):
            held += more
            if self.mode != "buffer":
                writer.write(held)
                held = b""
                await writer.drain()
        writer.write(held)
        await writer.drain()


def _page(status: str) -> bytes:
    text = b"<html><body>This network does not allow that.</body></html>"
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nConnection: close\r\n"
    return head.encode() + f"Content-Length: {len(text)}\r\n\r\n".encode() + text


async def _pipe(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while more := await source.read(65_536):
            target.write(more)
            await target.drain()
    target.close()


async def _end(reader: asyncio.StreamReader, to_there: asyncio.StreamWriter) -> None:
    """A browser that gives a request up is seen by the server, too."""
    with contextlib.suppress(OSError):
        await reader.read()
    to_there.transport.abort()


@asynccontextmanager
async def proxy(server: int, mode: Mode) -> AsyncIterator[Proxy]:
    """A proxy in front of the server on a port."""
    running = Proxy(server, mode)
    listening = await asyncio.start_server(running.take, "127.0.0.1", 0)
    running.port = listening.sockets[0].getsockname()[1]
    try:
        yield running
    finally:
        listening.close()
        running.leave()
