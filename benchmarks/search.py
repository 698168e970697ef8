"""Our search() and suggest() against the raw calls they are made of."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.corpus import TEXT_FACETS, queries, source
from benchmarks.engines import KINDS, in_turn, raw_calls, with_texts
from benchmarks.measure import side_by_side
from benchmarks.report import Table, bars, publish

QUERIES = 270
ROUNDS = 15
PREFIXES = (
    "观",
    "观察",
    "gc",
    "guancha",
    "活动",
    "huodong",
    "anquan",
    "aq",
    "婴幼er",
    "托",
    "食物",
    "swgm",
    "med",
    "教育xi",
)


def main(documents: int, keep: Path | None = None) -> None:
    rows: list[list[object]] = []
    plot: dict[str, dict[str, float]] = {}
    for kind in KINDS:
        with with_texts(kind, documents, keep) as (engine, _):
            for what, calls in (("search", search_calls(engine, documents)), ("suggest", suggest_calls(engine))):
                recorded = [in_turn(raw_calls(engine, call)) for call in calls]
                ours, raw = side_by_side(calls, recorded, ROUNDS)
                rows.append([kind, what, len(calls), str(ours), str(raw), ours.p50 / raw.p50, ours.p95 / raw.p95])
                plot[f"{kind} {what}"] = {"ours, p50": ours.p50, "raw, p50": raw.p50}
    publish(
        Table(
            "search",
            "Search and suggest against the raw engine",
            f"{documents:,} {source()}, each a resource of one page; {QUERIES} queries of 2 to 6 characters,"
            " the first ten hits with page hits and four facets; then prefixes while they are typed. *Raw* repeats the"
            " very calls to the engine's own library (elasticsearch-py, tantivy) that the answer was made of, prepared"
            " beforehand. Milliseconds, p50 / p95, best of fifteen per query, one thread.",
            ["engine", "call", "queries", "ours", "raw", "ratio p50", "ratio p95"],
            rows,
        ),
        plot=bars("Ours and raw", "ms", plot),
    )


def search_calls(engine: Any, documents: int) -> list[Callable[[], object]]:
    return [lambda query=query: engine.search(query) for query in queries(QUERIES, TEXT_FACETS, documents)]


def suggest_calls(engine: Any) -> list[Callable[[], object]]:
    access = frozenset({"public"})
    return [lambda prefix=prefix: engine.suggest(prefix, access, 8) for prefix in PREFIXES for _ in range(3)]
