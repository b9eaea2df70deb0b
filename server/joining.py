"""How people are let in by those who lead: addresses of links, and the join screen's code.

``/join`` is the page at which a code is typed. It works without scripts; the code travels in a
form's body, so that no address holds it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from math import ceil
from typing import Final
from urllib.parse import parse_qs

import segno
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from board import limits
from board.roles import RANK, Role, at_least
from board.state import Board, Link
from server.access import Access, Failures
from server.api import BoardLink, BoardLinks, CodeRequest, JoinCode, Refused, Square, read
from server.codes import Codes, NoRoom, plain
from server.config import Settings
from server.folder import NoFolder
from server.gate import CONTENT_SECURITY_POLICY
from server.live import Boards, Live, NoSuchBoard
from server.pages import Pages
from server.web import as_json, body

FORM_POLICY: Final = CONTENT_SECURITY_POLICY.replace("form-action 'none'", "form-action 'self'")
FORM_BYTES_MAX: Final = 1_024
QUIET: Final = 4  # modules that stay light around a QR code


ByTicket = Callable[[Request], Awaitable[tuple[Live, Role]]]


class Joining:
    """The routes by which people are let in.

    ``by_ticket`` gives the board of a request and the role that its ticket gives now, or raises
    Refused.
    """

    def __init__(
        self,
        settings: Settings,
        boards: Boards,
        access: Access,
        codes: Codes,
        pages: Pages,
        by_ticket: ByTicket,
    ) -> None:
        self._settings = settings
        self._boards = boards
        self._access = access
        self._codes = codes
        self._pages = pages
        self._by_ticket = by_ticket
        self._failures = Failures(limits.CODE_TRIES_MINUTE)

    def routes(self) -> list[BaseRoute]:
        """All routes."""
        return [
            Route("/join", self.form),
            Route("/join", self.join, methods=["POST"]),
            Route("/api/boards/{board}/links", self.links),
            Route("/api/boards/{board}/codes", self.code, methods=["POST"]),
        ]

    # -- for those who lead

    async def links(self, request: Request) -> Response:
        """The tokens of the links that the caller may pass on."""
        live, role = await self._by_ticket(request)
        passed_on = await live.read(partial(_passed_on, role=role))
        return as_json(
            BoardLinks(
                [BoardLink(link.id, self._access.token(live.name, link)) for link in passed_on]
            )
        )

    async def code(self, request: Request) -> Response:
        """The join code of a link, and its address as a QR code."""
        live, role = await self._by_ticket(request)
        asked = read(await body(request), CodeRequest)
        passed_on = await live.read(partial(_passed_on, role=role))
        link = next((held for held in passed_on if held.id == asked.link), None)
        if link is None or link.single:  # a code that many hear is not for one
            raise Refused("no_link", "link")
        try:
            code, until_s = await self._codes.give(live.name, link)
        except NoRoom:
            most = limits.CODES_BOARD_MAX
            raise Refused("too_many", message=f"codes, at most {most} of one board") from None
        except NoFolder:
            raise Refused("unavailable") from None
        base = self._base(request)
        address = f"{base}/b/{live.name}#k={self._access.token(live.name, link)}"
        return as_json(
            JoinCode(code, until_s * 1_000, f"{base}/join", address, square(address))
        )

    def _base(self, request: Request) -> str:
        """Where people find the server: as its settings say, else as the caller found it."""
        if self._settings.address:
            return self._settings.address
        origins = request.headers.getlist("origin")
        if self._access.admits(origins, request.headers.getlist("host")):
            return origins[0]
        return f"{request.url.scheme}://{request.headers['host']}"

    # -- for those who come

    async def form(self, request: Request) -> Response:
        """The page at which a join code is typed."""
        return self._page()

    async def join(self, request: Request) -> Response:
        """Where a join code leads: the board, by its share link."""
        raw = await body(request, FORM_BYTES_MAX, what="a form")
        fields = parse_qs(raw.decode("ascii", "replace"))
        typed = fields.get("code", [""])[0]
        address = request.client.host if request.client else ""
        now_s = asyncio.get_running_loop().time()
        # unlike a token a code is short: who guesses is not even told of a right one. From here
        # to where a wrong one is counted nothing waits, so many at once are no more than a few
        if wait_s := self._failures.wait_s(address, now_s):
            return self._page(refused=Refused("slow_down", wait_s=wait_s))
        found = await self._led(typed)
        if found is None:
            if plain(typed):  # what has not the form of a code is no guess
                self._failures.refused(address, now_s)
            return self._page(typed, Refused("no_code"))
        return RedirectResponse(found, 303)

    async def _led(self, typed: str) -> str | None:
        """The address that a code stands for now."""
        found = self._codes.find(typed)
        if found is None:
            return None
        try:
            live = await self._boards.open(found.board)
        except NoSuchBoard:
            return None
        token = self._access.token(live.name, Link(found.link, "viewer", found.generation))
        link = await live.read(lambda board: self._access.opened(live.name, token, board.links))
        return None if link is None or link.single else f"/b/{live.name}#k={token}"

    def _page(self, typed: str = "", refused: Refused | None = None) -> Response:
        page = self._pages.join(
            plain(typed), "" if refused is None else refused.problem.message, limits.CODE_CHARS
        )
        response = HTMLResponse(page, 200 if refused is None else refused.status)
        response.headers["content-security-policy"] = FORM_POLICY
        if refused is not None and refused.wait_s:
            response.headers["retry-after"] = str(ceil(refused.wait_s))
        return response


def _passed_on(board: Board, role: Role) -> list[Link]:
    """The links that a role may pass on: an owner all, a facilitator those of roles below."""
    if not at_least(role, "facilitator"):
        raise Refused("role")
    below = RANK[role] if role == "owner" else RANK[role] - 1
    return [link for _, link in sorted(board.links.items()) if RANK[link.role] <= below]


def square(address: str) -> Square:
    """An address as a QR code: its dark modules, row by row, as the path of an SVG."""
    rows = [bytes(row) for row in segno.make(address, error="m", micro=False).matrix]
    parts: list[str] = []
    for y, row in enumerate(rows):
        x = 0
        while (x := row.find(1, x)) >= 0:
            end = row.find(0, x)
            width = (len(row) if end < 0 else end) - x
            parts.append(f"M{x + QUIET} {y + QUIET}h{width}v1h-{width}z")
            x += width
    return Square(len(rows) + 2 * QUIET, "".join(parts))
