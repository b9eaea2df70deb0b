"""Images of boards: sent, named, kept, given out, copied and removed."""

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest

from board import limits, ops
from board.roles import Role
from board.state import Board
from server import images, web
from server.access import Access, Ticket
from server.admin import Administrator, Failed
from server.gate import SECURITY_HEADERS
from server.images import Images, NotTaken
from server.reencode import Made
from tests.board.making import Scribe
from tests.server.pictures import (
    SVG,
    no_pictures,
    noise,
    photograph,
    picture,
    saved,
    shown,
    too_large,
)
from tests.server.test_app import PUBLIC, Site, built_in, private, same, serving

ACCESS = Access(b"k" * 32)
RED = saved(picture())
ROLES: tuple[Role, ...] = ("viewer", "participant", "facilitator", "owner")


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serving() as held:
        await held.boards.create("private", private())
        await held.boards.create(PUBLIC, built_in())
        yield held


async def ticket(site: Site, role: str, board: str = "private") -> str:
    if role == "owner":
        await site.do(board, ops.LinkSet("owner", "owner", 1))
    given = (await site.ticket(board, key=site.key(board, role))).json()
    return str(given["ticket"])


async def send(
    site: Site, raw: Any, given: str, board: str = "private", **headers: str
) -> httpx2.Response:
    headers = {"authorization": f"Ticket {given}", **headers}
    path = f"/api/boards/{board}/images"
    return await site.client.post(path, content=raw, headers=headers)


def names(store: Images, board: str) -> list[str]:
    """The files of a board."""
    folder = store.path / board
    return sorted(os.listdir(folder)) if folder.exists() else []


def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the process: here the bytes are what is kept."""

    def taken(raw: bytes) -> tuple[Made, bytes]:
        return Made(1, 1), raw

    monkeypatch.setattr(images, "reencoded", taken)


# -- IM1, IM2: over HTTP


async def test_IM1_a_picture_is_kept_and_given_back(site: Site) -> None:
    given = await ticket(site, "participant")
    answer = await send(site, photograph(), given)
    assert answer.status_code == 200, answer.text
    held = answer.json()
    assert (held["width"], held["height"]) == (40, 60)
    found = await site.get(f"/api/boards/private/images/{held['image']}")
    assert found.status_code == 200
    assert shown(found.content).size == (40, 60)
    assert b"CANARY" not in found.content
    # a node can name it
    live = await site.boards.open("private")
    node = ops.NodeCreate("n9", "open", kind="image", image=held["image"])
    assert type(await live.submit([node])).__name__ == "Ack"


@pytest.mark.parametrize("name", ["half a PNG", "TIFF", "svg", "nothing", "html"])
async def test_IM1_what_is_no_picture_is_refused_with_words(site: Site, name: str) -> None:
    answer = await send(site, no_pictures()[name], await ticket(site, "participant"))
    assert (answer.status_code, answer.json()["code"]) == (415, "no_image")
    assert "PNG, JPEG, WebP or GIF" in answer.json()["message"]
    assert names(site.images, "private") == []


async def test_IM1_what_is_too_large_is_refused_with_the_bound(site: Site) -> None:
    given = await ticket(site, "participant")
    long = bytes(limits.IMAGE_BYTES_MAX + 1)

    async def parts() -> AsyncIterator[bytes]:
        for at in range(0, len(long), 2**20):
            yield long[at : at + 2**20]

    for body in (long, parts()):  # with a length that is said, and without
        answer = await send(site, body, given)
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
        assert str(limits.IMAGE_BYTES_MAX) in answer.json()["message"]
    for raw in too_large().values():
        answer = await send(site, raw, given)
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
        assert str(limits.IMAGE_PIXELS_MAX) in answer.json()["message"]
    assert names(site.images, "private") == []


async def test_IM1_the_longest_that_is_taken_is_taken(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = saved(picture())
    monkeypatch.setattr(limits, "IMAGE_BYTES_MAX", len(raw))
    given = await ticket(site, "participant")
    assert (await send(site, raw, given)).status_code == 200
    assert (await send(site, raw + b"\0", given)).status_code == 413


# -- IM3: bounded work


async def test_IM3_few_are_made_anew_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = most = 0

    def slow(raw: bytes) -> tuple[Made, bytes]:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        time.sleep(0.03)
        at_once -= 1
        return Made(1, 1), raw

    monkeypatch.setattr(images, "reencoded", slow)
    store = Images(tmp_path, ACCESS)
    await asyncio.gather(*(store.take("city", bytes([at])) for at in range(8)))
    assert most == limits.REENCODES_MAX
    assert len(names(store, "city")) == 8


# -- IM4: who may


@pytest.mark.parametrize("role", ROLES)
async def test_IM4_participants_and_above_may_send(site: Site, role: Role) -> None:
    answer = await send(site, RED, await ticket(site, role))
    if role == "viewer":
        assert (answer.status_code, answer.json()["code"]) == (403, "role")
        assert names(site.images, "private") == []
    else:
        assert answer.status_code == 200


async def test_IM4_whoever_may_read_a_public_board_may_not_send(site: Site) -> None:
    given = str((await site.ticket(PUBLIC)).json()["ticket"])
    assert (await send(site, RED, given, PUBLIC)).json()["code"] == "role"


async def test_IM4_a_board_that_is_not_there_answers_as_one_that_does_not_open(site: Site) -> None:
    elsewhere = await ticket(site, "participant", PUBLIC)
    for given in (elsewhere, "forged", "a.b.c", site.key("private", "participant")):
        there = await send(site, RED, given)
        missing = await send(site, RED, given, "missing")
        assert (there.status_code, there.json()["code"]) == (404, "no_board")
        assert same(there, missing)
    # a ticket for a board that was never there
    forged = site.access.ticket(Ticket("missing", "participant", 1, "c" * 13))
    assert same(await send(site, RED, forged, "missing"), await send(site, RED, "x", "missing"))


async def test_IM4_without_a_ticket_nothing_is_read(site: Site) -> None:
    path = "/api/boards/private/images"
    key = site.key("private", "participant")
    for headers in ({}, {"authorization": f"Bearer {key}"}, {"authorization": "Ticket"}):
        answer = await site.client.post(path, content=RED, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
        assert answer.json()["where"] == "Authorization"
    assert (await site.client.get(path)).status_code == 405


async def test_IM4_a_revoked_link_sends_no_more(site: Site) -> None:
    given = await ticket(site, "participant")
    await site.do("private", ops.LinkSet("participant", "participant", 2))
    assert (await send(site, RED, given)).json()["code"] == "no_board"


async def test_IM4_a_board_that_is_archived_takes_none(site: Site) -> None:
    given = await ticket(site, "participant")
    held = (await send(site, RED, given)).json()
    await site.do("private", ops.BoardArchive(True))
    answer = await send(site, RED, given)
    assert (answer.status_code, answer.json()["code"]) == (409, "archived")
    # and is read as before
    assert (await site.get(f"/api/boards/private/images/{held['image']}")).status_code == 200


async def test_IM4_rights_that_end_while_it_arrives_end_it(site: Site) -> None:
    given = await ticket(site, "participant")

    async def parts() -> AsyncIterator[bytes]:
        yield RED[:100]
        await site.do("private", ops.LinkSet("participant", "viewer", 2))
        yield RED[100:]

    answer = await send(site, parts(), given)
    assert answer.json()["code"] == "no_board"
    assert names(site.images, "private") == []


# -- IM5: names


async def test_IM5_the_same_picture_is_kept_once_on_each_board(tmp_path: Path) -> None:
    store = Images(tmp_path, ACCESS)
    one = await store.take("city", RED)
    assert (await store.take("city", RED)) == one
    assert (await store.take("city", saved(picture(), compress_level=0))) == one
    other = await store.take("town", RED)
    assert other.name != one.name
    assert names(store, "city") == [one.name]
    assert names(store, "town") == [other.name]
    assert ops.problem(ops.NodeCreate("n", "l", kind="image", image=one.name)) == ""


async def test_IM5_a_name_cannot_be_worked_out_without_the_secret(tmp_path: Path) -> None:
    here = Images(tmp_path / "here", ACCESS)
    there = Images(tmp_path / "there", Access(b"l" * 32))
    assert (await here.take("city", RED)).name != (await there.take("city", RED)).name


async def test_IM5_sending_what_is_there_tells_nothing(site: Site) -> None:
    """Whether somebody has put the same picture onto a layer that one may not read."""
    given = await ticket(site, "participant")
    first = await send(site, RED, given)
    assert same(first, await send(site, RED, given))
    (name,) = names(site.images, "private")
    before = (site.images.path / "private" / name).stat().st_ino
    await send(site, RED, given)
    assert (site.images.path / "private" / name).stat().st_ino != before  # as much work again


# -- IM6: durable, and whole


async def test_IM6_an_image_is_on_disk_before_its_name_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    fsync, rename = os.fsync, Path.rename

    def synced(file: int) -> None:
        fsync(file)
        done.append("folder" if os.path.isdir(f"/proc/self/fd/{file}") else "file")

    def renamed(self: Path, target: Path) -> Path:
        done.append("rename")
        return rename(self, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "rename", renamed)
    await Images(tmp_path / "images", ACCESS).take("city", RED)
    # two folders are made, then the file
    assert done == ["folder", "folder", "file", "rename", "folder"]
    assert oct((tmp_path / "images/city").stat().st_mode)[-3:] == "700"


async def test_IM6_what_a_killed_program_left_is_no_image(tmp_path: Path) -> None:
    store = Images(tmp_path, ACCESS)
    kept = await store.take("city", RED)
    (tmp_path / "city/.new-0123").write_bytes(RED[:20])
    assert store.file("city", ".new-0123") is None
    again = Images(tmp_path, ACCESS)
    assert names(again, "city") == [kept.name]


async def test_IM6_a_disk_that_fails_keeps_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(file: int) -> None:
        raise OSError(28, "No space left on device")

    store = Images(tmp_path, ACCESS)
    await store.take("city", RED)
    before = names(store, "city")
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", failing)
        with pytest.raises(OSError, match="No space"):
            await store.take("city", saved(noise(5, 5)))
    assert names(store, "city") == before


# -- IM7: given out


async def test_IM7_an_image_can_do_nothing_but_be_shown(site: Site) -> None:
    given = await ticket(site, "participant")
    for raw, kind in ((RED, "image/png"), (photograph(), "image/jpeg")):
        name = (await send(site, raw, given)).json()["image"]
        path = f"/api/boards/private/images/{name}"
        answer = await site.get(path)
        headers = answer.headers
        assert headers["content-type"] == kind
        assert headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert headers["content-disposition"] == "inline"
        assert headers["cache-control"] == "private, max-age=31536000, immutable"
        assert headers["content-length"] == str(len(answer.content))
        for name in ("x-content-type-options", "cross-origin-resource-policy", "referrer-policy",
                     "x-frame-options", "permissions-policy"):  # fmt: skip
            assert headers[name] == SECURITY_HEADERS[name]
        assert "set-cookie" not in headers
        head = await site.client.head(path)
        assert head.headers["content-length"] == headers["content-length"]


async def test_IM7_whatever_is_no_image_gets_the_same_answer(site: Site) -> None:
    given = await ticket(site, "participant")
    name = (await send(site, RED, given)).json()["image"]
    missing = await site.get(f"/api/boards/private/images/{'a' * 32}")
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
    for board, image in (
        (PUBLIC, name),
        ("missing", name),
        ("private", name[:-1]),
        ("private", name.upper()),
        ("private", "..%2Fprivate%2F" + name),
        ("..", name),
        ("%2e%2e", "lock"),
        ("private", "%00"),
        ("a" * 300, name),
        (PUBLIC, "a" * 32),
    ):
        answer = await site.get(f"/api/boards/{board}/images/{image}")
        assert answer.status_code == 404, (board, image)
        if "/" not in image and board != "..":
            assert same(answer, missing), (board, image)


async def test_IM7_a_slow_reader_costs_a_part_and_no_more(tmp_path: Path) -> None:
    store = Images(tmp_path, ACCESS)
    kept = await store.take("city", saved(noise(400, 400)))
    file = store.file("city", kept.name)
    assert file is not None
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        raise AssertionError("nothing is to be read")

    await images.ImageFile(file)({"type": "http", "method": "GET"}, receive, send)
    parts = [len(message["body"]) for message in sent[1:]]
    assert max(parts) == web.PART_BYTES
    assert sum(parts) == (tmp_path / "city" / kept.name).stat().st_size
    assert [message["more_body"] for message in sent[1:]] == [True] * (len(parts) - 1) + [False]
    assert file.closed


# -- IM8: as much as there is room for


async def test_IM8_a_board_holds_so_many_images(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain(monkeypatch)
    monkeypatch.setattr(limits, "IMAGES_MAX", 3)
    store = Images(tmp_path, ACCESS)
    for at in range(3):
        await store.take("city", bytes([at]))
    with pytest.raises(NotTaken, match="at most 3 images") as refused:
        await store.take("city", b"more")
    assert refused.value.code == "too_many"
    with pytest.raises(NotTaken):  # also one that is there: an answer must not tell which are
        await store.take("city", bytes([0]))
    await store.take("town", b"more")


async def test_IM8_the_images_of_a_board_come_to_so_many_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain(monkeypatch)
    monkeypatch.setattr(limits, "IMAGES_BYTES_MAX", 100)
    store = Images(tmp_path, ACCESS)
    await store.take("city", bytes(60))
    await store.take("city", b"x" * 40)
    with pytest.raises(NotTaken, match="100 bytes") as refused:
        await store.take("city", b"y")
    assert refused.value.code == "too_many"


async def test_IM8_the_disk_keeps_room_for_the_log(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = await ticket(site, "participant")
    least = limits.IMAGES_FREE_BYTES_MIN
    for free, good in ((least, True), (least - 1, False)):
        usage = SimpleNamespace(free=free)
        with monkeypatch.context() as patched:
            patched.setattr(images.shutil, "disk_usage", lambda path, usage=usage: usage)
            answer = await send(site, RED, given)
        assert (answer.status_code == 200) is good
        if not good:
            assert answer.json()["code"] == "unavailable"
            assert "room" in answer.json()["message"]


async def test_IM8_a_client_sends_so_many_a_minute(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain(monkeypatch)
    first, other = await ticket(site, "participant"), await ticket(site, "participant")
    for _ in range(limits.UPLOADS_MINUTE):
        assert (await send(site, b"x", first)).status_code == 200
    answer = await send(site, b"x", first)
    assert (answer.status_code, answer.json()["code"]) == (429, "slow_down")
    assert str(limits.UPLOADS_MINUTE) in answer.json()["message"]
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert (await send(site, b"x", other)).status_code == 200


async def test_IM8_so_many_arrive_at_once_and_others_wait(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain(monkeypatch)
    opened = asyncio.Event()
    begun = 0

    async def parts() -> AsyncIterator[bytes]:
        nonlocal begun
        begun += 1
        yield b"x"
        await opened.wait()
        yield b"y"

    tickets = [await ticket(site, "participant") for _ in range(limits.UPLOADS_MAX + 2)]
    tasks = [asyncio.create_task(send(site, parts(), given)) for given in tickets]
    async with asyncio.timeout(10):
        while begun < limits.UPLOADS_MAX:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
    assert begun == limits.UPLOADS_MAX
    opened.set()
    assert {answer.status_code for answer in await asyncio.gather(*tasks)} == {200}


async def test_IM8_what_takes_too_long_to_arrive_is_refused(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def parts() -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.sleep(60)

    given = await ticket(site, "participant")
    monkeypatch.setattr(limits, "IMAGE_S", 0.1)
    assert (await send(site, parts(), given)).json()["code"] == "too_slow"
    # its place is free again
    monkeypatch.setattr(limits, "IMAGE_S", 10)
    for _ in range(limits.UPLOADS_MAX + 1):
        assert (await send(site, SVG, given)).json()["code"] == "no_image"


# -- IM9: copied, removed, swept


async def test_IM9_a_board_made_of_another_gets_images_of_its_own(tmp_path: Path) -> None:
    store = Images(tmp_path, ACCESS)
    one = await store.take("city", RED)
    two = await store.take("city", photograph())
    left = await store.take("city", saved(noise(9, 9)))
    copied = await store.copy("city", "town", [one.name, two.name, "a" * 32, "../x"])
    assert set(copied) == {one.name, two.name}
    assert names(store, "town") == sorted(copied.values())
    assert left.name not in copied
    assert (await store.take("town", RED)).name == copied[one.name]  # the name that it gives
    assert not set(copied.values()) & set(names(store, "city"))
    with_one = (tmp_path / "town" / copied[one.name]).read_bytes()
    assert with_one == (tmp_path / "city" / one.name).read_bytes()
    await store.remove("city")
    assert names(store, "city") == []
    assert len(names(store, "town")) == 2
    await store.remove("city")  # nothing is there any more, and nothing is wrong


async def test_IM9_what_nothing_names_is_swept_after_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain(monkeypatch)
    monkeypatch.setattr(limits, "IMAGES_MAX", 3)
    store = Images(tmp_path, ACCESS)
    named, old, new = [await store.take("city", bytes([at])) for at in range(3)]
    long_ago = time.time() - limits.IMAGE_UNUSED_S - 60
    for kept in (named, old):
        os.utime(tmp_path / "city" / kept.name, (long_ago, long_ago))
    with pytest.raises(NotTaken):  # nobody says what is named: all of it may be
        await store.take("city", b"more")

    async def names_one() -> set[str]:
        return {named.name}

    more = await store.take("city", b"more", names_one)
    assert names(store, "city") == sorted([named.name, new.name, more.name])
    with pytest.raises(NotTaken):  # and what is left is named, or new
        await store.take("city", b"too much", names_one)


async def test_IM9_what_is_named_is_asked_while_nothing_else_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain(monkeypatch)
    monkeypatch.setattr(limits, "IMAGES_MAX", 2)
    store = Images(tmp_path, ACCESS)
    one, other = [await store.take("city", bytes([at])) for at in range(2)]
    long_ago = time.time() - limits.IMAGE_UNUSED_S - 60
    for kept in (one, other):
        os.utime(tmp_path / "city" / kept.name, (long_ago, long_ago))
    asked = asyncio.Event()
    answer: asyncio.Future[set[str]] = asyncio.get_running_loop().create_future()

    async def named() -> set[str]:
        asked.set()
        return await answer

    first = asyncio.create_task(store.take("city", b"first", named))
    await asked.wait()
    second = asyncio.create_task(store.take("city", b"second", named))
    assert (await store.take("town", b"first")).name  # other boards wait for nothing
    assert not second.done()
    answer.set_result({one.name})
    kept = await first
    with pytest.raises(NotTaken):
        await second
    assert names(store, "city") == sorted([one.name, kept.name])


async def test_IM3_whoever_gives_up_waiting_lets_no_other_in_too_early(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thread cannot be cancelled: what it holds is given on when it has ended."""
    monkeypatch.setattr(limits, "REENCODES_MAX", 1)
    begun, go_on = threading.Event(), threading.Event()
    at_once: list[int] = []

    def slow(raw: bytes) -> tuple[Made, bytes]:
        at_once.append(1)
        begun.set()
        assert go_on.wait(10)
        at_once.pop()
        return Made(1, len(at_once) + 1), raw

    monkeypatch.setattr(images, "reencoded", slow)
    store = Images(tmp_path, ACCESS)
    given_up = asyncio.create_task(store.take("city", b"one"))
    await asyncio.to_thread(begun.wait, 10)
    given_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await given_up
    begun.clear()
    other = asyncio.create_task(store.take("city", b"other"))
    await asyncio.sleep(0.05)
    assert not begun.is_set()
    go_on.set()
    assert (await other).height == 1
    assert len(names(store, "city")) == 1


async def test_IM9_what_cannot_be_removed_is_said_and_removed_at_the_next_start(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await send(site, RED, await ticket(site, "participant"))
    administrator = Administrator(
        site.boards, site.boards.log, site.access, "http://localhost", images=site.images
    )

    def failing(folder: Path) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(images.shutil, "rmtree", failing)
        with pytest.raises(Failed, match=r"images of it are left .*Input"):
            await administrator.remove("private")
        assert "private" not in await site.boards.names()
        await site.images.keep_boards(await site.boards.names())
    assert "images are left in" in caplog.text
    assert len(names(site.images, "private")) == 1
    synced: list[str] = []
    monkeypatch.setattr(images, "sync", lambda folder: synced.append(folder.name))
    await site.images.keep_boards(await site.boards.names())
    assert names(site.images, "private") == []
    assert synced == [site.images.path.name]


async def test_IM9_a_full_board_makes_room_of_what_nothing_names(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain(monkeypatch)
    monkeypatch.setattr(limits, "IMAGES_MAX", 6)
    given = await ticket(site, "participant")

    async def sent(raw: bytes) -> str:
        answer = await send(site, raw, given)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["image"])

    shown, removed, other, unused, new = [await sent(bytes([at])) for at in range(5)]
    for id, image in (("i1", shown), ("i2", removed), ("i3", other)):
        await site.do("private", ops.NodeCreate(id, "open", kind="image", image=image))
    await site.do("private", ops.NodeRemove("i2"))
    live = await site.boards.open("private")
    assert await live.read(Board.images) == {shown, removed, other}
    folder = site.images.path / "private"
    long_ago = time.time() - limits.IMAGE_UNUSED_S - 60
    for name in (shown, removed, other, unused):
        os.utime(folder / name, (long_ago, long_ago))
    await sent(b"the sixth")
    await sent(b"and one more")  # for which one had to go
    assert not (folder / unused).exists()
    assert {shown, removed, other, new} < set(names(site.images, "private"))
    answer = await send(site, b"too much", given)
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many")


def test_IM9_an_image_that_an_undo_would_bring_back_is_named() -> None:
    scribe = Scribe()
    one, two, three = "a" * 32, "b" * 32, "c" * 32
    scribe.submit(ops.LayerCreate("l"), ops.NodeCreate("n", "l", image=one), client="")
    scribe.submit(ops.NodeSet("n", image=two))
    assert scribe.board.images() == {one, two}
    scribe.submit(ops.NodeSet("n", image=three), client="")
    assert scribe.board.images() == {one, three}  # what the administrator did is not taken back
    scribe.submit(ops.LayerRemove("l"), client="")
    assert scribe.board.images() == {one, three}


def test_IM3_the_server_starts_the_process_that_it_is_installed_with() -> None:
    done = subprocess.run(
        [sys.executable, *images.PROGRAM], input=RED, capture_output=True, env={}, check=True
    )
    assert done.stdout.startswith(b'{"type":"made","width":60,"height":40}\n\x89PNG')
