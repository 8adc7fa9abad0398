"""The house rules of docs/design.md, read from the imports themselves."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# Each layer sees only what stands in an earlier line; neighbours in a brace see nothing of each
# other. `encoder/train` makes the model and is no part of what runs.
LAYERS: tuple[frozenset[str], ...] = (
    frozenset({"errors"}),
    frozenset({"text"}),
    frozenset({"datatypes"}),
    frozenset({"ingest", "index", "qa"}),
    frozenset({"settings", "asking"}),
    frozenset({"service"}),
    frozenset({"contracts", "exports", "uploads"}),
    frozenset({"web", "terminal", "progress", "arguments"}),
    frozenset({"fact_views"}),
    frozenset({"eval"}),
    frozenset({"app", "cli"}),  # the page is given its evaluator by the app
    frozenset({"bench"}),  # measures against the baseline that eval defines
)
RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}
LAZY = {
    "faiss", "torch", "sentence_transformers", "gradio", "matplotlib", "lxml", "pymilvus",
    "docx", "pypdfium2", "openpyxl",
}  # fmt: skip
ONE_FILE = LAZY - {"matplotlib", "gradio"}
# The page is made of Gradio: its frame, its tabs and its interfaces, nothing else.
GRADIO = re.compile(r"app\.py|web/tabs/\w+\.py|web/(api|mcp|shell)\.py")


def _sources() -> dict[Path, str]:
    """Every product file with the module or package of the root that it belongs to."""
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT).parts
        if parts[0].startswith(".") or parts[0] in ("tests", "encoder", "docs"):
            continue
        found[path] = parts[0].removesuffix(".py")
    return found


SOURCES = _sources()


def _imports(tree: ast.AST) -> set[str]:
    """Top-level names that the nodes below `tree` import."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide the layer"
            names.add((node.module or "").split(".")[0])
        elif isinstance(node, ast.Call) and "import_module" in ast.dump(node.func):
            names |= {a.value.split(".")[0] for a in node.args if isinstance(a, ast.Constant)}
    return names


def _at_import_time(tree: ast.Module) -> set[str]:
    """What merely importing the module imports: no function bodies, no TYPE_CHECKING."""

    class _Strip(ast.NodeTransformer):
        def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
            return None

        def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
            return None

        def visit_If(self, node: ast.If) -> ast.AST | None:
            return None if "TYPE_CHECKING" in ast.dump(node.test) else node

    return _imports(_Strip().visit(tree))


def _relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_every_module_has_a_layer() -> None:
    assert set(SOURCES.values()) <= set(RANK)


@pytest.mark.parametrize("path", SOURCES, ids=_relative)
def test_layers_look_one_way(path: Path) -> None:
    own = SOURCES[path]
    for name in _imports(ast.parse(path.read_text("utf-8"))) & set(RANK):
        assert name == own or RANK[name] < RANK[own], f"{own} must not import {name}"


def test_a_large_library_is_imported_in_one_file() -> None:
    users = defaultdict(set)
    for path in SOURCES:
        for name in _imports(ast.parse(path.read_text("utf-8"))) & ONE_FILE:
            users[name].add(_relative(path))
    assert users, "the check reads imports"
    assert {name: files for name, files in users.items() if len(files) > 1} == {}


def test_gradio_stays_in_the_frame_and_the_tabs() -> None:
    for path in SOURCES:
        if "gradio" in _imports(ast.parse(path.read_text("utf-8"))):
            assert GRADIO.fullmatch(_relative(path)), path


@pytest.mark.parametrize("path", SOURCES, ids=_relative)
def test_heavy_libraries_are_imported_when_needed(path: Path) -> None:
    heavy = _at_import_time(ast.parse(path.read_text("utf-8"))) & LAZY
    if SOURCES[path] == "ingest":
        heavy -= {"lxml"}  # readers are themselves imported when a build needs them
    assert not heavy


@pytest.mark.parametrize("module", ["cli", "service", "contracts", "terminal", "web.views"])
def test_importing_stays_light(module: str) -> None:
    code = f"import {module}, sys; print(' '.join(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert not set(run.stdout.split()) & (LAZY | {"rich", "jieba", "pandas", "opencc"})
