"""Lines → the clause tree: 附件 / 编章节条 / 一、（一）1.（1）① / bullets / run-in headings / 款.

The depth of a label style is learned from the document: a style that is open closes down to its
level, a new one opens below the current clause. Numbers must go on (2 after 1), which keeps
references and figures at a line start from becoming clauses.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.headings import HEADING_MAX, heading_of, is_heading_line, loose_heading
from ingest.labels import LAW_KINDS, Label, parse_label
from ingest.lines import Line
from ingest.tree import Node, freeze, tidy
from text.normalize import fold
from youju.records import Clause

_SENTENCE = re.compile(r"[。;!?:,]")
_LISTED = ("(一)", "1.", "(1)", "1)", "①")  # styles of items below a paragraph that leads to them
NAME_MAX = 40  # characters of a line that is one name of a list
_INLINE_KINDS = ("——", "①", "1)", "(1)")
_DECIMAL_KINDS = ("1.1", "1.1.1")
_MAX_JUMP = 3
_MAX_ARTICLE_JUMP = 20  # an excerpt may leave articles out
_PLAIN_CHAPTER = re.compile(r"(?P<n>\d{1,2})\s*(?=[\u4e00-\u9fff\"《][^。;!?:,]{1,30}$)")


def build(original: str, lines: Sequence[Line]) -> tuple[Clause, ...]:
    """The clause tree in document order; `lines` are logical lines without chrome and metadata."""
    grower = _Grower(original, _decimal_chapters(lines))
    for line in lines:
        grower.add(line)
    tidy(original, grower.root)
    return freeze(grower.root)


def _decimal_chapters(lines: Sequence[Line]) -> frozenset[int]:
    """The chapters that 3.1, 3.2 … belong to: only then is the line 「3 应急响应」 one of them."""
    found = set()
    for line in lines:
        label = parse_label(line.text)
        if label is not None and label.kind == "1.1":
            found.add(int(line.text[: label.length].split(".")[0]))
    return frozenset(found)


class _Grower:
    """Reads lines one by one and keeps the open branch."""

    def __init__(self, original: str, decimal_chapters: frozenset[int]) -> None:
        self.original = original
        self.decimal_chapters = decimal_chapters
        self.root = Node("文", "", "", 0, 0, 0, 0)
        self.open: Node = self.root
        self.last_number: dict[str, int] = {}
        self.counted: dict[str, int] = {}  # the last number of a style anywhere in the document
        self.await_title: Node | None = None
        self.annex_list: Node | None = None

    def add(self, line: Line) -> None:
        """Put the line where it belongs and grow the clauses it stands in."""
        label = parse_label(line.text) or self._plain_chapter(line.text)
        if label is not None and label.kind == "附件" and not _opens_annex(line.text, label):
            self._list_of_annexes(line)
            return
        if self._goes_on_listing(label, line):
            return
        self.annex_list = None
        if label is not None and self._credible(label, line.text):
            self._labelled(line, label)
        elif self.await_title is not None and is_heading_line(line.text):
            self._extend_heading(self.await_title, line)
        elif line.after_list:
            self._after_list(line)
        elif (loose := loose_heading(line.text)) is not None:
            self._run_in(line, loose)
        else:
            self._paragraph(line)

    # -- labels

    def _plain_chapter(self, text: str) -> Label | None:
        """「3 应急响应」, when the document numbers 3.1, 3.2 … below it."""
        match = _PLAIN_CHAPTER.match(text) if self.decimal_chapters else None
        if match is None or int(match.group("n")) not in self.decimal_chapters:
            return None
        return Label("1", int(match.group("n")), match.end())

    def _list_of_annexes(self, line: Line) -> None:
        self.await_title = None
        self.annex_list = self._child(self.root, "段", line, "", "")
        self.annex_list.paragraphs = 1

    def _goes_on_listing(self, label: Label | None, line: Line) -> bool:
        """「2.…名称」 below 附件:1.…名称 lists a further annex."""
        if self.annex_list is None or label is None or label.kind != "1.":
            return False
        if len(line.text) > 2 * HEADING_MAX:
            return False
        self._grow(self.annex_list, line.span.end, own=True)
        return True

    def _credible(self, label: Label, text: str) -> bool:
        if label.kind in ("附件", "——"):
            return True
        number = label.number or 0
        last = self.last_number.get(label.kind)
        if label.sub:
            return last is not None and number == last
        if number == 1:
            return True
        if last is None:
            # an excerpt may open at 三、 or 第五条, a figure list never counts as one; but it may
            # go on counting where the chapter before left off
            opens = label.kind in ("一、", "(一)", *LAW_KINDS) and number < 200
            return opens or (label.kind == "1." and self.counted.get(label.kind) == number - 1)
        if label.kind != "条":
            return last < number <= last + _MAX_JUMP
        # white space after 第N条 opens an article however many are left out
        parted = text[label.length - 1].isspace()
        return last < number and (parted or number <= last + _MAX_ARTICLE_JUMP)

    def _labelled(self, line: Line, label: Label) -> None:
        parent = self._parent_for(label)
        text = line.text
        in_article = any(node.kind == "条" for node in parent.ancestors())
        heading, body_at = heading_of(text, label, in_article=in_article)
        if text.endswith("。") and self._closes_list(parent, label):
            heading, body_at = "", label.length
        shown = self._original(line, 0, len(text[: label.length].rstrip()))
        at = text.find(heading, label.length)
        named = self._original(line, at, at + len(heading)) if heading else ""
        node = self._child(parent, label.kind, line, shown, named)
        node.number = label.number
        node.paragraphs = 1 if text[body_at:].strip() else 0
        self.await_title = node if label.kind == "附件" and not heading else None
        if label.kind == "附件":
            self.last_number = {}
        elif label.number is not None:
            self.last_number[label.kind] = self.counted[label.kind] = label.number
            self._restart_below(node)

    def _closes_list(self, parent: Node, label: Label) -> bool:
        """True for what follows an item that ends with a semicolon: text, however short."""
        last = parent.children[-1] if parent.children else None
        if last is None or last.kind != label.kind or last.number != (label.number or 0) - 1:
            return False
        return fold(self.original[last.start : last.own_end]).rstrip().endswith(";")

    def _restart_below(self, node: Node) -> None:
        """Forget the numbers of styles that can only go on below the clause that just closed."""
        keep = {above.kind for above in node.ancestors()} | {"条", "节", "(一)", "一、"}
        self.last_number = {k: n for k, n in self.last_number.items() if k in keep}

    def _parent_for(self, label: Label) -> Node:
        if label.kind == "附件":
            return self.root
        for node in self.open.ancestors():
            if node.kind == label.kind and node.parent is not None:
                return node.parent
        # A new style: below the current clause, but never below a bullet, a paragraph that neither
        # is a 款 nor leads to items, or a lower-ranking law style.
        return next(n for n in self.open.ancestors() if n.parent is None or _may_hold(n, label))

    # -- headings without a label

    def _extend_heading(self, node: Node, line: Line) -> None:
        node.heading = line.span.of(self.original)
        self._grow(node, line.span.end, own=True)
        self.await_title = None

    def _run_in(self, line: Line, length: int) -> None:
        self.await_title = None
        inline = ("题", "段", "款", *_INLINE_KINDS)
        parent = next(n for n in self.open.ancestors() if n.parent is None or n.kind not in inline)
        node = self._child(parent, "题", line, "", self._original(line, 0, length))
        node.paragraphs = 1
        node.leads = line.text.endswith(":")

    # -- paragraphs

    def _paragraph(self, line: Line) -> None:
        self.await_title = None
        if (lead := self._lead_to(line.text)) is not None:
            self._child(lead, "段", line, "", "").paragraphs = 1
            return
        node = next(n for n in self.open.ancestors() if n.parent is None or not _is_full(n))
        if node.kind != "文" and node.paragraphs == 0 and not node.children:
            self._grow(node, line.span.end, own=True)
            node.paragraphs = 1
            self.open = node
            return
        in_article = node.kind == "条"
        child = self._child(node, "款" if in_article else "段", line, "", "")
        node.paragraphs += 1
        if node.parent is not None and node.paragraphs > 1:
            node.parent.rich.add(node.kind)
        child.number = node.paragraphs if in_article else None
        child.paragraphs = 1
        child.leads = line.text.endswith(":")

    def _lead_to(self, text: str) -> Node | None:
        """The paragraph that leads to this line: a name, or an item that ends with a semicolon.

        The last item of such a list ends with a full stop.
        """
        above = self.open.parent
        first = self.open.leads
        lead = self.open if first else above if above is not None and above.leads else None
        if lead is None or lead.kind != "段" or (not first and self.open.label):
            return None
        if text.endswith(";") or (len(text) <= NAME_MAX and text[-1] not in "。:,"):
            return lead
        own = fold(self.original[self.open.start : self.open.own_end]).rstrip()
        return lead if not first and own.endswith(";") else None

    def _after_list(self, line: Line) -> None:
        """What goes on behind a list inside a paragraph is no part of the list's last item."""
        self.open = self.open.parent or self.open
        self._paragraph(line)

    # -- growing

    def _original(self, line: Line, start: int, end: int) -> str:
        return line.sub(start, end).of(self.original)

    def _child(self, parent: Node, kind: str, line: Line, label: str, heading: str) -> Node:
        span = line.span
        node = Node(kind, label, heading, span.start, span.end, span.end, parent.depth + 1)
        node.parent = parent
        parent.children.append(node)
        parent.counts[kind] += 1
        if parent.parent is not None:
            parent.parent.rich.add(parent.kind)
        self._grow(node, span.end, own=False)
        self.open = node
        return node

    def _grow(self, node: Node, end: int, *, own: bool) -> None:
        if own:
            node.own_end = max(node.own_end, end)
        for above in node.ancestors():
            above.end = max(above.end, end)


def _opens_annex(text: str, label: Label) -> bool:
    """附件1 opens an annex; 附件:1.…名称 only lists what is attached."""
    rest = text[label.length :].strip()
    if rest.startswith(":") and label.number is None:
        return False
    return not _SENTENCE.search(rest.strip(":")) and len(rest) <= HEADING_MAX


def _may_hold(node: Node, label: Label) -> bool:
    """True when a clause of this style may open below the node."""
    lawful = label.kind in LAW_KINDS
    if node.leads and label.number == 1 and label.kind in _LISTED:
        return True
    if node.kind == "题":
        return label.kind in ("——", "①", "(1)", "1)")
    if node.kind in ("段", "——"):
        return False
    if node.kind == "款":
        return not lawful
    if lawful:
        above = node.kind in LAW_KINDS
        return node.kind == "附件" or (
            above and LAW_KINDS.index(node.kind) < LAW_KINDS.index(label.kind)
        )
    if label.kind in ("1", "1.1"):
        return node.kind not in ("(一)", "1.", "(1)", "①", "1.1.1")
    return not (label.kind == "一、" and node.kind in ("(一)", "1.", "(1)", "①", *_DECIMAL_KINDS))


def _is_full(node: Node) -> bool:
    """A clause that takes no further paragraph: the paragraph belongs above it."""
    if node.kind in ("段", "款", "题", *_INLINE_KINDS):
        return True
    if node.kind == "条" or node.paragraphs == 0 or node.parent is None:
        return False
    # where every clause of this style is one paragraph, a further one closes the list
    return node.parent.counts[node.kind] > 1 and node.kind not in node.parent.rich
