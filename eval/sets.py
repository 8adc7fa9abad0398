"""The question sets that are known by name, each with its documents, and asking one of them.

`policy` over the built-in documents, half of it to tune on; `heldout` over invented documents, on
which nothing is tuned; and, where the folder lies beside the checkout, two sets over real
documents: `dev-tune`, which may be looked at, and `dev-report`, of which only totals are kept.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from eval import words
from eval.files import file_digest, read_questions, select_split
from eval.records import QuestionItem, Rule, Run, Split
from eval.run import Searcher, run_questions
from eval.saved import sealed
from youju.errors import QuestionSetError

HERE = Path(__file__).resolve().parent
BESIDE = HERE.parent.parent / "shared" / "dev"  # beside the checkout; not part of the product

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """A file of questions with the folder of their documents; None: the built-in ones.

    `half` is what questions count for that name none themselves. Of a `sealed` set nothing is kept
    that says which question went how.
    """

    name: str
    questions: Path
    documents: Path | None = None
    half: Split | None = None
    sealed: bool = False

    @property
    def there(self) -> bool:
        """True when its files are here."""
        return self.questions.is_file() and (self.documents is None or self.documents.is_dir())

    @property
    def rule(self) -> Rule:
        """Where gold stands is known of the built-in documents; of others only its words are."""
        return "places" if self.documents is None else "words"

    def items(self, split: str = "all") -> list[QuestionItem]:
        """Its questions of one half, or all."""
        items = read_questions(self.questions)
        return select_split([replace(i, split=i.split or self.half) for i in items], split)


POLICY = QuestionSet("policy", HERE / "questions" / "policy.jsonl")
HELDOUT = QuestionSet(
    "heldout", HERE / "heldout" / "questions.jsonl", HERE / "heldout" / "docs", "report"
)
KNOWN = (
    POLICY,
    HELDOUT,
    QuestionSet("dev-tune", BESIDE / "tune.jsonl", BESIDE / "docs", "tune"),
    QuestionSet("dev-report", BESIDE / "report.jsonl", BESIDE / "docs", "report", sealed=True),
)
NAMES = tuple(known.name for known in KNOWN)


def named(names: Sequence[str]) -> list[QuestionSet]:
    """The known sets of these names, or all that are here; QuestionSetError for an absent one."""
    if not names:
        return [known for known in KNOWN if known.there]
    chosen = [known for known in KNOWN if known.name in names]
    for known in chosen:
        if not known.there:
            raise QuestionSetError(
                f"题集 {known.name} 不在这里：需要 {known.questions} 和 {known.documents}"
            )
    return chosen


def of_file(questions: Path, documents: Path | None) -> QuestionSet:
    """The set of a file and a folder: a known one when they are its own, else one without a name.

    A known file keeps its half and its seal, wherever it is named.
    """
    if documents is not None and not documents.is_dir():
        raise QuestionSetError(f"文档文件夹 {documents} 不存在，请检查 --documents")
    for known in KNOWN:
        if questions.resolve() == known.questions.resolve():
            same = documents == known.documents or (
                documents is not None and known.documents is not None
                and documents.resolve() == known.documents.resolve()
            )  # fmt: skip
            name = known.name if same else ""
            return replace(known, name=name, questions=questions, documents=documents)
    return QuestionSet("", questions, documents)


@contextmanager
def opened(documents: Path | None = None, index: Path | None = None) -> Iterator[Searcher]:
    """The product over an index; without one over a folder, or the built-in corpus, built afresh.

    Afresh, so that what is measured is the code as it stands and no index of last week.
    """
    from youju.progress import ConsoleProgress
    from youju.service import PolicySearch
    from youju.settings import CORPUS, Settings

    settings = Settings.from_env(index=index)
    if index is not None:
        yield cast(Searcher, PolicySearch.open(settings.index, settings))
        return
    with tempfile.TemporaryDirectory(prefix="youju-eval-") as folder:
        root = Path(folder) / "index"
        with ConsoleProgress() as bar:
            PolicySearch.build([documents or CORPUS], root, settings, progress=bar)
        yield cast(Searcher, PolicySearch.open(root, settings))


def by_documents(chosen: Sequence[QuestionSet]) -> list[tuple[Path | None, list[QuestionSet]]]:
    """The sets over the same documents together, so that these are indexed once."""
    found: dict[Path | None, list[QuestionSet]] = {}
    for one in chosen:
        found.setdefault(one.documents, []).append(one)
    return list(found.items())


def is_built_in(searcher: Searcher) -> bool:
    """True when the documents are the built-in ones, no more and no less."""
    from youju.settings import CORPUS

    digests = {hashlib.sha256(path.read_bytes()).hexdigest() for path in CORPUS.iterdir()}
    return digests == {doc.source.sha256 for doc in searcher.documents()}


def with_method(method: str, searcher: Searcher) -> Searcher:
    """The product, or the baseline over its documents."""
    if method != "plain":
        return searcher
    from eval.plain import PlainSearch

    return PlainSearch.build(searcher.documents())


def ask_set(
    asked: QuestionSet,
    searcher: Searcher,
    method: str,
    split: str = "all",
    progress: Progress | None = None,
) -> Run:
    """Ask the questions of a set; a sealed one gives a run without anything that can be read."""
    items = asked.items(split)
    texts = {doc.source.path: doc.text for doc in searcher.documents()}
    shown = f"{asked.name} {method}".strip()
    run = run_questions(
        with_method(method, searcher),
        items,
        method,
        questions=(asked.questions.name, file_digest(asked.questions)),
        split=split,
        rule=asked.rule,
        progress=None if progress is None else lambda done, total: progress(shown, done, total),
    )
    lost = 0 if asked.rule == "places" else words.unread(items, texts)
    run = replace(run, info=replace(run.info, set=asked.name, unread=lost))
    if asked.name not in ("", POLICY.name):
        run = replace(run, name=f"{asked.name}-{run.name}")
    return sealed(run) if asked.sealed else run
