"""What a change of the editors' words would do, looked up before it is saved and shown beside the form."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Any

from search.access import viewer_tokens
from search.analysis import Analyzer
from search.analysis.fold import fold
from search.engine_provider import close, current, open_engine, read_dictionary, synonyms_with
from search.engines import Engine
from search.engines.types import Hit, SearchQuery, SearchResults
from search.models import DictionaryTerm, SynonymGroup
from search.query.results import read_again

WORDS = 6
"""Words of a group that are tried; more would keep the editor waiting."""

SHOWN = 5
"""Results listed for each word."""

LOOKED_AT = 50
"""Results whose titles are cut both ways for the dictionary's preview."""

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
class Cut:
    """A text cut with the dictionary in force and with the changed one."""

    text: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def is_change(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class DictionaryEffect:
    """How the word itself and titles that hold it are cut. ``held``: resources found by it now."""

    word: Cut
    held: int
    examples: tuple[Cut, ...]


def effects_of(group: SynonymGroup, *, who: Any) -> list[Effect]:
    """Each word of an unsaved group, searched with the groups in force and with this one among them.

    Synonyms act when a query is read, so this is the very answer readers would get. Raises EngineUnavailable.
    """
    analyzer = current().analyzer
    others = SynonymGroup.objects.filter(active=True).exclude(pk=group.pk)
    groups = [other.as_tuple() for other in others]
    if group.active and len(group.as_tuple()) > 1:
        groups.append(group.as_tuple())
    # The dictionary is the same: only the index that answers decides it, and that one is not touched here.
    changed = open_engine(Analyzer(dictionary=analyzer.dictionary, synonyms=synonyms_with(groups)))
    try:
        return [_effect(word, current().engine, changed, who) for word in group.as_tuple()[:WORDS]]
    finally:
        close(changed)


def _effect(word: str, before: Engine, after: Engine, who: Any) -> Effect:
    query = SearchQuery(text=word, access=viewer_tokens(who), size=LOOKED_AT)
    old, new = before.search(query), after.search(query)
    known = {hit.id for hit in _counted(old)}
    shown = read_again([hit.id for hit in _counted(new)[:SHOWN]], who)
    # Beyond what was looked at "new" can't be told, and a mark that may be wrong is worse than none.
    whole = old.total <= len(known)
    rows = tuple(Row(row.title, row.get_absolute_url(), whole and row.pk not in known) for row in shown)
    return Effect(word=word, before=old.total, after=new.total, rows=rows)


def _counted(results: SearchResults) -> tuple[Hit, ...]:
    """Without those that only fill a page nearly empty."""
    return results.hits[: len(results.hits) - results.extra]


def cuts_of(term: DictionaryTerm, *, who: Any) -> DictionaryEffect:
    """How the word would be cut once the index has been rebuilt with it. Raises EngineUnavailable."""
    now = current().analyzer
    own = tuple(DictionaryTerm.objects.filter(active=True).exclude(pk=term.pk).values_list("text", flat=True))
    dictionary = read_dictionary(own=(*own, term.text) if term.active and term.text else own)
    then = Analyzer(dictionary=dictionary, synonyms=now.synonyms)
    if not term.text:
        return DictionaryEffect(Cut("", (), ()), 0, ())
    found = current().engine.search(SearchQuery(text=term.text, access=viewer_tokens(who), size=LOOKED_AT))
    titles = [row.title for row in read_again([hit.id for hit in found.hits], who)]
    cuts = (_cut(title, now, then) for title in titles if fold(term.text) in fold(title))
    return DictionaryEffect(
        word=_cut(term.text, now, then),
        held=found.total,
        examples=tuple(islice((cut for cut in cuts if cut.is_change), EXAMPLES)),
    )


def _cut(text: str, before: Analyzer, after: Analyzer) -> Cut:
    folded = fold(text)
    return Cut(text, tuple(before.coarse(folded)), tuple(after.coarse(folded)))
