"""The clock of publishing: versions whose date has come, resources whose time is over, embargoes that end.

Called by whoever keeps time (the relay). Each item is a transaction of its own; one that fails is recorded, waits
longer each time and holds nobody up.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from wagtail.models import Revision

from common import audit
from resources import signals
from resources.models import PublishingFailure, Resource
from resources.publishing import live, notifications

log = logging.getLogger(__name__)

BATCH = 50
LONGEST_WAIT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Done:
    """Ids of resources by what happened to them."""

    published: list[int] = field(default_factory=list)
    expired: list[int] = field(default_factory=list)
    opened: list[int] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)


def publish_due(*, now: datetime | None = None) -> Done:
    """Do everything whose date has come, at most ``BATCH`` of each kind. Never raises for a single item."""
    now = now or timezone.now()
    done = Done()
    waiting = set(PublishingFailure.objects.filter(next_try__gt=now).values_list("resource_id", flat=True))

    revisions = Revision.objects.filter(
        content_type=ContentType.objects.get_for_model(Resource), approved_go_live_at__lte=now
    ).order_by("approved_go_live_at")[: BATCH + len(waiting)]
    for revision in revisions:
        _attempt(int(revision.object_id), lambda: _publish(revision.pk), done.published, done, waiting, now)  # noqa: B023

    over = Resource.objects.filter(live=True, expire_at__lte=now).order_by("expire_at")
    for pk in over.values_list("pk", flat=True)[: BATCH + len(waiting)]:
        _attempt(pk, lambda: _expire(pk, now), done.expired, done, waiting, now)  # noqa: B023

    open_now = Resource.objects.filter(embargo_until__lte=now, withdrawn_at=None).order_by("embargo_until")
    for pk in open_now.values_list("pk", flat=True)[: BATCH + len(waiting)]:
        _attempt(pk, lambda: _open(pk, now), done.opened, done, waiting, now)  # noqa: B023
    return done


def _attempt(
    pk: int, action: Callable[[], bool], successes: list[int], done: Done, waiting: set[int], now: datetime
) -> None:
    """``action``: False when there was nothing left to do."""
    if pk in waiting:
        return
    try:
        with transaction.atomic():
            acted = action()
            PublishingFailure.objects.filter(resource_id=pk).delete()
    except Exception as error:
        log.exception("The date of resource %s has come, but it failed", pk)
        _record_failure(pk, error, now)
        done.failed.append(pk)
        waiting.add(pk)
    else:
        if acted:
            successes.append(pk)


def _record_failure(pk: int, error: Exception, now: datetime) -> None:
    failure, _created = PublishingFailure.objects.get_or_create(resource_id=pk, defaults={"next_try": now})
    failure.attempts += 1
    failure.error = f"{type(error).__name__}: {error}"[:1000]
    failure.next_try = now + min(timedelta(seconds=15 * 2**failure.attempts), LONGEST_WAIT)
    failure.save()
    if failure.attempts == 1:
        audit.record(Resource.objects.get(pk=pk), "resources.schedule_failed", error=failure.error)


def _locked(pk: int) -> Resource:
    """The row as it is now, held: a person may have cancelled, withdrawn or put off between the look and the act."""
    row: Resource = Resource.objects.select_for_update().get(pk=pk)
    return row


def _publish(revision_id: int) -> bool:
    _locked(int(Revision.objects.values_list("object_id", flat=True).get(pk=revision_id)))
    revision = Revision.objects.get(pk=revision_id)
    if revision.approved_go_live_at is None:
        return False
    live.go_live(revision=revision, who=None)
    resource = Resource.objects.get(pk=int(revision.object_id))
    audit.record(resource, "resources.publish_scheduled", revision=revision)
    notifications.tell_published(resource=resource, key=f"scheduled:{revision.pk}")
    return True


def _expire(pk: int, now: datetime) -> bool:
    resource = _locked(pk)
    if not resource.live or resource.expire_at is None or resource.expire_at > now:
        return False
    resource.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    audit.record(resource, "resources.expire")
    notifications.tell_expired(resource=resource)
    return True


def _open(pk: int, now: datetime) -> bool:
    """An embargo that ended changes what readers and the search index see, though no column they look at changed."""
    resource = _locked(pk)
    # Of what was withdrawn the date stays: it says whether readers ever knew of it (policies.py).
    if resource.withdrawn_at or resource.embargo_until is None or resource.embargo_until > now:
        return False
    Resource.objects.filter(pk=pk).update(embargo_until=None)
    audit.record(resource, "resources.embargo_ended")
    signals.resource_changed.send(Resource, resource_id=pk)
    return True
