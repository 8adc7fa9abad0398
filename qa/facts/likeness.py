"""Which facts a text may mean, and which indicators of different documents are the same.

Likeness of names is IDF-weighted overlap of character pairs and cosine of the encoder; both have to
agree, so that 农资产品 is no 农产品. Pairs stay inside words, so that 品抽 joins no 食品抽检 to
药品抽检; a pair that many names hold (合格, 格率) tells little. Names are compared without their
own region.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from qa.facts.aliases import Aliases, normal
from text.places import short_name
from text.words import bigrams, precise, words
from youju.records import DocFacts, Fact, Matched, Retriever

_CONTEXT = 0.5  # what a heading's match is worth beside the name's own
_OTHER_MEASURE = 0.5  # 合格率 and 覆盖率 are unlike, whatever they are of
_OTHER_THING = 0.8  # 服务质量提升平台 counts platforms, not 服务质量
_MEASURE = re.compile(r"(?:..[率度]|指数|比[例重值]|总?额|增加值|产值|收入|面积|浓度)$")
_COUNTED = re.compile(r"(?:总量|数量|总数|[个户项件家名所种处]数|目标|指标|要求)$")
_LONG = 3  # characters of a word that has no parts
_REMAINDER = 0.85  # 其他工程 is what another name leaves
REST = re.compile(r"其[他它]")
_DATED = re.compile(r"[(（](?:\d{4}年?|[^()（）]*年)[)）]$")
# Whose: said or left out, the indicator is the same.
_WIDE = re.compile(
    r"^(?:每个?(?:年|周|月|季度?|学期|[一两二三四五\d]{1,2}年|(?:设区的?)?[省市县区州乡镇村])(?:\([^()]{1,12}\))?"
    r"|全[省市区县国]|本[省市区县地]|我[省市区县]|[省市](?=名牌|著名))"
)


@dataclass(frozen=True, slots=True)
class Names:
    """Names made comparable: pairs with their rarity among the names, and unit vectors."""

    texts: tuple[str, ...]
    pairs: tuple[Mapping[str, float], ...]
    vectors: np.ndarray

    def likeness(self, i: int, j: int) -> float:
        """0–1, symmetric. Names that each add something (生产性, 生活性) are unlike."""
        one, two = self.pairs[i], self.pairs[j]
        whole = sum(one.values()), sum(two.values())
        if self.texts[i] == self.texts[j]:
            return 1.0
        if min(whole) <= 0 or measure(self.texts[i]) != measure(self.texts[j]):
            return 0.0
        in_two = sum(weight for pair, weight in one.items() if pair in self.texts[j])
        in_one = sum(weight for pair, weight in two.items() if pair in self.texts[i])
        own = 1 - in_two / whole[0], 1 - in_one / whole[1]
        cosine = max(0.0, float(self.vectors[i] @ self.vectors[j]))
        rest = _REMAINDER if REST.match(self.texts[i]) or REST.match(self.texts[j]) else 1.0
        shared = (in_one + in_two) / sum(whole)
        return 0.5 * (shared + cosine) * (1 - min(own)) * rest


def named(names: Sequence[str], retriever: Retriever) -> Names:
    """Canonical names ready to be compared; the first of a name is the one that counts."""
    names = tuple(dict.fromkeys(names))
    cut = [_pairs(name) for name in names]
    held = Counter(pair for pairs in cut for pair in pairs)
    weight = {pair: math.log1p(len(names) / count) for pair, count in held.items()}
    vectors = retriever.embed(list(names)) if names else np.zeros((0, 1), np.float32)
    return Names(names, tuple({p: weight[p] for p in pairs} for pairs in cut), vectors)


@lru_cache(maxsize=65536)
def _pairs(name: str) -> tuple[str, ...]:
    """Pairs of characters, within words and, of long words such as 工程验收, within their parts."""
    pairs: list[str] = []
    for word in precise(name):
        parts = [part for part in words(word) if len(part) == 2] if len(word) > _LONG else []
        pairs += parts or bigrams(word)
    return tuple(dict.fromkeys(pairs))


@lru_cache(maxsize=65536)
def bare(name: str, region: str | None, aliases: Aliases) -> str:
    """An indicator's canonical name without its region, its count word and its year."""
    text = undated(normal(name))
    if region:
        text = re.sub(rf"{re.escape(short_name(region))}[省市区县]?", "", text) or text
    text = _WIDE.sub("", text) or text
    return aliases.canonical(_COUNTED.sub("", text) or text)


def undated(name: str) -> str:
    """A name without the year in brackets that ends it: 新增标准创新奖个数(2020年)."""
    return _DATED.sub("", name) or name


def measure(name: str) -> str:
    """What a name measures: the end of 合格率, 满意度, 增加值; '' for things that are counted."""
    match = _MEASURE.search(name)
    return match.group()[-2:] if match else ""


def matches(
    text: str, docs: Sequence[DocFacts], retriever: Retriever, aliases: Aliases
) -> tuple[list[Matched], Names]:
    """Every fact with its confidence (0–1), best first, then in document order; and their names.

    `text` names an indicator, without places and years.
    """
    asked = bare(text, None, aliases)
    facts = [fact for doc in docs for fact in doc.facts]
    if not asked or not facts:
        return [], named([], retriever)
    names = [bare(fact.indicator, fact.region, aliases) for fact in facts]
    told = named([asked, *names], retriever)
    places = {name: i for i, name in enumerate(told.texts)}
    scores = [
        _confidence(told, places[name], fact, aliases)
        for name, fact in zip(names, facts, strict=True)
    ]
    found = [Matched(fact, score) for fact, score in zip(facts, scores, strict=True)]
    return sorted(found, key=lambda m: (-m.confidence, m.fact.doc_id, m.fact.span)), told


def _confidence(told: Names, place: int, fact: Fact, aliases: Aliases) -> float:
    asked, name = told.texts[0], told.texts[place]
    if asked == name:
        return 1.0
    whole = sum(told.pairs[0].values())
    if whole <= 0:
        return 0.0
    context = aliases.canonical("".join(fact.path[-2:]))
    share = 0.0
    for pair, weight in told.pairs[0].items():
        share += weight * (1.0 if pair in name else _CONTEXT if pair in context else 0.0)
    share /= whole
    of_name = told.pairs[place]
    held = sum(weight for pair, weight in of_name.items() if pair in asked)
    more = 1 - held / (sum(of_name.values()) or 1.0)
    cosine = max(0.0, float(told.vectors[0] @ told.vectors[place]))
    both = 0.5 * min(share, cosine) + 0.25 * (share + cosine)
    unlike = measure(asked) and measure(asked) != measure(name)
    kept = _OTHER_MEASURE if unlike else 1.0
    if not measure(name) and name[-2:] not in asked:
        kept = min(kept, _OTHER_THING)
    return round(both * (1 - min(1 - share, more)) * kept, 4)
