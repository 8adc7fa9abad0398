"""Lines → the clause tree: 附件 / 编章节条 / 一、（一）1.（1）① / bullets / run-in headings / 款.

The depth of a label style is learned from the document: a style that is open closes down to its
level, a new one opens below the current clause. Numbers must go on (2 after 1), which keeps
references and figures at a line start from becoming clauses.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from datatypes import Clause, Span
from ingest.labels import Label, parse_label
from ingest.lines import Line
from text.numerals import to_chinese

_HEADING_MAX = 45
_RUN_IN_MAX = 32
_LOOSE_RUN_IN_MAX = 15
_BODY_MIN = 12
_RUN_IN = re.compile(r"^(?P<head>[^。;!?]{2,60}?)(?:。|(?<=[\u4e00-\u9fff]):(?=\s*[^\s]))(?=\s*\S)")
_BRACKET_HEAD = re.compile(r"^[\[(](?P<head>[\u4e00-\u9fff、]{2,20})[\])]\s*(?=\S)")
_LOOSE = re.compile(r"^(?P<head>[\u4e00-\u9fff\"、和与及]{2,15})。(?=\s*\S)")
_SENTENCE = re.compile(r"[。;!?:,]")
_LAW_KINDS = ("编", "部分", "章", "节", "条")
_INLINE_KINDS = ("——", "①", "1)", "(1)")
_MAX_JUMP = 3


@dataclass(slots=True)
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
    has_body: bool = False
    paragraphs: int = 0
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)


def build(original: str, lines: Sequence[Line]) -> tuple[Clause, ...]:
    """The clause tree in document order; `lines` are logical lines without chrome and metadata."""
    grower = _Grower(original)
    for line in lines:
        grower.add(line)
    return freeze(original, grower.root)


class _Grower:
    """Reads lines one by one and keeps the open branch."""

    def __init__(self, original: str) -> None:
        self.original = original
        self.root = Node("文", "", "", 0, 0, 0, 0)
        self.open: Node = self.root
        self.last_number: dict[str, int] = {}
        self.await_title: Node | None = None
        self.annex_list: Node | None = None

    def add(self, line: Line) -> None:
        label = parse_label(line.text)
        if label is not None and label.kind == "附件":
            label = self._attachment(line, label)
            if label is None:
                self._list_of_annexes(line)
                return
        if self.annex_list is not None and label is not None and label.kind == "1.":
            if len(line.text) <= 2 * _HEADING_MAX:
                self._grow(self.annex_list, line.span.end, own=True)
                return
        self.annex_list = None
        if label is not None and self._credible(label, line):
            self._labelled(line, label)
        elif self._names_attachment(line):
            self._extend_heading(line)
        else:
            loose = self._loose_heading(line)
            if loose is not None:
                self._run_in(line, loose)
            else:
                self._paragraph(line)

    # -- labels

    def _attachment(self, line: Line, label: Label) -> Label | None:
        """附件1 opens an annex; 附件:1.…名称 only lists what is attached."""
        rest = line.text[label.length :].strip()
        if rest.startswith(":") and (len(rest) > 1 or label.number is None):
            return None
        if _SENTENCE.search(rest.strip(":")) or len(rest) > _HEADING_MAX:
            return None
        return label

    def _list_of_annexes(self, line: Line) -> None:
        self.annex_list = self._child(self.root, "段", line, "", "")
        self.annex_list.has_body, self.annex_list.paragraphs = True, 1

    def _credible(self, label: Label, line: Line) -> bool:
        if label.kind in ("附件", "——"):
            return True
        number = label.number or 0
        last = self.last_number.get(label.kind)
        if label.sub:
            return last is not None and number == last
        if number == 1:
            return True
        if last is None:
            # an excerpt may open at 三、 or 第五条, a figure list never counts as one
            return label.kind in ("一、", "(一)", *_LAW_KINDS) and number < 200
        if label.kind == "条":
            return last < number <= last + 20
        return last < number <= last + _MAX_JUMP

    def _labelled(self, line: Line, label: Label) -> None:
        parent = self._parent_for(label)
        heading, body_at = _heading(line.text, label, in_article=_in_article(parent))
        node = self._child(parent, label.kind, line, line.text[: label.length].strip(), heading)
        node.number = label.number
        rest_at = label.length + (len(line.text[label.length :]) - len(line.text[label.length :].lstrip()))
        node.label = line.sub(0, max(1, len(line.text[: label.length].rstrip()))).of(self.original)
        if heading:
            at = line.text.find(heading, label.length)
            node.heading = line.sub(at, at + len(heading)).of(self.original)
        node.has_body = body_at < len(line.text) or (not heading and rest_at < len(line.text))
        node.paragraphs = 1 if node.has_body else 0
        if label.kind == "附件":
            self.last_number = {}
            self.await_title = None if heading else node
        else:
            self.await_title = None
            if label.number is not None:
                self.last_number[label.kind] = label.number
            self._restart_below(label.kind, node)

    def _restart_below(self, kind: str, node: Node) -> None:
        """Forget the numbers of styles that can only go on below the clause that just closed."""
        above = {kind}
        ancestor = node.parent
        while ancestor is not None:
            above.add(ancestor.kind)
            ancestor = ancestor.parent
        keep = above | {"条", "节", "(一)", "一、"}
        self.last_number = {k: n for k, n in self.last_number.items() if k in keep}

    def _parent_for(self, label: Label) -> Node:
        if label.kind == "附件":
            return self.root
        node: Node | None = self.open
        while node is not None:
            if node.kind == label.kind and node.parent is not None:
                return node.parent
            node = node.parent
        # A new style: below the current clause, but never below a bullet, a paragraph that is no
        # 款, or a lower-ranking law style.
        node = self.open
        while node.parent is not None and not self._may_hold(node, label):
            node = node.parent
        return node

    def _may_hold(self, node: Node, label: Label) -> bool:
        if node.kind in ("段", "题", "——"):
            return node.kind == "题" and label.kind not in _LAW_KINDS and node.depth > 0 and (
                label.kind in ("——", "①", "(1)", "1)")
            )
        if node.kind == "款":
            return label.kind not in _LAW_KINDS
        if label.kind in _LAW_KINDS:
            return node.kind in _LAW_KINDS and _LAW_KINDS.index(node.kind) < _LAW_KINDS.index(label.kind) or node.kind == "附件"
        if label.kind == "一、" and node.kind in ("(一)", "1.", "(1)", "①"):
            return False
        return True

    # -- headings without a label

    def _names_attachment(self, line: Line) -> bool:
        return (
            self.await_title is not None
            and len(line.text) <= _HEADING_MAX
            and not _SENTENCE.search(line.text)
        )

    def _extend_heading(self, line: Line) -> None:
        node = self.await_title
        assert node is not None
        node.heading = line.span.of(self.original)
        self._grow(node, line.span.end, own=True)
        self.await_title = None

    def _loose_heading(self, line: Line) -> int | None:
        """Length of 「服务质量。」 at the head of a paragraph, or None."""
        match = _LOOSE.match(line.text)
        if match is None or len(line.text) - match.end() < _BODY_MIN:
            return None
        return match.end("head")

    def _run_in(self, line: Line, length: int) -> None:
        parent = self.open
        while parent.kind in ("题", "段", "款", *_INLINE_KINDS) and parent.parent is not None:
            parent = parent.parent
        heading = line.sub(0, length).of(self.original)
        node = self._child(parent, "题", line, "", heading)
        node.has_body, node.paragraphs = True, 1

    # -- paragraphs

    def _paragraph(self, line: Line) -> None:
        self.await_title = None
        node = self.open
        while node.parent is not None and self._is_full(node):
            node = node.parent
        if node.kind != "文" and node.paragraphs == 0 and not node.children:
            self._grow(node, line.span.end, own=True)
            node.has_body, node.paragraphs = True, 1
            self.open = node
            return
        in_article = node.kind == "条"
        child = self._child(node, "款" if in_article else "段", line, "", "")
        node.paragraphs += 1
        child.number = node.paragraphs if in_article else None
        child.has_body, child.paragraphs = True, 1

    def _is_full(self, node: Node) -> bool:
        """A clause that takes no further paragraph: the paragraph belongs above it."""
        if node.kind in ("段", "款", "题", *_INLINE_KINDS):
            return True
        if node.kind == "条" or node.paragraphs == 0:
            return False
        siblings = [n for n in (node.parent.children if node.parent else []) if n.kind == node.kind]
        single = all(n.paragraphs <= 1 and not n.children for n in siblings)
        return len(siblings) > 1 and single

    # -- growing

    def _child(self, parent: Node, kind: str, line: Line, label: str, heading: str) -> Node:
        span = line.span
        node = Node(kind, label, heading, span.start, span.end, span.end, parent.depth + 1)
        node.parent = parent
        parent.children.append(node)
        self._grow(node, span.end, own=False)
        self.open = node
        return node

    def _grow(self, node: Node, end: int, *, own: bool) -> None:
        if own:
            node.own_end = max(node.own_end, end)
        current: Node | None = node
        while current is not None:
            current.end = max(current.end, end)
            current = current.parent


def _in_article(node: Node | None) -> bool:
    while node is not None:
        if node.kind == "条":
            return True
        node = node.parent
    return False


def _heading(text: str, label: Label, *, in_article: bool) -> tuple[str, int]:
    """(heading, offset at which the body starts) of a labelled line."""
    rest = text[label.length :].lstrip()
    at = len(text) - len(rest)
    if not rest:
        return "", len(text)
    bracket = _BRACKET_HEAD.match(rest)
    if label.kind == "条" and bracket:
        return bracket.group("head"), at + bracket.end()
    if label.kind == "附件":
        return rest.strip(": "), len(text)
    if label.kind == "条" or (in_article and label.kind not in _LAW_KINDS):
        # an article, and an item of one, is text even when short
        return ("", at) if _SENTENCE.search(rest) or len(rest) > 20 else (rest, len(text))
    plain = rest.rstrip("。: ")
    if len(plain) <= _HEADING_MAX and not re.search(r"[。;!?:]", plain):
        is_text = rest.endswith("。") and len(plain) > _RUN_IN_MAX
        return ("", at) if is_text else (plain, len(text))
    run_in = _RUN_IN.match(rest)
    limit = _RUN_IN_MAX if label.kind != "——" else 26
    if run_in and len(run_in.group("head")) <= limit and len(rest) - run_in.end() >= _BODY_MIN - 6:
        return run_in.group("head").strip(), at + run_in.end()
    space = re.match(r"(?P<head>[\u4e00-\u9fff\"、]{4,20})\s+(?=\S)", rest)
    if space and len(rest) - space.end() > _BODY_MIN:
        return space.group("head"), at + space.end()
    return "", at


def freeze(original: str, root: Node) -> tuple[Clause, ...]:
    """The grown tree as records in document order, with ids, paths and spans."""
    out: list[Clause] = []

    def visit(node: Node, parent: str | None, path: tuple[str, ...], level: int) -> str:
        name = _name(node)
        own_path = (*path, name) if name else path
        clause_id = f"c{len(out) + 1}"
        place = len(out)
        own = Span(node.start, max(node.start, node.own_end))
        span = Span(node.start, max(node.end, own.end))
        out.append(Clause(clause_id, node.kind, level, node.label, node.heading, own_path, span, own, parent))
        children = tuple(visit(child, clause_id, own_path, level + 1) for child in node.children)
        if children:
            done = out[place]
            out[place] = Clause(
                done.id, done.kind, done.level, done.label, done.heading, done.path, done.span,
                done.own, done.parent, children,
            )  # fmt: skip
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
    glue = " " if node.kind in ("附件", *_LAW_KINDS) and label and heading else ""
    return f"{label}{glue}{heading}"
