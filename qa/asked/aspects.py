"""What a question asks of a document itself: its 文号, its dates, who interprets it, its basis …

An aspect is found where its words meet an asking word; wordings that no pattern knows are heard by
a model that was taught many (`wording`). Some aspects are asked of documents alone (文号,
成文日期); the others (什么时候公布, 有效期) may be asked of anything and count only together with
words that name a document.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.asked.wording import heard

_ISSUE = r"(?:印发|发布|颁布|下发|公布|出台|发文|发出|发表|制发|转发|批转|批复|答复|颁行)"
_SENT = rf"(?:{_ISSUE}|[印出发](?=的|了|$|[?,、;\s]))"
_HOLD = r"(?:施行|生效|实施|执行|起效|试行|实行)"
_END = r"(?:废止|取代|代替|替代|作废|失效|停止执行|不再执行|停用)"
_WHEN = (
    r"(?:(?:哪|什么|几)年(?:哪|什么|几)月(?:哪[天日])?|(?:什么|啥)时[候间]|[何几啥]时|哪一?[天日]|哪个?月|哪一?年"
    r"|几号|几月|什么日[期子]|日期|时间)"
)
_ORGAN = r"(?:机关|单位|部门|机构|政府|厅局?|局|委|部|组织)"
_WHO = rf"(?:谁|哪位|哪(?:[一两二三四五几]?[个家些]?){_ORGAN}|什么{_ORGAN}|哪几?家|哪里)"
_WHICH = r"(?:哪|什么|何|啥)"
_ALL = r"(?:一?共|总共|全文|全篇|有|分为?|包括|合计)(?:有|分为?)?"
_GAP = r"[^?。;]"
_MAKE = r"(?:制定|制订|出台|发布|印发|公布|起草|编制|作出|拟定|定下?)"

# Other entries that sites put beside a document, asked for by their names.
ENTRIES = (
    "索引号", "统一编号", "登记号", "引证码", "主题分类", "主题词", "信息分类", "公开方式",
    "公开形式", "公开范围", "责任部门", "抄送", "档号", "参考编号", "分发名单", "服务对象",
)  # fmt: skip
# aspect → how it is asked for; several may match
_SURE: dict[str, str] = {
    **{name: name for name in ENTRIES},
    "doc_number": (
        r"文号|发文字号|(?:几|哪一?|多少|什么)号(?:文件|文)?(?:$|[?的,])"
        r"|(?:几|哪一?|多少|什么)号(?:文件|文)|文件编号|政策编号|文件号"
    ),
    "decree": (
        r"第?(?:几|多少|哪一?)号[^?,。;]{0,6}?(?:令|公告)"
        r"|(?:令|公告)(?:的|是|为)*第?(?:几|多少|哪一?)号|令号|哪一?[个道份号]令(?!人)"
    ),
    "issuer": (
        r"发文(?:机关|单位|机构)|(?:发布|印发|颁布|制发)(?:机构|单位|机关)|落款(?:单位|是谁|机关)"
        rf"|{_WHO}{_GAP}{{0,8}}?落的?款"
    ),
    "written_on": (
        rf"成文|落的?款(?:日期|时间|{_GAP}{{0,5}}?{_WHEN})|{_WHEN}落的?款"
        rf"|签(?:发|署)(?:的?日期|的?时间|于{_WHEN})|{_WHEN}(?:被|由)?(?:成文|签发|签署|落款)"
    ),
    "interpreter": (
        rf"解释权|(?:谁|{_WHICH}{_GAP}{{0,8}}?)(?:来|去)?(?:负责)?解释(?!{_WHICH})"
        r"|解释(?:的)?(?:机关|部门|单位|主体)"
    ),
    "signer": (
        r"(?:谁|哪[位个]|哪一?[位任])[^?,。;]{0,6}?签(?:署|发|的|字|名|$)"
        r"|签(?:署|发)人|(?:署名|签字|签名)的?(?:是|人)"
    ),
    "recipients": (
        r"(?:发|印发|回复|批复|下发|答复|寄)给了?(?:的是)?(?:谁|哪|什么)"
        r"|主送(?:机关|单位|给|谁|哪|什么)|(?:是|写)给(?:谁|哪)|答复(?:的?是)?谁"
    ),
}
_PERHAPS: dict[str, str] = {
    "doc_number": rf"标准(?:编)?号(?:是|为)*(?:{_WHICH}|多少|$|[?])",
    "issuer": (
        rf"{_WHO}(?:来)?(?:联合|共同|一起)?(?:{_WHEN}|[以用]?(?:什么文号|几号文))?"
        rf"(?:{_SENT}|制定|编?写|起草)(?:的|了|$|[?,])"
    ),
    "page_date": (
        rf"(?:网|页){_GAP}{{0,12}}?(?:登|挂|发布|发表|公布|上线|更新|标){_GAP}{{0,5}}?{_WHEN}"
        rf"|(?:登|挂)(?:出来?|上网|在网?){_GAP}{{0,4}}?{_WHEN}|{_WHEN}(?:登|挂)(?:出|在|上|的)"
        rf"|(?:网|页){_GAP}{{0,8}}?{_WHEN}{_GAP}{{0,4}}?(?:登|挂|发布|发表|更新|发的)"
    ),
    "issued_on": (
        rf"{_WHEN}(?:被|由|以|才|{_WHO})*(?:正式)?(?:首次|第一次)?{_SENT}|{_ISSUE}(?:的|是|在|于)*{_WHEN}"
        rf"|{_WHEN}[、,和及]{_GAP}{{0,16}}?{_ISSUE}(?:的|$|[?,])|出台(?:的|是|在)*{_WHEN}"
        rf"|{_WHEN}的(?:$|[?,、]|事|文件)|[和与及、](?:日期|时间)(?:$|[?是各分都])"
        r"|(?:通知|意见|办法|方案|报告|公告|通告|文件|决定|函)的(?:日期|时间)(?:$|[?])"
    ),
    "effective_on": (
        rf"(?:{_WHEN}|从{_WHICH}一?[天年日])(?:才|开始|起|正式|往后|就)*(?:{_HOLD}|启?用(?:$|[?,、的]))"
        rf"|{_HOLD}(?:的|是|在|于|起始|起|开始|从)*{_WHEN}"
    ),
    "expires_on": (
        rf"有效期|(?:{_WHEN}|多久)(?:会|就)?(?:到期|失效|过期|废止|终止|截止)"
        rf"|(?:失效|到期|终止|废止)(?:的|是)*{_WHEN}"
        r"|(?:管|用|有效|执行|实施|施行)[到至](?:哪一?[天年]?|什么(?:时候|时间)?|几|何时?)|(?:管|有效)(?:多久|几年|多少年)"
        r"|(?:试行|执行|施行|实施)(?:期限?|多久|几年|多少年)"
    ),
    "status": (
        r"有效(?:吗|么|没有|不|性|$|\?|状态)"
        r"|(?:还|仍|现在|目前|是否|是不是|依然|现行|继续|已经?|有没有|被)[^,。]{0,4}?"
        r"(?:有效|作废|失效|废止|过期|管用|算数|适用|能用)"
        r"|(?:作废|失效|废止|过期)(?:了)?(?:吗|没有?|么|$|\?)"
        r"|时效|效力|(?:宣布|被)(?:失效|废止)"
    ),
    "passed": (
        rf"(?:{_WHICH}一?[次届个]|第几[次届]){_GAP}{{0,14}}?(?:会议?|大会){_GAP}{{0,6}}?(?:通过|修[正订改]|批准)?"
        rf"|{_WHEN}{_GAP}{{0,12}}?(?:审议)?通过|通过(?:的|是)*{_WHEN}|{_WHO}{_GAP}{{0,4}}?(?:审议)?(?:通过|批准|批复|同意)"
    ),
    "amended": (
        rf"(?:{_WHEN}|[几多]少?次){_GAP}{{0,6}}?(?:修[正订改]|改过)|(?:修[正订改]|改)(?:过|了|的|是|在)*(?:{_WHEN}|[几多]少?次)"
        rf"|{_WHICH}{_GAP}{{0,8}}?修[正订改](?:的|过|$|\?)|(?:修[正订改]过?|改过)(?:吗|没有?|么|了吗|几)"
        r"|(?:有没有|是否|是不是|曾)[^?,。;]{0,4}?(?:修[正订改]|改过)"
    ),
    "basis": (
        rf"以{_WHICH}{_GAP}{{0,10}}?(?:为|作)(?:依据|根据|基础)|(?:依据|根据|依照|按照|按|遵照)(?:的?是|了)?{_GAP}{{0,8}}?{_WHICH}{_GAP}{{0,16}}?"
        rf"(?:{_MAKE}|来的|$|[?])"
        # 贯彻落实情况什么时候报送 and 政策落实有哪些措施 ask of a matter
        rf"|(?:贯彻|落实)(?:的?是|了|的)?{_WHICH}(?!时|些?措施|[天年月]){_GAP}{{0,16}}?(?:{_MAKE}|来的|$|[?])"
        rf"|{_MAKE}(?:的)?{_GAP}{{0,4}}?(?:依据|根据)|上位法|(?:立法|法律|政策)依据"
        rf"|(?:依据|根据)(?:(?:的?是)?{_WHICH}|的?文件)"
    ),
    "purpose": (
        rf"{_MAKE}{_GAP}{{0,8}}?(?:目的|为了(?:什么|啥)|初衷)|为(?:什么|何|啥|了什么){_GAP}{{0,4}}?{_MAKE}"
        rf"|(?:立法|制定|出台|的)(?:的)?(?:目的|宗旨|用意)(?:$|[?是,、和何])|目的(?:是|在于)(?:什么|啥)|为了(?:什么|啥)(?:而|才)?{_MAKE}"
    ),
    "scope": (
        rf"适用(?:的)?(?:范围|对象|人群|地区)|适用于?{_GAP}{{0,3}}?(?:{_WHICH}|谁)"
        rf"|(?:{_WHICH}|谁){_GAP}{{0,10}}?适用(?:本|这|该|$|\?|于)"
    ),
    "article_count": (
        rf"{_ALL}(?:(?:多少|几)个?章)?(?:多少|几)个?条(?:款|文)?(?:$|[?,。规的内和、])"
        r"|(?:条文|条款)(?:总)?数"
    ),
    "chapter_count": rf"{_ALL}(?:多少|几)个?章(?:$|[?,。规的内和、多几])",
    "repeals": (
        rf"{_END}(?:了|掉|的是|的)*{_GAP}{{0,3}}?(?:{_WHICH}|[旧老原])"
        rf"|{_WHICH}{_GAP}{{0,14}}?(?:同时|随之|因此|随即|被它?|就|也|自行|即行)?{_END}"
        r"|(?:废止|取代|代替)的是"
    ),
    "reply_to": (
        r"(?:回复|答复|批复|复函)[^?]{0,16}?(?:请示|来[文函]|报告)|(?:请示|来[文函])的?文号"
    ),
    "source": rf"(?<!资金)(?<!经费)(?<!收入)来源(?:是|于|为|网站)*(?:{_WHICH}|谁|$|[?,、])"
    r"|转(?:载)?自|出处"
              r"|(?:日期|时间)[和与、及]来源|来源[和与、及]",
    "period": (
        r"(?:管|覆盖|适用|针对|涉及|规划|实施)[^,。]{0,4}(?:哪几年|哪些年|几年)"
        r"|(?:规划|计划|行动|实施)(?:期限|年限|期)(?:$|[?是为])|哪年到哪年"
    ),
    "title": (
        r"(?:关于|讲|说|有关)(?:了|的)?(?:什么|啥)(?:的?(?:文件|规定|政策)|的)?(?:$|[?,])|全称|(?:文件|方案|政策|通知)(?:的)?(?:标题|名称|名字)|叫什么(?:名字|名称)?"
        rf"|(?<!分别)(?<!依据)(?<!根据)是(?:一?[个份])?(?:什么|哪[个份部]?)(?:文件|政策|通知)"
        rf"|(?:最新|现行)[^?,。]{{0,4}}?(?:是|为)哪[个一年版份]|(?:转发|批转|印发)(?:的?是|了){_WHICH}|(?:{_WHICH}|几){_GAP}{{0,4}}?版本?(?=$|[?,、])"
    ),
}  # fmt: skip
_PATTERNS = tuple(
    (name, sure, re.compile(pattern))
    for sure, table in ((True, _SURE), (False, _PERHAPS))
    for name, pattern in table.items()
)

# 废止的旧规定文号, 依据文件的文号: the number of another document
_OF_ANOTHER = re.compile(rf"(?:依据|根据|{_END})[^?,。;、和与及]{{0,10}}?文号")

# A part of a question, and what it asks of the document by its stems; the first counts.
_PART = re.compile(r"[?,;、。]")
_LOOSE_ASK = re.compile(rf"{_WHEN}|{_WHO}")
_STEMS = tuple(
    (name, re.compile(stem))
    for name, stem in (
        (
            "repeals",
            r"[老旧原](?:的|来|先)?[\u4e00-\u9fff]{0,6}?(?:叫|是|文号|怎么|哪|什么)|废[了掉止]|取代",
        ),
        ("interpreter", "解释"),
        ("signer", "签[发署字了]?"),
        ("amended", "修[正订改]|改过|改了?几|改了多少"),
        ("expires_on", "管[几多到]|有效|管用|到期|失效"),
        ("effective_on", rf"{_WHEN}[^?,。;]{{0,4}}?(?:用|施行|实施|执行|实行|生效|算)"),
        ("passed", "通过|会上|审议"),
        ("recipients", "[发函复]给"),
        ("basis", "依据|根据|照着|上位"),
        ("article_count", "[几多少]{1,2}[条章]"),
        ("doc_number", "(?:几|多少|什么|哪一?)号|编号|文号"),
        ("issuer", rf"{_WHO}[^?,。;]{{0,6}}?(?:发|定|出|批|印|公布)"),
        (
            "issued_on",
            rf"{_WHEN}[^?,。;]{{0,4}}?(?:发|定|出|批|印|公布)|^{_WHEN}[呢的]?$|^(?:是|在)?{_WHEN}$",
        ),
    )
)

# Words that point at a document as a whole, or ask, and leave nothing to search for.
_DOCUMENT_WORDS = re.compile(
    r"文件|地方性法规|法规|(?:政府|部门)?规章|这[个份部条项]?|那[个份部条项两]?|哪一?|的|是|了|由|在(?!线|职)|和|与|或|又|它|后来|最初|起初"
    r"|依据|根据|宣布|被|还|仍|现在|目前|已经?|吗|么|呢|请问|想问|帮我查一?下|告诉我|麻烦|分别|各自?"
    r"|什么时候|什么|谁|何时|几|多少|有没有|是不是|是否|正式|开始|起|出来|当前|最新"
    r"|(?:最新|最近|现行|[新旧老原试]行?|两个?|各|这|那|哪|一)版本?|最近(?:一次)?|[旧老](?:规定|办法|文件)|多久"
    r"|网页|网站|页面|网上|正文|全文|基本信息|标注|写明"
    r"|[?,。!、:;《》\"\s]"
)
# the same at the edge of a run only: 市 ends 云山市 and opens 市场
_EDGES = "该此本份部号里中上下省市县区依以从写后起"
_ASKS = re.compile(r"多少|几|哪|谁|什么|怎么|如何|吗$|能不能|是否|可以|要不要|有没有")
NUMBER = re.compile(r"[\u4e00-\u9fff]{1,14}[\[(<]?(?:19|20)\d{2}[\])>]?年?第?\d{1,5}号")
# 15号文, 第179号令, 179号市政府令: a document by the count of its number alone
COUNT = re.compile(
    r"(?<![\])>年\d])第?(?P<count>\d{1,5})号(?=文|[\u4e00-\u9fff]{0,5}令|公告)"
    r"|令第?(?P<behind>\d{1,5})号"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The aspects that are asked for, in order; `sure` when one is asked of documents alone.

    `rest` holds the runs of the question that may name the document. `learned` where the model
    heard what no pattern knows.
    """

    aspects: tuple[str, ...]
    sure: bool
    rest: tuple[str, ...]
    learned: bool = False


def wanted(normal: str, *, loosely: bool = True, learned: bool = False) -> Wanted:
    """What a folded question asks of a document itself; no aspects when it asks nothing so.

    A question that goes on about something else (从哪天起执行？新标准是多少？) counts only for what
    is asked of documents alone. `loosely` reads the other parts of a question by their stems,
    `learned` hears wordings that no pattern knows.
    """
    found = [(name, sure) for name, sure, pattern in _PATTERNS if pattern.search(normal)]
    if learned and not found and any(char.isalnum() for char in NUMBER.sub("", normal)):
        return _learned(normal)
    # two things that are asked of documents in one question are asked of a document
    sure = any(certain for _, certain in found) or len({name for name, _ in found}) > 1
    left = normal
    for name, certain, pattern in _PATTERNS:
        if (name, certain) in found:
            left = pattern.sub(" ", left)
    names = [name for name, _ in found]
    for at, part in enumerate(_PART.split(normal) if loosely and found else ()):
        stem = _stem(part)
        if stem is None:
            continue
        name, pattern = stem
        names = [n for n in names if n != "title"] if name == "repeals" else names
        names.append(name)
        left = left.replace(part, " " if at else _LOOSE_ASK.sub(" ", pattern.sub(" ", part)), 1)
    if len(set(names)) > 1 and _OF_ANOTHER.search(normal):
        names = [name for name in names if name != "doc_number"]
    if not sure and any(_asks_else(part, loosely) for part in re.split(r"[?;]", normal)):
        names = []
    return Wanted(tuple(dict.fromkeys(names)), sure, _runs(left))


def _runs(left: str) -> tuple[str, ...]:
    """What may name a document of the words that are left."""
    words = _DOCUMENT_WORDS.sub(" ", NUMBER.sub(" ", left)).split()
    return tuple(run for word in words if len(run := word.strip(_EDGES)) > 1)


def _learned(normal: str) -> Wanted:
    """What the model hears in the whole and, where that is something, in its parts."""
    told = heard(normal)
    names = [name for name, _ in told.aspects]
    for part in _PART.split(normal) if names else ():
        if _ASKS.search(part):
            names += [name for name, _ in heard(part).aspects]
    sentences = [part for part in re.split(r"[?;]", normal) if _ASKS.search(part)]
    if not all(heard(part).aspects for part in sentences):
        names = []
    named = " ".join(normal[start:end] for start, end in told.names)
    return Wanted(tuple(dict.fromkeys(names)), False, _runs(named), learned=bool(names))


def unread(normal: str) -> list[str]:
    """The parts of a folded question that ask for what no document says of itself."""
    return [part for part in re.split(r"[?,;]", normal) if _asks_else(part, loosely=True)]


def _stem(part: str) -> tuple[str, re.Pattern[str]] | None:
    """What a part of a question asks that no pattern reads: 哪天开始用, 老规定叫什么."""
    if any(p.search(part) for name, _, p in _PATTERNS if name != "title"):
        return None
    if not (_LOOSE_ASK.search(part) or _ASKS.search(part)):
        return None
    return next(((name, stem) for name, stem in _STEMS if stem.search(part)), None)


def _asks_else(part: str, loosely: bool) -> bool:
    """True for a part of a question that asks, but of no document."""
    if _ASKS.search(part) is None or any(p.search(part) for _, _, p in _PATTERNS):
        return False
    return not loosely or not any(_stem(piece) for piece in _PART.split(part))
