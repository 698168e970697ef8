"""An analysed query: its terms, their other forms, and its bigrams."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Form:
    """One way in which a document may hold a term: the word itself, or a synonym.

    ``words`` must all be in the words field; ``phrase`` is the same text as a sequence of the bigrams field.
    ``certain`` says that the words alone decide (a two-character word of the dictionary: 学前 is not in 科学前沿,
    though its bigram is); otherwise the phrase counts as well. ``months`` is set for an age and matches the range the
    resource is meant for.
    """

    text: str
    words: tuple[str, ...]
    phrase: tuple[str, ...]
    certain: bool
    months: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """One thing the viewer asked for. ``optional`` terms (的, 什么, the) rank but are never required.

    ``parts`` of a compound are the words it is made of and the characters left over (育儿假 → 育儿, 假); none for others.
    """

    form: Form
    synonyms: tuple[Form, ...] = ()
    optional: bool = False
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AnalyzedQuery:
    """``folded`` is the whole query folded and trimmed; ``bigrams`` the sequence over it, as in the bigrams field.

    ``is_doubtful``: it holds a Han word that no dictionary has, as misspelt ones do.
    ``unigrams`` is set only when the query is a single Han character. ``subwords`` are the finer cuts of the terms
    (学前教育 → 学前, 教育), used when the terms find nothing. ``length`` counts Han characters plus other words.
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
    """The terms a document should hold; all of them when the query has nothing but optional ones."""
    derived: dict[str, Any] | None = field(default=None, repr=False, compare=False)
    """A cache for what is computed from a remembered query, such as its steps."""

    def __post_init__(self) -> None:
        required = tuple(term for term in self.terms if not term.optional) or self.terms
        object.__setattr__(self, "required", required)

    @property
    def is_empty(self) -> bool:
        return not self.terms
