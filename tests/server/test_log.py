"""server/log.py: the contract on the log in memory."""

import msgspec
import pytest

from server.log import Disk, Log, MemoryLog
from tests.log_contract import LogContract


class MemoryStore:
    def __init__(self) -> None:
        self.disk = Disk()

    def open(self) -> Log:
        return MemoryLog(self.disk)

    def damage(self, board: str, seq: int, body: bytes) -> None:
        self.disk.entries[board][seq - 1].body = body

    def lose(self, board: str, seq: int) -> None:
        self.disk.entries[board][seq - 1].header = b""

    def damage_snapshot(self, board: str) -> None:
        seq, sha256, snapshot = self.disk.snapshots[board]
        self.disk.snapshots[board] = (seq, sha256, b"X" + snapshot[1:])

    def drop_snapshots(self) -> None:
        self.disk.snapshots.clear()

    def bytes(self) -> bytes:
        disk = self.disk
        snapshots = [held[2].decode() for held in disk.snapshots.values()]
        entries = [row.body.decode() for rows in disk.entries.values() for row in rows]
        return msgspec.json.encode([entries, snapshots, disk.authors])


class TestMemoryLog(LogContract):
    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore()
