"""Cross-references: which clause of which document a place in the text means."""

from __future__ import annotations

import html
import re

import pytest
from growth import linear
from qa_helpers import document, index_of, named

from ingest.references import Places, references
from web import beside, reading
from youju.errors import InputError
from youju.records import Encoder, PolicyDoc
from youju.shelf import Shelf

RULES = """\
云山市犬只管理办法
第一章 总则
第一条 为了规范犬只管理，根据《云山市城市管理条例》，制定本办法。
第二章 管理
第二条 有下列情形之一的，责令改正：
（一）犬吠扰民的；
（二）未拴绳的。
情节严重的，处二百元罚款。
第三条 依照本办法第二条第一款第（二）项、第二款和第五条处理的，由城管部门执行。
第三条之一 违反第三条规定的，依照《云山市城市管理条例》（2015年）第八条处理。
第四条 不服处罚的，依照行政复议法第九条申请复议；该法第十条另有规定的除外。
第五条 本办法自2020年1月1日起施行，第一章规定的除外。
"""


def _found(doc: PolicyDoc) -> list[tuple[str, str | None, str | None]]:
    """(words, other document, label of the clause here) of every reference."""
    places = Places(doc)
    out = []
    for one in references(doc):
        clause = places.find(one, one.span.start) if one.title is None else None
        label = clause and (clause.label or clause.span.of(doc.text)[:6])
        out.append((one.span.of(doc.text), one.title, label))
    return out


def test_places_of_this_document_and_of_others() -> None:
    found = _found(document(RULES))
    assert found[0] == ("第二条第一款第（二）项", None, "（二）")
    assert ("第五条", None, "第五条") in found and ("第三条", None, "第三条") in found
    assert ("第八条", "云山市城市管理条例", None) in found
    assert ("第九条", "行政复议法", None) in found and ("第十条", "行政复议法", None) in found
    assert ("第一章", None, "第一章") in found
    assert len(found) == 7, "labels and headings refer to nothing"


def test_the_second_paragraph_of_an_article() -> None:
    text = RULES.replace("第一款第（二）项、第二款", "第二款")
    doc = document(text)
    (first, *_) = references(doc)
    clause = Places(doc).find(first, first.span.start)
    assert clause is not None and clause.span.of(doc.text).startswith("情节严重的")


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("依照《云山市养犬条例》第四条处理", "云山市养犬条例"),
        ("依照《关于〈云山市养犬条例〉的说明》第四条处理", "关于〈云山市养犬条例〉的说明"),
        ("违反劳动合同法第四条的", "劳动合同法"),
        (
            "按照《云山市养犬条例》（以下简称《条例》）执行。《条例》第四条另有规定的",
            "云山市养犬条例",
        ),
        ("违反本条例第四条的", None),
        ("违反本市规定第四条的", None),
    ],
)
def test_of_which_document_it_is_said(said: str, title: str | None) -> None:
    doc = document(f"甲市办法\n第一条 {said}，罚款。\n第二条 自公布之日起施行。\n")
    assert [one.title for one in references(doc)] == [title]


def test_labels_of_text_that_runs_on_refer_to_nothing() -> None:
    text = (
        "云山市职称管理规定第一章总则第一条为了管理职称，制定本规定。第二章评审委员会第六条各部门可以"
        "设立委员会。第七条违反第六条规定的，撤销委员会。第七条规定以外的，不予撤销。第三章附则第八条"
        "本规定自2020年1月1日起施行，第二章规定的除外。"
    )
    doc = document(text)
    said = [(one.span.start, one.span.of(doc.text)) for one in references(doc)]
    wanted = [text.index("第六条规定的"), text.index("第七条规定以外"), text.index("第二章规定的")]
    assert [at for at, _ in said] == wanted


def test_what_a_list_goes_on_with_is_told_no_better_than_its_head() -> None:
    said = "违反本办法附录第二条、第三条的，依照该法第四条、第五条处罚；原第二条删去。"
    doc = document(RULES + f"第六条 {said}\n")
    assert [one for one in references(doc) if one.span.start > len(RULES)] == []


NEARBY = """\
云山市停车办法
第一条 有下列情形之一的，责令改正：
（一）占道停车的；
（二）乱收停车费的。
有前款第（二）项情形的，没收所得。
前两款规定的处罚，由交警决定；按照本条第一款处罚的，应当公告。
第二条 违反前条规定，情节严重的，吊销执照。
前款规定不适用于残疾人，符合目前条件的除外。
第五条 前条规定的情形，前款未作规定的，从其规定。
"""


def test_what_is_told_from_where_it_stands() -> None:
    doc = document(NEARBY)
    places = Places(doc)
    found = []
    for one in references(doc):
        clause = places.find(one, one.span.start)
        assert clause is not None
        found.append((one.span.of(doc.text), clause.span.of(doc.text)[:6].strip()))
    assert found == [
        ("前款第（二）项", "（二）乱收停"),
        ("前两款", "第一条 有下"),
        ("本条第一款", "第一条 有下"),
        ("前条", "第一条 有下"),
        ("前款", "第二条 违反"),
    ], "the article before the fifth is left out, and nothing stands before its first paragraph"


def test_nothing_is_told_within_an_article_that_the_tree_has_not() -> None:
    text = (
        "云山市停车办法第一章总则第一条为了停车，制定本办法。第二条停车应当缴费。第二章处罚第三条"
        "违反规定的，处罚款。违反本条第一款的，不予返还。"
    )
    assert references(document(text)) == ()


def test_an_article_is_no_part_of_the_name_behind_it() -> None:
    doc = document(RULES + "第六条 个人所得税法第六条第一款第五项规定的财产，不在此限。\n")
    last = references(doc)[-1]
    assert (last.title, last.number, last.paragraph, last.item) == ("个人所得税法", 6, 1, 5)


def test_an_explanation_speaks_of_what_it_explains() -> None:
    doc = document("《云山市养犬条例》解读\n一、罚款。第四条规定了罚款。\n二、登记。免费。\n")
    assert [one.title for one in references(doc)] == ["云山市养犬条例"]


def test_a_number_that_stands_twice_is_that_of_the_part_around_it() -> None:
    doc = document(
        "甲市通知\n附件1 登记规则\n第一条 登记免费。\n第二条 违反第一条的，改正。\n"
        "附件2 收费规则\n第一条 收费五元。\n第二条 违反第一条的，改正。\n"
    )
    found = [Places(doc).find(one, one.span.start) for one in references(doc)]
    told = [clause.span.of(doc.text) for clause in found if clause is not None]
    assert [words[4:8] for words in told] == ["登记免费", "收费五元"]


def test_a_hostile_text_costs_no_more_than_its_length() -> None:
    def work(size: int) -> None:
        assert references(document("甲市办法\n第一条 " + "依照第一条第二款、" * size + "。\n"))

    linear(work, 6_000)


def test_a_clause_of_another_document_and_what_refers_to_it(qa_encoder: Encoder) -> None:
    city = (
        "中华人民共和国犬只管理法\n第一条 为了管理犬只，制定本法。\n"
        "第二条 犬只应当登记。\n第三条 本法自2015年6月1日起施行。\n"
    )
    fines = (
        "云山市犬只处罚规则\n第一条 违反《犬只管理法》第二条的，罚款。\n"
        "第二条 依照《云山市鸟类规则》第二条处理的除外。\n第三条 违反第一条的，从重。\n"
    )
    index = index_of([document(city, "法.txt"), document(fines, "罚.txt")], qa_encoder)
    shelf = Shelf(index)
    law, rules = named(index, "法"), named(index, "罚")
    found = [(one.doc.name, one.clause.label) for one in shelf.references(rules)]
    assert found == [(law.name, "第二条"), (rules.name, "第一条")], "an unknown rule leads nowhere"
    (one,) = shelf.referring(law, shelf.clause(law, "第二条"))
    assert one.source.id == rules.id and one.span.of(rules.text) == "第二条"
    assert shelf.referring(law, shelf.clause(law, "第三条")) == []
    with pytest.raises(InputError, match="没有“第九条”"):
        shelf.clause(law, "第九条")


def test_the_text_with_its_links_is_the_text(qa_encoder: Encoder) -> None:
    index = index_of([document(RULES, "规则.txt")], qa_encoder)
    (doc,) = index.documents()
    found = Shelf(index).references(doc)
    assert len(found) >= 4
    markup = reading.document_html(doc, links=beside.links(found), beside=beside.marks(doc, found))
    text = html.unescape(re.sub(r"<[^>]*>", "", markup))
    assert text == doc.text
    assert markup.count('class="yj-ref"') == len(found)
