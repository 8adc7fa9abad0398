"""What a web page puts around a document: navigation, buttons, counters, related links.

Each rule is a pure function from the lines to the numbers of the lines it drops, with a name that
the report shows. Lines that carry metadata (文号: …) are not chrome; `metadata` reads them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import accumulate

from ingest.labels import parse_label
from ingest.lines import Line

# Controls and counters, as government sites and encyclopedias word them; the whole line must fit.
_CONTROL = re.compile(
    r"""^[\[(【]?\s*(?:
      首\s*页|返回(?:首页|顶部|列表|上一?页)?|回到顶部|顶部|top|打印(?:本页|此页|文章)?|关闭(?:本页|窗口|此页)?
    | (?:保存|收藏|分享|转发|复制链接|纠错|我要纠错|网页纠错)(?:到|至|本页)?.{0,12}
    | (?:扫一扫|扫描二维码|微信扫一扫).{0,24}|更多(?:信息|内容|资讯)请?关注.{0,40}
    | (?:字体|字号|视力保护色)\s*:?.{0,16}|(?:大|中|小)(?:\s+(?:大|中|小)){1,2}
    | (?:上一?篇|下一?篇|上一条|下一条)\s*:?.*
    | (?:作者|编辑|责任编辑|责编|信息来源|来源|稿源|文章来源)\s*:?\s*\S{0,16}
    | (?:浏览次数|点击(?:数|量|率)?|阅读(?:次数|量|数)?|访问量)\s*:?\s*\S{0,16}
    | (?:相关|热门|推荐|最新|延伸)(?:信息|链接|文章|文档|稿件|报道|政策|文件|新闻|解读|阅读|词条
      |推荐|附件下载|内容)\s*:?.{0,6}
    | (?:联系|关于|联络)(?:我们|我|方式)|网站(?:地图|声明|导航)|版权(?:所有|声明).*
    | (?:主办|承办|技术支持)(?:单位)?\s*:.*
    | .{0,8}(?:ICP备|公网安备|网站标识码).*
    | (?:copyright|powered\s+by|produced\s+by|all\s+rights\s+reserved).*
    | (?:客户评分|政策价格|服务热线|咨询热线|客服热线|热线电话|在线咨询|微信咨询|立即咨询|在线客服
      |类型)\s*:?.{0,30}
    | (?:文件|附件|相关附件)下载\s*:?.{0,60}|(?:点击|我要)(?:下载|查看|收藏).{0,12}
    | (?:当前|您(?:现)?在?(?:的)?(?:当前)?)位置\s*:.*
    | 登录|注册|搜索|检索|无障碍(?:浏览)?|简体|繁体|english
    | (?:文字|图片|图解|媒体|视频|专家|部门)解读|新闻发布会
    )\s*[\])】]?$""",
    re.X | re.I,
)
_BUTTONS = re.compile(r"^(?:[\[【][^\[\]【】]{2,8}[\]】]\s*){1,8}$")
_CRUMBS = re.compile(r"^(?:[^>。]{0,24}>){1,12}[^>。]{0,84}$|^(?:[^»。]{0,24}»){1,12}[^»。]{0,84}$")
_RELATED = re.compile(
    r"^(?:相关|热门|推荐|延伸|最新)"
    r"(?:信息|链接|文章|文档|稿件|报道|政策|文件|新闻|解读|阅读|词条)\s*:?$"
)
# A bar of menus on one line: 网站首页 政务公开 登录 | 注册
_MENU = re.compile(
    r"(?:网站|本站)?首页|登录|注册|无障碍\w{0,4}|长者\w{0,4}|网站地图|联系我们|版权声明|搜索|繁體|繁体"
)
_MENU_GAP = re.compile(r"[\s|/·]+")
_DUMPED = re.compile(r"'\s*,\s*(?:null|'[^']{0,16}')")  # what a database left around a page
_COPIED = 3  # lines that a second copy has at least
_COPIED_MIN = 60  # characters of them together
_TRIED = 64  # repeated lines at which a copy is looked for
_OWN_MAX = 60  # characters of a line between a text and its second copy
_SHARING = re.compile(r"分享|微信|微博|打印|关闭|收藏|QQ|朋友圈|字号|转发")
_SENTENCE = re.compile(r"[。;!?:]|\)$")
_ENCYCLOPEDIA_TAIL = re.compile(r"^(?:相关词条|热门词条|参考资料|词条标签|参考文献|扩展阅读)$")
_SHORT = 16


def _controls(lines: Sequence[Line]) -> set[int]:
    return {i for i, line in enumerate(lines) if _CONTROL.match(line.text)}


def _buttons(lines: Sequence[Line]) -> set[int]:
    return {
        i
        for i, line in enumerate(lines)
        if _BUTTONS.match(line.text) and re.search(r"打印|关闭|收藏|分享|下载|返回", line.text)
    }


def _sharing(lines: Sequence[Line]) -> set[int]:
    """分享到:微信 微博 [打印] [关闭]: a short line made of several controls."""
    return {
        i
        for i, line in enumerate(lines)
        if len(line.text) <= 40
        and len(_SHARING.findall(line.text)) >= 2
        and not re.search(r"[。;]", line.text)
    }


def _menus(lines: Sequence[Line]) -> set[int]:
    """Several entries of a menu on one line, two of them known ones."""
    found = set()
    for i, line in enumerate(lines):
        entries = [e for e in _MENU_GAP.split(line.text) if e] if len(line.text) <= 200 else []
        known = sum(_MENU.fullmatch(entry) is not None for entry in entries)
        if known >= 2 and len(entries) >= 3 and max(map(len, entries)) <= 8:
            found.add(i)
    return found


def _dumped(lines: Sequence[Line]) -> set[int]:
    return {i for i, line in enumerate(lines) if _DUMPED.match(line.text)}


def _copied(lines: Sequence[Line]) -> set[int]:
    """A text that the page holds twice: its second copy, with the entries that stand between.

    The copy is a run of lines that says again, in order, most of what stood before it.
    """
    before = [0, *accumulate(len(line.text) for line in lines)]  # characters above a line
    first: dict[str, int] = {}
    tried = 0
    for i, line in enumerate(lines):
        at = first.setdefault(line.text, i)
        if at == i or 2 * (before[-1] - before[i]) < before[i] or tried == _TRIED:
            continue
        tried += 1
        size = 0
        while i + size < len(lines) and at + size < i and _same(lines, at + size, i + size):
            size += 1
        said = before[i + size] - before[i]
        most = said * 2 >= before[i] if size >= _COPIED else said * 4 >= before[i] * 3
        if most and said >= _COPIED_MIN:
            between = range(at + size, i)
            own = all(len(lines[j].text) <= _OWN_MAX for j in between)
            return {*range(i, i + size), *(between if own else ())}
    return set()


def _same(lines: Sequence[Line], one: int, other: int) -> bool:
    return lines[one].text == lines[other].text


def _breadcrumbs(lines: Sequence[Line]) -> set[int]:
    top = min(len(lines), 40)
    return {i for i in range(top) if ">" in lines[i].text and _CRUMBS.match(lines[i].text)}


def _contents(lines: Sequence[Line]) -> set[int]:
    """A run-on line of section names, e.g. 通知,实施方案,一、指导思想,二、目标任务."""
    known = {line.text for line in lines}
    dropped = set()
    for i, line in enumerate(lines):
        parts = [part.strip() for part in re.split(r"[,|]", line.text) if part.strip()]
        if len(parts) >= 3 and sum(part in known for part in parts) >= 0.6 * len(parts):
            dropped.add(i)
    return dropped


def _outline(lines: Sequence[Line]) -> set[int]:
    """目录 and the chapter names below it, when the chapters follow in full afterwards."""
    for i, line in enumerate(lines):
        if "".join(line.text.split()) != "目录":
            continue
        end = i + 1
        while end < len(lines) and parse_label(lines[end].text) and len(lines[end].text) <= 40:
            if end > i + 1 and _same_label(lines[end], lines[i + 1]):
                return set(range(i, end))
            end += 1
        later = lines[end : end + 12]
        if end > i + 2 and any(_same_label(line, lines[i + 1]) for line in later):
            return set(range(i, end))
    return set()


def _same_label(one: Line, other: Line) -> bool:
    a, b = parse_label(one.text), parse_label(other.text)
    return a is not None and b is not None and (a.kind, a.number) == (b.kind, b.number)


def _related(lines: Sequence[Line]) -> set[int]:
    """相关文档 near the end, and the titles that follow it."""
    for i in range(max(0, len(lines) - 40), len(lines)):
        rest = lines[i + 1 :]
        if _RELATED.match(lines[i].text) and not any(
            line.text.endswith("。") or parse_label(line.text) for line in rest
        ):
            return set(range(i, len(lines)))
    return set()


def _tail(lines: Sequence[Line]) -> set[int]:
    """Short lines without a sentence at the very end, when one of them is a known control."""
    dropped: set[int] = set()
    for i in range(len(lines) - 1, -1, -1):
        text = lines[i].text
        if _CONTROL.match(text) or _BUTTONS.match(text) or _ENCYCLOPEDIA_TAIL.match(text):
            dropped.update(range(i, len(lines)))
            continue
        ordinary = len(text) > _SHORT or _SENTENCE.search(text) or parse_label(text)
        if ordinary or re.search(r"\d", text) or len(lines) - i > 40:
            break
    return dropped


def _repeated(lines: Sequence[Line]) -> set[int]:
    """The same short line twice in a row: a button with its label."""
    return {
        j
        for i in range(1, len(lines))
        if lines[i].text == lines[i - 1].text and 2 <= len(lines[i].text) <= 8
        and re.search(r"咨询|热线|分享|下载|客服|扫码|登录|收藏", lines[i].text)
        for j in (i - 1, i)
    }  # fmt: skip


RULES: tuple[tuple[str, Callable[[Sequence[Line]], set[int]]], ...] = (
    ("按钮与计数", _controls),
    ("打印关闭按钮", _buttons),
    ("面包屑导航", _breadcrumbs),
    ("目录式导航", _contents),
    ("分享按钮", _sharing),
    ("菜单", _menus),
    ("数据库残留", _dumped),
    ("重复正文", _copied),
    ("目录", _outline),
    ("重复按钮", _repeated),
    ("相关链接", _related),
    ("页尾", _tail),
)


def chrome(lines: Sequence[Line]) -> dict[int, str]:
    """Line number → name of the rule that drops it."""
    dropped: dict[int, str] = {}
    for name, rule in RULES:
        for i in rule(lines):
            dropped.setdefault(i, name)
    return dropped
