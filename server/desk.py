"""The desk: what the start page of a facilitator asks for, over HTTP.

Whoever has the desk's link has rights over all boards of the server, as an owner has over one.
Its key is exchanged for a ticket, and the ticket is the bearer token of every other call: no
page of another origin can know it, and none that says that it is one is listened to.

What is done to a board is done by the Administrator (server/admin.py), as for the command line.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Final, get_args

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from board import limits
from board.state import Board
from layers.palette import THEMES
from layers.thumbnail import thumbnail
from server import documents
from server.access import Access
from server.admin import Administrator, Card
from server.api import (
    BoardChange,
    BoardCopy,
    DeskBoard,
    DeskBoards,
    DeskMade,
    DeskTemplate,
    DeskTicket,
    DeskTicketRequest,
    LinksRequest,
    NewBoard,
    Refused,
    ShareLink,
    ShareLinks,
    ThemeName,
    read,
)
from server.config import Settings
from server.documents import BadDocument, Document
from server.live import BoardExists, Boards, NotCreated
from server.protocol import Reject
from server.web import JSON_TYPE, SVG_TYPE, as_file, as_json, bearer, body, check_length

ROOT: Final = "/api/desk"
BOARD: Final = f"{ROOT}/boards/{{board}}"
# a picture of what others have written: it can load nothing, run nothing and open nothing
PICTURE_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]


class Desk:
    """The routes of the desk.

    ``no_way_in`` counts a request that nothing opened, and gives its refusal, or a wait.
    """

    def __init__(
        self,
        settings: Settings,
        boards: Boards,
        access: Access,
        administrator: Administrator,
        no_way_in: Callable[[Request, Refused], Refused],
    ) -> None:
        self._settings = settings
        self._boards = boards
        self._access = access
        self._administrator = administrator
        self._no_way_in = no_way_in
        self._listing = asyncio.Lock()
        self._drawing = asyncio.Lock()
        self._pictures: OrderedDict[tuple[str, str], str] = OrderedDict()  # newest use last
        self._pictures_chars = 0

    def routes(self) -> list[BaseRoute]:
        """All routes, each behind the desk's ticket but for the one that gives it."""

        def route(path: str, method: str, endpoint: Endpoint) -> BaseRoute:
            return Route(path, partial(self._behind, endpoint), methods=[method])

        return [
            Route(f"{ROOT}/tickets", self.tickets, methods=["POST"]),
            route(f"{ROOT}/boards", "GET", self.boards),
            route(f"{ROOT}/boards", "POST", self.make),
            route(f"{ROOT}/imports", "POST", self.import_file),
            route(BOARD, "PATCH", self.change),
            route(BOARD, "DELETE", self.delete),
            route(f"{BOARD}/copies", "POST", self.copy),
            route(f"{BOARD}/links", "POST", self.links),
            route(f"{BOARD}/export", "GET", self.export),
            route(f"{BOARD}/thumbnail.svg", "GET", self.thumbnail),
            route(f"{ROOT}/templates/{{template}}/thumbnail.svg", "GET", self.preview),
        ]

    # -- who may

    async def tickets(self, request: Request) -> Response:
        """Exchange the desk's key for a ticket."""
        self._check_origin(request)
        asked = read(await body(request), DeskTicketRequest)
        ticket = self._administrator.desk.ticket(asked.key)
        if ticket is None:
            raise self._no_way_in(request, Refused("no_desk", "key"))
        return as_json(DeskTicket(ticket))

    async def _behind(self, endpoint: Endpoint, request: Request) -> Response:
        self._check_origin(request)
        if not self._administrator.desk.admits(bearer(request, "a ticket to the desk")):
            raise self._no_way_in(request, Refused("no_desk", "Authorization"))
        return await endpoint(request)

    def _check_origin(self, request: Request) -> None:
        """A browser names the page that asks; a program that is none need not."""
        origins = request.headers.getlist("origin")
        hosts = request.headers.getlist("host")
        if origins and not self._access.admits(origins, hosts):
            raise Refused("wrong_origin", "Origin")

    # -- all boards

    async def boards(self, request: Request) -> Response:
        """All boards, and what new ones can be made of."""
        async with self._listing:
            cards = await self._administrator.cards()
        templates = await asyncio.to_thread(documents.templates)
        return as_json(
            DeskBoards(
                boards=[_shown(card) for card in cards],
                templates=[DeskTemplate(*msgspec.structs.astuple(one)) for one in templates],
                boards_max=limits.BOARDS_MAX,
                address=self._settings.address,
            )
        )

    async def make(self, request: Request) -> Response:
        """Make a board, empty or of a template."""
        asked = read(await body(request), NewBoard)
        if asked.template is None:
            return await self._made(partial(documents.empty, asked.title, asked.lang, asked.layer))
        template = await asyncio.to_thread(documents.template, asked.template)
        if template is None:
            raise Refused("invalid", "template", "there is no such template")
        return await self._made(partial(template.titled, asked.title))

    async def import_file(self, request: Request) -> Response:
        """Make a board of a paper or of Board JSON, which is the body as it is."""
        check_length(request, limits.IMPORT_BYTES_MAX, "a file")
        raw = await body(request, limits.IMPORT_BYTES_MAX, limits.IMPORT_S, "a file")
        return await self._made(partial(documents.read, raw))

    async def _made(self, document: Callable[[], Document]) -> Response:
        try:
            # in a thread: a file may hold a hundred thousand operations
            made = await self._administrator.create(await asyncio.to_thread(document))
        except BadDocument as error:
            raise Refused("invalid", error.where, error.message) from None
        except NotCreated as error:
            why = error.outcome.message if isinstance(error.outcome, Reject) else "a text is twice"
            raise Refused("invalid", error.outcome.where, why) from None
        except BoardExists:
            raise Refused("unavailable", message="every such name is taken") from None
        card = _shown(await self._administrator.card(made.name))
        return as_json(DeskMade(**msgspec.structs.asdict(card), losses=made.losses), 201)

    # -- one board

    async def change(self, request: Request) -> Response:
        """Rename a board, put it away or bring it back, open it to everyone or end that."""
        name = request.path_params["board"]
        asked = read(await body(request), BoardChange)
        if asked.archived is False:
            await self._administrator.archive(name, False)
        if asked.title is not None:
            await self._administrator.rename(name, asked.title)
        if asked.public is not None:
            await self._administrator.publish(name, asked.public)
        if asked.archived:
            await self._administrator.archive(name, True)
        return await self._answer(name)

    async def copy(self, request: Request) -> Response:
        """Make a board of what is on another, without its links and its history."""
        asked = read(await body(request), BoardCopy)
        name = await self._administrator.duplicate(request.path_params["board"], asked.title)
        return await self._answer(name, 201)

    async def delete(self, request: Request) -> Response:
        """Remove a board for good."""
        await self._administrator.remove(request.path_params["board"])
        return Response(status_code=204)

    async def links(self, request: Request) -> Response:
        """The share links of a role; the first one is made when there is none."""
        asked = read(await body(request), LinksRequest)
        name = request.path_params["board"]
        lines = await self._administrator.links(name, asked.role, revoke=asked.revoke)
        return as_json(
            ShareLinks([ShareLink(asked.role, line.address.partition("#k=")[2]) for line in lines])
        )

    async def export(self, request: Request) -> Response:
        """A board as Board JSON."""
        name = request.path_params["board"]
        exported = await self._administrator.export(name)
        return as_file(exported.content.encode(), JSON_TYPE, f"{name}.json")

    async def _answer(self, name: str, status: int = 200) -> Response:
        return as_json(_shown(await self._administrator.card(name)), status)

    # -- pictures

    async def thumbnail(self, request: Request) -> Response:
        """A board in small."""
        theme = _theme(request)
        card = await self._administrator.card(request.path_params["board"])
        key = (f"{card.name}/{theme}", card.version)
        if key not in self._pictures:
            board = await self._boards.glance(card.name, Board.still)
            await self._draw(key, lambda: thumbnail(board, THEMES[theme]))
        return self._picture(key)

    async def preview(self, request: Request) -> Response:
        """A template in small."""
        theme, name = _theme(request), request.path_params["template"]
        document = await asyncio.to_thread(documents.template, name)
        if document is None:
            raise Refused("not_found", "template")
        key = (f"{name}/{theme}", "")
        if key not in self._pictures:
            await self._draw(key, lambda: thumbnail(documents.preview(document), THEMES[theme]))
        return self._picture(key)

    async def _draw(self, key: tuple[str, str], draw: Callable[[], str]) -> None:
        async with self._drawing:  # one at a time, in a thread, each once
            if key in self._pictures:
                return
            picture = await asyncio.to_thread(draw)
        for old in [held for held in self._pictures if held[0] == key[0]]:
            self._pictures_chars -= len(self._pictures.pop(old))
        self._pictures[key] = picture
        self._pictures_chars += len(picture)
        while len(self._pictures) > 1 and (
            len(self._pictures) > limits.THUMBNAILS_KEPT_MAX
            or self._pictures_chars > limits.THUMBNAILS_CHARS_MAX
        ):
            _, oldest = self._pictures.popitem(last=False)
            self._pictures_chars -= len(oldest)

    def _picture(self, key: tuple[str, str]) -> Response:
        self._pictures.move_to_end(key)
        headers = {"content-security-policy": PICTURE_POLICY}
        return Response(self._pictures[key], headers=headers, media_type=SVG_TYPE)


def _shown(card: Card) -> DeskBoard:
    fields = {name: getattr(card, name) for name in DeskBoard.__struct_fields__}
    return DeskBoard(**fields)


def _theme(request: Request) -> ThemeName:
    given = request.query_params.get("theme", "light")
    for name in get_args(ThemeName):
        if name == given:
            return name  # type: ignore[no-any-return]
    raise Refused("invalid", "theme", f"expected {' or '.join(get_args(ThemeName))}")
