"""What the command line accepts: the parser, speaking Chinese."""

from __future__ import annotations

import argparse
import re
from typing import Any, NoReturn

from youju.records import Span

METHODS = ("hybrid", "bm25", "dense")
_USAGE = (
    (re.compile(r"the following arguments are required: (.+)"), r"缺少参数：\1"),
    (re.compile(r"unrecognized arguments: (.+)"), r"不认识的参数：\1"),
    (
        re.compile(r"argument (.+?): invalid choice: (.+?) \(choose from (.+)\)"),
        r"\1 不能是 \2，可用的是 \3",
    ),
    (re.compile(r"argument (.+?): invalid (?:int|_\w+) value: (.+)"), r"\1 的值 \2 不对"),
    (re.compile(r"argument (.+?): expected (?:one|at least one) arguments?"), r"\1 后面缺少值"),
    (re.compile(r"^argument (--span|--port|--allow-host|--allow-origin): "), r"\1 的值"),
    (re.compile(r"argument (.+?): not allowed with argument (.+)"), r"\1 不能与 \2 同时使用"),
)


class _Parser(argparse.ArgumentParser):
    """argparse, speaking Chinese."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs, add_help=False, allow_abbrev=False)
        self._positionals.title = "参数"
        self._optionals.title = "选项"
        self.add_argument("-h", "--help", action="help", help="显示本说明并退出")

    def format_usage(self) -> str:
        return super().format_usage().replace("usage: ", "用法：", 1)

    def format_help(self) -> str:
        return super().format_help().replace("usage: ", "用法：", 1)

    def error(self, message: str) -> NoReturn:
        for pattern, chinese in _USAGE:
            message = pattern.sub(chinese, message)
        self.exit(2, f"{message}；用 {self.prog} --help 查看用法。\n")


def _span(text: str) -> Span:
    match = re.fullmatch(r"(\d+):(\d+)", text)
    if match is None or int(match[1]) > int(match[2]):
        raise argparse.ArgumentTypeError(f"“{text}”不是“起:止”形式的位置")
    return Span(int(match[1]), int(match[2]))


def parser() -> argparse.ArgumentParser:
    """The whole grammar; `command` names the command to run."""
    root = _Parser(prog="cli.py", description="有据：在政策文件里检索和问答，每句话都有原文出处。")
    commands = root.add_subparsers(
        title="命令", dest="command", required=True, metavar="命令", parser_class=_Parser
    )
    common, asking = _common(), _asking()

    def add(name: str, text: str, *parents: Any) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=text, description=text, parents=parents)

    ask = add("ask", "提问：给出由原文组成的回答和出处", common, asking)
    question = "问题；写 - 则从标准输入读，每行一个"
    ask.add_argument("question", nargs="*", metavar="问题", help=question)
    ask.add_argument(
        "--chat", action="store_true", help="连续提问，每行一个；“那重庆呢？”这样的话按上一问补全"
    )
    ask.add_argument(
        "--out", metavar="文件", help="把回答写成文件：.docx、.md、.txt，批量时 .xlsx、.csv"
    )
    ask.add_argument(
        "--xlsx", "--csv", dest="table", metavar="表格",
        help="回答表格里“问题”列的每一行（.xlsx、.xls、.csv），与 --out 同用",
    )  # fmt: skip
    search = add("search", "检索：列出最相关的条款", common, asking)
    search.add_argument("question", nargs="+", metavar="问题", help=question)
    search.add_argument("--explain", action="store_true", help="显示得分的组成和扩展词")
    ingest = add("ingest", "解析文件：显示元数据、条款、表格", common)
    ingest.add_argument("paths", nargs="+", metavar="路径", help="文件或文件夹")
    index = add("index", "建立或更新索引；没有变化的文件不重读", common)
    index.add_argument("paths", nargs="+", metavar="路径", help="文件或文件夹")
    index.add_argument("--prune", action="store_true", help="移除不在这些路径下的文件")
    for reading in (ingest, index):
        reading.add_argument("--no-ocr", action="store_true", help="不识别扫描页和图片里的文字")
    index.add_argument(
        "--rebuild", action="store_true", help="全部重读，不沿用也不保留原有索引里的任何文件"
    )
    add("check", "检查索引：每个文件是否完好", common)
    show = add("show", "显示原文", common)
    show.add_argument("doc", metavar="文件", help="文件编号、来源路径、文号或标题的一部分")
    place = show.add_mutually_exclusive_group()
    place.add_argument("--clause", metavar="编号", help="只显示这个条款")
    place.add_argument("--span", type=_span, metavar="起:止", help="只显示这一段（字符位置）")
    relations = add("relations", "列出文件之间的关系：废止、修改、依据、解读", common)
    relations.add_argument("doc", nargs="?", metavar="文件", help="只列这份文件的（默认全部）")
    meta = add("meta", "显示或更正一份文件的标题、文号、发文机关、日期、状态", common)
    meta.add_argument("doc", metavar="文件", help="文件编号、来源路径、文号或标题的一部分")
    meta.add_argument(
        "--set", action="append", default=[], metavar="项目=值",
        help="更正一项，如 文号=云政发〔2021〕3号；值为空表示没有",
    )  # fmt: skip
    meta.add_argument(
        "--undo",
        action="append",
        default=[],
        metavar="项目",
        help="取消一项更正；写 全部 则全部取消",
    )
    expiring = add("expiring", "列出快要失效的文件，和没有写明是否有效的文件", common)
    expiring.add_argument(
        "--days", type=int, default=90, metavar="天数", help="几天之内（默认 90）"
    )
    diff = add("diff", "比较两份文件（两个版本）：逐条列出改动，数字的改动在前", common)
    diff.add_argument("old", metavar="旧版", help="文件编号、来源路径、文号或标题的一部分")
    diff.add_argument("new", metavar="新版", help="同上")
    diff.add_argument("--all", action="store_true", help="也列出文字没有变化的条款")
    diff.add_argument("--md", metavar="文件", help="写成 Markdown 文件")
    verify = add("verify", "核对引文：在哪份文件的哪一处，差了哪些字", common)
    verify.add_argument("quote", nargs="+", metavar="引文", help="引文；写 - 则从标准输入读全文")
    facts = add("facts", "列出数值目标：指标、数值、年份和出处", common)
    facts.add_argument("doc", nargs="?", metavar="文件", help="只列这份文件（默认全部）")
    facts.add_argument("--indicator", metavar="文字", help="只列指标或所在标题含有这些词的")
    _tables(facts)
    compare = add("compare", "对比：一个指标在各份文件里的数值，按地区和年份", common)
    compare.add_argument("text", nargs="+", metavar="指标", help="指标名，或一句对比的问题")
    compare.add_argument(
        "--region", action="append", default=[], metavar="地区", help="只比这些地区"
    )
    compare.add_argument(
        "--year", action="append", default=[], type=int, metavar="年份", help="只比这些年份"
    )
    _tables(compare)
    return root


def _tables(command: argparse.ArgumentParser) -> None:
    command.add_argument("--csv", action="store_true", help="输出 CSV 表格")
    command.add_argument("--xlsx", metavar="文件", help="写成 Excel 文件（.xlsx），带出处")


def _common() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--index", metavar="目录", help="索引所在的文件夹（默认 .youju/index）")
    common.add_argument("--json", action="store_true", help="输出 JSON，每行一个对象")
    return common


def _asking() -> argparse.ArgumentParser:
    asking = argparse.ArgumentParser(add_help=False)
    asking.add_argument("-k", type=int, default=10, metavar="条数", help="条款数（默认 10）")
    asking.add_argument("--method", choices=METHODS, default="hybrid", help="检索方法")
    asking.add_argument("--doc", action="append", default=[], metavar="文件", help="只查这份文件")
    asking.add_argument("--region", action="append", default=[], metavar="地区", help="只查该地区")
    asking.add_argument(
        "--year", action="append", default=[], type=int, metavar="年份", help="只查涉及该年的文件"
    )
    _reading(asking)
    asking.add_argument("--in-force", action="store_true", help="不查已失效、已废止的文件")
    asking.add_argument("--as-of", metavar="日期", help="按这一天判断效力，如 2023-06-30；默认今天")
    return asking


def _reading(command: argparse.ArgumentParser) -> None:
    """Which model reads the best clauses: `reader` is None where nothing was said."""
    which = command.add_mutually_exclusive_group()
    which.add_argument("--reader", metavar="模型", help="阅读模型：bundled、模型名或本地文件夹")
    which.add_argument(
        "--no-reader", dest="reader", action="store_const", const="none",
        help="不用阅读模型：更快，答得较差",
    )  # fmt: skip


def app_parser() -> argparse.ArgumentParser:
    """The flags of the web page."""
    root = _Parser(prog="app.py", description="有据的网页：提问、核对出处、查看原文。")
    root.add_argument("--host", default="127.0.0.1", metavar="地址", help="默认只供本机访问")
    root.add_argument("--port", type=_port, default=7860, metavar="端口", help="默认 7860")
    root.add_argument("--index", metavar="目录", help="索引所在的文件夹（默认 .youju/index）")
    _reading(root)
    root.add_argument("--read-only", action="store_true", help="只读：不能上传、删除和评测")
    root.add_argument(
        "--no-feedback", action="store_true", help="不保存对回答的评价和没有找到答案的问题"
    )
    root.add_argument(
        "--allow-host", action="append", default=[], type=_host, metavar="主机名",
        help="也以这个主机名提供服务（如代理后的域名），可多次给出",
    )  # fmt: skip
    root.add_argument(
        "--allow-origin", action="append", default=[], type=_origin, metavar="来源",
        help="允许这个网站的网页调用接口，如 https://oa.example.cn，可多次给出",
    )  # fmt: skip
    root.add_argument("--mcp", action="store_true", help="在 /mcp 提供 MCP 服务")
    root.add_argument("--auth-file", metavar="文件", help="需要登录；每行一个账号")
    root.add_argument("--add-user", metavar="名字", help="在账号文件里添加账号或改密码，然后退出")
    return root


def _host(text: str) -> str:
    if not re.fullmatch(r"[^\s:/@\[\]]{1,253}", text):
        raise argparse.ArgumentTypeError(f"“{text}”不是主机名")
    return text.lower().rstrip(".")


def _origin(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/@]{1,260}", text.lower()):
        raise argparse.ArgumentTypeError(f"“{text}”不是“https://主机名”形式的来源")
    return text.lower()


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"“{text}”不是 1 到 65535 之间的端口")
    return int(text)
