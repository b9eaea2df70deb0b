"""Papers: the form, its errors, and that the built-in one shows the facts and no others."""

import itertools
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from board import limits, ops
from board.paper import Paper, PaperError, compile_paper, slug
from board.replay import digest
from board.state import Board, Node
from tests.board.making import Scribe

HEAD = "---\ntitle: T\nlang: en\n---\n"
FOOD = (Path(__file__).parent / "papers" / "food.md").read_bytes()
CITIES = files("board").joinpath("papers/cities-of-equality.md").read_bytes()


def board_of(paper: Paper) -> Board:
    scribe = Scribe()
    scribe.submit(*paper.ops, client="")
    assert scribe.board.seq == 1
    return scribe.board


def node(board: Board, id: str) -> Node:
    held = board.node(id)
    assert held is not None
    return held


def titles(board: Board, layer: str) -> list[str]:
    return [node(board, id).text["title"]["en"] for _, id in board.members[layer]]


def related(board: Board, label: str) -> set[tuple[str, str]]:
    return {
        (held.source, held.target)
        for held in board.relations.values()
        if held.text.get("label", {}).get("en") == label
    }


def test_PA1_the_same_paper_gives_the_same_operations() -> None:
    assert compile_paper(CITIES) == compile_paper(CITIES.replace(b"\n", b"\r\n"))
    assert compile_paper(CITIES) == compile_paper(b"\xef\xbb\xbf" + CITIES)
    assert digest(board_of(compile_paper(FOOD))) == digest(board_of(compile_paper(FOOD)))


def test_PA2_the_built_in_paper_has_the_layers_of_the_fact_sheet() -> None:
    board = board_of(compile_paper(CITIES))
    tree = [
        (depth, layer.text["title"]["en"], len(board.members[layer.id]), layer.published)
        for depth, layer in board.tree()
    ]
    assert tree == [
        (0, "Vision", 4, True),
        (0, "Pillars", 3, True),
        (0, "Themes", 2, True),
        (0, "Focus", 3, True),
        (0, "Principles", 4, True),
        (0, "People", 7, True),
        (0, "EU policy hooks", 2, True),
        (0, "Members", 0, True),
        (1, "National authorities", 4, True),
        (1, "Cities", 4, True),
        (1, "City umbrella organisations", 3, True),
        (1, "Other stakeholders", 1, True),
        (1, "European institutions", 9, True),
        (0, "Milestones", 7, True),
        (0, "After the paper", 3, False),
        (0, "Opportunities", 3, False),
    ]
    assert titles(board, "themes") == [
        "Tackling spatial segregation at city and neighbourhood level",
        "Engaging communities for fair and open access to services in a meaningful democracy",
    ]


def test_PA2_the_built_in_paper_has_the_relations_of_the_fact_sheet() -> None:
    board = board_of(compile_paper(CITIES))
    grounds = {id for _, id in board.members["people"]}
    milestones = [id for _, id in board.members["milestones"]]
    equality = "urban-equality"
    assert related(board, "pursued through") == {
        (equality, id) for _, id in board.members["pillars"]
    }
    assert related(board, "where these meet") == {
        (equality, "inclusive-urban-planning"),
        (equality, "social-inclusion"),
    }
    assert related(board, "identifies") == {
        ("paper-presented", id) for _, id in board.members["themes"]
    }
    assert related(board, "names") == {
        ("urban-dimension", "cohesion-funds"),
        ("urban-dimension", "equality-strategies"),
    }
    assert related(board, "aim at") == {
        ("intersectionality", "no-worsening"),
        ("human-centred-policy", "no-worsening"),
    }
    assert related(board, "needs") == {
        (equality, "targeted-measures"),
        (equality, "holistic-thinking"),
    }
    assert related(board, "essential to") == {("intersectionality", equality)}
    assert related(board, "irrespective of") == {(equality, ground) for ground in grounds}
    assert len(grounds) == 7
    assert related(board, "coordinate") == {("anct", "partnership"), ("rome", "partnership")}
    assert related(board, "precedes") == set(itertools.pairwise(milestones))
    assert related(board, "guides") == {("paper-presented", "action-plan")}
    actions = [id for _, id in board.members["after"]]
    assert related(board, "closely linked") == {
        (actions[0], actions[1]), (actions[0], actions[2]), (actions[1], actions[2]),
    }  # fmt: skip
    ours = {
        ("citizens", "theme-communities"),
        ("no-worsening", "theme-segregation"),
        ("urban-dimension", "better-regulation"),
        ("cohesion-funds", "better-funding"),
        ("action-segregation", "theme-segregation"),
        ("action-funding", "better-funding"),
        ("action-engagement", "theme-communities"),
    }
    assert related(board, "our reading") == ours
    assert {(r.source, r.target) for r in board.relations.values() if r.dashed} == ours
    assert len(board.relations) == 40


def test_PA2_what_must_never_be_drawn_is_not_drawn() -> None:
    board = board_of(compile_paper(CITIES))
    group = {layer.id: layer.parent or layer.id for layer in board.layers.values()}
    pairs = {
        frozenset({group[node(board, r.source).layer], group[node(board, r.target).layer]})
        for r in board.relations.values()
    }
    for forbidden in ({"themes", "pillars"}, {"members", "themes"}, {"people", "themes"}):
        assert frozenset(forbidden) not in pairs


def test_PA3_each_node_keeps_where_it_came_from() -> None:
    paper = compile_paper(CITIES)
    lines = CITIES.decode().split("\n")
    nodes = [op for op in paper.ops if isinstance(op, ops.NodeCreate)]
    for op in nodes:
        assert op.source is not None
        assert lines[op.source.line - 1].startswith(f"- {op.text['title']['en']}")
    assert nodes[0].source == ops.Source(15, "Vision")


def test_PA4_the_form_fits_a_sibling_paper() -> None:
    paper = compile_paper(FOOD)
    board = board_of(paper)
    assert (paper.title, paper.lang, len(paper.sources)) == ("Food", "en", 1)
    assert titles(board, "themes") == [
        "Innovative funding",
        "City-region framework",
        "National and European regulation",
    ]
    assert related(board, "serves") == {
        ("funding", "better-funding"), ("funding", "better-knowledge"),
        ("framework", "better-knowledge"), ("framework", "better-regulation"),
        ("regulation", "better-regulation"),
    }  # fmt: skip
    assert node(board, "canteens").text["text"]["en"] == "Status: agreed.\nDate: spring."
    assert node(board, "canteens").href == "https://example.org/canteens"
    assert node(board, "livrable").text["text"]["en"] == "Ελληνικά, кириллица, 中文 and 🥕."
    assert board.layers["actions"].group and not board.layers["actions"].published
    assert board.layers["agreed"].color == "orange"
    assert board.layers["proposed"].color == "#aa3377"
    assert board.layers["working"].locked
    assert board.layers["working"].text["note"]["en"] == "Deliverables and meetings."
    assert related(board, "part of (our reading)") == {("growers", "framework")}
    assert board.text["description"]["en"].endswith(f"Source: {paper.sources[0]}")


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "front matter is missing"),
        ("---\ntitle: T\n", 1, "does not end"),
        ("---\ntitle: T\n---\n", 3, "gives no lang"),
        ("---\ntitle: T\nlang: en\nauthor: X\n---\n", 4, "unknown"),
        ("---\ntitle: T\ntitle: U\nlang: en\n---\n", 3, "given twice"),
        ("---\ntitle: T\nlang: english!\n---\n# A\n", 3, "lang takes a language tag"),
        (HEAD, 0, "no heading"),
        (HEAD + "- a\n", 5, "before the first heading"),
        (HEAD + "# A\n\n### B\n", 7, "level 3 under one of level 1"),
        (HEAD + "# A\n- a\n\n## B\n", 8, "has items"),
        (HEAD + "# A\n- a\n\ntext\n", 8, "belongs to none"),
        (HEAD + "# A\n- a\n  - b\n", 7, "not nested"),
        (HEAD + "# A\n- a\n\n  > b\n", 8, "a quotation has no meaning"),
        (HEAD + "# A\n> b\n", 6, "a quotation has no meaning"),
        (HEAD + "# A\n```\nb\n```\n", 6, "a code block has no meaning"),
        (HEAD + "# A\n<div>\n", 6, "HTML has no meaning"),
        (HEAD + "# A\n\n| a | b |\n| - | - |\n", 7, "a table has no meaning"),
        (HEAD + "# A\n- a\n  b\n  *c*\n", 8, "emphasis is not kept"),
        (HEAD + "# A\n- [a](https://example.org)\n", 6, "a link is not kept"),
        (HEAD + "# A\n- a {#x}\n- b {#x}\n", 7, "#x is also on line 6"),
        (HEAD + "# A\n- b\n- B\n", 7, "the name 'b' is taken by line 6"),
        (HEAD + "# A\n- {#b}\n", 6, "a title is missing"),
        (HEAD + "# A\n-\n", 6, "an empty item"),
        (HEAD + "# A\n- 中\n", 6, "is no name"),
        (HEAD + "# A {#Ä}\n", 5, "is no name"),
        (HEAD + "# A {blue}\n", 5, "unknown in braces: 'blue'"),
        (HEAD + "# A {color=puce}\n", 5, "color= takes one of slate, red"),
        (HEAD + "# A {href=https://example.org}\n", 5, "no href"),
        (HEAD + "# A\n- a {off}\n", 6, "only a layer"),
        (
            HEAD + "# A\n- a {href=javascript:alert(1)}\n",
            6,
            "href= takes a http, https or mailto address",
        ),
        (HEAD + f"# A\n- a\n  {'x' * 4001}\n", 6, "a text has at most 4,000 characters"),
        (HEAD + f"# A\n- b\n- a\n  -> #b: {'x' * 121}\n", 8, "a label has at most 120"),
        (HEAD + "# A\n- a\n  -> b\n", 7, "a relation is written"),
        (HEAD + "# A\n- a\n  -> #b: x (y)\n", 7, "a relation is written"),
        (HEAD + "# A\n- a\n  -> #b\n", 7, "#b is nowhere"),
        (HEAD + "# A\n- b\n  -> #a\n", 7, "#a is a layer, not an item"),
        (HEAD + "# A\n- b\n  -> #b\n", 7, "not related to itself"),
        (HEAD + "# A\n-> #b\n", 6, "indent it"),
        (HEAD + "# A\n- -> #a\n", 6, "begins with its title"),
        (HEAD + f"# A\n- {'x' * 201} {{#x}}\n", 6, "a title has at most 200 characters"),
        (HEAD + "# A\n- a\n  \x1b\n", 6, "U+001B"),
    ],
)
def test_PA5_a_doubtful_paper_gives_its_line_and_reason_and_nothing_else(
    text: str, line: int, reason: str
) -> None:
    with pytest.raises(PaperError) as error:
        compile_paper(text)
    assert reason in error.value.reason
    assert error.value.line == line


def test_PA5_what_is_not_utf8_or_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(PaperError, match="line 2: not UTF-8"):
        compile_paper(b"---\n\xff\n")
    monkeypatch.setattr(limits, "PAPER_BYTES_MAX", 10)
    with pytest.raises(PaperError, match="larger than 10 bytes"):
        compile_paper(b"x" * 11)


@given(st.text(alphabet=st.sampled_from("#-> \n{}=ab:(),*|`<!1.\t"), max_size=120))
def test_PA5_any_text_compiles_or_gives_an_error(text: str) -> None:
    try:
        paper = compile_paper(HEAD + text)
    except PaperError as error:
        assert 0 <= error.line <= 5 + text.count("\n") + 1
    else:
        board_of(paper)


def test_a_slug_is_a_name() -> None:
    assert slug("EU policy hooks") == "eu-policy-hooks"
    assert slug("Été — À bientôt!") == "ete-a-bientot"
    assert len(slug("x y" * 100)) <= 48


def test_PA4_the_example_for_people_who_write_papers_is_one() -> None:
    guide = (Path(__file__).parents[2] / "docs/PAPERS.md").read_text()
    example = guide.split("```markdown\n")[1].split("```")[0]
    board = board_of(compile_paper(example))
    assert len(board.layers) >= 3 and any(held.dashed for held in board.relations.values())
