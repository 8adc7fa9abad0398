"""What the command line accepts: the parser, speaking Chinese."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from typing import Any, NoReturn, get_args

from youju import keys
from youju.config import SERVER, Config
from youju.errors import SettingsError
from youju.records import Span
from youju.settings import configured

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


_Add = Callable[..., argparse.ArgumentParser]  # name, help, parents → its parser


def parser() -> argparse.ArgumentParser:
    """The whole grammar; `command` names the command to run."""
    root = _Parser(prog="cli.py", description="有据：在政策文件里检索和问答，每句话都有原文出处。")
    commands = root.add_subparsers(
        title="命令", dest="command", required=True, metavar="命令", parser_class=_Parser
    )
    shared: list[Any] = [_common()]

    def add(name: str, text: str, *parents: Any) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=text, description=text, parents=[*shared, *parents])

    for group in (_answers, _indexing, _documents, _keeping, _comparing):
        group(add)
    return root


def _answers(add: _Add) -> None:
    """Asking and searching."""
    asking = _asking()
    ask = add("ask", "提问：给出由原文组成的回答和出处", asking)
    question = "问题；写 - 则从标准输入读，每行一个"
    ask.add_argument("question", nargs="*", metavar="问题", help=question)
    ask.add_argument(
        "--chat", action="store_true", help="连续提问，每行一个；“那重庆呢？”这样的话按上一问补全"
    )
    ask.add_argument(
        "--out", metavar="文件", help="把回答写成文件：.docx、.md、.txt，批量时 .xlsx、.csv"
    )
    ask.add_argument(
        "--pages", action="store_true",
        help="与 --out 某.docx 同用：附上引文所在的原页图片（PDF、OFD、扫描件），引文加框",
    )  # fmt: skip
    ask.add_argument(
        "--xlsx", "--csv", dest="table", metavar="表格",
        help="回答表格里“问题”列的每一行（.xlsx、.xls、.csv），与 --out 同用",
    )  # fmt: skip
    search = add("search", "检索：列出最相关的条款", asking)
    search.add_argument("question", nargs="+", metavar="问题", help=question)
    search.add_argument("--explain", action="store_true", help="显示得分的组成和扩展词")


def _indexing(add: _Add) -> None:
    """Reading files, building and checking the index."""
    ingest = add("ingest", "解析文件：显示元数据、条款、表格")
    ingest.add_argument("paths", nargs="+", metavar="路径", help="文件或文件夹")
    index = add("index", "建立或更新索引；没有变化的文件不重读")
    index.add_argument("paths", nargs="+", metavar="路径", help="文件或文件夹")
    index.add_argument("--prune", action="store_true", help="移除不在这些路径下的文件")
    for reading in (ingest, index):
        reading.add_argument("--no-ocr", action="store_true", help="不识别扫描页和图片里的文字")
    index.add_argument(
        "--rebuild", action="store_true", help="全部重读，不沿用也不保留原有索引里的任何文件"
    )
    add("check", "检查索引：每个文件是否完好")


def _documents(add: _Add) -> None:
    """One document, and what documents do to each other."""
    show = add("show", "显示原文")
    show.add_argument("doc", metavar="文件", help="文件编号、来源路径、文号或标题的一部分")
    place = show.add_mutually_exclusive_group()
    place.add_argument("--clause", metavar="编号", help="只显示这个条款")
    place.add_argument("--span", type=_span, metavar="起:止", help="只显示这一段（字符位置）")
    relations = add("relations", "列出文件之间的关系：废止、代替、修改、依据、解读、转发、附件")
    relations.add_argument("doc", nargs="?", metavar="文件", help="只列这份文件的（默认全部）")
    references = add("references", "列出文件里的条款引用各指哪一条，或哪些条款引用了某一条")
    references.add_argument("doc", metavar="文件", help="文件编号、来源路径、文号或标题的一部分")
    references.add_argument(
        "--clause", metavar="条款", help="反过来：哪些条款引用了它，如 第十条，或条款编号"
    )
    meta = add("meta", "一份文件的卡片：元数据、效力、版本、与其他文件的关系；也用来更正")
    meta.add_argument("doc", metavar="文件", help="文件编号、来源路径、文号或标题的一部分")
    meta.add_argument(
        "--set", action="append", default=[], metavar="项目=值",
        help="更正一项，如 文号=云政发〔2021〕3号、所属规定=云山市养犬管理办法；值为空表示没有",
    )  # fmt: skip
    meta.add_argument("--by", metavar="名字", help="更正人（默认本机的用户名）")
    meta.add_argument("--as-of", metavar="日期", help="这一天的效力，如 2023-06-30；默认今天")
    meta.add_argument(
        "--undo",
        action="append",
        default=[],
        metavar="项目",
        help="取消一项更正；写 全部 则全部取消",
    )


def _keeping(add: _Add) -> None:
    """Collections and keys."""
    collection = add("collection", "列出专题；把文件加入专题，或从专题移出")
    collection.add_argument("name", nargs="?", metavar="专题", help="只看这个专题（默认列出全部）")
    change = collection.add_mutually_exclusive_group()
    which = "文件编号、来源路径、文号、标题的一部分，或以 / 结尾的文件夹"
    change.add_argument("--add", nargs="+", default=[], metavar="文件", help=f"加入：{which}")
    change.add_argument("--remove", nargs="+", default=[], metavar="文件", help="移出：同上")
    change.add_argument("--rename", metavar="新名称", help="改名")
    change.add_argument("--delete", action="store_true", help="取消这个专题；文件不受影响")
    key = add("key", "程序用的密钥：列出、发放、撤销")
    key.add_argument("name", nargs="?", metavar="名称", help="密钥的名称，如 报送系统")
    action = key.add_mutually_exclusive_group()
    action.add_argument("--make", action="store_true", help="发放一个新密钥，只显示一次")
    action.add_argument("--withdraw", action="store_true", help="撤销这个密钥，立即生效")
    key.add_argument(
        "--scope", choices=get_args(keys.Scope), default="read",
        help="read 只能提问和读取（默认），edit 还能改专题、评测",
    )  # fmt: skip
    key.add_argument(
        "--days", type=int, default=keys.DAYS, metavar="天数", help=f"有效天数（默认 {keys.DAYS}）"
    )


def _comparing(add: _Add) -> None:
    """What ends, versions, quotations, targets, comparisons."""
    expiring = add("expiring", "列出快要失效的文件，和没有写明是否有效的文件")
    expiring.add_argument(
        "--days", type=int, default=90, metavar="天数", help="几天之内（默认 90）"
    )
    diff = add("diff", "比较两份文件（两个版本）：逐条列出改动，数字的改动在前")
    diff.add_argument("old", metavar="旧版", help="文件编号、来源路径、文号或标题的一部分")
    diff.add_argument("new", metavar="新版", help="同上")
    diff.add_argument("--all", action="store_true", help="也列出文字没有变化的条款")
    diff.add_argument("--out", metavar="文件", help="写成文件：.docx（对照表）或 .md")
    diff.add_argument("--md", metavar="文件", help="同 --out，总是 Markdown")
    verify = add("verify", "核对引文：在哪份文件的哪一处，差了哪些字")
    verify.add_argument("quote", nargs="+", metavar="引文", help="引文；写 - 则从标准输入读全文")
    facts = add("facts", "列出数值目标：指标、数值、年份和出处")
    facts.add_argument("doc", nargs="?", metavar="文件", help="只列这份文件（默认全部）")
    facts.add_argument("--indicator", metavar="文字", help="只列指标或所在标题含有这些词的")
    _collections(facts)
    _tables(facts)
    compare = add("compare", "对比：一个指标在各份文件里的数值，按地区和年份")
    compare.add_argument("text", nargs="+", metavar="指标", help="指标名，或一句对比的问题")
    compare.add_argument(
        "--region", action="append", default=[], metavar="地区", help="只比这些地区"
    )
    compare.add_argument(
        "--year", action="append", default=[], type=int, metavar="年份", help="只比这些年份"
    )
    _collections(compare)
    _tables(compare)


def _tables(command: argparse.ArgumentParser) -> None:
    command.add_argument("--csv", action="store_true", help="输出 CSV 表格")
    command.add_argument("--xlsx", metavar="文件", help="写成 Excel 文件（.xlsx），带出处")


def _collections(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--collection", action="append", default=[], metavar="专题", help="只用这个专题里的文件"
    )


def _common() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--index", metavar="目录", help="索引所在的文件夹（默认 .youju/index）")
    _config(common)
    common.add_argument("--json", action="store_true", help="输出 JSON，每行一个对象")
    return common


def _config(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--config", metavar="文件", help="配置文件（youju.toml）；参数和环境变量优先"
    )


def _asking() -> argparse.ArgumentParser:
    asking = argparse.ArgumentParser(add_help=False)
    asking.add_argument("-k", type=int, default=10, metavar="条数", help="条款数（默认 10）")
    asking.add_argument("--method", choices=METHODS, default="hybrid", help="检索方法")
    asking.add_argument("--doc", action="append", default=[], metavar="文件", help="只查这份文件")
    asking.add_argument("--region", action="append", default=[], metavar="地区", help="只查该地区")
    asking.add_argument(
        "--year", action="append", default=[], type=int, metavar="年份", help="只查涉及该年的文件"
    )
    _collections(asking)
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
    _config(root)
    root.add_argument("--host", metavar="地址", help="默认只供本机访问")
    root.add_argument("--port", type=_port, metavar="端口", help="默认 7860")
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
    root.add_argument(
        "--audit", metavar="文件", help="审计记录：谁何时问了、改了、删了什么（默认不记）"
    )
    root.add_argument(
        "--require-key", action="store_true", help="接口和 MCP 需要密钥（cli.py key 发放）"
    )
    root.add_argument("--auth-file", metavar="文件", help="需要登录；每行一个账号")
    root.add_argument("--add-user", metavar="名字", help="在账号文件里添加账号或改密码，然后退出")
    root.add_argument(
        "--role", choices=("reader", "editor", "admin"),
        help="所添账号的角色：reader 提问和阅读，editor 还能改文库，admin 全部（默认）",
    )  # fmt: skip
    return root


def app_arguments(argv: Sequence[str] | None) -> tuple[argparse.Namespace, Config]:
    """The page's flags; what they leave open is as the configuration file says, or as usual.

    Raises SettingsError for a file that cannot be read or says what cannot be.
    """
    args = app_parser().parse_args(argv)
    file = configured(args.config)
    kinds = {"port": _port, "allow_host": _host, "allow_origin": _origin}
    usual = {"host": "127.0.0.1", "port": 7860}
    for name in SERVER:
        if getattr(args, name):
            continue
        value = file.values.get(name, usual.get(name, getattr(args, name)))
        try:
            if name in kinds and name in file.values:
                one = kinds[name]
                value = (
                    [one(text) for text in value] if isinstance(value, list) else one(str(value))
                )
        except argparse.ArgumentTypeError as error:
            raise SettingsError(f"{file.source(name)} 的值{error}，请改正。") from error
        setattr(args, name, value)
    return args, file


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
