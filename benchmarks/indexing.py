"""Building an index through our engine against raw bulk writes of the same prepared documents."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import tantivy
from elasticsearch import Elasticsearch
from elasticsearch.helpers import parallel_bulk

from benchmarks.corpus import shipped_analyzer, source, text_docs
from benchmarks.engines import temporary_engine
from benchmarks.measure import timed
from benchmarks.report import Table, bars, publish
from search.engines.elastic.mapping import ANALYSIS, PageEntry, ResourceEntry, page_entries, resource_entry
from search.engines.embedded.documents import page_documents, resource_document
from search.engines.embedded.schema import page_schema, register, resource_schema
from search.engines.indexable import prepare
from search.engines.types import ResourceDoc
from tests.services import supply


def main(documents: int) -> None:
    docs = list(text_docs(documents))
    prepare(docs[0], shipped_analyzer())
    cutting = timed(lambda: [prepare(doc, shipped_analyzer()) for doc in docs])
    rows: list[list[object]] = []
    plot: dict[str, dict[str, float]] = {}
    for kind, raw in (("embedded", raw_tantivy), ("elasticsearch", raw_elastic)):
        # The best of two, in turns: other processes only ever add time.
        ours, alone, whole = float("inf"), float("inf"), float("inf")
        for _ in range(2):
            first, second = raw(docs)
            alone, whole = min(alone, first), min(whole, second)
            with temporary_engine(kind) as engine:
                ours = min(ours, timed(lambda engine=engine: rebuild(engine, docs)))
        rows.append([kind, documents / ours, documents / whole, whole / ours, documents / alone])
        plot[kind] = {"ours": documents / ours, "raw": documents / whole}
    publish(
        Table(
            "indexing",
            "Indexing against raw bulk",
            f"{documents:,} {source()}, each a resource with one page (two documents). Resources a"
            " second, from texts to a searchable index. *Raw* cuts and writes the same documents with the engine's own"
            " library (elasticsearch.helpers.parallel_bulk, tantivy's writer) and as many threads; *raw, cut before*"
            f" does not count the cutting, which alone takes {cutting:.1f} s of one core.",
            ["engine", "ours", "raw", "ours / raw", "raw, cut before"],
            [[kind, *(f"{rate:.0f}" if rate > 10 else rate for rate in rates)] for kind, *rates in rows],  # type: ignore[operator]
        ),
        plot=bars("Resources a second", "/s", plot),
    )


def rebuild(engine: Any, docs: list[ResourceDoc]) -> None:
    with engine.rebuild(shipped_analyzer().fingerprint) as new:
        new.add(docs)
        new.finish()


def raw_elastic(docs: list[ResourceDoc]) -> tuple[float, float]:
    """Seconds to (write prepared documents, prepare and write)."""
    client = Elasticsearch(supply.up("elasticsearch")["SEARCH_URL"], request_timeout=300)
    resources, pages = (f"bench-raw-{part}-{uuid.uuid4().hex[:8]}" for part in ("resources", "pages"))

    def actions() -> Iterator[dict[str, Any]]:
        for doc in docs:
            prepared = prepare(doc, shipped_analyzer())
            for id, entry in page_entries(prepared):
                yield {"_index": pages, "_id": id, "_source": entry}
            yield {"_index": resources, "_id": str(doc.id), "_source": resource_entry(prepared)}

    def write(lines: Any) -> None:
        for index, document in ((resources, ResourceEntry), (pages, PageEntry)):
            client.options(ignore_status=404).indices.delete(index=index)
            client.indices.create(
                index=index,
                mappings=document._doc_type.mapping.to_dict(),
                settings={"number_of_replicas": 0, "refresh_interval": "-1", "analysis": ANALYSIS},
            )
        for ok, item in parallel_bulk(client, lines, thread_count=3, chunk_size=1000, max_chunk_bytes=4_000_000):
            assert ok, item
        client.indices.refresh(index=[resources, pages])

    try:
        alone = timed(partial(write, list(actions())))
        return alone, timed(lambda: write(actions()))
    finally:
        client.indices.delete(index=[resources, pages])


def raw_tantivy(docs: list[ResourceDoc]) -> tuple[float, float]:
    def prepared() -> Iterator[tuple[tantivy.Document, list[tantivy.Document]]]:
        for doc in docs:
            each = prepare(doc, shipped_analyzer())
            yield resource_document(each), page_documents(each)

    def write(documents: Any) -> None:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            writers = []
            for part, schema in (("resources", resource_schema()), ("pages", page_schema())):
                place = Path(folder) / part
                place.mkdir()
                writers.append(register(tantivy.Index(schema, path=str(place))).writer(128_000_000, 2))
            for resource, pages in documents:
                writers[0].add_document(resource)
                for page in pages:
                    writers[1].add_document(page)
            for writer in writers:
                writer.commit()
                writer.wait_merging_threads()

    alone = timed(partial(write, list(prepared())))
    return alone, timed(lambda: write(prepared()))
