"""What the server answers besides the page: /healthz, MCP behind the login, no uploads."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from web.login import Accounts
from web.mcp_server import PATH, Mounted
from web.shell import Holder
from youju.errors import YoujuError

HEALTH = "/healthz"
UPLOAD = "/gradio_api/upload"


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
    service: Holder, *, mcp: Mounted | None, accounts: Accounts | None, read_only: bool
) -> dict[str, Any]:
    """Options for Gradio's FastAPI app: our routes come before its own.

    /healthz is served without login; MCP asks for HTTP Basic where there is one.
    """
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    def healthz(request: Any) -> JSONResponse:
        status, told = health(service)
        return JSONResponse(told, status, headers={"Cache-Control": "no-store"})

    def refused(request: Any) -> JSONResponse:
        return JSONResponse({"error": "本站只读，不能上传。"}, 403)

    routes = [Route(HEALTH, healthz, methods=["GET"])]
    if read_only:
        routes += [Route(path, refused, methods=["POST"]) for path in (UPLOAD, UPLOAD + "/")]
    if mcp is not None:
        routes.append(Route(PATH, _Guarded(mcp.app, accounts)))

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            if mcp is not None:
                await stack.enter_async_context(mcp.running())
            yield

    return {"routes": routes, "lifespan": lifespan}


class _Guarded:
    """An ASGI app that lets only those in who have an account, if there are accounts."""

    def __init__(self, app: Any, accounts: Accounts | None) -> None:
        self._app = app
        self._accounts = accounts

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        from anyio.to_thread import run_sync
        from starlette.responses import JSONResponse

        if self._accounts is not None:
            headers = dict(scope["headers"])
            given = headers.get(b"authorization", b"").decode("latin-1")
            # Checking a password is slow on purpose.
            if not await run_sync(self._accounts.admits_header, given):
                asks = {"WWW-Authenticate": 'Basic realm="youju", charset="UTF-8"'}
                response = JSONResponse({"error": "请先登录。"}, 401, headers=asks)
                await response(scope, receive, send)
                return
        await self._app(scope, receive, send)
