"""What a workshop came to: tables that calculate nothing, a report, pictures, Board JSON."""

import csv
import io
import json
import zipfile
from collections.abc import AsyncIterator

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from board import limits, ops
from board.decide import Decision
from board.formats import json as board_json
from board.ops import AnyOp
from board.state import Board
from server import results as making
from server.admin import Administrator, Results
from server.api import Authors
from server.results import results
from tests.board.making import Scribe
from tests.server.test_app import Site, serving, titled

ANN, BEN = "a" * 13, "b" * 13


def workshop() -> list[AnyOp]:
    """Two people's stickies, a closed layer, two rounds, a thread, two scenes."""
    return [
        ops.TextSet("board", "title", "en", "A *day* of [work]", base=""),
        ops.LayerCreate("ideas", text=titled("Ideas")),
        ops.LayerCreate("shut", read="owner", text=titled("CANARY-LAYER")),
        *(ops.LinkSet(role, role, 1) for role in ("owner", "facilitator", "participant")),
        ops.SeatSet(ANN, link="facilitator", name="Ann"),
        ops.SeatSet(BEN, link="participant", name="=Ben"),
        sticky(f"{ANN}.1", "ideas", "=HYPERLINK(1)", tags=("when", "@who")),
        sticky(f"{BEN}.1", "ideas", "More\ntrees", tags=()),
        sticky(f"{BEN}.2", "shut", "CANARY-STICKY", tags=("CANARY-TAG",)),
        ops.NodeCreate("imported", "ideas", kind="card", text=titled("A card")),
        ops.NodeCreate("drawn", "ideas", kind="drawing", points=(0, 0, 10, 10)),
        ops.RoundOpen("r1", "Which | first?", 3, layer="ideas", named=True),
        ops.RoundClose(
            "r1", {f"{BEN}.1": 3, f"{ANN}.1": 1, "gone": 2}, {"ideas": 2},
            {ANN: {f"{BEN}.1": 1, f"{ANN}.1": 1}, BEN: {f"{BEN}.1": 2}},
        ),
        ops.RoundOpen("r2", "CANARY-QUESTION", 3, layer="shut"),
        ops.RoundClose("r2", {f"{BEN}.2": 3}, {"shut": 1}),
        ops.RoundOpen("r3", "Still open", 3, layer="ideas"),
        ops.CommentCreate(f"{BEN}.3", node=f"{ANN}.1", by="Ben", text={"text": {"en": "+1"}}),
        ops.CommentCreate(f"{ANN}.4", answers=f"{BEN}.3", by="Ann", text={"text": {"en": "Yes"}}),
        ops.CommentCreate(f"{BEN}.5", node=f"{BEN}.2", by="Ben", text={"text": {"en": "CANARY"}}),
        ops.SceneCreate(
            "s1", ("ideas", "shut"), (0.0, 0.0, 100.0, 50.0),
            text={"title": {"en": "First"}, "note": {"en": "# Begin"}, "spoken": {"en": "All"}},
        ),
        ops.SceneCreate("s2", ("shut",)),
    ]  # fmt: skip


def sticky(id: str, layer: str, text: str, tags: tuple[str, ...]) -> ops.NodeCreate:
    return ops.NodeCreate(
        id, layer, kind="sticky", tags=tags, color="amber", text={"text": {"en": text}}
    )


@pytest.fixture
def board() -> Board:
    scribe = Scribe()
    assert isinstance(scribe.submit(*workshop(), client=""), Decision)
    return scribe.board


def opened(made: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(made)) as zipped:
        assert zipped.testzip() is None
        return {name: zipped.read(name).decode("utf-8-sig") for name in zipped.namelist()}


def files(board: Board, authors: Authors = "number", role: str = "facilitator") -> dict[str, str]:
    return opened(results(board, role, authors, "b", None))  # type: ignore[arg-type]


def table(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_RE1_results_are_tables_a_report_pictures_and_the_board(board: Board) -> None:
    made = files(board)
    assert sorted(made) == [
        "board.json", "comments.csv", "report.md", "scenes/1.svg", "scenes/2.svg",
        "stickies.csv", "votes.csv",
    ]  # fmt: skip
    assert board_json.document(made["board.json"].encode()).nodes
    assert table(made["stickies.csv"])[1:] == [
        ["Ideas", "", "sticky", "'=HYPERLINK(1)", "amber", "when, @who", "Person 1", "1"],
        ["Ideas", "", "sticky", "More\ntrees", "amber", "", "Person 2", "3"],
        ["Ideas", "", "card", "A card", "", "", "", "0"],
    ]
    report = made["report.md"]
    assert report.startswith("# A \\*day\\* of \\[work\\]\n")
    assert "2 people took part." in report
    assert "### 1. First\n\n![All](scenes/1.svg)\n\n\\# Begin\n" in report
    assert "### 2. Scene 2\n" in report
    assert "### 1. Which \\| first?" in report and "| 3 | More trees | Ideas |" in report
    assert "- More trees (Person 2, 3 votes)" in report
    assert "- Person 2: \\+1 (about =HYPERLINK(1))\n  - Person 1: Yes" in report
    assert "Still open" not in report
    assert 'viewBox="0 0 100 50"' in made["scenes/1.svg"]
    again = files(board)
    assert again == made, "the same board gives the same file"


def test_RE1_what_lies_in_a_frame_stands_below_its_title(monkeypatch: pytest.MonkeyPatch) -> None:
    """RE1, RE3: the smallest frame that has a title and may be read, turned as it is."""
    scribe = Scribe()

    def box(id: str, layer: str, kind: str, x: float, size: float, title: str = "") -> AnyOp:
        text = {"title" if kind == "frame" else "text": {"en": title or id}}
        more = {} if kind == "sticky" else {"angle": 45.0 if id == "turned" else 0.0}
        return ops.NodeCreate(
            id, layer, kind=kind, x=x, y=0.0, w=size, h=size, text=text if title != "-" else {},
            **more,
        )  # type: ignore[arg-type]  # fmt: skip

    scribe.submit(
        ops.LayerCreate("ideas", text=titled("Ideas")),
        ops.LayerCreate("shut", read="owner", text=titled("Shut")),
        box("around", "ideas", "frame", 0.0, 900.0, "All | of it"),
        box("inner", "ideas", "frame", 0.0, 300.0, "Trees"),
        box("bare", "ideas", "frame", 0.0, 200.0, "-"),
        box("secret", "shut", "frame", 0.0, 200.0, "CANARY"),
        box("turned", "ideas", "frame", 2000.0, 200.0, "Turned"),
        box("a", "ideas", "sticky", 10.0, 160.0), box("b", "ideas", "sticky", 200.0, 160.0),
        box("c", "ideas", "sticky", 800.0, 160.0), box("d", "ideas", "sticky", 2000.0, 40.0),
        client="",
    )  # fmt: skip
    made = files(scribe.board)
    held = {line[3]: line[1] for line in table(made["stickies.csv"])[1:]}
    assert held == {"a": "Trees", "b": "All | of it", "c": "", "d": ""}
    assert made["report.md"].endswith(
        "### Ideas\n\n- c\n- d\n\n#### Trees\n\n- a\n\n#### All \\| of it\n\n- b\n"
    )
    monkeypatch.setattr(limits, "RESULTS_FRAMES_MAX", 1)
    held = {line[3]: line[1] for line in table(files(scribe.board)["stickies.csv"])[1:]}
    assert held["a"] == held["b"] == "All | of it"


def test_RE1_a_board_without_scenes_is_one_picture_and_one_without_anything_is_a_file() -> None:
    scribe = Scribe()
    empty = files(scribe.board)
    assert "![The board](board.svg)" in empty["report.md"]
    assert empty["report.md"].startswith("# A workshop\n\n0 people took part.")
    assert [len(table(empty[f"{name}.csv"])) for name in ("stickies", "votes", "comments")] == [
        1, 1, 1,
    ]  # fmt: skip


@pytest.mark.parametrize("authors", ["none", "number", "name"])
def test_RE2_people_are_not_told_apart_numbered_or_named(
    board: Board, authors: Authors
) -> None:
    made = files(board, authors)
    everything = "\n".join(made.values())
    named = [line[-2] for line in table(made["stickies.csv"])[1:3]]
    voters = [line[-1] for line in table(made["votes.csv"])[1:]]
    if authors == "name":
        assert named == ["Ann", "'=Ben"]
        assert "2 people took part: =Ben, Ann." in made["report.md"]
        assert voters == ["Ann", "'=Ben", "Ann"]
    else:
        assert "Ann" not in everything and "Ben" not in everything
        assert named == {"none": ["", ""], "number": ["Person 1", "Person 2"]}[authors]
    if authors == "none":
        assert voters == ["", ""] and "Person" not in everything
    given = [int(line[4]) for line in table(made["votes.csv"])[1:]]
    assert sum(given) == 4


def test_RE3_what_its_reader_may_not_read_is_not_in_it(board: Board) -> None:
    for authors in ("none", "number", "name"):
        held = files(board, authors)  # type: ignore[arg-type]
        assert not [name for name, text in held.items() if "CANARY" in text]
        assert f"{BEN}.2" not in "\n".join(held.values())
    assert "CANARY-STICKY" in files(board, role="owner")["report.md"]


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), min_size=1, max_size=4)
)
def test_RE4_no_cell_is_a_formula_and_every_text_comes_back(texts: list[str]) -> None:
    read = table(making._table([tuple(texts)]).decode("utf-8-sig"))
    (row,) = read or [[""]]
    for text, cell in zip(texts, row, strict=True):
        assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))
        assert cell.removeprefix("'") == text.removeprefix("'")


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "  ="])
def test_RE4_what_begins_as_a_formula_is_text(first: str) -> None:
    (row,) = table(making._table([(f"{first}cmd|x", -1)]).decode("utf-8-sig"))
    assert row == [f"'{first}cmd|x", "-1"]


def test_RE5_pictures_are_made_as_far_as_there_is_room(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "RESULTS_PICTURES_BYTES_MAX", 1)
    made = files(board)
    assert "scenes/1.svg" in made and "scenes/2.svg" not in made
    assert "There was no room for its picture." in made["report.md"]


# -- how one gets it


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serving() as held:
        await held.boards.create("day", workshop())
        yield held


async def asked(site: Site, role: str, query: str = "", secret: str = "s" * 24) -> httpx2.Response:
    given = await site.ticket("day", key=site.key("day", role), secret=secret)
    return await site.get(
        f"/api/boards/day/results{query}", authorization=f"Ticket {given.json()['ticket']}"
    )


async def test_RE6_whoever_leads_gets_the_results_and_nobody_else_does(site: Site) -> None:
    got = await asked(site, "facilitator")
    assert got.status_code == 200
    assert got.headers["content-type"] == "application/zip"
    assert got.headers["content-disposition"] == 'attachment; filename="day-results.zip"'
    assert "Person 1" in opened(got.content)["report.md"]
    assert "CANARY" not in "".join(opened(got.content).values())
    named = opened((await asked(site, "facilitator", "?authors=name")).content)
    assert "Ann" in named["report.md"]
    refused = await asked(site, "participant")
    assert (refused.status_code, refused.json()["code"]) == (403, "role")
    bad = await asked(site, "facilitator", "?authors=all")
    assert (bad.status_code, bad.json()["code"]) == (400, "invalid")
    for headers in ({}, {"authorization": "Ticket nonsense"}):
        assert (await site.get("/api/boards/day/results", **headers)).status_code in (400, 404)
    await site.do("day", ops.LinkSet("facilitator", "facilitator", 2))
    key = site.key("day", "facilitator")
    assert (await site.ticket("day", key=key)).status_code == 404


async def test_RE6_a_seat_that_was_made_a_facilitator_gets_them(site: Site) -> None:
    given = await site.ticket("day", key=site.key("day", "participant"), secret="t" * 24)
    ticket, seat = given.json()["ticket"], given.json()["client"]
    path, headers = "/api/boards/day/results", {"authorization": f"Ticket {ticket}"}
    assert (await site.get(path, **headers)).status_code == 403
    await site.do("day", ops.SeatSet(seat, link="participant", role="facilitator"))
    assert (await site.get(path, **headers)).status_code == 200
    await site.do("day", ops.SeatSet(seat, removed=True))
    assert (await site.get(path, **headers)).status_code == 404


async def test_RE6_the_command_line_asks_for_them_too(site: Site) -> None:
    administrator = Administrator(
        site.boards, site.boards.log, site.access, "http://localhost", images=site.images
    )
    answer = await administrator.do(Results("day", "none"))
    assert json.loads(opened(answer.content)["board.json"])["nodes"]
