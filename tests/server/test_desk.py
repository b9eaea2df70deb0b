"""server/desk.py: the desk over HTTP, on real boards in a log that keeps them in memory."""

import asyncio
import hashlib
import json
import xml.etree.ElementTree as ElementTree
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from board import limits, ops
from board.formats import json as board_json
from board.replay import digest
from board.state import Board, Link
from server import documents
from server.access import Access, DeskKey
from server.admin import Administrator, Failed
from server.app import create_app
from server.config import Settings
from server.images import Images, NotTaken
from server.live import Boards, NoSuchBoard
from server.log import MemoryLog
from server.seed import FIRST_LINKS
from tests.server.pictures import picture, saved
from tests.server.serving import Guest, connect
from tests.server.serving import serving as running
from tests.server.test_app import private

ADDRESS = "http://127.0.0.1:8000"
CANARIES = (b"PRIVATE-TITLE", b"CANARY-LAYER", b"CANARY-NODE", b"CANARY-TEXT", b"private")


class Desk:
    """A running application with a desk, and a client of it that holds a ticket."""

    def __init__(self, path: Path, settings: Settings | None = None) -> None:
        self.now_s = 1_000_000.0
        self.log = MemoryLog()
        self.boards = Boards(self.log)
        self.settings = settings or Settings()
        self.access = Access(b"k" * 32, clock=lambda: self.now_s)
        self.images = Images(path, self.access)
        self.kept: list[int] = []
        self.key = DeskKey(self.access, 1, self.kept.append)
        self.administrator = Administrator(
            self.boards, self.log, self.access, self.settings.base, self.key, self.images
        )
        self.app = create_app(
            self.settings, self.boards, self.access, self.images, self.administrator
        )
        self.client = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(self.app, client=("127.0.0.1", 50_000)),
            base_url=ADDRESS,
        )
        self.ticket = ""

    async def enter(self) -> None:
        answer = await self.client.post("/api/desk/tickets", json={"key": self.key.key})
        assert answer.status_code == 200
        self.ticket = answer.json()["ticket"]

    async def ask(
        self, method: str, path: str, body: Any = None, *, raw: bytes | None = None, **headers: str
    ) -> httpx2.Response:
        if self.ticket:
            headers["authorization"] = f"Bearer {self.ticket}"
        content = raw if body is None else json.dumps(body).encode()
        return await self.client.request(
            method, f"/api/desk{path}", content=content, headers=headers
        )

    async def listed(self) -> dict[str, Any]:
        answer = await self.ask("GET", "/boards")
        assert answer.status_code == 200, answer.text
        return {board["name"]: board for board in answer.json()["boards"]}

    async def read(self, name: str) -> Board:
        return await (await self.boards.open(name)).read(lambda board: board)


@asynccontextmanager
async def desk_of(path: Path, settings: Settings | None = None) -> AsyncIterator[Desk]:
    held = Desk(path, settings)
    async with held.client:
        yield held
    await held.boards.drain()


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk_of(tmp_path / "images") as held:
        await held.boards.create("private", private())
        await held.enter()
        yield held


def refused(answer: httpx2.Response, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    problem: dict[str, Any] = answer.json()
    assert problem["code"] == code
    return problem


EVERY = [
    ("GET", "/boards", None),
    ("POST", "/boards", {"title": "A"}),
    ("POST", "/imports", {}),
    ("PATCH", "/boards/private", {"public": True}),
    ("DELETE", "/boards/private", None),
    ("POST", "/boards/private/copies", {"title": "A"}),
    ("POST", "/boards/private/links", {"role": "owner"}),
    ("GET", "/boards/private/export", None),
    ("GET", "/boards/private/thumbnail.svg", None),
    ("GET", "/templates/retrospective/thumbnail.svg", None),
]


# -- who may


def test_DK1_the_list_of_these_tests_names_every_route() -> None:
    from server.openapi import document

    described = {
        (method.upper(), path.removeprefix("/api/desk"))
        for path, methods in document()["paths"].items()
        for method in methods
        if path.startswith("/api/desk/")
    }
    known = {
        (
            method,
            path.replace("/boards/private", "/boards/{board}").replace(
                "retrospective", "{template}"
            ),
        )
        for method, path, _ in EVERY
    }
    assert described == known | {("POST", "/tickets")}


@pytest.mark.parametrize(("method", "path", "body"), EVERY)
async def test_DK1_without_the_desks_ticket_nothing_comes_out_and_nothing_changes(
    desk: Desk, method: str, path: str, body: Any
) -> None:
    """DK1: not for no ticket, a wrong one, the key itself, a board's token or its ticket."""
    before = await desk.log.read("private")
    good, link = desk.ticket, Link("facilitator", "facilitator", 1)
    answers = []
    for ticket in ("", "nonsense", desk.key.key, desk.access.token("private", link), good[:-1]):
        desk.ticket = ticket
        answers.append(await desk.ask(method, path, body))
    desk.ticket = ""
    missing = await desk.ask(method, path.replace("private", "missing"), body)
    for answer in (*answers, missing):
        refused(answer, 401, "no_desk")
        assert not [one for one in CANARIES if one in answer.content]
    assert answers[0].content == missing.content
    assert await desk.log.boards() == ["private"]
    assert await desk.log.read("private") == before


async def test_DK1_the_page_without_the_desk_stays_what_it_is(desk: Desk) -> None:
    page = (await desk.client.get("/")).content
    assert b"No board here is open to everyone" in page
    assert not [one for one in CANARIES if one in page]


async def test_DK2_a_key_is_exchanged_for_a_ticket_that_ages(desk: Desk) -> None:
    for key in ("", "desk.", "desk." + "a" * 32, desk.key.key + "a", desk.ticket):
        answer = await desk.client.post("/api/desk/tickets", json={"key": key})
        refused(answer, 401, "no_desk")
    for body in ({}, {"key": 1}, {"key": "k", "more": 1}, {"key": "k" * 129}):
        refused(await desk.client.post("/api/desk/tickets", json=body), 400, "invalid")
    assert await desk.listed()
    desk.now_s += limits.TICKET_S
    assert await desk.listed()
    desk.now_s += 1
    refused(await desk.ask("GET", "/boards"), 401, "no_desk")


async def test_DK3_revoking_ends_the_key_and_its_tickets(desk: Desk) -> None:
    old = desk.key.key
    assert (await desk.administrator.desk_link(revoke=False)).endswith(f"/#k={old}")
    new = (await desk.administrator.desk_link(revoke=True)).partition("/#k=")[2]
    assert new != old and desk.key.key == new and desk.kept == [2]
    refused(await desk.ask("GET", "/boards"), 401, "no_desk")
    refused(await desk.client.post("/api/desk/tickets", json={"key": old}), 401, "no_desk")
    await desk.enter()
    assert await desk.listed()


async def test_DK3_what_cannot_be_kept_is_not_revoked(desk: Desk) -> None:
    def full(generation: int) -> None:
        from server.folder import NoFolder

        raise NoFolder("no space")

    desk.key._keep = full
    with pytest.raises(Failed, match="no space"):
        await desk.administrator.desk_link(revoke=True)
    assert await desk.listed()


async def test_DK4_guessing_is_slowed_down_and_a_good_ticket_is_not(desk: Desk) -> None:
    good, desk.ticket = desk.ticket, "nonsense"
    codes = [(await desk.ask("GET", "/boards")).json()["code"] for _ in range(70)]
    assert codes[0] == "no_desk" and codes[-1] == "slow_down"
    last = await desk.client.post("/api/desk/tickets", json={"key": "desk.guess"})
    refused(last, 429, "slow_down")
    assert int(last.headers["retry-after"]) >= 1
    desk.ticket = good
    assert await desk.listed()
    await desk.enter()


async def test_DK5_a_page_of_another_origin_is_refused(desk: Desk) -> None:
    for origin in ("https://evil.example", "null", f"{ADDRESS}.evil", ""):
        answer = await desk.ask("POST", "/boards", {"title": "A"}, origin=origin)
        refused(answer, 403, "wrong_origin")
        answer = await desk.client.post(
            "/api/desk/tickets", json={"key": desk.key.key}, headers={"origin": origin}
        )
        refused(answer, 403, "wrong_origin")
    assert await desk.log.boards() == ["private"]
    answer = await desk.ask("POST", "/boards", {"title": "A"}, origin=ADDRESS)
    assert answer.status_code == 201


@pytest.mark.parametrize(("method", "path", "body"), EVERY)
async def test_DK5_no_answer_sets_a_cookie_or_is_kept(
    desk: Desk, method: str, path: str, body: Any
) -> None:
    answer = await desk.ask(method, path, body)
    assert "set-cookie" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


# -- the list


async def test_DK6_the_list_shows_each_board_as_it_is_now(desk: Desk) -> None:
    await desk.boards.create("open", [*titled_board("Open to all"), ops.AccessSet(True)])
    listed = await desk.listed()
    assert list(listed) == ["open", "private"]
    shown = listed["private"]
    assert (shown["title"], shown["lang"], shown["nodes"]) == ("PRIVATE-TITLE", "en", 3)
    assert (shown["public"], shown["archived"], shown["unreadable"]) == (False, False, "")
    assert listed["open"]["public"] is True
    board = await desk.read("private")
    assert shown["changed_ms"] == board.at > 1_600_000_000_000

    live = await desk.boards.open("private")
    await live.submit([ops.NodeRemove("n1")])
    again = (await desk.listed())["private"]
    assert again["nodes"] == 2 and again["version"] != shown["version"]
    assert again["changed_ms"] >= shown["changed_ms"]
    assert (await desk.listed())["private"] == again
    assert {"seq", "entries"}.isdisjoint(again)


async def test_DK6_a_list_opens_no_board_and_reads_each_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[str] = []
    read = desk.log.read

    async def counted(board: str, after: int = 0, limit: int = 1_000) -> Any:
        reads.append(board)
        return await read(board, after, limit)

    monkeypatch.setattr(desk.log, "read", counted)
    for number in range(5):
        await desk.boards.create(f"b{number}", titled_board(f"Number {number}"))
    assert len(await desk.listed()) == 6
    assert desk.boards.lives == []
    assert set(reads) == {"private", *(f"b{number}" for number in range(5))}
    reads.clear()
    assert len(await desk.listed()) == 6
    assert reads == []


async def test_DK6_a_board_that_cannot_be_read_is_listed_all_the_same(desk: Desk) -> None:
    await desk.boards.create("bad", titled_board("Bad"))
    desk.log.disk.entries["bad"][0].body = b"not json"
    shown = (await desk.listed())["bad"]
    assert shown["unreadable"].startswith("entry 1: ")
    assert (await desk.listed())["private"]["title"] == "PRIVATE-TITLE"


async def test_DK6_lists_that_are_made_at_once_are_whole(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The desk and the command line may ask for one at the same time."""
    for number in range(5):
        await desk.boards.create(f"b{number}", titled_board(f"Number {number}"))
    await desk.administrator.cards()
    last = desk.boards.last

    async def slowly(name: str) -> int:
        await asyncio.sleep(0)
        return await last(name)

    monkeypatch.setattr(desk.boards, "last", slowly)
    first = asyncio.create_task(desk.administrator.cards())
    for _ in range(5):  # it has come to some of them
        await asyncio.sleep(0)
    lists = await asyncio.gather(first, desk.administrator.cards(), desk.administrator.cards())
    for cards in lists:
        assert [card.name for card in cards] == [*(f"b{at}" for at in range(5)), "private"]


async def test_DK6_a_board_that_could_not_be_opened_is_read_when_it_can(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failing(board: str) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(desk.log, "snapshot", failing)
        shown = (await desk.listed())["private"]
        assert (shown["title"], shown["public"]) == ("", None)
    shown = (await desk.listed())["private"]
    assert (shown["title"], shown["public"]) == ("PRIVATE-TITLE", False)


async def test_DK6_the_list_says_what_it_needs_for_new_boards(desk: Desk, tmp_path: Path) -> None:
    answer = (await desk.ask("GET", "/boards")).json()
    assert answer["boards_max"] == limits.BOARDS_MAX and answer["address"] == ""
    names = [one["name"] for one in answer["templates"]]
    assert names == list(documents.documents()) and len(names) >= 4
    assert all(one["title"] and one["description"] for one in answer["templates"])
    async with desk_of(tmp_path, Settings(address="https://board.example")) as other:
        await other.enter()
        assert (await other.ask("GET", "/boards")).json()["address"] == "https://board.example"


# -- new boards


def titled_board(title: str) -> list[ops.AnyOp]:
    return [ops.TextSet("board", "title", "en", title, base=""), *FIRST_LINKS]


async def test_DK7_an_empty_board_has_a_title_a_layer_and_its_links(desk: Desk) -> None:
    body = {"title": "Ein Abend im März", "lang": "de", "layer": "Ideen"}
    answer = await desk.ask("POST", "/boards", body)
    assert answer.status_code == 201
    shown = answer.json()
    assert shown.pop("losses") == []
    assert shown["name"] == "ein-abend-im-marz" and shown["title"] == "Ein Abend im März"
    assert (await desk.listed())[shown["name"]] == shown
    board = await desk.read(shown["name"])
    assert board.lang == "de" and not board.public
    (layer,) = board.layers.values()
    assert layer.text["title"] == {"de": "Ideen"} and not layer.group
    assert sorted(board.links) == ["facilitator", "participant", "viewer"]
    assert await desk.log.last(shown["name"]) == 1


async def test_DK7_every_template_makes_a_board_of_its_own(desk: Desk) -> None:
    for name, document in documents.documents().items():
        answer = await desk.ask("POST", "/boards", {"title": f"My {name}", "template": name})
        assert answer.status_code == 201, answer.text
        shown = answer.json()
        assert shown["title"] == f"My {name}" and not shown["public"]
        board = await desk.read(shown["name"])
        template = documents.preview(document)
        assert set(board.layers) == set(template.layers)
        assert {(n.id, n.x, n.y) for n in board.nodes()} == {
            (n.id, n.x, n.y) for n in template.nodes()
        }
        assert await desk.log.last(shown["name"]) == 1


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"title": "A", "template": "none"}, "template"),
        ({"title": "A", "template": "../secret"}, "template"),
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "\x00"}, "ops[1].text"),
        ({"title": "A", "lang": "no language"}, "lang"),
        ({"template": "retrospective"}, ""),
        ({"title": "A", "more": 1}, ""),
    ],
)
async def test_DK7_what_makes_no_board_is_refused_with_its_place(
    desk: Desk, body: Any, where: str
) -> None:
    assert refused(await desk.ask("POST", "/boards", body), 400, "invalid")["where"] == where
    assert await desk.log.boards() == ["private"]


async def test_DK8_a_paper_and_a_board_json_make_boards(desk: Desk) -> None:
    front = b"---\ntitle: A paper\nlang: en\nsources:\n  - https://example.org\n---\n"
    paper = front + b"# Aims\n- Fair\n"
    answer = await desk.ask("POST", "/imports", raw=paper)
    assert answer.status_code == 201, answer.text
    assert (answer.json()["name"], answer.json()["nodes"]) == ("a-paper", 1)
    content = (await desk.ask("GET", "/boards/private/export")).content
    answer = await desk.ask("POST", "/imports", raw=content)
    assert answer.status_code == 201
    assert answer.json()["name"] == "private-title"
    assert digest(await desk.read("private-title")) == digest(await desk.read("private"))


@pytest.mark.parametrize(
    ("raw", "where", "message"),
    [
        (b"---\ntitle: T\nlang: en\nsources:\n  - https://x.org\n---\n# A\n- x\n  -> #no: y\n",
         "line 9", "no"),
        (b"no front matter", "line 1", ""),
        (b"\xff\xfe", "line 1", "UTF-8"),
        (b"{", "$", "JSON"),
        (b'{"format":"orientation-board","version":1,"nodes":[{"id":"a"}]}', "$.nodes[0]", ""),
        (b'{"format":"orientation-board","version":1,"board":{"text":{"title":{"en":1}}}}',
         "$.board.text.title[...]", "str"),
        (b"", "line 1", ""),
    ],
)  # fmt: skip
async def test_DK8_a_file_that_is_wrong_is_refused_with_its_line(
    desk: Desk, raw: bytes, where: str, message: str
) -> None:
    problem = refused(await desk.ask("POST", "/imports", raw=raw), 400, "invalid")
    assert problem["where"] == where and message in problem["message"]
    assert await desk.log.boards() == ["private"]


async def test_DK8_a_file_is_bounded_and_nobody_without_a_ticket_can_send_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "IMPORT_BYTES_MAX", 1_000)
    problem = refused(await desk.ask("POST", "/imports", raw=b"x" * 1_001), 413, "too_large")
    assert "1000" in problem["message"]
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while taken < 50:
            taken += 1
            yield b"x" * 100
        raise AssertionError("all of it was read")

    headers = {"authorization": "Bearer nonsense"}
    answer = await desk.client.post("/api/desk/imports", content=endless(), headers=headers)
    refused(answer, 401, "no_desk")
    body = await desk.ask("POST", "/boards", raw=b" " * (limits.BODY_BYTES_MAX + 1))
    refused(body, 413, "too_large")


async def test_DK9_names_are_free_and_boards_are_bounded(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = []
    for _ in range(12):
        answer = await desk.ask("POST", "/boards", {"title": "Same"})
        names.append(answer.json()["name"])
    assert names[:10] == ["same", *(f"same-{number}" for number in range(2, 10)), names[9]]
    assert len(set(names)) == 12 and all(name.startswith("same-") for name in names[1:])
    assert (await desk.ask("POST", "/boards", {"title": "机构"})).json()["name"] == "board"
    monkeypatch.setattr(limits, "BOARDS_MAX", len(await desk.log.boards()) + 2)
    answers = await asyncio.gather(
        *(desk.ask("POST", "/boards", {"title": f"N {number}"}) for number in range(6)),
        desk.ask("POST", "/boards/private/copies", {"title": "Copy"}),
    )
    assert sorted(answer.status_code for answer in answers) == [201, 201, 409, 409, 409, 409, 409]
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"full"}
    assert len(await desk.log.boards()) == limits.BOARDS_MAX


# -- one board


async def test_DK10_renaming_is_one_entry_in_the_language_that_shows(desk: Desk) -> None:
    await desk.boards.create(
        "two", [
            ops.BoardSet("de"), ops.TextSet("board", "title", "en", "English", base=""),
            *FIRST_LINKS,
        ],
    )  # fmt: skip
    for name, lang in (("private", "en"), ("two", "en")):
        answer = await desk.ask("PATCH", f"/boards/{name}", {"title": "Another"})
        assert answer.status_code == 200 and answer.json()["title"] == "Another"
        board = await desk.read(name)
        assert board.text["title"] == {lang: "Another"} and board.seq == 2
    refused(await desk.ask("PATCH", "/boards/private", {"title": ""}), 400, "invalid")
    problem = refused(await desk.ask("PATCH", "/boards/private", {"title": "\x01"}), 409, "refused")
    assert problem["where"] == "ops[0].text"
    refused(await desk.ask("PATCH", "/boards/none", {"title": "A"}), 404, "no_board")


async def test_DK11_archiving_and_opening_to_all_can_be_ended(desk: Desk) -> None:
    for field in ("archived", "public"):
        for value in (True, True, False):
            answer = await desk.ask("PATCH", "/boards/private", {field: value})
            assert answer.json()[field] is value
            assert (await desk.listed())["private"][field] is value
    assert await desk.log.last("private") == 5  # what is so already is no entry
    await desk.ask("PATCH", "/boards/private", {"archived": True})
    problem = refused(await desk.ask("PATCH", "/boards/private", {"title": "A"}), 409, "refused")
    assert "archived" in problem["message"]
    both = {"archived": False, "title": "Back"}
    answer = await desk.ask("PATCH", "/boards/private", both)
    assert (answer.json()["title"], answer.json()["archived"]) == ("Back", False)


async def test_DK12_a_copy_has_the_content_alone_in_one_entry(desk: Desk) -> None:
    live = await desk.boards.open("private")
    await live.submit([ops.NodeSet("n1", x=500.0), ops.AccessSet(True)])
    await live.submit([ops.LinkSet("viewer", "viewer", 2), ops.BoardArchive(True)])
    answer = await desk.ask("POST", "/boards/private/copies", {"title": "Copy of it"})
    assert answer.status_code == 201
    name = answer.json()["name"]
    assert name == "copy-of-it" and answer.json()["title"] == "Copy of it"
    copy, board = await desk.read(name), await desk.read("private")
    assert await desk.log.last(name) == 1
    assert not copy.public and not copy.archived
    assert {link.id: link.generation for link in copy.links.values()} == {
        "facilitator": 1, "participant": 1, "viewer": 1,
    }  # fmt: skip
    assert board_json.write(copy).replace(b"Copy of it", b"PRIVATE-TITLE") == board_json.write(
        board
    )
    key = desk.access.token("private", Link("facilitator", "facilitator", 1))
    assert desk.access.opened(name, key, copy.links) is None
    refused(await desk.ask("POST", "/boards/none/copies", {"title": "A"}), 404, "no_board")


async def test_DK13_a_deleted_board_is_gone_and_its_links_open_nothing_ever(desk: Desk) -> None:
    key = desk.access.token("private", Link("facilitator", "facilitator", 1))
    by_link = {"authorization": f"Bearer {key}"}
    before = await desk.client.get("/api/boards/private", headers=by_link)
    assert before.status_code == 200
    answer = await desk.ask("DELETE", "/boards/private")
    assert answer.status_code == 204 and answer.content == b""
    assert await desk.listed() == {}
    refused(await desk.ask("DELETE", "/boards/private"), 404, "no_board")
    for path in ("export", "thumbnail.svg"):
        refused(await desk.ask("GET", f"/boards/private/{path}"), 404, "no_board")
    with pytest.raises(NoSuchBoard):
        await desk.boards.open("private")
    # another board of that title has another name, so that no old link opens it
    made = (await desk.ask("POST", "/boards", {"title": "Private"})).json()
    assert made["name"] == "private-2"
    after = await desk.client.get("/api/boards/private", headers=by_link)
    refused(after, 404, "no_board")


async def test_DK13_who_is_on_a_deleted_board_is_closed_for_good(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.boards.create("city", [*titled_board("City"), ops.AccessSet(True)])
    async with running(desk.app) as port:
        await desk.enter()
        async with connect(port, "/api/boards/city/live") as socket:
            guest = Guest(socket, desk.access)
            await guest.join("facilitator")
            assert (await desk.ask("DELETE", "/boards/city")).status_code == 204
            assert await guest.close_code() == 4004
        async with connect(port, "/api/boards/city/live") as socket:
            guest = Guest(socket, desk.access)
            await guest.say("hello", protocol=1, ticket=guest.ticket("facilitator"))
            assert await guest.close_code() == 4004
        assert desk.boards.lives == []
    await desk.client.aclose()
    await desk.boards.drain()


async def test_DK12_DK13_images_go_with_the_copy_and_with_the_board(desk: Desk) -> None:
    data = b"\x89PNG, as it was made"
    digest = hashlib.sha256(data).hexdigest()
    image = desk.access.image("private", digest)
    await asyncio.to_thread(desk.images._keep, "private", image, data)
    live = await desk.boards.open("private")
    gone = "a" * 32  # an image that is not there stays unnamed in the copy's folder
    await live.submit(
        [
            ops.NodeCreate("i1", "open", kind="image", image=image),
            ops.NodeCreate("i2", "open", kind="image", image=gone),
        ]
    )
    name = (await desk.ask("POST", "/boards/private/copies", {"title": "Copy"})).json()["name"]
    copy = await desk.read(name)
    copied = desk.access.image(name, digest)
    assert copied != image
    assert [getattr(copy.node(id), "image", None) for id in ("i1", "i2")] == [copied, gone]
    for board, held in (("private", image), (name, copied)):
        answer = await desk.client.get(f"/api/boards/{board}/images/{held}")
        assert answer.content == data
    assert (await desk.ask("DELETE", "/boards/private")).status_code == 204
    assert (await desk.client.get(f"/api/boards/private/images/{image}")).status_code == 404
    assert (await desk.client.get(f"/api/boards/{name}/images/{copied}")).status_code == 200
    assert [folder.name for folder in desk.images.path.iterdir()] == [name]
    with pytest.raises(NotTaken):  # what was still under way
        await asyncio.to_thread(desk.images._keep, "private", image, data)
    await desk.images.keep_boards(["another"])
    assert list(desk.images.path.iterdir()) == []


async def test_DK9_a_name_whose_board_had_images_is_not_used_again(desk: Desk) -> None:
    """Neither by a file that brings images along, nor by a copy of a board that has some."""
    data = saved(picture())
    kept = await desk.images.take("private", data)
    node = ops.NodeCreate("i1", "open", kind="image", image=kept.name)
    await (await desk.boards.open("private")).submit([node])
    first = await desk.ask("POST", "/boards/private/copies", {"title": "Twice"})
    assert first.json()["name"] == "twice"
    file = (await desk.ask("GET", "/boards/twice/export")).content
    assert (await desk.ask("DELETE", "/boards/twice")).status_code == 204
    again = await desk.ask("POST", "/boards/private/copies", {"title": "Twice"})
    assert (again.status_code, again.json()["name"]) == (201, "twice-2")
    taken = await desk.ask("POST", "/imports", raw=file)
    assert (taken.status_code, taken.json()["name"], taken.json()["losses"]) == (201, "twice-3", [])
    board = await desk.read("twice-3")
    assert [file.name for file in (desk.images.path / "twice-3").iterdir()] == [
        getattr(board.node("i1"), "image", None)
    ]
    lost = json.loads(file)
    del lost["images"]
    taken = await desk.ask("POST", "/imports", raw=json.dumps(lost).encode())
    assert taken.json()["losses"] == ["node i1: its image is not in the file"]


async def test_DK14_links_are_made_shown_and_revoked(desk: Desk) -> None:
    asked = await desk.ask("POST", "/boards/private/links", {"role": "owner"})
    (link,) = asked.json()["links"]
    board = await desk.read("private")
    opened = desk.access.opened("private", link["key"], board.links)
    assert opened is not None and opened.role == link["role"] == "owner"
    again = await desk.ask("POST", "/boards/private/links", {"role": "owner"})
    assert again.json() == asked.json()
    assert await desk.log.last("private") == 2
    new = await desk.ask("POST", "/boards/private/links", {"role": "owner", "revoke": True})
    board = await desk.read("private")
    assert desk.access.opened("private", link["key"], board.links) is None
    assert desk.access.opened("private", new.json()["links"][0]["key"], board.links) is not None
    refused(await desk.ask("POST", "/boards/private/links", {"role": "king"}), 400, "invalid")
    refused(await desk.ask("POST", "/boards/none/links", {"role": "owner"}), 404, "no_board")


async def test_DK15_an_export_is_the_whole_board_as_a_file(desk: Desk) -> None:
    answer = await desk.ask("GET", "/boards/private/export")
    assert answer.content == board_json.write(await desk.read("private"))
    assert b"CANARY-NODE" in answer.content
    assert answer.headers["content-disposition"] == 'attachment; filename="private.json"'


# -- pictures


async def test_DK16_a_thumbnail_is_a_picture_that_can_do_nothing(desk: Desk) -> None:
    for path in ("/boards/private/thumbnail.svg", "/templates/retrospective/thumbnail.svg"):
        light = await desk.ask("GET", path)
        dark = await desk.ask("GET", f"{path}?theme=dark")
        for answer in (light, dark):
            assert answer.status_code == 200
            assert answer.headers["content-type"] == "image/svg+xml"
            assert "sandbox" in answer.headers["content-security-policy"]
            assert ElementTree.fromstring(answer.text).tag.endswith("svg")
        assert light.text != dark.text
        refused(await desk.ask("GET", f"{path}?theme=loud"), 400, "invalid")
    refused(await desk.ask("GET", "/templates/none/thumbnail.svg"), 404, "not_found")
    refused(await desk.ask("GET", "/boards/none/thumbnail.svg"), 404, "no_board")


async def test_DK16_a_thumbnail_is_drawn_once_for_each_state_of_its_board(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from server import desk as module

    drawn: list[int] = []

    def counted(board: Board, theme: Any) -> str:
        drawn.append(board.seq)
        return f"<svg>{board.seq}</svg>"

    monkeypatch.setattr(module, "thumbnail", counted)
    path = "/boards/private/thumbnail.svg"
    await asyncio.gather(*(desk.ask("GET", path) for _ in range(4)))
    assert drawn == [1]
    await desk.ask("PATCH", "/boards/private", {"title": "New"})
    assert (await desk.ask("GET", path)).text == "<svg>2</svg>"
    assert drawn == [1, 2]
    monkeypatch.setattr(limits, "THUMBNAILS_KEPT_MAX", 3)
    for number in range(5):
        await desk.boards.create(f"b{number}", titled_board("B"))
        await desk.ask("GET", f"/boards/b{number}/thumbnail.svg")
    drawn.clear()
    await desk.ask("GET", "/boards/b4/thumbnail.svg")
    assert drawn == []
    await desk.ask("GET", path)
    assert drawn == [2]
