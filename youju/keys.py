"""Keys for programs: a name, what they may do, until when; kept beside the index as hashes.

A key is shown once, when it is made. It is long and random, so that a plain hash of it tells nobody
anything; it is compared in constant time.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Literal, get_args

from youju.beside import Beside
from youju.errors import IndexCorrupt, InputError

Scope = Literal["read", "edit"]
DAYS = 365  # that a key holds, unless told otherwise
_MOST_DAYS = 3650
_LONGEST = 40  # characters of a name
_MARK = "yj"
_GIVEN = 200  # characters of a key that are looked at
_FILE = Beside("keys.json", "密钥记录", mode=0o600)
stamp = _FILE.stamp


class KeyRefused(InputError):
    """A key that is wrong, withdrawn or expired."""


@dataclass(frozen=True, slots=True)
class Key:
    """`hash` is of the whole key; `expires` is the last day on which it holds, ISO."""

    name: str
    scope: Scope
    hash: str
    made: str
    expires: str

    def may(self, scope: Scope) -> bool:
        """True for what the key lets do; who may edit may read."""
        return scope in ("read", self.scope)


Keys = Mapping[str, Key]  # by number, which a key bears openly


def load(index_dir: Path) -> dict[str, Key]:
    """All keys of an index. Raises IndexCorrupt when the file cannot be understood."""
    try:
        raw = _FILE.read(index_dir) or {}
        found = {str(number): Key(**one) for number, one in raw.items()}
        for key in found.values():
            date.fromisoformat(key.expires)
            if key.scope not in get_args(Scope) or len(bytes.fromhex(key.hash)) != 32:
                raise ValueError(key.name)
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise IndexCorrupt(
            f"密钥记录 {index_dir / _FILE.name} 不能读取：请恢复它的备份，或删去后重新发放密钥。"
        ) from error
    return found


def make(index_dir: Path, name: str, scope: Scope = "read", days: int = DAYS) -> tuple[Key, str]:
    """A new key and what it reads, which is kept nowhere. Raises InputError, IndexError_."""
    name = " ".join(name.split())
    if not name or not name.isprintable() or len(name) > _LONGEST:
        raise InputError(f"密钥的名称应为 1 到 {_LONGEST} 个可见的字，请换一个。")
    if not 1 <= days <= _MOST_DAYS:
        raise InputError(f"有效天数 {days} 不在 1 到 {_MOST_DAYS:,} 之间，请改一个数。")
    today = date.today()
    with _FILE.locked(index_dir):
        found = load(index_dir)
        if any(key.name == name for key in found.values()):
            raise InputError(f"已有名为“{name}”的密钥，请换一个名称，或先撤销它。")
        number = secrets.token_hex(4)
        text = f"{_MARK}_{number}_{secrets.token_urlsafe(32)}"
        ends = (today + timedelta(days=days)).isoformat()
        key = Key(name, scope, _hash(text).hex(), today.isoformat(), ends)
        _FILE.write(index_dir, {n: asdict(one) for n, one in {**found, number: key}.items()})
    return key, text


def withdraw(index_dir: Path, name: str) -> Key:
    """Take a key back: it holds no more. Raises InputError for an unknown name, IndexError_."""
    with _FILE.locked(index_dir):
        found = load(index_dir)
        gone = next((number for number, key in found.items() if key.name == name), None)
        if gone is None:
            known = "、".join(key.name for key in found.values()) or "（无）"
            raise InputError(f"没有名为“{name}”的密钥，现有：{known}。")
        key = found.pop(gone)
        _FILE.write(index_dir, {number: asdict(one) for number, one in found.items()})
    return key


def check(text: str, keys: Keys, today: date | None = None) -> Key:
    """The key that a text is. Raises KeyRefused."""
    _, _, rest = text[:_GIVEN].partition("_")
    key = keys.get(rest.partition("_")[0])
    wanted = bytes.fromhex(key.hash) if key is not None else b"\0" * 32
    if not hmac.compare_digest(_hash(text[:_GIVEN]), wanted) or key is None:
        raise KeyRefused("密钥不对，或已经撤销：请检查，或向管理员索取新的密钥。")
    if date.fromisoformat(key.expires) < (today or date.today()):
        raise KeyRefused(f"密钥“{key.name}”已过期（{key.expires}），请向管理员索取新的密钥。")
    return key


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
