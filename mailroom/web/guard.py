"""Stands before every page: hosts, foreign forms, sizes, and the headers of answers."""

from collections.abc import Awaitable, Callable, Collection, Mapping, MutableMapping
from typing import Any
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LARGEST_FORM = 256 * 1024  # bytes of a plain form
LARGEST_UPLOAD = 12 * 1024 * 1024  # bytes of a form with a file
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})

# Each source is named; nothing is fetched from anywhere else, nothing runs inline.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
HEADERS = {
    b"content-security-policy": PAGE_POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    # With "no-referrer" a browser sends `Origin: null` along with our own forms.
    b"referrer-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"permissions-policy": b"camera=(), microphone=(), geolocation=()",
    b"cache-control": b"no-store",
}


class Guard:
    """An ASGI application round another; what it refuses never reaches that one."""

    def __init__(
        self, app: App, *, hosts: Collection[str], origins: Collection[str]
    ) -> None:
        """`hosts` are names without port; `origins` what the public address is."""
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)
        self._origins = frozenset(origin.lower() for origin in origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or hand on."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        headers = {name.lower(): value for name, value in scope["headers"]}
        refusal = self._refusal(scope["method"], headers)
        if refusal is not None:
            await _refuse(_marked(send), *refusal)
            return
        await self._app(scope, _bounded(receive, _limit(headers)), _marked(send))

    def _refusal(
        self, method: str, headers: Mapping[bytes, bytes]
    ) -> tuple[int, str] | None:
        host = _text(headers, b"host").lower()
        if _name(host) not in self._hosts:
            return 421, (
                f"This desk does not answer to the name {_name(host)!r}."
                " Set public_url under [web] in mailroom.toml.\n"
                f"本服务不以 {_name(host)!r} 为名。"
                "请在 mailroom.toml 的 [web] 下设置 public_url。\n"
            )
        if method in UNSAFE and not self._is_from_here(host, headers):
            origin = _text(headers, b"origin") or "another site"
            return 403, (
                f"This form came from {origin[:200]}, not from {host}; nothing was"
                " done. Behind a proxy, set public_url under [web] in mailroom.toml.\n"
                f"该请求来自 {origin[:200]}，不是 {host}，未作任何处理。"
                "经过代理时，请在 mailroom.toml 的 [web] 下设置 public_url。\n"
            )
        try:
            length = int(_text(headers, b"content-length") or 0)
        except ValueError:
            return 400, "Content-Length is no number.\n"
        if length > _limit(headers):
            return 413, "This is too large; nothing was done. 内容过大，未作处理。\n"
        return None

    def _is_from_here(self, host: str, headers: Mapping[bytes, bytes]) -> bool:
        """Say whether a form was sent by a page of ours (as Go 1.25's CSRF guard).

        Browsers of today send Sec-Fetch-Site, but not over http to a LAN host; there
        Origin has to be ours. What sends neither is no browser, and carries no
        session that a foreign page could use.
        """
        site = _text(headers, b"sec-fetch-site")
        if site:
            return site in {"same-origin", "none"}
        origin = _text(headers, b"origin").lower()
        if not origin:
            return True
        return origin in self._origins or urlsplit(origin).netloc == host


def _text(headers: Mapping[bytes, bytes], name: bytes) -> str:
    return headers.get(name, b"").decode("latin-1")


def _name(host: str) -> str:
    """Cut the port: `desk.example:8720`, `[::1]:8720`."""
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]


def _limit(headers: Mapping[bytes, bytes]) -> int:
    kind = _text(headers, b"content-type").lower()
    return LARGEST_UPLOAD if kind.startswith("multipart/") else LARGEST_FORM


class TooLargeError(Exception):
    """More came than was announced."""


def _bounded(receive: Receive, limit: int) -> Receive:
    """Stop a body without Content-Length at the same bound."""
    taken = 0

    async def bounded() -> MutableMapping[str, Any]:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            raise TooLargeError
        return message

    return bounded


def _marked(send: Send) -> Send:
    """Put the headers on every answer; a page may set stricter ones of its own."""

    async def marked(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            given = {name.lower() for name, _ in message.get("headers", [])}
            own = [(n, v) for n, v in HEADERS.items() if n not in given]
            message = {**message, "headers": [*message.get("headers", []), *own]}
        await send(message)

    return marked


async def _refuse(send: Send, status: int, words: str) -> None:
    body = words.encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
