"""All weights and limits of relevance, for both engines.

Measured in docs/search-quality.md. After a change run ``python -m tests.relevance.ablation`` and ``search_eval``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prior:
    """What quality, use and freshness add, at most, to the factor 1 of a document's score.

    ``use`` reaches its maximum at ``most_used`` downloads. The factor is stored in the index: after a change the relay
    rebuilds it.
    """

    quality: float = 0.06
    use: float = 0.08
    freshness: float = 0.04
    most_used: float = 10_000
    first_year: int = 2010
    years: int = 25


PRIOR = Prior()


@dataclass(frozen=True, slots=True)
class Weights:
    """Multipliers of BM25 scores, except those called constants.

    They act on queries; no rebuild is needed.
    """

    required_words: float = 0.05
    """Of a required word in any field, besides the better of text and title."""
    body_words: float = 0.6
    """Of a word beside its bigrams: in the whole text, in the title (times ``title_answers``) and on a page."""
    title_answers: float = 1.2
    """Of words and bigrams in the title, if the title answers better than the whole text."""
    all_bigrams: float = 1.0
    outer_bigrams: float = 0.4
    """Bigrams across two words of a short query (前检 in 婚前检查). They are rare by accident."""
    sentence_outer_bigrams: float = 0.6
    """The same in a sentence, and bigrams of question words (怎么)."""
    subwords: float = 0.6
    """Fine-cut words, beside bigrams."""
    sentence_synonym: float = 1.0
    """Of the best synonym of a term in a sentence."""
    characters: float = 0.8
    """Of the single characters of a sentence, present or not."""
    loose_characters: float = 0.3
    """The same for documents with only some of the words."""
    title_words: float = 0.8
    """Of a required word in the title, where no other clause scores the title."""
    keywords_words: float = 0.5
    headings_words: float = 0.3
    description_words: float = 0.2
    page_phrase: float = 0.8
    page_heading: float = 3.0
    """Of a word in the heading of a page: more than the same word can score in its text."""
    title_exact: float = 20.0
    """A constant: the resource whose title is the query comes first."""
    keyword_exact: float = 3.0
    """A constant."""
    synonym: float = 0.05
    """Of the synonym's own BM25 score: orders documents that hold only synonyms."""
    synonym_word_floor: float = 1.5
    """A constant for the word itself if it has synonyms: more than ``synonym`` can add."""
    complete: float = 8.0
    """A constant: the document holds every required word of a sentence of a few words."""
    complete_page: float = 16.0
    """A constant: one page holds them all, more than the bigrams of a page that nearly does can add."""
    age: float = 1.5
    """A constant: the resource is for the age in the query."""
    best_page: float = 0.75
    """Of the score of a resource's best page, if that page alone answers the query."""
    apart: float = 0.6
    """Of the parts of a compound in different places."""


WEIGHTS = Weights()

# COVER and ASIDE are stored in the index too.
COVER = 0.02
"""Multiplies the score of a page that only repeats the title: it follows the other matching pages of its resource."""

ASIDE = 0.5
"""The same for a page that asks or sums up: it follows a page that answers equally well."""

SHORT_LENGTH = 8
SHORT_TERMS = 4
"""A query with no more characters and required terms is short: every term is required, totals are exact."""

LONG_SHARES = (0.1, 0.0)
"""The share of the bigrams and fine-cut words of a long query that a document must hold, strictest first; 0 = any."""

SHORT_SHARES = (0.7, 0.5)
"""The same for a short query whose words find nothing. Never 0: one common bigram is no answer to a short query."""

COMPLETE_TERMS = 5

BEST_PAGE_TERMS = 8
"""Up to this many terms a page that holds all of them scores ``complete_page``."""

BEST_PAGE_SHARE = 0.6
"""The share of the bigrams and fine-cut words that one page must hold to answer alone."""

MOST_TERMS = 64

MOST_CHARACTERS = 16
"""Single characters are in most documents; more of them would only cost time."""

LONGEST_ABBREVIATION = 4
"""Characters of an abbreviation such as 未保法 (未成年人保护法)."""
