"""Single documents: `show`, `meta`, `references`, `relations`, `diff`, `expiring`, `verify`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from youju import contracts, corrections, diff_views, terminal
from youju.commands import console
from youju.errors import InputError, QuestionError
from youju.progress import open_index
from youju.records import Span
from youju.settings import Settings


def show(args: argparse.Namespace, settings: Settings) -> int:
    """Print an original, or a part of it."""
    search = open_index(settings)
    doc = search.find(args.doc)
    span = Span(0, len(doc.text))
    if args.clause is not None:
        found = [clause for clause in doc.clauses if clause.id == args.clause]
        if not found:
            raise InputError(
                f"《{doc.name}》里没有编号为“{args.clause}”的条款，"
                "可用 cli.py ingest 查看全部编号。"
            )
        span = found[0].span
    elif args.span is not None:
        span = args.span
        if span.end > len(doc.text):
            raise InputError(f"《{doc.name}》只有 {len(doc.text)} 字，没有第 {span.end} 字。")
    text = span.of(doc.text)
    if args.json:
        said = {"doc_id": doc.id, "title": doc.name, "source": doc.source.path}
        print(console.dump(said | {"start": span.start, "end": span.end, "text": text}))
    else:
        print(terminal.plain(text) if sys.stdout.isatty() else text)
    return 0


def meta(args: argparse.Namespace, settings: Settings) -> int:
    """A document's card, once its corrections are made."""
    search = open_index(settings)
    doc = search.find(args.doc)
    if args.set or args.undo:
        with corrections.changing(settings.index, doc.source.path) as own:
            _correct(doc.name, args, own)
        search = open_index(settings)
    card = search.card(doc.id, args.as_of)
    if args.json:
        print(console.dump(contracts.card_json(card)))
    else:
        print(terminal.card_text(card, console.style()))
    return 0


def _correct(title: str, args: argparse.Namespace, own: dict[str, corrections.Correction]) -> None:
    """Take back what is to be undone, then set what is to be set."""
    who = corrections.name_of(args.by if args.by is not None else console.user())
    for name in args.undo:
        if name == "全部":
            own.clear()
        elif own.pop(corrections.field_of(name), None) is None:
            raise InputError(f"《{title}》的“{name}”没有更正过，不能取消。")
    for pair in args.set:
        name, sign, value = pair.partition("=")
        if not sign:
            raise InputError(f"“{pair}”不是“项目=值”的形式，例如：--set 文号=云政发〔2021〕3号。")
        field = corrections.field_of(name)
        made = corrections.read_value(field, value)
        own[field] = corrections.Correction(made, corrections.today(), who)


def relations(args: argparse.Namespace, settings: Settings) -> int:
    """What documents do to each other."""
    found = open_index(settings).relations(args.doc)
    for relation, source, target in found:
        if args.json:
            print(console.dump(contracts.relation_json(relation, source, target)))
        else:
            sure = "" if relation.certainty >= 1 else f"（把握 {relation.certainty:.0%}）"
            said = terminal.plain(" ".join(relation.span.of(source.text).split()))
            print(f"《{source.name}》 {relation.kind} 《{target.name}》{sure}\n    {said}")
    if not found and not args.json:
        print("没有找到文件之间的关系。")
    return 0


def references(args: argparse.Namespace, settings: Settings) -> int:
    """Which clauses a document refers to, or which refer to one of its own."""
    search = open_index(settings)
    doc = search.find(args.doc)
    clause = search.clause(doc, args.clause) if args.clause is not None else None
    found = search.references(doc) if clause is None else search.referring(doc, clause)
    if args.json:
        for one in found:
            print(console.dump(contracts.reference_json(one)))
    else:
        print(terminal.references_text(found, console.style(), clause))
    return 0


def diff(args: argparse.Namespace, settings: Settings) -> int:
    """Two versions clause by clause."""
    from youju import takeaway

    if args.md and args.out:
        raise InputError("--md 和 --out 只能用一个，请去掉其中一个。")
    out = Path(args.md or args.out) if args.md or args.out else None
    kind = "md" if out is None or args.md else takeaway.kind_of(out, diff_views.KINDS)
    old, new, found = open_index(settings).diff(args.old, args.new)
    shown = [change for change in found if args.all or change.kind != "same"]
    if out is not None:
        takeaway.save(out, diff_views.file(kind, shown, old, new))
        print(f"已写入 {out}：{len(shown)} 处。")
    elif args.json:
        for change in shown:
            print(console.dump(contracts.change_json(change, old, new)))
    else:
        print(diff_views.text(shown, old, new, console.style()))
    return 0


def expiring(args: argparse.Namespace, settings: Settings) -> int:
    """What ends soon, and what has no known state."""
    search = open_index(settings)
    ending, unknown = search.expiring(args.days), search.unknown_state()
    if args.json:
        for doc, left in [*ending, *((doc, None) for doc in unknown)]:
            ends = doc.meta.expires_on.value if left is not None and doc.meta.expires_on else None
            said = {"doc_id": doc.id, "title": doc.name, "expires_on": ends, "days": left}
            print(console.dump(said))
        return 0
    lines = [f"{args.days} 天内失效的文件：{len(ending)} 份"]
    for doc, left in ending:
        ends = doc.meta.expires_on.value if doc.meta.expires_on else ""
        lines.append(f"  {ends}（还有 {left} 天）{console.named(doc)}")
    lines.append(f"没有写明是否有效的文件：{len(unknown)} 份")
    lines += [f"  {console.named(doc)}" for doc in unknown]
    print("\n".join(map(terminal.plain, lines)))
    return 0


def verify(args: argparse.Namespace, settings: Settings) -> int:
    """Where a quotation stands."""
    quote = " ".join(args.quote)
    if args.quote == ["-"]:
        try:
            quote = sys.stdin.buffer.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise QuestionError("标准输入不是 UTF-8，请转换编码后再核对。") from error
    found = open_index(settings).verify(quote)
    if args.json:
        print(console.dump(contracts.verification_json(found)))
    else:
        print(terminal.verification_text(found, console.style()))
    return 0
