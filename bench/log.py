"""How many operations a second SqliteLog makes durable, beside a plain autocommit INSERT.

    python -m bench.log [--seconds 1] [--rounds 5] [--folder DIR]

The baseline is what the same disk does without group commit: one row of the same bytes for each
operation, in a transaction of its own, on one connection with WAL and synchronous=FULL. Disks
have moods, so each round measures the baseline anew beside each case; what is printed are the
medians of the rounds. ``--folder`` chooses the disk (default: the current folder).
"""

import argparse
import asyncio
import os
import sqlite3
import statistics
import tempfile
import time
from pathlib import Path

from board.chain import body_hash, canonical, header_hash
from board.ops import Body, Entry, Header, NodeSet
from server.log_sqlite import SqliteLog


def entry(seq: int, after: Entry | None, ops: int) -> Entry:
    """An entry of ``ops`` moves of nodes, as a person's batch would be."""
    moves = tuple(NodeSet(id=f"k3f9a0b2c1xyz.{at}", x=seq + 0.5, y=at + 0.5) for at in range(ops))
    body = Body(salt=f"{seq:032x}", ops=moves, undo=moves)
    prev = "" if after is None else header_hash(after.header)
    header = Header(1, 1, seq, prev, seq, "k3f9a0b2c1xyz", "k3f9a0b2c1xyz", seq, body_hash(body))
    return Entry(header, body)


def chain(count: int, ops: int) -> list[Entry]:
    """``count`` entries of one board."""
    entries: list[Entry] = []
    for seq in range(1, count + 1):
        entries.append(entry(seq, entries[-1] if entries else None, ops))
    return entries


def plain(path: Path, seconds: float) -> float:
    """Operations a second of the baseline."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, row BLOB NOT NULL) STRICT")
    row = canonical(entry(1, None, 1))
    count = 0
    begin = time.perf_counter()
    while (spent := time.perf_counter() - begin) < seconds:
        connection.execute("INSERT INTO rows (row) VALUES (?)", (row,))
        count += 1
    connection.close()
    return count / spent


async def log(path: Path, seconds: float, boards: int, ops: int) -> tuple[float, float, float]:
    """Operations a second, and p50 and p99 of an append in ms, of ``boards`` writing at once."""
    store = SqliteLog(path)
    entries = chain(512, ops)
    waits: list[float] = []
    done = 0
    begin = time.perf_counter()

    async def write(number: int) -> None:
        nonlocal done
        term = 0
        while True:
            for at, one in enumerate(entries):
                start = time.perf_counter()
                if start - begin >= seconds:
                    return
                await store.append(f"board-{number}-{term}", at, [one])
                waits.append((time.perf_counter() - start) * 1000)
                done += ops
            term += 1

    await asyncio.gather(*map(write, range(boards)))
    spent = time.perf_counter() - begin
    await store.close()
    cuts = statistics.quantiles(waits, n=100)
    return done / spent, cuts[49], cuts[98]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Durable operations a second.")
    parser.add_argument("--seconds", type=float, default=1.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=Path(), help="on the disk to measure")
    given = parser.parse_args()
    print(f"SQLite {sqlite3.sqlite_version}, {os.cpu_count()} cores,", end=" ")
    print(f"medians of {given.rounds} rounds of {given.seconds} s")
    print(f"{'':34}{'ops/s':>9}{'baseline':>10}{'ratio':>8}{'p50 ms':>8}{'p99 ms':>8}")
    for boards, ops in ((1, 1), (1, 50), (16, 1), (16, 50)):
        rounds = []
        for _ in range(given.rounds):
            with tempfile.TemporaryDirectory(dir=given.folder, prefix="bench-") as name:
                baseline = plain(Path(name, "plain"), given.seconds)
                path = Path(name, "log")
                rate, p50, p99 = asyncio.run(log(path, given.seconds, boards, ops))
            rounds.append((rate, baseline, rate / baseline, p50, p99))
        rate, baseline, ratio, p50, p99 = map(statistics.median, zip(*rounds, strict=True))
        label = f"{boards} writing, batches of {ops}"
        print(f"{label:34}{rate:9.0f}{baseline:10.0f}{ratio:8.1f}{p50:8.2f}{p99:8.2f}")


if __name__ == "__main__":
    main()
