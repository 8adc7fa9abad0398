"""Markdown: what a reader of the rendered page sees, one block per line, tables as rows.

A line stays a line: converters write a paragraph per line, which Markdown itself would join.
Numbers of lists are kept as they are written; they may be the labels of clauses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from ingest.readers import txt
from ingest.readers.page import Page
from youju.errors import ReadError
from youju.records import ExtractedText

# 1.5 and a figure of four spaces are no code and a rule below a line no heading in what offices
# write: these parts of the grammar are left out.
_LEFT_OUT = ("code", "lheading", "reference", "html_block", "blockquote")
_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]{0,20})[^<>]{0,500}>|<!--.{0,5000}?-->", re.S)
_BREAKS = frozenset(("br", "p", "div", "tr", "li", "table", "hr"))


def read(data: bytes) -> ExtractedText:
    """The visible text, with `row` and `heading` blocks. ReadError: undecodable or blank."""
    from markdown_it import MarkdownIt

    source, encoding = txt.decode(data)
    parser = MarkdownIt("commonmark", {"maxNesting": 20}).enable("table").disable(_LEFT_OUT)
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # no link is followed
    page = Page()
    _write(page, parser.parse(_plain(source)))
    text, blocks = page.finish()
    if not text.strip():
        raise ReadError("文件里没有文字,请检查保存时是否出错")
    return ExtractedText(text=text, encoding=encoding, blocks=blocks)


def _plain(source: str) -> str:
    """HTML within the text: its breaks become lines, its other tags and comments nothing."""

    def shown(found: re.Match[str]) -> str:
        return "\n" if (found.group(1) or "").lower() in _BREAKS else ""

    return _TAG.sub(shown, source.replace("\0", ""))


def _write(page: Page, tokens: Sequence[Any]) -> None:
    number = ""  # of the list's item that opens
    for token in tokens:
        kind = token.type
        if kind == "heading_open":
            page.heading_starts()
        elif kind == "heading_close":
            page.heading_ends()
        elif kind == "list_item_open":
            page.line()
            number = f"{token.info}{token.markup} " if token.info else ""
        elif kind == "inline":
            lines = [line.strip() for line in "".join(_shown(token.children or ())).split("\n")]
            for i, line in enumerate(lines):
                if i:
                    page.line()
                if line:
                    page.text(number + line, keep_space=True)
                    number = ""
        elif kind == "fence":
            for line in token.content.splitlines():
                page.text(line, keep_space=True)
                page.line()
        elif kind in ("paragraph_close", "list_item_close", "hr"):
            page.line()
        else:
            _table(page, kind)


def _table(page: Page, kind: str) -> None:
    if kind == "table_open":
        page.table_starts()
    elif kind == "table_close":
        page.table_ends()
    elif kind == "thead_open":
        page.section_starts(is_head=True)
    elif kind in ("thead_close", "tbody_close"):
        page.section_ends()
    elif kind == "tr_open":
        page.row_starts()
    elif kind == "tr_close":
        page.row_ends()
    elif kind in ("th_open", "td_open"):
        page.cell_starts(columns=1, rows=1, heads=kind == "th_open")
    elif kind in ("th_close", "td_close"):
        page.cell_ends()


def _shown(tokens: Sequence[Any]) -> Iterator[str]:
    """The text of a line without marks of emphasis, targets of links and pictures."""
    for token in tokens:
        if token.type in ("text", "code_inline"):
            yield token.content
        elif token.type in ("softbreak", "hardbreak"):
            yield "\n"
