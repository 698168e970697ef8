"""Writing to the outbox, in the transaction that makes the change.

Rows hold ids only; the relay reads the resources.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Model

from common.wake import wake
from resources.models import Resource
from search.facets import INDEXED_VOCABULARIES
from search.models import Outbox

if TYPE_CHECKING:
    from django.db.models import QuerySet

CHUNK = 500


def enqueue(resource_id: int, *, not_before: datetime | None = None) -> None:
    """Have the resource written again, now or at ``not_before``.

    Always a new row: a change merged into a waiting row would be lost if the relay has already read that row.
    """
    if not_before is None:
        Outbox.objects.create(resource_id=resource_id)
        wake()
    elif not Outbox.objects.filter(resource_id=resource_id, next_at=not_before, dead=False).exists():
        Outbox.objects.create(resource_id=resource_id, next_at=not_before)


def enqueue_many(resource_ids: Iterable[int]) -> int:
    """Have these resources written again. Returns the number of rows."""
    rows = [Outbox(resource_id=pk) for pk in resource_ids]
    Outbox.objects.bulk_create(rows, batch_size=CHUNK)
    wake()
    return len(rows)


def enqueue_dependents(thing: Model) -> None:
    """Have every resource written again that names this term or school. One row now; the relay expands it."""
    Outbox.objects.create(source=f"{thing._meta.label}:{thing.pk}")
    wake()


def resources_naming(source: str) -> QuerySet[Resource]:
    """The live resources behind a row's ``source``."""
    label, _colon, pk = source.rpartition(":")
    return Resource.objects.published().filter(INDEXED_VOCABULARIES[label].shows(pk)).distinct()


def expand(row: Outbox) -> int:
    """Turn a row about a term or school into rows about its resources.

    A repetition doubles rows but loses none.
    """
    ids = list(resources_naming(row.source).order_by("pk").values_list("pk", flat=True))
    with transaction.atomic():
        for start in range(0, len(ids), CHUNK):
            enqueue_many(ids[start : start + CHUNK])
        Outbox.objects.filter(pk=row.pk).delete()
    return len(ids)
