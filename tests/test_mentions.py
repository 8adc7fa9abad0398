"""Which documents a text names, and what it does to them: tests/cases/mentions.json."""

from __future__ import annotations

import pytest
from ingest_helpers import cases

from ingest.lines import physical_lines
from ingest.mentions import mentions
from youju.records import PolicyMeta, Proven, Span


@pytest.mark.parametrize("case", cases("mentions"), ids=lambda case: case["label"])
def test_mentions(case: dict) -> None:
    original = f"{case['title']}\n{case['text']}"
    lines = physical_lines(original)
    title = Proven(case["title"], Span(0, len(case["title"])))
    found = mentions(PolicyMeta(title=title), lines, range(1, len(lines)))
    assert sorted([m.kind, m.title] for m in found) == sorted(case["expect"])
