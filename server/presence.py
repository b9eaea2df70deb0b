"""Who is here and what they are doing: a lane of its own, lossy, where the newest wins. Pure.

All who came by a link of the same role are one **audience**: what they may read is the same, so
they are told the same, in bytes that are made once. Those without a link are one more, which is
told how many are here and in which roles, and nothing else of anybody.

What a person says that they are doing is kept as it was said. What an audience is told of it
names only nodes that both the person and the audience may read, and changes only when that does:
what happens in a layer that an audience may not read costs it no byte and no frame.

Whoever watches somebody (looks over their shoulder) is told more of that one: those who watch the
same seat by the same role are a small audience beside the one that they are in.
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
from server.protocol import (
    Cursor,
    Doing,
    Dragged,
    Here,
    Person,
    Presence,
    Present,
    Sign,
    Typing,
    Viewport,
    encode,
)

Session = int

COLORS: Final = PALETTE[1:]  # slate is everybody's
_JOINERS: Final = "\u200c\u200d"  # of scripts and emoji; all other characters of control go
_LISTS: Final = ("selection", "drag", "pointer")
_SAID: Final = ("cursor", "selection", "drag", "typing", "viewport", "pointer")
_FIELDS: Final = (*_SAID, "reaction")


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
        self.viewport: Viewport | None = None
        self.pointer: tuple[Cursor, ...] = ()
        self.reaction: tuple[Sign, int] | None = None
        self.reactions = 0  # how many were given
        self.at_s: dict[str, float] = {}  # of the parts that are not none

    def take(self, frame: Present, now_s: float) -> None:
        """What is left out stays."""
        if frame.reaction is not UNSET:
            self.reactions += 1
            self.reaction = (frame.reaction, self.reactions)
            self.at_s["reaction"] = now_s
        for field in _SAID:
            value = getattr(frame, field)
            if value is not UNSET:
                setattr(self, field, value)
                if value:
                    self.at_s[field] = now_s
                else:
                    self.at_s.pop(field, None)

    def expire(self, now_s: float) -> bool:
        """End what was not said again in time. False: there was nothing."""
        old = [
            field
            for field, at_s in self.at_s.items()
            if at_s < now_s - (
                limits.REACTION_S if field == "reaction" else limits.PRESENCE_EXPIRES_S
            )
        ]  # fmt: skip
        for field in old:
            setattr(self, field, () if field in _LISTS else None)
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
    """Those who are told the same. ``rank`` is what they may read; None: they have no link.

    ``seat`` is whom they watch, when that is what they are told of here; None: of everybody.
    """

    def __init__(self, rank: int | None, seat: str | None = None) -> None:
        self.rank = rank
        self.seat = seat
        self.sessions: dict[Session, None] = {}
        self.told: dict[str, Doing] = {}  # seat -> all that was told of it; not: nothing
        self.changed: set[str] = set()  # seats of which there may be something to tell
        self.late: set[str] = set()  # seats that had no room in the last frame


class People:
    """The sessions of one board as others see them, and what changed since it was last told.

    ``reach`` gives the least rank that may read a node, one above all for a node that is not
    there; ``may_change`` says whether a seat in a role may change a node; ``hides`` whether the
    cursors of those who do not lead are hidden from everybody. What is read in a seat's own name
    alone is told to nobody.
    """

    def __init__(
        self,
        reach: Callable[[str], int],
        may_change: Callable[[Role, str, str], bool],
        hides: Callable[[], bool] = lambda: False,
    ) -> None:
        self._reach = reach
        self._may_change = may_change
        self._hides = hides
        self._here: dict[Session, Person | None] = {}  # None: without a link
        self._session_of: dict[str, Session] = {}  # seat -> who is here by it
        self._following: dict[Session, None] = {}
        self._said: dict[str, Said] = {}  # seat -> what it says that it is doing
        self._colors: dict[str, str] = {}
        self._hands: dict[str, int] = {}  # seat -> its place in the order; of who is away, too
        self._left_s: dict[str, float] = {}  # seat with a hand that is away -> since when
        self._raised = 0  # how many hands ever were
        self._audiences: dict[int | None, Audience] = {}
        self._audience_of: dict[Session, Audience] = {}
        self._watching: dict[Session, Audience] = {}
        self._watchers: dict[str, dict[int, Audience]] = {}  # seat -> rank -> those who watch it
        self._changed: dict[str, Person | None] = {}  # seat -> None: gone
        self._new: dict[Session, None] = {}  # who needs the whole list
        self._plain: dict[str, Person] = {}  # as those without a link were told last
        self._counts = (0, 0)  # as last told
        self._shown: frozenset[str] = frozenset()  # the seats whose doing is told
        self._crowd_changed = False
        self._now_s = 0.0  # as of the last second

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
            watched = self._watching.get(session)
            person = msgspec.structs.replace(
                person,
                color=color,
                hand=self._hands.get(person.seat, 0),
                watching=(watched and watched.seat) or "",
            )
            self._colors[person.seat] = color
            self._session_of[person.seat] = session
            self._left_s.pop(person.seat, None)
            held = self._here.get(session)
            if person != held:
                self._changed[person.seat] = person
                self._crowd_changed |= held is None or held.role != person.role
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
            seat = person.seat
            self._changed[seat] = None
            self._said.pop(seat, None)
            self._colors.pop(seat, None)
            self._session_of.pop(seat, None)
            self._crowd_changed = True
            self._mark({seat})
            if seat in self._hands:
                self._left_s[seat] = self._now_s
                if len(self._left_s) > limits.SOCKETS_BOARD_MAX:
                    first = next(iter(self._left_s))
                    del self._hands[first], self._left_s[first]

    def drop(self, session: Session) -> None:
        """A session is here no more."""
        self.hide(session)
        self._unwatch(session)
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

    # -- hands, and who watches whom

    def asks(self, session: Session, frame: Here) -> bool:
        """Whether a frame would raise or lower a hand, or change whom somebody watches."""
        person = self._here.get(session)
        if person is None:
            return False
        raises = frame.hand is not UNSET and frame.hand != (person.seat in self._hands)
        watches = frame.watch is not UNSET and (frame.watch or "") != person.watching
        return raises or watches

    def here(self, session: Session, frame: Here) -> None:
        """A session raises or lowers its hand, or watches somebody; what is left out stays."""
        person = self._here.get(session)
        if person is None:
            return
        if frame.hand is True and person.seat not in self._hands:
            self._raised += 1
            self._hands[person.seat] = self._raised
        elif frame.hand is False:
            self._hands.pop(person.seat, None)
        if frame.watch is not UNSET:
            self._watch(session, person, frame.watch)
        self._again(session)

    def lower(self, seat: str | None) -> None:
        """Lower the hand of a seat, or all."""
        for lowered in [seat] if seat is not None else list(self._hands):
            self._hands.pop(lowered, None)
            self._left_s.pop(lowered, None)
            session = self._session_of.get(lowered)
            if session is not None:
                self._again(session)

    def _again(self, session: Session) -> None:
        person = self._here.get(session)
        if person is not None:
            self.put(session, person, session in self._following)

    def _watch(self, session: Session, person: Person, seat: str | None) -> None:
        """Let a session watch a seat that is here and may be seen to do something."""
        watched = self._here.get(self._session_of[seat]) if seat in self._session_of else None
        held = self._watching.get(session)
        if seat == (held and held.seat):
            return
        self._unwatch(session)
        self._new[session] = None  # what was told of the other one is forgotten with all else
        if watched is None or seat == person.seat or not at_least(watched.role, "participant"):
            return
        rank = RANK[person.role]
        audience = self._watchers.setdefault(watched.seat, {}).get(rank)
        if audience is None:
            audience = self._watchers[watched.seat][rank] = Audience(rank, watched.seat)
            audience.changed.add(watched.seat)
        audience.sessions[session] = None
        self._watching[session] = audience

    def _unwatch(self, session: Session) -> None:
        audience = self._watching.pop(session, None)
        if audience is None:
            return
        assert audience.seat is not None and audience.rank is not None
        del audience.sessions[session]
        if not audience.sessions:
            del self._watchers[audience.seat][audience.rank]
            if not self._watchers[audience.seat]:
                del self._watchers[audience.seat]

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
        """End what was not said again in time, and the hands of those who are gone for good."""
        self._now_s = now_s
        self._mark({seat for seat, said in self._said.items() if said.expire(now_s)})
        for seat, left_s in list(self._left_s.items()):
            if left_s < now_s - limits.HAND_KEPT_S:
                del self._hands[seat], self._left_s[seat]

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
        for seat in self._watchers.keys() & set(seats):
            for audience in self._watchers[seat].values():
                audience.changed.add(seat)

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

    def _seen(self, seat: str, audience: Audience) -> Doing:
        """What an audience may know of what somebody is doing."""
        said = self._said.get(seat)
        rank = audience.rank
        if said is None or rank is None:
            return _nothing(seat)
        if audience.seat is None:
            if seat in self._shown:
                return self._known(seat, said, rank)
            return msgspec.structs.replace(_nothing(seat), reaction=said.reaction)
        # whoever watches is told that by the whole audience already, when it is told at all
        closely = _nothing(seat) if seat in self._shown else self._known(seat, said, rank)
        return msgspec.structs.replace(closely, viewport=said.viewport, reaction=None)

    def _known(self, seat: str, said: Said, rank: int) -> Doing:
        reach, role = self._reach, said.role
        most = min(rank, RANK[role])
        drag = tuple(
            held
            for held in said.drag
            if reach(held[0]) <= most and self._may_change(role, seat, held[0])
        )
        typing = said.typing
        if typing is not None and not (
            reach(typing.id) <= most and self._may_change(role, seat, typing.id)
        ):
            typing = None
        selection = tuple(id for id in said.selection if reach(id) <= most)
        cursor, pointer = said.cursor, said.pointer
        if not at_least(role, "facilitator") and self._hides():
            cursor, pointer = None, ()
        return Doing(
            seat, cursor, selection, drag, typing,
            viewport=None, pointer=pointer, reaction=said.reaction,
        )  # fmt: skip

    def _news(self, audience: Audience) -> list[Doing]:
        """What an audience is told now: what changed for it, as much as has room."""
        if audience.rank is None:
            return []
        news: dict[str, Doing] = {}
        for seat in audience.changed:
            seen = self._seen(seat, audience)
            if seen != audience.told.get(seat, _nothing(seat)):
                news[seat] = seen
        room = limits.PRESENCE_THINGS_MAX
        reactions = limits.REACTIONS_MAX
        late = audience.late
        audience.changed, audience.late = set(), set()
        found: list[Doing] = []
        # the order goes by what is told, and not by what was said of things that are hidden
        for seat, seen in sorted(news.items(), key=lambda held: (held[0] not in late, held[0])):
            told = audience.told.get(seat) or _nothing(seat)
            if room <= 0:
                audience.late.add(seat)
                seen = _without_more(told, seen)
            if seen.reaction is not None and seen.reaction != told.reaction:
                if reactions <= 0:
                    audience.late.add(seat)
                    seen = msgspec.structs.replace(seen, reaction=told.reaction)
                reactions -= 1
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
        # of one seat its watchers and their whole audiences may be told the same field in turn:
        # whoever begins to be told it comes after whoever ceases
        later: list[tuple[list[Session], bytes]] = []
        for audience in self._close_audiences():
            frames = self._closely(counts, drop, audience)
            (found if audience.seat in self._shown else later).extend(frames)
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
                frame = Presence(
                    *counts,
                    put=people if named else _unnamed(people),
                    reset=True,
                    doing=_whole(audience),
                )
                found.append((new, encode(frame)))
        found.extend(later)
        for audience in self._close_audiences():
            new = [session for session in audience.sessions if session in self._new]
            if new and (doing := _whole(audience)):
                found.append((new, encode(Presence(*counts, doing=doing))))
        self._changed, self._new, self._counts = {}, {}, counts
        return found

    def _close_audiences(self) -> list[Audience]:
        return [audience for held in self._watchers.values() for audience in held.values()]

    def _closely(
        self, counts: tuple[int, int], gone: list[str], audience: Audience
    ) -> list[tuple[list[Session], bytes]]:
        """What those who watch a seat are told more of it."""
        for seat in gone:
            audience.told.pop(seat, None)
        doing = self._news(audience)
        others = [session for session in audience.sessions if session not in self._new]
        return [(others, encode(Presence(*counts, doing=doing)))] if doing and others else []


def _unnamed(people: list[Person]) -> list[Person]:
    return [
        msgspec.structs.replace(person, name="", color="", hand=0, watching="")
        for person in people
    ]  # fmt: skip


def _nothing(seat: str) -> Doing:
    return Doing(seat, None, (), (), None, None, (), None)


def _without_more(told: Doing, seen: Doing) -> Doing:
    """What may still be known of what was told, with no node more."""
    selection, drag = set(seen.selection or ()), {held[0] for held in seen.drag or ()}
    return msgspec.structs.replace(
        seen,
        selection=tuple(id for id in told.selection or () if id in selection),
        drag=tuple(held for held in told.drag or () if held[0] in drag),
    )


def _whole(audience: Audience) -> list[Doing]:
    """All that an audience was told, for who has heard nothing of it."""
    whole = (_difference(_nothing(seat), seen) for seat, seen in audience.told.items())
    return [doing for doing in whole if doing is not None]


def _difference(told: Doing, seen: Doing) -> Doing | None:
    """What has changed from what was told; None: nothing."""
    changed = {
        field: getattr(seen, field)
        for field in _FIELDS
        if getattr(seen, field) != getattr(told, field)
    }
    return Doing(seen.seat, **changed) if changed else None
