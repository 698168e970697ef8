"""The rankers that are pooled and measured: both engines of the product, and three plain ones to beat."""

from __future__ import annotations

import contextlib
import heapq
import itertools
import math
import re
import tempfile
import unicodedata
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import opencc
from elasticsearch import Elasticsearch, helpers

from benchmarks import relevance
from search.analysis import Analyzer, default_dictionary, default_synonyms
from search.engines import Engine
from search.engines.elastic import ElasticEngine
from search.engines.embedded import EmbeddedEngine
from search.engines.types import EVERYTHING, SearchQuery

Document = dict[str, Any]
Ranker = Callable[[str], list[str]]
"""A query's text in, the ids of its first ten documents out, best first."""

DEPTH = 10


@contextlib.contextmanager
def embedded(documents: Sequence[Document]) -> Iterator[Ranker]:
    with tempfile.TemporaryDirectory(prefix="judged-") as folder:
        engine = EmbeddedEngine(Path(folder) / "index", shipped_analyzer())
        try:
            yield _of(engine, documents)
        finally:
            engine.close()


@contextlib.contextmanager
def elasticsearch(documents: Sequence[Document], url: str) -> Iterator[Ranker]:
    engine = ElasticEngine(url, f"judged-{uuid.uuid4().hex[:8]}", shipped_analyzer())
    try:
        yield _of(engine, documents)
    finally:
        engine.drop()


def shipped_analyzer() -> Analyzer:
    return Analyzer(dictionary=default_dictionary(), synonyms=default_synonyms())


def _of(engine: Engine, documents: Sequence[Document]) -> Ranker:
    relevance.fill(engine, tuple(documents))

    def rank(text: str) -> list[str]:
        results = engine.search(SearchQuery(text, access=frozenset({EVERYTHING}), size=DEPTH))
        return [str(documents[hit.id]["id"]) for hit in results.hits]

    return rank


@contextlib.contextmanager
def plain_index(documents: Sequence[Document], url: str, *, analyzer: str) -> Iterator[Ranker]:
    """An index on the same server with a stock analyzer over title and text."""
    client = Elasticsearch(url, request_timeout=60)
    name = f"judged-{analyzer}-{uuid.uuid4().hex[:8]}"
    field = {"type": "text", "analyzer": analyzer}
    client.indices.create(
        index=name,
        mappings={"properties": {"title": field, "text": field, "id": {"type": "keyword"}}},
        settings={"number_of_shards": 1, "number_of_replicas": 0},
    )
    try:
        helpers.bulk(client, ({"_index": name, "_source": document} for document in documents), refresh=True)

        def rank(text: str) -> list[str]:
            query = {"multi_match": {"query": text, "fields": ["title", "text"]}}
            answer = client.search(index=name, query=query, size=DEPTH, source=["id"])
            return [hit["_source"]["id"] for hit in answer["hits"]["hits"]]

        yield rank
    finally:
        client.indices.delete(index=name)
        client.close()


_RUN = re.compile(r"[㐀-鿿豈-﫿]+|[a-z0-9]+")
_SIMPLIFIED = opencc.OpenCC("t2s")


def _bigrams(text: str) -> list[str]:
    folded = _SIMPLIFIED.convert(unicodedata.normalize("NFKC", text).lower())
    found: list[str] = []
    for run in _RUN.findall(folded):
        if run.isascii() or len(run) == 1:
            found.append(run)
        else:
            found += map("".join, itertools.pairwise(run))
    return found


@contextlib.contextmanager
def bigram_bm25(documents: Sequence[Document], *, k1: float = 1.2, b: float = 0.75) -> Iterator[Ranker]:
    """BM25 over bigrams of title and text, Traditional folded: the public sets' reference."""
    postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
    lengths: list[int] = []
    for number, document in enumerate(documents):
        terms = Counter(_bigrams(f"{document['title']} {document['text']}"))
        lengths.append(terms.total())
        for term, count in terms.items():
            postings[term].append((number, count))
    mean = sum(lengths) / len(lengths)

    def rank(text: str) -> list[str]:
        scores: dict[int, float] = defaultdict(float)
        for term in set(_bigrams(text)):
            holding = postings.get(term, [])
            weight = math.log(1 + (len(lengths) - len(holding) + 0.5) / (len(holding) + 0.5))
            for number, count in holding:
                saturation = count + k1 * (1 - b + b * lengths[number] / mean)
                scores[number] += weight * count * (k1 + 1) / saturation
        best = heapq.nsmallest(DEPTH, scores, key=lambda number: (-scores[number], number))
        return [str(documents[number]["id"]) for number in best]

    yield rank


@contextlib.contextmanager
def everyone(documents: Sequence[Document], url: str) -> Iterator[dict[str, Ranker]]:
    with contextlib.ExitStack() as stack:
        yield {
            "embedded": stack.enter_context(embedded(documents)),
            "elasticsearch": stack.enter_context(elasticsearch(documents, url)),
            "cjk": stack.enter_context(plain_index(documents, url, analyzer="cjk")),
            "bigram": stack.enter_context(bigram_bm25(documents)),
            "standard": stack.enter_context(plain_index(documents, url, analyzer="standard")),
        }
