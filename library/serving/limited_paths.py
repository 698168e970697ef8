"""Which paths are limited, for the middleware and for gunicorn's worker.

Knows no Django, because the worker starts before it.
"""

from __future__ import annotations

import re

RATED = [
    (re.compile(r"/search/|/api/search"), "search", 1),
    (re.compile(r"/search/suggest"), "suggestion", 4),
    (re.compile(r"/k/[\w-]+/.*"), "class link", 8),
    (re.compile(r"/search/similar/\d+/|/r/\d+/(pages/)?"), "page", 4),
]
"""Paths, the name of their limit, and how many times as often as SEARCHES_PER_MINUTE allows."""


def rate_of(path: str) -> tuple[str, int]:
    """The name of the limit and its factor; an empty name for paths without a limit."""
    for pattern, kind, factor in RATED:
        if pattern.fullmatch(path):
            return kind, factor
    return "", 0


def kind_of(path: str) -> str:
    return rate_of(path)[0]


def share_of_threads(threads: int) -> int:
    """How many of the threads may answer limited paths at once."""
    return max(1, threads * 3 // 4)
