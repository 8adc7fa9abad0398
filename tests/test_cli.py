from __future__ import annotations

import errno
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import filelock
import openpyxl
import pytest

from youju import cli
from youju.records import Answer, Encoder
from youju.service import PolicySearch
from youju.settings import PRODUCT_ROOT

Run = Callable[..., SimpleNamespace]
HEAVY = {"torch", "onnx", "gradio", "matplotlib", "sentence_transformers", "lxml", "pandas"}
QUESTION = "贵州省2017年农产品质量安全监测合格率要达到多少？"
SHORT = "贵州2017年驰名商标要多少个？"


@pytest.fixture
def run(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, bundled: Encoder
) -> Run:
    """`cli.main` in this process, with the encoder that is already loaded: code, out, err."""
    monkeypatch.setattr("index.encoder.load_encoder", lambda name: bundled)
    for name in os.environ:
        if name.startswith("YOUJU_"):
            monkeypatch.delenv(name)

    def call(*argv: object, stdin: bytes = b"") -> SimpleNamespace:
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(stdin)))
        try:
            code = cli.main([str(arg) for arg in argv])
        except SystemExit as stop:
            code = int(stop.code or 0)
        out, err = capfd.readouterr()
        return SimpleNamespace(code=code, out=out, err=err)

    return call


def _sheet(folder: Path, text: str) -> Path:
    path = folder / "q.csv"
    path.write_text(text, "utf-8")
    return path


def _environ() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("YOUJU_")}


def _process(*argv: object, **options: object) -> subprocess.Popen[bytes]:
    env = {**_environ(), "PYTHONIOENCODING": "latin-1", "NO_COLOR": ""}
    command = [sys.executable, str(PRODUCT_ROOT / "cli.py"), *map(str, argv)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, env=env, **{**pipes, **options})  # type: ignore[call-overload, no-any-return]


def _one_sentence(err: str) -> None:
    assert re.search(r"[\u4e00-\u9fff]", err), err
    assert len(err.strip().splitlines()) == 1 and err.strip().endswith("。"), err
    assert "Traceback" not in err and "Error" not in err


# --- what it prints ------------------------------------------------------------------------------


def test_ask_for_people(run: Run, corpus_index: Path) -> None:
    found = run("ask", "--index", corpus_index, QUESTION)
    assert found.code == 0 and found.err == ""
    assert "98%" in found.out and "[1] 《" in found.out and "›" in found.out
    assert re.search(r"corpus/.*\.txt 第 \d+–\d+ 字", found.out)
    assert "\x1b" not in found.out  # not a terminal: no colour


def test_ask_joins_words_of_the_question(run: Run, corpus_index: Path) -> None:
    found = run("ask", "--json", "--index", corpus_index, "贵州", "文号")
    assert json.loads(found.out)["question"] == "贵州 文号"


def test_refusal_shows_the_nearest_clauses(run: Run, corpus_index: Path) -> None:
    found = run("ask", "--index", corpus_index, "上海市地铁票价是多少？")
    assert found.code == 0 and "最接近的条款" in found.out


def test_a_near_miss_is_refused_with_its_citation(run: Run, corpus_index: Path) -> None:
    question = "贵州2030年森林覆盖率目标"
    found = run("ask", "--index", corpus_index, question)
    assert found.code == 0 and "最近的是2017年：森林覆盖率达到50%以上[1]" in found.out
    assert re.search(r"^\[1\] 《", found.out, re.MULTILINE) and found.out.count("没有2030年") == 1
    told = json.loads(run("ask", "--json", "--index", corpus_index, question).out)
    assert told["refused"] and len(told["citations"]) == 1 and "[1]" not in told["reason"]


def test_how_sure_an_answer_is_stands_beside_it(run: Run, corpus_index: Path) -> None:
    at = ("--no-reader", "--index", corpus_index)
    assert re.search("〔(确定|可能)〕", run("ask", *at, QUESTION).out)
    assert "〔未找到〕" in run("ask", *at, "What is the tax in Berlin?").out
    told = json.loads(run("ask", *at, "--json", QUESTION).out)
    assert 0 <= told["confidence"] <= 1


def test_which_reader_reads(run: Run, corpus_index: Path, tmp_path: Path) -> None:
    def parts(*flags: object) -> set[str]:
        told = run("search", "--json", "--explain", *flags, "--index", corpus_index, "名牌产品")
        return set(json.loads(told.out)["hits"][0]["parts"])

    assert "reader" not in parts("--no-reader")
    wrong = run("ask", "--reader", tmp_path / "none", "--index", corpus_index, "质量")
    assert wrong.code == 2 and "阅读模型" in wrong.err
    _one_sentence(wrong.err)
    both = run("ask", "--reader", "bundled", "--no-reader", "--index", corpus_index, "质量")
    assert both.code == 2
    _one_sentence(both.err)


def test_a_damaged_model_is_told_and_the_answer_given(
    run: Run, corpus_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reader.bundled.BundledReader.__init__.__defaults__", (tmp_path,))
    found = run("ask", "--json", "--index", corpus_index, QUESTION)
    assert found.code == 0 and "98%" in json.loads(found.out)["answer"]
    assert "阅读模型" in found.err and found.err.count("\n") == 1


def test_search_json_and_explain(run: Run, corpus_index: Path) -> None:
    found = json.loads(run("search", "--json", "--index", corpus_index, "名牌产品").out)
    assert len(found["hits"]) == 10 and set(found) == {"question", "hits", "timings_ms"}
    assert "parts" not in found["hits"][0]
    told = json.loads(run("search", "--json", "--explain", "--index", corpus_index, "名牌产品").out)
    assert told["hits"][0]["parts"] and isinstance(told["also_searched"], list)
    shown = run("search", "-k", 2, "--explain", "--index", corpus_index, "名牌产品")
    assert shown.code == 0 and len(re.findall(r"^\d+\. 《", shown.out, re.MULTILINE)) == 2
    assert re.search(r"^ {5}\w+ = -?\d", shown.out, re.MULTILINE)


def test_filters_narrow_and_unknown_ones_tell(run: Run, corpus_index: Path) -> None:
    at = ("--json", "--index", corpus_index)
    hits = json.loads(run("search", *at, "--doc", "重庆", "质量").out)["hits"]
    assert hits and {"重庆" in hit["source"] for hit in hits} == {True}
    hits = json.loads(run("search", *at, "--region", "江苏", "--in-force", "质量").out)["hits"]
    assert hits == []  # the document of Jiangsu is void
    for flags in (("--doc", "火星"), ("--region", "火星")):
        told = run("search", *at, *flags, "质量")
        assert told.code == 2 and "火星" in told.err and told.out == ""


def test_show_prints_the_original(run: Run, corpus_index: Path) -> None:
    at = ("--index", corpus_index)
    [doc] = (PRODUCT_ROOT / "corpus").glob("贵州*")
    original = doc.read_bytes().decode("utf-8-sig")
    assert run("show", "贵州", *at).out == original + "\n"
    assert run("show", "贵州", "--span", "10:20", *at).out == original[10:20] + "\n"
    asked = json.loads(run("ask", "--json", *at, QUESTION).out)["citations"][0]
    place = f"{asked['start']}:{asked['end']}"
    shown = run("show", asked["doc_id"], "--span", place, "--json", *at)
    assert json.loads(shown.out)["text"] == asked["quote"]
    for wrong in (("--span", "0:99999999"), ("--span", "5:1"), ("--clause", "none")):
        told = run("show", "贵州", *wrong, *at)
        assert told.code == 2 and told.out == ""
        _one_sentence(told.err)


def test_ingest_prints_documents(run: Run, library: Path) -> None:
    found = run("ingest", library, "--json")
    docs = [json.loads(line) for line in found.out.splitlines()]
    assert [doc["source"] for doc in docs] == ["文件/乙.txt", "文件/甲.txt"]
    assert docs[0]["metadata"]["doc_number"]["value"] == "云政发〔2022〕8号"
    assert docs[1]["clauses"] and docs[1]["passages"]
    shown = run("ingest", library)
    assert "文号：云政发〔2022〕8号" in shown.out and "第三条" in shown.out


def test_index_then_ask(run: Run, library: Path, tmp_path: Path) -> None:
    at = ("--index", tmp_path / "索引")
    made = run("index", library, *at)
    assert made.code == 0 and "2 份文件" in made.out
    asked = json.loads(run("ask", "--json", *at, "夜间施工噪声不能超过多少分贝？").out)
    assert "55" in asked["answer"] and asked["citations"][0]["source"] == "文件/甲.txt"
    again = json.loads(run("index", library, *at, "--json").out)
    assert again["read"] == [] and len(again["reused"]) == 2


def test_a_file_of_another_kind_is_named_in_a_sentence(run: Run, tmp_path: Path) -> None:
    good, bad = tmp_path / "甲.txt", tmp_path / "乙.docx"
    good.write_text("云山市停车办法\n第一条 停车每小时收费五元。\n", "utf-8")
    bad.write_bytes(b"\x00\x01")
    made = run("index", good, bad, "--index", tmp_path / "索引")
    assert made.code in (0, 2) and "1 份文件" in made.out
    assert "乙.docx：内容不是" in made.err and "：的" not in made.err


# --- streams -------------------------------------------------------------------------------------


def test_a_bad_line_does_not_stop_the_stream(run: Run, corpus_index: Path) -> None:
    lines = f"{QUESTION}\n\n？？？\n".encode() + b"\xff\xfe\n" + "名牌产品".encode()
    found = run("ask", "--json", "--index", corpus_index, "-", stdin=lines)
    objects = [json.loads(line) for line in found.out.splitlines()]
    assert [("error" in each) for each in objects] == [False, True, True, True, False]
    assert objects[0]["question"] == QUESTION and objects[4]["question"] == "名牌产品"
    assert "第 4 行" in objects[3]["error"]
    assert found.code == 2


def test_our_fault_on_one_line_does_not_stop_the_stream(
    run: Run, corpus_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from youju.service import PolicySearch

    ask = PolicySearch.ask

    def failing(self: PolicySearch, text: str, *rest: object, **more: object) -> object:
        if text == "坏":
            raise ZeroDivisionError
        return ask(self, text, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(PolicySearch, "ask", failing)
    found = run("ask", "--json", "--index", corpus_index, "-", stdin="坏\n质量\n".encode())
    first, second = map(json.loads, found.out.splitlines())
    assert first["error"].startswith("程序内部出错") and "answer" in second
    assert found.code == 1


def test_stream_answers_line_by_line(corpus_index: Path) -> None:
    process = _process("ask", "--json", "--index", corpus_index, "-")
    assert process.stdin and process.stdout
    for question in ("贵州省的文号是什么？", "江苏的文件还有效吗？"):
        process.stdin.write(f"{question}\n".encode())
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["question"] == question
    process.stdin.close()
    assert process.wait(120) == 0


# --- bad input: one clear sentence, exit code 2 --------------------------------------------------


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("", "空的"),
        ("  \t", "空的"),
        ("？！……", "标点"),
        ("质" * 10_000, "太长"),
        ("\x00\x1b", "空的"),
    ],
)
def test_questions_that_cannot_be_asked(
    run: Run, corpus_index: Path, question: str, word: str
) -> None:
    for command in ("ask", "search"):
        told = run(command, "--json", "--index", corpus_index, question)
        assert told.code == 2 and told.out == "" and word in told.err
        _one_sentence(told.err)


@pytest.mark.parametrize("question", ["How high is the tax in Berlin?", "😀", "a\x07b\x1bc"])
def test_odd_questions_are_refused_properly(run: Run, corpus_index: Path, question: str) -> None:
    found = run("ask", "--json", "--index", corpus_index, question)
    answer = json.loads(found.out)
    assert found.code == 0 and answer["refused"] and not answer["citations"]


@pytest.mark.parametrize(
    "argv",
    [
        (),
        ("ask",),
        ("fly", "x"),
        ("ask", "-k", "many", "质量"),
        ("ask", "-k", "0", "质量"),
        ("ask", "--method", "magic", "质量"),
        ("ask", "--year", "去年", "质量"),
        ("show", "贵州", "--span", "x"),
        ("show", "贵州", "--span", "0:1", "--clause", "x"),
        ("index",),
        ("index", ""),
    ],
)
def test_bad_usage(run: Run, corpus_index: Path, argv: tuple[str, ...]) -> None:
    extra = ("--index", corpus_index) if len(argv) > 1 and argv[0] != "fly" else ()
    told = run(*argv, *extra)
    assert told.code == 2 and told.out == ""
    _one_sentence(told.err)


def test_an_index_that_is_not_there(run: Run, tmp_path: Path) -> None:
    for command in (("ask", "质量"), ("search", "质量"), ("show", "贵州")):
        told = run(*command, "--index", tmp_path / "none")
        assert told.code == 2
        _one_sentence(told.err)
    assert not (tmp_path / "none").exists()


def _break(path: Path, how: str) -> None:
    if how == "binary":
        path.write_bytes(bytes(range(256)) * 64)
    elif how == "encrypted":
        path.write_bytes(os.urandom(4096))
    elif how == "truncated":
        path.write_bytes("云山市管理办法".encode("gb18030")[:-1])
    elif how == "empty":
        path.write_bytes(b"")
    elif how == "unreadable":
        path.unlink()
        path.symlink_to(path.parent / "nowhere.txt")
    elif how == "missing":
        path.unlink()


@pytest.mark.parametrize("how", ["binary", "encrypted", "empty", "unreadable", "missing"])
def test_files_that_cannot_be_read_keep_the_last_index(
    run: Run, library: Path, tmp_path: Path, how: str
) -> None:
    at = ("--index", tmp_path / "索引")
    run("index", library, *at)
    bad = tmp_path / "坏.txt"
    bad.write_text("x", "utf-8")
    _break(bad, how)
    told = run("index", bad, *at)
    assert told.code == 2 and told.out == "" and told.err.strip()
    assert "Traceback" not in told.err and "。" in told.err
    assert run("ask", *at, "夜间施工噪声不能超过多少分贝？").code == 0


def test_empty_and_missing_folders(run: Run, tmp_path: Path) -> None:
    (tmp_path / "空").mkdir()
    for folder in ("空", "没有"):
        for command in (("ingest",), ("index", "--index", tmp_path / "x")):
            told = run(*command, tmp_path / folder)
            assert told.code == 2 and told.out == ""
            _one_sentence(told.err)


def test_one_bad_file_among_good_ones_is_told(run: Run, library: Path, tmp_path: Path) -> None:
    _break(library / "坏.txt", "binary")
    (library / "甲二.txt").write_bytes((library / "甲.txt").read_bytes())
    told = run("index", library, "--index", tmp_path / "索引")
    assert told.code == 0 and "2 份文件" in told.out
    assert "坏.txt" in told.err and "内容相同" in told.err


def test_disk_full_while_publishing(
    run: Run, library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = ("--index", tmp_path / "索引")
    run("index", library, *at)
    (library / "丙.txt").write_text("云山市第三办法\n第一条 试行。\n", "utf-8")
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", _no_space)
        told = run("index", library, *at)
    assert told.code == 2 and told.out == ""
    _one_sentence(told.err)
    assert json.loads(run("search", "--json", *at, "噪声").out)["hits"]
    assert "3 份文件" in run("index", library, *at).out


def _no_space(handle: int) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_index_of_another_encoder_or_version(
    run: Run, library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bundled: Encoder
) -> None:
    at = ("--index", tmp_path / "索引")
    run("index", library, *at)
    with monkeypatch.context() as patched:
        patched.setattr("youju.builds.reader_version", lambda: "another")
        told = run("ask", *at, "噪声")
        assert told.code == 2 and "重新建立" in told.err
        _one_sentence(told.err)
    with monkeypatch.context() as patched:
        patched.setattr(bundled, "revision", "another")
        told = run("ask", *at, "噪声")
        assert told.code == 2 and "重新建立" in told.err
    assert run("ask", *at, "噪声").code == 0


def test_corrupted_index_is_told_and_can_be_rebuilt(
    run: Run, library: Path, tmp_path: Path
) -> None:
    root = tmp_path / "索引"
    run("index", library, "--index", root)
    files = sorted(p for p in root.glob("gen-*/**/*") if p.is_file() and p.stat().st_size > 8)
    for path in (*{path.suffix: path for path in files}.values(), *root.glob("gen-*/manifest*")):
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
        told = run("ask", "--index", root, "夜间噪声")
        assert told.code == 2, path
        _one_sentence(told.err)
        path.write_bytes(whole)
    (root / "CURRENT").write_text("nonsense", "utf-8")
    assert run("ask", "--index", root, "夜间噪声").code == 2
    assert run("index", library, "--index", root).code == 0
    assert run("ask", "--index", root, "夜间噪声").code == 0


def test_two_builds_at_once(run: Run, library: Path, tmp_path: Path) -> None:
    root = tmp_path / "索引"
    run("index", library, "--index", root)
    with filelock.FileLock(root / "build.lock"):
        told = run("index", library, "--index", root)
        assert told.code == 2
        _one_sentence(told.err)
        assert run("search", "--index", root, "噪声").code == 0


def test_impossible_settings(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YOUJU_STORE", "oracle")
    told = run("ask", "质量")
    assert told.code == 2 and "YOUJU_STORE" in told.err
    _one_sentence(told.err)


# --- the process ---------------------------------------------------------------------------------


def test_our_fault_is_one_sentence_and_a_traceback_only_when_asked(
    run: Run, corpus_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("youju.service.PolicySearch.search", lambda *a: 1 / 0)
    told = run("search", "--index", corpus_index, "质量")
    assert told.code == 1 and told.err.startswith("程序内部出错")
    _one_sentence(told.err)
    monkeypatch.setenv("YOUJU_DEBUG", "1")
    assert "ZeroDivisionError" in run("search", "--index", corpus_index, "质量").err


def test_asking_imports_nothing_heavy(corpus_index: Path) -> None:
    code = (
        "import sys, cli; sys.argv[0] = 'cli.py'\n"
        f"code = cli.main(['ask', '--json', '--index', {str(corpus_index)!r}, '贵州 文号'])\n"
        "print(' '.join(sys.modules), file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PRODUCT_ROOT, capture_output=True, check=True
    )
    loaded = {name.split(".")[0] for name in done.stderr.decode().split()}
    assert not loaded & HEAVY, loaded & HEAVY


def test_a_reader_that_leaves_early(corpus_index: Path) -> None:
    process = _process("show", "重庆", "--index", corpus_index)
    assert process.stdout and process.stderr
    process.stdout.close()
    assert process.wait(120) == 0 and process.stderr.read() == b""


def test_interruption_is_quiet(corpus_index: Path) -> None:
    process = _process("ask", "--json", "--index", corpus_index, "-")
    assert process.stdin and process.stdout and process.stderr
    process.stdin.write("质量\n".encode())
    process.stdin.flush()
    assert process.stdout.readline()
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    assert process.wait(120) == 130
    assert process.stderr.read().decode() == "已中断。\n"


def test_colour_only_on_a_terminal(corpus_index: Path) -> None:
    import pty

    outputs = {}
    for no_color in ("", "1"):
        primary, secondary = pty.openpty()
        env = {**_environ(), "NO_COLOR": no_color, "TERM": "xterm"}
        command = [sys.executable, str(PRODUCT_ROOT / "cli.py"), "search", "-k", "1"]
        subprocess.run(
            [*command, "--index", str(corpus_index), "质量"], env=env, stdout=secondary, check=True
        )
        os.close(secondary)
        outputs[no_color] = os.read(primary, 65536)
        os.close(primary)
    assert b"\x1b[" in outputs[""] and b"\x1b" not in outputs["1"]


@pytest.mark.parametrize("command", [(), ("ask",), ("search",), ("index",), ("ingest",), ("show",)])
def test_help_is_chinese(run: Run, command: tuple[str, ...]) -> None:
    told = run(*command, "--help")
    assert told.code == 0 and told.out.startswith("用法：")
    assert not re.search(r"usage|positional|options|arguments", told.out)


# --- verify --------------------------------------------------------------------------------------


def test_verify_says_where_a_quotation_stands(run: Run, corpus_index: Path) -> None:
    quote = "饮用水源水质达标率逐年达到94%、95%、96%"
    found = run("verify", "--index", corpus_index, quote)
    assert found.code == 0 and "逐字相同" in found.out and "贵州" in found.out
    place = json.loads(run("verify", "--json", "--index", corpus_index, quote).out)["places"][0]
    shown = run("show", place["doc_id"], "--span", f"{place['start']}:{place['end']}",
                "--index", corpus_index)  # fmt: skip
    assert shown.out.rstrip("\n") == quote


def test_verify_marks_what_differs(run: Run, corpus_index: Path) -> None:
    wrong = "饮用水源水质达标率逐年达到94%、99%、96%"
    found = run("verify", "--index", corpus_index, "-", stdin=wrong.encode())
    assert found.code == 0 and "[-95%-]{+99%+}" in found.out and "不能作为引文" in found.out
    empty = run("verify", "--index", corpus_index, "，。")
    assert empty.code == 2
    _one_sentence(empty.err)
    bad = run("verify", "--index", corpus_index, "-", stdin=b"\xff\xfe\xfa")
    assert bad.code == 2
    _one_sentence(bad.err)


# --- files to take away --------------------------------------------------------------------------


def test_a_sheet_on_the_command_line(
    run: Run,
    corpus_index: Path,
    tmp_path: Path,
) -> None:
    given = _sheet(tmp_path, f"问题\n{SHORT}\n？？\n")
    out = tmp_path / "out.xlsx"
    common = ("--index", corpus_index, "--no-reader")
    made = run("ask", "--xlsx", given, "--out", out, *common)
    assert made.code == 2 and "第 3 行：问题里只有标点" in made.err and "已作答 1 题" in made.out
    assert openpyxl.load_workbook(out).sheetnames == ["回答", "引文"]
    made = run("ask", "--csv", given, "--out", tmp_path / "out.csv", *common)
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    for wrong, says in (
        (("--xlsx", given), "--out"),
        (("--xlsx", given, "--out", tmp_path / "x.docx"), "类型不支持"),
        (("--xlsx", given, "--out", tmp_path / "无" / "x.xlsx"), "无法写入"),
        (("--xlsx", tmp_path / "没有.xlsx", "--out", out), "无法读取"),
        (("问", "--xlsx", given, "--out", out), "不再另写问题"),
        ((), "缺少参数：问题"),
        (("问", "--out", tmp_path / "x.exe"), "类型不支持"),
    ):
        told = run("ask", *wrong, *common)
        assert told.code == 2 and says in told.err, (wrong, told.err)


def test_an_answer_into_a_file(run: Run, corpus_index: Path, tmp_path: Path) -> None:
    common = ("--index", corpus_index, "--no-reader")
    for kind in ("docx", "md", "txt"):
        out = tmp_path / f"a.{kind}"
        made = run("ask", SHORT, "--out", out, *common)
        assert made.code == 0 and "50个" in made.out and "已写入" in made.err
        assert out.stat().st_size > 200
    both = run("ask", "-", "--out", tmp_path / "b.txt", *common, stdin=f"{SHORT}\n？？\n".encode())
    assert both.code == 2 and (tmp_path / "b.txt").read_text("utf-8").count("问：") == 1


def test_an_interrupted_batch_leaves_nothing(
    run: Run,
    corpus_index: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = _sheet(tmp_path, f"问题\n{SHORT}\n{SHORT}\n")

    def interrupted(*args: object, **kwargs: object) -> Answer:
        raise KeyboardInterrupt

    monkeypatch.setattr(PolicySearch, "ask", interrupted)
    out = tmp_path / "out.xlsx"
    made = run("ask", "--xlsx", given, "--out", out, "--index", corpus_index, "--no-reader")
    assert made.code == 130 and sorted(tmp_path.iterdir()) == [given]
