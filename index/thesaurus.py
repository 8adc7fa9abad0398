"""Everyday wording → official terms, from a plain file that people can edit.

One group per line, `拉黑、上黑名单 => 质量失信黑名单、失信联合惩戒`; `#` starts a comment.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from index.lexical import Lexicon
from text.normalize import fold
from text.words import precise, words
from youju.errors import SettingsError

BUILT_IN = Path(__file__).with_name("thesaurus.txt")

_MAX_TERMS = 12
_PARTIAL = 0.5  # a phrase found in part counts when this share of its bigrams' weight is there
_MIN_PAIRS = 3  # shorter phrases are found whole or not at all
_PARTIAL_WEIGHT = 0.5  # and then counts this much of a phrase found whole


@dataclass(frozen=True, slots=True)
class Group:
    """Plain wordings that mean any of the official terms."""

    plain: tuple[str, ...]
    official: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Thesaurus:
    """Groups with look-up tables: phrases by their first characters and by their bigrams."""

    groups: tuple[Group, ...]
    phrases: tuple[tuple[str, int], ...]  # (folded plain wording, group)
    by_start: Mapping[str, Sequence[int]]  # first two characters → phrases, longest first
    by_bigram: Mapping[str, Sequence[int]]

    def expand(self, text: str) -> list[tuple[str, float]]:
        """Official terms for the wording found in a text, best first, weights in (0, 1].

        A wording found whole weighs 1, one found in part at most a half; a group of several terms
        shares its weight among them.
        """
        folded = fold(text).lower()
        strength: dict[int, float] = defaultdict(float)
        for phrase, weight in {**self._partly(folded), **self._whole(folded)}.items():
            group = self.phrases[phrase][1]
            strength[group] = max(strength[group], weight)
        terms: dict[str, float] = {}
        for group, weight in strength.items():
            official = self.groups[group].official
            for term in official:
                if fold(term).lower() not in folded:
                    share = weight / math.sqrt(len(official))
                    terms[term] = max(terms.get(term, 0.0), share)
        ranked = sorted(terms.items(), key=lambda item: (-item[1], item[0]))
        return ranked[:_MAX_TERMS]

    def _whole(self, text: str) -> dict[int, float]:
        """Phrases that stand in the text; one inside a longer one does not count."""
        edges = _word_edges(text)
        found: dict[int, float] = {}
        end = 0
        for place in range(len(text)):
            starts = (text[place : place + 2], text[place])
            for phrase in (p for start in starts for p in self.by_start.get(start, ())):
                wording = self.phrases[phrase][0]
                if place + len(wording) <= end or not text.startswith(wording, place):
                    continue
                stop = place + len(wording)
                # Two characters may meet by chance (发展中|介绍): they must not cut a word.
                if len(wording) > 2 or {place, stop} <= edges:
                    end = stop
                    found[phrase] = 1.0
                    found.update((p, 1.0) for p in self._same(wording))
                    break
        return found

    def _same(self, wording: str) -> list[int]:
        start = self.by_start.get(wording[:2], ())
        return [phrase for phrase in start if self.phrases[phrase][0] == wording]

    def _partly(self, text: str) -> dict[int, float]:
        """Phrases of which enough bigrams, weighted by rarity, stand in the text."""
        shared: Counter[int] = Counter()
        weight: dict[int, float] = defaultdict(float)
        for pair in _pairs(text):
            phrases = self.by_bigram.get(pair, ())
            rarity = self._rarity(len(phrases))
            for phrase in phrases:
                shared[phrase] += 1
                weight[phrase] += rarity
        found: dict[int, float] = {}
        for phrase, count in shared.items():
            if count < 2:  # one shared pair says too little
                continue
            pairs = _pairs(self.phrases[phrase][0])
            whole = sum(self._rarity(len(self.by_bigram[pair])) for pair in pairs)
            if weight[phrase] >= _PARTIAL * whole:
                found[phrase] = _PARTIAL_WEIGHT * weight[phrase] / whole
        return found

    def _rarity(self, count: int) -> float:
        return math.log1p(len(self.phrases) / (count + 0.5))


def weights_for(
    terms: Sequence[tuple[str, float]], question: Sequence[str], lexicon: Lexicon
) -> dict[str, float]:
    """Weights of the words that the terms add to a question's words, for `Lexicon.scores`.

    Together they carry no more idf than the question itself does, so that a broad group cannot
    drown it.
    """
    own = set(question)
    weights: dict[str, float] = {}
    for term, weight in terms:
        for word in set(words(term)) - own:
            if word in lexicon:
                weights[word] = max(weights.get(word, 0.0), weight)
    added = sum(weight * lexicon.idf(word) for word, weight in weights.items())
    limit = sum(lexicon.idf(word) for word in own if word in lexicon)
    scale = min(1.0, limit / added) if added and limit else 1.0
    return {word: weight * scale for word, weight in sorted(weights.items())}


def load(extra: Path | None = None) -> Thesaurus:
    """The built-in groups and those of an extra file. Raises SettingsError naming bad lines."""
    built_in = _built_in()
    return built_in if extra is None else _index(built_in.groups + read(extra))


def read(path: Path) -> tuple[Group, ...]:
    """The groups of one file. Raises SettingsError when it is unreadable or names bad lines."""
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"无法读取同义词表 {path}：请检查路径和权限，并确认文件是 UTF-8 编码。"
        ) from error
    groups: list[Group] = []
    bad: list[int] = []
    for number, line in enumerate(lines, 1):
        rule = line.split("#", 1)[0].strip()
        if not rule:
            continue
        plain, arrow, official = rule.partition("=>")
        group = Group(_phrases(plain), _phrases(official))
        if arrow and group.plain and group.official and "=>" not in official:
            groups.append(group)
        else:
            bad.append(number)
    if bad:
        shown = "、".join(map(str, bad[:5])) + (" 等" if len(bad) > 5 else "")
        raise SettingsError(
            f"同义词表 {path} 第 {shown} 行有误：每行应写成“日常说法、… => 公文用语、…”。"
        )
    return tuple(groups)


def _phrases(side: str) -> tuple[str, ...]:
    parts = (part.strip() for part in side.split("、"))
    return tuple(dict.fromkeys(part for part in parts if part))


@lru_cache(maxsize=1)
def _built_in() -> Thesaurus:
    return _index(read(BUILT_IN))


def _index(groups: tuple[Group, ...]) -> Thesaurus:
    wordings = [fold("\n".join(group.plain)).lower().split("\n") for group in groups]
    phrases = [(plain, number) for number, group in enumerate(wordings) for plain in group]
    by_start: dict[str, list[int]] = defaultdict(list)
    by_bigram: dict[str, list[int]] = defaultdict(list)
    for number, (wording, _) in enumerate(phrases):
        by_start[wording[:2]].append(number)
        if len(wording) > _MIN_PAIRS:
            for i in range(len(wording) - 1):
                by_bigram[wording[i : i + 2]].append(number)
    for found in by_start.values():
        found.sort(key=lambda number: -len(phrases[number][0]))
    return Thesaurus(groups, tuple(phrases), by_start, by_bigram)


def _word_edges(text: str) -> set[int]:
    """Offsets at which a word begins or ends."""
    edges: set[int] = set()
    end = 0
    for word in precise(text):
        start = text.find(word, end)
        if start >= 0:
            end = start + len(word)
            edges.update((start, end))
    return edges


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}
