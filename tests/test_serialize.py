from __future__ import annotations

import json
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from index_helpers import passages_of, some_docs

from index.serialize import from_plain, schema, to_plain
from youju.records import Fact, Passage, PolicyMeta, Proven, Span, Table, TableRow


def spans():
    return st.tuples(st.integers(0, 99), st.integers(0, 99)).map(lambda p: Span(*sorted(p)))


proven = st.none() | st.builds(Proven, st.text(max_size=5), spans())
metas = st.builds(
    PolicyMeta,
    title=proven,
    region=proven,
    status=st.sampled_from(["现行有效", "已废止"]),
    period=st.none() | st.tuples(st.integers(1900, 2100), st.integers(1900, 2100)),
)
tables = st.builds(
    Table,
    id=st.text(max_size=3),
    clause_id=st.none() | st.text(max_size=3),
    caption=st.none() | spans(),
    header=st.lists(st.text(max_size=3), max_size=3).map(tuple),
    rows=st.lists(
        st.builds(TableRow, st.lists(spans(), max_size=3).map(tuple), spans(), st.none() | spans()),
        max_size=3,
    ).map(tuple),
    span=spans(),
)


figures = st.floats(0, 1e9)
facts = st.builds(
    Fact,
    doc_id=st.text(max_size=3),
    indicator=st.text(max_size=3),
    value=figures | st.tuples(figures, figures),
    value_text=st.text(max_size=3),
    unit=st.sampled_from(["%", "个", ""]),
    comparator=st.text(max_size=3),
    year=st.none() | st.integers(1900, 2100),
    period=st.none() | st.tuples(st.integers(1900, 2100), st.integers(1900, 2100)),
    region=st.none() | st.text(max_size=3),
    owners=st.lists(st.text(max_size=3), max_size=2).map(tuple),
    clause_id=st.none() | st.text(max_size=3),
    path=st.lists(st.text(max_size=3), max_size=2).map(tuple),
    span=spans(),
    sentence=spans(),
)


@given(st.one_of(metas, tables, facts))
@settings(max_examples=60, deadline=None)
def test_there_and_back(record):
    plain = json.loads(json.dumps(to_plain(record), ensure_ascii=False))
    assert from_plain(type(record), plain) == record


@pytest.mark.parametrize("value", [None, "89", 89, [1.0], [1.0, 2.0, 3.0]])
def test_a_value_is_a_number_or_a_pair(value):
    plain = ["d", "i", 89.0, "89", "%", "", None, None, None, [], None, [], [0, 1], [0, 2], None]
    assert from_plain(Fact, plain).value == 89.0
    with pytest.raises((ValueError, TypeError)):
        from_plain(Fact, [*plain[:2], value, *plain[3:]])


def test_documents_and_passages():
    docs = some_docs()
    for record in [*docs, *passages_of(docs)]:
        again = from_plain(type(record), json.loads(json.dumps(to_plain(record))))
        assert again == record and hash(again) == hash(record)


@pytest.mark.parametrize(
    "plain",
    [None, [], {}, "质量", [1, 2, 3, 4, 5, 6, 7, 8], [["a"]] * 8, to_plain(some_docs()[0])],
)
def test_other_shapes_are_refused(plain):
    with pytest.raises((ValueError, TypeError, AssertionError)):
        from_plain(Passage, plain)


def test_schema_tells_other_fields_apart(monkeypatch):
    @dataclass(frozen=True)
    class Other(Passage):
        note: str = ""

    before = schema.__wrapped__()
    assert before == schema()
    monkeypatch.setattr("youju.records.Passage", Other)
    assert schema.__wrapped__() != before
