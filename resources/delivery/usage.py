"""Counting use: once per viewer, resource, kind and hour; robots not at all. Daily and total counts can be made anew.

The viewer is the person, or keyed hashes of address and browser: enough to count once, too little to know who it was.
Without a login an address counts for a few visitors and no more, or one program under many names could make any figure.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import logging
import re
import uuid
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Count, F, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from common.middleware import client_address
from resources.models import DailyUsage, Resource, ResourceStats, UsageEvent, UsageKind
from resources.policies import as_viewer

log = logging.getLogger(__name__)

HALF = 32
"""Characters of each of the two hashes that make a visitor."""

ROBOT = re.compile(
    r"bot\b|bot/|spider|crawl|slurp|archiver|facebookexternalhit|preview|monitor|curl/|wget/|python-|httpx|go-http|java/"
    r"|okhttp|headless|feedfetcher|lighthouse|bytespider|sogou|yisou|^$",
    re.IGNORECASE,
)
"""User agents of programs. No list is complete; the aim is figures schools can trust, not security."""

VISITORS_OF_AN_ADDRESS = 5
"""Counted an hour for each resource: a school or a family behind one address, not whatever somebody makes up there."""

_COUNTER = {UsageKind.VIEW: "views", UsageKind.DOWNLOAD: "downloads"}


def is_robot(user_agent: str) -> bool:
    return bool(ROBOT.search(user_agent.strip()))


def count(
    *,
    resource: Resource,
    kind: UsageKind | str,
    who: Any,
    session_key: str | None,
    user_agent: str,
    file_uid: uuid.UUID | None = None,
) -> bool:
    """Count one use; True if it was new this hour. Never fails the page that counts: a lost count is logged."""
    if is_robot(user_agent):
        return False
    kind = UsageKind(kind)
    viewer = as_viewer(who)
    now = timezone.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    visitor = _visitor(viewer.user_id, session_key, user_agent)
    here = UsageEvent.objects.filter(resource=resource, kind=kind, hour=hour)
    nobody = viewer.user_id is None
    try:
        # Asked before a transaction is opened: on SQLite that alone would wait for whoever writes.
        if not _is_new(here, visitor, by_address=nobody):
            return False
        with transaction.atomic():
            if nobody and not _is_new(here, visitor, by_address=True):
                return False
            UsageEvent.objects.create(
                resource=resource,
                kind=kind,
                visitor=visitor,
                hour=hour,
                file_uid=file_uid,
                user_id=viewer.user_id,
                school_id=min(viewer.schools) if viewer.schools else None,
            )
            _add(resource.pk, kind, timezone.localdate(now))
    except IntegrityError:
        # Another request of the same viewer was faster.
        return False
    except DatabaseError:
        log.warning("A %s of resource %s was not counted", kind, resource.pk, exc_info=True)
        return False
    return True


def _add(resource_id: int, kind: UsageKind, day: date) -> None:
    daily, _made = DailyUsage.objects.get_or_create(resource_id=resource_id, kind=kind, day=day)
    DailyUsage.objects.filter(pk=daily.pk).update(count=F("count") + 1)
    stats, _made = ResourceStats.objects.get_or_create(resource_id=resource_id)
    column = _COUNTER[kind]
    ResourceStats.objects.filter(pk=stats.pk).update(**{column: F(column) + 1})


def _visitor(user_id: int | None, session_key: str | None, user_agent: str) -> str:
    if user_id is not None:
        return f"user:{user_id}"
    # Visitors get no session of their own; address and browser then tell them apart well enough for an hour.
    return _keyed(_network()) + _keyed(session_key or user_agent)


def _is_new(here: QuerySet[UsageEvent], visitor: str, *, by_address: bool) -> bool:
    """Whether the viewer is to be counted among those of this hour, ``here``."""
    if not by_address:
        return not here.filter(visitor=visitor).exists()
    # A range, because every database answers that from its index.
    network = visitor[:HALF]
    neighbours = here.filter(visitor__gte=network + "0" * HALF, visitor__lte=network + "f" * HALF)
    seen = set(neighbours.values_list("visitor", flat=True))
    return visitor not in seen and len(seen) < VISITORS_OF_AN_ADDRESS


def _network() -> str:
    """The request's address; of IPv6 the part that its owner can't choose freely."""
    address = client_address.get() or ""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((known, 64), strict=False)) if known.version == 6 else str(known)


def _keyed(text: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"usage:{text}".encode(), hashlib.sha256).hexdigest()[:HALF]


def recount(*, first: date, last: date) -> None:
    """Make the daily counts of these days anew from the events, and every resource's totals from the daily counts."""
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
    """The daily job: yesterday and today so far."""
    today = timezone.localdate()
    recount(first=today - timedelta(days=1), last=today)
