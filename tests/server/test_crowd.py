"""A workshop begins: everybody comes at once, from one address."""

import asyncio
from pathlib import Path

import msgspec

from board import limits, ops
from board.state import Link
from server.access import Access
from server.app import create_app
from server.config import Settings
from server.gate import SECURITY_HEADERS
from server.images import Images
from server.live import Boards
from server.log import MemoryLog
from tests.server.serving import (
    LIVE,
    SECRET,
    Guest,
    connect,
    connect_events,
    eventually,
    post,
    serving,
    small_board,
)

PEOPLE = 250
TICKETS = "/api/boards/city/tickets"


async def test_LV14_HT6_AC10_250_people_come_at_once_from_one_address_while_somebody_guesses(
    tmp_path: Path,
) -> None:
    """Tickets, all carriers and first frames: only what is refused is counted, and told to wait."""
    access = Access(SECRET)
    boards = Boards(MemoryLog())
    await boards.create("city", small_board(40))
    app = create_app(Settings(), boards, access, Images(tmp_path, access))
    key = access.token("city", Link("people", "participant", 1))
    refused: list[int] = []
    here: list[int] = []
    inside = asyncio.Event()

    async with serving(app) as port:

        async def guess() -> None:
            for at in range(2 * limits.TICKET_USES_S):
                wrong = msgspec.json.encode({"key": f"people.{at:032}"})
                async with post(port, TICKETS, wrong) as answer:
                    refused.append(answer.status)

        async def come(number: int) -> None:
            asked = {"key": key, "secret": f"{number:0{limits.SECRET_CHARS_MIN}}"}
            async with post(port, TICKETS, msgspec.json.encode(asked)) as answer:
                assert answer.status == 200, await answer.json()
                ticket = (await answer.json())["ticket"]
            by = connect_events(port, LIVE, polls=number % 3 == 1)
            async with connect(port, LIVE) if number % 3 == 0 else by as socket:
                person = Guest(socket)
                await person.join(ticket=ticket)
                await person.submit(ops.NodeSet(f"card{number % 40}", x=float(number)))
                await person.until("ack", n=1)
                here.append(number)
                await inside.wait()

        guessing = asyncio.create_task(guess())
        coming = [asyncio.create_task(come(number)) for number in range(PEOPLE)]
        async with asyncio.timeout(60):
            while len(here) < PEOPLE:
                for task in coming:
                    if task.done():
                        task.result()
                await asyncio.sleep(0.02)
        live = await boards.open("city")
        assert boards.sockets == live.members == PEOPLE
        assert not boards.tally()["closed 4029"] and not boards.tally()["closed 4013"]
        await guessing
        assert set(refused) == {404, 429}
        assert refused.count(404) <= limits.TICKET_USES_S + 5
        inside.set()
        await asyncio.gather(*coming)
        await eventually(lambda: live.members < PEOPLE)
        await boards.drain()


async def test_LV54_what_carries_frames_passes_the_gate_as_everything_does(tmp_path: Path) -> None:
    """The Host is checked, and no answer leaves without the headers of all others."""
    access = Access(SECRET, origins=["http://evil.test"])
    boards = Boards(MemoryLog())
    await boards.create("city", small_board())
    app = create_app(Settings(), boards, access, Images(tmp_path, access))
    async with serving(app) as port:
        for path in ("events", "frames"):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(
                f"POST /api/boards/city/{path} HTTP/1.1\r\nHost: evil.test\r\n"
                "Origin: http://evil.test\r\nContent-Length: 0\r\n\r\n".encode()
            )
            assert b" 421 " in await reader.readline()
            writer.close()
        path = "/api/boards/city/events"
        async with post(port, path, b"", origin="http://evil.test") as answer:
            assert answer.status == 200
            assert {*SECURITY_HEADERS} <= {*answer.headers}
            assert "no-transform" in answer.headers["cache-control"]
            assert "set-cookie" not in answer.headers
        await boards.drain()


async def test_LV51_who_names_a_connection_that_has_ended_is_not_taken_for_a_guesser(
    tmp_path: Path,
) -> None:
    """After a restart all pages behind one proxy do that, and then ask for tickets."""
    access = Access(SECRET)
    boards = Boards(MemoryLog())
    await boards.create("city", small_board())
    app = create_app(Settings(), boards, access, Images(tmp_path, access))
    async with serving(app) as port:
        for _ in range(2 * limits.TICKET_USES_S):
            async with post(port, "/api/boards/city/frames", b"A" * 32 + b" 1") as answer:
                assert answer.status == 404
                assert answer.headers["content-type"] == "application/json"
        async with post(port, TICKETS, b'{"key":"people.wrong"}') as answer:
            assert answer.status == 404
        await boards.drain()
