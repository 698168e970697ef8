"""Relaxes a query that finds little: first other spellings, then looser steps.

The same for both engines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from search.analysis import AnalyzedQuery, Analyzer
from search.analysis.corrections import Lookup, likely_spellings
from search.engines.query_builder import respelled_step, union_step
from search.engines.query_clauses import is_short
from search.engines.query_tree import Step
from search.engines.types import ParsedQuery, SearchQuery

ENOUGH = 10
"""Hits of a full first page. A page with fewer is filled from the next steps."""

NEXT_TO_NOTHING = 3
"""Up to this many hits, a query with a word missing from the dictionary counts as misspelt."""


@dataclass(frozen=True, slots=True)
class Relaxation:
    """The steps of one query. ``spellings`` are what the second step looks for, if it is a respelled one."""

    steps: Sequence[Step]
    spellings: tuple[str, ...] = ()

    def filler_steps(self, number: int) -> list[Step]:
        """The steps that may fill the page after step ``number`` answered."""
        return list(takewhile(lambda step: step.fills, self.steps[number + 1 :]))

    def parsed(self, number: int, filled: int = 0) -> ParsedQuery:
        """What was looked for when step ``number`` answered and ``filled`` steps after it filled the page."""
        step = self.shown_step(number, filled)
        if step is None:
            return ParsedQuery()
        spellings = self.spellings if number + filled > 0 else ()
        return ParsedQuery(step.terms, step.synonyms, number + filled, number, spellings)

    def shown_step(self, number: int, filled: int = 0) -> Step | None:
        """One step for everything on the page: for page hits and highlights."""
        if not filled:
            return self.steps[number] if self.steps else None
        return union_step(self.steps[number : number + filled + 1])


def relax(analyzer: Analyzer, query: AnalyzedQuery, steps: Sequence[Step], found: int, lookup: Lookup) -> Relaxation:
    """The steps to continue with after the first one found ``found`` resources.

    ``lookup`` (see ``corrections``) is called only for queries that find next to nothing.
    """
    if not is_short(query) or found > NEXT_TO_NOTHING or (found and not query.is_doubtful):
        return Relaxation(steps)
    spellings = likely_spellings(query.folded, lookup, analyzer.synonyms.glossary.words)
    spelled = respelled_step([analyzer.query(each) for each in spellings])
    return Relaxation([steps[0], spelled, *steps[1:]], spellings) if spelled else Relaxation(steps)


def may_fill(query: SearchQuery, total: int, unfiltered: int) -> bool:
    """Whether a page with ``total`` hits (``unfiltered`` without the chosen facets) may be filled from looser steps.

    Not when the chosen facets left nothing: the words are not the cause. Not in another order than relevance: looser hits
    would not come last.
    """
    return query.sort == "relevance" and not query.offset and total > 0 and unfiltered < ENOUGH
