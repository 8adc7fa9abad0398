from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.chrome import RULES, chrome
from ingest.lines import physical_lines
from tests.ingest_helpers import cases


@pytest.mark.parametrize("case", cases("chrome"), ids=lambda case: case["label"])
def test_chrome(case: dict) -> None:
    assert sorted(chrome(physical_lines("\n".join(case["lines"])))) == case["expect"]


@given(st.lists(st.sampled_from(["首页", "甲。", "目录", "第一章 总则", "> 乙", "相关链接", "1"])))
def test_only_lines_that_exist_are_dropped(texts: list[str]) -> None:
    lines = physical_lines("\n".join(texts))
    names = {name for name, _ in RULES}
    assert all(0 <= i < len(lines) and why in names for i, why in chrome(lines).items())
