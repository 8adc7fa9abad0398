"""What a document is and which version is meant, asked as people ask: tests/cases/identity.json."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from qa_helpers import CASES, index_folder

from index.retrieve import HybridIndex
from qa import header
from qa.asked.aspects import wanted
from qa.asked.question import analyze
from qa.pipeline import answer
from reader.bundled import BundledReader
from text.normalize import fold, squeeze
from youju.records import Encoder

FOLDER = Path(__file__).parent / "fixtures" / "identity"
DATA = json.loads((CASES / "identity.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def library(qa_encoder: Encoder) -> HybridIndex:
    return index_folder(FOLDER, qa_encoder)


@pytest.mark.parametrize("case", DATA["asked"], ids=lambda case: case["question"])
def test_document_and_version(library: HybridIndex, case: dict[str, list[str]]) -> None:
    question = analyze(str(case["question"]), library.names())
    text = squeeze(fold(answer(question, library, reader=BundledReader()).text))
    assert [said for said in case["says"] if squeeze(fold(said)) not in text] == []
    assert [said for said in case.get("unsaid", ()) if squeeze(fold(said)) in text] == []


@pytest.mark.parametrize("case", DATA["of_a_matter"], ids=lambda case: case["question"])
def test_the_header_leaves_a_matter_alone(library: HybridIndex, case: dict[str, str]) -> None:
    question = analyze(case["question"], library.names())
    hits = library.search(question, 30, None)
    assert header.answer(question, library, hits, None) is None


@pytest.mark.parametrize(
    ("question", "aspects"),
    [
        ("这个办法废止的旧规定文号是多少", {"repeals"}),
        ("劳务品牌通知的依据文件文号", {"basis"}),
        ("方案是谁什么时候印发的", {"issuer", "issued_on"}),
        ("方案是哪几个部门什么文号印的", {"issuer", "doc_number"}),
        ("收费依据2022年和2024年分别是哪个文件", set()),
        ("数据统计从什么时候到什么时候", set()),
    ],
)
def test_what_is_asked(question: str, aspects: set[str]) -> None:
    assert set(wanted(question).aspects) == aspects
