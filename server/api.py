"""What the HTTP interface takes and gives, as types; and every way in which it can refuse.

/api/openapi.json is made from these types (server/openapi.py), and the routes in server/app.py
read and write nothing else.
"""

from typing import Annotated, Final, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from board import limits
from board.ops import Id, Image, Lang
from board.roles import Role
from layers.shapes import LayerShape

T = TypeVar("T")

SECRET_PATTERN: Final = r"^[A-Za-z0-9_-]*$(?!\n)"

Token = Annotated[str, Meta(max_length=limits.TOKEN_CHARS_MAX)]
Secret = Annotated[
    str,
    Meta(
        min_length=limits.SECRET_CHARS_MIN,
        max_length=limits.SECRET_CHARS_MAX,
        pattern=SECRET_PATTERN,
    ),
]
NewTitle = Annotated[str, Meta(min_length=1, max_length=limits.TITLE_CHARS_MAX)]
ExportFormat = Literal["json", "svg"]
Authors = Literal["none", "number", "name"]  # how people are told apart in results
ThemeName = Literal["light", "dark"]


class TicketRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Asks for a ticket to a board's websocket.

    ``key`` is the token of a share link, "" for a board that is open to the public. ``secret``
    is random and kept by one browser tab: the same secret gives the same client name again.
    Without one the client is a new one.
    """

    key: Token = ""
    secret: Secret | None = None


class TicketGiven(Struct, frozen=True):
    """A ticket, good for TICKET_S seconds, with the role and the client name that it stands for."""

    ticket: str
    role: Role
    client: str


class BoardInfo(Struct, frozen=True):
    """A board as a role may know it.

    ``layers`` are the headers of the layers that the role may read, in the order of the panel.
    ``versions`` gives the version of each stream that it may follow.
    """

    name: str
    title: str
    description: str
    lang: str
    public: bool
    stage: bool  # open
    role: Role
    layers: list[LayerShape]
    versions: dict[str, int]


class EventsRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Opens a connection to a board, or, with its ``id``, asks for what came after event ``seen``.

    ``poll``: the answer is not one that lasts; events are asked for, again and again.
    """

    id: Annotated[str, Meta(max_length=64)] = ""
    seen: Annotated[int, Meta(ge=0, le=limits.INTEGER_MAX)] = 0
    poll: bool = False


class Taken(Struct, frozen=True):
    """A post was done. ``sent`` counts the frames that were sent as events so far."""

    sent: int


class ImageGiven(Struct, frozen=True):
    """An image that is kept: what a node names it by, and its pixels across and down."""

    image: Image
    width: int
    height: int


class DeskTicketRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Asks for a ticket to the desk. ``key`` is what stands after #k= in the desk's link."""

    key: Token


class DeskTicket(Struct, frozen=True):
    """A ticket to the desk, good for TICKET_S seconds: the bearer token of every call there."""

    ticket: str


class DeskBoard(Struct, frozen=True):
    """A board, as the desk shows it.

    ``version`` changes when the board does. ``changed_ms`` is when that was, in milliseconds
    since 1970 UTC. ``public`` is null when the board cannot be opened just now; ``unreadable``
    says from where on its log cannot be read, "" is nothing wrong.
    """

    name: str
    version: str
    title: str
    lang: str
    public: bool | None
    archived: bool
    nodes: int
    changed_ms: int
    unreadable: str


class DeskMade(DeskBoard, frozen=True):
    """A board that was made, and a line for each thing that could not be brought along."""

    losses: list[str]


class DeskTemplate(Struct, frozen=True):
    """A template that a board can be made of. ``lang`` is the language of its texts."""

    name: str
    title: str
    description: str
    lang: str


class DeskBoards(Struct, frozen=True):
    """All boards of the server, and the templates that there are.

    ``address`` is where people find the server when its settings say so, else "": where the
    caller found it. Share links begin with it.
    """

    boards: list[DeskBoard]
    templates: list[DeskTemplate]
    boards_max: int
    address: str


class NewBoard(Struct, frozen=True, forbid_unknown_fields=True):
    """Asks for a new board: of a template, or, without one, with one layer titled ``layer``."""

    title: NewTitle
    template: Id | None = None
    lang: Lang = "en"
    layer: NewTitle = "Ideas"


class BoardCopy(Struct, frozen=True, forbid_unknown_fields=True):
    """Asks for a copy of a board under another title."""

    title: NewTitle


class BoardChange(Struct, frozen=True, forbid_unknown_fields=True):
    """Asks for changes of a board as a whole; what is null stays."""

    title: NewTitle | None = None
    archived: bool | None = None
    public: bool | None = None


class LinksRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Asks for the share links of a role; ``revoke``: new ones, and the old ones end."""

    role: Role
    revoke: bool = False


class ShareLink(Struct, frozen=True):
    """A share link: its role, and the token that goes behind #k= in the board's address."""

    role: Role
    key: str


class ShareLinks(Struct, frozen=True):
    """The share links of a role, at least one."""

    links: list[ShareLink]


class BoardLink(Struct, frozen=True):
    """A share link by its id, and the token that goes behind #k= in the board's address."""

    id: str
    key: str


class BoardLinks(Struct, frozen=True):
    """The share links of a board that the caller may pass on."""

    links: list[BoardLink]


class CodeRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Asks for the join code of a share link, by the link's id."""

    link: Id


class Square(Struct, frozen=True):
    """A QR code: how many modules a side has, and the dark ones as the path of an SVG."""

    side: int
    path: str


class JoinCode(Struct, frozen=True):
    """How people come to a board by a share link.

    ``code`` is typed at ``page``, until a time in milliseconds since 1970 UTC. ``address`` is the
    link's own, and ``square`` the same as a QR code.
    """

    code: str
    until_ms: int
    page: str
    address: str
    square: Square


class Health(Struct, frozen=True):
    """The server is up."""

    status: Literal["ok"] = "ok"


class Problem(Struct, frozen=True):
    """Why a request was refused: ``where`` names the place in it, "" is the whole of it."""

    code: str
    message: str
    where: str = ""


# code -> the HTTP status, and what it means
PROBLEMS: Final[dict[str, tuple[int, str]]] = {
    "bad_request": (400, "the request cannot be read"),
    "invalid": (400, "a field is not as it must be"),
    "role": (403, "this needs a higher role"),
    "no_desk": (401, "this opens with the desk's link alone"),
    "wrong_origin": (403, "a page of another origin asked for this"),
    "not_found": (404, "there is nothing at this address"),
    "removed": (403, "somebody who leads here has taken you off this board"),
    "link_used": (403, "this link is for one person, and somebody has come by it already"),
    "no_code": (404, "no board opens with this code: look once more at the screen"),
    "no_link": (404, "there is no such link that you may pass on"),
    "no_board": (404, "there is no such board, or it opens only with a good link"),
    "no_connection": (404, "there is no such connection, or it has ended: connect anew"),
    "method": (405, "this address does not know that method"),
    "too_slow": (408, "the request took too long to arrive"),
    "archived": (409, "the board is archived"),
    "order": (409, "a post before this one has not come"),
    "too_many": (409, "the board holds as many as it can"),
    "refused": (409, "the board does not take this change"),
    "full": (409, "the server holds as many boards as it can"),
    "too_large": (413, "the request is too large"),
    "no_image": (415, "this is no PNG, JPEG, WebP or GIF that can be read"),
    "wrong_host": (421, "this server does not answer to that name"),
    "slow_down": (429, "too many refused requests came from your address: wait a little"),
    "broken": (500, "something went wrong here, and was noted"),
    "unavailable": (503, "the board cannot be used just now: try again"),
}


class Refused(Exception):
    """Ends a request with a Problem.

    ``wait_s``: how long to wait before the next try; ``allow``: the methods that there are.
    """

    def __init__(
        self,
        code: str,
        where: str = "",
        message: str = "",
        *,
        wait_s: float = 0.0,
        allow: str = "",
    ) -> None:
        self.status, meaning = PROBLEMS[code]
        self.problem = Problem(code, message or meaning, where)
        self.wait_s = wait_s
        self.allow = allow
        super().__init__(self.problem.message)


def read(raw: bytes, kind: type[T]) -> T:
    """Read the body of a request. Raises Refused."""
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.ValidationError as error:
        message, _, where = str(error).partition(" - at `$")
        raise Refused("invalid", where.removesuffix("`").removeprefix("."), message) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Refused("bad_request", message="the body is no JSON") from None
