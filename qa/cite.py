"""Proof before output: a citation is made only of characters that stand in the source."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from datatypes import Citation, PolicyDoc, Span
from errors import ProofError
from text.normalize import fold

_FIGURE = re.compile(r"\d+(?:[.,]\d+)*%?|[百千万]分之[一二三四五六七八九十\d]+")
_GUARDED = ("不", "未", "以上", "以下", "禁止", "不得", "除外")


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
    )  # fmt: skip


def proven(statement: str, quotes: Iterable[str], known: str = "") -> bool:
    """True when every figure and every negation of the statement stands in one of the quotes.

    `known` holds what the statement may say besides: the asked year, the region's name.
    """
    sources = " ".join(fold(quote) for quote in quotes)
    allowed = f"{sources} {fold(known)}"
    folded = fold(statement)
    for figure in _FIGURE.findall(folded):
        if not re.search(rf"(?<![\d.]){re.escape(figure)}(?![\d%]|\.\d)", allowed):
            return False
    return all(word in sources for word in _GUARDED if word in folded)
