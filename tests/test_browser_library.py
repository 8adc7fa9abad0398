"""文库 in a real browser: upload each format, ask, look, remove; bad files; read only."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from app_helpers import PHONE, WAIT, ask, fetch, fits, look_at, serving, taken, visiting
from conftest import NOISE_RULES
from office_files import pdf_pages, policy_document, saved, shown
from test_recognition import scan

from web.tabs.filters import OFFERED
from youju.corrections import load
from youju.service import PolicySearch
from youju.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PDF = (
    (80, 760, "海城市消防通道管理规定"), (80, 730, "海政发〔2020〕3号"),
    (80, 700, "第一条 消防通道的宽度不得小于四米。"), (80, 670, "第二条 本规定自公布之日起施行。"),
)  # fmt: skip
PAGE = """<html><head><meta charset="utf-8"><title>湖城市养犬管理办法</title>
<script>alert(1)</script></head><body onload="alert(2)"><h1>湖城市养犬管理办法</h1>
<p>第一条 个人养犬每户不得超过一只。<img src="http://example.com/x.png" onerror="alert(3)"></p>
<p>第二条 犬只应当每年接种一次狂犬病疫苗。</p></body></html>"""
# file name, content, question, words that the citation must mark in the original
UPLOADS = (
    ("噪声.txt", NOISE_RULES.encode("gb18030"), "夜间建筑施工噪声不得超过多少分贝？",
     "夜间建筑施工噪声不得超过55分贝"),
    ("养犬.html", PAGE.encode(), "湖城市个人养犬每户不得超过几只？", "个人养犬每户不得超过一只"),
    ("停车场.docx", saved(policy_document()), "明州市停车场视频资料的保存期限不得少于多少日？",
     "不得少于三十日"),
    ("消防.pdf", pdf_pages(shown(*PDF)), "海城市消防通道的宽度不得小于多少？", "四米"),
)  # fmt: skip


@pytest.fixture(scope="module")
def address(own_index: Path) -> Iterator[str]:
    with serving(own_index) as url:
        yield url


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Page]:
    with visiting(browser, address, "library") as opened:
        opened.wait_for_selector(".yj-doctable tbody tr", timeout=WAIT)
        yield opened


def _send(page: Page, *files: tuple[str, bytes]) -> None:
    page.wait_for_selector("#yj-upload input[type=file]", state="attached", timeout=WAIT)
    page.set_input_files(
        "#yj-upload input[type=file]",
        [{"name": name, "mimeType": "", "buffer": data} for name, data in files],
    )


def _row(page: Page, words: str) -> Any:
    return page.locator(".yj-doctable tbody tr", has_text=words)


def test_upload_each_format_ask_and_open_the_words(
    page: Page, own_index: Path, tmp_path: Path
) -> None:
    _send(page, *((name, data) for name, data, _, _ in UPLOADS))
    page.wait_for_selector("#yj-library-state [data-built]", timeout=WAIT)
    assert page.locator("#yj-library-state [data-state=added]").count() == 4
    assert _row(page, "明州市公共停车场管理办法").count() == 1
    assert sorted(path.name for path in own_index.with_name("index-data").glob("[!.]*")) == sorted(
        name for name, *_ in UPLOADS
    )
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=f"{folder}/library.png")
    for name, _, question, words in UPLOADS:
        look_at(page, "ask")
        ask(page, question)
        card = page.locator(".yj-card[id^=cite-]", has_text=name).first
        card.wait_for(timeout=WAIT)
        card.locator(".yj-open[data-open]").first.click()
        page.locator(".yj-original mark", has_text=words).first.wait_for(timeout=WAIT)
        quote = card.locator("mark").first.text_content() or ""
        marked = "".join(page.locator(".yj-original mark").all_text_contents())
        assert words in quote and quote in marked
    _shows_the_page(page)
    taken(page, "[data-download]", tmp_path / "taken.pdf")
    assert (tmp_path / "taken.pdf").read_bytes() == UPLOADS[-1][1]


def _shows_the_page(page: Page) -> None:
    """The PDF that is open beside the answer: its page, the quotation framed, and back."""
    page.click(".yj-tools [data-sheet]")
    page.wait_for_selector(".yj-sheet img", timeout=WAIT)
    page.wait_for_function("document.querySelector('.yj-sheet img').naturalWidth > 800")
    frame = page.locator(".yj-frame").first.bounding_box()
    around = page.locator(".yj-sheet").bounding_box()
    assert frame and around and around["x"] <= frame["x"] and around["y"] <= frame["y"]
    assert frame["x"] + frame["width"] <= around["x"] + around["width"]
    assert page.locator(".yj-original mark").first.is_hidden()
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=f"{folder}/page.png")
    page.click(".yj-tools [data-sheet]")
    page.locator(".yj-original mark").first.wait_for(timeout=WAIT)


def test_a_build_can_be_stopped_and_made_again(page: Page, own_index: Path) -> None:
    assert page.locator("#yj-stop").is_hidden()
    _send(page, ("扫描.pdf", scan(b"")))  # recognised for real, which takes seconds
    page.click("#yj-stop", timeout=WAIT)
    stopped = page.locator("#yj-library-state [role=alert]", has_text="已停止建立索引")
    stopped.wait_for(timeout=WAIT)
    page.wait_for_selector("#yj-stop", state="hidden", timeout=WAIT)
    assert _row(page, "尚未编入索引").count() == 1
    page.click("#yj-reindex")
    page.wait_for_selector("#yj-stop", timeout=WAIT)
    page.wait_for_selector("#yj-library-state [data-built]", timeout=WAIT)
    page.wait_for_selector("#yj-stop", state="hidden", timeout=WAIT)
    own_index.with_name("index-data").joinpath("扫描.pdf").unlink()


def test_a_known_name_with_new_content_asks_what_it_is(page: Page, own_index: Path) -> None:
    def send(decibels: str) -> None:
        text = NOISE_RULES.replace("云山市", "溪口市").replace("55", decibels)
        _send(page, ("溪口.txt", text.encode()))
        page.locator(".yj-doctable tbody tr", has_text="溪口").nth(count).wait_for(timeout=WAIT)

    count = 0
    send("51")
    assert page.locator(".yj-asking").count() == 0
    count = 1
    send("52")
    asking = page.locator(".yj-asking")
    assert "溪口.txt" in asking.inner_text() and "溪口(2).txt" in asking.inner_text()
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=f"{folder}/version.png")
    page.reload()  # who goes away without an answer loses nothing
    page.wait_for_selector(".yj-doctable tbody tr", timeout=WAIT)
    assert _row(page, "溪口").count() == 2 and asking.count() == 0
    assert load(own_index) == {}
    count = 2
    send("53")
    asking.locator("[data-version]").click()
    asking.wait_for(state="detached", timeout=WAIT)
    page.wait_for_selector("#yj-library .yj-note", timeout=WAIT)
    given = load(own_index)
    names = {path.rsplit("/", 1)[-1]: fields["family"].value for path, fields in given.items()}
    assert set(names) == {"溪口.txt", "溪口(3).txt"} and len(set(names.values())) == 1
    count = 3
    send("54")
    asking.locator("[data-apart]").click()
    asking.wait_for(state="detached", timeout=WAIT)
    data = own_index.with_name("index-data").name
    page.wait_for_function("!document.querySelector('.yj-asking')")
    assert load(own_index)[f"{data}/溪口(4).txt"]["family"].value == ""
    assert len(list(own_index.with_name("index-data").glob("溪口*.txt"))) == 4


def test_a_bad_file_is_told_and_the_good_one_kept(page: Page) -> None:
    before = page.locator(".yj-doctable tbody tr").count()
    good = NOISE_RULES.replace("云山市", "石桥市").replace("55", "50").encode()
    evil = "'onmouseover='alert(1)'&lt;b&gt;\u202e坏.docx"
    _send(
        page, (evil, b"no zip"), ("石桥.txt", good), ("扫描.pdf", pdf_pages(b"")), ("x.exe", b"MZ")
    )
    page.wait_for_selector("#yj-library-state [data-built]", timeout=WAIT)
    told = page.locator("#yj-library-state [data-state=refused]").all_inner_texts()
    assert len(told) == 3 and page.locator("#yj-library-state [data-state=added]").count() == 1
    assert "内容不是 docx 文档" in told[0] and "alert(1)" in told[0] and "\u202e" not in told[0]
    assert "扫描" in told[1] and "不是支持的文件类型" in told[2]
    assert page.locator("#yj-library-state b, #yj-library-state [onmouseover]").count() == 0
    page.wait_for_selector(f".yj-doctable tbody tr >> nth={before}", timeout=WAIT)
    assert page.locator(".yj-doctable tbody tr").count() == before + 1


def test_a_title_that_is_markup_stays_text_and_is_removed_after_asking(page: Page) -> None:
    text = (
        "<img src=x onerror=alert(1)>管理办法\n第一条 每日巡查一次。\n第二条 自公布之日起施行。\n"
    )
    name = "'\"&<img src=x onerror=alert(1)>标题.txt"
    _send(page, (name, text.encode()))
    page.wait_for_selector("#yj-library-state [data-state=added]", timeout=WAIT)
    row = _row(page, "标题.txt")
    row.wait_for(timeout=WAIT)
    assert page.locator("#yj-library img, #yj-library-state img").count() == 0
    row.locator("[data-remove]").click()
    row.locator("[data-keep]").click()
    assert row.locator("[data-remove]").is_visible() and not row.locator("[data-sure]").is_visible()
    row.locator("[data-remove]").click()
    row.locator("[data-sure]").click()
    row.wait_for(state="detached", timeout=WAIT)
    built_in = _row(page, "贵州省质量发展三年行动计划")
    assert "不能移除" in built_in.inner_text() and built_in.locator("[data-remove]").count() == 0


def test_sort_filter_and_index_again(page: Page) -> None:
    page.fill("#yj-library [data-filter]", "江苏")
    page.wait_for_selector(".yj-library:has-text('1 / ')", timeout=WAIT)
    assert page.locator(".yj-doctable tbody tr").count() == 1
    page.fill("#yj-library [data-filter]", "")
    page.wait_for_selector(".yj-library:has-text('共 ')", timeout=WAIT)
    for order in ("ascending", "descending"):
        page.locator(".yj-doctable [data-sort=date]").click()
        page.wait_for_selector(f"th[aria-sort={order}] [data-sort=date]", timeout=WAIT)
        dates = [text for text in page.locator("td:nth-child(4)").all_inner_texts() if text]
        assert dates == sorted(dates, reverse=order == "descending") and len(dates) >= 5
    page.select_option("[data-narrow=region]", "江苏省")
    page.wait_for_selector(".yj-library:has-text('1 / ')", timeout=WAIT)
    page.select_option("[data-narrow=region]", "")
    page.wait_for_selector(".yj-library:has-text('共 ')", timeout=WAIT)
    page.click("#yj-reindex")
    page.wait_for_selector("#yj-library-state [data-built]", timeout=WAIT)
    assert "新读 0 份" in page.inner_text("#yj-library-state")


def test_a_document_is_corrected_and_taken_back(page: Page) -> None:
    row = _row(page, "安徽省质量兴省活动实施方案")
    row.locator("[data-correct]").click()
    form = page.locator(".yj-correcting")
    form.locator("[name=title]").wait_for(timeout=WAIT)
    form.locator("[name=written_on]").fill("昨天")
    form.locator("[type=submit]").click()
    form.locator(".yj-message", has_text="不是日期").wait_for(timeout=WAIT)
    form.locator("[name=written_on]").fill("2007年7月1日")
    form.locator("[name=doc_number]").fill("皖政办〔2007〕99号")
    form.locator("[name=status]").select_option("已废止")
    form.locator("[type=submit]").click()
    row.locator("td", has_text="2007-07-01").wait_for(timeout=WAIT)
    assert "皖政办〔2007〕99号" in row.inner_text() and "已废止" in row.inner_text()
    page.wait_for_selector(".yj-library > .yj-note:has-text('已更正')", timeout=WAIT)
    assert page.locator(".yj-correcting").count() == 0
    # what was read is there again
    row.locator("[data-correct]").click()
    page.click(".yj-correcting [data-undo]")
    row.locator("td", has_text="皖政办〔2007〕53号").wait_for(timeout=WAIT)
    assert "已废止" not in row.inner_text()


def test_a_file_takes_the_place_of_another_and_chosen_ones_go(
    page: Page, own_index: Path, tmp_path: Path
) -> None:
    texts = [NOISE_RULES.replace("云山市", name) for name in ("东港市", "西港市", "南港市")]
    _send(page, *((f"港{n}.txt", text.encode()) for n, text in enumerate(texts)))
    page.wait_for_selector("#yj-library-state [data-built]", timeout=WAIT)
    assert page.locator("#yj-library-state [data-state=added]").count() == 3
    new = tmp_path / "新.txt"
    new.write_text(texts[0].replace("不得超过55分贝", "不得超过45分贝"), "utf-8")
    row = _row(page, "港0.txt")
    row.locator("[data-replace]").click()
    page.wait_for_selector("#yj-library-state :text('替换 港0.txt')", timeout=WAIT)
    page.set_input_files("#yj-replace input[type=file]", str(new))
    page.wait_for_selector("#yj-library-state [data-state=added]:has-text('已替换')", timeout=WAIT)
    page.wait_for_selector("#yj-replace", state="hidden", timeout=WAIT)
    data = own_index.with_name("index-data")
    assert "45分贝" in (data / "港0.txt").read_text("utf-8")
    row.locator(".yj-link").click()
    page.wait_for_selector(".yj-original:has-text('45分贝')", timeout=WAIT)
    page.click("[data-close]")
    for n in range(3):
        _row(page, f"港{n}.txt").locator("[data-pick]").check()
    page.click("[data-remove-picked]:has-text('3')")
    page.click("[data-sure-picked]")
    _row(page, "港2.txt").wait_for(state="detached", timeout=WAIT)
    assert page.locator(".yj-doctable tbody tr", has_text="港").count() == 0
    assert not list(data.glob("港*"))


def test_narrow_screens_do_not_scroll_sideways(page: Page) -> None:
    page.set_viewport_size(PHONE)
    fits(page)


def test_of_many_documents_a_field_offers_what_is_typed(
    browser: Any, tmp_path: Path, settings: Settings
) -> None:
    folder = tmp_path / "库"
    folder.mkdir()
    for n in range(OFFERED + 20):
        name = f"{'云海湖石青白东南西北'[n % 10]}{'山城州桥河江'[n // 10 % 6]}{'东西'[n // 60]}市"
        text = f"{name}河道管理办法\n第一条 {name}河道每{n + 2}日巡查一次。\n第二条 即日起施行。\n"
        (folder / f"{n:03}.txt").write_text(text, "utf-8")
    own = replace(settings, index=tmp_path / "index")
    PolicySearch.build([folder], own.index, own)
    with serving(own.index, "--no-reader") as url:
        assert len(json.dumps(fetch(url + "config")[1])) < 600_000
        with visiting(browser, url) as page:
            box = page.locator("#yj-ask-document input")
            box.click()
            page.get_by_role("option").first.wait_for(timeout=WAIT)
            assert page.get_by_role("option").count() == OFFERED
            box.press_sequentially("青江西市")
            option = page.get_by_role("option", name="青江西市河道管理办法")
            option.wait_for(timeout=WAIT)
            option.click()
            page.locator("#yj-ask-document .token", has_text="青江西市").wait_for(timeout=WAIT)
            ask(page, "河道多少日巡查一次？", ".yj-card")
            assert "青江西市" in page.inner_text("#cite-1")
            # what an address names is offered, too
            page.goto(page.url)
            page.locator("#yj-ask-document .token", has_text="青江西市").wait_for(timeout=WAIT)
            page.wait_for_selector("#cite-1:has-text('青江西市')", timeout=WAIT)


@pytest.mark.parametrize("size", [PHONE, {"width": 1280, "height": 720}], ids=["phone", "beside"])
def test_where_it_is_narrow_everything_is_within_reach(page: Page, size: Any) -> None:
    page.set_viewport_size(size)
    row = _row(page, "安徽省质量兴省活动实施方案")
    if size is not PHONE:
        row.locator(".yj-link").first.click()  # the original takes half of the room
        page.wait_for_selector(".yj-original", timeout=WAIT)
    page.wait_for_function(
        "[...document.querySelectorAll('.yj-scroll')].every((one) =>"
        " one.scrollWidth <= one.clientWidth)",
        timeout=WAIT,
    )
    row.locator("[data-correct]").click(trial=True)
    assert row.locator("td", has_text="效力未注明").is_visible()


def test_read_only_has_no_controls_and_refuses(browser: Any, own_index: Path) -> None:
    with serving(own_index, "--read-only") as url:
        with visiting(browser, url, "library") as page:
            page.wait_for_selector(".yj-doctable tbody tr", timeout=WAIT)
            tools = "#yj-upload, #yj-reindex, #yj-replace, [data-remove], [data-sure], [data-pick]"
            assert page.locator(f"{tools}, [data-correct], [data-replace]").count() == 0
        config = fetch(url + "config")[1]
        tags = {c["props"].get("elem_id") for c in config["components"]}
        assert "yj-library" in tags and not {"yj-upload", "yj-reindex"} & tags
        assert not [
            d
            for d in config["dependencies"]
            if any(t[1] in ("discard", "aim") for t in d["targets"])
        ]
        status, told = fetch(url + "gradio_api/upload", data=b"x", method="POST")
        assert status == 403 and "只读" in told["error"]
