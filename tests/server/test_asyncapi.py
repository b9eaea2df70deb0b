"""The AsyncAPI document: valid by AsyncAPI's own schema, and true of the frames."""

import json
from pathlib import Path
from typing import Any, get_args

import jsonschema
import msgspec
import pytest

from board import ops
from board.apply import apply
from board.decide import ADMINISTRATOR, Decision, decide, entry
from board.state import Board
from layers import stream
from server import asyncapi, protocol
from tests.server.test_app import private, serving

# the npm package @asyncapi/specs, a development dependency of static/
SPECIFICATION = Path(__file__).parents[2] / "static/node_modules/@asyncapi/specs/schemas/3.0.0.json"


def specification() -> jsonschema.Draft7Validator:
    assert SPECIFICATION.is_file(), "run npm ci in static/ first"
    return jsonschema.Draft7Validator(json.loads(SPECIFICATION.read_text()))


def validator(name: str) -> jsonschema.Draft7Validator:
    """A validator of one of the document's types."""
    schemas = asyncapi.document()["components"]["schemas"]
    return jsonschema.Draft7Validator(
        {"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}}
    )


def test_HT16_the_document_is_valid_asyncapi() -> None:
    judge = specification()
    document = asyncapi.document()
    judge.validate(document)
    for path in (("channels",), ("info", "title"), ("operations", "send", "channel")):
        broken: Any = asyncapi.document()
        at = broken
        for step in path[:-1]:
            at = at[step]
        at[path[-1]] = 7
        assert not judge.is_valid(broken)
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft7Validator.check_schema(schema)


def references(value: Any) -> set[str]:
    if isinstance(value, list):
        return set().union(*map(references, value))
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*map(references, value.values()))
    return set()


def test_HT16_every_reference_leads_somewhere() -> None:
    document = asyncapi.document()
    found = references(document)
    assert found
    for reference in found:
        at: Any = document
        for step in reference.removeprefix("#/").split("/"):
            at = at[step]


def test_HT16_every_frame_and_close_code_is_described() -> None:
    document = asyncapi.document()

    def named(action: str) -> set[str]:
        held = document["operations"][action]["messages"]
        return {message["$ref"].rpartition("/")[2] for message in held}

    def tags(union: Any) -> set[str]:
        return {str(frame.__struct_config__.tag) for frame in get_args(union)}

    assert named("receive") == tags(protocol.Inbound)
    assert named("send") == tags(protocol.Outbound)
    assert set(document["channels"]["live"]["messages"]) == named("receive") | named("send")
    for code in protocol.CLOSE_CODES:
        assert f"- {code}: " in document["channels"]["live"]["description"]
    for message in document["components"]["messages"].values():
        assert message["summary"].endswith(".")


FRAMES_IN: list[Any] = [
    {"t": "hello", "protocol": 1, "ticket": "x", "viewport": [0, 0, 1, 1], "own": ["a"]},
    {"t": "submit", "n": 1, "ops": [{"op": "node.remove", "id": "a"}]},
    {"t": "submit", "n": 1, "ops": [{"op": "layer.set", "id": "a", "locked": True}]},
    {"t": "follow", "layers": ["a"], "have": {"body/a": 3}},
    {"t": "beat"},
    {"t": "present", "cursor": None, "drag": [["a", 0, 0, 9, 9, 0]]},
]
BAD_FRAMES_IN: list[Any] = [
    {"t": "hello", "protocol": 1, "ticket": "x", "viewport": [0, 0, 1]},
    {"t": "hello", "protocol": 1, "ticket": "x", "viewport": [0, 0, 1, 1, 1]},
    {"t": "submit", "n": 0, "ops": [{"op": "node.remove", "id": "a"}]},
    {"t": "submit", "n": 1, "ops": []},
    {"t": "submit", "n": 1, "ops": [{"op": "node.explode", "id": "a"}]},
    {"t": "submit", "n": 1, "ops": [{"op": "node.remove", "id": "a b"}]},
    {"t": "beat", "more": 1},
    {"t": "present", "drag": [["a", 0, 0, 9, 9]]},
    {"t": "present", "typing": {"id": "a", "field": "href"}},
]


@pytest.mark.parametrize("frame", FRAMES_IN)
def test_HT16_a_frame_that_the_server_takes_is_valid(frame: Any) -> None:
    assert not isinstance(protocol.decode(json.dumps(frame)), protocol.Reject)
    held = protocol.decode(json.dumps(frame))
    validator(type(held).__name__).validate(frame)


@pytest.mark.parametrize("frame", BAD_FRAMES_IN)
def test_HT16_a_frame_that_the_server_refuses_is_not(frame: Any) -> None:
    assert isinstance(protocol.decode(json.dumps(frame)), protocol.Reject)
    assert not validator(frame["t"].capitalize()).is_valid(frame)


def test_HT16_what_the_server_sends_is_valid() -> None:
    board = Board()
    decision = decide(board, ADMINISTRATOR, 0, tuple(private()))
    assert isinstance(decision, Decision)
    apply(board, entry(board, decision, at=1, epoch=1, author="", client="", n=0, salt="s"))
    parts = []
    for name in board.versions:
        records = [protocol.record(shape) for shape in stream.project(board, name)]
        validator("Chunk").validate(json.loads(protocol.chunk(name, records)))
        parts.append(protocol.part(name, 0, 1, records, ["gone"]))
    validator("Patch").validate(json.loads(protocol.patch(parts)))
    broken = json.loads(protocol.patch(parts))
    broken["parts"][0]["put"] = [{"id": 7}]
    assert not validator("Patch").is_valid(broken)
    for frame in (
        protocol.Ack(3),
        protocol.Reject(3, "role", "m", "ops[0]"),
        protocol.Conflict(3, "base", "now"),
        protocol.Presence(here=1, following=1, put=[protocol.Person("a", "viewer")]),
        protocol.Presence(here=1, following=1, doing=[protocol.Doing("a", (1.0, 2.0), ("b",))]),
        protocol.Begin({"board": 1}),
        protocol.Goaway(5),
    ):
        validator(type(frame).__name__).validate(json.loads(protocol.encode(frame)))


def test_HT16_every_operation_is_described() -> None:
    schemas = asyncapi.document()["components"]["schemas"]
    held = schemas["Submit"]["properties"]["ops"]["items"]
    assert held["discriminator"] == "op"
    assert len(held["anyOf"]) == len(get_args(ops.AnyOp))
    assert msgspec.json.decode(msgspec.json.encode(schemas)) == schemas


def test_HT18_the_document_says_what_another_client_must_know() -> None:
    said = asyncapi.document()["info"]["description"]
    for part in ("`Origin`", "(403)", "`seat`", "a dot"):
        assert part in said
    for owner, fields in ops.TEXT_FIELDS.items():
        listed = said.partition(f" {owner}: ")[2].partition(";")[0]
        for field, most in fields.items():
            assert f"`{field}` ({most} characters)" in listed, (owner, field)


async def test_HT16_the_document_is_published() -> None:
    async with serving() as site:
        answer = await site.get("/api/asyncapi.json")
        assert answer.json() == asyncapi.document()
        assert answer.headers["content-type"] == "application/json"
