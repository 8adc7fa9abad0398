"""A quotation is found where it stands; a change in it is named."""

from __future__ import annotations

import re

import pytest
from growth import linear
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from qa_helpers import Even, document, index_of, named

from index.retrieve import HybridIndex
from qa.proof import verify as verifying
from qa.proof.differences import best_window, differences, steps, tight, tokens
from qa.proof.verify import MOST_PLACES, marked_text, verify
from youju.errors import QuestionError
from youju.records import Encoder, PolicyDoc, Span

slow_fixture = hypothesis_settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
# 沼 and 锴 stand in none of the built-in documents
STRANGE = "沼锴"


@given(data=st.data())
@slow_fixture
def test_a_verbatim_slice_is_found_at_its_place(five: HybridIndex, data: st.DataObject) -> None:
    docs = five.documents()
    doc = docs[data.draw(st.integers(0, len(docs) - 1))]
    start = data.draw(st.integers(0, len(doc.text) - 12))
    end = start + data.draw(st.integers(12, min(400, len(doc.text) - start)))
    quote = doc.text[start:end]
    if not any(char.isalnum() for char in quote):
        return
    found = verify(quote, five)
    assert found.verdict == "verbatim" and found.nearest is None
    places = {(place.doc_id, place.start, place.end) for place in found.places}
    assert found.count > MOST_PLACES or (doc.id, start, end) in places
    assert all(
        five.document(place.doc_id).text[place.start : place.end] == place.text == quote
        for place in found.places
    )


def test_places_that_are_not_shown_are_only_counted(
    five: HybridIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A word that stands anywhere would cost a walk over all clauses for each of its places."""
    looked, path = [], verifying._path

    def counted(doc: PolicyDoc, span: Span) -> tuple[str, ...]:
        looked.append(span)
        return path(doc, span)

    monkeypatch.setattr(verifying, "_path", counted)
    found = verify("质量", five)
    assert found.count == sum(doc.text.count("质量") for doc in five.documents())
    assert found.count > MOST_PLACES == len(found.places) == len(looked)


def test_a_hostile_quotation_is_not_compared_word_by_word() -> None:
    linear(lambda n: steps(tokens("一" * n), tokens("一二" * (n // 2))), 2000)
    assert steps(tokens("一" * 999), tokens("一" * 999)) == [("replace", 0, 999, 0, 999)]
    assert steps(tokens("到2%"), tokens("到3%"))[1][0] == "replace"


@given(data=st.data())
@slow_fixture
def test_a_changed_digit_is_reported(five: HybridIndex, data: st.DataObject) -> None:
    docs = five.documents()
    doc = docs[data.draw(st.integers(0, len(docs) - 1))]
    figures = list(re.finditer(r"\S{20}\d\S{20}", doc.text))
    match = figures[data.draw(st.integers(0, len(figures) - 1))]
    true, at = match.group(), 20
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != true[at]]))
    quote = true[:at] + other + true[at + 1 :]
    found = verify(quote, five)
    if found.verdict != "different":  # these very words may stand elsewhere, with that digit
        assert all(place.text != true for place in found.places)
        return
    assert found.nearest is not None
    text = five.document(found.nearest.place.doc_id).text
    for difference in found.nearest.differences:
        assert difference.span.of(text) == difference.original
        assert difference.quote_span.of(quote) == difference.quoted
    assert found.nearest.similarity >= 1 - 1 / len(quote) - 1e-3
    assert found.nearest.place.text == true  # no other place is as near
    assert any(other in difference.quoted for difference in found.nearest.differences)


def test_the_changed_figure_is_named_whole(five: HybridIndex) -> None:
    doc = named(five, "贵州")
    at = doc.text.index("达标率逐年达到94%、95%、96%")
    true = doc.text[at : at + 17]
    found = verify(true.replace("95%", "99%"), five)
    assert found.verdict == "different" and found.nearest is not None
    assert [(d.kind, d.quoted, d.original) for d in found.nearest.differences] == [
        ("changed", "99%", "95%")
    ]
    assert found.nearest.marked == true.replace("95%", "[-95%-]{+99%+}")
    assert found.nearest.place.text == true and found.nearest.place.doc_id == doc.id
    assert found.nearest.place.path


def test_line_breaks_width_and_traditional_characters_are_put_aside(five: HybridIndex) -> None:
    doc = named(five, "安徽")
    at = doc.text.index("質量")
    original = doc.text[at : at + 20]
    typed = " ".join(original).replace("質", "质")
    found = verify(typed, five)
    assert found.verdict == "equivalent"
    assert (doc.id, at, at + 20) in {(p.doc_id, p.start, p.end) for p in found.places}
    assert found.places[0].text == original  # what is shown is the original


def test_quotation_marks_around_it_are_no_part(five: HybridIndex) -> None:
    doc = named(five, "贵州")
    quote = doc.text[200:230].strip()
    assert verify(f"  “{quote}”\n", five).verdict == "verbatim"


@pytest.mark.parametrize(
    ("quote", "cut"),
    [
        ("5分贝", True),
        ("55分贝", False),
        ("得超过55分贝", True),
        ("超过55分贝", True),
        ("不得超过55分贝", False),
        ("用水总量控制在12", True),
        ("用水总量控制在12.5亿", False),
        ("漏损率低于9", True),
    ],
)
def test_a_torn_figure_or_a_lost_negation_is_told(
    quote: str, cut: bool, qa_encoder: Encoder
) -> None:
    text = (
        "第一条 夜间施工噪声不得超过55分贝。\n第二条 用水总量控制在12.5亿立方米，漏损率低于9%。\n"
    )
    found = verify(quote, index_of([document(text)], qa_encoder))
    assert found.verdict == "verbatim"
    assert [place.cut for place in found.places] == [cut]


@pytest.mark.parametrize("quote", ["", "  \n", "。，——", "质" * 2001])
def test_what_cannot_be_looked_for(quote: str, five: HybridIndex) -> None:
    with pytest.raises(QuestionError):
        verify(quote, five)


def test_an_empty_library_has_nothing_near() -> None:
    found = verify("任何文字", Even())  # type: ignore[arg-type]
    assert (found.verdict, found.places, found.nearest) == ("different", (), None)


def test_what_is_nowhere_is_unlike(five: HybridIndex) -> None:
    found = verify(STRANGE * 8, five)
    assert found.verdict == "different"
    assert found.nearest is None or found.nearest.similarity < 0.3


# --- alignment -----------------------------------------------------------------------------------

words = st.text(alphabet="甲乙丙12%", max_size=14)


@given(words, st.text(alphabet="甲乙丙12%", min_size=1, max_size=8))
@hypothesis_settings(deadline=None)
def test_the_window_is_the_best_there_is(text: str, quote: str) -> None:
    start, end, distance = best_window(text, quote)
    assert 0 <= start <= end <= len(text)
    assert distance == _edit(text[start:end], quote)
    every = [_edit(text[a:b], quote) for a in range(len(text) + 1) for b in range(a, len(text) + 1)]
    assert distance == min(every)


def _edit(one: str, two: str) -> int:
    row = list(range(len(two) + 1))
    for i, a in enumerate(one, 1):
        previous, row = row, [i]
        for j, b in enumerate(two, 1):
            row.append(min(row[-1] + 1, previous[j] + 1, previous[j - 1] + (a != b)))
    return row[-1]


@given(
    st.text(alphabet="甲乙丙12% \n", max_size=20).filter(str.strip),
    st.text(alphabet="甲乙丙12% \n", max_size=20).filter(str.strip),
)
@hypothesis_settings(deadline=None)
def test_differences_turn_one_text_into_the_other(one: str, two: str) -> None:
    found = differences(tight(one), tight(two), one, two)
    made, at = [], 0
    for difference in found:
        assert difference.span.of(one) == difference.original
        assert difference.quote_span.of(two) == difference.quoted
        made += [one[at : difference.span.start], difference.quoted]
        at = max(at, difference.span.end)
    made.append(one[at:])
    assert "".join("".join(made).split()) == "".join(two.split())
    marked = marked_text(one, Span(0, len(one)), found)
    assert (marked == one) == (not found)
