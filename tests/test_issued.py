"""What a notice issues, where it stands behind the notice without a line of its own."""

from __future__ import annotations

import pytest
from growth import linear

from ingest.issued import issued
from ingest.lines import physical_lines
from tests.ingest_helpers import read

CLAUSES = "第一章总则第一条为规范托管，制定本办法。第二条本办法自印发之日起施行。"
NAMED = "现将《云山市假期托管办法（2023—2025年）》印发给你们，请认真执行。"
NOTICE = f"云山市教育局关于印发《云山市假期托管办法（2023—2025年）》的通知\n各县区教育局：{NAMED}"
SIGNED = "云山市教育局2023年6月19日"
ANNEX = "云山市假期托管办法（2023—2025年）"


def _titles(text: str) -> list[str]:
    return [part.meta.title.value for part in read(text).parts if part.meta.title]


@pytest.mark.parametrize(
    "between",
    [
        f"\n{SIGNED}\n",
        SIGNED,
        f"{SIGNED}（此件公开发布）",
        "\n云山市教育局\n2023年6月19日",
        f"\n附件：{ANNEX}\n{SIGNED}\n附件\n",
        f"附件：{ANNEX}",
    ],
)
def test_a_measure_opens_behind_its_notice(between: str) -> None:
    assert _titles(f"{NOTICE}{between}{ANNEX}{CLAUSES}")[1:] == [ANNEX]


def test_a_name_without_marks_in_the_title_is_a_name() -> None:
    text = (
        "云山市人民政府办公室关于印发云山市托管行动方案的通知\n各县区人民政府：\n方案已经市政府同意，请执行。\n"
        "云山市人民政府办公室\n2023年6月19日云山市托管行动方案\n为做好托管，制定本方案。\n一、目标。托管。"
    )
    assert _titles(text)[1:] == ["云山市托管行动方案"]


def test_an_edition_behind_the_name_belongs_to_the_title() -> None:
    text = NOTICE.replace("（2023—2025年）", "") + f"{SIGNED}云山市假期托管办法（试行）{CLAUSES}"
    assert _titles(text)[1:] == ["云山市假期托管办法（试行）"]


@pytest.mark.parametrize(
    "text",
    [
        f"云山市假期托管办法\n为规范托管，制定本办法。{CLAUSES}1999年的《云山市假期托管办法》同时废止。",
        f"{NOTICE}\n{SIGNED}\n",
        f"{NOTICE}\n{SIGNED}\n联系人：王某\n云山市假期托管办法（2023—2025年）的解读见网站。",
    ],
)
def test_a_rule_alone_and_a_notice_alone_hold_one_document(text: str) -> None:
    assert read(text).parts == ()


def test_names_in_a_list_of_annexes_open_nothing() -> None:
    text = f"{NOTICE}\n附件：1.{ANNEX}\n2.申请表\n{SIGNED}\n{ANNEX}\n{CLAUSES}"
    assert _titles(text)[1:] == [ANNEX]


def test_a_notice_full_of_names_costs_no_more_than_some() -> None:
    def search(n: int) -> None:
        lines = physical_lines("\n".join(f"现将《云山市办法{i}》印发。" for i in range(50)) * n)
        issued(lines, range(len(lines)), ())

    linear(search, 400)


@pytest.mark.parametrize("unit", ["《甲乙丙丁戊己》", "。甲乙丙丁戊己为", "甲乙丙丁戊己"])
def test_time_is_linear(unit: str) -> None:
    def search(n: int) -> None:
        lines = physical_lines("现将《甲乙丙丁戊己》印发给你们。\n" + unit * n)
        issued(lines, range(len(lines)), ())

    linear(search, 40_000 // len(unit))
