"""Who is responsible, read from brackets, labels and sentences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text.normalize import fold
from text.owners import bodies, brackets, names_owner


def found(text: str) -> list[str]:
    folded = fold(text)
    return [folded[start:end] for start, end in brackets(folded)]


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        ("推广节水器具。（市住建局负责）", ["(市住建局负责)"]),
        ("（省质监局牵头，省农委、省水利厅配合）", ["(省质监局牵头,省农委、省水利厅配合)"]),
        ("〔各市（州）人民政府负责〕", ["[各市(州)人民政府负责]"]),
        ("（省教育厅、各市（州）政府按职责分工负责）", ["(省教育厅、各市(州)政府按职责分工负责)"]),
        ("提高质量。责任单位：市质监局、市农委", ["责任单位:市质监局、市农委"]),
        ("（牵头单位：市商务局；配合单位：市交通局）", ["(牵头单位:市商务局;配合单位:市交通局)"]),
        ("（2015—2017年）", []),
        ("（以下简称《纲要》）", []),
        ("（一）加强领导", []),
        ("甲事（乙局负责）丙事（丁局配合）", ["(乙局负责)", "(丁局配合)"]),
    ],
)
def test_brackets(text: str, expect: list[str]) -> None:
    assert found(text) == expect


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("市生态环境局负责本市噪声污染防治的监督管理", True),
        ("领导小组办公室设在省质监局", True),
        ("由县政府办公室组织实施", True),
        ("合格率达到90%以上", False),
        ("", False),
    ],
)
def test_sentences_that_name_an_owner(text: str, names: bool) -> None:
    assert names_owner(fold(text)) is names


def test_bodies_without_their_duties() -> None:
    text = fold("（省质监局牵头，省农委、各市（州）人民政府参加）")
    assert [text[a:b] for a, b in bodies(text, 0, len(text))] == [
        "省质监局",
        "省农委",
        "各市(州)人民政府",
    ]


_PARTS = st.sampled_from(
    ["(", ")", "[", "]", "市质监局", "负责", "牵头", "、", ",", "责任单位:", "。", "\n"]
)


@given(st.lists(_PARTS, max_size=20).map("".join))
def test_brackets_are_spans_in_order(text: str) -> None:
    spans = brackets(text)
    assert spans == sorted(spans)
    for start, end in spans:
        assert 0 <= start < end <= len(text)
        assert all(start <= a < b <= end for a, b in bodies(text, start, end))
