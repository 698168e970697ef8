"""Writing the outbox: called in the transaction that made the change. Ids only; the relay reads the rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Model

from resources.models import Resource
from search.facets import VOCABULARIES
from search.models import Outbox

if TYPE_CHECKING:
    from django.db.models import QuerySet

CHUNK = 500


def tell(resource_id: int, *, not_before: datetime | None = None) -> None:
    """This resource changed, or will look different at ``not_before``.

    Always a new row: joining one that waits would be lost when the relay has already read that one.
    """
    if not_before is None:
        Outbox.objects.create(resource_id=resource_id)
    elif not Outbox.objects.filter(resource_id=resource_id, next_at=not_before, dead=False).exists():
        Outbox.objects.create(resource_id=resource_id, next_at=not_before)


def tell_many(resource_ids: Iterable[int]) -> int:
    """These resources changed. Returns how many rows were written."""
    rows = [Outbox(resource_id=pk) for pk in resource_ids]
    Outbox.objects.bulk_create(rows, batch_size=CHUNK)
    return len(rows)


def tell_all_that_show(thing: Model) -> None:
    """Everything filed under this term or provided by this school shows its name: one row now, the relay finds them."""
    Outbox.objects.create(source=f"{thing._meta.label}:{thing.pk}")


def showing(source: str) -> QuerySet[Resource]:
    """The live resources behind a row's ``source``."""
    label, _colon, pk = source.rpartition(":")
    return Resource.objects.published().filter(VOCABULARIES[label].shows(pk)).distinct()


def spread(row: Outbox) -> int:
    """Turn a row about a term or school into rows about its resources. Repeating may double rows, never lose one."""
    ids = list(showing(row.source).order_by("pk").values_list("pk", flat=True))
    with transaction.atomic():
        for chunk in _chunks(ids):
            tell_many(chunk)
        Outbox.objects.filter(pk=row.pk).delete()
    return len(ids)


def _chunks(ids: list[int]) -> Iterable[list[int]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
