"""The streams of one board as bytes: every record, part and chunk is encoded once, for all.

Kept between uses: the recent parts of each stream (its ring, for those who come back), whole
small streams, and the chunks of large ones. What is kept is brought up to date by ``part`` or
``touch``, one of which is called for each stream that a commit touched.
"""

from collections import deque
from collections.abc import Iterable

from board import limits
from board.state import Board
from layers import stream as streams
from layers.stream import Box
from server import protocol


class Piece:
    """A chunk of a stream as it is sent: its records may change, come and go meanwhile."""

    def __init__(self, pack: "Pack", box: Box) -> None:
        self.pack = pack
        self.box = box
        self.records: dict[str, bytes | None] = {}  # None: to be encoded
        self.frame: bytes | None = None

    @property
    def stream(self) -> str:
        """The stream that it is a part of."""
        return self.pack.stream

    @property
    def is_whole(self) -> bool:
        """Whether it is all of its stream."""
        return self.pack.live and len(self.pack.pieces) == 1


class Pack:
    """A stream cut into pieces. ``churn`` counts the records that came and went since."""

    def __init__(self, board: Board, stream: str) -> None:
        self.stream = stream
        self.live = True
        self.churn = 0
        self.pieces: list[Piece] = []
        self.places: dict[str, Piece] = {}
        for chunk in streams.chunks(board, stream):
            piece = self._add(chunk.box)
            for id in chunk.ids:
                piece.records[id] = None
                self.places[id] = piece

    def _add(self, box: Box) -> Piece:
        piece = Piece(self, box)
        self.pieces.append(piece)
        return piece

    def put(self, id: str, box: Box, encoded: bytes | None) -> None:
        """A record came or changed; ``encoded`` is None when it is not encoded yet."""
        piece = self.places.get(id)
        if piece is None:
            self.churn += 1
            piece = self.pieces[-1] if self.pieces else self._add(box)
            if len(piece.records) >= limits.CHUNK_NODES:
                piece = self._add(box)
            self.places[id] = piece
        piece.records[id] = encoded
        piece.box = streams.union(piece.box, box)
        piece.frame = None

    def drop(self, id: str) -> None:
        """A record went."""
        piece = self.places.pop(id, None)
        if piece is not None:
            self.churn += 1
            del piece.records[id]
            piece.frame = None

    @property
    def is_worn(self) -> bool:
        """Whether so much came and went that it should be cut anew."""
        return self.churn > limits.CHUNK_NODES + len(self.places) // 2


class Ring:
    """The recent changes of one stream, without a gap, each as (since, version, records).

    Records are by id; None: dropped. ``merged`` keeps what was made of them last, by the version
    that it goes on from, until the next change: many come back from the same version at once.
    """

    def __init__(self) -> None:
        self.changes: deque[tuple[int, int, dict[str, bytes | None]]] = deque()
        self.starts: set[int] = set()  # the versions that changes go on from
        self.size = 0  # bytes
        self.merged: dict[int, bytes] = {}


class Streams:
    """The encoded streams of one board."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self._packs: dict[str, Pack] = {}
        self._wholes: dict[str, bytes] = {}
        self._rings: dict[str, Ring] = {}  # the one that grew last is last
        self._rings_size = 0  # bytes

    def version(self, stream: str) -> int:
        """The version that a stream is at: 0 before anything touched it."""
        return self.board.versions.get(stream, 0)

    def count(self, stream: str) -> int:
        """How many records a stream has."""
        kind, _, rest = stream.partition("/")
        if kind == "body":
            return len(self.board.members.get(rest, ()))
        if kind == "talk":
            return len(self.board.talk.get(rest, ()))
        if kind == "pair":
            return len(self.board.pairs.get(stream, ()))
        return 1

    # -- changes

    def part(self, stream: str, since: int, ids: Iterable[str]) -> bytes:
        """What became of the touched records of a stream after version ``since``; kept."""
        self._wholes.pop(stream, None)
        pack = self._packs.get(stream)
        records: dict[str, bytes | None] = {}
        for id in sorted(ids):
            shape = streams.record(self.board, stream, id)
            encoded = None if shape is None else protocol.record(shape)
            records[id] = encoded
            if pack is None:
                continue
            if encoded is None:
                pack.drop(id)
            else:
                pack.put(id, streams.box_of(self.board, stream, id), encoded)
        self._mend(pack)
        self._keep(stream, since, records)
        return _part(stream, since, self.version(stream), records)

    def touch(self, stream: str, ids: Iterable[str]) -> None:
        """Records of a stream changed, and no part is made of it: its ring has a gap, so ends."""
        self._wholes.pop(stream, None)
        self.forget(stream)
        pack = self._packs.get(stream)
        if pack is None:
            return
        for id in sorted(ids):
            if streams.holds(self.board, stream, id):
                pack.put(id, streams.box_of(self.board, stream, id), None)
            else:
                pack.drop(id)
        self._mend(pack)

    def _mend(self, pack: Pack | None) -> None:
        if pack is not None and pack.is_worn:
            pack.live = False
            del self._packs[pack.stream]

    def _keep(self, stream: str, since: int, records: dict[str, bytes | None]) -> None:
        ring = self._rings.pop(stream, None) or Ring()
        self._rings[stream] = ring
        ring.merged.clear()
        ring.changes.append((since, self.version(stream), records))
        ring.starts.add(since)
        size = _size(records)
        ring.size += size
        self._rings_size += size
        while ring.size > limits.RING_BYTES_MAX:
            gone, _, dropped = ring.changes.popleft()
            ring.starts.discard(gone)
            size = _size(dropped)
            ring.size -= size
            self._rings_size -= size
        while self._rings_size > limits.RINGS_BYTES_MAX:
            self.forget(next(iter(self._rings)))

    def forget(self, stream: str) -> None:
        """Keep no past of a stream: who comes back gets all of it anew."""
        ring = self._rings.pop(stream, None)
        if ring is not None:
            self._rings_size -= ring.size

    # -- for those who lack something

    def since(self, stream: str, version: int) -> bytes | None:
        """What became of a stream after a version, as one part; None when that is not kept, or
        the stream never was at that version: then who names it comes from another history.

        It says only how each record is now, none of the steps on the way.
        """
        now = self.version(stream)
        ring = self._rings.get(stream)
        if ring is None or version not in ring.starts:
            return None
        found = ring.merged.get(version)
        if found is None:
            records: dict[str, bytes | None] = {}
            for _, reached, changed in ring.changes:
                if reached > version:
                    records.update(changed)
            found = _part(stream, version, now, records)
            ring.merged = {version: found}
        return found

    def whole(self, stream: str) -> bytes:
        """A small stream as one part, to be put in the place of what is held of it."""
        held = self._wholes.get(stream)
        if held is None:
            if streams.is_cut(stream):
                records = [
                    record for piece in self.pieces(stream) for record in self._encoded(piece)
                ]
            else:
                shapes = streams.project(self.board, stream)
                records = [protocol.record(shape) for shape in shapes]
            held = protocol.part(stream, 0, self.version(stream), records)
            self._wholes[stream] = held
        return held

    def pieces(self, stream: str) -> list[Piece]:
        """The chunks of a body, talk or pair stream, as they are cut now; not yet encoded."""
        pack = self._packs.get(stream)
        if pack is None:
            pack = self._packs[stream] = Pack(self.board, stream)
        return pack.pieces

    def chunk(self, piece: Piece) -> bytes:
        """A chunk's frame, with the records that it has now: the same bytes until one changes."""
        if piece.frame is None or not piece.pack.live:
            piece.frame = protocol.chunk(piece.stream, self._encoded(piece))
        return piece.frame

    def _encoded(self, piece: Piece) -> list[bytes]:
        """The records of a piece. One of a pack that was cut anew encodes what is left of it."""
        if not piece.pack.live:
            piece.records = {
                id: None for id in piece.records if streams.holds(self.board, piece.stream, id)
            }
        encoded: list[bytes] = []
        for id, held in piece.records.items():
            if held is None:
                shape = streams.record(self.board, piece.stream, id)
                assert shape is not None
                held = piece.records[id] = protocol.record(shape)
            encoded.append(held)
        return encoded

    def reset(self, board: Board) -> None:
        """Go on with another copy of the board: only the rings are kept."""
        self.board = board
        for pack in self._packs.values():
            pack.live = False
        self._packs.clear()
        self._wholes.clear()


def _part(stream: str, since: int, version: int, records: dict[str, bytes | None]) -> bytes:
    put = [record for record in records.values() if record is not None]
    drop = [id for id, record in records.items() if record is None]
    return protocol.part(stream, since, version, put, drop)


def _size(records: dict[str, bytes | None]) -> int:
    """About what records take in memory, in bytes."""
    return sum(len(id) + len(record or b"") for id, record in records.items())
