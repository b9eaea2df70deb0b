"""Who votes in the round that is open, what counts, and what is told of it. Pure.

The room (server/room.py) says who is here, what has been committed and which ballots are durable;
what has to be told comes back as frames with those whom they are for. What the ballots come to is
worked out in server/polls.py; they are kept by server/ballots.py.

Sessions that are one **voter** have one ballot: the tabs of a browser, a seat without a secret, or
in a round by link all who came by one. A tally is told to each role, by what that role may read;
when it is told depends on that alone, too.
"""

from collections.abc import Callable, Sequence
from math import inf
from typing import Final, get_args

from msgspec import Struct

from board import limits
from board.decide import REFUSALS
from board.ops import RoundClose
from board.roles import Role, at_least
from board.state import Board
from server.ballots import Cast
from server.polls import Ballot, Poll
from server.protocol import Tally, Vote, Voted

Session = int

ROLES: Final[tuple[Role, ...]] = get_args(Role)


class Keep(Struct, frozen=True):
    """Keep a ballot durably (server/ballots.py), then call ``Room.kept``, in the order of these.

    ``id`` is that of the frame ``vote``; ``voter`` is whose it is, for the room alone.
    """

    session: Session
    id: int
    voter: str
    cast: Cast


class Destroy(Struct, frozen=True):
    """Destroy the key and the ballots of a round, after all that is to be kept before this."""

    round: str


class Voter:
    """One session, as voting knows it. ``may_read`` says which layers it may read just now."""

    def __init__(
        self, session: Session, seat: str, link: str, role: Role, may_read: Callable[[str], bool]
    ) -> None:
        self.session = session
        self.seat = seat
        self.link = link
        self.role = role
        self.may_read = may_read
        self.name = f"seat {seat}"  # what all that have one ballot have in common
        self.hears = False  # of votes
        self.ballot: dict[str, int] = {}  # as it was last told


class Voting:
    """The sessions of one board as voters, and the durable ballots of the open round.

    ``board`` gives the board as it is now, ``may_read`` says whether a role may read a layer,
    ``salt`` gives a fresh random text. ``poll`` are the ballots of the open round that were kept.
    """

    def __init__(
        self,
        board: Callable[[], Board],
        may_read: Callable[[Role, str], bool],
        salt: Callable[[], str],
        poll: Poll | None = None,
    ) -> None:
        self._board = board
        self._may_read = may_read
        self._salt = salt
        self._poll = poll  # of the open round
        self._voters: dict[Session, Voter] = {}
        self._sessions: dict[str, dict[Session, None]] = {}  # by the names of voters
        self._tallied: dict[Role, tuple[int, dict[str, int]]] = {}  # as it was last told
        self._told_s: dict[Role, float] = {}  # when that was
        self._due: set[Role] = set()  # for whom it may be another by now
        self.change()

    # -- who is here

    def put(self, voter: Voter) -> None:
        """A session came."""
        self._voters[voter.session] = voter
        self._sessions.setdefault(voter.name, {})[voter.session] = None

    def drop(self, session: Session) -> None:
        """A session is here no more."""
        voter = self._voters.pop(session)
        alike = self._sessions[voter.name]
        del alike[session]
        if not alike:
            del self._sessions[voter.name]

    def hear(self, session: Session, secret: str) -> list[Voted | Tally]:
        """From now on a session hears of votes, first of how it is now.

        ``secret`` is one that all tabs of its browser share.
        """
        voter = self._voters[session]
        if voter.hears:
            return []
        self.drop(session)
        voter.hears = True
        if secret:
            voter.name = f"browser {secret}"
        self.put(voter)
        if self._poll is None:
            return []
        voters, votes = self._tally(voter.role)  # what was told is of rights of before
        return [self._told(voter), Tally(self._poll.round, voters, votes, reset=True)]

    # -- rounds

    def is_open(self, round: str) -> bool:
        """Whether ballots of a round count now."""
        return self._poll is not None and self._poll.round == round

    def change(self) -> list[Destroy]:
        """Begin to count the round that is open now, and destroy the ballots of one that is not."""
        open = self._board().open_round
        ended: list[Destroy] = []
        if self._poll is not None and (open is None or open.id != self._poll.round):
            ended.append(Destroy(self._poll.round))
            self._poll = None
            self._tallied.clear()
        if self._poll is None and open is not None:
            self._poll = Poll(open.id, (self._salt() + self._salt()).encode())
            for voter in self._voters.values():
                voter.ballot = {}
        return ended

    def closed(self, round: str) -> RoundClose:
        """What a round has come to by its durable ballots, for the log."""
        if self._poll is None or not self.is_open(round) or round not in self._board().rounds:
            return RoundClose(round)
        return self._poll.closed(self._board())

    # -- ballots

    def vote(self, session: Session, frame: Vote, *, is_late: bool) -> Keep | Voted:
        """The ballot that a frame comes to, to be kept; or the answer that refuses it.

        ``is_late``: the client votes too often.
        """
        voter = self._voters[session]
        answer = self._judged(voter, frame)
        if isinstance(answer, Ballot) and is_late:
            answer = "slow_down", "too many votes at once", ""
        if not isinstance(answer, Ballot):
            ballot = self._ballot(voter) if self.is_open(frame.round) else {}
            return Voted(frame.id, frame.round, ballot, *answer)
        assert self._poll is not None
        name = self._name(voter)
        cast = Cast(self._poll.round, self._poll.key, self._poll.voter(name), answer)
        return Keep(session, frame.id, name, cast)

    def _judged(self, voter: Voter, frame: Vote) -> Ballot | tuple[str, str, str]:
        """The ballot that a frame comes to, or the code, the message and the place of a refusal."""
        board = self._board()
        round = board.rounds.get(frame.round)
        if round is None:
            return "unknown_round", REFUSALS["unknown_round"], "round"
        if not round.open:
            return "round_closed", REFUSALS["round_closed"], "round"
        if not at_least(voter.role, "participant"):
            return "role", REFUSALS["role"], ""
        if board.archived:
            return "archived", REFUSALS["archived"], ""
        assert self._poll is not None
        former = self._poll.ballots.get(self._poll.voter(self._name(voter)))
        votes: dict[str, int] = {}
        for node, count in frame.ballot.items():
            where = f"ballot[{node}]"
            if not count:
                continue
            if count > 1 and not round.several:
                return "too_many_votes", "this round gives a thing one vote of each person", where
            if self._votes_for(voter, node):
                votes[node] = count
            elif former is None or node not in former.votes:
                held = board.node(node)
                if held is None or not voter.may_read(held.layer):
                    return "unknown_node", REFUSALS["unknown_node"], where
                return "not_voted_on", "this round is not about that", where
        if sum(votes.values()) > round.votes:
            return "too_many_votes", f"this round gives each person {round.votes}", "ballot"
        if former is None and len(self._poll.ballots) >= limits.VOTERS_MAX:
            return "too_many", f"people have voted, at most {limits.VOTERS_MAX}", ""
        return Ballot(votes, voter.seat if round.named else "")

    def kept(self, keeps: Sequence[Keep]) -> list[tuple[Session, Voted]]:
        """These ballots are durable: they count from now on."""
        told: list[tuple[Session, Voted]] = []
        for keep in keeps:
            voter = self._voters.get(keep.session)
            if self._poll is None or not self.is_open(keep.cast.round):
                if voter is not None:  # it was closed meanwhile, without this
                    code = "round_closed"
                    voted = Voted(keep.id, keep.cast.round, {}, code, REFUSALS[code], "round")
                    told.append((keep.session, voted))
                continue
            self._poll.put(keep.cast.voter, keep.cast.ballot)
            self._due.update(ROLES)
            if voter is not None:
                told.append((keep.session, self._told(voter, keep.id)))
            told += (
                (other.session, self._told(other))
                for other in self._named(keep.voter)
                if other is not voter and other.hears
            )
        return told

    def recount(self, nodes: set[str] | None) -> list[tuple[Session, Voted]]:
        """These nodes have changed, None: and who may read what. They may have been voted for, and
        have gone by that, or come back.
        """
        if self._poll is None or not self._poll.votes:
            return []
        if nodes is not None and nodes.isdisjoint(self._poll.votes):
            return []
        self._due.update(ROLES)
        return [
            (voter.session, self._told(voter))
            for voter in self._voters.values()
            if voter.hears and self._ballot(voter) != voter.ballot
        ]

    def _votes_for(self, voter: Voter, node: str) -> bool:
        """Whether somebody may vote for a node in the open round, or has and it counts."""
        board = self._board()
        held, round = board.node(node), board.open_round
        return (
            held is not None
            and round is not None
            and voter.may_read(held.layer)
            and board.is_voted_on(round, held)
        )

    def _is_by_link(self) -> bool:
        open = self._board().open_round
        return open is not None and open.by_link

    def _name(self, voter: Voter) -> str:
        """Whose ballot somebody has in the open round: a browser's, a seat's or a share link's."""
        return f"link {voter.link}" if self._is_by_link() else voter.name

    def _named(self, name: str) -> list[Voter]:
        """All sessions that have one ballot in the open round."""
        if self._is_by_link():
            return [voter for voter in self._voters.values() if self._name(voter) == name]
        return [self._voters[session] for session in self._sessions.get(name, ())]

    def _ballot(self, voter: Voter) -> dict[str, int]:
        """What somebody votes for in the open round, as far as it counts."""
        assert self._poll is not None
        held = self._poll.ballots.get(self._poll.voter(self._name(voter)))
        if held is None:
            return {}
        return {node: held.votes[node] for node in held.votes if self._votes_for(voter, node)}

    def _told(self, voter: Voter, id: int = 0) -> Voted:
        """The ballot that somebody has, as it is told now."""
        assert self._poll is not None
        voter.ballot = self._ballot(voter)
        return Voted(id, self._poll.round, voter.ballot)

    # -- tallies

    def _tally(self, role: Role) -> tuple[int, dict[str, int]]:
        """How many have voted, and what is shown of what they voted for, to a role."""
        board = self._board()
        open = board.open_round
        assert self._poll is not None and open is not None
        # by role alone: what is read by seat is not counted
        voters, votes = self._poll.tally(board, lambda layer: self._may_read(role, layer))
        return voters, votes if open.live else {}

    def tallies(self, now_s: float) -> list[tuple[list[Session], Tally]]:
        """What has changed of the tally since each role was told, for those for whom it is due."""
        if self._poll is None:
            return []
        found: list[tuple[list[Session], Tally]] = []
        for role in ROLES:
            if role not in self._due or now_s - self._told_s.get(role, -inf) < 1 / limits.TALLY_HZ:
                continue
            self._due.discard(role)
            voters = self._voters.values()
            sessions = [voter.session for voter in voters if voter.hears and voter.role == role]
            if not sessions:
                self._tallied.pop(role, None)
                continue
            tally = self._news(role)
            if tally is not None:
                self._told_s[role] = now_s
                found.append((sessions, tally))
        return found

    def _news(self, role: Role) -> Tally | None:
        """What has changed of a role's tally since it was told; None: nothing."""
        assert self._poll is not None
        before_count, before = self._tallied.get(role, (0, {}))
        count, votes = self._tallied[role] = self._tally(role)
        if before.keys() - votes.keys():  # by now they may know nothing of it: it goes unsaid
            return Tally(self._poll.round, count, votes, reset=True)
        changed = {node: votes[node] for node in votes if before.get(node) != votes[node]}
        if not changed and count == before_count:
            return None
        return Tally(self._poll.round, count, changed)
