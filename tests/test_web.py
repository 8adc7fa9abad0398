from __future__ import annotations

import hashlib
import html
import re
import zipfile
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from growth import linear
from hypothesis import given
from hypothesis import strategies as st

from web import page, reading, strings, taking
from web.batch_views import results_view
from web.feedback_views import overview
from web.library_views import library_view, report_view
from web.listing import Listed, Wanted
from web.markup import attribute, escape, highlight
from web.panel import find_view, panel_view
from web.terms import occurrences
from web.views import (
    answer_view,
    head_view,
    message_view,
    search_view,
    starters_view,
)
from youju.batch import Asked, Result
from youju.errors import ReadError
from youju.feedback import Missed
from youju.records import (
    Answer,
    Citation,
    Clause,
    Filters,
    Hit,
    Passage,
    PolicyDoc,
    PolicyMeta,
    Proven,
    SourceFile,
    Span,
)
from youju.service import PolicySearch
from youju.sources import source_bytes
from youju.uploads import Taken

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
    *("button", "nav", "p", "strong", "ul", "li", "ol", "datalist", "details", "summary", "small"),
    *("dl", "dt", "dd", "a", "b", "table", "tr", "th", "td", "caption"),
    *("thead", "tbody", "input", "progress", "h2", "select", "option", "label"),
}
SAFE_ATTRIBUTES = {"class", "id", "tabindex", "role", "type", "aria-label", "aria-expanded"} | {
    *("lang", "open", "colspan", "scope", "placeholder", "autocomplete", "aria-sort", "hidden"),
    *("aria-pressed", "value", "selected", "maxlength", "list", "aria-live"),
}


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
    for name, value in seen.attributes:
        assert not (value or "").lower().startswith("javascript:")
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
        panel_view(doc, Span(1, 1 + len(attack))),
        panel_view(doc, simple=True),
        search_view(answer.hits, lambda _: doc, [attack], [attack]),
        library_view([doc]),
        library_view(
            [doc],
            [attack, doc.source.path],
            removable=True,
            waiting=[attack],
            listed=Listed(Wanted(words=attack, region=attack), (), 1, 99, {"region": (attack,)}),
        ),
        taking.tools_view(
            answer, Filters(regions=(attack,)), lambda _: doc, taking.gold_view(attack)
        ),
        results_view(
            [Result(Asked(1, attack, ()), error=attack), Result(Asked(2, attack, ()), answer)]
        ),
        overview([], [Missed(attack, 1, attack, attack, attack, attack)], attack),
        report_view(None, [Taken(attack, reason=attack), Taken(attack, attack)], {}, attack),
        starters_view({attack: [attack]}, [attack]),
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


@pytest.mark.parametrize(
    ("status", "tone"),
    [
        *(("已失效", "void"), ("已废止", "void"), ("已修改", "warn"), ("尚未生效", "warn")),
        *(("未注明", "none"), ("现行有效", None)),
    ],
)
def test_a_banner_says_when_validity_is_gone_limited_or_unknown(
    status: str, tone: str | None
) -> None:
    doc = _doc("合格率达到97%。", status=status)
    markup = answer_view(_answer(doc, 0, 5), lambda _: doc)
    assert re.findall(r"yj-on-(\w+)", markup) == ([tone] if tone else [])


def test_each_document_of_an_answer_has_its_block() -> None:
    one, two = _doc("甲达到97%。", title="甲办法"), _doc("乙达到95%。", title="乙办法")
    docs = {doc.id: doc for doc in (one, two)}
    first, second = _answer(one, 0, 6).citations[0], _answer(two, 0, 6).citations[0]
    text = "甲达到97%[1]\n乙达到95%[2]\n两者不同"
    answer = Answer("问", text, (first, replace(second, n=2)), False, None, ())
    markup = answer_view(answer, docs.__getitem__)
    blocks = re.findall(r'<div class="yj-block">(.*?)</div>', markup)
    assert ["甲办法" in blocks[0], "乙办法" in blocks[1]] == [True, True]
    assert "<header>" not in blocks[2] and len(blocks) == 3
    alone = answer_view(_answer(one, 0, 6), docs.__getitem__)
    assert '<div class="yj-block"><header>' not in alone


def test_refusal_shows_reason_and_nearest_clause() -> None:
    doc = _doc("合格率达到97%。")
    hits = _answer(doc, 0, 5).hits
    refused = Answer("问", "文件中没有找到。", (), True, "没有相近的条款", hits)
    markup = answer_view(refused, lambda _: doc)
    assert "没有相近的条款" in markup and "最接近的条款" in markup and "合格率达" in markup


def test_a_refusal_that_offers_the_nearest_shows_its_card() -> None:
    doc = _doc("合格率达到97%。")
    made = _answer(doc, 0, 7)
    offer = "没有2030年的数值；最近的是2017年：合格率达到97%"
    refused = Answer("问", f"{offer}[1]。", made.citations, True, offer, made.hits)
    markup = answer_view(refused, lambda _: doc)
    assert 'data-cite="1"' in markup and 'id="cite-1"' in markup
    assert "yj-refused" in markup and markup.count("没有2030年") == 1


def test_page_asks_no_other_host() -> None:
    folder = Path(page.__file__).parent
    parts = [p.read_text("utf-8") for kind in ("*.js", "*.css") for p in folder.glob(kind)]
    assert len(parts) >= 5
    for part in parts:
        assert not re.search(r"https?:|//[a-z]|@import|url\(", part)


def test_examples_are_there_by_kind() -> None:
    examples = page.examples()
    assert len(examples) >= 5 and all(questions for questions in examples.values())


def test_every_string_has_two_languages_and_its_values() -> None:
    for key, (zh, en) in strings.STRINGS.items():
        assert zh and en, key
        assert set(re.findall(r"{(\w+)}", zh)) == set(re.findall(r"{(\w+)}", en)), key
        assert re.search(r"[\u4e00-\u9fff]", en) is None, key
    assert set(page.examples()) <= {key.removeprefix("kind.") for key in strings.STRINGS}
    for markup in (head_view(), find_view()):
        assert markup.count('class="yj-zh"') == markup.count('class="yj-en"') > 0


def test_also_searched_terms_are_marked_and_listed() -> None:
    doc = _doc("对失信企業实施联合惩戒。")
    hits = _answer(doc, 0, len(doc.text)).hits
    markup = search_view(hits, lambda _: doc, ["企业", "联合惩戒"], ["联合惩戒"])
    assert _Reader(markup).marked == ["企業", "联合惩戒"]
    assert '<span lang="zh">联合惩戒</span>' in markup
    assert "yj-none" not in search_view([], lambda _: doc, [], [])


@given(st.text(alphabet="企業业Aa乙İ ", max_size=12), st.sampled_from(["企业", "a", "业a"]))
def test_found_terms_stand_in_the_text(text: str, term: str) -> None:
    for span in occurrences(text, [term], 5):
        found = text[span.start - 5 : span.end - 5]
        assert found.replace("業", "业").lower() == term


# --- the original ---


def _letters(text: str) -> str:
    return "".join(text.split())


def test_the_reader_shows_every_character_of_every_document(search: PolicySearch) -> None:
    for doc in search.documents():
        seen = _Reader(reading.document_html(doc))
        assert _letters("".join(seen.text)) == _letters(attribute_free(doc.text)), doc.name
        assert seen.tags.count("table") == len(doc.tables)


def attribute_free(text: str) -> str:
    """What `escape` shows as text: unruly characters are drawn, not written."""
    return html.unescape(attribute(text))


def test_any_marked_span_is_marked_in_the_reader(search: PolicySearch) -> None:
    for doc in search.documents():
        spans = [doc.clauses[len(doc.clauses) // 2].span, *(t.rows[1].span for t in doc.tables)]
        spans += [Span(0, 30), Span(len(doc.text) - 20, len(doc.text))]
        for span in spans:
            marked = "".join(_Reader(reading.document_html(doc, [span])).marked)
            assert _letters(marked) == _letters(attribute_free(span.of(doc.text)))


def test_a_text_of_many_headings_and_rows_is_drawn_in_linear_time() -> None:
    def work(count: int) -> None:
        line = "一、目标\n"
        lines = [Span(at, at + 5) for at in range(0, 5 * count, 5)]
        bold = tuple(Span(span.start, span.start + 4) for span in lines)
        anchors = tuple((span.start, "<a></a>") for span in lines)
        ink = reading._Ink(line * count, (), bold, anchors, False)
        drawn = "".join(ink.html(span) for span in lines)
        assert drawn == "<a></a><b>一、目标</b>\n" * count

    linear(work, 8_000)


def test_simplified_reading_keeps_the_quotation(search: PolicySearch) -> None:
    doc = search.find("安徽")
    start = doc.text.index("質量")
    span = Span(start, start + 2)
    seen = _Reader(panel_view(doc, span, simple=True))
    body = _Reader(reading.document_html(doc, [span], simple=True))
    assert body.marked == ["質量"] and "".join(body.text).count("質量") == 1
    assert any(name == "data-script" and value == "original" for name, value in seen.attributes)
    assert reading.traditional(doc) and not reading.traditional(search.find("贵州"))


def test_facts_name_their_proof(search: PolicySearch) -> None:
    doc = search.find("江苏")
    assert doc.meta.status_note is not None
    proof = doc.meta.status_note.span
    markup = panel_view(doc)
    assert f'data-start="{proof.start}" data-end="{proof.end}"' in markup
    assert len(list(reading.outline(doc))) > 10


def test_only_the_indexed_file_can_be_downloaded(tmp_path: Path) -> None:
    (tmp_path / "库").mkdir()
    data = "第一条 甲".encode()
    doc = _doc("第一条 甲", title="甲")
    known = replace(doc.source, sha256=hashlib.sha256(data).hexdigest(), size=len(data))
    doc = replace(doc, source=known)
    with pytest.raises(ReadError, match="甲"):
        source_bytes(doc, [tmp_path])
    (tmp_path / "库" / "甲.txt").write_bytes(data)
    assert source_bytes(doc, [tmp_path / "none", tmp_path]) == ("甲.txt", data)
    (tmp_path / "库" / "甲.txt").write_bytes(data[::-1])
    with pytest.raises(ReadError):
        source_bytes(doc, [tmp_path])
    (tmp_path.parent / "secret.txt").write_bytes(data)
    for path in ("../secret.txt", str(tmp_path.parent / "secret.txt")):
        with pytest.raises(ReadError):
            source_bytes(replace(doc, source=replace(known, path=path)), [tmp_path])
    (tmp_path / "库" / "乙.txt").symlink_to(tmp_path.parent / "secret.txt")
    with pytest.raises(ReadError):
        source_bytes(replace(doc, source=replace(known, path="库/乙.txt")), [tmp_path])


def test_the_source_of_a_member_is_found_in_its_archive(tmp_path: Path) -> None:
    data, other = "第一条 旧档\n".encode(), "第二条 新档\n".encode()
    with zipfile.ZipFile(tmp_path / "附件.zip", "w") as made:
        made.writestr("目录/甲.txt", data)
        made.writestr("乙.txt", other)
    digest = hashlib.sha256(data).hexdigest()
    known = SourceFile("附件.zip › 目录/甲.txt", digest, "txt", len(data))
    doc = replace(_doc("第一条 旧档"), source=known)
    assert source_bytes(doc, [tmp_path]) == ("甲.txt", data)
    for path in ("附件.zip › 乙.txt", "附件.zip › 丙.txt", "../附件.zip › 目录/甲.txt"):
        with pytest.raises(ReadError, match="已不在原处"):
            source_bytes(replace(doc, source=replace(known, path=path)), [tmp_path])
    (tmp_path / "附件.zip").write_bytes(b"PK\x03\x04 no archive")
    with pytest.raises(ReadError, match="已不在原处"):
        source_bytes(doc, [tmp_path])
