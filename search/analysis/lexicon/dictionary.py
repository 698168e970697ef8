"""Words added to the segmenter: the shipped terms of childcare and teaching, and those of editors."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from search.analysis.fold import fold

DATA = Path(__file__).with_name("data")


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Terms to keep whole. They are folded here, so Traditional terms work.

    Order and duplicates do not matter.
    """

    terms: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        folded = {fold(term.strip()) for term in self.terms}
        object.__setattr__(self, "terms", tuple(sorted(term for term in folded if term)))

    def with_terms(self, terms: tuple[str, ...]) -> Dictionary:
        """This dictionary with more terms."""
        return Dictionary((*self.terms, *terms))

    def digest(self) -> str:
        return hashlib.sha256("\n".join(self.terms).encode()).hexdigest()


def _lines(name: str) -> list[str]:
    text = (DATA / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


@lru_cache(maxsize=1)
def default_dictionary() -> Dictionary:
    """The terms shipped with the product (data/terms.txt, where the source of each group is noted)."""
    return Dictionary(tuple(term for line in _lines("terms.txt") for term in line.split()))


@lru_cache(maxsize=1)
def default_synonym_groups() -> tuple[tuple[str, ...], ...]:
    """The synonym groups shipped with the product (data/synonyms.txt): one a line, members separated by commas."""
    return read_groups("synonyms.txt")


def read_groups(name: str) -> tuple[tuple[str, ...], ...]:
    """The groups of a file in data/: one a line, members separated by commas."""
    return tuple(tuple(part.strip() for part in line.split(",") if part.strip()) for line in _lines(name))
