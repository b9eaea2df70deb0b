"""The web application, over real boards in a log that keeps them in memory."""

import asyncio
import gzip
import json
import re
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import brotli
import httpx2
import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from board import limits, ops
from board.formats import json as board_json
from board.paper import compile_paper
from board.state import Link
from server import app, bundle, exports, pages, seed
from server.access import Access
from server.app import create_app, hosts, known_host
from server.config import Settings
from server.gate import SECURITY_HEADERS
from server.images import Images
from server.live import Boards
from server.log import MemoryLog
from server.protocol import PROTOCOL
from server.seed import FIRST_LINKS
from tests.server.serving import connect
from tests.server.serving import serving as running

ADDRESS = "http://127.0.0.1:8000"
PUBLIC = "cities-of-equality"


@cache
def built_in() -> tuple[ops.AnyOp, ...]:
    """The built-in board, all cards in one place: arranging them is not what is tested here."""
    paper = resources.files("board") / "papers" / f"{PUBLIC}.md"
    return seed.with_access(tuple(compile_paper(paper.read_text("utf-8")).ops), public=True)


SECRET = "s" * limits.SECRET_CHARS_MIN


def titled(title: str, **more: str) -> dict[str, dict[str, str]]:
    return {field: {"en": text} for field, text in {"title": title, **more}.items()}


def private() -> list[ops.AnyOp]:
    """A board that opens only with a link, and that hides a layer from viewers."""
    return [
        ops.TextSet("board", "title", "en", "PRIVATE-TITLE", base=""),
        ops.LayerCreate("open", text=titled("Open")),
        ops.LayerCreate("off", published=False, text=titled("Off")),
        ops.LayerCreate("secret", read="facilitator", text=titled("CANARY-LAYER")),
        ops.NodeCreate("n1", "open", text=titled("Seen")),
        ops.NodeCreate("n2", "off", text=titled("Sleeping")),
        ops.NodeCreate("n3", "secret", text=titled("CANARY-NODE", text="CANARY-TEXT")),
        ops.RelationCreate("r1", "n1", "n3", text={"label": {"en": "CANARY-LABEL"}}),
        *FIRST_LINKS,
    ]


class Site:
    """A running application and a client of it."""

    def __init__(
        self, boards: Boards, access: Access, client: httpx2.AsyncClient, images: Images
    ) -> None:
        self.boards = boards
        self.access = access
        self.client = client
        self.images = images

    async def get(self, path: str, key: str = "", **headers: str) -> httpx2.Response:
        if key:
            headers["authorization"] = f"Bearer {key}"
        raw = {name: value.encode() for name, value in headers.items()}
        return await self.client.get(path, headers=raw)

    async def ticket(self, board: str, **body: Any) -> httpx2.Response:
        return await self.client.post(f"/api/boards/{board}/tickets", json=body)

    def key(self, board: str, role: str, generation: int = 1) -> str:
        return self.access.token(board, Link(role, role, generation))  # type: ignore[arg-type]

    async def do(self, board: str, *batch: ops.AnyOp) -> None:
        live = await self.boards.open(board)
        outcome = await live.submit(batch)
        assert type(outcome).__name__ == "Ack", outcome


@asynccontextmanager
async def serving(
    log: MemoryLog | None = None,
    *,
    settings: Settings | None = None,
    address: str = ADDRESS,
    peer: str = "127.0.0.1",
    raises: bool = True,
) -> AsyncIterator[Site]:
    boards = Boards(log or MemoryLog())
    access = Access(b"k" * 32)
    with TemporaryDirectory() as folder:
        images = Images(Path(folder), access)
        app = create_app(settings or Settings(), boards, access, images)
        transport = httpx2.ASGITransport(app, client=(peer, 50_000), raise_app_exceptions=raises)
        async with httpx2.AsyncClient(transport=transport, base_url=address) as client:
            yield Site(boards, access, client, images)
        await boards.drain()


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serving() as held:
        await held.boards.create(PUBLIC, built_in())
        await held.boards.create("private", private())
        yield held


def same(one: httpx2.Response, other: httpx2.Response) -> bool:
    return (one.status_code, one.content, dict(one.headers)) == (
        other.status_code,
        other.content,
        dict(other.headers),
    )


class Page(HTMLParser):
    """What a browser would make of a page: its elements, links and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.extend((tag, name, value or "") for name, value in attrs)

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.text.append(data.strip())

    def values(self, tag: str, name: str) -> list[str]:
        return [value for held, key, value in self.attributes if (held, key) == (tag, name)]


# -- HT1: what is not open to the caller is as if it were not there


@pytest.mark.parametrize("path", ["", "/export", "/export?format=svg"])
async def test_HT1_a_private_board_answers_as_a_missing_one(site: Site, path: str) -> None:
    bad = f"facilitator.{'a' * 32}"
    for key in ("", bad, site.key("other", "facilitator"), "no-dot", "é" * 20):
        there = await site.get(f"/api/boards/private{path}", key)
        missing = await site.get(f"/api/boards/missing{path}", key)
        assert there.status_code == 404
        assert there.json()["code"] == "no_board"
        assert same(there, missing)


async def test_HT1_a_private_board_gives_a_ticket_no_sooner_than_a_missing_one(site: Site) -> None:
    for body in ({}, {"key": "facilitator.aaaa"}, {"key": site.key("missing", "viewer")}):
        there = await site.ticket("private", **body)
        missing = await site.ticket("missing", **body)
        if body == {"key": site.key("missing", "viewer")}:
            assert site.key("missing", "viewer") != site.key("private", "viewer")
        assert there.status_code == 404
        assert same(there, missing)


async def test_HT1_the_page_of_a_private_board_is_the_shell_of_a_missing_one(site: Site) -> None:
    there = await site.get("/b/private")
    missing = await site.get("/b/missing")
    assert there.status_code == missing.status_code == 200
    assert there.text == missing.text.replace("missing", "private")
    assert "PRIVATE-TITLE" not in there.text
    assert same(await site.get("/b/private?layers=open"), there)


async def test_HT1_a_name_that_no_board_can_have_is_no_board(site: Site) -> None:
    for name in ("UPPER", "a_b", "-a", "%2e%2e", "a" * 65, "a%00b", "%C3%A9", "%ff"):
        assert (await site.get(f"/b/{name}")).status_code == 404
        answer = await site.get(f"/api/boards/{name}")
        assert answer.json()["code"] == "no_board"


# -- HT2: tickets


async def test_HT2_a_share_link_gives_a_ticket_of_its_role(site: Site) -> None:
    for role in ("facilitator", "participant", "viewer"):
        answer = await site.ticket("private", key=site.key("private", role), secret=SECRET)
        assert answer.status_code == 200
        given = answer.json()
        assert given["role"] == role
        ticket = site.access.read("private", given["ticket"])
        assert ticket is not None
        assert (ticket.link, ticket.generation, ticket.client) == (role, 1, given["client"])
        assert site.access.read(PUBLIC, given["ticket"]) is None


async def test_HT2_a_public_board_gives_a_viewers_ticket_without_a_link(site: Site) -> None:
    given = (await site.ticket(PUBLIC)).json()
    assert given["role"] == "viewer"
    ticket = site.access.read(PUBLIC, given["ticket"])
    assert ticket is not None
    assert (ticket.link, ticket.generation) == ("", 0)


async def test_HT2_the_secret_alone_makes_the_clients_name(site: Site) -> None:
    async def client(**body: str) -> str:
        name = (await site.ticket(PUBLIC, **body)).json()["client"]
        assert re.fullmatch(r"[a-z2-7]{13}", name)
        return str(name)

    key = site.key(PUBLIC, "viewer")
    assert await client(secret=SECRET) == await client(secret=SECRET)
    assert await client(secret=SECRET) != await client(secret=SECRET + "2")
    assert await client(secret=SECRET) != await client(secret=SECRET, key=key)
    assert await client() != await client()


async def test_HT2_a_token_in_the_header_is_refused_not_passed_over(site: Site) -> None:
    key = site.key("private", "facilitator")
    for board in ("private", PUBLIC, "missing"):
        path = f"/api/boards/{board}/tickets"
        answer = await site.client.post(path, json={}, headers={"authorization": f"Bearer {key}"})
        assert answer.status_code == 400
        assert (answer.json()["code"], answer.json()["where"]) == ("invalid", "Authorization")
    # a password that a proxy asked the browser for is none of ours
    proxied = {"authorization": "Basic dTpw"}
    answer = await site.client.post(f"/api/boards/{PUBLIC}/tickets", json={}, headers=proxied)
    assert answer.status_code == 200


async def test_HT2_a_revoked_link_gives_no_ticket(site: Site) -> None:
    key = site.key("private", "viewer")
    await site.do("private", ops.LinkSet("viewer", "viewer", 2))
    assert (await site.ticket("private", key=key)).status_code == 404
    assert (await site.get("/api/boards/private", key)).status_code == 404
    assert (await site.ticket("private", key=site.key("private", "viewer", 2))).status_code == 200


async def test_HT2_a_board_that_is_public_no_more_gives_none(site: Site) -> None:
    await site.do(PUBLIC, ops.AccessSet(False))
    assert same(await site.ticket(PUBLIC), await site.ticket("missing"))
    assert same(await site.get(f"/api/boards/{PUBLIC}"), await site.get("/api/boards/missing"))
    shell = (await site.get("/b/missing")).text.replace("missing", PUBLIC)
    assert (await site.get(f"/b/{PUBLIC}")).text == shell
    assert PUBLIC not in (await site.get("/")).text


async def test_HT2_the_ticket_opens_the_websocket(tmp_path: Path) -> None:
    boards = Boards(MemoryLog())
    await boards.create(PUBLIC, built_in())
    access = Access(b"k" * 32)
    app = create_app(Settings(), boards, access, Images(tmp_path, access))
    async with running(app) as port, httpx2.AsyncClient() as client:
        path = f"/api/boards/{PUBLIC}"
        answer = await client.post(f"http://127.0.0.1:{port}{path}/tickets", json={})
        given = answer.json()
        async with connect(port, f"{path}/live") as socket:
            hello = {"t": "hello", "protocol": PROTOCOL, "ticket": given["ticket"]}
            await socket.send(json.dumps(hello))
            welcome = json.loads(await socket.recv())
        assert (welcome["t"], welcome["role"]) == ("welcome", "viewer")
        assert welcome["seat"] == given["client"]
        assert boards.tally()["bytes"] > 0
        await boards.drain()


# -- HT3: what a role may not read is in no answer


async def test_HT3_a_role_reads_its_part_alone(site: Site) -> None:
    for role in ("viewer", "participant"):
        key = site.key("private", role)
        info = (await site.get("/api/boards/private", key)).json()
        assert info["role"] == role
        assert [layer["id"] for layer in info["layers"]] == ["open", "off"]
        assert set(info["versions"]) == {"board", "head/open", "head/off", "body/open", "body/off"}
        for path in ("", "/export", "/export?format=svg", "/export?format=svg&layers=open"):
            answer = await site.get(f"/api/boards/private{path}", key)
            assert answer.status_code == 200
            assert "CANARY" not in answer.text
            assert "secret" not in answer.text
    key = site.key("private", "facilitator")
    info = (await site.get("/api/boards/private", key)).json()
    assert {"head/secret", "body/secret", "pair/open/secret"} <= set(info["versions"])
    assert (await site.get("/api/boards/private/export", key)).text.count("CANARY") == 4


async def test_HT3_what_happens_in_a_hidden_layer_changes_no_byte_for_others(site: Site) -> None:
    key = site.key("private", "viewer")
    paths = ["", "/export", "/export?format=svg"]
    before = [await site.get(f"/api/boards/private{path}", key) for path in paths]
    await site.do(
        "private",
        ops.NodeCreate("n4", "secret"),
        ops.RelationCreate("r2", "n4", "n1"),
        ops.LayerCreate("deeper", read="owner"),
        ops.NodeSet("n3", x=50.0),
    )
    after = [await site.get(f"/api/boards/private{path}", key) for path in paths]
    assert all(same(one, other) for one, other in zip(before, after, strict=True))


async def test_HT3_versions_are_those_of_the_streams(site: Site) -> None:
    before = (await site.get(f"/api/boards/{PUBLIC}")).json()["versions"]
    await site.do(PUBLIC, ops.NodeSet("anct", x=1.0))
    after = (await site.get(f"/api/boards/{PUBLIC}")).json()["versions"]
    raised = {name for name in after if after[name] != before[name]}
    assert "body/national-authorities" in raised or len(raised) in (1, 2)
    assert all(after[name] > before[name] for name in raised)
    assert raised


# -- HT4: exports


async def test_HT4_the_export_is_the_board_and_can_be_imported(site: Site) -> None:
    answer = await site.get(f"/api/boards/{PUBLIC}/export")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-disposition"] == f'attachment; filename="{PUBLIC}.json"'
    live = await site.boards.open(PUBLIC)
    assert answer.content == await live.read(board_json.write)
    await site.boards.create("again", [*board_json.read(answer.content)[0], ops.AccessSet(True)])
    again = await site.get("/api/boards/again/export?format=json")
    assert again.content == answer.content


async def test_HT4_the_picture_shows_the_layers_that_were_asked_for(site: Site) -> None:
    async def picture(query: str) -> str:
        answer = await site.get(f"/api/boards/{PUBLIC}/export?format=svg{query}")
        assert answer.headers["content-type"] == "image/svg+xml"
        assert answer.headers["content-disposition"].startswith("attachment")
        return answer.text

    assert "Urban equality" in await picture("")
    assert "Portico" not in await picture("")
    assert "Portico" in await picture("&layers=opportunities")
    assert "Urban equality" not in await picture("&layers=opportunities")
    assert "Urban equality" not in await picture("&layers=")


@pytest.mark.parametrize("layers", ["nope", "opportunities,nope", "%3Cb%3E", "a b"])
async def test_HT4_the_picture_of_an_unknown_layer_is_refused(site: Site, layers: str) -> None:
    answer = await site.get(f"/api/boards/{PUBLIC}/export?format=svg&layers={layers}")
    assert answer.status_code == 400
    assert (answer.json()["code"], answer.json()["where"]) == ("invalid", "layers")


async def test_HT4_the_picture_of_a_frame_shows_what_lies_in_it_to_who_may_read_it(
    site: Site,
) -> None:
    """HT4, SV16: by a link's token and by a ticket; what is not there is refused like all else."""
    box = {"w": 400.0, "h": 300.0}
    await site.do(
        "private",
        ops.NodeCreate("plan", "open", kind="frame", **box, text={"title": {"en": "Plan"}}),
        ops.NodeCreate("inside", "open", x=50.0, y=50.0, text={"title": {"en": "Inside"}}),
        ops.NodeCreate("outside", "open", x=900.0, text={"title": {"en": "Outside"}}),
        ops.NodeCreate("hidden", "secret", x=50.0, y=50.0, text={"title": {"en": "Hidden"}}),
        ops.NodeCreate("closed", "secret", kind="frame", **box),
    )
    path = "/api/boards/private/export?format=svg"
    key = site.key("private", "participant")
    ticket = (await site.ticket("private", key=key)).json()["ticket"]
    by_link = await site.get(f"{path}&frame=plan", key)
    by_ticket = await site.client.get(
        f"{path}&frame=plan", headers={"Authorization": f"Ticket {ticket}"}
    )
    assert by_link.status_code == by_ticket.status_code == 200
    assert by_link.content == by_ticket.content
    assert "Inside" in by_link.text
    assert not [word for word in ("Outside", "Hidden", "secret") if word in by_link.text]
    leads = site.key("private", "facilitator")
    led = await site.get(f"{path}&layers=open,secret&frame=plan", leads)
    assert "Hidden" in led.text and "Outside" not in led.text
    missing = await site.get(f"{path}&frame=missing", key)
    assert (missing.status_code, missing.json()["where"]) == (400, "frame")
    for other in ("closed", "inside", ""):
        assert same(await site.get(f"{path}&frame={other}", key), missing)
    # a frame in a layer that is off is in no picture
    off = await site.get(f"{path}&layers=&frame=plan", key)
    assert same(off, missing)
    bad = await site.client.get(f"{path}&frame=plan", headers={"Authorization": "Ticket x"})
    assert bad.status_code == 404


async def test_HT4_a_ticket_draws_what_its_seat_may_read_and_nobody_elses(site: Site) -> None:
    secrets = [one * limits.SECRET_CHARS_MIN for one in "ab"]
    mine = site.access.client("seated", "participant", secrets[0])
    note = ops.NodeCreate("note", "own", text={"title": {"en": "MINE-ALONE"}})
    own = ops.LayerCreate("own", read="owner", seats={mine: "write"})
    await site.boards.create("seated", [*private(), own, note])
    key = site.key("seated", "participant")
    path = "/api/boards/seated/export?format=svg&layers=open,own"
    answers = []
    for secret in secrets:
        ticket = (await site.ticket("seated", key=key, secret=secret)).json()["ticket"]
        how = {"Authorization": f"Ticket {ticket}"}
        answers.append(await site.client.get(path, headers=how))
    assert "MINE-ALONE" in answers[0].text
    refused = answers[1]
    assert (refused.status_code, refused.json()["where"]) == (400, "layers")
    assert same(await site.get(path, key), refused)
    assert same(await site.get(path, site.key("seated", "facilitator")), refused)


async def test_HT3_a_layer_that_is_not_for_the_caller_is_refused_as_one_that_is_not_there(
    site: Site,
) -> None:
    path = "/api/boards/private/export?format=svg&layers="
    for role in ("viewer", "participant"):
        key = site.key("private", role)
        hidden = await site.get(f"{path}open,secret", key)
        assert hidden.status_code == 400
        assert same(hidden, await site.get(f"{path}open,missing", key))
    key = site.key("private", "facilitator")
    assert (await site.get(f"{path}open,secret", key)).status_code == 200
    await site.do("private", ops.AccessSet(True))
    # neither is there for the page, so both show what is published
    published = await site.get("/b/private")
    for layers in ("secret", "missing", "secret,missing"):
        assert same(await site.get(f"/b/private?layers={layers}"), published)


# -- HT5: refusals


async def test_HT5_a_refusal_is_json_for_the_api_and_a_page_for_people(site: Site) -> None:
    for path, status in (("/api/", 404), ("/api/nothing", 404), ("/api/boards/", 404)):
        answer = await site.get(path)
        assert answer.status_code == status
        assert set(answer.json()) == {"code", "message", "where"}
    for path in ("/nothing", "/b/", "/static/", "/static/nothing.js", "/B/x"):
        answer = await site.get(path)
        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith("text/html")
        assert "<h1>" in answer.text


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("POST", "/", {"GET", "HEAD"}),
        ("DELETE", f"/api/boards/{PUBLIC}", {"GET", "HEAD"}),
        ("PUT", "/api/openapi.json", {"GET", "HEAD"}),
        ("GET", f"/api/boards/{PUBLIC}/tickets", {"POST"}),
        ("OPTIONS", f"/api/boards/{PUBLIC}/tickets", {"POST"}),
        ("TRACE", f"/b/{PUBLIC}", {"GET", "HEAD"}),
    ],
)
async def test_HT5_another_method_is_refused(
    site: Site, method: str, path: str, allow: set[str]
) -> None:
    answer = await site.client.request(method, path)
    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == allow
    if path.startswith("/api/"):
        assert answer.json()["code"] == "method"


@pytest.mark.parametrize(
    ("body", "code", "where"),
    [
        (b"", "bad_request", ""),
        (b"{", "bad_request", ""),
        (b"\xff", "bad_request", ""),
        (b"[" * 10_000, "invalid", ""),
        (b"[]", "invalid", ""),
        (b'{"key":1}', "invalid", "key"),
        (b'{"key":null}', "invalid", "key"),
        (b'{"more":1}', "invalid", ""),
        (b'{"key":"%s"}' % (b"x" * (limits.TOKEN_CHARS_MAX + 1)), "invalid", "key"),
        (b'{"secret":"short"}', "invalid", "secret"),
        (b'{"secret":"%s"}' % (b"x" * (limits.SECRET_CHARS_MAX + 1)), "invalid", "secret"),
        (b'{"secret":"%s"}' % (b"\\u0000" * 30), "invalid", "secret"),
    ],
)
async def test_HT5_a_bad_body_is_refused_with_its_place(
    site: Site, body: bytes, code: str, where: str
) -> None:
    answer = await site.client.post(f"/api/boards/{PUBLIC}/tickets", content=body)
    assert answer.status_code == 400
    assert (answer.json()["code"], answer.json()["where"]) == (code, where)
    assert answer.json()["message"]


async def test_HT5_secrets_at_their_bounds_are_taken(site: Site) -> None:
    for length in (limits.SECRET_CHARS_MIN, limits.SECRET_CHARS_MAX):
        assert (await site.ticket(PUBLIC, secret="x" * length)).status_code == 200


async def test_HT5_a_body_is_bounded_however_it_comes(site: Site) -> None:
    path = f"/api/boards/{PUBLIC}/tickets"
    padded = b"{}" + b" " * (limits.BODY_BYTES_MAX - 2)
    assert (await site.client.post(path, content=padded)).status_code == 200
    answer = await site.client.post(path, content=padded + b" ")
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 4096
            yield b" " * 4096

    answer = await site.client.post(path, content=endless())
    assert answer.status_code == 413
    assert sent <= limits.BODY_BYTES_MAX + 2 * 4096


async def test_HT5_a_body_that_does_not_arrive_is_refused(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "BODY_S", 0.05)

    async def slow() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(3_600)

    answer = await site.client.post(f"/api/boards/{PUBLIC}/tickets", content=slow())
    assert (answer.status_code, answer.json()["code"]) == (408, "too_slow")


async def test_HT5_a_query_or_header_that_cannot_be_is_refused(site: Site) -> None:
    answer = await site.get(f"/api/boards/{PUBLIC}/export?format=exe")
    assert (answer.status_code, answer.json()["where"]) == (400, "format")
    for value in ("", "Basic abc", "Bearer", "Bearer ", f"Bearer {'x' * 200}"):
        answer = await site.get(f"/api/boards/{PUBLIC}", authorization=value)
        assert (answer.status_code, answer.json()["where"]) == (400, "Authorization")


async def test_HT5_a_crash_is_a_refusal_that_says_nothing() -> None:
    class Crashing(MemoryLog):
        async def boards(self) -> list[str]:
            raise RuntimeError("CANARY")

    async with serving(Crashing(), raises=False) as site:
        answer = await site.get("/")
        assert answer.status_code == 500
        assert "CANARY" not in answer.text
        assert answer.headers["content-security-policy"]


async def test_HT5_a_board_that_cannot_be_loaded_is_no_empty_board() -> None:
    class Broken(MemoryLog):
        broken = False

        async def read(self, *args: Any, **kwargs: Any) -> Any:
            if self.broken:
                raise OSError("disk")
            return await super().read(*args, **kwargs)

    log = Broken()
    async with serving(log) as site:
        await site.boards.create(PUBLIC, built_in())
        log.broken = True
        for path in (f"/api/boards/{PUBLIC}", f"/api/boards/{PUBLIC}/export"):
            answer = await site.get(path)
            assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
            assert answer.headers["retry-after"] == "1"
        assert (await site.get(f"/b/{PUBLIC}")).status_code == 503
        log.broken = False
        assert (await site.get(f"/api/boards/{PUBLIC}")).status_code == 200


# -- HT6: guessing is slow


async def test_HT6_only_what_is_refused_is_told_to_wait(site: Site) -> None:
    for _ in range(limits.TICKET_USES_S):
        assert (await site.ticket("private", key="facilitator.x")).status_code == 404
    told = await site.ticket("private", key="facilitator.x")
    assert (told.status_code, told.json()["code"]) == (429, "slow_down")
    assert int(told.headers["retry-after"]) >= 1
    assert (await site.ticket("missing")).status_code == 429
    good = await site.ticket("private", key=site.key("private", "viewer"))
    assert good.status_code == 200
    assert (await site.ticket(PUBLIC)).status_code == 200


# -- HT7: headers


PATHS = [
    "/", f"/b/{PUBLIC}", "/b/private", "/nothing", "/healthz", "/metrics", "/api/openapi.json",
    "/api/asyncapi.json", "/api/schema/board.json", f"/api/boards/{PUBLIC}", "/api/boards/x",
    f"/api/boards/{PUBLIC}/export", f"/api/boards/{PUBLIC}/export?format=svg", "/static/x.js",
    f"/api/boards/{PUBLIC}/live",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
async def test_HT7_every_answer_keeps_the_page_to_its_origin(site: Site, path: str) -> None:
    for method in ("GET", "HEAD", "POST"):
        answer = await site.client.request(method, path)
        for name, value in SECURITY_HEADERS.items():
            assert answer.headers.get_list(name) == [value]
        assert "set-cookie" not in answer.headers
        page = answer.status_code == 200 and path in ("/", f"/b/{PUBLIC}", "/b/private")
        assert answer.headers["cache-control"] == ("no-cache" if page else "no-store")
        assert not any(name.startswith("access-control") for name in answer.headers)


def test_HT7_the_policy_allows_nothing_inline_and_nobody_elses() -> None:
    policy = dict(
        part.split(" ", 1) for part in SECURITY_HEADERS["content-security-policy"].split("; ")
    )
    assert policy.pop("img-src") == "'self' data:"
    assert {key for key, value in policy.items() if value == "'self'"} == {
        "script-src", "style-src", "font-src", "connect-src",
    }  # fmt: skip
    assert {key for key, value in policy.items() if value == "'none'"} == {
        "default-src", "base-uri", "form-action", "frame-ancestors",
    }  # fmt: skip
    assert len(policy) == 8
    assert SECURITY_HEADERS["referrer-policy"] == "no-referrer"


# -- HT8: the Host


@pytest.mark.parametrize(
    ("settings", "host", "good"),
    [
        (Settings(), "127.0.0.1:8000", True),
        (Settings(), "localhost:1", True),
        (Settings(), "[::1]:8000", True),
        (Settings(), "192.168.1.7:8000", True),
        (Settings(), "evil.example", False),
        (Settings(), "127.0.0.1.evil.example", False),
        (Settings(), "localhost.evil.example", False),
        (Settings(), "", False),
        (Settings(), "[", False),
        (Settings(), "board.example.org", False),
        (Settings(address="https://board.example.org"), "board.example.org", True),
        (Settings(address="https://board.example.org"), "BOARD.example.org:443", True),
        (Settings(address="https://board.example.org"), "xboard.example.org", False),
        (Settings(address="https://board.example.org"), "board.example.org.evil", False),
        (Settings(address="https://board.example.org"), "evil@board.example.org", False),
        (Settings(origins=("https://other.example",)), "other.example", True),
    ],
)
async def test_HT8_only_the_servers_own_names_are_answered(
    settings: Settings, host: str, good: bool
) -> None:
    assert known_host(hosts(settings), host) is good
    async with serving(settings=settings) as site:
        for path, json_wanted in (("/", False), ("/api/openapi.json", True)):
            answer = await site.get(path, host=host)
            assert answer.status_code == (200 if good else 421)
            if not good:
                assert answer.headers["content-security-policy"]
                if json_wanted:
                    assert answer.json()["code"] == "wrong_host"


async def test_HT8_two_hosts_or_none_are_refused(tmp_path: Path) -> None:
    access = Access(b"k" * 32)
    app = create_app(Settings(), Boards(MemoryLog()), access, Images(tmp_path, access))
    for headers in ([], [(b"host", b"127.0.0.1"), (b"host", b"127.0.0.1")]):
        sent: list[Any] = []

        async def send(message: Any, sent: list[Any] = sent) -> None:
            sent.append(message)

        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        scope = {
            "type": "http", "method": "GET", "path": "/healthz", "raw_path": b"/healthz",
            "query_string": b"", "headers": headers, "scheme": "http", "root_path": "",
            "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1), "http_version": "1.1",
        }  # fmt: skip
        await app(scope, receive, send)
        assert sent[0]["status"] == 421


def test_HT8_a_websocket_to_another_host_is_refused(tmp_path: Path) -> None:
    access = Access(b"k" * 32)
    app = create_app(Settings(), Boards(MemoryLog()), access, Images(tmp_path, access))
    client = TestClient(app)
    url = f"ws://evil.example/api/boards/{PUBLIC}/live"
    headers = {"origin": "http://evil.example"}
    with pytest.raises(WebSocketDisconnect), client.websocket_connect(url, headers=headers):
        pass


# -- HT9: the pages


async def test_HT9_a_public_boards_page_holds_its_published_layers(site: Site) -> None:
    page = Page((await site.get(f"/b/{PUBLIC}")).text)
    assert "Urban equality" in page.text
    assert "Portico" not in " ".join(page.text)  # a layer that is off
    ids = page.values("section", "id")
    assert "layer-vision" in ids
    assert "layer-opportunities" not in ids
    links = page.values("a", "href")
    assert "#node-" in " ".join(links)
    for link in links:  # what is linked to is there
        if link.startswith("#"):
            assert link[1:] in [*page.values("li", "id"), *ids]


async def test_HT9_the_query_chooses_layers_without_scripts(site: Site) -> None:
    page = Page((await site.get(f"/b/{PUBLIC}?layers=opportunities,nothing,%3Cb%3E")).text)
    assert page.values("section", "id") == ["layer-opportunities"]
    nothing = Page((await site.get(f"/b/{PUBLIC}?layers=")).text)
    assert nothing.values("section", "id") == []
    links = [link for link in nothing.values("a", "href") if link.startswith("?layers=")]
    assert "?layers=vision" in links
    one = Page((await site.get(f"/b/{PUBLIC}{links[0]}")).text)
    assert len(one.values("section", "id")) == 1
    everything = set(re.findall(r"layers=([^\"]*)", (await site.get(f"/b/{PUBLIC}")).text))
    assert any("opportunities" in value for value in everything)


async def test_HT9_a_query_without_a_layer_of_the_board_shows_the_published_ones(
    site: Site,
) -> None:
    published = await site.get(f"/b/{PUBLIC}")
    assert same(await site.get(f"/b/{PUBLIC}?layers=nope,%3Cb%3E"), published)
    assert not same(await site.get(f"/b/{PUBLIC}?layers="), published)


def test_HT9_switching_a_layer_on_opens_the_groups_around_it() -> None:
    parents = {"inner": "middle", "middle": "outer"}
    assert pages.toggled("inner", [], parents) == ["outer", "middle", "inner"]
    assert pages.toggled("inner", ["a", "outer"], parents) == ["a", "outer", "middle", "inner"]
    assert pages.toggled("inner", ["outer", "middle", "inner"], parents) == ["outer", "middle"]
    assert pages.query(["a.b", "c-d"]) == "layers=a.b,c-d"
    assert pages.layers_of(",a,,b,a") == {"a", "b"}


async def test_HT9_the_stage_does_not_change_the_page(site: Site) -> None:
    before = (await site.get(f"/b/{PUBLIC}")).text
    await site.do(PUBLIC, ops.StageSet(True), ops.StageDrive({"vision": False}))
    assert (await site.get(f"/b/{PUBLIC}")).text == before


async def test_HT9_a_page_shows_the_board_as_it_is_now(site: Site) -> None:
    assert "Changed" not in (await site.get(f"/b/{PUBLIC}")).text
    for title in ("Changed once", "Changed twice"):
        held = await (await site.boards.open(PUBLIC)).read(lambda board: board.text["title"]["en"])
        await site.do(PUBLIC, ops.TextSet("board", "title", "en", title, base=held))
        assert f"<h1>{title}</h1>" in (await site.get(f"/b/{PUBLIC}")).text
        assert title in (await site.get("/")).text
        assert title in (await site.get(f"/api/boards/{PUBLIC}")).text


async def test_HT9_kept_pages_are_bounded(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PAGES_KEPT_MAX", 2)
    for name in ("a", "b", "c", "d"):
        title = ops.TextSet("board", "title", "en", f"Board {name}", base="")
        await site.boards.create(name, [title, ops.AccessSet(True)])
    for _ in range(2):
        for name in ("a", "b", "c", "d"):
            assert f"Board {name}" in (await site.get(f"/b/{name}")).text


async def test_HT9_restricted_layers_are_not_in_the_public_page(site: Site) -> None:
    await site.do("private", ops.AccessSet(True))
    for query in ("", "?layers=open,off,secret"):
        text = (await site.get(f"/b/private{query}")).text
        assert "Seen" in text
        assert "CANARY" not in text
        assert "secret" not in text


async def test_HT10_the_front_page_lists_public_boards_alone(site: Site) -> None:
    page = Page((await site.get("/")).text)
    assert [link for link in page.values("a", "href") if link != "/"] == [f"/b/{PUBLIC}"]
    assert "Cities of Equality" in page.text
    assert "PRIVATE-TITLE" not in page.text
    await site.do("private", ops.AccessSet(True))
    assert "PRIVATE-TITLE" in (await site.get("/")).text
    await site.do("private", ops.AccessSet(False))
    assert "PRIVATE-TITLE" not in (await site.get("/")).text


async def test_HT10_without_a_public_board_the_front_page_says_so() -> None:
    async with serving() as site:
        empty = await site.get("/")
        assert empty.status_code == 200
        assert "is open to everyone" in empty.text
        await site.boards.create("private", private())
        assert (await site.get("/")).text == empty.text


# -- HT11: text is data

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "</title><script>alert(1)</script>",
    "</h1></section></main></body><iframe src=//evil>",
    "<!-- --><b>",
    "{{ 7*7 }} {% raw %}",
    "&lt;b&gt; &amp;#x3c;",
    "javascript:alert(1)",
    "]]><a href='javascript:1'>",
    "\u202ertl <b>",
    "<math><mtext></p><style><img src=x onerror=1>",
]


def spiked(text: str) -> list[ops.AnyOp]:
    """A public board with a text in every place that a text can be."""
    return [
        ops.TextSet("board", "title", "en", text, base=""),
        ops.TextSet("board", "description", "en", text, base=""),
        ops.LayerCreate("group", group=True, text=titled(text, note=text)),
        ops.LayerCreate("layer", parent="group", text=titled(text, note=text)),
        ops.NodeCreate(
            "a", "layer", tags=(text[: limits.TAG_CHARS_MAX],), text=titled(text, text=text)
        ),
        ops.NodeCreate("b", "layer", text=titled(text), href="https://example.org/?<b>\"'"),
        ops.RelationCreate("r", "a", "b", text={"label": {"en": text}}),
        ops.AccessSet(True),
    ]


@pytest.mark.parametrize("payload", PAYLOADS)
async def test_HT11_no_text_becomes_markup(payload: str) -> None:
    async with serving() as site:
        await site.boards.create("plain", spiked("plain words"))
        await site.boards.create("spiked", spiked(payload))
        for path in ("/b/{}", "/b/{}?layers=group,layer"):
            plain = Page((await site.get(path.format("plain"))).text)
            page = Page((await site.get(path.format("spiked"))).text)
            assert page.tags == plain.tags
            assert [held[:2] for held in page.attributes] == [held[:2] for held in plain.attributes]
            assert sum(payload in text for text in page.text) >= 8
            assert "https://example.org/?<b>\"'" in page.values("a", "href")
        home = Page((await site.get("/")).text)
        assert home.tags.count("li") == 2
        # the one that makes the page the desk, from the bundle
        scripts = home.values("script", "src")
        assert home.tags.count("script") == len(scripts) <= 1
        assert all(re.fullmatch(r"/static/home-[A-Z0-9]{8}\.js", script) for script in scripts)
        assert sum(payload in text for text in home.text) == 2


@pytest.mark.parametrize(
    "query", ["?layers=<script>", "?layers=%22%3E%3Cscript%3E", "?layers=a&layers=b", "?%00=%ff"]
)
async def test_HT11_nothing_of_the_address_is_echoed(site: Site, query: str) -> None:
    answer = await site.client.get(f"/b/{PUBLIC}{query}")
    assert answer.status_code == 200
    assert "script>alert" not in answer.text
    assert Page(answer.text).tags.count("script") == len(Page(answer.text).values("script", "src"))
    for path in ("/b/<script>", "/<script>", "/static/<script>", "/api/boards/<script>"):
        assert "<script>" not in (await site.get(path)).text


# -- HT12: the bundle


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the real templates and a small bundle."""
    (tmp_path / "dist").mkdir()
    (tmp_path / "templates").symlink_to(bundle.static_folder() / "templates")
    files = {
        "app-AAAAAAAA.js": b"console.log(1)" * 50,
        "chunk-DDDDDDDD.js": b"export {}" * 50,
        "app-BBBBBBBB.css": b"body{}" * 50,
        "Inter-CCCCCCCC.woff2": b"wOF2" * 50,
    }
    for name, data in files.items():
        (tmp_path / "dist" / name).write_bytes(data)
    squeezed = brotli.compress(files["app-AAAAAAAA.js"])
    (tmp_path / "dist" / "app-AAAAAAAA.js.br").write_bytes(squeezed)
    (tmp_path / "dist" / "unlisted.js").write_bytes(b"CANARY")
    (tmp_path / "dist" / "manifest.json").write_text(
        json.dumps(
            {re.sub("-[A-Z]{8}", "", name).replace("chunk", "app.1"): name for name in files}
        )
    )
    monkeypatch.setattr(bundle, "static_folder", lambda: tmp_path)
    return tmp_path


async def test_HT12_the_bundles_files_are_served_with_type_and_kept_for_ever(built: Path) -> None:
    async with serving() as site:
        for name, kind in (
            ("app-AAAAAAAA.js", "text/javascript; charset=utf-8"),
            ("app-BBBBBBBB.css", "text/css; charset=utf-8"),
            ("Inter-CCCCCCCC.woff2", "font/woff2"),
        ):
            plain = await site.get(f"/static/{name}", **{"accept-encoding": "identity"})
            assert plain.status_code == 200
            assert plain.headers["content-type"] == kind
            assert plain.headers["cache-control"] == "public, max-age=31536000, immutable"
            assert plain.content == (built / "dist" / name).read_bytes()
            squeezed = await site.get(f"/static/{name}", **{"accept-encoding": "br, gzip"})
            assert squeezed.content == plain.content
            assert ("content-encoding" in squeezed.headers) == (not name.endswith("woff2"))
        page = Page((await site.get("/b/x")).text)
        assert page.values("script", "src") == ["/static/app-AAAAAAAA.js"]
        assert "/static/app-BBBBBBBB.css" in page.values("link", "href")
        assert "/static/chunk-DDDDDDDD.js" in page.values("link", "href")
        assert "/static/app-BBBBBBBB.css" in (await site.get("/")).text
        assert "/static/app-BBBBBBBB.css" in (await site.get("/nothing")).text


@pytest.mark.parametrize(
    "name",
    [
        "manifest.json", "unlisted.js", "../dist/unlisted.js", "%2e%2e/templates/board.html",
        "..%2ftemplates%2fboard.html", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "/etc/passwd", "%00",
        "app-AAAAAAAA.js/", "app-AAAAAAAA.js%00", "APP-AAAAAAAA.JS", "..%5c..%5cx", "a" * 5_000,
    ],
)  # fmt: skip
async def test_HT12_no_path_leads_out_of_the_bundle(built: Path, name: str) -> None:
    async with serving() as site:
        answer = await site.get(f"/static/{name}")
        assert answer.status_code == 404
        assert "CANARY" not in answer.text


async def test_HT12_a_file_of_an_unknown_type_is_not_served(built: Path) -> None:
    (built / "dist" / "manifest.json").write_text('{"x.html": "x.html"}')
    (built / "dist" / "x.html").write_text("<script>")
    with pytest.raises(ValueError, match="no media type"):
        bundle.load(built)


def test_HT12_without_a_bundle_pages_still_come(tmp_path: Path) -> None:
    assert bundle.load(tmp_path) == bundle.Bundle({}, bundle.Assets())


def test_HT12_compressed_files_are_the_files(built: Path) -> None:
    loaded = bundle.load(built)
    file = loaded.files["app-AAAAAAAA.js"]
    assert gzip.decompress(file.gzipped) == file.data == brotli.decompress(file.brotli)
    assert len(file.brotli) < len(file.gzipped) < len(file.data)
    for header, coding in (
        ("gzip", "gzip"), ("br, gzip;q=0.5", "br"), ("GZIP", "gzip"), ("", ""), ("br", "br"),
        ("gzip;q=0", ""), ("gzip; q=0.0", ""), ("xgzip", ""), ("br;q=0, gzip", "gzip"),
    ):  # fmt: skip
        data = {"gzip": file.gzipped, "br": file.brotli, "": file.data}[coding]
        assert file.encoded(header) == (data, coding)
    assert loaded.files["app-BBBBBBBB.css"].encoded("br") == (b"body{}" * 50, "")


# -- HT13: health and metrics (tests/server/test_metrics.py has what they say)


async def test_HT13_health_tells_when_the_server_stops(site: Site) -> None:
    answer = await site.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    site.boards.shutdown()
    answer = await site.get("/healthz")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    await site.boards.drain()


# -- HT14: nothing is shown before it is durable


async def test_HT17_what_takes_long_to_make_is_made_in_a_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: dict[str, bool] = {}

    def watched(name: str, make: Any) -> Any:
        def run(*given: Any, **named: Any) -> Any:
            made[name] = threading.current_thread() is threading.main_thread()
            return make(*given, **named)

        return run

    for module, name in ((exports, "svg"), (app, "outline")):
        monkeypatch.setattr(module, name, watched(name, getattr(module, name)))
    async with serving() as site:
        await site.boards.create(PUBLIC, built_in())
        assert (await site.get(f"/b/{PUBLIC}")).status_code == 200
        drawn = await site.get(f"/api/boards/{PUBLIC}/export?format=svg")
        assert drawn.status_code == 200
    assert made == {"svg": False, "outline": False}


class Gated(MemoryLog):
    """A log whose appends wait until the gate is open."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.gate.set()
        self.waiting = asyncio.Event()

    async def append(self, *args: Any, **kwargs: Any) -> None:
        self.waiting.set()
        await self.gate.wait()
        await super().append(*args, **kwargs)


async def test_HT14_a_read_waits_for_the_log() -> None:
    log = Gated()
    async with serving(log) as site:
        await site.boards.create(PUBLIC, built_in())
        live = await site.boards.open(PUBLIC)
        await site.get(f"/b/{PUBLIC}")
        log.gate.clear()
        log.waiting.clear()
        title = await live.read(lambda board: board.text["title"]["en"])
        change = ops.TextSet("board", "title", "en", "NOT-YET", base=title)
        submit = asyncio.create_task(live.submit([change]))
        await log.waiting.wait()
        paths = [
            f"/api/boards/{PUBLIC}", f"/b/{PUBLIC}", f"/b/{PUBLIC}?layers=",
            f"/api/boards/{PUBLIC}/export", f"/api/boards/{PUBLIC}/export?format=svg",
        ]  # fmt: skip
        reads = [asyncio.create_task(site.get(path)) for path in paths]
        await asyncio.sleep(0.05)
        assert not any(read.done() for read in reads)
        log.gate.set()
        await submit
        for read in reads:
            assert "NOT-YET" in (await read).text
