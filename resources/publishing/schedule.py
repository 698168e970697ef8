"""Publishing by date: versions that are due, resources that expire, embargoes that end.

The relay calls this. Each item is a transaction of its own; a failed one is recorded and retried with growing delays.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
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
    """Do everything that is due, at most ``BATCH`` of each kind. Never raises for a single item."""
    run = _Run(now or timezone.now())
    run.attempt_all(run.due_versions(), _publish, run.done.published)
    run.attempt_all(run.due("expire_at", live=True), _expire, run.done.expired)
    run.attempt_all(run.due("embargo_until", withdrawn_at=None), _open, run.done.opened)
    return run.done


class _Run:
    def __init__(self, now: datetime) -> None:
        self.now = now
        self.done = Done()
        delayed = PublishingFailure.objects.filter(next_try__gt=now)
        self.delayed = set(delayed.values_list("resource_id", flat=True))

    def due_versions(self) -> Iterable[int]:
        revisions = Revision.objects.filter(
            content_type=ContentType.objects.get_for_model(Resource), approved_go_live_at__lte=self.now
        )
        first = revisions.order_by("approved_go_live_at").values_list("object_id", flat=True)
        return [int(pk) for pk in first[: BATCH + len(self.delayed)]]

    def due(self, column: str, **conditions: object) -> Iterable[int]:
        rows = Resource.objects.filter(**{f"{column}__lte": self.now}, **conditions).order_by(column)
        return list(rows.values_list("pk", flat=True)[: BATCH + len(self.delayed)])

    def attempt_all(self, ids: Iterable[int], act: Callable[[Resource, datetime], bool], successes: list[int]) -> None:
        """``act`` returns False when there was nothing left to do."""
        for pk in ids:
            if pk not in self.delayed:
                self._attempt(pk, act, successes)

    def _attempt(self, pk: int, act: Callable[[Resource, datetime], bool], successes: list[int]) -> None:
        try:
            with transaction.atomic():
                # A user may have cancelled, withdrawn or postponed since the list was read.
                acted = act(Resource.objects.select_for_update().get(pk=pk), self.now)
                PublishingFailure.objects.filter(resource_id=pk).delete()
        except Exception as error:
            log.exception("The date of resource %s has come, but it failed", pk)
            _record_failure(pk, error, self.now)
            self.done.failed.append(pk)
            self.delayed.add(pk)
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


def _publish(resource: Resource, now: datetime) -> bool:
    revision = resource.revisions.filter(approved_go_live_at__lte=now).order_by("approved_go_live_at").first()
    if revision is None:
        return False
    live.go_live(revision=revision, who=None)
    fresh = Resource.objects.get(pk=resource.pk)
    audit.record(fresh, "resources.publish_scheduled", revision=revision)
    notifications.notify_published(resource=fresh, key=f"scheduled:{revision.pk}")
    return True


def _expire(resource: Resource, now: datetime) -> bool:
    if not resource.live or resource.expire_at is None or resource.expire_at > now:
        return False
    resource.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    audit.record(resource, "resources.expire")
    notifications.notify_expired(resource=resource)
    return True


def _open(resource: Resource, now: datetime) -> bool:
    """An ended embargo changes what readers and the search index see, though no other column changes."""
    # A withdrawn resource keeps the date: it says whether readers ever knew of it (policies.py).
    if resource.withdrawn_at or resource.embargo_until is None or resource.embargo_until > now:
        return False
    Resource.objects.filter(pk=resource.pk).update(embargo_until=None)
    audit.record(resource, "resources.embargo_ended")
    signals.resource_changed.send(Resource, resource_id=resource.pk)
    return True
