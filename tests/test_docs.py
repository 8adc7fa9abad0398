"""What the documentation names is there: files, modules, commands, flags, layers."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from test_layers import LAYERS

from youju import arguments

ROOT = Path(__file__).resolve().parent.parent
DESIGN = ROOT / "docs" / "design.md"
DOCS = sorted(
    [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("encoder/*.md"),
        *ROOT.glob("reader/*.md"),
        *ROOT.glob("eval/heldout/*.md"),
        *ROOT.glob("eval/questions/*.md"),
    ]
)
# What is made while the program runs, what users bring, and what others publish.
ELSEWHERE = {
    "collections.json", "corrections.json", "keys.json", "origins.json", "youju.toml",
    "documents.jsonl", "reader.jsonl", "clause_questions.jsonl", "sureness.json", "results.json",
    "rows.jsonl", "run.json", "a.txt", "a.3.txt", "evaluations", "recognised", "gen-N.part",
    "FOLDER", "文件夹", "BAAI/bge-small-zh-v1.5", "BAAI/bge-reranker-base", "refusal_P/R/F1",
    "bench/peers/NAME/requirements.txt",
}  # fmt: skip
_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_QUOTED = re.compile(r"`([^`]+)`")
_LINK = re.compile(r"\]\(([^)#\s]+)")
_ENDING = re.compile(r"[\w-]\.(?:py|md|jsonl?|txt|js|css|toml|npz|png|sh)$")
_PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)*/?")
# A command as far as its line goes on: words, flags and their values.
_MODULE = re.compile(r"python\s+-m\s+([\w.]+)((?:[ \t\n]+[^\s`|#;&<>（）]+)*)")
_SCRIPT = re.compile(r"python (cli|app)\.py((?: +[^\s`|#;&<>（）]+)*)")
_FLAG = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


def _told(doc: Path) -> str:
    return doc.relative_to(ROOT).as_posix()


@cache
def _there() -> frozenset[str]:
    """Every end of every path of the product: `qa/route.py`, `route.py`, and the folders."""
    found = set()
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        if parts[0].startswith(".") or "__pycache__" in parts:
            continue
        found |= {"/".join(parts[n:]) for n in range(len(parts))}
    return frozenset(found)


@pytest.mark.parametrize("doc", DOCS, ids=_told)
def test_links_lead_somewhere(doc: Path) -> None:
    links = [one for one in _LINK.findall(doc.read_text("utf-8")) if "://" not in one]
    assert [one for one in links if not (doc.parent / one).exists()] == []


@pytest.mark.parametrize("doc", [d for d in DOCS if d.name != "CHANGELOG.md"], ids=_told)
def test_named_files_are_there(doc: Path) -> None:
    lost = []
    for quoted in _QUOTED.findall(_FENCE.sub("", doc.read_text("utf-8"))):
        for word in quoted.split():
            word = word.strip(",;").rstrip("/")
            outside = word.startswith((".youju", "../shared")) or word.startswith(".")
            named = _PATH.fullmatch(word) and ("/" in word or _ENDING.search(word))
            if named and not outside and word not in ELSEWHERE:
                lost += [word] if not {word, f"{word}.py"} & _there() else []
    assert lost == []


def _source(module: str) -> str | None:
    """The code behind `python -m module`, its arguments too; None where there is none."""
    path = ROOT.joinpath(*module.split("."))
    main = path / "__main__.py" if path.is_dir() else path.with_suffix(".py")
    if not main.is_file():
        return None
    files = [main, path / "arguments.py"]
    return "".join(file.read_text("utf-8") for file in files if file.is_file())


@pytest.mark.parametrize("doc", DOCS, ids=_told)
def test_named_modules_run_with_the_named_flags(doc: Path) -> None:
    for module, rest in _MODULE.findall(doc.read_text("utf-8").replace("`; ", "` ")):
        code = _source(module)
        assert code is not None, module
        first = rest.split()[:1]
        if first and re.fullmatch(r"[a-z][a-z-]+", first[0]) and module in ("eval", "bench"):
            assert f'"{first[0]}"' in code, f"{module} {first[0]}"
            if module == "bench":
                code = _source(f"bench.{first[0]}") or _source("bench.peers.compare") or ""
        for flag in _FLAG.findall(rest):
            assert f'"{flag}"' in code, f"python -m {module}{rest}: {flag}"


def _flags() -> dict[str, set[str]]:
    """The flags of `app.py` under "app", those of each command of `cli.py` under its name."""
    (commands,) = (a for a in arguments.parser()._actions if isinstance(a.choices, dict))
    parsers = {"app": arguments.app_parser(), **dict(commands.choices or {})}
    return {
        name: {flag for action in parser._actions for flag in action.option_strings}
        for name, parser in parsers.items()
    }


@pytest.mark.parametrize("doc", DOCS, ids=_told)
def test_the_command_line_takes_what_is_shown(doc: Path) -> None:
    flags = _flags()
    for script, rest in _SCRIPT.findall(doc.read_text("utf-8")):
        name = "app" if script == "app" else next(iter(rest.split()), "index")
        assert name in flags, f"{script}.py{rest}"
        assert set(_FLAG.findall(rest)) <= flags[name], f"{script}.py{rest}"


def test_the_design_names_every_module_that_joins() -> None:
    rows = re.findall(r"^\| … (.+?) \|", DESIGN.read_text("utf-8"), re.MULTILINE)
    named = [name.rstrip("/") for row in rows for name in _QUOTED.findall(row)]
    folder = ROOT / "youju"
    there = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    there |= {path.parent.name for path in folder.glob("*/__init__.py")}
    assert sorted(named) == sorted(there)


def test_the_design_draws_the_layers_that_are_held() -> None:
    (drawn,) = re.findall(r"`(errors → [^`]+)`", DESIGN.read_text("utf-8"))
    layers = [frozenset(re.findall(r"[\w./]+", layer)) for layer in drawn.split("→")]
    held = [{name.removeprefix("youju.") for name in layer} for layer in LAYERS]
    plain = [
        {name.rstrip("/").removesuffix(".py").replace("/", ".") for name in layer}
        for layer in layers
    ]
    assert plain == held
