"""A browser's model in Python: what a client makes of the frames of docs/SPEC.md, section Wire.

It keeps records as the bytes that came, so that equal means equal byte by byte.
"""

from collections.abc import Callable, Iterable

import msgspec
from msgspec import UNSET, Struct

from server import protocol
from server.protocol import (
    Ack,
    Begin,
    Chunk,
    Conflict,
    End,
    Follow,
    Frame,
    Hello,
    Outbound,
    Patch,
    Person,
    Presence,
    Reject,
    Retry,
    Submit,
    Synced,
    Tally,
    Undo,
    Unfollow,
    Voted,
    Welcome,
)

FIELDS = ("cursor", "selection", "drag", "typing", "viewport", "pointer", "reaction")

_outbound = msgspec.json.Decoder(Outbound)


class _Named(Struct):
    id: str


class Header(Struct):
    """What a client reads of a layer's header."""

    id: str
    parent: str | None
    published: bool
    group: bool = False
    driven: bool | None = None


class Stage(Struct):
    """What a client reads of the board's record."""

    stage: bool


_named = msgspec.json.Decoder(_Named)
_header = msgspec.json.Decoder(Header)
_stage = msgspec.json.Decoder(Stage)


class Put(Struct, frozen=True):
    """A part or chunk of records, read once for all clients: id -> bytes."""

    stream: str
    put: dict[str, bytes]
    since: int = 0
    version: int = 0
    drop: tuple[str, ...] = ()


def _records(raw: Iterable[msgspec.Raw]) -> dict[str, bytes]:
    held = (bytes(record) for record in raw)
    return {_named.decode(record).id: record for record in held}


Read = Frame | list[Put] | Put


class Reader:
    """Reads the server's frames; the same bytes are read once."""

    def __init__(self) -> None:
        self._read: dict[bytes, Read] = {}

    def read(self, raw: bytes) -> Read:
        """A frame; a patch as the list of its parts, a chunk as a Put."""
        found = self._read.get(raw)
        if found is None:
            if len(self._read) > 4_000:
                self._read.clear()
            found = self._read[raw] = self._decode(raw)
        return found

    def _decode(self, raw: bytes) -> Read:
        frame = _outbound.decode(raw)
        if isinstance(frame, Patch):
            return [
                Put(part.stream, _records(part.put), part.since, part.version, tuple(part.drop))
                for part in frame.parts
            ]
        if isinstance(frame, Chunk):
            return Put(frame.stream, _records(frame.put))
        return frame


class Held:
    """A stream as a client holds it. ``whole``: nothing of it is still to come."""

    def __init__(self, version: int, whole: bool) -> None:
        self.version = version
        self.whole = whole
        self.records: dict[str, bytes] = {}


class Gap(AssertionError):
    """A part does not follow from what is held."""


class Client:
    """One tab: its streams, its pending submits, and the layers that it shows."""

    def __init__(self, name: str, reader: Reader) -> None:
        self.name = name
        self.reader = reader
        self.streams: dict[str, Held] = {}
        self.followed: set[str] = set()
        self.own: set[str] | None = None
        self.viewport: tuple[float, float, float, float] | None = None
        self.pending: dict[int, Submit | Undo] = {}
        self.n = 0
        self.acked: list[int] = []
        self.refused: dict[int, str] = {}
        self.retry_from = 0
        self.online = False  # welcome came
        self.ready = False
        self.role = ""
        self.people: dict[str, Person] = {}
        self.doing: dict[str, dict[str, object]] = {}  # seat -> what they do, but for none
        self.here = 0
        self.following = 0
        self._heads: dict[str, Header] = {}
        self.stage = False
        self.voter = ""  # the secret of its browser
        self.ballot: dict[str, int] = {}  # as it was last told
        self.voted: list[Voted] = []
        self.tally: tuple[str, int, dict[str, int]] = ("", 0, {})  # round, voters, votes
        self.trace: list[dict[str, object]] | None = None  # what it says and hears, if kept

    # -- what it says

    def hello(self) -> Hello:
        """The first frame of a new connection; what came on the old one is over."""
        self.online = self.ready = False
        self.retry_from = 0
        for stream in [stream for stream, held in self.streams.items() if not held.whole]:
            self._forget(stream)
        have = {stream: held.version for stream, held in self.streams.items()}
        own = None if self.own is None else tuple(sorted(self.own))
        self._note("hello", have)
        self.tally = ("", 0, {})
        return Hello(protocol.PROTOCOL, "ticket", have=have, own=own, viewport=self.viewport)

    def _note(self, step: str, value: object) -> None:
        if self.trace is not None:
            self.trace.append({step: value})

    def submit(self, make: Callable[[int], Submit | Undo]) -> Submit | Undo:
        """A submit under the next number; it is pending until it is answered."""
        self.n += 1
        frame = make(self.n)
        self.pending[self.n] = frame
        return frame

    def again(self) -> list[Submit | Undo]:
        """What is to be sent again after a retry."""
        since, self.retry_from = self.retry_from, 0
        return [frame for n, frame in sorted(self.pending.items()) if n >= since] if since else []

    def steer(self) -> list[Follow | Unfollow]:
        """Follow what is on now and is not followed yet, unfollow what is off."""
        if not self.online:
            return []
        on = {layer for layer in self.on() if not self._heads[layer].group}
        said: list[Follow | Unfollow] = []
        if off := self.followed - on:
            said.append(Unfollow(tuple(sorted(off))))
            self._note("unfollow", sorted(off))
        if new := on - self.followed:
            have = {
                stream: held.version
                for stream, held in self.streams.items()
                if held.whole and not new.isdisjoint(stream.split("/")[1:])
            }
            said.append(Follow(tuple(sorted(new)), have=have, viewport=self.viewport))
            self._note("follow", {"layers": sorted(new), "have": have})
        for layer in off:
            self._partial(layer)
        self.followed = on
        return said

    def _partial(self, layer: str) -> None:
        """Chunks of this layer come no more: what has not come whole is not held."""
        for stream, held in list(self.streams.items()):
            if not held.whole and layer in stream.split("/")[1:]:
                self._forget(stream)

    def on(self) -> set[str]:
        """The layers and groups that are on, by the headers that it has."""
        answer: dict[str, bool] = {}

        def shows(layer: str) -> bool:
            if layer not in answer:
                head = self._heads.get(layer)
                if head is None:
                    return False
                switch = head.published
                if self.own is not None:
                    switch = layer in self.own
                elif self.stage and head.driven is not None:
                    switch = head.driven
                answer[layer] = switch and (head.parent is None or shows(head.parent))
            return answer[layer]

        return {layer for layer in self._heads if shows(layer)}

    # -- what it hears

    def hear(self, raw: bytes) -> None:
        """Take in one frame. Raises Gap, or AssertionError for what must never come."""
        if self.trace is not None:
            self._note("frame", msgspec.json.decode(raw))
        match self.reader.read(raw):
            case list() as parts:
                for part in parts:
                    self._patch(part)
            case Put() as chunk:
                held = self.streams.get(chunk.stream)
                if held is not None and not held.whole:
                    held.records.update(chunk.put)
            case Begin() as begin:
                for stream, version in begin.streams.items():
                    self._forget(stream)
                    self.streams[stream] = Held(version, whole=False)
            case Synced() as synced:
                for stream in synced.streams:
                    if stream in self.streams:
                        self.streams[stream].whole = True
                self.ready = self.ready or synced.ready
            case End() as end:
                for stream in end.streams:
                    self._forget(stream)
                    if stream.startswith("head/"):
                        self.followed.discard(stream[5:])
            case Ack() as ack:
                if self.pending.pop(ack.n, None) is not None:
                    self.acked.append(ack.n)
            case Reject() | Conflict() as refusal:
                if self.pending.pop(refusal.n, None) is not None:
                    self.refused[refusal.n] = getattr(refusal, "code", "conflict")
            case Retry() as retry:
                if retry.n in self.pending:
                    self.retry_from = min(self.retry_from or retry.n, retry.n)
            case Welcome() as welcome:
                assert welcome.seat == self.name
                self.role = welcome.role
                self.followed = set(welcome.follow)
                self.online = True
            case Presence() as presence:
                self._presence(presence)
            case Voted() as voted:
                self.ballot = voted.ballot
                self.voted.append(voted)
            case Tally() as tally:
                known = {} if tally.reset or tally.round != self.tally[0] else self.tally[2]
                votes = {node: n for node, n in {**known, **tally.votes}.items() if n}
                self.tally = (tally.round, tally.voters, votes)

    def _presence(self, frame: Presence) -> None:
        if frame.reset:
            self.people.clear()
            self.doing.clear()
        for seat in frame.drop:
            self.people.pop(seat, None)
            self.doing.pop(seat, None)
        self.people.update((person.seat, person) for person in frame.put)
        for doing in frame.doing:
            held = self.doing.setdefault(doing.seat, {})
            for field in FIELDS:
                value = getattr(doing, field)
                if value:
                    held[field] = value
                elif value is not UNSET:
                    held.pop(field, None)
            if not held:
                del self.doing[doing.seat]
        self.here, self.following = frame.here, frame.following

    def _patch(self, part: Put) -> None:
        held = self.streams.get(part.stream)
        if part.since == 0:
            self._forget(part.stream)
            held = self.streams[part.stream] = Held(0, whole=True)
        if held is None:  # it ended here, or is followed no longer, and this was under way
            if part.stream.startswith("head/"):
                raise Gap(f"{self.name}: {part.stream} begins at {part.since}")
            return
        if part.version <= held.version:
            return
        if part.since > held.version:
            raise Gap(f"{self.name}: {part.stream} at {held.version} gets {part.since}")
        held.version = part.version
        for id in part.drop:
            held.records.pop(id, None)
        held.records.update(part.put)
        if part.stream.startswith("head/"):
            self._read_head(part.stream[5:], held)
        elif part.stream == "board":
            self.stage = _stage.decode(held.records["board"]).stage

    def _read_head(self, layer: str, held: Held) -> None:
        if layer in held.records:
            self._heads[layer] = _header.decode(held.records[layer])
        else:
            self._heads.pop(layer, None)

    def _forget(self, stream: str) -> None:
        self.streams.pop(stream, None)
        if stream.startswith("head/"):
            self._heads.pop(stream[5:], None)
