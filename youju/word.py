"""Answers, chosen citations, two versions as Word documents (.docx); written here alone.

Set as offices do: 黑体 for headings, 宋体 for our words, 仿宋 for the documents' own.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from youju.citing import bare_title, note, validity, written
from youju.paper import NOTE, Paper, Piece, Source, quoted
from youju.records import Citation

HEADING, PLAIN, QUOTED = "黑体", "宋体", "仿宋"
_LATIN = "Times New Roman"
_LONGEST = 250  # characters of a title among the document's properties
COLUMNS = ("序号", "原文", "文件、文号", "位置", "效力")
_LEAF_WIDTH, _LEAF_HEIGHT = 15.6, 22.0  # centimetres that a page's picture may take
SIDES = ("条款", "旧版", "新版")
LEGEND = "数字有改动的条款在前。旧版中划线的是删去的文字，新版中加粗、加下划线的是新增的文字。"
_SIDES_WIDE = (2.4, 7.7, 7.7)  # centimetres of the columns of a comparison
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
        _leaves(document, one)
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


@dataclass(frozen=True, slots=True)
class Versions:
    """What became of a clause: both wordings in stretches, with whether each differs."""

    kind: str
    place: str
    old: Sequence[tuple[str, bool]]
    new: Sequence[tuple[str, bool]]


def comparison(title: str, heads: Sequence[str], rows: Sequence[Versions]) -> bytes:
    """Two versions side by side, clause by clause, in the order that is given.

    What went is struck out, what came is bold and underlined: it can be told in print too.
    """
    from docx.oxml import OxmlElement
    from docx.shared import Cm

    document = _new(title)
    section = document.sections[0]
    section.left_margin = section.right_margin = Cm(1.6)
    _heading(document, title)
    for head in heads:
        _line(document, head)
    if rows:
        _line(document, LEGEND, size=9)
    table = document.add_table(rows=1, cols=len(SIDES), style="Table Grid")
    table.autofit = False
    first = table.rows[0]
    first._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # again on every page
    for cell, name in zip(first.cells, SIDES, strict=True):
        _words(cell.paragraphs[0], name, font=HEADING)
    kind = ""
    for row in rows:
        if row.kind != kind:
            kind = row.kind
            cells = table.add_row().cells
            _words(cells[0].merge(cells[-1]).paragraphs[0], f"〔{kind}〕", font=HEADING)
        cells = table.add_row().cells
        _words(cells[0].paragraphs[0], row.place)
        for cell, side, came in ((cells[1], row.old, False), (cells[2], row.new, True)):
            for said, differs in side:
                _stretch(cell.paragraphs[0], said, differs, came=came)
        for cell, width in zip(cells, _SIDES_WIDE, strict=True):
            cell.width = Cm(width)
    for column, width in zip(table.columns, _SIDES_WIDE, strict=True):
        column._gridCol.w = Cm(width)
    return _finished(document)


def _stretch(paragraph: Any, said: str, differs: bool, *, came: bool) -> None:
    from docx.shared import RGBColor

    run = _words(paragraph, said, font=QUOTED, bold=differs and came)
    if differs:
        run.font.strike = not came
        run.font.underline = came
        run.font.color.rgb = RGBColor(0x1F, 0x4E, 0x9E) if came else RGBColor(0xB0, 0x1E, 0x1E)


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


def _leaves(document: Any, one: Paper) -> None:
    """The pages on which the quotations stand, each on a page of its own."""
    from docx.shared import Cm

    if one.leaves or one.leafless:
        _line(document, "原页（引文以框标出）", font=HEADING)
    for leaf in one.leaves:
        cited = "、".join(f"[{n}]" for n in leaf.ns)
        _line(document, f"《{bare_title(leaf.title)}》第 {leaf.page} 页，引文 {cited}")
        width = min(_LEAF_WIDTH, _LEAF_HEIGHT * leaf.width / leaf.height)
        document.add_picture(io.BytesIO(leaf.jpeg), width=Cm(width))
    for told in one.leafless:
        _line(document, told)


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
) -> Any:
    from docx.shared import Pt

    run = paragraph.add_run(written(words))
    _set_font(run, font)
    if bold:
        run.bold = True
    if size is not None:
        run.font.size = Pt(size)
    return run


def _set_font(styled: Any, name: str) -> None:
    """Chinese characters take their font from an attribute of its own."""
    from docx.oxml.ns import qn

    styled.font.name = _LATIN
    styled.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)
