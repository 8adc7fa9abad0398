"""The audit log: every function that asks or changes is told, by whom, and nothing without it."""

from __future__ import annotations

import base64
import json
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from app_helpers import fetch, serving
from test_interfaces import _client, _with_mcp, no_proxy

import app
from eval.session import Limits, Session
from web.deeds import COMPONENTS, FUNCTIONS, INTERFACES
from web.login import add_user
from web.parameters import PARAMETERS
from web.shell import Options
from youju import cli, keys
from youju.audit import Audit
from youju.errors import SettingsError
from youju.feedback import Feedback
from youju.records import Encoder
from youju.service import PolicySearch
from youju.settings import Settings

assert no_proxy  # for every test here
QUESTION = "贵州省2017年驰名商标要多少个？"
NAME, PASSWORD = "王芳", "正确的密码-8812"
JSON = {"Content-Type": "application/json"}
# Functions that neither ask nor change anything kept on the server.
HARMLESS = {
    ("web.tabs.filters", "row.<locals>.fresh"), ("web.tabs.filters", "alone.<locals>.fresh"),
    ("web.tabs.filters", "on_demand.<locals>.typed"),
    ("web.tabs.filters", "on_demand.<locals>.left"),
    ("web.tabs.ask", "_Tab._wire.<locals>.pick"),
    ("web.tabs.ask", "_remember"), ("web.tabs.ask", "_Tab.show_hint"),
    ("web.tabs.ask", "_Tab._wire.<locals>.go"), ("web.tabs.ask", "_Tab._wire.<locals>.<lambda>"),
    ("web.tabs.ask", "_forget"), ("web.tabs.ask", "_recall"),
    ("web.tabs.search", "tab.<locals>.go"), ("web.tabs.compare", "_Tab.go"),
    ("web.tabs.compare", "_Tab.facts"), ("web.tabs.compare", "_Tab.refresh"),
    ("web.tabs.compare", "_Tab.go_versions"),
    ("web.tabs.library", "_Controls.aim"), ("web.tabs.library", "tab.<locals>.first"),
    ("web.tabs.library", "_Controls.follow"),
    ("web.tabs.library", "_Controls.offer"), ("app", "_tell_role.<locals>.offer"),
    ("web.tabs.batch", "_Tab.build.<locals>.halt_batch"),
    ("web.tabs.feedback", "Panel.build.<locals>.<lambda>"),
    ("web.tabs.evaluate", "_Tab._wire.<locals>.halt_evaluation"),
    ("web.tabs.evaluate", "_Tab._wire.<locals>.<lambda>"), ("web.tabs.evaluate", "_Tab.show"),
    ("web.tabs.evaluate", "_Tab.narrow"), ("web.tabs.evaluate", "_Tab.compared"),
    ("web.tabs.evaluate", "_Tab.refresh"),
}  # fmt: skip
# Of components: looking, taking away; a judgement is kept without a name.
QUIET = {"look", "form", "read", "clause", "download", "turn", "take", "memo", "judge"}
READING = {"documents", "document", "read_clause", "verify_quote"}


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


# --- the file ------------------------------------------------------------------------------------


def test_lines_are_appended_whole(tmp_path: Path) -> None:
    log = Audit(tmp_path / "audit.jsonl")
    log.check()
    threads = [
        threading.Thread(
            target=log.note, args=["ask", f"用户{n}"], kwargs={"question": "长" * 5000}
        )
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = _lines(log.path)
    assert {line["who"] for line in lines} == {f"用户{n}" for n in range(8)}
    assert all(len(line["question"]) == 2000 and line["when"][:2] == "20" for line in lines)
    log.note("ask", None, "10.0.0.3", question='换行\n引号"\ud800', docs=["a"], all=True)
    assert stat.S_IMODE(log.path.stat().st_mode) == 0o600 and len(_lines(log.path)) == 9
    log.path.rename(tmp_path / "old")
    log.note("ask", None)
    assert len(_lines(log.path)) == 1


def test_what_is_sent_nested_is_told_too(tmp_path: Path) -> None:
    """A request that could not be noted would be done all the same."""
    deep: Any = "a"
    for _ in range(900):
        deep = [deep]
    wide: Any = {}
    for _ in range(900):
        wide = {"a": wide}
    log = Audit(tmp_path / "audit.jsonl")
    log.note("remove", "甲", sources=["办法.txt", deep, wide])
    (line,) = (tmp_path / "audit.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line)["sources"] == ["办法.txt", "[…]", "{…}"]


def test_what_cannot_be_written_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = Audit(tmp_path / "gone" / "audit.jsonl")
    with pytest.raises(SettingsError, match=r"审计记录 .* 不能写入"):
        log.check()
    log.note("ask", None)
    log.note("ask", None)
    assert capsys.readouterr().err.count("写不进去") == 1
    with pytest.raises(SettingsError, match="YOUJU_AUDIT"):
        Settings.from_env({"YOUJU_AUDIT": str(tmp_path / "gone" / "audit.jsonl")})
    with pytest.raises(SettingsError, match="YOUJU_AUDIT"):
        Settings.from_env({"YOUJU_AUDIT": str(tmp_path)})


def test_nothing_that_changes_is_forgotten(search: PolicySearch, tmp_path: Path) -> None:
    """Every function of the page is told, or known to be harmless."""
    settings = Settings.from_env({}, index=tmp_path / "index")
    options = Options(
        uploads=settings, index_dir=settings.index, feedback=Feedback(tmp_path / "f.sqlite"),
        roles={"a": "admin"},
    )  # fmt: skip
    blocks = app.build_app(search, options, Session(tmp_path / "runs", Limits()))
    own = {
        (fn.fn.__module__, fn.fn.__qualname__)
        for fn in blocks.fns.values()
        if fn.fn is not None and fn.api_visibility == "private"
    }
    assert own - set(FUNCTIONS) == HARMLESS and set(FUNCTIONS) <= own
    asked = {
        name.__name__
        for block in blocks.blocks.values()
        for name in getattr(block, "server_fns", None) or ()
    }
    assert asked - set(COMPONENTS) == QUIET and set(COMPONENTS) <= asked
    assert set(PARAMETERS) - set(INTERFACES) == READING


# --- through the server --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("log") / "audit.jsonl"


@pytest.fixture(scope="module")
def address(own_index: Path, log: Path, tmp_path_factory: Any) -> Iterator[str]:
    accounts = tmp_path_factory.mktemp("accounts") / "accounts.txt"
    add_user(accounts, NAME, PASSWORD)
    flags = ("--mcp", "--auth-file", str(accounts), "--no-reader", "--audit", str(log))
    with serving(own_index, *flags) as url:
        yield url


def test_who_asked_and_changed_what(address: str, log: Path, own_index: Path) -> None:
    _, key = keys.make(own_index, "报送", "edit")
    _asks_as_an_account(address)
    bearer = {"Authorization": f"Bearer {key}"}
    _client(address, headers=bearer).predict("西部", ["贵州"], api_name="/collect")
    body = json.dumps({"question": QUESTION}).encode()
    assert fetch(f"{address}gradio_api/call/v2/ask", data=body, headers=JSON | bearer)[0] == 200

    async def work(session: Any) -> Any:
        await session.call_tool("verify_quote", {"quote": "质量"})
        return await session.call_tool("search", {"question": "质量诚信"})

    basic = base64.b64encode(f"{NAME}:{PASSWORD}".encode()).decode()
    _with_mcp(address, work, {"Authorization": f"Basic {basic}"})
    # what is not let in is not told
    assert fetch(f"{address}gradio_api/call/v2/ask", data=body, headers=JSON)[0] == 401
    lines = _lines(log)
    assert {line.pop("from") for line in lines} == {"127.0.0.1"} and all(
        line.pop("when") for line in lines
    )
    assert lines == [
        {"who": NAME, "did": "ask", "question": QUESTION},
        {"who": NAME, "did": "ask", "question": "页面上的问题？"},
        {"who": NAME, "did": "compare_versions", "old": "d1", "new": "d2"},
        {"who": NAME, "did": "remove", "sources": ["data/甲.txt", "data/乙.txt"]},
        {
            "who": NAME,
            "did": "correct",
            "doc": "d1",
            "title": "新的标题",
            "issuer": "某局",
            "family": "某条例",
            "by": "另一人",
        },
        {"who": "密钥:报送", "did": "collect", "name": "西部", "docs": ["贵州"], "remove": False},
        {"who": "密钥:报送", "did": "ask", "question": QUESTION},
        {"who": NAME, "did": "search", "question": "质量诚信"},
    ]


def _asks_as_an_account(address: str) -> None:
    """By an interface, then by functions of the page as a browser calls them."""
    client = _client(address, auth=(NAME, PASSWORD))
    assert "50个" in client.predict(QUESTION, api_name="/ask")["answer"]
    cookies = "; ".join(f"{k}={v}" for k, v in client.cookies.items())
    headers = JSON | {"Cookie": cookies}
    numbers = {one["api_name"]: one["id"] for one in client.config["dependencies"]}
    for name, given in (
        ("show_answer", {"data": ["页面上的问题？", [], [], [], [], False, "", []]}),
        ("show_linked", {"data": ["", [], [], [], [], False, "", []]}),
        ("versions", {"data": [None, None]}),
        ("versions", {"data": ["d1", "d2"]}),
        ("removed", {"data": [], "event_data": {"source": ["data/甲.txt", "data/乙.txt"]}}),
    ):
        body = json.dumps(given | {"fn_index": numbers[name], "session_hash": "s"}).encode()
        status, _ = fetch(f"{address}gradio_api/queue/join", data=body, headers=headers)
        assert status == 200, name
    library = next(
        one["id"] for one in client.config["components"]
        if one["props"].get("elem_id") == "yj-library"
    )  # fmt: skip
    given_fields = {
        "doc": "d1", "title": "新的标题", "issuer": "某局", "family": "某条例", "by": "另一人",
    }  # fmt: skip
    for name, data in (("look", {}), ("correct", given_fields)):
        given = {
            "session_hash": "s", "component_id": library, "fn_name": name, "data": data
        }  # fmt: skip
        body = json.dumps(given).encode()
        url = f"{address}gradio_api/component_server"
        assert fetch(url, data=body, headers=headers)[0] == 200, name


def test_the_command_line_tells_what_it_changes(
    own_index: Path, tmp_path: Path, bundled: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.encoder.load_encoder", lambda name: bundled)
    monkeypatch.setenv("YOUJU_AUDIT", str(tmp_path / "audit.jsonl"))
    common = ["--index", str(own_index)]
    assert cli.main(["collection", *common, "东部", "--add", "江苏"]) == 0
    assert cli.main(["collection", *common]) == 0
    assert cli.main(["meta", *common, "江苏"]) == 0
    assert cli.main(["key", *common, "甲", "--make"]) == 0
    assert cli.main(["collection", *common, "没有", "--delete"]) == 2
    lines = _lines(tmp_path / "audit.jsonl")
    assert [line["did"] for line in lines] == ["collection", "key"]
    assert all(line["who"].startswith("命令行:") for line in lines)
    assert lines[0]["given"][-3:] == ["东部", "--add", "江苏"]
    assert "yj_" not in (tmp_path / "audit.jsonl").read_text("utf-8")
