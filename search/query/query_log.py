"""What people search for, counted by day: no person, session, address or hour, and nothing like a personal number.

Counting waits in memory until the answer has been sent, so that nobody waits for the database's write lock; what a
killed process still held is lost, which statistics can bear. Who asked is only a mark in the cache for a day, so that one
person who asks a hundred times counts once among the askers.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import threading
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.core.signals import request_finished
from django.db import DatabaseError, transaction
from django.db.models import F
from django.dispatch import receiver
from django.utils import timezone

from common.middleware import client_address
from resources.policies import as_viewer
from search.models import QueryLog

log = logging.getLogger(__name__)

LONGEST = 100
DAY = 24 * 3600
_PERSONAL = re.compile(r"@|\d{7,}|https?:", re.IGNORECASE)
"""Addresses, telephone and identity numbers: pasted by mistake, never kept."""

_lock = threading.Lock()
_waiting: dict[tuple[date, str, str], _Asked] = {}


@dataclass(slots=True)
class _Asked:
    """A query that waits to be written: how often, what it found last, and the marks of those who asked."""

    times: int = 0
    found: int = 0
    askers: set[str] = field(default_factory=set)


def note(*, who: Any, text: str, found: int) -> None:
    """Count a search. Nothing is written before the response is out."""
    text = " ".join(text.lower().split())
    if not text or len(text) > LONGEST or _PERSONAL.search(text):
        return
    viewer = as_viewer(who)
    audience = QueryLog.Audience.MEMBER if viewer.is_member else QueryLog.Audience.PUBLIC
    day = timezone.localdate()
    seen = f"user:{viewer.user_id}" if viewer.user_id is not None else f"address:{client_address.get()}"
    with _lock:
        asked = _waiting.setdefault((day, text, str(audience)), _Asked())
        asked.times += 1
        asked.found = found
        asked.askers.add(_mark(day, text, seen))


def _mark(day: date, text: str, seen: str) -> str:
    """Tells the same asker of the same words on the same day again, and nothing else: no two marks can be joined."""
    return hmac.new(settings.SECRET_KEY.encode(), f"asked:{day}:{text}:{seen}".encode(), hashlib.sha256).hexdigest()


@receiver(request_finished, dispatch_uid="search.query.query_log")
def write_down(sender: Any = None, **kwargs: Any) -> None:
    """Write what waits. A failure is logged: the log is not worth an error to anybody."""
    with _lock:
        taken = dict(_waiting)
        _waiting.clear()
    if not taken:
        return
    try:
        with transaction.atomic():
            for (day, text, audience), asked in taken.items():
                people = sum(caches["marks"].add(f"asked:{mark}", 1, DAY) for mark in asked.askers)
                row, created = QueryLog.objects.get_or_create(
                    day=day,
                    text=text,
                    audience=audience,
                    defaults={"times": asked.times, "people": people, "found": asked.found},
                )
                if not created:
                    QueryLog.objects.filter(pk=row.pk).update(
                        times=F("times") + asked.times, people=F("people") + people, found=asked.found
                    )
    except DatabaseError:
        log.warning("searches could not be counted", exc_info=True)
