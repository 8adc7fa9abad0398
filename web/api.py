"""The interfaces for programs: stable names, the same JSON as the command line."""

from __future__ import annotations

import json
import tempfile
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, cast, get_type_hints

from eval.session import Session
from text.normalize import fold, squeeze
from web import parameters, schemas
from web.gate import FAULT
from web.shell import Holder, Page, sentence
from youju import contracts, membership
from youju.errors import InputError, YoujuError
from youju.records import Clause, PolicyDoc

Method = Literal["hybrid", "bm25", "dense"]
_LISTED = 8  # clauses named in a message


class Programs:
    """What programs can ask, whatever carries it (Gradio's API, MCP). Raises YoujuError."""

    def __init__(
        self,
        service: Holder,
        evaluator: Session | None = None,
        index_dir: Path | None = None,
    ) -> None:
        """What programs change is kept beside the index in `index_dir`."""
        self._service = service
        self._evaluator = evaluator
        self._index_dir = index_dir

    def ask(
        self,
        question: str,
        k: int = 10,
        documents: list[str] | None = None,
        regions: list[str] | None = None,
        years: list[int] | None = None,
        in_force: bool = False,
        method: Method = "hybrid",
        context: list[str] | None = None,
        collections: list[str] | None = None,
    ) -> schemas.AnswerJson:
        """Answer a question."""
        _check(
            "ask", question, k, documents, regions, years, in_force, method, context, collections
        )
        search = self._service.newest()
        filters = search.filters(
            documents or (), regions or (), years or (), in_force, collections=collections or ()
        )
        found = search.ask(question, k, filters, method, context=context or ())
        return cast(schemas.AnswerJson, contracts.answer_json(found, search.document))

    def search(
        self,
        question: str,
        k: int = 10,
        documents: list[str] | None = None,
        regions: list[str] | None = None,
        years: list[int] | None = None,
        in_force: bool = False,
        method: Method = "hybrid",
        collections: list[str] | None = None,
    ) -> schemas.SearchJson:
        """Rank clauses."""
        _check("search", question, k, documents, regions, years, in_force, method, collections)
        search = self._service.newest()
        filters = search.filters(
            documents or (), regions or (), years or (), in_force, collections=collections or ()
        )
        began = time.perf_counter()
        hits = search.search(question, k, filters, method)
        elapsed = (time.perf_counter() - began) * 1000
        made = contracts.search_json(question, hits, search.document, elapsed)
        return cast(schemas.SearchJson, made)

    def documents(self, collections: list[str] | None = None) -> list[schemas.DocumentSummary]:
        """Every document in brief."""
        _check("documents", collections)
        search = self._service.newest()
        named = membership.of_documents(search.collections)
        shown = search.within(collections or ()).documents()
        return [_summary(doc, named.get(doc.id, ())) for doc in shown]

    def document(self, name: str) -> schemas.DocumentJson:
        """One document whole."""
        _check("document", name)
        doc = self._service.newest().find(name)
        return cast(schemas.DocumentJson, contracts.document_json(doc) | {"text": doc.text})

    def read_clause(self, document: str, clause: str = "") -> schemas.ClauseJson:
        """A clause with everything below it."""
        _check("read_clause", document, clause)
        doc = self._service.newest().find(document)
        return _clause_json(doc, find_clause(doc, clause))

    def verify_quote(self, quote: str) -> schemas.VerificationJson:
        """Where a quotation stands."""
        _check("verify_quote", quote)
        found = self._service.newest().verify(quote)
        return cast(schemas.VerificationJson, contracts.verification_json(found))

    def collect(
        self, collection: str, documents: list[str], remove: bool = False
    ) -> schemas.CollectedJson:
        """Put documents into a collection, or take them out."""
        _check("collect", collection, documents, remove)
        assert self._index_dir is not None, "nothing can be changed here"
        search = self._service.newest()
        paths = [search.find(name).source.path for name in documents]
        name = search.collecting(collection, leaving=remove)
        change = membership.remove if remove else membership.add
        changed = change(self._index_dir, name, paths)
        there = self._service.newest().collections.get(name, ())
        return {"collection": name, "changed": changed, "documents": len(there)}

    def evaluate(
        self, method: str, split: str, questions: str, with_rows: bool
    ) -> schemas.EvaluationJson:
        """Run a question set to its end."""
        _check("evaluate", method, split, questions, with_rows)
        assert self._evaluator is not None, "evaluation is not offered here"
        search = self._service.newest()
        with _file(questions) as path:
            name = None
            for step in self._evaluator.steps(search, path, method, split):
                name = step.name
        assert name is not None, "the last step has the name"
        files = {path.name: path for path in self._evaluator.view(name, search).files}
        made = json.loads(files["results.json"].read_text("utf-8"))
        return cast(schemas.EvaluationJson, made if with_rows else made | {"rows": []})


class Endpoints:
    """The endpoints of Gradio's API: their names, parameters and results stay as they are."""

    def __init__(self, programs: Programs) -> None:
        self._programs = programs

    def ask(
        self,
        question: str,
        k: int = 10,
        documents: list[str] | None = None,
        regions: list[str] | None = None,
        years: list[int] | None = None,
        in_force: bool = False,
        method: Method = "hybrid",
        context: list[str] | None = None,
        collections: list[str] | None = None,
    ) -> schemas.AnswerJson:
        """Answer a question about the policy documents with verbatim quotations, or refuse.

        Args:
            question: the question, in everyday Chinese, up to 2,000 characters
            k: how many of the nearest clauses to return in `hits`, 1 to 1,000
            documents: only these documents: id, source path, 文号, or part of the title
            regions: only documents of these regions, e.g. 贵州省
            years: only documents that speak of these years
            in_force: leave out documents declared void or repealed
            method: hybrid, or bm25 or dense to compare with
            context: the questions before this one, oldest first; a fragment such as 那重庆呢？ is
                completed from them (`asked` in the result). Nothing is kept between calls
            collections: only the documents of these collections (专题)
        """
        given = (question, k, documents, regions, years, in_force, method, context, collections)
        with _told():
            return self._programs.ask(*given)

    def search(
        self,
        question: str,
        k: int = 10,
        documents: list[str] | None = None,
        regions: list[str] | None = None,
        years: list[int] | None = None,
        in_force: bool = False,
        method: Method = "hybrid",
        collections: list[str] | None = None,
    ) -> schemas.SearchJson:
        """List the clauses nearest to a question, best first, without an answer.

        Args:
            question: words or a question, up to 2,000 characters
            k: how many clauses, 1 to 1,000
            documents: only these documents: id, source path, 文号, or part of the title
            regions: only documents of these regions, e.g. 贵州省
            years: only documents that speak of these years
            in_force: leave out documents declared void or repealed
            method: hybrid, or bm25 or dense to compare with
            collections: only the documents of these collections (专题)
        """
        given = (question, k, documents, regions, years, in_force, method, collections)
        with _told():
            return self._programs.search(*given)

    def documents(self, collections: list[str] | None = None) -> list[schemas.DocumentSummary]:
        """List all documents: title, 文号, issuer, region, date, status, size, problems.

        Args:
            collections: only the documents of these collections (专题)
        """
        with _told():
            return self._programs.documents(collections)

    def collect(
        self, collection: str, documents: list[str], remove: bool = False
    ) -> schemas.CollectedJson:
        """Put documents into a collection (专题), which is made if need be, or take them out.

        Args:
            collection: the name of the collection
            documents: these documents: id, source path, 文号, or part of the title
            remove: take them out instead
        """
        with _told():
            return self._programs.collect(collection, documents, remove)

    def document(self, name: str) -> schemas.DocumentJson:
        """Give one document whole: original text, metadata with proof, clause tree, tables.

        Args:
            name: document id, source path, 文号, or a part of the title that fits only one
        """
        with _told():
            return self._programs.document(name)

    def evaluate(
        self,
        method: str = "hybrid",
        split: str = "all",
        questions: str = "",
        with_rows: bool = False,
    ) -> schemas.EvaluationJson:
        """Run a question set and give its measures with 95 % intervals, over all and by category.

        Args:
            method: hybrid, bm25, dense or plain
            split: all, or the half tune or report
            questions: a question set as JSONL text; empty for the built-in set
            with_rows: also give every question with what was said, found and scored
        """
        with _told():
            return self._programs.evaluate(method, split, questions, with_rows)


def register(page: Page, programs: Programs, *, evaluate: bool, change: bool = False) -> None:
    """Add the endpoints to the open Blocks; these two only where the installation allows it."""
    import gradio as gr

    # Gradio reads the result's type off the annotation, which is a string until it is resolved.
    for name in ("ask", "search", "documents", "document", "collect", "evaluate"):
        method = getattr(Endpoints, name)
        method.__annotations__ = get_type_hints(method)
    do = Endpoints(programs)
    gr.api(do.ask, api_name="ask")
    gr.api(do.search, api_name="search")
    gr.api(do.documents, api_name="documents")
    gr.api(do.document, api_name="document")
    if change:
        gr.api(do.collect, api_name="collect")
    if evaluate:
        gr.api(
            do.evaluate, api_name="evaluate", concurrency_id="evaluate", concurrency_limit=1
        )  # fmt: skip


def find_clause(doc: PolicyDoc, name: str) -> Clause:
    """The clause with this id, label (第三条) or heading; "" is the whole document's first.

    Raises InputError when none or several fit.
    """
    exact = [clause for clause in doc.clauses if clause.id == name]
    wanted = squeeze(fold(name))
    by_label = [clause for clause in doc.clauses if wanted and wanted == _folded(clause.label)]
    by_words = [c for c in doc.clauses if wanted and wanted in _folded(c.label + c.heading)]
    found = exact or by_label or by_words
    if len(found) == 1:
        return found[0]
    listed = "、".join(
        f"{clause.id}（{squeeze(clause.label + clause.heading)[:20]}）"
        for clause in (found or doc.clauses)[:_LISTED]
    )
    if found:
        raise InputError(f"《{doc.name}》里“{name}”对应多个条款，请改用编号：{listed}。")
    raise InputError(f"《{doc.name}》里没有条款“{name}”，可用的编号如：{listed or '（无）'}。")


def _folded(text: str) -> str:
    return squeeze(fold(text))


def _clause_json(doc: PolicyDoc, clause: Clause) -> schemas.ClauseJson:
    number = doc.meta.doc_number
    return {
        "doc_id": doc.id,
        "title": doc.name,
        "doc_number": number.value if number else None,
        "status": doc.meta.status,
        "clause_id": clause.id,
        "path": list(clause.path),
        "source": doc.source.path,
        "start": clause.span.start,
        "end": clause.span.end,
        "text": clause.span.of(doc.text),
        "page": doc.page_at(clause.span.start),
        "children": list(clause.children),
    }


def _summary(doc: PolicyDoc, collections: Sequence[str]) -> schemas.DocumentSummary:
    meta = doc.meta
    return {
        "doc_id": doc.id,
        "title": doc.name,
        "doc_number": meta.doc_number.value if meta.doc_number else None,
        "issuer": meta.issuer.value if meta.issuer else None,
        "region": meta.region.value if meta.region else None,
        "date": meta.date,
        "status": meta.status,
        "source": doc.source.path,
        "characters": len(doc.text),
        "clauses": len(doc.clauses),
        "problems": [*doc.unread, *doc.problems],
        "collections": [*collections],
    }


@contextmanager
def _told() -> Iterator[None]:
    """Our errors as Gradio passes them on to a client; the gate gives them their status."""
    import gradio as gr

    fault = FAULT.get()
    try:
        yield
    except YoujuError as error:
        if fault is not None:
            fault["status"] = 400 if error.exit_code == 2 else 500
        raise gr.Error(sentence(error), print_exception=False) from error
    except Exception as error:
        traceback.print_exc()
        raise gr.Error("程序内部出错，请稍后重试，并把问题报告给管理员。") from error


def _check(name: str, *given: object) -> None:
    parameters.check(name, given)


@contextmanager
def _file(questions: str) -> Iterator[Path | None]:
    """A question set given as text, as a file; None for the built-in one."""
    if not questions.strip():
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="youju-eval-") as folder:
        path = Path(folder) / "questions.jsonl"
        path.write_bytes(questions.encode("utf-8", "surrogatepass"))
        yield path
