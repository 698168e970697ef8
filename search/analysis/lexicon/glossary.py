"""The bilingual glossary: Chinese terms for the English words of a query."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from search.analysis.fold import fold
from search.analysis.lexicon.dictionary import read_groups
from search.analysis.runs import stem

_WORD_RE = re.compile(r"([a-z0-9]+)(?:['’]s\b|(?<=s)['’])?")
"""A word with the s of the genitive, which is not part of it."""


@dataclass(frozen=True, slots=True)
class Translation:
    """A part of a query, ``start`` to ``end``, and Chinese terms for it, likeliest first."""

    start: int
    end: int
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Glossary:
    """``groups``: a Chinese term, then its English words. English is looked up by stems, in one direction."""

    groups: tuple[tuple[str, ...], ...] = ()
    words: frozenset[str] = field(init=False, repr=False, compare=False)
    """Every English word, as it is written."""
    _terms: dict[tuple[str, ...], tuple[str, ...]] = field(init=False, repr=False, compare=False)
    _longest: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        terms: dict[tuple[str, ...], dict[str, None]] = {}
        for chinese, *english in self.groups:
            for phrase in english:
                terms.setdefault(_key(_words(fold(phrase))), {})[fold(chinese)] = None
        written = (word for _, *english in self.groups for phrase in english for word, _, _ in _words(fold(phrase)))
        object.__setattr__(self, "words", frozenset(word for word in written if len(word) > 2))
        object.__setattr__(self, "_terms", {key: tuple(found) for key, found in terms.items()})
        object.__setattr__(self, "_longest", max(map(len, terms), default=0))

    def translations(self, folded: str) -> Iterator[Translation]:
        """The longest phrases of a folded text that have Chinese terms, from left to right."""
        words = _words(folded)
        at = 0
        while at < len(words):
            for last in range(min(len(words), at + self._longest), at, -1):
                terms = self._terms.get(_key(words[at:last]))
                if terms and _are_neighbours(folded, words[at:last]):
                    yield Translation(words[at][1], words[last - 1][2], terms)
                    at = last
                    break
            else:
                at += 1


Word = tuple[str, int, int]
"""A word and the place where it stands."""


def _words(folded: str) -> list[Word]:
    return [(match.group(1), *match.span()) for match in _WORD_RE.finditer(folded)]


def _key(words: list[Word]) -> tuple[str, ...]:
    return tuple(stem(word) for word, _, _ in words)


def _are_neighbours(folded: str, words: list[Word]) -> bool:
    """Whether only spaces, hyphens and the like are between the words."""
    gaps = (folded[first[2] : second[1]] for first, second in pairwise(words))
    return not any(character.isalnum() for gap in gaps for character in gap)


@lru_cache(maxsize=1)
def default_glossary() -> Glossary:
    """The glossary shipped with the product (data/glossary.txt, which names its source)."""
    return Glossary(read_groups("glossary.txt"))
