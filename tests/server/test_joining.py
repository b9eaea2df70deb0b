"""Letting people in: tokens of links over HTTP, join codes, QR codes, links for one person."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
import segno

from board import limits, ops
from board.state import Link
from server.access import CODE_ALPHABET, Access, Failures
from server.codes import Codes, Kept, NoRoom, plain
from server.folder import Folder, NoFolder
from server.joining import QUIET, square
from tests.server.test_app import Site, private, same, serving

BOARD = "private"
LINKS = f"/api/boards/{BOARD}/links"
CODES = f"/api/boards/{BOARD}/codes"


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serving() as held:
        one = ops.LinkSet("one", "participant", 1, single=True)
        await held.boards.create(BOARD, [*private(), ops.LinkSet("owner", "owner", 1), one])
        yield held


async def ticket(site: Site, role: str, **more: Any) -> str:
    given = await site.ticket(BOARD, key=site.key(BOARD, role), **more)
    return str(given.json()["ticket"])


async def code(site: Site, role: str, link: str) -> httpx2.Response:
    headers = {"authorization": f"Ticket {await ticket(site, role)}"}
    return await site.client.post(CODES, json={"link": link}, headers=headers)


async def typed(site: Site, code: str) -> httpx2.Response:
    return await site.client.post("/join", data={"code": code})


async def test_AC16_tokens_are_for_who_may_pass_them_on(site: Site) -> None:
    for role, expected in (
        ("owner", ["facilitator", "one", "owner", "participant", "viewer"]),
        ("facilitator", ["one", "participant", "viewer"]),
    ):
        given = await site.client.get(
            LINKS, headers={"authorization": f"Ticket {await ticket(site, role)}"}
        )
        found = given.json()["links"]
        assert [link["id"] for link in found] == expected
        for link in found:
            assert (await site.ticket(BOARD, key=link["key"])).status_code == 200
    for role in ("participant", "viewer"):
        refused = await site.client.get(
            LINKS, headers={"authorization": f"Ticket {await ticket(site, role)}"}
        )
        assert (refused.status_code, refused.json()["code"]) == (403, "role")


async def test_AC16_without_a_ticket_a_board_is_as_one_that_is_not_there(site: Site) -> None:
    for header in ("Ticket nonsense", f"Ticket {site.key(BOARD, 'owner')}"):
        ours, none = [
            await site.client.get(f"/api/boards/{name}/links", headers={"authorization": header})
            for name in (BOARD, "elsewhere")
        ]
        assert ours.status_code == 404
        assert same(ours, none)
    revoked = await ticket(site, "owner")
    await site.do(BOARD, ops.LinkSet("owner", "owner", 2))
    late = await site.client.get(LINKS, headers={"authorization": f"Ticket {revoked}"})
    assert late.json()["code"] == "no_board"


async def test_AC16_codes_are_made_for_links_that_one_may_pass_on(site: Site) -> None:
    for role, link, expected in (
        ("facilitator", "participant", 200),
        ("owner", "facilitator", 200),
        ("facilitator", "facilitator", 404),
        ("facilitator", "owner", 404),
        ("facilitator", "missing", 404),
        ("owner", "one", 404),
        ("participant", "viewer", 403),
    ):
        assert (await code(site, role, link)).status_code == expected, (role, link)
    assert (await code(site, "facilitator", "owner")).json()["code"] == "no_link"


async def test_AC14_a_link_has_one_code_until_it_is_revoked(site: Site) -> None:
    first = (await code(site, "facilitator", "participant")).json()
    again = (await code(site, "owner", "participant")).json()
    other = (await code(site, "owner", "viewer")).json()
    assert first["code"] == again["code"] != other["code"]
    assert re.fullmatch(f"[{CODE_ALPHABET}]{{{limits.CODE_CHARS}}}", first["code"])
    assert not set(CODE_ALPHABET) & set("0O1ILAEUY")
    led = await typed(site, first["code"])
    assert led.status_code == 303
    token = site.key(BOARD, "participant")
    assert led.headers["location"] == f"/b/{BOARD}#k={token}"
    await site.do(BOARD, ops.LinkSet("participant", "participant", 2))
    assert (await typed(site, first["code"])).status_code == 404
    renewed = (await code(site, "owner", "participant")).json()["code"]
    assert renewed != first["code"]
    assert (await typed(site, renewed)).status_code == 303
    await site.do(BOARD, ops.LinkSet("participant", "participant", 2, expires_ms=1))
    assert (await typed(site, renewed)).status_code == 404


async def test_AC14_a_restart_changes_no_code_and_what_is_kept_opens_nothing(
    tmp_path: Path,
) -> None:
    access, link, now = Access(b"k" * 32), Link("people", "participant", 1), [1_000.0]
    with Folder(tmp_path) as folder:
        codes = Codes(access, folder.codes(), folder.keep_codes, lambda: now[0])
        given, until_s = await codes.give("city", link)
        assert until_s == 1_000 + limits.CODE_S
        kept = folder.codes()
        assert given.encode() not in kept
        assert (tmp_path / "codes").stat().st_mode & 0o777 == 0o600
        again = Codes(access, kept, folder.keep_codes, lambda: now[0])
        assert again.find(given) == Kept("city", "people", 1, 0, until_s)
        assert await again.give("city", link) == (given, until_s)
        now[0] += 3_600
        assert await again.give("city", link) == (given, until_s + 3_600)
        now[0] += limits.CODE_S
        assert again.find(given) is None
        for broken in (b"{", b"[{}]", b"\xff", b"[1]"):
            assert Codes(access, broken).find(given) is None
        assert Codes(Access(b"o" * 32), kept).find(given) is None


async def test_AC14_codes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CODES_MAX", 6)
    monkeypatch.setattr(limits, "CODES_BOARD_MAX", 4)
    now = [0.0]
    codes = Codes(Access(b"k" * 32), clock=lambda: now[0])
    for at in range(4):
        await codes.give("city", Link(f"link{at}", "viewer", 1))
    with pytest.raises(NoRoom):
        await codes.give("city", Link("more", "viewer", 1))
    await codes.give("city", Link("link0", "viewer", 2))  # in place of the one before
    await codes.give("town", Link("link0", "viewer", 1))
    await codes.give("town", Link("link1", "viewer", 1))
    with pytest.raises(NoRoom):
        await codes.give("town", Link("link2", "viewer", 1))
    now[0] += limits.CODE_S + 1
    await codes.give("town", Link("link2", "viewer", 1))


async def test_AC14_what_could_not_be_kept_is_not_given() -> None:
    def full(raw: bytes) -> None:
        raise NoFolder("the disk is full")

    codes = Codes(Access(b"k" * 32), keep=full)
    link = Link("people", "viewer", 1)
    with pytest.raises(NoFolder):
        await codes.give("city", link)
    assert codes.find(Access(b"k" * 32).code("city", link, 0)) is None


async def test_AC14_two_links_never_share_a_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Access, "code", lambda self, board, link, turn: "234567"[:5] + "BCDF"[turn])
    codes = Codes(Access(b"k" * 32))
    given = [(await codes.give("city", Link(f"l{at}", "viewer", 1)))[0] for at in range(4)]
    assert given == ["23456B", "23456C", "23456D", "23456F"]
    found = [codes.find(each) for each in given]
    assert [one.link for one in found if one is not None] == ["l0", "l1", "l2", "l3"]


async def test_AC15_a_code_is_read_however_it_is_typed(site: Site) -> None:
    given = (await code(site, "owner", "viewer")).json()["code"]
    for way in (given.lower(), f" {given[:3]} {given[3:]} ", f"{given[:3]}-{given[3:]}"):
        assert (await typed(site, way)).status_code == 303
    for way in ("", given[:5], f"{given}2", "A" + given[1:], "\ud800", "é" * 9, given * 400):
        assert plain(way) == ""


async def test_AC15_who_guesses_is_not_heard_any_more(site: Site) -> None:
    given = (await code(site, "owner", "viewer")).json()["code"]
    for _ in range(limits.CODE_TRIES_MINUTE):
        assert (await typed(site, "222222")).status_code == 404
    held = await typed(site, given)
    assert (held.status_code, "location" in held.headers) == (429, False)
    assert 0 < int(held.headers["retry-after"]) <= 60
    # tickets have an allowance of their own: a link still opens
    assert (await site.ticket(BOARD, key=site.key(BOARD, "viewer"))).status_code == 200


async def test_AC15_what_has_not_the_form_of_a_code_is_no_guess(site: Site) -> None:
    """In a hall many type, from one address, and some an O, or a code that is not whole."""
    given = (await code(site, "owner", "viewer")).json()["code"]
    for at in range(limits.CODE_TRIES_MINUTE + 1):
        assert (await typed(site, ("O" + given[1:], given[:5], "")[at % 3])).status_code == 404
    assert (await typed(site, given)).status_code == 303


async def test_AC15_guesses_that_arrive_at_once_are_no_more_than_one_after_the_other(
    site: Site,
) -> None:
    begun, rest = asyncio.Barrier(limits.CODE_TRIES_MINUTE + 6), asyncio.Event()

    async def form() -> AsyncIterator[bytes]:
        yield b"code="
        await begun.wait()
        await rest.wait()
        yield b"222222"

    guesses = [
        asyncio.create_task(site.client.post("/join", content=form()))
        for _ in range(limits.CODE_TRIES_MINUTE + 5)
    ]
    await begun.wait()
    rest.set()
    heard = [answer.status_code for answer in await asyncio.gather(*guesses)]
    assert sorted(heard) == [404] * limits.CODE_TRIES_MINUTE + [429] * 5


def test_AC15_the_allowance_grows_back_and_right_codes_cost_nothing() -> None:
    failures = Failures(3)
    assert [failures.refused("203.0.113.9", 0.0) for _ in range(3)] == [0.0, 0.0, 0.0]
    assert failures.wait_s("203.0.113.9", 0.0) == 20.0
    assert failures.wait_s("203.0.113.9", 0.0) == 20.0
    assert failures.wait_s("203.0.113.8", 0.0) == 0.0
    assert failures.wait_s("203.0.113.9", 20.0) == 0.0
    assert failures.refused("203.0.113.9", 20.0) == 0.0
    assert failures.wait_s("203.0.113.9", 20.0) == 20.0


async def test_HT20_the_page_needs_no_script_and_may_send_its_form(site: Site) -> None:
    page = await site.get("/join")
    assert page.status_code == 200
    assert "<script" not in page.text
    assert 'method="post" action="/join"' in page.text
    assert "form-action 'self'" in page.headers["content-security-policy"]
    assert "form-action 'none'" in (await site.get("/")).headers["content-security-policy"]
    wrong = await typed(site, "<b>")
    assert (wrong.status_code, "<b>" in wrong.text) == (404, False)
    assert "form-action 'self'" in wrong.headers["content-security-policy"]
    for raw in (b"", b"code", b"code=%ff%fe", b"a=1&b=2&c=3", b"\xff\xfe", b"code=2&code=3"):
        assert (await site.client.post("/join", content=raw)).status_code == 404
    assert (await site.client.post("/join", content=b"c" * 2_000)).status_code == 413


async def test_HT20_a_code_of_a_board_that_is_gone_is_as_any_wrong_one(site: Site) -> None:
    given = (await code(site, "owner", "viewer")).json()["code"]
    never = await typed(site, "222222")
    await site.boards.remove(BOARD)
    gone = await typed(site, given)
    assert gone.status_code == never.status_code == 404
    assert gone.text.replace(given, "222222") == never.text


async def test_HT21_a_qr_code_is_the_links_address(site: Site) -> None:
    origin = "http://127.0.0.1:8000"
    headers = {"authorization": f"Ticket {await ticket(site, 'owner')}", "origin": origin}
    answer = await site.client.post(CODES, json={"link": "viewer"}, headers=headers)
    made = answer.json()
    assert made["address"] == f"{origin}/b/{BOARD}#k={site.key(BOARD, 'viewer')}"
    assert made["page"] == f"{origin}/join"
    foreign = {**headers, "origin": "https://evil.example"}
    answer = await site.client.post(CODES, json={"link": "viewer"}, headers=foreign)
    assert answer.json()["page"] == f"{origin}/join"
    side, path = made["square"]["side"], made["square"]["path"]
    dark = set()
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path):
        dark |= {(int(x) + at, int(y)) for at in range(int(width))}
    matrix = segno.make(made["address"], error="m", micro=False).matrix
    assert side == len(matrix) + 2 * QUIET
    drawn = {(x, y) for y, row in enumerate(matrix) for x, on in enumerate(row) if on == 1}
    assert dark == {(x + QUIET, y + QUIET) for x, y in drawn}
    assert square("short").side == 21 + 2 * QUIET


async def test_AC13_a_link_for_one_gives_others_no_ticket(site: Site) -> None:
    key, secrets = site.key(BOARD, "one"), ("a" * 22, "b" * 22)
    mine, theirs = (site.access.client(BOARD, "one", secret) for secret in secrets)
    for secret in secrets:
        assert (await site.ticket(BOARD, key=key, secret=secret)).status_code == 200
    await site.do(BOARD, ops.SeatSet(mine, link="one", name="Ada"))
    assert (await site.ticket(BOARD, key=key, secret=secrets[0])).status_code == 200
    refused = await site.ticket(BOARD, key=key, secret=secrets[1])
    assert (refused.status_code, refused.json()["code"]) == (403, "link_used")
    await site.do(BOARD, ops.LinkSet("one", "participant", 2, single=True))
    again = site.access.token(BOARD, Link("one", "participant", 2))
    assert (await site.ticket(BOARD, key=again, secret=secrets[1])).status_code == 200
    assert theirs != mine
