"""Who may come in: tokens of share links, names of clients, tickets, and the Origin.

All of it is a function of one secret that lies in the data folder, so nothing that opens a
board is stored: a token can be shown again, and is revoked by raising its link's generation.

- A **token** ``<link>.<mac>`` stands in the fragment of a share link. Its mac is an HMAC of
  the board, the link's id and the link's generation.
- A **client's name** is an HMAC of the board, the link and a random secret that a browser tab
  keeps for itself: nobody else can come by the same name, and it tells nothing.
- A **ticket** is what a token is exchanged for: signed, readable by whoever holds it, and good
  for ``limits.TICKET_S`` seconds. It alone travels in the first frame of a websocket.
- An **image's name** is an HMAC of the board and a digest of its bytes (server/images.py): only
  who has read it on the board knows it.
- The **desk's key** ``desk.<mac>`` opens the start page with rights over all boards of the
  server. Its mac is an HMAC of a generation that lies in the data folder: raising it revokes
  the key, and the tickets that it was exchanged for (server/desk.py).
- The **Origin** of a websocket must be allowed exactly. Nothing here reads a cookie.

Nothing here awaits, and nothing is logged.
"""

import hashlib
import hmac
import ipaddress
import time
from base64 import b32encode
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final

import itsdangerous
import msgspec
from msgspec import Struct

from board import limits
from board.ops import LinkSet
from board.state import Link

SECRET_BYTES: Final = 32
# what can be said aloud and read from afar: nothing that looks like another, and no words
CODE_ALPHABET: Final = "23456789BCDFGHJKMNPQRSTVWXZ"
DESK: Final = "desk"  # what the desk's key begins with
OPEN_LINK: Final = ""  # the link of those who read a public board without one


class Ticket(Struct, frozen=True, forbid_unknown_fields=True):
    """Whom a ticket was given to: a client of one board, by one generation of one link."""

    board: str
    link: str
    generation: int
    client: str


class Access:
    """Makes and checks everything that opens a board.

    ``origins`` are the allowed origins, each as a browser sends it (``https://board.example``).
    When there are none, the origin must be the address that the server was reached at, and that
    address must be a number, ``localhost`` or one of ``hosts`` (with the port, where it is not
    the scheme's own): a name that anybody could point at this server is not believed.
    """

    def __init__(
        self,
        secret: bytes,
        *,
        origins: Collection[str] = (),
        hosts: Collection[str] = (),
        clock: Callable[[], float] = time.time,
    ) -> None:
        if len(secret) < SECRET_BYTES:
            raise ValueError(f"the secret has {len(secret)} bytes, it needs {SECRET_BYTES}")
        self._secret = secret
        self._clock = clock
        self._origins = frozenset(origins)
        self._hosts = frozenset(host.lower() for host in hosts)
        self._tickets = _signing(secret, b"ticket", clock)
        self._desk_tickets = _signing(secret, b"desk ticket", clock)

    # -- tokens

    def token(self, board: str, link: Link) -> str:
        """The token of a link, as of its generation."""
        return f"{link.id}.{self._mac('token', board, link.id, str(link.generation))}"

    def opened(self, board: str, token: str, links: Mapping[str, Link]) -> Link | None:
        """The link whose token this is, or None: unknown, revoked, past its time, or forged."""
        id, _, mac = token.rpartition(".")
        link = links.get(id)
        generation = 0 if link is None else link.generation
        expected = self._mac("token", board, id, str(generation))
        genuine = hmac.compare_digest(_raw(mac), _raw(expected))
        is_over = link is not None and 0 < link.expires_ms <= self._clock() * 1_000
        return link if genuine and not is_over else None

    def client(self, board: str, link: str, secret: str) -> str:
        """The name of the client that keeps ``secret`` and came by ``link``."""
        return self._mac("client", board, link, secret)[: limits.CLIENT_CHARS]

    def image(self, board: str, digest: str) -> str:
        """The name of the image of a board whose bytes have this digest."""
        return self._mac("image", board, digest)

    def code(self, board: str, link: Link, turn: int) -> str:
        """A join code for a link, as of its generation; each turn gives another one."""
        mac = self._mac("code", board, link.id, str(link.generation), str(turn))
        number, digits = int(mac, 36), ""
        for _ in range(limits.CODE_CHARS):
            number, at = divmod(number, len(CODE_ALPHABET))
            digits += CODE_ALPHABET[at]
        return digits

    def code_name(self, code: str) -> str:
        """What a join code is looked up by."""
        return self._mac("code name", code)

    def version(self, board: str, seq: int) -> str:
        """A name for a board as it was at a seq, which tells nothing of the seq."""
        return self._mac("version", board, str(seq))

    # -- the desk

    def desk_key(self, generation: int) -> str:
        """The key of the desk, as of its generation."""
        return f"{DESK}.{self._mac('desk', str(generation))}"

    def opens_desk(self, key: str, generation: int) -> bool:
        """Whether this is the desk's key of that generation."""
        return hmac.compare_digest(_raw(key), _raw(self.desk_key(generation)))

    def desk_ticket(self, generation: int) -> str:
        """Sign a ticket to the desk. It is good from now on, for TICKET_S seconds."""
        signed = self._desk_tickets.dumps(generation)
        return signed if isinstance(signed, str) else signed.decode()

    def read_desk_ticket(self, signed: str) -> int | None:
        """The generation that a ticket to the desk names, or None: forged, or too old."""
        try:
            held = self._desk_tickets.loads(signed, max_age=limits.TICKET_S)
        except itsdangerous.BadData:
            return None
        return held if isinstance(held, int) else None

    # -- tickets

    def ticket(self, ticket: Ticket) -> str:
        """Sign a ticket. It is good from now on, for TICKET_S seconds."""
        signed = self._tickets.dumps(msgspec.to_builtins(ticket))
        return signed if isinstance(signed, str) else signed.decode()

    def read(self, board: str, signed: str) -> Ticket | None:
        """The ticket for a board, or None: forged, too old, or for another board."""
        try:
            held = self._tickets.loads(signed, max_age=limits.TICKET_S)
            ticket = msgspec.convert(held, Ticket)
        except (itsdangerous.BadData, msgspec.ValidationError):
            return None
        return ticket if ticket.board == board else None

    # -- the Origin

    def admits(self, origins: Sequence[str], hosts: Sequence[str]) -> bool:
        """Whether a websocket may be opened, by the Origin and Host headers of its request.

        Each must have been sent once. ``null``, an origin that merely begins or ends like an
        allowed one, and none at all are refused.
        """
        if len(origins) != 1 or len(hosts) != 1:
            return False
        origin, host = origins[0], hosts[0].lower()
        if self._origins:
            return origin in self._origins
        if not (host in self._hosts or cannot_be_pointed(host)):
            return False
        return origin in (f"http://{host}", f"https://{host}")

    def _mac(self, purpose: str, *parts: str) -> str:
        # every part is preceded by its length, so no two lists of parts read alike
        message = b"".join(b"%d:%b" % (len(raw), raw) for raw in map(_raw, (purpose, *parts)))
        digest = hmac.digest(self._secret, message, "sha256")[: limits.TOKEN_BITS // 8]
        return b32encode(digest).decode().lower()


def revoked(link: Link) -> LinkSet:
    """What makes a link anew: all that its token opened ends, and so does its time."""
    return LinkSet(link.id, link.role, link.generation + 1, link.name, single=link.single)


class DeskKey:
    """What opens the desk now. ``keep`` makes a generation durable before it counts."""

    def __init__(
        self,
        access: Access,
        generation: int = 1,
        keep: Callable[[int], None] = lambda generation: None,
    ) -> None:
        self._access = access
        self._generation = generation
        self._keep = keep

    @property
    def key(self) -> str:
        """The key, as it stands in the desk's link."""
        return self._access.desk_key(self._generation)

    def ticket(self, key: str) -> str | None:
        """A ticket for the key, or None: it is not the key, or no longer."""
        if not self._access.opens_desk(key, self._generation):
            return None
        return self._access.desk_ticket(self._generation)

    def admits(self, ticket: str) -> bool:
        """Whether this ticket opens the desk."""
        return self._access.read_desk_ticket(ticket) == self._generation

    def revoke(self) -> None:
        """End the key and all its tickets; another takes its place. It blocks."""
        self._keep(self._generation + 1)
        self._generation += 1


class Failures:
    """Counts refused tickets by address, so that guessing gets slow.

    Only what was refused is counted, and only what is refused is ever told to wait: any number
    of people with a good link may come at once from one address. Each address has an allowance
    of so many refusals, which grows back in a minute. At most ADDRESSES_MAX addresses are
    remembered, in memory alone.
    """

    def __init__(self, allowance: int = limits.TICKET_USES_S) -> None:
        self._allowance = allowance
        self._spent: dict[str, tuple[float, float]] = {}  # address -> refusals, as of when

    def refused(self, address: str, now_s: float) -> float:
        """Count a refusal. Returns the seconds to wait before the next try, 0.0: none."""
        key = _network(address)
        spent = self._now(key, now_s)
        self._spent.pop(key, None)
        # what is over the allowance is not added: the wait stays below a minute
        self._spent[key] = (min(spent + 1, float(self._allowance)), now_s)
        while len(self._spent) > limits.ADDRESSES_MAX:
            del self._spent[next(iter(self._spent))]
        return self._wait(spent)

    def wait_s(self, address: str, now_s: float) -> float:
        """The seconds until another refusal would be within the allowance; nothing is counted."""
        return self._wait(self._now(_network(address), now_s))

    def _now(self, key: str, now_s: float) -> float:
        spent, at = self._spent.get(key, (0.0, now_s))
        return max(0.0, spent - (now_s - at) * self._allowance / 60)

    def _wait(self, spent: float) -> float:
        return max(0.0, (spent + 1 - self._allowance) * 60 / self._allowance)


def _signing(
    secret: bytes, salt: bytes, clock: Callable[[], float]
) -> itsdangerous.URLSafeTimedSerializer:
    return itsdangerous.URLSafeTimedSerializer(
        secret,
        salt=salt,
        signer=_clocked(clock),
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )


def _raw(text: str) -> bytes:
    return text.encode(errors="surrogatepass")  # whatever was sent, it is only compared


def _clocked(clock: Callable[[], float]) -> type[itsdangerous.TimestampSigner]:
    class Signer(itsdangerous.TimestampSigner):
        def get_timestamp(self) -> int:
            return int(clock())

    return Signer


def cannot_be_pointed(host: str) -> bool:
    """Whether a Host header names a number or localhost, so that nobody else can have pointed it.

    Any port may follow.
    """
    # a page can only have a number or localhost as its own address when it came from there;
    # any other name may have been pointed here by whoever owns it (DNS rebinding)
    name = host
    if host.startswith("["):
        name = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        name = host.partition(":")[0]
    if name == "localhost":
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _network(address: str) -> str:
    # one house often has a whole /64 of IPv6
    try:
        parsed: Any = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 6:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
