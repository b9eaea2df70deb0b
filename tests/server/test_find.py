"""Answers to questions: what is found, in which order, and that nothing else shows in them."""

import itertools
import random
import sqlite3
from collections.abc import Iterator
from typing import ClassVar

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from board import limits, ops
from board.ops import AnyOp
from board.roles import RANK, Role
from board.state import Board
from layers.words import read_query
from server import find, index, questions
from server.find import Answers, Finder
from server.glean import Gleaned, Gleaner
from server.index import Fts, Scan, TookTooLong
from server.questions import (
    AnyQuestion,
    AnyResult,
    Communities,
    Degrees,
    Found,
    Groups,
    Near,
    Neighbours,
    Path,
    Ranking,
    Search,
    Unanswered,
    Way,
)
from tests.board.making import CLIENTS, Scribe, request
from tests.board.test_leaks import ground, secret

CANARY = "canary"


def text(title: str = "", body: str = "", **more: str) -> dict[str, dict[str, str]]:
    given = {"title": title, "text": body, **more}
    return {field: {"en": said} for field, said in given.items() if said}


def reads(board: Board) -> dict[str, int]:
    return {layer: RANK[board.read_role(layer)] for layer in board.layers}


class Asking:
    """A board, and somebody who asks about it as it goes on."""

    opened: ClassVar[list[Answers]] = []  # closed with the test

    def __init__(self, *batch: AnyOp) -> None:
        self.scribe = Scribe()
        self.gleaner = Gleaner()
        self.answers = Answers()
        Asking.opened.append(self.answers)
        if batch:
            self.do(*batch)

    @property
    def board(self) -> Board:
        return self.scribe.board

    def do(self, *batch: AnyOp, role: str = "owner") -> None:
        before = dict(self.board.versions)
        self.scribe.submit(*batch, client="", role=role)
        self.note(before)

    def note(self, before: dict[str, int]) -> None:
        """Tell of every stream that has another version; of all its records, to be simple."""
        for stream, version in self.board.versions.items():
            if before.get(stream) != version:
                self.gleaner.touch(stream, self.touched(stream))

    def touched(self, stream: str) -> set[str]:
        name, _, rest = stream.partition("/")
        if name == "body":
            gone = self.answers.nodes.keys() - set(self.board.graph)
            return {id for _, id in self.board.members.get(rest, ())} | gone
        if name == "pair":
            gone = self.answers.relations.keys() - self.board.relations.keys()
            return set(self.board.pairs.get(stream, ())) | gone
        if name == "talk":
            gone = self.answers.comments.keys() - self.board.comments.keys()
            return set(self.board.talk.get(rest, ())) | gone
        return {rest}

    def glean(self) -> Gleaned:
        return self.gleaner.glean(self.board, reads(self.board))

    def ask(self, question: AnyQuestion, role: Role = "viewer", *also: str) -> AnyResult:
        return self.answers.answer(self.glean(), role, question, frozenset(also))

    def anew(self, question: AnyQuestion, role: Role = "viewer", *also: str) -> AnyResult:
        """The same, of somebody who has never asked."""
        other = Answers()
        gleaned = Gleaner().glean(self.board, reads(self.board))
        try:
            return other.answer(gleaned, role, question, frozenset(also))
        finally:
            other.close()

    def found(self, sought: str, role: Role = "viewer", *also: str) -> list[str]:
        result = self.ask(Search(sought), role, *also)
        assert isinstance(result, Found)
        return [f"{hit.owner} {hit.id}" for hit in result.hits]


@pytest.fixture(params=["fts", "scan"], autouse=True)
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """FI11: every test of this file holds with SQLite's index and without it."""
    if request.param == "scan":
        monkeypatch.setattr(index, "has_fts", lambda: False)
    else:
        assert index.has_fts()
    yield str(request.param)
    while Asking.opened:
        Asking.opened.pop().close()


@pytest.fixture
def asking() -> Asking:
    made = Asking(
        ops.LayerCreate("one", text=text("Members", note="Who takes part")),
        ops.LayerCreate("off", published=False, text=text("Opportunities")),
        ops.LayerCreate("shut", read="facilitator", text=text("Shut")),
        ops.NodeCreate("a", "one", text=text("Urban equality", "What a city can do.")),
        ops.NodeCreate("b", "off", text=text("Varna", "Equality of the city's parts.")),
        ops.NodeCreate("c", "one", text=text("", "Notes\non water"), tags=("Wasser", "city hall")),
        ops.NodeCreate("d", "one", kind="image", text=text(alt="A harbour at night")),
        ops.NodeCreate("s", "shut", text=text("Equality in a shut place", "city")),
        ops.RelationCreate("ab", "a", "b", text={"label": {"en": "pursued in"}}),
        ops.RelationCreate("as", "a", "s", text={"label": {"en": "shut away"}}),
        ops.RelationCreate("bs", "b", "s"),
        ops.RelationCreate("sc", "s", "c"),
        ops.CommentCreate("q", node="b", text=text("", "Who would pay for the ferry?")),
        ops.CommentCreate("r", answers="q", text=text("", "The harbour, of the ferry's fares.")),
        ops.CommentCreate("p", layer="shut", text=text("", "No ferry here")),
    )
    return made


# -- search


def test_FI1_titles_texts_tags_alt_texts_labels_and_layers_are_found(asking: Asking) -> None:
    assert asking.found("urban") == ["node a"]
    assert asking.found("water") == ["node c"]
    assert asking.found("wass") == ["node c"]
    assert asking.found("HARBOUR night") == ["node d"]
    assert asking.found("pursued") == ["relation ab"]
    assert asking.found("opportunities") == ["layer off"]
    assert asking.found("takes part") == ["layer one"]
    assert asking.found("city hall") == ["node c"]
    assert asking.found("urban water") == asking.found("") == asking.found(" !? ") == []


def test_FI1_words_may_stand_in_different_texts_and_languages() -> None:
    made = Asking(
        ops.LayerCreate("one"),
        ops.NodeCreate(
            "a",
            "one",
            text={
                "title": {"en": "Equality", "fr": "Égalité", "el": "Ισότητα"},
                "text": {"de": "Die Straße zum Hafen"},
            },
            tags=("2030",),
        ),
    )
    for sought in ("egal", "ισοτητα", "strasse 2030", "equality hafen", "zum ha"):
        assert made.found(sought) == ["node a"], sought
    assert made.found("eq") == ["node a"]
    assert made.found("eq hafen") == []
    assert made.found("equality-egalite") == [], "a phrase does not go from language to language"


def test_FI4_titles_come_before_tags_labels_and_texts(asking: Asking) -> None:
    assert asking.found("equality") == ["node a", "node b"]
    asking.do(
        ops.NodeCreate("t1", "one", text=text("bread")),
        ops.NodeCreate("t2", "one", tags=("bread",), text=text("other")),
        ops.NodeCreate("t3", "one", text=text("another", "a text of bread")),
        ops.NodeCreate("t0", "one", text=text("bread")),
        ops.RelationCreate("t4", "t1", "t2", text={"label": {"en": "bread"}}),
    )
    found = asking.found("bread")
    assert found[:2] == ["node t0", "node t1"]
    assert sorted(found[2:]) == ["node t2", "node t3", "relation t4"]
    many = ops.NodeCreate("t5", "one", text=text("other", "bread " * 40))
    long = ops.NodeCreate(
        "t6", "one", text=text("bread in a long title", "x " * 99)
    )
    asking.do(many, long)
    found = asking.found("bread")
    assert found.index("node t6") == 2 and "node t5" in found


def test_FI5_hits_are_bounded_and_counted_as_far_as_said(asking: Asking) -> None:
    nodes = [ops.NodeCreate(f"n{at:04}", "one", text=text("Many")) for at in range(1_010)]
    asking.do(*nodes)
    result = asking.ask(Search("many"))
    assert isinstance(result, Found)
    assert [hit.id for hit in result.hits] == [f"n{at:04}" for at in range(limits.FOUND_MAX)]
    assert (result.count, result.more) == (limits.FOUND_COUNT_MAX, True)
    for at in range(10):
        asking.do(ops.NodeRemove(f"n{at:04}"))
    result = asking.ask(Search("many"))
    assert isinstance(result, Found)
    assert (result.count, result.more) == (1_000, False)
    assert result.hits[0].id == "n0010"


def test_FI6_a_hit_says_where_it_stands(asking: Asking) -> None:
    result = asking.ask(Search("city"))
    assert isinstance(result, Found)
    hits = {hit.id: hit for hit in result.hits}
    assert hits["a"].title == ("Urban equality",)
    assert hits["a"].snippet == ("What a ", "city", " can do.")
    assert hits["b"].layers == ("off",)
    assert hits["c"].title == ("Notes",)
    assert hits["c"].snippet == ("Wasser · ", "city", " hall")
    result = asking.ask(Search("pursued"))
    assert isinstance(result, Found)
    (hit,) = result.hits
    assert hit.layers == ("one", "off")
    assert hit.title == ("", "pursued", " in")
    assert [end.title for end in hit.ends] == ["Urban equality", "Varna"]


def test_FI6_a_hit_in_another_language_names_it(asking: Asking) -> None:
    asking.do(
        ops.NodeCreate(
            "m", "one", text={"title": {"en": "River", "pt": "Rio"}, "text": {"pt": "Água doce"}}
        )
    )
    result = asking.ask(Search("agua"))
    assert isinstance(result, Found)
    (hit,) = result.hits
    assert (hit.title, hit.lang) == (("River",), "")
    assert (hit.snippet, hit.snippet_lang) == (("", "Água", " doce"), "pt")
    result = asking.ask(Search("rio"))
    assert isinstance(result, Found)
    assert (result.hits[0].snippet, result.hits[0].snippet_lang) == (("", "Rio", ""), "pt")


def test_FI6_markup_stays_text(asking: Asking) -> None:
    asking.do(ops.NodeCreate("x", "one", text=text("<b>bold</b>", "<script>alert(1)</script>")))
    result = asking.ask(Search("script"))
    assert isinstance(result, Found)
    assert result.hits[0].snippet == ("<", "script", ">alert(1)</", "script", ">")


HOSTILE = (
    '"', '""', "'", "title:urban", "a OR b", "NOT urban", "NEAR(a b)", "urban*", "^urban", "-urban",
    "{title text}:x", "(", ")", "a AND", "*", '"urban', "urban\0city", "; DROP TABLE things", "¶",
    "%", "_", "\\", "key", "rank", "\ud7ff\ue000", "a" * 200, "城" * 200, '" OR "1"="1', "🌱" * 100,
)  # fmt: skip


@pytest.mark.parametrize("sought", HOSTILE)
def test_FI3_a_query_is_words_and_never_syntax(asking: Asking, sought: str) -> None:
    result = asking.ask(Search(sought))
    assert isinstance(result, Found)
    assert {hit.id for hit in result.hits} <= {"a"}


@given(sought=st.text(max_size=limits.SEARCH_CHARS_MAX))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_FI3_whatever_is_asked_there_is_an_answer(sought: str) -> None:
    """FI3, FI11: the index finds what a look at everything finds, whatever the query is."""
    fts, scan = Fts(), Scan()
    for held in (fts, scan):
        held.put("a", find._columns(node("a", sought)))
        held.put("b", find._columns(node("b", "urban city")))
    query = read_query(sought)
    assert sorted(fts.search(query).keys) == sorted(scan.search(query).keys)
    if query:
        assert "a" in fts.search(query).keys
    fts.close()


def node(id: str, title: str) -> find.Thing:
    board = Board()
    Scribe(board).submit(ops.LayerCreate("one"), ops.NodeCreate(id, "one"), client="")
    held = board.node(id)
    assert held is not None
    return msgspec.structs.replace(held, text={"title": {"en": title}})


def test_FI3_a_query_is_bounded() -> None:
    decoder = msgspec.json.Decoder(questions.AnyQuestion)
    at_most = "x" * limits.SEARCH_CHARS_MAX
    assert decoder.decode(msgspec.json.encode(Search(at_most))) == Search(at_most)
    with pytest.raises(msgspec.ValidationError, match=r"<= 200.*\$\.text"):
        decoder.decode(msgspec.json.encode(Search(at_most + "x")))
    with pytest.raises(msgspec.ValidationError, match=r"<= 3.*\$\.depth"):
        decoder.decode(b'{"about":"neighbours","node":"a","depth":4}')


@pytest.mark.parametrize("kind", [Fts, Scan])
def test_FI10_a_search_is_given_up_in_time(kind: type[Fts | Scan]) -> None:
    now_s = 0.0

    def clock() -> float:
        nonlocal now_s
        now_s += limits.SEARCH_S
        return now_s

    held = kind(clock)
    with held.at_once():
        for at in range(3_000):
            held.put(str(at), (f"word{at} " * 9 + "same", "", "", "", ""))
    with pytest.raises(TookTooLong):
        held.search(read_query("same"))
    held.close()


def test_FI11_no_full_text_search_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert isinstance(index.fresh_index(), Fts)

    def lacks_it() -> None:
        raise sqlite3.OperationalError("no such module: fts5")

    monkeypatch.setattr(index, "Fts", lacks_it)
    assert isinstance(index.fresh_index(), Scan)


# -- graph


def test_GR1_neighbours_go_across_layers_that_are_off(asking: Asking) -> None:
    result = asking.ask(Neighbours("a", 2))
    assert isinstance(result, Near)
    assert [(far.node.id, far.node.layer, far.distance) for far in result.nodes] == [
        ("a", "one", 0), ("b", "off", 1),
    ]  # fmt: skip
    result = asking.ask(Neighbours("a", 2), "facilitator")
    assert isinstance(result, Near)
    assert [far.node.id for far in result.nodes] == ["a", "b", "s", "c"]


def test_GR2_a_way_names_its_relations(asking: Asking) -> None:
    result = asking.ask(Path("c", "b"), "facilitator")
    assert isinstance(result, Way)
    assert [one.title for one in result.nodes] == ["Notes", "Equality in a shut place", "Varna"]
    assert [(hop.relation, hop.forward) for hop in result.hops] == [("sc", False), ("bs", False)]
    result = asking.ask(Path("a", "b"))
    assert isinstance(result, Way)
    assert [(hop.label, hop.forward) for hop in result.hops] == [("pursued in", True)]
    assert asking.ask(Path("c", "b")) == Way()
    assert asking.ask(Path("b", "a", directed=True)) == Way()


def test_GR2_a_way_is_bounded(asking: Asking) -> None:
    chain = [f"n{at:03}" for at in range(limits.PATH_MAX + 1)]
    asking.do(
        *(ops.NodeCreate(id, "one") for id in chain),
        *(ops.RelationCreate(f"r{id}", id, other) for id, other in itertools.pairwise(chain)),
    )
    assert isinstance(asking.ask(Path(chain[0], chain[-2])), Way)
    refused = asking.ask(Path(chain[0], chain[-1]))
    assert isinstance(refused, Unanswered) and refused.code == "too_long"


def test_GR3_degrees_and_nodes_without(asking: Asking) -> None:
    asking.do(ops.NodeCreate("f", "one", kind="frame"), ops.NodeCreate("g", "one", kind="drawing"))
    result = asking.ask(Degrees())
    assert isinstance(result, Ranking)
    assert [(held.node.id, held.relations) for held in result.related] == [("a", 1), ("b", 1)]
    assert [held.id for held in result.unrelated] == ["c", "d"]
    assert (result.related_count, result.unrelated_count) == (2, 2)
    result = asking.ask(Degrees(), "owner")
    assert isinstance(result, Ranking)
    assert [(held.node.id, held.relations) for held in result.related] == [
        ("s", 3), ("a", 2), ("b", 2), ("c", 1),
    ]  # fmt: skip


def test_GR4_groups_are_named_by_their_heads(asking: Asking) -> None:
    result = asking.ask(Communities())
    assert isinstance(result, Groups)
    assert [(held.head.title, held.nodes) for held in result.groups] == [
        ("Urban equality", ("a", "b"))
    ]
    assert result.count == 1
    assert result.groups[0].layers == ("one", "off") and result.groups[0].locked == ()
    asking.do(ops.NodeSet("b", locked=True))
    asking.gleaner.touch("body/off", ["b"])
    result = asking.ask(Communities())
    assert isinstance(result, Groups) and result.groups[0].locked == ("b",)


def test_GR4_groups_are_refused_above_their_bounds(
    asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "GROUPED_NODES_MAX", 1)
    refused = asking.ask(Communities())
    assert refused == Unanswered("too_many", "groups are worked out for at most 1 related nodes")


# -- rights


QUESTIONS: tuple[AnyQuestion, ...] = (
    Search("equality"),
    Search("city"),
    Search("shut"),
    Search("pursued"),
    Search("new"),
    Search("one"),
    Neighbours("a", 3),
    Neighbours("s"),
    Path("a", "b"),
    Path("b", "c"),
    Path("a", "s"),
    Degrees(),
    Communities(),
)


@pytest.mark.parametrize("role", ["viewer", "participant"])
def test_FI7_what_one_may_not_read_is_as_if_it_were_not_there(asking: Asking, role: Role) -> None:
    """FI7: the whole layer gone, or the layer there: every answer is the same, to the byte."""
    there = [msgspec.json.encode(asking.ask(question, role)) for question in QUESTIONS]
    asking.do(ops.LayerRemove("shut"))
    assert there == [msgspec.json.encode(asking.ask(question, role)) for question in QUESTIONS]
    assert b"shut" not in b"".join(there)


def test_FI14_comments_are_found_with_the_node_that_they_are_on(asking: Asking) -> None:
    assert asking.found("ferry") == ["comment q", "comment r"]
    assert sorted(asking.found("ferry", "owner")) == ["comment p", "comment q", "comment r"]
    result = asking.ask(Search("fares"))
    assert isinstance(result, Found)
    (hit,) = result.hits
    assert (hit.owner, hit.layers, hit.ends[0].id) == ("comment", ("off",), "b")
    asking.do(ops.NodeSet("b", layer="one"))
    moved = asking.ask(Search("fares"))
    assert isinstance(moved, Found) and moved.hits[0].layers == ("one",)
    asking.do(ops.NodeSet("b", layer="shut"))
    assert asking.found("ferry") == []
    asking.do(ops.NodeSet("b", layer="off"), ops.CommentRemove("q"))
    assert asking.found("ferry") == []


def test_FI7_naming_what_one_may_not_read_is_naming_nothing(asking: Asking) -> None:
    nothing = Unanswered("unknown_node", "there is no such node")
    for id in ("s", "nothing"):
        assert asking.ask(Neighbours(id)) == nothing
        assert asking.ask(Path("a", id)) == asking.ask(Path(id, "a")) == nothing
    assert isinstance(asking.ask(Neighbours("s"), "facilitator"), Near)


def test_FI7_nothing_hidden_moves_an_order(asking: Asking) -> None:
    """FI7: how rare a word is decides which hit is best, and hidden nodes make no word common."""
    asking.do(
        ops.NodeCreate("x", "one", text=text("rare plain")),
        ops.NodeCreate("y", "one", text=text("plain plain rare")),
        ops.NodeCreate("z", "one", text=text("plain")),
    )
    before = asking.found("rare plain")
    for at in range(40):
        asking.do(ops.NodeCreate(f"h{at}", "shut", text=text(f"{CANARY} rare rare rare")))
    assert asking.found("rare plain") == before
    assert asking.found(CANARY) == []
    assert len(asking.found(CANARY, "owner")) == 40


def test_FI15_a_layer_that_is_read_by_seat_is_as_any_other_to_that_seat(asking: Asking) -> None:
    assert asking.found("shut", "viewer", "shut") == asking.found("shut", "facilitator") != []
    assert asking.found("shut") == []
    every = (*QUESTIONS, Neighbours("s", 2), Path("a", "s"), Search("shut"))
    alone = [asking.ask(question) for question in every]
    by_seat = [asking.ask(question, "viewer", "shut") for question in every]
    assert by_seat == [asking.ask(question, "facilitator") for question in every] != alone
    # what happens there is heard of by this seat, and still by nobody else
    asking.do(ops.NodeCreate("new", "shut", text=text("A shut thought")), ops.NodeRemove("s"))
    asking.do(ops.NodeSet("a", layer="shut"))
    for also in ((), ("shut",)):
        for question in every:
            assert asking.ask(question, "viewer", *also) == asking.anew(question, "viewer", *also)
    assert asking.found("thought", "viewer", "shut") == ["node new"]
    assert asking.found("thought") == asking.found("thought", "viewer", "off") == []


def test_FI15_so_many_sets_of_layers_have_an_index(
    asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SEAT_READINGS_MAX", 2)
    made: list[frozenset[str]] = []
    begin = find.Reading.__init__

    def begun(self: find.Reading, answers: Answers, rank: int, also: frozenset[str]) -> None:
        made.append(also)
        begin(self, answers, rank, also)

    monkeypatch.setattr(find.Reading, "__init__", begun)
    for name in ("a", "b", "a", "c", "a", "b"):
        assert asking.found("urban", "viewer", f"group {name}") == ["node a"]
        assert asking.found("urban") == ["node a"]
    # the one of the role stays, and of the others those that were asked for last
    expected = [{"group a"}, set(), {"group b"}, {"group c"}, {"group b"}]
    assert made == expected


@pytest.mark.parametrize("read", ["facilitator", "owner"])
@pytest.mark.parametrize("seed", range(4))
def test_FI7_no_answer_depends_on_what_happens_out_of_sight(seed: int, read: Role) -> None:
    role: Role = "participant" if read == "facilitator" else "facilitator"
    rng = random.Random(seed)
    plain, crowded = Asking(), Asking()
    for each in (plain, crowded):
        ground(each.scribe, read)
    for _ in range(60):
        if rng.random() < 0.5:
            board = crowded.board
            before = dict(board.versions)
            crowded.scribe.submit(secret(rng, board, role), client=CLIENTS[0])
            crowded.note(before)
        else:
            one = request(rng, plain.board, CLIENTS[1])
            if not isinstance(one, ops.LayerSet | ops.LayerMove):
                for each in (plain, crowded):
                    before = dict(each.board.versions)
                    each.scribe.submit(one, client=CLIENTS[1], role=role)
                    each.note(before)
        if rng.random() < 0.3:
            for question in (*QUESTIONS, Neighbours(f"{CLIENTS[0]}.1", 3)):
                assert plain.ask(question, role) == crowded.ask(question, role), question


# -- kept current


@pytest.mark.parametrize("seed", range(6))
def test_FI8_an_index_that_is_kept_current_answers_like_one_made_anew(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(seed)
    asking = Asking()
    roles: tuple[Role, ...] = ("viewer", "participant", "facilitator", "owner")
    for _ in range(150):
        before = dict(asking.board.versions)
        one = request(rng, asking.board, CLIENTS[0])
        if rng.random() < 0.15 and asking.board.layers:
            layer = rng.choice(list(asking.board.layers))
            one = ops.LayerSet(layer, read=rng.choice(roles))
        asking.scribe.submit(one)
        asking.note(before)
        if rng.random() < 0.3:
            role = rng.choice(roles)
            nodes = list(asking.board.graph)
            some: list[AnyQuestion] = [
                Search(rng.choice(["one", "two", "new", "n", "t"])), Degrees(), Communities(),
            ]  # fmt: skip
            if nodes:
                some.append(Neighbours(rng.choice(nodes), 2))
                some.append(Path(rng.choice(nodes), rng.choice(nodes)))
            also = [id for id in asking.board.layers if rng.random() < 0.2]
            for question in some:
                kept = asking.ask(question, role, *also)
                assert kept == asking.anew(question, role, *also), question


def test_FI8_what_moves_costs_the_index_nothing(
    asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking.found("urban")
    puts: list[str] = []
    put = find.Reading._update
    monkeypatch.setattr(
        find.Reading, "_update", lambda self, key: (puts.append(key), put(self, key))
    )
    asking.gleaner.touch("body/one", ["a", "c"])
    asking.gleaner.touch("head/one", ["one"])
    assert asking.found("urban") == ["node a"]
    assert puts == []
    asking.scribe.submit(ops.TextSet("node", "title", "en", "Rural", "Urban equality", "a"))
    asking.gleaner.touch("body/one", ["a", "c"])
    assert asking.found("rural") == ["node a"]
    assert puts == ["node/a"]


def test_FI8_changes_are_kept_up_to_a_bound_and_only_while_somebody_asks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "GLEANED_MAX", 3)
    gleaner, board = Gleaner(), Board()
    Scribe(board).submit(ops.LayerCreate("one"), ops.NodeCreate("a", "one"), client="")
    gleaner.touch("body/one", ["x", "y", "z", "q"])
    assert gleaner.glean(board, reads(board)).whole
    gleaner.touch("body/one", ["a", "gone"])
    gleaner.touch("board", ["board"])
    gleaned = gleaner.glean(board, reads(board))
    assert not gleaned.whole
    assert gleaned.nodes == {"a": board.node("a"), "gone": None}
    gleaner.touch("body/one", ["a", "b"])
    gleaner.touch("pair/one/one", ["r", "s"])
    assert gleaner.glean(board, reads(board)).whole
    gleaner.forget()
    assert gleaner.glean(board, reads(board)).whole


async def test_FI9_a_finder_answers_in_a_thread_of_its_own(asking: Asking) -> None:
    finder = Finder()
    result = await finder.answer(asking.glean(), "viewer", Search("urban"))
    assert isinstance(result, Found) and result.count == 1
    finder.close()
    with pytest.raises(RuntimeError):
        await finder.answer(asking.glean(), "viewer", Search("urban"))
