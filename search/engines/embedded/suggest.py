"""Completion while typing, corrections, and resources like this one."""

from __future__ import annotations

from collections.abc import Iterator

import tantivy
from tantivy import Occur, Query

from search.analysis import fold
from search.analysis.completion import Piece, prefix_readings
from search.analysis.corrections import corrections
from search.engines.embedded.index_folder import Generation
from search.engines.embedded.query_compiler import compile_clause, readable
from search.engines.embedded.searcher import Searcher
from search.engines.query_builder import similar_resources
from search.engines.types import Hit, Suggestion

_MOST_EXPANSIONS = 60
"""Words or syllables that an unfinished one is expanded to."""


def suggest(generation: Generation, prefix: str, access: frozenset[str], size: int) -> tuple[Suggestion, ...]:
    """Titles first (most used first, those that start with the prefix before others), then keywords."""
    reader = Searcher(generation)
    readings = prefix_readings(prefix)
    if not readings:
        return ()
    found = _titles(generation, reader, readings, access, size)
    if len(found) < size:
        taken = {suggestion.text for suggestion in found}
        found += [Suggestion(term) for term in _keywords(generation, reader, prefix, access, size) if term not in taken]
    return tuple(found[:size])


def _titles(
    generation: Generation, reader: Searcher, readings: list[list[Piece]], access: frozenset[str], size: int
) -> list[Suggestion]:
    schema = generation.resource_schema
    options: list[Query] = []
    for reading in readings:
        for mark, score in (("^", 1.0), ("^^", 1.6)):
            query = _reading(reader, schema, reading, mark)
            if query is not None:
                options.append(Query.const_score_query(query, score))
    if not options:
        return []
    wanted = Query.boolean_query(
        [(Occur.Must, Query.disjunction_max_query(options)), (Occur.Must, readable(schema, access))]
    )
    # tantivy multiplies the score by log2(2 + popularity): popularity decides, unless it is about equal.
    hits = list(reader.resources.search(wanted, 3 * size, count=False, weight_by_field="popularity").hits)
    found: dict[str, int] = {}
    for place, (_, address) in enumerate(hits):
        title = bytes(reader.resources.doc(address).get_first("title") or b"").decode()
        if title:
            found.setdefault(title, place)
        if len(found) == size:
            break
    ids = reader.column("id", [hits[place] for place in found.values()])
    return [Suggestion(title, id) for title, id in zip(found, ids, strict=True)]


def _reading(reader: Searcher, schema: tantivy.Schema, reading: list[Piece], mark: str) -> Query | None:
    forms = [piece.form for piece in reading]
    forms[0] = mark + forms[0]
    if len(forms) == 1:
        words = _expanded(reader, forms[0]) if reading[0].open else forms
        if not words:
            return None
        if len(words) == 1:
            return Query.term_query(schema, "complete", words[0], "position")
        return Query.term_set_query(schema, "complete", words)
    if reading[-1].open:
        return Query.phrase_prefix_query(schema, "complete", list(forms))
    return Query.phrase_query(schema, "complete", list(forms))


def _expanded(reader: Searcher, form: str) -> list[str]:
    return [term for term, _ in reader.resources.terms_with_prefix("complete", form, None, _MOST_EXPANSIONS)]


def _keywords(
    generation: Generation, reader: Searcher, prefix: str, access: frozenset[str], size: int
) -> Iterator[str]:
    folded = fold(" ".join(prefix.split()))
    if not folded or any("\ud800" <= character <= "\udfff" for character in folded):
        return
    allowed = readable(generation.resource_schema, access)
    found = reader.resources.terms_with_prefix("spellings", f"k:{folded}", allowed, 4 * size)
    seen: set[str] = set()
    for key, _ in sorted(found, key=lambda each: -each[1]):
        term = key.rpartition("|")[2]
        if term not in seen:
            seen.add(term)
            yield term


def did_you_mean(generation: Generation, text: str, access: frozenset[str], size: int) -> tuple[str, ...]:
    reader = Searcher(generation)
    allowed = readable(generation.resource_schema, access)

    def lookup(prefix: str, limit: int) -> list[tuple[str, int]]:
        return list(reader.resources.terms_with_prefix("spellings", prefix, allowed, limit))

    return corrections(text, lookup, size, generation.analyzer.synonyms.glossary.words)


def similar(generation: Generation, id: int, access: frozenset[str], size: int) -> tuple[Hit, ...]:
    """Resources that share the rarer words of this one's title, keywords and headings."""
    reader = Searcher(generation)
    address = reader.find(id, access)
    if address is None:
        return ()
    schema = generation.resource_schema
    likeness = bytes(reader.resources.doc(address).get_first("likeness") or b"").decode()
    clause = similar_resources(tuple(likeness.split()))
    if clause is None:
        return ()
    own = Query.term_query(schema, "id", id, "basic")
    wanted = Query.boolean_query(
        [
            (Occur.Must, compile_clause(clause, schema)),
            (Occur.Must, readable(schema, access)),
            (Occur.MustNot, own),
        ]
    )
    hits = list(reader.resources.search(wanted, size, count=False, weight_by_field="prior").hits)
    return tuple(Hit(each, float(score)) for each, (score, _) in zip(reader.column("id", hits), hits, strict=True))
