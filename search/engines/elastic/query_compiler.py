"""Compiles the query tree to Elasticsearch queries.

The result is plain JSON: a search has about a hundred clauses, and building an object for each takes longer than some searches.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import assert_never

from search.engines.elastic.client import Json
from search.engines.elastic.mapping import clean
from search.engines.query_tree import AgeOverlap, AllOf, AnyOf, Best, Clause, Constant, Phrase, Step, Term, Weighted
from search.engines.types import EVERYTHING


def compiled(clause: Clause, boost: float = 1.0) -> Json:
    match clause:
        case Term(field, token) | Phrase(field, (token,)):
            return {"term": {field.value: {"value": token, "boost": boost}}}
        case Phrase(field, tokens):
            return {"match_phrase": {field.value: {"query": " ".join(tokens), "boost": boost}}}
        case AgeOverlap(low, high):
            overlap = {"age_months": {"gte": low, "lte": high, "relation": "intersects"}}
            return {"constant_score": {"filter": {"range": overlap}, "boost": 0.0}}
        case Weighted(inner, weight):
            return compiled(inner, boost * weight)
        case Constant(inner, score):
            return {"constant_score": {"filter": compiled(inner), "boost": boost * score}}
        case AnyOf(clauses, minimum):
            return {"bool": {"should": _each(clauses, boost), "minimum_should_match": minimum}}
        case AllOf(clauses):
            return {"bool": {"must": _each(clauses, boost)}}
        case Best(clauses):
            return {"dis_max": {"queries": _each(clauses, boost)}}
        case _:
            assert_never(clause)


def _each(clauses: Iterable[Clause], boost: float) -> list[Json]:
    # A boost on the parts equals a boost on their sum or maximum, and no query is left without a score.
    return [compiled(clause, boost) for clause in clauses]


def scored(step: Step, filters: Sequence[Json]) -> Json:
    """One step with its scoring clauses, and filters that do not score."""
    joined = step.cached(_joined, lambda: _joined(step) or ())
    if joined:
        should = step.cached(scored, lambda: _each((*joined, *step.should[1:]), 1.0))
        return {"bool": {"should": should, "filter": [found_by(step), *filters]}}
    return {"bool": {"must": [found_by(step)], "should": _scoring(step), "filter": [*filters]}}


def _joined(step: Step) -> tuple[Clause] | None:
    """One clause for the scores of the required words and of the text, if both look for the same words.

    r + max(t, h) = max(t + r, h + r), for required words r, text t and title h. The score of a word in the text is then
    computed once for each document, and the required words only filter.
    """
    required = step.must.clauses if isinstance(step.must, AllOf) else (step.must,)
    match step.should[:1]:
        case (Best((AnyOf(text, 1), title)),):
            weights = {each.clause: each.weight for each in required if isinstance(each, Weighted)}
            joined = [
                Weighted(each.clause, each.weight + weights.pop(each.clause))
                if isinstance(each, Weighted) and each.clause in weights
                else each
                for each in text
            ]
            if not weights and all(isinstance(each, Weighted) for each in required):
                return (Best((AnyOf(tuple(joined)), AllOf((title, *required)))),)
    return None


def found_by(step: Step) -> Json:
    """The required clause of a step."""
    return step.cached(found_by, lambda: compiled(step.must))


def _scoring(step: Step) -> list[Json]:
    return step.cached(_scoring, lambda: _each(step.should, 1.0))


def matching(*filters: Json) -> Json:
    """Documents that match all filters, without a score. Without filters: every document."""
    return {"bool": {"filter": [*filters]}} if filters else {"match_all": {}}


def multiplied(query: Json, field: str) -> Json:
    """The query with its scores multiplied by a number of the document."""
    factor = {"field_value_factor": {"field": field, "missing": 1}}
    return {"function_score": {"query": query, "functions": [factor], "boost_mode": "multiply"}}


def readable(access: Iterable[str]) -> list[Json]:
    """A filter for resources that share one of these access tokens. Tombstones have none."""
    tokens = sorted(clean(token) for token in access)
    if EVERYTHING in tokens:
        return [{"term": {"live": True}}]
    return [{"terms": {"access": tokens}}]


def chosen(filters: Mapping[str, tuple[str, ...]], age_months: int | None, *, without: str = "") -> list[Json]:
    """Filters for the chosen facets and age. ``without`` leaves out one facet, to count its values."""
    picked: list[Json] = [
        {"terms": {f"facets.{facet}": sorted(clean(value) for value in values)}}
        for facet, values in filters.items()
        if values and facet != without
    ]
    if age_months is not None:
        picked.append({"term": {"age_months": age_months}})
    return picked
