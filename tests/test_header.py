from __future__ import annotations

import pytest

from ingest.header import KEYS, pairs
from ingest.lines import physical_lines


@pytest.mark.parametrize(
    ("field", "name"), [(f, n) for f, names in KEYS.items() if f for n in names]
)
@pytest.mark.parametrize("form", ["{}：{}", "{}: {}", "【{}】:{}", "　{} ： {}"])
def test_every_key_gives_its_field(field: str, name: str, form: str) -> None:
    spaced = " ".join(name)
    value = "2024-05-14 10:00:00" if field == "page_date" else "某值"
    for key in (name, spaced):
        text = form.format(key, value)
        found = pairs(physical_lines(text), (), text)
        assert [(pair.field, pair.span.of(text)) for pair in found] == [(field, value)]


def test_pairs_on_one_line_end_each_other() -> None:
    text = "索 引 号：014/2012 分    类：通知 发布机构：某省政府办公厅 发文日期：2012-06-21"
    found = {pair.field: pair.span.of(text) for pair in pairs(physical_lines(text), (), text)}
    assert found["issuer"] == "某省政府办公厅" and found["issued_on"] == "2012-06-21"


def test_a_key_amid_a_sentence_is_none() -> None:
    text = "申请表应当写明文号：和名称：等内容。"
    assert pairs(physical_lines(text), (), text) == []


def test_keys_below_the_first_clause_belong_to_others() -> None:
    text = "某通知\n一、废止的文件\n文号：某政发〔1990〕1号\n" + "甲乙。\n" * 20
    assert pairs(physical_lines(text), (), text) == []
