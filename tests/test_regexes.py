"""Every regular expression of the product takes linear time, whatever the text.

Each one is fed strings made from itself: what one of its repetitions eats, again and again, after
what leads there and before what spoils the match. `re` backtracks, so a pattern that begins with a
repetition, or holds two that eat the same, is quadratic or worse on such a string.
"""

from __future__ import annotations

import ast
import importlib
import re
import signal
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

import growth
import pytest
from growth import TooLong, no_dearer, stopped

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("youju", "text", "ingest", "index", "qa", "web", "eval", "encoder", "reader")
OWN_WORDS = ("youju/arguments.py",)  # what argparse says of the user's own command line
ANCHORED = {"match", "fullmatch"}
METHODS = ANCHORED | {"search", "finditer", "findall", "sub", "subn", "split"}
MANY = 50  # a repetition bounded below this is a constant
SIZES = (40, 400, 4000)  # first a glance: most are done with these in no time
GLANCE = 2  # times the yardstick, above which the largest size is tried too
LARGEST = 40_000
WORST = 12  # times the yardstick, above which it is looked at closely
MOST = 30  # times the yardstick, which takes 0.02 s on an idle machine
PART, GROWTH = 4, 8  # a text four times as long may cost eight times as much; squared, sixteen
SPOILERS = ("", "\0", "。")
# Characters that documents repeat, whatever the pattern.
COMMON = (*tuple(" \n1一、甲(《—-|a,"), "\t ", "1,", "1.", "2020年")


# --- the patterns --------------------------------------------------------------------------------


def _patterns() -> dict[str, tuple[re.Pattern[str], bool]]:
    """Where it is written → (pattern, True when it is only ever applied at one place)."""
    trees = {path: ast.parse(path.read_text("utf-8")) for path in _sources()}
    used = _uses(trees)
    found: dict[str, tuple[re.Pattern[str], bool]] = {}
    for path, tree in trees.items():
        module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            method = node.func.attr
            if ast.unparse(node.func.value) != "re" or method not in METHODS | {"compile"}:
                continue
            try:
                parts = [_value(part, module) for part in node.args if part is not None]
                flags = [_value(k.value, module) for k in node.keywords if k.arg == "flags"]
            except NameError:
                continue  # made of something known only while it runs
            flag = next((p for p in [*parts[1:], *flags] if isinstance(p, re.RegexFlag)), 0)
            pattern = re.compile(parts[0], flag)
            if isinstance(pattern.pattern, bytes):
                pattern = re.compile(pattern.pattern.decode("latin-1"), flag)
            name = _name(tree, node)
            known = used.get(_key(path, name), {"search"})
            methods = {method} if method != "compile" else known
            if str(path.relative_to(ROOT)) in OWN_WORDS:
                continue
            place = f"{path.relative_to(ROOT)}:{node.lineno} {name}"
            found[place] = (pattern, methods <= ANCHORED)
    return found


def _sources() -> list[Path]:
    files = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return [path for path in files if "train" not in path.parts and path.name != "__init__.py"]


def _value(node: ast.expr, module: Any) -> Any:
    return eval(compile(ast.Expression(node), "<pattern>", "eval"), vars(module))


def _uses(trees: dict[Path, ast.Module]) -> dict[str, set[str]]:
    """Name → the methods called on it; "search" for one that is handed on. _NAME: by its file."""
    used: dict[str, set[str]] = {}
    for path, tree in trees.items():
        called = set()
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Attribute)
                and node.attr in METHODS
                and isinstance(node.value, ast.Name | ast.Attribute)
            ):
                name = ast.unparse(node.value).rsplit(".", 1)[-1]
                used.setdefault(_key(path, name), set()).add(node.attr)
                called.add(node.value)
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node not in called:
                used.setdefault(_key(path, node.id), set()).add("search")
    return used


def _key(path: Path, name: str) -> str:
    return f"{path}:{name}" if name.startswith("_") else name


def _name(tree: ast.Module, call: ast.Call) -> str:
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and any(n is call for n in ast.walk(node)):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if node.value is call:
                return ast.unparse(target)
            return f"{ast.unparse(target)}[…]"
    return f"re.{call.func.attr}"  # type: ignore[attr-defined]


# --- what to feed them ---------------------------------------------------------------------------


def _samples(items: Any) -> list[str]:
    """A few strings that a parsed pattern eats."""
    out = [""]
    for item in items:
        out = [(a + b) for a in out[:3] for b in _eaten(*item)][:6]
    return out


def _eaten(kind: Any, value: Any) -> list[str]:
    if kind is op.LITERAL:
        return [chr(value)]
    if kind is op.NOT_LITERAL:
        return ["甲" if value != ord("甲") else "乙"]
    if kind is op.ANY:
        return ["甲", "1"]
    if kind is op.IN:
        return _members(value)
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        low, high, inner = value
        count = min(max(low, 1), high)
        return [sample * count for sample in _samples(inner)]
    if kind is op.SUBPATTERN:
        return _samples(value[-1])
    if kind is op.ATOMIC_GROUP:
        return _samples(value)
    if kind is op.BRANCH:
        return [sample for branch in value[1] for sample in _samples(branch)[:2]]
    return [""]


_CATEGORY = {
    op.CATEGORY_DIGIT: "1", op.CATEGORY_SPACE: " ", op.CATEGORY_WORD: "甲",
    op.CATEGORY_NOT_DIGIT: "甲", op.CATEGORY_NOT_SPACE: "甲", op.CATEGORY_NOT_WORD: " ",
}  # fmt: skip


def _members(items: list[Any]) -> list[str]:
    if items[0][0] is op.NEGATE:
        pattern = re.compile("[^" + "".join(re.escape(c) for c in _members(items[1:])) + "]")
        return [c for c in "甲1 a一(\n" if pattern.match(c)][:3] or ["\x01"]
    out = []
    for kind, value in items:
        if kind is op.LITERAL:
            out.append(chr(value))
        elif kind is op.RANGE:
            out.append(chr(value[0]))
        elif kind is op.CATEGORY:
            out.append(_CATEGORY[value])
    if len(items) > 1 and items[0][0] is op.LITERAL:
        return [out[0], out[-1], *out[1:-1]][:4]
    return out[:4]


def _pumps(items: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """(what leads to a repetition, what it eats) for every long repetition in a pattern."""
    for place, (kind, value) in enumerate(items):
        lead = before + _samples(items[:place])[0]
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            _, high, inner = value
            if high >= MANY:
                for sample in _samples(inner)[:4]:
                    if sample:
                        yield lead, sample
            yield from _pumps(inner, lead)
        elif kind is op.SUBPATTERN:
            yield from _pumps(value[-1], lead)
        elif kind in (op.ATOMIC_GROUP,):
            yield from _pumps(value, lead)
        elif kind is op.BRANCH:
            for branch in value[1]:
                yield from _pumps(branch, lead)
        elif kind in (op.ASSERT, op.ASSERT_NOT):
            yield from _pumps(value[1], lead)


def _strings(pattern: re.Pattern[str]) -> Iterator[Callable[[int], str]]:
    """Makers of strings of about a given length."""
    leads = {(lead, pump) for lead, pump in _pumps(_parser.parse(pattern.pattern, pattern.flags))}
    openings = _samples(_parser.parse(pattern.pattern, pattern.flags))[:2]
    pumps = {("", pump) for pump in COMMON} | leads
    pumps |= {("", lead + pump) for lead, pump in leads if lead}
    pumps |= {("", pump) for _, pump in leads}
    pumps |= {("", whole) for whole in openings if whole}
    pumps |= {(whole, pump) for whole in openings for pump in (" ", "1", "甲")}
    for lead, pump in sorted(pumps):
        for end in SPOILERS:
            yield lambda n, lead=lead, pump=pump, end=end: lead + pump * (n // len(pump)) + end


# --- the clock -----------------------------------------------------------------------------------


def _apply(pattern: re.Pattern[str], anchored: bool, text: str) -> None:
    if anchored:
        pattern.match(text)
        pattern.fullmatch(text)
    else:
        for _ in pattern.finditer(text):
            pass


def _slow(pattern: re.Pattern[str], anchored: bool) -> Iterator[str]:
    """The strings on which it is slow, told by their beginning."""
    for make in _strings(pattern):
        size, spent = 0, 0.0
        try:
            with stopped(WORST * _glance() * LARGEST / SIZES[-1]):
                for size in SIZES:
                    began = time.process_time()
                    _apply(pattern, anchored, make(size))
                    spent = time.process_time() - began
                if spent > GLANCE * _glance():
                    size = LARGEST
                    _apply(pattern, anchored, make(size))
        except TooLong:
            # slow, or the machine is: what it is compared with is slowed as well
            whole, part = (_work(pattern, anchored, make(n)) for n in (LARGEST, LARGEST // PART))
            try:
                no_dearer(whole, _yardstick, MOST)  # first: it stops what would never end
                no_dearer(whole, part, GROWTH)
            except AssertionError:
                yield f"{size}: {make(24)!r}"


def _work(pattern: re.Pattern[str], anchored: bool, text: str) -> Callable[[], None]:
    return lambda: _apply(pattern, anchored, text)


def _yardstick(size: int = LARGEST) -> None:
    """What looking fifty characters ahead costs, at every place of a text."""
    re.findall("[^。]{1,50}[xy]", "甲" * size)


@cache
def _glance() -> float:
    """Seconds of CPU of the yardstick on the text of the glance: .002 on an idle machine."""
    spent = []
    for _ in range(5):
        began = time.process_time()
        _yardstick(SIZES[-1])
        spent.append(time.process_time() - began)
    return min(spent)


PATTERNS = _patterns()


def test_the_patterns_are_found() -> None:
    assert len(PATTERNS) > 300
    assert any("_NO_QUANTITY" in place for place in PATTERNS)


def test_the_clock_finds_what_is_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growth, "PAUSES", (0.0,))
    for slow in (r"\s+x", r"\d+年", r"(a|a)*b", r"[^,]*:", r"《.*?》x"):
        # a busy machine may slow the yardstick alone once, not five times
        assert any(next(_slow(re.compile(slow), False), None) for _ in range(5)), slow
    for fine in (r"(?<!\s)\s++x", r"\d{1,4}年", r"x\s*y", r"[^,]*"):
        assert not list(_slow(re.compile(fine), False)), fine


@pytest.mark.skipif(not hasattr(signal, "SIGPROF"), reason="no CPU timer")
@pytest.mark.parametrize("package", PACKAGES)
def test_patterns_take_linear_time(package: str) -> None:
    chosen = {place: given for place, given in PATTERNS.items() if place.startswith(f"{package}/")}
    slow = {place: found for place, given in chosen.items() if (found := list(_slow(*given)))}
    told = "\n".join(f"{place}  {found[:3]}" for place, found in slow.items())
    assert not slow, f"\n{told}"
