"""Parts of one question put into another: places and years, a document, a subject, a predicate."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from qa.asked.aspects import wanted
from qa.asked.slots import Slots
from qa.asked.units import COUNTED
from text.words import precise
from youju.records import Span

Like = Callable[[str, Sequence[str]], Sequence[float]]

_ALIKE = 0.3  # from here on words mean things of one kind
_ENDS = (0.3, 0.15)  # what a shared character at the end, at the beginning is worth
_MOST = 3  # shared characters that count
_WIDE = 4  # words of a stretch that may be replaced
_MANY = 200  # stretches that are compared
_TRIMS = 6  # words cut off an end
_PREDICATE = 4  # characters: what follows 谁 or 怎么 and is no topic
_BINDS = frozenset("在是有为要由对从到和与及或被把将按给向不得能可会就都也还最每各的了于比等")
_MARKS = re.compile(r"[,;:、。?!()\"《》\s]")
_ABOUT = re.compile(r"谁|何|怎|如何|咋|哪里|哪儿|多久|时候|时间|为什么")
_UNIT = re.compile(rf"(?:{COUNTED}|个?工作日|日|号|名|笔|套){{0,1}}(?:钱)?")
_DANGLING = re.compile(
    r"(?:[是为要有在由需须能应可达到共的归被]|不(?:得|能)?|超过|低于|高于|可以|应当|需要|必须|最[多少高低长短晚迟]"
    r"|每[年月日天周人户个次]|一般|一共|总共|分别|各|目标(?=[是为要达有]{0,4}$))$"
)
_EVERY = re.compile(r"每隔?$")
_COUNTED_ON = re.compile(rf"^(?:{COUNTED})(?=要|应|就|才|会|能|可)")
_ASKS_FIRST = re.compile(r"[由归被在要是能可应]{0,2}(?:什么|谁|哪|何|怎|如何|多|几)")
_FRONT = re.compile(r"(?:请问|我想(?:知道|问)|想问|麻烦问一下|帮我查(?:一下)?)[,\s]{0,2}")


def placed(known: Slots, here: Slots) -> str:
    """`known` with the places and years of `here` instead of its own, or before it."""
    edits: list[tuple[Span, str]] = []
    front = _FRONT.match(known.normal)
    start = front.end() if front else 0
    after = next((p.end for p in known.places if p.start == start), start)
    for own, new, at in ((known.places, here.places, start), (known.years, here.years, after)):
        if not new:
            continue
        words = Span(new[0].start, new[-1].end).of(here.text)
        if new is here.years and words[-1].isdigit():
            words += "年"
        if not own:
            edits.append((Span(at, at), words))
            continue
        edits.append((own[-1] if len(own) > 1 and new is here.places else own[0], words))
        if new is here.years:
            edits += [(span, "") for span in own[1:]]
    return _edited(known.text, edits)


def inserted(known: Slots, here: Slots) -> str:
    """`known` with the document that `here` names instead of its own, or before it."""
    title = here.titles[0].of(here.text) if here.titles else here.text
    if known.titles:
        return _edited(known.text, [(known.titles[0], title)])
    return f"{title}{known.text}"


def swapped(
    known: Slots, words: str, like: Like | None, *, sure: bool = False, headless: bool = False
) -> str:
    """`known` with `words` instead of what is most like them.

    Without anything like them they take the place of what stands before the asking words; "" then
    where it must be `sure`, and `headless` words (情节严重的) go before all.
    """
    windows = list(islice(_windows(known), _MANY))
    found = _likest(known, words, windows, like)
    if found is None and sure:
        return ""
    if found is None and headless:
        at = next((p.end for p in known.places if p.start == 0), 0)
        return f"{known.text[:at]}{words}的，{known.text[at:]}"
    if found is None:
        found = _last_before_asking(known)
    return _edited(known.text, [(found, words)])


def _likest(known: Slots, words: str, windows: Sequence[Span], like: Like | None) -> Span | None:
    if not windows:
        return None
    texts = [span.of(known.text) for span in windows]
    alike = like(words, texts) if like is not None else [0.0] * len(texts)
    best, most = None, _ALIKE
    for span, text, score in zip(windows, texts, alike, strict=True):
        tail, head = _shared(text[::-1], words[::-1]), _shared(text, words)
        total = score + _ENDS[0] * min(tail, _MOST) + _ENDS[1] * min(head, _MOST)
        if text != words and total > most:
            best, most = span, total
    if best is not None and words.endswith(best.of(known.text)[-1]):
        return _widened(known, best, words)
    return best


def _widened(known: Slots, span: Span, words: str) -> Span:
    """With what stands before and belongs to it, as far as `words` are about as long.

    森林|覆盖率 for 农产品合格率, 质量不好的|企业 for 造假的企业.
    """
    start = span.start
    for run in _runs(known):
        if run[0].start <= span.start < run[-1].end:
            start = run[0].start
    if "的" in words:
        piece = next((p.start for p in known.pieces() if p.covers(span)), start)
        start = max([piece, *(n.end for n in known.named if n.end <= span.start)])
    wide = Span(start, span.end)
    return wide if len(wide) <= max(len(words), len(span)) + 2 else span


def _shared(one: str, other: str) -> int:
    count = 0
    while count < min(len(one), len(other)) and one[count] == other[count]:
        count += 1
    return count


def _windows(known: Slots) -> Iterator[Span]:
    """Stretches of one to four words between what binds, asks, or names places and years."""
    for run in _runs(known):
        for first in range(len(run)):
            for last in range(first, min(first + _WIDE, len(run))):
                yield Span(run[first].start, run[last].end)


def _runs(known: Slots) -> list[list[Span]]:
    """The words of a question in runs that nothing divides."""
    free = known.without((*known.places, *known.years, *known.asks))
    runs: list[list[Span]] = [[]]
    at = 0
    for token in precise(free):
        start = free.lower().find(token, at)
        if start < 0:
            continue
        gap = free[at:start]
        at = start + len(token)
        if (gap and _MARKS.search(gap)) or gap.strip():
            runs.append([])
        if len(token) == 1 and token in _BINDS:
            runs.append([])
            continue
        last = runs[-1][-1] if runs[-1] else None
        if last and last.end == start and last.of(free).isdigit():
            runs[-1][-1] = Span(last.start, at)  # 3|级
        else:
            runs[-1].append(Span(start, at))
    return [run for run in runs if run]


def _last_before_asking(known: Slots) -> Span:
    """The run before the first asking word, else the last one, else the end."""
    runs = _runs(known)
    first = known.asks[0].start if known.asks else len(known.text)
    before = [run for run in runs if run[-1].end <= first]
    run = (before or runs or [[]])[-1]
    if len(run) > 1 and len(run[-1]) == 1 and run[-1].end == first and _amount(known, first):
        run = run[:-1]  # the verb: 不上牌|罚 多少
    run = run if len(run) < _WIDE else run[-(len(run) // 2) :]  # 养老机构|补贴标准
    return Span(run[0].start, run[-1].end) if run else Span(first, first)


def stem(
    known: Slots, here: Slots, words: str, *, pointed: bool = False, apart: bool = False
) -> str:
    """The subject of the question before, with the predicate `words`.

    `pointed`: they speak of what was named before; `apart`: they have a subject of their own.
    """
    kept, whole = _topic(known, here)
    if whole and _amount(known, len(kept)):
        last = precise(kept)[-1:]
        if last and len(last[0]) == 1 and last[0] not in _BINDS:
            kept = kept[:-1]  # 每月最高付 多少
    kept = _trimmed(kept).rstrip(" ,，、")
    if pointed:
        kept, words = _pointed_at(kept, words)
    return f"{kept}{'' if whole and (pointed or not apart) else '，'}{words}"


def _topic(known: Slots, here: Slots) -> tuple[str, bool]:
    """(what the question is about, True when a predicate may follow at once)."""
    if wanted(here.normal).aspects:
        about = wanted(known.normal)
        if known.titles:
            return known.text[: known.titles[-1].end], True
        if about.aspects and about.rest:
            at = known.normal.rfind(about.rest[-1])
            if at >= 0:
                return known.text[: at + len(about.rest[-1])], True
    piece, asks = _asking_piece(known)
    if asks is None:
        return known.text.rstrip("?？。!！吗呢吧么 "), False
    before = known.text[: asks.start]
    after = Span(asks.end, piece.end).of(known.text)
    spoken = known.without(known.named)[piece.start : asks.start]
    topic = len(re.sub(r"[的是为要有在由\s]", "", spoken))
    said = asks.of(known.normal)
    predicate = len(after) <= _PREDICATE and _ABOUT.search(said) is not None
    if topic >= 2 and (predicate or not after or _UNIT.fullmatch(after)):
        return before, True
    if topic > _PREDICATE and len(after) <= _PREDICATE and not said.startswith("有"):
        return before if said[0] in _BINDS else _without_verb(before), True
    after = after[1:] if said.endswith("几") else _COUNTED_ON.sub("", after)
    return _EVERY.sub("", before) + after, False


def _without_verb(before: str) -> str:
    """申请见习基地 of 申请见习基地要交, which wants an object."""
    bare = _trimmed(before)
    last = precise(bare)[-1:]
    short = bare == before and bool(last) and len(last[0]) <= 2 and bare.endswith(last[0])
    return bare[: -len(last[0])] if short and len(bare) > len(last[0]) + 3 else bare


def _trimmed(text: str) -> str:
    """Without the words at its end that want something after them: 是, 不得超过, 每月."""
    for _ in range(_TRIMS):
        dangling = _DANGLING.search(text, max(1, len(text) - 4))
        if dangling is None:
            break
        text = text[: dangling.start()]
    return text


def _asking_piece(known: Slots) -> tuple[Span, Span | None]:
    """The first clause that asks, and its asking words."""
    for piece in known.pieces():
        for asks in known.asks:
            if piece.overlap(asks):
                return piece, asks
    return Span(0, len(known.text)), None


def _pointed_at(kept: str, words: str) -> tuple[str, str]:
    """这项补贴怎么申请 after …补贴标准: up to the noun that is pointed at, and what follows it."""
    for length in range(min(len(words) - 1, 6), 1, -1):
        at = kept.rfind(words[:length])
        if at >= 0:
            return kept[: at + length], words[length:]
    noun = precise(words)[:1]
    rest = words[len(noun[0]) :] if noun else words
    return kept, rest if _ASKS_FIRST.match(rest) else words


def _amount(known: Slots, at: int) -> bool:
    """True where an amount is asked for at `at`."""
    return any(a.start == at and a.of(known.normal)[0] in "多几" for a in known.asks)


def _edited(text: str, edits: Sequence[tuple[Span, str]]) -> str:
    for span, words in sorted(edits, key=lambda edit: edit[0].start, reverse=True):
        text = f"{text[: span.start]}{words}{text[span.end :]}"
    return text
