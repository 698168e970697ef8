"""Querysets of resources and their files.

Read what a user may see through ``visible_to`` or ``allowing``, not by id.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.models import Exists, Min, OuterRef, Prefetch

from members.viewer import Who
from resources.policies import Action, condition_for

if TYPE_CHECKING:
    from resources.models import Resource, ResourceFile  # noqa: F401 - named in strings below

FILE_ROWS = ("blob", "blob__preview", "blob__duplicate_of", "blob__duplicate_of__preview")
"""The relations of a file that the catalogue shows."""

_BLOB_COLUMNS = ("uid", "kind", "extension", "media_type", "state", "reason", "edition")
_PREVIEW_COLUMNS = ("state", "reason", "page_count", "pages_done")

_LIST_COLUMNS = (
    "resource_id",
    "sort_order",
    "uid",
    "name",
    *(f"{blob}__{column}" for blob in ("blob", "blob__duplicate_of") for column in _BLOB_COLUMNS),
    *(f"{blob}__preview__{column}" for blob in ("blob", "blob__duplicate_of") for column in _PREVIEW_COLUMNS),
)


class ResourceQuerySet(models.QuerySet["Resource"]):
    def visible_to(self, who: Who) -> ResourceQuerySet:
        """Resources that this user or viewer may find in lists and search."""
        return self.allowing(who, Action.FIND)

    def allowing(self, who: Who, action: Action) -> ResourceQuerySet:
        return self.filter(condition_for(who, action))

    def published(self) -> ResourceQuerySet:
        return self.filter(live=True)

    def next_embargo_end(self, now: datetime) -> datetime | None:
        """When the next published resource opens to readers by itself."""
        ends: datetime | None = self.filter(live=True, embargo_until__gt=now).aggregate(Min("embargo_until"))[
            "embargo_until__min"
        ]
        return ends

    def newest_first(self) -> ResourceQuerySet:
        return self.order_by("-first_published_at", "-pk")

    def most_viewed_first(self) -> ResourceQuerySet:
        return self.order_by("-stats__views", "-stats__downloads", "-pk")

    def for_cards(self) -> ResourceQuerySet:
        """Everything a list entry shows, in two queries. A list that names terms prefetches those itself."""
        files = apps.get_model("resources.ResourceFile").objects.for_lists()
        return self.select_related("school", "resource_type", "licence", "stats").prefetch_related(
            Prefetch("files", queryset=files)
        )


class ResourceFileQuerySet(models.QuerySet["ResourceFile"]):
    def for_lists(self) -> ResourceFileQuerySet:
        """Files as a list shows them: in order, without removed ones, only the columns that are shown."""
        removals = apps.get_model("resources.FileRemoval").objects
        removed = removals.filter(resource=OuterRef("resource"), uid=OuterRef("uid"))
        return self.exclude(Exists(removed)).select_related(*FILE_ROWS).only(*_LIST_COLUMNS).order_by("sort_order")
