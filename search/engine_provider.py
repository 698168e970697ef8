"""The engines of this process: chosen by the settings, reopened when the editors' words change."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from search.analysis import Analyzer, Dictionary, Synonyms, default_dictionary, default_synonyms
from search.engines import Engine
from search.models import DictionaryTerm, IndexState, SynonymGroup


@dataclass(frozen=True, slots=True)
class SearchEngines:
    """``literal``: the same index queried without synonyms ("search only X")."""

    analyzer: Analyzer
    engine: Engine
    literal: Engine


def read_dictionary(own: tuple[str, ...] | None = None) -> Dictionary:
    """The shipped words and the editors', or ``own`` instead of the editors'."""
    if own is None:
        own = tuple(DictionaryTerm.objects.filter(active=True).values_list("text", flat=True))
    return default_dictionary().with_terms(own)


def synonyms_with(groups: Iterable[tuple[str, ...]]) -> Synonyms:
    """The shipped groups and glossary, and these groups."""
    shipped = default_synonyms()
    return Synonyms((*shipped.groups, *groups), shipped.glossary)


def read_synonyms() -> Synonyms:
    """The shipped groups and the editors'."""
    return synonyms_with(group.as_tuple() for group in SynonymGroup.objects.filter(active=True))


def read_analyzer() -> Analyzer:
    return Analyzer(dictionary=read_dictionary(), synonyms=read_synonyms())


def open_engine(analyzer: Analyzer, *, writer: bool = False, fingerprint: str = "") -> Engine:
    """A new engine object by the settings. ``writer``: for the relay, the only process that may write.

    ``fingerprint``: what an index remembers that the first write creates; by default the analyzer's.
    """
    if settings.SEARCH_URL:
        from search.engines.elastic import ElasticEngine

        return ElasticEngine(settings.SEARCH_URL, settings.SEARCH_PREFIX, analyzer, fingerprint=fingerprint)
    from search.engines.embedded import EmbeddedEngine

    return EmbeddedEngine(Path(settings.SEARCH_FOLDER), analyzer, read_only=not writer, fingerprint=fingerprint)


def close(engine: Any) -> None:
    """Release files and connections, where the engine holds any."""
    with suppress(AttributeError):
        engine.close()


@contextmanager
def opened_writer(analyzer: Analyzer | None = None) -> Iterator[Engine]:
    """A writing engine, closed at the end of the block."""
    engine = open_engine(analyzer or read_analyzer(), writer=True)
    try:
        yield engine
    finally:
        close(engine)


_lock = threading.Lock()
_analyzers: dict[tuple[Any, ...], Analyzer] = {}
_opened: dict[tuple[Any, ...], SearchEngines] = {}


def analyzer_for(state: IndexState) -> Analyzer:
    """The analyzer with the words in force. Queries the database only when they have changed."""
    key = (str(settings.DATABASES["default"]["NAME"]), state.words_stamp)
    with _lock:
        found = _analyzers.get(key)
        if found is None:
            found = read_analyzer()
            _analyzers.clear()
            _analyzers[key] = found
    return found


def search_engines(state: IndexState | None = None) -> SearchEngines:
    """The reading engines of this process. Raises EngineUnavailable when they can't be opened."""
    analyzer = analyzer_for(state or IndexState.current())
    key = (settings.SEARCH_URL, settings.SEARCH_PREFIX, str(settings.SEARCH_FOLDER))
    with _lock:
        found = _opened.get(key)
        if found is None or found.analyzer is not analyzer:
            literal = Analyzer(dictionary=analyzer.dictionary, synonyms=Synonyms())
            found = SearchEngines(analyzer=analyzer, engine=open_engine(analyzer), literal=open_engine(literal))
            # Old engines are dropped and not closed: another thread may be searching with them.
            _opened.clear()
            _opened[key] = found
    return found


def get_engine() -> Engine:
    """The engine that answers searches in this process."""
    return search_engines().engine


def forget() -> None:
    """Read words and open engines again at the next search (tests, and after a fork)."""
    with _lock:
        _analyzers.clear()
        _opened.clear()
