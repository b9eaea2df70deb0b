"""tests/logs/: what was recorded is understood for ever."""

from pathlib import Path
from typing import get_args

import msgspec
import pytest

from board import ops
from board.apply import apply
from board.replay import digest, fingerprint, fold, restore, snapshot
from board.state import Board
from server.log import Disk, MemoryLog, Packed
from tests.log_contract import everything
from tests.logs import record

FILES = sorted(Path(record.__file__).parent.glob("*.jsonl"))


class Line(msgspec.Struct, forbid_unknown_fields=True):
    header: msgspec.Raw
    body: msgspec.Raw
    redacted: bool
    digest: str


def recorded(path: Path) -> list[Line]:
    return [msgspec.json.decode(line, type=Line) for line in path.read_bytes().splitlines()]


def log_of(lines: list[Line]) -> MemoryLog:
    disk = Disk()
    disk.entries["b"] = [
        Packed(seq, bytes(line.header), bytes(line.body), line.redacted)
        for seq, line in enumerate(lines, 1)
    ]
    return MemoryLog(disk)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
async def test_LG17_a_recorded_log_folds_to_its_digests(path: Path) -> None:
    lines = recorded(path)
    entries = await everything(log_of(lines), "b")
    board = Board()
    digests = []
    for entry in entries:
        apply(board, entry)
        digests.append(digest(board))
    assert digests == [line.digest for line in lines]
    assert len(set(digests)) > 10
    for seq in range(0, len(entries), 7):  # and from a snapshot on
        again = fold(entries[seq:], restore(snapshot(fold(entries[:seq]))))
        assert fingerprint(again) == fingerprint(board)


def test_LG17_every_operation_has_been_recorded() -> None:
    text = b"".join(path.read_bytes() for path in FILES).decode()
    missing = [ops.tag(op) for op in get_args(ops.AnyOp) if f'"op":"{ops.tag(op)}"' not in text]
    assert missing == []
    assert '"redacted":true' in text and record.ERASED not in text
