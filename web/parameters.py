"""Types and sizes of what programs send, checked before anything is done with it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, get_args

from youju.asking import MOST_HITS, Method
from youju.errors import InputError

_MANY = 100  # names or years in a filter
_NAME = 300  # characters of a name
_SHOWN = 40  # characters of an unknown one
_QUOTE = 20_000
_TEXT = 2_000_000  # more than any question that could be asked: the sentence about it is elsewhere
_SET = 8_000_000  # a question set as text


def check(name: str, given: Mapping[str, Any] | Collection[Any]) -> None:
    """Raise InputError, which names the parameter, unless these can be given to `name`.

    `given` are the parameters by name, or in their order.
    """
    known = PARAMETERS[name]
    if not isinstance(given, Mapping):
        if len(given) > len(known):
            raise InputError(f"{name} 最多接受 {len(known)} 个参数，收到 {len(given)} 个，请检查。")
        given = dict(zip(known, given, strict=False))
    for parameter, value in given.items():
        if parameter not in known:
            names = "、".join(known) or "（无）"
            raise InputError(f"{name} 没有参数 {str(parameter)[:_SHOWN]}，可用的是 {names}。")
        wrong = known[parameter](value)
        if wrong is not None:
            raise InputError(f"参数 {parameter} {wrong}，请检查。")


def _text(longest: int) -> Callable[[Any], str | None]:
    def wrong(value: Any) -> str | None:
        if not isinstance(value, str):
            return "应为文字"
        return f"不能超过 {longest:,} 个字符" if len(value) > longest else None

    return wrong


def _whole(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return f"应为 1 到 {MOST_HITS} 的整数"
    # What is out of range is told with its number elsewhere, as on the command line.
    return None if abs(value) < 10**9 else f"应为 1 到 {MOST_HITS} 的整数"


def _flag(value: Any) -> str | None:
    return None if value is None or isinstance(value, bool) else "应为 true 或 false"


def _names(value: Any) -> str | None:
    return _several(value, lambda one: isinstance(one, str) and len(one) <= _NAME, "名字")


def _years(value: Any) -> str | None:
    def is_year(one: Any) -> bool:
        return isinstance(one, int) and not isinstance(one, bool) and 0 <= one <= 9999

    return _several(value, is_year, "年份")


def _several(value: Any, fits: Callable[[Any], bool], what: str) -> str | None:
    if value is None:
        return None
    if not isinstance(value, Sequence) or isinstance(value, str | bytes):
        return f"应为{what}的列表"
    if len(value) > _MANY:
        return f"最多 {_MANY} 个{what}，收到 {len(value)} 个"
    return None if all(fits(one) for one in value) else f"里有不是{what}的内容"


def _method(value: Any) -> str | None:
    wrong = _text(_NAME)(value)
    return wrong and f"应为 {'、'.join(get_args(Method))} 之一"


def _questions(value: Any) -> str | None:
    return _several(value, lambda one: isinstance(one, str) and len(one) <= _QUOTE, "问题")


_ASKING: dict[str, Callable[[Any], str | None]] = {
    "question": _text(_TEXT), "k": _whole, "documents": _names, "regions": _names,
    "years": _years, "in_force": _flag, "method": _method,
}  # fmt: skip
# Every endpoint and tool with its parameters in order.
PARAMETERS: dict[str, dict[str, Callable[[Any], str | None]]] = {
    "ask": {**_ASKING, "context": _questions, "collections": _names},
    "search": {**_ASKING, "collections": _names},
    "documents": {"collections": _names},
    "collect": {"collection": _text(_NAME), "documents": _names, "remove": _flag},
    "document": {"name": _text(_NAME)},
    "evaluate": {
        "method": _text(_NAME), "split": _text(_NAME), "questions": _text(_SET), "with_rows": _flag,
    },
    "read_clause": {"document": _text(_NAME), "clause": _text(_NAME)},
    "verify_quote": {"quote": _text(_QUOTE)},
}  # fmt: skip
