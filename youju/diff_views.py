"""What changed between two versions → text for a terminal, and Markdown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from youju.records import PolicyDoc
from youju.terminal import Style, plain

if TYPE_CHECKING:
    from qa.versions import Change, Kind, Piece

NAMES: dict[Kind, str] = {
    "figures": "数字有改动",
    "reworded": "文字有改动",
    "new": "新增",
    "dropped": "删去",
    "moved": "移动",
    "same": "没有变化",
}
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!~<>|])")


def text(changes: Sequence[Change], old: PolicyDoc, new: PolicyDoc, style: Style) -> str:
    """Both documents, how many changes of each kind, then each with [-旧-] and {+新+}."""
    lines = [
        style.bold(f"旧版：{_named(old)}"),
        style.bold(f"新版：{_named(new)}"),
        _counted(changes),
    ]
    for change in changes:
        lines += [
            "",
            style.bold(f"〔{NAMES[change.kind]}〕{_place(change)}"),
            _shown(change, style),
        ]
    return "\n".join(plain(line) if "\x1b" not in line else line for line in lines)


def markdown(changes: Sequence[Change], old: PolicyDoc, new: PolicyDoc) -> str:
    """The same as a Markdown file: what went is struck out, what came is bold."""
    from qa.versions import marked

    lines = [
        "# 版本对照",
        "",
        f"- 旧版：{_escaped(_named(old))}",
        f"- 新版：{_escaped(_named(new))}",
    ]
    lines += [f"- {_counted(changes)}", ""]
    kind: Kind | None = None
    for change in changes:
        if change.kind != kind:
            kind = change.kind
            lines += [f"## {NAMES[kind]}", ""]
        stretches = marked(change)
        words = {"same": "{}", "old": "~~{}~~", "new": "**{}**"}
        shown = "".join(words[of].format(_escaped(said)) for of, said in stretches)
        lines += [f"### {_escaped(_place(change))}", "", shown, ""]
    return "\n".join(lines)


def _named(doc: PolicyDoc) -> str:
    number = f"（{doc.meta.doc_number.value}）" if doc.meta.doc_number else ""
    date = f" {doc.meta.date}" if doc.meta.date else ""
    return f"《{doc.name.strip('《》')}》{number}{date} {doc.meta.status}"


def _counted(changes: Sequence[Change]) -> str:
    counts = Counter(change.kind for change in changes)
    told = "，".join(f"{NAMES[kind]} {counts[kind]} 条" for kind in NAMES if counts[kind])
    return told or "两份文件的条款文字相同。"


def _place(change: Change) -> str:
    labels = [_label(piece) for piece in (change.old, change.new) if piece is not None]
    return labels[0] if len(set(labels)) == 1 else " → ".join(labels)


def _label(piece: Piece) -> str:
    return piece.label or (piece.path[-1] if piece.path else piece.text[:12])


def _text(change: Change) -> str:
    piece = change.new or change.old
    return piece.text if piece is not None else ""


def _shown(change: Change, style: Style) -> str:
    if change.kind in ("same", "moved"):
        return plain(_text(change))
    from qa.versions import marked

    out = []
    for kind, said in marked(change):
        words = plain(said)
        if kind == "old":
            words = style(f"[-{words}-]", "31")
        elif kind == "new":
            words = style(f"{{+{words}+}}", "32")
        out.append(words)
    return "".join(out)


def _escaped(said: str) -> str:
    return _MARKDOWN.sub(r"\\\1", plain(said).replace("\n", " "))
