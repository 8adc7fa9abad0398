"""Documents → a searchable index on disk → ranked passages.

Imports `text`, `youju.records` and `youju.errors` only.

Build or update (what `youju.service` does; PATH objects are `pathlib.Path`, progress is optional):

    from index import build, encoder, persist, retrieve

    enc = encoder.load_encoder("bundled" | hub id | local path, offline=False)
        # MissingDependency, SettingsError
    with persist.building(root):                      # IndexBusy at once if another builds
        old = persist.previous(root, parameters)      # build.Previous | None; IndexCorrupt …
        old.remembered(), old.fits(enc)               # its documents unread; whether they may stay
        data = build.build(docs, passages, enc, previous=old, stay=ids, parameters={...},
                           progress=report)           # `docs` are those read anew
        persist.publish(root, data, progress=report)  # IndexWriteError; the generation's name

    build.build(docs: Sequence[PolicyDoc], passages: Sequence[Passage], encoder: Encoder, *,
                previous: build.Previous | None = None, stay: Sequence[str] = (),
                parameters: Mapping[str, str | int | float] = {},
                progress: Callable[[str, int, int], None] | None = None) -> IndexData
    `parameters` is whatever decides how documents become passages (say a reader version and a
    passage length). When it differs from the previous generation's, nothing of it is reused but
    the vectors of passages whose text is the same. `passages` belong to `docs`, in any order.
    The index is that of `docs` and of the documents of `previous` that `stay`: see merge.

Open and search:

    data = persist.load(root, enc, parameters)        # IndexMissing, IndexMismatch, IndexCorrupt
    index = retrieve.HybridIndex(data, enc, store="auto" | "faiss" | "exact",
                                 thesaurus=None | thesaurus.load(extra=PATH), ranker=None,
                                 methods=features.SCORES)   # fewer only for comparisons
    index.search(question, k, filters=None, method="hybrid" | "bm25" | "dense") -> list[Hit]
    index.documents() -> Sequence[PolicyDoc]          # read lazily, in id order
    index.document(doc_id) -> PolicyDoc               # KeyError
    index.embed(texts, is_query=False) -> np.ndarray  # unit vectors, float32 (len(texts), dim)
    index.also_searched(question) -> tuple[str, ...]  # official terms that the thesaurus added
    index.passages -> Sequence[Passage]               # read lazily, in id order
    index.catalog -> Catalog                          # names, regions, years; reads no document
    index.names() -> Names                            # documents found by how they are named

    persist.load(root: Path, encoder: Encoder | None,
                 parameters: Mapping | None = None) -> IndexData
    persist.manifest(root: Path) -> Manifest          # .encoder_name, .counts, .sources … (cheap)
    retrieve.HybridIndex needs no disk: `HybridIndex(build.build(docs, passages, enc), enc)` works.

A second look at the best hits (`Hit.parts["rerank"]`), optional:

    model = rerank.load_reranker(hub id | local path | None)   # SettingsError
    rerank.rerank(question, hits, model, top) -> list[Hit]

Ranking, for whoever fits it:

    found = index.candidates(question, filters=None)  # Candidates(rows, matrix)
    features.NAMES                                    # the columns of `matrix`, order is stable
    ranker.Ranker.score(matrix) -> float32 (n,)       # trees.load() is the default
    Hit.parts                                         # {name: value} of every feature

A user dictionary for word cutting is process-wide: `text.words.use_dictionary(PATH | None)`; call
it before building or loading, its digest is part of `text.words.fingerprint()` in the manifest.
"""
