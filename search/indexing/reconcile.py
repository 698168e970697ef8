"""Compares the live resources with what the index holds, and writes differences to the outbox."""

from __future__ import annotations

import logging
from dataclasses import dataclass, fields

from django.utils import timezone

from resources.models import Resource
from search.engines import Engine
from search.indexing import outbox
from search.indexing.documents import popularity
from search.models import Indexed, IndexState, Outbox

log = logging.getLogger(__name__)

DRIFT = 0.05
"""Share by which downloads must have grown before a resource is written again for its popularity alone."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Ids by what is wrong. ``ghosts``: in the index only. ``used``: the popularity in the index is old."""

    missing: frozenset[int]
    ghosts: frozenset[int]
    stale: frozenset[int]
    used: frozenset[int]

    @property
    def is_none(self) -> bool:
        return not (self.missing or self.ghosts or self.stale)

    @property
    def counts(self) -> dict[str, int]:
        return {each.name: len(getattr(self, each.name)) for each in fields(self)}

    def __str__(self) -> str:
        return ", ".join(f"{count} {kind}" for kind, count in self.counts.items())


def compare(engine: Engine) -> Difference:
    """Compare ids and versions. Changes waiting in the outbox are no difference. Raises EngineUnavailable."""
    held = dict(engine.versions())
    expected = dict(Indexed.objects.values_list("resource_id", "version").iterator())
    live = set(Resource.objects.published().filter(withdrawn_at=None).values_list("pk", flat=True).iterator())
    waiting = set(Outbox.objects.filter(resource_id__isnull=False).values_list("resource_id", flat=True).iterator())
    return Difference(
        missing=frozenset(live - held.keys() - waiting),
        ghosts=frozenset(held.keys() - live - waiting),
        stale=frozenset(pk for pk in live & held.keys() if held[pk] < expected.get(pk, 0)) - waiting,
        used=frozenset(_used_more()) - waiting,
    )


def _used_more() -> set[int]:
    stored = dict(Indexed.objects.values_list("resource_id", "popularity").iterator())
    changed = set()
    for resource in Resource.objects.published().select_related("stats").only("pk", "stats").iterator():
        before, now = stored.get(resource.pk), popularity(resource)
        if before is not None and abs(now - before) > DRIFT * max(before, 1.0):
            changed.add(resource.pk)
    return changed


def reconcile(engine: Engine) -> Difference:
    """Write every difference to the outbox, and store the counts for the health page."""
    found = compare(engine)
    outbox.enqueue_many(sorted(found.missing | found.ghosts | found.stale | found.used))
    IndexState.set(reconciled_at=timezone.now(), differences=found.counts)
    if not found.is_none:
        log.error("index and database differed: %s; the relay repairs it", found)
    return found
