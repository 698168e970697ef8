"""Groups of synonyms and the glossary, looked up for the terms of a query."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from search.analysis.fold import fold
from search.analysis.lexicon.dictionary import default_synonym_groups
from search.analysis.lexicon.glossary import Glossary, default_glossary


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Each member of a group finds the others. A word in several groups finds the members of all.

    ``glossary``: Chinese terms that English words find as well; a Chinese query never looks there.
    """

    groups: tuple[tuple[str, ...], ...] = ()
    glossary: Glossary = field(default_factory=Glossary)
    _others: dict[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        others: dict[str, dict[str, None]] = {}
        for group in self.groups:
            members = [member for word in group if (member := " ".join(fold(word).split()))]
            for member in members:
                others.setdefault(member, {}).update((word, None) for word in members if word != member)
        object.__setattr__(self, "_others", {word: tuple(found) for word, found in others.items()})

    def of(self, folded: str) -> tuple[str, ...]:
        """The synonyms of a folded word or phrase (its words joined as they were written)."""
        return self._others.get(folded, ())

    def members(self) -> tuple[str, ...]:
        """Every folded word of every group."""
        return tuple(self._others)


@lru_cache(maxsize=1)
def default_synonyms() -> Synonyms:
    """The groups and the glossary shipped with the product."""
    return Synonyms(default_synonym_groups(), default_glossary())
