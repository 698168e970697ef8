"""Joins what holds the words with what means the same. The same for both engines.

Measured in docs/search-quality.md. The model brings its own scale (``Meaning.ordinary``, ``Meaning.near``).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from search.analysis import AnalyzedQuery
from search.engines.query_clauses import is_short
from search.engines.query_relaxation import ENOUGH
from search.engines.types import Hit, Meaning, PageHit, ParsedQuery, SearchQuery

WINDOW = 30
"""So many of the best hits by words are put into a new order; those behind keep theirs."""

NEAREST = 60
"""So many of the nearest resources are considered."""

DECAY = 40.0
"""The rank by words at which the share of the words falls to 1/e."""

SHARE = 0.2
"""The share of the meaning in the order."""

MOST_ALONE = 5
"""Hits by meaning alone on a page that is full without them."""

Pages = tuple[tuple[PageHit, ...], int]


@dataclass(frozen=True, slots=True)
class Near:
    """A resource that is near in meaning, with its nearest page (None: title and description)."""

    id: int
    similarity: float
    page: PageHit | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """``alone``: found by meaning alone."""

    id: int
    score: float
    alone: bool = False


def uses_meaning(query: SearchQuery) -> bool:
    return query.meaning is not None and query.sort == "relevance" and query.size > 0


def keeps_order(analyzed: AnalyzedQuery, parsed: ParsedQuery) -> bool:
    """Whether the words say what is wanted better than the meaning of the query.

    So they do if they name an age, a number or a Latin name, if a short query without synonyms finds all its words, and if
    the query is misspelt: then it means something else.
    """
    if parsed.spellings or any(term.form.months or not _is_han(term.form.text) for term in analyzed.required):
        return True
    known = parsed.counted == 0 and is_short(analyzed) and not analyzed.is_question
    return known and not any(term.synonyms for term in analyzed.required)


def _is_han(text: str) -> bool:
    return all("\u3400" <= character <= "\u9fff" for character in text)


class Fusion:
    """The order of one search. ``words``: the best WINDOW hits by words, best first.

    ``nearest``: resources that the viewer may see and that pass the filters. ``holding``: those of them that hold the
    words too, though they are not in ``words``. ``exact``: the order of the words stays.

    Where the words fill no page, their order stays too, and what is near follows it. Otherwise both are put into one
    order, in which hits by meaning alone stand between the others without counting.
    """

    def __init__(
        self,
        meaning: Meaning,
        words: Sequence[int],
        nearest: Sequence[Near],
        *,
        holding: Collection[int] = (),
        exact: bool = False,
    ) -> None:
        self._meaning = meaning
        self._near = {each.id: each for each in nearest}
        self._top = max((each.similarity for each in nearest), default=0.0)
        self._alone = [
            Ranked(each.id, self._by_meaning(each.id), alone=True)
            for each in nearest
            if each.similarity >= meaning.near and each.id not in {*words, *holding}
        ]
        self._is_short = len(words) < ENOUGH
        ranked = [Ranked(id, self._by_rank(rank) + self._by_meaning(id)) for rank, id in enumerate(words)]
        if not exact and not self._is_short:
            pulled = [Ranked(id, self._by_meaning(id)) for id in holding]
            ranked = sorted([*ranked, *pulled, *self._alone], key=lambda each: -each.score)
        self._ranked = ranked
        self.held = [each.id for each in ranked if not each.alone]
        """The ids that hold the words, in order. The other hits by words follow in theirs."""

    def page(self, offset: int, size: int) -> list[Ranked]:
        """``size`` hits that hold the words from ``offset`` on, and on the first page some by meaning alone."""
        shown: list[Ranked] = []
        place = alone = 0
        for each in self._ranked:
            if each.alone:
                if not offset and alone < MOST_ALONE and place < size:
                    alone += 1
                    shown.append(each)
                continue
            if offset <= place < offset + size:
                shown.append(each)
            place += 1
        return shown

    def near_matches(self, query: SearchQuery, shown: int, extra: Sequence[int]) -> list[Ranked]:
        """What follows the hits by words on the first page.

        ``extra``, found by looser steps, in a new order, then hits by meaning alone.
        """
        loose = [Ranked(id, self._by_rank(rank) + self._by_meaning(id)) for rank, id in enumerate(extra)]
        if query.offset or not self._is_short:
            return loose
        room = max(MOST_ALONE, min(ENOUGH, query.size) - shown - len(extra))
        self._alone = [each for each in self._alone if each.id not in extra]
        return [*sorted(loose, key=lambda each: -each.score), *self._alone[:room]]

    def rest(self, query: SearchQuery) -> SearchQuery | None:
        """The search for what this page needs of the hits by words other than ``held``, which follow those."""
        held = len(self.held)
        start = max(query.offset, held)
        size = query.offset + query.size - start
        return replace(query, offset=start - held, size=size) if size > 0 and held >= WINDOW else None

    def alone(self, id: int) -> Near | None:
        """The resource, if it was found by meaning alone."""
        return self._near[id] if any(each.id == id for each in self._alone) else None

    def _by_rank(self, rank: int) -> float:
        return (1 - SHARE) * math.exp(-rank / DECAY)

    def _by_meaning(self, id: int) -> float:
        """0 for an ordinary similarity, ``SHARE`` for that of the nearest resource."""
        near = self._near.get(id)
        if near is None:
            return 0.0
        ordinary = self._meaning.ordinary
        return SHARE * max(0.0, near.similarity - ordinary) / (max(self._top, self._meaning.near) - ordinary)


def hit_of(id: int, score: float, pages: Pages, fusion: Fusion | None) -> Hit:
    """``pages``: those that hold the words. A hit by meaning alone leads with its nearest page."""
    alone = fusion.alone(id) if fusion else None
    if alone is None:
        return Hit(id, score, *pages)
    return Hit(id, score, (alone.page,) if alone.page else (), 0, by_meaning=True)
