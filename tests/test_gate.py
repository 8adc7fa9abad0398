"""What may pass: routes, hosts, origins, bodies, parameters."""

from __future__ import annotations

import asyncio
import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from app_helpers import serving

from app import build_app
from web import parameters, scratch
from web.gate import Gate, Rules
from web.login import add_user
from web.shell import Options
from youju.errors import InputError
from youju.service import PolicySearch

# What each mode offers, by the route table of the running app. A new line here is a decision.
READING = {
    "GET /", "GET /assets/{path:path}", "GET /config", "GET /config/", "GET /favicon.ico",
    "GET /gradio_api/app_id", "GET /gradio_api/app_id/",
    "GET /gradio_api/call/{api_name}/{event_id}",
    "GET /gradio_api/call/v2/{api_name}/{event_id}",
    "POST /gradio_api/call/v2/{api_name}", "POST /gradio_api/call/v2/{api_name}/",
    "GET /gradio_api/file={path_or_url:path}", "GET /gradio_api/heartbeat/{session_hash}",
    "GET /gradio_api/info", "GET /gradio_api/info/", "GET /gradio_api/login_check",
    "GET /gradio_api/login_check/", "GET /gradio_api/queue/data", "GET /gradio_api/startup-events",
    "GET /gradio_api/theme.css", "GET /gradio_api/user", "GET /gradio_api/user/", "GET /logout",
    "GET /manifest.json", "GET /robots.txt", "GET /static/{path:path}", "GET /svelte/{path:path}",
    "GET /theme.css", "POST /gradio_api/api/{api_name}", "POST /gradio_api/api/{api_name}/",
    "POST /gradio_api/call/{api_name}", "POST /gradio_api/call/{api_name}/",
    "POST /gradio_api/cancel", "POST /gradio_api/queue/join", "POST /gradio_api/reset",
    "POST /gradio_api/reset/", "POST /gradio_api/run/{api_name}",
    # opens an original: of the page's own functions only `read` and `download` are served by it
    "POST /gradio_api/component_server", "POST /gradio_api/component_server/",
    "POST /gradio_api/run/{api_name}/", "POST /login", "POST /login/", "GET /healthz",
}  # fmt: skip
WRITING = {"GET /gradio_api/upload_progress", "POST /gradio_api/upload"}


def _offered(search: PolicySearch, rules: Rules) -> set[str]:
    from gradio.routes import App

    from web import serving as web_serving

    kwargs = web_serving.app_kwargs(None, mcp=None, door=None, rules=rules)  # type: ignore[arg-type]
    blocks = build_app(search, Options(read_only=rules.read_only))
    app = App.create_app(blocks, app_kwargs=kwargs)
    table = {
        f"{method} {route.path}"
        for route in _flat(app.routes)
        for method in (getattr(route, "methods", None) or ("GET", "POST"))
        if method != "HEAD"
    }
    assert len(table) > 80, "the route table is not where it was"
    named = {
        "{path:path}": "a/b", "{path_or_url:path}": "a", "{api_name}": "ask", "{event_id}": "e1",
        "{session_hash}": "s1",
    }  # fmt: skip

    def concrete(path: str) -> str:
        for place, value in named.items():
            path = path.replace(place, value)
        return path.replace("{", "x").replace("}", "x")

    return {
        entry
        for entry in table
        if rules.allows(entry.split()[0], concrete(entry.split(maxsplit=1)[1]))
    }


def _flat(routes: Any) -> Iterator[Any]:
    for route in routes:
        inner = getattr(getattr(route, "original_router", None), "routes", None)
        yield from _flat(inner) if inner else [route]


def test_only_the_routes_that_a_mode_needs(search: PolicySearch) -> None:
    """Against the app's own table, so that an update of Gradio cannot open a new one."""
    assert _offered(search, Rules(read_only=True)) == READING
    assert _offered(search, Rules()) == READING | WRITING


# --- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("localhost:7860", True), ("127.0.0.1", True), ("[::1]:7860", True), ("10.0.0.7:80", True),
        ("youju.example.cn", True), ("YOUJU.example.cn.:443", True), ("evil.example", False),
        ("", False), ("a b", False), ("localhost@evil.example", False), ("localhost:x", False),
        ("127.0.0.1.evil.example", False),
    ],
)  # fmt: skip
def test_hosts(host: str, known: bool) -> None:
    assert Rules(hosts=frozenset({"youju.example.cn"})).knows_host(host) is known


@pytest.mark.parametrize(
    ("origin", "host", "known"),
    [
        ("http://127.0.0.1:7860", "127.0.0.1:7860", True),
        ("https://youju.example.cn", "youju.example.cn", True),
        ("https://youju.example.cn", "127.0.0.1:7860", True),
        ("http://localhost:7861", "localhost:7860", False),
        ("http://localhost:7860", "127.0.0.1:7860", False), ("null", "127.0.0.1:7860", False),
        ("http://evil.example", "127.0.0.1:7860", False), ("", "127.0.0.1:7860", False),
        ("https://oa.example.cn", "127.0.0.1:7860", True), ("file://x", "x", False),
        ("http://[", "[", False),
    ],
)  # fmt: skip
def test_origins(origin: str, host: str, known: bool) -> None:
    names = frozenset({"youju.example.cn"})
    rules = Rules(hosts=names, origins=frozenset({"https://oa.example.cn"}))
    assert rules.knows_origin(origin, host) is known


def _through(
    rules: Rules, headers: dict[str, str], *, method: str = "GET", path: str = "/",
    body: bytes = b"", sent: list[tuple[bytes, bytes]] | None = None,
) -> tuple[int, dict[str, str], bytes]:  # fmt: skip
    """The answer to one request; behind the gate everything is well."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": sent or []})
        await send({"type": "http.response.body", "body": b"in"})

    got: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        got.append(message)

    scope = {
        "type": "http", "method": method, "path": path, "client": ("192.0.2.1", 1),
        "headers": [(k.lower().encode(), v.encode()) for k, v in headers.items()],
    }  # fmt: skip
    asyncio.run(Gate(app, rules)(scope, receive, send))
    told = {k.decode(): v.decode() for k, v in got[0]["headers"]}
    return got[0]["status"], told, got[1]["body"]


HERE = {"Host": "127.0.0.1:7860"}


def test_cookies_stay_here_and_no_origin_is_told_that_it_may() -> None:
    sent = [
        (b"set-cookie", b"a=1; HttpOnly; SameSite=none; Secure"), (b"set-cookie", b"b=2"),
        (b"access-control-allow-origin", b"http://x"),
        (b"Access-Control-Allow-Credentials", b"true"),
    ]  # fmt: skip
    status, told, _ = _through(Rules(), HERE, sent=sent)
    assert status == 200 and not any(name.startswith("access-control") for name in told)
    assert told["set-cookie"] == "b=2; SameSite=Lax"
    friend = Rules(origins=frozenset({"https://oa.example.cn"}))
    asks = HERE | {"Origin": "https://oa.example.cn"}
    assert _through(friend, asks, sent=sent)[1]["access-control-allow-origin"] == asks["Origin"]
    assert _through(friend, asks, method="OPTIONS", path="/gradio_api/call/ask")[0] == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        (HERE | {"Origin": "http://evil.example"}, 403),
        (HERE | {"Origin": "null"}, 403),
        (HERE | {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, 403),
    ],
)
def test_strangers_are_told_in_a_sentence(headers: dict[str, str], status: int) -> None:
    for method, path in (("GET", "/"), ("POST", "/gradio_api/upload"), ("OPTIONS", "/login")):
        got, _, body = _through(Rules(), headers, method=method, path=path)
        assert got == status and json.loads(body)["error"].endswith("。")


def test_bodies_have_an_end() -> None:
    rules = Rules(body=1000, upload=2000, functions=frozenset({"ask"}))
    for path, size in (("/login", 70_000), ("/gradio_api/call/ask", 1001)):
        for told in ({}, {"Content-Length": str(size)}):
            body = b"x" * size
            assert _through(rules, HERE | told, method="POST", path=path, body=body)[0] == 413
    told = HERE | {"Content-Length": "9999"}
    assert _through(rules, told, method="POST", path="/gradio_api/upload")[0] == 413


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("call/ask", {"data": ["问"]}, 200), ("run/ask", {"data": []}, 200),
        ("call/unknown", {"data": []}, 404), ("call/ask", [1], 422), ("call/ask", {"data": 7}, 422),
        ("call/ask", {"data": [7]}, 422), ("call/ask", {"data": ["问", "十"]}, 422),
        ("call/ask", {"data": ["问", 3, "贵州"]}, 422),
        ("call/ask", {"data": ["问", 3, ["x"] * 50_000]}, 422),
        ("call/ask", {"data": ["问", 3, None, None, ["二〇二〇"]]}, 422),
        ("call/ask", {"data": ["问"], "fn_index": 3}, 422),
        ("call/ask", {"data": ["问"], "session_hash": "x" * 99}, 422),
        ("call/ask", {"data": list("12345678")}, 422),
        ("queue/join", {"data": None}, 422), ("call/v2/ask", {"question": "问"}, 200),
        ("call/v2/ask", {"question": 7}, 422), ("call/v2/ask", {"frage": "x"}, 422),
        ("call/v2/no", {}, 404), ("component_server", {"data": {"doc": "x"}}, 200),
        ("component_server", [1], 422), ("component_server", {"session_hash": 7}, 422),
    ],
)  # fmt: skip
def test_calls_that_cannot_be_made(path: str, body: Any, status: int) -> None:
    rules = Rules(functions=frozenset({"ask"}), check=parameters.check)
    sent = json.dumps(body).encode()
    got, _, told = _through(rules, HERE, method="POST", path=f"/gradio_api/{path}", body=sent)
    assert got == status, told
    assert got == 200 or json.loads(told)["error"].endswith("。")
    for broken in (b"", b"{", b"[" * 90_000):
        for name in ("call/ask", "component_server"):  # a form could hide what is done from the log
            got, _, _ = _through(
                rules, HERE, method="POST", path=f"/gradio_api/{name}", body=broken
            )
            assert got == 422


@pytest.mark.parametrize(
    ("name", "given", "told"),
    [
        ("ask", {"question": "问", "k": True}, "k"), ("ask", {"question": None}, "question"),
        ("search", {"question": "问", "years": [2020.5]}, "years"),
        ("search", {"question": "问", "documents": "x" * 2_000_000}, "documents"),
        ("search", {"question": "问", "regions": [["贵州"]]}, "regions"),
        ("document", {"name": "x" * 301}, "name"), ("verify_quote", {"quote": 7}, "quote"),
        ("ask", {"question": "问", "in_force": "yes"}, "in_force"),
        ("evaluate", {"questions": "x" * 9_000_000}, "questions"),
    ],
)  # fmt: skip
def test_parameters_are_named(name: str, given: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError, match=f"参数 {told} .*。$"):
        parameters.check(name, given)


# --- over the wire -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def closed(corpus_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A read-only installation with a login and a name of its own."""
    accounts = tmp_path_factory.mktemp("accounts") / "accounts.txt"
    add_user(accounts, "ali", "right-password")
    flags = ("--read-only", "--auth-file", str(accounts), "--allow-host", "youju.example.cn")
    with serving(corpus_index, *flags) as url:
        yield url


def _ask(url: str, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, Any]:
    place = urlsplit(url)
    link = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    link.request(method, path, body or None, {"Host": place.netloc, **named})
    answer = link.getresponse()
    answer.read()
    return answer.status, answer


def test_attacks_are_refused(closed: str) -> None:
    form = "application/x-www-form-urlencoded"
    for method, path in (
        ("POST", "/gradio_api/process_recording"), ("GET", "/openapi.json"), ("GET", "/docs"),
        ("GET", "/gradio_api/openapi.json"), ("POST", "/gradio_api/vibe-edit"),
        ("GET", "/gradio_api/deep_link"),
        ("GET", "/monitoring"), ("PUT", "/"), ("GET", "/gradio_api/runs"),
    ):  # fmt: skip
        assert _ask(closed, method, path, b"x" if method == "POST" else b"")[0] == 404, path
    assert _ask(closed, "POST", "/gradio_api/upload", b"x")[0] == 403
    assert _ask(closed, "GET", "/", Host="rebound.example")[0] == 421
    assert _ask(closed, "GET", "/", Host="youju.example.cn")[0] == 200
    assert _ask(closed, "GET", "/", Origin="http://evil.example")[0] == 403
    right = b"username=ali&password=right-password"
    status, answer = _ask(closed, "POST", "/login", right, Content_Type=form)
    cookies = answer.headers.get_all("set-cookie")
    assert status == 200 and cookies and all("SameSite=Lax" in cookie for cookie in cookies)
    wrong = b"username=eve&password=x"
    got = [_ask(closed, "POST", "/login", wrong, Content_Type=form)[0] for _ in range(7)]
    assert got[:5] == [400] * 5 and got[-1] == 429


# --- temporary files -----------------------------------------------------------------------------


def test_temporary_files_have_one_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile

    for name in ("GRADIO_TEMP_DIR", "TMPDIR"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    dead = tmp_path / "youju-page-999999999-x"
    (dead / "a").mkdir(parents=True)
    (dead / "a" / "left.txt").write_text("x")
    monkeypatch.setattr(scratch, "_own", set())
    folder = scratch.own()
    assert not dead.exists() and folder.parent == tmp_path
    assert Path(tempfile.mkdtemp()).parent == folder
    (folder / "old" / "er").mkdir(parents=True)
    (folder / "old" / "er" / "file").write_text("x")
    scratch.sweep(folder, age=3600)
    assert (folder / "old" / "er" / "file").exists()
    scratch.sweep(folder, age=-1)
    assert not list(folder.iterdir())


def test_what_the_page_offers_outlives_the_sweep(
    search: PolicySearch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Templates are made once, when the page is: a server that runs for hours still has them."""
    import tempfile

    for name in ("GRADIO_TEMP_DIR", "TMPDIR"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(scratch, "_own", set())
    folder = scratch.own()
    blocks = build_app(search, Options())
    scratch.keep(folder)
    (sent := folder / "sent.txt").write_text("x")
    scratch.sweep(folder, age=-1)
    values = [part["props"].get("value") for part in blocks.get_config_file()["components"]]
    files = [Path(value["path"]) for value in values if isinstance(value, dict) and "path" in value]
    assert any("问题模板" in file.name for file in files) and all(file.exists() for file in files)
    assert not sent.exists()
    assert any(path.name.startswith("youju-batch-") for path in folder.iterdir())
