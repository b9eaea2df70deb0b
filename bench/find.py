"""Search and graph on large boards: what an index costs, and what it saves.

    .venv/bin/python -m bench.find [NODES ...]

For each size, in one run: how long making the index takes, how long a search takes by the index
and by a look at everything (the same words, the same hits), how long one changed text takes, and
the questions about the graph. Times are medians of CPU seconds of this process.
"""

import random
import sys
import time
import tracemalloc
from collections.abc import Callable
from statistics import median

from board.state import Layer, Node, Relation
from layers.words import read_query
from server import find
from server.find import Answers
from server.glean import Gleaned
from server.index import Scan
from server.questions import (
    AnyQuestion,
    Communities,
    Degrees,
    Neighbours,
    Path,
    Search,
    Unanswered,
)

SIZES = (10_000, 100_000)
TRIES = 9
STEMS = ("urban", "equal", "water", "hous", "street", "youth", "polic", "fund", "garden", "school")
ENDS = ("ity", "ing", "s", "e", "ies", "al", "en", "er", "")


def board_of(nodes: int) -> Gleaned:
    """So many cards with a title of 3 words and a text of 12, and half as many relations."""
    rng = random.Random(nodes)
    words = [f"{rng.choice(STEMS)}{rng.choice(ENDS)}{rng.randrange(300)}" for _ in range(6_000)]
    words += [f"{stem}{end}" for stem in STEMS for end in ENDS]

    def said(count: int) -> dict[str, str]:
        return {"en": " ".join(rng.choices(words, k=count))}

    made = {
        f"n{at}": Node(
            f"n{at}", f"l{at % 20}", "card", f"{at:06}", 0.0, 0.0, 100.0, 60.0, None, "", (), None,
            {"title": said(3), "text": said(12)},
        )
        for at in range(nodes)
    }  # fmt: skip
    ids = list(made)
    relations = {
        f"r{at}": Relation(f"r{at}", rng.choice(ids), rng.choice(ids), False, None, {})
        for at in range(nodes // 2)
    }
    layers = {
        f"l{at}": Layer(
            f"l{at}", None, f"{at:02}", False, "blue", 1.0, True, False, "viewer", "participant", {}
        )
        for at in range(20)
    }  # fmt: skip
    reads = dict.fromkeys(layers, 0)
    return Gleaned(True, "en", reads, dict(layers), dict(made), dict(relations), {}, {})


def cpu_ms(call: Callable[[], object], tries: int = TRIES) -> float:
    """The median of CPU milliseconds of a call."""
    taken = []
    for _ in range(tries):
        began_s = time.process_time()
        call()
        taken.append((time.process_time() - began_s) * 1000)
    return median(taken)


def measure(nodes: int) -> None:
    """Print what one size comes to."""
    whole = board_of(nodes)
    nothing = Gleaned(False, "en", whole.reads, {}, {}, {}, {}, {})
    answers = Answers()
    first = cpu_ms(lambda: answers.answer(whole, "viewer", Search("urban")), 1)
    print(f"\n{nodes:,} cards, {len(whole.relations):,} relations")
    print(f"  first answer, with its index and graph    {first:10,.0f} ms")

    scan = Scan()
    for key in answers.every():
        thing = answers.thing(key)
        assert thing is not None
        scan.put(key, find._columns(thing))
    print("                                               by index    by a look    ratio")
    for sought in ("urbanity17", "urbanity17 water", "wat", "e"):
        query = read_query(sought)
        asked = Search(sought)
        by_index = cpu_ms(lambda asked=asked: answers.answer(nothing, "viewer", asked))  # type: ignore[misc]
        by_look = cpu_ms(lambda query=query: scan.search(query), 3)  # type: ignore[misc]
        held = answers.answer(nothing, "viewer", asked)
        count = scan.search(query).count
        assert not isinstance(held, Unanswered) and held.count == count  # type: ignore[union-attr]
        name = f'"{sought}", {count:,} found'
        print(f"  {name:38} {by_index:10.2f} ms {by_look:9.1f} ms {by_look / by_index:7.0f}")

    node = whole.nodes["n7"]
    assert node is not None
    serial = iter(range(10**6))

    def change() -> None:
        text = {"title": {"en": f"changed {next(serial)}"}}
        new = Node(
            **{name: getattr(node, name) for name in node.__struct_fields__} | {"text": text}
        )
        answers.take(Gleaned(False, "en", whole.reads, {}, {"n7": new}, {}, {}, {}))

    print(f"  one text has changed                      {cpu_ms(change):10.2f} ms")
    questions: dict[str, AnyQuestion] = {
        "neighbours, 3 steps": Neighbours("n1", 3),
        "shortest way": Path("n1", "n2"),
        "degrees": Degrees(),
        "groups (refused above their bound)": Communities(),
    }
    for name, question in questions.items():
        taken = cpu_ms(lambda question=question: answers.answer(nothing, "viewer", question))  # type: ignore[misc]
        print(f"  {name:38}    {taken:10.2f} ms")
    answers.close()
    small = Answers()
    most = board_of(2_000)
    taken = cpu_ms(lambda: small.answer(most, "viewer", Communities()), 3)
    print(f"  groups of 2,000 cards, all made anew      {taken:10.0f} ms")
    small.close()


def memory(nodes: int) -> None:
    """Print what Python allocates for the graph; SQLite's own memory is not in it."""
    whole = board_of(nodes)
    tracemalloc.start()
    answers = Answers()
    answers.answer(whole, "viewer", Degrees())
    current, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    answers.close()
    print(f"  Python's part of the memory               {current / 2**20:10,.0f} MB")


def main(arguments: list[str]) -> None:
    """Measure each size."""
    for size in [int(each) for each in arguments] or SIZES:
        measure(size)
        memory(size)


if __name__ == "__main__":
    main(sys.argv[1:])
