"""Which clauses a query becomes, step by step: the one place for what is found, for both engines.

How much each clause weighs stands in ``weights.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from search.analysis import AnalyzedQuery
from search.analysis.runs import is_han
from search.engines.query_clauses import (
    PAGE,
    RESOURCE,
    best,
    characters,
    complete,
    exact,
    fields,
    has_net,
    holds,
    is_short,
    loosely,
    net,
    phrase,
    scoring,
    short_net,
    telling,
    terms,
)
from search.engines.query_tree import AllOf, AnyOf, Clause, Constant, Field, Plan, Step, Steps, Term, Weighted
from search.engines.weights import (
    EVIDENCE_SHARE,
    LONG_SHARES,
    LONGEST_INITIALISM,
    SHORT_SHARES,
)
from search.engines.weights import PRIOR as PRIOR
from search.engines.weights import WEIGHTS as WEIGHTS


def plan(query: AnalyzedQuery) -> Plan:
    """The steps of a query, strictest first. See ``Plan`` for how an engine walks through them."""
    if query.derived is None:
        return _plan(query)
    found: Plan | None = query.derived.get("plan")
    if found is None:
        found = query.derived["plan"] = _plan(query)
    return found


def _plan(query: AnalyzedQuery) -> Plan:
    if query.is_empty:
        return Plan()
    if query.unigrams:
        return Plan(Steps([partial(_single_character, query)]))
    if not is_short(query):
        return Plan(Steps([partial(_net_step, query, share) for share in LONG_SHARES]))
    steps = [partial(_word_step, query)]
    if telling(query) and (len(query.required) > 1 or query.required[0].parts):
        steps.append(partial(_loose_step, query))
    if _may_be_initials(query):
        steps.append(partial(_initials_step, query))
    if has_net(query):
        # For when the words find nothing: a share of the bigrams and fine cuts.
        steps += [partial(_net_step, query, share) for share in SHORT_SHARES]
    return Plan(Steps(steps))


def _word_step(query: AnalyzedQuery) -> Step:
    count = len(query.required)
    return Step(
        must=terms(query, RESOURCE, count),
        should=scoring(query, RESOURCE),
        terms=_words(query),
        synonyms=_synonyms(query),
        page=Step(must=terms(query, PAGE, 1), should=scoring(query, PAGE)),
    )


def _loose_step(query: AnalyzedQuery) -> Step:
    """What holds more of the words scores more."""
    parts = tuple(part for term in query.required for part in term.parts if len(part) > 1)
    return Step(
        must=loosely(query, RESOURCE),
        should=(*scoring(query, RESOURCE), *characters(query, WEIGHTS.loose_characters)),
        terms=tuple(dict.fromkeys((*_words(query), *parts))),
        synonyms=_synonyms(query),
        page=Step(must=loosely(query, PAGE), should=scoring(query, PAGE)),
        fills=True,
    )


def _may_be_initials(query: AnalyzedQuery) -> bool:
    term = query.required[0].form
    return (
        len(query.terms) == 1 and 2 <= len(term.text) <= LONGEST_INITIALISM and bool(term.phrase) and is_han(term.text)
    )


def _initials_step(query: AnalyzedQuery) -> Step:
    """Titles with every character of an abbreviation: 未保法 for 未成年人保护法."""
    characters = dict.fromkeys(query.required[0].form.text)
    return Step(
        must=AllOf(tuple(Term(Field.TITLE_UNIGRAMS, each) for each in characters)),
        should=(*phrase(query, RESOURCE), *exact(query)),
        terms=_words(query),
    )


def spelled_otherwise(queries: Sequence[AnalyzedQuery]) -> Step | None:
    """What any of these other spellings of a query finds, as the step before loosening it."""
    step = together([_word_step(query) for query in queries if not query.is_empty and not query.unigrams])
    return replace(step, fills=True) if step else None


def together(steps: Sequence[Step]) -> Step | None:
    """One step that finds what any of these finds."""
    if len(steps) < 2:
        return steps[0] if steps else None
    pages = [step.page for step in steps if step.page]
    return Step(
        must=AnyOf(tuple(step.must for step in steps)),
        should=tuple(dict.fromkeys(clause for step in steps for clause in step.should)),
        terms=tuple(dict.fromkeys(term for step in steps for term in step.terms)),
        synonyms=tuple(dict.fromkeys(term for step in steps for term in step.synonyms)),
        page=together(pages),
        fills=True,
    )


def _net_step(query: AnalyzedQuery, share: float) -> Step:
    find = short_net if is_short(query) else net
    return Step(
        must=find(query, RESOURCE, share),
        should=(
            *fields(query, title=True),
            *exact(query),
            *phrase(query, RESOURCE),
            *complete(query),
            *characters(query, WEIGHTS.characters),
        ),
        terms=tuple(dict.fromkeys((*_words(query), *query.subwords))),
        synonyms=_synonyms(query),
        page=Step(must=find(query, PAGE, share), should=phrase(query, PAGE)),
        evidence=Step(must=net(query, PAGE, EVIDENCE_SHARE), should=phrase(query, PAGE)),
    )


def _words(query: AnalyzedQuery) -> tuple[str, ...]:
    return tuple(term.form.text for term in query.required)


def _synonyms(query: AnalyzedQuery) -> tuple[str, ...]:
    return tuple(form.text for term in query.required for form in term.synonyms)


def _single_character(query: AnalyzedQuery) -> Step:
    character = query.unigrams[0]
    term = query.terms[0]
    synonyms = tuple(Weighted(holds(form, RESOURCE), WEIGHTS.synonym) for form in term.synonyms)
    page_synonyms = tuple(Weighted(holds(form, PAGE), WEIGHTS.synonym) for form in term.synonyms)
    held = AllOf((Term(Field.ALL_UNIGRAMS, character), Constant(Term(Field.ALL_UNIGRAMS, character), 1.0)))
    return Step(
        must=best((held, *synonyms)),
        should=(
            Weighted(Term(Field.ALL_WORDS, character), WEIGHTS.body_words),
            Weighted(Term(Field.TITLE_UNIGRAMS, character), WEIGHTS.title_answers),
            *fields(query, title=True),
            *exact(query),
        ),
        terms=(character,),
        synonyms=tuple(form.text for form in term.synonyms),
        page=Step(
            must=best((Term(Field.PAGE_UNIGRAMS, character), *page_synonyms)),
            should=(Term(Field.PAGE_WORDS, character),),
        ),
    )


def alike(likeness: tuple[str, ...]) -> Clause | None:
    """Resources that share these words of another's title, keywords and headings; rare words count most."""
    fields = ((Field.TITLE_WORDS, 1.0), (Field.KEYWORDS_WORDS, 1.0), (Field.HEADINGS_WORDS, 0.5))
    clauses = tuple(Weighted(Term(field, word), weight) for word in likeness for field, weight in fields)
    return AnyOf(clauses) if clauses else None
