"""Programs over HTTP: Gradio's API, MCP, login, read only, health; and an app that was killed."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from app_helpers import environment, fetch, free_port, serving

from web import schemas
from web import serving as web_serving
from web.api import Programs
from web.gate import Rules
from web.login import add_user
from web.shell import Holder
from youju import contracts
from youju.service import PolicySearch
from youju.settings import PRODUCT_ROOT

QUESTION = "贵州省2017年农产品质量安全监测合格率要达到多少？"
NAME, PASSWORD = "王芳", "正确的密码-8812"


@pytest.fixture(scope="module", autouse=True)
def no_proxy() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("no_proxy", "127.0.0.1,localhost")
        patch.setenv("NO_PROXY", "127.0.0.1,localhost")
        yield


@pytest.fixture(scope="module")
def address(own_index: Path) -> Iterator[str]:
    """An open installation with MCP."""
    with serving(own_index, "--mcp") as url:
        yield url


@pytest.fixture(scope="module")
def guarded(corpus_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A read-only installation with MCP behind a login."""
    accounts = tmp_path_factory.mktemp("accounts") / "accounts.txt"
    add_user(accounts, NAME, PASSWORD)
    with serving(corpus_index, "--mcp", "--read-only", "--auth-file", str(accounts)) as url:
        yield url


def _client(url: str, **options: Any) -> Any:
    from gradio_client import Client

    return Client(url, verbose=False, analytics_enabled=False, **options)


# --- the API -------------------------------------------------------------------------------------


def test_the_api_answers_by_stable_names(address: str, search: PolicySearch) -> None:
    client = _client(address)
    info = client.view_api(print_info=False, return_format="dict")["named_endpoints"]
    assert set(info) == {"/ask", "/search", "/documents", "/document", "/collect", "/evaluate"}
    answer = client.predict(QUESTION, api_name="/ask")
    assert "98%" in answer["answer"] and not answer["refused"]
    cited = answer["citations"][0]
    doc = client.predict(cited["doc_id"], api_name="/document")
    assert doc["text"][cited["start"] : cited["end"]] == cited["quote"]
    assert doc["metadata"]["doc_number"]["value"] == cited["doc_number"]
    listed = client.predict(api_name="/documents")
    assert [d["doc_id"] for d in listed] == [d.id for d in search.documents()]
    hits = client.predict("质量诚信", 3, regions=["重庆"], api_name="/search")["hits"]
    assert len(hits) == 3 and {h["doc_id"] for h in hits} == {search.find("重庆").id}


def test_the_api_tells_what_is_wrong(address: str) -> None:
    from gradio_client.exceptions import AppError

    client = _client(address)
    for arguments, name, told in (
        (("",), "/ask", "空的"),
        ((QUESTION, 0), "/search", "条数 0"),
        (("没有这份",), "/document", "没有名为"),
        (("hybrid", "all", "nonsense\n"), "/evaluate", "第 1 行 不是 JSON"),
        (("guess",), "/evaluate", "没有名为 guess 的方法"),
    ):
        with pytest.raises(AppError, match=told):
            client.predict(*arguments, api_name=name)


def test_collections_over_the_api_and_mcp(address: str) -> None:
    """Made by one program, kept to by all; an unknown one is told."""
    client = _client(address)
    west = {"documents": ["贵州", "重庆"]}
    made = client.predict("西部", **west, api_name="/collect")
    assert made == {"collection": "西部", "changed": 2, "documents": 2}
    within = {"collections": ["西部"]}
    listed = client.predict(**within, api_name="/documents")
    ids = {one["doc_id"] for one in listed}
    assert len(ids) == 2 and all(one["collections"] == ["西部"] for one in listed)
    assert len(client.predict(api_name="/documents")) == 5
    hits = client.predict("名牌产品", 20, **within, api_name="/search")["hits"]
    assert hits and {hit["doc_id"] for hit in hits} <= ids
    answer = client.predict("皖政办〔2007〕53号是什么文件？", **within, api_name="/ask")
    assert {one["doc_id"] for one in answer["citations"] + answer["hits"]} <= ids

    async def work(session: Any) -> list[Any]:
        given = {"question": "名牌产品"}
        asked = {"search": given | {"k": 20} | within, "ask": given | {"collections": ["东部"]}}
        return [await session.call_tool(name, one) for name, one in asked.items()]

    found, unknown = _with_mcp(address, work)
    assert {hit["doc_id"] for hit in found.structuredContent["hits"]} <= ids
    told = "没有专题“东部”，现有：西部。"
    assert unknown.isError and told in unknown.content[0].text
    body = json.dumps({"data": ["质量", 3, None, None, None, False, "hybrid", ["东部"]]}).encode()
    headers = {"Content-Type": "application/json"}
    status, error = fetch(f"{address}gradio_api/run/search", data=body, headers=headers)
    assert status == 400 and told in json.dumps(error, ensure_ascii=False)
    left = client.predict("西部", **west, remove=True, api_name="/collect")
    assert left == {"collection": "西部", "changed": 2, "documents": 0}


def test_the_api_evaluates(address: str, own_index: Path) -> None:
    row = {"id": "u1", "question": "上海市地铁票价是多少？", "category": "无", "answerable": False}
    client = _client(address)
    found = client.predict(
        "bm25", "all", json.dumps(row, ensure_ascii=False), True, api_name="/evaluate"
    )
    assert set(found) == set(schemas.EvaluationJson.__annotations__)
    assert found["measures"]["decision"]["value"] == 1.0 and len(found["rows"]) == 1
    assert (own_index.parent / "evaluations" / found["run"] / "run.json").exists()


def test_types_are_shown_on_the_api_page(address: str) -> None:
    info = fetch(address + "gradio_api/info")[1]["named_endpoints"]["/ask"]
    returned = info["returns"][0]["type"]
    assert returned["properties"]["citations"]["items"]["properties"]["quote"]["type"] == "string"
    assert [p["parameter_name"] for p in info["parameters"]][:2] == ["question", "k"]


def test_schemas_are_the_contract(search: PolicySearch) -> None:
    """Every key of the contract is described, and nothing else is."""

    def same(value: Any, shape: type) -> None:
        assert set(value) == set(get_type_hints(shape)), shape

    answer = contracts.answer_json(search.ask(QUESTION), search.document)
    same(answer, schemas.AnswerJson)
    same(answer["citations"][0], schemas.CitationJson)
    same(answer["hits"][0], schemas.HitJson)
    programs = Programs(Holder(search))
    same(programs.search("质量"), schemas.SearchJson)
    same(programs.documents()[0], schemas.DocumentSummary)
    same(programs.document("贵州"), schemas.DocumentJson)
    same(programs.read_clause("贵州", "c1"), schemas.ClauseJson)
    found = programs.verify_quote("饮用水源水质达标率逐年达到94%")
    same(found, schemas.VerificationJson)
    same(found["places"][0], schemas.PlaceJson)
    nearest = programs.verify_quote("饮用水源水质达标率逐年达到99%")["nearest"]
    assert nearest is not None
    same(nearest, schemas.NearestJson)
    same(nearest["differences"][0], schemas.DifferenceJson)


# --- MCP -----------------------------------------------------------------------------------------


def _with_mcp(url: str, work: Any, headers: dict[str, str] | None = None) -> Any:
    import httpx
    from mcp import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    async def talk() -> Any:
        async with (
            httpx.AsyncClient(headers=headers, trust_env=False, timeout=120) as http,
            streamable_http_client(url + "mcp", http_client=http) as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            return await work(session)

    return asyncio.run(asyncio.wait_for(talk(), 300))


def test_mcp_tools(address: str, search: PolicySearch) -> None:
    wrong = "饮用水源水质达标率逐年达到94%、99%、96%"

    async def work(session: Any) -> dict[str, Any]:
        listed = await session.list_tools()
        calls = {
            "ask": {"question": QUESTION},
            "search": {"question": "质量诚信", "k": 2},
            "read_clause": {"document": "贵州", "clause": "生态及环境质量"},
            "verify_quote": {"quote": wrong},
        }
        results = {name: await session.call_tool(name, given) for name, given in calls.items()}
        refused = await session.call_tool("ask", {"question": "？"})
        return {"tools": listed.tools, "refused": refused, **results}

    found = _with_mcp(address, work)
    assert [tool.name for tool in found["tools"]] == [
        "ask", "search", "read_clause", "verify_quote"
    ]  # fmt: skip
    assert all(tool.description and tool.outputSchema for tool in found["tools"])
    assert "98%" in found["ask"].structuredContent["answer"]
    assert len(found["search"].structuredContent["hits"]) == 2
    clause = found["read_clause"].structuredContent
    original = search.document(clause["doc_id"]).text
    assert original[clause["start"] : clause["end"]] == clause["text"] and "94%" in clause["text"]
    differs = found["verify_quote"].structuredContent
    assert differs["verdict"] == "different" and "[-95%-]{+99%+}" in differs["nearest"]["marked"]
    assert found["refused"].isError and "标点" in found["refused"].content[0].text


def test_without_the_flag_there_is_no_mcp(corpus_index: Path) -> None:
    given = {"mcp": None, "door": None, "rules": Rules()}
    routes = web_serving.app_kwargs(None, **given)["routes"]  # type: ignore[arg-type]
    assert [route.path for route in routes] == ["/healthz"]


# --- login, read only, health --------------------------------------------------------------------


def test_login_guards_everything_but_health(guarded: str) -> None:
    assert fetch(guarded + "healthz")[0] == 200
    assert fetch(guarded + "config")[0] == 401
    assert fetch(guarded + "gradio_api/info")[0] == 401
    asked = json.dumps({"data": [QUESTION]}).encode()
    headers = {"Content-Type": "application/json"}
    assert fetch(guarded + "gradio_api/call/ask", data=asked, headers=headers)[0] == 401
    with pytest.raises(Exception, match=r"(?i)credential|log ?in|auth|login"):
        _client(guarded, auth=(NAME, "falsch"))
    client = _client(guarded, auth=(NAME, PASSWORD))
    assert "98%" in client.predict(QUESTION, api_name="/ask")["answer"]


def test_mcp_asks_for_the_login_too(guarded: str) -> None:
    status, told = fetch(guarded + "mcp", data=b"{}", headers={"Content-Type": "application/json"})
    assert status == 401 and "登录" in told["error"]

    async def work(session: Any) -> Any:
        return await session.call_tool("ask", {"question": QUESTION})

    given = base64.b64encode(f"{NAME}:{PASSWORD}".encode()).decode()
    answer = _with_mcp(guarded, work, {"Authorization": f"Basic {given}"})
    assert "98%" in answer.structuredContent["answer"]


def test_read_only_offers_no_upload_and_no_evaluation(guarded: str) -> None:
    client = _client(guarded, auth=(NAME, PASSWORD))
    info = client.view_api(print_info=False, return_format="dict")["named_endpoints"]
    assert set(info) == {"/ask", "/search", "/documents", "/document"}
    assert "yj-eval-run" not in json.dumps(client.config)
    cookies = "; ".join(f"{k}={v}" for k, v in client.cookies.items())
    body = (
        b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n1\r\n--x--'
    )
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Cookie": cookies}
    assert fetch(guarded + "gradio_api/upload", data=body, headers=headers)[0] == 403


def test_health_says_what_is_loaded(address: str, search: PolicySearch) -> None:
    status, told = fetch(address + "healthz")
    passages = search.passage_count()
    assert (status, told) == (200, {"ready": True, "documents": 5, "passages": passages})
    assert web_serving.health(None) == (503, {"ready": False})


# --- killed while indexing -----------------------------------------------------------------------


def test_a_server_killed_during_a_reindex_starts_with_the_last_good_index(
    own_index: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SIGKILL of server and builder while a new generation is written."""
    index = tmp_path_factory.mktemp("killed") / "index"
    shutil.copytree(own_index, index)
    many = tmp_path_factory.mktemp("many")
    for n in range(60):
        (many / f"{n}.txt").write_text(f"云山市第{n}号办法\n第一条 收费{n}元。\n" * 40, "utf-8")
    good = (index / "CURRENT").read_bytes()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": environment()}
    port = free_port()
    python = [sys.executable, str(PRODUCT_ROOT / "app.py"), "--port", str(port)]
    server = subprocess.Popen([*python, "--index", str(index)], **quiet)  # type: ignore[call-overload]
    _until(lambda: fetch(f"http://127.0.0.1:{port}/healthz")[0] == 200)
    before = set(index.iterdir())
    build = [sys.executable, str(PRODUCT_ROOT / "cli.py"), "index", "--index", str(index)]
    builder = subprocess.Popen([*build, str(many)], **quiet)  # type: ignore[call-overload]
    _until(lambda: set(index.iterdir()) != before or builder.poll() is not None)
    for process in (builder, server):
        process.send_signal(signal.SIGKILL)
        process.wait()
    published = (index / "CURRENT").read_bytes() != good
    with serving(index) as url:
        status, told = fetch(url + "healthz")
        assert (status, told["documents"]) == (200, 65 if published else 5)
        assert "98%" in _client(url).predict(QUESTION, api_name="/ask")["answer"]


def _until(true: Callable[[], bool], seconds: float = 300) -> None:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        with contextlib.suppress(OSError):
            if true():
                return
        time.sleep(0.01)
    pytest.fail("waited in vain")
