"""The rows that name facet values, read once per process and again when a vocabulary changes."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from search.facets import BY_NAME, Named, Rows, read_vocabularies
from search.models import IndexState

_lock = threading.Lock()
_read: dict[tuple[str, int], dict[str, dict[str, Named]]] = {}

_by_key: dict[str, Any] = {}
"""``rows``: what ``by_key`` made, ``of``: from which vocabularies."""


def vocabularies(state: IndexState) -> Mapping[str, Rows]:
    """The rows of every vocabulary by facet and code."""
    key = (str(settings.DATABASES["default"]["NAME"]), state.labels_stamp)
    with _lock:
        found = _read.get(key)
        if found is None:
            found = read_vocabularies()
            _read.clear()
            _read[key] = found
    return found


def by_key(state: IndexState) -> Mapping[str, Mapping[int, Named]]:
    """The same rows by facet and primary key: foreign keys get their row without a query."""
    found = vocabularies(state)
    with _lock:
        if _by_key.get("of") is not found:
            _by_key["of"] = found
            _by_key["rows"] = {name: {row.pk: row for row in rows.values()} for name, rows in found.items()}
        return dict(_by_key["rows"])


def forget() -> None:
    """Read the rows again at the next use (tests)."""
    with _lock:
        _read.clear()


def label_of(name: str, value: str, state: IndexState) -> str:
    """The name of a facet's value in the reader's language."""
    return BY_NAME[name].label_of(value, vocabularies(state).get(name, {}))
