"""Record tests/frames/traces.json: what a client says and hears, and what it holds at the end.

    python -m tests.frames.record

The file is a list of traces, each ``{"name": ..., "steps": [...]}``. A step is one of

- ``{"hello": have}``: a new connection begins; ``have`` is what the client claims to hold whole,
  stream -> version. What it holds of other streams is forgotten.
- ``{"frame": frame}``: a frame comes from the server, as JSON.
- ``{"follow": {"layers": [...], "have": have}}`` and ``{"unfollow": [...]}``: the client says so.
  ``have`` names the streams of these layers that it holds whole.
- ``{"held": {stream: {"version": v, "records": {id: record}}}}``: this is what the client holds
  now of the board, of all headers, and of the bodies and pairs of the layers that it follows.
  A stream that is not named there is empty, or is not followed.

A browser's model that is driven by the frames must come to the same records and versions, and
at ``hello`` and ``follow`` may claim just what is claimed here. The Python model that made the
traces (tests/sim/client.py) is held to the room's projection by the simulation.
"""

import json
from collections.abc import Callable
from pathlib import Path

from board import ops
from layers import stream as streams
from tests.server.roomful import Roomful
from tests.sim.client import Client
from tests.sim.world import World, small_limits

PATH = Path(__file__).with_name("traces.json")

Trace = dict[str, object]


def held(client: Client) -> dict[str, object]:
    """What a client holds of what it follows."""
    return {
        stream: {
            "version": kept.version,
            "records": {id: json.loads(record) for id, record in sorted(kept.records.items())},
        }
        for stream, kept in sorted(client.streams.items())
        if stream.startswith("head/") or client.followed.issuperset(streams.layers_of(stream))
    }


def _text(title: str) -> dict[str, dict[str, str]]:
    return {"title": {"en": title}}


def _cards(room: Roomful, layer: str, count: int) -> None:
    room.admin(
        *(
            ops.NodeCreate(
                f"{layer}-{index}", layer, x=240.0 * index, y=10.0, text=_text(f"Card {index}")
            )
            for index in range(count)
        )
    )


def _board(room: Roomful) -> None:
    room.admin(
        ops.TextSet("board", "title", "en", "Traces", ""),
        ops.LayerCreate("themes", group=True, text=_text("Themes")),
        ops.LayerCreate("a", parent="themes", text=_text("A")),
        ops.LayerCreate("b", parent="themes", color="teal", text=_text("B")),
        ops.LayerCreate("hidden", published=False, text=_text("Hidden")),
        ops.LayerCreate("vault", read="facilitator", text=_text("Vault")),
    )
    for layer in ("a", "b", "hidden", "vault"):
        _cards(room, layer, 3)
    room.admin(
        ops.RelationCreate("ab", "a-0", "b-0", text={"label": {"en": "leads to"}}),
        ops.RelationCreate("aa", "a-0", "a-1", dashed=True),
        ops.RelationCreate("ah", "a-1", "hidden-1"),
        ops.RelationCreate("av", "a-2", "vault-2"),
    )


def _steps(client: Client) -> list[dict[str, object]]:
    assert client.trace is not None
    return client.trace


def _watch(room: Roomful, name: str = "wwwwwwwwwwwww") -> Client:
    client = Client(name, room.reader)
    client.trace = []
    return room.join(name, "viewer", client=client)


def _mark(client: Client) -> None:
    _steps(client).append({"held": held(client)})


def joining(room: Roomful) -> Client:
    """A small board comes whole; then patches of every kind."""
    _board(room)
    client = _watch(room)
    _mark(client)
    room.admin(ops.NodeSet("a-0", x=5.0), ops.TextSet("node", "text", "en", "More", "", "a-0"))
    room.admin(ops.NodeSet("a-0", layer="b"))  # its relations go to another pair
    room.admin(ops.NodeRemove("a-1"), ops.RelationRemove("ab"))
    room.admin(ops.NodeRestore("a-1"))
    room.admin(ops.StageSet(True), ops.StageDrive({"hidden": True, "b": False}))
    _mark(client)
    room.admin(ops.NodeSet("b-1", x=7.0), ops.NodeSet("hidden-0", y=7.0))
    room.admin(ops.StageSet(False), ops.BoardSet("fr"))
    _mark(client)
    return client


def chunks(room: Roomful) -> Client:
    """A larger board comes in chunks; records change, come and go meanwhile."""
    _board(room)
    _cards(room, "a", 0)
    room.admin(
        *(ops.NodeCreate(f"n{at}", "a", x=9.0 * at, text=_text("n" * at)) for at in range(60))
    )
    room.admin(*(ops.RelationCreate(f"r{at}", f"n{at}", f"n{at + 1}") for at in range(40)))
    room.pulling = False
    client = _watch(room)
    for at in range(8):
        room.carry_out(room.room.drained(room.sessions[client.name]))
        room.admin(
            ops.NodeSet(f"n{at}", x=-5.0), ops.NodeRemove(f"n{at + 10}"),
            ops.NodeCreate(f"x{at}", "a"), ops.NodeSet(f"n{at + 30}", layer="b"),
        )  # fmt: skip
    room.pulling = True
    room.pull()
    _mark(client)
    room.admin(*(ops.NodeSet(f"n{at}", y=3.0) for at in range(10)))
    with_many = [ops.NodeSet(id, h=99.0) for _, id in room.board.members["a"]]
    many = [ops.NodeCreate(f"m{at}", "a") for at in range(60)]
    room.admin(*with_many, *many)  # so much at once that the stream begins anew
    room.pull()
    _mark(client)
    return client


def resuming(room: Roomful) -> Client:
    """A client comes back: to nothing new, to what came since, and to what is not kept."""
    _board(room)
    client = _watch(room)
    room.join("ooooooooooooo", "owner")
    name = client.name
    room.leave(name)
    room.join(name, "viewer", client=client)
    _mark(client)
    room.leave(name)
    room.submit("ooooooooooooo", ops.NodeSet("a-0", x=1.0))
    room.submit("ooooooooooooo", ops.NodeSet("a-0", layer="b"))
    room.submit("ooooooooooooo", ops.NodeSet("a-0", layer="a"), ops.NodeRemove("b-0"))
    room.join(name, "viewer", client=client)
    _mark(client)
    room.leave(name)
    room.submit("ooooooooooooo", ops.LayerSet("b", read="participant"))
    room.submit("ooooooooooooo", ops.NodeSet("b-1", x=1.0))
    room.join(name, "viewer", client=client)
    _mark(client)
    return client


def switching(room: Roomful) -> Client:
    """Layers are switched off and on; a node moves to and fro between one that is on and not."""
    _board(room)
    client = _watch(room)
    client.own = {"themes", "b"}
    room.steer()
    room.admin(ops.NodeSet("b-2", layer="a"))
    room.admin(ops.NodeSet("b-2", layer="b"), ops.NodeSet("a-0", layer="b"))
    _mark(client)
    client.own = {"themes", "a", "b"}
    room.steer()
    room.pull()
    _mark(client)
    client.own = {"a"}
    room.steer()
    _mark(client)
    client.own = None
    room.steer()
    room.pull()
    _mark(client)
    return client


def rights(room: Roomful) -> Client:
    """Layers end and begin, by being removed, restored, closed, opened and moved."""
    _board(room)
    client = _watch(room)
    room.admin(ops.LayerSet("a", read="participant"))
    _mark(client)
    room.admin(ops.NodeSet("a-0", x=1.0), ops.LayerSet("vault", read="viewer"))
    room.pull()
    _mark(client)
    room.admin(ops.LayerSet("a", read="viewer"))
    room.pull()
    _mark(client)
    room.admin(ops.LayerRemove("themes"))
    _mark(client)
    room.admin(ops.LayerRestore("themes"))
    room.pull()
    _mark(client)
    room.admin(ops.LayerCreate("closed", group=True, read="owner"))
    room.admin(ops.LayerMove("b", parent="closed"))
    _mark(client)
    room.admin(ops.LayerMove("b", parent="themes"))
    room.pull()
    _mark(client)
    return client


SCENES: tuple[Callable[[Roomful], Client], ...] = (joining, chunks, resuming, switching, rights)


def simulated(seed: int, ops_min: int) -> list[dict[str, object]]:
    """A participant in the simulation: up to each checkpoint, and what it holds there."""
    world = World(seed, servers=1)
    person = world.people[4]
    person.client.trace = []
    due = ops_min // 3
    while world.log.ops < ops_min:
        world.step()
        if world.log.ops >= due:
            world.checkpoint()
            _mark(person.client)
            due += ops_min // 3
    return person.client.trace


def traces() -> list[Trace]:
    """All traces, in the order of the file."""
    found: list[Trace] = []
    with small_limits():
        for scene in SCENES:
            client = scene(Roomful())
            found.append({"name": scene.__doc__, "steps": _steps(client)})
        found.append({"name": "A participant in the simulation.", "steps": simulated(11, 1_200)})
    return found


def encoded() -> str:
    """The content of the file."""
    lines = (json.dumps(trace, ensure_ascii=False, separators=(",", ":")) for trace in traces())
    return "[\n" + ",\n".join(lines) + "\n]\n"


if __name__ == "__main__":
    PATH.write_text(encoded())
