"""Small real things for tests of the index: a static model in a folder, documents, passages."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.encoder import StaticEncoder
from text.normalize import fold
from youju.records import Clause, Passage, PolicyDoc, PolicyMeta, Proven, SourceFile, Span

CORPUS = Path(__file__).parent.parent / "corpus"


def make_model(folder: Path, seed: int = 0, dimension: int = 16) -> Path:
    """A model2vec folder: one random vector per character of the corpus."""
    from model2vec import StaticModel
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers

    text = "".join(path.read_text("utf-8") for path in sorted(CORPUS.glob("*.txt")))
    characters = ["[UNK]", *sorted(set(fold(text)) - set(" \n"))]
    tokenizer = Tokenizer(models.WordLevel({c: i for i, c in enumerate(characters)}, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    vectors = np.random.default_rng(seed).normal(size=(len(characters), dimension))
    StaticModel(vectors.astype(np.float32), tokenizer).save_pretrained(folder)
    return folder


class CountingEncoder(StaticEncoder):
    """Remembers every text that it was asked to embed as a passage."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "counting")
        self.seen: list[str] = []

    def encode(self, texts: Sequence[str], *, is_query: bool = False) -> np.ndarray:
        if not is_query:
            self.seen.extend(texts)
        return super().encode(texts, is_query=is_query)


def make_doc(
    name: str, clauses: Sequence[str], *, region: str | None = None, **meta: object
) -> PolicyDoc:
    """A document whose first line is its title and whose other lines are its clauses."""
    title = f"{region or ''}{name}"
    text = "\n".join([title, *clauses])
    spans = []
    start = len(title) + 1
    for clause in clauses:
        spans.append(Span(start, start + len(clause)))
        start += len(clause) + 1
    top = Span(0, len(title))
    digest = hashlib.sha256(text.encode()).hexdigest()
    return PolicyDoc(
        id=name,
        source=SourceFile(f"docs/{name}.txt", digest, "txt", len(text.encode())),
        text=text,
        sha256=digest,
        meta=PolicyMeta(
            title=Proven(title, top),
            region=Proven(region, Span(0, len(region))) if region else None,
            **meta,  # type: ignore[arg-type]
        ),
        clauses=tuple(
            Clause(f"c{i}", "item", 1, f"{i}.", line[:4], (line[:4],), span, span)
            for i, (line, span) in enumerate(zip(clauses, spans, strict=True), 1)
        ),
    )


def make_passages(doc: PolicyDoc) -> list[Passage]:
    """One passage per clause."""
    return [
        Passage(
            f"{doc.id}:{i:04d}",
            doc.id,
            "clause",
            (clause.id,),
            clause.path,
            clause.span,
            f"{doc.name} {clause.heading}",
            fold(clause.span.of(doc.text)),
        )
        for i, clause in enumerate(doc.clauses, 1)
    ]


def some_docs() -> list[PolicyDoc]:
    """Three documents: two regions with like clauses, one void."""
    return [
        make_doc(
            "质量行动计划",
            [
                "一、服务质量。2015—2017年服务业顾客满意度逐年达到89%、90%、91%。",
                "二、农产品。到2017年，农产品监测合格率稳定在97%以上。",
                "三、信用建设。建立质量失信黑名单制度，对失信企业实施联合惩戒。",
            ],
            region="贵州省",
            period=(2015, 2017),
        ),
        make_doc(
            "实施意见",
            [
                "一、服务质量。到2015年，服务业顾客满意度达到80以上。",
                "二、工程质量。到2020年，大中型工程一次验收合格率达到100%。",
                "三、组织领导。市质监局牵头，各区县人民政府参加。",
            ],
            region="重庆市",
            written_on=Proven("2012-09-01", Span(0, 3)),
        ),
        make_doc(
            "旧办法",
            ["一、总则。企业应当对产品质量负责。", "二、附则。本办法自发布之日起施行。"],
            status="已废止",
        ),
    ]


def passages_of(docs: Sequence[PolicyDoc]) -> list[Passage]:
    """All passages of several documents."""
    return [passage for doc in docs for passage in make_passages(doc)]
