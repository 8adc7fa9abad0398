"""The interfaces for programs: stable names, the same JSON as the command line."""

from __future__ import annotations

import time
from typing import Any

import contracts
from errors import YoujuError
from web.shell import Holder, Page


class Endpoints:
    """What `/ask` and `/search` call."""

    def __init__(self, service: Holder) -> None:
        self._service = service

    def ask(self, question: str, k: int = 10) -> dict[str, Any]:
        """Answer a question about the policy documents with exact quotations (JSON)."""
        import gradio as gr

        search = self._service.newest()
        try:
            return contracts.answer_json(search.ask(question, k), search.document)
        except YoujuError as error:
            raise gr.Error(str(error)) from error

    def search(self, question: str, k: int = 10) -> dict[str, Any]:
        """List the clauses nearest to a question (JSON)."""
        import gradio as gr

        search = self._service.newest()
        began = time.perf_counter()
        try:
            hits = search.search(question, k)
            elapsed = (time.perf_counter() - began) * 1000
            return contracts.search_json(question, hits, search.document, elapsed)
        except YoujuError as error:
            raise gr.Error(str(error)) from error


def register(page: Page) -> None:
    """Add the endpoints to the open Blocks."""
    import gradio as gr

    do = Endpoints(page.service)
    gr.api(do.ask, api_name="ask")
    gr.api(do.search, api_name="search")
