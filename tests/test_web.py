from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datatypes import (
    Answer,
    Citation,
    Clause,
    Hit,
    Passage,
    PolicyDoc,
    PolicyMeta,
    Proven,
    SourceFile,
    Span,
)
from web import page
from web.markup import attribute, escape, highlight
from web.views import answer_view, examples_view, library_view, message_view, source_view

ATTACKS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '<a href="javascript:alert(1)">x</a>',
    "</mark></blockquote><svg/onload=alert(1)>",
    "\u202egnp.exe\u202c \u2066x\u2069",
    "{{constructor}} ${alert(1)} `x` {{{value}}}",
    "a\x00b\x1bc\u2028d",
]
SAFE_TAGS = {
    *("section", "div", "h3", "article", "header", "span", "blockquote", "mark", "footer"),
    *("button", "nav", "p", "strong", "ul", "li"),
}
SAFE_ATTRIBUTES = {"class", "id", "tabindex", "role", "type", "aria-label"}


class _Reader(HTMLParser):
    """Collects what a browser would see: elements, attributes, marked and visible text."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.marked: list[str] = []
        self.text: list[str] = []
        self._in_mark = False
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self._in_mark = tag == "mark" or self._in_mark

    def handle_endtag(self, tag: str) -> None:
        self._in_mark = self._in_mark and tag != "mark"

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if self._in_mark:
            self.marked.append(data)


def _inert(markup: str) -> None:
    seen = _Reader(markup)
    assert set(seen.tags) <= SAFE_TAGS
    for name, _ in seen.attributes:
        assert name in SAFE_ATTRIBUTES or name.startswith("data-"), name
    assert not re.search(r"[{}$`\u202a-\u202e\u2066-\u2069\u2028\x00\x1b]", markup)


def _doc(text: str, title: str = "某办法", status: str = "未注明") -> PolicyDoc:
    source = SourceFile(path=f"库/{title}.txt", sha256="0", media_type="txt", size=1)
    everything = Span(0, len(text))
    clause = Clause("c1", "article", 1, "第一条", title, (title,), everything, everything)
    meta = PolicyMeta(title=Proven(title, Span(0, 1)), status=status, issuer=None)
    return PolicyDoc(f"d-{title}", source, text, "0", meta, (clause,))


def _answer(doc: PolicyDoc, start: int, end: int, text: str | None = None) -> Answer:
    quote = doc.text[start:end]
    citation = Citation(
        *(1, doc.id, doc.name, "某发〔2020〕1号", "某府", "某省", "2020-01-01", doc.meta.status),
        *((doc.name,), doc.source.path, start, end, quote),
    )
    passage = Passage("p1", doc.id, "clause", ("c1",), (doc.name,), Span(start, end), "", quote)
    text = f"{quote}[1]" if text is None else text
    return Answer(doc.name, text, (citation,), False, None, (Hit(passage, 1.0),))


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_from_document_or_user_becomes_markup(attack: str) -> None:
    doc = _doc(f"甲{attack}乙", title=attack, status=attack)
    answer = _answer(doc, 1, 1 + len(attack))
    refused = Answer(attack, attack + "。", (), True, attack, answer.hits)
    for markup in (
        answer_view(answer, lambda _: doc),
        answer_view(refused, lambda _: doc),
        source_view(doc, Span(1, 1 + len(attack))),
        library_view([doc]),
        examples_view({attack: [attack]}),
        message_view(attack),
    ):
        _inert(markup)


@given(st.text())
def test_escape_shows_every_plain_character(text: str) -> None:
    seen = "".join(_Reader(escape(text)).text)
    kept = html.unescape(attribute(text))
    assert seen.replace("\r", "\n") == kept.replace("\r", "\n")


@given(st.text(alphabet="甲乙<&\"'{丙\n", min_size=1), st.data())
def test_marked_text_is_the_span(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    marked = "".join(_Reader(highlight(text, [Span(start, end)])).marked)
    assert marked == text[start:end]
    moved = "".join(_Reader(highlight(text, [Span(start + 7, end + 7)], origin=7)).marked)
    assert moved == text[start:end]


def test_overlapping_spans_become_one_mark() -> None:
    spans = [Span(3, 5), Span(1, 4), Span(5, 6), Span(40, 50)]
    assert highlight("0123456789", spans) == "0<mark>12345</mark>6789"


def test_badges_only_for_real_citations() -> None:
    doc = _doc("依据某府[2015]15号,合格率达到97%。")
    markup = answer_view(_answer(doc, 0, 9, text="某府[2015]15号[1]，见[2]"), lambda _: doc)
    assert re.findall(r'data-cite="(\d+)"', markup) == ["1"]
    assert "[2015]15号" in markup and "[2]" in markup


def test_card_marks_exactly_the_quote_inside_its_clause() -> None:
    doc = _doc("第一条 前文。合格率达到97%。后文。")
    markup = answer_view(_answer(doc, 7, 16), lambda _: doc)
    seen = _Reader(markup)
    assert "".join(seen.marked) == doc.text[7:16]
    assert "前文" in "".join(seen.text) and "后文" in "".join(seen.text)


@pytest.mark.parametrize(("status", "shown"), [("已失效", True), ("现行有效", False)])
def test_void_documents_raise_a_banner(status: str, shown: bool) -> None:
    doc = _doc("合格率达到97%。", status=status)
    assert ("yj-banner" in answer_view(_answer(doc, 0, 5), lambda _: doc)) is shown


def test_refusal_shows_reason_and_nearest_clause() -> None:
    doc = _doc("合格率达到97%。")
    hits = _answer(doc, 0, 5).hits
    refused = Answer("问", "文件中没有找到。", (), True, "没有相近的条款", hits)
    markup = answer_view(refused, lambda _: doc)
    assert "没有相近的条款" in markup and "最接近的条款" in markup and "合格率达" in markup


def test_page_asks_no_other_host() -> None:
    scripts = [path.read_text("utf-8") for path in Path(page.__file__).parent.glob("*.js")]
    assert scripts
    for part in (page.css(), *scripts):
        assert not re.search(r"https?:|//[a-z]|@import|url\(", part)


def test_examples_are_there_by_kind() -> None:
    examples = page.examples()
    assert len(examples) >= 5 and all(questions for questions in examples.values())
