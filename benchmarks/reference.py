"""The reference chain: a first Chinese search as most developers would build it.

rjieba's words (fine in documents, coarse in queries), bigrams at a third of their weight, Traditional folded to
Simplified, the title three times the text, the better field, no word required. Plainer still: Elasticsearch's ``cjk``
analyzer, every word optional or three quarters required. None of them finds pages.
"""

from __future__ import annotations

import re
import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import opencc
import rjieba
import tantivy
from elasticsearch import Elasticsearch
from elasticsearch.helpers import parallel_bulk
from tantivy import Occur, Query

from benchmarks.corpus import HAN, TEXT_FACETS
from benchmarks.measure import timed
from search.engines.types import ResourceDoc, SearchQuery
from tests.services import supply

Ask = Callable[[SearchQuery], int]
"""Run a query with facets and ten hits; return the total."""

WORD = re.compile(r"\w+")
simplified = opencc.OpenCC("t2s").convert


def fine(text: str) -> str:
    return " ".join(WORD.findall(" ".join(rjieba.cut_for_search(simplified(text).lower()))))


def coarse(text: str) -> str:
    return " ".join(WORD.findall(" ".join(rjieba.cut(simplified(text).lower()))))


def bigrams(text: str) -> str:
    runs = HAN.findall(simplified(text))
    return " ".join(run[at : at + 2] for run in runs for at in range(max(len(run) - 1, 1)))


FIELDS = (("title", 3.0), ("text", 1.0))


@contextmanager
def in_tantivy(docs: Sequence[ResourceDoc]) -> Iterator[tuple[float, Ask]]:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("id", fast=True)
    for field, _ in FIELDS:
        builder.add_text_field(f"{field}_words", tokenizer_name="cut", index_option="freq")
        builder.add_text_field(f"{field}_bigrams", tokenizer_name="cut", index_option="freq")
    for facet in TEXT_FACETS:
        builder.add_text_field(facet, tokenizer_name="raw", index_option="basic", fast=True)
    schema = builder.build()
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder:
        index = tantivy.Index(schema, path=str(Path(folder)))
        index.register_tokenizer("cut", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())

        def write() -> None:
            writer = index.writer(128_000_000, 2)
            for doc in docs:
                entry = tantivy.Document()
                entry.add_integer("id", doc.id)
                for field, text in (("title", doc.title), ("text", doc.pages[0].text)):
                    entry.add_text(f"{field}_words", fine(text))
                    entry.add_text(f"{field}_bigrams", bigrams(text))
                for facet in TEXT_FACETS:
                    entry.add_text(facet, doc.facets.get(facet, ("",))[0])
                writer.add_document(entry)
            writer.commit()
            writer.wait_merging_threads()
            index.reload()

        facets = {name: {"terms": {"field": name, "size": size}} for name, size in TEXT_FACETS.items()}

        def part(kind: str, tokens: list[str], weight: float) -> Query:
            better = []
            for field, boost in FIELDS:
                terms = [Query.term_query(schema, f"{field}_{kind}", token, "freq") for token in tokens]
                union = Query.boolean_query([(Occur.Should, term) for term in terms])
                better.append(Query.boost_query(union, boost * weight))
            return Query.disjunction_max_query(better)

        def ask(query: SearchQuery) -> int:
            wanted = Query.boolean_query(
                [
                    (Occur.Should, part("words", coarse(query.text).split(), 1.0)),
                    (Occur.Should, part("bigrams", bigrams(query.text).split(), 1 / 3)),
                ]
            )
            searcher = index.searcher()
            found = searcher.search(wanted, 10)
            searcher.aggregate(wanted, facets)
            searcher.fast_field_values("id", [address for _, address in found.hits])
            return int(found.count)  # type: ignore[attr-defined]  # tantivy's stubs forget it

        yield timed(write), ask


@contextmanager
def in_elasticsearch(docs: Sequence[ResourceDoc]) -> Iterator[tuple[float, Ask]]:
    text = {
        "properties": {
            "words": {"type": "text", "analyzer": "whitespace"},
            "bigrams": {"type": "text", "analyzer": "whitespace"},
        }
    }

    def entry(doc: ResourceDoc) -> dict[str, Any]:
        texts = (("title", doc.title), ("text", doc.pages[0].text))
        return {field: {"words": fine(value), "bigrams": bigrams(value)} for field, value in texts}

    def query(asked: SearchQuery) -> dict[str, Any]:
        words = [f"{field}.words^{boost}" for field, boost in FIELDS]
        pairs = [f"{field}.bigrams^{boost / 3:.3f}" for field, boost in FIELDS]
        return {
            "bool": {
                "should": [
                    {"multi_match": {"query": coarse(asked.text), "fields": words, "type": "best_fields"}},
                    {"multi_match": {"query": bigrams(asked.text), "fields": pairs, "type": "best_fields"}},
                ]
            }
        }

    yield from _elasticsearch(docs, text, entry, query)


@contextmanager
def with_cjk(docs: Sequence[ResourceDoc], strictness: dict[str, str]) -> Iterator[tuple[float, Ask]]:
    def query(asked: SearchQuery) -> dict[str, Any]:
        return {"multi_match": {"query": asked.text, "fields": ["title^3", "text"], **strictness}}

    yield from _elasticsearch(
        docs,
        {"type": "text", "analyzer": "cjk"},
        lambda doc: {"title": doc.title, "text": doc.pages[0].text},
        query,
    )


def _elasticsearch(
    docs: Sequence[ResourceDoc],
    text: dict[str, Any],
    entry: Callable[[ResourceDoc], dict[str, Any]],
    query: Callable[[SearchQuery], dict[str, Any]],
) -> Iterator[tuple[float, Ask]]:
    client = Elasticsearch(supply.up("elasticsearch")["SEARCH_URL"], request_timeout=120)
    index = f"bench-peer-{uuid.uuid4().hex[:8]}"
    properties = {"title": text, "text": text} | {name: {"type": "keyword"} for name in TEXT_FACETS}
    settings = {"number_of_replicas": 0, "refresh_interval": "-1"}
    mappings = {"properties": properties, "_source": {"enabled": False}}
    client.indices.create(index=index, mappings=mappings, settings=settings)

    def write() -> None:
        lines = (
            {"_index": index, "_id": str(doc.id), **entry(doc)} | {k: v[0] for k, v in doc.facets.items()}
            for doc in docs
        )
        assert all(ok for ok, _ in parallel_bulk(client, lines, thread_count=3, chunk_size=1000))
        client.indices.refresh(index=index)

    def ask(asked: SearchQuery) -> int:
        answer = client.search(
            index=index,
            query=query(asked),
            size=10,
            aggs={name: {"terms": {"field": name, "size": size}} for name, size in TEXT_FACETS.items()},
            track_total_hits=True,
        )
        return int(answer["hits"]["total"]["value"])

    try:
        yield timed(write), ask
    finally:
        client.indices.delete(index=index)
