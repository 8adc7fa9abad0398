"""A fragment (那重庆呢？ 由谁负责？) → the whole question, made from the question before it.

Nothing is understood here but grammar: a place or a year takes the place of one, the words before
呢 take the place of the words most like them, a predicate without a subject gets the subject of the
question before. A question that stands on its own is left as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from qa.asked.aspects import wanted
from qa.asked.names import GENRE_LAST
from qa.asked.slots import Slots, slots
from qa.asked.swapping import inserted, placed, stem, swapped
from qa.asked.units import asked_unit
from text.normalize import fold
from youju.records import DocNames, FollowUp, Span

# How alike texts are to a wording, 0–1 each; None where nothing can tell.
Like = Callable[[str, Sequence[str]], Sequence[float]]

_LEAD = re.compile(
    r"(?:(?:那么?|还有|另外|以及|至于|对于|关于|如果(?:是|换成)?|要是|换成?|改成|而|同样是?)(?![个项份些种条里天年月边样])[,\s]{0,3}){1,3}"
)
_POLITE = re.compile(r"(?:再|请|想|我){0,3}问(?:一下|下)?[,\s]{0,3}")
_END = re.compile(r"[?。!,;\s]{1,20}$")
_PARTICLE = re.compile(
    r"(?:的?(?:情况|话)?(?:又?(?:怎么样|怎样|如何))?呢|的?情况|又?(?:怎么样|如何))$"
)
# 它, 该, 这项 …: what stands before is meant. 这个月 and 该怎么办 mean nothing before.
_POINTER = re.compile(
    r"(?:它们?|其(?![他它中余实])|上述|前述|此(?!外)|该(?![怎如谁找由去向交不是做干])"
    r"|[这那][个项份部条些种笔类](?![月年周天])|这(?![个项份部条些种笔类月年周天几样么里边儿时]))"
)
_DEFINES = re.compile(r"^(?:什么(?:是|叫)|何谓|啥是)|(?:是(?:什么|啥)意思|指(?:的是)?(?:什么|啥))$")
# A predicate that opens with these has no subject of its own.
_SUBJECTLESS = re.compile(
    r"(?:又|都|还|最|要|需要?|应当?|必须|可以|能否?|能不能|可不可以|可否|是否|是不是|有没有|会不会"
    r"|归|由|被|向|找|去|在|到|从|按|分|共|一共|总共|有)?(?:(?<=[要需])[\u4e00-\u9fff]{1,3}?)?"
    r"(?:什么|啥|哪|谁|何|怎|如何|咋|为何|多少|多[久长大高]|几|能|可以|需|要|有没有|是否|是不是|会不会)"
)
_EMPTY = re.compile(r"[的了是有在为要需到和与及或都也还又就]|情况|方面|具体|一下|一般")
# Characters of content: no topic, a bare predicate, what may be said of 这项, a clause.
_FEW, _SHORT, _POINTED, _LONG = 2, 5, 6, 14
_TAIL = 12  # characters at the end that 的情况又怎么样呢 may have, and that a short question has


def complete(
    text: str, before: Sequence[str], names: DocNames, like: Like | None = None
) -> FollowUp:
    """The question as it stands after those `before` it, oldest first.

    Each of those may be a fragment itself. `names` are the documents of the index.
    """
    known = ""
    for one in before:
        known = _one(one, known, names, like).text
    return _one(text, known, names, like)


def without_place(text: str, names: DocNames) -> str:
    """The question without the places that it names; "" where nothing is left to ask."""
    asked = slots(text, names)
    return _left(asked, asked.places)


def without_years(text: str, names: DocNames) -> str:
    """The question without its years; "" where nothing is left to ask."""
    asked = slots(text, names)
    return _left(asked, asked.years)


def _left(asked: Slots, cut: Sequence[Span]) -> str:
    kept = "".join(
        char for i, char in enumerate(asked.text) if not any(s.start <= i < s.end for s in cut)
    )
    return kept.strip(" 的、和与,，") if cut and kept.strip("?？ ") else ""


def _one(text: str, known: str, names: DocNames, like: Like | None) -> FollowUp:
    asked = _Fragment(text, names)
    if not known or not asked.body:
        return FollowUp(text, text, "bare" if asked.bare else "whole")
    if not asked.needs:
        return FollowUp(text, text)
    whole = asked.within(slots(known, names), like)
    return FollowUp(text, whole, "completed") if whole else FollowUp(text, text)


class _Fragment:
    """What was typed, without what leads to it and what ends it."""

    def __init__(self, text: str, names: DocNames) -> None:
        flat = " ".join(text.split())
        normal = fold(flat)
        start, end = 0, len(normal)
        tail = _END.search(normal)
        end = tail.start() if tail else end
        polite = _POLITE.match(normal)
        start = min(polite.end(), end) if polite else 0
        lead = _LEAD.match(normal, start)
        if lead is not None and not any(p.start == start for p in slots(flat, names).places):
            start = min(lead.end(), end)
        else:
            lead = None
        self.led = lead is not None
        particle = _PARTICLE.search(normal, max(start, end - _TAIL), end)
        if particle is not None and "呢" not in particle.group() and not self.led:
            particle = None  # 今天天气怎么样
        self.nominal = particle is not None
        end = particle.start() if particle else end
        self._headless = particle is not None and particle.group().startswith("的")
        self.body = slots(flat[start:end], names).text
        self._slots = slots(self.body, names)
        pointer = _POINTER.match(self._slots.normal) if not self._opens_place() else None
        self._pointer = pointer.end() if pointer is not None else 0
        if self._pointer and self.body[0] in "这那" and len(self.content) > _POINTED:
            self._pointer = 0  # 那种小作坊要办许可证吗

    def _opens_place(self) -> bool:
        """True for 那曲, 和田: what looks like a lead is a place."""
        return any(span.start == 0 for span in self._slots.places)

    @property
    def content(self) -> str:
        """What is said besides places, years and asking words."""
        cut = (*self._slots.named, *self._slots.asks, Span(0, self._pointer))
        return "".join(_EMPTY.sub("", self._slots.without(cut)).split()).strip(',;:"()')

    @property
    def _subjectless(self) -> bool:
        rest = self._slots.without((*self._slots.places, *self._slots.years)).strip()
        return _SUBJECTLESS.match(rest) is not None

    @property
    def _opened(self) -> bool:
        """True for 有哪些…, 由谁…, 需要…; not for 怎么办理护照."""
        return self._slots.normal[:1] not in frozenset("谁哪怎如咋何什啥")

    @property
    def needs(self) -> bool:
        """True when it says too little by itself, where there is a question before it."""
        asks, content = bool(self._slots.asks), self.content
        if (self._slots.titles and asks) or len(content) > _LONG:
            return False
        if self._pointer or (self.nominal and not (asks and len(content) > _FEW)):
            return True
        if not asks:
            return self.led or not content
        if _DEFINES.search(self._slots.normal):
            return False
        about = wanted(self._slots.normal)
        few = _FEW if self._slots.named or not self._opened else _SHORT
        if len(content) <= _FEW or (self._subjectless and len(content) <= few):
            return True
        return self.led or (bool(about.aspects) and not about.rest and len(self.body) <= _TAIL)

    @property
    def bare(self) -> bool:
        """True when nothing says what is meant, even without a question before it."""
        here = self._slots
        if not self.body:
            return self.led or self.nominal
        if here.titles or wanted(here.normal).aspects:
            return False
        content = self.content
        if not content:
            return self._pointer > 0 or self.nominal or self.led or not here.named
        if here.named or not here.asks or _DEFINES.search(here.normal):
            return False
        return len(content) <= _FEW and (self._subjectless or self._pointer > 0)

    def within(self, known: Slots, like: Like | None) -> str:
        """The question before it, with what this one puts in its place."""
        here = self._slots
        moved = slots(placed(known, here), None)
        content = self.content
        same = not here.asks or (
            here.kind == known.kind and asked_unit(here.normal) in ("", asked_unit(known.normal))
        )
        if here.titles and not here.asks:
            return _asking(inserted(known, here))
        if not content and same and not self._pointer:
            return _asking(moved.text) if moved.text != known.text or here.named else ""
        words = self._words()
        if not here.asks or self.nominal:
            if known.titles and GENRE_LAST.search(content):
                return _asking(inserted(known, here))
            if wanted(known.normal).aspects and wanted(here.normal).aspects:
                return _asking(stem(moved, here, f"的{words}是什么"))
            return _asking(swapped(moved, words, like, headless=self._headless))
        if same and content and not self._subjectless and not self._pointer:
            found = swapped(moved, _subject(here), like, sure=True)
            if found:
                return _asking(found)
        if self.led and len(content) > _SHORT and not self._pointer:
            lead = "" if here.places else "".join(s.of(known.text) for s in known.places[:1])
            return _asking(f"{lead}{self.body}")
        at_noun = self._pointer > 0 and here.normal[0] not in "它其"
        return _asking(
            stem(
                moved, here, words, pointed=at_noun, apart=not (self._subjectless or self._pointer)
            )
        )

    def _words(self) -> str:
        """What is said besides places and years, as it was typed."""
        here = self._slots
        cut = [*here.places, *here.years]
        kept = "".join(
            char
            for i, char in enumerate(here.text)
            if i >= self._pointer and not any(s.start <= i < s.end for s in cut)
        )
        return kept.strip(" ,，的").strip() or here.text


def _subject(here: Slots) -> str:
    """What stands before the first asking word, places and years aside."""
    first = here.asks[0].start if here.asks else len(here.text)
    cut = [*here.places, *here.years]
    return "".join(
        char
        for i, char in enumerate(here.text[:first])
        if not any(s.start <= i < s.end for s in cut)
    ).strip(" ,，的")


def _asking(text: str) -> str:
    text = text.strip(" ,，")
    return text if not text or text[-1] in "?？。!！" else f"{text}？"
