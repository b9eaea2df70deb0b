"""A websocket of uvicorn with a short way in and a short way out.

The ASGI interface costs a task switch for each message that comes in, and frames each message
anew for each of its receivers. ``DirectSocket`` is uvicorn's own sans-I/O websocket protocol
with three additions. It puts itself into ``scope["extensions"][DIRECT]``; an endpoint that
finds it there may

- ``listen``: what comes in is handed to a synchronous Listener, which only enqueues it;
- ``write`` a Framed message, whose bytes are made once for all receivers;
- see the state of the outbox: ``clear``, ``backlog_bytes``, and Listener.writable.

It uses internals of uvicorn and websockets, so each is pinned to one version exactly.

What a hostile peer can make it hold is bounded: one message by FRAME_BYTES_MAX (inflated too),
what the messages of one read inflate to by INFLATED_BYTES_MAX, the fragments of a message by
FRAGMENTS_MAX, unsent pongs by the outbox, and the time of a closing handshake by CLOSE_S.

Compression (RFC 7692) is meant for the way out: a message is deflated by itself and once for
all, which needs ``server_no_context_takeover``. The RFC has no way to forbid a browser that
agreed on it to compress too, so what comes in is inflated within the bounds above, each message
by itself (``client_no_context_takeover``).
"""

import logging
import struct
import zlib
from collections.abc import Sequence
from typing import Any, Final, Protocol

from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import NegotiationError, PayloadTooBig
from websockets.extensions.base import Extension
from websockets.extensions.permessage_deflate import (
    PerMessageDeflate,
    ServerPerMessageDeflateFactory,
)
from websockets.frames import Frame
from websockets.http11 import Request
from websockets.protocol import OPEN
from websockets.server import ServerProtocol
from websockets.typing import ExtensionParameter

from board import limits

DIRECT: Final = "orientation.direct"  # the key in scope["extensions"]

# uvicorn and websockets log addresses, query strings and (at the level DEBUG) whole messages,
# tickets among them; this logger has a level of its own, so that none of that is ever written
_quiet = logging.getLogger("server.sockets")
_quiet.setLevel(logging.WARNING)

_TEXT: Final = 0x81  # FIN, opcode 1
_TEXT_DEFLATED: Final = 0xC1  # FIN, RSV1, opcode 1
_WINDOW_BITS: Final = 15


class Listener(Protocol):
    """What an endpoint does with a DirectSocket's events. None of it may wait."""

    def text(self, raw: bytes) -> None:
        """A text message has come, whole. It may be no UTF-8."""

    def binary(self) -> None:
        """A binary message has come."""

    def ping(self) -> None:
        """A ping has come; it has been answered."""

    def writable(self) -> None:
        """The outbox was not ``clear``, and is again."""

    def shutdown(self) -> None:
        """The server wants to stop. The socket stays open until the endpoint closes it."""

    def lost(self) -> None:
        """Nothing more will come. Called once, or twice."""


class Framed:
    """One text message, framed once for everybody (RFC 6455, 5.2: a server masks nothing).

    ``deflate``: it may be sent compressed. The size of a compressed message tells what its
    parts have in common, so a text that somebody chooses must never be compressed together with
    one that is kept from them. ``cut``: before each of these bytes the compression begins anew,
    and knows nothing of what came before.
    """

    __slots__ = ("_cut", "_deflated", "_event", "_head_bytes", "plain")

    def __init__(self, payload: bytes, *, deflate: bool = False, cut: bytes = b"") -> None:
        self._cut = cut
        head = _head(_TEXT, len(payload))
        self._head_bytes = len(head)
        self.plain = head + payload
        self._deflated = None if deflate else self.plain
        self._event: bytes | None = None

    @property
    def payload(self) -> bytes:
        """The message without its frame."""
        return self.plain[self._head_bytes :]

    @property
    def deflated(self) -> bytes:
        """The compressed frame, made when it is first asked for; the plain one if not smaller."""
        if self._deflated is None:
            squeezed = _deflate(self.payload, self._cut)
            squeezed = _head(_TEXT_DEFLATED, len(squeezed)) + squeezed
            self._deflated = min(squeezed, self.plain, key=len)
        return self._deflated

    @property
    def event(self) -> bytes:
        """The message as a server-sent event: it is JSON, in one line."""
        if self._event is None:
            self._event = b"data: %b\n\n" % self.payload
        return self._event


class DirectSocket(WebSocketsSansIOProtocol):
    """uvicorn's websocket, written to and read from directly: see the module's docstring."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.logger = _quiet
        self.listener: Listener | None = None
        self.deflates = False
        self._inbound: _OutboundDeflate | None = None
        self.conn = ServerProtocol(
            extensions=[_DeflateFactory()] if self.config.ws_per_message_deflate else [],
            max_size=min(self.config.ws_max_size, limits.FRAME_BYTES_MAX),
            logger=_quiet,
        )

    # -- for the endpoint

    def listen(self, listener: Listener) -> None:
        """From now on every message is handed to ``listener``, and none to ``receive``."""
        self.listener = listener

    @property
    def open(self) -> bool:
        """Between the end of the opening handshake and the first close frame, sent or received."""
        return self.conn.state is OPEN and not self.transport.is_closing()

    @property
    def clear(self) -> bool:
        """Whether there is little in the outbox: what is written now goes out soon."""
        return self.writable.is_set()

    @property
    def backlog_bytes(self) -> int:
        """How much has been written that the system has not taken yet."""
        return self.transport.get_write_buffer_size()

    def write(self, message: Framed) -> None:
        """Send a message. Nothing happens unless the socket is open."""
        if self.open:
            self.transport.write(message.deflated if self.deflates else message.plain)

    def close(self, code: int, reason: str = "") -> None:
        """Send a close frame behind what was written, and be gone within CLOSE_S."""
        if self.conn.state is not OPEN:
            return
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.resume()  # the peer's close frame has to be read
        self.close_timer = self.loop.call_later(limits.CLOSE_S, self.transport.abort)

    def abort(self) -> None:
        """Be gone at once, whatever has not been sent."""
        self.transport.abort()

    def pause(self) -> None:
        """Read nothing more: the peer has to wait."""
        if not self.read_paused and not self.transport.is_closing():
            self.read_paused = True
            self.transport.pause_reading()

    def resume(self) -> None:
        """Read on."""
        if self.read_paused:
            self.read_paused = False
            if not self.transport.is_closing():
                self.transport.resume_reading()

    # -- what uvicorn calls

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        transport.set_write_buffer_limits(
            high=limits.OUTBOX_CLEAR_BYTES_MAX, low=limits.OUTBOX_CLEAR_BYTES_MAX // 4
        )

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.response.status_code != 101:
            return
        for extension in self.conn.extensions:
            if isinstance(extension, _OutboundDeflate):
                self._inbound = extension
                self.deflates = True
        # the endpoint's task has been made, and begins after this
        self.scope["extensions"][DIRECT] = {"socket": self}

    def data_received(self, data: bytes) -> None:
        if self._inbound is not None:
            self._inbound.inflated_bytes = 0
        super().data_received(data)

    def handle_cont(self, event: Frame) -> None:
        if len(self.frames) < limits.FRAGMENTS_MAX:
            super().handle_cont(event)
        else:
            self.close(4000)

    def send_receive_event_to_app(self) -> None:
        if self.listener is None:
            super().send_receive_event_to_app()
            return
        data = self.frames[0] if len(self.frames) == 1 else b"".join(self.frames)
        self.frames = []
        if self.close_sent:
            return
        if self.curr_msg_data_type == "text":
            self.listener.text(data)
        else:
            self.listener.binary()

    def handle_ping(self) -> None:
        pong = b"".join(self.conn.data_to_send())
        # a peer that sends pings and reads no pongs would fill the outbox
        if self.handshake_complete and self.backlog_bytes < limits.OUTBOX_CLEAR_BYTES_MAX:
            self.transport.write(pong)
        if self.listener is not None:
            self.listener.ping()

    def handle_close(self, event: Frame) -> None:
        super().handle_close(event)
        self._lose()
        # what was written before may never be read: closing must not wait for that
        self.loop.call_later(limits.CLOSE_S, self.transport.abort)

    def handle_parser_exception(self) -> None:
        if self.conn.close_sent is None:  # it was not open yet
            self.transport.abort()
            return
        super().handle_parser_exception()
        self._lose()
        self.loop.call_later(limits.CLOSE_S, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self.listener is not None:
            self.listener.writable()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._lose()

    def shutdown(self) -> None:
        if self.open and self.listener is not None:
            self.listener.shutdown()
        elif self.open or not self.handshake_complete:
            super().shutdown()
        else:
            self.transport.close()

    def _lose(self) -> None:
        if self.listener is not None:
            self.listener.lost()


class DirectHttp(H11Protocol):
    """uvicorn's HTTP. It puts itself into ``scope["extensions"][DIRECT]`` as ``connection``.

    An endpoint that answers without an end may then cut the connection, and be told, as a
    Listener, that the server wants to stop.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.listener: Listener | None = None
        self._application = self.app
        self.app = self._call

    def abort(self) -> None:
        """Be gone at once, whatever has not been sent."""
        self.transport.abort()

    async def _call(self, scope: Any, receive: Any, send: Any) -> None:
        scope.setdefault("extensions", {})[DIRECT] = {"connection": self}
        await self._application(scope, receive, send)

    def shutdown(self) -> None:
        super().shutdown()
        if self.listener is not None:
            self.listener.shutdown()


class _OutboundDeflate(PerMessageDeflate):
    """Inflates what comes in within a bound; leaves what goes out to Framed."""

    inflated_bytes = 0  # since the last read from the network

    def encode(self, frame: Frame) -> Frame:
        return frame

    def decode(self, frame: Frame, *, max_size: int | None = None) -> Frame:
        plain = super().decode(frame, max_size=max_size)
        if plain is not frame:
            self.inflated_bytes += len(plain.data)
            if self.inflated_bytes > limits.INFLATED_BYTES_MAX:
                raise PayloadTooBig(self.inflated_bytes, limits.INFLATED_BYTES_MAX)
        return plain


class _DeflateFactory(ServerPerMessageDeflateFactory):
    """Agrees on compression without context takeover, with the whole window."""

    def __init__(self) -> None:
        super().__init__(server_no_context_takeover=True, client_no_context_takeover=True)

    def process_request_params(
        self,
        params: Sequence[ExtensionParameter],
        accepted_extensions: Sequence[Extension],
    ) -> tuple[list[ExtensionParameter], PerMessageDeflate]:
        answer, agreed = super().process_request_params(params, accepted_extensions)
        if agreed.local_max_window_bits != _WINDOW_BITS:
            # the bytes are the same for all, so a smaller window for one cannot be had
            raise NegotiationError("server_max_window_bits is not supported")
        return answer, _OutboundDeflate(
            agreed.remote_no_context_takeover,
            agreed.local_no_context_takeover,
            agreed.remote_max_window_bits,
            agreed.local_max_window_bits,
        )


def _head(first: int, size: int) -> bytes:
    if size < 126:
        return struct.pack("!BB", first, size)
    if size < 65_536:
        return struct.pack("!BBH", first, 126, size)
    return struct.pack("!BBQ", first, 127, size)


def _deflate(payload: bytes, cut: bytes) -> bytes:
    encoder = zlib.compressobj(wbits=-_WINDOW_BITS)
    pieces: list[bytes] = []
    begin = 0
    while cut and (end := payload.find(cut, begin + 1)) >= 0:
        pieces += encoder.compress(payload[begin:end]), encoder.flush(zlib.Z_FULL_FLUSH)
        begin = end
    pieces += encoder.compress(payload[begin:]), encoder.flush(zlib.Z_SYNC_FLUSH)
    return b"".join(pieces)[:-4]  # RFC 7692, 7.2.1


UVICORN: Final[dict[str, Any]] = {
    "http": DirectHttp,
    "ws": DirectSocket,
    "ws_max_size": limits.FRAME_BYTES_MAX,
    "ws_ping_interval": None,  # heartbeats are frames of our own, which browsers can see
    "ws_per_message_deflate": True,
    "limit_concurrency": limits.CONNECTIONS_MAX,
    "access_log": False,
    "server_header": False,
    "timeout_graceful_shutdown": limits.DRAIN_S + limits.CLOSE_S,
}
"""The settings of uvicorn.Config that the connections of boards rely on."""
