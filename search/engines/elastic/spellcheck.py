"""Which spellings the viewer's resources hold (``analysis.completion.spellings``), asked for in as few requests as can be."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from search.analysis.corrections import Lookup
from search.engines.elastic.asking import Json, ask
from search.engines.elastic.client import Connection
from search.engines.elastic.indices import Generation
from search.engines.elastic.mapping import clean
from search.engines.elastic.query_compiler import matching, readable

Found = TypeVar("Found")

ROUNDS = 4
"""Corrections ask for spellings in at most so many requests, each for all that the round before showed missing."""

_SPECIAL = re.compile(r'[.?+*|{}\[\]()"\\#@&<>~^$-]')


def with_spellings(
    connection: Connection, generation: Generation, access: frozenset[str], search: Callable[[Lookup], Found]
) -> Found:
    """What ``search`` makes of the spellings it looks up; it is run again until it misses none."""
    known: dict[str, list[tuple[str, int]]] = {}
    missing: dict[str, int] = {}

    def lookup(prefix: str, limit: int) -> list[tuple[str, int]]:
        if prefix not in known:
            missing[prefix] = limit
        return known.get(prefix, [])[:limit]

    for _ in range(ROUNDS):
        found = search(lookup)
        if not missing:
            return found
        known |= _look_up(connection, generation, missing, access)
        missing.clear()
    return search(lookup)


def _look_up(
    connection: Connection, generation: Generation, limits: dict[str, int], access: frozenset[str]
) -> dict[str, list[tuple[str, int]]]:
    """The spellings under several prefixes, with the number of visible resources that have each; one request."""
    answer = ask(connection, generation.resources, spellings(limits, access))
    found: dict[str, list[tuple[str, int]]] = {prefix: [] for prefix in limits}
    for bucket in answer["aggregations"]["keys"]["buckets"]:
        for prefix, keys in found.items():
            if bucket["key"].startswith(prefix):
                keys.append((bucket["key"], bucket["doc_count"]))
    return found


def spellings(limits: dict[str, int], access: frozenset[str]) -> Json:
    prefixes = [clean(prefix) for prefix in limits]
    starts = [{"prefix": {"spellings": {"value": prefix}}} for prefix in prefixes]
    include = "|".join(f"{_SPECIAL.sub(_escaped, prefix)}.*" for prefix in prefixes)
    return {
        "query": matching(*readable(access), {"bool": {"should": starts}}),
        "size": 0,
        "track_total_hits": False,
        "aggs": {"keys": {"terms": {"field": "spellings", "include": include, "size": sum(limits.values())}}},
    }


def _escaped(match: re.Match[str]) -> str:
    return f"\\{match.group()}"
