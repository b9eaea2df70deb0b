"""What a join costs the room: from hello to the last chunk, without a socket.

    python -m bench.join [--nodes 1000 10000] [--rounds 20]

*Cold* is the first join after the board was loaded: the board is cut into chunks, every text is
broken into lines, every record encoded. *Warm* is the median of the joins after it, which use
what was kept. *After one change* is the same with one node changed before each. The baseline is
one ``orjson.dumps`` of the ready dicts of all records, in the same run; compare the ratios, for
milliseconds depend on the machine.
"""

import argparse
import random
import statistics
import time
from typing import NamedTuple

import msgspec
import orjson

from board import ops
from board.replay import restore, snapshot
from board.state import Board
from layers import measure
from layers import stream as streams
from server.protocol import Hello
from server.room import Command, Effect, Identity, Room, Send

WORDS = ("city", "equality", "water", "health care", "commons", "housing", "public space")


def salt() -> str:
    """No secret is at stake here."""
    return "salt"


def made(nodes: int, layers: int = 20) -> bytes:
    """The snapshot of a board with so many nodes, half as many relations, and 20 layers."""
    rng = random.Random(7)
    room = Room(Board(), epoch=1, salt=salt)

    def text(words: int) -> str:
        return " ".join(rng.choice(WORDS) for _ in range(words))

    batch: list[ops.AnyOp] = [ops.AccessSet(True)]
    batch += [ops.LayerCreate(f"l{at}", text={"title": {"en": text(2)}}) for at in range(layers)]
    for at in range(nodes):
        layer = at % layers
        batch.append(
            ops.NodeCreate(
                f"n{at}",
                f"l{layer}",
                x=(layer % 5) * 4_000 + (at // layers % 15) * 240.0,
                y=(layer // 5) * 4_000 + (at // layers // 15) * 100.0,
                text={"title": {"en": text(4)}, "text": {"en": text(14)}},
            )
        )
    for at in range(nodes // 2):
        source, target = rng.randrange(nodes), rng.randrange(nodes)
        label = {"label": {"en": text(2)}}
        batch.append(ops.RelationCreate(f"r{at}", f"n{source}", f"n{target}", text=label))
    room.decide([Command(0, tuple(batch))], 0, 0.0)
    room.committed()
    return snapshot(room.board)


class Join(NamedTuple):
    """What one join took. ``longest_ms`` is the longest that the room had no time for others."""

    ms: float
    longest_ms: float
    size: int
    messages: int


def middle(joins: list[Join]) -> Join:
    """The medians of several joins."""
    return Join(
        statistics.median(one.ms for one in joins),
        statistics.median(one.longest_ms for one in joins),
        joins[0].size,
        joins[0].messages,
    )


def join(room: Room, session: int) -> Join:
    """One join by a viewer."""
    identity = Identity(f"c{session:012d}", "", 0)
    hello = Hello(1, "", viewport=(0.0, 0.0, 1_280.0, 800.0))
    start_s = time.perf_counter()
    effects: list[Effect] = room.hello(session, identity, hello, 1.0)
    longest_s = time.perf_counter() - start_s
    while True:
        turn_s = time.perf_counter()
        more = room.drained(session)
        longest_s = max(longest_s, time.perf_counter() - turn_s)
        if not more:
            break
        effects += more
    taken_s = time.perf_counter() - start_s
    room.leave(session)
    sent = [effect.frame for effect in effects if isinstance(effect, Send)]
    return Join(taken_s * 1_000, longest_s * 1_000, sum(map(len, sent)), len(sent))


def baseline(board: Board, rounds: int) -> float:
    """The median of one ``orjson.dumps`` of all records as ready dicts, in milliseconds."""
    names = {"board", *board.pairs}
    for layer in board.layers:
        names.update((f"head/{layer}", f"body/{layer}"))
    ready = {
        name: [msgspec.to_builtins(shape) for shape in streams.project(board, name)]
        for name in names
    }
    times = []
    for _ in range(rounds):
        start_s = time.perf_counter()
        orjson.dumps(ready)
        times.append(time.perf_counter() - start_s)
    return statistics.median(times) * 1_000


def main() -> None:
    """Measure, and print one table."""
    parser = argparse.ArgumentParser(prog="bench.join", description=__doc__)
    parser.add_argument("--nodes", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--rounds", type=int, default=20)
    asked = parser.parse_args()
    print("  nodes | join             |       ms | of baseline | longest, ms |      bytes | frames")
    for nodes in asked.nodes:
        kept = made(nodes)
        based_ms = baseline(restore(kept), asked.rounds)
        measure._broken.cache_clear()
        measure._balanced.cache_clear()
        room = Room(restore(kept), epoch=2, salt=salt)
        rows = {"cold": join(room, 1)}
        rows["warm"] = middle([join(room, 2 + at) for at in range(asked.rounds)])
        changed = []
        for at in range(asked.rounds):
            change = (ops.NodeSet(f"n{at}", y=float(at)),)
            room.decide([Command(0, change)], 0, 0.0)
            room.committed()
            changed.append(join(room, 1_000 + at))
        rows["after one change"] = middle(changed)
        rows["orjson.dumps"] = Join(based_ms, based_ms, 0, 0)
        for name, row in rows.items():
            took = f"{row.ms:8.2f} | {row.ms / based_ms:11.2f} | {row.longest_ms:11.2f}"
            print(f"{nodes:7} | {name:16} | {took} | {row.size:10,} | {row.messages:6}")


if __name__ == "__main__":
    main()
