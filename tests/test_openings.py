"""Heads that run on: number, title, date and addressees on one line, as scraped pages hold them."""

from __future__ import annotations

import pytest
from growth import linear

from ingest.lines import physical_lines
from ingest.openings import cut_openings
from ingest.running import cut_running
from tests.ingest_helpers import read

BODY = "为做好托管，现将办法印发给你们，请认真执行。"
TITLE = "云山市教育局关于印发《云山市假期托管办法》的通知"


def _lines(text: str) -> list[str]:
    return [line.text for line in cut_running(physical_lines(text))]


@pytest.mark.parametrize(
    ("head", "pieces"),
    [
        (f"云教规〔2023〕2号{TITLE}各县区教育局：{BODY}", ["云教规[2023]2号", TITLE]),
        (f"{TITLE}云教规〔2023〕2号各县区教育局：{BODY}", [TITLE, "云教规[2023]2号"]),
        (f"云教规【2023】2号{TITLE}市有关部门：{BODY}", ["云教规[2023]2号", TITLE]),
        (
            "云山市人民政府关于加强托管的实施意见云政字〔2019〕31号2019年7月1日",
            ["云山市人民政府关于加强托管的实施意见", "云政字[2019]31号"],
        ),
        (
            "教育部令第6号关于受理托管申请的规定2003年1月16日第一条为了托管，制定本规定。",
            ["教育部令第6号", "关于受理托管申请的规定", "2003年1月16日"],
        ),
        (
            f"云山市节水条例（2011年3月30日云山市人大常委会通过）第一章总则{BODY}",
            ["云山市节水条例"],
        ),
    ],
)
def test_a_head_has_its_pieces_on_lines_of_their_own(head: str, pieces: list[str]) -> None:
    assert _lines(head)[: len(pieces)] == [piece.replace("（", "(") for piece in pieces]


@pytest.mark.parametrize(
    "line",
    [
        "国发〔2015〕1号文件要求各地：认真做好托管。",
        "国发〔2015〕1号印发以来，各地做好托管。",
        "根据《云山市教育局关于做好托管的通知》（云教规〔2023〕2号）要求，现通知如下：",
        "经市政府同意，现就做好假期托管的有关事项通知如下：",
    ],
)
def test_a_sentence_stays_whole(line: str) -> None:
    assert cut_openings(physical_lines(line)) == {}


def test_below_the_head_nothing_is_cut() -> None:
    text = f"云山市假期托管办法\n第一条 {BODY}\n云教规〔2023〕2号{TITLE}各县区教育局：{BODY}"
    assert cut_openings(physical_lines(text)) == {}


def test_what_is_cut_is_read() -> None:
    meta = read(f"云教规〔2023〕2号{TITLE}各县区教育局：{BODY}\n一、时间。七月起。").meta
    assert (meta.title and meta.title.value, meta.doc_number and meta.doc_number.value) == (
        TITLE,
        "云教规〔2023〕2号",
    )
    assert meta.issuer is not None and meta.issuer.value == "云山市教育局"


def test_a_title_below_the_organs_that_issue_it() -> None:
    meta = read(
        "中共云山市委办公室\n云山市人民政府办公室\n印发《关于加强假期托管\n的实施意见》的通知\n"
        f"云办字〔2023〕7号\n各县区党委和人民政府：\n{BODY}\n一、时间。七月起。"
    ).meta
    assert meta.title is not None and meta.title.value == (
        "中共云山市委办公室云山市人民政府办公室印发《关于加强假期托管的实施意见》的通知"
    )


@pytest.mark.parametrize("unit", ["的通知各", "令第1号", "关于印发《", "〔2023〕2号"])
def test_time_is_linear(unit: str) -> None:
    linear(lambda n: cut_openings(physical_lines(unit * n)), 30_000 // len(unit))


@pytest.mark.parametrize(
    ("head", "number"),
    [
        ("云山市财政局 云山市税务局公告2023年第12号", "云山市财政局云山市税务局公告2023年第12号"),
        ("2021年第36号", "2021年第36号"),
        ("（云府发〔2014〕33号，2014年5月1日印发）", "云府发〔2014〕33号"),
    ],
)
def test_the_number_of_an_announcement(head: str, number: str) -> None:
    meta = read(f"关于托管收费的公告\n{head}\n现公告如下：\n一、收费。每人三十元。").meta
    assert meta.doc_number is not None and meta.doc_number.value == number


def test_an_announcement_of_what_was_passed_is_named_by_it() -> None:
    meta = read(
        "云山省第十三届人民代表大会常务委员会公告\n（第56号）\n"
        "《云山省节水条例》已由云山省人民代表大会常务委员会于2021年5月1日通过，现予公布。\n2021年5月1日\n"
        "云山省节水条例\n第一条 节约用水。\n第二条 甲。"
    ).meta
    assert meta.title is not None and meta.title.value == "云山省节水条例"
    assert meta.doc_number is not None and meta.doc_number.value.endswith("委员会公告第56号")
