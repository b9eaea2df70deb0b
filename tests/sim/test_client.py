"""The client that the simulation believes: what it makes of parts, chunks and ends."""

import pytest

from server import protocol
from server.protocol import Begin, End, Follow, Hello, Synced, Welcome, encode
from tests.sim.client import Client, Gap, Reader

NAME = "a" * 13


@pytest.fixture
def client() -> Client:
    held = Client(NAME, Reader())
    held.hear(encode(Welcome(1, "viewer", NAME, 0, (), 15, 512, 0)))
    return held


def patch(stream: str, since: int, version: int, put: str = "", drop: str = "") -> bytes:
    records = [b'{"id":"%s","v":%d}' % (id.encode(), version) for id in put]
    return protocol.patch([protocol.part(stream, since, version, records, list(drop))])


def test_WS7_a_whole_part_takes_the_place_of_what_is_held(client: Client) -> None:
    client.hear(patch("body/a", 0, 5, "xy"))
    client.hear(patch("body/a", 0, 3, "z"))
    assert client.streams["body/a"].version == 3
    assert set(client.streams["body/a"].records) == {"z"}


def test_WS7_old_parts_and_parts_of_what_is_not_held_are_passed_over(client: Client) -> None:
    client.hear(patch("body/a", 0, 5, "xy"))
    client.hear(patch("body/a", 2, 5, "z", "x"))
    client.hear(patch("body/b", 3, 4, "z"))
    assert set(client.streams["body/a"].records) == {"x", "y"}
    assert "body/b" not in client.streams
    client.hear(patch("body/a", 4, 7, "z", "x"))  # overlaps, and goes on
    assert set(client.streams["body/a"].records) == {"y", "z"}
    assert client.streams["body/a"].version == 7


def test_WS7_a_gap_is_noticed(client: Client) -> None:
    client.hear(patch("body/a", 0, 5, "xy"))
    with pytest.raises(Gap):
        client.hear(patch("body/a", 6, 7, "z"))
    with pytest.raises(Gap):
        client.hear(patch("head/a", 6, 7, "z"))


def test_WS8_only_what_is_held_whole_is_named_in_have(client: Client) -> None:
    client.hear(patch("body/a", 0, 5, "xy"))
    client.hear(encode(Begin({"body/b": 2, "body/c": 4})))
    client.hear(protocol.chunk("body/b", [b'{"id":"x"}']))
    client.hear(encode(Synced(("body/c",))))
    client.hear(patch("body/c", 4, 6, "x"))
    client.hear(patch("pair/a/c", 0, 1, "r"))
    client.hear(encode(End(("pair/a/c",))))
    hello = client.hello()
    assert isinstance(hello, Hello)
    assert hello.have == {"body/a": 5, "body/c": 6}
    assert set(client.streams) == {"body/a", "body/c"}  # the rest is forgotten


def test_WS8_follow_names_what_is_held_of_its_layers(client: Client) -> None:
    head = b'{"id":"%s","parent":null,"published":true}'
    for layer in ("a", "b"):
        record = head % layer.encode()
        client.hear(protocol.patch([protocol.part(f"head/{layer}", 0, 1, [record])]))
    client.hear(patch("body/a", 0, 5, "xy"))
    client.hear(patch("pair/a/b", 0, 2, "r"))
    client.hear(patch("body/c", 0, 2, "z"))
    (follow,) = client.steer()
    have = {"head/a": 1, "head/b": 1, "body/a": 5, "pair/a/b": 2}
    assert follow == Follow(("a", "b"), have=have)
    assert client.steer() == []
