"""The engine of this process: chosen by the settings, given the editors' words, opened anew when those change."""

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
class Searching:
    """What answers queries. ``literal``: the same index asked without synonyms ("search only X")."""

    analyzer: Analyzer
    engine: Engine
    literal: Engine


def read_dictionary(own: tuple[str, ...] | None = None) -> Dictionary:
    """The shipped words and the editors', or ``own`` in the place of these."""
    if own is None:
        own = tuple(DictionaryTerm.objects.filter(active=True).values_list("text", flat=True))
    return default_dictionary().with_terms(own)


def synonyms_with(groups: Iterable[tuple[str, ...]]) -> Synonyms:
    """The shipped groups and these."""
    return Synonyms((*default_synonyms().groups, *groups))


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
    """Let go of files and connections, where the engine holds any."""
    with suppress(AttributeError):
        engine.close()


@contextmanager
def opened_writer(analyzer: Analyzer | None = None) -> Iterator[Engine]:
    """The writing engine for as long as the block lasts."""
    engine = open_engine(analyzer or read_analyzer(), writer=True)
    try:
        yield engine
    finally:
        close(engine)


_lock = threading.Lock()
_analyzers: dict[tuple[Any, ...], Analyzer] = {}
_opened: dict[tuple[Any, ...], Searching] = {}


def analyzer_for(state: IndexState) -> Analyzer:
    """With the words in force. No query unless they have changed; needs no engine."""
    key = (str(settings.DATABASES["default"]["NAME"]), state.words_stamp)
    with _lock:
        found = _analyzers.get(key)
        if found is None:
            found = read_analyzer()
            _analyzers.clear()
            _analyzers[key] = found
    return found


def current(state: IndexState | None = None) -> Searching:
    """The reading engines of this process. Raises EngineUnavailable when they can't be opened."""
    state = state or IndexState.current()
    analyzer = analyzer_for(state)
    key = (settings.SEARCH_URL, settings.SEARCH_PREFIX, str(settings.SEARCH_FOLDER))
    with _lock:
        found = _opened.get(key)
        if found is None or found.analyzer is not analyzer:
            literal = Analyzer(dictionary=analyzer.dictionary, synonyms=Synonyms())
            found = Searching(analyzer=analyzer, engine=open_engine(analyzer), literal=open_engine(literal))
            # Old ones are dropped, not closed: another thread may be in the middle of a search with them.
            _opened.clear()
            _opened[key] = found
    return found


def get_engine() -> Engine:
    """The engine that answers searches in this process."""
    return current().engine


def forget() -> None:
    """Read words and open engines anew at the next search (tests, and after a fork)."""
    with _lock:
        _analyzers.clear()
        _opened.clear()
