"""An answer to take away: what any file of it says, in order; then as text and as Markdown.

`youju.word` makes a Word document of the same. Every quotation is the original's, as in the answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from youju.asking import certainty
from youju.citing import bare_title, literal, note, origin, rows_at
from youju.leaves import Leaf
from youju.records import Answer, Citation, Hit, PolicyDoc, Span
from youju.validity import VOID

FindDocument = Callable[[str], PolicyDoc]
Rows = tuple[tuple[str, ...], ...]

ANSWER_KINDS = ("docx", "md", "txt")
MEMO_KINDS = ("docx", "xlsx", "txt")
CERTAINTY = {"sure": "确定", "likely": "可能", "none": "未作答"}
NOTE = "引文逐字取自原文，由“有据”核对；括注位置为原文字符序号。"
_BADGE = re.compile(r"\[(\d{1,6})\]")
_JOINING = "，、；：。,;: "
_NEAREST = 3  # clauses told with a refusal
_WARNED = {
    **dict.fromkeys(VOID, "已不再有效"),
    **{"已修改": "已被修改", "尚未生效": "尚未生效", "征求意见稿": "只是征求意见稿"},
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the answer; `quoted` when it stands so in what it cites, `n` when cited here."""

    text: str
    quoted: bool = False
    n: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A citation; `rows` are its cells where it quotes whole rows of a table."""

    citation: Citation
    rows: Rows = ()


@dataclass(frozen=True, slots=True)
class Near:
    """A clause that is told with a refusal."""

    origin: str
    text: str


@dataclass(frozen=True, slots=True)
class Paper:
    """One question with its answer, or its refusal, and all that proves it.

    `leaves` are the pages on which the quotations stand, `leafless` says why some are missing;
    both are empty unless asked for.
    """

    question: str
    certainty: str
    warnings: tuple[str, ...]
    lines: tuple[tuple[Piece, ...], ...]
    sources: tuple[Source, ...]
    near: tuple[Near, ...] = ()
    leaves: tuple[Leaf, ...] = ()
    leafless: tuple[str, ...] = ()


def paper(answer: Answer, document: FindDocument) -> Paper:
    """What is taken away of an answer."""
    cited = {citation.n: citation for citation in answer.citations}
    said = answer.text.strip() or (answer.reason or "文件中没有找到可以回答这个问题的内容。")
    lines = [tuple(_pieces(line, cited)) for line in said.split("\n") if line.strip()]
    reason = answer.reason or ""
    if answer.refused and reason and reason not in said and not cited:
        lines.append((Piece(reason),))
    near = answer.hits[:_NEAREST] if answer.refused else ()
    return Paper(
        (answer.asked or answer.question).strip(),
        CERTAINTY[certainty(answer)],
        tuple(_warnings(answer.citations)),
        tuple(lines),
        sources(answer.citations, document),
        tuple(_near(hit, document) for hit in near),
    )


def sources(citations: Sequence[Citation], document: FindDocument) -> tuple[Source, ...]:
    """Citations with the rows of tables that they quote."""
    return tuple(
        Source(one, rows_at(document(one.doc_id), Span(one.start, one.end))) for one in citations
    )


def quoted(source: Source) -> str:
    """The quotation: of a table its rows, cells apart by tabs as a spreadsheet pastes them."""
    if source.rows:
        return "\n".join("\t".join(row) for row in source.rows)
    return source.citation.quote.strip("\n")


def text(papers: Sequence[Paper]) -> str:
    """Plain text."""
    return "\n\n\n".join(_text(one) for one in papers) + f"\n\n{NOTE}\n"


def markdown(papers: Sequence[Paper]) -> str:
    """Markdown with footnotes; numbers go on from answer to answer."""
    blocks: list[str] = []
    notes: list[str] = []
    for one in papers:
        first = len(notes)
        numbers = {s.citation.n: first + at for at, s in enumerate(one.sources, 1)}
        blocks += [f"## {literal(one.question)}", f"〔{one.certainty}〕"]
        blocks += [f"**{literal(warning)}**" for warning in one.warnings]
        blocks += ["".join(_marked(piece, numbers) for piece in line) for line in one.lines]
        for source in one.sources:
            cited = source.citation
            blocks.append(f"{_quote(source)}\n>\n> —— {literal(origin(cited))}")
            notes.append(f"[^{numbers[cited.n]}]: {literal(note(cited))}")
        if one.near:
            blocks.append("最接近的条款：")
            blocks += [
                f"> {literal(near.text)}\n>\n> —— {literal(near.origin)}" for near in one.near
            ]
    return "\n\n".join([*blocks, *notes, f"*{literal(NOTE)}*"]) + "\n"


def excerpt_text(chosen: Sequence[Source]) -> str:
    """A chosen set of citations as plain text."""
    return "\n\n".join(
        f"{number}. {quoted(source)}\n   ——{note(source.citation)}"
        for number, source in enumerate(chosen, 1)
    )


def _pieces(line: str, cited: dict[int, Citation]) -> Iterator[Piece]:
    at = 0
    for mark in _BADGE.finditer(line):
        n = int(mark[1])
        if n not in cited:
            continue
        words = line[at : mark.start()]
        at = mark.end()
        start = _verbatim(words, cited[n].quote)
        if words[:start]:
            yield Piece(words[:start])
        if words[start:]:
            yield Piece(words[start:], quoted=True)
        yield Piece("", n=n)
    if line[at:]:
        yield Piece(line[at:])


def _verbatim(words: str, quote: str) -> int:
    """Where the part of `words` begins that stands in the quotation; their end if most does not."""
    held = _tight(quote)
    low, high = 0, len(words)
    while low < high:  # what is left of a text that stands there stands there too
        middle = (low + high) // 2
        if _tight(words[middle:]) in held:
            high = middle
        else:
            low = middle + 1
    while low < len(words) and words[low] in _JOINING:
        low += 1
    return low if 2 * (len(words) - low) >= len(words.strip(_JOINING)) else len(words)


def _tight(text: str) -> str:
    return "".join(text.split())


def _warnings(citations: Sequence[Citation]) -> Iterator[str]:
    told: dict[str, dict[str, None]] = {}
    for one in citations:
        if one.status in _WARNED:
            told.setdefault(_WARNED[one.status], {})[f"《{bare_title(one.title)}》"] = None
    for state, titles in told.items():
        yield f"注意：所引文件{state}：{'、'.join(titles)}"


def _near(hit: Hit, document: FindDocument) -> Near:
    doc = document(hit.passage.doc_id)
    number = f"（{doc.meta.doc_number.value}）" if doc.meta.doc_number else ""
    path = "，".join(filter(None, (doc.meta.date, " › ".join(hit.passage.path))))
    told = f"《{bare_title(doc.name)}》{number}" + (f"，{path}" if path else "")
    return Near(told, " ".join(hit.passage.span.of(doc.text).split()))


def _text(one: Paper) -> str:
    said = "\n".join(
        "".join(f"[{p.n}]" if p.n is not None else p.text for p in line) for line in one.lines
    )
    parts = ["\n".join([f"问：{one.question}", *one.warnings]), f"答（{one.certainty}）：{said}"]
    parts += [
        f"[{s.citation.n}] {note(s.citation)}\n{_indented(quoted(s), bool(s.rows))}"
        for s in one.sources
    ]
    if one.near:
        parts.append("最接近的条款：")
        parts += [f"{near.origin}\n    {near.text}" for near in one.near]
    return "\n\n".join(parts)


def _indented(words: str, rows: bool) -> str:
    """Quotations stand in from the margin; rows of a table do not, so that they paste as cells."""
    return words if rows else "\n".join(f"    {line}" for line in words.split("\n"))


def _marked(piece: Piece, numbers: dict[int, int]) -> str:
    return literal(piece.text) if piece.n is None else f"[^{numbers[piece.n]}]"


def _quote(source: Source) -> str:
    if not source.rows:
        return "\n".join(f"> {line}" for line in literal(quoted(source)).split("\n"))
    width = max(len(row) for row in source.rows)
    head, rule = "|" + "   |" * width, "|" + " --- |" * width
    rows = (
        "| " + " | ".join(literal(cell) for cell in (*row, *[""] * (width - len(row)))) + " |"
        for row in source.rows
    )
    return "\n".join(f"> {line}" for line in (head, rule, *rows))
