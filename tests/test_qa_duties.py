"""What a body has to do, over an index."""

from __future__ import annotations

import pytest
from qa_helpers import asked, document, index_of

from index.retrieve import HybridIndex
from qa.clauses import duties
from youju.records import Encoder

_PLAN = (
    "河源市清洁能源行动计划\n一、主要任务\n"
    "（一）推进清洁取暖。市发展改革委牵头，各区人民政府负责，2025年底前完成3万户。\n"
    "（二）加强扬尘管控。市住房城乡建设局牵头，在线监测覆盖率达到100%。\n"
    "（三）发展绿色交通。新增公交车200辆。（市交通运输局牵头，市发展改革委、市财政局配合）\n"
)
_RULE = (
    "河源市养老服务补贴办法\n"
    "第一条 为规范养老服务补贴，制定本办法。\n"
    "第二条 助餐补贴标准为每人每餐6元，由区财政局按季拨付。\n"
    "第三条 区民政局负责审核，十个工作日内办结。\n"
    "第四条 补贴名单由市民政局另行公布。\n"
)


@pytest.fixture(scope="module")
def two(qa_encoder: Encoder) -> HybridIndex:
    """A plan and a rule of one city."""
    return index_of([document(_PLAN, "plan.txt"), document(_RULE, "rule.txt")], qa_encoder)


def test_all_tasks_of_a_body_by_its_short_name(two: HybridIndex) -> None:
    question = asked("市发改委负责哪些任务", two)
    told = duties.tasks(question, two.search(question, 10), two)
    assert told is not None and len(told.lines) == 2
    first, second = told.lines
    assert "市发展改革委牵头" in first.text and "清洁取暖" in "".join(first.path)
    assert "公交车200辆" in second.text and "市发展改革委、市财政局配合" in second.text
    assert told.closing == "（共2项）"
    assert all("住房城乡建设局" not in line.text for line in told.lines)


def test_tasks_are_of_a_body(two: HybridIndex) -> None:
    question = asked("有哪些任务", two)
    assert duties.tasks(question, two.search(question, 10), two) is None


def test_a_clause_that_lists_the_duties_says_them_all(qa_encoder: Encoder) -> None:
    rules = document(
        "云山市院前急救条例\n第一条 市急救中心承担下列职责：\n（一）统一指挥急救站；\n"
        "（二）受理呼救；\n（三）培训急救人员。\n第二条 市急救中心应当按时发放补贴。\n"
        "第三条 市急救中心不得拒绝受理呼救。\n"
    )
    index = index_of([rules], qa_encoder)
    question = asked("市急救中心有哪些职责", index)
    told = duties.tasks(question, index.search(question, 10), index)
    assert told is not None
    (line,) = told.lines
    assert all(item in line.text for item in ("指挥急救站", "受理呼救", "培训急救人员"))
    assert "补贴" not in line.text
