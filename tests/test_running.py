"""Text that runs on without line breaks, as scraped pages hold it."""

from __future__ import annotations

import pytest
from growth import linear

from ingest.lines import physical_lines
from ingest.running import cut_running
from tests.ingest_helpers import read

NOTICE = (
    "各县区教育局：为做好假期托管，现就有关事项通知如下。一、时间。托管自7月10日开始，至8月20日结束。"
    "二、费用。每人每天收取三十元，家庭经济困难学生免收，所需经费由县区财政安排。"
)
CLOSING = "云山市教育局2023年6月19日（此件公开发布）更多信息请关注官方微信“云山教育”"
ANNEX = (
    "云山市假期托管办法第一章 总则第一条 为规范假期托管，制定本办法。"
    "第二条 本办法自印发之日起施行。"
)


def _lines(text: str) -> list[str]:
    return [line.text for line in cut_running(physical_lines(text))]


def test_a_closing_stands_on_lines_of_its_own() -> None:
    assert _lines(NOTICE + CLOSING)[1:] == [
        "云山市教育局",
        "2023年6月19日",
        "(此件公开发布)",
        '更多信息请关注官方微信"云山教育"',
    ]


def test_clauses_end_before_the_closing() -> None:
    doc = read(f"关于做好假期托管的通知\n{NOTICE}{CLOSING}")
    assert doc.clauses[-1].own.of(doc.text).endswith("所需经费由县区财政安排。")
    assert doc.meta.issuer is not None and doc.meta.issuer.value == "云山市教育局"
    assert doc.meta.written_on is not None and doc.meta.written_on.value == "2023-06-19"


@pytest.mark.parametrize("before", ["联系电话：0300-1234567", "附件：托管名单.doc"])
def test_who_signs_behind_a_number_or_a_file(before: str) -> None:
    doc = read(f"关于做好假期托管的通知\n{NOTICE}{before}云山市教育局2023年6月19日")
    assert doc.meta.issuer is not None and doc.meta.issuer.value == "云山市教育局"


def test_a_title_behind_the_closing_opens_the_annex() -> None:
    doc = read(
        f"关于印发《云山市假期托管办法》的通知\n{NOTICE}云山市教育局2023年6月19日附件：{ANNEX}"
    )
    assert [c.label for c in doc.clauses if c.kind in ("章", "条")] == [
        "第一章",
        "第一条",
        "第二条",
    ]
    assert [p.meta.title.value for p in doc.parts if p.meta.title][1:] == ["云山市假期托管办法"]


def test_a_date_above_the_title_on_one_short_line() -> None:
    assert _lines("2012年11月30日附件：云山市假期托管办法第一章 总") == [
        "2012年11月30日",
        "附件:",
        "云山市假期托管办法",
        "第一章 总",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "1990年7月27日某市科委印发的《技术合同认定规则（试行）》同时废止。",
        "2012年11月30日某市教育局召开会议，研究假期托管工作。",
    ],
)
def test_a_sentence_that_opens_with_a_date_stays_whole(line: str) -> None:
    assert len(_lines(line)) == 1


def test_who_is_named_amid_a_sentence_signs_nothing() -> None:
    text = NOTICE + "某主席在二〇〇一年四月一日大会开幕的时候发出号召。" + NOTICE[:20]
    assert len(_lines(text)) == 1


def test_a_body_of_any_place_issues_nothing() -> None:
    doc = read("云山市规章制定办法\n第一条 规章由县级以上人民政府制定并公布施行。\n第二条 甲。")
    assert doc.meta.issuer is None


def test_a_second_copy_on_the_same_line_is_read_once() -> None:
    once, twice = read(f"关于托管的通知\n{NOTICE}"), read(f"关于托管的通知\n{NOTICE}{NOTICE}")
    assert [c.own for c in once.clauses] == [c.own for c in twice.clauses]


def test_a_date_within_a_sentence_cuts_nothing() -> None:
    text = NOTICE + "本通知自云山市教育局2023年6月19日印发之日起执行，有效期三年。"
    assert _lines(text) == [line.text for line in physical_lines(text)]


@pytest.mark.parametrize("unit", [NOTICE, NOTICE + CLOSING])
def test_time_is_linear(unit: str) -> None:
    linear(lambda n: cut_running(physical_lines(unit * n)), 30_000 // len(unit))
