"""Questions with their candidates as the product finds them, to fit a ranker on.

Groups of policy documents on one subject stand in for an installation: they are read, indexed and
searched by the product's own code. Documents and questions are those that the (fold) encoder was
trained without, or its score would look too good.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from datatypes import Encoder, ExtractedText, Passage, PolicyDoc, SourceFile
from encoder.train import sources
from encoder.train.sources import ClauseQuestions
from errors import YoujuError
from index import build
from index.retrieve import HybridIndex
from ingest.passages import passages
from ingest.pipeline import policy_doc
from qa.question import analyze
from text.normalize import squeeze

log = logging.getLogger(__name__)
_GOLD = 0.6  # of the clause's character pairs stand in the passage, or the other way round


@dataclass(frozen=True, slots=True)
class Examples:
    """All candidates of all questions, one below the other; `question` numbers them from 0."""

    matrix: np.ndarray  # float32, candidates × features
    gold: np.ndarray  # bool per candidate
    question: np.ndarray  # int32 per candidate
    document: np.ndarray  # int32 per question: the document that it was written for
    together: np.ndarray  # int32 per question: how many documents were searched, at most
    everyday: np.ndarray  # bool per question


@dataclass(frozen=True, slots=True)
class Read:
    """A document with its passages and the hand-written questions on its clauses."""

    doc: PolicyDoc
    passages: tuple[Passage, ...]
    questions: tuple[ClauseQuestions, ...]


def read_documents(data: Path, share: float, longest: int = 400) -> list[Read]:
    """The held-out policy documents that have questions; ones of very many passages left out."""
    asked: dict[str, list[ClauseQuestions]] = {}
    for record in sources.clause_questions(data):
        if sources.held_out(record.title, share):
            asked.setdefault(record.title, []).append(record)
    found: dict[str, Read] = {}
    for row in sources.rows(data / "policies.jsonl.gz"):
        title = sources.fold(row["title"])
        if title not in asked or title in found:
            continue
        text = f"{row['title']}\n{row['text']}"
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


def candidates(
    group: Sequence[Read], encoder: Encoder
) -> Iterator[tuple[str, bool, np.ndarray, np.ndarray]]:
    """(document id, everyday, features, gold per candidate) of the questions on clauses found."""
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
            for text, everyday in ((record.colloquial, True), (record.plain, False)):
                found = index.candidates(analyze(text, names))
                yield read.doc.id, everyday, found.matrix, gold[found.rows]


def examples(data: Path, encoder: Encoder, share: float, sizes: Sequence[int]) -> Examples:
    """Every question of the held-out policy documents, once per size of the collections."""
    reads = read_documents(data, share)
    number_of = {read.doc.id: number for number, read in enumerate(reads)}
    matrices, golds, rows = [], [], []
    for size in sizes:
        made = groups(reads, encoder, size)
        log.info("%d 个文件，每 %d 个一组，共 %d 组", len(reads), size, len(made))
        for group in tqdm(made, desc="候选", mininterval=5):
            for doc, everyday, matrix, gold in candidates(group, encoder):
                matrices.append(matrix)
                golds.append(gold)
                rows.append((number_of[doc], size, everyday))
    lengths = [len(matrix) for matrix in matrices]
    document, together, everyday_rows = (np.array(column) for column in zip(*rows, strict=True))
    return Examples(
        matrix=np.concatenate(matrices),
        gold=np.concatenate(golds),
        question=np.repeat(np.arange(len(lengths), dtype=np.int32), lengths),
        document=document.astype(np.int32),
        together=together.astype(np.int32),
        everyday=everyday_rows.astype(bool),
    )
