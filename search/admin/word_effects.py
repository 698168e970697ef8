"""The effect of an edited synonym group or dictionary word, computed before it is saved."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from members.viewer import Who
from search.access import viewer_tokens
from search.analysis import Analyzer
from search.analysis.fold import fold
from search.engine_provider import close, open_engine, read_dictionary, search_engines, synonyms_with
from search.engines import Engine
from search.engines.types import Hit, SearchQuery, SearchResults
from search.models import DictionaryTerm, SynonymGroup
from search.query.results import visible_in_order

WORDS = 6
"""Words of a group that are searched for; more would take too long."""

SHOWN = 5
"""Results listed for each word."""

LOOKED_AT = 50
"""Results whose titles are segmented with both dictionaries."""

EXAMPLES = 6


@dataclass(frozen=True, slots=True)
class Row:
    """A result after the change. ``is_new``: it was not found by this word before."""

    title: str
    url: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """One word searched for before and after the change: totals, and the first results after it."""

    word: str
    before: int
    after: int
    rows: tuple[Row, ...]

    @property
    def is_change(self) -> bool:
        return self.before != self.after or any(row.is_new for row in self.rows)


@dataclass(frozen=True, slots=True)
class Segmentation:
    """A text segmented with the dictionary in force and with the changed one."""

    text: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def is_change(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class DictionaryEffect:
    """How the word and titles that contain it are segmented. ``held``: resources found by it now."""

    word: Segmentation
    held: int
    examples: tuple[Segmentation, ...]


def synonym_effects(group: SynonymGroup, *, who: Who) -> list[Effect]:
    """Search each word of an unsaved group with the groups in force and with this one added.

    Synonyms act at query time, so these are the results users would get. Raises EngineUnavailable.
    """
    analyzer = search_engines().analyzer
    others = SynonymGroup.objects.filter(active=True).exclude(pk=group.pk)
    groups = [other.as_tuple() for other in others]
    if group.active and len(group.as_tuple()) > 1:
        groups.append(group.as_tuple())
    # The dictionary stays: the index that answers decides it.
    changed = open_engine(Analyzer(dictionary=analyzer.dictionary, synonyms=synonyms_with(groups)))
    try:
        return [_effect(word, search_engines().engine, changed, who) for word in group.as_tuple()[:WORDS]]
    finally:
        close(changed)


def _effect(word: str, before: Engine, after: Engine, who: Who) -> Effect:
    query = SearchQuery(text=word, access=viewer_tokens(who), size=LOOKED_AT)
    old, new = before.search(query), after.search(query)
    known = {hit.id for hit in _counted(old)}
    shown = visible_in_order([hit.id for hit in _counted(new)[:SHOWN]], who)
    # With more hits than were read, "new" can't be decided; then no row is marked.
    whole = old.total <= len(known)
    rows = tuple(Row(row.title, row.get_absolute_url(), whole and row.pk not in known) for row in shown)
    return Effect(word=word, before=old.total, after=new.total, rows=rows)


def _counted(results: SearchResults) -> tuple[Hit, ...]:
    """Without near matches that only fill the page."""
    return results.hits[: len(results.hits) - results.extra]


def segmentation_effect(term: DictionaryTerm, *, who: Who) -> DictionaryEffect:
    """How texts would be segmented once the index is rebuilt with the word. Raises EngineUnavailable."""
    now = search_engines().analyzer
    own = tuple(DictionaryTerm.objects.filter(active=True).exclude(pk=term.pk).values_list("text", flat=True))
    dictionary = read_dictionary(own=(*own, term.text) if term.active and term.text else own)
    then = Analyzer(dictionary=dictionary, synonyms=now.synonyms)
    if not term.text:
        return DictionaryEffect(Segmentation("", (), ()), 0, ())
    found = search_engines().engine.search(SearchQuery(text=term.text, access=viewer_tokens(who), size=LOOKED_AT))
    titles = [row.title for row in visible_in_order([hit.id for hit in found.hits], who)]
    segmentations = (_segment(title, now, then) for title in titles if fold(term.text) in fold(title))
    return DictionaryEffect(
        word=_segment(term.text, now, then),
        held=found.total,
        examples=tuple(islice((each for each in segmentations if each.is_change), EXAMPLES)),
    )


def _segment(text: str, before: Analyzer, after: Analyzer) -> Segmentation:
    folded = fold(text)
    return Segmentation(text, tuple(before.coarse(folded)), tuple(after.coarse(folded)))
