"""Completion while typing, corrections, and resources like this one."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from search.analysis import fold
from search.analysis.completion import Piece, prefix_readings
from search.analysis.corrections import Lookup, corrections
from search.engines.elastic.client import Connection, Json, post_search, post_searches
from search.engines.elastic.indices import Generation
from search.engines.elastic.mapping import clean
from search.engines.elastic.query_compiler import compiled, matching, multiplied, readable
from search.engines.query_builder import similar_resources
from search.engines.types import Hit, Suggestion

Found = TypeVar("Found")

ROUNDS = 4
"""The most requests for spellings of one correction. Each asks for all spellings that the last round lacked."""

_SPECIAL = re.compile(r'[.?+*|{}\[\]()"\\#@&<>~^$-]')

LONGEST_PREFIX = 100
"""Characters. No suggested keyword is longer."""


def complete(
    connection: Connection, generation: Generation, prefix: str, access: frozenset[str], size: int
) -> tuple[Suggestion, ...]:
    """Titles first (most used first, those that start with the prefix before others), then keywords."""
    readings = prefix_readings(prefix)
    if not readings:
        return ()
    typed = clean(fold(" ".join(prefix.split())))[:LONGEST_PREFIX]
    searches = [_titles(readings, access, size), spellings({f"k:{typed}": 4 * size}, access)]
    titles, keywords = post_searches(connection, generation.resources, searches)
    found: dict[str, Suggestion] = {}
    for hit in titles["hits"]["hits"]:
        text = hit["_source"]["label"]
        found.setdefault(text, Suggestion(text, hit["fields"]["id"][0]))
    terms = dict.fromkeys(bucket["key"].rpartition("|")[2] for bucket in keywords["aggregations"]["keys"]["buckets"])
    suggestions = list(found.values())[:size] + [Suggestion(term) for term in terms if term not in found]
    return tuple(suggestions[:size])


def _titles(readings: list[list[Piece]], access: frozenset[str], size: int) -> Json:
    options = [
        {"constant_score": {"filter": _reading(reading, mark), "boost": score}}
        for reading in readings
        for mark, score in (("^", 1.0), ("^^", 1.6))
    ]
    text = {"bool": {"must": [{"dis_max": {"queries": options}}], "filter": readable(access)}}
    # log(2 + popularity): popularity decides, unless it is about equal.
    use = {"field_value_factor": {"field": "popularity", "modifier": "log2p", "missing": 0}}
    query = {"function_score": {"query": text, "functions": [use], "boost_mode": "multiply"}}
    return {
        "query": query,
        "sort": [{"_score": "desc"}, {"id": "asc"}],
        "size": 3 * size,
        "_source": ["label"],
        "docvalue_fields": ["id"],
        "track_total_hits": False,
    }


def _reading(reading: list[Piece], mark: str) -> Json:
    forms = [piece.form for piece in reading]
    forms[0] = mark + forms[0]
    if not reading[-1].open:
        return {"match_phrase": {"complete": {"query": " ".join(forms), "analyzer": "whitespace"}}}
    if len(forms) == 1:
        return {"prefix": {"complete": {"value": forms[0]}}}
    return {"match_phrase_prefix": {"complete": {"query": " ".join(forms), "analyzer": "whitespace"}}}


def correct(
    connection: Connection, generation: Generation, text: str, access: frozenset[str], size: int
) -> tuple[str, ...]:
    words = generation.analyzer.synonyms.glossary.words
    return with_spellings(connection, generation, access, lambda lookup: corrections(text, lookup, size, words))


def find_similar(
    connection: Connection, generation: Generation, id: int, access: frozenset[str], size: int
) -> tuple[Hit, ...]:
    """Resources that share the rarer words of this one's title, keywords and headings."""
    own = {"term": {"id": id}}
    body: Json = {"query": matching(*readable(access), own), "size": 1, "_source": ["likeness"]}
    found = post_search(connection, generation.resources, body)["hits"]["hits"]
    clause = similar_resources(tuple(found[0]["_source"]["likeness"].split())) if found else None
    if clause is None:
        return ()
    wanted = {"bool": {"must": [compiled(clause)], "filter": readable(access), "must_not": [own]}}
    body = {
        "query": multiplied(wanted, "prior"),
        "sort": [{"_score": "desc"}, {"id": "asc"}],
        "size": size,
        "_source": False,
        "docvalue_fields": ["id"],
        "track_total_hits": False,
    }
    hits = post_search(connection, generation.resources, body)["hits"]["hits"]
    return tuple(Hit(hit["fields"]["id"][0], hit["_score"]) for hit in hits)


# the spellings that the index holds


def with_spellings(
    connection: Connection, generation: Generation, access: frozenset[str], search: Callable[[Lookup], Found]
) -> Found:
    """The result of ``search``, which is repeated until all spellings it looks up are known."""
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
    """The spellings with each prefix and how many visible resources have them. One request."""
    answer = post_search(connection, generation.resources, spellings(limits, access))
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
