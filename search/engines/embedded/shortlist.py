"""A shortlist for queries with very many matches: rank by single tokens first, then score the best ones in full.

Phrases are slow: in a union, tantivy compares the positions of a phrase in every document with its tokens. On a shortlist it
compares them in these documents only.
"""

from __future__ import annotations

import tantivy
from tantivy import Occur, Query

from search.engines.embedded.match_query import (
    compile_match,
    constants,
    expected_share,
    positions_compared,
    scoring_terms,
    unscored,
)
from search.engines.embedded.query_compiler import compile_clause
from search.engines.embedded.schema import name
from search.engines.query_tree import Field, Step, Term

COSTLY = 25_000
"""Documents whose positions a search may compare: a few milliseconds, about what a shortlist costs. Below it every match is
scored."""

SHORTLIST_SIZE = 150
"""Documents on a shortlist. If no more match, the shortlist is exact."""

OVERSAMPLING = 5
"""A shortlist must keep this many times the requested hits after the viewer's filters."""

COMMON = 200_000
"""Document frequency above which a token is left out: it says little and takes longest."""

_TEXT = frozenset({Field.ALL_WORDS, Field.ALL_BIGRAMS, Field.PAGE_WORDS, Field.PAGE_BIGRAMS})
_UNCOUNTED = frozenset({Field.ALL_UNIGRAMS, Field.TITLE_UNIGRAMS, Field.PAGE_UNIGRAMS})
"""Single characters are indexed without counts, so they cannot rank."""

Found = list[tuple[object, tantivy.DocAddress]]


def is_costly(step: Step, searcher: tantivy.Searcher) -> bool:
    return positions_compared(step, searcher.doc_freq) > COSTLY


def exceeds_shortlist(step: Step, searcher: tantivy.Searcher) -> bool:
    """Whether far more documents match than a shortlist holds, estimated without counting."""
    share = expected_share(unscored(step.must), searcher.doc_freq, searcher.num_docs)
    return share * searcher.num_docs > 20 * SHORTLIST_SIZE


def find_matches(
    searcher: tantivy.Searcher, schema: tantivy.Schema, step: Step, filters: list[Query], limit: int
) -> tuple[Found, int]:
    """Up to ``limit`` matches in no useful order, and the total."""
    parts = [(Occur.Must, each) for each in (compile_match(step.must, schema), *filters)]
    result = searcher.search(Query.const_score_query(Query.boolean_query(parts), 0.0), limit)
    return list(result.hits), int(result.count or 0)  # type: ignore[attr-defined]  # tantivy's stubs forget it


def best_by_single_tokens(searcher: tantivy.Searcher, schema: tantivy.Schema, step: Step) -> Found:
    """The best documents by single tokens, whether they match the step or not, and those with a constant of the step."""
    weights = {term: weight for term, weight in scoring_terms(step).items() if term.field not in _UNCOUNTED}
    text = {term: weight for term, weight in weights.items() if term.field in _TEXT}
    # Separate searches: the step takes the better of text and title, never the sum.
    others = {term: weight for term, weight in weights.items() if term.field not in _TEXT}
    found: Found = []
    for terms in (_without_common(text, searcher), others):
        if terms:
            found += searcher.search(_union(terms, schema), SHORTLIST_SIZE, count=False).hits
    preferred = [(Occur.Should, compile_clause(clause, schema)) for clause in constants(step)]
    if preferred:
        parts = [(Occur.Must, Query.boolean_query(preferred)), (Occur.Should, _union(weights, schema))]
        found += searcher.search(Query.boolean_query(parts), SHORTLIST_SIZE // 3, count=False).hits
    return found


def _union(terms: dict[Term, float], schema: tantivy.Schema) -> Query:
    return Query.boolean_query(
        [
            (Occur.Should, Query.boost_query(Query.term_query(schema, name(term.field), term.token, "freq"), weight))
            for term, weight in terms.items()
        ]
    )


def _without_common(terms: dict[Term, float], searcher: tantivy.Searcher) -> dict[Term, float]:
    """Without the most common tokens, if others are left."""
    rest = {t: weight for t, weight in terms.items() if searcher.doc_freq(name(t.field), t.token) <= COMMON}
    return rest or terms


def resource_ids(searcher: tantivy.Searcher, field: str, found: Found) -> list[int]:
    """The distinct resource ids of these documents."""
    values = searcher.fast_field_values(field, [address for _, address in found])
    return list(dict.fromkeys(int(value or 0) for value in values))
