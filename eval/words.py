"""Judging by words: does what was shown hold the words of the gold, and the answer every fact?

Kinder than judging by places (`eval.spans`), and fit for files of every format, of which the gold
knows the words but not where they stand once a reader has taken the page apart. A text is right
for a gold clause of its document when it holds the quotation, or half of it in one piece, or is
itself half of it or more. Texts are compared in their compatibility form without white space.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache

from eval.records import Gold, Outcome, QuestionItem
from eval.spans import same_source
from text.normalize import simplify, squeeze
from youju.errors import QuestionSetError

# What a question scores by words; `chars` counts the answer with its [n] marks, refused or not.
FIGURES = ("hit1", "mrr", "r5", "r10", "answer", "cite_r", "cite_p", "chars")
# The comparison: the first clause, the first three clauses as they stand, without any refusal.
WHOLE = ("clause1", "clause1_chars", "clause3", "clause3_chars")
DEPTH = 10
_LEAST = 6  # characters of half a quotation

Texts = Mapping[str, str]  # source path → original


@lru_cache(maxsize=1024)
def _tight(text: str) -> str:
    return squeeze(unicodedata.normalize("NFKC", text))


def covers(text: str, quote: str) -> bool:
    """True when `text` holds the quotation or half of it in one piece, or is half of it itself."""
    shown, wanted = _tight(text), _tight(quote)
    if not shown or not wanted:
        return False
    if wanted in shown:
        return True
    if shown in wanted and 2 * len(shown) >= len(wanted):
        return True
    half = max(_LEAST, len(wanted) // 2)
    if half > len(shown):
        return False
    return any(wanted[at : at + half] in shown for at in range(len(wanted) - half + 1))


def says(text: str, wording: str) -> bool:
    """True when the wording stands in the text, a figure at its edge being the whole figure."""
    said, wanted = _tight(simplify(text)), _tight(simplify(wording))
    left = r"(?<![\d.])" if wanted[:1].isdigit() else ""
    right = r"(?!\d)" if wanted[-1:].isdigit() else ""
    return re.search(left + re.escape(wanted) + right, said) is not None


def says_all(texts: Sequence[str], facts: Sequence[Sequence[str]]) -> bool:
    """True when of every fact one wording stands in one of the texts."""
    return all(any(says(text, word) for text in texts for word in group) for group in facts)


def right_for(source: str, text: str, golds: Sequence[Gold]) -> tuple[int, ...]:
    """Numbers (from 0) of the gold clauses that a text of `source` is right for."""
    return tuple(
        number
        for number, gold in enumerate(golds)
        if same_source(source, gold.doc)
        and any(covers(text, quote) for quote in (gold.quote, *gold.alt))
    )


def figures(item: QuestionItem, said: Outcome, texts: Texts) -> dict[str, float]:
    """What an answerable question scores by words, with the comparison; {} for another.

    Hits and citations count as they stand, beside a refusal too; a refusal is no answer.
    """
    if not item.answerable:
        return {}
    hits = [(hit.source, hit.span.of(texts[hit.source])) for hit in said.hits[:DEPTH]]
    found = [right_for(source, text, item.gold) for source, text in hits]
    cited = [right_for(c.source, c.quote, item.gold) for c in said.citations]
    first = next((rank for rank, right in enumerate(found, 1) if right), None)
    scores = {
        "hit1": float(first == 1),
        "mrr": 0.0 if first is None else 1 / first,
        "r5": _share(found[:5], item),
        "r10": _share(found, item),
        "cite_r": _share(cited, item),
        "cite_p": sum(map(bool, cited)) / len(cited) if cited else 0.0,
    }
    if said.error is None:
        scores["chars"] = float(len(said.text))
    if item.must_contain:
        scores["answer"] = float(not said.refused and says_all([said.text], item.must_contain))
    for n in (1, 3):
        whole = [text for _, text in hits[:n]]
        scores[f"clause{n}_chars"] = float(sum(map(len, whole)))
        if item.must_contain:
            scores[f"clause{n}"] = float(says_all(whole, item.must_contain))
    return scores


def _share(rights: Sequence[tuple[int, ...]], item: QuestionItem) -> float:
    """Share of the gold clauses that are in `rights`."""
    return len({number for right in rights for number in right}) / max(1, len(item.gold))


def require_documents(items: Sequence[QuestionItem], texts: Texts) -> None:
    """Raise QuestionSetError naming the documents of the gold that are not among the texts."""
    wanted = sorted({gold.doc for item in items for gold in item.gold})
    lost = [doc for doc in wanted if not any(same_source(path, doc) for path in texts)]
    if lost:
        raise QuestionSetError(
            f"题目所指的文件不在文档中，共 {len(lost)} 份：{'、'.join(lost[:10])}；"
            "请检查文件夹，或改正题目的 doc"
        )


def unread(items: Sequence[QuestionItem], texts: Texts) -> int:
    """Number of gold clauses whose words stand nowhere in their document as it was read."""
    return sum(
        not any(right_for(path, text, [gold]) for path, text in texts.items())
        for item in items
        for gold in item.gold
    )
