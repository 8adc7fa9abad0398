"""`python -m eval run|report|compare|gate|bench|ablation|…`; what each does: docs/evaluation.md."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import cast

from eval.files import file_digest, read_benchmark, read_questions, select_split, write_run
from eval.gate import (
    Floors,
    fallen,
    fallen_targets,
    raised,
    raised_targets,
    read_floors,
    require_same,
    write_floors,
)
from eval.records import Run
from eval.report import (
    comparison_table,
    markdown_report,
    markdown_table,
    overall_table,
    show_estimate,
)
from eval.run import METHODS, Searcher, run_questions
from eval.saved import load_run, newest_runs, save_run
from youju.errors import QuestionSetError, YoujuError
from youju.progress import ConsoleProgress

HERE = Path(__file__).resolve().parent
QUESTIONS = HERE / "questions" / "policy.jsonl"
RESULTS = HERE / "results"
FLOORS = HERE / "floors.json"
GOLD = HERE.parent / "tests" / "facts" / "gold"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 is good, 1 a fallen floor or our fault, 2 bad input."""
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.command(arguments))
    except YoujuError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("已中断。", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m eval", description="评测：检索、答案与底线")
    commands = parser.add_subparsers(required=True, metavar="命令")
    run = commands.add_parser("run", help="用一种或几种方法跑一遍题集，逐题保存")
    run.add_argument("--questions", type=Path, default=QUESTIONS, help="JSONL 题集")
    run.add_argument("--method", action="append", choices=METHODS, help="可重复；默认 hybrid")
    run.add_argument("--index", type=Path, help="索引文件夹；默认现建内置文档的索引")
    run.add_argument("--split", choices=("tune", "report", "all"), default="all")
    run.add_argument("--out", type=Path, default=RESULTS, help="结果文件夹")
    run.set_defaults(command=_run)
    report = commands.add_parser("report", help="把结果写成 report.md 和 report.png")
    report.add_argument("runs", type=Path, nargs="*", help="结果；默认每种方法最新的一个")
    report.add_argument("--split", choices=("tune", "report", "all"), default="all")
    report.add_argument("--out", type=Path, default=RESULTS)
    report.set_defaults(command=_report)
    compare = commands.add_parser("compare", help="逐题比较两个结果（B 减 A）")
    compare.add_argument("a", type=Path)
    compare.add_argument("b", type=Path)
    compare.set_defaults(command=_compare)
    gate = commands.add_parser("gate", help="分数跌破底线时返回 1")
    gate.add_argument("--floors", type=Path, default=FLOORS)
    gate.add_argument("--questions", type=Path, help="默认为底线文件所记的题集")
    gate.add_argument("--index", type=Path, help="默认现建内置文档的索引")
    gate.add_argument("--raise", dest="tighten", action="store_true", help="只抬高，不降低")
    gate.set_defaults(command=_gate)
    bench = commands.add_parser("bench", help="公开检索基准（BEIR 式文件夹）")
    bench.add_argument("dir", type=Path)
    bench.add_argument("--encoder", default="bundled")
    bench.add_argument("--out", type=Path, help="同时保存 TREC 结果")
    bench.set_defaults(command=_bench)
    ablation = commands.add_parser(
        "ablation", help="逐步加上检索的各个部分，写成 docs/retrieval.md"
    )
    ablation.add_argument("--questions", type=Path, default=QUESTIONS, help="JSONL 题集")
    ablation.add_argument("--split", choices=("tune", "report", "all"), default="all")
    ablation.add_argument(
        "--bench", type=Path, action="append", default=[], help="BEIR 式文件夹，可重复"
    )
    ablation.add_argument("--encoder", default="bundled")
    ablation.add_argument("--out", type=Path, default=HERE.parent / "docs" / "retrieval.md")
    ablation.set_defaults(command=_ablation)
    refusal = commands.add_parser(
        "fit-refusal", help="重新拟合拒答判断（打印 qa/clauses/refuse.py 的常数）"
    )
    refusal.add_argument(
        "--set", dest="sets", nargs=2, type=Path, action="append", metavar=("题集", "文件夹"),
        help="可重复；默认内置题集的调参半和 tests/cases/fitted",
    )  # fmt: skip
    refusal.set_defaults(command=_fit_refusal)
    facts = commands.add_parser("facts", help="数值目标、指标对比和目标问题：与人工标注比较")
    facts.add_argument("--gold", type=Path, default=GOLD, help="标注文件夹（*.jsonl）")
    facts.add_argument("--policies", type=Path, help="标注所指的外部文件（policies.jsonl.gz）")
    facts.set_defaults(command=_facts)
    return parser


@contextmanager
def opened(index: Path | None) -> Iterator[Searcher]:
    """The product over an index folder; without one, over the built-in corpus, built afresh.

    Afresh, so that what is measured is the code as it stands and no index of last week.
    """
    from youju.service import PolicySearch
    from youju.settings import CORPUS, Settings

    settings = Settings.from_env(index=index)
    if index is not None:
        yield cast(Searcher, PolicySearch.open(settings.index, settings))
        return
    with tempfile.TemporaryDirectory(prefix="youju-eval-") as folder:
        root = Path(folder) / "index"
        PolicySearch.build([CORPUS], root, settings)
        yield cast(Searcher, PolicySearch.open(root, settings))


def _run(arguments: argparse.Namespace) -> int:
    items = select_split(read_questions(arguments.questions), arguments.split)
    stamp = (arguments.questions.name, file_digest(arguments.questions))
    runs = []
    with opened(arguments.index) as searcher:
        for method in arguments.method or ["hybrid"]:
            chosen = _searcher_for(method, searcher)
            with ConsoleProgress() as bar:
                run = run_questions(
                    chosen,
                    items,
                    method,
                    questions=stamp,
                    split=arguments.split,
                    progress=partial(bar, method),
                )
            print(save_run(run, arguments.out), file=sys.stderr)
            runs.append(run)
    print(markdown_table(["measure", "n", *(run.info.method for run in runs)], overall_table(runs)))
    return 0


def _fit_refusal(arguments: argparse.Namespace) -> int:
    from eval.refusal import examples, fit, report

    root = HERE.parent
    fitted = root / "tests" / "cases" / "fitted"
    sets = arguments.sets or [(QUESTIONS, root / "corpus"), (fitted / "questions.jsonl", fitted)]
    print(report(fit([example for pair in sets for example in examples(*pair)])))
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


def _searcher_for(method: str, searcher: Searcher) -> Searcher:
    if method != "plain":
        return searcher
    from eval.plain import PlainSearch

    return PlainSearch.build(searcher.documents())


def _report(arguments: argparse.Namespace) -> int:
    folders = arguments.runs or newest_runs(RESULTS)
    if not folders:
        raise QuestionSetError(f"{RESULTS} 里还没有结果，请先运行 python -m eval run")
    runs = [_half(load_run(folder), arguments.split) for folder in folders]
    order = {"plain": 0, "bm25": 1, "dense": 2, "hybrid": 3}
    if not arguments.runs:
        runs.sort(key=lambda run: order.get(run.info.method, 9))
    from eval.picture import draw

    arguments.out.mkdir(parents=True, exist_ok=True)
    draw(runs, arguments.out / "report.png")
    text = markdown_report(runs, picture="report.png")
    if any(run.info.questions == QUESTIONS.name for run in runs):
        from eval import fact_scores

        text += "\n" + fact_scores.markdown_part(fact_scores.measure())
    (arguments.out / "report.md").write_text(text, encoding="utf-8")
    print(arguments.out / "report.md")
    return 0


def _half(run: Run, split: str) -> Run:
    if split == "all":
        return run
    kept = tuple(result for result in run.results if result.split == split)
    if not kept:
        raise QuestionSetError(f"结果 {run.name} 里没有 split={split} 的题目，请换用 --split all")
    return replace(run, results=kept, info=replace(run.info, split=split, count=len(kept)))


def _compare(arguments: argparse.Namespace) -> int:
    a, b = load_run(arguments.a), load_run(arguments.b)
    print(f"{b.name} minus {a.name}\n")
    print(markdown_table(["measure", "n", "difference [95 %]", "p"], comparison_table(a, b)))
    return 0


def _gate(arguments: argparse.Namespace) -> int:
    fresh = arguments.tighten and not arguments.floors.exists()
    floors = Floors() if fresh else read_floors(arguments.floors)
    questions = arguments.questions or (HERE / "questions" / (floors.questions or QUESTIONS.name))
    items = select_split(read_questions(questions), floors.split)
    stamp = (questions.name, file_digest(questions))
    with opened(arguments.index) as opened_, ConsoleProgress() as bar:
        searcher = _searcher_for(floors.method, opened_)
        run = run_questions(
            searcher,
            items,
            floors.method,
            questions=stamp,
            split=floors.split,
            progress=partial(bar, floors.method),
        )
        scores = _target_scores(arguments, floors, opened_)
    if not arguments.tighten:
        require_same(run.info, floors)
    below = fallen(run.results, floors) + fallen_targets(scores, floors)
    for measure in below:
        print(measure, file=sys.stderr)
    if below:
        print(f"{len(below)} 项跌破底线，见上；请修复后重试。", file=sys.stderr)
        return 1
    if arguments.tighten:
        floors = raised(run.results, run.info, floors)
        if scores:
            from eval.fact_scores import PROMISED

            floors = raised_targets(scores, PROMISED, floors)
        write_floors(arguments.floors, floors)
    kept = sum(len(limits or {}) for limits in (floors.floors, floors.ceilings, floors.targets))
    print(f"{kept} 项底线全部守住（{run.name}）")
    return 0


def _target_scores(
    arguments: argparse.Namespace, floors: Floors, searcher: Searcher
) -> dict[str, float]:
    """Facts, comparisons, target questions; {} where the floors do not hold them.

    They have gold of their own, so that raising takes them in for the built-in floors only.
    """
    built_in = arguments.tighten and arguments.floors == FLOORS
    if floors.targets is None and not built_in:
        return {}
    from eval import fact_scores
    from youju.service import PolicySearch

    same = arguments.index is None and isinstance(searcher, PolicySearch)
    return fact_scores.measure(cast(PolicySearch, searcher) if same else None).measures


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


if __name__ == "__main__":
    sys.exit(main())
