"""Who is here and what they are doing: a lane of its own, lossy, where the newest wins. Pure.

All who came by a link of the same role are one **audience**: what they may read is the same, so
they are told the same, in bytes that are made once. Those without a link are one more, which is
told how many are here and in which roles, and nothing else of anybody.

What a person says that they are doing is kept as it was said. What an audience is told of it
names only nodes that both the person and the audience may read, and changes only when that does:
what happens in a layer that an audience may not read costs it no byte and no frame.
"""

import unicodedata
from collections.abc import Callable, Iterable
from typing import Final
from zlib import crc32

import msgspec
from msgspec import UNSET

from board import limits
from board.ops import PALETTE
from board.roles import RANK, Role, at_least
from server.protocol import Cursor, Doing, Dragged, Person, Presence, Present, Typing, encode

Session = int

COLORS: Final = PALETTE[1:]  # slate is everybody's
_JOINERS: Final = "\u200c\u200d"  # of scripts and emoji; all other characters of control go
_FIELDS: Final = ("cursor", "selection", "drag", "typing")


def clean_name(name: str) -> str:
    """A name in one line, without what cannot be seen or turns the text after it."""
    shown = (
        character if not unicodedata.category(character).startswith("C") or character in _JOINERS
        else " "
        for character in unicodedata.normalize("NFC", name)
    )  # fmt: skip
    line = " ".join("".join(shown).split())[: limits.NAME_CHARS_MAX]  # NFC may have made it longer
    return line if line.strip(_JOINERS + " ") else ""


class Said:
    """What a person says that they are doing, and when each part of it was said."""

    def __init__(self, role: Role) -> None:
        self.role = role
        self.cursor: Cursor | None = None
        self.selection: tuple[str, ...] = ()
        self.drag: tuple[Dragged, ...] = ()
        self.typing: Typing | None = None
        self.at_s: dict[str, float] = {}  # of the parts that are not none

    def take(self, frame: Present, now_s: float) -> None:
        """What is left out stays."""
        for field in _FIELDS:
            value = getattr(frame, field)
            if value is not UNSET:
                setattr(self, field, value)
                if value:
                    self.at_s[field] = now_s
                else:
                    self.at_s.pop(field, None)

    def expire(self, before_s: float) -> bool:
        """End what was last said before a time. False: there was nothing."""
        old = [field for field, at_s in self.at_s.items() if at_s < before_s]
        for field in old:
            setattr(self, field, () if field in ("selection", "drag") else None)
            del self.at_s[field]
        return bool(old)

    def names(self, ids: set[str]) -> bool:
        """Whether any of these nodes is named."""
        return (
            not ids.isdisjoint(self.selection)
            or any(held[0] in ids for held in self.drag)
            or (self.typing is not None and self.typing.id in ids)
        )


class Audience:
    """Those who are told the same. ``rank`` is what they may read; None: they have no link."""

    def __init__(self, rank: int | None) -> None:
        self.rank = rank
        self.sessions: dict[Session, None] = {}
        self.told: dict[str, Doing] = {}  # seat -> all that was told of it; not: nothing
        self.changed: set[str] = set()  # seats of which there may be something to tell
        self.late: set[str] = set()  # seats that had no room in the last frame


class People:
    """The sessions of one board as others see them, and what changed since it was last told.

    ``reach`` gives the least rank that may read a node, one above all for a node that is not
    there; ``may_change`` says whether a role may change a node.
    """

    def __init__(
        self, reach: Callable[[str], int], may_change: Callable[[Role, str], bool]
    ) -> None:
        self._reach = reach
        self._may_change = may_change
        self._here: dict[Session, Person | None] = {}  # None: without a link
        self._following: dict[Session, None] = {}
        self._said: dict[str, Said] = {}  # seat -> what it says that it is doing
        self._colors: dict[str, str] = {}
        self._audiences: dict[int | None, Audience] = {}
        self._audience_of: dict[Session, Audience] = {}
        self._changed: dict[str, Person | None] = {}  # seat -> None: gone
        self._new: dict[Session, None] = {}  # who needs the whole list
        self._plain: dict[str, Person] = {}  # as those without a link were told last
        self._counts = (0, 0)  # as last told
        self._shown: frozenset[str] = frozenset()  # the seats whose doing is told
        self._crowd_changed = False

    # -- who is here

    def put(self, session: Session, person: Person | None, following: bool) -> None:
        """A session came, or its state changed. ``person`` is None when it came by no link."""
        if session not in self._audience_of:
            self._new[session] = None
            rank = None if person is None else RANK[person.role]
            audience = self._audiences.get(rank)
            if audience is None:
                audience = self._audiences[rank] = Audience(rank)
                audience.changed.update(self._said)
            audience.sessions[session] = None
            self._audience_of[session] = audience
        if following:
            self._following[session] = None
        else:
            self._following.pop(session, None)
        if person is not None:
            color = self._colors.get(person.seat) or self._color(person.seat)
            person = msgspec.structs.replace(person, color=color)
            self._colors[person.seat] = color
            if person != self._here.get(session):
                self._changed[person.seat] = person
                self._crowd_changed = True
        self._here[session] = person

    def _color(self, seat: str) -> str:
        """A colour that goes by the seat, while nobody else has it."""
        first = crc32(seat.encode()) % len(COLORS)
        order = [COLORS[(first + step) % len(COLORS)] for step in range(len(COLORS))]
        taken = set(self._colors.values())
        return next((color for color in order if color not in taken), order[0])

    def hide(self, session: Session) -> None:
        """A session is shown no more, and is still told of others."""
        person = self._here.pop(session, None)
        self._following.pop(session, None)
        if person is not None:
            self._changed[person.seat] = None
            self._said.pop(person.seat, None)
            self._colors.pop(person.seat, None)
            self._crowd_changed = True
            self._mark({person.seat})

    def drop(self, session: Session) -> None:
        """A session is here no more."""
        self.hide(session)
        self._new.pop(session, None)
        audience = self._audience_of.pop(session, None)
        if audience is not None:
            del audience.sessions[session]
            if not audience.sessions:
                del self._audiences[audience.rank]

    def missed(self, session: Session) -> None:
        """A frame to the session was lost: it needs the whole list."""
        if session in self._audience_of:
            self._new[session] = None

    # -- what they are doing

    def present(self, session: Session, frame: Present, now_s: float) -> None:
        """A session says what it is doing. Who may change nothing is passed over."""
        person = self._here.get(session)
        if person is None or not at_least(person.role, "participant"):
            return
        role: Role = person.role  # type: ignore[assignment]
        said = self._said.setdefault(person.seat, Said(role))
        said.take(frame, now_s)
        self._mark({person.seat})

    def expire(self, now_s: float) -> None:
        """End what was not said again within PRESENCE_EXPIRES_S."""
        before_s = now_s - limits.PRESENCE_EXPIRES_S
        self._mark({seat for seat, said in self._said.items() if said.expire(before_s)})

    def touched(self, ids: set[str] | None) -> None:
        """These nodes have changed, and who may read or change them with them; None: any."""
        if ids is None:
            self._mark(self._said.keys())
        elif ids:
            self._mark({seat for seat, said in self._said.items() if said.names(ids)})

    def _mark(self, seats: Iterable[str]) -> None:
        for audience in self._audiences.values():
            if audience.rank is not None:
                audience.changed.update(seats)

    def _choose(self) -> None:
        """Whose doing is told: everybody's, or in a crowd that of the first facilitators."""
        self._crowd_changed = False
        people = [person for person in self._here.values() if person is not None]
        if len(people) > limits.PRESENT_MAX:
            leaders = [person for person in people if at_least(person.role, "facilitator")]
            people = leaders[: limits.PRESENT_MAX]
        shown = frozenset(person.seat for person in people)
        self._mark(shown ^ self._shown)
        self._shown = shown

    def _seen(self, seat: str, rank: int) -> Doing:
        """What an audience may know of what somebody is doing."""
        said = self._said.get(seat)
        if said is None or seat not in self._shown:
            return _nothing(seat)
        reach, role = self._reach, said.role
        most = min(rank, RANK[role])
        drag = tuple(
            held for held in said.drag if reach(held[0]) <= most and self._may_change(role, held[0])
        )
        typing = said.typing
        if typing is not None and not (
            reach(typing.id) <= most and self._may_change(role, typing.id)
        ):
            typing = None
        selection = tuple(id for id in said.selection if reach(id) <= most)
        return Doing(seat, said.cursor, selection, drag, typing)

    def _news(self, audience: Audience) -> list[Doing]:
        """What an audience is told now: what changed for it, as much as has room."""
        if audience.rank is None:
            return []
        news: dict[str, Doing] = {}
        for seat in audience.changed:
            seen = self._seen(seat, audience.rank)
            if seen != audience.told.get(seat, _nothing(seat)):
                news[seat] = seen
        room = limits.PRESENCE_THINGS_MAX
        late = audience.late
        audience.changed, audience.late = set(), set()
        found: list[Doing] = []
        # the order goes by what is told, and not by what was said of things that are hidden
        for seat, seen in sorted(news.items(), key=lambda held: (held[0] not in late, held[0])):
            told = audience.told.get(seat) or _nothing(seat)
            if room <= 0:
                audience.late.add(seat)
                seen = _without_more(told, seen)
            change = _difference(told, seen)
            if change is not None:
                room -= len(change.selection or ()) + len(change.drag or ())
                found.append(change)
                audience.told[seat] = seen
            if seen == _nothing(seat):
                audience.told.pop(seat, None)
        audience.changed |= audience.late
        return found

    # -- telling

    def frames(self) -> list[tuple[list[Session], bytes]]:
        """What is to be told now, and to whom."""
        if self._crowd_changed:
            self._choose()
        counts = (len(self._here), len(self._following))
        put = [person for person in self._changed.values() if person is not None]
        drop = [seat for seat, person in self._changed.items() if person is None]
        for seat in drop:
            self._plain.pop(seat, None)
        unnamed = [person for person in _unnamed(put) if person != self._plain.get(person.seat)]
        self._plain |= {person.seat: person for person in unnamed}
        found: list[tuple[list[Session], bytes]] = []
        for audience in self._audiences.values():
            for seat in drop:
                audience.told.pop(seat, None)
            doing = self._news(audience)
            named = audience.rank is not None
            people = put if named else unnamed
            told = bool(people or drop) or counts != self._counts
            new = [session for session in self._new if session in audience.sessions]
            if told or doing:
                others = [session for session in audience.sessions if session not in self._new]
                if others:
                    frame = Presence(*counts, put=people, drop=drop, doing=doing)
                    found.append((others, encode(frame)))
            if new:
                people = [person for person in self._here.values() if person is not None]
                whole = [_difference(_nothing(seat), seen) for seat, seen in audience.told.items()]
                frame = Presence(
                    *counts,
                    put=people if named else _unnamed(people),
                    reset=True,
                    doing=[doing for doing in whole if doing is not None],
                )
                found.append((new, encode(frame)))
        self._changed, self._new, self._counts = {}, {}, counts
        return found


def _unnamed(people: list[Person]) -> list[Person]:
    return [msgspec.structs.replace(person, name="", color="") for person in people]


def _nothing(seat: str) -> Doing:
    return Doing(seat, None, (), (), None)


def _without_more(told: Doing, seen: Doing) -> Doing:
    """What may still be known of what was told, with no node more."""
    selection, drag = set(seen.selection or ()), {held[0] for held in seen.drag or ()}
    return Doing(
        seen.seat,
        seen.cursor,
        tuple(id for id in told.selection or () if id in selection),
        tuple(held for held in told.drag or () if held[0] in drag),
        seen.typing,
    )


def _difference(told: Doing, seen: Doing) -> Doing | None:
    """What has changed from what was told; None: nothing."""
    changed = {
        field: getattr(seen, field)
        for field in _FIELDS
        if getattr(seen, field) != getattr(told, field)
    }
    return Doing(seen.seat, **changed) if changed else None
