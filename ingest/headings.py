"""Which part of a clause's line is its heading, and where its body starts.

Works on folded text. A heading is the whole of a short line, or runs in before the text:
「服务质量。2015—2017年…」, 「1.提高服务质量。严格…」, or, where the page lost the line break,
「一、总体要求坚持以供定需…」.
"""

from __future__ import annotations

import re

from ingest.labels import LAW_KINDS, Label

HEADING_MAX = 45
_RUN_IN_MAX = 32
_BULLET_RUN_IN_MAX = 26
_BODY_MIN = 12
_RUN_IN = re.compile(r"^(?P<head>[^。;!?]{2,60}?)(?:。|(?<=[\u4e00-\u9fff]):(?=\s*[^\s]))(?=\s*\S)")
_BRACKET_HEAD = re.compile(r"^[\[(](?P<head>[\u4e00-\u9fff、]{2,20})[\])]\s*(?=\S)")
_SPACED_HEAD = re.compile(r"(?P<head>[\u4e00-\u9fff\"、]{4,20})\s+(?=\S)")
_LOOSE = re.compile(r"^(?P<head>[\u4e00-\u9fff\"、和与及]{2,15})。(?=\s*\S)")
_SENTENCE = re.compile(r"[。;!?:,]")
# A first sentence that orders something is text, however short.
_RULE = re.compile(r"应当|不得|必须|可以|起(?:施行|实施|执行|试行)|(?:负责|承担)$")

# Headings that official documents share (they follow one house style); known word for word, they
# can be told from the text even where the page lost the line break between the two.
_STANDARD = (
    "指导思想|基本原则|工作原则|总体原则|总体要求|总体思路|总体目标|工作目标|主要目标|发展目标|目标任务"
    "|重点任务|主要任务|工作任务|工作内容|主要内容|重点工作|主要措施|工作措施|保障措施|政策措施|组织实施"
    "|组织领导|组织保障|工作要求|有关要求|相关要求|实施步骤|工作步骤|方法步骤|进度安排|时间安排|工作安排"
    "|适用范围|适用对象|实施范围|实施对象|活动主题|活动时间|活动目的|活动形式|活动内容|活动安排|活动要求"
    "|申报条件|申报程序|申报要求|申报材料|基本条件|工作程序|办理程序|背景情况|起草背景|出台背景|制定背景"
    "|起草过程|制定依据|编制目的|编制依据|职责分工|任务分工|资金来源|监督管理|监督检查"
)
_STANDARD_HEAD = re.compile(
    rf"^(?P<head>{_STANDARD})(?![\u4e00-\u9fff]{{0,4}}$)"
    r"(?=[\u4e00-\u9fff\d\"《])(?![的和与及或、是为等任内情责安分]|要求|目标|体系|制度|工作|措施)"
)


def heading_of(text: str, label: Label, *, in_article: bool) -> tuple[str, int]:
    """(heading, offset at which the body starts) of a labelled line; "" when it has none."""
    rest = text[label.length :].lstrip()
    at = len(text) - len(rest)
    if not rest:
        return "", len(text)
    bracket = _BRACKET_HEAD.match(rest)
    if label.kind == "条" and bracket:
        return bracket.group("head"), at + bracket.end()
    if label.kind == "附件":
        return rest.strip(": "), len(text)
    if label.kind == "条" or (in_article and label.kind not in LAW_KINDS):
        # an article, and an item of one, is text even when short
        return ("", at) if _SENTENCE.search(rest) or len(rest) > 20 else (rest, len(text))
    standard = _STANDARD_HEAD.match(rest)
    if standard and rest.endswith("。") and len(rest) - standard.end() >= _BODY_MIN:
        return standard.group("head"), at + standard.end()
    plain = rest.rstrip("。: ")
    if len(plain) <= HEADING_MAX and not re.search(r"[。;!?:]", plain):
        is_text = rest.endswith("。") and len(plain) > _RUN_IN_MAX
        return ("", at) if is_text else (plain, len(text))
    return _run_in(rest, at, label)


def _run_in(rest: str, at: int, label: Label) -> tuple[str, int]:
    """A heading that text follows on the same line."""
    standard = _STANDARD_HEAD.match(rest)
    if standard and len(rest) - standard.end() >= _BODY_MIN:
        return standard.group("head"), at + standard.end()
    run_in = _RUN_IN.match(rest)
    limit = _BULLET_RUN_IN_MAX if label.kind == "——" else _RUN_IN_MAX
    if run_in and _RULE.search(run_in.group("head")):
        return "", at
    if run_in and len(run_in.group("head")) <= limit and len(rest) - run_in.end() >= _BODY_MIN - 6:
        return run_in.group("head").strip(), at + run_in.end()
    spaced = _SPACED_HEAD.match(rest)
    if spaced and len(rest) - spaced.end() > _BODY_MIN:
        return spaced.group("head"), at + spaced.end()
    return "", at


def loose_heading(text: str) -> int | None:
    """Length of 「服务质量」 at the head of an unlabelled paragraph, or None."""
    match = _LOOSE.match(text)
    if match is None or len(text) - match.end() < _BODY_MIN:
        return None
    return match.end("head")


def is_heading_line(text: str) -> bool:
    """True for a short line without a sentence, e.g. the title below 附件1."""
    return len(text) <= HEADING_MAX and not _SENTENCE.search(text)
