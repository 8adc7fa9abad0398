"""What documents of one library do to each other, as the card of each tells it."""

from __future__ import annotations

from pathlib import Path

import pytest
from growth import linear
from qa_helpers import document, index_of

from index.catalog import Entry
from index.relations import relations
from index.retrieve import HybridIndex
from ingest.mentions import mentions
from qa.asked.question import analyze
from qa.pipeline import answer
from youju.cli import main
from youju.records import Encoder, Mention, PolicyMeta, Proven, Span
from youju.service import PolicySearch
from youju.settings import Settings

DOGS = """\
云山市人民政府关于印发《云山市犬只管理办法》的通知
云政发〔2019〕5号
各区人民政府：
现将《云山市犬只管理办法》印发给你们，请遵照执行。
附件：1. 云山市犬只登记收费标准
2. 云山市犬只收容所名录.docx
云山市人民政府
2019年4月1日
云山市犬只管理办法
第一条 为了规范犬只管理，根据《云山市城市管理条例》，制定本办法。
第二条 犬只登记费为每只200元。
第三条 本办法自2019年5月1日起施行。
"""
NEW = """\
云山市犬只管理办法
云政发〔2024〕9号
云山市人民政府
2024年3月1日
第一条 犬只登记不收费。
第二条 本办法自2024年5月1日起施行，《云山市犬只管理办法》（云政发〔2019〕5号）同时废止。
"""
FEES = "云山市犬只登记收费标准\n一、大型犬每只500元。\n二、小型犬每只100元。\n"
HOMES = "云山市犬只收容所名录\n一、东山收容所。\n二、西山收容所。\n"
CITY = """\
云山市城市管理条例
第一条 为了加强城市管理，制定本条例。
第二条 犬只应当登记。
第三条 本条例自2015年6月1日起施行。
"""
PASSED_ON = """\
青石区人民政府关于转发《云山市犬只管理办法》的通知
青政发〔2019〕8号
各街道办事处：
现将《云山市犬只管理办法》（云政发〔2019〕5号）转发给你们，请认真执行。
青石区人民政府
2019年5月3日
"""
EXPLAINED = """\
《云山市犬只管理办法》解读
云山市城市管理局
2019年5月10日
一、登记费多少。每只200元。
"""
FILES = {
    "通知.txt": DOGS, "新.txt": NEW, "收费.txt": FEES, "名录.txt": HOMES, "条例.txt": CITY,
    "转发.txt": PASSED_ON, "解读.txt": EXPLAINED,
}  # fmt: skip


@pytest.fixture(scope="module")
def library(qa_encoder: Encoder) -> HybridIndex:
    return index_of([document(text, path) for path, text in sorted(FILES.items())], qa_encoder)


def test_every_kind_is_found_and_none_but_these(library: HybridIndex) -> None:
    path = {entry.id: entry.path for entry in library.catalog.entries}
    found = {(r.kind, path[r.source], path[r.target]) for r in library.relations}
    assert found == {
        ("代替", "新.txt", "通知.txt"),
        ("附件", "通知.txt", "收费.txt"),
        ("附件", "通知.txt", "名录.txt"),
        ("依据", "通知.txt", "条例.txt"),
        ("转发", "转发.txt", "通知.txt"),
        ("解读", "解读.txt", "通知.txt"),
    }


@pytest.mark.parametrize(
    ("title", "forwards"),
    [
        ("青石区人民政府转发市教育局关于校车安全意见的通知", "市教育局关于校车安全意见"),
        ("关于转发《云山市校车管理办法》的通知", "云山市校车管理办法"),
        ("国务院批转发展改革委关于深化改革意见的通知", "发展改革委关于深化改革意见"),
        ("云山市校车管理办法", None),
    ],
)
def test_a_title_says_what_it_forwards(title: str, forwards: str | None) -> None:
    meta = PolicyMeta(title=Proven(title, Span(0, len(title))))
    found = [m.title for m in mentions(meta, (), ()) if m.kind == "转发"]
    assert (forwards in found) if forwards else not found


def test_the_number_alone_as_a_question_gives_the_card_with_both_ends(
    library: HybridIndex,
) -> None:
    told = answer(analyze("云政发〔2019〕5号", library.names()), library)
    assert "被《云山市犬只管理办法》（云政发〔2024〕9号）代替：" in told.text
    assert "被《青石区人民政府关于转发《云山市犬只管理办法》的通知》" in told.text
    cited = {library.document(c.doc_id).source.path for c in told.citations}
    assert {"通知.txt", "新.txt", "转发.txt"} <= cited


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the files on disk."""
    folder = tmp_path_factory.mktemp("related") / "库"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    settings = Settings.from_env({}, index=folder.parent / "index")
    PolicySearch.build([folder], settings.index, settings)
    return settings.index


def _told(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main([*arguments]) == 0
    return capsys.readouterr().out


def test_the_card_tells_state_versions_and_relations_of_a_day(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    card = _told(capsys, "meta", "通知.txt", "--index", str(kept))
    assert "状态：已废止（被《云山市犬只管理办法》（云政发〔2024〕9号）代替" in card
    assert "版本：共 2 份" in card and "（本文件）" in card
    assert "被《云山市犬只管理办法》（云政发〔2024〕9号）代替" in card.split("关系：")[1]
    assert "附件《云山市犬只收容所名录》" in card
    before = _told(capsys, "meta", "通知.txt", "--as-of", "2020-01-01", "--index", str(kept))
    assert "已废止" not in before.split("版本")[0] and "（2020-01-01 的状态）" in before


def test_who_corrected_is_told_and_a_bad_day_is_refused(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ("--index", str(kept))
    card = _told(
        capsys, "meta", "收费.txt", "--set", "文号=云价〔2019〕7号", "--by", "张三", *where
    )
    assert "云价〔2019〕7号（人工更正，张三，" in card
    data = _told(capsys, "meta", "收费.txt", "--json", *where)
    assert '"who": "张三"' in data
    assert "人工更正" not in _told(capsys, "meta", "收费.txt", "--undo", "全部", *where)
    assert main(["meta", "收费.txt", "--as-of", "昨天", *where]) == 2
    assert "不是日期" in capsys.readouterr().err


def test_a_family_is_given_by_hand_survives_indexing_and_is_taken_back(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ("--index", str(kept))
    assert "版本：" not in _told(capsys, "meta", "收费.txt", *where)
    _told(capsys, "meta", "收费.txt", "--set", "所属规定=云山市犬只收容所名录", *where)
    PolicySearch.build([kept.parent / "库"], kept, Settings.from_env({}, index=kept), rebuild=True)
    for name in ("收费.txt", "名录.txt"):
        card = _told(capsys, "meta", name, *where)
        assert "版本：共 2 份" in card and "收费标准》" in card and "名录》" in card
    assert "所属规定：云山市犬只收容所名录（人工更正，" in _told(capsys, "meta", "收费.txt", *where)
    # a version that is none
    apart = _told(capsys, "meta", "新.txt", "--set", "family=", *where)
    assert "不是任何规定的版本" in apart and "版本：共" not in apart
    assert "版本：共" not in _told(capsys, "meta", "通知.txt", *where)
    for name in ("收费.txt", "新.txt"):
        _told(capsys, "meta", name, "--undo", "所属规定", *where)
    assert "版本：" not in _told(capsys, "meta", "收费.txt", *where)
    assert "版本：共 2 份" in _told(capsys, "meta", "新.txt", *where)


def test_a_state_given_by_hand_is_not_overruled_by_a_repeal(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ("--index", str(kept))
    card = _told(capsys, "meta", "通知.txt", "--set", "状态=现行有效", *where)
    assert "状态：现行有效（人工更正，" in card
    search = PolicySearch.open(kept, Settings.from_env({}, index=kept))
    assert search.states()[search.find("通知.txt").id] == "现行有效"
    _told(capsys, "meta", "通知.txt", "--undo", "状态", *where)


def test_a_number_given_by_hand_finds_its_repeal(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ("--index", str(kept))
    _told(capsys, "meta", "通知.txt", "--set", "文号=云政发〔2018〕5号", *where)
    told = _told(capsys, "relations", "新.txt", *where)
    assert "代替" not in told  # the number that it ends is another now
    _told(capsys, "meta", "通知.txt", "--undo", "文号", *where)
    assert "代替" in _told(capsys, "relations", "新.txt", *where)


def _of_one_name(count: int) -> list[Entry]:
    """Documents of one title, each of which ends the ones before it by that title alone."""
    mention = (Mention("废止", "工作规则", None, Span(0, 4)),)
    return [
        Entry(
            id=f"d{n:06}", name="工作规则", path=f"{n}.txt", sha256="", region=None,
            doc_number=None, years=(), status="", places=(), mentions=mention,
            date=f"{1900 + n // 300}-{n % 12 + 1:02}-{n % 28 + 1:02}",
        )
        for n in range(count)
    ]  # fmt: skip


def test_many_documents_of_one_name_are_related_in_linear_time() -> None:
    linear(lambda n: relations(_of_one_name(n)), 24_000)


def test_of_many_of_one_name_the_youngest_that_is_older_is_meant() -> None:
    entries = sorted(_of_one_name(1000), key=lambda one: (one.date or "", one.id))
    found = {one.source: one.target for one in relations(entries)}
    by_day = [one.date for one in entries]
    days = {one.id: one.date for one in entries}
    assert len(found) == sum(day > by_day[0] for day in by_day)
    for source, target in found.items():
        assert days[target] == max(day for day in by_day if day < days[source])
