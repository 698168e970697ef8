"""Collections on the editors' first page: those changed last, with their state."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q

from home.models import CollectionIndexPage, CollectionPage
from resources.models import Resource

SHOWN = 4


def landing_section() -> dict[str, Any]:
    gone = Q(entries__resource__isnull=False) & ~Q(entries__resource__in=Resource.objects.published().order_by())
    changed = CollectionPage.objects.order_by("-latest_revision_created_at", "-pk").select_related("domain")
    return {
        "collections": changed.annotate(
            entry_count=Count("entries__resource", distinct=True),
            gone_count=Count("entries__resource", filter=gone, distinct=True),
        )[:SHOWN],
        "count": CollectionPage.objects.count(),
        "index": CollectionIndexPage.objects.first(),
    }
