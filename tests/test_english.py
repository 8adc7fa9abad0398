"""The page in English: every sentence with a template, every template with its sentence."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from web import english
from youju.settings import PRODUCT_ROOT

_WORDED = ("ingest", "index", "qa", "youju", "eval", "web")
_GAP = re.compile(r"\{[^{}]{1,80}\}")
_ERRORS = ("Error", "Refusal", "IndexBusy", "Unread")


def _strings(source: str) -> Iterator[ast.AST]:
    yield from (
        n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Constant | ast.JoinedStr)
    )


def _wording(node: ast.AST) -> str | None:
    """A string as a template: what is put in counts as a gap, its name does not matter."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values
        )
    return None


def _plain(template: str) -> str:
    return _GAP.sub("{}", template).translate(english._FOLD).removesuffix("。")


def _worded() -> str:
    """All that the code says, one string a line."""
    said: list[str] = []
    for folder in _WORDED:
        for path in sorted((PRODUCT_ROOT / folder).rglob("*.py")):
            if path.name != "english.py":
                found = map(_wording, _strings(path.read_text("utf-8")))
                said += [_plain(one) for one in found if one]
    return "\n".join(said)


def test_every_template_is_worded_somewhere() -> None:
    said = _worded()
    parts = {
        chinese: [one for one in _plain(chinese).split("{}") if one]
        for chinese, _ in english.TEMPLATES
    }
    lost = [chinese for chinese, pieces in parts.items() if not all(one in said for one in pieces)]
    assert lost == []


def test_gaps_are_the_same_in_both_languages() -> None:
    for chinese, told in english.TEMPLATES:
        assert set(re.findall(r"\{\d\}", told)) <= set(re.findall(r"\{\d\}", chinese)), chinese
        assert not re.search(r"[\u4e00-\u9fff]", told), told


def test_every_refusal_has_its_english() -> None:
    lost = []
    for path in sorted((PRODUCT_ROOT / "qa").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and ast.unparse(node.func).endswith("Refusal")
                and node.args
            ):
                worded = _wording(node.args[0])
                if worded and english.told(worded.replace("{}", "甲")) is None:
                    lost.append(worded)
    assert lost == []


@pytest.mark.parametrize(
    ("chinese", "told"),
    [
        ("文件中没有找到关于“地铁票价”的内容。", "The documents say nothing of “地铁票价”."),
        (
            "没有2020年合格率的数值；最近的是2015年达到90%[1]。",
            "There is no figure for 2020年合格率; the nearest is: 2015年达到90%[1].",
        ),
        (
            "坏.zip 里没有一份文件可以读取（例如 甲.txt 是空文件）。",
            "坏.zip holds no file that can be read (for example: 甲.txt is empty).",
        ),
        ("2015年：数值最高的是甲，最低的是乙。", "2015: the highest is 甲, the lowest 乙."),
        (
            "题集 a.jsonl 有 3 题，超过上限 2 题，请拆分后再试。",
            "a.jsonl has 3 questions, more than 2.",
        ),
    ],
)
def test_sentences_are_told_in_english(chinese: str, told: str) -> None:
    assert re.sub(r"<[^>]{1,40}>", "", english.told(chinese) or "") == told


def test_what_is_put_in_stays_text() -> None:
    attack = "<img src=x onerror=alert(1)>{2}{{7*7}}"
    made = english.both_told(f"文件中没有找到关于“{attack}”的内容")
    assert "<img" not in made and "{" not in made and "alert(1)" in made
    assert english.told("这句话没有英文") is None
    assert "In Chinese: " in english.both_told("这句话没有英文")
