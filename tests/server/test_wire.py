"""One websocket: who gets in, every way to be closed, bounded inbox and outbox."""

import ast
import asyncio
import logging
import tracemalloc
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
import websockets

import server.live
import server.room
import server.wire
from board import limits, ops
from board.ops import Entry
from board.state import Link
from server.access import Access, Ticket
from server.live import Boards
from server.log import MemoryLog
from server.log_sqlite import SqliteLog
from server.protocol import CLOSE_CODES, PROTOCOL, Lane
from server.sockets import Framed
from server.wire import AsgiSocket, Wire
from tests.server.serving import (
    LIVE,
    SECRET,
    Guest,
    RawClient,
    connect,
    connect_events,
    eventually,
    frame,
    serving,
    site,
    small_board,
)


@asynccontextmanager
async def board_by(
    carrier: str,
    log: MemoryLog | None = None,
    access: Access | None = None,
    nodes: int = 3,
    **options: Any,
) -> AsyncIterator[tuple[Boards, Callable[..., Any]]]:
    """A served board ``city``; yields its Boards and a function that connects a guest."""
    boards = Boards(log or MemoryLog())
    await boards.create("city", small_board(nodes))
    async with serving(site(boards, access), **options) as port:

        @asynccontextmanager
        async def guest(path: str = LIVE, **settings: Any) -> AsyncIterator[Guest]:
            if carrier == "websocket":
                connecting = connect(port, path, **settings)
            else:
                connecting = connect_events(port, path, polls=carrier == "polls", **settings)
            async with connecting as socket:
                yield Guest(socket, access)

        guest.port = port  # type: ignore[attr-defined]
        try:
            yield boards, guest
        finally:
            await boards.drain()


City = Callable[..., AbstractAsyncContextManager[tuple[Boards, Callable[..., Any]]]]
websocket_city = partial(board_by, "websocket")


@pytest.fixture(params=["websocket", "events", "polls"])
def city(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> City:
    """LV50: what every connection promises holds whatever carries it."""
    monkeypatch.setattr(limits, "POLL_GAP_S", 4)
    return partial(board_by, request.param)


# -- who gets in


@pytest.mark.parametrize(
    "origin",
    [None, "null", "http://127.0.0.1.evil.test:{port}", "http://evil.test", "http://127.0.0.1",
     "http://evil127.0.0.1:{port}", "http://127.0.0.1:{port}0", "http://localhost:{port}"],
)  # fmt: skip
async def test_LV10_a_foreign_origin_is_refused_before_it_is_accepted(
    city: City, origin: str | None
) -> None:
    async with city() as (boards, guest):
        named = origin.format(port=guest.port) if origin else None
        with pytest.raises(websockets.InvalidStatus) as refused:
            async with guest(origin=named):
                pass
        assert refused.value.response.status_code == 403
        assert boards.sockets == 0


async def test_LV10_only_the_configured_origins_are_admitted(city: City) -> None:
    access = Access(SECRET, origins=["https://board.example"])
    async with city(access=access) as (_, guest):
        async with guest(origin="https://board.example") as host:
            await host.join()
        with pytest.raises(websockets.InvalidStatus):
            async with guest():
                pass


@pytest.mark.parametrize(
    ("first", "code"),
    [
        ("no json", 4000),
        ("[" * 100_000, 4000),
        ('{"t":"hello","protocol":1,"ticket":"x","more":1}', 4000),
        ('{"t":"hello","protocol":1}', 4000),
        ('{"t":"hello","protocol":1,"ticket":7}', 4000),
        ('{"t":"hello","protocol":1,"ticket":"x","viewport":[0,0,1e999,1]}', 4000),
        ('{"t":"hello","protocol":"one"}', 4002),
        ('{"t":"beat"}', 4002),
        ("[]", 4000),
        ('"hello"', 4000),
        ('{"t":"hello","protocol":2,"what":"is new"}', 4005),
        ('{"t":"hello","protocol":1,"ticket":"not a ticket"}', 4001),
        (b"binary", 4000),
    ],
)
async def test_LV11_a_first_frame_that_is_no_good_hello_closes(
    city: City, first: str | bytes, code: int
) -> None:
    async with city() as (_, guest), guest() as host:
        await host.socket.send(first)
        assert await host.close_code() == code


async def test_LV11_hello_must_come_in_time(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "HELLO_S", 0.1)
    async with city() as (_, guest), guest() as host, guest() as member:
        await member.join()
        assert await host.close_code() == 4002
        await asyncio.sleep(0.15)
        await member.submit(ops.NodeSet("card0", x=1.0))
        await member.until("ack")


async def test_LV12_a_ticket_must_be_genuine_and_fresh_and_for_this_board(city: City) -> None:
    now_s = 1_700_000_000.0
    access = Access(SECRET, clock=lambda: now_s)
    async with city(access=access) as (_, guest):
        async with guest() as host:
            stale = host.ticket()
            now_s += limits.TICKET_S + 1
            fresh = host.ticket()
            other = access.ticket(Ticket("village", "people", 1, "abcdefghijklm"))
        for bad in (stale, other, fresh[:-4] + "AAAA", "", fresh + "x"):
            async with guest() as host:
                await host.say("hello", protocol=PROTOCOL, ticket=bad)
                assert await host.close_code() == 4001
        async with guest() as host:
            await host.join(ticket=fresh)


async def test_LV12_a_board_that_is_not_there_closes(city: City) -> None:
    async with city() as (_, guest), guest("/api/boards/village/live") as host:
        ticket = host.access.ticket(Ticket("village", "people", 1, "abcdefghijklm"))
        await host.say("hello", protocol=PROTOCOL, ticket=ticket)
        assert await host.close_code() == 4004


async def test_LV12_a_revoked_link_lets_nobody_in_and_throws_out_who_is_in(city: City) -> None:
    async with city() as (boards, guest):
        live = await boards.open("city")
        async with guest() as inside, guest() as late, guest() as host:
            await inside.join("people")
            await host.join("hosts")
            old = late.ticket("people", "another tab")
            await live.submit([ops.LinkSet("people", "participant", 2)])
            assert await inside.close_code() == 4009
            await late.say("hello", protocol=PROTOCOL, ticket=old)
            assert await late.close_code() == 4009
            await host.submit(ops.NodeSet("card0", x=1.0))
            await host.until("ack")


async def test_LV12_a_public_board_is_open_without_a_link(city: City) -> None:
    async with city() as (boards, guest):
        async with guest() as reader:
            ticket = reader.access.ticket(Ticket("city", "", 0, "abcdefghijklm"))
            await reader.say("hello", protocol=PROTOCOL, ticket=ticket)
            assert await reader.close_code() == 4009
        live = await boards.open("city")
        await live.submit([ops.AccessSet(True)])
        async with guest() as reader:
            assert (await reader.join(ticket=ticket))["role"] == "viewer"


async def test_LV13_the_same_client_elsewhere_closes_the_older_connection(city: City) -> None:
    async with city() as (_, guest), guest() as older, guest() as newer:
        await older.join(secret="one tab")
        await newer.join(secret="one tab")
        assert await older.close_code() == 4010
        await newer.submit(ops.NodeSet("card0", x=1.0))
        await newer.until("ack")


async def test_LV13_silence_closes(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SILENCE_S", 0.5)
    async with city() as (_, guest), guest() as host:
        await host.join()
        assert await host.close_code() == 4011


async def test_LV13_the_server_sends_beats(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BEAT_S", 0.2)
    async with city() as (_, guest), guest() as host:
        await host.join()
        for _ in range(3):
            await host.until("beat")


@pytest.mark.parametrize("limit", ["SOCKETS_MAX", "SOCKETS_BOARD_MAX"])
async def test_LV14_a_full_server_and_a_full_board_say_so(
    city: City, limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, limit, 2)
    async with city() as (boards, guest):
        async with guest() as one, guest() as two, guest() as three:
            await one.join(secret="1")
            await two.join(secret="2")
            if limit == "SOCKETS_BOARD_MAX":
                await three.say("hello", protocol=PROTOCOL, ticket=three.ticket(secret="3"))
            assert await three.close_code() == 4013
        await eventually(lambda: not boards.sockets)
        async with guest() as three:
            await three.join(secret="3")


async def test_LV14_who_is_on_a_full_board_may_come_anew(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LV14, RM8: a new connection takes the place of its client's own."""
    monkeypatch.setattr(limits, "SOCKETS_BOARD_MAX", 2)
    async with city() as (_, guest), guest() as one, guest() as two, guest() as again:
        await one.join(secret="1")
        await two.join(secret="2")
        await again.join(secret="2")
        assert await two.close_code() == 4010


async def test_LV14_many_people_come_at_once_from_one_address(city: City) -> None:
    async with city() as (boards, guest):
        inside = asyncio.Event()
        joined = 0

        async def come(number: int) -> None:
            nonlocal joined
            async with guest() as person:
                await person.join("viewers", f"tab {number}")
                joined += 1
                await inside.wait()

        coming = [asyncio.create_task(come(number)) for number in range(250)]
        async with asyncio.timeout(30):
            while joined < 250:
                assert not any(task.done() for task in coming)
                await asyncio.sleep(0.02)
        assert boards.sockets == 250
        inside.set()
        await asyncio.gather(*coming)


# -- frames


@pytest.mark.parametrize(
    ("raw", "n", "where"),
    [
        ('{"t":"submit","n":1,"ops":[]}', 1, "ops"),
        ('{"t":"submit","n":1,"ops":[{"op":"node.set","id":"card0","x":1e400}]}', 1, "ops"),
        ('{"t":"submit","n":1,"ops":[{"op":"node.explode","id":"card0"}]}', 1, "ops"),
        ('{"t":"submit","n":0,"ops":[{"op":"node.remove","id":"card0"}]}', 0, "n"),
        ('{"t":"undo","n":3}', 3, ""),
        ('{"t":"nonsense"}', 0, "t"),
        ('{"t":"beat","extra":1}', 0, ""),
        ("[]", 0, ""),
        ('{"t":"hello","protocol":1,"ticket":"again"}', 0, ""),
    ],
)
async def test_LV15_a_frame_that_is_not_valid_is_rejected_and_the_connection_stays(
    city: City, raw: str, n: int, where: str
) -> None:
    async with city() as (_, guest), guest() as host:
        await host.join()
        await host.socket.send(raw)
        reject = await host.until("reject", n=n, code="invalid")
        assert where in reject.get("where", "")
        await host.submit(ops.NodeSet("card0", x=1.0))
        await host.until("ack")


@pytest.mark.parametrize("raw", ["{", "\x00", b"\x00", '{"t":"beat"', '{"a":' + "[" * 100_000])
async def test_LV15_what_is_no_json_closes(city: City, raw: str | bytes) -> None:
    async with city() as (_, guest), guest() as host:
        await host.join()
        await host.socket.send(raw)
        assert await host.close_code() == 4000


async def test_LV15_text_that_is_no_utf8_closes() -> None:
    async with websocket_city() as (_, guest):
        client = await RawClient.open(guest.port, LIVE)
        client.send(b'{"t":"hello","protocol":1,"ticket":"\xff"}')
        assert await client.close_code() == 4000


async def test_LV16_too_many_frames_close(city: City) -> None:
    async with city() as (_, guest), guest() as host, guest() as other:
        await host.join(secret="flood")
        await other.join(secret="calm")
        for _ in range(limits.RATE_FRAMES_BURST * 2):
            await host.say("here", following=True)
        assert await host.close_code() == 4029
        await other.submit(ops.NodeSet("card0", x=1.0))
        await other.until("ack")


async def test_LV16_a_burst_within_the_bound_is_served(city: City) -> None:
    async with city() as (_, guest), guest() as host:
        await host.join()
        for at in range(limits.RATE_FRAMES_BURST - 40):
            await host.submit(ops.NodeSet("card0", x=float(at)))
        await host.until("ack", n=host.n)


async def test_LV16_pings_count_as_frames() -> None:
    async with websocket_city() as (_, guest):
        client = await RawClient.open(guest.port, LIVE)
        client.writer.write(frame(b"", opcode=9) * (limits.RATE_FRAMES_BURST * 2))
        assert await client.close_code() == 4029


# -- inbox and outbox


class HeldLog(MemoryLog):
    """A log whose appends wait for ``release``, once ``hold`` was called."""

    def __init__(self) -> None:
        super().__init__()
        self.free = asyncio.Event()
        self.free.set()
        self.appends: list[int] = []

    async def append(self, board: str, after: int, entries: list[Entry]) -> None:
        await self.free.wait()
        self.appends.append(len(entries))
        await super().append(board, after, entries)


async def test_LV17_a_full_inbox_stops_the_reading(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "INBOX_MAX", 10)
    log = HeldLog()
    async with city(log) as (boards, guest), guest() as host:
        await host.join()
        live = await boards.open("city")
        (wire,) = live._members.values()
        assert isinstance(wire, Wire)
        log.free.clear()
        for at in range(100):
            await host.submit(ops.NodeSet("card0", x=float(at)))
            await asyncio.sleep(0)  # so that they come in more than one read
        await asyncio.sleep(0.2)
        assert wire._paused
        held = wire._inbox
        assert 10 <= held < 100
        await asyncio.sleep(0.1)
        assert wire._inbox == held
        log.free.set()
        await host.until("ack", n=100)
        assert wire._inbox == 0 and not wire._paused


class FakeSocket:
    """A socket whose outbox drains only when told to."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.backlog_bytes = 0
        self.closed = 0

    @property
    def clear(self) -> bool:
        return self.backlog_bytes <= limits.OUTBOX_CLEAR_BYTES_MAX

    def write(self, message: Framed) -> None:
        self.sent.append(message.payload)
        self.backlog_bytes += len(message.plain)

    def close(self, code: int, reason: str = "") -> None:
        self.closed = self.closed or code

    def abort(self) -> None: ...

    def pause(self) -> None: ...

    def resume(self) -> None: ...


def fill(wire: Wire, size_bytes: int, lane: Lane = "log") -> int:
    """Send messages of 10,000 bytes; gives how many."""
    count = 0
    for at in range(size_bytes // 10_000):
        count += wire.send(Framed(b"%09d" % at * 1111), lane)
    return count


def fake_wire() -> tuple[Wire, FakeSocket]:
    socket = FakeSocket()
    return Wire(socket, Boards(MemoryLog()), Access(SECRET), "city"), socket


async def test_LV18_presence_is_dropped_first() -> None:
    wire, socket = fake_wire()
    fill(wire, limits.OUTBOX_CLEAR_BYTES_MAX + 20_000)
    assert not socket.clear and not wire.clear
    sent = len(socket.sent)
    assert not wire.send(Framed(b"who is here"), "presence")
    assert wire.send(Framed(b"a patch"), "log")
    assert socket.sent[sent:] == [b"a patch"]
    socket.backlog_bytes = 0
    wire.writable()
    assert wire.send(Framed(b"who is here"), "presence")


async def test_LV18_a_parked_wire_sends_all_in_order_when_it_drains() -> None:
    wire, socket = fake_wire()
    messages = [b"%09d" % at * 1111 for at in range(100)]
    for message in messages:
        assert wire.send(Framed(message), "log")
    assert len(socket.sent) < 40  # and the rest waits beside the outbox
    assert socket.backlog_bytes <= limits.OUTBOX_BYTES_MAX + 10_010
    while not wire.clear:
        socket.backlog_bytes = 0
        wire.writable()
        assert socket.backlog_bytes <= limits.OUTBOX_CLEAR_BYTES_MAX + 10_010
    assert socket.sent == messages
    assert socket.closed == 0


async def test_LV18_too_much_that_waits_closes() -> None:
    wire, socket = fake_wire()
    fill(wire, limits.OUTBOX_BYTES_MAX + limits.PARKED_BYTES_MAX + 30_000)
    assert socket.closed == 4008
    assert not wire._parked  # nothing is kept for it


async def test_LV18_too_long_a_wait_closes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PARKED_S", 0.1)
    wire, socket = fake_wire()
    fill(wire, limits.OUTBOX_BYTES_MAX + 30_000)
    assert socket.closed == 0
    await asyncio.sleep(0.2)
    assert socket.closed == 4008


def large_change(round: int) -> list[ops.AnyOp]:
    """A change that makes a patch of about 200,000 bytes."""
    href = f"https://board.example/{round}/" + "x" * 1_900
    return [ops.NodeSet(f"card{at}", href=href) for at in range(100)]


async def test_LV18_one_slow_reader_delays_nobody_and_holds_little() -> None:
    async with websocket_city(nodes=200) as (boards, guest):
        live = await boards.open("city")
        slow = await RawClient.open(guest.port, LIVE, receive_bytes=4096)
        slow_guest = Guest(None)
        hello = {"t": "hello", "protocol": PROTOCOL, "ticket": slow_guest.ticket("people", "slow")}
        slow.send(msgspec.json.encode(hello))
        async with guest() as fast:
            await fast.join(secret="fast")
            tracemalloc.start()
            closed = False
            for round in range(100):
                await live.submit(large_change(round))
                await fast.until("patch")
                fast.frames.clear()
                if boards.counts["closed 4008"]:
                    closed = True
                    break
            held, _ = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            assert closed, "the slow reader was never closed"
            assert held < 40_000_000
            assert await slow.close_code() in (0, 4008)


# -- the end


async def test_LV19_a_drain_says_goaway_and_closes_all(city: City) -> None:
    async with city() as (boards, guest), guest() as one, guest() as two, guest() as three:
        await one.join(secret="1")
        await two.join(secret="2")
        await boards.drain()
        for person in (one, two):
            assert await person.close_code() == 1012
            assert any(held["t"] == "goaway" for held in person.frames)
        await three.say("hello", protocol=PROTOCOL, ticket=three.ticket())
        assert await three.close_code() == 1012
        async with guest() as four:
            assert await four.close_code() == 1012


async def test_LV19_a_stopping_server_drains_its_boards_by_itself() -> None:
    boards = Boards(MemoryLog())
    await boards.create("city", small_board())
    async with serving(site(boards)) as port:
        socket = await connect(port, LIVE)
        person = Guest(socket)
        await person.join()
        await person.submit(ops.NodeSet("card0", x=1.0))
    assert await person.close_code() == 1012
    assert any(held["t"] == "goaway" for held in person.frames)
    assert boards.draining
    await boards.drain()


# -- another ASGI server


async def test_LV20_plain_asgi_does_the_same() -> None:
    async with (
        websocket_city(nodes=700, ws="websockets-sansio") as (boards, guest),
        guest() as one,
        guest() as two,
        guest() as bad,
    ):
        await one.join(secret="1")
        welcome = await two.join(secret="2")
        assert welcome["follow"] == ["first", "second"]
        cards = sum(len(held["put"]) for held in two.frames if held["t"] == "chunk")
        assert cards == 700
        await one.submit(ops.NodeSet("card0", x=1.0))
        await one.until("ack")
        patch = await two.until("patch")
        assert patch["parts"][0]["put"][0]["x"] == 1.0
        await bad.socket.send(b"binary")
        assert await bad.close_code() == 4000
        (wire, _) = (await boards.open("city"))._members.values()
        assert isinstance(wire, Wire) and isinstance(wire._socket, AsgiSocket)
        await boards.drain()
        assert await one.close_code() == 1012


async def test_LV20_plain_asgi_closes_slow_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CLOSE_S", 0.2)
    monkeypatch.setattr(limits, "PARKED_S", 0.2)
    async with websocket_city(nodes=100, ws="websockets-sansio") as (boards, guest):
        slow = await RawClient.open(guest.port, LIVE, receive_bytes=4096)
        ticket = Guest(None).ticket("people", "slow")
        slow.send(b'{"t":"hello","protocol":1,"ticket":"%s"}' % ticket.encode())
        live = await boards.open("city")
        await eventually(lambda: live.members)
        for at in range(100):
            await live.submit(large_change(at))
            if boards.counts["closed 4008"]:
                break
        await eventually(lambda: not boards.sockets)
        assert boards.counts["closed 4008"] == 1
        await slow.close()


# -- secrets


async def test_AC11_no_token_and_no_ticket_is_logged_or_stored(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("server.sockets").setLevel(logging.WARNING)  # as it sets it itself
    log = SqliteLog(tmp_path / "boards.sqlite")
    access = Access(SECRET)
    token = access.token("city", Link("people", "participant", 1))
    async with websocket_city(log, access, log_level="debug") as (_, guest):  # type: ignore[arg-type]
        async with guest(f"{LIVE}?k={token}") as host:
            ticket = host.ticket(secret="the tab's own secret")
            await host.join(ticket=ticket)
            await host.submit(ops.NodeSet("card0", x=1.0))
            await host.until("ack")
        async with guest() as host:
            await host.say("hello", protocol=PROTOCOL, ticket=ticket, more="x")
            await host.close_code()
    await log.close()
    secrets = [token, token.rpartition(".")[2], ticket, ticket.partition(".")[0],
               "the tab's own secret"]  # fmt: skip
    # what the clients of this test themselves log is not the server's
    logged = "\n".join(
        record.getMessage() for record in caplog.records if record.name != "websockets.client"
    )
    assert "websockets.client" in {record.name for record in caplog.records}
    files = [path for path in tmp_path.iterdir() if path.is_file()]  # noqa: ASYNC240
    stored = b"".join(path.read_bytes() for path in files)
    assert b"card0" in stored
    for secret in secrets:
        assert secret not in logged
        assert secret.encode() not in stored
    assert "127.0.0.1:" not in "\n".join(
        record.getMessage() for record in caplog.records if record.name.startswith("server")
    )


def test_every_close_code_that_a_wire_sends_is_in_the_table() -> None:
    used = set()
    for module in (server.live, server.room, server.wire):
        assert module.__file__ is not None
        for node in ast.walk(ast.parse(Path(module.__file__).read_text())):
            if (
                isinstance(node, ast.Constant)
                and type(node.value) is int
                and (node.value == 1012 or 4000 <= node.value < 4100)
            ):
                used.add(node.value)
    assert used == set(CLOSE_CODES)
