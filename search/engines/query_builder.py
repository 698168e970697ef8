"""Builds the steps of a query for both engines: what each step finds and how it scores.

The weights are in ``weights.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from search.analysis import AnalyzedQuery
from search.analysis.runs import is_han
from search.engines.query_clauses import (
    PAGE,
    RESOURCE,
    any_page_term,
    any_term,
    best,
    character_scores,
    every_term_score,
    exact_scores,
    field_scores,
    has_selective_tokens,
    holds_form,
    is_short,
    page_terms,
    phrase_score,
    required_terms,
    selective_terms,
    short_token_share,
    token_share,
    whole_page_score,
    word_scores,
)
from search.engines.query_tree import AllOf, AnyOf, Clause, Constant, Field, Step, Steps, Term, Weighted
from search.engines.weights import (
    BEST_PAGE_SHARE,
    LONG_SHARES,
    LONGEST_ABBREVIATION,
    SHORT_SHARES,
)
from search.engines.weights import PRIOR as PRIOR
from search.engines.weights import WEIGHTS as WEIGHTS


def steps_of(query: AnalyzedQuery) -> Sequence[Step]:
    """The steps of a query, strictest first: the first that finds anything the viewer may see answers.

    That choice looks at text and access only, never at facets or age: choosing a facet can't change what the words mean.
    Total and facet counts are those of the step that answers. A query without words has no steps: everything matches.
    """
    if query.derived is None:
        return _steps(query)
    found: Sequence[Step] | None = query.derived.get("steps")
    if found is None:
        found = query.derived["steps"] = _steps(query)
    return found


def _steps(query: AnalyzedQuery) -> Steps:
    if query.is_empty:
        return Steps()
    if query.unigrams:
        return Steps([partial(_single_character, query)])
    if not is_short(query):
        return Steps(
            [partial(_in_both_languages, query, partial(_token_share_step, share=share)) for share in LONG_SHARES]
        )
    steps = [partial(_in_both_languages, query, _word_step)]
    if any(_has_looser_step(each) for each in (query, *query.translations)):
        steps.append(partial(_in_both_languages, query, _any_term_step, _has_looser_step))
    if _may_be_abbreviation(query):
        steps.append(partial(_abbreviation_step, query))
    if has_selective_tokens(query):
        # The last resort, for names that the segmenter cuts differently in query and text.
        steps += [
            partial(_in_both_languages, query, partial(_token_share_step, share=share), has_selective_tokens)
            for share in SHORT_SHARES
        ]
    return Steps(steps)


def _in_both_languages(
    query: AnalyzedQuery,
    make: Callable[[AnalyzedQuery], Step],
    can: Callable[[AnalyzedQuery], bool] = lambda _query: True,
) -> Step:
    """The step of a query and of its translations. Chinese terms are shown and marked like synonyms."""
    if not query.translations:
        return make(query)
    own = make(query) if can(query) else None
    others = [make(each) for each in query.translations if can(each)]
    joined = union_step([*([own] if own else []), *others]) or make(query)
    words = _words(query)
    chinese = [term for each in query.translations for term in each.chinese]
    found = [word for step in others for word in (*step.terms, *step.synonyms)]
    synonyms = dict.fromkeys((*(own.synonyms if own else ()), *chinese, *found))
    return replace(joined, terms=words, synonyms=tuple(word for word in synonyms if word not in words))


def _has_looser_step(query: AnalyzedQuery) -> bool:
    return bool(selective_terms(query)) and (len(query.required) > 1 or bool(query.required[0].parts))


def _word_step(query: AnalyzedQuery) -> Step:
    count = len(query.required)
    return Step(
        must=required_terms(query, RESOURCE, count),
        should=word_scores(query, RESOURCE),
        terms=_words(query),
        synonyms=_synonyms(query),
        page=Step(must=page_terms(query), should=word_scores(query, PAGE)),
    )


def _any_term_step(query: AnalyzedQuery) -> Step:
    """Any of the words. Documents with more of them score more."""
    parts = tuple(part for term in query.required for part in term.parts if len(part) > 1)
    return Step(
        must=any_term(query, RESOURCE),
        should=(*word_scores(query, RESOURCE), *character_scores(query, WEIGHTS.loose_characters)),
        terms=tuple(dict.fromkeys((*_words(query), *parts))),
        synonyms=_synonyms(query),
        page=Step(must=any_page_term(query), should=word_scores(query, PAGE)),
        fills=True,
    )


def _may_be_abbreviation(query: AnalyzedQuery) -> bool:
    term = query.required[0].form
    return (
        len(query.terms) == 1
        and 2 <= len(term.text) <= LONGEST_ABBREVIATION
        and bool(term.phrase)
        and is_han(term.text)
    )


def _abbreviation_step(query: AnalyzedQuery) -> Step:
    """Titles with every character of an abbreviation: 未保法 for 未成年人保护法."""
    characters = dict.fromkeys(query.required[0].form.text)
    return Step(
        must=AllOf(tuple(Term(Field.TITLE_UNIGRAMS, each) for each in characters)),
        should=exact_scores(query),
        terms=_words(query),
    )


def respelled_step(queries: Sequence[AnalyzedQuery]) -> Step | None:
    """A step that finds any of these other spellings of a query."""
    asked = [query for query in queries if not query.is_empty and not query.unigrams]
    step = union_step([_in_both_languages(query, _word_step) for query in asked])
    return replace(step, fills=True) if step else None


def union_step(steps: Sequence[Step]) -> Step | None:
    """One step that finds what any of these steps finds."""
    if len(steps) < 2:
        return steps[0] if steps else None
    pages = [step.page for step in steps if step.page]
    best_pages = [step.best_page for step in steps if step.best_page]
    return Step(
        must=AnyOf(tuple(step.must for step in steps)),
        should=tuple(dict.fromkeys(clause for step in steps for clause in step.should)),
        terms=tuple(dict.fromkeys(term for step in steps for term in step.terms)),
        synonyms=tuple(dict.fromkeys(term for step in steps for term in step.synonyms)),
        page=union_step(pages),
        best_page=union_step(best_pages),
        fills=all(step.fills for step in steps),
    )


def _token_share_step(query: AnalyzedQuery, share: float) -> Step:
    find = short_token_share if is_short(query) else token_share
    return Step(
        must=find(query, RESOURCE, share),
        should=(
            *field_scores(query, title=True),
            *exact_scores(query),
            *every_term_score(query),
            *character_scores(query, WEIGHTS.characters),
        ),
        terms=tuple(dict.fromkeys((*_words(query), *query.subwords))),
        synonyms=_synonyms(query),
        page=Step(must=find(query, PAGE, share), should=phrase_score(query)),
        best_page=_best_page(query),
    )


def _best_page(query: AnalyzedQuery) -> Step:
    """A page that answers alone: it holds most of the query.

    One that holds all of a few words comes before those that nearly do, of which a large library has hundreds.
    """
    must = token_share(query, PAGE, BEST_PAGE_SHARE)
    return Step(must=must, should=(*phrase_score(query), *whole_page_score(query)))


def _words(query: AnalyzedQuery) -> tuple[str, ...]:
    return tuple(term.form.text for term in query.required)


def _synonyms(query: AnalyzedQuery) -> tuple[str, ...]:
    return tuple(form.text for term in query.required for form in term.synonyms)


def _single_character(query: AnalyzedQuery) -> Step:
    character = query.unigrams[0]
    term = query.terms[0]
    synonyms = tuple(Weighted(holds_form(form, RESOURCE), WEIGHTS.synonym) for form in term.synonyms)
    page_synonyms = tuple(Weighted(holds_form(form, PAGE), WEIGHTS.synonym) for form in term.synonyms)
    held = AllOf((Term(Field.ALL_UNIGRAMS, character), Constant(Term(Field.ALL_UNIGRAMS, character), 1.0)))
    return Step(
        must=best((held, *synonyms)),
        should=(
            Weighted(Term(Field.ALL_WORDS, character), WEIGHTS.body_words),
            Weighted(Term(Field.TITLE_UNIGRAMS, character), WEIGHTS.title_answers),
            *field_scores(query, title=True),
            *exact_scores(query),
        ),
        terms=(character,),
        synonyms=tuple(form.text for form in term.synonyms),
        page=Step(
            must=best((Term(Field.PAGE_UNIGRAMS, character), *page_synonyms)),
            should=(Term(Field.PAGE_WORDS, character),),
        ),
    )


def similar_resources(likeness: tuple[str, ...]) -> Clause | None:
    """Matches resources that share these words of another one's title, keywords and headings."""
    fields = ((Field.TITLE_WORDS, 1.0), (Field.KEYWORDS_WORDS, 1.0), (Field.HEADINGS_WORDS, 0.5))
    clauses = tuple(Weighted(Term(field, word), weight) for word in likeness for field, weight in fields)
    return AnyOf(clauses) if clauses else None
