"""Roles and the audit log at the edge: who may do what, and what was done.

A line is written once the server has taken the request: what became of it (a refusal, a file that
cannot be read) the log does not say.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from contextvars import ContextVar
from http.cookies import CookieError, SimpleCookie
from typing import Any

from web.deeds import Deed, deed, looked_at
from web.gate import Replayed, answer, headers_of
from web.keyed import KEY, who
from web.login import ROLES, Role, parse_header
from youju.audit import Audit
from youju.keys import Key

# The role of whoever asks for the request that is being answered.
ROLE: ContextVar[Role] = ContextVar("role", default="admin")
_DENIED = (401, 403, 404, 413, 422, 429)
_CALLED = {"reader": "读者", "editor": "编辑", "admin": "管理员"}


class Watched:
    """An ASGI app inside the gate and the keys, around the server's own `server` (Gradio's)."""

    def __init__(
        self,
        app: Any,
        server: Any,
        audit: Audit | None = None,
        roles: Mapping[str, Role] | None = None,
        mcp: str | None = None,
    ) -> None:
        """`roles` of the accounts; without them whoever comes in may do everything."""
        self._app = app
        self._server = server
        self._audit = audit
        self._roles = roles
        self._mcp = mcp

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        """Pass a request on, unless its role is too small; note it once it is taken."""
        if (
            scope["type"] != "http"
            or scope["method"] != "POST"
            or not looked_at(scope["path"], self._mcp)
        ):
            await self._app(scope, receive, send)
            return
        message = await receive()  # the gate has read it and gives it whole
        fns = self._server.get_blocks().fns
        done = deed(scope["path"], message.get("body", b""), fns, self._mcp)
        name, role = self._who(scope)
        if ROLES.index(role) < ROLES.index(done.needs):
            told = f"账号“{name}”是{_CALLED[role]}，这一项需要{_CALLED[done.needs]}：请联系管理员。"
            await answer(send, 403, told)
            return
        ROLE.set(role)

        async def sending(response: MutableMapping[str, Any]) -> None:
            if response["type"] == "http.response.start" and response["status"] not in _DENIED:
                self._note(done, name, scope)
            await send(response)

        await self._app(scope, Replayed(message, receive), sending)

    def _note(self, done: Deed, name: str | None, scope: Mapping[str, Any]) -> None:
        if self._audit is not None and done.did:
            address = (scope.get("client") or ("",))[0]
            self._audit.note(done.did, name, address, **done.what)

    def _who(self, scope: Mapping[str, Any]) -> tuple[str | None, Role]:
        """The account, or the key, with its role; None where anybody may come in.

        What a key may do has been looked at.
        """
        key = scope.get(KEY)
        if isinstance(key, Key):
            return who(key), "admin"
        name = self._account(scope)
        if self._roles is None:
            return name, "admin"
        return name, self._roles.get(name or "", "reader")

    def _account(self, scope: Mapping[str, Any]) -> str | None:
        headers = headers_of(dict(scope))
        if scope["path"] == self._mcp:
            given = parse_header(headers.get("authorization", ""))
            return given[0] if given is not None else None
        try:
            cookies = SimpleCookie(headers.get("cookie", ""))
        except CookieError:
            return None
        for kind in ("access-token", "access-token-unsecure"):
            token = cookies.get(f"{kind}-{self._server.cookie_id}")
            if token is not None and token.value in self._server.tokens:
                return str(self._server.tokens[token.value])
        return None
