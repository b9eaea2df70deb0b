"""Files of boards that somebody keeps: with their images, there and back."""

import asyncio
import base64
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.responses import Response

from board import limits, ops
from board.formats import json as board_json
from board.state import Board
from layers.thumbnail import thumbnail
from server import admin, exports
from server.access import Access
from server.admin import Administrator, Export, Failed, Import
from server.api import Refused
from server.app import Site as Served
from server.config import Settings
from server.images import Images, NotTaken
from server.live import Boards
from server.log import MemoryLog
from server.web import Turns
from tests.board.making import Scribe
from tests.server.pictures import no_pictures, photograph, picture, saved, shown
from tests.server.test_app import PUBLIC, Site, built_in, private, serving

RED = saved(picture())


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serving() as held:
        await held.boards.create("private", private())
        yield held


async def put(site: Site, raw: bytes, *nodes: str, layer: str = "open") -> str:
    """An image on the board, as these nodes."""
    name = (await site.images.take("private", raw)).name
    await site.do(
        "private", *(ops.NodeCreate(id, layer, kind="image", image=name) for id in nodes)
    )
    return name


async def exported(site: Site, form: str, role: str = "participant") -> httpx2.Response:
    answer = await site.get(
        f"/api/boards/private/export?format={form}", site.key("private", role)
    )
    assert answer.status_code == 200, answer.text
    return answer


def pictures(svg: str) -> list[bytes]:
    """The images that a picture holds."""
    found = re.findall(r'<image [^>]*href="data:image/(?:png|jpeg);base64,([^"]*)"', svg)
    return [base64.b64decode(each) for each in found]


class Other:
    """Another server, with a secret of its own."""

    def __init__(self, path: Path) -> None:
        self.access = Access(b"o" * 32)
        self.log = MemoryLog()
        self.boards = Boards(self.log)
        self.images = Images(path, self.access)
        self.administrator = Administrator(
            self.boards, self.log, self.access, "http://other.example", images=self.images
        )

    async def take(self, content: bytes, name: str = "again", *more: ops.AnyOp) -> admin.Made:
        found = board_json.document(content)
        batch = (*board_json.operations(found), *more)
        made: admin.Made = await self.administrator.do(Import(name, batch, images=found.images))
        return made

    async def read(self, name: str) -> Board:
        return await (await self.boards.open(name)).read(Board.still)

    def names(self, board: str) -> list[str]:
        folder = self.images.path / board
        return sorted(file.name for file in folder.iterdir()) if folder.exists() else []


@pytest.fixture
async def other(tmp_path: Path) -> AsyncIterator[Other]:
    held = Other(tmp_path / "other")
    yield held
    await held.boards.drain()


# -- IM12: out


async def test_IM12_an_svg_holds_its_images_and_loads_nothing(site: Site) -> None:
    await put(site, RED, "i1", "i2")
    await put(site, photograph(), "i3")
    answer = await exported(site, "svg")
    held = pictures(answer.text)
    assert sorted(shown(each).size for each in held) == sorted([(60, 40), (60, 40), (40, 60)])
    assert "without the pictures" not in answer.text
    assert not re.search(r'href="(?!data:image/|#|https?:|mailto:)', answer.text)
    board = await (await site.boards.open("private")).read(Board.still)
    assert pictures(thumbnail(board)) == []


async def test_IM12_an_svg_counts_an_image_as_often_as_it_is_shown(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    often = await put(site, RED, *(f"i{at}" for at in range(5)))
    await put(site, photograph(), "p")
    size = (site.images.path / "private" / often).stat().st_size
    monkeypatch.setattr(limits, "FILE_IMAGES_BYTES_MAX", 5 * size - 1 + 3_000)
    assert len(pictures((await exported(site, "svg")).text)) == 6
    monkeypatch.setattr(limits, "FILE_IMAGES_BYTES_MAX", 5 * size - 1)
    text = (await exported(site, "svg")).text
    assert "without the pictures of 5 images" in text or "of 6 images" in text
    assert len(pictures(text)) <= 1
    other = sum(file.stat().st_size for file in (site.images.path / "private").iterdir())
    monkeypatch.setattr(limits, "FILE_IMAGES_BYTES_MAX", other)
    assert len(json.loads((await exported(site, "json")).content)["images"]) == 2  # each once


async def test_IM12_what_is_not_there_is_said(site: Site) -> None:
    name = await put(site, RED, "i1")
    (site.images.path / "private" / name).unlink()
    text = (await exported(site, "svg")).text
    assert "without the pictures of 1 images" in text and pictures(text) == []
    content = (await exported(site, "json")).content
    assert board_json.read(content)[1] == ["node i1: its image is not in the file"]
    administrator = Administrator(
        site.boards, site.boards.log, site.access, "http://localhost", images=site.images
    )
    made = await administrator.do(Export("private"))
    assert made.losses == ["node i1: its image is not in the file"]


async def test_IM12_an_image_that_a_role_may_not_read_is_in_none_of_its_files(site: Site) -> None:
    await site.do("private", ops.LayerCreate("shut", read="owner"))
    plain = {form: (await exported(site, form)).content for form in ("json", "svg")}
    name = await put(site, RED, "i1", layer="shut")
    for form, content in plain.items():
        assert (await exported(site, form)).content == content and name.encode() not in content
    await site.do("private", ops.LinkSet("owner", "owner", 1))
    held = json.loads((await exported(site, "json", "owner")).content)
    assert list(held["images"]) == [name]


async def test_IM12_a_file_holds_so_many_images(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "FILE_IMAGES_MAX", 1)
    await put(site, RED, "i1")
    await put(site, photograph(), "i2")
    assert len(pictures((await exported(site, "svg")).text)) == 1
    assert len(json.loads((await exported(site, "json")).content)["images"]) == 1


# -- IM12: and back


async def test_IM12_another_server_has_the_same_pictures_under_names_of_its_own(
    site: Site, other: Other
) -> None:
    red, photo = await put(site, RED, "i1", "i2"), await put(site, photograph(), "i3")
    content = (await exported(site, "json")).content
    made = await other.take(content)
    assert made.losses == [] and len(made.links) == 3
    board = await other.read("again")
    images = {id: getattr(board.node(id), "image", None) for id in ("i1", "i2", "i3")}
    assert images["i1"] == images["i2"] != images["i3"]
    assert not {red, photo} & set(images.values())
    assert other.names("again") == sorted(set(images.values()))
    for id, size in (("i1", (60, 40)), ("i3", (40, 60))):
        file = other.images.file("again", str(images[id]))
        assert file is not None
        with file:
            assert shown(file.read()).size == size


async def test_IM12_what_cannot_be_read_is_said_and_the_rest_is_made(
    site: Site, other: Other
) -> None:
    await put(site, RED, "i1")
    bad = await put(site, photograph(), "i2")
    held = json.loads((await exported(site, "json")).content)
    held["images"][bad] = base64.b64encode(no_pictures()["half a PNG"]).decode()
    held["images"]["z" * 32] = base64.b64encode(RED).decode()  # which no node names
    made = await other.take(json.dumps(held).encode())
    assert made.losses == ["node i2: its image cannot be read"]
    assert len(other.names("again")) == 1
    board = await other.read("again")
    assert getattr(board.node("i2"), "image", None) == bad  # a placeholder is shown


async def test_IM12_when_a_board_is_not_made_no_image_is_kept(
    site: Site, other: Other, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put(site, RED, "i1")
    content = (await exported(site, "json")).content
    with pytest.raises(Failed, match=r"ops\["):
        await other.take(content, "again", ops.NodeCreate("n", "nowhere"))
    assert other.names("again") == []
    assert await other.boards.names() == []
    await other.take(content)
    await other.administrator.remove("again")
    with pytest.raises(Failed, match="before"):  # the name was used
        await other.take(content)
    assert other.names("again") == []
    kept = await other.take(content, "third")
    before = other.names("third")
    with pytest.raises(Failed, match="already"):
        await other.take(content, "third")
    assert other.names("third") == before and kept.name == "third"

    def no_room(board: str, raw: bytes) -> Any:
        raise NotTaken("unavailable", "there is no room")

    monkeypatch.setattr(other.images, "take", no_room)
    with pytest.raises(Failed, match="there is no room"):
        await other.take(content, "fourth")
    assert await other.boards.names() == ["third"]


async def test_IM12_images_come_along_through_the_admin_socket(
    site: Site, other: Other, tmp_path: Path
) -> None:
    await put(site, RED, "i1")
    content = (await exported(site, "json")).content
    found = board_json.document(content)
    ask = Import("again", tuple(board_json.operations(found)), images=found.images)
    path = tmp_path / "admin.sock"
    async with admin.listening(path, other.administrator):
        made = await asyncio.to_thread(admin.ask, path, ask)
        assert made.losses == [] and len(other.names("again")) == 1
        back = await asyncio.to_thread(admin.ask, path, Export("again"))
    assert back.losses == []
    assert list(board_json.document(back.content.encode()).images) == other.names("again")


async def test_IM12_a_name_is_for_who_came_first(site: Site, other: Other) -> None:
    """Images are kept before their board is made: nobody else makes it meanwhile."""
    await put(site, RED, "i1")
    content = (await exported(site, "json")).content
    asked = await asyncio.gather(
        *(other.take(content) for _ in range(3)), return_exceptions=True
    )
    made = [each for each in asked if isinstance(each, admin.Made)]
    assert len(made) == 1 and all(isinstance(each, admin.Made | Failed) for each in asked)
    board = await other.read("again")
    assert other.names("again") == [getattr(board.node("i1"), "image", None)]


# -- HT19: turns


async def test_HT19_so_many_exports_are_made_or_sent_at_once(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    await site.boards.create(PUBLIC, built_in())
    served = Served(Settings(), site.boards, site.access, site.images)
    monkeypatch.setattr(served, "_exports", Turns(1, 0.3))
    app = served.app()
    begun, never = asyncio.Event(), asyncio.Event()
    messages: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        messages.append(message)
        begun.set()
        await never.wait()

    scope = {
        "type": "http", "method": "GET", "path": f"/api/boards/{PUBLIC}/export",
        "raw_path": b"", "query_string": b"format=json", "root_path": "", "scheme": "http",
        "headers": [(b"host", b"localhost")], "client": ("127.0.0.1", 1),
        "server": ("localhost", 80), "http_version": "1.1",
    }  # fmt: skip
    client = httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app, client=("127.0.0.1", 2)), base_url="http://localhost"
    )

    async def asked(query: str) -> httpx2.Response:
        return await client.get(f"/api/boards/{PUBLIC}/export?{query}")

    async with client:
        slow = asyncio.create_task(app(scope, receive, send))
        await begun.wait()
        await asyncio.sleep(0.1)
        waiting = asyncio.create_task(asked("format=json"))
        await asyncio.sleep(0.1)
        assert not waiting.done()
        await slow  # it took too long to be taken: the turn has ended
        assert (await waiting).status_code == 200
        assert [message["type"] for message in messages] == ["http.response.start"]
        for query, status in (
            ("format=json", 200),
            ("format=svg&layers=none", 400),
            ("format=svg", 200),
        ):
            assert (await asked(query)).status_code == status


async def test_HT19_who_waits_too_long_for_a_turn_is_refused() -> None:
    turns = Turns(1, 0.05)
    held = asyncio.Event()

    async def made() -> Response:
        await held.wait()
        raise Refused("role")

    first = asyncio.create_task(turns.take(made))
    await asyncio.sleep(0)
    with pytest.raises(Refused) as refused:
        await turns.take(made)
    assert refused.value.problem.code == "unavailable"
    held.set()
    for again in (first, turns.take(made)):  # what is not made has had its turn
        with pytest.raises(Refused) as refused:
            await again
        assert refused.value.problem.code == "role"


def test_IM12_an_export_without_a_store_of_images_says_what_it_lacks() -> None:
    node = ops.NodeCreate("n", "l", kind="image", image="a" * 32)
    scribe = Scribe()
    scribe.submit(ops.LayerCreate("l"), node, client="")
    made = exports.document(board_json.content(scribe.board), "b", None)
    assert made.losses == ["node n: its image is not in the file"]
