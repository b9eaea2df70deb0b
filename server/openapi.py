"""The HTTP interface as an OpenAPI 3.1 document, made from the types in server/api.py.

OpenAPI 3.1 schemas are JSON Schema, draft 2020-12, so what msgspec makes of a type is taken as
it is.
"""

from typing import Any, Final, get_args

import msgspec

from board.formats.json import Document
from board.limits import (
    CODE_S,
    FILE_IMAGES_BYTES_MAX,
    FILE_IMAGES_MAX,
    FRAME_BYTES_MAX,
    IMAGE_BYTES_MAX,
    IMAGE_PIXELS_MAX,
    POLL_GAP_S,
    POLL_S,
    POST_BYTES_MAX,
    SECRET_CHARS_MIN,
    TICKET_S,
)
from board.ops import IMAGE_PATTERN
from server import images
from server.api import (
    PROBLEMS,
    Authors,
    BoardChange,
    BoardCopy,
    BoardInfo,
    BoardLinks,
    CodeRequest,
    DeskBoard,
    DeskBoards,
    DeskMade,
    DeskTicket,
    DeskTicketRequest,
    EventsRequest,
    ExportFormat,
    Health,
    ImageGiven,
    JoinCode,
    LinksRequest,
    NewBoard,
    Problem,
    ShareLinks,
    Taken,
    ThemeName,
    TicketGiven,
    TicketRequest,
)

VERSION: Final = 1  # of the interface; what only adds to it does not raise it

TYPES: Final = (
    BoardChange, BoardCopy, BoardInfo, BoardLinks, CodeRequest, DeskBoard, DeskBoards, DeskMade,
    DeskTicket, DeskTicketRequest, Document, EventsRequest, Health, ImageGiven, JoinCode,
    LinksRequest, NewBoard,
    Problem, ShareLinks, Taken, TicketGiven, TicketRequest,
)  # fmt: skip

BOARD: Final = {
    "name": "board",
    "in": "path",
    "required": True,
    "description": "The board's name, as in its address.",
    "schema": {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]*$", "maxLength": 64},
}
LAYERS: Final = {
    "name": "layers",
    "in": "query",
    "description": (
        "The layers that are on, separated by commas; a layer shows when its groups are on, too."
        " Without it: those that are published. A layer that is not there, or not for the caller,"
        " is refused by an export (`invalid`) and passed over by a page, which shows those that are"
        " published when it knows none of them."
    ),
    "schema": {"type": "string"},
}
IMAGE: Final = {
    "name": "image",
    "in": "path",
    "required": True,
    "description": "The image's name, as a node has it.",
    "schema": {"type": "string", "pattern": IMAGE_PATTERN.removesuffix(r"(?!\n)")},
}
BY_LINK: Final[list[dict[str, Any]]] = [{}, {"link": []}]
BY_TICKET: Final[list[dict[str, Any]]] = [{"ticket": []}]
THEME: Final = {
    "name": "theme",
    "in": "query",
    "description": "The appearance that the picture is for.",
    "schema": {"enum": list(get_args(ThemeName)), "default": "light"},
}
BY_DESK: Final[list[dict[str, Any]]] = [{"desk": []}]


def document() -> dict[str, Any]:
    """The OpenAPI document."""
    _, components = msgspec.json.schema_components(
        TYPES, ref_template="#/components/schemas/{name}"
    )
    made = {
        "openapi": "3.1.0",
        "info": {
            "title": "Orientation Board",
            "version": str(VERSION),
            "description": (
                "Layered boards that people toggle together. A board that is not open to the"
                " public and a board that does not exist get the same answers. The websocket is"
                " described in /api/asyncapi.json."
            ),
        },
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "servers": [{"url": "/"}],
        "paths": _paths(),
        "components": {
            "schemas": components,
            "securitySchemes": {
                "link": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The token of a share link: what stands after #k= in it.",
                },
                "ticket": {
                    "type": "http",
                    "scheme": "ticket",
                    "description": "A ticket, as for the websocket: Authorization: Ticket …",
                },
                "desk": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A ticket to the desk: see giveDeskTicket.",
                },
            },
        },
    }
    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(made))  # no tuple is left
    return found


def _paths() -> dict[str, Any]:
    return {
        "/": {"get": _page("home", "The boards that are open to the public.")},
        "/b/{board}": {
            "get": _page("board", "A board, with its outline when it is public.", BOARD, LAYERS)
        },
        "/static/{name}": {
            "get": {
                "operationId": "file",
                "summary": "A file of the browser's bundle; its name changes with its content.",
                "parameters": [
                    {"name": "name", "in": "path", "required": True, "schema": {"type": "string"}}
                ],
                "responses": {"200": {"description": "The file."}, "404": _html("No such file.")},
            }
        },
        "/api/boards/{board}": {
            "get": _call(
                "readBoard",
                "A board's texts, layers and versions, as far as the caller may know them.",
                {"application/json": BoardInfo},
                "bad_request", "no_board", "slow_down", "unavailable",
                parameters=[BOARD],
                security=BY_LINK,
            )
        },
        "/api/boards/{board}/tickets": {
            "post": _call(
                "giveTicket",
                f"Exchange a share link's token for a ticket, which is good for {TICKET_S} s.",
                {"application/json": TicketGiven},
                "bad_request", "invalid", "link_used", "no_board", "removed", "slow_down",
                "too_large", "unavailable",
                parameters=[BOARD],
                body=TicketRequest,
                description=(
                    "The ticket goes into the first frame of the websocket. A public board gives"
                    " one without a key. `secret` is random, of at least"
                    f" {SECRET_CHARS_MIN} characters, and kept by one tab: with it the tab gets"
                    " the same client name again. A Bearer header is refused here: the token goes"
                    " into `key`."
                ),
            )
        },
        "/api/boards/{board}/live": {
            "get": {
                "operationId": "openWebsocket",
                "summary": "The websocket of a board: see /api/asyncapi.json.",
                "parameters": [BOARD],
                "responses": {
                    "101": {"description": "The websocket is open."},
                    "403": {"description": "The Origin is not allowed."},
                },
            }
        },
        "/api/boards/{board}/events": {
            "post": _call(
                "openEvents",
                "The frames that the server sends, where no websocket gets through.",
                {"text/event-stream": None, "text/plain": None},
                "bad_request", "invalid", "no_connection", "too_large", "too_slow", "wrong_origin",
                parameters=[BOARD],
                body=EventsRequest,
                description=(
                    "The answer is a stream of server-sent events and lasts as long as the"
                    " connection. The first, `open`, gives its `id`; each without a name is one"
                    " frame, as in /api/asyncapi.json; the last, `close`, gives the close `code`."
                    " The header Origin must be allowed, as for the websocket.\n\n"
                    "With `poll` every answer has an end, and is plain text of the same events:"
                    " the first gives the id, and each later request, with `id` and the number of"
                    " frames that were `seen`, what came after those, or nothing after"
                    f" {POLL_S} s. The next request follows at once; after {POLL_GAP_S} s without"
                    " one the connection has ended."
                ),
            )
        },
        "/api/boards/{board}/frames": {
            "post": {
                **_call(
                    "sendFrames",
                    "Frames from a browser, for a connection that was opened with openEvents.",
                    {"application/json": Taken},
                    "bad_request", "no_connection", "order", "slow_down", "too_large", "too_slow",
                    "unavailable", "wrong_origin",
                    parameters=[BOARD],
                    description=(
                        "The first line of the body is the connection's id, a space and the post's"
                        " number: 1, 2, 3 and so on. Each further line is one frame, as in"
                        " /api/asyncapi.json; `hello` is the first. A post is done whole and once:"
                        " one without an answer is sent again as it was, before the next. At most"
                        f" {POST_BYTES_MAX} bytes, and {FRAME_BYTES_MAX} a frame."
                    ),
                ),
                "requestBody": {
                    "required": True,
                    "content": {"text/plain": {"schema": {"type": "string"}}},
                },
            }
        },
        "/api/boards/{board}/export": {
            "get": _call(
                "exportBoard",
                "A board as a file, as far as the caller may read it, with its images: at most"
                f" {FILE_IMAGES_MAX}, of {FILE_IMAGES_BYTES_MAX} bytes together.",
                {"application/json": Document, "image/svg+xml": None},
                "bad_request", "invalid", "no_board", "slow_down", "unavailable",
                parameters=[
                    BOARD,
                    {
                        "name": "format",
                        "in": "query",
                        "description": "json: all of it. svg: the layers that are on.",
                        "schema": {"enum": list(get_args(ExportFormat)), "default": "json"},
                    },
                    LAYERS,
                    {
                        "name": "frame",
                        "in": "query",
                        "description": (
                            "svg: this frame alone, with what lies wholly in it, in the layers that"
                            " are on; any other is refused (`invalid`)."
                        ),
                        "schema": {"type": "string"},
                    },
                ],
                security=[*BY_LINK, *BY_TICKET],
            )
        },
        "/api/boards/{board}/results": {
            "get": _call(
                "workshopResults",
                "What a workshop came to, for a facilitator: tables (CSV), a report (Markdown) with"
                " the scenes as pictures (SVG), and the board (JSON), in one zip.",
                {"application/zip": None},
                "bad_request", "invalid", "no_board", "role", "slow_down", "unavailable",
                parameters=[
                    BOARD,
                    {
                        "name": "authors",
                        "in": "query",
                        "description": "How people are told apart: not, by numbers, or by names.",
                        "schema": {"enum": list(get_args(Authors)), "default": "number"},
                    },
                ],
                security=BY_TICKET,
            )
        },
        "/api/boards/{board}/images": {
            "post": {
                **_call(
                    "sendImage",
                    "Send an image, to be named by a node.",
                    {"application/json": ImageGiven},
                    "archived", "bad_request", "no_board", "no_image", "role", "slow_down",
                    "too_large", "too_many", "too_slow", "unavailable",
                    parameters=[BOARD],
                    security=BY_TICKET,
                    description=(
                        "The body is a PNG, JPEG, WebP or GIF (of what moves, the first picture is"
                        f" taken) of at most {IMAGE_BYTES_MAX} bytes and {IMAGE_PIXELS_MAX} pixels."
                        " It is decoded and encoded anew, upright, smaller where it is large, and"
                        " without metadata. The same picture has the same name on the same board."
                    ),
                ),
                "requestBody": {
                    "required": True,
                    "content": {"image/*": {"schema": {"type": "string", "format": "binary"}}},
                },
            }
        },
        "/api/boards/{board}/images/{image}": {
            "get": {
                "operationId": "readImage",
                "summary": "An image. Its name opens it: only who may read its node knows that.",
                "parameters": [BOARD, IMAGE],
                "responses": {
                    "200": {
                        "description": "The image.",
                        "content": {
                            kind: {"schema": {"type": "string", "format": "binary"}}
                            for kind in images.TYPES.values()
                        },
                    },
                    **_problems("not_found"),
                },
            }
        },
        "/join": {
            "get": _page("joinPage", "Where a join code is typed."),
            "post": {
                "operationId": "join",
                "summary": "Leads to the board that a join code stands for.",
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/x-www-form-urlencoded": {
                            "schema": {
                                "type": "object",
                                "required": ["code"],
                                "properties": {"code": {"type": "string"}},
                            }
                        }
                    },
                },
                "responses": {
                    "303": {"description": "To the board's address, with its share link's token."},
                    "404": _html("Nothing opens with that code: the page says so."),
                    "429": _html("Too many wrong codes came from the caller's address."),
                },
            },
        },
        "/api/boards/{board}/links": {
            "get": _call(
                "listLinks",
                "The tokens of the share links that the caller may pass on.",
                {"application/json": BoardLinks},
                "bad_request", "no_board", "role", "slow_down", "unavailable",
                parameters=[BOARD],
                security=BY_TICKET,
                description=(
                    "An owner gets all, a facilitator those of participants and viewers. What the"
                    " links are called, and who came by them, is told by the stream `lead`."
                ),
            )
        },
        "/api/boards/{board}/codes": {
            "post": _call(
                "giveCode",
                "The join code of a share link, and its address as a QR code.",
                {"application/json": JoinCode},
                "bad_request", "invalid", "no_board", "no_link", "role", "slow_down", "too_large",
                "too_many", "unavailable",
                parameters=[BOARD],
                body=CodeRequest,
                security=BY_TICKET,
                description=(
                    f"The same link has the same code until it is revoked. It is good for {CODE_S}"
                    " s from when it was last asked for. A link for one person has none."
                ),
            )
        },
        **_desk_paths(),
        "/api/openapi.json": {"get": _described("openapi", "This document.")},
        "/api/asyncapi.json": {"get": _described("asyncapi", "The websocket, as AsyncAPI 3.0.")},
        "/api/schema/board.json": {
            "get": _described("boardSchema", "The JSON Schema (draft 2020-12) of Board JSON.")
        },
        "/healthz": {
            "get": _call(
                "health",
                "Whether the server takes requests.",
                {"application/json": Health},
                "unavailable",
            )
        },
        "/metrics": {
            "get": {
                "operationId": "metrics",
                "summary": "What Prometheus reads. Only from the server's own machine.",
                "responses": {
                    "200": {
                        "description": "Sums over all boards.",
                        "content": {"text/plain": {"schema": {"type": "string"}}},
                    },
                    **_problems("not_found"),
                },
            }
        },
    }  # fmt: skip


def _desk_paths() -> dict[str, Any]:
    template = {"name": "template", "in": "path", "required": True, "schema": {"type": "string"}}
    given, made = ("application/json", DeskBoard), ("application/json", DeskMade)
    one = ("invalid", "no_board", "refused", "unavailable")
    return {
        "/api/desk/tickets": {
            "post": _call(
                "giveDeskTicket",
                f"Exchange the desk's key for a ticket to it, which is good for {TICKET_S} s.",
                {"application/json": DeskTicket},
                "bad_request", "invalid", "no_desk", "slow_down", "too_large", "wrong_origin",
                body=DeskTicketRequest,
                description=(
                    "The desk's link (`orientation-board desk` shows it) gives rights over all"
                    " boards of the server. A browser's Origin must be allowed, here and in all"
                    " other calls of the desk; a program that is no browser sends none."
                ),
            )
        },
        "/api/desk/boards": {
            "get": _desk_call(
                "listBoards", "All boards, and the templates for new ones.",
                ("application/json", DeskBoards), "unavailable",
            ),
            "post": _desk_call(
                "makeBoard", "Make a private board, empty or of a template.", made,
                "invalid", "full", "unavailable", body=NewBoard, status="201",
            ),
        },
        "/api/desk/imports": {
            "post": {
                **_desk_call(
                    "importBoard",
                    "Make a private board of a paper or of Board JSON: the body as it is.",
                    made, "invalid", "full", "too_large", "unavailable", status="201",
                ),
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {"schema": _ref(Document)},
                        "text/markdown": {"schema": {"type": "string"}},
                    },
                },
            }
        },
        "/api/desk/boards/{board}": {
            "patch": _desk_call(
                "changeBoard", "Rename a board, archive it, open it to everyone; or end that.",
                given, *one, body=BoardChange, parameters=[BOARD],
            ),
            "delete": _desk_call(
                "deleteBoard", "Remove a board for good. There is no way back.",
                None, "no_board", "unavailable", parameters=[BOARD], status="204",
            ),
        },
        "/api/desk/boards/{board}/copies": {
            "post": _desk_call(
                "copyBoard", "Make a board of what is on another: without links and history.",
                given, *one, "full", body=BoardCopy, parameters=[BOARD], status="201",
            )
        },
        "/api/desk/boards/{board}/links": {
            "post": _desk_call(
                "shareBoard", "The share links of a role; the first is made when there is none.",
                ("application/json", ShareLinks), *one, body=LinksRequest, parameters=[BOARD],
            )
        },
        "/api/desk/boards/{board}/export": {
            "get": _desk_call(
                "exportWhole", "A board as Board JSON, all of it.",
                ("application/json", Document), "no_board", "unavailable", parameters=[BOARD],
            )
        },
        "/api/desk/boards/{board}/thumbnail.svg": {
            "get": _desk_call(
                "boardThumbnail", "A board in small.", ("image/svg+xml", None),
                "invalid", "no_board", "unavailable", parameters=[BOARD, THEME],
            )
        },
        "/api/desk/templates/{template}/thumbnail.svg": {
            "get": _desk_call(
                "templateThumbnail", "A template in small.", ("image/svg+xml", None),
                "invalid", "not_found", parameters=[template, THEME],
            )
        },
    }  # fmt: skip


def _desk_call(
    id: str,
    summary: str,
    gives: tuple[str, type | None] | None,
    *problems: str,
    parameters: list[dict[str, Any]] | None = None,
    body: type | None = None,
    status: str = "200",
) -> dict[str, Any]:
    """A call that needs a ticket to the desk. ``gives`` None: an answer without a body."""
    found = _call(
        id,
        summary,
        dict([gives]) if gives else {},
        *problems, "bad_request", "no_desk", "slow_down", "wrong_origin",
        *(("too_large",) if body else ()),
        parameters=parameters,
        body=body,
        security=BY_DESK,
    )  # fmt: skip
    done = found["responses"].pop("200")
    if gives is None:
        del done["content"]
    found["responses"][status] = done
    return found


def _ref(kind: type) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{kind.__name__}"}


def _html(description: str) -> dict[str, Any]:
    return {"description": description, "content": {"text/html": {"schema": {"type": "string"}}}}


def _page(id: str, summary: str, *parameters: dict[str, Any]) -> dict[str, Any]:
    return {
        "operationId": id,
        "summary": summary,
        "parameters": list(parameters),
        "responses": {"200": _html("The page."), "default": _html("A page that says why not.")},
    }


def _described(id: str, summary: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"type": "object"}}}
    return {
        "operationId": id,
        "summary": summary,
        "responses": {"200": {"description": "The document.", "content": content}},
    }


def _call(
    id: str,
    summary: str,
    gives: dict[str, type | None],
    *problems: str,
    parameters: list[dict[str, Any]] | None = None,
    body: type | None = None,
    security: list[dict[str, Any]] | None = None,
    description: str = "",
) -> dict[str, Any]:
    content = {
        media_type: {"schema": {"type": "string"} if kind is None else _ref(kind)}
        for media_type, kind in gives.items()
    }
    call: dict[str, Any] = {
        "operationId": id,
        "summary": summary,
        "responses": {"200": {"description": "Done.", "content": content}, **_problems(*problems)},
    }
    if description:
        call["description"] = description
    if parameters:
        call["parameters"] = parameters
    if body is not None:
        call["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _ref(body)}},
        }
    if security:
        call["security"] = security
    return call


def _problems(*codes: str) -> dict[str, Any]:
    """The responses for these codes; those that share a status share a response."""
    by_status: dict[str, list[str]] = {}
    for code in codes:
        status, meaning = PROBLEMS[code]
        by_status.setdefault(str(status), []).append(f"`{code}`: {meaning}")
    return {
        status: {
            "description": "; ".join(lines),
            "content": {"application/json": {"schema": _ref(Problem)}},
        }
        for status, lines in sorted(by_status.items())
    }
