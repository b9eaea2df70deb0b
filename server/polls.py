"""The ballots of an open round of voting, and what they come to. Pure.

A ballot is whole: it says all that a voter votes for, and takes the place of the one before it.
So a ballot that is sent twice counts once, and none is ever added to another. Voters are known by
an HMAC under the round's own key alone (server/ballots.py keeps both, and destroys them together).
"""

import hmac
from collections import Counter
from collections.abc import Callable, Mapping

from msgspec import Struct

from board import ops
from board.state import Board


class Ballot(Struct, frozen=True):
    """All that a voter votes for: node -> votes. ``seat`` is "" where the round is anonymous."""

    votes: dict[str, int]
    seat: str = ""


class Poll:
    """The durable ballots of the open round ``round``, by voter."""

    def __init__(
        self, round: str, key: bytes, ballots: Mapping[bytes, Ballot] | None = None
    ) -> None:
        self.round = round
        self.key = key
        self.ballots: dict[bytes, Ballot] = {}
        self.votes: Counter[str] = Counter()  # node -> votes, also of nodes that are gone
        for voter, ballot in (ballots or {}).items():
            self.put(voter, ballot)

    def voter(self, name: str) -> bytes:
        """What a voter is known by in this round, and in no other."""
        return hmac.digest(self.key, name.encode(errors="surrogatepass"), "sha256")

    def put(self, voter: bytes, ballot: Ballot) -> None:
        """A ballot in the place of the voter's last; an empty one is none."""
        former = self.ballots.pop(voter, None)
        if former is not None:
            self.votes.subtract(former.votes)
        self.votes.update(ballot.votes)
        for node in (former.votes if former is not None else {}).keys() | ballot.votes.keys():
            if not self.votes[node]:
                del self.votes[node]
        if ballot.votes:
            self.ballots[voter] = ballot

    def counting(self, board: Board) -> dict[str, str]:
        """The nodes that anybody voted for and that may still be voted on, with their layers."""
        round = board.rounds[self.round]
        nodes = (board.node(id) for id in self.votes)
        return {
            node.id: node.layer
            for node in nodes
            if node is not None and board.is_voted_on(round, node)
        }

    def tally(
        self, board: Board, may_read: Callable[[str], bool]
    ) -> tuple[int, dict[str, int]]:
        """How many have voted, and the votes by node: for those who may read these layers."""
        counting = self.counting(board)
        readable = {layer: may_read(layer) for layer in set(counting.values())}
        seen = {node for node, layer in counting.items() if readable[layer]}
        voters = sum(not seen.isdisjoint(ballot.votes) for ballot in self.ballots.values())
        return voters, {node: self.votes[node] for node in sorted(seen)}

    def closed(self, board: Board) -> ops.RoundClose:
        """What the round has come to, for the log."""
        counting = self.counting(board)
        voters: Counter[str] = Counter()
        by: dict[str, dict[str, int]] = {}
        for ballot in self.ballots.values():
            voters.update({counting[node] for node in ballot.votes if node in counting})
            if board.rounds[self.round].named:
                for node in ballot.votes.keys() & counting.keys():
                    held = by.setdefault(node, {})
                    # a seat that came by two links is two voters, and one name
                    held[ballot.seat] = held.get(ballot.seat, 0) + ballot.votes[node]
        return ops.RoundClose(
            self.round,
            tally={node: self.votes[node] for node in sorted(counting)},
            voters=dict(sorted(voters.items())),
            by={node: dict(sorted(by[node].items())) for node in sorted(by)},
        )
