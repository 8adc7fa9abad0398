"""Collections of documents: `collection`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from youju import membership, terminal
from youju.commands import console
from youju.errors import InputError
from youju.progress import open_index
from youju.service import PolicySearch
from youju.settings import Settings


def collection(args: argparse.Namespace, settings: Settings) -> int:
    """List or change collections."""
    search = open_index(settings)
    name: str | None = args.name
    if name is None:
        if args.add or args.remove or args.rename is not None or args.delete:
            raise InputError("请写出专题的名称，例如：cli.py collection 质量 --add 贵州。")
        for one, ids in search.collections.items():
            print(console.dump({"collection": one, "documents": len(ids)}) if args.json else
                  terminal.plain(f"{one}：{len(ids)} 份文件"))  # fmt: skip
        if not search.collections and not args.json:
            print("还没有专题，可用 cli.py collection 名称 --add 文件 建立。")
        return 0
    name = membership.name_of(name)
    if settings.access is not None and name in settings.access.readers:
        _keeps_readers(name, args)
    told = _collect(search, settings.index, name, args)
    if told:
        print(told if not args.json else console.dump({"collection": name, "told": told}))
        return 0
    for doc_id in search.collected([name]):
        doc = search.document(doc_id)
        line = {"doc_id": doc.id, "title": doc.name, "source": doc.source.path}
        print(console.dump(line) if args.json else terminal.plain(console.named(doc)))
    return 0


def _keeps_readers(name: str, args: argparse.Namespace) -> None:
    """Readers belong to a name in the configuration file: without it all would read."""
    if args.rename is not None or args.delete:
        raise InputError(
            f"专题“{name}”在配置文件里限定了读者，改名或取消后人人可读：请先改配置文件。"
        )
    if args.remove:
        print(f"注意：移出“{name}”的文件不再受这个专题的读者限定。", file=sys.stderr)


def _collect(search: PolicySearch, index: Path, name: str, args: argparse.Namespace) -> str | None:
    """Change a collection and say what was done; None where nothing is to be changed."""
    paths = [path for one in args.add or args.remove for path in _sources(search, one)]
    if args.add:
        count = membership.add(index, name, paths)
        return f"已加入专题“{name}”：{count} 份（原已在内 {len(set(paths)) - count} 份）。"
    if args.remove:
        return f"已从专题“{name}”移出 {membership.remove(index, name, paths)} 份。"
    if args.rename is not None:
        return f"专题“{name}”已改名为“{membership.rename(index, name, args.rename)}”。"
    if args.delete:
        return f"专题“{name}”已取消，其中 {membership.remove(index, name)} 份文件不受影响。"
    return None


def _sources(search: PolicySearch, given: str) -> list[str]:
    """Source paths of the document that is named, or of all below a folder. Raises InputError."""
    if not given.endswith("/"):
        return [search.find(given).source.path]
    found = [entry.path for entry in search.entries() if entry.path.startswith(given)]
    if not found:
        raise InputError(f"索引里没有文件夹“{given}”下的文件，请检查名称，或改用文件的标题。")
    return found
