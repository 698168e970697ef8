"""What to do when a query finds little: other spellings of it, then its words more loosely. The same for both engines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from search.analysis import AnalyzedQuery, Analyzer
from search.analysis.corrections import Lookup, likely
from search.engines.query_builder import spelled_otherwise, together
from search.engines.query_clauses import is_short
from search.engines.query_tree import Step
from search.engines.types import ParsedQuery, SearchQuery

FEW = 10
"""Hits: a first page. A step that finds fewer is filled up from the next."""

NEXT_TO_NOTHING = 3
"""Hits up to which a query with a word no dictionary has is taken for misspelt."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """The steps of one query, and the spellings that the second of them looks for, if any."""

    steps: Sequence[Step]
    spellings: tuple[str, ...] = ()

    def fillers(self, number: int) -> list[Step]:
        """The steps that may fill a page on which step ``number`` left room."""
        return list(takewhile(lambda step: step.fills, self.steps[number + 1 :]))

    def parsed(self, number: int, filled: int = 0) -> ParsedQuery:
        """What was looked for when step ``number`` answered and so many steps after it filled the page."""
        step = self.shown(number, filled)
        if step is None:
            return ParsedQuery()
        spellings = self.spellings if number + filled > 0 else ()
        return ParsedQuery(step.terms, step.synonyms, number + filled, number, spellings)

    def shown(self, number: int, filled: int = 0) -> Step | None:
        """All that is on the page as one step: for page hits and for marking words."""
        if not filled:
            return self.steps[number] if self.steps else None
        return together(self.steps[number : number + filled + 1])


def loosened(analyzer: Analyzer, query: AnalyzedQuery, steps: Sequence[Step], found: int, lookup: Lookup) -> Ladder:
    """The steps to go on with when the first found so few. ``lookup``: see ``corrections``; asked at most for
    what finds next to nothing."""
    if not is_short(query) or found > NEXT_TO_NOTHING or (found and not query.is_doubtful):
        return Ladder(steps)
    spellings = likely(query.folded, lookup)
    spelled = spelled_otherwise([analyzer.query(each) for each in spellings])
    return Ladder([steps[0], spelled, *steps[1:]], spellings) if spelled else Ladder(steps)


def may_fill(query: SearchQuery, total: int, unfiltered: int) -> bool:
    """Whether a page that shows ``total`` hits, of ``unfiltered`` before choosing facets, may be filled up.

    Never when the choice of facets left nothing: then it is the choice that asks too much, not the words. Sorted by
    something else than relevance, what fits less would not come last.
    """
    return query.sort == "relevance" and not query.offset and total > 0 and unfiltered < FEW
