from __future__ import annotations

import pytest

from index import lexical, thesaurus
from text.words import words
from youju.errors import SettingsError


def table(tmp_path, text: str):
    path = tmp_path / "extra.txt"
    path.write_text(text, "utf-8")
    return thesaurus._index(thesaurus.read(path))


def test_whole_wording(tmp_path):
    terms = table(tmp_path, "# 信用\n拉黑、上黑名单 => 质量失信黑名单 # 说明\n").expand(
        "企业会被拉黑吗"
    )
    assert terms == [("质量失信黑名单", 1.0)]


def test_traditional_and_capital_letters_are_folded(tmp_path):
    assert table(tmp_path, "上黑名单 => 联合惩戒").expand("企業上黑名單") == [("联合惩戒", 1.0)]
    assert table(tmp_path, "A级企业 => 信用等级").expand("a級企業") == [("信用等级", 1.0)]


def test_two_characters_must_not_cut_a_word(tmp_path):
    rules = table(tmp_path, "中介 => 中介服务机构")
    assert rules.expand("中介怎么管") == [("中介服务机构", 1.0)]
    assert rules.expand("发展中介绍了什么") == []


def test_longest_wording_wins(tmp_path):
    rules = table(tmp_path, "黑名单 => 名录\n上黑名单 => 失信惩戒")
    assert rules.expand("上黑名单") == [("失信惩戒", 1.0)]
    (first, (other, weight)) = rules.expand("黑名单")
    assert first == ("名录", 1.0) and other == "失信惩戒" and weight < 0.5


def test_same_wording_in_two_groups(tmp_path):
    rules = table(tmp_path, "油漆 => 涂料\n油漆 => 建筑涂料")
    assert rules.expand("油漆质量") == [("建筑涂料", 1.0), ("涂料", 1.0)]


def test_part_of_a_wording_counts_less(tmp_path):
    rules = table(tmp_path, "信用好的给优待 => 守信激励")
    ((term, weight),) = rules.expand("信用好的企业有啥优待")
    assert term == "守信激励" and 0.25 <= weight < 0.5
    assert rules.expand("信用卡") == []


def test_terms_already_asked_for_are_left_out(tmp_path):
    rules = table(tmp_path, "拉黑 => 失信惩戒、黑名单")
    assert [term for term, _ in rules.expand("会被拉黑，或者进黑名单")] == ["失信惩戒"]


def test_terms_are_few_and_sorted(tmp_path):
    many = "、".join(f"用语{chr(0x4E00 + i)}" for i in range(40))
    terms = table(tmp_path, f"老百姓 => {many}").expand("老百姓")
    assert 0 < len(terms) <= 12 and terms == sorted(terms, key=lambda t: (-t[1], t[0]))


def test_added_words_weigh_no_more_than_the_question():
    texts = ["失信惩戒制度", "黑名单管理", "拉黑企业", "质量提升"]
    lexicon = lexical.build([words(text) for text in texts])
    asked = words("质量")
    weights = thesaurus.weights_for([("失信惩戒", 1.0), ("黑名单", 1.0)], asked, lexicon)
    assert weights.keys() == {"失信", "惩戒", "黑名", "名单", "黑名单"}
    mass = sum(weight * lexicon.idf(word) for word, weight in weights.items())
    assert mass == pytest.approx(lexicon.idf("质量"), rel=1e-6)
    assert thesaurus.weights_for([("质量", 1.0)], asked, lexicon) == {}


@pytest.mark.parametrize("line", ["拉黑 失信", "=> 失信", "拉黑 =>", "、 => 、", "甲 => 乙 => 丙"])
def test_bad_lines_are_named(tmp_path, line):
    path = tmp_path / "extra.txt"
    path.write_text(f"# 头\n好 => 优良\n{line}\n", "utf-8")
    with pytest.raises(SettingsError, match=r"第 3 行"):
        thesaurus.load(path)


def test_unreadable_file(tmp_path):
    with pytest.raises(SettingsError, match="同义词表"):
        thesaurus.load(tmp_path / "absent.txt")
    (tmp_path / "gbk.txt").write_bytes("拉黑 => 失信".encode("gbk"))
    with pytest.raises(SettingsError, match="UTF-8"):
        thesaurus.load(tmp_path / "gbk.txt")


def test_built_in_file_with_an_extra_one(tmp_path):
    path = tmp_path / "extra.txt"
    path.write_text("黔货出山 => 农特产品外销\n", "utf-8")
    both = thesaurus.load(path)
    assert both.expand("黔货出山咋样") == [("农特产品外销", 1.0)]
    assert "质量失信黑名单" in dict(both.expand("企业造假会被拉黑吗"))
    assert len(both.groups) == len(thesaurus.load().groups) + 1
