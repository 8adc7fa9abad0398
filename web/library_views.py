"""The documents of the library as a table; what became of uploads. Pure functions."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict

from web.cards import status_chip, target
from web.citing import bare_title
from web.english import both_told, marked
from web.listing import SORTS, Listed, Wanted
from web.markup import attribute, escape
from web.strings import STRINGS, both, hint, label, named, plain
from youju.records import MEMBER, PolicyDoc
from youju.reindexing import Stage
from youju.service import BuildReport
from youju.settings import CORPUS
from youju.uploads import Taken

_COLUMNS = ("title", "number", "region", "date", "status", "clauses", "problems")


def library_view(
    documents: Sequence[PolicyDoc],
    uploaded: Collection[str] = (),
    *,
    removable: bool = False,
    listed: Listed | None = None,
    waiting: Collection[str] = (),
    address: str = "",
) -> str:
    """One page of documents; `uploaded` are source paths on disk, `listed` what is looked at.

    `waiting`, uploads that are not indexed yet, come first. `removable`: with a column to remove
    and collect them. `address` is the query that shows the same.
    """
    at = listed or Listed(Wanted(), (), len(documents), len(documents), {})
    columns = (*_COLUMNS, "remove") if removable else _COLUMNS
    head = "".join(_head_html(name, at.wanted) for name in columns)
    first = "".join(_waiting_html(path, removable) for path in sorted(waiting) if removable)
    rows = "".join(
        _row_html(doc, _file(doc) in uploaded, removable, at.collected.get(doc.id, ()))
        for doc in documents
    )
    told = both("library.none")
    if at.wanted.collection and at.wanted.collection not in at.choices.get("collection", ()):
        told = both("library.no_collection", name=at.wanted.collection)
    none = f'<tr><td colspan="{len(columns)}">{told}</td></tr>'
    counted = both("library.count", n=at.total)
    if at.found != at.total:
        counted = both("library.found", found=at.found, n=at.total)
    bulk = _bulk_html(at, len(documents)) if removable else ""
    query = f'data-address="{attribute(address)}" ' if address else ""
    return (
        f'<section class="yj-library" {query}'
        f'data-at="{attribute(json.dumps(asdict(at.wanted)))}">'
        f'<div class="yj-bar">'
        f'<input type="search" class="yj-filter" data-filter {hint("library.filter")} '
        f'autocomplete="off" value="{attribute(at.wanted.words)}">'
        f"{''.join(_select_html(name, at) for name in at.choices if _offered(name, at))}"
        f'<span class="yj-where" role="status">{counted}</span></div>'
        f'<div class="yj-scroll"><table class="yj-doctable"><thead><tr>{head}</tr>'
        f"</thead><tbody>{first}{rows or none}</tbody></table></div>{bulk}"
        f"{_pager_html(at)}</section>"
    )


def _offered(name: str, at: Listed) -> bool:
    """Collections are a filter once there are any, or one is asked for."""
    return name != "collection" or bool(at.choices[name] or at.wanted.collection)


def _bulk_html(at: Listed, shown: int) -> str:
    """Collecting what is chosen, or removing it after asking; hidden while nothing is.

    The script counts.
    """
    chinese, english = STRINGS["library.picked"]
    count = "<span data-count></span>"
    words = "".join(
        f'<span class="yj-{name}" lang="{name}">{count.join(map(escape, text.split("{n}")))}</span>'
        for name, text in (("zh", chinese), ("en", english))
    )
    names = "".join(
        f'<option value="{attribute(name)}"></option>' for name in at.choices.get("collection", ())
    )
    further = (
        f'<label class="yj-pick"><input type="checkbox" data-all>'
        f"{both('library.all_pages', n=at.found)}</label>"
        if at.found > shown
        else ""
    )
    return (
        f'<div class="yj-bulk" hidden>{further}<label class="yj-pick">{both("library.collection")}'
        f'<input type="text" data-collection data-hint="library.collection_hint" maxlength="40" '
        f'placeholder="{attribute(STRINGS["library.collection_hint"][0])}" '
        f'list="yj-collections" autocomplete="off"></label><datalist id="yj-collections">{names}'
        f'</datalist><button type="button" data-collect>{both("library.collect")}</button>'
        f'<button type="button" data-uncollect>{both("library.uncollect")}</button>'
        f'<span class="yj-removing"><button type="button" data-remove-picked>{words}</button>'
        f'<span class="yj-sure" hidden>{both("library.picked_sure")} '
        f'<button type="button" class="yj-open" data-sure-picked>{both("library.yes")}</button> '
        f'<button type="button" class="yj-open" data-keep-picked>{both("library.no")}</button>'
        "</span></span></div>"
    )


def _select_html(name: str, at: Listed) -> str:
    """A filter; its first entry, the name, lets everything through."""
    chosen = getattr(at.wanted, name)
    offered = at.choices[name]
    if chosen and chosen not in offered:
        offered = (chosen, *offered)
    values = "".join(
        f'<option value="{attribute(value)}"{" selected" if value == chosen else ""}'
        f"{_option(name, value)}</option>"
        for value in offered
    )
    key = f"library.by.{name}"
    return (
        f'<select data-narrow="{name}" {label(key)}><option value=""{plain(key)}</option>'
        f"{values}</select>"
    )


def _option(name: str, value: str) -> str:
    key = f"{name}.{value}"
    return plain(key) if key in STRINGS else f' lang="zh">{escape(value)}'


def _pager_html(at: Listed) -> str:
    if at.pages == 1:
        return ""
    page = at.wanted.page
    told = both("library.page", page=page + 1, pages=at.pages)

    def step(key: str, to: int) -> str:
        off = "" if 0 <= to < at.pages else " disabled"
        return f'<button type="button" data-page="{to}"{off}>{both(f"library.{key}")}</button>'

    return (
        f'<nav class="yj-pager" {label("library.pages")}>{step("before", page - 1)}'
        f"<span>{told}</span>{step('after', page + 1)}</nav>"
    )


def _file(doc: PolicyDoc) -> str:
    """The file that holds the document; with an archive all its members go."""
    return doc.source.path.split(MEMBER, 1)[0]


def uploads_view(taken: Sequence[Taken], total: int) -> str:
    """While files are read: how many are done, and what is known of each."""
    bar = (
        f'<div class="yj-progress"><span>{both("library.reading", done=len(taken), total=total)}'
        f'</span><progress value="{len(taken)}" max="{max(1, total)}"></progress></div>'
    )
    return f'<section role="status">{bar}{_taken_html(taken, {})}</section>'


def stage_view(stage: Stage | None, taken: Sequence[Taken] = ()) -> str:
    """While the index is built."""
    done, total = (stage.done, stage.total) if stage else (0, 1)
    name, _, file = stage.name.partition(" ") if stage else ("", "", "")
    if file:
        told = both("library.recognising", name=file, done=done, total=total)
    else:
        told = f"{both('library.stage', done=done, total=total)} {named('stage', name)}"
    return (
        f'<section role="status"><div class="yj-progress"><span>'
        f"{told}</span>"
        f'<progress value="{done}" max="{max(1, total)}"></progress></div>'
        f'<p class="yj-note">{both("library.serving")}</p>{_taken_html(taken, {})}</section>'
    )


def report_view(
    report: BuildReport | None,
    taken: Sequence[Taken],
    clauses: Mapping[str, int],
    message: str,
    *,
    exchanged: bool = False,
) -> str:
    """The end: what became of every upload, the build in a line, or why there was none."""
    built = ""
    if report is not None:
        counts = {"read": len(report.read), "reused": len(report.reused)}
        built = both(
            "library.done", n=report.documents, removed=len(report.removed), **counts
        )  # fmt: skip
        built = f'<p class="yj-note" data-built>{built}</p>'
    if message:
        built += f'<div class="yj-answer yj-message" role="alert">{both_told(message)}</div>'
    refused = [Taken(path, reason=reason) for path, reason in (report.refused if report else ())]
    told = _taken_html((*taken, *refused), clauses, exchanged=exchanged)
    return f'<section role="status">{told}{built}</section>'


def asking_view(new: PolicyDoc, old: PolicyDoc) -> str:
    """Whether an upload is a version of what is here under its name; both are kept meanwhile."""
    name = _file(old).rsplit("/", 1)[-1]
    now = _file(new).rsplit("/", 1)[-1]
    family = old.meta.family or old.name
    version, apart = both("library.version"), both("library.apart")
    return (
        f'<div class="yj-banner yj-asking" role="group" data-new="{attribute(new.id)}" '
        f'data-old="{attribute(old.id)}" data-family="{attribute(family)}">'
        f"<p>{both('library.known', name=name, now=now)}</p>"
        f'<p class="yj-taking"><button type="button" data-version>{version}</button>'
        f'<button type="button" data-apart>{apart}</button></p></div>'
    )


def replacing_view(path: str) -> str:
    """Which document is about to be replaced."""
    name = path.rsplit("/", 1)[-1]
    return (
        f'<p class="yj-banner yj-on-warn" role="status">{both("library.replacing", name=name)}</p>'
    )


def _taken_html(
    taken: Sequence[Taken], clauses: Mapping[str, int], *, exchanged: bool = False
) -> str:
    rows = ""
    for one in taken:
        if one.path is None:
            state, told = "refused", f"{both('library.refused')}: {both_told(one.reason or '')}"
        elif (count := _count(one.path, clauses)) is not None:
            key = "library.exchanged" if exchanged else "library.added"
            state, told = "added", both(key, n=count)
        else:
            state, told = "read", both("library.read")
        rows += f'<li data-state="{state}"><strong>{marked(one.name)}</strong> {told}</li>'
    return f'<ul class="yj-uploads">{rows}</ul>' if rows else ""


def _count(path: str, clauses: Mapping[str, int]) -> int | None:
    """Clauses of a file, of an archive those of all its members; None when it is not indexed."""
    found = [n for name, n in clauses.items() if name.split(MEMBER, 1)[0] == path]
    return sum(found) if found else None


def _head_html(name: str, wanted: Wanted) -> str:
    text = both(f"library.col.{name}")
    if name == "remove":
        return (
            f'<th scope="col">{text} <label class="yj-pick"><input type="checkbox" '
            f"data-pick-page>{both('library.pick_page')}</label></th>"
        )
    if name not in SORTS:
        return f'<th scope="col">{text}</th>'
    order = ("descending" if wanted.down else "ascending") if name == wanted.sort else "none"
    return (
        f'<th scope="col" aria-sort="{order}"><button type="button" data-sort="{name}">{text}'
        "</button></th>"
    )


def _row_html(
    doc: PolicyDoc, uploaded: bool, removable: bool, collections: Sequence[str] = ()
) -> str:
    meta = doc.meta
    number = meta.doc_number.value if meta.doc_number else ""
    region = meta.region.value if meta.region else ""
    problems = "".join(
        f"<div>{both_told(problem)}</div>" for problem in (*doc.unread, *doc.problems)
    )
    count = len(doc.clauses)
    cells = (
        f'<td><button type="button" class="yj-link" lang="zh" {target(doc)}>'
        f"《{escape(bare_title(doc.name))}》</button>"
        f'<div class="yj-where">{marked(doc.source.path)}</div>{_tags_html(collections)}</td>'
        f"<td>{marked(number)}</td><td>{marked(region)}</td><td>{escape(meta.date or '')}</td>"
        f'<td>{status_chip(meta.status)}{_until(doc)}</td><td data-key="{count}">{count}</td>'
        f"<td>{problems}</td>"
    )
    if not removable:
        return f"<tr>{cells}</tr>"
    return f"<tr>{cells}{_last_html(_file(doc), uploaded, doc.id)}</tr>"


def _until(doc: PolicyDoc) -> str:
    """The last day of a document that still holds."""
    if doc.meta.expires_on is None or doc.meta.void:
        return ""
    told = both("library.until", day=doc.meta.expires_on.value)
    return f'<div class="yj-where">{told}</div>'


def _tags_html(collections: Sequence[str]) -> str:
    """The collections of a document: each shows what else is in it."""
    tags = "".join(
        f'<button type="button" class="yj-tag" data-collected="{attribute(name)}">'
        f"{marked(name)}</button>"
        for name in collections
    )
    return f'<div class="yj-tags">{tags}</div>' if tags else ""


def _waiting_html(path: str, removable: bool) -> str:
    last = _last_html(path, True) if removable else ""
    return (
        f'<tr><td>{marked(path.rsplit("/", 1)[-1])}<div class="yj-where">{marked(path)}</div></td>'
        f'<td></td><td></td><td></td><td></td><td data-key="0"></td>'
        f"<td>{both('library.waiting')}</td>{last}</tr>"
    )


def _last_html(path: str, uploaded: bool, doc_id: str = "") -> str:
    """What can be done with the document: correct, replace, remove, choose."""
    correct = (
        f'<button type="button" class="yj-open" data-correct="{attribute(doc_id)}">'
        f"{both('library.correct')}</button> "
        if doc_id
        else ""
    )
    chosen = f'data-doc="{attribute(doc_id)}" ' if doc_id else ""
    if not uploaded:
        built_in = path.startswith(f"{CORPUS.name}/")
        key = "library.builtin" if built_in else "library.elsewhere"
        return (
            f'<td class="yj-acts">{correct}<label class="yj-pick"><input type="checkbox" {chosen}>'
            f'{both("library.pick")}</label><span class="yj-where">{both(key)}</span></td>'
        )
    named = attribute(path)
    return (
        f'<td class="yj-acts">{correct}<button type="button" class="yj-open" '
        f'data-replace="{named}">{both("library.replace")}</button> '
        f'<button type="button" class="yj-open" data-remove>{both("library.remove")}</button> '
        f'<label class="yj-pick"><input type="checkbox" {chosen}data-pick="{named}">'
        f"{both('library.pick')}</label>"
        f'<span class="yj-sure" hidden>{both("library.sure")} '
        f'<button type="button" class="yj-open" data-sure="{attribute(path)}">'
        f"{both('library.yes')}</button> "
        f'<button type="button" class="yj-open" data-keep>{both("library.no")}</button>'
        "</span></td>"
    )
