"""The targets of one sentence: which of its values set a goal, for what, by which comparator.

A value counts when a comparing verb ties it to an indicator (合格率达到90%), a verb of doing to the
things counted (建成5个示范区), or when it goes on a list of such values. Grants, conditions
(面积100亩以上的), time limits and reports of the past set no goal: precision comes first.
"""

from __future__ import annotations

import re
from dataclasses import replace

from ingest.facts import comparator as compare
from ingest.facts import indicator as names
from ingest.facts.exclusion import SPANS, TIME_UNITS, is_grant, is_past
from ingest.facts.naming import completed, settled
from ingest.facts.place import Place, ends_stretch
from ingest.facts.quantity import Quantity, read
from ingest.facts.target import Part, Target
from text.quantities import Aligned, by_name, by_year, said_before, unaligned


def targets(text: str, *, years: frozenset[int] | None, goal: bool) -> list[Target]:
    """The targets of a folded sentence, in order of their values.

    `years` are those that govern it from outside; `goal` says that it stands among goals, so that
    bare list items count (名牌产品900个).
    """
    values = read(text)
    if not values:
        return []
    aligned = [*by_year(text, years), *by_name(text)]
    unsure = unaligned(text)
    again = said_before(text)
    out: list[Target] = []
    previous_end = 0
    for value in values:
        if value.start < previous_end:
            continue  # a figure that describes what was just counted
        pair = next((a for a in aligned if a.value[0] <= value.start < a.value[1]), None)
        found: Target | None = None
        resumed = next((g for g in again if g[1][0][0] <= value.start < g[1][-1][1]), None)
        if pair is not None and (resumed is None or pair.year is not None):
            found = _aligned(text, value, pair, aligned)
        elif resumed is not None:
            found = _resumed(text, value, values, out, *resumed)
        elif not any(a <= value.start < b for a, b in unsure):
            found = _stepped(text, value, out)
            found = found or Place(text, value, previous_end, tuple(out), goal).target()
        if found is not None:
            found = replace(found, name=settled(text, found.name))
            out.append(found)
        if found is not None or (value.unit not in SPANS and ends_stretch(text, value.end)):
            previous_end = max(value.end, found.name[1] if found else 0)
    return completed(text, out)


# ,2023年42公里; 其中2023年0.5万亩; ;到2025年,进一步压减到8.5%
_STEP_ON = re.compile(
    r"[,、;。\s]{1,4}(?:其中[,:]?)?(?:并?力争|预计|争取|确保)?(?:到|至|于)?(?P<year>(?:19|20)\d{2})年(?:底|末)?前?"
    r"[,\s]{0,2}(?P<verb>[^\d,;。]{0,8})"
)

# ,三年累计改造127公里
_SUMMED = re.compile(
    r"[,、;。\s]{1,4}[一二两三四五六七八九十\d]{1,2}年内?(?:累计|总?共|合计)[^\d,;。]{0,4}"
)


def _stepped(text: str, value: Quantity, before: list[Target]) -> Target | None:
    """The last target again for a further year, where nothing but that year and a verb is said."""
    if not before or before[-1].quantity.unit != value.unit or value.unit in TIME_UNITS:
        return None
    like = before[-1]
    if not ends_stretch(text, value.end):
        return None
    if _SUMMED.fullmatch(text, like.quantity.end, value.start):
        return replace(like, quantity=value, comparator=value.suffix, year=None)
    step = _STEP_ON.fullmatch(text, like.quantity.end, value.start)
    if step is None:
        return None
    split = compare.split_verb(f"标{step.group('verb')}")
    if step.group("verb").strip() and (split is None or split[0] != "标" or split[2]):
        return None
    word = compare.worded(split[1] if split else "", value.suffix)
    year = int(step.group("year"))
    return replace(like, quantity=value, comparator=word, year=year)


def _resumed(
    text: str,
    value: Quantity,
    values: list[Quantity],
    before: list[Target],
    verb: Part,
    places: list[Part],
    tail: Part,
) -> Target | None:
    """到2030年,分别达到8000万人次、600亿元: the last targets again, where the units agree."""
    each = [next((v for v in values if a <= v.start < b), None) for a, b in places]
    first = [target for target in before if target.quantity.start < places[0][0]]
    named = first[-len(places) :]
    if len(named) < len(places) or any(
        v is None or v.unit != target.quantity.unit for v, target in zip(each, named, strict=True)
    ):
        return None
    at = next(i for i, (a, b) in enumerate(places) if a <= value.start < b)
    if tail != (0, 0) and not value.suffix:
        value = replace(value, suffix=text[slice(*tail)])
    split = compare.split_verb(f"标{text[slice(*verb)]}")
    word = compare.worded(split[1] if split else "", value.suffix)
    like = named[at]
    return Target(value, like.name, word, like.prefix, like.head, counted=like.counted)


def _aligned(text: str, value: Quantity, pair: Aligned, pairs: list[Aligned]) -> Target | None:
    verb = text[slice(*pair.verb)]
    before = text[max(0, pair.name[0] - 2) : pair.name[1]] + verb
    past = is_past(before, text[: value.start])
    if past or is_grant(value.unit, before) or value.unit in TIME_UNITS:
        return None
    if pair.tail != (0, 0) and not value.suffix:
        value = replace(value, suffix=text[slice(*pair.tail)])
    found = compare.split_verb(f"标{verb}")
    word = found[1] if found else ""
    start, end = names.trimmed(text, *pair.name)
    if start == end:
        return None
    head = (0, 0)
    if pair.year is None:
        last = names.trimmed(text, *[p for p in pairs if p.verb == pair.verb][-1].name)
        own = text[start:end]
        head = names.after_group(text, last, own) if (start, end) != last else (0, 0)
        head = head if head[1] else names.shared_head(text, (start, end), last)
    comparator = compare.worded(word, value.suffix)
    return Target(value, (start, end), comparator, head=head, year=pair.year)
