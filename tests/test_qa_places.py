"""A place in a question is a wish: a place contains its districts, the nation is always meant."""

from __future__ import annotations

import pytest

from qa.asked.places import speaks_for
from text.places import NATION


@pytest.mark.parametrize(
    ("asked", "region", "title", "speaks"),
    [
        ((), "贵州省", "贵州省办法", True),
        (("贵州",), "贵州省", "办法", True),
        (("贵州省",), "贵州省", "办法", True),
        (("贵州",), None, "办法", True),  # of no known place
        (("贵州",), NATION, "办法", True),
        (("浙江",), "浙江省嘉兴市", "办法", True),  # a place contains its districts
        (("嘉兴市",), "浙江省嘉兴市", "办法", True),
        (("海淀区",), "北京市海淀区", "办法", True),
        (("北京市海淀区",), "北京市", "办法", True),  # what holds for the city holds there
        (("广州",), "番禺区", "广州市停车管理办法", True),  # published once more by a district
        (("贵州",), "江苏省", "江苏省办法", False),
        (("嘉兴",), "江苏省", "江苏省办法", False),
        (("贵州", "江苏"), "江苏省", "办法", True),
        (("贵州", "安徽"), "江苏省", "办法", False),
    ],
)  # fmt: skip
def test_a_document_speaks_for_a_place(
    asked: tuple[str, ...], region: str | None, title: str, speaks: bool
) -> None:
    assert speaks_for(asked, region, title) is speaks
