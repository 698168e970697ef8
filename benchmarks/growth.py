"""From ten thousand resources to a hundred thousand with a million pages: time, memory and disk."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.corpus import DECK_FACETS, PAGES, TEXTS, deck_docs, queries, source
from benchmarks.engines import KINDS, in_turn, persistent_engine, raw_calls, temporary_engine
from benchmarks.measure import Spread, megabytes, memory_megabytes, side_by_side
from benchmarks.report import Table, lines, publish
from benchmarks.search import suggest_calls
from search.engines.embedded import EmbeddedEngine

QUERIES = 200
ROUNDS = 3
STEPS = (0.1, 0.25, 0.5, 1.0)
BATCH = 500


def main(resources: int, keep: Path | None, kinds: Sequence[str] = KINDS) -> None:
    """``keep``: a folder with indexes of an earlier run, which are measured again and grow from there."""
    rows: list[list[object]] = []
    p95: dict[str, list[tuple[float, float]]] = {}
    for kind in kinds:
        asked = queries(QUERIES, DECK_FACETS)
        list(deck_docs(1, 1))
        without = memory_megabytes()
        with persistent_engine(kind, keep) if keep else temporary_engine(kind) as engine:
            done = engine.health().documents if keep else 0
            for share in STEPS:
                count = int(resources * share)
                if count < done:
                    continue
                seconds = grow(engine, done, count)
                found, raw = answers(engine, [lambda query=query: engine.search(query) for query in asked])
                typed, _ = answers(engine, suggest_calls(engine))
                disk, memory = sizes(engine, without)
                rows.append(
                    [
                        kind,
                        f"{count:,}",
                        f"{count * PAGES:,}",
                        str(found),
                        str(raw),
                        str(typed),
                        f"{disk:.0f}",
                        f"{disk / count * 10_000:.0f}",
                        f"{memory:.0f}",
                        f"{(count - done) / seconds:.0f}" if seconds else "–",
                    ]
                )
                done = count
                p95.setdefault(kind, []).append((count, found.p95))
                print(rows[-1], flush=True)
    publish(
        Table(
            "growth" if len(rows) > len(kinds) else "growth-largest",
            "Growth" if len(rows) > len(kinds) else "The largest size again",
            f"Decks of {PAGES} pages put together from {TEXTS:,} {source()}, written"
            f" live in batches of {BATCH}; then {QUERIES} queries of 2 to 6 characters, the first ten hits with page hits"
            " and eight facets, and prefixes while they are typed. *Raw* repeats the very calls to the engine's own"
            f" library, prepared beforehand. Milliseconds p50 / p95, best of {ROUNDS} per query, one thread; megabytes of"
            " disk, in all and for 10,000 resources; megabytes of memory (embedded: what this process holds because of"
            " the index, files mapped from disk not counted; Elasticsearch: heap in use); resources written a second.",
            ["engine", "resources", "pages", "search", "raw", "suggest", "disk", "per 10,000", "memory", "written/s"],
            rows,
        ),
        plot=lines("Search with eight facets, p95", "resources", "ms", p95),
    )


def grow(engine: Any, start: int, end: int) -> float:
    """Seconds to write decks ``start`` + 1 to ``end``, without the time to generate them."""
    seconds = 0.0
    for first in range(start + 1, end + 1, BATCH):
        docs = list(deck_docs(first, min(BATCH, end + 1 - first)))
        begun = time.perf_counter()
        engine.index(docs)
        seconds += time.perf_counter() - begun
    return seconds


def answers(engine: Any, calls: list[Any]) -> tuple[Spread, Spread]:
    """Ours and raw."""
    recorded = [in_turn(raw_calls(engine, call)) for call in calls]
    return side_by_side(calls, recorded, ROUNDS)


def sizes(engine: Any, without: float) -> tuple[float, float]:
    """(disk, memory) in megabytes."""
    if isinstance(engine, EmbeddedEngine):
        return megabytes(Path(engine._folder)), memory_megabytes() - without
    client = engine._connection.client
    stats = client.indices.stats(index=f"{engine._generations._prefix}-*", metric="store")
    heap = client.nodes.stats(metric="jvm")["nodes"].values()
    used = sum(node["jvm"]["mem"]["heap_used_in_bytes"] for node in heap)
    return stats["_all"]["total"]["store"]["size_in_bytes"] / 1e6, used / 1e6
