"""Numbers, tables and bodies of invented documents of other hands: questions as data.

What is asked here is answered from facts, cells and duties, whatever the reader thinks.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from docx import Document
from openpyxl import Workbook
from qa_helpers import CASES, asked, index_folder

from index.retrieve import HybridIndex
from qa.pipeline import answer
from text.normalize import fold, squeeze
from youju.records import Answer, Encoder

FOLDER = CASES / "numbers"
QUESTIONS = [json.loads(line) for line in (FOLDER / "questions.jsonl").open(encoding="utf-8")]


@pytest.fixture(scope="module")
def invented(qa_encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> HybridIndex:
    """The documents of tests/cases/numbers, those of an office suite made here."""
    folder = tmp_path_factory.mktemp("numbers")
    for path in FOLDER.iterdir():
        if path.suffix in (".txt", ".html"):
            shutil.copy(path, folder)
    for made in json.loads((FOLDER / "office.json").read_text("utf-8")):
        write = _sheet if made["file"].endswith(".xlsx") else _word
        write(folder / made["file"], made["blocks"])
    return index_folder(folder, qa_encoder)


def _word(path: Path, blocks: list) -> None:
    document = Document()
    for block in blocks:
        if isinstance(block, str):
            document.add_paragraph(block)
            continue
        rows = block["rows"]
        table = document.add_table(rows=len(rows), cols=len(rows[0]))
        for top, left, bottom, right in block.get("merged", ()):
            table.cell(top, left).merge(table.cell(bottom, right))
        for i, row in enumerate(rows):
            for j, text in enumerate(row):
                if text:
                    table.cell(i, j).text = text
    document.save(str(path))


def _sheet(path: Path, blocks: list) -> None:
    book = Workbook()
    sheet = book.active
    for row in blocks[0]["rows"]:
        sheet.append([value if value != "" else None for value in row])
    for top, left, bottom, right in blocks[0]["merged"]:
        sheet.merge_cells(
            start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1
        )
    book.save(path)


def _said(question: str, index: HybridIndex) -> Answer:
    return answer(asked(question, index), index)


@pytest.mark.parametrize("case", QUESTIONS, ids=lambda case: case["question"])
def test_the_right_value_row_or_body(case: dict, invented: HybridIndex) -> None:
    told = _said(case["question"], invented)
    text = squeeze(fold(told.text))
    assert not told.refused, told.text
    assert all(squeeze(fold(part)) in text for part in case["says"]), told.text
    assert not any(squeeze(fold(part)) in text for part in case["never"]), told.text


def test_a_year_that_the_sentence_goes_on_to_is_not_denied(invented: HybridIndex) -> None:
    told = _said("2026年油茶种植面积要达到多少？", invented)
    assert "没有2026年" not in told.text


def test_the_cell_that_answers_is_cited_within_its_row(invented: HybridIndex) -> None:
    told = _said("渡口大桥2023年市级资金计划投资多少？", invented)
    row = told.citations[-1]
    text = invented.document(row.doc_id).text
    assert row.cell is not None and row.cell.of(text) == "11000"
    assert row.start <= row.cell.start and row.cell.end <= row.end and "渡口大桥" in row.quote
