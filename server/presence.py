"""Who is here: a lane of its own, lossy, where the newest wins. Pure."""

from collections.abc import Iterator

from server.protocol import Person, Presence, encode

Session = int


class People:
    """The sessions of one board as others see them, and what changed since it was last told."""

    def __init__(self) -> None:
        self._sessions: dict[Session, Person | None] = {}  # None: without a link
        self._following: dict[Session, None] = {}
        self._changed: dict[str, Person | None] = {}  # seat -> None: gone
        self._new: dict[Session, None] = {}  # who needs the whole list
        self._counts = (0, 0)  # as last told

    def put(self, session: Session, person: Person | None, following: bool) -> None:
        """A session came, or its state changed. ``person`` is None when it came by no link."""
        if session not in self._sessions:
            self._new[session] = None
        held = self._sessions.get(session)
        self._sessions[session] = person
        if following:
            self._following[session] = None
        else:
            self._following.pop(session, None)
        if person is not None and person != held:
            self._changed[person.seat] = person

    def drop(self, session: Session) -> None:
        """A session is here no more."""
        person = self._sessions.pop(session, None)
        self._following.pop(session, None)
        self._new.pop(session, None)
        if person is not None:
            self._changed[person.seat] = None

    def missed(self, session: Session) -> None:
        """A frame to the session was lost: it needs the whole list."""
        if session in self._sessions:
            self._new[session] = None

    def frames(self, watching: Iterator[Session]) -> list[tuple[list[Session], bytes]]:
        """What is to be told now, to those of the watching who need it."""
        counts = (len(self._sessions), len(self._following))
        told = self._changed or counts != self._counts
        others = [session for session in watching if session not in self._new] if told else []
        found: list[tuple[list[Session], bytes]] = []
        if others:
            put = [person for person in self._changed.values() if person is not None]
            drop = [seat for seat, person in self._changed.items() if person is None]
            found.append((others, encode(Presence(*counts, put=put, drop=drop))))
        if self._new:
            everybody = [person for person in self._sessions.values() if person is not None]
            found.append((list(self._new), encode(Presence(*counts, put=everybody, reset=True))))
        self._changed, self._new, self._counts = {}, {}, counts
        return found
