"""The same queries to the reference chain, to a plain ``cjk`` index and to Wagtail's search."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.corpus import TEXT_FACETS, queries, source, text_docs
from benchmarks.engines import with_texts
from benchmarks.measure import Spread, spread, timed
from benchmarks.reference import Ask, in_elasticsearch, in_tantivy, with_cjk
from benchmarks.report import Table, bars, publish
from benchmarks.wagtail_peer.site import wagtail, wagtail_site
from search.engines.types import ResourceDoc, SearchQuery

QUERIES = 270
SLOW_QUERIES = 12
"""Queries for Wagtail, whose database search reads every row."""
HONEST = "健康观察"
LARGEST = 30_000
"""Texts for Wagtail: its database search takes seconds for a query."""
WARM = 2
"""Passes that do not count: the Java server compiles code that runs often."""
ROUNDS = 4


def main(documents: int, keep: Path | None = None) -> None:
    rows: list[list[object]] = []
    plot: dict[str, dict[str, float]] = {}
    docs = list(text_docs(documents))
    for part, peers, count in (
        (docs, engines(docs, keep), QUERIES),
        (docs[:LARGEST], None, SLOW_QUERIES),
    ):
        drawn = queries(2 * count, TEXT_FACETS, documents)
        asked, others = drawn[:count], drawn[count:]
        with ExitStack() as stack:
            if peers is None:
                stack.enter_context(wagtail_site(part))
                peers = {"Wagtail, Elasticsearch 8": wagtail("default"), "Wagtail, database": wagtail("database")}
            opened = {name: stack.enter_context(peer) for name, peer in peers.items()}
            asks = {name: ask for name, (_, ask) in opened.items()}
            found = in_rotation(asks, asked, warm=WARM, rounds=ROUNDS)
            # Last, when the server is warm.
            once = in_rotation(asks, others, warm=0, rounds=1)
            for name, (seconds, ask) in opened.items():
                total = ask(SearchQuery(HONEST, access=asked[0].access, facet_sizes=TEXT_FACETS))
                rate = f"{len(part) / seconds:.0f}" if seconds else "–"
                rows.append([name, f"{len(part):,}", count, str(found[name]), str(once[name]), f"{total:,}", rate])
                plot[name] = {"p50": found[name].p50}
                print(rows[-1], flush=True)
    holding = sum(HONEST in doc.title or HONEST in doc.pages[0].text for doc in docs)
    publish(
        Table(
            "peers",
            "Other searches on the same texts",
            f"The {source()} (how many: second column); queries of 2 to 6 characters, the first ten hits and four"
            " facets; all of a group are asked each query, in another order each time, milliseconds p50 / p95, client"
            f" side, one thread: *again*, the best of {ROUNDS} for queries that were asked before, as those of many teachers"
            " are; *first time*, as many other queries, each asked once. *Reference chain*: rjieba's words and bigrams, folded, title"
            " three times the text, no word required (benchmarks/reference.py), on tantivy in process and on the same"
            f" Elasticsearch. *{HONEST}*: how many are said to be found; {holding} of {len(docs):,} texts hold it (ours"
            " counts the nine in ten that a visitor may see). Ours also finds page hits, which the others don't.",
            ["search", "texts", "queries", "again", "first time", HONEST, "indexed/s"],
            rows,
        ),
        plot=bars("First ten hits and four facets", "ms", plot),
    )


def engines(docs: Sequence[ResourceDoc], keep: Path | None) -> dict[str, Any]:
    return {
        "ours, embedded": ours("embedded", len(docs), keep),
        "reference chain, tantivy": in_tantivy(docs),
        "ours, Elasticsearch": ours("elasticsearch", len(docs), keep),
        "reference chain, Elasticsearch": in_elasticsearch(docs),
        "Elasticsearch, cjk analyzer": with_cjk(docs, {}),
        "Elasticsearch, cjk, 2<75%": with_cjk(docs, {"minimum_should_match": "2<75%"}),
    }


@contextmanager
def ours(kind: str, documents: int, keep: Path | None) -> Iterator[tuple[float, Ask]]:
    with with_texts(kind, documents, keep) as (engine, seconds):
        yield seconds, lambda query: engine.search(query).total


def in_rotation(peers: dict[str, Ask], asked: Sequence[SearchQuery], *, warm: int, rounds: int) -> dict[str, Spread]:
    """Ask every peer each query in shuffled order, so that other processes slow all peers alike."""
    best = {name: [float("inf")] * len(asked) for name in peers}
    order = list(peers.items())
    shuffled = random.Random(1)
    for turn in range(warm + rounds):
        for place, query in enumerate(asked):
            shuffled.shuffle(order)
            for name, ask in order:
                seconds = timed(_once(ask, query))
                if turn >= warm:
                    best[name][place] = min(best[name][place], seconds)
    return {name: spread(values) for name, values in best.items()}


def _once(ask: Ask, query: SearchQuery) -> Callable[[], object]:
    return lambda: ask(query)
