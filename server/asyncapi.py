"""The websocket as an AsyncAPI 3.0 document, made from the frames in server/protocol.py.

Its schemas are JSON Schema, draft 07, which is AsyncAPI's own: ``_as_draft_07`` says in it what
msgspec says in draft 2020-12.
"""

import inspect
from typing import Any, Final, get_args

import msgspec

from board.limits import BEAT_S, FRAME_BYTES_MAX, HELLO_S, SILENCE_S
from board.ops import TEXT_FIELDS
from layers.shapes import Shape
from server.protocol import CLOSE_CODES, PROTOCOL, Inbound, Outbound, Part

FRAMES_IN: Final[tuple[type, ...]] = get_args(Inbound)
FRAMES_OUT: Final[tuple[type, ...]] = get_args(Outbound)
REF: Final = "#/components/schemas/{name}"


def document() -> dict[str, Any]:
    """The AsyncAPI document. It speaks for the server: what it receives and what it sends."""
    frames = dict.fromkeys((*FRAMES_IN, *FRAMES_OUT))
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Orientation Board, live",
            "version": str(PROTOCOL),
            "description": (
                f"Version {PROTOCOL} of the protocol. One frame is one text message of JSON, of"
                f" at most {FRAME_BYTES_MAX} bytes from the browser; its field `t` names its"
                f" type. `hello` comes first, within {HELLO_S} s, with a ticket from"
                f" POST /api/boards/{{board}}/tickets. Each side sends a `beat` every {BEAT_S} s;"
                f" after {SILENCE_S} s of silence the socket is closed.\n\n"
                "A client that is no browser sends the header `Origin` itself: the address that"
                " it reaches the server at (`http://127.0.0.1:8000`), or, where the server has an"
                " `address` or `origins` set, one of those; without it the socket does not open"
                " (403).\n\n"
                "Where a proxy lets no websocket through, the same frames travel as server-sent"
                " events (POST /api/boards/{board}/events) and in posts (POST"
                " /api/boards/{board}/frames): see `openEvents` and `sendFrames` in"
                " /api/openapi.json. All that is said here holds there, too.\n\n"
                "The id of all that a client makes begins with its `seat` (from `welcome`) and a"
                " dot: `k3f9a0b2c1xyz.7`.\n\n"
                f"The fields of `text.set`, by owner: {_text_fields()}. The board's own texts have"
                " the id `\"\"`."
            ),
        },
        "defaultContentType": "application/json",
        "channels": {
            "live": {
                "address": "/api/boards/{board}/live",
                "title": "One board, live",
                "description": "Close codes:\n\n"
                + "\n".join(f"- {code}: {meaning}" for code, meaning in CLOSE_CODES.items()),
                "parameters": {"board": {"description": "The board's name, as in its address."}},
                "messages": {
                    _tag(frame): {"$ref": f"#/components/messages/{_tag(frame)}"}
                    for frame in frames
                },
                "bindings": {"ws": {"method": "GET", "bindingVersion": "0.1.0"}},
            }
        },
        "operations": {
            "receive": _operation("receive", "What a browser sends.", FRAMES_IN),
            "send": _operation("send", "What the server sends.", FRAMES_OUT),
        },
        "components": {
            "messages": {
                _tag(frame): {
                    "name": _tag(frame),
                    "title": frame.__name__,
                    "summary": _summary(frame),
                    "contentType": "application/json",
                    "payload": {"$ref": REF.format(name=frame.__name__)},
                }
                for frame in frames
            },
            "schemas": _schemas(tuple(frames)),
        },
    }


def _text_fields() -> str:
    return "; ".join(
        f"{owner}: " + ", ".join(f"`{field}` ({most} characters)" for field, most in fields.items())
        for owner, fields in TEXT_FIELDS.items()
    )


def _operation(action: str, summary: str, frames: tuple[type, ...]) -> dict[str, Any]:
    return {
        "action": action,
        "summary": summary,
        "channel": {"$ref": "#/channels/live"},
        "messages": [{"$ref": f"#/channels/live/messages/{_tag(frame)}"} for frame in frames],
    }


def _tag(frame: type) -> str:
    config = frame.__struct_config__  # type: ignore[attr-defined]
    return str(config.tag)


def _summary(frame: type) -> str:
    return (inspect.getdoc(frame) or "").partition("\n\n")[0].replace("\n", " ")


def _schemas(frames: tuple[type, ...]) -> dict[str, Any]:
    shapes = get_args(Shape)
    _, components = msgspec.json.schema_components((*frames, Part, *shapes), ref_template=REF)
    # records are encoded once and put into frames as they are, so the frames' types are silent
    components["Shape"] = {
        "description": "A record of a stream.",
        "anyOf": [{"$ref": REF.format(name=shape.__name__)} for shape in shapes],
    }
    for holder in ("Chunk", "Part"):
        components[holder]["properties"]["put"]["items"] = {"$ref": REF.format(name="Shape")}
    found: dict[str, Any] = _as_draft_07(components)
    return found


def _as_draft_07(schema: Any) -> Any:
    """The same schema for a reader of draft 07: tuples, and the name of a discriminator."""
    if isinstance(schema, list | tuple):
        return [_as_draft_07(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _as_draft_07(value) for key, value in schema.items()}
    if "prefixItems" in made:
        made["additionalItems"] = made.get("items", True)
        made["items"] = made.pop("prefixItems")
    if isinstance(made.get("discriminator"), dict) and "anyOf" in made:
        made["discriminator"] = made["discriminator"]["propertyName"]
    return made
