"""The clause tree while it grows, and its last form: records in document order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ingest.labels import LAW_KINDS
from text.normalize import fold
from text.numerals import to_chinese
from youju.records import Clause, Span


@dataclass(slots=True, eq=False)
class Node:
    """A clause while it grows; offsets are into the original."""

    kind: str
    label: str
    heading: str
    start: int
    end: int
    own_end: int
    depth: int
    number: int | None = None
    paragraphs: int = 0
    leads: bool = False  # a paragraph that ends with a colon: what follows it are its items
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)  # children by kind
    rich: set[str] = field(default_factory=set)  # kinds of children that hold several paragraphs

    def ancestors(self) -> Iterator[Node]:
        """The node itself, then its parents up to the root."""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.parent


def tidy(original: str, root: Node) -> None:
    """Take back headings that the whole list shows to be text.

    The closing item of a list whose items end with a semicolon is no heading; nor is a short
    sentence that nothing stands below; nor is the short first sentence of a paragraph that has no
    fellows. A paragraph between two clauses that count on belongs to the first of them.
    """
    waiting = [root]
    while waiting:
        node = waiting.pop()
        _gather(node)
        waiting.extend(node.children)
        listed = {c.kind for c in node.children if _own(original, c).endswith(";")}
        loose = sum(child.kind == "题" for child in node.children)
        for child in node.children:
            if child.kind == "题" and loose == 1 and not child.children:
                child.kind, child.heading = "段", ""
            elif child.heading and not child.children and child.kind not in ("题", "附件"):
                own = _own(original, child)
                bare = len(own) <= len(child.label) + len(child.heading) + 3
                if child.kind in listed or (bare and own.endswith("。")):
                    child.heading = ""


def _gather(node: Node) -> None:
    """Put what stands between 二、 and 三、 below 二、."""
    kept: list[Node] = []
    between: list[Node] = []
    last: Node | None = None
    for child in node.children:
        if child.kind == "段" and not child.heading and not child.children:
            between.append(child)
            continue
        goes_on = last is not None and last.kind == child.kind and child.number is not None
        if goes_on and between and last is not None and child.number == (last.number or 0) + 1:
            for one in between:
                one.parent = last
                last.children.append(one)
            last.end = max(last.end, between[-1].end)
        else:
            kept += between
        between = []
        kept.append(child)
        last = child if child.label and child.kind not in LAW_KINDS else None
    node.children = kept + between


def _own(original: str, node: Node) -> str:
    return fold(original[node.start : node.own_end]).rstrip()


def freeze(root: Node) -> tuple[Clause, ...]:
    """The grown tree as records in document order, with ids, paths and spans."""
    out: list[Clause] = []

    def visit(node: Node, parent: str | None, path: tuple[str, ...], level: int) -> str:
        name = _name(node)
        own_path = (*path, name) if name else path
        clause_id = f"c{len(out) + 1}"
        place = len(out)
        own = Span(node.start, max(node.start, node.own_end))
        span = Span(node.start, max(node.end, own.end))
        label, heading = node.label, node.heading
        out.append(Clause(clause_id, node.kind, level, label, heading, own_path, span, own, parent))
        children = tuple(visit(child, clause_id, own_path, level + 1) for child in node.children)
        if children:
            out[place] = replace(out[place], children=children)
        return clause_id

    for child in root.children:
        visit(child, None, (), 1)
    return tuple(out)


def _name(node: Node) -> str:
    """How the clause is called in a path: 二、发展目标, 服务质量, 第十条, 第二款."""
    if node.kind == "款" and node.number is not None:
        return f"第{to_chinese(node.number)}款"
    if node.kind in ("段", "——") and not node.heading:
        return ""
    label = "" if node.kind == "——" else " ".join(node.label.split())
    heading = " ".join(node.heading.split())
    spaced = node.kind in ("附件", "1", "1.1", "1.1.1", *LAW_KINDS)
    glue = " " if spaced and label and heading else ""
    return f"{label}{glue}{heading}"
