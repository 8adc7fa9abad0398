"""Saved web pages: the visible text, one block element per line, with its tables and headings.

Nothing visible is left out: telling the article from the page around it is `ingest.chrome`'s work.
"""

from __future__ import annotations

import re
from itertools import islice

from lxml import etree

from ingest.readers import txt
from ingest.readers.page import Page
from youju.errors import ReadError
from youju.records import Block, ExtractedText

_CHARSET = re.compile(rb"<meta[^>]{0,300}?charset\s*+=\s*+[\"']?\s*+([A-Za-z0-9_-]{1,40})", re.I)
_DECLARED = {
    "gb2312": ("gb18030",),
    "gbk": ("gb18030",),
    "gb18030": ("gb18030",),
    "x-gbk": ("gb18030",),
    "big5": ("big5hkscs", "cp950"),
    "big5-hkscs": ("big5hkscs", "cp950"),
}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_UNSEEN = frozenset(
    (  # noqa: SIM905  (a list of literals would fill the page)
        "script style template noscript title iframe object embed svg canvas audio video "
        "select textarea datalist noframes applet map"
    ).split()
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_LINES = _HEADINGS | frozenset(
    (  # noqa: SIM905  (a list of literals would fill the page)
        "address article aside blockquote body br caption center dd details dialog dir div dl "
        "dt fieldset figcaption figure footer form header hr html legend li main menu nav ol p "
        "pre section summary table tbody td tfoot th thead tr ul ucapcontent ucaptitle"
    ).split()
)
_CELL_LIMIT = 800  # a longer cell with lines of its own lays out a page and holds no value
_TABLE_PARTS = frozenset(("thead", "tbody", "tfoot"))


def read(data: bytes) -> ExtractedText:
    """The visible text of a page, with `row` and `heading` blocks.

    ReadError: undecodable bytes (with the offset), no visible text, or nesting beyond all reason.
    """
    return read_part(data, None)


def read_part(data: bytes, charset: str | None) -> ExtractedText:
    """The same of a page in a larger file, which may tell its encoding."""
    source, encoding = _decode(data, charset)
    root = _parse(source)
    text, blocks = _write(root)
    if not text.strip():
        raise ReadError("网页里没有可见的文字,可能由脚本生成,请在浏览器中打开后另存为文本")
    return ExtractedText(text=text, encoding=encoding, blocks=blocks, title=_title(root))


def _decode(data: bytes, charset: str | None) -> tuple[str, str]:
    """(source, encoding): mark, valid UTF-8, what the page declares, then as plain text."""
    if b"\0" not in data and not data.startswith(b"\x84\x31\x95\x33"):
        declared = _CHARSET.search(data, 0, 8192)
        name = charset or (declared.group(1).decode("ascii").lower() if declared else "")
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            for encoding in _DECLARED.get(name, ()):
                try:
                    source = data.decode(encoding)
                    source.encode("utf-8")
                except UnicodeError:
                    continue
                if txt.usual(source) >= 0.8:  # else the page lies about its encoding
                    return source, encoding
    return txt.decode(data)


def _parse(source: str) -> etree._Element:
    # Without huge_tree libxml2 drops long texts and deep elements without an error.
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, no_network=True
    )
    try:
        root = etree.fromstring(source.replace("\0", "").encode("utf-8"), parser)
    except (etree.LxmlError, ValueError) as error:
        raise ReadError("网页结构无法解析,请在浏览器中打开后另存为文本") from error
    if root is None:
        raise ReadError("网页里没有可见的文字,请检查保存时是否出错")
    if any(
        entry.level_name == "FATAL" or "Excessive" in entry.message for entry in parser.error_log
    ):
        raise ReadError("网页嵌套过深,后面的内容会丢失,请在浏览器中打开后另存为文本")
    return root


def _write(root: etree._Element) -> tuple[str, tuple[Block, ...]]:
    page = Page()
    tables = _data_tables(root)
    verbatim = 0  # depth of pre elements
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        tag = element.tag
        if event == "start":
            if _is_unseen(element):
                walker.skip_subtree()
                continue
            verbatim += tag == "pre"
            _open(page, element, element in tables)
            if element.text:
                page.text(element.text, keep_space=verbatim > 0)
            continue
        if not _is_unseen(element):
            verbatim -= tag == "pre"
            _close(page, tag, element in tables)
        if element.tail and element is not root:
            page.text(element.tail, keep_space=verbatim > 0)
    return page.finish()


def _is_unseen(element: etree._Element) -> bool:
    tag = element.tag
    if tag in _UNSEEN:
        return True
    if tag in ("html", "body"):  # hidden only until a script has run
        return False
    return element.get("hidden") is not None or bool(_HIDDEN.search(element.get("style") or ""))


def _open(page: Page, element: etree._Element, is_data: bool) -> None:
    tag = element.tag
    if is_data:
        page.table_starts()
    elif tag in _TABLE_PARTS:
        page.section_starts(is_head=tag == "thead")
    elif tag == "tr":
        page.row_starts()
    elif tag in ("td", "th"):
        columns, rows = (_count(element.get(name)) for name in ("colspan", "rowspan"))
        page.cell_starts(columns=max(1, columns), rows=rows, heads=tag == "th")
    elif tag in _HEADINGS:
        page.heading_starts()
    if tag in _LINES:
        page.line()


def _close(page: Page, tag: str, is_data: bool) -> None:
    if is_data:
        page.table_ends()
    elif tag in _TABLE_PARTS:
        page.section_ends()
    elif tag == "tr":
        page.row_ends()
    elif tag in ("td", "th"):
        page.cell_ends()
    elif tag in _HEADINGS:
        page.heading_ends()
    if tag in _LINES and tag != "br":
        page.line()


def _count(value: str | None) -> int:
    """A colspan or rowspan; what cannot be read is 1."""
    value = (value or "1").strip()
    return int(value) if re.fullmatch("[0-9]{1,5}", value) else 1


def _data_tables(root: etree._Element) -> set[etree._Element]:
    """Innermost tables with more than one cell that hold values, not the page's layout."""
    tables = list(root.iter("table"))
    outer = {outer for table in tables for outer in islice(table.iterancestors("table"), 1)}
    return {table for table in tables if table not in outer and _holds_values(table)}


def _holds_values(table: etree._Element) -> bool:
    cells = list(table.iter("td", "th"))
    if len(cells) < 2 or table.get("role") in ("presentation", "none"):
        return False
    for cell in cells:
        if next(cell.iter(*_HEADINGS), None) is not None:
            return False
        breaks = sum(1 for _ in cell.iter("p", "br", "div", "li"))
        if breaks >= 3 and sum(map(len, cell.itertext())) > _CELL_LIMIT:
            return False
    return True


def _title(root: etree._Element) -> str | None:
    """The page's own name of the article, else its title element."""
    for meta in root.iter("meta"):
        if (meta.get("name") or "").strip().lower() == "articletitle":
            named = " ".join((meta.get("content") or "").split())
            if named:
                return named
    title = next(root.iter("title"), None)
    return (" ".join("".join(title.itertext()).split()) or None) if title is not None else None
