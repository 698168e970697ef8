"""How much everything counts: the one place for weights and limits of relevance, for both engines.

Chosen on the public sets named in docs/search-quality.md, with ``manage.py search_eval``, and on the judged queries.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prior:
    """How much quality, use and freshness may add to a score of 1; ``use`` is full at ``most_used`` downloads."""

    quality: float = 0.06
    use: float = 0.08
    freshness: float = 0.04
    most_used: float = 10_000
    first_year: int = 2010
    years: int = 25


PRIOR = Prior()


@dataclass(frozen=True, slots=True)
class Weights:
    """Multipliers of BM25 scores, except those called constants."""

    required_words: float = 0.05
    """Of a required word wherever it stands, besides what ``ranking`` makes of body and title."""
    body_words: float = 0.6
    """Of a word anywhere in the resource, where that answers best."""
    title_answers: float = 1.2
    """Of words and bigrams in the title, where the title answers better than everything together."""
    all_bigrams: float = 1.0
    outer_bigrams: float = 0.4
    """Bigrams across two words of a short query (前检 of 婚前检查): rare by accident, so they would decide too much."""
    sentence_outer_bigrams: float = 0.6
    """The same in a sentence, with those in question words (怎么)."""
    net_words: float = 0.6
    """Fine cuts, where bigrams decide as well."""
    net_synonym: float = 1.0
    """Of a synonym, where bigrams decide as well."""
    characters: float = 0.8
    """Of a sentence's single characters, present or not, besides."""
    loose_characters: float = 0.3
    """The same among what has only some of the words."""
    title_words: float = 0.8
    keywords_words: float = 0.5
    headings_words: float = 0.3
    description_words: float = 0.2
    title_phrase: float = 0.6
    all_phrase: float = 0.8
    title_exact: float = 20.0
    """A constant: a short query that is a title comes first."""
    keyword_exact: float = 3.0
    """A constant."""
    synonym: float = 0.05
    """Of the synonym's own BM25 score; what orders documents that hold only synonyms."""
    synonym_word_floor: float = 1.5
    """A constant for holding the word itself, where it has synonyms: more than ``synonym`` can ever add."""
    complete: float = 8.0
    """A constant: a document holds every required word of a query of a few words."""
    age: float = 1.5
    """A constant: the resource is meant for the age asked for."""
    evidence: float = 0.75
    """Of the score of a resource's best page, where that page alone answers the query."""
    apart: float = 0.6
    """Of the parts of a compound, where they stand apart."""


WEIGHTS = Weights()

SHORT_LENGTH = 8
SHORT_TERMS = 4
"""A query of up to so many characters and required terms is a short one: every term is required, totals are exact."""

LONG_SHARES = (0.1, 0.0)
"""The share of its bigrams and fine cuts that a document must hold for a long query, strictest first; 0 = any."""

SHORT_SHARES = (0.7, 0.5)
"""The same for a short query whose words find nothing. Never 0: one bigram in common is no answer to a short query."""

COMPLETE_TERMS = 5

EVIDENCE_SHARE = 0.6
"""The share of a long query's bigrams and fine cuts that one page must hold to answer it alone."""

MOST_TERMS = 64

MOST_CHARACTERS = 16
"""Each stands in a good part of all documents; more would cost time and tell nothing."""

LONGEST_INITIALISM = 4
"""Characters. 未保法 is 未成年人保护法; what is longer is no abbreviation."""
