"""Count views and downloads, without robots: once per visitor, resource, kind and hour.

A visitor is a user id, or keyed hashes of IP address and browser, which identify no person. Without a login, an IP
address counts for a few visitors at most: a program could otherwise produce any number under many names.

Uses wait in memory until the response has been sent, so that no reader waits for the database's write lock. While the
database is busy they are dropped.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import logging
import re
import threading
import uuid
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.signals import request_finished
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Count, F, Sum
from django.db.models.functions import TruncDate
from django.dispatch import receiver
from django.utils import timezone

from common.database import impatient_transaction
from common.middleware import client_address
from members.viewer import Who
from resources.models import DailyUsage, ResourceStats, UsageEvent, UsageKind
from resources.policies import as_viewer

log = logging.getLogger(__name__)

HASH_LENGTH = 32
"""Characters of each of the two hashes that identify a visitor."""

ROBOT = re.compile(
    r"bot\b|bot/|spider|crawl|slurp|archiver|facebookexternalhit|preview|monitor|curl/|wget/|python-|httpx|go-http|java/"
    r"|okhttp|headless|feedfetcher|lighthouse|bytespider|sogou|yisou|^$",
    re.IGNORECASE,
)
"""User agents of programs. It serves statistics, not security: no list is complete."""

VISITORS_PER_ADDRESS = 5
"""Counted per IP address, resource and hour without a login: families and schools share addresses."""

_COUNTER = {UsageKind.VIEW: "views", UsageKind.DOWNLOAD: "downloads"}

_lock = threading.Lock()
_noted: list[UsageEvent] = []


def is_robot(user_agent: str) -> bool:
    return bool(ROBOT.search(user_agent.strip()))


def note_use(
    *,
    resource_id: int,
    kind: UsageKind | str,
    who: Who,
    session_key: str | None,
    user_agent: str,
    file_uid: uuid.UUID | None = None,
) -> None:
    """Count one use after the response, unless a robot made it. Touches no database."""
    if is_robot(user_agent):
        return
    viewer = as_viewer(who)
    event = UsageEvent(
        resource_id=resource_id,
        kind=UsageKind(kind),
        visitor=_visitor(viewer.user_id, session_key, user_agent),
        hour=timezone.now().replace(minute=0, second=0, microsecond=0),
        file_uid=file_uid,
        user_id=viewer.user_id,
        school_id=min(viewer.schools) if viewer.schools else None,
    )
    with _lock:
        _noted.append(event)


@receiver(request_finished, dispatch_uid="resources.delivery.usage")
def record_noted(sender: Any = None, **kwargs: Any) -> int:
    """Record the noted uses; returns how many were new this hour. Logs a database error."""
    with _lock:
        events = list(_noted)
        _noted.clear()
    recorded = 0
    for event in events:
        try:
            recorded += _record(event, day=timezone.localdate(event.hour))
        except IntegrityError:
            # A parallel request of the same visitor was faster.
            continue
        except DatabaseError as error:
            log.warning("%s uses were not counted: %s", len(events) - recorded, error)
            break
    return recorded


def _record(event: UsageEvent, *, day: date) -> bool:
    # Checked before the transaction, which on SQLite would wait for other writers.
    if not _is_new(event):
        return False
    with impatient_transaction():
        if event.user_id is None and not _is_new(event):
            return False
        event.save(force_insert=True)
        _add(event.resource_id, UsageKind(event.kind), day)
    return True


def _add(resource_id: int, kind: UsageKind, day: date) -> None:
    daily, _created = DailyUsage.objects.get_or_create(resource_id=resource_id, kind=kind, day=day)
    DailyUsage.objects.filter(pk=daily.pk).update(count=F("count") + 1)
    stats, _created = ResourceStats.objects.get_or_create(resource_id=resource_id)
    column = _COUNTER[kind]
    ResourceStats.objects.filter(pk=stats.pk).update(**{column: F(column) + 1})


def _visitor(user_id: int | None, session_key: str | None, user_agent: str) -> str:
    if user_id is not None:
        return f"user:{user_id}"
    # Most visitors have no session.
    return _keyed(_network()) + _keyed(session_key or user_agent)


def _is_new(event: UsageEvent) -> bool:
    events = UsageEvent.objects.filter(resource=event.resource_id, kind=event.kind, hour=event.hour)
    if event.user_id is not None:
        return not events.filter(visitor=event.visitor).exists()
    # A range, because every database can use its index for it.
    network = event.visitor[:HASH_LENGTH]
    neighbours = events.filter(visitor__gte=network + "0" * HASH_LENGTH, visitor__lte=network + "f" * HASH_LENGTH)
    visitors = set(neighbours.values_list("visitor", flat=True))
    return event.visitor not in visitors and len(visitors) < VISITORS_PER_ADDRESS


def _network() -> str:
    """The request's IP address; of IPv6 the network, within which its owner can choose any address."""
    address = client_address.get() or ""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)


def _keyed(text: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"usage:{text}".encode(), hashlib.sha256).hexdigest()[:HASH_LENGTH]


def recount(*, first: date, last: date) -> None:
    """Recompute the daily counts from the events, and all totals from the daily counts."""
    start = timezone.make_aware(datetime.combine(first, datetime.min.time()))
    end = timezone.make_aware(datetime.combine(last + timedelta(days=1), datetime.min.time()))
    with transaction.atomic():
        events = UsageEvent.objects.filter(hour__gte=start, hour__lt=end)
        rows = events.annotate(day=TruncDate("hour")).values("resource_id", "kind", "day").annotate(n=Count("pk"))
        fresh = [DailyUsage(resource_id=r["resource_id"], kind=r["kind"], day=r["day"], count=r["n"]) for r in rows]
        DailyUsage.objects.filter(day__range=(first, last)).delete()
        DailyUsage.objects.bulk_create(fresh, batch_size=500)
    _retotal()


def _retotal() -> None:
    totals: dict[int, dict[str, int]] = {}
    for row in DailyUsage.objects.values("resource_id", "kind").annotate(n=Sum("count")):
        totals.setdefault(row["resource_id"], {})[_COUNTER[UsageKind(row["kind"])]] = row["n"]
    for stats in ResourceStats.objects.iterator():
        wanted = {"views": 0, "downloads": 0, **totals.get(stats.resource_id, {})}
        if (stats.views, stats.downloads) != (wanted["views"], wanted["downloads"]):
            ResourceStats.objects.filter(pk=stats.pk).update(**wanted)


def recount_yesterday() -> None:
    today = timezone.localdate()
    recount(first=today - timedelta(days=1), last=today)
