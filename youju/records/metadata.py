"""What a document says of itself."""

from __future__ import annotations

from dataclasses import dataclass

from youju.records.spans import Span


@dataclass(frozen=True, slots=True)
class Proven:
    """A metadata value with the place that proves it. `value` is normalised (ISO dates)."""

    value: str
    span: Span


@dataclass(frozen=True, slots=True)
class Stated:
    """What the page around a document says: `field` of PolicyMeta, or "source" or "page_date"."""

    field: str
    value: str
    span: Span


@dataclass(frozen=True, slots=True)
class Corrected:
    """A field that a person corrected: on which day, and who, "" where that is not known."""

    field: str
    when: str
    who: str = ""

    @property
    def told(self) -> str:
        """Who and when, for people."""
        return f"{self.who}，{self.when}" if self.who else self.when


@dataclass(frozen=True, slots=True)
class PolicyMeta:
    """What a document says of itself; unknown is None, never guessed."""

    title: Proven | None = None
    doc_number: Proven | None = None  # 文号
    issuer: Proven | None = None
    region: Proven | None = None
    written_on: Proven | None = None  # 成文
    issued_on: Proven | None = None  # 印发 / 发布
    effective_on: Proven | None = None  # 施行
    expires_on: Proven | None = None
    status: str = "未注明"  # 现行有效 已失效 已废止 已修改 尚未生效 未注明
    status_note: Proven | None = None  # the sentence that proves the status
    period: tuple[int, int] | None = None  # years that the title itself names, e.g. (2015, 2017)
    page: tuple[Stated, ...] = ()  # what the page that carries it says beside the document
    status_why: str = ""  # why it has this status on the day that is asked for; not stored
    ended_by: tuple[str, Span] | None = None  # the document that repealed it, and where it says so
    corrected: tuple[Corrected, ...] = ()  # fields that a person corrected
    family: str | None = None  # the rule of which a person said that this is a version; "" of none

    def correction(self, field: str) -> Corrected | None:
        """What is known of the correction of a field, if a person corrected it."""
        return next((one for one in self.corrected if one.field == field), None)

    @property
    def void(self) -> bool:
        """True when the document no longer has force."""
        return self.status in ("已失效", "已废止")

    @property
    def date(self) -> str | None:
        """The one date to show: written, else issued, else in force; ISO."""
        for dated in (self.written_on, self.issued_on, self.effective_on):
            if dated is not None:
                return dated.value
        return None
