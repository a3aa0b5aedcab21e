"""Who may talk to the server: the page that was opened from the printed address, nobody else.

Four strangers are kept out. Other computers: the socket is bound to the loopback (``serve``).
Pages of other sites that make the browser ask: they lack the cookie (SameSite=Strict), and the
origin that browsers add gives them away. Sites whose name was made to point at this computer (DNS
rebinding): the Host header holds their name. Other users and programs of this computer: they do
not know the token. Ports share cookies and count as one site, which is why the origin is looked
at, port included, even when the cookie is there.
"""

import hmac
import html
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kinefuse.app.refusals import NotAllowed, Refused

_READING = ("GET", "HEAD")
logger = logging.getLogger(__name__)

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'"
)
"""Of the program's own pages: nothing inline, nothing from elsewhere."""
RESULT_POLICY = (
    "sandbox allow-scripts allow-downloads; default-src 'none'; script-src 'unsafe-inline' blob:; "
    "style-src 'unsafe-inline'; img-src data: blob:; font-src data:; connect-src data: blob:; "
    "worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
"""Of reports and viewers, which are whole in themselves: their scripts run, but in a sandbox
without an origin, so that nothing in a file's name or label could reach the server's words."""

_ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}


class Gate:
    """What a request has to show."""

    def __init__(self, port: int, token: str | None = None) -> None:
        """Draw what is secret; ``token`` only where a test has to know it."""
        self.token = token or secrets.token_urlsafe(24)
        self.cookie_name = f"kinefuse-{port}"
        self._cookie = secrets.token_urlsafe(24)
        self.hosts = (f"127.0.0.1:{port}", f"localhost:{port}")
        self.origins = tuple(f"http://{host}" for host in self.hosts)

    @property
    def address(self) -> str:
        """What to open in a browser."""
        return f"{self.origins[0]}/?token={self.token}"

    def set_cookie(self) -> str:
        """The header's value that lets the page in from now on, until the browser is closed."""
        return f"{self.cookie_name}={self._cookie}; HttpOnly; SameSite=Strict; Path=/"

    def check_host(self, headers: Mapping[str, str]) -> None:
        """Whether the request was meant for this server.

        Raises:
            NotAllowed: It was meant for a name that only happens to lead here.
        """
        if headers.get("host", "") not in self.hosts:
            raise NotAllowed("this server is not called by that name")

    def check_origin(self, method: str, headers: Mapping[str, str]) -> None:
        """Whether the request was made by a page of this server, or typed by a person.

        Raises:
            NotAllowed: It was not, or does not say.
        """
        origin = headers.get("origin")
        if origin is not None and origin != f"http://{headers.get('host', '')}":
            raise NotAllowed("the request comes from another page")
        if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            raise NotAllowed("the request comes from another site")
        if origin is None and method not in _READING:
            raise NotAllowed("the request does not say which page it comes from")

    def check_key(self, headers: Mapping[str, str]) -> None:
        """Whether the request holds the cookie.

        No parser of all cookies is asked: this computer's other servers set theirs for every port,
        and one that keeps to no standard would hide ours.

        Raises:
            NotAllowed: It does not.
        """
        pairs = (pair.strip().partition("=") for pair in headers.get("cookie", "").split(";"))
        given = [value for name, _, value in pairs if name == self.cookie_name]
        if not any(_same(value, self._cookie) for value in given):
            raise NotAllowed("the key is missing or of an earlier start")

    def opens(self, query: str) -> bool:
        """Whether an address holds the token."""
        return _same(parse_qs(query).get("token", [""])[0], self.token)


def _same(given: str, secret: str) -> bool:
    """In a time that does not tell how much of it is right."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), secret.encode())


class Guard:
    """ASGI layer around everything: refuses, adds headers, and keeps mistakes out of sight."""

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self._app, self._gate = app, gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or hand on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            # Nothing here speaks it; closing before accepting is answered with 403.
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self._answer(_for_whole_files(scope), receive, _with_headers(send))

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            self._check(scope)
            await self._app(scope, receive, watched)
        except NotAllowed as refusal:
            wants_a_page = "text/html" in Headers(scope=scope).get("accept", "")
            await (closed_door if wants_a_page else refused)(refusal)(scope, receive, send)
        except Refused as refusal:
            await refused(refusal)(scope, receive, send)
        except Exception:
            reference = secrets.token_hex(4)
            logger.exception("mistake %s in %s %s", reference, scope["method"], scope["path"])
            if not begun:
                await mistake(reference)(scope, receive, send)

    def _check(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        self._gate.check_host(headers)
        query = scope["query_string"].decode("latin-1")
        if scope["path"] == "/" and scope["method"] in _READING and self._gate.opens(query):
            scope["state"] = {**scope.get("state", {}), "opened": True}
            return
        self._gate.check_origin(scope["method"], headers)
        self._gate.check_key(headers)


def refused(refusal: Refused) -> JSONResponse:
    """A refusal as the page gets it."""
    return JSONResponse({"sentence": str(refusal)}, status_code=refusal.status)


def closed_door(refusal: NotAllowed) -> HTMLResponse:
    """The same for somebody who looks at it; they may know none of the program's files."""
    sentence = html.escape(str(refusal))
    return HTMLResponse(
        f'<!doctype html><html lang="en"><title>kinefuse</title><h1>kinefuse</h1><p>{sentence}</p>',
        status_code=refusal.status,
    )


def mistake(reference: str) -> JSONResponse:
    """A mistake of the program as the page gets it: never what went wrong inside."""
    return JSONResponse(
        {"sentence": MISTAKE.format(reference), "reference": reference}, status_code=500
    )


MISTAKE = (
    "This is a mistake of the program, not yours. Please report it with the reference {0} and the "
    "lines of the log that hold it."
)


def _for_whole_files(scope: Scope) -> Scope:
    """Without the wish for a part of a file, which the page never has and nobody has to heed.

    A part that is none would be refused below in other words than ours.
    """
    return {**scope, "headers": [pair for pair in scope["headers"] if pair[0] != b"range"]}


def _with_headers(send: Send) -> Callable[[Message], Awaitable[None]]:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _ALWAYS.items():
                headers.setdefault(name, value)
            headers.setdefault("content-security-policy", PAGE_POLICY)
        await send(message)

    return sent
