from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qa_helpers import asked, document, index_of, said

from eval.comparisons import judge_comparisons, read_comparisons
from index.retrieve import HybridIndex
from qa.facts import verdict
from qa.facts.aliases import BUILT_IN, load, read
from qa.facts.likeness import bare, measure
from qa.facts.table import compare, indicator_text
from web.comparison_chart import bound, chart
from web.comparison_views import comparison_view, facts_view, table_html
from youju import exports
from youju.errors import InputError, QuestionSetError, SettingsError
from youju.fact_views import comparison_text
from youju.records import Compared, ComparedPlace, Comparison, Encoder, Fact, Matched, Span
from youju.service import PolicySearch
from youju.settings import Settings
from youju.terminal import Style


def _told(table: Comparison, number: int = 0) -> dict[str, list[tuple[str, str]]]:
    places = table.indicators[number].places
    return {
        p.name: [(verdict.when(m.fact), verdict.shown(m.fact)) for m in p.found] for p in places
    }


def _table(text: str, index: HybridIndex) -> Comparison:
    return compare(asked(text, index), index, load())


def _needs_meaning(encoder: Encoder) -> None:
    if encoder.name == "tiny":
        pytest.skip("meaning needs the bundled encoder")


# --- real documents ------------------------------------------------------------------------------


def test_comparisons_hold_the_goal(five: HybridIndex, qa_encoder: Encoder) -> None:
    _needs_meaning(qa_encoder)
    results = judge_comparisons(lambda text: _table(text, five), read_comparisons())
    assert len(results) >= 30
    assert sum(result.right for result in results) / len(results) >= 0.85
    wrong = sum(len(result.wrong) for result in results)
    found = sum(len(result.found) for result in results)
    assert found / (found + wrong) >= 0.9


def test_every_value_stands_in_its_document(five: HybridIndex) -> None:
    for text in ("驰名商标", "顾客满意度", "各地工程验收合格率目标"):
        for group in _table(text, five).indicators:
            for place in group.places:
                doc = five.document(place.doc_id)
                for m in (*place.found, *((place.near,) if place.near else ())):
                    assert m.fact in doc.facts and m.fact.doc_id == doc.id
                    assert m.fact.span.of(doc.text) == m.fact.value_text
                    assert 0 < m.confidence <= 1


def test_a_document_without_the_indicator_is_named_all_the_same(five: HybridIndex) -> None:
    table = _table("驰名商标", five)
    told = _told(table)
    assert told["江苏省"] == told["嘉兴市"] == []
    assert told["安徽省"] == [("2010年", "30個")] and told["贵州省"] == [("2017年", "达到50个")]
    assert len(told) == 5
    assert "未提及" in comparison_text(table, Style(colour=False))


def test_different_years_are_said(five: HybridIndex) -> None:
    table = _table("安徽和贵州的驰名商标", five)
    assert table.indicators[0].verdict == (
        "各地年份不同：贵州省（2017年，达到50个）的数值高于安徽省（2010年，30個）。"
    )


def test_one_year_is_compared_with_the_same(five: HybridIndex) -> None:
    group = _table("贵州和重庆的生活性服务业顾客满意度", five).indicators[0]
    assert group.verdict.startswith("2015年：重庆市（达到80以上）的数值高于贵州省（达到75%）")
    assert "没有写单位" in group.verdict


def test_a_year_without_a_value_offers_the_nearest(five: HybridIndex) -> None:
    place = _table("重庆2020年产品质量国家监督抽查合格率", five).indicators[0].places[0]
    assert place.found == () and place.near is not None
    assert (place.near.fact.year, place.near.fact.value) == (2015, 90.0)


def test_nothing_like_it_gives_no_table(five: HybridIndex) -> None:
    assert _table("九年义务教育巩固率", five).indicators == ()
    assert _table("今天天气", five).indicators == ()
    assert comparison_view(_table("今天天气", five), five.document).count("<table") == 0


def test_unlike_indicators_stay_apart(five: HybridIndex) -> None:
    """生产性 and 生活性, 国家级 and 省级, 食品 and 药品 are not put into one row."""
    for text in ("顾客满意度", "检验检测中心", "监督抽查合格率"):
        for group in _table(text, five).indicators:
            named = [{m.fact.indicator for m in place.found} for place in group.places]
            joined = "".join(sorted(name for names in named for name in names))
            for one, other in (("生产性", "生活性"), ("省级", "国家级"), ("食品监督", "药品监督")):
                assert not (one in joined and other in joined), joined


def test_answers_put_places_side_by_side(five: HybridIndex, qa_encoder: Encoder) -> None:
    _needs_meaning(qa_encoder)
    text = said("贵州和重庆的顾客满意度目标哪个高", five)
    assert "贵州省：生活性服务业顾客满意度2015年达到75%、2016年达到76%、2017年达到77%[" in text
    assert "重庆市：生产性服务业顾客满意度达到85以上（2015年）[" in text
    everywhere = said("各地工程验收合格率目标", five)
    assert "重庆市：工程竣工验收合格率达到100%（2015年）[1]" in everywhere
    assert "江苏省" in everywhere.rsplit("\n", 1)[-1] and everywhere.endswith("没有提及。")


def test_a_target_of_another_year_is_offered_not_given(
    five: HybridIndex, qa_encoder: Encoder
) -> None:
    _needs_meaning(qa_encoder)
    assert said("贵州2020年森林覆盖率目标是多少", five) == (
        "没有2020年的数值；最近的是2017年：森林覆盖率达到50%以上[1]。"
    )


# --- units ---------------------------------------------------------------------------------------


def _plan(place: str, sentence: str) -> str:
    return f"{place}人民政府关于印发{place}质量提升行动计划的通知\n一、发展目标\n{sentence}\n"


def _two(encoder: Encoder, one: str, other: str) -> HybridIndex:
    plans = (("云山市", one), ("丰原市", other))
    docs = [document(_plan(place, text), f"{place}.txt") for place, text in plans]
    return index_of(docs, encoder)


def test_unlike_units_are_not_compared(qa_encoder: Encoder) -> None:
    index = _two(
        qa_encoder, "到2025年,研发经费投入强度达到3%。", "到2025年,研发经费投入强度达到50亿元。"
    )
    group = _table("研发经费投入强度", index).indicators[0]
    assert [bool(place.found) for place in group.places] == [True, True]
    assert group.verdict == "计量单位不同（%、元），不能直接比较高低。"
    assert "高于" not in group.verdict and chart(group, index.document) == ""


def test_counts_are_compared_with_a_note(qa_encoder: Encoder) -> None:
    index = _two(qa_encoder, "到2025年,建成示范基地15家。", "到2025年,建成示范基地10个。")
    group = _table("示范基地", index).indicators[0]
    assert "云山市（15家）的数值高于丰原市（10个）" in group.verdict and "量词不同" in group.verdict


# --- verdicts and tables -------------------------------------------------------------------------


def _fact(value: float | tuple[float, float], year: int | None, unit: str = "%") -> Fact:
    text = f"{value}{unit}"
    return Fact(
        "d", "合格率", value, text, unit, "", year, None, None, (), None, (), Span(0, 1), Span(0, 2)
    )


values = st.floats(0, 1000) | st.tuples(st.floats(0, 500), st.floats(500, 1000))
made_facts = st.builds(
    _fact, values, st.none() | st.integers(2010, 2030), st.sampled_from(["%", "", "元", "个", "家"])
)
made_places = st.lists(st.lists(made_facts, max_size=4), min_size=1, max_size=5)


def _group(places: list[list[Fact]]) -> Compared:
    made = [
        ComparedPlace(
            f"d{i}", f"{'甲乙丙丁戊'[i]}市", verdict.once([Matched(f, 0.9) for f in facts])
        )
        for i, facts in enumerate(places)
    ]
    return Compared("合格率", 1.0, tuple(made))


@given(made_places)
@settings(max_examples=200, deadline=None)
def test_verdicts_never_rank_what_cannot_be_ranked(places: list[list[Fact]]) -> None:
    group = _group(places)
    text = verdict.verdict(group)
    spoken = [place for place in group.places if place.found]
    units = {m.fact.unit for place in spoken for m in place.found} - {""}
    if len(spoken) < 2:
        assert text == ""
        return
    assert text.endswith("。")
    if "元" in units and units & {"%", "个", "家"}:
        assert "高于" not in text and "最高" not in text
    if "高于" in text or "最高" in text or "相同" in text:
        assert not ("%" in units and units & {"元", "个", "家"})
        assert text.startswith("各地年份不同") or text[:4].isdigit()
    if "高于" in text:
        first, second = text.split("的数值高于")
        named = {place.name: place for place in spoken}
        high = next(p for name, p in named.items() if name in first)
        low = next(p for name, p in named.items() if second.startswith(name))
        assert max(_tops(high)) >= min(_tops(low)) and high.name != low.name


def _tops(place: ComparedPlace) -> list[float]:
    return [v if isinstance(v, float) else v[1] for v in (m.fact.value for m in place.found)]


@given(made_places)
@settings(max_examples=60, deadline=None)
def test_tables_show_each_value_once_and_every_place(places: list[list[Fact]]) -> None:
    doc = document("云山市质量提升行动计划\n一、目标\n合格率达到90%。")
    group = _group(places)
    html = table_html(group, lambda _: doc)
    shown_values = sum(len(place.found) for place in group.places)
    assert html.count('class="yj-value"') == shown_values
    assert html.count('scope="row"') == len(group.places)
    assert html.count("未提及") == sum(not place.found for place in group.places)
    for place in group.places:
        keys = [(verdict.when(m.fact), m.fact.value) for m in place.found]
        assert len(keys) == len(set(keys))
        periods = [verdict.period_of(m.fact) or (9999, 9999) for m in place.found]
        assert periods == sorted(periods)


def test_the_chart_tells_bounds_and_escapes(five: HybridIndex) -> None:
    facts = {f.comparator: f for doc in five.documents() for f in doc.facts}
    assert bound(facts["达到…以上"]) == bound(facts["不低于"]) == "▲"
    assert bound(facts["控制在…以下"]) == "▼" and bound(facts["达到"]) == "●"
    doc = document("云山市质量提升行动计划\n一、目标\n<script>率达到90%。到2030年<b>率达到95%。")
    evil = [replace(_fact(90.0, 2015), indicator="<b>x", value_text="<i>9"), _fact(95.0, 2016)]
    group = replace(_group([evil]), indicator="<b>")
    drawn = chart(group, lambda _: doc) + table_html(group, lambda _: doc) + facts_view(doc)
    assert "<svg" in drawn and "<script" not in drawn and "<i>" not in drawn
    assert "<b>" not in drawn and "http" not in drawn


# --- aliases -------------------------------------------------------------------------------------


def test_an_alias_joins_names(tmp_path: Path, qa_encoder: Encoder) -> None:
    index = _two(qa_encoder, "到2025年,拉郎配率达到3%。", "到2025年,撮合成功率达到5%。")
    extra = tmp_path / "aliases.txt"
    extra.write_text("\ufeff# 自己的\n撮合成功率 = 拉郎配率 # 注\n\n", "utf-8")
    question = asked("撮合成功率", index)
    apart = compare(question, index, load()).indicators[0]
    joined = compare(question, index, load(extra)).indicators[0]
    assert sum(bool(p.found) for p in apart.places) == 1
    assert sum(bool(p.found) for p in joined.places) == 2 and joined.likeness == 1.0


def test_bad_alias_lines_are_named(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("甲率 = 乙率\n没有等号\n丙率 =\n# 好\n甲率 = 丁率\n戊率 = 戊率\n", "utf-8")
    with pytest.raises(SettingsError, match="第 2、3、5、6 行"):
        read(file)
    file.write_bytes("甲率 = 乙率".encode("gb18030"))
    with pytest.raises(SettingsError, match="UTF-8"):
        read(file)
    with pytest.raises(SettingsError, match="无法读取"):
        read(tmp_path / "none.txt")


def test_the_built_in_aliases_are_canonical_and_stable() -> None:
    aliases = load()
    for group in read(BUILT_IN):
        assert {aliases.canonical(name) for name in group} == {aliases.canonical(group[0])}
    for name in aliases.first:
        assert aliases.canonical(aliases.canonical(name)) == aliases.canonical(name)


def test_a_bad_alias_file_stops_opening(corpus_index: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("没有等号", "utf-8")
    settings_ = Settings.from_env({"YOUJU_ALIASES": str(file)}, index=corpus_index)
    with pytest.raises(SettingsError, match="第 1 行"):
        PolicySearch.open(corpus_index, settings_)


# --- names ---------------------------------------------------------------------------------------


def test_names_lose_what_does_not_distinguish() -> None:
    aliases = load()
    assert bare("重慶市著名商標總量", "重庆市", aliases) == bare("省著名商标", "贵州省", aliases)
    assert bare("新增标准创新奖个数(2020年)", None, aliases) == "新增标准创新奖"
    assert measure("食品合格率") == measure("产品合格率") != measure("森林覆盖率")
    assert measure("驰名商标") == ""


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("各地工程验收合格率目标", "工程验收合格率"),
        ("哪个省的驰名商标目标最多", "驰名商标"),
        ("贵州和重庆的顾客满意度目标哪个高", "顾客满意度"),
        ("各省2015年森林覆盖率要求高", "森林覆盖率"),
    ],
)
def test_the_indicator_of_a_question(five: HybridIndex, question: str, text: str) -> None:
    assert indicator_text(asked(question, five)) == text


# --- service and exports -------------------------------------------------------------------------


def test_places_and_years_given_win(search: PolicySearch) -> None:
    table = search.compare("贵州驰名商标", ["安徽"], [2010])
    assert [place.name for place in table.indicators[0].places] == ["安徽省"]
    assert table.years == (2010,)
    with pytest.raises(InputError, match="广东"):
        search.compare("驰名商标", ["广东"])


def test_exports_carry_citations(search: PolicySearch) -> None:
    table = search.compare("驰名商标")
    rows = exports.comparison_rows(table, search.document)
    columns = exports.COMPARISON_COLUMNS
    assert all(len(row) == len(columns) for row in rows)
    data = exports.workbook([("对比", columns, rows)])
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    read_back = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert tuple(read_back[0]) == columns and len(read_back) == len(rows) + 1
    for line in read_back[1:]:
        row = dict(zip(columns, line, strict=True))
        if row["情况"] == exports.MENTIONED:
            source = next(d for d in search.documents() if d.source.path == row["来源"])
            quote = " ".join(source.text[row["起"] : row["止"]].split())
            assert quote == row["原文"] and isinstance(row["数值"], int | float)
    told = exports.comparison_json(table, search.document)
    first = told["indicators"][0]["places"][0]["found"][0]
    text = search.document(first["doc_id"]).text
    assert text[first["start"] : first["end"]] == first["quote"] and first["confidence"] == 1.0


def test_no_cell_becomes_a_formula() -> None:
    rows = [["=1+1", "@x", -5.0, None, "a\x00b"]]
    text = exports.csv_text(("甲", "乙", "丙", "丁", "戊"), rows)
    assert "'=1+1,'@x,-5,," in text
    data = exports.workbook([("表", ("甲", "乙", "丙", "丁", "戊"), rows)])
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    assert sheet["A2"].data_type == "s" and sheet["A2"].value == "=1+1"
    assert sheet["C2"].value == -5 and sheet["E2"].value == "ab"


def test_bad_gold_is_named(tmp_path: Path) -> None:
    file = tmp_path / "c.jsonl"
    file.write_text('{"id": "x"}\n', "utf-8")
    with pytest.raises(QuestionSetError, match="第 1 行"):
        read_comparisons(file)


def test_many_silent_documents_are_counted(qa_encoder: Encoder) -> None:
    doc = document(_plan("云山市", "到2025年,森林覆盖率达到50%。"))
    spoken = ComparedPlace(doc.id, "云山市", (Matched(doc.facts[0], 1.0),))
    silent = tuple(ComparedPlace(doc.id, f"《第{i}号》") for i in range(40))
    group = Compared("森林覆盖率", 1.0, (spoken, *silent))
    html = table_html(group, lambda _: doc)
    assert "其余 40 份文件未提及" in html and "《第3号》" not in html
    text = comparison_text(Comparison("森林覆盖率", (), (group,)), Style(colour=False))
    assert "其余 40 份文件未提及" in text and "云山市" in text and "《第3号》" not in text
