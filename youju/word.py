"""Answers and chosen citations as Word documents (.docx); the only place that writes them.

Set as offices do: 黑体 for headings, 宋体 for our words, 仿宋 for the documents' own.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast

from youju.citing import bare_title, note, validity, written
from youju.paper import NOTE, Paper, Piece, Source, quoted
from youju.records import Citation

HEADING, PLAIN, QUOTED = "黑体", "宋体", "仿宋"
_LATIN = "Times New Roman"
_LONGEST = 250  # characters of a title among the document's properties
COLUMNS = ("序号", "原文", "文件、文号", "位置", "效力")
_WIDTHS = (1.3, 8.1, 4.2, 3.3, 1.9)  # centimetres of the columns of a memo


def answers(papers: Sequence[Paper]) -> bytes:
    """Each question with its answer, citations as footnotes, then what is quoted, whole."""
    document = _new(papers[0].question if papers else "")
    notes = _Notes()
    for number, one in enumerate(papers):
        if number:
            document.add_paragraph()
        _heading(document, one.question)
        _line(document, f"〔{one.certainty}〕")
        for warning in one.warnings:
            _line(document, warning, bold=True)
        notes.begin()
        cited = {source.citation.n: source.citation for source in one.sources}
        for line in one.lines:
            _said(document, line, cited, notes)
        if one.sources:
            _line(document, "依据（原文）", font=HEADING)
            for source in one.sources:
                _source(document, source, notes)
        if one.near:
            _line(document, "最接近的条款", font=HEADING)
            for near in one.near:
                _line(document, near.origin)
                _line(document, near.text, font=QUOTED, indent=True)
    return _finished(document)


def memo(chosen: Sequence[Source], title: str = "政策原文摘录表") -> bytes:
    """A chosen set of citations as a table, one row each."""
    from docx.shared import Cm

    document = _new(title)
    section = document.sections[0]
    section.left_margin = section.right_margin = Cm(1.1)
    _heading(document, title)
    table = document.add_table(rows=1, cols=len(COLUMNS), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, _WIDTHS, strict=True):
        column.width = Cm(width)
    for cell, name in zip(table.rows[0].cells, COLUMNS, strict=True):
        _words(cell.paragraphs[0], name, font=HEADING)
    for number, source in enumerate(chosen, 1):
        cited = source.citation
        cells = table.add_row().cells
        named = f"《{bare_title(cited.title)}》\n{cited.doc_number or '无文号'}"
        known = "，".join(filter(None, (cited.issuer, cited.date)))
        page = f"\n第 {cited.page} 页" if cited.page is not None else ""
        where = f"{' › '.join(cited.path)}{page}\n第 {cited.start}–{cited.end} 字".strip()
        for cell, words, font in zip(
            cells,
            (str(number), quoted(source), f"{named}\n{known}".strip(), where, validity(cited)),
            (PLAIN, QUOTED, PLAIN, PLAIN, PLAIN),
            strict=True,
        ):
            _words(cell.paragraphs[0], words, font=font)
    for row in table.rows:
        for cell, width in zip(row.cells, _WIDTHS, strict=True):
            cell.width = Cm(width)
    return _finished(document)


class _Notes:
    """The footnotes of a document: numbered through, each citation of an answer noted once."""

    def __init__(self) -> None:
        self._last = 0
        self._noted: dict[int, int] = {}

    def begin(self) -> None:
        """Another answer, with citations of its own."""
        self._noted = {}

    def next(self) -> int:
        """The number of the next footnote, which is what Word shows for it."""
        self._last += 1
        return self._last

    def cite(self, paragraph: Any, cited: Citation) -> None:
        """A footnote where a citation is first named, its number from then on."""
        from docx_plus.notes import add_footnote

        if cited.n in self._noted:
            paragraph.add_run(str(self._noted[cited.n])).font.superscript = True
            return
        told = " ".join(written(note(cited)).split())
        # The library's own numbers are random, and not every program follows them.
        self._noted[cited.n] = add_footnote(paragraph, told, id_registry=cast(Any, self)).note_id


def _new(title: str) -> Any:
    import docx
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Cm, Pt

    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.7)
    about = document.core_properties
    about.title, about.author, about.comments = written(title)[:_LONGEST], "有据", ""
    about.created = about.modified = datetime.now(UTC).replace(tzinfo=None)
    _set_font(document.styles["Normal"], PLAIN)
    document.styles["Normal"].font.size = Pt(12)
    text = document.styles.add_style("footnote text", WD_STYLE_TYPE.PARAGRAPH, builtin=True)
    text.base_style = document.styles["Normal"]
    text.font.size = Pt(9)
    mark = document.styles.add_style("footnote reference", WD_STYLE_TYPE.CHARACTER, builtin=True)
    mark.font.superscript = True
    return document


def _finished(document: Any) -> bytes:
    _line(document, NOTE, size=9)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _heading(document: Any, words: str) -> None:
    from docx.shared import Pt, RGBColor

    paragraph = document.add_heading(level=1)
    run = paragraph.add_run(written(words))
    _set_font(run, HEADING)
    run.font.size = Pt(16)
    run.font.color.rgb = RGBColor(0, 0, 0)


def _said(
    document: Any, line: Sequence[Piece], cited: Mapping[int, Citation], notes: _Notes
) -> None:
    """A line of the answer; a citation is a footnote where it is first named."""
    paragraph = document.add_paragraph()
    for piece in line:
        if piece.n is None:
            _words(paragraph, piece.text, font=QUOTED if piece.quoted else PLAIN)
        else:
            notes.cite(paragraph, cited[piece.n])


def _source(document: Any, source: Source, notes: _Notes) -> None:
    cited = source.citation
    head = document.add_paragraph()
    number = f" {cited.doc_number}" if cited.doc_number else ""
    _words(head, f"《{bare_title(cited.title)}》{number}（{validity(cited)}）", bold=True)
    notes.cite(head, cited)
    if not source.rows:
        _line(document, quoted(source), font=QUOTED, indent=True)
        return
    width = max(len(row) for row in source.rows)
    table = document.add_table(rows=0, cols=width, style="Table Grid")
    for row in source.rows:
        for cell, words in zip(table.add_row().cells, row, strict=False):
            _words(cell.paragraphs[0], words, font=QUOTED)


def _line(
    document: Any, words: str, *, font: str = PLAIN, bold: bool = False, indent: bool = False,
    size: float | None = None,
) -> None:  # fmt: skip
    from docx.shared import Cm

    paragraph = document.add_paragraph()
    if indent:
        paragraph.paragraph_format.left_indent = Cm(0.8)
    _words(paragraph, words, font=font, bold=bold, size=size)


def _words(
    paragraph: Any, words: str, *, font: str = PLAIN, bold: bool = False, size: float | None = None
) -> None:
    from docx.shared import Pt

    run = paragraph.add_run(written(words))
    _set_font(run, font)
    if bold:
        run.bold = True
    if size is not None:
        run.font.size = Pt(size)


def _set_font(styled: Any, name: str) -> None:
    """Chinese characters take their font from an attribute of its own."""
    from docx.oxml.ns import qn

    styled.font.name = _LATIN
    styled.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)
