"""Builders of query clauses: those a document must match, and those that only add to its score."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise

from search.analysis import AnalyzedQuery, Form, QueryTerm
from search.analysis.runs import is_han
from search.engines.query_tree import AgeOverlap, AllOf, AnyOf, Best, Clause, Constant, Field, Phrase, Term, Weighted
from search.engines.weights import (
    BEST_PAGE_TERMS,
    COMPLETE_TERMS,
    MOST_CHARACTERS,
    MOST_TERMS,
    SHORT_LENGTH,
    SHORT_TERMS,
    WEIGHTS,
)


@dataclass(frozen=True, slots=True)
class Level:
    """The fields a clause looks in: of whole resources (title and everything else) or of single pages."""

    words: Field
    bigrams: Field
    unigrams: Field
    is_page: bool


RESOURCE = Level(Field.ALL_WORDS, Field.ALL_BIGRAMS, Field.ALL_UNIGRAMS, is_page=False)
PAGE = Level(Field.PAGE_WORDS, Field.PAGE_BIGRAMS, Field.PAGE_UNIGRAMS, is_page=True)


# required clauses


def is_short(query: AnalyzedQuery) -> bool:
    """Whether the query has only a few words: then all of them are required, and totals are exact."""
    return not query.is_question and query.length <= SHORT_LENGTH and len(query.required) <= SHORT_TERMS


def required_terms(query: AnalyzedQuery, level: Level, minimum: int) -> Clause:
    clauses = tuple(_term_or_synonym(term, level) for term in query.required[:MOST_TERMS])
    if len(clauses) == 1:
        return clauses[0]
    return AllOf(clauses) if minimum >= len(clauses) else AnyOf(clauses, minimum)


def selective_terms(query: AnalyzedQuery) -> tuple[QueryTerm, ...]:
    """Terms selective enough to match on their own.

    Terms of two or more characters, or all terms if the user typed single characters separated by spaces (猫 狗).
    """
    required = query.required[:MOST_TERMS]
    if all(len(word) == 1 for word in query.folded.split()):
        return required
    return tuple(term for term in required if len(term.form.text) > 1)


def any_term(query: AnalyzedQuery, level: Level) -> Clause:
    """Any selective term, or all parts of a compound in different places (拐卖儿童: 拐卖 and 儿童).

    One part or some characters are not enough: 学前教育 must find neither 教育 nor 科学前沿.
    """
    clauses = tuple(_term_or_parts(term, level) for term in selective_terms(query))
    return _any(clauses)


def _term_or_parts(term: QueryTerm, level: Level) -> Clause:
    if not term.parts:
        return _term_or_synonym(term, level)
    parts = tuple(
        Weighted(Term(level.words, part), WEIGHTS.apart) if len(part) > 1 else Constant(Term(level.unigrams, part), 0.0)
        for part in term.parts
    )
    return Best((_term_or_synonym(term, level), _all(parts)))


def _term_or_synonym(term: QueryTerm, level: Level) -> Clause:
    """The word or a synonym of it. The word always scores more."""
    held = Weighted(holds_form(term.form, level), WEIGHTS.body_words if level.is_page else WEIGHTS.required_words)
    if not term.synonyms:
        return held
    floor = Constant(holds_form(term.form, level), WEIGHTS.synonym_word_floor)
    synonyms = tuple(Weighted(holds_form(form, level), WEIGHTS.synonym) for form in term.synonyms)
    return Best((AllOf((held, floor)), *synonyms))


def page_terms(query: AnalyzedQuery) -> Clause:
    """Pages that hold any required term, or a part of a compound in their heading (误差从哪里来 for 测量误差)."""
    terms = query.required[:MOST_TERMS]
    return _any(tuple(best((_term_or_synonym(term, PAGE), *_parts_in_heading(term))) for term in terms))


def any_page_term(query: AnalyzedQuery) -> Clause:
    """The same for a query whose terms are not all required: ``any_term`` of a page, or a part in its heading."""
    terms = selective_terms(query)
    return _any(tuple(best((_term_or_parts(term, PAGE), *_parts_in_heading(term))) for term in terms))


def _parts_in_heading(term: QueryTerm) -> tuple[Clause, ...]:
    """They score nothing here: ``heading_scores`` counts them."""
    parts = [part for part in term.parts if len(part) > 1 and is_han(part)]
    rows = [tuple(Term(Field.PAGE_HEADING, a + b) for a, b in pairwise(part)) for part in parts]
    return tuple(Constant(_all(row), 0.0) for row in rows)


def holds_form(form: Form, level: Level) -> Clause:
    """The words of this form or, where the segmenter may cut the text differently, its characters in a row."""
    options: list[Clause] = [_all(tuple(Term(level.words, word) for word in form.words))] if form.words else []
    if form.phrase and (not form.certain or not options):
        phrase = _row(level.bigrams, form.phrase)
        # A synonym or a name of several words means these words in a row; apart, they are other words.
        options = [phrase] if len(form.words) > 1 else [*options, phrase]
    if form.months is not None and not level.is_page:
        options.append(Constant(AgeOverlap(*form.months), WEIGHTS.age))
    return best(tuple(options))


def token_share(query: AnalyzedQuery, level: Level, share: float) -> Clause:
    """At least this share of the bigrams and fine-cut words.

    Their sum orders sentences better than either alone.
    """
    return _share_of(_tokens(query, level), share)


def short_token_share(query: AnalyzedQuery, level: Level, share: float) -> Clause:
    """The same for a short query, where one Han character is no match but two may be.

    Requires ``has_selective_tokens``.
    """
    clauses = _tokens(query, level)
    selective = tuple(clause for (_, token), clause in clauses.items() if _is_selective(token))
    wanted = _share_of(clauses, share)
    if len(selective) == len(clauses):
        return wanted
    # A character that stands alone is both a bigram and a word, and must not count twice.
    alone = {token: clause for (_, token), clause in clauses.items() if not _is_selective(token)}
    two = (AnyOf(tuple(alone.values()), 2),) if len(alone) > 1 else ()
    return AllOf((Constant(AnyOf((*selective, *two)), 0.0), wanted))


def _share_of(clauses: dict[tuple[Field, str], Clause], share: float) -> Clause:
    return AnyOf(tuple(clauses.values()), max(1, math.floor(len(clauses) * share)))


def has_selective_tokens(query: AnalyzedQuery) -> bool:
    """Whether the query has a token other than single Han characters."""
    return any(_is_selective(token) for token in (*query.bigrams, *query.subwords))


def _is_selective(token: str) -> bool:
    return len(token) > 1 or not is_han(token)


def _tokens(query: AnalyzedQuery, level: Level) -> dict[tuple[Field, str], Clause]:
    words = query.subwords[: 2 * MOST_TERMS]
    return (
        {(level.bigrams, pair): clause for pair, clause in _pairs(query, level).items()}
        | {(level.words, word): Weighted(Term(level.words, word), WEIGHTS.subwords) for word in words}
        | {
            (level.words, f"synonyms of {term.form.text}"): _synonyms_of(term, level)
            for term in query.required[:MOST_TERMS]
            if term.synonyms
        }
    )


def _synonyms_of(term: QueryTerm, level: Level) -> Clause:
    return best(tuple(Weighted(holds_form(form, level), WEIGHTS.sentence_synonym) for form in term.synonyms))


def _pairs(query: AnalyzedQuery, level: Level) -> dict[str, Clause]:
    outer = WEIGHTS.outer_bigrams if is_short(query) else WEIGHTS.sentence_outer_bigrams
    return {
        pair: Weighted(Term(level.bigrams, pair), WEIGHTS.all_bigrams if pair in query.inner_bigrams else outer)
        for pair in query.bigrams[: 4 * MOST_TERMS]
    }


# optional clauses


def word_scores(query: AnalyzedQuery, level: Level) -> tuple[Clause, ...]:
    """Scores of a query whose words are all required."""
    if level.is_page:
        # Bigrams of the page itself: what is only in its notes counts less.
        shown = replace(level, bigrams=Field.PAGE_SHOWN)
        return (*_pairs(query, shown).values(), *page_scores(query))
    return (_text_or_title(query), *field_scores(query), *exact_scores(query))


def _text_or_title(query: AnalyzedQuery) -> Clause:
    """The score of the whole resource or of its title, whichever is better, never the sum.

    A long text must not lower a title that matches, and a title shared by a hundred pages must not decide among them.
    """
    forms = [term.form for term in query.required[:MOST_TERMS]]
    whole = (
        *_pairs(query, RESOURCE).values(),
        *(Weighted(holds_form(form, RESOURCE), WEIGHTS.body_words) for form in forms),
    )
    title: tuple[Clause, ...] = (
        *(Term(Field.TITLE_BIGRAMS, pair) for pair in query.bigrams[: 4 * MOST_TERMS]),
        *(Weighted(_in(Field.TITLE_WORDS, form), WEIGHTS.body_words) for form in forms if form.words),
    )
    return Best((AnyOf(whole), Weighted(AnyOf(title), WEIGHTS.title_answers)))


def _in(field: Field, form: Form) -> Clause:
    return _all(tuple(Term(field, word) for word in form.words))


def field_scores(query: AnalyzedQuery, *, title: bool = False) -> tuple[Clause, ...]:
    """The required terms in keywords, headings and description, and in the title if no other clause scores it."""
    fields = (
        *(((Field.TITLE_WORDS, WEIGHTS.title_words),) if title else ()),
        (Field.KEYWORDS_WORDS, WEIGHTS.keywords_words),
        (Field.HEADINGS_WORDS, WEIGHTS.headings_words),
        (Field.DESCRIPTION_WORDS, WEIGHTS.description_words),
    )
    out: list[Clause] = []
    for term in query.required[:MOST_TERMS]:
        for field, weight in fields:
            held = Weighted(_in(field, term.form), weight)
            if not term.synonyms:
                out.append(held)
                continue
            floor = Constant(held, 2 * weight)
            synonyms = tuple(Constant(_in(field, form), weight) for form in term.synonyms if form.words)
            out.append(Best((AllOf((held, floor)), *synonyms)))
    return tuple(out)


def phrase_score(query: AnalyzedQuery) -> tuple[Clause, ...]:
    """The whole query as a phrase on a page. For resources it gained nothing; their bigrams do the same."""
    if query.length < 3 or len(query.phrase) < 2:
        return ()
    return (Weighted(Phrase(PAGE.bigrams, query.phrase), WEIGHTS.page_phrase),)


def heading_scores(query: AnalyzedQuery) -> tuple[Clause, ...]:
    """The bigrams of the query in the heading of a page."""
    pairs = _pairs(query, replace(PAGE, bigrams=Field.PAGE_HEADING)).values()
    return tuple(Weighted(pair, WEIGHTS.page_heading) for pair in pairs)


def whole_page_score(query: AnalyzedQuery) -> tuple[Clause, ...]:
    """A constant for a page that holds every word of a few, or all but one of four and more."""
    count = len(query.required)
    if not WEIGHTS.complete_page or query.is_question or not 2 <= count <= BEST_PAGE_TERMS:
        return ()
    minimum = count if count < 4 else count - 1
    return (Constant(required_terms(query, PAGE, minimum), WEIGHTS.complete_page),)


def page_scores(query: AnalyzedQuery) -> tuple[Clause, ...]:
    """What orders the pages of one resource, besides the text that they must hold."""
    return (*heading_scores(query), *phrase_score(query))


def every_term_score(query: AnalyzedQuery) -> tuple[Clause, ...]:
    """A constant that puts documents with every term of a query of a few terms before those with some."""
    if not WEIGHTS.complete or not 2 <= len(query.required) <= COMPLETE_TERMS:
        return ()
    return (Constant(required_terms(query, RESOURCE, len(query.required)), WEIGHTS.complete),)


def character_scores(query: AnalyzedQuery, weight: float) -> tuple[Clause, ...]:
    """The single characters of the query, for texts that say 睡觉 where the query says 睡午觉."""
    found = dict.fromkeys("".join(term.form.text for term in query.required[:MOST_TERMS]))
    han = [each for each in found if is_han(each)]
    return tuple(Weighted(Term(Field.ALL_UNIGRAMS, each), weight) for each in han[:MOST_CHARACTERS])


def exact_scores(query: AnalyzedQuery) -> tuple[Clause, ...]:
    if not query.exact:
        return ()
    return (
        Constant(Term(Field.TITLE_EXACT, query.exact), WEIGHTS.title_exact),
        Constant(Term(Field.KEYWORDS_EXACT, query.exact), WEIGHTS.keyword_exact),
    )


def _row(field: Field, tokens: tuple[str, ...]) -> Clause:
    return Phrase(field, tokens) if len(tokens) > 1 else Term(field, tokens[0])


def _all(clauses: tuple[Clause, ...]) -> Clause:
    return clauses[0] if len(clauses) == 1 else AllOf(clauses)


def _any(clauses: tuple[Clause, ...]) -> Clause:
    return clauses[0] if len(clauses) == 1 else AnyOf(clauses)


def best(clauses: tuple[Clause, ...]) -> Clause:
    return clauses[0] if len(clauses) == 1 else Best(clauses)
