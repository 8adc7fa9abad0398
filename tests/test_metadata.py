from __future__ import annotations

import pytest

from tests.ingest_helpers import cases, read
from youju.records import PolicyDoc, Proven


def _case(case: dict) -> object:
    marks = [pytest.mark.xfail(strict=True)] if case["kind"] == "known failure" else []
    return pytest.param(case, id=case["label"], marks=marks)


def _value(doc: PolicyDoc, name: str) -> object:
    value = getattr(doc.meta, name)
    if isinstance(value, Proven):
        assert value.span.of(doc.text), name
        return value.value
    return list(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize("case", [_case(case) for case in cases("metadata")])
def test_metadata(case: dict) -> None:
    doc = read(case["text"])
    assert {name: _value(doc, name) for name in case["expect"]} == case["expect"]


@pytest.mark.parametrize("brackets", ["〔〕", "[]", "（）", "()", "［］", "【】"])
def test_serials_in_all_brackets_read_alike(brackets: str) -> None:
    opening, closing = brackets
    doc = read(f"云山市节水办法\n云政发{opening}2015{closing}15号\n第一条 甲乙丙。")
    assert doc.meta.doc_number is not None
    assert doc.meta.doc_number.value == "云政发〔2015〕15号"


def test_names_in_the_body_are_no_titles_and_stay_clause_text() -> None:
    listed = [f"云山市人民政府关于印发第{n}类项目管理办法的通知" for n in range(1, 6)]
    text = (
        "云山市人民政府关于清理文件的通知\n决定废止下列文件，请认真贯彻执行，切实做好有关工作。\n"
    )
    doc = read(text + "\n".join(listed))
    shown = [clause.own.of(doc.text) for clause in doc.clauses]
    assert shown[-5:] == listed
    assert doc.meta.title is not None and doc.meta.title.value == "云山市人民政府关于清理文件的通知"
