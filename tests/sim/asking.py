"""Questions in the simulation, and what must be true of every answer.

An answer is looked at twice: by an index made anew of the same board, and by plain means that
share nothing with it: networkx over what who asks may read, and a look at every text.
"""

import random
from collections.abc import Iterator

import networkx as nx

from board.state import Board, Node
from layers.words import marks, read_query
from server import questions
from server.find import Answers
from server.glean import Gleaned, Gleaner
from server.questions import AnyQuestion, AnyResult
from server.room import Look
from tests.sim.making import CANARY, WORDS


def question(rng: random.Random, board: Board) -> AnyQuestion:
    """Any question, about nodes of all layers, and some that are not there."""
    nodes = [*board.graph, "nothing"]
    match rng.randrange(5):
        case 0:
            sought = rng.choice([*WORDS, CANARY, "eq", "not es", '"city', str(rng.randrange(100))])
            return questions.Search(sought)
        case 1:
            return questions.Neighbours(rng.choice(nodes), rng.randrange(1, 4))
        case 2:
            ends = rng.choice(nodes), rng.choice(nodes)
            return questions.Path(*ends, directed=rng.random() < 0.3)
        case 3:
            return questions.Degrees()
        case _:
            return questions.Communities()


def _may_read(board: Board, look: Look, layer: str) -> bool:
    return layer in look.also or board.may_read(look.role, layer)


def readable(board: Board, look: Look) -> "nx.MultiDiGraph[str]":
    """The graph as who asks may read it."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_nodes_from(node.id for node in board.nodes() if _may_read(board, look, node.layer))
    for held in board.relations.values():
        if held.source in graph and held.target in graph:
            graph.add_edge(held.source, held.target, key=held.id)
    return graph


def check(board: Board, reads: dict[str, int], look: Look, result: AnyResult) -> None:
    """An answer is that of an index made anew, and true."""
    asked = look.frame.question
    fresh = Answers()
    gleaned: Gleaned = Gleaner().glean(board, reads)
    assert fresh.answer(gleaned, look.role, asked, look.also) == result, asked
    fresh.close()
    graph = readable(board, look)
    for node in named(result):
        assert node in graph, f"{node} reached a {look.role}"
    match asked, result:
        case questions.Search(), questions.Found():
            _check_found(board, look, asked.text, result, graph)
        case questions.Neighbours(), questions.Near():
            far = nx.single_source_shortest_path_length(
                nx.Graph(graph), asked.node, cutoff=asked.depth
            )
            assert {held.node.id: held.distance for held in result.nodes} == dict(far)
        case questions.Path(), questions.Way():
            flat = nx.DiGraph(graph) if asked.directed else nx.Graph(graph)
            there = nx.has_path(flat, asked.source, asked.target)
            assert there == bool(result.nodes)
            if there:
                steps = nx.shortest_path_length(flat, asked.source, asked.target)
                assert len(result.hops) == len(result.nodes) - 1 == steps
        case questions.Degrees(), questions.Ranking():
            for held in result.related:
                loops = graph.number_of_edges(held.node.id, held.node.id)
                assert held.relations == graph.degree(held.node.id) - loops
            assert result.related_count == sum(degree > 0 for _, degree in graph.degree())
        case questions.Communities(), questions.Groups():
            together = [set(part) for part in nx.weakly_connected_components(graph)]
            for group in result.groups:
                assert any(part.issuperset(group.nodes) for part in together)
        case _, questions.Unanswered():
            assert result.code == "unknown_node"
            ends = [getattr(asked, name, "") for name in ("node", "source", "target")]
            assert any(end and end not in graph for end in ends)
        case _:
            raise AssertionError(f"{result} is no answer to {asked}")


def named(result: AnyResult) -> Iterator[str]:
    """The nodes that an answer names."""
    match result:
        case questions.Found():
            for hit in result.hits:
                yield from (end.id for end in hit.ends)
                if hit.owner == "node":
                    yield hit.id
        case questions.Near():
            yield from (held.node.id for held in result.nodes)
        case questions.Way():
            yield from (node.id for node in result.nodes)
        case questions.Ranking():
            yield from (held.node.id for held in result.related)
            yield from (node.id for node in result.unrelated)
        case questions.Groups():
            for group in result.groups:
                yield from (group.head.id, *group.nodes)


def _check_found(
    board: Board, look: Look, sought: str, result: questions.Found, graph: "nx.MultiDiGraph[str]"
) -> None:
    """Every thing that may be read and holds each word is found, and nothing else."""
    query = read_query(sought)
    texts: dict[str, list[str]] = {}
    for layer in board.layers.values():
        if _may_read(board, look, layer.id):
            texts[f"layer {layer.id}"] = [
                said for each in layer.text.values() for said in each.values()
            ]
    for id in graph:
        node = board.node(id)
        assert isinstance(node, Node)
        said = [text for each in node.text.values() for text in each.values()]
        texts[f"node {id}"] = [*said, *node.tags]
    for _, _, id in graph.edges(keys=True):
        each = board.relations[id].text
        texts[f"relation {id}"] = [text for held in each.values() for text in held.values()]

    for comment in board.comments.values():
        if _may_read(board, look, board.comment_layer(comment)):
            texts[f"comment {comment.id}"] = list(comment.text["text"].values())

    def holds(said: list[str]) -> bool:
        # of all phrases but the last a whole word is meant, which a further phrase makes of it
        return bool(query) and all(
            any(
                marks(text, (phrase,) if at == len(query) - 1 else (phrase, ("\0",)))
                for text in said
            )
            for at, phrase in enumerate(query)
        )

    expected = {name for name, said in texts.items() if holds(said)}
    assert result.count == len(expected) and not result.more
    found = {f"{hit.owner} {hit.id}" for hit in result.hits}
    assert found <= expected and len(found) == min(len(expected), 50)
