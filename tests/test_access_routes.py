"""Every route and every function of the running app: what some may not read is said to no other.

Over real sockets, by the app's own tables of routes and functions: a new one fails these tests
until it is asked here. Whoever may read the document sees its words by the same calls, so that each
could fail.
"""

from __future__ import annotations

import base64
import io
import json
import re
import urllib.error
import urllib.parse
import urllib.request
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from access_helpers import (
    COLLECTION,
    CONFIG,
    DOCUMENTS,
    FILE,
    FOLDER_SECRET,
    MARKS,
    OPEN,
    QUESTIONS,
    SECRET,
    WORD,
    library,
)
from app_helpers import OPENER, serving
from test_interfaces import _with_mcp, no_proxy

import app
from web.gate import Rules
from web.login import add_user
from web.mcp_server import PATH
from web.shell import Options
from youju import corrections, keys, membership
from youju.feedback import Feedback
from youju.service import PolicySearch
from youju.settings import Settings

assert no_proxy  # for every test here
PASSWORD = "正确的密码-8812"
# zhang may read it; li, who may change the library, and wang may not; boss is an administrator.
ROLES = {"zhang": "reader", "li": "editor", "wang": "reader", "boss": "admin"}
WAITING = f"index-data/{FILE}待办.txt"
# Of secret documents, without a mark.
WORDS_OF_IT, PROOF = "名册由市档案局负责保管", "处负责分配，每小时收费九元"
PATHS = {
    "/": "", "/config": "config", "/config/": "config/", "/theme.css": "theme.css",
    "/favicon.ico": "favicon.ico", "/robots.txt": "robots.txt", "/manifest.json": "manifest.json",
    "/healthz": "healthz", "/user": "gradio_api/user", "/user/": "gradio_api/user/",
    "/info": "gradio_api/info", "/info/": "gradio_api/info/",
    "/gradio_api/info": "gradio_api/info", "/gradio_api/info/": "gradio_api/info/",
    "/gradio_api/user": "gradio_api/user", "/gradio_api/user/": "gradio_api/user/",
    "/gradio_api/login_check": "gradio_api/login_check",
    "/gradio_api/login_check/": "gradio_api/login_check/",
    "/gradio_api/app_id": "gradio_api/app_id", "/gradio_api/app_id/": "gradio_api/app_id/",
    "/gradio_api/startup-events": "gradio_api/startup-events",
    "/gradio_api/theme.css": "gradio_api/theme.css",
}  # fmt: skip
# Asked by the functions below, or of files that are the same for all.
ELSEWHERE = {
    "/login", "/login/", "/logout", "/logout/", PATH,
    *(f"/gradio_api/{one}" for one in (
        "queue/join", "queue/join/", "queue/data", "queue/data/", "component_server",
        "component_server/", "upload", "upload/", "upload_progress", "cancel", "cancel/", "reset",
        "reset/", "heartbeat/{session_hash}", "call/{api_name}", "call/{api_name}/",
        "call/v2/{api_name}", "call/v2/{api_name}/", "call/{api_name}/{event_id}",
        "call/v2/{api_name}/{event_id}", "run/{api_name}", "run/{api_name}/", "api/{api_name}",
        "api/{api_name}/", "file={path_or_url:path}", "file/{path:path}",
    )),
    "/assets/{path:path}", "/static/{path:path}", "/svelte/{path:path}",
}  # fmt: skip


@dataclass
class Office:
    """A running app, and what is in its library."""

    settings: Settings
    ids: dict[str, str]
    url: str = ""
    cookies: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    root = tmp_path_factory.mktemp("office")
    settings = library(root, 'auth_file = "accounts.txt"\nmcp = true\n' + CONFIG)
    for name, role in ROLES.items():
        add_user(root / "accounts.txt", name, PASSWORD, role)  # type: ignore[arg-type]
    (root / WAITING).parent.mkdir()
    (root / WAITING).write_text(DOCUMENTS[SECRET].replace("干部", "备用"), "utf-8")
    membership.add(settings.index, COLLECTION, [WAITING])
    search = PolicySearch.open(settings.index, settings)
    here = Office(settings, {entry.path: entry.id for entry in search.entries()})
    here.keys = {
        name: keys.make(settings.index, name, scope)[1]  # type: ignore[arg-type]
        for name, scope in (("报送", "read"), ("别的", "edit"))
    }
    flags = ("--config", str(root / "youju.toml"), "--no-reader")
    with serving(settings.index, *flags) as url:
        here.url = url
        here.cookies = {name: _login(url, name) for name in ROLES}
        yield here


def _login(url: str, name: str) -> str:
    form = urllib.parse.urlencode({"username": name, "password": PASSWORD}).encode()
    with OPENER.open(urllib.request.Request(f"{url}login", data=form), timeout=300) as response:
        given = response.headers.get_all("Set-Cookie")
    return "; ".join(one.partition(";")[0] for one in given)


def _said(office: Office, who: str, path: str, body: Any = None) -> tuple[int, bytes]:
    """What an account, or a key, is answered."""
    if who in office.keys:
        headers = {"Authorization": f"Bearer {office.keys[who]}"}
    else:
        headers = {"Cookie": office.cookies[who]} if who else {}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        office.url + path, data=data, headers=headers | {"Content-Type": "application/json"}
    )
    try:
        with OPENER.open(request, timeout=300) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def _texts(office: Office, who: str, value: Any) -> Iterator[str]:
    """All text of an answer: of the files too that it links or holds."""
    if isinstance(value, dict):
        if isinstance(value.get("name"), str) and isinstance(value.get("data"), str):
            yield from _inside(base64.b64decode(value["data"]))
        if isinstance(value.get("url"), str) and value["url"].startswith(office.url):
            yield from _inside(_said(office, who, value["url"][len(office.url) :])[1])
        for key, one in value.items():
            yield str(key)
            yield from _texts(office, who, one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(office, who, one)
    elif isinstance(value, str):
        yield value
        yield urllib.parse.unquote(value)


def _inside(data: bytes) -> Iterator[str]:
    """Text of a file; of Office files that of their parts, without the marks between words."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        yield data.decode("utf-8", "replace")
        return
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        for name in parts.namelist():
            yield re.sub(r"<[^>]{0,500}>", "", parts.read(name).decode("utf-8", "replace"))


def _marks(office: Office, who: str, answer: Any, asked: Any = "") -> set[str]:
    """The marks that are said, without those that were asked with."""
    given = json.dumps(asked, ensure_ascii=False)
    told = "\n".join(_texts(office, who, answer))
    return {mark for mark in MARKS if mark in told and mark not in given}


# --- routes --------------------------------------------------------------------------------------


def test_every_route_is_known_and_says_nothing(office: Office, tmp_path: Path) -> None:
    """What is the same for all (the page as it is built) holds nothing that only some may read."""
    from gradio.routes import App

    search = PolicySearch.open(office.settings.index, office.settings)
    options = Options(uploads=office.settings, feedback=Feedback(tmp_path / "f.sqlite"))
    blocks = app.build_app(search.without(frozenset({COLLECTION})), options)
    rules = Rules(mcp=PATH, functions=frozenset({"ask"}))
    admitted = set()
    for route in App.create_app(blocks).routes:
        path = getattr(route, "path", "")
        sample = re.sub(r"\{[^}]{1,40}\}", "x", path)
        if any(rules.allows(method, sample) for method in getattr(route, "methods", None) or ()):
            admitted.add(path)
    assert admitted - set(PATHS) - ELSEWHERE == set()
    for who in ("", "wang", "li", "zhang"):
        for path in sorted({*PATHS.values(), f"gradio_api/file={office.settings.index.parent}"}):
            _, body = _said(office, who, path)
            assert not any(mark.encode() in body for mark in MARKS), (who, path)
            escaped = [json.dumps(mark)[1:-1].encode() for mark in MARKS]
            assert not any(mark in body for mark in escaped), (who, path)
        for path in (SECRET, FOLDER_SECRET, WAITING):
            place = urllib.parse.quote(str(office.settings.index.parent / path))
            status, body = _said(office, who, f"gradio_api/file={place}")
            assert status in (401, 403, 404) and WORD.encode() not in body
    health = json.loads(_said(office, "", "healthz")[1])
    assert health["documents"] == 3  # what anybody may read


# --- functions of the page -----------------------------------------------------------------------


class _Visitor:
    """The page of an account, as a browser drives it: one session, the opening functions first."""

    def __init__(self, office: Office, who: str) -> None:
        self._office, self._who = office, who
        self._session = uuid.uuid4().hex[:12]
        self.asked: Any = None  # last
        config = json.loads(_said(office, who, "config")[1])
        self.functions = {
            (one["api_name"] or "") + f"/{one['id']}": one for one in config["dependencies"]
        }
        self._components = {one["id"]: one for one in config["components"]}
        self.servers = {
            (one["props"].get("elem_id"), name): one["id"]
            for one in config["components"]
            for name in one["props"].get("server_fns") or one.get("server_fns") or ()
        }

    def opening(self) -> list[str]:
        """The functions that run when the page is opened."""
        return [
            name for name, one in self.functions.items()
            if any(event == "load" for _, event in one["targets"])
        ]  # fmt: skip

    def fields(self, name: str) -> list[str]:
        """The names of a function's inputs."""
        inputs = self.functions[name]["inputs"]
        return [str(self._components[i]["props"].get("elem_id") or "") for i in inputs]

    def call(self, name: str, question: str, *, docs: bool = False, within: bool = False) -> Any:
        """Everything that is sent back for one call."""
        one = self.functions[name]
        data = [self._value(i, question, docs, within) for i in one["inputs"]]
        secret = self._office.ids[SECRET]
        event = {
            "question": question, "q": question, "doc": [secret] if docs else [], "region": [],
            "year": [], "collection": [COLLECTION] if within else [], "in_force": False,
            "as_of": "", "n": 0, "old": self._office.ids[OPEN], "new": secret,
            "source": WAITING if name.startswith(("aim", "removed")) else "",
        }  # fmt: skip
        body = {"data": data, "fn_index": one["id"], "session_hash": self._session}
        self.asked = body | {"event_data": event}
        status, told = _said(self._office, self._who, "gradio_api/queue/join", self.asked)
        if status != 200:
            return [status, json.loads(told)]
        _, stream = _said(
            self._office, self._who, f"gradio_api/queue/data?session_hash={self._session}"
        )
        lines = stream.decode("utf-8").splitlines()
        return [json.loads(line[5:]) for line in lines if line.startswith("data:")]

    def _value(self, number: int, question: str, docs: bool, within: bool) -> Any:
        one = self._components[number]
        kind, name = one["type"], str(one["props"].get("elem_id") or "")
        secret, opened = self._office.ids[SECRET], self._office.ids[OPEN]
        if name.endswith("-document"):
            chosen = [secret] if docs else []
            if name == "yj-facts-document":
                chosen = self._office.ids[FOLDER_SECRET]
        elif name.endswith("-collection"):
            chosen = [COLLECTION] if within else []
        else:
            chosen = {
                "yj-versions-old": opened, "yj-versions-new": secret,
                "yj-indicator": "停车泊位覆盖率",
                "yj-eval-set": "builtin", "yj-eval-method": "hybrid", "yj-eval-split": "all",
                "yj-ask-as_of": "", "yj-search-as_of": "",
            }.get(name)  # fmt: skip
        if chosen is not None:
            return chosen
        empty: dict[str, Any] = {
            "textbox": question, "html": "yj-refused", "checkbox": False, "number": 0, "json": [],
            "state": None, "browserstate": [],
        }  # fmt: skip
        if kind == "dropdown":
            return [] if one["props"].get("multiselect") else None
        return empty.get(kind)

    def serve(self, component: int, name: str, data: Any) -> Any:
        """What a component is told by the server."""
        body = {
            "session_hash": self._session, "component_id": component, "fn_name": name, "data": data
        }  # fmt: skip
        status, told = _said(self._office, self._who, "gradio_api/component_server", body)
        return [status, json.loads(told)]


# What whoever may read the document is shown of it, function by function.
SHOWN = {
    "show_answer", "show_linked", "show_hits", "compare", "facts", "versions", "refresh", "fresh",
    "first",
}  # fmt: skip
NEVER = ("reindex", "run_evaluation", "upload", "exchange")  # changing: below, or for other roles


def _calls(visitor: _Visitor) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every function of the page, in the ways in which it can be narrowed."""
    opening = visitor.opening()
    for name in (*opening, *(one for one in visitor.functions if one not in opening)):
        if name.partition("/")[0] in NEVER:
            continue
        fields = visitor.fields(name)
        yield name, {"question": QUESTIONS[2]}
        if any(one.endswith("-document") for one in fields) or "go" in name:
            yield name, {"question": QUESTIONS[2], "docs": True}
        if any(one.endswith("-collection") for one in fields) or "go" in name:
            yield name, {"question": QUESTIONS[1], "within": True}


def test_every_function_of_the_page(office: Office) -> None:
    showing: dict[str, set[str]] = {}
    for who in ("li", "zhang"):
        visitor = _Visitor(office, who)
        showing[who] = set()
        for name, given in _calls(visitor):
            answer = visitor.call(name, **given)
            found = _marks(office, who, answer, visitor.asked)
            if who == "zhang":
                showing[who] |= {name.partition("/")[0]} if WORD in found else set()
            else:
                assert not found, (who, name, given, answer)
    shown = {re.sub(r"_\d{1,2}$", "", name) for name in showing["zhang"]}
    assert shown >= SHOWN, shown
    assert (office.settings.index.parent / WAITING).exists()  # not removed by name
    assert not (office.settings.index / corrections.FILE).exists()


def _servings(office: Office) -> dict[str, list[Any]]:
    """What components can be asked of the secret documents, by function."""
    secret, opened = office.ids[SECRET], office.ids[OPEN]
    quote = DOCUMENTS[SECRET]
    start = quote.index(PROOF)
    place = {"doc": secret, "start": start, "end": start + len(PROOF)}
    item = place | {"quote": PROOF}
    asked = {"question": QUESTIONS[2]}
    return {
        "read": [place, {"doc": secret}, {"doc": "x", "file": SECRET}, {"doc": opened}],
        "download": [{"doc": secret}],
        "turn": [place | {"page": 1}],
        "clause": [
            {"doc": secret, "clause": "c1"}, *({"doc": opened, "clause": f"c{n}"} for n in range(6))
        ],
        "take": [{"kind": kind, "asked": asked} for kind in ("docx", "md", "txt")],
        "memo": [{"kind": kind, "items": [item]} for kind in ("docx", "xlsx")],
        "judge": [
            {"verdict": "wrong", "asked": asked},
            {"verdict": "wrong", "asked": asked, "gold": WORDS_OF_IT},
        ],
        "look": [{}, {"words": "停车"}, {"collection": COLLECTION}, {"sort": "date", "down": True}],
        "form": [{"doc": secret}],
        "correct": [{"doc": secret, "title": "改"}],
        "collect": [
            {"name": "新的", "docs": [secret]}, {"name": COLLECTION, "docs": [opened]},
            {"name": COLLECTION, "docs": [secret, opened], "remove": True},
            {"name": "没有的", "docs": [opened], "remove": True},
        ],
    }  # fmt: skip


def test_every_function_of_the_components(office: Office) -> None:
    before = membership.load(office.settings.index)
    showing = set()
    for who in ("wang", "li", "zhang"):
        visitor = _Visitor(office, who)
        servings = _servings(office)
        assert {name for _, name in visitor.servers} == set(servings)
        for (_, name), component in visitor.servers.items():
            for data in servings[name]:
                if who == "zhang" and name in ("judge",):
                    continue
                answer = visitor.serve(component, name, data)
                found = _marks(office, who, answer, data)
                if who == "zhang":
                    showing |= {name} if WORD in found else set()
                else:
                    assert not found, (who, name, data, answer)
    assert showing >= {"read", "download", "clause", "take", "memo", "look"}
    assert membership.load(office.settings.index) == before
    assert not (office.settings.index / corrections.FILE).exists()
    # as what does not exist: the same words
    visitor = _Visitor(office, "li")
    for (_, name), component in visitor.servers.items():
        for data in servings[name]:
            if data.get("doc") == office.ids[SECRET]:
                told = visitor.serve(component, name, data)
                unknown = visitor.serve(component, name, data | {"doc": "0" * 12})
                assert told[0] == unknown[0] == 200
                here, there = (json.dumps(one, ensure_ascii=False) for one in (told, unknown))
                assert here.replace(office.ids[SECRET], "") == there.replace("0" * 12, ""), name


# --- interfaces ----------------------------------------------------------------------------------


def _interfaces(office: Office) -> dict[str, list[list[Any]]]:
    secret = office.ids[SECRET]
    asked: list[list[Any]] = [[question] for question in (*QUESTIONS[3:], *QUESTIONS[:3])]
    return {
        "ask": [[QUESTIONS[0], 3, [secret]], *asked],
        "search": [[QUESTIONS[0], 3, [SECRET]], *asked[-3:]],
        "documents": [[], [["没有的"]]],
        "document": [[secret], ["77号"], ["干部"]],
        "collect": [["新的", [secret]], ["新的", ["干部"]], ["没有的", [office.ids[OPEN]], True]],
        "evaluate": [],  # what an account may is told by its role; a key's, below
    }


# What a direct call must give besides.
USUAL: dict[str, list[Any]] = {
    "ask": ["", 10, None, None, None, False, "hybrid", None, None],
    "search": ["", 10, None, None, None, False, "hybrid", None],
    "documents": [None], "document": [""], "collect": ["", [], False],
    "evaluate": ["bm25", "all", "", False],
}  # fmt: skip


def _called(office: Office, who: str, name: str, data: list[Any]) -> tuple[int, bytes]:
    """What an interface answers when it is called directly."""
    given = {"data": [*data, *USUAL[name][len(data) :]]}
    return _said(office, who, f"gradio_api/run/{name}", given)


def test_every_interface(office: Office) -> None:
    info = json.loads(_said(office, "zhang", "gradio_api/info")[1])["named_endpoints"]
    servings = _interfaces(office)
    assert {name[1:] for name in info} == set(servings)
    for who in ("li", "zhang", "别的", "报送"):
        may = who in ("zhang", "报送")
        for name, several in servings.items():
            if may and name == "collect":
                continue
            said = set()
            # accounts are asked all, keys what tells most
            for data in several if who not in office.keys else several[-3:]:
                status, told = _called(office, who, name, data)
                found = _marks(office, who, json.loads(told), data)
                said |= found
                assert may or not found, (who, name, data, told.decode())
                assert status in (200, 400, 403, 500), (name, told)
            assert not may or not several or WORD in said, (who, name)
    row = {
        "id": "u1", "question": QUESTIONS[2], "category": "泊位", "answerable": True,
        "gold": [{"doc": SECRET, "quote": "每小时收费九元", "alt": []}],
    }  # fmt: skip
    given = ["bm25", "all", json.dumps(row, ensure_ascii=False), True]
    told = json.loads(_called(office, "别的", "evaluate", given)[1])
    assert not _marks(office, "别的", told, given)
    assert membership.load(office.settings.index).keys() == {COLLECTION}


def test_every_tool(office: Office) -> None:
    secret = office.ids[SECRET]
    calls = {
        "ask": [{"question": one} for one in QUESTIONS[2:4]],
        "search": [{"question": QUESTIONS[2], "k": 20}],
        "read_clause": [{"document": secret, "clause": ""}, {"document": "干部", "clause": "c1"}],
        "verify_quote": [{"quote": WORDS_OF_IT}, {"quote": "干部停车泊位由"}],
    }

    async def work(session: Any) -> dict[str, str]:
        listed = await session.list_tools()
        assert {tool.name for tool in listed.tools} == set(calls)
        told = {}
        for name, several in calls.items():
            found = [(await session.call_tool(name, given)).model_dump_json() for given in several]
            told[name] = "\n".join(found)
        return told

    for who, may in (("wang", False), ("zhang", True), ("报送", True)):
        if who in office.keys:
            header = f"Bearer {office.keys[who]}"
        else:
            header = "Basic " + base64.b64encode(f"{who}:{PASSWORD}".encode()).decode()
        told = _with_mcp(office.url, work, {"Authorization": header})
        for name, text in told.items():
            assert (WORD in text) == may, (who, name, text)
            assert may or not any(mark in text for mark in MARKS)


# --- changing ------------------------------------------------------------------------------------


def test_an_editor_who_may_not_read_it_indexes_it_unseen(office: Office) -> None:
    """What waits, is read and is refused is told without it; it is removed by nobody else."""
    visitor = _Visitor(office, "li")
    root = office.settings.index.parent
    (root / "index-data" / f"{FILE}坏.pdf").write_bytes(b"%PDF-1.4 " + b"x" * 50)
    membership.add(office.settings.index, COLLECTION, [f"index-data/{FILE}坏.pdf"])
    (name,) = (one for one in visitor.functions if one.startswith("reindex/"))
    answer = visitor.call(name, "")
    assert not _marks(office, "li", answer, visitor.asked) and "索引已更新：3 份文件" in json.dumps(
        answer, ensure_ascii=False
    )
    (name,) = (one for one in visitor.functions if one.startswith("removed/"))
    told = json.dumps(visitor.call(name, ""), ensure_ascii=False)
    assert "只能移除或替换上传的文件" in told and (root / WAITING).exists()
    assert _called(office, "li", "document", ["备用"])[0] == 400
    status, told_ = _called(office, "boss", "document", ["备用"])
    assert status == 200 and WORD in json.dumps(json.loads(told_), ensure_ascii=False)
    listed = json.loads(_called(office, "boss", "documents", [])[1])["data"][0]
    assert len(listed) == 6
