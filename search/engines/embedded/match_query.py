"""Compiles clauses to filters without scores, for totals and facets, which visit every match."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import tantivy
from tantivy import Occur, Query

from search.engines.embedded.query_compiler import compile_clause
from search.engines.embedded.schema import name
from search.engines.query_tree import AllOf, AnyOf, Best, Clause, Constant, Phrase, Step, Term, Weighted

Frequency = Callable[[str, str], int]
"""(tantivy's field, token) → how many documents hold it."""


def unscored(clause: Clause) -> Clause:
    """The same matches without weights and duplicates."""
    match clause:
        case Weighted(inner, _) | Constant(inner, _):
            return unscored(inner)
        case AllOf(clauses):
            parts = tuple(dict.fromkeys(unscored(part) for part in clauses))
            return parts[0] if len(parts) == 1 else AllOf(parts)
        case AnyOf(clauses, minimum) if minimum > 1:
            return AnyOf(tuple(unscored(part) for part in clauses), minimum)
        case AnyOf(clauses) | Best(clauses):
            parts = tuple(dict.fromkeys(unscored(part) for part in clauses))
            return parts[0] if len(parts) == 1 else AnyOf(parts)
        case _:
            return clause


def compile_match(clause: Clause, schema: tantivy.Schema) -> Query:
    """A filter for the documents that the clause matches."""
    return _compile(unscored(clause), schema)


class MatchCompiler:
    """Compiles the required clause of each step once for one schema."""

    def __init__(self, schema: tantivy.Schema) -> None:
        self.schema = schema

    def __call__(self, step: Step) -> Query:
        return step.cached(self, lambda: compile_match(step.must, self.schema))


def _compile(clause: Clause, schema: tantivy.Schema) -> Query:
    match clause:
        case AllOf(clauses):
            return Query.boolean_query([(Occur.Must, _compile(part, schema)) for part in clauses])
        case AnyOf(clauses, 1):
            phrases = [part for part in clauses if isinstance(part, Phrase)]
            cheap = [_compile(part, schema) for part in clauses if not isinstance(part, Phrase)]
            return _any([*cheap, *(_phrase_besides(phrase, cheap, schema) for phrase in phrases)])
        case _:
            return compile_clause(clause, schema)


def _any(queries: list[Query]) -> Query:
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Should, query) for query in queries])


def _phrase_besides(phrase: Phrase, cheap: list[Query], schema: tantivy.Schema) -> Query:
    """The phrase in documents that the ``cheap`` queries do not match.

    Nearly all documents with the phrase also have the word as a token, and comparing positions takes ten times as long.
    """
    row = compile_clause(phrase, schema)
    if not cheap:
        return row
    apart = [(Occur.Must, Query.term_query(schema, name(phrase.field), token, "basic")) for token in phrase.tokens]
    # Nested: otherwise tantivy compares positions first and excludes afterwards.
    left = Query.boolean_query([*apart, *((Occur.MustNot, query) for query in cheap)])
    return Query.boolean_query([(Occur.Must, left), (Occur.Must, row)])


def positions_compared(step: Step, frequency: Frequency) -> int:
    """About how many documents need their positions compared to score all matches of the step: the slow part."""
    phrases = step.cached(positions_compared, lambda: [*_phrases(AllOf((step.must, *step.should)))])
    return sum(min(frequency(name(phrase.field), token) for token in phrase.tokens) for phrase in phrases)


def _phrases(clause: Clause) -> Iterator[Phrase]:
    match clause:
        case Phrase():
            yield clause
        case Weighted(inner, _) | Constant(inner, _):
            yield from _phrases(inner)
        case AllOf(clauses) | AnyOf(clauses) | Best(clauses):
            for part in clauses:
                yield from _phrases(part)


def expected_share(clause: Clause, frequency: Frequency, documents: int) -> float:
    """The share of documents that match if words were independent. Real queries match more."""
    match clause:
        case Term(field, token):
            return frequency(name(field), token) / max(documents, 1)
        case Phrase(field, tokens):
            return min(frequency(name(field), token) for token in tokens) / max(documents, 1)
        case Weighted(inner, _) | Constant(inner, _):
            return expected_share(inner, frequency, documents)
        case AllOf(clauses):
            return math.prod(expected_share(part, frequency, documents) for part in clauses)
        case AnyOf(clauses) | Best(clauses):
            return max(expected_share(part, frequency, documents) for part in clauses)
        case _:
            return 0.0


def scoring_terms(step: Step) -> dict[Term, float]:
    """The single tokens that score in a step, with their weights.

    tantivy can rank by them without visiting every match.
    """
    found: dict[Term, float] = {}
    for clause in (step.must, *step.should):
        _collect(clause, 1.0, found)
    return found


def _collect(clause: Clause, weight: float, found: dict[Term, float]) -> None:
    match clause:
        case Term():
            found[clause] = found.get(clause, 0.0) + weight
        case Weighted(inner, factor):
            _collect(inner, weight * factor, found)
        case AllOf(clauses) | AnyOf(clauses) | Best(clauses):
            for part in clauses:
                _collect(part, weight, found)
        case Phrase(field, tokens):
            # Each token of a phrase gets an equal share of its weight.
            for token in tokens:
                _collect(Term(field, token), weight / len(tokens), found)


def constants(step: Step) -> list[Clause]:
    """The optional constants of a step: few matches with much weight (a title that is the query)."""
    return [clause for clause in step.should if isinstance(clause, Constant)]
