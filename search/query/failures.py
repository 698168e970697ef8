"""Counts searches that failed unexpectedly.

Users get an answer without the engine, so only this tells the operator.

Counts wait in memory until the response has been sent: a failing search should not wait for the database as well.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from datetime import date
from pathlib import PurePath
from traceback import extract_tb
from typing import Any

from django.core.signals import request_finished
from django.db import DatabaseError, transaction
from django.db.models import F
from django.dispatch import receiver
from django.utils import timezone

from search.models import SearchFailure

log = logging.getLogger(__name__)

_lock = threading.Lock()
_waiting: Counter[tuple[date, str, str]] = Counter()


def count_failure(place: SearchFailure.Place, error: Exception) -> None:
    """Count one failure for the health page. The caller logs it with its traceback."""
    with _lock:
        _waiting[timezone.localdate(), place.value, _describe(error)] += 1


def _describe(error: Exception) -> str:
    """Class and line. The text of an exception may contain what the user typed."""
    frames = extract_tb(error.__traceback__)
    where = f" in {PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"[:200]


@receiver(request_finished, dispatch_uid="search.query.failures")
def write_failures(sender: Any = None, **kwargs: Any) -> None:
    with _lock:
        taken = dict(_waiting)
        _waiting.clear()
    if not taken:
        return
    try:
        with transaction.atomic():
            for (day, place, error), times in taken.items():
                row, _created = SearchFailure.objects.get_or_create(day=day, place=place, error=error)
                SearchFailure.objects.filter(pk=row.pk).update(times=F("times") + times, last=timezone.now())
    except DatabaseError:
        log.warning("failed searches could not be counted", exc_info=True)
