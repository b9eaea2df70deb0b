"""Frames: what is read, what is refused with its place, and what is written."""

import json

import msgspec
import pytest

from board import limits
from layers.shapes import LayerShape, NodeShape
from server import protocol
from server.protocol import (
    Ack,
    Beat,
    Chunk,
    Follow,
    Hello,
    Here,
    Patch,
    Present,
    Reject,
    Submit,
    Synced,
    Typing,
    Undo,
    Unfollow,
    Unreadable,
    decode,
    encode,
)


@pytest.mark.parametrize(
    "frame",
    [
        Hello(1, "t", have={"body/a": 3}, own=("a",), viewport=(0.0, 0.0, 9.0, 9.0)),
        Submit(1, ()),
        Undo(2, of=1),
        Follow(("a",), have={"body/a": 1}),
        Unfollow(("a",)),
        Here(following=False, name="Ada"),
        Present(cursor=None, drag=(("a", 0.0, 1.0, 20.0, 30.0, 45.0),)),
        Present((1.0, 2.0), ("a", "b"), (), Typing("a", "title")),
        Beat(),
    ],
)
def test_WS1_a_frame_is_one_text_of_json_with_its_type(frame: protocol.Inbound) -> None:
    raw = msgspec.json.encode(frame)
    assert json.loads(raw)["t"] == frame.__struct_config__.tag
    if isinstance(frame, Submit):  # needs an operation
        raw = raw.replace(b"[]", b'[{"op":"stage.set","open":true}]')
        frame = Submit(1, decode(raw).ops)  # type: ignore[union-attr]
    assert decode(raw) == decode(raw.decode()) == frame


@pytest.mark.parametrize(
    ("raw", "n", "where"),
    [
        ('{"t":"submit","n":3,"ops":[{"op":"board.set","lang":"EN"}]}', 3, "ops[0].lang"),
        ('{"t":"submit","n":3,"ops":[{"op":"no.such"}]}', 3, "ops[0].op"),
        ('{"t":"submit","n":3,"ops":[{"op":"node.set","id":"a","x":1e999}]}', 3, "ops[0].x"),
        ('{"t":"submit","n":3,"ops":[{"op":"node.set","id":"a","x":"1"}]}', 3, "ops[0].x"),
        ('{"t":"submit","n":3,"ops":[],"more":1}', 3, "ops"),
        ('{"t":"submit","n":3,"ops":[{"op":"node.remove","id":"a","b":1}]}', 3, "ops[0]"),
        ('{"t":"undo","n":4}', 4, ""),
        ('{"t":"submit","n":0,"ops":[]}', 0, "n"),
        ('{"t":"submit","n":"3","ops":[]}', 0, "n"),
        ('{"t":"submit","n":9007199254740992,"ops":[]}', 0, "n"),
        ('{"t":"follow","layers":[1]}', 0, "layers[0]"),
        ('{"t":"follow","layers":["a"],"viewport":[0,0,1]}', 0, "viewport"),
        ('{"t":"follow","layers":["a"],"n":7}', 0, ""),
        ('{"t":"here"}', 0, ""),
        ('{"t":"patch","parts":[]}', 0, "t"),
        ('{"n":3}', 0, ""),
        ("[]", 0, ""),
        ("3", 0, ""),
    ],
)
def test_WS2_json_that_is_no_frame_is_rejected_with_its_place(raw: str, n: int, where: str) -> None:
    answer = decode(raw)
    assert isinstance(answer, Reject)
    assert (answer.n, answer.code) == (n, "invalid")
    assert answer.where == where and answer.message


def test_WS2_an_unknown_operation_is_named_in_bounds() -> None:
    for name, shown in (("node.explode", "'node.explode'"), ("x" * 1000, f"'{'x' * 40}'")):
        batch = [{"op": "node.remove", "id": "a"}, {"op": name}]
        raw = json.dumps({"t": "submit", "n": 4, "ops": batch})
        told = protocol.decode(raw)
        assert told == protocol.Reject(4, "invalid", f"unknown operation {shown}", "ops[1].op")
    other = protocol.decode('{"t":"nothing"}')
    assert isinstance(other, protocol.Reject) and "operation" not in other.message


def test_WS2_every_bound_of_a_frame_holds() -> None:
    """One below, at and above each: the one above is rejected."""

    def ok(frame: dict[str, object]) -> bool:
        return not isinstance(decode(json.dumps(frame)), Reject)

    def layers(count: int) -> list[str]:
        return [f"l{at}" for at in range(count)]

    open_stage = {"op": "stage.set", "open": True}
    for more in (-1, 0, 1):
        fits = more <= 0
        assert ok({"t": "submit", "n": 1, "ops": [open_stage] * (limits.OPS_MAX + more)}) == fits
        assert ok({"t": "unfollow", "layers": layers(limits.LAYERS_MAX + more)}) == fits
        have = dict.fromkeys(layers(limits.HAVE_MAX + more), 1)
        assert ok({"t": "follow", "layers": [], "have": have}) == fits
        assert ok({"t": "submit", "n": limits.INTEGER_MAX + more, "ops": [open_stage]}) == fits
        assert ok({"t": "unfollow", "layers": ["x" * (limits.ID_CHARS_MAX + more)]}) == fits
        assert ok({"t": "hello", "protocol": 1, "ticket": "x" * (1024 + more)}) == fits
        view = [limits.COORDINATE_MAX + more, 0, 1, 1]
        assert ok({"t": "follow", "layers": [], "viewport": view}) == fits
        name = "x" * (3 * limits.ID_CHARS_MAX + more)
        assert ok({"t": "follow", "layers": [], "have": {name: 1}}) == fits
    assert not ok({"t": "submit", "n": 1, "ops": []})
    assert not ok({"t": "follow", "layers": [], "have": {"": 1}})


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"hello",
        b'{"t":"beat"} {}',
        b"\xff",
        b'{"t":"here","following":NaN}',
        b'{"t":"submit","n":3,"ops":[{"op":"board.set","lang":"EN"}]',
        b'{"t":"hello","protocol":1,"ticket":"\\udc00"}',
        b"[" * 100_000,
        b'{"t":"submit","n":3,"ops":' + b'{"a":' * 50_000,
        '{"t":"beat"}\ud800',
    ],
)
def test_WS3_what_is_no_json_is_unreadable(raw: bytes | str) -> None:
    with pytest.raises(Unreadable):
        decode(raw)


def test_WS4_a_frame_is_written_without_what_is_left_out() -> None:
    assert encode(Synced(ready=True)) == b'{"t":"synced","ready":true}'
    assert encode(Ack(7)) == b'{"t":"ack","n":7}'
    assert encode(Beat()) == b'{"t":"beat"}'


def test_WS5_parts_are_joined_into_patches_and_records_into_chunks() -> None:
    one = protocol.part("body/a", 1, 3, [b'{"id":"x"}'], ["y"])
    other = protocol.part("body/b", 0, 1, [])
    read = msgspec.json.decode(protocol.patch([one, other]), type=Patch)
    assert [(part.stream, part.since, part.version) for part in read.parts] == [
        ("body/a", 1, 3),
        ("body/b", 0, 1),
    ]
    assert bytes(read.parts[0].put[0]) == b'{"id":"x"}' and read.parts[0].drop == ["y"]
    assert read.parts[1].put == read.parts[1].drop == []
    chunk = msgspec.json.decode(protocol.chunk('body/"', [b"{}", b"[]"]), type=Chunk)
    assert chunk.stream == 'body/"' and [bytes(record) for record in chunk.put] == [b"{}", b"[]"]


def test_ST6_equal_records_are_equal_bytes() -> None:
    """Whether a value is the default's own object or only equal to it."""
    built = "".join(("ca", "rd"))
    one = NodeShape("n", "k", 0.0, 0.0, 1.0, 1.0)
    assert protocol.record(one) == protocol.record(msgspec.structs.replace(one, kind=built))
    layer = LayerShape("a", None, "k", "", "red", True)
    opacity = float("1.0")
    assert protocol.record(layer) == protocol.record(
        msgspec.structs.replace(layer, opacity=opacity)
    )
    assert b"opacity" not in protocol.record(layer)
