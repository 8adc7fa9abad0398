"""A document's card, two versions side by side and corrections, in a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docx
import pytest
from app_helpers import (
    PHONE,
    WAIT,
    fits,
    in_library,
    look_at,
    picture,
    row_of,
    serving,
    taken,
)
from test_relations import FILES

from youju.service import PolicySearch
from youju.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

VERSIONS = Path(__file__).parent / "fixtures" / "versions"
SOON = date.today() + timedelta(days=20)
ENDING = (
    f"云山市渡口管理办法\n云政发〔2020〕7号\n第一条 渡口应当设灯。\n"
    f"第二条 本办法自2020年1月1日起施行，有效期至{SOON.year}年{SOON.month}月{SOON.day}日。\n"
)


FINES = """\
云山市犬只处罚规则
第一条 犬吠扰民的，处二百元罚款。
第二条 违反《云山市城市管理条例》第二条规定的，依照本规则第一条处理。
第三条 第一条所称犬吠，是指夜间犬吠。
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("versions") / "库"
    folder.mkdir()
    for name, text in (FILES | {"渡口.txt": ENDING, "处罚.txt": FINES}).items():
        (folder / name).write_text(text, "utf-8")
    settings = Settings.from_env({}, index=folder.parent / "index")
    PolicySearch.build([folder, VERSIONS], settings.index, settings)
    with serving(settings.index, "--no-reader") as url:
        yield url


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Page]:
    with in_library(browser, address) as opened:
        yield opened


def _open(page: Page, file: str) -> None:
    row_of(page, file).locator(".yj-link").click()
    page.wait_for_selector(f".yj-about:has-text('{file}')", timeout=WAIT)
    page.click(".yj-about summary")


def test_the_card_leads_to_both_ends_of_a_relation(page: Page) -> None:
    _open(page, "通知.txt")
    why = page.locator(".yj-panelhead .yj-why")
    assert "（云政发〔2024〕9号）代替" in why.inner_text()
    related = page.locator(".yj-related li")
    told = related.all_inner_texts()
    assert any("代替本文件的" in one for one in told) and any("附件" in one for one in told)
    assert any("转发本文件的" in one for one in told) and any("依据" in one for one in told)
    picture(page, "card")
    # the sentence in the document that says so
    related.filter(has_text="代替本文件的").locator(".yj-proof").click()
    page.locator(".yj-original mark", has_text="同时废止").wait_for(timeout=WAIT)
    # and back from the other end
    page.click(".yj-about summary")
    page.locator(".yj-related li", has_text="代替").locator(".yj-link").first.click()
    page.wait_for_selector(".yj-panelhead .yj-why", timeout=WAIT)


def test_the_card_is_that_of_the_day_that_is_asked_for(page: Page, address: str) -> None:
    _open(page, "通知.txt")
    doc = page.get_attribute(".yj-source", "data-doc")
    page.goto(f"{address}?tab=ask&q=犬只登记费&as_of=2020-01-01&open={doc}")
    head = page.locator(".yj-panelhead", has_text="2020-01-01 的状态")
    head.wait_for(timeout=WAIT)
    assert "已废止" not in page.locator(".yj-panelhead > .yj-status").inner_text()
    page.goto(f"{address}?tab=ask&q=犬只登记费&open={doc}")
    page.locator(".yj-panelhead > .yj-status", has_text="已废止").wait_for(timeout=WAIT)


def test_two_versions_side_by_side_and_their_files(page: Page, tmp_path: Path) -> None:
    _open(page, "停车2018.txt")
    page.locator("[data-versus-old]").click()
    page.wait_for_selector("#yj-versions .yj-versions", timeout=WAIT)
    rows = page.locator(".yj-versions tbody tr")
    assert rows.first.get_attribute("data-kind") == "figures"
    free = rows.filter(has_text="第三条 → 第四条")
    assert free.locator("del").all_inner_texts() == ["15"]
    assert free.locator("ins").all_inner_texts() == ["30"]
    picture(page, "versions")
    free.locator(".yj-open").last.click()
    page.locator(".yj-original mark", has_text="停车不足30分钟的，不收费。").wait_for(timeout=WAIT)
    page.wait_for_selector("#yj-versions-docx:not([disabled])", timeout=WAIT)
    name = taken(page, "#yj-versions-docx", tmp_path / "a.docx")
    assert name.endswith(".docx")
    table = docx.Document(str(tmp_path / "a.docx")).tables[0]
    assert table.rows[1].cells[0].text == "〔数字有改动〕"
    taken(page, "#yj-versions-md", tmp_path / "a.md")
    assert "~~15~~**30**" in (tmp_path / "a.md").read_text("utf-8")
    page.reload()  # the address holds both documents
    page.wait_for_selector("#yj-versions .yj-versions", timeout=WAIT)
    page.set_viewport_size(PHONE)
    fits(page)


def test_one_document_is_no_pair(page: Page) -> None:
    look_at(page, "compare")
    page.click("#yj-versions-button")
    page.wait_for_selector("#yj-versions :text('请选择两份不同的文件')", timeout=WAIT)


def test_a_family_is_given_and_taken_back_on_the_page(page: Page) -> None:
    row = row_of(page, "名录.txt")
    row.locator("[data-correct]").click()
    form = page.locator(".yj-correcting")
    form.locator("[name=family]").fill("云山市犬只登记收费标准")
    form.locator("[name=by]").fill("李<b>四</b>")
    form.locator("[type=submit]").click()
    page.wait_for_selector(".yj-library > .yj-note:has-text('已更正')", timeout=WAIT)
    _open(page, "名录.txt")
    card = page.locator(".yj-about dl")
    assert "云山市犬只登记收费标准" in card.inner_text()
    assert "人工更正，李<b>四</b>，" in card.inner_text() and card.locator("b").count() == 0
    assert card.locator(".yj-related li", has_text="收费标准").locator("[data-versus-old]").count()
    picture(page, "family")
    page.click("[data-close]")
    row.locator("[data-correct]").click()
    form.locator("[name=family]").fill("")
    form.locator("[type=submit]").click()
    page.wait_for_selector(".yj-library > .yj-note:has-text('已更正')", timeout=WAIT)
    page.wait_for_selector(".yj-correcting", state="detached", timeout=WAIT)
    _open(page, "名录.txt")
    assert page.locator(".yj-about em, .yj-about [data-versus-old]").count() == 0


def test_a_clause_that_is_referred_to_opens_beside_the_text(page: Page) -> None:
    row_of(page, "处罚.txt").locator(".yj-link").click()
    links = page.locator(".yj-original .yj-ref")
    links.first.wait_for(timeout=WAIT)
    assert links.all_inner_texts() == ["第二条", "第一条", "第一条"]
    before = page.locator(".yj-original").inner_text()
    links.first.click()  # of another document
    box = page.locator(".yj-besides")
    box.locator("blockquote", has_text="犬只应当登记。").wait_for(timeout=WAIT)
    assert "云山市城市管理条例" in box.inner_text() and "引用本条的有 1 处" in box.inner_text()
    picture(page, "beside")
    links.nth(1).press("Enter")  # of this one, with the keyboard
    box.locator("blockquote", has_text="犬吠扰民的，处二百元罚款。").wait_for(timeout=WAIT)
    assert page.locator(".yj-original").inner_text() == before, "the text stays where it is"
    page.click("[data-beside-close]")
    assert box.count() == 0
    page.locator(".yj-original .yj-cited").first.click()  # the other way round
    page.wait_for_selector(".yj-besides:has-text('引用本条的有 2 处')", timeout=WAIT)
    box.locator(".yj-proof", has_text="第一条所称犬吠").click()
    page.locator(".yj-original mark", has_text="第一条").wait_for(timeout=WAIT)


def test_what_ends_soon_and_what_says_nothing_of_it(page: Page) -> None:
    page.select_option("[data-narrow=ends]", "30")
    page.wait_for_selector(".yj-library:has-text('1 / ')", timeout=WAIT)
    assert f"至 {SOON.isoformat()}" in row_of(page, "渡口.txt").inner_text()
    page.select_option("[data-narrow=ends]", "")
    page.wait_for_selector(".yj-library:has-text('共 ')", timeout=WAIT)
    page.wait_for_function("!location.search.includes('ends=')", timeout=WAIT)
    page.select_option("[data-narrow=status]", "未注明")
    row_of(page, "渡口.txt").wait_for(state="detached", timeout=WAIT)
    assert row_of(page, "名录.txt").count() == 1
