"""What a question looks at does not grow with the library: counted, not timed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from qa_helpers import ROOT, bundled, document

from bench import collection, scale
from bench.copies import copied
from bench.peers import compare
from index.build import build
from index.names import Names
from index.retrieve import HybridIndex
from ingest.passages import passages
from qa.asked.question import analyze
from qa.pipeline import answer
from youju.errors import InputError
from youju.opened import Ranking
from youju.records import Encoder

SMALL, LARGE = 150, 450
QUESTIONS = (
    "青7市水污染防治管理办法什么时候施行？",
    "云政发〔2021〕9号讲什么",
    "云政发〔2099〕9号",
    "9号文件",
    "《青7市水污染防治管理办法》由谁发布？",
    "水污染防治管理办法由谁发布？",
    "哪些文件已经失效？",
    "各市的城镇污水处理率目标是多少？",
    "贵州和重庆的污水处理率有什么不同？",
    "排污口要怎样设置？",
    "有哪些禁止的行为？",
    "第二条写了什么？",
)


class Counted(Sequence[Any]):
    """Remembers which of its items were looked at."""

    def __init__(self, items: Sequence[Any]) -> None:
        self._items = items
        self.seen: set[int] = set()

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(len(self)))]
        self.seen.add(range(len(self))[place])
        return self._items[place]

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))


def _law(number: int) -> str:
    rate = 50 + number % 40
    return (
        f"青{number}市水污染防治管理办法\n云政发〔2021〕{number}号\n"
        f"第一条 到2025年，青{number}市城镇污水处理率达到{rate}%。\n"
        "第二条 排污口应当设置标志牌，禁止私设暗管。\n第三条 本办法自2021年5月1日起施行。\n"
    )


def looked_at(count: int, encoder: Encoder) -> dict[str, tuple[int, int]]:
    """By question: how many documents were read, and how many names were looked at."""
    docs = [document(_law(number), f"{number:04d}.txt") for number in range(count)]
    data = build(docs, [p for doc in docs for p in passages(doc)], encoder)
    read, named = Counted(data.documents), Counted(data.catalog.entries)
    names = data.catalog.names
    told = Names(named, names._held, names._names, names.region, names.regions())
    index = HybridIndex(
        replace(data, documents=read, catalog=replace(data.catalog, names=told)), encoder
    )
    found = {}
    for text in QUESTIONS:
        read.seen.clear()
        named.seen.clear()
        ranking = Ranking(index, "hybrid")
        answer(analyze(text, ranking.names()), ranking, reader=bundled())
        found[text] = len(read.seen), len(named.seen)
    return found


def test_a_larger_library_is_not_looked_through(qa_encoder: Encoder) -> None:
    small, large = looked_at(SMALL, qa_encoder), looked_at(LARGE, qa_encoder)
    for text, (read, named) in large.items():
        assert read <= max(40, small[text][0] + 5), f"{text}: {small[text]} → {(read, named)}"
        assert named <= max(130, small[text][1] + 5), f"{text}: {small[text]} → {(read, named)}"


def test_slopes() -> None:
    rows = [{"clauses": n, "build": 3.0 * n, "ask p50": 7.0, "odd": 0} for n in (10, 100, 1000)]
    assert scale.slope(rows, "build") == pytest.approx(1.0)
    assert scale.slope(rows, "ask p50") == pytest.approx(0.0)
    assert scale.slope(rows, "odd") is None and scale.slope(rows[:1], "build") is None
    told = scale.table([row | {"load": [1.0], "load after": [2.0]} for row in rows])
    assert "| build | 30 | 300 | 3000 | 1.00 |" in told and "1–2" in told


def test_a_collection_is_laws_in_whole(tmp_path) -> None:
    lines = [
        f'{{"law": "法{n // 3}", "article": "第{n % 3}条", "section": "第一章 总则", '
        f'"text": "应当依法办理第{n}项登记手续。"}}'
        for n in range(30)
    ]
    path = tmp_path / "laws.jsonl"
    path.write_text("\n".join(lines), "utf-8")
    every = collection.laws(path)
    assert len(every) == 10 and every == collection.laws(path)
    some = collection.up_to(every, 7)
    assert [len(law.articles) for law in some] == [3, 3, 3]
    assert collection.write(some, tmp_path / "out") == 9
    assert len(list((tmp_path / "out").iterdir())) == 3
    asked = collection.questions(some, 5)
    assert len(asked) == 5 and sum("对" in text for text in asked) == 2
    path.write_text("{}", "utf-8")
    with pytest.raises(InputError, match="条款文件"):
        collection.laws(path)


def test_peers_are_told_as_multiples_of_ours() -> None:
    ours = {"name": "youju", "build CPU": 2.0, "ask CPU": 4.0, "p50": 1.0, "p95": 2.0, "MB": 10.0}
    ours |= {"hit@1": 0.7, "hit@10": 0.9}
    other = ours | {"name": "other", "build CPU": 1.0, "ask CPU": 6.0, "MB": 0.0, "hit@1": 0.5}
    told = compare.table([ours, other, {"name": "broken", "failed": "no module"}])
    assert "| youju | ×1.00 | ×1.00 | ×1.00 | ×1.00 | ×1.00 | 0.700 | 0.900 |" in told
    assert "| other | ×0.50 | ×1.50 | ×1.00 | ×1.00 | ×0.00 | 0.500 | 0.900 |" in told
    assert "| broken |" in told


def test_an_unknown_peer_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert compare.main(["--benchmark", ".", "--peers", "solr"]) == 2
    assert "solr" in capsys.readouterr().err


def test_every_peer_is_pinned() -> None:
    for name in compare.PEERS:
        lines = (ROOT / "bench/peers" / name / "requirements.txt").read_text("utf-8").split()
        assert lines and all(line.count("==") == 1 for line in lines)
        assert (ROOT / "bench/peers" / name / "peer.py").is_file()


def test_copies_are_searched_as_so_many(qa_encoder: Encoder) -> None:
    docs = [document(_law(number), f"{number:04d}.txt") for number in range(6)]
    data = build(docs, [p for doc in docs for p in passages(doc)], qa_encoder)
    many = copied(data, 3)
    assert len(many.passages) == 3 * len(data.passages)
    ids = [passage.id for passage in many.passages]
    assert ids == sorted(set(ids))
    index = HybridIndex(many, qa_encoder)
    hits = index.search(analyze("排污口要怎样设置？", index.names()), 18)
    assert {hit.passage.doc_id[:3] for hit in hits} == {"000", "001", "002"}
    word = many.words.columns["排污口"]
    rows = many.words.rows[many.words.starts[word] : many.words.starts[word + 1]]
    assert rows.tolist() == sorted(rows.tolist()) and len(rows) == 18
