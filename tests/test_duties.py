"""Who does what, whatever the verb, and which names mean one body."""

from __future__ import annotations

import pytest
from growth import linear

from text.duties import body_in, duties, same_body
from text.normalize import fold


def _who(text: str) -> list[str]:
    folded = fold(text)
    return [folded[slice(*duty.body)] for duty in duties(folded)]


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        ("助餐补贴每人每餐6元，由区财政局按季拨付。", ["区财政局"]),
        ("区民政局负责审核，十个工作日内办结。", ["区民政局"]),
        ("市能源局牵头，各区人民政府负责，2020年底前完成3万户。", ["市能源局", "各区人民政府"]),
        ("市商务局会同市公安局、市交通局制定办法。", ["市商务局", "市公安局", "市交通局"]),
        ("牵头单位：市商务局；配合单位：市财政局", ["市商务局", "市财政局"]),
        ("市政府的减负监督机构是海川市经济委员会。", ["海川市经济委员会"]),
        ("医院名单由市医疗保险经办机构另行公布", ["市医疗保险经办机构"]),
        ("由各级宣传部门会同同级财政、税务部门确定", ["各级宣传部门", "同级财政、税务部门"]),
        ("医保费由税务机关负责征收", ["税务机关"]),
        ("用人单位负主体责任；工会组织负主要责任", ["用人单位", "工会组织"]),
        ("省教育厅、省财政厅等部门负责制定细则", ["省教育厅", "省财政厅"]),
        ("施工单位的安全责任由总承包单位承担", ["总承包单位"]),
        ("第三条 各级人民政府负责审核，十日内办结。", ["各级人民政府"]),
        ("所需资金从失业保险基金中支付", []),
        ("合格率达到90%以上。", []),
    ],
)
def test_bodies_before_what_they_do(text: str, expect: list[str]) -> None:
    assert _who(text) == expect


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("市发改委", "海川市发展和改革委员会", True),
        ("人社局", "市人力资源和社会保障局", True),
        ("市监局", "市市场监督管理局", True),
        ("住建局", "市住房城乡建设局", True),
        ("市财政局", "财政局", True),
        ("教育局", "体育局", False),
        ("市水务局", "市水利局", False),
        ("市财政局", "市政府", False),
        ("县残联", "县残疾人联合会", True),
        ("县妇联", "县残疾人联合会", False),
        ("县住建局", "市住房和城乡建设局", False),
        ("县住建局", "安川县住房和城乡建设局", True),
        ("区财政局", "临江市河东区财政局", True),
        ("乡镇政府", "乡镇人民政府", True),
        ("县政府", "安川县人民政府", True),
        ("县政府", "县级以上地方人民政府", True),
        ("市政府", "安川县人民政府", False),
        ("街道办", "街道办事处", True),
    ],
)
def test_short_names_meet_full_ones(one: str, two: str, same: bool) -> None:
    assert same_body(one, two) is same is same_body(two, one)


def test_the_body_that_a_question_names() -> None:
    assert body_in("海川市发展改革委牵头哪些任务") == "海川市发展改革委"
    assert body_in("哪些任务由市住房城乡建设局牵头") == "市住房城乡建设局"
    assert body_in("森林覆盖率是多少") is None
    assert body_in("组织人事部负责什么") == "组织人事部"
    assert body_in("街道办负责哪些工作") == "街道办"


@pytest.mark.parametrize(
    ("unit", "size"), [("由", 20_000), ("市商务局、", 8000), ("甲", 40_000), ("由市局", 10_000)]
)
def test_long_texts_take_no_long_time(unit: str, size: int) -> None:
    linear(lambda n: duties(unit * n), size)
