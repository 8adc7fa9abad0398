"""What the server answers besides the page: /healthz, and MCP behind the login; the gate around."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

from web.gate import CALLER, HEALTH, Gate, Rules
from web.keyed import KEY, Keyed, Rule, who
from web.login import Door, Role, TooMany, parse_header
from web.mcp_server import PATH, Mounted
from web.shell import ASKER, Holder
from web.watched import Watched
from youju.audit import Audit
from youju.errors import YoujuError


def health(service: Holder | None) -> tuple[int, dict[str, Any]]:
    """(200, sizes) when an index is loaded and can be read, else 503."""
    if service is None:
        return 503, {"ready": False}
    try:
        search = service.newest()
        count = {"documents": len(search.documents()), "passages": search.passage_count()}
    except YoujuError:
        return 503, {"ready": False}
    return 200, {"ready": True, **count}


def app_kwargs(
    service: Holder,
    *,
    mcp: Mounted | None,
    door: Door | None,
    rules: Rules,
    keyed: Rule | None = None,
    audit: Audit | None = None,
    roles: Mapping[str, Role] | None = None,
) -> dict[str, Any]:
    """Options for Gradio's FastAPI app: our routes come before its own, the gate before both.

    /healthz is served without login; MCP asks for HTTP Basic where there is one.
    """
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    def healthz(request: Any) -> JSONResponse:
        status, told = health(service)
        return JSONResponse(told, status, headers={"Cache-Control": "no-store"})

    routes = [Route(HEALTH, healthz, methods=["GET"])]
    if mcp is not None:
        routes.append(Route(PATH, _Guarded(mcp.app, door)))

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[None]:
        # Gradio puts its own layers outside of any that it is given: here they are all in place.
        inside = app.middleware_stack
        if audit is not None or roles is not None:
            inside = Watched(inside, app, audit, roles, PATH if mcp is not None else None)
        if keyed is not None:
            inside = Keyed(inside, app, replace(keyed, functions=_interfaces(app.get_blocks())))
        app.middleware_stack = Gate(inside, rules)
        async with AsyncExitStack() as stack:
            if mcp is not None:
                await stack.enter_async_context(mcp.running())
            yield

    return {"routes": routes, "lifespan": lifespan, "openapi_url": None}


def _interfaces(blocks: Any) -> dict[int, str]:
    """Gradio's numbers of the interfaces for programs."""
    return {
        number: str(fn.api_name)
        for number, fn in blocks.fns.items()
        if fn.api_visibility == "public" and fn.api_name
    }


class Login:
    """The accounts as Gradio asks for them."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def admits(self, name: str, password: str) -> bool:
        """True for a right password; 429 for one that comes too soon."""
        from starlette.exceptions import HTTPException

        try:
            return await self._door.admits(name, password, CALLER.get())
        except TooMany as error:
            raise HTTPException(429, str(error)) from error


class _Guarded:
    """An ASGI app that lets only those in who have an account, if there are accounts, or a key."""

    def __init__(self, app: Any, door: Door | None) -> None:
        self._app = app
        self._door = door

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        from starlette.responses import JSONResponse

        headers = dict(scope["headers"])
        given = headers.get(b"authorization", b"").decode("latin-1")
        if self._door is not None and KEY not in scope:
            try:
                if not await self._door.admits_header(given, CALLER.get()):
                    asks = {"WWW-Authenticate": 'Basic realm="youju", charset="UTF-8"'}
                    response = JSONResponse({"error": "请先登录。"}, 401, headers=asks)
                    await response(scope, receive, send)
                    return
            except TooMany as error:
                await JSONResponse({"error": str(error)}, 429)(scope, receive, send)
                return
        if KEY in scope:
            ASKER.set(who(scope[KEY]))
        elif self._door is not None:
            account = parse_header(given)
            ASKER.set(account[0] if account is not None else None)
        await self._app(scope, receive, send)
