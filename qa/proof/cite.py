"""Proof before output: a citation is made only of characters that stand in the source."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from text.normalize import fold, squeeze
from text.spacing import closed
from youju.errors import ProofError
from youju.records import Citation, PolicyDoc, Span

_CHINESE = "一二三四五六七八九十百千万"
_FIGURE = re.compile(rf"\d+(?:[.,]\d+)*(?:%|[千万亿]+)?|[百千万]分之(?:[{_CHINESE}]+|[\d.]*\d)")
_GUARDED = ("不", "未", "以上", "以下", "禁止", "不得", "除外")
# 85以上, 50个左右: what stands between a figure and its bound is its unit.
_BOUND = re.compile(r"[^\d,;。、:和及()]{0,6}?(?:以上|以下|以内|以外|左右)")
_NEGATED = re.compile(
    r"(?P<no>不得|不准|不予|不能|禁止|严禁|不|未)(?P<what>(?!得|准|予|能)[\u4e00-\u9fff]{3})"
)


def citation(n: int, doc: PolicyDoc, span: Span, path: tuple[str, ...]) -> Citation:
    """The quotation at `span`, proven. Raises ProofError when the text is not the one indexed."""
    if hashlib.sha256(doc.text.encode("utf-8", "surrogatepass")).hexdigest() != doc.sha256:
        raise ProofError(f"《{doc.name}》的原文与建立索引时不同，不能引用；请重新建立索引。")
    if not 0 <= span.start < span.end <= len(doc.text):
        place = f"{span.start}—{span.end}"
        raise ProofError(f"《{doc.name}》中没有第 {place} 个字符，不能引用；请重新建立索引。")
    meta = doc.meta
    return Citation(
        n=n, doc_id=doc.id, title=doc.name,
        doc_number=meta.doc_number.value if meta.doc_number else None,
        issuer=meta.issuer.value if meta.issuer else None,
        region=meta.region.value if meta.region else None,
        date=meta.date, status=meta.status, path=path, source=doc.source.path,
        start=span.start, end=span.end, quote=span.of(doc.text), page=doc.page_at(span.start),
        confidence=doc.confidence(span),
    )  # fmt: skip


def proven(statement: str, quotes: Iterable[str], known: str = "", asked: str = "") -> bool:
    """True when the statement says nothing that its quotes do not say.

    Every figure and negation of it stands in a quote; no figure lost its 以上, no verb its 不得.
    `known` holds what the statement may say besides: the names of a table's columns, a region;
    of `asked`, the question, it may repeat the figures.
    """
    sources = " ".join(_read(quote) for quote in quotes)
    folded = _read(statement)
    beside = f"{sources} {_read(known)}"
    return (
        all(word in beside for word in _GUARDED if word in folded)
        and all(_stands(figure, f"{beside} {_read(asked)}") for figure in _FIGURE.findall(folded))
        and _keeps_bounds(folded, sources)
        and _keeps_negations(squeeze(folded), squeeze(sources))
    )


def _read(text: str) -> str:
    """The folded text, spaced lines closed up; a Chinese comma groups no digits."""
    return closed(fold(text.replace("，", "；")))


def _exactly(figure: str) -> str:
    """A pattern for the figure alone: 35 is found neither in 3.5 nor in 350 or 35万."""
    if figure[0].isdigit():
        beside = "" if figure[-1] == "%" else r"(?![\d%千万亿]|[.,]\d)"
        return rf"(?<!\d)(?<!\d[.,]){re.escape(figure)}{beside}"
    return rf"{re.escape(figure)}(?![\d{_CHINESE}]|\.\d)"


def _stands(figure: str, text: str) -> bool:
    return re.search(_exactly(figure), text) is not None


def _keeps_bounds(statement: str, sources: str) -> bool:
    for figure in _FIGURE.finditer(statement):
        if _BOUND.match(statement, figure.end()):
            continue
        ends = [found.end() for found in re.finditer(_exactly(figure.group()), sources)]
        if ends and all(_BOUND.match(sources, end) for end in ends):
            return False
    return True


def _keeps_negations(statement: str, sources: str) -> bool:
    for found in _NEGATED.finditer(sources):
        what = found.group("what")
        said = statement.count(what) - statement.count(found.group("no") + what)
        free = sources.count(what) - sources.count(found.group("no") + what)
        if said > 0 and free == 0:
            return False
    return True
