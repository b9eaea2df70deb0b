"""The graph at work, on webs that are made by hand and at random."""

import itertools
import random
import subprocess
import sys

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.graph import TooLarge, Web

PAIRS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=25)


def web(*pairs: str, alone: str = "") -> Web:
    """A web of nodes with one letter: "ab" is a relation from a to b, named as it stands here."""
    made = Web()
    for node in sorted(set("".join(pairs) + alone)):
        made.put_node(node)
    for at, (source, target) in enumerate(pairs):
        made.put_relation(f"{source}{target}{at}", source, target)
    return made


def numbered(pairs: list[tuple[int, int]]) -> Web:
    return web(*(f"{one}{other}" for one, other in pairs), alone="0123456789")


def test_GR1_neighbours_lie_both_ways_nearest_first() -> None:
    made = web("ba", "bc", "cd", "de", "xy")
    assert made.neighbours("b", 1, 9).nodes == (("b", 0), ("a", 1), ("c", 1))
    assert made.neighbours("b", 3, 9).nodes == (("b", 0), ("a", 1), ("c", 1), ("d", 2), ("e", 3))
    assert made.neighbours("x", 3, 9).nodes == (("x", 0), ("y", 1))
    assert web("aa").neighbours("a", 2, 9).nodes == (("a", 0),)


def test_GR1_neighbours_are_bounded() -> None:
    made = web(*(f"a{other}" for other in "zyxwv"))
    assert made.neighbours("a", 1, 6) == made.neighbours("a", 3, 6)
    assert not made.neighbours("a", 1, 6).more
    short = made.neighbours("a", 1, 3)
    assert short.more and short.nodes == (("a", 0), ("v", 1), ("w", 1))


@given(PAIRS, st.integers(0, 9), st.integers(1, 3))
def test_GR1_distances_are_those_of_networkx(
    pairs: list[tuple[int, int]], start: int, depth: int
) -> None:
    made = numbered(pairs)
    flat = nx.Graph(made.graph)
    expected = nx.single_source_shortest_path_length(flat, str(start), cutoff=depth)
    assert dict(made.neighbours(str(start), depth, 99).nodes) == dict(expected)


def test_GR2_of_several_shortest_ways_the_first_ids_win() -> None:
    made = web("ax", "xz", "ab", "bz", "za")
    assert made.path("a", "z") == ["a", "z"]
    assert made.path("a", "z", directed=True) == ["a", "b", "z"]
    assert web("ax", "xz", "zb", "ba").path("a", "z") == ["a", "b", "z"]
    assert made.path("a", "a") == ["a"]
    assert web("ab", alone="c").path("a", "c") == []
    assert web("ab").path("b", "a", directed=True) == []


def test_GR2_a_step_prefers_the_relation_along_its_way() -> None:
    made = web("ba", "ab", "ab")
    assert made.between("a", "b") == "ab1"
    assert made.between("b", "a") == "ba0"
    assert web("ba").between("a", "b") == "ba0"


@given(PAIRS, st.integers(0, 9), st.integers(0, 9), st.booleans())
def test_GR2_no_way_is_shorter(
    pairs: list[tuple[int, int]], one: int, other: int, directed: bool
) -> None:
    made = numbered(pairs)
    flat = nx.DiGraph(made.graph) if directed else nx.Graph(made.graph)
    found = made.path(str(one), str(other), directed)
    if not found:
        assert not nx.has_path(flat, str(one), str(other))
        return
    assert len(found) == nx.shortest_path_length(flat, str(one), str(other)) + 1
    assert found[0] == str(one) and found[-1] == str(other)
    assert all(flat.has_edge(*pair) for pair in itertools.pairwise(found))


def test_GR3_degrees_count_relations_and_one_with_itself_once() -> None:
    made = web("ab", "ab", "bc", "dd", alone="e")
    assert made.degrees() == [("b", 3), ("a", 2), ("c", 1), ("d", 1), ("e", 0)]


def test_GR4_what_hangs_together_is_a_group() -> None:
    made = web("ab", "bc", "ca", "xy", "yz", "zx", "ax", "pq", alone="u")
    found = made.communities(99, 99)
    assert [held.nodes for held in found] == [("a", "b", "c"), ("x", "y", "z"), ("p", "q")]
    assert [held.head for held in found] == ["a", "x", "p"]
    assert web("aa", alone="b").communities(9, 9) == []


def test_GR4_groups_are_refused_above_their_bounds() -> None:
    made = web("ab", "bc")
    assert made.communities(3, 2)
    with pytest.raises(TooLarge, match="at most 2 related nodes"):
        made.communities(2, 2)
    with pytest.raises(TooLarge, match="at most 1 relations"):
        made.communities(3, 1)


GROUPS = """
import random
from layers.graph import Web
rng, made = random.Random(7), Web()
names = [f"n{at}" for at in range(60)]
for name in names:
    made.put_node(name)
for at in range(120):
    made.put_relation(f"r{at}", rng.choice(names), rng.choice(names))
print(made.communities(999, 999), made.path("n1", "n2"), made.neighbours("n1", 2, 20))
"""


def test_GR4_the_same_content_gives_the_same_groups_in_every_process() -> None:
    said = {
        subprocess.run(
            [sys.executable, "-c", GROUPS], capture_output=True, check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
        ).stdout
        for seed in ("1", "2", "3")
    }  # fmt: skip
    assert len(said) == 1 and said.pop().startswith(b"[Community(")


@given(st.integers(0, 10_000))
def test_GR4_the_order_in_which_things_came_means_nothing(seed: int) -> None:
    rng = random.Random(seed)
    pairs = [(f"r{at}", rng.choice("abcdefgh"), rng.choice("abcdefgh")) for at in range(14)]
    first, other = Web(), Web()
    for made, order in ((first, pairs), (other, rng.sample(pairs, len(pairs)))):
        for node in sorted("abcdefgh", reverse=made is other):
            made.put_node(node)
        for relation in order:
            made.put_relation(*relation)
    other.put_node("i")
    other.put_relation("passing", "i", "a")
    assert other.drop_node("i") == ["passing"]
    assert first.communities(9, 99) == other.communities(9, 99)
    assert first.degrees() == other.degrees()
    assert first.path("a", "h") == other.path("a", "h")
    assert first.neighbours("a", 3, 5) == other.neighbours("a", 3, 5)
