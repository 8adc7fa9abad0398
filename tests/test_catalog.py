from __future__ import annotations

import pytest
from index_helpers import make_doc, passages_of, some_docs

from index.catalog import catalog_of, entry_of, same_region, years_in
from youju.records import Filters, Proven, Span


@pytest.mark.parametrize(
    ("one", "other", "expect"),
    [
        ("贵州", "贵州省", True),
        ("贵州省", "贵州", True),
        ("嘉兴", "嘉兴市", True),
        ("嘉兴市", "浙江省嘉兴市", True),
        ("重庆市", "重庆", True),
        ("广西", "广西壮族自治区", True),
        ("香港", "香港特别行政区", True),
        ("贵州", "贵阳市", False),
        ("江苏省", "浙江省", False),
        ("", "浙江省", False),
        ("浙江省", None, False),
    ],
)
def test_regions(one, other, expect):
    assert same_region(one, other) is expect
    assert same_region(other, one) is expect


def test_years():
    assert list(years_in("2015—2017年，国发〔2012〕9号，20155个，1999")) == [2015, 2017, 2012, 1999]
    at = Span(0, 1)
    doc = make_doc("办法", ["一、总则。"], issued_on=Proven("2011-03-01", at), period=(2013, 2015))
    assert entry_of(doc).years == (2011, 2013, 2014, 2015)


@pytest.mark.parametrize(
    ("filters", "docs"),
    [
        (Filters(doc_ids=("旧办法",)), {"旧办法"}),
        (Filters(doc_ids=("没有",)), set()),
        (Filters(doc_ids=()), set()),
        (Filters(regions=("贵州",)), {"质量行动计划"}),
        (Filters(regions=("贵州", "重庆")), {"质量行动计划", "实施意见"}),
        (Filters(regions=()), set()),
        (Filters(years=(2016,)), {"质量行动计划"}),
        (Filters(years=(2012, 2017)), {"质量行动计划", "实施意见"}),
        (Filters(years=()), set()),
        (Filters(in_force=True), {"质量行动计划", "实施意见"}),
        (Filters(in_force=True, regions=("重庆",)), {"实施意见"}),
        (Filters(in_force=True, doc_ids=("旧办法",)), set()),
    ],
)
def test_filters(filters, docs):
    documents = sorted(some_docs(), key=lambda doc: doc.id)
    passages = sorted(passages_of(documents), key=lambda passage: passage.id)
    rows = catalog_of(documents, passages).allowed(filters)
    assert rows is not None and rows.tolist() == sorted(rows.tolist())
    assert {passages[row].doc_id for row in rows} == docs
    assert len(rows) == sum(passage.doc_id in docs for passage in passages)


def test_no_filter_is_none():
    catalog = catalog_of([], [])
    assert catalog.allowed(None) is None and catalog.allowed(Filters()) is None
    assert catalog.allowed(Filters(in_force=True)).tolist() == []
