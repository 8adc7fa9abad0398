"""Collections that only some may read: who, as the configuration file says it.

A document that lies in one is there for whoever may read one of those in which it lies; for all
others it is as if there were none. A collection without readers opens nothing and closes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from youju.errors import SettingsError
from youju.records import MEMBER

BY_KEY = "密钥:"  # before the name of a key, where it stands for who asks; accounts have no colon
_KEY, _GROUP = "key:", "group:"
_KNOWN = ("readers", "folders")
Members = Mapping[str, frozenset[str]]  # collection → source paths
Named = Callable[[str], str]  # a name in the file → how it is named in a message


@dataclass(frozen=True, slots=True)
class Access:
    """`readers` of each collection that has some, accounts and keys; `folders` that belong to it.

    A folder is the beginning of source paths: what lies in it belongs to the collection from the
    moment that it is indexed.
    """

    readers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    folders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def closed_to(self, who: str | None) -> frozenset[str]:
        """The collections that an account or a key may not read; None is nobody in particular."""
        return frozenset(name for name, some in self.readers.items() if who not in some)

    def accounts(self) -> frozenset[str]:
        """All accounts that are named."""
        named = (name for some in self.readers.values() for name in some)
        return frozenset(name for name in named if not name.startswith(BY_KEY))

    def gathered(self, members: Members, paths: Iterable[str]) -> Members:
        """The collections with those of the documents that lie in their folders."""
        if not any(self.folders.values()):
            return members
        found = {name: set(members.get(name, ())) for name in self.folders}
        for path in paths:
            for name, folders in self.folders.items():
                if _lies_in(path, folders):
                    found[name].add(path)
        made = {**members, **{name: frozenset(some) for name, some in found.items() if some}}
        return dict(sorted(made.items()))

    def concealing(self, members: Members, closed: Collection[str]) -> Callable[[str], bool]:
        """Which source paths are not there for whoever may not read these collections."""
        inside = [
            (name, members.get(name, ()), self.folders.get(name, ())) for name in self.readers
        ]

        def conceals(path: str) -> bool:
            found = [name for name, some, at in inside if path in some or _lies_in(path, at)]
            return bool(found) and all(name in closed for name in found)

        return conceals


def read(values: Mapping[str, Any], named: Named) -> Access | None:
    """What the sections `collections` and `groups` of a file say. Raises SettingsError."""
    groups = {
        name: _texts(some, named(f"groups.{name}"), '["zhang"]')
        for name, some in values.get("groups", {}).items()
    }
    for name, some in groups.items():
        wrong = next((one for one in some if ":" in one or not one), None)
        if wrong is not None:
            raise SettingsError(f"{named(f'groups.{name}')} 里的“{wrong}”不是账号的名字，请改正。")
    readers, folders = {}, {}
    for given, section in values.get("collections", {}).items():
        at, name = named(f'collections."{given}"'), " ".join(given.split())
        if not isinstance(section, Mapping) or "readers" not in section:
            raise SettingsError(
                f"{at} 应为一节并写明谁可以阅读，例如"
                f' [collections."{given}"] 下一行 readers = ["zhang", "group:hr"]。'
            )
        for word in section:
            if word not in _KNOWN:
                raise SettingsError(f"{at} 里的 {word[:60]!r} 不认识，可用的是 readers、folders。")
        if not name or name in readers:
            raise SettingsError(f"{at} 的名称是空的，或写了两次，请改正。")
        several = _texts(section["readers"], f"{at} 的 readers", '["zhang", "group:hr"]')
        readers[name] = frozenset(who for one in several for who in _reader(one, groups, at))
        several = _texts(section.get("folders", []), f"{at} 的 folders", '["文件/人事"]')
        folders[name] = tuple(one.strip().strip("/") for one in several)
        if not all(folders[name]):
            raise SettingsError(
                f"{at} 的 folders 里有空的文件夹，请写来源路径的开头，如 文件/人事。"
            )
    return Access(readers, folders) if readers else None


def _reader(given: str, groups: Mapping[str, Collection[str]], at: str) -> Collection[str]:
    """The accounts or the key that a word of `readers` stands for."""
    given = given.strip()
    if given.startswith(_GROUP):
        name = given.removeprefix(_GROUP)
        if name not in groups:
            known = "、".join(groups) or "（无）"
            raise SettingsError(f"{at} 的读者“{given}”没有这个组，[groups] 里现有：{known}。")
        return groups[name]
    if given.startswith(_KEY) and given != _KEY:
        return (BY_KEY + " ".join(given.removeprefix(_KEY).split()),)
    if not given or ":" in given:
        raise SettingsError(
            f"{at} 的读者“{given}”不认识，请写账号的名字、group:组名 或 key:密钥的名称。"
        )
    return (given,)


def _texts(value: Any, at: str, example: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise SettingsError(f"{at} 应为文字的列表，例如 {example}，请改正。")
    return tuple(value)


def _lies_in(path: str, folders: Collection[str]) -> bool:
    """True for a folder's documents, or for those of an archive that is named as one."""
    marks = ("/", MEMBER)
    return any(path == one or path.startswith(tuple(one + m for m in marks)) for one in folders)
