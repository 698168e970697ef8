"""How long a page may be kept, and parts of a page that may not be kept at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

CLOCKS_DIFFER = timedelta(minutes=1)
"""The clocks of web machine and database may differ by so much."""
SHORTEST = 1.0
"""Seconds a page is kept around a moment at which its content changes by itself."""

NextChange = Callable[[datetime], datetime | None]

_next_changes: list[NextChange] = []
_end: list[tuple[str, float]] = []
"""The last stamp and when what was made under it ends: until then its database questions are answered."""
_incomplete: ContextVar[list[bool] | None] = ContextVar("incomplete_page", default=None)


def on_schedule(next_change: NextChange) -> NextChange:
    """Register a function: the first moment after the given one at which pages change without a write."""
    if next_change not in _next_changes:
        _next_changes.append(next_change)
    return next_change


def seconds_to_keep(now: datetime) -> float:
    """Until the next such moment or midnight, at most PAGE_CACHE_SECONDS.

    Signed URLs in pages outlive that: they stay valid for at least an hour.
    """
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    ends = [
        now + timedelta(seconds=settings.PAGE_CACHE_SECONDS),
        timezone.make_aware(datetime.combine(tomorrow, time.min)),
        *(moment for each in _next_changes if (moment := each(now - CLOCKS_DIFFER)) is not None),
    ]
    return max((min(ends) - now).total_seconds(), SHORTEST)


def end_of_values(stamp: str) -> float:
    """When values made now under this stamp end without a change, in seconds since the epoch."""
    now = timezone.now()
    if _end and _end[0][0] == stamp and now.timestamp() < _end[0][1]:
        return _end[0][1]
    end = now.timestamp() + seconds_to_keep(now)
    _end[:] = [(stamp, end)]
    return end


def do_not_keep() -> None:
    """Say that the page being made lacks something, for example while the search engine is away."""
    if (marks := _incomplete.get()) is not None:
        marks.append(True)


@contextmanager
def watching() -> Iterator[list[bool]]:
    """The block makes a page; the list is empty if the page may be kept."""
    marks: list[bool] = []
    token = _incomplete.set(marks)
    try:
        yield marks
    finally:
        _incomplete.reset(token)
