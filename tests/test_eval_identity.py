"""The judge of metadata, and what the reading of real documents reaches, where they are at hand."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from ingest_helpers import read

from eval.identity import (
    DOCUMENTS,
    MEASURES,
    PUBLIC,
    Tally,
    judge,
    judge_all,
    lay_out,
    read_gold,
)
from youju.errors import QuestionSetError

POLICIES = DOCUMENTS.parents[1] / "data" / "policies.jsonl.gz"
_ENOUGH = 10  # marked values of a field that tell something of it
NOTICE = (
    "云山市民政局 云山市财政局关于发放补贴的通知\n云民〔2023〕3号\n各区：\n"
    "根据《云山市补贴条例》，现就有关事项通知如下：\n一、每人300元。\n"
    "本通知自2023年6月1日起施行，有效期2年。\n云山市民政局 云山市财政局\n2023年5月4日"
)
RIGHT = {
    "file": "甲.txt",
    "title": "云山市民政局云山市财政局关于发放补贴的通知",
    "doc_number": "云民〔2023〕3号",
    "issuer": "云山市民政局、云山市财政局",
    "region": "云山市",
    "written_on": "2023-05-04",
    "effective_on": ["2023-06-01", "2023-05-04"],
    "expires_on": "2025-05-31",
    "state": "已失效",
    "relations": [{"kind": "依据", "title": "云山市补贴条例"}],
}


def _judged(**changed: object) -> Tally:
    tally = Tally()
    judge({**RIGHT, **changed}, read(NOTICE), tally)
    return tally


def test_what_is_right_counts_as_right_organ_by_organ() -> None:
    tally = _judged()
    assert tally.differences == []
    assert tally.right["issuer"] == 2 and tally.right["state"] == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"doc_number": "云民〔2023〕4号"}, {"doc_number": (1, 1)}),
        ({"region": None}, {"region": (1, 0)}),
        ({"issued_on": "2023-05-05"}, {"issued_on": (0, 1)}),
        ({"issued_on": [None, "2023-05-05"]}, {}),
        ({"issuer": "云山市民政局、云山市教育局"}, {"issuer": (1, 1)}),
        ({"state": "现行有效"}, {"state": (1, 1)}),
        ({"relations": [{"kind": "废止", "title": "云山市补贴条例"}]}, {"relations": (1, 1)}),
        ({"parts": [{"title": "云山市补贴标准"}]}, {"parts": (0, 1)}),
    ],
)
def test_what_is_wrong_or_missed_is_told(changed: dict, said: dict) -> None:
    tally = _judged(**changed)
    found = {m: (tally.wrong[m], tally.missed[m]) for m in MEASURES}
    assert {m: counts for m, counts in found.items() if any(counts)} == said


def test_a_gold_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text('{"title": "甲"}\n', "utf-8")
    with pytest.raises(QuestionSetError, match="第 1 行"):
        read_gold(path)


@pytest.mark.skipif(not DOCUMENTS.is_dir(), reason="the development documents are not here")
def test_real_documents_are_read_as_a_person_reads_them() -> None:
    tally = judge_all(read_gold())
    low = [
        (measure, tally.precision(measure), tally.recall(measure))
        for measure in MEASURES
        if tally.precision(measure) < 0.97 or tally.recall(measure) < 0.9
    ]
    assert low == [], "\n".join(tally.differences)


@pytest.mark.skipif(not POLICIES.is_file(), reason="the public texts are not here")
def test_public_documents_are_read_as_a_person_reads_them(tmp_path: Path) -> None:
    gold = read_gold(PUBLIC)
    lay_out(gold, POLICIES, tmp_path)
    tally = judge_all(gold, tmp_path)
    low = [
        (measure, tally.precision(measure), tally.recall(measure))
        for measure in MEASURES
        if tally.right[measure] >= _ENOUGH
        and (tally.precision(measure) < 0.87 or tally.recall(measure) < 0.9)
    ]
    assert low == [], "\n".join(tally.differences)


def test_a_text_that_the_gold_names_and_the_data_lack_is_told(tmp_path: Path) -> None:
    data = tmp_path / "policies.jsonl.gz"
    with gzip.open(data, "wt", encoding="utf-8") as lines:
        lines.write('{"title": "云山市节水办法", "text": "第一条 节水。"}\n')
    row = {"file": "甲.txt", "of": "云山市节水办法", "length": 7}
    lay_out([row], data, tmp_path)
    assert (tmp_path / "甲.txt").read_text("utf-8") == "云山市节水办法\n第一条 节水。"
    with pytest.raises(QuestionSetError, match="没有《云山市用水办法》"):
        lay_out([{**row, "of": "云山市用水办法"}], data, tmp_path)
