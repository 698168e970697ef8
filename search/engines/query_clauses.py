"""Clauses that queries are made of: what a document must hold, and what only adds to its score."""

from __future__ import annotations

import math
from dataclasses import dataclass

from search.analysis import AnalyzedQuery, Form, QueryTerm
from search.analysis.runs import is_han
from search.engines.query_tree import AgeOverlap, AllOf, AnyOf, Best, Clause, Constant, Field, Phrase, Term, Weighted
from search.engines.weights import COMPLETE_TERMS, MOST_CHARACTERS, MOST_TERMS, SHORT_LENGTH, SHORT_TERMS, WEIGHTS


@dataclass(frozen=True, slots=True)
class Level:
    """Where a clause looks: in whole resources (title and the rest included) or in single pages."""

    words: Field
    bigrams: Field
    unigrams: Field
    is_page: bool


RESOURCE = Level(Field.ALL_WORDS, Field.ALL_BIGRAMS, Field.ALL_UNIGRAMS, is_page=False)
PAGE = Level(Field.PAGE_WORDS, Field.PAGE_BIGRAMS, Field.PAGE_UNIGRAMS, is_page=True)


# what a document must hold


def is_short(query: AnalyzedQuery) -> bool:
    """A query of a few words: every one is required, and totals are exact."""
    return not query.is_question and query.length <= SHORT_LENGTH and len(query.required) <= SHORT_TERMS


def terms(query: AnalyzedQuery, level: Level, minimum: int) -> Clause:
    clauses = tuple(_term(term, level) for term in query.required[:MOST_TERMS])
    if len(clauses) == 1:
        return clauses[0]
    return AllOf(clauses) if minimum >= len(clauses) else AnyOf(clauses, minimum)


def telling(query: AnalyzedQuery) -> tuple[QueryTerm, ...]:
    """The words that say something alone: not those of one character (阿斯顿发 is not about 发), unless they were typed one
    by one (猫 狗)."""
    required = query.required[:MOST_TERMS]
    if all(len(word) == 1 for word in query.folded.split()):
        return required
    return tuple(term for term in required if len(term.form.text) > 1)


def loosely(query: AnalyzedQuery, level: Level) -> Clause:
    """Any of the telling words, or all parts of a compound apart (拐卖儿童: 拐卖 here, 儿童 there). Never one part alone,
    nor characters in common: 学前教育 is neither 教育 nor 科学前沿."""
    clauses = tuple(_apart(term, level) for term in telling(query))
    return clauses[0] if len(clauses) == 1 else AnyOf(clauses)


def _apart(term: QueryTerm, level: Level) -> Clause:
    if not term.parts:
        return _term(term, level)
    parts = tuple(
        Weighted(Term(level.words, part), WEIGHTS.apart) if len(part) > 1 else Constant(Term(level.unigrams, part), 0.0)
        for part in term.parts
    )
    return Best((_term(term, level), _all(parts)))


def _term(term: QueryTerm, level: Level) -> Clause:
    """The document holds the word or a synonym, the word itself always for more."""
    held = Weighted(holds(term.form, level), WEIGHTS.body_words if level.is_page else WEIGHTS.required_words)
    if not term.synonyms:
        return held
    floor = Constant(holds(term.form, level), WEIGHTS.synonym_word_floor)
    synonyms = tuple(Weighted(holds(form, level), WEIGHTS.synonym) for form in term.synonyms)
    return Best((AllOf((held, floor)), *synonyms))


def holds(form: Form, level: Level) -> Clause:
    """The text holds this form: its words, or (where cutting may differ) the same characters in a row."""
    options: list[Clause] = [_all(tuple(Term(level.words, word) for word in form.words))] if form.words else []
    if form.phrase and (not form.certain or not options):
        phrase = _row(level.bigrams, form.phrase)
        # A synonym or a name of several words means these words in a row; apart, they are other words.
        options = [phrase] if len(form.words) > 1 else [*options, phrase]
    if form.months is not None and not level.is_page:
        options.append(Constant(AgeOverlap(*form.months), WEIGHTS.age))
    return best(tuple(options))


def net(query: AnalyzedQuery, level: Level, share: float) -> Clause:
    """Bigrams and fine cuts together: each finds what the other misses, and their sum orders sentences best."""
    return _share_of(_net(query, level), share)


def short_net(query: AnalyzedQuery, level: Level, share: float) -> Clause:
    """The same for a short query, of which no single Han character is an answer, though two may be. Ask ``has_net``
    first."""
    clauses = _net(query, level)
    told = tuple(clause for (_, token), clause in clauses.items() if _tells(token))
    wanted = _share_of(clauses, share)
    if len(told) == len(clauses):
        return wanted
    # A character that stands alone is both a bigram and a word: it must not be counted for two.
    alone = {token: clause for (_, token), clause in clauses.items() if not _tells(token)}
    two = (AnyOf(tuple(alone.values()), 2),) if len(alone) > 1 else ()
    return AllOf((Constant(AnyOf((*told, *two)), 0.0), wanted))


def _share_of(clauses: dict[tuple[Field, str], Clause], share: float) -> Clause:
    return AnyOf(tuple(clauses.values()), max(1, math.floor(len(clauses) * share)))


def has_net(query: AnalyzedQuery) -> bool:
    """Whether a short query has anything but single characters."""
    return any(_tells(token) for token in (*query.bigrams, *query.subwords))


def _tells(token: str) -> bool:
    return len(token) > 1 or not is_han(token)


def _net(query: AnalyzedQuery, level: Level) -> dict[tuple[Field, str], Clause]:
    words = query.subwords[: 2 * MOST_TERMS]
    return (
        {(level.bigrams, pair): clause for pair, clause in _pairs(query, level).items()}
        | {(level.words, word): Weighted(Term(level.words, word), WEIGHTS.net_words) for word in words}
        | {
            (level.words, f"synonyms of {term.form.text}"): _synonyms_of(term, level)
            for term in query.required[:MOST_TERMS]
            if term.synonyms
        }
    )


def _synonyms_of(term: QueryTerm, level: Level) -> Clause:
    return best(tuple(Weighted(holds(form, level), WEIGHTS.net_synonym) for form in term.synonyms))


def _pairs(query: AnalyzedQuery, level: Level) -> dict[str, Clause]:
    outer = WEIGHTS.outer_bigrams if is_short(query) else WEIGHTS.sentence_outer_bigrams
    return {
        pair: Weighted(Term(level.bigrams, pair), WEIGHTS.all_bigrams if pair in query.inner_bigrams else outer)
        for pair in query.bigrams[: 4 * MOST_TERMS]
    }


# what only adds to the score


def scoring(query: AnalyzedQuery, level: Level) -> tuple[Clause, ...]:
    """For a query of words: what a document holds beside what it must."""
    if level.is_page:
        return (*_pairs(query, level).values(), *phrase(query, level))
    return (_answering(query), *fields(query), *exact(query))


def _answering(query: AnalyzedQuery) -> Clause:
    """By the whole resource, or by its title alone: a long text must not count against a title that says it all, nor a
    title that happens to hold the words outdo the text that is about them."""
    forms = [term.form for term in query.required[:MOST_TERMS]]
    whole = (
        *_pairs(query, RESOURCE).values(),
        *(Weighted(holds(form, RESOURCE), WEIGHTS.body_words) for form in forms),
    )
    title: tuple[Clause, ...] = (
        *(Term(Field.TITLE_BIGRAMS, pair) for pair in query.bigrams[: 4 * MOST_TERMS]),
        *(Weighted(_in(Field.TITLE_WORDS, form), WEIGHTS.body_words) for form in forms if form.words),
    )
    return Best((AnyOf(whole), Weighted(AnyOf(title), WEIGHTS.title_answers)))


def _in(field: Field, form: Form) -> Clause:
    return _all(tuple(Term(field, word) for word in form.words))


def fields(query: AnalyzedQuery, *, title: bool = False) -> tuple[Clause, ...]:
    """The same words in keywords, headings or description; in the title where nothing else counts it."""
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


def phrase(query: AnalyzedQuery, level: Level) -> tuple[Clause, ...]:
    """The whole query in a row, and each pair of neighbouring words in a row."""
    if query.length < 3 or len(query.phrase) < 2:
        return ()
    phrases: list[Clause] = [Weighted(Phrase(level.bigrams, query.phrase), WEIGHTS.all_phrase)]
    if not level.is_page:
        phrases.append(Weighted(Phrase(Field.TITLE_BIGRAMS, query.phrase), WEIGHTS.title_phrase))
    return tuple(phrases)


def complete(query: AnalyzedQuery) -> tuple[Clause, ...]:
    """A document with every word of a query of a few words comes before those with some."""
    if not WEIGHTS.complete or not 2 <= len(query.required) <= COMPLETE_TERMS:
        return ()
    return (Constant(terms(query, RESOURCE, len(query.required)), WEIGHTS.complete),)


def characters(query: AnalyzedQuery, weight: float) -> tuple[Clause, ...]:
    """What has more of the characters: it says 睡觉 where another says 睡午觉."""
    found = dict.fromkeys("".join(term.form.text for term in query.required[:MOST_TERMS]))
    han = [each for each in found if is_han(each)]
    return tuple(Weighted(Term(Field.ALL_UNIGRAMS, each), weight) for each in han[:MOST_CHARACTERS])


def exact(query: AnalyzedQuery) -> tuple[Clause, ...]:
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


def best(clauses: tuple[Clause, ...]) -> Clause:
    return clauses[0] if len(clauses) == 1 else Best(clauses)
