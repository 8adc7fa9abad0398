"""Numeric targets: `facts` and `compare`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from youju.commands import console
from youju.errors import InputError
from youju.progress import open_index
from youju.settings import Settings


def facts(args: argparse.Namespace, settings: Settings) -> int:
    """Numeric targets."""
    from youju import exports, fact_views

    _one_format(args)
    search = open_index(settings).within(args.collection)
    docs = search.documents() if args.doc is None else [search.find(args.doc)]
    found = list(fact_views.facts_of(docs, args.indicator))
    if args.json:
        for doc, fact in found:
            print(console.dump(exports.fact_json(doc, fact)))
    elif args.csv or args.xlsx:
        _table(args, "数值目标", exports.FACT_COLUMNS, exports.fact_rows(found))
    else:
        print(fact_views.facts_text(found, console.style()))
    return 0


def compare(args: argparse.Namespace, settings: Settings) -> int:
    """One indicator document by document."""
    from youju import exports, fact_views

    _one_format(args)
    search = open_index(settings)
    found = search.compare(" ".join(args.text), args.region, args.year, args.collection)
    if args.json:
        print(console.dump(exports.comparison_json(found, search.document)))
    elif args.csv or args.xlsx:
        rows = exports.comparison_rows(found, search.document)
        _table(args, "对比", exports.COMPARISON_COLUMNS, rows)
    else:
        print(fact_views.comparison_text(found, console.style()))
    return 0


def _one_format(args: argparse.Namespace) -> None:
    if sum((args.csv, args.json, args.xlsx is not None)) > 1:
        raise InputError("--csv、--xlsx 和 --json 只能用一个，请去掉其余的。")


def _table(
    args: argparse.Namespace, name: str, columns: Sequence[str], rows: Sequence[list[Any]]
) -> None:
    """CSV on standard output, or a workbook in the file that was named."""
    from youju import exports, takeaway

    if args.csv:
        print(exports.csv_text(columns, rows), end="")
        return
    takeaway.save(Path(args.xlsx), exports.workbook([(name, columns, rows)]))
    print(f"已写入 {args.xlsx}（{len(rows)} 行）。")
