"""How a value binds: 达到, 控制在…以下, 不低于, 稳定在…以上; and whether it is meant to bind."""

from __future__ import annotations

import re

# Verbs between an indicator and its value; the first name is what is reported for the rest.
_VERBS: tuple[tuple[str, str], ...] = (
    (
        "不低于",
        r"不低于|不少于|不小于|至少(?:达到|达|为)?|(?:达到)?或?超过(?=全)|最低达到?|大于等于|≥",
    ),
    ("不超过", r"不超过|不高于|不大于|不得超过|不得高于|不多于|≤|<"),
    ("低于", r"低于|小于|少于"),
    ("超过", r"(?:达到)?超过|高于|突破|大于|多于|超|>"),
    ("控制在", r"控制(?:在|到|为)"),
    ("稳定在", r"(?:保持)?(?:基本)?稳定(?:在|到)"),
    ("保持在", r"(?:保持|维持)(?:在)?"),
    (
        "降低到",
        r"(?:下降|降低|降|减少|压减|压缩|缩短|缩减|削减|压降)(?:到|至|为)",
    ),
    (
        "提高到",
        r"(?:提高|提升|增加|增长|扩大|上升|增|升|扩展|延长)(?:到|至|为)",
    ),
    ("下降", r"下降|降低|减少|压减|压缩|缩短|缩减|削减|减排|降"),
    (
        "增长",
        r"增长|增加|提高|提升|增幅(?:达到|达|为)?|增速(?:达到|达|为|保持在)?|扩大|上升|递增|年均增长",
    ),
    ("达到", r"达到?|实现|(?:[确设核拟限原]?定|安排)为|为|完成|到|占"),
    ("约", r"约为|约"),
)
_ADVERBS = (
    r"(?:力争|争取|努力|确保|应当?|要|须|必须|将|(?<![生户人亩地])均|全部|都|基本|稳步|逐步|逐年|分别|总体|总|平均|年均|每年"
    r"|进一步|持续|至少|约|近|再|可|能够|各|不断|有望|预计|原则上|始终|继续|有效|累计|大幅|普遍|同比"
    r"|要求|比上年|比上年度|(?:(?<!占)比|较)\d{4}年|在\d{4}年基础上)*"
)
_VERB = "|".join(f"(?P<v{n}>{pattern})" for n, (_, pattern) in enumerate(_VERBS))
_AT_END = re.compile(
    rf"(?P<adverbs>{_ADVERBS})(?:{_VERB})(?P<past>了)?\s*+(?:约|近|至少|{_ADVERBS})\s*(?:人民币)?$"
)
_LIMITS = re.compile(
    r"(?:不低于|不少于|不超过|不高于|不得超过|至少|最低|最高|超过|突破|低于|高于|约|近)$"
)
_LIMIT_NAMES = {
    "不少于": "不低于", "至少": "不低于", "最低": "不低于", "不高于": "不超过",
    "不得超过": "不超过", "最高": "不超过", "突破": "超过", "高于": "超过", "近": "约",
}  # fmt: skip
_EXPECTED = re.compile(r"力争|争取|争创|努力|预期|预计|有望")
_BINDING = re.compile(r"确保|必须|不得|约束性|严格控制|务必|杜绝|一律|保证")
_NOT_VERB = {
    "为": "因作成人分称即行认名",
    "定为": "认评鉴判指协裁",
    "降": "",
    "到": "受得遇达提感",
    "约": "集节制条公",
    "近": "",
    "占": "",
}


def split_verb(left: str) -> tuple[str, str, bool] | None:
    """(what stands before, comparator, told as past) when `left` ends in a comparing verb.

    >>> split_verb("工程竣工验收合格率达到")
    ('工程竣工验收合格率', '达到', False)
    """
    best: re.Match[str] | None = None
    for start in range(max(0, len(left) - 24), len(left)):
        best = _AT_END.match(left, start)
        if best is not None:
            break
    if best is None:
        return None
    index = next(n for n in range(len(_VERBS)) if best.group(f"v{n}"))
    word = best.group(f"v{index}")
    at = best.start(f"v{index}")
    if word in _NOT_VERB and left[at - 1 : at] in _NOT_VERB[word] and at > 0:
        return None
    return left[: best.start()], _VERBS[index][0], best.group("past") is not None


def worded(verb: str, suffix: str) -> str:
    """Verb and suffix as one comparator: 控制在…以下, 达到, 以上."""
    return f"{verb}…{suffix}" if verb and suffix else verb or suffix


def limit(word: str) -> str:
    """The comparator that a limiting word stands for: 至少 and 不少于 are 不低于."""
    return _LIMIT_NAMES.get(word, word)


def limit_before(left: str) -> str:
    """不少于, 超过, 约 … directly before a counted value, else ''."""
    found = _LIMITS.search(left)
    return found.group() if found else ""


def force(text: str) -> str | None:
    """约束性 or 预期性 when the text says so, else None."""
    if "约束性" in text or "预期性" in text:
        return "约束性" if "约束性" in text else "预期性"
    if _EXPECTED.search(text):
        return "预期性"
    return "约束性" if _BINDING.search(text) else None
