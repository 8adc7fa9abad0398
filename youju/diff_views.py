"""What changed between two versions → text for a terminal, Markdown, Word.

All of it in the characters of the documents.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from youju.records import PolicyDoc
from youju.terminal import Style, plain

if TYPE_CHECKING:
    from qa.versions import Change, Kind, Piece
    from qa.versions.changes import Stayed

NAMES: dict[Kind, str] = {
    "figures": "数字有改动",
    "reworded": "文字有改动",
    "new": "新增",
    "dropped": "删去",
    "moved": "移动",
    "same": "没有变化",
}
KINDS = ("docx", "md")
_WHITE = re.compile(r"\s{1,99}")
_LOOSE = re.compile(r"(?<=[\u3000-\uffef]) | (?=[\u3000-\uffef])")  # beside a Chinese character
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!~<>|])")


def text(changes: Sequence[Change], old: PolicyDoc, new: PolicyDoc, style: Style) -> str:
    """Both documents, how many changes of each kind, then each with [-旧-] and {+新+}."""
    lines = [
        style.bold(f"旧版：{named(old)}"),
        style.bold(f"新版：{named(new)}"),
        counted(changes),
    ]
    for change in changes:
        lines += [
            "",
            style.bold(f"〔{NAMES[change.kind]}〕{place(change)}"),
            _shown(inline(change, old, new), style),
        ]
    return "\n".join(plain(line) if "\x1b" not in line else line for line in lines)


def markdown(changes: Sequence[Change], old: PolicyDoc, new: PolicyDoc) -> str:
    """The same as a Markdown file: what went is struck out, what came is bold."""
    lines = [
        "# 版本对照",
        "",
        f"- 旧版：{_escaped(named(old))}",
        f"- 新版：{_escaped(named(new))}",
    ]
    lines += [f"- {counted(changes)}", ""]
    kind: Kind | None = None
    for change in changes:
        if change.kind != kind:
            kind = change.kind
            lines += [f"## {NAMES[kind]}", ""]
        words = {"same": "{}", "old": "~~{}~~", "new": "**{}**"}
        shown = "".join(
            words[of].format(_escaped(said)) for of, said in inline(change, old, new) if said
        )
        lines += [f"### {_escaped(place(change))}", "", shown, ""]
    return "\n".join(lines)


def docx(changes: Sequence[Change], old: PolicyDoc, new: PolicyDoc) -> bytes:
    """The same as a Word document: a table of both wordings, the words that differ marked."""
    from youju import word

    rows = []
    for change in changes:
        was, now = sides(change, old, new)
        rows.append(word.Versions(NAMES[change.kind], place(change), was, now))
    heads = (f"旧版：{named(old)}", f"新版：{named(new)}", counted(changes))
    return word.comparison("版本对照", heads, rows)


def file(kind: str, changes: Sequence[Change], old: PolicyDoc, new: PolicyDoc) -> bytes:
    """The comparison as a file of one of KINDS."""
    if kind == "docx":
        return docx(changes, old, new)
    return markdown(changes, old, new).encode("utf-8", "replace")


def inline(change: Change, old: PolicyDoc, new: PolicyDoc) -> list[tuple[Stayed, str]]:
    """A clause in one: what stayed as the new version writes it, what went, what came."""
    from qa.versions import stretches

    out: list[tuple[Stayed, str]] = []
    for one in stretches(change, old, new):
        if one.new is not None:
            out.append((one.kind, _tidy(one.new.of(new.text))))
        elif one.old is not None:
            out.append((one.kind, _tidy(one.old.of(old.text))))
    return out


def sides(
    change: Change, old: PolicyDoc, new: PolicyDoc
) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """The old and the new wording of a clause, each in stretches: (words, whether they differ)."""
    from qa.versions import stretches

    found = stretches(change, old, new)
    was = [(_tidy(s.old.of(old.text)), s.kind != "same") for s in found if s.old is not None]
    now = [(_tidy(s.new.of(new.text)), s.kind != "same") for s in found if s.new is not None]
    return was, now


def place(change: Change) -> str:
    """Under which label a clause stood and stands: 第二条 → 第三条."""
    labels = [_label(piece) for piece in (change.old, change.new) if piece is not None]
    return labels[0] if len(set(labels)) == 1 else " → ".join(labels)


def _tidy(said: str) -> str:
    """Without the line breaks of a page; a space between Latin words stays."""
    return _LOOSE.sub("", _WHITE.sub(" ", said))


def named(doc: PolicyDoc) -> str:
    """A version by its title, number, date and state."""
    number = f"（{doc.meta.doc_number.value}）" if doc.meta.doc_number else ""
    date = f" {doc.meta.date}" if doc.meta.date else ""
    return f"《{doc.name.strip('《》')}》{number}{date} {doc.meta.status}"


def counted(changes: Sequence[Change]) -> str:
    """How many changes of each kind."""
    counts = Counter(change.kind for change in changes)
    told = "，".join(f"{NAMES[kind]} {counts[kind]} 条" for kind in NAMES if counts[kind])
    return told or "两份文件的条款文字相同。"


def _label(piece: Piece) -> str:
    return piece.label or (piece.path[-1] if piece.path else piece.text[:12])


def _shown(pieces: Sequence[tuple[Stayed, str]], style: Style) -> str:
    out = []
    for kind, said in pieces:
        words = plain(said)
        if kind == "old":
            words = style(f"[-{words}-]", "31")
        elif kind == "new":
            words = style(f"{{+{words}+}}", "32")
        out.append(words)
    return "".join(out)


def _escaped(said: str) -> str:
    return _MARKDOWN.sub(r"\\\1", plain(said).replace("\n", " "))
