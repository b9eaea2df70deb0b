"""The web application: every HTTP route, and the websocket's.

Reads of a board go through ``Live.read``, between two commits, so nothing is shown before it is
durable. A board that is not public and a board that does not exist get the same answers, byte
by byte. The server sets no cookie and reads none; what opens a board is the token of a share
link, in the body of a request for a ticket or in the header Authorization.
"""

import asyncio
import ipaddress
import secrets
from collections import OrderedDict
from functools import partial
from math import ceil
from typing import Final, get_args
from urllib.parse import urlsplit

import orjson
from msgspec import Struct
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Lifespan

from board import limits
from board.formats import json as board_json
from board.roles import LEAST_ROLE, Role, at_least
from board.state import LEAD_STREAM, Board
from layers.outline import outline
from layers.stream import board_shape, header, layers_of
from layers.visible import on_layers
from server import asyncapi, bundle, exports, metrics, openapi, pages
from server.access import OPEN_LINK, Access, Failures, Ticket, cannot_be_pointed
from server.admin import Administrator, Failed
from server.api import (
    Authors,
    BoardInfo,
    ExportFormat,
    Health,
    ImageGiven,
    Refused,
    TicketGiven,
    TicketRequest,
    read,
)
from server.audiences import leads
from server.codes import Codes
from server.config import Settings
from server.desk import Desk
from server.events import event_routes
from server.gate import Gate
from server.images import ImageFile, Images, NotTaken
from server.joining import Joining
from server.live import Boards, Live, NoSuchBoard, Unavailable
from server.log import check_board_name
from server.results import results
from server.room import Bucket
from server.web import (
    JSON_TYPE,
    SVG_TYPE,
    ZIP_TYPE,
    Turns,
    as_file,
    as_json,
    bearer,
    body,
    check_length,
)
from server.wire import live_route

IMAGE: Final = "an image"
FOR_EVER: Final = "public, max-age=31536000, immutable"
FORWARDED: Final = ("forwarded", "via", "x-forwarded-for", "x-real-ip")


class Grant(Struct, frozen=True):
    """What a request may do with a board: by a generation of a link, in a role."""

    link: str
    generation: int
    role: Role


def create_app(
    settings: Settings,
    boards: Boards,
    access: Access,
    images: Images,
    administrator: Administrator | None = None,
    codes: Codes | None = None,
    *,
    lifespan: Lifespan[Starlette] | None = None,
) -> ASGIApp:
    """The application that serves ``boards``. It opens and closes nothing by itself.

    Without ``codes`` those that are given are forgotten when it ends.
    """
    return Site(settings, boards, access, images, administrator, codes).app(lifespan)


class Site:
    """The routes of one server, and the little that they keep between requests."""

    def __init__(
        self,
        settings: Settings,
        boards: Boards,
        access: Access,
        images: Images,
        administrator: Administrator | None = None,
        codes: Codes | None = None,
    ) -> None:
        folder = bundle.static_folder()
        loaded = bundle.load(folder)
        self._boards = boards
        self._access = access
        self._images = images
        self._exports = Turns(limits.EXPORTS_MAX, limits.EXPORT_S)
        self._arriving = asyncio.Semaphore(limits.UPLOADS_MAX)
        self._senders: OrderedDict[str, Bucket] = OrderedDict()  # of images; the newest last
        self._files = loaded.files
        self._pages = pages.Pages(folder / "templates", loaded.assets)
        self._hosts = hosts(settings)
        self._failures = Failures()
        if administrator is None:
            administrator = Administrator(boards, boards.log, access, settings.base, images=images)
        self._desk = Desk(settings, boards, access, administrator, self._no_way_in)
        self._joining = Joining(
            settings, boards, access, codes or Codes(access), self._pages, self._by_ticket
        )
        self._kept: OrderedDict[str, tuple[Live, int, str]] = OrderedDict()  # pages by board
        self._rendering = asyncio.Lock()
        self._listing = asyncio.Lock()
        self._cards: dict[str, tuple[int, pages.BoardCard | None]] = {}
        self._documents = {
            "/api/openapi.json": orjson.dumps(openapi.document()),
            "/api/asyncapi.json": orjson.dumps(asyncapi.document()),
            "/api/schema/board.json": orjson.dumps(board_json.schema()),
        }

    def app(self, lifespan: Lifespan[Starlette] | None = None) -> ASGIApp:
        """The whole application, behind its gate."""
        inner = Starlette(
            routes=self.routes(),
            lifespan=lifespan,
            exception_handlers={
                Refused: self._refused,
                HTTPException: self._refused,
                NoSuchBoard: self._refused,
                Unavailable: self._refused,
                Failed: self._refused,
                ClientDisconnect: self._refused,
                Exception: self._refused,
            },
        )
        inner.router.redirect_slashes = False
        return Gate(inner, partial(known_host, self._hosts), self.refusal)

    def routes(self) -> list[BaseRoute]:
        """All routes."""
        return [
            Route("/", self.home),
            Route("/b/{board}", self.board_page),
            Route("/static/{name}", self.static_file),
            live_route(self._boards, self._access),
            *event_routes(self._boards, self._access),
            Route("/api/boards/{board}", self.board_info),
            Route("/api/boards/{board}/tickets", self.tickets, methods=["POST"]),
            Route("/api/boards/{board}/export", self.export),
            Route("/api/boards/{board}/results", self.results),
            Route("/api/boards/{board}/images", self.upload, methods=["POST"]),
            Route("/api/boards/{board}/images/{image}", self.image),
            *self._joining.routes(),
            *self._desk.routes(),
            *(Route(path, self.document) for path in self._documents),
            Route("/healthz", self.health),
            Route("/metrics", self.metrics),
        ]

    # -- pages

    async def home(self, request: Request) -> Response:
        """The boards that are open to the public."""
        async with self._listing:
            cards = await self._public_cards()
        return _page(self._pages.home(cards))

    async def _public_cards(self) -> list[pages.BoardCard]:
        names = await self._boards.names()
        known, self._cards = self._cards, {}
        for name in names:
            try:
                seq = await self._boards.last(name)
                if name not in known or known[name][0] != seq:
                    live = await self._boards.open(name)
                    known[name] = await live.read(partial(_card, name=name))
                self._cards[name] = known[name]
            except (NoSuchBoard, Unavailable):
                continue  # the others are still there
        return [card for _, card in self._cards.values() if card is not None]

    async def board_page(self, request: Request) -> Response:
        """A board's page: with its outline when it is public, else the shell alone."""
        name = request.path_params["board"]
        own = None
        if "layers" in request.query_params:
            own = pages.layers_of(request.query_params["layers"])
        try:
            check_board_name(name)
        except ValueError:
            raise Refused("not_found") from None
        try:
            return _page(await self._board_page(name, own))
        except NoSuchBoard:
            return _page(self._pages.shell(name))

    async def _board_page(self, name: str, own: frozenset[str] | None) -> str:
        live = await self._open(name)
        if not await live.read(lambda board: board.public):
            raise NoSuchBoard(name)
        async with self._rendering:  # a page is made once, however many ask for it at once
            if own is None:
                seq = await live.read(lambda board: board.seq)
                held = self._kept.get(name)
                if held is not None and held[0] is live and held[1] == seq:
                    self._kept.move_to_end(name)
                    return held[2]
            board = await live.read(Board.still)
            if not board.public:
                raise NoSuchBoard(name)
            page = await asyncio.to_thread(self._made, name, board, own)
            if own is None:
                self._kept[name] = (live, board.seq, page)
                while len(self._kept) > limits.PAGES_KEPT_MAX:
                    self._kept.popitem(last=False)
            return page

    def _made(self, name: str, board: Board, own: frozenset[str] | None) -> str:
        if own and not any(board.sees("viewer", "layer", id) for id in own):
            own = None  # an address with none of this board's layers is no choice
        on = on_layers(board, "viewer", own, stage=False)
        return self._pages.board(name, outline(board, "viewer", on))

    async def static_file(self, request: Request) -> Response:
        """A file of the bundle. Its name changes with its content."""
        file = self._files.get(request.path_params["name"])
        if file is None:
            raise Refused("not_found")
        headers = {"cache-control": FOR_EVER}
        data, coding = file.encoded(request.headers.get("accept-encoding", ""))
        if file.gzipped or file.brotli:
            headers["vary"] = "accept-encoding"
        if coding:
            headers["content-encoding"] = coding
        response = Response(data, headers=headers)
        response.headers["content-type"] = file.media_type
        return response

    # -- boards

    async def board_info(self, request: Request) -> Response:
        """What the caller may know of a board."""
        name = request.path_params["board"]
        live, role = await self._admitted(request)
        return as_json(await live.read(partial(_info, name=name, role=role)))

    async def export(self, request: Request) -> Response:
        """A board, as far as the caller may read it, as a file."""
        wanted = request.query_params.get("format", "json")
        if wanted not in get_args(ExportFormat):
            known = " or ".join(get_args(ExportFormat))
            raise Refused("invalid", "format", f"expected {known}")
        if request.headers.get("authorization", "").lower().startswith("ticket"):
            live, ticket, role, _ = await self._holder(request)
            seat = ticket.client
        else:
            live, role = await self._admitted(request)
            seat = ""
        make = partial(self._exported, request, live, role, seat, wanted)
        return await self._exports.take(make)

    async def _exported(
        self, request: Request, live: Live, role: Role, seat: str, wanted: str
    ) -> Response:
        name = live.name
        if wanted == "json":
            content = await live.read(partial(board_json.content, role=role))
            made = await asyncio.to_thread(exports.document, content, name, self._images)
            return as_file(made.content.encode(), JSON_TYPE, f"{name}.json")
        own = None
        if "layers" in request.query_params:
            own = pages.layers_of(request.query_params["layers"])
        async with self._rendering:
            board = await live.read(Board.still)
            if not all(board.sees(role, "layer", id, seat) for id in own or ()):
                raise Refused("invalid", "layers", "a layer is not there, or not for you")
            on = on_layers(board, role, own, stage=False, seat=seat)
            frame = None
            if "frame" in request.query_params:
                frame = board.node(request.query_params["frame"])
                if frame is None or frame.kind != "frame" or frame.layer not in on:
                    raise Refused("invalid", "frame", "no such frame is in the layers that are on")
            draw = partial(exports.drawing, board, on, name, self._images, frame=frame)
            drawing = await asyncio.to_thread(draw)
        return as_file(drawing.encode(), SVG_TYPE, f"{name}.svg")

    async def results(self, request: Request) -> Response:
        """What a workshop came to, for whoever leads it, as a zip."""
        asked = request.query_params.get("authors", "number")
        authors: Authors | None = next((one for one in get_args(Authors) if one == asked), None)
        if authors is None:
            known = " or ".join(get_args(Authors))
            raise Refused("invalid", "authors", f"expected {known}")
        live, ticket, _, _ = await self._holder(request)
        return await self._exports.take(partial(self._results, live, ticket, authors))

    async def _results(self, live: Live, ticket: Ticket, authors: Authors) -> Response:
        name = live.name
        async with self._rendering:
            board, role = await live.read(partial(_for, ticket=ticket))
            if role is None or not at_least(role, "facilitator"):
                raise Refused("role")
            made = await asyncio.to_thread(results, board, role, authors, name, self._images)
        return as_file(made, ZIP_TYPE, f"{name}-results.zip")

    async def tickets(self, request: Request) -> Response:
        """Exchange the token of a share link, or nothing for a public board, for a ticket."""
        if request.headers.get("authorization", "").lower().startswith("bearer"):
            why = "here the share link's token goes into the body, as key"
            raise Refused("invalid", "Authorization", why)
        asked = read(await body(request), TicketRequest)
        name = request.path_params["board"]
        try:
            live, grant = await self._grant(request, name, asked.key)
        except Refused:
            metrics.TICKETS.labels("refused").inc()
            raise
        secret = asked.secret or secrets.token_urlsafe(24)
        client = self._access.client(name, grant.link, secret)
        ticket = Ticket(name, grant.link, grant.generation, client)
        role, _ = await live.read(partial(_standing, ticket=ticket))
        if role is None:
            metrics.TICKETS.labels("refused").inc()
            is_used = await live.read(partial(_is_used, ticket=ticket))
            raise Refused("link_used" if is_used else "removed")
        metrics.TICKETS.labels("given").inc()
        return as_json(TicketGiven(self._access.ticket(ticket), role, client))

    # -- images

    async def upload(self, request: Request) -> Response:
        """Take an image for a board, from whoever may put it on the board right now."""
        live, ticket = await self._sender(request)
        check_length(request, limits.IMAGE_BYTES_MAX, IMAGE)
        self._check_rate(ticket.client)
        try:
            async with asyncio.timeout(limits.IMAGE_S):
                await self._arriving.acquire()
        except TimeoutError:
            raise Refused("unavailable", message="too many images arrive just now") from None
        try:
            raw = await body(request, limits.IMAGE_BYTES_MAX, limits.IMAGE_S, IMAGE)
            await self._sender(request)  # what was so when it began need not be so now
            named = partial(live.read, Board.images)
            kept = await self._images.take(live.name, raw, named)
        except NotTaken as refused:
            raise Refused(refused.code, message=refused.message) from None
        finally:
            self._arriving.release()
        return as_json(ImageGiven(kept.name, kept.width, kept.height))

    async def image(self, request: Request) -> Response:
        """An image, for whoever knows its name: it stands on the board for who may read it."""
        board, name = request.path_params["board"], request.path_params["image"]
        file = await asyncio.to_thread(self._images.file, board, name)
        if file is None:
            raise Refused("not_found")
        return ImageFile(file)

    async def _sender(self, request: Request) -> tuple[Live, Ticket]:
        """The board of a request and the ticket that it came with. Raises Refused."""
        live, ticket, role, archived = await self._holder(request)
        if not at_least(role, LEAST_ROLE["node.create"]):
            raise Refused("role")
        if archived:
            raise Refused("archived")
        return live, ticket

    def _check_rate(self, client: str) -> None:
        now_s = asyncio.get_running_loop().time()
        most = limits.UPLOADS_MINUTE
        bucket = self._senders.pop(client, None) or Bucket(most / 60, most, now_s)
        self._senders[client] = bucket
        while len(self._senders) > limits.SOCKETS_MAX:
            self._senders.popitem(last=False)
        if wait_s := bucket.take(1, now_s):
            raise Refused("slow_down", message=f"at most {most} images a minute", wait_s=wait_s)

    # -- for machines

    async def document(self, request: Request) -> Response:
        """What the interface is: OpenAPI, AsyncAPI, the schema of Board JSON."""
        return Response(self._documents[request.url.path], media_type=JSON_TYPE)

    async def health(self, request: Request) -> Response:
        """Whether the server takes requests."""
        if self._boards.draining:
            raise Refused("unavailable", message="the server is stopping")
        return as_json(Health())

    async def metrics(self, request: Request) -> Response:
        """What Prometheus reads; only from this machine, because sums tell of activity, too."""
        if not _is_local(request):
            raise Refused("not_found")
        return Response(metrics.exposition(self._boards), media_type=metrics.CONTENT_TYPE)

    # -- who may

    async def _holder(self, request: Request) -> tuple[Live, Ticket, Role, bool]:
        """The board of a request, the ticket that it came with, and what that gives now: a role,
        and whether the board is archived. Raises Refused."""
        name = request.path_params["board"]
        ticket = self._access.read(name, _ticket(request))
        if ticket is None:
            raise self._no_way_in(request)
        try:
            live = await self._open(name)
        except NoSuchBoard:
            raise self._no_way_in(request) from None
        role, archived = await live.read(partial(_standing, ticket=ticket))
        if role is None:
            raise self._no_way_in(request)
        return live, ticket, role, archived

    async def _by_ticket(self, request: Request) -> tuple[Live, Role]:
        live, _, role, _ = await self._holder(request)
        return live, role

    async def _open(self, name: str) -> Live:
        try:
            check_board_name(name)
        except ValueError:
            raise NoSuchBoard(name) from None
        return await self._boards.open(name)

    async def _admitted(self, request: Request) -> tuple[Live, Role]:
        """The board of a request and the caller's role in it. Raises Refused, Unavailable."""
        name = request.path_params["board"]
        live, grant = await self._grant(request, name, bearer(request))
        return live, grant.role

    async def _grant(self, request: Request, name: str, key: str) -> tuple[Live, Grant]:
        """What a key ("" is none) opens.

        Raises Refused, in the same words whether there is no such board or only no way in.
        """
        try:
            live = await self._open(name)
            granted = await live.read(partial(_granted, access=self._access, name=name, key=key))
        except NoSuchBoard:
            granted = None
        if granted is not None:
            return live, granted
        raise self._no_way_in(request)

    def _no_way_in(self, request: Request, refused: Refused | None = None) -> Refused:
        """The refusal of who may not come in, or must wait before the next try."""
        address = request.client.host if request.client else ""
        wait_s = self._failures.refused(address, asyncio.get_running_loop().time())
        if wait_s > 0:
            return Refused("slow_down", wait_s=wait_s)
        return refused or Refused("no_board", "board")

    # -- refusals

    async def _refused(self, request: Request, error: Exception) -> Response:
        return self.refusal(request, as_refused(error))

    def refusal(self, request: Request, refused: Refused) -> Response:
        """The response to a request that was refused: JSON for machines, else a page."""
        path = request.url.path
        response: Response
        if path.startswith("/api/") or path in ("/healthz", "/metrics"):
            response = as_json(refused.problem, refused.status)
        else:
            title, message = TITLES[refused.status], refused.problem.message
            page = self._pages.message(refused.status, title, message)
            response = HTMLResponse(page, refused.status)
        if refused.wait_s:
            response.headers["retry-after"] = str(ceil(refused.wait_s))
        if refused.allow:
            response.headers["allow"] = refused.allow
        return response


TITLES: Final = {
    400: "That was not understood",
    403: "That is not for you",
    404: "Nothing is here",
    405: "That cannot be done here",
    408: "That took too long",
    413: "That is too much",
    421: "Wrong address",
    500: "Something went wrong",
    503: "Just a moment",
}


def as_refused(error: Exception) -> Refused:
    """What a request is told of an error."""
    match error:
        case Refused():
            return error
        case NoSuchBoard():
            return Refused("no_board", "board")
        case Unavailable():
            return Refused("unavailable", wait_s=1.0)
        case Failed(code=code, where=where, message=message):
            return Refused(code, where, message)
        case ClientDisconnect():
            return Refused("bad_request")
        case HTTPException(status_code=404):
            return Refused("not_found")
        case HTTPException(status_code=405, headers=headers):
            return Refused("method", allow=(headers or {}).get("Allow", ""))
        case HTTPException():
            return Refused("bad_request")
    return Refused("broken")


# -- reading a board: these are run by Live.read


def _card(board: Board, name: str) -> tuple[int, pages.BoardCard | None]:
    if not board.public:
        return board.seq, None
    shape = board_shape(board)
    return board.seq, pages.BoardCard(name, shape.title or name, shape.description, shape.lang)


def _granted(board: Board, access: Access, name: str, key: str) -> Grant | None:
    if key:
        link = access.opened(name, key, board.links)
        return None if link is None else Grant(link.id, link.generation, link.role)
    return Grant(OPEN_LINK, 0, "viewer") if board.public else None


def _for(board: Board, ticket: Ticket) -> tuple[Board, Role | None]:
    """A board as it is, with the role that a ticket gives in it."""
    return board.still(), board.role_of(ticket.link, ticket.generation, ticket.client)


def _standing(board: Board, ticket: Ticket) -> tuple[Role | None, bool]:
    return board.role_of(ticket.link, ticket.generation, ticket.client), board.archived


def _is_used(board: Board, ticket: Ticket) -> bool:
    link = board.links.get(ticket.link)
    return link is not None and not link.is_for(ticket.client)


def _info(board: Board, name: str, role: Role) -> BoardInfo:
    shape = board_shape(board)
    layers = [layer for _, layer in board.tree() if board.may_read(role, layer.id)]
    readable = {layer.id for layer in layers}
    return BoardInfo(
        name=name,
        title=shape.title,
        description=shape.description,
        lang=shape.lang,
        public=board.public,
        stage=board.stage_open,
        role=role,
        layers=[header(board, layer) for layer in layers],
        versions={
            stream: version
            for stream, version in sorted(board.versions.items())
            if readable.issuperset(layers_of(stream)) and (stream != LEAD_STREAM or leads(role))
        },
    )


# -- requests and responses


def hosts(settings: Settings) -> frozenset[str]:
    """The names that the server is reached by, as its settings say."""
    names = (urlsplit(address).hostname for address in (settings.base, *settings.origins))
    return frozenset(name for name in names if name)


def known_host(names: frozenset[str], host: str) -> bool:
    """Whether a Host header names this server; a number and localhost always do."""
    return _hostname(host) in names or cannot_be_pointed(host.lower())


def _hostname(host: str) -> str:
    name, colon, port = host.lower().rpartition(":")
    return name if colon and port.isdecimal() else host.lower()


def _is_local(request: Request) -> bool:
    if any(name in request.headers for name in FORWARDED) or request.client is None:
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _ticket(request: Request) -> str:
    scheme, _, ticket = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "ticket" or not ticket:
        raise Refused("bad_request", "Authorization", "expected: Ticket, and a ticket")
    return ticket


def _page(html: str) -> Response:
    return HTMLResponse(html, headers={"cache-control": "no-cache"})
