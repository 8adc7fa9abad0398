"""The web page: `python app.py [--host H] [--port P] [--index DIR] [--mcp] [--read-only] …`.

Programs use the endpoints of `web/api.py`, which give the same JSON as the command line, and the
tools of `web/mcp_server.py`.
"""

from __future__ import annotations

import argparse
import contextlib
import getpass
import os
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.session import Limits, Session
from web import api, login, mcp_server, parameters, scratch, serving, strings, views
from web import page as dress
from web.gate import Rules
from web.keyed import Ring, Rule
from web.login import ROLES
from web.shell import BARE, PRIVATE, Holder, Options, Page
from web.tabs import ask, batch, compare, evaluate, library, original, search, taking
from youju import arguments, config, terminal
from youju.access import Access
from youju.audit import Audit
from youju.errors import SettingsError, YoujuError
from youju.feedback import Feedback
from youju.progress import open_index
from youju.service import PolicySearch
from youju.settings import PRODUCT_ROOT, Settings

if TYPE_CHECKING:
    import gradio as gr

# The tabs in their order: one module of `web/tabs` each, named as in `web.strings`.
TABS: tuple[tuple[str, Callable[[Page], None]], ...] = (
    ("ask", ask.tab),
    ("search", search.tab),
    ("compare", compare.tab),
    ("library", library.tab),
)
# Gradio copies the whole page for every session (about 170 KB) and keeps ten thousand of them.
_SESSIONS = 500
_FONTS = ("Source Han Sans SC", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "sans-serif")


def build_app(
    service: PolicySearch,
    options: Options | None = None,
    evaluator: Session | None = None,
    holder: Holder | None = None,
) -> gr.Blocks:
    """The page over an open index; without an evaluator, or read only, nothing is evaluated.

    `holder` is given when others follow the same index.
    """
    import gradio as gr

    say = gr.I18n()
    options, holder = options or Options(), holder or Holder(service)
    tabs = TABS
    if not options.read_only:
        tabs = (*tabs, ("batch", batch.tab))
    if evaluator is None or options.read_only:
        evaluator = None
    else:
        tabs = (*tabs, ("evaluate", evaluate.filling(evaluator)))
    with gr.Blocks(title="有据：政策文件检索与问答", analytics_enabled=False) as blocks:
        page = Page(holder, options, blocks, say)
        gr.HTML(views.head_view(), js_on_load=dress.script("shell"), elem_id="yj-head", **BARE)
        gr.HTML("", js_on_load=dress.script("address"), elem_id="yj-address", **BARE)
        gr.HTML("", js_on_load=dress.script("mend"), elem_id="yj-mend", **BARE)
        if service.notice:
            gr.HTML(views.message_view(service.notice), elem_id="yj-notice", **BARE)
        with gr.Row(elem_id="yj-main"):
            with (
                gr.Column(scale=6, min_width=320),
                gr.Tabs(elem_id="yj-tabs", overflow_behavior="wrap"),
            ):
                for name, fill in tabs:
                    with gr.Tab(say(f"tab.{name}"), id=name, elem_id=f"yj-tab-{name}"):
                        fill(page)
            with gr.Column(scale=5, min_width=320, elem_id="yj-side"):
                original.tab(page)
        if options.roles is not None:
            _tell_role(page)
        taking.tab(page)
        changes = None if options.read_only else options.index_dir
        programs = api.Programs(holder, evaluator, changes)
        api.register(page, programs, evaluate=evaluator is not None, change=changes is not None)
    return blocks


def _tell_role(page: Page) -> None:
    """Which role reads the page, for the style sheet: a tab that only others may use is hidden."""
    import gradio as gr

    told = gr.HTML("", elem_id="yj-role", **BARE)

    def offer(request: gr.Request) -> str:
        role = next(role for role in reversed(ROLES) if page.options.may(request.username, role))
        return f'<span data-role="{role}" hidden></span>'

    offer.__annotations__["request"] = gr.Request
    page.blocks.load(offer, None, told, **PRIVATE)


def launch_options(host: str, port: int) -> dict[str, Any]:
    """Options for `Blocks.launch`: local, quiet, nothing loaded from or sent to other hosts."""
    import gradio as gr

    theme = gr.themes.Base(font=_FONTS, font_mono=("monospace",), primary_hue="red")
    return {
        "server_name": host, "server_port": port, "share": False, "quiet": True, "pwa": False,
        "state_session_capacity": _SESSIONS,
        "ssr_mode": False, "run_history": False, "enable_monitoring": False, "mcp_server": False,
        "footer_links": [], "show_error": True, "theme": theme, "css": dress.css(),
        "i18n": gr.I18n(**strings.translations()),
        # Gradio asks its own page once, and gives up a server that needs more than three seconds
        # for it: on a busy machine the server would end as soon as it has started.
        "_frontend": False,
    }  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """Load the index (built from `corpus/` when there is none), then serve until stopped."""
    try:
        args, file = arguments.app_arguments(argv)
        if args.add_user is not None:
            return _add_user(args.auth_file, args.add_user, args.role)
        settings = Settings.from_env(
            file=file, index=args.index, reader=args.reader, audit=args.audit
        )
        if settings.audit is not None:
            Audit(settings.audit).check()
        if settings.debug:
            os.environ["YOUJU_DEBUG"] = "1"
        accounts = login.read_accounts(Path(args.auth_file)) if args.auth_file else None
        if settings.access is not None:
            _check_readers(settings.access, file, accounts)
        _check_port(args.host, args.port)
        service = open_index(settings)
        if service.notice:
            print(service.notice, file=sys.stderr, flush=True)
        if settings.access is not None:
            _tell_empty(service, settings.access)
        print("正在启动网页……", file=sys.stderr, flush=True)
        _serve(service, settings, args, accounts)
    except YoujuError as error:
        print(terminal.sentence(error), file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("已停止。", file=sys.stderr)
    return 0


def _serve(
    service: PolicySearch,
    settings: Settings,
    args: argparse.Namespace,
    accounts: login.Accounts | None,
) -> None:
    host, port = args.host, args.port
    local = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    # The start-up check of the page's server must not go through a proxy.
    for name in ("no_proxy", "NO_PROXY"):
        known = os.environ.get(name, "")
        os.environ[name] = ",".join(filter(None, [known, "localhost", "127.0.0.1", local]))
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    temporary = scratch.own()
    service.watch(settings.index)
    roles = accounts.roles if accounts is not None else None
    holder = Holder(service, roles)
    mcp = mcp_server.mounted(api.Programs(holder)) if args.mcp else None
    door = login.Door(accounts) if accounts is not None else None
    options_ = replace(_options(settings, args), roles=roles)
    blocks = build_app(service, options_, _evaluator(settings), holder)
    scratch.keep(temporary)
    blocks.queue(default_concurrency_limit=4)
    options = launch_options(host, port) | {
        "app_kwargs": serving.app_kwargs(
            holder,
            mcp=mcp,
            door=door,
            rules=_rules(settings, args, mcp is not None),
            keyed=Rule(
                Ring(settings.index),
                required=args.require_key and door is None,
                mcp=mcp_server.PATH if mcp is not None else None,
            ),
            audit=Audit(settings.audit) if settings.audit is not None else None,
            roles=roles,
        )
    }
    most = max(settings.upload_mb, settings.eval_mb)
    options["max_file_size"] = f"{most + 1}mb"  # a little more: the limit itself is told in words
    if door is not None:
        admits = serving.Login(door).admits
        options |= {"auth": admits, "auth_message": "请用管理员给你的账号登录。"}
    try:
        blocks.launch(**options, prevent_thread_lock=True)
    except OSError as error:
        raise _port_taken(host, port) from error
    threading.Thread(target=_warm, args=[holder], daemon=True).start()
    print(f"有据已启动：http://{local}:{port}/（按 Ctrl-C 停止）", flush=True)
    if mcp is not None:
        print(f"MCP 服务：http://{local}:{port}{mcp_server.PATH}", flush=True)
    blocks.block_thread()


def _rules(settings: Settings, args: argparse.Namespace, mcp: bool) -> Rules:
    """What may pass the gate; a batch of uploads may weigh as much as some of the largest."""
    names = {"ask", "search", "documents", "document"} | (
        set() if args.read_only else {"evaluate", "collect"}
    )
    most = max(settings.upload_mb, settings.eval_mb) << 20
    return Rules(
        bound=args.host,
        hosts=frozenset(args.allow_host),
        origins=frozenset(args.allow_origin),
        read_only=args.read_only,
        mcp=mcp_server.PATH if mcp else None,
        functions=frozenset(names),
        check=parameters.check,
        body=max(16 << 20, 4 * (settings.eval_mb << 20)),
        upload=8 * most,
    )


def _warm(holder: Holder) -> None:
    """Ask once, so that the first visitor does not wait for what is loaded when first needed."""
    with contextlib.suppress(YoujuError):
        holder.newest().ask("质量工作有什么规定？")


def _options(settings: Settings, args: argparse.Namespace) -> Options:
    """Files can be downloaded from the product's folder, that of the uploads, and those indexed."""
    roots = (PRODUCT_ROOT, settings.data.parent)
    kept = settings.feedback and not args.read_only and not args.no_feedback
    feedback = Feedback(settings.feedback_file) if kept else None
    return Options(
        read_only=args.read_only,
        feedback=feedback,
        roots=roots,
        uploads=settings,
        index_dir=settings.index,
    )


def _evaluator(settings: Settings) -> Session:
    """Runs are kept beside the index."""
    limits = Limits(questions=settings.eval_questions, bytes=settings.eval_mb << 20)
    return Session(settings.index.parent / "evaluations", limits)


def _add_user(auth_file: str | None, name: str, role: login.Role | None) -> int:
    """Ask for a password (or read it from standard input) and put it into the account file."""
    if not auth_file:
        raise SettingsError("--add-user 需要同时给出 --auth-file 文件。")
    if sys.stdin.isatty():
        password = getpass.getpass("密码：")
        if getpass.getpass("再输入一次：") != password:
            raise SettingsError("两次输入的密码不同，请重新运行。")
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    changed = login.add_user(Path(auth_file), name, password, role)
    print(f"账号 {name} 已{'改密码' if changed else '添加'}（{auth_file}）。")
    return 0


def _check_readers(access: Access, file: config.Config, accounts: login.Accounts | None) -> None:
    """Whom the file names must be able to come in: else it says less than was meant."""
    if accounts is None:
        raise SettingsError(
            f"{file.source('collections')} 限定了专题的读者，需要登录才能分清是谁："
            "请用 auth_file 给出账号文件。"
        )
    unknown = "、".join(sorted(access.accounts() - set(accounts.secrets)))
    if unknown:
        raise SettingsError(
            f"{file.source('collections')} 的读者“{unknown}”不在账号文件里："
            "请改正名字，或先用 --add-user 添加账号。"
        )


def _tell_empty(service: PolicySearch, access: Access) -> None:
    """A collection that has readers and no documents protects nothing: its name may be wrong."""
    for name in access.readers:
        if not service.collections.get(name):
            print(
                f"注意：限定了读者的专题“{name}”现在没有文件，请检查配置文件里的名称和文件夹。",
                file=sys.stderr, flush=True,
            )  # fmt: skip


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


if __name__ == "__main__":
    sys.exit(main())
