"""Names found by their characters are those that a look at every title finds."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import pytest
from qa_helpers import names_of

from index.names import Names
from index.postings import Postings
from qa.asked import names as asked_names
from qa.asked.names import named_documents
from text.normalize import fold
from text.places import same_place
from youju.records import DocName

PLACES = ["云山市", "贵州省", "重庆市", "浙江省嘉兴市", "青岩县", "全国", None]
MATTERS = [
    "环境噪声",
    "节约用水",
    "养老服务体系建设",
    "质量发展",
    "政务公开",
    "机动车停放",
    "ABC平台",
]
GENRES = [
    "管理办法",
    "三年行动计划（2015—2017年）",
    "实施意见",
    "条例",
    "工作方案",
    "规划",
    "若干问题解答",
]


def listed(count: int, seed: int = 0) -> list[DocName]:
    chance = random.Random(seed)
    names = []
    for number in range(count):
        place, matter, genre = (chance.choice(some) for some in (PLACES, MATTERS, GENRES))
        title = f"{place or ''}{matter}{genre}"
        issuing = f"关于印发《{title}》的通知" if chance.random() < 0.3 else title
        serial = (
            f"云政发〔20{chance.randint(10, 24)}〕{number}号" if chance.random() < 0.7 else None
        )
        also = (title,) if issuing != title else ()
        names.append(DocName(f"d{number:04d}", issuing, place, serial, also))
    return names


LISTED = listed(400)
NAMES = names_of(LISTED)


def every_title(normal: str, names: Sequence[DocName]) -> tuple[str, ...]:
    """The same by looking at all titles, one by one."""
    marks = asked_names.MARKS
    asked = marks.sub("", normal)
    titles = [(n.id, marks.sub("", fold(t))) for n in names for t in (n.title, *n.also)]
    found = {n.id for n in names if n.doc_number and fold(n.doc_number) in asked}
    whole = [(i, t) for i, t in titles if len(t) >= 6 and t in asked]
    found |= {i for i, t in whole if not any(t in o and t != o for _, o in whole)}
    if found:
        return tuple(sorted(found))
    quoted = [marks.sub("", name) for name in asked_names.QUOTED.findall(normal)]
    found = {i for i, t in titles if any(q in t or (len(t) >= 6 and t in q) for q in quoted)}
    if not found:
        lengths = [(i, asked_names._longest(asked, t)) for i, t in titles]
        best = max(length for _, length in lengths)
        found = {i for i, length in lengths if length == best and best > 0}
        found = found if len(found) <= 3 else set()
    return tuple(sorted(found))


def questions() -> list[str]:
    chance = random.Random(1)
    made = []
    for name in chance.sample(LISTED, 60):
        title = fold(name.title)
        start = chance.randint(0, max(0, len(title) - 8))
        part = title[start : start + chance.randint(6, 20)]
        made += [
            f"{title}什么时候施行", f"{part}由谁负责", f"{part}规定了多少",
            f"《{part[:12]}》有效吗", f"{fold(name.doc_number or '')}讲什么",
            f"{part}和{fold(LISTED[0].title)}有何不同",
        ]  # fmt: skip
    return made


def test_what_is_named_is_what_a_look_at_every_title_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked_names, "_LOOKED", len(LISTED))
    wrong = [q for q in questions() if named_documents(q, NAMES) != every_title(q, LISTED)]
    assert wrong == []


def test_a_name_that_too_many_titles_hold_names_none() -> None:
    many = names_of([DocName(f"{i:03d}", f"{i}镇殡葬管理条例", None, None) for i in range(200)])
    assert named_documents("《条例》由谁发布", many) == ()
    assert named_documents("《7镇殡葬管理条例》由谁发布", many)[:1] == ("007",)


@pytest.mark.parametrize("asked", ["云山", "贵州省", "嘉兴", "浙江", "嘉兴市", "火星", "全国"])
def test_who_speaks_for_a_place(asked: str) -> None:
    expect = [n.id for n in LISTED if n.region and same_place(asked, n.region)]
    speaking = NAMES.speaking([asked])
    assert list(speaking) == expect and len(speaking) == len(expect)
    assert all(i in speaking for i in expect) and "nobody" not in speaking
    assert list(speaking[:2]) == expect[:2]


def test_places_titles_and_ids() -> None:
    assert NAMES.places_in("青岩的停车") == [(0, "青岩县")] or NAMES.places_in("青岩县的停车")
    assert "养老" in NAMES.titles(()) and "石油" not in NAMES.titles(())
    assert "云山市养老" in NAMES.titles(["云山"]) and "贵州省" not in NAMES.titles(["云山"])
    with pytest.raises(KeyError):
        NAMES.of_ids(["nobody"])
    assert [n.id for n in NAMES.of_ids(["d0003", "d0001"])] == ["d0001", "d0003"]


def test_the_last_number_of_a_serial() -> None:
    few = [
        DocName("a", "甲办法", None, "云政发〔2021〕9号"),
        DocName("b", "乙办法", None, "云政发〔2021〕19号"),
        DocName("c", "丙办法", None, "云山市人民政府令第009号"),
        DocName("d", "丁办法", None, "云政办〔2020〕第9期"),
    ]
    names = names_of(few)
    assert list(names.numbered(9)) == ["a", "c"] and list(names.numbered(19)) == ["b"]
    assert list(names.numbered(2021)) == []
    assert names.numbered_like("云政发[2021]8号", 2) == few[:2]


def test_the_likest_are_those_that_hold_most() -> None:
    weights = {"养老": 1.0, "老服": 1.0, "体系": 2.0, "条例": 1.0}

    def weigh(title: str) -> float:
        return sum(w for pair, w in weights.items() if pair in fold(title))

    ranked = sorted(LISTED, key=lambda n: (-weigh(n.title), n.id))[:20]
    assert NAMES.likest(weights, NAMES.ids(), 20) == sorted(ranked, key=lambda n: n.id)
    few = ["d0007", "d0020"]
    assert [n.id for n in NAMES.likest(weights, few, 20)] == few


def test_from_disk(tmp_path) -> None:
    for name, content in NAMES.files():
        if isinstance(content, bytes):
            (tmp_path / name).write_bytes(content)
        else:
            np.save(tmp_path / name, content)
    again = Names.load(tmp_path, NAMES.entries)
    for question in questions()[:40]:
        assert named_documents(question, again) == named_documents(question, NAMES)
    assert list(again.regions()) == list(NAMES.regions())
    with pytest.raises(ValueError, match="documents"):
        Names.load(tmp_path, NAMES.entries[:3])


def test_postings() -> None:
    held = Postings.of({"ab": [1, 3, 5], "bc": [3, 4, 5], "x": [5]})
    assert held.get("ab").tolist() == [1, 3, 5] and held.get("nothing").tolist() == []
    assert held.common(["ab", "bc"]).tolist() == [3, 5]
    assert held.common(["ab", "bc", "x"]).tolist() == [5]
    assert held.common(["ab", "nothing"]).tolist() == held.common([]).tolist() == []
    assert held.beginning("abc") == ["ab"] and "x" in held and "y" not in held
    assert Postings.of({}).get("a").tolist() == []
