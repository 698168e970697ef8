"""Counts searches by day, without user, session, IP address or hour, and without personal numbers.

Counts wait in memory until the response has been sent, so that no search waits for the database's write lock; a killed
process loses them. A user is only a hash in the cache for a day, so that repeated searches count as one asker.
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
from django.db import DatabaseError
from django.db.models import F
from django.dispatch import receiver
from django.utils import timezone

from common.database import impatient_transaction
from common.middleware import client_address
from members.viewer import Who
from resources.policies import as_viewer
from search.models import QueryLog

log = logging.getLogger(__name__)

LONGEST = 100
DAY = 24 * 3600
_PERSONAL = re.compile(r"@|\d{7,}|https?:", re.IGNORECASE)
"""E-mail addresses, URLs, telephone and identity numbers: pasted by mistake, never stored."""

_lock = threading.Lock()
_waiting: dict[tuple[date, str, str], _Asked] = {}


@dataclass(slots=True)
class _Asked:
    """A query that waits to be written.

    ``found``: results of its last search; ``askers``: hashes of the users.
    """

    times: int = 0
    found: int = 0
    askers: set[str] = field(default_factory=set)


def count_query(*, who: Who, text: str, found: int) -> None:
    """Count a search in memory; ``write_counts`` stores it after the response."""
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
    """A hash that recognises the same user, words and day, and can't be linked to any other hash."""
    return hmac.new(settings.SECRET_KEY.encode(), f"asked:{day}:{text}:{seen}".encode(), hashlib.sha256).hexdigest()


@receiver(request_finished, dispatch_uid="search.query.query_log")
def write_counts(sender: Any = None, **kwargs: Any) -> None:
    """Store the waiting counts. A failure is only logged: the query log is not worth an error page."""
    with _lock:
        taken = dict(_waiting)
        _waiting.clear()
    if not taken:
        return
    try:
        with impatient_transaction():
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
