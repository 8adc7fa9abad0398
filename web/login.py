"""Who may enter: an account file, a line `name:salted hash` each, made by `app.py --add-user`."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from youju.errors import InputError, SettingsError

SHORTEST = 8  # characters of a password
_SCHEME = "scrypt"
_COST, _BLOCK, _LANES = 14, 8, 1  # 2**14 · 8: about 50 ms and 16 MB a try
_LENGTH = 32
_REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class _Secret:
    """A password's salt and hash."""

    cost: int
    salt: bytes
    hashed: bytes

    def fits(self, password: str) -> bool:
        return hmac.compare_digest(_hash(password, self.salt, self.cost), self.hashed)


_NOBODY = _Secret(_COST, b"\0" * 16, b"\0" * _LENGTH)


@dataclass(frozen=True, slots=True)
class Accounts:
    """The accounts of a file."""

    secrets: Mapping[str, _Secret]
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    _known: dict[bytes, None] = field(default_factory=dict)

    def admits(self, name: str, password: str) -> bool:
        """True for a right password; an unknown name costs as much time as a wrong password."""
        secret = self.secrets.get(name, _NOBODY)
        return secret.fits(password) and name in self.secrets

    def admits_header(self, header: str) -> bool:
        """The same for an `Authorization: Basic …` header; right ones are remembered a while."""
        seen = hmac.digest(self._key, header.encode("utf-8", "surrogatepass"), "sha256")
        if seen in self._known:
            return True
        scheme, _, coded = header.partition(" ")
        try:
            given = base64.b64decode(coded, validate=True).decode("utf-8")
        except ValueError:
            return False
        name, colon, password = given.partition(":")
        if scheme.lower() != "basic" or not colon or not self.admits(name, password):
            return False
        while len(self._known) >= _REMEMBERED:
            self._known.pop(next(iter(self._known)))
        self._known[seen] = None
        return True


def read_accounts(path: Path) -> Accounts:
    """The accounts of a file. Raises SettingsError that names the line at fault."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise SettingsError(
            f"--auth-file 指向的 {path} 无法读取，请检查路径，或用 --add-user 建立账号。"
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"账号文件 {path} 不是 UTF-8，请用 --add-user 重新建立。") from error
    found: dict[str, _Secret] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, coded = line.partition(":")
        secret = _parsed(coded.strip())
        if not name or secret is None:
            raise SettingsError(
                f"账号文件 {path} 第 {number} 行不是“名字:加盐散列”，请用 --add-user 重新添加。"
            )
        if name in found:
            raise SettingsError(f"账号文件 {path} 第 {number} 行的名字重复，请删去其中一行。")
        found[name] = secret
    if not found:
        raise SettingsError(f"账号文件 {path} 里没有账号，请先用 --add-user 添加。")
    return Accounts(found)


def add_user(path: Path, name: str, password: str) -> bool:
    """Add an account or give it a new password (then True). Raises InputError, SettingsError."""
    if not name or any(char in ":#" or char.isspace() or not char.isprintable() for char in name):
        raise InputError("名字不能为空，也不能含有空白、冒号和 #，请换一个。")
    if len(password) < SHORTEST:
        raise InputError(f"密码至少 {SHORTEST} 个字符，请换一个更长的。")
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    kept = [line for line in lines if line.partition(":")[0] != name]
    salt = secrets.token_bytes(16)
    hashed = _hash(password, salt, _COST)
    coded = "$".join((_SCHEME, str(_COST), _text(salt), _text(hashed)))
    fresh = path.with_name(f"{path.name}.new")
    try:
        # Nobody else needs to read even the hashes.
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write("".join(f"{line}\n" for line in [*kept, f"{name}:{coded}"]))
        fresh.replace(path)
    except OSError as error:
        raise SettingsError(f"无法写入账号文件 {path}，请检查文件夹是否存在、可写。") from error
    return len(kept) < len(lines)


def _parsed(coded: str) -> _Secret | None:
    parts = coded.split("$")
    if len(parts) != 4 or parts[0] != _SCHEME or parts[1] not in map(str, range(10, 19)):
        return None
    try:
        salt = base64.b64decode(parts[2], validate=True)
        hashed = base64.b64decode(parts[3], validate=True)
    except ValueError:
        return None
    return _Secret(int(parts[1]), salt, hashed) if len(hashed) == _LENGTH and salt else None


def _hash(password: str, salt: bytes, cost: int) -> bytes:
    return hashlib.scrypt(
        password.encode("utf-8", "surrogatepass"), salt=salt, n=1 << cost, r=_BLOCK, p=_LANES,
        maxmem=1 << (cost + 11), dklen=_LENGTH,
    )  # fmt: skip


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
