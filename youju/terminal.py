"""Records → text for a terminal. Pure functions; `Style` decides about colour.

Control characters of documents are named, never sent: a document cannot drive the terminal.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from youju.asking import certainty
from youju.citing import around
from youju.records import Answer, Citation, Clause, Hit, PolicyDoc, Proven, related

if TYPE_CHECKING:
    from qa.proof.verify import Place, Verification
    from youju.shelf import Card, Referred

FindDocument = Callable[[str], PolicyDoc]

_CERTAINTY = {"sure": ("确定", "32"), "likely": ("可能", "33"), "none": ("未找到", "2")}
_VOID = ("已失效", "已废止")
_NEAREST = 3
_SNIPPET = 160
_FIELDS = {
    "title": "标题",
    "doc_number": "文号",
    "issuer": "发文机关",
    "region": "地区",
    "written_on": "成文日期",
    "issued_on": "印发日期",
    "effective_on": "施行日期",
    "expires_on": "失效日期",
}


@dataclass(frozen=True, slots=True)
class Style:
    """Colours, or none."""

    colour: bool = False

    def __call__(self, text: str, code: str) -> str:
        """`text` in the ANSI style `code` when colours are on."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour else text

    def bold(self, text: str) -> str:
        """Strong."""
        return self(text, "1")

    def dim(self, text: str) -> str:
        """Secondary."""
        return self(text, "2")

    def status(self, text: str) -> str:
        """Red when void, green when in force."""
        return self(text, "31;1" if text in _VOID else "32" if text == "现行有效" else "2")


def plain(text: str) -> str:
    """Without characters that a terminal would obey: they are named instead, e.g. <U+001B>."""
    if all(char in "\n\t" or char.isprintable() for char in text):
        return text
    return "".join(
        char if char in "\n\t" or unicodedata.category(char)[0] != "C" else f"<U+{ord(char):04X}>"
        for char in text.replace("\r\n", "\n")
    )


def sentence(error: Exception) -> str:
    """An error's message on one line, closed by a full stop."""
    text = plain(" ".join(str(error).split()))
    return text if text.endswith(("。", "！", "？")) else f"{text}。"


def answer_text(answer: Answer, document: FindDocument, style: Style) -> str:
    """Answer and numbered citations, or the refusal with the nearest clauses."""
    asked = [style.dim(f"（按上一问补全：{plain(answer.asked)}）")] if answer.asked else []
    if answer.refused:
        return "\n".join([*asked, _refusal(answer, document, style)])
    parts = [*asked, style.bold(plain(answer.text)), _certainty(answer, style), ""]
    parts += [_citation(citation, style) for citation in answer.citations]
    return "\n".join(parts)


def _certainty(answer: Answer, style: Style) -> str:
    word, code = _CERTAINTY[certainty(answer)]
    return style(f"〔{word}〕", code)


def _citation(citation: Citation, style: Style) -> str:
    number = plain(citation.doc_number or "")
    path = " › ".join(plain(step) for step in citation.path)
    facts = " · ".join(plain(fact) for fact in (citation.issuer, citation.date) if fact)
    lines = [
        f"[{citation.n}] 《{plain(citation.title.strip('《》'))}》{number}"
        + (f" › {path}" * bool(path)),
        f"    {style.status(citation.status)}" + (f" · {facts}" if facts else ""),
        f"    “{_one_line(citation.quote)}”",
        "    " + style.dim(_where(citation.source, citation.page, citation.start, citation.end)),
    ]
    if citation.confidence is not None:
        sure = f"{100 * citation.confidence:.1f}%"
        lines.append("    " + style.dim(f"识别文本，平均置信度 {sure}，请对照原件"))
    return "\n".join(lines)


def _where(source: str, page: int | None, start: int, end: int) -> str:
    """File, page when it has pages, and offsets."""
    on_page = f" 第{page}页" if page is not None else ""
    return f"{plain(source)}{on_page} 第 {start}–{end} 字"


def _refusal(answer: Answer, document: FindDocument, style: Style) -> str:
    reason = answer.reason or "文件中没有找到可以回答这个问题的内容。"
    parts = [style.bold(plain(answer.text or reason)), _certainty(answer, style)]
    if answer.citations:  # what is near to the question is quoted in the refusal itself
        parts += ["", *(_citation(citation, style) for citation in answer.citations)]
    elif answer.text and answer.reason and answer.reason not in answer.text:
        parts.append(style.dim(plain(answer.reason)))
    nearest = answer.hits[:_NEAREST]
    if nearest:
        parts += ["", "最接近的条款："]
        parts += [hit_text(n, hit, document, style) for n, hit in enumerate(nearest, 1)]
    return "\n".join(parts)


def hit_text(
    rank: int, hit: Hit, document: FindDocument, style: Style, *, explain: bool = False
) -> str:
    """One ranked passage; with `explain` also the parts of its score."""
    doc, passage = document(hit.passage.doc_id), hit.passage
    path = " › ".join(plain(step) for step in passage.path)
    text = _one_line(passage.span.of(doc.text))
    if len(text) > _SNIPPET:
        text = text[:_SNIPPET] + "…"
    span = passage.span
    where = _where(doc.source.path, doc.page_at(span.start), span.start, span.end)
    lines = [
        f"{rank}. 《{plain(doc.name.strip('《》'))}》"
        + (f" › {path}" if path else "")
        + f"  {style.status(doc.meta.status)}",
        f"   {text}",
        "   " + style.dim(f"{where} · 得分 {hit.score:.4f}"),
    ]
    if explain:
        lines += [style.dim(f"     {line}") for line in _parts(hit)]
    return "\n".join(lines)


def _parts(hit: Hit) -> list[str]:
    """What the score is made of, three to a line; parts that are zero say nothing."""
    told = [f"{name} = {value:.4f}" for name, value in sorted(hit.parts.items()) if value]
    return ["   ".join(told[at : at + 3]) for at in range(0, len(told), 3)]


def hits_text(
    hits: Sequence[Hit], document: FindDocument, style: Style, *, explain: bool = False
) -> str:
    """All ranked passages."""
    if not hits:
        return "没有找到符合条件的条款。"
    shown = (hit_text(n, hit, document, style, explain=explain) for n, hit in enumerate(hits, 1))
    return "\n".join(shown)


def verification_text(found: Verification, style: Style) -> str:
    """Where a quotation stands, or the nearest text with the differences marked."""
    if found.verdict == "different":
        return _nearest_text(found, style)
    same = "逐字相同" if found.verdict == "verbatim" else "仅空白、全半角或繁简不同"
    more = f"，下面列出前 {len(found.places)} 处" if found.count > len(found.places) else ""
    lines = [style.bold(f"文件中有这段文字（{same}），共 {found.count} 处{more}。")]
    lines += [line for place in found.places for line in _place_text(place, style)]
    return "\n".join(lines)


def _nearest_text(found: Verification, style: Style) -> str:
    lines = [style.bold("文件中没有这段文字，不能作为引文。")]
    near = found.nearest
    if near is not None:
        lines += [f"最接近的原文（相似度 {near.similarity:.0%}），[-原文-]{{+引文+}}："]
        lines += [f"  {_one_line(near.marked)}", *_place_text(near.place, style)]
    return "\n".join(lines)


def _place_text(place: Place, style: Style) -> list[str]:
    path = "".join(f" › {plain(step)}" for step in place.path)
    lines = [
        f"  《{plain(place.title.strip('《》'))}》{plain(place.doc_number or '')}{path}"
        f"  {style.status(place.status)}",
        "  " + style.dim(_where(place.source, place.page, place.start, place.end)),
    ]
    if place.cut:
        lines.append("  注意：引文拆开了一个数字，或漏了前面的否定词，意思可能已变。")
    return lines


def document_text(doc: PolicyDoc, style: Style) -> str:
    """Metadata with its place, then the outline."""
    lines = [document_head(doc, style)]
    lines.append(f"  条款 {len(doc.clauses)} 个，表格 {len(doc.tables)} 个")
    lines += [_outline(clause, style) for clause in doc.clauses if clause.heading or clause.label]
    lines += [f"  注意：{plain(problem)}" for problem in (*doc.unread, *doc.problems)]
    return "\n".join(lines)


def document_head(doc: PolicyDoc, style: Style) -> str:
    """Metadata with its place; what a person corrected is marked with who and when."""
    people = {one.field: one.told for one in doc.meta.corrected}
    lines = [
        style.bold(f"《{plain(doc.name.strip('《》'))}》"),
        f"  来源：{plain(doc.source.path)}",
    ]
    for name, label in _FIELDS.items():
        value: Proven | None = getattr(doc.meta, name)
        if value is not None:
            told = f"人工更正，{plain(people[name])}" if name in people else ""
            place = style.dim(f"（{told or f'{value.span.start}–{value.span.end}'}）")
            lines.append(f"  {label}：{plain(value.value)}{place}")
        elif name in people:
            lines.append(f"  {label}：没有（人工更正，{plain(people[name])}）")
    if doc.meta.family is not None:
        rule = plain(doc.meta.family) or "不是任何规定的版本"
        lines.append(f"  所属规定：{rule}（人工更正，{plain(people.get('family', ''))}）")
    told = f"（人工更正，{plain(people['status'])}）" if "status" in people else ""
    why = f"（{plain(doc.meta.status_why)}）" if doc.meta.status_why else ""
    lines.append(f"  状态：{style.status(doc.meta.status)}{why}{told}")
    return "\n".join(lines)


def card_text(card: Card, style: Style) -> str:
    """Metadata and state on a day, what proves it, versions, and relations with both ends."""
    doc = card.doc
    lines = [document_head(doc, style)]
    if card.as_of is not None:
        lines[0] += f"（{card.as_of} 的状态）"
    note = doc.meta.status_note
    if note is not None:
        lines.append(f"    “{_one_line(note.span.of(doc.text))}”")
    if card.versions:
        lines.append(f"  版本：共 {len(card.versions)} 份，由旧到新")
    for version in card.versions:
        here = "（本文件）" if version.id == doc.id else ""
        date = f" {version.meta.date}" if version.meta.date else ""
        status = style.status(version.meta.status)
        lines.append(f"    {_titled(version)}{date} {status} {version.id}{here}")
    if card.relations:
        lines.append(f"  关系：{card.count} 条")
    for relation, source, target in card.relations:
        other = target if source.id == doc.id else source
        told = related(relation, _titled(other), outgoing=source.id == doc.id)
        sure = "" if relation.certainty >= 1 else f"（把握 {relation.certainty:.0%}）"
        lines.append(f"    {told} {other.id}{sure}")
        lines.append(style.dim(f"      {_one_line(relation.span.of(source.text))}"))
    return "\n".join(lines)


def references_text(found: Sequence[Referred], style: Style, towards: Clause | None = None) -> str:
    """What refers to what, a line each with its sentence; `towards` is the clause referred to."""
    if not found:
        told = "没有找到" + ("引用这一条的条款。" if towards else "可以对应到条款的引用。")
        return told
    lines = []
    for one in found:
        said = _one_line(around(one.source, one.span).of(one.source.text))
        here = one.span.of(one.source.text)
        if towards is not None:
            lines.append(f"{_titled(one.source)} {style.bold(plain(here))}")
        else:
            path = " › ".join(plain(step) for step in one.clause.path) or one.clause.id
            there = "" if one.doc.id == one.source.id else _titled(one.doc)
            lines.append(f"{style.bold(plain(here))} → {there}{path} {style.dim(one.clause.id)}")
        lines.append(style.dim(f"    {said}"))
    return "\n".join(lines)


def _titled(doc: PolicyDoc) -> str:
    number = f"（{plain(doc.meta.doc_number.value)}）" if doc.meta.doc_number else ""
    return f"《{plain(doc.name.strip('《》'))}》{number}"


def _outline(clause: Clause, style: Style) -> str:
    name = plain(f"{clause.label}{clause.heading}" if clause.heading else clause.label)
    return "  " * (clause.level + 1) + f"{_one_line(name)} " + style.dim(clause.id)


def pairs_text(title: str, pairs: Iterable[tuple[str, str]], arrow: str) -> list[str]:
    """One line per pair under a title; nothing when there are none."""
    lines = [f"  {plain(left)}{arrow}{plain(right)}" for left, right in pairs]
    return [title, *lines] if lines else []


def _one_line(text: str) -> str:
    return plain(" ".join(text.split()))
