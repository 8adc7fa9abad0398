"""Which kind of answer a question asks for, told by its wording alone."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence

from qa.asked.aspects import wanted

_MAX_LEFT = 2  # characters that may remain unexplained

_KINDS_OF_DOCUMENT = re.compile(
    r"行动计划|实施意见|实施方案|行动要点|管理办法|工作方案|通知|方案|意见|计划|办法|条例|规定|要点"
    r"|规划|纲要|决定|细则|公告|通告|政策|法规|人民政府|政府|办公厅|办公室"
)

_COMPARE = re.compile(
    r"比较|对比|相比|比一比|相差|差(?:多少|异|别)"
    r"|(?:谁|哪(?:个|边|家|里|省|市|地))(?:的|要求|定得|更|最|比较|目标)*(?:更|最)?"
    r"(?:高|低|多|少|大|小|严|早|晚|快|好)"
    r"|(?:跟|和|与).{0,20}比|各(?:是|有|为|要|由)?(?:多少|几|谁|哪)"
    r"|分别(?:是|有|为|由)?(?:多少|几|谁|哪)|区别|不同|异同|高于|低于|一样"
)
_EACH_PLACE = re.compile(r"各(?:省|市|地)|哪(?:个|些)?(?:省|市|地)")
_OWNER = re.compile(
    r"(?:谁|哪(?:个|些|几个|几家|家|一个)?(?:部门|单位|厅局?|局|委|机构|机关)|哪几?家"
    r"|什么(?:部门|单位|机构)|哪(?:个|些)(?:厅|局|委))(?:来|去|在)?"
    r"(?:负责|牵头|管|主管|承担|配合|参加|参与|落实|抓|建|组织|协调|干|做|实施|完成|监管|执法|治"
    r"|当|担任|任|说了算|监督)?"
    r"|(?:负责|牵头|责任|主管|配合|参加|参与|建设|承担|协办|主办|实施)(?:的)?"
    r"(?:部门|单位|机关|机构|主体|方)|(?:归|由|该|找|靠)(?:谁|哪)"
)
_WHEN_ASKED = re.compile(
    r"什么时候|什么时间|何时|哪一?年|哪一?天|几月|几号|几点|几时|多久|多长时间|期限|截止|最晚|最迟|时限"
    r"|(?<!哪)几(?:天|日|年|个?月|个?小时|个?工作日)"
    r"|时间(?:表|节点|安排)|到(?:哪|什么)时|起止时间|从.{1,6}到什么"
)
_TARGET = re.compile(
    r"多少|百分之?几"
    r"|(?<!哪)几(?:个|家|项|户|件|条|名|种|所|处|成|倍|张|人|座|批|次|元|亿|万)?(?![月号天年点时十百千])"
    r"|多大|多高|多低|比例|数量|总量|指标(?!体系)|目标(?:值|是|多少|$)"
    r"|(?:率|(?<![制程力年季角态])度)(?:是|要|达|目标|到|$|\?|\s|\d)|达到什么|什么水平|增加值"
)
_LIST = re.compile(
    r"哪些|什么(?:条件|材料|资料|手续|证件|证明|情形|情况|职责|任务|措施|待遇)|哪几|哪[二两三四五六七八九十\d]|有啥|都有(?:啥|什么|谁)|包括(?:什么|啥)|包含(?:什么|啥)|列(?:出|举)"
    r"|(?:分别)?是(?:什么|啥)(?:$|\?)|指(?:什么|啥|的是)|几(?:大|类|种|方面|部分|个阶段)|名单|清单"
    r"|(?:内容|任务|措施|阶段|方针|原则)(?:有|是)?(?:什么|啥|$)"
)
_YES_NO = re.compile(
    r"(?:[吗嘛]|(?<![什怎这那多要])么)(?:$|[?!,。])|是不是|是否|有没有|能不能|会不会|要不要|可不可以|能否|可否"
    r"|需不需要|应不应该|用不用|行不行|对不对|得不得"
)
_HOW = re.compile(r"怎么|怎样|如何|咋|措施|做法|办法$|为什么|为何|凭什么")

_WHOSE = re.compile(r"谁(?:负责|牵头|管|来)|部门|牵头|由谁")
_FIGURES = re.compile(r"多少|几[个家项户]|高|低|严|率|度(?!假)|数量|指数|总量|目标|指标|比例|大|小")


def kind_of(normal: str, rest: str, regions: Sequence[str], titles: Container[str]) -> str:
    """One of metadata, comparison, owner, when, target, list, yesno, open.

    `rest` is the question without the places it is limited to; `titles` hold what stands in those
    that it may be naming.
    """
    if wanted(normal, loosely=False).aspects and _about_the_document(rest, titles):
        return "metadata"
    return matter_kind(normal, rest, regions)


def matter_kind(normal: str, rest: str, regions: Sequence[str]) -> str:
    """The kind of a question that is not of the document itself."""
    if len(regions) >= 2 or (_COMPARE.search(normal) and _EACH_PLACE.search(normal)):
        return "comparison"
    if _OWNER.search(rest):
        return "owner"
    if _TARGET.search(rest) and not _HOW.search(rest):
        return "target"
    if _WHEN_ASKED.search(rest):
        return "when"
    if _LIST.search(rest):
        return "list"
    if _YES_NO.search(rest):
        return "yesno"
    return "open"


def compared_kind(normal: str) -> str:
    """What a comparison compares: who is responsible, figures (target), or else the sentences."""
    if _WHOSE.search(normal):
        return "owner"
    return "target" if _FIGURES.search(normal) else "open"


def _about_the_document(rest: str, titles: Container[str]) -> bool:
    """True when nothing but the document itself is left to ask about."""
    left = _KINDS_OF_DOCUMENT.sub(" ", " ".join(wanted(rest, loosely=False).rest))
    runs = [run for run in left.split() if not run.isdigit()]
    unnamed = [run for run in runs if not _inside(run, titles)]
    return sum(len(run) for run in unnamed) <= _MAX_LEFT


def _inside(run: str, titles: Container[str]) -> bool:
    """True when the run, or all but a quarter of its character pairs, is taken from a title."""
    if run in titles:
        return True
    pairs = [run[i : i + 2] for i in range(len(run) - 1)]
    return bool(pairs) and sum(pair in titles for pair in pairs) >= 0.75 * len(pairs)
