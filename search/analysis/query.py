"""An analysed query: its terms, their other forms, and its bigrams."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Form:
    """One form of a term in a document: the word itself or a synonym.

    ``words`` must all be in the words field; ``phrase`` is the same text as a sequence of the bigrams field. ``certain``:
    the words alone decide (学前 is not in 科学前沿, though its bigram is); otherwise the phrase matches too. ``months`` of an
    age matches the age range of the resource.
    """

    text: str
    words: tuple[str, ...]
    phrase: tuple[str, ...]
    certain: bool
    months: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """One term of the query. ``optional`` terms (的, 什么, the) score but are never required.

    ``parts`` of a compound are the words in it and the remaining characters (育儿假 → 育儿, 假).
    """

    form: Form
    synonyms: tuple[Form, ...] = ()
    optional: bool = False
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AnalyzedQuery:
    """``folded`` is the whole query, folded and trimmed; ``bigrams`` its tokens in the bigrams field.

    ``is_doubtful``: a Han word is missing from the dictionary, as misspelt ones are.
    ``unigrams`` is set only when the query is a single Han character. ``subwords`` are the finer cuts of the terms
    (学前教育 → 学前, 教育). ``length`` counts Han characters plus other words.
    """

    folded: str
    terms: tuple[QueryTerm, ...] = ()
    exact: str = ""
    bigrams: tuple[str, ...] = ()
    phrase: tuple[str, ...] = ()
    unigrams: tuple[str, ...] = ()
    subwords: tuple[str, ...] = ()
    length: int = 0
    inner_bigrams: frozenset[str] = frozenset()
    """The bigrams inside one required word. The others lie across two words or in a question word and score less. All bigrams
    if a word is unknown, because then the segmenter may have cut wrongly."""
    is_question: bool = False
    is_doubtful: bool = False
    required: tuple[QueryTerm, ...] = field(init=False, repr=False, compare=False)
    """The terms a document should have: those not optional, or all if there are no others."""
    translations: tuple[AnalyzedQuery, ...] = ()
    """The same query with Chinese terms for its English words, likeliest first."""
    chinese: tuple[str, ...] = ()
    """In a translation: the Chinese terms."""
    derived: dict[str, Any] | None = field(default=None, repr=False, compare=False)
    """A cache for what is computed from a remembered query, such as its steps."""

    def __post_init__(self) -> None:
        required = tuple(term for term in self.terms if not term.optional) or self.terms
        object.__setattr__(self, "required", required)

    @property
    def is_empty(self) -> bool:
        return not self.terms
