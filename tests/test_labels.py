from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.labels import inline_starts, parse_label
from tests.ingest_helpers import cases
from text.normalize import fold
from text.numerals import to_chinese

# style → how number n is written; every one must read as (kind, n)
WRITTEN = {
    "编": ["第{cn}编 总则"],
    "部分": ["第{cn}部分 总则"],
    "章": ["第{cn}章 总则", "第{n}章 总则", "第 {cn} 章　总则", "第{cn}章"],
    "节": ["第{cn}节 一般规定"],
    "条": ["第{cn}条 为了", "第{cn}条　为了", "第{cn}条为了", "第{n}条 为了", "第{cn}条"],
    "一、": ["{cn}、总体要求", "{cn}．总体要求", "{cn}.总体要求"],
    "(一)": ["（{cn}）加强", "({cn})加强", "（{cn}）、加强", "（ {cn} ）加强"],
    "1.": ["{n}.加强", "{n}、加强", "{n}．加强", "{n}. 加强"],
    "(1)": ["（{n}）加强", "({n})加强"],
    "1)": ["{n})加强", "{n}）加强"],
    "附件": ["附件{n}", "附件{n}：名单", "附件 {n}", "附表{n} 名单"],
}


def _case(case: dict) -> object:
    marks = [pytest.mark.xfail(strict=True)] if case["kind"] == "known failure" else []
    return pytest.param(case, id=case["label"], marks=marks)


@pytest.mark.parametrize("kind", WRITTEN)
@pytest.mark.parametrize("n", range(1, 100))
def test_every_style_counts(kind: str, n: int) -> None:
    for form in WRITTEN[kind]:
        label = parse_label(fold(form.format(n=n, cn=to_chinese(n))))
        assert label is not None, form
        assert (label.kind, label.number) == (kind, n), form


@pytest.mark.parametrize("n", range(1, 51))
def test_circled_numbers_count(n: int) -> None:
    first = {0: 0x2460, 1: 0x3251, 2: 0x32B1}[0 if n <= 20 else 1 if n <= 35 else 2]
    sign = chr(first + n - {0x2460: 1, 0x3251: 21, 0x32B1: 36}[first])
    label = parse_label(fold(sign + "加强"))
    assert label is not None and (label.kind, label.number, label.length) == ("①", n, 1)


@pytest.mark.parametrize("case", [_case(case) for case in cases("labels")])
def test_labels(case: dict) -> None:
    label = parse_label(fold(case["text"]))
    found = label and [label.kind, label.number, case["text"][: label.length].rstrip()]
    assert found == case["expect"]


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        ("如下：（一）甲。（二）乙。", ["（一）甲。", "（二）乙。"]),
        ("一、总体要求（一）指导思想。1.甲。2.乙。", ["（一）指导思想。", "1.甲。", "2.乙。"]),
        ("乙。第二条 丙。第三条 丁。", ["第二条 丙。", "第三条 丁。"]),
        ("见附件：（一）和（二）", []),
        ("违反本办法。第十条规定的除外。", []),
        ("《关于甲：一、乙》的通知。", []),
        ("增长率为3.5。5.6%以上。", []),
    ],
)
def test_running_text_is_cut_at_labels(text: str, expect: list[str]) -> None:
    starts = inline_starts(fold(text))
    bounds = [*starts, len(text)]
    assert [text[a:b] for a, b in zip(starts, bounds[1:], strict=True)] == expect


@given(st.text(st.sampled_from("第一二十条章、（）()1.2 ①—附件。：规定的甲"), max_size=40))
def test_labels_lie_within_the_text(raw: str) -> None:
    text = fold(raw)
    label = parse_label(text)
    assert label is None or (0 < label.length <= len(text) and label.rank >= 0)
    starts = inline_starts(text)
    assert starts == sorted(set(starts))
    assert all(0 < at < len(text) for at in starts)
