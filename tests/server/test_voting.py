"""Voting in the room: whose ballot counts, what is told of it, and what it comes to."""

import random
from collections import Counter
from typing import Any

import msgspec
import pytest

from board import limits, ops
from board.replay import restore, snapshot
from board.state import Board
from server import protocol
from server.polls import Poll
from server.protocol import Vote, Voted, Voter
from server.room import Command, Effect, Room, Send
from server.voting import Destroy, Keep
from tests.server.roomful import Roomful
from tests.sim.client import Client

A, B, C, D = ("a" * 13, "b" * 13, "c" * 13, "d" * 13)
STICKIES = tuple(f"s{at}" for at in range(5))


class Booth(Roomful):
    """A room with a store of ballots, which can be held up, and be all that is left of it."""

    def __init__(self) -> None:
        self.salts = 0
        self.store: dict[str, Poll] = {}
        self.waiting: list[Keep] = []
        self.destroyed: list[str] = []
        self.slow = False
        self.ids = 0
        super().__init__()

    def _salt(self) -> str:
        self.salts += 1
        return f"salt {self.salts}"  # never the same: the keys of rounds are made of it

    def carry_out(self, effects: list[Effect]) -> None:  # type: ignore[override]
        super().carry_out(effects)
        for effect in effects:
            if isinstance(effect, Keep):
                self.waiting.append(effect)
            if isinstance(effect, Destroy):
                self.keep(tell=False)
                self.store.pop(effect.round, None)
                self.destroyed.append(effect.round)
        if not self.slow:
            self.keep()

    def keep(self, *, tell: bool = True) -> None:
        """Make durable what waits, and tell of it."""
        keeps, self.waiting = self.waiting, []
        for keep in keeps:
            cast = keep.cast
            self.store.setdefault(cast.round, Poll(cast.round, cast.key)).put(
                cast.voter, cast.ballot
            )
        if tell and keeps:
            super().carry_out(self.room.kept(keeps))

    def join(self, *names: Any, **more: Any) -> Client:
        """Connect a client, which says what its browser is."""
        client = super().join(*names, **more)
        self.say(client.name, Voter(client.voter))
        client.voted.clear()
        return client

    def vote(self, name: str, round: str = "r", **ballot: int) -> Voted:
        """Send a ballot; the answer, or the last that was told when it is held up."""
        self.ids += 1
        self.say(name, Vote(self.ids, round, ballot))
        return self.clients[self.sessions[name]].voted[-1]

    def open(self, **fields: Any) -> None:
        fields = {"id": "r", "question": "Which?", "layer": "ideas", **fields}
        assert isinstance(self.admin(ops.RoundOpen(**fields)), protocol.Ack)

    def close(self, round: str = "r") -> dict[str, int]:
        assert isinstance(self.admin(ops.RoundClose(round)), protocol.Ack)
        return self.board.rounds[round].tally

    def tick(self) -> None:
        """Time for the next tally."""
        self.now_s += 1 / limits.TALLY_HZ + 0.01
        self.carry_out(self.room.tick(self.now_s))

    def crash(self) -> None:
        """Only what is durable is left; all connections are gone."""
        self.clients.clear()
        self.sessions.clear()
        self.waiting.clear()
        board: Board = restore(snapshot(self.room.board))
        open = board.open_round
        poll = self.store.get(open.id) if open is not None else None
        for round in [round for round in self.store if open is None or round != open.id]:
            del self.store[round]
        copy = None if poll is None else Poll(poll.round, poll.key, poll.ballots)
        self.room = Room(board, epoch=board.epoch + 1, salt=self._salt, poll=copy)


@pytest.fixture
def booth() -> Booth:
    held = Booth()
    held.admin(
        ops.LayerCreate("ideas"),
        ops.LayerCreate("other"),
        ops.LayerCreate("shut", read="facilitator"),
        *(ops.NodeCreate(id, "ideas", kind="sticky") for id in STICKIES),
        ops.NodeCreate("o", "other", kind="sticky"),
        ops.NodeCreate("x", "shut", kind="sticky"),
    )
    return held


def browser(booth: Booth, name: str, voter: str) -> Client:
    """A tab of a browser that keeps this secret."""
    client = Client(name, booth.reader)
    client.voter = voter
    return client


def test_VO3_a_ballot_takes_the_place_of_the_last(booth: Booth) -> None:
    booth.join(A)
    booth.open(votes=2)
    assert booth.vote(A, s0=1, s1=1).ballot == {"s0": 1, "s1": 1}
    assert booth.vote(A, s1=1).ballot == {"s1": 1}
    assert booth.vote(A, s1=1).ballot == {"s1": 1}
    assert booth.vote(A, s1=1, s2=0).ballot == {"s1": 1}
    assert booth.close() == {"s1": 1}


def test_VO3_a_ballot_has_no_more_votes_than_the_round_gives(booth: Booth) -> None:
    booth.join(A)
    booth.open(votes=2)
    booth.vote(A, s0=1)
    for ballot in ({"s0": 1, "s1": 1, "s2": 1}, {"s0": 2}):
        voted = booth.vote(A, **ballot)
        assert (voted.code, voted.ballot) == ("too_many_votes", {"s0": 1})
    booth.close()
    booth.open(id="q", votes=3, several=True)
    assert booth.vote(A, "q", s0=3).ballot == {"s0": 3}
    assert booth.vote(A, "q", s0=3, s1=1).code == "too_many_votes"
    assert booth.close("q") == {"s0": 3}


def test_VO4_all_tabs_of_a_browser_have_one_ballot(booth: Booth) -> None:
    booth.open()
    first = booth.join(A, client=browser(booth, A, "secret"))
    second = booth.join(B, client=browser(booth, B, "secret"))
    booth.join(C, client=browser(booth, C, "other"))
    booth.vote(A, s0=1)
    assert second.ballot == {"s0": 1} and second.voted[-1].id == 0
    booth.say(A, Voter("other"))  # what was said first counts
    booth.vote(B, s1=1)
    assert first.ballot == {"s1": 1}
    booth.vote(C, s1=1)
    assert booth.close() == {"s1": 2}


def test_VO4_who_comes_back_has_the_ballot_that_they_had(booth: Booth) -> None:
    booth.open()
    booth.join(A, client=browser(booth, A, "secret"))
    booth.vote(A, s0=1)
    booth.leave(A)
    # a reload keeps the tab's seat; another link, or a new tab, is another seat
    for name, link in ((A, "participant"), (B, "facilitator")):
        client = booth.join(name, link, client=browser(booth, name, "secret"))
        assert client.ballot == {"s0": 1}
        booth.vote(name, s0=1)
    assert booth.close() == {"s0": 1}


def test_VO4_a_seat_without_a_secret_is_a_voter_of_its_own(booth: Booth) -> None:
    booth.open()
    for name in (A, B):
        booth.join(name)
        booth.vote(name, s0=1)
    # nobody takes another's ballot by saying their public name
    booth.join(C, client=browser(booth, C, A))
    booth.vote(C, s1=1)
    assert booth.close() == {"s0": 2, "s1": 1}


def test_VO4_in_a_round_by_link_each_link_has_one_ballot(booth: Booth) -> None:
    booth.admin(ops.LinkSet("ann", "participant", 1), ops.LinkSet("ben", "participant", 1))
    booth.open(by_link=True)
    booth.join(A, "ann", client=browser(booth, A, "one"))
    other = booth.join(B, "ann", client=browser(booth, B, "two"))
    booth.join(C, "ben", client=browser(booth, C, "one"))
    booth.vote(A, s0=1)
    assert other.ballot == {"s0": 1}
    booth.vote(B, s1=1)
    booth.vote(C, s1=1)
    assert booth.close() == {"s1": 2}


def test_VO5_a_ballot_counts_when_it_is_durable_and_is_answered_then(booth: Booth) -> None:
    client = booth.join(A)
    booth.open()
    booth.slow = True
    booth.say(A, Vote(1, "r", {"s0": 1}))
    assert client.voted == []
    booth.tick()
    assert client.tally == ("", 0, {})
    booth.keep()
    booth.tick()
    assert client.tally == ("r", 1, {}) and client.voted[-1] == Voted(1, "r", {"s0": 1})
    booth.say(A, Vote(2, "r", {"s1": 1}))
    assert booth.close() == {"s0": 1}  # the second is not durable yet
    assert client.voted[-1].code == "" and booth.store == {}


def test_VO5_a_ballot_that_is_durable_only_after_the_end_is_refused(booth: Booth) -> None:
    client = booth.join(A)
    booth.open()
    booth.slow = True
    booth.say(A, Vote(1, "r", {"s0": 1}))
    booth.room.decide([Command(0, (ops.RoundClose("r"),))], 1_000, booth.now_s)
    booth.keep()  # between what was decided and its end
    assert client.voted == []
    booth.carry_out(booth.room.committed())
    assert booth.board.rounds["r"].tally == {}
    assert client.voted[-1] == Voted(
        1, "r", {}, "round_closed", "the round is closed", "round"
    )
    assert booth.store == {}


def test_VO5_a_closed_round_refuses_with_its_reason(booth: Booth) -> None:
    booth.join(A)
    booth.open()
    booth.close()
    voted = booth.vote(A, s0=1)
    assert (voted.code, voted.message) == ("round_closed", "the round is closed")
    booth.admin(ops.RoundRemove("r"))
    assert booth.vote(A, s0=1).code == "unknown_round"


def test_VO6_participants_vote_also_on_what_is_locked(booth: Booth) -> None:
    booth.admin(
        ops.LayerSet("ideas", locked=True, write="owner"), ops.LinkSet("look", "viewer", 1)
    )
    booth.open()
    booth.join(A)
    booth.join(B, "look")
    assert booth.vote(A, s0=1).ballot == {"s0": 1}
    assert booth.vote(B, s0=1).code == "role"
    booth.admin(ops.BoardArchive(True))
    assert booth.vote(A, s1=1).code == "archived"


def test_VO6_what_one_may_not_read_is_refused_as_what_is_not_there(booth: Booth) -> None:
    booth.open(layer=None, nodes=("s0", "x"))
    booth.join(A)
    booth.join(B, "facilitator")
    hidden, missing = booth.vote(A, x=1), booth.vote(A, y=1)
    assert hidden.code == missing.code == "unknown_node"
    assert hidden.where.replace("x", "y") == missing.where and hidden.message == missing.message
    assert booth.vote(A, o=1).code == "not_voted_on"
    assert booth.vote(B, x=1).ballot == {"x": 1}


def test_VO6_votes_have_a_rate(booth: Booth) -> None:
    booth.join(A)
    booth.open()
    codes = [booth.vote(A, s0=1).code for _ in range(limits.RATE_VOTES_BURST + 5)]
    assert codes == [""] * limits.RATE_VOTES_BURST + ["slow_down"] * 5
    booth.now_s += 1.0
    assert booth.vote(A, s1=1).ballot == {"s1": 1}


def test_VO7_what_is_gone_gives_its_votes_back(booth: Booth) -> None:
    client = booth.join(A)
    booth.open(votes=2)
    booth.vote(A, s0=1, s1=1)
    for gone, back in (
        (ops.NodeRemove("s0"), ops.NodeRestore("s0")),
        (ops.NodeSet("s0", layer="other"), ops.NodeSet("s0", layer="ideas")),
        (ops.NodeSet("s0", layer="shut"), ops.NodeSet("s0", layer="ideas")),
    ):
        booth.admin(gone)
        assert client.ballot == {"s1": 1}
        booth.admin(back)
        assert client.ballot == {"s0": 1, "s1": 1}
    booth.admin(ops.LayerSet("ideas", read="facilitator"))
    assert client.ballot == {}
    booth.admin(ops.LayerSet("ideas", read="viewer"))
    booth.admin(ops.NodeRemove("s0"))
    # what is gone is passed over in a new ballot, and its vote is free
    assert booth.vote(A, s0=1, s1=1, s2=1).ballot == {"s1": 1, "s2": 1}
    booth.admin(ops.NodeRestore("s0"))
    assert client.ballot == {"s1": 1, "s2": 1}
    assert booth.close() == {"s1": 1, "s2": 1}


def test_VO7_what_is_out_of_sight_at_the_end_keeps_what_was_given_in_sight(booth: Booth) -> None:
    ada = booth.join(A)
    booth.open(votes=2)
    booth.vote(A, s0=1, s1=1)
    booth.admin(ops.LayerSet("ideas", read="facilitator"))
    assert ada.ballot == {}
    assert booth.close() == {"s0": 1, "s1": 1}


def test_VO8_who_voted_for_what_is_kept_in_a_named_round_alone(booth: Booth) -> None:
    booth.join(A)
    booth.join(B)
    for round, named in (("r", True), ("q", False)):
        booth.open(id=round, named=named, votes=3, several=True)
        booth.vote(A, round, s0=2, s1=1)
        booth.vote(B, round, s0=1)
        assert booth.close(round) == {"s0": 3, "s1": 1}
        assert booth.board.rounds[round].voters == {"ideas": 2}
    assert booth.board.rounds["r"].by == {"s0": {A: 2, B: 1}, "s1": {A: 1}}
    assert booth.board.rounds["q"].by == {}


def test_VO12_a_ballot_names_nobody_where_the_round_is_not_named(booth: Booth) -> None:
    booth.join(A, client=browser(booth, A, "secret"))
    keys = []
    for round in ("r", "q"):
        booth.open(id=round)
        booth.vote(A, round, s0=1)
        (held,) = booth.store.values()
        ((voter, ballot),) = held.ballots.items()
        assert ballot.seat == "" and len(voter) == 32
        for text in (A, "secret", "participant"):
            assert text.encode() not in voter + held.key + msgspec.json.encode(ballot)
        keys.append((held.key, voter))
        booth.close(round)
        assert booth.store == {}
    assert keys[0][0] != keys[1][0] and keys[0][1] != keys[1][1]
    assert booth.destroyed == ["r", "q"]


def test_VO12_what_a_client_says_of_the_outcome_is_passed_over(booth: Booth) -> None:
    booth.join(A, "facilitator")
    booth.open()
    booth.vote(A, s0=1)
    booth.submit(A, ops.RoundClose("r", {"s1": 99}, {"ideas": 99}, {"s1": {A: 99}}))
    round = booth.board.rounds["r"]
    assert (round.tally, round.voters, round.by) == ({"s0": 1}, {"ideas": 1}, {})


def test_VO13_hidden_results_tell_only_how_many_have_voted(booth: Booth) -> None:
    client = booth.join(A)
    booth.open()
    booth.vote(A, s0=1)
    booth.tick()
    assert client.tally == ("r", 1, {})
    late = booth.join(B)
    assert late.tally == ("r", 1, {})


def test_VO13_a_live_tally_is_told_to_each_role_as_far_as_it_may_read(booth: Booth) -> None:
    booth.open(layer=None, nodes=("s0", "s1", "x"), live=True, votes=2)
    part, lead = booth.join(A), booth.join(B, "facilitator")
    booth.vote(A, s0=1)
    booth.vote(B, s0=1, x=1)
    booth.tick()
    assert part.tally == ("r", 2, {"s0": 2}) and lead.tally == ("r", 2, {"s0": 2, "x": 1})
    booth.frames[A].clear()
    booth.vote(B, x=1, s1=1)
    booth.vote(B, x=1)
    booth.tick()
    assert part.tally == ("r", 1, {"s0": 1}) and lead.tally == ("r", 2, {"s0": 1, "x": 1})
    booth.frames[A].clear()
    booth.vote(B)
    booth.tick()
    assert booth.frames[A] == []  # nothing that they may read of has changed
    late = booth.join(C)
    assert late.tally == ("r", 1, {"s0": 1})


def test_VO13_tallies_go_out_four_times_a_second_at_most(booth: Booth) -> None:
    names = [f"{at:a>13}" for at in range(10, 60)]
    for name in names:
        booth.join(name)
    booth.open(live=True)
    booth.tick()
    booth.sends.clear()
    for name in names:
        booth.vote(name, s0=1)
        booth.now_s += 0.02
        booth.carry_out(booth.room.tick(booth.now_s))
    told = [send for send in booth.sends if send.frame.startswith(b'{"t":"tally"')]
    assert 3 <= len(told) <= 5  # in one second
    assert all(len(send.sessions) == len(names) for send in told)
    booth.tick()
    assert booth.clients[booth.sessions[names[0]]].tally == ("r", 50, {"s0": 50})


@pytest.mark.parametrize("voted", [False, True])
def test_VO13_when_a_role_is_told_says_nothing_of_what_it_may_not_read(
    booth: Booth, voted: bool
) -> None:
    """VO13, RM5: a vote in a closed layer holds no tally back that others are to have."""
    part = booth.join(A)
    booth.join(B, "facilitator")
    booth.join(C)
    booth.open(layer=None, nodes=("s0", "x"), live=True)
    booth.tick()
    if voted:
        booth.vote(B, x=1)
        booth.tick()
    booth.vote(C, s0=1)
    booth.now_s += 0.1
    booth.carry_out(booth.room.tick(booth.now_s))
    assert part.tally == ("r", 1, {"s0": 1})


def test_VO4_whose_ballot_is_durable_after_they_have_left_has_others_told_of_it(
    booth: Booth,
) -> None:
    booth.open(by_link=True)
    booth.join(A, client=browser(booth, A, "one"))
    other = booth.join(B, client=browser(booth, B, "two"))
    booth.slow = True
    booth.say(A, Vote(1, "r", {"s0": 1}))
    booth.leave(A)
    booth.keep()
    assert other.ballot == {"s0": 1}


def test_RM34_what_no_vote_depends_on_recounts_nobody(
    booth: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RM34: while layers are driven and things are made, ballots are looked at by nobody."""
    booth.open()
    for name in (A, B, C):
        booth.join(name)
        booth.vote(name, s0=1)
    looked: list[str] = []
    find = Poll.voter
    monkeypatch.setattr(Poll, "voter", lambda poll, name: looked.append(name) or find(poll, name))
    booth.admin(ops.StageDrive({"ideas": False}), ops.NodeCreate("s9", "ideas", kind="sticky"))
    assert looked == []
    booth.admin(ops.NodeRemove("s0"))
    assert len(looked) >= 3


def test_VO14_a_restart_keeps_the_round_and_what_was_answered(booth: Booth) -> None:
    booth.join(A, client=browser(booth, A, "secret"))
    booth.open(votes=2)
    booth.vote(A, s0=1, s1=1)
    booth.slow = True
    booth.say(A, Vote(9, "r", {"s2": 1}))  # and not answered
    booth.crash()
    booth.slow = False
    client = booth.join(A, client=browser(booth, A, "secret"))
    assert client.ballot == {"s0": 1, "s1": 1} and client.tally == ("r", 1, {})
    booth.vote(A, s0=1)
    assert booth.close() == {"s0": 1}


@pytest.mark.parametrize("seed", range(30))
def test_VO14_everybody_counts_once_whatever_happens(booth: Booth, seed: int) -> None:
    """Votes of many browsers with tabs that come and go, over a store that is slow and crashes."""
    rng = random.Random(seed)
    browsers = [f"secret {at}" for at in range(12)]
    sent: dict[str, list[tuple[int, dict[str, int]]]] = {name: [(0, {})] for name in browsers}
    answered = dict.fromkeys(browsers, 0)
    tabs: dict[str, str] = {}
    booth.open(votes=3, several=True, named=rng.random() < 0.5)

    def listen() -> None:
        for name, session in booth.sessions.items():
            for voted in booth.clients[session].voted:
                if voted.id and not voted.code:
                    answered[tabs[name]] = max(answered[tabs[name]], voted.id)

    for _ in range(150):
        booth.now_s += 0.3
        here = list(booth.sessions)
        match rng.randrange(12) if here else 0:
            case 0 | 1:
                name = f"{rng.randrange(10**6):a>13}"
                tabs[name] = rng.choice(browsers)
                booth.join(name, client=browser(booth, name, tabs[name]))
            case 2:
                booth.leave(rng.choice(here))
            case 3:
                booth.slow = not booth.slow
                if not booth.slow:
                    booth.keep()
            case 4:
                booth.crash()
            case 5:
                booth.tick()
            case 6:
                booth.keep(tell=False)  # durable, and then the answer is lost
                booth.crash()
            case _:
                name = rng.choice(here)
                picks = dict(Counter(rng.choice(STICKIES) for _ in range(rng.randint(0, 3))))
                sent[tabs[name]].append((booth.ids + 1, picks))
                booth.ids += 1
                booth.say(name, Vote(booth.ids, "r", picks))
        listen()
    booth.keep()
    listen()
    poll = booth.store["r"]
    counted: Counter[str] = Counter()
    for name in browsers:
        held = poll.ballots.get(poll.voter(f"browser {name}"))
        votes = {} if held is None else held.votes
        # what was answered last, or what was sent after that
        assert votes in [ballot for id, ballot in sent[name] if id >= answered[name]], name
        counted.update(votes)
    assert len(poll.ballots) <= len(browsers)
    assert booth.close() == dict(sorted(counted.items()))
    assert booth.store == {} and any(answered.values())


def test_VO13_a_vote_costs_no_frame_for_anybody_else(booth: Booth) -> None:
    for name in (A, B, C):
        booth.join(name)
    booth.open(live=True)
    booth.sends.clear()
    booth.vote(A, s0=1)
    assert [send.sessions for send in booth.sends if isinstance(send, Send)] == [
        (booth.sessions[A],)
    ]
