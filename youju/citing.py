"""How a citation is told outside the page: its origin in one line, its place, its table rows."""

from __future__ import annotations

import re

from youju.records import Citation, PolicyDoc, Span

_MARKDOWN = re.compile(r"([\\`*_<>\[\]|~])")
_LINE_MARK = re.compile(r"^([^\S\n]*+)([#+-]|\d+[.)])", re.MULTILINE)


def origin(citation: Citation) -> str:
    """《title》（文号），issuer，date，clause path，page，validity where the document says it."""
    number = f"（{citation.doc_number}）" if citation.doc_number else ""
    page = f"第{citation.page}页" if citation.page is not None else None
    status = citation.status if citation.status != "未注明" else None
    path = " › ".join(citation.path)
    known = (citation.issuer, citation.date, path, page, status)
    return "，".join(
        [f"《{bare_title(citation.title)}》{number}", *(part for part in known if part)]
    )


def place(citation: Citation) -> str:
    """Where the quotation stands in the original, with what has to be known of its text."""
    told = f"{citation.source} 第 {citation.start}–{citation.end} 字"
    if citation.confidence is not None:
        told += f"（识别文本，平均置信度 {100 * citation.confidence:.1f}%，请对照原件）"
    return told


def validity(citation: Citation) -> str:
    """The state in words that stand by themselves."""
    return "效力未注明" if citation.status == "未注明" else citation.status


def note(citation: Citation) -> str:
    """A footnote: origin, validity, place in the original."""
    told = origin(citation)
    known = validity(citation)
    return f"{told}。" + ("" if known in told else f"{known}。") + f"{place(citation)}。"


def rows_at(doc: PolicyDoc, span: Span) -> tuple[tuple[str, ...], ...]:
    """The cells, row by row, where a span is made of whole rows of one table; else nothing."""
    for table in doc.tables:
        rows = [row for row in table.rows if span.covers(row.span)]
        if not rows:
            continue
        before = doc.text[span.start : rows[0].span.start]
        after = doc.text[rows[-1].span.end : span.end]
        if not before.strip() and not after.strip():
            return tuple(
                tuple(" ".join(cell.of(doc.text).split()) for cell in row.cells) for row in rows
            )
    return ()


def bare_title(title: str) -> str:
    """A title without the 《》 around it; 《》 inside it stay."""
    inner = title[1:-1]
    whole = title.startswith("《") and title.endswith("》") and not set(inner) & set("《》")
    return inner if whole else title


def literal(text: str) -> str:
    """Markdown that renders as these very characters."""
    escaped = _MARKDOWN.sub(r"\\\1", text)
    return _LINE_MARK.sub(lambda m: f"{m[1]}{m[2][:-1]}\\{m[2][-1]}", escaped)


def around(doc: PolicyDoc, span: Span, most: int = 120) -> Span:
    """The sentence around a place, or of a long one what stands next to it."""
    start = max((doc.text.rfind(char, 0, span.start) for char in "。；\n"), default=-1) + 1
    ends = [at for at in (doc.text.find(char, span.end) for char in "。；\n") if at >= 0]
    end = min(ends, default=len(doc.text))
    return Span(max(start, span.start - most // 2), min(end + 1, span.end + most, len(doc.text)))


def written(text: str) -> str:
    """Without the characters that an office file cannot hold: controls, halves of pairs."""
    return "".join(char for char in text if char in "\n\t" or not _impossible(char))


def _impossible(char: str) -> bool:
    return char < " " or "\ud800" <= char <= "\udfff" or char in "\ufffe\uffff"
