"""What is known of a question and each of its candidate passages, as a matrix of named numbers.

`compute` is a pure function, so a ranker can be fitted on exactly what it will see. The order of
`NAMES` is stable: new features go to the end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from index.catalog import Entry, same_region, years_in
from index.matching import Joined
from text.normalize import fold
from text.places import places_in, short_name
from youju.records import Passage, Question

SCORES = ("words", "bigrams", "thesaurus", "dense", "late", "document")
NAMES = (
    *SCORES,  # as they come from the methods
    *(f"{name}_z" for name in SCORES),  # in standard deviations over the candidates
    *(f"{name}_top" for name in SCORES),  # as a share of the best candidate's
    "cover",  # share of the question's idf found in the passage with its context
    "cover_body",  # … in the passage alone
    "cover_heading",  # … in the heading path
    "cover_last_heading",  # … in the last heading
    "pairs",  # share of the weight of the question's character pairs found in passage or context
    "pairs_body",  # … in the passage alone
    "pairs_near",  # … in its best stretch of NEAR characters
    "pairs_best",  # the largest `pairs` of all candidates: is it asked in the texts' own words?
    "rare",  # the question's rarest known word is there
    "run",  # longest stretch of the question found in the body, as a share of the question
    "known",  # share of the question's idf that the collection has at all (same for all)
    "length",  # log of the body's length
    "question_length",  # log of the question's length (same for all)
    "region_same",  # the document is of a region that the question names
    "region_other",  # the question names regions and the document is of another
    "place_absent",  # the document names places, but none that the question names
    "year_same",  # the passage names a year that the question names
    "year_document",  # … the document's dates or period do
    "year_other",  # the question names years, the passage names only others
    "document_same",  # the question names this document
    "document_other",  # the question names documents, but not this one
    "name_cover",  # share of the document name's characters pairs that stand in the question
    "row",  # a table row
    "meta",  # a header line
    "row_wanted",  # a table row, and the question asks for one
    "meta_wanted",  # a header line, and the question asks for one
    "figure_wanted",  # the body has a figure, and the question asks how much or when
    "time_wanted",  # the body has a date or a time limit, and the question asks when
    "owner_wanted",  # the body says who is in charge, and the question asks who
    "contact_wanted",  # the body has an address or a telephone number, and the question asks where
    "void",  # the document has lost its force
)

NEAR = 80  # about a sentence
_LEFT = 4  # characters that can say what is asked

_ROW_KINDS = frozenset({"row", "table", "table_row"})
_META_KINDS = frozenset({"meta", "metadata", "validity"})
_FIGURE = re.compile(r"[0-9〇一二三四五六七八九十百千万亿两]")
_HOW_MUCH = re.compile(
    r"多少|几[个家项年月成]|何时|什么时候|哪年|比例|占比|率|目标|达到|增长|数量|多大|多高"
)
_WHEN = re.compile(
    r"何时|什么时[候间]|几[月日号]|哪[年天月日]|多久|多长时间|[几多]少?[天日]|期限|时间|截止|时限"
)
_TIME = re.compile(r"[0-9〇一二三四五六七八九十两]{1,9}个?(?:年|月|工作日|日|天|小时|周)|季度")
_WHO = re.compile(r"谁|哪[个些]?(?:部门|单位|机构|人)|什么(?:部门|单位|机构)|归哪|牵头|主管")
_OWNER = re.compile(r"负责|主管|牵头|承担|会同|组织实施|[厅局委办]、")
_WHERE = re.compile(r"网址|网站|电话|热线|邮箱|邮件|地址|平台|哪里|在哪|渠道|途径|app")
_CONTACT = re.compile(r"https?:|www\.|@|[0-9]{3,4}-[0-9]{7,8}|[0-9]{7,}|网站|平台|app|公众号|热线")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A passage made ready for matching."""

    text: str
    body: str
    heading: str
    last_heading: str
    kind: str
    years: frozenset[int]
    figure: bool
    time: bool
    owner: bool
    contact: bool


@dataclass(frozen=True, slots=True)
class Pool:
    """A question with its candidates; `scores[name]`, `passages` and `entries` are parallel.

    `pairs` are the question's character pairs with their weights.
    """

    question: Question
    words: Sequence[str]
    idf: Callable[[str], float]
    known: Callable[[str], bool]
    pairs: Mapping[str, float]
    scores: Mapping[str, np.ndarray]
    passages: Sequence[Prepared]
    entries: Sequence[Entry]


def prepare(passage: Passage) -> Prepared:
    """Fold what the features compare."""
    body = fold(passage.body).lower()
    path = [fold(heading).lower() for heading in passage.path]
    return Prepared(
        text=fold(passage.text).lower(),
        body=body,
        heading="\n".join(path),
        last_heading=path[-1] if path else "",
        kind=passage.kind,
        years=frozenset(years_in(body)),
        figure=_FIGURE.search(body) is not None,
        time=_TIME.search(body) is not None,
        owner=_OWNER.search(body) is not None,
        contact=_CONTACT.search(body) is not None,
    )


def compute(pool: Pool) -> np.ndarray:
    """float32, shape (candidates, len(NAMES))."""
    count = len(pool.passages)
    matrix = np.zeros((count, len(NAMES)), np.float32)
    if not count:
        return matrix
    columns: dict[str, np.ndarray | Sequence[float] | float] = {}
    for name in SCORES:
        columns.update(_scaled(name, pool.scores[name]))
    columns.update(_coverage(pool))
    columns.update(_agreement(pool))
    columns.update(_kinds(pool))
    assert columns.keys() == set(NAMES), columns.keys() ^ set(NAMES)
    for place, name in enumerate(NAMES):
        matrix[:, place] = columns[name]
    return matrix


def _scaled(name: str, scores: np.ndarray) -> dict[str, np.ndarray]:
    spread, top = float(scores.std()), float(scores.max())
    return {
        name: scores,
        f"{name}_z": (scores - scores.mean()) / spread if spread > 1e-6 else np.zeros_like(scores),
        f"{name}_top": scores / top if top > 1e-6 else np.zeros_like(scores),
    }


def _coverage(pool: Pool) -> dict[str, np.ndarray | Sequence[float] | float]:
    normal = question_text(pool.question)
    weights = {word: pool.idf(word) for word in pool.words}
    whole = sum(weights.values()) or 1.0
    known = {word: weight for word, weight in weights.items() if pool.known(word)}
    rarest = max(known, key=lambda word: (known[word], word), default=None)

    def cover(texts: Joined) -> np.ndarray:
        found = np.zeros(len(texts))
        for word, weight in known.items():
            found += weight * texts.holding(word)
        return found / whole

    def cover_once(texts: Sequence[str]) -> np.ndarray:
        places = {text: place for place, text in enumerate(dict.fromkeys(texts))}
        return cover(Joined(list(places)))[[places[text] for text in texts]]

    weight_of_pairs = sum(pool.pairs.values()) or 1.0
    texts = Joined([p.text for p in pool.passages])
    bodies = Joined([p.body for p in pool.passages])
    in_text, _ = texts.near(pool.pairs, NEAR)
    in_body, nearby = bodies.near(pool.pairs, NEAR)
    return {
        "pairs": in_text / weight_of_pairs,
        "pairs_best": float(in_text.max()) / weight_of_pairs,
        "pairs_body": in_body / weight_of_pairs,
        "pairs_near": nearby / weight_of_pairs,
        "cover": cover(texts),
        "cover_body": cover(bodies),
        "cover_heading": cover_once([p.heading for p in pool.passages]),
        "cover_last_heading": cover_once([p.last_heading for p in pool.passages]),
        "rare": 0.0 if rarest is None else texts.holding(rarest),
        "run": bodies.longest_runs(normal) / max(1, len(normal)),
        "known": sum(known.values()) / whole,
        "length": [float(np.log1p(len(p.body))) for p in pool.passages],
        "question_length": float(np.log1p(len(normal))),
    }


def _agreement(pool: Pool) -> dict[str, Sequence[float]]:
    question = pool.question
    asked = set(question.years)
    names = _pairs(question_text(question))
    places = {name for _, _, name in places_in(question_text(question))}
    of_region = _once_per_entry(
        lambda e: float(any(same_region(region, e.region) for region in question.regions)), pool
    )
    elsewhere = [
        float(bool(question.regions) and entry.region is not None and not same)
        for entry, same in zip(pool.entries, of_region, strict=True)
    ]
    return {
        "region_same": of_region,
        "region_other": elsewhere,
        "place_absent": _once_per_entry(
            lambda e: float(bool(places) and bool(e.places) and places.isdisjoint(e.places)), pool
        ),
        "year_same": [float(bool(asked & p.years)) for p in pool.passages],
        "year_document": _once_per_entry(lambda e: float(bool(asked & set(e.years))), pool),
        "year_other": [
            float(bool(asked) and bool(p.years) and not asked & p.years) for p in pool.passages
        ],
        "document_same": _once_per_entry(lambda e: float(e.id in question.doc_ids), pool),
        "document_other": _once_per_entry(
            lambda e: float(bool(question.doc_ids) and e.id not in question.doc_ids), pool
        ),
        "name_cover": _once_per_entry(lambda e: _share(_name_pairs(e.name), names), pool),
        "void": _once_per_entry(lambda e: float(not e.in_force), pool),
    }


def _kinds(pool: Pool) -> dict[str, Sequence[float]]:
    kind = pool.question.kind
    wants_row, wants_meta = kind in _ROW_KINDS, kind in _META_KINDS
    text = question_text(pool.question)
    wants_figure, wants_time, wants_owner, wants_contact = (
        pattern.search(text) is not None for pattern in (_HOW_MUCH, _WHEN, _WHO, _WHERE)
    )
    kinds = [p.kind for p in pool.passages]
    return {
        "row": [float(k == "row") for k in kinds],
        "meta": [float(k == "meta") for k in kinds],
        "row_wanted": [float(wants_row and k == "row") for k in kinds],
        "meta_wanted": [float(wants_meta and k == "meta") for k in kinds],
        "figure_wanted": [float(wants_figure and p.figure) for p in pool.passages],
        "time_wanted": [float(wants_time and p.time) for p in pool.passages],
        "owner_wanted": [float(wants_owner and p.owner) for p in pool.passages],
        "contact_wanted": [float(wants_contact and p.contact) for p in pool.passages],
    }


def question_text(question: Question) -> str:
    """The question, folded and lower-cased."""
    return fold(question.normal or question.text).lower()


def matter(question: Question) -> str:
    """The question's text without the regions that it names, unless hardly anything is left."""
    text = rest = question_text(question)
    for region in question.regions:
        for name in (fold(region), short_name(fold(region))):
            rest = rest.replace(name, "")
    return rest if len(rest) >= _LEFT else text


def _once_per_entry(value: Callable[[Entry], float], pool: Pool) -> list[float]:
    known = {entry.id: entry for entry in pool.entries}
    values = {key: value(entry) for key, entry in known.items()}
    return [values[entry.id] for entry in pool.entries]


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}


@lru_cache(maxsize=4096)
def _name_pairs(name: str) -> frozenset[str]:
    return frozenset(_pairs(fold(name).lower()))


def _share(part: frozenset[str], whole: set[str]) -> float:
    return len(part & whole) / len(part) if part else 0.0
