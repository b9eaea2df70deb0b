"""The websocket that is written to directly: framing, compression, bounds, closing."""

import asyncio
import importlib.metadata
import tomllib
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import websockets
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from board import limits
from server.sockets import DIRECT, DirectSocket, Framed
from tests.server.serving import RawClient, connect, eventually, frame, serving

DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate\r\n"


class Recorder:
    """A Listener that keeps what it hears, and may act on a text."""

    def __init__(self, socket: DirectSocket) -> None:
        self.socket = socket
        self.texts: list[bytes] = []
        self.events: list[str] = []
        self.act: Callable[[bytes], None] = lambda raw: None
        self.changed = asyncio.Event()
        self.ended = asyncio.get_running_loop().create_future()

    def _note(self, event: str) -> None:
        self.events.append(event)
        self.changed.set()

    def text(self, raw: bytes) -> None:
        self.texts.append(bytes(raw))
        self._note("text")
        self.act(bytes(raw))

    def binary(self) -> None:
        self._note("binary")

    def ping(self) -> None:
        self._note("ping")

    def writable(self) -> None:
        self._note("writable")

    def shutdown(self) -> None:
        self._note("shutdown")
        self.socket.close(1012)

    def lost(self) -> None:
        self._note("lost")
        if not self.ended.done():
            self.ended.set_result(None)

    async def until(self, event: str) -> None:
        async with asyncio.timeout(5):
            while event not in self.events:
                self.changed.clear()
                await self.changed.wait()


class Endpoint:
    """An application with one websocket at /, whose recorders can be waited for."""

    def __init__(self, act: Callable[[Recorder, bytes], None] | None = None) -> None:
        self.act = act
        self.recorders: asyncio.Queue[Recorder] = asyncio.Queue()
        self.app = Starlette(routes=[WebSocketRoute("/", self.live)])
        self.accept_after_s = 0.0
        self.before_accept: Callable[[DirectSocket], None] = lambda socket: None

    async def live(self, websocket: WebSocket) -> None:
        socket = websocket.scope["extensions"][DIRECT]["socket"]
        recorder = Recorder(socket)
        if self.act is not None:
            act = self.act
            recorder.act = lambda raw: act(recorder, raw)
        socket.listen(recorder)
        self.before_accept(socket)
        await asyncio.sleep(self.accept_after_s)
        await websocket.accept()
        self.recorders.put_nowait(recorder)
        await recorder.ended


def echo(recorder: Recorder, raw: bytes) -> None:
    recorder.socket.write(Framed(raw, deflate=True))


@pytest.mark.parametrize("compression", [None, "deflate"])
async def test_LV1_a_message_of_any_length_arrives_whole(compression: str | None) -> None:
    endpoint = Endpoint(echo)
    async with serving(endpoint.app) as port, connect(port, "/", compression=compression) as client:
        for size in (0, 1, 125, 126, 127, 65_535, 65_536, limits.FRAME_BYTES_MAX):
            text = "ä" * (size // 2) + "x" * (size % 2)
            await client.send(text)
            assert await client.recv() == text


async def test_LV1_one_frame_is_made_for_all_receivers() -> None:
    message = Framed(b"one stream's chunk, " * 200, deflate=True)
    assert message.deflated is message.deflated
    assert len(message.deflated) < len(message.plain) / 5
    assert message.payload == b"one stream's chunk, " * 200
    assert Framed(b"short").deflated == b"\x81\x05short"  # never larger than plain


async def test_LV2_compression_is_without_context_and_only_on_the_way_out() -> None:
    message = Framed(b"the same words again and again, " * 100, deflate=True)
    endpoint = Endpoint(lambda recorder, raw: recorder.socket.write(message))
    async with serving(endpoint.app) as port:
        client = await RawClient.open(port, "/", headers=DEFLATE)
        agreed = client.answer.lower()
        assert "server_no_context_takeover" in agreed
        assert "client_no_context_takeover" in agreed
        for _ in range(2):
            client.send(b"go")
            opcode, rsv1, payload = await client.receive()
            assert (opcode, rsv1) == (1, True)
            inflater = zlib.decompressobj(wbits=-15)
            assert inflater.decompress(payload + b"\x00\x00\xff\xff") == message.payload
        await client.close()
        plain = await RawClient.open(port, "/")
        assert "permessage-deflate" not in plain.answer.lower()
        plain.send(b"go")
        assert await plain.receive() == (1, False, message.payload)
        await plain.close()


async def test_LV2_what_the_endpoint_does_not_mark_is_not_compressed() -> None:
    text = b"the same words again and again, " * 100
    endpoint = Endpoint(lambda recorder, raw: recorder.socket.write(Framed(text)))
    async with serving(endpoint.app) as port:
        client = await RawClient.open(port, "/", headers=DEFLATE)
        client.send(b"go")
        assert await client.receive() == (1, False, text)
        await client.close()


def test_LV2_what_is_cut_apart_is_not_compressed_together() -> None:
    secret = bytes(range(32, 120)) * 2
    guesses = {True: secret[:80], False: bytes(reversed(secret[:80]))}
    sizes = {}
    for cut in (b"", b"|"):
        for right, guess in guesses.items():
            message = Framed(b"|" + secret + b"|" + guess + b"|" * 3, deflate=True, cut=cut)
            sizes[cut, right] = len(message.deflated)
            if message.deflated is not message.plain:
                head = 2 if message.deflated[1] < 126 else 4
                inflater = zlib.decompressobj(wbits=-15)
                held = inflater.decompress(message.deflated[head:] + b"\x00\x00\xff\xff")
                assert held == message.payload
    assert sizes[b"", True] < sizes[b"", False]  # so a size would tell
    assert sizes[b"|", True] == sizes[b"|", False]


async def test_LV2_a_smaller_window_is_not_agreed_to() -> None:
    endpoint = Endpoint(echo)
    async with serving(endpoint.app) as port:
        headers = (
            "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=10\r\n"
        )
        client = await RawClient.open(port, "/", headers=headers)
        assert " 101 " in client.answer
        assert "permessage-deflate" not in client.answer.lower()
        await client.close()


async def test_LV3_nothing_is_written_before_the_handshake_or_after_a_close_frame() -> None:
    endpoint = Endpoint()
    endpoint.before_accept = lambda socket: socket.write(Framed(b"too early"))
    async with serving(endpoint.app) as port:
        client = await RawClient.open(port, "/")
        assert client.answer.startswith("HTTP/1.1 101 ")
        recorder = await endpoint.recorders.get()
        recorder.socket.write(Framed(b"in time"))
        recorder.socket.close(4000, "enough")
        recorder.socket.write(Framed(b"too late"))
        recorder.socket.close(4001)
        assert await client.receive() == (1, False, b"in time")
        assert await client.receive() == (8, False, (4000).to_bytes(2) + b"enough")
        client.send((4000).to_bytes(2), opcode=8)
        assert await client.reader.read() == b""


async def test_LV3_nothing_is_written_after_the_peers_close_frame() -> None:
    endpoint = Endpoint()
    async with serving(endpoint.app) as port:
        client = await RawClient.open(port, "/")
        recorder = await endpoint.recorders.get()
        client.send((1000).to_bytes(2), opcode=8)
        await recorder.until("lost")
        recorder.socket.write(Framed(b"too late"))
        assert (await client.receive())[0] == 8
        assert await client.reader.read() == b""


async def test_LV3_frames_sent_before_the_handshake_is_done_are_not_lost() -> None:
    endpoint = Endpoint(echo)
    endpoint.accept_after_s = 0.1
    async with serving(endpoint.app) as port:
        client = await RawClient.open(port, "/", early=frame(b"with the request"))
        recorder = await endpoint.recorders.get()
        await recorder.until("text")
        assert recorder.texts == [b"with the request"]
        await client.close()


async def test_LV4_a_message_may_have_so_many_bytes_and_no_more() -> None:
    endpoint = Endpoint()
    async with serving(endpoint.app) as port:
        async with connect(port, "/", compression=None) as client:
            await client.send("x" * limits.FRAME_BYTES_MAX)
            recorder = await endpoint.recorders.get()
            await recorder.until("text")
            await client.send("x" * (limits.FRAME_BYTES_MAX + 1))
            with pytest.raises(websockets.ConnectionClosed) as closed:
                await client.recv()
            assert closed.value.rcvd is not None and closed.value.rcvd.code == 1009
        assert [len(text) for text in recorder.texts] == [limits.FRAME_BYTES_MAX]


def deflated(data: bytes) -> bytes:
    encoder = zlib.compressobj(wbits=-15)
    return (encoder.compress(data) + encoder.flush(zlib.Z_SYNC_FLUSH))[:-4]


async def test_LV4_a_message_that_inflates_beyond_its_bound_closes() -> None:
    endpoint = Endpoint()
    async with serving(endpoint.app) as port:
        client = await RawClient.open(port, "/", headers=DEFLATE)
        client.send(deflated(b"x" * limits.FRAME_BYTES_MAX), rsv1=True)
        recorder = await endpoint.recorders.get()
        await recorder.until("text")
        client.send(deflated(b"x" * (limits.FRAME_BYTES_MAX + 1)), rsv1=True)
        assert await client.close_code() == 1009
        assert len(recorder.texts) == 1
        await client.close()


async def test_LV4_many_messages_of_one_read_cannot_inflate_to_much() -> None:
    endpoint = Endpoint()
    bomb = frame(deflated(b"x" * limits.FRAME_BYTES_MAX), rsv1=True)
    assert len(bomb) < 400
    async with serving(endpoint.app) as port:
        client = await RawClient.open(port, "/", headers=DEFLATE)
        recorder = await endpoint.recorders.get()
        client.writer.write(bomb * 600)  # one packet for the loopback
        assert await client.close_code() == 1009
        held = sum(len(text) for text in recorder.texts)
        assert held <= limits.INFLATED_BYTES_MAX
        await client.close()


async def test_LV4_a_message_may_have_so_many_fragments() -> None:
    endpoint = Endpoint()
    async with serving(endpoint.app) as port:
        client = await RawClient.open(port, "/")
        client.send(b"x", fin=False)
        for _ in range(limits.FRAGMENTS_MAX - 2):
            client.send(b"", opcode=0, fin=False)
        client.send(b"y", opcode=0)
        recorder = await endpoint.recorders.get()
        await recorder.until("text")
        assert recorder.texts == [b"xy"]
        client.send(b"x", fin=False)
        for _ in range(limits.FRAGMENTS_MAX):
            client.send(b"", opcode=0, fin=False)
        assert await client.close_code() == 4000
        await client.close()


async def test_LV4_binary_and_what_is_no_utf8_reach_the_listener() -> None:
    endpoint = Endpoint()
    async with serving(endpoint.app) as port:
        client = await RawClient.open(port, "/")
        client.send(b"\xff\xfe")
        client.send(b"bytes", opcode=2)
        recorder = await endpoint.recorders.get()
        await recorder.until("binary")
        assert recorder.texts == [b"\xff\xfe"]
        await client.close()


async def test_LV5_pings_that_nobody_reads_the_answers_of_do_not_pile_up() -> None:
    endpoint = Endpoint()
    async with serving(endpoint.app) as port:
        client = await RawClient.open(port, "/", receive_bytes=4096)
        recorder = await endpoint.recorders.get()
        pings = frame(b"p" * 125, opcode=9) * 1000
        peak = 0
        for _ in range(100):
            client.writer.write(pings)
            await client.writer.drain()
            await asyncio.sleep(0)
            peak = max(peak, recorder.socket.backlog_bytes)
        assert 0 < peak <= limits.OUTBOX_CLEAR_BYTES_MAX + 300_000  # and the pongs of one read
        await client.close()
        await recorder.until("lost")


async def test_LV5_the_outbox_says_when_it_is_clear() -> None:
    endpoint = Endpoint()
    message = Framed(b"z" * 10_000)
    async with serving(endpoint.app) as port:
        client = await RawClient.open(port, "/", receive_bytes=4096)
        recorder = await endpoint.recorders.get()
        socket = recorder.socket
        sent = 0
        assert socket.clear and socket.backlog_bytes == 0
        while socket.clear:
            socket.write(message)
            sent += 1
            await asyncio.sleep(0)
        assert socket.backlog_bytes > limits.OUTBOX_CLEAR_BYTES_MAX
        assert "writable" not in recorder.events
        for _ in range(sent):
            assert await client.receive() == (1, False, message.payload)
        await recorder.until("writable")
        assert socket.clear
        await client.close()


@pytest.mark.parametrize("peer_closes", [False, True])
async def test_LV6_a_peer_that_does_not_read_is_gone_soon_after_a_close(
    peer_closes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "CLOSE_S", 0.2)
    endpoint = Endpoint()
    async with serving(endpoint.app) as port:
        client = await RawClient.open(port, "/", receive_bytes=4096)
        recorder = await endpoint.recorders.get()
        socket = recorder.socket
        for _ in range(400):
            socket.write(Framed(b"z" * 20_000))
        assert socket.backlog_bytes > 1_000_000
        if peer_closes:
            client.send((1000).to_bytes(2), opcode=8)
        else:
            socket.close(4008)
        began = asyncio.get_running_loop().time()
        await recorder.until("lost")
        await eventually(lambda: socket.disconnected)
        assert asyncio.get_running_loop().time() - began < 2
        await client.close()


async def test_LV6_reading_can_be_paused_and_goes_on() -> None:
    endpoint = Endpoint()
    async with serving(endpoint.app) as port, connect(port, "/") as client:
        recorder = await endpoint.recorders.get()
        recorder.socket.pause()
        await client.send("waits")
        await asyncio.sleep(0.05)
        assert recorder.texts == []
        recorder.socket.resume()
        await recorder.until("text")
        assert recorder.texts == [b"waits"]


async def test_LV7_a_stopping_server_leaves_the_closing_to_the_endpoint() -> None:
    endpoint = Endpoint()
    async with serving(endpoint.app) as port:
        client = await connect(port, "/")
        recorder = await endpoint.recorders.get()
    assert "shutdown" in recorder.events
    with pytest.raises(websockets.ConnectionClosed) as closed:
        await client.recv()
    assert closed.value.rcvd is not None and closed.value.rcvd.code == 1012


async def test_LV7_a_stopping_server_does_not_wait_for_who_is_closing_already() -> None:
    endpoint = Endpoint()
    async with serving(endpoint.app) as port:
        client = await RawClient.open(port, "/")
        recorder = await endpoint.recorders.get()
        recorder.socket.close(4000)  # and the client does not answer
    assert recorder.socket.disconnected
    await client.close()


async def test_garbage_in_place_of_frames_ends_the_connection() -> None:
    endpoint = Endpoint()
    async with serving(endpoint.app) as port:
        endpoint.accept_after_s = 1.5  # long after the garbage, on a busy machine, too
        with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
            await asyncio.wait_for(RawClient.open(port, "/", early=b"\xff" * 100), 5)
        endpoint.accept_after_s = 0.0
        later = await RawClient.open(port, "/")
        later.writer.write(b"\xff" * 100)
        assert await later.close_code() == 1002
        await later.close()


def test_uvicorn_is_pinned_to_the_version_whose_inside_is_used() -> None:
    root = Path(__file__).resolve().parents[2]
    project: dict[str, Any] = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    pinned = f"uvicorn=={importlib.metadata.version('uvicorn')}"
    assert pinned in project["dependencies"]
