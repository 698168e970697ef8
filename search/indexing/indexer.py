"""Delivers the outbox: builds documents of the changed resources and writes them to the engine.

One process at a time runs it (the relay, under a lease). It may be interrupted anywhere and repeated: an outbox row is
deleted only after the engine has acknowledged, and a repeated write carries a newer version of the same content.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import OperationalError, transaction
from django.utils import timezone

from common.tasks import backoff
from search.engines import Engine, EngineRejected, EngineUnavailable
from search.indexing import outbox
from search.indexing.documents import build
from search.indexing.vector_job import request_vectors
from search.models import MAX_ATTEMPTS, Indexed, IndexState, Outbox

log = logging.getLogger(__name__)

BATCH = 200
"""Resources per write. Large enough for bulk throughput, small enough that a fresh approval never waits long."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one round did. ``taken``: outbox rows read; 0 when nothing was due."""

    taken: int = 0
    written: int = 0
    removed: int = 0
    refused: int = 0


def deliver(engine: Engine, *, limit: int = BATCH) -> Delivery:
    """Write one batch of due changes to the engine.

    Raises EngineUnavailable when it is away; the rows then stay.
    """
    rows = list(Outbox.objects.due(timezone.now())[:limit])
    for row in rows:
        if row.source:
            _expand(row)
    changed = [row for row in rows if row.resource_id is not None]
    if not changed:
        return Delivery(taken=len(rows))
    ids = list(dict.fromkeys(row.resource_id for row in changed if row.resource_id is not None))
    # Any exception is caught: a resource that can't be read must not hold up the others.
    try:
        return _write(engine, ids, changed)
    except (EngineUnavailable, OperationalError):
        raise
    except Exception:
        log.exception("a batch of %s resources could not be written; trying them one by one", len(ids))
    return _one_by_one(engine, changed)


def _write(engine: Engine, ids: Sequence[int], rows: Sequence[Outbox]) -> Delivery:
    version = IndexState.next_version()
    batch = build(ids, version=version)
    reasons: dict[int, str] = {}
    if batch.docs:
        try:
            engine.index(batch.docs)
        except EngineRejected as refusal:
            reasons = refusal.reasons
    if batch.gone:
        engine.remove(batch.gone, version)
    with transaction.atomic():
        written = [doc for doc in batch.docs if doc.id not in reasons]
        Indexed.objects.bulk_create(
            [Indexed(resource_id=doc.id, version=doc.version, popularity=doc.popularity) for doc in written],
            update_conflicts=True,
            unique_fields=["resource_id"],
            update_fields=["version", "popularity"],
        )
        Indexed.objects.filter(resource_id__in=batch.gone).delete()
        done = [row.pk for row in rows if row.resource_id not in reasons]
        Outbox.objects.filter(pk__in=done).delete()
        # The index holds the current row now, so older dead letters of the same resources are obsolete.
        settled = [doc.id for doc in written] + list(batch.gone)
        Outbox.objects.filter(dead=True, resource_id__in=settled, pk__lt=max(row.pk for row in rows)).delete()
        for resource_id, reason in reasons.items():
            Outbox.objects.filter(pk__in=[r.pk for r in rows if r.resource_id == resource_id]).update(
                dead=True, last_error=reason[:2000]
            )
        for resource_id, when in batch.embargoed.items():
            outbox.enqueue(resource_id, not_before=when)
        request_vectors(batch.lacking)
    if reasons:
        log.error("the engine refused %s: %s", sorted(reasons), "; ".join(reasons.values())[:500])
    return Delivery(taken=len(rows), written=len(written), removed=len(batch.gone), refused=len(reasons))


def _one_by_one(engine: Engine, rows: Sequence[Outbox]) -> Delivery:
    written = removed = refused = 0
    by_resource: dict[int, list[Outbox]] = {}
    for row in rows:
        if row.resource_id is not None:
            by_resource.setdefault(row.resource_id, []).append(row)
    for resource_id, own in by_resource.items():
        try:
            one = _write(engine, [resource_id], own)
            written, removed, refused = written + one.written, removed + one.removed, refused + one.refused
        except (EngineUnavailable, OperationalError):
            raise
        except Exception as error:
            log.exception("resource %s could not be written", resource_id)
            _failed(own, error)
            refused += 1
    return Delivery(taken=len(rows), written=written, removed=removed, refused=refused)


def _expand(row: Outbox) -> None:
    try:
        outbox.expand(row)
    except Exception as error:
        log.exception("%s could not be expanded", row.source)
        _failed([row], error)


def _failed(rows: Sequence[Outbox], error: Exception) -> None:
    for row in rows:
        row.attempts += 1
        row.last_error = f"{type(error).__name__}: {error}"[:2000]
        row.dead = row.attempts >= MAX_ATTEMPTS
        row.next_at = timezone.now() + backoff(row.attempts)
        row.save(update_fields=["attempts", "last_error", "dead", "next_at"])


def deliver_all(engine: Engine, *, rounds: int = 10_000) -> int:
    """Deliver until nothing is due; returns how many resources were written or removed."""
    total = 0
    for _round in range(rounds):
        done = deliver(engine)
        if not done.taken:
            return total
        total += done.written + done.removed
    return total
