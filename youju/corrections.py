"""What people corrected of a document's metadata: kept beside the index, laid over what was read.

Corrections are kept by source path, so that they survive re-indexing and a changed file, and can be
taken back: what was read from the document is never overwritten.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from youju.errors import IndexCorrupt, IndexWriteError, InputError
from youju.records import PolicyDoc, PolicyMeta, Proven, Span

FILE = "corrections.json"
STATES = ("现行有效", "已失效", "已废止", "已修改", "尚未生效", "试行", "征求意见稿", "未注明")
FIELDS = {
    "title": ("标题",), "doc_number": ("文号", "发文字号"), "issuer": ("发文机关", "发布机关"),
    "region": ("地区",), "written_on": ("成文日期",), "issued_on": ("印发日期", "发布日期"),
    "effective_on": ("施行日期", "生效日期"), "expires_on": ("失效日期", "有效期至"),
    "status": ("状态", "时效"),
}  # fmt: skip
_FIELD = {alias: name for name, aliases in FIELDS.items() for alias in (name, *aliases)}
_LONGEST = 300
_PATIENCE = 10.0  # seconds that one correction waits for another
_HEAD = 20_000  # characters in which a day that was given is looked for


@dataclass(frozen=True, slots=True)
class Correction:
    """The value that a person gave, "" for unknown, and the day on which it was given."""

    value: str
    when: str


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
    if len(value) > _LONGEST:
        raise InputError(f"{FIELDS[field][0]}有 {len(value)} 个字，超过 {_LONGEST} 字的上限。")
    if field == "status" and value not in STATES:
        raise InputError(f"状态不能是“{value}”，可用的有：{'、'.join(STATES)}。")
    if field.endswith("_on") and value:
        days = [iso for _, _, iso in _days(value)]
        if len(days) != 1 or len(days[0]) != 10:
            raise InputError(f"“{value}”不是日期：请写成 2023-06-30 或 2023年6月30日。")
        return days[0]
    if field == "title" and not value:
        raise InputError("标题不能为空。")
    return value


def load(index_dir: Path) -> dict[str, dict[str, Correction]]:
    """All corrections of an index. Raises IndexCorrupt when the file cannot be understood."""
    path = index_dir / FILE
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        return {
            source: {
                name: Correction(str(one["value"]), str(one["when"]))
                for name, one in fields.items()
                if name in FIELDS
            }
            for source, fields in raw.items()
        }
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError, KeyError, TypeError) as error:
        raise IndexCorrupt(
            f"更正记录 {path} 不能读取：请恢复它的备份，或删去后重新更正。"
        ) from error


def stamp(index_dir: Path) -> int:
    """Another number for every change of the file; 0 when there is none."""
    try:
        return (index_dir / FILE).stat().st_mtime_ns
    except OSError:
        return 0


def save(index_dir: Path, found: Corrections) -> None:
    """Replace the file in one step. Raises IndexWriteError."""
    path = index_dir / FILE
    content = {
        source: {name: {"value": c.value, "when": c.when} for name, c in fields.items()}
        for source, fields in sorted(found.items())
        if fields
    }
    part = path.with_suffix(".part")
    try:
        part.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise IndexWriteError(f"不能写入更正记录 {path}：{error.strerror}。") from error


@contextmanager
def changing(index_dir: Path, source: str) -> Iterator[dict[str, Correction]]:
    """The corrections of one document, to be changed; kept when the block ends without an error.

    One at a time: what another process corrects meanwhile is not lost. Raises IndexCorrupt,
    IndexWriteError.
    """
    import filelock

    try:
        with filelock.FileLock(index_dir / f".{FILE}.lock", timeout=_PATIENCE):
            found = load(index_dir)
            own = dict(found.get(source, {}))
            yield own
            save(index_dir, {**found, source: own})
    except (OSError, filelock.Timeout) as error:
        reason = getattr(error, "strerror", None) or "正由另一个进程更正"
        raise IndexWriteError(f"不能写入更正记录 {index_dir / FILE}：{reason}。") from error


def corrected(doc: PolicyDoc, fields: Mapping[str, Correction]) -> PolicyDoc:
    """The document with what people corrected; its parts too where they said the same."""
    if not fields:
        return doc
    meta = _over(doc, doc.meta, fields)
    parts = []
    for part in doc.parts:
        shared = {
            name: one for name, one in fields.items()
            if name == "status" or getattr(part.meta, name) == getattr(doc.meta, name)
        }  # fmt: skip
        parts.append(replace(part, meta=_over(doc, part.meta, shared)))
    return replace(doc, meta=meta, parts=tuple(parts))


def _over(doc: PolicyDoc, meta: PolicyMeta, fields: Mapping[str, Correction]) -> PolicyMeta:
    values: dict[str, object] = {}
    for name, one in fields.items():
        if name == "status":
            values |= {"status": one.value, "status_note": None}
        else:
            values[name] = Proven(one.value, _place(doc, one.value)) if one.value else None
    told = tuple((name, one.when) for name, one in sorted(fields.items()))
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


def today() -> str:
    """The day that a correction made now is marked with."""
    return date.today().isoformat()
