"""The web page: `python app.py [--host H] [--port P] [--index DIR]`.

Programs use the endpoints `/ask` and `/search`, which give the same JSON as the command line.
"""

from __future__ import annotations

import argparse
import os
import socket
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import contracts
import terminal
from datatypes import Span
from errors import IndexError_, SettingsError, YoujuError
from progress import open_index
from service import PolicySearch
from settings import Settings
from web import page, views

if TYPE_CHECKING:
    import gradio as gr

_HEAD = (
    "<div id='yj-head'><h1>有据</h1>"
    "<p>政策文件检索与问答：每句回答都是原文，点击编号即可核对出处。</p></div>"
)
_HINT = "<div class='yj-hint'>点击“在原文中查看”，这里显示原文，引用的文字会被标出。</div>"
_FONTS = ("Source Han Sans SC", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "sans-serif")


class Handlers:
    """What the page's events call. It keeps no state of a visitor and follows the index."""

    def __init__(self, search: PolicySearch) -> None:
        self._search = search

    def _newest(self) -> PolicySearch:
        """What one request uses from beginning to end, while others may already use a newer one."""
        search = self._search = self._search.newest()
        return search

    def library(self) -> str:
        """The documents in the index as HTML."""
        return views.library_view(self._newest().documents())

    def answer(self, text: str | None) -> str:
        """Question → the result as HTML; a question that cannot be asked → why not."""
        search = self._newest()
        try:
            return views.answer_view(search.ask(text or ""), search.document)
        except YoujuError as error:
            return views.message_view(terminal.sentence(error))

    def source(self, doc_id: Any, start: Any, end: Any) -> str:
        """The original with start:end marked; what comes from the browser is checked."""
        try:
            doc = self._newest().document(str(doc_id))
        except KeyError:
            return views.message_view("这份文件已不在索引里，请重新提问。")
        except IndexError_ as error:
            return views.message_view(terminal.sentence(error))
        if not isinstance(start, int) or not isinstance(end, int):
            return views.source_view(doc)
        if not 0 <= start <= end <= len(doc.text):
            return views.message_view("这段位置不在文件里，请重新提问。")
        return views.source_view(doc, Span(start, end))

    def ask(self, question: str, k: int = 10) -> dict[str, Any]:
        """Answer a question about the policy documents with exact quotations (JSON)."""
        import gradio as gr

        search = self._newest()
        try:
            return contracts.answer_json(search.ask(question, k), search.document)
        except YoujuError as error:
            raise gr.Error(str(error)) from error

    def search(self, question: str, k: int = 10) -> dict[str, Any]:
        """List the clauses nearest to a question (JSON)."""
        import gradio as gr

        search = self._newest()
        began = time.perf_counter()
        try:
            hits = search.search(question, k)
            elapsed = (time.perf_counter() - began) * 1000
            return contracts.search_json(question, hits, search.document, elapsed)
        except YoujuError as error:
            raise gr.Error(str(error)) from error


def build_app(service: PolicySearch) -> gr.Blocks:
    """The page over an open index."""
    import gradio as gr

    do = Handlers(service)

    def pick(event: gr.EventData) -> tuple[str, str]:
        question = str(getattr(event, "question", ""))
        return question, do.answer(question)

    def show(event: gr.EventData) -> str:
        return do.source(*(getattr(event, name, None) for name in ("doc", "start", "end")))

    # The annotations above are strings, and `gr` is no global of this module: resolve them here.
    for handler in (pick, show):
        handler.__annotations__["event"] = gr.EventData

    bare: dict[str, Any] = {"apply_default_css": False, "padding": False}
    with gr.Blocks(title="有据：政策文件检索与问答", analytics_enabled=False) as blocks:
        gr.HTML(_HEAD, **bare)
        with gr.Row(equal_height=True):
            question = gr.Textbox(
                placeholder="请输入问题，按回车提问", show_label=False, container=False,
                elem_id="yj-question", scale=8, autofocus=True, max_lines=1, max_length=12_000,
            )  # fmt: skip
            button = gr.Button("提问", elem_id="yj-ask", scale=1)
        chips = gr.HTML(
            views.examples_view(page.examples()),
            js_on_load=page.EXAMPLES_SCRIPT,
            elem_id="yj-try",
            **bare,
        )
        with gr.Row():
            with gr.Column(scale=6):
                result = gr.HTML(js_on_load=page.RESULT_SCRIPT, elem_id="yj-result", **bare)
                with gr.Accordion("文件库", open=False):
                    library = gr.HTML(
                        js_on_load=page.RESULT_SCRIPT,
                        elem_id="yj-library",
                        **bare,
                    )
            with gr.Column(scale=5, elem_id="yj-side"):
                source = gr.HTML(_HINT, js_on_load=page.SOURCE_SCRIPT, elem_id="yj-source", **bare)
        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "minimal"}
        for event in (question.submit, button.click):
            event(do.answer, question, result, **private)
        chips.pick(pick, None, [question, result], **private)
        for listing in (result, library):
            listing.open(show, None, source, **private)
        blocks.load(do.library, None, library, **private)
        gr.api(do.ask, api_name="ask")
        gr.api(do.search, api_name="search")
    return blocks


def launch_options(host: str, port: int) -> dict[str, Any]:
    """Options for `Blocks.launch`: local, quiet, nothing loaded from or sent to other hosts."""
    import gradio as gr

    theme = gr.themes.Base(font=_FONTS, font_mono=("monospace",), primary_hue="red")
    return {
        "server_name": host, "server_port": port, "share": False, "quiet": True, "pwa": False,
        "ssr_mode": False, "run_history": False, "enable_monitoring": False, "mcp_server": False,
        "footer_links": [], "show_error": True, "theme": theme, "css": page.css(),
    }  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """Load the index (built from `corpus/` when there is none), then serve until stopped."""
    args = _arguments(argv)
    try:
        settings = Settings.from_env(index=args.index)
        _check_port(args.host, args.port)
        search = open_index(settings)
        print("正在启动网页……", file=sys.stderr, flush=True)
        _serve(search, args.host, args.port)
    except YoujuError as error:
        print(terminal.sentence(error), file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("已停止。", file=sys.stderr)
    return 0


def _serve(search: PolicySearch, host: str, port: int) -> None:
    local = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    # The start-up check of the page's server must not go through a proxy.
    for name in ("no_proxy", "NO_PROXY"):
        known = os.environ.get(name, "")
        os.environ[name] = ",".join(filter(None, [known, "localhost", "127.0.0.1", local]))
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    blocks = build_app(search)
    blocks.queue(default_concurrency_limit=4)
    options = launch_options(host, port)
    try:
        blocks.launch(**options, prevent_thread_lock=True)
    except OSError as error:
        raise _port_taken(host, port) from error
    print(f"有据已启动：http://{local}:{port}/（按 Ctrl-C 停止）", flush=True)
    blocks.block_thread()


def _check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except socket.gaierror as error:
            raise SettingsError(f"地址 {host} 无法识别，请用 --host 给出本机地址。") from error
        except OSError as error:
            raise _port_taken(host, port) from error


def _port_taken(host: str, port: int) -> SettingsError:
    return SettingsError(f"无法使用 {host} 的端口 {port}（可能已被占用），请用 --port 换一个。")


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    import arguments

    return arguments.app_parser().parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
