"""The outline: the board as a tree, for a role, with some layers on."""

import msgspec

from board import ops
from board.apply import apply
from board.decide import ADMINISTRATOR, Decision, decide, entry
from board.state import Board
from layers.outline import Outline, OutlineLayer, OutlineNode, outline
from layers.visible import on_layers


def do(board: Board, *batch: ops.AnyOp) -> Board:
    decision = decide(board, ADMINISTRATOR, 0, batch)
    assert isinstance(decision, Decision), decision
    apply(board, entry(board, decision, at=1, epoch=1, author="", client="", n=0, salt="s"))
    return board


def titled(title: str, **more: str) -> dict[str, dict[str, str]]:
    return {field: {"en": text} for field, text in {"title": title, **more}.items()}


def sample() -> Board:
    return do(
        Board(),
        ops.TextSet("board", "title", "en", "Board", base=""),
        ops.TextSet("board", "description", "fr", "Description", base=""),
        ops.LayerCreate("members", group=True, text=titled("Members")),
        ops.LayerCreate("cities", parent="members", color="blue", text=titled("Cities", note="N")),
        ops.LayerCreate("vision", before="members", text=titled("Vision")),
        ops.LayerCreate("later", published=False, text=titled("Later")),
        ops.LayerCreate("secret", read="facilitator", text=titled("SECRET-LAYER")),
        ops.NodeCreate("rome", "cities", text=titled("Rome", text="A city"), tags=("IT",)),
        ops.NodeCreate("varna", "cities", before="rome", href="https://example.org"),
        ops.NodeCreate("hub", "vision", text={"title": {"de": "Nabe"}, "text": {"en": "Mid"}}),
        ops.NodeCreate("after", "later", text=titled("After")),
        ops.NodeCreate("hidden", "secret", text=titled("SECRET-NODE")),
        ops.RelationCreate("r1", "rome", "hub", text={"label": {"en": "coordinates"}}),
        ops.RelationCreate("r2", "hub", "rome", dashed=True),
        ops.RelationCreate("r3", "hub", "hub", text={"label": {"el": "εαυτός"}}),
        ops.RelationCreate("r4", "rome", "after"),
        ops.RelationCreate("r5", "hidden", "rome", text={"label": {"en": "SECRET-LABEL"}}),
        ops.RelationCreate("r0", "rome", "varna"),
    )


def published(board: Board, role: str = "viewer") -> Outline:
    return outline(board, role, on_layers(board, role))  # type: ignore[arg-type]


def layer(held: Outline, *path: str) -> OutlineLayer:
    layers = held.layers
    for id in path:
        found = next(each for each in layers if each.id == id)
        layers = found.layers
    return found


def node(held: OutlineLayer, id: str) -> OutlineNode:
    return next(each for each in held.nodes if each.id == id)


def test_OU1_groups_layers_and_nodes_are_nested_in_their_order() -> None:
    held = published(sample())
    assert [each.id for each in held.layers] == ["vision", "members", "later"]
    members = layer(held, "members")
    assert members.group
    assert [each.id for each in members.layers] == ["cities"]
    cities = layer(held, "members", "cities")
    assert [each.id for each in cities.nodes] == ["varna", "rome"]
    assert (cities.title, cities.note, cities.color, cities.count) == ("Cities", "N", "blue", 2)
    rome = node(cities, "rome")
    assert (rome.title, rome.text, rome.tags) == ("Rome", "A city", ("IT",))
    assert node(cities, "varna").href == "https://example.org"


def test_OU2_relations_stand_under_both_ends_with_the_other_ends_title() -> None:
    held = published(sample())
    rome = node(layer(held, "members", "cities"), "rome")
    hub = node(layer(held, "vision"), "hub")
    assert [(each.id, each.outgoing, each.title) for each in rome.relations] == [
        ("r1", True, "Nabe"),
        ("r0", True, "varna"),
        ("r2", False, "Nabe"),
    ]
    assert [(each.id, each.outgoing, each.title) for each in hub.relations] == [
        ("r3", True, "Nabe"),  # with itself: once
        ("r2", True, "Rome"),
        ("r1", False, "Rome"),
    ]
    assert [each.dashed for each in hub.relations] == [False, True, False]
    assert hub.relations[2].label == "coordinates"
    assert hub.relations[2].layer == "cities"


def test_OU3_of_a_layer_that_is_off_there_is_only_the_heading() -> None:
    board = sample()
    later = layer(published(board), "later")
    assert (later.on, later.nodes, later.count, later.title) == (False, [], 1, "Later")
    rome = node(layer(published(board), "members", "cities"), "rome")
    assert "r4" not in {each.id for each in rome.relations}
    everything = outline(board, "viewer", {"members", "cities", "vision", "later"})
    rome = node(layer(everything, "members", "cities"), "rome")
    assert "r4" in {each.id for each in rome.relations}


def test_OU3_a_layer_in_a_group_that_is_off_is_off() -> None:
    held = outline(sample(), "viewer", {"cities", "vision"})
    assert not layer(held, "members").on
    assert not layer(held, "members", "cities").on
    assert layer(held, "members", "cities").nodes == []


def test_OU4_what_a_role_may_not_read_is_not_there_whatever_is_on() -> None:
    board = sample()
    everything = set(board.layers)
    for role in ("viewer", "participant"):
        held = outline(board, role, everything)  # type: ignore[arg-type]
        data = msgspec.json.encode(held)
        for canary in (b"SECRET", b"secret", b"hidden", b"r5"):
            assert canary not in data
    seen = msgspec.json.encode(outline(board, "facilitator", everything))
    assert seen.count(b"SECRET-LABEL") == 2
    assert b"SECRET-NODE" in seen


def test_OU4_what_happens_in_a_restricted_layer_changes_nothing_for_others() -> None:
    board = sample()
    before = outline(board, "viewer", set(board.layers))
    do(
        board,
        ops.NodeCreate("more", "secret"),
        ops.RelationCreate("r6", "rome", "more"),
        ops.LayerCreate("other", read="owner"),
    )
    assert outline(board, "viewer", set(board.layers)) == before


def test_OU5_a_text_names_its_language_where_it_is_not_the_boards() -> None:
    held = published(sample())
    assert (held.lang, held.title_lang) == ("en", "")
    assert (held.description, held.description_lang) == ("Description", "fr")
    hub = node(layer(held, "vision"), "hub")
    assert (hub.title, hub.lang, hub.text, hub.text_lang) == ("Nabe", "de", "Mid", "")
    itself = hub.relations[0]
    assert (itself.lang, itself.label_lang) == ("de", "el")


def test_OU6_everything_has_a_name() -> None:
    board = do(
        sample(),
        ops.LayerCreate("bare"),
        ops.NodeCreate("wordy", "bare", text={"text": {"en": "First line\nsecond"}}),
        ops.NodeCreate("silent", "bare"),
    )
    bare = layer(published(board), "bare")
    assert bare.title == "bare"
    assert [each.title for each in bare.nodes] == ["First line", "silent"]


def test_OU7_a_link_that_is_none_of_the_three_kinds_is_left_out() -> None:
    board = sample()
    rome = board.node("rome")
    assert rome is not None
    for href in (
        "javascript:alert(1)",
        " javascript:x",
        "data:text/html,x",
        "//evil",
        "https://a b",
    ):
        board.put_node(msgspec.structs.replace(rome, href=href))  # as a flawed import might
        assert node(layer(published(board), "members", "cities"), "rome").href == ""
    for href in ("https://a", "http://a", "mailto:a@b"):
        board.put_node(msgspec.structs.replace(rome, href=href))
        assert node(layer(published(board), "members", "cities"), "rome").href == href


def test_OU8_locks_and_restrictions_of_a_group_count_for_its_layers() -> None:
    board = do(sample(), ops.LayerSet("members", locked=True, read="participant"))
    cities = layer(published(board, "owner"), "members", "cities")
    assert (cities.locked, cities.restricted) == (True, True)


def test_OU9_a_node_says_what_it_is_and_what_it_shows() -> None:
    board = do(
        Board(),
        ops.BoardSet("fr"),
        ops.LayerCreate("l"),
        ops.NodeCreate("card", "l", text=titled("Rome")),
        ops.NodeCreate("note", "l", kind="sticky", text={"text": {"fr": "\n Oui \nOuais"}}),
        ops.NodeCreate("short", "l", kind="shape", text={"text": {"fr": "Oui"}}),
        ops.NodeCreate("image", "l", kind="image", text={"alt": {"en": "A square\nin Rome"}}),
        ops.NodeCreate("named", "l", kind="image", text=titled("Plan", alt="A plan of the city")),
        ops.NodeCreate("ink", "l", kind="drawing"),
        ops.NodeCreate("around", "l", kind="frame", text={"title": {"fr": "Cadre"}}),
    )
    nodes = layer(published(board), "l").nodes
    assert [(one.kind, one.title, one.lang, one.text, one.alt) for one in nodes] == [
        ("", "Rome", "en", "", ""),
        ("Sticky note", "Oui", "", "\n Oui \nOuais", ""),
        ("Shape", "Oui", "", "", ""),
        ("Image", "A square", "en", "", "A square\nin Rome"),
        ("Image", "Plan", "en", "", "A plan of the city"),
        ("Drawing", "Drawing", "en", "", ""),
        ("Frame", "Cadre", "", "", ""),
    ]
    assert [one.alt_lang for one in nodes] == ["", "", "", "en", "en", "", ""]
