"""The MCP server at /mcp: four tools over the open index, for programs that speak the protocol.

Not Gradio's own: that one offers every endpoint as a tool and lets calls pass the login.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import Any, TypeVar

from web import schemas
from web.api import Programs
from web.shell import sentence
from youju.errors import MissingDependency, YoujuError

PATH = "/mcp"
_INSTRUCTIONS = (
    "Chinese policy documents. Answers are verbatim quotations with document, 文号, clause path "
    "and character offsets; what the documents do not say is refused. Quote only what verify_quote "
    "finds verbatim, and pass on a document's status: some are void."
)
_TOLD = 5  # wrong parameters named
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Mounted:
    """An ASGI app for PATH, and what has to run while it serves."""

    app: Any
    running: Callable[[], Any]


def mounted(programs: Programs) -> Mounted:
    """The server, ready to be mounted. Raises MissingDependency without the `mcp` package."""
    if find_spec("mcp") is None:
        raise MissingDependency("--mcp 需要 mcp 组件，请运行 pip install -r requirements.txt。")
    import logging

    from mcp.server.fastmcp import FastMCP
    from mcp.server.fastmcp.exceptions import ToolError
    from mcp.server.transport_security import TransportSecuritySettings
    from pydantic import ValidationError

    class Server(FastMCP):
        """Says in Chinese which parameter is wrong."""

        async def call_tool(self, name: str, arguments: dict[str, Any]) -> Any:
            try:
                return await super().call_tool(name, arguments)
            except ToolError as error:
                wrong = error.__cause__
                if isinstance(wrong, ValidationError):
                    at = "、".join(".".join(map(str, e["loc"])) for e in wrong.errors()[:_TOLD])
                    raise ToolError(f"参数 {at} 缺少或类型不对，请查看工具说明。") from error
                raise

    handlers = logging.getLogger().handlers[:]
    # The gate (`web/gate.py`) has looked at host and origin.
    server = Server(
        "youju", _INSTRUCTIONS, stateless_http=True, json_response=True, log_level="WARNING",
        streamable_http_path=PATH,
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )  # fmt: skip
    # It takes the whole program's log for its own; give that back.
    logging.getLogger().handlers[:] = handlers
    _tools(server, programs)
    app: Any = server.streamable_http_app().routes[0]

    @asynccontextmanager
    async def running() -> AsyncIterator[None]:
        async with server.session_manager.run():
            yield

    return Mounted(app.endpoint, running)


async def _aside(work: Callable[[], T]) -> T:
    """Run in a thread: the server's loop must stay free. Our errors become the tool's."""
    from anyio.to_thread import run_sync
    from mcp.server.fastmcp.exceptions import ToolError

    try:
        return await run_sync(work)
    except YoujuError as error:
        raise ToolError(sentence(error)) from error


def _tools(server: Any, programs: Programs) -> None:
    @server.tool()
    async def ask(
        question: str,
        in_force: bool = False,
        context: list[str] | None = None,
        collections: list[str] | None = None,
    ) -> schemas.AnswerJson:
        """Answer a question about the policy documents with exact quotations, or refuse.

        Every statement of `answer` carries [n], the number of a citation with document, 文号,
        status, clause path, offsets and the quoted original. `in_force` leaves out void documents.
        `context` are the questions before this one, oldest first: a fragment (那重庆呢？)
        is completed from them, which `asked` shows; without them it is refused with a question.
        `collections` are names (专题): only their documents are asked.
        """
        limits = {"in_force": in_force, "context": context, "collections": collections}
        return await _aside(partial(programs.ask, question, **limits))  # type: ignore[arg-type]

    @server.tool()
    async def search(
        question: str, k: int = 10, in_force: bool = False, collections: list[str] | None = None
    ) -> schemas.SearchJson:
        """List the k clauses nearest to a question or some words, best first.

        `collections` are names (专题): only their documents are searched.
        """
        return await _aside(
            partial(programs.search, question, k, in_force=in_force, collections=collections)
        )

    @server.tool()
    async def read_clause(document: str, clause: str) -> schemas.ClauseJson:
        """Read a clause as it was published, with everything below it.

        `document` is an id, source path, 文号, or part of a title; `clause` an id, a label such as
        第三条, or words of its heading.
        """
        return await _aside(partial(programs.read_clause, document, clause))

    @server.tool()
    async def verify_quote(quote: str) -> schemas.VerificationJson:
        """Say where a quotation stands verbatim, or give the nearest text with the differences.

        `verdict` is verbatim, equivalent (but for white space, width and 繁简) or different; a
        place with `cut` tears a figure apart or leaves out a negation before it.
        """
        return await _aside(partial(programs.verify_quote, quote))
