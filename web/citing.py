"""A citation → text to paste: plain, Markdown, GB/T 7714, and the way laws are cited.

Nothing is invented: a style that asks for a field nobody knows names it in `missing`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from youju.citing import bare_title, literal, origin
from youju.records import Citation, Clause, PolicyDoc, Span

_LAW = ("编", "部分", "章", "节")
_ANNEX = re.compile(r"附\s*[件表录图]\s*[\d一二三四五六七八九十]{0,3}")


@dataclass(frozen=True, slots=True)
class Cited:
    """One style: its key in `web.strings`, the text, and the fields it would need besides."""

    style: str
    text: str
    missing: tuple[str, ...] = ()


def styles(citation: Citation, doc: PolicyDoc) -> tuple[Cited, ...]:
    """All styles of a citation, in the order of the menu."""
    return (
        plain(citation),
        markdown(citation),
        gbt7714(citation),
        legal(citation, clauses_at(doc, Span(citation.start, citation.end))),
    )


def plain(citation: Citation) -> Cited:
    """“quotation”——《title》（文号），issuer，date，clause path，page。"""
    return Cited("copy.plain", f"“{citation.quote}”——{origin(citation)}。")


def markdown(citation: Citation) -> Cited:
    """The quotation as a block quote; its characters survive rendering."""
    quoted = "\n".join(f"> {line}" for line in literal(citation.quote).splitlines() or [""])
    return Cited("copy.markdown", f"{quoted}\n>\n> —— {literal(origin(citation))}")


def gbt7714(citation: Citation) -> Cited:
    """GB/T 7714—2015: issuer. title: 文号[Z]. date: page. (Z: 其他文献)."""
    wanted = (("发文机关", citation.issuer), ("日期", citation.date))
    number = f": {citation.doc_number}" if citation.doc_number else ""
    dated = f" {citation.date}" if citation.date else ""
    page = f": {citation.page}" if citation.page is not None else ""
    end = f"{dated}{page}"
    text = f"{citation.issuer}. " if citation.issuer else ""
    text += f"{bare_title(citation.title)}{number}[Z]." + (f"{end}." if end else "")
    return Cited("copy.gbt7714", text, tuple(name for name, value in wanted if not value))


def legal(citation: Citation, clauses: Sequence[Clause]) -> Cited:
    """《title》（文号）第二部分第（三）项, 《title》（文号）第十条第二款."""
    place = clause_words(clauses)
    if not place and citation.path:
        annex = _ANNEX.match(citation.path[0])
        place = _bare(annex.group()) if annex else ""
    number = f"（{citation.doc_number}）" if citation.doc_number else ""
    wanted = (("文号", citation.doc_number), ("条款编号", place))
    missing = tuple(name for name, value in wanted if not value)
    return Cited("copy.legal", f"《{bare_title(citation.title)}》{number}{place}", missing)


def clause_words(clauses: Sequence[Clause]) -> str:
    """How a chain of clauses, outermost first, is said in a legal citation; "" without numbers.

    Above an article the chapters are left out: articles are numbered through.
    """
    kinds = [clause.kind for clause in clauses]
    if "条" in kinds:
        first = kinds.index("条")
        clauses = [c for c in clauses[:first] if c.kind == "附件"] + list(clauses[first:])
    return "".join(_words(clause, "条" in kinds) for clause in clauses)


def clauses_at(doc: PolicyDoc, span: Span) -> list[Clause]:
    """The clauses that hold a span, outermost first; of a table's row those of its table."""
    held = [clause for clause in doc.clauses if clause.span.covers(span)]
    tables = [table for table in doc.tables if table.span.covers(span)]
    if tables and not held:
        by_id = {clause.id: clause for clause in doc.clauses}
        at = by_id.get(tables[0].clause_id or "")
        while at is not None:
            held.insert(0, at)
            at = by_id.get(at.parent or "")
    return held


def _words(clause: Clause, in_article: bool) -> str:
    label = _bare(clause.label)
    number = re.sub(r"[、.．)）(（]", "", label)
    if clause.kind in _LAW or clause.kind in ("条", "附件"):
        return label
    if clause.kind == "款":
        return clause.path[-1] if clause.path and clause.path[-1].endswith("款") else ""
    if clause.kind == "一、":
        return f"第{number}部分"
    if clause.kind == "(一)":
        return f"第（{number}）项"
    if clause.kind in ("1.", "1.1", "1.1.1"):
        return f"第{label.rstrip('.．、')}{'目' if in_article else '点'}"
    if clause.kind in ("(1)", "1)"):
        return f"第（{number}）小点"
    return f"第{label}小点" if clause.kind == "①" and label else ""


def _bare(text: str) -> str:
    return "".join(text.split())
