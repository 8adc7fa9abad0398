"""The Compare tab in a real Chromium."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from app_helpers import WAIT, look_at, serving, taken, visiting
from test_browser import FAINT

from youju.service import PolicySearch
from youju.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

BOX = "#yj-indicator input"


def _compare(page: Page, text: str) -> None:
    look_at(page, "compare")
    page.fill(BOX, text)
    page.press(BOX, "Enter")
    page.wait_for_selector("#yj-compared .yj-compare", timeout=WAIT)


def test_from_an_indicator_to_the_words_in_the_original(page: Page) -> None:
    _compare(page, "驰名商标")
    rows = page.locator(".yj-compare >> nth=0").locator("tbody tr").all_inner_texts()
    told = {row.split()[0]: row for row in rows}
    assert "70" in told["重庆市"] and "30個" in told["安徽省"] and "50个" in told["贵州省"]
    assert "未提及" in told["嘉兴市"] and "未提及" in told["江苏省已失效"]
    page.click(".yj-compare >> nth=0 >> text=50个")
    page.wait_for_selector(".yj-original mark", timeout=WAIT)
    assert "驰名商标" in "".join(page.locator(".yj-original mark").all_text_contents())
    page.locator(".yj-plot g", has_text="30個").first.click()
    page.wait_for_selector(".yj-original mark:has-text('馳名商標')", timeout=WAIT)
    assert page.evaluate(FAINT) == []


def test_the_files_are_taken_away(page: Page, tmp_path: Path) -> None:
    import openpyxl

    _compare(page, "驰名商标")
    page.wait_for_selector("#yj-compared-xlsx:not([disabled])", timeout=WAIT)
    taken(page, "#yj-compared-xlsx", tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert sheet is not None and sheet.max_row == 6
    taken(page, "#yj-compared-csv", tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text("utf-8-sig").startswith("对比指标,")


def test_targets_of_a_document_are_filtered_and_sorted(page: Page) -> None:
    look_at(page, "compare")
    page.click("#yj-facts-document input")
    page.get_by_role("option", name="贵州").click()
    rows = page.locator("#yj-facts tbody tr")
    page.wait_for_selector("#yj-facts tbody tr", timeout=WAIT)
    everything = rows.count()
    page.fill("#yj-facts [data-filter]", "顾客 满意度")
    assert 0 < page.locator("#yj-facts tbody tr:visible").count() == 6 < everything
    page.click("#yj-facts th >> nth=1 >> button")
    values = page.locator("#yj-facts tbody tr:visible td:nth-child(2)").all_inner_texts()
    figures = [int("".join(c for c in text if c.isdigit())) for text in values]
    assert figures == sorted(figures) == [75, 76, 77, 80, 81, 82]
    page.click("#yj-facts th >> nth=1 >> button")
    first = page.locator("#yj-facts tbody tr:visible td:nth-child(2)").first.inner_text()
    assert "82" in first


def test_forty_documents_are_readable(browser: Any, tmp_path: Path, settings: Settings) -> None:
    folder = tmp_path / "库"
    folder.mkdir()
    for n in range(40):
        name = f"{'云海湖石青白东南西北'[n % 10]}{'山城州桥'[n // 10]}市"
        (folder / f"{name}.txt").write_text(
            f"{name}生态建设行动计划\n{name}府〔2021〕{n + 1}号\n一、主要目标\n"
            f"到2023年，森林覆盖率达到{30 + n}%以上。到2025年，森林覆盖率达到{32 + n}%以上。\n",
            "utf-8",
        )
    own = replace(settings, index=tmp_path / "index")
    PolicySearch.build([folder], own.index, own)
    with (
        serving(own.index, "--no-reader") as url,
        visiting(browser, url, viewport={"width": 1440, "height": 1000}) as page,
    ):
        _compare(page, "森林覆盖率")
        rows = page.locator(".yj-compare tbody tr:visible")
        assert rows.count() == 20 and "71%" in rows.first.inner_text()
        page.click("[data-rest]")
        assert rows.count() == 40 and page.locator("[data-rest]").count() == 0
        assert "32%" in rows.last.inner_text()
        page.click(".yj-compare th >> nth=2 >> button")
        page.wait_for_selector(".yj-compare th[aria-sort=ascending]", timeout=WAIT)
        assert "32%" in rows.first.inner_text() and "71%" in rows.last.inner_text()
        # no two labels of the chart overlap
        crossing = page.evaluate(
            """() => {
              const boxes = [...document.querySelectorAll('.yj-plot .yj-row')]
                .map((one) => one.getBoundingClientRect());
              return boxes.length && boxes.some((a, n) => boxes.slice(n + 1).some((b) =>
                a.left < b.right - 1 && b.left < a.right - 1
                && a.top < b.bottom - 1 && b.top < a.bottom - 1));
            }"""
        )
        assert crossing is False
