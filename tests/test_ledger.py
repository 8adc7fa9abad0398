"""Facts of a whole index by what they measure, and comparisons over many documents."""

from __future__ import annotations

from pathlib import Path

import pytest
from qa_helpers import asked, document, index_of

from index import ledger, persist
from index.retrieve import HybridIndex
from qa.facts import side_by_side
from qa.facts.aliases import load
from youju.records import Encoder, PolicyDoc

COUNT = 60  # more documents than are read


def _plan(number: int) -> PolicyDoc:
    rate = 50 + number % 40
    text = (
        f"青{number}市水污染防治行动计划\n一、目标\n到2025年，城镇污水处理率达到{rate}%，"
        f"工业废水处理率达到{rate + 1}%。\n"
    )
    return document(text, f"{number:03d}.txt")


@pytest.fixture(scope="module")
def many(qa_encoder: Encoder) -> HybridIndex:
    """Sixty plans and as many documents that set no target."""
    silent = [
        document(f"青{n}市档案管理办法\n第一条 甲乙丙{n}。\n", f"s{n}.txt") for n in range(COUNT)
    ]
    return index_of([*map(_plan, range(COUNT)), *silent], qa_encoder)


def test_a_ledger_reads_back(tmp_path: Path) -> None:
    docs = [_plan(number) for number in range(5)]
    held = ledger.ledger_of(docs)
    for name, content in ledger.contents(held):
        (tmp_path / name).write_bytes(b"".join(persist.buffers(content)))
    stored = ledger.load(tmp_path)
    places = range(len(held))
    assert len(stored) == len(held) == 2
    assert [stored.key(i) for i in places] == [held.key(i) for i in places]
    assert [list(stored.of(i)) for i in places] == [list(held.of(i)) for i in places]
    assert stored.pairs.get("污水").tolist() == held.pairs.get("污水").tolist() != []
    (tmp_path / "facts.jsonl").write_bytes(b"x")
    with pytest.raises(ValueError, match="bytes of facts"):
        ledger.load(tmp_path)


def test_like_indicators_are_found_without_reading(many: HybridIndex) -> None:
    found = many.facts(["城镇污水处理率"])
    assert len(found) == COUNT
    assert {fact.indicator for doc in found for fact in doc.facts} >= {"城镇污水处理率"}
    assert many.facts(["驰名商标"]) == [] and many.facts([]) == []


def test_a_comparison_is_over_all_documents(
    many: HybridIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    document_of = HybridIndex.document
    monkeypatch.setattr(
        HybridIndex, "document", lambda self, i: (read.append(i), document_of(self, i))[1]
    )
    question = asked("各市2025年城镇污水处理率哪个最高", many)
    told = side_by_side.compared(question, many, None, load())
    assert told is not None
    assert "89%" in told.lines[0].text  # the highest comes first
    assert f"共比较{2 * COUNT}份文件，其中{COUNT}份写明了“城镇污水处理率”" in told.closing
    assert "最高的是" in told.closing and "工业废水" not in told.lines[0].text
    assert len(set(read)) <= len(told.lines)
