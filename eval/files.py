"""Evaluation files: JSONL question sets, TREC qrels and runs, BEIR-style folders, saved runs."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from eval.records import SPLITS, Benchmark, BenchPassage, Gold, Qrel, QuestionItem, RunRow
from youju.errors import QuestionSetError
from youju.grids import SUFFIXES

_SHOWN = 20  # bad lines named in one message


def read_text(path: Path) -> str:
    """A UTF-8 file, gzip when its name ends in .gz; QuestionSetError when it cannot be read."""
    try:
        data = path.read_bytes()
        return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise QuestionSetError(
            f"{path} 不是 UTF-8 编码（第 {error.start} 字节处）；请另存为 UTF-8"
        ) from error
    except (OSError, EOFError, gzip.zlib.error) as error:  # type: ignore[attr-defined]
        raise QuestionSetError(f"无法读取评测文件 {path}（{error}）；请检查路径和权限") from error


def file_digest(path: Path) -> str:
    """First 12 hex digits of the sha256 of the file's text with \\n line ends, or of a sheet."""
    if path.suffix.lower() in SUFFIXES:
        return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    text = "\n".join(read_text(path).splitlines())
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:12]


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if line.strip():
            yield number, line.rstrip("\r")


def _refuse(path: Path, problems: list[tuple[int, str]]) -> None:
    if not problems:
        return
    shown = ";".join(f"第 {n} 行 {what}" for n, what in problems[:_SHOWN])
    more = f" 等 {len(problems)} 处" if len(problems) > _SHOWN else ""
    raise QuestionSetError(f"{path} 有误：{shown}{more}；请改正后重试")


# --- question sets -------------------------------------------------------------------------------


def read_questions(path: Path) -> list[QuestionItem]:
    """A question set in file order; QuestionSetError names every bad line and what is wrong.

    A spreadsheet is read as `eval.sheets` says, anything else as lines of JSON.
    """
    if path.suffix.lower() in SUFFIXES:
        from eval.sheets import read

        return read(path)
    items: list[QuestionItem] = []
    known: set[str] = set()
    problems: list[tuple[int, str]] = []
    for number, line in _lines(path):
        try:
            items.append(parse_question(json.loads(line)))
        except json.JSONDecodeError as error:
            problems.append((number, f"不是 JSON({error.msg})"))
        except RecursionError:
            problems.append((number, "不是 JSON(嵌套太深)"))
        except ValueError as error:
            problems.append((number, str(error)))
        else:
            if items[-1].id in known:
                problems.append((number, f"编号 {items[-1].id} 重复"))
            known.add(items[-1].id)
    _refuse(path, sorted(problems))
    if not items:
        raise QuestionSetError(f"{path} 里没有题目；请给出每行一题的 JSONL 文件")
    return items


def parse_question(row: Any) -> QuestionItem:
    """One decoded line; ValueError (a Chinese phrase) says what is wrong with it."""
    if not isinstance(row, dict):
        raise ValueError("不是 JSON 对象")
    try:
        json.dumps(row, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError("含有不完整的字符") from error
    for key in ("id", "question", "category"):
        if not isinstance(row.get(key), str) or not row[key].strip():
            raise ValueError(f"缺少文字字段 {key}")
    if any(char.isspace() for char in row["id"]):
        raise ValueError("编号 id 含有空白，无法写入 TREC 文件")
    if not isinstance(row.get("answerable"), bool):
        raise ValueError("字段 answerable 应为 true 或 false")
    split = row.get("split")
    if split is not None and split not in SPLITS:
        raise ValueError(f"字段 split 应为 {' 或 '.join(SPLITS)}")
    gold = tuple(_gold(entry) for entry in _list(row, "gold"))
    facts = tuple(_words(group, "must_contain") for group in _list(row, "must_contain"))
    if row["answerable"] and not gold:
        raise ValueError("可回答的题目没有 gold")
    if not row["answerable"] and (gold or facts):
        raise ValueError("不可回答的题目不应有 gold 或 must_contain")
    return QuestionItem(
        row["id"], row["question"], row["category"], row["answerable"], gold, facts, split
    )


def _gold(entry: Any) -> Gold:
    if not isinstance(entry, dict):
        raise ValueError("gold 的每一项应为对象")
    for key in ("doc", "quote"):
        if not isinstance(entry.get(key), str) or not entry[key].strip():
            raise ValueError(f"gold 缺少文字字段 {key}")
    alt = entry.get("alt") or []
    if isinstance(alt, list):  # a place may be told as gold is: {"quote": …}
        alt = [other.get("quote") if isinstance(other, dict) else other for other in alt]
    return Gold(entry["doc"], entry["quote"], _words(alt, "gold.alt") if alt else ())


def _list(row: dict[str, Any], key: str) -> list[Any]:
    value = row.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise ValueError(f"字段 {key} 应为数组")
    return value


def _words(value: Any, key: str) -> tuple[str, ...]:
    words = value if isinstance(value, list) else []
    if not words or not all(isinstance(word, str) and word.strip() for word in words):
        raise ValueError(f"{key} 的每一项应为非空的文字数组")
    return tuple(words)


def select_split(items: Iterable[QuestionItem], split: str) -> list[QuestionItem]:
    """The questions of one half (`tune`, `report`), or all of them."""
    return [item for item in items if split in ("all", item.split)]


# --- TREC ----------------------------------------------------------------------------------------


def write_qrels(path: Path, qrels: Iterable[Qrel]) -> None:
    """`qid 0 docid relevance` per line, ordered by query and document."""
    lines = [f"{_name(q.query_id)} 0 {_name(q.doc_id)} {q.relevance}" for q in sorted(qrels)]
    _write(path, lines)


def read_qrels(path: Path) -> list[Qrel]:
    """TREC qrels (four columns) or a query/document/relevance TSV with an optional header."""
    rows: list[Qrel] = []
    problems: list[tuple[int, str]] = []
    for number, line in _lines(path):
        fields = line.split()
        if len(fields) == 4:
            fields = [fields[0], fields[2], fields[3]]
        if len(fields) != 3:
            problems.append((number, f"应有 3 或 4 列，实有 {len(line.split())} 列"))
        elif _is_int(fields[2]):
            rows.append(Qrel(fields[0], fields[1], int(fields[2])))
        elif number > 1:
            problems.append((number, f"相关度 {fields[2]} 不是整数"))
    _refuse(path, problems)
    return rows


def _is_int(text: str) -> bool:
    return text.lstrip("+-").isascii() and text.lstrip("+-").isdigit()


def write_run(path: Path, rows: Iterable[RunRow], tag: str) -> None:
    """`qid Q0 docid rank score tag` per line, ordered by query and rank."""
    ordered = sorted(rows, key=lambda row: (row.query_id, row.rank, row.doc_id))
    _write(path, [
        f"{_name(r.query_id)} Q0 {_name(r.doc_id)} {r.rank} {r.score!r} {_name(tag)}"
        for r in ordered
    ])  # fmt: skip


def read_run(path: Path) -> list[RunRow]:
    """A TREC run; as in trec_eval the scores give the order (ties by id), not the rank column."""
    scores: dict[str, dict[str, float]] = {}
    problems: list[tuple[int, str]] = []
    for number, line in _lines(path):
        fields = line.split()
        try:
            query, _, doc, _, score, _ = fields
            value = float(score)
        except ValueError:
            problems.append((number, "应为 6 列:qid Q0 docid rank score tag,score 为数字"))
            continue
        if value != value:
            problems.append((number, "分数不是数字"))
        elif doc in scores.setdefault(query, {}):
            problems.append((number, f"{query} 的文档 {doc} 重复"))
        else:
            scores[query][doc] = value
    _refuse(path, problems)
    from eval.metrics import rank_rows

    return rank_rows(scores)


def _name(text: str) -> str:
    """A name fit for a blank-separated file."""
    if not text or any(char.isspace() for char in text):
        raise QuestionSetError(f"TREC 文件里的编号不能为空或含空白：{text!r}；请改名")
    return text


def _write(path: Path, lines: Iterable[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")


# --- BEIR-style folders --------------------------------------------------------------------------


def read_benchmark(folder: Path) -> Benchmark:
    """corpus.jsonl[.gz] (id, title, text[, doc]), queries.jsonl[.gz] (id, text), qrels.tsv.

    Passages of the same `doc` are parts of one document. `_id` is taken for `id` as in BEIR.
    Raises QuestionSetError for a missing file, a bad line, or a judgement of a query or passage
    that does not exist.
    """
    passages = [
        BenchPassage(row["id"], row.get("title") or "", row["text"], row.get("doc") or row["id"])
        for row in _rows(folder, "corpus.jsonl")
    ]
    queries = [(row["id"], row["text"]) for row in _rows(folder, "queries.jsonl")]
    qrels_path = folder / "qrels.tsv"
    qrels = read_qrels(qrels_path)
    known_docs, known_queries = {p.id for p in passages}, {q[0] for q in queries}
    unknown = [q for q in qrels if q.doc_id not in known_docs or q.query_id not in known_queries]
    if unknown:
        raise QuestionSetError(
            f"{qrels_path} 有 {len(unknown)} 条判断指向不存在的问题或段落"
            f"（如 {unknown[0].query_id} {unknown[0].doc_id}）；请检查是否为同一数据集"
        )
    return Benchmark(folder.resolve().name, tuple(passages), tuple(queries), tuple(qrels))


def _rows(folder: Path, name: str) -> list[dict[str, Any]]:
    path = folder / f"{name}.gz"
    path = path if path.exists() else folder / name
    rows: list[dict[str, Any]] = []
    problems: list[tuple[int, str]] = []
    for number, line in _lines(path):
        try:
            row = json.loads(line)
        except (json.JSONDecodeError, RecursionError):
            problems.append((number, "不是 JSON"))
            continue
        if isinstance(row, dict) and "id" not in row:
            row["id"] = row.get("_id")
        if not isinstance(row, dict) or not all(
            isinstance(row.get(k), str) for k in ("id", "text")
        ):
            problems.append((number, "缺少文字字段 id 或 text"))
        else:
            rows.append(row)
    _refuse(path, problems)
    return rows
