"""server/admin.py: what the administrator may ask, directly and over the socket."""

import asyncio
import json
import os
import socket
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from board import limits
from board.ops import AccessSet, LayerCreate, NodeCreate, TextSet
from board.replay import digest
from server import admin
from server.access import Access
from server.admin import (
    BAD_INPUT,
    TROUBLE,
    Administrator,
    Archive,
    Ask,
    BoardLine,
    Delete,
    Duplicate,
    Export,
    Failed,
    Import,
    ListBoards,
    NotRunning,
    ShowDesk,
    ShowLinks,
    listening,
)
from server.live import Boards
from server.log import Disk, MemoryLog

OPS = (
    TextSet("board", "title", "en", "A title — “quoted”\nand more", base=""),
    LayerCreate("layer", text={"title": {"en": "Layer"}}),
    NodeCreate("node", "layer", text={"title": {"en": "Node"}}),
)


class House:
    """Boards on a log in memory, and the administrator's two ways to them."""

    def __init__(self, path: Path) -> None:
        self.log = MemoryLog(Disk())
        self.boards = Boards(self.log)
        self.access = Access(bytes(32))
        self.administrator = Administrator(
            self.boards, self.log, self.access, "http://board.example"
        )
        self.path = path

    async def do(self, ask: Ask) -> Any:
        return await self.administrator.do(ask)


class SocketHouse(House):
    async def do(self, ask: Ask) -> Any:
        async with listening(self.path, self.administrator):
            return await asyncio.to_thread(admin.ask, self.path, ask)


@pytest.fixture(params=[House, SocketHouse])
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    house: House = request.param(tmp_path / "admin.sock")
    yield house
    await house.boards.drain()


async def test_CL10_import_makes_a_board_with_its_first_links_in_one_entry(house: House) -> None:
    links = (await house.do(Import("b", OPS))).links
    assert [link.role for link in links] == ["facilitator", "participant", "viewer"]
    assert all(link.address.startswith("http://board.example/b/b#k=") for link in links)
    assert await house.log.last("b") == 1
    live = await house.boards.open("b")
    assert not await live.read(lambda board: board.public)
    for link in links:
        token = link.address.partition("#k=")[2]
        opened = await live.read(
            lambda board, token=token: house.access.opened("b", token, board.links)
        )
        assert opened is not None and opened.role == link.role and opened.generation == 1
    title = "A title — “quoted”\nand more"
    assert await house.do(ListBoards()) == [
        BoardLine("b", "http://board.example/b/b", 1, title, public=False)
    ]


async def test_CL10_an_import_may_be_public(house: House) -> None:
    await house.do(Import("b", OPS, public=True))
    live = await house.boards.open("b")
    assert await live.read(lambda board: board.public)


@pytest.mark.parametrize(
    ("name", "ops", "message"),
    [
        ("taken", OPS, "there is a board taken already"),
        ("Bad/Name", OPS, "no name for a board"),
        ("b", (NodeCreate("node", "nowhere"),), r"ops\[0\]"),
    ],
)
async def test_CL10_an_import_that_cannot_be_changes_nothing(
    house: House, name: str, ops: Any, message: str
) -> None:
    await house.do(Import("taken", OPS))
    with pytest.raises(Failed, match=message) as caught:
        await house.do(Import(name, ops))
    assert caught.value.status == BAD_INPUT
    assert await house.log.boards() == ["taken"]
    assert await house.log.last("taken") == 1


async def test_CL10_boards_are_bounded(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BOARDS_MAX", 2)
    for name in ("a", "b"):
        await house.do(Import(name, OPS))
    with pytest.raises(Failed, match="2 boards"):
        await house.do(Import("c", OPS))
    assert await house.log.boards() == ["a", "b"]


async def test_CL10_an_import_is_bounded(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "IMPORT_OPS_MAX", len(OPS) + 3)  # with the first links
    await house.do(Import("at", OPS))
    with pytest.raises(Failed, match="at most 6"):
        await house.do(Import("above", OPS, public=True))
    assert await house.log.boards() == ["at"]


async def test_CL11_links_are_shown_again_and_the_same(house: House) -> None:
    links = (await house.do(Import("b", OPS))).links
    assert await house.do(ShowLinks("b")) == links
    assert await house.do(ShowLinks("b", "viewer")) == links[2:]
    assert await house.log.last("b") == 1


async def test_CL11_a_revoked_link_ends_and_a_new_one_begins(house: House) -> None:
    before = (await house.do(Import("b", OPS))).links
    after = await house.do(ShowLinks("b", "participant", revoke=True))
    assert [link.role for link in after] == ["participant"]
    assert after[0].address != before[1].address
    live = await house.boards.open("b")
    links = await live.read(lambda board: dict(board.links))
    old, new = (link.address.partition("#k=")[2] for link in (before[1], after[0]))
    assert house.access.opened("b", old, links) is None
    assert house.access.opened("b", new, links) is not None
    again = await house.do(ShowLinks("b"))
    assert again == [before[0], after[0], before[2]]
    everything = await house.do(ShowLinks("b", revoke=True))
    assert not {link.address for link in everything} & {link.address for link in again}


async def test_CL11_a_role_without_a_link_gets_one_when_named(house: House) -> None:
    await house.do(Import("b", OPS))
    made = await house.do(ShowLinks("b", "owner"))
    assert [(link.id, link.role) for link in made] == [("owner", "owner")]
    assert await house.do(ShowLinks("b", "owner")) == made
    assert len(await house.do(ShowLinks("b"))) == 4


async def test_CL12_an_export_is_the_board(house: House) -> None:
    from board.formats import json as board_json

    await house.do(Import("b", (*OPS, AccessSet(public=True))))
    exported = await house.do(Export("b"))
    assert exported.losses == []
    ops, losses = board_json.read(exported.content.encode())
    assert losses == []
    await house.do(Import("again", tuple(ops)))
    assert await house.do(Export("again")) == exported
    digests = [await (await house.boards.open(name)).read(digest) for name in ("b", "again")]
    assert digests[0] == digests[1]


async def test_CL28_the_desks_link_is_the_same_until_it_is_revoked(house: House) -> None:
    link = await house.do(ShowDesk())
    assert link == f"http://board.example/#k={house.administrator.desk.key}"
    assert await house.do(ShowDesk()) == link
    new = await house.do(ShowDesk(revoke=True))
    assert new != link and await house.do(ShowDesk()) == new
    assert house.administrator.desk.ticket(link.partition("#k=")[2]) is None
    assert house.administrator.desk.ticket(new.partition("#k=")[2]) is not None


async def test_CL29_a_board_is_duplicated_archived_and_deleted(house: House) -> None:
    links = (await house.do(Import("b", OPS))).links
    made = await house.do(Duplicate("b"))
    assert made.name == "b-2" and [link.role for link in made.links] == [
        "facilitator", "participant", "viewer",
    ]  # fmt: skip
    assert not {link.address for link in links} & {link.address for link in made.links}
    assert await house.do(Export("b-2")) == await house.do(Export("b"))
    named = await house.do(Duplicate("b", "third", "Another title"))
    assert named.name == "third"
    for _ in range(2):
        assert await house.do(Archive("b")) is None
    listed = {line.name: line for line in await house.do(ListBoards())}
    assert {name: line.archived for name, line in listed.items()} == {
        "b": True, "b-2": False, "third": False,
    }  # fmt: skip
    assert listed["third"].title == "Another title" and listed["b-2"].title == OPS[0].text
    await house.do(Archive("b", False))
    assert await house.do(Delete("b")) is None
    assert [line.name for line in await house.do(ListBoards())] == ["b-2", "third"]
    with pytest.raises(Failed, match="there was a board b before") as caught:
        await house.do(Import("b", OPS))
    assert caught.value.status == BAD_INPUT
    with pytest.raises(Failed, match="there is a board third already"):
        await house.do(Duplicate("b-2", "third"))


@pytest.mark.parametrize(
    "ask",
    [
        *(ShowLinks("none"), Export("none"), Export("../x"), ShowLinks("")),
        *(Duplicate("none"), Archive("none"), Delete("none"), Delete("../x"), Duplicate("")),
    ],
)
async def test_CL13_a_board_that_is_not_there(house: House, ask: Ask) -> None:
    with pytest.raises(Failed, match="there is no board") as caught:
        await house.do(ask)
    assert caught.value.status == BAD_INPUT
    assert await house.log.boards() == []


async def test_CL13_trouble_is_no_bad_input(house: House) -> None:
    await house.do(Import("b", OPS))
    house.boards.shutdown()
    with pytest.raises(Failed, match="stopping") as caught:
        await house.do(Export("b"))
    assert caught.value.status == TROUBLE


# -- the socket itself


async def test_CL14_the_socket_is_for_its_owner_and_goes_with_its_server(tmp_path: Path) -> None:
    house = House(tmp_path / "admin.sock")
    house.path.write_text("left by a server that was killed")
    async with listening(house.path, house.administrator):
        status = house.path.stat()
        assert stat.S_ISSOCK(status.st_mode)
        assert stat.S_IMODE(status.st_mode) == 0o600
        assert await asyncio.to_thread(admin.ask, house.path, ListBoards()) == []
    assert not house.path.exists()
    with pytest.raises(NotRunning):
        admin.ask(house.path, ListBoards())


def test_CL14_a_dead_servers_socket_is_no_server(tmp_path: Path) -> None:
    path = tmp_path / "admin.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    with pytest.raises(NotRunning):
        admin.ask(path, ListBoards())


async def test_CL14_a_data_folder_may_lie_deep(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*(["a-folder-with-a-long-name"] * 6))
    deep.mkdir(parents=True)
    assert len(os.fsencode(deep)) > 108
    house = House(deep / "admin.sock")
    async with listening(house.path, house.administrator):
        assert house.path.is_socket()
        assert await asyncio.to_thread(admin.ask, house.path, ListBoards()) == []


async def raw(path: Path, sent: bytes, *, end: bool = False) -> Any:
    reader, writer = await asyncio.open_unix_connection(str(path))
    writer.write(sent)
    await writer.drain()
    if end:
        writer.write_eof()
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return json.loads(answer)


@pytest.mark.parametrize(
    "sent",
    [
        b"\n",
        b"not json\n",
        b"\xff\xfe\n",
        b"[]\n",
        b"{}\n",
        b'{"ask":"dance"}\n',
        b'{"ask":"boards","more":1}\n',
        b'{"ask":"export"}\n',
        b'{"ask":"export","board":1}\n',
        b'{"ask":"links","board":"b","role":"king"}\n',
        b'{"ask":"import","board":"b","ops":[{"op":"node.dance"}]}\n',
        b"[" * 100_000 + b"\n",
    ],
)
async def test_CL15_what_is_no_request_is_refused_in_one_line(tmp_path: Path, sent: bytes) -> None:
    house = House(tmp_path / "admin.sock")
    async with listening(house.path, house.administrator):
        answer = await raw(house.path, sent)
        assert answer["status"] == BAD_INPUT and answer["message"]
        assert await asyncio.to_thread(admin.ask, house.path, ListBoards()) == []


async def test_CL15_a_request_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ADMIN_BYTES_MAX", 4_000)
    house = House(tmp_path / "admin.sock")
    async with listening(house.path, house.administrator):
        asked = b'{"ask":"export","board":"%s"}\n'
        at = await raw(house.path, asked % (b"x" * (4_000 - len(asked) + 2)))
        assert "there is no board" in at["message"]
        above = await raw(house.path, asked % (b"x" * 5_000))
        assert above == {"value": None, "status": BAD_INPUT, "message": "the request is too long"}
        with pytest.raises(Failed, match="too large") as caught:
            await asyncio.to_thread(admin.ask, house.path, Export("x" * 4_000))
        assert caught.value.status == BAD_INPUT


async def test_CL15_a_request_without_an_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ADMIN_S", 0.2)
    house = House(tmp_path / "admin.sock")
    async with listening(house.path, house.administrator):
        answer = await raw(house.path, b'{"ask":"boards"}', end=True)
        assert (answer["status"], answer["message"]) == (BAD_INPUT, "the request has no end")
        # one that never ends is let go
        reader, writer = await asyncio.open_unix_connection(str(house.path))
        writer.write(b'{"ask":')
        assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()
        await writer.wait_closed()


async def test_CL15_a_server_that_fails_says_so_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(tmp_path / "admin.sock")

    async def broken() -> list[str]:
        raise OSError("the disk is gone")

    async with listening(house.path, house.administrator):
        with monkeypatch.context() as patched:
            patched.setattr(house.log, "boards", broken)
            with pytest.raises(Failed, match="its log says why") as caught:
                await asyncio.to_thread(admin.ask, house.path, ListBoards())
        assert caught.value.status == TROUBLE
        assert await asyncio.to_thread(admin.ask, house.path, ListBoards()) == []


async def test_CL16_what_was_asked_is_finished_before_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(tmp_path / "admin.sock")
    begun = asyncio.Event()
    do = house.administrator.do

    async def slowly(ask: Ask) -> Any:
        begun.set()
        await asyncio.sleep(0.1)
        return await do(ask)

    monkeypatch.setattr(house.administrator, "do", slowly)
    async with listening(house.path, house.administrator):
        asking = asyncio.create_task(asyncio.to_thread(admin.ask, house.path, Import("b", OPS)))
        await begun.wait()
    assert len((await asking).links) == 3
    await house.boards.drain()
