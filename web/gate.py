"""The gate before everything that the server answers: which names, pages and routes may pass.

Gradio offers dozens of routes, answers every origin with itself, and takes requests for any host
name. Here only what a mode needs is let in, so that an update of Gradio opens nothing new.
"""

from __future__ import annotations

import ipaddress
import json
import re
import socket
from collections.abc import Callable, Collection, Mapping, MutableMapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from youju.errors import YoujuError

Scope = MutableMapping[str, Any]
HEALTH = "/healthz"
# Where the request that is being answered comes from, and the status that its fault deserves.
CALLER: ContextVar[str] = ContextVar("caller", default="")
FAULT: ContextVar[dict[str, int] | None] = ContextVar("fault", default=None)

_API = "/gradio_api"
_NAME = r"[A-Za-z0-9_]{1,64}"
_READ = (
    r"/", r"/config", r"/theme\.css", r"/favicon\.ico", r"/robots\.txt", r"/manifest\.json",
    r"/logout", r"/(?:assets|static|svelte)/.+", rf"{_API}/file=.+", HEALTH,
    rf"{_API}/(?:info|user|login_check|app_id|startup-events|theme\.css)",
    rf"{_API}/heartbeat/[^/]+", rf"{_API}/queue/data", rf"{_API}/call/(?:v2/)?{_NAME}/[^/]+",
)  # fmt: skip
_WRITE = (
    r"/login", rf"{_API}/queue/join", rf"{_API}/(?:run|api|call|call/v2)/{_NAME}",
    rf"{_API}/(?:cancel|reset|component_server)",  # the last opens an original
)  # fmt: skip
_UPLOADS = {"GET": (rf"{_API}/upload_progress",), "POST": (rf"{_API}/upload",)}
_CALL = re.compile(rf"{_API}/(?:run|api|call|(?P<by_name>call/v2))/(?P<name>{_NAME})/?")
_DIRECT = re.compile(rf"{_API}/(?:run|api)/{_NAME}/?")
JOIN = re.compile(rf"{_API}/queue/join/?")
COMPONENT = re.compile(rf"{_API}/component_server/?")
_FORM = 64 << 10  # bytes of a login


@dataclass(frozen=True, slots=True)
class Rules:
    """What an installation lets in.

    `hosts`: names under which it is reached beside those of this machine; a page of such a name is
    one of its own. `origins`: other pages that may call it. `functions`: the names of the API's
    endpoints, `check` raises YoujuError for parameters that cannot be. `body`, `upload`: the most
    bytes of a request.
    """

    bound: str = "127.0.0.1"
    hosts: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()
    read_only: bool = False
    mcp: str | None = None
    functions: frozenset[str] = frozenset()
    check: Callable[[str, Collection[Any]], object] = lambda name, data: None
    body: int = 16 << 20
    upload: int = 256 << 20
    _own: frozenset[str] = field(default_factory=lambda: frozenset((socket.gethostname().lower(),)))

    def allows(self, method: str, path: str) -> bool:
        """True for a route that this mode needs."""
        if self.mcp is not None and path == self.mcp:
            return method in ("GET", "POST", "DELETE", "OPTIONS")
        method = "GET" if method == "HEAD" else method
        known = {"GET": _READ, "POST": _WRITE}.get(method, ())
        if not self.read_only:
            known = (*known, *_UPLOADS.get(method, ()))
        return any(re.fullmatch(rf"{pattern}/?", path) for pattern in known)

    def knows_host(self, host: str) -> bool:
        """True for an address, which no name can be bound to anew, and for a name of ours."""
        name = _host_name(host)
        if name is None:
            return False
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return name in self.hosts | self._own | {"localhost", self.bound.lower()}
        return True

    def knows_origin(self, origin: str, host: str) -> bool:
        """True for a page of this server itself, or of one that was allowed."""
        if origin.lower() in self.origins:
            return True
        try:
            parts = urlsplit(origin)
            name = parts.hostname
        except ValueError:
            return False
        if parts.scheme not in ("http", "https") or not name:
            return False
        return parts.netloc.lower() == host.lower() or name in self.hosts


class Gate:
    """An ASGI app around the server's own."""

    def __init__(self, app: Any, rules: Rules) -> None:
        self._app = app
        self._rules = rules

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Let a request pass, or refuse it with a sentence."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        headers = headers_of(scope)
        refused = self._refused(scope, headers)
        if refused is None:
            receive, refused = await self._body(scope, headers, receive)
        if refused is not None:
            await answer(send, *refused)
            return
        CALLER.set((scope.get("client") or ("",))[0])
        fault: dict[str, int] = {}
        FAULT.set(fault)
        origin = headers.get("origin", "").lower()
        allowed = origin if origin in self._rules.origins else None

        async def sending(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = list(_dressed(message.get("headers", ()), allowed))
                if message["status"] == 500 and _DIRECT.fullmatch(scope["path"]):
                    message["status"] = fault.get("status", 500)
            await send(message)

        if scope["method"] == "OPTIONS" and allowed is not None:
            await answer(sending, 200, "")
            return
        await self._app(scope, receive, sending)

    def _refused(self, scope: Scope, headers: Mapping[str, str]) -> tuple[int, str] | None:
        rules, host = self._rules, headers.get("host", "")
        if not rules.knows_host(host):
            return 421, "本站不以这个名字提供服务，请用 --allow-host 加入该主机名后重新启动。"
        origin = headers.get("origin")
        if origin is not None and not rules.knows_origin(origin, host):
            return 403, "不接受其他网站发来的请求，请直接打开本站的网页。"
        if origin is None and _from_elsewhere(scope, headers):
            return 403, "不接受其他网站发来的请求，请直接打开本站的网页。"
        if scope["method"] == "OPTIONS" and origin is not None:
            return None if origin.lower() in rules.origins else (403, "本站不接受跨站请求。")
        if not rules.allows(scope["method"], scope["path"]):
            if rules.read_only and Rules(mcp=rules.mcp).allows(scope["method"], scope["path"]):
                return 403, "本站只读，不能上传。"
            return 404, "没有这个地址，请查看接口说明。"
        return None

    async def _body(
        self, scope: Scope, headers: Mapping[str, str], receive: Any
    ) -> tuple[Any, tuple[int, str] | None]:
        """The body's reader: small bodies are read and checked here, uploads only counted."""
        if scope["method"] != "POST":
            return receive, None
        path = scope["path"]
        upload = path.startswith(f"{_API}/upload")
        form = path.rstrip("/") == "/login"
        most = self._rules.upload if upload else _FORM if form else self._rules.body
        told = headers.get("content-length", "0")
        too_long = (413, f"请求超过 {most / 2**20:g} MB 的上限，请分开发送。")
        if not told.isascii() or not told.isdigit() or int(told[:20]) > most:
            return receive, too_long
        if upload:
            return _Counted(receive, most), None
        parts, size, more = [], 0, True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return receive, (400, "请求没有发完，请重试。")
            parts.append(message.get("body", b""))
            size, more = size + len(parts[-1]), message.get("more_body", False)
            if size > most:
                return receive, too_long
        body = b"".join(parts)
        whole = {"type": "http.request", "body": body, "more_body": False}
        return Replayed(whole, receive), self._wrong(path, body)

    def _wrong(self, path: str, body: bytes) -> tuple[int, str] | None:
        """Why a call cannot be made, before anything of it is done."""
        call, component = _CALL.fullmatch(path), COMPONENT.fullmatch(path)
        if call is None and component is None and not JOIN.fullmatch(path):
            return None
        name = call.group("name") if call is not None else None
        if name is not None and name not in self._rules.functions:
            known = "、".join(sorted(self._rules.functions))
            return 404, f"没有名为 {name} 的接口，可用的是 {known}。"
        try:
            given = json.loads(body)
        except (ValueError, RecursionError):
            return 422, "请求不是 JSON，请检查格式。"
        if call is not None and call.group("by_name") and isinstance(given, dict):
            return self._checked(call.group("name"), given)
        listed = component is not None or (
            isinstance(given, dict) and isinstance(given.get("data", []), list)
        )
        if not isinstance(given, dict) or not listed:
            return 422, '请求应为 {"data": [参数, …]} 形式的 JSON，请检查格式。'
        session = given.get("session_hash")
        if not (session is None or (isinstance(session, str) and len(session) <= 64)):
            return 422, "session_hash 应为不超过 64 个字符的文字，请检查格式。"
        if name is None:
            return None
        if given.get("fn_index") is not None:
            return 422, "请按接口名调用，不要给出 fn_index。"
        return self._checked(name, given.get("data", []))

    def _checked(self, name: str, given: Collection[Any]) -> tuple[int, str] | None:
        try:
            self._rules.check(name, given)
        except YoujuError as error:
            return 422, str(error)
        return None


class _Counted:
    """Stops reading a body that is longer than it may be."""

    def __init__(self, receive: Any, most: int) -> None:
        self._receive, self._left = receive, most

    async def __call__(self) -> Any:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        return message if self._left >= 0 else {"type": "http.disconnect"}


class Replayed:
    """Gives a message that has been received once more, then those after it."""

    def __init__(self, message: MutableMapping[str, Any], receive: Any) -> None:
        self._message: MutableMapping[str, Any] | None = message
        self._receive = receive

    async def __call__(self) -> Any:
        """The next message, as a server's `receive` gives it."""
        if self._message is None:
            return await self._receive()
        message, self._message = self._message, None
        return message


def called(path: str) -> str | None:
    """The interface that a path calls by its name, if it does."""
    found = _CALL.fullmatch(path)
    return found.group("name") if found is not None else None


def headers_of(scope: Scope) -> dict[str, str]:
    """A request's headers by their names in small letters."""
    return {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}


def _host_name(host: str) -> str | None:
    """The name or address in a Host header, without port."""
    found = re.fullmatch(
        r"(?:\[([0-9A-Fa-f:.]{2,45})\]|([^\[\]:@/\s]{1,253}))(?::[0-9]{1,5})?", host
    )
    return (found.group(1) or found.group(2)).lower().rstrip(".") if found else None


def _from_elsewhere(scope: Scope, headers: Mapping[str, str]) -> bool:
    """True for what another site's page sends without naming itself and without opening a page."""
    site = headers.get("sec-fetch-site", "none")
    return site == "cross-site" and (
        scope["method"] not in ("GET", "HEAD") or headers.get("sec-fetch-mode") != "navigate"
    )


def _dressed(
    headers: Collection[tuple[bytes, bytes]], origin: str | None
) -> Collection[tuple[bytes, bytes]]:
    """Headers of an answer: leave for no other origin but this one, cookies for us alone."""
    kept = []
    for name, value in headers:
        lower = name.lower()
        if lower.startswith(b"access-control-"):
            continue
        if lower == b"set-cookie":
            value = re.sub(rb"(?i);\s*samesite=\w+", b"", value) + b"; SameSite=Lax"
        kept.append((name, value))
    if origin is not None:
        kept += [
            (b"access-control-allow-origin", origin.encode("latin-1")),
            (b"access-control-allow-credentials", b"true"),
            (b"access-control-allow-headers", b"content-type, authorization"),
            (b"access-control-allow-methods", b"GET, POST"),
            (b"vary", b"Origin"),
        ]
    kept += [(b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"same-origin")]
    return kept


async def answer(send: Any, status: int, message: str) -> None:
    """A refusal, or nothing to say."""
    body = json.dumps({"error": message}, ensure_ascii=False).encode() if message else b""
    headers = [
        (b"content-type", b"application/json; charset=utf-8"),
        (b"content-length", str(len(body)).encode()), (b"connection", b"close"),
    ]  # fmt: skip
    if status == 401:
        headers.append((b"www-authenticate", b'Bearer realm="youju"'))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
