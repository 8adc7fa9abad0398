"""Damaged and hostile files and questions: a seeded handful of each kind, and who judges them."""

from __future__ import annotations

import io
import sys
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from office_files import FIXTURES, ofd, ofd_text, policy_document, saved, zipped
from test_formats import workbook

from bench import mutate, mutations, questions
from bench.trial import Trial, case, seeds
from eval.files import read_questions
from youju.errors import YoujuError
from youju.service import PolicySearch
from youju.settings import CORPUS, PRODUCT_ROOT

LAW = (
    "云泽市养犬管理办法\n第一章 总则\n第一条 为了规范养犬，制定本办法。\n"
    "第二条 到2025年，登记率达到95%以上，其中市区达到98%。\n"
    "（一）登记收费50元；\n（二）年检免费。\n"
)
PAGE = f"<html><body><h1>办法</h1><table><tr><td>补贴<td>300</table><p>{LAW}</body></html>"
MAIL = (
    "From: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=B\r\n\r\n--B\r\n"
    'Content-Type: text/html; charset="utf-8"\r\n\r\n' + PAGE + "\r\n--B--\r\n"
)
PER_KIND = 12


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound file of every kind that is read, and of one that is not."""
    folder = tmp_path_factory.mktemp("sound")
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        entry = tarfile.TarInfo("办法.txt")
        entry.size = len(LAW.encode())
        archive.addfile(entry, io.BytesIO(LAW.encode()))
    office = {
        "a.txt": LAW.encode(), "b.txt": LAW.encode("gb18030"), "a.html": PAGE.encode(),
        "a.md": f"# 办法\n\n{LAW}\n| 项目 | 金额 |\n|---|---|\n| 补贴 | 300元 |\n".encode(),
        "a.csv": "项目,金额\n补贴,300元\n奖励,500元\n".encode(), "a.mht": MAIL.encode(),
        "a.docx": saved(policy_document(decorated=True)), "a.xlsx": workbook(),
        "a.ofd": ofd(ofd_text(20, 20, "养犬管理办法"), ofd_text(20, 40, "第一条 登记免费。")),
        "a.zip": zipped({"办法.txt": LAW.encode(), "内/页.html": PAGE.encode()}),
        "a.png": b"\x89PNG\r\n\x1a\n" + bytes(200), "a.tar": tar.getvalue(),
    }  # fmt: skip
    for path in FIXTURES.glob("*.*"):
        office[path.name] = path.read_bytes()
        if path.suffix == ".doc":
            office["a.wps"] = path.read_bytes()
    for name, data in office.items():
        (folder / name).write_bytes(data)
    return folder


def test_files_of_every_kind_are_read_or_refused(
    sound: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kinds = len(seeds([sound]))
    journal = tmp_path / "journal.jsonl"
    given = ["--seeds", str(sound), "--count", str(kinds * PER_KIND), "--journal", str(journal)]
    code = mutate.main([*given, "--seed", "3"])
    said = capsys.readouterr().out
    assert code == 0, said
    assert kinds == 16 and len(journal.read_text("utf-8").splitlines()) == kinds * PER_KIND
    assert mutate.main(given) == 0  # all are known: nothing is tried again
    assert capsys.readouterr().out == said


@pytest.mark.parametrize("number", range(0, 160, 7))
def test_a_case_is_its_number_and_the_seed(sound: Path, number: int) -> None:
    files = seeds([sound])
    origin, data = case(number, 1, files)
    assert (origin, data) == case(number, 1, files)
    assert len(data) <= mutations.MOST_BYTES + origin.stat().st_size


def test_every_mutation_changes_something() -> None:
    for mutation in (*mutations.BYTES, *mutations.TEXT):
        changed = [mutation(PAGE.encode(), Random(seed)) != PAGE.encode() for seed in range(12)]
        assert any(changed), mutation


def test_a_mutation_within_a_package_reaches_its_parser() -> None:
    data = saved(policy_document())
    reached = 0
    for seed in range(20):
        with zipfile.ZipFile(io.BytesIO(mutations.package(data, Random(seed)))) as archive:
            assert archive.testzip() is None
        with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(
            io.BytesIO(mutations.package(data, Random(seed)))
        ) as after:  # fmt: skip
            reached += {n: before.read(n) for n in before.namelist()} != {
                n: after.read(n) for n in after.namelist()
            }
    assert reached > 12
    pdf = next(FIXTURES.glob("*.pdf")).read_bytes()
    assert any(mutations.pdf_stream(pdf, Random(seed)) != pdf for seed in range(3))


FINE = Trial(1, "txt", "甲.txt", 1000, 2, 0.1, 90.0, "没有一份文件可以读取，请检查路径。", ())


def test_what_a_user_must_never_meet_is_a_fault() -> None:
    assert FINE.faults == [] and replace(FINE, code=0, told="").faults == []
    for bad, told in (
        (replace(FINE, code=1), "exit code 1"),
        (replace(FINE, told=""), "silence"),
        (replace(FINE, told="甲.txt 读取时程序内部出错(KeyError)"), "程序内部出错"),
        (replace(FINE, told="a.py:3: UserWarning: no style\n没有读入"), "Warning"),
        (replace(FINE, told="not a file"), "without Chinese"),
        (replace(FINE, seconds=5.5), "5.5 s"),
        (replace(FINE, seconds=25.0, size=4_000_000), "25.0 s"),
        (replace(FINE, peak_mb=1100.0), "1100 MB"),
        (replace(FINE, left=("tmpx",)), "left tmpx"),
        (replace(FINE, traceback="ValueError: x"), "raised ValueError: x"),
    ):
        assert any(told in fault for fault in bad.faults), told
    assert replace(FINE, seconds=15.0, size=4_000_000).faults == []


def test_a_file_that_ends_the_process_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    program = (
        "import os; print('{\"begins\": 7}', flush=True); print('lost', flush=True); os.abort()"
    )
    monkeypatch.setattr(mutate, "_TRIAL", (sys.executable, "-c", program))
    (record,) = mutate.batch({"first": 5})
    assert record["number"] == 7 and "lost" in record["told"] and record["faults"]


# --- questions -----------------------------------------------------------------------------------


def test_what_no_one_should_ask_is_answered_or_refused(search: PolicySearch) -> None:
    file = PRODUCT_ROOT / "eval" / "questions" / "policy.jsonl"
    known = [item.question for item in read_questions(file)]
    asked = [questions.question(number, 5, known) for number in range(30)]
    assert asked == [questions.question(number, 5, known) for number in range(30)]
    done = [questions.tried(search, n, text, known[:1]) for n, text in enumerate(asked)]
    found = [f"{one.question[:60]!r}: {fault}" for one in done for fault in one.faults]
    assert not [fault for fault in found if "took" not in fault]  # bench judges the time
    assert any(not one.refused for one in done) and any(one.refused for one in done)


def test_a_wrong_quotation_and_an_exception_are_faults(search: PolicySearch) -> None:
    class Wrong:
        def __getattr__(self, name: str) -> object:
            return getattr(search, name)

        def ask(self, text: str, **given: object) -> object:
            answer = search.ask("贵州省2017年农产品质量安全监测合格率要达到多少？")
            if text == "坏":
                raise ZeroDivisionError("division by zero")
            if text == "英":
                raise YoujuError("no such thing")
            wrong = replace(answer.citations[0], start=answer.citations[0].start + 1)
            return replace(answer, citations=(wrong,))

    for text, told in (("错", "citation"), ("坏", "ZeroDivisionError"), ("英", "refused with")):
        assert any(told in fault for fault in questions.tried(Wrong(), 1, text, ()).faults)  # type: ignore[arg-type]


def test_the_built_in_files_are_seeds() -> None:
    assert {"txt", "pdf", "doc", "md"} <= set(seeds([*mutate.SEEDS, CORPUS]))
