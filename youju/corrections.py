"""What people corrected of a document's metadata: kept beside the index, laid over what was read.

Corrections are kept by source path, so that they survive re-indexing and a changed file, and can be
taken back: what was read from the document is never overwritten.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from youju.beside import Beside
from youju.errors import IndexCorrupt, InputError
from youju.records import Corrected, PolicyDoc, PolicyMeta, Proven, Span

FILE = "corrections.json"
_KEPT = Beside(FILE, "更正记录")
stamp = _KEPT.stamp
STATES = ("现行有效", "已失效", "已废止", "已修改", "尚未生效", "试行", "征求意见稿", "未注明")
FIELDS = {
    "title": ("标题",), "doc_number": ("文号", "发文字号"), "issuer": ("发文机关", "发布机关"),
    "region": ("地区",), "written_on": ("成文日期",), "issued_on": ("印发日期", "发布日期"),
    "effective_on": ("施行日期", "生效日期"), "expires_on": ("失效日期", "有效期至"),
    "status": ("状态", "时效"), "family": ("所属规定", "版本家族"),
}  # fmt: skip
_FIELD = {alias: name for name, aliases in FIELDS.items() for alias in (name, *aliases)}
NONE = ("无", "没有", "none")  # of a family: it is a version of nothing
_LONGEST = 300
_NAME = 60
_HEAD = 20_000  # characters in which a day that was given is looked for


@dataclass(frozen=True, slots=True)
class Correction:
    """The value that a person gave, "" for unknown, on which day, and who, "" for unknown.

    Of a family the value is the name of the rule of which the document is a version.
    """

    value: str
    when: str
    who: str = ""


Corrections = Mapping[str, Mapping[str, Correction]]  # source path → field → correction


def field_of(name: str) -> str:
    """The field that a person names: title, 标题 … Raises InputError for another word."""
    field = _FIELD.get(name.strip())
    if field is None:
        known = "、".join(aliases[0] for aliases in FIELDS.values())
        raise InputError(f"没有名为“{name}”的项目，可以更正的有：{known}。")
    return field


def read_value(field: str, given: str) -> str:
    """The value as it is kept: dates as ISO days. Raises InputError for what is none."""
    value = " ".join(given.split())
    if value != value.encode("utf-8", "replace").decode("utf-8"):
        raise InputError(f"{FIELDS[field][0]}里有不完整的字符，请重新输入。")
    if len(value) > _LONGEST:
        raise InputError(f"{FIELDS[field][0]}有 {len(value)} 个字，超过 {_LONGEST} 字的上限。")
    if field == "status" and value not in STATES:
        raise InputError(f"状态不能是“{value}”，可用的有：{'、'.join(STATES)}。")
    if field.endswith("_on") and value:
        days = [iso for _, _, iso in _days(value)]
        if len(days) != 1 or len(days[0]) != 10:
            raise InputError(f"“{value}”不是日期：请写成 2023-06-30 或 2023年6月30日。")
        return days[0]
    if field == "family" and value in NONE:
        return ""
    if field == "title" and not value:
        raise InputError("标题不能为空。")
    return value


def load(index_dir: Path) -> dict[str, dict[str, Correction]]:
    """All corrections of an index. Raises IndexCorrupt when the file cannot be understood."""
    try:
        raw = _KEPT.read(index_dir) or {}
        return {
            source: {
                name: Correction(
                    _kept(name, str(one["value"])), str(one["when"]), str(one.get("who", ""))
                )
                for name, one in fields.items()
                if name in FIELDS
            }
            for source, fields in raw.items()
        }
    except (OSError, ValueError, AttributeError, KeyError, TypeError) as error:
        raise IndexCorrupt(
            f"更正记录 {index_dir / FILE} 不能读取：请恢复它的备份，或删去后重新更正。"
        ) from error


def _kept(field: str, value: str) -> str:
    """A value as it was written. ValueError for a day or a state that none of ours would be."""
    if field.endswith("_on") and value and date.fromisoformat(value).isoformat() != value:
        raise ValueError(value)
    if field == "status" and value not in STATES:
        raise ValueError(value)
    return value


def save(index_dir: Path, found: Corrections) -> None:
    """Replace the file in one step. Raises IndexWriteError."""
    content = {
        source: {
            name: {"value": c.value, "when": c.when} | ({"who": c.who} if c.who else {})
            for name, c in fields.items()
        }
        for source, fields in sorted(found.items())
        if fields
    }
    _KEPT.write(index_dir, content)


@contextmanager
def changing(index_dir: Path, source: str) -> Iterator[dict[str, Correction]]:
    """The corrections of one document, to be changed; kept when the block ends without an error.

    One at a time: what another process corrects meanwhile is not lost. Raises IndexCorrupt,
    IndexWriteError.
    """
    with _KEPT.locked(index_dir):
        found = load(index_dir)
        own = dict(found.get(source, {}))
        yield own
        save(index_dir, {**found, source: own})


def corrected(doc: PolicyDoc, fields: Mapping[str, Correction]) -> PolicyDoc:
    """The document with what people corrected; its parts too where they said the same."""
    if not fields:
        return doc
    meta = _over(doc, doc.meta, fields)
    parts = []
    for part in doc.parts:
        shared = {
            name: one for name, one in fields.items()
            if name in ("status", "family") or getattr(part.meta, name) == getattr(doc.meta, name)
        }  # fmt: skip
        parts.append(replace(part, meta=_over(doc, part.meta, shared)))
    return replace(doc, meta=meta, parts=tuple(parts))


def _over(doc: PolicyDoc, meta: PolicyMeta, fields: Mapping[str, Correction]) -> PolicyMeta:
    values: dict[str, object] = {}
    for name, one in fields.items():
        if name == "status":
            values |= {"status": one.value, "status_note": None}
        elif name == "family":
            values["family"] = one.value
        else:
            values[name] = Proven(one.value, _place(doc, one.value)) if one.value else None
    told = tuple(Corrected(name, one.when, one.who) for name, one in sorted(fields.items()))
    return replace(meta, **values, corrected=told)  # type: ignore[arg-type]


def _place(doc: PolicyDoc, value: str) -> Span:
    """Where the text says the value, else its title: a person stands for it, not the text."""
    at = doc.text.find(value)
    if at >= 0:
        return Span(at, at + len(value))
    for start, end, iso in _days(doc.text[:_HEAD]) if len(value) == 10 else ():
        if iso == value:
            return Span(start, end)
    if doc.meta.title is not None:
        return doc.meta.title.span
    first = len(doc.text) - len(doc.text.lstrip())
    return Span(first, min(first + 1, len(doc.text)))


def _days(text: str) -> list[tuple[int, int, str]]:
    from text.dates import dates  # here: a command that corrects nothing needs no converter
    from text.normalize import fold

    return [(day.start, day.end, day.iso) for day in dates(fold(text))]


def name_of(who: str) -> str:
    """Who corrects, as it is kept. Raises InputError for a name that is too long."""
    name = " ".join(who.encode("utf-8", "replace").decode("utf-8").split())
    if len(name) > _NAME:
        raise InputError(f"更正人的名字有 {len(name)} 个字，超过 {_NAME} 字的上限。")
    return name


def today() -> str:
    """The day that a correction made now is marked with."""
    return date.today().isoformat()
