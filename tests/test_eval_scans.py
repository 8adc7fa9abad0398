"""Scores of recognition: edits, figures, transcriptions beside files; and the recogniser itself."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from office_files import pdf_pages, shown
from PIL import Image, ImageDraw, ImageFont

from eval import scan_pages, scans
from eval.scans import edits, score, table, transcribed
from ingest.readers.drawer import chinese_font
from ingest.recognition import is_installed
from youju.errors import InputError

needs_font = pytest.mark.skipif(
    chinese_font(heavy=False) is None, reason="no font here has Chinese characters"
)
_WORDS = st.text("甲乙1", max_size=8)


@given(_WORDS, _WORDS, _WORDS)
def test_edits_are_a_distance(one: str, two: str, three: str) -> None:
    assert (edits(one, two) == 0) == (one == two)
    assert edits(one, two) == edits(two, one) <= max(len(one), len(two))
    assert edits(one, three) <= edits(one, two) + edits(two, three)
    assert edits(one, one + three) == len(three)


def test_white_space_and_width_do_not_count_but_figures_do() -> None:
    fine = score("页", "第一条 罚款1,250元（2015年）。", "第一条罚款1,250元(2015年)。")
    assert (fine.wrong, fine.missed, fine.figures, fine.accuracy, fine.exact) == (0, 0, 2, 1, 1)
    bad = score("页", "罚款 1.5 万元，不超过 30 日", "罚款15万元，不超过30日")
    assert bad.missed == 1 and bad.wrong == 1 and bad.exact == 0.5
    assert score("页", "三次", "").accuracy == 0.0 and score("页", "", "").exact == 1.0


def test_a_folder_of_transcriptions_is_scored_page_by_page(tmp_path: Path) -> None:
    lines = [f"第{n}条 收费每小时{n}0元，不得拒收现金。" for n in "123"]
    pages = [shown((100, 700, line), (100, 660, "本条自发布之日起施行。")) for line in lines]
    (tmp_path / "通知.pdf").write_bytes(pdf_pages(*pages))
    (tmp_path / "通知.2.txt").write_text(f"{lines[1]}\n本条自发布之日起施行。", "utf-8")
    (tmp_path / "通知.3.txt").write_text(f"{lines[2]}本条自发布之日起实行。", "utf-8")
    (tmp_path / "别的.2.txt").write_text("与扫描件无关", "utf-8")
    second, third = transcribed(tmp_path)
    assert (second.name, second.accuracy, third.name, third.wrong) == ("通知.2", 1.0, "通知.3", 1)
    assert [row[0] for row in table([second, third])] == ["通知.2", "通知.3", "全部"]
    (tmp_path / "通知.9.txt").write_text("没有这一页", "utf-8")
    assert [one.accuracy for one in transcribed(tmp_path)][-1] == 0.0


def test_what_cannot_be_scored_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="找不到文件夹"):
        list(transcribed(tmp_path / "无"))
    with pytest.raises(InputError, match="没有带转写的扫描件"):
        list(transcribed(tmp_path))
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4 damaged")
    (tmp_path / "a.txt").write_text("第一条", "utf-8")
    with pytest.raises(InputError, match=r"a\.pdf 没有读入"):
        list(transcribed(tmp_path))


@needs_font
def test_the_made_pages_hold_what_they_say() -> None:
    pages = list(scan_pages.made())
    assert len({page.name for page in pages}) == len(pages) == 6
    assert all(len(page.truth) > 100 for page in pages)
    sizes = [Image.open(io.BytesIO(page.picture)).size for page in pages]
    assert sizes[2] == sizes[0][::-1] and sizes[3] < sizes[0]
    assert "13.25%" in pages[-1].truth


@needs_font
@pytest.mark.skipif(not is_installed(), reason="scans are not read here")
def test_the_recogniser_reads_figures_exactly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one test that starts the real recogniser: a slip of three lines."""
    found = chinese_font(heavy=False)
    assert found is not None
    page = Image.new("L", (900, 260), 255)
    font = ImageFont.truetype(found[0], 34, found[1])
    lines = ("第十二条 处1,250元以上", "3.5万元以下的罚款，期限", "不超过30日，自2021年5月1日起。")
    for number, line in enumerate(lines):
        ImageDraw.Draw(page).text((40, 40 + 70 * number), line, 0, font)
    out = io.BytesIO()
    page.save(out, "PNG")
    slip = scan_pages.ScanPage("便条", out.getvalue(), "".join(lines))
    monkeypatch.setattr(scans, "made", lambda: iter([slip]))
    (one,) = scans.generated()
    assert one.exact == 1.0 and one.figures == 6 and one.accuracy > 0.95
    assert one.confidence is not None and one.confidence > 0.9
