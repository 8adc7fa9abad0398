"""Who may enter: an account file, a line `name:salted hash:role` each, made by `app.py --add-user`.

A line without a role is of an administrator, as all were before there were roles.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import os
import secrets
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast, get_args

from youju.errors import InputError, SettingsError

Role = Literal["reader", "editor", "admin"]  # each may do what those before it may
ROLES: tuple[Role, ...] = get_args(Role)
SHORTEST = 8  # characters of a password
_SCHEME = "scrypt"
_COST, _BLOCK, _LANES = 14, 8, 1  # 2**14 · 8: about 50 ms and 16 MB a try
_LENGTH = 32
_REMEMBERED = 1000
_LONGEST = 1024  # characters of a password
_FREE = 5  # wrong tries in a row before one has to wait
_WAITS = {"address": 900.0, "name": 60.0}  # at most, in seconds: no stranger locks a user out
_KEPT = 10_000  # names and addresses that are remembered
_QUEUE = 32  # tries that may wait for their turn


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
    roles: Mapping[str, Role] = field(default_factory=dict)
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    _known: dict[bytes, None] = field(default_factory=dict)

    def admits(self, name: str, password: str) -> bool:
        """True for a right password; every try costs the same, whatever is wrong with it."""
        secret = self.secrets.get(name, _NOBODY)
        fits = secret.fits(password[:_LONGEST]) and len(password) <= _LONGEST
        most = max((s.cost for s in self.secrets.values()), default=_COST)
        for cost in range(secret.cost, most):  # 2**a + … + 2**(b - 1) is what 2**b costs more
            _hash("", _NOBODY.salt, cost)
        return fits and name in self.secrets

    def admits_header(self, header: str) -> bool:
        """The same for an `Authorization: Basic …` header."""
        given = parse_header(header)
        return given is not None and self.admits(*given)

    def remembers(self, header: str) -> bool:
        """True for a header that was right a while ago."""
        return self._digest(header) in self._known

    def remember(self, header: str) -> None:
        """Spare a right header the slow check for a while."""
        while len(self._known) >= _REMEMBERED:
            self._known.pop(next(iter(self._known)))
        self._known[self._digest(header)] = None

    def _digest(self, header: str) -> bytes:
        return hmac.digest(self._key, header.encode("utf-8", "surrogatepass"), "sha256")


class TooMany(InputError):
    """A try that comes too soon after wrong ones."""


class Throttle:
    """Wrong tries by name and by address: after a few, each doubles the wait for the next."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong: dict[tuple[str, str], tuple[int, float]] = {}  # how often, when it may again

    def check(self, name: str, address: str) -> None:
        """Raises TooMany with the seconds to wait."""
        now = self._clock()
        waits = [self._wrong.get(key, (0, 0.0))[1] - now for key in _keys(name, address)]
        if max(waits) > 0:
            raise TooMany(f"登录尝试太多，请 {int(max(waits)) + 1} 秒后再试。")

    def note(self, name: str, address: str, admitted: bool) -> None:
        """Count a wrong try; a right one is forgiven its name."""
        if admitted:
            for key in _keys(name, address):
                self._wrong.pop(key, None)
            return
        for key in _keys(name, address):
            count = self._wrong.pop(key, (0, 0.0))[0] + 1
            wait = min(2.0 ** min(count - _FREE, 20), _WAITS[key[0]]) if count >= _FREE else 0.0
            while len(self._wrong) >= _KEPT:
                self._wrong.pop(next(iter(self._wrong)))
            self._wrong[key] = count, self._clock() + wait


def visitor(request: Any) -> str:
    """Who has logged in on the page; "" where nobody has to. Gradio keeps it by its cookie."""
    app = getattr(request, "app", None)
    tokens, cookie = getattr(app, "tokens", {}), getattr(app, "cookie_id", "")
    for name in (f"access-token-{cookie}", f"access-token-unsecure-{cookie}"):
        who = tokens.get(request.cookies.get(name)) if tokens else None
        if who:
            return str(who)
    return ""


class Door:
    """Accounts and throttle for a server: one password at a time is checked, in a thread."""

    def __init__(self, accounts: Accounts, throttle: Throttle | None = None) -> None:
        self._accounts = accounts
        self._throttle = throttle or Throttle()
        self._thread = ThreadPoolExecutor(1, "login")
        self._waiting = 0

    async def admits(self, name: str, password: str, address: str = "") -> bool:
        """True for a right password. Raises TooMany."""
        self._throttle.check(name, address)
        if self._waiting >= _QUEUE:
            raise TooMany("登录的人太多，请稍后再试。")
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            right = await loop.run_in_executor(self._thread, self._accounts.admits, name, password)
        finally:
            self._waiting -= 1
        self._throttle.note(name, address, right)
        return right

    async def admits_header(self, header: str, address: str = "") -> bool:
        """The same for an `Authorization: Basic …` header; right ones are remembered a while."""
        if self._accounts.remembers(header):
            return True
        given = parse_header(header)
        if given is None or not await self.admits(*given, address):
            return False
        self._accounts.remember(header)
        return True


def _keys(name: str, address: str) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("name", name[:_LONGEST]), ("address", address)


def parse_header(header: str) -> tuple[str, str] | None:
    """(name, password) of an `Authorization: Basic …` header."""
    scheme, _, coded = header.partition(" ")
    try:
        given = base64.b64decode(coded, validate=True).decode("utf-8")
    except ValueError:
        return None
    name, colon, password = given.partition(":")
    return (name, password) if scheme.lower() == "basic" and colon else None


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
    roles: dict[str, Role] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, coded = line.partition(":")
        coded, _, role = coded.strip().partition(":")
        secret = _parsed(coded)
        if not name or secret is None or role not in ("", *ROLES):
            raise SettingsError(
                f"账号文件 {path} 第 {number} 行不是“名字:加盐散列:角色”，"
                "请用 --add-user 重新添加。"
            )
        if name in found:
            raise SettingsError(f"账号文件 {path} 第 {number} 行的名字重复，请删去其中一行。")
        found[name] = secret
        roles[name] = cast(Role, role or "admin")
    if not found:
        raise SettingsError(f"账号文件 {path} 里没有账号，请先用 --add-user 添加。")
    return Accounts(found, roles)


def add_user(path: Path, name: str, password: str, role: Role | None = None) -> bool:
    """Add an account or give it a new password (then True); its role stays unless one is given.

    A new one is of an administrator unless told otherwise. Raises InputError, SettingsError.
    """
    if not name or any(char in ":#" or char.isspace() or not char.isprintable() for char in name):
        raise InputError("名字不能为空，也不能含有空白、冒号和 #，请换一个。")
    if len(password) < SHORTEST:
        raise InputError(f"密码至少 {SHORTEST} 个字符，请换一个更长的。")
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    kept = [line for line in lines if line.partition(":")[0] != name]
    before = next((line for line in lines if line.partition(":")[0] == name), "").split(":")
    role = role or cast(Role, before[2] if before[2:] and before[2] in ROLES else "admin")
    salt = secrets.token_bytes(16)
    hashed = _hash(password, salt, _COST)
    coded = "$".join((_SCHEME, str(_COST), _text(salt), _text(hashed))) + f":{role}"
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
