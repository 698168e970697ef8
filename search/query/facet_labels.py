"""Names of facet values in the reader's language, read once per process and again when a vocabulary changes."""

from __future__ import annotations

import threading
from typing import Any

from django.conf import settings

from members.models import School
from resources.models import CourseUnit
from search.facets import FORMAT_LABELS, LANGUAGE_LABELS, USE_LABELS, read_labels
from search.models import IndexState

_lock = threading.Lock()
_read: dict[tuple[str, int], dict[str, dict[str, Any]]] = {}

_keyed: dict[str, Any] = {}
"""``are``: what ``by_key`` made ``of`` which terms."""

_FIXED = {"use": USE_LABELS, "format": FORMAT_LABELS, "language": LANGUAGE_LABELS}


def terms(state: IndexState) -> dict[str, dict[str, Any]]:
    """Terms and schools by facet and code."""
    key = (str(settings.DATABASES["default"]["NAME"]), state.labels_stamp)
    with _lock:
        found = _read.get(key)
        if found is None:
            found = read_labels()
            _read.clear()
            _read[key] = found
    return found


def by_key(state: IndexState) -> dict[str, dict[int, Any]]:
    """The same by facet and primary key: for naming what a row points at without asking the database again."""
    found = terms(state)
    with _lock:
        if _keyed.get("of") is not found:
            _keyed["of"] = found
            _keyed["are"] = {name: {thing.pk: thing for thing in things.values()} for name, things in found.items()}
        return dict(_keyed["are"])


def forget() -> None:
    """Read the names anew at the next use (tests)."""
    with _lock:
        _read.clear()


def label_of(name: str, value: str, state: IndexState) -> str:
    """What a value is called; the value itself where nobody named it."""
    fixed = _FIXED.get(name)
    if fixed is not None:
        return str(fixed.get(value, value))
    thing = terms(state).get(name, {}).get(value)
    if thing is None:
        return value
    return str(thing.label)


def order_of(name: str, state: IndexState) -> dict[str, int]:
    """Where an editor put each value of a vocabulary; empty where counts decide."""
    if name in ("school", "course"):
        return {}
    if name in _FIXED:
        return {value: place for place, value in enumerate(_FIXED[name])}
    return {code: place for place, code in enumerate(terms(state).get(name, {}))}


def is_listed(name: str, value: str, state: IndexState) -> bool:
    """Whether the value is offered in the panel: of courses only whole ones (projects and tasks are found by words)."""
    thing = terms(state).get(name, {}).get(value)
    if isinstance(thing, CourseUnit):
        return bool(thing.kind == CourseUnit.Kind.COURSE)
    return name in _FIXED or name == "year" or thing is not None or isinstance(thing, School)


def offered(name: str, state: IndexState) -> list[str]:
    """Values that are shown greyed when nothing has them, so that a short list doesn't jump about."""
    return [code for code, term in terms(state).get(name, {}).items() if getattr(term, "active", True)]
