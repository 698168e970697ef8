"""The texts that speed and growth are measured on, as index documents and queries.

Generated course material by default (``material``). ``BENCHMARK_TEXTS``, or ``--texts``, names a file of real texts
instead: gzipped JSON lines with ``title``, ``text``, ``kind``, ``school`` and ``unit``.
"""

from benchmarks.corpus.documents import (
    DECK_FACETS,
    HAN,
    PAGES,
    TEXT_FACETS,
    TEXTS,
    deck_docs,
    queries,
    shipped_analyzer,
    source,
    text_docs,
)

__all__ = [
    "DECK_FACETS",
    "HAN",
    "PAGES",
    "TEXTS",
    "TEXT_FACETS",
    "deck_docs",
    "queries",
    "shipped_analyzer",
    "source",
    "text_docs",
]
