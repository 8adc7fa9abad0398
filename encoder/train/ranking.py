"""Questions with their candidates as the product finds them, to fit a ranker on.

Groups of documents on one subject stand in for an installation: they are read, indexed and
searched by the product's own code. So are encyclopedia passages with their questions, which know
nothing of documents and clauses: what a ranker learns must hold there too. Documents and questions
are those that the (fold) encoder was trained without, or its score would look too good.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from encoder.train import sources
from encoder.train.sources import ClauseQuestions
from index import build
from index.retrieve import HybridIndex
from ingest.passages import passages
from ingest.pipeline import policy_doc
from qa.asked.question import analyze
from text.normalize import squeeze
from youju.errors import YoujuError
from youju.records import Encoder, ExtractedText, Passage, PolicyDoc, PolicyMeta, SourceFile, Span

log = logging.getLogger(__name__)
LAW_SHARE = 0.15  # of the laws: there are many more of them than policies
ENCYCLOPEDIA = 0.4  # of the held-out encyclopedia questions
_GOLD = 0.6  # of the clause's character pairs stand in the passage, or the other way round


@dataclass(frozen=True, slots=True)
class Examples:
    """All candidates of all questions, one below the other; `question` numbers them from 0."""

    matrix: np.ndarray  # float32, candidates × features
    gold: np.ndarray  # bool per candidate
    question: np.ndarray  # int32 per candidate
    document: np.ndarray  # int32 per question: the document that it was written for
    setting: np.ndarray  # str per question: what was searched, and the kind of question


@dataclass(frozen=True, slots=True)
class Read:
    """A document with its passages and the hand-written questions on its clauses."""

    doc: PolicyDoc
    passages: tuple[Passage, ...]
    questions: tuple[ClauseQuestions, ...]


def read_documents(data: Path, share: float, longest: int = 400) -> list[Read]:
    """The held-out documents that have questions: policies, and a share of the laws.

    Documents of very many passages are left out.
    """
    asked: dict[str, list[ClauseQuestions]] = {}
    for record in sources.clause_questions(data):
        if sources.held_out(record.title, share):
            asked.setdefault(record.title, []).append(record)
    found: dict[str, Read] = {}
    for title, text in _texts(data):
        if title not in asked or title in found:
            continue
        digest = hashlib.sha256(text.encode()).hexdigest()
        source = SourceFile(f"{digest[:12]}.txt", digest, "txt", len(text.encode()))
        try:
            doc = policy_doc(source, ExtractedText(text, "utf-8"))
        except YoujuError:
            continue
        pieces = passages(doc)
        if 1 < len(pieces) <= longest:
            found[title] = Read(doc, pieces, tuple(asked[title]))
    return [found[title] for title in sorted(found)]


def _texts(data: Path) -> Iterator[tuple[str, str]]:
    """(folded title, text) of every policy, and of some laws, put together from their articles."""
    for row in sources.rows(data / "policies.jsonl.gz"):
        yield sources.fold(row["title"]), f"{row['title']}\n{row['text']}"
    laws: dict[str, list[str]] = {}
    for row in sources.rows(data / "laws.jsonl.gz"):
        if sources.fraction(row["law"], "ranking") < LAW_SHARE:
            laws.setdefault(row["law"], []).append(f"{row['article']}　{row['text']}")
    for title, articles in laws.items():
        yield sources.fold(title), "\n".join([title, *articles])


def groups(reads: Sequence[Read], encoder: Encoder, size: int) -> list[list[Read]]:
    """Documents of one subject together: each group is a document and the nearest ones left."""
    means = np.array([encoder.encode([p.body for p in r.passages]).mean(axis=0) for r in reads])
    means -= means.mean(axis=0)
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    left = list(range(len(reads)))
    made = []
    while left:
        order = sorted(left, key=lambda n: (-float(means[n] @ means[left[0]]), n))[:size]
        made.append([reads[n] for n in order])
        left = [n for n in left if n not in set(order)]
    return made


def pairs_of(text: str) -> set[str]:
    """The character pairs of a folded text without white space."""
    bare = squeeze(text)
    return {bare[i : i + 2] for i in range(len(bare) - 1)}


def is_gold(clause: set[str], passage: set[str]) -> bool:
    """True when the passage holds most of the clause, or is a part of it."""
    shared = len(clause & passage)
    return shared >= _GOLD * len(clause) or shared >= 0.9 * max(len(passage), 8)


_Found = tuple[str, str, np.ndarray, np.ndarray]


def candidates(group: Sequence[Read], encoder: Encoder) -> Iterator[_Found]:
    """(document id, kind, features, gold per candidate) of the questions on clauses found."""
    docs = [read.doc for read in group]
    pieces = [piece for read in group for piece in read.passages]
    index = HybridIndex(build.build(docs, pieces, encoder), encoder, store="exact")
    known = [pairs_of(piece.body) for piece in index.passages]
    names = index.names()
    for read in group:
        for record in read.questions:
            clause = pairs_of(record.clause)
            gold = np.array([is_gold(clause, pairs) for pairs in known])
            if not gold.any():
                continue
            for text in (*record.colloquial, record.plain):
                found = index.candidates(analyze(text, names))
                kind = "plain" if text == record.plain else "everyday"
                yield read.doc.id, kind, found.matrix, gold[found.rows]


def encyclopedia(data: Path, encoder: Encoder, share: float) -> Iterator[_Found]:
    """The same for held-out encyclopedia passages, each a document of its own."""
    asked: dict[str, list[str]] = {}
    for name in ("cmrc2018", "drcd"):
        for pair in sources.file_pairs(data, name, name):
            if sources.held_out(pair.positive, share):
                asked.setdefault(pair.positive, []).append(pair.query)
    docs, pieces = [], []
    for number, text in enumerate(asked):
        name = f"{number:06d}"
        digest = hashlib.sha256(text.encode()).hexdigest()
        source = SourceFile(name, digest, "txt", len(text.encode()))
        docs.append(PolicyDoc(name, source, text, digest, PolicyMeta(), ()))
        pieces.append(Passage(name, name, "clause", (), (), Span(0, len(text)), "", text))
    index = HybridIndex(build.build(docs, pieces, encoder), encoder, store="exact")
    names = index.names()
    for number, questions in enumerate(tqdm(asked.values(), desc="百科", mininterval=5)):
        for question in questions:
            if sources.fraction(question, "ranking") < ENCYCLOPEDIA:
                found = index.candidates(analyze(question, names))
                yield f"{number:06d}", "question", found.matrix, found.rows == number


def examples(data: Path, encoder: Encoder, share: float, sizes: Sequence[int]) -> Examples:
    """The questions on held-out documents, once per size of the collections, and encyclopedia's."""
    reads = read_documents(data, share)
    found: list[tuple[str, _Found]] = []
    for size in sizes:
        made = groups(reads, encoder, size)
        log.info("%d 个文件，每 %d 个一组，共 %d 组", len(reads), size, len(made))
        for group in tqdm(made, desc="候选", mininterval=5):
            found += [(f"{size} documents", row) for row in candidates(group, encoder)]
    found += [("encyclopedia", row) for row in encyclopedia(data, encoder, share)]
    lengths = [len(matrix) for _, (_, _, matrix, _) in found]
    _, document = np.unique([f"{place[-3:]} {row[0]}" for place, row in found], return_inverse=True)
    return Examples(
        matrix=np.concatenate([matrix for _, (_, _, matrix, _) in found]),
        gold=np.concatenate([gold for _, (_, _, _, gold) in found]),
        question=np.repeat(np.arange(len(lengths), dtype=np.int32), lengths),
        document=document.astype(np.int32),
        setting=np.array([f"{place}, {kind}" for place, (_, kind, _, _) in found]),
    )
