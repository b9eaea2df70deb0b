"""The graph at work: what is near a node, how two are joined, what belongs together.

A Web holds the nodes and relations that somebody may read and nothing else, so that no answer
depends on anything else. Every answer follows from that content alone: not from the order in
which things came, nor from chance. Pure.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from typing import Final

import networkx as nx
from msgspec import Struct

SEED: Final = 1  # louvain takes nodes in a random order: always the same one


class Reached(Struct, frozen=True):
    """What lies within some steps of a node: its nodes with their distances, nearest first.

    ``more``: there were too many.
    """

    nodes: tuple[tuple[str, int], ...]
    more: bool


class Community(Struct, frozen=True):
    """Nodes that are related to one another more than to others; ``head`` has most relations."""

    nodes: tuple[str, ...]
    head: str


class TooLarge(Exception):
    """There is more than this can be worked out for: ``what`` and how many it may be at most."""

    def __init__(self, what: str, most: int) -> None:
        super().__init__(f"at most {most:,} {what}")
        self.what = what
        self.most = most


class Web:
    """Nodes and relations by their ids. ``revision`` rises when one of them comes or goes."""

    def __init__(self) -> None:
        self.graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        self.ends: dict[str, tuple[str, str]] = {}  # relation -> source, target
        self.revision = 0

    def put_node(self, id: str) -> None:
        """Add a node, if it is not there."""
        if id not in self.graph:
            self.graph.add_node(id)
            self.revision += 1

    def drop_node(self, id: str) -> list[str]:
        """Take a node out with its relations, and say which they were."""
        if id not in self.graph:
            return []
        gone = list(self.relations_of(id))
        for relation in gone:
            self.drop_relation(relation)
        self.graph.remove_node(id)
        self.revision += 1
        return gone

    def put_relation(self, id: str, source: str, target: str) -> None:
        """Add a relation between two nodes that are there, if it is not there."""
        if id not in self.ends:
            self.graph.add_edge(source, target, key=id)
            self.ends[id] = source, target
            self.revision += 1

    def drop_relation(self, id: str) -> None:
        """Take a relation out, if it is there."""
        ends = self.ends.pop(id, None)
        if ends is not None:
            self.graph.remove_edge(*ends, key=id)
            self.revision += 1

    def relations_of(self, id: str) -> Iterator[str]:
        """The relations of a node, each once."""
        found = {key for _, _, key in self.graph.out_edges(id, keys=True)}
        found.update(key for _, _, key in self.graph.in_edges(id, keys=True))
        return iter(sorted(found))

    def _next(self, id: str, directed: bool) -> Iterator[str]:
        yield from self.graph.succ[id]
        if not directed:
            yield from self.graph.pred[id]

    # -- what is asked

    def neighbours(self, id: str, depth: int, most: int) -> Reached:
        """What lies within ``depth`` steps of a node, itself first; at most ``most`` nodes."""
        far = {id: 0}
        edge = [id]
        for distance in range(1, depth + 1):
            fresh = {
                other for node in edge for other in self._next(node, False) if other not in far
            }
            edge = sorted(fresh)
            for node in edge:
                if len(far) == most:
                    return Reached(tuple(far.items()), True)
                far[node] = distance
        return Reached(tuple(far.items()), False)

    def path(self, source: str, target: str, directed: bool = False) -> list[str]:
        """The nodes of a shortest path, its ends included; [] when there is none.

        Of several it is the one whose ids come first.
        """
        left = {target: 0}  # steps to the target
        edge = [target]
        while edge and source not in left:
            fresh: list[str] = []
            for node in edge:
                before = self.graph.pred[node] if directed else self._next(node, False)
                for other in before:
                    if other not in left:
                        left[other] = left[node] + 1
                        fresh.append(other)
            edge = fresh
        if source not in left:
            return []
        found = [source]
        while found[-1] != target:
            steps = left[found[-1]] - 1
            near = (other for other in self._next(found[-1], directed) if left.get(other) == steps)
            found.append(min(near))
        return found

    def between(self, source: str, target: str, directed: bool = False) -> str:
        """The relation that joins two neighbours: from source to target where there is one."""
        forward = self.graph.get_edge_data(source, target, default={})
        if forward or directed:
            return str(min(forward))
        return str(min(self.graph.get_edge_data(target, source, default={})))

    def degrees(self) -> list[tuple[str, int]]:
        """Every node with the number of its relations, most first; one with itself counts once."""
        loops = Counter(source for source, target in self.ends.values() if source == target)
        counted = ((id, degree - loops[id]) for id, degree in self.graph.degree())
        return sorted(counted, key=lambda held: (-held[1], held[0]))

    def communities(self, nodes_max: int, relations_max: int) -> list[Community]:
        """What belongs together, the largest first: groups of two and more, by the Louvain method.

        Raises TooLarge.
        """
        ends = [pair for pair in self.ends.values() if pair[0] != pair[1]]
        related = sorted({id for pair in ends for id in pair})
        if len(related) > nodes_max:
            raise TooLarge("related nodes", nodes_max)
        if len(ends) > relations_max:
            raise TooLarge("relations", relations_max)
        # by number, and in order: sets of numbers, other than of texts, always have one order
        place = {id: at for at, id in enumerate(related)}
        joined: Counter[tuple[int, int]] = Counter()
        for source, target in ends:
            low, high = sorted((place[source], place[target]))
            joined[low, high] += 1
        graph: nx.Graph[int] = nx.Graph()
        graph.add_nodes_from(range(len(related)))
        graph.add_weighted_edges_from((*pair, joined[pair]) for pair in sorted(joined))
        found = [
            self._community([related[at] for at in sorted(held)])
            for held in nx.community.louvain_communities(graph, seed=SEED)
            if len(held) > 1
        ]
        return sorted(found, key=lambda held: (-len(held.nodes), held.nodes))

    def _community(self, nodes: Collection[str]) -> Community:
        inside = set(nodes)
        inner = {
            id: sum(
                source in inside and target in inside
                for source, target in (self.ends[each] for each in self.relations_of(id))
            )
            for id in nodes
        }
        return Community(tuple(nodes), min(nodes, key=lambda id: (-inner[id], id)))
