"""Keys for programs: `key`."""

from __future__ import annotations

import argparse
import sys

from youju import keys, terminal
from youju.commands import console
from youju.errors import IndexMissing, InputError
from youju.settings import Settings

_SCOPES = {"read": "读取", "edit": "读取和编辑"}


def key(args: argparse.Namespace, settings: Settings) -> int:
    """List, make or withdraw keys."""
    if not settings.index.is_dir():
        raise IndexMissing(
            f"{settings.index} 还没有索引：请先用 python cli.py index 文件夹 建立，再发放密钥。"
        )
    if (args.make or args.withdraw) and args.name is None:
        raise InputError("请写出密钥的名称，例如：cli.py key 报送系统 --make。")
    if args.make:
        made, text = keys.make(settings.index, args.name, args.scope, args.days)
        shown = {"name": made.name, "key": text, "scope": made.scope, "expires": made.expires}
        until = f"可{_SCOPES[made.scope]}，有效到 {made.expires}"
        print(f"密钥“{made.name}”已发放，{until}；只显示这一次，请妥善保存：", file=sys.stderr)
        print(console.dump(shown) if args.json else text)
        return 0
    if args.withdraw:
        gone = keys.withdraw(settings.index, args.name)
        print(f"密钥“{gone.name}”已撤销。")
        return 0
    found = [one for one in keys.load(settings.index).values() if args.name in (None, one.name)]
    for one in sorted(found, key=lambda one: one.name):
        told = {"name": one.name, "scope": one.scope, "made": one.made, "expires": one.expires}
        line = f"{one.name}：可{_SCOPES[one.scope]}，{one.made} 发放，有效到 {one.expires}"
        print(console.dump(told) if args.json else terminal.plain(line))
    if not found and not args.json:
        print("没有密钥，可用 cli.py key 名称 --make 发放。")
    return 0
