"""`python -m eval run|report|compare|gate|bench|ablation|…`; what each does: docs/evaluation.md."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from eval import gating, sets
from eval.arguments import GOLD, HERE, QUESTIONS, RESULTS, parser
from eval.curves import confidences
from eval.files import read_benchmark, write_run
from eval.gate import read_floors
from eval.overview import overview
from eval.records import Run
from eval.report import (
    comparison_table,
    markdown_report,
    markdown_table,
    overall_table,
    show_estimate,
)
from eval.run import Searcher
from eval.saved import load_run, newest_runs, save_run
from youju.errors import QuestionSetError, YoujuError
from youju.progress import ConsoleProgress


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 is good, 1 a fallen floor or our fault, 2 bad input."""
    arguments = parser().parse_args(argv)
    try:
        return _COMMANDS[arguments.command](arguments)
    except YoujuError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("已中断。", file=sys.stderr)
        return 130


def _ocr(arguments: argparse.Namespace) -> int:
    from eval import scans

    found = []
    for one in scans.transcribed(arguments.folder) if arguments.folder else scans.generated():
        print(f"{one.name} {one.accuracy:.4f}", file=sys.stderr, flush=True)
        found.append(one)
    header = ["页", "字数", "字的正确率", "数字正确（个数）", "平均置信度", "秒"]
    print(markdown_table(header, scans.table(found)))
    return 0


def _chosen(arguments: argparse.Namespace) -> list[sets.QuestionSet]:
    """The question sets that the flags name; QuestionSetError for flags that do not go together."""
    documents, index = arguments.documents, arguments.index
    if documents and index:
        raise QuestionSetError("--documents 和 --index 只能给一个：前者现建索引，后者用现成的")
    if arguments.questions:
        if arguments.sets:
            raise QuestionSetError("--set 和 --questions 只能给一个")
        return [sets.of_file(arguments.questions, documents)]
    if documents:
        raise QuestionSetError("--documents 需要同时给出 --questions：这些文档的题集")
    if index:  # an index is of the built-in questions, unless others are named
        return sets.named(arguments.sets or [sets.POLICY.name])
    return sets.named(arguments.sets or [])


def _run(arguments: argparse.Namespace) -> int:
    chosen = _chosen(arguments)
    if not arguments.questions and not arguments.sets:  # whatever has questions of this half
        chosen = [asked for asked in chosen if asked.items(arguments.split)]
    for documents, group in sets.by_documents(chosen):
        with sets.opened(documents, arguments.index) as searcher:
            for asked in group:
                _run_set(asked, searcher, arguments)
    return 0


def _run_set(asked: sets.QuestionSet, searcher: Searcher, arguments: argparse.Namespace) -> None:
    runs = []
    for method in arguments.method or ["hybrid"]:
        with ConsoleProgress() as bar:
            run = sets.ask_set(asked, searcher, method, arguments.split, bar)
        print(save_run(run, arguments.out), file=sys.stderr)
        runs.append(run)
    header = [asked.name or "measure", "n", *(run.info.method for run in runs)]
    print(markdown_table(header, overall_table(runs)) + "\n")


def _fit_confidence(arguments: argparse.Namespace) -> int:
    from eval.confidence import examples, fit, report, sets
    from reader.bundled import BundledReader

    model = None if arguments.no_reader else BundledReader()
    chosen = [*(arguments.sets or sets()), *arguments.also]
    found = [one for asked, folder in chosen for one in examples(asked, folder, model)]
    print(report(fit(found), "WORDS_" if model is None else ""))
    return 0


def _ablation(arguments: argparse.Namespace) -> int:
    from eval import ablation, ablation_report
    from index.encoder import load_encoder

    encoder = load_encoder(arguments.encoder)
    with ConsoleProgress() as bar:
        benches = [
            ablation.policy_bench(arguments.questions, arguments.split, encoder, arguments.encoder),
            *(ablation.folder_bench(folder, encoder, bar) for folder in arguments.bench),
        ]
        found = [(bench, ablation.measure(bench, encoder, bar)) for bench in benches]
    picture = arguments.out.with_suffix(".png")
    ablation_report.draw(found, picture)
    shown = [f"--bench …/{folder.resolve().name}" for folder in arguments.bench]
    if arguments.questions != QUESTIONS:
        shown.insert(0, f"--questions {arguments.questions.name}")
    if arguments.split != "all":
        shown.append(f"--split {arguments.split}")
    if arguments.encoder != "bundled":
        shown.append(f"--encoder {Path(arguments.encoder).name}")
    text = ablation_report.report(
        found,
        command=" ".join(["python -m eval ablation", *shown]),
        made_of={
            "index/ (code, thesaurus, ranking model)": ablation.code_digest(),
            f"encoder {Path(encoder.name).name}": encoder.revision[:12],
        },
        picture=picture.name,
    )
    arguments.out.write_text(text, encoding="utf-8")
    print(arguments.out)
    return 0


def _report(arguments: argparse.Namespace) -> int:
    folders = arguments.runs or newest_runs(RESULTS)
    if not folders:
        raise QuestionSetError(f"{RESULTS} 里还没有结果，请先运行 python -m eval run")
    loaded = [load_run(folder) for folder in folders]
    runs = [half for half in (_half(run, arguments.split) for run in loaded) if half is not None]
    if not runs:
        raise QuestionSetError(f"结果里没有 split={arguments.split} 的题目，请换用 --split all")
    order = {"plain": 0, "bm25": 1, "dense": 2, "hybrid": 3}
    if not arguments.runs:
        runs.sort(key=lambda run: order.get(run.info.method, 9))
    from eval.picture import draw, draw_confidence

    arguments.out.mkdir(parents=True, exist_ok=True)
    groups = _by_set(runs)
    main = groups[0]
    draw(main, arguments.out / "report.png")
    text = markdown_report(main, picture="report.png")
    shown = [group[-1] for group in groups]
    if len(shown) > 1 or any(confidences(run.results) for run in shown):
        text += "\n" + overview(shown)
    if any(confidences(run.results) for run in shown):
        draw_confidence(shown, arguments.out / "confidence.png")
        text += "\n![what confidence is worth](confidence.png)\n"
    if any(run.info.questions == QUESTIONS.name for run in runs):
        from eval import fact_scores

        text += "\n" + fact_scores.markdown_part(fact_scores.measure())
    (arguments.out / "report.md").write_text(text, encoding="utf-8")
    print(arguments.out / "report.md")
    return 0


def _by_set(runs: Sequence[Run]) -> list[list[Run]]:
    """The runs of each question set, the built-in one first, the others as they are known."""
    found: dict[str, list[Run]] = {}
    for run in runs:
        found.setdefault(run.info.set, []).append(run)
    names = [sets.POLICY.name, "", *sets.NAMES]
    return [found[name] for name in sorted(found, key=names.index)]


def _half(run: Run, split: str) -> Run | None:
    """The run's questions of one half; None when it has none."""
    if split == "all":
        return run
    kept = tuple(result for result in run.results if result.split == split)
    if not kept:
        return None
    return replace(run, results=kept, info=replace(run.info, split=split, count=len(kept)))


def _compare(arguments: argparse.Namespace) -> int:
    a, b = load_run(arguments.a), load_run(arguments.b)
    print(f"{b.name} minus {a.name}\n")
    print(markdown_table(["measure", "n", "difference [95 %]", "p"], comparison_table(a, b)))
    return 0


def _gate(arguments: argparse.Namespace) -> int:
    if arguments.floors and not arguments.questions and not arguments.sets:
        recorded = read_floors(arguments.floors).questions or QUESTIONS.name
        arguments.questions = HERE / "questions" / recorded
    bad = False
    chosen = _chosen(arguments)
    if arguments.floors and len(chosen) > 1:
        raise QuestionSetError("--floors 是一个题集的底线，请只给一个 --set")
    for documents, group in sets.by_documents(chosen):
        with sets.opened(documents, arguments.index) as searcher:
            for asked in group:
                bad |= _gate_set(asked, searcher, arguments)
    return int(bad)


def _gate_set(asked: sets.QuestionSet, searcher: Searcher, arguments: argparse.Namespace) -> bool:
    """True when a floor has fallen."""
    if not asked.name and not arguments.floors:
        raise QuestionSetError("自己的题集需要 --floors：底线记在哪个文件")
    floors = arguments.floors or gating.floors_of(asked)
    with ConsoleProgress() as bar:
        verdict = gating.hold(asked, floors, searcher, tighten=arguments.tighten, progress=bar)
    for line in gating.lines(asked.name, verdict):
        print(line, file=sys.stderr if verdict.fallen else sys.stdout)
    return bool(verdict.fallen)


def _facts(arguments: argparse.Namespace) -> int:
    from eval import fact_scores
    from eval.facts import differences, judge_all

    results, skipped = judge_all(arguments.gold, arguments.policies)
    for line in differences(results):
        print(line)
    print(fact_scores.document_part(results))
    if skipped:
        names = "、".join(skipped)
        print(f"没有给出外部文件（--policies），未评：{names}。", file=sys.stderr)
    if arguments.gold == GOLD:
        _compared_and_asked()
    return 0


def _metadata(arguments: argparse.Namespace) -> int:
    from eval import identity

    with tempfile.TemporaryDirectory() as folder:
        documents = arguments.documents or identity.DOCUMENTS
        own = identity.SEALED if arguments.sealed else identity.GOLD
        if arguments.public:
            documents, own = Path(folder), identity.PUBLIC
        gold = identity.read_gold(arguments.gold or own)
        if arguments.public:
            identity.lay_out(gold, arguments.public, documents)
        tally = identity.judge_all(gold, documents)
    for line in () if arguments.sealed else tally.differences:
        print(line)
    header = ["measure", "right", "wrong", "missed", "precision", "recall"]
    print(markdown_table(header, tally.rows()))
    return 0


def _compared_and_asked() -> None:
    """Comparisons over the built-in corpus, and target questions over all that have gold."""
    from eval import comparisons, fact_scores, targets

    scores = fact_scores.measure()
    for line in comparisons.comparison_differences(scores.comparisons):
        print(line)
    print("\n" + fact_scores.comparison_part(scores.comparisons))
    for line in targets.targets_differences(scores.questions):
        print(line)
    print("\n" + fact_scores.question_part(scores.questions))


def _bench(arguments: argparse.Namespace) -> int:
    from eval.bench import ask_all, estimates, rankings
    from eval.metrics import BENCH
    from index.encoder import load_encoder

    benchmark = read_benchmark(arguments.dir)
    rows = []
    for method, ranking in rankings(benchmark, load_encoder(arguments.encoder)).items():
        with ConsoleProgress() as bar:
            run, spent = ask_all(ranking, benchmark, partial(bar, method))
        found = estimates(benchmark, run)
        cells = [show_estimate(measure, found[measure]) for measure in BENCH]
        rows.append([method, *cells, f"{sum(spent) / max(1, len(spent)):.2f}"])
        if arguments.out:
            name = f"{benchmark.name}-{method.replace(' ', '-')}"
            write_run(arguments.out / f"{name}.trec", run, name)
    print(
        f"{benchmark.name}: {len(benchmark.queries)} queries, {len(benchmark.passages)} passages\n"
    )
    print(markdown_table(["method", *BENCH, "ms/query"], rows))
    return 0


_COMMANDS = {
    "run": _run,
    "report": _report,
    "compare": _compare,
    "gate": _gate,
    "bench": _bench,
    "ablation": _ablation,
    "fit-confidence": _fit_confidence,
    "facts": _facts,
    "metadata": _metadata,
    "ocr": _ocr,
}

if __name__ == "__main__":
    sys.exit(main())
