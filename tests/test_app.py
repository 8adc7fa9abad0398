"""The page without a browser: handlers, endpoints, start-up errors."""

from __future__ import annotations

import socket

import pytest
from app_helpers import fetch, free_port

import app
from web import api
from web.shell import Holder
from web.tabs import ask, original
from youju.service import PolicySearch
from youju.settings import Settings

QUESTION = "贵州省2017年农产品质量安全监测合格率要达到多少？"


@pytest.fixture(scope="module")
def holder(search: PolicySearch) -> Holder:
    return Holder(search)


def test_answer_and_its_source(holder: Holder, search: PolicySearch) -> None:
    markup = ask.answer(holder, QUESTION)
    assert 'data-cite="1"' in markup and 'id="cite-1"' in markup and "<mark>" in markup
    citation = search.ask(QUESTION).citations[0]
    shown = original.original(holder, citation.doc_id, citation.start, citation.end)
    assert shown.count("<mark>") == 1


@pytest.mark.parametrize("text", [None, "", "？？", "质" * 10_000])
def test_questions_that_cannot_be_asked(holder: Holder, text: str | None) -> None:
    assert 'role="alert"' in ask.answer(holder, text)


@pytest.mark.parametrize(
    "place", [("none", 0, 1), (None, None, None), ({"a": 1}, 0, 1), ([], "x", "y")]
)
def test_what_the_browser_sends_is_checked(holder: Holder, place: tuple[object, ...]) -> None:
    assert 'role="alert"' in original.original(holder, *place)


def test_places_outside_the_document(holder: Holder, search: PolicySearch) -> None:
    doc = search.documents()[0]
    for start, end in ((-1, 5), (5, 1), (0, len(doc.text) + 1)):
        assert 'role="alert"' in original.original(holder, doc.id, start, end)
    assert "<mark>" not in original.original(holder, doc.id, None, None)


def test_public_endpoints(search: PolicySearch) -> None:
    blocks = app.build_app(search)
    api = blocks.get_api_info()
    names = {"/ask", "/search", "/documents", "/document"}
    assert set(api["named_endpoints"]) == names and not api["unnamed_endpoints"]
    assert not blocks.analytics_enabled


def test_endpoints_give_the_contract(holder: Holder) -> None:
    import gradio as gr

    do = api.Endpoints(api.Programs(holder))
    assert do.ask(QUESTION, 3)["citations"] and len(do.search(QUESTION, 3)["hits"]) == 3
    for call in (do.ask, do.search):
        with pytest.raises(gr.Error, match="空的"):
            call("")


def test_a_busy_machine_does_not_stop_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    import gradio as gr

    monkeypatch.setattr("gradio.networking.url_ok", lambda url: False)  # no answer within seconds
    with gr.Blocks() as blocks:
        gr.HTML("页")
    try:
        blocks.launch(**app.launch_options("127.0.0.1", free_port()), prevent_thread_lock=True)
        assert fetch(f"{blocks.local_url}config")[0] == 200
    finally:
        blocks.close()


def test_a_taken_port_is_one_sentence(settings: Settings, capsys: pytest.CaptureFixture) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert app.main(["--port", str(port), "--index", str(settings.index)]) == 2
    told = capsys.readouterr().err
    assert str(port) in told and len(told.strip().splitlines()) == 1


def test_a_missing_index_is_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture
) -> None:
    missing = tmp_path_factory.mktemp("x") / "none"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert app.main(["--port", str(port), "--index", str(missing)]) == 2
    assert str(missing) in capsys.readouterr().err
