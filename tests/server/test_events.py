"""The carrier over HTTP: what is its own. What it shares with the websocket: test_wire.py."""

import asyncio
import logging

import msgspec
import pytest

from board import limits, ops
from server.events import TOO_LARGE
from server.live import Boards
from server.log import MemoryLog
from server.protocol import PROTOCOL
from tests.server.serving import (
    LIVE,
    EventLine,
    Guest,
    connect_events,
    eventually,
    post,
    serving,
    site,
    small_board,
)
from tests.server.test_wire import board_by, large_change

EVENTS = "/api/boards/city/events"
FRAMES = "/api/boards/city/frames"


def submit(n: int, x: float) -> bytes:
    move = {"op": "node.set", "id": "card0", "x": x}
    return msgspec.json.encode({"t": "submit", "n": n, "ops": [move]})


async def test_LV51_an_answer_begins_at_once_and_asks_to_be_passed_on_as_it_comes() -> None:
    async with board_by("events") as (boards, guest):
        async with post(guest.port, EVENTS, b"") as answer, asyncio.timeout(5):
            assert answer.status == 200
            assert answer.headers["content-type"].startswith("text/event-stream")
            assert answer.headers["x-accel-buffering"] == "no"
            assert answer.headers["cache-control"] == "no-store, no-transform"
            assert "content-encoding" not in answer.headers
            first = await anext(answer.parts())
            head, _, rest = first.partition(b"\n\n")
            name, _, opened = head.partition(b"\ndata: ")
            assert name == b"event: open"
            assert len(msgspec.json.decode(opened)["id"]) == 32
            assert len(rest) > limits.EVENTS_PADDING_BYTES * 0.9
            assert all(line.startswith(b":") for line in rest.split(b"\n") if line)
            assert boards.sockets == 1
        await eventually(lambda: not boards.sockets)


async def test_LV51_a_proxy_that_speaks_http_1_0_passes_it_on_as_well() -> None:
    """Without chunks: nginx speaks HTTP/1.0 to a server unless it is told otherwise."""
    async with board_by("events") as (boards, guest):
        reader, writer = await asyncio.open_connection("127.0.0.1", guest.port)
        writer.write(
            f"POST {EVENTS} HTTP/1.0\r\nHost: 127.0.0.1:{guest.port}\r\nContent-Length: 0\r\n"
            f"Origin: http://127.0.0.1:{guest.port}\r\n\r\n".encode()
        )
        async with asyncio.timeout(5):
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            assert b" 200 " in head and b"transfer-encoding" not in head
            assert await reader.readline() == b"event: open\n"
            line = EventLine(guest.port, "city", polls=False, origin="")
            line.id = msgspec.json.decode((await reader.readline()).removeprefix(b"data: "))["id"]
            hello = {"t": "hello", "protocol": PROTOCOL, "ticket": Guest(None).ticket()}
            assert (await line.post(1, msgspec.json.encode(hello)))[0] == 200
            while not (await reader.readline()).startswith(b'data: {"t":"welcome"'):
                pass
            await boards.drain()
            assert (await reader.read()).rstrip().endswith(b"come back\"}")
        writer.close()


async def test_LV51_ids_are_random_and_open_one_board_alone() -> None:
    async with board_by("events") as (boards, guest), guest() as one, guest() as two:
        assert one.socket.id != two.socket.id
        await boards.create("village", small_board())
        body = f"{one.socket.id} 1".encode()
        for path, sent in (
            ("/api/boards/village/frames", body),
            (FRAMES, f"{'A' * 32} 1".encode()),
            ("/api/boards/village/events", b'{"poll":true,"id":"%s"}' % one.socket.id.encode()),
            (EVENTS, b'{"poll":true,"id":"unknown"}'),
        ):
            async with post(guest.port, path, sent) as answer:
                assert answer.status == 404
                assert (await answer.json())["code"] == "no_connection"
        await one.join()


@pytest.mark.parametrize(
    "body", [b"", b"no head", b"\n", b"x" * 100_000, b"%s 0\n", b"%s -1", b"%s"]
)
async def test_LV52_a_post_without_id_and_number_is_refused(body: bytes) -> None:
    async with board_by("events") as (_, guest), guest() as host:
        body = body.replace(b"%s", host.socket.id.encode())
        async with post(guest.port, FRAMES, body) as answer:
            assert answer.status == 400
        await host.join()


@pytest.mark.parametrize("carrier", ["events", "polls"])
async def test_LV52_a_post_that_comes_twice_is_done_once(carrier: str) -> None:
    async with board_by(carrier) as (_, guest), guest() as host:
        await host.join()
        line = host.socket
        n = line.n + 1
        frames = (submit(1, 5.0), submit(2, 6.0))
        both = await asyncio.gather(line.post(n, *frames), line.post(n, *frames))
        assert [status for status, _ in both] == [200, 200]
        assert (await line.post(n, *frames))[0] == 200
        assert (await line.post(n - 1, submit(9, 7.0)))[0] == 200
        assert (await line.post(n + 1, submit(3, 8.0)))[0] == 200
        await host.until("ack", n=3)
        heard = [held.get("n") for held in host.frames if held["t"] in ("ack", "retry", "reject")]
        assert heard == [1, 2, 3]  # the room would acknowledge a submit again


async def test_LV52_a_post_that_others_should_have_come_before_closes() -> None:
    async with board_by("events") as (_, guest), guest() as host:
        await host.join()
        status, problem = await host.socket.post(host.socket.n + 2, submit(1, 5.0))
        assert (status, problem["code"]) == (409, "order")
        assert await host.close_code() == 4000


async def test_LV52_an_answer_tells_how_many_events_were_sent() -> None:
    async with board_by("events") as (_, guest), guest() as host:
        await host.join()
        line = host.socket
        _, taken = await line.post(line.n + 1)
        assert taken == {"sent": line.seen}


@pytest.mark.parametrize("carrier", ["events", "polls"])
async def test_LV53_a_post_is_bounded(carrier: str) -> None:
    async with board_by(carrier) as (_, guest):
        async with guest() as host:
            await host.join()
            title = "x" * (limits.FRAME_BYTES_MAX - 100)
            long = b'{"t":"here","following":true,"name":"%s"}' % title.encode()
            await host.socket.send(long + b" " * (limits.FRAME_BYTES_MAX - len(long)))
            await host.until("reject")
            await host.socket.send(long + b" " * (limits.FRAME_BYTES_MAX - len(long) + 1))
            assert await host.close_code() == TOO_LARGE
        async with guest() as host:
            await host.join(secret="2")
            status, _ = await host.socket.post(host.socket.n + 1, *[b" " * 60_000] * 5)
            assert status == 413
            assert await host.close_code() == TOO_LARGE


async def test_LV53_a_post_must_arrive_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BODY_S", 0.2)
    async with board_by("events") as (_, guest), guest() as host:
        await host.join()
        reader, writer = await asyncio.open_connection("127.0.0.1", guest.port)
        writer.write(
            f"POST {FRAMES} HTTP/1.1\r\nHost: 127.0.0.1:{guest.port}\r\nContent-Length: 1000\r\n"
            f"Origin: http://127.0.0.1:{guest.port}\r\n\r\n{host.socket.id} 2\n".encode()
        )
        assert b" 408 " in await reader.readline()
        writer.close()
        await host.submit(ops.NodeSet("card0", x=1.0))
        await host.until("ack")


async def test_LV53_a_line_has_few_posts_under_way_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "INBOX_MAX", 1)
    monkeypatch.setattr(limits, "BODY_S", 0.3)
    async with board_by("events") as (boards, guest), guest() as host:
        await host.join()
        line = host.socket
        (wire,) = (await boards.open("city"))._members.values()
        wire._socket.pause()  # type: ignore[attr-defined]
        posts = [line.post(line.n + 1, submit(1, 5.0)) for _ in range(4)]
        statuses = sorted(status for status, _ in await asyncio.gather(*posts))
        assert statuses == [429, 429, 503, 503]
        wire._socket.resume()  # type: ignore[attr-defined]
        assert (await line.post(line.n + 1, submit(1, 5.0)))[0] == 200
        await host.until("ack", n=1)


@pytest.mark.parametrize("carrier", ["events", "polls"])
async def test_LV53_posts_without_frames_and_posts_again_count_as_frames(carrier: str) -> None:
    async with board_by(carrier) as (_, guest), guest() as host:
        await host.join()
        line = host.socket
        for _ in range(limits.RATE_FRAMES_BURST * 3):
            status, _ = await line.post(line.n)
            if status != 200:
                break
        assert await host.close_code() == 4029


async def test_LV54_the_origin_of_every_request_is_checked() -> None:
    async with board_by("events") as (_, guest), guest() as host:
        await host.join()
        for origin in (None, "null", "http://evil.test"):
            for path, body in ((FRAMES, f"{host.socket.id} 2".encode()), (EVENTS, b"")):
                async with post(guest.port, path, body, origin=origin) as answer:
                    assert answer.status == 403
                    assert (await answer.json())["code"] == "wrong_origin"
        await host.submit(ops.NodeSet("card0", x=1.0))
        await host.until("ack")


async def test_LV55_events_are_kept_until_they_were_seen() -> None:
    """The answer to a poll may be lost on its way: whoever asks again gets the same events."""
    async with board_by("polls") as (_, guest):
        async with post(guest.port, EVENTS, b'{"poll":true}') as answer:
            assert answer.headers["content-type"].startswith("text/plain")
            events = b"".join([part async for part in answer.parts()])
        line = EventLine(guest.port, "city", polls=True, origin="")
        line.id = msgspec.json.decode(events.partition(b"data: ")[2].partition(b"\n")[0])["id"]
        ticket = Guest(None).ticket()
        hello = {"t": "hello", "protocol": PROTOCOL, "ticket": ticket}
        assert (await line.post(1, msgspec.json.encode(hello)))[0] == 200

        async def poll(seen: int) -> bytes:
            asked = msgspec.json.encode({"poll": True, "id": line.id, "seen": seen})
            async with post(guest.port, EVENTS, asked) as answer:
                assert answer.status in (200, 400)
                return b"".join([part async for part in answer.parts()])

        first = await poll(0)
        assert first.startswith(b'data: {"t":"welcome"')
        again = await poll(0)
        assert again.startswith(first)
        count = again.count(b"data: ")
        assert (await line.post(2, submit(1, 5.0)))[0] == 200
        more = await poll(count)
        assert b"welcome" not in more and b'"t":"patch"' in more
        assert await poll(0) == b""  # sent again by a proxy
        assert b'"where":"seen"' in await poll(10_000)
        late = asyncio.create_task(poll(count + more.count(b"data: ")))
        await asyncio.sleep(0.1)
        newer = asyncio.create_task(poll(count + more.count(b"data: ")))
        await asyncio.sleep(0.1)
        assert (await line.post(3, submit(2, 6.0)))[0] == 200
        assert await late == b""
        assert b'"t":"ack"' in await newer


async def test_LV55_what_comes_as_a_stream_is_not_asked_for() -> None:
    async with board_by("events") as (_, guest), guest() as host:
        await host.join()
        asked = msgspec.json.encode({"poll": True, "id": host.socket.id, "seen": host.socket.seen})
        async with post(guest.port, EVENTS, asked) as answer:
            assert answer.status == 404
        await host.submit(ops.NodeSet("card0", x=1.0))
        await host.until("ack")


async def test_LV55_a_poll_without_news_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "POLL_S", 0.3)
    async with board_by("polls") as (boards, guest), guest() as host:
        await host.join()
        seen = host.socket.seen
        await asyncio.sleep(1.0)
        assert host.socket.seen <= seen + 1
        assert boards.sockets == 1
        await host.submit(ops.NodeSet("card0", x=1.0))
        await host.until("ack")


async def test_LV55_who_asks_no_more_has_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "POLL_GAP_S", 0.3)
    async with board_by("polls") as (boards, guest):
        live = await boards.open("city")
        async with guest() as host:
            await host.join()
            await asyncio.sleep(0.5)
            assert live.members == 1
        await eventually(lambda: not boards.sockets)
        assert live.members == 0
        async with post(guest.port, EVENTS, b'{"poll":true}') as answer:
            assert answer.status == 200
        await eventually(lambda: not boards.sockets)


async def test_LV56_a_stream_that_is_dropped_has_ended_and_is_resumed_by_a_new_one() -> None:
    async with board_by("events", nodes=40) as (boards, guest), guest() as other:
        await other.join(secret="other")
        live = await boards.open("city")
        async with guest() as host:
            await host.join()
            versions = {
                stream: version
                for held in host.frames
                for stream, version in (held.get("streams") or {}).items()
                if held["t"] == "begin"
            }
            id = host.socket.id
        await eventually(lambda: live.members == 1)
        async with post(guest.port, FRAMES, f"{id} 2".encode()) as answer:
            assert answer.status == 404
        await other.submit(ops.NodeSet("card0", x=77.0))
        await other.until("ack")
        async with guest() as host:
            await host.join(have=versions)
            assert not [held for held in host.frames if held["t"] == "chunk"]
            patches = [held for held in host.frames if held["t"] == "patch"]
            assert '"x":77.0' in msgspec.json.encode(patches).decode()


async def test_LV57_one_slow_reader_delays_nobody_and_is_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "CLOSE_S", 0.3)
    async with board_by("events", nodes=200) as (boards, guest):
        live = await boards.open("city")
        reader, writer = await slow_line(guest.port)
        id = msgspec.json.decode((await reader.readline())[6:])["id"]
        line = EventLine(guest.port, "city", polls=False, origin="")
        line.id = id
        hello = {"t": "hello", "protocol": PROTOCOL, "ticket": Guest(None).ticket(secret="slow")}
        assert (await line.post(1, msgspec.json.encode(hello)))[0] == 200
        async with guest() as fast:
            await fast.join(secret="fast")
            for round in range(100):
                await live.submit(large_change(round))
                await fast.until("patch")
                fast.frames.clear()
                if boards.counts["closed 4008"]:
                    break
            assert boards.counts["closed 4008"] == 1
            await eventually(lambda: boards.sockets == 1)
        writer.transport.abort()


async def slow_line(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A line that is read up to its id, and then no more."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=4096)
    writer.write(
        f"POST {EVENTS} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 0\r\n"
        f"Origin: http://127.0.0.1:{port}\r\n\r\n".encode()
    )
    while not (await reader.readline()).startswith(b"event: open"):
        pass
    return reader, writer


async def test_LV58_a_stopping_server_drains_its_boards_by_itself() -> None:
    boards = Boards(MemoryLog())
    await boards.create("city", small_board())
    async with serving(site(boards)) as port:
        line = await connect_events(port, LIVE).__aenter__()
        person = Guest(line)
        await person.join()
        await person.submit(ops.NodeSet("card0", x=1.0))
    assert await person.close_code() == 1012
    assert any(held["t"] == "goaway" for held in person.frames)
    assert boards.draining
    await line.close()
    await boards.drain()


@pytest.mark.parametrize("carrier", ["events", "polls"])
async def test_LV20_plain_asgi_carries_the_same_events(carrier: str) -> None:
    async with (
        board_by(carrier, nodes=700, http="h11") as (boards, guest),
        guest() as one,
        guest() as two,
    ):
        await one.join(secret="1")
        await two.join(secret="2")
        cards = sum(len(held["put"]) for held in two.frames if held["t"] == "chunk")
        assert cards == 700
        await one.submit(ops.NodeSet("card0", x=1.0))
        await one.until("ack")
        patch = await two.until("patch")
        assert patch["parts"][0]["put"][0]["x"] == 1.0
        await boards.drain()
        assert await one.close_code() == 1012


@pytest.mark.parametrize("carrier", ["events", "polls"])
async def test_AC11_no_ticket_and_no_id_is_in_an_address_or_logged(
    carrier: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with board_by(carrier, log_level="trace", access_log=True) as (_, guest), guest() as host:
        ticket = host.ticket()
        await host.join(ticket=ticket)
        await host.submit(ops.NodeSet("card0", x=1.0))
        await host.until("ack")
        logged = "\n".join(record.getMessage() for record in caplog.records)
        assert FRAMES in logged
        assert ticket not in logged and ticket.partition(".")[0] not in logged
        assert host.socket.id not in logged


async def test_LV50_one_on_a_websocket_and_one_on_events_edit_together() -> None:
    async with (
        board_by("websocket") as (_, guest),
        guest() as one,
        connect_events(guest.port, LIVE) as line,
        connect_events(guest.port, LIVE, polls=True) as polls,
    ):
        people = [one, Guest(line), Guest(polls)]
        for at, person in enumerate(people):
            await person.join(secret=str(at))
        for at, person in enumerate(people):
            await person.submit(ops.NodeSet("card0", x=float(at + 1)))
            await person.until("ack", n=1)
            for other in people:
                if other is not person:
                    patch = await other.until("patch")
                    assert patch["parts"][0]["put"][0]["x"] == float(at + 1)
