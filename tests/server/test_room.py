"""The room: who gets which bytes when. Clients are those of the simulation, so they check, too."""

import random
import sys
from collections.abc import Callable

import pytest

from board import limits, ops
from board.apply import version_step
from board.replay import fingerprint, fold, restore, snapshot
from board.state import Board
from server import protocol
from server.protocol import (
    Ack,
    Beat,
    Begin,
    Conflict,
    End,
    Follow,
    Goaway,
    Hello,
    Here,
    Presence,
    Present,
    Reject,
    Retry,
    Submit,
    Synced,
    Typing,
    Unfollow,
    Welcome,
)
from server.room import Close, Command, Identity, Request, Room, Send
from tests.server.roomful import Roomful
from tests.sim.client import Client, Put
from tests.sim.making import CANARY, VAULT, Look, Maker
from tests.sim.world import small_limits

A, B, C, D = ("a" * 13, "b" * 13, "c" * 13, "d" * 13)


def title(text: str) -> dict[str, dict[str, str]]:
    return {"title": {"en": text}}


@pytest.fixture
def room() -> Roomful:
    """Two layers in a group, one that is off, one for facilitators; nodes and relations."""
    held = Roomful()
    held.admin(
        ops.LayerCreate("top", group=True),
        ops.LayerCreate("one", parent="top", text=title("One")),
        ops.LayerCreate("two", parent="top"),
        ops.LayerCreate("off", published=False),
        ops.LayerCreate("shut", read="facilitator"),
        *(
            ops.NodeCreate(f"{layer}-{at}", layer, text=title(f"{layer} {at}"))
            for layer in ("one", "two", "off", "shut")
            for at in range(3)
        ),
        ops.RelationCreate("r12", "one-0", "two-0"),
        ops.RelationCreate("r11", "one-0", "one-1"),
        ops.RelationCreate("r1o", "one-0", "off-0"),
        ops.RelationCreate("r1s", "one-0", "shut-0"),
    )
    return held


def named(frames: list[object]) -> set[str]:
    """All streams that frames put."""
    found: set[str] = set()
    for frame in frames:
        if isinstance(frame, list):
            found.update(part.stream for part in frame)
        elif isinstance(frame, Put):
            found.add(frame.stream)
        elif isinstance(frame, Begin):
            found.update(frame.streams)
    return found


# -- joining


def test_RM6_a_session_joins_with_welcome_then_all_that_it_sees(room: Roomful) -> None:
    """RM6, WS6: welcome comes first, ready last; what is off is not sent, nor what is shut."""
    room.join(A, "participant")
    first, *between, last = room.heard(A)
    follow = ("one", "two")
    assert first == Welcome(1, "participant", A, 0, follow, limits.BEAT_S, limits.OPS_MAX, 1_000)
    assert last == Synced(ready=True)
    assert named(between) == {
        "board", "head/top", "head/one", "head/two", "head/off", "body/one", "body/two",
        "pair/one/one", "pair/one/two",
    }  # fmt: skip
    room.check(A)


def test_RM6_the_last_number_that_was_applied_is_in_welcome(room: Roomful) -> None:
    client = room.join(A)
    room.submit(A, ops.NodeSet("one-0", x=1.0))
    room.submit(A, ops.NodeSet("none", x=1.0))
    room.leave(A)
    room.heard(A)
    room.join(A, client=client)
    welcome = room.heard(A)[0]
    assert isinstance(welcome, Welcome) and welcome.last == 1


@pytest.mark.parametrize(
    ("identity", "version", "code"),
    [
        (Identity(A, "participant", 1), 2, 4005),
        (Identity(A, "participant", 2), 1, 4009),
        (Identity(A, "none", 1), 1, 4009),
        (Identity(A, "", 0), 1, 4009),
    ],
)
def test_RM7_who_may_not_join_is_closed(
    room: Roomful, identity: Identity, version: int, code: int
) -> None:
    """RM7, WS9: another protocol, an old or unknown link, no link on a board that is not public."""
    effects = room.room.hello(7, identity, Hello(version, "t"), 1.0)
    assert effects == [Close(7, code)]
    assert room.room.sessions == ()


def test_RM7_a_board_open_to_the_public_needs_no_link(room: Roomful) -> None:
    room.admin(ops.AccessSet(True))
    client = room.join(A, "")
    assert client.role == "viewer"
    room.check(A)


def test_RM8_a_second_connection_of_a_client_closes_the_first(room: Roomful) -> None:
    first = room.join(A)
    session = room.sessions[A]
    second = room.join(A)
    assert session not in room.clients
    room.submit(A, ops.NodeSet("one-0", x=1.0))
    assert second.acked == [1] and not first.acked
    room.check(A)


def test_RM9_a_full_board_takes_nobody_more(room: Roomful, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SOCKETS_BOARD_MAX", 2)
    room.join(A)
    room.join(B)
    assert room.room.hello(99, Identity(C, "viewer", 1), Hello(1, "t"), 1.0) == [Close(99, 4013)]
    again = room.room.hello(98, Identity(B, "participant", 1), Hello(1, "t"), 1.0)
    assert again[0] == Close(room.sessions[B], 4010)  # takes the place of its own


# -- streams


def test_RM10_bytes_are_made_once_and_sent_once_for_each_set_of_streams(room: Roomful) -> None:
    """However many sessions follow the same streams: one Send, one object of bytes."""
    for at in range(40):
        room.join(f"x{at:012d}", "viewer")
    for at in range(3):
        client = Client(f"y{at:012d}", room.reader)
        client.own = {"top", "two"}
        room.join(client.name, "viewer", client=client)
    room.sends.clear()
    room.admin(ops.NodeSet("one-0", x=1.0), ops.NodeSet("two-0", x=1.0))
    assert [len(send.sessions) for send in room.sends] == [40, 3]
    room.sends.clear()
    room.admin(ops.NodeSet("off-0", x=1.0))  # nobody follows it
    assert room.sends == []
    room.admin(ops.TextSet("layer", "title", "en", "Uno", "One", "one"))  # all follow headers
    assert [len(send.sessions) for send in room.sends] == [43]


def test_RM11_several_entries_of_one_commit_are_one_part_of_each_stream(room: Roomful) -> None:
    room.join(A)
    before = room.board.versions["body/one"]
    room.heard(A)
    first = room.request(A, ops.NodeSet("one-0", x=1.0), ops.NodeSet("two-0", x=1.0))
    second = room.request(A, ops.NodeSet("one-1", x=2.0))
    third = room.request(A, ops.NodeSet("one-1", x=3.0))
    room.decide(first, second, third)
    patch, *acks = room.heard(A)
    assert isinstance(patch, list)
    assert [(part.stream, part.since, part.version) for part in patch] == [
        ("body/one", before, before + 3),
        ("body/two", before, before + 1),
    ]
    assert set(patch[0].put) == {"one-0", "one-1"}
    assert acks == [Ack(1), Ack(2), Ack(3)]
    room.check(A)


def test_RM12_the_boards_seq_never_leaves(room: Roomful) -> None:
    """What happens where one may not look changes no number that one gets."""
    room.join(A, "viewer")
    for at in range(50):
        room.admin(ops.NodeSet("shut-0", x=float(at)))
    room.heard(A)
    room.admin(ops.NodeSet("one-0", x=1.0))
    (patch,) = room.heard(A)
    assert isinstance(patch, list)
    assert (patch[0].since, patch[0].version) == (1, 2) and room.board.seq > 50


def test_RM13_follow_and_unfollow_begin_and_stop_bodies_with_their_pairs(room: Roomful) -> None:
    client = room.join(A, "viewer")
    room.heard(A)
    client.own = {"top", "one", "off"}
    room.steer()
    assert named(room.heard(A)) == {"body/off", "pair/off/one"}
    room.admin(ops.NodeSet("two-0", x=1.0))
    assert room.heard(A) == []
    room.admin(ops.NodeSet("off-0", layer="one"))
    room.check(A)
    client.own = None
    room.steer()
    room.check(A)


def test_RM13_following_again_sends_what_is_not_held(room: Roomful) -> None:
    """RM13: by ``have`` alone: nothing when all is held, all when nothing is."""
    room.join(A, "viewer")
    room.heard(A)
    version = room.board.versions["body/one"]
    pairs = {"pair/one/one": 1, "pair/one/two": 1}
    room.say(A, Follow(("one",), have={"body/one": version, **pairs}))
    assert room.heard(A) == []
    room.say(A, Follow(("one",)))
    assert named(room.heard(A)) == {"body/one", *pairs}
    room.say(A, Follow(("one",), have={"body/one": version + 5, **pairs}))  # of another past
    (frame,) = room.heard(A)
    assert isinstance(frame, list) and frame[0].since == 0


def test_RM14_what_is_not_there_and_what_is_not_for_one_are_the_same(room: Roomful) -> None:
    """Named in follow they are passed over; named in have they end, in the same words."""
    answers: list[list[bytes]] = []
    for name in ("shut", "none"):
        client = Client(A, room.reader)
        room.frames.pop(A, None)
        session = room.join(A, "viewer", client=client) and room.sessions[A]
        have = {f"head/{name}": 3, f"body/{name}": 1, f"pair/{name}/two": 1, "garbage//": 1}
        room.say(A, Follow((name, "top"), have=have))
        room.say(A, Unfollow((name,)))
        room.leave(A)
        hello = Hello(1, "t", have=have, own=(name,))
        effects = room.room.hello(session + 1_000, Identity(A, "viewer", 1), hello, 1.0)
        room.room.leave(session + 1_000)
        frames = room.frames[A] + [e.frame for e in effects if isinstance(e, Send)]
        answers.append([frame.replace(name.encode(), b"NAME") for frame in frames])
    one, other = answers
    assert one == other
    assert any(b'"end"' in frame for frame in one)


# -- coming back


def resumed(room: Roomful, client: Client, link: str = "viewer") -> list[object]:
    room.heard(client.name)
    room.join(client.name, link, client=client)
    room.check(client.name)
    welcome, *rest = room.heard(client.name)
    assert isinstance(welcome, Welcome) and rest[-1] == Synced(ready=True)
    return rest[:-1]


def test_RM15_who_comes_back_gets_what_came_since_and_nothing_twice(room: Roomful) -> None:
    client = room.join(A, "viewer")
    room.join(B, "owner")
    room.leave(A)
    assert resumed(room, client) == []
    room.leave(A)
    versions = dict(room.board.versions)
    for at in range(9):
        room.submit(B, ops.NodeSet("one-0", x=float(at)))
    room.submit(B, ops.NodeRemove("one-1"))
    heads, patch = resumed(room, client)
    assert isinstance(heads, list) and isinstance(patch, list)
    parts = {part.stream: part for part in heads + patch}
    assert set(parts) == {"head/one", "body/one", "pair/one/one"}
    assert parts["body/one"].since == versions["body/one"]
    assert set(parts["body/one"].put) == {"one-0"}  # as it is now, once
    assert parts["body/one"].drop == ("one-1",)


def test_RM15_what_is_no_more_kept_comes_anew(
    room: Roomful, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RM15, ST7: rings are bounded, each and all together; a gap ends one."""
    client = room.join(A, "viewer")
    room.join(B, "owner")
    for name in ("RING_BYTES_MAX", "RINGS_BYTES_MAX"):
        with monkeypatch.context() as patch:
            patch.setattr(limits, name, 1_000)
            room.leave(A)
            for at in range(12):
                room.submit(B, ops.NodeSet("one-0", x=at + 0.5))
            frames = resumed(room, client)
            assert isinstance(frames[0], list)
            assert [part.since for part in frames[0] if part.stream == "body/one"] == [0]
    room.leave(A)
    room.leave(B)
    room.admin(ops.NodeSet("one-0", x=77.0))  # while nobody follows
    frames = resumed(room, client)
    assert isinstance(frames[0], list) and {part.since for part in frames[0]} == {0}


def test_ST7_no_more_is_kept_for_whatever_versions_are_asked(room: Roomful) -> None:
    """ST7: not a part for each version that somebody comes back from."""
    room.join(A, "viewer")
    room.join(B, "owner")
    held = room.room._streams
    for at in range(50):
        room.submit(B, ops.NodeSet("one-0", x=at + 0.5))
    ring = held._rings["body/one"]
    parts = [held.since("body/one", version) for version in sorted(ring.starts)]
    assert len(parts) == 50 and None not in parts
    assert sum(map(len, ring.merged.values())) <= ring.size
    assert held.since("body/one", max(ring.starts)) is held.since("body/one", max(ring.starts))


def test_RM15_a_version_of_the_future_comes_anew(room: Roomful) -> None:
    client = room.join(A, "viewer")
    client.streams["body/one"].version = 99
    client.streams["board"].version = 99
    room.leave(A)
    frames = resumed(room, client)
    assert named(frames) == {"body/one", "board"}


def test_RM15_who_comes_from_a_history_that_was_lost_gets_all_anew(room: Roomful) -> None:
    """A backup is brought back, and as much happens since as had happened before."""
    kept = snapshot(room.board)
    client = room.join(A, "viewer")
    room.join(B, "owner")

    def three(where: Roomful, salt: str, x: float) -> None:
        where.room.salt = lambda: salt
        for at in range(3):
            where.submit(B, ops.NodeSet("one-0", x=x + at), n=at + 1)

    three(room, "then", 1.0)
    assert client.streams["body/one"].version == 1 + 3 * version_step("then")
    room.leave(A)
    again = Roomful()
    again.room = Room(restore(kept), epoch=2, salt=str)
    again.join(B, "owner")
    three(again, "since", 5.0)
    again.join(A, "viewer", client=client)
    frames = [frame for frame in again.heard(A) if isinstance(frame, list)]
    parts = {part.stream: part.since for frame in frames for part in frame}
    assert parts == {"body/one": 0}  # of what nothing had touched since, nothing comes
    again.check(A, B)
    three(again, "and on", 9.0)
    again.check(A, B)


def test_RM15_a_version_that_no_stream_ever_had_is_not_gone_on_from(room: Roomful) -> None:
    client = room.join(A, "viewer")
    room.join(B, "owner")
    before = client.streams["body/one"].version
    room.room.salt = lambda: "wide"
    for at in range(4):
        room.submit(B, ops.NodeSet("one-0", x=at + 0.5))
    room.leave(A)
    for version in (before + 1, before + version_step("wide") - 1):  # among what is kept
        client.streams["body/one"].version = version
        frames = resumed(room, client)
        assert isinstance(frames[0], list) and [part.since for part in frames[0]] == [0]
        room.leave(A)
    client.streams["body/one"].version = before + version_step("wide")  # where it once was
    frames = resumed(room, client)
    assert isinstance(frames[0], list)
    assert [part.since for part in frames[0]] == [before + version_step("wide")]


# -- chunks


def crowd(room: Roomful, count: int = 1_300) -> None:
    room.admin(
        *(
            ops.NodeCreate(f"n{at}", "two", x=float(at * 50 % 6_000), y=float(at // 120 * 90))
            for at in range(count)
        )
    )
    room.admin(*(ops.RelationCreate(f"q{at}", f"n{at}", "one-0") for at in range(600)))


def test_RM16_large_streams_come_in_chunks_nearest_first_and_patches_come_between(
    room: Roomful,
) -> None:
    """RM16, ST8: a chunk says what is true when it is sent; two sessions share its bytes."""
    crowd(room)
    room.pulling = False
    client = Client(A, room.reader)
    client.viewport = (5_500.0, 0.0, 300.0, 300.0)
    room.join(A, "viewer", client=client)
    session = room.sessions[A]
    begin = next(frame for frame in room.heard(A) if isinstance(frame, Begin))
    assert set(begin.streams) == {"body/two", "pair/one/two"}
    assert not client.ready
    (first,) = room.room.drained(session)
    assert isinstance(first, Send)
    chunk = room.reader.read(first.frame)
    assert isinstance(chunk, Put)
    near = [node for id in chunk.put if (node := room.board.node(id)) is not None]
    assert near and max(node.x for node in near) == max(n.x for n in room.board.nodes())
    room.carry_out([first])
    gone, moved = near[0].id, near[1].id
    later = next(
        id for _, id in room.board.members["two"] if id not in chunk.put and id.startswith("n")
    )
    room.admin(ops.NodeRemove(gone), ops.NodeSet(moved, x=1.0), ops.NodeRemove(later))
    room.admin(ops.NodeCreate("fresh", "two", x=3.0), ops.NodeRestore(later))
    room.admin(ops.NodeSet(later, layer="one"))
    room.pulling = True
    room.pull()
    assert client.ready
    room.check(A)
    room.sends.clear()
    room.join(B, "viewer")
    room.join(C, "viewer")
    chunks = [send.frame for send in room.sends if send.frame.startswith(b'{"t":"chunk"')]
    assert len({id(frame) for frame in chunks}) == len(chunks) / 2
    room.check(B, C)


def test_RM16_nothing_more_comes_of_what_is_not_followed_any_more(room: Roomful) -> None:
    crowd(room)
    room.pulling = False
    client = room.join(A, "viewer")
    room.carry_out(room.room.drained(room.sessions[A]))
    room.heard(A)
    client.own = {"top", "one"}
    room.steer()
    assert room.room.drained(room.sessions[A]) == []
    assert room.heard(A) == [Synced(ready=True)]
    room.check(A)
    client.own = {"top", "one", "two"}
    room.steer()
    room.pulling = True
    room.pull()
    room.check(A)


def test_RM16_what_one_says_to_have_of_a_begun_stream_was_said_before_its_begin(
    room: Roomful,
) -> None:
    """RM16: seed 10092 of the simulation: off and on again, before the begin has arrived."""
    crowd(room)
    room.pulling = False
    client = room.join(A, "viewer")
    room.carry_out(room.room.drained(room.sessions[A]))  # some of it, then it is let go of
    room.say(A, Unfollow(("two",)))
    version = room.board.versions["body/two"]
    room.say(A, Follow(("two",), have={"body/two": version}))
    room.pulling = True
    room.pull()
    assert client.streams["body/two"].whole
    room.check(A)


def test_RM17_small_streams_come_whole_at_once_within_a_bound(
    room: Roomful, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RM17: and headers always, in one patch, so that the tree of layers is always a tree."""
    monkeypatch.setattr(limits, "WHOLE_BYTES_MAX", 400)
    room.pulling = False
    client = room.join(A, "viewer")
    heads, bodies, begin = room.heard(A)[1:]
    assert isinstance(heads, list) and isinstance(bodies, list) and isinstance(begin, Begin)
    assert {part.stream for part in heads} == {
        "board", "head/top", "head/one", "head/two", "head/off"
    }  # fmt: skip
    assert sum(len(record) for part in bodies for record in part.put.values()) < 400
    assert {*begin.streams, *(part.stream for part in bodies)} == {
        "body/one", "body/two", "pair/one/one", "pair/one/two"
    }  # fmt: skip
    room.pulling = True
    room.pull()
    assert client.ready
    room.check(A)


def test_RM18_a_stream_of_which_too_much_changes_at_once_begins_anew(room: Roomful) -> None:
    room.join(A, "viewer")
    crowd(room, limits.PATCH_RECORDS_MAX + 1)
    frames = room.heard(A)
    assert any(isinstance(frame, Begin) and "body/two" in frame.streams for frame in frames)
    assert not any(
        part.stream == "body/two" and len(part.put) > limits.PATCH_RECORDS_MAX
        for frame in frames
        if isinstance(frame, list)
        for part in frame
    )
    room.pull()
    room.check(A)


def test_RM18_what_has_no_chunks_begins_anew_whole(
    room: Roomful, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RM18: when many seats come at once, who leads is told of all of them."""
    room.join(B, "owner")
    room.heard(B)
    monkeypatch.setattr(limits, "PATCH_RECORDS_MAX", 5)
    room.admin(*(ops.SeatSet(f"s{at:012d}", link="viewer", name="x") for at in range(6)))
    (frame,) = room.heard(B)
    assert isinstance(frame, list)
    parts = {part.stream: part for part in frame}
    assert parts["lead"].since == 0 and len(parts["lead"].put) >= 6
    room.check(B)


# -- rights


def ends_and_begins(room: Roomful, close: list[ops.AnyOp], open_: list[ops.AnyOp]) -> list[object]:
    room.join(A, "viewer")
    room.join(B, "owner")
    room.heard(A)
    room.admin(*close)
    closed = room.heard(A)
    room.check(A, B)
    room.admin(ops.NodeSet("one-0", x=5.0), ops.TextSet("node", "text", "en", CANARY, "", "one-0"))
    room.admin(ops.TextSet("node", "text", "en", "", CANARY, "one-0"))
    assert room.heard(A) == []
    room.admin(*open_)
    opened = room.heard(A)
    room.check(A, B)
    assert not any(CANARY.encode() in frame for frame in room.frames[A])
    return closed + opened


def test_RM19_a_layer_that_one_may_no_more_read_ends_and_begins_as_if_created(
    room: Roomful,
) -> None:
    """RM19: by its own rights, or by the group that it is moved into."""
    for close, open_ in (
        ([ops.LayerSet("one", read="participant")], [ops.LayerSet("one", read="viewer")]),
        (
            [ops.LayerCreate("g", group=True, read="owner"), ops.LayerMove("one", parent="g")],
            [ops.LayerMove("one", parent=None)],
        ),
    ):
        end, head, *bodies = ends_and_begins(room, close, open_)
        assert end == End(
        ("body/one", "head/one", "pair/off/one", "pair/one/one", "pair/one/two", "talk/one")
    )
        assert isinstance(head, list)
        assert [(part.stream, part.since) for part in head] == [("head/one", 0)]
        assert named(bodies) == {"body/one", "pair/one/one", "pair/one/two"}


def test_RM19_to_be_closed_and_to_be_removed_look_the_same() -> None:
    """RM19: bytes for bytes, for one who may not read it afterwards."""
    heard: list[list[bytes]] = []
    for change in (ops.LayerRemove("two"), ops.LayerSet("two", read="participant")):
        held = Roomful()
        held.admin(ops.LayerCreate("one"), ops.LayerCreate("two"), ops.NodeCreate("x", "two"))
        held.join(A, "viewer")
        held.frames[A].clear()
        held.admin(change)
        heard.append(held.frames[A])
    assert heard[0] == heard[1] != []


def test_RM19_the_past_of_a_layer_is_not_for_those_who_may_read_it_later(room: Roomful) -> None:
    """Who comes back after a time in which it was shut gets it as it is, not how it came to it."""
    client = room.join(A, "viewer")
    room.join(B, "owner")
    room.leave(A)
    room.submit(B, ops.LayerSet("one", read="owner"))
    room.submit(B, ops.TextSet("node", "text", "en", CANARY, "", "one-0"))
    room.submit(B, ops.TextSet("node", "text", "en", "", CANARY, "one-0"))
    room.submit(B, ops.LayerSet("one", read="viewer"))
    frames = resumed(room, client)
    assert isinstance(frames[0], list)
    parts = {part.stream: part.since for frame in frames for part in frame}  # type: ignore[attr-defined]
    assert parts["body/one"] == parts["head/one"] == 0


@pytest.mark.parametrize(
    "change",
    [ops.LinkSet("participant", "participant", 2), ops.LinkSet("participant", "facilitator", 1)],
)
def test_RM20_a_link_that_changes_closes_who_came_by_it_at_once(
    room: Roomful, change: ops.LinkSet
) -> None:
    """RM20: with the answers to what is durable, and without what the same commit did."""
    room.join(A, "participant")
    room.join(B, "owner")
    room.heard(A)
    done = room.request(A, ops.NodeSet("one-0", x=1.0))
    revoke = room.request(B, change, ops.NodeSet("one-1", x=9.0))
    late = room.request(A, ops.NodeSet("one-2", x=1.0))
    room.decide(done, revoke, late)
    assert room.closes == {A: 4009}
    frames = room.heard(A)
    assert named(frames) == set() and Ack(1) in frames
    revoked = change.generation == 2
    assert (room.board.node("one-2").x == 0.0) == revoked  # type: ignore[union-attr]
    assert room.sessions[A] not in room.room.sessions
    room.check(B)


def test_RM20_a_board_that_is_no_more_public_closes_its_visitors(room: Roomful) -> None:
    room.admin(ops.AccessSet(True))
    room.join(A, "")
    room.join(B, "viewer")
    room.admin(ops.AccessSet(False))
    assert room.closes == {A: 4009}
    room.check(B)


# -- what is submitted


def test_RM21_nothing_is_told_before_it_is_durable(room: Roomful) -> None:
    """RM21: not by an answer, a patch, a chunk or a reply, until ``committed``."""
    crowd(room)
    room.pulling = False
    room.join(A, "owner")
    session = room.sessions[A]
    request = room.request(A, ops.NodeSet("n0", x=-1.0))
    assert len(room.room.decide([request, Command(3, (ops.StageSet(True),))], 1_000, 1.0)) == 2
    assert room.room.drained(session) == []
    with pytest.raises(AssertionError):
        room.room.hello(50, Identity(B, "viewer", 1), Hello(1, "t"), 1.0)
    with pytest.raises(AssertionError):
        room.room.receive(session, Beat(), 1.0)
    effects = room.room.committed()
    room.carry_out(effects)
    kinds = [
        type(room.reader.read(effect.frame)).__name__ if isinstance(effect, Send) else "Reply"
        for effect in effects
    ]
    assert kinds == ["list", "Ack", "Reply", "Put"]  # the chunk that was asked for meanwhile


def test_RM22_answers_come_in_order_after_the_patch_that_they_are_about(room: Roomful) -> None:
    room.join(A, "participant")
    room.heard(A)
    wanted = [
        room.request(A, ops.NodeSet("one-0", x=1.0)),
        room.request(A, ops.NodeSet("none", x=1.0)),
        room.request(A, ops.TextSet("node", "title", "en", "new", "typed over", "one-0")),
        room.request(A, ops.NodeSet("one-1", x=1.0)),
    ]
    room.decide(*wanted)
    patch, *answers = room.heard(A)
    assert isinstance(patch, list)
    assert answers[0] == Ack(1) and answers[3] == Ack(4)
    assert isinstance(answers[1], Reject)
    assert (answers[1].n, answers[1].code, answers[1].where) == (2, "unknown_node", "ops[0].id")
    assert answers[2] == Conflict(3, "ops[0].base", "one 0")


def test_RM23_a_submit_that_comes_again_is_answered_again_and_done_once(room: Roomful) -> None:
    client = room.join(A)
    room.submit(A, ops.NodeCreate(f"{A}.1", "one"))
    room.submit(A, ops.NodeSet("none", x=1.0))
    room.submit(A, ops.NodeCreate(f"{A}.2", "one"))
    seq = room.board.seq
    room.heard(A)
    for n in (1, 2, 3):
        room.submit(A, ops.NodeCreate(f"{A}.{n}9", "one"), n=n)
    one, two, three = room.heard(A)
    assert (one, three) == (Ack(1), Ack(3))
    assert isinstance(two, Reject) and two.code == "refused_before"
    assert room.board.seq == seq
    room.leave(A)
    room.join(A, client=client)
    room.heard(A)
    room.submit(A, ops.NodeSet("one-0", x=2.0), n=3)
    assert room.heard(A) == [Ack(3)] and room.board.seq == seq


def test_RM23_two_of_one_number_in_one_commit(room: Roomful) -> None:
    room.join(A)
    room.heard(A)
    once = room.request(A, ops.NodeCreate(f"{A}.1", "one"))
    room.decide(once, once)
    assert room.heard(A)[1:] == [Ack(1), Ack(1)]


def test_RM24_what_was_refused_stays_refused_on_its_connection(room: Roomful) -> None:
    """RM24: even when by now it could be done."""
    room.join(A)
    room.join(B, "owner")
    restore = room.request(A, ops.NodeRestore("one-2"))
    remove = room.request(B, ops.NodeRemove("one-2"))
    room.decide(restore, remove, restore)
    room.decide(restore)
    answers = [frame for frame in room.heard(A) if isinstance(frame, Ack | Reject)]
    assert [getattr(answer, "code", "") for answer in answers] == [
        "not_removed", "refused_before", "refused_before"
    ]  # fmt: skip
    assert room.board.node("one-2") is None


def test_RM25_operations_above_the_rate_are_sent_back_and_keep_their_order(
    room: Roomful,
) -> None:
    """RM25: until the first of them has come again, all later ones are sent back, too."""
    room.join(A)
    room.heard(A)
    batch = tuple(ops.NodeSet("one-0", x=float(at)) for at in range(500))
    room.decide(*(room.request(A, *batch) for _ in range(3)), room.request(A, *batch[:1]))
    answers = [frame for frame in room.heard(A) if not isinstance(frame, list)]
    assert answers[:2] == [Ack(1), Ack(2)]
    assert isinstance(answers[2], Retry) and answers[2].n == 3
    assert answers[2].after_ms == pytest.approx(500 / limits.RATE_OPS_S * 1_000, abs=2)
    assert isinstance(answers[3], Retry) and answers[3].n == 4  # would fit, but not before 3
    room.now_s += answers[2].after_ms / 1_000
    room.decide(*(Request(room.sessions[A], Submit(n, batch[:1])) for n in (4, 3, 4)))
    assert [type(frame) for frame in room.heard(A) if not isinstance(frame, list)] == [
        Retry, Ack, Ack
    ]  # fmt: skip
    room.leave(A)
    room.join(A)  # the rate is the client's, not the connection's
    room.heard(A)
    room.decide(Request(room.sessions[A], Submit(5, batch)))
    assert isinstance(room.heard(A)[-1], Retry)


def test_RM25_a_number_that_has_its_answer_holds_nothing_back(room: Roomful) -> None:
    """RM25: seed 10592 of the simulation. Who has the answer does not send the number again."""
    room.join(A)
    room.heard(A)
    done = room.request(A, ops.NodeSet("one-0", x=1.0))
    refused = room.request(A, ops.NodeSet("nothing", x=1.0))
    room.decide(done, refused)
    room.room._rates[A].ops.held = 0
    room.decide(done, refused)  # copies
    room.now_s += 1
    room.decide(room.request(A, ops.NodeSet("one-0", x=2.0)))
    kinds = [type(frame) for frame in room.heard(A)]
    assert kinds[-2:] == [list, Ack]
    assert Retry not in kinds


def test_RM25_a_copy_in_the_same_batch_holds_nothing_back(room: Roomful) -> None:
    """RM25: seed 107 of the simulation. The copy found no tokens, and the number has its answer."""
    room.join(A)
    room.heard(A)
    room.room._rates[A].ops.held = 1
    first = room.request(A, ops.NodeSet("one-0", x=1.0))
    room.decide(first, first)
    assert sorted(type(frame).__name__ for frame in room.heard(A)) == ["Ack", "Retry", "list"]
    room.now_s += 1
    room.decide(room.request(A, ops.NodeSet("one-0", x=2.0)))
    assert isinstance(room.heard(A)[-1], Ack)


def test_RM26_too_many_frames_close_the_session(room: Roomful) -> None:
    room.join(A)
    for _ in range(limits.RATE_FRAMES_BURST):
        room.say(A, Beat())
    room.say(A, Beat())
    assert room.closes == {A: 4029}
    room.join(B)
    stage = ops.StageSet(True)
    room.decide(*(room.request(B, stage) for _ in range(limits.RATE_FRAMES_BURST + 1)))
    assert room.closes[B] == 4029


def test_RM26_who_lets_too_much_be_sent_back_is_closed(
    room: Roomful, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "RETRIED_MAX", 10)
    room.join(A)
    room.room._rates[A].ops.held = 0
    room.decide(*(room.request(A, ops.StageSet(True)) for _ in range(10)))
    assert not room.closes
    room.decide(room.request(A, ops.StageSet(True)))
    assert room.closes == {A: 4029}


def test_RM26_the_buckets_of_who_left_are_forgotten_when_they_are_full(
    room: Roomful, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SOCKETS_BOARD_MAX", 5)
    for at in range(60):
        room.now_s += 1.0
        name = f"x{at:012d}"
        room.join(name)
        room.submit(name, ops.NodeSet("one-0", x=1.0))
        room.leave(name)
    assert len(room.room._rates) <= 11


def test_RM27_the_loser_of_a_race_decides_again_after_the_winner(room: Roomful) -> None:
    """RM27: nothing of its first decision is left, and both are told of."""
    room.join(A)
    room.join(B, "viewer")
    kept = snapshot(room.board)
    log = []
    other = Room(restore(kept), epoch=2, salt=lambda: "other")
    winner = (
        ops.NodeRemove("one-1"),
        ops.NodeSet("two-0", x=8.0),
        ops.LayerSet("off", read="owner"),
    )
    log += other.decide([Command(1, winner)], 1_000, 1.0)
    mine = [
        room.request(A, ops.NodeSet("one-0", x=5.0)),
        room.request(A, ops.NodeSet("one-1", x=5.0)),
        room.request(A, ops.NodeCreate(f"{A}.1", "one")),
    ]
    assert len(room.room.decide(mine, 1_000, 1.0)) == 3
    entries = room.room.behind(restore(kept), log, 1_000)
    assert len(entries) == 2 and room.room.durable == log[-1].header.seq
    assert entries[0].header.prev and entries[0].header.epoch > log[-1].header.epoch
    later = other.committed() and other.decide([Command(2, (ops.NodeSet("two-1", x=8.0),))], 0, 1.0)
    log += later or []
    entries = room.room.behind(fold(log[:1], restore(kept)), log[1:], 1_000)
    room.heard(A)
    room.carry_out(room.room.committed())
    room.check(A, B)
    answers = [frame for frame in room.heard(A) if isinstance(frame, Ack | Reject)]
    assert answers[0] == Ack(1) and answers[2] == Ack(3)
    assert isinstance(answers[1], Reject) and answers[1].code == "unknown_node"
    assert fingerprint(fold([*log, *entries], restore(kept))) == fingerprint(room.board)


def test_RM28_undo_says_how_much_of_it_was_overtaken(room: Roomful) -> None:
    room.join(A)
    room.join(B)
    room.submit(A, ops.NodeSet("one-0", x=1.0), ops.NodeSet("one-1", x=1.0))
    room.submit(B, ops.NodeSet("one-1", x=2.0))
    room.undo(A, 1)
    assert room.heard(A)[-1] == Ack(2, skipped=1)
    room.undo(A, 77)
    last = room.heard(A)[-1]
    assert isinstance(last, Reject) and last.code == "not_yours"
    room.check(A, B)


def test_RM29_the_administrator_gets_a_reply_of_its_own(room: Roomful) -> None:
    assert room.admin(ops.NodeSet("one-0", x=3.0)) == Ack(0)
    refused = room.admin(ops.NodeSet("none", x=3.0))
    assert isinstance(refused, Reject) and refused.code == "unknown_node"


def test_RM30_other_frames_get_their_answers(room: Roomful) -> None:
    room.join(A)
    room.heard(A)
    invalid = protocol.decode('{"t":"submit","n":4,"ops":[]}')
    assert isinstance(invalid, Reject)
    room.say(A, invalid)
    assert room.heard(A) == [invalid]
    room.say(A, Hello(1, "t"))
    (answer,) = room.heard(A)
    assert isinstance(answer, Reject) and (answer.n, answer.code) == (0, "invalid")
    assert room.room.receive(4_711, Beat(), 1.0) == []
    assert room.room.leave(4_711) == room.room.drained(4_711) == []
    assert room.room.decide([Request(4_711, Submit(1, (ops.StageSet(True),)))], 0, 1.0) == []
    assert room.room.committed() == []


# -- presence, beats, the end


def test_SG8_welcome_and_beats_say_what_time_it_is_at_the_server(room: Roomful) -> None:
    """SG8: never before the last entry, whose time a timer counts from."""
    room.join(A)
    welcome = room.heard(A)[0]
    assert isinstance(welcome, Welcome)
    assert welcome.at_ms == room.room.board.at == 1_000
    told = [Beat(1_000), Beat(7_000), Beat(1_000)]
    for beat, at_ms in zip(told, (0, 7_000, 500), strict=True):
        room.now_s += limits.BEAT_S
        room.say(A, Beat())
        room.carry_out(room.room.tick(room.now_s, at_ms))
        assert beat in [room.reader.read(frame) for frame in room.presence[A]]
        room.presence[A].clear()


def presence(room: Roomful, name: str) -> list[Presence]:
    frames, room.presence[name] = room.presence[name], []
    read = [room.reader.read(frame) for frame in frames]
    return [frame for frame in read if isinstance(frame, Presence)]


def test_RM31_presence_is_everybody_once_then_what_changed_once_a_tick(room: Roomful) -> None:
    room.admin(ops.AccessSet(True))
    client = room.join(A, "facilitator")
    room.carry_out(room.room.tick(room.now_s))
    (first,) = presence(room, A)
    assert first.reset and [person.seat for person in first.put] == [A]
    room.join(B, "viewer")
    room.join(C, "")  # counted, not named
    room.say(A, Here(following=False))
    room.say(A, Here(following=True))
    room.say(A, Here(following=False))
    assert presence(room, A) == []
    room.carry_out(room.room.tick(room.now_s))
    (delta,) = presence(room, A)
    assert (delta.here, delta.following, delta.reset) == (3, 2, False)
    assert {(person.seat, person.following) for person in delta.put} == {(A, False), (B, True)}
    (whole,) = presence(room, B)
    assert whole.reset and {person.seat for person in whole.put} == {A, B}
    room.leave(B)
    room.carry_out(room.room.tick(room.now_s))
    assert client.here == 2 and set(client.people) == {A}
    room.carry_out(room.room.tick(room.now_s))
    presence(room, A)
    room.carry_out(room.room.tick(room.now_s))
    assert presence(room, A) == []


def test_RM31_who_missed_a_frame_gets_everybody_again(room: Roomful) -> None:
    room.join(A)
    room.join(B)
    room.carry_out(room.room.tick(room.now_s))
    presence(room, A), presence(room, B)
    room.room.missed(room.sessions[A])
    room.room.missed(4_711)
    room.carry_out(room.room.tick(room.now_s))
    (frame,) = presence(room, A)
    assert frame.reset and presence(room, B) == []


def test_RM32_who_is_silent_is_shown_no_more_and_then_closed(room: Roomful) -> None:
    """RM32: and any frame shows them again; both sides beat."""
    silent = room.join(A)
    watcher = room.join(B)
    start = room.now_s
    beats = 0
    while room.now_s < start + limits.SILENCE_S + 2 and A not in room.closes:
        room.now_s += 0.5
        room.say(B, Beat())
        room.carry_out(room.room.tick(room.now_s))
        beats += sum(room.reader.read(frame) == Beat(1_000) for frame in room.presence[B])
        room.presence[B].clear()
        passed = room.now_s - start
        if passed == 20.0:
            room.say(A, Here(following=True))
        if limits.PRESENCE_EXPIRES_S + 22 < passed < limits.SILENCE_S + 18:
            assert set(watcher.people) == {B}
        elif passed < limits.PRESENCE_EXPIRES_S + 19:
            assert set(watcher.people) == {A, B}
    room.now_s = start + 22 + limits.SILENCE_S
    room.carry_out(room.room.tick(room.now_s))
    assert room.closes == {A: 4011}
    assert beats >= 3
    assert silent.here == 2


def test_RM33_all_are_told_before_the_server_closes(room: Roomful) -> None:
    assert room.room.goaway(500) == []
    room.join(A)
    room.join(B)
    room.carry_out(room.room.goaway(500))
    assert room.heard(A)[-1] == room.heard(B)[-1] == Goaway(500)


# -- what one may not read


def life(seed: int, hidden: bool) -> list[bytes]:
    """A viewer's bytes in a room with an owner, a facilitator and a participant at work.

    With ``hidden`` the owner also works in a layer that only owners may read, in commits of
    its own and together with others.
    """
    rng = random.Random(seed)
    other = random.Random(seed + 1)  # what happens in the layer draws from another source
    with small_limits():
        room = Roomful()
        room.admin(
            ops.AccessSet(True), ops.StageSet(True), ops.LayerCreate("base"),
            ops.LayerCreate("group", group=True), ops.LayerCreate("off", published=False),
            ops.LayerCreate(VAULT, read="owner", group=False),
        )  # fmt: skip
        names = {A: "owner", B: "facilitator", C: "participant"}
        for name, link in names.items():
            room.join(name, link)
        watcher = Client(D, room.reader)
        room.join(D, "viewer", client=watcher)
        maker = Maker(rng, [])
        guard = Maker(other, [])
        guard._serial = 10**6
        for _ in range(150):
            room.now_s += 0.3
            room.say(A, Beat())
            requests = []
            for name in (B, C):
                client = room.clients[room.sessions[name]]
                made = tuple(_plain(maker, room.board, client) for _ in range(rng.randint(1, 3)))
                requests.append(room.request(name, *made))
            guard.look = Look(room.board, "owner")  # relations to what others see, too
            if hidden and other.random() < 0.7:
                secret = room.request(A, guard.guarded(room.board, A))
                requests.insert(other.randrange(3), secret)
            room.decide(*requests)
            if hidden and other.random() < 0.5:
                room.decide(room.request(A, guard.guarded(room.board, A)))
            for name in (B, C):
                nodes = [node.id for node in _without_vault(room.board).nodes()]
                room.say(name, _doing(rng, nodes))
            if hidden:
                inside = [id for _, id in room.board.members[VAULT]]
                room.say(A, _doing(other, [*inside, "nothing"], nowhere=True))
            room.pull()
            dice = rng.random()
            if dice < 0.1:
                watcher.own = None if watcher.own else {"base", "off"}
                room.steer()
            elif dice < 0.2:
                room.leave(D)
                room.decide(room.request(B, ops.StageSet(rng.random() < 0.5)))
                room.join(D, "viewer", client=watcher)
            elif dice < 0.25:
                room.leave(D)
                watcher = Client(D, room.reader)
                room.join(D, "viewer", client=watcher)
            room.carry_out(room.room.tick(room.now_s))
        room.check(D)
        changed = room.board.versions.get(f"body/{VAULT}", 0)
        assert changed > 40 if hidden else changed == 0
        assert any(VAULT in pair for pair in room.board.versions if "pair/" in pair) == hidden
        assert any(b'"doing"' in frame for frame in room.presence[D])
        return room.frames[D] + room.presence[D]


def _doing(rng: random.Random, nodes: list[str], nowhere: bool = False) -> Present:
    """What somebody may be doing; ``nowhere``: their cursor is not on the board."""
    ids = rng.sample(nodes, min(len(nodes), rng.randrange(4)))
    return Present(
        cursor=None if nowhere else (float(rng.randrange(50)), 0.0),
        selection=tuple(ids),
        drag=tuple((id, float(rng.randrange(50)), 0.0, 20.0, 20.0, 0.0) for id in ids),
        typing=Typing(ids[0], "text") if ids else None,
    )


def _plain(maker: Maker, board: Board, client: Client) -> ops.AnyOp:
    """An operation that names nothing in the vault, made by the same draws in both runs."""
    visible = _without_vault(board)
    maker._looks.clear()
    while True:
        op = maker.op(visible, client.name, client.role)
        if not isinstance(op, ops.LayerMove | ops.LayerCreate | ops.StageDrive | ops.LayerRemove):
            return op


def _without_vault(board: Board) -> Board:
    """The board as it looks without what lies in the vault."""
    seen = Board()
    seen.lang, seen.text, seen.stage_open = board.lang, board.text, board.stage_open
    for _, layer in board.tree():
        if layer.id != VAULT:
            seen.put_layer(layer)
    for layer, members in board.members.items():
        for _, id in members if layer != VAULT else ():
            node = board.node(id)
            assert node is not None
            seen.put_node(node)
    for id in sorted(board.relations):
        relation = board.relations[id]
        if seen.node(relation.source) and seen.node(relation.target):
            seen.put_relation(relation)
    return seen


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_RM5_what_happens_in_a_layer_that_one_may_not_read_changes_no_byte_that_one_gets(
    seed: int,
) -> None:
    with_it, without = life(seed, hidden=True), life(seed, hidden=False)
    assert len(without) > 120
    assert not any(CANARY.encode() in frame for frame in with_it)
    assert with_it == without


# -- the cost of a message


def test_RM34_a_commit_costs_what_it_changes_not_what_there_is(room: Roomful) -> None:
    """RM34: the calls of one small change, in a large board with many sessions as in a small."""

    def calls(work: Callable[[], object]) -> int:
        count = 0

        def tick(*_: object) -> None:
            nonlocal count
            count += 1

        sys.setprofile(tick)
        try:
            work()
        finally:
            sys.setprofile(None)
        return count

    def change(x: float) -> int:
        request = room.request(A, ops.NodeSet("one-0", x=x))

        def work() -> None:
            room.room.decide([request], 1_000, room.now_s)
            for effect in room.room.committed():
                assert isinstance(effect, Send)

        return calls(work)

    room.join(A)
    change(1.0)
    few = change(2.0)
    crowd(room, 2_000)
    for at in range(150):
        room.join(f"x{at:012d}", "viewer")
    change(3.0)
    assert change(4.0) <= few * 1.2
