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
# other. A name stands for the module, or for the package with all that is in it. What makes the
# models (`*.train`) is no part of what runs: nothing sees it.
LAYERS: tuple[frozenset[str], ...] = (
    frozenset({"youju.errors"}),
    frozenset({"text"}),
    frozenset({"youju.records"}),
    frozenset(
        {
            "youju.validity",
            "youju.frames",
            "youju.origins",
            "youju.beside",
            "youju.config",
            "youju.audit",
            "youju.access",
        }
    ),
    frozenset({"ingest", "index", "qa", "encoder", "reader"}),
    frozenset(
        {
            "youju.settings",
            "youju.asking",
            "youju.corrections",
            "youju.membership",
            "youju.keys",
            "youju.sources",
        }
    ),
    frozenset({"youju.builds", "youju.opened", "youju.shelf"}),
    frozenset({"youju.service"}),
    frozenset({"youju.worker"}),
    frozenset({"youju.citing", "youju.grids", "youju.uploads", "youju.reindexing", "youju.leaves"}),
    frozenset({"youju.contracts", "youju.exports", "youju.paper"}),
    frozenset({"youju.word", "youju.batch", "youju.feedback"}),
    frozenset({"youju.takeaway"}),
    frozenset({"youju.terminal", "youju.progress", "youju.arguments"}),
    frozenset({"youju.fact_views", "youju.diff_views", "eval"}),
    frozenset({"web", "youju.commands"}),
    frozenset({"youju.cli"}),
    frozenset({"app", "cli"}),
    frozenset({"bench", "encoder.train"}),  # bench: against the baseline of eval
    frozenset({"reader.train"}),  # the same data is read, the same wrong clauses are near
)
# The same inside qa.
QA: tuple[frozenset[str], ...] = (
    frozenset({"qa.asked"}),
    frozenset({"qa.proof"}),
    frozenset({"qa.facts"}),
    frozenset({"qa.clauses", "qa.header", "qa.versions"}),
    frozenset({"qa.route"}),
    frozenset({"qa.pipeline"}),
)
LAZY = {
    "faiss", "torch", "sentence_transformers", "gradio", "matplotlib", "lxml", "pymilvus",
    "docx", "docx_plus", "pypdfium2", "openpyxl", "xlrd", "olefile", "markdown_it",
    "rapidocr", "cv2", "PIL", "onnxruntime", "onnx", "tokenizers",
}  # fmt: skip
ONE_FILE = LAZY - {"matplotlib", "gradio", "openpyxl", "tokenizers", "docx", "PIL"}
# One file reads Word documents and one reads workbooks; one writes each.
WORD = {"ingest/readers/docx.py", "youju/word.py"}
WORKBOOKS = {"ingest/readers/workbook.py", "youju/exports.py"}
# One reads pictures, one draws pages, one frames quotations on them; the last draws for a test.
PICTURES = {
    "ingest/readers/recogniser.py",
    "ingest/readers/drawer.py",
    "youju/leaves.py",
    "eval/scan_pages.py",
}
# The page is made of Gradio: its frame, its tabs and its interfaces, nothing else.
GRADIO = re.compile(r"app\.py|web/tabs/\w+\.py|web/(api|mcp|shell)\.py")


def _ranks(layers: tuple[frozenset[str], ...]) -> dict[str, int]:
    return {name: rank for rank, layer in enumerate(layers) for name in layer}


RANK, QA_RANK = _ranks(LAYERS), _ranks(QA)


def _in(ranks: dict[str, int], module: str) -> str | None:
    """The longest name in `ranks` that is `module` or a package around it."""
    parts = module.split(".")
    names = (".".join(parts[:n]) for n in range(len(parts), 0, -1))
    return next((name for name in names if name in ranks), None)


def _module(path: Path) -> str:
    """`qa/asked/kinds.py` → qa.asked.kinds, `qa/asked/__init__.py` → qa.asked."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


def _sources() -> dict[Path, str]:
    """Every product file with the dotted name of its module."""
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        top = path.relative_to(ROOT).parts[0]
        if top.startswith(".") or top in ("tests", "docs", "build"):
            continue
        found[path] = _module(path)
    return found


SOURCES = _sources()
TRAINING = {path for path, module in SOURCES.items() if ".train" in module}


def _modules(tree: ast.AST) -> set[str]:
    """Dotted names that the nodes below `tree` import; of `from a import b` it is a.b."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide the layer"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Call) and "import_module" in ast.dump(node.func):
            names |= {str(a.value) for a in node.args if isinstance(a, ast.Constant)}
    return names


def _imports(tree: ast.AST) -> set[str]:
    """Top-level names that the nodes below `tree` import."""
    return {name.split(".")[0] for name in _modules(tree)}


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
    lost = [module for module in SOURCES.values() if _in(RANK, module) is None]
    lost += [m for m in SOURCES.values() if m.startswith("qa.") and _in(QA_RANK, m) is None]
    assert lost == ["youju"]


def test_the_package_that_joins_has_no_code_of_its_own() -> None:
    (said,) = ast.parse((ROOT / "youju" / "__init__.py").read_text("utf-8")).body
    assert isinstance(said, ast.Expr)


@pytest.mark.parametrize("path", SOURCES, ids=_relative)
def test_layers_look_one_way(path: Path) -> None:
    seen = _modules(ast.parse(path.read_text("utf-8")))
    assert "youju" not in seen, "import the module, not the package"
    for ranks in (RANK, QA_RANK):
        own = _in(ranks, SOURCES[path])
        for name in {_in(ranks, module) for module in seen} - {own, None}:
            assert own is None or ranks[name] < ranks[own], f"{own} must not import {name}"


def test_a_large_library_is_imported_in_one_file() -> None:
    users = defaultdict(set)
    for path in SOURCES.keys() - TRAINING:
        for name in _imports(ast.parse(path.read_text("utf-8"))) & ONE_FILE:
            users[name].add(_relative(path))
    assert users, "the check reads imports"
    assert {name: files for name, files in users.items() if len(files) > 1} == {}


@pytest.mark.parametrize(
    ("library", "files"),
    [
        ("openpyxl", WORKBOOKS),
        ("docx", WORD),
        ("docx_plus", {"youju/word.py"}),
        ("PIL", PICTURES),
    ],
)
def test_files_are_read_in_one_place_and_written_in_one(library: str, files: set[str]) -> None:
    users = {
        _relative(path)
        for path in SOURCES.keys() - TRAINING
        if library in _imports(ast.parse(path.read_text("utf-8")))
    }
    assert users == files


def test_gradio_stays_in_the_frame_and_the_tabs() -> None:
    for path in SOURCES:
        if "gradio" in _imports(ast.parse(path.read_text("utf-8"))):
            assert GRADIO.fullmatch(_relative(path)), path


@pytest.mark.parametrize("path", sorted(SOURCES.keys() - TRAINING), ids=_relative)
def test_heavy_libraries_are_imported_when_needed(path: Path) -> None:
    heavy = _at_import_time(ast.parse(path.read_text("utf-8"))) & LAZY
    if SOURCES[path].startswith("ingest."):
        heavy -= {"lxml"}  # readers are themselves imported when a build needs them
    if SOURCES[path] == "ingest.readers.drawer":
        heavy -= {"PIL"}  # a program of its own, which nothing imports
    assert not heavy


@pytest.mark.parametrize(
    "module",
    ["cli", "youju.cli", "youju.service", "youju.contracts", "youju.terminal", "web.views"],
)
def test_importing_stays_light(module: str) -> None:
    code = f"import {module}, sys; print(' '.join(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert not set(run.stdout.split()) & (LAZY | {"rich", "jieba", "pandas", "opencc"})
