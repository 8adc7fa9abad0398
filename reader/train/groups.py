"""Examples with their wrong units, encoded, as the loop takes them: prepared once, kept on disk."""

from __future__ import annotations

import gzip
import itertools
import json
import pickle
import random
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from encoder.train.sources import fraction, rows
from reader.inputs import Encoded, Inputs
from reader.train import base, candidates, sources
from reader.train.negatives import Miner
from reader.train.sources import Example

MAX_TOKENS = 224
LAYERS = tuple(range(12))
_PLAIN_SHARE = 0.6  # of the clause questions without answering words
_MET_PLAIN = 0.12  # the same, where they are asked of the product
_MET_PARTS = (0.4, 1.0)  # where the share of the questions of the first two rehearsals ends
_MET_AGAIN = 0.2  # share of those questions that the last one asks again, beside the stories
_MET_WRONG = 3  # wrong units each
# Kinds of questions that tell what happened before they ask, or name their document as people do,
# and those that their whole document does not answer.
TOLD = frozenset({"story", "named", "absent"})
_NAMED = 0.2  # share of the questions that get their document's name or place
_BULK = ("zhihu", "work_reports", "kdconv", "crosswoz")  # everyday wording, for the vocabulary
_PLACE = re.compile(r"^.{2,6}?[省市州县区]")


@dataclass(frozen=True, slots=True)
class Group:
    """One question: the pair of the right unit first (when one answers), then the wrong ones.

    `answers` are the spans of the first pair that answer; None when they are not known.
    """

    pairs: list[Encoded]
    right: bool
    answers: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the loop needs: groups to learn from, groups of other documents to judge by."""

    groups: list[Group]
    held_out: list[Group]
    kept: list[int]  # ids of the base's pieces


def prepare(data: Path, own: Sequence[Path], exclude: Path | None, work: Path) -> Prepared:
    """The prepared groups, from `work` when they lie there."""
    path = work / "groups.pickle"
    if path.exists():
        with path.open("rb") as stream:
            return pickle.load(stream)  # our own file, written below
    names = sources.excluded(exclude)
    examples = _examples(data, own, names, _PLAIN_SHARE, 0.3 * _PLAIN_SHARE)
    documents = sources.neighbours(data, names)
    print(f"{sum(map(len, documents.values()))} units of {len(documents)} documents", flush=True)
    kept = _vocabulary(data, examples, documents, work)
    from index.encoder import BUNDLED, load_encoder

    miner = Miner(documents, load_encoder(BUNDLED))
    wrong = [
        found
        for at in range(0, len(examples), 4096)
        for found in miner.wrong(examples[at : at + 4096], 2, 1)
    ]
    print("wrong units drawn", flush=True)
    inputs = Inputs.load(work / "tokenizer.json", MAX_TOKENS)
    groups: list[Group] = []
    held_out: list[Group] = []
    for at in range(0, len(examples), 2048):
        block, beside = examples[at : at + 2048], wrong[at : at + 2048]
        for example, group in zip(block, _groups(block, beside, inputs), strict=True):
            (held_out if sources.held_out(example.title) else groups).append(group)
    prepared = Prepared(groups, held_out, kept)
    with path.open("wb") as stream:
        pickle.dump(prepared, stream)
    return prepared


def rehearsed(
    data: Path, own: Sequence[Path], exclude: Path | None, work: Path, part: int
) -> list[Group]:
    """Groups of the product's own hits (`candidates`), from `work` when they lie there.

    The first two parts have questions of their own, the last one what is told (`TOLD`) and some
    of the others again; none is of a held-out document. The tokenizer lies in `work`.
    """
    path = work / f"rehearsed-{part}.pickle"
    if path.exists():
        with path.open("rb") as stream:
            return pickle.load(stream)  # our own file, written below
    names = sources.excluded(exclude)
    examples = [
        replace(example, question=_named(example))
        for example in _examples(data, own, names, _MET_PLAIN, _MET_PLAIN)
        if not sources.held_out(example.title) and _is_of(example, part)
    ]
    texts = sources.whole_texts(data, {sources.bare(example.title) for example in examples})
    from index.encoder import BUNDLED, load_encoder

    found = list(candidates.met(examples, texts, load_encoder(BUNDLED), _MET_WRONG))
    print(f"{len(found)} questions asked of {len(texts)} documents", flush=True)
    pairs = iter(
        Inputs.load(work / "tokenizer.json", MAX_TOKENS).encode(
            [one.question for one in found for _ in one.units],
            list(itertools.chain.from_iterable(one.units for one in found)),
        )
    )
    groups = [
        Group(list(itertools.islice(pairs, len(one.units))), one.right, one.answers)
        for one in found
    ]
    with path.open("wb") as stream:
        pickle.dump(groups, stream)
    return groups


def _is_of(example: Example, part: int) -> bool:
    """Whether a rehearsal asks this question."""
    if part == len(_MET_PARTS):
        return example.kind in TOLD or fraction(example.question, "again") < _MET_AGAIN
    since, until = (0.0, *_MET_PARTS)[part : part + 2]
    return example.kind not in TOLD and since <= fraction(example.question, "rehearsed") < until


def _examples(
    data: Path, own: Sequence[Path], names: Collection[str], everyday: float, plain: float
) -> list[Example]:
    """All questions with answering words, and shares of those whose clause alone is known."""
    examples = list(sources.reader_examples([data / "reader.jsonl", *own], names))
    known = len(examples)
    for example in sources.clause_examples(data, names):
        share = everyday if example.kind == "everyday" else plain
        if fraction(example.question, "clauses") < share:
            examples.append(example)
    without = len(examples) - known
    print(f"{len(examples)} questions, {without} of them without answering words", flush=True)
    return examples


def _vocabulary(data: Path, examples: Sequence[Example], documents: dict, work: Path) -> list[int]:
    """Chooses the pieces, writes the tokenizer, gives the ids of the pieces in the base."""
    kept_path = work / "kept.json"
    if kept_path.exists() and (work / "tokenizer.json").exists():
        return json.loads(kept_path.read_text("utf-8"))
    source = base.packed()
    kept = base.vocabulary(source, _texts(data, examples, documents))
    made = base.tokenizer(
        [source.pieces[i] for i in kept], source.scores[kept].tolist(), kept.index(source.unknown)
    )
    made.save(str(work / "tokenizer.json"))
    kept_path.write_text(json.dumps(kept), "utf-8")
    print(f"{len(kept)} pieces kept", flush=True)
    return kept


def _texts(data: Path, examples: Sequence[Example], documents: dict) -> Iterator[str]:
    for example in examples:
        yield example.question
    for units in documents.values():
        for unit in units:
            yield unit.text
            yield unit.context
    for row in rows(data / "thesaurus.jsonl"):
        yield from (*row["plain"], *row["official"])
    for name in _BULK:
        with gzip.open(data / "text" / f"{name}.txt.gz", "rt", encoding="utf-8") as lines:
            yield from lines


def _groups(
    examples: Sequence[Example], wrong: Sequence[Sequence[sources.Unit]], inputs: Inputs
) -> Iterator[Group]:
    listed = []
    for example, units in zip(examples, wrong, strict=True):
        none = example.answers == ()
        # a near-miss question is asked of its own unit; its neighbours may well answer it
        asked = [example.unit] if none else [example.unit, *units]
        listed.append((_named(example), asked, none, example.answers))
    pairs = iter(
        inputs.encode(
            [question for question, asked, _, _ in listed for _ in asked],
            list(itertools.chain.from_iterable(asked for _, asked, _, _ in listed)),
        )
    )
    for _, asked, none, answers in listed:
        yield Group(list(itertools.islice(pairs, len(asked))), not none, answers)


def _named(example: Example) -> str:
    """Some questions name their document or its place, as people do."""
    share = fraction(example.question, "named")
    title = example.title.strip("《》")
    if example.kind in TOLD or share >= _NAMED or len(title) > 30:
        return example.question
    place = _PLACE.match(title)
    if share < _NAMED / 2 and place:
        return f"{place.group()}{example.question}"
    return f"{title}{'里' if share < 0.75 * _NAMED else '规定'}，{example.question}"


def batches(groups: Sequence[Group], tokens: int, rng: random.Random) -> Iterator[list[Group]]:
    """Groups in random order, about `tokens` tokens (padding counted) at a time, like lengths
    together."""
    order = list(groups)
    rng.shuffle(order)
    for at in range(0, len(order), 1024):
        block = sorted(order[at : at + 1024], key=_longest)
        made: list[list[Group]] = []
        current: list[Group] = []
        for group in block:
            pairs = sum(len(g.pairs) for g in current) + len(group.pairs)
            if current and pairs * _longest(group) > tokens:
                made.append(current)
                current = []
            current.append(group)
        if current:
            made.append(current)
        rng.shuffle(made)
        yield from made


def _longest(group: Group) -> int:
    return max(len(pair.ids) for pair in group.pairs)
