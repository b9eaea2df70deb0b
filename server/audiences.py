"""Who may read which layer, and who follows the same: the audiences of one board. Pure.

Rights are noted as they are after a commit, so that those after the next can be compared with
them. All in one role may read the same, but for a seat that a layer names: it is a **reader** of
its own. Sessions of one reader that follow the same layers are a **group**: they follow the same
streams, and are sent the same bytes.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from board.roles import RANK, Role, at_least
from board.state import LEAD_STREAM, Board
from layers import stream as streams

Session = int

OUT_OF_REACH: Final = len(RANK)  # the rank that would read a layer that is not there


class Reader(NamedTuple):
    """What decides which layers may be read: a role, and the seat where a layer names it."""

    role: Role
    seat: str = ""


class Rights:
    """Who may read which layer, by the board as it was when this was made."""

    def __init__(self, board: Board) -> None:
        self.reads = {layer: board.reach(layer) for layer in board.layers}  # the least rank
        self.named: dict[str, dict[str, int]] = {}  # the same for the seats that a layer names
        for layer in board.layers:
            if named := board.named(layer):
                self.named[layer] = {seat: board.reach(layer, seat) for seat in named}
        self.seats: set[str] = set().union(*self.named.values())

    def reach(self, layer: str) -> int:
        """The least rank that may read a layer; one above all when it is not there."""
        return self.reads.get(layer, OUT_OF_REACH)

    def admit(self, reader: Reader, layer: str) -> bool:
        """Whether a layer is there for a reader."""
        least = self.reach(layer)
        if reader.seat and layer in self.named:
            least = self.named[layer].get(reader.seat, least)
        return RANK[reader.role] >= least

    def differ(self, former: "Rights") -> list[str]:
        """The layers that not the same may read as by former rights."""
        return [
            layer
            for layer in {**former.reads, **self.reads}
            if former.reads.get(layer) != self.reads.get(layer)
            or former.named.get(layer) != self.named.get(layer)
        ]


class Group:
    """All sessions that follow the same streams: those of one reader and the same layers."""

    def __init__(self, reader: Reader, layers: frozenset[str]) -> None:
        self.reader = reader
        self.role = reader.role
        self.layers = layers
        self.sessions: dict[Session, None] = {}


class Audiences:
    """The sessions of one board in their groups, and the ``rights`` that they go by."""

    def __init__(self, rights: Rights) -> None:
        self.rights = rights
        self._apart = rights.seats  # seats that a layer names, or did before the last change
        self._group_of: dict[Session, Group] = {}
        self._groups: dict[tuple[Reader, frozenset[str]], Group] = {}
        self._by_reader: dict[Reader, dict[Group, None]] = {}
        self._by_layer: dict[str, dict[Group, None]] = {}

    def note(self, rights: Rights) -> Rights:
        """Go by other rights from now on; gives the former ones."""
        former, self.rights = self.rights, rights
        self._apart = former.seats | rights.seats
        return former

    def reader(self, role: Role, seat: str) -> Reader:
        """What decides what a seat in a role may read."""
        return Reader(role, seat if seat in self._apart else "")

    def may_read(self, reader: Reader, layer: str) -> bool:
        """Whether a layer is there for a reader, by the rights of now."""
        return self.rights.admit(reader, layer)

    def readable(self, reader: Reader) -> list[str]:
        """The layers that are there for a reader, sorted."""
        return sorted(layer for layer in self.rights.reads if self.may_read(reader, layer))

    # -- groups

    def put(self, session: Session, reader: Reader, layers: frozenset[str]) -> Group:
        """A session follows these layers from now on: the group that it is in by that."""
        held = self._group_of.get(session)
        if held is not None:
            if (held.reader, held.layers) == (reader, layers):
                return held
            self.drop(session)
        group = self._groups.get((reader, layers))
        if group is None:
            group = self._groups[reader, layers] = Group(reader, layers)
            self._by_reader.setdefault(reader, {})[group] = None
            for layer in layers:
                self._by_layer.setdefault(layer, {})[group] = None
        group.sessions[session] = None
        self._group_of[session] = group
        return group

    def drop(self, session: Session) -> None:
        """A session follows nothing any more."""
        group = self._group_of.pop(session)
        del group.sessions[session]
        if not group.sessions:
            del self._groups[group.reader, group.layers]
            alike = self._by_reader[group.reader]
            del alike[group]
            if not alike:
                del self._by_reader[group.reader]
            for layer in group.layers:
                held = self._by_layer[layer]
                del held[group]
                if not held:
                    del self._by_layer[layer]

    def readers(self) -> list[Reader]:
        """All that somebody here is."""
        return list(self._by_reader)

    def groups(self, reader: Reader) -> list[Group]:
        """The groups of one reader."""
        return list(self._by_reader.get(reader, ()))

    def following(self, stream: str) -> Sequence[Group]:
        """The groups that a stream goes to."""
        kind, _, rest = stream.partition("/")
        if kind in ("body", "talk"):
            return list(self._by_layer.get(rest, ()))
        if kind == "pair":
            one, other = (self._by_layer.get(layer, {}) for layer in streams.layers_of(stream))
            few, many = (one, other) if len(one) <= len(other) else (other, one)
            return [group for group in few if group in many]
        if kind == "head":
            able = (reader for reader in self._by_reader if self.may_read(reader, rest))
            return [group for reader in able for group in self._by_reader[reader]]
        leading = stream == LEAD_STREAM
        return [group for group in self._groups.values() if not leading or leads(group.role)]


def leads(role: Role) -> bool:
    """Whether a role is told who may come and who came."""
    return at_least(role, "facilitator")
