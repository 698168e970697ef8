"""Compiles the query tree to tantivy queries."""

from __future__ import annotations

from collections.abc import Iterable

import tantivy
from tantivy import Occur, Query

from search.engines.embedded.schema import name
from search.engines.query_tree import (
    AgeOverlap,
    AllOf,
    AnyOf,
    Best,
    Clause,
    Constant,
    Field,
    Phrase,
    Step,
    Term,
    Weighted,
)
from search.engines.types import EVERYTHING

_WITHOUT_COUNTS = frozenset(field for field in Field if field.value.endswith((".exact", ".unigrams")))

_LONG = frozenset({Field.ALL_BIGRAMS, Field.PAGE_BIGRAMS})

Parts = tuple[tuple[Occur, Query], list[tuple[Occur, Query]]]
"""The required query of a step, and the scoring ones."""

OLDEST = 1200
"""Months; no age range reaches further."""


def compile_clause(clause: Clause, schema: tantivy.Schema, within: Query | None = None) -> Query:
    """``within``: a filter for phrases in long texts, which are then compared in these documents only."""
    match clause:
        case Term() | Phrase():
            try:
                return _compile_tokens(clause, schema, within)
            except ValueError:
                # The index has an older schema without this field: it answers without it until it is rebuilt.
                return Query.empty_query()
        case Weighted(inner, weight):
            return Query.boost_query(compile_clause(inner, schema, within), weight)
        case Constant(inner, score):
            return Query.const_score_query(compile_clause(inner, schema, within), score)
        case AnyOf(clauses, minimum):
            parts = [(Occur.Should, compile_clause(part, schema, within)) for part in clauses]
            return Query.boolean_query(parts, minimum_number_should_match=minimum if minimum > 1 else None)
        case AllOf(clauses):
            return Query.boolean_query([(Occur.Must, compile_clause(part, schema, within)) for part in clauses])
        case Best(clauses):
            return Query.disjunction_max_query([compile_clause(part, schema, within) for part in clauses])
        case AgeOverlap(low, high):
            months = list(range(max(low, 0), min(high, OLDEST) + 1))
            return Query.const_score_query(Query.term_set_query(schema, "months", months), 0.0)


def _compile_tokens(clause: Term | Phrase, schema: tantivy.Schema, within: Query | None) -> Query:
    if isinstance(clause, Term):
        option = "basic" if clause.field in _WITHOUT_COUNTS else "freq"
        return Query.term_query(schema, name(clause.field), clause.token, option)
    phrase = Query.phrase_query(schema, name(clause.field), list(clause.tokens))
    if within is None or clause.field not in _LONG:
        return phrase
    return Query.boolean_query([(Occur.Must, within), (Occur.Must, phrase)])


class StepCompiler:
    """Compiles each step once for one schema."""

    def __init__(self, schema: tantivy.Schema) -> None:
        self.schema = schema

    def __call__(self, step: Step, filters: Iterable[Query] = (), within: Query | None = None) -> Query:
        """The step with filters that do not score. ``within`` must be None or one of them."""
        must, should = self._parts(step, within) if within is not None else step.cached(self, lambda: self._parts(step))
        return Query.boolean_query([must, *[(Occur.Must, each) for each in filters], *should])

    def _parts(self, step: Step, within: Query | None = None) -> Parts:
        must = Occur.Must, compile_clause(step.must, self.schema, within)
        return must, [(Occur.Should, compile_clause(clause, self.schema, within)) for clause in step.should]


def one_of(schema: tantivy.Schema, field: str, values: Iterable[str] | Iterable[int]) -> Query:
    """A filter without score: the field holds one of the values. Without values, nothing matches."""
    terms = [Query.term_query(schema, field, value, "basic") for value in values]
    if len(terms) == 1:
        return Query.const_score_query(terms[0], 0.0)
    # Not a term set: tantivy builds an automaton for it on each search, which takes longer than most searches.
    return Query.const_score_query(Query.boolean_query([(Occur.Should, term) for term in terms]), 0.0)


def askable(values: Iterable[str]) -> list[str]:
    """Without values that no index can hold: those with lone surrogates."""
    return sorted(value for value in values if not any("\ud800" <= character <= "\udfff" for character in value))


def readable(schema: tantivy.Schema, access: frozenset[str]) -> Query:
    """A filter for resources that share one of these access tokens.

    Live ones all have ``*``, tombstones have none.
    """
    return one_of(schema, "access", [EVERYTHING] if EVERYTHING in access else askable(access))


def total_of(result: tantivy.SearchResult) -> int:
    return int(result.count or 0)  # type: ignore[attr-defined]  # tantivy's stubs forget it
