"""Records of `youju.records` ↔ compact JSON: a record is the list of its field values, in order.

Field names are left out, so `schema` goes into the manifest: an index written with other fields is
refused instead of misread.
"""

from __future__ import annotations

import dataclasses
import hashlib
import types
import typing
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar, cast

from youju import records

R = TypeVar("R")

_Read = Callable[[Any], Any]


def to_plain(value: Any) -> Any:
    """Lists, dicts, strings and numbers for `json.dumps`."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [to_plain(getattr(value, name)) for name in _names(type(value))]
    if isinstance(value, tuple | list):
        return [to_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: to_plain(item) for key, item in value.items()}
    return value


def from_plain(kind: type[R], plain: Any) -> R:
    """The record of type `kind`; raises ValueError or TypeError for data of another shape."""
    record: R = _reader(cast(Any, kind))(plain)
    return record


@lru_cache(maxsize=1)
def schema() -> str:
    """Digest of the fields of everything that is stored."""
    stored = (records.PolicyDoc, records.Passage)
    seen: dict[str, str] = {}
    waiting: list[Any] = list(stored)
    while waiting:
        kind: Any = waiting.pop()
        if dataclasses.is_dataclass(kind) and str(kind) not in seen:
            hints = typing.get_type_hints(kind)
            names = _names(cast(Any, kind))
            seen[str(kind)] = repr([(name, str(hints[name])) for name in names])
            waiting.extend(hints[name] for name in names)
        waiting.extend(typing.get_args(kind))
    return hashlib.sha256(repr(sorted(seen.items())).encode()).hexdigest()[:16]


@lru_cache(maxsize=64)
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


@lru_cache(maxsize=256)
def _reader(kind: Any) -> _Read:
    """A function plain value → value of type `kind`, made once per type."""
    if dataclasses.is_dataclass(kind):
        return _record_reader(kind)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        item = _reader(arguments[0])
        return lambda plain: tuple([item(one) for one in plain])
    if origin is tuple:
        items = [_reader(argument) for argument in arguments]
        return lambda plain: tuple([r(one) for r, one in zip(items, plain, strict=True)])
    if origin in (typing.Union, types.UnionType):
        return _choice_reader(arguments)
    if origin is dict:
        return dict
    return _check(str if origin is typing.Literal else kind)


def _choice_reader(arguments: tuple[Any, ...]) -> _Read:
    """None, one scalar or record, one tuple: told apart by what JSON makes of them."""
    kinds = [argument for argument in arguments if argument is not types.NoneType]
    optional = len(kinds) < len(arguments)
    if len(kinds) == 1:
        inner = _reader(kinds[0])
        return lambda plain: None if plain is None and optional else inner(plain)
    tuples: list[_Read] = []
    scalars: list[_Read] = []
    for kind in kinds:
        (tuples if typing.get_origin(kind) is tuple else scalars).append(_reader(kind))
    (listed,), (plainly,) = tuples, scalars
    return lambda plain: listed(plain) if isinstance(plain, list) else plainly(plain)


def _record_reader(kind: Any) -> _Read:
    hints = typing.get_type_hints(kind)
    readers = [_reader(hints[name]) for name in _names(kind)]

    def read(plain: Any) -> Any:
        return kind(*[r(one) for r, one in zip(readers, plain, strict=True)])

    return read


def _check(kind: type) -> _Read:
    def read(plain: Any) -> Any:
        if type(plain) is not kind:
            raise ValueError(f"{plain!r} is no {kind.__name__}")
        return plain

    return read
