"""What every request passes on its way in and every response on its way out.

``Gate`` is plain ASGI around the whole application, so that nothing, not even the answer to a
crash, leaves without the headers that keep a page to its own origin. A request whose Host is
not this server's is refused: a name that somebody else pointed at it (DNS rebinding) must not
be able to read what is here.
"""

from collections.abc import Callable
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server import metrics
from server.api import Refused

CONTENT_SECURITY_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)

SECURITY_HEADERS: Final[dict[str, str]] = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": (
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(),"
        " magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()"
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


class Gate:
    """The application, with the Host of every request checked and every response's headers set.

    ``known`` says whether this server answers to a Host. ``refuse`` makes the response to a
    request that is refused here.
    """

    def __init__(
        self,
        app: ASGIApp,
        known: Callable[[str], bool],
        refuse: Callable[[Request, Refused], Response],
    ) -> None:
        self.app = app
        self._known = known
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
                metrics.RESPONSES.labels(f"{message['status'] // 100}xx").inc()
            await send(message)

        hosts = Headers(scope=scope).getlist("host")
        if len(hosts) == 1 and self._known(hosts[0]):
            await self.app(scope, receive, send_guarded)
        elif scope["type"] == "websocket":
            await receive()  # the connection has to be announced before it can be refused
            await send({"type": "websocket.close", "code": 1008, "reason": ""})
        else:
            response = self._refuse(Request(scope), Refused("wrong_host", "Host"))
            await response(scope, receive, send_guarded)
