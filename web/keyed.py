"""Keys at the edge: what a program may call with one, before anything of it is done.

A key lets its program past the login, to the interfaces and to MCP alone: never to the functions
of the page, which could do more than its scope says.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from web.gate import HEALTH, JOIN, Replayed, answer, called, headers_of
from youju import keys
from youju.access import BY_KEY
from youju.errors import IndexCorrupt
from youju.keys import Key, KeyRefused

KEY = "youju.key"  # of a request's scope: the key that it came with
EDITING = frozenset({"collect", "evaluate"})
# Beside the calls themselves: what a client asks for before and after them.
_AROUND = re.compile(
    r"/config|/gradio_api/(?:info|app_id|login_check|startup-events|heartbeat/[^/]{1,99}|queue/data"
    r"|cancel|reset|call/(?:v2/)?[A-Za-z0-9_]{1,64}/[^/]{1,99})"
)


@dataclass(slots=True)
class Ring:
    """The keys of an index, read again when they have changed."""

    index_dir: Path
    _stamp: int = -1
    _keys: Mapping[str, Key] = field(default_factory=dict)

    def check(self, text: str) -> Key:
        """The key that a text is. Raises KeyRefused, IndexCorrupt."""
        stamp = keys.stamp(self.index_dir)
        if stamp != self._stamp:
            self._keys = keys.load(self.index_dir) if stamp else {}
            self._stamp = stamp
        return keys.check(text, self._keys)


@dataclass(frozen=True, slots=True)
class Rule:
    """`required`: who calls an interface needs a key; where there are accounts these do as well.

    `functions`: Gradio's numbers of the interfaces.
    """

    ring: Ring
    required: bool = False
    mcp: str | None = None
    functions: Mapping[int, str] = field(default_factory=dict)


class Keyed:
    """An ASGI app inside the gate, around the server's own `server` (Gradio's)."""

    def __init__(self, app: Any, server: Any, rule: Rule) -> None:
        self._app = app
        self._rule = rule
        self._server = server
        self._tokens: dict[str, str] = {}

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        """Let a request pass, with what its key gives it, or refuse it with a sentence."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scheme, _, given = headers_of(scope).get("authorization", "").partition(" ")
        name, receive = await self._named(scope, receive)
        try:
            key = None
            if scheme.lower() == "bearer":
                key = self._rule.ring.check(given.strip())
            elif self._rule.required and name is not None:
                raise KeyRefused("调用接口需要密钥：请在请求头里写 Authorization: Bearer 密钥。")
        except (KeyRefused, IndexCorrupt) as error:
            await answer(send, 401 if isinstance(error, KeyRefused) else 503, str(error))
            return
        if key is not None:
            refused = self._refused(scope, key, name)
            if refused is not None:
                await answer(send, 403, refused)
                return
            scope = self._let_in(scope, key)
        await self._app(scope, receive, send)

    async def _named(self, scope: MutableMapping[str, Any], receive: Any) -> tuple[str | None, Any]:
        """The interface that is called, if one is; Gradio's clients call it by its number."""
        path = scope["path"]
        if path == self._rule.mcp:
            return "mcp", receive
        if scope["method"] != "POST":
            return None, receive
        if not JOIN.fullmatch(path):
            return called(path), receive
        message = await receive()  # the gate has read it and gives it whole
        number = json.loads(message.get("body", b"{}")).get("fn_index")
        known = isinstance(number, int) and not isinstance(number, bool)
        named = self._rule.functions.get(number) if known else None
        return named, Replayed(message, receive)

    def _refused(self, scope: MutableMapping[str, Any], key: Key, name: str | None) -> str | None:
        if name is None:
            path = scope["path"].rstrip("/")
            if path == HEALTH or _AROUND.fullmatch(path):
                return None
            return "密钥只能用于接口和 MCP，网页请用账号登录。"
        if not key.may("edit" if name in EDITING else "read"):
            return f"密钥“{key.name}”只能读取，不能调用 {name}：请向管理员索取可以编辑的密钥。"
        return None

    def _let_in(self, scope: MutableMapping[str, Any], key: Key) -> MutableMapping[str, Any]:
        """The request as one that has logged in under the key's name."""
        kept = [(name, value) for name, value in scope["headers"] if name != b"cookie"]
        token = self._tokens.get(key.hash)
        if token is None:
            token = self._tokens[key.hash] = secrets.token_urlsafe(32)
        self._server.tokens[token] = who(key)
        cookie = f"access-token-unsecure-{self._server.cookie_id}={token}"
        return {**scope, "headers": [*kept, (b"cookie", cookie.encode())], KEY: key}


def who(key: Key) -> str:
    """Under which name its program is known; accounts have no colon in theirs."""
    return f"{BY_KEY}{key.name}"
