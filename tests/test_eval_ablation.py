from __future__ import annotations

import json
from pathlib import Path

import pytest
from test_eval_bench import BENCHMARK, CharacterEncoder

from eval import ablation, ablation_report
from eval.__main__ import main
from index.retrieve import HybridIndex


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bench") / "tiny"
    folder.mkdir()
    rows = {
        "corpus.jsonl": [
            {"id": p.id, "title": p.title, "text": p.text} for p in BENCHMARK.passages
        ],
        "queries.jsonl": [{"id": name, "text": text} for name, text in BENCHMARK.queries],
    }  # fmt: skip
    for name, lines in rows.items():
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        (folder / name).write_text(text, "utf-8")
    judged = "".join(f"{q.query_id}\t{q.doc_id}\t{q.relevance}\n" for q in BENCHMARK.qrels)
    (folder / "qrels.tsv").write_text(judged, "utf-8")
    return folder


def test_steps_add_one_method_each() -> None:
    methods = [len(step.methods) for step in ablation.STEPS]
    assert methods == [1, 2, 3, 4, 5, 6, 6, 6]
    assert [step.weights is None for step in ablation.STEPS] == [False] * 7 + [True]


def test_first_step_is_bm25_and_last_is_the_product(folder: Path) -> None:
    encoder = CharacterEncoder()
    bench = ablation.folder_bench(folder, encoder)
    index = HybridIndex(bench.data, encoder)
    assert [asked.id for asked in bench.asked] == ["q1", "q2", "q3"]
    measured = ablation.measure(bench, encoder)
    assert [one.step.name for one in measured][-2:] == ["+ whole document", "+ learned ranking"]
    for one, method in ((measured[0], "bm25"), (measured[-1], "hybrid")):
        for place, asked in enumerate(bench.asked):
            expect = asked.score(index.search(asked.question, 10, method=method))
            assert {name: values[place] for name, values in one.values.items()} == expect
    assert measured[0].values["Success@1"] == (1, 0, 0), "p0 is p2's twin and comes first"


def test_sizes_are_those_on_disk(folder: Path, tmp_path: Path) -> None:
    from index import persist

    bench = ablation.folder_bench(folder, CharacterEncoder())
    with persist.building(tmp_path):
        name = persist.publish(tmp_path, bench.data)
    files = [f for f in (tmp_path / name).rglob("*") if f.is_file() and f.name != "manifest.json"]
    whole = ablation.index_size(bench.data, tuple(ablation._WEIGHTS))
    assert whole == sum(f.stat().st_size for f in files)
    sizes = [ablation.index_size(bench.data, step.methods) for step in ablation.STEPS]
    assert sizes == sorted(sizes) and sizes[0] < sizes[-1]


def test_a_step_uses_no_method_beyond_its_own(folder: Path) -> None:
    encoder = CharacterEncoder()
    bench = ablation.folder_bench(folder, encoder)
    index = HybridIndex(bench.data, encoder, methods=("words", "bigrams"))
    hits = index.search(bench.asked[0].question, 10)
    assert hits and all(
        h.parts["dense"] == h.parts["late"] == h.parts["thesaurus"] == 0 for h in hits
    )
    assert HybridIndex(bench.data, encoder, methods=()).search(bench.asked[0].question, 10) == []
    assert index.search(bench.asked[2].question, 10) == [], "neither words nor pairs: no candidates"


def test_stars() -> None:
    marks = [ablation_report.stars(p) for p in (0.5, 0.05, 0.04, 0.009, 0.0001)]
    assert marks == ["", "", "*", "**", "***"]


def test_the_command_writes_report_and_picture(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = Path(__file__).parent.parent / "eval" / "questions" / "policy.jsonl"
    lines = source.read_text("utf-8").splitlines()
    some = [line for line in lines if '"report"' in line and '"answerable": true' in line][:6]
    questions = tmp_path / "some.jsonl"
    questions.write_text("\n".join(some), "utf-8")
    out = tmp_path / "retrieval.md"
    command = ["ablation", "--questions", str(questions), "--bench", str(folder), "--out", str(out)]
    assert main(command) == 0
    text = out.read_text("utf-8")
    assert "`python -m eval ablation --questions some.jsonl --bench …/tiny`" in text
    assert "## policy questions (some.jsonl)" in text and "## tiny" in text
    assert "### Hit@1 by category" in text and "| + learned ranking |" in text
    assert str(tmp_path) not in text, "no paths of this machine"
    assert out.with_suffix(".png").read_bytes().startswith(b"\x89PNG")
    assert capsys.readouterr().out.splitlines() == [str(out)]
