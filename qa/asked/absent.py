"""Documents that a question names in 《》 and that the library lacks, though others speak of them.

《食品安全法》 also stands in the title of its 实施条例: what answers is then not what was named.
"""

from __future__ import annotations

import re

from qa.asked.names import GENRE_LAST, MARKS, QUOTED
from text.normalize import fold
from youju.records import DocNames

_STATE = "中华人民共和国"
_LAW_LAST = re.compile(r"法$|法典$")
# What may follow the name of a document in its own title: (试行), 的通知.
_BESIDE = re.compile(r"(?:\([^()]{0,40}\)|的?(?:通知|决定|公告|通告|函|批复|命令|令))+")
_MOST = 64  # documents that hold the name; of more one is surely it


def absent(text: str, names: DocNames) -> tuple[str, ...]:
    """The names in 《》, as typed, of documents that no title of the library is the name of.

    Only whole names count, which end with what kind of document it is; a part of a title
    (《加强食品安全》) may be short for one that is there.
    """
    return tuple(name for name in dict.fromkeys(QUOTED.findall(text)) if _lacks(name, names))


def _lacks(quoted: str, names: DocNames) -> bool:
    name = _bare(quoted)
    if not (GENRE_LAST.search(name) or _LAW_LAST.search(name)):
        return False
    near = names.holding(name, _MOST)
    if near is None or names.numbered_in(fold(quoted)):
        return False
    titles = [_bare(title) for one in near for title in (one.title, *one.also)]
    return not any(_is(name, title) for title in titles)


def _is(name: str, title: str) -> bool:
    """Whether the title is the document's own: nothing but (试行) or 的通知 follows its name."""
    at = title.rfind(name)
    rest = title[at + len(name) :]
    return at >= 0 and (not rest or _BESIDE.fullmatch(rest) is not None)


def _bare(title: str) -> str:
    return MARKS.sub("", fold(title)).replace(_STATE, "")
